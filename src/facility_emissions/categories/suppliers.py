"""The label of an electricity supplier, by the name on the bill: spelt otherwise is found, merely similar is told."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache

from facility_emissions.categories.answer import Question, query_for
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.book import Choice, FactorBook, published
from facility_emissions.factors.schema import Factor
from facility_emissions.vocabulary.suppliers import fold_supplier, spelt

STRANGER = "*"  # every supplier without a label: its name is told, and changes nothing else
_LOST = "¿"  # what publishers' files hold where a letter with an accent was lost: ESPA¿A
_MOST_NAMED = 3
_REMEMBERED = 1 << 12  # names: a record's is asked for several times, and bills repeat it


def known_as(question: Question) -> str:
    """Return a supplier's name as far as an answer depends on it; `STRANGER` for one that never had a label."""
    return spelt(question.supplier) if _labels_of(question) else STRANGER


def has_labels(country: str) -> bool:
    """Return whether any supplier's label was published for a country."""
    return bool(_labels(country))


def label_of(question: Question, book: FactorBook) -> Choice | None:
    """Return the label of the record's supplier, of the record's year alone; None where there is none.

    Companies of one name but for the legal form, whose labels differ, are told apart by that.
    """
    found = []
    for name in dict.fromkeys(fold_supplier(f.supplier) for f in _of_year(question)):
        grid = question.grid_region
        query = query_for(question, "electricity", instrument="supplier", supplier=name, grid_region=grid)
        found += [c for c in book.options(query) if not c.fallbacks]  # a label of another year is no label
    editions = [(c.factor.source_id, c.factor.edition) for c in found]
    found = [c for c, edition in zip(found, editions, strict=True) if edition == editions[0]]
    if len({_figure(c.factor) for c in found}) > 1:
        found = [c for c in found if spelt(c.factor.supplier) == spelt(question.supplier)]
    return found[0] if found else None


def why_no_label(question: Question) -> str:
    """Say why a supplier's name gave no label, and whose it may be."""
    labels = _labels(question.country)
    if not labels:
        return f"no supplier labels are published for {question.country}"
    own, of_year = _labels_of(question), _of_year(question)
    if len({_figure(f) for f in of_year}) > 1:
        names = " or ".join(sorted({repr(f.supplier) for f in of_year}))
        return f"the name may be {names}, whose labels of {question.year} differ: write it as printed"
    if of_year:
        return f"the label of {of_year[0].supplier} for {question.year} is in no edition that the Method admits"
    near = _near(fold_supplier(question.supplier), question.country, question.year)
    if own:
        first, last = min(f.valid_from for f in own), max(f.last_year for f in own)
        years = f"{first}" if first == last else f"{first} to {last}"
        return f"{own[-1].supplier} has no published label for {question.year}, only for {years}.{near}"
    return f"{question.supplier!r} has no published label in {question.country}, {question.year}.{near}"


def _of_year(question: Question) -> list[Factor]:
    return [f for f in _labels_of(question) if f.covers(question.year)]


def _figure(label: Factor) -> tuple[float | None, float | None]:
    return label.co2_fossil_kg, label.co2e_fixed_kg


@cache
def _labels(country: str) -> tuple[Factor, ...]:
    rows = published("electricity", "grid_electricity", country)
    return tuple(f for f in rows if f.instrument == "supplier")


def _labels_of(question: Question) -> list[Factor]:
    """Return the labels, of any year, of the companies that a name is the name of."""
    return list(_labels_named(fold_supplier(question.supplier), question.country))


@lru_cache(maxsize=_REMEMBERED)
def _labels_named(folded: str, country: str) -> tuple[Factor, ...]:
    by_name, damaged = _index(country)
    return (*by_name.get(folded, ()), *(f for pattern, f in damaged if pattern.fullmatch(folded)))


@cache
def _index(country: str) -> tuple[dict[str, list[Factor]], list[tuple[re.Pattern[str], Factor]]]:
    """Return the labels by folded name, and those whose printed name has lost letters, by what it may have been."""
    by_name: dict[str, list[Factor]] = defaultdict(list)
    damaged = []
    for f in _labels(country):
        if _LOST in f.supplier:
            marked = fold_supplier(f.supplier.replace(_LOST, "0lost0"))
            damaged.append((re.compile(marked.replace("0lost0", "[a-z]")), f))
        else:
            by_name[fold_supplier(f.supplier)].append(f)
    return dict(by_name), damaged


@cache
def _names_of_year(country: str, year: int) -> dict[str, str]:
    """Return the suppliers with a label for a year: folded name to printed name, the shortest first."""
    printed = {fold_supplier(f.supplier): f.supplier for f in _labels(country) if f.covers(year)}
    return dict(sorted(printed.items(), key=lambda names: (len(names[0]), names[0])))


@cache
def _names_by_word(country: str, year: int) -> dict[str, frozenset[str]]:
    """Return the suppliers with a label for a year (folded names) that have a word in their name."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in _names_of_year(country, year):
        for word in name.split():
            found[word].add(name)
    return {word: frozenset(names) for word, names in found.items()}


def _near(folded: str, country: str, year: int) -> str:
    """Suggest labels of the year: those that hold every word of the name, else those that are spelt alike."""
    of_year = _names_of_year(country, year)
    if not of_year:
        years = [y for f in _labels(country) for y in (f.valid_from, f.last_year)]
        return f" Labels of {country} are for {min(years)} to {max(years)}."
    by_word = _names_by_word(country, year)
    hold = [by_word.get(word, frozenset()) for word in folded.split()]
    names = frozenset.intersection(*hold) - {folded} if hold else frozenset()
    if names:
        holding = [printed for name, printed in of_year.items() if name in names]
        return f" Did you mean {' or '.join(map(repr, holding[:_MOST_NAMED]))}?"
    return did_you_mean(folded, of_year, _MOST_NAMED)
