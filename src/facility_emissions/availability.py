"""Which factor would answer: every country, figure and year asked as the calculation asks.

`factors.coverage` lists what the tables hold. Here the questions of a calculation are put for
one activity that stands for its kind (gas, oil, biomass, heat, electricity, water, a
refrigerant), and what answers is told: the country's own factor, that of another year or place,
or nothing, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from facility_emissions.categories import RULES
from facility_emissions.categories.answer import Line, Missing, Question
from facility_emissions.errors import VocabularyError, did_you_mean
from facility_emissions.factors.book import FOLDER, FactorBook, places_published, published
from facility_emissions.factors.schema import WORLD
from facility_emissions.factors.sources import Gap, find_gap, gaps
from facility_emissions.method import Method
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, Activity, parse_activity
from facility_emissions.vocabulary.countries import country_name, parse_country
from facility_emissions.vocabulary.regions import REGIONS
from facility_emissions.vocabulary.units import Unit, parse_unit

YEARS = range(1990, 2027)

#: What stands for its kind: the activity, and units it is bought in. Where a country publishes the
#: activity, the unit that is answered best is taken; elsewhere the first, which every default reaches.
REPRESENTATIVES: dict[str, tuple[str, ...]] = {
    "natural_gas": ("kWh_gcv", "kWh_ncv", "m3_0C", "m3_15C", "kg"),
    "gas_oil_heating": ("kWh_ncv", "l", "kg"),
    "wood_pellets": ("kWh_ncv", "kg"),
    "district_heat": ("kWh",),
    "grid_electricity": ("kWh",),
    "water_supply": ("m3",),
    "water_treatment": ("m3",),
    "R-410A": ("kg",),
}

#: The kinds of answer, the best first.
ANSWERS: dict[str, str] = {
    "own": "the country's own factor, of the year",
    "everywhere": "the same in every country",
    "earlier": "its own factor, of an earlier year",
    "later": "its own factor, of a later year",
    "named": "a factor for each supplier or network: only where it is named",
    "inside": "inside another figure already",
    "region": "the factor of its region",
    "lifecycle": "its lifecycle series: upstream is inside",
    "grid_average": "market-based: the grid average stands in",
    "world": "the world's default",
    "stand_in": "another country's factor stands in",
    "none": "nothing: the figure is missing",
}
_BEST = {answer: rank for rank, answer in enumerate(ANSWERS)}
_BY_FALLBACK = {
    "stand_in": "stand_in",
    "world": "world",
    "region": "region",
    "year_earlier": "earlier",
    "year_later": "later",
}

COLUMNS: tuple[str, ...] = tuple(
    "country name category activity_category activity unit year answer source_id edition factor_id factor_year "
    "data_year fallback reason remedy".split()
)


@dataclass(frozen=True, slots=True)
class _Cell:
    """What answers one question."""

    unit: str
    answer: str
    source_id: str = ""
    edition: str = ""
    factor_id: str = ""
    factor_year: int | None = None
    data_year: int | None = None
    fallback: str = ""
    reason: str = ""
    remedy: str = ""


def coverage_by_year(
    countries: str | Iterable[str] | None = None,
    years: int | Iterable[int] | None = None,
    *,
    category: str | None = None,
    activity_category: str | None = None,
    method: Method | None = None,
) -> pd.DataFrame:
    """Return what would answer, for each country, figure, activity and year.

    The facility asked about is an office, anywhere in the country, without contract or supplier.

    Args:
        countries: ISO codes or names; None: every country that any factor or known gap names.
        years: years of consumption; None: `YEARS`.
        category: only `heat`, `electricity`, `water` or `recharge`.
        activity_category: only that figure.
        method: whose editions, preferences and limits apply; None is `Method()`.

    Returns:
        country, name, category, activity_category, activity (`REPRESENTATIVES`), the `unit` asked
        in, year; `answer` (a key of `ANSWERS`), source_id, edition, factor_id, factor_year (None: a
        range of years), data_year; `fallback`: what gave way, in words; `reason` and `remedy`: why
        there is none, or none of its own, where that is known.

    Raises:
        VocabularyError: an unknown country, category or figure.
    """
    for given, known in ((category, RULES), (activity_category, ACTIVITY_CATEGORIES)):
        if given is not None and given not in known:
            raise VocabularyError(f"Unknown {given!r}.{did_you_mean(given, known)} Known: {', '.join(known)}.")
    if countries is None:
        places = list(known_countries())
    else:
        given_places = [countries] if isinstance(countries, str) else countries
        places = list(dict.fromkeys(map(parse_country, given_places)))
    span = [*YEARS] if years is None else [years] if isinstance(years, int) else [*years]
    book = FactorBook(method or Method())
    rows = []
    for name, unit_ids in REPRESENTATIVES.items():
        activity = parse_activity(name)
        figures = [f for f in ACTIVITY_CATEGORIES.values() if f.category == activity.category]
        wanted = {f.id for f in figures if activity_category in (None, f.id)}
        if category not in (None, activity.category) or not wanted:
            continue
        units = [parse_unit(u) for u in unit_ids]
        for country in places:
            own = any(country in places_published(f.id, name) for f in figures if f.id in FOLDER)
            asked = units if own else units[:1]
            for year in span:
                for figure, cell in _ask(activity, asked, country, year, book).items():
                    if figure in wanted:
                        rows.append((country, country_name(country), activity.category, figure, name, cell.unit, year,
                                     cell.answer, cell.source_id, cell.edition, cell.factor_id, cell.factor_year,
                                     cell.data_year, cell.fallback, cell.reason, cell.remedy))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"factor_year": "Int64", "data_year": "Int64"})


@cache
def known_countries() -> tuple[str, ...]:
    """Return the countries that any published factor or known gap names."""
    found = {g.country for g in gaps()} - {""}
    for name in REPRESENTATIVES:
        for figure in FOLDER:
            found |= {p for p in places_published(figure, name) if "-" not in p and ":" not in p}
    return tuple(sorted(found - {WORLD, *REGIONS}))


def _ask(activity: Activity, units: Iterable[Unit], country: str, year: int, book: FactorBook) -> dict[str, _Cell]:
    """Return what answers each figure of an activity, in the unit that is answered best."""
    best: dict[str, _Cell] = {}
    for unit in units:
        question = Question(activity, unit, country, year, facility_type="office")
        for figure, cell in _cells(question, book):
            if figure not in best or _BEST[cell.answer] < _BEST[best[figure].answer]:
                best[figure] = cell
    return best


def _cells(question: Question, book: FactorBook) -> Iterator[tuple[str, _Cell]]:
    answer = RULES[question.activity.category].resolve(question, book)
    told: set[str] = set()
    for line in answer.lines:
        if line.activity_category not in told:  # a second one is the losses of the first
            told.add(line.activity_category)
            yield line.activity_category, _answered(question, line)
    for missing in answer.missing:
        if missing.activity_category not in told:
            told.add(missing.activity_category)
            cell = _missing(question, missing)
            yield missing.activity_category, _named(question, missing.activity_category, book.method, cell) or cell


def _answered(question: Question, line: Line) -> _Cell:
    answer = answer_of(line)
    words = [*(w for _, w in line.fallbacks), *(w for c, w in line.flags if c in _TOLD)]
    gap = None if answer in ("own", "everywhere", "inside") else _gap(question, line, answer)
    return _Cell(
        question.unit.id,
        answer,
        line.source_id,
        line.edition,
        line.factor_ids[0] if line.factor_ids else "",
        line.factor_year,
        line.data_year,
        "; ".join(words),
        gap.reason if gap else "",
        gap.remedy if gap else "",
    )


def _gap(question: Question, line: Line, answer: str) -> Gap | None:
    """Return the known gap because of which something else answers than the country's own factor of the year."""
    rung = "residual_mix" if line.activity_category == "electricity" else ""
    gap = find_gap(line.activity_category, question.activity.id, question.country, question.year, rung)
    has_year = line.factor_year if answer in ("earlier", "later") else None
    if gap is not None and has_year is not None and gap.covers(has_year):
        return None  # not about this series: it has a factor where the gap says that there is none
    return gap


