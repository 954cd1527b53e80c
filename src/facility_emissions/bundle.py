"""Where the bundled factor tables are, and how one of them is read.

A wheel carries the tables inside the package; an editable install leaves them at the top
of the repository. Everything that reads a bundled table asks this module for it.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from facility_emissions.errors import DataPackageError

_PACKAGE = Path(__file__).resolve().parent
_CANDIDATES = (
    _PACKAGE / "data" / "emission_factors",
    _PACKAGE.parents[1] / "data" / "emission_factors",
)


@cache
def root() -> Path:
    """Return the folder of the bundled tables.

    Raises:
        DataPackageError: if neither the package nor the repository holds it.
    """
    for candidate in _CANDIDATES:
        if (candidate / "sources.csv").is_file():
            return candidate
    looked = " or ".join(str(c) for c in _CANDIDATES)
    raise DataPackageError(f"The bundled factor tables are missing: looked in {looked}. Reinstall the package.")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file as dictionaries of strings ('' where a cell is empty)."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a bundled table, ``name`` relative to the data folder ('gwp/gases.csv')."""
    return read_rows(root() / name)


def tables(folder: str) -> list[Path]:
    """Return the CSV files of one folder of the data package, sorted by name."""
    return sorted((root() / folder).glob("*.csv"))
