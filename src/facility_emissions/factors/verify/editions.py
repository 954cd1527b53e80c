"""Editions, their licences, the order of preference, the gaps, and the words of the vocabulary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from facility_emissions.errors import VocabularyError
from facility_emissions.factors.sources import Licence
from facility_emissions.factors.tables import about, fuels
from facility_emissions.factors.verify.package import Finding, Package, error, notice, some
from facility_emissions.vocabulary.countries import parse_country
from facility_emissions.vocabulary.regions import REGIONS

NO_PUBLICATION = "no-publication"  # licence of what is by definition


def check(package: Package) -> Iterator[Finding]:
    """Yield what is wrong about the tables that say where figures come from."""
    yield from _check_licences(package)
    yield from _check_editions(package)
    yield from _check_preference(package)
    yield from _check_gaps(package)
    yield from _check_fuels(package)


def _check_licences(package: Package) -> Iterator[Finding]:
    licences = {row["id"]: Licence(**row) for _, row in package.rows(about.LICENCES)}
    for where, row in package.rows(about.SOURCES):
        licence = licences.get(row["licence"])  # an unknown one is told of as a broken reference
        if licence and not licence.allowed:
            why = "asks to share alike" if licence.share_alike == "yes" else f"redistribution: {licence.redistribution}"
            yield error(where, f"{row['source_id']} {row['edition']} is under {licence.id}, not to be bundled ({why}).")


def _check_editions(package: Package) -> Iterator[Finding]:
    rows = package.rows(about.SOURCES)
    used = _used(package)
    unused = [f"{r['source_id']} {r['edition']}" for _, r in rows if not {r["source_id"], _key(r)} & used]
    if unused:
        yield notice("sources.csv", f"no row of any table is from {some(unused)}.")
    for where, row in rows:
        day, year = row["published"], row["publication_year"]
        if day and year and day[:4] < year:
            yield error(where, f"{_key(row)} was published on {day}, before its publication year {year}.")
    real = [r for _, r in rows if r["licence"] != NO_PUBLICATION]
    undated = [_key(r) for r in real if not r["published"] and not r["publication_year"]]
    if undated:
        yield notice("sources.csv", f"no day or year of publication, so that no `as_of` takes it: {some(undated)}.")
    no_url = [r["source_id"] for r in real if not r["url"]]
    if no_url:
        yield notice("sources.csv", f"no address of the official document: {some(no_url)}.")


def _key(row: dict[str, str]) -> str:
    return f"{row['source_id']} {row['edition']}"


def _used(package: Package) -> set[str]:
    """Return 'source edition' and single ids of sources, as the rows of all other tables name them."""
    found: set[str] = set()
    for file in package.files.values():
        if file.table in (about.SOURCES, about.RELEASES, about.PREFERENCE, about.GAPS):
            continue
        names = set(file.header)
        for _, row in file.rows():
            if {"source_id", "edition"} <= names:
                found.add(_key(row))
            if "source" in names:
                found |= set(row["source"].split(";"))
    return found


def _check_preference(package: Package) -> Iterator[Finding]:
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    ranked: dict[str, set[str]] = defaultdict(set)
    for _, row in package.rows(about.PREFERENCE):
        if row["position"].isdigit():
            places[row["activity_category"], row["country"]].append(int(row["position"]))
        ranked[row["activity_category"]].add(row["source_id"])
    for (category, country), positions in sorted(places.items()):
        if sorted(positions) != list(range(1, len(positions) + 1)):
            yield error("preference.csv", f"positions of {category} {country} are not 1 to {len(positions)}.")
    giving: dict[str, set[str]] = defaultdict(set)
    for _, row in package.factor_rows:
        giving[row["activity_category"]].add(row["source_id"])
    for category in sorted({*giving, *ranked}):
        for source in sorted(giving[category] - ranked[category]):
            yield error("preference.csv", f"does not rank {source} for {category}.")
        for source in sorted(ranked[category] - giving[category]):
            yield error("preference.csv", f"ranks {source} for {category}, which it does not give.")


def _check_gaps(package: Package) -> Iterator[Finding]:
    ids = {source for source, _ in package.editions}
    keys = {_key(row) for row in package.editions.values()}
    for where, row in package.rows(about.GAPS):
        if row["activity"] and not package.knows_activity(row["activity"]):
            yield error(where, f"unknown activity {row['activity']!r}.")
        if row["country"] and not _is_place(row["country"]):
            yield error(where, f"unknown country {row['country']!r}.")
        if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield error(where, f"ends in {row['valid_to']}, before it begins in {row['valid_from']}.")
        if row["source"] and row["source"] not in ids | keys:
            yield error(where, f"source {row['source']!r} is not in sources.csv.")


def _is_place(code: str) -> bool:
    try:
        return code in REGIONS or parse_country(code) == code
    except VocabularyError:
        return False


def _check_fuels(package: Package) -> Iterator[Finding]:
    rows = package.rows(fuels.FUELS)
    for column in ("name_en", "name_es"):
        for name in _twice(row[column] for _, row in rows):
            yield error("vocabulary/fuels.csv", f"{column} {name!r} stands twice.")
    for where, row in rows:
        aliases = row["aliases"].split("|") if row["aliases"] else []
        if "" in aliases or _twice(aliases):
            yield error(where, f"an alias of {row['id']} is empty or stands twice.")


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)
