"""The nearest of many words, quickly: what "did you mean" searches.

What is found depends on the word and the choices alone, never on what was asked before: so a table has
the same messages however its rows are dealt out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt

_BINS = 256  # pairs of letters fall into so many
_AT_ONCE = 1 << 12  # words
_LOOKED_AT = 10  # choices that share most pairs with the word
_PAIRS = 0.2  # of all pairs of both words; with fewer in common nobody would see a likeness
_ALIKE = 0.6  # difflib's ratio
_REMEMBERED = 1 << 12  # words: a wrong one is often asked again


class Choices:
    """Words to choose from."""

    def __init__(self, words: Iterable[str]) -> None:
        """Count the pairs of letters of each word; of words that differ in case alone the first stands."""
        by_fold: dict[str, str] = {}
        for word in words:
            by_fold.setdefault(word.casefold(), word)
        self._folded, self._words = list(by_fold), list(by_fold.values())
        self._lengths = np.array([len(word) + 1 for word in self._folded])
        self._counts = np.empty((_BINS, len(self._folded)), dtype=np.uint8)
        for at in range(0, len(self._folded), _AT_ONCE):
            found = [_pairs(word) for word in self._folded[at : at + _AT_ONCE]]
            number = np.repeat(np.arange(len(found)), [len(pairs) for pairs in found])
            counts = np.bincount(number * _BINS + np.concatenate(found), minlength=len(found) * _BINS)
            self._counts[:, at : at + len(found)] = np.minimum(counts, 255).reshape(-1, _BINS).T
        self._found: dict[str, list[str]] = {}

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Return the choices that these words are, made once for the same words."""
        return cls._made(tuple(words))

    @classmethod
    @lru_cache(maxsize=64)
    def _made(cls, words: tuple[str, ...]) -> Self:
        return cls(words)

    def near(self, word: str) -> list[str]:
        """Return the choices that are like a word, the likest first, compared without case."""
        folded = word.casefold()
        found = self._found.get(folded)
        if found is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = self._found[folded] = self._search(folded)
        return found

    def _search(self, folded: str) -> list[str]:
        pairs, times = np.unique(_pairs(folded), return_counts=True)
        common = np.minimum(self._counts[pairs], np.minimum(times, 255).astype(np.uint8)[:, None])
        shared = 2 * common.sum(axis=0, dtype=np.uint32) / (self._lengths + len(folded) + 1)
        likely = _greatest(shared, _LOOKED_AT)
        matcher = difflib.SequenceMatcher()
        matcher.set_seq2(folded)
        found = []
        for at in likely[shared[likely] >= _PAIRS].tolist():
            matcher.set_seq1(self._folded[at])
            if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE:
                found.append((matcher.ratio(), self._folded[at], self._words[at]))
        best = sorted((f for f in found if f[0] >= _ALIKE), reverse=True)
        return [word for _, _, word in best]


def _greatest(values: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Return where the greatest values are, so many or all; of equal ones at the border, the first."""
    if len(values) <= count:
        return np.arange(len(values))
    border = np.partition(values, -count)[-count]
    over, equal = np.flatnonzero(values > border), np.flatnonzero(values == border)
    return np.concatenate([over, equal[: count - len(over)]])


def _pairs(word: str) -> npt.NDArray[np.int64]:
    """Return the number of each pair of letters that follow each other, the ends of the word being letters too."""
    letters = np.frombuffer(f" {word} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    return (letters[:-1] * 31 + letters[1:]) % _BINS
