"""Looking factors up by hand: which are published, which one would be taken and why, and one in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from operator import attrgetter

import pandas as pd

from facility_emissions import gwp as gwp_tables
from facility_emissions.errors import GWPError, NotFoundError, VocabularyError, did_you_mean
from facility_emissions.factors import sources as registry
from facility_emissions.factors.book import (
    FOLDER,
    FactorBook,
    Query,
    all_factors,
    places_published,
    published,
    reaches,
)
from facility_emissions.factors.errata import errata_of_factor, errata_of_refrigerant
from facility_emissions.factors.matching import Match, match_publisher, match_supplier, match_text
from facility_emissions.factors.places import places_for
from facility_emissions.factors.ranking import Ranked, ranked
from facility_emissions.factors.refrigerants import refrigerant_factor
from facility_emissions.factors.schema import FACTOR_COLUMNS, WITHOUT_COMBUSTION, WORLD, Factor
from facility_emissions.method import Method
from facility_emissions.vocabulary.activities import parse_activity
from facility_emissions.vocabulary.countries import parse_country
from facility_emissions.vocabulary.regions import REGIONS
from facility_emissions.vocabulary.suppliers import fold_supplier
from facility_emissions.vocabulary.units import parse_unit

_GASES = {
    "co2_fossil_kg": "CO2",
    "ch4_kg": "CH4",
    "n2o_kg": "N2O",
    "co2_biogenic_kg": "biogenic CO2",
    "co2e_fixed_kg": "CO2e",
}
_ORDER = ["activity_category", "country", "subdivision", "valid_from", "source_id", "edition", "unit"]
_RANKED_ORDER = ["activity_category", "activity", "instrument", "subdivision", "supplier", "rank", "unit", "factor_id"]
_cells = attrgetter(*FACTOR_COLUMNS)


def find(
    text: str | None = None,
    *,
    country: str | None = None,
    year: int | None = None,
    activity_category: str | None = None,
    source: str | None = None,
    supplier: str | None = None,
    unit: str | None = None,
    method: Method | None = None,
) -> pd.DataFrame:
    """Return published factors, to read and to choose from.

    A text that is a name (but for case, accents and a company's legal form) finds that name only;
    else everything that contains its words, and the column `match` says how. A merely similar name
    is suggested in the error, never taken. `factors/matching.py` has the rule.

    Args:
        text: an activity by any of its names, English or Spanish; a publisher; a supplier or network.
        country: ISO code or name, region (`EUROPE`) or `WORLD`. For a country also the factors of its
            parts and those that stand in for it.
        year: year of consumption. Alone: only factors valid in it. With a country: those that would
            answer a question of that year, ranked.
        activity_category: only that figure (`stationary`, `electricity`, ...).
        source: a source id (`miteco`), or words of its publisher or title.
        supplier: supplier or network, by its name or by words of it.
        unit: only factors that a quantity in this unit reaches (`kWh_gcv`), directly or by a property
            of the factor's own source.
        method: whose editions, preferences and limits rank; None is `Method()`.

    Returns:
        One row a factor: the columns of the factor row, masses in [kg / unit]; `gases` published;
        `publisher`, `published`, `publication_year` and `licence` of its edition; `match`; and, with a
        country and a year, `rank` (1 is `chosen`) among the factors that would answer a quantity in
        `unit`, else in the factor's own unit, and `why`. For a refrigerant, its GWP in every set
        [kg CO2e / kg], and the errors known in what agencies print.

    Raises:
        VocabularyError: an unknown word, country, figure or unit.
        NotFoundError: an unknown publisher or supplier.
    """
    if text is not None and (refrigerant := _refrigerant_in(match_text(text))):
        return _gwps(refrigerant)
    if activity_category not in (None, *FOLDER):
        hint = did_you_mean(str(activity_category), FOLDER)
        raise VocabularyError(f"No factors of a figure {activity_category!r}.{hint} Known: {', '.join(FOLDER)}.")
    asked_for = _matches(text, source, supplier, widen=False)
    found = _found(asked_for, country, year, activity_category, unit, method)
    wider = asked_for if len(found) else _matches(text, source, supplier, widen=True)
    if wider == asked_for:
        return found
    # A company of that name has nothing there; its successors may have.
    return _found(wider, country, year, activity_category, unit, method)


def _matches(text: str | None, source: str | None, supplier: str | None, *, widen: bool) -> list[tuple[Match, ...]]:
    """Return what each of the words given may mean."""
    matches = (
        match_text(text, widen=widen) if text is not None else None,
        match_publisher(source) if source is not None else None,
        match_supplier(supplier, widen=widen) if supplier is not None else None,
    )
    return [m for m in matches if m is not None]


def _found(
    asked_for: Sequence[tuple[Match, ...]],
    country: str | None,
    year: int | None,
    activity_category: str | None,
    unit: str | None,
    method: Method | None,
) -> pd.DataFrame:
    """Return the factors that match and fit, ranked where a country and a year are given."""
    place = None if country is None else _parse_place(country)
    in_unit = None if unit is None else parse_unit(unit).id
    hows: dict[str, str] = {}
    found = []
    for f in _published(asked_for):
        how = _how(f, asked_for)
        if (
            how is not None
            and activity_category in (None, f.activity_category)
            and (place is None or _is_near(f, place))
            and (in_unit is None or reaches(_on_basis(in_unit, f), f))
        ):
            found.append(f)
            hows[f.factor_id] = how
    if place is None or year is None or place in (WORLD, *REGIONS):
        valid = [f for f in found if year is None or f.covers(year)]
        return _frame(valid, hows, {}).sort_values(_ORDER, ignore_index=True)
    ranks = _ranks(found, FactorBook(method or Method()), place, year, in_unit)
    frame = _frame([f for f in found if f.factor_id in ranks], hows, ranks)
    return frame.sort_values(_RANKED_ORDER, ignore_index=True)


def _refrigerant_in(matches: Iterable[Match]) -> str:
    """Return the refrigerant that a text names, or ''."""
    ids = [m.id for m in matches if m.kind == "activity"]
    return ids[0] if len(ids) == 1 and parse_activity(ids[0]).category == "recharge" else ""


def _published(asked_for: Sequence[tuple[Match, ...]]) -> Iterator[Factor]:
    """Yield the factors to look through: of the activities only, where nothing else is asked for."""
    if not asked_for or any(m.kind != "activity" for m in asked_for[0]):
        yield from all_factors()
        return
    for activity in dict.fromkeys(m.id for m in asked_for[0]):
        for category in FOLDER:
            for place in places_published(category, activity):
                yield from published(category, activity, place)


def _how(f: Factor, asked_for: Sequence[tuple[Match, ...]]) -> str | None:
    """Return how a factor was matched, in words; '' by name, None not at all. Each argument has to match."""
    hows = []
    for matches in asked_for:
        of = {"activity": f.activity, "publisher": f.source_id, "supplier": fold_supplier(f.supplier)}
        hit = next((m for m in matches if m.id == of[m.kind]), None)
        if hit is None:
            return None
        hows.append(hit.how)
    return "; ".join(h for h in hows if h)


def _parse_place(text: str) -> str:
    upper = text.strip().upper()
    return upper if upper in (WORLD, *REGIONS) else parse_country(text)


def _is_near(f: Factor, place: str) -> bool:
    """Whether a factor is of a place, of a part of it, or of what stands in for it."""
    if f.country == place:
        return True
    if place in (WORLD, *REGIONS) or f.instrument == WITHOUT_COMBUSTION:  # of a contract, which is no place's average
        return False
    return any(f.country == p.id for p in places_for(f.activity_category, f.activity, place))


def _ranks(found: Iterable[Factor], book: FactorBook, country: str, year: int, unit: str | None) -> dict[str, Ranked]:
    """Return the place of each factor in the order of its question; factors that could not answer are left out.

    The question of a factor: its figure, activity, part of the country, sector, rung and supplier, in
    the year, for a quantity in the unit given or in its own. Of a source that has nothing for the year
    only the nearest is kept, and the ranks count what is kept.
    """
    ranks: dict[str, Ranked] = {}
    asked: dict[Query, dict[str, Ranked]] = {}
    for f in found:
        query = _question(f, country, year, unit)
        if query not in asked:
            asked[query] = _nearest(ranked(book, query), year)
        if f.factor_id in asked[query]:
            ranks[f.factor_id] = asked[query][f.factor_id]
    return ranks


def _question(f: Factor, country: str, year: int, unit: str | None) -> Query:
    part = f.subdivision if f.country == country else ""
    grid_region = part if part.startswith("eGRID:") else ""
    return Query(
        activity_category=f.activity_category,
        activity=f.activity,
        country=country,
        year=year,
        unit=_on_basis(unit, f) if unit else f.unit_id,
        subdivision="" if grid_region else part,
        grid_region=grid_region,
        sector=f.sector,
        instrument=f.instrument,
        supplier=fold_supplier(f.supplier),
    )


def _on_basis(unit: str, f: Factor) -> str:
    """Return a unit of plain energy with the basis of a fuel's factor: `kWh` is a gross or a net one."""
    asked = parse_unit(unit)
    return f"{asked.id}_{f.basis}" if f.basis and asked.dimension == "energy" and not asked.basis else asked.id


def _nearest(options: Iterable[Ranked], year: int) -> dict[str, Ranked]:
    """Return the options by factor id, of a source and place without any of the year only the first."""
    kept: dict[str, Ranked] = {}
    seen: set[tuple[str, str, str]] = set()
    for option in options:
        f = option.choice.factor
        key = (f.subdivision or f.country, f.source_id, f.unit_id)
        if f.covers(year) or key not in seen:
            kept[f.factor_id] = replace(option, rank=len(kept) + 1)
        seen.add(key)
    return kept


def _frame(found: Sequence[Factor], hows: Mapping[str, str], ranks: Mapping[str, Ranked]) -> pd.DataFrame:
    """Return the factors with their sources, how they were matched, and their ranks."""
    frame = pd.DataFrame([_cells(f) for f in found], columns=list(FACTOR_COLUMNS))
    origins = [registry.source(f.source_id, f.edition) for f in found]
    licences = registry.licences()
    places = [ranks.get(f.factor_id) for f in found]
    frame["gases"] = [", ".join(gas for name, gas in _GASES.items() if getattr(f, name) is not None) for f in found]
    frame["publisher"] = [s.publisher for s in origins]
    frame["published"] = [s.published.isoformat() if s.published else "" for s in origins]
    frame["publication_year"] = pd.array([s.publication_year for s in origins], dtype="Int64")
    frame["licence"] = [licences[s.licence].name for s in origins]
    frame["match"] = [hows[f.factor_id] for f in found]
    frame["rank"] = pd.array([p.rank if p else None for p in places], dtype="Int64")
    frame["chosen"] = pd.array([p.rank == 1 if p else None for p in places], dtype="boolean")
    frame["why"] = [p.why if p else "" for p in places]
    return frame


def _gwps(refrigerant: str) -> pd.DataFrame:
    rows = []
    for gwp_set in gwp_tables.GWP_SETS:
        for horizon in gwp_tables.HORIZONS:
            values: dict[str, float | None] = {}
            for gases in ("all", "kyoto"):
                try:
                    values[gases] = gwp_tables.refrigerant_gwp(refrigerant, gwp_set, horizon, gases)
                except GWPError:
                    values[gases] = None
            rows.append({"activity": refrigerant, "gwp_set": gwp_set, "horizon": horizon,
                         "gwp_all": values["all"], "gwp_kyoto": values["kyoto"]})  # fmt: skip
    frame = pd.DataFrame(rows)
    known = {s: errata_of_refrigerant(refrigerant, s) for s in gwp_tables.GWP_SETS}
    frame["errata"] = ["\n".join(f"{e.source_id} {e.edition}: {e.words}" for e in known[s]) for s in frame["gwp_set"]]
    frame["composition"] = ", ".join(f"{x:.4g} {g}" for g, x in gwp_tables.composition(refrigerant).items())
    return frame.dropna(subset=["gwp_all"]).reset_index(drop=True)


def show(factor_id: str) -> dict[str, object]:
    """Return one factor in full, with the source it was read in and the errors known about it (`errata`).

    Raises:
        NotFoundError: no factor of that id, with the nearest ones.
    """
    found, errata = refrigerant_factor(factor_id) or (
        next((f for f in all_factors() if f.factor_id == factor_id), None),
        errata_of_factor(factor_id),
    )
    if found is None:
        near = did_you_mean(factor_id, (f.factor_id for f in all_factors()))
        raise NotFoundError(f"No factor {factor_id!r}.{near}")
    origin = asdict(registry.source(found.source_id, found.edition))
    origin["licence"] = registry.licences()[str(origin["licence"])].name
    return {**asdict(found), "errata": [asdict(e) for e in errata], "source": origin}
