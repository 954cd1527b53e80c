"""Ember, Yearly Electricity Data, as exported from Our World in Data: lifecycle intensity of generation.

Two editions side by side; upstream emissions are inside the figure. The export of June 2026 holds
only the latest year of each country and repeats the edition of April 2026 (a test says so), so
it is not a source of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.errors import VocabularyError
from facility_emissions.importers.grid_rows import CC_BY_4, grid_row, number, per_kwh, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.countries import parse_country

FOLDER = "electricity/ember"
# Edition (month of the export): day of the export, name of its column of figures.
EDITIONS = {
    "2025-12": ("2025-12-09", "Carbon intensity of electricity - gCO2/kWh"),
    "2026-04": ("2026-04-29", "Carbon intensity of electricity per kWh"),
}
KOSOVO = "OWID_KOS"
# Aggregates of Our World in Data; Ember's own regions have no code at all.
REGIONS = frozenset(
    f"OWID_{code}" for code in ["AFR", "ASI", "EU27", "EUR", "HIC", "LIC", "LMC", "NAM", "OCE", "SAM", "UMC", "WRL"]
)
# Intensities of exactly 0, left out: no lifecycle intensity is zero. Generation there is 0.1-0.2 TWh,
# printed to 0.01 TWh, and hydropower; countries of hydropower alone have 19-31 g/kWh.
BURUNDI = {("BDI", year) for year in (*range(2000, 2010), 2012)}
ZEROS = BURUNDI | {("CAF", year) for year in range(2013, 2024)}  # and the Central African Republic
NOTE = (
    "lifecycle intensity, GWP100: upstream methane, supply chain and manufacturing inside; gross generation, no imports"
)


def read(sources: Path) -> Import:
    """Read both editions."""
    imported = Import()
    imported.sources = [_source(edition) for edition in EDITIONS]
    rows = [row for edition in EDITIONS for row in _rows(sources, edition)]
    imported.add_factors("electricity/ember.csv", rows)
    return imported


def _rows(sources: Path, edition: str) -> Iterator[Row]:
    column = EDITIONS[edition][1]
    path = sources / FOLDER / f"owid_carbon_intensity_electricity_{edition}.csv"
    for row in read_table(path, ("Entity", "Code", "Year", column)):
        code, year = row["Code"], int(row["Year"])
        if code == "" or code in REGIONS:
            continue
        where = f"{path.name}, {row['Entity']} {year}"
        grams = number(row[column], where)
        if grams <= 0:
            if (code, year) not in ZEROS:
                raise LayoutError(f"{where}: an intensity of {grams} that is not listed in ZEROS.")
            continue
        yield grid_row(
            "ember",
            edition,
            _alpha2(code, where),
            year,
            boundary="lifecycle",
            co2e=per_kwh(grams),
            data_year=year,
            locator=f"{path.stem}: {row['Entity']}, {year}",
        )


def _alpha2(code: str, where: str) -> str:
    if code == KOSOVO:
        return "XK"
    if len(code) != 3:
        raise LayoutError(f"{where}: {code!r} is neither a country nor one of the known regions.")
    try:
        return parse_country(code)
    except VocabularyError as error:
        raise LayoutError(f"{where}: {error}") from None


def _source(edition: str) -> Row:
    return {
        "source_id": "ember",
        "edition": edition,
        "title": f"Yearly Electricity Data ({edition[:4]} edition), carbon intensity of electricity",
        "publisher": "Ember, with major processing by Our World in Data",
        "published": EDITIONS[edition][0],
        "licence": CC_BY_4,
        "attribution": f"Ember, Yearly Electricity Data ({edition[:4]}), CC BY 4.0, "
        "with major processing by Our World in Data (CC BY)",
        "url": "https://ourworldindata.org/grapher/carbon-intensity-electricity",
        "gwp_set": "unstated",
        "note": f"{NOTE}; dated by the day of the export",
    }
