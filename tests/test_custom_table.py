"""A user's own factor table: what it takes, and how every broken row of it is told at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import random
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from bad_factors import BOILER, POWER, TABLE, gas, power
from facility_emissions.categories import RULES
from facility_emissions.factors import own_rows
from facility_emissions.factors.book import published
from facility_emissions.factors.custom import FactorTableWarning
from facility_emissions.factors.schema import FACTOR_COLUMNS
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, activities, parse_activity

SOUND = power(factor_id="sound", country="FR")


def broken(rows: object) -> fe.FactorTableError:
    with pytest.raises(fe.FactorTableError) as caught:
        fe.FactorTable(rows)  # type: ignore[arg-type]
    return caught.value


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


# -- one broken row ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLE)
def test_a_broken_row_is_told_by_column_value_reason_and_remedy(name: str) -> None:
    row, column, reason, remedy = TABLE[name]
    error = broken([SOUND, row])
    assert len(error.problems) == 1, error.problems.T
    told = error.problems.iloc[0]
    assert (told["row"], told["factor_id"], told["column"]) == (1, str(row.get("factor_id") or "").strip(), column)
    assert told["value"] is row.get(column)
    assert told["reason"] == reason if not reason.endswith("...") else told["reason"].startswith(reason[:-3])
    assert told["remedy"] == remedy
    shown = f" ({told['factor_id']})" if told["factor_id"] else ""
    assert str(error) == f"custom factor 1{shown}: {told['reason']} {told['remedy']}"


@pytest.mark.parametrize("name", TABLE)
def test_nothing_of_a_broken_table_is_used_unless_the_caller_says_so(name: str) -> None:
    row = TABLE[name][0]
    record = {
        "facility_id": "a",
        "category": "electricity",
        "activity": None,
        "quantity": 1.0,
        "unit": "kWh",
        "year": 2023,
    }
    sites = [{"id": "a", "country": "FR"}]
    with pytest.raises(fe.ContractError):
        fe.calculate([record], sites, custom_factors=[SOUND, row])
    with pytest.warns(FactorTableWarning, match="1 row of 2 left out"):
        table = fe.FactorTable([SOUND, row], on_error="skip")
    assert [own.factor.factor_id for own in table.rows] == ["sound"]
    assert len(table) == 1
    assert len(table.problems) == 1
    used = fe.calculate([record], sites, fe.Method(scope2="market"), custom_factors=table)
    assert used.co2e.iloc[0] == 0.1
    assert used.custom_factors["status"].tolist() == ["used", "left out"]
    assert used.custom_factors["reason"].iloc[1] == table.problems["reason"].iloc[0]


@pytest.mark.parametrize("name", TABLE)
def test_a_model_is_checked_when_it_is_made(name: str) -> None:
    row, _, reason, remedy = TABLE[name]
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        fe.CustomFactor(**row)
    assert reason.removesuffix("...") in str(caught.value)
    assert remedy in str(caught.value)


# -- many broken rows --------------------------------------------------------------------------


def test_every_broken_row_is_told_at_once() -> None:
    rows = [row for row, *_ in TABLE.values()]
    rows = [
        {**row, "factor_id": f"{i}"} if str(row.get("factor_id") or "").strip() else row for i, row in enumerate(rows)
    ]
    error = broken(rows)
    assert error.problems["row"].tolist() == list(range(len(TABLE)))
    assert error.problems["column"].tolist() == [column for _, column, *_ in TABLE.values()]
    assert str(error).startswith(
        f"{len(TABLE)} rows of {len(TABLE)} broken; nothing of the table is used:\n  custom factor 0 (0): "
    )
    assert str(error).endswith(f"... and {len(TABLE) - 10} more; `.problems` holds them all.")
    assert str(error).count("\n") == 11


def test_a_row_with_several_faults_tells_all_of_them() -> None:
    error = broken([gas(unit="zz", country="zz", co2_fossil_kg=-1, valid_from="zz")])
    assert error.problems["column"].tolist() == ["unit", "country", "valid_from", "co2_fossil_kg"]


def test_every_row_of_a_column_of_nonsense_is_told_with_its_suggestion() -> None:
    error = broken([gas(factor_id=str(i), activity_category=f"stationery{i}") for i in range(1000)])
    assert len(error.problems) == 1000
    assert error.problems["reason"].str.contains("Did you mean").all()


def test_lines_of_a_file_are_those_of_an_editor(tmp_path: Path) -> None:
    path = write(
        tmp_path / "own.csv",
        "factor_id,activity_category,unit,co2_fossil_kg,note",
        'a,electricity,kWh,0.1,"two',
        'lines"',
        "",
        ",,,,",
        "b,electricity,kWh,x,",
        "c,electricity,kWh",
        "d,electricity,kWh,y,,,",
        "e,electricity,kWh,0.1,a,b",
    )
    error = broken(path)
    assert error.problems[["row", "factor_id", "column"]].to_numpy().tolist() == [
        [6, "b", "co2_fossil_kg"],
        [7, "", ""],
        [8, "d", "co2_fossil_kg"],
        [9, "", ""],
    ]
    assert error.problems["reason"].iloc[1] == "the row has 3 cells, the header 5."
    assert str(error).startswith("own.csv: 4 rows of 5 broken; nothing of the table is used:\n  line 6 (b): column")
    with pytest.warns(FactorTableWarning):
        table = fe.FactorTable(path, on_error="skip")
    assert [own.row for own in table.rows] == [2]
    assert table.rows[0].factor.note == "two\nlines"


def test_rows_of_a_frame_are_named_by_their_labels() -> None:
    error = broken(pd.DataFrame([gas(), gas(factor_id="b", unit="zz")], index=["x", "y"]))
    assert error.problems["row"].tolist() == ["y"]
    assert str(error).startswith("row y (b): Unknown unit 'zz'")


# -- columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right"), [("contry", "country"), ("Unit", "unit"), ("co2_fosil_kg", "co2_fossil_kg")]
)
@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_an_unknown_column_is_never_ignored(wrong: str, right: str, on_error: str, tmp_path: Path) -> None:
    """A misspelt `country` would make the row fit everywhere, so it stops even who skips broken rows."""
    path = write(tmp_path / "own.csv", f"activity_category,activity,{wrong}", "stationary,natural_gas,ES")
    with pytest.raises(fe.FactorTableError) as caught:
        fe.FactorTable(path, on_error=on_error)  # type: ignore[arg-type]
    problems = caught.value.problems
    told = problems[problems["column"] == wrong].iloc[0]
    assert told["row"] == 1
    assert told["reason"].startswith(f"unknown column {wrong!r}. Did you mean {right!r}")


def test_a_column_that_is_lacking_is_told_once() -> None:
    error = broken(pd.DataFrame([gas(), gas(factor_id="b")]).drop(columns="unit"))
    assert error.problems.to_dict("records") == [
        {"row": None, "factor_id": "", "column": "unit", "value": None, "reason": "there is no column 'unit'.",
         "remedy": "Every row needs it."}
    ]  # fmt: skip
    assert str(error) == "the header: there is no column 'unit'. Every row needs it."


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("unit,activity_category,unit", "own.csv: column 'unit' appears 2 times in the custom factors."),
        ("unit,,activity_category", "own.csv: column 2 of the custom factors has no name."),
    ],
)
def test_a_header_that_cannot_be(header: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(fe.ContractError, match=message):
        fe.FactorTable(write(tmp_path / "own.csv", header, "a,b,c"))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("own.csv", b"", "own.csv is empty; its first line has to name the columns."),
        ("own.csv", b'unit\n"kWh', "own.csv line 2 is no CSV: unexpected end of data."),
        ("own.csv", b"unit\n\xff\xfe", "own.csv is no readable UTF-8 CSV file"),
        ("own.tsv", b"unit", "own.tsv: unknown kind of file '.tsv'; known: .csv, .parquet, .pq."),
        ("own.parquet", b"unit", "own.parquet is no readable Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, text: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(text)
    with pytest.raises(fe.ContractError) as caught:
        fe.FactorTable(tmp_path / name)
    assert message in str(caught.value)


def test_what_is_no_table() -> None:
    with pytest.raises(fe.ContractError, match=r"No file 'nowhere\.csv'"):
        fe.FactorTable("nowhere.csv")
    with pytest.raises(fe.ContractError, match="custom factor 1 is a int; expected a mapping"):
        fe.FactorTable([BOILER, 5])
    with pytest.raises(fe.ContractError, match="a file, a frame or a list of rows, not a dict"):
        fe.FactorTable(BOILER)  # type: ignore[arg-type]
    with pytest.raises(fe.ContractError, match="on_error 'ignore' is neither"):
        fe.FactorTable([], on_error="ignore")  # type: ignore[arg-type]


# -- rows against each other -------------------------------------------------------------------


def test_an_id_that_appears_twice_breaks_all_rows_of_it() -> None:
    rows = [gas(), power(factor_id="boiler"), SOUND, gas(unit="zz")]
    error = broken(rows)
    told = error.problems[error.problems["column"] == "factor_id"]
    assert told["row"].tolist() == [0, 1, 3]
    assert told["reason"].tolist() == [
        f"factor_id 'boiler' appears 3 times: also in custom factor {a}, custom factor {b}."
        for a, b in ((1, 3), (0, 3), (0, 1))
    ]
    with pytest.warns(FactorTableWarning):
        assert len(fe.FactorTable(rows, on_error="skip")) == 1


def test_an_id_that_was_composed_may_not_be_one_that_another_row_states() -> None:
    error = broken([gas(factor_id=None), power(factor_id="custom/ES/stationary/natural_gas/kWh_gcv/2023")])
    assert error.problems["row"].tolist() == [0, 1]
    assert error.problems["reason"].str.contains("appears twice").all()


OVERLAPS = [
    # what differs in the first and in the second row, the years told (None: no overlap)
    ({}, {}, "in 2023"),
    ({"valid_to": 2025}, {"valid_from": 2025, "valid_to": None}, "in 2025"),
    ({"valid_to": 2024}, {"valid_from": 2025, "valid_to": None}, None),
    ({"valid_to": None}, {"valid_from": 2030, "valid_to": None}, "from 2030"),
    ({"valid_from": None, "valid_to": None}, {"valid_from": None, "valid_to": None}, "in every year"),
    ({"valid_from": None, "valid_to": None}, {"valid_from": None}, "up to 2023"),
    ({"valid_from": 2020}, {"valid_from": 2021}, "from 2021 to 2023"),
    ({"valid_to": "2023-06-30"}, {"valid_from": "2023-06-30"}, "on 2023-06-30"),
    ({"valid_to": "2023-06-30"}, {"valid_from": "2023-07-01"}, None),
    ({"valid_to": "2023-06-30"}, {"valid_from": dt.date(2022, 3, 15), "valid_to": None}, "from 2023 to 2023-06-30"),
    ({"unit": "MWh_gcv"}, {}, "in 2023"),
    ({"country": "Spain"}, {"country": "esp"}, "in 2023"),
    ({"activity": "gas natural"}, {}, "in 2023"),
    ({"unit": "kWh_ncv"}, {}, None),
    ({"unit": "kg"}, {}, None),
    ({"country": "FR"}, {}, None),
    ({"country": None}, {}, None),
    ({"country": None}, {"country": "any"}, "in 2023"),
    ({"country": "WORLD"}, {"country": "any"}, "in 2023"),
    ({"country": "EUROPE"}, {}, None),
    ({"subdivision": "ES-CN"}, {}, None),
    ({"facility_id": "a"}, {}, None),
    ({"facility_id": "a"}, {"facility_id": "b"}, None),
    ({"facility_id": 7}, {"facility_id": 7.0}, "in 2023"),
    ({"supplier": "Endesa, S.A."}, {"supplier": "ENDESA"}, "in 2023"),
    ({"sector": "manufacturing"}, {}, None),
    ({"activity": "diesel"}, {}, None),
    ({"activity": "any"}, {}, None),
    ({"applies": "by_name"}, {}, None),
    ({"applies": "by_name"}, {"applies": "by_name"}, None),
    ({"activity_category": "stationary_generation"}, {}, None),
]


@pytest.mark.parametrize(("one", "other", "years"), OVERLAPS)
@pytest.mark.parametrize("turned", [False, True])
def test_rows_that_fit_the_same_records_are_broken(
    one: dict[str, object], other: dict[str, object], years: str | None, turned: bool
) -> None:
    rows = [gas(factor_id="one", **one), gas(factor_id="other", **other)]
    rows = rows[::-1] if turned else rows
    if years is None:
        assert len(fe.FactorTable(rows)) == 2
        return
    error = broken(rows)
    assert error.problems["reason"].tolist() == [
        f"the row and custom factor 1 fit the same records {years}.",
        f"the row and custom factor 0 fit the same records {years}.",
    ]
    assert error.problems["column"].tolist() == ["valid_from", "valid_from"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(2000, 2012), st.integers(0, 6)), min_size=1, max_size=6))
def test_exactly_the_rows_that_overlap_another_are_told(spans: list[tuple[int, int]]) -> None:
    rows = [gas(factor_id=str(i), valid_from=a, valid_to=a + n) for i, (a, n) in enumerate(spans)]
    expected = {
        i
        for i, (a, n) in enumerate(spans)
        if any(i != j and a <= b + m and b <= a + n for j, (b, m) in enumerate(spans))
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FactorTableWarning)
        assert set(fe.FactorTable(rows, on_error="skip").problems["row"]) == expected


# -- forms of a table --------------------------------------------------------------------------


@dataclasses.dataclass
class Row:
    activity_category: str = "stationary"
    activity: str = "natural_gas"
    unit: str = "kWh_gcv"
    co2_fossil_kg: float = 0.19


def forms(tmp_path: Path) -> dict[str, object]:
    """Return the same two rows in every form."""
    rows = [gas(), power()]
    frame = pd.DataFrame(rows)
    frame.to_csv(tmp_path / "own.csv", index=False)
    frame.to_csv(tmp_path / "bom.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    frame.assign(extra="").rename(columns={"extra": ""}).to_csv(tmp_path / "excel.csv", index=False)
    text = frame.to_csv(index=False, sep=";").replace("0.19", "0,19").replace("0.1\n", "0,1\n")
    (tmp_path / "semicolon.csv").write_text(text, encoding="utf-8")
    frame.to_parquet(tmp_path / "own.parquet")
    return {
        "list": rows,
        "generator": (row for row in rows),
        "frame": frame,
        "nullable frame": frame.convert_dtypes(),
        "categories": frame.astype("category"),
        "text": frame.astype(object).where(frame.notna(), None).map(lambda v: v if v is None else str(v)),
        "models": [fe.CustomFactor(**row) for row in rows],
        "csv": tmp_path / "own.csv",
        "csv by its name": str(tmp_path / "own.csv"),
        "csv with BOM and CRLF": tmp_path / "bom.csv",
        "csv with an empty column": tmp_path / "excel.csv",
        "csv with semicolons": tmp_path / "semicolon.csv",
        "parquet": tmp_path / "own.parquet",
    }


FORMS = ("list", "generator", "frame", "nullable frame", "categories", "text", "models", "csv", "csv by its name",
         "csv with BOM and CRLF", "csv with an empty column", "csv with semicolons", "parquet")  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_table(form: str, tmp_path: Path) -> None:
    table = fe.FactorTable(forms(tmp_path)[form])  # type: ignore[arg-type]
    assert len(table) == 2
    assert table.fingerprint() == fe.FactorTable([gas(), power()]).fingerprint()
    assert table.problems.empty
    assert list(table.problems) == ["row", "factor_id", "column", "value", "reason", "remedy"]


def test_a_dataclass_and_a_bundled_factor_are_rows() -> None:
    own = fe.FactorTable([Row()]).rows[0].factor
    assert (own.factor_id, own.country, own.valid_from, own.valid_to) == (
        "custom/any/stationary/natural_gas/kWh_gcv", "any", 1900, None)  # fmt: skip
    bundled = published("stationary", "natural_gas", "ES")[0]
    assert dataclasses.astuple(fe.FactorTable([bundled]).rows[0].factor) == dataclasses.astuple(bundled)
    found = fe.factors.find("natural_gas", country="ES", year=2023, source="miteco")
    assert len(fe.FactorTable(found)) == len(found) > 0


def test_the_frame_of_a_table_is_a_table() -> None:
    rows = [
        gas(),
        power(),
        power(factor_id="t", activity_category="electricity_transmission_and_distribution"),
        gas(factor_id="n", activity=None),
        gas(factor_id="x", country="US", subdivision="us-ca", sector="residential"),
    ]
    table = fe.FactorTable(rows)
    again = fe.FactorTable(table.frame)
    pd.testing.assert_frame_equal(again.frame, table.frame)
    assert list(table.frame) == [*FACTOR_COLUMNS, "facility_id", "applies"]
    assert table.frame["applies"].tolist() == ["by_fit", "by_fit", "by_fit", "by_name", "by_fit"]


def test_a_file_with_semicolons_does_not_guess_thousands(tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", "activity_category;activity;unit;co2_fossil_kg",
                 "stationary;coal_bituminous;t;2.457", "stationary;anthracite;t;2.457,5", "stationary;peat;t;0.976",
                 "stationary;wood_chips;t;2457")  # fmt: skip
    error = broken(path)
    assert error.problems["row"].tolist() == [2]
    assert error.problems["reason"].iloc[0] == (
        "column 'co2_fossil_kg' holds '2.457', thousands or a decimal in a file with semicolons."
    )
    with pytest.warns(FactorTableWarning):
        table = fe.FactorTable(path, on_error="skip")
    assert [own.factor.co2_fossil_kg for own in table.rows] == [2457.5, 0.976, 2457.0]


@pytest.mark.parametrize(
    ("given_", "unit"),
    [
        ("kWh PCS", "kWh_gcv"),
        ("MWh (HHV)", "MWh_gcv"),
        ("Nm3", "m3_0C"),
        ("kg", "kg"),
        ("m3_15C", "m3_15C"),
        ("kWh", "kWh"),
    ],
)
def test_units_are_read_as_everywhere(given_: str, unit: str) -> None:
    assert fe.FactorTable([gas(unit=given_)]).rows[0].factor.unit_id == unit


def test_a_unit_and_its_basis_may_stand_apart_as_in_the_bundled_rows() -> None:
    own = fe.FactorTable([gas(unit="kWh", basis="GCV")]).rows[0].factor
    assert (own.unit, own.basis, own.unit_id) == ("kWh", "gcv", "kWh_gcv")


@pytest.mark.parametrize(
    ("given_", "kept"), [("ar5", "AR5"), ("AR5 GWP100", "AR5"), ("AR6 gwp20", "AR6 GWP20"), ("Unstated", "unstated")]
)
def test_gwp_sets_are_named_as_the_method_names_them(given_: str, kept: str) -> None:
    row = gas(co2_fossil_kg=None, co2e_fixed_kg=0.2, gwp_of_co2e_fixed=given_)
    assert fe.FactorTable([row]).rows[0].factor.gwp_of_co2e_fixed == kept


@pytest.mark.parametrize("zero", [0, 0.0, -0.0, "0", "0.0", np.float32(0), np.int64(0)])
def test_zero_is_a_figure(zero: object) -> None:
    assert fe.FactorTable([gas(co2_fossil_kg=zero)]).rows[0].factor.co2_fossil_kg == 0.0


@pytest.mark.parametrize("null", [None, math.nan, np.float32("nan"), pd.NA, pd.NaT, "", "  "])
def test_null_is_not_given_and_never_zero(null: object) -> None:
    own = fe.FactorTable([gas(ch4_kg=null, valid_to=null, country=null)]).rows[0].factor
    assert (own.ch4_kg, own.valid_to, own.country) == (None, None, "any")


def test_ids_that_pandas_made_floats_are_whole_numbers() -> None:
    rows = pd.DataFrame([gas(factor_id=1, facility_id=7), power(factor_id=None)])
    assert [o.factor.factor_id for o in fe.FactorTable(rows).rows] == [
        "1",
        "custom/any/electricity/grid_electricity/kWh",
    ]
    assert fe.FactorTable(rows).facilities == {"7"}


def test_the_fingerprint_is_of_the_content() -> None:
    rows = [gas(factor_id=str(y), valid_from=y, valid_to=y) for y in range(2010, 2020)]
    mixed = random.Random(1).sample(rows, len(rows))
    one = fe.FactorTable(rows).fingerprint()
    assert fe.FactorTable(mixed).fingerprint() == one
    for changes in (
        {"co2_fossil_kg": 0.2},
        {"facility_id": "a"},
        {"applies": "by_name"},
        {"note": "x"},
        {"edition": "2"},
    ):
        assert fe.FactorTable([*rows[:-1], {**rows[-1], **changes}]).fingerprint() != one


def test_a_table_shows_itself() -> None:
    assert repr(fe.FactorTable([gas()])) == "<FactorTable: 1 row>"
    with pytest.warns(FactorTableWarning):
        assert (
            repr(fe.FactorTable([gas(), gas(factor_id="b", unit="z")], on_error="skip"))
            == "<FactorTable: 1 row, 1 left out>"
        )


# -- the contract and the calculation agree ----------------------------------------------------


@pytest.mark.parametrize("figure", ACTIVITY_CATEGORIES)
def test_units_of_figures_are_those_of_the_categories(figure: str) -> None:
    rules = RULES[ACTIVITY_CATEGORIES[figure].category]
    asked = own_rows._measured_in(figure)
    assert asked in rules.dimensions if asked else len(rules.dimensions) > 1


def test_every_activity_has_figures_that_it_can_name() -> None:
    refrigerants = [parse_activity("R-410A", "recharge")]
    named = {figure for a in (*activities(), *refrigerants) for figure in own_rows.figures_of(a)}
    assert named == set(ACTIVITY_CATEGORIES)


def test_the_model_has_the_columns_of_the_contract() -> None:
    assert (
        set(fe.CustomFactor.model_fields)
        == set(own_rows.OWN_COLUMNS)
        == {*FACTOR_COLUMNS, "facility_id", "applies", "uncertainty"}
    )
    with pytest.raises(ValueError, match=r"unknown field 'contry'. Did you mean 'country'\?"):
        fe.CustomFactor(**{**BOILER, "contry": "ES"})


def test_power_is_sound() -> None:
    assert len(fe.FactorTable([BOILER, POWER, SOUND])) == 3
