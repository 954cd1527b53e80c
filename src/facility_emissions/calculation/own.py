"""A user's own factors in an answer: which of them a record takes, and the lines that they give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from facility_emissions.calculation.sites import Profile
from facility_emissions.categories import CategoryRules
from facility_emissions.categories.answer import Answer, Line, Missing, Question, line_from
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.book import Choice
from facility_emissions.factors.custom import FactorTable
from facility_emissions.factors.own_fit import OwnQuery
from facility_emissions.factors.own_rows import ANY, OwnFactor, figures_of
from facility_emissions.factors.properties import cross
from facility_emissions.vocabulary.regions import REGIONS
from facility_emissions.vocabulary.sectors import sector_of
from facility_emissions.vocabulary.suppliers import fold_supplier
from facility_emissions.vocabulary.units import parse_unit


@dataclass(frozen=True, slots=True)
class Picks:
    """The user's factors of one question.

    Attributes:
        named: the one that the record names.
        fitting: those that fit it and that its unit reaches, the most specific first.
        blocked: the best one of a figure that its unit does not reach, where none does.
    """

    named: OwnFactor | None = None
    fitting: tuple[OwnFactor, ...] = ()
    blocked: tuple[OwnFactor, ...] = ()


def picks_for(
    table: FactorTable, named: OwnFactor | None, question: Question, place: Profile, rules: CategoryRules
) -> Picks:
    """Return the user's factors of a question, whose place is a facility's profile."""
    fitting: list[OwnFactor] = []
    blocked: list[OwnFactor] = []

    def direct(own: OwnFactor) -> bool:
        """Sort a unit that needs no assumption first."""
        return cross(question.unit, parse_unit(own.factor.unit_id), {}) is None

    for query in _queries(question, place, rules):
        if named is not None and named.factor.activity_category == query.activity_category:
            continue
        candidates = [own for equal in table.by_fit.fitting(query) for own in sorted(equal, key=direct)]
        reached = [own for own in candidates if own_line(own, question, rules) is not None]
        fitting += reached
        blocked += candidates[:1] if not reached else []
    return Picks(named, tuple(fitting), tuple(blocked))


def edges_for(
    table: FactorTable, named: OwnFactor | None, question: Question, place: Profile, rules: CategoryRules
) -> set[dt.date]:
    """Return the days within the question's year on which one of its factors may begin or have ended."""
    days = set() if named is None else set(named.validity.edges(question.year))
    return days.union(*(table.by_fit.edges(query, question.year) for query in _queries(question, place, rules)))


def _queries(question: Question, place: Profile, rules: CategoryRules) -> Iterator[OwnQuery]:
    """Yield for each figure of a question what the record says of itself."""
    sector = sector_of(question.facility_type, question.sector).value
    for figure, activity in rules.asks(question).items():
        yield OwnQuery(
            activity_category=figure,
            activity=activity,
            day=question.day,
            country=question.country,
            subdivision=question.subdivision,
            grid_region=question.grid_region,
            facility_id=place.own,
            supplier=fold_supplier(question.supplier),
            contract=question.contract,
            sector=sector,
        )


def own_line(own: OwnFactor, question: Question, rules: CategoryRules) -> Line | None:
    """Return the line that a user's factor gives, or None where the record's unit does not reach it.

    A unit is taken as it stands, or with the basis that bills of the category have, flagged.
    """
    flags = [("custom", "custom factor")]
    goal = parse_unit(own.factor.unit_id)
    crossing = cross(question.unit, goal, {})
    if crossing is None:
        stated = rules.stated_unit(question)
        crossing = cross(parse_unit(stated.value), goal, {})
        flags += [stated.flag] if stated.flag else []
    if crossing is None:
        return None
    assumed = sector_of(question.facility_type, question.sector).flag
    if own.factor.sector and assumed:
        flags.append(assumed)
    return rules.completed(line_from(Choice(own.factor, crossing), flags=tuple(flags)), question)


def with_own(answer: Answer, picks: Picks, question: Question, rules: CategoryRules) -> Answer:
    """Put the user's factors in place of the published ones; the other figures stay as published."""
    done: set[str] = set()
    for own in (*picks.fitting, *((picks.named,) if picks.named else ())):
        figure = own.factor.activity_category
        if figure in done or (own is not picks.named and _has_better(answer, own)):
            continue
        line = own_line(own, question, rules)
        answer = _unreached(answer, own, question) if line is None else rules.replaced(answer, line)
        done.add(figure)
    for own in picks.blocked:
        answer = _told_blocked(answer, own, question)
    return answer


