"""What the user states for all where nothing is known: half-widths of 95 % intervals, in percent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from facility_emissions.calculation.terms import QUANTITY_BASES
from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

QUANTITY, GWP = "quantity", "gwp"
KNOWN = (QUANTITY, *QUANTITY_BASES, *ACTIVITY_CATEGORIES, GWP)


@dataclass(frozen=True, slots=True)
class Stated:
    """Half-widths [%] by what they are of: `quantity`, a quantity_basis, a figure, or `gwp`."""

    percent: Mapping[str, float]

    @classmethod
    def of(cls, assumed: Mapping[str, float] | None) -> Stated:
        """Check what a user states.

        Raises:
            ContractError: an unknown word, or a value that is no percentage.
        """
        found = {}
        for name, value in (assumed or {}).items():
            if name not in KNOWN:
                raise ContractError(
                    f"assumed: unknown {name!r}; known: {', '.join(KNOWN)}.{did_you_mean(str(name), KNOWN)}"
                )
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
                raise ContractError(f"assumed[{name!r}] is {value!r}; the half-width of an interval in %, as 5.")
            found[name] = float(value)
        return cls(found)

    def quantity(self, basis: str) -> float:
        """Return the half-width [%] of a quantity that states none itself, by its basis; NaN for unknown."""
        return self.percent.get(basis, self.percent.get(QUANTITY, math.nan))

    def factor(self, figure: str) -> tuple[float, float] | None:
        """Return the bounds of a figure's factors that have none published, as ratios."""
        return _ratios(self.percent.get(figure))

    @property
    def gwp(self) -> tuple[float, float] | None:
        """The bounds of every GWP but that of CO2, as ratios."""
        return _ratios(self.percent.get(GWP))


def _ratios(percent: float | None) -> tuple[float, float] | None:
    return None if percent is None else (1 - percent / 100, 1 + percent / 100)
