"""Intervals: published examples, arithmetic by hand, an independent slow way, and what always holds."""

from __future__ import annotations

import io
import math
import random
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

import facility_emissions as fe
from facility_emissions.errors import ContractError
from facility_emissions.factors.properties import Property, cross
from facility_emissions.report.terminal import show_summary
from facility_emissions.uncertainty.monte_carlo import lognormal
from facility_emissions.vocabulary.units import parse_unit

FACILITIES = [
    {"id": "a", "country": "PT", "type": "office"},
    {"id": "b", "country": "PT", "type": "factory"},
    {"id": "c", "country": "ES", "type": "office"},
]
few = settings(max_examples=6, deadline=None)


def factor(name: str, kg: float, lower: float | None, upper: float | None, **more: object) -> dict[str, object]:
    """A factor of the user's own for electricity, taken where it is named."""
    own = {"activity_category": "electricity_location_based", "unit": "kWh", "factor_id": name, "applies": "by_name"}
    return {**own, "co2_fossil_kg": kg, "lower": lower, "upper": upper, **more}


def row(quantity: float, name: str | None = None, percent: float | None = 0.0, **more: object) -> dict[str, object]:
    power = {"facility_id": "a", "category": "electricity", "activity": None, "unit": "kWh", "year": 2023}
    return {**power, "quantity": quantity, "custom_factor_id": name, "quantity_uncertainty": percent, **more}


def calculate(rows: list[dict[str, Any]], factors: list[dict[str, Any]] | None = None, **fields: object) -> fe.Result:
    result = fe.calculate(pd.DataFrame(rows), FACILITIES, fe.Method(**fields), custom_factors=factors)
    assert result.problems.empty, result.problems.T
    return result


def reach(total: dict[str, float]) -> tuple[float, float]:
    return total["known"] - total["lower"], total["upper"] - total["known"]


# -- published examples: JCGM 100:2008, Guide to the expression of uncertainty in measurement -------

METHODS = [("propagation", 1e-9), ("monte_carlo", 0.03)]  # with how near each has to come


@pytest.mark.parametrize(("method", "near"), METHODS)
def test_ten_resistors_of_one_standard_are_one_error(method: str, near: float) -> None:
    """5.2.2: ten resistors of 1000 ohm, all calibrated by one standard of 1000 ohm +- 100 mohm: 1 ohm, not 0.32."""
    result = calculate([row(1, "standard")] * 10, [factor("standard", 1000, 999.9, 1000.1)])
    total = result.uncertainty(method, draws=40_000).total
    assert total["known"] == pytest.approx(10_000)
    assert reach(total) == pytest.approx((1.0, 1.0), rel=near)


@pytest.mark.parametrize(("method", "near"), METHODS)
def test_ten_resistors_of_their_own_are_not(method: str, near: float) -> None:
    """5.2.2: the 0.32 ohm that would hold if the ten errors were independent."""
    result = calculate([row(1, "exact", 0.01)] * 10, [factor("exact", 1000, 1000, 1000)])
    total = result.uncertainty(method, draws=40_000).total
    assert reach(total) == pytest.approx((0.32, 0.32), rel=max(near, 0.013))  # printed with two digits
    assert reach(total) == pytest.approx((0.1 * math.sqrt(10),) * 2, rel=near)


@pytest.mark.parametrize(("method", "near"), METHODS)
def test_two_independent_errors_add_in_quadrature(method: str, near: float) -> None:
    """5.1.5: 12 microvolt and 8.7 microvolt make 15 microvolt."""
    factors = [factor("mean", 928_571, 928_571 - 12, 928_571 + 12), factor("correction", 1000, 991.3, 1008.7)]
    total = calculate([row(1, "mean"), row(1, "correction")], factors).uncertainty(method, draws=40_000).total
    assert reach(total) == pytest.approx((math.hypot(12, 8.7),) * 2, rel=near)
    assert round(math.hypot(12, 8.7)) == 15


# -- by hand --------------------------------------------------------------------------------------


