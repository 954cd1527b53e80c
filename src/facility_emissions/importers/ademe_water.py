"""ADEME, Base Carbone: mains water and wastewater of France, without infrastructure, per m3.

The figures are of the water sector's guide (ASTEE) of 2013, as the elements say; each is the sum of
its posts (energy, transport, inputs, fugitive emissions).
"""

from __future__ import annotations

from pathlib import Path

from facility_emissions.importers.ademe_workbook import EDITION, FILE, SOURCE_ID, Element, elements, sum_of_posts
from facility_emissions.importers.tidy import Import, LayoutError, Row

# Category: name, boundary, number of posts, activity.
KNOWN = {
    "Achats de biens > Eau, traitement et distribution d'eau": ("Eau de reseau", 5, "water_supply"),
    "Traitement des déchets > Eaux usées": ("Traitement des eaux usées", 8, "water_treatment"),
}
_PREFIXES = ("Achats de biens > Eau,", "Traitement des déchets > Eaux usées")  # the first is spelt with two spaces
BOUNDARY = "Hors infrastructure"
PRINTED = 5e-4  # posts and totals have three decimals


def read(sources: Path) -> Import:
    """Read both figures.

    Raises:
        LayoutError: another element in force, unit, boundary or number of posts, or posts that do
            not add up to the total.
    """
    imported = Import()
    found = [e for prefix in _PREFIXES for e in elements(sources, prefix) if e.valid]
    if sorted(e.category for e in found) != sorted(KNOWN):
        raise LayoutError(
            f"{FILE}: {[e.where for e in found]} in force; expected one element in each of {sorted(KNOWN)}."
        )
    imported.add_factors("water/ademe.csv", map(_row, found))
    return imported


def _row(e: Element) -> Row:
    name, posts, activity = KNOWN[e.category]
    where = f"{FILE}, {e.where}"
    unit = e.unit.replace("³", "3")
    found = (e.name, e.boundary, unit, e.place, len(e.posts))
    if found != (name, BOUNDARY, "kgCO2e/m3", "France continentale", posts):
        raise LayoutError(f"{where}: {found}; expected {name!r}, {BOUNDARY!r} in kgCO2e/m3 with {posts} posts.")
    total, share = e.whole.total, e.uncertainty
    if share is None or not 0 < share < 100:
        raise LayoutError(f"{where}: uncertainty {share!r}; expected a percentage.")
    if abs(sum_of_posts(e) - total) > PRINTED:
        raise LayoutError(f"{where}: the posts add up to {sum_of_posts(e):g}, not {total:g}.")
    return {
        "activity_category": activity,
        "activity": activity,
        "country": "FR",
        "valid_from": e.created,
        "unit": "m3",
        "co2e_fixed_kg": total,
        "gwp_of_co2e_fixed": "unstated",
        "lower": round(total * (1 - share / 100), 6),
        "upper": round(total * (1 + share / 100), 6),
        "source_id": SOURCE_ID,
        "edition": EDITION,
        "locator": e.where,
        "note": f"without infrastructure; ASTEE guide of 2013; bounds of the CO2e, printed as +-{share:g} %",
    }
