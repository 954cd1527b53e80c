"""Category `water`: mains water and its treatment (scope 3, by volume), wastewater treated on site (scope 1).

Supply and treatment are separate figures: a record is one or the other; a record of supply gives both only
where it states how much goes back to the sewer. Sources of the methods: GHG Protocol Scope 3 Standard, category 1
(supply) and 5 (treatment); IPCC 2006 Guidelines and 2019 Refinement, Volume 5, chapter 6 (on site).
"""

from __future__ import annotations

from collections.abc import Mapping

from facility_emissions.categories import electricity
from facility_emissions.categories.answer import (
    Answer,
    Line,
    Missing,
    Question,
    ask,
    figures_asked,
    nothing_more,
    query_for,
    scaled,
)
from facility_emissions.categories.terms import NO_TERMS
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.parameters import (
    WASTEWATER_SOURCE,
    Parameter,
    wastewater_parameter,
    wastewater_systems,
)
from facility_emissions.factors.spread import spread_of
from facility_emissions.vocabulary.activities import Activity, parse_activity
from facility_emissions.vocabulary.units import UNITS

DIMENSIONS = ("volume", "mass")
UNITS_ASKED = "a volume: m3 or l (wastewater treated on site: the mass of its load, kg)"

N2O_OF_N = 44 / 28  # kg N2O for each kg N, by molar mass (2019 Refinement, Volume 5, chapter 6)
_ON_SITE, _TREATMENT = "wastewater_on_site", "water_treatment"
_CAPACITY = {"wastewater_bod": "methane_capacity_bod", "wastewater_cod": "methane_capacity_cod"}
_NITROGEN = "wastewater_nitrogen"
_METHANE_CORRECTION, _NITROUS_OXIDE = "methane_correction_factor", "n2o_emission_factor"


def terms(activity: Activity) -> frozenset[str]:
    """Return the columns of terms that say something of an activity."""
    if activity.id in (*_CAPACITY, _NITROGEN):
        return frozenset(("treatment_system",))
    return frozenset(("return_share", "kwh_per_m3") if activity.id == "water_supply" else ("kwh_per_m3",))