def test_equation_3_1_on_the_ipcc_default_of_natural_gas() -> None:
    """IPCC 2006, Volume 2, table 2.4: 56,100 (54,300 to 58,300) kg CO2/TJ; the quantity is +-5 %."""
    rows = [row(2, None, 5, category="heat", activity="natural_gas", unit="TJ_ncv")]
    total = calculate(rows).uncertainty().total
    assert total["known"] == pytest.approx(2 * 56_100)
    assert total["co2e"] == pytest.approx(2 * (56_100 + 5 * 28 + 0.1 * 265))
    below = 2 * 56_100 * math.hypot(0.05, 1800 / 56_100)
    above = 2 * 56_100 * math.hypot(0.05, 2200 / 56_100)
    assert reach(total) == pytest.approx((below, above), rel=1e-12)
    assert total["half_width"] == pytest.approx(100 * (below + above) / 2 / 112_200)
    assert total["share_known"] == pytest.approx(total["known"] / total["co2e"])


def test_a_calorific_value_is_a_number_too() -> None:
    """IPCC 2006, Volume 2: bituminous coal 94,600 (89,500 to 99,700) kg/TJ, NCV 25.8 (19.9 to 30.5) MJ/kg."""
    rows = [row(1000, None, 0, category="heat", activity="coal_bituminous", unit="kg")]
    total = calculate(rows).uncertainty().total
    known = 1000 * 25.8e-6 * 94_600
    assert total["known"] == pytest.approx(known)
    below, above = (known * math.hypot(*sides) for sides in ((5100 / 94_600, 5.9 / 25.8), (5100 / 94_600, 4.7 / 25.8)))
    assert reach(total) == pytest.approx((below, above), rel=1e-9)


def test_a_calorific_value_that_is_divided_by_has_its_bounds_the_other_way_round() -> None:
    """NCV 25.8 (19.9 to 30.5) MJ/kg: a kWh is the least coal with the greatest value."""
    ncv = Property("coal_bituminous", "WORLD", 1990, None, "ncv", 25.8, "ipcc", "2006", "table 1.2", 19.9, 30.5)
    there = cross(parse_unit("kg"), parse_unit("kWh_ncv"), {"ncv": ncv})
    back = cross(parse_unit("kWh_ncv"), parse_unit("kg"), {"ncv": ncv})
    assert there is not None
    assert back is not None
    assert there.spreads[0].bounds == pytest.approx((19.9 / 25.8, 30.5 / 25.8))
    assert back.spreads[0].bounds == pytest.approx((25.8 / 30.5, 25.8 / 19.9))
    assert there.spreads[0].name == back.spreads[0].name


def test_wastewater_has_the_bounds_of_its_parameters() -> None:
    """IPCC, Volume 5: B0 0.6 (0.42 to 0.78; 2006, table 6.2), septic tank 0.5 (0.4 to 0.72; 2019, table 6.3)."""
    load = {"category": "water", "activity": "wastewater_bod", "unit": "kg"}
    rows = [row(100, None, 0, **load, treatment_system=system) for system in ("septic_tank", "septic_system")]
    records = calculate(rows, include=("wastewater_on_site",)).uncertainty().records
    assert records["known"].tolist() == pytest.approx([100 * 0.6 * 0.5 * 28, 0])  # the other's MCF has no bounds
    below, above = math.hypot(0.18 / 0.6, 0.1 / 0.5), math.hypot(0.18 / 0.6, 0.22 / 0.5)
    assert reach(records.iloc[0]) == pytest.approx((840 * below, 840 * above))


def test_a_stated_number_in_an_estimate_has_no_bounds() -> None:
    """The share of the water that goes to the sewer is the user's; ADEME's factor of treatment has bounds."""
    sites = [{"id": "a", "country": "FR", "type": "office"}]
    water = {"category": "water", "activity": "water_supply", "unit": "m3"}
    rows = pd.DataFrame([row(100, None, 0, **water), row(100, None, 0, **water, return_share=0.9)])
    known = fe.calculate(rows, sites).uncertainty().by("activity_category")["known"]
    assert known["water_supply"] == pytest.approx(2 * 13.2)
    assert known["water_treatment"] == 0


def test_the_same_printed_number_is_one_error_in_every_sector() -> None:
    gas = {"category": "heat", "activity": "natural_gas", "unit": "TJ_ncv"}
    result = calculate([row(1, None, 0, **gas), row(3, None, 0, **gas, facility_id="b")])
    ids = result.records["factor_ids"]
    assert ids[0] != ids[1], "an office is commercial, a factory manufacturing"
    assert reach(result.uncertainty().total) == pytest.approx((4 * 1800, 4 * 2200))


