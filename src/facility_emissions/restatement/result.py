"""`Restatement`: the difference of two calculations, and its effects, by whatever it is asked by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.describe import row_texts
from facility_emissions.calculation.exact import exact_sum
from facility_emissions.calculation.sites import id_text
from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.restatement.changes import coverage_table, kinds_of_change
from facility_emissions.restatement.factors import factors_table
from facility_emissions.restatement.groups import EFFECTS, Groups
from facility_emissions.restatement.matching import Matched
from facility_emissions.restatement.saved import SavedLedger
from facility_emissions.restatement.sheets import Sheet, known_kinds
from facility_emissions.restatement.significance import THRESHOLD, Significance, significance
from facility_emissions.restatement.splits import Split, split
from facility_emissions.restatement.sums import DIMENSIONS, sums_by
from facility_emissions.results import Result

Floats = npt.NDArray[np.float64]
_MOST = 0.9  # of the change: so much the factors told of carry at least


class Restatement:
    """Two calculations of the same consumption, and what the difference is made of. Made by `restate`.

    All figures are kg CO2e of the headline.

    Attributes:
        before, after: the two results; before may be a ledger of an earlier release.
    """

    def __init__(
        self,
        groups: Groups,
        matched: Matched,
        facilities: list[object],
        sheets: Sequence[Sheet],
        before: Result | SavedLedger,
        after: Result,
    ) -> None:
        """Take what `restate` calculated."""
        self.before, self.after = before, after
        self._groups = groups
        self._matched = matched
        self._facilities = facilities
        kind, self._kinds = known_kinds(sheets, groups, matched.records)
        self._sheets: list[tuple[Sheet, Split]] = [(s, split(s, groups, kind, self._kinds)) for s in sheets]

    def __repr__(self) -> str:
        """Show the records, the groups that differ and the difference."""
        t, names = self.total, ", ".join(self._groups.names) or "nothing"
        return f"<Restatement: {len(self):,} records; {names} differs; {t['difference']:+,.1f} kg CO2e>"

    def __str__(self) -> str:
        """Return `sentence()`."""
        return self.sentence()

    def __len__(self) -> int:
        """Return the number of records on either side."""
        return self._matched.records

    @cached_property
    def _co2e(self) -> tuple[Floats, Floats]:
        """Headline of each record before and after [kg]: 0 where it is not there, NaN where it is a problem."""
        before, after = np.zeros(len(self)), np.zeros(len(self))
        before[self._matched.before] = self.before.co2e.to_numpy()
        after[self._matched.after] = self.after.co2e.to_numpy()
        return before, after

    @cached_property
    def _values(self) -> dict[str, Floats]:
        """Each effect on each record [kg]."""
        out = {}
        for at, name in enumerate(self._groups.effects):
            total = np.zeros(len(self))
            for sheet, of in self._sheets:
                rate = of.by_pair(of.effects[at])
                if rate.any():
                    kg = np.nan_to_num(sheet.quantity) * rate[of.pair]
                    total += np.bincount(sheet.record, weights=kg, minlength=len(total))
            out[name] = total
        return out

    @cached_property
    def total(self) -> dict[str, float | int]:
        """Sums of both sides [kg CO2e], exact and rounded once, and how many rows have no part in them.

        Keys: `co2e_before`, `co2e_after`, `difference`, `relative` (to before; NaN where that is 0),
        `rows_before`, `rows_after`, `problem_rows_before`, `problem_rows_after`.
        """
        before, after = self.before.total, self.after.total
        difference = after["co2e"] - before["co2e"]
        return {
            "co2e_before": before["co2e"],
            "co2e_after": after["co2e"],
            "difference": difference,
            "relative": difference / before["co2e"] if before["co2e"] else np.nan,
            "rows_before": before["rows"],
            "rows_after": after["rows"],
            "problem_rows_before": before["problem_rows"],
            "problem_rows_after": after["problem_rows"],
        }

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The effects, one row each; their `co2e` adds up to the difference.

        Columns: `effect`, `title`, `changed` (what differs, in words), `co2e` [kg], `relative` (to the
        total before), `records` (that it moves), `start` and `end` [kg]: where its step from the total
        before to the total after begins and ends.
        """
        rows = []
        for name in self._shown:
            kg = self._values[name]
            rows.append((name, EFFECTS[name], self._told(name), exact_sum(kg), int(np.count_nonzero(kg))))
        out = pd.DataFrame(rows, columns=["effect", "title", "changed", "co2e", "records"])
        before = self.total["co2e_before"]
        out.insert(4, "relative", out["co2e"] / before if before else np.nan)
        end = (before + out["co2e"].cumsum()).tolist()
        end[-1] = self.total["co2e_after"]  # which a running sum may miss by its rounding
        return out.assign(start=[before, *end[:-1]], end=end)

    @property
    def _shown(self) -> tuple[str, ...]:
        """The effects that are told of: `joint` only where there is one."""
        joint = any(self._values["joint"])
        return tuple(e for e in self._groups.effects if joint or e != "joint")

    def _told(self, name: str) -> str:
        if name == "activity":
            counts = self.records["change"].value_counts()
            return ", ".join(f"{counts[c]:,} {c}" for c in ("changed", "added", "removed"))
        if name == "coverage":
            records = self.coverage.groupby("change")["records"].sum()
            return ", ".join(f"{records.get(c, 0):,} {words}" for c, words in (("gained", "gained"), ("lost", "lost")))
        if name == "release":
            return f"to {self.after.data_version}"
        return self._groups.told("editions" if name == "fallback" else name)

    def by(self, *dimensions: str) -> pd.DataFrame:
        """Return both sides and the effects, summed by the dimensions named.

        Args:
            dimensions: any of facility, facility_type, country, category, activity, year, activity_category, scope.
                Scopes are numbers, for the headline holds one figure of scope 2.

        Returns:
            A frame indexed by the dimensions: `co2e_before`, `co2e_after` (NaN where there are only
            problems), `difference` and `relative`, one column for each effect [kg CO2e],
            `problems_before`, `problems_after` (rows of the group that lack a figure). The effects add
            up to the difference of what is known.

        Raises:
            ContractError: an unknown dimension, or none.
        """
        if not dimensions:
            raise ContractError(f"by() needs at least one of: {', '.join(DIMENSIONS)}.")
        for name in dimensions:
            if name not in DIMENSIONS:
                hint = did_you_mean(name, DIMENSIONS)
                raise ContractError(f"Unknown dimension {name!r}; known: {', '.join(DIMENSIONS)}.{hint}")
        sites = self.after._calculation.sites
        of = [sites.get(id_text(name)) for name in self._facilities]
        types: list[object] = [None if site is None else site.type for site in of]
        names = {"facility": self._facilities, "facility_type": types}
        sums = sums_by(self._sheets, names, self._groups, self._kinds, dimensions)
        return sums.drop(columns=[e for e in self._groups.effects if e not in self._shown])

    @cached_property
    def records(self) -> pd.DataFrame:
        """One row for each record: the rows of the consumption with its index, then those removed.

        Columns: `record_id` (where both tables have it), `facility_id`, `change` of its activity data
        (same, changed, added, removed), `co2e_before`, `co2e_after` [kg] (0 where it is not there, NaN
        where it is a problem), `difference`, one column for each effect, `factor_ids_before`,
        `factor_ids_after`.
        """
        before, after = self._co2e
        neither = np.isnan(before) & np.isnan(after)
        difference = np.where(neither, np.nan, np.nan_to_num(after) - np.nan_to_num(before))
        old, new = self._matched.before, self._matched.after
        texts = map(_factor_ids, (self.before, self.after))
        ids = []
        for at, text in zip((old, new), texts, strict=True):
            row = np.full(len(self), -1)
            row[at] = np.arange(len(at))
            ids.append(text.take(row, allow_fill=True))
        index = self.after.consumption.index
        if len(self._matched.removed):
            index = index.append(self.before.consumption.index[self._matched.removed])
        return pd.DataFrame(
            {
                **self._ids(),
                "change": kinds_of_change(self._groups, self._matched, [s for s, _ in self._sheets]),
                "co2e_before": before,
                "co2e_after": after,
                "difference": difference,
                **{name: self._values[name] for name in self._shown},
                "factor_ids_before": ids[0],
                "factor_ids_after": ids[1],
            },
            index=index,
            copy=False,
        )

    def _ids(self) -> dict[str, npt.NDArray[Any]]:
        """Return the ids of the records, those of the rows removed last."""
        old, new = self.before.consumption, self.after.consumption
        return {
            name: np.concatenate([c.to_numpy(dtype=object) for c in (new[name], old[name].iloc[self._matched.removed])])
            for name in ("record_id", "facility_id")
            if name in old and name in new
        }

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Records that are a problem on a side, by the first thing that is wrong with them there.

        Columns: `change` (`gained` a figure, `lost` it, or `neither` side has one), `column`, `reason`
        and `remedy` of the side without (after, where both are), `records`, `co2e` [kg]: their effect.
        """
        return coverage_table(self.before, self.after, self._matched, *self._co2e)

    @cached_property
    def factors(self) -> pd.DataFrame:
        """The factors that moved, one row for each pair of before and after, the heaviest first.

        A factor moved where another one answers, or the same with another weight of its gases; what
        came of other quantities is not in it. Columns: `activity_category`, `factor_before`,
        `factor_after` (ids; several of one figure joined by ` + `), `fallback_before`,
        `fallback_after` (codes), `records` (years of records after), `co2e_before`, `co2e_after`,
        `change` [kg], `share` of the changes without their signs, `cumulative` share, and the
        `effect` that is the most of it.
        """
        return factors_table(self._sheets, self._groups, self._kinds)

    def sentence(self) -> str:
        """Return the restatement in a few sentences: totals, effects, factors, what lacks a figure."""
        t = self.total
        share = "" if t["relative"] != t["relative"] else f" ({100 * t['relative']:+.1f} %)"
        said = [f"{t['co2e_before'] / 1000:,.2f} t CO2e before, {t['co2e_after'] / 1000:,.2f} t after: "
                f"{t['difference'] / 1000:+,.2f} t{share}."]  # fmt: skip
        largest = self.effects[self.effects["co2e"] != 0].sort_values("co2e", key=abs, ascending=False, kind="stable")
        if len(largest):
            parts = (f"{e} {kg / 1000:+,.2f} t" for e, kg in zip(largest["effect"], largest["co2e"], strict=True))
            said.append(f"Of this: {', '.join(parts)}.")
        moved = self.factors[self.factors["change"] != 0]
        if len(moved):
            most = int((moved["cumulative"] < _MOST).sum()) + 1
            carried = moved["cumulative"].iloc[most - 1]
            said.append(f"{_count(len(moved), 'factor')} moved" + (
                "." if most == len(moved) else f"; {most:,} of them {'carries' if most == 1 else 'carry'} "
                f"{math.floor(100 * carried)} % of their change."))  # fmt: skip
        lacking = t["problem_rows_before"], t["problem_rows_after"]
        if any(lacking):
            said.append(f"Records without a figure: {lacking[0]:,} before, {lacking[1]:,} after.")
        return " ".join(said)

    def significant(self, base_year: int, threshold: float = THRESHOLD) -> Significance:
        """Say whether the base year is to be recalculated.

        Args:
            base_year: the year of consumption that targets are measured from.
            threshold: share of the base year's emissions before, from which on a difference is
                significant. 5 % is a common choice, and no more: your policy states its own.

        Returns:
            The verdict, which is true or false, and says the rule as text.

        Raises:
            ContractError: no consumption in that year, or a threshold that is none.

        References:
            GHG Protocol Corporate Standard, revised edition, chapter 5, "Tracking Emissions Over Time".
        """
        if not 0 < threshold < 1:
            raise ContractError(f"threshold {threshold!r} is no share; 0.05 is 5 %.")
        years = self.by("year")
        if base_year not in years.index:
            known = ", ".join(f"{int(y)}" for y in years.index.dropna())
            raise ContractError(f"No consumption in the base year {base_year!r}; there is some in {known or 'none'}.")
        return significance(years, self._shown, base_year, threshold)

    def citations(self) -> list[str]:
        """Return what to print under a table: the sources of both sides, both Methods, how effects are split."""
        before, after = self.before.citations(), self.after.citations()
        if self._groups.order is None:
            how = "Effects: Shapley value, the average over all orders of the changes (Shapley 1953)."
        else:
            how = f"Effects: one after the other, {', '.join(self._groups.names[g] for g in self._groups.order)}."
        return [*dict.fromkeys(before[:-1] + after[:-1]), f"Before: {before[-1]}", f"After: {after[-1]}", how]


def _factor_ids(side: Result | SavedLedger) -> pd.Categorical:
    """Return the factors of each row's headline as a text."""
    if isinstance(side, SavedLedger):
        return side.factor_ids
    return row_texts(side._calculation, lambda entry: entry.factor_text)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
