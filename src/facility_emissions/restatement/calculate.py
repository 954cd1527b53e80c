"""`restate`: the same consumption calculated twice, and what the difference is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from facility_emissions.calculation import engine
from facility_emissions.calculation.questions import Key
from facility_emissions.calculation.resolve import resolver_for
from facility_emissions.calculation.sites import Facilities, id_text, read_sites
from facility_emissions.consumption import ConsumptionRecord, to_frame
from facility_emissions.factors.custom import FactorTable, Rows
from facility_emissions.method import Method
from facility_emissions.restatement.groups import Groups, groups_of
from facility_emissions.restatement.matching import Ints, match
from facility_emissions.restatement.result import Restatement
from facility_emissions.restatement.saved import SavedLedger
from facility_emissions.restatement.sheets import Sheet, rated, sheet_of
from facility_emissions.results import Result

Consumption = pd.DataFrame | Iterable[ConsumptionRecord | Mapping[str, object]]


def restate(
    consumption: Consumption,
    facilities: Facilities,
    before: Method | None = None,
    after: Method | None = None,
    *,
    consumption_before: Consumption | None = None,
    facilities_before: Facilities | None = None,
    custom_factors: FactorTable | Rows | None = None,
    custom_factors_before: FactorTable | Rows | None = None,
    ledger_before: pd.DataFrame | None = None,
    order: Sequence[str] | None = None,
) -> Restatement:
    """Calculate the same consumption under two methods, and split the difference into effects.

    What differs is put into groups: the fields of the Method by what they are about (`editions`,
    `gwp`, `scope2`, `method`), `custom_factors`, `activity` (consumption or facilities) and
    `release` (of the data, with a ledger of an earlier one). The effect of a group is the change
    that it makes, averaged over all orders in which the groups can be changed: the Shapley value.
    The effects add up to the difference, for every record and in every sum of records, and do not
    depend on an order. All combinations of the groups are calculated, once for each distinct
    question.

    A record that has a figure on one side only is in the effect `coverage` as a whole. Of the
    effect of the editions, `fallback` is the part of the factors that gave way differently
    (another year or place). An order in which a record would have no figure half-way is left out
    of its average; where that leaves none, its difference is `joint`.

    Args:
        consumption, facilities: as of `calculate`.
        before, after: the two Methods; `Method()` by default.
        consumption_before, facilities_before: where they were others before.
        custom_factors, custom_factors_before: your own factors; before the same ones if not given
            (`()` for none).
        ledger_before: `result.ledger()` of an earlier release of the data, of `consumption_before`
            (else `consumption`) by the Method `before`. An old release cannot be asked again, so its
            effect comes first in every order.
        order: names of the groups, to change them one after the other in this order instead.

    Returns:
        The restatement; its figures are kg CO2e of the headline.

    Raises:
        ContractError: as `calculate`; rows of two tables that cannot be told apart, an order that
            lacks a group, a ledger of other consumption.
        NotFoundError: a Method names a source or edition that does not exist.

    References:
        Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II.
        Albrecht, J., François, D., Schoors, K. (2002), A Shapley decomposition of carbon emissions
        without residuals, Energy Policy 30, 727-736.
    """
    frames = [to_frame(c) for c in (consumption, consumption_before) if c is not None]
    tables = [f if isinstance(f, pd.DataFrame) else [*f] for f in (facilities, facilities_before) if f is not None]
    own = FactorTable.of(custom_factors)
    own_before = own if custom_factors_before is None else FactorTable.of(custom_factors_before)
    others = {
        "release": ledger_before is not None,
        "activity": len(frames) + len(tables) > 2,
        "custom_factors": (own.fingerprint(), own.left_out) != (own_before.fingerprint(), own_before.left_out),
    }
    groups = groups_of(before or Method(), after or Method(), others, order)
    states = _States(groups, (frames[-1], frames[0]), (tables[-1], tables[0]), (own_before, own))
    return states.restatement(ledger_before)


class _States:
    """Calculates every state; each pair is of what was before, and after."""

    def __init__(
        self,
        groups: Groups,
        frames: tuple[pd.DataFrame, pd.DataFrame],
        facilities: tuple[Facilities, Facilities],
        own: tuple[FactorTable, FactorTable],
    ) -> None:
        self._groups = groups
        self._frames = frames
        self._facilities = facilities
        self._own = own
        self._apart = own[0].facilities | own[1].facilities
        self._matched = match(*frames)
        self._ids: dict[str, int] = {}
        self._names: list[object] = []
        self._asked: dict[tuple[object, ...], engine.Asked] = {}
        self._sheets: dict[tuple[object, ...], Sheet] = {}

    def restatement(self, ledger: pd.DataFrame | None) -> Restatement:
        """Calculate both ends in full, of the other states the keys, and put it all together."""
        groups = self._groups
        before: Result | SavedLedger
        if ledger is None:
            before = self._result(0)
        else:
            before = SavedLedger(ledger, self._frames[0], groups.before)
            before.join(self._sheet(0))
        after = self._result(groups.last)
        for state in groups.states():
            sheet, method = self._sheet(state), groups.method(state)
            if state not in sheet.states:
                resolver = resolver_for(method, self._own[self._side(state, "custom_factors")])
                entries = [None if k is None else resolver.entry(k) for k in sheet.keys]
                sheet.states[state] = rated(entries, method.headline)
        if isinstance(before, SavedLedger):
            before.settle(self._sheet(0), groups.bit("release"))
        return Restatement(groups, self._matched, self._names, list(self._sheets.values()), before, after)

    def _side(self, state: int, group: str) -> int:
        """Return 1 where a state has a group as it is after."""
        return int(bool(state & self._groups.bit(group)) or group not in self._groups.names)

    def _questions(self, state: int, own: tuple[FactorTable, ...]) -> tuple[tuple[object, ...], engine.Asked]:
        """Return a frame's questions in a state, split where a factor of some tables begins or ends, and their name."""
        side, method = self._side(state, "activity"), self._groups.method(state)
        dated = {table.fingerprint(): table for table in own if table.dated}
        of = (side, method.year_rule, method.include_archived, *dated)
        if of not in self._asked:
            sites = read_sites(self._facilities[side], include_archived=method.include_archived)
            resolvers = [resolver_for(method, table) for table in dated.values() or own[:1]]

            def edges(key: Key) -> tuple[dt.date, ...]:
                return tuple(sorted({day for resolver in resolvers for day in resolver.edges(key)}))

            sites = sites.set_apart(self._apart)
            self._asked[of] = engine.ask(self._frames[side], sites, method.year_rule, edges)
        return of, self._asked[of]

    def _result(self, state: int) -> Result:
        method, own = self._groups.method(state), self._own[self._side(state, "custom_factors")]
        return Result(engine.answer(self._questions(state, (own,))[1], method, own, resolver_for(method, own)))

    def _sheet(self, state: int) -> Sheet:
        of, asked = self._questions(state, self._own)
        if of not in self._sheets:
            record = self._matched.after if of[0] else self._matched.before
            self._sheets[of] = sheet_of(asked, record, self._numbered(asked))
        return self._sheets[of]

    def _numbered(self, asked: engine.Asked) -> Ints:
        """Return the facility of each row as a number that means the same on both sides."""
        table = []
        for name in (*asked.facility.values, None):
            known = self._ids.setdefault("" if name is None else id_text(name), len(self._names))
            if known == len(self._names):
                self._names.append(name)
            table.append(known)
        return np.array(table, dtype=np.int64)[asked.facility.codes]
