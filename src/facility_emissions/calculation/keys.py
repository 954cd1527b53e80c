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

from facility_emissions.calculation.blocks import over_blocks
from facility_emissions.calculation.columns import Encoded
from facility_emissions.calculation.periods import YEAR_CODES, Periods, year_codes
from facility_emissions.errors import ContractError

Ints = npt.NDArray[np.int64]
_DENSE = 1 << 24  # with more combinations than this a hash is cheaper than a table


@dataclass(frozen=True, slots=True)
class Dimension:
    """One key column: its codes, and for each code the index of its distinct value.

    `index[code]` is below `len(values)`; the last entry of `index` is for null (code -1), and
    value 0 stands for null.
    """

    name: str
    codes: npt.NDArray[np.int64] | npt.NDArray[np.int32]
    index: Ints
    values: list[object]


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
    """

    combination: Ints
    sizes: list[int]
    odd: Ints


def combine(dimensions: Sequence[Dimension], periods: Periods, rows: int) -> Combined:
    """Return each row's combination of key values and year, in one pass over the columns.

    Raises:
        ContractError: more combinations than 63 bits can number.
    """
    sizes = [*(len(d.values) for d in dimensions), YEAR_CODES]
    total = 1
    for size in sizes:
        total *= size
    if total >= 2**63:
        raise ContractError(
            "The key columns have more combinations of values than 63 bits can number: "
            + ", ".join(f"{d.name} {len(d.values):,}" for d in dimensions)
            + ". Remove unused categories, or split the frame."
        )
    kind = np.int32 if total < 2**31 else np.int64
    stride = total
    tables: list[Ints] = []
    for d in dimensions:
        stride //= len(d.values)
        tables.append((d.index * stride).astype(kind))
    out: Ints = np.empty(rows, dtype=kind)

    def fill(block: slice) -> Ints:
        code, simple = year_codes(*periods.at(block))
        strange = np.flatnonzero(~simple)
        code[strange] = 0
        part = out[block]
        part[:] = code
        for table, d in zip(tables, dimensions, strict=True):
            part += table[d.codes[block]]
        return np.asarray(strange + block.start, dtype=np.int64)

    odd = over_blocks(rows, fill)
    return Combined(out, sizes, np.concatenate(odd) if odd else np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Keyed:
    """The rows' keys: `key[row]` indexes `tuples`, one tuple of value indices a distinct key."""

    key: npt.NDArray[np.int32]
    tuples: list[tuple[int, ...]]
    more_key: npt.NDArray[np.int32]


def number(combination: Ints, sizes: Sequence[int], more: Ints) -> Keyed:
    """Number the distinct combinations of the rows, and of `more` (pieces of rows)."""
    total = int(np.prod(sizes, dtype=object)) if len(sizes) else 0
    if total <= _DENSE:
        seen = np.zeros(total, dtype=bool)

        def mark(block: slice) -> None:
            seen[combination[block]] = True

        over_blocks(len(combination), mark)
        seen[more] = True
        found = np.flatnonzero(seen)
        names = np.zeros(total, dtype=np.int32)
        names[found] = np.arange(len(found), dtype=np.int32)
        key = np.empty(len(combination), dtype=np.int32)

        def name(block: slice) -> None:
            key[block] = names[combination[block]]

        over_blocks(len(combination), name)
        more_key = names[more]
    else:
        codes, values = pd.factorize(np.concatenate([combination, more]))
        found = np.asarray(values)
        codes = codes.astype(np.int32)
        key, more_key = codes[: len(combination)], codes[len(combination) :]  # type: ignore[assignment]
    parts = np.unravel_index(found, tuple(sizes)) if len(found) else ()
    return Keyed(key, list(zip(*(p.tolist() for p in parts), strict=True)), more_key)
