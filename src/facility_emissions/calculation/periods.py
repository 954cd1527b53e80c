"""Periods: which year a bill belongs to, and the pieces of one that crosses a year.

A period runs from its first to its last day, both inside. Pieces are by days (`prorate`);
the last piece is what remains, so that they add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.columns import BAD_DAY, NO_DAY, DateColumn, numbers
from facility_emissions.calculation.problems import ProblemLog

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FIRST_YEAR, LAST_YEAR = 1900, 2100  # a date outside is a slip of the pen
_SAMPLE = 1 << 12  # rows


@cache
def year_starts(month: int = 1) -> Ints:
    """Return the first day (since 1970) of each year from FIRST_YEAR on, and the day after the last one.

    A year that begins with another month than January has the name of the calendar year in which
    it ends: what begins on 1 April 2023 is 2024. The last one holds the end of LAST_YEAR.
    """
    first, more = FIRST_YEAR - 1970 - (month > 1), int(month > 1)
    months = np.arange(first, LAST_YEAR - 1970 + 2 + more) * 12 + month - 1
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def years_of(days: Ints, month: int = 1) -> Ints:
    """Return the years, beginning with `month`, of days that lie between FIRST_YEAR and LAST_YEAR."""
    return np.searchsorted(year_starts(month), days, side="right") - 1 + FIRST_YEAR


@lru_cache(maxsize=256)
def _tables(first: int, last: int, per_day: int) -> tuple[int, Ints, Ints]:
    """Return what turns days into the codes of the years from first to last.

    Returns:
        The day before the first year; of each day from then on its year's code, 0 at both ends, and the
        tick at which the next year begins, at both ends one that is before any.
    """
    starts = year_starts()[first - FIRST_YEAR : last - FIRST_YEAR + 2]
    codes = np.repeat(np.arange(1, last - first + 2), np.diff(starts))
    codes = np.concatenate([[0], codes, [0]])
    next_year = np.concatenate([[np.iinfo(np.int64).min], starts[1:] * per_day])
    return int(starts[0]) - 1, codes, next_year[codes]


def _years(column: pd.Series) -> npt.NDArray[Any]:
    """Return a column of years as numbers, NaN where there is none."""
    as_they_are = isinstance(column.dtype, np.dtype) and column.dtype in (np.int32, np.int64)
    return column.to_numpy() if as_they_are else numbers(column)[0]


class Calendar:
    """The period columns of a frame, and the code of each year in them: 1 for the first, 0 for none.

    Its years are those of a sample of the rows, for to read all dates beforehand would cost as much as a
    fifth of the codes; `misses` says whether others have to be looked at after all.
    """

    def __init__(self, frame: pd.DataFrame, *, whole: bool = False) -> None:
        """Take the columns `start_date`, `end_date` and, for rows without dates, `year`.

        Args:
            frame: the consumption.
            whole: whether to read every row for the years, not a sample.
        """
        self._frame = frame
        self._start = DateColumn(frame["start_date"]) if "start_date" in frame else None
        self._end = DateColumn(frame["end_date"]) if "end_date" in frame else None
        self._year = _years(frame["year"]) if "year" in frame else None
        step = max(1, len(frame) // _SAMPLE)
        self.first, self.last = self._span(slice(None) if whole else slice(None, None, step))
        per_day = 1 if self._end is None else self._end.per_day
        self._first_day, self._code_of_day, self._next_year = _tables(self.first, self.last, per_day)

    @property
    def size(self) -> int:
        """How many codes there are."""
        return self.last - self.first + 2

    def code(self, year: Ints) -> Ints:
        """Return the codes of years that lie in the calendar."""
        return year - (self.first - 1)

    def year(self, code: int) -> int | None:
        """Return the year of a code, None for 0."""
        return self.first + code - 1 if code else None

    def _span(self, rows: slice) -> tuple[int, int]:
        """Return the first and last year that any of these may lie in, if sound: it ends no earlier than it starts."""
        low, high = year_starts()[[0, -1]].tolist()
        first = high if self._start is None else self._start.least(rows)
        last = low if self._end is None else self._end.greatest(rows)
        within = [min(max(day, low), high - 1) for day in (first, last)]
        years = years_of(np.array(within)).tolist() if first <= last else []
        if self._year is not None:
            stated = self._year[(self._year >= FIRST_YEAR) & (self._year <= LAST_YEAR)]
            years += [int(stated.min()), int(stated.max())] if len(stated) else []
        return (min(years), max(years)) if years else (FIRST_YEAR, FIRST_YEAR)

    def misses(self, odd: Ints) -> bool:
        """Whether some of the rows that need a look are sound, and in years that the calendar has not."""
        start, end = self.at(odd)
        low, high = year_starts()[[0, -1]]
        first, after = year_starts()[[self.first - FIRST_YEAR, self.last - FIRST_YEAR + 1]]
        outside = (start < first) | (end >= after)
        return bool(np.any(outside & (start >= low) & (end < high) & (start <= end)))

    def codes(self, block: slice, out: npt.NDArray[Any]) -> Ints:
        """Write the code of each row's year into `out`; 0, and its place returned, where it needs a look.

        That is a row without dates, with reversed ones, outside the years, or across two years.
        """
        if self._start is None and self._end is None and self._year is not None:
            code = self._year[block] - (self.first - 1)
            simple = (code >= 1) & (code < self.size) & (code == np.floor(code))
            out[:] = np.where(simple, code, 0)
            return np.flatnonzero(~simple)
        if self._start is None or self._end is None:
            out[:] = 0
            return np.arange(len(out))
        start, end = self._start.ticks(block), self._end.ticks(block)
        per_day = self._start.per_day
        alike = per_day == self._end.per_day
        simple = start <= end if alike else start // per_day <= end // self._end.per_day
        # Unsigned numbers are divided faster; what lies before the table becomes a day far after it.
        day = (start - self._first_day * per_day).view(np.uint64)
        day = np.floor_divide(day, np.uint64(per_day), out=day).view(np.int64)
        np.take(self._code_of_day.astype(out.dtype), day, mode="clip", out=out)
        simple &= end < np.take(self._next_year, day, mode="clip")
        if simple.all():
            return np.zeros(0, dtype=np.int64)
        odd = np.flatnonzero(~simple)
        out[odd] = 0
        return odd

    def at(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return first and last day of some rows, as written."""
        none = np.full(len(rows), NO_DAY) if None in (self._start, self._end) else None
        start = self._start.at(rows) if self._start is not None else none
        end = self._end.at(rows) if self._end is not None else none
        return start, end  # type: ignore[return-value]

    def sound(self, rows: Ints, log: ProblemLog) -> tuple[Ints, Ints, Ints]:
        """Return the rows that have a period after all, with its first and last day; log the others."""
        start, end = self.at(rows)
        good = np.ones(len(rows), dtype=bool)
        if "year" in self._frame:
            start, end = self._whole_years(rows, start, end, good, log)
        low, high = year_starts()[[0, -1]]
        for name, day in (("start_date", start), ("end_date", end)):
            missing = good & (day == NO_DAY)
            no_date = good & (day == BAD_DAY)
            outside = good & ~missing & ~no_date & ((day < low) | (day >= high))
            for bad, reason, remedy in (
                (
                    missing,
                    f"The {name} is missing.",
                    "The first and last day of the period, or a column `year`.",
                ),
                (no_date, f"The {name} is no date.", "An ISO 8601 date, as in 2024-01-31."),
                (
                    outside,
                    f"The {name} is outside the years {FIRST_YEAR} to {LAST_YEAR}.",
                    "Correct the year.",
                ),
            ):
                self._tell(rows[bad], name, reason, remedy, log)
        good &= (start >= low) & (end >= low) & (start < high) & (end < high)
        swapped = good & (end < start)
        self._tell(rows[swapped], "end_date", "The end_date is before the start_date.", "Swap the two dates.", log)
        good &= ~swapped
        return rows[good], start[good], end[good]

    def _tell(self, rows: Ints, column: str, reason: str, remedy: str, log: ProblemLog) -> None:
        if len(rows):
            shown = self._frame[column].iloc[rows].tolist() if column in self._frame else None
            log.add(rows, column, shown, reason, remedy)

    def _whole_years(
        self, rows: Ints, start: Ints, end: Ints, good: npt.NDArray[np.bool_], log: ProblemLog
    ) -> tuple[Ints, Ints]:
        """Give rows without dates the whole of their `year`; a year that is none is told and not `good`."""
        column = self._frame["year"].iloc[rows]
        year, no_number = numbers(column)
        undated = (start == NO_DAY) & (end == NO_DAY)
        given = undated & (~np.isnan(year) | (no_number if len(no_number) else False))
        fine = given & (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (year == np.floor(year))
        self._tell(rows[given & ~fine], "year", "The year is none.", "A calendar year, as in 2024.", log)
        good &= ~(given & ~fine)
        at = np.where(fine, year, FIRST_YEAR).astype(np.int64) - FIRST_YEAR
        starts = year_starts()
        return np.where(fine, starts[at], start), np.where(fine, starts[at + 1] - 1, end)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Parts of rows: which row, their year, and the row's quantity in it."""

    row: Ints
    year: Ints
    quantity: Floats

    def first_of_row(self) -> Ints:
        """Return where the pieces of each row begin; they lie together, in the order of their years."""
        return np.flatnonzero(np.append(True, self.row[1:] != self.row[:-1])) if len(self.row) else self.row

    def nth_of_row(self) -> Ints:
        """Return of each piece how many pieces of its row come before it."""
        first = self.first_of_row()
        count = np.diff(np.append(first, len(self.row)))
        return np.arange(len(self.row)) - np.repeat(first, count)


def split(rows: Ints, start: Ints, end: Ints, quantity: Floats, month: int = 1) -> Pieces:
    """Split rows that cross a year into one piece a year, by days.

    Args:
        rows: positions of the rows.
        start, end: first and last day of each, days since 1970, inclusive.
        quantity: quantity of each.
        month: with which years begin.

    Returns:
        The pieces, in the order of the rows and their years.
    """
    bounds = year_starts(month)
    first = np.searchsorted(bounds, start, side="right") - 1
    count = np.searchsorted(bounds, end, side="right") - first
    of = np.repeat(np.arange(len(rows)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    at = first[of] + nth
    days = np.minimum(end[of] + 1, bounds[at + 1]) - np.maximum(start[of], bounds[at])
    part = quantity[of] * (days / (end[of] + 1 - start[of]))
    is_last = nth == count[of] - 1
    before = np.bincount(of[~is_last], weights=part[~is_last], minlength=len(rows))
    part[is_last] = quantity - before
    return Pieces(rows[of], at + FIRST_YEAR, part)


NO_PIECES = Pieces(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
