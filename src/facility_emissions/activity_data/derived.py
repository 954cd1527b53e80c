"""`Derived`: records made of other observations, and the observations that none could be made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.consumption import COLUMNS
from facility_emissions.errors import ContractError, did_you_mean

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Rows = pd.DataFrame | Iterable[Mapping[str, object]]
PERIOD = ("start_date", "end_date", "year")
_PROBLEM = ("row", "column", "value", "reason", "remedy")


@dataclass(frozen=True)
class Derived:
    """Records made of observations.

    Attributes:
        records: rows of the contract for `calculate`, labelled as the observations; `derivation`
            says in words how each quantity came about.
        problems: observations without a record: `row` (label), `column`, `value`, `reason`, `remedy`.
    """

    records: pd.DataFrame
    problems: pd.DataFrame


@dataclass
class Observations:
    """A table of observations while it is read; every fault is kept, by row."""

    frame: pd.DataFrame
    faults: list[tuple[int, str, object, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Rows, required: Iterable[str], optional: Iterable[str]) -> Observations:
        """Take a table that has the required columns.

        Raises:
            ContractError: a column or the period is missing, or a column is none of those known, or appears twice.
        """
        needed = tuple(required)
        frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
        if not len(frame) and not len(frame.columns):  # no observations have no columns
            frame = pd.DataFrame(columns=[*needed, "year"], dtype=object)
        names = [str(c) for c in frame.columns]
        for name in names:
            if names.count(name) > 1:
                raise ContractError(f"Column {name!r} appears {names.count(name)} times.")
        known = (*needed, *optional, *PERIOD, *_carried(needed))
        for name in needed:
            if name not in names:
                raise ContractError(f"There is no column {name!r}.{did_you_mean(name, names)} "
                                    f"Required: {', '.join(needed)}.")  # fmt: skip
        for name in names:
            if name not in known:
                raise ContractError(f"Unknown column {name!r}.{did_you_mean(name, known)} Known: {', '.join(known)}.")
        if "year" not in names and not {"start_date", "end_date"} <= set(names):
            raise ContractError("There is no period: give start_date and end_date, or year.")
        return cls(frame)

    def amount(self, column: str, *, negative: bool = False, default: float | None = None) -> Floats:
        """Return a column of amounts, NaN and told where there is none; `default` stands for a column not given."""
        if column not in self.frame and default is not None:
            return np.full(len(self.frame), default)
        cells = self.frame[column]
        values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        values = np.where([isinstance(cell, (bool, np.bool_)) for cell in cells], np.nan, values)
        null = cells.isna().to_numpy(dtype=bool)
        if default is not None:
            values = np.where(null, default, values)
            null = np.zeros(len(values), dtype=bool)
        self.tell(null, column, f"{column} is missing.", "A number; 0 only if it was zero.")
        wrong = ~np.isfinite(values) & ~null
        self.tell(wrong, column, f"{column} is no finite number.", "A number, as in 12.5.")
        if not negative:
            self.tell(values < 0, column, f"{column} is negative.", "Zero or more.")
        return np.where(wrong, np.nan, values)

    def optional(self, column: str) -> Floats:
        """Return a column of amounts that need not be given, NaN where it is not; what is no amount is told."""
        if column not in self.frame:
            return np.full(len(self.frame), np.nan)
        return np.where(self.given(column), self.amount(column, default=0.0), np.nan)

    def given(self, column: str) -> Mask:
        """Return the rows that fill a column in; text of nothing but spaces fills in nothing."""
        if column not in self.frame:
            return np.zeros(len(self.frame), dtype=bool)
        cells = self.frame[column]
        blank = [isinstance(cell, str) and not cell.strip() for cell in cells]
        return np.asarray(cells.notna().to_numpy(dtype=bool) & ~np.array(blank, dtype=bool))

    def days(self) -> Floats:
        """Return how many days the period of each row has; NaN where it has no dates that can be read."""
        if not {"start_date", "end_date"} <= set(self.frame):
            return np.full(len(self.frame), np.nan)
        texts = (self.frame[name].map(lambda cell: str(cell).strip()[:10]) for name in ("start_date", "end_date"))
        first, last = (pd.to_datetime(text, errors="coerce", format="%Y-%m-%d") for text in texts)
        return np.asarray((last - first).dt.days, dtype=np.float64) + 1

    def told(self) -> Mask:
        """Return the rows that have a fault."""
        told = np.zeros(len(self.frame), dtype=bool)
        told[[fault[0] for fault in self.faults]] = True
        return told

    def tell(self, mask: Mask, column: str, reason: str | list[str], remedy: str) -> None:
        """Keep a fault for each row of the mask."""
        at = np.flatnonzero(mask)
        reasons = [reason] * len(at) if isinstance(reason, str) else reason
        shown = self.frame[column].iloc[at].tolist() if column in self.frame else [None] * len(at)
        self.faults += [(int(i), column, v, r, remedy) for i, v, r in zip(at, shown, reasons, strict=True)]

    def derived(self, quantity: Floats, derivation: list[str], **columns: Any) -> Derived:
        """Return the records of the rows without a fault, and the faults of the others."""
        carried = self.frame[[c for c in self.frame if c in COLUMNS]]
        records = carried.assign(quantity=quantity, **columns, derivation=derivation)[~self.told()]
        told = sorted(self.faults, key=lambda fault: fault[0])
        rows = [(self.frame.index[i], column, value, reason, remedy) for i, column, value, reason, remedy in told]
        return Derived(records, pd.DataFrame(rows, columns=list(_PROBLEM)))


def _carried(needed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of the contract that an observation may have for its record."""
    made = {"category", "quantity", "base_quantity", "percentage", "recovered", "quantity_basis", *PERIOD, *needed}
    return tuple(name for name in COLUMNS if name not in made)
