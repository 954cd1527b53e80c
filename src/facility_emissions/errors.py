"""The exceptions of the package, and the "did you mean" that its messages share.

User errors (`FacilityEmissionsError` and below) say what was given, where, and what
would be right. Anything else that escapes the package is a bug in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from facility_emissions.likeness import Choices


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


def did_you_mean(word: str, choices: Iterable[str] | Choices, limit: int = 3) -> str:
    """Return ``" Did you mean 'x' or 'y'?"`` for the nearest choices, or ``""``.

    Compares without case; a leading space makes the result ready to append to a sentence.
    """
    known = choices if isinstance(choices, Choices) else Choices.of(choices)
    near = known.near(word)[:limit]
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
