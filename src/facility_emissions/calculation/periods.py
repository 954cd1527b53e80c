"""Periods: which year a bill belongs to, and the pieces of one that crosses a year.

A period runs from its first to its last day, both inside. Pieces are by days (`prorate`);
the last piece is what remains, so that they add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.columns import BLOCK, NO_DAY

FIRST_YEAR, LAST_YEAR = 1900, 2100  # a date outside is a slip of the pen
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]



def year_starts(first: int, last: int) -> Ints:
    """Return the day number (since 1970) of 1 January of each year from first to last."""
    years = np.arange(first - 1970, last - 1970 + 1).astype("datetime64[Y]")
    return years.astype("datetime64[D]").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Years:
    """Where rows lie in time.

    `code` is 1 + years since `first`, or 0 for a row without a period or one that crosses a
    year and will be split; `count` years are spanned; `crossing` are the rows to split.
    """

    first: int
    count: int
    code: npt.NDArray[np.int32]
    crossing: Ints


def place(start: npt.NDArray[np.int32], end: npt.NDArray[np.int32], rule: str) -> Years:
    """Place periods in years by a lookup over the days that they span.

    Args:
        start, end: first and last day, days since 1970, both `NO_DAY` where there is none.
        rule: `prorate` leaves rows that cross a year to be split; `start`, `end` take one year.
    """
    code = np.zeros(len(start), dtype=np.int32)
    if not len(start) or end.max() == NO_DAY:
        return Years(1970, 0, code, np.zeros(0, dtype=np.int64))
    earliest = int(start.min())
    if earliest == NO_DAY:
        earliest = int(start[start != NO_DAY].min())
    first, last = _year(earliest), _year(int(end.max()))
    starts = year_starts(first, last + 1)
    table = np.repeat(np.arange(1, last - first + 2, dtype=np.int32), np.diff(starts))
    table = np.append(table, np.int32(0))  # reached by -1: no day
    last_day = np.append(np.iinfo(np.int64).max, starts[1:] - 1)
    by = end if rule == "end" else start
    crossing = []
    for at in range(0, len(by), BLOCK):
        day = np.maximum(by[at : at + BLOCK] - np.int32(starts[0]), np.int32(-1))
        part = code[at : at + BLOCK]
        np.take(table, day, out=part)
        if rule == "prorate":
            over = end[at : at + BLOCK] > last_day[part]
            if over.any():
                crossing.append(np.flatnonzero(over) + at)
    rows = np.concatenate(crossing) if crossing else np.zeros(0, dtype=np.int64)
    code[rows] = 0
    return Years(first, last - first + 1, code, rows)


def _year(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(np.int64)) + 1970


@dataclass(frozen=True, slots=True)
class Pieces:
    """Parts of rows: which row, which year, and the share of the row's quantity in it."""

    row: Ints
    year: Ints
    quantity: Floats


def split(rows: Ints, start: Ints, end: Ints, quantity: Floats) -> Pieces:
    """Split rows that cross a year into one piece a year, by days.

    Args:
        rows: positions of the rows.
        start, end: first and last day of each, days since 1970, inclusive.
        quantity: quantity of each.

    Returns:
        The pieces, ordered by row and year.
    """
    if len(rows) == 0:
        empty = np.zeros(0, dtype=np.int64)
        return Pieces(empty, empty, np.zeros(0))
    first = int(start.min() // 366) + 1969
    last = int(end.max() // 365) + 1971
    bounds = year_starts(first, last + 1)
    year_first = np.searchsorted(bounds, start, side="right") - 1
    year_last = np.searchsorted(bounds, end, side="right") - 1
    count = year_last - year_first + 1
    of = np.repeat(np.arange(len(rows)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    at = year_first[of] + nth
    from_day = np.maximum(start[of], bounds[at])
    to_day = np.minimum(end[of] + 1, bounds[at + 1])
    share = (to_day - from_day) / (end[of] + 1 - start[of])
    part = quantity[of] * share
    is_last = nth == count[of] - 1
    before = np.bincount(of[~is_last], weights=part[~is_last], minlength=len(rows))
    part[is_last] = quantity - before
    return Pieces(rows[of], at + first, part)
