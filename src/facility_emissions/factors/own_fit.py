"""Which of a user's own factors a record is for: the most specific first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from facility_emissions.factors.own_rows import ANY, OwnFactor
from facility_emissions.factors.properties import measure
from facility_emissions.vocabulary.instruments import INSTRUMENTS
from facility_emissions.vocabulary.regions import REGIONS, regions_of
from facility_emissions.vocabulary.suppliers import fold_supplier
from facility_emissions.vocabulary.units import parse_unit


@dataclass(frozen=True, slots=True)
class OwnQuery:
    """What a record says of itself, in the vocabulary; '' where it says nothing."""

    activity_category: str
    activity: str
    day: dt.date
    country: str
    subdivision: str = ""
    grid_region: str = ""
    facility_id: str = ""
    supplier: str = ""
    contract: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True, order=True)
class _Shape:
    """Which columns of a row narrow it; a greater shape is more specific."""

    facility: bool
    supplier: bool
    instrument: bool
    place: int  # 0 any, 1 region, 2 country, 3 subdivision, 4 grid region
    activity: bool
    sector: bool


Scope = tuple[str, str, str, str, str, str, str]


def scope_of(own: OwnFactor) -> Scope:
    """Return what a row is for, apart from its years and unit."""
    f = own.factor
    place = f.subdivision or (f.country if f.country != ANY else "")
    supplier = fold_supplier(f.supplier)
    return (f.activity_category, own.facility_id, supplier, f.instrument, place, own.activity, f.sector)


def _shape(own: OwnFactor) -> _Shape:
    _, facility, supplier, instrument, place, activity, sector = scope_of(own)
    rank = 3 + _is_grid_region(place) if own.factor.subdivision else 0 if not place else 1 if place in REGIONS else 2
    return _Shape(bool(facility), bool(supplier), bool(instrument), rank, bool(activity), bool(sector))


def _is_grid_region(place: str) -> bool:
    return ":" in place  # eGRID:CAMX; ISO 3166 has no colons


class OwnFactors:
    """The rows of a table that apply by fit, in the order in which they are taken."""

    def __init__(self, rows: Iterable[OwnFactor]) -> None:
        """Index rows by what they are for."""
        self._rows: dict[Scope, list[OwnFactor]] = defaultdict(list)
        shapes: dict[str, set[_Shape]] = defaultdict(set)
        for own in sorted(rows, key=lambda own: own.factor.factor_id):
            self._rows[scope_of(own)].append(own)
            shapes[own.factor.activity_category].add(_shape(own))
        self._shapes = {figure: sorted(found, reverse=True) for figure, found in shapes.items()}

    def fitting(self, query: OwnQuery) -> Iterator[list[OwnFactor]]:
        """Yield the rows that a record is for, the most specific first; equal ones, of several units, together."""
        for rows in self._of_any_day(query):
            found = [own for own in rows if own.validity.covers(query.day)]
            if found:
                yield found

    def edges(self, query: OwnQuery, year: int) -> Iterator[dt.date]:
        """Yield the days within a year on which a row that the record may be for begins or has ended."""
        for rows in self._of_any_day(query):
            for own in rows:
                yield from own.validity.edges(year)

    def _of_any_day(self, query: OwnQuery) -> Iterator[list[OwnFactor]]:
        for shape in self._shapes.get(query.activity_category, ()):
            for scope in _scopes(query, shape):
                if scope in self._rows:
                    yield self._rows[scope]


def _scopes(query: OwnQuery, shape: _Shape) -> Iterator[Scope]:
    """Yield what rows of a shape would have to be for."""
    instruments = [""]
    if shape.instrument:
        # Without a contract the hierarchy goes on to the supplier's factor and the residual mix.
        instruments = [query.contract] if query.contract in INSTRUMENTS else ["supplier", "residual_mix"]
    parts = [p for p in (query.grid_region, query.subdivision) if p]
    places = {
        0: [""],
        1: [*regions_of(query.country)],
        2: [query.country],
        3: [p for p in parts if not _is_grid_region(p)],
        4: [p for p in parts if _is_grid_region(p)],
    }[shape.place]
    said = [
        query.facility_id if shape.facility else "",
        query.supplier if shape.supplier else "",
        query.activity if shape.activity else "",
        query.sector if shape.sector else "",
    ]
    asked = (shape.facility, shape.supplier, shape.activity, shape.sector)
    if any(must and not value for must, value in zip(asked, said, strict=True)):
        return
    facility, supplier, activity, sector = said
    for instrument, place in product(instruments, places):
        yield (query.activity_category, facility, supplier, instrument, place, activity, sector)


def ambiguous(rows: Iterable[OwnFactor]) -> Iterator[tuple[OwnFactor, OwnFactor]]:
    """Yield pairs of rows that fit the same records on some day, in units of one measure."""
    alike: dict[tuple[Scope, str], list[OwnFactor]] = defaultdict(list)
    for own in rows:
        alike[scope_of(own), measure(parse_unit(own.factor.unit_id))].append(own)
    for group in alike.values():
        group.sort(key=lambda own: own.validity.first)
        longest = group[0]
        for own in group[1:]:
            if own.validity.meets(longest.validity):
                yield longest, own
            if own.validity.last > longest.validity.last:
                longest = own
