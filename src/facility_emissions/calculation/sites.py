"""What the calculation takes from facilities: where they are, what they are, their share.

Facilities are many, their profiles few: the rows' keys hold the profile, so that five
thousand facilities of twenty countries ask few distinct questions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

import pandas as pd

from facility_emissions.calculation.columns import as_number
from facility_emissions.errors import ContractError, VocabularyError, did_you_mean
from facility_emissions.vocabulary.activities import parse_category
from facility_emissions.vocabulary.countries import parse_country, parse_subdivision
from facility_emissions.vocabulary.cups import parse_cups
from facility_emissions.vocabulary.sectors import sector_of

if TYPE_CHECKING:
    from facility_emissions.facility import Facility
    from facility_emissions.portfolio import Portfolio

A = TypeVar("A")


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
    """One facility as the calculation sees it; None is not stated. `cups` are its supply points.

    No rate depends on what follows the profile: only sums do. First of these come `_NUMBERS`, in their order.
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
    cups: frozenset[str] | None = None


Columns = Mapping[str, Iterable[Any]]
Facilities: TypeAlias = "pd.DataFrame | Portfolio | Iterable[Facility | Mapping[str, Any]]"


class Sites(Mapping[str, Site]):
    """The facilities by id, in the order in which they were given.

    The rates need their profiles alone, so the rest is laid out when somebody looks at it: five thousand
    objects would be a good part of what a call costs.

    Attributes:
        profiles: the profile of each facility.
    """

    def __init__(self, profiles: dict[str, Profile], columns: Columns | None = None) -> None:
        """Take the profiles by id, and what the table of facilities says beside, column by column."""
        self.profiles = profiles
        self._columns = columns

    @cached_property
    def _sites(self) -> dict[str, Site]:
        if self._columns is None:
            return {name: Site(name, profile) for name, profile in self.profiles.items()}
        of = self._columns
        types = _each(of["type"], lambda kind: _text(kind).casefold() or None)
        names = _each(of["name"], lambda name: _text(name) or None)
        points = _each(of["cups_list"], _supply_points)
        numbers = (of[name] for name in _NUMBERS)
        # A column that is not there never ends.
        cells = zip(self.profiles, self.profiles.values(), *numbers, types, names, points, strict=False)
        return dict(zip(self.profiles, map(Site._make, cells), strict=True))

    def __getitem__(self, facility_id: str) -> Site:
        """Return a facility."""
        return self._sites[facility_id]

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self.profiles)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.profiles)

    def set_apart(self, ids: frozenset[str]) -> Sites:
        """Return the facilities, those of `ids` with profiles of their own."""
        apart = {i: self.profiles[i]._replace(own=i) for i in ids if i in self.profiles}
        return Sites({**self.profiles, **apart}, self._columns) if apart else self


def read_sites(facilities: Facilities, *, include_archived: bool) -> Sites:
    """Return the facilities by id.

    Args:
        facilities: models, a Portfolio, mappings, or a frame with `facility_id` (or `id`) and
            `country`; optional `type`, `status`, `categories` (list, or text joined by `|`),
            `subdivision`, `grid_region`, `logistic_factor`, `consolidation_share`, `surface_m2`,
            `employees`, `tonnes`, `name`, `cups_list` (list, or text joined by `|`).
        include_archived: whether archived facilities are calculated.

    Raises:
        ContractError: no id or country column, an id twice, a share outside 0..1, a surface,
            a number of employees or tonnes that is no number, infinite or negative.
    """
    labels, columns = _columns(facilities)
    ids = _ids(columns["facility_id"], labels)
    profiles = _profiles(zip(*(columns[name] for name in _PROFILE), strict=False), include_archived=include_archived)
    numbers = {name: _numbers(columns[name], name, ids, labels) for name in _NUMBERS}
    return Sites(dict(zip(ids, profiles, strict=True)), {**columns, **numbers})


