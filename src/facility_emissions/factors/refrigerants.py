"""The factor of a refrigerant: composition x GWP, under an id that leads back to both."""

from __future__ import annotations

from functools import cache

from facility_emissions import bundle
from facility_emissions import gwp as gwp_tables
from facility_emissions.errors import GWPError
from facility_emissions.factors import sources as registry
from facility_emissions.factors.schema import WORLD, Factor

_READ_IN_REPORT = ("ipcc", "corrected")


def gwp_factor_id(refrigerant: str, gwp_set: str, horizon: int) -> str:
    """Return the id under which results name the factor of a refrigerant (`ipcc_ar5/AR5/GWP100/R-410A`)."""
    return f"ipcc_{gwp_set.lower()}/{gwp_set}/GWP{horizon}/{refrigerant}"


@cache
def composition_source(blend: str) -> tuple[str, str]:
    """Return (source id, edition) of the first source that a blend's composition was read in."""
    row = next(r for r in bundle.rows("gwp/blends.csv") if r["blend"] == blend)
    name = row["source"].partition(";")[0]
    return max(key for key in registry.sources() if key[0] == name)


def supplements(refrigerant: str, gwp_set: str, horizon: int) -> tuple[str, ...]:
    """Say which gases of a refrigerant have a GWP that the report itself does not print."""
    told = []
    for gas in gwp_tables.composition(refrigerant):
        try:
            found = gwp_tables.gwp_source(gas, gwp_set, horizon)
        except GWPError:
            continue
        if found.status not in _READ_IN_REPORT:
            told.append(f"{gas} {found.value:g}: {found.status}, {found.source.replace(';', ', ')}")
    return tuple(told)


def refrigerant_factor(factor_id: str) -> Factor | None:
    """Return the factor behind an id that `gwp_factor_id` made, or None for any other id.

    Raises:
        GWPError: a component has no GWP in the set.
    """
    parts = factor_id.split("/")
    if len(parts) != 4 or not parts[0].startswith("ipcc_") or parts[2] not in ("GWP100", "GWP20"):
        return None
    source_id, gwp_set, horizon, refrigerant = parts[0], parts[1], int(parts[2].removeprefix("GWP")), parts[3]
    mixture = gwp_tables.composition(refrigerant)
    terms = []
    for gas, fraction in mixture.items():
        found = gwp_tables.gwp_source(gas, gwp_set, horizon)
        terms.append(f"{fraction:.6g} x {gas} {found.value:g} ({found.locator or found.source})")
    blend = len(mixture) > 1
    note = f"composition: {' '.join(composition_source(refrigerant))}" if blend else ""
    return Factor(
        factor_id=factor_id,
        activity_category="recharge",
        activity=refrigerant,
        country=WORLD,
        valid_from=1990,
        unit="kg",
        co2e_fixed_kg=gwp_tables.refrigerant_gwp(refrigerant, gwp_set, horizon),
        gwp_of_co2e_fixed=gwp_set,
        source_id=source_id,
        edition=gwp_set,
        locator=" + ".join(terms),
        note=note,
    )
