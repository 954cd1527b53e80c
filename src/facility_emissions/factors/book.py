"""The factor book: which published factor answers a question, and what had to give way.

Order (DESIGN 3.3): the finest place that publishes anything usable (`places.py`), then the year
(exact, latest earlier, earliest later, within the Method's limits), then the preferred source,
then its newest edition, then the unit nearest to the user's own.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from facility_emissions import bundle
from facility_emissions.factors import sources as registry
from facility_emissions.factors.places import Place, places_for, told
from facility_emissions.factors.practices import check_practice, is_practice
from facility_emissions.factors.properties import Crossing, cross, properties_of
from facility_emissions.factors.schema import FACTOR_COLUMNS, Factor, parse_factor
from facility_emissions.method import Method
from facility_emissions.vocabulary.suppliers import fold_supplier
from facility_emissions.vocabulary.units import parse_unit

FOLDER = {
    "stationary": "heat",
    "purchased_heat": "heat",
    "stationary_generation": "heat",
    "electricity_location_based": "electricity",
    "electricity": "electricity",
    "electricity_generation": "electricity",
    "electricity_transmission_and_distribution": "electricity",
    "water_supply": "water",
    "water_treatment": "water",
    "wastewater_on_site": "water",
}
_MOST_KEPT = 1 << 16  # queries
PURCHASED_HEAT = frozenset({"district_heat", "steam", "district_cooling"})


class Query(NamedTuple):
    """What is asked of the book.

    `activity_category`, `activity`, `country`, `year` and the id of the user's `unit` as the
    vocabulary names them; the rest narrow the choice. `sector` '' accepts any sector; `supplier` is folded.
    """

    activity_category: str
    activity: str
    country: str
    year: int
    unit: str
    subdivision: str = ""
    grid_region: str = ""
    sector: str = ""
    instrument: str = ""
    supplier: str = ""


class Choice(NamedTuple):
    """The factor chosen, how the user's unit becomes its unit, and the fallbacks taken."""

    factor: Factor
    crossing: Crossing
    fallbacks: tuple[tuple[str, str], ...] = ()  # (code, words)


class Rank(NamedTuple):
    """What orders the factors of one place and year: the first field decides first, and less is better."""

    source: int
    edition: int
    steps: int
    other_unit: bool
    factor_id: str


def folder_of(activity_category: str, activity: str) -> str:
    """Return the folder of the data package that holds factors for a question."""
    if activity.removesuffix("_losses") in PURCHASED_HEAT:
        return "heat"
    return FOLDER[activity_category]


Key = tuple[str, str, str]
_CATEGORY, _ACTIVITY, _COUNTRY, _SUBDIVISION = map(
    FACTOR_COLUMNS.index, ("activity_category", "activity", "country", "subdivision")
)


@cache
def _index(folder: str) -> dict[Key, list[tuple[Any, ...]]]:
    """Index the raw rows of a folder by (activity category, activity, place); parsed when asked for.

    A row is a tuple of texts, then its file and line: plain values, of which the garbage collector need not think.
    """
    found: dict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    for path in bundle.tables(folder):
        name = path.name
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle)
            if tuple(next(reader)) != FACTOR_COLUMNS:
                continue
            for number, cells in enumerate(reader, start=2):
                place = cells[_SUBDIVISION] or cells[_COUNTRY]
                found[cells[_CATEGORY], cells[_ACTIVITY], place].append((*cells, name, number))
    return found


@cache
def published(activity_category: str, activity: str, place: str) -> tuple[Factor, ...]:
    """Return every bundled factor for an activity in one place (country, subdivision or WORLD)."""
    raw = _index(folder_of(activity_category, activity)).get((activity_category, activity, place), ())
    return tuple(
        parse_factor(dict(zip(FACTOR_COLUMNS, cells, strict=True)), f"{name} line {number}")
        for *cells, name, number in raw
    )


@cache
def supplier_labels(country: str) -> dict[str, str]:
    """Return the suppliers with a published electricity label: folded name to printed name."""
    rows = published("electricity", "grid_electricity", country)
    return {fold_supplier(f.supplier): f.supplier for f in rows if f.instrument == "supplier"}


