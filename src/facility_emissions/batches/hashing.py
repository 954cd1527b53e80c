"""64-bit hashes of Arrow arrays, in numpy: equal values have equal hashes; others hardly ever."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]
_WORD = 8  # bytes hashed at a time
_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)  # MurmurHash3's finaliser


def hashes(array: pa.Array | pa.ChunkedArray) -> Hashes:
    """Return a hash of each value; those of null are of no meaning."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    kind = array.type
    if pa.types.is_dictionary(kind):
        own = hashes(array.dictionary)
        codes = array.indices.fill_null(0).to_numpy(zero_copy_only=False)
        return own[codes] if len(own) else np.zeros(len(array), dtype=np.uint64)
    if pa.types.is_floating(kind):
        values = pc.fill_null(array.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        return _mixed((values + 0.0).view(np.uint64))  # -0.0 is 0.0
    if pa.types.is_integer(kind):
        return _mixed(pc.fill_null(array, 0).to_numpy(zero_copy_only=False).astype(np.uint64))
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        array = array.cast(pa.string())
    return _of_text(array)


def _mixed(h: Hashes) -> Hashes:
    h = h ^ (h >> np.uint64(33))
    h *= _FIRST
    h ^= h >> np.uint64(33)
    h *= _SECOND
    h ^= h >> np.uint64(33)
    return h


def _of_text(array: pa.Array) -> Hashes:
    """Hash the bytes of each text, a word at a time in all rows at once."""
    _, offsets, data = array.buffers()
    kind = np.int64 if pa.types.is_large_string(array.type) else np.int32
    bounds = np.frombuffer(offsets, dtype=kind)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    if not len(array):
        return np.zeros(0, dtype=np.uint64)
    low, high = int(bounds[0]), int(bounds[-1])
    padded = np.zeros(high - low + _WORD, dtype=np.uint8)
    if data is not None:
        padded[: high - low] = np.frombuffer(data, dtype=np.uint8)[low:high]
    # Every run of eight bytes, read as one word.
    words = np.ndarray(high - low + 1, dtype="<u8", buffer=padded, strides=(1,))
    start, left = bounds[:-1] - low, np.diff(bounds)
    out = _mixed(left.astype(np.uint64) + _FIRST)
    rows = np.arange(len(array))
    while True:
        rows = rows[left[rows] > 0]
        if not len(rows):
            return out
        word = words[start[rows]]
        bits = (np.minimum(left[rows], _WORD) * 8).astype(np.uint64)
        word &= ~np.uint64(0) >> (np.uint64(64) - bits)
        out[rows] = _mixed(out[rows] * np.uint64(5) ^ word)
        start[rows] += _WORD
        left[rows] -= _WORD
