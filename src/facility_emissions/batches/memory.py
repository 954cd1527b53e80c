"""How much memory a run may take, and how many rows are in it at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from facility_emissions.errors import ContractError

DEFAULT = 1 << 30
LEAST = 256 << 20
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_FIXED = 192 << 20  # factor tables, answered questions, Arrow's and Parquet's own buffers
_A_ROW = 5 << 8  # bytes of one row while it is read, calculated and written, three chunks at once
_A_KEY = 7 << 9  # bytes of a distinct question with its answer
_FEWEST, _FEW = 1 << 10, 1 << 14  # rows
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


def problem_rows(memory: int) -> int:
    """Return how many problems may be put into words at a time."""
    return max(1 << 12, memory >> 14)


def chunk_rows(memory: int) -> int:
    """Return how many rows may be read at a time."""
    return max(_FEW, min(_MOST_ROWS, (memory - _FIXED) // _A_ROW))


class Portion:
    """How many rows of a chunk may be calculated at a time, by what is known of the rows before.

    Most rows ask one of a few thousand questions, and few have a problem. Where nearly each asks
    its own, or has a problem, its answer or its problem takes more memory than the row.
    """

    def __init__(self, memory: int) -> None:
        """Begin with few rows."""
        self._rows = _FEW
        self._most = chunk_rows(memory)
        self.most_keys = memory // 4 // _A_KEY

    def rows(self, told: float) -> int:
        """Return how many rows to take, of which a share is to be told of its record id."""
        return self._rows if told < 1 / 3 else max(1, self._rows // 3)

    def learn(self, keys: int) -> None:
        """Take less where the rows taken had too many distinct keys, else twice as many."""
        if 2 * keys <= self.most_keys:
            self._rows = min(self._most, 2 * self._rows)
        elif keys > self.most_keys:
            self._rows = max(_FEWEST, self._rows // 2)


@contextmanager
def given_back() -> Iterator[None]:
    """Let Arrow take memory from the system and give it back; its own pools keep what was free once."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
