"""The search: every option, then every pair, on all units at once; groups before single units.

What is chosen is the shortest description (fewest bits): naming one hypothesis for all of Spain is
shorter than naming one for each site. How sure it is, is another question: `surprise`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from facility_emissions.reconciliation import surprise
from facility_emissions.reconciliation.quantities import Calculator, Panel
from facility_emissions.reconciliation.scenario import Option, Scenario, combine
from facility_emissions.reconciliation.tried import Explanation, Hypothesis, Trial, Trials

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
# Options without effect alone are tried with what changes the figures that are added up.
_FIGURES = frozenset({"scope2", "category3", "water", "until"})
_TIMED = frozenset({"scope2", "gwp", "factors", "biomass", "basis", "refrigerants", "methane", "gases", "contracts"})


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
        self.trials = Trials()
        self._alone: dict[str, Floats] = {}
        self._groupings = [Grouping.of(name, labels) for name, labels in self.panel.groups.items()]

    def singles(self, options: Sequence[Hypothesis]) -> None:
        """Try each option alone."""
        for hypothesis in options:
            figures = self.calculator.figures(hypothesis.scenario)
            self._alone[hypothesis.options[0].id] = figures
            self._add(hypothesis, figures, np.ones(len(figures), dtype=bool))

    def pairs(self, options: Sequence[Hypothesis]) -> None:
        """Try each two options of different dimensions; a pair counts where both of them matter."""
        idle = {t.hypothesis.id for t in self.trials.all if t.idle}
        hypotheses: list[Hypothesis] = []
        for one, other in combinations(options, 2):
            a, b = one.options[0], other.options[0]
            scenario = combine(self.base, (a, b)) if _fit(a, b, idle) else None
            if scenario is not None:
                also = (*(f"{x} + {b.id}" for x in one.also), *(f"{a.id} + {x}" for x in other.also))
                hypotheses.append(Hypothesis((a, b), scenario, also))
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
        left = self.panel.api - figures
        units = np.flatnonzero(changes & self.panel.differs & (np.abs(left) <= self.panel.tolerance))
        kept = changes if len(units) > 1 else None
        self.trials.add(Trial(hypothesis, not changes.any(), kept, units, left[units]))

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
        bits = -np.log2(self.window)
        in_question = self.open | ~self.panel.differs  # those that agree speak against what would change them
        scopes = sum(len(g.names) for g in self._groupings)
        ways = {size: self.trials.up_to(size) * scopes for size in self.similar}
        found: list[tuple[float, Trial, Grouping, int, int, float]] = []
        for trial in self.trials.all:
            units = trial.units[self.open[trial.units]]
            if len(units) < 2 or trial.changes is None:
                continue
            changed = np.flatnonzero(trial.changes & in_question)
            differ = changed[self.panel.differs[changed]]
            for grouping in self._groupings:
                m, n = grouping.count(units), grouping.count(changed)
                saved = grouping.add_up(units, bits) - surprise.log2_choose(n, m) - np.log2(ways[trial.size])
                expected = grouping.add_up(differ, self.window)
                accident = ways[trial.size] * surprise.tail(m.astype(np.float64), expected)
                for g in np.flatnonzero((m > 1) & (saved > 0) & (accident <= at_most)).tolist():
                    found.append((float(saved[g]), trial, grouping, g, int(n[g]), float(accident[g])))
        for _, trial, grouping, g, could, accident_of_many in sorted(found, key=lambda f: -f[0]):
            units = trial.units[self.open[trial.units] & (grouping.of_unit[trial.units] == g)]
            own = self.accident(trial.size)[units]
            chance = min(1.0, max(accident_of_many, float(own.min()) / len(units)))
            if chance <= at_most:
                hypothesis = replace(trial.hypothesis, also=self.trials.also(units, trial.hypothesis))
                left = trial.left_of(units)
                return Explanation(hypothesis, grouping.name, grouping.names[g], units, could, chance, left, own)
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

    # --- single units ------------------------------------------------------------------------

    def accident(self, parts: int) -> Floats:
        """Return how many hypotheses of so many options or fewer would match each unit by chance."""
        tried = np.array([n for size, n in self.similar.items() if size <= parts])
        return np.asarray(np.minimum(tried.sum(axis=0) * self.window, 1.0))

    def alone(self, parts: int, at_most: float = 1.0) -> list[Explanation]:
        """Return a hypothesis of so many options for each open unit that one matches; they are closed.

        Of several the one that matches most of the open units, and then the first, is taken.

        Args:
            parts: how many options.
            at_most: only where the chance of an accident is no more than this.
        """
        accident = self.accident(parts)
        ready = self.open & (accident <= at_most)
        worth, best = np.zeros(len(ready), dtype=np.int64), np.zeros(len(ready), dtype=np.int64)
        for at, trial in enumerate(self.trials.all):
            if trial.size == parts:
                units = trial.units[ready[trial.units]]
                better = units[worth[units] < len(units)]
                worth[better], best[better] = len(units), at
        found = []
        for unit in np.flatnonzero(worth).tolist():
            trial, units = self.trials.all[int(best[unit])], np.array([unit])
            own = accident[units]
            hypothesis = replace(trial.hypothesis, also=self.trials.also(units, trial.hypothesis))
            label, left = self.panel.ids[unit], trial.left_of(units)
            found.append(Explanation(hypothesis, self.panel.level, label, units, 1, float(own[0]), left, own))
        self.open[worth > 0] = False
        return found


@dataclass(frozen=True)
class Grouping:
    """One way to tell units apart: its groups, and the group of each unit."""

    name: str
    names: list[str]
    of_unit: npt.NDArray[np.int64]

    @classmethod
    def of(cls, name: str, labels: npt.NDArray[np.object_]) -> Grouping:
        """Return the grouping that labels make."""
        names, of_unit = np.unique(labels.astype(str), return_inverse=True)
        return cls(name, names.tolist(), of_unit.astype(np.int64))

    def count(self, units: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return how many of some units are in each group."""
        return np.bincount(self.of_unit[units], minlength=len(self.names))

    def add_up(self, units: npt.NDArray[np.int64], values: Floats) -> Floats:
        """Return the sum over some units of their values, by group."""
        return np.bincount(self.of_unit[units], weights=values[units], minlength=len(self.names)).astype(np.float64)


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
