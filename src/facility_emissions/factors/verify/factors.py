"""Each factor for itself: its id, its words, and what its columns say of each other."""

from __future__ import annotations

from collections.abc import Iterator

from facility_emissions.errors import FacilityEmissionsError
from facility_emissions.factors.schema import WORLD, Factor, make_factor_id
from facility_emissions.factors.verify.package import Finding, Package, Row, error
from facility_emissions.vocabulary.countries import parse_country, parse_subdivision
from facility_emissions.vocabulary.regions import REGIONS
from facility_emissions.vocabulary.units import parse_unit

# Which emissions a figure may count.
_BOUNDARIES = {
    "stationary": ("direct",),
    "purchased_heat": ("direct", "lifecycle"),
    "stationary_generation": ("upstream",),
    "electricity_location_based": ("direct", "lifecycle"),
    "electricity": ("direct",),
    "electricity_generation": ("upstream",),
    "electricity_transmission_and_distribution": ("losses",),
    "water_supply": ("direct", "lifecycle"),
    "water_treatment": ("direct", "lifecycle"),
}
_NETWORKS = ("district_heat", "steam", "district_cooling")


def check(package: Package) -> Iterator[Finding]:
    """Yield what is wrong with single rows of factor tables."""
    for fault in package.broken_factors:
        where, _, text = str(fault).partition(": ")
        yield error(where, text)
    seen: dict[str, str] = {}
    for where, row, factor in package.factors:
        for text in _faults(package, row, factor):
            yield error(where, f"{factor.factor_id}: {text}")
        if factor.factor_id in seen:
            yield error(where, f"factor_id {factor.factor_id} is already in {seen[factor.factor_id]}.")
        seen.setdefault(factor.factor_id, where)


def _faults(package: Package, row: Row, f: Factor) -> Iterator[str]:
    if f.factor_id != make_factor_id(row):
        yield f"the id is not composed of its keys ({make_factor_id(row)})."
    if not package.knows_activity(f.activity.removesuffix("_losses")):
        yield f"unknown activity {f.activity!r}."
    yield from _word_faults(f)
    allowed = _BOUNDARIES.get(f.activity_category, ())
    if f.boundary not in allowed:
        yield f"boundary {f.boundary!r} is none of {', '.join(allowed)}, those of {f.activity_category}."
    if bool(f.instrument) != (f.activity_category == "electricity"):
        yield "an instrument belongs to market-based electricity, and to nothing else."
    if (f.instrument == "supplier") != bool(f.supplier) and f.activity.removesuffix("_losses") not in _NETWORKS:
        yield "a supplier's name and the instrument 'supplier' go together."
    if f.ch4_origin and f.ch4_kg is None:
        yield "an origin of CH4 without CH4."
    if f.data_year is not None and f.data_year > (year := _year_of(package, f)):
        yield f"data of {f.data_year} in an edition published in {year}."
    co2 = [v for v in (f.co2_fossil_kg, f.co2_biogenic_kg, f.co2e_fixed_kg) if v]
    for value in co2[:1]:
        if (f.lower is not None and f.lower > value) or (f.upper is not None and f.upper < value):
            yield f"its CO2 {value:g} is outside its bounds {f.lower} to {f.upper}."


def _word_faults(f: Factor) -> Iterator[str]:
    try:
        if f.country not in (WORLD, *REGIONS) and parse_country(f.country) != f.country:
            yield f"country {f.country!r} is no alpha-2 code."
        if f.subdivision:
            parse_subdivision(f.subdivision, f.country)
        unit = parse_unit(f.unit_id)
    except FacilityEmissionsError as fault:
        yield str(fault)
        return
    if unit.id != f.unit_id:
        yield f"unit {f.unit_id!r} is not written as the vocabulary does ({unit.id!r})."
    fuel = f.activity_category in ("stationary", "stationary_generation")
    network = f.activity.removesuffix("_losses") in _NETWORKS
    if fuel and unit.dimension == "energy" and not f.basis and not network:
        yield f"{f.unit_id} of a fuel does not say gross or net."


def _year_of(package: Package, f: Factor) -> int:
    edition = package.editions.get((f.source_id, f.edition), {})
    year = edition.get("published", "")[:4] or edition.get("publication_year", "")
    return int(year) if year.isdigit() else 9999
