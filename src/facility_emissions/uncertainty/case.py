"""What both methods are asked: rows in groups, how sure their quantities are, and the parts of their figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.answered import Answered
from facility_emissions.uncertainty.gas_parts import GasParts, Sources

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Quantities:
    """The quantities of the answered rows and how sure they are.

    Attributes:
        rows: the answered rows, and pieces of rows.
        record: the record of each; shares of one record, and pieces of one row, share its error.
        half_width: of the 95 % interval, as a ratio of the quantity [1]; NaN for unknown.
        assumed: whether the half-width is one that the user stated for all.
    """

    rows: Answered
    record: Ints
    half_width: Floats
    assumed: Mask

    def take(self, chosen: Mask | Ints) -> Quantities:
        """Return some of them, by a mask or by places."""
        return Quantities(self.rows.take(chosen), self.record[chosen], self.half_width[chosen], self.assumed[chosen])

    @cached_property
    def known(self) -> Mask:
        """Which half-widths are known."""
        return ~np.isnan(self.half_width)


class Groups:
    """Rows in groups. Cells are the rows of one group and key, which have all rates in common."""

    def __init__(self, quantities: Quantities, group: Ints, count: int, keys: int) -> None:
        """Take the group of each row, how many groups there are, and how many keys."""
        self.quantities, self.group, self.count, self.keys = quantities, group, count, keys
        rows = quantities.rows
        if count > len(rows.row) // 2:  # hardly two rows in one cell
            self.cell, self.cell_group, self.cell_key = np.arange(len(group)), group, rows.key
        else:
            self.cell, found = pd.factorize(group * keys + rows.key)
            self.cell_group, self.cell_key = found // keys, found % keys
        known = quantities.known
        self.quantity = self._by_cell(np.ones(len(known), dtype=bool), rows.quantity)
        self.known_quantity = self._by_cell(known, rows.quantity)
        self.stated_quantity = self._by_cell(known & ~quantities.assumed, rows.quantity)
        reach = np.nan_to_num(quantities.half_width) * rows.quantity
        alone = np.bincount(quantities.record, minlength=1)[quantities.record] == 1
        self._squares = self._by_cell(alone, reach**2)  # of records that are one row [unit of the row, squared]
        shared = np.flatnonzero(~alone)
        self._shared_key, self._shared_reach = rows.key[shared], reach[shared]
        size = int(quantities.record.max(initial=0)) + 1
        self._shared, found = pd.factorize(group[shared] * size + quantities.record[shared])
        self._shared_group = found // size

    def _by_cell(self, chosen: Mask, values: Floats) -> Floats:
        return np.bincount(self.cell[chosen], values[chosen], len(self.cell_group)).astype(np.float64)

    def squares(self, rate: Floats) -> Floats:
        """Return by group the squared half-width [kg2] that the quantities make, for a rate by key [kg / unit].

        Records are independent of each other; what rows of one record make is added first.
        """
        kg = self._shared_reach * rate[self._shared_key]
        records = np.bincount(self._shared, kg, len(self._shared_group)) ** 2
        shared = np.bincount(self._shared_group, records, self.count)
        return self.total(self._squares * rate[self.cell_key] ** 2) + shared

    def total(self, by_cell: Floats) -> Floats:
        """Return sums by group of what is by cell."""
        return np.bincount(self.cell_group, by_cell, self.count).astype(np.float64)


@dataclass(frozen=True)
class Case:
    """Groups of rows, the parts of one figure or of several, and the numbers whose errors are in them."""

    groups: Groups
    parts: GasParts
    sources: Sources

    def rate(self, chosen: Mask) -> Floats:
        """Return the sum of some of the parts by key [kg CO2e / unit]."""
        return np.bincount(self.parts.key, self.parts.rate * chosen, self.groups.keys).astype(np.float64)

    @cached_property
    def known_rate(self) -> Floats:
        """What is known of each key's figure [kg CO2e / unit]."""
        return self.rate(self.parts.known)

    def amounts(self) -> tuple[Floats, Floats, Floats]:
        """Return by group the CO2e, the part of it that is known, and the part of that which is assumed [kg]."""
        g, key = self.groups, self.groups.cell_key
        all_of_it = np.ones(len(self.parts.key), dtype=bool)
        known = g.known_quantity * self.known_rate[key]
        published = g.stated_quantity * self.rate(self.parts.known & ~self.parts.assumed)[key]
        return g.total(g.quantity * self.rate(all_of_it)[key]), g.total(known), g.total(known - published)
