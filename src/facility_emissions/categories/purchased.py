"""Purchased heat, steam and cooling: a country's or a network's published factor, else the estimate that is stated.

Scope 2 of what is bought, scope 3 of its upstream and of the losses of heat networks, each in a row of its own.
"""

from __future__ import annotations

from facility_emissions.categories.answer import Answer, Missing, Question, ask, line_from, query_for
from facility_emissions.categories.estimates import Burn, estimated, offer
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.book import FactorBook, networks
from facility_emissions.factors.sources import find_gap
from facility_emissions.vocabulary.suppliers import fold_supplier

BOUGHT, UPSTREAM, LOSSES = "purchased_heat", "stationary_generation", "electricity_transmission_and_distribution"


def purchased(question: Question, book: FactorBook, burn: Burn, basis: Answer | None = None) -> Answer:
    """Return the lines of one record of purchased heat, steam or cooling.

    Args:
        question, book: what is asked, and the factors.
        burn: answers a question of a fuel, for an estimate by its fuel.
        basis: the answer to what an estimate is made of, where it is not the published one.
    """
    if question.unit.dimension != "energy" or question.unit.basis:
        kind = "energy of a fuel" if question.unit.basis else question.unit.dimension
        reason = f"{question.activity.id} is metered as energy; {question.unit.id} is {kind}."
        remedy = "Give kWh, MWh or GJ of heat, without a heating-value basis."
        return Answer(missing=[Missing(BOUGHT, reason, remedy, "unit")])
    network, unknown = _network(question)
    query = query_for(question, BOUGHT, supplier=fold_supplier(network))
    is_published = not unknown and book.choose(query) is not None
    why = f"{network} has no published figure for {question.year}, or for a year near enough" if network else ""
    stated = question.terms.given()
    if stated and not is_published:
        why = unknown[0] if unknown and question.supplier.strip() else why
        return estimated(question, book, burn, why, basis)
    answer = Answer()
    if unknown:
        answer.missing += [Missing(figure, *unknown, "supplier") for figure in (BOUGHT, UPSTREAM)]
        return _offered(answer, question)
    flags = [("network", f"network {network}")] if network else []
    upstream = query_for(question, UPSTREAM, supplier=fold_supplier(network))
    if network and not is_published:
        remedy = "Give the network's own as a custom factor (custom_factors, column custom_factor_id)."
        answer.missing.append(Missing(BOUGHT, f"{why}.", remedy, "supplier"))
    else:
        unused = ("estimate_not_needed", f"a published factor goes before the estimate: {', '.join(stated)} not used")
        ask(book, answer, query, flags=(*flags, unused) if stated else tuple(flags))
    if ask(book, answer, upstream, flags=tuple(flags)) is not None:
        lost = book.choose(query_for(question, UPSTREAM, activity=f"{question.activity.id}_losses"))
        if lost is not None:
            answer.lines.append(line_from(lost))
    ask(book, answer, query_for(question, LOSSES))
    return _offered(answer, question)


def _offered(answer: Answer, question: Question) -> Answer:
    """Offer the estimate beside the remedy, where nobody publishes what was bought."""
    for at, lack in enumerate(answer.missing):
        if lack.activity_category == BOUGHT:
            remedy = f"{lack.remedy} {offer(question)}"
            answer.missing[at] = Missing(BOUGHT, lack.reason, remedy, lack.column)
    return answer


def _network(question: Question) -> tuple[str, tuple[str, str] | None]:
    """Return the printed name of the record's network, or why there is none, and a remedy; ('', None): not by name.

    A merely similar name is told, never taken.
    """
    known = networks(question.activity.id, question.country)
    name = known.get(fold_supplier(question.supplier), "")
    if name or not known:
        return name, None
    gap = find_gap("purchased_heat", question.activity.id, question.country, question.year)
    remedy = gap.remedy if gap else "Name the network as it is published, or give a custom factor."
    if question.supplier.strip():
        near = did_you_mean(fold_supplier(question.supplier), known)
        return "", (
            f"No network {question.supplier!r} is published for {question.activity.id} in {question.country}.{near}",
            remedy,
        )
    reason = gap.reason if gap else f"The networks of {question.country} are published by name."
    return "", (f"{question.activity.id} in {question.country} needs its network: {reason}", remedy)
