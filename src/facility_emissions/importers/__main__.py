"""Rebuild the bundled tables: ``python -m facility_emissions.importers SOURCES [--out DIR]``."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from facility_emissions.importers import PUBLISHERS
from facility_emissions.importers.package import write_package
from facility_emissions.importers.tidy import Import, write_all


def read_all(sources: Path, only: list[str] | None = None) -> list[Import]:
    """Run every importer (or those named) on the folder of publishers' files."""
    names = only or list(PUBLISHERS)
    return [import_module(f"facility_emissions.importers.{name}").read(sources) for name in names]


def main() -> None:
    """Command line of the importers."""
    parser = argparse.ArgumentParser(prog="python -m facility_emissions.importers", description=__doc__)
    parser.add_argument("sources", type=Path, help="folder that holds the publishers' files")
    parser.add_argument("--out", type=Path, default=Path("data/emission_factors"))
    args = parser.parse_args()
    for path in [*write_all(read_all(args.sources), args.out), *write_package(args.out)]:
        print(path)


if __name__ == "__main__":
    main()
