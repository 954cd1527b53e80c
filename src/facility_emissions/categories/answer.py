"""The words that a category speaks: the question it is asked, the lines it answers with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from facility_emissions.categories.terms import NO_TERMS, Terms
from facility_emissions.factors.book import Choice, FactorBook, Query
from facility_emissions.factors.own_rows import figures_of
from facility_emissions.factors.schema import Factor
from facility_emissions.factors.sources import find_gap
from facility_emissions.factors.spread import Spread, spread_of_factor
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, Activity
from facility_emissions.vocabulary.sectors import Assumed
from facility_emissions.vocabulary.units import Unit

OwnWords = Callable[[], Mapping[str, str]]  # flags, by code, in the words of one record


class Question(NamedTuple):
    """One distinct question: everything about a record that its rates depend on, parsed.

    `since` is the first day that it is about, where the answer changes within the year; else None.
    """

    activity: Activity
    unit: Unit
    country: str
    year: int
    subdivision: str = ""
    grid_region: str = ""
    sector: str = ""
    facility_type: str = ""
    supplier: str = ""
    contract: str = ""
    heat_basis: str = ""
    terms: Terms = NO_TERMS
    since: dt.date | None = None

    @property
    def day(self) -> dt.date:
        """The first day that the question is about."""
        return self.since or dt.date(self.year, 1, 1)


class Line(NamedTuple):
    """One figure of one question: kg of gas for one unit of the user's, and where it is from.

    `gases` maps a gas id of the GWP tables to [kg / user unit]; `CO2-biogenic` is the biogenic
    CO2. `co2e_fixed` is the part [kg CO2e / user unit] that its publisher gives without gases;
    with `whole` it is all of it, and the gases are told for their masses. `gwp_set` is the set that the
    figure is counted with (over 100 years) where the Method leaves that to an agency, else '';
    `factor_year` is the year of consumption that the factor is for (None: a range), `data_year`
    that of its data. `spreads` are the bounds of the numbers that it is made with (a number without
    one has none published). `biogenic_unknown` says that the fuel has biogenic CO2 which the publisher does not give.
    `share` is the part of the quantity that the line is of, 0 to 1; the masses are of that part already.
    """

    activity_category: str
    gases: Mapping[str, float]
    factor_ids: tuple[str, ...]
    source_id: str
    edition: str
    factor_year: int | None = None
    data_year: int | None = None
    co2e_fixed: float = 0.0
    gwp_of_co2e_fixed: str = ""
    whole: bool = False
    gwp_set: str = ""
    conversion: str = ""
    fallbacks: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    more_sources: tuple[tuple[str, str], ...] = ()
    biogenic_unknown: bool = False
    spreads: tuple[Spread, ...] = ()
    share: float = 1.0

    @property
    def scope(self) -> int:
        """The GHG Protocol scope of the figure."""
        return ACTIVITY_CATEGORIES[self.activity_category].scope


class Missing(NamedTuple):
    """A figure that cannot be given: which, why, and what would do."""

    activity_category: str
    reason: str
    remedy: str
    column: str = "activity"


@dataclass(slots=True)
class Answer:
    """All lines of one question, and the figures that it could not get."""

    lines: list[Line] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


BIOGENIC_CO2 = "CO2-biogenic"


def gases_of(factor: Factor, multiplier: float) -> dict[str, float]:
    """Return the masses of gas [kg / user unit] that a factor gives, only those published.

    Args:
        factor: a factor row, masses in [kg / factor unit].
        multiplier: [factor unit / user unit].
    """
    methane = {"fossil": "CH4-fossil", "biogenic": "CH4-nonfossil"}.get(factor.ch4_origin, "CH4")
    published = {
        "CO2": factor.co2_fossil_kg,
        methane: factor.ch4_kg,
        "N2O": factor.n2o_kg,
        BIOGENIC_CO2: factor.co2_biogenic_kg,
    }
    return {gas: kg * multiplier for gas, kg in published.items() if kg is not None}


def line_from(choice: Choice, *, flags: tuple[tuple[str, str], ...] = ()) -> Line:
    """Turn a chosen factor into the line that it gives for one unit of the user's."""
    factor, multiplier = choice.factor, choice.crossing.multiplier
    told = list(flags)
    if factor.boundary == "lifecycle":
        told.append(("lifecycle", "lifecycle factor: upstream emissions are inside"))
    if factor.co2_fossil_kg is not None and factor.ch4_kg is None and factor.n2o_kg is None:
        told.append(("co2_only", f"{factor.source_id} publishes CO2 only: CH4 and N2O are not in this figure"))
    if factor.note.startswith("derived"):
        told.append(("derived", factor.note))
    return Line(
        activity_category=factor.activity_category,
        gases=gases_of(factor, multiplier),
        co2e_fixed=(factor.co2e_fixed_kg or 0.0) * multiplier,
        gwp_of_co2e_fixed=factor.gwp_of_co2e_fixed,
        factor_ids=(factor.factor_id,),
        source_id=factor.source_id,
        edition=factor.edition,
        factor_year=factor.valid_from if factor.valid_to == factor.valid_from else None,
        data_year=factor.data_year,
        conversion=choice.crossing.words,
        fallbacks=choice.fallbacks,
        flags=tuple(told),
        spreads=(*spread_of_factor(factor), *choice.crossing.spreads),
    )


