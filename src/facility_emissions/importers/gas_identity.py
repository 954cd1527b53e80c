"""Which gas a transcription means: our identities of gases, and the reading of a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.tidy import LayoutError

GAS_COLUMNS = ("gas", "name", "formula", "cas", "r_number", "group", "kyoto", "montreal")

# What a transcription calls a gas, where name, acronym, CAS and formula do not lead to our id.
NAMES = {
    "HFE-43-10pccc124(H-Galden 1040x)": "HFE-43-10pccc124",
    "HFE-43-10pccc124 (H-Galden 1040x, HG-11)": "HFE-43-10pccc124",
    "PFC-318": "PFC-c318",
    "(E)-HFC-1225ye": "HFO-1225ye(E)",
    "(Z)-HFC-1225ye": "HFO-1225ye(Z)",
    "(E)-HFC-1234ze": "HFO-1234ze(E)",
    "(Z)-HFC-1234ze": "HFO-1234ze(Z)",
    "(Z)-HFC-1336": "HFO-1336mzz(Z)",
    "HFC-1345zfc": "HFO-1345zfc",
    "Fossil methane": "CH4-fossil",
    "PFPMIE (perfluoropolymethylisopropyl ether)": "PFPMIE",
    "Perfluorocyclopentene": "c-C5F8",
    "perfluoro-2-methyl-3-pentanone": "FK-5-1-12",
    "2,2,3,3,4,4,5,5-Octafluorocyclopentanol": "2,2,3,3,4,4,5,5-octafluorocyclopentan-1-ol",
    # Both isomers carry the name of their mixture in the AR6 file; the CAS tells them apart.
    "60433-11-6": "PFC-91-18(Z)",
    "60433-12-7": "PFC-91-18(E)",
    "cC4F8": "PFC-c318",
    "C4F10": "PFC-31-10",
    "C5F12": "PFC-41-12",
    "C6F14": "PFC-51-14",
    "C7F16": "PFC-61-16",
    "C8F18": "PFC-71-18",
    "HFE254cb2": "HFE-254cb1",
    "HFE263fb2": "HFE-263mf",
    "HFE7100": "HFE-449s1",
    "HFE7200": "HFE-569sf2",
}

SKIPPED_IDENTITIES = {
    "1,1,2,2,3,3,4,4,4a,5,5,6,6,7,7,8,8,8a-octadecafluoronaphthalene": (
        "the tidy list has two isomers under one id, with two values each; they are PFC-91-18(Z) and (E)"
    ),
}


class Finder:
    """Our gas id for what a transcription calls a gas."""

    def __init__(self, gases: dict[str, dict[str, str]]) -> None:
        """Index the gases by id and name, and by CAS and formula."""
        self.gases = gases
        self.by_name: dict[str, set[str]] = {}
        self.by_formula: dict[str, set[str]] = {}
        for gas, row in gases.items():
            for found, columns in ((self.by_name, ("gas", "name")), (self.by_formula, ("cas", "formula"))):
                for text in {row[c] for c in columns} - {""}:
                    found.setdefault(_key(text), set()).add(gas)

    def find(self, where: str, *texts: str) -> str:
        """Return the gas that one of the texts names, else the one whose CAS or formula it is."""
        for text in texts:
            if text in NAMES:
                return NAMES[text]
        for table in (self.by_name, self.by_formula):
            for text in filter(None, texts):
                found = table.get(_key(text), set())
                if len(found) == 1:
                    return next(iter(found))
        raise LayoutError(f"{where}: no gas of ours is {', '.join(repr(t) for t in texts if t)}.")


def _key(text: str) -> str:
    return re.sub(r"[\s\-–‐,]", "", text).casefold()


def table(path: Path, columns: tuple[str, ...], comment: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (file and row, row) of a CSV file, once it has the columns that we know."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        lines = (line for line in handle if not (comment and line.startswith(comment)))
        reader = csv.DictReader(lines)
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise LayoutError(f"{path.name}: no column {sorted(missing)[0]!r}; expected {', '.join(columns)}.")
        for line, row in enumerate(reader, 2):
            yield f"{path.name}, row {line}", row


def number(text: str, where: str) -> float:
    """Return the number in a cell; anything else stops the import."""
    try:
        return float(text)
    except ValueError:
        raise LayoutError(f"{where}: {text!r} is no number.") from None


def identities(path: Path) -> dict[str, dict[str, str]]:
    """Return our gases by id, each with its GAS_COLUMNS."""
    gases: dict[str, dict[str, str]] = {}
    for where, row in table(path, GAS_COLUMNS):
        if row["gas"] in SKIPPED_IDENTITIES:
            continue
        if row["gas"] in gases:
            raise LayoutError(f"{where}: gas {row['gas']!r} comes twice.")
        if row["kyoto"] not in ("0", "1") or row["montreal"] not in ("0", "1"):
            raise LayoutError(f"{where}: kyoto and montreal are 0 or 1.")
        gases[row["gas"]] = {c: row[c] for c in GAS_COLUMNS}
    return gases
