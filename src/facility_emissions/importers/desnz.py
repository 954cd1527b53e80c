"""UK Government GHG conversion factors for company reporting (DESNZ; earlier BEIS, DECC, Defra).

Fuels, bioenergy, heat, water and all upstream from the flat files 2016-2023 and 2025 and the
condensed set 2024; fuels and water of 2012-2015 and UK electricity back to 2002 from the condensed
sets. A set is meant for consumption of the year in its name; its data are two years older.
"""

from __future__ import annotations

from pathlib import Path

from facility_emissions.importers import desnz_properties
from facility_emissions.importers.desnz_errata import errata_rows
from facility_emissions.importers.desnz_gaps import gap_rows
from facility_emissions.importers.desnz_rows import (
    check_metered,
    fuel_rows,
    gwp_set,
    metered_rows,
    overseas_rows,
    upstream_rows,
)
from facility_emissions.importers.desnz_workbooks import FactorSet, read_condensed, read_flat
from facility_emissions.importers.tidy import Import, Row

FLAT = {y: f"defra_flat_{y}.xlsx" for y in (2016, 2020, 2023, 2025)} | {
    y: f"defra_flat_{y}.xls" for y in (2017, 2018, 2019, 2021, 2022)
}
CONDENSED = {y: f"defra_condensed_{y}.xlsx" for y in (2020, 2023, 2024, 2025)} | {
    y: f"defra_condensed_{y}.xls" for y in (*range(2002, 2020), 2021, 2022)
}
_ELECTRICITY = ("UK electricity", "Transmission and distribution")
_WATER = ("Water supply", "Water treatment")
# Sheets read of the years without a flat file. 2024 has no sheet on upstream or heat.
SHEETS = (
    dict.fromkeys(range(2002, 2012), _ELECTRICITY)
    | dict.fromkeys(range(2012, 2016), ("Fuels", "Outside of scopes", *_ELECTRICITY, *_WATER))
    | {2024: ("Fuels", "Bioenergy", "Outside of scopes", *_ELECTRICITY, *_WATER)}
)
YEARS = range(2002, 2026)
OVERSEAS_YEARS = range(2016, 2022)

TITLE = "UK Government GHG Conversion Factors for Company Reporting {year}, version {version}"
ADDRESS = "https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting"


def read(sources: Path) -> Import:
    """Read the workbooks below ``sources/desnz`` and return the rows of all editions."""
    folder = sources / "desnz"
    sets = [read_set(folder, year) for year in YEARS]
    imported = Import(gaps=gap_rows())
    overseas = (s for s in sets if s.year in OVERSEAS_YEARS)
    imported.sources = [*map(_source, sets), *map(_overseas_source, overseas)]
    for of in sets:
        check_metered(of)
    heat = (row for s in sets for row in (*fuel_rows(s), *upstream_rows(s), *metered_rows(s, "heat")))
    imported.add_factors("heat/desnz.csv", heat)
    imported.errata = errata_rows(imported.tables["heat/desnz.csv"][1])
    for name in ("electricity", "water"):
        imported.add_factors(f"{name}/desnz.csv", (row for s in sets for row in metered_rows(s, name)))
    imported.add_factors("electricity/desnz_overseas.csv", (row for s in sets for row in overseas_rows(s)))
    properties: list[Row] = []
    for year in range(desnz_properties.FIRST_YEAR, YEARS.stop):
        fuels = desnz_properties.read_properties(folder / "condensed" / CONDENSED[year], year)
        properties += desnz_properties.property_rows(fuels, year)
    imported.add_properties("heat/properties_desnz.csv", properties)
    return imported


def read_set(folder: Path, year: int) -> FactorSet:
    """Read the workbook that the factors of a year are taken from."""
    if year in FLAT:
        return read_flat(folder / "flat" / FLAT[year], year)
    return read_condensed(folder / "condensed" / CONDENSED[year], year, SHEETS[year])


def _source(of: FactorSet) -> Row:
    if of.kind == "Flat file":
        note = "published: 'Updated' on the front page of this version of the flat file"
    elif of.published:
        note = "published: the day this version of the condensed set was saved; the workbook names none"
    else:
        note = "the condensed set, issued again after 2015, names no day of publication"
    return {
        "source_id": "desnz",
        "edition": str(of.year),
        "title": TITLE.format(year=of.year, version=of.version),
        "publisher": "Department for Energy Security and Net Zero (earlier BEIS, DECC, Defra), UK",
        "published": of.published.isoformat() if of.published else "",
        "publication_year": of.year,
        "licence": "OGL-UK-3.0",
        "attribution": (
            f"UK Government GHG Conversion Factors for Company Reporting, {of.year} (DESNZ, earlier Defra, BEIS). "
            "Contains public sector information licensed under the Open Government Licence v3.0."
        ),
        "url": ADDRESS,
        "gwp_set": gwp_set(of.year),
        "note": note + ("; bioenergy and its upstream on AR4" if of.year >= 2023 else ""),
    }


def _overseas_source(of: FactorSet) -> Row:
    row = dict(_source(of))
    return row | {"source_id": "desnz_overseas", "title": f"{row['title']}: overseas electricity"}
