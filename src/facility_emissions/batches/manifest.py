"""The manifest: what an output was made from, and which of its parts are finished.

It is replaced as a whole and atomically, so that at any moment it is right: a part is in it
after its files have their names, and never before.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from facility_emissions.calculation.exact import ExactSum
from facility_emissions.errors import ContractError

NAME = "manifest.json"
RECORDS, PROBLEMS, PARTIAL = "records", "problems", ".partial"
FORMAT = 1
_SECONDS = 1.0  # between two manifests, where parts are small and many
# What must be the same for parts to lie in one output, and how a difference is told.
_SAME = {
    "input": "the input",
    "method": "the Method",
    "method_fingerprint": "its fingerprint",
    "data_version": "the version of the factors",
    "package_version": "the version of facility-emissions",
    "facilities": "the facilities",
    "custom_factors": "the custom factors",
    "keep": "the columns kept",
}


@dataclass(slots=True)
class Sums:
    """Counts and exact sums [kg] of some rows; they are added up without any rounding."""

    rows: int = 0
    problem_rows: int = 0
    problems: int = 0
    biomass_unknown_rows: int = 0
    co2e: ExactSum = field(default_factory=ExactSum)
    co2e_biomass: ExactSum = field(default_factory=ExactSum)

    def __iadd__(self, other: Sums) -> Sums:
        """Add other rows."""
        self.rows += other.rows
        self.problem_rows += other.problem_rows
        self.problems += other.problems
        self.biomass_unknown_rows += other.biomass_unknown_rows
        self.co2e += other.co2e
        self.co2e_biomass += other.co2e_biomass
        return self

    def to_json(self) -> dict[str, Any]:
        """Return the counts, and each sum rounded and exact."""
        counts = {n: getattr(self, n) for n in ("rows", "problem_rows", "problems", "biomass_unknown_rows")}
        kg = {n: {"kg": float(s), "exact": s.hex()} for n, s in self._sums().items()}
        return {**counts, **kg}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Sums:
        """Return what `to_json` wrote."""
        counts = [told[n] for n in ("rows", "problem_rows", "problems", "biomass_unknown_rows")]
        return cls(*counts, *(ExactSum.from_hex(told[n]["exact"]) for n in ("co2e", "co2e_biomass")))

    def total(self) -> dict[str, float | int]:
        """Return the same keys and figures as `Result.total`."""
        return {
            **{n: float(s) for n, s in self._sums().items()},
            **{n: getattr(self, n) for n in ("rows", "problem_rows", "biomass_unknown_rows")},
        }

    def _sums(self) -> dict[str, ExactSum]:
        return {"co2e": self.co2e, "co2e_biomass": self.co2e_biomass}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A finished file of the output: its path inside it, size and checksum."""

    path: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path, name: str) -> WrittenFile:
        """Measure a file."""
        with path.open("rb") as raw:
            return cls(name, path.stat().st_size, hashlib.file_digest(raw, "sha256").hexdigest())

    def is_sound(self, output: Path) -> bool:
        """Whether the file is there as it was written."""
        path = output / self.path
        return path.is_file() and path.stat().st_size == self.bytes and WrittenFile.of(path, self.path) == self


@dataclass(slots=True)
class Part:
    """A finished part: one file of the input.

    Attributes:
        name: of the input file.
        first: position of its first row in the dataset.
        sums: of its rows.
        records: the file of its records.
        problems: the file of its problems, None where it has none.
    """

    name: str
    first: int
    sums: Sums
    records: WrittenFile
    problems: WrittenFile | None

    def files(self) -> list[WrittenFile]:
        """Return the files of the part."""
        return [self.records, *([self.problems] if self.problems else [])]

    def to_json(self) -> dict[str, Any]:
        """Return the part as the manifest has it."""
        problems = asdict(self.problems) if self.problems else None
        files = {"records": asdict(self.records), "problem_file": problems}
        return {"name": self.name, "first_row": self.first, **self.sums.to_json(), **files}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Part:
        """Return what `to_json` wrote."""
        problems = WrittenFile(**told["problem_file"]) if told["problem_file"] else None
        return cls(told["name"], told["first_row"], Sums.from_json(told), WrittenFile(**told["records"]), problems)


