"""A scenario: one complete way in which the API may have calculated; and the options it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from facility_emissions.calculation.questions import Key, parse_words
from facility_emissions.categories import RULES
from facility_emissions.categories.answer import Question
from facility_emissions.factors.book import PURCHASED_HEAT
from facility_emissions.method import Method
from facility_emissions.vocabulary.activities import Activity
from facility_emissions.vocabulary.units import Unit

Counted = tuple[Literal["year", "category"], object, int, int]  # how often what has the value, and all else


@dataclass(frozen=True, slots=True)
class Scenario:
    """How the API may have calculated; each field is the plain reading unless an option changes it.

    Attributes:
        method: GWP, editions, databases, refrigerants and year rule.
        own: whether the user's own factors count.
        year_shift: years from the year of consumption to that of its factors.
        fuels_of: country (or WORLD) whose set answers for fuels; '' for the facility's own.
        basis: which energies of fuel are read on the other heating-value basis: `plain` ones,
            those stated `gcv`, or `ncv`.
        contracts, suppliers: whether the market-based figure follows them.
        toggled: figures put into the headline, or left out of it.
        biomass: `beside` co2e, `inside` it (biogenic CO2), or `whole` (CH4 and N2O of biofuels
            beside it too).
        counted: how often years and categories of record count.
        until: last year of consumption for which this differs from the plain reading.
        shares: how many times a facility's share is applied to its quantity.
        rounded: to how many decimals each record is rounded before they are added up.
        scale: what every figure is multiplied with.
        logistic: what the logistic_factor multiplies: nothing, `scope2`, or `all`.
    """

    method: Method
    own: bool = True
    year_shift: int = 0
    fuels_of: str = ""
    basis: Literal["", "plain", "gcv", "ncv"] = ""
    contracts: bool = True
    suppliers: bool = True
    toggled: frozenset[str] = frozenset()
    biomass: Literal["beside", "inside", "whole"] = "beside"
    counted: tuple[Counted, ...] = ()
    until: int | None = None
    shares: int = 1
    rounded: int | None = None
    scale: float = 1.0
    logistic: Literal["", "scope2", "all"] = ""

    @property
    def figures(self) -> frozenset[str]:
        """The activity categories that are added up."""
        return frozenset(self.method.headline) ^ self.toggled


@dataclass(frozen=True)
class Option:
    """One documented alternative to the plain reading.

    Attributes:
        id: its name in the frames.
        dimension: options of one dimension exclude each other.
        words: what the API does by it, after "The API".
        method: fields of the Method that it sets.
        fields: fields of the scenario that it sets.
        toggled: figures that it puts in, or leaves out.
        counted: how often records count.
    """

    id: str
    dimension: str
    words: str
    method: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    toggled: frozenset[str] = frozenset()
    counted: tuple[Counted, ...] = ()

    @property
    def selects(self) -> bool:
        """Whether it may change which factor answers, or its GWP."""
        return bool(set(self.method) - {"year_rule"} or {"own", "year_shift", "fuels_of", "basis"} & set(self.fields))


def combine(base: Scenario, options: Iterable[Option]) -> Scenario | None:
    """Return the scenario of several options together, None where no Method holds them."""
    made, method = base, dict[str, object]()
    for option in options:
        method.update(option.method)
        made = replace(
            made,
            toggled=made.toggled ^ option.toggled,
            counted=(*made.counted, *option.counted),
            **option.fields,  # type: ignore[arg-type]
        )
    if not method:
        return made
    try:
        return replace(made, method=Method(**{**base.method.model_dump(), **method}))
    except ValueError:  # pydantic's: an agency's refrigerants over 20 years
        return None


def rewritten(key: Key, scenario: Scenario) -> Key:
    """Return the question that a scenario asks in place of a key; the key itself where it is the same."""
    parsed = parse_words(key)
    if key.year is None or parsed.activity is None or parsed.unit is None:
        return key
    changes: dict[str, Any] = {}
    if scenario.year_shift:
        terms, by = parsed.terms, scenario.year_shift
        dated = {"since": key.since, "contract_start": terms.contract_start, "contract_end": terms.contract_end}
        changes |= {name: _shifted(day, by) for name, day in dated.items() if day is not None}
        changes["year"] = key.year + by
    if not scenario.own and key.custom_factor_id is not None:
        changes["custom_factor_id"] = None
    if parsed.category == "electricity":
        if not scenario.contracts and key.contract is not None:
            changes |= dict.fromkeys(_CONTRACT)
        if not scenario.suppliers and key.supplier is not None:
            changes["supplier"] = None
    elif parsed.category == "heat" and parsed.activity.id not in PURCHASED_HEAT:
        changes |= _of_fuel(key, parsed.activity, parsed.unit, parsed.heat_basis, scenario)
    return key._replace(**changes) if changes else key


def _of_fuel(key: Key, activity: Activity, unit: Unit, heat_basis: str, scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario asks otherwise of a fuel: its energy basis, the country of its set."""
    country = key.profile.country
    moves = scenario.fuels_of not in ("", country)
    if not moves and not scenario.basis:
        return {}
    # As the unit is read at home, so that another country's set changes nothing but the factor.
    at_home = RULES["heat"].stated_unit(Question(activity, unit, country, key.year or 0, heat_basis=heat_basis)).value
    read = at_home
    if scenario.basis == (unit.basis or heat_basis or "plain") and at_home[-3:] in _OTHER:
        read = at_home[:-3] + _OTHER[at_home[-3:]]
    changes: dict[str, Any] = {}
    if moves or read != at_home:
        changes = {"unit": read, "heat_basis": None}
    if moves:
        changes["profile"] = key.profile._replace(country=scenario.fuels_of, subdivision="", grid_region="")
    return changes


def _shifted(day: dt.date, years: int) -> dt.date:
    """Return the day so many years later; 29 February may become the 28th."""
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


_OTHER = {"gcv": "ncv", "ncv": "gcv"}
_CONTRACT = ("contract", "contract_share", "contract_start", "contract_end")
