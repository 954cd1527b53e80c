"""Reading, calculating and writing at the same time: each waits for the other, so that little is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self, TypeVar

from facility_emissions.calculation.blocks import threads

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield items, the next being made in a thread while one is worked on."""
    if threads() < 2:
        yield from items
        return
    end = object()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item  # type: ignore[misc]


class Behind:
    """Does one thing after the other in a thread, at most one waiting."""

    def __init__(self) -> None:
        """Start the thread, unless threads are switched off."""
        self._pool = ThreadPoolExecutor(1) if threads() > 1 else None
        self._before: Future[Any] | None = None

    def __call__(self, work: Callable[..., Any], *args: Any) -> None:
        """Do something later; what the last thing raised is raised here."""
        if self._pool is None:
            work(*args)
            return
        self.wait()
        self._before = self._pool.submit(work, *args)

    def wait(self) -> None:
        """Wait for what is under way."""
        before, self._before = self._before, None
        if before is not None:
            before.result()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for what is under way, and end the thread."""
        try:
            if kind is None:
                self.wait()
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=True)
