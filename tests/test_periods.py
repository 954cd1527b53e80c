"""The year code of a period against plain Python: every unit of a stamp, dates far outside, nulls, text."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility_emissions.calculation.periods import Calendar

UNITS = ("s", "ms", "us", "ns")
FARTHEST = {"ns": (dt.datetime(1678, 1, 1), dt.datetime(2262, 1, 1))}
WIDE = (dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))
USUAL = st.datetimes(dt.datetime(2018, 12, 30), dt.datetime(2023, 1, 3))


def simple_year(start: dt.datetime | None, end: dt.datetime | None, first: int, last: int) -> int:
    """Return the year of a period that lies in one year of the calendar, else 0."""
    if start is None or end is None or start > end or start.year != end.year or not first <= start.year <= last:
        return 0
    return start.year


def check(frame: pd.DataFrame, periods: list[tuple[dt.datetime | None, dt.datetime | None]]) -> None:
    calendar = Calendar(frame)
    codes = np.full(len(frame), 77, dtype=np.int32)
    odd = calendar.codes(slice(None), codes)
    wanted = [simple_year(start, end, calendar.first, calendar.last) for start, end in periods]
    assert [calendar.year(code) or 0 for code in codes.tolist()] == wanted
    assert odd.tolist() == [i for i, year in enumerate(wanted) if not year]


@pytest.mark.parametrize("unit", UNITS)
@given(data=st.data())
def test_stamps(unit: str, data: st.DataObject) -> None:
    anywhere = st.datetimes(*FARTHEST.get(unit, WIDE))
    day = st.none() | USUAL | USUAL | anywhere
    periods = data.draw(st.lists(st.tuples(day, day), min_size=1, max_size=30))
    periods.append((dt.datetime(2020, 2, 29), dt.datetime(2020, 2, 29)))
    whole = [tuple(None if d is None else d.replace(microsecond=0) for d in period) for period in periods]
    stamps = [np.array(column, dtype=f"datetime64[{unit}]") for column in zip(*whole, strict=True)]
    check(pd.DataFrame({"start_date": stamps[0], "end_date": stamps[1]}), whole)  # type: ignore[arg-type]


@given(st.lists(st.tuples(*[st.none() | USUAL | st.datetimes(*WIDE)] * 2), min_size=1, max_size=30))
def test_text(periods: list[tuple[dt.datetime | None, dt.datetime | None]]) -> None:
    periods = [tuple(None if d is None else d.replace(hour=0, minute=0, second=0, microsecond=0) for d in period)
               for period in [*periods, (dt.datetime(2020, 2, 29), dt.datetime(2020, 2, 29))]]  # fmt: skip
    texts = [[None if d is None else d.date().isoformat() for d in column] for column in zip(*periods, strict=True)]
    check(pd.DataFrame({"start_date": texts[0], "end_date": texts[1]}), periods)


def test_two_units_of_stamps() -> None:
    start, after = dt.datetime(2021, 12, 31, 10), dt.datetime(2022, 1, 1)
    frame = pd.DataFrame({"start_date": np.array([start, start], "datetime64[s]"),
                          "end_date": np.array([start, after], "datetime64[ns]")})  # fmt: skip
    check(frame, [(start, start), (start, after)])
