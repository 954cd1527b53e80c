"""Fuel blends by volume, what is sold as a blend, and what a factor cannot know of a fuel."""

from __future__ import annotations

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.categories.blends import BLENDS

SITES = [{"id": c, "country": c, "type": "office"} for c in ("ES", "GB", "US", "FR", "DE", "PT")]


def burnt(country: str, activity: str, unit: str = "l", year: int = 2023, quantity: float = 1.0) -> dict[str, object]:
    return {"facility_id": country, "category": "heat", "activity": activity, "quantity": quantity, "unit": unit,
            "year": year}  # fmt: skip


def calculate(*rows: dict[str, object], **method: object) -> fe.Result:
    return fe.calculate(pd.DataFrame(rows), SITES, fe.Method(**method))  # type: ignore[arg-type]


def flags(result: fe.Result) -> str:
    return str(result.records["flags"].iloc[0])


@pytest.mark.parametrize(
    ("blend", "fossil", "biofuel", "printed"),
    [  # MITECO V31, sheet "Combustibles": kg fossil CO2 per litre; mineral fuel, biofuel, and the blend as printed.
        ("diesel_b7", 2.679, 0.136, 2.501),
        ("diesel_b10", 2.679, 0.136, 2.425),
        ("diesel_b20", 2.679, 0.136, 2.171),
        ("diesel_b30", 2.679, 0.136, 1.916),
        ("petrol_e5", 2.174, 0.0, 2.065),
        ("petrol_e10", 2.174, 0.0, 1.957),
        ("petrol_e85", 2.174, 0.0, 0.326),
    ],
)
def test_the_parts_are_those_of_the_printed_blends(blend: str, fossil: float, biofuel: float, printed: float) -> None:
    (_, share), (_, other) = BLENDS[blend]
    assert share + other == 1
    assert share * fossil + other * biofuel == pytest.approx(printed, abs=0.001)


def test_a_blend_that_nobody_prints_is_the_sum_of_its_parts() -> None:
    """B7 and E10 in Great Britain, B20 in the United States: the fuels' own records, in the same proportion."""
    for country, blend, unit in (
        ("GB", "diesel_b7", "l"),
        ("GB", "petrol_e10", "l"),
        ("US", "diesel_b20", "gallon_us"),
    ):
        parts = calculate(*(burnt(country, activity, unit, quantity=share) for activity, share in BLENDS[blend]))
        whole = calculate(burnt(country, blend, unit))
        assert whole.co2e.iloc[0] == pytest.approx(parts.total["co2e"], rel=1e-12)
        assert whole.co2e_biomass.iloc[0] == pytest.approx(parts.total["co2e_biomass"], rel=1e-12)
        upstream = "stationary_generation"
        if upstream in whole.records:
            assert whole.records[upstream].iloc[0] == pytest.approx(parts.records[upstream].sum(), rel=1e-12)
        assert flags(whole).startswith("blend_by_volume: ")
        assert len(whole.ledger()["factor_id"].iloc[0].split(" + ")) == 2


def test_upstream_of_a_blend_has_no_biogenic_co2_to_be_unknown() -> None:
    result = calculate(burnt("GB", "diesel_b7", year=2022), include=("stationary_generation",))
    assert result.co2e.iloc[0] == pytest.approx(0.6101613)
    assert result.co2e_biomass.iloc[0] == 0
    assert "biogenic_unknown" not in flags(result)


def test_a_printed_blend_goes_first() -> None:
    for country, name in (("ES", "miteco"), ("FR", "ademe")):
        result = calculate(burnt(country, "diesel_b7"))
        assert "blend_by_volume" not in flags(result)
        assert result.records["factor_ids"].iloc[0].startswith(f"{name}/")


@pytest.mark.parametrize(("country", "unit"), [("GB", "kg"), ("PT", "kWh_ncv"), ("DE", "l")])
def test_what_volumes_do_not_reach_stays_a_problem(country: str, unit: str) -> None:
    """By mass or energy the shares are others, and no density is taken from elsewhere."""
    assert len(calculate(burnt(country, "diesel_b7", unit)).problems) == 1


