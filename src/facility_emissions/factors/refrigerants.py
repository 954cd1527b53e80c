"""The factor of a refrigerant, under an id that leads back to what it was made of or where it is printed."""

from __future__ import annotations

from functools import cache

from facility_emissions import bundle
from facility_emissions import gwp as gwp_tables
from facility_emissions.errors import GWPError
from facility_emissions.factors import sources as registry
from facility_emissions.factors.errata import Erratum, errata_of_refrigerant
from facility_emissions.factors.practices import erratum_of, practices
from facility_emissions.factors.schema import WORLD, Factor
from facility_emissions.gwp import PublishedGWP

_READ_IN_REPORT = ("ipcc", "corrected")


def gwp_factor_id(refrigerant: str, gwp_set: str, horizon: int) -> str:
    """Return the id under which results name the factor of a refrigerant (`ipcc_ar5/AR5/GWP100/R-410A`)."""
    return f"ipcc_{gwp_set.lower()}/{gwp_set}/GWP{horizon}/{refrigerant}"


def printed_factor_id(figure: PublishedGWP) -> str:
    """Return the id of an agency's printed figure (`desnz_refrigerants/2025/AR5/all/R-410A`)."""
    return "/".join((figure.source_id, figure.edition, figure.gwp_set, figure.gases, figure.refrigerant))


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


def refrigerant_factor(factor_id: str) -> tuple[Factor, tuple[Erratum, ...]] | None:
    """Return the factor behind an id of a refrigerant, and the errors known about it; None for any other id.

    Raises:
        GWPError: a component has no GWP in the set, or nothing such is printed.
    """
    parts = factor_id.split("/", 3)  # an id may hold a stroke itself: R-400(60/40)
    if len(parts) == 4 and parts[0].startswith("ipcc_") and parts[2] in ("GWP100", "GWP20"):
        return _computed(factor_id, parts[0], parts[1], int(parts[2].removeprefix("GWP")), parts[3])
    listed = parts[0] in {p.source_id for p in practices()}  # of one that lists fuels too, no GWP set is third
    if listed and len(parts) == 4 and parts[2] in gwp_tables.GWP_SETS and "/" in parts[3]:
        gases, _, refrigerant = parts[3].partition("/")
        return _printed(factor_id, (refrigerant, parts[0], parts[1], parts[2]), gases)
    return None


def _computed(
    factor_id: str, source_id: str, gwp_set: str, horizon: int, refrigerant: str
) -> tuple[Factor, tuple[Erratum, ...]]:
    mixture = gwp_tables.composition(refrigerant)
    terms = []
    for gas, fraction in mixture.items():
        found = gwp_tables.gwp_source(gas, gwp_set, horizon)
        terms.append(f"{fraction:.6g} x {gas} {found.value:g} ({found.locator or found.source})")
    blend = len(mixture) > 1
    factor = _factor(
        factor_id,
        refrigerant,
        gwp_tables.refrigerant_gwp(refrigerant, gwp_set, horizon),
        (source_id, gwp_set, gwp_set),
        locator=" + ".join(terms),
        note=f"composition: {' '.join(composition_source(refrigerant))}" if blend else "",
    )
    known = [e for name in (refrigerant, *mixture) for e in errata_of_refrigerant(name, gwp_set)]
    return factor, tuple(dict.fromkeys(known))


def _printed(factor_id: str, key: tuple[str, str, str, str], gases: str) -> tuple[Factor, tuple[Erratum, ...]]:
    figure = gwp_tables.published_gwp(*key, gases=gases)  # type: ignore[arg-type]
    note = "; ".join(filter(None, [f"printed as {figure.printed_as}", figure.note]))
    of = (figure.source_id, figure.edition, figure.gwp_set)
    factor = _factor(factor_id, figure.refrigerant, figure.value, of, locator=figure.locator, note=note)
    wrong = erratum_of(figure)
    return factor, () if wrong is None else (wrong,)


def _factor(
    factor_id: str, refrigerant: str, value: float, of: tuple[str, str, str], *, locator: str, note: str
) -> Factor:
    """Return the factor row of a refrigerant; `of` is its source, edition and GWP set."""
    return Factor(
        factor_id=factor_id,
        activity_category="recharge",
        activity=refrigerant,
        country=WORLD,
        valid_from=1990,
        unit="kg",
        co2e_fixed_kg=value,
        gwp_of_co2e_fixed=of[2],
        source_id=of[0],
        edition=of[1],
        locator=locator,
        note=note,
    )
