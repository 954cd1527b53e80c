"""The factor book: which published factor answers a question, and what had to give way.

Order (DESIGN 3.3): the finest place that publishes anything usable, then the year (exact,
latest earlier, earliest later, within the Method's limits), then the preferred source, then
its newest edition, then the unit nearest to the user's own.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from facility_emissions import bundle
from facility_emissions.factors import sources as registry
from facility_emissions.factors.properties import Crossing, cross, properties_of
from facility_emissions.factors.schema import WORLD, Factor, parse_factor
from facility_emissions.method import Method
from facility_emissions.vocabulary.suppliers import fold_supplier
from facility_emissions.vocabulary.units import Unit, parse_unit

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
}
HEAT_LOSSES = frozenset({"district_heat", "steam", "district_cooling"})


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the book.

    `activity_category`, `activity`, `country`, `year` and `unit` (the user's) as the vocabulary
    names them; the rest narrow the choice. `sector` '' accepts any sector; `supplier` is folded.
    """

    activity_category: str
    activity: str
    country: str
    year: int
    unit: Unit
    subdivision: str = ""
    grid_region: str = ""
    sector: str = ""
    instrument: str = ""
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The factor chosen, how the user's unit becomes its unit, and the fallbacks taken."""

    factor: Factor
    crossing: Crossing
    fallbacks: tuple[tuple[str, str], ...] = ()  # (code, words)


def folder_of(activity_category: str, activity: str) -> str:
    """Return the folder of the data package that holds factors for a question."""
    if activity.removesuffix("_losses") in HEAT_LOSSES:
        return "heat"
    return FOLDER[activity_category]


Key = tuple[str, str, str]


@cache
def _index(folder: str) -> dict[Key, list[tuple[Path, int, dict[str, str]]]]:
    """Index the raw rows of a folder by (activity category, activity, place); parsed when asked for."""
    found: dict[Key, list[tuple[Path, int, dict[str, str]]]] = defaultdict(list)
    for path in bundle.tables(folder):
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle)
            header = next(reader)
            if header[0] != "factor_id":
                continue
            at = {name: i for i, name in enumerate(header)}
            keys = (at["activity_category"], at["activity"], at["country"], at["subdivision"])
            for number, cells in enumerate(reader, start=2):
                category, activity, country, subdivision = (cells[k] for k in keys)
                found[category, activity, subdivision or country].append((path, number, dict(zip(header, cells, strict=True))))
    return found


@cache
def published(activity_category: str, activity: str, place: str) -> tuple[Factor, ...]:
    """Return every bundled factor for an activity in one place (country, subdivision or WORLD)."""
    raw = _index(folder_of(activity_category, activity)).get((activity_category, activity, place), ())
    return tuple(parse_factor(row, f"{path.name} line {number}") for path, number, row in raw)


@cache
def supplier_labels(country: str) -> dict[str, str]:
    """Return the suppliers with a published electricity label: folded name to printed name."""
    rows = published("electricity", "grid_electricity", country)
    return {fold_supplier(f.supplier): f.supplier for f in rows if f.instrument == "supplier"}


def places_published(activity_category: str, activity: str) -> tuple[str, ...]:
    """Return the places (countries, subdivisions, WORLD) that publish an activity."""
    index = _index(folder_of(activity_category, activity))
    return tuple(sorted({p for c, a, p in index if (c, a) == (activity_category, activity)}))


def all_factors() -> Iterable[Factor]:
    """Yield every bundled factor, folder by folder."""
    for folder in sorted(set(FOLDER.values())):
        for category, activity, place in sorted(_index(folder)):
            yield from published(category, activity, place)


