"""`fe.batch` gives what `fe.calculate` gives, from every kind of file and however the rows are dealt out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from batches import SITES, assert_same, dataset, messy
from facility_emissions import files
from facility_emissions.batches import memory, work
from facility_emissions.batches.frames import RESULT_SCHEMA
from facility_emissions.calculation.exact import ExactSum
from facility_emissions.errors import ContractError

BASE = messy(11, 600)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make chunks of so many rows."""

    def make(rows: int) -> None:
        monkeypatch.setattr(work, "chunk_rows", lambda *_: rows)
        monkeypatch.setattr(memory, "_FEW", max(rows, 1))
        monkeypatch.setattr(memory, "_FEWEST", 1)

    return make


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    cuts=st.lists(st.integers(0, 150), max_size=4),
    rows=st.integers(1, 200),
    row_group=st.integers(7, 200),
)
def test_as_in_memory_however_the_rows_are_dealt_out(
    seed: int,
    cuts: list[int],
    rows: int,
    row_group: int,
    tmp_path_factory: pytest.TempPathFactory,
    small_chunks: Callable[[int], None],
) -> None:
    small_chunks(rows)
    folder = tmp_path_factory.mktemp("batch")
    frame = messy(seed, 150)
    result = fe.batch(dataset(folder / "in", frame, cuts, row_group), folder / "out", SITES)
    assert_same(result, fe.calculate(frame, SITES))


@pytest.mark.parametrize("rows", [1000, 97])
@pytest.mark.parametrize("kind", ["dictionary", "strings", "date32", "ids as numbers", "no ids", "no dates but years"])
def test_column_types(kind: str, rows: int, tmp_path: Path, small_chunks: Callable[[int], None]) -> None:
    small_chunks(rows)
    frame = BASE.copy()
    if kind == "dictionary":
        words = ["facility_id", "category", "activity", "unit", "record_id"]
        frame = frame.astype(dict.fromkeys(words, "category"))
    elif kind == "date32":
        frame["start_date"] = frame["start_date"].dt.date
        frame["end_date"] = pd.Series([None if pd.isna(v) else v.date() for v in frame["end_date"]], dtype=object)
    elif kind == "ids as numbers":
        frame["record_id"] = np.arange(len(frame)) // 2
    elif kind == "no ids":
        frame = frame.drop(columns=["record_id", "percentage"])
    elif kind == "no dates but years":
        frame["year"] = frame["start_date"].dt.year
        frame = frame.drop(columns=["start_date", "end_date"])
    result = fe.batch(dataset(tmp_path / "in", frame, [200, 450], 128), tmp_path / "out", SITES)
    assert_same(result, fe.calculate(frame, SITES))


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_shares_are_one_for_each_facility_and_organisation(
    rows: int, tmp_path: Path, small_chunks: Callable[[int], None]
) -> None:
    small_chunks(rows)
    frame = BASE.iloc[:6].assign(facility_id=SITES["facility_id"].iloc[0], quantity=1.0, percentage=0.5)
    frame["record_id"] = ["a", "a", "b", "b", "c", "c"]
    frame["organization_id"] = ["x", "y", "x", "x", None, None]
    result = fe.batch(dataset(tmp_path / "in", frame, [3]), tmp_path / "out", SITES)
    assert result.problems().query("column == 'record_id'")["record_id"].tolist() == ["b", "c"]
    assert_same(result, fe.calculate(frame, SITES))


def test_whole_numbers_stay_whole_beside_nulls(tmp_path: Path, small_chunks: Callable[[int], None]) -> None:
    """Which pandas makes floats of, in the chunks that have a null: 7 would be 7.0 in some and 7 in others."""
    small_chunks(2)
    frame = BASE.iloc[:4].assign(record_id=pd.array([7, 7, None, 7], dtype="Int64"), percentage=None, quantity=1.0)
    result = fe.batch(dataset(tmp_path / "in", frame, []), tmp_path / "out", SITES)
    again = result.problems().query("column == 'record_id'")
    assert again["value"].tolist() == ["7", "7"]
    assert again["record_id"].tolist() == [7, 7]
    assert set(again["reason"]) == {"The record_id was already used by row 0."}


@pytest.mark.parametrize("kind", ["stream", "file", "feather", "polars"])
def test_arrow_ipc(kind: str, tmp_path: Path, small_chunks: Callable[[int], None]) -> None:
    small_chunks(100)
    frame = BASE.astype({"facility_id": "category", "unit": "category"})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    path = tmp_path / f"in.{'feather' if kind == 'feather' else 'arrow'}"
    if kind == "feather":
        frame.to_feather(path, chunksize=64)
    elif kind == "polars":
        pytest.importorskip("polars").from_arrow(table).write_ipc(path)
    else:
        make = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
        with pa.OSFile(str(path), "wb") as raw, make(raw, table.schema) as writer:
            writer.write_table(table.unify_dictionaries(), max_chunksize=250)
    assert_same(fe.batch(path, tmp_path / "out", SITES), fe.calculate(frame, SITES))


