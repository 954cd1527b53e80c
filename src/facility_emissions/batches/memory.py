"""How much memory a run may take, and how many rows are in it at a time."""

from __future__ import annotations

import re

from facility_emissions.errors import ContractError

DEFAULT = 1 << 30
LEAST = 192 << 20
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_FIXED = 96 << 20  # factor tables, answered questions, Arrow's and Parquet's own buffers
_A_ROW = 1 << 10  # bytes of one row while it is read, calculated and written: three chunks at once
_MOST_ROWS = 1 << 21  # larger chunks are no faster


def parse_memory(given: int | str) -> int:
    """Return a number of bytes: 1073741824, "1GiB", "512 MB", "2G" (all powers of 1024).

    Raises:
        ContractError: no such size, or less than the program itself needs.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*", str(given).lower())
    if found is None:
        raise ContractError(f"memory {given!r} is no size; write it as 512MiB or 2GiB.")
    size = int(float(found[1]) * _UNITS[found[2]])
    if size < LEAST:
        raise ContractError(f"memory {given!r} is too little; at least {LEAST >> 20}MiB.")
    return size


def chunk_rows(memory: int) -> int:
    """Return how many rows may be calculated at a time."""
    return max(1 << 14, min(_MOST_ROWS, (memory - _FIXED) // _A_ROW))
