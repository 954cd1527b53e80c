"""The engine against the independent, slow calculation of `oracle.py`, row by row."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from frames import FACILITIES, SITES, draw_record, draw_scope2, frame, record, seeded_frame
from oracle import Figures, Oracle
from oracle_tables import factors, fuels

RELATIVE = 1e-12
ACTIVITY_CATEGORIES = (
    *("stationary", "purchased_heat", "stationary_generation", "electricity_location_based", "electricity"),
    *("electricity_generation", "electricity_transmission_and_distribution", "recharge"),
    *("water_supply", "water_treatment"),
)


def agrees(ours: float, theirs: Decimal | None) -> bool:
    """Whether two figures agree: both absent, or within 1e-12 of each other."""
    if theirs is None:
        return math.isnan(ours)
    return not math.isnan(ours) and math.isclose(ours, float(theirs), rel_tol=RELATIVE, abs_tol=0.0)


def compare(
    consumption: pd.DataFrame, sites: Mapping[str, Mapping[str, str]] = SITES, **fields: object
) -> pd.DataFrame:
    """Calculate twice, assert that every row's figures agree, and return the engine's records."""
    result = fe.calculate(consumption, list(sites.values()), fe.Method(**fields))
    oracle = Oracle(**fields)
    told = set(result.problems["position"])
    plain = consumption.astype(object).where(consumption.notna(), None)
    for position, row in enumerate(plain.to_dict("records")):
        facility = sites[row["facility_id"]]
        theirs = oracle.row(row, facility)
        wrong = difference(result.records.iloc[position], position in told, theirs)
        if wrong:
            given = {k: v for k, v in {**row, **facility}.items() if v is not None}
            pytest.fail(f"{wrong}\nrow {position}: {given}\nmethod: {fields}\noracle: {theirs}", pytrace=False)
    return result.records


def difference(ours: pd.Series, told: bool, theirs: Figures | None) -> str:
    """Say in what a row of the records differs from the oracle's figures, '' if in nothing."""
    if theirs is None or theirs.co2e is None:
        if not math.isnan(ours["co2e"]):
            return f"co2e is {ours['co2e']!r}; the oracle has none"
        return "" if told else "no figure and no problem"
    if told:
        return "a problem; the oracle has a figure"
    expected = {"co2e": theirs.co2e, "co2e_biomass": theirs.co2e_biomass, **dict.fromkeys(ACTIVITY_CATEGORIES)}
    for name, kg in (expected | theirs.by).items():
        if not agrees(ours.get(name, math.nan), kg):
            return f"{name} is {ours.get(name)!r}; the oracle has {kg}"
    return ""


def ledger_adds_up(consumption: pd.DataFrame, method: fe.Method) -> None:
    """Assert that the ledger's lines sum to the records."""
    result = fe.calculate(consumption, FACILITIES, method)
    records, ledger = result.records, result.ledger()
    assert set(ledger["position"]) == set(np.flatnonzero(records["status"] == "ok"))
    headline = ledger[ledger["activity_category"].isin(method.headline)]
    total = headline.groupby("position")["co2e"].sum().reindex(range(len(records)), fill_value=0.0)
    ok = (records["status"] == "ok").to_numpy()
    np.testing.assert_allclose(total[ok], records["co2e"][ok], rtol=RELATIVE)
    figures = ledger.pivot_table(
        index="position", columns="activity_category", values="co2e", aggfunc="sum", observed=True
    )
    for name in figures:
        ours = records[name].to_numpy()[figures.index]
        known = ~np.isnan(ours) & ~np.isnan(figures[name])
        np.testing.assert_allclose(ours[known], figures[name][known], rtol=RELATIVE)


@st.composite
def records_drawn(draw: st.DrawFn) -> dict[str, object]:
    """Draw one record of canonical words."""
    return draw_record(lambda choices: draw(st.sampled_from(list(choices))))


methods = st.fixed_dictionaries(
    {},
    optional={
        "gwp": st.sampled_from(["SAR", "TAR", "AR4", "AR5", "AR5CCF", "AR6"]),
        "horizon": st.sampled_from([100, 20]),
        "gases": st.sampled_from(["all", "kyoto"]),
        "methane": st.sampled_from(["plain", "by_origin"]),
        "scope2": st.sampled_from(["location", "market"]),
        "year_rule": st.sampled_from(["prorate", "start", "end"]),
        "as_of": st.dates(dt.date(2016, 1, 1), dt.date(2026, 12, 31)),
        "editions": st.sampled_from([{"ember": "2025-12"}, {"desnz": "2021"}, {"eea": "sds-5", "uba": "2025"}]),
        "databases": st.sampled_from(
            [{"*": ("ember",)}, {"DE": ("eea", "aib_production"), "*": ("uba",)}, {"ES": ("ipcc",), "GB": ("ipcc",)}]
        ),
        "max_years_back": st.integers(0, 12),
        "max_years_forward": st.integers(0, 7),
        "strict": st.booleans(),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records_drawn(), min_size=1, max_size=6), methods)
