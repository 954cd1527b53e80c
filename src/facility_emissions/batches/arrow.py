"""What the readers of Arrow's formats share: errors that name the file, chunks of the size asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from facility_emissions.batches.inputs import Chunk, InputFile
from facility_emissions.errors import ContractError


@contextmanager
def named(file: InputFile) -> Iterator[None]:
    """Turn Arrow's errors into one that names the file.

    Raises:
        ContractError: instead of what Arrow raises for a file that is damaged or of another kind.
    """
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise ContractError(f"{file.name} is no readable {file.kind} file: {' '.join(str(error).split())}") from None


def gathered(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[Chunk]:
    """Put small batches together, and cut large ones, to chunks of so many rows."""
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        for at in range(0, len(batch), rows):
            part = batch.slice(at, rows)
            if count and count + len(part) > rows:
                yield _joined(waiting)
                waiting, count = [], 0
            waiting.append(part)
            count += len(part)
            if count == rows:
                yield _joined(waiting)
                waiting, count = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> Chunk:
    table = pa.Table.from_batches(batches)
    return Chunk(table.unify_dictionaries().combine_chunks() if len(batches) > 1 else table)


def fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give columns the types that they have in the whole dataset: one without a value has none of its own,
    and what is a dictionary in one file may be text in another."""
    if table.schema.types == schema.types:
        return table
    return pa.table([_fitted(table.column(f.name), f.type) for f in schema], schema=schema)


def _fitted(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    if not pa.types.is_dictionary(kind):
        return column.cast(kind)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(kind.value_type).dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    codes, words = array.indices.cast(kind.index_type), array.dictionary.cast(kind.value_type)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, words)])
