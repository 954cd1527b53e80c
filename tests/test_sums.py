"""Sums by facts of rows and facilities: fiscal years, types, organisations, consolidation shares."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from frames import FACILITIES, frame, record, sampled_frame

POWER = {"category": "electricity", "activity": None, "unit": "kWh"}
SPAIN = [{"id": f, "country": "ES"} for f in "abc"]  # 2023: 0.14 kg CO2e for a kWh; 2024: see the ledger
few = settings(max_examples=12, deadline=None)
seeds, months = st.integers(0, 2**32 - 1), st.integers(1, 12)
rules = st.sampled_from(["prorate", "start", "end"])
SHARES = FACILITIES.assign(consolidation_share=np.resize([None, 0.0, 0.3, 1.0, 0.5], len(FACILITIES)))


def calculate(consumption: pd.DataFrame, sites: object = FACILITIES, **fields: object) -> fe.Result:
    return fe.calculate(consumption, sites, fe.Method(**fields))  # type: ignore[arg-type]


# -- fiscal years ------------------------------------------------------------------------------


def fiscal(rows: list[dict[str, object]], month: int = 4, **fields: object) -> dict[int, float]:
    result = calculate(frame(*({**POWER, **row} for row in rows)), SPAIN, **fields)
    return result.by("fiscal_year", fiscal_year_start=month)["co2e"].to_dict()


def bill(start: str, end: str, quantity: float = 31_000.0) -> dict[str, object]:
    return record(facility_id="a", start_date=start, end_date=end, quantity=quantity, **POWER)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2023-03-15", "2023-04-14", {2023: 0.14 * 17_000, 2024: 0.14 * 14_000}),  # 17 of 31 days in March
        ("2023-04-01", "2023-04-01", {2024: 0.14 * 31_000}),
        ("2023-03-31", "2023-03-31", {2023: 0.14 * 31_000}),
        ("2023-01-01", "2023-12-31", {2023: 0.14 * 31_000 * 90 / 365, 2024: 0.14 * 31_000 * 275 / 365}),
    ],
)
def test_by_hand_with_a_year_that_begins_in_april(start: str, end: str, expected: dict[int, float]) -> None:
    assert fiscal([bill(start, end)]) == pytest.approx(expected)


def test_factors_stay_those_of_the_calendar_year() -> None:
    """A bill across New Year lies in one fiscal year, with the factors of two calendar years, and counts once."""
    result = calculate(frame(bill("2022-12-15", "2023-01-14")), SPAIN)
    sums = result.by("fiscal_year", fiscal_year_start=4)
    assert sums.index.tolist() == [2023]
    assert sums["records"].tolist() == [1]
    assert sums["co2e"].tolist() == pytest.approx([result.total["co2e"]])
    by_both = result.by("year", "fiscal_year", fiscal_year_start=4)
    assert by_both.index.tolist() == [(2022, 2023), (2023, 2023)]
    assert by_both["co2e"].tolist() == pytest.approx(result.by("year")["co2e"].tolist())


@pytest.mark.parametrize(("rule", "year"), [("start", 2023), ("end", 2024)])
def test_the_year_rule_is_that_of_fiscal_years_too(rule: str, year: int) -> None:
    assert list(fiscal([bill("2023-03-15", "2023-04-14")], year_rule=rule)) == [year]


@pytest.mark.parametrize(("month", "expected"), [(4, {2023: 434, 2024: 439.5}), (6, {2023: 869.5, 2024: 4})])
def test_a_factor_that_begins_within_a_fiscal_year(month: int, expected: dict[int, float]) -> None:
    """100 kWh a day from 1 March to 8 June: 31 and 30 days with 0.14, then 31 and 8 days with one's own 0.005."""
    own = {"factor_id": "own", "activity_category": "electricity_location_based", "unit": "kWh", "co2_fossil_kg": 0.005}
    rows = frame(bill("2023-03-01", "2023-06-08", 10_000.0))
    result = fe.calculate(rows, SPAIN, custom_factors=[{**own, "valid_from": "2023-05-01"}])
    sums = result.by("fiscal_year", fiscal_year_start=month)
    assert sums["co2e"].to_dict() == pytest.approx(expected)
    assert sums["records"].tolist() == [1, 1]
    assert result.by("year", "fiscal_year", fiscal_year_start=month)["records"].tolist() == [1, 1]
    assert result.by("country", consolidated=True)["records"].tolist() == [1]


