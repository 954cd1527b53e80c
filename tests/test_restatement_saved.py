"""A ledger of an earlier release of the data as the side before: its effect, what it refuses, what it lacks."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.errors import ContractError
from facility_emissions.files import read_ledger
from frames import FACILITIES, frame, record, seeded_frame
from test_restatement import OWN, POWER, RECHARGE, SITES, effects

POWER_ROWS = frame(POWER, {**POWER, "facility_id": "FR"}, RECHARGE, index=["x", "y", "z"])


def ledger_of(
    rows: pd.DataFrame, *, sites: object = SITES, method: fe.Method | None = None, **more: object
) -> pd.DataFrame:
    return fe.calculate(rows, sites, method, **more).ledger()  # type: ignore[arg-type]


def older(ledger: pd.DataFrame, factor: str, kg: float) -> pd.DataFrame:
    """Return the ledger as a release would have given it in which a factor had other figures."""
    out = ledger.astype({"factor_id": object})
    of = out["factor_id"].str.startswith(factor)
    assert of.any()
    out.loc[of, "co2e"] = out.loc[of, "quantity"] * kg
    return out


@pytest.mark.parametrize("method", [fe.Method(), fe.Method(gwp="AR6", scope2="market", year_rule="end")])
def test_the_same_release_has_no_effect(method: fe.Method) -> None:
    rows = seeded_frame(4, 120)
    saved = ledger_of(rows, sites=FACILITIES, method=method)
    found = fe.restate(rows, FACILITIES, method, fe.Method(), ledger_before=saved)
    plain = fe.restate(rows, FACILITIES, method, fe.Method())
    told, expected = found.effects.set_index("effect"), plain.effects.set_index("effect")
    assert told.loc["release", ["co2e", "records"]].tolist() == [0, 0]
    assert told.drop("release")["co2e"].to_dict() == pytest.approx(expected["co2e"].to_dict(), rel=1e-12)
    assert found.total == plain.total
    assert found.records["factor_ids_before"].astype(str).tolist() == plain.records["factor_ids_before"].tolist()
    cells = ("facility", "year", "category", "activity_category")
    pd.testing.assert_frame_equal(
        found.by(*cells).drop(columns="release"), plain.by(*cells), rtol=1e-12, check_column_type=False
    )


def test_a_figure_that_a_release_mended() -> None:
    """Spain 2023: 0.158 under the same id in the older release, 0.140 now; both Methods are alike."""
    saved = older(ledger_of(POWER_ROWS), "eea/2026-07/ES/electricity_location_based", 0.158)
    found = fe.restate(POWER_ROWS, SITES, ledger_before=saved)
    assert effects(found) == {"release": pytest.approx(-180.0)}
    assert found.records["release"].to_dict() == {"x": pytest.approx(-180.0), "y": 0.0, "z": 0.0}
    (moved,) = found.factors.to_dict("records")
    assert moved["factor_before"] == moved["factor_after"]
    assert (moved["co2e_before"], moved["co2e_after"]) == (pytest.approx(1580), pytest.approx(1400))
    assert found.by("country").loc["ES", ["release", "co2e_before"]].tolist() == pytest.approx([-180, 1580 + 4808.75])
    assert found.effects.loc[0, "changed"].startswith("to 20")
    assert "Method " + fe.Method().fingerprint() + ", factors of an earlier release" in found.citations()[-3]


def test_a_release_comes_first_in_every_order() -> None:
    """0.158 kg x 10,000 kWh become 11,000 kWh at 0.140: the old release is never asked for the new reading."""
    saved = older(ledger_of(POWER_ROWS), "eea/2026-07/ES/electricity_location_based", 0.158)
    now = POWER_ROWS.assign(quantity=[11_000.0, 10_000.0, 2.5])
    found = fe.restate(now, SITES, consumption_before=POWER_ROWS, ledger_before=saved)
    assert effects(found) == {"release": pytest.approx(-180.0), "activity": pytest.approx(140.0)}
    with pytest.raises(ContractError, match="order: the release comes first"):
        fe.restate(now, SITES, consumption_before=POWER_ROWS, ledger_before=saved, order=["activity", "release"])


def test_the_method_changes_after_the_release() -> None:
    before = fe.Method(gwp="AR4")
    saved = ledger_of(POWER_ROWS, method=before)
    saved.loc[saved["activity_category"] == "recharge", "co2e"] = 2.5 * 2000
    found = fe.restate(POWER_ROWS, SITES, before, fe.Method(), ledger_before=saved)
    assert effects(found) == {"release": pytest.approx(2.5 * 87.5), "gwp": pytest.approx(-410.0)}
    assert found.total["co2e_before"] == pytest.approx(1400 + 394 + 5000)


def test_what_the_ledger_lacks_is_gained() -> None:
    saved = ledger_of(POWER_ROWS)
    found = fe.restate(POWER_ROWS, SITES, ledger_before=saved[saved["position"] != 2])
    assert effects(found) == {"coverage": 4808.75}
    (told,) = found.coverage.to_dict("records")
    assert (told["change"], told["records"], told["co2e"]) == ("gained", 1, 4808.75)
    assert told["reason"] == "The ledger has no figure of this record."
    assert math.isnan(found.records.loc["z", "co2e_before"])
    assert found.total["problem_rows_before"] == 1
    assert found.by("category").loc["recharge", "problems_before"] == 1


def test_what_is_wrong_now_is_lost() -> None:
    """A release that reads a row more strictly: the ledger alone says what it was."""
    saved = ledger_of(POWER_ROWS)
    now = POWER_ROWS.astype({"quantity": object})
    now.loc["z", "quantity"] = "two and a half"
    found = fe.restate(now, SITES, ledger_before=saved)
    assert effects(found) == {"coverage": -4808.75}
    lost = found.by("year", "activity").loc[(2023, "R-410A")]
    assert lost[["co2e_before", "coverage", "problems_before", "problems_after"]].tolist() == [4808.75, -4808.75, 0, 1]
    assert math.isnan(lost["co2e_after"])


def test_pieces_within_a_year() -> None:
    """A factor of one's own that ends within the year: two lines of the ledger are one part of the year."""
    gas = frame(record(facility_id="ES", quantity=365.0, start_date="2023-01-01", end_date="2023-12-31"))
    own = [
        {**OWN, "co2_fossil_kg": 0.2, "valid_to": "2023-06-30"},
        {**OWN, "co2_fossil_kg": 0.3, "valid_from": "2023-07-01"},
    ]
    saved = ledger_of(gas, custom_factors=own)
    assert (saved["activity_category"] == "stationary").sum() == 2
    found = fe.restate(gas, SITES, custom_factors=own, ledger_before=saved.assign(co2e=saved["co2e"] * 2))
    assert effects(found) == {"release": pytest.approx(-(181 * 0.2 + 184 * 0.3))}
    assert abs(fe.restate(gas, SITES, custom_factors=own, ledger_before=saved).effects["co2e"]).max() < 1e-12


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_ledger_from_a_file(suffix: str, tmp_path) -> None:
    rows = seeded_frame(6, 60)
    rows["record_id"] = [f"0{i}" for i in range(60)]
    saved = ledger_of(rows, sites=FACILITIES)
    path = tmp_path / f"ledger.{suffix}"
    saved.to_csv(path, index=False) if suffix == "csv" else saved.to_parquet(path, index=False)
    mixed = rows.iloc[::-1].reset_index(drop=True)  # found by their record ids
    found = fe.restate(mixed, FACILITIES, ledger_before=read_ledger(path))
    assert effects(found) == {}
    assert found.total["co2e_before"] == pytest.approx(found.total["co2e_after"], rel=1e-14)


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": [9_000.0, 10_000.0, 2.5]},
         r"The ledger has 10000 kWh in 2023 for row 'x', the consumption 9000 kWh\. Give the consumption that"),
        ({"unit": ["MWh", "kWh", "kg"]}, "the consumption 10000 MWh"),
        ({"year": [2022, 2023, 2023]}, "the consumption nothing in that year"),
    ],
)  # fmt: skip
def test_a_ledger_of_other_consumption(change: dict, words: str) -> None:
    with pytest.raises(ContractError, match=words):
        fe.restate(POWER_ROWS.assign(**change), SITES, ledger_before=ledger_of(POWER_ROWS))


