"""CUPS of records: the shape is required, doubts are flags of the row, whatever the way of calculating."""

from __future__ import annotations

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.calculator import Calculator

A, B, C = "ES0022000006089269MY1P", "ES0021000000000001RK", "ES0021000000000002RW"
FACILITIES = [
    {"id": "a", "country": "ES", "cups_list": [A]},
    {"id": "b", "country": "ES", "cups_list": f"{B}|{C}"},
    {"id": "c", "country": "FR"},
    {"id": "d", "country": "ES"},
]
WRONG_LETTERS = "ES0021000000000001AA"  # the sample of the API's documentation
# facility, CUPS, codes that the flags have
CASES = [
    ("a", A, set()),
    ("a", "es 0022 0000 0608 9269 my", set()),
    ("a", "ES0022000006089269MY", set()),
    ("a", B, {"cups_elsewhere"}),
    ("b", B, set()),
    ("b", WRONG_LETTERS, {"cups_letters", "cups_elsewhere"}),
    ("c", B, {"cups_elsewhere"}),
    ("d", B, {"cups_elsewhere"}),
    ("d", "ES0021000000000003WT", set()),
    ("d", WRONG_LETTERS, {"cups_letters"}),
    ("a", None, set()),
    ("a", "  ", set()),
]


def row(facility: str, cups: object, **changes: object) -> dict[str, object]:
    return {
        **{"facility_id": facility, "category": "electricity", "activity": None, "quantity": 10.0, "unit": "kWh"},
        **{"start_date": "2023-01-01", "end_date": "2023-01-31", "cups": cups},
        **changes,
    }


def codes(flags: str) -> set[str]:
    return {flag.partition(":")[0] for flag in flags.replace(" | ", "; ").split("; ") if flag.startswith("cups_")}


@pytest.mark.parametrize("kind", [object, "category"])
def test_doubts_are_flags_of_their_rows_and_change_no_figure(kind: str) -> None:
    frame = pd.DataFrame([row(f, c) for f, c, _ in CASES]).astype({"cups": kind})
    result = fe.calculate(frame, FACILITIES)
    assert result.problems.empty
    assert [codes(f) for f in result.records["flags"]] == [expected for _, _, expected in CASES]
    pd.testing.assert_series_equal(result.co2e, fe.calculate(frame.drop(columns="cups"), FACILITIES).co2e)


@pytest.mark.parametrize(("facility", "cups", "expected"), CASES)
def test_one_at_a_time_gives_the_same_flags(facility: str, cups: str, expected: set[str]) -> None:
    found = Calculator(FACILITIES)(row(facility, cups))
    assert codes(found.flags) == expected
    assert found.flags == fe.calculate([row(facility, cups)], FACILITIES).records["flags"].iloc[0]


@pytest.mark.parametrize("cups", ["nonsense", "ES002200000608926MY", "ES0022000006089269MY1Q", "0022000006089269", 5])
def test_what_has_no_such_shape_is_a_problem(cups: object) -> None:
    result = fe.calculate([row("a", cups), row("a", A)], FACILITIES)
    assert result.problems[["row", "column", "value"]].values.tolist() == [[0, "cups", cups]]
    assert "is no CUPS: ES, 16 digits, 2 check letters" in result.problems["reason"].iloc[0]
    assert result.co2e.isna().tolist() == [True, False]
    assert Calculator(FACILITIES)(row("a", cups)).problems[0]["column"] == "cups"


def test_words_say_whose_it_is() -> None:
    flags = fe.calculate([row("a", B), row("c", B), row("b", A[:20])], FACILITIES).records["flags"]
    assert f"{B} is not in the cups_list of a, but in that of b" in flags.iloc[0]
    assert f"{B} is a supply point of Spain; the facility is in FR" in flags.iloc[1]
    assert f"{A[:20]} is not in the cups_list of b, but in that of a" in flags.iloc[2]


def test_a_row_across_new_year_and_one_without_a_figure() -> None:
    rows = [row("a", B, end_date="2024-01-31"), row("a", B, quantity=-1.0), row("zz", B)]
    result = fe.calculate(rows, FACILITIES)
    assert [codes(f) for f in result.records["flags"]] == [{"cups_elsewhere"}, set(), set()]
    assert result.problems["column"].tolist() == ["quantity", "facility_id"]


def test_gas_has_supply_points_too() -> None:
    gas = row("a", B, category="heat", activity="natural_gas", unit="kWh_gcv")
    assert codes(fe.calculate([gas], FACILITIES).records["flags"].iloc[0]) == {"cups_elsewhere"}


def test_supply_points_of_models_and_of_a_frame_are_the_same() -> None:
    models = fe.Portfolio([fe.Facility(id="a", name="A", country="ES", type="office", cups_list=[A])])
    frame = pd.DataFrame([{"facility_id": "a", "country": "ES", "cups_list": A}])
    for facilities in (models, frame):
        assert codes(fe.calculate([row("a", B)], facilities).records["flags"].iloc[0]) == {"cups_elsewhere"}
