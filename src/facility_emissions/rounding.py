"""Rounding for tables that are printed: parts that add up to the total beside them.

Each part rounded by itself, three thirds of 100 print as 33, 33, 33 below a total of 100. By the
method of the largest remainder they print as 34, 33, 33. Figures themselves are never rounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np
import pandas as pd

from facility_emissions.errors import ContractError

T = TypeVar("T", pd.Series, pd.DataFrame)


def rounded(values: T, decimals: int = 0) -> T:
    """Return values rounded so that they add up to their rounded sum.

    Every value is rounded down, and the units that the sum has more go to the largest remainders, the
    first of equal ones (the method of Hare and Niemeyer). So a value is less than one unit from what
    it was, and what needs no rounding stays. The sum is exact, rounded half to even, as Python prints it.

    Args:
        values: parts of one total, or a frame: each of its columns of floats, the others stay.
        decimals: digits after the point; below 0, tens, hundreds and so on.

    Returns:
        The same shape and index, float64; NaN stays, and counts nothing.

    Raises:
        ContractError: an infinite value.
    """
    if isinstance(values, pd.DataFrame):
        floats = [name for name in values.columns if pd.api.types.is_float_dtype(values[name].dtype)]
        return values.assign(**{name: rounded(values[name], decimals) for name in floats})
    found = values.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    known = ~np.isnan(found)
    found[known] = _by_largest_remainder(found[known].tolist(), decimals)
    return pd.Series(found, values.index, name=values.name)


def _by_largest_remainder(values: Sequence[float], decimals: int) -> list[float]:
    if not all(map(math.isfinite, values)):
        raise ContractError("An infinite value has no share in a total.")
    unit = Fraction(10) ** -decimals
    exact = [Fraction(value) / unit for value in values]
    units = [math.floor(value) for value in exact]
    more = round(sum(exact)) - sum(units)
    by_remainder = sorted(range(len(units)), key=lambda i: units[i] - exact[i])
    for i in by_remainder[:more]:
        units[i] += 1
    return [float(whole * unit) for whole in units]
