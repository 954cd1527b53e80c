"""The API's catalogues: fuels and refrigerants, units, suppliers, by their ids."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from facility_emissions.envelopes import Place, is_page
from facility_emissions.errors import ErrorDetail, PayloadError, VocabularyError
from facility_emissions.payloads.pages import Source, gather, read_pages
from facility_emissions.vocabulary.activities import Activity, parse_activity
from facility_emissions.vocabulary.units import Unit, parse_unit

Catalogue = Source | Mapping[str, str] | None

ORIGIN_OF_GHG_TYPE = {"1": "fossil", "2": "biogenic", "3": "mixed"}
# Types of unit that measure nothing that is calculated here, and what they measure.
_OTHER_UNITS = {
    "fiat_currency": "money: spending is not consumption",
    "dimensionless": "nothing that is consumed",
    "substance": "a chemical amount",
    "area_time": "land use",
    "toxicity": "toxicity",
    "radioactivity": "radioactivity",
    "purchases_supplier_specific": "purchases",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its name, and the other fields that the API sends with it."""

    name: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """One catalogue by id; `given` says whether the user gave it.

    Attributes:
        argument: how `read_invoices` calls it.
        endpoint: where the API has it, for messages.
    """

    argument: str
    endpoint: str
    entries: Mapping[str, Entry]
    given: bool

    def find(self, id_: str) -> Entry | None:
        """Return the entry of an id; a word that is no UUID and no known id stands for itself."""
        found = self.entries.get(_key(id_))
        return found or (None if _is_uuid(id_) else Entry(id_))

    def unknown(self, id_: str) -> tuple[str, str]:
        """Say why an id has no entry, and what would do."""
        remedy = f"Give {self.argument}= as {self.endpoint} sends it, or a mapping {{{id_!r}: name}}."
        if not self.given:
            return f"{id_!r} is the id of an entry of a catalogue that was not given.", remedy
        return f"{id_!r} is not among the {len(self.entries)} of {self.argument}=.", remedy


def _key(id_: str) -> str:
    return id_.strip().lower()


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text.strip())
    except ValueError:
        return False
    return True


def read_names(given: Catalogue, argument: str, endpoint: str, also: Mapping[str, Entry] | None = None) -> Names:
    """Read a catalogue.

    Args:
        given: a mapping of id to name, or what the API sends (`id`, `name`, ...): a path, parsed
            JSON, or a list of these.
        argument: how the caller calls it.
        endpoint: where the API has it.
        also: entries known from elsewhere, which those given go before.

    Raises:
        PayloadError: an entry lacks its id or name, or an id is there with two names.
    """
    entries: dict[str, Entry] = dict(also or {})
    if given is None:
        return Names(argument, endpoint, entries, given=False)
    if isinstance(given, Mapping) and "id" not in given and not is_page(given) and "detail" not in given:
        for key, word in given.items():
            if not isinstance(word, str) or not word.strip():
                raise PayloadError.at(f"a name is asked for; given {word!r}", argument, str(key), value=word)
            entries[_key(str(key))] = Entry(word)
        return Names(argument, endpoint, entries, given=True)
    for at, item in read_objects(given, argument):
        id_, name = item.get("id"), item.get("name")
        for label, value in (("id", id_), ("name", name)):
            if value is None or not str(value).strip():
                raise PayloadError.at(f"every entry needs its {label}; given {value!r}", *at, label, value=value)
        entries[_key(str(id_))] = Entry(str(name), item)
    return Names(argument, endpoint, entries, given=True)


def read_objects(given: Source, argument: str) -> list[tuple[Place, Mapping[str, Any]]]:
    """Read the objects of a catalogue; those of parsed JSON have the argument's name before their place."""
    head = () if isinstance(given, (str, os.PathLike)) else (argument,)
    try:
        rows = gather(read_pages([given], argument), argument).rows
    except PayloadError as error:
        detail: list[ErrorDetail] = [{**d, "loc": (*head, *d["loc"])} for d in error.detail]
        raise PayloadError(detail, error.where) from None
    return [((*head, *at), item) for at, item in rows]


def units_of_fuels(fuels: Names) -> dict[str, Entry]:
    """Return the units that fuels list with their ids: a catalogue of units by itself."""
    found: dict[str, Entry] = {}
    for entry in fuels.entries.values():
        units = entry.more.get("units")
        for unit in units if isinstance(units, Sequence) and not isinstance(units, str) else ():
            if isinstance(unit, Mapping) and unit.get("id") is not None and unit.get("name"):
                found[_key(str(unit["id"]))] = Entry(str(unit["name"]), unit)
    return found


def unit_of(entry: Entry) -> Unit:
    """Return the unit that an entry names.

    Raises:
        VocabularyError: not in the table, or of a type that measures no consumption.
    """
    kind = str(entry.more.get("type") or "").lower()
    if kind in _OTHER_UNITS or kind.startswith("waste_water_treatment"):
        what = _OTHER_UNITS.get(kind, "an input of the wastewater calculation")
        raise VocabularyError(f"Unit {entry.name!r} is of type {kind!r}, which measures {what}.")
    return parse_unit(entry.name)


def origin_said(entry: Entry) -> str:
    """Return `fossil`, `biogenic` or `mixed` by an entry's `ghg_type`; '' where it has none."""
    return ORIGIN_OF_GHG_TYPE.get(str(entry.more.get("ghg_type")), "")


def activity_of(entry: Entry, category: Literal["heat", "recharge"]) -> Activity:
    """Return the fuel or refrigerant that an entry names; "Gasóleo C (l)" is "Gasóleo C".

    Raises:
        VocabularyError: unknown, several, or of another origin than the entry's `ghg_type` says.
    """
    name = _without_unit(entry.name)
    found = parse_activity(name, category)
    said = origin_said(entry)
    if category == "heat" and {said, found.origin} == {"fossil", "biogenic"}:
        raise VocabularyError(
            f"{entry.name!r} has ghg_type {entry.more['ghg_type']} ({said}), but {found.id!r}, which the name means "
            f"here, is {found.origin}."
        )
    return found


def _without_unit(name: str) -> str:
    found = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", name.strip())
    if found:
        try:
            parse_unit(found[2])
        except VocabularyError:
            return name
        return found[1]
    return name
