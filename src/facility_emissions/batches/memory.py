"""How much memory a run may take, and how many rows are in it at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from facility_emissions.errors import ContractError

DEFAULT = 1 << 30
LEAST = 384 << 20
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_FIXED = 288 << 20  # what the smallest run takes: Python, its libraries, the factors, Arrow's and Parquet's buffers
# One row while it is read, calculated and written, three chunks at once: so many bytes, and so many times its own.
_A_ROW, _TIMES = 384, 6
_A_KEY = 11 << 8  # bytes of a distinct question with its answer
_A_PROBLEM = 1 << 9  # bytes of a problem until it is written
_FEWEST, _FEW = 1 << 10, 1 << 13  # rows
_MOST_ROWS = 1 << 20  # larger chunks are no faster


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


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may have in memory at a time."""

    spare: int  # bytes, beside what the smallest run takes

    @classmethod
    def of(cls, memory: int) -> Budget:
        """Return the budget of a process that may take so many bytes in all."""
        return cls(memory - _FIXED)

    def rows(self, row_bytes: int) -> int:
        """Return how many rows of so many bytes may be read at a time."""
        return max(_FEWEST, min(_MOST_ROWS, 2 * self.spare // 3 // (_A_ROW + _TIMES * row_bytes)))

    @property
    def keys(self) -> int:
        """How many distinct questions may be kept."""
        return self.spare // 3 // _A_KEY

    @property
    def problems(self) -> int:
        """How many problems may be waiting to be written."""
        return self.spare // 4 // _A_PROBLEM


class Portion:
    """How many rows of a chunk may be calculated at a time, by what is known of the rows before.

    Most rows ask one of a few thousand questions, and few have a problem. Where nearly each asks
    its own, or has a problem, its answer or its problem takes more memory than the row.
    """

    def __init__(self, budget: Budget, most: int) -> None:
        """Begin with few rows; take `most` at most."""
        self._budget = budget
        self._most = most
        self._rows = min(_FEW, most)

    def rows(self, told: float) -> int:
        """Return how many rows to take, of which a share is to be told of its record id."""
        return self._rows if told < 1 / 3 else max(1, self._rows // 3)

    def learn(self, keys: int, problems: int) -> None:
        """Take less where the rows taken had too many distinct keys or problems, else twice as many."""
        share = max(keys / self._budget.keys, problems / self._budget.problems)
        if share <= 1 / 2:
            self._rows = min(self._most, 2 * self._rows)
        elif share > 1:
            self._rows = max(min(_FEWEST, self._most), self._rows // 2)


@contextmanager
def given_back() -> Iterator[None]:
    """Let Arrow take memory from the system and give it back; its own pools keep what was free once."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
