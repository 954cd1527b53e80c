"""Intensities: the same facilities above and below the line, and nobody left out in silence."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from frames import FACILITIES, frame, record, sampled_frame

POWER = {"category": "electricity", "activity": None, "unit": "kWh"}  # Spain 2023: 0.14 kg CO2e
SITES = [
    {"id": "a", "country": "ES", "type": "office", "surface_m2": 100, "employees": 10, "tonnes": 7},
    {"id": "b", "country": "ES", "type": "Office ", "surface_m2": 300, "employees": 0},
    {"id": "c", "country": "ES", "type": "office", "employees": 5},
    {"id": "d", "country": "ES", "type": "warehouse", "surface_m2": 1000, "employees": 0},
]
RESULT = fe.calculate(
    frame(
        record(facility_id="a", quantity=1000.0, **POWER),
        record(facility_id="b", quantity=2000.0, **POWER),
        record(facility_id="c", quantity=4000.0, **POWER),
        record(facility_id="d", quantity=0.0, **POWER),
    ),
    SITES,
)


def test_by_facility_by_hand() -> None:
    table = RESULT.intensity("surface_m2")
    np.testing.assert_allclose(table["intensity"], [1.4, 280 / 300, math.nan, 0.0])
    assert table["left_out"].tolist() == [0, 0, 1, 0]
    assert table.loc["c", "left_out_co2e"] == pytest.approx(560)
    assert table["note"].tolist() == ["", "", "surface_m2 is not given: c", ""]


def test_a_group_by_hand() -> None:
    """Offices: (140 + 280) kg / (100 + 300) m2; the third office states no surface and its 560 kg are told."""
    row = RESULT.intensity("surface_m2", by="facility_type").loc["office"]
    assert row[["co2e", "surface_m2", "intensity", "left_out_co2e"]].tolist() == pytest.approx([420, 400, 1.05, 560])
    assert (row["facilities"], row["left_out"], row["note"]) == (2, 1, "surface_m2 is not given: c")


def test_zero_employees_are_a_value_in_a_group_and_no_ratio_by_themselves() -> None:
    """Offices: (140 + 280 + 560) kg / (10 + 0 + 5) employees; the warehouse has nobody."""
    table = RESULT.intensity("employees", by="facility_type")
    assert table.loc["office", "intensity"] == pytest.approx(980 / 15)
    assert math.isnan(table.loc["warehouse", "intensity"])
    assert table["note"].tolist() == ["", "employees is 0: no intensity"]
    assert RESULT.intensity("employees").loc["b", "note"] == "employees is 0: no intensity"


def test_consolidated_by_hand() -> None:
    """Offices at 50 and 0 %: (0.5 x 140 + 0 x 280) kg / (0.5 x 100 + 0 x 300) m2; one without a share is left out."""
    shares = [{**site, "consolidation_share": s} for site, s in zip(SITES, [0.5, 0, None, 1], strict=True)]
    result = fe.calculate(RESULT.consumption, shares)
    table = result.intensity("surface_m2", by="facility_type", consolidated=True)
    columns = ["co2e", "surface_m2", "intensity", "left_out_co2e", "share_assumed"]
    assert table.loc["office", columns].tolist() == pytest.approx([70, 50, 1.4, 560, 1])
    alone = result.intensity("surface_m2", consolidated=True)
    assert alone.loc["a", "intensity"] == pytest.approx(1.4)
    assert math.isnan(alone.loc["b", "intensity"])
    assert alone.loc["b", "note"] == "surface_m2 x consolidation_share is 0: no intensity"
    whole = alone["co2e"].sum() + alone["left_out_co2e"].sum()
    assert whole == pytest.approx(result.by("facility", consolidated=True)["consolidated_co2e"].sum())
    assert result.intensity("surface_m2").equals(RESULT.intensity("surface_m2"))


def test_tonnes_by_facility_but_not_by_year() -> None:
    table = RESULT.intensity("tonnes", by="scope")
    assert table.loc["2 location-based", "intensity"] == pytest.approx(20)
    assert table.loc["2 location-based", "note"] == "tonnes is not given: b, c, d"
    for by in ("year", ["facility", "fiscal_year"]):
        with pytest.raises(fe.ContractError, match="calculate one year's consumption with that year's tonnes"):
            RESULT.intensity("tonnes", by=by, fiscal_year_start=4 if "fiscal_year" in by else None)


def test_a_facility_counts_in_the_years_in_which_it_has_a_figure() -> None:
    rows = frame(
        record(facility_id="a", quantity=1000.0, **POWER),
        record(facility_id="b", quantity=1000.0, **POWER),
        record(facility_id="a", quantity=1000.0, start_date="2022-01-01", end_date="2022-12-31", **POWER),
    )
    result = fe.calculate(rows, SITES)
    assert result.intensity("surface_m2", by="year")["surface_m2"].tolist() == [100, 400]
    both = result.intensity("surface_m2", by=["year", "scope"])["surface_m2"]
    assert both.groupby("year").unique().map(list).tolist() == [[100], [400]]  # whole in every scope
    assert result.intensity("surface_m2", by="country")["surface_m2"].tolist() == [400]  # once, not once a year


def test_a_facility_of_problems_only_is_in_no_denominator() -> None:
    rows = frame(
        record(facility_id="a", quantity=1000.0, **POWER),
        record(facility_id="b", quantity=-1.0, **POWER),
        record(facility_id="nobody", **POWER),
        record(facility_id=None, start_date=None, **POWER),
    )
    table = fe.calculate(rows, SITES).intensity("surface_m2", by=["country", "year"])
    spain = table.loc[("ES", 2023)]
    assert (spain["surface_m2"], spain["facilities"], spain["problems"]) == (100, 1, 1)
    assert table["problems"].sum() == 3
    assert table["intensity"].notna().sum() == 1


def test_many_facilities_left_out_are_counted_and_five_are_named() -> None:
    sites = [{"id": f"f{i}", "country": "ES"} for i in range(9)]
    rows = frame(*(record(facility_id=f"f{i}", quantity=1.0, **POWER) for i in range(9)))
    table = fe.calculate(rows, sites).intensity("employees", by="country")
    assert table["left_out"].tolist() == [9]
    assert table["note"].tolist() == ["employees is not given: f0, f1, f2, f3, f4 and 4 more"]


DIMENSIONS = ("facility", "facility_type", "country", "year", "fiscal_year", "category", "activity_category", "scope")


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=3, unique=True),
    st.sampled_from(["surface_m2", "employees"]),
)
def test_intensity_times_denominator_is_the_sum_and_nothing_is_lost(seed: int, by: list[str], per: str) -> None:
    sites = FACILITIES.assign(
        surface_m2=np.resize([100.0, 250.5, None, 0.0], len(FACILITIES)), employees=np.resize([3, 0], len(FACILITIES))
    )
    result = fe.calculate(sampled_frame(seed, 80), sites)
    start = {"fiscal_year_start": 10} if "fiscal_year" in by else {}
    table, sums = result.intensity(per, by, **start), result.by(*by, **start)  # type: ignore[arg-type]
    pd.testing.assert_index_equal(table.index, sums.index)
    np.testing.assert_allclose(table["co2e"].fillna(0) + table["left_out_co2e"], sums["co2e"].fillna(0), rtol=1e-12)
    ratio = table["intensity"].notna()
    np.testing.assert_allclose((table["intensity"] * table[per])[ratio], table["co2e"][ratio], rtol=1e-12)
    assert (ratio == (table[per].gt(0) & table["co2e"].notna())).all()
    assert (table["note"].str.contains("not given") == (table["left_out"] > 0)).all()
    np.testing.assert_array_equal(table["problems"], sums["problems"])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_denominators_against_a_slow_way(seed: int) -> None:
    """Facilities with a figure in the type and year, each once, found row by row in the ledger."""
    sites = FACILITIES.assign(surface_m2=np.resize([100.0, 250.5, None], len(FACILITIES)))
    result = fe.calculate(sampled_frame(seed, 80), sites)
    facts = sites.set_index("facility_id")
    members: dict[tuple[str, int], set[str]] = {}
    ledger = result.ledger()
    for facility, year in zip(ledger["facility_id"], ledger["year"], strict=True):
        members.setdefault((facts.loc[facility, "type"], year), set()).add(facility)
    table = result.intensity("surface_m2", by=["facility_type", "year"])
    for (kind, year), row in table[table["facilities"] + table["left_out"] > 0].iterrows():
        found = facts.loc[sorted(members["" if pd.isna(kind) else kind, year]), "surface_m2"]
        assert (row["facilities"], row["left_out"]) == (found.notna().sum(), found.isna().sum())
        assert row["surface_m2"] == pytest.approx(found.sum()) if found.notna().any() else math.isnan(row["surface_m2"])


@pytest.mark.parametrize(
    ("per", "by", "words"),
    [
        ("surface", "facility", "Unknown denominator 'surface'; known: surface_m2, employees, tonnes. Did you mean"),
        ("surface_m2", "organization", "Unknown dimension 'organization'"),
        ("surface_m2", [], "needs at least one of"),
        ("surface_m2", "facilty", "Did you mean 'facility'"),
        ("surface_m2", "fiscal_year", "Say with which month a fiscal year begins"),
    ],
)
def test_bad_questions(per: str, by: str | list[str], words: str) -> None:
    with pytest.raises(fe.ContractError, match=words):
        RESULT.intensity(per, by)  # type: ignore[arg-type]


def test_nothing_gives_nothing() -> None:
    empty = fe.calculate(frame(record()).iloc[:0], SITES)
    assert len(empty.intensity("surface_m2", ["facility", "scope"])) == 0
