"""Masses of gas of all entries as arrays, to be weighed with any GWP set at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.rates import Entry, weigh
from facility_emissions.categories.answer import BIOGENIC_CO2, Line
from facility_emissions.errors import GWPError
from facility_emissions.method import Method
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

Floats = npt.NDArray[np.float64]
FIGURES = {name: i for i, name in enumerate(ACTIVITY_CATEGORIES)}
_FIXED = "CO2e"  # what is published without gases, or weighed by its agency, weighs 1
_NONE = (np.zeros(0, dtype=np.int64),) * 5


class Masses:
    """What the lines of entries hold, by entry, figure and gas."""

    def __init__(self) -> None:
        """Begin with no entry."""
        self._gases: dict[str, int] = {_FIXED: 0}
        self._rows: list[tuple[int, int, int, float, bool]] = []  # entry, figure, gas, kg, of biofuel
        self._biogenic: list[tuple[int, int, float]] = []
        self._missing: list[tuple[int, int]] = []
        self._pairs: dict[tuple[str, str], int] = {}  # source and edition
        self._uses: list[tuple[int, int]] = []  # entry, pair
        self._size = 0
        self._laid_out: tuple[int, tuple[npt.NDArray[Any], ...]] = (0, _NONE)
        self._biogenic_table = np.zeros((len(FIGURES), 0))

    def __len__(self) -> int:
        """Return how many entries there are."""
        return self._size

    def add(self, entry: Entry) -> None:
        """Add the next entry."""
        at = self._size
        used: set[tuple[str, str]] = set()
        for w in entry.weighed:
            line, figure = w.line, FIGURES[w.line.activity_category]
            used |= {(line.source_id, line.edition), *line.more_sources}
            biogenic = math.nan if line.biogenic_unknown else line.gases.get(BIOGENIC_CO2, 0.0)
            self._biogenic.append((at, figure, biogenic))
            if line.whole or line.gwp_set:
                self._rows.append((at, figure, 0, w.co2e, False))
                continue
            biofuel = bool(line.gases.get(BIOGENIC_CO2)) and not line.gases.get("CO2")
            masses = {_FIXED: line.co2e_fixed, **line.gases}
            for gas, kg in masses.items():
                if gas != BIOGENIC_CO2:
                    number = self._gases.setdefault(gas, len(self._gases))
                    self._rows.append((at, figure, number, kg, biofuel and gas != _FIXED))
        for lack in (*entry.missing, *entry.problems):
            if lack.column == "contract":
                continue  # the API counts a guarantee of origin as 0, whether a rate is published for it or not
            self._missing += [(at, f) for name, f in FIGURES.items() if lack.activity_category in ("", name)]
        self._uses += [(at, self._pairs.setdefault(pair, len(self._pairs))) for pair in used - {("", "")}]
        self._size += 1

    def weighed(self, method: Method) -> tuple[Floats, Floats]:
        """Return kg CO2e by figure and entry, NaN where missing; and the part that is CH4 and N2O of biofuels."""
        entry, figure, gas, kg, biofuel = self._columns()
        potential = np.array([1.0 if g == _FIXED else _potential(g, method) for g in self._gases])
        product = np.where(kg == 0, 0.0, kg * potential[gas])
        cell = figure * len(self) + entry
        return self._with_missing(self._table(cell, product)), self._table(cell, product * biofuel)

    def biogenic(self) -> Floats:
        """Return kg biogenic CO2 by figure and entry, NaN where unknown."""
        if self._biogenic_table.shape[1] != len(self):
            entry, figure, kg = map(np.array, zip(*self._biogenic, strict=True)) if self._biogenic else _NONE[:3]
            self._biogenic_table = self._with_missing(self._table(figure * len(self) + entry, kg))
        return self._biogenic_table

    def _columns(self) -> tuple[npt.NDArray[Any], ...]:
        """Return the rows by column, laid out anew where entries were added."""
        if self._laid_out[0] != len(self):
            columns = tuple(map(np.array, zip(*self._rows, strict=True))) if self._rows else _NONE
            self._laid_out = (len(self), columns)
        return self._laid_out[1]

    def _table(self, cell: npt.NDArray[Any], kg: npt.NDArray[Any]) -> Floats:
        sums = np.bincount(cell, weights=kg, minlength=len(FIGURES) * len(self))
        return sums.reshape(len(FIGURES), len(self)).astype(np.float64)

    def _with_missing(self, table: Floats) -> Floats:
        if self._missing:
            entry, figure = map(np.array, zip(*self._missing, strict=True))
            table[figure, entry] = np.nan
        return table

    def uses(self, test: Callable[[str, str], bool]) -> npt.NDArray[np.bool_]:
        """Return of each entry whether it uses a source and edition for which the test holds."""
        wanted = [n for pair, n in self._pairs.items() if test(*pair)]
        entry, pair = map(np.array, zip(*self._uses, strict=True)) if self._uses else _NONE[:2]
        out = np.zeros(len(self), dtype=bool)
        out[entry[np.isin(pair, wanted)]] = True
        return out


def _potential(gas: str, method: Method) -> float:
    """Return what one kg of a gas weighs [kg CO2e], NaN where the set has no value."""
    try:
        return weigh(Line("recharge", {gas: 1.0}, (), "", ""), method).co2e
    except GWPError:
        return math.nan
