"""Cases that once gave a silent wrong answer, or an answer that said too little."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.errors import ContractError
from facility_emissions.files import read_table

BILL = {
    "facility_id": "a",
    "category": "electricity",
    "activity": None,
    "quantity": 1000.0,
    "unit": "kWh",
    "start_date": "2023-01-01",
    "end_date": "2023-12-31",
}
MADRID = [{"id": "a", "country": "ES", "type": "office"}]


def calculate(*rows: dict, sites: list[dict] = MADRID, method: fe.Method | None = None, **more) -> fe.Result:
    return fe.calculate(pd.DataFrame([{**BILL, **row} for row in rows]), pd.DataFrame(sites), method, **more)


def only_problem(result: fe.Result) -> dict:
    problems = result.problems.to_dict("records")
    assert len({p["position"] for p in problems}) == 1, problems
    return problems[0]


@pytest.mark.parametrize("ids", [(1, 2), ("1", "2"), (1.0, 2.0)])
def test_logistics_finds_facilities_whatever_the_type_of_their_ids(ids):
    sites = [{"id": 1, "country": "ES"}, {"id": 2, "country": "FR"}]
    result = calculate({"facility_id": ids[0]}, {"facility_id": ids[1]}, sites=sites)
    assert list(result.logistics()["scope2"]) == pytest.approx(list(result.co2e))


def test_an_unknown_market_figure_is_not_zero_in_sums():
    sites = [{"id": "e", "country": "ES"}, {"id": "g", "country": "GB"}]
    result = calculate({"facility_id": "e"}, {"facility_id": "g", "contract": "REGO"}, sites=sites)
    logistics = result.logistics("market")
    assert logistics["scope2"].isna().to_dict() == {"e": False, "g": True}
    assert logistics["problems"].to_dict() == {"e": 0, "g": 1}
    assert result.by_scope().loc["2 market-based", "lacking"] == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"activity_category": "stationary"}, "gives stationary; a record of grid_electricity has no such figure"),
        ({"country": "FR"}, "is for FR; the facility is in ES"),
        ({"valid_from": "2010", "valid_to": "2011"}, "is valid from 2010 to 2011; the consumption is of 2023"),
    ],
)
def test_a_custom_factor_that_is_not_for_the_record_is_refused(more, words):
    own = {"factor_id": "c", "activity_category": "electricity", "unit": "kWh", "co2_fossil_kg": 0.2, **more}
    assert words in only_problem(calculate({"custom_factor_id": "c"}, custom_factors=[own]))["reason"]


def test_a_custom_grid_average_moves_what_stands_on_it():
    own = {"factor_id": "c", "activity_category": "electricity_location_based", "unit": "kWh", "co2_fossil_kg": 0.4}
    japan = [{"id": "a", "country": "JP", "type": "office"}]
    result = calculate({"custom_factor_id": "c"}, sites=japan, custom_factors=[own])
    figures = result.ledger().set_index("activity_category")["co2e"]
    assert figures["electricity_location_based"] == figures["electricity"] == 400
    assert "electricity_generation" not in figures  # what the published lifecycle factor held is unknown now
    assert list(result.gaps["activity_category"]) == ["electricity_generation"]


def test_a_record_in_shares_and_whole_does_not_count_twice():
    sites = [*MADRID, {"id": "b", "country": "ES"}]
    half = {"record_id": "x", "percentage": 0.5, "quantity": 500.0}
    result = calculate(half, {**half, "facility_id": "b"}, {"record_id": "x"}, sites=sites)
    assert only_problem(result)["position"] == 2
    assert result.total["co2e"] == pytest.approx(140)


@pytest.mark.parametrize(
    "dates",
    [
        pd.array([20230101], dtype="Int64"),
        pd.array([45000], dtype="int32"),
        ["2023-12-15/2024-01-14"],
        ["2023-01-15-2023-02-15"],
        ["2023-01-31,"],
    ],
)
def test_what_is_no_single_iso_date_is_no_date(dates):
    frame = pd.DataFrame([BILL]).assign(start_date=dates, end_date=dates)
    problems = fe.calculate(frame, MADRID).problems
    assert set(problems["column"]) == {"start_date", "end_date"}
    assert problems["reason"].str.contains("is no date").all()


def test_countries_of_databases_are_read_like_any_other():
    london = [{"id": "a", "country": "GB", "type": "office"}]
    by_code = calculate({}, sites=london, method=fe.Method(databases={"GB": "ember"}))
    by_name = calculate({}, sites=london, method=fe.Method(databases={"UK": "ember"}))
    assert by_code.method == by_name.method
    assert by_code.total["co2e"] == by_name.total["co2e"] == pytest.approx(235.63)
    with pytest.raises(ValueError, match="Atlantis"):
        fe.Method(databases={"Atlantis": "ember"})


def test_liquefied_gas_is_answered_by_the_litre_where_it_is_published():
    """DESNZ 2023, flat file, Fuels / LNG / litres."""
    london = [{"id": "a", "country": "GB", "type": "office"}]
    row = {"category": "heat", "activity": "lng", "unit": "l"}
    line = calculate(row, sites=london).ledger().iloc[0]
    assert line["factor_id"] == "desnz/2023/GB/stationary/lng/l/2023"


def test_a_basis_that_contradicts_the_unit_is_refused():
    row = {"category": "heat", "activity": "natural_gas", "unit": "kWh_gcv", "heat_basis": "ncv"}
    assert only_problem(calculate(row))["column"] == "heat_basis"


def test_spanish_numbers_in_a_semicolon_file(tmp_path: Path):
    path = tmp_path / "c.csv"
    path.write_text("facility_id;quantity\na;1.234\na;12.500,5\na;7\n", encoding="utf-8")
    assert list(read_table(path)["quantity"]) == [1234, 12500.5, 7]
    path.write_text("facility_id;quantity\na;1.234\na;7\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"'1\.234' may be thousands or a decimal"):
        read_table(path)
    path.write_text("facility_id;quantity\na;1.25\na;7\n", encoding="utf-8")
    assert list(read_table(path)["quantity"]) == [1.25, 7]


def test_a_csv_column_twice_is_refused(tmp_path: Path):
    path = tmp_path / "c.csv"
    path.write_text("facility_id,quantity,quantity\na,1,2\n", encoding="utf-8")
    with pytest.raises(ContractError, match="'quantity' appears 2 times"):
        read_table(path)


def test_a_logistic_factor_with_a_comma_is_told():
    with pytest.raises(ContractError, match="logistic_factor '0,8' is no number"):
        calculate({}, sites=[{**MADRID[0], "logistic_factor": "0,8"}])


def test_columns_of_more_combinations_than_64_bits_number():
    """Four columns of 200,000 categories each, most of them unused, and a thousand that are: each row has its own."""
    names = pd.Index([f"x{i}" for i in range(200_000)])
    frame = pd.DataFrame([BILL | {"category": "electricity", "activity": "grid_electricity", "unit": "kWh"}] * 1000)
    for step, column in enumerate(("supplier", "custom_factor_id", "sector", "contract")):
        frame[column] = pd.Categorical.from_codes(np.arange(1000) * (step + 1), names)
    told = fe.calculate(frame, MADRID).problems
    plain = fe.calculate(frame.astype(dict.fromkeys(("custom_factor_id", "sector", "contract"), str)), MADRID).problems
    assert told["row"].nunique() == 1000
    assert told[["row", "column", "value", "reason"]].equals(plain[["row", "column", "value", "reason"]])
    assert told["value"].nunique() >= 1000


def test_text_in_several_chunks_of_arrow_has_one_dictionary():
    """Each chunk brings words of its own, and nulls: a row's word is that of its own chunk."""
    parts = [pd.Series(words * 40, dtype="str") for words in (["kWh", None], ["MWh", "kWh"], ["GJ"])]
    units = pd.concat(parts, ignore_index=True)
    assert units.array.__arrow_array__().num_chunks == 3
    frame = pd.DataFrame([BILL] * len(units)).assign(unit=units)
    one_by_one = frame.assign(unit=units.astype(object))
    pd.testing.assert_frame_equal(fe.calculate(frame, MADRID).records, fe.calculate(one_by_one, MADRID).records)
    ok = fe.calculate(frame, MADRID).co2e
    assert [ok.iloc[0] * 1000, ok.iloc[0] / 0.0036] == pytest.approx([ok.iloc[80], ok.iloc[-1]])  # 3.6 MJ a kWh


