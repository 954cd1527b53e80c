"""US EPA, eGRID: output emission rates of subregions, states and the US [lb/MWh].

2019 by gas, from the EPA's own workbook; 2022 (subregions), 2021 and 2023 (states, US) as CO2e; 2007-2018
from a file of NREL that includes the loss of the grid, divided by 1.051 (derived, about 0.4 %).
The rates of non-baseload plants are for avoided emissions and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

from facility_emissions.errors import VocabularyError
from facility_emissions.importers.grid_rows import grid_row, number, pounds_per_mwh, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.countries import EGRID_SUBREGIONS, parse_grid_region, parse_subdivision

HUB, HUB_SHEET = "epa/ghg-emission-factors-hub-2021.xlsx", "Emission Factors Hub"
HUB_HEADER = ["", "eGRID Subregion", "CO2 Factor", "CH4 Factor", "N2O Factor"]
FOLDER = "electricity/us_egrid"
NATIONAL = "electricity/national/national_official_factors_transcribed.csv"
NATIONAL_2023 = "EPA eGRID2023 rev2;"
# The file of NREL over the output rates of 2019: 1.050-1.055 in all 26 subregions.
NREL_OVER_OUTPUT = 1.051
NREL_YEARS = (2007, 2009, 2010, 2012, 2014, 2016, 2018, 2019)
SUBREGIONS = 26  # of eGRID before Puerto Rico (PRMS)

# Edition: title, day of publication, note.
SOURCES = {
    "2007-2018": (
        *("eGRID2007-eGRID2018, subregions", "2021-10-08"),
        "derived: total CO2e with grid loss, as compiled by NREL, divided by 1.051; dated by that file",
    ),
    "2019": ("eGRID2019, subregions (GHG Emission Factors Hub, September 2021, Table 6)", "2021-02-23", ""),
    "2021": ("eGRID2021, states and US", "2023-01-30", "read at second hand"),
    "2022": ("eGRID2022, subregions", "2024-01-30", "read at second hand; CO2e only"),
    "2023": ("eGRID2023 rev2, states and US", "2025-06-12", "read at second hand, states in two copies"),
}


def read(sources: Path) -> Import:
    """Read all editions."""
    imported = Import()
    imported.sources = [_source(edition) for edition in SOURCES]
    folder = sources / FOLDER
    rows = [
        *_history(folder / "egrid_historical_annual_co2e_2007_2019.csv"),
        *_by_gas(sources / HUB),
        *_states_2021(folder / "us_states_2021_co2e_cfp.csv"),
        *_subregions_2022(folder / "egrid2022_subregion_co2e_from_better.csv"),
        *_states_2023(folder / "us_states_2023_co2e.csv"),
        *_us_2023(sources / NATIONAL),
    ]
    imported.add_factors("electricity/egrid.csv", rows)
    return imported


def _rate(text: str, where: str) -> float:
    value = number(text, where)
    if value <= 0:
        raise LayoutError(f"{where}: a rate of {value} that is not above 0.")
    return value


def _history(path: Path) -> Iterator[Row]:
    names = [name for name in EGRID_SUBREGIONS if name != "PRMS"]
    rows = read_table(path, ("Year", *names))
    if tuple(int(r["Year"]) for r in rows) != NREL_YEARS:
        raise LayoutError(f"{path.name}: expected the years {NREL_YEARS}.")
    for row in rows:
        year = int(row["Year"])
        if year == 2019:
            continue  # by gas from the EPA's own workbook; its ratio to this file is the divisor
        for name in names:
            pounds = _rate(row[name], f"{path.name}, {name} {year}")
            yield grid_row(
                *("egrid", "2007-2018", parse_grid_region(name, "US"), year),
                country="US",
                co2e=pounds_per_mwh(pounds) / NREL_OVER_OUTPUT,
                data_year=year,
                locator=f"eGRID{year}, {name}",
                note=f"derived: {pounds:g} lb CO2e/MWh with grid loss / {NREL_OVER_OUTPUT}; about 0.4 %",
            )


def _by_gas(path: Path) -> Iterator[Row]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(HUB_SHEET).to_python()
    starts = [i for i, row in enumerate(sheet) if row[: len(HUB_HEADER)] == HUB_HEADER]
    start = starts[0] if len(starts) == 1 else 1
    above, below = sheet[start - 1][2], sheet[start + 1][2:5]
    if len(starts) != 1 or above != "Total Output Emission Factors" or below != ["(lb / MWh)"] * 3:
        raise LayoutError(f"{path.name}, sheet {HUB_SHEET}: Table 6 (eGRID subregions, lb / MWh) is not as known.")
    places = set()
    for row in sheet[start + 2 :]:
        label = str(row[1])
        if label.startswith("Source:"):
            break
        place = "US" if label == "US Average" else parse_grid_region(label.partition(" (")[0], "US")
        places.add(place)
        co2, ch4, n2o = (pounds_per_mwh(_rate(str(c), f"{path.name}, {label}")) for c in row[2:5])
        args = ("egrid", "2019", place, 2019)
        locator = f"Emission Factors Hub 2021, Table 6, {label}"
        yield grid_row(*args, country="US", co2=co2, ch4=ch4, n2o=n2o, data_year=2019, locator=locator)
    if len(places) != len(EGRID_SUBREGIONS) + 1:
        raise LayoutError(f"{path.name}, Table 6: {len(places)} rows, expected {len(EGRID_SUBREGIONS)} and the US.")


def _states_2021(path: Path) -> Iterator[Row]:
    # The column of grid loss is not read: it is out of step with the countries in its own document.
    columns = ("state", "data_year", "lb_co2e_per_mwh", "generation_kg_co2e_kwh", "td_kg_co2e_kwh")
    for row in read_table(path, columns):
        match = re.fullmatch(r"(UNITED STATES)|.+ \(([A-Z]{2})\)", row["state"])
        if not match or row["data_year"] != "2021":
            raise LayoutError(f"{path.name}: unknown state or year: {row['state']!r}, {row['data_year']}.")
        yield _state("2021", match[2] or "", row["lb_co2e_per_mwh"], row["generation_kg_co2e_kwh"], path)


def _states_2023(path: Path) -> Iterator[Row]:
    columns = ("state", "data_year", "kg_co2e_per_kwh", "lb_co2e_per_mwh_codecarbon", "source")
    for row in read_table(path, columns):
        if row["data_year"] != "2023" or "eGRID2023 STC2ERTA" not in row["source"]:
            raise LayoutError(f"{path.name}, {row['state']}: not eGRID2023's STC2ERTA.")
        yield _state("2023", row["state"], row["lb_co2e_per_mwh_codecarbon"], row["kg_co2e_per_kwh"], path)


def _state(edition: str, code: str, pounds: str, kg: str, path: Path) -> Row:
    """Return a state's rate from the EPA's own unit; the converted figure beside it has to agree."""
    where = f"{path.name}, {code or 'US'}"
    rate = pounds_per_mwh(_rate(pounds, where))
    if abs(rate - _rate(kg, where)) > 1e-4:
        raise LayoutError(f"{where}: {pounds} lb/MWh is not {kg} kg/kWh.")
    try:
        place = code if code in ("", "PR") else parse_subdivision(f"US-{code}", "US")
    except VocabularyError as error:
        raise LayoutError(f"{where}: {error}") from None
    locator = f"eGRID{edition}, {'state ' + code if code else 'US'}, CO2e total output emission rate"
    year = int(edition)
    return grid_row("egrid", edition, place or "US", year, co2e=rate, data_year=year, locator=locator)


def _subregions_2022(path: Path) -> Iterator[Row]:
    rows = read_table(path, ("subregion", "data_year", "kg_co2e_per_kwh", "lb_co2e_per_mwh"))
    if len(rows) != SUBREGIONS:
        raise LayoutError(f"{path.name}: {len(rows)} subregions, expected {SUBREGIONS}.")
    for row in rows:
        name, where = row["subregion"], f"{path.name}, {row['subregion']}"
        rate = pounds_per_mwh(_rate(row["lb_co2e_per_mwh"], where))
        if row["data_year"] != "2022" or abs(rate - _rate(row["kg_co2e_per_kwh"], where)) > 1e-4:
            raise LayoutError(f"{where}: not of 2022, or lb/MWh and kg/kWh differ.")
        place = parse_grid_region(name, "US")
        yield grid_row(
            *("egrid", "2022", place, 2022),
            country="US",
            co2e=rate,
            data_year=2022,
            locator=f"eGRID2022, {name}",
        )


def _us_2023(path: Path) -> Iterator[Row]:
    columns = ("geo", "year", "value", "unit", "basis", "source", "confidence")
    found = [r for r in read_table(path, columns) if r["source"].startswith(NATIONAL_2023)]
    if len(found) != 1 or (found[0]["geo"], found[0]["year"], found[0]["unit"]) != (
        "US",
        "2023",
        "kg CO2e/kWh",
    ):
        raise LayoutError(f"{path.name}: expected one US average of 2023 in kg CO2e/kWh.")
    rate = _rate(found[0]["value"], path.name)
    yield grid_row("egrid", "2023", "US", 2023, co2e=rate, data_year=2023, locator="eGRID2023 rev2, US")


def _source(edition: str) -> Row:
    title, published, note = SOURCES[edition]
    return {
        "source_id": "egrid",
        "edition": edition,
        "title": title,
        "publisher": "US Environmental Protection Agency",
        "published": published,
        "licence": "public-domain-US",
        "attribution": f"US EPA, {title}",
        "url": "https://www.epa.gov/egrid",
        "gwp_set": "" if edition == "2019" else "unstated",
        "note": note,
    }
