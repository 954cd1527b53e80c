"""What makes the tables one data package: `datapackage.json` (Frictionless) and `VERSION`."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

from facility_emissions.factors.schema import FACTOR_COLUMNS, NUMBERS, YEARS

RELEASE = "2026.1"
_NUMBER_COLUMNS = NUMBERS | {"value", "mass_fraction", "tol_plus_pct", "tol_minus_pct"}
_INTEGER_COLUMNS = YEARS | {"publication_year", "horizon", "n_independent", "kyoto", "montreal", "position"}


def write_package(root: Path) -> list[Path]:
    """Write the descriptor and the version of all CSV tables below a folder."""
    paths = sorted(root.rglob("*.csv"))
    descriptor = {
        "name": "facility-emission-factors",
        "title": "Emission factors for facilities: heat, electricity, water, refrigerants",
        "version": RELEASE,
        "profile": "tabular-data-package",
        "description": "Published factors, one row one factor. Licence and attribution of each edition: sources.csv.",
        "resources": [_resource(path, root) for path in paths],
    }
    text = json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n"
    (root / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")
    digest = content_digest(root)
    (root / "VERSION").write_text(f"{RELEASE}+{digest}\n", encoding="utf-8", newline="\n")
    return [root / "datapackage.json", root / "VERSION"]


def content_digest(root: Path) -> str:
    """Return twelve hexadecimal digits that name the content of all tables."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.csv")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _resource(path: Path, root: Path) -> dict[str, object]:
    with path.open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    name = path.relative_to(root).with_suffix("").as_posix().replace("/", "-").replace("_", "-").lower()
    schema: dict[str, object] = {"fields": [_field(column) for column in header], "missingValues": [""]}
    if tuple(header) == FACTOR_COLUMNS:
        schema["primaryKey"] = "factor_id"
        schema["foreignKeys"] = [
            {
                "fields": ["source_id", "edition"],
                "reference": {"resource": "sources", "fields": ["source_id", "edition"]},
            }
        ]
    return {
        "name": name,
        "path": path.relative_to(root).as_posix(),
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: str) -> dict[str, object]:
    if column in _NUMBER_COLUMNS:
        return {"name": column, "type": "number"}
    if column in _INTEGER_COLUMNS:
        return {"name": column, "type": "integer"}
    if column == "published":
        return {"name": column, "type": "date"}
    return {"name": column, "type": "string"}
