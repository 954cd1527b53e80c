"""The engine against the independent, slow calculation of `oracle.py`, row by row."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from frames import FACILITIES, SITES, draw_record, frame, seeded_frame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import Oracle

import facility_emissions as fe

RELATIVE = 1e-12


def agrees(ours: float, theirs: Decimal | None) -> bool:
    """Whether two figures agree: both absent, or within 1e-12 of each other."""
    if theirs is None:
        return math.isnan(ours)
    return not math.isnan(ours) and math.isclose(ours, float(theirs), rel_tol=RELATIVE, abs_tol=0.0)


def compare(consumption: pd.DataFrame, **fields: object) -> pd.DataFrame:
    """Calculate twice, assert that every row's figures agree, and return the engine's records."""
    result = fe.calculate(consumption, FACILITIES, fe.Method(**fields))
    oracle = Oracle(**fields)
    records, told = result.records, set(result.problems["position"])
    names = [c for c in records if c not in ("status", "co2e", "co2e_biomass", "flags", "factor_ids")]
    plain = consumption.astype(object).where(consumption.notna(), None)
    for position, record in enumerate(plain.to_dict("records")):
        ours = records.iloc[position]
        theirs = oracle.row(record, SITES[record["facility_id"]])
        shown = (record, fields, ours.to_dict(), theirs)
        if theirs is None or theirs.co2e is None:
            assert math.isnan(ours["co2e"]), shown
            assert position in told, shown
            continue
        assert position not in told, shown
        assert agrees(ours["co2e"], theirs.co2e), shown
        assert agrees(ours["co2e_biomass"], theirs.co2e_biomass), shown
        for name in {*names, *theirs.by}:
            assert agrees(ours.get(name, math.nan), theirs.by.get(name)), (name, *shown)
    return records


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


records_drawn = st.builds(lambda data: data, st.composite(lambda draw: draw_record(lambda s: draw(st.sampled_from(list(s)))))())
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(records_drawn, min_size=1, max_size=12), methods)
def test_random_frames_agree_row_by_row(records: list[dict[str, object]], fields: dict[str, object]) -> None:
    compare(frame(*records), **fields)


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


@pytest.mark.parametrize("fields", [{}, {"scope2": "market"}, {"year_rule": "start", "gwp": "AR6"}])
def test_ledger_sums_to_records(fields: dict[str, object]) -> None:
    ledger_adds_up(FIXED, fe.Method(**fields))
