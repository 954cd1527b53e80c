"""Spark: a real local session, its Python workers killed in the middle, and the result that of pandas."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

import facility_emissions as fe
from engines import CUSTOM, METHOD, SCHEMA, assert_same_records, in_pandas, problems_in_pandas, problems_of, table
from facility_emissions.adapters.spark import PROBLEMS, RESULTS
from frames import FACILITIES

pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="Spark needs Java"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    local = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.files.openCostInBytes": "0",
        "spark.sql.files.maxPartitionBytes": "20000",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    }
    os.environ["PYSPARK_PYTHON"] = sys.executable  # else the workers are whatever python3 is on the path
    session = SparkSession.builder.master("local[2,4]").config(map=local).getOrCreate()  # 4: attempts of a task
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def consumption(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> DataFrame:
    folder = tmp_path_factory.mktemp("consumption")
    for k, (at, size) in enumerate(((0, 130), (130, 270), (400, 200))):
        pq.write_table(table().slice(at, size), folder / f"part-{k}.parquet")
    return spark.read.parquet(str(folder))


@pytest.fixture(scope="module")
def pandas(consumption: DataFrame) -> fe.Result:
    """Return what pandas says of the rows in the order in which Spark reads them."""
    return in_pandas(pa.Table.from_pylist([row.asDict() for row in consumption.collect()], SCHEMA))


@pytest.fixture(scope="module")
def starts(consumption: DataFrame) -> list[int]:
    sizes = consumption.rdd.mapPartitions(lambda rows: [sum(1 for _ in rows)]).collect()
    assert len(sizes) > 1
    return [sum(sizes[:k]) for k in range(len(sizes))]


def calculate(frame: DataFrame, **more: object) -> fe.adapters.kernel.Answer[DataFrame]:
    return fe.adapters.spark.calculate(frame, FACILITIES, METHOD, custom_factors=CUSTOM, **more)


def assert_same(answer: fe.adapters.kernel.Answer[DataFrame], pandas: fe.Result, starts: list[int]) -> None:
    records = pa.Table.from_pylist([row.asDict() for row in answer.records.collect()])
    assert_same_records(records, pandas)
    problems = pa.Table.from_pylist([row.asDict() for row in answer.problems.collect()])
    assert problems_of(problems.to_pandas(), starts) == problems_in_pandas(pandas)
    assert answer.total == pandas.total


def test_spark_gives_what_pandas_gives(consumption: DataFrame, pandas: fe.Result, starts: list[int]) -> None:
    answer = calculate(consumption, sample=table().slice(0, 50).to_pandas())
    assert_same(answer, pandas, starts)
    assert answer.records.schema.fields == [*consumption.schema.fields, *RESULTS.fields]
    assert answer.problems.schema == PROBLEMS
    sums = answer.records.where("status = 'ok'").groupBy("category").sum("co2e").collect()
    assert {row["category"] for row in sums} == {"heat", "electricity", "water", "recharge"}


def test_workers_killed_in_the_middle_cost_nothing(
    consumption: DataFrame, pandas: fe.Result, starts: list[int], tmp_path: Path
) -> None:
    killed = tmp_path / "killed"

    def workers() -> list[int]:
        """Return the Python workers of this worker's daemon, itself the last."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has ended
                continue
            if parent == os.getppid() and int(stat.parent.name) != os.getpid():
                found.append(int(stat.parent.name))
        return [*found, os.getpid()]

    def kill_once(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(batches):
            yield batch
            if number == 1 and not killed.exists():
                killed.touch()
                for pid in workers():
                    os.kill(pid, signal.SIGKILL)

    answer = calculate(consumption.mapInArrow(kill_once, consumption.schema))
    assert killed.exists(), "while the record ids were counted"
    killed.unlink()
    assert_same(answer, pandas, starts)
    assert killed.exists(), "while the records were calculated"


def test_an_empty_table(consumption: DataFrame) -> None:
    answer = calculate(consumption.limit(0))
    assert (answer.records.count(), answer.problems.count(), answer.total["rows"]) == (0, 0, 0)
