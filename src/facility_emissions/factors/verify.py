"""Checks of the whole data package: schema, units, sources, duplicates, zeros, digest."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from facility_emissions import bundle
from facility_emissions.errors import DataPackageError, FacilityEmissionsError
from facility_emissions.factors import sources as registry
from facility_emissions.factors.schema import FACTOR_COLUMNS, WORLD, Factor, make_factor_id, parse_factor
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, parse_activity
from facility_emissions.vocabulary.countries import parse_country
from facility_emissions.vocabulary.regions import REGIONS
from facility_emissions.vocabulary.units import parse_unit

# [kg CO2e / base unit] beyond which a figure is a slip of a unit, not a factor.
_CEILING = {"energy": 3.0, "mass": 6.0, "volume": 6.0, "gas_volume_0C": 6.0, "gas_volume_15C": 6.0}


def verify() -> list[str]:
    """Return what is wrong with the bundled tables, one sentence each; empty when all is well."""
    found: list[str] = []
    seen: dict[str, str] = {}
    for path, number, row in _factor_rows():
        where = f"{path.parent.name}/{path.name} line {number}"
        try:
            factor = parse_factor(row, where)
        except DataPackageError as error:
            found.append(str(error))
            continue
        found += [f"{where}: {text}" for text in _check_factor(factor, row)]
        if factor.factor_id in seen:
            found.append(f"{where}: factor_id {factor.factor_id} is already in {seen[factor.factor_id]}.")
        seen[factor.factor_id] = where
    found += _check_sources()
    found += _check_order()
    return found


def _factor_rows() -> Iterator[tuple[Path, int, dict[str, str]]]:
    for path in sorted(bundle.root().rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) == FACTOR_COLUMNS:
                for number, row in enumerate(reader, start=2):
                    yield path, number, row


def _check_factor(f: Factor, row: dict[str, str]) -> list[str]:
    wrong: list[str] = []
    if f.factor_id != make_factor_id(row):
        wrong.append(f"factor_id {f.factor_id!r} is not composed of its keys ({make_factor_id(row)!r}).")
    if f.activity_category not in ACTIVITY_CATEGORIES:
        wrong.append(f"unknown activity_category {f.activity_category!r}.")
    if (f.source_id, f.edition) not in registry.sources():
        wrong.append(f"no source {f.source_id} {f.edition} in sources.csv.")
    try:
        parse_activity(f.activity.removesuffix("_losses"))
        if f.country not in (WORLD, *REGIONS) and parse_country(f.country) != f.country:
            wrong.append(f"country {f.country!r} is no alpha-2 code.")
        unit = parse_unit(f.unit_id)
    except FacilityEmissionsError as error:
        return [*wrong, str(error)]
    if unit.id != f.unit_id:
        wrong.append(f"unit {f.unit_id!r} is not written as the vocabulary does ({unit.id!r}).")
    figures = (f.co2_fossil_kg, f.ch4_kg, f.n2o_kg, f.co2_biogenic_kg, f.co2e_fixed_kg)
    for value in figures:
        if value is not None and value < 0:
            wrong.append(f"{f.factor_id} has a negative figure {value}.")
        if value is not None and value / unit.to_base > _CEILING[unit.dimension]:
            wrong.append(f"{f.factor_id}: {value} kg per {f.unit_id} is beyond any fuel; a slip of a unit?")
    if f.lower is not None and f.upper is not None and f.lower > f.upper:
        wrong.append(f"{f.factor_id}: lower {f.lower} is above upper {f.upper}.")
    return wrong


def _check_sources() -> list[str]:
    wrong = []
    for s in registry.sources().values():
        for name in ("title", "publisher", "licence", "attribution"):
            if not getattr(s, name):
                wrong.append(f"sources.csv: {s.source_id} {s.edition} has no {name}.")
    version = registry.data_version()
    if "+" not in version:
        wrong.append(f"VERSION {version!r} is not release+digest.")
    return wrong


def _check_order() -> list[str]:
    """Every source that gives a figure has its place in `preference.csv`."""
    used: dict[str, set[str]] = defaultdict(set)
    for _, _, row in _factor_rows():
        used[row["activity_category"]].add(row["source_id"])
    return [
        f"preference.csv does not rank {source} for {category}."
        for category, named in sorted(used.items())
        for source in sorted(named - set(registry.preference(category)))
    ]
