"""Arrow tables as the frames that the kernel reads, and its results as Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import types

from facility_emissions.batches.inputs import wanted
from facility_emissions.calculation.describe import problems_frame
from facility_emissions.calculation.engine import Calculation
from facility_emissions.results import Result
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

_TEXTS = pa.dictionary(pa.int32(), pa.string())
FIGURES = ("co2e", "co2e_biomass", *sorted(ACTIVITY_CATEGORIES))
RESULT_SCHEMA = pa.schema(
    [
        ("status", pa.dictionary(pa.int8(), pa.string())),
        *((name, pa.float64()) for name in FIGURES),
        ("flags", _TEXTS),
        ("factor_ids", _TEXTS),
    ]
)


def to_frame(table: pa.Table, labels: pd.Index) -> pd.DataFrame:
    """Return the columns that the calculation reads as a frame; numbers and codes are not copied.

    A column reads the same in every chunk: whole numbers stay whole beside nulls, where pandas
    alone would make floats of those chunks that have some.
    """
    columns = {name: to_series(table.column(name)) for name in wanted(table.schema)}
    return pd.DataFrame({name: column.set_axis(labels) for name, column in columns.items()}, labels, copy=False)


def to_series(column: pa.ChunkedArray) -> pd.Series:
    """Return one column for the kernel."""
    kind = column.type
    mapper: Any = None
    if types.is_integer(kind) and column.null_count:
        signed = types.is_signed_integer(kind)
        column = column.cast(pa.int64() if signed else pa.uint64())
        mapper = {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype()}.get
    elif types.is_date(kind):  # as Python's dates, but without making one for each row
        mapper = pd.ArrowDtype
    out: pd.Series = column.to_pandas(types_mapper=mapper)
    return out


def records_table(result: Result, kept: pa.Table) -> pa.Table:
    """Return the records of a result, beside some columns of the input."""
    records = result.records
    arrays: list[pa.Array | pa.ChunkedArray] = list(kept.columns)
    for field in RESULT_SCHEMA:
        if field.name not in records:  # no row of this chunk has the figure
            arrays.append(pa.nulls(len(kept), field.type))
        elif types.is_dictionary(field.type):
            column = records[field.name].array
            codes = pa.array(np.asarray(column.codes), field.type.index_type)
            arrays.append(pa.DictionaryArray.from_arrays(codes, pa.array(column.categories, pa.string())))
        else:
            arrays.append(_null_for_nan(records[field.name].to_numpy()))
    return pa.Table.from_arrays(arrays, schema=records_schema(kept.schema))


def _null_for_nan(values: npt.NDArray[np.float64]) -> pa.Array:
    """Return figures as Arrow's, null where there is none; the values are not copied."""
    there = ~np.isnan(values)
    valid = pa.py_buffer(np.packbits(there, bitorder="little"))
    buffers = [valid, pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(pa.float64(), len(values), buffers, len(values) - int(np.count_nonzero(there)))


def records_schema(kept: pa.Schema) -> pa.Schema:
    """Return the columns of a dataset's records: those kept of the input, and the results."""
    return pa.schema([*kept, *RESULT_SCHEMA])


def problems_schema(schema: pa.Schema) -> pa.Schema:
    """Return the columns of a dataset's problems; ids have the type that they have in the input."""
    ids = [pa.field(n, _decoded(schema.field(n).type)) for n in ("record_id", "facility_id") if n in schema.names]
    texts = [pa.field(n, pa.string()) for n in ("column", "value", "reason", "remedy")]
    return pa.schema([("row", pa.int64()), ("position", pa.int64()), *ids, *texts])


def problem_tables(c: Calculation, table: pa.Table, first: int, schema: pa.Schema, rows: int) -> Iterator[pa.Table]:
    """Yield the problems of a chunk, so many at a time: each is a few texts, and all rows may have some.

    Args:
        c: the calculation of the chunk.
        table: the chunk, for the ids as they were given.
        first: position of its first row in the dataset.
        schema: see `problems_schema`.
        rows: at most, of a table.
    """
    order = c.problems.in_order()
    for begin in range(0, len(order), rows):
        yield _problems_table(problems_frame(c, order[begin : begin + rows]), table, first, schema)


def _problems_table(problems: pd.DataFrame, table: pa.Table, first: int, schema: pa.Schema) -> pa.Table:
    at = problems["position"].to_numpy()
    arrays = []
    for field in schema:
        if field.name in ("record_id", "facility_id"):
            arrays.append(table.column(field.name).take(pa.array(at)).cast(field.type))
        elif field.name == "position":
            arrays.append(pa.array(at + first))
        elif field.name == "value":
            texts = [None if pd.isna(v) is True else str(v) for v in problems["value"]]
            arrays.append(pa.array(texts, pa.string()))
        else:
            arrays.append(pa.array(problems[field.name], field.type, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=schema)


def _decoded(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if types.is_dictionary(kind) else kind
