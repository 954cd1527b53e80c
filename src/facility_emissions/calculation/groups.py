"""Groups of rows that sums are made of: rows of one question that agree in some facts, and how many they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.dimensions import row_dimension
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.keys import number
from facility_emissions.calculation.parts import calendar_parts, fiscal_parts
from facility_emissions.errors import ContractError

Mask = npt.NDArray[np.bool_]


class Groups:
    """The distinct (facts of rows, key) of a calculation's rows, and of the parts of those that are in parts."""

    def __init__(
        self, c: Calculation, of_rows: Sequence[str], *, per_year: bool = False, fiscal_year_start: int = 1
    ) -> None:
        """Number the groups; a row counts once, or with `per_year` once in each calendar year.

        Raises:
            ContractError: more combinations than 63 bits can number; by organization, and none is named.
        """
        self.c = c
        self._parts = fiscal_parts(c, fiscal_year_start) if "fiscal_year" in of_rows else calendar_parts(c)
        self._per_year = per_year
        rated = np.isfinite(c.rates.co2e)
        self._ok = np.isfinite(c.quantity) & rated[c.key] & self._parts.whole
        self._part_ok = np.isfinite(self._parts.quantity) & rated[self._parts.key]
        self._names: dict[str, object] = {}
        if of_rows:
            self._number(of_rows)
        else:
            self._group, self._part_group, self._size = c.key, self._parts.key, len(c.keys)
            self._names["key"] = np.arange(self._size)

    def _number(self, of_rows: Sequence[str]) -> None:
        c, parts = self.c, self._parts
        found = [row_dimension(c, name, parts) for name in of_rows]
        sizes = (*(len(d.values) for d in found), len(c.keys))
        if math.prod(sizes) >= 2**63:
            raise ContractError(f"More combinations of {', '.join(of_rows)} than 63 bits can number: sum by fewer.")
        combined, part_combined = np.zeros(len(c.key), dtype=np.int64), np.zeros(len(parts.row), dtype=np.int64)
        for d in found:
            combined = combined * len(d.values) + d.codes
            part_combined = part_combined * len(d.values) + d.part_codes
        keyed = number(combined * sizes[-1] + c.key, sizes, part_combined * sizes[-1] + parts.key)
        self._group, self._part_group, self._size = keyed.key, keyed.more_key, len(keyed.parts[-1])
        for nth, d in enumerate(found):
            self._names[d.name] = np.array(d.values, dtype=object)[keyed.parts[nth]]
        self._names["key"] = keyed.parts[-1]

    def _rows(self, whole: Mask, parts: Mask) -> npt.NDArray[np.int64]:
        """Count some rows by group: those that are whole, and the others in the group of their first of some parts."""
        first = self._parts.only(parts).begins_record(per_calendar_year=self._per_year)
        counted = np.bincount(self._part_group[parts][first], minlength=self._size)
        return np.bincount(self._group[whole], minlength=self._size) + counted

    def having(self, keys: Mask) -> npt.NDArray[np.int64]:
        """Return how many rows with a figure of each group have one of some keys, whole or in a part."""
        return self._rows(self._ok & keys[self.c.key], self._part_ok & keys[self._parts.key])

    def quantities(self) -> pd.DataFrame:
        """Return the groups by number and name: summed quantity, rows with a figure, rows without.

        A row that crosses a year is in the table by its pieces. It counts as one record, in its
        first year, unless the sums are per year.
        """
        c, parts, size = self.c, self._parts, self._size
        first = parts.begins_record(per_calendar_year=self._per_year)
        records = np.bincount(self._group[self._ok], minlength=size)
        records += np.bincount(self._part_group[self._part_ok & first], minlength=size)
        problems = np.bincount(self._group[parts.whole & ~self._ok], minlength=size)
        problems += np.bincount(self._part_group[~self._part_ok & first], minlength=size)
        quantity = np.zeros(size)  # bincount of nothing would be integer
        quantity += np.bincount(self._group[self._ok], weights=c.quantity[self._ok], minlength=size)
        weights = parts.quantity[self._part_ok]
        quantity += np.bincount(self._part_group[self._part_ok], weights=weights, minlength=size)
        base = pd.DataFrame({**self._names, "group": np.arange(size), "quantity": quantity})
        base = base.assign(records=records, problems=problems)
        return base[(records > 0) | (problems > 0) | (quantity > 0)].reset_index(drop=True)
