"""What a rebuild changed: tables compared row by row, factors by their ids."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from facility_emissions.bundle import read_rows

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One table before and after: how many rows it has now, and what came, went or changed.

    Rows of a table of factors are told by `factor_id`; those of another by their whole text, so
    that there a changed row is one removed and one added.
    """

    path: str
    rows: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        """Return one line, and below it the first few ids of what changed or went."""
        counts = f"added {len(self.added)}, changed {len(self.changed)}, removed {len(self.removed)}"
        lines = [f"{counts} in {self.path} ({self.rows:,} rows)"]
        for what, names in (("changed", self.changed), ("removed", self.removed)):
            lines += [f"  {what} {name}" for name in names[:_SHOWN]]
            lines += [f"  {what} {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
        return "\n".join(lines)


def compare(before: Path, after: Path) -> list[Difference]:
    """Compare all tables of two folders; a table that one of them lacks is empty there."""
    paths = sorted({p.relative_to(root).as_posix() for root in (before, after) for p in root.rglob("*.csv")})
    return [_compare(path, before / path, after / path) for path in paths]


def _compare(path: str, before: Path, after: Path) -> Difference:
    old, new = _rows(before), _rows(after)
    if all("factor_id" in row for row in (*old, *new)):
        was, now = ({row["factor_id"]: row for row in rows} for rows in (old, new))
        changed = tuple(sorted(i for i in was.keys() & now.keys() if was[i] != now[i]))
        return Difference(path, len(new), _sorted(now.keys() - was.keys()), changed, _sorted(was.keys() - now.keys()))
    texts = [Counter(", ".join(filter(None, row.values())) for row in rows) for rows in (old, new)]
    added, removed = texts[1] - texts[0], texts[0] - texts[1]
    return Difference(path, len(new), _sorted(added.elements()), (), _sorted(removed.elements()))


def _sorted(names: object) -> tuple[str, ...]:
    return tuple(sorted(names))  # type: ignore[call-overload]


def _rows(path: Path) -> list[dict[str, str]]:
    return read_rows(path) if path.is_file() else []
