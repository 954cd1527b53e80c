"""Rounding for print: the parts add up to the printed total, and no part moves by a whole unit."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe

amounts = st.lists(st.floats(-1e9, 1e9), max_size=30)


@pytest.mark.parametrize(
    ("values", "decimals", "expected"),
    [
        ([100 / 3] * 3, 0, [34, 33, 33]),  # 33.33 each: one unit more, and the first of equals has it
        ([0.4, 0.4, 0.4], 0, [1, 0, 0]),
        ([1.7, 1.7, 1.6], 0, [2, 2, 1]),  # the sum is 5
        ([0.25, 0.25, 0.5], 1, [0.3, 0.2, 0.5]),  # 0.2 + 0.2 + 0.5 would lack a tenth
        ([1449.0, 1449.0, 102.0], -2, [1500, 1400, 100]),
        ([-1.5, 2.5, 1.0], 0, [-1, 2, 1]),
        ([2.5], 0, [2]),  # half to even, as print does
        ([3.0, 0.0, 4.0], 0, [3, 0, 4]),
        ([math.nan, 0.6, 0.6], 0, [math.nan, 1, 0]),
        ([], 2, []),
    ],
)
def test_by_hand(values: list[float], decimals: int, expected: list[float]) -> None:
    found = fe.rounded(pd.Series(values, dtype=float), decimals)
    np.testing.assert_array_equal(found, expected)


@settings(max_examples=200, deadline=None)
@given(amounts, st.integers(-3, 6))
def test_printed_parts_add_up_to_the_printed_total(values: list[float], decimals: int) -> None:
    found = fe.rounded(pd.Series(values, dtype=float), decimals)
    digits = max(decimals, 0)
    parts = sum(Fraction(f"{v:.{digits}f}") for v in found)
    total = round(sum(map(Fraction, values), Fraction()), decimals)
    assert parts == total
    unit = Fraction(10) ** -decimals
    assert all(abs(Fraction(f"{r:.{digits}f}") - Fraction(v)) < unit for r, v in zip(found, values, strict=True))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), max_size=20), st.integers(0, 3))
def test_what_needs_no_rounding_stays(values: list[int], decimals: int) -> None:
    given_ = pd.Series(values, dtype=float)
    pd.testing.assert_series_equal(fe.rounded(given_, decimals), given_, check_exact=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_different_parts_does_not_matter(values: list[float], random: object) -> None:
    parts = pd.Series(values)
    if (parts % 1).nunique() < len(parts):
        return  # equal remainders: the first has the unit
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    pd.testing.assert_series_equal(fe.rounded(parts.iloc[order]).sort_index(), fe.rounded(parts))


def test_a_frame_is_rounded_by_column_and_keeps_its_counts() -> None:
    frame = pd.DataFrame(
        {
            "co2e": [1.4, 1.4, 1.4],
            "records": [1, 2, 3],
            "name": list("abc"),
            "kg": pd.array([0.5, None, 0.7], "Float64"),
        },
        index=["x", "y", "z"],
    )
    copy = frame.copy(deep=True)
    found = fe.rounded(frame)
    assert found["co2e"].tolist() == [2, 1, 1]
    assert found["kg"].fillna(-1).tolist() == [0, -1, 1]
    pd.testing.assert_frame_equal(found[["records", "name"]], frame[["records", "name"]])
    pd.testing.assert_frame_equal(frame, copy, check_exact=True)


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_an_infinite_part_is_refused(value: float) -> None:
    with pytest.raises(fe.ContractError, match="An infinite value has no share in a total"):
        fe.rounded(pd.Series([1.0, value]))
