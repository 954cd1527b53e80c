"""One distinct key, as the user wrote it, to the entry of the rate table that answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from threading import Lock
from typing import NamedTuple, TypeVar

from facility_emissions.calculation.own import Picks, edges_for, misplaced, picks_for, unfit, with_own
from facility_emissions.calculation.rates import Entry, entry_from, in_own_words
from facility_emissions.calculation.recent import Recent
from facility_emissions.calculation.sites import Profile
from facility_emissions.calculation.terms import parse_quantity_basis, read_terms
from facility_emissions.categories import RULES, CategoryRules
from facility_emissions.categories.answer import Answer, Missing, Question
from facility_emissions.categories.parts import Part, joined
from facility_emissions.categories.terms import TERM_COLUMNS, Terms
from facility_emissions.errors import VocabularyError
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.custom import FactorTable
from facility_emissions.factors.own_rows import OwnFactor
from facility_emissions.factors.validity import FIRST_DAY, OPEN_DAY, Validity
from facility_emissions.method import Method
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


def _question(key: Key, parsed: Parsed) -> Question | None:
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


# A part's share, its question, the user's factors for it, and those for what an estimate of it is made of.
_Asked = tuple[float, Question, Picks, Picks]
_NO_PICKS = Picks()
_ANYWHERE = Profile()  # what a factor of one facility alone is not for: a plant elsewhere
_MOST_KEYS = 1 << 18  # kept between calls; wrong words would fill the memory otherwise


class Resolver:
    """Answers keys; keys that come down to one question share one entry."""

    def __init__(
        self,
        book: FactorBook,
        own: FactorTable,
        answered: Mapping[Key, Entry] | None = None,
        most: int = _MOST_KEYS,
    ) -> None:
        """Take the factor book of a Method, the user's own factors, and what another process has answered.

        `most` is how many keys, and how many questions, are kept for the next call.
        """
        self.book = book
        self._most = most
        self._own = own
        self._entries: dict[tuple[_Asked, ...], Entry] = {}
        self._by_key: dict[Key, Entry] = dict(answered or {})
        self._edges: dict[Key, tuple[dt.date, ...]] = {}
        self.recent = Recent(most // 8)

    @property
    def method(self) -> Method:
        """The Method of every answer."""
        return self.book.method

    def answered(self) -> dict[Key, Entry]:
        """Return every key that has been answered, with its entry: what another process may be given."""
        return dict(self._by_key)

    def entry(self, key: Key) -> Entry:
        """Answer one key: its lines with GWP applied, or the problems that prevent it."""
        try:
            return self._by_key[key]
        except KeyError:
            if len(self._by_key) >= self._most:
                self._by_key.clear()
            entry = self._by_key[key] = self._resolve(key)
            return entry

    def edges(self, key: Key) -> tuple[dt.date, ...]:
        """Return the days within the key's year on which its answer changes, ascending; each begins an era."""
        if key.year is None or (key.contract_start is None and key.contract_end is None and not self._own.dated):
            return ()
        edges = self._edges.get(key)
        if edges is None:
            if len(self._edges) >= self._most:
                self._edges.clear()
            edges = self._edges[key] = self._find_edges(key, key.year)
        return edges

    def _find_edges(self, key: Key, year: int) -> tuple[dt.date, ...]:
        parsed = parse_words(key)
        terms = parsed.terms
        contract = Validity(terms.contract_start or FIRST_DAY, terms.contract_end or OPEN_DAY)
        days = set(contract.edges(year))
        question = _question(key, parsed)
        if question is not None and self._own.dated:
            rules = RULES[question.activity.category]
            for begin in (None, *sorted(days)):  # what the contract covers and what it does not take other factors
                for part in rules.parts(question._replace(since=begin)):
                    days |= edges_for(self._own, self._named(key), part.question, key.profile, rules)
                    below = rules.rests_on(part.question)
                    if below is not None:
                        days |= edges_for(self._own, None, below, _ANYWHERE, RULES[below.activity.category])
        found, before = [], self._told_apart(key)
        for day in sorted(days):
            after = self._told_apart(key._replace(since=day))
            if after != before:
                found.append(day)
            before = after
        return tuple(found)

    def _told_apart(self, key: Key) -> tuple[object, ...]:
        """Return what tells the answers of a key's eras apart: the user's factors, whether the contract is on."""
        parsed = parse_words(key)
        question = _question(key, parsed)
        if question is None:
            return ()
        rules = RULES[question.activity.category]
        asked = [self._asked(part, question, key, rules) for part in rules.parts(question)]
        named = [picks.named is None or picks.named.validity.covers(question.day) for _, _, picks, _ in asked]
        parts = [(share, part.contract, part.activity, *picks) for share, part, *picks in asked]
        return (*parts, *named, parsed.terms.covers(question.day))

    def _resolve(self, key: Key) -> Entry:
        parsed = parse_words(key)
        problems = [*parsed.errors, *self._more_problems(key)]
        question = _question(key, parsed)
        if problems or question is None or parsed.category is None:
            return Entry(problems=problems)
        rules = RULES[parsed.category]
        place = key.profile
        problems = rules.wrong(question)
        if problems:
            return Entry(problems=problems)
        asked = tuple(self._asked(part, question, key, rules) for part in rules.parts(question))
        entry = self._entries.get(asked)
        if entry is None:
            answers = []
            for share, part, picks, below in asked:
                answer = self._published(part, below, rules)
                if picks.named is not None:
                    problems = misplaced(picks.named, part, answer)
                    if problems:
                        return Entry(problems=problems)
                answers.append((share, with_own(answer, picks, part, rules)))
            entry = entry_from(joined(answers), self.book.method)
            if len(self._entries) >= self._most:
                self._entries.clear()
            self._entries[asked] = entry
        told = rules.own_words(question)
        if told:
            entry = in_own_words(entry, told)
        if parsed.quantity_basis == "estimated":
            entry = replace(entry, flags=(*entry.flags, ("quantity_estimated", "the quantity is an estimate")))
        if parsed.contract and not rules.contracts:  # a green tariff of gas changes no figure, and would seem to
            words = f"{parsed.contract} is a contract of electricity: it changes nothing of {parsed.category}"
            entry = replace(entry, flags=(*entry.flags, ("contract_not_used", words)))
        if place.categories is None or parsed.category in place.categories:
            return entry
        shown = ", ".join(sorted(place.categories)) or "none"
        words = f"category {parsed.category} is not enabled on the facility (enabled: {shown})"
        return replace(entry, flags=(*entry.flags, ("category_not_enabled", words)))

    def _asked(self, part: Part, question: Question, key: Key, rules: CategoryRules) -> _Asked:
        """Return what a part of a record asks, and which of the user's own factors it takes."""
        if not len(self._own):
            return part.share, rules.canonical(part.question), _NO_PICKS, _NO_PICKS
        named = self._named(key)
        if named is not None and question.contract and part.question.contract != question.contract:
            # A factor of the contract is not one of what the contract does not cover.
            named = None if named.factor.instrument == question.contract else named
        picks = picks_for(self._own, named, part.question, key.profile, rules)
        source, below = rules.rests_on(part.question), _NO_PICKS
        if source is not None:
            below = picks_for(self._own, None, source, _ANYWHERE, RULES[source.activity.category])
        # What the published answer does not depend on, a factor of the user's may.
        alone = picks == below == _NO_PICKS
        return part.share, rules.canonical(part.question) if alone else part.question, picks, below

    def _published(self, question: Question, below: Picks, rules: CategoryRules) -> Answer:
        """Return the published answer to a question; an estimate is made of the user's own factors, `below`, if any."""
        asked, source = rules.canonical(question), rules.rests_on(question)
        if source is None or rules.resolve_on is None or below == _NO_PICKS:
            return rules.resolve(asked, self.book)
        of = RULES[source.activity.category]
        basis = with_own(of.resolve(of.canonical(source), self.book), below, source, of)
        return rules.resolve_on(asked, self.book, basis)

    def _named(self, key: Key) -> OwnFactor | None:
        return None if key.custom_factor_id is None else self._own.by_id.get(str(key.custom_factor_id))

    def _more_problems(self, key: Key) -> list[Missing]:
        """Return what is wrong with a key beside its words: its facility, its custom factor."""
        problems = []
        if key.profile.problem:
            column, reason, remedy = key.profile.problem
            problems.append(Missing("", reason, remedy, column))
        if key.custom_factor_id is not None:
            day = key.since or (dt.date(key.year, 1, 1) if key.year else None)
            problems += unfit(self._own, str(key.custom_factor_id), key.profile, day)
        return problems


_RESOLVERS: dict[tuple[object, ...], Resolver] = {}
_MOST_RESOLVERS = 16
_RESOLVERS_LOCK = Lock()


def resolver_for(method: Method, own: FactorTable) -> Resolver:
    """Return the resolver that earlier calls with this Method and these factors of the user's filled.

    All of a Method share its book; what was used longest ago makes room.
    """
    name = (method.fingerprint(), own.fingerprint())
    with _RESOLVERS_LOCK:
        resolver = _RESOLVERS.pop(name, None)
        if resolver is None:
            books = [r.book for r in reversed(_RESOLVERS.values())]
            book = next((b for b in books if b.method == method), None) or FactorBook(method, books)
            resolver = Resolver(book, own)
            while len(_RESOLVERS) >= _MOST_RESOLVERS:
                del _RESOLVERS[next(iter(_RESOLVERS))]
        _RESOLVERS[name] = resolver
    return resolver
