"""Parquet input: row groups as they come, key columns as the dictionaries that they are stored as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from facility_emissions.batches.arrow import gathered, named
from facility_emissions.batches.inputs import Chunk, InputFile, common_schema, is_text
from facility_emissions.batches.memory import Budget
from facility_emissions.consumption import COLUMNS

_BUFFER = 1 << 20  # bytes read at a time of each column: never a whole column of a large row group
_WORDS = tuple(n for n in COLUMNS if n not in ("record_id", "cups"))  # those may be as many as the rows


class ParquetFiles:
    """Parquet files that share a schema."""

    def __init__(self, files: Sequence[InputFile], _: Budget) -> None:
        """Read every file's footer.

        Raises:
            ContractError: a file is no Parquet, or its columns are not those of the others.
        """
        self._ends: dict[str, npt.NDArray[np.int64]] = {}  # 0, and the row after each row group
        schemas = []
        for file in files:
            with named(file), pq.ParquetFile(file.path) as opened:
                found = opened.metadata
                groups = [found.row_group(at).num_rows for at in range(found.num_row_groups)]
                self._ends[file.name] = np.cumsum([0, *groups])
                schemas.append((file, opened.schema_arrow.remove_metadata()))
        self.schema = common_schema(schemas)
        self._words = [f.name for f in self.schema if f.name in _WORDS and is_text(f.type)]
        for name in self._words:
            at = self.schema.get_field_index(name)
            self.schema = self.schema.set(at, pa.field(name, pa.dictionary(pa.int32(), self.schema.field(at).type)))

    def rows(self, file: InputFile) -> int:
        """Return how many rows a file has."""
        return int(self._ends[file.name][-1])

    def read(self, file: InputFile, columns: Sequence[str], rows: int, begin: int) -> tuple[int, Iterator[Chunk]]:
        """See `Source.read`; a file is read from the row group that holds the row."""
        ends = self._ends[file.name]
        group = int(np.searchsorted(ends[1:-1], begin, side="right"))
        return int(ends[group]), self._read(file, columns, rows, range(group, len(ends) - 1))

    def _read(self, file: InputFile, columns: Sequence[str], rows: int, groups: range) -> Iterator[Chunk]:
        sizes = np.diff(self._ends[file.name]).tolist()
        with named(file), pq.ParquetFile(file.path, read_dictionary=self._words, buffer_size=_BUFFER) as opened:
            for together, size in _together(groups, sizes, rows):
                yield from gathered(opened.iter_batches(size, row_groups=together, columns=list(columns)), size)


def _together(groups: range, sizes: list[int], rows: int) -> Iterator[tuple[list[int], int]]:
    """Yield row groups to be read together, and the rows of a chunk: a large group is cut evenly, small ones joined.

    Chunks that ran across the borders of large groups would have to be copied together.
    """
    together: list[int] = []
    count = 0
    for group in groups:
        if together and count + sizes[group] > rows:
            yield together, _even(count, rows)
            together, count = [], 0
        together.append(group)
        count += sizes[group]
    if together:
        yield together, _even(count, rows)


def _even(count: int, rows: int) -> int:
    """Return the rows of a chunk, where so many are cut evenly into chunks of so many at most."""
    chunks = max(1, -(-count // rows))
    return max(1, -(-count // chunks))
