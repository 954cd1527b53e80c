"""The manifest: what an output was made from, and which of its parts are finished.

It is replaced as a whole and atomically, so that at any moment it is right: a part is in it
after its files have their names, and never before.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from facility_emissions.batches.disk import put_in_place, temporary
from facility_emissions.batches.spans import Name, count_spans
from facility_emissions.calculation.exact import ExactSum
from facility_emissions.errors import ContractError

NAME = "manifest.json"
RECORDS, PROBLEMS, PARTIAL = "records", "problems", ".partial"
FORMAT = 2
_ANEW = "Choose another folder, or begin anew (overwrite=True, --overwrite)."
_SECONDS = 1.0  # between two manifests at least, where parts are small and many
_SHARE = 0.05  # of the time, for manifests of very many parts
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
    "part_rows": "the rows of a part",
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
    """A finished part: a file of the input, or some rows of one.

    Attributes:
        file: name of the input file.
        number: which part of that file it is, from 0.
        first: position of its first row in the dataset.
        sums: of its rows.
        records: the file of its records.
        problems: the file of its problems, None where it has none.
    """

    file: str
    number: int
    first: int
    sums: Sums
    records: WrittenFile
    problems: WrittenFile | None

    @property
    def name(self) -> Name:
        """What names its span."""
        return self.file, self.number

    def files(self) -> list[WrittenFile]:
        """Return the files of the part."""
        return [self.records, *([self.problems] if self.problems else [])]

    def to_json(self) -> dict[str, Any]:
        """Return the part as the manifest has it."""
        problems = asdict(self.problems) if self.problems else None
        files = {"records": asdict(self.records), "problem_file": problems}
        return {"file": self.file, "part": self.number, "first_row": self.first, **self.sums.to_json(), **files}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Part:
        """Return what `to_json` wrote."""
        problems = WrittenFile(**told["problem_file"]) if told["problem_file"] else None
        place = (told["file"], told["part"], told["first_row"])
        return cls(*place, Sums.from_json(told), WrittenFile(**told["records"]), problems)


class Manifest:
    """The manifest of an output folder."""

    def __init__(self, output: Path, made_from: dict[str, Any], parts: Iterable[Part] = ()) -> None:
        """Take what the output is made from, and its finished parts."""
        self.output = output
        self.made_from = made_from
        self.parts = {part.name: part for part in parts}
        self._finished: list[tuple[Part, list[tuple[Path, Path]]]] = []  # whose files have no names yet
        self._next = 0.0

    @classmethod
    def read(cls, output: Path) -> Manifest | None:
        """Return the manifest of an output folder, None where there is none.

        Raises:
            ContractError: it is no manifest that this version can read, or it was damaged.
        """
        path = output / NAME
        if not path.is_file():
            return None
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["format"] != FORMAT:
                raise ContractError(f"{path} is of format {told['format']}, which this version does not read. {_ANEW}")
            if told.pop("checksum") != _checksum(told):
                raise ContractError(f"{path} is damaged: its checksum is not that of what it says. {_ANEW}")
            parts = [Part.from_json(part) for part in told["parts"]]
            return cls(output, {name: told[name] for name in _SAME}, parts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, ContractError):
                raise
            raise ContractError(f"{path} is no manifest of a batch: {error}. {_ANEW}") from None

    def check_same(self, made_from: dict[str, Any]) -> None:
        """Refuse to go on with other input, another Method, other factors, facilities or columns.

        Raises:
            ContractError: what is different, and how.
        """
        names = [name for name in _SAME if name != "method_fingerprint" and self.made_from[name] != made_from[name]]
        if names:
            how = "; ".join(filter(None, (_how(self.made_from[n], made_from[n], n) for n in names)))
            raise ContractError(
                f"{str(self.output)!r} was begun with other things: {' and '.join(_SAME[n] for n in names)} changed"
                f"{f' ({how})' if how else ''}. {_ANEW}"
            )

    def sums(self) -> Sums:
        """Return the sums of the finished parts."""
        out = Sums()
        for part in self.parts.values():
            out += part.sums
        return out

    def names(self) -> list[Name]:
        """Return the names of all parts, finished or not, in the order of the input."""
        files, part_rows = self.made_from["input"]["files"], self.made_from["part_rows"]
        return [(f["name"], number) for f in files for number in range(count_spans(f["rows"], part_rows))]

    def in_order(self) -> list[Part]:
        """Return the finished parts in the order of the input."""
        return [self.parts[name] for name in self.names() if name in self.parts]

    def is_complete(self) -> bool:
        """Whether every part is finished."""
        return all(name in self.parts for name in self.names())

    def add(self, part: Part, files: list[tuple[Path, Path]]) -> None:
        """Record a finished part; where parts are many, those of a second are put in place together.

        Args:
            part: the part.
            files: its files, and the names that they are to have.
        """
        self._finished.append((part, files))
        if time.monotonic() >= self._next:
            self.write()

    def write(self) -> None:
        """Put the finished parts in place, and then replace the manifest on disk."""
        begun = time.monotonic()
        put_in_place(pair for _, files in self._finished for pair in files)
        self.parts.update((part.name, part) for part, _ in self._finished)
        self._finished.clear()
        told = {
            "format": FORMAT,
            "complete": self.is_complete(),
            "total": self.sums().to_json(),
            **self.made_from,
            "parts": [part.to_json() for part in self.in_order()],
        }
        told["checksum"] = _checksum(told)
        path = self.output / PARTIAL / temporary(NAME)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        put_in_place([(path, self.output / NAME)])
        now = time.monotonic()
        self._next = now + max(_SECONDS, (now - begun) / _SHARE)


def _checksum(told: dict[str, Any]) -> str:
    """Return the SHA-256 of all that a manifest says beside it."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _how(before: Any, now: Any, name: str) -> str:
    """Return what changed, in words."""
    if name == "input":
        old, new = ({f["name"]: f for f in told["files"]} for told in (before, now))
        for file in [*old, *new]:
            if file not in new:
                return f"{file} is gone"
            if file not in old:
                return f"{file} is new"
        changed = [f for f in old if old[f] != new[f]]
        return f"{changed[0]} has changed" if changed else "its columns"
    if name == "method":
        fields = [n for n in before | now if before.get(n) != now.get(n)]
        return ", ".join(f"{n} was {before.get(n)!r}, now {now.get(n)!r}" for n in fields)
    if name in ("facilities", "custom_factors"):
        return ""
    return f"{name} was {before!r}, now {now!r}"
