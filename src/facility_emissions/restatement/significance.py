"""Whether a restatement is large enough for the base year to be recalculated.

The GHG Protocol Corporate Standard (revised edition, chapter 5, "Tracking Emissions Over Time") asks for
a policy with a significance threshold, and for a recalculation of the base year when changes of methods,
factors, activity data or boundary, or errors found, go beyond it together. It names no threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

THRESHOLD = 0.05


@dataclass(frozen=True, slots=True)
class Significance:
    """The verdict on a base year; true where it is significant.

    Attributes:
        base_year: the year of consumption.
        co2e_before, co2e_after, difference: of the headline in that year [kg CO2e].
        relative: `difference / co2e_before`; NaN where nothing was before.
        threshold: the share of the base year from which on a change is significant.
        effects: effect to its part of the difference [kg CO2e].
        problems_before, problems_after: records of the year that have no figure, and so no part in this.
    """

    base_year: int
    co2e_before: float
    co2e_after: float
    difference: float
    relative: float
    threshold: float
    effects: dict[str, float]
    problems_before: int
    problems_after: int

    @property
    def significant(self) -> bool:
        """Whether the difference reaches the threshold; from nothing, any does."""
        return self.difference != 0 and abs(self.difference) >= self.threshold * abs(self.co2e_before)

    def __bool__(self) -> bool:
        """Return `significant`."""
        return self.significant

    @property
    def beyond(self) -> dict[str, float]:
        """The effects that reach the threshold by themselves, the largest first."""
        least = self.threshold * abs(self.co2e_before)
        found = {e: kg for e, kg in self.effects.items() if kg and abs(kg) >= least}
        return dict(sorted(found.items(), key=lambda item: -abs(item[1])))

    def __str__(self) -> str:
        """Return the verdict, and the rule that it follows, in words."""
        moved = f"Base year {self.base_year}: {self.co2e_before / 1000:,.2f} t CO2e before, "
        moved += f"{self.co2e_after / 1000:,.2f} t after"
        share = "from nothing" if self.relative != self.relative else f"{100 * self.relative:+.2f} %"
        verdict = "reaches the threshold of {:g} %, so the base year is to be recalculated." if self else (
            "is below the threshold of {:g} %, so the base year need not be recalculated."
        )  # fmt: skip
        said = [f"{moved} ({share}): this {verdict.format(100 * self.threshold)}"]
        one_sided = self.effects.get("coverage", 0.0)
        if one_sided and self.co2e_before:
            rest = 100 * (self.difference - one_sided) / self.co2e_before
            said.append(f"Of it {one_sided / 1000:+,.2f} t is of records with a figure on one side only; "
                        f"without them it is {rest:+.2f} %.")  # fmt: skip
        if self.beyond and not self:
            said.append(f"Effects that reach it by themselves and offset each other: {', '.join(self.beyond)}.")
        lacking = max(self.problems_before, self.problems_after)
        if lacking:
            said.append(f"Records of the year without a figure: {self.problems_before:,} before, "
                        f"{self.problems_after:,} after.")  # fmt: skip
        said.append("Rule: GHG Protocol Corporate Standard, chapter 5; changes count together; the threshold is yours.")
        return " ".join(said)


def significance(years: pd.DataFrame, effects: tuple[str, ...], base_year: int, threshold: float) -> Significance:
    """Return the verdict on a year of `Restatement.by("year")`."""
    row = years.fillna({"co2e_before": 0.0, "co2e_after": 0.0}).loc[[base_year]].iloc[0].to_dict()
    return Significance(
        base_year,
        float(row["co2e_before"]),
        float(row["co2e_after"]),
        float(row["difference"]),
        float(row["relative"]),
        threshold,
        {e: float(row[e]) for e in effects},
        int(row["problems_before"]),
        int(row["problems_after"]),
    )
