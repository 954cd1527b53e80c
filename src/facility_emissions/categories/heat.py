"""Category `heat`: fuels burnt on site (scope 1) and purchased heat, steam, cooling (scope 2).

Method: fuel x published factor by gas (IPCC 2006 Volume 2 chapter 2, Tier 1 and 2); CO2 of
biomass beside the scopes, its CH4 and N2O in scope 1 (GHG Protocol Corporate Standard, ch. 9);
upstream of fuels and heat in scope 3 category 3.
"""

from __future__ import annotations

from dataclasses import replace

from facility_emissions.categories.answer import (
    BIOGENIC_CO2,
    Answer,
    Line,
    Missing,
    Question,
    ask,
    gases_of,
    line_from,
    query_for,
)
from facility_emissions.factors.book import PURCHASED_HEAT, FactorBook, Query
from facility_emissions.factors.schema import WORLD
from facility_emissions.vocabulary.sectors import Assumed, sector_of

DIMENSIONS = ("energy", "mass", "volume", "gas_volume_0C", "gas_volume_15C")
UNITS_ASKED = "an energy, mass or volume: kWh_gcv, kWh_ncv, kg, t, l, m3_0C, m3_15C"

# Where liquid and solid fuels are stated in gross energy; elsewhere statistics use net (IEA).
_GROSS_COUNTRIES = frozenset({"GB", "US", "AU", "CA"})


def billing_basis(state: str, country: str) -> Assumed:
    """Return the heating-value basis of a plain kWh of fuel: gases are billed gross.

    Args:
        state: `gas`, `liquid` or `solid`.
        country: alpha-2 code.
    """
    basis = "gcv" if state == "gas" or country in _GROSS_COUNTRIES else "ncv"
    words = {"gcv": "gross (GCV, PCS, HHV)", "ncv": "net (NCV, PCI, LHV)"}[basis]
    return Assumed(basis, ("basis_assumed", f"kWh taken as {words}; write kWh_gcv or kWh_ncv to say which"))


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on."""
    sector = sector_of(question.facility_type, question.sector)
    bare = replace(question, supplier="", contract="", grid_region="")
    return bare if sector.flag else replace(bare, sector=sector.value, facility_type="")


def resolve(question: Question, book: FactorBook) -> Answer:
    """Return the lines of one record of heat: combustion or purchase, and its upstream."""
    if question.activity.id in PURCHASED_HEAT:
        return _purchased(question, book)
    return _burnt(question, book)


def _purchased(question: Question, book: FactorBook) -> Answer:
    answer = Answer()
    if question.unit.dimension != "energy" or question.unit.basis:
        answer.missing.append(
            Missing(
                "purchased_heat",
                f"{question.activity.id} is metered as energy; {question.unit.id} is "
                f"{'energy of a fuel' if question.unit.basis else question.unit.dimension}.",
                "Give kWh, MWh or GJ of heat, without a heating-value basis.",
                "unit",
            )
        )
        return answer
    ask(book, answer, query_for(question, "purchased_heat"))
    upstream = ask(book, answer, query_for(question, "stationary_generation"))
    if upstream is not None:
        lost = book.choose(query_for(question, "stationary_generation", activity=f"{question.activity.id}_losses"))
        if lost is not None:
            answer.lines.append(line_from(lost))
    ask(book, answer, query_for(question, "electricity_transmission_and_distribution"))
    return answer


def _burnt(question: Question, book: FactorBook) -> Answer:
    answer = Answer()
    unit, basis_flag = _fuel_unit(question, book)
    if not unit:
        answer.missing.append(
            Missing(
                "stationary",
                f"{question.unit.id} of {question.activity.id} does not say at which conditions the gas is measured: "
                "0 °C or 15 °C alone is 5.5 %.",
                "Give kWh from the bill; or m3_0C (normal, Nm3) or m3_15C (standard, Sm3) with a custom factor.",
                "unit",
            )
        )
        return answer
    sector = sector_of(question.facility_type, question.sector)
    flags = [f for f in (basis_flag,) if f]
    query = replace(query_for(question, "stationary", sector=sector.value), unit=unit)
    line = ask(book, answer, query, flags=tuple(flags))
    if line is not None:
        choice = book.choose(query)
        if choice is not None and choice.factor.sector and sector.flag:
            line = replace(line, flags=(*line.flags, sector.flag))
        answer.lines[-1] = with_biogenic(_completed(line, query, book), question)
    upstream = replace(query_for(question, "stationary_generation"), unit=unit)
    ask(book, answer, upstream, flags=tuple(flags))
    return answer


def _fuel_unit(question: Question, book: FactorBook) -> tuple[str, tuple[str, str] | None]:
    """Return the unit's id with its energy basis ('' for gas in bare m3), and the flag if assumed."""
    unit = question.unit
    if question.activity.state == "gas" and unit.dimension == "volume":
        # A liquefied gas may be published by the litre; a gas in bare m3 says nothing of its conditions.
        return (unit.id if book.choose(query_for(question, "stationary")) else ""), None
    stated = stated_unit(question)
    return stated.value, stated.flag


def stated_unit(question: Question) -> Assumed:
    """Return the id of a question's unit, energy of a fuel with its basis; flagged where it was assumed."""
    unit = question.unit
    if unit.dimension != "energy" or unit.basis or question.activity.id in PURCHASED_HEAT:
        return Assumed(unit.id)
    if question.heat_basis:
        return Assumed(f"{unit.id}_{question.heat_basis}")
    assumed = billing_basis(question.activity.state, question.country)
    return Assumed(f"{unit.id}_{assumed.value}", assumed.flag)


def with_biogenic(line: Line, question: Question) -> Line:
    """Mark the biogenic CO2 of a (partly) biogenic fuel as unknown where it is not published."""
    if question.activity.origin not in ("biogenic", "blend", "mixed") or BIOGENIC_CO2 in line.gases:
        return line
    words = f"{line.source_id} {line.edition} publishes no biogenic CO2 for {question.activity.id} in this unit"
    return replace(line, biogenic_unknown=True, flags=(*line.flags, ("biogenic_unknown", words)))


def _completed(line: Line, query: Query, book: FactorBook) -> Line:
    """Fill in CH4 and N2O that a national source leaves out, from IPCC 2006 in the same unit.

    A source that publishes CO2 alone does not say that the others are zero.
    """
    if not any(code == "co2_only" for code, _ in line.flags):
        return line
    world = book.choose(replace(query, country=WORLD, subdivision=""))
    if world is None or world.factor.ch4_kg is None or world.factor.n2o_kg is None:
        return line
    others = {g: kg for g, kg in gases_of(world.factor, world.crossing.multiplier).items() if not g.startswith("CO2")}
    source = (world.factor.source_id, world.factor.edition)
    words = f"CH4 and N2O from {source[0]} {source[1]}: {line.source_id} publishes CO2 only"
    kept = tuple(f for f in line.flags if f[0] != "co2_only")
    return replace(
        line,
        gases={**line.gases, **others},
        factor_ids=(*line.factor_ids, world.factor.factor_id),
        flags=(*kept, ("completed", words)),
        more_sources=(source,),
    )
