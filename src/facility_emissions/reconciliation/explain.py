"""Which alternatives explain the differences of a panel: options, then records, then pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.engine import Calculation
from facility_emissions.reconciliation import surprise
from facility_emissions.reconciliation.options import Situation, options, rounded_records
from facility_emissions.reconciliation.quantities import Calculator, Panel, Quantities
from facility_emissions.reconciliation.rating import Ratings
from facility_emissions.reconciliation.records import Found, one_record
from facility_emissions.reconciliation.scenario import Option, Scenario, combine
from facility_emissions.reconciliation.search import Search
from facility_emissions.reconciliation.tried import Explanation, Hypothesis

Mask = npt.NDArray[np.bool_]
_MOST_DAYS = 12  # by which editions are tried


class Explainer:
    """The rates of all alternatives of one result, for as many panels as are to be explained."""

    def __init__(self, c: Calculation) -> None:
        """Take the calculation; nothing is worked out before a difference is to be explained."""
        self._c = c
        self._base = Scenario(c.method)

    @cached_property
    def _quantities(self) -> Quantities:
        return Quantities(self._c)

    @cached_property
    def _ratings(self) -> Ratings:
        return Ratings(self._quantities.keys, self._base, self._c.own)

    @cached_property
    def hypotheses(self) -> list[Hypothesis]:
        """The alternatives that make a difference, alone each."""
        quantities = self._quantities
        entries = self._ratings.entries(self._base)
        custom = len(self._c.own) > 0
        days = self._ratings.days(_MOST_DAYS)
        situation = Situation(self._base, quantities.keys, entries, days, quantities.rules, quantities.shared, custom)
        return self._distinct(options(situation))

    def _distinct(self, found: Sequence[Option]) -> list[Hypothesis]:
        """Return the options that change any rate; of those that change all alike the first, which names the others."""
        made = [(o, combine(self._base, (o,))) for o in found]
        scenarios = [(o, s) for o, s in made if s is not None]
        self._ratings.prepare([s for o, s in scenarios])
        seen: dict[str, Hypothesis | None] = {self._ratings.signature(self._base): None}
        out: dict[str, Hypothesis] = {}
        for option, scenario in scenarios:
            name = self._ratings.signature(scenario) if option.selects else option.id
            if name not in seen:
                seen[name] = out[option.id] = Hypothesis((option,), scenario)
                continue
            like = seen[name]
            if like is not None:
                first = like.options[0].id
                out[first] = replace(out[first], also=(*out[first].also, option.id))
        return list(out.values())

    def explain(
        self,
        panel: Panel,
        most_options: int,
        decimals: int | None,
        known: tuple[Panel, Sequence[Explanation]] | None = None,
    ) -> list[Explanation]:
        """Return the explanations of a panel's differences, each unit in one of them at most.

        Args:
            panel: what is compared.
            most_options: how many options together may explain a difference, 1 or 2.
            decimals: to how many the API rounds, where it does.
            known: the panel of the other measure, and what explains it.
        """
        if not panel.differs.any():
            return []
        search = Search(Calculator(panel, self._quantities, self._ratings), self._base)
        adopted = search.adopted(known[1], known[0]) if known else []
        found = adopted + self._sought(search, most_options, decimals)
        records = _one_record_of_all(search, found)
        return [search.trials.with_alike(e, records) for e in found]

    def _sought(self, search: Search, most_options: int, decimals: int | None) -> list[Explanation]:
        panel = search.panel
        if not search.open.any():
            return []
        hypotheses = list(self.hypotheses)
        if panel.level == "facility" and decimals is not None:
            option = rounded_records(decimals)
            hypotheses.append(Hypothesis((option,), replace(self._base, rounded=decimals)))
        search.singles(hypotheses)
        found = search.groups()
        found += search.alone(1, at_most=surprise.CERTAIN)
        if most_options > 1 and search.open.any():
            search.pairs(hypotheses)
            found = search.joined([*found, *search.groups()])
        found += search.groups(at_most=1.0)
        found += search.alone(1)
        found += self._records(search, found)
        return found + search.alone(2)

    def _records(self, search: Search, found: Sequence[Explanation]) -> list[Explanation]:
        """Return the units that lack one record, or have one twice, by itself or beside what holds for their group."""
        panel = search.panel
        everyone = np.ones(len(panel.ids), dtype=bool)
        tried: list[tuple[Hypothesis, Mask]] = [(Hypothesis((), self._base), everyone)]
        for e in found:
            if e.grouping in panel.groups:
                tried.append((e.hypothesis, panel.groups[e.grouping].astype(str) == e.group))
        out: list[Explanation] = []
        for hypothesis, scope in tried:
            for one in one_record(search.calculator, hypothesis.scenario, np.flatnonzero(search.open & scope)):
                unit = np.array([one.unit])
                share = float(surprise.window(panel.api[unit], np.array([one.kg]), panel.tolerance[unit])[0])
                others = float(search.accident(len(hypothesis.options) or 1)[one.unit])
                chance = min(1.0, others + one.similar * share)
                left = np.array([one.residual])
                with_record = Hypothesis((*hypothesis.options, self._option(one)), hypothesis.scenario)
                out.append(
                    Explanation(
                        with_record, panel.level, panel.ids[one.unit], unit, 1, chance, left, np.array([chance])
                    )
                )
                search.open[one.unit] = False
        return out

    def _option(self, one: Found) -> Option:
        """Return what is said of a record that is left out, or counted twice."""
        frame = self._c.frame
        name = f"row {frame.index[one.row]}"
        if "record_id" in frame:
            name = f"record {frame['record_id'].iloc[one.row]}"
        words = f"{'counts twice' if one.twice else 'leaves out'} {name} ({one.kg:,.1f} kg)"
        if one.alike > 1:
            words += f", or one of {one.alike - 1} more with the same figure"
        return Option(one.id, "record", words)


def _one_record_of_all(search: Search, found: Sequence[Explanation]) -> dict[int, str]:
    """Return of the units explained otherwise whether one record that lacks, or is there twice, gives the same."""
    units = [e.units for e in found if not any(o.dimension == "record" for o in e.hypothesis.options)]
    if not units:
        return {}
    return {one.unit: one.id for one in one_record(search.calculator, search.base, np.concatenate(units))}
