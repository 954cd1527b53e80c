"""The rows that have a figure, whole or in their parts, and groups of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.describe import describe
from facility_emissions.calculation.dimensions import ROW_DIMENSIONS, row_dimension
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.parts import Parts, calendar_parts, fiscal_parts
from facility_emissions.errors import ContractError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_WHOLE = -1


@dataclass(frozen=True, slots=True)
class Answered:
    """Every row with a figure once, and one in parts once for each of them; in the order of the rows.

    Attributes:
        row: position in the frame.
        key: the distinct question.
        quantity: [unit of the row].
        part: place among `parts`; negative where the row is whole.
        parts: how the rows are taken.
    """

    row: Ints
    key: Ints
    quantity: Floats
    part: Ints
    parts: Parts

    def take(self, chosen: npt.NDArray[Any]) -> Answered:
        """Return some of them, by a mask or by places."""
        return Answered(self.row[chosen], self.key[chosen], self.quantity[chosen], self.part[chosen], self.parts)

    def first_of_row(self) -> Ints:
        """Return where each row begins."""
        return np.flatnonzero(np.append(True, self.row[1:] != self.row[:-1])[: len(self.row)])


def answered(c: Calculation, fiscal_year_start: int | None = None) -> Answered:
    """Return what of a calculation has a figure, rows across fiscal years in their parts if a month is given."""
    parts = calendar_parts(c) if fiscal_year_start is None else fiscal_parts(c, fiscal_year_start)
    rated = np.isfinite(c.rates.co2e)
    whole = np.flatnonzero(parts.whole & np.isfinite(c.quantity) & rated[c.key])
    part = np.flatnonzero(np.isfinite(parts.quantity) & rated[parts.key])
    row = np.concatenate([whole, parts.row[part]])
    key = np.concatenate([c.key[whole], parts.key[part]]).astype(np.int64)
    quantity = np.concatenate([c.quantity[whole], parts.quantity[part]])
    found = Answered(row, key, quantity, np.concatenate([np.full(len(whole), _WHOLE), part]), parts)
    return found.take(np.argsort(row, kind="stable")) if len(part) else found


def grouped(c: Calculation, a: Answered, dimensions: Sequence[str]) -> tuple[Ints, pd.DataFrame]:
    """Group rows by facts of the rows and of their questions.

    Args:
        c: the calculation.
        a: its rows.
        dimensions: of `ROW_DIMENSIONS` and `KEY_DIMENSIONS`; none makes one group of all.

    Returns:
        The group of each row, and the labels of the groups, sorted, a column for each dimension.
    """
    if not dimensions or not len(a.row):
        return np.zeros(len(a.row), dtype=np.int64), pd.DataFrame(columns=list(dimensions), index=range(len(a.row) > 0))
    code, size, codes = a.key, len(c.keys), {}
    facts = {name: row_dimension(c, name, a.parts) for name in dimensions if name in ROW_DIMENSIONS}
    for name, fact in facts.items():
        codes[name] = fact.codes[a.row]
        if len(fact.part_codes):
            codes[name] = np.where(a.part == _WHOLE, codes[name], fact.part_codes[a.part])
        code = code + codes[name] * size
        size *= len(fact.values)
        if size >= 2**63:
            raise ContractError(f"More combinations of {', '.join(dimensions)} than 63 bits can number: sum by fewer.")
    cell, found = pd.factorize(code)
    first = np.empty(len(found), dtype=np.int64)
    first[cell[::-1]] = np.arange(len(cell))[::-1]  # of each cell the first row
    said = [describe(c, k) for k in range(len(c.keys))]
    cells = pd.DataFrame(index=range(len(found)))
    for name in dimensions:
        values = facts[name].values if name in facts else [d[name] for d in said]
        at = codes[name] if name in facts else a.key
        cells[name] = np.array(values, dtype=object)[at[first]]
        if name in ("year", "fiscal_year"):
            cells[name] = pd.to_numeric(cells[name])
    group = cells.groupby(list(dimensions), dropna=False, sort=True).ngroup().to_numpy().astype(np.int64)
    labels = cells.iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True)
    return group[cell], labels
