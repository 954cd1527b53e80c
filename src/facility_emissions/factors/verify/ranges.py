"""How large a figure can be: a slip of a unit (kg for g, MWh for kWh, MJ for kWh) stands out.

Three nets, from wide to narrow: the span of everything published for a figure in a dimension of
unit; the median of one series over its years; and, for the CO2 of burning a fuel, which chemistry
fixes, the median of all publishers.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator

from facility_emissions.errors import VocabularyError
from facility_emissions.factors.schema import Factor
from facility_emissions.factors.tables import fuels
from facility_emissions.factors.verify.package import Finding, Package, error
from facility_emissions.vocabulary.units import parse_unit

GASES = ("co2_fossil_kg", "ch4_kg", "n2o_kg", "co2_biogenic_kg", "co2e_fixed_kg")
# Least and greatest published figure other than 0, [kg / kWh], [kg / kg], [kg / l] or [kg / m3 of
# gas], over all rows of release 2026.1. A figure may be half of the least or twice the greatest: a
# wider one that is right widens the span here, with its row in the commit's message.
SPANS: dict[tuple[str, str, str], tuple[float, float]] = {
    ("electricity", "energy", "co2_fossil_kg"): (0.01, 1.04),
    ("electricity", "energy", "ch4_kg"): (4.99e-06, 6.62e-05),
    ("electricity", "energy", "n2o_kg"): (4.54e-07, 9.98e-06),
    ("electricity", "energy", "co2e_fixed_kg"): (0.001, 0.811),
    # Iceland's network losses; Estonia 2021
    ("electricity_generation", "energy", "co2e_fixed_kg"): (6.91e-07, 0.243),
    # Iceland 2021; Luxembourg 1990
    ("electricity_location_based", "energy", "co2_fossil_kg"): (0.0001, 2.59),
    ("electricity_location_based", "energy", "ch4_kg"): (7.71e-06, 8.39e-05),
    ("electricity_location_based", "energy", "n2o_kg"): (9.07e-07, 1.27e-05),
    ("electricity_location_based", "energy", "co2_biogenic_kg"): (0.107, 0.115),
    ("electricity_location_based", "energy", "co2e_fixed_kg"): (0.001, 1.6),
    ("electricity_transmission_and_distribution", "energy", "co2_fossil_kg"): (4e-06, 0.383),
    ("electricity_transmission_and_distribution", "energy", "ch4_kg"): (9.52e-07, 2.86e-06),
    ("electricity_transmission_and_distribution", "energy", "n2o_kg"): (1.01e-07, 1.03e-06),
    ("electricity_transmission_and_distribution", "energy", "co2e_fixed_kg"): (0.0038, 0.15),
    ("purchased_heat", "energy", "co2_fossil_kg"): (0.001, 0.385),
    ("purchased_heat", "energy", "ch4_kg"): (4.27e-06, 4.36e-05),
    ("purchased_heat", "energy", "n2o_kg"): (4.27e-07, 2.64e-06),
    ("purchased_heat", "energy", "co2e_fixed_kg"): (0.001, 0.384),
    # what is fossil in biomethane; blast furnace gas
    ("stationary", "energy", "co2_fossil_kg"): (0.0002, 0.965),
    ("stationary", "energy", "ch4_kg"): (7.51e-08, 0.00108),
    ("stationary", "energy", "n2o_kg"): (1.36e-07, 8.16e-05),
    ("stationary", "energy", "co2_biogenic_kg"): (0.00539, 0.443),
    # CH4 and N2O of landfill gas; all gases of fuel oil
    ("stationary", "energy", "co2e_fixed_kg"): (0.0002, 0.282),
    ("stationary", "mass", "co2_fossil_kg"): (0.482, 3.39),
    ("stationary", "mass", "ch4_kg"): (1.16e-05, 0.00858),
    ("stationary", "mass", "n2o_kg"): (2e-06, 0.000956),
    ("stationary", "mass", "co2_biogenic_kg"): (0.0682, 3.52),
    ("stationary", "mass", "co2e_fixed_kg"): (0.000687, 3.26),
    # the fossil methanol in a litre of FAME; fuel oil
    ("stationary", "volume", "co2_fossil_kg"): (0.117, 3.17),
    ("stationary", "volume", "ch4_kg"): (1.01e-05, 0.000591),
    ("stationary", "volume", "n2o_kg"): (7.81e-07, 0.000835),
    ("stationary", "volume", "co2_biogenic_kg"): (0.0572, 2.59),
    ("stationary", "volume", "co2e_fixed_kg"): (0.00213, 3.05),
    ("stationary", "gas_volume_0C", "co2_fossil_kg"): (2.09, 2.17),
    ("stationary", "gas_volume_0C", "ch4_kg"): (0.000187, 0.000187),
    ("stationary", "gas_volume_0C", "n2o_kg"): (9.38e-05, 9.38e-05),
    ("stationary", "gas_volume_15C", "co2_fossil_kg"): (1.96, 2.05),
    ("stationary_generation", "energy", "co2_fossil_kg"): (0.00558, 0.103),
    ("stationary_generation", "energy", "ch4_kg"): (8.1e-06, 0.000684),
    ("stationary_generation", "energy", "n2o_kg"): (7.22e-06, 0.000188),
    ("stationary_generation", "energy", "co2e_fixed_kg"): (0.001, 0.455),
    ("stationary_generation", "mass", "co2_fossil_kg"): (0.0383, 0.765),
    ("stationary_generation", "mass", "ch4_kg"): (0.000224, 0.00591),
    ("stationary_generation", "mass", "n2o_kg"): (9.01e-05, 0.00101),
    ("stationary_generation", "mass", "co2e_fixed_kg"): (0.0304, 1.12),
    ("stationary_generation", "volume", "co2_fossil_kg"): (0.185, 0.72),
    ("stationary_generation", "volume", "ch4_kg"): (0.000159, 0.00272),
    ("stationary_generation", "volume", "n2o_kg"): (6.7e-05, 0.00173),
    ("stationary_generation", "volume", "co2e_fixed_kg"): (0.0852, 0.697),
    ("stationary_generation", "gas_volume_0C", "co2_fossil_kg"): (0.263, 0.263),
    ("stationary_generation", "gas_volume_0C", "ch4_kg"): (0.00473, 0.00473),
    ("water_supply", "volume", "co2_fossil_kg"): (3.65e-05, 4.71e-05),
    ("water_supply", "volume", "ch4_kg"): (4.13e-08, 4.68e-08),
    ("water_supply", "volume", "n2o_kg"): (2.22e-10, 3.43e-10),
    ("water_supply", "volume", "co2e_fixed_kg"): (0.000132, 0.000344),
    ("water_treatment", "volume", "co2e_fixed_kg"): (0.000134, 0.000709),
}
WIDER = 2.0
# Electricity of one supplier falls from 0.28 to 0.01 kg/kWh in a year (Spain, 38 times below its median).
SERIES_LIMIT = 50.0
# N2O of British gas oil is 7.7 times its median in 2018; "kgCO2e of CH4" is at least 21 times the kg of CH4.
TRACE_LIMIT = 12.0
# Landfill gas by mass is 3.0 times its median, with its methane content; a kWh is 3.6 MJ.
FUEL_LIMIT = 3.3
_FEWEST = 3

Figure = tuple[str, Factor, float]  # (where, factor, kg per base unit)


def check(package: Package) -> Iterator[Finding]:
    """Yield figures that no publication explains."""
    sized = [(where, factor, size) for where, _, factor in package.factors if (size := _base_size(factor))]
    yield from _check_spans(sized)
    for gas in GASES:
        figures = [(w, f, v / size) for w, f, (size, _) in sized if (v := getattr(f, gas))]
        limit = TRACE_LIMIT if gas in ("ch4_kg", "n2o_kg") else SERIES_LIMIT
        yield from _far_from_median(figures, _series, limit, f"{gas} of its series")
    fossil = {row["id"] for _, row in package.rows(fuels.FUELS) if row["origin"] == "fossil"}
    burnt = [(w, f, co2 / size) for w, f, (size, _) in sized if (co2 := _co2_of_burning(f, f.activity in fossil))]
    yield from _far_from_median(burnt, _fuel, FUEL_LIMIT, "CO2 of its fuel")


def _base_size(factor: Factor) -> tuple[float, str] | None:
    """Return the size of a factor's unit in the base unit of its dimension, and the dimension."""
    try:
        unit = parse_unit(factor.unit_id)
    except VocabularyError:
        return None  # told by another check
    return unit.to_base, unit.dimension


