"""Sums of a calculation: quantities are added by key first, then multiplied by the rates.

So a sum over ten million rows costs one bincount, whatever it is by.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.describe import describe
from facility_emissions.calculation.dimensions import ROW_DIMENSIONS, SHARE
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.groups import Groups
from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

KEY_DIMENSIONS = ("country", "category", "activity", "year")
LINE_DIMENSIONS = ("activity_category", "scope", "gas")
DIMENSIONS = (*ROW_DIMENSIONS, *KEY_DIMENSIONS, *LINE_DIMENSIONS)


def check_dimensions(dimensions: Sequence[str], known: Sequence[str], fiscal_year_start: int | None) -> None:
    """Check what sums are asked by.

    Raises:
        ContractError: an unknown dimension, one twice, or none; no month for a fiscal year.
    """
    if not dimensions:
        raise ContractError(f"by() needs at least one of: {', '.join(known)}.")
    for name in dimensions:
        if name not in known:
            raise ContractError(f"Unknown dimension {name!r}; known: {', '.join(known)}.{did_you_mean(name, known)}")
        if dimensions.count(name) > 1:
            raise ContractError(f"The dimension {name!r} is given twice.")
    if "fiscal_year" in dimensions and fiscal_year_start is None:
        raise ContractError("Say with which month a fiscal year begins, as in fiscal_year_start=4 for April.")
    if "fiscal_year" not in dimensions and fiscal_year_start is not None:
        raise ContractError("fiscal_year_start is given, but the sums are not by 'fiscal_year'.")
    if fiscal_year_start is not None and fiscal_year_start not in range(1, 13):
        raise ContractError(f"fiscal_year_start {fiscal_year_start!r} is no month; 1 to 12.")


def scope_labels(activity_category: str) -> tuple[str, ...]:
    """Return the scopes that a figure is shown in; purchased heat is in both scope 2 totals."""
    figure = ACTIVITY_CATEGORIES[activity_category]
    if figure.scope != 2:
        return (str(figure.scope),)
    return tuple(f"2 {basis}-based" for basis in ("location", "market") if figure.basis in ("", basis))


def sum_by(
    c: Calculation, dimensions: Sequence[str], *, fiscal_year_start: int = 1, consolidated: bool = False
) -> pd.DataFrame:
    """Return sums by dimensions that are known to exist; see `Result.by`."""
    of_rows = [*(d for d in dimensions if d in ROW_DIMENSIONS), *([SHARE] if consolidated else [])]
    groups = Groups(c, of_rows, per_year="year" in dimensions, fiscal_year_start=fiscal_year_start)
    base = groups.quantities()
    described = [describe(c, k) for k in range(len(c.keys))]
    own = [d for d in dimensions if d not in LINE_DIMENSIONS]
    for name in own:
        if name in KEY_DIMENSIONS:
            base[name] = np.array([d[name] for d in described] or [None], dtype=object)[base["key"]]
        if name in ("year", "fiscal_year"):
            base[name] = pd.to_numeric(base[name])  # null stands last, which it does not among objects
    if len(own) == len(dimensions):
        base["rate"], base["biomass"] = c.rates.co2e[base["key"]], c.rates.co2e_biomass[base["key"]]
        return _added(base, own)
    shown = [d for d in dimensions if d in LINE_DIMENSIONS]
    table = _lines(c, by_gas="gas" in dimensions, by_scope="scope" in dimensions)
    rates = [name for name in ("rate", "biomass", "kg_rate") if name in table]
    table = table.astype(dict.fromkeys(("key", *rates), float))
    table["unknown"] = table["biomass"].isna()  # a sum would make zeros of them
    lines = table.groupby(["key", *shown], as_index=False)[[*rates, "unknown"]].sum()
    lines["biomass"] = lines["biomass"].mask(lines.pop("unknown") > 0)
    has_figure = (base["records"] > 0) | (base["quantity"] > 0)  # later pieces of a row count as no further record
    sums = _added(base[has_figure].merge(lines, on="key"), list(dimensions))
    if "gas" not in shown:
        sums = _with_lacking(groups, base, sums, list(dimensions))
    sums["problems"] = base["problems"].sum()
    if own:
        lacking = base.groupby(own, dropna=False)["problems"].sum()
        sums["problems"] = lacking.reindex(sums.index.droplevel(shown)).to_numpy()  # type: ignore[arg-type]
    return sums


def _with_lacking(groups: Groups, base: pd.DataFrame, sums: pd.DataFrame, dimensions: list[str]) -> pd.DataFrame:
    """Add how many records of each group have their headline, but not this figure, or not in all of their parts."""
    shown = [d for d in dimensions if d in LINE_DIMENSIONS]
    lacks: dict[tuple[str, ...], npt.NDArray[np.bool_]] = {}
    for k, entry in enumerate(groups.c.rates.entries):
        for m in () if entry.problems else entry.missing:
            for scope in scope_labels(m.activity_category)[: None if "scope" in dimensions else 1]:
                said = {"activity_category": m.activity_category, "scope": scope}
                label = tuple(said[d] for d in shown)
                lacks.setdefault(label, np.zeros(len(groups.c.keys), dtype=bool))[k] = True
    own = base[["group", *(d for d in dimensions if d not in LINE_DIMENSIONS)]]
    counted = [
        own.assign(**dict(zip(shown, label, strict=True)), records=groups.having(keys)[own["group"]])
        for label, keys in lacks.items()
    ]
    lacking = pd.concat(counted) if counted else own.iloc[:0].assign(**dict.fromkeys(shown, ""), records=0)
    count = lacking[lacking["records"] > 0].groupby(dimensions, dropna=False)["records"].sum()
    both = sums.reindex(sums.index.union(count.index))
    counts = [n for n in ("records", "biomass_unknown", "problems", "share_assumed") if n in both]
    both[counts] = both[counts].fillna(0).astype(np.int64)
    return both.assign(lacking=count.reindex(both.index, fill_value=0).astype(np.int64))


def _added(base: pd.DataFrame, dimensions: list[str]) -> pd.DataFrame:
    """Multiply summed quantities by rates and add up; NaN rates are counted, not added."""
    base["co2e"] = base["quantity"] * base["rate"].fillna(0.0)
    base["co2e_biomass"] = base["quantity"] * base["biomass"].fillna(0.0)
    base["biomass_unknown"] = np.where(base["biomass"].isna(), base["records"], 0)
    base["quantity_known"] = (base["records"] > 0) | (base["quantity"] > 0)  # a later piece is no further record
    values = ["co2e", "co2e_biomass", "records", "problems", "biomass_unknown", "quantity_known"]
    if SHARE in base:
        share = base[SHARE].astype(np.float64)
        for name in ("co2e", "co2e_biomass"):
            base[f"consolidated_{name}"] = base[name] * share.fillna(1.0)
        base["share_assumed"] = np.where(share.isna(), base["records"], 0)
        values += ["consolidated_co2e", "consolidated_co2e_biomass", "share_assumed"]
    if "kg_rate" in base:
        base["kg"] = base["quantity"] * base["kg_rate"]
        values.insert(0, "kg")
    sums = base.groupby(dimensions, dropna=False, sort=True)[values].sum()
    kg = [name for name in values if name == "kg" or "co2e" in name]
    sums.loc[sums["quantity_known"] == 0, kg] = np.nan  # no figure at all is no zero
    unknown = sums["biomass_unknown"].eq(sums["records"]) & sums["records"].gt(0)
    sums.loc[unknown, [name for name in kg if "biomass" in name]] = np.nan
    return sums.drop(columns="quantity_known")


def _lines(c: Calculation, *, by_gas: bool, by_scope: bool) -> pd.DataFrame:
    """Return the figures of each key, with `by_scope` a row for each scope that shows them (and gas)."""
    rows = []
    for k, entry in enumerate(c.rates.entries):
        for w in entry.weighed:
            name = w.line.activity_category
            for scope in scope_labels(name)[: None if by_scope else 1]:  # once, where scopes are not told apart
                common = {"key": k, "activity_category": name, "scope": scope}
                if not by_gas:
                    rows.append({**common, "rate": w.co2e, "biomass": w.co2e_biomass})
                    continue
                for gas, rate in w.gas_co2e.items():
                    kg = w.gas_kg.get(gas, np.nan)
                    rows.append({**common, "gas": gas, "rate": rate, "biomass": 0.0, "kg_rate": kg})
                if w.co2e_biomass:
                    biogenic = {"gas": "CO2 biogenic", "rate": 0.0, "biomass": w.co2e_biomass}
                    rows.append({**common, **biogenic, "kg_rate": w.co2e_biomass})
    columns = ["key", "activity_category", "scope", *(["gas"] if by_gas else []), "rate", "biomass"]
    return pd.DataFrame(rows, columns=[*columns, "kg_rate"] if by_gas else columns)
