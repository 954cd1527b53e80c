"""One record that the API lacks, or counts twice: searched in each unit, under a scenario that may hold for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facility_emissions.reconciliation import surprise
from facility_emissions.reconciliation.quantities import Calculator
from facility_emissions.reconciliation.scenario import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """A record whose figure is the difference.

    Attributes:
        unit: whose.
        row: position of the record in the consumption; the first of several alike.
        twice: whether it is counted twice; else it is left out.
        alike: how many records of the unit have this figure.
        kg: the record's figure.
        similar: how many records are of the difference's size.
        residual: what is left of the API's figure with it [kg].
    """

    unit: int
    row: int
    twice: bool
    alike: int
    kg: float
    similar: int
    residual: float

    @property
    def id(self) -> str:
        """What it is called in the frames."""
        return "record_twice" if self.twice else "record_missing"


def one_record(calculator: Calculator, scenario: Scenario, units: Ints) -> list[Found]:
    """Return for each of some units the record that makes up what the scenario leaves unexplained."""
    panel = calculator.panel
    rows, kg = calculator.of_records(scenario)
    unit = panel.unit_of_row[rows]
    rest = panel.api - calculator.figures(scenario)
    asked = np.zeros(len(rest), dtype=bool)
    asked[units] = True
    asked &= np.abs(rest) > panel.tolerance
    mine = asked[unit] & (kg > 0)
    rows, kg, unit = rows[mine], kg[mine], unit[mine]
    size = np.abs(rest[unit])
    similar = np.bincount(unit[surprise.of_size(kg, size)], minlength=len(rest))
    hit = np.flatnonzero(np.abs(kg - size) <= panel.tolerance[unit])
    first: dict[int, int] = {}
    for at in hit.tolist():
        first.setdefault(int(unit[at]), at)
    alike = np.bincount(unit[hit], minlength=len(rest))
    found = []
    for u, at in first.items():
        twice = bool(rest[u] > 0)
        left = float(rest[u] - kg[at] if twice else rest[u] + kg[at])
        found.append(Found(u, int(rows[at]), twice, int(alike[u]), float(kg[at]), int(similar[u]), left))
    return found