def _check_spans(sized: list[tuple[str, Factor, tuple[float, str]]]) -> Iterator[Finding]:
    unknown: dict[tuple[str, str, str], str] = {}
    for where, factor, (size, dimension) in sized:
        for gas in GASES:
            value = getattr(factor, gas)
            if not value or value < 0:
                continue
            key = (factor.activity_category, dimension, gas)
            if key not in SPANS:
                unknown.setdefault(key, where)
                continue
            least, greatest = SPANS[key][0] / WIDER, SPANS[key][1] * WIDER
            if not least <= value / size <= greatest:
                per = f"{value / size:.3g} kg per base unit of {dimension}"
                told = f"{gas} {value:g} per {factor.unit_id} is {per}, outside {least:.3g} to {greatest:.3g}"
                yield error(where, f"{factor.factor_id}: {told}; a slip of a unit?")
    for (category, dimension, gas), where in unknown.items():
        yield error(where, f"no span of {gas} of {category} by {dimension} is known: add it to verify/ranges.py.")


def _series(f: Factor) -> Hashable:
    """What has to agree for figures to be one series over the years."""
    place = f.subdivision or f.country
    kind = (f.activity_category, f.activity, f.unit_id, f.sector, f.boundary)
    return (f.source_id, place, *kind, f.instrument, f.supplier)


def _fuel(f: Factor) -> Hashable:
    return (f.activity, f.basis, parse_unit(f.unit_id).dimension)


def _co2_of_burning(f: Factor, fossil: bool) -> float | None:
    """Return all CO2 from burning a fuel, or None where a part of it is not published."""
    parts = (f.co2_fossil_kg, 0.0 if fossil and f.co2_biogenic_kg is None else f.co2_biogenic_kg)
    if f.activity_category != "stationary" or None in parts:
        return None
    return sum(part for part in parts if part)


def _far_from_median(
    figures: list[Figure], group: Callable[[Factor], Hashable], limit: float, what: str
) -> Iterator[Finding]:
    together: dict[Hashable, list[Figure]] = defaultdict(list)
    for figure in figures:
        together[group(figure[1])].append(figure)
    for of_one in together.values():
        if len(of_one) < _FEWEST:
            continue
        median = statistics.median(value for _, _, value in of_one)
        for where, factor, value in of_one:
            if not median / limit <= value <= median * limit:
                times = f"{value / median:.3g} times the median"
                yield error(where, f"{factor.factor_id} is {times} ({median:.3g}) of the {what}; a slip of a unit?")
