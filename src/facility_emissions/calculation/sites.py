"""What the calculation takes from facilities: where they are, what they are, their share.

Facilities are many, their profiles few: the rows' keys hold the profile, so that five
thousand facilities of twenty countries ask few distinct questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

import pandas as pd

from facility_emissions.errors import ContractError, VocabularyError, did_you_mean
from facility_emissions.facility import Facility
from facility_emissions.portfolio import Portfolio
from facility_emissions.vocabulary.activities import parse_category
from facility_emissions.vocabulary.countries import parse_country, parse_subdivision
from facility_emissions.vocabulary.sectors import sector_of


class Profile(NamedTuple):
    """What a facility's rates depend on; `problem` says why it cannot be calculated.

    `sector` is that of its type; `facility_type` is kept where the type names none. `own` is the
    facility's id where the user has factors for it alone, else '': such a facility shares no rates.
    """

    country: str = ""
    subdivision: str = ""
    grid_region: str = ""
    sector: str = ""
    facility_type: str = ""
    categories: frozenset[str] | None = None
    problem: tuple[str, str, str] | None = None  # column, reason, remedy
    own: str = ""


class Site(NamedTuple):
    """One facility as the calculation sees it."""

    facility_id: str
    profile: Profile
    logistic_factor: float | None
    name: str | None = None


Facilities = pd.DataFrame | Portfolio | Iterable[Facility | Mapping[str, Any]]


def read_sites(facilities: Facilities, *, include_archived: bool) -> dict[str, Site]:
    """Return the facilities by id.

    Args:
        facilities: models, a Portfolio, mappings, or a frame with `facility_id` (or `id`) and
            `country`; optional `type`, `status`, `categories` (list, or text joined by `|`),
            `subdivision`, `grid_region`, `logistic_factor`, `name`.
        include_archived: whether archived facilities are calculated.

    Raises:
        ContractError: no id or country column, an id twice, a logistic factor outside 0..1.
    """
    labels, columns = _columns(facilities)
    sites: dict[str, Site] = {}
    profiles: dict[tuple[object, ...], Profile] = {}
    words = zip(*(columns[name] for name in _PROFILE), strict=False)
    for number, key, name, factor, of_profile in zip(
        labels, columns["facility_id"], columns["name"], columns["logistic_factor"], words, strict=False
    ):
        if _null(key):
            raise ContractError(f"facilities row {number}: no facility_id.")
        facility_id = id_text(key)
        if facility_id in sites:
            raise ContractError(f"facilities row {number}: facility_id {facility_id!r} appears twice.")
        sites[facility_id] = Site(
            facility_id,
            _known_profile(of_profile, profiles, include_archived=include_archived),
            _logistic_factor(factor, facility_id),
            _text(name) or None,
        )
    return sites


def set_apart(sites: dict[str, Site], ids: frozenset[str]) -> dict[str, Site]:
    """Return the facilities, those of `ids` with profiles of their own."""
    apart = {i: sites[i]._replace(profile=sites[i].profile._replace(own=i)) for i in ids if i in sites}
    return {**sites, **apart} if apart else sites


def id_text(value: Any) -> str:
    """Return an id as text; a whole number that pandas made a float of (a null beside it) is one again."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


_PROFILE = ("status", "country", "subdivision", "grid_region", "type", "categories")


def _columns(facilities: Facilities) -> tuple[Iterable[object], dict[str, Iterable[Any]]]:
    """Return the labels of the rows, and the columns that are read, each as plain values."""
    names = (*_PROFILE, "logistic_factor", "name")
    if not isinstance(facilities, pd.DataFrame):
        rows = [f.model_dump() if isinstance(f, Facility) else f for f in facilities]
        ids = [row.get("facility_id", row.get("id")) for row in rows]
        return range(len(rows)), {"facility_id": ids, **{name: [row.get(name) for row in rows] for name in names}}
    given = {str(c): c for c in facilities.columns}
    if "facility_id" not in given and "id" not in given:
        hint = did_you_mean("facility_id", given)
        raise ContractError(f"The facilities frame has no column 'facility_id' (or 'id').{hint}")
    if "country" not in given:
        raise ContractError(f"The facilities frame has no column 'country'.{did_you_mean('country', given)}")
    columns: dict[str, Iterable[Any]] = {
        name: facilities[given[name]].tolist() if name in given else repeat(None) for name in names
    }
    columns["facility_id"] = facilities[given.get("facility_id", given.get("id"))].tolist()
    return facilities.index, columns


def _known_profile(
    words: tuple[object, ...], profiles: dict[tuple[object, ...], Profile], *, include_archived: bool
) -> Profile:
    """Return the profile of a facility; facilities are many, the words of their profiles few."""
    try:
        found = profiles.get(words)
    except TypeError:  # a list of categories
        return _profile(words, include_archived=include_archived)
    if found is None:
        found = profiles[words] = _profile(words, include_archived=include_archived)
    return found


def _profile(words: tuple[Any, ...], *, include_archived: bool) -> Profile:
    *texts, enabled = words
    if isinstance(enabled, str):
        enabled = [v for v in enabled.replace(",", "|").split("|") if v.strip()] or None
    listed = tuple(map(str, enabled)) if isinstance(enabled, Iterable) else None
    return _make_profile(*map(_text, texts), listed, include_archived)


@lru_cache(maxsize=1 << 16)
def _make_profile(
    status: str,
    country_text: str,
    subdivision: str,
    grid_region: str,
    facility_type: str,
    categories: tuple[str, ...] | None,
    include_archived: bool,
) -> Profile:
    """Return the profile that a facility's words stand for; the same words give the same object."""
    status = status.casefold() or "active"
    if status == "archived" and not include_archived:
        reason = "The facility is archived."
        return Profile(problem=("facility_id", reason, "Set it to active, or use Method(include_archived=True)."))
    if status not in ("active", "archived"):
        reason = f"The facility's status is {status!r}; known: active, archived."
        return Profile(problem=("facility_id", reason, "Correct the status of the facility."))
    remedy = "Correct the country of the facility: an ISO 3166-1 code (ES, ESP) or name."
    if not country_text:
        return Profile(problem=("facility_id", "The facility has no country.", remedy))
    try:
        country = parse_country(country_text)
        remedy = "Correct that field of the facility."
        sector = sector_of(facility_type)
        return Profile(
            country=country,
            subdivision=parse_subdivision(subdivision, country) if subdivision else "",
            grid_region=parse_subdivision(grid_region, country) if grid_region else "",
            sector="" if sector.flag else sector.value,
            facility_type=facility_type if sector.flag else "",
            categories=None if categories is None else frozenset(parse_category(c) for c in categories),
        )
    except VocabularyError as error:
        return Profile(problem=("facility_id", f"The facility cannot be read: {error}", remedy))


def _logistic_factor(value: Any, facility_id: str) -> float | None:
    if _null(value):
        return None
    try:
        factor = float(value)
    except (TypeError, ValueError):
        raise ContractError(
            f"Facility {facility_id!r}: logistic_factor {value!r} is no number; 0 to 1 with a decimal point."
        ) from None
    if not 0 <= factor <= 1:
        raise ContractError(f"Facility {facility_id!r}: logistic_factor {value!r} is outside 0..1.")
    return factor


def _null(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def _text(value: Any) -> str:
    return "" if _null(value) else str(value).strip()