@cache
def networks(activity: str, country: str) -> dict[str, str]:
    """Return the heat networks that a country publishes by name: what may be written for each, and its printed name.

    That is, folded, its printed name, with or without the number of the département before it, or the
    id of its element in the publisher's file.
    """
    whole: dict[str, str] = {}
    short: dict[str, set[str]] = defaultdict(set)
    for f in published("purchased_heat", activity, country):
        if f.supplier:
            name = fold_supplier(f.supplier)
            whole[name] = f.supplier
            for other in (re.sub(r"^\d+ ", "", name), *re.findall(r"element (\d+)", f.locator)):
                short[other].add(name)
    return {other: whole[name] for other, (name, *more) in short.items() if not more} | whole


@cache
def has_subdivisions(activity_category: str, activity: str, country: str) -> bool:
    """Whether a country publishes an activity by subdivision at all (else national is no fallback)."""
    return any(p.startswith(f"{country}-") for p in places_published(activity_category, activity))


@cache
def places_published(activity_category: str, activity: str) -> tuple[str, ...]:
    """Return the places (countries, subdivisions, WORLD) that publish an activity."""
    index = _index(folder_of(activity_category, activity))
    return tuple(sorted({p for c, a, p in index if (c, a) == (activity_category, activity)}))


@cache
def suppliers() -> dict[str, frozenset[str]]:
    """Return everyone who has a factor of its own, sellers of electricity and heating networks: folded to printed."""
    found: dict[str, set[str]] = defaultdict(set)
    sold = ("grid_electricity", *(a for heat in sorted(PURCHASED_HEAT) for a in (heat, f"{heat}_losses")))
    for category in FOLDER:
        for activity in sold:
            for place in places_published(category, activity):
                for f in published(category, activity, place):
                    if f.supplier:
                        found[fold_supplier(f.supplier)].add(f.supplier)
    return {folded: frozenset(names) for folded, names in found.items()}


def all_factors() -> Iterable[Factor]:
    """Yield every bundled factor, folder by folder."""
    for folder in sorted(set(FOLDER.values())):
        for category, activity, place in sorted(_index(folder)):
            yield from published(category, activity, place)


@cache
def _crossing(unit: str, factor: Factor) -> Crossing | None:
    return cross(parse_unit(unit), parse_unit(factor.unit_id), properties_of(factor))


def reaches(unit: str, factor: Factor) -> bool:
    """Whether a quantity in a unit becomes one in the factor's, directly or by a property of its source."""
    return _crossing(unit, factor) is not None


#: The fields of a Method that decide which factor is chosen.
CHOOSING = ("databases", "as_of", "editions", "max_years_back", "max_years_forward")


def _places(query: Query) -> tuple[Place, ...]:
    """Return the places whose factors may answer a query, the finest first."""
    where = (query.activity_category, query.activity, query.country, query.subdivision, query.grid_region)
    return places_for(*where)


