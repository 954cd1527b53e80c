"""Sums that do not depend on order or on how rows are dealt out: exact, rounded once at the end.

Of some thousand values the leading bits are taken off, as many as are added up exactly in float64 in
whatever order numpy adds; the same with what is left, until nothing is (Rump, Ogita and Oishi,
"Accurate Floating-Point Summation Part I", SIAM J. Sci. Comput. 31, 2008). Those sums are put
together as Python's integers, which have no limit. So the total of parts, files or partitions is the
total of the whole to the last bit.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.blocks import over_blocks

_LEAST = -1100  # below the exponent of the smallest float64
_BITS = 15  # 2 ** 15 values at a time, which fit the cache
_TAKEN = 51 - _BITS  # bits: each value is below 2 ** exponent, and what is left of it below 2 ** (exponent - _TAKEN)
_HUGE = 2.0**1000  # above, the leading bits of a sum could overflow


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
    total = 0
    for at in range(0, len(values), 1 << _BITS):
        rest = values[at : at + (1 << _BITS)]
        most = float(max(rest.max(), -rest.min()))
        if not math.isfinite(most):
            raise ValueError("only finite values have a sum")
        if most >= _HUGE:
            total += sum(map(_scaled, rest.tolist()))
            continue
        exponent = math.frexp(most)[1]
        more = most > 0
        while more:
            border = math.ldexp(1.0, exponent + _BITS + 1)
            leading = rest + border
            leading -= border
            total += _scaled(float(leading.sum()))
            rest = rest - leading
            more = bool(rest.any())
            exponent -= _TAKEN
    return total


def _scaled(value: float) -> int:
    fraction, exponent = math.frexp(value)
    return int(math.ldexp(fraction, 53)) << (exponent - _LEAST)
