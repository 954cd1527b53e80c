"""One distinct key, as the user wrote it, to the entry of the rate table that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from facility_emissions.calculation.periods import LAST_YEAR
from facility_emissions.calculation.rates import Entry, entry_from
from facility_emissions.calculation.sites import Profile
from facility_emissions.categories import RULES, CategoryRules
from facility_emissions.categories.answer import Answer, Line, Missing, Question, gases_of
from facility_emissions.errors import VocabularyError, did_you_mean
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.properties import cross
from facility_emissions.factors.schema import Factor
from facility_emissions.method import Method
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, Activity, parse_activity, parse_category
from facility_emissions.vocabulary.instruments import parse_instrument
from facility_emissions.vocabulary.sectors import parse_sector
from facility_emissions.vocabulary.units import Unit, parse_unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """The raw values of a row's key columns, None where null, and its facility's profile."""

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


@dataclass(frozen=True, slots=True)
class Parsed:
    """The words of a key in the vocabulary; what could not be read is None, and in `errors`."""

    category: str | None
    activity: Activity | None
    unit: Unit | None
    contract: str
    sector: str
    heat_basis: str
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


@lru_cache(maxsize=1 << 16)
def parse_key(
    category: object, activity: object, unit: object, contract: object, sector: object, heat_basis: object
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
    remedies = ("guarantee_of_origin, high_efficiency_chp or none.", "An IPCC sector.", "gcv or ncv.")
    return Parsed(
        name,
        what,
        measured,
        read("contract", contract, parse_instrument, remedies[0], asked=False) or "",
        read("sector", sector, parse_sector, remedies[1], asked=False) or "",
        _one_basis(read("heat_basis", heat_basis, _basis, remedies[2], asked=False) or "", measured, errors),
        tuple(errors),
    )


def parse_words(key: Key) -> Parsed:
    """Return the words of a key in the vocabulary."""
    return parse_key(key.category, key.activity, key.unit, key.contract, key.sector, key.heat_basis)


_MOST_KEYS = 1 << 18  # kept between calls; wrong words would fill the memory otherwise


class Resolver:
    """Answers keys; keys that come down to one question share one entry."""

    def __init__(self, book: FactorBook, custom: Mapping[str, Factor]) -> None:
        """Take the factor book of a Method and the user's own factors."""
        self._book = book
        self._custom = custom
        self._entries: dict[tuple[Question, object], Entry] = {}
        self._by_key: dict[Key, Entry] = {}

    def __len__(self) -> int:
        """Return how many keys and questions it keeps."""
        return max(len(self._by_key), len(self._entries))

    def entry(self, key: Key) -> Entry:
        """Answer one key: its lines with GWP applied, or the problems that prevent it."""
        try:
            return self._by_key[key]
        except KeyError:
            if len(self._by_key) >= _MOST_KEYS:
                self._by_key.clear()
            entry = self._by_key[key] = self._resolve(key)
            return entry

    def _resolve(self, key: Key) -> Entry:
        parsed = parse_words(key)
        problems = [*parsed.errors, *self._more_problems(key)]
        if problems or key.year is None or parsed.category is None or parsed.activity is None or parsed.unit is None:
            return Entry(problems=problems)
        rules = RULES[parsed.category]
        place = key.profile
        question = rules.canonical(
            Question(
                activity=parsed.activity,
                unit=parsed.unit,
                country=place.country,
                year=key.year,
                subdivision=place.subdivision,
                grid_region=place.grid_region,
                sector=parsed.sector or place.sector,
                facility_type=place.facility_type,
                supplier="" if key.supplier is None else str(key.supplier),
                contract=parsed.contract,
                heat_basis=parsed.heat_basis,
            )
        )
        shared = (question, key.custom_factor_id)
        entry = self._entries.get(shared)
        if entry is None:
            answer = rules.resolve(question, self._book)
            if key.custom_factor_id is not None:
                own = self._custom[str(key.custom_factor_id)]
                problems = _misplaced(own, parsed.activity, answer)
                if problems:
                    return Entry(problems=problems)
                answer = _with_custom(answer, own, parsed.unit, rules)
            entry = self._entries[shared] = entry_from(answer, self._book.method)
        if place.categories is None or parsed.category in place.categories:
            return entry
        shown = ", ".join(sorted(place.categories)) or "none"
        words = f"category {parsed.category} is not enabled on the facility (enabled: {shown})"
        return replace(entry, flags=(*entry.flags, ("category_not_enabled", words)))

    def _more_problems(self, key: Key) -> list[Missing]:
        """Return what is wrong with a key beside its words: its facility, its custom factor."""
        problems = []
        if key.profile.problem:
            column, reason, remedy = key.profile.problem
            problems.append(Missing("", reason, remedy, column))
        name = key.custom_factor_id
        if name is not None and str(name) not in self._custom:
            reason = f"No custom factor {str(name)!r} was given.{did_you_mean(str(name), self._custom)}"
            problems.append(Missing("", reason, "Pass it in calculate(custom_factors=...).", "custom_factor_id"))
        elif name is not None:
            own = self._custom[str(name)]
            if own.country not in ("any", key.profile.country):
                problems.append(_not_for(own, f"is for {own.country}; the facility is in {key.profile.country}"))
            if key.year is not None and not own.valid_from <= key.year <= (own.valid_to or LAST_YEAR):
                years = f"{own.valid_from} to {own.valid_to or 'now'}"
                problems.append(_not_for(own, f"is valid from {years}; the consumption is of {key.year}"))
        return problems


