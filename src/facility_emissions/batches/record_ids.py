"""Record ids across a whole dataset, in little memory: the rule of `calculation.records` in buckets.

First the ids' hashes are dealt out to buckets on disk; only a hash that is there twice can be a
repeated id, and a share is always looked at. Where there are such rows, a second pass puts them into
buckets by their hash with their real ids, so that all rows of an id lie in one; each bucket is judged
by itself. The verdicts are kept by spans of rows until these are calculated.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from facility_emissions.batches.frames import to_series
from facility_emissions.batches.hashing import hashes
from facility_emissions.batches.inputs import plain
from facility_emissions.batches.spill import Drawers, Hoard, bits_for, read_rows
from facility_emissions.calculation.columns import numbers
from facility_emissions.calculation.hashing import Hashes
from facility_emissions.calculation.records import AGAIN, HOLDER, Claims, Verdicts

_VERDICT = np.dtype([("label", "<i8"), ("kind", "i1"), ("first", "<i8"), ("total", "<f8")])
_SPAN = 16  # bits of a label: verdicts on so many rows are in one file
_HASH_BYTES, _ROW_BYTES = 64, 256  # of a row while its bucket is worked on
_DONE = "judged.json"
Labels = npt.NDArray[np.int64]
Pass = Callable[[list[str]], Iterable[tuple[pa.Table, Labels]]]


class Judged:
    """The verdicts on a dataset's rows, by label."""

    def __init__(self, folder: Path) -> None:
        """Keep verdicts in a folder."""
        self._folder = folder

    def save(self, found: npt.NDArray[np.void]) -> None:
        """Add verdicts to the files of their spans."""
        found = found[np.argsort(found["label"], kind="stable")]
        spans = found["label"] >> _SPAN
        for begin in np.flatnonzero(np.append(True, spans[1:] != spans[:-1])) if len(found) else ():
            end = np.searchsorted(spans, spans[begin], side="right")
            with self._path(int(spans[begin])).open("ab") as file:
                file.write(found[begin:end].tobytes())

    def of(self, labels: Labels) -> Verdicts:
        """Return the verdicts on some rows with ascending labels."""
        found = np.zeros(0, dtype=_VERDICT)
        if len(labels):
            spans = range(int(labels[0]) >> _SPAN, (int(labels[-1]) >> _SPAN) + 1)
            paths = [p for p in map(self._path, spans) if p.exists()]
            found = np.concatenate([found, *(np.fromfile(p, dtype=_VERDICT) for p in paths)])
            found = found[(found["label"] >= labels[0]) & (found["label"] <= labels[-1])]
            found = found[np.argsort(found["label"], kind="stable")]
        rows = np.searchsorted(labels, found["label"])
        return Verdicts(rows, found["kind"], found["first"].tolist(), found["total"])

    def _path(self, span: int) -> Path:
        return self._folder / f"{span:08d}.verdicts"


