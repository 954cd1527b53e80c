"""Arrow tables, record batches and readers in, the same out. Other engines speak Arrow and pass here.

Texts and dictionaries go to the kernel as they lie in memory; it works on the dictionaries' codes.
Numbers and dates are copied only where they have nulls or come in several chunks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from facility_emissions.adapters import missing
from facility_emissions.adapters.kernel import (
    KG,
    PLACE,
    PROBLEM_COLUMNS,
    RESULT_COLUMNS,
    Answer,
    CustomFactors,
    Kernel,
    PartTotal,
    Table,
    checked,
    problem_rows,
)
from facility_emissions.calculation.sites import Facilities
from facility_emissions.consumption import COLUMNS
from facility_emissions.errors import ContractError
from facility_emissions.method import Method
from facility_emissions.results import Result

try:
    import pyarrow as pa
except ImportError as error:
    raise missing("arrow", error) from error

WORDS = pa.dictionary(pa.int32(), pa.string())
RESULTS = pa.schema([(name, pa.float64() if name in KG else WORDS) for name in RESULT_COLUMNS])
PROBLEMS = pa.schema([(name, pa.int64() if name in PLACE else pa.string()) for name in PROBLEM_COLUMNS])
_EXACT = 1 << 53  # whole numbers below this, and powers of ten up to 22, are float64s
_MOST_TENS = 22


def calculate(
    consumption: Table,
    facilities: Facilities,
    method: Method | None = None,
    *,
    custom_factors: CustomFactors | None = None,
) -> Answer[Table]:
    """Calculate the emissions of an Arrow table, record batch or reader.

    Args:
        consumption: a `pyarrow.Table`, `RecordBatch` or `RecordBatchReader` with the columns of the
            contract; or anything that gives an Arrow stream (`__arrow_c_stream__`), as a reader.
        facilities, method, custom_factors: as in `facility_emissions.calculate`.

    Returns:
        The answer, its `records` of the kind that was given. A reader is calculated batch by batch
        as its records are read, and its problems and total are known at its end; one with a
        `record_id` column is read whole first, for ids are compared over all rows.

    Raises:
        ContractError: a required column is missing, a column has the name of a result.
    """
    kernel = Kernel(facilities, method, custom_factors)
    if isinstance(consumption, pa.RecordBatch):
        answer = whole(pa.Table.from_batches([consumption]), kernel)
        return Answer(_one_batch(answer.records), answer.problems, lambda: answer.total)
    if isinstance(consumption, pa.Table):
        return whole(consumption, kernel)
    if not hasattr(consumption, "__arrow_c_stream__"):
        raise ContractError(f"The consumption is a {type(consumption).__name__}: an Arrow table, batch or reader is.")
    reader = pa.RecordBatchReader.from_stream(consumption)
    if "record_id" in checked(reader.schema.names):
        answer = whole(reader.read_all(), kernel)
        return Answer(answer.records.to_reader(), answer.problems, lambda: answer.total)
    return Streamed(reader, kernel)


def whole(table: Any, kernel: Kernel) -> Answer[Any]:
    """Calculate a whole table."""
    checked(table.schema.names)
    result = kernel.whole(to_frame(table))
    return Answer(with_results(table, result), problem_table(result), lambda: result.total)


def _one_batch(table: Any) -> Any:
    """Return a table as one batch."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


class Streamed(Answer[Any]):
    """The answer over a reader: problems and total are known when its records have been read."""

    def __init__(self, reader: Any, kernel: Kernel) -> None:
        """Take the reader, whose batches are calculated as they are asked for."""
        self._reader, self._kernel = reader, kernel
        self._problems = [PROBLEMS.empty_table()]
        self._sum = PartTotal.of((), ())
        self._done = False
        schema = pa.schema([*reader.schema, *RESULTS])
        self.records = pa.RecordBatchReader.from_batches(schema, self._batches())

    def _batches(self) -> Iterator[Any]:
        place = 0
        for batch in self._reader:
            table = pa.Table.from_batches([batch])
            result = self._kernel.part(to_frame(table), None, place)
            self._problems.append(problem_table(result, place))
            self._sum += PartTotal.of(result.co2e, result.co2e_biomass)
            place += len(table)
            yield from with_results(table, result).to_batches()
        self._done = True

    def _read(self) -> None:
        if not self._done:
            raise ContractError("Problems and total are known when `records` has been read to its end.")

    @property
    def problems(self) -> Any:
        """Rows without a result.

        Raises:
            ContractError: the records have not been read to their end.
        """
        self._read()
        return pa.concat_tables(self._problems)

    @property
    def total(self) -> dict[str, float | int]:
        """Headline sums [kg].

        Raises:
            ContractError: the records have not been read to their end.
        """
        self._read()
        return self._sum.rounded()