def test_a_row_of_a_year_without_dates_is_split() -> None:
    row = {**record(facility_id="a", quantity=365.0, **POWER), "start_date": None, "end_date": None, "year": 2023}
    assert fiscal([row], month=7) == pytest.approx({2023: 0.14 * 181, 2024: 0.14 * 184})


@few
@given(seeds, rules)
def test_a_fiscal_year_that_begins_in_january_is_the_calendar_year(seed: int, rule: str) -> None:
    result = calculate(sampled_frame(seed, 120), year_rule=rule)
    for more in ((), ("facility",), ("activity", "scope")):
        ours, theirs = result.by("fiscal_year", *more, fiscal_year_start=1), result.by("year", *more)
        assert list(ours.index) == list(theirs.index)
        np.testing.assert_allclose(ours.to_numpy(dtype=float), theirs.to_numpy(dtype=float), rtol=1e-12)


@few
@given(seeds, months, rules)
def test_fiscal_years_sum_to_the_total(seed: int, month: int, rule: str) -> None:
    result = calculate(sampled_frame(seed, 120), year_rule=rule)
    sums = result.by("fiscal_year", fiscal_year_start=month)
    for name in ("co2e", "co2e_biomass"):
        np.testing.assert_allclose(sums[name].sum(), result.total[name], rtol=1e-12)
    finer = result.by("facility", "fiscal_year", "scope", fiscal_year_start=month)["co2e"]
    coarser = result.by("facility", "scope")["co2e"]
    finer = finer.groupby(["facility", "scope"]).sum(min_count=1).reindex(coarser.index)
    np.testing.assert_allclose(finer, coarser, rtol=1e-12)


def fiscal_label(day: dt.date, month: int) -> int:
    return day.year + (month > 1 and day.month >= month)


@few
@given(seeds, months)
def test_against_a_slow_way_day_by_day(seed: int, month: int) -> None:
    """Each line of the ledger has a calendar year; its days are dealt out one by one."""
    consumption = sampled_frame(seed, 60)
    result = calculate(consumption)
    expected: dict[tuple[str, int], float] = {}
    records: dict[int, set[int]] = {}
    ledger = result.ledger()
    for line in ledger[ledger["activity_category"].isin(result.method.headline)].to_dict("records"):
        start, end = (consumption[c].iloc[line["position"]] for c in ("start_date", "end_date"))
        days = [start + dt.timedelta(n) for n in range((end - start).days + 1)]
        labels = [fiscal_label(day, month) for day in days if day.year == line["year"]]
        for label in set(labels):
            key = (line["facility_id"], label)
            expected[key] = expected.get(key, 0.0) + line["co2e"] * labels.count(label) / len(labels)
            records.setdefault(label, set()).add(line["position"])
    sums = result.by("facility", "fiscal_year", fiscal_year_start=month)["co2e"].dropna()
    assert {k: v for k, v in sums.items() if v} == pytest.approx({k: v for k, v in expected.items() if v}, rel=1e-9)
    counted = result.by("fiscal_year", fiscal_year_start=month)["records"]
    assert {k: n for k, n in counted.items() if n} == {k: len(v) for k, v in records.items()}


@few
@given(seeds, months, st.lists(st.integers(0, 80), max_size=3))
def test_sums_do_not_depend_on_the_partition(seed: int, month: int, cuts: list[int]) -> None:
    whole = sampled_frame(seed, 80)
    bounds = [0, *sorted(cuts), 80]

    def sums(part: pd.DataFrame) -> pd.DataFrame:
        by = ("facility_type", "fiscal_year", "country")
        found = calculate(part, SHARES).by(*by, fiscal_year_start=month, consolidated=True)
        return found.reset_index().astype(dict.fromkeys(by, str))

    parts = pd.concat([sums(whole.iloc[a:b]) for a, b in itertools.pairwise(bounds)])
    by = ["facility_type", "fiscal_year", "country"]
    parts["fiscal_year"] = parts["fiscal_year"].str.removesuffix(".0")
    expected = sums(whole).assign(fiscal_year=lambda f: f["fiscal_year"].str.removesuffix(".0"))
    found, expected = (f.groupby(by).sum() for f in (parts, expected))
    pd.testing.assert_index_equal(found.index, expected.index)
    np.testing.assert_allclose(found[expected.columns], expected, rtol=1e-11)


