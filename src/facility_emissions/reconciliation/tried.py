"""What was tried: hypotheses, and the units that each of them matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from facility_emissions.reconciliation import surprise
from facility_emissions.reconciliation.options import sentence
from facility_emissions.reconciliation.scenario import Option, Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One or more options together; `also` are the ids of those that cannot be told from it."""

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
        alike: what cannot be told from it at each unit by itself; empty where nobody asked yet.
    """

    hypothesis: Hypothesis
    grouping: str
    group: str
    units: Ints
    could: int
    chance: float
    residual: Floats
    own: Floats
    alike: tuple[tuple[str, ...], ...] = ()

    @property
    def certainty(self) -> str:
        """How certain it is of them all."""
        alone = self._of_two and len(self.units) == 1
        return surprise.certainty(self.chance, doubtful=alone or bool(self.hypothesis.also))

    @property
    def certainties(self) -> list[str]:
        """How certain it is of each unit: as of all, or by the unit's own figure where that says more."""
        words = []
        for chance, alike in zip(self.own.tolist(), self.alike, strict=True):
            own = surprise.certainty(chance, doubtful=self._of_two or bool(alike))
            words.append(min(self.certainty, own, key=surprise.WORDS.index))
        return words

    @property
    def _of_two(self) -> bool:
        """Whether it is two alternatives, which one figure cannot bear out: a third thing often equals some two.

        A record beside what a group bears out is one.
        """
        options = self.hypothesis.options
        return len(options) > 1 and all(o.dimension != "record" for o in options)

    def of_units(self, which: Mask) -> Explanation:
        """Return the explanation of some of its units."""
        return replace(self, units=self.units[which], residual=self.residual[which], own=self.own[which])


@dataclass(frozen=True, eq=False)
class Trial:
    """A hypothesis and what it does to the units.

    Attributes:
        hypothesis: what was tried.
        idle: whether it changes no unit at all.
        changes: which units it changes; None where it matches fewer than two, for which nobody asks.
        units: those that it matches.
        left: what it leaves of their figures [kg].
    """

    hypothesis: Hypothesis
    idle: bool
    changes: Mask | None
    units: Ints
    left: Floats

    @property
    def size(self) -> int:
        """How many options it is of."""
        return len(self.hypothesis.options)

    def left_of(self, units: Ints) -> Floats:
        """Return what it leaves of some of the units that it matches."""
        return self.left[np.searchsorted(self.units, units)]


@dataclass
class Trials:
    """All that was tried, in the order of plausibility; options alone before pairs."""

    all: list[Trial] = field(default_factory=list)
    _of_unit: dict[int, list[int]] = field(default_factory=dict)

    def add(self, trial: Trial) -> None:
        """Add the next trial."""
        for unit in trial.units.tolist():
            self._of_unit.setdefault(unit, []).append(len(self.all))
        self.all.append(trial)

    def up_to(self, size: int) -> int:
        """Return how many hypotheses of so many options or fewer were tried."""
        return sum(t.size <= size for t in self.all)

    def also(self, units: Ints, chosen: Hypothesis) -> tuple[str, ...]:
        """Return what else matches all of some units with as few options as the chosen hypothesis."""
        found = list(chosen.also)
        for at in self._of_unit.get(int(units[0]), ()):
            other = self.all[at]
            fewer = other.size <= len(chosen.options) and other.hypothesis.id != chosen.id
            if fewer and (len(units) == 1 or np.isin(units, other.units).all()):
                found += [other.hypothesis.id, *other.hypothesis.also]
        return tuple(dict.fromkeys(found))

    def with_alike(self, found: Explanation, records: Mapping[int, str]) -> Explanation:
        """Return an explanation that says of each unit what cannot be told from it there.

        Args:
            found: the explanation.
            records: of units whose difference is the figure of one record, whether it lacks or is there twice.
        """
        one = [(records[u],) if u in records else () for u in found.units.tolist()]
        hypothesis = found.hypothesis
        if len(one) == 1:
            hypothesis = replace(hypothesis, also=(*hypothesis.also, *one[0]))
        alike = [(*self.also(found.units[[i]], found.hypothesis), *of_unit) for i, of_unit in enumerate(one)]
        return replace(found, hypothesis=hypothesis, alike=tuple(alike))
