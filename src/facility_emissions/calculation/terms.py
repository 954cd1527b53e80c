"""The terms of a key, read from the cells of its columns."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping

from facility_emissions.calculation.columns import as_day, as_number
from facility_emissions.categories.answer import Missing
from facility_emissions.categories.terms import NO_TERMS, TERM_COLUMNS, Terms
from facility_emissions.errors import VocabularyError, did_you_mean
from facility_emissions.vocabulary.activities import Activity, parse_activity
from facility_emissions.vocabulary.instruments import GENERATION, parse_generation

QUANTITY_BASES = ("metered", "invoiced", "calculated", "estimated")


def read_terms(cells: tuple[object, ...], errors: list[Missing]) -> Terms:
    """Return the terms that cells of `TERM_COLUMNS` state; each cell that is wrong adds its own error."""
    stated: dict[str, object] = {}
    for name, cell in zip(TERM_COLUMNS, cells, strict=True):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        read, remedy = _READERS[name]
        try:
            stated[name] = read(cell)
        except (VocabularyError, ValueError) as error:
            errors.append(Missing("", f"The {name} cannot be read: {error}", remedy, name))
    return Terms(**stated) if stated else NO_TERMS  # type: ignore[arg-type]


def parse_quantity_basis(text: str) -> str:
    """Return how a quantity is known.

    Raises:
        VocabularyError: no such word, with the known ones.
    """
    word = text.strip().casefold()
    if word not in QUANTITY_BASES:
        near = did_you_mean(word, QUANTITY_BASES)
        raise VocabularyError(f"Unknown quantity_basis {text!r}; known: {', '.join(QUANTITY_BASES)}.{near}")
    return word


def _number(cell: object) -> float:
    value = as_number(cell)
    if value is None:
        raise ValueError(f"{cell!r} is no number.")
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is not finite.")
    return value


def _between(low: float, high: float, *, open_low: bool = False, open_high: bool = False) -> Callable[[object], float]:
    def read(cell: object) -> float:
        value = _number(cell)
        if value < low or value > high or (open_low and value == low) or (open_high and value == high):
            percent = f" ({value:g} % is {value / 100:g})" if high == 1 and 2 <= value <= 100 else ""
            least = f"{'above' if open_low else 'at least'} {low:g}"
            most = "" if high == math.inf else f" and {'below' if open_high else 'at most'} {high:g}"
            raise ValueError(f"{value:g} is not {least}{most}{percent}.")
        return value

    return read


def _date(cell: object) -> dt.date:
    day = as_day(cell)
    if day is None:
        raise ValueError(f"{cell!r} is no date.")
    return day


def _fuel(cell: object) -> Activity:
    fuel = parse_activity(str(cell).strip())
    if fuel.state not in ("gas", "liquid", "solid"):
        raise ValueError(f"{fuel.id!r} is no fuel.")
    return fuel


def _word(cell: object) -> str:
    return str(cell).strip().casefold().replace(" ", "_").replace("-", "_")


_SHARE, _RATIO, _DAY = "0 to 1, as in 0.25.", "A number above 0, as in 0.9.", "An ISO 8601 date, as in 2024-01-31."
_READERS: Mapping[str, tuple[Callable[[object], object], str]] = {
    "contract_share": (_between(0, 1), _SHARE),
    "contract_start": (_date, _DAY),
    "contract_end": (_date, _DAY),
    "contract_source": (lambda cell: parse_generation(str(cell)), f"One of: {', '.join(GENERATION)}."),
    "estimate_fuel": (_fuel, "A fuel of the vocabulary; see `facility-emissions factors find`."),
    "efficiency": (_between(0, math.inf, open_low=True), _RATIO),
    "network_loss": (_between(0, 1, open_high=True), "0 to below 1, as in 0.1."),
    "cop": (_between(0, math.inf, open_low=True), "A number above 0, as in 3.5."),
    "return_share": (_between(0, 1), _SHARE),
    "kwh_per_m3": (_between(0, math.inf), "kWh of electricity for each m3, as in 0.5."),
    "treatment_system": (_word, "A system of fe.factors.wastewater_parameters()."),
}