def test_shares_of_one_record_are_one_error() -> None:
    shares = [row(50, "exact", 10, record_id="x", percentage=0.5, facility_id=f) for f in ("a", "b")]
    uncertainty = calculate(shares, [factor("exact", 2, 2, 2)]).uncertainty()
    assert reach(uncertainty.total) == pytest.approx((20, 20))  # 10 % of 200, not 7.1 %
    assert uncertainty.records["half_width"].tolist() == pytest.approx([10, 10])
    assert uncertainty.by("facility")["half_width"].tolist() == pytest.approx([10, 10])


def test_two_records_are_two_errors() -> None:
    rows = [row(50, "exact", 10), row(50, "exact", 10)]
    total = calculate(rows, [factor("exact", 2, 2, 2)]).uncertainty().total
    assert reach(total) == pytest.approx((math.hypot(10, 10),) * 2)


def test_the_pieces_of_a_bill_across_years_are_one_error() -> None:
    bill = row(100, "exact", 10) | {"year": None, "start_date": "2022-10-01", "end_date": "2023-03-31"}
    uncertainty = calculate([bill], [factor("exact", 2, 2, 2)]).uncertainty()
    assert reach(uncertainty.total) == pytest.approx((20, 20))
    assert uncertainty.by("year")["half_width"].tolist() == pytest.approx([10, 10])
    assert uncertainty.records["half_width"].tolist() == pytest.approx([10])
    for method in ("propagation", "monte_carlo"):
        fiscal = calculate([bill], [factor("exact", 2, 2, 2)]).uncertainty(method, draws=20_000)
        by = fiscal.by("fiscal_year", fiscal_year_start=2)
        assert by.index.tolist() == [2023, 2024]
        assert by["known"].sum() == pytest.approx(200)
        assert by["half_width"].tolist() == pytest.approx([10, 10], rel=0.05)


def test_figures_of_one_record_share_its_quantity() -> None:
    losses = "electricity_transmission_and_distribution"
    result = calculate([row(100, "f", 3)], [factor("f", 2, 1.8, 2.2)], include=("electricity_location_based", losses))
    uncertainty = result.uncertainty(assumed={losses: 40})
    by = uncertainty.by("activity_category")
    assert by.loc[losses, "half_width"] == pytest.approx(math.hypot(40, 3))
    assert by.loc["electricity_location_based", "half_width"] == pytest.approx(math.hypot(10, 3))
    kg = result.records[losses].iloc[0]
    expected = math.sqrt((0.03 * (200 + kg)) ** 2 + 20**2 + (0.4 * kg) ** 2)
    assert reach(uncertainty.total) == pytest.approx((expected, expected))


def test_what_is_stated_of_a_factor_is_of_all_its_gases() -> None:
    own = [factor("gases", 2, None, None, ch4_kg=0.05, n2o_kg=0.01)]
    result = calculate([row(100, "gases", 0)], own)
    assert result.by_gas().index.get_level_values("gas").nunique() > 2
    assert result.uncertainty(assumed={"electricity_location_based": 20}).total["half_width"] == pytest.approx(20)


def test_the_market_based_figure_that_stands_on_the_grid_average_is_the_same_number() -> None:
    """Austria has no residual mix: both figures are made with one factor."""
    sites = [{"id": "a", "country": "AT", "type": "office"}]
    rows = pd.DataFrame([row(100, None, 0)]).drop(columns="custom_factor_id")
    own = [factor("f", 2, 1.8, 2.2, applies="by_fit")]
    result = fe.calculate(rows, sites, custom_factors=own)
    assert result.records["electricity"].iloc[0] == pytest.approx(200)
    assert result.uncertainty().by("activity_category")["half_width"]["electricity"] == pytest.approx(10)


def test_the_gwp_counts_only_where_it_is_stated() -> None:
    rows = [row(1, None, 0, category="heat", activity="natural_gas", unit="TJ_ncv")]
    result = calculate(rows)
    figure = {"stationary": 0}
    assert reach(result.uncertainty(assumed=figure).total) == pytest.approx((1800, 2200))
    ch4, n2o = 5 * 28, 0.1 * 265
    side = math.sqrt(2200**2 + (0.35 * ch4) ** 2 + (0.35 * n2o) ** 2)
    assert reach(result.uncertainty(assumed={**figure, "gwp": 35}).total)[1] == pytest.approx(side)


