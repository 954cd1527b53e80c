"""The input as one table: its files opened, its partitions as columns, its columns checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from facility_emissions.batches.arrow import fitted
from facility_emissions.batches.csv_files import CsvFiles
from facility_emissions.batches.frames import RESULT_SCHEMA
from facility_emissions.batches.inputs import Chunk, InputFile, Source, find_files, partitions, trimmed, wanted
from facility_emissions.batches.ipc_files import IpcFiles
from facility_emissions.batches.memory import Budget
from facility_emissions.batches.parquet_files import ParquetFiles
from facility_emissions.batches.spans import Span, spans_of
from facility_emissions.consumption import to_frame
from facility_emissions.errors import ContractError

_SOME = 1 << 12  # rows
_KINDS: dict[str, Callable[[Sequence[InputFile], Budget], Source]] = {
    "Parquet": ParquetFiles,
    "CSV": CsvFiles,
    "Arrow IPC": IpcFiles,
}
_IDS = ("record_id", "facility_id")


class Dataset:
    """The rows of all files, in the order of their names.

    Attributes:
        files: the files.
        schema: all columns, those of the folders' names at the end.
        kept: the columns that stand beside the results.
        columns: those and the ones that the calculation reads.
    """

    def __init__(self, given: Path, budget: Budget, *, keep_all: bool) -> None:
        """Open the files and check their columns.

        Raises:
            ContractError: nothing to read, files that do not fit each other or the row contract.
        """
        self.files = find_files(given)
        self._source = _KINDS[self.files[0].kind](self.files, budget)
        in_files = self._source.schema
        self._at = {file.name: at for at, file in enumerate(self.files)}
        self._partitions = partitions(self.files)
        for name in self._partitions:
            if name in in_files.names:
                raise ContractError(f"Column {name!r} is in the files and in the names of their folders.")
        coded = [(name, pa.dictionary(pa.int32(), values.type)) for name, values in self._partitions.items()]
        self.schema = pa.schema([*in_files, *(pa.field(*f) for f in coded)])
        to_frame(pd.DataFrame(columns=self.schema.names))  # raises where the contract's columns are not there
        self.kept = [name for name in in_files.names if keep_all or name in _IDS]
        taken = [name for name in self.kept if name in RESULT_SCHEMA.names]
        if taken:
            raise ContractError(f"The input's column {taken[0]!r} has the name of a result. Keep ids, or rename it.")
        read = {*self.kept, *wanted(self.schema)}
        self.columns = [name for name in self.schema.names if name in read]

    def fingerprint(self) -> dict[str, Any]:
        """Return what the input is: its kind, its columns, its files."""
        return {
            "kind": self.files[0].kind,
            "columns": {field.name: str(field.type) for field in self.schema},
            "files": [{**file.fingerprint(), "rows": self._source.rows(file)} for file in self.files],
        }

    def rows(self) -> int:
        """Return how many rows there are."""
        return sum(self._source.rows(file) for file in self.files)

    def row_bytes(self) -> int:
        """Return how many bytes a row has in memory, as the first rows of the first and of the last file have."""
        filled = [file for file in self.files if self._source.rows(file)]
        some = [Span(file, 0, 0, min(_SOME, self._source.rows(file)), 0, "") for file in {*filled[:1], *filled[-1:]}]
        found = [chunk.table for span in some for chunk in self.read([span], self.columns, _SOME)]
        return max((table.nbytes // len(table) for table in found), default=0)

    def spans(self, part_rows: int) -> list[Span]:
        """Return the spans of all files, of so many rows at most."""
        return spans_of(self.files, [self._source.rows(file) for file in self.files], part_rows)

    def read(self, run: Sequence[Span], columns: Sequence[str], rows: int) -> Iterator[Chunk]:
        """Yield some columns of spans that follow each other in a file, at most so many rows at a time.

        Raises:
            ContractError: the file is damaged.
        """
        file, begin, end = run[0].file, run[0].begin, run[-1].end
        in_files = [name for name in columns if name not in self._partitions]
        schema = pa.schema([self.schema.field(name) for name in in_files])
        found, chunks = self._source.read(file, in_files, rows, begin)
        for chunk in trimmed(chunks, begin - found, end - begin):
            table = fitted(chunk.table, schema)
            for name in columns:
                if name in self._partitions:
                    value = self._partitions[name].slice(self._at[file.name], 1)
                    null = np.full(len(table), value.null_count > 0)
                    codes = pa.array(np.zeros(len(table), dtype=np.int32), mask=null)
                    table = table.append_column(name, pa.DictionaryArray.from_arrays(codes, value.drop_null()))
            yield Chunk(table, chunk.lines if len(self.files) == 1 else None)
