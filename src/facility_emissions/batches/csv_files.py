"""CSV input: blocks of whole rows, read by the rules of `csv_tables`, labelled by their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from facility_emissions import csv_tables
from facility_emissions.batches.inputs import Chunk, InputFile, common_schema
from facility_emissions.batches.memory import Budget
from facility_emissions.errors import ContractError

_A_ROW = 64  # bytes, about
_LEAST, _MOST = 1 << 16, 1 << 25  # bytes of a block
_TIMES = 24  # so many times its bytes does a block take while it is read and calculated
_ARROW = {"int": pa.int64(), "float": pa.float64(), None: pa.string()}


class CsvFiles:
    """CSV files with the same columns; a column of numbers is one where all cells of all files are numbers."""

    def __init__(self, files: Sequence[InputFile], budget: Budget) -> None:
        """Read every file's columns of numbers once, to decide what they are.

        Raises:
            ContractError: a file is no CSV, or its columns are not those of the others.
        """
        self._most = max(_LEAST, min(_MOST, budget.spare // _TIMES))
        self._headers = {file.name: csv_tables.read_header(file.path) for file in files}
        empty = csv_tables.Block(b"", np.zeros(0, dtype=np.int64), csv_tables.Place(0, 0))
        schemas = []
        for file in files:
            header = self._headers[file.name]
            columns = csv_tables.parse(file.path, header, empty.with_header(header)).columns
            schemas.append((file, pa.schema([(str(name), pa.string()) for name in columns])))
        self.schema = common_schema(schemas)
        self._numbers = {n: csv_tables.NumberColumn(n) for n in self.schema.names if n in csv_tables.NUMBERS}
        self._places: dict[str, list[tuple[int, csv_tables.Place]]] = {}  # row and place of every block
        self._rows = {file.name: self._look_at(file) for file in files}
        for at, name in enumerate(self.schema.names):
            if name in self._numbers:
                self.schema = self.schema.set(at, pa.field(name, _ARROW[self._numbers[name].kind]))

    def _look_at(self, file: InputFile) -> int:
        """Show a file's cells to its columns of numbers, and keep where its rows are; return how many there are."""
        rows = 0
        places = self._places[file.name] = []
        for frame, block in self._parsed(file, list(self._numbers), self._most, self._headers[file.name].end):
            places.append((rows, block.place))
            rows += len(frame)
            for name, column in self._numbers.items():
                column.see(frame[name], self._headers[file.name], file.path)
        return rows

    def rows(self, file: InputFile) -> int:
        """Return how many rows a file has."""
        return self._rows[file.name]

    def read(self, file: InputFile, columns: Sequence[str], rows: int, begin: int) -> tuple[int, Iterator[Chunk]]:
        """See `Source.read`; a file is read from one of the places that were kept."""
        first, place = 0, self._headers[file.name].end
        for row, at in self._places[file.name]:
            if row <= begin:
                first, place = row, at
        return first, self._read(file, columns, rows, place)

    def _read(self, file: InputFile, columns: Sequence[str], rows: int, place: csv_tables.Place) -> Iterator[Chunk]:
        header = self._headers[file.name]
        for frame, block in self._parsed(file, list(columns), rows * _A_ROW, place):
            for name in self._numbers.keys() & set(columns):
                frame[name] = self._numbers[name].settle(frame[name], header)
            arrays = [pa.array(frame[n], self.schema.field(n).type, from_pandas=True) for n in columns]
            chunk = Chunk(pa.table(arrays, names=list(columns)), _lines_of(frame, block))
            for at in range(0, len(frame), rows):
                yield chunk.slice(at, rows)

    def _parsed(
        self, file: InputFile, columns: list[str], size: int, place: csv_tables.Place
    ) -> Iterator[tuple[pd.DataFrame, csv_tables.Block]]:
        """Yield blocks of a file from a place on, their cells as text."""
        header = self._headers[file.name]
        for block in csv_tables.blocks(file.path, header, min(max(size, _LEAST), self._most), place):
            try:
                # A choice of columns would not see rows that are too long.
                yield csv_tables.parse(file.path, header, block.with_header(header))[columns], block
            except ContractError as error:
                raise ContractError(f"{error} (line 2 being line {block.place.line} of the file)") from None


def _lines_of(frame: pd.DataFrame, block: csv_tables.Block) -> csv_tables.Ints:
    """Return the line of each row of a block."""
    lines = block.lines
    if len(lines) == len(frame):
        return lines
    # Rows that only pandas sees, or does not; their order is right.
    return lines[0] + np.arange(len(frame)) if len(lines) else np.zeros(len(frame), dtype=np.int64)
