"""How agencies count refrigerants: which GWP set in which edition, and the figures that they print.

`Method(refrigerants=...)` names an agency, by its id in `recharge/practices.csv`. Its edition is chosen as
that of any factor: by the year of consumption where it publishes by year (DESNZ), else its newest one, within
`as_of` and `editions`. Where the agency prints a figure that figure is taken, errors included and told; where
it prints none, or its table is not held, the refrigerant is computed with the agency's set, and that is told.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from facility_emissions import bundle
from facility_emissions import gwp as gwp_tables
from facility_emissions.errors import GWPError, NotFoundError, did_you_mean
from facility_emissions.factors import sources as registry
from facility_emissions.factors.errata import Erratum, errata_of_refrigerant, erratum_of_printed_gwp
from facility_emissions.gwp import PublishedGWP
from facility_emissions.method import Method

COMPUTED = "computed"
_GASES = {"all": "all gases", "kyoto": "Kyoto gases only"}
Told = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """One GWP set of one edition of an agency's list of refrigerants.

    Attributes:
        source_id, edition: whose, and which; older versions of MITECO have no row in `sources.csv`.
        issued: the day by which it was out, or None where not known.
        valid_from, valid_to: years of consumption that it is for; None for any.
        gwp_set: what it counts with, over 100 years.
        gases: the groups it prints figures for, of `all` and `kyoto`.
        printed: whether its figures are held.
        evidence: where the practice was read.
    """

    source_id: str
    edition: str
    issued: dt.date | None
    valid_from: int | None
    valid_to: int | None
    gwp_set: str
    gases: tuple[str, ...]
    printed: bool
    evidence: str

    @property
    def cited(self) -> tuple[str, str]:
        """Source and edition of the document that tells the practice: the newest one, of an older version."""
        held = [edition for source_id, edition in registry.sources() if source_id == self.source_id]
        return (self.source_id, self.edition if self.edition in held else max(held))


@dataclass(frozen=True, slots=True)
class Practised:
    """An agency's answer: its practice, its printed figure (None: computed), and what is to be told."""

    practice: Practice
    figure: PublishedGWP | None
    fallbacks: Told = ()
    flags: Told = ()


@cache
def practices() -> tuple[Practice, ...]:
    """All practices, as `recharge/practices.csv` lists them."""
    return tuple(_practice(row) for row in bundle.rows("recharge/practices.csv"))


def _practice(row: dict[str, str]) -> Practice:
    key = (row["source_id"], row["edition"])
    known = registry.sources().get(key)
    return Practice(
        *key,
        issued=dt.date.fromisoformat(row["published"]) if row["published"] else known.issued if known else None,
        valid_from=int(row["valid_from"]) if row["valid_from"] else None,
        valid_to=int(row["valid_to"]) if row["valid_to"] else None,
        gwp_set=row["gwp_set"],
        gases=tuple(row["gases"].split()),
        printed=row["printed"] == "1",
        evidence=row["evidence"],
    )


def is_practice(source_id: str, edition: str) -> bool:
    """Whether an agency has such an edition, be its figures held or not."""
    return any((p.source_id, p.edition) == (source_id, edition) for p in practices())


def check_practice(source_id: str) -> None:
    """Raise NotFoundError, with the nearest ids, unless refrigerants can be counted as this source does."""
    known = [COMPUTED, *dict.fromkeys(p.source_id for p in practices())]
    if source_id not in known:
        hint = did_you_mean(source_id, known) or f" Known: {', '.join(known)}."
        raise NotFoundError(f"No practice {source_id!r} of counting refrigerants.{hint}")


def choose_practice(method: Method, year: int) -> tuple[Practice, Told]:
    """Return the practice of the Method's agency for a year of consumption, and the fallback taken.

    Raises:
        GWPError: nothing of the agency is admitted, near enough, or in the Method's GWP set where it
            prints several.
    """
    name, pinned, as_of = method.refrigerants, method.editions.get(method.refrigerants), method.as_of
    rows = [p for p in practices() if p.source_id == name and pinned in (None, p.edition)]
    if as_of is not None:
        rows = [p for p in rows if p.issued is not None and p.issued <= as_of]
    if not rows:
        raise GWPError(f"{name} has no list of refrigerants that was out by {as_of}.")
    if rows[0].valid_from is not None:
        return _of_year(rows, year, method)
    newest = max(rows, key=lambda p: (p.issued or dt.date.min, p.edition))
    sets = {p.gwp_set: p for p in rows if p.edition == newest.edition}
    if len(sets) == 1:
        return newest, ()
    if method.gwp not in sets:
        raise GWPError(f"{name} {newest.edition} prints {', '.join(sets)}; the Method asks for {method.gwp}.")
    return sets[method.gwp], ()