def id_text(value: Any) -> str:
    """Return an id as text; a whole number that pandas made a float of (a null beside it) is one again."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


_SHARES = ("logistic_factor", "consolidation_share")
_NUMBERS = (*_SHARES, "surface_m2", "employees", "tonnes")
_PROFILE = ("status", "country", "subdivision", "grid_region", "type", "categories")


def _columns(facilities: Facilities) -> tuple[Iterable[object], Columns]:
    """Return the labels of the rows, and the columns that are read, each as plain values."""
    names = (*_PROFILE, *_NUMBERS, "name", "cups_list")
    if not isinstance(facilities, pd.DataFrame):
        rows = [f if isinstance(f, Mapping) else f.model_dump() for f in facilities]
        ids = [row.get("facility_id", row.get("id")) for row in rows]
        return range(len(rows)), {"facility_id": ids, **{name: [row.get(name) for row in rows] for name in names}}
    given = {str(c): c for c in facilities.columns}
    if "facility_id" not in given and "id" not in given:
        hint = did_you_mean("facility_id", given)
        raise ContractError(f"The facilities frame has no column 'facility_id' (or 'id').{hint}")
    if "country" not in given:
        raise ContractError(f"The facilities frame has no column 'country'.{did_you_mean('country', given)}")
    columns = {name: facilities[given[name]].tolist() if name in given else repeat(None) for name in names}
    columns["facility_id"] = facilities[given.get("facility_id", given.get("id"))].tolist()
    return facilities.index, columns


def _ids(given: Iterable[object], labels: Iterable[object]) -> list[str]:
    """Return the ids as text; each has to be there, and once."""
    keys = list(given)
    ids = [key.strip() if type(key) is str else id_text(key) for key in keys]  # most are, and there may be many
    if len(set(ids)) == len(ids) and not any(type(key) is not str and _null(key) for key in keys):
        return ids
    seen: set[str] = set()
    for number, key, facility_id in zip(labels, keys, ids, strict=True):
        if _null(key):
            raise ContractError(f"facilities row {number}: no facility_id.")
        if facility_id in seen:
            raise ContractError(f"facilities row {number}: facility_id {facility_id!r} appears twice.")
        seen.add(facility_id)
    return ids


def _profiles(words: Iterable[tuple[object, ...]], *, include_archived: bool) -> Iterator[Profile]:
    """Yield the profile of each facility; facilities are many, the words of their profiles few."""
    known: dict[tuple[object, ...], Profile] = {}
    for of in words:
        try:
            found = known.get(of)
        except TypeError:  # a list of categories
            yield _profile(of, include_archived=include_archived)
            continue
        if found is None:
            found = known[of] = _profile(of, include_archived=include_archived)
        yield found


def _profile(words: tuple[Any, ...], *, include_archived: bool) -> Profile:
    *texts, enabled = words
    return _make_profile(*map(_text, texts), _listed(enabled), include_archived)


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


def _listed(given: Any) -> tuple[str, ...] | None:
    """Return the items of a list, or of text that is joined by `|` or commas; None for nothing."""
    if isinstance(given, str):
        given = [item for item in given.replace(",", "|").split("|") if item.strip()] or None
    return tuple(map(str, given)) if isinstance(given, Iterable) else None


def _supply_points(given: Any) -> frozenset[str] | None:
    """Return a facility's CUPS, None where none are stated; one that cannot be read is kept as it is written."""
    return frozenset(map(_supply_point, _listed(given) or ())) or None


def _supply_point(text: str) -> str:
    try:
        return parse_cups(text)[0]
    except VocabularyError:
        return text


def _each(given: Iterable[Any], read: Callable[[Any], A]) -> Iterable[A | None]:
    """Return the cells of a column as they are read; of a column that is not there nothing is read."""
    return given if isinstance(given, repeat) else map(read, given)


def _numbers(given: Iterable[Any], name: str, ids: Sequence[str], labels: Iterable[object]) -> Iterable[float | None]:
    if isinstance(given, repeat):
        return given
    return [
        None if value is None else _number(value, name, facility_id, row)
        for value, facility_id, row in zip(given, ids, labels, strict=False)
    ]


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
    if type(value) is str:
        return value.strip()
    return "" if _null(value) else str(value).strip()
