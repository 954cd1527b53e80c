"""Rates of every distinct question in every scenario, from entries that are resolved and weighed once.

An entry is what the resolver answers; scenarios share most of them. Its masses of gas are kept
apart, so that another GWP set is a sum over them and no new resolution.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.questions import Key, parse_words
from facility_emissions.calculation.rates import Entry
from facility_emissions.calculation.resolve import Resolver, resolver_for
from facility_emissions.factors import sources as registry
from facility_emissions.factors.book import FactorBook, published
from facility_emissions.factors.custom import FactorTable
from facility_emissions.factors.own_rows import figures_of
from facility_emissions.factors.places import places_for
from facility_emissions.method import Method
from facility_emissions.reconciliation.masses import FIGURES, Masses
from facility_emissions.reconciliation.scenario import Scenario, rewritten

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_WEIGHING = ("gwp", "horizon", "methane", "gases")
SCOPE2 = ("electricity", "electricity_location_based", "purchased_heat")
_NO_TABLE = FactorTable.of(None)


class Ratings:
    """Rates [kg / unit] by key for any scenario.

    Args:
        keys: the distinct questions.
        base: the plain reading.
        own: the user's own factors.
    """

    def __init__(self, keys: Sequence[Key], base: Scenario, own: FactorTable) -> None:
        """Resolve the plain reading; its answers are those of the result, so they are there already."""
        self.keys = list(keys)
        self.base = base
        self._own = own
        self._entries: list[Entry] = []
        self._index: dict[int, int] = {}  # id of an entry to its place
        self._selected: dict[tuple[object, ...], Ints] = {}
        self._weighed: dict[tuple[object, ...], tuple[Floats, Floats]] = {}
        self._rates: dict[tuple[object, ...], Floats] = {}
        self._plain: dict[tuple[str, frozenset[str] | None], Floats] = {}
        self._masses = Masses()
        self._resolvers: dict[tuple[str, bool], Resolver] = {}
        self.years = np.array([k.year or 0 for k in self.keys])
        self.categories = np.array([parse_words(k).category or "" for k in self.keys], dtype=object)
        self.select(base)

    def prepare(self, scenarios: Iterable[Scenario]) -> None:
        """Resolve what some scenarios ask, before anything is weighed: each weighing is then done once."""
        for scenario in scenarios:
            self.select(scenario)

    def signature(self, scenario: Scenario) -> str:
        """Return a name for the rates of all figures: scenarios with equal ones cannot be told apart by rates."""
        selected = self.select(scenario)
        co2e, of_biofuel = self._co2e(scenario.method)
        digest = hashlib.sha256()
        for table in (co2e, of_biofuel, self._masses.biogenic()):
            digest.update(np.ascontiguousarray(table[:, selected]).tobytes())
        return digest.hexdigest()

    def entries(self, scenario: Scenario) -> list[Entry]:
        """Return the entry of each key."""
        return [self._entries[e] for e in self.select(scenario)]

    def rate(self, scenario: Scenario, measure: str, figures: frozenset[str] | None = None) -> Floats:
        """Return the rate of each key [kg / unit], of the figures that the scenario adds up.

        NaN where the plain reading has a figure and the scenario has none. What neither has is 0:
        no figure of ours is compared with the API's for it.

        Args:
            scenario: how the API may have calculated.
            measure: `co2e` or `co2e_biomass`.
            figures: only these of the scenario's figures.
        """
        rate = self._whole(scenario, measure, figures)
        plain = self._plainly(measure, figures)
        if scenario.until is not None:
            rate = np.where(self.years <= scenario.until, rate, plain)
        rate = np.where(np.isnan(rate) & np.isnan(self._plainly(measure, None)), 0.0, rate)
        for name, value, times, others in scenario.counted:
            of = self.years if name == "year" else self.categories
            weight = np.where(of == value, times, others)
            rate = np.where(weight == 0, 0.0, rate * weight)
        return rate

    def _whole(self, scenario: Scenario, measure: str, figures: frozenset[str] | None) -> Floats:
        selected = self.select(scenario)
        added = scenario.figures if figures is None else scenario.figures & figures
        return self._by_entry(scenario, measure, added)[selected]

    def _plainly(self, measure: str, figures: frozenset[str] | None) -> Floats:
        """Return the rates of the plain reading; kept, as every scenario is set beside it."""
        if (measure, figures) not in self._plain:
            self._plain[measure, figures] = self._whole(self.base, measure, figures)
        return self._plain[measure, figures]

    def _by_entry(self, scenario: Scenario, measure: str, figures: frozenset[str]) -> Floats:
        weighing = tuple(getattr(scenario.method, name) for name in _WEIGHING)
        name = (weighing, measure, figures, scenario.biomass, len(self._entries))
        if name not in self._rates:
            co2e, of_biofuel = self._co2e(scenario.method)
            biogenic = self._masses.biogenic()
            at = [FIGURES[f] for f in sorted(figures)]
            if measure == "co2e":
                rate = co2e[at].sum(axis=0)
                if scenario.biomass == "inside":
                    rate = rate + biogenic[at].sum(axis=0)
                elif scenario.biomass == "whole":
                    rate = rate - of_biofuel[at].sum(axis=0)
            else:
                rate = biogenic[at].sum(axis=0)
                rate = rate + of_biofuel[at].sum(axis=0) if scenario.biomass == "whole" else rate
                rate = np.where(np.isnan(co2e[at].sum(axis=0)), np.nan, rate)
            self._rates[name] = rate
        return self._rates[name]

    def _co2e(self, method: Method) -> tuple[Floats, Floats]:
        """Return kg CO2e by figure and entry, and the part of it that is CH4 and N2O of biofuels."""
        name = (*(getattr(method, n) for n in _WEIGHING), len(self._entries))
        if name not in self._weighed:
            self._weighed[name] = self._masses.weighed(method)
        return self._weighed[name]

    def days(self, most: int) -> list[dt.date]:
        """Return the last days before an edition came out without which another one answers, newest first.

        Between two of them any day is the same reading. They end with the first year of consumption.
        """
        found: list[dt.date] = []
        first = dt.date(int(min(self.years[self.years > 0], default=1900)), 12, 31)
        scenario, until = self.base, self.base.method.as_of or dt.date.max
        while len(found) < most:
            pairs = {(w.line.source_id, w.line.edition) for e in self.entries(scenario) for w in e.weighed}
            held = (registry.source(*p).issued for p in pairs if p in registry.sources())
            issued = [day for day in held if day is not None and first < day <= until]
            if not issued:
                break
            until = max(issued) - dt.timedelta(days=1)
            found.append(until)
            scenario = replace(self.base, method=self.base.method.model_copy(update={"as_of": until}))
        return found

    # --- which factor answers ----------------------------------------------------------------

    def select(self, scenario: Scenario) -> Ints:
        """Return the place of the entry that answers each key."""
        method = _selecting(scenario.method, self.base.method)
        changed = (scenario.own, scenario.year_shift, scenario.fuels_of, scenario.basis, scenario.contracts,
                   scenario.suppliers)  # fmt: skip
        name = (method.model_dump_json(), *changed)
        if name not in self._selected:
            self._selected[name] = self._select(replace(scenario, method=method))
        return self._selected[name]

    def _select(self, scenario: Scenario) -> Ints:
        """Resolve only what the scenario can change; the rest is as it was."""
        method, plain = scenario.method, self.base.method
        if method.refrigerants != plain.refrigerants:
            return self._with_refrigerants(scenario)
        if method == plain:
            changed = [rewritten(key, scenario) is not key for key in self.keys]
            if scenario == self.base or (not scenario.own and len(self._own)):
                return self._resolved(scenario, np.zeros(len(self.keys), dtype=np.int64), range(len(self.keys)))
            return self._resolved(scenario, self.select(self.base), np.flatnonzero(changed))
        if _narrows(method, plain):
            loose = self.select(replace(scenario, method=_with_editions_of(method, plain)))
            out = self._masses.uses(lambda source_id, edition: _excluded(source_id, edition, method))
            return self._resolved(scenario, loose, np.flatnonzero(out[loose]))
        if method == plain.model_copy(update={"databases": method.databases}):
            first = {s for order in method.databases.values() for s in order[:1]}
            near = [bool(first & sources_near(key)) for key in self.keys]
            return self._resolved(scenario, self.select(replace(scenario, method=plain)), np.flatnonzero(near))
        return self._resolved(scenario, np.zeros(len(self.keys), dtype=np.int64), range(len(self.keys)))

    def _with_refrigerants(self, scenario: Scenario) -> Ints:
        """Return the entries where an agency counts the refrigerants: these by it, all others without it."""
        method, plain = scenario.method, self.base.method
        others = {s: e for s, e in method.editions.items() if s != method.refrigerants}
        as_plain = {"refrigerants": plain.refrigerants, "editions": others, **_fields(plain, _WEIGHING)}
        without = self.select(replace(scenario, method=method.model_copy(update=as_plain)))
        pinned = {s: e for s, e in method.editions.items() if s == method.refrigerants}
        by_it = {"refrigerants": method.refrigerants, "editions": {**plain.editions, **pinned}, "as_of": method.as_of}
        alone = plain.model_copy(update={**by_it, **_fields(method, _WEIGHING)})
        theirs = np.flatnonzero(self.categories == "recharge")
        if method == alone:
            return self._resolved(scenario, without, theirs)
        out = without.copy()
        out[theirs] = self.select(replace(scenario, method=alone))[theirs]
        return out

    def _resolved(self, scenario: Scenario, out: Ints, todo: Iterable[int]) -> Ints:
        """Return the entries with those of some keys resolved anew."""
        resolver, out = self._resolver(scenario.method, own=scenario.own), out.copy()
        for k in todo:
            out[k] = self._place(resolver.entry(rewritten(self.keys[k], scenario)))
        return out

    def _resolver(self, method: Method, *, own: bool) -> Resolver:
        """Return the result's own resolver for its Method, else one that lives as long as this."""
        table = self._own if own else _NO_TABLE
        if method == self.base.method:
            return resolver_for(method, table)
        name = (method.model_dump_json(), own)
        if name not in self._resolvers:
            self._resolvers[name] = Resolver(FactorBook(method), table)
        return self._resolvers[name]

    def _place(self, entry: Entry) -> int:
        place = self._index.get(id(entry))
        if place is None:
            place = self._index[id(entry)] = len(self._entries)
            self._entries.append(entry)
            self._masses.add(entry)
        return place


