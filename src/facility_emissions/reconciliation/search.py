"""The search: every option, then every pair, on all units at once; groups before single units.

What is chosen is the shortest description (fewest bits): naming one hypothesis for all of Spain is
shorter than naming one for each site. How sure it is, is another question: `surprise`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from facility_emissions.reconciliation import surprise
from facility_emissions.reconciliation.options import sentence
from facility_emissions.reconciliation.quantities import Calculator, Panel
from facility_emissions.reconciliation.scenario import Option, Scenario, combine

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
# Options without effect alone are tried with what changes the figures that are added up.
_FIGURES = frozenset({"scope2", "category3", "water", "until"})
_TIMED = frozenset({"scope2", "gwp", "factors", "biomass", "basis", "refrigerants", "methane", "gases", "contracts"})


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One or more options together; `also` are those that cannot be told from it."""

    options: tuple[Option, ...]
    scenario: Scenario
    also: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The ids of its options."""
        return " + ".join(o.id for o in self.options)

    @property
    def sentence(self) -> str:
        """What the API does by it."""
        return sentence(self.options)


@dataclass
class Tried:
    """What some hypotheses do to the units: row by hypothesis, column by unit."""

    hypotheses: list[Hypothesis] = field(default_factory=list)
    changes: list[Mask] = field(default_factory=list)
    matches: list[Mask] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Explanation:
    """A hypothesis, for whom it is meant, and whom it explains.

    Attributes:
        hypothesis: what the API does.
        grouping, group: for whom: `all`, a country, ...; the level and an id for one unit.
        units: whom it explains.
        could: how many of the group it would change.
        chance: how often an accident gives as much.
        residual: what is left of the API's figure [kg], by unit.
        own: chance of an accident for each unit by itself.
    """

    hypothesis: Hypothesis
    grouping: str
    group: str
    units: npt.NDArray[np.int64]
    could: int
    chance: float
    residual: Floats
    own: Floats

    def of_units(self, which: Mask) -> Explanation:
        """Return the explanation of some of its units."""
        return replace(self, units=self.units[which], residual=self.residual[which], own=self.own[which])


class Search:
    """Tries hypotheses on a panel and keeps count of what was tried."""

    def __init__(self, calculator: Calculator, base: Scenario) -> None:
        """Take what calculates, and the plain reading."""
        self.calculator = calculator
        self.panel = calculator.panel
        self.base = base
        self.plain = calculator.figures(base)
        self.difference = self.panel.api - self.plain
        self.window = surprise.window(self.panel.api, self.difference, self.panel.tolerance)
        self.similar = {0: np.zeros(len(self.plain))}  # figures of the difference's size tried, by number of options
        self.open: Mask = self.panel.differs.copy()  # not explained yet
        self.tried = Tried()
        self._alone: dict[str, Floats] = {}
        self._left: dict[int, Floats] = {}

    def singles(self, options: Sequence[Hypothesis]) -> None:
        """Try each option alone."""
        for hypothesis in options:
            figures = self.calculator.figures(hypothesis.scenario)
            self._alone[hypothesis.options[0].id] = figures
            self._add(hypothesis, figures, np.ones(len(figures), dtype=bool))

    def pairs(self, options: Sequence[Hypothesis]) -> None:
        """Try each two options of different dimensions; a pair counts where both of them matter."""
        idle = {h.options[0].id for h, c in zip(self.tried.hypotheses, self.tried.changes, strict=True) if not c.any()}
        hypotheses: list[Hypothesis] = []
        for one, other in combinations([h.options[0] for h in options], 2):
            scenario = combine(self.base, (one, other)) if _fit(one, other, idle) else None
            if scenario is not None:
                hypotheses.append(Hypothesis((one, other), scenario))
        self.calculator.ratings.prepare(h.scenario for h in hypotheses)
        for hypothesis in hypotheses:
            figures = self.calculator.figures(hypothesis.scenario)
            alone = (self._alone[o.id] for o in hypothesis.options)
            matter = ~self._same(figures, next(alone)) & ~self._same(figures, next(alone))
            self._add(hypothesis, figures, matter)

    def _same(self, one: Floats, other: Floats) -> Mask:
        return np.abs(one - other) <= self.panel.tolerance

    def _add(self, hypothesis: Hypothesis, figures: Floats, matter: Mask) -> None:
        change = figures - self.plain
        changes = (np.abs(change) > self.panel.tolerance) & matter
        parts = len(hypothesis.options)
        self.similar.setdefault(parts, np.zeros(len(self.plain)))
        self.similar[parts] += changes & surprise.of_size(change, self.difference)
        self.tried.hypotheses.append(hypothesis)
        self.tried.changes.append(changes)
        self.tried.matches.append(changes & self.panel.differs & self._same(figures, self.panel.api))

    def adopted(self, found: Sequence[Explanation], other: Panel) -> list[Explanation]:
        """Return explanations of the same rows' other measure that hold for this one too; the units are closed.

        What is known of `co2e` is tried on `co2e_biomass` before anything else is looked for.
        """
        place = np.full(int(max(other.rows.max(initial=-1), self.panel.rows.max(initial=-1))) + 1, -1, dtype=np.int64)
        place[self.panel.rows] = np.arange(len(self.panel.rows))
        out = []
        for e in found:
            units = place[other.rows[e.units]]
            known = units >= 0
            units = units[known]
            if any(o.dimension == "record" for o in e.hypothesis.options) or not self.open[units].any():
                continue
            figures = self.calculator.figures(e.hypothesis.scenario)
            asked = self.open[units] & ~self._same(figures, self.plain)[units]
            left = (self.panel.api - figures)[units]
            fits = asked & (np.abs(left) <= self.panel.tolerance[units])
            if fits.any():
                mine = replace(e.of_units(known), units=units, residual=left, could=int(asked.sum()))
                out.append(mine.of_units(fits))
                self.open[units[fits]] = False
        return out

    # --- groups ------------------------------------------------------------------------------

    def groups(self, at_most: float = surprise.LIKELY) -> list[Explanation]:
        """Return the explanations of groups of open units, the one that saves most first; they are closed.

        Args:
            at_most: only where the chance of an accident is no more than this.
        """
        found: list[Explanation] = []
        while True:
            best = self._best_group(at_most)
            if best is None:
                return found
            found.append(best)
            self.open[best.units] = False

    def _best_group(self, at_most: float) -> Explanation | None:
        """Return the explanation of a group that saves most bits, and is no accident."""
        matches = np.array(self.tried.matches) & self.open
        several = np.flatnonzero(matches.sum(axis=1) >= 2)
        if not len(several):
            return None
        matches = matches[several]
        in_question = self.open | ~self.panel.differs  # those that agree speak against what would change them
        changes = np.array([self.tried.changes[h] for h in several]) & in_question
        scopes = sum(len(set(labels)) for labels in self.panel.groups.values())
        sizes = np.array([len(h.options) for h in self.tried.hypotheses])
        ways = np.array([[(sizes <= sizes[h]).sum() * scopes] for h in several])
        found: list[tuple[float, int, str, str, npt.NDArray[np.int64], int, float]] = []
        for grouping, labels in self.panel.groups.items():
            names, of = np.unique(labels.astype(str), return_inverse=True)
            order = np.argsort(of, kind="stable")
            begin = np.searchsorted(of[order], np.arange(len(names)))

            def by_group(table: npt.NDArray[Any], order: Any = order, begin: Any = begin) -> npt.NDArray[Any]:
                return np.asarray(np.add.reduceat(table[:, order], begin, axis=1))

            m, n = by_group(matches.astype(np.int64)), by_group(changes.astype(np.int64))
            saved = by_group(matches * -np.log2(self.window))
            accident = ways * surprise.tail(m.astype(float), by_group((changes & self.panel.differs) * self.window))
            gain = saved - surprise.log2_choose(n, m) - np.log2(ways)
            fine = (m >= 2) & (gain > 0) & (accident <= at_most)
            for h, g in np.argwhere(fine).tolist():
                units = np.flatnonzero(matches[h] & (of == g))
                what = (grouping, str(names[g]), units, int(n[h, g]), float(accident[h, g]))
                found.append((-float(gain[h, g]), int(several[h]), *what))
        for _, h, grouping, group, units, could, by_chance in sorted(found, key=lambda f: f[:2]):
            own = self.accident(len(self.tried.hypotheses[h].options))[units]
            chance = min(1.0, max(by_chance, float(own.min()) / len(units)))
            if chance <= at_most:
                hypothesis = replace(self.tried.hypotheses[h], also=self._also(units, h))
                left = self._residual(h, units)
                return Explanation(hypothesis, grouping, group, units, could, chance, left, own)
        return None

    def joined(self, found: Sequence[Explanation]) -> list[Explanation]:
        """Return explanations where one of two options took in those of its group that only one of them touches.

        Where market-based figures and other GWPs hold for all of Spain, a site without gas is explained by the
        first alone; but what holds for Spain is both.
        """
        out = list(found)
        for wide in [e for e in found if len(e.hypothesis.options) > 1 and e.grouping in self.panel.groups]:
            left = self.panel.api - self.calculator.figures(wide.hypothesis.scenario)
            fits = np.abs(left) <= self.panel.tolerance
            fits &= self.panel.groups[wide.grouping].astype(str) == wide.group
            parts = {o.id for o in wide.hypothesis.options}
            part = [e for e in out if {o.id for o in e.hypothesis.options} < parts and fits[e.units].all()]
            if part:
                units = np.unique(np.concatenate([wide.units, *(e.units for e in part)]))
                more = sum(len(e.units) for e in part)
                own = self.accident(len(parts))[units]
                whole = replace(wide, units=units, residual=left[units], could=wide.could + more, own=own)
                out = [whole if e is wide else e for e in out if e not in part]
        return out

    def _also(self, units: npt.NDArray[np.int64], chosen: int) -> tuple[str, ...]:
        """Return what else matches all of these units, with as few options."""
        size = len(self.tried.hypotheses[chosen].options)
        found = list(self.tried.hypotheses[chosen].also)
        for h, hypothesis in enumerate(self.tried.hypotheses):
            if h != chosen and len(hypothesis.options) <= size and self.tried.matches[h][units].all():
                found += [hypothesis.id, *hypothesis.also]
        return tuple(dict.fromkeys(found))

    # --- single units ------------------------------------------------------------------------

    def accident(self, parts: int) -> Floats:
        """Return how many hypotheses of so many options or fewer would match each unit by chance."""
        tried = np.array([n for size, n in self.similar.items() if size <= parts])
        return np.asarray(np.minimum(tried.sum(axis=0) * self.window, 1.0))

    def _residual(self, h: int, units: npt.NDArray[np.int64]) -> Floats:
        """Return what a hypothesis leaves of the API's figure of some units [kg]."""
        if h not in self._left:
            self._left[h] = self.panel.api - self.calculator.figures(self.tried.hypotheses[h].scenario)
        return self._left[h][units]

    def alone(self, parts: int, at_most: float = 1.0) -> list[Explanation]:
        """Return a hypothesis of so many options for each open unit that one matches; they are closed.

        Of several the one that matches most of the open units, and then the first, is taken.

        Args:
            parts: how many options.
            at_most: only where the chance of an accident is no more than this.
        """
        sized = [i for i, h in enumerate(self.tried.hypotheses) if len(h.options) == parts]
        units = np.flatnonzero(self.open & (self.accident(parts) <= at_most))
        if not sized or not len(units):
            return []
        matches = np.array([self.tried.matches[i][units] for i in sized])
        worth = matches * np.array([[1 + (self.tried.matches[i] & self.open).sum()] for i in sized])
        found = []
        for column in np.flatnonzero(matches.any(axis=0)).tolist():
            h, unit = sized[int(np.argmax(worth[:, column]))], units[[column]]
            own = self.accident(parts)[unit]
            hypothesis = replace(self.tried.hypotheses[h], also=self._also(unit, h))
            label, left = self.panel.ids[unit[0]], self._residual(h, unit)
            found.append(Explanation(hypothesis, self.panel.level, label, unit, 1, float(own[0]), left, own))
        self.open[[e.units[0] for e in found]] = False
        return found


def _fit(a: Option, b: Option, idle: set[str]) -> bool:
    """Whether two options can be meant together."""
    if a.dimension == b.dimension:
        return False
    dimensions = {a.dimension, b.dimension}
    if "until" in dimensions:
        return bool(dimensions & _TIMED) and not (
            idle & {a.id, b.id} - {o.id for o in (a, b) if o.dimension == "until"}
        )
    quiet = {a.id, b.id} & idle
    if len(quiet) == 2:
        return False
    if quiet:
        return any(o.id not in idle and o.dimension in _FIGURES for o in (a, b))
    return True
