"""Category `water`: supply and treatment of mains water, scope 3, by volume.

The two are separate figures: a record is one or the other, never both silently.
Source of the method: GHG Protocol Scope 3 Standard, category 1 (supply) and 5 (treatment).
"""

from __future__ import annotations

from dataclasses import replace

from facility_emissions.categories.answer import Answer, Question, ask, query_for
from facility_emissions.factors.book import FactorBook

DIMENSIONS = ("volume",)
UNITS_ASKED = "a volume: m3 or l"


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on."""
    return replace(question, sector="", facility_type="", heat_basis="", supplier="", contract="", grid_region="")


def resolve(question: Question, book: FactorBook) -> Answer:
    """Return the line of one record of water supply or treatment."""
    answer = Answer()
    ask(book, answer, query_for(question, question.activity.id))
    return answer