CSV_ROWS = (
    "f0,heat,natural_gas,1000,kWh_gcv,2023-01-01,2023-01-31,a,\n"
    'f0,heat,natural_gas,12.5,kWh_gcv,2023-01-01,2023-01-31,"b\nand more",\n'
    "\n"
    "f1,heat,natural_gas,-3,kWh_gcv,2023-01-01,2023-01-31,a,\n"
    '"f2",heat,"natural_gas",7,kwhh,2023-01-01,2023-01-31,"say ""c""",0.5\n'
    "   \n"
    'f3,heat,natural_gas,7,"kWh_gcv",2023-01-01,2023-02-31,d,0.5\n'
)
HEADER = "facility_id,category,activity,quantity,unit,start_date,end_date,record_id,percentage\n"


@pytest.mark.parametrize(
    "text",
    [
        HEADER + CSV_ROWS * 40,
        "\ufeff" + (HEADER + CSV_ROWS * 3).replace("\n", "\r\n").rstrip(),
        HEADER + CSV_ROWS.replace("12.5", "n/a") * 40,
        HEADER + CSV_ROWS.replace('"b\nand more"', '5" pipe') * 40,
        (HEADER + CSV_ROWS).replace("12.5", "1.012.5").replace(",", ";").replace("1.012.5", '"1.012,5"') * 1,
        HEADER + CSV_ROWS.replace("-3", "inf") * 2,
        HEADER,
    ],
    ids=["plain", "windows", "no number", "quotes in a cell", "semicolons", "infinite", "empty"],
)
@pytest.mark.parametrize("rows", [1, 30, 10_000])
def test_csv(text: str, rows: int, tmp_path: Path, small_chunks: Callable[[int], None],
             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("facility_emissions.batches.csv_files._LEAST", 1)
    small_chunks(rows)
    path = tmp_path / "in.csv"
    path.write_bytes(text.encode())
    assert_same(fe.batch(path, tmp_path / "out", SITES), fe.calculate(files.read_consumption(path), SITES))


def test_hive_partitions_are_columns_and_stay_folders(tmp_path: Path, small_chunks: Callable[[int], None]) -> None:
    small_chunks(50)
    frame = BASE.drop(columns="percentage").dropna(subset=["category"])
    frame["quantity_of"] = frame.index
    frame["year"] = frame["start_date"].dt.year
    frame = frame.drop(columns=["start_date", "end_date"]).reset_index(drop=True)
    frame.to_parquet(tmp_path / "in", partition_cols=["category", "year"], index=False)
    whole = pd.read_parquet(tmp_path / "in")
    result = fe.batch(tmp_path / "in", tmp_path / "out", SITES, keep="all")
    assert_same(result, fe.calculate(whole, SITES))
    names = [p.relative_to(tmp_path / "in") for p in sorted((tmp_path / "in").rglob("*.parquet"))]
    assert names == [p.relative_to(result.records) for p in sorted(result.records.rglob("*.parquet"))]
    back = pd.read_parquet(result.records)
    for name in whole:
        assert back[name].astype(object).tolist() == whole[name].astype(object).tolist(), name


@pytest.mark.parametrize("keep", ["ids", "all"])
def test_what_stands_beside_the_results(keep: str, tmp_path: Path) -> None:
    frame = BASE.assign(note="x")
    result = fe.batch(dataset(tmp_path / "in", frame, []), tmp_path / "out", SITES, keep=keep)
    schema = pq.read_schema(result.records / "part-000.parquet")
    own = RESULT_SCHEMA.names
    assert set(fe.calculate(frame, SITES).records) <= set(own)
    kept = ["facility_id", "record_id"] if keep == "ids" else list(frame)
    assert schema.names == [*kept, *own]
    assert all(pa.types.is_dictionary(schema.field(n).type) for n in ("status", "flags", "factor_ids"))


def test_the_manifest_says_what_it_was_made_from(tmp_path: Path) -> None:
    method = fe.Method(gwp="AR6")
    result = fe.batch(dataset(tmp_path / "in", BASE, [100]), tmp_path / "out", SITES, method)
    told = json.loads(result.manifest.read_text())
    assert told["complete"]
    assert told["method"]["gwp"] == "AR6"
    assert told["method_fingerprint"] == method.fingerprint()
    assert [f["name"] for f in told["input"]["files"]] == [p["file"] for p in told["parts"]]
    assert [p["first_row"] for p in told["parts"]] == [0, 100]
    assert sum(p["rows"] for p in told["parts"]) == told["total"]["rows"] == 600
    sums = [ExactSum.from_hex(p["co2e"]["exact"]) for p in told["parts"]]
    sums[0] += sums[1]
    assert sums[0].hex() == told["total"]["co2e"]["exact"]
    assert float(sums[0]) == told["total"]["co2e"]["kg"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [".lock", "manifest.json", "problems", "records"]


def test_custom_factors_and_models(tmp_path: Path) -> None:
    own = [{"factor_id": "mine", "activity_category": "stationary", "activity": "any", "country": "any",
            "unit": "kWh_gcv", "co2_fossil_kg": 0.5, "valid_from": 2000}]  # fmt: skip
    frame = BASE.assign(custom_factor_id=np.where(BASE["unit"] == "kWh_gcv", "mine", None))
    try:
        whole = fe.calculate(frame, SITES, custom_factors=own)
    except fe.FacilityEmissionsError as error:  # pragma: no cover
        pytest.fail(str(error))
    result = fe.batch(dataset(tmp_path / "in", frame, [300]), tmp_path / "out", SITES, custom_factors=own)
    assert_same(result, whole)


def test_progress_is_told(tmp_path: Path, small_chunks: Callable[[int], None]) -> None:
    small_chunks(100)
    told: list[work.Progress] = []
    fe.batch(dataset(tmp_path / "in", BASE, [250]), tmp_path / "out", SITES, progress=told.append)
    assert {p.stage for p in told} == {"record ids", "records"}
    done = [p.rows for p in told if p.stage == "records"]
    assert done == sorted(done)
    assert done[-1] == told[-1].of == 600


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p / "nothing", "No file or folder"),
        (lambda p: p, "No readable file in"),
        (lambda p: put(p, "x.txt"), "x.txt: unknown kind of file '.txt'; known: .parquet, .pq, .csv, .arrow"),
        (lambda p: (put(p, "a.csv"), put(p, "b.parquet"), p)[-1], "files of two kinds: a.csv (CSV) and b.parquet"),
        (lambda p: (put(p, "a.arrow"), put(p, "a.feather"), p)[-1], "would have one name in the output, a.parquet"),
        (lambda p: put(p, "x.parquet"), "x.parquet is no readable Parquet file: "),
        (lambda p: put(p, "x.arrow"), "x.arrow is no readable Arrow IPC file: "),
        (lambda p: mixed(p, "unit", 5.0), "Column 'unit' is double in b.parquet, but string in a.parquet."),
        (lambda p: mixed(p, None, None), "b.parquet has no column 'unit'; a.parquet has."),
        (lambda p: lacks(p), "no column 'unit'."),
    ],
    ids=range(10),
)
def test_input_that_cannot_be_read(make: Callable[[Path], Path], message: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ContractError) as caught:
        fe.batch(make(tmp_path / "in"), tmp_path / "out", SITES)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def put(folder: Path, name: str) -> Path:
    (folder / name).write_bytes(b"nothing of the kind")
    return folder / name


