"""Rebuild the bundled tables: ``python -m facility_emissions.importers SOURCES [--out DIR]``.

Everything is written to a folder of its own first and put in place only when it is whole: an
importer that stops leaves the tables as they were. What changed is told table by table.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from facility_emissions.errors import FacilityEmissionsError
from facility_emissions.importers import PUBLISHERS
from facility_emissions.importers.difference import Difference, compare
from facility_emissions.importers.package import NOT_IMPORTED, write_package
from facility_emissions.importers.tidy import Import, write_all


def read_all(sources: Path, only: list[str] | None = None) -> list[Import]:
    """Run every importer (or those named) on the folder of publishers' files."""
    names = only or list(PUBLISHERS)
    return [import_module(f"facility_emissions.importers.{name}").read(sources) for name in names]


def rebuild(sources: Path, out: Path) -> list[Difference]:
    """Rebuild all tables below ``out`` and return what is different now, table by table.

    Raises:
        LayoutError: a publisher's file is not laid out as its importer knows it.
        DataPackageError: a table or a licence that the package does not know.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".rebuild-") as scratch:
        made = Path(scratch) / "made"
        write_all(read_all(sources), made)
        for name in NOT_IMPORTED:
            if (out / name).is_file():
                shutil.copyfile(out / name, made / name)
        write_package(made)
        differences = compare(out, made)
        stale = [path for path in out.rglob("*.csv") if not (made / path.relative_to(out)).is_file()]
        for path in sorted(p for p in made.rglob("*") if p.is_file()):
            place = out / path.relative_to(made)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
        for path in stale:  # no importer makes it any more
            path.unlink()
    return differences


def summary(differences: list[Difference]) -> str:
    """Return what a maintainer reads before the diff: the tables that changed, and the sums."""
    changes = [d for d in differences if d.is_change]
    end = f"{sum(d.rows for d in differences):,} rows in {len(differences)} tables, {len(changes) or 'none'} changed."
    return "\n".join([*map(str, changes), end])


def main() -> int:
    """Command line of the importers; exit code 1 where one of them stopped."""
    parser = argparse.ArgumentParser(prog="python -m facility_emissions.importers", description=__doc__)
    parser.add_argument("sources", type=Path, help="folder that holds the publishers' files")
    parser.add_argument("--out", type=Path, default=Path("data/emission_factors"))
    args = parser.parse_args()
    try:
        print(summary(rebuild(args.sources, args.out)))
    except FacilityEmissionsError as error:
        print(f"{error}\nNothing was written.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
