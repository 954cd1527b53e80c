"""One row of a user's own factor table: its columns, what each may hold, all that is wrong with it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

import numpy as np
import pandas as pd

from facility_emissions import gwp
from facility_emissions.errors import VocabularyError, did_you_mean
from facility_emissions.factors.book import PURCHASED_HEAT
from facility_emissions.factors.schema import BOUNDARIES, FACTOR_COLUMNS, RUNGS, WORLD, Factor
from facility_emissions.factors.validity import FIRST_DAY, FIRST_YEAR, OPEN_DAY, Validity, parse_edge
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, Activity, parse_activity
from facility_emissions.vocabulary.countries import parse_country, parse_subdivision
from facility_emissions.vocabulary.instruments import parse_instrument
from facility_emissions.vocabulary.regions import REGIONS
from facility_emissions.vocabulary.sectors import parse_sector
from facility_emissions.vocabulary.suppliers import fold_supplier
from facility_emissions.vocabulary.units import UNITS, Unit, parse_unit

OWN_COLUMNS = (*FACTOR_COLUMNS, "facility_id", "applies", "uncertainty")
REQUIRED = ("activity_category", "unit")
CUSTOM_SOURCE = ("custom", "user")  # source and edition where the user names none
BY_FIT, BY_NAME = "by_fit", "by_name"
ANY = "any"

_MASSES = ("co2_fossil_kg", "ch4_kg", "n2o_kg", "co2_biogenic_kg", "co2e_fixed_kg")
_SEVERAL = frozenset(
    ("stationary", "stationary_generation", "purchased_heat", "recharge", "wastewater_on_site")
)  # figures of many activities
_GWP_OF_FIXED = {
    "unstated": "unstated",
    **{s.casefold(): s for s in gwp.GWP_SETS},
    **{f"{s} GWP{h}".casefold(): s if h == 100 else f"{s} GWP{h}" for s in gwp.GWP_SETS for h in gwp.HORIZONS},
}
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+", re.ASCII)
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
_YEAR = re.compile(r"(\d{4})(\.0)?", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a row."""

    column: str
    value: object
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, eq=False)  # the same row is the same object
class OwnFactor:
    """One checked row of a user's table.

    Attributes:
        factor: the factor; its country and activity may be `any`, its years are those of `validity`.
        validity: the days of consumption that it is for.
        row: line of the file, label of the frame's row, or position.
        facility_id: the one facility that it is for, or ''.
        activity: the activity that it fits without being named; '' for all that have its figure.
        applies: `by_fit`, or `by_name`: only where a record names it.
    """

    factor: Factor
    validity: Validity
    row: object
    facility_id: str
    activity: str
    applies: str


def figures_of(activity: Activity) -> frozenset[str]:
    """Return the figures (activity categories) that a record of an activity may have."""
    if activity.category == "water":
        return frozenset((activity.id if activity.id in ACTIVITY_CATEGORIES else "wastewater_on_site",))
    if activity.category == "heat":
        bought = ("purchased_heat", "stationary_generation", "electricity_transmission_and_distribution")
        return frozenset(bought if activity.id in PURCHASED_HEAT else ("stationary", "stationary_generation"))
    return frozenset(a.id for a in ACTIVITY_CATEGORIES.values() if a.category == activity.category)


