"""Other engines' tables give what pandas gives, bit for bit, with the same problems."""

from __future__ import annotations

import datetime as dt
import itertools
import pickle
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from engines import CUSTOM, METHOD, assert_same_records, in_pandas, problems_in_pandas, problems_of, table, whole
from facility_emissions.adapters import kernel as kernels
from facility_emissions.adapters import record_ids
from facility_emissions.adapters.kernel import Kernel
from facility_emissions.adapters.record_ids import PART, Suspects
from facility_emissions.calculation import records, resolve
from facility_emissions.calculation.problems import ProblemLog
from facility_emissions.calculation.questions import Key
from facility_emissions.calculation.rates import Entry
from facility_emissions.calculation.resolve import Resolver
from frames import FACILITIES, record

TABLE = table()
PANDAS = in_pandas(TABLE)
GIVEN = {"facilities": FACILITIES, "method": METHOD, "custom_factors": CUSTOM}
CODED = ("facility_id", "category", "activity", "unit", "supplier", "record_id")
coded = pa.table({n: TABLE[n].dictionary_encode() if n in CODED else TABLE[n] for n in TABLE.schema.names})
chunked = pa.concat_tables([coded.slice(0, 100), coded.slice(100, 0), coded.slice(100)])

Tables = tuple[pa.Table, pa.Table, dict[str, Any]]


def by_arrow(consumption: pa.Table) -> Tables:
    answer = fe.adapters.arrow.calculate(consumption, **GIVEN)
    assert isinstance(answer.records, pa.Table)
    return answer.records, answer.problems, answer.total


def by_batch(consumption: pa.Table) -> Tables:
    (batch,) = consumption.combine_chunks().to_batches()
    answer = fe.adapters.arrow.calculate(batch, **GIVEN)
    assert isinstance(answer.records, pa.RecordBatch)
    return pa.Table.from_batches([answer.records]), answer.problems, answer.total


def by_reader(consumption: pa.Table) -> Tables:
    answer = fe.adapters.arrow.calculate(consumption.to_reader(max_chunksize=37), **GIVEN)
    assert isinstance(answer.records, pa.RecordBatchReader)
    return answer.records.read_all(), answer.problems, answer.total


def by_polars(consumption: pa.Table) -> Tables:
    answer = fe.adapters.polars.calculate(pl.from_arrow(consumption), **GIVEN)
    assert isinstance(answer.records, pl.DataFrame)
    return answer.records.to_arrow(), answer.problems.to_arrow(), answer.total


def by_lazy_polars(consumption: pa.Table) -> Tables:
    answer = fe.adapters.polars.calculate(pl.from_arrow(consumption).lazy(), **GIVEN)
    assert isinstance(answer.records, pl.LazyFrame)
    records, problems = pl.collect_all([answer.records, answer.problems])
    assert records.schema == answer.records.collect_schema()
    assert problems.schema == answer.problems.collect_schema()
    return records.to_arrow(), problems.to_arrow(), answer.total


def by_streaming_polars(consumption: pa.Table) -> Tables:
    answer = fe.adapters.polars.calculate(pl.from_arrow(consumption).lazy(), **GIVEN)
    return answer.records.collect(engine="streaming").to_arrow(), answer.problems.collect().to_arrow(), answer.total


def by_duckdb(consumption: pa.Table) -> Tables:
    connection = duckdb.connect()
    answer = fe.adapters.duckdb.calculate(connection.from_arrow(consumption), **GIVEN)
    assert isinstance(answer.records, duckdb.DuckDBPyRelation)
    return answer.records.to_arrow_table(), answer.problems.to_arrow_table(), answer.total


ENGINES = [by_arrow, by_batch, by_reader, by_polars, by_lazy_polars, by_streaming_polars, by_duckdb]


def test_the_sample_has_every_kind_of_problem() -> None:
    told = " ".join(PANDAS.problems["reason"])
    for words in ("already used", "Other rows of this record", "sum to 0.9", "is no share", "infinite", "is missing"):
        assert words in told
    crossing = TABLE["start_date"].to_pandas().map(str).str[:4] != TABLE["end_date"].to_pandas().map(str).str[:4]
    assert (crossing.to_numpy() & (PANDAS.records["status"] == "ok").to_numpy()).sum() > 20


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("consumption", [TABLE, coded, chunked], ids=["text", "dictionary", "chunks"])
def test_an_engine_gives_what_pandas_gives(engine: Callable[[pa.Table], Tables], consumption: pa.Table) -> None:
    records, problems, total = engine(consumption)
    assert_same_records(records, PANDAS)
    assert problems_of(problems.to_pandas()) == problems_in_pandas(PANDAS)
    assert total == PANDAS.total
    assert records.column_names == [*TABLE.schema.names, *kernels.RESULT_COLUMNS]
    assert problems.column_names == list(kernels.PROBLEM_COLUMNS)
    assert records["note"].to_pylist() == TABLE["note"].to_pylist(), "the input's own columns stay as they are"


