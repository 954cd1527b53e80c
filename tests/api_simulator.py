"""Answers of the API with known deviations: what `reconcile` is measured with (`hit_rates.py`).

A cause is simulated by calculating anew with another Method or on changed consumption: none of the
code that searches for it is used. So the simulator also proves that the search calculates right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any

import numpy as np
import pandas as pd

import facility_emissions as fe

Frame = pd.DataFrame
PLACES = (("ES", 0.4), ("GB", 0.15), ("FR", 0.1), ("DE", 0.1), ("PT", 0.1), ("IT", 0.08), ("US", 0.07))
TYPES = ("office", "warehouse", "factory")
YEARS = (2021, 2022, 2023)
LABELS = ("IBERDROLA CLIENTES, S.A.U.", "ENDESA ENERGÍA, S.A.U.")
UPSTREAM = ("stationary_generation", "electricity_generation")
LOSSES = ("electricity_transmission_and_distribution",)


@dataclass(frozen=True)
class World:
    """Facilities and their consumption; all that the simulator asks of it is calculated from these."""

    facilities: Frame
    consumption: Frame

    @cached_property
    def result(self) -> fe.Result:
        return fe.calculate(self.consumption, self.facilities)


def world(seed: int, size: int = 40) -> World:
    """Make a portfolio: several countries, three years, monthly and yearly bills, some of them shared."""
    dice = np.random.default_rng(seed)
    names, weights = zip(*PLACES, strict=True)
    facilities = pd.DataFrame(
        {
            "id": [f"site-{i:04d}" for i in range(size)],
            "country": dice.choice(names, size, p=np.array(weights) / sum(weights)),
            "type": dice.choice(TYPES, size),
            "logistic_factor": np.round(dice.uniform(0.3, 0.95, size), 2),
        }
    )
    rows: list[dict[str, Any]] = []
    for site in facilities.to_dict("records"):
        rows += _bills(site, dice)
    frame = pd.DataFrame(rows)
    frame["record_id"] = [f"inv-{i:06d}" for i in range(len(frame))]
    return World(facilities, _shared(frame, facilities, dice))


def _bills(site: dict[str, Any], dice: np.random.Generator) -> Iterator[dict[str, Any]]:
    size = dice.lognormal(0, 0.8)
    base = {"facility_id": site["id"], "supplier": None, "contract": None}
    supplier = dice.choice([None, *LABELS]) if site["country"] == "ES" else None
    green = dice.random() < 0.3 and site["country"] == "ES"
    piped = dice.random() < 0.7
    unit = dice.choice(["kWh_gcv", "kWh", "MWh_ncv"], p=[0.5, 0.3, 0.2])
    oil = not piped and dice.random() < 0.5
    pellets = dice.random() < 0.15
    for year in YEARS:
        for month in range(1, 13):
            start = pd.Timestamp(year, month, 1) + pd.Timedelta(days=int(dice.integers(0, 5)) if month == 12 else 0)
            end = pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0)
            if month == 12 and dice.random() < 0.5:
                end += pd.Timedelta(days=int(dice.integers(5, 25)))  # crosses New Year
            dates = {**base, "start_date": start, "end_date": end}
            season = 1 + 0.5 * np.cos((month - 1) / 6 * np.pi)
            power = round(9_000 * size * dice.uniform(0.8, 1.2), 2)
            yield {**dates, "category": "electricity", "activity": None, "quantity": power, "unit": "kWh",
                   "supplier": supplier, "contract": "guarantee_of_origin" if green else None}  # fmt: skip
            if piped:
                heat = 12_000 * size * season * dice.uniform(0.8, 1.2)
                amount = round(heat / 1000 if unit.startswith("M") else heat, 2)
                yield {**dates, "category": "heat", "activity": "natural_gas", "quantity": amount, "unit": unit}
        whole = {**base, "start_date": pd.Timestamp(year, 1, 1), "end_date": pd.Timestamp(year, 12, 31)}
        if oil:
            yield {**whole, "category": "heat", "activity": "gas_oil_heating",
                   "quantity": round(8_000 * size * dice.uniform(0.8, 1.2), 1), "unit": "kg"}  # fmt: skip
        if pellets:
            yield {**whole, "category": "heat", "activity": "wood_pellets",
                   "quantity": round(12 * size * dice.uniform(0.8, 1.2), 2), "unit": "t"}  # fmt: skip
        if dice.random() < 0.5:
            gas = dice.choice(["R-410A", "HFC-134a", "R-404A", "HCFC-22"])
            yield {**whole, "category": "recharge", "activity": gas,
                   "quantity": round(3 * size * dice.uniform(0.5, 2), 1), "unit": "kg"}  # fmt: skip
        if site["country"] in ("GB", "FR"):
            yield {**whole, "category": "water", "activity": "water_supply",
                   "quantity": round(400 * size * dice.uniform(0.8, 1.2), 1), "unit": "m3"}  # fmt: skip


def _shared(frame: Frame, facilities: Frame, dice: np.random.Generator) -> Frame:
    """Let a tenth of the facilities have a neighbour in the same country with which it shares its power bills."""
    frame["percentage"] = np.nan
    extra = []
    for _, group in facilities.groupby("country"):
        ids = group["id"].tolist()
        for one, other in zip(ids[::6], ids[1::6], strict=False):
            share = round(float(dice.uniform(0.3, 0.7)), 2)
            mine = frame["facility_id"].eq(one) & frame["category"].eq("electricity")
            copy = frame[mine].assign(facility_id=other, percentage=1 - share)
            copy["quantity"] *= 1 - share
            frame.loc[mine, "percentage"] = share
            frame.loc[mine, "quantity"] *= share
            extra.append(copy)
    return pd.concat([frame, *extra], ignore_index=True)


# --- causes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cause:
    """One way in which the API calculates otherwise: another Method, other rows, another sum of the result."""

    id: str
    method: dict[str, Any] = field(default_factory=dict)
    category: str = ""  # the only one whose records take the Method
    include: frozenset[str] = frozenset()
    rows: Callable[[World], World] = lambda w: w
    keep: Callable[[Frame], pd.Series] | None = None  # of the ledger-like table of figures
    after: Callable[[Frame, World], Frame] = lambda kg, w: kg


HEADLINE = frozenset(fe.Method().headline)
_MARKET, _LOCATION = "electricity", "electricity_location_based"


def figures(cause: Sequence[Cause], w: World, until: int | None = None) -> Frame:
    """Return `co2e` and `co2e_biomass` [kg] by facility as an API with these causes gives them.

    Args:
        cause: what it does otherwise.
        w: the facilities and their consumption.
        until: last year of consumption for which it does.
    """
    table = _table(cause, w)
    if until is not None:
        table = pd.concat([table[table["year"] <= until], (plain := _table((), w))[plain["year"] > until]])
    for c in cause:
        if c.keep is not None:
            table = table[c.keep(table)]
    sums = (
        table.groupby("facility")[["co2e", "co2e_biomass", "lacking"]].sum().reindex(w.facilities["id"], fill_value=0.0)
    )
    kg = sums[["co2e", "co2e_biomass"]].where(sums["lacking"] == 0)  # a figure is unknown: null
    for c in cause:
        kg = c.after(kg, w)
    return kg


def _table(cause: Sequence[Cause], w: World) -> Frame:
    """Return the figures that are added up, by facility, category, year and activity category."""
    changed = reduce(lambda so_far, c: c.rows(so_far), cause, w)
    wanted = reduce(lambda so_far, c: so_far ^ c.include, cause, frozenset(fe.Method(**_method(cause, "")).headline))
    parts = []
    for name, rows in changed.consumption.groupby("category"):
        result = fe.calculate(rows, changed.facilities, fe.Method(**_method(cause, str(name))))
        assert result.problems.empty, result.problems.iloc[0].to_dict()
        parts.append(result.by("facility", "category", "year", "activity_category").reset_index())
    table = pd.concat(parts)
    table = table[table["activity_category"].isin(wanted)]
    shifted = any(c.rows is _shift for c in cause)
    return table.assign(facility=table["facility"].str.partition("@")[0], year=table["year"] + shifted)


def _method(cause: Sequence[Cause], category: str) -> dict[str, Any]:
    return {k: v for c in cause if c.category in ("", category) for k, v in c.method.items()}


def _shift(w: World) -> World:
    c = w.consumption
    back = {n: c[n] - pd.DateOffset(years=1) for n in ("start_date", "end_date")}
    return World(w.facilities, c.assign(**back))


def _fuels_of(country: str) -> Callable[[World], World]:
    def move(w: World) -> World:
        there = w.facilities.assign(id=w.facilities["id"] + "@", country=country)
        fuel = w.consumption["category"].eq("heat")
        c = w.consumption.assign(
            facility_id=w.consumption["facility_id"].where(~fuel, w.consumption["facility_id"] + "@")
        )
        plain = fuel & c["unit"].eq("kWh")
        c["unit"] = c["unit"].where(~plain, "kWh_gcv")  # natural gas, as a bill means it
        return World(pd.concat([w.facilities, there], ignore_index=True), c)

    return move


def _unit(before: str, after: str) -> Callable[[World], World]:
    def change(w: World) -> World:
        fuel = w.consumption["category"].eq("heat") & w.consumption["unit"].eq(before)
        return World(w.facilities, w.consumption.assign(unit=w.consumption["unit"].mask(fuel, after)))

    return change


def _share(times: int) -> Callable[[World], World]:
    def change(w: World) -> World:
        c = w.consumption
        share = c["percentage"].fillna(1.0)
        ids = c["record_id"].astype(str) + c["facility_id"]
        return World(
            w.facilities, c.assign(quantity=c["quantity"] * share ** (times - 1), percentage=np.nan, record_id=ids)
        )

    return change


def _drop(column: str) -> Callable[[World], World]:
    return lambda w: World(w.facilities, w.consumption.assign(**{column: None}))


def _scaled(by: float) -> Callable[[Frame, World], Frame]:
    return lambda kg, w: kg * by


def _logistic(kg: Frame, w: World) -> Frame:
    factor = w.facilities.drop_duplicates("id").set_index("id")["logistic_factor"].reindex(kg.index)
    return kg.mul(factor, axis=0)


def _logistic_scope2(kg: Frame, w: World) -> Frame:
    table = fe.calculate(w.consumption, w.facilities).logistics().reindex(kg.index)
    return kg.assign(co2e=kg["co2e"] - table["scope2"] + table["logistics_scope2"])


def _inside(kg: Frame, w: World) -> Frame:
    return kg.assign(co2e=kg["co2e"] + kg["co2e_biomass"])


def _category(name: str, *, only: bool) -> Callable[[Frame], pd.Series]:
    return lambda table: table["category"].eq(name) == only


def _year(year: int, *, only: bool) -> Callable[[Frame], pd.Series]:
    return lambda table: table["year"].eq(year) == only


def _without_december(w: World) -> World:
    return World(w.facilities, w.consumption[w.consumption["start_date"].dt.month.ne(12)])


def _without_spring(w: World) -> World:
    start = w.consumption["start_date"]
    return World(w.facilities, w.consumption[~start.between("2022-03-01", "2022-05-31")])


def _of_category(name: str, w: World) -> Frame:
    """Return the figures that one category adds, by facility."""
    table = _table((), w)
    sums = table[table["category"].eq(name)].groupby("facility")[["co2e", "co2e_biomass"]].sum()
    return sums.reindex(w.facilities["id"], fill_value=0.0)


def _twice(name: str) -> Callable[[Frame, World], Frame]:
    return lambda kg, w: kg.add(_of_category(name, w))


CAUSES = {
    c.id: c
    for c in (
        Cause("scope2_market", {"scope2": "market"}),
        Cause("scope2_both", include=frozenset({_MARKET})),
        *(
            Cause(f"gwp_{gwp}_{horizon}", {"gwp": gwp, "horizon": horizon})
            for gwp, horizon in (
                ("AR4", 100),
                ("AR6", 100),
                ("SAR", 100),
                ("TAR", 100),
                ("AR5CCF", 100),
                ("AR5", 20),
                ("AR6", 20),
                ("AR4", 20),
            )
        ),
        Cause("methane_by_origin", {"methane": "by_origin"}),
        Cause("gases_kyoto", {"gases": "kyoto"}),
        *(
            Cause(
                f"refrigerants_{source}_{edition}", {"refrigerants": source, "editions": {source: edition}}, "recharge"
            )
            for source, edition in (
                ("miteco_refrigerants", "V31"),
                ("miteco_refrigerants", "V28"),
                ("epa_hub", "2025"),
                ("epa_hub", "2021"),
            )
        ),
        Cause("refrigerants_desnz_refrigerants", {"refrigerants": "desnz_refrigerants"}, "recharge"),
        Cause("refrigerants_ademe_refrigerants", {"refrigerants": "ademe_refrigerants"}, "recharge"),
        Cause("year_before", rows=_shift),
        *(Cause(f"fuels_of_{country}", rows=_fuels_of(country)) for country in ("ES", "GB", "US", "FR")),
        *(
            Cause(f"database_{source}", {"databases": {"*": (source,)}})
            for source in ("ember", "aib_production", "eea")
        ),
        Cause("edition_desnz_2022", {"editions": {"desnz": "2022"}}),
        Cause("edition_eea_2024-10", {"editions": {"eea": "2024-10"}}),
        Cause("as_of_2026-07-09", {"as_of": dt.date(2026, 7, 9)}),
        Cause("as_of_2025-12-08", {"as_of": dt.date(2025, 12, 8)}),
        Cause("with_upstream", include=frozenset(UPSTREAM)),
        Cause("with_losses", include=frozenset(LOSSES)),
        Cause("with_category3", include=frozenset((*UPSTREAM, *LOSSES))),
        Cause("without_water", include=frozenset(("water_supply", "water_treatment"))),
        Cause("biomass_inside", after=_inside),
        Cause("basis_plain", rows=_unit("kWh", "kWh_ncv")),
        Cause("basis_gcv", rows=_unit("kWh_gcv", "kWh_ncv")),
        Cause("basis_ncv", rows=_unit("MWh_ncv", "MWh_gcv")),
        Cause("year_start", {"year_rule": "start"}),
        Cause("year_end", {"year_rule": "end"}),
        Cause("share_never", rows=_share(0)),
        Cause("share_twice", rows=_share(2)),
        *(Cause(f"without_{name}", keep=_category(name, only=False)) for name in ("electricity", "heat", "recharge")),
        *(Cause(f"only_{name}", keep=_category(name, only=True)) for name in ("electricity", "heat")),
        *(Cause(f"only_{year}", keep=_year(year, only=True)) for year in YEARS),
        *(Cause(f"without_{year}", keep=_year(year, only=False)) for year in YEARS),
        Cause("scale_tonnes", after=_scaled(0.001)),
        Cause("scale_twice", after=_scaled(2)),
        *(Cause(f"twice_{name}", after=_twice(name)) for name in ("electricity", "heat")),
        Cause("logistic_scope2", after=_logistic_scope2),
        Cause("logistic_all", after=_logistic),
    )
}
PAIRS = (
    ("scope2_market", "gwp_AR6_100"),
    ("gwp_AR4_100", "with_category3"),
    ("scope2_market", "year_before"),
    ("scope2_market", "only_2023"),
    ("gwp_AR6_100", "share_twice"),
    ("scope2_market", "fuels_of_GB"),
    ("year_before", "refrigerants_miteco_refrigerants_V28"),
    ("scope2_market", "scale_tonnes"),
    ("with_losses", "without_recharge"),
    ("gwp_AR5_20", "biomass_inside"),
    ("gwp_AR6_100", "edition_eea_2024-10"),
    ("with_upstream", "basis_gcv"),
)
# What is not among the alternatives: nothing is right of it.
STRANGE = {
    c.id: c
    for c in (
        Cause("no bills of December", rows=_without_december),
        Cause("no bills of spring 2022", rows=_without_spring),
        Cause("heat thrice", after=lambda kg, w: kg.add(2 * _of_category("heat", w))),
        Cause("heat with the logistic_factor", after=lambda kg, w: _logistic(_of_category("heat", w), w).add(kg) / 2),
        Cause("a tenth of heat lost", after=lambda kg, w: kg.sub(0.1 * _of_category("heat", w))),
    )
}  # fmt: skip
TRIPLES = (
    ("scope2_market", "with_losses", "fuels_of_GB"),
    ("gwp_AR6_100", "with_upstream", "year_before"),
    ("scope2_market", "gwp_AR4_100", "without_2021"),
    ("scope2_market", "basis_gcv", "refrigerants_miteco_refrigerants_V31"),
)


# --- the API's answer ------------------------------------------------------------------------


def answer(w: World, kg: Frame, decimals: int | None = 1) -> Frame:
    """Return facilities as the API sends them, with these figures."""
    shown = kg if decimals is None else kg.round(decimals)
    out = w.facilities[["id", "country", "type", "logistic_factor"]].copy()
    return out.assign(status="active", **{name: shown[name].to_numpy() for name in ("co2e", "co2e_biomass")})


def noise(w: World, seed: int, size: float = 0.1, decimals: int | None = 1) -> Frame:
    """Return the API's answer with errors that nothing explains."""
    dice = np.random.default_rng(seed)
    plain = figures((), w)
    return answer(w, plain.assign(co2e=plain["co2e"] * np.exp(dice.normal(0, size, len(plain)))), decimals)
