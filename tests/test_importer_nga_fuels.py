"""Golden values typed from Australia's National Greenhouse Accounts Factors 2022, tables of fuels."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions import bundle
from facility_emissions.factors.properties import cross
from facility_emissions.factors.schema import Factor, parse_factor
from facility_emissions.factors.sources import find_gap, sources
from facility_emissions.importers import nga_fuels
from facility_emissions.importers.tidy import LayoutError, write_table
from facility_emissions.vocabulary.units import parse_unit

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
TABLE, PROPERTIES = "heat/nga.csv", "heat/properties_nga.csv"
needs_file = pytest.mark.skipif(not (SOURCES / nga_fuels.FILE).is_file(), reason="the transcribed tables are not here")

# Name in the table: energy content [GJ/t], then kg CO2e a GJ of CO2, CH4, N2O, their sum, and scope 3.
SOLID = {
    "coal_bituminous": ("Bituminous coal", 27, 90, 0.04, 0.2, 90.24, 3),
    "coal_subbituminous": ("Sub-bituminous coal", 21, 90, 0.04, 0.2, 90.24, 2.5),
    "anthracite": ("Anthracite", 29, 90, 0.04, 0.2, 90.24, None),
    "lignite": ("Brown coal (lignite)", 10.2, 93.5, 0.02, 0.3, 93.82, 0.4),
    "coking_coal": ("Coking coal", 30, 91.8, 0.03, 0.2, 92.03, 6.4),
    "coke_oven_coke": ("Coal coke", 27, 107, 0.03, 0.2, 107.23, None),
    "municipal_waste_fossil": ("Non-biomass municipal materials", 10.5, 87.1, 0.8, 1, 88.9, None),
    "wood_pellets": ("Dry wood", 16.2, 0, 0.1, 1.1, 1.2, None),
    "wood_logs": ("Green and air dried wood", 10.4, 0, 0.1, 1.1, 1.2, None),
    "black_liquor": ("Sulphite lyes", 12.4, 0, 0.08, 0.5, 0.58, None),
    "charcoal": ("Charcoal", 31.1, 0, 5.3, 1, 6.3, None),
    "straw": ("Other primary solid biomass fuels", 12.2, 0, 0.8, 1, 1.8, None),
    "petroleum_coke": ("Petroleum coke", 34.2, 92.6, 0.08, 0.2, 92.88, 18),
    "refinery_gas": ("Refinery gas and liquids", 42.9, 54.7, 0.03, 0.03, 54.76, 18),
}
LIQUID = {  # the same, energy content [GJ/kL]
    "petrol": ("Automotive gasoline/petrol", 34.2, 67.4, 0.2, 0.2, 67.8, 17.2),
    "kerosene": ("Kerosene", 37.5, 68.9, 0.01, 0.2, 69.11, 18),
    "gas_oil_heating": ("Heating oil", 37.3, 69.5, 0.03, 0.2, 69.73, 18),
    "diesel": ("Diesel oil", 38.6, 69.9, 0.1, 0.2, 70.2, 17.3),
    "gas_oil_b": ("Diesel oil", 38.6, 69.9, 0.1, 0.2, 70.2, 17.3),
    "fuel_oil": ("Fuel oil", 39.7, 73.6, 0.04, 0.2, 73.84, 18),
    "lpg": ("Liquefied petroleum gas (LPG)", 25.7, 60.2, 0.2, 0.2, 60.6, 20.2),
    "naphtha": ("Naphtha", 31.4, 69.8, 0.01, 0.01, 69.82, 18),
    "lng": ("Liquefied natural gas", 25.3, 51.4, 0.1, 0.03, 51.53, None),
    "biodiesel_fame": ("Biodiesel", 34.6, 0, 0.08, 0.2, 0.28, None),
    "bioethanol": ("Ethanol", 23.4, 0, 0.08, 0.2, 0.28, None),
}
NO_CONTENT = {  # by the cubic metre of gas (left out), or of a mixture of other content
    "natural_gas": ("Natural gas distributed in a pipeline", None, 51.4, 0.1, 0.03, 51.53, None),
    "cng": ("Compressed natural gas", None, 51.4, 0.1, 0.03, 51.53, None),
    "ethane": ("Ethane", None, 56.5, 0.03, 0.03, 56.56, None),
    "coke_oven_gas": ("Coke oven gas", None, 37, 0.03, 0.05, 37.08, None),
    "blast_furnace_gas": ("Blast furnace gas", None, 234, 0.03, 0.02, 234.05, None),
    "gas_works_gas": ("Town gas", None, 60.2, 0.04, 0.03, 60.27, None),
    "landfill_gas": ("Landfill biogas (methane only)", None, 0, 6.4, 0.03, 6.43, None),
    "biogas": ("Other biogas", None, 0, 6.4, 0.03, 6.43, None),
    "biomethane": ("Biomethane", None, 0, 0.1, 0.03, 0.13, None),
    "propane": ("Liquefied petroleum gas (LPG)", None, 60.2, 0.2, 0.2, 60.6, 20.2),
    "butane": ("Liquefied petroleum gas (LPG)", None, 60.2, 0.2, 0.2, 60.6, 20.2),
}
PRINTED = SOLID | LIQUID | NO_CONTENT
SAME = {"wood_chips": "wood_logs", "sawdust": "wood_logs", "olive_pits": "straw", "nut_shells": "straw"}
SAME |= {"sludge_gas": "landfill_gas"}
MORE = "municipal_waste_biogenic"


@pytest.fixture(scope="module")
def factors() -> dict[tuple[str, str], Factor]:
    rows = [parse_factor(row, f"{TABLE} line {i}") for i, row in enumerate(bundle.rows(TABLE), start=2)]
    found = {(f.activity_category, f.activity): f for f in rows}
    assert len(found) == len(rows) == 58
    return found


@pytest.mark.parametrize("fuel", PRINTED)
def test_burnt(factors: dict[tuple[str, str], Factor], fuel: str) -> None:
    name, _, co2, ch4, n2o, total, _ = PRINTED[fuel]
    f = factors["stationary", fuel]
    assert f.co2_fossil_kg == co2
    assert f.co2_biogenic_kg is None
    assert (f.ch4_kg * 28, f.n2o_kg * 265) == pytest.approx((ch4, n2o), rel=1e-11)
    assert f.co2_fossil_kg + f.ch4_kg * 28 + f.n2o_kg * 265 == pytest.approx(total, abs=1e-9)
    assert f.ch4_origin == ("biogenic" if co2 == 0 else "fossil")
    assert (f.country, f.valid_from, f.valid_to, f.unit_id) == ("AU", 2022, 2022, "GJ_gcv")
    assert f"'{name}'" in f.locator


def test_nothing_else_is_there(factors: dict[tuple[str, str], Factor]) -> None:
    assert {a for c, a in factors if c == "stationary"} == {*PRINTED, *SAME, MORE}
    assert {a for c, a in factors if c == "stationary_generation"} == {f for f, row in PRINTED.items() if row[-1]}


@pytest.mark.parametrize(("fuel", "like"), SAME.items())
def test_fuels_of_one_row(factors: dict[tuple[str, str], Factor], fuel: str, like: str) -> None:
    f, other = factors["stationary", fuel], factors["stationary", like]
    if fuel == "sludge_gas":  # a row of its own with the same figures
        assert "Sludge biogas" in f.locator
    else:
        assert f.locator == other.locator
    assert (f.ch4_kg, f.n2o_kg) == (other.ch4_kg, other.n2o_kg)


@pytest.mark.parametrize("fuel", [f for f, row in PRINTED.items() if row[-1]])
def test_upstream(factors: dict[tuple[str, str], Factor], fuel: str) -> None:
    f = factors["stationary_generation", fuel]
    assert (f.co2e_fixed_kg, f.gwp_of_co2e_fixed, f.boundary) == (PRINTED[fuel][-1], "AR5", "upstream")
    assert (f.co2_fossil_kg, f.ch4_kg, f.n2o_kg) == (None, None, None)


def test_energy_contents() -> None:
    found = {(r["activity"], r["property"], r["unit"]): float(r["value"]) for r in bundle.rows(PROPERTIES)}
    expected = {(a, "gcv", "MJ/kg"): row[1] for a, row in SOLID.items()}
    expected |= {(a, "gcv", "MJ/kg"): SOLID[like][1] for a, like in SAME.items() if like in SOLID}
    expected |= {(a, "gcv_volume", "MJ/l"): row[1] for a, row in LIQUID.items()}
    expected[MORE, "gcv", "MJ/kg"] = 12.2
    assert found == expected


def test_the_edition_is_that_of_electricity() -> None:
    edition = sources()["nga", "2022"]
    assert (edition.gwp_set, edition.licence) == ("AR5", "CC-BY-4.0")
    used = {(r["source_id"], r["edition"]) for r in bundle.rows(TABLE)}
    assert used == {("nga", "2022")}
    grid = [r for r in bundle.rows("electricity/nga.csv") if r["edition"] == "2022"]
    assert {(r["valid_from"], r["valid_to"]) for r in grid} == {("2022", "2022")}


def test_known_gaps() -> None:
    by_state = find_gap("stationary_generation", "natural_gas", "AU", 2022)
    assert by_state is not None
    assert "by state" in by_state.reason
    for activity in ("natural_gas", "biogas", "tyres"):
        assert find_gap("stationary", activity, "AU", 2022) is not None
    assert find_gap("stationary", "lng", "AU", 2022) is None


@needs_file
def test_every_printed_sum_is_that_of_the_gases_stored(factors: dict[tuple[str, str], Factor]) -> None:
    by_name = {f.locator.split("'")[1]: f for (c, _), f in factors.items() if c == "stationary"}
    rows = [r for r in bundle.read_rows(SOURCES / nga_fuels.FILE) if r["fuel"] in by_name]
    assert len(rows) == len(nga_fuels.FUELS) == 35
    for row in rows:
        f = by_name[row["fuel"]]
        total = f.co2_fossil_kg + f.ch4_kg * 28 + f.n2o_kg * 265
        assert total == pytest.approx(float(row["combined_kgCO2e_GJ"]), abs=1e-9), row["fuel"]


@needs_file
def test_rebuild_equals_bundled(tmp_path: Path) -> None:
    for name, (columns, rows) in nga_fuels.read(SOURCES).tables.items():
        write_table(tmp_path / name, columns, rows)
        assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes(), name


@needs_file
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("scope3_kgCO2e_GJ", "scope3", "expected the columns"),
        ("solid,Bituminous coal", "solid,Black coal", "fuels at odds"),
        ("liquid,Diesel oil", "liquid,Heating oil", "fuels at odds"),
        ("liquid,Fuel oil", "solid,Fuel oil", "fuels at odds"),
        ("solid,Bagasse", "solid,Coal tar,37.5,GJ/t,81.8,0.03,0.2,82.03,\nsolid,Bagasse", "a fuel twice"),
        ("38.6,GJ/kL", "38.6,GJ/gal", "GJ/gal"),
        ("38.6,GJ/kL", ",GJ/kL", "''"),
        ("Blast furnace gas,,GJ/m3", "Blast furnace gas,0.004,GJ/m3", "0.004"),
        ("69.9,0.1,0.2,70.2", "69.9,0.1,0.3,70.2", "do not add up"),
        ("69.9,0.1,0.2,70.2", "69.9,n/a,0.2,70.2", "no number"),
        ("16.2,GJ/t,0,0.1,1.1,1.2", "16.2,GJ/t,94,0.1,1.1,95.2", "expected 0 for biomass"),
        ("51.4,0.1,0.03,51.53", "0,0.1,0.03,0.13", "expected 0 for biomass"),
    ],
)
def test_stops_at_what_is_unknown(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (SOURCES / nga_fuels.FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "nga").mkdir()
    (tmp_path / nga_fuels.FILE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(LayoutError, match=message):
        nga_fuels.read(tmp_path)


# -- from consumption to a figure --------------------------------------------------------------


def calculate(activity: str, quantity: float, unit: str, year: int = 2022, **method: object) -> fe.Result:
    row = {"facility_id": "au", "category": "heat", "activity": activity, "quantity": quantity, "unit": unit}
    rows = pd.DataFrame([{**row, "year": year}])
    sites = pd.DataFrame({"id": ["au"], "country": ["AU"], "type": ["office"], "subdivision": ["AU-NSW"]})
    return fe.calculate(rows, sites, fe.Method(**method))


@pytest.mark.parametrize(
    ("activity", "quantity", "unit", "burnt", "upstream"),
    [
        ("natural gas", 100, "GJ", 5153, None),
        ("natural gas", 100_000, "MJ", 5153, None),
        ("diesel", 1000, "l", 38.6 * 70.2, 38.6 * 17.3),  # the publisher's own formula: kl x GJ/kl x kg/GJ
        ("diesel", 1, "kl", 38.6 * 70.2, 38.6 * 17.3),
        ("LPG", 1000, "l", 25.7 * 60.6, 25.7 * 20.2),
        ("heating oil", 1000, "litres", 37.3 * 69.73, 37.3 * 18),
        ("coal_bituminous", 2, "t", 2 * 27 * 90.24, 2 * 27 * 3),
        ("wood pellets", 2, "t", 2 * 16.2 * 1.2, None),
        ("wood chips", 2, "t", 2 * 10.4 * 1.2, None),
        ("LNG", 1000, "l", 25.3 * 51.53, None),
    ],
)
def test_australian_office(activity: str, quantity: float, unit: str, burnt: float, upstream: float | None) -> None:
    result = calculate(activity, quantity, unit)
    ledger = result.ledger().set_index("activity_category")
    figures = ledger.loc[ledger["source"] == "nga", "co2e"].to_dict()
    expected = {"stationary": burnt} | ({"stationary_generation": upstream} if upstream else {})
    assert figures == pytest.approx(expected, rel=1e-9)
    line = result.ledger().iloc[0]
    assert (line["source"], line["edition"], line["fallback_code"]) == ("nga", "2022", "")
    if upstream is None:
        assert ledger.loc["stationary_generation", "fallback_code"] == "stand_in"


def test_the_energy_content_used_is_named() -> None:
    assert calculate("diesel", 1, "l").ledger()["conversion"].tolist() == ["GCV 38.6 MJ/l (nga 2022)"] * 2


def test_another_year_says_so() -> None:
    line = calculate("natural gas", 1, "GJ", 2024).ledger().iloc[0]
    assert (line["source"], line["fallback_code"]) == ("nga", "year_earlier")


@pytest.mark.parametrize("fuel", sorted({*PRINTED, *SAME, MORE}))
def test_no_fuel_of_nga_falls_to_the_world(fuel: str) -> None:
    line = calculate(fuel, 1, "GJ_gcv", strict=True).ledger().iloc[0]
    assert (line["source"], line["fallback_code"]) == ("nga", "")


def test_biogenic_co2_is_not_published() -> None:
    record = calculate("wood chips", 1, "GJ").records.iloc[0]
    assert pd.isna(record["co2e_biomass"])
    assert "biogenic_unknown" in record["flags"]


def test_upstream_is_as_published_in_ar5() -> None:
    """20.2 kg CO2e/GJ stays what it is in another set; the gases of combustion do not."""
    result = calculate("LPG", 1, "GJ_gcv", gwp="AR6", methane="by_origin")
    lines = result.ledger().set_index("activity_category")
    assert lines.loc["stationary", "co2e"] == pytest.approx(60.2 + 0.2 / 28 * 29.8 + 0.2 / 265 * 273, rel=1e-9)
    assert lines.loc["stationary_generation", "co2e"] == 20.2
    assert "not_rebasable" in lines.loc["stationary_generation", "flags"]


def test_methane_of_biomass() -> None:
    ours = calculate("landfill gas", 1, "GJ_gcv", gwp="AR6", methane="by_origin").records["co2e"].iloc[0]
    assert ours == pytest.approx(6.4 / 28 * 27.0 + 0.03 / 265 * 273, rel=1e-9)


# kg CO2e per kWh gross, AR5, worked out from the tables apart from this package to four decimals.
@pytest.mark.parametrize(
    ("fuel", "expected"),
    [("natural_gas", 0.1855), ("gas_oil_heating", 0.2510), ("lpg", 0.2182), ("coal_bituminous", 0.3249)],
)
def test_per_kwh_as_worked_out_apart(fuel: str, expected: float) -> None:
    assert calculate(fuel, 1, "kWh_gcv").records["co2e"].iloc[0] == pytest.approx(expected, abs=5.1e-5)


@pytest.mark.parametrize(
    ("activity", "unit", "reason", "remedy"),
    [
        ("natural gas", "m3", "at which conditions", "Give kWh from the bill"),
        ("LPG", "m3", "of the liquid or of the gas", "litres (l)"),
        ("propane", "l", "that l can reach", "kWh_gcv"),
    ],
)
def test_units_that_do_not_say_enough(activity: str, unit: str, reason: str, remedy: str) -> None:
    problem = calculate(activity, 1, unit).problems.iloc[0]
    assert reason in problem["reason"]
    assert remedy in problem["remedy"]


def test_a_remedy_offers_no_unit_that_is_refused() -> None:
    problem = calculate("propane", 1, "m3").problems.iloc[0]
    assert "m3" not in problem["remedy"].split("custom")[0]
    assert calculate("LPG", 1, "l").gaps.empty


def test_crossing_a_calorific_value_by_volume(factors: dict[tuple[str, str], Factor]) -> None:
    from facility_emissions.factors.properties import properties_of

    known = properties_of(factors["stationary", "diesel"])
    way = cross(parse_unit("l"), parse_unit("GJ_gcv"), known)
    back = cross(parse_unit("GJ_gcv"), parse_unit("l"), known)
    assert way is not None
    assert back is not None
    assert (way.multiplier, way.steps) == (pytest.approx(0.0386, rel=1e-12), 1)
    assert back.multiplier == pytest.approx(1 / 0.0386, rel=1e-12)
    assert cross(parse_unit("l"), parse_unit("GJ_ncv"), known) is None
    assert cross(parse_unit("kg"), parse_unit("GJ_gcv"), known) is None
