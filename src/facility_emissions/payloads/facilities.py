"""`read_facilities`: the facilities that the API sent, as a frame, as a Portfolio, and an honest total."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from facility_emissions import portfolio_io
from facility_emissions.errors import PayloadError, did_you_mean
from facility_emissions.facility import Facility, FacilityWarning
from facility_emissions.facility_fields import Status
from facility_emissions.payloads.pages import Source, gather, read_pages
from facility_emissions.portfolio import Portfolio
from facility_emissions.portfolio_io.records import Records


@dataclass(frozen=True, slots=True)
class FacilityTotal:
    """The `co2e` that the API states for some facilities, and which of them state none.

    Attributes:
        co2e: sum over those that state one [kg CO2e]; NaN where facilities are there and none does.
        co2e_biomass: the same of `co2e_biomass` [kg].
        facilities: how many facilities the total is of.
        without: those whose `co2e` is null: they are not in the sum, and not zero.
        biomass_without: those whose `co2e_biomass` is null.
    """

    co2e: float
    co2e_biomass: float
    facilities: int
    without: tuple[Facility, ...]
    biomass_without: tuple[Facility, ...]

    @property
    def complete(self) -> bool:
        """Whether every facility states a `co2e`."""
        return not self.without

    def __str__(self) -> str:
        """Say the sum, over how many it is, and which have no figure."""
        known = self.facilities - len(self.without)
        sum_ = "no figure" if math.isnan(self.co2e) else f"{self.co2e:,.1f} kg CO2e"
        text = f"{sum_} from {known} of {self.facilities} facilities"
        if not self.without:
            return text
        names = ", ".join(f"{f.name} ({f.id})" for f in self.without[:3])
        more = f" and {len(self.without) - 3} more" if len(self.without) > 3 else ""
        return f"{text}; not calculated: {names}{more}"


class ApiFacilities:
    """The facilities that the API sent; made by `read_facilities`.

    Attributes:
        portfolio: the facilities, for `calculate`.
        messages: what was seen while reading that is no error: copies, lists that do not say their total.
    """

    def __init__(self, portfolio: Portfolio, messages: Sequence[str] = ()) -> None:
        """Take what was read."""
        self.portfolio = portfolio
        self.messages = tuple(messages)

    def __len__(self) -> int:
        """Return how many facilities there are, archived ones too."""
        return len(self.portfolio)

    def __repr__(self) -> str:
        """Show the counts."""
        return f"<ApiFacilities: {self.total()}>"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a facility: the API's fields under its own names, null where it sent null.

        Text is `string`, numbers `float64`, times UTC; fields that are not known here come last.
        """
        return self.portfolio.to_frame()

    def total(
        self,
        *,
        name: str | None = None,
        country: str | None = None,
        type: str | None = None,
        status: Status | Sequence[Status] | None = None,
    ) -> FacilityTotal:
        """Return the sum of what the API states, with the facilities that state nothing.

        `sum(f["co2e"] or 0 for f in items)` takes a facility that was never calculated for one
        without emissions, and the first page for all.

        Args:
            name, country, type, status: as of `Portfolio.list`; None = all.

        Raises:
            FacilityValidationError: a filter does not fit.
        """
        found = self.portfolio.matching(name=name, country=country, type=type, status=status)
        types = sorted({f.type for f in self.portfolio})
        if type is not None and type.casefold() not in map(str.casefold, types):
            known = f" There are: {', '.join(types)}." if types else ""
            text = f"No facility is of type {type!r}.{did_you_mean(type, types)}{known}"
            warnings.warn(text, FacilityWarning, stacklevel=2)
        return FacilityTotal(
            co2e=_sum([f.co2e for f in found]),
            co2e_biomass=_sum([f.co2e_biomass for f in found]),
            facilities=len(found),
            without=tuple(f for f in found if f.co2e is None),
            biomass_without=tuple(f for f in found if f.co2e_biomass is None),
        )


def _sum(values: Sequence[float | None]) -> float:
    known = [v for v in values if v is not None]
    return math.fsum(known) if known or not values else math.nan


def read_facilities(*sources: Source) -> ApiFacilities:
    """Read facilities as the API sends them: every envelope, all pages, nulls as nulls.

    Args:
        sources: paths of JSON or JSON Lines files, parsed JSON, or lists of these: all pages of
            one list, or several whole lists.

    Raises:
        PayloadError: pages are missing, an id is there twice with different fields, or these are
            no facilities.
        FacilityValidationError: every value that does not fit, by its JSON path (a PayloadError).
    """
    objects = gather(read_pages(sources, "facilities"), "facilities")
    for at, item in objects.rows:
        other = _something_else(item)
        if other:
            raise PayloadError.at(other, *at)
    records = portfolio_io.gather(objects.rows)
    records = Records(records.rows, [*objects.notes, *records.notes])
    return ApiFacilities(Portfolio(portfolio_io.to_facilities(records, "")), records.notes)


def _something_else(item: Mapping[str, Any]) -> str:
    """Say what an object is that is plainly no facility."""
    if "supercharger" in item or item.get("type") in ("owned", "subcontracted"):
        return (
            "this is a logistics hub, not a facility. The co2e of an owned hub is that of its linked facility: "
            "both together count it twice. Read /v1/facilities"
        )
    if "base_quantity" in item or ("quantity" in item and "country" not in item):
        return "this is an invoice, not a facility: read it with read_invoices"
    return ""
