"""The exceptions of the package, and the "did you mean" that its messages share.

User errors (`FacilityEmissionsError` and below) say what was given, where, and what
would be right. Anything else that escapes the package is a bug in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class FacilityEmissionsError(Exception):
    """Base of every error that a user of the package can cause and mend."""


class VocabularyError(FacilityEmissionsError, ValueError):
    """A word is not in the vocabulary: an activity, a unit, a country, a category."""


class ContractError(FacilityEmissionsError, ValueError):
    """A table or model does not have the shape that its contract asks for."""


class NotFoundError(FacilityEmissionsError, KeyError):
    """The thing asked for by its id does not exist."""

    def __str__(self) -> str:
        """Show the message as it is; `KeyError` would show its repr."""
        return str(self.args[0]) if self.args else ""


class FactorError(FacilityEmissionsError, LookupError):
    """No published factor answers the question."""


class GWPError(FactorError):
    """A gas has no published GWP in the set and horizon asked for."""


class DataPackageError(FacilityEmissionsError):
    """The bundled or user-supplied factor tables break their schema."""


_SUGGESTIONS_LEFT: ContextVar[list[int] | None] = ContextVar("suggestions_left", default=None)


@contextmanager
def at_most_suggestions(number: int = 100) -> Iterator[None]:
    """Let only the first unknown words have suggestions, a search each: a column of nonsense is told, not searched."""
    before = _SUGGESTIONS_LEFT.set([number])
    try:
        yield
    finally:
        _SUGGESTIONS_LEFT.reset(before)


def did_you_mean(word: str, choices: Iterable[str], limit: int = 3) -> str:
    """Return ``" Did you mean 'x' or 'y'?"`` for the nearest choices, or ``""``.

    Compares without case; a leading space makes the result ready to append to a sentence.
    """
    left = _SUGGESTIONS_LEFT.get()
    if left is not None:
        if left[0] <= 0:
            return ""
        left[0] -= 1
    by_fold: dict[str, str] = {}
    for choice in choices:
        by_fold.setdefault(choice.casefold(), choice)
    near = difflib.get_close_matches(word.casefold(), by_fold, n=limit, cutoff=0.6)
    if not near:
        return ""
    return f" Did you mean {' or '.join(repr(by_fold[n]) for n in near)}?"
