"""Factors beside each other: two for one question, one figure under two names, years left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

from facility_emissions.factors.schema import OPEN_YEAR, Factor
from facility_emissions.factors.tables import about
from facility_emissions.factors.verify.package import Finding, Package, Row, error, notice, number, some
from facility_emissions.factors.verify.ranges import GASES
from facility_emissions.vocabulary.suppliers import fold_supplier


def check(package: Package) -> Iterator[Finding]:
    """Yield overlaps and doubles as errors, years left out as notices."""
    factors = [(where, f) for where, _, f in package.factors]
    yield from _overlaps(factors)
    yield from _missing_years(package, [f for _, f in factors])


def _overlaps(factors: list[tuple[str, Factor]]) -> Iterator[Finding]:
    """Tell of two factors of one edition for the same question and year.

    Two labels of suppliers whose names a bill does not tell apart (accents, S.A.) are a notice: the
    publisher prints both.
    """
    together: dict[Hashable, list[tuple[str, Factor]]] = defaultdict(list)
    for where, f in factors:
        edition = (f.source_id, f.edition, f.boundary)
        question = (f.activity_category, f.activity, f.country, f.subdivision, f.unit_id, f.sector, f.instrument)
        together[edition, question, fold_supplier(f.supplier)].append((where, f))
    for of_one in together.values():
        of_one.sort(key=lambda pair: (pair[1].valid_from, pair[1].last_year))
        for (_, before), (where, here) in pairwise(of_one):
            if here.factor_id == before.factor_id or here.valid_from > before.last_year:
                continue
            same = all(getattr(here, gas) == getattr(before, gas) for gas in GASES)
            told = f"{'repeats' if same else 'overlaps'} {before.factor_id}: two factors for {here.valid_from}"
            if here.supplier != before.supplier:
                yield notice(where, f"{here.factor_id} {told}, whose suppliers' names read alike.")
            else:
                yield error(where, f"{here.factor_id} {told}.")


def _missing_years(package: Package, factors: list[Factor]) -> Iterator[Finding]:
    """Tell of years missing inside a series of one source, unless a gap of that source says why.

    Series of single suppliers are left out: a supplier has no label in a year in which it sold nothing.
    """
    held: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for f in factors:
        if not f.supplier:
            asks = (f.activity_category, f.activity, f.country, f.subdivision, f.instrument)
            years = range(f.valid_from, (f.valid_to or f.valid_from) + 1)
            held[f.source_id, f.unit_id, f.sector, *asks].update(years)
    gaps = [row for _, row in package.rows(about.GAPS)]
    told: dict[tuple[str, str, tuple[int, ...]], set[str]] = defaultdict(set)
    for (source, _, _, *asked), known in held.items():
        question = [asked[0], asked[1].removesuffix("_losses"), *asked[2:]]
        left = tuple(
            year
            for year in range(min(known), max(known))
            if year not in known and not any(_explains(gap, source, question, year) for gap in gaps)
        )
        if left:
            told[source, question[0], left].add(question[3] or question[2])
    for (source, category, left), places in sorted(told.items()):
        missing = ", ".join(map(str, left))
        yield notice(source, f"no {category} for {missing} between its years, and no gap says why: {some(places)}.")


def _explains(gap: Row, source: str, question: Sequence[str], year: int) -> bool:
    names = ("activity_category", "activity", "country", "subdivision", "instrument")
    return (
        gap["source"].partition(" ")[0] in ("", source)
        and all(gap[name] in ("", value) for name, value in zip(names, question, strict=True))
        and (number(gap["valid_from"]) or 0) <= year <= (number(gap["valid_to"]) or OPEN_YEAR)
    )