@pytest.mark.parametrize(
    ("dimensions", "more", "words"),
    [
        (("fiscal_year",), {}, "Say with which month a fiscal year begins, as in fiscal_year_start=4"),
        (("year",), {"fiscal_year_start": 4}, "the sums are not by 'fiscal_year'"),
        (("fiscal_year",), {"fiscal_year_start": 13}, "fiscal_year_start 13 is no month; 1 to 12"),
        (("fiscal_year",), {"fiscal_year_start": 0}, "fiscal_year_start 0 is no month"),
        (("fiscal_years",), {"fiscal_year_start": 4}, "Did you mean 'fiscal_year'"),
        (("year", "year"), {}, "The dimension 'year' is given twice"),
        (("organization",), {}, "The consumption has no column 'organization_id'"),
    ],
)
def test_bad_questions(dimensions: tuple[str, ...], more: dict[str, int], words: str) -> None:
    with pytest.raises(fe.ContractError, match=words):
        calculate(frame(bill("2023-01-01", "2023-01-31")), SPAIN).by(*dimensions, **more)  # type: ignore[arg-type]


def test_rows_without_a_period_are_problems_of_no_fiscal_year() -> None:
    rows = [bill("2023-05-01", "2023-05-31"), {**bill("2023-05-01", "2023-05-31"), "start_date": "May"}]
    sums = calculate(frame(*rows), SPAIN).by("fiscal_year", fiscal_year_start=4)
    assert sums["problems"].tolist() == [0, 1]
    np.testing.assert_array_equal(sums.index, [2024, math.nan])


def test_years_are_integers_in_order_and_what_has_none_stands_last() -> None:
    rows = [
        {**bill("2023-05-01", "2023-05-31"), "end_date": None},
        *(bill(f"{y}-05-01", f"{y}-05-31") for y in (2024, 2022)),
    ]
    result = calculate(frame(*rows), SPAIN)
    np.testing.assert_array_equal(result.by("year").index, [2022, 2024, math.nan])
    np.testing.assert_array_equal(result.by("fiscal_year", fiscal_year_start=2).index, [2023, 2025, math.nan])
    sound = calculate(frame(*rows[1:]), SPAIN)
    assert sound.by("fiscal_year", fiscal_year_start=2).index.dtype == sound.by("year").index.dtype == np.int64


# -- types and organisations -------------------------------------------------------------------


def test_types_are_one_in_any_case() -> None:
    sites = [{"id": "a", "country": "ES", "type": "Office"}, {"id": "b", "country": "ES", "type": " office "}, SPAIN[2]]
    rows = [record(facility_id=f, quantity=1000.0, **POWER) for f in "abc"]
    sums = calculate(frame(*rows), sites).by("facility_type")
    assert sums["co2e"].tolist() == pytest.approx([280, 140])
    assert sums.index[0] == "office"
    assert pd.isna(sums.index[1])


@pytest.mark.parametrize("ids", [["x", "y", None], [1, 2, None], pd.Categorical(["x", "y", None])])
def test_one_bill_over_organisations(ids: object) -> None:
    shares = [0.5, 0.3, 0.2]
    rows = [record(facility_id=f, record_id="bill", base_quantity=1000.0, percentage=p, quantity=None, **POWER)
            for f, p in zip("abc", shares, strict=True)]  # fmt: skip
    result = calculate(frame(*rows).assign(organization_id=ids), SPAIN)
    sums = result.by("organization")["co2e"]
    assert sums.tolist() == pytest.approx([140 * p for p in shares])
    assert [None if pd.isna(name) else name for name in sums.index] in (["x", "y", None], ["1", "2", None])
    assert sums.sum() == pytest.approx(result.total["co2e"])


def test_two_tenants_may_share_the_bill_of_one_facility() -> None:
    half = record(facility_id="a", record_id="bill", base_quantity=1000.0, percentage=0.5, quantity=None, **POWER)
    result = calculate(frame(half, half).assign(organization_id=["x", "y"]), SPAIN)
    assert result.problems.empty
    assert result.by("organization")["co2e"].to_dict() == pytest.approx({"x": 70, "y": 70})
    for ids in (["x", "x"], [None, None]):  # a share that is there twice
        told = calculate(frame(half, half).assign(organization_id=ids), SPAIN).problems
        assert told[["position", "column"]].to_numpy().tolist() == [[1, "record_id"]]


def test_records_may_name_an_organisation() -> None:
    row = bill("2023-01-01", "2023-01-31")
    result = fe.calculate([fe.ConsumptionRecord(**row, organization_id="x")], SPAIN)
    assert result.by("organization", "scope").index.get_level_values(0).unique().tolist() == ["x"]
    calculator = fe.Calculator(SPAIN)
    assert calculator({**row, "organization_id": "x"}).co2e == result.co2e.iloc[0]


# -- shares of a record ------------------------------------------------------------------------


def exact(values: pd.Series) -> Fraction:
    return sum(map(Fraction, values), Fraction())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40), st.floats(1e-3, 1e9))
