"""Rows as sums take them: whole, or in parts.

A row that crosses New Year, or a day on which its answer changes, is in pieces, each with factors of its
own. By fiscal year these are cut once more, by days, at the first day of the fiscal year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.columns import NO_DAY
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.periods import FIRST_YEAR, Calendar, split, year_starts, years_of
from facility_emissions.calculation.problems import ProblemLog

Ints = npt.NDArray[np.int64]
_EPOCH = dt.date(1970, 1, 1).toordinal()
NO_YEAR = 0  # of a row without a sound period


@dataclass(frozen=True, slots=True)
class Parts:
    """Which rows are whole, and the parts of the others.

    Attributes:
        whole: whether each row is taken whole.
        row, key, quantity: of each part; those of a row lie together, in the order of time.
        calendar_year: of each part.
        year, part_year: fiscal year of each row that is whole, and of each part; None where they
            are not by fiscal year.
    """

    whole: npt.NDArray[np.bool_]
    row: Ints
    key: npt.NDArray[Any]
    quantity: npt.NDArray[np.float64]
    calendar_year: Ints
    year: Ints | None = None
    part_year: Ints | None = None

    def only(self, some: npt.NDArray[np.bool_]) -> Parts:
        """Return some of the parts, with the same rows whole."""
        part_year = None if self.part_year is None else self.part_year[some]
        of = (self.row[some], self.key[some], self.quantity[some], self.calendar_year[some])
        return Parts(self.whole, *of, self.year, part_year)

    def begins_record(self, *, per_calendar_year: bool) -> npt.NDArray[np.bool_]:
        """Whether a part is the first of its row in a sum: a row counts once in each year summed by."""
        told_apart = [self.row]
        if per_calendar_year:
            told_apart.append(self.calendar_year)
        if self.part_year is not None:
            told_apart.append(self.part_year)
        new = np.ones(len(self.row), dtype=bool)
        new[1:] = np.any([labels[1:] != labels[:-1] for labels in told_apart], axis=0)
        return new


def calendar_parts(c: Calculation) -> Parts:
    """Return the rows and the pieces of those that have several answers."""
    whole = np.ones(len(c.key), dtype=bool)
    whole[c.pieces.row] = False
    return Parts(whole, c.pieces.row, c.piece_key, c.pieces.quantity, c.pieces.year)


def fiscal_parts(c: Calculation, month: int) -> Parts:
    """Return the rows and the parts of those that cross a year, calendar or fiscal.

    The Method's `year_rule` holds for both: by days, or the year of the first or the last day.

    Args:
        c: the calculation.
        month: with which the fiscal year begins, 1 to 12.
    """
    rows, start, end = Calendar(c.frame).sound(np.arange(len(c.key)), ProblemLog())
    if c.method.year_rule == "start":
        end = start
    elif c.method.year_rule == "end":
        start = end
    whole = calendar_parts(c).whole
    first = years_of(start, month)
    cut = whole[rows] & (first != years_of(end, month))
    year = np.full(len(c.key), NO_YEAR)
    year[rows] = first
    first_day, last_day = np.zeros_like(year), np.zeros_like(year)
    first_day[rows], last_day[rows] = start, end
    # Rows of one answer that cross a fiscal year, and the pieces of the others.
    crossing, pieces = rows[cut], c.pieces
    whole[crossing] = False
    piece_start, piece_end = _days_of_pieces(c, first_day, last_day)
    row = np.concatenate([crossing, pieces.row])
    calendar_year = np.concatenate([years_of(start[cut]), pieces.year])
    start = np.concatenate([start[cut], piece_start])
    order = np.lexsort((start, row))
    start, end = start[order], np.concatenate([end[cut], piece_end])[order]
    quantity = np.concatenate([c.quantity[crossing], pieces.quantity])[order]
    found = split(order, start, end, quantity, month)
    key = np.concatenate([c.key[crossing], c.piece_key])
    return Parts(whole, row[found.row], key[found.row], found.quantity, calendar_year[found.row], year, found.year)


def _days_of_pieces(c: Calculation, first_day: Ints, last_day: Ints) -> tuple[Ints, Ints]:
    """Return the first and last day of each piece: it ends where the next one of its row begins.

    Args:
        c: the calculation.
        first_day, last_day: of each row.
    """
    row, year = c.pieces.row, c.pieces.year
    since = np.array([key.since.toordinal() - _EPOCH if key.since else NO_DAY for key in c.keys], dtype=np.int64)
    start = np.maximum(np.maximum(first_day[row], year_starts()[year - FIRST_YEAR]), since[c.piece_key])
    end = last_day[row]
    followed = np.flatnonzero(row[1:] == row[:-1])
    end[followed] = start[followed + 1] - 1
    return start, end
