"""The four categories: for each, the figures that a record fans out into and how they resolve.

A new category is one module here, one entry below and one folder of data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from facility_emissions.categories import contracts, electricity, estimates, heat, recharge, water
from facility_emissions.categories.answer import (
    Answer,
    Line,
    Missing,
    OwnWords,
    Question,
    as_stated,
    figures_asked,
    no_terms,
    no_words,
    on_nothing,
    replaced,
    unchanged,
)
from facility_emissions.categories.parts import Part, nothing_wrong, whole
from facility_emissions.factors.book import FactorBook
from facility_emissions.vocabulary.activities import Activity
from facility_emissions.vocabulary.sectors import Assumed
from facility_emissions.vocabulary.units import Unit


@dataclass(frozen=True, slots=True)
class CategoryRules:
    """What the calculation needs of a category: its resolver and the units that fit it.

    `canonical` strips a question of what its answer does not depend on, so that questions that
    have one answer are resolved once; `own_words` finds those of the flags, by code, that name what
    it stripped, None where there are none.
    `only_activity` is the activity that a record means when it names none; `takes_basis` says
    whether its energy may carry a heating-value basis (fuels); `recovers` whether part of the
    quantity may have been recovered; `contracts` whether a contract says something of it; `terms` names
    the columns of terms that say something of an activity, `wrong` what of a question does not go
    together; `parts` takes a record apart where a part of it has an answer of its own. For factors of the
    user's own: `asks` names the figures that a question may have, each with the activity that it is of,
    `stated_unit` is the unit of a question as a bill means it, `completed` says of a line what it does not
    hold, `replaced` puts it in place of the published one; `rests_on` is the question of what an estimate is
    made of (None: of nothing else), and `resolve_on` resolves with the answer to that.
    """

    resolve: Callable[[Question, FactorBook], Answer]
    canonical: Callable[[Question], Question]
    dimensions: tuple[str, ...]
    units_asked: str
    only_activity: str = ""
    takes_basis: bool = False
    recovers: bool = False
    contracts: bool = False
    terms: Callable[[Activity], frozenset[str]] = no_terms
    wrong: Callable[[Question], list[Missing]] = nothing_wrong
    parts: Callable[[Question], tuple[Part, ...]] = whole
    own_words: Callable[[Question], OwnWords | None] = no_words
    stated_unit: Callable[[Question], Assumed] = as_stated
    completed: Callable[[Line, Question], Line] = unchanged
    replaced: Callable[[Answer, Line], Answer] = replaced
    asks: Callable[[Question], Mapping[str, str]] = figures_asked
    rests_on: Callable[[Question], Question | None] = on_nothing
    resolve_on: Callable[[Question, FactorBook, Answer], Answer] | None = None

    def fits(self, unit: Unit) -> bool:
        """Whether a unit measures the category's activities."""
        return unit.dimension in self.dimensions and (self.takes_basis or not unit.basis)


RULES: dict[str, CategoryRules] = {
    "heat": CategoryRules(
        heat.resolve,
        heat.canonical,
        heat.DIMENSIONS,
        heat.UNITS_ASKED,
        takes_basis=True,
        terms=estimates.terms,
        wrong=estimates.wrong,
        stated_unit=heat.stated_unit,
        completed=heat.with_biogenic,
        rests_on=estimates.made_of,
        resolve_on=heat.resolve,
    ),
    "electricity": CategoryRules(
        electricity.resolve,
        electricity.canonical,
        electricity.DIMENSIONS,
        electricity.UNITS_ASKED,
        electricity.ONLY_ACTIVITY,
        contracts=True,
        terms=contracts.terms,
        wrong=contracts.wrong,
        parts=contracts.parts,
        own_words=electricity.own_words,
        replaced=electricity.replaced_electricity,
    ),
    "water": CategoryRules(
        water.resolve,
        water.canonical,
        water.DIMENSIONS,
        water.UNITS_ASKED,
        terms=water.terms,
        asks=water.asks,
        completed=water.completed,
        rests_on=water.rests_on,
        resolve_on=water.resolve,
    ),
    "recharge": CategoryRules(
        recharge.resolve, recharge.canonical, recharge.DIMENSIONS, recharge.UNITS_ASKED, recovers=True
    ),
}
