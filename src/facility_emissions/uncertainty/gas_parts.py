"""The parts of every figure: by gas, how much of it, and the numbers whose errors are in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.rates import Weighed
from facility_emissions.calculation.sums import scope_labels
from facility_emissions.uncertainty.stated import Stated

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_WITHOUT_GWP = ("CO2", "unsplit")  # 1 by definition; already inside the published number


@dataclass(slots=True)
class Sources:
    """The numbers whose errors are in the figures: a name, and bounds as ratios of the number."""

    names: list[str] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    _place: dict[str, int] = field(default_factory=dict)

    def place(self, name: str, bounds: tuple[float, float]) -> int:
        """Return the place of a number; the same name is the same number."""
        if name not in self._place:
            self._place[name] = len(self.names)
            self.names.append(name)
            self.bounds.append(bounds)
        return self._place[name]

    @property
    def ratios(self) -> Floats:
        """The bounds as an array: lower and upper, by place."""
        return np.array(self.bounds, dtype=np.float64).reshape(-1, 2)

    @property
    def rank(self) -> Ints:
        """The place of each number in the order of their names."""
        return np.argsort(np.argsort(np.array(self.names, dtype=object)))


@dataclass(frozen=True, slots=True)
class GasPart:
    """One gas of one figure of a key.

    Attributes:
        figure, gas: activity category and group of gases.
        rate: [kg CO2e / unit of the row].
        known: whether the uncertainty of its factor is known.
        assumed: whether that is so because the user stated it.
        sources: places of the numbers whose errors are in it.
    """

    figure: str
    gas: str
    rate: float
    known: bool
    assumed: bool
    sources: tuple[int, ...]


class GasParts:
    """The parts of all keys, sorted by key; the arrays are by part."""

    def __init__(self, key: Sequence[int], parts: Sequence[GasPart]) -> None:
        """Take the key of each part."""
        self.parts = parts
        self.key = np.array(key, dtype=np.int64)
        self.rate = np.array([p.rate for p in parts], dtype=np.float64)
        self.known = np.array([p.known for p in parts], dtype=bool)
        self.assumed = np.array([p.assumed for p in parts], dtype=bool)

    def of_figures(self, figures: Sequence[str]) -> GasParts:
        """Return the parts of some figures."""
        return self._take([i for i, p in enumerate(self.parts) if p.figure in figures])

    def by(self, dimensions: Sequence[str]) -> dict[tuple[str, ...], GasParts]:
        """Return the parts by activity_category, scope and gas; purchased heat is in both scope 2 totals."""
        found: dict[tuple[str, ...], list[int]] = {}
        for i, p in enumerate(self.parts):
            values = {"activity_category": (p.figure,), "scope": scope_labels(p.figure), "gas": (p.gas,)}
            for label in product(*(values[name] for name in dimensions)):
                found.setdefault(label, []).append(i)
        return {label: self._take(found[label]) for label in sorted(found)}

    def _take(self, chosen: Sequence[int]) -> GasParts:
        return GasParts(self.key[np.asarray(chosen, dtype=np.int64)].tolist(), [self.parts[i] for i in chosen])


def parts_of(weighed: Sequence[Sequence[Weighed]], stated: Stated, sources: Sources) -> GasParts:
    """Return the parts of the lines of each key, and put the numbers that they are made with among the sources."""
    key: list[int] = []
    parts: list[GasPart] = []
    done: dict[int, list[GasPart]] = {}  # keys that come down to one question share their lines
    for k, lines in enumerate(weighed):
        found = done.get(id(lines))
        if found is None:
            found = done[id(lines)] = [
                _part(w, gas, rate, stated, sources) for w in lines for gas, rate in w.gas_co2e.items()
            ]
        parts += found
        key += [k] * len(found)
    return GasParts(key, parts)


def _part(w: Weighed, gas: str, rate: float, stated: Stated, sources: Sources) -> GasPart:
    """Return one part. It is known by published bounds of every number in it, else by what the user states."""
    line = w.line
    spreads = [s for s in line.spreads if s.gas in (gas, "")]
    bounds = [(s.name, s.bounds) for s in spreads if s.bounds is not None]
    published = len(bounds) == len(spreads) and any(s.gas for s in spreads)
    default = stated.factor(line.activity_category)
    if not published:
        # A line that was completed has its CO2 from the first of its factors, and the rest from the last.
        whose = line.factor_ids[0 if gas == "CO2" else -1] if line.factor_ids else line.source_id
        bounds = [(f"{whose}, assumed", default)] if default else []
    known = published or default is not None
    if known and stated.gwp and gas not in _WITHOUT_GWP:
        bounds.append((f"GWP of {gas}, assumed", stated.gwp))
    places = tuple(sources.place(name, ratios) for name, ratios in bounds)
    return GasPart(line.activity_category, gas, rate, known, known and not published, places)
