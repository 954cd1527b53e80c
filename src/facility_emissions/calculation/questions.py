"""A distinct key, as the user wrote it, and what its words mean: the question that it asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, TypeVar

from facility_emissions.calculation.sites import Profile
from facility_emissions.calculation.terms import parse_quantity_basis, read_terms
from facility_emissions.categories import RULES
from facility_emissions.categories.answer import Missing, Question
from facility_emissions.categories.terms import TERM_COLUMNS, Terms
from facility_emissions.errors import VocabularyError
from facility_emissions.vocabulary.activities import Activity, parse_activity, parse_category
from facility_emissions.vocabulary.instruments import CONTRACTS, parse_contract
from facility_emissions.vocabulary.sectors import parse_sector
from facility_emissions.vocabulary.units import Unit, parse_unit

T = TypeVar("T")


class Key(NamedTuple):
    """The raw values of a row's key columns, None where null, and its facility's profile.

    `since` is the first day of the rows' era, where the answer changes within the year.
    """

    profile: Profile
    year: int | None = None
    category: object = None
    activity: object = None
    unit: object = None
    supplier: object = None
    contract: object = None
    heat_basis: object = None
    sector: object = None
    custom_factor_id: object = None
    quantity_basis: object = None
    contract_share: object = None
    contract_start: object = None
    contract_end: object = None
    contract_source: object = None
    estimate_fuel: object = None
    efficiency: object = None
    network_loss: object = None
    cop: object = None
    return_share: object = None
    kwh_per_m3: object = None
    treatment_system: object = None
    since: dt.date | None = None


WORDS = Key._fields[2:-1]  # the key columns of a frame
_term_cells = attrgetter(*TERM_COLUMNS)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The words of a key in the vocabulary; what could not be read is None, and in `errors`."""

    category: str | None
    activity: Activity | None
    unit: Unit | None
    contract: str
    sector: str
    heat_basis: str
    terms: Terms
    quantity_basis: str
    errors: tuple[Missing, ...]


def _basis(text: str) -> str:
    key = text.casefold()
    names = {"gcv": "gcv", "pcs": "gcv", "hhv": "gcv", "ncv": "ncv", "pci": "ncv", "lhv": "ncv"}
    if key not in names:
        raise VocabularyError(f"Unknown heat_basis {text!r}; known: gcv (PCS, HHV), ncv (PCI, LHV).")
    return names[key]


def _one_basis(stated: str, unit: Unit | None, errors: list[Missing]) -> str:
    """Refuse a heat_basis that contradicts the unit's own: the two are 10 % apart."""
    if stated and unit and unit.basis and unit.basis != stated:
        reason = f"heat_basis {stated!r} contradicts the unit {unit.id!r}."
        errors.append(Missing("", reason, "Leave the heat_basis empty, or correct one of the two.", "heat_basis"))
    return stated


@lru_cache(maxsize=1 << 13)
def parse_key(
    category: object,
    activity: object,
    unit: object,
    contract: object,
    sector: object,
    heat_basis: object,
    quantity_basis: object,
    term_cells: tuple[object, ...],
) -> Parsed:
    """Read the words of a key; every word that is wrong gives its own error."""
    errors: list[Missing] = []

    def read(column: str, value: object, parse: Callable[[str], T], remedy: str, *, asked: bool = True) -> T | None:
        if value is None or not str(value).strip():
            if asked:
                errors.append(Missing("", f"The column {column!r} is empty.", remedy, column))
            return None
        try:
            return parse(str(value).strip())
        except VocabularyError as error:
            errors.append(Missing("", str(error), remedy, column))
            return None

    name = read("category", category, parse_category, "One of: heat, electricity, water, recharge.")
    rules = RULES.get(name or "")
    if rules and rules.only_activity and activity is None:
        activity = rules.only_activity
    what = read(
        "activity",
        activity,
        lambda text: parse_activity(text, name),
        "A fuel, refrigerant or supply of the vocabulary; see `facility-emissions factors find`.",
    )
    asked = rules.units_asked if rules else "a unit of the closed table: kWh, kg, l, m3, ..."
    measured = read("unit", unit, parse_unit, f"Give {asked}.")
    if measured and what and rules and not rules.fits(measured):
        kind = f"{measured.dimension} ({measured.basis})" if measured.basis else measured.dimension
        reason = f"{measured.id!r} ({kind}) does not measure {what.id}."
        errors.append(Missing("", reason, f"Give {rules.units_asked}.", "unit"))
        measured = None
    remedies = (f"One of: {', '.join(CONTRACTS)}; or empty.", "An IPCC sector.", "gcv or ncv.")
    return Parsed(
        name,
        what,
        measured,
        read("contract", contract, parse_contract, remedies[0], asked=False) or "",
        read("sector", sector, parse_sector, remedies[1], asked=False) or "",
        _one_basis(read("heat_basis", heat_basis, _basis, remedies[2], asked=False) or "", measured, errors),
        _fitting_terms(read_terms(term_cells, errors), what, name, errors),
        read("quantity_basis", quantity_basis, parse_quantity_basis, "How the quantity is known.", asked=False) or "",
        tuple(errors),
    )


def _fitting_terms(terms: Terms, what: Activity | None, category: str | None, errors: list[Missing]) -> Terms:
    """Refuse terms that say nothing of the activity: whoever stated them expects them to count."""
    taken = RULES[category].terms(what) if what and category in RULES else frozenset(TERM_COLUMNS)
    for column in terms.given():
        if column not in taken and what:
            reason = f"{column} says nothing of {what.id}."
            remedy = f"Leave it empty; for {what.id} there is {', '.join(sorted(taken)) or 'no such column'}."
            errors.append(Missing("", reason, remedy, column))
    return terms


def parse_words(key: Key) -> Parsed:
    """Return the words of a key in the vocabulary."""
    words = (key.category, key.activity, key.unit, key.contract, key.sector, key.heat_basis, key.quantity_basis)
    return parse_key(*words, _term_cells(key))


def recovers(key: Key) -> bool:
    """Whether something may be recovered of what a key is about."""
    category = parse_words(key).category
    return category is None or RULES[category].recovers


def question_of(key: Key, parsed: Parsed) -> Question | None:
    """Return the question that a key asks, or None if its words or its year are wanting."""
    if key.year is None or parsed.category is None or parsed.activity is None or parsed.unit is None:
        return None
    place = key.profile
    return Question(
        activity=parsed.activity,
        unit=parsed.unit,
        country=place.country,
        year=key.year,
        subdivision=place.subdivision,
        grid_region=place.grid_region,
        sector=parsed.sector or place.sector,
        facility_type=place.facility_type,
        supplier="" if key.supplier is None else str(key.supplier).strip(),
        contract=parsed.contract,
        heat_basis=parsed.heat_basis,
        terms=parsed.terms,
        since=key.since,
    )
