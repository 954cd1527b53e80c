"""Sample facilities and consumption for the tests: real words, every category, many countries."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

import pandas as pd

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]

TYPES = ("office", "warehouse", "factory", "observatory", "")
# country, subdivision, grid region
PLACES = (
    *(("GB", "", ""), ("GB", "GB-SCT", ""), ("ES", "", ""), ("ES", "ES-CN", ""), ("FR", "", "")),
    *(("DE", "", ""), ("PT", "", ""), ("PT", "PT-20", ""), ("IT", "", ""), ("PL", "", ""), ("AT", "", "")),
    *(("NL", "", ""), ("NO", "", ""), ("CH", "", ""), ("BA", "", ""), ("XK", "", ""), ("MX", "", "")),
    *(("US", "", ""), ("US", "US-CA", "eGRID:CAMX"), ("US", "US-TX", ""), ("US", "", "eGRID:RFCW")),
    *(("CA", "CA-ON", ""), ("CA", "", ""), ("AU", "AU-NSW", ""), ("AU", "", ""), ("NZ", "", "")),
    *(("CL", "CL-MA", ""), ("CL", "", ""), ("CN", "CN-BJ", ""), ("IN", "", ""), ("BR", "", "")),
    *(("PE", "", ""), ("JP", "", ""), ("ZA", "", ""), ("AQ", "", "")),
    *(("ES", "ES-MD", ""), ("ES", "", ""), ("GB", "", ""), ("ES", "", ""), ("GB", "", ""), ("ES", "ES-IB", "")),
)
FACILITIES = pd.DataFrame(
    [
        {"facility_id": f"f{i}", "country": c, "subdivision": s or None, "grid_region": g or None, "type": TYPES[i % 5]}
        for i, (c, s, g) in enumerate(PLACES)
    ]
)
SITES = FACILITIES.astype(object).where(FACILITIES.notna(), None).set_index("facility_id", drop=False).to_dict("index")

ENERGY = ("kWh", "MWh", "GJ", "MJ", "mmBtu", "therm")
FUEL_UNITS = (*ENERGY, "kWh_gcv", "kWh_ncv", "GJ_ncv", "kg", "t", "l", "m3", "gallon_us", "lb", "m3_0C", "m3_15C")
FUELS = (
    *(
        "natural_gas",
        "lng",
        "lpg",
        "propane",
        "butane",
        "gas_oil_heating",
        "diesel",
        "diesel_b7",
        "diesel_average_blend",
    ),
    *("petrol", "fuel_oil", "kerosene", "coal_bituminous", "anthracite", "petroleum_coke", "wood_pellets"),
    *("wood_chips", "wood_logs", "biogas", "biomethane", "biodiesel_fame", "hvo", "bioethanol", "tyres"),
    *("hydrogen", "municipal_waste_biogenic", "charcoal", "peat", "district_heat", "steam", "district_cooling"),
)
REFRIGERANTS = (
    *("R-410A", "R-404A", "R-407C", "R-448A", "R-507A", "R-513A", "R-427B", "HFC-134a", "HFC-32", "SF6", "NF3"),
    *("HCFC-22", "CFC-12", "HC-290", "CO2", "PFC-14", "HFO-1234yf"),
)
SUPPLIERS = (
    *(None, None, None, "IBERDROLA CLIENTES, S.A.U.", "AGRI-ENERGÍA, S.A.", "AB ENERGÍA 1903, S.L."),
    *("AUSARTA PRIMA, S.L.", "Nobody S.L."),  # labels of 2021 and 2022 are missing; none at all
)
TERMS = (
    *("contract_share", "contract_start", "contract_end", "contract_source"),
    *("estimate_fuel", "efficiency", "network_loss", "cop"),
)
SCOPE2_ACTIVITIES = (
    *("grid_electricity", "grid_electricity", "self_generated_electricity", "exported_electricity"),
    *("district_heat", "steam", "district_cooling"),
)
SCOPE2_CONTRACTS = (
    *(None, None, "guarantee_of_origin", "power_purchase_agreement", "power_purchase_agreement", "green_tariff"),
    *("high_efficiency_chp", "certificates_sold", "certificates_sold"),
)
CONTRACTS = (None, None, None, "guarantee_of_origin", "high_efficiency_chp")


def draw_record(pick: Callable[[Sequence[Any]], Any]) -> dict[str, object]:
    """Return one record of canonical words; `pick` chooses one of several."""
    category = pick(("heat", "heat", "electricity", "electricity", "water", "recharge"))
    start = dt.date(pick(range(2005, 2028)), pick(range(1, 13)), pick((1, 1, 1, 15, 28)))
    record: dict[str, object] = {
        "facility_id": pick(list(SITES)),
        "category": category,
        "activity": {
            "heat": FUELS,
            "electricity": ("grid_electricity",),
            "water": ("water_supply", "water_treatment"),
            "recharge": REFRIGERANTS,
        }[category],
        "quantity": pick((0.0, 1.0, 12.5, 1234.56, 99999.99, 3.1e7, 1e-3)),
        "unit": {
            "heat": FUEL_UNITS,
            "electricity": (*ENERGY, "TWh", "kg"),
            "water": ("m3", "l", "gallon_uk", "kWh"),
            "recharge": ("kg", "g", "t", "lb", "kWh"),
        }[category],
        "start_date": start,
        "end_date": start + dt.timedelta(days=pick((0, 6, 27, 30, 58, 91, 364, 365, 790))),
        "supplier": pick(SUPPLIERS),
        "contract": pick(CONTRACTS),
        "heat_basis": pick((None, None, "gcv", "ncv")),
        "sector": pick((None, None, None, "manufacturing", "residential")),
    }
    record["activity"], record["unit"] = pick(record["activity"]), pick(record["unit"])  # type: ignore[arg-type]
    return record


def draw_scope2(pick: Callable[[Sequence[Any]], Any]) -> dict[str, object]:
    """Return one record of electricity or purchased heat with terms of its contract or of an estimate."""
    record = draw_record(pick)
    start, activity = record["start_date"], pick(SCOPE2_ACTIVITIES)
    assert isinstance(start, dt.date)
    terms: dict[str, object] = {}
    if activity.endswith("electricity"):
        record |= {"category": "electricity", "unit": pick((*ENERGY, "TWh")), "contract": pick(SCOPE2_CONTRACTS)}
        terms = {
            "contract_share": pick((None, None, 1.0, 0.0, 0.25, 0.6, 0.999)),
            "contract_start": pick((None, None, start, start + dt.timedelta(days=pick((-400, -1, 1, 20, 40, 200))))),
            "contract_end": pick((None, None, start + dt.timedelta(days=pick((-200, 0, 5, 29, 100, 364, 700))))),
            "contract_source": pick((None, "wind", "wind", "nuclear", "biomass", "coal")),
        }
    else:
        record |= {"category": "heat", "unit": pick(ENERGY), "contract": None}
        by_fuel = activity != "district_cooling"
        terms = {
            "estimate_fuel": pick((None, "natural_gas", "wood_chips", "gas_oil_heating")) if by_fuel else None,
            "efficiency": pick((None, 0.85, 0.9, 1.05)) if by_fuel else None,
            "network_loss": pick((None, None, 0.0, 0.08, 0.3)),
            "cop": None if by_fuel else pick((None, 2.5, 4.0)),
        }
    said = pick((True, True, True, False))  # most of the time something is stated
    stated = {name: value if said else None for name, value in terms.items()}
    return {**record, "activity": activity, **dict.fromkeys(TERMS), **stated}


def seeded_frame(seed: int, rows: int) -> pd.DataFrame:
    """Return a frame of random records, the same for the same seed."""
    rng = random.Random(seed)
    return pd.DataFrame([draw_record(rng.choice) for _ in range(rows)])


@cache
def _pool() -> pd.DataFrame:
    return seeded_frame(2023, 300)


def sampled_frame(seed: int, rows: int) -> pd.DataFrame:
    """Return rows of one fixed frame: many frames, whose questions are answered once."""
    return _pool().sample(rows, random_state=seed, ignore_index=True)


def record(**changes: object) -> dict[str, object]:
    """Return a sound record (natural gas, Great Britain, 2023), with changes."""
    return {
        "facility_id": "f0",
        "category": "heat",
        "activity": "natural_gas",
        "quantity": 1000.0,
        "unit": "kWh_gcv",
        "start_date": "2023-01-01",
        "end_date": "2023-01-31",
        **changes,
    }


def frame(*records: dict[str, object], index: Sequence[Any] | None = None) -> pd.DataFrame:
    """Return records as a frame."""
    return pd.DataFrame(list(records), index=index)
