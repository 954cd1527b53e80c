"""Terms: what a record states beside its activity and quantity, parsed; all of it is optional."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from facility_emissions.vocabulary.activities import Activity


@dataclass(frozen=True, slots=True)
class Terms:
    """What a record states of its contract, or for an estimate; None where it says nothing.

    Attributes:
        contract_share: part of the quantity that the contract covers, 0 to 1.
        contract_start, contract_end: first and last day on which the contract covers it.
        contract_source: what the electricity under the contract is generated from.
        estimate_fuel: fuel that purchased heat or steam is estimated with.
        efficiency: heat produced for one unit of energy of that fuel, net calorific value.
        network_loss: part of the heat or cold that is lost before the meter, 0 to below 1.
        cop: cold produced for one unit of electricity.
        return_share: part of the water supplied that goes to the sewer, 0 to 1.
        kwh_per_m3: electricity that supplying or treating water takes [kWh / m3].
        treatment_system: treatment of wastewater on the site.
    """

    contract_share: float | None = None
    contract_start: dt.date | None = None
    contract_end: dt.date | None = None
    contract_source: str | None = None
    estimate_fuel: Activity | None = None
    efficiency: float | None = None
    network_loss: float | None = None
    cop: float | None = None
    return_share: float | None = None
    kwh_per_m3: float | None = None
    treatment_system: str | None = None

    def covers(self, day: dt.date) -> bool:
        """Whether the contract covers consumption of a day."""
        return (self.contract_start or day) <= day <= (self.contract_end or day)

    def given(self) -> list[str]:
        """Return the names of the terms that are stated."""
        return [name for name in TERM_COLUMNS if getattr(self, name) is not None]


TERM_COLUMNS = tuple(f.name for f in fields(Terms))
NO_TERMS = Terms()
