"""Estimates of purchased heat, steam and cooling, where nobody publishes a factor: only as the record states them.

Heat and steam: kg per unit of fuel / efficiency / (1 - network loss). Cooling: kg per unit of
electricity, location-based, / COP / (1 - network loss). Upstream alike. All of it is flagged `estimated`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from facility_emissions.categories import electricity
from facility_emissions.categories.answer import Answer, Line, Missing, Question, nothing_more, scaled
from facility_emissions.factors.book import FactorBook
from facility_emissions.vocabulary.activities import Activity, parse_activity
from facility_emissions.vocabulary.units import parse_unit

Burn = Callable[[Question, FactorBook], Answer]
_BY_FUEL = frozenset(("estimate_fuel", "efficiency", "network_loss"))
_TERMS = {"district_heat": _BY_FUEL, "steam": _BY_FUEL, "district_cooling": frozenset(("cop", "network_loss"))}
_PLANT = "energy_industries"  # heat that is sold (IPCC 2006, Volume 2, table 2.1: 1A1a iii)
_PERCENT = 2  # from which on a ratio is likely to be meant in %
_MOST_EFFICIENT = 1.2  # of net calorific value; the gross one of no fuel in the tables is more than 1.18 of it
_OF_FUEL = {"stationary": "purchased_heat", "stationary_generation": "stationary_generation"}
_OF_ELECTRICITY = {
    "electricity_location_based": "purchased_heat",
    "electricity_generation": "stationary_generation",
    "electricity_transmission_and_distribution": "electricity_transmission_and_distribution",
}
_LOSSES = "electricity_transmission_and_distribution"


def terms(activity: Activity) -> frozenset[str]:
    """Return the columns of terms that say something of a kind of heat: none of a fuel."""
    return _TERMS.get(activity.id, frozenset())


def wrong(question: Question) -> list[Missing]:
    """Return what does not go together in a stated estimate."""
    stated = question.terms
    if not stated.given():
        return []
    found = []
    needed = ("cop",) if "cop" in terms(question.activity) else ("estimate_fuel", "efficiency")
    for name in needed:
        if getattr(stated, name) is None:
            reason = f"The estimate of {question.activity.id} lacks {name}."
            found.append(Missing("", reason, f"State {name}; or leave the columns of the estimate empty.", name))
    if stated.efficiency is not None and stated.efficiency > _MOST_EFFICIENT:
        reason = f"An efficiency of {stated.efficiency:g} is more than any fuel gives off."
        percent = f" ({stated.efficiency:g} % is {stated.efficiency / 100:g})" if stated.efficiency >= _PERCENT else ""
        remedy = f"Heat over net calorific value, as in 0.9{percent}."
        found.append(Missing("", reason, remedy, "efficiency"))
    return found


def offer(question: Question) -> str:
    """Return the sentence that offers the estimate: its columns."""
    if "cop" in terms(question.activity):
        return "Or state an estimate, in cop (and network_loss): electricity / cop / (1 - network_loss)."
    columns = "estimate_fuel and efficiency (and network_loss)"
    return f"Or state an estimate, in {columns}: fuel / efficiency / (1 - network_loss)."


def made_of(question: Question) -> Question | None:
    """Return the question of the fuel or electricity that a stated estimate is made of, None where there is none."""
    stated, unit = question.terms, question.unit
    if unit.dimension != "energy" or unit.basis:
        return None
    if stated.estimate_fuel is not None and stated.efficiency is not None:
        activity, unit = stated.estimate_fuel, parse_unit(f"{unit.id}_ncv")
    elif stated.cop is not None:
        activity = parse_activity(electricity.ONLY_ACTIVITY)
    else:
        return None
    return Question(
        activity=activity,
        unit=unit,
        country=question.country,
        year=question.year,
        subdivision=question.subdivision,
        grid_region=question.grid_region,
        sector=_PLANT,
        since=question.since,
    )


def estimated(question: Question, book: FactorBook, burn: Burn, why: str = "", basis: Answer | None = None) -> Answer:
    """Return the lines of heat, steam or cooling by the estimate that its record states.

    Args:
        question, book: what is asked, with the terms of the estimate, and the factors.
        burn: answers a question of a fuel.
        why: why the network that the record names has no factor, '' where it names none.
        basis: the answer to what the heat is made of, where it is not the published one.
    """
    stated, source = question.terms, made_of(question)
    if source is None:
        raise ValueError(f"no terms of an estimate: {stated}")
    kept = 1 - (stated.network_loss or 0.0)
    loss = f" / (1 - {stated.network_loss:g} network loss)" if stated.network_loss is not None else ""
    if stated.efficiency is not None:
        needed, figures, answer_of = 1 / stated.efficiency / kept, _OF_FUEL, burn
        words = f"{source.unit.id} of {source.activity.id} / {stated.efficiency:g} efficiency{loss}"
    else:
        cop = stated.cop or 1.0
        needed, figures, answer_of = 1 / cop / kept, _OF_ELECTRICITY, electricity.resolve
        words = f"{source.unit.id} of electricity, location-based, / {cop:g} COP{loss}"
    flag = ("estimated", f"no factor is published{f' ({why})' if why else ''}: {words}")
    return _turned(basis or answer_of(source, book), figures, needed, question, flag)


def _turned(
    source: Answer, figures: Mapping[str, str], needed: float, question: Question, flag: tuple[str, str]
) -> Answer:
    """Return an answer about what the heat is made of, as one about the heat."""
    unit = question.unit.id
    answer = Answer()
    for line in source.lines:
        if line.activity_category in figures:
            answer.lines.append(_scaled(line, figures[line.activity_category], needed, unit, flag))
    answer.missing += [
        Missing(figures[lack.activity_category], lack.reason, lack.remedy, _stated_in(lack, question))
        for lack in source.missing
        if lack.activity_category in figures
    ]
    bought = next((line for line in answer.lines if line.activity_category == "purchased_heat"), None)
    if _LOSSES in figures.values() or bought is None:
        return answer
    if question.terms.network_loss is not None:
        inside = ("losses_inside", "the losses of the network are inside the estimate")
        answer.lines.append(nothing_more(bought, _LOSSES, inside))
    else:
        reason = "The estimate leaves out the losses of the network: no network_loss is stated."
        answer.missing.append(Missing(_LOSSES, reason, "State network_loss, 0 to below 1.", "network_loss"))
    return answer


def _scaled(line: Line, figure: str, needed: float, unit: str, flag: tuple[str, str]) -> Line:
    words = "; ".join(w for w in (line.conversion, f"{needed:.6g} for each {unit} bought") if w)
    return scaled(line, needed, flag)._replace(activity_category=figure, conversion=words)


def _stated_in(lack: Missing, question: Question) -> str:
    """Return the column that a user can mend: the unit is ours."""
    return "estimate_fuel" if question.terms.estimate_fuel is not None else lack.column
