"""What bad input gets: a problem with row, column, value, reason and remedy; and never silence."""

from __future__ import annotations

import datetime as dt
import math
import random
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from bad_rows import GAS, NULL, POWER, SITES, TABLE, bad
from facility_emissions.consumption import ContractWarning
from frames import FACILITIES, frame, record, seeded_frame


def is_null(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def never_silent(result: fe.Result) -> None:
    """Assert that a row has no figure exactly where a problem tells of it."""
    told = np.isin(np.arange(len(result)), result.problems["position"])
    np.testing.assert_array_equal(result.co2e.isna().to_numpy(), told)
    np.testing.assert_array_equal((result.records["status"] == "problem").to_numpy(), told)
    assert result.total["problem_rows"] == told.sum()
    assert result.records.drop(columns=["status", "flags", "factor_ids"])[told].isna().all(axis=None)


@pytest.mark.parametrize("name", TABLE)
def test_a_bad_row_is_told_by_row_column_value_reason_and_remedy(name: str) -> None:
    row, column, value, reason, remedy = TABLE[name]
    result = fe.calculate(frame(row, bad(), index=["bad", "good"]), SITES)
    never_silent(result)
    assert len(result.problems) == 1, result.problems.T
    told = result.problems.iloc[0]
    assert (told["row"], told["position"], told["column"]) == ("bad", 0, column)
    assert is_null(told["value"]) if value is NULL else (told["value"] == value and type(told["value"]) is type(value))
    assert reason in told["reason"]
    assert told["reason"].endswith((".", "?"))
    assert remedy in told["remedy"]
    assert result.co2e["good"] == fe.calculate(frame(bad()), SITES).co2e.iloc[0]


def test_a_message_whole() -> None:
    problems = fe.calculate(frame(record(facility_id="offce", record_id="inv-7"), index=[41]), SITES).problems
    assert problems.to_dict("records") == [
        {
            "row": 41,
            "position": 0,
            "record_id": "inv-7",
            "facility_id": "offce",
            "column": "facility_id",
            "value": "offce",
            "reason": "No facility with this id was given. Did you mean 'office'?",
            "remedy": "Add it to the facilities, or correct the id.",
        }
    ]


def test_a_row_with_several_faults_tells_all_of_them() -> None:
    row = record(facility_id="no", category="heat", activity="zzz", unit="zz", quantity=-1.0, start_date="soon")
    problems = fe.calculate(frame(row), SITES).problems
    assert set(problems["column"]) == {"facility_id", "activity", "unit", "quantity", "start_date"}
    assert (problems["row"] == 0).all()


@pytest.mark.parametrize("values", [(True, 1.0, 1), (1, True, 1.0), (False, 0.0, 0), (0.0, Decimal(0), np.False_)])
def test_true_and_false_are_no_numbers_even_beside_ones_and_zeros(values: tuple[object, ...]) -> None:
    result = fe.calculate(frame(*[bad(quantity=v) for v in values]).astype({"quantity": object}), SITES)
    assert result.co2e.isna().tolist() == [isinstance(v, (bool, np.bool_)) for v in values]
    assert result.problems["reason"].tolist() == ["The quantity is no number."]


# -- record ids and shares ---------------------------------------------------------------------


def test_duplicate_record_ids_keep_the_first_and_name_it() -> None:
    rows = [bad(record_id=i) for i in ("a", "b", "a", None, None, "a")]
    result = fe.calculate(frame(*rows, index=list("uvwxyz")), SITES)
    never_silent(result)
    told = result.problems
    assert told["row"].tolist() == ["w", "z"]
    assert set(told["reason"]) == {"The record_id was already used by row 'u'."}
    assert set(told["remedy"]) == {"Remove the copy; or, for shares of one record, give each row its percentage."}


def test_shares_that_do_not_sum_to_1() -> None:
    rows = [
        bad(record_id="a", percentage=0.6),
        record(facility_id="madrid", record_id="a", percentage=0.3),
        bad(record_id="b", percentage=0.25),
        record(facility_id="madrid", record_id="b", percentage=0.75),
    ]
    result = fe.calculate(frame(*rows), SITES)
    never_silent(result)
    assert result.problems["position"].tolist() == [0, 1]
    assert set(result.problems["reason"]) == {"The shares of record 'a' in this frame sum to 0.9, not 1."}
    assert result.problems["value"].tolist() == [0.6, 0.3]


def test_shares_a_millionth_off_are_taken() -> None:
    third = [round(1 / 3, 7)] * 3
    sites = [{"facility_id": str(i), "country": "GB"} for i in range(3)]
    rows = [record(facility_id=str(i), record_id="a", percentage=s) for i, s in enumerate(third)]
    assert fe.calculate(frame(*rows), sites).problems.empty


# -- facilities --------------------------------------------------------------------------------


@pytest.mark.parametrize("facility", ["boiler", "nothing"])
def test_a_category_that_is_not_enabled_is_calculated_with_a_warning(facility: str) -> None:
    result = fe.calculate(frame(record(facility_id=facility, **POWER), bad(**POWER)), SITES)
    never_silent(result)
    assert result.problems.empty
    warned, plain = result.records["flags"]
    enabled = {"boiler": "heat", "nothing": "none"}[facility]
    assert f"category_not_enabled: category electricity is not enabled on the facility (enabled: {enabled})" in warned
    assert "category_not_enabled" not in plain
    assert result.co2e.iloc[0] == result.co2e.iloc[1]


def test_an_archived_facility_is_calculated_when_asked_for() -> None:
    row = record(facility_id="closed")
    assert len(fe.calculate(frame(row), SITES).problems) == 1
    assert fe.calculate(frame(row), SITES, fe.Method(include_archived=True)).problems.empty


def test_categories_null_are_no_restriction() -> None:
    sites = [{"facility_id": "office", "country": "GB", "categories": None}]
    assert "not_enabled" not in fe.calculate([bad()], sites).records["flags"].iloc[0]


@pytest.mark.parametrize(
    ("facilities", "message"),
    [
        (pd.DataFrame({"facility": ["a"], "country": ["ES"]}), "no column 'facility_id' \\(or 'id'\\)"),
        (pd.DataFrame({"facility_id": ["a"], "contry": ["ES"]}), "no column 'country'. Did you mean 'contry'"),
        (pd.DataFrame({"facility_id": ["a", "a"], "country": ["ES", "FR"]}), "facility_id 'a' appears twice"),
        (pd.DataFrame({"facility_id": ["a", None], "country": ["ES", "FR"]}), "facilities row 1: no facility_id"),
        ([{"facility_id": "a", "country": "ES", "logistic_factor": 1.5}], "logistic_factor 1.5 is outside 0..1"),
    ],
)
def test_facilities_that_cannot_be_read(facilities: object, message: str) -> None:
    with pytest.raises(fe.ContractError, match=message):
        fe.calculate(frame(bad()), facilities)


# -- columns and frames ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["facility_id", "category", "activity", "quantity", "unit", "start_date", "end_date"])
def test_a_missing_column(name: str) -> None:
    with pytest.raises(fe.ContractError, match=f"has no column '{name}'.*Required: facility_id, category"):
        fe.calculate(frame(bad()).drop(columns=name), SITES)


REQUIRED_MISSPELT = [("quantitty", "quantity"), ("Unit", "unit"), ("start date", "start_date")]
OPTIONAL_MISSPELT = [("suplier", "supplier"), ("percentaje", "percentage"), ("Sector", "sector")]


@pytest.mark.parametrize(("wrong", "right"), REQUIRED_MISSPELT)
def test_a_misspelt_required_column(wrong: str, right: str) -> None:
    with pytest.raises(fe.ContractError, match=f"has no column '{right}'. Did you mean '{wrong}'"):
        fe.calculate(frame(bad()).rename(columns={right: wrong}), SITES)


@pytest.mark.parametrize(
    ("wrong", "right"), [("suplier", "supplier"), ("percentaje", "percentage"), ("Sector", "sector")]
)
def test_a_misspelt_optional_column_is_warned_of(wrong: str, right: str) -> None:
    with pytest.warns(ContractWarning, match=f"Column '{wrong}' is not read. Did you mean '{right}'"):
        fe.calculate(frame(bad(**{wrong: None})), SITES)


def test_a_column_twice() -> None:
    twice = pd.concat([frame(bad()), frame(bad())[["unit"]]], axis=1)
    with pytest.raises(fe.ContractError, match="Column 'unit' appears 2 times"):
        fe.calculate(twice, SITES)


def test_items_that_are_no_records() -> None:
    with pytest.raises(fe.ContractError, match=r"consumption\[1\] is a int; expected"):
        fe.calculate([bad(), 5], SITES)  # type: ignore[list-item]


@pytest.mark.parametrize("empty", [frame(bad()).iloc[:0], []], ids=["frame", "list"])
def test_nothing_gives_nothing(empty: object) -> None:
    result = fe.calculate(empty, SITES)
    assert len(result) == len(result.records) == len(result.problems) == len(result.ledger()) == 0
    assert result.total == {"co2e": 0.0, "co2e_biomass": 0.0, "rows": 0, "problem_rows": 0, "biomass_unknown_rows": 0}
    for sums in (result.by("facility"), result.by("country", "year"), result.by_scope(), result.by_gas()):
        assert len(sums) == 0
    assert len(result.logistics()) == 0
    assert len(result.gaps) == 0
    assert result.citations()


def test_a_frame_of_problems_only_has_its_sums_too() -> None:
    result = fe.calculate(frame(bad(quantity=-1.0), bad(unit="zz")), SITES)
    never_silent(result)
    assert result.by("facility")["problems"].sum() == 2
    assert result.total["co2e"] == 0.0
    assert len(result.ledger()) == 0
    assert result.by_scope()["co2e"].sum() == 0.0


# -- custom factors ----------------------------------------------------------------------------

OWN = {"factor_id": "mine", "activity_category": "stationary", "unit": "kg", "co2_fossil_kg": 2.5}


def test_a_custom_factor_in_a_unit_that_the_record_does_not_have() -> None:
    result = fe.calculate(frame(bad(custom_factor_id="mine")), SITES, custom_factors=[OWN])
    never_silent(result)
    told = result.problems.iloc[0]
    assert told["column"] == "unit"
    assert told["reason"] == "The custom factor 'mine' is per kg; the record is in kWh_gcv."
    assert told["remedy"] == "Give the quantity in kg."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"activity_category": "electricity", "unit": "kWh"},
            "The custom factor 'mine' gives electricity; a record of natural_gas has no such figure.",
        ),
        (
            {"activity": "diesel", "unit": "kWh_gcv"},
            "The custom factor 'mine' is for diesel; the record is of natural_gas.",
        ),
    ],
)
def test_a_custom_factor_of_another_category_or_activity_is_never_added(
    changes: dict[str, object], reason: str
) -> None:
    result = fe.calculate(frame(bad(custom_factor_id="mine")), SITES, custom_factors=[{**OWN, **changes}])
    never_silent(result)
    assert result.problems["reason"].tolist() == [reason]
    assert result.problems["column"].tolist() == ["custom_factor_id"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "kgg"}, "custom factor 0 \\(mine\\): Unknown unit 'kgg'"),
        ({"unit": None}, "column 'unit' is missing or empty"),
        ({"activity_category": "stationery"}, "unknown activity_category 'stationery'. Did you mean 'stationary'"),
        ({"co2_kg": 1.0}, "unknown column 'co2_kg'"),
        ({"co2_fossil_kg": "much"}, "column 'co2_fossil_kg' holds 'much', which is no number"),
        ({"co2_fossil_kg": math.inf}, "factors are finite"),
        ({"co2_fossil_kg": None, "ch4_kg": 1.0}, "give co2_fossil_kg"),
        ({"co2e_fixed_kg": 1.0}, "co2e_fixed_kg and gwp_of_co2e_fixed go together"),
    ],
)
def test_a_custom_factor_that_cannot_be_read(changes: dict[str, object], message: str) -> None:
    with pytest.raises(fe.ContractError, match=message):
        fe.calculate(frame(bad()), SITES, custom_factors=[{**OWN, **changes}])


