"""Contracts, own generation, exports and estimates of purchased heat, the slow way.

Part of the independent calculation of `oracle.py`; nothing here is taken from the package.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from oracle_tables import ONE, ZERO, D, Row

if TYPE_CHECKING:
    from oracle import Asked, Figures, Oracle

LOCATION, MARKET = "electricity_location_based", "electricity"
UPSTREAM, LOSSES = "electricity_generation", "electricity_transmission_and_distribution"
INSTRUMENTS = (
    *("guarantee_of_origin", "high_efficiency_chp", "energy_attribute_certificate"),
    *("power_purchase_agreement", "green_tariff"),
)
BURNS_NOTHING = ("wind", "solar", "hydro", "nuclear")
RENEWABLE = ("wind", "solar", "hydro", "biomass", "biogas", "geothermal")
BURNT = ("biomass", "biogas", "waste", "natural_gas", "coal", "oil")
OWN, SOLD = "self_generated_electricity", "certificates_sold"
_OF_CONTRACT = ("contract_share", "contract_start", "contract_end")
_BY_FUEL = ("estimate_fuel", "efficiency", "network_loss")
TERMS = {
    "grid_electricity": (*_OF_CONTRACT, "contract_source"),
    OWN: _OF_CONTRACT,
    "district_heat": _BY_FUEL,
    "steam": _BY_FUEL,
    "district_cooling": ("cop", "network_loss"),
}
ALL_TERMS = (*_OF_CONTRACT, "contract_source", *_BY_FUEL, "cop")
_FITTING = {
    "grid_electricity": INSTRUMENTS,
    OWN: ("guarantee_of_origin", "energy_attribute_certificate", SOLD),
    "exported_electricity": (),
}


def stated(record: Row) -> set[str]:
    """Return the terms that a record states."""
    return {term for term in ALL_TERMS if record.get(term)}


def _is_allowed(record: Row) -> bool:
    """Whether a record's terms and contract say something of its activity, and go together."""
    given, activity, contract = stated(record), record["activity"], record.get("contract", "")
    if given - set(TERMS.get(activity, ())):
        return False
    if record["category"] == "electricity":
        swapped = {"contract_start", "contract_end"} <= given and record["contract_end"] < record["contract_start"]
        cold = contract == "high_efficiency_chp" and record.get("contract_source") in BURNS_NOTHING
        fits = not contract or (contract in _FITTING[activity] and not cold)
        return fits and not (given and not contract) and not swapped
    needed = {"cop"} if activity == "district_cooling" else {"estimate_fuel", "efficiency"}
    return not given or not needed - given


def _day(record: Row, column: str) -> dt.date | None:
    return dt.date.fromisoformat(record[column]) if record.get(column) else None


def edges(record: Row) -> set[dt.date]:
    """Return the days on which a record's contract begins, or has ended."""
    last = _day(record, "contract_end")
    return {day for day in (_day(record, "contract_start"), last and last + dt.timedelta(days=1)) if day}


def of_parts(oracle: Oracle, out: Figures, record: Row, facility: Row, year: int, day: dt.date) -> None:
    """Fill in the figures of one unit of a record: of what its contract covers on a day, and of the rest."""
    from oracle import Figures, NoFigureError

    if not _is_allowed(record):
        raise NoFigureError
    if record["category"] != "electricity" or not record.get("contract"):
        oracle._piece(out, record, facility, year)
        return
    covers = (_day(record, "contract_start") or day) <= day <= (_day(record, "contract_end") or day)
    share = D(record.get("contract_share") or 1) if covers else ZERO
    under, rest = dict(record), {**record, "contract": ""}
    if record["contract"] == SOLD:
        under |= {"contract": "", "activity": "grid_electricity"}
    for part, of in ((share, under), (1 - share, rest)):
        if part:
            figures = Figures(headline=out.headline)
            oracle._piece(figures, of, facility, year)
            for name, kg in figures.by.items():
                out.by[name] = out.by.get(name, ZERO) + kg * part
                before, biogenic = out.biogenic.get(name, ZERO), figures.biogenic[name]
                out.biogenic[name] = None if before is None or biogenic is None else before + biogenic * part
            out.missing |= figures.missing
            out.fell_back |= figures.fell_back
    for name in out.missing & out.by.keys():  # of one part alone
        del out.by[name], out.biogenic[name]


def not_bought(oracle: Oracle, out: Figures, record: Row) -> None:
    """Fill in electricity that is generated and consumed on the site, or exported."""
    oracle._put(out, LOCATION, {}, ZERO)
    oracle._put(out, MARKET, {}, ZERO)
    if record["activity"] == OWN:
        oracle._put(out, UPSTREAM, {}, ZERO)


def conveyed(oracle: Oracle, out: Figures, record: Row, asked: Asked) -> None:
    """Fill in the market-based figure by the rate that a contract conveys."""
    source, instrument = record.get("contract_source"), replace(asked, instrument=record["contract"])
    if source and source not in (BURNT if record["contract"] == "high_efficiency_chp" else RENEWABLE):
        instrument = replace(instrument, country="ZZ", grid_region="", subdivision="")  # nobody publishes it
    if source in BURNS_NOTHING and oracle.choose(instrument) is None:
        oracle._put(out, MARKET, {}, ZERO)
    else:
        oracle._ask(out, instrument)


def estimate(oracle: Oracle, out: Figures, record: Row, facility: Row, year: int) -> None:
    """Fill in heat by the fuel of its plant, cold by the electricity that it takes."""
    from oracle import Figures

    of = Figures(headline=out.headline)
    times = ONE / (1 - D(record.get("network_loss") or 0))
    if record["activity"] == "district_cooling":
        times /= D(record["cop"])
        oracle._electricity(of, {"activity": "grid_electricity", "unit": record["unit"]}, facility, year)
        turned = {LOCATION: "purchased_heat", UPSTREAM: "stationary_generation", LOSSES: LOSSES}
    else:
        times /= D(record["efficiency"])
        unit = f"{record['unit']}_ncv"
        fuel = {"activity": record["estimate_fuel"], "unit": unit, "sector": "energy_industries"}
        oracle._heat(of, fuel, facility, year)
        turned = {"stationary": "purchased_heat", "stationary_generation": "stationary_generation"}
    for name, figure in turned.items():
        if name in of.missing:
            out.missing.add(figure)
        if name in of.by:
            out.by[figure] = of.by[name] * times
            biogenic = of.biogenic[name]
            out.biogenic[figure] = None if biogenic is None else biogenic * times
    if LOSSES not in turned and "purchased_heat" in out.by:
        if record.get("network_loss"):
            oracle._put(out, LOSSES, {}, ZERO)
        else:
            out.missing.add(LOSSES)
    out.fell_back |= {"purchased_heat"}  # an estimate is an assumption
