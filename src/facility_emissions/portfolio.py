"""`Portfolio`: facilities in memory, with what the Facilities API offers for them.

It creates, gets, updates, archives, deletes and lists as the API does, and reads and writes
JSON, JSON Lines, CSV, Parquet and DataFrames without loss (`portfolio_io` has the formats).
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from facility_emissions import portfolio_io
from facility_emissions.errors import NotFoundError, VocabularyError, did_you_mean
from facility_emissions.facility import (
    Facility,
    FacilityCreate,
    FacilityUpdate,
    FacilityValidationError,
    explain,
)
from facility_emissions.facility_fields import STATUSES, Status
from facility_emissions.likeness import Choices
from facility_emissions.vocabulary.countries import parse_country

if TYPE_CHECKING:
    import pandas as pd

_Model = TypeVar("_Model", bound=BaseModel)
MAX_PAGE_SIZE = 100


class Page(BaseModel):
    """One page of facilities, in the API's envelope.

    Attributes:
        items: the facilities of this page.
        total: how many there are on all pages.
        page: number of this page, from 1.
        size: how many a page holds at most.
        pages: how many pages there are.
    """

    model_config = ConfigDict(frozen=True)

    items: list[Facility]
    total: int
    page: int
    size: int
    pages: int


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _new_id() -> str:
    return str(uuid.uuid4())


class Portfolio:
    """An ordered collection of facilities, each id once.

    Args:
        facilities: facilities to begin with.
        clock: returns the time for `created_at` and `updated_at`.
        new_id: returns the id of a facility that is created.

    Raises:
        FacilityValidationError: two facilities have the same id.
    """

    def __init__(
        self,
        facilities: Iterable[Facility] = (),
        *,
        clock: Callable[[], dt.datetime] = _now,
        new_id: Callable[[], str] = _new_id,
    ) -> None:
        """Take the facilities in their order."""
        self._clock = clock
        self._new_id = new_id
        self._by_id: dict[str, Facility] = {}
        for facility in facilities:
            self._add(facility)

    def __len__(self) -> int:
        """Return how many facilities there are, archived ones too."""
        return len(self._by_id)

    def __iter__(self) -> Iterator[Facility]:
        """Iterate over the facilities in order."""
        return iter(self._by_id.values())

    def __contains__(self, item: object) -> bool:
        """Whether there is a facility with this id, or with the id of this facility."""
        key = item.id if isinstance(item, Facility) else item
        return isinstance(key, (str, uuid.UUID)) and self._find(key) is not None

    def __repr__(self) -> str:
        """Show the counts."""
        archived = sum(f.status == "archived" for f in self)
        return f"<Portfolio: {len(self) - archived} active, {archived} archived>"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful about the facilities as they stand, each with the facility's name."""
        return tuple(f"{f.name}: {note}" for f in self for note in f.warnings)

    # --- as the API does ---------------------------------------------------------------------

    def create(self, facility: FacilityCreate | Mapping[str, Any] | None = None, /, **fields: Any) -> Facility:
        """Create a facility, active, with a new id, and return it.

        Args:
            facility: a `FacilityCreate`, or its fields as a mapping.
            **fields: its fields; they win over those of `facility`.

        Raises:
            FacilityValidationError: the fields do not fit.
        """
        body = _validate(FacilityCreate, _given(facility, fields), "create")
        data = body.model_dump() | {
            "id": self._new_id(),
            "status": "active",
            "facility_purpose_type": "facilities",
            "created_at": self._clock(),
        }
        created = _validate(Facility, data, "create", quiet=True)
        self._add(created)
        return created

    def get(self, facility_id: str | uuid.UUID) -> Facility:
        """Return the facility with this id.

        Raises:
            NotFoundError: there is none; the message says which ids or names are near.
        """
        found = self._find(facility_id)
        if found is None:
            raise NotFoundError(self._not_found(str(facility_id)))
        return found

    def update(
        self,
        facility_id: str | uuid.UUID,
        changes: FacilityUpdate | Mapping[str, Any] | None = None,
        /,
        **fields: Any,
    ) -> Facility:
        """Change the given fields of a facility, and only those; return it as it is then.

        A null clears a field that may be null. Without any field nothing changes.

        Args:
            facility_id: which facility.
            changes: a `FacilityUpdate`, or its fields as a mapping.
            **fields: its fields; they win over those of `changes`.

        Raises:
            NotFoundError: there is no such facility.
            FacilityValidationError: the fields do not fit, by themselves or with the others
                (a subdivision of another country).
        """
        before = self.get(facility_id)
        given = _validate(FacilityUpdate, _given(changes, fields), "update").changes
        if not given:
            return before
        data = before.model_dump() | given | {"updated_at": self._clock()}
        after = _validate(Facility, data, "update", quiet=True)
        self._by_id[after.id] = after
        return after

    def archive(self, facility_id: str | uuid.UUID) -> Facility:
        """Set the status to `archived`; return the facility.

        The API then archives the linked logistic hub too and deactivates supply contracts;
        neither is kept here.
        """
        return self.update(facility_id, status="archived")

    def delete(self, facility_id: str | uuid.UUID) -> None:
        """Remove a facility.

        Raises:
            NotFoundError: there is no such facility.
        """
        del self._by_id[self.get(facility_id).id]

    # --- in and out --------------------------------------------------------------------------

    @classmethod
    def read(cls, path: str | Path, *, format: portfolio_io.Format | None = None) -> Portfolio:
        """Read facilities from a file: `.json`, `.jsonl`, `.csv` or `.parquet`.

        JSON may be a list, one facility, or any of the API's envelopes with `items`; JSON Lines a
        facility or a page a line. A page that is not all is warned of: `read_facilities` refuses it.

        Args:
            path: the file.
            format: `json`, `jsonl`, `csv` or `parquet`; None takes it from the file's name.

        Raises:
            FacilityValidationError: every value that does not fit, with line and column.
        """
        return cls(portfolio_io.to_facilities(portfolio_io.read(Path(path), format), Path(path).name))

    def write(self, path: str | Path, *, format: portfolio_io.Format | None = None, envelope: bool = False) -> None:
        """Write all facilities to a file that `read` reads without loss.

        Args:
            path: the file.
            format: `json`, `jsonl`, `csv` or `parquet`; None takes it from the file's name.
            envelope: for JSON, write the API's envelope with one page of all.
        """
        portfolio_io.write(tuple(self), Path(path), format, envelope=envelope)

    @classmethod
    def from_payload(cls, payload: object) -> Portfolio:
        """Take what the API answers, as parsed JSON: a list, one facility, or an envelope.

        Raises:
            FacilityValidationError: every value that does not fit, with its path.
        """
        return cls(portfolio_io.to_facilities(portfolio_io.from_payload(payload), ""))

    @classmethod
    def from_json(cls, text: str | bytes) -> Portfolio:
        """Take what the API answers, as JSON text."""
        return cls(portfolio_io.to_facilities(portfolio_io.from_json(text), ""))

    def to_json(self, *, envelope: bool = False) -> str:
        """Return all facilities as a JSON list, or in the API's envelope as one page."""
        return portfolio_io.to_json(tuple(self), envelope=envelope)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Portfolio:
        """Take one facility a row; null cells are fields that are not known.

        Lists may be lists or text joined by `|`. Columns that are no field are kept.

        Raises:
            FacilityValidationError: every value that does not fit, with row label and column.
        """
        return cls(portfolio_io.to_facilities(portfolio_io.from_frame(frame), "frame"))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a facility: all fields in the API's order, then those it added."""
        return portfolio_io.to_frame(tuple(self))

    def _add(self, facility: Facility) -> None:
        if facility.id in self._by_id:
            message = f"there is a facility with this id already: {self._by_id[facility.id].name!r}"
            raise FacilityValidationError.at(message, "id", value=facility.id)
        self._by_id[facility.id] = facility

    def _find(self, facility_id: str | uuid.UUID) -> Facility | None:
        found = self._by_id.get(str(facility_id))
        if found is None and isinstance(facility_id, str):
            as_uuid = _uuid(facility_id)  # UUIDs are the same in upper case
            found = self._by_id.get(str(as_uuid)) if as_uuid else None
        return found

    def _not_found(self, facility_id: str) -> str:
        """Return the API's words, and which ids or names are near."""
        message = f"Facility with id={_uuid(facility_id) or facility_id!r} not found."
        same_name = [f.id for f in self if f.name.casefold() == facility_id.casefold()]
        if same_name:
            return f"{message} That is a name: its id is {' or '.join(map(repr, same_name[:3]))}."
        near = did_you_mean(facility_id, Choices(self._by_id), alike=0.85)  # unrelated UUIDs reach 0.5
        return message + (near or did_you_mean(facility_id, (f.name for f in self)))

    def matching(
        self,
        *,
        name: str | None = None,
        country: str | None = None,
        type: str | None = None,
        status: Status | Sequence[Status] | None = None,
    ) -> tuple[Facility, ...]:
        """Return all facilities that match all filters, in order; `list` has the same filters.

        Raises:
            FacilityValidationError: a filter does not fit.
        """
        statuses = (status,) if isinstance(status, str) else status
        code = _check_filters(country, statuses)
        return tuple(
            f
            for f in self
            if (name is None or name.casefold() in f.name.casefold())
            and (code is None or f.country == code)
            and (type is None or type.casefold() == f.type.casefold())
            and (statuses is None or f.status in statuses)
        )

    def list(
        self,
        *,
        name: str | None = None,
        country: str | None = None,
        type: str | None = None,
        status: Status | Sequence[Status] | None = None,
        page: int = 1,
        size: int = 10,
    ) -> Page:
        """Return one page of the facilities that match all filters, in order.

        Mind the default size of 10, which is the API's: iterate over the portfolio for all.

        Args:
            name: part of the name, in any case.
            country: in any form that `parse_country` takes.
            type: the whole type, in any case.
            status: one or several of `active`, `archived`; None = all.
            page: number of the page, from 1; past the last one it is empty.
            size: facilities a page, 1 to 100.

        Raises:
            FacilityValidationError: a filter does not fit.
        """
        _check_page(page, size)
        found = self.matching(name=name, country=country, type=type, status=status)
        first = (page - 1) * size
        return Page(
            items=[*found[first : first + size]],
            total=len(found),
            page=page,
            size=size,
            pages=math.ceil(len(found) / size),
        )


