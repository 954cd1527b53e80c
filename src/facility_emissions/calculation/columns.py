"""Columns of a frame as codes and plain arrays: the only place that knows pandas' dtypes."""

from __future__ import annotations

import datetime as dt
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from numbers import Number, Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.blocks import at_once
from facility_emissions.calculation.texts import encode_texts, narrowest

IntArray = npt.NDArray[Any]
FloatArray = npt.NDArray[np.float64]
_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_FEW = 64  # cells
_SIMPLE = frozenset({float, int, type(None)})  # what numpy takes for the numbers and nulls that we do
_SLICE = 1 << 16  # rows that pandas encodes at a time: it works in many times the codes' bytes
_NUMERAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)  # no 1_000, no 1,000
NO_DAY = -(1 << 40)  # null; far from any date
_NAT = np.iinfo(np.int64).min  # as a stamp of any unit
_EPOCH, _ISO_DAY = dt.date(1970, 1, 1).toordinal(), len("1970-01-01")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?)?")
BAD_DAY = -100_000  # no date; before the year 1700, after NaT in any unit


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column as integer codes into its distinct values; -1 is null.

    `codes` may be the caller's own memory and is never written to.
    """

    codes: IntArray
    values: list[Any]


def encode(column: pd.Series) -> Encoded:
    """Return a column dictionary-encoded; a categorical's own codes are used as they are.

    Codes are -1 for null. Works for object, str, category, nullable and Arrow dtypes.
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return Encoded(column.array.codes, dtype.categories.tolist())
    if isinstance(dtype, pd.ArrowDtype) and str(dtype).startswith("dictionary"):
        coded: Any = column.array.__arrow_array__().unify_dictionaries().combine_chunks()
        return Encoded(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), coded.dictionary.to_pylist())
    if len(column) <= _FEW:
        return _encode_few(column.tolist())
    if _is_arrow_text(dtype):
        return Encoded(*encode_texts(column.array.__arrow_array__()))
    slices = [slice(at, at + _SLICE) for at in range(0, len(column), _SLICE)]
    return _joined(at_once(lambda rows: _encode_slice(column.iloc[rows]), slices))


def _encode_slice(column: pd.Series) -> Encoded:
    try:
        codes, values = pd.factorize(column, use_na_sentinel=True)
    except TypeError:  # a list or a mapping in a cell: nothing that is asked for, but to be told as any other
        codes, values = pd.factorize(column.map(_hashable), use_na_sentinel=True)
    return Encoded(codes.astype(narrowest(len(values)), copy=False), list(values))


def _joined(parts: list[Encoded]) -> Encoded:
    """Return the parts of a column as one: a value has one code in all of it."""
    if len(parts) == 1:
        return parts[0]
    found: dict[Any, int] = {}
    codes_of = [[*(found.setdefault(v, len(found)) for v in part.values), -1] for part in parts]
    kind = narrowest(len(found))
    shared = (np.array(of, dtype=kind)[part.codes] for of, part in zip(codes_of, parts, strict=True))
    return Encoded(np.concatenate(list(shared)), list(found))


def _is_arrow_text(dtype: Any) -> bool:
    """Whether the cells of a column are texts that lie in Arrow's memory."""
    if isinstance(dtype, pd.ArrowDtype):
        return str(dtype).startswith(("string[", "large_string["))
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"


def _encode_few(cells: list[Any]) -> Encoded:
    """Encode a few cells in plain Python, which is done before pandas has begun."""
    found: dict[Any, int] = {}
    codes = []
    for cell in cells:
        value = _hashable(cell)
        null = value is None or value is pd.NA or value is pd.NaT or value != value
        codes.append(-1 if null else found.setdefault(value, len(found)))
    return Encoded(np.array(codes, dtype=np.int64), list(found))


def _hashable(value: object) -> object:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value


