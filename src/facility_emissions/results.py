"""`calculate` and its `Result`: the rows' figures, their problems, their ledger, their sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from facility_emissions.calculation.describe import (
    describe,
    problems_frame,
    records_by_key,
    row_texts,
    with_row_flags,
)
from facility_emissions.calculation.engine import Calculation, run
from facility_emissions.calculation.exact import exact_sum
from facility_emissions.calculation.ledger import ledger_frame, own_frame
from facility_emissions.calculation.sites import Facilities, read_sites
from facility_emissions.calculation.sums import DIMENSIONS, check_dimensions, sum_by
from facility_emissions.categories.answer import is_custom
from facility_emissions.consumption import ConsumptionRecord, to_frame
from facility_emissions.errors import ContractError
from facility_emissions.factors import sources as registry
from facility_emissions.factors.custom import FactorTable, Rows
from facility_emissions.factors.own_rows import CUSTOM_SOURCE
from facility_emissions.intensity import BY, Denominator, check_intensity, intensity_table
from facility_emissions.logistics import BASES, logistics_table
from facility_emissions.method import Method
from facility_emissions.outside_kyoto import outside_kyoto_table

if TYPE_CHECKING:  # loaded when they are asked for: to import `calculate` is to cost little
    from facility_emissions.quality import Quality
    from facility_emissions.uncertainty import Uncertainty


def calculate(
    consumption: pd.DataFrame | Iterable[ConsumptionRecord | Mapping[str, object]],
    facilities: Facilities,
    method: Method | None = None,
    *,
    custom_factors: FactorTable | Rows | None = None,
) -> Result:
    """Calculate the emissions of consumption records.

    Args:
        consumption: rows of the contract (`ConsumptionRecord`): a frame with any index and
            string, category, nullable or Arrow columns, which is never changed, or records.
        facilities: `Portfolio`, facilities, mappings, or a frame with `facility_id` and
            `country`.
        method: what the figures depend on; `Method()` by default.
        custom_factors: factors of your own (`FactorTable`, or what one is made of): they win over
            published ones where they fit, and where a row names one in `custom_factor_id`.

    Returns:
        The result: one figure or one explained problem for every input row.

    Raises:
        ContractError: a required column is missing or misspelt, a facility appears twice; a row
            of `custom_factors` is broken (`FactorTableError`: all of them).
        NotFoundError: the method names a source or edition that does not exist.
    """
    method = method or Method()
    frame = to_frame(consumption)
    own = FactorTable.of(custom_factors)
    sites = read_sites(facilities, include_archived=method.include_archived).set_apart(own.facilities)
    return Result(run(frame, sites, method, own))


class Result:
    """Emissions of consumption records, with the factor behind every figure.

    All kg figures are for the input's rows in their order; frames share the input's index.
    """

    def __init__(self, calculation: Calculation) -> None:
        """Wrap what the engine calculated; made by `calculate`."""
        self._calculation = calculation

    @property
    def method(self) -> Method:
        """The Method of every figure."""
        return self._calculation.method

    @property
    def consumption(self) -> pd.DataFrame:
        """The input's frame, as it was given."""
        return self._calculation.frame

    @property
    def data_version(self) -> str:
        """The version of the bundled factors; with the Method it pins every bit."""
        return registry.data_version()

    def __len__(self) -> int:
        """Return the number of input rows."""
        return len(self._calculation.frame)

    def __repr__(self) -> str:
        """Show the rows, the problems and the total."""
        t = self.total
        kg = f"{t['co2e']:,.1f} kg CO2e, {t['co2e_biomass']:,.1f} kg biogenic CO2"
        interval = self.interval_words()
        kg = f"{kg}; {interval}" if interval else kg
        return f"<Result: {len(self):,} rows, {t['problem_rows']:,} without a figure; {kg}; {self.method.gwp_name}>"

    @property
    def co2e(self) -> pd.Series:
        """Headline CO2e of each row [kg]; NaN where the row is a problem."""
        return self._headline[0]

    @property
    def co2e_biomass(self) -> pd.Series:
        """Biogenic CO2 of each row [kg], outside the scopes; NaN where unknown."""
        return self._headline[1]

    @cached_property
    def _headline(self) -> list[pd.Series]:
        c = self._calculation
        products = c.gather(c.rates.co2e, c.rates.co2e_biomass)
        names = ("co2e", "co2e_biomass")
        return [pd.Series(kg, c.frame.index, name=n, copy=False) for kg, n in zip(products, names, strict=True)]

    @cached_property
    def records(self) -> pd.DataFrame:
        """One row for each input row, with its index.

        Columns: `status` (ok, problem), `co2e`, `co2e_biomass` [kg], one column for each
        activity category [kg CO2e] (empty where it does not apply or has no factor, see
        `gaps`), `flags` and `factor_ids` of the headline.
        """
        c = self._calculation
        figures = c.figures()
        bad = np.isnan(self.co2e.to_numpy())
        status = pd.Categorical.from_codes(bad.astype(np.int8), pd.Index(["ok", "problem"]))
        for figure in figures.values() if bad.any() else ():
            figure[bad] = np.nan
        return pd.DataFrame(
            {
                "status": status,
                "co2e": self.co2e,
                "co2e_biomass": self.co2e_biomass,
                **figures,
                "flags": with_row_flags(c, row_texts(c, lambda entry: entry.flag_text), ~bad),
                "factor_ids": row_texts(c, lambda entry: entry.factor_text),
            },
            index=c.frame.index,
            copy=False,
        )

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Rows without a result: `row` (index label), `position`, ids, column, value, reason, remedy."""
        return problems_frame(self._calculation, self._calculation.problems.in_order())

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Figures outside the headline that have no factor, by distinct question.

        Columns: country, category, activity, year, activity_category, records, reason, remedy.
        The rows themselves have their headline; this says what else could not be given.
        """
        c = self._calculation
        count = records_by_key(c)
        rows = [
            {**describe(c, k), "activity_category": m.activity_category, "records": int(count[k]),
             "reason": m.reason, "remedy": m.remedy}
            for k, entry in enumerate(c.rates.entries)
            if count[k] and not entry.problems
            for m in entry.missing
        ]  # fmt: skip
        columns = [
            "country",
            "category",
            "activity",
            "year",
            "activity_category",
            "records",
            "reason",
            "remedy",
        ]
        return pd.DataFrame(rows, columns=columns).sort_values(columns[:5], ignore_index=True)

    @cached_property
    def custom_factors(self) -> pd.DataFrame:
        """The factors of your own, one row each: which were used, and why others were not.

        Columns: `row` (place in the table), `factor_id`, `status` (used, unused, left out),
        `records` (records, or years of them, with a figure of it), `reason`.
        """
        return own_frame(self._calculation)

    @property
    def total(self) -> dict[str, float | int]:
        """Headline sums [kg], exact and rounded once, and how many rows have no part in them.

        Keys: `co2e`, `co2e_biomass`, `rows`, `problem_rows`, `biomass_unknown_rows`.
        """
        co2e, biomass = self.co2e.to_numpy(), self.co2e_biomass.to_numpy()
        bad, unknown = np.isnan(co2e), np.isnan(biomass)
        return {
            "co2e": exact_sum(co2e[~bad]),
            "co2e_biomass": exact_sum(biomass[~unknown]),
            "rows": len(co2e),
            "problem_rows": int(bad.sum()),
            "biomass_unknown_rows": int((unknown & ~bad).sum()),
        }

    def ledger(self) -> pd.DataFrame:
        """Return record x figure: quantity, gases, CO2e, factor, source, edition, year, fallback.

        One row for each input row with a result, year of its period, and figure (activity
        category). Masses in kg. `row` is the input's index label.
        """
        return ledger_frame(self._calculation)

    def by(self, *dimensions: str, fiscal_year_start: int | None = None, consolidated: bool = False) -> pd.DataFrame:
        """Return sums by the dimensions named.

        Args:
            dimensions: any of facility, facility_type, organization, fiscal_year, country, category,
                activity, year (sums of the headline), or with activity_category, scope, gas (sums
                of every figure: both scope 2 figures appear, so they are not to be added up).
            fiscal_year_start: month with which a fiscal year begins, 1 to 12; asked for by fiscal_year.
                A fiscal year has the name of the calendar year in which it ends. A period across
                two is treated as one across New Year (`Method.year_rule`): `prorate` splits it by
                days, each part with the factors of its calendar year.
            consolidated: add what the company reports as its own: each facility times its
                `consolidation_share` (GHG Protocol Corporate Standard, chapter 3).

        Returns:
            A frame indexed by the dimensions: `co2e`, `co2e_biomass` [kg], `records`,
            `problems` (rows of the group that lack a figure), `biomass_unknown`; by activity
            category or scope also `lacking` (rows that have their headline, but not this figure, or not
            in all of their parts: years, and days with and without a contract).
            With `consolidated` also `consolidated_co2e`, `consolidated_co2e_biomass` [kg] and
            `share_assumed`: records of facilities that state no share, which count in full.

        Raises:
            ContractError: an unknown dimension, or none; no month for a fiscal year, or one that
                is none; by organization without a column `organization_id`.
        """
        check_dimensions(dimensions, DIMENSIONS, fiscal_year_start)
        return sum_by(
            self._calculation, dimensions, fiscal_year_start=fiscal_year_start or 1, consolidated=consolidated
        )

    def by_scope(self) -> pd.DataFrame:
        """Return sums by scope; scope 2 appears location-based and market-based, beside each other."""
        return self.by("scope")

    def by_gas(self) -> pd.DataFrame:
        """Return sums by scope and gas (CO2, CH4, N2O, HFCs, PFCs, SF6, NF3, other, unsplit)."""
        return self.by("scope", "gas")

    def outside_kyoto(self) -> pd.DataFrame:
        """Return CFC, HCFC and other gases that the Kyoto Protocol does not list, beside the total.

        Returns:
            By facility and gas: `facility`, `gas`, `group`, `kg`, `co2e` [kg], `counted` (whether `co2e` of
            this result holds them: `Method.gases`). See `outside_kyoto.outside_kyoto_table`.
        """
        return outside_kyoto_table(self._calculation)

    def intensity(
        self,
        per: Denominator,
        by: str | Sequence[str] = "facility",
        *,
        fiscal_year_start: int | None = None,
        consolidated: bool = False,
    ) -> pd.DataFrame:
        """Return kg CO2e for each square metre, employee or tonne handled.

        Args:
            per: `surface_m2`, `employees` or `tonnes`, as the facilities state them.
            by: one or several of facility, facility_type, country, year, fiscal_year (groups of
                facilities); category, activity, activity_category, scope, gas (which kg of them).
            fiscal_year_start: as in `by`.
            consolidated: what the company reports as its own: each facility times its
                `consolidation_share`, above and below the line; one that states none counts in full
                (`share_assumed`, as in `by`).

        Returns:
            A frame indexed by the dimensions: `co2e` [kg] and the denominator, both of the
            facilities that have a figure in the group and state the denominator; `intensity`, their
            ratio; `facilities`, how many; `left_out` and `left_out_co2e` [kg], the facilities that
            state none; `problems`, `lacking` as in `by`; `note`, what is amiss in words. A denominator
            of 0 counts as 0, and gives no ratio by itself. Nothing is annualised: by `year` or
            `fiscal_year` it is kg of that year, else of the whole period.

        Raises:
            ContractError: an unknown denominator or dimension; tonnes by year.
        """
        dimensions = [by] if isinstance(by, str) else list(by)
        check_dimensions(dimensions, BY, fiscal_year_start)
        check_intensity(per, dimensions)
        finer = ["facility", *(d for d in dimensions if d != "facility")]
        sums, parts = (
            self.by(*d, fiscal_year_start=fiscal_year_start, consolidated=consolidated) for d in (dimensions, finer)
        )
        return intensity_table(sums, parts, self._calculation.sites, per, consolidated=consolidated)

    def logistics(self, scope2: Literal["location", "market", "both"] | None = None) -> pd.DataFrame:
        """Return each facility's part in a logistics report, and its intensity where it states its tonnes.

        How `logistic_factor` is applied is not published. Our reading, what it rests on (the API's
        guides, GLEC, ISO 14083) and what is inferred: the module `facility_emissions.logistics`.

        Args:
            scope2: basis; the Method's by default; `both` gives a row for each.

        Returns:
            A frame by facility (and `basis`, with `both`): `scope1` (fuels and refrigerants) and
            `scope2` (electricity and purchased heat) [kg CO2e]; `logistic_factor` and `assumed`,
            which says where 0.8 stands in; `logistics_scope2`, the product; `logistics_co2e`, scope 1
            and that [kg CO2e]; `tonnes` and `g_per_tonne` [g CO2e / t]; `note`; `problems` (rows of the
            facility without a figure, or without one of these: it is not in them).

        Raises:
            ContractError: no such basis.
        """
        asked = scope2 or self.method.scope2
        if asked not in (*BASES, "both"):
            raise ContractError(f"scope2 {asked!r} is none of 'location', 'market', 'both'.")
        bases = BASES if asked == "both" else (asked,)
        return logistics_table(
            self.by("facility", "activity_category"), self.by("facility")["problems"], self._calculation.sites, bases
        )

    def uncertainty(
        self,
        method: Literal["propagation", "monte_carlo"] = "propagation",
        *,
        assumed: Mapping[str, float] | None = None,
        seed: int = 0,
        draws: int = 10_000,
    ) -> Uncertainty:
        """Return the 95 % intervals: `total`, `records`, `by(...)` and the `sources` of the uncertainty.

        They come of the published bounds of factors and of the records' quantity_uncertainty; what
        has neither is unknown, and counted apart.

        Args:
            method: `propagation` of errors, or `monte_carlo` with lognormal draws (IPCC 2006
                Guidelines, Volume 1, chapter 3, Approaches 1 and 2).
            assumed: half-widths [%] to take where nothing is known: by figure (its factors), by
                quantity_basis or `quantity`, and `gwp` (of every gas but CO2, else taken as exact).
            seed, draws: of the simulation.

        Raises:
            ContractError: an unknown method or word in `assumed`, a value that is no percentage, too few draws.
        """
        from facility_emissions.uncertainty import Uncertainty

        return Uncertainty(self._calculation, method, assumed, seed, draws)

    def interval_words(self, unit: Literal["kg", "t"] = "kg") -> str:
        """Return the interval of the total in words; '' where no record states the uncertainty of its quantity."""
        from facility_emissions.uncertainty import interval_words, is_stated

        return interval_words(self.uncertainty().total, unit) if is_stated(self._calculation) else ""

    def quality(self, *, verified: bool = False) -> Quality:
        """Return the data quality: `records`, `by(...)`, `total` and `fallback_share`.

        Scores are those of the GHG Protocol's Scope 3 Standard (table 7.6, box 7.2): 1 very good to 4 poor.

        Args:
            verified: whether somebody has verified the quantities, as the best rating of reliability asks.
        """
        from facility_emissions.quality import Quality

        return Quality(self._calculation, verified=verified)

    def citations(self) -> list[str]:
        """Return what to print under a table: each source used, its edition and licence, and the method."""
        used: set[tuple[str, str]] = set()
        count = records_by_key(self._calculation)
        own: set[tuple[str, str]] = set()
        for k, entry in enumerate(self._calculation.rates.entries):
            if count[k]:
                for w in entry.weighed:
                    if is_custom(w.line):
                        own.add((w.line.source_id, w.line.edition))
                    else:
                        used |= {(w.line.source_id, w.line.edition), *w.line.more_sources}
        lines = []
        for source_id, edition in sorted(used - {("", "")}):
            lines.append(registry.citation(source_id, edition))
        for source_id, edition in sorted(own):
            named = [n for n, default in zip((source_id, edition), CUSTOM_SOURCE, strict=True) if n != default]
            lines.append(f"Custom factors supplied by the user{': ' if named else ''}{', '.join(named)}.")
        lines.append(registry.gwp_citation(self.method.gwp, self.method.horizon))
        lines.append(f"Method {self.method.fingerprint()}, factors {self.data_version}.")
        return list(dict.fromkeys(lines))
