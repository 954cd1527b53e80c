"""The exceptions of the package, and the "did you mean" that its messages share.

User errors (`FacilityEmissionsError` and below) say what was given, where, and what
would be right. Anything else that escapes the package is a bug in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypedDict

from facility_emissions.likeness import ALIKE, Choices


class FacilityEmissionsError(Exception):
    """Base of every error that a user of the package can cause and mend."""


class VocabularyError(FacilityEmissionsError, ValueError):
    """A word is not in the vocabulary: an activity, a unit, a country, a category."""


class ContractError(FacilityEmissionsError, ValueError):
    """A table or model does not have the shape that its contract asks for."""


class ErrorDetail(TypedDict):
    """One fault, shaped like an entry of `detail` in a FastAPI 422 answer."""

    loc: tuple[str | int, ...]
    msg: str
    type: str
    input: Any


class PayloadError(ContractError):
    """What was read or given is not what the Facilities API sends or takes: every fault, with its place.

    Attributes:
        detail: one entry a fault: `loc`, `msg`, `type`, `input`.
        where: the file or call that it happened in, or ''.
    """

    _SHOWN = 10

    def __init__(self, detail: Sequence[ErrorDetail], where: str = "") -> None:
        """Keep the faults; the message is made of them when it is shown."""
        super().__init__(list(detail), where)
        self.detail = list(detail)
        self.where = where

    @classmethod
    def at(cls, message: str, *loc: str | int, value: object = None, where: str = "") -> Self:
        """Return the error of one fault."""
        return cls([{"loc": loc, "msg": message, "type": "value_error", "input": value}], where)

    def __str__(self) -> str:
        """Show the first ten faults, each with its place."""
        shown = self.detail[: self._SHOWN]
        lines = [f"{place_of(d['loc'])}: {d['msg']}" if d["loc"] else d["msg"] for d in shown]
        if len(self.detail) > self._SHOWN:
            lines.append(f"... and {len(self.detail) - self._SHOWN} more; `.detail` holds them all.")
        head = f"{self.where}: " if self.where else ""
        if len(self.detail) == 1:
            return head + lines[0]
        return f"{head}{len(self.detail)} values do not fit:\n  " + "\n  ".join(lines)


def place_of(loc: Sequence[str | int]) -> str:
    """Write a place in what was read: `items[3].country`, or `line 4, column country` in a table.

    A first part that ends in ': ' is the file or line before the place: `page2.json: items[3].country`.
    """
    first = str(loc[0]) if loc else ""
    if first.endswith(": "):
        return (first + place_of(loc[1:])).removesuffix(": ")
    if len(loc) > 1 and first.startswith(("line ", "row ")):
        return f"{first}, column {place_of(loc[1:])}"
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in loc).removeprefix(".")


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


def did_you_mean(word: str, choices: Iterable[str] | Choices, limit: int = 3, alike: float = ALIKE) -> str:
    """Return ``" Did you mean 'x' or 'y'?"`` for the nearest choices, or ``""``.

    Compares without case; a leading space makes the result ready to append to a sentence.
    """
    known = choices if isinstance(choices, Choices) else Choices.of(choices)
    near = known.near(word, limit, alike)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
