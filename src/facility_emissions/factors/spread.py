"""How far a published number may be from the truth: its bounds, as ratios of the number itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from facility_emissions.factors.schema import Factor


@dataclass(frozen=True, slots=True)
class Spread:
    """The 95 % bounds of one published number that a figure is made with.

    Attributes:
        name: whose number; figures with a spread of one name share one error.
        gas: the part of the figure that the number gives (`CO2`, `unsplit`), or '' for all of it.
        bounds: lower and upper bound, as ratios of the number [1]; None where none are published.
    """

    name: str
    gas: str = ""
    bounds: tuple[float, float] | None = None

    def inverse(self) -> Spread:
        """Return the spread of one over the number."""
        lower, upper = self.bounds or (0.0, 0.0)
        return replace(self, bounds=(1 / upper, 1 / lower) if lower > 0 else None)


def spread_of_factor(factor: Factor) -> tuple[Spread, ...]:
    """Return the spread of a factor's fossil CO2, or of its CO2e where it gives no gases; () for none.

    Bounds of biogenic CO2 (wood) say nothing of the CO2e. The same number of one publisher is one
    number, in every sector and year that it is printed for.
    """
    gas, value = ("CO2", factor.co2_fossil_kg) if factor.co2e_fixed_kg is None else ("unsplit", factor.co2e_fixed_kg)
    if not value or factor.lower is None or factor.upper is None:
        return ()
    whose = (factor.source_id, factor.edition, factor.country, factor.activity_category, factor.activity)
    printed = f"{value:g} kg/{factor.unit_id} ({factor.lower:g} to {factor.upper:g})"
    return (Spread(f"{' '.join(whose)} {gas} {printed}", gas, (factor.lower / value, factor.upper / value)),)


def spread_of(whose: str, value: float, lower: float | None, upper: float | None, gas: str = "") -> Spread:
    """Return the spread of a property or parameter, without bounds where none are published."""
    name = f"{whose} {value:g}"
    if not value or lower is None or upper is None:
        return Spread(name, gas)
    return Spread(f"{name} ({lower:g} to {upper:g})", gas, (lower / value, upper / value))