class FactorBook:
    """The bundled factors seen through one Method: its editions, its preferences, its limits."""

    def __init__(self, method: Method, like: Iterable[FactorBook] = ()) -> None:
        """Check that the Method names only sources and editions that exist.

        Args:
            method: what decides.
            like: other books; what one of them has chosen for the same reasons is known to this one too.

        Raises:
            NotFoundError: an unknown source id or edition in `databases`, `editions` or `refrigerants`.
        """
        self.method = method
        alike = next((b for b in like if all(getattr(b.method, f) == getattr(method, f) for f in CHOOSING)), None)
        self._chosen: dict[Query, Choice | None] = {} if alike is None else alike._chosen
        self._usable: dict[tuple[str, ...], list[Choice]] = {} if alike is None else alike._usable
        check_practice(method.refrigerants)
        for source_id, edition in method.editions.items():
            if not is_practice(source_id, edition):
                registry.source(source_id, edition)
        for order in method.databases.values():
            for source_id in order:
                registry.check_source_id(source_id)

    def choose(self, query: Query) -> Choice | None:
        """Return the best published factor for a query, or None where there is none."""
        try:
            return self._chosen[query]
        except KeyError:
            if max(len(self._chosen), len(self._usable)) >= _MOST_KEPT:
                self._chosen.clear()
                self._usable.clear()
            choice = self._chosen[query] = next(self.options(query), None)
            return choice

    def options(self, query: Query) -> Iterator[Choice]:
        """Yield every factor that would answer a query, in the order in which they are taken.

        The fallbacks of the first are what gave way; those of the others say what would have to.
        """
        unreachable = ""
        for place in _places(query):
            empty = True
            for option in self._by_year(self._candidates(query, place.id), query.year):
                empty = False
                gave_way = self._place_fallback(query, place, unreachable)
                yield Choice(option.factor, option.crossing, (*gave_way, *option.fallbacks))
            if empty and place.kind in ("part", "country"):
                unreachable = unreachable or self._published_in_other_units(query, place.id)

    def is_published(self, query: Query) -> bool:
        """Whether anything is published that may answer a query asked of other years, in other units."""
        return any(published(query.activity_category, query.activity, place.id) for place in _places(query))

    @staticmethod
    def _place_fallback(query: Query, place: Place, unreachable: str) -> tuple[tuple[str, str], ...]:
        """Say that a coarser place answered, where a finer one could have been expected to."""
        if place.kind == "part":
            return ()
        if place.kind != "country":
            code, words = told(place, query.country, query.year)
            why = f"; {unreachable} publishes no factor that {query.unit} can reach" if unreachable else ""
            return ((code, f"{words}{why}"),) if place.id != query.country else ()
        if query.grid_region:
            return (("place", f"no factor for {query.grid_region}: national"),)
        if query.subdivision and has_subdivisions(query.activity_category, query.activity, query.country):
            return (("place", f"no factor for {query.subdivision}: national"),)
        return ()

    @staticmethod
    def _published_in_other_units(query: Query, place: str) -> str:
        """Return a source that has the activity in a place, but not for the user's unit."""
        there = published(query.activity_category, query.activity, place)
        blocked = [f for f in there if f.instrument == query.instrument and _crossing(query.unit, f) is None]
        return blocked[0].source_id if blocked else ""

    def _candidates(self, query: Query, place: str) -> list[Choice]:
        """Return the factors of a place that the Method admits and the unit reaches, the best first."""
        ageless = (
            query.activity_category, query.activity, place, query.unit, query.sector, query.instrument, query.supplier
        )  # fmt: skip
        if ageless not in self._usable:
            found = []
            for f in published(query.activity_category, query.activity, place):
                crossing = _crossing(query.unit, f) if self._admits(f, query) else None
                if crossing is not None:
                    found.append(Choice(f, crossing))
            found.sort(key=lambda c: self.rank(c, query))
            self._usable[ageless] = found
        return self._usable[ageless]

    def _admits(self, f: Factor, query: Query) -> bool:
        if f.instrument != query.instrument or fold_supplier(f.supplier) != query.supplier:
            return False
        if f.sector and query.sector and f.sector != query.sector:
            return False
        pinned = self.method.editions.get(f.source_id)
        if pinned is not None and f.edition != pinned:
            return False
        if self.method.as_of is not None:
            issued = registry.source(f.source_id, f.edition).issued
            return issued is not None and issued <= self.method.as_of
        return True

    def rank(self, c: Choice, query: Query) -> Rank:
        """Order factors of one place and year: preferred source, newest edition, nearest unit."""
        f = c.factor
        named = (*self.method.databases.get(query.country, ()), *self.method.databases.get("*", ()))
        bundled = registry.preference(query.activity_category, query.country)
        if f.source_id in named:
            source_rank = named.index(f.source_id) - len(named)
        else:
            source_rank = bundled.get(f.source_id, len(bundled))
        day = registry.source(f.source_id, f.edition).issued
        newest_first = -day.toordinal() if day else 0
        return Rank(source_rank, newest_first, c.crossing.steps, f.unit_id != query.unit, f.factor_id)

    def _by_year(self, ranked: list[Choice], year: int) -> Iterator[Choice]:
        """Yield the factors of a place by year: exact, then the latest earlier, then the earliest later."""
        if not ranked:  # most places have no factor
            return
        yield from (c for c in ranked if c.factor.covers(year))
        earliest, latest = year - self.method.max_years_back, year + self.method.max_years_forward
        before = [c for c in ranked if earliest <= c.factor.last_year < year]
        for c in sorted(before, key=lambda c: -c.factor.last_year):
            words = f"no factor for {year}: latest earlier year, {c.factor.last_year}"
            yield Choice(c.factor, c.crossing, (("year_earlier", words),))
        after = [c for c in ranked if year < c.factor.valid_from <= latest]
        for c in sorted(after, key=lambda c: c.factor.valid_from):
            words = f"no factor for {year}: earliest later year, {c.factor.valid_from}"
            yield Choice(c.factor, c.crossing, (("year_later", words),))
