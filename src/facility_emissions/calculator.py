"""`calculator`: a Method and facilities made ready once, for services that ask one record at a time."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from facility_emissions.calculation.engine import run
from facility_emissions.calculation.periods import FIRST_YEAR, LAST_YEAR
from facility_emissions.calculation.questions import WORDS, Key
from facility_emissions.calculation.rates import Entry
from facility_emissions.calculation.resolve import resolver_for
from facility_emissions.calculation.sites import Facilities, read_sites
from facility_emissions.calculation.supply_points import SupplyPoints
from facility_emissions.consumption import ConsumptionRecord, to_frame
from facility_emissions.errors import VocabularyError
from facility_emissions.factors.custom import FactorTable, Rows
from facility_emissions.method import Method
from facility_emissions.results import Result
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

_KEPT = ("record_id", "cups", "organization_id")
_PLAIN = frozenset(("facility_id", "quantity", "start_date", "end_date", *_KEPT, *WORDS))
# Exact types: a subclass (bool, a stamp) is looked at more closely.
_NUMBERS, _TEXTS, _DAYS = frozenset({float, int}), frozenset({str, type(None)}), frozenset({str, dt.date})
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Figure:
    """The emissions of one record.

    Attributes:
        co2e, co2e_biomass: headline and biogenic CO2 [kg]; NaN where the record is a problem.
        figures: CO2e of each activity category [kg].
        flags, factor_ids: as in `Result.records`.
        problems: what is wrong: column, value, reason, remedy; empty where there is a figure.
    """

    co2e: float
    co2e_biomass: float
    figures: Mapping[str, float]
    flags: str
    factor_ids: str
    problems: tuple[Mapping[str, object], ...] = ()


class Calculator:
    """A Method, facilities and factors of the user's own, read once; safe to share between threads.

    The same figures as `calculate` gives, bit for bit.
    """

    def __init__(
        self,
        facilities: Facilities,
        method: Method | None = None,
        *,
        custom_factors: FactorTable | Rows | None = None,
    ) -> None:
        """Read the facilities and the factors of the user's own; arguments as of `calculate`."""
        self.method = method or Method()
        self._own = FactorTable.of(custom_factors)
        sites = read_sites(facilities, include_archived=self.method.include_archived)
        self._sites = sites.set_apart(self._own.facilities)
        self._resolver = resolver_for(self.method, self._own)
        self._points = SupplyPoints(self._sites)

    def calculate(self, consumption: pd.DataFrame | Iterable[ConsumptionRecord | Mapping[str, object]]) -> Result:
        """Return what `calculate` returns for consumption records."""
        return Result(run(to_frame(consumption), self._sites, self.method, self._own))

    def __call__(self, record: ConsumptionRecord | Mapping[str, Any]) -> Figure:
        """Return the figure of one record.

        A record without shares whose period lies in one year is looked up; any other, and any that
        is a problem, goes the way of `calculate`.
        """
        row = record.model_dump(exclude_none=True) if isinstance(record, ConsumptionRecord) else record
        quantity, facility_id = row.get("quantity"), row.get("facility_id")
        words = tuple(map(row.get, WORDS))
        plain = type(quantity) in _NUMBERS and type(facility_id) is str and row.keys() <= _PLAIN
        plain = plain and self._sound(row.get("cups"), facility_id)
        if plain and all(type(w) in _TEXTS for w in words) and 0 <= quantity < math.inf:  # type: ignore[operator]
            site, year = self._sites.get(str(facility_id)), _one_year(row.get("start_date"), row.get("end_date"))
            if site is not None and year:
                key = Key(site.profile, year, *words)
                entry = self._resolver.entry(key)
                if not (math.isnan(entry.co2e) or self._resolver.edges(key)):
                    return self._figure(entry, quantity)  # type: ignore[arg-type]
        return self._whole(row)

    def _sound(self, cups: object, facility_id: object) -> bool:
        """Whether a record's CUPS is right, or not given."""
        try:
            return cups is None or (type(cups) is str and not self._points.flags(cups, str(facility_id)))
        except VocabularyError:
            return False

    def _figure(self, entry: Entry, quantity: float) -> Figure:
        figures = {name: quantity * rate for name, rate in entry.figures.items()}
        texts = entry.flag_text, entry.factor_text
        return Figure(quantity * entry.co2e, quantity * entry.co2e_biomass, figures, *texts)

    def _whole(self, row: Mapping[str, Any]) -> Figure:
        """Calculate one record as a frame of one row."""
        result = self.calculate([row])
        found = result.records.iloc[0].to_dict()
        figures = {n: float(found[n]) for n in sorted(ACTIVITY_CATEGORIES) if not math.isnan(found.get(n, math.nan))}
        problems = result.problems[["column", "value", "reason", "remedy"]].to_dict("records")
        return Figure(
            float(found["co2e"]), float(found["co2e_biomass"]), figures, found["flags"], found["factor_ids"],
            tuple(problems),  # type: ignore[arg-type]
        )  # fmt: skip


def _one_year(start: object, end: object) -> int:
    """Return the year that a plain period lies in; 0 where it needs a closer look."""
    if type(start) not in _DAYS or type(end) not in _DAYS:
        return 0
    first, last = _date(start), _date(end)
    plain = first is not None and last is not None and first <= last and first.year == last.year
    return first.year if plain and FIRST_YEAR <= first.year <= LAST_YEAR else 0  # type: ignore[union-attr]


@lru_cache(maxsize=1 << 14)
def _date(day: object) -> dt.date | None:
    """Return a date, or text of the form 2024-01-31, as a date."""
    if not isinstance(day, str):
        return day  # type: ignore[return-value]
    try:
        return dt.date.fromisoformat(day) if _ISO.fullmatch(day) else None
    except ValueError:
        return None
