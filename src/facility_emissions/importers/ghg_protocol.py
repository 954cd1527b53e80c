"""GHG Protocol Scope 2 Guidance (2015): the zeros that follow from its rules, each with its clause.

There is no file to read: these are no measured figures. What is generated and consumed on the site
is not bought, what is exported is not consumed, and a contract conveys the direct emission rate of
the generation behind it, which is zero where nothing is burnt.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.grid_rows import GRID, LOCATION, MARKET
from facility_emissions.importers.tidy import Import, Row

SOURCE, EDITION = "ghg_protocol", "2015"
_OWN = "chapter 5.4: generation that the company owns or operates is in its scope 1, not in scope 2"
_EXPORTED = "chapter 5.4, p. 38: scope 2 is of gross purchases from the grid, not net of what is exported"
_CONVEYED = "table 7.1, criterion 1: a contract conveys the direct emission rate of the generation behind it"
_NOT_BOUGHT = "fuel burnt for it is a record of heat (scope 1); MITECO V31, sheet 7: own renewables subtract nothing"
_NOT_CONSUMED = "never deducted from what is bought"
_NOT_BURNT = "wind, solar, hydro and nuclear power burn nothing: their direct emission rate is zero"
_ZEROS = (
    (LOCATION, "self_generated_electricity", "", _OWN, _NOT_BOUGHT),
    (MARKET, "self_generated_electricity", "own_generation", _OWN, _NOT_BOUGHT),
    (LOCATION, "exported_electricity", "", _EXPORTED, _NOT_CONSUMED),
    (MARKET, "exported_electricity", "exported", _EXPORTED, _NOT_CONSUMED),
    (MARKET, GRID, "without_combustion", _CONVEYED, _NOT_BURNT),
)


def read(sources: Path) -> Import:
    """Return the zeros; there is no file to read."""
    imported = Import()
    imported.sources = [
        {
            "source_id": SOURCE,
            "edition": EDITION,
            "title": "GHG Protocol Scope 2 Guidance: an amendment to the Corporate Standard",
            "publisher": "World Resources Institute and World Business Council for Sustainable Development",
            "publication_year": 2015,
            "licence": "cited-facts",
            "attribution": "GHG Protocol Scope 2 Guidance, World Resources Institute, 2015",
            "url": "https://ghgprotocol.org/scope-2-guidance",
            "note": "its clauses were read as quoted, with their pages, in carbon-accounting-specs 1.0.0 "
            "(github.com/Nikeandocean/carbon-accounting-specs)",
        }
    ]
    imported.add_factors("electricity/ghg_protocol.csv", _rows())
    return imported


def _rows() -> Iterator[Row]:
    for category, activity, instrument, clause, note in _ZEROS:
        yield {
            "activity_category": category,
            "activity": activity,
            "country": "WORLD",
            "valid_from": 1990,
            "unit": "kWh",
            "instrument": instrument,
            "co2_fossil_kg": 0.0,
            "ch4_kg": 0.0,
            "n2o_kg": 0.0,
            "source_id": SOURCE,
            "edition": EDITION,
            "locator": clause,
            "note": note,
        }