def test_biodiesel_carries_its_fossil_carbon_and_its_biogenic_co2() -> None:
    """The methanol in FAME: MITECO V31 B100 2024, 0.136 kg fossil CO2 per litre; DESNZ gives both parts."""
    spain = calculate(burnt("ES", "biodiesel_fame", year=2024)).ledger()
    assert spain.query("activity_category == 'stationary'")["co2_fossil_kg"].iloc[0] == 0.136
    britain = calculate(burnt("GB", "biodiesel_fame"))
    assert britain.co2e.iloc[0] > 0.16
    assert britain.co2e_biomass.iloc[0] == pytest.approx(2.39)


def test_a_biofuel_without_its_biogenic_co2_leaves_that_of_the_blend_unknown() -> None:
    result = calculate(burnt("ES", "diesel_b7"))
    assert pd.isna(result.co2e_biomass.iloc[0])
    assert "biogenic_unknown" in flags(result)


def test_spains_implicit_blends_before_2019() -> None:
    """MITECO V31: what was sold as diesel held 4.1 % biofuel by volume in 2015 (2.679 and 0.117 to 0.137 kg/l)."""
    average = calculate(burnt("ES", "diesel_average_blend", year=2015)).ledger()
    co2 = average.query("activity_category == 'stationary'")["co2_fossil_kg"].iloc[0]
    assert co2 == pytest.approx((1 - 0.041) * 2.679 + 0.041 * 0.136, abs=0.002)
    mineral = calculate(burnt("ES", "diesel", year=2015))
    assert "sold_as_blend: diesel was sold as a blend in ES, 2015: diesel_average_blend has a factor" in flags(mineral)
    assert "sold_as_blend" not in flags(calculate(burnt("ES", "diesel", year=2010)))
    remedy = calculate(burnt("ES", "diesel", year=2023)).problems["remedy"].iloc[0]
    assert remedy.endswith(
        "What is sold in ES is a blend: diesel_b7, diesel_b10, diesel_b20, diesel_b30 have factors per l."
    )


@pytest.mark.parametrize(("activity", "warned"), [("wood_pellets", True), ("wood_logs", True), ("natural_gas", False)])
def test_wood_is_warned_about(activity: str, warned: bool) -> None:
    assert ("appliance_dependent" in flags(calculate(burnt("PT", activity, "kWh_ncv")))) is warned


def test_peat_is_fossil_and_waste_is_split() -> None:
    """IPCC 2006, Table 2.4: peat 106, waste 91.7 (fossil) and 100 (biogenic) t CO2/TJ."""
    result = calculate(burnt("PT", "peat", "TJ_ncv"), burnt("PT", "municipal_waste_fossil", "TJ_ncv"),
                       burnt("PT", "municipal_waste_biogenic", "TJ_ncv"))  # fmt: skip
    ledger = result.ledger().query("activity_category == 'stationary'")
    assert ledger["co2_fossil_kg"].fillna(0).tolist()[:2] == [106_000, 91_700]
    assert result.co2e_biomass.tolist() == [0, 0, 100_000]
    assert result.co2e.iloc[2] == pytest.approx(300 * 28 + 4 * 265)
    (problem,) = calculate(burnt("PT", "municipal waste", "t")).problems.to_dict("records")
    assert "municipal_waste_fossil" in problem["reason"]
    assert "municipal_waste_biogenic" in problem["reason"]


def test_gas_by_volume_says_its_conditions() -> None:
    """ADEME per Nm3 (0 C), Italy per Sm3 (15 C); bare m3 is refused."""
    assert calculate(burnt("FR", "natural_gas", "m3_0C")).problems.empty
    (problem,) = calculate(burnt("GB", "natural_gas", "m3")).problems.to_dict("records")
    assert "at which conditions" in problem["reason"]


def test_a_factor_of_ones_own_for_upstream_leaves_no_biogenic_co2_unknown() -> None:
    own = [{"activity_category": "stationary_generation", "activity": "wood_pellets", "unit": "t", "co2_fossil_kg": 9}]
    method = fe.Method(include=("stationary_generation",))
    result = fe.calculate([burnt("ES", "wood_pellets", "t")], SITES, method, custom_factors=own)
    assert (result.co2e.iloc[0], result.co2e_biomass.iloc[0]) == (9, 0)
    assert "biogenic_unknown" not in flags(result)
