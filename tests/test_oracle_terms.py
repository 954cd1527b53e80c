"""The engine against the independent calculation: recovered gas, water's terms, blends, dated factors of one's own."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

import facility_emissions as fe
from frames import REFRIGERANTS, SITES, seeded_frame
from oracle import Oracle
from test_oracle import difference

FACTORS: list[dict[str, object]] = [
    {"activity_category": "stationary", "activity": "natural_gas", "unit": "kWh_gcv", "co2_fossil_kg": 0.3,
     "country": "ES", "valid_from": "2019-05-17", "valid_to": "2021-02-28"},
    {"activity_category": "stationary", "activity": "natural_gas", "unit": "kWh_gcv", "co2_fossil_kg": 0.4,
     "country": "ES", "valid_from": "2021-03-01", "valid_to": "2023"},
    {"activity_category": "stationary", "activity": "natural_gas", "unit": "kWh_gcv", "co2_fossil_kg": 0.5,
     "facility_id": "f2", "valid_from": "2020-12-25", "valid_to": "2022-11-11"},
    {"activity_category": "stationary", "activity": "wood_pellets", "unit": "t", "co2_fossil_kg": 7,
     "valid_from": "2020-02-29"},
    {"activity_category": "stationary_generation", "activity": "natural_gas", "unit": "GJ_ncv", "co2_fossil_kg": 9,
     "valid_to": "2022-07-01"},
    {"activity_category": "recharge", "activity": "R-410A", "unit": "t", "co2_fossil_kg": 0.25,
     "valid_from": "2021", "valid_to": "2022-06-15"},
    {"activity_category": "water_supply", "activity": "water_supply", "unit": "l", "co2_fossil_kg": 0.001,
     "country": "GB", "valid_from": "2022-03-03"},
]  # fmt: skip
METHODS: list[dict[str, Any]] = [
    {},
    {"strict": True},
    {"year_rule": "start", "gwp": "AR6", "methane": "by_origin"},
    {"year_rule": "end", "editions": {"ipcc_wastewater": "2006"}},
    {"as_of": dt.date(2018, 6, 30), "max_years_forward": 0},
]


def draw_termed(pick: Callable[[Sequence[Any]], Any]) -> dict[str, object]:
    """Return one record of what this module is about; `pick` chooses one of several."""
    kind = pick(("recharge", "mains", "mains", "on site", "blend", "fuel"))
    start = dt.date(pick(range(2012, 2026)), pick(range(1, 13)), pick((1, 15, 28)))
    record: dict[str, object] = {
        "facility_id": pick(list(SITES)),
        "category": {"recharge": "recharge", "blend": "heat", "fuel": "heat"}.get(kind, "water"),
        "quantity": pick((0.0, 1.0, 12.5, 1234.56, 3.1e7)),
        "start_date": start,
        "end_date": start + dt.timedelta(days=pick((0, 27, 58, 364, 790))),
    }
    if kind == "recharge":
        record |= {"activity": pick((*REFRIGERANTS, "R-410A", "R-410A")), "unit": pick(("kg", "g", "lb")),
                   "recovered": pick((None, 0.0, 0.5, 12.5, 40.0))}  # fmt: skip
    elif kind == "mains":
        record |= {"activity": pick(("water_supply", "water_supply", "water_treatment")), "unit": pick(("m3", "l")),
                   "return_share": pick((None, None, 0.25, 0.9, 1.0)), "kwh_per_m3": pick((None, 0.559, 3.0)),
                   "facility_id": pick(("f0", "f1", "f2", "f3", "f4", "f18", "f25", "f34"))}  # fmt: skip
    elif kind == "on site":
        systems = (
            "discharge",
            "septic_tank",
            "centralised_aerobic",
            "anaerobic_reactor",
            "septic_system",
            "none",
            None,
        )
        record |= {"activity": pick(("wastewater_bod", "wastewater_cod", "wastewater_nitrogen")),
                   "unit": pick(("kg", "t", "m3")), "treatment_system": pick(systems)}  # fmt: skip
    elif kind == "blend":
        record |= {"activity": pick(("diesel_b7", "diesel_b20", "petrol_e5", "petrol_e10", "petrol_e85")),
                   "unit": pick(("l", "l", "gallon_us", "kg")),
                   "facility_id": pick(("f0", "f2", "f4", "f17", "f23", "f5"))}  # fmt: skip
    else:
        record |= {"activity": pick(("natural_gas", "wood_pellets")), "unit": pick(("kWh", "kWh_gcv", "GJ_ncv", "t")),
                   "facility_id": pick(("f0", "f2", "f3", "f4", "f36"))}  # fmt: skip
    return record


def drawn(seed: int, rows: int) -> pd.DataFrame:
    rng = random.Random(seed)
    return pd.DataFrame([draw_termed(rng.choice) for _ in range(rows)])


def compare(consumption: pd.DataFrame, own: list[dict[str, object]], fields: dict[str, Any]) -> pd.DataFrame:
    """Calculate twice, assert that every row agrees, and return the engine's records."""
    result = fe.calculate(consumption, list(SITES.values()), fe.Method(**fields), custom_factors=own)
    oracle, told = Oracle(**fields, own=own), set(result.problems["position"])
    plain = consumption.astype(object).where(consumption.notna(), None)
    for position, row in enumerate(plain.to_dict("records")):
        facility = SITES[row["facility_id"]]
        theirs = oracle.row(row, facility)
        wrong = difference(result.records.iloc[position], position in told, theirs)
        if wrong:
            given = {k: v for k, v in {**row, **facility}.items() if v is not None}
            pytest.fail(f"{wrong}\nrow {position}: {given}\nmethod: {fields}\noracle: {theirs}", pytrace=False)
    return result.records


@pytest.mark.parametrize("fields", METHODS, ids=lambda fields: ",".join(fields) or "default")
@pytest.mark.parametrize("own", [[], FACTORS], ids=["published", "own"])
def test_terms_agree(own: list[dict[str, object]], fields: dict[str, Any]) -> None:
    records = compare(drawn(31, 400), own, fields)
    assert (records["status"] == "ok").sum() > (20 if fields.get("strict") else 100)


def test_dated_factors_agree_on_any_frame() -> None:
    compare(seeded_frame(7, 150), FACTORS, {})
