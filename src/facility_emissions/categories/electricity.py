"""Category `electricity`: both scope 2 figures and the upstream of every record.

Location-based: the grid average of the finest place. Market-based: the GHG Protocol Scope 2
Guidance's hierarchy (table 6.3): contractual instrument, supplier's factor, residual mix, and
the location-based average where none exists, flagged. A guarantee of origin never touches
the location-based figure, the losses or the upstream.
"""

from __future__ import annotations

from dataclasses import replace

from facility_emissions.categories.answer import (
    Answer,
    Line,
    Missing,
    Question,
    ask,
    explain_missing,
    is_custom,
    line_from,
    query_for,
    replaced,
)
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.book import FactorBook, Query, supplier_labels
from facility_emissions.factors.sources import find_gap
from facility_emissions.vocabulary.suppliers import fold_supplier

DIMENSIONS = ("energy",)
UNITS_ASKED = "an energy without heating-value basis: kWh, MWh, GJ"
ONLY_ACTIVITY = "grid_electricity"
_INSIDE = ("upstream_inside", "already inside the lifecycle factor of the location-based figure")
_STRANGER = "*"  # every supplier without a label: its name is told, and changes nothing else


def canonical(question: Question) -> Question:
    """Return the question without what the answer does not depend on."""
    supplier = ""
    if question.supplier:
        supplier = supplier_labels(question.country).get(fold_supplier(question.supplier), _STRANGER)
    return replace(question, sector="", facility_type="", heat_basis="", supplier=supplier)


def own_words(question: Question) -> dict[str, str]:
    """Return the words of flags that name what only this record says: a supplier without a label."""
    labels = supplier_labels(question.country)
    is_told = labels and question.supplier and canonical(question).supplier == _STRANGER
    return {"supplier_unknown": _supplier_unknown(question)} if is_told else {}


def resolve(question: Question, book: FactorBook) -> Answer:
    """Return the lines of one electricity record: both scope 2 figures, losses, upstream."""
    answer = Answer()
    location = _location(question, book, answer)
    _market(question, book, answer, location)
    _upstream(question, book, answer, location)
    return answer


def _grid(question: Question, activity_category: str, **narrow: str) -> Query:
    return query_for(question, activity_category, grid_region=question.grid_region, **narrow)


def _location(question: Question, book: FactorBook, answer: Answer) -> Line | None:
    return ask(book, answer, _grid(question, "electricity_location_based"))


def _market(question: Question, book: FactorBook, answer: Answer, location: Line | None) -> None:
    """Walk down the hierarchy; the rung taken is a flag of the line."""
    passed: list[tuple[str, str]] = []
    if question.contract:
        choice = book.choose(_grid(question, "electricity", instrument=question.contract))
        if choice is not None:
            answer.lines.append(line_from(choice, flags=((f"market_{question.contract}", "contract instrument"),)))
            return
        answer.missing.append(
            Missing(
                "electricity",
                f"No published rate for the instrument {question.contract!r} in {question.country}, {question.year}.",
                "Give the instrument's own rate as a custom factor (activity_category electricity).",
                "contract",
            )
        )
        return
    if question.supplier:
        folded = fold_supplier(question.supplier)
        choice = None
        if folded in supplier_labels(question.country):
            choice = book.choose(_grid(question, "electricity", instrument="supplier", supplier=folded))
        if choice is not None and not choice.fallbacks:  # a label of another year is no label
            answer.lines.append(line_from(choice, flags=(("market_supplier", f"label of {choice.factor.supplier}"),)))
            return
        passed.append(("supplier_unknown", _supplier_unknown(question)))
    gap = find_gap("electricity", question.activity.id, question.country, question.year, "residual_mix")
    residual = None if gap else book.choose(_grid(question, "electricity", instrument="residual_mix"))
    if residual is not None:
        answer.lines.append(line_from(residual, flags=(*passed, ("market_residual_mix", "residual mix"))))
        return
    if location is None:
        answer.missing.append(explain_missing(_grid(question, "electricity", instrument="residual_mix"), book))
        return
    why = gap.reason if gap else f"no residual mix is published for {question.country}"
    flags = (*location.flags, *passed, ("market_from_location", f"grid average stands in: {why}"))
    answer.lines.append(replace(location, activity_category="electricity", flags=flags))


def _supplier_unknown(question: Question) -> str:
    """Say why a supplier's name gave no label: a merely similar name is told, never taken."""
    labels = supplier_labels(question.country)
    if not labels:
        return f"no supplier labels are published for {question.country}"
    folded = fold_supplier(question.supplier)
    if folded in labels:
        return f"{labels[folded]} has no published label for {question.year}"
    near = did_you_mean(folded, labels)
    return f"{question.supplier!r} has no published label in {question.country}.{near}"


def _upstream(question: Question, book: FactorBook, answer: Answer, location: Line | None) -> None:
    losses = "electricity_transmission_and_distribution"
    if location is not None and any(code == "lifecycle" for code, _ in location.flags):
        answer.lines.append(_nothing_more(location, "electricity_generation", _INSIDE))
    else:
        generation = ask(book, answer, _grid(question, "electricity_generation"))
        if generation is not None:
            lost = book.choose(_grid(question, "electricity_generation", activity="grid_electricity_losses"))
            if lost is not None:
                answer.lines.append(line_from(lost))
    year = (location and location.factor_year) or question.year  # what is inside a factor goes by the factor's own year
    gap = find_gap(losses, question.activity.id, question.country, year)
    if location and gap and (gap.country, gap.source) == (question.country, location.source_id):
        answer.lines.append(_nothing_more(location, losses, ("losses_inside", gap.reason)))
    else:
        ask(book, answer, _grid(question, losses))


def _nothing_more(location: Line, activity_category: str, flag: tuple[str, str]) -> Line:
    """Return a figure of zero, because the location-based factor already holds it."""
    return replace(
        location,
        activity_category=activity_category,
        gases={},
        co2e_fixed=0.0,
        gwp_of_co2e_fixed="",
        fallbacks=(),
        flags=(flag,),
    )


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
            lines.append(replace(line, activity_category=other.activity_category, flags=(*line.flags, *why)))
        else:
            lines.append(other)
    answer.lines = lines
    generation = [other for other in lines if other.activity_category == "electricity_generation"]
    if any(code == "lifecycle" for code, _ in line.flags) and not any(map(is_custom, generation)):
        nothing = _nothing_more(line, "electricity_generation", _INSIDE)
        answer = replaced(answer, replace(nothing, flags=(*(f for f in line.flags if f[0] == "custom"), _INSIDE)))
    return answer
