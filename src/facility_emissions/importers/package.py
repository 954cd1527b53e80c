"""What makes the tables one data package: `releases.csv`, `datapackage.json` (Frictionless) and `VERSION`."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from facility_emissions.bundle import read_rows
from facility_emissions.errors import DataPackageError
from facility_emissions.factors.digest import content_digest, editions_held
from facility_emissions.factors.tables import Column, Table, about, table_of
from facility_emissions.importers.tidy import write_table

RELEASE = "2026.1"
HAND_KEPT = ("licences.csv", "preference.csv", "stand_ins.csv")  # decisions of ours, not a publisher's table
RELEASES = "releases.csv"
NOT_IMPORTED = (*HAND_KEPT, RELEASES)  # tables that no importer makes
_Rows = list[dict[str, str]]


def write_package(root: Path) -> list[Path]:
    """Write what names all CSV tables below a folder: their release, their descriptor, their version.

    Raises:
        DataPackageError: a table whose columns `factors.tables` does not know.
    """
    _write_releases(root)
    tables = {path: read_rows(path) for path in sorted(root.rglob("*.csv"))}
    sources = tables.get(root / "sources.csv", [])
    licences = {row["id"]: row for row in tables.get(root / "licences.csv", [])}
    descriptor = {
        "name": "facility-emission-factors",
        "title": "Emission factors for facilities: heat, electricity, water, refrigerants",
        "version": RELEASE,
        "profile": "tabular-data-package",
        "description": "Published factors, one row one factor. Licence and attribution of each edition: sources.csv.",
        "licenses": _licences(sources, licences),
        "sources": [{"title": publisher} for publisher in sorted({row["publisher"] for row in sources})],
        "resources": [_resource(path, root, rows, sources, licences) for path, rows in tables.items()],
    }
    text = json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n"
    (root / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")
    (root / "VERSION").write_text(f"{RELEASE}+{content_digest(root)}\n", encoding="utf-8", newline="\n")
    return [root / RELEASES, root / "datapackage.json", root / "VERSION"]


def _write_releases(root: Path) -> None:
    """Write the rows of this release; those of earlier releases stay as they were."""
    path = root / RELEASES
    earlier = [row for row in (read_rows(path) if path.is_file() else []) if row["release"] != RELEASE]
    factors = (row for p in sorted(root.rglob("*.csv")) for row in _factors(p))
    rows = sorted([*earlier, *editions_held(factors, RELEASE)], key=lambda r: (r["release"], r["source_id"]))
    write_table(path, about.RELEASES.names, rows)


def _factors(path: Path) -> _Rows:
    with path.open(encoding="utf-8", newline="") as handle:
        is_factors = next(csv.reader(handle), [""])[:1] == ["factor_id"]
    return read_rows(path) if is_factors else []


def _resource(
    path: Path, root: Path, rows: _Rows, sources: _Rows, licences: dict[str, dict[str, str]]
) -> dict[str, object]:
    content = path.read_bytes()
    with path.open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle), [])
    table = table_of(header)
    where = path.relative_to(root)
    if table is None:
        raise DataPackageError(f"{where.as_posix()}: no table with these columns is known; describe it in tables/.")
    named = _name_of(where.as_posix())
    used = _editions(rows, sources) if where.name not in ("sources.csv", RELEASES) else []
    publishers = sorted({row["publisher"] for row in used})
    resource: dict[str, object] = {
        "name": named,
        "path": where.as_posix(),
        "title": f"{table.title}: {publishers[0]}" if len(publishers) == 1 else table.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if used:
        resource["licenses"] = _licences(used, licences)
        resource["sources"] = _titles(used)
    return {**resource, "schema": _schema(table)}


def _editions(rows: _Rows, sources: _Rows) -> _Rows:
    """Return the editions that a table's rows name: by source and edition, or by a list of sources."""
    keys = {(row.get("source_id", ""), row.get("edition", "")) for row in rows}
    listed = {name for row in rows for name in row.get("source", "").split(";")}
    return [s for s in sources if (s["source_id"], s["edition"]) in keys or s["source_id"] in listed]


def _titles(used: _Rows) -> list[dict[str, str]]:
    pairs = sorted({(f"{s['publisher']}: {s['title']}", s["url"]) for s in used})
    return [{"title": title, "path": url} if url else {"title": title} for title, url in pairs]


def _licences(sources: Iterable[dict[str, str]], licences: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    known = [licences[name] for name in sorted({row["licence"] for row in sources}) if name in licences]
    return [{"name": row["id"], "title": row["name"]} | ({"path": row["url"]} if row["url"] else {}) for row in known]


def _schema(table: Table) -> dict[str, object]:
    schema: dict[str, object] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.unique:
        schema["uniqueKeys"] = [list(columns) for columns in table.unique]
    if table.references:
        schema["foreignKeys"] = [
            {
                "fields": list(to.columns),
                "reference": {"resource": _name_of(to.path), "fields": list(to.there)},
            }
            for to in table.references
        ]
    return schema


def _name_of(path: str) -> str:
    return path.removesuffix(".csv").replace("/", "-").replace("_", "-").lower()


def _field(column: Column) -> dict[str, object]:
    constraints: dict[str, object] = {}
    if column.required:
        constraints["required"] = True
    if column.enum:
        constraints["enum"] = [int(e) for e in column.enum] if column.type == "integer" else list(column.enum)
    if column.pattern:
        constraints["pattern"] = column.pattern
    for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            constraints[name] = int(bound)
    field: dict[str, object] = {"name": column.name, "type": column.type, "description": column.description}
    return {**field, "constraints": constraints} if constraints else field
