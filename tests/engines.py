"""What the tests of the adapters share: one table with everything that can go wrong, and what pandas says of it."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import facility_emissions as fe
from facility_emissions.adapters.kernel import FIGURES, KG, RESULT_COLUMNS
from frames import FACILITIES, seeded_frame

METHOD = fe.Method(scope2="market")
CUSTOM = [{"factor_id": "mine", "activity_category": "stationary", "unit": "kWh_gcv", "co2_fossil_kg": 0.19}]
TEXTS = ("facility_id", "category", "activity", "unit", "supplier", "contract", "heat_basis", "sector")
SCHEMA = pa.schema(
    [
        ("record_id", pa.string()),
        *((name, pa.string()) for name in TEXTS),
        ("custom_factor_id", pa.string()),
        ("quantity", pa.float64()),
        ("percentage", pa.float64()),
        ("start_date", pa.date32()),
        ("end_date", pa.date32()),
        ("note", pa.string()),
    ]
)


def table(rows: int = 600, seed: int = 5) -> pa.Table:
    """Return consumption of every category with problems of every kind, in Arrow's plainest types."""
    dice = random.Random(seed)
    frame = seeded_frame(seed, rows)
    frame["note"] = [f"row {i}" for i in range(rows)]
    frame["custom_factor_id"] = None
    frame["percentage"] = np.nan
    frame["record_id"] = [f"inv-{i}" for i in range(rows)]
    for name, value in (("quantity", -1.0), ("quantity", np.nan), ("quantity", np.inf), ("activity", "natural gass"),
                        ("activity", None), ("unit", "mWh"), ("facility_id", "nobody"), ("facility_id", None),
                        ("start_date", None), ("end_date", dt.date(1999, 1, 1)), ("record_id", None),
                        ("custom_factor_id", "mine"), ("custom_factor_id", "yours"), ("percentage", 1.5)):  # fmt: skip
        for i in dice.sample(range(rows), 6):
            frame.loc[i, name] = value
    # Copies, shares that sum to 1 and that do not, a whole among shares, two shares of one facility.
    for record, shares in (("copy", [None, None, None]), ("thirds", [0.333333] * 3), ("short", [0.5, 0.4]),
                           ("mixed", [0.25, 0.75, None]), ("over", [0.7, 0.7]), ("tenths", [0.1] * 10)):  # fmt: skip
        at = dice.sample(range(rows), len(shares))
        for n, (i, share) in enumerate(zip(at, shares, strict=True)):
            frame.loc[i, ["record_id", "percentage", "facility_id"]] = [record, share, f"f{n}"]
    twice = dice.sample(range(rows), 2)
    for i in twice:
        frame.loc[i, ["record_id", "percentage", "facility_id"]] = ["twice", 0.5, "f0"]
    return pa.Table.from_pandas(frame[SCHEMA.names], SCHEMA, preserve_index=False)


def in_pandas(consumption: pa.Table) -> fe.Result:
    """Return what `fe.calculate` says of a table."""
    return fe.calculate(consumption.to_pandas(), FACILITIES, METHOD, custom_factors=CUSTOM)


def plain(value: Any) -> Any:
    """Return a value with every null as None, and dates as text."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    return str(value) if not isinstance(value, (int, float, str)) else value


def assert_same_records(found: pa.Table | pd.DataFrame, expected: fe.Result) -> None:
    """Assert that records are those of pandas, row by row and bit by bit."""
    found = found if isinstance(found, pd.DataFrame) else found.select(RESULT_COLUMNS).to_pandas()
    assert len(found) == len(expected)
    for name in RESULT_COLUMNS:
        if name in KG:
            ours = found[name].to_numpy(dtype=np.float64, na_value=np.nan)
            theirs = expected.records.get(name)
            theirs = np.full(len(found), np.nan) if theirs is None else theirs.to_numpy()
            nulls = np.isnan(ours)
            np.testing.assert_array_equal(nulls, np.isnan(theirs), err_msg=name)
            np.testing.assert_array_equal(ours[~nulls].view(np.int64), theirs[~nulls].view(np.int64), err_msg=name)
        else:
            assert [str(v) for v in found[name]] == [str(v) for v in expected.records[name]], name
    assert set(FIGURES) < set(found.columns)


def problems_of(frame: pd.DataFrame, starts: list[int] | None = None) -> list[tuple[Any, ...]]:
    """Return problems as tuples that can be compared, rows by their position in the whole table."""
    shift = [0] if starts is None else starts
    columns = ("record_id", "facility_id", "column", "value", "remedy")
    at = [p + shift[k] for k, p in zip(frame["partition"], frame["position"], strict=True)]
    texts = [[_text(v) for v in frame.get(c, [None] * len(frame))] for c in columns]
    rows = zip(at, *texts, [whole(r, shift) for r in frame["reason"]], strict=True)
    return sorted(rows, key=lambda row: row[0])


def problems_in_pandas(result: fe.Result) -> list[tuple[Any, ...]]:
    """Return the problems of a result in the form of `problems_of`."""
    return problems_of(result.problems.assign(partition=0))


def whole(reason: str, starts: list[int]) -> str:
    """Return a reason that names a row of a partition as one of the whole table names it."""
    head, _, tail = reason.partition(" of partition ")
    if not tail:
        return reason
    words, position = head.rsplit(" ", 1)
    return f"{words} {int(position) + starts[int(tail.rstrip('.'))]}."


def _text(value: Any) -> str | None:
    value = plain(value)
    return None if value is None else str(value)
