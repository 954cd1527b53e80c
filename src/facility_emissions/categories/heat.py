"""Category `heat`: fuels burnt on site (scope 1) and purchased heat, steam, cooling (scope 2).

Method: fuel x published factor by gas (IPCC 2006 Volume 2 chapter 2, Tier 1 and 2); CO2 of
biomass beside the scopes, its CH4 and N2O in scope 1 (GHG Protocol Corporate Standard, ch. 9);
upstream of fuels and heat in scope 3 category 3.
"""

from __future__ import annotations

from facility_emissions.categories.answer import (
    BIOGENIC_CO2,
    Answer,
    Line,
    Missing,
    Question,
    ask,
    gases_of,
    query_for,
)
from facility_emissions.categories.blends import by_volume, sold_as, sold_blends
from facility_emissions.categories.purchased import purchased
from facility_emissions.factors.book import PURCHASED_HEAT, Choice, FactorBook, Query, networks
from facility_emissions.factors.schema import WORLD
from facility_emissions.vocabulary.sectors import Assumed, sector_of

DIMENSIONS = ("energy", "mass", "volume", "gas_volume_0C", "gas_volume_15C")
UNITS_ASKED = "an energy, mass or volume: kWh_gcv, kWh_ncv, kg, t, l, m3_0C, m3_15C"

_ENERGY = "TJ_ncv"  # what IPCC 2006 publishes per

# Where liquid and solid fuels are stated in gross energy; elsewhere statistics use net (IEA).
_GROSS_COUNTRIES = frozenset({"GB", "US", "AU", "CA"})
# Delivered as liquids and metered as gases: litres and gallons are of the liquid, cubic measures of either.
_LIQUEFIED = frozenset({"lpg", "propane", "butane", "biopropane", "ethane", "lng"})
_CUBIC = frozenset({"m3", "ft3", "ccf"})
# Of which the published CH4 and N2O differ several times, by the appliance (docs/crosscheck.md, biomass).
_BY_APPLIANCE = frozenset({"wood_logs", "wood_chips", "wood_pellets", "sawdust", "olive_pits", "nut_shells", "straw"})


def billing_basis(state: str, country: str, unit: str = "kWh") -> Assumed:
    """Return the heating-value basis of a plain energy of fuel: gases are billed gross.

    Args:
        state: `gas`, `liquid` or `solid`.
        country: alpha-2 code.
        unit: id of the energy as it was given (`kWh`, `therm`), for the words.
    """
    basis = "gcv" if state == "gas" or country in _GROSS_COUNTRIES else "ncv"
    words = {"gcv": "gross (GCV, PCS, HHV)", "ncv": "net (NCV, PCI, LHV)"}[basis]
    return Assumed(basis, ("basis_assumed", f"{unit} taken as {words}; write {unit}_gcv or {unit}_ncv to say which"))


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on."""
    sector = sector_of(question.facility_type, question.sector)
    by_name = question.activity.id in PURCHASED_HEAT and networks(question.activity.id, question.country)
    supplier = question.supplier if by_name else ""
    region = question.grid_region if question.terms.cop is not None else ""
    bare = question._replace(supplier=supplier, contract="", grid_region=region, since=None)
    return bare if sector.flag else bare._replace(sector=sector.value, facility_type="")


def resolve(question: Question, book: FactorBook, basis: Answer | None = None) -> Answer:
    """Return the lines of one record of heat: combustion or purchase, and its upstream.

    `basis` is the answer to what an estimate is made of, where it is not the published one.
    """
    if question.activity.id in PURCHASED_HEAT:
        return purchased(question, book, _burnt, basis)
    return _burnt(question, book)


def _burnt(question: Question, book: FactorBook) -> Answer:
    answer = Answer()
    unit, basis_flag = _fuel_unit(question, book)
    if not unit:
        answer.missing.append(_unclear_volume(question))
        return answer
    sector = sector_of(question.facility_type, question.sector)
    flags = [f for f in (basis_flag,) if f]
    query = query_for(question, "stationary", sector=sector.value)._replace(unit=unit)
    line = ask(book, answer, query, flags=tuple(flags))
    choice = book.choose(query)
    if line is None:
        _blended(answer, query, book)
    if line is not None and choice is not None:
        line, sectors = _completed(line, choice, query, book)
        if sector.flag and (choice.factor.sector or sectors):
            line = line._replace(flags=(*line.flags, sector.flag))
        answer.lines[-1] = _warned(with_biogenic(line, question), question, query, book)
    upstream = query_for(question, "stationary_generation")._replace(unit=unit)
    if ask(book, answer, upstream, flags=tuple(flags)) is None:
        _blended(answer, upstream, book)
    return answer


def _blended(answer: Answer, query: Query, book: FactorBook) -> None:
    """Put the sum of a blend's parts in place of the figure that is missing; say which blends there are of a fuel."""
    line = by_volume(query, book)
    if line is not None:
        answer.missing = [m for m in answer.missing if m.activity_category != query.activity_category]
        answer.lines.append(line)
        return
    blends = sold_blends(query, book) if query.activity_category == "stationary" else []
    if blends:
        offer = f" What is sold in {query.country} is a blend: {', '.join(blends)} have factors per {query.unit}."
        last = answer.missing[-1]
        answer.missing[-1] = last._replace(remedy=f"{last.remedy}{offer}")


