"""One record at a time: the same figure as `calculate`, whichever way it takes."""

from __future__ import annotations

import datetime as dt
import math
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES
from frames import FACILITIES, seeded_frame

PLAIN = {
    "facility_id": "es",
    "category": "heat",
    "activity": "natural_gas",
    "quantity": 10.0,
    "unit": "kWh_gcv",
    "start_date": "2023-01-01",
    "end_date": "2023-01-31",
}
SITES = [{"id": "es", "country": "ES", "type": "office"}, {"id": "old", "country": "FR", "status": "archived"}]


def same(figure: fe.Figure, result: fe.Result) -> None:
    row = result.records.iloc[0]
    assert repr(figure.co2e) == repr(float(row["co2e"]))
    assert repr(figure.co2e_biomass) == repr(float(row["co2e_biomass"]))
    figures = {n: float(row[n]) for n in ACTIVITY_CATEGORIES if n in row and not math.isnan(row[n])}
    assert dict(figure.figures) == figures
    assert (figure.flags, figure.factor_ids) == (row["flags"], row["factor_ids"])
    told = result.problems[["column", "reason", "remedy"]].to_dict("records")
    assert [{k: p[k] for k in ("column", "reason", "remedy")} for p in figure.problems] == told


@pytest.mark.parametrize("method", [fe.Method(), fe.Method(gwp="AR6", scope2="market", strict=True)])
def test_gives_what_calculate_gives(method: fe.Method) -> None:
    calculator = fe.Calculator(FACILITIES, method)
    taken = 0
    for row in seeded_frame(5, 150).astype(object).to_dict("records"):
        record = {k: None if v is None or v != v else v for k, v in row.items()}
        figure = calculator(record)
        same(figure, fe.calculate([record], FACILITIES, method))
        taken += not math.isnan(figure.co2e)
    assert taken > 20


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"quantity": 7},
        {"quantity": True},
        {"quantity": "12.5"},
        {"quantity": -1.0},
        {"quantity": math.nan},
        {"quantity": None},
        {"unit": "kWz"},
        {"unit": None},
        {"facility_id": "nobody"},
        {"facility_id": "old"},
        {"facility_id": ["es"]},
        {"activity": 3},
        {"start_date": dt.date(2023, 1, 1), "end_date": dt.date(2023, 3, 1)},
        {"start_date": dt.datetime(2023, 1, 1), "end_date": pd.Timestamp("2023-03-01 23:59")},
        {"start_date": "2022-12-15"},
        {"start_date": "2023-W01-1"},
        {"start_date": "2023-13-01"},
        {"end_date": "2022-01-01"},
        {"start_date": None, "end_date": None},
        {"start_date": None, "end_date": None, "year": 2022},
        {"base_quantity": 20.0, "percentage": 0.5, "record_id": "r"},
        {"record_id": "r"},
        {"supplier": "x"},
        {"heat_basis": "ncv"},
        {"custom_factor_id": "none"},
    ],
)
def test_any_record_plain_or_not(change: dict[str, object]) -> None:
    record = {**PLAIN, **change}
    same(fe.Calculator(SITES)(record), fe.calculate([record], SITES))


def test_models_and_factors_of_the_users_own() -> None:
    own = [{"activity_category": "stationary", "activity": "natural_gas", "unit": "kWh_gcv", "co2_fossil_kg": 1.0}]
    calculator = fe.Calculator(SITES, custom_factors=own)
    model = fe.ConsumptionRecord(**PLAIN)
    assert calculator(model) == calculator(PLAIN)
    assert calculator(model).co2e == 10.0
    same(calculator(model), fe.calculate([model], SITES, custom_factors=own))


def test_a_frame_is_calculated_as_ever() -> None:
    frame = seeded_frame(3, 40)
    calculator = fe.Calculator(FACILITIES)
    pd.testing.assert_frame_equal(calculator.calculate(frame).records, fe.calculate(frame, FACILITIES).records)


def test_threads_share_one() -> None:
    calculator = fe.Calculator(SITES)
    records = [{**PLAIN, "quantity": float(i), "unit": ("kWh_gcv", "MWh_gcv", "kWz")[i % 3]} for i in range(600)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(calculator, records))
    alone = fe.Calculator(SITES)
    assert list(map(repr, found)) == list(map(repr, map(alone, records)))
