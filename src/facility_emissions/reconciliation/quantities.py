"""What is compared, and the quantities behind it: facility (or invoice) x distinct question, summed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.columns import numbers
from facility_emissions.calculation.engine import Calculation, run
from facility_emissions.calculation.questions import Key
from facility_emissions.reconciliation.rating import SCOPE2, Ratings
from facility_emissions.reconciliation.scenario import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_RULES = ("prorate", "start", "end")


@dataclass(frozen=True)
class Panel:
    """The figures of one measure that are compared: of facilities, or of invoices.

    Attributes:
        level: `facility` or `invoice`.
        measure: `co2e` or `co2e_biomass`.
        ids: of each unit.
        rows: of each unit in the table that it is taken from.
        api, tolerance: the API's figure, and by how much a calculation may miss it [kg].
        ours: what the result says [kg].
        differs: whether the two differ.
        groups: name of a grouping to the group of each unit.
        unit_of_row: unit of each row of consumption, -1 for none.
        logistic: logistic_factor of each unit's facility.
    """

    level: str
    measure: str
    ids: Sequence[str]
    rows: Ints
    api: Floats
    tolerance: Floats
    ours: Floats
    differs: npt.NDArray[np.bool_]
    groups: Mapping[str, npt.NDArray[np.object_]]
    unit_of_row: Ints
    logistic: Floats


@dataclass(frozen=True)
class Parts:
    """Rows, or their pieces: which row, which of the keys, how much, which share of its record."""

    row: Ints
    key: Ints
    quantity: Floats
    share: Floats

    def weighted(self, shares: int) -> Floats:
        """Return the quantities with the facility's share applied so many times."""
        return self.quantity * self.share ** (shares - 1)


@dataclass(frozen=True)
class Sums:
    """Summed quantities by unit and key."""

    units: int
    unit: Ints
    key: Ints
    quantity: Floats

    def add_up(self, rate: Floats) -> Floats:
        """Return quantity x rate by unit."""
        return _sums(self.unit, self.quantity * rate[self.key], self.units)


class Quantities:
    """Quantities of a result under each year rule, over one list of keys."""

    def __init__(self, c: Calculation) -> None:
        """Take the result's own; other year rules are worked out when they are asked for."""
        self._c = c
        self._numbers: dict[Key, int] = {}
        self._parts: dict[str, Parts] = {c.method.year_rule: self._parts_of(c)}
        rule = c.method.year_rule
        by_days = c if rule == "prorate" else self._under("prorate")
        if len(by_days.pieces.row):
            for other in _RULES:
                if other != rule:
                    self._parts[other] = self._parts_of(by_days if other == "prorate" else self._under(other))

    def _under(self, rule: str) -> Calculation:
        method = self._c.method.model_copy(update={"year_rule": rule})
        return run(self._c.frame, self._c.sites, method, self._c.own)

    @property
    def keys(self) -> list[Key]:
        """The distinct questions of all year rules."""
        return list(self._numbers)

    @property
    def rules(self) -> tuple[str, ...]:
        """The year rules that make a difference."""
        return tuple(self._parts)

    @cached_property
    def shared(self) -> bool:
        """Whether any row is a share of its record."""
        return any(bool((p.share != 1).any()) for p in self._parts.values())

    def parts(self, rule: str) -> Parts:
        """Return rows and pieces under a year rule."""
        return self._parts[rule]

    def _parts_of(self, c: Calculation) -> Parts:
        names = np.array([self._numbers.setdefault(k, len(self._numbers)) for k in c.keys] or [0], dtype=np.int64)
        whole = np.isfinite(c.quantity)
        whole[c.pieces.row] = False
        rows = np.flatnonzero(whole)
        piece = np.isfinite(c.pieces.quantity)
        row = np.concatenate([rows, c.pieces.row[piece]])
        key = names[np.concatenate([c.key[rows], c.piece_key[piece]]).astype(np.int64)]
        quantity = np.concatenate([c.quantity[rows], c.pieces.quantity[piece]])
        some = quantity != 0
        return Parts(row[some], key[some], quantity[some], _shares(c)[row[some]])


def _sums(of: Ints, values: Floats, size: int) -> Floats:
    """Return the sums of values by code."""
    return np.bincount(of, weights=values, minlength=size).astype(np.float64)


def _shares(c: Calculation) -> Floats:
    """Return each row's share of its record; 1 where none is stated."""
    frame = c.frame
    share = numbers(frame["percentage"])[0] if "percentage" in frame else np.full(len(frame), np.nan)
    if "base_quantity" in frame:
        base = numbers(frame["base_quantity"])[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(np.isnan(share), c.quantity / base, share)
    return np.where((share > 0) & (share <= 1), share, 1.0)


class Calculator:
    """Figures of a panel's units in any scenario."""

    def __init__(self, panel: Panel, quantities: Quantities, ratings: Ratings) -> None:
        """Take the panel, the quantities behind it, and the rates."""
        self.panel = panel
        self.quantities = quantities
        self.ratings = ratings
        self._sums: dict[tuple[str, int], Sums] = {}
        self._rows: dict[str, tuple[Ints, Ints, Ints]] = {}  # by year rule: which parts, their rows, the row of each

    def figures(self, scenario: Scenario) -> Floats:
        """Return each unit's figure [kg]; NaN where the scenario cannot be calculated."""
        if scenario.rounded is not None:
            rows, kg = self.of_records(scenario)
            return _sums(self.panel.unit_of_row[rows], np.round(kg, scenario.rounded), len(self.panel.ids))
        sums = self._sums_of(scenario.method.year_rule, scenario.shares)
        measure = self.panel.measure
        total = sums.add_up(self.ratings.rate(scenario, measure))
        if scenario.logistic == "all":
            total = total * self.panel.logistic
        elif scenario.logistic == "scope2" and measure == "co2e":
            scope2 = sums.add_up(self.ratings.rate(scenario, measure, frozenset(SCOPE2)))
            total = total - (1 - self.panel.logistic) * scope2
        return total * scenario.scale

    def of_records(self, scenario: Scenario) -> tuple[Ints, Floats]:
        """Return the rows of the panel's units, ascending, and the figure of each [kg]."""
        rule = scenario.method.year_rule
        parts = self.quantities.parts(rule)
        if rule not in self._rows:
            mine = np.flatnonzero(self.panel.unit_of_row[parts.row] >= 0)
            self._rows[rule] = (mine, *np.unique(parts.row[mine], return_inverse=True))
        mine, rows, of = self._rows[rule]
        rate = self.ratings.rate(replace(scenario, logistic=""), self.panel.measure)
        product = parts.weighted(scenario.shares)[mine] * rate[parts.key[mine]] * scenario.scale
        return rows, _sums(of, product, len(rows))

    def _sums_of(self, rule: str, shares: int) -> Sums:
        if (rule, shares) not in self._sums:
            parts = self.quantities.parts(rule)
            unit = self.panel.unit_of_row[parts.row]
            mine = unit >= 0
            size = len(self.quantities.keys)
            pair, of = np.unique(unit[mine] * size + parts.key[mine], return_inverse=True)
            quantity = _sums(of, parts.weighted(shares)[mine], len(pair))
            self._sums[rule, shares] = Sums(len(self.panel.ids), pair // size, pair % size, quantity)
        return self._sums[rule, shares]
