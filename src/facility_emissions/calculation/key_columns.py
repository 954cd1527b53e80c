"""Key columns as numbers: what each adds to a row's combination, and columns packed into one.

Each key column contributes `index * stride` by its own codes, so a row's combination is a sum of a few
products. Where the columns have more combinations than a table holds, some are packed into one column
that numbers those which occur; they are far fewer, for the words of a row depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.blocks import over_blocks
from facility_emissions.calculation.columns import Encoded

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Term = Callable[[slice, Codes], object]
# With more combinations than this a hash is cheaper than a table of them; a small table is always cheap.
_DENSE, _SMALL = 1 << 24, 1 << 16
_MOST = 1 << 62  # combinations that 64 bits number with room to spare


@dataclass(frozen=True, slots=True)
class Dimension:
    """One key column: its codes, and for each code the index of its distinct value.

    `index[code]` is below `len(values)`; the last entry of `index` is for null (code -1), for which
    value 0 stands. A column without null has `first` 0: its values begin at once.
    """

    name: str
    codes: Codes
    index: Ints
    values: Sequence[object]
    first: int = 1

    @property
    def plain(self) -> bool:
        """Whether `index[code]` is `code + first`: no two codes mean the same, and none means null."""
        return len(self.values) == len(self.index) - 1 + self.first


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


def fits_table(combinations: int, rows: int) -> bool:
    """Whether a table of all combinations is cheaper than a hash of those that occur."""
    return combinations <= max(_SMALL, min(_DENSE, 4 * rows))


def kind_for(combinations: int) -> np.dtype[Any]:
    """Return the type of so many combinations."""
    return np.dtype(np.int32 if combinations < 2**31 else np.int64)


def terms(dimensions: Sequence[Dimension], combinations: int) -> list[Term]:
    """Return what adds each key column's part to the combinations of a block; the first counts most."""
    found: list[Term] = []
    kind, stride, offset = kind_for(combinations), combinations, 0
    for d in dimensions:
        stride //= len(d.values)
        if d.plain:  # (code + first) x stride: a product is cheaper than a lookup
            found.append(_product(d.codes, stride, kind))
            offset += stride * d.first
        else:
            found.append(_lookup(d.codes, (d.index * stride).astype(kind)))
    found.append(lambda _, part: np.add(part, offset, out=part))
    return found


def _product(codes: Codes, stride: int, kind: np.dtype[Any]) -> Term:
    def add(block: slice, part: Codes) -> None:
        product = codes[block].astype(kind)
        product *= stride
        part += product

    return add


def _lookup(codes: Codes, table: Codes) -> Term:
    def add(block: slice, part: Codes) -> None:
        part += np.take(table, codes[block].astype(np.intp), mode="wrap")  # code -1, null, is the last entry

    return add


def mark(seen: Mask, combinations: Codes) -> None:
    """Mark combinations as seen; to look is cheaper than to mark again."""
    at = combinations.astype(np.intp)
    if not np.take(seen, at, mode="clip").all():
        seen[at] = True


@dataclass(frozen=True, slots=True)
class Packed:
    """A key column, or several in one.

    Attributes:
        dimension: the column.
        members: the places of the key columns that it stands for.
        parts: for each of them, the index of its value by that of this column's; none if it is the one.
    """

    dimension: Dimension
    members: tuple[int, ...]
    parts: tuple[Codes, ...] = ()

    def unpacked(self, indices: Codes) -> dict[int, Codes]:
        """Return the indices of the members' values, by their place."""
        if not self.parts:
            return {self.members[0]: indices}
        return {place: part[indices] for place, part in zip(self.members, self.parts, strict=True)}


def pack(dimensions: Sequence[Dimension], others: int, rows: int) -> list[Packed]:
    """Return the key columns, packed until their combinations with `others` fit a table, if they can.

    Args:
        dimensions: the key columns.
        others: how many further values each combination has (years).
        rows: how many rows there are.
    """
    found = [Packed(d, (place,)) for place, d in enumerate(dimensions)]
    while True:
        found.sort(key=lambda p: len(p.dimension.values))
        sizes = [len(p.dimension.values) for p in found]
        total = prod(sizes) * others
        if fits_table(total, rows) or (rows <= _SMALL and total < _MOST):
            break
        count = next((n for n in range(len(sizes), 1, -1) if fits_table(prod(sizes[:n]), rows)), 2)
        if len(sizes) < 2 or (prod(sizes[:count]) > _DENSE and total < _MOST):
            break
        found = [_packed(sorted(found[:count], key=lambda p: p.members), rows), *found[count:]]
    return sorted(found, key=lambda p: p.members)


def _packed(group: list[Packed], rows: int) -> Packed:
    """Pack columns into one, that numbers the combinations which occur."""
    dimensions = [p.dimension for p in group]
    sizes = tuple(len(d.values) for d in dimensions)
    total = prod(sizes)
    codes = np.zeros(rows, dtype=kind_for(total))
    adding = terms(dimensions, total)
    seen = np.zeros(total if fits_table(total, rows) else 0, dtype=bool)

    def combine(block: slice) -> None:
        for add in adding:
            add(block, codes[block])
        if len(seen):
            mark(seen, codes[block])

    over_blocks(rows, combine)
    if len(seen):
        found = np.flatnonzero(seen)
        names = np.empty(total, dtype=codes.dtype)
        names[found] = np.arange(len(found))

        def name(block: slice) -> None:
            codes[block] = names[codes[block]]

        over_blocks(rows, name)
    else:
        codes, found = pd.factorize(codes)
    places: dict[int, Codes] = {}
    for packed, indices in zip(group, np.unravel_index(found, sizes), strict=True):
        places |= packed.unpacked(indices)
    whole = Dimension("", codes, np.arange(len(found) + 1), range(len(found)), first=0)
    return Packed(whole, tuple(places), tuple(places.values()))
