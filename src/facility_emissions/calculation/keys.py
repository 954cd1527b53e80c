"""From columns to keys: every row becomes one small integer that names its distinct question.

Each key column contributes `index * stride` through a lookup by its own codes, so a row's key
is a sum of a few gathers; the distinct sums are the questions that have to be resolved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.columns import BLOCK, Encoded

Ints = npt.NDArray[np.int64]

_DENSE = 1 << 24  # above this many combinations a hash is cheaper than a table


@dataclass(frozen=True, slots=True)
class Dimension:
    """One key column: its codes, and for each code the index of its distinct value.

    `index[code]` is below `size`; the last entry of `index` is for null (code -1).
    """

    name: str
    codes: npt.NDArray[np.int64] | npt.NDArray[np.int32]
    index: Ints
    size: int


def dimension(name: str, column: Encoded, values: Sequence[object] | None = None) -> tuple[Dimension, list[object]]:
    """Return a key column and its distinct values; index 0 stands for null.

    Args:
        name: name of the column.
        column: the encoded column.
        values: what each code stands for if not the column's own values (a facility's profile).
    """
    meant = list(column.values if values is None else values)
    distinct: dict[object, int] = {None: 0}
    index = [distinct.setdefault(v, len(distinct)) for v in meant]
    return Dimension(name, column.codes, np.array([*index, 0], dtype=np.int64), len(distinct)), list(distinct)


@dataclass(frozen=True, slots=True)
class Keyed:
    """The rows' keys: `key[row]` indexes `tuples`, one tuple of value indices a distinct key."""

    key: npt.NDArray[np.int32]
    tuples: list[tuple[int, ...]]


def strides(sizes: Sequence[int]) -> list[int]:
    """Return the stride of each dimension; the last one varies fastest."""
    out = [1] * len(sizes)
    for i in range(len(sizes) - 2, -1, -1):
        out[i] = out[i + 1] * sizes[i + 1]
    return out


def combine(dimensions: Sequence[Dimension], rows: int) -> Ints:
    """Return for each row the sum of `index * stride` over its key columns.

    Raises:
        OverflowError: more combinations than 64 bits can number.
    """
    sizes = [d.size for d in dimensions]
    total = 1
    for size in sizes:
        total *= size
    if total >= 2**63:
        raise OverflowError("The key columns have more combinations of values than 64 bits can number.")
    kind = np.int32 if total < 2**31 else np.int64
    tables = [(d.index * s).astype(kind) for d, s in zip(dimensions, strides(sizes), strict=True)]
    out = np.empty(rows, dtype=kind)
    for at in range(0, rows, BLOCK):
        part = out[at : at + BLOCK]
        np.take(tables[0], dimensions[0].codes[at : at + BLOCK], out=part)
        for table, d in zip(tables[1:], dimensions[1:], strict=True):
            part += table[d.codes[at : at + BLOCK]]
    return out  # type: ignore[return-value]


def distinct(combined: Ints, more: Ints, sizes: Sequence[int]) -> tuple[Keyed, npt.NDArray[np.int32]]:
    """Number the distinct combinations of the rows and of the pieces of rows.

    Args:
        combined: one combination a row.
        more: one combination a piece of a row that crosses a year.
        sizes: number of values of each dimension.

    Returns:
        The rows' keys with the distinct tuples, and the keys of the pieces.
    """
    total = int(np.prod([float(s) for s in sizes]))
    if total <= max(_DENSE, 4 * len(combined)) and total <= 1 << 28:
        seen = np.zeros(total, dtype=bool)
        for at in range(0, len(combined), BLOCK):
            seen[combined[at : at + BLOCK]] = True
        seen[more] = True
        found = np.flatnonzero(seen)
        number = np.zeros(total, dtype=np.int32)
        number[found] = np.arange(len(found), dtype=np.int32)
        key = np.empty(len(combined), dtype=np.int32)
        for at in range(0, len(combined), BLOCK):
            np.take(number, combined[at : at + BLOCK], out=key[at : at + BLOCK])
        more_key = number[more]
    else:
        codes, values = pd.factorize(np.concatenate([combined, more]))
        found = np.asarray(values)
        key, more_key = codes[: len(combined)].astype(np.int32), codes[len(combined) :].astype(np.int32)
    parts = np.unravel_index(found, tuple(sizes)) if len(found) else ()
    tuples = list(zip(*(p.tolist() for p in parts), strict=True)) if len(found) else []
    return Keyed(key, tuples), more_key
