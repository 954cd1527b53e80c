"""Checks of a whole data package, all findings at once.

Errors: a table that breaks its contract (`contract`), a factor that contradicts itself
(`factors`), a figure beyond what is published (`ranges`), two factors for one question
(`series`), a source that is missing, not ranked or not free to bundle (`editions`), fuel
properties and refrigerants that cannot be (`properties`, `refrigerants`), and a version,
descriptor or changelog that is not of these tables (`release`). Notices are for a maintainer to
judge: years missing inside a series, editions without date or address.
"""

from __future__ import annotations

from pathlib import Path

from facility_emissions import bundle
from facility_emissions.factors.verify import (
    contract,
    editions,
    factors,
    properties,
    ranges,
    refrigerants,
    release,
    series,
)
from facility_emissions.factors.verify.package import Finding, Package

__all__ = ["Finding", "verify"]

CHECKS = (contract, factors, ranges, series, editions, properties, refrigerants, release)


def verify(root: Path | None = None) -> list[Finding]:
    """Return what is wrong with the tables of a data folder, errors first; empty when all is well.

    Args:
        root: the folder; the bundled one by default.

    Raises:
        DataPackageError: the folder holds no data package.
    """
    package = Package.read(root or bundle.root())
    found = [finding for module in CHECKS for finding in module.check(package)]
    return sorted(dict.fromkeys(found), key=lambda f: f.severity != "error")
