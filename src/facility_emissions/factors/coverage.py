"""What the bundled factors cover: by country and figure, which years, by which sources."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from facility_emissions.factors.book import all_factors
from facility_emissions.factors.schema import WORLD
from facility_emissions.factors.sources import gaps
from facility_emissions.vocabulary.countries import country_name, parse_country
from facility_emissions.vocabulary.regions import REGIONS, region_name

_COLUMNS = [
    "country",
    "name",
    "activity_category",
    "years",
    "first_year",
    "last_year",
    "activities",
    "sources",
]
_WIDE = {WORLD: "World", **{region: region_name(region) for region in REGIONS}}


def coverage(country: str | None = None, *, by_activity: bool = False) -> pd.DataFrame:
    """Return the coverage of the bundled factors.

    Args:
        country: only that country; `WORLD` for the world defaults, `EUROPE` for what is printed for it.
        by_activity: one row for each activity too.

    Returns:
        country, name, activity_category, years (as ranges, `1990-` is open), first_year,
        last_year (None: open), activities (how many, or which), sources (by how many years).
    """
    place = None if country is None else country if country in _WIDE else parse_country(country)
    years: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    open_from: dict[tuple[str, str, str], int] = {}
    activities: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    named: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for f in all_factors():
        if place not in (None, f.country) or f.activity.endswith("_losses"):
            continue
        key = (f.country, f.activity_category, f.activity if by_activity else "")
        activities[key].add(f.activity)
        named[key][f.source_id] += 1
        if f.valid_to is None:
            open_from[key] = min(open_from.get(key, 9999), f.valid_from)
            years[key].add(f.valid_from)
        else:
            years[key].update(range(f.valid_from, f.valid_to + 1))
    rows = []
    for key in sorted(years):
        where, category, activity = key
        first, last = min(years[key]), None if key in open_from else max(years[key])
        rows.append(
            {
                "country": where,
                "name": _WIDE.get(where) or country_name(where),
                "activity_category": category,
                "years": _ranges(years[key], open_from.get(key)),
                "first_year": first,
                "last_year": last,
                "activities": activity or len(activities[key]),
                "sources": ", ".join(sorted(named[key], key=lambda s: (-named[key][s], s))),
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def known_gaps(country: str | None = None) -> pd.DataFrame:
    """Return what is known not to exist, why, and what to do instead."""
    place = None if country is None else parse_country(country)
    rows = [
        {
            "country": g.country or "any",
            "activity_category": g.activity_category,
            "activity": g.activity or "any",
            "instrument": g.instrument,
            "years": _span(g.valid_from, g.valid_to),
            "reason": g.reason,
            "remedy": g.remedy,
        }
        for g in gaps()
        if place is None or g.country in ("", place)
    ]
    columns = ["country", "activity_category", "activity", "instrument", "years", "reason", "remedy"]
    return pd.DataFrame(rows, columns=columns)


def _span(first: int | None, last: int | None) -> str:
    """Return the years of a gap as text: `2022`, `2023-`, `-2005`, `all`."""
    if first is None and last is None:
        return "all"
    return str(first) if first == last else f"{first or ''}-{last or ''}"


def _ranges(years: set[int], open_from: int | None) -> str:
    """Return years as text: `1990-2020, 2022-2024`, and `1990-` where the validity is open."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    texts = [str(a) if a == b else f"{a}-{b}" for a, b in runs if open_from is None or a < open_from]
    return ", ".join([*texts, f"{open_from}-"] if open_from is not None else texts)
