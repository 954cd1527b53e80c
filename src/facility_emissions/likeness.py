"""The nearest of many words: what "did you mean" proposes.

What is found depends on the word and the choices alone, never on what was asked before: so a table has
the same messages however its rows are dealt out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Self

ALIKE = 0.6  # of 1: 3 letters of 5
_ROUNDING = 1e-5  # what is on the border may as a float lie under it: RapidFuzz asks for up to 1e-6 more


class Choices:
    """Words to choose from; of equally near ones the first comes first."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words; of those that differ in case alone the first stands."""
        by_fold: dict[str, str] = {}
        for word in words:
            by_fold.setdefault(word.casefold(), word)
        self._folded, self._words = list(by_fold), list(by_fold.values())

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Return the choices that these words are, made once for the same words."""
        return cls._made(tuple(words))

    @classmethod
    @lru_cache(maxsize=64)
    def _made(cls, words: tuple[str, ...]) -> Self:
        return cls(words)

    def near(self, word: str, limit: int = 3, alike: float = ALIKE) -> list[str]:
        """Return so many choices that are like a word, the likest first, compared without case.

        Args:
            word: what was written.
            limit: how many, at most.
            alike: twice the letters that both have in the same order, over the letters of both; at least so much.
        """
        from rapidfuzz import process  # only what went wrong needs it
        from rapidfuzz.distance import Indel

        scorer, border = Indel.normalized_similarity, alike - _ROUNDING
        found = process.extract(word.casefold(), self._folded, scorer=scorer, limit=limit, score_cutoff=border)
        return [self._words[at] for _, _, at in found]
