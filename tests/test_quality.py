"""Scores: each rule by a record that meets it, the box of the Standard, and an independent slow way."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.errors import ContractError
from facility_emissions.quality import rules
from facility_emissions.quality.covered import merged

DOCS = Path(__file__).parents[1] / "docs"
SITES = [
    *({"id": country, "country": country, "type": "office"} for country in ("ES", "GB", "PT", "IT", "XK")),
    {"id": "observatory", "country": "PT", "type": "observatory"},
]
FIVE = list(rules.INDICATORS)


def row(**more: object) -> dict[str, object]:
    gas = {"facility_id": "ES", "category": "heat", "activity": "natural_gas", "quantity": 100, "unit": "kWh_gcv"}
    return {**gas, "start_date": "2023-01-01", "end_date": "2023-12-31", "quantity_basis": "invoiced", **more}


def calculate(*rows: dict[str, Any], **more: Any) -> fe.Result:
    result = fe.calculate(pd.DataFrame(list(rows)), SITES, **more)
    assert result.problems.empty, result.problems.T
    return result


def scores(*rows: dict[str, Any], verified: bool = False, **more: Any) -> dict[str, float]:
    """The scores of the first row."""
    return dict(calculate(*rows, **more).quality(verified=verified).records.iloc[0])


# -- box 7.2 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "rating"),
    [
        (0, "very good"), (2, "very good"),  # "less than 3 years of difference"
        (3, "good"), (5, "good"),  # "less than 6 years"
        (6, "fair"), (9, "fair"),  # "less than 10 years"
        (11, "poor"), (40, "poor"),  # "more than 10 years of difference or the age of the data are unknown"
        (math.nan, "poor"),
        (10, "poor"),  # neither less nor more than 10
    ],
)  # fmt: skip
def test_the_ages_of_the_standard(years: float, rating: str) -> None:
    assert rules.RATINGS[rules.of_age(years) - 1] == rating


def test_a_bill_of_the_whole_year_with_a_factor_of_its_country_and_year() -> None:
    assert scores(row()) == {
        "technology": 1, "time": 1, "geography": 1, "completeness": 1, "reliability": 2,
        "overall": 1.2, "age": 0, "covered": 1,
    }  # fmt: skip


# -- each rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "plain", "verified"),
    [("metered", 2, 1), ("invoiced", 2, 1), ("calculated", 3, 2), ("estimated", 4, 3), (None, 4, 4)],
)
def test_reliability_by_the_basis_of_the_quantity(basis: str | None, plain: int, verified: int) -> None:
    given_row = row(quantity_basis=basis)
    assert scores(given_row)["reliability"] == plain
    assert scores(given_row, verified=True)["reliability"] == verified


POWER = {"category": "electricity", "activity": None, "unit": "kWh"}


DESNZ = {"refrigerants": "desnz_refrigerants"}
MITECO = {"refrigerants": "miteco_refrigerants", "editions": {"miteco_refrigerants": "V28"}}
WATER = {"facility_id": "GB", "category": "water", "activity": "water_supply", "unit": "m3"}
COOLANT = {"category": "recharge", "unit": "kg"}


@pytest.mark.parametrize(
    ("told", "given_row", "method"),
    [
        ("world", row(facility_id="PT"), {}),
        ("completed", row(facility_id="IT", unit="TJ_ncv"), {}),
        ("sector_assumed", row(facility_id="observatory"), {}),
        ("lifecycle", row(facility_id="XK", **POWER), {}),
        ("market_from_location", row(facility_id="XK", **POWER), {"scope2": "market"}),
        ("market_residual_mix", row(**POWER), {"scope2": "market"}),
        ("supplier_unknown", row(supplier="Nobody", **POWER), {"scope2": "market"}),
        ("basis_assumed", row(unit="kWh"), {}),
        ("not_rebasable", row(**WATER), {"gwp": "AR6"}),
        ("gwp_erratum", row(activity="R-405A", **COOLANT), DESNZ),
        ("gwp_computed", row(activity="R-410A", **COOLANT), MITECO),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_resolution_did(told: str, given_row: dict[str, Any], method: dict[str, Any]) -> None:
    result = calculate(given_row, method=fe.Method(**method))
    found = result.quality(verified=True).records.iloc[0]
    codes = re.findall(r"(?:^|; )(\w+): ", result.records["flags"][0])
    assert told in codes
    said = [rule for code in codes if (rule := rules.OF_CODE[code])]
    for indicator in ("technology", "geography", "reliability"):
        score = max([1, *(s for name, s in said if name == indicator)])
        assert math.isnan(found[indicator]) or found[indicator] == score
    indicator, score = rules.OF_CODE[told] or ("", 0)
    assert found[indicator] >= score > 1


def test_the_age_is_that_of_the_data_else_of_the_factor_else_of_its_publication() -> None:
    old = row(facility_id="PT", start_date="2020-01-01", end_date="2020-12-31")
    result = calculate(old)
    line = result.ledger().iloc[0]
    assert (line["data_year"], line["factor_year"], line["publication_year"]) == (pd.NA, pd.NA, 2006)
    assert (scores(old)["age"], scores(old)["time"]) == (14, 4)
    uk = row(facility_id="GB", **POWER)
    assert calculate(uk).ledger().query("activity_category == 'electricity_location_based'")["data_year"].item() == 2021
    assert (scores(uk)["age"], scores(uk)["time"]) == (2, 1)


def test_a_factor_of_the_users_own_without_a_year_is_of_unknown_age() -> None:
    own = {"activity_category": "stationary", "unit": "kWh_gcv", "activity": "natural_gas", "co2_fossil_kg": 0.2}
    found = scores(row(), custom_factors=[own])
    assert (found["time"], found["reliability"]) == (4, 2)
    assert math.isnan(found["age"])
    assert scores(row(), custom_factors=[{**own, "data_year": 2019}])["time"] == 2


def test_what_does_not_apply_is_empty_and_not_in_the_mean() -> None:
    found = scores(row(category="recharge", activity="R-410A", unit="kg"))
    assert [name for name in FIVE if math.isnan(found[name])] == ["time", "geography", "completeness"]
    assert found["overall"] == (1 + 2) / 2


@pytest.mark.parametrize(
    ("days", "share", "score"),
    [(("2023-01-01", "2023-12-31"), 1, 1), (("2023-01-02", "2023-12-31"), 364 / 365, 2),
     (("2023-02-01", "2023-12-31"), 334 / 365, 3), (("2023-01-01", "2023-07-02"), 183 / 365, 3),
     (("2023-01-01", "2023-07-01"), 182 / 365, 4), (("2023-05-05", "2023-05-05"), 1 / 365, 4)],
)  # fmt: skip
def test_completeness_by_the_days_that_are_covered(days: tuple[str, str], share: float, score: int) -> None:
    found = scores(row(start_date=days[0], end_date=days[1]))
    assert found["covered"] == pytest.approx(share)
    assert found["completeness"] == score


def test_the_bills_of_a_year_cover_it_together() -> None:
    months = pd.date_range("2023-01-01", periods=12, freq="MS")
    ends = months + pd.offsets.MonthEnd(0)
    bills = [row(start_date=s.date(), end_date=e.date()) for s, e in zip(months, ends, strict=True)]
    quality = calculate(*bills, row(**POWER, start_date="2023-01-01", end_date="2023-01-31")).quality()
    assert (quality.records["completeness"][:12] == 1).all()
    assert quality.records["covered"][12] == pytest.approx(31 / 365), "of electricity there is one month"


def test_a_row_across_years_has_the_worst_of_its_pieces() -> None:
    bill = row(facility_id="GB", start_date="2022-12-31", end_date="2023-12-31")
    quality = calculate(bill).quality()
    assert quality.records["covered"][0] == pytest.approx(1 / 365)
    assert quality.records["completeness"][0] == 4
    assert quality.by("year")["completeness"].tolist() == [4, 1]


# -- sums -----------------------------------------------------------------------------------------


def test_means_are_weighted_by_emissions() -> None:
    rows = [row(quantity=300), row(quantity=100, quantity_basis="estimated")]
    quality = calculate(*rows).quality()
    assert quality.total["reliability"] == pytest.approx((3 * 2 + 1 * 4) / 4)
    assert quality.total["overall"] == pytest.approx((3 * 1.2 + 1 * 1.6) / 4)
    assert quality.by("facility", "year").loc[("ES", 2023), "reliability"] == pytest.approx(2.5)
    assert quality.by("category")["co2e"].item() == pytest.approx(quality.total["co2e"])


def test_a_group_that_emits_nothing_has_the_mean_of_its_rows() -> None:
    rows = [row(quantity=0), row(quantity=0, quantity_basis="estimated")]
    assert calculate(*rows).quality().total["reliability"] == 3


def test_the_share_that_rests_on_fallbacks() -> None:
    rows = [
        row(quantity=100),
        row(quantity=300, quantity_basis="estimated"),
        row(facility_id="PT", quantity=200, quantity_basis=None),
    ]
    result = calculate(*rows)
    kg = result.co2e
    share = result.quality().fallback_share
    assert share["co2e"]["estimated"] == pytest.approx(kg[1])
    assert share["co2e"]["world"] == pytest.approx(kg[2])
    assert share["co2e"]["old_data"] == pytest.approx(kg[2])
    assert share["co2e"]["basis_unknown"] == pytest.approx(kg[2])
    assert share["co2e"]["any"] == pytest.approx(kg[1] + kg[2])
    assert share["share"]["any"] == pytest.approx((kg[1] + kg[2]) / kg.sum())
    assert share["records"].to_dict() == {
        "other_year": 0, "other_place": 0, "world": 1, "lifecycle": 0, "market_from_location": 0, "assumed": 0,
        "estimated": 1, "old_data": 1, "age_unknown": 0, "any": 2, "basis_unknown": 1,
    }  # fmt: skip


def test_nobody_stating_a_basis_is_beside_the_fallbacks() -> None:
    share = calculate(row(quantity_basis=None)).quality().fallback_share["share"]
    assert (share["any"], share["basis_unknown"]) == (0, 1)


def test_rows_without_a_figure_have_no_score() -> None:
    result = fe.calculate(pd.DataFrame([row(quantity=-1), row()], index=["bad", "good"]), SITES)
    records = result.quality().records
    assert records.loc["bad"].isna().all()
    assert records.loc["good", "overall"] == 1.2


def test_nothing_at_all() -> None:
    quality = fe.calculate(pd.DataFrame([row()]).iloc[:0], SITES).quality()
    assert quality.records.empty
    assert math.isnan(quality.total["overall"])
    assert quality.by("facility").empty
    assert quality.fallback_share["co2e"].eq(0).all()
    assert "nan" in repr(quality)


def test_wrong_dimensions_are_told() -> None:
    with pytest.raises(ContractError, match="known: facility, facility_type, organization, country, category"):
        calculate(row()).quality().by("scope")


# -- an independent slow way ------------------------------------------------------------------------

spans = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 900), st.integers(0, 400)), min_size=1, max_size=30)


@given(spans)
def test_merged_periods_are_the_same_days(periods: list[tuple[int, int, int]]) -> None:
    groups, starts, lengths = (np.array(c, dtype=np.int64) for c in zip(*periods, strict=True))
    group, start, end = merged(groups, starts, starts + lengths)
    days = [(g, d) for g, s, e in zip(group, start, end, strict=True) for d in range(s, e + 1)]
    expected = {(g, d) for g, s, n in periods for d in range(s, s + n + 1)}
    assert len(days) == len(set(days)), "no day twice"
    assert set(days) == expected


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_coverage_as_a_calendar_counts_it(seed: int) -> None:
    dice = random.Random(seed)
    rows = []
    for _ in range(15):
        start = dt.date(2021, 1, 1) + dt.timedelta(days=dice.randrange(900))
        end = start + dt.timedelta(days=dice.choice([0, 27, 60, 400]))
        more: dict[str, object] = dice.choice([{}, {"quantity": 0}, {"activity": "lpg", "unit": "kg"}, POWER])
        rows.append(row(facility_id=dice.choice(["ES", "GB"]), start_date=start, end_date=end, **more))
    by = calculate(*rows)
    days: dict[tuple[object, object, int], set[dt.date]] = {}
    for r in rows:
        for n in range((r["end_date"] - r["start_date"]).days + 1):
            day = r["start_date"] + dt.timedelta(days=n)
            days.setdefault((r["facility_id"], r["category"], day.year), set()).add(day)
    for r, found in zip(rows, by.quality().records["covered"], strict=True):
        years = range(r["start_date"].year, r["end_date"].year + 1)
        shares = [len(days[r["facility_id"], r["category"], y]) / (366 if y % 4 == 0 else 365) for y in years]
        assert found == pytest.approx(min(shares))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    from frames import FACILITIES, seeded_frame

    frame = seeded_frame(seed, 40)
    shuffled = frame.sample(frac=1, random_state=seed % 1000)
    first, second = (fe.calculate(f, FACILITIES).quality() for f in (frame, shuffled))
    pd.testing.assert_frame_equal(first.records, second.records.loc[frame.index])
    pd.testing.assert_frame_equal(first.fallback_share, second.fallback_share, rtol=1e-9)
    pd.testing.assert_frame_equal(first.by("facility"), second.by("facility"), rtol=1e-9)


# -- docs -------------------------------------------------------------------------------------------


def test_every_documented_code_is_classified() -> None:
    body = (DOCS / "words.md").read_text(encoding="utf-8").split("## Flags and fallbacks\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (.+?) \|", body, flags=re.MULTILINE)
    documented = {m for cell in cells for m in re.findall(r"`(\w+)`", cell)}
    assert documented - set(rules.OF_CODE) == set(), "say in quality/rules.py what it says of the quality, or None"


def test_the_page_has_the_rules_of_the_code() -> None:
    page = (DOCS / "quality.md").read_text(encoding="utf-8")
    told = {}
    for code, indicator, score in re.findall(r"^\| (`.+?`) \| ([a-z]+) \| (\d) \|", page, flags=re.MULTILINE):
        told |= dict.fromkeys(re.findall(r"`(\w+)`", code), (indicator, int(score)))
    assert told == {code: rule for code, rule in rules.OF_CODE.items() if rule}
    for basis, pair in rules.OF_BASIS.items():
        name = f"`{basis}`" if basis else "not stated"
        assert re.search(rf"^\| {name} \| {pair[0]} \| {pair[1]} \|$", page, flags=re.MULTILINE), basis
    reasons = set(calculate(row()).quality().fallback_share.index)
    assert set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", page, flags=re.MULTILINE)) == reasons
