"""Which row of one consumption table is which row of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.columns import encode
from facility_emissions.calculation.sites import id_text
from facility_emissions.errors import ContractError

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matched:
    """The records of two tables, numbered: those of the later one by its rows, then those removed.

    Attributes:
        before: the record of each row of the earlier table.
        after: of the later one.
        removed: rows of the earlier table that the later one lacks, ascending.
    """

    before: Ints
    after: Ints
    removed: Ints

    @property
    def records(self) -> int:
        """How many records there are on either side."""
        return len(self.after) + len(self.removed)


def match(before: pd.DataFrame, after: pd.DataFrame) -> Matched:
    """Match the rows of two consumption tables.

    By `record_id` where both have it: shares of one record, which are several rows, by their
    facility too; a row without an id is matched with none. Otherwise by the label in the index.

    Raises:
        ContractError: no record ids, and labels that are not unique.
    """
    rows = np.arange(len(after))
    if before is after:
        return Matched(rows, rows, rows[:0])
    at = _by_record_id(before, after) if "record_id" in before and "record_id" in after else _by_label(before, after)
    removed = np.flatnonzero(at < 0)
    at[removed] = len(after) + np.arange(len(removed))
    return Matched(at, rows, removed)


def _by_label(before: pd.DataFrame, after: pd.DataFrame) -> Ints:
    for name, frame in (("consumption_before", before), ("consumption", after)):
        if not frame.index.is_unique:
            raise ContractError(f"The rows of {name} cannot be told apart: give both tables a record_id.")
    return np.array(after.index.get_indexer(before.index), dtype=np.int64)


def _by_record_id(before: pd.DataFrame, after: pd.DataFrame) -> Ints:
    """Return for each row of the earlier table the row of the later one, -1 for none."""
    (ids, of), (places, there) = (_both(before[c], after[c]) for c in ("record_id", "facility_id"))
    count = max(int(a.max(initial=-1)) for a in (ids, of)) + 1
    shared = (np.bincount(ids[ids >= 0], minlength=count) > 1) | (np.bincount(of[of >= 0], minlength=count) > 1)
    sizes = max(int(a.max(initial=-1)) for a in (places, there)) + 2
    first = ids * sizes + np.where(shared[ids], places + 1, 0) if count else ids
    second = of * sizes + np.where(shared[of], there + 1, 0) if count else of
    turns = [pd.Series(key).groupby(key).cumcount().to_numpy() for key in (first, second)]  # a repeated id is a problem
    most = max(int(t.max(initial=0)) for t in turns) + 1
    wanted, known = first * most + turns[0], second * most + turns[1]
    known = np.where(of < 0, -1, known)
    order = np.argsort(known, kind="stable")
    at = np.searchsorted(known[order], wanted)
    at = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros(len(wanted), dtype=np.int64)
    hit = (ids >= 0) & (known[at] == wanted) if len(order) else np.zeros(len(wanted), dtype=bool)
    return np.where(hit, at, -1)


def _both(one: pd.Series, other: pd.Series) -> tuple[Ints, Ints]:
    """Return two columns of ids as numbers that mean the same in both; -1 for null."""
    numbers: dict[str, int] = {}

    def coded(column: pd.Series) -> Ints:
        found = encode(column)
        table: list[Any] = [numbers.setdefault(id_text(v), len(numbers)) for v in found.values]
        return np.array([*table, -1], dtype=np.int64)[found.codes]

    return coded(one), coded(other)