def test_figures_of_shares_add_up_to_the_whole_to_the_last_bits(weights: list[int], base: float) -> None:
    """Three roundings a part (share, quantity, figure) and one of the whole: 4 units in the last place at most."""
    rows = [
        record(facility_id=f"f{i}", record_id="bill", base_quantity=base, percentage=w / sum(weights), quantity=None)
        for i, w in enumerate(weights)
    ]
    sites = [{"id": f"f{i}", "country": "GB", "type": "office"} for i in range(len(weights))]
    result = fe.calculate(frame(*rows), sites)
    assert result.problems.empty
    whole = fe.calculate(frame(record(quantity=base)), sites)
    for name in ("co2e", "stationary", "stationary_generation"):
        figure = float(whole.records[name].iloc[0])
        assert abs(exact(result.records[name]) - Fraction(figure)) <= 4 * Fraction(math.ulp(figure)), name
    assert abs(result.total["co2e"] - whole.total["co2e"]) <= 5 * math.ulp(whole.total["co2e"])


def test_shares_that_were_rounded_add_up_to_what_they_say() -> None:
    rows = [record(facility_id=f, record_id="bill", base_quantity=1e6, percentage=0.333333, quantity=None, **POWER)
            for f in "abc"]  # fmt: skip
    assert calculate(frame(*rows), SPAIN).total["co2e"] == pytest.approx(140_000 * 0.999999, rel=1e-12)


# -- consolidation -----------------------------------------------------------------------------


def test_consolidation_by_hand() -> None:
    sites = [{**SPAIN[0], "consolidation_share": 0.6}, {**SPAIN[1], "consolidation_share": 0}, SPAIN[2]]
    result = calculate(frame(*(record(facility_id=f, quantity=1000.0, **POWER) for f in "abc")), sites)
    sums = result.by("facility", consolidated=True)
    assert sums["co2e"].tolist() == pytest.approx([140, 140, 140])
    assert sums["consolidated_co2e"].tolist() == pytest.approx([84, 0, 140])
    assert sums["share_assumed"].tolist() == [0, 0, 1]
    assert result.by("country", consolidated=True)["consolidated_co2e"].tolist() == pytest.approx([224])
    scopes = result.by("scope", consolidated=True)
    assert scopes.loc["2 market-based", "consolidated_co2e"] == pytest.approx(260 * 1.6)
    assert scopes["share_assumed"].tolist() == [1] * len(scopes)


@few
@given(seeds, st.integers(0, 1000).map(lambda n: n / 1000))
def test_consolidation_is_linear_in_the_share(seed: int, share: float) -> None:
    consumption, by = sampled_frame(seed, 80), ("facility_type", "year", "scope")
    plain = calculate(consumption)
    mine, theirs = (
        calculate(consumption, FACILITIES.assign(consolidation_share=s)).by(*by, consolidated=True)
        for s in (share, 1 - share)
    )
    for name in ("co2e", "co2e_biomass"):
        sums = plain.by(*by)[name]
        np.testing.assert_allclose(mine[f"consolidated_{name}"], share * sums, rtol=1e-12)
        np.testing.assert_allclose(mine[f"consolidated_{name}"] + theirs[f"consolidated_{name}"], sums, rtol=1e-9)


@few
@given(seeds)
def test_no_share_counts_in_full_and_says_so(seed: int) -> None:
    result = calculate(sampled_frame(seed, 60))
    sums = result.by("country", consolidated=True)
    np.testing.assert_array_equal(sums["consolidated_co2e"], sums["co2e"])
    np.testing.assert_array_equal(sums["share_assumed"], sums["records"])


@few
@given(seeds)
def test_consolidation_changes_no_figure(seed: int) -> None:
    consumption = sampled_frame(seed, 60)
    plain, shared = calculate(consumption), calculate(consumption, SHARES)
    before = shared.co2e.copy()
    consolidated = shared.by("facility", "gas", consolidated=True)
    pd.testing.assert_series_equal(shared.co2e, before, check_exact=True)
    pd.testing.assert_series_equal(shared.co2e, plain.co2e, check_exact=True)
    pd.testing.assert_frame_equal(consolidated[plain.by("facility", "gas").columns], plain.by("facility", "gas"))
    facts = SHARES.set_index("facility_id")["consolidation_share"].astype(float).fillna(1.0)
    sums = shared.by("facility", consolidated=True)
    np.testing.assert_allclose(sums["consolidated_co2e"], sums["co2e"] * facts.reindex(sums.index), rtol=1e-12)