def test_random_records_agree_under_random_methods(records: list[dict[str, object]], fields: dict[str, object]) -> None:
    compare(frame(*records), **fields)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), methods)
def test_random_frames_agree_under_random_methods(seed: int, fields: dict[str, object]) -> None:
    compare(seeded_frame(seed, 80), **fields)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), methods)
def test_contracts_own_generation_and_estimates_agree_under_random_methods(
    seed: int, fields: dict[str, object]
) -> None:
    compare(scope2_frame(seed, 40), **fields)


def scope2_frame(seed: int, rows: int) -> pd.DataFrame:
    """Return random records with contracts, own generation and estimates, the same for the same seed."""
    rng = random.Random(seed)
    return pd.DataFrame([draw_scope2(rng.choice) for _ in range(rows)])


@pytest.mark.parametrize("scope2", ["location", "market"])
def test_fixed_contracts_own_generation_and_estimates_agree(scope2: str) -> None:
    fixed = scope2_frame(20261124, 600)
    records = compare(fixed, scope2=scope2)
    assert (records["status"] == "ok").sum() > 150
    told = set(re.findall(r"(\w+): ", " ".join(records["flags"])))
    assert {"own_generation", "exported", "certificates_sold", "estimated"} <= told
    if scope2 == "market":
        assert {"market_guarantee_of_origin", "market_power_purchase_agreement", "contract_not_valid"} <= told


FIXED = seeded_frame(20260523, 2000)


def test_two_thousand_fixed_rows_agree() -> None:
    records = compare(FIXED)
    assert (records["status"] == "ok").sum() > 800  # the frame is about figures, not about problems


@pytest.mark.parametrize(
    "fields",
    [
        {"gwp": "AR6", "methane": "by_origin"},
        {"gwp": "AR4", "scope2": "market"},
        {"gases": "kyoto", "horizon": 20},
        {"year_rule": "end", "max_years_back": 1, "max_years_forward": 0},
        {"as_of": dt.date(2023, 1, 1)},
        {"strict": True, "scope2": "market"},
        {"databases": {"*": ("ember",), "DE": ("aib_production",)}, "editions": {"desnz": "2022"}},
        {"include": ("stationary_generation", "electricity_generation", "electricity")},
    ],
    ids=lambda fields: ",".join(fields),
)
def test_fixed_rows_agree_under_other_methods(fields: dict[str, object]) -> None:
    compare(FIXED.iloc[:500], **fields)


@pytest.mark.parametrize("facility", ["f0", "f2", "f4"])  # Great Britain, Spain, France
def test_every_fuel_in_every_kind_of_unit_agrees(facility: str) -> None:
    units = ("kWh", "GJ_ncv", "kWh_gcv", "kg", "l", "m3", "m3_0C")
    rows = [record(facility_id=facility, activity=a, unit=u, quantity=12.5) for a in fuels() for u in units]
    compare(frame(*rows).assign(start_date=dt.date(2023, 3, 1), end_date=dt.date(2024, 3, 31)))


@pytest.mark.parametrize("year", [2006, 2019, 2021, 2023, 2026])
def test_electricity_of_every_place_agrees(year: int) -> None:
    """Every country, subdivision and grid region that any electricity table names."""
    places = {(row["country"], row["subdivision"]) for rows in factors().values() for row in rows} - {("WORLD", "")}
    sites = {
        f"{country} {part}": {
            "facility_id": f"{country} {part}",
            "country": country,
            "grid_region" if part.startswith("eGRID:") else "subdivision": part,
        }
        for country, part in sorted(places)
    }
    power = {"category": "electricity", "activity": "grid_electricity", "unit": "MWh", "contract": None}
    rows = frame(*(record(facility_id=site, **power) for site in sites))
    compare(rows.assign(start_date=dt.date(year, 2, 1), end_date=dt.date(year, 2, 28)), sites)


@pytest.mark.parametrize("fields", [{}, {"scope2": "market"}, {"year_rule": "start", "gwp": "AR6"}])
def test_ledger_sums_to_records(fields: dict[str, object]) -> None:
    ledger_adds_up(FIXED, fe.Method(**fields))
