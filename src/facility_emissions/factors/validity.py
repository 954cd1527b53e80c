"""Validity: the days of consumption that a factor of the user's own is for, both ends inside."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

FIRST_YEAR = 1900  # where a validity has no beginning
FIRST_DAY, OPEN_DAY = dt.date(FIRST_YEAR, 1, 1), dt.date.max
_YEAR = re.compile(r"(\d{4})(\.0)?", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)([T ]00:00(:00(\.0+)?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day, by default without an end on either side."""

    first: dt.date = FIRST_DAY
    last: dt.date = OPEN_DAY

    def covers(self, day: dt.date) -> bool:
        """Whether it is for consumption of that day."""
        return self.first <= day <= self.last

    def meets(self, other: Validity) -> bool:
        """Whether there is a day of both."""
        return max(self.first, other.first) <= min(self.last, other.last)

    def both(self, other: Validity) -> Validity:
        """Return the days of both, which meet."""
        return Validity(max(self.first, other.first), min(self.last, other.last))

    def edges(self, year: int) -> Iterator[dt.date]:
        """Yield the days within a year, after its first, on which it begins or has ended."""
        after = () if self.last == OPEN_DAY else (self.last + dt.timedelta(days=1),)
        yield from (day for day in (self.first, *after) if day.year == year and day != dt.date(year, 1, 1))

    @property
    def last_year(self) -> int | None:
        """The year of its last day; None where the end is open."""
        return None if self.last == OPEN_DAY else self.last.year

    def first_text(self) -> str:
        """Return its beginning as a table has it: '', a year, or a day."""
        begins_year = (self.first.month, self.first.day) == (1, 1)
        return "" if self.first == FIRST_DAY else str(self.first.year) if begins_year else self.first.isoformat()

    def last_text(self) -> str:
        """Return its end as a table has it: '', a year, or a day."""
        ends_year = (self.last.month, self.last.day) == (12, 31)
        return "" if self.last == OPEN_DAY else str(self.last.year) if ends_year else self.last.isoformat()

    def __str__(self) -> str:
        """Say it in words: `in 2023`, `up to 2023`, `from 2023-03-15 to 2024`, `in every year`."""
        first, last = self.first_text(), self.last_text()
        if first and first == last:
            return f"{'in' if len(first) == 4 else 'on'} {first}"
        if first and last:
            return f"from {first} to {last}"
        return f"from {first}" if first else f"up to {last}" if last else "in every year"


def parse_edge(text: str, *, last: bool) -> dt.date | None:
    """Return the first day (or the last) that a year or an ISO 8601 day stands for, or None if it is neither."""
    year, day = _YEAR.fullmatch(text), _DAY.fullmatch(text)
    try:
        found = dt.date(int(year[1]), 12 if last else 1, 31 if last else 1) if year else None
        found = dt.date.fromisoformat(day[1]) if day else found
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= 2100 else None
