"""`read_invoices`: the invoices that the API sent, as a frame and as consumption."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from facility_emissions.errors import ContractError, PayloadError, did_you_mean
from facility_emissions.factors.custom import FactorTable
from facility_emissions.payloads.catalogues import Catalogue, read_names, units_of_fuels
from facility_emissions.payloads.custom import ApiFactor, factor_held_by, factor_of, factor_row, read_factors
from facility_emissions.payloads.invoice import Read, invoice_frame, read_invoice_rows
from facility_emissions.payloads.pages import Source, gather, read_pages
from facility_emissions.payloads.rows import Row, Rule, consumption_rows, rows_frame
from facility_emissions.payloads.told import LeftOut, Note, Problem, Told, told_frame
from facility_emissions.payloads.words import Ask, Reader

STATUSES = ("uploaded", "loading", "active", "inactive", "review", "error")


class ApiInvoices:
    """The invoices that the API sent; made by `read_invoices`.

    Every invoice is in `consumption()` or in `left_out`; those of `problems` are in `consumption()`
    too, so that a calculation counts them as rows without a figure.

    Attributes:
        counted: which invoices count, in words.
        messages: what was seen while reading that concerns no single invoice.
        custom_factors: the custom factors that invoices name, for `calculate(custom_factors=...)`.
    """

    def __init__(
        self, found: Sequence[Read], rows: Sequence[Row], told: Told, rule: Rule, messages: Sequence[str],
        custom_factors: FactorTable, names: dict[Ask, str],
    ) -> None:  # fmt: skip
        """Take what was read."""
        self.counted = str(rule)
        self.messages = tuple(messages)
        self.custom_factors = custom_factors
        self._found, self._rows, self._told, self._names = found, rows, told, names

    def __len__(self) -> int:
        """Return how many invoices there are."""
        return len(self._found)

    def __repr__(self) -> str:
        """Show the counts."""
        out, bad = (
            len(self._told.left_out),
            len({p.id for p in self._told.problems} & {r.read.invoice.id for r in self._rows}),
        )
        counting = len(self._found) - out
        return f"<ApiInvoices: {len(self)} read, {counting} count ({self.counted}), {bad} of them with problems>"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an invoice: the API's fields under its own names, null where it sent null.

        Fields that could not be read are null here and told in `problems` or `notes`; those that are
        not known here come last.
        """
        return invoice_frame(self._found)

    def consumption(self) -> pd.DataFrame:
        """Return the invoices that count as rows of the consumption contract, labelled by invoice id.

        An invoice that is divided here has a row for each facility.
        """
        return rows_frame(self._rows, self._names)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """What keeps an invoice or custom factor from a figure: `id`, `path`, `field`, `value`, `reason`, `remedy`."""
        return told_frame(Problem, self._told.problems)

    @cached_property
    def notes(self) -> pd.DataFrame:
        """What was assumed or is doubtful: `id`, `path`, `field`, `value`, `note`."""
        return told_frame(Note, self._told.notes)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """The invoices that do not count: `id`, `path`, `reason`."""
        return told_frame(LeftOut, self._told.left_out)


