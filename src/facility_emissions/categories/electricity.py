"""Category `electricity`: both scope 2 figures and the upstream of every record.

Location-based: the grid average of the finest place. Market-based: the GHG Protocol Scope 2
Guidance's hierarchy (table 6.3): contractual instrument, supplier's factor, residual mix, and
the location-based average where none exists, flagged. A guarantee of origin never touches
the location-based figure, the losses or the upstream. What is generated and consumed on the site
is not bought, and what is exported is not consumed: 0 in scope 2 (chapter 5.4).
"""

from __future__ import annotations

from functools import partial

from facility_emissions.categories.answer import (
    Answer,
    Line,
    Missing,
    OwnWords,
    Question,
    ask,
    explain_missing,
    is_custom,
    line_from,
    nothing_more,
    query_for,
    replaced,
)
from facility_emissions.categories.contracts import EXPORTED, GRID, OWN, conveyed, no_rate, not_covered, of_share
from facility_emissions.categories.suppliers import STRANGER, has_labels, known_as, label_of, why_no_label
from facility_emissions.factors import schema
from facility_emissions.factors.book import FactorBook, Query
from facility_emissions.factors.sources import find_gap
from facility_emissions.vocabulary.instruments import SOLD

DIMENSIONS = ("energy",)
UNITS_ASKED = "an energy without heating-value basis: kWh, MWh, GJ"
ONLY_ACTIVITY = GRID
_INSIDE = ("upstream_inside", "already inside the lifecycle factor of the location-based figure")
_NOT_BOUGHT = ("own_generation", "generated and consumed on the site: not bought, so not in scope 2")
_NO_UPSTREAM = ("own_generation", "nothing is bought for it, so there is no upstream; fuel burnt for it is of heat")
_NOT_CONSUMED = ("exported", "exported to the grid: not consumed here, and never deducted from what is bought")
_AS_BOUGHT = ("certificates_sold", "own generation whose certificates are sold counts as bought from the grid")


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on."""
    supplier = known_as(question) if question.supplier else ""
    return question._replace(sector="", facility_type="", heat_basis="", supplier=supplier, since=None)


def own_words(question: Question) -> OwnWords | None:
    """Return what finds the words of flags that name what only this record says: a supplier without a label."""
    is_told = question.supplier and has_labels(question.country) and known_as(question) == STRANGER
    return partial(_of_stranger, question) if is_told else None


def _of_stranger(question: Question) -> dict[str, str]:
    return {"supplier_unknown": why_no_label(question)}


def resolve(question: Question, book: FactorBook) -> Answer:
    """Return the lines of one electricity record: both scope 2 figures, losses, upstream."""
    answer = Answer()
    if question.activity.id == OWN:
        _zeros(question, book, answer, schema.OWN_GENERATION, _NOT_BOUGHT)
        answer.lines += [nothing_more(line, "electricity_generation", _NO_UPSTREAM) for line in answer.lines[:1]]
        return answer
    if question.activity.id == EXPORTED:
        _zeros(question, book, answer, schema.EXPORTED, _NOT_CONSUMED)
        return answer
    location = _location(question, book, answer)
    _market(question, book, answer, location)
    _upstream(question, book, answer, location)
    return answer


def _zeros(question: Question, book: FactorBook, answer: Answer, instrument: str, flag: tuple[str, str]) -> None:
    """Add both scope 2 figures of what is not bought or not consumed: rules of any country, so of none."""
    anywhere = question._replace(country=schema.WORLD, subdivision="")
    flags = (*not_covered(question), flag)
    ask(book, answer, query_for(anywhere, "electricity_location_based"), flags=flags)
    ask(book, answer, query_for(anywhere, "electricity", instrument=instrument), flags=flags)


def _grid(question: Question, activity_category: str, **narrow: str) -> Query:
    return query_for(question, activity_category, grid_region=question.grid_region, **narrow)


def _location(question: Question, book: FactorBook, answer: Answer) -> Line | None:
    flags = (_AS_BOUGHT,) if question.contract == SOLD else ()
    return ask(book, answer, _grid(question, "electricity_location_based"), flags=flags)


def _market(question: Question, book: FactorBook, answer: Answer, location: Line | None) -> None:
    """Walk down the hierarchy; the rung taken is a flag of the line."""
    passed = [*not_covered(question)]
    part = of_share(question)
    if question.contract == SOLD:
        passed.append(_AS_BOUGHT)
    elif question.contract:
        choice = conveyed(question, book)
        if choice is None:
            answer.missing.append(no_rate(question))
            return
        words = ", ".join(w for w in ("contract instrument", question.terms.contract_source) if w)
        answer.lines.append(line_from(choice, flags=((f"market_{question.contract}", f"{words}{part}"),)))
        return
    if question.supplier:
        choice = label_of(question, book)
        if choice is not None:
            flag = ("market_supplier", f"label of {choice.factor.supplier}{part}")
            answer.lines.append(line_from(choice, flags=(*passed, flag)))
            return
        passed.append(("supplier_unknown", why_no_label(question)))
    gap = find_gap("electricity", question.activity.id, question.country, question.year, "residual_mix")
    residual = None if gap else book.choose(_grid(question, "electricity", instrument="residual_mix"))
    if residual is not None:
        flag = ("market_residual_mix", f"residual mix{part}")
        answer.lines.append(line_from(residual, flags=(*passed, flag)))
        return
    if location is None:
        answer.missing.append(explain_missing(_grid(question, "electricity", instrument="residual_mix"), book))
        return
    why = gap.reason if gap else f"no residual mix is published for {question.country}"
    told = [*location.flags, *(flag for flag in passed if flag not in location.flags)]
    stands_in = ("market_from_location", f"grid average stands in{part}: {why}")
    answer.lines.append(location._replace(activity_category="electricity", flags=(*told, stands_in)))


def _upstream(question: Question, book: FactorBook, answer: Answer, location: Line | None) -> None:
    losses = "electricity_transmission_and_distribution"
    if location is not None and any(code == "lifecycle" for code, _ in location.flags):
        answer.lines.append(nothing_more(location, "electricity_generation", _INSIDE))
    else:
        generation = ask(book, answer, _grid(question, "electricity_generation"))
        if generation is not None:
            lost = book.choose(_grid(question, "electricity_generation", activity="grid_electricity_losses"))
            if lost is not None:
                answer.lines.append(line_from(lost))
    year = (location and location.factor_year) or question.year  # what is inside a factor goes by the factor's own year
    gap = find_gap(losses, question.activity.id, question.country, year)
    if location and gap and (gap.country, gap.source) == (question.country, location.source_id):
        answer.lines.append(nothing_more(location, losses, ("losses_inside", gap.reason)))
    else:
        ask(book, answer, _grid(question, losses))


def replaced_electricity(answer: Answer, line: Line) -> Answer:
    """Return the answer with a line of the user's own, and what stands on the grid average moved onto it.

    A custom grid average holds its upstream if its boundary is `lifecycle`. Else it does not say what
    is inside it: figures that were zero because the published one held them are missing then.
    """
    answer = replaced(answer, line)
    if line.activity_category != "electricity_location_based":
        return answer
    lines = []
    for other in answer.lines:
        codes = {code for code, _ in other.flags}
        if codes & {"upstream_inside", "losses_inside"}:
            reason = "The published grid average, which held it, was replaced by a custom one."
            answer.missing.append(Missing(other.activity_category, reason, "Give a custom factor for it too."))
        elif "market_from_location" in codes:
            why = tuple(flag for flag in other.flags if flag[0] == "market_from_location")
            lines.append(line._replace(activity_category=other.activity_category, flags=(*line.flags, *why)))
        else:
            lines.append(other)
    answer.lines = lines
    generation = [other for other in lines if other.activity_category == "electricity_generation"]
    if any(code == "lifecycle" for code, _ in line.flags) and not any(map(is_custom, generation)):
        nothing = nothing_more(line, "electricity_generation", _INSIDE)
        answer = replaced(answer, nothing._replace(flags=(*(f for f in line.flags if f[0] == "custom"), _INSIDE)))
    return answer
