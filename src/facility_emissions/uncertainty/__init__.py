"""Uncertainty: 95 % intervals of every figure and total, by error propagation or by Monte Carlo.

Two kinds of numbers are uncertain: factors (with the properties that their units are crossed with),
by their published bounds, and quantities, by what the records state. What has no bounds is unknown,
not exact: it is counted apart, and the interval is that of the rest. GWPs are taken as exact unless
the user states otherwise. Biogenic CO2 is outside the scopes, and has no interval here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.answered import answered, grouped
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.sums import DIMENSIONS, LINE_DIMENSIONS, check_dimensions
from facility_emissions.errors import ContractError
from facility_emissions.uncertainty import monte_carlo, propagation
from facility_emissions.uncertainty.case import Case, Groups, Quantities
from facility_emissions.uncertainty.gas_parts import GasParts, Sources, parts_of
from facility_emissions.uncertainty.quantities import COLUMN, in_canonical_order, quantities_of
from facility_emissions.uncertainty.stated import Stated

Ints = npt.NDArray[np.int64]
Method = Literal["propagation", "monte_carlo"]
COLUMNS = ("co2e", "known", "assumed", "lower", "upper", "half_width", "share_known")
_SIDES = ("lower", "upper")
_ALL = 0.9995  # a share that is shown as 100 %
_FEWEST_DRAWS = 100  # fewer have no 2.5 % quantile worth the name


class Uncertainty:
    """The 95 % intervals of a result; made by `Result.uncertainty`.

    Every frame has the columns `co2e` [kg CO2e]; `known`, the part of it whose uncertainty is
    known (both of the quantity and of the factor), and `assumed`, the part of that which rests on
    what the user stated for all [kg CO2e]; `lower` and `upper`, the 95 % interval of `known`
    [kg CO2e]; `half_width`, half of that interval [% of known]; `share_known`, known / co2e.
    """

    def __init__(
        self, c: Calculation, method: Method, assumed: Mapping[str, float] | None, seed: int, draws: int
    ) -> None:
        """Take a calculation; see `Result.uncertainty`."""
        if method not in ("propagation", "monte_carlo"):
            raise ContractError(f"method {method!r} is neither 'propagation' nor 'monte_carlo'.")
        if not isinstance(draws, int) or draws < _FEWEST_DRAWS:
            raise ContractError(f"draws {draws!r}: a whole number of at least {_FEWEST_DRAWS}.")
        if not isinstance(seed, int) or seed < 0:
            raise ContractError(f"seed {seed!r}: a whole number from 0.")
        self.method, self.seed, self.draws = method, seed, draws
        self._stated = Stated.of(assumed)
        self.assumed = dict(self._stated.percent)
        self._c = c
        self._sources = Sources()
        weighed = [[] if entry.problems else entry.weighed for entry in c.rates.entries]
        self._parts = parts_of(weighed, self._stated, self._sources)
        self._headline = self._parts.of_figures(c.method.headline)
        self._quantities = self._read_quantities()

    def __repr__(self) -> str:
        """Show the total with its interval."""
        t = self.total
        return f"<Uncertainty by {self.method}: {t['co2e']:,.1f} kg CO2e; {interval_words(t)}>"

    @cached_property
    def total(self) -> dict[str, float]:
        """The headline of all rows: the columns above as a dict."""
        row = self._table(self._headline, self._as_one).iloc[0]
        return {str(name): float(row[name]) for name in COLUMNS}

    @cached_property
    def records(self) -> pd.DataFrame:
        """The headline of each input row, with its index; empty where the row has no figure."""
        rows = self._quantities.rows.row
        table = self._table(self._headline, Groups(self._quantities, rows, len(self._c.frame), len(self._c.keys)))
        without = np.ones(len(table), dtype=bool)
        without[rows] = False
        table.loc[without, :] = np.nan
        return table.set_index(self._c.frame.index)

    def by(self, *dimensions: str, fiscal_year_start: int | None = None) -> pd.DataFrame:
        """Return intervals by the dimensions named, which are those of `Result.by`.

        Groups without any figure are not in it. Intervals are not to be added up: errors that
        groups share would count twice, and others do not add linearly.

        Args:
            dimensions: as of `Result.by`.
            fiscal_year_start: month with which a fiscal year begins; asked for by fiscal_year.

        Raises:
            ContractError: as of `Result.by`.
        """
        check_dimensions(dimensions, DIMENSIONS, fiscal_year_start)
        quantities = self._quantities if fiscal_year_start is None else self._read_quantities(fiscal_year_start)
        group, labels = grouped(self._c, quantities.rows, [d for d in dimensions if d not in LINE_DIMENSIONS])
        groups = Groups(quantities, group, len(labels), len(self._c.keys))
        shown = [d for d in dimensions if d in LINE_DIMENSIONS]
        if not shown:
            found = [pd.concat([labels, self._table(self._headline, groups)], axis=1)]
        else:
            found = [self._of_lines(parts, groups, labels.assign(**dict(zip(shown, label, strict=True))))
                     for label, parts in self._parts.by(shown).items()]  # fmt: skip
        empty = pd.DataFrame(columns=[*dimensions, *COLUMNS])
        table = pd.concat(found, ignore_index=True) if found else empty
        order = table.groupby(list(dimensions), dropna=False, sort=True).ngroup()  # labels of any kind, as `Result.by`
        return table.iloc[np.argsort(order)].set_index(list(dimensions))[list(COLUMNS)]

    def _of_lines(self, parts: GasParts, groups: Groups, labels: pd.DataFrame) -> pd.DataFrame:
        """Return the intervals of some figures or gases, for the groups that have them."""
        has = np.zeros(groups.keys, dtype=bool)
        has[parts.key] = True
        here = np.unique(groups.cell_group[has[groups.cell_key]])
        return pd.concat([labels, self._table(parts, groups)], axis=1).iloc[here]

    def sources(self) -> pd.DataFrame:
        """Return where the headline's uncertainty comes from, the largest first, by propagation.

        Columns: `source`, the number whose error it is, with its printed bounds (all quantities
        together are one line); `co2e` [kg] made with it; `half_width` [kg], the mean of both sides;
        `share`, of the variance of the total (IPCC 2006, Volume 1, chapter 3: contribution to variance).
        """
        case = Case(self._as_one, self._headline, self._sources)
        _, source, kg = propagation.by_source(case, np.ones(len(self._as_one.cell_key), dtype=bool))
        ratios = self._sources.ratios
        reach = (ratios[:, 1] - ratios[:, 0]) / 2
        names = [*(self._sources.names[s] for s in source), "quantities"]
        made = np.append(kg, case.amounts()[1])
        half = np.append(kg * reach[source], np.sqrt(self._as_one.squares(case.known_rate)))
        table = pd.DataFrame({"source": names, "co2e": made, "half_width": half})
        table["share"] = half**2 / np.sum(half**2) if half.any() else np.nan
        return table.sort_values(["half_width", "source"], ascending=[False, True], ignore_index=True)

    def _read_quantities(self, fiscal_year_start: int | None = None) -> Quantities:
        quantities = quantities_of(self._c, answered(self._c, fiscal_year_start), self._stated)
        return quantities if self.method == "propagation" else in_canonical_order(self._c, quantities)

    @cached_property
    def _as_one(self) -> Groups:
        group = np.zeros(len(self._quantities.rows.row), dtype=np.int64)
        return Groups(self._quantities, group, 1, len(self._c.keys))

    def _table(self, parts: GasParts, groups: Groups) -> pd.DataFrame:
        case = Case(groups, parts, self._sources)
        co2e, known, assumed = case.amounts()
        if self.method == "monte_carlo":
            lower, upper = monte_carlo.interval(case, self.draws, self.seed)
            half = (upper - lower) / 2
        else:
            below, above = propagation.half_widths(case)
            lower, upper = np.maximum(known - below, 0.0), known + above  # an emission is not negative
            half = (below + above) / 2
        table = pd.DataFrame(dict(zip(COLUMNS, (co2e, known, assumed, lower, upper), strict=False)))
        some = known > 0
        with np.errstate(invalid="ignore", divide="ignore"):
            table["half_width"], table["share_known"] = 100 * half / known, known / co2e
        table.loc[~some, ["lower", "upper", "half_width"]] = np.nan
        return table


def is_stated(c: Calculation) -> bool:
    """Whether the records state how sure their quantities are; without it no interval is known."""
    return COLUMN in c.frame and bool(c.frame[COLUMN].notna().any())


def interval_words(total: Mapping[str, float], unit: Literal["kg", "t"] = "kg") -> str:
    """Return a total's interval in words."""
    if not total["known"] > 0:
        return "uncertainty unknown"
    share = "" if total["share_known"] > _ALL else f" of the {total['share_known']:.1%} whose uncertainty is known"
    lower, upper = (f"{total[side] / (1000 if unit == 't' else 1):,.{2 if unit == 't' else 1}f}" for side in _SIDES)
    return f"95 % interval{share}: {lower} to {upper} {unit} (±{total['half_width']:.1f} %)"


__all__: Sequence[str] = ("COLUMNS", "Uncertainty", "interval_words", "is_stated")
