"""What every importer hands over, and how the tables are written: sorted, stable, one way."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from facility_emissions import bundle
from facility_emissions.errors import DataPackageError, FacilityEmissionsError, did_you_mean
from facility_emissions.factors.schema import (
    ERRATA_COLUMNS,
    FACTOR_COLUMNS,
    GAP_COLUMNS,
    PROPERTY_COLUMNS,
    SOURCE_COLUMNS,
    make_factor_id,
)

Row = Mapping[str, object]


class LayoutError(FacilityEmissionsError):
    """A publisher's file is not laid out as the importer knows it: stop, do not guess."""


@dataclass
class Import:
    """The tidy rows that one importer made.

    `tables` maps a path below `data/emission_factors` to (columns, rows). `sources`, `gaps` and
    `errata` are merged over all importers into `sources.csv`, `gaps.csv` and `errata.csv`.
    """

    sources: list[Row] = field(default_factory=list)
    gaps: list[Row] = field(default_factory=list)
    errata: list[Row] = field(default_factory=list)
    tables: dict[str, tuple[Sequence[str], list[Row]]] = field(default_factory=dict)

    def add_factors(self, path: str, rows: Iterable[Row]) -> None:
        """Add a factor table; `factor_id` is composed here, so that no importer invents one; `direct` is the rule."""
        named = [{**row, "boundary": row.get("boundary") or "direct", "factor_id": make_factor_id(row)} for row in rows]
        self.tables[path] = (FACTOR_COLUMNS, sorted(named, key=lambda r: str(r["factor_id"])))

    def add_properties(self, path: str, rows: Iterable[Row]) -> None:
        """Add a table of fuel properties (NCV, GCV, density)."""
        keys = ("source_id", "edition", "country", "activity", "property", "unit", "valid_from")
        self.tables[path] = (
            PROPERTY_COLUMNS,
            sorted(rows, key=lambda r: tuple(str(r.get(k, "")) for k in keys)),
        )

    def add_table(self, path: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Add any other table; its rows keep the order they are given in."""
        self.tables[path] = (columns, list(rows))


def cell(value: object) -> str:
    """Return the text of one cell; floats as the shortest text of 12 significant digits."""
    if value is None:
        return ""
    if isinstance(value, float):
        text = format(value, ".12g")
        return "0" if text == "-0" else text
    return str(value)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a table as UTF-8 CSV with LF line ends; unknown columns are refused.

    Raises:
        LayoutError: a row has a column that the table does not.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            unknown = set(row) - set(columns)
            if unknown:
                raise LayoutError(f"{path.name}: a row has the unknown column {sorted(unknown)[0]!r}.")
            writer.writerow([cell(row.get(c)) for c in columns])


def _completed(source: Row, licences: Mapping[str, Mapping[str, str]]) -> Row:
    """Fill in the year of publication where the day is known, and the address of the licence.

    Raises:
        DataPackageError: the licence is no id of `licences.csv`.
    """
    licence = cell(source.get("licence"))
    if licence not in licences:
        near = did_you_mean(licence, licences)
        named = f"{source.get('source_id')} {source.get('edition')}"
        raise DataPackageError(f"{named}: the licence {licence!r} is no id of licences.csv.{near}")
    year = source.get("publication_year") or cell(source.get("published"))[:4]
    url = source.get("licence_url") or licences[licence]["url"]
    return {**source, "publication_year": year, "licence_url": url}


def write_all(imports: Iterable[Import], out: Path) -> list[Path]:
    """Write every table of the importers below ``out``, with the merged sources, gaps and errata.

    Raises:
        DataPackageError: an importer names a licence that `licences.csv` does not hold.
    """
    written: list[Path] = []
    sources: list[Row] = []
    gaps: list[Row] = []
    errata: list[Row] = []
    licences = {row["id"]: row for row in bundle.rows("licences.csv")}
    for imported in imports:
        sources += [_completed(source, licences) for source in imported.sources]
        gaps += imported.gaps
        errata += imported.errata
        for name, (columns, rows) in imported.tables.items():
            write_table(out / name, columns, rows)
            written.append(out / name)
    merged = (
        ("sources.csv", SOURCE_COLUMNS, sources),
        ("gaps.csv", GAP_COLUMNS, gaps),
        ("errata.csv", ERRATA_COLUMNS, errata),
    )
    for name, columns, rows in merged:
        ordered = sorted(rows, key=lambda r: tuple(cell(r.get(c)) for c in columns))
        write_table(out / name, columns, ordered)
        written.append(out / name)
    return written
