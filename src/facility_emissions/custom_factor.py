"""`CustomFactor`: one row of a user's own factor table as a pydantic model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from facility_emissions.errors import did_you_mean
from facility_emissions.factors.own_rows import OWN_COLUMNS, cell_text, check_row


class CustomFactor(BaseModel):
    """One factor of your own; a model that exists has been checked like a row of a table.

    Attributes:
        activity_category: the figure that it gives (`stationary`, `electricity`, ...).
        unit: that the masses are for; energy of a fuel with its basis (`kWh_gcv`).
        factor_id: its name, composed where it is not given; what `custom_factor_id` of a record names.
        activity: fuel, supply or refrigerant, or `any`; needed where the figure has several.
        country, subdivision: where; empty for anywhere.
        valid_from, valid_to: years or days of consumption, both inside; empty for open.
        basis: `gcv` or `ncv`, where the unit does not say.
        facility_id, supplier, instrument, sector: what else it is for; empty for all.
        applies: `by_fit`, or `by_name`: only where a record names it.
        boundary: `direct`, `lifecycle`, `upstream` or `losses`.
        co2_fossil_kg, ch4_kg, n2o_kg, co2_biogenic_kg: [kg gas / unit].
        ch4_origin: `fossil`, `biogenic` or nothing.
        co2e_fixed_kg, gwp_of_co2e_fixed: [kg CO2e / unit] where the gases are not known, and its GWP set.
        lower, upper: bounds of the CO2, or of the CO2e where it is fixed [kg / unit].
        uncertainty: half-width of its 95 % interval [%], instead of bounds.
        source_id, edition, data_year, locator, note: the document; shown by ledger and citations.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    activity_category: str
    unit: str
    factor_id: str | None = None
    activity: str | None = None
    country: str | None = None
    subdivision: str | None = None
    valid_from: int | dt.date | None = None
    valid_to: int | dt.date | None = None
    basis: str | None = None
    facility_id: str | None = None
    supplier: str | None = None
    instrument: str | None = None
    sector: str | None = None
    applies: str | None = None
    boundary: str | None = None
    co2_fossil_kg: float | None = None
    ch4_kg: float | None = None
    ch4_origin: str | None = None
    n2o_kg: float | None = None
    co2_biogenic_kg: float | None = None
    co2e_fixed_kg: float | None = None
    gwp_of_co2e_fixed: str | None = None
    lower: float | None = None
    upper: float | None = None
    uncertainty: float | None = None
    source_id: str | None = None
    edition: str | None = None
    data_year: int | None = None
    locator: str | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _sound(cls, given: object) -> object:
        """Check as a row of a table is checked, all faults at once."""
        if isinstance(given, Mapping):
            unknown = [str(name) for name in given if name not in OWN_COLUMNS]
            told = [f"unknown field {name!r}.{did_you_mean(name, OWN_COLUMNS)}" for name in unknown]
            told += [f"{f.reason} {f.remedy}" for f in check_row(given)[1]]
            if told:
                raise ValueError(" ".join(told))
        return given

    @field_validator("factor_id", "facility_id", "edition", mode="before")
    @classmethod
    def _id(cls, value: object) -> str | None:
        """Take a whole number as text, as in a table."""
        return cell_text(value) or None
