"""Sums that do not depend on order or on how rows are dealt out: exact, rounded once at the end.

A float64 is an integer of 53 bits times a power of two. The integers are added up by their power,
in numpy, and the powers put together in Python's integers, which have no limit. So the total
of parts, files or partitions is the total of the whole to the last bit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.blocks import over_blocks

_LOW = 26  # bits; both halves of a mantissa then add up exactly in float64 over any block of rows
_LEAST = -1100  # below the exponent of the smallest float64


class ExactSum:
    """The exact sum of finite float64 values; sums are added with `+=`."""

    __slots__ = ("_scaled",)

    def __init__(self, values: npt.NDArray[np.float64] | None = None) -> None:
        """Sum some values; NaN and infinity must not be among them.

        Raises:
            ValueError: a value is not finite.
        """
        self._scaled = 0  # the sum times 2 ** (53 - _LEAST)
        if values is not None:
            self._scaled = sum(over_blocks(len(values), lambda block: _scaled_sum(values[block])))

    def __iadd__(self, other: ExactSum) -> ExactSum:
        """Add another sum."""
        self._scaled += other._scaled
        return self

    def __float__(self) -> float:
        """Return the sum, correctly rounded."""
        return self._scaled / (1 << (53 - _LEAST))

    def hex(self) -> str:
        """Return the exact sum as text that `from_hex` reads."""
        return hex(self._scaled)

    @classmethod
    def from_hex(cls, text: str) -> ExactSum:
        """Return the sum that `hex` wrote."""
        found = cls()
        found._scaled = int(text, 16)
        return found


def exact_sum(values: npt.NDArray[np.float64]) -> float:
    """Return the correctly rounded sum of finite values, whatever their order."""
    return float(ExactSum(values))


def _scaled_sum(values: npt.NDArray[np.float64]) -> int:
    fraction, exponent = np.frexp(values)
    if not np.isfinite(fraction).all():
        raise ValueError("only finite values have a sum")
    mantissa = np.ldexp(fraction, 53).astype(np.int64)
    least = int(exponent.min(initial=0))
    high = np.bincount(exponent - least, weights=mantissa >> _LOW)
    low = np.bincount(exponent - least, weights=mantissa & ((1 << _LOW) - 1))
    total = 0
    for at, (upper, lower) in enumerate(zip(high.tolist(), low.tolist(), strict=True)):
        total += ((int(upper) << _LOW) + int(lower)) << at
    return total << (least - _LEAST)
