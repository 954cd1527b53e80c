"""Which part of a year the records of a facility cover: the days in any of their periods, counted once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation import periods
from facility_emissions.calculation.answered import Answered
from facility_emissions.calculation.describe import describe
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.problems import ProblemLog

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_APART = 1 << 20  # days; more than any period is away from another


def covered(c: Calculation, a: Answered) -> Floats:
    """Return for each answered row (or piece) how much of its year its facility's records of its category cover.

    Overlapping periods count once; rows without a figure cover nothing.
    """
    if not len(a.row):
        return np.zeros(0)
    categories = pd.factorize(np.array([str(describe(c, k)["category"]) for k in range(len(c.keys))]))[0]
    group = (c.facility.codes[a.row].astype(np.int64) + 1) * (int(categories.max()) + 1) + categories[a.key]
    first = a.first_of_row()
    _, start, end = periods.Calendar(c.frame).sound(a.row[first], ProblemLog())  # they were sound before
    merged_group, start, end = merged(group[first], start, end)
    days = (end - start + 1).astype(np.float64)
    pieces = periods.split(np.arange(len(start)), start, end, days)
    size = periods.LAST_YEAR + 1
    found, place = np.unique(merged_group[pieces.row] * size + pieces.year, return_inverse=True)
    covered_days = np.bincount(place, pieces.quantity, len(found))
    year = np.array([key.year or periods.FIRST_YEAR for key in c.keys], dtype=np.int64)[a.key]
    starts = periods.year_starts()
    in_year = np.diff(starts)[year - periods.FIRST_YEAR]
    at = np.searchsorted(found, group * size + year)
    at = np.minimum(at, len(found) - 1)
    return np.where(found[at] == group * size + year, covered_days[at] / in_year, 0.0)


def merged(group: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Merge periods of a group that overlap; return the group, first and last day of what remains, sorted."""
    order = np.lexsort((start, group))
    group, start, end = group[order], start[order], end[order]
    rank = np.cumsum(np.append(0, group[1:] != group[:-1]))
    reached = np.maximum.accumulate(end + rank * _APART) - rank * _APART  # the last day so far, within the group
    new = np.append(True, (group[1:] != group[:-1]) | (start[1:] > reached[:-1]))
    begin = np.flatnonzero(new)
    last = np.append(begin[1:], len(group)) - 1
    return group[begin], start[begin], reached[last]
