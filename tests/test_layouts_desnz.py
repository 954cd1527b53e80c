"""A DESNZ workbook whose layout changed stops the import, for each family of files.

Each test writes a copy of some sheets of the publisher's own file with one cell (or the name of a
sheet) changed, reads it as the importer does, and expects a message that says what and where.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from facility_emissions.importers.tidy import LayoutError
from test_importer_desnz import SOURCES, needs_sources

pytestmark = needs_sources
ROWS = 900  # of a flat file: the fuels come first


@cache
def _sheet(folder: str, name: str, sheet: str) -> list[list[Any]]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(SOURCES / "desnz" / folder / name)
    rows: list[list[Any]] = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return rows


def _copy(target: Path, folder: str, name: str, sheets: tuple[str, ...], change: tuple[Any, ...]) -> Path:
    """Write a copy of some sheets of a workbook with one change, and return the folder `desnz`.

    Args:
        target: where to.
        folder, name: of the workbook below `desnz`.
        sheets: which to copy.
        change: sheet ('' for the name of a sheet), cell before, cell after, and which of such cells
            if not the first; 0 for all.
    """
    import xlsxwriter

    where, before, after, *nth = change
    wanted, seen = nth[0] if nth else 1, 0
    path = target / "desnz" / folder / name
    path.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for sheet in sheets:
            renamed = where == "" and sheet == before
            seen += renamed
            page = book.add_worksheet(after if renamed else sheet)
            for r, row in enumerate(_sheet(folder, name, sheet)[:ROWS]):
                for c, cell in enumerate(row):
                    hit = sheet == where and type(cell) is type(before) and cell == before
                    seen += hit
                    written = after if hit and wanted in (0, seen) else cell
                    if written != "":
                        page.write(r, c, written)
    assert seen >= max(wanted, 1), f"nothing to change: {change}"
    return target / "desnz"


def _stops(folder: Path, year: int, message: str) -> None:
    from facility_emissions.importers import desnz, desnz_rows

    def read() -> None:
        of = desnz.read_set(folder, year)
        desnz_rows.check_metered(of)
        list(desnz_rows.fuel_rows(of))
        list(desnz_rows.metered_rows(of, "electricity"))

    with pytest.raises(LayoutError, match=re.escape(message)):
        read()


@pytest.mark.parametrize("year", [2016, 2018, 2022, 2025])
@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("Fuels", "Fuel", "the subject 'Fuel' is unknown"),
        ("Burning oil", "Paraffin", "the fuel 'paraffin' is unknown"),
        ("tonnes", "long tons", "the unit 'long tons' is unknown"),
        ("kg CO2e", "kg CO2-eq", "the gas 'kg CO2-eq' is unknown"),
        ("Level 3", "Level three", "no column 'Level 3'"),
        ("UOM", "Unit", "no column 'UOM'"),
        ("Level 1", "Level one", "no row holds the heading 'Level 1'"),
    ],
)
def test_flat_files(tmp_path: Path, year: int, before: str, after: str, message: str) -> None:
    from facility_emissions.importers.desnz import FLAT

    sheets = ("Front page", "Factors by Category")
    _stops(_copy(tmp_path, "flat", FLAT[year], sheets, (sheets[1], before, after, 0)), year, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("", "Factors by Category", "Factors"), "no sheet 'Factors by Category'"),
        (("", "Front page", "Cover"), "no sheet 'Front page'"),
        (("Front page", "Updated:", "Date:"), "nothing stands beside 'Updated:'"),
        (("Front page", dt.date(2025, 6, 10), "10/06/2025", 0), "'Updated:' is '10/06/2025', not a date"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_front_of_flat_files(tmp_path: Path, change: tuple[Any, ...], message: str) -> None:
    from facility_emissions.importers.desnz import FLAT

    _stops(_copy(tmp_path, "flat", FLAT[2025], ("Front page", "Factors by Category"), change), 2025, message)


@pytest.mark.parametrize("year", [2002, 2008, 2011])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("", "UK electricity", "Electricity"), "no sheet 'UK electricity'"),
        (("UK electricity", "Country", "Land"), "the heading 'Land' is unknown"),
        (("UK electricity", "kg CH4", "kg methane"), "the heading 'kg methane' is unknown"),
        (("UK electricity", "Electricity: UK", "Electricity: GB"), "Electricity: GB / kWh is unknown"),
        (("UK electricity", "kWh", "MWh"), "Electricity: UK / MWh is unknown"),
        (("Transmission and distribution", "T&D- UK electricity", "T&D"), "T&D / Electricity: UK / kWh is unknown"),
    ],
)
def test_condensed_sets_of_2002_to_2011(tmp_path: Path, year: int, change: tuple[Any, ...], message: str) -> None:
    from facility_emissions.importers.desnz import CONDENSED, SHEETS

    sheets = ("Introduction", *SHEETS[year])
    _stops(_copy(tmp_path, "condensed", CONDENSED[year], sheets, change), year, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("", "Fuels", "Fuel"), "no sheet 'Fuels'"),
        (("Introduction", 2013.0, 2023.0), "the year is not 2013"),
        (("Fuels", "Energy - Gross CV", "Energy - gross"), "'Energy - gross' above 'kg CO2e' is unknown"),
        (("Fuels", "Energy - Net CV", ""), "the heading 'kg CO2e' is unknown or there twice"),
        (("Fuels", "kg N2O", "kg N20"), "the heading 'kg N20' is unknown"),
        (("Fuels", "Fuel", "Fuel type"), "the heading 'Fuel type' is unknown"),
        (("Fuels", "litres", "gallons"), "a figure in 'gallons' under 'Volume'"),
        (("Fuels", "kWh", "litres"), "a figure in 'litres' under 'Energy - Gross CV'"),
        (("Fuels", "Burning oil", "Paraffin"), "the fuel 'paraffin' is unknown"),
        (("Fuels", "LNG", "CNG"), "'CNG' in 'litres' is there twice"),
        (("Fuels", 0.24555, "0.24555"), "expected a number, found '0.24555'"),
        (("Fuels", 0.00051, ""), "has only co2, co2e, n2o"),
        (("Fuels", 0.24437, 0.24473), "do not add up"),
        (("Outside of scopes", "Type", "Sort"), "the heading 'Sort' is unknown"),
        (("Outside of scopes", "kWh", "therms"), "the unit 'therms' is unknown"),
        (("Outside of scopes", 0.065564180, "n/a"), "expected a number, found 'n/a'"),
        (("UK electricity", "Country", "Land"), "the heading 'Land' is unknown"),
        (("UK electricity", 2013.0, 2012.0, 2), "the row is of 2012.0, not of 2013"),
        (("Water supply", "cubic metres", "m3"), "Water supply / m3 is unknown"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_condensed_sets_of_2012_to_2015(tmp_path: Path, change: tuple[Any, ...], message: str) -> None:
    from facility_emissions.importers.desnz import CONDENSED, SHEETS

    sheets = ("Introduction", *SHEETS[2013])
    _stops(_copy(tmp_path, "condensed", CONDENSED[2013], sheets, change), 2013, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("", "Bioenergy", "Bio energy"), "no sheet 'Bioenergy'"),
        (("Fuels", "Burning oil", "Paraffin"), "the fuel 'paraffin' is unknown"),
        (("Fuels", "kWh (Gross CV)", "kWh (gross)"), "the unit 'kWh (gross)' is unknown"),
        (("Fuels", "kg CO2e", "kg CO2-eq"), "the heading 'kg CO2-eq' is unknown"),
        (("Bioenergy", "GJ", "MJ"), "the unit 'MJ' is unknown"),
        (("Outside of scopes", "Wood logs", "Logs"), "the fuel 'logs' is unknown"),
        (("Transmission and distribution", "5% loss", "4% loss"), "4% loss / kWh is unknown"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_condensed_set_of_2024(tmp_path: Path, change: tuple[Any, ...], message: str) -> None:
    from facility_emissions.importers.desnz import CONDENSED, SHEETS

    sheets = ("Introduction", *SHEETS[2024])
    _stops(_copy(tmp_path, "condensed", CONDENSED[2024], sheets, change), 2024, message)


HISTORIC, SHEET_2015, SHEET = "Historic fuel properties", "Fuel properties - 2015", "Fuel properties"


@pytest.mark.parametrize(
    ("year", "sheet", "change", "message"),
    [
        (2013, HISTORIC, ("", HISTORIC, "Old fuel properties"), "no sheet 'Historic fuel properties'"),
        (2013, HISTORIC, (HISTORIC, "2013 fuel properties", "2013 properties"), "is there 0 times, expected once"),
        (2013, HISTORIC, (HISTORIC, "2012 fuel properties", "2013 fuel properties"), "is there 2 times"),
        (2013, HISTORIC, (HISTORIC, "Density", "Specific gravity", 7), "expected the headings Year, Net CV"),
        (2013, HISTORIC, (HISTORIC, "kg/m3", "kg/l", 4), "expected the units GJ/tonne"),
        (2013, HISTORIC, (HISTORIC, 2013.0, 2014.0, 3), "the row is of 2014, not of 2013"),
        (2013, HISTORIC, (HISTORIC, 45.1, "45,1"), "expected a number, found '45,1'"),
        (2013, HISTORIC, (HISTORIC, "Burning Oil", "Paraffin", 2), "the fuel 'paraffin' is unknown"),
        (2013, HISTORIC, (HISTORIC, "Diesel", "Petrol", 2), "the fuel 'Petrol' is there twice"),
        (2015, SHEET_2015, ("", SHEET_2015, SHEET), "no sheet 'Fuel properties - 2015'"),
        (2015, SHEET_2015, (SHEET_2015, "LPG", "LP gas"), "the fuel 'lp gas' is unknown"),
        (2015, SHEET_2015, (SHEET_2015, "Net CV", "Net calorific value", 0), "no fuel found"),
        (2024, SHEET, (SHEET, "LPG", "LP gas"), "the fuel 'lp gas' is unknown"),
        (2024, SHEET, (SHEET, "GJ/tonne", "MJ/kg"), "expected the units GJ/tonne"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_sheets_on_fuel_properties(
    tmp_path: Path, year: int, sheet: str, change: tuple[Any, ...], message: str
) -> None:
    from facility_emissions.importers.desnz import CONDENSED
    from facility_emissions.importers.desnz_properties import property_rows, read_properties

    folder = _copy(tmp_path, "condensed", CONDENSED[year], (sheet,), change)
    with pytest.raises(LayoutError, match=re.escape(message)):
        list(property_rows(read_properties(folder / "condensed" / CONDENSED[year], year), year))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("data_year,", "year,", "expected the columns"),
        ("2012,0.20539,0.205\n", "", "expected the data years 2001-2023"),
        ("0.20539", "about 0.2", "is no number"),
        ("0.20539,0.205", "0.20539", "expected 3 cells, found 2"),
        ("2001,0.23770", "2001,0.22970", "2001: 0.2297 is far from table 1.7's 0.238"),
    ],
)
def test_table_of_the_methodology_paper(tmp_path: Path, before: str, after: str, message: str) -> None:
    from facility_emissions.importers import desnz_methodology

    text = (SOURCES / desnz_methodology.FILE).read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / desnz_methodology.FILE
    path.parent.mkdir()
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(LayoutError, match=re.escape(message)):
        desnz_methodology.read(tmp_path)
