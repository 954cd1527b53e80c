"""Inputs that ask much: as many distinct keys as wanted, up to one a row, of every kind that a table may have."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product

import numpy as np
import pandas as pd

from benchmarks import data

Tables = tuple[pd.DataFrame, pd.DataFrame]
_OTHERS = """AR AU BA BG BR BY CA CH CL CN CO CR CY DO DZ EC EE EG GE GH GT HR ID IL IN IS JM JO JP KE KR KZ LB LK LT LU
LV MA MD ME MK MT MY NG NI NO NZ PA PE PH PK PY RS RU SA SG SI SK SN SV TH TN TR TW TZ UA UG UY UZ VN ZA ZM"""
_COUNTRIES = [*data.COUNTRIES, *_OTHERS.split()]
_FUELS = ("natural_gas", "lpg", "propane", "butane", "gas_oil_heating", "diesel", "petrol", "kerosene", "fuel_oil",
          "anthracite", "coal_bituminous", "petroleum_coke")  # fmt: skip
_UNITS = ("kWh_gcv", "kWh_ncv", "MWh_gcv", "MWh_ncv", "GJ_gcv", "GJ_ncv")


def questions(rows: int, keys: int) -> Tables:
    """Fuels, countries, years and units that each have an answer of their own."""
    found = list(islice(product(range(2008, 2025), _FUELS, _COUNTRIES, _UNITS), keys))
    if len(found) < keys:
        raise ValueError(f"There are {len(found):,} questions of known words, not {keys:,}.")
    which = _codes(rows, keys)
    year, fuel, country, unit = (np.array(column) for column in zip(*found, strict=True))
    sites = pd.DataFrame({"facility_id": _COUNTRIES, "country": _COUNTRIES, "type": "factory"})
    start = np.array([f"{y}-03-01" for y in range(2008, 2025)], dtype="datetime64[us]")[year - 2008]
    frame = pd.DataFrame(
        {
            "facility_id": _categorical(country, which),
            "category": _one("heat", rows),
            "activity": _categorical(fuel, which),
            "quantity": np.random.default_rng(1).lognormal(6, 1.5, rows),
            "unit": _categorical(unit, which),
            "start_date": start[which],
            "end_date": start[which] + np.timedelta64(30, "D"),
        },
        copy=False,
    )
    return frame, sites


def suppliers(rows: int, keys: int) -> Tables:
    """Electricity of as many suppliers, none of which has a label."""
    frame, sites = _electricity(rows)
    names = pd.Index([f"Supplier {i}" for i in range(keys)])
    return frame.assign(supplier=pd.Categorical.from_codes(_codes(rows, keys), names)), sites


def units(rows: int, keys: int) -> Tables:
    """As many units that nobody knows: a problem each."""
    frame, sites = _electricity(rows)
    names = pd.Index([f"kWh {i}" for i in range(keys)])
    return frame.assign(unit=pd.Categorical.from_codes(_codes(rows, keys), names)), sites


def strangers(rows: int, keys: int) -> Tables:
    """As many facilities that were not given: a problem each."""
    frame, sites = _electricity(rows)
    names = pd.Index([f"facility-x{i}" for i in range(keys)])
    return frame.assign(facility_id=pd.Categorical.from_codes(_codes(rows, keys), names)), sites


def facilities(rows: int, keys: int) -> Tables:
    """As many facilities, all known: few questions, but each has to be found."""
    frame, _ = _electricity(rows)
    names = [f"f{i}" for i in range(keys)]
    country = np.array(data.COUNTRIES)[np.arange(keys) % len(data.COUNTRIES)]
    sites = pd.DataFrame({"facility_id": names, "country": country, "type": "office"})
    return frame.assign(facility_id=pd.Categorical.from_codes(_codes(rows, keys), pd.Index(names))), sites


def record_ids(rows: int, keys: int) -> Tables:
    """Record ids, all distinct, as plain text."""
    frame, sites = _electricity(rows)
    ids = pd.Series(np.char.add("inv-", np.arange(rows).astype(str)), dtype="str")
    return frame.assign(record_id=ids), sites


def text_dates(rows: int, keys: int) -> Tables:
    """Dates as text, and every row a period across New Year: two pieces each."""
    frame, sites = _electricity(rows)
    day = np.arange(rows) % 300
    start = np.datetime64("2022-12-01") - day
    return frame.assign(start_date=pd.Series(start.astype(str)), end_date="2023-01-31"), sites


KINDS: dict[str, Callable[[int, int], Tables]] = {
    "questions": questions,
    "suppliers": suppliers,
    "units": units,
    "strangers": strangers,
    "facilities": facilities,
    "record ids": record_ids,
    "crossing a year, dates as text": text_dates,
}


def _electricity(rows: int) -> Tables:
    frame = pd.DataFrame(
        {
            "facility_id": _one("a", rows),
            "category": _one("electricity", rows),
            "activity": _one("grid_electricity", rows),
            "quantity": np.random.default_rng(1).lognormal(6, 1.5, rows),
            "unit": _one("kWh", rows),
            "start_date": np.full(rows, np.datetime64("2023-01-01", "us")),
            "end_date": np.full(rows, np.datetime64("2023-01-31", "us")),
        },
        copy=False,
    )
    return frame, pd.DataFrame({"facility_id": ["a"], "country": ["ES"], "type": ["office"]})


def _codes(rows: int, keys: int) -> np.ndarray:
    """Return codes below `keys`, in no order, each of them there if there are rows enough."""
    return np.random.default_rng(2).permutation(rows) % keys


def _categorical(values: np.ndarray, which: np.ndarray) -> pd.Categorical:
    names, codes = np.unique(values, return_inverse=True)
    return pd.Categorical.from_codes(codes[which], names)


def _one(word: str, rows: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), [word])
