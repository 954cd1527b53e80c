"""Restatement: effects that add up, golden values by hand, an independent slow way, coverage, activity data."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.errors import ContractError
from facility_emissions.factors.book import CHOOSING, FactorBook, Query
from facility_emissions.restatement.groups import FIELDS, GROUPS
from facility_emissions.restatement.orders import steps
from frames import FACILITIES, frame, record, seeded_frame

SITES = [{"id": c, "country": c, "type": "office"} for c in ("ES", "GB", "FR")]
RECHARGE = {
    "facility_id": "ES",
    "category": "recharge",
    "activity": "R-410A",
    "quantity": 2.5,
    "unit": "kg",
    "year": 2023,
}
POWER = {
    "facility_id": "ES",
    "category": "electricity",
    "activity": None,
    "quantity": 10_000.0,
    "unit": "kWh",
    "year": 2023,
}
DIMENSIONS = ("facility", "facility_type", "country", "category", "activity", "year", "activity_category", "scope")
OWN = {"activity_category": "stationary", "activity": "natural_gas", "unit": "kWh_gcv"}


def effects(found: fe.Restatement) -> dict[str, float]:
    """Return the effects that are not zero."""
    return {e: kg for e, kg in found.effects.set_index("effect")["co2e"].items() if kg}


# --- by hand ----------------------------------------------------------------------------------


def test_gwp_of_a_refrigerant() -> None:
    """2.5 kg of R-410A: AR4 (675 + 3,500) / 2 = 2,087.5, AR5 (677 + 3,170) / 2 = 1,923.5 kg CO2e / kg."""
    found = fe.restate([RECHARGE], SITES, fe.Method(gwp="AR4"), fe.Method(gwp="AR5"))
    assert found.total["co2e_before"] == 2.5 * 2087.5
    assert found.total["co2e_after"] == 2.5 * 1923.5
    assert effects(found) == {"gwp": -410.0}
    assert found.total["relative"] == -410 / 5218.75


def test_an_edition_that_revised_a_year() -> None:
    """EEA, Spain 2023: 158 g/kWh in the edition of October 2024, 140 g/kWh in that of July 2026."""
    found = fe.restate([POWER], SITES, fe.Method(as_of="2025-01-01"), fe.Method())
    assert effects(found) == {"editions": pytest.approx(-180.0, abs=1e-9)}
    moved = found.factors.iloc[0]
    assert moved["factor_before"] == "eea/2024-10/ES/electricity_location_based/grid_electricity/kWh/2023"
    assert moved["factor_after"] == "eea/2026-07/ES/electricity_location_based/grid_electricity/kWh/2023"
    assert (moved["records"], moved["share"], moved["effect"]) == (1, 1.0, "editions")


def test_an_edition_that_brought_the_year_is_a_fallback_that_fell_away() -> None:
    """DESNZ, UK electricity (AR4): 0.21233 in the set of 2021, 0.19338 in that of 2022 [kg CO2e/kWh]."""
    row = {**POWER, "facility_id": "GB", "year": 2022}
    found = fe.restate([row], SITES, fe.Method(as_of="2022-01-01", gwp="AR4"), fe.Method(gwp="AR4"))
    assert effects(found) == {"fallback": pytest.approx(10_000 * (0.19338 - 0.21233), abs=0.15)}
    moved = found.factors.iloc[0]
    assert (moved["fallback_before"], moved["fallback_after"]) == ("year_earlier", "")


def test_two_changes_at_once_are_shared_out_evenly() -> None:
    """10,000 kWh at 0.158 become 11,000 kWh at 0.140.

    The edition does -180 kg if it comes first and -198 if last; the reading +140 if last, +158 if first.
    """
    before, after = fe.Method(as_of="2025-01-01"), fe.Method()
    more = [{**POWER, "quantity": 11_000.0}]
    found = fe.restate(more, SITES, before, after, consumption_before=[POWER])
    assert effects(found) == {"activity": pytest.approx(149.0), "editions": pytest.approx(-189.0)}
    assert (found.total["co2e_before"], found.total["co2e_after"]) == pytest.approx((1580, 1540))
    assert found.effects.set_index("effect").loc["activity", "changed"] == "1 changed, 0 added, 0 removed"
    for order, expected in (
        (("editions", "activity"), {"activity": 140.0, "editions": -180.0}),
        (("gwp", "activity", "editions"), {"activity": 158.0, "editions": -198.0}),
    ):
        found = fe.restate(more, SITES, before, after, consumption_before=[POWER], order=order)
        assert effects(found) == pytest.approx(expected), order
        assert ", ".join(n for n in order if n != "gwp") in found.citations()[-1]


def test_scope_2_basis_moves_between_figures_of_one_scope() -> None:
    """Spain 2023: location-based 0.140 (EEA), market-based the mix without guarantees of origin, 0.260 (MITECO)."""
    found = fe.restate([POWER], SITES, fe.Method(), fe.Method(scope2="market"))
    assert effects(found) == {"scope2": pytest.approx(1200.0)}
    scopes, figures = found.by("scope"), found.by("activity_category")
    assert scopes.loc[2, ["co2e_before", "co2e_after", "scope2"]].tolist() == pytest.approx([1400, 2600, 1200])
    assert figures["scope2"].to_dict() == pytest.approx({"electricity": 2600, "electricity_location_based": -1400})
    (moved,) = found.factors.to_dict("records")
    assert moved["factor_before"].startswith("eea/") and moved["factor_after"].startswith("miteco/")  # noqa: PT018
    assert (moved["co2e_before"], moved["co2e_after"], moved["records"]) == (
        pytest.approx(1400),
        pytest.approx(2600),
        1,
    )


def test_a_bill_across_new_year_moves_between_years() -> None:
    """31 days, 17 of them in 2023 and 14 in 2024; all of it in 2023 with `start`. R-410A is alike in both."""
    bill = {**RECHARGE, "quantity": 31.0, "start_date": "2023-12-15", "end_date": "2024-01-14", "year": None}
    found = fe.restate([bill], SITES, fe.Method(year_rule="start"), fe.Method())
    assert effects(found) == {}
    years = found.by("year")
    assert years["method"].to_dict() == pytest.approx({2023: -14 * 1923.5, 2024: 14 * 1923.5})
    assert years["co2e_before"].to_dict() == pytest.approx({2023: 31 * 1923.5, 2024: 0})
    assert found.factors.empty  # other quantities, the same factors
    assert found.records["difference"].tolist() == pytest.approx([0.0])


# --- properties -------------------------------------------------------------------------------

METHODS = st.sampled_from(
    [
        fe.Method(),
        fe.Method(gwp="AR4", as_of="2023-03-01"),
        fe.Method(gwp="AR6", scope2="market", strict=True),
        fe.Method(as_of="2021-06-30", include=("stationary", "recharge", "electricity_generation")),
        fe.Method(refrigerants="ademe_refrigerants", max_years_back=1),
        fe.Method(year_rule="start", gases="kyoto", as_of="2023-03-01"),
    ]
)
SLOWLY = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def cases(draw: st.DrawFn) -> tuple[pd.DataFrame, dict]:
    """Some random records, and what may differ between two calculations of them."""
    seed = draw(st.integers(0, 20))
    now = seeded_frame(seed, 40)
    more = {"before": draw(METHODS), "after": draw(METHODS)}
    if draw(st.booleans()):
        old = now.iloc[draw(st.integers(0, 9)) :].copy()
        of = old.index[:: draw(st.integers(2, 9))]
        old.loc[of, "quantity"] *= 1.5
        old.loc[of[::2], "facility_id"] = "f4"
        more["consumption_before"] = old
        now = now.iloc[:37]
    if draw(st.booleans()):
        more["custom_factors"] = [{**OWN, "co2_fossil_kg": 0.2}]
        more["custom_factors_before"] = draw(st.sampled_from([(), [{**OWN, "co2_fossil_kg": 0.3, "country": "GB"}]]))
    return now, more


def columns_of(found: fe.Restatement, table: pd.DataFrame) -> list[str]:
    return [e for e in found.effects["effect"] if e in table]


def check_ends(found: fe.Restatement, now: pd.DataFrame, more: dict) -> None:
    """Both ends are those of `calculate`."""
    own = more.get("custom_factors")
    ends = {
        "before": fe.calculate(more.get("consumption_before", now), FACILITIES, more["before"],
                               custom_factors=more.get("custom_factors_before", own)),
        "after": fe.calculate(now, FACILITIES, more["after"], custom_factors=own),
    }  # fmt: skip
    for side, result in ends.items():
        assert found.total[f"co2e_{side}"] == result.total["co2e"]
        assert found.total[f"problem_rows_{side}"] == result.total["problem_rows"]
        years = found.by("facility", "year")
        plain = result.by("facility", "year").reindex(years.index)
        assert np.allclose(years[f"co2e_{side}"].fillna(0), plain["co2e"].fillna(0), rtol=1e-12)
        assert (years[f"problems_{side}"] == plain["problems"].fillna(0)).all()
    assert found.records.loc[now.index, "co2e_after"].equals(ends["after"].co2e.rename("co2e_after"))
    assert found.records.loc[now.index, "factor_ids_after"].astype(str).tolist() == (
        ends["after"].records["factor_ids"].astype(str).tolist()
    )


def check_factors(found: fe.Restatement, more: dict) -> None:
    """The factors that moved carry what neither quantities nor problems do."""
    scale = max(found.total["co2e_before"], found.total["co2e_after"], 1.0)
    by_effect = found.effects.set_index("effect")["co2e"].drop(["coverage", "activity"], errors="ignore")
    assert found.factors["change"].sum() == pytest.approx(by_effect.sum(), abs=1e-12 * scale) or (
        more["before"].year_rule != more["after"].year_rule or "joint" in by_effect
    )
    assert found.factors["share"].sum() == pytest.approx(1) or not found.factors["change"].any()
    assert found.factors["cumulative"].is_monotonic_increasing
    assert found.factors["share"].is_monotonic_decreasing


@SLOWLY
@given(cases(), st.sets(st.sampled_from(DIMENSIONS), min_size=1, max_size=4))
def test_effects_add_up(case: tuple[pd.DataFrame, dict], dimensions: set[str]) -> None:
    now, more = case
    found = fe.restate(now, FACILITIES, **more)
    scale = max(found.total["co2e_before"], found.total["co2e_after"], 1.0)
    total = found.total["difference"]
    assert math.fsum(found.effects["co2e"]) == pytest.approx(total, abs=1e-14 * scale)
    steps_of = [found.total["co2e_before"], *found.effects["end"]]
    assert (found.effects["start"] == steps_of[:-1]).all()
    assert steps_of[-1] == found.total["co2e_after"]
    assert np.allclose(found.effects["end"] - found.effects["start"], found.effects["co2e"], rtol=0, atol=1e-14 * scale)

    records = found.records
    known = records["difference"].notna()
    assert (records[columns_of(found, records)].sum(axis=1) - records["difference"].fillna(0)).abs().max() <= 1e-15 * (
        records[["co2e_before", "co2e_after"]].abs().max().max() * 8
    )
    assert not records.loc[~known, columns_of(found, records)].any(axis=None)

    cells = found.by(*sorted(dimensions))
    difference = cells["co2e_after"].fillna(0) - cells["co2e_before"].fillna(0)
    assert np.allclose(cells["difference"], difference, rtol=0, atol=1e-12 * scale)
    assert np.allclose(cells[columns_of(found, cells)].sum(axis=1), difference, rtol=0, atol=1e-12 * scale)
    for name in ("difference", *columns_of(found, cells)):
        whole = total if name == "difference" else found.effects.set_index("effect").loc[name, "co2e"]
        assert cells[name].sum() == pytest.approx(whole, abs=1e-12 * scale), name
    check_ends(found, now, more)
    check_factors(found, more)


@SLOWLY
@given(cases())
def test_the_way_back_is_the_negative(case: tuple[pd.DataFrame, dict]) -> None:
    now, more = case
    there = fe.restate(now, FACILITIES, **more)
    back = fe.restate(
        more.get("consumption_before", now), FACILITIES, more["after"], more["before"],
        consumption_before=now if "consumption_before" in more else None,
        custom_factors=more.get("custom_factors_before"), custom_factors_before=more.get("custom_factors"),
    )  # fmt: skip
    scale = max(there.total["co2e_before"], there.total["co2e_after"], 1.0)
    one, other = (r.effects.set_index("effect")["co2e"] for r in (there, back))
    assert (one + other).abs().max() <= 1e-13 * scale
    assert set(one.index) == set(other.index)


@SLOWLY
@given(cases(), st.randoms(use_true_random=False))
def test_rows_do_not_depend_on_each_other(case: tuple[pd.DataFrame, dict], random) -> None:
    """In another order every record has the same bits, and so have the totals; parts are what the whole is of."""
    now, more = case
    more.pop("consumption_before", None)
    whole = fe.restate(now, FACILITIES, **more)
    mixed = list(now.index)
    random.shuffle(mixed)
    other = fe.restate(now.loc[mixed], FACILITIES, **more)
    assert whole.effects.equals(other.effects)
    kg = ["co2e_before", "co2e_after", "difference", *columns_of(whole, whole.records)]
    pd.testing.assert_frame_equal(whole.records[kg], other.records.loc[now.index, kg], check_exact=True)
    parts = [fe.restate(now.loc[of], FACILITIES, **more).records for of in (mixed[:15], mixed[15:])]
    together = pd.concat(parts).loc[now.index].reindex(columns=kg).fillna({"joint": 0.0})
    pd.testing.assert_frame_equal(whole.records[kg], together, check_exact=True)


@SLOWLY
@given(st.integers(0, 20), METHODS)
def test_nothing_that_differs_is_nothing(seed: int, method: fe.Method) -> None:
    now = seeded_frame(seed, 40)
    for more in ({}, {"consumption_before": now.copy(), "facilities_before": FACILITIES.copy()}):
        found = fe.restate(now, FACILITIES, method, method, **more)
        assert effects(found) == {}
        assert found.total["difference"] == 0
        assert set(found.records["change"]) == {"same"}
        assert not found.by("facility", "year", "scope")["difference"].any()
        assert found.factors.empty
        assert set(found.coverage["change"]) <= {"neither"}


# --- the independent slow way -----------------------------------------------------------------

#: What a Method holds of each group, written down here once more.
OF_GROUP = {
    "editions": {"as_of", "editions", "databases"},
    "gwp": {"gwp", "horizon", "gases", "methane", "refrigerants"},
    "scope2": {"scope2", "include"},
    "method": {"year_rule", "max_years_back", "max_years_forward", "include_archived", "strict"},
}


def slow_effects(now: pd.DataFrame, old: pd.DataFrame, before: fe.Method, after: fe.Method) -> pd.DataFrame:
    """Average what each group does to each record over all orders in which every state has a figure."""
    fields = {g: {f for f in of if getattr(before, f) != getattr(after, f)} for g, of in OF_GROUP.items()}
    groups = [g for g, of in fields.items() if of] + ["activity"]

    def co2e(done: frozenset[str]) -> dict[object, Fraction | None]:
        told = {f: getattr(after if g in done else before, f) for g, of in OF_GROUP.items() for f in of}
        rows = now if "activity" in done else old
        kg = fe.calculate(rows, FACILITIES, fe.Method(**told)).co2e
        there = {i: None if math.isnan(v) else Fraction(v) for i, v in kg.items()}
        return {i: there.get(i, Fraction(0)) for i in dict.fromkeys([*now.index, *old.index])}

    states = {
        frozenset(s): co2e(frozenset(s)) for n in range(len(groups) + 1) for s in itertools.combinations(groups, n)
    }
    first, last = states[frozenset()], states[frozenset(groups)]
    out: dict[object, dict[str, Fraction]] = {}
    for i in first:
        sums = dict.fromkeys([*groups, "coverage", "joint"], Fraction(0))
        one, other = first[i], last[i]
        if one is None or other is None:
            sums["coverage"] = (other or Fraction(0)) - (one or Fraction(0))
            out[i] = sums
            continue
        ways = []
        for order in itertools.permutations(groups):
            path = [states[frozenset(order[:n])][i] for n in range(len(order) + 1)]
            if None not in path:
                ways.append({g: path[n + 1] - path[n] for n, g in enumerate(order)})  # type: ignore[operator]
        for way in ways:
            for g, kg in way.items():
                sums[g] += kg / len(ways)
        sums["joint"] = Fraction(0) if ways else other - one
        out[i] = sums
    return pd.DataFrame.from_dict(out, orient="index").astype(float)


@pytest.mark.parametrize(
    ("seed", "before", "after"),
    [
        (1, fe.Method(as_of="2023-03-01", gwp="AR4"), fe.Method(scope2="market")),
        (2, fe.Method(gwp="AR6", strict=True), fe.Method(as_of="2022-01-01")),
        (3, fe.Method(refrigerants="ademe_refrigerants"), fe.Method(as_of="2018-01-01", year_rule="start")),
        (4, fe.Method(max_years_back=0, gases="kyoto"), fe.Method(scope2="market", gwp="AR6")),
    ],
)
def test_effects_are_the_average_over_all_orders(seed: int, before: fe.Method, after: fe.Method) -> None:
    now = seeded_frame(seed, 60)
    old = now.iloc[4:].copy()
    old.loc[old.index[::7], "quantity"] += 100.0
    old.loc[old.index[3::11], "facility_id"] = "f2"
    now = now.iloc[:57]
    slow = slow_effects(now, old, before, after)
    records = fe.restate(now, FACILITIES, before, after, consumption_before=old).records
    quick = records.reindex(slow.index)
    if "fallback" in quick:
        quick["editions"] += quick["fallback"]
    quick = quick.reindex(columns=slow.columns).fillna(0.0)
    scale = records[["co2e_before", "co2e_after"]].abs().max().max()
    pd.testing.assert_frame_equal(quick, slow, rtol=1e-9, atol=1e-15 * scale, check_names=False)
    assert (slow != 0).any().sum() >= 4  # the case is one


@given(st.integers(0, 4), st.data())
def test_weights_of_orders(groups: int, data: st.DataObject) -> None:
    """Against counting orders one by one; the weights of every group add up to 1."""
    known = tuple(data.draw(st.lists(st.booleans(), min_size=2**groups, max_size=2**groups)))
    counts: dict[tuple[int, int], int] = {}
    ways = 0
    for order in itertools.permutations(range(groups)):
        path = list(itertools.accumulate((1 << g for g in order), initial=0))
        if all(known[s] for s in path):
            ways += 1
            for g, s in zip(order, path, strict=False):
                counts[g, s] = counts.get((g, s), 0) + 1
    assert steps(known, groups, None) == pytest.approx({step: n / ways for step, n in counts.items()})


# --- figures on one side only -----------------------------------------------------------------


def test_a_record_with_a_figure_on_one_side_only_is_coverage_as_a_whole() -> None:
    """HFO-1234yf has a GWP in AR5 (below 1) and AR6, and none in AR4; R-410A moves beside it."""
    rows = [RECHARGE, {**RECHARGE, "activity": "R-1234yf", "quantity": 8.0}, {**RECHARGE, "unit": "kWh"}]
    found = fe.restate(rows, SITES, fe.Method(gwp="AR4"), fe.Method(gwp="AR6"))
    gained = fe.calculate(rows, SITES, fe.Method(gwp="AR6")).co2e[1]
    assert effects(found) == {"gwp": pytest.approx(2.5 * ((771 + 3740) / 2 - 2087.5)), "coverage": gained}
    assert found.effects.set_index("effect").loc["coverage", ["changed", "records"]].tolist() == ["1 gained, 0 lost", 1]
    table = found.coverage.set_index("change")
    assert table.loc["gained", "reason"].startswith("HFO-1234yf has no GWP in AR4")
    assert table.loc["gained", ["records", "co2e"]].tolist() == [1, gained]
    assert table.loc["neither", ["column", "records", "co2e"]].tolist() == ["unit", 1, 0.0]
    assert found.records["difference"].isna().tolist() == [False, False, True]
    assert found.records["co2e_before"].isna().tolist() == [False, True, True]
    assert found.by("activity").loc["HFO-1234yf", ["problems_before", "problems_after"]].tolist() == [1, 0]
    assert "Records without a figure: 2 before, 1 after." in found.sentence()

    back = fe.restate(rows, SITES, fe.Method(gwp="AR6"), fe.Method(gwp="AR4"))
    assert back.coverage.set_index("change").loc["lost", "co2e"] == -gained
    assert math.isnan(back.by("activity").loc["HFO-1234yf", "co2e_after"])


def test_an_order_without_a_figure_half_way_is_left_out() -> None:
    """ADEME's list was not out in 2018: the agency's figure gives way first, then the editions change nothing."""
    before, after = fe.Method(refrigerants="ademe_refrigerants"), fe.Method(as_of="2018-01-01")
    assert fe.calculate([RECHARGE], SITES, before.model_copy(update={"as_of": dt.date(2018, 1, 1)})).co2e.isna().all()
    found = fe.restate([RECHARGE], SITES, before, after)
    assert effects(found) == {"gwp": found.total["difference"]}
    assert found.total["difference"] != 0


def test_changes_that_no_order_can_tell_apart_are_joint() -> None:
    """The record names a factor that only its own table has, before and after."""
    gas = record(facility_id="ES", quantity=100.0)
    tables = [[{**OWN, "factor_id": name, "co2_fossil_kg": kg, "applies": "by_name"}] for name, kg in
              (("old", 0.25), ("new", 0.5))]  # fmt: skip
    found = fe.restate(
        [{**gas, "custom_factor_id": "new"}], SITES, consumption_before=[{**gas, "custom_factor_id": "old"}],
        custom_factors=tables[1], custom_factors_before=tables[0],
    )  # fmt: skip
    assert effects(found) == {"joint": 25.0}
    assert found.by("facility").loc["ES", "joint"] == 25.0
    assert effects(fe.restate([RECHARGE], SITES)) == {}
    assert "joint" not in fe.restate([RECHARGE], SITES).effects["effect"].tolist()


# --- activity data ----------------------------------------------------------------------------


def test_records_that_changed_came_and_went() -> None:
    old = frame(*({**RECHARGE, "record_id": i, "quantity": q} for i, q in (("a", 1.0), ("b", 2.0), ("c", 3.0))))
    new = frame(*({**RECHARGE, "record_id": i, "quantity": q} for i, q in (("d", 4.0), ("c", 3.5), ("a", 1.0))),
                index=["x", "y", "z"])  # fmt: skip
    found = fe.restate(new, SITES, consumption_before=old)
    assert found.records["change"].to_dict() == {"x": "added", "y": "changed", "z": "same", 1: "removed"}
    gwp = 1923.5
    assert found.records["activity"].to_dict() == {"x": 4 * gwp, "y": 0.5 * gwp, "z": 0.0, 1: -2 * gwp}
    assert found.records.loc["x", "co2e_before"] == 0  # it was not there, which is known
    assert found.effects.set_index("effect").loc["activity", "changed"] == "1 changed, 1 added, 1 removed"
    assert found.records["factor_ids_before"].isna().tolist() == [True, False, False, False]
    assert found.factors.empty  # nothing moved but quantities


def test_shares_of_a_record_are_matched_by_facility() -> None:
    def shares(es: float) -> list[dict]:
        return [
            {**RECHARGE, "record_id": 7, "facility_id": f, "percentage": p, "quantity": 10 * p}
            for f, p in (("ES", es), ("GB", 1 - es))
        ]

    found = fe.restate(shares(0.25), SITES, consumption_before=shares(0.75)[::-1])
    assert found.records["change"].tolist() == ["changed", "changed"]
    assert found.by("facility")["activity"].to_dict() == pytest.approx({"ES": -5 * 1923.5, "GB": 5 * 1923.5})
    moved = fe.restate([{**RECHARGE, "record_id": "7", "facility_id": "GB"}], SITES,
                       consumption_before=[{**RECHARGE, "record_id": 7}])  # fmt: skip
    assert moved.records["change"].tolist() == ["changed"]  # one record, that went to another facility
    assert moved.by("facility")["activity"].to_dict() == pytest.approx({"ES": -4808.75, "GB": 4808.75})


def test_rows_that_cannot_be_told_apart_are_refused() -> None:
    old, new = frame(RECHARGE, RECHARGE, index=["a", "a"]), frame(RECHARGE, RECHARGE)
    with pytest.raises(ContractError, match="rows of consumption_before cannot be told apart: give both tables a reco"):
        fe.restate(new, SITES, consumption_before=old)
    fe.restate(old, SITES, fe.Method(gwp="AR4"))  # one table needs no labels


def test_a_record_without_an_id_is_matched_with_none() -> None:
    rows = frame({**RECHARGE, "record_id": None}, {**RECHARGE, "record_id": "a"})
    found = fe.restate(rows, SITES, consumption_before=rows.copy())
    assert found.records["change"].tolist() == ["added", "same", "removed"]
    assert effects(found) == {}


def test_a_facility_that_was_corrected_is_activity() -> None:
    wrong = [{"id": "ES", "country": "FR", "type": "office"}]
    found = fe.restate([POWER], SITES, facilities_before=wrong)
    assert list(effects(found)) == ["activity"]
    assert found.records["change"].tolist() == ["changed"]
    assert found.by("country")["activity"].to_dict() == pytest.approx({"ES": 1400, "FR": -394})


def test_a_record_that_went_to_a_facility_like_its_own_changed() -> None:
    sites = [{"id": name, "country": "ES", "type": "office"} for name in ("a", "b")]
    rows = [{**RECHARGE, "facility_id": name, "record_id": "r"} for name in ("a", "b")]
    found = fe.restate(rows[1:], sites, consumption_before=rows[:1])
    assert found.records["change"].tolist() == ["changed"]
    assert effects(found) == {}
    assert found.by("facility")["activity"].to_dict() == {"a": -4808.75, "b": 4808.75}


def test_problems_of_one_side_are_not_those_of_the_other() -> None:
    rows = [{**RECHARGE, "activity": "R-1234yf"}, {**RECHARGE, "quantity": -1.0}]
    found = fe.restate(rows, SITES, fe.Method(gwp="AR4"), fe.Method(gwp="AR6"))
    assert found.before.problems["position"].tolist() == [0, 1]
    assert found.after.problems["position"].tolist() == [1]
    crossing = [
        {**RECHARGE, "activity": "R-1234yf", "year": None, "start_date": "2022-12-01", "end_date": "2023-01-31"}
    ]
    there = fe.restate(crossing, SITES, fe.Method(gwp="AR4"), fe.Method(gwp="AR6"))
    assert there.total["co2e_after"] == fe.calculate(crossing, SITES, fe.Method(gwp="AR6")).total["co2e"] > 0
    assert there.total["problem_rows_before"] == 1


def test_a_bad_unit_that_was_corrected_is_coverage() -> None:
    found = fe.restate([RECHARGE], SITES, consumption_before=[{**RECHARGE, "unit": "kWh"}])
    assert effects(found) == {"coverage": 4808.75}
    assert found.records["change"].tolist() == ["changed"]


def test_iterators_and_models_may_be_given() -> None:
    sites = iter(SITES)
    rows = (fe.ConsumptionRecord(**{**RECHARGE, "year": y}) for y in (2022, 2023))
    found = fe.restate(rows, sites, fe.Method(gwp="AR4", include_archived=True), fe.Method())
    assert effects(found) == {"gwp": -820.0}


# --- own factors ------------------------------------------------------------------------------


def test_factors_of_ones_own_that_begin_within_the_year() -> None:
    """0.2 kg/kWh to 30 June, 0.3 from 1 July; 365 kWh evenly: 181 days and 184 days."""
    gas = record(facility_id="ES", quantity=365.0, start_date="2023-01-01", end_date="2023-12-31")
    halves = [
        {**OWN, "co2_fossil_kg": 0.2, "valid_to": "2023-06-30"},
        {**OWN, "co2_fossil_kg": 0.3, "valid_from": "2023-07-01"},
    ]
    found = fe.restate([gas], SITES, custom_factors=halves, custom_factors_before=[{**OWN, "co2_fossil_kg": 0.2}])
    assert effects(found) == {"custom_factors": pytest.approx(184 * 0.1)}
    assert found.total["co2e_after"] == fe.calculate([gas], SITES, custom_factors=halves).total["co2e"]
    assert found.factors["change"].tolist() == pytest.approx([184 * 0.1])  # the first half has what it had
    assert found.factors["records"].tolist() == [1]
    assert found.by("year")["custom_factors"].to_dict() == {2023: pytest.approx(18.4)}


def test_factors_of_ones_own_that_change_on_different_days() -> None:
    """0.2 to 31 January and then 0.3, before to 31 March: 59 of 365 days have 0.2 before and 0.3 now."""
    gas = record(facility_id="ES", quantity=365.0, start_date="2023-01-01", end_date="2023-12-31")

    def table(last: str, first: str) -> list[dict]:
        return [{**OWN, "co2_fossil_kg": 0.2, "valid_to": last}, {**OWN, "co2_fossil_kg": 0.3, "valid_from": first}]

    now, then = table("2023-01-31", "2023-02-01"), table("2023-03-31", "2023-04-01")
    found = fe.restate([gas], SITES, custom_factors=now, custom_factors_before=then)
    assert effects(found) == {"custom_factors": pytest.approx(59 * 0.1)}
    assert found.total["co2e_before"] == fe.calculate([gas], SITES, custom_factors=then).total["co2e"]
    (moved,) = found.factors[found.factors["change"] != 0].to_dict("records")
    assert (moved["co2e_before"], moved["co2e_after"]) == (pytest.approx(59 * 0.2), pytest.approx(59 * 0.3))


def test_own_factors_before_are_the_same_ones_unless_given() -> None:
    gas, own = record(facility_id="ES", quantity=100.0), [{**OWN, "co2_fossil_kg": 0.5}]
    assert effects(fe.restate([gas], SITES, custom_factors=own)) == {}
    found = fe.restate([gas], SITES, custom_factors=own, custom_factors_before=())
    assert list(effects(found)) == ["custom_factors"]
    assert found.total["co2e_after"] == 50.0


# --- factors that moved, the sentence ---------------------------------------------------------


def test_the_sentence_says_how_few_factors_carry_it() -> None:
    rows = [{**RECHARGE, "activity": a, "quantity": q} for a, q in
            (("R-410A", 100.0), ("HFC-134a", 40.0), ("HFC-32", 0.1), ("R-404A", 0.1), ("SF6", 0.0))]  # fmt: skip
    found = fe.restate(rows, SITES, fe.Method(gwp="AR4"), fe.Method())
    # R-410A 100 x -164; HFC-134a 40 x (1,300 - 1,430); HFC-32 0.1 x (677 - 675); R-404A 0.1 x (3,942.8 - 3,921.6)
    assert found.factors["change"].tolist() == pytest.approx([-16400, -5200, 2.12, 0.2, 0])
    sentence = str(found)
    assert "4 factors moved; 2 of them carry 99 % of their change." in sentence
    assert "Of this: gwp -21.60 t." in sentence
    assert found.factors["cumulative"].tolist() == pytest.approx(
        [c / 21602.32 for c in (16400, 21600, 21602.12, 21602.32, 21602.32)]
    )
    one = fe.restate(rows[:1], SITES, fe.Method(gwp="AR4"), fe.Method())
    assert "1 factor moved." in str(one)
    assert "moved" not in str(fe.restate(rows, SITES))


# --- base year --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "threshold", "significant"),
    [(0.21, 0.05, True), (0.2099, 0.05, False), (0.19, 0.05, True), (0.1901, 0.05, False), (0.2099, 0.04, True)],
)
def test_a_base_year_is_recalculated_from_the_threshold_on(after: float, threshold: float, significant: bool) -> None:
    """100 kWh at 0.2 kg: 5 % of 20 kg is 1 kg. Another year, which moves too, does not count."""
    gas = [
        record(facility_id="ES", quantity=100.0, start_date=f"{y}-01-01", end_date=f"{y}-12-31") for y in (2019, 2020)
    ]
    own = [{**OWN, "co2_fossil_kg": after, "valid_to": 2019}, {**OWN, "co2_fossil_kg": 9.0, "valid_from": 2020}]
    found = fe.restate(gas, SITES, custom_factors=own, custom_factors_before=[{**OWN, "co2_fossil_kg": 0.2}])
    verdict = found.significant(base_year=2019, threshold=threshold)
    assert bool(verdict) is verdict.significant is significant
    assert (verdict.co2e_before, verdict.co2e_after) == (pytest.approx(20), pytest.approx(100 * after))
    assert verdict.effects["custom_factors"] == pytest.approx(100 * after - 20)
    words = str(verdict)
    assert f"threshold of {100 * threshold:g} %" in words
    assert ("so the base year is to be recalculated." in words) is significant
    assert ("so the base year need not be recalculated." in words) is not significant
    assert "GHG Protocol Corporate Standard, chapter 5" in words


def test_effects_that_offset_each_other_are_told() -> None:
    """10,000 kWh at 0.158 become 11,200 kWh at 0.140: -12.1 % and +11.3 %, together -0.8 %."""
    found = fe.restate(
        [{**POWER, "quantity": 11_200.0}], SITES, fe.Method(as_of="2025-01-01"), consumption_before=[POWER]
    )
    verdict = found.significant(2023)
    assert not verdict
    assert list(verdict.beyond) == ["editions", "activity"]
    assert "Effects that reach it by themselves and offset each other: editions, activity." in str(verdict)


def test_what_a_base_year_lacks_is_told() -> None:
    found = fe.restate([RECHARGE, {**RECHARGE, "activity": "R-1234yf"}], SITES, fe.Method(gwp="AR4"), fe.Method())
    assert "Records of the year without a figure: 1 before, 0 after." in str(found.significant(2023))
    only = fe.restate([{**RECHARGE, "activity": "R-1234yf"}], SITES, fe.Method(gwp="AR4"), fe.Method())
    verdict = only.significant(2023)
    assert verdict  # from nothing that is known
    assert "from nothing" in str(verdict)


def test_a_base_year_that_is_not_there_and_a_threshold_that_is_none() -> None:
    found = fe.restate([RECHARGE, {**RECHARGE, "year": None}], SITES, fe.Method(gwp="AR4"))
    with pytest.raises(ContractError, match="No consumption in the base year 2019; there is some in 2023"):
        found.significant(2019)
    with pytest.raises(ContractError, match=r"threshold 5 is no share; 0\.05 is 5 %"):
        found.significant(2023, threshold=5)


# --- words ------------------------------------------------------------------------------------


def test_every_field_of_the_method_is_in_one_group() -> None:
    assert sorted(f for of in FIELDS.values() for f in of) == sorted(fe.Method.model_fields)
    assert {g: set(of) for g, of in FIELDS.items()} == OF_GROUP
    assert set(FIELDS) < set(GROUPS)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (["gpw"], "order names 'gpw'; known: release, activity, .*Did you mean 'gwp'"),
        (["gwp", "gwp"], "order names a group twice: gwp, gwp"),
        (["gwp"], "order lacks what differs too: scope2"),
    ],
)
def test_an_order_that_is_none(order: list[str], words: str) -> None:
    with pytest.raises(ContractError, match=words):
        fe.restate([RECHARGE], SITES, fe.Method(gwp="AR4"), fe.Method(scope2="market"), order=order)


def test_types_of_facilities_are_those_of_the_result() -> None:
    now = seeded_frame(5, 120)
    found = fe.restate(now, FACILITIES, before=fe.Method(gwp="AR4"), after=fe.Method(gwp="AR5"))
    for dimensions in (("facility_type",), ("facility_type", "year"), ("facility", "facility_type")):
        cells, plain = found.by(*dimensions), found.after.by(*dimensions)
        assert cells.index.equals(plain.index)
        assert np.allclose(cells["co2e_after"].fillna(0), plain["co2e"].fillna(0), rtol=1e-12)
        assert (cells["problems_after"] == plain["problems"]).all()


def test_dimensions_that_are_none() -> None:
    found = fe.restate([RECHARGE], SITES)
    with pytest.raises(ContractError, match="needs at least one of: facility, facility_type, country"):
        found.by()
    with pytest.raises(ContractError, match=r"Unknown dimension 'yaer'.*Did you mean 'year'"):
        found.by("yaer")


def test_what_differs_is_said() -> None:
    before = fe.Method(as_of="2025-01-01", databases={"GB": "ember"}, gwp="AR4", include=("stationary", "recharge"))
    told = fe.restate([RECHARGE], SITES, before, fe.Method()).effects.set_index("effect")["changed"]
    assert told["editions"] == "as_of: 2025-01-01 to None; databases: GB ember to none"
    assert told["gwp"] == "gwp: AR4 to AR5"
    assert told["scope2"] == "include: stationary recharge to None"


def test_both_methods_and_how_effects_are_split_are_cited() -> None:
    found = fe.restate([RECHARGE], SITES, fe.Method(gwp="AR4"), fe.Method())
    lines = found.citations()
    assert any("Fourth Assessment" in line for line in lines)
    assert any("Fifth Assessment" in line for line in lines)
    assert len(set(lines)) == len(lines)
    assert lines[-3].startswith(f"Before: Method {fe.Method(gwp='AR4').fingerprint()}, factors 2")
    assert lines[-2].startswith(f"After: Method {fe.Method().fingerprint()}, factors 2")
    assert "Shapley" in lines[-1]


def test_empty_consumption() -> None:
    found = fe.restate(
        frame(RECHARGE).iloc[:0], SITES, fe.Method(gwp="AR4"), consumption_before=frame(RECHARGE).iloc[:0]
    )
    assert found.total["difference"] == 0
    assert math.isnan(found.total["relative"])
    assert found.records.empty
    assert found.by("year", "scope").empty
    assert found.coverage.empty
    assert found.factors.empty


# --- what is reused between states ------------------------------------------------------------


def test_books_share_what_they_choose_for_the_same_reasons_only() -> None:
    query = Query("electricity_location_based", "grid_electricity", "ES", 2023, "kWh")
    first = FactorBook(fe.Method())
    changes = {
        "gwp": "AR6", "horizon": 20, "gases": "kyoto", "refrigerants": "epa_hub", "methane": "by_origin",
        "scope2": "market",
        "include": ("recharge",), "databases": {"ES": "ember"}, "as_of": "2025-01-01", "editions": {"eea": "2024-10"},
        "year_rule": "start", "max_years_back": 1, "max_years_forward": 1, "include_archived": True, "strict": True,
    }  # fmt: skip
    assert set(changes) == set(fe.Method.model_fields)
    chosen = first.choose(query)
    for name, value in changes.items():
        book = FactorBook(fe.Method(**{name: value}), [first])
        assert (book._chosen is first._chosen) is (name not in CHOOSING), name
        assert (book.choose(query) != chosen) <= (name in CHOOSING)
    assert FactorBook(fe.Method(editions={"eea": "2024-10"}), [first]).choose(query) != chosen
