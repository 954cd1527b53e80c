"""``python -m benchmarks.engines [--rows N]``: each adapter beside `fe.calculate` on the same rows, as ratios.

All do the same work: every record's figures, flags and factors. The runs are interleaved, so that the
ratios hold on a busy machine. Spark and Dask run on this machine: what they cost, not what a cluster gains.
"""

from __future__ import annotations

import argparse
import gc
import os
import pickle
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

import facility_emissions as fe
from benchmarks import data
from facility_emissions.adapters.kernel import Kernel

HERE = Path(__file__).parent
PARTITIONS = 8
Work = Callable[[], object]


def contenders(folder: Path, encoding: str) -> dict[str, Work]:
    """Return what each engine does with the same rows, each loaded beforehand as the engine likes it."""
    sites = data.facilities()
    path = folder / f"{encoding}.parquet"
    frame = pd.read_parquet(path)
    arrow = pq.read_table(path)
    polars = pl.read_parquet(path)
    connection = duckdb.connect()
    connection.execute(f"create table bills as from '{path}'")
    if encoding == "dictionary":
        polars = polars.with_columns(pl.col(*data.WORDS).cast(pl.Categorical))
        for name in data.WORDS:
            connection.execute(f"create type {name}_words as enum (select distinct {name} from bills order by 1)")
            connection.execute(f"alter table bills alter {name} type {name}_words")
    relation = connection.table("bills")
    partitions = dd.from_pandas(frame, npartitions=PARTITIONS)
    adapters = fe.adapters

    def in_polars_lazily() -> object:
        return adapters.polars.calculate(polars.lazy(), sites).records.select("co2e", "co2e_biomass", "flags").collect()

    def in_dask() -> object:
        return adapters.dask.calculate(partitions, sites).records.map_partitions(len, meta=("rows", int)).compute()

    return {
        "pandas": lambda: fe.calculate(frame, sites).records,
        "arrow": lambda: adapters.arrow.calculate(arrow, sites).records,
        "polars": lambda: adapters.polars.calculate(polars, sites).records,
        "polars, lazy": in_polars_lazily,
        "duckdb": lambda: adapters.duckdb.calculate(relation, sites).records.count("*").fetchall(),
        f"dask, {PARTITIONS} partitions, threads": in_dask,
    }


def spark_contender(folder: Path, session: SparkSession) -> Work:
    """Return what Spark does: read Parquet, calculate, give every column back to the JVM, drop it there."""
    consumption = session.read.parquet(str(folder / "strings.parquet")).repartition(PARTITIONS).persist()
    consumption.count()
    sites = data.facilities()
    return lambda: fe.adapters.spark.calculate(consumption, sites).records.write.format("noop").mode("overwrite").save()


def measure(work: dict[str, Work], repeats: int) -> dict[str, float]:
    """Return the median seconds of each, the first call left out."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeats + 1):
        for name, run in work.items():
            gc.collect()
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(found[1:]) for name, found in seconds.items()}


def sizes(rows: int) -> list[tuple[int, int, int]]:
    """Return what is sent to a worker: keys in the rate table, bytes with them, bytes without."""
    sites = data.facilities()
    found = []
    for part in (10_000, 100_000, rows):
        frame = data.consumption(part)
        kernel = Kernel(sites, fe.Method(max_years_back=11 + len(found)), sample=frame)  # a resolver of its own
        keys = len(kernel._resolver.answered())
        found.append((keys, len(pickle.dumps(kernel)), len(pickle.dumps(Kernel(sites, fe.Method(max_years_back=99))))))
    return found


def session() -> SparkSession:
    local = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false",
             "spark.driver.memory": "3g"}  # fmt: skip
    os.environ["PYSPARK_PYTHON"] = sys.executable
    return SparkSession.builder.master("local[2]").config(map=local).getOrCreate()


def show(rows: int, found: dict[str, dict[str, float]], shipped: list[tuple[int, int, int]]) -> str:
    """Return the report as Markdown."""
    versions = {n: version(n) for n in ("pandas", "pyarrow", "polars", "duckdb", "dask", "pyspark")}
    lines = [f"# Engines: {rows:,} rows, Python {platform.python_version()}, {platform.machine()}", "",
             "| key columns | engine | seconds (median) | times pandas |", "|---|---|---|---|"]  # fmt: skip
    for encoding, seconds in found.items():
        base = seconds["pandas"]
        lines += [f"| {encoding} | {name} | {s:.2f} | {s / base:.2f} |" for name, s in seconds.items()]
    lines += [
        "",
        "| keys in the rate table | bytes sent to a worker | without the table |",
        "|---|---|---|",
    ]
    lines += [f"| {keys:,} | {total:,} | {without:,} |" for keys, total, without in shipped]
    lines += ["", ", ".join(f"{n} {v}" for n, v in versions.items()) + "."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data.write(folder, args.rows)
        for encoding in ("dictionary", "strings"):
            work = contenders(folder, encoding)
            if encoding == "strings":  # Spark has no dictionaries to give
                work[f"spark, {PARTITIONS} partitions"] = spark_contender(folder, session())
            found[encoding] = measure(work, args.repeats)
    text = show(args.rows, found, sizes(args.rows))
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "engines.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
