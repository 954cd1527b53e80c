"""Regions: places wider than a country, for which some publishers give one factor."""

from __future__ import annotations

# European Union (Treaty on European Union, Article 52), EEA (Norway, Iceland, Liechtenstein), Switzerland
# and the United Kingdom: what publishers mean who print one figure for "Europe".
_EUROPE = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()

#: Region id to the alpha-2 codes of its countries.
REGIONS: dict[str, frozenset[str]] = {"EUROPE": frozenset(_EUROPE)}


def regions_of(country: str) -> tuple[str, ...]:
    """Return the regions that a country lies in.

    >>> regions_of("ES"), regions_of("US")
    (('EUROPE',), ())
    """
    return tuple(region for region, members in REGIONS.items() if country in members)


def region_name(region: str) -> str:
    """Return the English name of a region.

    >>> region_name("EUROPE")
    'Europe'
    """
    return region.title()
