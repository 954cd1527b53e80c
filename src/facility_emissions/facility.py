"""A facility as the Facilities API sends it, and the bodies that create and change one.

Null means unknown and stays null: a `co2e` of None was not calculated, and a
`logistic_factor` of None is neither the default of 0.8 nor 0.

Constructing a model raises pydantic's `ValidationError`. `Portfolio`, and everything that
reads files, raises `FacilityValidationError` with the same faults in plain words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from facility_emissions.errors import ErrorDetail, PayloadError, did_you_mean
from facility_emissions.facility_fields import (
    DEFAULT_LOGISTIC_FACTOR,
    Categories,
    Country,
    CountryToCreate,
    CupsList,
    CupsWarning,
    FacilityId,
    FacilityWarning,
    Filled,
    GridRegion,
    NotNegative,
    Number,
    Share,
    StatusField,
    Subdivision,
    Text,
    Time,
)
from facility_emissions.vocabulary.cups import parse_cups

__all__ = [
    "CupsWarning",
    "Facility",
    "FacilityCreate",
    "FacilityUpdate",
    "FacilityValidationError",
    "FacilityWarning",
    "explain",
]

_READ_ONLY = frozenset(("id", "co2e", "co2e_biomass", "facility_purpose_type", "created_at", "updated_at"))


class Facility(BaseModel):
    """A facility: the API's fields first, then those that only this library uses.

    Fields that the API sends and this model does not know are kept as they are.

    Attributes:
        id: UUID in the API; any text that is not blank is taken, and a whole number as text.
        name: as given.
        address: as given; not geocoded.
        country: ISO 3166-1 alpha-2. Any form that `parse_country` takes becomes that.
        type: free text (`office`, `warehouse`, `factory`, `store`, ...); legacy: `facility_type`.
        status: `active` or `archived`.
        co2e: [kg CO2e], the API's roll-up; None = not calculated.
        co2e_biomass: [kg CO2e], as the API sends it; None = not calculated.
        logistic_factor: share of scope 2 that serves logistics, 0 to 1; None = not stated.
        categories: of `heat`, `electricity`, `water`, `recharge`; None = not stated.
        cups_list: Spanish supply points without separators, each once; None = not stated.
        facility_purpose_type: as the API sends it.
        created_at, updated_at: UTC; a time without a zone is taken to be UTC.
        subdivision: ISO 3166-2 (`US-CA`, `ES-CN`) or eGRID subregion, for finer factors.
        grid_region: eGRID subregion (`eGRID:CAMX`).
        surface_m2: [m2], for intensities.
        employees: number of people or full-time equivalents, for intensities.
        tonnes: goods that a hub handles in the period of its consumption [t], for intensities.
        consolidation_share: share of the facility in the company's figures, 0 to 1: the equity share,
            or 1 and 0 for control (GHG Protocol Corporate Standard, chapter 3); None = not stated.
        postal_code, city: as given.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: FacilityId
    name: Filled
    address: Text | None = None
    country: Country
    type: Filled = Field(validation_alias=AliasChoices("type", "facility_type"))
    status: StatusField = "active"
    co2e: Number | None = None
    co2e_biomass: Number | None = None
    logistic_factor: Share | None = None
    categories: Categories | None = None
    cups_list: CupsList | None = None
    facility_purpose_type: Text | None = None
    created_at: Time | None = None
    updated_at: Time | None = None

    subdivision: Subdivision | None = None
    grid_region: GridRegion | None = None
    surface_m2: NotNegative | None = None
    employees: NotNegative | None = None
    tonnes: NotNegative | None = None
    consolidation_share: Share | None = None
    postal_code: Text | None = None
    city: Text | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful about the facility as it stands: CUPS with wrong check letters."""
        return tuple(note for _, note in map(parse_cups, self.cups_list or ()) if note)


class FacilityCreate(BaseModel):
    """What `Portfolio.create` takes; unknown fields are refused.

    The API wants an address or a country, and lets the address's country win. Nothing is
    geocoded here, so the country is required.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Filled
    type: Filled
    address: Text | None = None
    country: CountryToCreate = Field(default="", validate_default=True)
    logistic_factor: Share | None = DEFAULT_LOGISTIC_FACTOR
    categories: Categories | None = None
    cups_list: CupsList | None = None

    subdivision: Subdivision | None = None
    grid_region: GridRegion | None = None
    surface_m2: NotNegative | None = None
    employees: NotNegative | None = None
    tonnes: NotNegative | None = None
    consolidation_share: Share | None = None
    postal_code: Text | None = None
    city: Text | None = None


class FacilityUpdate(BaseModel):
    """What `Portfolio.update` takes: a field that is not given does not change.

    A null that is given clears a field that may be null; name, country, type and status may
    not. The defaults below only stand for "not given". A new country is checked together with
    the subdivision and grid region that the facility has or is given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Filled = ""
    address: Text | None = None
    country: Country = ""
    type: Filled = ""
    categories: Categories | None = None
    cups_list: CupsList | None = None
    status: StatusField = "active"
    logistic_factor: Share | None = None

    subdivision: Subdivision | None = None
    grid_region: GridRegion | None = None
    surface_m2: NotNegative | None = None
    employees: NotNegative | None = None
    tonnes: NotNegative | None = None
    consolidation_share: Share | None = None
    postal_code: Text | None = None
    city: Text | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that were given, nulls too."""
        return self.model_dump(exclude_unset=True)


class FacilityValidationError(PayloadError):
    """Data that does not fit a facility: every fault, with its place and the value given."""


def explain(error: ValidationError, model: type[BaseModel], at: tuple[str | int, ...] = ()) -> list[ErrorDetail]:
    """Put pydantic's faults into plain words, with suggestions for fields that are misspelt.

    Args:
        error: what constructing `model` raised.
        model: the model.
        at: the place of the whole object in what was read.
    """
    return [_detail(dict(e), model, at) for e in error.errors(include_url=False, include_context=False)]


def _detail(error: Mapping[str, Any], model: type[BaseModel], at: tuple[str | int, ...]) -> ErrorDetail:
    given, message = error["input"], str(error["msg"]).removeprefix("Value error, ")
    field = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        read_only = " The API sets it, you cannot." if field in _READ_ONLY else ""
        message = f"there is no such field to give.{read_only or did_you_mean(field, model.model_fields)}"
    elif error["type"] == "missing":
        unknown = [k for k in given if k not in model.model_fields] if isinstance(given, Mapping) else []
        message = f"this field is required.{did_you_mean(field, unknown).replace('Did you mean', 'Is it')}"
        given = None
    elif error["type"] != "value_error":
        message = f"{message}; given {given!r}"
    return {"loc": (*at, *error["loc"]), "msg": message, "type": error["type"], "input": given}
