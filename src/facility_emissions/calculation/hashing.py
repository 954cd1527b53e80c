"""64-bit hashes in numpy: equal values have equal hashes; others hardly ever."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
_WORD = 8  # bytes hashed at a time
_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)  # MurmurHash3's finaliser


def mixed(h: Hashes) -> Hashes:
    """Return numbers hashed."""
    h = h ^ (h >> np.uint64(33))
    h *= _FIRST
    h ^= h >> np.uint64(33)
    h *= _SECOND
    h ^= h >> np.uint64(33)
    return h


def hash_texts(array: Any) -> Hashes:
    """Return a hash of each text of an Arrow array (string or large_string); those of null have no meaning.

    The bytes are hashed a word at a time, in all rows at once.
    """
    _, offsets, data = array.buffers()
    kind = np.int64 if str(array.type).startswith("large") else np.int32
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
    out = mixed(left.astype(np.uint64) + _FIRST)
    rows = np.arange(len(array))
    while True:
        rows = rows[left[rows] > 0]
        if not len(rows):
            return out
        word = words[start[rows]]
        bits = (np.minimum(left[rows], _WORD) * 8).astype(np.uint64)
        word &= ~np.uint64(0) >> (np.uint64(64) - bits)
        out[rows] = mixed(out[rows] * np.uint64(5) ^ word)
        start[rows] += _WORD
        left[rows] -= _WORD