def _selecting(method: Method, plain: Method) -> Method:
    """Return the Method without what only weighs, and without the year rule, which is in the quantities."""
    same = ("year_rule", *(() if method.refrigerants != "computed" else _WEIGHING))
    return method.model_copy(update=_fields(plain, same))


def _fields(method: Method, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(method, name) for name in names}


def _narrows(method: Method, plain: Method) -> bool:
    """Whether a Method differs by admitting fewer editions: what is still admitted then stays the best."""
    fewer = (method.as_of, method.editions) != (plain.as_of, plain.editions)
    tighter = plain.as_of is None or (method.as_of is not None and method.as_of <= plain.as_of)
    return fewer and tighter and all(method.editions.get(s) == e for s, e in plain.editions.items())


def _with_editions_of(method: Method, plain: Method) -> Method:
    return method.model_copy(update={"as_of": plain.as_of, "editions": plain.editions})


def _excluded(source_id: str, edition: str, method: Method) -> bool:
    if (source_id, edition) not in registry.sources():
        return False  # the user's own
    pinned = method.editions.get(source_id)
    issued = registry.source(source_id, edition).issued
    late = method.as_of is not None and (issued is None or issued > method.as_of)
    return late or (pinned is not None and pinned != edition)


def sources_near(key: Key) -> frozenset[str]:
    """Return the sources that publish something for a key's figures in its country, or the region of it."""
    parsed = parse_words(key)
    if parsed.activity is None:
        return frozenset()
    return _sources_near(parsed.activity.id, figures_of(parsed.activity), key.profile.country,
                         key.profile.subdivision, key.profile.grid_region)  # fmt: skip


@cache
def _sources_near(
    activity: str, figures: frozenset[str], country: str, subdivision: str, grid_region: str
) -> frozenset[str]:
    found: set[str] = set()
    for figure in figures - {"recharge"}:
        for name in (activity, f"{activity}_losses"):
            for place in places_for(figure, name, country, subdivision, grid_region):
                if place.kind in ("part", "country", "region"):
                    found |= {f.source_id for f in published(figure, name, place.id)}
    return frozenset(found)
