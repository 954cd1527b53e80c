"""Purchased heat, steam and cooling by the estimate that a record states: formula by hand, flags, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe

FACILITIES = [{"id": c, "country": c, "type": "office"} for c in ("ES", "PT", "GB", "FR", "PL", "IS", "JP")]
BOUGHT, UPSTREAM, LOSSES = (
    *("purchased_heat", "stationary_generation"),
    "electricity_transmission_and_distribution",
)
GAS = {"estimate_fuel": "natural_gas", "efficiency": 0.9}


def row(country: str = "ES", activity: str = "district_heat", **changes: object) -> dict[str, object]:
    return {
        **{"facility_id": country, "category": "heat", "activity": activity, "quantity": 10_000, "unit": "kWh"},
        **{"start_date": "2023-01-01", "end_date": "2023-12-31"},
        **changes,
    }


def calculate(*rows: dict[str, object], **fields: object) -> fe.Result:
    return fe.calculate(list(rows), FACILITIES, fe.Method(**fields))


def only(result: fe.Result) -> dict[str, object]:
    assert result.problems.empty, result.problems[["column", "reason"]].to_string()
    return result.records.iloc[0].to_dict()


def test_heat_is_fuel_by_efficiency_and_loss() -> None:
    """IPCC 2006, Volume 2, table 2.2 (energy industries), natural gas: 56,100 kg CO2, 1 kg CH4, 0.1 kg N2O per TJ net.

    10,000 kWh = 0.036 TJ of heat; 0.036 / 0.9 / (1 - 0.1) TJ of gas.
    """
    burnt = 0.036 / 0.9 / 0.9
    found = only(calculate(row("PT", **GAS, network_loss=0.1)))
    assert found[BOUGHT] == pytest.approx(burnt * (56_100 + 1 * 28 + 0.1 * 265))
    assert found["co2e"] == found[BOUGHT]
    assert found[LOSSES] == 0.0  # inside the estimate
    assert "estimated: no factor is published: kWh_ncv of natural_gas / 0.9 efficiency / (1 - 0.1 network loss)" in str(
        found["flags"]
    )


def test_the_countrys_own_factor_of_the_fuel_answers() -> None:
    """MITECO V31, sheet 10, 2023: 0.182 kg CO2 and 0.000016 kg CH4 per kWh gross of gas; net = 0.9 gross there."""
    ledger = calculate(row(**GAS)).ledger().set_index("activity_category")
    assert "miteco/V31/ES/stationary/natural_gas" in ledger.loc[BOUGHT, "factor_id"]
    burnt_gross = 10_000 / 0.9 / float(ratio())
    assert ledger.loc[BOUGHT, "co2e"] == pytest.approx(burnt_gross * (0.182 + 0.000016 * 28))
    assert "1.11111 for each kWh bought" in ledger.loc[BOUGHT, "conversion"]


def ratio() -> float:
    from facility_emissions import bundle

    rows = [r for r in bundle.rows("heat/properties_miteco.csv") if r["activity"] == "natural_gas"]
    return next(float(r["value"]) for r in rows if r["property"] == "ncv_gcv_ratio")


def test_upstream_of_the_fuel_is_estimated_alike() -> None:
    heat = only(calculate(row("GB", "natural_gas", unit="kWh_ncv", quantity=10_000 / 0.85 / 0.95)))
    found = only(calculate(row("PL", estimate_fuel="natural_gas", efficiency=0.85, network_loss=0.05)))
    assert found[UPSTREAM] > 0
    poland = only(calculate(row("PL", "natural_gas", unit="kWh_ncv", quantity=10_000 / 0.85 / 0.95)))
    assert found[UPSTREAM] == pytest.approx(poland[UPSTREAM])
    assert heat[UPSTREAM] > 0


def test_biomass_keeps_its_carbon_beside_the_scopes() -> None:
    """IPCC 2006, table 2.2, wood: 112,000 kg biogenic CO2, 30 kg CH4, 4 kg N2O per TJ net."""
    burnt = 0.036 / 0.8
    found = only(calculate(row("PT", estimate_fuel="wood_chips", efficiency=0.8)))
    assert found[BOUGHT] == pytest.approx(burnt * (30 * 28 + 4 * 265))
    assert found["co2e_biomass"] == pytest.approx(burnt * 112_000)


def test_without_a_network_loss_the_losses_are_a_gap() -> None:
    result = calculate(row("PT", **GAS))
    assert result.gaps["activity_category"].tolist() == [LOSSES]
    assert result.gaps["remedy"].iloc[0] == "State network_loss, 0 to below 1."
    assert calculate(row("PT", **GAS, network_loss=0)).gaps.empty


def test_cooling_is_electricity_by_cop() -> None:
    """EEA, Spain 2023: 0.140 kg CO2e/kWh; upstream and losses of that electricity go where they belong."""
    found = only(calculate(row(activity="district_cooling", cop=4, network_loss=0.05)))
    power = only(calculate(row(category="electricity", activity=None, quantity=10_000 / 4 / 0.95)))
    assert found[BOUGHT] == pytest.approx(10_000 / 4 / 0.95 * 0.14)
    assert found[BOUGHT] == pytest.approx(power["electricity_location_based"])
    assert found[UPSTREAM] == pytest.approx(power["electricity_generation"])
    assert found[LOSSES] == pytest.approx(power[LOSSES])


def test_cooling_of_lifecycle_electricity_adds_no_upstream() -> None:
    found = only(calculate(row("JP", "district_cooling", cop=4)))
    assert found[UPSTREAM] == 0.0
    assert "lifecycle: " in str(found["flags"])


def test_a_published_factor_goes_before_the_estimate() -> None:
    stated, plain = calculate(row("GB", **GAS)), calculate(row("GB"))
    assert stated.co2e.iloc[0] == plain.co2e.iloc[0] > 0
    assert (
        "estimate_not_needed: a published factor goes before the estimate: estimate_fuel, efficiency not used"
        in (stated.records["flags"].iloc[0])
    )


def test_a_french_network_that_is_not_listed_is_estimated_and_told() -> None:
    lyon = row("FR", supplier="69, LYON, Réseau de Lyon", **GAS)
    assert "estimate_not_needed" in calculate(lyon).records["flags"].iloc[0]
    misspelt = calculate({**lyon, "supplier": "69 LYON Reseau de Lion"}).records["flags"].iloc[0]
    assert "estimated: no factor is published (No network '69 LYON Reseau de Lion'" in misspelt
    assert "Did you mean '69 lyon reseau de lyon'" in misspelt
    assert "estimated: no factor is published: " in calculate(row("FR", **GAS)).records["flags"].iloc[0]


@pytest.mark.parametrize(
    ("country", "activity", "columns"),
    [
        ("ES", "district_heat", "estimate_fuel and efficiency (and network_loss): fuel / efficiency / (1 - network"),
        ("PT", "steam", "estimate_fuel and efficiency (and network_loss): fuel / efficiency / (1 - network_loss)."),
        ("FR", "district_heat", "estimate_fuel and efficiency (and network_loss): fuel / efficiency / (1 - network"),
        ("ES", "district_cooling", "cop (and network_loss): electricity / cop / (1 - network_loss)."),
    ],
)
def test_without_terms_the_problem_offers_exactly_these_columns(country: str, activity: str, columns: str) -> None:
    result = calculate(row(country, activity))
    assert result.co2e.isna().all()
    assert f"Or state an estimate, in {columns}" in result.problems["remedy"].iloc[0]


def test_nothing_is_estimated_without_being_asked_and_strict_refuses_it() -> None:
    assert calculate(row("PT")).records["status"].tolist() == ["problem"]
    problems = calculate(row("PT", **GAS), strict=True).problems
    assert "strict: " in problems["reason"].iloc[0]
    assert "no factor is published: kWh_ncv of natural_gas" in problems["reason"].iloc[0]


@pytest.mark.parametrize(
    ("activity", "terms", "column", "reason"),
    [
        ("district_heat", {"estimate_fuel": "natural_gas"}, "efficiency", "lacks efficiency"),
        ("steam", {"efficiency": 0.9}, "estimate_fuel", "lacks estimate_fuel"),
        ("district_heat", {"network_loss": 0.1}, "estimate_fuel", "lacks estimate_fuel"),
        ("district_cooling", {"network_loss": 0.1}, "cop", "lacks cop"),
        ("district_heat", {**GAS, "efficiency": 90}, "efficiency", "is more than any fuel gives off"),
        ("district_heat", {**GAS, "efficiency": 0}, "efficiency", "not above 0"),
        ("district_heat", {**GAS, "network_loss": 1}, "network_loss", "not at least 0 and below 1"),
        ("district_heat", {**GAS, "network_loss": 8}, "network_loss", "8 % is 0.08"),
        ("district_heat", {**GAS, "estimate_fuel": "steam"}, "estimate_fuel", "'steam' is no fuel"),
        ("district_heat", {**GAS, "estimate_fuel": "gaz"}, "estimate_fuel", "Unknown activity 'gaz'"),
        ("district_heat", {**GAS, "cop": 4}, "cop", "cop says nothing of district_heat"),
        ("district_cooling", GAS, "estimate_fuel", "says nothing of district_cooling"),
        ("natural_gas", {"efficiency": 0.9}, "efficiency", "says nothing of natural_gas"),
    ],
)
def test_terms_that_cannot_be_meant_are_problems(
    activity: str, terms: dict[str, object], column: str, reason: str
) -> None:
    problems = calculate(row("PT", activity, **terms)).problems
    assert column in problems["column"].tolist()
    assert reason in problems.set_index("column").loc[[column], "reason"].iloc[0]


def test_a_factor_of_the_users_own_goes_before_the_estimate() -> None:
    own = [
        {"activity_category": BOUGHT, "activity": "district_heat", "unit": "kWh", "country": "PT", "co2_fossil_kg": 0.1}
    ]
    result = fe.calculate([row("PT", **GAS)], FACILITIES, custom_factors=own)
    assert result.co2e.iloc[0] == pytest.approx(1_000)


def test_an_estimate_is_made_of_the_users_own_fuel_and_grid() -> None:
    """10,000 kWh / 0.9 x 0.3; 10,000 kWh / 4 x 0.05 from 1 July on (184 of 365 days), 0.115 before."""
    common = {"country": "PT", "unit": "kWh_ncv", "activity_category": "stationary", "activity": "natural_gas"}
    own = [
        {**common, "co2_fossil_kg": 0.3},
        {**common, "co2_fossil_kg": 9, "facility_id": "PT"},  # of its own boiler, not of the plant
        {"activity_category": "electricity_location_based", "unit": "kWh", "country": "PT", "co2_fossil_kg": 0.05,
         "valid_from": "2023-07-01"},
    ]  # fmt: skip
    rows = [row("PT", **GAS), row("PT", "district_cooling", cop=4)]
    result = fe.calculate(rows, FACILITIES, custom_factors=own)
    cold = 10_000 / 4 * (184 * 0.05 + 181 * 0.115) / 365
    assert result.records[BOUGHT].tolist() == pytest.approx([10_000 / 0.9 * 0.3, cold])
    assert result.custom_factors["status"].tolist() == ["used", "unused", "used"]
    assert all("custom: " in flags and "estimated: " in flags for flags in result.records["flags"])


@settings(max_examples=20, deadline=None)
@given(st.floats(0.05, 1.2), st.floats(0, 0.95), st.floats(1, 1e7))
def test_half_the_efficiency_is_twice_the_heat_and_losses_only_add(
    efficiency: float, loss: float, quantity: float
) -> None:
    def heat(**terms: object) -> float:
        stated = {"estimate_fuel": "natural_gas", "efficiency": efficiency, "quantity": quantity, **terms}
        return float(calculate(row("PT", **stated)).co2e.iloc[0])

    assert heat(efficiency=efficiency / 2) == pytest.approx(2 * heat())
    assert heat(network_loss=loss) * (1 - loss) == pytest.approx(heat())
    assert heat(unit="MWh", quantity=quantity / 1000) == pytest.approx(heat())
