"""GWPs, compositions of blends, their names and printed figures."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from facility_emissions.factors.tables import refrigerants as kinds
from facility_emissions.factors.verify.package import Finding, Package, error, notice, number

GREATEST_GWP = 30_000  # SF6 has 24,300 in AR6, the greatest of 100 years
SUM_TOLERANCE = 1e-9


def check(package: Package) -> Iterator[Finding]:
    """Yield what is wrong with the tables of refrigerants."""
    ids = {source for source, _ in package.editions}
    gases = {row["gas"] for _, row in package.rows(kinds.GASES)}
    yield from _check_gwps(package, ids)
    yield from _check_blends(package, ids)
    blends = {row["blend"] for _, row in package.rows(kinds.BLENDS)}
    for where, row in package.rows(kinds.GASES):
        if row["r_number"] in blends:
            yield error(where, f"{row['r_number']} of {row['gas']} is a blend too.")
    numbers = {row["r_number"] for _, row in package.rows(kinds.GASES)}
    for where, row in package.rows(kinds.ALIASES):
        if row["r_number"] not in gases | blends | numbers:
            yield error(where, f"{row['alias']} stands for {row['r_number']!r}, which is no gas or blend.")
        if row["alias"] in (gases | blends) - {row["r_number"]}:
            yield error(where, f"{row['alias']} is the name of another refrigerant.")


def _check_gwps(package: Package, ids: set[str]) -> Iterator[Finding]:
    for where, row in package.rows(kinds.GWP):
        yield from _check_sources(where, row["source"], ids)
        value = number(row["value"])
        if value is not None and value > GREATEST_GWP:
            yield error(where, f"GWP of {row['gas']} {value:g} is beyond any gas ({GREATEST_GWP:,}).")
        if row["gas"] == "CO2" and value != 1:
            yield error(where, f"GWP of CO2 is 1 by definition, not {row['value']}.")
    with_value = {row["gas"] for _, row in package.rows(kinds.GWP)}
    for where, row in package.rows(kinds.BLENDS):
        if row["component"] not in with_value:
            yield notice(
                where, f"{row['component']} in {row['blend']} has no GWP in any set, so that the blend has none."
            )


def _check_blends(package: Package, ids: set[str]) -> Iterator[Finding]:
    parts: dict[str, list[float]] = defaultdict(list)
    places: dict[str, str] = {}
    for where, row in package.rows(kinds.BLENDS):
        yield from _check_sources(where, row["source"], ids)
        parts[row["blend"]].append(number(row["mass_fraction"]) or 0.0)
        places.setdefault(row["blend"], where)
    for blend, fractions in parts.items():
        total = math.fsum(fractions)
        if abs(total - 1) > SUM_TOLERANCE:
            yield error(places[blend], f"the components of {blend} add up to {total:.9g}, not to 1.")


def _check_sources(where: str, text: str, ids: set[str]) -> Iterator[Finding]:
    for name in text.split(";"):
        if name not in ids:
            yield error(where, f"source {name!r} is not in sources.csv.")
