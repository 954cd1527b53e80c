"""Whose an invoice is: whole, divided by `facility_percentages`, or a share that was divided already.

One record is never counted twice: a parent that stands beside its shares is left out, and shares
of one parent have its id as their record id, so that they can be seen to add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from facility_emissions.calculation.checks import disagree
from facility_emissions.calculation.records import SHARE_TOLERANCE
from facility_emissions.payloads.invoice import Invoice, Read
from facility_emissions.payloads.told import Told


@dataclass(frozen=True, slots=True)
class Part:
    """One facility's part of an invoice, which becomes one consumption row.

    Attributes:
        facility_id: whose it is; None where nothing says.
        record_id: the record that it is a share of, or its own.
        percentage: the facility's share; None for a whole.
        base_quantity: amount before the share; quantity: after it; None = not known.
        organization_id: whose facility it is, where a share says so.
        sound: False where something is wrong with it: the row gets no quantity.
    """

    facility_id: str | None
    record_id: str
    percentage: float | None
    base_quantity: float | None
    quantity: float | None
    organization_id: str | None = None
    sound: bool = True


def is_one(total: float) -> bool:
    """Whether shares add up to a whole."""
    return abs(total - 1) <= SHARE_TOLERANCE


def parent_of(invoice: Invoice) -> str | None:
    """Return the invoice that this one is a share of."""
    return None if invoice.source_invoice_id == invoice.id else invoice.source_invoice_id


def parents_among(found: Sequence[Read]) -> dict[str, str]:
    """Say of each parent what it is beside its shares; all are looked at, whether they count or not.

    Returns:
        By id of the parent: `whole` (its shares are all there), `share` (one of the shares itself), or,
        where it is neither, what its shares hold of it in words.
    """
    by_id = {r.invoice.id: r for r in found}
    children: dict[str, list[Invoice]] = defaultdict(list)
    for read in found:
        parent = parent_of(read.invoice)
        if parent in by_id:
            children[parent].append(read.invoice)
    kinds: dict[str, str] = {}
    for parent, shares in children.items():
        invoice = by_id[parent].invoice
        total = _sum_of_shares(invoice, shares)
        if total is not None and is_one(total):
            kinds[parent] = "whole"
        elif total is not None and invoice.percentage is not None and is_one(total + invoice.percentage):
            kinds[parent] = "share"
        else:
            shown = "shares that are not known" if total is None else f"{total:g} of it"
            kinds[parent] = f"{len(shares)} invoices name it as their source and hold {shown}"
    return kinds


def _sum_of_shares(parent: Invoice, shares: Sequence[Invoice]) -> float | None:
    """Return which part of a parent its shares hold: by their percentages, else by their quantities."""
    percentages = [s.percentage for s in shares]
    if all(p is not None for p in percentages):
        return sum(p for p in percentages if p is not None)
    whole = parent.quantity if parent.base_quantity is None else parent.base_quantity
    quantities = [s.quantity for s in shares]
    if not whole or any(q is None for q in quantities):
        return None
    return sum(q for q in quantities if q is not None) / whole


def divide(read: Read, *, is_share: bool, told: Told) -> list[Part]:
    """Return the parts of an invoice.

    Args:
        read: the invoice.
        is_share: whether it is a share although it names no source (a parent among its shares).
        told: gets what is wrong.
    """
    invoice = read.invoice
    listed = invoice.facility_percentages or []
    parent = parent_of(invoice)
    whole = (invoice.percentage is None or is_one(invoice.percentage)) and not _is_after_share(invoice)
    if parent is None and not is_share and len(listed) > 1 and whole:
        return _divided_here(read, told)
    facility, share = invoice.facility_id, invoice.percentage
    fault = _contradiction(invoice)
    if fault:
        name, value, reason = fault
        told.problem(invoice.id, read.at, name, value, reason, "Correct one of the two.")
    if facility is None and len(listed) == 1:
        facility = listed[0].facility_id
    own = next((s for s in listed if s.facility_id == facility), None)
    if share is None and own:
        share = own.percentage
    if facility is None and not fault and "facility_id" not in read.unread:
        reason = "Nothing says whose it is." if not listed else "It is one share of several, and does not say whose."
        told.problem(invoice.id, read.at, "facility_id", None, reason, "Give its facility_id.")
    organization = own.organization_id if own else None
    part = Part(facility, parent or invoice.id, share, invoice.base_quantity, invoice.quantity, organization)
    if fault:
        return [without_share(part, invoice)]
    if share is None:
        if parent is not None:
            words = f"A share of {parent} that does not say how much of it: its quantity is taken as it is."
            told.note(invoice.id, read.at, "percentage", None, words)
        return [replace(part, record_id=invoice.id)]
    if not 0 <= share <= 1:
        hint = f" ({share:g} % is {share / 100:g})" if 1 < share <= 100 else ""
        told.problem(invoice.id, read.at, "percentage", share, f"The share is outside 0 to 1{hint}.", "As in 0.25.")
        return [without_share(part, invoice)]
    return [part]


def without_share(part: Part, invoice: Invoice) -> Part:
    """Return a part whose share is a problem: it has no figure, and is no share of another record."""
    return replace(part, record_id=invoice.id, percentage=None, sound=False)


def _is_after_share(invoice: Invoice) -> bool:
    """Whether the quantities show that it is one facility's share, whatever the percentage says."""
    quantity, base = invoice.quantity, invoice.base_quantity
    return quantity is not None and base is not None and bool(disagree(quantity, base))


