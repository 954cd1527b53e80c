"""Writing one part: its records, its problems, under temporary names until they are whole."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from facility_emissions.batches.disk import temporary
from facility_emissions.batches.frames import RESULT_SCHEMA
from facility_emissions.batches.manifest import PARTIAL, PROBLEMS, RECORDS, Part, Sums, WrittenFile
from facility_emissions.batches.spans import Span

_DICTIONARY = 1 << 24  # bytes; ids of factors are many, and never to be written out for each row
_GROUP = 1 << 15  # rows of a row group at least
_VALUES = 1 << 15  # encoded at a time; Arrow's own choice, 1,024, is slower
_AS_MANY_AS_ROWS = ("record_id", "cups", "row", "position")


class PartWriter:
    """The part that some rows of the input become."""

    def __init__(self, output: Path, span: Span, records: pa.Schema, problems: pa.Schema) -> None:
        """Take the rows, and the schemas of the records and the problems."""
        self._output = output
        self._span = span
        self._schemas = {RECORDS: records, PROBLEMS: problems}
        self._paths = {folder: output / PARTIAL / temporary(f"{folder}.parquet") for folder in self._schemas}
        self._open: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pa.Table]] = {folder: [] for folder in self._schemas}
        self._sums = Sums()

    def write(self, records: pa.Table, problems: Iterable[pa.Table], sums: Sums) -> None:
        """Add a chunk."""
        self._add(RECORDS, records)
        for table in problems:
            self._add(PROBLEMS, table)
        self._sums += sums

    def _add(self, folder: str, table: pa.Table) -> None:
        """Write a table, or keep it for the next: each that is written is a row group, and may not be too small."""
        waiting = self._waiting[folder]
        waiting.append(table)
        if sum(map(len, waiting)) >= _GROUP:
            self._flush(folder)

    def _flush(self, folder: str) -> None:
        waiting, self._waiting[folder] = self._waiting[folder], []
        if waiting:
            table = pa.concat_tables(waiting)
            self._writer(folder).write_table(table.unify_dictionaries() if len(waiting) > 1 else table)

    def close(self) -> tuple[Part, list[tuple[Path, Path]]]:
        """Finish the files; return the part, and its files with the names that they are to have.

        Raises:
            ContractError: the input was changed meanwhile.
        """
        self._writer(RECORDS)  # a file without rows has a part too
        for folder in self._waiting:
            self._flush(folder)
        for writer in self._open.values():
            writer.close()
        span = self._span
        span.file.check_unchanged()
        if self._sums.rows != len(span):
            raise RuntimeError(f"{span.path} lost or doubled rows: please report this.")
        files = {folder: f"{folder}/{span.path}" for folder in self._open}
        written = {folder: WrittenFile.of(self._paths[folder], name) for folder, name in files.items()}
        place = (span.file.name, span.number, span.first)
        part = Part(*place, self._sums, written[RECORDS], written.get(PROBLEMS))
        return part, [(self._paths[folder], self._output / name) for folder, name in files.items()]

    def abandon(self) -> None:
        """Close the files as they are."""
        for writer in self._open.values():
            writer.close()

    def _writer(self, folder: str) -> pq.ParquetWriter:
        if folder not in self._open:
            schema = self._schemas[folder]
            path = self._paths[folder]
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
                write_batch_size=_VALUES,
            )
        return self._open[folder]
