"""Records: facilities on their way in, each with its place; and what all formats share."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from facility_emissions.envelopes import Place
from facility_emissions.errors import ErrorDetail, FacilityEmissionsError, PayloadError, place_of
from facility_emissions.facility import CupsWarning, Facility, FacilityValidationError, FacilityWarning, explain
from facility_emissions.likeness import Choices

FIELDS: tuple[str, ...] = tuple(Facility.model_fields)
LIST_FIELDS = ("categories", "cups_list")
TIME_FIELDS = ("created_at", "updated_at")
_OUR_NUMBERS = ("surface_m2", "employees", "tonnes", "consolidation_share")
NUMBER_FIELDS = ("co2e", "co2e_biomass", "logistic_factor", *_OUR_NUMBERS)
_OURS = ("subdivision", "grid_region", *_OUR_NUMBERS, "postal_code", "city")


@dataclass(slots=True)
class Records:
    """What was read: each record with its place, and doubts about the whole."""

    rows: list[tuple[Place, Any]]
    notes: list[str] = field(default_factory=list)


def gather(rows: Iterable[tuple[Place, Any]]) -> Records:
    """Gather records, and note fields that are unknown but nearly a known one."""
    found = Records(list(rows))
    names = dict.fromkeys(k for _, record in found.rows if isinstance(record, Mapping) for k in record)
    for name in names:
        near = [] if name in FIELDS else Choices.of(FIELDS).near(str(name), 1, alike=0.85)
        if near:
            found.notes.append(f"The field {name!r} is unknown, so it is only kept; is {near[0]!r} meant?")
    return found


@contextmanager
def told_of_facilities(where: str = "") -> Iterator[None]:
    """Raise the faults of a payload as those of facilities, with the file that they are in."""
    try:
        yield
    except PayloadError as error:
        raise FacilityValidationError(error.detail, where) from None


def to_facilities(records: Records, where: str) -> list[Facility]:
    """Check all records; raise every fault at once, or warn of the doubts at once.

    Args:
        records: what was read.
        where: the file, for messages; '' if there is none.

    Raises:
        FacilityValidationError: values do not fit, or an id is there twice.
    """
    facilities: list[Facility] = []
    faults: list[ErrorDetail] = []
    notes: list[str] = []
    seen: dict[str, Place] = {}
    for at, record in records.rows:
        try:
            facility = Facility.model_validate(record, context={"notes": notes})
        except ValidationError as error:
            faults += explain(error, Facility, at)
            continue
        if facility.id in seen:
            message = f"{facility.id!r} is the id of {place_of(seen[facility.id])} too"
            faults.append({"loc": (*at, "id"), "msg": message, "type": "value_error", "input": facility.id})
        seen.setdefault(facility.id, at)
        facilities.append(facility)
    if faults:
        raise FacilityValidationError(faults, where)
    _warn(notes, CupsWarning, where)
    _warn(records.notes, FacilityWarning, where)
    return facilities


def _warn(notes: Sequence[str], category: type[FacilityWarning], where: str) -> None:
    """Give one warning for all notes: the first three in words, and how many more."""
    if notes:
        more = f" (and {len(notes) - 3} more)" if len(notes) > 3 else ""
        head = f"{where}: " if where else ""
        warnings.warn(head + " ".join(notes[:3]) + more, category, stacklevel=4)  # 4: who called Portfolio


def dump(facility: Facility) -> dict[str, Any]:
    """Return all fields of a facility as JSON values."""
    try:
        return facility.model_dump(mode="json")
    except ValueError as error:
        raise FacilityEmissionsError(f"Facility {facility.id!r} cannot be written: {error}") from None


def as_record(facility: Facility) -> dict[str, Any]:
    """Return a facility as JSON values: all of the API's fields, and of ours those that are known."""
    return {k: v for k, v in dump(facility).items() if v is not None or k not in _OURS}


def extra_names(facilities: Iterable[Facility]) -> list[str]:
    """Return the unknown fields of all facilities in the order in which they first appear."""
    return list(dict.fromkeys(name for f in facilities for name in f.model_extra or {}))


def json_text(value: object, indent: int | None = None) -> str:
    """Return a value as JSON text; NaN and Infinity are refused."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError as error:
        raise FacilityEmissionsError(f"An unknown field cannot be written as JSON: {error}.") from None


def split_list(text: str) -> list[str]:
    """Split a list in a cell; no category and no CUPS has a bar, comma or semicolon in it."""
    return re.split(r"\s*[|,;]\s*", text.strip())
