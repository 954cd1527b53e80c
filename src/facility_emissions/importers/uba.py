"""Umweltbundesamt: direct CO2 per kWh of the German electricity mix, from 1990 on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.grid_rows import READ_NOTE, READ_ON, grid_row, number, per_kwh, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "electricity/national/de_uba_1990_2025.csv"
_FIRST = "UBA Climate Change 13/2025 Table 2 (2023 provisional, 2024 estimated)"
EDITIONS = {_FIRST: "2025", "UBA 2026 update": "2026"}
# State of the latest years in each edition, as it says itself.
STATES = {
    **{("2025", 2023): "provisional", ("2025", 2024): "estimated"},
    **{("2026", 2024): "provisional", ("2026", 2025): "estimated"},
}
SOURCES = {
    "2025": ("Climate Change 13/2025", "2025-12-31", "day not known: dated by the year's end"),
    "2026": ("update of 2026", READ_ON, READ_NOTE),
}


def read(sources: Path) -> Import:
    """Read both editions."""
    imported = Import()
    imported.sources = [_source(edition) for edition in SOURCES]
    imported.add_factors("electricity/uba.csv", _rows(sources / FILE))
    return imported


def _rows(path: Path) -> Iterator[Row]:
    for row in read_table(path, ("country", "data_year", "g_co2_per_kwh", "basis", "source")):
        where = f"{path.name}, {row['data_year']}"
        direct = row["country"] == "DE" and row["basis"].startswith("direct CO2")
        if not direct or row["source"] not in EDITIONS:
            raise LayoutError(f"{where}: not direct CO2 of Germany in a known edition ({row['source']!r}).")
        edition, year = EDITIONS[row["source"]], int(row["data_year"])
        yield grid_row(
            *("uba", edition, "DE", year),
            co2=per_kwh(number(row["g_co2_per_kwh"], where)),
            data_year=year,
            locator=f"Table 2, {year}" if edition == "2025" else f"direct CO2, {year}",
            note=STATES.get((edition, year), ""),
        )


def _source(edition: str) -> Row:
    title, published, note = SOURCES[edition]
    return {
        "source_id": "uba",
        "edition": edition,
        "title": f"Entwicklung der spezifischen Treibhausgas-Emissionen des deutschen Strommix, {title}",
        "publisher": "Umweltbundesamt",
        "published": published,
        "licence": "dl-de/by-2-0",
        "attribution": f"Umweltbundesamt, {title}, dl-de/by-2-0",
        "note": f"CO2 only, generation mix, upstream not included; {note}",
    }
