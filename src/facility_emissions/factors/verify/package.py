"""A data package as the checks see it: every table read once, as text, with the line of each row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from facility_emissions.errors import DataPackageError, VocabularyError
from facility_emissions.factors.schema import Factor, parse_factor
from facility_emissions.factors.tables import Table, about, fuels, table_of
from facility_emissions.vocabulary.activities import parse_activity

Row = dict[str, str]
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    `error`: the package must not be used like this. `notice`: a maintainer should know, and may
    decide that it is right.
    """

    severity: Literal["error", "notice"]
    where: str
    text: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{'notice: ' if self.severity == 'notice' else ''}{self.where}: {self.text}"


def error(where: str, text: str) -> Finding:
    """Return a fault."""
    return Finding("error", where, text)


def notice(where: str, text: str) -> Finding:
    """Return something that a maintainer should know."""
    return Finding("notice", where, text)


def some(names: Iterable[str]) -> str:
    """List the first few of many names, and how many there are beside them."""
    listed = sorted(set(names))
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more


def number(cell: str) -> float | None:
    """Return the number in a cell; None for an empty one, or one that another check complains about."""
    try:
        return float(cell)
    except ValueError:
        return None


@dataclass(slots=True)
class File:
    """One CSV file: its place in the package, its kind (None if unknown), its header and cells."""

    path: str
    table: Table | None
    header: list[str]
    cells: list[list[str]]

    def line(self, position: int) -> str:
        """Say where a row stands."""
        return f"{self.path} line {position + 2}"

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows that have as many cells as the header, each with its place."""
        for i, cells in enumerate(self.cells):
            if len(cells) == len(self.header):
                yield self.line(i), dict(zip(self.header, cells, strict=True))


@dataclass
class Package:
    """All tables below one folder."""

    root: Path
    files: dict[str, File] = field(default_factory=dict)
    unreadable: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path) -> Package:
        """Read every CSV file below a folder.

        Raises:
            DataPackageError: the folder holds no data package.
        """
        if not (root / "sources.csv").is_file():
            raise DataPackageError(f"{root} holds no data package: there is no sources.csv in it.")
        package = cls(root)
        for path in sorted(root.rglob("*.csv")):
            where = path.relative_to(root).as_posix()
            try:
                with path.open(encoding="utf-8", newline="") as handle:
                    header, *cells = csv.reader(handle)
            except (UnicodeDecodeError, ValueError, csv.Error) as fault:
                package.unreadable.append(error(where, f"is no UTF-8 CSV table ({fault})."))
                continue
            package.files[where] = File(where, table_of(header), header, cells)
        return package

    def rows(self, table: Table) -> list[tuple[str, Row]]:
        """Return all rows of one kind of table, each with the file and line where it stands."""
        return [pair for file in self.files.values() if file.table is table for pair in file.rows()]

    @cached_property
    def factor_rows(self) -> list[tuple[str, Row]]:
        """All rows of factor tables."""
        return self.rows(fuels.FACTORS)

    @cached_property
    def _parsed(self) -> list[tuple[str, Row, Factor | DataPackageError]]:
        found: list[tuple[str, Row, Factor | DataPackageError]] = []
        for where, row in self.factor_rows:
            try:
                found.append((where, row, parse_factor(row, where)))
            except DataPackageError as fault:
                found.append((where, row, fault))
        return found

    @property
    def factors(self) -> Iterator[tuple[str, Row, Factor]]:
        """Yield the factors that can be read."""
        for where, row, factor in self._parsed:
            if isinstance(factor, Factor):
                yield where, row, factor

    @property
    def broken_factors(self) -> Iterator[DataPackageError]:
        """Yield what is wrong with the factors that cannot be read."""
        for _, _, fault in self._parsed:
            if isinstance(fault, DataPackageError):
                yield fault

    @cached_property
    def editions(self) -> dict[tuple[str, str], Row]:
        """The rows of `sources.csv`, by source and edition."""
        return {(row["source_id"], row["edition"]): row for _, row in self.rows(about.SOURCES)}

    @cached_property
    def _fuels(self) -> frozenset[str]:
        return frozenset(row["id"] for _, row in self.rows(fuels.FUELS))

    def knows_activity(self, name: str) -> bool:
        """Whether a name is the id of a fuel of this package, or of a supply or refrigerant."""
        if name in self._fuels:
            return True
        try:
            return parse_activity(name).id == name
        except VocabularyError:
            return False