def _named(question: Question, figure: str, method: Method, cell: _Cell) -> _Cell | None:
    """Return the cell of a figure that is published by supplier or network, where any has it for the year or near."""
    for f in published(figure, question.activity.id, question.country) if figure in FOLDER else ():
        last = f.valid_to or question.year
        if f.supplier and f.valid_from - method.max_years_forward <= question.year <= last + method.max_years_back:
            return replace(cell, answer="named", source_id=f.source_id, edition=f.edition)
    return None


def _missing(question: Question, missing: Missing) -> _Cell:
    """Return an empty cell with its reason, where one is known; a unit out of reach says so itself."""
    if missing.column == "unit":
        return _Cell(question.unit.id, "none", reason=missing.reason, remedy=missing.remedy)
    gap = find_gap(missing.activity_category, question.activity.id, question.country, question.year)
    return _Cell(question.unit.id, "none", reason=gap.reason if gap else "", remedy=gap.remedy if gap else "")


_INSIDE = ("upstream_inside", "losses_inside")
_TOLD = (*_INSIDE, "market_from_location")


def answer_of(line: Line) -> str:
    """Return the kind of answer (a key of `ANSWERS`) that a line of a calculation is."""
    flags = {code for code, _ in line.flags}
    if line.activity_category == "recharge":
        return "everywhere"
    if flags & set(_INSIDE):
        return "inside"
    if "market_from_location" in flags:
        return "grid_average"
    gave_way = {code for code, _ in line.fallbacks}
    place = next((a for code, a in _BY_FALLBACK.items() if code in gave_way and not code.startswith("year_")), "")
    if place:
        return place
    if "lifecycle" in flags:
        return "lifecycle"
    return next((a for code, a in _BY_FALLBACK.items() if code in gave_way), "own")


def runs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return coverage by year with consecutive years of the same answer and source in one row.

    Args:
        frame: as `coverage_by_year` returns it.

    Returns:
        The same columns without year, factor and data year; `first_year`, `last_year`; `edition`
        (`2016 to 2023` where it changes from year to year); `factor_year` where another year answers.
    """
    key = ["country", "activity_category", "activity"]
    order = {"activity_category": [*ACTIVITY_CATEGORIES], "activity": [*REPRESENTATIVES]}
    ordered = frame.sort_values(
        [*key, "year"],
        kind="stable",
        ignore_index=True,
        key=lambda column: column.map(order[column.name].index) if column.name in order else column,
    )
    other_year = ordered["factor_year"].where(ordered["factor_year"] != ordered["year"])
    same = ordered[[*key, "answer", "source_id", "unit", "reason"]].assign(factor_year=other_year.fillna(0))
    run = (ordered["year"].diff().ne(1) | same.ne(same.shift()).any(axis=1)).cumsum()
    groups = ordered.assign(factor_year=other_year).groupby(run, sort=False)
    out = groups[[*key, "name", "category", "unit", "answer", "source_id", "factor_year", "reason", "remedy"]].first()
    out["first_year"], out["last_year"] = groups["year"].min(), groups["year"].max()
    first, last = groups["edition"].first(), groups["edition"].last()
    out["edition"] = first.where(first == last, first + " to " + last)
    return out.reset_index(drop=True)
