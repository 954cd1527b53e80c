"""ADEME's Base Carbone as the importers of its sections share it: the workbook, its elements and posts.

An element is one factor. Its lines are a total and, where ADEME splits it, posts (combustion,
upstream) that add up to it. The gas columns are kgCO2e of each gas. Their GWPs are not stated; they
follow from the file: of the 31 combustion posts per GJ of heating fuels, made in 2014, all are round
numbers of g/GJ with N2O 273, and 30 with CH4 27.9, the values of AR6; with any other set at most 3
are. So ADEME counts all gases anew with one set. The few figures of biogenic CH4 are small numbers
of mg with 28, which the file itself prints (row 3410).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from python_calamine import CalamineWorkbook

from facility_emissions.importers.tidy import LayoutError, Row

FILE, SHEET, EDITION = "ademe/Base_Carbone_V23.6-v2.xlsx", "Base_Carbone_V23.6", "V23.6"
SOURCE_ID = "ademe"
CH4_FOSSIL, CH4_BIOGENIC, N2O = 27.9, 28.0, 273.0  # [kgCO2e/kg] of the gas columns
Cells = list[object]

SOURCE: Row = {
    "source_id": SOURCE_ID,
    "edition": EDITION,
    "title": "Base Carbone V23.6",
    "publisher": "ADEME",
    "published": "2025-04-24",
    "licence": "licence-ouverte",
    "attribution": "ADEME, Base Carbone V23.6, Licence Ouverte",
    "gwp_set": "AR6",
    "note": (
        "dated by the latest change in the file; it states no GWP: the gas columns of fuels are CH4 x 27.9 and "
        "N2O x 273, CO2e without gases (electricity, networks, water) may be of an older set"
    ),
}

COLUMNS = {
    "line": "Type Ligne",
    "element": "Identifiant de l'élément",
    "status": "Statut de l'élément",
    "name": "Nom base français",
    "attribute": "Nom attribut français",
    "boundary": "Nom frontière français",
    "category": "Code de la catégorie",
    "unit": "Unité français",
    "place": "Localisation géographique",
    "part": "Sous-localisation géographique français",
    "created": "Date de création",
    "modified": "Date de modification",
    "until": "Période de validité",
    "uncertainty": "Incertitude",
    "comment": "Commentaire français",
    "post": "Type poste",
    "post_name": "Nom poste français",
    "total": "Total poste non décomposé",
    "co2f": "CO2f",
    "ch4f": "CH4f",
    "ch4b": "CH4b",
    "n2o": "N2O",
    **{f"more_{i}": f"Valeur gaz supplémentaire {i}" for i in range(1, 6)},
    "other": "Autres GES",
    "co2b": "CO2b",
}
STATUSES = ("Valide générique", "Valide spécifique", "Archivé")


@dataclass(frozen=True)
class Line:
    """The figures of an element or of one post of it [kgCO2e / unit]; None = the cell is empty."""

    row: int
    kind: str
    name: str
    total: float
    co2f: float | None
    ch4f: float | None
    ch4b: float | None
    n2o: float | None
    other: float | None
    co2b: float | None


@dataclass
class Element:
    """One factor of the Base Carbone, with its posts."""

    id: int
    status: str
    name: str
    attribute: str
    boundary: str
    category: str
    unit: str
    place: str
    part: str
    created: int
    until: str
    uncertainty: float | None
    comment: str
    whole: Line
    posts: list[Line] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Whether ADEME still holds it valid."""
        return self.status != "Archivé"

    @property
    def where(self) -> str:
        """Sheet, row and element, for locators and messages."""
        return f"{SHEET}!{self.whole.row}, element {self.id}"


