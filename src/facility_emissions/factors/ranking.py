"""Why one factor is taken over another: the book's own order, told in words."""

from __future__ import annotations

from dataclasses import dataclass

from facility_emissions.factors import sources as registry
from facility_emissions.factors.book import Choice, FactorBook, Query, Rank
from facility_emissions.vocabulary.countries import country_name

_PLACE_CODES = ("place", "region", "stand_in", "world")
_BEHIND = {
    "place": "national: only where the part of the country has none of its own",
    "region": "of the region: only where the country has none",
    "stand_in": "of another country: only where neither the country nor the world has any",
    "world": "world default: only where the country has none",
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A factor's place in the order in which a question takes them (1 is taken), and why."""

    rank: int
    choice: Choice
    why: str


def ranked(book: FactorBook, query: Query) -> tuple[Ranked, ...]:
    """Return every factor that would answer a question, in the book's order, each with its why.

    A supplier's label of another year is no label, and a residual mix that is known not to exist
    is not taken from another year; so the calculation has it.
    """
    options = [*book.options(query)]
    if query.instrument == "supplier":
        options = [o for o in options if not o.fallbacks]
    if query.instrument == "residual_mix" and registry.find_gap(
        query.activity_category, query.activity, query.country, query.year, query.instrument
    ):
        options = []
    if not options:
        return ()
    first, *others = options
    found = [Ranked(1, first, _taken(book, query, options))]
    found += [Ranked(n, o, _behind(book, query, first, o)) for n, o in enumerate(others, start=2)]
    return tuple(found)


def _taken(book: FactorBook, query: Query, options: list[Choice]) -> str:
    """Say what speaks for the factor that is taken."""
    first = options[0]
    f = first.factor
    said = [words for _, words in first.fallbacks]
    if not any(code in _PLACE_CODES for code, _ in first.fallbacks):
        said.insert(0, _owner(query, first))
    if not any(code.startswith("year_") for code, _ in first.fallbacks):
        said.append(f"valid in {query.year}")
    rivals = [o for o in options if _place(o) == _place(first) and _year(o) == _year(first)]
    others = {o.factor.source_id for o in rivals} - {f.source_id}
    if others:
        named = f.source_id in (*book.method.databases.get(query.country, ()), *book.method.databases.get("*", ()))
        note = registry.preference_note(query.activity_category, query.country, f.source_id)
        why = " by the Method" if named else f" ({note})" if note else ""
        said.append(f"{f.source_id} comes before {', '.join(sorted(others))}{why}")
    editions = {o.factor.edition for o in rivals if o.factor.source_id == f.source_id}
    if len(editions) > 1:
        said.append(f"newest of {len(editions)} editions")
    if first.crossing.words:
        said.append(f"{query.unit} crosses by {first.crossing.words}")
    return "; ".join(said)


def _owner(query: Query, choice: Choice) -> str:
    """Say whose factor it is, and where a market-based one stands in the hierarchy."""
    f = choice.factor
    rungs = {
        "supplier": f"label of {f.supplier}, for records that name it",
        "residual_mix": "residual mix, for records without contract or known supplier",
    }
    if f.instrument:
        return rungs.get(f.instrument, f"for records with the contract {f.instrument}")
    if f.supplier:
        return f"of {f.supplier}"
    if f.subdivision:
        return f"of {f.subdivision} itself"
    return f"of {country_name(f.country)} itself" if f.country == query.country != "WORLD" else "world default"


def _behind(book: FactorBook, query: Query, first: Choice, other: Choice) -> str:
    """Say on which point a factor stands behind the one that is taken: the first on which they differ."""
    f, best = other.factor, first.factor
    if _place(other) != _place(first):
        code = next((code for code, _ in other.fallbacks if code in _PLACE_CODES), "")
        return _BEHIND.get(code, f"of {f.subdivision or f.country}: a wider place than {best.subdivision}")
    if _year(other) != _year(first):
        years = str(f.valid_from) if f.valid_to == f.valid_from else f"{f.valid_from}-{f.valid_to or ''}"
        near = f"one of {query.year} itself" if not _year(first) else "a nearer year"
        return f"of {years}: only where there is not {near}"
    mine, its = book.rank(other, query), book.rank(first, query)
    field = next(name for name, a, b in zip(Rank._fields, mine, its, strict=True) if a != b)
    return {
        "source": f"{best.source_id} comes before {f.source_id}",
        "edition": f"edition {best.edition} is newer than {f.edition}",
        "steps": f"{query.unit} crosses by {other.crossing.words}; the one taken needs less",
        "other_unit": f"the one taken is published per {query.unit} itself",
        "factor_id": "equal in all else: the first by its id",
    }[field]


def _place(choice: Choice) -> str:
    return choice.factor.subdivision or choice.factor.country


def _year(choice: Choice) -> str:
    """Return what the year gave way by, '' for a factor of the year itself."""
    return next((words for code, words in choice.fallbacks if code.startswith("year_")), "")
