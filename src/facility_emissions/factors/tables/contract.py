"""What a table of the data package is made of: columns, keys, references; and the columns that many share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from facility_emissions.factors.schema import WORLD
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES
from facility_emissions.vocabulary.regions import REGIONS

FIRST_YEAR, LAST_YEAR = 1950, 2100
GWP_SETS = ("SAR", "TAR", "AR4", "AR5", "AR5CCF", "AR6")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it means, its type and what a cell may hold.

    `enum`, `pattern`, `minimum` and `maximum` are of cells that are not empty; an empty cell is
    "not published" and is refused only where the column is `required`.
    """

    name: str
    description: str
    type: Literal["string", "number", "integer", "date"] = "string"
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns whose cells have to stand in the columns `there` of the table at `path`."""

    columns: tuple[str, ...]
    path: str
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of table.

    `key` names each row and is never empty; `unique` holds further sets of columns that no two
    rows share, empty cells included.
    """

    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(c.name for c in self.columns)


def text(name: str, description: str, *, enum: Sequence[str] = (), pattern: str = "") -> Column:
    """A column of text that may be empty."""
    return Column(name, description, enum=tuple(enum), pattern=pattern)


def must(name: str, description: str, *, enum: Sequence[str] = (), pattern: str = "") -> Column:
    """A column of text that every row fills."""
    return Column(name, description, required=True, enum=tuple(enum), pattern=pattern)


def figure(name: str, description: str, *, required: bool = False, maximum: float | None = None) -> Column:
    """A column of figures, none of them negative."""
    return Column(name, description, "number", required=required, minimum=0, maximum=maximum)


def year(name: str, description: str, *, required: bool = False) -> Column:
    """A column of calendar years."""
    return Column(name, description, "integer", required=required, minimum=FIRST_YEAR, maximum=LAST_YEAR)


def flag(name: str, description: str) -> Column:
    """A column of 0 and 1."""
    return Column(name, description, "integer", required=True, minimum=0, maximum=1)


PLACE = rf"[A-Z]{{2}}|{'|'.join((WORLD, *REGIONS))}"
SUBDIVISION = r"[A-Z]{2}-[A-Z0-9]{1,3}|eGRID:[A-Z]{4}"
ADDRESS = r"https?://\S+"
FIGURES = tuple(ACTIVITY_CATEGORIES)

SOURCE_ID = must("source_id", "The source; with the edition a key into sources.csv.", pattern=r"[a-z0-9_]+")
EDITION = must("edition", "The edition of the source that prints it.")
LOCATOR = must("locator", "Where it stands in the publisher's document: sheet, table, row.")
NOTE = text("note", "What a reader has to know.")
OF_AN_EDITION = Reference(("source_id", "edition"), "sources.csv", ("source_id", "edition"))