def test_a_column_of_years_is_as_good_as_dates():
    """Years as any kind of number, good and bad, against the first and last day of each."""
    years = [2019, 2020, None, 2021.5, 1066, 2023, 3000, 2100]
    cells = [2019, 2020, None, 2021.5, 1066, 2023, 3000, 2100, "soon", "2022"]
    bill = {k: v for k, v in BILL.items() if not k.endswith("_date")}
    good = {"2019", "2020", "2021", "2022", "2023"}
    for column in (pd.Series(years, dtype=float), pd.Series([2019, 2023, 7], dtype="int32"), pd.Series([2019, 2020]),
                   pd.Series([2019, 2020], dtype="int16"), pd.Series(cells, dtype=object),
                   pd.Series(years[:3], dtype="Int64"), pd.Series([2019, 2021], dtype="category")):  # fmt: skip
        frame = pd.DataFrame([bill] * len(column)).assign(year=column)
        found = fe.calculate(frame, MADRID)
        dated = frame.assign(start_date=None, end_date=None)  # each row is looked at by itself
        each = fe.calculate(dated, MADRID)
        pd.testing.assert_frame_equal(found.records, each.records)
        pd.testing.assert_frame_equal(found.problems, each.problems)
        assert found.co2e.notna().sum() == sum(str(y).removesuffix(".0") in good for y in column)


