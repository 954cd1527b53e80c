"""Values dealt out to files in a temporary folder, so that those that belong together are read together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from facility_emissions.calculation.hashing import Hashes

_MOST_BITS = 7  # so many files are open at once


def bits_for(rows: int, bytes_a_row: int, memory: int) -> int:
    """Return of how many bits a bucket's number has to be for one bucket to fit the memory."""
    buckets = -(-rows * bytes_a_row // max(memory, 1))
    return min(_MOST_BITS, max(buckets - 1, 0).bit_length())


def bucket_of(hashed: Hashes, bits: int) -> npt.NDArray[np.uint8]:
    """Return the bucket of each hash: its top bits."""
    return (hashed >> np.uint64(64 - bits)).astype(np.uint8) if bits else np.zeros(len(hashed), dtype=np.uint8)


def dealt(bucket: npt.NDArray[np.uint8]) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Yield each bucket that has rows, with its rows in their order."""
    order = np.argsort(bucket, kind="stable")
    bounds = np.searchsorted(bucket[order], np.arange(int(bucket.max(initial=0)) + 2))
    for number in np.flatnonzero(np.diff(bounds)).tolist():
        yield number, order[bounds[number] : bounds[number + 1]]


class Hoard:
    """Hashes in buckets on disk."""

    def __init__(self, folder: Path, bits: int) -> None:
        """Open a file for each bucket."""
        folder.mkdir(parents=True)
        self._bits = bits
        self._paths = [folder / f"{number:03d}.hashes" for number in range(1 << bits)]
        self._open = ExitStack()
        self._files = [self._open.enter_context(path.open("wb")) for path in self._paths]

    def add(self, hashed: Hashes) -> None:
        """Add hashes."""
        for number, at in dealt(bucket_of(hashed, self._bits)):
            self._files[number].write(hashed[at].data)

    def repeated(self, at_a_time: int) -> Iterator[Hashes]:
        """Yield for each bucket the hashes that were added more than once, ascending; the files are deleted."""
        self._open.close()
        for path in self._paths:
            seen = again = np.zeros(0, dtype=np.uint64)
            with path.open("rb") as file:
                while len(some := np.fromfile(file, dtype=np.uint64, count=at_a_time)):
                    some.sort()
                    first = np.append(True, some[1:] != some[:-1])
                    distinct = some[first]
                    known = np.isin(distinct, seen, assume_unique=True) if len(seen) else np.zeros(0, dtype=bool)
                    again = np.unique(np.concatenate([again, some[~first], distinct[np.flatnonzero(known)]]))
                    seen = np.union1d(seen, distinct) if len(seen) else distinct
            path.unlink()
            yield again


class Drawers:
    """Rows of Arrow tables in buckets on disk, read back in the order in which they were added."""

    def __init__(self, folder: Path, bits: int, schema: pa.Schema) -> None:
        """Open a file for each bucket."""
        folder.mkdir(parents=True)
        self._bits = bits
        self._paths = [folder / f"{number:03d}.rows" for number in range(1 << bits)]
        self._open = ExitStack()
        self._writers = [
            self._open.enter_context(pa.ipc.new_stream(self._open.enter_context(pa.OSFile(str(path), "wb")), schema))
            for path in self._paths
        ]

    def __enter__(self) -> Self:
        """Return itself; at the end the files are closed."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close the files."""
        self._open.close()

    def add(self, hashed: Hashes, rows: pa.Table) -> None:
        """Add rows by their hashes."""
        for number, at in dealt(bucket_of(hashed, self._bits)):
            self._writers[number].write_table(rows.take(pa.array(at)))

    def buckets(self) -> list[Path]:
        """Close the files and return them."""
        self._open.close()
        return self._paths


def read_rows(path: Path, at_a_time: int) -> Iterator[pa.Table]:
    """Yield the rows of a bucket in their order, so many at a time or a few more."""
    waiting: list[Any] = []
    count = 0
    with pa.OSFile(str(path)) as raw:
        for batch in pa.ipc.open_stream(raw):
            waiting.append(batch)
            count += len(batch)
            if count >= at_a_time:
                yield pa.Table.from_batches(waiting).combine_chunks()
                waiting, count = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()
