"""Consumption for the tests of `fe.batch`: every kind of bad row, repeated ids, shares; and what must be equal."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pandas as pd

import facility_emissions as fe
from frames import FACILITIES, seeded_frame

KG = ("co2e", "co2e_biomass")


def messy(seed: int, rows: int) -> pd.DataFrame:
    """Return random records, some of them wrong in one way or several, with ids that are repeated and shared."""
    rng = random.Random(seed)
    frame = seeded_frame(seed, rows)
    frame["record_id"] = [rng.choice((None, f"inv-{rng.randrange(rows // 2 + 1)}", f"inv-{i}")) for i in range(rows)]
    frame["percentage"] = [rng.choice((None, None, None, 0.5, 0.5, 0.25, 1.0, 1.5)) for _ in range(rows)]
    for column, wrong in (
        ("quantity", -3.5),
        ("facility_id", "nowhere"),
        ("activity", "naturl gas"),
        ("unit", "kwhh"),
        ("category", None),
        ("end_date", None),
    ):
        at = rng.sample(range(rows), rows // 20)
        frame.loc[at, column] = wrong
    frame["start_date"] = pd.to_datetime(frame["start_date"])
    frame["end_date"] = pd.to_datetime(frame["end_date"])
    return frame


def as_text(frame: pd.DataFrame) -> list[list[str | None]]:
    """Return the cells of a table of problems as text: the files hold the values so."""
    return [[None if pd.isna(v) is True else str(v) for v in frame[name]] for name in frame.columns]


def assert_same(result: fe.BatchResult, whole: fe.Result) -> None:
    """Assert that a batch has the figures, texts, problems and totals of one calculation, to the last bit."""
    assert result.is_complete
    assert result.total == whole.total
    records = pd.concat([pd.read_parquet(p) for p in sorted(result.records.rglob("*.parquet"))], ignore_index=True)
    expected = whole.records.reset_index(drop=True)
    figures = [n for n in expected if n not in ("status", "flags", "factor_ids")]
    np.testing.assert_array_equal(records[figures].to_numpy(), expected[figures].to_numpy())
    for name in ("status", "flags", "factor_ids"):
        assert records[name].astype(object).tolist() == expected[name].astype(object).tolist(), name
    found = result.problems()
    assert list(found) == list(whole.problems)
    assert as_text(found) == as_text(whole.problems)
    assert result.problems_count == len(found)


def dataset(folder: Path, frame: pd.DataFrame, cuts: list[int], row_group: int | None = None) -> Path:
    """Write a frame as a folder of Parquet files, cut at some rows."""
    folder.mkdir(parents=True)
    bounds = [0, *sorted(cuts), len(frame)]
    for number, (begin, end) in enumerate(itertools.pairwise(bounds)):
        frame.iloc[begin:end].to_parquet(folder / f"part-{number:03d}.parquet", index=False, row_group_size=row_group)
    return folder


SITES = FACILITIES
