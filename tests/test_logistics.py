"""The logistics report: scope 2 times the factor, on both bases, and the intensity of a hub."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.logistics import hub_intensity, logistics_scope2
from frames import FACILITIES, frame, record, sampled_frame

GAS = {"activity": "natural_gas", "quantity": 10_000.0, "unit": "kWh_gcv"}
POWER = {"category": "electricity", "activity": None, "quantity": 10_000.0, "unit": "kWh"}
HUB = {"id": "hub", "country": "ES", "type": "warehouse"}


def report(*rows: dict[str, object], scope2: str | None = None, **hub: object) -> pd.DataFrame:
    consumption = frame(*(record(facility_id="hub", **row) for row in rows))
    return fe.calculate(consumption, [{**HUB, **hub}]).logistics(scope2)  # type: ignore[arg-type]


def test_a_hub_by_hand() -> None:
    """MITECO V31: gas 0.182 kg CO2, 0.000016 kg CH4 (AR5: 28); residual mix 0.26; EEA: Spain 0.14."""
    table = report(GAS, POWER, scope2="both", tonnes=500)
    assert table.index.tolist() == [("hub", "location"), ("hub", "market")]
    scope1 = 10_000 * (0.182 + 0.000016 * 28)
    expected = [[scope1, kwh * 1e4, kwh * 8e3, scope1 + kwh * 8e3, (scope1 + kwh * 8e3) * 2] for kwh in (0.14, 0.26)]
    columns = ["scope1", "scope2", "logistics_scope2", "logistics_co2e", "g_per_tonne"]
    np.testing.assert_allclose(table[columns], expected, rtol=1e-12)
    assert table["assumed"].tolist() == ["logistic_factor not given: 0.8"] * 2


def test_one_basis_is_that_of_the_method_by_default() -> None:
    both = report(GAS, POWER, scope2="both").xs("market", level="basis")
    consumption = frame(record(facility_id="hub", **GAS), record(facility_id="hub", **POWER))
    pd.testing.assert_frame_equal(fe.calculate(consumption, [HUB], fe.Method(scope2="market")).logistics(), both)
    pd.testing.assert_frame_equal(report(GAS, POWER, scope2="market"), both)
    assert report(GAS, POWER)["scope2"].tolist() == pytest.approx([1400])


def test_zero_stays_zero_and_scope_1_is_never_scaled() -> None:
    row = report(GAS, POWER, logistic_factor=0.0, tonnes=10).loc["hub"]
    assert (row["logistics_scope2"], row["assumed"]) == (0.0, "")
    assert row["logistics_co2e"] == row["scope1"] == pytest.approx(1824.48)
    assert row["g_per_tonne"] == pytest.approx(182448)


@pytest.mark.parametrize(("tonnes", "note"), [(None, ""), (0, "tonnes is 0: no intensity")])
def test_without_tonnes_there_is_no_intensity(tonnes: float | None, note: str) -> None:
    row = report(GAS, POWER, tonnes=tonnes).loc["hub"]
    assert math.isnan(row["g_per_tonne"])
    assert row["note"] == note
    assert row["tonnes"] == tonnes or math.isnan(row["tonnes"])


def test_refrigerants_are_in_the_hub_s_scope_1() -> None:
    gas = {"category": "recharge", "activity": "R-410A", "quantity": 2.0, "unit": "kg"}
    row = report(gas, tonnes=1).loc["hub"]
    assert row["scope1"] == pytest.approx(2 * (0.5 * 677 + 0.5 * 3170))  # AR5 Table 8.A.1
    assert row["scope2"] == 0.0  # no electricity was given, and nothing is lacking


def test_what_is_lacking_is_no_zero() -> None:
    row = report({**POWER, "quantity": -1.0}, GAS, tonnes=5).loc["hub"]
    assert math.isnan(row["scope2"])
    assert math.isnan(row["g_per_tonne"])
    assert row["problems"] == 1
    # A figure outside the headline that nothing is published for: the market-based one of Great Britain's label.
    rego = report({**POWER, "contract": "REGO"}, scope2="both", country="GB", tonnes=1)
    assert rego["g_per_tonne"].isna().tolist() == [False, True]
    assert rego["problems"].tolist() == [0, 1]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_against_sums_by_scope(seed: int) -> None:
    sites = FACILITIES.assign(
        logistic_factor=np.resize([None, 0.0, 0.25, 1.0], len(FACILITIES)),
        tonnes=np.resize([2.0, None, 0.0], len(FACILITIES)),
    )
    result = fe.calculate(sampled_frame(seed, 60), sites)
    both, scopes = result.logistics("both"), result.by("facility", "scope")["co2e"]
    facts = sites.set_index("facility_id")[["logistic_factor", "tonnes"]].astype(float)
    assert len(both) == 2 * result.by("facility").shape[0]
    for (facility, basis), row in both.iterrows():
        for ours, scope in ((row["scope1"], "1"), (row["scope2"], f"2 {basis}-based")):
            expected = scopes.get((facility, scope), math.nan)
            if math.isnan(expected):  # no figure: zero only where nothing is lacking
                assert ours == 0 or (math.isnan(ours) and row["problems"] > 0)
            else:
                assert ours == pytest.approx(expected, rel=1e-12)
        factor, tonnes = facts.loc[facility]
        kg = row["scope1"] + (0.8 if math.isnan(factor) else factor) * row["scope2"]
        grams = 1000 * kg / tonnes if tonnes > 0 else math.nan
        assert [row["logistics_co2e"], row["g_per_tonne"]] == pytest.approx([kg, grams], rel=1e-12, nan_ok=True)


def test_a_basis_that_is_none() -> None:
    with pytest.raises(fe.ContractError, match="scope2 'both bases' is none of 'location', 'market', 'both'"):
        report(GAS, scope2="both bases")


@pytest.mark.parametrize("kind", [float, np.array, pd.Series])
def test_formulas_give_the_kind_that_they_were_given(kind: type) -> None:
    values = 10.0 if kind is float else kind([10.0, 20.0])
    assert type(logistics_scope2(values, 0.5)) is type(values)
    assert type(hub_intensity(values, values)) is type(values)
    np.testing.assert_array_equal(hub_intensity(values, values * 2), np.full(np.shape(values), 500.0))
    with pytest.raises(fe.ContractError, match="outside"):
        logistics_scope2(values, 1.01)