def test_a_row_without_a_figure_has_neither_flags_nor_factors():
    gas = {"category": "heat", "activity": "natural_gas", "unit": "kWh"}
    years = {"start_date": "2022-12-01", "end_date": "2023-01-31"}
    result = calculate(gas, {**gas, "quantity": -1.0}, {**gas, **years, "quantity": None}, {**gas, "unit": "kw"})
    shown = result.records[["flags", "factor_ids"]].astype(str)
    assert (shown.iloc[0] != "").all()
    assert (shown.iloc[1:] == "").all(axis=None)


@pytest.mark.parametrize(("country", "code"), [("US", "stand_in"), ("GB", "")])
def test_another_country_stands_in_for_upstream_and_says_so(country, code):
    gas = {"category": "heat", "activity": "natural_gas", "unit": "kWh_gcv"}
    ledger = calculate(gas, sites=[{"id": "a", "country": country}]).ledger()
    upstream = ledger.set_index("activity_category").loc["stationary_generation"]
    assert (upstream["fallback_code"], upstream["source"]) == (code, "desnz")
    assert ("United Kingdom stands in" in upstream["fallback"]) == (code == "stand_in")


def test_a_province_is_looked_for_in_its_region():
    from facility_emissions.factors.places import places_for

    names = [p.id for p in places_for("water_supply", "water_supply", "ES", "ES-B")]
    assert names == ["ES-B", "ES-CT", "ES", "EUROPE", "WORLD"]


def test_the_ledger_keeps_the_years_of_factor_data_and_publication_apart():
    """DESNZ 2023: for consumption of 2023, published in 2023, on data of 2021 (its set of 2014 has no day)."""
    gas = {"category": "heat", "activity": "natural_gas", "unit": "kWh_gcv"}
    early = {"start_date": "2014-01-01", "end_date": "2014-01-31"}
    ledger = calculate(gas, {**gas, **early}, sites=[{"id": "a", "country": "GB"}]).ledger()
    burnt = ledger[ledger["activity_category"] == "stationary"]
    years = burnt[["year", "factor_year", "data_year", "publication_year"]].to_numpy().tolist()
    assert years == [[2023, 2023, 2021, 2023], [2014, 2014, 2012, 2014]]
