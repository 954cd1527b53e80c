"""An invoice as the Facilities API sends it, read field by field: what cannot be read is told, the rest is kept."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from facility_emissions.envelopes import Place
from facility_emissions.errors import ErrorDetail, PayloadError
from facility_emissions.facility import explain
from facility_emissions.facility_fields import FacilityId, Number, Text, Time


def _moment(value: object) -> object:
    """Take ISO 8601 text to a plain time; one with a zone counts on its own local day."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = dt.datetime.fromisoformat(value.strip())
    if isinstance(value, dt.datetime) and value == value:  # pandas' NaT is unequal to itself
        return dt.datetime.combine(value.date(), value.time())
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    raise ValueError(f"an ISO 8601 date or time is asked for, such as '2024-01-31T23:59:59'; given {value!r}")


def _flag(value: object) -> object:
    if value not in (True, False) or isinstance(value, float):
        raise ValueError(f"true or false is asked for; given {value!r}")
    return bool(value)


def _id_or_number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Id = Annotated[Text, BeforeValidator(_id_or_number)]


class FacilityShare(BaseModel):
    """One entry of `facility_percentages`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    facility_id: FacilityId
    percentage: Number
    organization_id: Id | None = None


class Invoice(BaseModel):
    """An invoice: the API's fields; fields that are unknown here are kept as they are.

    Attributes:
        id: UUID in the API.
        type: `heat`, `electricity`, `water`, `recharge`, `process`, ...
        quantity, base_quantity: consumption after and before the facility's share [unit_id].
        percentage: the facility's share, 0 to 1.
        original_quantity, original_unit_id: as entered, before the API's conversion of units.
        unit_id, facility_fuel_id, supplier_id, custom_emission_factor_id: ids of the API's catalogues;
            fuels and refrigerants share one.
        status, enabled: whether the invoice counts.
        co2e, co2e_biomass: what the API calculated [kg]; None = not calculated.
        start_date, end_date: first and last day, both inside; 23:59:59 is the end of that day.
        facility_id: None where `facility_percentages` says whose it is.
        source_invoice_id: the invoice that this one is a share of.
        invoice_id: the supplier's number.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: FacilityId
    type: Text | None = None
    quantity: Number | None = None
    base_quantity: Number | None = None
    percentage: Number | None = None
    original_quantity: Number | None = None
    original_unit_id: Id | None = None
    unit_id: Id | None = None
    status: Text | None = None
    co2e: Number | None = None
    co2e_biomass: Number | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    facility_id: Id | None = None
    facility_percentages: list[FacilityShare] | None = None
    facility_fuel_id: Id | None = None
    supplier_id: Id | None = None
    custom_emission_factor_id: Id | None = None
    custom_emission_factor: Any = None
    cups: Text | None = None
    invoice_id: Id | None = None
    source_invoice_id: Id | None = None
    enabled: Flag | None = None
    created_at: Time | None = None
    updated_at: Time | None = None


FIELDS: tuple[str, ...] = tuple(Invoice.model_fields)
_NUMBERS = ("quantity", "base_quantity", "percentage", "original_quantity", "co2e", "co2e_biomass")
_DTYPES: dict[str, str] = {
    **dict.fromkeys(FIELDS, "string"),
    **dict.fromkeys(_NUMBERS, "float64"),
    **dict.fromkeys(("start_date", "end_date"), "datetime64[us]"),
    **dict.fromkeys(("created_at", "updated_at"), "datetime64[us, UTC]"),
    **dict.fromkeys(("facility_percentages", "custom_emission_factor"), "object"),
    "enabled": "boolean",
}


@dataclass(frozen=True, slots=True, eq=False)  # each stands for itself
class Read:
    """One invoice with its place; `unread` are its fields that could not be read, and why."""

    invoice: Invoice
    at: Place
    unread: Mapping[str, ErrorDetail] = field(default_factory=dict)


def read_invoice_rows(rows: Sequence[tuple[Place, Mapping[str, Any]]]) -> list[Read]:
    """Read invoices; a field that does not fit is left out of its invoice, and told.

    Raises:
        PayloadError: an invoice has no id that can be read.
    """
    found: list[Read] = []
    faults: list[ErrorDetail] = []
    for at, item in rows:
        try:
            found.append(Read(Invoice.model_validate(item), at))
            continue
        except ValidationError as error:
            details = explain(error, Invoice, at)
        unread = {str(d["loc"][len(at)]): d for d in reversed(details)}
        if "id" in unread:
            faults.append(unread["id"])
            continue
        readable = {k: v for k, v in item.items() if k not in unread}
        found.append(Read(Invoice.model_validate(readable), at, unread))
    if faults:
        raise PayloadError(faults)
    return found


def invoice_frame(found: Sequence[Read]) -> pd.DataFrame:
    """Return one row an invoice: the API's fields, typed, then those that are unknown here as objects."""
    columns: dict[str, pd.Series] = {}
    for name, dtype in _DTYPES.items():
        values: list[Any] = [getattr(r.invoice, name) for r in found]
        if name == "facility_percentages":
            values = [v if v is None else [share.model_dump(exclude_unset=True) for share in v] for v in values]
        columns[name] = pd.Series(values, dtype=dtype)
    for name in dict.fromkeys(n for r in found for n in r.invoice.model_extra or {}):
        extra = [(r.invoice.model_extra or {}).get(name, pd.NA) for r in found]
        columns[name] = pd.Series(extra, dtype="object")
    return pd.DataFrame(columns)
