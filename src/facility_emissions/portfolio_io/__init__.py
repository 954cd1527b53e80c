"""Facilities as files and frames: what is read becomes records with their place, and the way back.

The same facility comes back from each format, nulls, empty lists and unknown fields included:

- JSON: a list, or the API's envelope. JSON Lines: one object a line.
- CSV: an empty cell is a field that is not known; lists are joined by `|`. What CSV cannot say
  plainly is written as `json:` and JSON text: an empty list, empty text, and the values of
  unknown fields that are not text.
- Parquet: list columns and UTC time stamps; an unknown field keeps its type where all its values
  have one that Parquet knows, else it is JSON text, which the column's metadata says.
- Frames: as Parquet; unknown fields are object columns, `pd.NA` where a facility lacks the field.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from facility_emissions.envelopes import read_text
from facility_emissions.errors import FacilityEmissionsError, did_you_mean
from facility_emissions.facility import Facility
from facility_emissions.portfolio_io.columns import from_frame, read_parquet, to_frame, write_parquet
from facility_emissions.portfolio_io.records import Records, gather, to_facilities, told_of_facilities
from facility_emissions.portfolio_io.text import (
    from_json,
    from_lines,
    from_payload,
    read_csv,
    to_json,
    to_lines,
    write_csv,
)

__all__ = [
    "Format",
    "from_frame",
    "from_json",
    "from_payload",
    "gather",
    "read",
    "to_facilities",
    "to_frame",
    "to_json",
    "write",
]

Format = Literal["json", "jsonl", "csv", "parquet"]
_BY_SUFFIX: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def read(path: Path, format: Format | None = None) -> Records:
    """Read the records of a file; only its form is checked yet.

    Raises:
        FacilityValidationError: the file does not have the form of its format.
    """
    kind = _format_of(path, format)
    with told_of_facilities(path.name):
        if kind == "parquet":
            return read_parquet(path)
        text = read_text(path)
        if kind == "csv":
            return read_csv(text)
        return from_lines(text) if kind == "jsonl" else from_json(text)


def write(facilities: Sequence[Facility], path: Path, format: Format | None = None, *, envelope: bool = False) -> None:
    """Write facilities to a file in its format."""
    kind = _format_of(path, format)
    if envelope and kind != "json":
        raise FacilityEmissionsError(f"{path.name}: an envelope is JSON's; {kind} has none.")
    if kind == "parquet":
        write_parquet(facilities, path)
    elif kind == "csv":
        write_csv(facilities, path)
    else:
        text = to_lines(facilities) if kind == "jsonl" else to_json(facilities, envelope=envelope) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")


def _format_of(path: Path, format: Format | None) -> Format:
    """Return the format of a file by its name, or the one that is given."""
    found = _BY_SUFFIX.get(path.suffix.lower()) if format is None else format
    if found is not None and found in _BY_SUFFIX.values():
        return found
    hint = did_you_mean(path.suffix, _BY_SUFFIX) if format is None else did_you_mean(format, _BY_SUFFIX.values())
    raise FacilityEmissionsError(
        f"{path.name}: facilities are not kept in {format or path.suffix or 'files without a suffix'}.{hint} "
        f"Known: {', '.join(_BY_SUFFIX)}; or say which it is, as format='csv'."
    )
