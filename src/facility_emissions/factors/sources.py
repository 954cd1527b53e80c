"""The editions behind the factors, the order in which they are preferred, the known gaps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from facility_emissions import bundle
from facility_emissions.errors import DataPackageError, NotFoundError, did_you_mean


@dataclass(frozen=True, slots=True)
class Source:
    """One edition of one publisher's factors, as `sources.csv` lists it."""

    source_id: str
    edition: str
    title: str
    publisher: str
    published: dt.date | None
    publication_year: int | None
    licence: str
    licence_url: str
    attribution: str
    url: str
    gwp_set: str
    note: str

    @property
    def issued(self) -> dt.date | None:
        """The day by which it was out: that of its publication, or the last one of its year."""
        return self.published or (dt.date(self.publication_year, 12, 31) if self.publication_year else None)


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms of use, as `licences.csv` lists them; `Source.licence` is the id of one.

    `redistribution` is `yes`, `figures` (single figures cited as facts), `non-commercial` or `no`;
    `attribution` and `share_alike` are `yes` or `no`.
    """

    id: str
    name: str
    url: str
    redistribution: str
    attribution: str
    share_alike: str
    note: str

    @property
    def allowed(self) -> bool:
        """Whether what stands under it may be bundled: passed on, and in a package of another licence."""
        return self.redistribution in ("yes", "figures") and self.share_alike == "no"


@dataclass(frozen=True, slots=True)
class Gap:
    """A factor that is known not to exist, why, and what to do instead (`gaps.csv`)."""

    activity_category: str
    activity: str
    country: str
    subdivision: str
    instrument: str
    valid_from: int | None
    valid_to: int | None
    reason: str
    remedy: str
    source: str

    def covers(self, year: int) -> bool:
        """Whether the gap is about consumption of that year."""
        return (self.valid_from is None or self.valid_from <= year) and (self.valid_to is None or year <= self.valid_to)


@cache
def sources() -> dict[tuple[str, str], Source]:
    """All editions, by (source_id, edition)."""
    found: dict[tuple[str, str], Source] = {}
    for row in bundle.rows("sources.csv"):
        key = (row["source_id"], row["edition"])
        if key in found:
            raise DataPackageError(f"sources.csv lists {key[0]} {key[1]} twice.")
        published = dt.date.fromisoformat(row["published"]) if row["published"] else None
        year = int(row["publication_year"]) if row["publication_year"] else None
        found[key] = Source(**{**row, "published": published, "publication_year": year})  # type: ignore[arg-type]
    return found


def source(source_id: str, edition: str) -> Source:
    """Return one edition.

    Raises:
        NotFoundError: no such source or edition.
    """
    try:
        return sources()[source_id, edition]
    except KeyError:
        names = sorted({f"{s} {e}" for s, e in sources()})
        hint = did_you_mean(f"{source_id} {edition}", names)
        raise NotFoundError(f"No source {source_id!r} in edition {edition!r}.{hint}") from None


@cache
def licences() -> dict[str, Licence]:
    """Return all terms of use that `licences.csv` knows, by id."""
    return {row["id"]: Licence(**row) for row in bundle.rows("licences.csv")}


def citation(source_id: str, edition: str) -> str:
    """Return what to print below figures of an edition: its attribution, and its licence.

    Raises:
        NotFoundError: no such source or edition.
    """
    of = source(source_id, edition)
    return f"{of.attribution.rstrip('.')}. Licence: {licences()[of.licence].name}."


def gwp_citation(gwp_set: str, horizon: int) -> str:
    """Return what to print below figures that were weighed with a GWP set of the IPCC."""
    of = source(f"ipcc_{gwp_set.lower()}", gwp_set)
    return f"Global warming potentials, {horizon} years: {of.attribution}"


def publication_year(source_id: str, edition: str) -> int | None:
    """Return the year in which an edition came out; None where it is not known, or no edition of the package."""
    found = sources().get((source_id, edition))
    return found.publication_year if found else None


@cache
def source_ids() -> frozenset[str]:
    """The ids of all sources in the data package."""
    return frozenset(s for s, _ in sources())


def check_source_id(source_id: str) -> None:
    """Raise NotFoundError, with the nearest ids, unless the source exists."""
    if source_id not in source_ids():
        raise NotFoundError(f"No source {source_id!r}.{did_you_mean(source_id, sorted(source_ids()))}")


@cache
def _order() -> tuple[dict[str, str], ...]:
    return tuple(bundle.rows("preference.csv"))


@cache
def preference(activity_category: str, country: str = "") -> dict[str, int]:
    """Return the rank of each source for a figure; 0 comes first.

    `preference.csv` holds one order for all countries, and what a country puts before it.
    """
    of_figure = [r for r in _order() if r["activity_category"] == activity_category]
    ranked = [r["source_id"] for place in (country, "") for r in of_figure if r["country"] == place]
    return {s: i for i, s in enumerate(dict.fromkeys(ranked))}


@cache
def ids_in_order() -> frozenset[str]:
    """The sources that give a factor: each has its place in `preference.csv`."""
    return frozenset(r["source_id"] for r in _order())


@cache
def preference_note(activity_category: str, country: str, source_id: str) -> str:
    """Return what `preference.csv` says of a source's place in the order, '' where it is not in it."""
    of_figure = [r for r in _order() if r["activity_category"] == activity_category and r["source_id"] == source_id]
    return next((r["why"] for place in (country, "") for r in of_figure if r["country"] == place), "")


@cache
def gaps() -> tuple[Gap, ...]:
    """All known gaps."""
    years = ("valid_from", "valid_to")
    return tuple(
        Gap(**{k: (int(v) if v else None) if k in years else v for k, v in row.items()})  # type: ignore[arg-type]
        for row in bundle.rows("gaps.csv")
    )


@cache
def _gaps_of(activity_category: str, instrument: str) -> tuple[Gap, ...]:
    return tuple(g for g in gaps() if g.activity_category in ("", activity_category) and g.instrument == instrument)


def find_gap(
    activity_category: str,
    activity: str,
    country: str,
    year: int,
    instrument: str = "",
    subdivision: str = "",
) -> Gap | None:
    """Return the known gap that answers a question, the most specific one first, or None."""
    best: tuple[int, Gap] | None = None
    for gap in _gaps_of(activity_category, instrument):
        wanted = (
            (gap.activity, activity),
            (gap.country, country),
            (gap.subdivision, subdivision),
        )
        if not gap.covers(year) or any(have and have != want for have, want in wanted):
            continue
        rank = sum(bool(have) for have, _ in wanted)
        if best is None or rank > best[0]:
            best = (rank, gap)
    return best[1] if best else None


@cache
def data_version() -> str:
    """Return the version of the bundled tables: release and a digest of their content."""
    return (bundle.root() / "VERSION").read_text(encoding="utf-8").strip()
