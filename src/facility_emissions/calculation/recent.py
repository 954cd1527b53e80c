"""The questions of the last tables and their rates: one that is calculated again asks the same.

A portfolio is calculated many times, with other quantities, rows or columns; its distinct keys seldom
change. To see that they are the same costs less than to make and look up each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.key_columns import Dimension
from facility_emissions.calculation.rates import RateTable

Codes = npt.NDArray[Any]
Questions = tuple[list[Any], Any]  # the keys of a table, and the eras of those that have some
_TABLES, _KEYS = 4, 1 << 15  # are kept, and so many keys of each
_WORDS = 1 << 14  # distinct words of a table: with more of them to compare is no longer cheap


@dataclass(slots=True)
class _Held:
    parts: Sequence[Codes]
    questions: Questions
    rates: RateTable | None = None


class Recent:
    """What a Resolver was last asked; nothing in it is ever written to."""

    def __init__(self, most: int) -> None:
        """Keep no table of more than so many keys."""
        self._most = min(most, _KEYS)
        self._held: dict[object, _Held] = {}

    def questions(
        self, dims: Sequence[Dimension], years: range, parts: Sequence[Codes], ask: Callable[[], Questions]
    ) -> Questions:
        """Return the keys that indices of words and years stand for, and their eras.

        Args:
            dims, years: the key columns and the years.
            parts: of each key the index of its word, an array for each of the columns, and of its year.
            ask: makes them.
        """
        if sum(len(d.values) for d in dims) > _WORDS:
            return ask()
        # 1, 1.0 and true are equal, and not written alike.
        name = (years, *((d.name, *((type(v), v) for v in d.values)) for d in dims))
        held = self._held.get(name)
        if held is None or not all(map(np.array_equal, held.parts, parts)):
            held = _Held(parts, ask())
            self._held.pop(name, None)
            if len(held.questions[0]) <= self._most:
                self._held[name] = held
                for longest_ago in list(self._held)[:-_TABLES]:  # a list: other threads write too
                    self._held.pop(longest_ago, None)
        return held.questions

    def rates(self, keys: list[Any], look_up: Callable[[], RateTable]) -> RateTable:
        """Return the rates of keys, looked up if these are not of the last tables."""
        held = next((h for h in list(self._held.values()) if h.questions[0] is keys), None)
        if held is None:
            return look_up()
        if held.rates is None:
            held.rates = look_up()
        return held.rates
