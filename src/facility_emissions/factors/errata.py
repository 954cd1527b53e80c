"""Errors known in what publishers print: what stands there, what is right, and what was done about it.

`errata.csv` is the one list. Importers that correct a figure take it from the rows that they add to that
list, so a correction and its reason cannot part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from facility_emissions import bundle


@dataclass(frozen=True, slots=True)
class Erratum:
    """One figure that a publisher prints wrongly, or that contradicts others of the same document.

    Attributes:
        source_id, edition: whose figure; a source of ours where there is one.
        subject: id of the factor, or its beginning for a row of all years; of the refrigerant or fuel.
        figure: which figure of it (`co2_fossil_kg`, `GWP100 AR5 all`, `composition`, `ncv`).
        unit: of `printed` and `right`.
        printed, right: as text; '' where what was printed is not held, or what is right is not known.
        action: `corrected` (the package holds what is right), `kept as printed` (it holds what is
            printed) or `left out` (it holds neither).
        why: what went wrong.
        evidence: where it can be read.
    """

    source_id: str
    edition: str
    subject: str
    figure: str
    unit: str
    printed: str
    right: str
    action: str
    why: str
    evidence: str

    @property
    def words(self) -> str:
        """The error in one line: `R-405A, GWP100 AR5 all: printed 4821, right 4965.06 (why)`."""
        shown = f"printed {self.printed}" if self.printed else "what was printed is not held"
        right = f"right {self.right}" if self.right else "what is right is not known"
        return f"{self.subject}, {self.figure}: {shown}, {right} ({self.why})"


@cache
def errata() -> tuple[Erratum, ...]:
    """All known errors."""
    return tuple(Erratum(**row) for row in bundle.rows("errata.csv"))


@cache
def _by_subject() -> dict[str, tuple[Erratum, ...]]:
    found: dict[str, tuple[Erratum, ...]] = {}
    for e in errata():
        found[e.subject] = (*found.get(e.subject, ()), e)
    return found


def errata_of_factor(factor_id: str) -> tuple[Erratum, ...]:
    """Return the errors known in the figures of a factor."""
    return (*_by_subject().get(factor_id, ()), *_by_subject().get(factor_id.rpartition("/")[0], ()))


def errata_of_refrigerant(
    refrigerant: str, gwp_set: str = "", *, source_id: str = "", edition: str = ""
) -> tuple[Erratum, ...]:
    """Return the errors known about a refrigerant: its GWPs (of one set, if asked) and its composition.

    Args:
        refrigerant: id of a blend or a gas.
        gwp_set: only GWPs of this set; compositions and formulas are of every set.
        source_id, edition: only of this source, and of this edition of it.
    """
    return tuple(
        e
        for e in _by_subject().get(refrigerant, ())
        if source_id in ("", e.source_id)
        and edition in ("", e.edition)
        and (not gwp_set or not e.figure.startswith("GWP") or e.figure.split(" ")[1] == gwp_set)
    )


def erratum_of_printed_gwp(
    source_id: str, edition: str, refrigerant: str, gwp_set: str, gases: str, printed: float
) -> Erratum | None:
    """Return the error known in a GWP that an agency prints, or None."""
    figure = f"GWP100 {gwp_set} {gases}"
    for e in errata_of_refrigerant(refrigerant, source_id=source_id, edition=edition):
        if e.figure == figure and e.printed and float(e.printed) == printed:
            return e
    return None