@pytest.mark.parametrize(
    "fields", [{"editions": {"desnz": "1999"}}, {"editions": {"dezns": "2023"}}, {"databases": {"*": ("dezns",)}}]
)
def test_a_method_that_names_what_does_not_exist(fields: dict[str, object]) -> None:
    with pytest.raises(fe.NotFoundError, match=r"No source .* Did you mean 'desnz"):
        fe.calculate(frame(bad()), SITES, fe.Method(**fields))


@pytest.mark.parametrize("fields", [{"gwp": "AR7"}, {"gpw": "AR6"}, {"horizon": 50}, {"max_years_back": -1}])
def test_a_method_that_cannot_be(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(fields))):
        fe.Method(**fields)


# -- one in a million --------------------------------------------------------------------------

MILLION = 1_000_000


def many(rows: int) -> pd.DataFrame:
    """Return many sound rows of three activities."""
    n = np.arange(rows)
    kinds = pd.DataFrame([bad(), bad(**POWER), bad(**GAS)])
    month = np.datetime64("2020-01") + n % 48
    columns = {c: pd.Categorical.from_codes(n % 3, kinds[c]) for c in ("category", "activity", "unit")}
    dates = {"start_date": month.astype("datetime64[s]"), "end_date": (month + 1).astype("datetime64[s]") - 86400}
    return pd.DataFrame({"facility_id": "office", **columns, "quantity": n % 977 + 0.5, **dates}, index=n + 10)


