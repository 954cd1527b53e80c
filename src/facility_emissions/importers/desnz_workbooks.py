"""Read the workbooks of the UK Government GHG conversion factors: flat files and condensed sets.

A flat file is one long table; a condensed set has a sheet a subject, with one table or more.
Both become the same lines: what is printed about one thing in one unit.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine

from facility_emissions.importers.tidy import LayoutError

Cells = Sequence[Any]

# "kg CH4" up to 2021 is the same as "kg CO2e of CH4 (per unit)" after: kgCO2e, not kg of the gas.
GASES = {
    "kg CO2e": "co2e",
    "kg CO2": "co2",
    "kg CO2e of CO2": "co2",
    "kg CH4": "ch4",
    "kg CO2e of CH4": "ch4",
    "kg N2O": "n2o",
    "kg CO2e of N2O": "n2o",
}
# Subjects of the flat files that have nothing to say about a building's heat, electricity, water.
OTHER_SUBJECTS = (
    "Refrigerant & other",  # has an importer of its own
    "Managed assets- electricity",  # repeats UK electricity for what is leased out
    "Managed assets- vehicles",
    "Passenger vehicles",
    "Passenger and delivery vehicles- kWh factors",
    "Delivery vehicles",
    "SECR kWh pass & delivery vehs",
    "SECR kWh UK electricity for EVs",
    "UK electricity for EVs",
    "UK electricity T&D for EVs",
    "Business travel- air",
    "Business travel- sea",
    "Business travel- land",
    "WTT- business travel- air",
    "WTT- business travel- sea",
    "WTT- business travel (air)",
    "WTT- business travel (sea)",
    "WTT- pass vehs & travel- land",
    "WTT- pass vehs & travel (land)",
    "WTT- delivery vehs & freight",
    "Freighting goods",
    "Hotel stay",
    "Homeworking",
    "Material use",
    "Waste disposal",
)
SUBJECTS = (
    "Fuels",
    "Bioenergy",
    "Outside of scopes",
    "UK electricity",
    "Heat and steam",
    "Transmission and distribution",
    "Water supply",
    "Water treatment",
    "WTT- fuels",
    "WTT- bioenergy",
    "WTT- heat and steam",
    "WTT- UK electricity",
    "WTT- UK & overseas elec",
)
# Sheet "Fuels" of 2012-2015: three sets of columns side by side, and the units that each has figures in.
BLOCKS = {
    "Energy - Gross CV": {"kWh": "kWh (Gross CV)"},
    "Energy - Net CV": {"kWh": "kWh (Net CV)"},
    "Volume": {"litres": "litres", "cubic metres": "cubic metres"},
}
_OTHERS = frozenset(s.casefold() for s in OTHER_SUBJECTS)


@dataclass(slots=True)
class Line:
    """What a workbook prints about one thing in one unit [kgCO2e / unit]."""

    subject: str
    group: str
    name: str
    unit: str
    where: str  # for messages: file, sheet, row
    locator: str  # for auditors: sheet and labels
    values: dict[str, float] = field(default_factory=dict)  # of `co2e`, `co2`, `ch4`, `n2o`


@dataclass(frozen=True, slots=True)
class FactorSet:
    """The lines of one workbook, and what it says about itself."""

    year: int
    kind: str  # "Flat file" or "Condensed set"
    version: str
    published: dt.date | None
    lines: tuple[Line, ...]

    def of(self, subject: str, group: str | None = None) -> list[Line]:
        """Return the lines of a subject, or of one group in it."""
        return [ln for ln in self.lines if ln.subject == subject and group in (None, ln.group)]


def open_workbook(path: Path) -> python_calamine.CalamineWorkbook:
    """Open a workbook; several named `.xls` are `.xlsx` inside, and the other way round.

    Raises:
        LayoutError: the file is not there.
    """
    if not path.is_file():
        raise LayoutError(f"{path.name} is missing below {path.parent.name}/.")
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))


def sheet(book: python_calamine.CalamineWorkbook, name: str, file: str) -> list[list[Any]]:
    """Return all rows of a sheet, from its first cell on.

    Raises:
        LayoutError: the workbook has no sheet of that name.
    """
    if name not in book.sheet_names:
        raise LayoutError(f"{file}: no sheet {name!r}; it has {', '.join(book.sheet_names)}.")
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def read_flat(path: Path, year: int) -> FactorSet:
    """Read a flat file: `Front page` and `Factors by Category`."""
    book = open_workbook(path)
    front = sheet(book, "Front page", path.name)
    if _beside(front, "Year:", path.name) not in (year, str(year)):
        raise LayoutError(f"{path.name}, sheet 'Front page': the year is not {year}.")
    updated = _beside(front, "Updated:", path.name)
    if not isinstance(updated, dt.date):
        raise LayoutError(f"{path.name}, sheet 'Front page': 'Updated:' is {updated!r}, not a date.")
    version = f"{_beside(front, 'Version:', path.name):g}"
    lines = flat_lines(sheet(book, "Factors by Category", path.name), year, path.name)
    return FactorSet(year, "Flat file", version, updated, tuple(lines))


def flat_lines(rows: Sequence[Cells], year: int, file: str) -> list[Line]:
    """Return the lines of a flat file's table that are about facilities.

    Raises:
        LayoutError: a column, subject, gas or value is not as it is known to be.
    """
    top = next((i for i, r in enumerate(rows) if "Level 1" in r), None)
    if top is None:
        raise LayoutError(f"{file}: no row holds the heading 'Level 1'.")
    head = [str(c).strip() for c in rows[top]]
    gas_heading = "GHG/Unit" if "GHG/Unit" in head else "GHG"
    wanted = ("Scope", "Level 1", "Level 2", "Level 3", "UOM", gas_heading, f"GHG Conversion Factor {year}")
    for heading in wanted:
        if heading not in head:
            found = ", ".join(filter(None, head))
            raise LayoutError(f"{file}, row {top + 1}: no column {heading!r}; it has {found}.")
    at = [head.index(heading) for heading in wanted]
    lines: dict[tuple[str, ...], Line] = {}
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        scope, subject, group, name, unit, gas, value = (row[i] for i in at)
        if (scope == "" and subject == "") or "END" in row:
            continue
        where = f"{file}, row {number}"
        if subject not in SUBJECTS:
            if str(subject).casefold() not in _OTHERS:
                raise LayoutError(f"{where}: the subject {subject!r} is unknown.")
            continue
        key = (subject, group, name, unit)
        if key not in lines:
            place = f"Factors by Category: {subject} / {group} / {name} / {unit}"
            lines[key] = Line(subject, group, name, unit, where, place)
        _set(lines[key], gas, value, where)
    return list(_printed(lines.values()))


def read_condensed(path: Path, year: int, sheets: Iterable[str]) -> FactorSet:
    """Read the named sheets of a condensed set."""
    book = open_workbook(path)
    introduction = sheet(book, "Introduction", path.name)
    if _beside(introduction, "Year:", path.name) != year:
        raise LayoutError(f"{path.name}, sheet 'Introduction': the year is not {year}.")
    lines: list[Line] = []
    for name in sheets:
        lines += condensed_lines(sheet(book, name, path.name), name, year, path.name)
    version = f"{_beside(introduction, 'Version:', path.name):g}"
    return FactorSet(year, "Condensed set", version, _saved(path), tuple(lines))


def condensed_lines(rows: Sequence[Cells], subject: str, year: int, file: str) -> list[Line]:
    """Return the lines of one sheet of a condensed set, which holds one table or more.

    Raises:
        LayoutError: no table, a heading, gas or unit that is unknown, a row of another year, a
            line that is there twice.
    """
    lines: dict[tuple[str, str, str], Line] = {}
    labels: dict[str, int] = {}
    figures: list[tuple[str, str, int]] = []  # empty until a table begins
    group = name = ""
    for number, row in enumerate(rows, start=1):
        where = f"{file}, sheet {subject!r}, row {number}"
        if "Activity" in row and "Unit" in row:
            labels, figures = _columns(row, rows[number - 2] if number > 1 else (), where)
            group = name = ""
            continue
        if not labels:
            continue
        unit = row[labels["unit"]]
        if unit == "":
            labels = {}  # the table ends
            continue
        group = row[labels["group"]] or group
        name = row[labels["name"]] or name
        if "year" in labels and row[labels["year"]] != year:
            raise LayoutError(f"{where}: the row is of {row[labels['year']]!r}, not of {year}.")
        for block in dict.fromkeys(block for block, _, _ in figures):
            line = Line(subject, group, name, unit, where, f"{subject}: {group} / {name} / {unit}")
            if block:
                line.locator += f", {block}"
            for of, gas, column in figures:
                if of == block:
                    _set(line, gas, row[column], where)
            if block and line.values:
                line.unit = _unit_in(block, unit, where)
            if line.values:
                key = (group, name, line.unit)
                if key in lines:
                    raise LayoutError(f"{where}: {name!r} in {line.unit!r} is there twice.")
                lines[key] = line
    if not figures:
        raise LayoutError(f"{file}, sheet {subject!r}: no table with the headings 'Activity' and 'Unit'.")
    return list(_printed(lines.values()))


def _columns(row: Cells, above: Cells, where: str) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
    """Return the columns of labels, and of figures as (block, gas, column); the block may be ''."""
    known = {"Activity": "group", "Unit": "unit", "Year": "year"}
    known |= dict.fromkeys(("Fuel", "Type", "Country"), "name")
    labels: dict[str, int] = {}
    figures: list[tuple[str, str, int]] = []
    block = ""
    for column, heading in enumerate(str(c).strip() for c in row):
        over = str(above[column]).strip() if column < len(above) else ""
        gas = heading.removesuffix(" per unit")
        if gas in GASES and over and over not in BLOCKS:
            raise LayoutError(f"{where}: {over!r} above {heading!r} is unknown; known: {', '.join(BLOCKS)}.")
        block = over if gas in GASES and over else block
        if heading == "":
            continue
        if heading in known and known[heading] not in labels:
            labels[known[heading]] = column
        elif gas in GASES and (block, gas) not in [(b, g) for b, g, _ in figures]:
            figures.append((block, gas, column))
        else:
            raise LayoutError(f"{where}: the heading {heading!r} is unknown or there twice.")
    if "name" not in labels:
        raise LayoutError(f"{where}: none of the headings 'Fuel', 'Type', 'Country'.")
    if not figures:
        raise LayoutError(f"{where}: no column of figures; known: {', '.join(GASES)}.")
    return labels, figures


def _unit_in(block: str, unit: str, where: str) -> str:
    """Return the unit with its basis, of a row's unit and the block that its figures stand in."""
    if unit not in BLOCKS[block]:
        raise LayoutError(f"{where}: a figure in {unit!r} under {block!r}; known there: {', '.join(BLOCKS[block])}.")
    return BLOCKS[block][unit]


