"""The figures of a sheet, shared out among the effects: by distinct (kind of record, key), per unit.

A step of a group between two states of one sheet is a change of rates, the quantities being the same.
Where a group leads to another sheet (other rows, other pieces), a sheet holds its own half of the step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facility_emissions.restatement.groups import Groups
from facility_emissions.restatement.orders import steps
from facility_emissions.restatement.sheets import NOTHING, Figure, Floats, Ints, Kinds, Sheet
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES


@dataclass(frozen=True, slots=True)
class Origin:
    """The factors of a slot: `figure` is its activity category at last."""

    figure: str
    before: Figure
    after: Figure


@dataclass(slots=True)
class Split:
    """The figures of a sheet's distinct (kind, key) pairs, with their parts [kg / unit].

    Attributes:
        pair: of each piece.
        kind, key: of each pair.
        line_pair: the pair of each line, ascending; a line is one figure of a pair.
        figure: activity category of each line.
        before, after: of each line; 0 where its kind has none.
        effects: (effect, line), every one of `Groups.effects`.
        moved: (effect, line), the part of the effects that is a change of the factor, the quantity being one.
        origin: of each line, what its slot is from in the first and in the last state of the sheet.
    """

    pair: Ints
    kind: Ints
    key: Ints
    line_pair: Ints
    figure: list[str]
    before: Floats
    after: Floats
    effects: Floats
    moved: Floats
    origin: list[Origin]

    def by_pair(self, lines: Floats) -> Floats:
        """Add the lines of each pair up."""
        return np.bincount(self.line_pair, weights=lines, minlength=len(self.key)).astype(np.float64)


def slot(figure: str) -> str:
    """Return what a figure is a version of: the two scope 2 figures of electricity are versions of one."""
    of = ACTIVITY_CATEGORIES[figure]
    return f"{of.scope}/{of.category}" if of.basis else figure


def split(sheet: Sheet, groups: Groups, kind_of_record: Ints, kinds: Kinds) -> Split:
    """Split the figures of a sheet into the effects of the groups."""
    code = kind_of_record[sheet.record] * len(sheet.keys) + sheet.key
    seen = np.zeros(len(kinds) * len(sheet.keys), dtype=bool)
    seen[code] = True
    pairs = np.flatnonzero(seen)
    number = np.cumsum(seen) - 1
    kind, key = np.divmod(pairs, max(len(sheet.keys), 1))

    names: dict[int, dict[str, None]] = {}
    for state in sheet.states.values():
        for k, figure in state.figures:
            names.setdefault(k, {})[figure] = None
    table = [(k, figure) for k in range(len(sheet.keys)) for figure in names.get(k, ())]
    begin = np.searchsorted([k for k, _ in table], np.arange(len(sheet.keys) + 1))
    count = np.diff(begin)[key]
    line_pair = np.repeat(np.arange(len(pairs)), count)
    line = begin[key][line_pair] + np.arange(len(line_pair)) - np.repeat(np.cumsum(count) - count, count)

    held = {s: [of.figures.get(at, NOTHING) for at in table] for s, of in sheet.states.items()}
    rate = {s: np.array([f.rate for f in figures], dtype=np.float64) for s, figures in held.items()}
    codes: dict[str, int] = {}
    gave_way = {
        s: np.array([codes.setdefault(f.fallbacks, len(codes)) for f in figures]) for s, figures in held.items()
    }
    size = (len(groups.effects), len(line))
    origins = _origins(sheet, table)
    out = Split(number[code], kind, key, line_pair, [table[i][1] for i in line.tolist()], np.zeros(len(line)),
                np.zeros(len(line)), np.zeros(size), np.zeros(size), [origins[i] for i in line.tolist()])  # fmt: skip
    for p in np.unique(kind).tolist():
        of = np.flatnonzero(kind[line_pair] == p)
        part = _Part(groups, {s: r[line[of]] for s, r in rate.items()}, {s: g[line[of]] for s, g in gave_way.items()})
        part.share(kinds[p])
        out.effects[:, of], out.moved[:, of] = part.effects, part.moved
        out.before[of] = part.rate.get(0, 0.0) if kinds[p][0] else 0.0
        out.after[of] = part.rate.get(groups.last, 0.0) if kinds[p][-1] else 0.0
    return out


class _Part:
    """The lines of one kind: their rates by state, shared out among the effects."""

    def __init__(self, groups: Groups, rate: dict[int, Floats], fallbacks: dict[int, Ints]) -> None:
        self._groups = groups
        self.rate = rate
        self._fallbacks = fallbacks
        self._row = {e: i for i, e in enumerate(groups.effects)}
        size = (len(self._row), len(next(iter(rate.values()))))
        self.effects, self.moved = np.zeros(size), np.zeros(size)

    def share(self, known: tuple[bool, ...]) -> None:
        last = self._groups.last
        if not (known[0] and known[last]):
            effect = self.effects[self._row["coverage"]]
            if known[last] and last in self.rate:
                effect += self.rate[last]
            if known[0] and 0 in self.rate:
                effect -= self.rate[0]
            return
        order = steps(known, len(self._groups.names), self._groups.order)
        for (group, state), weight in order.items():
            self._step(self._groups.names[group], state, state | 1 << group, weight)
        if not order and last:
            self._step("joint", 0, last, 1.0)

    def _step(self, name: str, state: int, then: int, weight: float) -> None:
        """Add a step from one state to another; where the sheet has only one of them, the other sheet has the other."""
        low, high = self.rate.get(state), self.rate.get(then)
        at = self._row[name]
        if low is None or high is None:
            self.effects[at] += weight * high if high is not None else 0.0
            self.effects[at] -= weight * low if low is not None else 0.0
            return
        change = weight * (high - low)
        if name == "editions":
            same = self._fallbacks[state] == self._fallbacks[then]
            parts = {"editions": np.where(same, change, 0.0), "fallback": np.where(same, 0.0, change)}
        else:
            parts = {name: change}
        for effect, part in parts.items():
            self.effects[self._row[effect]] += part
            self.moved[self._row[effect]] += part


def _origins(sheet: Sheet, table: list[tuple[int, str]]) -> list[Origin]:
    """Return of each (key, figure) what its slot is from."""
    ends: list[dict[tuple[int, str], tuple[str, Figure]]] = [{}, {}]
    for found, state in zip(ends, (min(sheet.states), max(sheet.states)), strict=True):
        held = sheet.states[state].figures
        found.update({(k, slot(name)): (name, held[k, name]) for k, name in table if (k, name) in held})
    out = []
    for k, name in table:
        at = (k, slot(name))
        (_, before), (last, after) = (end.get(at, (name, NOTHING)) for end in ends)
        out.append(Origin(last if at in ends[1] else ends[0].get(at, (name, NOTHING))[0], before, after))
    return out
