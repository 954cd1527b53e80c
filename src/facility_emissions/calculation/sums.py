"""Sums of a calculation: quantities are added by key first, then multiplied by the rates.

So a sum over ten million rows costs one bincount, whatever it is by.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from facility_emissions.calculation.describe import describe
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.keys import number
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

KEY_DIMENSIONS = ("country", "category", "activity", "year")
LINE_DIMENSIONS = ("activity_category", "scope", "gas")


def scope_labels(activity_category: str) -> tuple[str, ...]:
    """Return the scopes that a figure is shown in; purchased heat is in both scope 2 totals."""
    figure = ACTIVITY_CATEGORIES[activity_category]
    if figure.scope != 2:
        return (str(figure.scope),)
    return tuple(f"2 {basis}-based" for basis in ("location", "market") if figure.basis in ("", basis))


def sum_by(c: Calculation, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return sums by dimensions that are known to exist; see `Result.by`."""
    base = quantities_by(c, facility="facility" in dimensions, per_year="year" in dimensions)
    described = [describe(c, k) for k in range(len(c.keys))]
    own = [d for d in dimensions if d not in LINE_DIMENSIONS]
    for name in own:
        if name != "facility":
            base[name] = np.array([d[name] for d in described] or [None], dtype=object)[base["key"]]
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
    counts = ["records", "biomass_unknown", "problems"]
    both[counts] = both[counts].fillna(0).astype(np.int64)
    return both.assign(lacking=count.reindex(both.index, fill_value=0).astype(np.int64))


def _added(base: pd.DataFrame, dimensions: list[str]) -> pd.DataFrame:
    """Multiply summed quantities by rates and add up; NaN rates are counted, not added."""
    base["co2e"] = base["quantity"] * base["rate"].fillna(0.0)
    base["co2e_biomass"] = base["quantity"] * base["biomass"].fillna(0.0)
    base["biomass_unknown"] = np.where(base["biomass"].isna(), base["records"], 0)
    base["quantity_known"] = (base["records"] > 0) | (base["quantity"] > 0)  # a later piece is no further record
    values = ["co2e", "co2e_biomass", "records", "problems", "biomass_unknown", "quantity_known"]
    if "kg_rate" in base:
        base["kg"] = base["quantity"] * base["kg_rate"]
        values.insert(0, "kg")
    sums = base.groupby(dimensions, dropna=False, sort=True)[values].sum()
    kg = [name for name in ("kg", "co2e", "co2e_biomass") if name in sums]
    sums.loc[sums["quantity_known"] == 0, kg] = np.nan  # no figure at all is no zero
    sums.loc[sums["biomass_unknown"].eq(sums["records"]) & sums["records"].gt(0), "co2e_biomass"] = np.nan
    return sums.drop(columns="quantity_known")


def quantities_by(c: Calculation, *, facility: bool, per_year: bool = False) -> pd.DataFrame:
    """Return distinct (facility, key): summed quantity, rows with a figure, rows without.

    A row that crosses a year is in the table by its pieces. It counts as one record, in its
    first year, unless the sums are per year.
    """
    rated = np.isfinite(c.rates.co2e)
    ok = np.isfinite(c.quantity) & rated[c.key]
    counted = np.ones(len(c.key), dtype=bool)
    counted[c.pieces.row] = False
    piece_ok = np.isfinite(c.pieces.quantity)
    first = np.ones(len(c.pieces.row), dtype=bool)
    if not per_year:
        first[1:] = c.pieces.row[1:] != c.pieces.row[:-1]
    else:
        first[1:] = (c.pieces.row[1:] != c.pieces.row[:-1]) | (c.pieces.year[1:] != c.pieces.year[:-1])
    names: dict[str, object] = {}
    if facility:
        codes = c.facility.codes.astype(np.int64) + 1
        sizes = (len(c.facility.values) + 1, len(c.keys))
        combined = codes * sizes[1] + c.key
        keyed = number(combined, sizes, codes[c.pieces.row] * sizes[1] + c.piece_key)
        group, piece_group = keyed.key, keyed.more_key
        ids = np.array([None, *c.facility.values], dtype=object)
        names["facility"] = ids[[f for f, _ in keyed.tuples]]
        names["key"] = np.array([k for _, k in keyed.tuples], dtype=np.int64)
        size = len(keyed.tuples)
    else:
        group, piece_group, size = c.key, c.piece_key, len(c.keys)
        names["key"] = np.arange(size)
    ok &= counted
    records = np.bincount(group[ok], minlength=size) + np.bincount(piece_group[piece_ok & first], minlength=size)
    problems = np.bincount(group[counted & ~ok], minlength=size) + np.bincount(
        piece_group[~piece_ok & first], minlength=size
    )
    quantity = np.zeros(size)  # bincount of nothing would be integer
    quantity += np.bincount(group[ok], weights=c.quantity[ok], minlength=size).astype(np.float64)
    quantity += np.bincount(piece_group[piece_ok], weights=c.pieces.quantity[piece_ok], minlength=size).astype(
        np.float64
    )
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
