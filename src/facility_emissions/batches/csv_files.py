"""CSV input: blocks of whole rows, read by the rules of `csv_tables`, labelled by their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from facility_emissions import csv_tables
from facility_emissions.batches.inputs import Chunk, InputFile, common_schema
from facility_emissions.errors import ContractError

_A_ROW = 64  # bytes, about
_LEAST, _MOST = 1 << 16, 1 << 25  # bytes of a block
_ARROW = {"int": pa.int64(), "float": pa.float64(), None: pa.string()}


class CsvFiles:
    """CSV files with the same columns; a column of numbers is one where all cells of all files are numbers."""

    def __init__(self, files: Sequence[InputFile]) -> None:
        """Read every file's columns of numbers once, to decide what they are.

        Raises:
            ContractError: a file is no CSV, or its columns are not those of the others.
        """
        self._headers = {file.name: csv_tables.read_header(file.path) for file in files}
        empty = csv_tables.Block(b"", np.zeros(0, dtype=np.int64))
        schemas = []
        for file in files:
            header = self._headers[file.name]
            columns = csv_tables.parse(file.path, header, empty.with_header(header)).columns
            schemas.append((file, pa.schema([(str(name), pa.string()) for name in columns])))
        self.schema = common_schema(schemas)
        self._numbers = {n: csv_tables.NumberColumn(n) for n in self.schema.names if n in csv_tables.NUMBERS}
        self._rows = {file.name: self._look_at_numbers(file) for file in files}
        for at, name in enumerate(self.schema.names):
            if name in self._numbers:
                self.schema = self.schema.set(at, pa.field(name, _ARROW[self._numbers[name].kind]))

    def _look_at_numbers(self, file: InputFile) -> int | None:
        """Show a file's cells to its columns of numbers; return how many rows it has."""
        if not self._numbers:
            return None
        rows = 0
        for frame, _ in self._parsed(file, list(self._numbers), _MOST):
            rows += len(frame)
            for name, column in self._numbers.items():
                column.see(frame[name], self._headers[file.name], file.path)
        return rows

    def rows(self, file: InputFile) -> int | None:
        """Return how many rows a file has."""
        return self._rows[file.name]

    def read(self, file: InputFile, columns: Sequence[str], rows: int) -> Iterator[Chunk]:
        """Yield some columns of a file, at most so many rows at a time.

        Raises:
            ContractError: the file is damaged.
        """
        header = self._headers[file.name]
        for frame, lines in self._parsed(file, list(columns), rows * _A_ROW):
            for name in self._numbers.keys() & set(columns):
                frame[name] = self._numbers[name].settle(frame[name], header)
            arrays = [pa.array(frame[n], self.schema.field(n).type, from_pandas=True) for n in columns]
            table = pa.table(arrays, names=list(columns))
            for at in range(0, len(table), rows):
                yield Chunk(table.slice(at, rows), lines[at : at + rows])

    def _parsed(self, file: InputFile, columns: list[str], size: int) -> Iterator[tuple[pd.DataFrame, csv_tables.Ints]]:
        """Yield blocks of a file as text, with the line of each row."""
        header = self._headers[file.name]
        for block in csv_tables.blocks(file.path, header, min(max(size, _LEAST), _MOST)):
            try:
                # A choice of columns would not see rows that are too long.
                frame = csv_tables.parse(file.path, header, block.with_header(header))[columns]
            except ContractError as error:
                raise ContractError(f"{error} (line 2 being line {block.lines[0]} of the file)") from None
            lines = block.lines
            if len(lines) != len(frame):  # rows that only pandas sees, or does not; their order is right
                lines = lines[0] + np.arange(len(frame)) if len(lines) else np.zeros(len(frame), dtype=np.int64)
            yield frame, lines