def asks(question: Question) -> Mapping[str, str]:
    """Return the figures of a question; treatment is one of water supplied where its share is stated."""
    more = {} if question.terms.return_share is None else {_TREATMENT: _TREATMENT}
    return {**figures_asked(question), **more}


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on."""
    bare = question._replace(sector="", facility_type="", heat_basis="", supplier="", contract="")
    return bare if question.terms.kwh_per_m3 is not None else bare._replace(grid_region="")


def rests_on(question: Question) -> Question | None:
    """Return the question of the electricity that a stated estimate is made of, None where there is none."""
    if question.terms.kwh_per_m3 is None:
        return None
    power = question._replace(activity=parse_activity(electricity.ONLY_ACTIVITY), unit=UNITS["kWh"], terms=NO_TERMS)
    return power._replace(supplier="", contract="", sector="", facility_type="", heat_basis="")


def resolve(question: Question, book: FactorBook, basis: Answer | None = None) -> Answer:
    """Return the lines of one record of water supply or treatment, or of wastewater treated on site.

    `basis` is the answer to what an estimate is made of, where it is not the published one.
    """
    answer = Answer()
    on_site = question.activity.id in (*_CAPACITY, _NITROGEN)
    if question.unit.dimension != ("mass" if on_site else "volume"):
        reason = f"{question.activity.id} is not measured by {question.unit.dimension} ({question.unit.id})."
        remedy = "Give the mass of the load: kg or t." if on_site else "Give a volume: m3 or l."
        answer.missing += [Missing(figure, reason, remedy, "unit") for figure in figures_asked(question)]
    elif on_site:
        _on_site(question, book, answer)
    else:
        for figure in asks(question):
            line = _mains(figure, question, book, answer, basis)
            if line is not None:
                answer.lines.append(by_return_share(line, question))
        if question.terms.return_share == 0:
            _nothing_returned(answer)
    return answer


def _nothing_returned(answer: Answer) -> None:
    """Put zero in place of a treatment that nobody publishes: nothing of the supply goes to the sewer."""
    kept = [lack for lack in answer.missing if lack.activity_category != _TREATMENT]
    if len(kept) < len(answer.missing):
        answer.lines += [nothing_more(supply, _TREATMENT, _returned(0.0)) for supply in answer.lines[:1]]
    answer.missing = kept


def _mains(figure: str, question: Question, book: FactorBook, answer: Answer, basis: Answer | None) -> Line | None:
    """Return the published line of supply or treatment, else the estimate that the record asks for."""
    found, query = Answer(), query_for(question, figure, activity=figure)
    stated = question.terms.kwh_per_m3 if figure == question.activity.id else None
    if stated is not None and book.choose(query) is None:
        return _by_electricity(figure, stated, question, book, answer, basis)
    line = ask(book, found, query)
    if stated is None:
        offer = " Or state kwh_per_m3, an estimate by the electricity that it takes."
        if figure != question.activity.id:
            offer = f" Or give {figure} a record of its own with kwh_per_m3: that of this one is of its supply."
        answer.missing += [m._replace(remedy=f"{m.remedy}{offer}") for m in found.missing]
        return line
    if line is not None:
        words = f"{line.source_id} publishes a factor: kwh_per_m3 is not used"
        line = line._replace(flags=(*line.flags, ("estimate_not_needed", words)))
    return line


def _by_electricity(
    figure: str, kwh_per_m3: float, question: Question, book: FactorBook, answer: Answer, basis: Answer | None
) -> Line | None:
    """Return the estimate by the electricity that the water takes: kWh per m3 x the grid average."""
    power = rests_on(question)
    found = basis or (electricity.resolve(power, book) if power else Answer())
    grid = next((line for line in found.lines if line.activity_category == "electricity_location_based"), None)
    if grid is None:
        reason = f"No grid average is published for {question.country}, {question.year}, to estimate {figure} with."
        answer.missing.append(Missing(figure, reason, "Give a custom factor.", "kwh_per_m3"))
        return None
    words = f"{kwh_per_m3:g} kWh of electricity for each m3, as stated, x the grid average"
    per_unit = kwh_per_m3 * question.unit.to_base / UNITS["m3"].to_base
    line = scaled(grid, per_unit, ("estimated", words))
    return line._replace(activity_category=figure)


def by_return_share(line: Line, question: Question) -> Line:
    """Return the treatment of water supplied: that of the share which goes to the sewer."""
    share = question.terms.return_share
    if line.activity_category != _TREATMENT or share is None:
        return line
    return scaled(line, share, _returned(share))


def _returned(share: float) -> tuple[str, str]:
    return ("return_share", f"{share:g} of the water supplied goes to the sewer, as stated")


def completed(line: Line, question: Question) -> Line:
    """Return a line of a factor of the user's own by the share that the record states; an estimate is not needed."""
    if question.terms.kwh_per_m3 is not None and line.activity_category == question.activity.id:
        words = f"{line.factor_ids[0]} is a factor of your own: kwh_per_m3 is not used"
        line = line._replace(flags=(*line.flags, ("estimate_not_needed", words)))
    return by_return_share(line, question)


def _on_site(question: Question, book: FactorBook, answer: Answer) -> None:
    """Add CH4 = load x B0 x MCF, or N2O = N x EF x 44/28 (2019 Refinement, Volume 5, equations 6.1, 6.2, 6.9)."""
    nitrogen = question.activity.id == _NITROGEN
    name, system = (_NITROUS_OXIDE if nitrogen else _METHANE_CORRECTION), question.terms.treatment_system or ""
    by_system = wastewater_parameter(name, system, book.method)
    if by_system is None:
        known = wastewater_systems(name, book.method)
        what = f"no {name} for the treatment_system {system!r}" if system else "the treatment_system is missing"
        reason = f"{question.activity.id} needs a system of treatment: {what}.{did_you_mean(system, known)}"
        remedy = f"One of: {', '.join(known)}." if known else "Admit another edition (as_of, editions)."
        answer.missing.append(Missing(_ON_SITE, reason, remedy, "treatment_system"))
        return
    capacity = None if nitrogen else wastewater_parameter(_CAPACITY[question.activity.id], "", book.method)
    used = [p for p in (capacity, by_system) if p is not None]
    kg = N2O_OF_N if nitrogen else 1.0
    for parameter in used:
        kg *= parameter.value
    answer.lines.append(
        Line(
            activity_category=_ON_SITE,
            gases={"N2O" if nitrogen else "CH4-nonfossil": kg * question.unit.to_base},
            factor_ids=tuple(p.id for p in used),
            source_id=WASTEWATER_SOURCE,
            edition=by_system.edition,
            conversion=_words(used, nitrogen=nitrogen),
            more_sources=tuple((WASTEWATER_SOURCE, p.edition) for p in used if p.edition != by_system.edition),
            spreads=tuple(spread_of(p.id, p.value, p.lower, p.upper, "N2O" if nitrogen else "CH4") for p in used),
        )
    )


def _words(used: list[Parameter], *, nitrogen: bool) -> str:
    said = " x ".join(f"{p.value:g} ({p.name})" for p in used)
    return f"{said} x 44/28" if nitrogen else said