@pytest.mark.parametrize("engine", ENGINES)
def test_without_record_ids_and_without_rows(engine: Callable[[pa.Table], Tables]) -> None:
    alone = TABLE.drop_columns(["record_id"])
    expected = in_pandas(alone)
    records, problems, total = engine(alone)
    assert_same_records(records, expected)
    assert problems_of(problems.to_pandas()) == problems_in_pandas(expected)
    assert total == expected.total
    if engine is not by_batch:
        records, problems, total = engine(TABLE.slice(0, 0))
        assert (len(records), len(problems), total["rows"]) == (0, 0, 0)


# -- columns of other types ------------------------------------------------------------------------

DATES = [dt.date(2022, 12, 20), dt.date(2023, 5, 1), dt.date(2023, 1, 1), None]
NUMBERS = [Decimal("1234.57"), Decimal("-3.10"), None, Decimal("0.01")]
VARIANTS: dict[str, tuple[str, pa.Array, list[Any]]] = {
    "large strings": ("unit", pa.array(["kWh", None, "MWh", "x"], pa.large_string()), ["kWh", None, "MWh", "x"]),
    "string views": ("unit", pa.array(["kWh", None, "MWh", "x"], pa.string_view()), ["kWh", None, "MWh", "x"]),
    "a dictionary with a word twice and a null": (
        "record_id",
        pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3], pa.int8()), pa.array(["a", "a", None, "b"])),
        ["a", "a", None, "b"],
    ),
    "unsigned codes": (
        "unit",
        pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1], pa.uint32()), pa.array(["MWh", "kWh"])),
        ["kWh", None, "MWh", "kWh"],
    ),
    "whole numbers": ("quantity", pa.array([5, None, -7, 2**53 + 2]), [5.0, np.nan, -7.0, 2.0**53 + 2]),
    "float32": ("quantity", pa.array([0.1, None, 1, 2], pa.float32()), [np.float32(0.1), np.nan, 1.0, 2.0]),
    "decimals": ("quantity", pa.array(NUMBERS, pa.decimal128(12, 2)), NUMBERS),
    "long decimals": ("quantity", pa.array(NUMBERS, pa.decimal128(38, 20)), NUMBERS),
    "numbers as text": ("quantity", pa.array(["1.5", "1,5", None, "1e3"]), ["1.5", "1,5", None, "1e3"]),
    "truth": ("quantity", pa.array([True] * 4), [True] * 4),
    "nothing": ("supplier", pa.nulls(4), [None] * 4),
    "lists": ("activity", pa.array([["a"], None, ["b"], ["a"]]), [["a"], None, ["b"], ["a"]]),
    "ids as numbers": ("record_id", pa.array([2**60, 2**60 + 1, None, 2**60]), [2**60, 2**60 + 1, None, 2**60]),
    "seconds": ("start_date", pa.array(DATES).cast(pa.timestamp("s")), DATES),
    "nanoseconds": ("start_date", pa.array(DATES).cast(pa.timestamp("ns")), DATES),
    "zoned": (
        "start_date",
        pa.array([pd.Timestamp("2022-12-31 23:30", tz="UTC")] * 4).cast(pa.timestamp("us", "Europe/Madrid")),
        [dt.date(2023, 1, 1)] * 4,
    ),
    "days of 64 bits": ("start_date", pa.array(DATES).cast(pa.date64()), DATES),
    "dates as text": ("start_date", pa.array(["2023-01-01", "1/2/23", None, ""]), ["2023-01-01", "1/2/23", None, ""]),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_columns_of_other_types(name: str) -> None:
    column, values, meant = VARIANTS[name]
    frame = pd.DataFrame([record(facility_id=f"f{i}", unit="kWh") for i in range(4)])
    expected = fe.calculate(frame.assign(**{column: pd.Series(meant, dtype=object)}), FACILITIES)
    plain = pa.Table.from_pandas(frame, preserve_index=False)
    given_ = plain.drop_columns([column] if column in frame else []).append_column(column, values)
    answer = fe.adapters.arrow.calculate(given_, FACILITIES)
    assert_same_records(answer.records, expected)
    columns = ["position", "column", "reason"]
    assert answer.problems.to_pandas()[columns].to_numpy().tolist() == expected.problems[columns].to_numpy().tolist()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**15, places=7))
)
def test_decimals_are_rounded_as_python_does(values: list[Decimal | None]) -> None:
    found = fe.adapters.arrow.to_frame(pa.table({"quantity": pa.array(values, pa.decimal128(30, 7))}))["quantity"]
    assert [None if v is None else float(v) for v in values] == [None if pd.isna(v) else float(v) for v in found]