def _misplaced(own: Factor, activity: Activity, answer: Answer) -> list[Missing]:
    """Refuse a custom factor for a figure that the record does not have, or for another activity."""
    name = own.activity_category
    figures = {line.activity_category for line in answer.lines} | {m.activity_category for m in answer.missing}
    reason = ""
    if name not in figures and ACTIVITY_CATEGORIES[name].category != activity.category:
        reason = f"gives {name}; a record of {activity.id} has no such figure"
    elif own.activity not in ("any", activity.id):
        reason = f"is for {own.activity}; the record is of {activity.id}"
    return [_not_for(own, reason)] if reason else []


def _not_for(own: Factor, why: str) -> Missing:
    remedy = "Name a factor that is for the record's category, activity, country and year."
    return Missing("", f"The custom factor {own.factor_id!r} {why}.", remedy, "custom_factor_id")


_RESOLVERS: dict[str, Resolver] = {}
_MOST_RESOLVERS = 16


def resolver_for(method: Method, custom: Mapping[str, Factor]) -> Resolver:
    """Return a resolver; without custom factors, the one that earlier calls with this Method filled."""
    if custom:
        return Resolver(FactorBook(method), custom)
    name = method.fingerprint()
    if name not in _RESOLVERS:
        while len(_RESOLVERS) >= _MOST_RESOLVERS:
            _RESOLVERS.pop(next(iter(_RESOLVERS)), None)
        _RESOLVERS[name] = Resolver(FactorBook(method), {})
    return _RESOLVERS[name]


def _with_custom(answer: Answer, own: Factor, unit: Unit, rules: CategoryRules) -> Answer:
    """Replace the figure that a custom factor is for; the others stay as published."""
    name = own.activity_category
    crossing = cross(unit, parse_unit(own.unit_id), {})
    if crossing is None:
        reason = f"The custom factor {own.factor_id!r} is per {own.unit_id}; the record is in {unit.id}."
        answer.lines = [line for line in answer.lines if line.activity_category != name]
        answer.missing.append(Missing(name, reason, f"Give the quantity in {own.unit_id}.", "unit"))
        return answer
    line = Line(
        activity_category=name,
        gases=gases_of(own, crossing.multiplier),
        co2e_fixed=(own.co2e_fixed_kg or 0.0) * crossing.multiplier,
        gwp_of_co2e_fixed=own.gwp_of_co2e_fixed,
        factor_ids=(own.factor_id,),
        source_id=own.source_id,
        edition=own.edition,
        data_year=own.data_year,
        flags=(("custom", "custom factor"),),
    )
    return rules.replaced(answer, line)
