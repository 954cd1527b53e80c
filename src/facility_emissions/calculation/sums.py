"""Sums of a calculation: quantities are added by key first, then multiplied by the rates.

So a sum over ten million rows costs one bincount, whatever it is by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from facility_emissions.calculation.describe import describe
from facility_emissions.calculation.dimensions import ROW_DIMENSIONS, SHARE, row_dimension
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.keys import number
from facility_emissions.calculation.parts import calendar_parts, fiscal_parts
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
    base = quantities_by(c, of_rows, per_year="year" in dimensions, fiscal_year_start=fiscal_year_start)
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
        sums = _with_lacking(c, base, sums, list(dimensions))
    sums["problems"] = base["problems"].sum()
    if own:
        lacking = base.groupby(own, dropna=False)["problems"].sum()
        sums["problems"] = lacking.reindex(sums.index.droplevel(shown)).to_numpy()  # type: ignore[arg-type]
    return sums


def _with_lacking(c: Calculation, base: pd.DataFrame, sums: pd.DataFrame, dimensions: list[str]) -> pd.DataFrame:
    """Add how many records of each group have their headline, but not this figure."""
    rows = [
        {"key": k, "activity_category": m.activity_category, "scope": scope}
        for k, entry in enumerate(c.rates.entries)
        if not entry.problems
        for m in entry.missing
        for scope in scope_labels(m.activity_category)[: None if "scope" in dimensions else 1]
    ]
    shown = [d for d in dimensions if d in LINE_DIMENSIONS]
    missing = pd.DataFrame(rows, columns=["key", "activity_category", "scope"])[["key", *shown]].drop_duplicates()
    lacking = base.merge(missing.astype({"key": base["key"].dtype}), on="key")
    count = lacking.groupby(dimensions, dropna=False)["records"].sum()
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


def quantities_by(
    c: Calculation, of_rows: Sequence[str], *, per_year: bool = False, fiscal_year_start: int = 1
) -> pd.DataFrame:
    """Return distinct (facts of rows, key): summed quantity, rows with a figure, rows without.

    A row that crosses a year is in the table by its pieces. It counts as one record, in its
    first year, unless the sums are per year.
    """
    rated = np.isfinite(c.rates.co2e)
    ok = np.isfinite(c.quantity) & rated[c.key]
    parts = fiscal_parts(c, fiscal_year_start) if "fiscal_year" in of_rows else calendar_parts(c)
    part_ok = np.isfinite(parts.quantity) & rated[parts.key]
    first = parts.begins_record(per_calendar_year=per_year)
    names: dict[str, object] = {}
    if of_rows:
        found = [row_dimension(c, name, parts) for name in of_rows]
        sizes = (*(len(d.values) for d in found), len(c.keys))
        if math.prod(sizes) >= 2**63:
            raise ContractError(f"More combinations of {', '.join(of_rows)} than 63 bits can number: sum by fewer.")
        combined, part_combined = np.zeros(len(c.key), dtype=np.int64), np.zeros(len(parts.row), dtype=np.int64)
        for d in found:
            combined = combined * len(d.values) + d.codes
            part_combined = part_combined * len(d.values) + d.part_codes
        keyed = number(combined * sizes[-1] + c.key, sizes, part_combined * sizes[-1] + parts.key)
        group, part_group, size = keyed.key, keyed.more_key, len(keyed.parts[-1])
        for nth, d in enumerate(found):
            names[d.name] = np.array(d.values, dtype=object)[keyed.parts[nth]]
        names["key"] = keyed.parts[-1]
    else:
        group, part_group, size = c.key, parts.key, len(c.keys)
        names["key"] = np.arange(size)
    ok &= parts.whole
    records = np.bincount(group[ok], minlength=size) + np.bincount(part_group[part_ok & first], minlength=size)
    problems = np.bincount(group[parts.whole & ~ok], minlength=size) + np.bincount(
        part_group[~part_ok & first], minlength=size
    )
    quantity = np.zeros(size)  # bincount of nothing would be integer
    quantity += np.bincount(group[ok], weights=c.quantity[ok], minlength=size).astype(np.float64)
    quantity += np.bincount(part_group[part_ok], weights=parts.quantity[part_ok], minlength=size).astype(np.float64)
    base = pd.DataFrame({**names, "quantity": quantity, "records": records, "problems": problems})
    return base[(records > 0) | (problems > 0) | (quantity > 0)].reset_index(drop=True)


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
