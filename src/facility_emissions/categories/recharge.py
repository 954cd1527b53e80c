"""Category `recharge`: refrigerant refilled is refrigerant leaked, scope 1 fugitive, by mass.

Method: kg recharged x mass fraction of each gas x its GWP (IPCC 2006 Volume 3 chapter 7.5,
mass balance in its simplest form; GHG Protocol HFC tool, "simplified mass balance").
"""

from __future__ import annotations

from facility_emissions.categories.answer import Answer, Line, Missing, Question
from facility_emissions.errors import GWPError
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.refrigerants import composition_source, gwp_factor_id, supplements
from facility_emissions.factors.sources import find_gap
from facility_emissions.gwp import composition

DIMENSIONS = ("mass",)
UNITS_ASKED = "a mass: kg, g, t or lb"


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on: a leak is the same everywhere."""
    return Question(activity=question.activity, unit=question.unit, country="", year=0)


def resolve(question: Question, book: FactorBook) -> Answer:
    """Return the line of one refrigerant recharge, its gases by the blend's composition."""
    refrigerant = question.activity.id
    gap = find_gap("recharge", refrigerant, question.country, question.year)
    if gap is not None:
        return Answer(missing=[Missing("recharge", gap.reason, gap.remedy)])
    try:
        parts = composition(refrigerant)
    except GWPError as error:
        return Answer(missing=[Missing("recharge", str(error), "Give the composition as separate records by gas.")])
    blend = len(parts) > 1
    method = book.method
    line = Line(
        activity_category="recharge",
        gases={gas: fraction * question.unit.to_base for gas, fraction in parts.items()},
        factor_ids=(gwp_factor_id(refrigerant, method.gwp, method.horizon),),
        source_id=f"ipcc_{method.gwp.lower()}",
        edition=method.gwp,
        conversion=", ".join(f"{fraction:.6g} {gas}" for gas, fraction in parts.items()) if blend else "",
        flags=tuple(("gwp_supplement", words) for words in supplements(refrigerant, method.gwp, method.horizon)),
        more_sources=(composition_source(refrigerant),) if blend else (),
    )
    return Answer(lines=[line])