def query_for(question: Question, activity_category: str, **narrow: str) -> Query:
    """Return the book's query for one figure of a question."""
    activity = narrow.pop("activity", question.activity.id)
    return Query(
        activity_category=activity_category,
        activity=activity,
        country=question.country,
        year=question.year,
        unit=question.unit.id,
        subdivision=question.subdivision,
        **narrow,
    )


def ask(book: FactorBook, answer: Answer, query: Query, *, flags: tuple[tuple[str, str], ...] = ()) -> Line | None:
    """Choose a factor and add its line to the answer, or add what is missing; return the line."""
    choice = book.choose(query)
    if choice is not None:
        line = line_from(choice, flags=flags)
        answer.lines.append(line)
        return line
    answer.missing.append(explain_missing(query, book))
    return None


def nothing_more(line: Line, activity_category: str, flag: tuple[str, str]) -> Line:
    """Return a figure of zero, because the factor of another line already holds it."""
    return line._replace(
        activity_category=activity_category,
        gases={},
        co2e_fixed=0.0,
        gwp_of_co2e_fixed="",
        fallbacks=(),
        flags=(flag,),
    )


_OFFERED = ("kWh", "kWh_gcv", "kWh_ncv", "kg", "l", "m3_0C", "m3_15C")


def explain_missing(query: Query, book: FactorBook) -> Missing:
    """Say why the book has no factor: a unit out of reach, a known gap, or nothing published."""
    what = f"No published {query.activity_category} factor for {query.activity} in {query.country}, {query.year}"
    offered = _OFFERED if book.is_published(query) else ()
    reachable = [unit for unit in offered if book.choose(query._replace(unit=unit)) is not None]
    if reachable:
        return Missing(
            query.activity_category,
            f"{what}, that {query.unit} can reach with a property of the factor's own source.",
            f"Give it in one of: {', '.join(reachable)} (or a multiple); or a custom factor per {query.unit}.",
            "unit",
        )
    gap = find_gap(
        query.activity_category, query.activity, query.country, query.year, query.instrument, query.subdivision
    )
    if gap is not None:
        return Missing(query.activity_category, f"{what}: {gap.reason}", gap.remedy)
    return Missing(
        query.activity_category,
        f"{what}, or in a year near enough.",
        f"See `facility-emissions coverage {query.country}` for what is published; or give a factor of your own "
        "(calculate(custom_factors=...)).",
    )


def no_terms(activity: Activity) -> frozenset[str]:
    """Return the columns of terms that say something of an activity: none."""
    return frozenset()


def as_stated(question: Question) -> Assumed:
    """Return the id of a question's unit as it stands."""
    return Assumed(question.unit.id)


def figures_asked(question: Question) -> Mapping[str, str]:
    """Return the figures that a question may have, each with the activity that it is of: the question's own."""
    return dict.fromkeys(sorted(figures_of(question.activity)), question.activity.id)


def on_nothing(question: Question) -> Question | None:
    """Return what an estimate of a question is made of: there is none."""
    return None


def scaled(line: Line, share: float, *flags: tuple[str, str]) -> Line:
    """Return a line times a number, with further flags; a number that a flag tells of has no published bounds."""
    return line._replace(
        gases={gas: kg * share for gas, kg in line.gases.items()},
        co2e_fixed=line.co2e_fixed * share,
        flags=(*line.flags, *flags),
        spreads=(*line.spreads, *(Spread(words) for _, words in flags)),
    )


def no_words(question: Question) -> OwnWords | None:
    """Return None: no flag names what only one record says."""
    return None


def unchanged(line: Line, question: Question) -> Line:
    """Return a line that holds all that its activity gives."""
    return line


def is_custom(line: Line) -> bool:
    """Whether a line is of a factor of the user's own."""
    return any(code == "custom" for code, _ in line.flags)


def replaced(answer: Answer, line: Line) -> Answer:
    """Return the answer with a line of the user's own in place of the published one of that figure."""
    name = line.activity_category
    return Answer(
        [line, *(other for other in answer.lines if other.activity_category != name)],
        [m for m in answer.missing if m.activity_category != name],
    )
