"""What is said of invoices: problems, notes, and why some are left out; each with its JSON path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, fields

import pandas as pd

from facility_emissions.envelopes import Place
from facility_emissions.errors import place_of


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps an invoice from having a figure."""

    id: str
    path: str
    field: str
    value: object
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Note:
    """What was assumed of an invoice that counts, or is doubtful about it."""

    id: str
    path: str
    field: str
    value: object
    note: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why an invoice does not count."""

    id: str
    path: str
    reason: str


@dataclass(slots=True)
class Told:
    """Everything that is said, in the order in which it was found."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    _said: set[tuple[str, ...]] = field(default_factory=set)

    def problem(self, id_: str, at: Place, name: str, value: object, reason: str, remedy: str) -> None:
        """Add a problem of one field, once: each facility's part, or figure of a factor, may say the same."""
        self._add_problem(Problem(id_, place_of((*at, name)), name, value, reason, remedy))

    def note(self, id_: str, at: Place, name: str, value: object, note: str) -> None:
        """Add a note on one field, once."""
        self._add_note(Note(id_, place_of((*at, name)), name, value, note))

    def add(self, more: Told) -> None:
        """Add the problems and notes that were collected elsewhere."""
        for problem in more.problems:
            self._add_problem(problem)
        for note in more.notes:
            self._add_note(note)

    def _add_problem(self, problem: Problem) -> None:
        if self._is_new(problem.id, problem.path, problem.reason):
            self.problems.append(problem)

    def _add_note(self, note: Note) -> None:
        if self._is_new(note.id, note.path, note.note):
            self.notes.append(note)

    def _is_new(self, *key: str) -> bool:
        known = key in self._said
        self._said.add(key)
        return not known

    def leave_out(self, id_: str, at: Place, reason: str) -> None:
        """Add an invoice that does not count."""
        self.left_out.append(LeftOut(id_, place_of(at), reason))


def told_frame(
    kind: type[Problem] | type[Note] | type[LeftOut], rows: Iterable[Problem | Note | LeftOut]
) -> pd.DataFrame:
    """Return what is said as a frame, one row each."""
    names = [f.name for f in fields(kind)]
    columns = [*zip(*map(astuple, rows), strict=True)] or [()] * len(names)
    return pd.DataFrame({n: pd.Series(c, dtype=object) for n, c in zip(names, columns, strict=True)})
