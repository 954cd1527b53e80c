"""Upstream and losses are scope 3 whatever the record: in no other scope, and in the headline only where asked for."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES
from frames import FACILITIES, draw_scope2, seeded_frame

APART = ("stationary_generation", "electricity_generation", "electricity_transmission_and_distribution")
IN_SCOPE = {
    "1": {"stationary", "recharge", "wastewater_on_site"},
    "2 location-based": {"purchased_heat", "electricity_location_based"},
    "2 market-based": {"purchased_heat", "electricity"},
    "3": {*APART, "water_supply", "water_treatment"},
}


def mixed(seed: int, rows: int) -> pd.DataFrame:
    rng = random.Random(seed)
    terms = pd.DataFrame([draw_scope2(rng.choice) for _ in range(rows)])
    return pd.concat([seeded_frame(seed, rows), terms], ignore_index=True)


def test_figures_are_of_one_scope() -> None:
    assert {name for names in IN_SCOPE.values() for name in names} == set(ACTIVITY_CATEGORIES)
    for name, figure in ACTIVITY_CATEGORIES.items():
        assert {scope[0] for scope, names in IN_SCOPE.items() if name in names} == {str(figure.scope)}
    for method in (fe.Method(), fe.Method(scope2="market")):
        assert not set(APART) & set(method.headline)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["location", "market"]))
def test_scopes_1_and_2_hold_no_upstream_and_no_losses(seed: int, scope2: str) -> None:
    result = fe.calculate(mixed(seed, 60), FACILITIES, fe.Method(scope2=scope2))
    records, scopes, ledger = result.records, result.by_scope(), result.ledger()
    for scope, names in IN_SCOPE.items():
        kg = ledger.loc[ledger["activity_category"].isin(names), "co2e"].sum()
        assert scopes["co2e"].reindex([scope]).fillna(0).iloc[0] == pytest.approx(kg, rel=1e-9, abs=1e-9)
    counted = records.reindex(columns=list(result.method.headline)).sum(axis=1)
    ok = records["status"] == "ok"
    np.testing.assert_allclose(records["co2e"][ok], counted[ok], rtol=1e-12)
    assert not ledger[ledger["activity_category"].isin(APART)]["scope"].isin([1, 2]).any()


LOSSES = "electricity_transmission_and_distribution"
POWER = {"facility_id": "za", "category": "electricity", "quantity": 310.0, "unit": "kWh"}
SOUTH_AFRICA = [{"facility_id": "za", "country": "ZA"}]


def test_losses_of_a_bill_that_is_bought_in_part_are_those_of_that_part() -> None:
    """Own generation loses nothing on the way; from the 21st its certificates are sold, so it counts as bought."""
    terms = {"contract": "certificates_sold", "contract_start": "2017-10-21"}
    sold = {**POWER, "activity": "self_generated_electricity", "start_date": "2017-10-01", "end_date": "2017-10-31"}
    bought = {**POWER, "activity": "grid_electricity", "quantity": 110.0, "year": 2017}
    result, grid = fe.calculate([{**sold, **terms}], SOUTH_AFRICA), fe.calculate([bought], SOUTH_AFRICA)
    (part,), (whole,) = (r.records[LOSSES] for r in (result, grid))
    assert part == pytest.approx(whole, rel=1e-12)
    assert part == pytest.approx(result.ledger().query("activity_category == @LOSSES")["co2e"].sum(), rel=1e-12)
    asked = fe.calculate([{**sold, **terms}], SOUTH_AFRICA, fe.Method(include=(*fe.Method().headline, LOSSES)))
    assert asked.co2e[0] == pytest.approx(result.co2e[0] + part, rel=1e-12)
    none = {**sold, "start_date": "2016-12-01", "end_date": "2017-01-31"}  # in pieces, and bought in none of them
    assert fe.calculate([none, bought], SOUTH_AFRICA).records[LOSSES].isna().tolist() == [True, False]


def test_losses_of_a_bill_are_unknown_where_one_of_its_years_has_no_factor() -> None:
    """South Africa's losses are in DEFRA's Annex 10 to 2008, and in DESNZ's overseas tables of 2016 and 2017."""
    method = fe.Method(max_years_back=0, max_years_forward=0)
    bill = {**POWER, "activity": "grid_electricity"}
    rows = [{**bill, "start_date": f"{y}-12-01", "end_date": f"{y + 1}-01-31"} for y in (2007, 2008, 2015, 2016, 2017)]
    records = fe.calculate(rows, SOUTH_AFRICA, method).records
    assert (records["status"] == "ok").all()
    assert records[LOSSES].isna().tolist() == [False, True, True, False, True]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(APART))
@example(829789, LOSSES)
def test_the_headline_takes_them_only_where_it_is_told_to(seed: int, figure: str) -> None:
    frame, default = mixed(seed, 60), fe.Method()
    without = fe.calculate(frame, FACILITIES, default).records
    asked = fe.calculate(frame, FACILITIES, fe.Method(include=(*default.headline, figure))).records
    both = (without["status"] == "ok") & (asked["status"] == "ok")
    more = without[figure].fillna(0) if figure in without else 0
    np.testing.assert_allclose(asked["co2e"][both], (without["co2e"] + more)[both], rtol=1e-12)
    assert both.sum() > 10
