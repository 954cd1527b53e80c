"""What the calculation takes from facilities: where they are, what they are, their share.

Facilities are many, their profiles few: the rows' keys hold the profile, so that five
thousand facilities of twenty countries ask few distinct questions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import Any

import pandas as pd

from facility_emissions.calculation.columns import as_number
from facility_emissions.errors import ContractError, VocabularyError, did_you_mean
from facility_emissions.facility import Facility
from facility_emissions.portfolio import Portfolio
from facility_emissions.vocabulary.activities import parse_category
from facility_emissions.vocabulary.countries import parse_country, parse_subdivision
from facility_emissions.vocabulary.sectors import sector_of


@dataclass(frozen=True, slots=True)
class Profile:
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


@dataclass(frozen=True, slots=True)
class Site:
    """One facility as the calculation sees it; None is not stated.

    No rate depends on what follows the profile: only sums do.
    """

    facility_id: str
    profile: Profile
    logistic_factor: float | None = None
    consolidation_share: float | None = None
    surface_m2: float | None = None
    employees: float | None = None
    tonnes: float | None = None
    type: str | None = None
    name: str | None = None


Facilities = pd.DataFrame | Portfolio | Iterable[Facility | Mapping[str, Any]]


def read_sites(facilities: Facilities, *, include_archived: bool) -> dict[str, Site]:
    """Return the facilities by id.

    Args:
        facilities: models, a Portfolio, mappings, or a frame with `facility_id` (or `id`) and
            `country`; optional `type`, `status`, `categories` (list, or text joined by `|`),
            `subdivision`, `grid_region`, `logistic_factor`, `consolidation_share`, `surface_m2`,
            `employees`, `tonnes`, `name`.
        include_archived: whether archived facilities are calculated.

    Raises:
        ContractError: no id or country column, an id twice, a share outside 0..1, a surface,
            a number of employees or tonnes that is no number, infinite or negative.
    """
    sites: dict[str, Site] = {}
    profiles: dict[tuple[object, ...], Profile] = {}
    labels = facilities.index if isinstance(facilities, pd.DataFrame) else count()
    for number, row in zip(labels, _rows(facilities), strict=False):
        key = row.get("facility_id", row.get("id"))
        if _null(key):
            raise ContractError(f"facilities row {number}: no facility_id.")
        facility_id = id_text(key)
        if facility_id in sites:
            raise ContractError(f"facilities row {number}: facility_id {facility_id!r} appears twice.")
        sites[facility_id] = Site(
            facility_id,
            _known_profile(row, profiles, include_archived=include_archived),
            **{name: _number(row[name], name, facility_id, number) for name in _NUMBERS if name in row},
            type=_text(row.get("type")).casefold() or None,
            name=_text(row.get("name")) or None,
        )
    return sites


def set_apart(sites: dict[str, Site], ids: frozenset[str]) -> dict[str, Site]:
    """Return the facilities, those of `ids` with profiles of their own."""
    apart = {i: replace(sites[i], profile=replace(sites[i].profile, own=i)) for i in ids if i in sites}
    return {**sites, **apart} if apart else sites


def id_text(value: Any) -> str:
    """Return an id as text; a whole number that pandas made a float of (a null beside it) is one again."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _rows(facilities: Facilities) -> Iterable[Mapping[str, Any]]:
    if isinstance(facilities, pd.DataFrame):
        names = [str(c) for c in facilities.columns]
        if "facility_id" not in names and "id" not in names:
            hint = did_you_mean("facility_id", names)
            raise ContractError(f"The facilities frame has no column 'facility_id' (or 'id').{hint}")
        if "country" not in names:
            hint = did_you_mean("country", names)
            raise ContractError(f"The facilities frame has no column 'country'.{hint}")
        columns = {name: facilities[name].tolist() for name in names}
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [f.model_dump() if isinstance(f, Facility) else f for f in facilities]


_SHARES = ("logistic_factor", "consolidation_share")
_NUMBERS = (*_SHARES, "surface_m2", "employees", "tonnes")
_PROFILE = ("status", "country", "subdivision", "grid_region", "type")


def _known_profile(
    row: Mapping[str, Any], profiles: dict[tuple[object, ...], Profile], *, include_archived: bool
) -> Profile:
    """Return the profile of a facility; facilities are many, the words of their profiles few."""
    words = tuple(map(row.get, (*_PROFILE, "categories")))
    try:
        found = profiles.get(words)
    except TypeError:  # a list of categories
        return _profile(row, include_archived=include_archived)
    if found is None:
        found = profiles[words] = _profile(row, include_archived=include_archived)
    return found


def _profile(row: Mapping[str, Any], *, include_archived: bool) -> Profile:
    texts = tuple(_text(row.get(name)) for name in _PROFILE)
    enabled = row.get("categories")
    if isinstance(enabled, str):
        enabled = [v for v in enabled.replace(",", "|").split("|") if v.strip()] or None
    listed = tuple(map(str, enabled)) if isinstance(enabled, Iterable) else None
    return _make_profile(*texts, listed, include_archived)


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


def _number(value: Any, name: str, facility_id: str, row: object) -> float | None:
    if _null(value) or (isinstance(value, str) and not value.strip()):
        return None
    at, share = f"facilities row {row} (facility {facility_id!r}): {name} {value!r}", name in _SHARES
    found = None if isinstance(value, bool) else as_number(value)
    if found is None:
        asked = "0 to 1 with a decimal point" if share else "a decimal point and no thousands separator"
        raise ContractError(f"{at} is no number; {asked}.")
    if share and not 0 <= found <= 1:
        hint = f" {found:g} % is {found / 100:g}." if 1 < found <= 100 else ""
        raise ContractError(f"{at} is outside 0..1.{hint}")
    if not 0 <= found < math.inf:
        wrong = "negative" if found < 0 else "not finite"
        raise ContractError(f"{at} is {wrong}; leave it empty where it is unknown.")
    return found


def _null(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def _text(value: Any) -> str:
    return "" if _null(value) else str(value).strip()