def test_a_ledger_with_a_record_more() -> None:
    with pytest.raises(ContractError, match="The ledger has the row 'z', the consumption has not"):
        fe.restate(POWER_ROWS.iloc[:2], SITES, ledger_before=ledger_of(POWER_ROWS))
    rows = POWER_ROWS.assign(record_id=["a", "b", "c"])
    with pytest.raises(ContractError, match="The ledger has the record 'c', the consumption has not"):
        fe.restate(rows.iloc[:2], SITES, ledger_before=ledger_of(rows))


def test_a_ledger_of_another_method() -> None:
    saved = ledger_of(POWER_ROWS, method=fe.Method(gwp="AR4"))
    with pytest.raises(ContractError, match="The ledger is of AR4 GWP100, the Method before of AR5 GWP100"):
        fe.restate(POWER_ROWS, SITES, ledger_before=saved)


def test_a_table_that_is_no_ledger() -> None:
    with pytest.raises(ContractError, match=r"The ledger has no column 'row'; it is the table of result\.ledger\(\)"):
        fe.restate(POWER_ROWS, SITES, ledger_before=fe.calculate(POWER_ROWS, SITES).records)


def test_an_empty_ledger() -> None:
    saved = ledger_of(POWER_ROWS).iloc[:0]
    found = fe.restate(POWER_ROWS, SITES, ledger_before=saved)
    assert list(effects(found)) == ["coverage"]
    assert found.total["co2e_before"] == 0
    assert found.total["problem_rows_before"] == 3


def test_a_broken_file(tmp_path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(b'"never closed')
    with pytest.raises(ContractError, match=r"ledger\.csv is no readable ledger"):
        read_ledger(path)
    with pytest.raises(ContractError, match="No file"):
        read_ledger(tmp_path / "nothing.csv")
