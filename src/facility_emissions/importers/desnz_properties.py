"""Calorific values and densities of the UK Government GHG conversion factors, all sets since 2012.

Sheet "Fuel properties" from 2016 on. The sets of 2012-2015, issued again, share two sheets: "Fuel
properties - 2015", and "Historic fuel properties" with a section for each of 2012, 2013 and 2014.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from facility_emissions.importers import desnz_names as names
from facility_emissions.importers.desnz_workbooks import Cells, number_in, open_workbook, sheet
from facility_emissions.importers.tidy import LayoutError, Row

FIRST_YEAR = 2012
SHEETS = dict.fromkeys(range(2012, 2015), "Historic fuel properties") | {2015: "Fuel properties - 2015"}
_SHEET = "Fuel properties"
_HEADINGS = ["Year", "Net CV", "Gross CV", "Density"]
_UNITS = ["GJ/tonne", "GJ/tonne", "kg/m3"]


@dataclass(frozen=True, slots=True)
class FuelProperties:
    """One fuel of a sheet on fuel properties: [GJ/tonne], [GJ/tonne], [kg/m3]."""

    name: str
    net_cv: float | None
    gross_cv: float | None
    density: float | None
    where: str
    locator: str


def read_properties(path: Path, year: int) -> list[FuelProperties]:
    """Read the properties of a year from its condensed set."""
    name = SHEETS.get(year, _SHEET)
    rows: Sequence[Cells] = sheet(open_workbook(path), name, path.name)
    if name != _SHEET:
        rows = section(rows, year, f"{path.name}, sheet {name!r}")
    return property_lines(rows, year, path.name, name)


def section(rows: Sequence[Cells], year: int, where: str) -> list[Cells]:
    """Return a sheet with all but the section of one year blanked, so that its rows keep their numbers.

    Raises:
        LayoutError: no section of that year, or more than one.
    """
    titles = [(number, str(c)) for number, row in enumerate(rows) for c in row if str(c).endswith(" fuel properties")]
    mine = [i for i, (_, title) in enumerate(titles) if title == f"{year} fuel properties"]
    if len(mine) != 1:
        raise LayoutError(f"{where}: '{year} fuel properties' is there {len(mine)} times, expected once.")
    first = titles[mine[0]][0]
    end = titles[mine[0] + 1][0] if mine[0] + 1 < len(titles) else len(rows)
    return [row if first <= number < end else [""] * len(row) for number, row in enumerate(rows)]


def property_lines(rows: Sequence[Cells], year: int, file: str, name: str = _SHEET) -> list[FuelProperties]:
    """Return the fuels of a sheet on fuel properties.

    Raises:
        LayoutError: headings or units are not as they are known to be, the year is another, or a
            fuel is there twice.
    """
    found: dict[str, FuelProperties] = {}
    first = -1
    for number, row in enumerate(rows, start=1):
        where = f"{file}, sheet {name!r}, row {number}"
        if "Year" in row and "Net CV" in row:
            first = list(row).index("Year")
            if [str(c).rstrip("*") for c in row[first : first + 4]] != _HEADINGS:
                raise LayoutError(f"{where}: expected the headings {', '.join(_HEADINGS)}.")
            if list(rows[number][first + 1 : first + 4]) != _UNITS:
                raise LayoutError(f"{where}: expected the units {', '.join(_UNITS)} below it.")
            continue
        if first < 0 or not isinstance(row[first], float):
            continue
        if row[first] != year:
            raise LayoutError(f"{where}: the row is of {row[first]:g}, not of {year}.")
        net, gross, density = (None if c == "" else number_in(c, where) for c in row[first + 1 : first + 4])
        fuel = str(row[first - 1]).strip()
        if fuel in found:
            raise LayoutError(f"{where}: the fuel {fuel!r} is there twice.")
        found[fuel] = FuelProperties(fuel, net, gross, density, where, f"Condensed set, {name}: {fuel}")
    if not found:
        raise LayoutError(f"{file}, sheet {name!r}: no fuel found.")
    return list(found.values())


def property_rows(fuels: list[FuelProperties], year: int) -> Iterator[Row]:
    """Yield NCV and GCV [MJ/kg] of all fuels, density [kg/l] of liquids."""
    for fuel in fuels:
        for activity in names.property_ids(fuel.name, fuel.where):
            density = fuel.density if activity in names.LIQUIDS else None
            for name, label, value, unit in (
                ("ncv", "Net CV, GJ/tonne", fuel.net_cv, "MJ/kg"),
                ("gcv", "Gross CV, GJ/tonne", fuel.gross_cv, "MJ/kg"),
                ("density", "Density, kg/m3", density and density / 1000, "kg/l"),
            ):
                if value is not None:
                    yield {
                        "activity": activity,
                        "country": "GB",
                        "valid_from": year,
                        "valid_to": year,
                        "property": name,
                        "value": value,
                        "unit": unit,
                        "source_id": "desnz",
                        "edition": str(year),
                        "locator": f"{fuel.locator}, {label}",
                    }
