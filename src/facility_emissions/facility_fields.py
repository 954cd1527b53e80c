"""The types of a facility's fields: what each takes, what it makes of it, what it says if not.

They are shared by the object that the API returns and the bodies that create and change one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import warnings
from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from facility_emissions.errors import did_you_mean
from facility_emissions.vocabulary.countries import parse_country, parse_grid_region, parse_subdivision
from facility_emissions.vocabulary.cups import parse_cups

CategoryId = Literal["heat", "electricity", "water", "recharge"]
Status = Literal["active", "archived"]
CATEGORIES: tuple[CategoryId, ...] = ("heat", "electricity", "water", "recharge")
STATUSES: tuple[Status, ...] = ("active", "archived")
#: What the API gives a new facility that states none.
DEFAULT_LOGISTIC_FACTOR = 0.8


class FacilityWarning(UserWarning):
    """Something about a facility is doubtful, but can be used."""


class CupsWarning(FacilityWarning):
    """A CUPS has the right shape but the wrong check letters, or is given twice."""


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"a number is asked for, not true or false; given {value!r}")
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            hint = " (the decimal mark is a point)" if "," in value else ""
            raise ValueError(f"a number is asked for{hint}; given {value!r}") from None
        value = number
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"a finite number is asked for, or null where it is unknown; given {value!r}")
    return value


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        hint = f" ({value:g} % is {value / 100:g})" if 1 < value <= 100 else ""
        raise ValueError(f"a share between 0 and 1 is asked for{hint}; given {value!r}")
    return value


def _text(value: object) -> object:
    if isinstance(value, (int, float)):
        raise ValueError(f"text is asked for (a number loses its leading zeros); given {value!r}")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError(f"this may not be blank; given {value!r}")
    return value


def _id(value: object) -> object:
    whole_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole_number or isinstance(value, UUID) else value


def _country(value: object) -> object:
    if value is None or value == "":
        raise ValueError(
            "the country is empty; a code such as 'ES' is asked for "
            "(if it is Namibia: pandas reads 'NA' as null unless keep_default_na=False)"
        )
    if not isinstance(value, str):
        raise ValueError(f"a country is asked for, as a code or a name; given {value!r}")
    return parse_country(value)


def _country_to_create(value: object, info: ValidationInfo) -> object:
    if not value and info.data.get("address"):
        raise ValueError(
            "only an address is given. The API takes the country from the address by geocoding, "
            "which needs the internet; nothing here goes online: give the country too, such as country='ES'"
        )
    return _country(value)


def _subdivision(value: str, info: ValidationInfo) -> str | None:
    country = info.data.get("country")  # absent in an update of other fields, or not valid itself
    return (parse_subdivision(value, country) if country else value) if value.strip() else None


def _grid_region(value: str, info: ValidationInfo) -> str | None:
    country = info.data.get("country")
    return (parse_grid_region(value, country) if country else value) if value.strip() else None


def _word(choices: Sequence[str], what: str) -> BeforeValidator:
    def check(value: object) -> object:
        word = value.strip().lower() if isinstance(value, str) else value
        if word not in choices:
            hint = did_you_mean(word, choices) if isinstance(word, str) else ""
            raise ValueError(f"{value!r} is no {what}.{hint} Known: {', '.join(choices)}.")
        return word

    return BeforeValidator(check)


def _list(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f"a list is asked for, such as [{value!r}]; given {value!r}")
    return value


def _distinct(value: list[CategoryId]) -> list[CategoryId]:
    return list(dict.fromkeys(value))


def _cups(value: str) -> str:
    return parse_cups(value)[0]


def _cups_list(value: list[str], info: ValidationInfo) -> list[str]:
    """Keep the first of equal CUPS. Doubts become warnings.

    A caller that reads many facilities collects the doubts in `context["notes"]` instead.
    """
    distinct = list(dict.fromkeys(value))
    notes = [note for note in (parse_cups(number)[1] for number in distinct) if note]
    twice = [number for number in distinct if value.count(number) > 1]
    notes += [f"CUPS {number!r} is given {value.count(number)} times; kept once." for number in twice]
    collected: list[str] | None = (info.context or {}).get("notes")
    if collected is not None:
        collected += notes
    else:
        for note in notes:
            warnings.warn(note, CupsWarning, stacklevel=3)  # 3: past pydantic, to who made the model
    return distinct


def _time(value: object) -> object:
    """Take ISO 8601 text or a datetime to UTC; without a zone it is taken to be UTC."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = dt.datetime.fromisoformat(value.strip())
    if not isinstance(value, dt.datetime) or value != value:  # pandas' NaT is a datetime, unequal to itself
        raise ValueError(f"an ISO 8601 time is asked for, such as '2024-11-24T10:30:00Z'; given {value!r}")
    value = dt.datetime.combine(value.date(), value.timetz())  # a pandas Timestamp becomes plain
    try:
        value = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError(f"the time in UTC is out of range; given {value!r}") from None
    return value.replace(fold=0)


Number = Annotated[float, BeforeValidator(_number)]
NotNegative = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, AfterValidator(_share)]
Text = Annotated[str, BeforeValidator(_text)]
Filled = Annotated[Text, AfterValidator(_filled)]
FacilityId = Annotated[Filled, BeforeValidator(_id)]
Country = Annotated[str, BeforeValidator(_country)]
CountryToCreate = Annotated[str, BeforeValidator(_country_to_create)]
Subdivision = Annotated[Text, AfterValidator(_subdivision)]
GridRegion = Annotated[Text, AfterValidator(_grid_region)]
StatusField = Annotated[Status, _word(STATUSES, "status of a facility")]
Categories = Annotated[
    list[Annotated[CategoryId, _word(CATEGORIES, "category of a facility")]],
    BeforeValidator(_list),
    AfterValidator(_distinct),
]
CupsList = Annotated[list[Annotated[Text, AfterValidator(_cups)]], BeforeValidator(_list), AfterValidator(_cups_list)]
Time = Annotated[dt.datetime, BeforeValidator(_time)]
