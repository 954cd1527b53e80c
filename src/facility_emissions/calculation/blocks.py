"""Work over rows in blocks that fit the cache, on several cores: numpy releases the GIL.

Each block writes only its own rows, so the result does not depend on the number of threads.
`FACILITY_EMISSIONS_THREADS=1` switches the threads off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TypeVar

BLOCK = 1 << 17  # rows: a handful of arrays of so many stay in the cache, and threads seldom wait for each other
_WORTH_A_THREAD = 1 << 17  # rows
_MOST_THREADS = 4  # beyond these the memory bus is the limit
A = TypeVar("A")
B = TypeVar("B")


def threads() -> int:
    """Return how many threads to use: the machine's cores, at most four, or what the environment says."""
    asked = os.environ.get("FACILITY_EMISSIONS_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return min(_MOST_THREADS, os.cpu_count() or 1)


def at_once(work: Callable[[A], B], items: Iterable[A]) -> list[B]:
    """Return `work(item)` for each item, in their order, several at once."""
    todo = list(items)
    workers = min(threads(), len(todo))
    if workers < 2:
        return [work(item) for item in todo]
    done: dict[int, B] = {}
    turns = count()

    def take_turns() -> None:
        """Do the next item that nobody has begun; blocks are many, and a future for each would cost."""
        while (turn := next(turns)) < len(todo):
            done[turn] = work(todo[turn])

    with ThreadPoolExecutor(workers - 1) as pool:
        others = [pool.submit(take_turns) for _ in range(workers - 1)]
        take_turns()
        for other in others:
            other.result()
    return [done[turn] for turn in range(len(todo))]


def over_blocks(rows: int, work: Callable[[slice], B]) -> list[B]:
    """Return `work(block)` for each block of rows, in order; few rows are not worth a thread."""
    blocks = [slice(at, min(at + BLOCK, rows)) for at in range(0, rows, BLOCK)]
    return at_once(work, blocks) if rows > _WORTH_A_THREAD else [work(block) for block in blocks]


def over_columns(work: Callable[[A], B], columns: Iterable[A], rows: int) -> list[B]:
    """Return `work(column)` for each column of so many rows, in order; few rows are not worth a thread."""
    return at_once(work, columns) if rows > _WORTH_A_THREAD else [work(column) for column in columns]