SLIPS: dict[str, object] = {
    "quantity": -1.0,
    "unit": None,
    "facility_id": "no",
    "end_date": pd.Timestamp("1999-12-31"),
}


def test_one_bad_row_in_a_million_gives_999_999_results_and_one_problem() -> None:
    rows = many(MILLION)
    rows.iloc[654_321, rows.columns.get_loc("quantity")] = math.inf
    result = fe.calculate(rows, SITES)
    assert result.co2e.notna().sum() == 999_999
    assert result.problems[["row", "position", "column"]].to_numpy().tolist() == [[654_331, 654_321, "quantity"]]
    never_silent(result)


@pytest.mark.parametrize("column", SLIPS)
def test_one_bad_row_of_another_kind(column: str) -> None:
    rows = many(100_000)
    rows[column] = rows[column].astype(object) if column in ("unit", "facility_id") else rows[column]
    rows.iloc[77_777, rows.columns.get_loc(column)] = SLIPS[column]
    result = fe.calculate(rows, SITES)
    never_silent(result)
    assert result.problems[["row", "column"]].to_numpy().tolist() == [[77_787, column]]


# -- never silent ------------------------------------------------------------------------------

JUNK: dict[str, tuple[object, ...]] = {
    "facility_id": ("no such", None, "", 7),
    "category": ("heet", None, "water", "recharge", 3.5),
    "activity": ("steel", None, "", "grid_electricity", ("a",), b"x"),
    "unit": ("m3", "kWh", "zz", None, "", "ton", "l"),
    "quantity": (-1.0, None, "x", math.inf, "12", True, [1], Decimal(3), 10**400),
    "start_date": (
        None,
        "2030-01-01",
        "01/01/2020",
        pd.NaT,
        dt.date(1066, 1, 1),
        5,
        pd.Timestamp("2020-05-05", tz="UTC"),
    ),
    "end_date": (None, "2004-01-01", "x", dt.datetime(2020, 1, 1, 23), b"2020"),
    "supplier": ("", 5, ["x"], "Iberdrola"),
    "contract": ("", "go", "gold", 5),
    "heat_basis": ("PCS", "x", ""),
    "sector": ("x", "Commercial", ""),
    "custom_factor_id": ("mine", None),
    "year": (2020, "x", None, 2020.5),
    "percentage": (0.5, "x", None, 2.0, True),
    "base_quantity": (10.0, None, "x", -1.0, math.inf),
}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_is_in_the_cells_every_row_ends_as_a_figure_or_a_problem(seed: int) -> None:
    rng = random.Random(seed)
    rows = seeded_frame(seed, 60).astype(object)
    clean = fe.calculate(rows, FACILITIES)
    spoilt: set[int] = set()
    for _ in range(40):
        column, position = rng.choice(list(JUNK)), rng.randrange(60)
        cells = rows[column].tolist() if column in rows else [None] * 60
        cells[position] = rng.choice(JUNK[column])
        rows[column] = pd.Series(cells, dtype=object)
        spoilt.add(position)
    result = fe.calculate(rows, FACILITIES, fe.Method(scope2=rng.choice(["location", "market"])))
    never_silent(result)
    if result.method.scope2 == "location":  # a spoilt row never spoils another
        sound = [i for i in range(60) if i not in spoilt]
        np.testing.assert_array_equal(result.co2e.iloc[sound], clean.co2e.iloc[sound])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sets(st.sampled_from(fe.Method().headline), min_size=1, max_size=3))
def test_never_silent_whatever_the_headline(seed: int, include: set[str]) -> None:
    never_silent(fe.calculate(seeded_frame(seed, 60), FACILITIES, fe.Method(include=tuple(sorted(include)))))


@pytest.mark.parametrize("column", ["facility_id", "activity", "unit", "supplier", "category"])
def test_a_column_of_nonsense_is_searched_quickly(column: str) -> None:
    """A suggestion is a search over all names: once 20,000 wrong ids among 5,000 known took minutes."""
    known = [{"id": f"site-{i:04d}", "country": "ES", "type": "office"} for i in range(5000)]
    right = record(facility_id="site-0000", category="electricity", activity="grid_electricity", unit="kWh")
    rows = pd.DataFrame([right] * 300)
    rows[column] = [f"{right.get(column, 'endesa energia')}x{i}" for i in range(300)]
    began = time.process_time()
    result = fe.calculate(rows, known, fe.Method(scope2="market"))
    told = result.records["flags"].astype(str) if column == "supplier" else result.problems["reason"]
    assert len(told) == 300
    assert told.str.contains("Did you mean").mean() > (0.1 if column == "unit" else 0.9)
    assert time.process_time() - began < 10  # 30 with a search by difflib