def _of_year(rows: list[Practice], year: int, method: Method) -> tuple[Practice, Told]:
    """Return the practice of the year: exact, else the latest earlier, else the earliest later."""
    first = {p.valid_from or 0: p for p in rows}
    if year in first:
        return first[year], ()
    earlier = [y for y in first if year - method.max_years_back <= y < year]
    if earlier:
        return first[max(earlier)], (("year_earlier", f"no list for {year}: latest earlier year, {max(earlier)}"),)
    later = [y for y in first if year < y <= year + method.max_years_forward]
    if later:
        return first[min(later)], (("year_later", f"no list for {year}: earliest later year, {min(later)}"),)
    raise GWPError(f"{rows[0].source_id} has no list of refrigerants for {year} or a year near enough.")


def practised(method: Method, refrigerant: str, year: int) -> Practised:
    """Return what the Method's agency counts a refrigerant with.

    Args:
        method: `refrigerants` names the agency; `gases`, `as_of`, `editions` and the limits of years narrow.
        refrigerant: id of a blend or a gas with a known composition.
        year: year of consumption.

    Raises:
        GWPError: as `choose_practice`.
    """
    practice, fallbacks = choose_practice(method, year)
    figure = _printed(practice, refrigerant, method.gases)
    whose = f"{practice.source_id} {practice.edition}"
    if figure is not None:
        words = f"{figure.value:g} kg CO2e/kg as {whose} prints it ({figure.gwp_set}, {_GASES[figure.gases]})"
        return Practised(practice, figure, fallbacks, (("gwp_published", words), *_wrong(erratum_of(figure))))
    counted = [g for g in gwp_tables.composition(refrigerant) if method.gases == "all" or gwp_tables.is_kyoto(g)]
    if not counted:
        return Practised(practice, None, fallbacks)  # nothing counts: 0, whoever prints it
    if practice.printed:
        only = "" if method.gases == "all" else " counting Kyoto gases only"
        words = f"{whose} prints no figure of {refrigerant}{only}: computed with its {practice.gwp_set}"
    else:
        words = f"the figures of {whose} are not held: computed with {practice.gwp_set}, which it used"
    flags = tuple(f for e in _since_corrected(practice, refrigerant) for f in _wrong(e))
    return Practised(practice, None, (*fallbacks, ("gwp_computed", words)), flags)


def _printed(practice: Practice, refrigerant: str, gases: str) -> PublishedGWP | None:
    """Return the agency's figure for the gases asked for; the total serves where all of them are Kyoto gases."""
    if not practice.printed:
        return None
    groups = [gases]
    if gases == "all" and practice.gases == ("kyoto",):
        groups.append("kyoto")  # an agency that prints nothing else
    elif gases == "kyoto" and all(map(gwp_tables.is_kyoto, gwp_tables.composition(refrigerant))):
        groups.append("all")
    for group in groups:
        key = (refrigerant, practice.source_id, practice.edition, practice.gwp_set)
        try:
            return gwp_tables.published_gwp(*key, gases=group)  # type: ignore[arg-type]
        except GWPError:
            continue
    return None


def erratum_of(figure: PublishedGWP) -> Erratum | None:
    """Return the error known in a printed figure, or None."""
    return erratum_of_printed_gwp(
        figure.source_id, figure.edition, figure.refrigerant, figure.gwp_set, figure.gases, figure.value
    )


def _since_corrected(practice: Practice, refrigerant: str) -> list[Erratum]:
    """Return the errors that this version still had, by the agency's own later word."""
    number = int(re.findall(r"\d+", practice.edition)[0])
    known = errata_of_refrigerant(refrigerant, practice.gwp_set, source_id=practice.source_id)
    spans = [(e, [int(n) for n in re.findall(r"\d+", e.edition)]) for e in known if e.figure.startswith("GWP")]
    return [e for e, span in spans if not e.printed and span[0] <= number <= span[-1]]


def _wrong(erratum: Erratum | None) -> Told:
    if erratum is None:
        return ()
    words = erratum.words
    return (("gwp_erratum", words),)
