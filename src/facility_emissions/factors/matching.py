"""What a free text may mean: an activity, a publisher, a supplier or a network.

Three degrees, and the first that finds anything ends the search. `equal`: the text is a name, but
for case, accents, punctuation and a company's legal form. `contained`: each of its words begins a
word of a name. Merely `near`: a slip of the pen; that is suggested in the error, never taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from facility_emissions.errors import NotFoundError, VocabularyError
from facility_emissions.factors import sources as registry
from facility_emissions.factors.book import suppliers
from facility_emissions.likeness import Choices
from facility_emissions.vocabulary.activities import activities, activities_named, parse_activity
from facility_emissions.vocabulary.suppliers import fold_supplier

_NEAR = 0.75  # of 1: how alike a suggested name has to be


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that a text may mean.

    Attributes:
        kind: `activity`, `publisher` or `supplier`.
        id: the activity's or source's id, or the supplier's folded name.
        how: in words; `''` where the text is its id or its name.
    """

    kind: str
    id: str
    how: str = ""


def words(text: str) -> list[str]:
    """Return the words of a text as names are compared: no case, accents, punctuation, legal form."""
    return fold_supplier(text.replace("_", " ")).split()


def contains(name: str, asked: list[str]) -> bool:
    """Whether each word asked begins a word of the name."""
    there = words(name)
    return bool(asked) and all(any(word.startswith(a) for word in there) for a in asked)


def match_text(text: str, *, widen: bool = False) -> tuple[Match, ...]:
    """Return what a text means, the surest first: activities, publishers, suppliers.

    Args:
        text: a name, or words of it.
        widen: beside a supplier of that name also those that contain it.

    Raises:
        VocabularyError: nothing is called so; with the nearest names.
    """
    found = [Match("activity", a.id) for a in activities_named(text)]
    found += _equal_publishers(text)
    if not found and _equal_suppliers(text):
        found += _suppliers_called(text, widen=widen)
    if found:
        return tuple(found)
    try:
        return (Match("activity", parse_activity(text).id),)  # a refrigerant
    except VocabularyError as error:
        refused = str(error)
    found = [*_activities_with(text), *_publishers_with(text), *_suppliers_with(text)]
    if not found:
        names = [*_printed_suppliers(), *publishers()]
        raise VocabularyError(f"{refused}{_or_else(text, names, 'As a supplier or publisher: ')}") from None
    return tuple(found)


def match_supplier(text: str, *, widen: bool = False) -> tuple[Match, ...]:
    """Return the suppliers and networks that a text names; arguments as of `match_text`.

    Raises:
        NotFoundError: none is called so; with the nearest names.
    """
    found = _suppliers_called(text, widen=widen)
    if not found:
        hint = _or_else(text, _printed_suppliers(), "Did you mean ")
        raise NotFoundError(f"No supplier or network called {text!r} has a factor of its own.{hint}")
    return tuple(found)


def match_publisher(text: str) -> tuple[Match, ...]:
    """Return the sources that a text names, by their id, publisher or title.

    Raises:
        NotFoundError: none is called so; with the nearest names.
    """
    found = _equal_publishers(text) or [*_publishers_with(text)]
    if not found:
        hint = _or_else(text, publishers(), "Did you mean ")
        raise NotFoundError(f"No source {text!r}, and no publisher of that name.{hint}")
    return tuple(found)


@cache
def publishers() -> dict[str, tuple[str, ...]]:
    """Every name of a source (its id, publishers and titles) to the ids of the sources that bear it."""
    found: dict[str, dict[str, None]] = {}
    for s in registry.sources().values():
        if s.source_id not in registry.ids_in_order():
            continue  # of GWPs and compositions, which are no factors
        for name in (s.source_id, s.publisher, s.title):
            found.setdefault(name, {})[s.source_id] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _printed_suppliers() -> list[str]:
    return [name for names in suppliers().values() for name in sorted(names)]


def _equal_publishers(text: str) -> list[Match]:
    asked = words(text)
    ids = {i: None for name, named in publishers().items() if asked and words(name) == asked for i in named}
    return [Match("publisher", i) for i in ids]


def _equal_suppliers(text: str) -> list[Match]:
    folded = fold_supplier(text)
    return [Match("supplier", folded)] if folded in suppliers() else []


def _suppliers_called(text: str, *, widen: bool) -> list[Match]:
    """Return the supplier of that name; where there is none, or to widen, those that contain it."""
    equal = _equal_suppliers(text)
    if equal and not widen:
        return equal
    return [*equal, *(m for m in _suppliers_with(text) if m.id not in {e.id for e in equal})]


def _activities_with(text: str) -> Iterator[Match]:
    asked = words(text)
    for a in activities():
        name = next((n for n in (a.name_en, a.name_es, a.id, *a.aliases) if contains(n, asked)), None)
        if name is not None:
            yield Match("activity", a.id, f"activity {name!r} contains {text!r}")


def _publishers_with(text: str) -> Iterator[Match]:
    asked = words(text)
    told: dict[str, str] = {}
    for name, ids in publishers().items():
        if contains(name, asked):
            for i in ids:
                told.setdefault(i, name)
    for i, name in told.items():
        yield Match("publisher", i, f"publisher or title {name!r} contains {text!r}")


def _suppliers_with(text: str) -> Iterator[Match]:
    asked = words(text)
    for folded, names in sorted(suppliers().items()):
        if contains(folded, asked):
            yield Match("supplier", folded, f"supplier {min(names)!r} contains {text!r}")


def _or_else(text: str, names: Iterable[str], lead: str) -> str:
    """Return the nearest names as a sentence, the likest first, or ''."""
    by_fold = {" ".join(words(name)): name for name in names}
    near = Choices(by_fold).near(" ".join(words(text)), alike=_NEAR)
    return f" {lead}{' or '.join(repr(by_fold[n]) for n in near)}?" if near else ""
