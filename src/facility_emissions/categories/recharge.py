"""Category `recharge`: refrigerant refilled is refrigerant leaked, scope 1 fugitive, by mass.

Method: kg recharged x mass fraction of each gas x its GWP (IPCC 2006 Volume 3 chapter 7.5,
mass balance in its simplest form; GHG Protocol HFC tool, "simplified mass balance").
"""

from __future__ import annotations

from facility_emissions.categories.answer import Answer, Line, Missing, Question
from facility_emissions.errors import GWPError
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.practices import COMPUTED, practised
from facility_emissions.factors.refrigerants import (
    composition_source,
    gwp_factor_id,
    printed_factor_id,
    supplements,
)
from facility_emissions.factors.sources import find_gap
from facility_emissions.gwp import composition

DIMENSIONS = ("mass",)
UNITS_ASKED = "a mass: kg, g, t or lb"
_OTHER_PRACTICE = "Choose another edition or agency, or Method(refrigerants='computed')."


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on: a leak is the same everywhere."""
    return Question(activity=question.activity, unit=question.unit, country="", year=question.year)


def resolve(question: Question, book: FactorBook) -> Answer:
    """Return the line of one refrigerant recharge, computed or as the Method's agency counts it."""
    refrigerant = question.activity.id
    gap = find_gap("recharge", refrigerant, question.country, question.year)
    if gap is not None:
        return Answer(missing=[Missing("recharge", gap.reason, gap.remedy)])
    try:
        parts = composition(refrigerant)
    except GWPError as error:
        return Answer(missing=[Missing("recharge", str(error), "Give the composition as separate records by gas.")])
    if book.method.refrigerants == COMPUTED:
        return Answer(lines=[_computed(question, parts, book.method.gwp, book.method.horizon)])
    try:
        found = practised(book.method, refrigerant, question.year)
    except GWPError as error:
        return Answer(missing=[Missing("recharge", str(error), _OTHER_PRACTICE)])
    gwp_set = found.practice.gwp_set
    if found.figure is None:
        line = _computed(question, parts, gwp_set, 100)
        flags, cited = (*found.flags, *line.flags), (*line.more_sources, found.practice.cited)
        line = line._replace(gwp_set=gwp_set, fallbacks=found.fallbacks, flags=flags, more_sources=cited)
        return Answer(lines=[line])
    line = Line(
        activity_category="recharge",
        gases=_masses(question, parts),
        co2e_fixed=found.figure.value * question.unit.to_base,
        gwp_of_co2e_fixed=found.figure.gwp_set,
        whole=True,
        factor_ids=(printed_factor_id(found.figure),),
        source_id=found.figure.source_id,
        edition=found.figure.edition,
        conversion=_words(parts),
        fallbacks=found.fallbacks,
        flags=found.flags,
        gwp_set=gwp_set,
    )
    return Answer(lines=[line])


def _computed(question: Question, parts: dict[str, float], gwp_set: str, horizon: int) -> Line:
    """Return the line of a refrigerant by its composition."""
    refrigerant = question.activity.id
    return Line(
        activity_category="recharge",
        gases=_masses(question, parts),
        factor_ids=(gwp_factor_id(refrigerant, gwp_set, horizon),),
        source_id=f"ipcc_{gwp_set.lower()}",
        edition=gwp_set,
        conversion=_words(parts),
        flags=tuple(("gwp_supplement", words) for words in supplements(refrigerant, gwp_set, horizon)),
        more_sources=(composition_source(refrigerant),) if len(parts) > 1 else (),
    )


def _masses(question: Question, parts: dict[str, float]) -> dict[str, float]:
    return {gas: fraction * question.unit.to_base for gas, fraction in parts.items()}


def _words(parts: dict[str, float]) -> str:
    return ", ".join(f"{fraction:.6g} {gas}" for gas, fraction in parts.items()) if len(parts) > 1 else ""
