"""64-bit hashes of Arrow arrays: equal values have equal hashes; others hardly ever."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from facility_emissions.calculation.hashing import Hashes, hash_texts, mixed


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
        return mixed((values + 0.0).view(np.uint64))  # -0.0 is 0.0
    if pa.types.is_integer(kind):
        return mixed(pc.fill_null(array, 0).to_numpy(zero_copy_only=False).astype(np.uint64))
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        array = array.cast(pa.string())
    return hash_texts(array)
