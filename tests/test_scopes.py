"""Upstream and losses are scope 3 whatever the record: in no other scope, and in the headline only where asked for."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
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


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(APART))
def test_the_headline_takes_them_only_where_it_is_told_to(seed: int, figure: str) -> None:
    frame, default = mixed(seed, 60), fe.Method()
    without = fe.calculate(frame, FACILITIES, default).records
    asked = fe.calculate(frame, FACILITIES, fe.Method(include=(*default.headline, figure))).records
    both = (without["status"] == "ok") & (asked["status"] == "ok")
    more = without[figure].fillna(0) if figure in without else 0
    np.testing.assert_allclose(asked["co2e"][both], (without["co2e"] + more)[both], rtol=1e-12)
    assert both.sum() > 10