def _validate(model: type[_Model], data: object, where: str, *, quiet: bool = False) -> _Model:
    """Return the checked model; `quiet` leaves out warnings that have been given already."""
    if isinstance(data, model):
        return data
    try:
        return model.model_validate(data, context={"notes": []} if quiet else None)
    except ValidationError as error:
        raise FacilityValidationError(explain(error, model), where) from None


def _given(body: BaseModel | Mapping[str, Any] | None, fields: Mapping[str, Any]) -> object:
    """Return what was given as a body and as keyword arguments, which win."""
    if isinstance(body, BaseModel):
        return {**body.model_dump(exclude_unset=True), **fields} if fields else body
    return {**(body or {}), **fields}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _check_page(page: int, size: int) -> None:
    """Raise if the page or size of `list` does not fit."""
    for name, value, most in (("page", page, None), ("size", size, MAX_PAGE_SIZE)):
        if not isinstance(value, int) or value < 1 or (most is not None and value > most):
            upto = f" up to {most}" if most else ""
            raise FacilityValidationError.at(
                f"a whole number from 1{upto} is asked for; given {value!r}", name, value=value, where="list"
            )


def _check_filters(country: str | None, statuses: Sequence[str] | None) -> str | None:
    """Return the country's code; raise if a filter does not fit."""
    for status in statuses or ():
        if status not in STATUSES:
            message = f"{status!r} is no status of a facility.{did_you_mean(str(status), STATUSES)}"
            raise FacilityValidationError.at(message, "status", value=status, where="list")
    try:
        return None if country is None else parse_country(country)
    except VocabularyError as error:
        raise FacilityValidationError.at(str(error), "country", value=country, where="list") from None
