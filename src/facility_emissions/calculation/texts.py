"""Text columns of Arrow as codes: to look words up is cheaper than to encode them.

A column has few words in many rows. Arrow's encoding learns words while it writes codes; its look-up of
words that are known takes some two thirds of the time. So a column is read slice by slice, each slice is
looked up in the words of those before, and what is new in it is encoded. Where much is new, as in sorted
rows, the next slice is encoded whole. A slice's work stays in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[Any]
_FIRST, _SLICE, _FASTER = 1 << 14, 1 << 19, 4  # rows of a slice: few while little is known
_MOST_WORDS = 1 << 16  # for each slice makes a table of those that are known
_MUCH = 1 / 16  # of a slice's rows


def encode_texts(texts: Any) -> tuple[Codes, list[str]]:
    """Return a chunked array of Arrow as codes into its distinct texts, and these; -1 is null.

    The codes take no more bytes than they need, for they are read often.
    """
    import pyarrow as pa

    words: Any = pa.array([], texts.type)
    codes = np.empty(len(texts), dtype=narrowest(0))
    done, much_is_new = 0, True
    for part in _slices(texts):  # not chunk by chunk: each look-up makes a table of the words, and chunks may be small
        known = len(words)
        found, words = (_encoded if much_is_new else _looked_up)(part, words)
        if len(words) > _MOST_WORDS:
            return _encoded_at_once(texts)
        if codes.dtype != narrowest(len(words)):
            codes = _widened(codes, done, narrowest(len(words)))
        codes[done : done + len(part)] = found
        done += len(part)
        much_is_new = len(words) > known and bool(np.count_nonzero(found >= known) > _MUCH * len(part))
    return codes, words.to_pylist()


def narrowest(count: int) -> np.dtype[Any]:
    """Return the smallest type of codes below a count, and -1."""
    return np.min_scalar_type(-max(count, 1))


def _slices(texts: Any) -> Iterator[Any]:
    """Yield a chunked array slice by slice."""
    at, size = 0, _FIRST
    while at < len(texts):
        yield texts.slice(at, size)
        at, size = at + size, min(_SLICE, size * _FASTER)


def _looked_up(part: Any, words: Any) -> tuple[Codes, Any]:
    """Return the codes of a slice by known words, and the words, new ones behind them."""
    import pyarrow.compute as pc

    found = pc.index_in(part, value_set=words)
    codes = _codes(found)
    if found.null_count > part.null_count:
        rows, codes = np.flatnonzero(codes < 0), codes.copy()
        codes[rows], words = _encoded(part.take(rows), words)
    return codes, words


def _encoded(part: Any, words: Any) -> tuple[Codes, Any]:
    """Return the same of a slice that may hold anything."""
    import pyarrow as pa
    import pyarrow.compute as pc

    codes, found = _dictionary(part.dictionary_encode())
    meant = pc.index_in(found, value_set=words).fill_null(-1).to_numpy().copy()
    new = np.flatnonzero(meant < 0)
    meant[new] = len(words) + np.arange(len(new))
    return np.append(meant, -1)[codes], pa.concat_arrays([words, found.take(new)])


def _dictionary(coded: Any) -> tuple[Codes, Any]:
    """Return the codes of a dictionary-encoded chunked array, and the dictionary that its chunks share."""
    import pyarrow as pa

    return _codes(pa.chunked_array([c.indices for c in coded.chunks])), coded.chunk(0).dictionary


def _codes(indices: Any) -> Codes:
    """Return Arrow's indices, -1 for null, never to be written to."""
    indices = indices.fill_null(-1) if indices.null_count else indices
    codes: Codes = (indices.chunk(0) if indices.num_chunks == 1 else indices).to_numpy()
    return codes


def _widened(codes: Codes, done: int, kind: np.dtype[Any]) -> Codes:
    wide = np.empty(len(codes), dtype=kind)
    wide[:done] = codes[:done]
    return wide


def _encoded_at_once(texts: Any) -> tuple[Codes, list[str]]:
    """Return the same by one call of Arrow, for a column of many words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # The system gives memory back at once, Arrow's own pool keeps it.
    codes, words = _dictionary(pc.dictionary_encode(texts, memory_pool=pa.system_memory_pool()))
    return codes.astype(narrowest(len(words)), copy=False), words.to_pylist()
