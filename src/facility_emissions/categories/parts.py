"""Parts of a record that have answers of their own, and how their answers become one.

A contract that covers 60 % of a quantity makes two questions of a record: 60 % under the contract,
40 % without. Each is answered as if it were the whole; the lines then carry their part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from facility_emissions.categories.answer import Answer, Line, Missing, Question, scaled


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record: its share of the quantity, 0 to 1, and its question."""

    share: float
    question: Question


def whole(question: Question) -> tuple[Part, ...]:
    """Return a record that has one answer."""
    return (Part(1.0, question),)


def joined(answers: Sequence[tuple[float, Answer]]) -> Answer:
    """Return the one answer of a record's parts: (share, answer), the shares sum to 1.

    A line that all parts have is of the whole record. A figure that one part lacks is missing as a
    whole: a sum of the others would pass for it.
    """
    if len(answers) == 1:
        return answers[0][1]
    lines: list[list[tuple[float, Line]]] = []
    for share, answer in answers:
        for line in answer.lines:
            alike = next((group for group in lines if group[0][1] == line), None)
            if alike is None:
                lines.append([(share, line)])
            else:
                alike.append((share, line))
    missing = list(dict.fromkeys(lack for _, answer in answers for lack in answer.missing))
    lacking = {lack.activity_category for lack in missing}
    kept = [group for group in lines if group[0][1].activity_category not in lacking]
    return Answer([_of_share(group, len(answers)) for group in kept], missing)


def _of_share(group: list[tuple[float, Line]], parts: int) -> Line:
    """Return a line for its share of the quantity; one that all parts have is not touched."""
    line = group[0][1]
    if len(group) == parts:
        return line
    share = sum(s for s, _ in group)
    return scaled(line, share)._replace(share=share)


def nothing_wrong(question: Question) -> list[Missing]:
    """Return what is wrong with a question as a whole: nothing."""
    return []