def numbers(column: pd.Series) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return a column as float64 and a mask of the cells that hold something that is no number.

    Numeric text ("12.5") is read; null becomes NaN and is not in the mask. The array may be
    the caller's own memory: never write to it.
    """
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind == "f":
        return np.asarray(column, dtype=np.float64), np.zeros(0, dtype=bool)
    if isinstance(dtype, np.dtype) and dtype.kind == "O":
        cells = column.tolist()
        if _SIMPLE.issuperset(map(type, cells)):
            with suppress(OverflowError):
                return np.array(cells, dtype=np.float64), np.zeros(0, dtype=bool)
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_complex_dtype(dtype):
        return np.full(len(column), np.nan), np.ones(len(column), dtype=bool)
    if pd.api.types.is_numeric_dtype(dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan), np.zeros(0, dtype=bool)
    coded = encode(column)  # text or a mix: parse each distinct value once
    parsed = [*map(as_number, coded.values), math.nan]
    table = np.array([math.nan if p is None else p for p in parsed], dtype=np.float64)
    no_number = np.array([p is None for p in parsed], dtype=bool)[coded.codes]
    return table[coded.codes], no_number | _true_or_false(column, coded)


def _true_or_false(column: pd.Series, coded: Encoded) -> npt.NDArray[np.bool_]:
    """Return which cells hold true or false: a dictionary takes them for 1 and 0, and 1 for true."""
    found = np.zeros(len(column), dtype=bool)
    alike = [i for i, v in enumerate(coded.values) if isinstance(v, (bool, np.bool_, Real, Decimal)) and v in (0, 1)]
    if alike:
        rows = np.flatnonzero(np.isin(coded.codes, alike))
        found[rows] = [isinstance(v, (bool, np.bool_)) for v in column.iloc[rows]]
    return found


def as_number(value: object) -> float | None:
    """Return one cell as a number, or None if it is none."""
    if isinstance(value, str):
        return float(value) if _NUMERAL.fullmatch(value.strip()) else None
    if not isinstance(value, (Real, Decimal, np.bool_)):
        return None
    try:
        return float(value)
    except (OverflowError, ValueError):
        return None


class DateColumn:
    """A date column, read as days since 1970-01-01 for a block or a choice of rows.

    Times of day are cut off (a bill that ends at 23:59:59 ends on that day); a zone-aware stamp
    counts on its own local day. Text is read as ISO 8601 only, for 01/02/2024 means two days.
    """

    def __init__(self, column: pd.Series) -> None:
        """Take a column of any dtype; distinct texts are parsed once."""
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_localize(None)
        values = np.asarray(column) if isinstance(column.dtype, np.dtype) and column.dtype.kind == "M" else None
        self._stamps = None if values is None else values.view(np.int64)
        self.per_day = 1 if values is None else _DAY[np.datetime_data(values.dtype)[0]]
        if values is None:
            coded = encode(column)
            parsed = [_day(v) for v in coded.values]
            self._codes = coded.codes
            self._table = np.array([BAD_DAY if p is None else p for p in parsed] + [NO_DAY], dtype=np.int64)

    def ticks(self, rows: slice | IntArray) -> IntArray:
        """Return the stamps of some rows, `per_day` of them a day; what has none lies before any date."""
        return self._table[self._codes[rows]] if self._stamps is None else self._stamps[rows]

    def at(self, rows: IntArray) -> IntArray:
        """Return the days of some rows; null is `NO_DAY`, what is no date `BAD_DAY`."""
        ticks = self.ticks(rows)
        days = ticks // self.per_day
        if self._stamps is not None:
            days[ticks == _NAT] = NO_DAY
        return days

    def least(self, rows: slice | IntArray) -> int:
        """Return the least day of some rows (of all, where they are text); far from any where there is none."""
        if self._stamps is None:
            return int(self._table.min(where=self._table > BAD_DAY, initial=-NO_DAY))
        stamps = self._stamps[rows]
        return int(stamps.min(where=stamps != _NAT, initial=np.iinfo(np.int64).max)) // self.per_day

    def greatest(self, rows: slice | IntArray) -> int:
        """Return the greatest day of some rows (of all, where they are text); far from any where there is none."""
        if self._stamps is None:
            return int(self._table.max())
        return int(self._stamps[rows].max(initial=_NAT)) // self.per_day


def as_day(value: object) -> dt.date | None:
    """Return one cell as a date by the rules of `DateColumn`, or None if it is none."""
    day = _day(value)
    try:
        return None if day is None else dt.date.fromordinal(day + _EPOCH)
    except (OverflowError, ValueError):
        return None


def _day(value: object) -> int | None:
    """Return one date as days since 1970, or None if it is none."""
    try:
        if isinstance(value, str):
            text = value.strip()
            if _ISO_DATE.fullmatch(text) is None:
                return None
            if len(text) == _ISO_DAY:
                return dt.date.fromisoformat(text).toordinal() - _EPOCH
            stamp = pd.Timestamp(text)
        elif isinstance(value, Number):  # 20230101 and an Excel serial are no dates until somebody says so
            return None
        else:
            stamp = pd.Timestamp(value)  # type: ignore[arg-type]
        if pd.isna(stamp):
            return None
        return stamp.tz_localize(None).toordinal() - _EPOCH
    except (TypeError, ValueError):
        return None
