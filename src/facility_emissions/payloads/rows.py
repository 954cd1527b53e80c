"""Invoices as consumption rows: which count, whose they are, what they say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from facility_emissions.calculation.checks import disagree
from facility_emissions.errors import VocabularyError
from facility_emissions.payloads.invoice import Invoice, Read
from facility_emissions.payloads.shares import Part, divide, parent_of, parents_among, settle, without_share
from facility_emissions.payloads.told import Told
from facility_emissions.payloads.words import OUTSIDE, Ask, Reader, Words
from facility_emissions.vocabulary.cups import parse_cups

# What a consumption row is made of; where one cannot be read, the row gets no quantity.
_MATTERS = frozenset(
    "type quantity base_quantity percentage unit_id status enabled start_date end_date facility_id "
    "facility_percentages facility_fuel_id custom_emission_factor_id source_invoice_id".split()
)
_DTYPES = {
    "facility_id": "object",
    "category": "object",
    "activity": "object",
    "quantity": "float64",
    "unit": "object",
    "start_date": "datetime64[us]",
    "end_date": "datetime64[us]",
    "record_id": "object",
    "percentage": "float64",
    "base_quantity": "float64",
    "supplier": "object",
    "contract": "object",
    "cups": "object",
    "custom_factor_id": "object",
    "organization_id": "object",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One consumption row: an invoice, its words and one facility's part of it."""

    read: Read
    words: Words
    part: Part


@dataclass(frozen=True, slots=True)
class Rule:
    """Which invoices count: by status, and whether those that are not enabled do."""

    statuses: Collection[str] = ("active",)
    disabled: bool = False

    def __str__(self) -> str:
        """Say the rule in words."""
        return f"status {' or '.join(self.statuses)}{'' if self.disabled else ', enabled'}"

    def excludes(self, invoice: Invoice) -> str:
        """Return why an invoice does not count, or ''. What is not stated does not exclude."""
        status = (invoice.status or "").strip().lower()
        if status and status not in self.statuses:
            return f"Its status is {status}; counted is {self}."
        if invoice.enabled is False and not self.disabled:
            return f"It is not enabled; counted is {self}."
        type_ = (invoice.type or "").strip().lower()
        if type_ in OUTSIDE:
            return f"Invoices of type {type_} are not calculated here: heat, electricity, water and recharge are."
        return ""


def consumption_rows(found: Sequence[Read], rule: Rule, reader: Reader, told: Told) -> list[Row]:
    """Return the rows of all invoices that count, in their order; every other invoice is told of as left out."""
    by_id = {r.invoice.id: r for r in found}
    parents = parents_among(found)
    parts: dict[str, list[Part]] = {}
    for read in found:
        id_ = read.invoice.id
        kind = parents.get(id_, "")
        why = rule.excludes(read.invoice)
        if not why and kind == "whole":
            why = "Its shares are here, as invoices that name it as their source: it would count twice."
        if why:
            told.leave_out(id_, read.at, why)
            continue
        sound = not _tell_unread(read, told)
        divided = divide(read, is_share=kind == "share", told=told)
        if kind not in ("", "share"):
            reason = (
                f"{kind}: it is neither the whole of them nor the rest, and something would count twice or not at all."
            )
            told.problem(id_, read.at, "id", id_, reason, "Give all of its shares, or leave it out.")
            divided = [without_share(part, read.invoice) for part in divided]
        _tell_dates(read, told)
        _supply_point(read.invoice.cups, read, told)
        divided = [_checked(part, read, told) for part in divided]
        parts[id_] = divided if sound else [replace(part, sound=False) for part in divided]
    rows: list[Row] = []
    for id_, of_invoice in settle(parts, by_id, told).items():
        read = by_id[id_]
        words = reader.read(read, told)
        _tell_conversion(read, reader, told)
        rows += [Row(read, words, part) for part in of_invoice]
    return rows


def _tell_unread(read: Read, told: Told) -> bool:
    """Tell of fields that could not be read; return whether a row needs one of them."""
    for name, detail in read.unread.items():
        at, value, message = detail["loc"][:-1], detail["input"], detail["msg"]
        if name in _MATTERS:
            told.problem(read.invoice.id, at, str(detail["loc"][-1]), value, f"{message}.", "Correct the field.")
        else:
            told.note(read.invoice.id, at, str(detail["loc"][-1]), value, f"Not read: {message}.")
    return bool(_MATTERS & read.unread.keys())