def read_invoices(
    *sources: Source,
    fuels: Catalogue = None,
    units: Catalogue = None,
    suppliers: Catalogue = None,
    custom_factors: Source | None = None,
    custom_groups: Source | None = None,
    contracts: Mapping[str, str] | None = None,
    statuses: Collection[str] = ("active",),
    include_disabled: bool = False,
    gas_volume: Literal["m3_0C", "m3_15C"] | None = None,
    heat_without_fuel: str | None = None,
) -> ApiInvoices:
    """Read invoices as the API sends them, and what they consumed.

    Args:
        sources: paths of JSON or JSON Lines files, parsed JSON, or lists of these: all pages of
            one list, or several whole lists.
        fuels: the API's fuels and refrigerants, as it sends them or as a mapping of id to name; their
            units are taken for `units` too.
        units, suppliers: in the same way.
        custom_factors: custom emission factors, as the API sends them.
        custom_groups: their groups, which say whether they are fossil or biogenic.
        contracts: `guarantee_of_origin` (or another instrument) by invoice id, CUPS or supplier id: the
            API's invoices have no field for it.
        statuses: the statuses that count. An invoice that states none counts.
        include_disabled: whether invoices count that are not `enabled`.
        gas_volume: what m3 of a gas are, where the supplier says so.
        heat_without_fuel: what heat is that names no fuel, such as `district_heat`.

    Raises:
        PayloadError: pages are missing, an id is there twice with different fields, these are no
            invoices, or a catalogue has not the shape of one.
        ContractError: a status or gas volume that does not exist.
        VocabularyError: an unknown instrument in `contracts`, or activity in `heat_without_fuel`.
    """
    objects = gather(read_pages(sources, "invoices"), "invoices")
    for at, item in objects.rows:
        if "country" in item and "unit_id" not in item and "quantity" not in item:
            raise PayloadError.at("this is a facility, not an invoice: read it with read_facilities", *at)
    found = read_invoice_rows(objects.rows)
    rule = Rule(_statuses(statuses, found), include_disabled)
    named_fuels = read_names(fuels, "fuels", "GET /api/v1/facility_fuels")
    reader = Reader(
        fuels=named_fuels,
        units=read_names(units, "units", "the API's list of units", units_of_fuels(named_fuels)),
        suppliers=read_names(suppliers, "suppliers", "the API"),
        factors=_embedded(found) | read_factors(custom_factors, custom_groups),
        contracts=contracts or {},
        gas_volume=gas_volume or "",
        heat_without_fuel=heat_without_fuel or "",
    )
    told = Told()
    rows = consumption_rows(found, rule, reader, told)
    names, table = _factors(rows, reader, told)
    unmatched = [key for key in contracts or () if key not in reader.matched]
    messages = list(objects.notes)
    unstated = len({r.read.invoice.id for r in rows if not r.read.invoice.status})
    if unstated:
        messages.append(f"{unstated} invoices state no status; they count.")
    if unmatched:
        messages.append(f"contracts= names nothing among the invoices that count: {', '.join(unmatched[:5])}.")
    return ApiInvoices(found, rows, told, rule, messages, table, names)


def _statuses(given: Collection[str], found: Sequence[Read]) -> tuple[str, ...]:
    wanted = (given,) if isinstance(given, str) else tuple(given)
    there = {(r.invoice.status or "").strip().lower() for r in found}
    known = [*STATUSES, *sorted(there - {"", *STATUSES})]
    for status in wanted:
        if status not in known:
            hint = did_you_mean(status, known)
            raise ContractError(f"{status!r} is no status of an invoice.{hint} Known: {', '.join(known)}.")
    return wanted


def _embedded(found: Sequence[Read]) -> dict[str, ApiFactor]:
    """Return the custom factors that invoices hold themselves."""
    factors: dict[str, ApiFactor] = {}
    for read in found:
        id_, held = factor_held_by(read.invoice)
        if id_ is not None and held is not None and id_ not in factors:
            factors[id_] = factor_of(id_, held, (*read.at, "custom_emission_factor"), {})
    return factors


def _factors(rows: Sequence[Row], reader: Reader, told: Told) -> tuple[dict[Ask, str], FactorTable]:
    """Return the factor id of everything that is asked of custom factors, and the table of them."""
    asks = list(dict.fromkeys(row.words.custom for row in rows if isinstance(row.words.custom, Ask)))
    names: dict[Ask, str] = {}
    table: list[dict[str, Any]] = []
    for ask in asks:
        others = [a for a in asks if a.factor == ask.factor]
        names[ask] = ask.factor if len(others) == 1 else f"{ask.factor}/{ask.figure}/{ask.m3}"
        row = factor_row(reader.factors[ask.factor], names[ask], ask.figure, reader.units, ask.m3, told)
        if row is not None:
            table.append(row)
            continue
        for read in dict.fromkeys(r.read for r in rows if r.words.custom == ask):
            reason = f"Its custom factor {ask.factor!r} cannot be used; its own problems are told beside it."
            told.problem(read.invoice.id, read.at, "custom_emission_factor_id", ask.factor, reason,
                         "Correct the factor.")  # fmt: skip
    return names, FactorTable(table)
