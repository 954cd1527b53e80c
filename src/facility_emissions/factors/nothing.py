"""What to say where nothing was found: what is known to be missing, and what would match."""

from __future__ import annotations

import pandas as pd

from facility_emissions.factors.book import FOLDER
from facility_emissions.factors.find import find
from facility_emissions.factors.matching import match_text
from facility_emissions.factors.sources import gaps
from facility_emissions.vocabulary.countries import parse_country

_MOST_NAMED = 8


def why_nothing(
    text: str | None = None,
    *,
    country: str | None = None,
    year: int | None = None,
    **conditions: str | None,
) -> list[str]:
    """Say, in sentences, why `find` with the same arguments found nothing.

    First the gaps that are known, with their remedy; then, for each condition that could be left
    out, what there would be without it.
    """
    said = _known_gaps(text, country, year, conditions.get("activity_category"))
    given = {"country": country, "year": year, **conditions}
    given = {name: value for name, value in given.items() if value is not None}
    for name, value in given.items():
        rest = {n: v for n, v in given.items() if n != name}
        if not rest and text is None:
            continue
        found = find(text, **rest)  # type: ignore[arg-type]
        if len(found):
            said.append(f"Without {name.replace('_', ' ')} {value!r}: {len(found):,} factors{_of(name, found)}.")
    return said


def _known_gaps(text: str | None, country: str | None, year: int | None, figure: str | None) -> list[str]:
    place = None if country is None else parse_country(country)
    named = {m.id for m in match_text(text) if m.kind == "activity"} if text is not None else set()
    if text is not None and not named:
        return []
    found = [
        g
        for g in gaps()
        if place is not None
        and g.country == place
        and (not named or g.activity in ("", *named))
        and g.activity_category in ((figure,) if figure else FOLDER)
        and (year is None or g.covers(year))
    ]
    return [f"{reason} {remedy}" for reason, remedy in dict.fromkeys((g.reason, g.remedy) for g in found)]


def _of(name: str, found: pd.DataFrame) -> str:
    """Return what the condition left out would have chosen from: ', of GB, FR' or ', for 2016 to 2025'."""
    if name == "year":
        last = found["valid_to"].max()
        return f", for {found['valid_from'].min()} to {'now' if found['valid_to'].isna().any() else int(last)}"
    column = {"country": "country", "activity_category": "activity_category", "source": "source_id", "unit": "unit"}
    if name not in column:
        return ""
    values = [str(v) for v in found[column[name]].value_counts().index]
    more = f" and {len(values) - _MOST_NAMED} more" if len(values) > _MOST_NAMED else ""
    return f", of {', '.join(values[:_MOST_NAMED])}{more}"
