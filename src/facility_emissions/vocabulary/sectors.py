"""IPCC sectors of stationary combustion (2006 Guidelines, Volume 2, tables 2.2 to 2.5)."""

from __future__ import annotations

from dataclasses import dataclass

from facility_emissions.errors import VocabularyError, did_you_mean

SECTORS = ("commercial", "manufacturing", "energy_industries", "residential")

# Facility types (free text in the API) and the sector of their boilers.
_SECTOR_OF_TYPE = {
    "office": "commercial",
    "warehouse": "commercial",
    "store": "commercial",
    "shop": "commercial",
    "retail": "commercial",
    "hotel": "commercial",
    "hospital": "commercial",
    "school": "commercial",
    "data_center": "commercial",
    "factory": "manufacturing",
    "plant": "manufacturing",
    "workshop": "manufacturing",
    "power_plant": "energy_industries",
    "residential": "residential",
}


@dataclass(frozen=True, slots=True)
class Assumed:
    """A value that was filled in, and the flag that says so (None when it was given)."""

    value: str
    flag: tuple[str, str] | None = None


def parse_sector(text: str) -> str:
    """Return a sector by its name.

    Raises:
        VocabularyError: no such sector, with the known ones.
    """
    key = text.strip().casefold().replace(" ", "_").replace("-", "_")
    if key not in SECTORS:
        raise VocabularyError(f"Unknown sector {text!r}; known: {', '.join(SECTORS)}.{did_you_mean(key, SECTORS)}")
    return key


def sector_of(facility_type: str, stated: str = "") -> Assumed:
    """Return the sector of a facility: as stated, by its type, else commercial, flagged."""
    if stated:
        return Assumed(stated)
    key = facility_type.strip().casefold().replace(" ", "_")
    if key in _SECTOR_OF_TYPE:
        return Assumed(_SECTOR_OF_TYPE[key])
    shown = repr(facility_type) if facility_type else "not given"
    return Assumed("commercial", ("sector_assumed", f"facility type {shown}: taken as commercial"))
