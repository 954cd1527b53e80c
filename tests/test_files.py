"""Tables in and out of files: what a spreadsheet or an export does to them, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from facility_emissions import files
from facility_emissions.errors import ContractError
from facility_emissions.portfolio import Portfolio


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_are_labelled_by_their_line(tmp_path: Path) -> None:
    frame = files.read_consumption(put(tmp_path / "c.csv", "record_id,quantity\na,1\nb,2"))
    assert frame.index.tolist() == [2, 3]
    assert frame.index.name == "line"


def test_lines_are_right_after_blank_lines_and_cells_with_line_feeds(tmp_path: Path) -> None:
    text = 'record_id,note\na,"one\ntwo\nthree"\n\nb,x\r\nc,y\n'
    frame = files.read_consumption(put(tmp_path / "c.csv", text))
    assert dict(zip(frame["record_id"], frame.index, strict=True)) == {"a": 2, "b": 6, "c": 7}


def test_an_empty_table_has_no_lines(tmp_path: Path) -> None:
    frame = files.read_consumption(put(tmp_path / "c.csv", "record_id,quantity\n"))
    assert len(frame) == 0


def test_only_an_empty_cell_is_null(tmp_path: Path) -> None:
    frame = files.read_table(put(tmp_path / "c.csv", "country,name\nNA,None\nnull,\nES,nan\n"))
    assert frame["country"].tolist() == ["NA", "null", "ES"]
    assert frame["name"].isna().tolist() == [False, True, False]


def test_ids_keep_their_zeros_and_numbers_are_numbers(tmp_path: Path) -> None:
    frame = files.read_table(put(tmp_path / "c.csv", "facility_id,quantity,year\n007,12.5,2023\n008,,2024\n"))
    assert frame["facility_id"].tolist() == ["007", "008"]
    assert frame["quantity"].dtype == np.float64
    assert frame["year"].tolist() == [2023, 2024]


def test_a_quantity_that_is_no_number_stays_as_it_was_written(tmp_path: Path) -> None:
    frame = files.read_table(put(tmp_path / "c.csv", 'quantity\n12.5\n"1.234,56"\n'))
    assert frame["quantity"].tolist() == ["12.5", "1.234,56"]


def test_a_byte_order_mark_and_semicolons_of_a_spreadsheet_are_read(tmp_path: Path) -> None:
    frame = files.read_table(put(tmp_path / "c.csv", b"\xef\xbb\xbffacility_id;name\r\na;M\xc3\xa1laga, centro\r\n"))
    assert frame.columns.tolist() == ["facility_id", "name"]
    assert frame["name"].tolist() == ["Málaga, centro"]


def test_all_columns_of_numbers_may_have_decimal_commas(tmp_path: Path) -> None:
    """0.125 begins with no thousand: a share with a point stays one beside numbers with commas."""
    names = ("quantity", "recovered", "return_share", "kwh_per_m3", "cop", "quantity_uncertainty")
    for name in names:
        frame = files.read_table(put(tmp_path / "c.csv", f"{name};x\n0,125;a\n0.125;b\n1.234,5;c\n"))
        assert frame[name].tolist() == [0.125, 0.125, 1234.5]
    assert files.read_table(put(tmp_path / "c.csv", "return_share;x\n0.125;a\n"))["return_share"].tolist() == [0.125]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.csv", b"name\nM\xe1laga\n", "c.csv is no readable UTF-8 CSV file: 'utf-8' codec can't decode byte 0xe1"),
        ("c.csv", b"a,b\n1,2\n3,4,5\n", "Expected 2 fields in line 3, saw 3"),
        ("c.csv", b"a,b\n1,2,3\n4,5,6\n", "its rows have more cells than its header has columns"),
        ("c.csv", b"", "c.csv is empty"),
        ("c.parquet", b"PAR1", "c.parquet is no readable Parquet file"),
        ("c.ods", b"", "unknown kind of file '.ods'; known: .csv, .parquet, .pq."),
        ("c", b"", "unknown kind of file ''"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(ContractError) as caught:
        files.read_table(put(tmp_path / name, content))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="No file"):
        files.read_table(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.json", '{"items": [{"id": "a", "name": "A", "type": "office", "country": "ES"}], "total": 1}'),
        ("f.json", '[{"id": "a", "name": "A", "type": "office", "country": "ES"}]'),
        ("f.JSONL", '{"id": "a", "name": "A", "type": "office", "country": "ES"}\n'),
        ("f.ndjson", '{"id": "a", "name": "A", "type": "office", "country": "ES"}\n'),
    ],
)
def test_facilities_in_json_become_a_portfolio(tmp_path: Path, name: str, text: str) -> None:
    found = files.read_facilities(put(tmp_path / name, text))
    assert isinstance(found, Portfolio)
    assert found.get("a").country == "ES"


def test_facilities_in_a_table_stay_a_table(tmp_path: Path) -> None:
    found = files.read_facilities(put(tmp_path / "f.csv", "facility_id,country\n007,NA\n"))
    assert isinstance(found, pd.DataFrame)
    assert found.to_dict("records") == [{"facility_id": "007", "country": "NA"}]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "pq"])
def test_what_is_written_reads_back(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame(
        {
            "facility_id": ["NA", "b", "é"],
            "quantity": [0.1 + 0.2, np.nan, 0.0],
            "flags": pd.Categorical(["x", None, "x"]),
        },
        index=[5, 6, 7],
    )
    path = tmp_path / f"t.{suffix}"
    files.write_table(frame, path)
    back = files.read_table(path)
    assert back["quantity"].tolist()[0] == 0.1 + 0.2
    assert np.isnan(back["quantity"].tolist()[1])
    assert back["facility_id"].tolist() == ["NA", "b", "é"]
    assert back["flags"].isna().tolist() == [False, True, False]
    assert len(back.columns) == 3


def test_a_column_of_mixed_values_is_written_to_parquet_as_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"value": pd.Series(["m3", 12.5, None, float("nan")], dtype=object)})
    files.write_table(frame, tmp_path / "t.parquet")
    assert pd.read_parquet(tmp_path / "t.parquet")["value"].tolist()[:2] == ["m3", "12.5"]
    assert frame["value"].tolist()[1] == 12.5  # the caller's frame is not changed


def test_csv_written_is_the_same_on_every_system(tmp_path: Path) -> None:
    files.write_table(pd.DataFrame({"a": ["é"], "b": [1.0]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == "a,b\né,1.0\n".encode()


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ContractError, match=r"pip install 'facility-emissions\[parquet\]'"):
        files.write_table(pd.DataFrame({"a": [1]}), tmp_path / "t.parquet")


def test_facilities_of_a_spreadsheet_with_decimal_commas(tmp_path: Path) -> None:
    """18.300 in a file with semicolons is eighteen thousand or eighteen, and is asked about where nothing tells."""
    head = "facility_id;country;surface_m2;consolidation_share\n"
    frame = files.read_facilities(put(tmp_path / "f.csv", f"{head}a;ES;18.300;0,6\nb;ES;8.200,5;\n"))
    assert isinstance(frame, pd.DataFrame)
    assert frame["surface_m2"].tolist() == [18300, 8200.5]
    np.testing.assert_array_equal(frame["consolidation_share"], [0.6, np.nan])
    with pytest.raises(ContractError, match=r"surface_m2 '18\.300' may be thousands or a decimal"):
        files.read_facilities(put(tmp_path / "f.csv", f"{head}a;ES;18.300;\n"))
