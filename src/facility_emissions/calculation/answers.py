"""The keys of a frame with their entries; those that an earlier chunk had are not made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from facility_emissions.calculation.keys import Dimension
from facility_emissions.calculation.periods import Calendar
from facility_emissions.calculation.rates import Entry
from facility_emissions.calculation.resolve import WORDS, Key, Resolver
from facility_emissions.calculation.sites import Profile

_NO_FACILITY = Profile(problem=("facility_id", "The facility_id is missing.", "The id of one of the facilities given."))
_MOST = 1 << 14  # answers and values that are kept
Numbers = tuple[int, ...]


@dataclass(slots=True)
class Answers:
    """Keys and entries by small numbers: one for each value of a key column, the same in all chunks."""

    _names: tuple[str, ...] = ()
    _numbers: list[dict[object, int]] = field(default_factory=list)
    _known: dict[Numbers, tuple[Key, Entry]] = field(default_factory=dict)

    def of(
        self, tuples: Sequence[Numbers], dims: Sequence[Dimension], calendar: Calendar, resolver: Resolver
    ) -> tuple[list[Key], list[Entry]]:
        """Return the keys that tuples of value indices stand for, and their entries.

        Args:
            tuples: for each key the index of its value in each of `dims`, and its year code.
            dims: the key columns.
            calendar: knows the years.
            resolver: answers what is new.
        """
        self._begin(tuple(d.name for d in dims))
        own = [
            [known.setdefault(v, len(known)) for v in d.values] for d, known in zip(dims, self._numbers, strict=False)
        ]
        columns = [[number[i] for i in of] for number, of in zip(own, zip(*tuples, strict=True), strict=False)]
        years = [calendar.year(numbers[-1]) or 0 for numbers in tuples]
        found = []
        for numbers, indices in zip(zip(*columns, years, strict=True), tuples, strict=True):
            name = tuple(numbers)
            answer = self._known.get(name)
            if answer is None:
                key = _key(indices, dims, calendar)
                answer = self._known[name] = key, resolver.entry(key)
            found.append(answer)
        return [key for key, _ in found], [entry for _, entry in found]

    def _begin(self, names: tuple[str, ...]) -> None:
        """Forget everything where the columns are others, or there is too much of it."""
        if names != self._names or max(len(self._known), *map(len, self._numbers)) > _MOST:
            self._names = names
            self._numbers = [{} for _ in names]
            self._known = {}


def _key(indices: Numbers, dims: Sequence[Dimension], calendar: Calendar) -> Key:
    cells = {d.name: d.values[i] for d, i in zip(dims, indices, strict=False)}
    profile = cells["profile"]
    words: list[Any] = [cells.get(name) for name in WORDS]
    return Key(profile if isinstance(profile, Profile) else _NO_FACILITY, calendar.year(indices[-1]), *words)
