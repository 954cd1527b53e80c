"""Exact sums: correctly rounded, and the same however the values are dealt out."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility_emissions.calculation import blocks
from facility_emissions.calculation.exact import ExactSum, exact_sum

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64).filter(lambda x: abs(x) < 1e306)


@given(st.lists(FINITE, max_size=60))
def test_is_the_exact_sum_rounded_once(values):
    assert exact_sum(np.array(values, dtype=float)) == float(sum(map(Fraction, values), Fraction(0)))


@given(st.lists(FINITE, min_size=2, max_size=60), st.data())
def test_parts_in_any_order_are_the_whole(values, data):
    shuffled = data.draw(st.permutations(values))
    cut = data.draw(st.integers(0, len(values)))
    parts = ExactSum(np.array(shuffled[:cut], dtype=float))
    parts += ExactSum(np.array(shuffled[cut:], dtype=float))
    assert float(parts) == exact_sum(np.array(values, dtype=float))
    assert float(ExactSum.from_hex(parts.hex())) == float(parts)


def test_over_many_blocks(monkeypatch):
    values = np.random.default_rng(1).lognormal(6, 4, 5_000)
    values[::7] *= -1
    monkeypatch.setattr(blocks, "BLOCK", 64)
    assert exact_sum(values) == math.fsum(values)


@pytest.mark.parametrize("seed", range(6))
def test_many_values_whose_leading_bits_add_up(seed):
    """As many as are taken at a time, all near a power of two, so that their sum needs every bit there is."""
    rng = np.random.default_rng(seed)
    n = [1 << 15, (1 << 15) + 1, 3 << 15, 777, 1 << 15, 1 << 15][seed]
    near = np.nextafter(2.0 ** rng.integers(-30, 30), 0) if seed < 3 else 2.0**seed
    values = near * (1 - 2.0**-52 * rng.integers(0, 1 << 30, n))
    if seed % 2:
        values[rng.random(n) < 0.5] *= -1
    values[::1000] *= 1e-200
    assert exact_sum(values) == math.fsum(values)


def test_what_a_plain_sum_loses():
    assert exact_sum(np.array([1e16, 1.0, -1e16])) == 1.0
    assert exact_sum(np.array([5e-324, 5e-324])) == 1e-323
    assert exact_sum(np.array([])) == 0.0
    assert exact_sum(np.array([1e308, 1.0, -1e308])) == 1.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_refuses_what_has_no_sum(bad):
    with pytest.raises(ValueError, match="finite"):
        exact_sum(np.array([1.0, bad]))
