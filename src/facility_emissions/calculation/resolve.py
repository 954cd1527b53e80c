"""One distinct key, as the user wrote it, to the entry of the rate table that answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import cast

from facility_emissions.calculation.own import Picks, edges_for, misplaced, picks_for, unfit, with_own
from facility_emissions.calculation.questions import Key, parse_words, question_of
from facility_emissions.calculation.rates import Entry, RateTable, entry_from
from facility_emissions.calculation.recent import Recent
from facility_emissions.calculation.sites import Profile
from facility_emissions.categories import RULES, CategoryRules
from facility_emissions.categories.answer import Answer, Missing, Question
from facility_emissions.categories.parts import Part, joined
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.custom import FactorTable
from facility_emissions.factors.own_rows import OwnFactor
from facility_emissions.factors.validity import FIRST_DAY, OPEN_DAY, Validity
from facility_emissions.method import Method

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
        return (self._by_key.get(key) or self._answer([key])[0]).told()

    def rates(self, keys: list[Key]) -> RateTable:
        """Answer the keys of a table."""
        return self.recent.rates(keys, lambda: RateTable(self._answer(keys)))

    def _answer(self, keys: Sequence[Key]) -> list[Entry]:
        """Answer keys; as many as fit are known to the next call, and what these do not ask makes room for them."""
        found = list(map(self._by_key.get, keys))
        unknown = [k for k, entry in enumerate(found) if entry is None]
        if unknown and len(self._by_key) + len(unknown) > self._most:
            self._by_key = {key: entry for key, entry in zip(keys, found, strict=True) if entry is not None}
        for k in unknown:
            entry = found[k] = self._resolve(keys[k])
            if len(self._by_key) < self._most:
                self._by_key[keys[k]] = entry
        return cast("list[Entry]", found)

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
        question = question_of(key, parsed)
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
        question = question_of(key, parsed)
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
        question = question_of(key, parsed)
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
        own_words = rules.own_words(question)
        if own_words:
            entry = replace(entry, own_words=own_words)
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