# -- record ids over the parts of a table ------------------------------------------------------------

rows_of_records = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from(["x", "y", None]),
        st.sampled_from(["o", "p", None]),
        st.sampled_from([np.nan, np.nan, 0.5, 0.5, 0.25, 0.333333, 1.5]),
    ),
    max_size=30,
)


def by_the_rule(rows: list[Any]) -> list[tuple[int, str]]:
    """Return which rows break the rule of record ids, and in which column, in the plainest way."""
    found = []
    for i, (record_id, facility, organization, share) in enumerate(rows):
        if record_id is None:
            continue
        same = [((f, o), s) for r, f, o, s in rows if r == record_id]
        before = [((f, o), s) for r, f, o, s in rows[:i] if r == record_id]
        shares = [s for _, s in same if s == s]
        if share == share:
            repeated = any(holder == (facility, organization) and s == s for holder, s in before)
            wrong = abs(sum(shares) - 1) > 1.0005e-6
        else:
            repeated = any(s != s for _, s in before)
            wrong = bool(shares)
        found += [(i, "record_id")] * repeated + [(i, "percentage")] * wrong
    return found


@settings(max_examples=80, deadline=None)
@given(rows_of_records, st.lists(st.integers(0, 30), max_size=4), st.booleans())
def test_record_ids_are_judged_the_same_in_parts(rows: list[Any], cuts: list[int], organizations: bool) -> None:
    rows = rows if organizations else [(r, f, None, s) for r, f, _, s in rows]
    frame = pd.DataFrame(rows, columns=["record_id", "facility_id", "organization_id", "percentage"])
    frame["percentage"] = frame["percentage"].astype(float)
    frame = frame if organizations else frame.drop(columns="organization_id")
    expected = ProblemLog()
    records.tell(frame, records.judge(frame), expected)
    assert sorted(zip(expected.positions, expected.columns, strict=True)) == sorted(by_the_rule(rows))

    bounds = [0, *sorted(min(c, len(frame)) for c in cuts), len(frame)]
    parts = [frame.iloc[a:b] for a, b in itertools.pairwise(bounds)]
    suspects = added_up([record_ids.groups(part, k * PART) for k, part in enumerate(parts)])
    told = []
    for k, part in enumerate(parts):
        log = ProblemLog()
        records.tell(part, suspects.verdicts(part, k * PART), log)
        reasons = [whole(reason, bounds) for reason in log.reasons]
        told += [(bounds[k] + p, c, r) for p, c, r in zip(log.positions, log.columns, reasons, strict=True)]
    assert sorted(told) == sorted(zip(expected.positions, expected.columns, expected.reasons, strict=True))


def added_up(parts: list[pd.DataFrame]) -> Suspects:
    """Add groups up in pandas, as an engine does."""
    how = {**dict.fromkeys(record_ids.SUMS, "sum"), "first": "min"}
    found = pd.concat(parts).groupby(["record", "holder"], as_index=False).agg(how)
    how = {**dict.fromkeys(record_ids.SUMS, "sum"), "most": "max"}
    whole_records = found.assign(most=found["shares"]).groupby("record", as_index=False).agg(how)
    wrong = whole_records[record_ids.suspect(*(whole_records[name] for name in how))]
    return Suspects.of(wrong.to_dict("records"), found[found["record"].isin(wrong["record"])].to_dict("records"))


def test_rows_that_have_moved_are_noticed() -> None:
    part = pd.DataFrame({"record_id": ["a", "a", "b"], "facility_id": "x"})
    suspects = added_up([record_ids.groups(part)])
    for moved in (part.iloc[::-1], part.iloc[[2, 0, 1]], part.iloc[[2, 2, 2]]):
        with pytest.raises(fe.ContractError, match="in another order than when their record ids were counted"):
            suspects.verdicts(moved, 0)


def test_three_thirds_are_a_whole() -> None:
    thirds = [record(facility_id=f"f{i}", record_id="a", percentage=0.333333) for i in range(3)]
    assert fe.calculate(thirds, FACILITIES).problems.empty
    thirds[0]["percentage"] = 0.333331
    assert len(fe.calculate(thirds, FACILITIES).problems) == 3


# -- the kernel that is sent ------------------------------------------------------------------------


def test_the_kernel_brings_its_rate_table_and_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(FACILITIES, METHOD, CUSTOM, sample=TABLE.to_pandas())
    there = pickle.loads(pickle.dumps(kernel))
    assert there is pickle.loads(pickle.dumps(kernel)) is pickle.loads(pickle.dumps(there))
    assert there.method == kernel.method
    known = [key for key in kernel._resolver.answered() if not key.profile.problem]
    assert set(there._resolver.answered()) == set(known)
    assert len(known) > 300
    alone = type(there._resolver)._resolve

    def ask(self: Resolver, key: Key) -> Entry:
        assert key.profile.problem, "a question that was sent along is resolved again"
        return alone(self, key)

    monkeypatch.setattr(type(there._resolver), "_resolve", ask)
    records = there.whole(TABLE.to_pandas()).records
    assert_same_records(records.reindex(columns=list(kernels.RESULT_COLUMNS)), PANDAS)


