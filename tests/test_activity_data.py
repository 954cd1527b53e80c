"""Records out of balances and equipment: hand arithmetic, published sets, what is wrong told by row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.activity_data import balance_kg, screening_kg
from facility_emissions.errors import ContractError, NotFoundError

SITES = [{"id": "depot", "country": "ES", "type": "warehouse"}, {"id": "shop", "country": "FR", "type": "store"}]
YEAR = {"facility_id": "depot", "activity": "HFC-134a", "unit": "kg", "opening_stock": 10, "purchases": 30,
        "recovered_off_site": 2, "closing_stock": 8, "capacity_change": -5, "year": 2023}  # fmt: skip
CHILLER = {"facility_id": "depot", "activity": "HFC-134a", "unit": "kg", "equipment": "chiller", "charge": 100,
           "year": 2023}  # fmt: skip
KG = st.integers(0, 10**6).map(float)


def test_a_balance_by_hand() -> None:
    """10 - 8 + 30 - 2 + 5 = 35 kg; HFC-134a is 1,300 in AR5 (Table 8.A.1)."""
    found = fe.activity_data.refrigerant_balance([YEAR])
    assert found.records["quantity"].tolist() == [35.0]
    assert found.records["derivation"].tolist() == ["mass balance: 10 - 8 + 30 - 2 + 5"]
    assert fe.calculate(found.records, SITES).co2e.tolist() == [45_500.0]
    assert found.problems.empty


@given(KG, KG, KG, KG, st.integers(-(10**6), 10**6).map(float))
def test_a_balance_closes(opening: float, bought: float, out: float, closing: float, change: float) -> None:
    """What is emitted, left and added to equipment is what was there and came in."""
    emitted = balance_kg(opening, bought, out, closing, change)
    assert emitted + out + closing + change == opening + bought
    array = balance_kg(*(np.array([v]) for v in (opening, bought, out, closing, change)))
    series = balance_kg(*(pd.Series([v]) for v in (opening, bought, out, closing, change)))
    assert array[0] == series.iloc[0] == emitted


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"purchases": None}, "purchases", "purchases is missing."),
        ({"purchases": "many"}, "purchases", "purchases is no finite number."),
        ({"closing_stock": -1}, "closing_stock", "closing_stock is negative."),
        ({"closing_stock": float("inf")}, "closing_stock", "closing_stock is no finite number."),
        ({"capacity_change": 50}, "closing_stock", "The balance is below zero: 10 - 8 + 30 - 2 - 50 = -20."),
    ],
)
def test_a_balance_that_cannot_be_is_told(changes: dict[str, object], column: str, reason: str) -> None:
    frame = pd.DataFrame([YEAR, {**YEAR, **changes}], index=["good", "bad"])
    found = fe.activity_data.refrigerant_balance(frame)
    assert found.problems[["row", "column", "reason"]].values.tolist() == [["bad", column, reason]]
    assert found.records.index.tolist() == ["good"]


def test_what_a_balance_lacks_or_does_not_know_stops() -> None:
    with pytest.raises(ContractError, match=r"no column 'purchases'. Did you mean 'purchase'\?"):
        fe.activity_data.refrigerant_balance(pd.DataFrame([YEAR]).rename(columns={"purchases": "purchase"}))
    with pytest.raises(ContractError, match=r"Unknown column 'clossing'"):
        fe.activity_data.refrigerant_balance([{**YEAR, "clossing": 1}])
    with pytest.raises(ContractError, match="There is no period"):
        fe.activity_data.refrigerant_balance([{k: v for k, v in YEAR.items() if k != "year"}])


@pytest.mark.parametrize(
    ("rates", "changes", "kg"),
    [  # The Climate Registry 2021, table 4.1; Defra annex 8: left x (1 - recovered) at the end of life.
        ("epa_tcr", {}, 100 * 0.15),
        ("epa_tcr", {"installed": 10, "disposed": 5}, 100 * 0.15 + 10 * 0.01 + 5 * 1.0 * (1 - 0.95)),
        ("epa_tcr", {"years": 0.5}, 100 * 0.15 * 0.5),
        ("defra_2011", {"installed": 10, "disposed": 5}, 100 * 0.03 + 10 * 0.01 + 5 * 1.0 * (1 - 0.95)),
        ("mfe_nz", {"equipment": "air_conditioning_split", "installed": 4}, 100 * 0.03 + 4 * 0.005),
        ("ademe", {"equipment": "chiller_above_350_kw"}, 100 * 0.05),
        ("ademe", {"equipment": "milk_tank", "disposed": 2}, 100 * 0.12 + 2 * 0.62),
    ],
)
def test_screening_by_published_sets(rates: str, changes: dict[str, object], kg: float) -> None:
    found = fe.activity_data.refrigerant_screening([{**CHILLER, **changes}], rates)
    assert found.records["quantity"].iloc[0] == pytest.approx(kg, rel=1e-12)
    assert found.records["derivation"].iloc[0].startswith(f"screening, {rates}, ")
    result = fe.calculate(found.records, SITES)
    assert result.co2e.iloc[0] == pytest.approx(kg * 1300, rel=1e-12)
    assert "quantity_estimated: the quantity is an estimate" in result.records["flags"].iloc[0]


def test_a_period_that_is_no_year_states_its_years() -> None:
    half = {**CHILLER, "year": None, "start_date": "2023-01-01", "end_date": "2023-06-30", "years": None}
    leap = {**half, "start_date": "2024-01-01T00:00:00+01:00", "end_date": "2024-12-31T23:59:59+01:00"}
    rows = [half, {**half, "years": 0.5}, leap, {**CHILLER, "years": None}]
    found = fe.activity_data.refrigerant_screening(rows, "epa_tcr")
    assert found.records["quantity"].to_dict() == {1: 7.5, 2: 15.0, 3: 15.0}
    (told,) = found.problems.to_dict("records")
    assert (told["row"], told["column"]) == (0, "years")
    assert told["reason"] == "The leak rate is of a year, the period of 181 days; years is not stated."
    stamps = pd.DataFrame(rows[:2]).assign(start_date=lambda f: pd.to_datetime(f["start_date"]))
    assert fe.activity_data.refrigerant_screening(stamps, "epa_tcr").problems["row"].tolist() == [0]


def test_a_loss_that_the_set_does_not_give_is_told_only_where_it_is_needed() -> None:
    rows = [CHILLER, {**CHILLER, "equipment": "air_conditioning_split"},
            {**CHILLER, "equipment": "air_conditioning_split", "disposed": 3},
            {**CHILLER, "equipment": "split"}]  # fmt: skip
    found = fe.activity_data.refrigerant_screening(rows, "mfe_nz")
    assert found.records.index.tolist() == [1]
    assert found.problems["row"].tolist() == [0, 2, 3]
    assert found.problems["reason"].tolist()[1] == (
        "The set mfe_nz gives no loss at the end of life for 'air_conditioning_split'."
    )
    with pytest.raises(NotFoundError, match=r"Did you mean 'epa_tcr'\?"):
        fe.activity_data.refrigerant_screening([CHILLER], "epa_trc")


def test_rates_of_ones_own() -> None:
    rates = pd.DataFrame([{"equipment": "chiller", "annual_leak_rate": 0.02}])
    found = fe.activity_data.refrigerant_screening([CHILLER], rates)
    assert found.records["quantity"].tolist() == [2.0]
    assert found.records["derivation"].iloc[0].startswith("screening, own rates, chiller: 100 x 0.02 x 1")


@given(KG, st.integers(0, 100).map(lambda p: p / 100), st.integers(0, 60).map(lambda m: m / 12))
def test_screening_is_linear_in_the_charge(charge: float, rate: float, years: float) -> None:
    once = screening_kg(charge, rate, years, 0.0, 0.0, 0.0, 0.0)
    assert screening_kg(2 * charge, rate, years, 0.0, 0.0, 0.0, 0.0) == 2 * once


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_what_was_recovered_did_not_leak(refilled: int, recovered: int) -> None:
    row = {"facility_id": "depot", "category": "recharge", "activity": "R-410A", "quantity": refilled, "unit": "kg",
           "recovered": recovered, "year": 2023}  # fmt: skip
    result = fe.calculate([row], SITES)
    if recovered > refilled:
        assert result.problems["column"].tolist() == ["recovered"]
    else:
        assert result.co2e.iloc[0] == (refilled - recovered) * 1923.5


def leak(**changes: object) -> dict[str, object]:
    return {"facility_id": "depot", "category": "recharge", "activity": "R-22", "quantity": 2.0, "unit": "kg",
            "year": 2023, **changes}  # fmt: skip


@pytest.mark.parametrize("gases", ["all", "kyoto"])
def test_hcfc_stands_beside_the_total_whether_it_is_counted_or_not(gases: str) -> None:
    """R-22 is HCFC-22, 1,760 in AR5; R-502 is 48.8 % HCFC-22 and 51.2 % CFC-115 (7,670); R-410A is all Kyoto."""
    rows = [leak(), leak(activity="R-502", quantity=10.0), leak(activity="R-410A"), leak(facility_id="shop"),
            leak(unit="m3")]  # fmt: skip
    result = fe.calculate(rows, SITES, fe.Method(gases=gases))  # type: ignore[arg-type]
    found = result.outside_kyoto().set_index(["facility", "gas"])
    assert found.loc[("depot", "HCFC-22"), "kg"] == pytest.approx(2 + 4.88)
    assert found.loc[("depot", "HCFC-22"), "co2e"] == pytest.approx((2 + 4.88) * 1760)
    assert found.loc[("depot", "CFC-115"), "co2e"] == pytest.approx(5.12 * 7670)
    assert found.loc[("shop", "HCFC-22"), "kg"] == 2
    assert len(found) == 3
    assert found["counted"].tolist() == [gases == "all"] * 3
    counted = float(found["co2e"].sum()) if gases == "all" else 0.0
    assert result.total["co2e"] == pytest.approx(2 * 1923.5 + counted)


@pytest.mark.parametrize(
    ("method", "co2e"),
    [
        (fe.Method(include=("stationary",)), 0.0),
        (fe.Method(refrigerants="epa_hub"), 36.0),  # EPA's Hub prints 18 for R-401A: its Kyoto gases
    ],
)
def test_what_the_headline_leaves_out_is_not_called_counted(method: fe.Method, co2e: float) -> None:
    result = fe.calculate([leak(activity="R-401A")], SITES, method)
    found = result.outside_kyoto()
    assert found["gas"].tolist() == ["HCFC-124", "HCFC-22"]
    assert found["counted"].tolist() == [False, False]
    assert result.total["co2e"] == pytest.approx(co2e)


def test_nothing_outside_kyoto_is_an_empty_table() -> None:
    found = fe.calculate([leak(activity="R-410A")], SITES).outside_kyoto()
    assert list(found) == ["facility", "gas", "group", "kg", "co2e", "counted"]
    assert found.empty


PLANT = {"facility_id": "es", "treatment_system": "anaerobic_reactor", "unit": "kg", "year": 2023, "bod_in": 1000}


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"discharge_system": "discharge"}, "bod_out", "The effluent is discharged, and its load of bod is not given."),
        ({"discharge_system": "discharge", "bod_out": 9, "nitrogen_in": 5}, "nitrogen_out", "its load of nitrogen is"),
        ({"bod_in": None, "nitrogen_in": 5, "sludge": 2}, "sludge", "sludge stands without an organic load."),
        ({"bod_in": True}, "bod_in", "bod_in is no finite number."),
        ({"bod_in": -1}, "bod_in", "bod_in is negative."),
    ],
)
def test_a_plant_that_says_half_is_told_once(changes: dict[str, object], column: str, reason: str) -> None:
    derived = fe.activity_data.wastewater([{**PLANT, **changes}])
    assert derived.records.empty
    (problem,) = derived.problems.to_dict("records")
    assert problem["column"] == column
    assert reason in problem["reason"]


def test_loads_that_add_up_but_for_rounding_are_loads() -> None:
    derived = fe.activity_data.wastewater([{**PLANT, "bod_in": 0.3, "bod_out": 0.1, "sludge": 0.2}])
    assert derived.records["quantity"].tolist() == [pytest.approx(0.1)]


def test_a_blank_discharge_is_none() -> None:
    derived = fe.activity_data.wastewater([{**PLANT, "bod_out": 3, "discharge_system": " "}])
    assert derived.records["quantity"].tolist() == [1000]


def test_plants_keep_their_order_whatever_their_labels() -> None:
    plants = pd.DataFrame([{**PLANT, "nitrogen_in": 5.0}, {**PLANT, "bod_in": 7.0}], index=["b", 1])
    records = fe.activity_data.wastewater(plants).records
    assert records.index.tolist() == ["b", "b", 1]
    assert records["quantity"].tolist() == [1000, 5, 7]


def test_no_observations_are_no_records() -> None:
    for function in (fe.activity_data.wastewater, fe.activity_data.refrigerant_balance):
        derived = function([])
        assert (len(derived.records), len(derived.problems)) == (0, 0)
        assert len(fe.calculate(derived.records, [{"id": "es", "country": "ES"}]).records) == 0
    twice = pd.DataFrame([[1, 2]], columns=["unit", "unit"])
    with pytest.raises(ContractError, match="Column 'unit' appears 2 times"):
        fe.activity_data.wastewater(twice)


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        (fe.factors.leak_rates(), "twice: take one set"),
        (pd.DataFrame({"equipment": ["chiller"], "annual_leak_rate": [15]}), "annual_leak_rate 15 is no share"),
        (pd.DataFrame({"equipment": ["chiller"], "annual_leak_rate": ["much"]}), "annual_leak_rate 'much' is no share"),
        (pd.DataFrame({"equipement": ["chiller"], "annual_leak_rate": [0.1]}), "no column 'equipment'. Did you mean"),
    ],
)
def test_rates_of_ones_own_are_checked(rates: pd.DataFrame, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        fe.activity_data.refrigerant_screening([CHILLER], rates)


def test_equipment_without_a_kind_is_told() -> None:
    rows = [{**CHILLER, "equipment": kind} for kind in (float("nan"), None, float("nan"), "chiller")]
    derived = fe.activity_data.refrigerant_screening(rows, "epa_tcr")
    assert derived.records["quantity"].tolist() == [15.0]
    assert derived.problems["row"].tolist() == [0, 1, 2]
