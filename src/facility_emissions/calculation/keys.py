"""From columns to keys: every row becomes one small integer that names its distinct question.

A row's combination is a number made of its key columns (`key_columns`) and its year; the distinct
combinations are the questions that have to be resolved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.blocks import over_blocks
from facility_emissions.calculation.key_columns import Dimension, Packed, fits_table, kind_for, mark, pack, terms
from facility_emissions.calculation.periods import Calendar

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Combined:
    """The rows' combinations: one integer a row, the last part of it being its year code.

    `odd` are the rows whose period is not simply inside one year; their year code is 0.
    `seen` marks the combinations that occur, where so many fit a table.
    """

    combination: Codes
    packed: list[Packed]
    sizes: list[int]
    odd: Ints
    seen: npt.NDArray[np.bool_] | None

    def unpacked(self, parts: Sequence[Codes]) -> list[Codes]:
        """Return the parts of keys column by column, then their year codes."""
        places: dict[int, Codes] = {}
        for packed, indices in zip(self.packed, parts[:-1], strict=True):
            places |= packed.unpacked(indices)
        return [*(places[place] for place in sorted(places)), parts[-1]]


def combine(dimensions: Sequence[Dimension], calendar: Calendar, rows: int) -> Combined:
    """Return each row's combination of key values and year, in one pass over the columns."""
    packed = pack(dimensions, calendar.size, rows)
    whole = [p.dimension for p in packed]
    sizes = [*(len(d.values) for d in whole), calendar.size]
    total = prod(sizes)
    out = np.empty(rows, dtype=kind_for(total))
    adding = terms(whole, total)
    seen = np.zeros(total, dtype=bool) if fits_table(total, rows) else None

    def fill(block: slice) -> Ints:
        part = out[block]
        odd = calendar.codes(block, part)
        for add in adding:
            add(block, part)
        if seen is not None:
            mark(seen, np.delete(part, odd) if len(odd) else part)  # the odd ones get their years later
        return np.asarray(odd + block.start, dtype=np.int64)

    found = over_blocks(rows, fill)
    return Combined(out, packed, sizes, np.concatenate(found) if found else np.zeros(0, dtype=np.int64), seen)


class Keyed:
    """The rows' keys, by which all that is known of distinct questions is gathered.

    Attributes:
        parts: of each key the index of its value, one array for each part of a combination.
        more_key: the key of each of the pieces.
    """

    def __init__(self, code: Codes, code_of_key: Ints | None, parts: Sequence[Codes], more_key: Codes) -> None:
        """Take each row's code, and the code of each key (None: the code is the key)."""
        self._code = code
        self._code_of_key = code_of_key
        self.parts = parts
        self.more_key = more_key

    @cached_property
    def key(self) -> Codes:
        """The key of each row."""
        if self._code_of_key is None:
            return self._code
        key = np.empty(len(self._code), dtype=np.int32)
        names = _by_code(self._code_of_key, np.arange(len(self._code_of_key), dtype=np.int32))

        def name(block: slice) -> None:
            key[block] = names[self._code[block]]

        over_blocks(len(key), name)
        return key

    def gather(self, quantity: Floats, rates: Sequence[Floats]) -> list[Floats]:
        """Return `quantity * rate[key]` of each row, for each array of rates by key."""
        tables = [rate if self._code_of_key is None else _by_code(self._code_of_key, rate) for rate in rates]
        out = [np.empty(len(self._code)) for _ in rates]

        def multiply(block: slice) -> None:
            code = self._code[block].astype(np.intp)
            for table, product in zip(tables, out, strict=True):
                part = product[block]
                np.take(table, code, mode="clip", out=part)  # clip: the codes are right, and need no check
                part *= quantity[block]

        over_blocks(len(self._code), multiply)
        return out


def _by_code(code_of_key: Ints, by_key: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a table by code of what is known by key; what it holds for other codes has no meaning."""
    table = np.empty(int(code_of_key[-1]) + 1 if len(code_of_key) else 0, dtype=by_key.dtype)
    table[code_of_key] = by_key
    return table


def number(combination: Codes, sizes: Sequence[int], more: Ints, seen: npt.NDArray[np.bool_] | None = None) -> Keyed:
    """Number the distinct combinations of the rows, and of `more` (pieces of rows).

    Args:
        combination: of each row.
        sizes: how many values each part of a combination has.
        more: combinations of the pieces.
        seen: a table of the combinations, where those of the rows are marked already.
    """
    total = prod(sizes)
    if seen is None and fits_table(total, len(combination)):
        marked = seen = np.zeros(total, dtype=bool)
        over_blocks(len(combination), lambda block: mark(marked, combination[block]))
    if seen is not None:
        seen[more] = True
        found = np.flatnonzero(seen)
        names = np.searchsorted(found, more).astype(np.int32)
        return Keyed(combination, found, np.unravel_index(found, tuple(sizes)), names)
    codes, values = pd.factorize(np.concatenate([combination, more]))
    codes = codes.astype(np.int32)
    parts = np.unravel_index(np.asarray(values), tuple(sizes))
    return Keyed(codes[: len(combination)], None, parts, codes[len(combination) :])
