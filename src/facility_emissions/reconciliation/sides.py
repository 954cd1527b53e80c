"""The two sides, read: what the API gave, and what is here, by facility and by invoice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.columns import numbers
from facility_emissions.calculation.sites import id_text
from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.portfolio import Portfolio
from facility_emissions.results import Result

_TIMES = ("created_at", "updated_at", "calculated_at")
_WORDS = ("name", "country", "type", "status")
_IDS = ("facility_id", "source_invoice_id")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class HasFrame(Protocol):
    """What an answer of the API was read into: its rows are `frame`."""

    @property
    def frame(self) -> pd.DataFrame:
        """One row an object of the API."""


ApiSide = pd.DataFrame | Portfolio | HasFrame | Iterable[Mapping[str, Any]]


def fold_id(value: object) -> str:
    """Return an id as both sides may write it: whole numbers as text, UUIDs in small letters."""
    text = id_text(value)
    return text.lower() if _UUID.fullmatch(text) else text


def read_api(given: ApiSide, what: str = "facilities") -> pd.DataFrame:
    """Return the API's rows by folded id: `co2e`, `co2e_biomass` [kg, NaN for null], times (UTC), words.

    Args:
        given: a frame with the API's names, a `Portfolio`, an object whose `frame` is one, or mappings.
        what: `facilities` or `invoices`, for messages.

    Raises:
        ContractError: no `id` or `co2e` column, an id twice or missing, a figure that is no number,
            a time that is none.
    """
    frame = _frame(given)
    names = [str(c) for c in frame.columns]
    key = next((n for n in ("id", "facility_id" if what == "facilities" else "record_id") if n in names), None)
    for name in (key or "id", "co2e"):
        if name not in names:
            raise ContractError(f"The API's {what} have no column {name!r}.{did_you_mean(name, names)}")
    missing = frame[key].isna().to_numpy()
    if missing.any():
        raise ContractError(f"The API's {what}, row {frame.index[missing][0]!r}: no id.")
    out = pd.DataFrame(index=pd.Index([fold_id(v) for v in frame[key]], dtype=object, name="id"))
    for name in ("co2e", "co2e_biomass"):
        out[name] = _figures(frame, name, what) if name in names else np.nan
    for name in _TIMES:
        out[name] = _times(frame, name, what) if name in names else pd.Series(pd.NaT, out.index, "datetime64[ns, UTC]")
    for name in _WORDS if what == "facilities" else ():
        out[name] = frame[name].to_numpy(dtype=object) if name in names else None
    for name in _IDS if what == "invoices" else ():
        given_ids = frame[name].tolist() if name in names else [None] * len(frame)
        out[name] = pd.Series([None if pd.isna(v) else fold_id(v) for v in given_ids], index=out.index, dtype=object)
    if what == "invoices":
        out["counts"] = _counts(frame)
    named = out if what == "facilities" else out.set_index("facility_id", append=True)
    again = named.index.duplicated()
    if again.any():
        twice = out.index[again][0]
        raise ContractError(f"The API's {what} hold the id {twice!r} twice: were the pages of two answers mixed?")
    return out


def _counts(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which invoices a roll-up should hold: active and enabled, or not said."""
    out = np.ones(len(frame), dtype=bool)
    if "status" in frame:
        out &= frame["status"].fillna("active").astype(str).str.casefold().eq("active").to_numpy()
    if "enabled" in frame:
        out &= frame["enabled"].fillna(value=True).astype(bool).to_numpy()
    return out


def _frame(given: ApiSide) -> pd.DataFrame:
    if isinstance(given, pd.DataFrame):
        return given
    if isinstance(given, Portfolio):
        return given.to_frame()
    held = getattr(given, "frame", None)
    if isinstance(held, pd.DataFrame):
        return held
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes, Mapping)):
        rows = list(given)
        if all(isinstance(row, Mapping) for row in rows):
            return pd.DataFrame(rows) if rows else pd.DataFrame({"id": [], "co2e": []})
    raise ContractError(
        f"The API's side is a {type(given).__name__}; expected a DataFrame with the API's names, a Portfolio, "
        "or what the payloads were read into."
    )


def _figures(frame: pd.DataFrame, name: str, what: str) -> npt.NDArray[np.float64]:
    values, no_number = numbers(frame[name])
    bad = np.flatnonzero(np.isinf(values) | (no_number if len(no_number) else False))
    if len(bad):
        raise ContractError(
            f"The API's {what}, row {frame.index[bad[0]]!r}: {name} {frame[name].tolist()[bad[0]]!r} is no number; "
            "null where it was not calculated."
        )
    return values


def _times(frame: pd.DataFrame, name: str, what: str) -> npt.NDArray[Any]:
    column = frame[name]
    try:
        return pd.to_datetime(column, utc=True, format="ISO8601").array  # type: ignore[return-value]
    except (ValueError, TypeError) as error:
        raise ContractError(f"The API's {what}, column {name}: not all are ISO 8601 times ({error}).") from None


def our_facilities(result: Result) -> pd.DataFrame:
    """Return our figures by folded facility id.

    Columns: `co2e`, `co2e_biomass` [kg]: sums of the rows that have one; NaN where none has, and
    for biogenic CO2 where one of them is unknown. `records`, `problems` (rows without a figure).
    """
    sums = result.by("facility")
    sums = sums[sums.index.notna()]
    sums.loc[sums["biomass_unknown"] > 0, "co2e_biomass"] = np.nan
    sums.index = pd.Index([fold_id(i) for i in sums.index], dtype=object, name="id")
    if sums.index.is_unique:
        return sums[["co2e", "co2e_biomass", "records", "problems"]]
    grouped = sums.groupby(level=0, sort=False)
    out = grouped[["co2e", "records", "problems"]].sum(min_count=1)
    out.insert(1, "co2e_biomass", grouped["co2e_biomass"].agg(lambda kg: kg.sum(skipna=False)))
    return out


def our_invoices(result: Result) -> pd.DataFrame:
    """Return our figures by row of consumption that has a record id.

    Columns: `row` (position), `record`, `facility_id` (folded ids), `co2e`, `co2e_biomass` [kg],
    `shared` (whether the record is in several facilities).

    Raises:
        ContractError: the consumption has no `record_id`.
    """
    frame = result.consumption
    if "record_id" not in frame:
        raise ContractError("Invoices are joined by record_id, and the consumption has none.")
    record, records = codes_of_rows(frame["record_id"])
    facility, facilities = codes_of_rows(frame["facility_id"])
    out = pd.DataFrame(
        {
            "row": np.arange(len(frame)),
            "record": np.array([*records, None], dtype=object)[record],
            "facility_id": np.array([*facilities, None], dtype=object)[facility],
            "co2e": result.co2e.to_numpy(),
            "co2e_biomass": result.co2e_biomass.to_numpy(),
        }
    )
    out = out[record >= 0]
    return out.assign(shared=out.groupby("record", sort=False)["facility_id"].transform("nunique") > 1)


def codes_of_rows(values: pd.Series) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return of each row which folded id it has, -1 for null, and the ids."""
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    folded, ids = pd.factorize(np.array([fold_id(v) for v in distinct], dtype=object))
    return np.append(folded, -1)[codes].astype(np.int64), list(ids)