def _warned(line: Line, question: Question, query: Query, book: FactorBook) -> Line:
    """Warn of what a factor cannot know: the appliance that wood is burnt in, the biofuel in a fuel as it is sold."""
    flags = []
    if question.activity.id in _BY_APPLIANCE:
        flags.append(("appliance_dependent", "CH4 and N2O go by the stove or boiler: sources differ several times"))
    blend = sold_as(query, book) if any(code == "year_earlier" for code, _ in line.fallbacks) else ""
    if blend:
        words = (
            f"{question.activity.id} was sold as a blend in {question.country}, {question.year}: {blend} has a factor"
        )
        flags.append(("sold_as_blend", words))
    return line._replace(flags=(*line.flags, *flags)) if flags else line


def _fuel_unit(question: Question, book: FactorBook) -> tuple[str, tuple[str, str] | None]:
    """Return the unit's id with its energy basis ('' for gas in bare m3), and the flag if assumed."""
    unit, gas = question.unit, question.activity.state == "gas"
    if unit.dimension == "volume" and (gas or question.activity.id in _LIQUEFIED):
        # A liquefied gas may be published by the litre; a gas in bare m3 says nothing of its conditions.
        known = unit.id not in _CUBIC and (not gas or book.choose(query_for(question, "stationary")))
        return (unit.id if known else ""), None
    stated = stated_unit(question)
    return stated.value, stated.flag


def stated_unit(question: Question) -> Assumed:
    """Return the id of a question's unit, energy of a fuel with its basis; flagged where it was assumed."""
    unit = question.unit
    if unit.dimension != "energy" or unit.basis or question.activity.id in PURCHASED_HEAT:
        return Assumed(unit.id)
    if question.heat_basis:
        return Assumed(f"{unit.id}_{question.heat_basis}")
    assumed = billing_basis(question.activity.state, question.country, unit.id)
    return Assumed(f"{unit.id}_{assumed.value}", assumed.flag)


def _unclear_volume(question: Question) -> Missing:
    """Say why a volume of a gas is no amount of it."""
    unit, activity = question.unit.id, question.activity.id
    if unit in _CUBIC and activity in _LIQUEFIED:
        return Missing(
            "stationary",
            f"{unit} of {activity} does not say whether it is of the liquid or of the gas, which takes hundreds of "
            "times its volume.",
            "Give litres (l) or US gallons (gallon_us) of the liquid, kg, or the energy of the bill.",
            "unit",
        )
    energy = "kWh from the bill" if unit == "m3" else "the energy of the bill (therm, mmBtu, kWh)"
    return Missing(
        "stationary",
        f"{unit} of {activity} does not say at which conditions the gas is measured: 0 °C or 15 °C alone is 5.5 %.",
        f"Give {energy}; or m3_0C (normal, Nm3) or m3_15C (standard, Sm3) with a custom factor.",
        "unit",
    )


def with_biogenic(line: Line, question: Question) -> Line:
    """Mark the biogenic CO2 of a (partly) biogenic fuel as unknown where it is not published."""
    if line.activity_category != "stationary" or BIOGENIC_CO2 in line.gases:  # upstream none is to be given
        return line
    if question.activity.origin not in ("biogenic", "blend", "mixed"):
        return line
    words = f"{line.source_id} {line.edition} publishes no biogenic CO2 for {question.activity.id} in this unit"
    return line._replace(biogenic_unknown=True, flags=(*line.flags, ("biogenic_unknown", words)))


def _completed(line: Line, choice: Choice, query: Query, book: FactorBook) -> tuple[Line, bool]:
    """Fill in CH4 and N2O that a national source leaves out, from IPCC 2006; say whether they are a sector's.

    A source that publishes CO2 alone does not say that the others are zero. They are taken for the
    energy that its own CO2 stands for; where it publishes no factor per energy, for its unit.
    """
    if not any(code == "co2_only" for code, _ in line.flags):
        return line, False
    unit, multiplier = _energy_of(choice, query, book) or (choice.factor.unit_id, choice.crossing.multiplier)
    world = book.choose(query._replace(country=WORLD, subdivision="", unit=unit))
    if world is None or world.factor.ch4_kg is None or world.factor.n2o_kg is None:
        return line, False
    multiplier *= world.crossing.multiplier
    others = {g: kg for g, kg in gases_of(world.factor, multiplier).items() if not g.startswith("CO2")}
    source = (world.factor.source_id, world.factor.edition)
    words = f"CH4 and N2O from {source[0]} {source[1]}: {line.source_id} publishes CO2 only"
    kept = tuple(f for f in line.flags if f[0] != "co2_only")
    done = line._replace(
        gases={**line.gases, **others},
        factor_ids=(*line.factor_ids, world.factor.factor_id),
        flags=(*kept, ("completed", words)),
        more_sources=(source,),
    )
    return done, bool(world.factor.sector)


def _energy_of(choice: Choice, query: Query, book: FactorBook) -> tuple[str, float] | None:
    """Return the energy [TJ, net] in one unit of the user's, by the CO2 of one edition; None if it cannot be told.

    A factor per tonne, litre or cubic metre over that per energy of the same edition is the calorific value in it.
    """
    factor, energy = choice.factor, book.choose(query._replace(unit=_ENERGY))
    if energy is None or not energy.factor.co2_fossil_kg or factor.co2_fossil_kg is None:
        return None
    if (energy.factor.source_id, energy.factor.edition) != (factor.source_id, factor.edition):
        return None
    co2 = factor.co2_fossil_kg * choice.crossing.multiplier
    return _ENERGY, co2 / (energy.factor.co2_fossil_kg * energy.crossing.multiplier)
