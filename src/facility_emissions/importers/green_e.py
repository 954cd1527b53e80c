"""Green-e Energy (Center for Resource Solutions): residual mix of the US by eGRID subregion.

CO2 is Green-e's; CH4 and N2O are the average output rates of eGRID2023 of the same subregion. No
licence was found: cited facts, in a file of their own that can be removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.grid_rows import MARKET, grid_row, number, pounds_per_mwh, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.countries import parse_grid_region

FILE = "electricity/us_egrid/us_residual_mix_2023.csv"
SOURCE = "Green-e 2025 Residual Mix (2023 data, CRS 2026-01-29) + eGRID2023 rev2;"
COLUMNS = (
    "subregion",
    "data_year",
    "residual_co2_lb_mwh",
    "ch4_lb_mwh_egrid2023",
    "n2o_lb_mwh_egrid2023",
    "source",
)


def read(sources: Path) -> Import:
    """Read the residual mixes of data year 2023."""
    imported = Import()
    imported.sources = [
        {
            "source_id": "green_e",
            "edition": "2025",
            "title": "2025 Green-e Residual Mix Emissions Rates (2023 data)",
            "publisher": "Center for Resource Solutions",
            "published": "2026-05-30",
            "licence": "cited-facts-no-licence",
            "attribution": "Green-e Residual Mix Emissions Rates 2025, Center for Resource Solutions; "
            "CH4 and N2O: US EPA, eGRID2023 rev2",
            "url": "https://resource-solutions.org/2025-residual-mix/",
            "note": "read at second hand; day of publication not sure: dated by the first dated public copy",
        }
    ]
    imported.add_factors("electricity/market_residual_green_e.csv", _rows(sources / FILE))
    return imported


def _rows(path: Path) -> Iterator[Row]:
    for row in read_table(path, COLUMNS):
        name, year = row["subregion"], int(row["data_year"])
        if not row["source"].startswith(SOURCE) or year != 2023:
            raise LayoutError(f"{path.name}, {name}: unknown edition {row['source']!r}, {year}.")
        figures = [pounds_per_mwh(number(row[c], f"{path.name}, {name}")) for c in COLUMNS[2:5]]
        if min(figures) <= 0:
            raise LayoutError(f"{path.name}, {name}: a rate that is not above 0.")
        country = "PR" if name == "PRMS" else "US"
        co2, ch4, n2o = figures
        yield grid_row(
            *("green_e", "2025", parse_grid_region(name, country), year),
            category=MARKET,
            country=country,
            instrument="residual_mix",
            co2=co2,
            ch4=ch4,
            n2o=n2o,
            data_year=year,
            locator=f"Residual Mix, {name}; CH4 and N2O: eGRID2023 rev2, {name}",
            note="CH4 and N2O are eGRID2023's average output rates, not residual ones",
        )