def _divided_here(read: Read, told: Told) -> list[Part]:
    """Divide an invoice by its `facility_percentages`."""
    invoice = read.invoice
    listed = invoice.facility_percentages or []
    total = sum(s.percentage for s in listed)
    facilities = [s.facility_id for s in listed]
    twice = next((f for f in facilities if facilities.count(f) > 1), None)
    base = invoice.quantity if invoice.base_quantity is None else invoice.base_quantity
    value = {s.facility_id: s.percentage for s in listed}
    sound = False
    if twice is not None:
        reason = f"The facility {twice!r} is there twice."
    elif any(not 0 <= s.percentage <= 1 for s in listed):
        reason = "A share is outside 0 to 1."
    elif not is_one(total):
        reason = f"The shares sum to {total:g}, not 1."
    else:
        reason, sound = "", True
    if not sound:
        remedy = "Give every facility's share once, 0 to 1; together 1."
        told.problem(invoice.id, read.at, "facility_percentages", value, reason, remedy)
    parts = [
        Part(
            s.facility_id,
            invoice.id,
            s.percentage,
            base,
            None if base is None else base * s.percentage,
            s.organization_id,
        )
        for s in listed
    ]
    return parts if sound else [without_share(part, invoice) for part in parts]


def _contradiction(invoice: Invoice) -> tuple[str, object, str] | None:
    """Return field, value and reason where facility or share contradict `facility_percentages`."""
    shares = {s.facility_id: s.percentage for s in invoice.facility_percentages or ()}
    if not shares or invoice.facility_id is None:
        return None
    if invoice.facility_id not in shares:
        named = ", ".join(map(repr, list(shares)[:3]))
        return "facility_id", invoice.facility_id, f"The facility is none of facility_percentages: {named}."
    listed, said = shares[invoice.facility_id], invoice.percentage
    if said is not None and abs(said - listed) > SHARE_TOLERANCE:
        reason = f"percentage is {said:g}, but facility_percentages gives this facility {listed:g}."
        return "percentage", said, reason
    return None


def settle(parts: Mapping[str, list[Part]], reads: Mapping[str, Read], told: Told) -> dict[str, list[Part]]:
    """See whether the shares of each record add up among the invoices that count.

    Shares that are not all here stand for themselves, noted: each quantity is right, only the
    record is not complete. Shares of more than a whole are problems.

    Args:
        parts: parts of the invoices that count, by invoice id.
        reads: all invoices by id.
        told: gets what is found.
    """
    by_record: dict[str, list[tuple[str, Part]]] = defaultdict(list)
    for id_, of_invoice in parts.items():
        for part in of_invoice:
            if part.percentage is not None:
                by_record[part.record_id].append((id_, part))
    siblings: dict[str, list[str]] = defaultdict(list)
    for id_, read in reads.items():
        siblings[parent_of(read.invoice) or id_].append(id_)
    out = {id_: list(of_invoice) for id_, of_invoice in parts.items()}
    for record, shares in by_record.items():
        total = sum(part.percentage or 0.0 for _, part in shares)
        facilities = [part.facility_id for _, part in shares]
        if is_one(total) and len(set(facilities)) == len(facilities):
            continue
        if total < 1 and len(set(facilities)) == len(facilities):
            for id_, part in shares:
                alone = replace(part, record_id=id_, percentage=None, base_quantity=None)
                out[id_] = [alone if p is part else p for p in out[id_]]
                told.note(
                    id_, reads[id_].at, "percentage", part.percentage, _incomplete(record, total, siblings, shares)
                )
            continue
        twice = next((f for f in facilities if facilities.count(f) > 1), None)
        reason = f"The shares of record {record} sum to {total:g}, not 1."
        if twice is not None:
            reason = f"The facility {twice!r} has two shares of record {record}."
        for id_, part in shares:
            remedy = "Correct the shares, or leave out what is there twice."
            told.problem(id_, reads[id_].at, "percentage", part.percentage, reason, remedy)
            out[id_] = [replace(p, sound=False) if p is part else p for p in out[id_]]
    return out


def _incomplete(
    record: str, total: float, siblings: Mapping[str, list[str]], shares: Sequence[tuple[str, Part]]
) -> str:
    counted = {id_ for id_, _ in shares}
    others = [id_ for id_ in siblings.get(record, ()) if id_ not in counted and id_ != record]
    where = f"others are {', '.join(others[:3])}" if others else "the rest is in no invoice here"
    return f"The shares of record {record} that count hold {total:g} of it; {where}. This one's quantity is its own."
