"""Sets of factors that are known to be published and were not to be had: gaps, no figures.

A row here goes when its set comes in; a test says so once the tables answer what a row calls missing.
"""

from __future__ import annotations

from pathlib import Path

from facility_emissions.importers.tidy import Import, Row

# (country, its name, whose set), after the lists of what is missing for fuels and heat.
_FUELS = (
    ("CH", "Switzerland", ""),
    ("DK", "Denmark", ""),
    ("FI", "Finland", ""),
    ("NL", "the Netherlands", " (RVO)"),
    ("PL", "Poland", ""),
    ("PT", "Portugal", " (APA)"),
    ("SE", "Sweden", ""),
)
_FUELS_REMEDY = "Let the world's default answer, or give the figure of the national list as a custom factor."
_HEAT_REMEDY = "Ask the network for its factor of that year, and give it as a custom factor."


def read(sources: Path) -> Import:
    """Return the known gaps; there is no file to read."""
    gaps: list[Row] = [
        {
            "activity_category": "stationary",
            "country": country,
            "reason": f"A national list of fuel factors of {name}{whose} is not held.",
            "remedy": _FUELS_REMEDY,
        }
        for country, name, whose in _FUELS
    ]
    gaps.append(
        {
            "activity_category": "purchased_heat",
            "country": "DE",
            "reason": "The factors of German heating networks (AGFW) are not held.",
            "remedy": _HEAT_REMEDY,
        }
    )
    return Import(gaps=gaps)