def _set(line: Line, gas: object, value: object, where: str) -> None:
    known = GASES.get(str(gas).removesuffix(" per unit"))
    if known is None:
        raise LayoutError(f"{where}: the gas {gas!r} is unknown; known: {', '.join(GASES)}.")
    if known in line.values:
        raise LayoutError(f"{where}: {gas} of {line.name!r} in {line.unit!r} is there twice.")
    if value != "":  # an empty, shaded cell: "not available", says the sheet "Introduction"
        line.values[known] = number_in(value, where)


def number_in(value: object, where: str) -> float:
    """Return a number of a cell; text stops the import."""
    if not isinstance(value, float):
        raise LayoutError(f"{where}: expected a number, found {value!r}.")
    return value


def _printed(lines: Iterable[Line]) -> Iterator[Line]:
    """Leave out lines without figures; one with some gases and not others is not to be guessed at."""
    for line in lines:
        have = set(line.values)
        if have and have not in ({"co2e"}, {"co2"}, {"co2e", "co2", "ch4", "n2o"}):
            few = ", ".join(sorted(have))
            raise LayoutError(f"{line.where}: {line.name!r} in {line.unit!r} has only {few}.")
        if have:
            yield line


def _beside(rows: Sequence[Cells], label: str, file: str) -> Any:
    """Return the first filled cell right of a label."""
    for row in rows:
        for column, text in enumerate(row):
            beside = [c for c in row[column + 1 :] if c != ""]
            if str(text).strip() == label and beside:
                return beside[0]
    raise LayoutError(f"{file}: nothing stands beside {label!r}.")


def _saved(path: Path) -> dt.date | None:
    """Return the day an `.xlsx` was last saved, of its own properties; older files carry none."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as package:
        properties = package.read("docProps/core.xml").decode("utf-8")
    saved = re.search(r"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)T", properties)
    return dt.date.fromisoformat(saved.group(1)) if saved else None
