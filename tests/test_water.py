"""Water: treatment of a stated share, the estimate by electricity, wastewater treated on the site."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import facility_emissions as fe

SITES = [{"id": "gb", "country": "GB", "type": "office"}, {"id": "es", "country": "ES", "type": "factory"},
         {"id": "fr", "country": "FR", "type": "factory"}, {"id": "aq", "country": "AQ"}]  # fmt: skip
SUPPLY, TREATMENT = 0.176684546579, 0.201318291711  # DESNZ 2023, flat file, cubic metres
GRID_ES = 0.14  # EEA 2026-07, Spain 2023
PLANT = {"facility_id": "es", "treatment_system": "anaerobic_reactor", "unit": "kg", "year": 2023, "bod_in": 1000}


def water(**changes: object) -> dict[str, object]:
    return {"facility_id": "gb", "category": "water", "activity": "water_supply", "quantity": 100.0, "unit": "m3",
            "year": 2023, **changes}  # fmt: skip


def load(activity: str, system: object, **changes: object) -> dict[str, object]:
    return water(**{"facility_id": "es", "activity": activity, "unit": "kg", "treatment_system": system, **changes})


def calculate(*rows: dict[str, object], own: object = None, **method: object) -> fe.Result:
    return fe.calculate(pd.DataFrame(rows), SITES, fe.Method(**method), custom_factors=own)  # type: ignore[arg-type]


def test_supply_with_a_stated_return_gives_both_figures() -> None:
    result = calculate(water(return_share=0.9), water(), water(return_share=0))
    assert result.records["water_supply"].tolist() == [100 * SUPPLY] * 3
    assert result.records["water_treatment"].iloc[0] == pytest.approx(90 * TREATMENT, rel=1e-12)
    assert result.records["water_treatment"].isna().tolist() == [False, True, False]  # nothing said is not zero
    assert result.records["water_treatment"].iloc[2] == 0
    assert result.co2e.iloc[0] == pytest.approx(100 * SUPPLY + 90 * TREATMENT, rel=1e-12)
    assert "return_share: 0.9 of the water supplied" in result.records["flags"].iloc[0]


@given(st.integers(0, 100), st.integers(1, 10**6))
def test_the_return_is_a_record_of_its_share(percent: int, quantity: int) -> None:
    both = calculate(water(quantity=quantity, return_share=percent / 100)).records
    alone = calculate(water(activity="water_treatment", quantity=quantity * percent / 100)).records
    assert both["water_treatment"].iloc[0] == pytest.approx(alone["water_treatment"].iloc[0], rel=1e-12)


def test_a_factor_of_ones_own_for_treatment_is_shared_too() -> None:
    own = [{"activity_category": "water_treatment", "unit": "m3", "co2_fossil_kg": 0.5}]
    result = calculate(water(return_share=0.8), water(), own=own)
    assert result.records["water_treatment"].iloc[0] == pytest.approx(40)
    assert pd.isna(result.records["water_treatment"].iloc[1])


def test_where_nothing_is_published_the_estimate_is_offered_and_taken_if_stated() -> None:
    spain = {"facility_id": "es"}
    rows = [water(**spain), water(**spain, kwh_per_m3=0.559),
            water(**spain, activity="water_treatment", quantity=1000.0, unit="l", kwh_per_m3=0.756)]  # fmt: skip
    result = calculate(*rows)
    assert (
        result.problems["remedy"].iloc[0].endswith("Or state kwh_per_m3, an estimate by the electricity that it takes.")
    )
    assert result.co2e.iloc[1] == pytest.approx(100 * 0.559 * GRID_ES, rel=1e-12)
    assert result.co2e.iloc[2] == pytest.approx(1 * 0.756 * GRID_ES, rel=1e-12)
    assert result.records["flags"].iloc[1].startswith("estimated: 0.559 kWh of electricity for each m3, as stated")
    assert calculate(rows[1], strict=True).problems["reason"].iloc[0].startswith("strict: 0.559 kWh of electricity")


def test_a_published_factor_goes_before_an_estimate() -> None:
    result = calculate(water(kwh_per_m3=5))
    assert result.co2e.iloc[0] == 100 * SUPPLY
    assert "estimate_not_needed: desnz publishes a factor: kwh_per_m3 is not used" in result.records["flags"].iloc[0]


def test_a_factor_of_ones_own_goes_before_an_estimate() -> None:
    own = [{"activity_category": "water_supply", "unit": "m3", "co2_fossil_kg": 0.5, "factor_id": "mine"}]
    result = calculate(water(facility_id="es", kwh_per_m3=5), own=own)
    assert result.co2e.tolist() == [50.0]
    assert "estimate_not_needed: mine is a factor of your own" in result.records["flags"].iloc[0]


def test_an_estimate_is_made_of_a_grid_average_of_ones_own() -> None:
    own = [{"activity_category": "electricity_location_based", "unit": "MWh", "co2_fossil_kg": 50.0}]
    result = calculate(*(water(facility_id=f, kwh_per_m3=2) for f in ("es", "aq")), own=own)
    assert result.co2e.tolist() == pytest.approx([100 * 2 * 0.05] * 2)
    own[0]["facility_id"] = "es"  # its own line, not that of the waterworks
    assert calculate(water(facility_id="es", kwh_per_m3=2), own=own).co2e.tolist() == pytest.approx([200 * GRID_ES])


def test_the_estimate_of_supply_is_not_offered_again_for_its_treatment() -> None:
    (problem,) = calculate(water(facility_id="es", kwh_per_m3=0.5, return_share=0.5)).problems.to_dict("records")
    assert problem["remedy"].endswith(
        "Or give water_treatment a record of its own with kwh_per_m3: that of this one is of its supply."
    )


def test_nothing_returned_needs_no_factor_of_treatment() -> None:
    none = water(facility_id="es", kwh_per_m3=0.5, return_share=0)
    result = calculate(none, {**none, "return_share": 1e-9}, {**none, "kwh_per_m3": None})
    assert result.records["water_treatment"].iloc[0] == 0
    assert result.co2e.iloc[0] == pytest.approx(100 * 0.5 * GRID_ES)
    assert "return_share: 0 of the water supplied" in result.records["flags"].iloc[0]
    told = result.problems["reason"].str.extract(r"published (\w+)")[0]
    assert told.tolist() == ["water_treatment", "water_supply"]
    own = [{"activity_category": "water_supply", "unit": "m3", "co2_fossil_kg": 0.5}]
    assert calculate(none, own=own).co2e.tolist() == [50.0]


@pytest.mark.parametrize("cell", [Decimal("0.9"), "0.9", np.float64(0.9), " 0.90 "])
def test_a_share_is_read_as_any_number(cell: object) -> None:
    assert calculate(water(return_share=cell)).co2e.iloc[0] == pytest.approx(100 * SUPPLY + 90 * TREATMENT, rel=1e-12)


def test_a_system_of_another_edition_is_not_offered() -> None:
    """The 2006 Guidelines have no N2O of single systems; what an edition lacks is no slip of the pen."""
    row = load("wastewater_nitrogen", "discharge")
    (problem,) = calculate(row, editions={"ipcc_wastewater": "2006"}).problems.to_dict("records")
    assert problem["reason"].endswith("no n2o_emission_factor for the treatment_system 'discharge'.")
    assert problem["remedy"] == "Admit another edition (as_of, editions)."


def test_an_estimate_needs_a_grid_average() -> None:
    (problem,) = calculate(water(facility_id="aq", kwh_per_m3=0.5)).problems.to_dict("records")
    assert problem["column"] == "kwh_per_m3"
    assert problem["reason"] == "No grid average is published for AQ, 2023, to estimate water_supply with."


@pytest.mark.parametrize(
    ("activity", "system", "ch4", "n2o"),
    [  # Volume 5, chapter 6: B0 of Table 6.2; MCF of Tables 6.3 and 6.8 (2019); EF of Table 6.8A (2019).
        ("wastewater_bod", "anaerobic_reactor", 0.6 * 0.8, None),
        ("DBO5", "Septic tank", 0.6 * 0.5, None),
        ("BOD", "centralised_aerobic", 0.6 * 0.03, None),
        ("COD", "industrial_aerobic", 0.0, None),
        ("wastewater_cod", "anaerobic-lagoon-shallow", 0.25 * 0.2, None),
        ("wastewater_nitrogen", "centralised_aerobic", None, 0.016 * 44 / 28),
        ("wastewater_nitrogen", "discharge", None, 0.005 * 44 / 28),
    ],
)
def test_wastewater_on_site_by_the_ipcc(activity: str, system: str, ch4: float | None, n2o: float | None) -> None:
    result = calculate(load(activity, system))
    line = result.ledger().iloc[0]
    assert (line["activity_category"], line["scope"], line["source"].split(" + ")[0]) == (
        "wastewater_on_site", 1, "ipcc_wastewater")  # fmt: skip
    if ch4 is not None:
        assert line["ch4_kg"] == pytest.approx(100 * ch4, rel=1e-12)
        assert result.co2e.iloc[0] == pytest.approx(100 * ch4 * 28, rel=1e-12)
    if n2o is not None:
        assert line["n2o_kg"] == pytest.approx(100 * n2o, rel=1e-12)
        assert result.co2e.iloc[0] == pytest.approx(100 * n2o * 265, rel=1e-12)


def test_the_edition_decides_which_parameter() -> None:
    """Discharge: 0.1 in 2006, 0.11 in the 2019 Refinement; B0 stands in 2006 for both."""
    row = load("BOD", "discharge")
    newest = calculate(row).co2e.iloc[0]
    pinned = calculate(row, editions={"ipcc_wastewater": "2006"}).co2e.iloc[0]
    dated = calculate(row, as_of=dt.date(2018, 1, 1)).co2e.iloc[0]
    assert newest == pytest.approx(100 * 0.6 * 0.11 * 28)
    assert pinned == dated == pytest.approx(100 * 0.6 * 0.1 * 28)
    assert (
        calculate(load("wastewater_nitrogen", "discharge"), editions={"ipcc_wastewater": "2006"}).problems.shape[0] == 1
    )


def test_methane_of_wastewater_is_not_fossil() -> None:
    """AR6: 27.0 for non-fossil CH4 (Table 7.15)."""
    result = calculate(load("BOD", "septic_tank"), gwp="AR6", methane="by_origin")
    assert result.co2e.iloc[0] == pytest.approx(100 * 0.3 * 27.0)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (load("BOD", None), "treatment_system", "needs a system of treatment: the treatment_system is missing."),
        (load("BOD", "septik_tank"), "treatment_system", "'septik_tank'. Did you mean 'septic_tank'"),
        (load("wastewater_nitrogen", "stagnant_sewer"), "treatment_system", "no n2o_emission_factor for"),
        (load("BOD", "septic_tank", unit="m3"), "unit", "wastewater_bod is not measured by volume (m3)."),
        (water(unit="kg"), "unit", "water_supply is not measured by mass (kg)."),
        (water(unit="kWh"), "unit", "'kWh' (energy) does not measure water_supply."),
        (water(treatment_system="septic_tank"), "treatment_system", "treatment_system says nothing of water_supply."),
        (water(activity="water_treatment", return_share=0.5), "return_share", "says nothing of water_treatment."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(row: dict[str, object], column: str, reason: str) -> None:
    (problem,) = calculate(row).problems.to_dict("records")
    assert problem["column"] == column
    assert reason in problem["reason"]


def test_a_plant_by_its_loads() -> None:
    """CH4: (1000 - 50) x 0.6 x 0.8 + 100 x 0.6 x 0.11; N2O: 60 x 0 + 10 x 0.005 x 44/28."""
    plant = {
        **PLANT,
        "sludge": 50,
        "bod_out": 100,
        "nitrogen_in": 60,
        "nitrogen_out": 10,
        "discharge_system": "discharge",
    }
    found = fe.activity_data.wastewater([plant, {**PLANT, "bod_in": None, "cod_in": 8}])
    assert found.problems.empty
    assert found.records[["activity", "treatment_system", "quantity"]].values.tolist() == [
        ["wastewater_bod", "anaerobic_reactor", 950.0], ["wastewater_bod", "discharge", 100.0],
        ["wastewater_nitrogen", "anaerobic_reactor", 60.0], ["wastewater_nitrogen", "discharge", 10.0],
        ["wastewater_cod", "anaerobic_reactor", 8.0],
    ]  # fmt: skip
    result = fe.calculate(found.records[found.records["activity"] != "wastewater_cod"], SITES)
    by_hand = (950 * 0.6 * 0.8 + 100 * 0.6 * 0.11) * 28 + 10 * 0.005 * 44 / 28 * 265
    assert result.total["co2e"] == pytest.approx(by_hand, rel=1e-12)


def test_an_effluent_that_goes_to_a_sewer_is_anothers() -> None:
    found = fe.activity_data.wastewater([{**PLANT, "bod_out": 100}])
    assert found.records["quantity"].tolist() == [1000.0]


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"bod_in": None}, "bod_in", "No load is given."),
        ({"cod_in": 5}, "cod_in", "The organic load is given as BOD and as COD."),
        ({"sludge": 2000}, "bod_in", "More leaves than comes in."),
        ({"bod_out": 900, "sludge": 200}, "bod_in", "More leaves than comes in."),
        ({"nitrogen_out": 4}, "nitrogen_out", "nitrogen_out stands without nitrogen_in."),
        ({"bod_in": -1}, "bod_in", "bod_in is negative."),
        ({"bod_in": "much"}, "bod_in", "bod_in is no finite number."),
    ],
)
def test_a_plant_that_cannot_be_is_told(changes: dict[str, object], column: str, reason: str) -> None:
    found = fe.activity_data.wastewater(pd.DataFrame([PLANT, {**PLANT, **changes}], index=["good", "bad"]))
    assert [column, reason] in found.problems[["column", "reason"]].values.tolist()
    assert set(found.problems["row"]) == {"bad"}
    assert found.records.index.tolist() == ["good"]
