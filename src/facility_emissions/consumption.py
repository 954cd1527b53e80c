"""Consumption records: the row contract, as a pydantic model and as the columns of a frame."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.likeness import Choices

REQUIRED = ("facility_id", "category", "activity", "quantity", "unit", "start_date", "end_date")
OPTIONAL = (
    "record_id",
    "percentage",
    "base_quantity",
    "year",
    "supplier",
    "contract",
    "cups",
    "heat_basis",
    "sector",
    "custom_factor_id",
    "organization_id",
    "quantity_basis",
    "quantity_uncertainty",
    "recovered",
    "contract_share",
    "contract_start",
    "contract_end",
    "contract_source",
    "estimate_fuel",
    "efficiency",
    "network_loss",
    "cop",
    "return_share",
    "kwh_per_m3",
    "treatment_system",
)
COLUMNS = REQUIRED + OPTIONAL
_NO_CELLS: Mapping[str, object] = dict.fromkeys(REQUIRED)


class ContractWarning(UserWarning):
    """A column looks like a misspelt column of the row contract and is not read."""


class ConsumptionRecord(BaseModel):
    """One invoice or meter reading, after its allocation to one facility.

    Attributes:
        facility_id: the facility that consumed.
        category: `heat`, `electricity`, `water` or `recharge`.
        activity: fuel, refrigerant or supply; any name of the vocabulary.
        quantity: amount in `unit`, after the facility's share.
        unit: a unit of the closed table; energy of fuels with its basis (`kWh_gcv`).
        start_date, end_date: first and last day of the period, both inside.
        record_id: the invoice; rows that share one are shares of it and have a `percentage`.
        percentage: the facility's share, 0 to 1; `base_quantity`: amount before it.
        year: year of consumption where there are no dates.
        supplier, contract, cups: supply of electricity.
        heat_basis: `gcv` or `ncv` for a unit of energy that does not carry it.
        sector: IPCC sector, else taken from the facility's type.
        custom_factor_id: a factor of the user's own.
        organization_id: the organisation that the row belongs to, where a record is shared by several.
        quantity_basis: how the quantity is known: `metered`, `invoiced`, `calculated`, `estimated`.
        quantity_uncertainty: half-width of the 95 % interval of the quantity [% of it].
        recovered: refrigerant recovered at the refill, in `unit`; subtracted.
        contract_share: part of the quantity that the contract covers, 0 to 1; all of it by default.
        contract_start, contract_end: first and last day on which the contract covers it.
        contract_source: what the electricity under the contract is generated from.
        estimate_fuel, efficiency, network_loss: estimate of purchased heat or steam by its fuel.
        cop: estimate of purchased cooling by its electricity.
        return_share: part of the water supplied that goes to the sewer, 0 to 1.
        kwh_per_m3: estimate of water by the electricity that it takes.
        treatment_system: how wastewater is treated on the site.
    """

    model_config = ConfigDict(extra="forbid")

    facility_id: str
    category: str
    activity: str | None = None
    quantity: float | None = None
    unit: str
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    record_id: str | None = None
    percentage: float | None = None
    base_quantity: float | None = None
    year: int | None = None
    supplier: str | None = None
    contract: str | None = None
    cups: str | None = None
    heat_basis: str | None = None
    sector: str | None = None
    custom_factor_id: str | None = None
    organization_id: str | None = None
    quantity_basis: str | None = None
    quantity_uncertainty: float | None = None
    recovered: float | None = None
    contract_share: float | None = None
    contract_start: dt.date | None = None
    contract_end: dt.date | None = None
    contract_source: str | None = None
    estimate_fuel: str | None = None
    efficiency: float | None = None
    network_loss: float | None = None
    cop: float | None = None
    return_share: float | None = None
    kwh_per_m3: float | None = None
    treatment_system: str | None = None


def to_frame(consumption: pd.DataFrame | Iterable[ConsumptionRecord | Mapping[str, object]]) -> pd.DataFrame:
    """Return consumption as a frame that has the contract's columns; a frame is not copied.

    Raises:
        ContractError: a required column is missing (with the column that may be meant), a
            column appears twice, or an item is neither a record nor a mapping.
    """
    if isinstance(consumption, pd.DataFrame):
        frame = consumption
    else:
        rows: list[Mapping[str, object]] = []
        for number, item in enumerate(consumption):
            if isinstance(item, ConsumptionRecord):
                rows.append({**_NO_CELLS, **item.model_dump(exclude_none=True)})
            elif isinstance(item, Mapping):
                rows.append(item)
            else:
                raise ContractError(
                    f"consumption[{number}] is a {type(item).__name__}; expected a ConsumptionRecord or a mapping."
                )
        frame = _of_rows(rows)
    check_columns(map(str, frame.columns), stacklevel=4)
    return frame


def _of_rows(rows: list[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows as a frame of the objects that they hold, in one block: what costs least for a single record."""
    names = list(dict.fromkeys(name for row in rows for name in row)) if rows else list(REQUIRED)
    cells = np.fromiter((row.get(name) for name in names for row in rows), object, len(names) * len(rows))
    table = cells.reshape(len(names), len(rows)).T
    return pd.DataFrame(table, columns=pd.Index(names, dtype=object), dtype=object, copy=False)


def check_columns(columns: Iterable[str], stacklevel: int = 3) -> None:
    """Check the names of a consumption table's columns, and warn of those that look misspelt.

    Raises:
        ContractError: a required column is missing, or a column of the contract appears twice.
    """
    names = list(columns)
    for name in COLUMNS if len(set(names)) < len(names) else ():
        if names.count(name) > 1:
            raise ContractError(f"Column {name!r} appears {names.count(name)} times in the consumption frame.")
    others = [n for n in names if n not in COLUMNS]
    replaced = {"start_date": "year", "end_date": "year", "quantity": "base_quantity"}
    for name in REQUIRED:
        if name in names or replaced.get(name) in names:
            continue
        hint = did_you_mean(name, others)
        raise ContractError(
            f"The consumption frame has no column {name!r}.{hint} Required: {', '.join(REQUIRED)}; "
            f"optional: {', '.join(OPTIONAL)}."
        )
    for other in others:
        near = Choices.of(c for c in OPTIONAL if c not in names).near(other, 1, alike=0.84)
        if near:
            warnings.warn(f"Column {other!r} is not read. Did you mean {near[0]!r}?", ContractWarning, stacklevel)
