"""Methodology paper of the UK Government GHG conversion factors 2025: CO2 of purchased heat since 2003.

Its table 11 is the series behind the factor "Heat and steam" of each set, by year of data; a set
uses the data of two years before (paragraph 3.27). It fills the years whose sets are not held with
a sheet on heat: 2003-2015 and 2024. CO2 only: CH4 and N2O stand in the sets alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.grid_rows import OGL_3, OGL_ATTRIBUTION, number, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "tidy/uk_heat_steam_dukes_method1.csv"
# The second series (table 1.7 of appendix 2) is rewritten with each paper and, in the paper's words,
# "for purposes OTHER than for company reporting": not taken.
COLUMNS = ("data_year", "kgco2_per_kwh_table11_locked", "kgco2_per_kwh_table1_7_consistent")
DATA_YEARS = range(2001, 2024)
YEARS_LATER = 2
HEAT = ("district_heat", "steam")
_PRINTED_APART = "the set of that year printed 0.16906 kgCO2"
NOTES = {2021: _PRINTED_APART, 2022: _PRINTED_APART}
SOURCE: Row = {
    "source_id": "desnz_methodology",
    "edition": "2025",
    "title": "2025 Government greenhouse gas conversion factors for company reporting: Methodology paper, table 11",
    "publisher": "Department for Energy Security and Net Zero, UK",
    "published": "2025-06-10",
    "licence": OGL_3,
    "attribution": f"DESNZ, Methodology paper for conversion factors, 2025. {OGL_ATTRIBUTION}",
    "url": "https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
    "note": "table 11 typed from the paper; issued with the set of 2025, its title page says June 2025; "
    "1/3 : 2/3 method of DUKES; CO2 only",
}


def read(sources: Path) -> Import:
    """Read the table as it was typed from the paper."""
    imported = Import(sources=[SOURCE])
    imported.add_factors("heat/desnz_methodology.csv", _rows(sources / FILE))
    return imported


def _rows(path: Path) -> Iterator[Row]:
    table = read_table(path, COLUMNS)
    if [row["data_year"] for row in table] != [str(year) for year in DATA_YEARS]:
        raise LayoutError(f"{path.name}: expected the data years {DATA_YEARS[0]}-{DATA_YEARS[-1]}, one row each.")
    for row in table:
        data_year = int(row["data_year"])
        kilos = number(row[COLUMNS[1]], f"{path.name}, {data_year}")
        # Table 1.7 is the same series in three decimals, but for 2018-2021: a slip of a row would show.
        if abs(kilos - number(row[COLUMNS[2]], f"{path.name}, {data_year}")) > 0.0065:
            raise LayoutError(f"{path.name}, {data_year}: {kilos} is far from table 1.7's {row[COLUMNS[2]]}.")
        for activity in HEAT:
            yield {
                "activity_category": "purchased_heat",
                "activity": activity,
                "country": "GB",
                "valid_from": data_year + YEARS_LATER,
                "valid_to": data_year + YEARS_LATER,
                "unit": "kWh",
                "boundary": "direct",
                "co2_fossil_kg": kilos,
                "source_id": "desnz_methodology",
                "edition": "2025",
                "data_year": data_year,
                "locator": f"Table 11, data year {data_year}, Method 1 (DUKES: 2/3rd - 1/3rd)",
                "note": "; ".join(n for n in ("CO2 only", NOTES.get(data_year + YEARS_LATER)) if n),
            }
