"""Gases of the Montreal Protocol and others that are not of the Kyoto Protocol, beside the total.

The GHG Protocol Corporate Standard (chapter 4) has CFC, HCFC and the like reported apart from the scopes.
They are shown here whether or not the Method counts them in `co2e`.
"""

from __future__ import annotations

import math

import pandas as pd

from facility_emissions import gwp as gwp_tables
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.groups import Groups
from facility_emissions.calculation.rates import Weighed
from facility_emissions.categories.answer import BIOGENIC_CO2
from facility_emissions.errors import GWPError
from facility_emissions.method import Method

_COLUMNS = ["facility", "gas", "group", "kg", "co2e", "counted"]


def outside_kyoto_table(c: Calculation) -> pd.DataFrame:
    """Return the gases outside the Kyoto Protocol by facility and gas.

    Returns:
        `facility`, `gas`, its chemical `group`, `kg` of gas, `co2e` [kg, NaN where the GWP set has no value
        for it], and whether `co2e` of the result counts it (`counted`); a gas that is counted in some
        records only has two rows.
    """
    rows = [
        {"key": k, "gas": gas, "kg": kg, "co2e": kg * _gwp(gas, w, c.method), "counted": _counted(w, c.method)}
        for k, entry in enumerate(c.rates.entries)
        if not entry.problems
        for w in entry.weighed
        for gas, kg in w.line.gases.items()
        if kg and gas != BIOGENIC_CO2 and not gas.startswith("CH4") and not gwp_tables.is_kyoto(gas)
    ]
    rates = pd.DataFrame(rows, columns=["key", "gas", "kg", "co2e", "counted"])
    found = Groups(c, ["facility"]).quantities().merge(rates, on="key")
    for name in ("kg", "co2e"):
        found[name] = found["quantity"] * found[name].astype(float)
    sums = found.groupby(["facility", "gas", "counted"], dropna=False)[["kg", "co2e"]].sum(min_count=1).reset_index()
    sums["group"] = [gwp_tables.group(gas) for gas in sums["gas"]]
    return sums.astype({"counted": bool})[_COLUMNS]


def _counted(w: Weighed, method: Method) -> bool:
    """Whether the headline counts such gases of a line: an agency's printed figure may be of Kyoto gases only."""
    kyoto_only = w.line.whole and "kyoto" in w.line.factor_ids[0].split("/")
    return w.line.activity_category in method.headline and method.gases == "all" and not kyoto_only


def _gwp(gas: str, w: Weighed, method: Method) -> float:
    of = (w.line.gwp_set, 100) if w.line.gwp_set else (method.gwp, method.horizon)
    try:
        return gwp_tables.gwp(gas, *of)
    except GWPError:
        return math.nan
