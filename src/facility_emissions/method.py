"""`Method`: everything that a figure depends on beside the consumption, in one frozen model."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from facility_emissions.vocabulary.countries import parse_country

ActivityCategoryId = Literal[
    "stationary",
    "purchased_heat",
    "stationary_generation",
    "electricity_location_based",
    "electricity",
    "electricity_generation",
    "electricity_transmission_and_distribution",
    "recharge",
    "water_supply",
    "water_treatment",
    "wastewater_on_site",
]
GWPSet = Literal["SAR", "TAR", "AR4", "AR5", "AR5CCF", "AR6"]

_HEADLINE: tuple[ActivityCategoryId, ...] = (
    "stationary",
    "purchased_heat",
    "recharge",
    "water_supply",
    "water_treatment",
    "wastewater_on_site",
)


def _order(value: object) -> object:
    """Accept one source id where an order of them is meant."""
    return (value,) if isinstance(value, str) else value


SourceOrder = Annotated[tuple[str, ...], BeforeValidator(_order)]


class Method(BaseModel):
    """A complete, frozen statement of how figures are calculated.

    The same Method, data version and consumption give the same bits. Each field changes
    one thing.

    Attributes:
        gwp: GWP set of the IPCC assessment reports.
        horizon: years of the GWP, 100 or 20.
        gases: `all`, or only the `kyoto` gases (leaves CFC and HCFC out of `co2e`).
        refrigerants: `computed` (composition x `gwp`, unrounded), or the agency whose figures count:
            `miteco_refrigerants`, `desnz_refrigerants`, `epa_hub`, `ademe_refrigerants`. The agency then
            decides the GWP set, by its edition (`as_of`, `editions`; DESNZ by year); over 100 years.
        methane: `plain` takes the set's one CH4 value for all methane; `by_origin` its fossil
            and non-fossil values (AR5 Table 8.A.1, AR6 Table 7.15).
        scope2: which scope 2 figure the headline `co2e` takes; both are always computed.
        include: activity categories in the headline `co2e`; None = the default set and the
            chosen scope 2.
        databases: country (alpha-2, or `*` for all) to the order of preference of its sources.
            Sources named come first; the others follow in the bundled order.
        as_of: only editions published by that day.
        editions: source id to the one edition to use.
        year_rule: how a period that crosses a year is given its factors: `prorate` by days,
            or the year of its `start` or `end`.
        max_years_back, max_years_forward: how far a factor's year may lie from the year of
            consumption when the exact year was not published.
        include_archived: calculate the consumption of archived facilities too.
        strict: turn every fallback (other year, world default) and assumption (energy basis, sector,
            lifecycle factor, grid average for a residual mix) of the headline into a problem.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gwp: GWPSet = "AR5"
    horizon: Literal[20, 100] = 100
    gases: Literal["all", "kyoto"] = "all"
    refrigerants: str = "computed"
    methane: Literal["plain", "by_origin"] = "plain"
    scope2: Literal["location", "market"] = "location"
    include: tuple[ActivityCategoryId, ...] | None = None
    databases: Mapping[str, SourceOrder] = Field(default_factory=dict)
    as_of: dt.date | None = None
    editions: Mapping[str, str] = Field(default_factory=dict)
    year_rule: Literal["prorate", "start", "end"] = "prorate"
    max_years_back: int = Field(default=10, ge=0)
    max_years_forward: int = Field(default=5, ge=0)
    include_archived: bool = False
    strict: bool = False

    @field_validator("databases", mode="after")
    @classmethod
    def _countries(cls, value: Mapping[str, SourceOrder]) -> Mapping[str, SourceOrder]:
        return {name if name == "*" else parse_country(name): order for name, order in value.items()}

    @field_validator("include", mode="after")
    @classmethod
    def _distinct(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and len(set(value)) != len(value):
            raise ValueError("include names an activity category twice; its kg would count twice.")
        return value

    @model_validator(mode="after")
    def _one_scope_2(self) -> Method:
        if self.include and {"electricity", "electricity_location_based"} <= set(self.include):
            raise ValueError(
                "include names both scope 2 figures of the same electricity; the headline can hold one: "
                "'electricity_location_based' or 'electricity' (market-based)."
            )
        return self

    @model_validator(mode="after")
    def _agencies_print_100_years(self) -> Method:
        if self.refrigerants != "computed" and self.horizon != 100:
            raise ValueError(
                f"agencies print GWPs over 100 years: horizon={self.horizon} goes with refrigerants='computed'."
            )
        return self

    @property  # not kept: model_copy would take it along to a Method with other fields
    def headline(self) -> tuple[str, ...]:
        """The activity categories whose sum is the headline `co2e`."""
        if self.include is not None:
            return self.include
        electricity = "electricity_location_based" if self.scope2 == "location" else "electricity"
        return (*_HEADLINE, electricity)

    @property
    def gwp_name(self) -> str:
        """GWP set and horizon as a result shows them (`AR5 GWP100`)."""
        return f"{self.gwp} GWP{self.horizon}"

    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that name this Method; equal methods have equal ones."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]