def judge(read: Pass, schema: pa.Schema, rows: int, memory: int, folder: Path, identity: str) -> Judged:
    """Return the verdicts on all rows; those of an earlier run with the same identity are still right.

    Args:
        read: reads some columns of the whole dataset, with the labels of the rows.
        schema: of the dataset.
        rows: how many rows there are, about.
        memory: that may be used [bytes].
        folder: for temporary files; the verdicts stay there.
        identity: names the input.
    """
    done = folder / _DONE
    if done.exists() and json.loads(done.read_text(encoding="utf-8")) == identity:
        return Judged(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    judged = Judged(folder)
    candidates = _candidates(read, schema, rows, memory, folder)
    if candidates is None or len(candidates):
        for found in _verdicts(read, schema, rows, memory, folder, candidates):
            judged.save(found)
    done.write_text(json.dumps(identity), encoding="utf-8")
    return judged


def _candidates(read: Pass, schema: pa.Schema, rows: int, memory: int, folder: Path) -> Hashes | None:
    """Return the hashes of ids that may break the rule; None where they are too many to hold: then all may."""
    has_shares = "percentage" in schema.names
    hoard = Hoard(folder / "hashes", bits_for(rows, _HASH_BYTES, memory // 8))
    for table, _ in read(["record_id", "percentage"] if has_shares else ["record_id"]):
        named = _named(table)
        hashed = hashes(table.column("record_id"))
        hoard.add(hashed[named])
        if has_shares:  # twice is repeated: a share is a candidate
            hoard.add(hashed[named & ~np.isnan(_shares(table))])
    found = [np.zeros(0, dtype=np.uint64)]
    count = 0
    for again in hoard.repeated(max(memory // (8 * _HASH_BYTES), 1 << 16)):
        count += len(again)
        if count * again.itemsize <= memory // 8:
            found.append(again)
    shutil.rmtree(folder / "hashes")
    return None if count * 8 > memory // 8 else np.concatenate(found)  # ascending: buckets are by the top bits


def _verdicts(
    read: Pass, schema: pa.Schema, rows: int, memory: int, folder: Path, candidates: Hashes | None
) -> Iterator[npt.NDArray[np.void]]:
    """Yield the verdicts, bucket by bucket."""
    has_shares = "percentage" in schema.names
    holder = [name for name in HOLDER if has_shares and name in schema.names]
    columns = ["record_id", "percentage", *holder] if has_shares else ["record_id"]
    fields = [("label", pa.int64()), ("record", _key_type(schema, "record_id"))]
    if has_shares:
        fields += [*((name, _key_type(schema, name)) for name in holder), ("share", pa.float64())]
    bits = bits_for(rows if candidates is None else min(rows, 64 * len(candidates)), _ROW_BYTES, memory // 8)
    with Drawers(folder / "rows", bits, pa.schema(fields)) as drawers:
        for table, labels in read(columns):
            hashed = hashes(table.column("record_id"))
            chosen = np.flatnonzero(_named(table) & _among(hashed, candidates))
            picked = table.take(pa.array(chosen))
            arrays = [pa.array(labels[chosen]), _key(picked, "record_id")]
            if has_shares:
                arrays += [*(_key(picked, name) for name in holder), pa.array(_shares(table)[chosen])]
            drawers.add(hashed[chosen], pa.table(arrays, schema=pa.schema(fields)))
        at_a_time = max(memory // (8 * _ROW_BYTES), 1 << 14)
        for path in drawers.buckets():
            yield from _judge_bucket(path, at_a_time)
            path.unlink()
    shutil.rmtree(folder / "rows")


def _judge_bucket(path: Path, at_a_time: int) -> Iterator[npt.NDArray[np.void]]:
    """Judge all rows of some ids, some rows at a time: an id may have any number of them."""
    records = None
    holders: dict[str, pa.Array] = {}
    pairs = np.zeros(0, dtype=np.int64)
    for rows in read_rows(path, at_a_time):
        records = _distinct(records, rows.column("record"))
        for name in HOLDER:
            if name in rows.column_names:
                holders[name] = _distinct(holders.get(name), rows.column(name))
    if records is None:
        return

    def coded(rows: pa.Table) -> tuple[Labels, Labels, Labels, npt.NDArray[np.float64]]:
        """Return labels, ids, pairs of an id and whose share it is, and shares."""
        record = _codes(rows.column("record"), records)
        labels = rows.column("label").to_numpy()
        if not holders:
            return labels, record, np.zeros(len(rows), dtype=np.int64), np.full(len(rows), np.nan)
        pair = record
        for name, known in holders.items():
            pair = pair * (len(known) + 1) + _codes(rows.column(name), known) + 1
        return labels, record, pair, rows.column("share").to_numpy()

    if holders:
        for rows in read_rows(path, at_a_time):
            _, _, pair, share = coded(rows)
            pairs = np.union1d(pairs, pair[~np.isnan(share)])
    claims = Claims(len(records), len(pairs))
    for rows in read_rows(path, at_a_time):
        labels, record, pair, share = coded(rows)
        claims.add(labels, record, np.searchsorted(pairs, pair), share)
    for rows in read_rows(path, at_a_time):
        labels, record, pair, share = coded(rows)
        of_pair = np.minimum(np.searchsorted(pairs, pair), max(len(pairs) - 1, 0))
        at, kind, first, total = claims.judge(labels, record, of_pair, share)
        found = np.zeros(len(at), dtype=_VERDICT)
        found["label"], found["kind"], found["total"] = labels[at], kind, total
        found["first"] = np.where(kind == AGAIN, first, 0)
        yield found


def _named(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which rows have a record id."""
    null = pc.is_null(table.column("record_id"), nan_is_null=True)
    return np.asarray(~null.to_numpy(), dtype=bool)


def _shares(table: pa.Table) -> npt.NDArray[np.float64]:
    return numbers(to_series(table.column("percentage")))[0]


def _among(hashed: Hashes, candidates: Hashes | None) -> npt.NDArray[np.bool_]:
    if candidates is None:
        return np.ones(len(hashed), dtype=bool)
    at = np.minimum(np.searchsorted(candidates, hashed), len(candidates) - 1)
    return np.asarray(candidates[at] == hashed, dtype=bool)


def _key_type(schema: pa.Schema, name: str) -> pa.DataType:
    kind = plain(schema.field(name).type)
    return pa.large_string() if kind == pa.string() else kind


def _key(table: pa.Table, name: str) -> pa.ChunkedArray:
    return table.column(name).cast(_key_type(table.schema, name))


def _distinct(known: pa.Array | None, more: pa.ChunkedArray) -> pa.Array:
    found = more.unique().drop_null()
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return found if known is None else pa.concat_arrays([known, found]).unique()


def _codes(column: pa.ChunkedArray, known: pa.Array) -> Labels:
    """Return the place of each value among the known ones, -1 for null."""
    found = pc.index_in(column, value_set=known)
    return np.asarray(pd.Series(found.fill_null(-1).to_numpy()), dtype=np.int64)