# -- in --------------------------------------------------------------------------------------------


def to_frame(table: Any) -> pd.DataFrame:
    """Return the columns of the contract as the kernel takes them."""
    columns = {name: _column(table.column(name)) for name in table.schema.names if name in COLUMNS}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)), copy=False)


def _column(values: Any) -> pd.Series:
    kind = values.type
    if pa.types.is_floating(kind):
        return pd.Series(values.to_numpy(), copy=False)
    if pa.types.is_decimal(kind):
        return pd.Series(_decimals(values), copy=False)
    if pa.types.is_date(kind):
        values, kind = values.cast(pa.timestamp("ms")), pa.timestamp("ms")
    if pa.types.is_timestamp(kind):
        found: pd.Series = values.to_pandas()
        return found
    if pa.types.is_dictionary(kind):
        values = _plain_dictionary(values)
    if kind == pa.string_view():  # pandas cannot tell its distinct values
        values = values.cast(pa.large_string())
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        return pd.Series(values.to_pylist(), dtype=object)
    return pd.Series(pd.arrays.ArrowExtensionArray(values), copy=False)


def _plain_dictionary(values: Any) -> Any:
    """Return a dictionary column with signed codes, one dictionary, and no value in it twice or null."""
    if not len(values):
        return values.cast(values.type.value_type)
    if not pa.types.is_signed_integer(values.type.index_type):
        values = values.cast(pa.dictionary(pa.int32(), values.type.value_type))
    values = values.unify_dictionaries()
    words = values.chunk(0).dictionary
    if words.null_count or len(words.unique()) < len(words):
        return values.cast(values.type.value_type)
    return values


def _decimals(values: Any) -> Any:
    """Return decimals as float64, correctly rounded: a whole number below 2^53 by a power of ten."""
    scale = values.type.scale
    if not 0 <= scale <= _MOST_TENS:
        return values.to_pandas()
    parts = []
    for chunk in values.cast(pa.decimal128(38, scale)).chunks:
        low, high = np.frombuffer(chunk.buffers()[1], dtype="<i8").reshape(-1, 2)[chunk.offset :][: len(chunk)].T
        null = chunk.is_null().to_numpy(zero_copy_only=False)
        small = (high == low >> 63) & (low < _EXACT) & (low > -_EXACT)
        if not (small | null).all():
            return values.to_pandas()
        parts.append(np.where(null, np.nan, low / 10.0**scale))
    return np.concatenate(parts) if parts else np.zeros(0)


# -- out -------------------------------------------------------------------------------------------


def result_columns(result: Result) -> dict[str, Any]:
    """Return the columns of `RESULTS`."""
    records = result.records
    columns = {}
    for name in RESULT_COLUMNS:
        if name not in KG:
            columns[name] = _words(records[name].array)
        elif name in records:
            columns[name] = _figures(records[name].to_numpy())
        else:
            columns[name] = pa.nulls(len(records), pa.float64())
    return columns


def _figures(values: Any) -> Any:
    """Return kg without a copy; NaN is null."""
    unknown = np.isnan(values)
    return pa.array(values, mask=unknown) if unknown.any() else pa.array(values)


def _words(values: Any) -> Any:
    codes, words = values.codes, pa.array(values.categories.tolist(), pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), words)


def with_results(table: Any, result: Result) -> Any:
    """Return a table with the columns of its results behind its own."""
    columns = result_columns(result)
    return pa.table([*table.columns, *columns.values()], schema=pa.schema([*table.schema, *RESULTS]))


def problem_table(result: Result, place: int = 0) -> Any:
    """Return the problems of a part; `place` is that of its first row."""
    return pa.Table.from_pandas(problem_rows(result, place), schema=PROBLEMS, preserve_index=False)
