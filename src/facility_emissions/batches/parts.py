"""Writing one part: its records, its problems, under a temporary name until it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from facility_emissions.batches.frames import RESULT_SCHEMA
from facility_emissions.batches.inputs import InputFile
from facility_emissions.batches.manifest import PARTIAL, PROBLEMS, RECORDS, Part, Sums, WrittenFile

_DICTIONARY = 1 << 24  # bytes; ids of factors are many, and never to be written out for each row
_AS_MANY_AS_ROWS = ("record_id", "cups", "row", "position")


class PartWriter:
    """The part of one input file."""

    def __init__(self, output: Path, file: InputFile, first: int, records: pa.Schema, problems: pa.Schema) -> None:
        """Take the schemas of the records and the problems, and the position of the first row."""
        self._output = output
        self._file = file
        self._first = first
        self._schemas = {RECORDS: records, PROBLEMS: problems}
        self._open: dict[str, pq.ParquetWriter] = {}
        self._sums = Sums()

    def write(self, records: pa.Table, problems: Iterator[pa.Table], sums: Sums) -> None:
        """Add a chunk."""
        self._writer(RECORDS).write_table(records)
        for table in problems:
            self._writer(PROBLEMS).write_table(table)
        self._sums += sums

    def close(self) -> Part:
        """Finish the files, give them their names, and return the part; nobody knows of it yet."""
        self._writer(RECORDS)  # a file without rows has a part too
        written: dict[str, WrittenFile] = {}
        for folder, writer in self._open.items():
            writer.close()
            written[folder] = WrittenFile.of(self._temporary(folder), f"{folder}/{self._file.output_name}")
        for folder in (PROBLEMS, RECORDS):
            path = self._output / folder / self._file.output_name
            if folder in written:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._temporary(folder).replace(path)
            else:
                path.unlink(missing_ok=True)  # of a part that was made anew
        return Part(self._file.name, self._first, self._sums, written[RECORDS], written.get(PROBLEMS))

    def abandon(self) -> None:
        """Close the files as they are."""
        for writer in self._open.values():
            writer.close()

    def _writer(self, folder: str) -> pq.ParquetWriter:
        if folder not in self._open:
            schema = self._schemas[folder]
            path = self._temporary(folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            coded = [f.name for f in schema if not pa.types.is_floating(f.type) and f.name not in _AS_MANY_AS_ROWS]
            # Statistics of dictionaries and of figures would cost as much as all the rest of writing them.
            own = [f.name for f in schema if f.name in RESULT_SCHEMA.names or pa.types.is_dictionary(f.type)]
            counted = [name for name in schema.names if name not in own]
            self._open[folder] = pq.ParquetWriter(
                path,
                schema,
                compression="snappy",
                use_dictionary=coded,
                dictionary_pagesize_limit=_DICTIONARY,
                write_statistics=counted,
            )
        return self._open[folder]

    def _temporary(self, folder: str) -> Path:
        return self._output / PARTIAL / f"{folder}.parquet"
