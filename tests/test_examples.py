"""The example files: what they promise to a newcomer, and that the figures of the demo add up."""

from __future__ import annotations

import runpy
from pathlib import Path

import pandas as pd
import pytest

from facility_emissions.files import read_consumption, read_facilities
from facility_emissions.results import Result, calculate
from facility_emissions.vocabulary.countries import parse_country

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def result() -> Result:
    return calculate(read_consumption(EXAMPLES / "consumption.csv"), read_facilities(EXAMPLES / "facilities.csv"))


def test_the_script_rebuilds_the_files_byte_for_byte(tmp_path: Path) -> None:
    script = tmp_path / "make_examples.py"
    script.write_bytes((EXAMPLES / "make_examples.py").read_bytes())
    runpy.run_path(str(script), run_name="__main__")
    for name in ("consumption.csv", "facilities.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes(), f"run {script.name}: {name} differs"


def test_they_show_enough_to_learn_from(result: Result) -> None:
    facilities = pd.read_csv(EXAMPLES / "facilities.csv")
    assert len(facilities) >= 12
    assert len({parse_country(c) for c in facilities["country"]}) >= 8
    by = result.by("year", "category").reset_index()
    assert {"heat", "electricity", "water", "recharge"} <= set(by["category"])
    for year in (2021, 2022, 2023, 2024):
        assert (by.loc[by["year"] == year, "co2e"] > 0).sum() == 4


def test_two_rows_are_wrong_and_every_other_has_its_figure(result: Result) -> None:
    assert result.problems["record_id"].tolist() == ["inv-01415", "inv-01416"]
    assert result.co2e.notna().sum() == len(result) - 2


def test_sums_agree_with_the_ledger(result: Result) -> None:
    ledger = result.ledger()
    expected = ledger.groupby("activity_category", observed=True)["co2e"].sum()
    found = result.by("activity_category")["co2e"]
    pd.testing.assert_series_equal(found, expected.reindex(found.index), check_index_type=False, rtol=1e-12)
    headline = expected[expected.index.isin(result.method.headline)].sum()
    assert headline == pytest.approx(result.total["co2e"], rel=1e-12)


def test_purchased_heat_counts_once_in_the_scope_2_of_a_facility(result: Result) -> None:
    ledger = result.ledger()
    london = ledger[ledger["facility_id"] == "gb-lon-off"]
    scope2 = london[london["activity_category"].isin(["purchased_heat", "electricity_location_based"])]["co2e"].sum()
    assert result.logistics()["scope2"]["gb-lon-off"] == pytest.approx(scope2, rel=1e-12)


def test_every_factor_of_the_ledger_can_be_shown(result: Result) -> None:
    from facility_emissions.factors import show

    ids = {i for text in result.ledger()["factor_id"].unique() for i in text.split(" + ")}
    published = sorted(ids)
    assert len(published) > 50
    for factor_id in published[::10]:
        found = show(factor_id)
        assert found["locator"], f"{factor_id} does not say where in its document it stands"
        assert found["source"]["licence"], factor_id  # type: ignore[index]


def test_the_factors_of_one_s_own_are_sound_and_used() -> None:
    consumption, facilities = (
        read_consumption(EXAMPLES / "consumption.csv"),
        read_facilities(EXAMPLES / "facilities.csv"),
    )
    with_own = calculate(consumption, facilities, custom_factors=EXAMPLES / "custom_factors.csv")
    assert set(with_own.custom_factors["status"]) == {"used"}
    assert "Custom factors supplied by the user: Example boiler test, 2023." in with_own.citations()