def is_null(value: object) -> bool:
    """Whether a cell is empty: None, a null of pandas, a NaN, or text of nothing but spaces."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, (float, np.floating, Decimal)):
        return bool(value != value)
    return isinstance(value, str) and not value.strip()


def cell_text(value: object) -> str:
    """Return a cell as text; a whole number that pandas made a float of is one again."""
    if is_null(value):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def check_row(
    cells: Mapping[str, object], row: object = None, *, decimal_comma: bool = False
) -> tuple[OwnFactor | None, list[Fault]]:
    """Check one row; return it as a factor, or everything that is wrong with it.

    Args:
        cells: values by column, all of them of `OWN_COLUMNS`; absent is empty.
        row: where it stands in its table.
        decimal_comma: whether text with a comma is a number (a file with semicolons).
    """
    reading = _Reading(cells, decimal_comma)
    factor = reading.factor(row)
    return (None, reading.faults) if reading.faults else (factor, [])


@dataclass(slots=True)
class _Reading:
    """The cells of one row while they are read; every fault is kept."""

    cells: Mapping[str, object]
    decimal_comma: bool
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, reason: str, remedy: str) -> None:
        self.faults.append(Fault(column, self.cells.get(column), reason, remedy))

    def text(self, column: str) -> str:
        return cell_text(self.cells.get(column))

    def number(self, column: str) -> float | None:
        """Return a mass [kg / unit]: finite and not negative; None where it is empty."""
        given = self.cells.get(column)
        if is_null(given):
            return None
        holds = f"column {column!r} holds {given!r}"
        remedy = "A number with a decimal point, as 0.182; leave it empty where the document gives none."
        plain = isinstance(given, (int, float, Decimal, np.number)) and not isinstance(given, (bool, np.bool_))
        text = str(given).strip()
        if self.decimal_comma and not plain:
            if _UNCLEAR.fullmatch(text):
                self.fault(column, f"{holds}, thousands or a decimal in a file with semicolons.",
                           "Write no thousands separator, or the decimals with a comma (1234,0).")  # fmt: skip
                return None
            if _COMMA.fullmatch(text):
                text = text.replace(".", "").replace(",", ".")
        if not plain and not _PLAIN.fullmatch(text):
            self.fault(column, f"{holds}, which is no number.", remedy)
            return None
        try:
            value = float(given if plain else text)  # type: ignore[arg-type]
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            self.fault(column, f"{holds}; factors are finite.", remedy)
        elif value < 0:
            self.fault(column, f"{holds}; a mass is not negative.", "Zero or more; removals are no emission factor.")
        return value

    def year(self, column: str) -> int | None:
        text = self.text(column)
        found = _YEAR.fullmatch(text)
        if not text or (found and FIRST_YEAR <= int(found[1]) <= 2100):
            return int(found[1]) if found else None
        self.fault(column, f"column {column!r} holds {text!r}, which is no year.",
                   "A calendar year of 1900 to 2100, as 2023; both ends are inside.")  # fmt: skip
        return None

    def edge(self, column: str, open_end: dt.date) -> dt.date:
        """Return the day that a validity begins or ends on; `open_end` where it is empty."""
        text = self.text(column)
        found = parse_edge(text, last=open_end == OPEN_DAY) if text else open_end
        if found is None:
            self.fault(column, f"column {column!r} holds {text!r}, which is no year and no day.",
                       "A year of 1900 to 2100, as 2023, or a day, as 2023-03-15; both ends are inside.")  # fmt: skip
        return found or open_end

    def word(self, column: str, parse: Callable[[str], T], remedy: str, default: T) -> T:
        text = self.text(column)
        if not text:
            return default
        try:
            return parse(text)
        except VocabularyError as error:
            self.fault(column, str(error), remedy)
            return default

    def choice(self, column: str, choices: Iterable[str], default: str = "") -> str:
        known = tuple(choices)
        text = self.text(column)
        if text.casefold() in known or not text:
            return text.casefold() or default
        self.fault(column, f"unknown {column} {text!r}.{did_you_mean(text, known)}", f"One of: {', '.join(known)}.")
        return default

    def factor(self, row: object) -> OwnFactor | None:
        for name in REQUIRED:
            if not self.text(name):
                self.fault(name, f"column {name!r} is missing or empty.", "Every row needs it.")
        figure = self.choice("activity_category", ACTIVITY_CATEGORIES)
        unit = self._unit(figure)
        activity, fits, applies = self._activity(figure)
        country, subdivision = self._place()
        supplier = self.text("supplier")
        if supplier and not fold_supplier(supplier):
            self.fault("supplier", f"supplier {supplier!r} names nobody.", "The name of the company.")
        instrument = self._instrument(figure)
        sector = self.word("sector", parse_sector, "An IPCC sector, or empty for all.", "")
        validity = Validity(self.edge("valid_from", FIRST_DAY), self.edge("valid_to", OPEN_DAY))
        if validity.last < validity.first:
            words = f"valid_to {validity.last_text()} is before valid_from {validity.first_text()}."
            self.fault("valid_to", words, "Swap the two.")
        masses = self._masses()
        if self.faults or unit is None:
            return None
        keys = {
            "activity_category": figure,
            "activity": activity,
            "country": country,
            "subdivision": subdivision,
            "unit": unit.id.removesuffix(f"_{unit.basis}"),
            "basis": unit.basis,
            "sector": sector,
            "instrument": instrument,
            "supplier": supplier,
            "source_id": self.text("source_id") or CUSTOM_SOURCE[0],
            "edition": self.text("edition") or CUSTOM_SOURCE[1],
        }
        facility = self.text("facility_id")
        factor = Factor(
            **keys,  # type: ignore[arg-type]
            **masses,  # type: ignore[arg-type]
            factor_id=self.text("factor_id") or _composed({**keys, "activity": fits or activity}, facility, validity),
            valid_from=validity.first.year,
            valid_to=validity.last_year,
            locator=self.text("locator"),
            note=self.text("note"),
        )
        return OwnFactor(factor, validity, row, facility, fits, applies)

    def _unit(self, figure: str) -> Unit | None:
        remedy = "A unit of the vocabulary; energy of a fuel with its basis, as kWh_gcv."
        unit = self.word("unit", parse_unit, remedy, None)
        basis = self.choice("basis", ("gcv", "ncv"))
        if unit is None:
            return None
        if basis and unit.basis != basis:
            if unit.basis or unit.dimension != "energy":
                self.fault("basis", f"basis {basis!r} does not go with the unit {unit.id!r}.", "Leave the basis empty.")
                return None
            unit = UNITS[f"{unit.id}_{basis}"]
        asked = _measured_in(figure)
        if asked and (unit.dimension != asked or unit.basis):
            shown = f"{unit.dimension} ({unit.basis})" if unit.basis else unit.dimension
            example = {
                "energy": "kWh, MWh or GJ, without a heating-value basis",
                "volume": "m3 or l",
                "mass": "kg or t",
            }
            self.fault("unit", f"{unit.id!r} ({shown}) does not measure {figure}.", f"Per {example[asked]}.")
            return None
        return unit

    def _activity(self, figure: str) -> tuple[str, str, str]:
        """Return the activity, the one that it fits unnamed ('' for all), and how it applies."""
        applies = self.choice("applies", (BY_FIT, BY_NAME))
        text, has_id = self.text("activity"), bool(self.text("factor_id"))
        if applies == BY_NAME and not has_id:
            self.fault("factor_id", "column 'factor_id' is empty, so no record can name the row.", "Give it an id.")
        if not figure or text.casefold() == ANY:
            return ANY, "", applies or BY_FIT
        if text:
            category = ACTIVITY_CATEGORIES[figure].category
            # Losses are those of the grid, and of heat networks.
            wanted = None if figure == "electricity_transmission_and_distribution" else category
            remedy = "A fuel, supply or refrigerant of the vocabulary, or any."
            found = self.word("activity", lambda t: parse_activity(t, wanted), remedy, None)
            if found is not None and figure not in figures_of(found):
                self.fault("activity", f"a record of {found.id} has no figure {figure}.",
                           f"One of its own: {', '.join(sorted(figures_of(found)))}.")  # fmt: skip
            id_ = found.id if found else ANY
            return id_, id_, applies or BY_FIT
        if figure not in _SEVERAL:
            only = figure if figure.startswith("water") else "grid_electricity"
            return ANY, only, applies or BY_FIT
        if applies == BY_FIT or not has_id:
            self.fault("activity", f"column 'activity' is empty: nothing says what the {figure} row is for.",
                       "Name the fuel, supply or refrigerant; any for all of them; or give a factor_id that "
                       "records name in custom_factor_id.")  # fmt: skip
        return ANY, "", BY_NAME

    def _place(self) -> tuple[str, str]:
        def parse(text: str) -> str:
            if text.casefold() in (ANY, WORLD.casefold()):
                return ANY
            return text.upper() if text.upper() in REGIONS else parse_country(text)

        remedy = f"An ISO 3166-1 code or name, {', '.join(REGIONS)}, or any."
        before = len(self.faults)
        country = self.word("country", parse, remedy, ANY)
        text = self.text("subdivision")
        if not text or len(self.faults) > before:
            return country, ""
        if country == ANY or country in REGIONS:
            self.fault("subdivision", f"subdivision {text!r} stands without its country.", "Fill in the country.")
            return country, ""
        remedy = f"An ISO 3166-2 code or name of {country}, or empty."
        return country, self.word("subdivision", lambda t: parse_subdivision(t, country), remedy, "")

    def _instrument(self, figure: str) -> str:
        remedy = f"One of: {', '.join(RUNGS)}; or empty."
        found = self.word(
            "instrument", lambda t: t.casefold() if t.casefold() in RUNGS else parse_instrument(t), remedy, ""
        )
        if found and figure and figure != "electricity":
            self.fault("instrument", f"instrument {found!r} is of market-based electricity, the row gives {figure}.",
                       "Leave it empty, or give activity_category electricity.")  # fmt: skip
        if found == "supplier" and not self.text("supplier"):
            self.fault("supplier", "instrument 'supplier' stands without a supplier.", "Fill in the supplier.")
        return found

    def _masses(self) -> dict[str, object]:
        """Return the gases [kg / unit] and what is said of them."""
        found: dict[str, float | None] = {name: self.number(name) for name in (*_MASSES, "lower", "upper")}
        said = {name for name in _MASSES if not is_null(self.cells.get(name))}
        fixed = "co2e_fixed_kg" in said
        gwp_text = self.text("gwp_of_co2e_fixed")
        gwp_of = _GWP_OF_FIXED.get(gwp_text.casefold(), "")
        sets = f"One of: {', '.join(gwp.GWP_SETS)}, with ' GWP20' for 20 years; unstated where the document is silent."
        if gwp_text and not gwp_of:
            self.fault("gwp_of_co2e_fixed", f"unknown GWP set {gwp_text!r}.", sets)
        elif fixed != bool(gwp_of):
            self.fault("gwp_of_co2e_fixed" if fixed else "co2e_fixed_kg",
                       "co2e_fixed_kg and gwp_of_co2e_fixed go together.", sets)  # fmt: skip
        if fixed and said & {"co2_fossil_kg", "ch4_kg", "n2o_kg"}:
            self.fault("co2e_fixed_kg", "the row gives gases and co2e_fixed_kg.", "Give one of them; gases are better.")
        elif not fixed and "co2_fossil_kg" not in said:
            self.fault("co2_fossil_kg", "no CO2 is given: give co2_fossil_kg (and the other gases), or co2e_fixed_kg.",
                       "Zero where there is none, as for a biogenic fuel.")  # fmt: skip
        lower, upper = found["lower"], found["upper"]
        if lower is not None and upper is not None and lower > upper:
            self.fault("lower", f"lower {lower:g} is above upper {upper:g}.", "Swap the two.")
            return {}  # of no use any more, and told
        value = found["co2e_fixed_kg"] or found["co2_fossil_kg"] or found["co2_biogenic_kg"]
        for name, beyond, outside in (("lower", "above", max), ("upper", "below", min)):
            bound = found[name]
            if value is not None and bound is not None and bound != value and outside(bound, value) == bound:
                self.fault(name, f"{name} {bound:g} is {beyond} the number that it bounds, {value:g}.",
                           "Bounds of the CO2 (or of co2e_fixed_kg), in kg for one unit.")  # fmt: skip
        return {
            **found,
            **self._bounds(found),
            "gwp_of_co2e_fixed": gwp_of,
            "boundary": self.choice("boundary", BOUNDARIES, "direct"),
            "ch4_origin": self.choice("ch4_origin", ("fossil", "biogenic")),
            "data_year": self.year("data_year"),
        }

    def _bounds(self, found: Mapping[str, float | None]) -> dict[str, float | None]:
        """Return the bounds that a stated uncertainty gives: of the CO2, or of the CO2e where it is fixed."""
        percent = self.number("uncertainty")
        if percent is None:
            return {}
        if found["lower"] is not None or found["upper"] is not None:
            self.fault("uncertainty", "the row gives bounds (lower, upper) and an uncertainty.", "Give one of them.")
        central = found["co2_fossil_kg"] if found["co2e_fixed_kg"] is None else found["co2e_fixed_kg"]
        if central is None:  # told already
            return {}
        if not central and (found["ch4_kg"] or found["n2o_kg"]):
            reason = "the uncertainty is of the CO2, which is 0 here: it would say nothing of CH4 and N2O."
            remedy = "Leave it empty and state it in uncertainty(assumed=...), or give the factor as co2e_fixed_kg."
            self.fault("uncertainty", reason, remedy)
        return {"lower": max(central * (1 - percent / 100), 0.0), "upper": central * (1 + percent / 100)}


def _measured_in(figure: str) -> str:
    """Return the dimension of every unit of a figure; '' for those of fuels, which have several."""
    if figure in ("stationary", "stationary_generation", ""):
        return ""
    if figure == "wastewater_on_site":
        return "mass"
    return {"water": "volume", "recharge": "mass"}.get(ACTIVITY_CATEGORIES[figure].category, "energy")


def _composed(keys: Mapping[str, str], facility: str, validity: Validity) -> str:
    """Compose an id from what a row is for, as the bundled rows have one."""
    source = [v for v, default in zip((keys["source_id"], keys["edition"]), CUSTOM_SOURCE, strict=True) if v != default]
    unit = f"{keys['unit']}_{keys['basis']}" if keys["basis"] else keys["unit"]
    parts = [CUSTOM_SOURCE[0], *source, facility, keys["subdivision"] or keys["country"], keys["activity_category"]]
    parts += [keys[name] for name in ("activity", "instrument", "supplier", "sector")]
    return "/".join(p.replace("/", "-").replace(" ", "_") for p in (*parts, unit, validity.first_text()) if p)
