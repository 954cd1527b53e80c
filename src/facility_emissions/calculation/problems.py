"""Rows that have no result: where, what was given, why, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

COLUMNS = ("position", "column", "value", "reason", "remedy")


@dataclass(slots=True)
class ProblemLog:
    """Problems as they are found; a row may have several, one for each thing that is wrong."""

    positions: list[int] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    remedies: list[str] = field(default_factory=list)

    def add(
        self,
        positions: npt.NDArray[Any] | Sequence[int],
        column: str,
        values: Iterable[Any] | Any,
        reason: str | Sequence[str],
        remedy: str | Sequence[str],
    ) -> None:
        """Add one problem for each position; values, reason and remedy may be one for all."""
        rows = [int(p) for p in positions]
        self.positions += rows
        self.columns += [column] * len(rows)
        self.values += list(values) if isinstance(values, (list, np.ndarray)) else [values] * len(rows)
        self.reasons += [reason] * len(rows) if isinstance(reason, str) else list(reason)
        self.remedies += [remedy] * len(rows) if isinstance(remedy, str) else list(remedy)

    def copy(self) -> ProblemLog:
        """Return a log of the same problems, to be gone on with."""
        return ProblemLog(
            list(self.positions), list(self.columns), list(self.values), list(self.reasons), list(self.remedies)
        )

    def in_order(self) -> npt.NDArray[np.int64]:
        """Return the problems' places in the log in the order of the rows, those of one row as they were found."""
        return np.argsort(np.array(self.positions, dtype=np.int64), kind="stable")

    def rows(self) -> npt.NDArray[np.int64]:
        """Return the distinct positions that have a problem, ascending."""
        return np.unique(np.array(self.positions, dtype=np.int64))