def test_the_kernel_brings_nothing_of_other_facilities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "_RESOLVERS", {})  # another test may have asked of Fiji
    fe.calculate(TABLE.to_pandas(), FACILITIES)
    one = Kernel([{"id": "there", "country": "FJ"}])
    assert not pickle.loads(pickle.dumps(one))._resolver.answered()


# -- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_column_and_a_taken_name(engine: Callable[[pa.Table], Tables]) -> None:
    with pytest.raises(fe.ContractError, match="has no column 'unit'"):
        engine(TABLE.drop_columns(["unit"]))
    with pytest.raises(fe.ContractError, match=r"a column 'co2e', and so has the result. Rename it, or leave it out"):
        engine(TABLE.append_column("co2e", pa.nulls(len(TABLE))))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("arrow", "The consumption is a list: an Arrow table, batch or reader is."),
        ("polars", "The consumption is a list, not a polars DataFrame or LazyFrame."),
        ("duckdb", "The consumption is a list, not a DuckDB relation."),
        ("dask", "The consumption is a list, not a Dask DataFrame."),
        ("spark", "The consumption is a list, not a Spark DataFrame."),
    ],
)
def test_a_table_of_another_engine(name: str, message: str) -> None:
    with pytest.raises(fe.ContractError) as told:
        getattr(fe.adapters, name).calculate([], FACILITIES)
    assert str(told.value) == message


def test_a_reader_tells_its_problems_at_its_end() -> None:
    alone = TABLE.drop_columns(["record_id"])
    answer = fe.adapters.arrow.calculate(alone.to_reader(max_chunksize=100), **GIVEN)
    answer.records.read_next_batch()
    for name in ("problems", "total"):
        with pytest.raises(fe.ContractError, match="when `records` has been read to its end"):
            getattr(answer, name)


@pytest.mark.parametrize(
    ("engine", "library"),
    [("arrow", "pyarrow"), ("polars", "polars"), ("duckdb", "duckdb"), ("dask", "dask"), ("spark", "pyspark")],
)
def test_a_missing_library_names_its_extra(engine: str, library: str) -> None:
    code = f"import sys; sys.modules[{library!r}] = None; import facility_emissions as fe; fe.adapters.{engine}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    told = done.stderr.splitlines()[-1]
    assert told == f"ImportError: {library} is not installed: pip install 'facility-emissions[{engine}]'."


def test_an_unknown_engine() -> None:
    with pytest.raises(AttributeError, match="no attribute 'excel'"):
        _ = fe.adapters.excel


# -- what only one engine can do ----------------------------------------------------------------------


def test_polars_keeps_enums_and_takes_facilities_of_its_own() -> None:
    frame = pl.from_arrow(TABLE).with_columns(
        pl.col("unit").cast(pl.Enum(TABLE["unit"].drop_null().unique().to_pylist()))
    )
    answer = fe.adapters.polars.calculate(frame, pl.from_pandas(FACILITIES), METHOD, custom_factors=CUSTOM)
    assert answer.records.schema["unit"] == frame.schema["unit"]
    assert_same_records(answer.records.to_arrow(), PANDAS)


def test_polars_stays_lazy() -> None:
    def burst(part: pl.DataFrame) -> pl.DataFrame:
        raise AssertionError("read before it was asked for")

    frame = pl.from_arrow(TABLE).lazy()
    fe.adapters.polars.calculate(frame.map_batches(burst, schema=frame.collect_schema()), **GIVEN)


def test_duckdb_answers_on_the_relations_own_connection() -> None:
    connection = duckdb.connect()
    connection.execute("create table sites as select 'f0' as facility_id, 'first' as name")
    bills = connection.sql(
        "select 'f0' as facility_id, 'electricity' as category, null as activity, 12.5 as quantity, 'MWh' as unit, "
        "date '2023-01-01' as start_date, date '2023-01-31' as end_date"
    )
    places = connection.sql("select 'f0' as facility_id, 'GB' as country")
    records = fe.adapters.duckdb.calculate(bills, places).records
    joined = records.query("records", "select name, co2e from records join sites using (facility_id)").fetchall()
    alone = record(category="electricity", activity=None, quantity=12.5, unit="MWh")
    assert joined == [("first", fe.calculate([alone], [{"id": "f0", "country": "GB"}]).co2e.iloc[0])]