class FactorBook:
    """The bundled factors seen through one Method: its editions, its preferences, its limits."""

    def __init__(self, method: Method) -> None:
        """Check that the Method names only sources and editions that exist.

        Raises:
            NotFoundError: an unknown source id or edition in `databases` or `editions`.
        """
        self.method = method
        self._cache: dict[Query, Choice | None] = {}
        for source_id, edition in method.editions.items():
            registry.source(source_id, edition)
        for order in method.databases.values():
            for source_id in order:
                registry.check_source_id(source_id)

    def choose(self, query: Query) -> Choice | None:
        """Return the best published factor for a query, or None where there is none."""
        if query not in self._cache:
            self._cache[query] = self._choose(query)
        return self._cache[query]

    def _choose(self, query: Query) -> Choice | None:
        skipped_for_unit = ""
        for place in self._places(query):
            factors = [f for f in published(query.activity_category, query.activity, place) if self._admits(f, query)]
            usable = [(f, c) for f in factors if (c := self._crossing(query.unit, f)) is not None]
            if factors and not usable:
                skipped_for_unit = skipped_for_unit or factors[0].source_id
            picked = self._pick_year(usable, query)
            if picked is None:
                continue
            (factor, crossing), fallbacks = picked
            if place == WORLD and query.country != WORLD:
                why = f"; {skipped_for_unit} publishes no factor that {query.unit.id} can reach" if skipped_for_unit else ""
                fallbacks = (("world", f"no national factor for {query.country}: world default{why}"), *fallbacks)
            elif query.grid_region and place == query.country:
                fallbacks = (("place", f"no factor for {query.grid_region}: national"), *fallbacks)
            elif query.subdivision and place == query.country and self._has_finer_places(query):
                fallbacks = (("place", f"no factor for {query.subdivision}: national"), *fallbacks)
            return Choice(factor, crossing, fallbacks)
        return None

    def _has_finer_places(self, query: Query) -> bool:
        """Whether the country publishes by subdivision at all (else national is no fallback)."""
        places = places_published(query.activity_category, query.activity)
        return any(p.startswith(f"{query.country}-") for p in places)

    @staticmethod
    def _places(query: Query) -> list[str]:
        finest_first = (query.grid_region, query.subdivision, query.country, WORLD)
        return [p for p in dict.fromkeys(finest_first) if p]

    def _admits(self, f: Factor, query: Query) -> bool:
        if f.instrument != query.instrument or fold_supplier(f.supplier) != query.supplier:
            return False
        if f.sector and query.sector and f.sector != query.sector:
            return False
        pinned = self.method.editions.get(f.source_id)
        if pinned is not None and f.edition != pinned:
            return False
        if self.method.as_of is not None:
            published_on = registry.source(f.source_id, f.edition).published
            return published_on is not None and published_on <= self.method.as_of
        return True

    @staticmethod
    @cache
    def _crossing(unit: Unit, f: Factor) -> Crossing | None:
        return cross(unit, parse_unit(f.unit_id), properties_of(f))

    def _pick_year(
        self, usable: list[tuple[Factor, Crossing]], query: Query
    ) -> tuple[tuple[Factor, Crossing], tuple[tuple[str, str], ...]] | None:
        year, method = query.year, self.method

        def last(f: Factor) -> int:
            return 9999 if f.valid_to is None else f.valid_to

        exact = [u for u in usable if u[0].valid_from <= year <= last(u[0])]
        if exact:
            return self._prefer(exact, query), ()
        earlier = [u for u in usable if last(u[0]) < year and year - last(u[0]) <= method.max_years_back]
        if earlier:
            latest = max(last(f) for f, _ in earlier)
            pick = self._prefer([u for u in earlier if last(u[0]) == latest], query)
            return pick, (("year_earlier", f"no factor for {year}: latest earlier year, {latest}"),)
        later = [u for u in usable if u[0].valid_from > year and u[0].valid_from - year <= method.max_years_forward]
        if later:
            first = min(f.valid_from for f, _ in later)
            pick = self._prefer([u for u in later if u[0].valid_from == first], query)
            return pick, (("year_later", f"no factor for {year}: earliest later year, {first}"),)
        return None

    def _prefer(self, usable: list[tuple[Factor, Crossing]], query: Query) -> tuple[Factor, Crossing]:
        named = (*self.method.databases.get(query.country, ()), *self.method.databases.get("*", ()))
        chosen = {s: i - len(named) for i, s in enumerate(named)}
        bundled = registry.preference(query.activity_category)

        def rank(u: tuple[Factor, Crossing]) -> tuple[int, int, int, bool, str]:
            f, crossing = u
            source_rank = chosen.get(f.source_id, bundled.get(f.source_id, len(bundled)))
            day = registry.source(f.source_id, f.edition).published
            newest_first = -day.toordinal() if day else 0
            return (source_rank, newest_first, crossing.steps, f.unit_id != query.unit.id, f.factor_id)

        return min(usable, key=rank)
