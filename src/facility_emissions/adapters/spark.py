"""Spark DataFrames in, Spark DataFrames out: the same kernel in every partition, by `mapInArrow`.

The kernel is broadcast. With a `record_id` column a first job adds the ids up over all partitions,
and only those that break the rule are collected and sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from facility_emissions.adapters import missing, record_ids
from facility_emissions.adapters.kernel import (
    KG,
    PLACE,
    PROBLEM_COLUMNS,
    RESULT_COLUMNS,
    Answer,
    CustomFactors,
    Kernel,
    PartTotal,
    Sample,
    added,
    checked,
)
from facility_emissions.adapters.record_ids import PART, Suspects
from facility_emissions.calculation.sites import Facilities
from facility_emissions.errors import ContractError
from facility_emissions.method import Method

try:
    import pyarrow as pa
    from pyspark import TaskContext
    from pyspark.sql import functions as sql
    from pyspark.sql.types import DoubleType, LongType, StringType, StructField, StructType

    from facility_emissions.adapters import arrow
except ImportError as error:
    raise missing("spark", error) from error

RESULTS = StructType([StructField(n, DoubleType() if n in KG else StringType()) for n in RESULT_COLUMNS])
PROBLEMS = StructType([StructField(n, LongType() if n in PLACE else StringType()) for n in PROBLEM_COLUMNS])
_GROUPS = "record string, holder string, wholes long, shares long, units double, first long"
_TOTAL = "co2e string, co2e_biomass string, rows long, problem_rows long, unknown long"
_ROWS = 1 << 18  # Spark's batches, 10,000 rows each by default, are calculated so many rows at a time
Batches = Iterator[Any]


def calculate(
    consumption: Any,
    facilities: Facilities,
    method: Method | None = None,
    *,
    custom_factors: CustomFactors | None = None,
    sample: Sample | None = None,
) -> Answer[Any]:
    """Calculate the emissions of a Spark DataFrame.

    Args:
        consumption: a Spark DataFrame with the columns of the contract.
        facilities, method, custom_factors: as in `facility_emissions.calculate`.
        sample: consumption like that to come, in pandas: what it asks is resolved here, once, and
            sent along; workers resolve only what it does not hold.

    Returns:
        The answer, of lazy Spark DataFrames with the partitions of the consumption; `total` runs a
        job. Each of them reads the consumption: `persist` what is asked for more than once.

    Raises:
        ContractError: a required column is missing, a column has the name of a result. In a task:
            rows that come in another order when they are read a second time.
    """
    if not hasattr(consumption, "mapInArrow"):
        raise ContractError(f"The consumption is a {type(consumption).__name__}, not a Spark DataFrame.")
    names = checked(consumption.columns)
    suspects = _suspects(consumption, names) if "record_id" in names else None
    sent = _broadcast(consumption, (Kernel(facilities, method, custom_factors, sample), suspects))
    schema = StructType([*consumption.schema.fields, *RESULTS.fields])
    records = consumption.mapInArrow(lambda batches: _records(batches, *sent()), schema)
    problems = consumption.mapInArrow(lambda batches: _problems(batches, *sent()), PROBLEMS)

    def total() -> dict[str, float | int]:
        parts = records.select("co2e", "co2e_biomass").mapInArrow(_totals, _TOTAL).collect()
        return added(PartTotal.from_text(*part) for part in parts)

    return Answer(records, problems, total)


def _broadcast(frame: Any, value: Any) -> Callable[[], Any]:
    """Return what gives a value to the workers: a broadcast, or over Spark Connect the closure itself."""
    context = getattr(frame.sparkSession, "sparkContext", None)
    if context is None:
        return lambda: value
    shared = context.broadcast(value)
    return lambda: shared.value


def _tables(batches: Batches) -> Iterator[tuple[int, Any]]:
    """Yield the place and rows of a partition's batches, several at a time."""
    place = TaskContext.get().partitionId() * PART
    held: list[Any] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= _ROWS:
            yield place, pa.Table.from_batches(held)
            place, held, rows = place + rows, [], 0
    if held:
        yield place, pa.Table.from_batches(held)


def _records(batches: Batches, kernel: Kernel, suspects: Suspects | None) -> Batches:
    for place, table in _tables(batches):
        columns = arrow.result_columns(kernel.part(arrow.to_frame(table), suspects, place))
        texts = {name: c.cast(pa.string()) if name not in KG else c for name, c in columns.items()}
        yield from pa.table([*table.columns, *texts.values()], [*table.schema.names, *texts]).to_batches()


def _problems(batches: Batches, kernel: Kernel, suspects: Suspects | None) -> Batches:
    for place, table in _tables(batches):
        yield from arrow.problem_table(kernel.part(arrow.to_frame(table), suspects, place), place).to_batches()


def _totals(batches: Batches) -> Batches:
    whole = PartTotal.of((), ())
    for batch in batches:
        whole += PartTotal.of(*(column.to_numpy(zero_copy_only=False) for column in batch.columns))
    names = ("co2e", "co2e_biomass", "rows", "problem_rows", "unknown")
    yield pa.RecordBatch.from_pydict({n: [v] for n, v in zip(names, whole.to_text(), strict=True)})


# -- record ids ------------------------------------------------------------------------------------


def _groups(batches: Batches) -> Batches:
    for place, table in _tables(batches):
        yield pa.RecordBatch.from_pandas(record_ids.groups(arrow.to_frame(table), place), preserve_index=False)


def _suspects(consumption: Any, names: list[str]) -> Suspects:
    """Return the records of all partitions that break the rule; runs a job."""
    how = [sql.sum(name).alias(name) for name in record_ids.SUMS]
    found = consumption.select(*(name for name in record_ids.COLUMNS if name in names)).mapInArrow(_groups, _GROUPS)
    found = found.groupBy("record", "holder").agg(*how, sql.min("first").alias("first"))
    records = found.groupBy("record").agg(
        *how, sql.max("shares").alias("most"), sql.collect_list(sql.struct("holder", "first")).alias("firsts")
    )
    wrong = records.where(record_ids.suspect(*map(sql.col, (*record_ids.SUMS, "most")))).collect()
    first_rows = [{"record": row["record"], **first.asDict()} for row in wrong for first in row["firsts"]]
    return Suspects.of([row.asDict() for row in wrong], first_rows)