def test_where_it_comes_from() -> None:
    factors = [factor("big", 3, 2.7, 3.3), factor("small", 4, 3.9, 4.1)]
    uncertainty = calculate([row(100, "big", 0), row(100, "small", 4)], factors).uncertainty()
    sources = uncertainty.sources()
    assert sources["half_width"].tolist() == pytest.approx([30, 16, 10])
    assert sources["co2e"].tolist() == pytest.approx([300, 700, 400])
    assert sources["share"].tolist() == pytest.approx([900 / 1256, 256 / 1256, 100 / 1256])
    assert "3 kg/kWh (2.7 to 3.3)" in sources["source"][0]
    assert sources["source"][1] == "quantities"
    assert math.sqrt((sources["half_width"] ** 2).sum()) == pytest.approx(reach(uncertainty.total)[0])


# -- unknown is not zero ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([row(1, "bounded", None)], "the quantity states nothing"),
        ([row(1, "bare")], "the factor has no bounds"),
        ([row(1, "half")], "it has one of two bounds"),
        ([row(1)], "the grid average has none published"),
        ([row(1, category="heat", activity="natural_gas", unit="kWh_gcv")], "NCV/GCV has none"),
        ([row(1, category="heat", activity="wood_pellets", unit="TJ_ncv")], "its bounds are of biogenic CO2"),
        ([row(1, category="recharge", activity="R-410A", unit="kg")], "a composition has none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_without_bounds_nothing_is_known(rows: list[dict[str, Any]], why: str) -> None:
    factors = [factor("bounded", 2, 1, 3), factor("bare", 2, None, None), factor("half", 2, 1, None)]
    for method in ("propagation", "monte_carlo"):
        uncertainty = calculate(rows, factors).uncertainty(method, draws=100)
        total = uncertainty.total
        assert total["co2e"] > 0, why
        assert total["known"] == 0, why
        assert math.isnan(total["lower"]), why
        assert math.isnan(total["upper"]), why
        assert math.isnan(total["half_width"]), why
        assert total["share_known"] == 0
        assert uncertainty.records[["lower", "upper", "half_width"]].isna().all(axis=None)
        assert "uncertainty unknown" in repr(uncertainty)


def test_what_is_unknown_stays_out_of_the_interval_and_is_counted() -> None:
    rows = [row(100, "bounded", 0), row(900, "bare", 0), row(7, "bounded", None)]
    total = calculate(rows, [factor("bounded", 1, 0.9, 1.1), factor("bare", 1, None, None)]).uncertainty().total
    assert total["co2e"] == pytest.approx(1007)
    assert total["known"] == pytest.approx(100)
    assert (total["lower"], total["upper"]) == pytest.approx((90, 110))
    assert total["share_known"] == pytest.approx(100 / 1007)
    assert total["assumed"] == 0


def test_what_the_user_states_fills_only_what_is_unknown_and_is_counted() -> None:
    rows = [row(100, "bounded", 1), row(100, "bare", None, quantity_basis="estimated"), row(100, "bare", None)]
    result = calculate(rows, [factor("bounded", 1, 0.9, 1.1), factor("bare", 1, None, None)])
    stated = {"electricity_location_based": 20, "quantity": 2, "estimated": 30}
    records = result.uncertainty(assumed=stated).records
    assert records["half_width"].tolist() == pytest.approx([math.hypot(10, 1), math.hypot(20, 30), math.hypot(20, 2)])
    assert records["assumed"].tolist() == pytest.approx([0, 100, 100])
    # The two share the factor that has no bounds, so its 20 % add up.
    total = result.uncertainty(assumed=stated).total
    assert reach(total)[0] == pytest.approx(math.sqrt(40**2 + 10**2 + 30**2 + 2**2 + 1**2))


def test_an_assumed_quantity_is_counted_though_its_factor_has_bounds() -> None:
    rows = [row(100, "bounded", 1), row(50, "bounded", None)]
    total = calculate(rows, [factor("bounded", 1, 0.9, 1.1)]).uncertainty(assumed={"quantity": 2}).total
    assert (total["known"], total["assumed"]) == pytest.approx((150, 50))


def test_rows_without_a_figure_have_no_interval() -> None:
    result = fe.calculate(pd.DataFrame([row(-1), row(1, None, 5)], index=["bad", "good"]), FACILITIES)
    records = result.uncertainty(assumed={"electricity_location_based": 10}).records
    assert records.loc["bad"].isna().all()
    assert records.loc["good", "half_width"] == pytest.approx(math.hypot(5, 10))


def test_nothing_at_all() -> None:
    empty = fe.calculate(pd.DataFrame([row(1)]).iloc[:0], FACILITIES).uncertainty()
    assert empty.total["co2e"] == 0
    assert math.isnan(empty.total["lower"])
    assert empty.records.empty
    assert empty.by("facility", "scope").empty


def test_zero_is_a_value() -> None:
    """A guarantee of origin is exactly zero: its interval is not unknown for that, and not NaN."""
    rows = [row(0, "bounded", 5), row(10, "bounded", 5)]
    records = calculate(rows, [factor("bounded", 1, 0.9, 1.1)]).uncertainty().records
    assert records["co2e"].tolist() == pytest.approx([0, 10])
    assert math.isnan(records["half_width"][0])  # % of nothing


# -- Monte Carlo ------------------------------------------------------------------------------------


@given(st.floats(0.01, 0.99), st.floats(1.01, 20))
def test_lognormal_has_the_bounds_as_its_quantiles(lower: float, upper: float) -> None:
    mean, deviation = lognormal(np.array([lower]), np.array([upper]))
    assert np.exp(mean - 1.959964 * deviation) == pytest.approx(lower, rel=1e-5)
    assert np.exp(mean + 1.959964 * deviation) == pytest.approx(upper, rel=1e-5)


def test_without_a_lower_bound_above_zero_the_number_is_the_median() -> None:
    mean, deviation = lognormal(np.array([-0.5]), np.array([2.5]))
    assert mean == pytest.approx(0)
    assert np.exp(1.959964 * deviation) == pytest.approx(2.5, rel=1e-5)


def test_bounds_that_are_far_apart_come_back_from_the_draws() -> None:
    result = calculate([row(10, "wide", 0)], [factor("wide", 1, 0.3, 3.3)])
    total = result.uncertainty("monte_carlo", draws=200_000).total
    assert (total["lower"], total["upper"]) == pytest.approx((3.0, 33.0), rel=0.02)


def test_more_draws_come_nearer_and_a_seed_gives_the_same_bits() -> None:
    result = calculate([row(q, "f", 3) for q in (1, 2, 3)], [factor("f", 1, 0.95, 1.05)])
    once, again = (result.uncertainty("monte_carlo", seed=7, draws=500).total for _ in range(2))
    other = result.uncertainty("monte_carlo", seed=8, draws=500).total
    assert once == again
    assert once["lower"] != other["lower"]
    exact = result.uncertainty().total
    for draws, near in ((500, 0.15), (100_000, 0.015)):
        total = result.uncertainty("monte_carlo", draws=draws).total
        assert total["half_width"] == pytest.approx(exact["half_width"], rel=near)


# -- an independent slow way, and what always holds ---------------------------------------------------

BOUNDS = {"f": (0.2, 0.19, 0.215), "g": (0.7, 0.69, 0.71), "h": (1.5, 1.5, 1.5), "n": (0.4, None, None)}
FACTORS = [factor(name, *bounds) for name, bounds in BOUNDS.items()]


def any_frame(seed: int, rows: int = 25) -> pd.DataFrame:
    """Rows of several facilities, years and factors, shares, bills across years, some of unknown certainty."""
    dice = random.Random(seed)
    out = []
    for number in range(rows):
        years = dice.choice([("2022-03-01", "2022-03-31"), ("2022-12-01", "2023-02-28"), ("2023-05-01", "2023-05-31")])
        said = row(dice.choice([0.0, 1.0, dice.uniform(1, 500)]), dice.choice(list(BOUNDS)),
                   dice.choice([None, 0.0, 1.0, 7.5]), facility_id=dice.choice("abc"), record_id=f"r{number}",
                   start_date=years[0], end_date=years[1], percentage=None)  # fmt: skip
        del said["year"]
        if dice.random() < 0.3:
            first, second = dice.sample("abc", 2)
            out += [{**said, "facility_id": f, "percentage": 0.5} for f in (first, second)]
        else:
            out.append(said)
    return pd.DataFrame(out)


def slowly(lines: list[dict[str, Any]], percent: list[float]) -> tuple[float, float, float]:
    """Known CO2e and how far its interval reaches, from lines of the ledger, one by one."""
    by_factor: dict[str, list[float]] = {}
    by_record: dict[object, float] = {}
    known = 0.0
    for line in lines:
        value, lower, upper = BOUNDS[line["factor_id"]]
        u = percent[line["position"]]
        if lower is None or upper is None or math.isnan(u):
            continue
        known += line["co2e"]
        sides = by_factor.setdefault(line["factor_id"], [0.0, 0.0])
        sides[0] += line["co2e"] * (value - lower) / value
        sides[1] += line["co2e"] * (upper - value) / value
        by_record[line["record_id"]] = by_record.get(line["record_id"], 0.0) + line["co2e"] * u / 100
    quantities = sum(kg**2 for kg in by_record.values())
    below, above = (math.sqrt(sum(s[i] ** 2 for s in by_factor.values()) + quantities) for i in (0, 1))
    return known, below, above


@few
@given(st.integers(0, 2**32))
def test_as_an_independent_slow_way(seed: int) -> None:
    result = fe.calculate(any_frame(seed), FACILITIES, custom_factors=FACTORS)
    ledger = result.ledger().query("activity_category == 'electricity_location_based'")
    lines = ledger[["position", "factor_id", "record_id", "facility_id", "year", "co2e"]].to_dict("records")
    percent = result.consumption["quantity_uncertainty"].astype(float).tolist()
    uncertainty = result.uncertainty()
    total = uncertainty.total
    assert (total["known"], *reach(total)) == pytest.approx(slowly(lines, percent), rel=1e-9)
    questions = {
        ("facility_id",): uncertainty.by("facility"),
        ("year",): uncertainty.by("year"),
        ("facility_id", "year"): uncertainty.by("facility", "year"),
        ("position",): uncertainty.records.reset_index(drop=True),
    }
    for names, table in questions.items():
        for label, found in zip(table.index, table.to_dict("records"), strict=True):
            values = label if isinstance(label, tuple) else (label,)
            known, below, above = slowly([n for n in lines if tuple(n[k] for k in names) == values], percent)
            assert found["known"] == pytest.approx(known, rel=1e-9, abs=1e-9)
            if known:
                assert reach(found) == pytest.approx((below, above), rel=1e-6, abs=1e-9)


@few
@given(st.integers(0, 2**32))
def test_sums_are_those_of_by(seed: int) -> None:
    result = fe.calculate(any_frame(seed), FACILITIES, custom_factors=FACTORS)
    uncertainty = result.uncertainty()
    for names in (["facility"], ["year", "country"], ["activity_category"], ["scope", "facility"], ["gas", "scope"]):
        expected = result.by(*names)["co2e"].dropna()
        found = uncertainty.by(*names)["co2e"]
        expected = expected[expected.index.isin(found.index) | (expected != 0)]  # biogenic CO2 is no CO2e
        pd.testing.assert_series_equal(found, expected, check_index_type=False, rtol=1e-12)
    expected = result.by("facility_type", "fiscal_year", fiscal_year_start=2)["co2e"].dropna()
    found = uncertainty.by("facility_type", "fiscal_year", fiscal_year_start=2)["co2e"]
    pd.testing.assert_series_equal(found, expected, check_index_type=False, rtol=1e-12)
    assert uncertainty.total["co2e"] == pytest.approx(result.total["co2e"])
    assert uncertainty.records["co2e"].to_numpy() == pytest.approx(result.co2e.to_numpy())


@few
@given(st.integers(0, 2**32), st.sampled_from(["propagation", "monte_carlo"]))
def test_the_order_of_rows_does_not_matter(seed: int, method: str) -> None:
    frame = any_frame(seed, 20)
    first, second = (
        fe.calculate(f, FACILITIES, custom_factors=FACTORS).uncertainty(method, draws=200)
        for f in (frame, frame.sample(frac=1, random_state=seed % 1000))
    )
    assert list(first.total.values()) == pytest.approx(list(second.total.values()), rel=1e-9, nan_ok=True)
    pd.testing.assert_frame_equal(first.by("facility"), second.by("facility"), rtol=1e-9)
    if method == "propagation":
        pd.testing.assert_frame_equal(first.records, second.records.loc[frame.index], rtol=1e-9)


@few
@given(st.integers(0, 2**32))
def test_a_group_is_what_its_rows_are_alone(seed: int) -> None:
    frame = any_frame(seed)
    frame = frame[frame["percentage"].isna()]
    whole = fe.calculate(frame, FACILITIES, custom_factors=FACTORS).uncertainty().by("facility")
    for name, rows in frame.groupby("facility_id"):
        alone = fe.calculate(rows, FACILITIES, custom_factors=FACTORS).uncertainty().total
        assert whole.loc[name].tolist() == pytest.approx(list(alone.values()), rel=1e-9, nan_ok=True)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_the_two_methods_agree_where_uncertainties_are_small(seed: int) -> None:
    result = fe.calculate(any_frame(seed), FACILITIES, custom_factors=FACTORS)
    exact, drawn = result.uncertainty(), result.uncertainty("monte_carlo", seed=seed, draws=20_000)
    assert drawn.total["known"] == pytest.approx(exact.total["known"])
    assert drawn.total["half_width"] == pytest.approx(exact.total["half_width"], rel=0.05)
    np.testing.assert_allclose(drawn.by("facility")["half_width"], exact.by("facility")["half_width"], rtol=0.06)
    sure = exact.records["half_width"] > 0
    np.testing.assert_allclose(drawn.records["half_width"][sure], exact.records["half_width"][sure], rtol=0.06)


def test_many_groups_are_simulated_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much memory as is allowed changes draws, not what they are drawn from."""
    from facility_emissions.uncertainty import monte_carlo

    result = fe.calculate(any_frame(3), FACILITIES, custom_factors=FACTORS)
    monkeypatch.setattr(monte_carlo, "_KEPT", 2000)
    monkeypatch.setattr(monte_carlo, "_AT_ONCE", 3000)
    exact, drawn = result.uncertainty().records, result.uncertainty("monte_carlo", draws=4000).records
    sure = exact["half_width"] > 0
    np.testing.assert_allclose(drawn["half_width"][sure], exact["half_width"][sure], rtol=0.12)


# -- questions that are none ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"method": "bayes"}, "neither 'propagation' nor 'monte_carlo'"),
        ({"draws": 10}, "at least 100"),
        ({"draws": 1e4}, "a whole number"),
        ({"seed": -1}, "from 0"),
        ({"assumed": {"electricty": 5}}, "Did you mean 'electricity'"),
        ({"assumed": {"quantity": -5}}, "half-width of an interval in %"),
        ({"assumed": {"quantity": math.nan}}, "half-width of an interval in %"),
        ({"assumed": {"quantity": "5"}}, "half-width of an interval in %"),
        ({"assumed": {"quantity": True}}, "half-width of an interval in %"),
    ],
)
def test_wrong_arguments_are_told(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ContractError, match=told):
        calculate([row(1)]).uncertainty(**wrong)


def test_wrong_dimensions_are_told() -> None:
    uncertainty = calculate([row(1)]).uncertainty()
    with pytest.raises(ContractError, match="Did you mean 'facility'"):
        uncertainty.by("facilty")
    with pytest.raises(ContractError, match="at least one"):
        uncertainty.by()


def test_bounds_that_their_number_lies_outside_of_are_broken() -> None:
    for lower, upper, told in ((3, 4, "lower 3 is above the number that it bounds, 2"), (0, 1, "upper 1 is below")):
        with pytest.raises(fe.FacilityEmissionsError, match=told):
            fe.FactorTable.of([factor("f", 2, lower, upper)])


# -- totals show the interval -----------------------------------------------------------------------


def test_a_result_shows_its_interval_where_its_records_state_something() -> None:
    factors = [factor("bounded", 1, 0.9, 1.1)]
    assert "95 % interval: 90.0 to 110.0 kg (±10.0 %)" in repr(calculate([row(100, "bounded")], factors))
    assert "interval" not in repr(calculate([row(100, "bounded", None)], factors))
    silent = {k: v for k, v in row(100, "bounded").items() if k != "quantity_uncertainty"}
    assert "interval" not in repr(calculate([silent], factors))
    half = calculate([row(100, "bounded"), row(300)], factors)
    share = half.uncertainty().total["share_known"]
    assert f"95 % interval of the {share:.1%} whose uncertainty is known: 90.0" in repr(half)


def test_the_summary_of_the_command_line_shows_it() -> None:
    shown = Console(file=io.StringIO(), width=120)
    show_summary(shown, calculate([row(10_000, "bounded"), row(30_000)], [factor("bounded", 1, 0.9, 1.1)]))
    assert isinstance(shown.file, io.StringIO)
    assert re.search(r"^95 % interval of the \d\d\.\d% whose uncertainty is known: 9\.00 to 11\.00 t \(±10\.0 %\) *$",
                     shown.file.getvalue(), flags=re.MULTILINE)  # fmt: skip
