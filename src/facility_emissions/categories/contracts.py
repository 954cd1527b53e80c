"""Contracts of electricity: what part of a record they cover, and the rate that they convey.

Source: GHG Protocol Scope 2 Guidance (2015), table 6.3 (the hierarchy) and table 7.1 (criteria 1
and 4: the direct emission rate of the generation; as close as possible to the time of consumption).
"""

from __future__ import annotations

from dataclasses import replace

from facility_emissions.categories.answer import Missing, Question, query_for
from facility_emissions.categories.parts import Part, whole
from facility_emissions.categories.terms import Terms
from facility_emissions.factors.book import Choice, FactorBook
from facility_emissions.factors.schema import WITHOUT_COMBUSTION, WORLD
from facility_emissions.vocabulary import instruments
from facility_emissions.vocabulary.activities import Activity, parse_activity
from facility_emissions.vocabulary.instruments import CONTRACTS, INSTRUMENTS, SOLD

GRID, OWN, EXPORTED = "grid_electricity", "self_generated_electricity", "exported_electricity"
_OF_CONTRACT = frozenset(("contract_share", "contract_start", "contract_end"))
_OWN_CONTRACTS = ("guarantee_of_origin", "energy_attribute_certificate", SOLD)


def terms(activity: Activity) -> frozenset[str]:
    """Return the columns of terms that say something of an activity of electricity."""
    return {GRID: _OF_CONTRACT | {"contract_source"}, OWN: _OF_CONTRACT}.get(activity.id, frozenset())


def wrong(question: Question) -> list[Missing]:
    """Return what does not go together in a question: terms without a contract, a contract of another activity."""
    contract, stated, activity = question.contract, question.terms, question.activity.id
    found = []
    fitting = {GRID: INSTRUMENTS, OWN: _OWN_CONTRACTS}.get(activity, ())
    if contract and contract not in fitting:
        reason = f"The contract {contract!r} says nothing of {activity}."
        remedy = f"Leave it empty; for {activity} there is {', '.join(fitting) or 'no contract'}."
        found.append(Missing("", reason, remedy, "contract"))
    if not contract:
        names = [name for name in stated.given() if name.startswith("contract_")]
        remedy = f"Name the contract in the column contract: {', '.join(CONTRACTS)}; or leave {{}} empty."
        found += [Missing("", f"{n} stands without a contract.", remedy.format(n), n) for n in names]
    if contract == instruments.COGENERATION and stated.contract_source in instruments.BURNS_NOTHING:
        reason = f"High-efficiency cogeneration burns a fuel; {stated.contract_source} does not."
        remedy = "Correct one of the two: the guarantees of renewables are guarantee_of_origin."
        found.append(Missing("", reason, remedy, "contract_source"))
    first, last = stated.contract_start, stated.contract_end
    if first and last and last < first:
        reason = f"contract_end {last} is before contract_start {first}."
        found.append(Missing("", reason, "Swap the two days.", "contract_end"))
    return found


def parts(question: Question) -> tuple[Part, ...]:
    """Return the part of a record that its contract covers on the question's day, and the rest.

    What is consumed of own generation whose certificates are sold counts as bought from the grid.
    """
    if not question.contract:
        return whole(question)
    stated = question.terms
    share = 1.0 if stated.contract_share is None else stated.contract_share
    valid = stated.covers(question.day)
    kept = Terms(contract_share=None if share in (0, 1) else share)
    under = question._replace(terms=replace(kept, contract_source=stated.contract_source))
    if question.contract == SOLD:
        under = under._replace(activity=parse_activity(GRID))
    if not valid:
        kept = Terms(contract_start=stated.contract_start, contract_end=stated.contract_end)
    rest = question._replace(contract="", terms=kept)
    if not valid or share == 0:
        return whole(rest)
    return whole(under) if share == 1 else (Part(share, under), Part(1 - share, rest))


def conveyed(question: Question, book: FactorBook) -> Choice | None:
    """Return the rate that a record's instrument conveys, None where nobody publishes it.

    The country's own, where it has one for that instrument; else zero where nothing is burnt. The country's
    own is of what the instrument is for: renewables, or fuels of cogeneration, whichever they are.
    """
    source = question.terms.contract_source
    meant = instruments.BURNT if question.contract == instruments.COGENERATION else instruments.RENEWABLE
    if source is None or source in meant:
        query = query_for(question, "electricity", instrument=question.contract, grid_region=question.grid_region)
        published = book.choose(query)
        if published is not None:
            return published
    if source not in instruments.BURNS_NOTHING:
        return None
    anywhere = question._replace(country=WORLD, subdivision="")
    return book.choose(query_for(anywhere, "electricity", instrument=WITHOUT_COMBUSTION))


def no_rate(question: Question) -> Missing:
    """Say why an instrument has no rate, and what would do."""
    instrument, source = question.contract, question.terms.contract_source
    what = f"No published rate for the instrument {instrument!r} in {question.country}, {question.year}"
    own = f"Give the instrument's own rate as a custom factor (activity_category electricity, instrument {instrument})."
    if source is None:
        named = ", ".join(instruments.BURNS_NOTHING)
        remedy = f"State in contract_source what it is generated from ({named}: 0). Or: {own}"
        return Missing("electricity", f"{what}: it conveys that of the generation behind it.", remedy, "contract")
    reason = f"{what}, generated from {source}, which emits."
    return Missing("electricity", reason, own, "contract_source")


def not_covered(question: Question) -> tuple[tuple[str, str], ...]:
    """Return the flag of a question that lies outside the validity of the record's contract."""
    first, last = question.terms.contract_start, question.terms.contract_end
    if first is None and last is None:
        return ()
    days = " ".join(f"{word} {day}" for word, day in (("from", first), ("to", last)) if day)
    return (("contract_not_valid", f"the contract covers {days} only"),)


def of_share(question: Question) -> str:
    """Return the words for the part of the quantity that a question is of, '' for all of it."""
    share = question.terms.contract_share
    return "" if share is None else f", {share if question.contract else 1 - share:g} of the quantity"
