"""Sheets: the pieces of records with their distinct keys, and what each key's figures are in each state.

States that ask the same questions share a sheet; another has other rows, or splits them otherwise.
All work on a state is by key; the pieces are only gathered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.describe import describe_key
from facility_emissions.calculation.engine import Asked
from facility_emissions.calculation.questions import Key
from facility_emissions.calculation.rates import Entry
from facility_emissions.restatement.groups import Groups

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Kinds = list[tuple[bool, ...]]
YEARS = 10_000  # record * YEARS + year is a number of its own


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the total, of one key in one state: kg for one unit, and what it is from."""

    rate: float
    factor_ids: str = ""
    fallbacks: str = ""


NOTHING = Figure(0.0)


@dataclass(frozen=True, slots=True)
class Rated:
    """The keys of a sheet in one state: whether a key has its headline, and the figures in it."""

    known: Mask
    figures: dict[tuple[int, str], Figure]


def rated(entries: Sequence[Entry | None], headline: Sequence[str]) -> Rated:
    """Return what entries, one a key, say in a state with this headline; None is a key without an answer."""
    known = np.array([e is not None and e.co2e == e.co2e for e in entries], dtype=bool)
    told: dict[int, list[tuple[str, Figure]]] = {}
    figures: dict[tuple[int, str], Figure] = {}
    for k, entry in enumerate(entries):
        if entry is None or not known[k]:
            continue
        if id(entry) not in told:
            told[id(entry)] = [(name, _figure(entry, name)) for name in headline if name in entry.figures]
        for name, figure in told[id(entry)]:
            figures[k, name] = figure
    return Rated(known, figures)


def _figure(entry: Entry, name: str) -> Figure:
    lines = [w.line for w in entry.weighed if w.line.activity_category == name]
    ids = dict.fromkeys(i for line in lines for i in line.factor_ids)
    codes = dict.fromkeys(code for line in lines for code, _ in line.fallbacks)
    return Figure(entry.figures[name], " + ".join(ids), "+".join(codes))


@dataclass(slots=True)
class Sheet:
    """Pieces of records (one a year of the period, or more where the answer changes within it) and their keys.

    Attributes:
        record, row: of each piece, its record's number and its row in the frame.
        key: of each piece.
        quantity: of each piece [unit of the row], NaN where the row itself is a problem.
        facility: of each piece, as a number.
        keys: what the keys ask; None where only a saved ledger has an answer.
        said: country, category, activity and year of each key.
        states: what they answer, by state.
    """

    record: Ints
    row: Ints
    key: Ints
    quantity: Floats
    facility: Ints
    keys: list[Key | None]
    said: list[dict[str, object]]
    states: dict[int, Rated] = field(default_factory=dict)

    @property
    def year(self) -> Ints:
        """The year of each piece; 0 where the row has no period."""
        years = [said["year"] or 0 for said in self.said]
        return np.array([*years, 0], dtype=np.int64)[self.key]

    def counted(self, *, per_year: bool) -> Mask:
        """Return the pieces that stand for their record: its first one, or with `per_year` the first of each year."""
        of = self.record * YEARS + self.year if per_year else self.record
        counted = np.zeros(len(of), dtype=bool)
        counted[np.unique(of, return_index=True)[1]] = True
        return counted

    def lacking(self, state: int) -> Ints:
        """Return the records that have no figure in a state."""
        bad = np.isnan(self.quantity)
        known = self.states[state].known
        if not known.all():
            bad |= ~known[self.key]
        return self.record[bad]


def sheet_of(asked: Asked, record: Ints, facility: Ints) -> Sheet:
    """Return the pieces of a frame's rows.

    Args:
        asked: the frame and its keys.
        record: the number of each row's record.
        facility: the number of each row's facility.
    """
    row = np.arange(len(asked.frame))
    said = [describe_key(k) for k in asked.keys]
    if not len(asked.pieces.row):
        return Sheet(record, row, asked.keyed.key, asked.quantity, facility, [*asked.keys], said)
    whole = np.ones(len(row), dtype=bool)
    whole[asked.pieces.row] = False
    row = np.concatenate([row[whole], asked.pieces.row])
    key = np.concatenate([asked.keyed.key[whole], asked.keyed.more_key])
    quantity = np.concatenate([asked.quantity[whole], asked.pieces.quantity])
    return Sheet(record[row], row, key, quantity, facility[row], [*asked.keys], said)


def known_kinds(sheets: Sequence[Sheet], groups: Groups, records: int) -> tuple[Ints, Kinds]:
    """Return each record's kind: in which of all states it has a figure.

    Returns:
        The kind of each record, and what the kinds are: True for each state with a figure. A record
        that is not there in a state is known there: it is 0.
    """
    kind = np.zeros(records, dtype=np.int64)
    kinds: Kinds = [()]
    on = {state: sheet for sheet in sheets for state in sheet.states}
    for state in range(groups.last + 1):
        lacking = on[state].lacking(state) if state in on else None
        if lacking is None or not len(lacking):
            kinds = [(*k, lacking is not None) for k in kinds]
            continue
        kind = kind * 2 + 1
        kind[np.unique(lacking)] -= 1
        kind, found = pd.factorize(kind)
        kinds = [(*kinds[f // 2], bool(f % 2)) for f in found.tolist()]
    return kind, kinds
