"""Properties of the calculation that hold for every frame, every index and every dtype."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions import gwp
from frames import FACILITIES, frame, record, seeded_frame

HEAT = [
    record(activity=a, unit="kWh", end_date=e) for a in ("district_heat", "steam") for e in ("2023-12-31", "2024-03-31")
]
BASE = pd.concat([seeded_frame(99, 396), frame(*HEAT)], ignore_index=True)
seeds = st.integers(0, 2**32)
few = settings(max_examples=15, deadline=None)
KG = ("co2e", "co2e_biomass")
NOT_KG = ("status", "flags", "factor_ids")


def calculate(consumption: pd.DataFrame, **fields: object) -> fe.Result:
    return fe.calculate(consumption, FACILITIES, fe.Method(**fields))


def figures(result: fe.Result) -> pd.DataFrame:
    """Return every column of kg of the records."""
    return result.records.drop(columns=list(NOT_KG))


def assert_same_bits(a: fe.Result, b: fe.Result) -> None:
    """Assert that two results have the same figures, to the last bit, in the same rows."""
    left, right = figures(a), figures(b)
    assert list(left) == list(right)
    np.testing.assert_array_equal(left.to_numpy(), right.to_numpy())


def one(co2e_of: dict[str, object], **fields: object) -> float:
    """Return the headline of one record."""
    result = calculate(frame(co2e_of), **fields)
    assert result.problems.empty, result.problems.T
    return float(result.co2e.iloc[0])


# -- sums --------------------------------------------------------------------------------------


@few
@given(seeds, st.lists(st.integers(0, 120), min_size=1, max_size=4))
def test_additive_whatever_the_partition(seed: int, cuts: list[int]) -> None:
    whole = seeded_frame(seed, 120)
    bounds = [0, *sorted(cuts), 120]
    parts = [figures(calculate(whole.iloc[a:b])) for a, b in itertools.pairwise(bounds)]
    joined = pd.concat([p for p in parts if len(p)])
    expected = figures(calculate(whole))
    np.testing.assert_array_equal(joined.reindex(columns=expected.columns).to_numpy(), expected.to_numpy())


@few
@given(seeds, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(seed: int, random: object) -> None:
    whole = seeded_frame(seed, 100)
    order = list(range(100))
    random.shuffle(order)  # type: ignore[attr-defined]
    there = figures(calculate(whole))
    back = figures(calculate(whole.iloc[order])).loc[there.index]
    pd.testing.assert_frame_equal(back, there, check_exact=True)


@few
@given(seeds, st.floats(1e-6, 1e6))
def test_linear_in_quantity(seed: int, k: float) -> None:
    whole = seeded_frame(seed, 60)
    once = figures(calculate(whole))
    times = figures(calculate(whole.assign(quantity=whole["quantity"] * k)))
    np.testing.assert_allclose(times.to_numpy(), once.to_numpy() * k, rtol=1e-12)


@few
@given(seeds)
def test_doubling_a_quantity_doubles_every_bit(seed: int) -> None:
    whole = seeded_frame(seed, 60)
    once = figures(calculate(whole))
    twice = figures(calculate(whole.assign(quantity=whole["quantity"] * 2)))
    np.testing.assert_array_equal(twice.to_numpy(), once.to_numpy() * 2)


def test_unknown_biomass_is_counted_beside_the_sum() -> None:
    result = calculate(BASE)
    unknown = result.co2e.notna() & result.co2e_biomass.isna()
    assert unknown.any()
    assert result.total["biomass_unknown_rows"] == unknown.sum()
    np.testing.assert_array_equal(result.by("activity")["biomass_unknown"].sum(), (unknown & result.co2e.notna()).sum())


# -- units -------------------------------------------------------------------------------------

SAME_QUANTITY = [
    ("heat", "natural_gas", [(3600.0, "kWh_gcv"), (3.6, "MWh_gcv"), (12.96, "GJ_gcv"), (0.01296, "TJ_gcv")]),
    ("heat", "coal_bituminous", [(2500.0, "kg"), (2.5, "t"), (2.5e6, "g"), (2500 / 0.45359237, "lb")]),
    ("heat", "gas_oil_heating", [(4200.0, "l"), (4.2, "m3"), (42.0, "hl"), (4200 / 4.54609, "gallon_uk")]),
    ("electricity", "grid_electricity", [(1000.0, "kWh"), (1.0, "MWh"), (3.6, "GJ"), (1e6, "Wh"), (3600.0, "MJ")]),
    ("water", "water_supply", [(50.0, "m3"), (50000.0, "l"), (0.05, "ML")]),
    ("recharge", "R-410A", [(2.0, "kg"), (2000.0, "g"), (0.002, "t")]),
]


@pytest.mark.parametrize(("category", "activity", "spellings"), SAME_QUANTITY, ids=[a for _, a, _ in SAME_QUANTITY])
def test_the_same_quantity_in_another_unit(category: str, activity: str, spellings: list[tuple[float, str]]) -> None:
    rows = [record(category=category, activity=activity, quantity=q, unit=u) for q, u in spellings]
    result = calculate(frame(*rows))
    assert result.problems.empty
    assert len(set(result.records["factor_ids"])) == 1
    for name, column in figures(result).items():
        np.testing.assert_allclose(column, column.iloc[0], rtol=1e-12, err_msg=str(name))


# -- periods -----------------------------------------------------------------------------------


@few
@given(
    st.sampled_from(["natural_gas", "grid_electricity"]),
    st.dates(dt.date(2016, 1, 1), dt.date(2023, 12, 31)),
    st.integers(2, 800),
    st.data(),
)
def test_a_split_period_sums_to_the_whole(activity: str, start: dt.date, days: int, data: st.DataObject) -> None:
    """Cut anywhere, with the quantity by days, the parts add up to the figure of the whole."""
    cut = data.draw(st.integers(1, days - 1))
    kind = {"category": "heat", "activity": activity, "unit": "kWh_gcv"}
    if activity == "grid_electricity":
        kind = {"category": "electricity", "activity": activity, "unit": "kWh"}

    def part(first: int, last: int) -> dict[str, object]:
        dates = {"start_date": start + dt.timedelta(first), "end_date": start + dt.timedelta(last - 1)}
        return record(**kind, **dates, quantity=1234.5 * (last - first))

    all_of_it = figures(calculate(frame(part(0, days))))
    parts = figures(calculate(frame(part(0, cut), part(cut, days))))
    np.testing.assert_allclose(parts.sum(min_count=2), all_of_it.iloc[0], rtol=1e-12)


def test_pieces_of_a_period_are_by_days_and_add_up() -> None:
    row = record(quantity=731.0, start_date="2019-12-17", end_date="2021-01-16")  # 15 + 366 + 16 days
    ledger = calculate(frame(row)).ledger()
    pieces = ledger[ledger["activity_category"] == "stationary"].set_index("year")["quantity"]
    assert list(pieces.index) == [2019, 2020, 2021]
    np.testing.assert_allclose(pieces, [731 * 15 / 397, 731 * 366 / 397, 731 * 16 / 397], rtol=1e-14)
    assert pieces.sum() == 731.0


@pytest.mark.parametrize(("rule", "year"), [("start", 2019), ("end", 2021)])
def test_year_rule_start_and_end(rule: str, year: int) -> None:
    crossing = record(start_date="2019-12-31", end_date="2021-01-01")
    within = record(start_date=f"{year}-05-01", end_date=f"{year}-05-31")
    assert one(crossing, year_rule=rule) == one(within)
    assert one(crossing, year_rule=rule) != one(crossing)


# -- shares ------------------------------------------------------------------------------------


@few
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.floats(0.01, 1e9))
def test_shares_of_a_record_sum_to_the_whole(weights: list[int], base: float) -> None:
    shares = [w / sum(weights) for w in weights]
    rows = [
        record(facility_id=f"f{i}", record_id="bill", base_quantity=base, percentage=share, quantity=None)
        for i, share in enumerate(shares)
    ]
    everywhere = FACILITIES.assign(country="GB", subdivision=None, grid_region=None)
    result = fe.calculate(frame(*rows), everywhere)
    assert result.problems.empty
    whole = fe.calculate(frame(record(quantity=base)), everywhere)
    np.testing.assert_allclose(figures(result).sum(), figures(whole).iloc[0], rtol=1e-12)


# -- sums by dimension -------------------------------------------------------------------------

ROW_DIMENSIONS = ("facility", "country", "category", "activity", "year")
LINE_DIMENSIONS = ("activity_category", "scope", "gas")


@pytest.mark.parametrize(
    "dimensions",
    [c for n in (1, 2, 3) for c in itertools.combinations(ROW_DIMENSIONS, n)],
    ids="+".join,
)
def test_by_sums_to_the_total(dimensions: tuple[str, ...]) -> None:
    result = calculate(BASE)
    sums, total = result.by(*dimensions), result.total
    assert list(sums.index.names) == list(dimensions)
    np.testing.assert_allclose(sums["co2e"].sum(), total["co2e"], rtol=1e-12)
    np.testing.assert_allclose(sums["co2e_biomass"].sum(), total["co2e_biomass"], rtol=1e-12)
    if "year" not in dimensions:  # else a row that crosses a year counts in each of them
        assert sums["records"].sum() == len(BASE) - total["problem_rows"]
        assert sums["problems"].sum() == total["problem_rows"]


@pytest.mark.parametrize("scope2", ["location", "market"])
def test_by_activity_category_sums_to_the_total(scope2: str) -> None:
    result = calculate(BASE, scope2=scope2)
    sums = result.by("activity_category")["co2e"]
    headline = [name for name in sums.index if name in result.method.headline]
    np.testing.assert_allclose(sums[headline].sum(), result.total["co2e"], rtol=1e-12)


def test_by_scope_agrees_with_the_ledger() -> None:
    result = calculate(BASE)
    by_category = result.ledger().groupby("activity_category", observed=True)["co2e"].sum()
    heat = by_category["purchased_heat"]
    three = [c for c in by_category.index if c not in SCOPES_1_2]
    expected = {
        "1": by_category["stationary"] + by_category["recharge"],
        "2 location-based": by_category["electricity_location_based"] + heat,
        "2 market-based": by_category["electricity"] + heat,
        "3": by_category[three].sum(),
    }
    scopes = result.by_scope()["co2e"]
    assert set(scopes.index) == set(expected)
    np.testing.assert_allclose(scopes[list(expected)], list(expected.values()), rtol=1e-12)


SCOPES_1_2 = ("stationary", "recharge", "purchased_heat", "electricity_location_based", "electricity")


def test_by_gas_sums_to_by_scope_and_agrees_with_the_ledger() -> None:
    result = calculate(BASE)
    scopes, gases = result.by_scope(), result.by_gas()
    np.testing.assert_allclose(gases["co2e"].groupby("scope").sum(), scopes["co2e"], rtol=1e-12)
    np.testing.assert_allclose(gases["co2e_biomass"].groupby("scope").sum(), scopes["co2e_biomass"], rtol=1e-12)
    ledger = result.ledger()
    columns = [c for c in ledger if c.startswith("co2e_of_")]
    np.testing.assert_allclose(ledger[columns].sum(axis=1, min_count=0), ledger["co2e"], rtol=1e-12)


FINER = [("facility", "scope"), ("country", "year", "gas"), ("activity", *LINE_DIMENSIONS)]


@pytest.mark.parametrize("dimensions", FINER, ids="+".join)
def test_finer_sums_add_up_to_coarser(dimensions: tuple[str, ...]) -> None:
    result = calculate(BASE)
    line = [d for d in dimensions if d in LINE_DIMENSIONS]
    fine = result.by(*dimensions)["co2e"].groupby(line).sum()
    coarse = result.by(*line)["co2e"]
    np.testing.assert_allclose(fine.reindex(coarse.index), coarse, rtol=1e-12)


def test_logistics_is_scope_2_of_each_facility_times_its_factor() -> None:
    sites = FACILITIES.assign(logistic_factor=np.resize([None, 0.0, 0.25, 1.0, 0.8], len(FACILITIES)))
    table = fe.calculate(BASE, sites).logistics("market")
    scope2 = fe.calculate(BASE, sites).by("facility", "scope")["co2e"].xs("2 market-based", level="scope")
    expected = scope2.reindex(table.index)
    expected = expected.mask(expected.isna() & (table["problems"] == 0), 0.0)  # zero only where nothing is lacking
    np.testing.assert_allclose(table["scope2"], expected, rtol=1e-12)
    factor = sites.set_index("facility_id")["logistic_factor"].astype(float).fillna(0.8)[table.index]
    np.testing.assert_allclose(table["logistics_scope2"], expected * factor, rtol=1e-12)


# -- the caller's frame ------------------------------------------------------------------------

INDEXES: dict[str, Callable[[int], pd.Index]] = {
    "range": lambda n: pd.RangeIndex(5, 5 + 3 * n, 3),
    "text": lambda n: pd.Index([f"row {i}" for i in range(n)], name="row"),
    "duplicates": lambda n: pd.Index([7] * n),
    "multi": lambda n: pd.MultiIndex.from_product([["a", "b"], range(n // 2)], names=["x", "y"]),
    "datetime": lambda n: pd.date_range("2024-01-01", periods=n, freq="h", tz="UTC"),
    "null": lambda n: pd.Index([None, *range(n - 1)], dtype=object),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_the_index_is_kept(kind: str) -> None:
    index = INDEXES[kind](len(BASE))
    result = calculate(BASE.set_axis(index))
    for series in (result.records, result.co2e, result.co2e_biomass):
        pd.testing.assert_index_equal(series.index, index)
    assert_same_bits(result, calculate(BASE))
    problems, ledger = result.problems, result.ledger()
    assert problems["row"].tolist() == [index[i] for i in problems["position"]]
    assert ledger["row"].tolist() == [index[i] for i in ledger["position"]]


def test_the_callers_frame_is_never_changed() -> None:
    given_ = BASE.assign(category=BASE["category"].astype("category"), extra=range(len(BASE)))
    given_["quantity"] = given_["quantity"].to_numpy().copy()
    given_.loc[3, "quantity"] = -1.0  # a problem, which the engine has to blank somewhere
    copy, sites_copy = given_.copy(deep=True), FACILITIES.copy(deep=True)
    given_["quantity"].to_numpy().flags.writeable = False
    result = calculate(given_)
    _ = result.records, result.problems, result.ledger(), result.by("facility", "year"), result.gaps, result.citations()
    result.records.loc[0, "co2e"] = 5.0
    pd.testing.assert_frame_equal(given_, copy, check_exact=True)
    pd.testing.assert_frame_equal(FACILITIES, sites_copy, check_exact=True)


def test_models_mappings_and_frames_give_the_same() -> None:
    rows = [record(quantity=float(i), facility_id=f"f{i}", unit="kWh") for i in range(10)]
    as_frame = calculate(frame(*rows))
    assert_same_bits(as_frame, fe.calculate(rows, FACILITIES))
    assert_same_bits(as_frame, fe.calculate([fe.ConsumptionRecord(**r) for r in rows], FACILITIES))
    mappings = FACILITIES.astype(object).where(FACILITIES.notna(), None).to_dict("records")
    assert_same_bits(as_frame, fe.calculate(rows, mappings))


# -- dtypes ------------------------------------------------------------------------------------

WORDS = ("facility_id", "category", "activity", "unit", "supplier", "contract", "heat_basis", "sector")
DATES = ("start_date", "end_date")


def words_as(dtype: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda f: f.astype(dict.fromkeys(WORDS, dtype))


def dates_as(convert: Callable[[pd.Series], Sequence[object] | pd.Series]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda f: f.assign(**{name: convert(pd.to_datetime(f[name])) for name in DATES})


def quantity_as(convert: Callable[[pd.Series], object]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda f: f.assign(quantity=convert(f["quantity"]))


DTYPES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "object": words_as(object),
    "str": words_as("str"),
    "category": words_as("category"),
    "python strings": words_as("string[python]"),
    "arrow strings": words_as("string[pyarrow]"),
    "ArrowDtype": words_as(pd.ArrowDtype(pa.string())),
    "Arrow dictionary": words_as(pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))),
    "unused categories": lambda f: words_as("category")(pd.concat([f, seeded_frame(5, 50)])).iloc[: len(f)],
    **{f"datetime64[{u}]": dates_as(lambda s, u=u: s.astype(f"datetime64[{u}]")) for u in ("s", "ms", "us", "ns")},
    "zone": dates_as(lambda s: s.dt.tz_localize("America/Los_Angeles")),
    "end of day": dates_as(lambda s: s + pd.Timedelta("23:59:59")),
    "date objects": dates_as(lambda s: pd.Series(s.dt.date, dtype=object)),
    "datetime objects": dates_as(lambda s: pd.Series(s.dt.to_pydatetime(), dtype=object, index=s.index)),
    "ISO text": dates_as(lambda s: s.dt.strftime("%Y-%m-%d")),
    "ISO text with time": dates_as(lambda s: s.dt.strftime("%Y-%m-%dT%H:%M:%S")),
    "ISO text as category": dates_as(lambda s: s.dt.strftime("%Y-%m-%d").astype("category")),
    "Arrow date32": dates_as(lambda s: s.astype(pd.ArrowDtype(pa.date32()))),
    "Arrow timestamp": dates_as(lambda s: s.astype(pd.ArrowDtype(pa.timestamp("us")))),
    "Float64": quantity_as(lambda s: s.astype("Float64")),
    "Int64": quantity_as(lambda s: s.astype("Int64")),
    "int32": quantity_as(lambda s: s.astype("int32")),
    "float32": quantity_as(lambda s: s.astype("float32")),
    "number objects": quantity_as(lambda s: s.astype(object)),
    "Decimal": quantity_as(lambda s: pd.Series([Decimal(int(v)) for v in s], dtype=object, index=s.index)),
    "Arrow double": quantity_as(lambda s: s.astype(pd.ArrowDtype(pa.float64()))),
    "Arrow decimal": quantity_as(
        lambda s: pd.Series([Decimal(int(v)) for v in s], index=s.index, dtype=pd.ArrowDtype(pa.decimal128(20, 4)))
    ),
    "numeric text": quantity_as(lambda s: s.astype(str)),
    "not contiguous": quantity_as(lambda s: np.repeat(s.to_numpy(), 2)[::2]),
}
WHOLE = BASE.assign(quantity=np.arange(len(BASE), dtype=float))


@pytest.mark.parametrize("name", DTYPES)
def test_dtype_does_not_matter(name: str) -> None:
    assert_same_bits(calculate(DTYPES[name](WHOLE.copy())), calculate(WHOLE))


def test_facility_ids_that_are_numbers() -> None:
    sites = pd.DataFrame({"facility_id": [1, 2, 3], "country": ["ES", "GB", "FR"]})
    rows = [record(facility_id=i) for i in (3, 1, 2, 2)]
    as_text = [record(facility_id=str(i)) for i in (3, 1, 2, 2)]
    assert_same_bits(fe.calculate(frame(*rows), sites), fe.calculate(frame(*as_text), sites))


# -- the same again ----------------------------------------------------------------------------


def test_equal_method_and_data_give_the_same_bits() -> None:
    method = {"gwp": "AR6", "databases": {"*": ("ember",)}}
    first, second = calculate(BASE, **method), calculate(BASE.copy(), **method)
    assert first.method == second.method
    assert first.method.fingerprint() == second.method.fingerprint()
    assert_same_bits(first, second)
    assert first.citations() == second.citations()
    pd.testing.assert_frame_equal(first.ledger(), second.ledger(), check_exact=True)


@pytest.mark.parametrize("gwp_set", ["SAR", "TAR", "AR4", "AR5", "AR5CCF", "AR6"])
def test_masses_stay_and_co2e_scales_with_the_gwp_set(gwp_set: str) -> None:
    """GHG by gas is mass times the set's value; the masses do not depend on the set."""

    def ledger_in(name: str) -> pd.DataFrame:
        lines = calculate(BASE, gwp=name).ledger().astype({"activity_category": str})
        return lines.assign(nth=lines.groupby(["position", "year", "activity_category"]).cumcount())

    theirs = ledger_in(gwp_set)
    both = theirs.merge(ledger_in("AR5"), on=["position", "year", "activity_category", "nth"], suffixes=("", "_in_ar5"))
    assert len(both) >= 0.98 * len(theirs)  # all but the refrigerants that AR5 lacks
    for gas, name in (("CO2", "co2_fossil_kg"), ("CH4", "ch4_kg"), ("N2O", "n2o_kg")):
        kg = both[name].astype(float)
        gwp_of_gas = gwp.gwp(gas, gwp_set)
        np.testing.assert_allclose(both[f"co2e_of_{gas.lower()}_kg"].astype(float), kg * gwp_of_gas, rtol=1e-14)
        np.testing.assert_array_equal(kg, both[f"{name}_in_ar5"].astype(float))


def test_a_custom_factor_is_quantity_times_its_masses() -> None:
    own = [{"factor_id": "mine", "activity_category": "stationary", "unit": "MWh_gcv", "co2_fossil_kg": 190.0,
            "ch4_kg": 0.5, "n2o_kg": 0.25}]  # fmt: skip
    row = record(custom_factor_id="mine", quantity=3000.0)
    result = fe.calculate(frame(row, record()), FACILITIES, custom_factors=own)
    assert result.co2e.iloc[0] == pytest.approx(3 * (190 + 0.5 * 28 + 0.25 * 265), rel=1e-14)
    assert result.co2e.iloc[1] == one(record())
    upstream = result.records["stationary_generation"]
    assert upstream.iloc[0] == pytest.approx(3 * upstream.iloc[1], rel=1e-12)  # its upstream stays as published
