"""Facilities as JSON, JSON Lines and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from facility_emissions.envelopes import Envelope, Place, envelope_of, parse_json, read_lines, shortfalls
from facility_emissions.errors import PayloadError
from facility_emissions.facility import Facility, FacilityValidationError
from facility_emissions.portfolio_io.records import (
    FIELDS,
    LIST_FIELDS,
    Records,
    as_record,
    dump,
    extra_names,
    gather,
    json_text,
    split_list,
    told_of_facilities,
)

_JSON_CELL = "json:"


def from_payload(payload: object) -> Records:
    """Take a list of facilities, one facility, or an envelope with `items`.

    Raises:
        FacilityValidationError: it is none of them, or an error that the API answered.
    """
    with told_of_facilities():
        return _records([envelope_of(payload, "facilities")])


def from_json(text: str | bytes) -> Records:
    """Take the same as JSON text."""
    with told_of_facilities():
        return from_payload(parse_json(text))


def _records(envelopes: Sequence[Envelope]) -> Records:
    found = gather(pair for envelope in envelopes for pair in envelope.items)
    found.notes += shortfalls(envelopes, "facilities")
    return found


def to_json(facilities: Sequence[Facility], *, envelope: bool) -> str:
    """Return facilities as a JSON list, or as the API's envelope with one page."""
    items = [as_record(f) for f in facilities]
    total = len(items)
    page = {"items": items, "total": total, "page": 1, "size": max(total, 1), "pages": min(total, 1)}
    return json_text(page if envelope else items, indent=2)


def from_lines(text: str) -> Records:
    """Take JSON Lines: a facility a line, or a page a line."""
    with told_of_facilities():
        return _records(read_lines(text, "facilities"))


def to_lines(facilities: Sequence[Facility]) -> str:
    """Return facilities as JSON Lines."""
    return "".join(json_text(as_record(f)) + "\n" for f in facilities)


def _parse_at(text: str, *at: str) -> object:
    try:
        return parse_json(text)
    except PayloadError as error:
        raise FacilityValidationError.at(error.detail[0]["msg"], *at, value=text) from None


def read_csv(text: str) -> Records:
    """Read CSV with commas, or with the semicolons that Excel writes in Spain.

    A record's place is its line in the file, as an editor counts.
    """
    first_line = text.partition("\n")[0]
    delimiter = ";" if ";" in first_line and "," not in first_line else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[Place, Any]] = []
    line = 1
    try:
        header = _header(next(reader, []))
        line = reader.line_num + 1
        for cells in reader:
            at = f"line {line}"
            if cells and len(cells) != len(header):
                message = f"there are {len(cells)} cells, but {len(header)} columns"
                raise FacilityValidationError.at(message, at, value=cells)
            pairs = zip(header, cells, strict=False)
            if cells:
                rows.append(((at,), {k: _from_cell(k, cell, at) for k, cell in pairs if cell}))
            line = reader.line_num + 1
    except csv.Error as error:
        raise FacilityValidationError.at(f"this is no CSV: {error}", f"line {line}") from None
    return gather(rows)


def _header(cells: Sequence[str]) -> list[str]:
    if not cells:
        raise FacilityValidationError.at("the file is empty; a header with id, name, country, type is asked for")
    if "" in cells:
        raise FacilityValidationError.at(f"column {cells.index('') + 1} has no name", "line 1")
    names = [c.strip() if c.strip() in FIELDS else str(_from_cell("", c, "line 1")) for c in cells]
    for name in names:
        if names.count(name) > 1:
            raise FacilityValidationError.at(f"the column {name!r} is there twice", "line 1", value=name)
    return names


def write_csv(facilities: Sequence[Facility], path: Path) -> None:
    """Write CSV with LF line ends; unknown fields follow the known ones."""
    extras = extra_names(facilities)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow([*FIELDS, *map(_cell, extras)])
        for facility in facilities:
            record = dump(facility)
            known = [_known_cell(record[name]) for name in FIELDS]
            writer.writerow(known + [_cell(record[name]) if name in record else "" for name in extras])


def _known_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    return "|".join(value) if isinstance(value, list) and value else _cell(value)


def _cell(value: object) -> str:
    """Write text as it is where it reads back as the same text, else as `json:` and JSON text."""
    if isinstance(value, str) and value and not value.startswith(_JSON_CELL) and not set("\r\0") & set(value):
        return value
    return _JSON_CELL + json_text(value)


def _from_cell(name: str, cell: str, at: str) -> object:
    if cell.startswith(_JSON_CELL):
        return _parse_at(cell.removeprefix(_JSON_CELL), at, *filter(None, [name]))
    return split_list(cell) if name in LIST_FIELDS else cell
