"""Parameters that are no emission factors: leak rates of equipment, and the IPCC's on wastewater.

The calculation takes what was refilled as what leaked, and wastewater by the cubic metre. These
tables are for estimates of your own where neither was recorded; what they give enters a calculation
as a record or as a custom factor.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import pandas as pd

from facility_emissions import bundle
from facility_emissions.errors import NotFoundError, did_you_mean
from facility_emissions.method import Method

_LEAK_RATES = "recharge/leak_rates.csv"
_WASTEWATER = "water/wastewater_ipcc.csv"
_NUMBERS = {
    _LEAK_RATES: ("charge", "installation_loss", "annual_leak_rate", "charge_left", "recovered", "end_of_life_loss"),
    _WASTEWATER: ("value", "lower", "upper"),
}


def leak_rates(set: str | None = None) -> pd.DataFrame:
    """Return published leak rates of refrigeration and air conditioning.

    The sets differ by factors of 3 to 5 for the same equipment: take one, and name it beside the result.

    Args:
        set: `epa_tcr`, `defra_2011`, `ademe` or `mfe_nz`; None for all.

    Returns:
        One row a kind of equipment in a set: `equipment` (our id) and `printed_as`; `charge` in
        [`charge_unit`]; `annual_leak_rate` and `installation_loss` [share of the charge]; for the end of
        life either `charge_left` and `recovered` [shares] or `end_of_life_loss` [share]; NaN = not
        published. `source_id` and `edition` lead to `sources.csv`.

    Raises:
        NotFoundError: no such set, with the known ones.
    """
    frame = _table(_LEAK_RATES)
    if set is None:
        return frame
    known = sorted(frame["set"].unique())
    if set not in known:
        raise NotFoundError(f"No set of leak rates {set!r}; known: {', '.join(known)}.{did_you_mean(set, known)}")
    return frame[frame["set"] == set].reset_index(drop=True)


def wastewater_parameters() -> pd.DataFrame:
    """Return the IPCC's parameters of wastewater treatment and discharge.

    CH4 [kg] = BOD [kg] x `methane_capacity_bod` x `methane_correction_factor` of the system;
    N2O [kg] = N [kg] x `n2o_emission_factor` of the system x 44/28 (IPCC 2006 and 2019, Volume 5, chapter 6).

    Returns:
        One row a parameter, `system` and edition (`2006`; `2019`, its Refinement): `value` with `lower` and
        `upper` in [`unit`], NaN = not published; `printed_as` and `locator` say where it stands.
    """
    return _table(_WASTEWATER)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the IPCC's wastewater method, with where it stands."""

    name: str
    system: str
    value: float
    lower: float | None
    upper: float | None
    edition: str

    @property
    def id(self) -> str:
        """Its name in a result (`ipcc_wastewater/2019/methane_correction_factor/anaerobic_reactor`)."""
        return "/".join(part for part in (WASTEWATER_SOURCE, self.edition, self.name, self.system) if part)


WASTEWATER_SOURCE = "ipcc_wastewater"


def wastewater_parameter(name: str, system: str, method: Method) -> Parameter | None:
    """Return a parameter in the newest edition that a Method admits, or None where none has it.

    The 2019 Refinement is used together with the 2006 Guidelines: an edition that is pinned, or the newest
    by `as_of`, stands with those before it.
    """
    found = None
    for row in _wastewater_rows(name):
        if row["system"] != system or not _admitted(row["edition"], method):
            continue
        if found is None or row["edition"] > found.edition:
            low, high = (float(row[bound]) if row[bound] else None for bound in ("lower", "upper"))
            found = Parameter(name, system, float(row["value"]), low, high, row["edition"])
    return found


def wastewater_systems(name: str, method: Method) -> list[str]:
    """Return the systems that a parameter is published for in the editions that a Method admits, sorted."""
    return sorted({row["system"] for row in _wastewater_rows(name) if _admitted(row["edition"], method)})


@cache
def _wastewater_rows(name: str) -> tuple[dict[str, str], ...]:
    return tuple(row for row in bundle.rows(_WASTEWATER) if row["parameter"] == name)


def _admitted(edition: str, method: Method) -> bool:
    if edition > method.editions.get(WASTEWATER_SOURCE, edition):
        return False
    return method.as_of is None or dt.date(int(edition), 12, 31) <= method.as_of


def _table(name: str) -> pd.DataFrame:
    """Return a bundled table with its columns of numbers as numbers, the rest as text."""
    frame = pd.DataFrame(bundle.rows(name))
    return frame.assign(**{column: pd.to_numeric(frame[column]) for column in _NUMBERS[name]})