def mixed(folder: Path, column: str | None, value: object) -> Path:
    other = BASE.drop(columns="unit") if column is None else BASE.assign(**{column: value})
    BASE.to_parquet(folder / "a.parquet")
    other.to_parquet(folder / "b.parquet")
    return folder


def lacks(folder: Path) -> Path:
    return dataset(folder / "deep", BASE.drop(columns="unit"), [])


def test_a_column_without_values_in_one_file_fits(tmp_path: Path) -> None:
    frame = BASE.copy()
    frame.loc[:299, "supplier"] = None
    result = fe.batch(dataset(tmp_path / "in", frame, [300]), tmp_path / "out", SITES, keep="all")
    assert_same(result, fe.calculate(frame, SITES))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"memory": "lots"}, "memory 'lots' is no size; write it as 512MiB or 2GiB."),
        ({"memory": "10 MB"}, "memory '10 MB' is too little; at least 384MiB."),
        ({"keep": "some"}, "keep 'some' is neither 'ids' nor 'all'."),
    ],
)
def test_options_that_are_wrong(options: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        fe.batch(dataset(tmp_path / "in", BASE, []), tmp_path / "out", SITES, **options)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("given", "size"), [("1GiB", 1 << 30), ("512 mb", 512 << 20), (1 << 29, 1 << 29), ("0.5g", 1 << 29)]
)
def test_sizes_of_memory(given: int | str, size: int) -> None:
    assert memory.parse_memory(given) == size


def test_a_date_of_a_dataset_is_the_same_date(tmp_path: Path) -> None:
    frame = BASE.iloc[:50].assign(start_date=dt.date(2023, 1, 31), end_date=dt.date(2023, 1, 1))
    result = fe.batch(dataset(tmp_path / "in", frame, []), tmp_path / "out", SITES)
    assert_same(result, fe.calculate(frame, SITES))