def _checked(part: Part, read: Read, told: Told) -> Part:
    """Fill in the quantity of a part, and check base_quantity x percentage = quantity."""
    invoice = read.invoice
    base, share, quantity = part.base_quantity, part.percentage, part.quantity
    product = base if base is None or share is None else base * share
    if quantity is None:
        if product is not None and (share is not None or parent_of(invoice) is None):
            return replace(part, quantity=product)
        if not {"quantity", "base_quantity"} & read.unread.keys():
            reason = "Its quantity is not known, nor base_quantity and share."
            told.problem(invoice.id, read.at, "quantity", None, reason, "The amount; 0 only if it was zero.")
        return replace(part, sound=False)
    if product is None or not part.sound or not disagree(quantity, product):
        return part
    if share is None:
        words = f"base_quantity is {base:g} and no percentage says which part of it this is: the quantity is taken."
        told.note(invoice.id, read.at, "quantity", quantity, words)
        return replace(part, base_quantity=None)
    reason = f"It is not base_quantity {base:g} x percentage {share:g} = {product:g}."
    told.problem(invoice.id, read.at, "quantity", quantity, reason, "Correct one of the three.")
    return replace(part, sound=False)


def _tell_dates(read: Read, told: Told) -> None:
    invoice = read.invoice
    for name, value in (("start_date", invoice.start_date), ("end_date", invoice.end_date)):
        if value is None and name not in read.unread:
            told.problem(invoice.id, read.at, name, None, f"It has no {name}.", "The day, as 2024-01-31.")
    if invoice.start_date and invoice.end_date and invoice.end_date < invoice.start_date:
        reason = f"It ends before it begins, on {invoice.start_date.date()}."
        told.problem(
            invoice.id, read.at, "end_date", invoice.end_date.isoformat(), reason, "Swap or correct the dates."
        )


def _supply_point(cups: str | None, read: Read, told: Told | None = None) -> str | None:
    """Return a supply point; one that is none is noted and left out, wrong check letters are noted."""
    if not cups:
        return None
    number: str | None
    try:
        number, doubt = parse_cups(cups)
    except VocabularyError as error:
        number, doubt = None, str(error)
    if doubt and told is not None:
        told.note(read.invoice.id, read.at, "cups", cups, doubt)
    return number


def _tell_conversion(read: Read, reader: Reader, told: Told) -> None:
    """Note what the API made of the quantity as it was entered: its constants are not documented."""
    invoice = read.invoice
    entered, base = invoice.original_quantity, invoice.base_quantity
    if not entered or base is None or invoice.original_unit_id is None or invoice.unit_id is None:
        return
    first, then = (reader.unit_word(id_) for id_ in (invoice.original_unit_id, invoice.unit_id))
    if first == then and not disagree(entered, base):
        return
    words = (
        f"As entered {entered:g} {first}; the API made {base:g} {then} of it, {base / entered:.6g} {then} per {first}."
    )
    told.note(invoice.id, read.at, "original_quantity", entered, words)


def rows_frame(rows: Sequence[Row], names: dict[Ask, str]) -> pd.DataFrame:
    """Return consumption rows as a frame of the row contract, labelled by the invoices' ids.

    Args:
        rows: the rows.
        names: the factor id of each custom factor that is asked for.
    """
    cells: list[dict[str, Any]] = []
    for row in rows:
        invoice, words, part = row.read.invoice, row.words, row.part
        custom = names[words.custom] if isinstance(words.custom, Ask) else words.custom
        cells.append(
            {
                "facility_id": part.facility_id,
                "category": words.category,
                "activity": words.activity,
                "quantity": part.quantity if part.sound else None,
                "unit": words.unit,
                "start_date": invoice.start_date,
                "end_date": invoice.end_date,
                "record_id": part.record_id,
                "percentage": part.percentage,
                "base_quantity": part.base_quantity if part.sound else None,
                "supplier": words.supplier,
                "contract": words.contract,
                "cups": _supply_point(invoice.cups, row.read),
                "custom_factor_id": custom,
                "organization_id": part.organization_id,
            }
        )
    index = pd.Index([row.read.invoice.id for row in rows], name="id", dtype="object")
    return pd.DataFrame(
        {n: pd.Series([c[n] for c in cells], dtype=d).set_axis(index) for n, d in _DTYPES.items()}, index=index
    )