def _has_better(answer: Answer, own: OwnFactor) -> bool:
    """Whether a residual mix of the user's meets a supplier's published label, which goes before it."""
    if own.factor.instrument != "residual_mix":
        return False
    lines = (line for line in answer.lines if line.activity_category == own.factor.activity_category)
    return any(code == "market_supplier" for line in lines for code, _ in line.flags)


def _unreached(answer: Answer, own: OwnFactor, question: Question) -> Answer:
    """Take away the figure of a factor that the record names and its unit does not reach."""
    figure = own.factor.activity_category
    missing = [m for m in answer.missing if m.activity_category != figure]
    missing.append(Missing(figure, _per(own, question), f"Give the quantity in {own.factor.unit_id}.", "unit"))
    return Answer([line for line in answer.lines if line.activity_category != figure], missing)


def _told_blocked(answer: Answer, own: OwnFactor, question: Question) -> Answer:
    """Say of a factor that fits but for the unit that the published one answers, or that none does."""
    figure, told = own.factor.activity_category, _per(own, question)
    flag = ("custom_unit", f"{told[:-1]}: the published one answers")
    return Answer(
        [a._replace(flags=(*a.flags, flag)) if a.activity_category == figure else a for a in answer.lines],
        [
            Missing(figure, f"{m.reason} {told}", f"Give the quantity in {own.factor.unit_id}.", "unit")
            if m.activity_category == figure
            else m
            for m in answer.missing
        ],
    )


def _per(own: OwnFactor, question: Question) -> str:
    name, unit = own.factor.factor_id, own.factor.unit_id
    return f"The custom factor {name!r} is per {unit}; the record is in {question.unit.id}."


def unfit(table: FactorTable, name: str, place: Profile, day: dt.date | None) -> list[Missing]:
    """Return why a factor that a record names cannot be used at its place and from a day on."""
    own = table.by_id.get(name)
    if own is None:
        for row, left_out, why in table.left_out:
            if left_out == name:
                reason = f"The custom factor {name!r} (row {row}) is broken and was left out: {why}"
                return [Missing("", reason, "Correct that row of the table.", "custom_factor_id")]
        reason = f"No custom factor {name!r} was given.{did_you_mean(name, table.by_id)}"
        return [Missing("", reason, "Pass it in calculate(custom_factors=...).", "custom_factor_id")]
    f = own.factor
    problems = []
    if place.problem:
        pass  # told by itself
    elif f.country != ANY and place.country not in REGIONS.get(f.country, (f.country,)):
        problems.append(_not_for(own, f"is for {f.country}; the facility is in {place.country}"))
    elif f.subdivision and f.subdivision not in (place.subdivision, place.grid_region):
        problems.append(_not_for(own, f"is for {f.subdivision}; the facility does not say that it is there"))
    if own.facility_id and own.facility_id != place.own:
        problems.append(_not_for(own, f"is for the facility {own.facility_id!r}; the record is of another"))
    if day is not None and not own.validity.covers(day):
        part = f"the consumption is of {day.year}"
        if any(own.validity.edges(day.year)):
            part = "the consumption, or part of it, is outside of that"
        problems.append(_not_for(own, f"is valid {own.validity}; {part}"))
    return problems


def misplaced(own: OwnFactor, question: Question, answer: Answer) -> list[Missing]:
    """Refuse a named factor for a figure that the record does not have, or for another activity or supplier."""
    f, activity = own.factor, question.activity
    figures = {line.activity_category for line in answer.lines} | {m.activity_category for m in answer.missing}
    if f.activity_category not in figures | figures_of(activity):
        return [_not_for(own, f"gives {f.activity_category}; a record of {activity.id} has no such figure")]
    if f.activity not in (ANY, activity.id):
        return [_not_for(own, f"is for {f.activity}; the record is of {activity.id}")]
    if f.supplier and question.supplier and fold_supplier(f.supplier) != fold_supplier(question.supplier):
        return [_not_for(own, f"is of {f.supplier}; the record's supplier is {question.supplier}")]
    sector = sector_of(question.facility_type, question.sector)
    if f.sector and not sector.flag and f.sector != sector.value:
        return [_not_for(own, f"is for the sector {f.sector}; the record's is {sector.value}")]
    return []


def _not_for(own: OwnFactor, why: str) -> Missing:
    remedy = "Name a factor that is for the record's category, activity, country and year."
    return Missing("", f"The custom factor {own.factor.factor_id!r} {why}.", remedy, "custom_factor_id")
