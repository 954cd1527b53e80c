"""The ledger: record x year x figure, with the gases, the factor and everything behind it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from facility_emissions.calculation.answered import answered
from facility_emissions.calculation.describe import describe, records_by_key
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.rates import GAS_GROUPS, Weighed
from facility_emissions.categories.answer import is_custom
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.sources import publication_year

_TEXTS = (
    "country category activity unit activity_category scope factor_id source edition fallback "
    "fallback_code conversion flags gwp"
).split()
_YEARS = ("year", "factor_year", "data_year", "publication_year")
_F_GASES = ("HFCs", "PFCs", "SF6", "NF3", "other")


def ledger_frame(c: Calculation) -> pd.DataFrame:
    """Return the ledger of a calculation; rows that are problems are not in it."""
    lines = _line_table(c)
    a = answered(c)
    row, key, quantity = a.row, a.key, a.quantity
    first = np.searchsorted(lines["key"], np.arange(len(c.keys) + 1))
    count = (first[1:] - first[:-1])[key]
    of = np.repeat(np.arange(len(row)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    line = first[key[of]] + nth
    row, quantity = row[of], quantity[of]

    index = c.frame.index
    out = pd.DataFrame({"row": index[row] if index.nlevels == 1 else pd.Series(list(index[row]), dtype=object)})
    out["position"] = row
    for name in ("record_id", "facility_id", "cups"):
        if name in c.frame:
            out[name] = c.frame[name].iloc[row].to_numpy()
    for name in _YEARS:
        out[name] = pd.array(lines[name].to_numpy()[line], dtype="Int64")
    out["quantity"] = quantity * lines["share"].to_numpy(dtype=np.float64)[line]
    for name in _TEXTS:
        out[name] = lines[name].astype("category").iloc[line].reset_index(drop=True)
    for name in [n for n in lines.columns if n.endswith("_kg")]:
        out[name] = quantity * lines[name].to_numpy(dtype=np.float64)[line]
    return out.rename(columns={"co2e_kg": "co2e", "co2e_biomass_kg": "co2e_biomass"})


def _line_table(c: Calculation) -> pd.DataFrame:
    """Return one row for each line of each key, sorted by key; kg are for one unit of the user's."""
    rows = []
    for k, entry in enumerate(c.rates.entries):
        if entry.problems:
            continue
        said = describe(c, k)
        for w in entry.weighed:
            line = w.line
            sources = [(line.source_id, line.edition), *line.more_sources]
            rows.append(
                {
                    "key": k,
                    **said,
                    "unit": str(c.keys[k].unit),
                    "share": line.share,
                    "activity_category": line.activity_category,
                    "scope": line.scope,
                    "factor_id": " + ".join(line.factor_ids),
                    "source": " + ".join(s for s, _ in sources if s),
                    "edition": " + ".join(e for _, e in sources if e),
                    "factor_year": line.factor_year,
                    "data_year": line.data_year,
                    "publication_year": publication_year(line.source_id, line.edition),
                    "fallback": "; ".join(words for _, words in line.fallbacks),
                    "fallback_code": "+".join(code for code, _ in line.fallbacks),
                    "conversion": line.conversion,
                    "flags": "; ".join(f"{code}: {words}" for code, words in w.flags),
                    "gwp": _gwp(w, c.method.gwp_name),
                    "co2_fossil_kg": w.gas_kg.get("CO2"),
                    "ch4_kg": w.gas_kg.get("CH4"),
                    "n2o_kg": w.gas_kg.get("N2O"),
                    "f_gases_kg": sum(w.gas_kg[g] for g in _F_GASES if g in w.gas_kg)
                    if set(w.gas_kg) & set(_F_GASES)
                    else None,
                    **{f"co2e_of_{g.lower()}_kg": w.gas_co2e.get(g) for g in GAS_GROUPS},
                    "co2e_kg": w.co2e,
                    "co2e_biomass_kg": w.co2e_biomass,
                }
            )
    frame = pd.DataFrame(rows)
    if frame.empty:
        names = [
            "co2_fossil_kg",
            "ch4_kg",
            "n2o_kg",
            "f_gases_kg",
            *(f"co2e_of_{g.lower()}_kg" for g in GAS_GROUPS),
        ]
        columns = ["key", "share", *_YEARS, *_TEXTS, *names, "co2e_kg", "co2e_biomass_kg"]
        frame = pd.DataFrame({name: [] for name in columns})
    return frame


def _gwp(w: Weighed, asked: str) -> str:
    """Return the GWP set of a line's CO2e: the agency's, the one asked for, or the published one."""
    if w.line.gwp_set:
        return f"{w.line.gwp_set} GWP100"
    return asked if set(w.gas_co2e) - {"unsplit"} else w.line.gwp_of_co2e_fixed


def own_frame(c: Calculation) -> pd.DataFrame:
    """Return the user's own factors: which gave a figure for how many records, and why others did not."""
    records: Counter[str] = Counter()
    count = records_by_key(c)
    for k, entry in enumerate(c.rates.entries):
        used = {i for w in entry.weighed if is_custom(w.line) for i in w.line.factor_ids}
        records.update(dict.fromkeys(used, int(count[k])))
    rows: list[tuple[object, str, str, int, str]] = []
    for own in c.own.rows:
        name, facility = own.factor.factor_id, own.facility_id
        why = ""
        if facility and facility not in c.sites:
            why = f"No facility {facility!r} was given.{did_you_mean(facility, c.sites)}"
        rows.append((own.row, name, "used" if records[name] else "unused", records[name], why))
    rows += [(row, name, "left out", 0, reason) for row, name, reason in c.own.left_out]
    return pd.DataFrame(rows, columns=["row", "factor_id", "status", "records", "reason"])
