"""Arrow IPC input: the file format (also called Feather) and the stream format, told apart by their first bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
from pyarrow import dataset

from facility_emissions.batches.arrow import gathered, named
from facility_emissions.batches.inputs import Chunk, InputFile, common_schema
from facility_emissions.batches.memory import Budget

_MAGIC = b"ARROW1"


class IpcFiles:
    """Arrow IPC files that share a schema."""

    def __init__(self, files: Sequence[InputFile], _: Budget) -> None:
        """Read every file's schema.

        Raises:
            ContractError: a file is no Arrow IPC, or its columns are not those of the others.
        """
        schemas = []
        self._rows: dict[str, int] = {}
        for file in files:
            with named(file), pa.OSFile(str(file.path)) as raw:
                reader = _open(raw, None)
                schemas.append((file, reader.schema.remove_metadata()))
                in_file = isinstance(reader, pa.ipc.RecordBatchFileReader)
                if in_file:
                    self._rows[file.name] = dataset.dataset(file.path, format="ipc").count_rows()
                else:  # only its end tells; the first column is enough to get there
                    raw.seek(0)
                    self._rows[file.name] = sum(map(len, _batches(_open(raw, [0]))))
        self.schema = common_schema(schemas)

    def rows(self, file: InputFile) -> int:
        """Return how many rows a file has."""
        return self._rows[file.name]

    def read(self, file: InputFile, columns: Sequence[str], rows: int, begin: int) -> tuple[int, Iterator[Chunk]]:
        """See `Source.read`; a file is read from its beginning."""
        return 0, self._read(file, columns, rows)

    def _read(self, file: InputFile, columns: Sequence[str], rows: int) -> Iterator[Chunk]:
        with named(file), pa.OSFile(str(file.path)) as raw:
            own = _open(raw, None).schema.names
            raw.seek(0)
            for chunk in gathered(_batches(_open(raw, [own.index(name) for name in columns])), rows):
                yield Chunk(chunk.table.select(list(columns)))


def _open(
    raw: pa.NativeFile, fields: list[int] | None
) -> pa.ipc.RecordBatchFileReader | pa.ipc.RecordBatchStreamReader:
    options = pa.ipc.IpcReadOptions(included_fields=fields)
    in_file = raw.read(len(_MAGIC)) == _MAGIC
    raw.seek(0)
    return pa.ipc.open_file(raw, options=options) if in_file else pa.ipc.open_stream(raw, options=options)


def _batches(reader: pa.ipc.RecordBatchFileReader | pa.ipc.RecordBatchStreamReader) -> Iterator[pa.RecordBatch]:
    if isinstance(reader, pa.ipc.RecordBatchFileReader):
        for at in range(reader.num_record_batches):
            yield reader.get_batch(at)
    else:
        yield from reader
