"""From columns to keys: every row becomes one small integer that names its distinct question.

Each key column contributes `index * stride` by its own codes, so a row's combination is a sum
of a few products; the distinct combinations are the questions that have to be resolved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.blocks import over_blocks
from facility_emissions.calculation.columns import Encoded
from facility_emissions.calculation.periods import Calendar
from facility_emissions.errors import ContractError

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
# With more combinations than this a hash is cheaper than a table of them; a small table is always cheap.
_DENSE, _SMALL = 1 << 24, 1 << 16


@dataclass(frozen=True, slots=True)
class Dimension:
    """One key column: its codes, and for each code the index of its distinct value.

    `index[code]` is below `len(values)`; the last entry of `index` is for null (code -1), and
    value 0 stands for null.
    """

    name: str
    codes: Codes
    index: Ints
    values: list[object]

    @property
    def plain(self) -> bool:
        """Whether `index[code]` is `code + 1`: no two codes mean the same, and none means null."""
        return len(self.values) == len(self.index)


def dimension(name: str, column: Encoded, meaning: Sequence[object] | None = None) -> Dimension:
    """Return a key column.

    Args:
        name: name of the column.
        column: the encoded column.
        meaning: what each code stands for if not the column's own values (a facility's profile).
    """
    distinct: dict[object, int] = {None: 0}
    index = [distinct.setdefault(v, len(distinct)) for v in (column.values if meaning is None else meaning)]
    return Dimension(name, column.codes, np.array([*index, 0], dtype=np.int64), list(distinct))


@dataclass(slots=True)
class Combined:
    """The rows' combinations: one integer a row, the last dimension being its year code.

    `odd` are the rows whose period is not simply inside one year; their year code is 0.
    `seen` marks the combinations that occur, where so many fit a table.
    """

    combination: Codes
    sizes: list[int]
    odd: Ints
    seen: npt.NDArray[np.bool_] | None


def combine(dimensions: Sequence[Dimension], calendar: Calendar, rows: int) -> Combined:
    """Return each row's combination of key values and year, in one pass over the columns.

    Raises:
        ContractError: more combinations than 63 bits can number.
    """
    sizes = [*(len(d.values) for d in dimensions), calendar.size]
    total = 1
    for size in sizes:
        total *= size
    if total >= 2**63:
        raise ContractError(
            "The key columns have more combinations of values than 63 bits can number: "
            + ", ".join(f"{d.name} {len(d.values):,}" for d in dimensions)
            + ". Remove unused categories, or split the frame."
        )
    kind = np.dtype(np.int32 if total < 2**31 else np.int64)
    terms = _terms(dimensions, total, kind)
    out = np.empty(rows, dtype=kind)
    seen = np.zeros(total, dtype=bool) if fits_table(total, rows) else None

    def fill(block: slice) -> Ints:
        part = out[block]
        odd = calendar.codes(block, part)
        for add in terms:
            add(block, part)
        if seen is not None:  # the odd ones get their years later
            found = (np.delete(part, odd) if len(odd) else part).astype(np.intp)
            if not np.take(seen, found, mode="clip").all():  # looking costs less than marking again
                seen[found] = True
        return np.asarray(odd + block.start, dtype=np.int64)

    found = over_blocks(rows, fill)
    return Combined(out, sizes, np.concatenate(found) if found else np.zeros(0, dtype=np.int64), seen)


def fits_table(combinations: int, rows: int) -> bool:
    """Whether a table of all combinations is cheaper than a hash of those that occur."""
    return combinations <= max(_SMALL, min(_DENSE, 4 * rows))


def _terms(dimensions: Sequence[Dimension], total: int, kind: np.dtype[Any]) -> list[Callable[[slice, Codes], object]]:
    """Return what adds each key column's part to the combinations of a block."""
    terms: list[Callable[[slice, Codes], object]] = []
    stride, offset = total, 0
    for d in dimensions:
        stride //= len(d.values)
        if d.plain:  # (code + 1) x stride: a product is cheaper than a lookup
            terms.append(_product(d.codes, stride, kind))
            offset += stride
        else:
            terms.append(_lookup(d.codes, (d.index * stride).astype(kind)))
    terms.append(lambda _, part: np.add(part, offset, out=part))
    return terms


def _product(codes: Codes, stride: int, kind: np.dtype[Any]) -> Callable[[slice, Codes], None]:
    def add(block: slice, part: Codes) -> None:
        product = codes[block].astype(kind)
        product *= stride
        part += product

    return add


def _lookup(codes: Codes, table: Codes) -> Callable[[slice, Codes], None]:
    def add(block: slice, part: Codes) -> None:
        part += np.take(table, codes[block].astype(np.intp), mode="wrap")  # code -1, null, is the last entry

    return add


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
    total = int(np.prod(sizes, dtype=object)) if len(sizes) else 0
    if seen is None and fits_table(total, len(combination)):
        marked = seen = np.zeros(total, dtype=bool)

        def mark(block: slice) -> None:
            marked[combination[block]] = True

        over_blocks(len(combination), mark)
    if seen is not None:
        seen[more] = True
        found = np.flatnonzero(seen)
        names = np.searchsorted(found, more).astype(np.int32)
        return Keyed(combination, found, np.unravel_index(found, tuple(sizes)), names)
    codes, values = pd.factorize(np.concatenate([combination, more]))
    codes = codes.astype(np.int32)
    parts = np.unravel_index(np.asarray(values), tuple(sizes))
    return Keyed(codes[: len(combination)], None, parts, codes[len(combination) :])
