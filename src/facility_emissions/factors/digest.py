"""Digests that name the content of the tables, and what a release holds of each edition."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

DIGITS = 12
# What a result depends on beside the id of a factor, which holds its other keys.
_FIGURES = (
    *("valid_to", "boundary", "co2_fossil_kg", "ch4_kg", "ch4_origin", "n2o_kg", "co2_biogenic_kg"),
    *("co2e_fixed_kg", "gwp_of_co2e_fixed"),
)


def content_digest(root: Path) -> str:
    """Return twelve hexadecimal digits that name the content of all tables below a folder."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.csv")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:DIGITS]


def editions_held(factors: Iterable[Mapping[str, str]], release: str) -> list[dict[str, str]]:
    """Return the rows of `releases.csv` for one release: each edition with a digest of its ids and of its figures."""
    lines: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in factors:
        figures = "|".join(row[name] for name in _FIGURES)
        lines[row["source_id"], row["edition"]].append((row["factor_id"], figures))
    return [
        {
            "release": release,
            "source_id": source_id,
            "edition": edition,
            "factors": str(len(held)),
            "ids": _digest(factor_id for factor_id, _ in sorted(held)),
            "figures": _digest("|".join(pair) for pair in sorted(held)),
        }
        for (source_id, edition), held in sorted(lines.items())
    ]


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:DIGITS]