class Manifest:
    """The manifest of an output folder."""

    def __init__(self, output: Path, made_from: dict[str, Any], parts: list[Part] | None = None) -> None:
        """Take what the output is made from, and its finished parts."""
        self.output = output
        self.made_from = made_from
        self.parts = {part.name: part for part in parts or []}
        self._written = 0.0

    @classmethod
    def read(cls, output: Path) -> Manifest | None:
        """Return the manifest of an output folder, None where there is none.

        Raises:
            ContractError: it is no manifest that this version can read.
        """
        path = output / NAME
        if not path.is_file():
            return None
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["format"] != FORMAT:
                raise ContractError(f"{path} is of format {told['format']}, which this version does not read.")
            parts = [Part.from_json(part) for part in told["parts"]]
            return cls(output, {name: told[name] for name in _SAME}, parts)
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, ContractError):
                raise
            raise ContractError(f"{path} is no manifest of a batch: {error}.") from None

    def check_same(self, made_from: dict[str, Any]) -> None:
        """Refuse to go on with other input, another Method, other factors, facilities or columns.

        Raises:
            ContractError: what is different, and how.
        """
        names = [name for name in _SAME if name != "method_fingerprint" and self.made_from[name] != made_from[name]]
        different = [_SAME[name] for name in names]
        if different:
            how = [_how(self.made_from[name], made_from[name], name) for name in names]
            raise ContractError(
                f"{str(self.output)!r} was begun with other things: {' and '.join(different)} changed "
                f"({'; '.join(h for h in how if h)}). Choose another folder, or ask for a fresh output (--overwrite)."
            )

    def sums(self) -> Sums:
        """Return the sums of the finished parts."""
        out = Sums()
        for part in self.parts.values():
            out += part.sums
        return out

    def is_complete(self) -> bool:
        """Whether every file of the input is a finished part."""
        return all(file["name"] in self.parts for file in self.made_from["input"]["files"])

    def add(self, part: Part) -> None:
        """Record a finished part; where parts are many, a second's worth of them is written at once."""
        self.parts[part.name] = part
        if time.monotonic() - self._written > _SECONDS:
            self.write()

    def write(self) -> None:
        """Replace the manifest on disk."""
        order = [f["name"] for f in self.made_from["input"]["files"] if f["name"] in self.parts]
        told = {
            "format": FORMAT,
            "complete": self.is_complete(),
            "total": self.sums().to_json(),
            **self.made_from,
            "parts": [self.parts[name].to_json() for name in order],
        }
        path = self.output / PARTIAL / NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as out:
            json.dump(told, out, indent=1)
            out.write("\n")
            out.flush()
            os.fsync(out.fileno())
        path.replace(self.output / NAME)
        self._written = time.monotonic()


def _how(before: Any, now: Any, name: str) -> str:
    """Return what changed, in words."""
    if before == now:
        return ""
    if name == "input":
        old, new = ({f["name"]: f for f in told["files"]} for told in (before, now))
        for file in old.keys() | new.keys():
            if file not in new:
                return f"{file} is gone"
            if file not in old:
                return f"{file} is new"
        changed = sorted(f for f in old if old[f] != new[f])
        return f"{changed[0]} has changed" if changed else "its columns"
    if name == "method":
        fields = [n for n in before | now if before.get(n) != now.get(n)]
        return ", ".join(f"{n} was {before.get(n)!r}, now {now.get(n)!r}" for n in fields)
    if name in ("facilities", "custom_factors"):
        return ""
    return f"{name} was {before!r}, now {now!r}"