@cache
def grid(path: Path) -> tuple[Cells, ...]:
    """Return the cells of the sheet, header first; read once for all importers."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    return tuple([*cells] for cells in rows)


def columns(header: Cells, names: dict[str, str], path: Path) -> dict[str, int]:
    """Return where each named column stands.

    Raises:
        LayoutError: a column is missing or stands twice.
    """
    missing = [name for name in names.values() if header.count(name) != 1]
    if missing:
        raise LayoutError(f"{path.name}, sheet {SHEET}: column {missing[0]!r} is missing or twice.")
    return {key: header.index(name) for key, name in names.items()}


def elements(sources: Path, prefix: str) -> list[Element]:
    """Return the elements whose category begins with a prefix, each with its posts, in the file's order.

    Raises:
        LayoutError: a column, status, kind of line or figure that this module does not know.
    """
    path = sources / FILE
    header, *body = grid(path)
    at = columns(header, COLUMNS, path)
    found: list[Element] = []
    for number, cells in enumerate(body, start=2):
        if str(cells[at["category"]]).startswith(prefix):
            _add(found, {key: cells[i] for key, i in at.items()}, number)
    if not found:
        raise LayoutError(f"{path.name}, sheet {SHEET}: no category begins with {prefix!r}.")
    return found


def _add(found: list[Element], cells: dict[str, object], row: int) -> None:
    where = f"{SHEET}!{row}"
    line = Line(
        row=row,
        kind=text(cells["post"]),
        name=text(cells["post_name"]),
        total=_number(cells["total"], where, "total"),
        **{key: _optional(cells[key], where, key) for key in ("co2f", "ch4f", "ch4b", "n2o", "co2b")},
        other=_others(cells, where),
    )
    identity = int(_number(cells["element"], where, "element"))
    if cells["line"] == "Poste" and found and found[-1].id == identity:
        found[-1].posts.append(line)
        return
    created = cells["created"]
    if cells["line"] != "Elément" or cells["status"] not in STATUSES or not isinstance(created, dt.date):
        raise LayoutError(
            f"{where}: line {cells['line']!r}, status {cells['status']!r}, created {created!r}; expected an "
            f"'Elément' with a date, one of {STATUSES}, and its posts right below it."
        )
    found.append(
        Element(
            id=identity,
            status=text(cells["status"]),
            name=text(cells["name"]),
            attribute=text(cells["attribute"]),
            boundary=text(cells["boundary"]),
            category=text(cells["category"]),
            unit=text(cells["unit"]),
            place=text(cells["place"]),
            part=text(cells["part"]),
            created=created.year,
            until=text(cells["until"]),
            uncertainty=_optional(cells["uncertainty"], where, "uncertainty"),
            comment=text(cells["comment"]),
            whole=line,
        )
    )


def _others(cells: dict[str, object], where: str) -> float | None:
    """Return the kgCO2e of gases beside CO2, CH4 and N2O."""
    keys = ("other", *(f"more_{i}" for i in range(1, 6)))
    given = [v for v in (_optional(cells[key], where, key) for key in keys) if v is not None]
    return sum(given) if given else None


def _number(value: object, where: str, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise LayoutError(f"{where}: {value!r} in column {COLUMNS[key]!r} is no figure.")
    return float(value)


def _optional(value: object, where: str, key: str) -> float | None:
    return None if value in ("", None) else _number(value, where, key)


def text(value: object) -> str:
    """Return a cell's text in one spacing; whole numbers without their decimals, quotes undone."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    tidy = " ".join(str(value).split())
    if len(tidy) > 1 and tidy[0] == tidy[-1] == '"':  # a quote of the CSV that the workbook was made of
        tidy = tidy[1:-1].replace('""', '"')
    return tidy


def sum_of_posts(element: Element) -> float:
    """Return what the posts of an element add up to [kgCO2e / unit]."""
    return sum(post.total for post in element.posts)


def printed_step(value: float) -> float:
    """Return the half step of a figure printed with three significant digits; integers above 1000 by one half."""
    if value == 0:
        return 0.0
    digits = 0
    size = abs(value)
    while size >= 10:
        size, digits = size / 10, digits + 1
    while size < 1:
        size, digits = size * 10, digits - 1
    return 0.5 * 10.0 ** min(digits - 2, 0)
