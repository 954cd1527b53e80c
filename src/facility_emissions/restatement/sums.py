"""Sums of a restatement: quantities are added by (facility, pair) first, then multiplied by the rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from facility_emissions.restatement.groups import Groups
from facility_emissions.restatement.sheets import Kinds, Sheet
from facility_emissions.restatement.splits import Split
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

KEY_DIMENSIONS = ("country", "category", "activity", "year")
LINE_DIMENSIONS = ("activity_category", "scope")
_OF_FACILITY = ("facility", "facility_type")
DIMENSIONS = (*_OF_FACILITY, *KEY_DIMENSIONS, *LINE_DIMENSIONS)
Names = Mapping[str, Sequence[object]]  # of each facility, by its number: `facility` and `facility_type`
_COUNTS = ("figures_before", "figures_after", "problems_before", "problems_after")


def sums_by(
    sheets: Sequence[tuple[Sheet, Split]], names: Names, groups: Groups, kinds: Kinds, dimensions: Sequence[str]
) -> pd.DataFrame:
    """Return sums by dimensions that are known to exist; see `Restatement.by`."""
    kg = ["co2e_before", "co2e_after", *groups.effects]
    own = [d for d in dimensions if d not in LINE_DIMENSIONS]
    bases = [_base(sheet, of, names, groups, kinds, dimensions) for sheet, of in sheets]
    tables = []
    for (_, of), base in zip(sheets, bases, strict=True):
        if len(own) == len(dimensions):
            rates = np.stack([of.by_pair(lines) for lines in (of.before, of.after, *of.effects)])
            at, row = np.arange(len(base)), base["pair"].to_numpy()
        else:
            rates = np.stack([of.before, of.after, *of.effects])
            begin = np.searchsorted(of.line_pair, np.arange(len(of.key) + 1))
            count = np.diff(begin)[base["pair"]]
            at = np.repeat(np.arange(len(base)), count)
            nth = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
            row = begin[base["pair"].to_numpy()[at]] + nth
        table = base.iloc[at].reset_index(drop=True)
        if len(own) < len(dimensions):
            table["activity_category"] = np.array(of.figure, dtype=object)[row]
            scopes = {name: figure.scope for name, figure in ACTIVITY_CATEGORIES.items()}
            table["scope"] = table["activity_category"].map(scopes)
        for name, rate in zip(kg, rates, strict=True):
            table[name] = table["quantity"].to_numpy() * rate[row]
        tables.append(table)
    sums = pd.concat(tables).groupby(list(dimensions), dropna=False)[[*kg, *_COUNTS]].sum()
    if len(own) < len(dimensions):  # what has no figure has none to be dealt to
        problems = [*_COUNTS[2:]]
        lacking = pd.concat(bases)
        if own:
            by_own = lacking.groupby(own, dropna=False)[problems].sum()
            shown = [d for d in dimensions if d in LINE_DIMENSIONS]
            own_index = sums.index.droplevel(shown)  # type: ignore[arg-type]
            sums[problems] = by_own.reindex(own_index).to_numpy()
        else:
            sums[problems] = lacking[problems].sum().to_numpy()
    sums["difference"] = sums["co2e_after"] - sums["co2e_before"]
    for side in ("before", "after"):  # where there are only problems, nothing is known, which is not 0
        unknown = sums[f"figures_{side}"].eq(0) & sums[f"problems_{side}"].gt(0)
        sums[f"co2e_{side}"] = sums[f"co2e_{side}"].mask(unknown)
    sums["relative"] = (sums["difference"] / sums["co2e_before"]).where(sums["co2e_before"] != 0)
    return sums[[*kg[:2], "difference", "relative", *groups.effects, *_COUNTS[2:]]]


def _base(
    sheet: Sheet, of: Split, names: Names, groups: Groups, kinds: Kinds, dimensions: Sequence[str]
) -> pd.DataFrame:
    """Return distinct (facility, pair): summed quantity, and records with and without a figure on each side."""
    size = max(len(of.key), 1)
    shown = [d for d in dimensions if d in _OF_FACILITY]
    code = sheet.facility * size + of.pair if shown else of.pair
    number, distinct = pd.factorize(code)
    count = sheet.counted(per_year="year" in dimensions)
    facility, pair = np.divmod(distinct, size)
    base = pd.DataFrame({"pair": pair})
    base["quantity"] = np.bincount(number, weights=np.nan_to_num(sheet.quantity), minlength=len(distinct))
    records = np.bincount(number[count], minlength=len(distinct))
    for side, state, at in (("before", 0, 0), ("after", groups.last, -1)):
        has = np.array([kind[at] for kind in kinds])[of.kind[pair]]
        here = records if state in sheet.states else records * 0
        base[f"figures_{side}"] = np.where(has, here, 0)
        base[f"problems_{side}"] = np.where(has, 0, here)
    for name in shown:
        base[name] = np.array([*names[name], None], dtype=object)[facility]
    for name in KEY_DIMENSIONS:
        if name in dimensions:
            base[name] = np.array([*(said[name] for said in sheet.said), None], dtype=object)[of.key[pair]]
    if "year" in dimensions:
        base["year"] = pd.to_numeric(base["year"])  # null stands last, which it does not among objects
    return base
