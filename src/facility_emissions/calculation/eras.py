"""Eras: parts of a year with one answer each, where a contract or a factor begins or ends within it.

Only rows of the few keys that have edges are looked at. One that crosses an edge is split by
days, like one that crosses a year; the parts add up exactly to the whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation import periods
from facility_emissions.calculation.keys import Keyed
from facility_emissions.calculation.problems import ProblemLog
from facility_emissions.calculation.questions import Key

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_EPOCH = dt.date(1970, 1, 1).toordinal()
Edges = Callable[[Key], tuple[dt.date, ...]]
Eras = Mapping[int, tuple[dt.date, ...]]


def eras_of(keys: list[Key], edges: Edges) -> Eras:
    """Return the keys whose answer changes within their year, with the days on which it does."""
    return {k: days for k, key in enumerate(keys) if (days := edges(key))}


def split_eras(
    eras: Eras,
    keyed: Keyed,
    keys: list[Key],
    pieces: periods.Pieces,
    calendar: periods.Calendar,
    quantity: Floats,
    year_rule: str,
) -> tuple[Keyed, list[Key], periods.Pieces]:
    """Give each row of the keys in `eras`, and each piece, the key of its era; split those that cross an edge.

    Returns:
        The rows' keys, all keys (the new ones at the end), and the pieces.
    """
    keys = list(keys)
    first_new = {}  # key to its second era's key; the first era keeps the key
    for k, edges in eras.items():
        first_new[k] = len(keys)
        keys += [keys[k]._replace(since=day) for day in edges]
    undated = {k: len(keys) + n for n, k in enumerate(eras)}  # the key of a row that is in pieces
    keys += [keys[k]._replace(year=None) for k in eras]

    whole = ~np.isin(np.arange(len(keyed.key)), pieces.row) & np.isin(keyed.key, list(eras))
    rows = np.flatnonzero(whole)
    again = np.flatnonzero(np.isin(keyed.more_key, list(eras)))
    row = np.concatenate([rows, pieces.row[again]])
    key = np.concatenate([keyed.key[rows], keyed.more_key[again]]).astype(np.int64)
    amount = np.concatenate([quantity[rows], pieces.quantity[again]])
    start, end = _days(row, key, keys, calendar, year_rule)
    order = np.argsort(key, kind="stable")
    of_key = np.split(order, np.searchsorted(key[order], sorted(eras))[1:])
    parts = [
        _cut(at, start, end, amount, [d.toordinal() - _EPOCH for d in eras[k]], k, first_new[k])
        for k, at in zip(sorted(eras), of_key, strict=True)
    ]
    of, part_key, part_quantity = (np.concatenate(column) for column in zip(*parts, strict=True))

    is_whole = of < len(rows)
    alone = is_whole & (np.bincount(of, minlength=len(row))[of] == 1)
    row_key = keyed.key.copy()
    row_key[row[of[alone]]] = part_key[alone]
    undated_of = np.zeros(len(keys), dtype=row_key.dtype)
    undated_of[list(undated)] = list(undated.values())
    halves = of[is_whole & ~alone]
    row_key[row[halves]] = undated_of[key[halves]]

    kept = np.ones(len(pieces.row), dtype=bool)
    kept[again] = False
    new_row = np.concatenate([pieces.row[kept], row[of[~alone]]])
    new_key = np.concatenate([keyed.more_key[kept], part_key[~alone]])
    new_quantity = np.concatenate([pieces.quantity[kept], part_quantity[~alone]])
    years = _years(keys)
    since = np.array([key.since.toordinal() if key.since else 0 for key in keys])
    order = np.lexsort((since[new_key], years[new_key], new_row))
    split = periods.Pieces(new_row[order], years[new_key[order]], new_quantity[order])
    return Keyed(row_key, None, keyed.parts, new_key[order].astype(np.int32)), keys, split


def _years(keys: list[Key]) -> Ints:
    return np.array([key.year or periods.FIRST_YEAR for key in keys], dtype=np.int64)


def _days(row: Ints, key: Ints, keys: list[Key], calendar: periods.Calendar, year_rule: str) -> tuple[Ints, Ints]:
    """Return the first and last day of each row's part in the year of its key."""
    distinct, back = np.unique(row, return_inverse=True)
    _, first, last = calendar.sound(distinct, ProblemLog())  # they were sound before
    if year_rule == "start":
        last = first
    elif year_rule == "end":
        first = last
    years = _years(keys)[key] - periods.FIRST_YEAR
    bounds = periods.year_starts()
    return np.maximum(first[back], bounds[years]), np.minimum(last[back], bounds[years + 1] - 1)


def _cut(
    at: Ints, start: Ints, end: Ints, amount: Floats, edges: list[int], key: int, first_new: int
) -> tuple[Ints, npt.NDArray[Any], Floats]:
    """Cut the parts at positions `at` where they cross an edge, by days.

    Returns:
        Which part each piece is of, its key, its quantity; the last piece is what remains.
    """
    first = np.searchsorted(edges, start[at], side="right")
    count = np.searchsorted(edges, end[at], side="right") - first + 1
    of = np.repeat(np.arange(len(at)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    era = first[of] + nth
    low = np.array([np.iinfo(np.int64).min // 2, *edges])
    high = np.array([*edges, np.iinfo(np.int64).max // 2])
    days = np.minimum(end[at][of] + 1, high[era]) - np.maximum(start[at][of], low[era])
    part = amount[at][of] * (days / (end[at][of] + 1 - start[at][of]))
    is_last = nth == count[of] - 1
    part[is_last] = amount[at] - np.bincount(of[~is_last], weights=part[~is_last], minlength=len(at))
    return at[of], np.where(era == 0, key, first_new + era - 1), part
