"""Market-based electricity under contracts: share, validity, what is conveyed; own generation and exports."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.calculator import Calculator
from facility_emissions.factors.book import published
from facility_emissions.vocabulary.instruments import CONTRACTS, GENERATION, parse_contract, parse_generation

MARKET = fe.Method(scope2="market")
FACILITIES = [{"id": c, "country": c, "type": "office"} for c in ("ES", "DE", "GB", "AT", "JP")]
FIGURE, LOCATION = "electricity", "electricity_location_based"
UPSTREAM, LOSSES = "electricity_generation", "electricity_transmission_and_distribution"
# MITECO V31, sheet 10, 2023: the mix without guarantees of origin, and the label of Iberdrola Clientes.
ES_RESIDUAL, ES_IBERDROLA = 0.26, 0.241


def row(country: str = "ES", quantity: float = 10_000, **changes: object) -> dict[str, object]:
    return {
        **{"facility_id": country, "category": "electricity", "activity": None, "quantity": quantity, "unit": "kWh"},
        **{"start_date": "2023-01-01", "end_date": "2023-12-31"},
        **changes,
    }


def calculate(*rows: dict[str, object], method: fe.Method = MARKET, **more: object) -> fe.Result:
    return fe.calculate(list(rows), FACILITIES, method, **more)  # type: ignore[arg-type]


def flags(result: fe.Result) -> str:
    return str(result.records["flags"].iloc[0])


# -- Share ---------------------------------------------------------------------------------------


def test_a_share_leaves_the_rest_to_the_next_rung() -> None:
    result = calculate(row(contract="gdo", contract_share=0.6))
    assert result.co2e.iloc[0] == pytest.approx(0.6 * 10_000 * 0 + 0.4 * 10_000 * ES_RESIDUAL)
    assert "market_guarantee_of_origin: contract instrument, 0.6 of the quantity" in flags(result)
    assert "market_residual_mix: residual mix, 0.4 of the quantity" in flags(result)


def test_a_share_leaves_the_rest_to_a_known_supplier() -> None:
    result = calculate(row(contract="gdo", contract_share=0.25, supplier="Iberdrola Clientes SAU"))
    assert result.co2e.iloc[0] == pytest.approx(0.75 * 10_000 * ES_IBERDROLA)
    assert "market_supplier: label of IBERDROLA CLIENTES, S.A.U., 0.75 of the quantity" in flags(result)


def test_the_ledger_has_a_row_for_each_part_and_their_quantities_add_up() -> None:
    result = calculate(row(contract="gdo", contract_share=0.6))
    ledger = result.ledger().set_index("activity_category")
    assert ledger.loc[FIGURE, "quantity"].tolist() == pytest.approx([6_000, 4_000])
    assert ledger.loc[FIGURE, "co2e"].tolist() == pytest.approx([0, 1_040])
    assert len(ledger.loc[[LOCATION]]) == 1
    assert ledger.loc[LOCATION, "quantity"] == 10_000


def test_a_share_touches_neither_location_nor_upstream_nor_losses() -> None:
    with_contract, without = calculate(row(contract="gdo", contract_share=0.6)), calculate(row())
    for figure in (LOCATION, UPSTREAM, LOSSES):
        assert with_contract.records[figure].iloc[0] == without.records[figure].iloc[0]


def test_sums_count_a_record_of_two_parts_once() -> None:
    result = calculate(row(contract="gdo", contract_share=0.6), row("DE", contract="ppa", contract_share=0.5))
    by = result.by("activity_category")
    assert by.loc[FIGURE, ["records", "lacking", "problems"]].tolist() == [1, 0, 1]
    assert result.by("country", "activity_category").loc[("ES", FIGURE), "co2e"] == pytest.approx(1_040)
    assert result.by("gas")["co2e"].sum() > 0
    assert result.by_scope().loc["2 market-based", "co2e"] == pytest.approx(1_040)


def test_a_part_without_a_rate_leaves_the_whole_figure_out() -> None:
    """A sum of the known part would pass for the whole."""
    result = calculate(row("DE", contract="ppa", contract_share=0.5), method=fe.Method())
    assert math.isnan(result.records[FIGURE].iloc[0]) if FIGURE in result.records else True
    assert result.gaps["activity_category"].tolist() == [FIGURE]
    assert "contract_source" in result.gaps["remedy"].iloc[0]
    assert calculate(row("DE", contract="ppa", contract_share=0.5)).problems["column"].tolist() == ["contract"]


@pytest.mark.parametrize(("first", "last"), [("2023-05-01", None), (None, "2023-04-30")])
def test_a_figure_that_part_of_a_year_lacks_is_counted_as_lacking(first: str | None, last: str | None) -> None:
    """Under the contract nobody knows the rate; on the other days the residual mix answers."""
    result = calculate(row("DE", contract="ppa", contract_start=first, contract_end=last), method=fe.Method())
    assert math.isnan(result.records[FIGURE].iloc[0])
    for dimensions in (("activity_category",), ("year", "activity_category"), ("facility", "activity_category")):
        lacking = result.by(*dimensions)["lacking"]
        assert lacking[lacking.index.get_level_values("activity_category") == FIGURE].tolist() == [1], dimensions
    assert result.by_scope().loc["2 market-based", "lacking"] == 1
    assert result.logistics("market")["problems"].sum() == 1


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0.001, 1e9))
def test_any_share_is_the_weighted_mean_of_its_rungs(share: float, quantity: float) -> None:
    result = calculate(row(contract="gdo", contract_share=share, quantity=quantity))
    assert result.co2e.iloc[0] == pytest.approx((1 - share) * quantity * ES_RESIDUAL, rel=1e-9, abs=1e-9)


# -- Validity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "days_covered"),
    [
        ("2023-01-01", "2023-12-31", 365),
        ("2023-07-01", None, 184),
        (None, "2023-06-30", 181),
        ("2023-07-01", "2023-09-30", 92),
        ("2023-12-31", None, 1),
        (None, "2023-01-01", 1),
        ("2024-01-01", None, 0),
        (None, "2022-12-31", 0),
        ("2022-03-01", "2024-02-29", 365),
    ],
)
def test_outside_its_validity_a_contract_covers_nothing(first: str | None, last: str | None, days_covered: int) -> None:
    result = calculate(row(contract="gdo", contract_start=first, contract_end=last))
    assert result.co2e.iloc[0] == pytest.approx((365 - days_covered) / 365 * 10_000 * ES_RESIDUAL, abs=1e-9)
    assert ("contract_not_valid: the contract covers " in flags(result)) == (days_covered < 365)
    assert ("market_guarantee_of_origin" in flags(result)) == (days_covered > 0)


def test_validity_across_new_year_and_share_together() -> None:
    """Bill of 31 days, 17 of 2023 and 14 of 2024; the contract of 60 % ends on 9 January: 9 days of 2024 covered."""
    bill = row(start_date="2023-12-15", end_date="2024-01-14", quantity=3_100)
    result = calculate({**bill, "contract": "gdo", "contract_share": 0.6, "contract_end": "2024-01-09"})
    residual_2024 = 0.283  # MITECO V31, sheet 10, 2024
    expected = 1_700 * 0.4 * ES_RESIDUAL + 900 * 0.4 * residual_2024 + 500 * residual_2024
    assert result.co2e.iloc[0] == pytest.approx(expected)
    assert result.ledger().query(f"activity_category == '{FIGURE}'")["quantity"].sum() == pytest.approx(3_100)


def test_the_same_record_alone_and_among_others_and_through_the_calculator() -> None:
    rows = [
        row(contract="gdo", contract_share=0.6, contract_start="2023-05-01"),
        row(),
        row("DE", contract="ppa", contract_source="wind", contract_end="2023-05-01"),
        row(activity="autoconsumo", contract="certificates_sold", contract_share=0.5),
    ]
    together, call = calculate(*rows), Calculator(FACILITIES, MARKET)
    for position, one in enumerate(rows):
        alone = calculate(one)
        assert alone.co2e.iloc[0] == together.co2e.iloc[position] == call(one).co2e
        assert flags(alone) == together.records["flags"].iloc[position] == call(one).flags


# -- What a contract conveys ---------------------------------------------------------------------


@pytest.mark.parametrize("instrument", ["guarantee_of_origin", "energy_attribute_certificate", "ppa", "green_tariff"])
@pytest.mark.parametrize("source", ["wind", "eólica", "solar", "fotovoltaica", "hydro", "nuclear"])
def test_what_is_generated_without_combustion_conveys_zero(instrument: str, source: str) -> None:
    result = calculate(row("JP", contract=instrument, contract_source=source))
    assert result.co2e.iloc[0] == 0.0
    assert result.ledger().query(f"activity_category == '{FIGURE}'")["source"].tolist() == ["ghg_protocol"]


@pytest.mark.parametrize("source", ["biomass", "biogas", "geothermal", "waste", "gas natural", "coal"])
def test_what_is_burnt_or_emits_has_no_rate_until_it_is_given(source: str) -> None:
    """CH4 and N2O of biomass are in scope 2 (Scope 2 Guidance, chapter 6.12): never zero by itself."""
    bill = row("DE", contract="ppa", contract_source=source)
    assert calculate(bill).problems["column"].tolist() == ["contract_source"]
    own = {"activity_category": "electricity", "unit": "kWh", "country": "DE", "co2_fossil_kg": 0.0, "ch4_kg": 1e-5,
           "instrument": "power_purchase_agreement"}  # fmt: skip
    assert calculate(bill, custom_factors=[own]).co2e.iloc[0] == pytest.approx(10_000 * 1e-5 * 28)


def test_spain_publishes_the_rate_of_its_guarantees() -> None:
    """MITECO V31, sheet 10: "Factor GdO renovable" 0, "Factor GdO cog. alta eficiencia" 0.302 (2023)."""
    for source in (None, "biomass", "wind"):
        result = calculate(row(contract="gdo", contract_source=source))
        assert result.co2e.iloc[0] == 0.0
        assert "miteco" in result.records["factor_ids"].iloc[0]
    assert calculate(row(contract="high_efficiency_chp")).co2e.iloc[0] == pytest.approx(3_020)
    assert calculate(row(contract="gdo", contract_source="gas")).problems["column"].tolist() == ["contract_source"]


@pytest.mark.parametrize("source", ["natural_gas", "biomass", "coal"])
def test_the_rate_of_cogeneration_is_of_whatever_it_burns(source: str) -> None:
    assert calculate(row(contract="high_efficiency_chp", contract_source=source)).co2e.iloc[0] == pytest.approx(3_020)


def test_own_rates_are_of_the_rung_that_they_are_for() -> None:
    common = {"activity_category": "electricity", "unit": "kWh", "country": "DE"}
    own = [
        {**common, "instrument": "guarantee_of_origin", "co2_fossil_kg": 0.01},
        {**common, "instrument": "residual_mix", "co2_fossil_kg": 0.5},
    ]
    result = calculate(row("DE", contract="go", contract_share=0.6), custom_factors=own)
    assert result.co2e.iloc[0] == pytest.approx(6_000 * 0.01 + 4_000 * 0.5)
    assert result.custom_factors["status"].tolist() == ["used", "used"]


def test_an_own_residual_mix_begins_on_its_day_for_what_the_contract_does_not_cover() -> None:
    own = [{"activity_category": "electricity", "unit": "kWh", "country": "ES", "instrument": "residual_mix",
            "co2_fossil_kg": 0.5, "valid_from": "2023-07-01"}]  # fmt: skip
    result = calculate(row(contract="gdo", contract_share=0.6), custom_factors=own)
    assert result.co2e.iloc[0] == pytest.approx(4_000 * (181 / 365 * ES_RESIDUAL + 184 / 365 * 0.5))
    ended = calculate(row(contract="gdo", contract_end="2023-03-31"), custom_factors=own)
    assert ended.co2e.iloc[0] == pytest.approx(10_000 * (91 / 365 * ES_RESIDUAL + 184 / 365 * 0.5))


def test_a_named_factor_of_the_contract_stays_with_what_the_contract_covers() -> None:
    own = [{"factor_id": "ours", "activity_category": "electricity", "unit": "kWh", "country": "ES",
            "instrument": "guarantee_of_origin", "co2_fossil_kg": 0.02}]  # fmt: skip
    bill = row(contract="gdo", contract_share=0.6, custom_factor_id="ours")
    assert calculate(bill, custom_factors=own).co2e.iloc[0] == pytest.approx(6_000 * 0.02 + 4_000 * ES_RESIDUAL)
    own[0] = {k: v for k, v in own[0].items() if k != "instrument"}
    assert calculate(bill, custom_factors=own).co2e.iloc[0] == pytest.approx(10_000 * 0.02)


# -- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"contract_share": 0.5}, "contract_share", "stands without a contract"),
        ({"contract": "none", "contract_end": "2023-05-01"}, "contract_end", "stands without a contract"),
        ({"contract_source": "wind"}, "contract_source", "stands without a contract"),
        ({"contract": "gdo", "contract_share": 60}, "contract_share", "60 % is 0.6"),
        ({"contract": "gdo", "contract_share": -0.1}, "contract_share", "not at least 0"),
        ({"contract": "gdo", "contract_start": "01/07/2023"}, "contract_start", "is no date"),
        ({"contract": "gdo", "contract_source": "renewable"}, "contract_source", "Unknown contract_source"),
        (
            {"contract": "gdo", "contract_start": "2023-07-01", "contract_end": "2023-06-30"},
            "contract_end",
            "before contract_start",
        ),
        ({"contract": "high_efficiency_chp", "contract_source": "wind"}, "contract_source", "burns a fuel; wind does"),
        ({"contract": "certificates_sold"}, "contract", "says nothing of grid_electricity"),
        ({"activity": "autoconsumo", "contract": "ppa"}, "contract", "says nothing of self_generated_electricity"),
        ({"activity": "excedentes", "contract": "gdo"}, "contract", "says nothing of exported_electricity"),
        ({"activity": "excedentes", "contract_share": 0.5}, "contract_share", "says nothing of exported_electricity"),
        ({"contract": "garantia"}, "contract", "Unknown contract"),
    ],
)
def test_terms_that_cannot_be_meant_are_problems(changes: dict[str, object], column: str, reason: str) -> None:
    problems = calculate(row(**changes)).problems
    assert column in problems["column"].tolist()
    assert reason in problems.set_index("column").loc[[column], "reason"].iloc[0]
    assert problems["remedy"].str.len().min() > 0


def test_every_contract_and_source_is_read_by_its_own_name() -> None:
    assert [parse_contract(name) for name in CONTRACTS] == list(CONTRACTS)
    assert [parse_generation(name) for name in GENERATION] == list(GENERATION)
    assert (parse_contract("Garantía de Origen"), parse_contract("PPA"), parse_contract("-")) == (
        *("guarantee_of_origin", "power_purchase_agreement"),
        "",
    )


def test_a_contract_of_what_is_no_electricity_is_told_to_change_nothing() -> None:
    gas = row(category="heat", activity="natural_gas", unit="kWh_gcv")
    result = calculate(gas, {**gas, "contract": "green_tariff"}, {**gas, "contract": "none"})
    assert result.co2e.nunique() == 1
    told = ["contract_not_used: green_tariff is a contract of electricity" in f for f in result.records["flags"]]
    assert told == [False, True, False]


# -- Own generation and exports ------------------------------------------------------------------


def test_own_generation_is_zero_in_both_figures_and_has_no_upstream() -> None:
    """Scope 3, category 3 is of fuel and energy that is bought: nothing is; panels are a capital good, category 2."""
    result = calculate(row(activity="autoconsumo solar"))
    found = result.records.iloc[0]
    assert (found["co2e"], found[FIGURE], found[LOCATION]) == (0, 0, 0)
    assert "own_generation: " in found["flags"]
    assert LOSSES not in result.records
    assert found[UPSTREAM] == 0
    assert result.gaps.empty
    whole = calculate(row(activity="autoconsumo solar"), row(), method=fe.Method(include=(LOCATION, UPSTREAM)))
    assert whole.problems.empty
    assert whole.co2e.tolist() == [0, whole.records[LOCATION].iloc[1] + whole.records[UPSTREAM].iloc[1]]
    own = [
        {"activity_category": UPSTREAM, "activity": "self_generated_electricity", "unit": "kWh", "co2_fossil_kg": 0.04}
    ]
    assert calculate(row(activity="autoconsumo solar"), custom_factors=own).records[UPSTREAM].iloc[0] == 400


def test_exports_are_kept_as_a_zero_and_deducted_from_nothing() -> None:
    """Scope 2 is of gross purchases, not net of exports (Scope 2 Guidance, chapter 5.4)."""
    both, bought = calculate(row(), row(activity="excedentes", quantity=4_000)), calculate(row())
    assert both.total["co2e"] == bought.total["co2e"]
    assert len(both.records) == 2
    assert "exported: " in both.records["flags"].iloc[1]
    assert both.ledger().query("activity == 'exported_electricity'")["quantity"].tolist() == [4_000, 4_000]


def test_own_generation_whose_certificates_are_sold_counts_as_bought() -> None:
    """Scope 2 Guidance, table 6.1: as though purchased from the grid, by the hierarchies of both methods."""
    sold = calculate(row(activity="autoconsumo", contract="certificates_sold")).records.iloc[0]
    bought = calculate(row()).records.iloc[0]
    for figure in (FIGURE, LOCATION, UPSTREAM, LOSSES):
        assert sold[figure] == bought[figure] > 0
    assert "certificates_sold: " in sold["flags"]
    part = calculate(row(activity="autoconsumo", contract="certificates_sold", contract_share=0.25))
    assert part.co2e.iloc[0] == pytest.approx(2_500 * ES_RESIDUAL)
    assert part.records[LOCATION].iloc[0] == pytest.approx(0.25 * bought[LOCATION])


def test_the_users_own_residual_mix_is_that_of_sold_certificates_too() -> None:
    own = [{"activity_category": "electricity", "unit": "kWh", "country": "ES", "instrument": "residual_mix",
            "co2_fossil_kg": 0.5}]  # fmt: skip
    sold = row(activity="autoconsumo", contract="certificates_sold")
    assert calculate(sold, custom_factors=own).co2e.iloc[0] == pytest.approx(5_000)
    assert calculate(row(activity="autoconsumo"), custom_factors=own).co2e.iloc[0] == 0


def test_the_zeros_are_rows_with_their_clause() -> None:
    activities = ("self_generated_electricity", "exported_electricity", "grid_electricity")
    found = [f for a in activities for figure in (FIGURE, LOCATION) for f in published(figure, a, "WORLD")]
    rows = [f for f in found if f.source_id == "ghg_protocol"]
    assert len(rows) == 5
    assert all((f.co2_fossil_kg, f.ch4_kg, f.n2o_kg) == (0, 0, 0) for f in rows)
    assert all(f.locator.startswith(("chapter 5.4", "table 7.1")) for f in rows)


@pytest.mark.parametrize("method", [fe.Method(gwp="SAR", horizon=20), fe.Method(gwp="AR6", gases="kyoto"), MARKET])
def test_nothing_is_nothing_in_any_gwp_set(method: fe.Method) -> None:
    assert calculate(row(activity="autoconsumo"), method=method).co2e.iloc[0] == 0.0


# -- Published examples --------------------------------------------------------------------------


def test_the_ministrys_example_of_three_suppliers() -> None:
    """MITECO, Guía para el cálculo de la huella de carbono, 2.3.2.1: 20,000, 18,000 and 10,000 kWh of 2017.

    Suppliers 1 and 2 at 0.390 and 0.310 kg CO2/kWh, the third with a guarantee of origin: 13,380 kg CO2.
    """
    labels = [
        {"activity_category": FIGURE, "unit": "kWh", "country": "ES", "instrument": "supplier", "supplier": name,
         "co2_fossil_kg": rate}
        for name, rate in (("Comercializadora 1", 0.390), ("Comercializadora 2", 0.310))
    ]  # fmt: skip
    days = {"start_date": "2017-01-01", "end_date": "2017-12-31"}
    result = calculate(
        row(quantity=20_000, supplier="Comercializadora 1", **days),
        row(quantity=18_000, supplier="Comercializadora 2", **days),
        row(quantity=10_000, supplier="Comercializadora 3", contract="GdO", **days),
        custom_factors=labels,
    )
    assert result.records[FIGURE].tolist() == pytest.approx([7_800, 5_580, 0])
    assert result.total["co2e"] == pytest.approx(13_380)


def test_the_ministrys_case_of_a_mix_without_guarantees() -> None:
    """MITECO, Guía, 5.1 (caso práctico): 2,700 kWh of 2017 without guarantees, 0.43 kg CO2/kWh: 1,161.0 kg."""
    result = calculate(row(quantity=2_700, start_date="2017-01-01", end_date="2017-12-31"))
    assert result.records[FIGURE].iloc[0] == pytest.approx(1_161.0)


# DESNZ, full set 2025 and flat file 2023: sheets "UK electricity", "Transmission and distribution",
# "WTT- UK electricity" (generation, T&D); "Heat and steam", "Distribution - district heat & steam",
# "WTT- heat and steam" (use, distribution) [kg CO2e/kWh].
UK = {
    (2023, "grid_electricity"): (0.207074288590604, 0.017915111409396, 0.0459 + 0.00397),
    (2025, "grid_electricity"): (0.177, 0.01853, 0.0459 + 0.00397),
    (2023, "district_heat"): (0.179646571812081, 0.009453877852349, 0.03341 + 0.00175842105263),
    (2025, "district_heat"): (0.17529, 0.00945, 0.03341 + 0.00176),
}


@pytest.mark.parametrize(("what", "printed"), UK.items(), ids=[f"{a} {y}" for y, a in UK])
def test_british_use_losses_and_upstream_as_printed(what: tuple[int, str], printed: tuple[float, ...]) -> None:
    year, activity = what
    category = "electricity" if activity.endswith("electricity") else "heat"
    used, upstream = (LOCATION, UPSTREAM) if category == "electricity" else ("purchased_heat", "stationary_generation")
    days = {"start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}
    result = calculate(row("GB", 1, category=category, activity=activity, **days), method=fe.Method())
    found = result.records.iloc[0]  # the gases and their total are each printed to five decimals
    assert found[used] == pytest.approx(printed[0], abs=1.1e-5)
    assert found[LOSSES] == pytest.approx(printed[1], abs=1.1e-5)
    assert found[upstream] == pytest.approx(printed[2], abs=1.1e-5)
    assert found["co2e"] == found[used]
