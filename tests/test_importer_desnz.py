"""The bundled DESNZ tables against figures typed from the publisher's workbooks.

F = flat file, sheet "Factors by Category"; C = condensed set, the sheet named. Both print kgCO2e.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from facility_emissions import bundle
from facility_emissions.factors.schema import parse_factor
from facility_emissions.importers.tidy import LayoutError

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_sources = pytest.mark.skipif(not (SOURCES / "desnz").is_dir(), reason="publishers' files are not here")
TABLES = ("heat/desnz.csv", "electricity/desnz.csv", "electricity/desnz_overseas.csv", "water/desnz.csv")
GWP = {"SAR": (21, 310), "AR4": (25, 298), "AR5": (28, 265)}
BURNT, UPSTREAM, HEAT = "stationary", "stationary_generation", "purchased_heat"
GRID, GRID_UPSTREAM = "electricity_location_based", "electricity_generation"
LOSSES = "electricity_transmission_and_distribution"
POWER, LOST = "grid_electricity", "grid_electricity_losses"

# year, where it is printed, activity category, activity, unit, printed kgCO2e
GOLDEN = (
    # scope 1 fuels
    (2016, "F Fuels / Natural gas / kWh (Gross CV)", BURNT, "natural_gas", "kWh_gcv", 0.1839968),
    (2016, "F Fuels / Gas oil / litres", BURNT, "gas_oil_heating", "l", 2.9657178),
    (2016, "F Fuels / Gas oil / litres", BURNT, "gas_oil_b", "l", 2.9657178),
    (2016, "F Fuels / Coal (industrial) / tonnes", BURNT, "coal_bituminous", "t", 2417.4640819),
    (2017, "F Fuels / LPG / litres", BURNT, "lpg", "l", 1.5080714),
    (2017, "F Fuels / Burning oil / kWh (Net CV)", BURNT, "kerosene", "kWh_ncv", 0.2595693),
    (2017, "F Fuels / Fuel oil / tonnes", BURNT, "fuel_oil", "t", 3226.8194164),
    (2018, "F Fuels / Natural gas / kWh (Net CV)", BURNT, "natural_gas", "kWh_ncv", 0.20437),
    (2018, "F Fuels / Petrol (average biofuel blend) / litres", BURNT, "petrol_average_blend", "l", 2.20307),
    (2019, "F Fuels / Gas oil / kWh (Gross CV)", BURNT, "gas_oil_heating", "kWh_gcv", 0.25676),
    (2019, "F Fuels / Naphtha / kWh (Gross CV)", BURNT, "naphtha", "kWh_gcv", 0.2365),
    (2019, "F Fuels / Petroleum coke / tonnes", BURNT, "petroleum_coke", "t", 3393.76),
    (2020, "F Fuels / CNG / litres", BURNT, "cng", "l", 0.44327),
    (2020, "F Fuels / Coal (domestic) / kWh (Gross CV)", BURNT, "coal_domestic", "kWh_gcv", 0.34462),
    (2021, "F Fuels / Butane / kWh (Gross CV)", BURNT, "butane", "kWh_gcv", 0.2224),
    (2021, "F Fuels / Propane / litres", BURNT, "propane", "l", 1.54354),
    (2021, "F Fuels / Waste oils / tonnes", BURNT, "waste_oil", "t", 3224.56),
    (2022, "F Fuels / Natural gas / tonnes", BURNT, "natural_gas", "t", 2539.25),
    (2022, "F Fuels / Diesel (average biofuel blend) / litres", BURNT, "diesel_average_blend", "l", 2.55784),
    (2022, "F Fuels / Lubricants / litres", BURNT, "lubricants", "l", 2.74972),
    (2023, "F Fuels / Natural gas / kWh (Gross CV)", BURNT, "natural_gas", "kWh_gcv", 0.1829289),
    (2023, "F Fuels / Gas oil / litres", BURNT, "gas_oil_heating", "l", 2.755409),
    (2023, "F Fuels / Other petroleum gas / kWh (Net CV)", BURNT, "other_petroleum_gas", "kWh_ncv", 0.199169),
    (2024, "C Fuels / Natural gas / kWh (Gross CV)", BURNT, "natural_gas", "kWh_gcv", 0.1829),
    (2024, "C Fuels / Gas oil / litres", BURNT, "gas_oil_heating", "l", 2.75541),
    (2024, "C Fuels / Burning oil / tonnes", BURNT, "kerosene", "t", 3165.04181),
    (2024, "C Fuels / Diesel (100% mineral diesel) / litres", BURNT, "diesel", "l", 2.66155),
    (2025, "F Fuels / Natural gas / kWh (Gross CV)", BURNT, "natural_gas", "kWh_gcv", 0.18296),
    (2025, "F Fuels / Natural gas / kWh (Net CV)", BURNT, "natural_gas", "kWh_ncv", 0.2027),
    (2025, "F Fuels / Diesel (average biofuel blend) / litres", BURNT, "diesel_average_blend", "l", 2.57082),
    (2025, "F Fuels / Petrol (100% mineral petrol) / kWh (Gross CV)", BURNT, "petrol", "kWh_gcv", 0.24159),
    (2025, "F Fuels / Burning oil / litres", BURNT, "kerosene", "l", 2.54016),
    (2025, "F Fuels / LNG / tonnes", BURNT, "lng", "t", 2603.30441),
    (2025, "F Fuels / Coking coal / tonnes", BURNT, "coking_coal", "t", 3164.65002),
    # bioenergy
    (2016, "F Bioenergy / Wood pellets / kWh", BURNT, "wood_pellets", "kWh_ncv", 0.01307),
    (2018, "F Bioenergy / Biodiesel / litres", BURNT, "biodiesel_fame", "l", 0.0346),
    (2018, "F Bioenergy / Wood chips / tonnes", BURNT, "wood_chips", "t", 56.88051),
    (2019, "F Bioenergy / Bioethanol / GJ", BURNT, "bioethanol", "GJ_ncv", 0.40148),
    (2020, "F Bioenergy / Biogas / tonnes", BURNT, "biogas", "t", 1.19115),
    (2020, "F Bioenergy / Biodiesel / GJ", BURNT, "biodiesel_fame", "GJ_ncv", 5.00797),
    (2021, "F Bioenergy / Biopropane / Litres", BURNT, "biopropane", "l", 0.00214),
    (2021, "F Bioenergy / Grass/straw / kWh", BURNT, "straw", "kWh_ncv", 0.01316),
    (2022, "F Bioenergy / Biodiesel HVO / litres", BURNT, "hvo", "l", 0.03558),
    (2022, "F Bioenergy / Landfill gas / kWh", BURNT, "landfill_gas", "kWh_ncv", 0.0002),
    (2023, "F Bioenergy / Biodiesel ME / kg", BURNT, "biodiesel_fame", "kg", 0.18822),
    (2024, "C Bioenergy / Wood pellets / kWh", BURNT, "wood_pellets", "kWh_ncv", 0.01132),
    (2024, "C Bioenergy / Biodiesel ME / litres", BURNT, "biodiesel_fame", "l", 0.16751),
    (2025, "F Bioenergy / Biomethane (compressed) / GJ", BURNT, "biomethane", "GJ_ncv", 0.10625),
    (2025, "F Bioenergy / Wood pellets / tonnes", BURNT, "wood_pellets", "t", 55.19389),
    # upstream of fuels
    (2016, "F WTT- fuels / Natural Gas / kWh (Gross CV)", UPSTREAM, "natural_gas", "kWh_gcv", 0.02499),
    (2018, "F WTT- bioenergy / Wood chips / tonnes", UPSTREAM, "wood_chips", "t", 30.4),
    (2021, "F WTT- fuels / Propane / litres", UPSTREAM, "propane", "l", 0.18046),
    (2022, "F WTT- fuels / Natural gas / tonnes", UPSTREAM, "natural_gas", "t", 432.58645),
    (2023, "F WTT- fuels / Gas oil / litres", UPSTREAM, "gas_oil_heating", "l", 0.62665),
    (2025, "F WTT- fuels / Natural gas / kWh (Gross CV)", UPSTREAM, "natural_gas", "kWh_gcv", 0.03021),
    (2025, "F WTT- fuels / Coking coal / tonnes", UPSTREAM, "coking_coal", "t", 497.73658),
    (2025, "F WTT- bioenergy / Biomethane (compressed) / GJ", UPSTREAM, "biomethane", "GJ_ncv", 15.797),
    # purchased heat
    (2016, "F Heat and steam / District heat and steam", HEAT, "district_heat", "kWh", 0.2043114),
    (2019, "F Heat and steam / District heat and steam", HEAT, "steam", "kWh", 0.17606),
    (2022, "F Heat and steam / District heat and steam", HEAT, "district_heat", "kWh", 0.17073),
    (2025, "F Heat and steam / District heat and steam", HEAT, "district_heat", "kWh", 0.17529),
    (2018, "F Distribution - district heat & steam / 5% loss", LOSSES, "district_heat", "kWh", 0.0098663),
    (2024, "C Distribution - district heat & steam / 5% loss", LOSSES, "steam", "kWh", 0.00946),
    (2023, "F WTT- heat and steam / District heat and steam", UPSTREAM, "steam", "kWh", 0.03341),
    (2025, "F WTT- heat distribution / 5% loss", UPSTREAM, "district_heat_losses", "kWh", 0.00176),
    # electricity
    (2002, "C UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.44914),
    (2008, "C UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.49608),
    (2013, "C UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.44548),
    (2015, "C UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.46219),
    (2018, "F UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.28307),
    (2022, "F UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.19338),
    (2023, "F UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.2070743),
    (2024, "C UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.20705),
    (2025, "F UK electricity / Electricity: UK", GRID, POWER, "kWh", 0.177),
    (2010, "C T&D- UK electricity / Electricity: UK", LOSSES, POWER, "kWh", 0.03908),
    (2024, "C T&D- UK electricity / Electricity: UK", LOSSES, POWER, "kWh", 0.0183),
    (2021, "F WTT- UK electricity (generation)", GRID_UPSTREAM, POWER, "kWh", 0.05529),
    (2021, "F WTT- UK electricity (T&D)", GRID_UPSTREAM, LOST, "kWh", 0.00489),
    (2025, "F WTT- UK electricity (generation)", GRID_UPSTREAM, POWER, "kWh", 0.0459),
    # water
    (2012, "C Water supply / cubic metres", "water_supply", "water_supply", "m3", 0.3441),
    (2015, "C Water treatment / cubic metres", "water_treatment", "water_treatment", "m3", 0.708),
    (2022, "F Water supply / cubic metres", "water_supply", "water_supply", "m3", 0.149),
    (2023, "F Water treatment / cubic metres", "water_treatment", "water_treatment", "m3", 0.2013183),
    (2024, "C Water supply / cubic metres", "water_supply", "water_supply", "m3", 0.15311),
    (2024, "C Water treatment / cubic metres", "water_treatment", "water_treatment", "m3", 0.18574),
    (2025, "F Water supply / cubic metres", "water_supply", "water_supply", "m3", 0.1913),
)  # fmt: skip

# year, sheet, table, country, activity category, activity, column, printed: flat files
OVERSEAS = (
    (2016, "T&D- overseas / Spain", "ES", LOSSES, POWER, "co2_fossil_kg", 0.03117),
    (2016, "T&D- overseas / Chinese Taipei", "TW", LOSSES, POWER, "co2_fossil_kg", 0.01888),
    (2017, "T&D- overseas / United States", "US", LOSSES, POWER, "co2_fossil_kg", 0.03257),
    (2017, "WTT (generation) / South Korea", "KR", GRID_UPSTREAM, POWER, "co2e_fixed_kg", 0.0874),
    (2019, "WTT (generation) / Spain", "ES", GRID_UPSTREAM, POWER, "co2e_fixed_kg", 0.0407139),
    (2021, "WTT (generation) / Spain", "ES", GRID_UPSTREAM, POWER, "co2e_fixed_kg", 0.0606998),
    (2021, "WTT (T&D) / Spain", "ES", GRID_UPSTREAM, LOST, "co2e_fixed_kg", 0.0064697),
)  # fmt: skip

# year, activity, unit, column, printed kgCO2e (or kg CO2), what it is divided by
GASES = (
    (2025, "natural_gas", "t", "ch4_kg", 3.8528, 28),  # F Fuels / Natural gas / tonnes, of CH4
    (2025, "natural_gas", "t", "n2o_kg", 1.19161, 265),  # the same, of N2O
    (2025, "natural_gas", "kWh_gcv", "co2_fossil_kg", 0.18259, 1),
    (2024, "gas_oil_heating", "t", "n2o_kg", 32.89379, 265),  # C Fuels / Gas oil / tonnes
    (2024, "gas_oil_heating", "l", "co2_fossil_kg", 2.72417, 1),
    (2024, "diesel", "l", "n2o_kg", 0.03308, 265),  # printed in litres; the tonne alone would give 0.03259
    (2022, "butane", "t", "ch4_kg", 2.25, 25),  # F Fuels / Butane / tonnes, AR4
    (2016, "gas_oil_heating", "l", "co2_fossil_kg", 2.7218430, 1),
)

# year, activity, unit, biogenic kgCO2 (sheet "Outside of scopes"), tolerance
BIOGENIC = (
    (2025, "wood_pellets", "t", 1677.18, 0),
    (2025, "wood_pellets", "kWh_ncv", 1677.18 / 4800, 2e-4),  # printed 0.35; 17.28 GJ/t are 4800 kWh
    (2021, "straw", "kWh_ncv", 0.34593, 0),
    (2025, "biogas", "kWh_ncv", 0.19902, 0),
    (2025, "biodiesel_fame", "GJ_ncv", 72.16, 0),
    (2022, "hvo", "l", 2.47, 0),
    (2025, "diesel_average_blend", "t", 163.17, 0),
    (2025, "diesel_average_blend", "l", 163.17 * 0.832361 / 1000, 3e-5),  # printed 0.14; 832.361 kg/m3
    (2025, "diesel_average_blend", "kWh_ncv", 163.17 / (42.839 / 3.6 * 1000), 3e-6),  # printed 0.01
    (2025, "diesel_average_blend", "kWh_gcv", 163.17 / (45.545 / 3.6 * 1000), 3e-6),  # not printed
    (2020, "diesel_average_blend", "kWh_ncv", 0.01116, 0),
    (2023, "petrol_average_blend", "l", 0.12, 0),  # contradicts 145.26 per tonne: kept as printed
)

# year, activity, property, sheet "Fuel properties" of the condensed set
PROPERTIES = (
    (2024, "natural_gas", "ncv", 45.627),
    (2024, "natural_gas", "gcv", 50.552),
    (2024, "gas_oil_heating", "density", 0.853971),
    (2024, "gas_oil_b", "ncv", 42.569),
    (2024, "hvo", "ncv", 44.0),
    (2024, "wood_logs", "gcv", 16.256),
    (2018, "natural_gas", "ncv", 48.383),
    (2025, "petrol", "density", 0.74184),
    (2025, "diesel_average_blend", "gcv", 45.545),
)


@cache
def _rows(name: str) -> list[dict[str, str]]:
    return bundle.rows(name)


def _all() -> list[dict[str, str]]:
    return [row for name in TABLES for row in _rows(name)]


def _unit(row: dict[str, str]) -> str:
    return f"{row['unit']}_{row['basis']}" if row["basis"] else row["unit"]


def _find(year: int, category: str, activity: str, unit: str, country: str = "GB") -> dict[str, str]:
    wanted = (str(year), category, activity, unit, country)
    keys = ("valid_from", "activity_category", "activity")
    found = [r for r in _all() if (*(r[k] for k in keys), _unit(r), r["country"]) == wanted]
    assert len(found) == 1, wanted
    return found[0]


def _gwp_set(row: dict[str, str]) -> str:
    year = int(row["valid_from"])
    return "SAR" if year <= 2014 else "AR4" if year <= 2022 else "AR5"


def _co2e(row: dict[str, str]) -> float:
    """Return kgCO2e at the GWP of the set, as its user would read it in the workbook."""
    if row["co2e_fixed_kg"]:
        return float(row["co2e_fixed_kg"])
    ch4, n2o = GWP[_gwp_set(row)]
    return float(row["co2_fossil_kg"]) + ch4 * float(row["ch4_kg"] or 0) + n2o * float(row["n2o_kg"] or 0)


def _tolerance(row: dict[str, str]) -> float:
    """Return how far printed gases may miss the printed total by rounding: a unit of its last decimal."""
    return 0.0101 if row["unit"] == "t" else 1.01e-5


@pytest.mark.parametrize(
    ("year", "where", "category", "activity", "unit", "printed"),
    GOLDEN,
    ids=[f"{year} {at}" for year, at, *_ in GOLDEN],
)
def test_printed_totals(year: int, where: str, category: str, activity: str, unit: str, printed: float) -> None:
    row = _find(year, category, activity, unit)
    assert _co2e(row) == pytest.approx(printed, abs=max(_tolerance(row), 1e-7 * printed))
    assert row["source_id"] == "desnz"
    assert row["edition"] == str(year) == row["valid_to"]


@pytest.mark.parametrize(("year", "where", "country", "category", "activity", "column", "printed"), OVERSEAS)
def test_printed_overseas(
    year: int, where: str, country: str, category: str, activity: str, column: str, printed: float
) -> None:
    row = _find(year, category, activity, "kWh", country)
    assert float(row[column]) == pytest.approx(printed, abs=5e-8)
    assert row["source_id"] == "desnz_overseas"
    if column == "co2_fossil_kg":
        assert row["ch4_kg"] == row["n2o_kg"] == "", "not printed is not zero"


@pytest.mark.parametrize(("year", "activity", "unit", "column", "printed", "gwp"), GASES)
def test_gases(year: int, activity: str, unit: str, column: str, printed: float, gwp: float) -> None:
    value = float(_find(year, "stationary", activity, unit)[column])
    assert value * gwp == pytest.approx(printed, abs=2.01e-5)


def test_the_tonne_gives_the_kwh_its_digits() -> None:
    """2025, natural gas: 3.8528 of 2575.46441 kgCO2e per tonne is CH4, against a printed 0.00028 per kWh."""
    row = _find(2025, "stationary", "natural_gas", "kWh_gcv")
    assert float(row["ch4_kg"]) * 28 == pytest.approx(0.18296 * 3.8528 / 2575.46441, rel=1e-9)


@pytest.mark.parametrize(("year", "activity", "unit", "kg", "tolerance"), BIOGENIC)
def test_biogenic_co2(year: int, activity: str, unit: str, kg: float, tolerance: float) -> None:
    row = _find(year, "stationary", activity, unit)
    assert float(row["co2_biogenic_kg"]) == pytest.approx(kg, abs=tolerance or 1e-11)


def test_biogenic_co2_of_electricity_is_printed_from_2021() -> None:
    rows = [r for r in _rows("electricity/desnz.csv") if r["activity_category"] == GRID]
    printed = {int(r["valid_from"]): r["co2_biogenic_kg"] for r in rows}
    assert sorted(y for y, kg in printed.items() if kg) == [2021, 2022, 2023, 2024, 2025]
    assert float(printed[2024]) == 0.11507  # C Outside of scopes / Electricity: UK
    assert float(printed[2021]) == pytest.approx(0.1068678568, abs=1e-10)


def test_bioenergy_stays_on_ar4() -> None:
    """Methodology paper 2025, table 1: Bioenergy and WTT Bioenergy in AR4 basis, all other fuels in AR5."""
    for year, gwp in ((2022, "AR4"), (2023, "AR4"), (2024, "AR4"), (2025, "AR4")):
        assert _find(year, "stationary", "wood_pellets", "t")["gwp_of_co2e_fixed"] == gwp
    assert _find(2025, "stationary_generation", "wood_pellets", "t")["gwp_of_co2e_fixed"] == "AR4"
    assert _find(2025, "stationary_generation", "natural_gas", "t")["gwp_of_co2e_fixed"] == "AR5"
    assert _find(2025, "water_supply", "water_supply", "m3")["gwp_of_co2e_fixed"] == "AR5"
    liquid = {_find(y, BURNT, "biodiesel_fame", "GJ_ncv")["co2e_fixed_kg"] for y in range(2021, 2026)}
    assert liquid == {"5.05961"}, "printed alike on both sides of the change to AR5"


@pytest.mark.parametrize(("year", "activity", "name", "printed"), PROPERTIES)
def test_properties(year: int, activity: str, name: str, printed: float) -> None:
    rows = [
        r
        for r in _rows("heat/properties_desnz.csv")
        if (r["edition"], r["activity"], r["property"]) == (str(year), activity, name)
    ]
    assert [float(r["value"]) for r in rows] == [pytest.approx(printed, rel=1e-12)]
    assert rows[0]["unit"] == ("kg/l" if name == "density" else "MJ/kg")


def test_no_density_without_a_reference() -> None:
    dense = {r["activity"] for r in _rows("heat/properties_desnz.csv") if r["property"] == "density"}
    assert not dense & {"natural_gas", "biogas", "landfill_gas", "biomethane", "cng", "wood_chips", "straw"}
    assert {"gas_oil_heating", "lng", "lpg", "bioethanol"} <= dense
    assert not [r for r in _rows("heat/desnz.csv") if r["unit"].startswith("m3")]


def test_units_of_a_fuel_agree_with_its_properties() -> None:
    """A tonne over a kWh is the CV, a litre over a tonne the density: no basis or unit is mistaken.

    Within 2.5 % for energy (gross and net are 4 to 15 % apart) and 3.5 % for litres: factors held
    since 2021 stand beside properties of later years (lubricants 2023: 3.1 %, gas oil 1.3 %).
    """
    properties = {
        (r["edition"], r["activity"], r["property"]): float(r["value"]) for r in _rows("heat/properties_desnz.csv")
    }
    factors = {
        (r["edition"], r["activity"], _unit(r)): _co2e(r)
        for r in _rows("heat/desnz.csv")
        if r["activity_category"] == "stationary"
    }
    compared = 0
    for (edition, activity, unit), factor in factors.items():
        name = {"kWh_gcv": "gcv", "kWh_ncv": "ncv", "GJ_ncv": "ncv", "l": "density"}.get(unit)
        value = properties.get((edition, activity, name or ""))
        if name is None or value is None:
            continue
        mass = next((m for m in ("kg", "t") if (edition, activity, m) in factors), None)
        if mass is None:  # 2012-2015: litres and kWh only
            continue
        kilos = {"kg": 1, "t": 1000}[mass]
        per_kg = factors[edition, activity, mass] / kilos
        from_unit = factor * {"kWh": value / 3.6, "GJ": value / 1000, "l": 1 / value}[unit.split("_")[0]]
        rounding = 0.5e-5 / factor + 0.5e-5 / factors[edition, activity, mass]  # biogas: 0.00022 per kWh
        slack = rounding + (0.035 if unit == "l" else 0.025)
        assert per_kg == pytest.approx(from_unit, rel=slack), (edition, activity, unit)
        compared += 1
    assert compared > 600


def test_loss_of_heat_networks() -> None:
    """5/95 of the heat delivered; the rows of 2021 and 2023 were printed again in 2022, in 2024 and 2025."""
    for year in (*range(2016, 2024), 2025):
        heat = float(_find(year, "purchased_heat", "district_heat", "kWh")["co2_fossil_kg"])
        lost = _find(year, LOSSES, "district_heat", "kWh")
        follows = abs(float(lost["co2_fossil_kg"]) - heat * 5 / 95) <= 1e-5
        assert follows == (year != 2025)
        assert lost["data_year"] == str({2022: 2019, 2025: 2021}.get(year, year - 2))
        assert lost["boundary"] == "losses"


def test_years_and_editions() -> None:
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in _all():
        years[row["source_id"], row["activity_category"]].add(int(row["valid_from"]))
    upstream = {*range(2016, 2024), 2025}
    assert years["desnz", "stationary"] == set(range(2012, 2026))
    assert years["desnz", "stationary_generation"] == years["desnz", "purchased_heat"] == upstream
    assert years["desnz", "electricity_generation"] == upstream
    assert years["desnz", "electricity_location_based"] == years["desnz", LOSSES] == set(range(2002, 2026))
    assert years["desnz", "water_supply"] == years["desnz", "water_treatment"] == set(range(2012, 2026))
    assert years["desnz_overseas", LOSSES] == {2016, 2017}
    assert years["desnz_overseas", "electricity_generation"] == set(range(2016, 2022))


def test_rows_keep_the_contract() -> None:
    ids = Counter(parse_factor(row, "desnz").factor_id for row in _all())
    assert max(ids.values()) == 1
    fuels = {r["id"] for r in bundle.rows("vocabulary/fuels.csv")}
    assert {r["activity"] for r in _all() if r["activity_category"] == "stationary"} <= fuels
    never = ("Processed fuel oils", "Refinery", "(average) /", "100% mineral blend", "Onsite")
    assert not [r["locator"] for r in _all() if any(words in r["locator"] for words in never)]


def test_zero_factors_are_known() -> None:
    columns = ("co2_fossil_kg", "ch4_kg", "n2o_kg", "co2_biogenic_kg", "co2e_fixed_kg")
    zero = {(r["country"], r["activity_category"], r["activity"], r["note"]) for r in _all() if any(
        r[c] and float(r[c]) == 0 for c in columns
    )}  # fmt: skip
    assert zero == {
        ("GB", "stationary_generation", "landfill_gas", "printed as 0"),
        ("IS", "electricity_generation", "grid_electricity_losses", "printed as 0"),
    }


# --- the bundle is what the importer makes --------------------------------------------------------


@needs_sources
def test_rebuild_equals_bundled(tmp_path: Path) -> None:
    from facility_emissions.importers import desnz
    from facility_emissions.importers.tidy import write_table

    made = desnz.read(SOURCES)
    assert set(made.tables) == {*TABLES, "heat/properties_desnz.csv"}
    for name, (columns, rows) in made.tables.items():
        write_table(tmp_path / name, columns, rows)
        assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes(), name
    published = {(r["source_id"], r["edition"]): r["published"] for r in made.sources}
    assert len(published) == 24 + 6
    assert published["desnz", "2016"] == "2016-09-21"  # front page, "Updated:"
    assert published["desnz", "2025"] == "2025-06-10"
    assert published["desnz", "2024"] == "2024-10-30"  # when version 1.1 was saved, its own properties say
    assert published["desnz_overseas", "2021"] == "2021-10-22"
    assert published["desnz", "2012"] == "", "the workbook names no day"
    assert {r["gwp_set"] for r in made.sources if int(r["edition"]) <= 2014} == {"SAR"}
    assert {(r["source_id"], r["edition"]) for r in _all()} == set(published)


# --- layouts that stop the import ----------------------------------------------------------------

HEAD = ["Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text", "UOM", "GHG/Unit"]
GAS_LABELS = ("kg CO2e", "kg CO2e of CO2 per unit", "kg CO2e of CH4 per unit", "kg CO2e of N2O per unit")


def _table(*changes: tuple[int, object], factors: tuple[object, ...] = (2.0, 1.5, 0.3, 0.2)) -> list[list[object]]:
    """Return a flat table of one fuel; a change is (column, cell) of every row below the heading."""
    rows: list[list[object]] = [[*HEAD, "GHG Conversion Factor 2025"]]
    for label, factor in zip(GAS_LABELS, factors, strict=True):
        row: list[object] = ["Scope 1", "Fuels", "Liquid fuels", "Gas oil", "", "", "litres", label, factor]
        for column, cell in changes:
            row[column] = cell
        rows.append(row)
    return rows


def _fuels(rows: list[list[object]]) -> list[object]:
    from facility_emissions.importers import desnz_rows
    from facility_emissions.importers.desnz_workbooks import FactorSet, flat_lines

    lines = flat_lines(rows, 2025, "doctored.xlsx")
    return list(desnz_rows.fuel_rows(FactorSet(2025, "Flat file", "1", None, tuple(lines))))


def test_the_doctored_table_is_right_before_it_is_doctored() -> None:
    rows = _fuels(_table())
    assert [(r["activity"], r["unit"], r["co2_fossil_kg"]) for r in rows] == [  # type: ignore[index]
        ("gas_oil_heating", "l", 1.5),
        ("gas_oil_b", "l", 1.5),
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (_table((3, "Gas oil No. 2")), "the fuel 'gas oil no. 2' is unknown"),
        (_table((6, "gallons")), "the unit 'gallons' is unknown"),
        (_table((1, "Fuel")), "the subject 'Fuel' is unknown"),
        (_table((7, "kg CH4e")), "the gas 'kg CH4e' is unknown"),
        (_table((7, "kg CO2e")), "is there twice"),
        (_table((8, "n/a")), "expected a number, found 'n/a'"),
        (_table(factors=(2.0, 1.5, "", 0.2)), "has only co2, co2e, n2o"),
        (_table(factors=(2.0, 1.5, 0.3, 0.25)), "do not add up"),
        (_table()[1:], "no row holds the heading 'Level 1'"),
        ([[*HEAD, "GHG Conversion Factor 2024"]], "no column 'GHG Conversion Factor 2025'"),
    ],
)
def test_layout_errors_of_flat_files(rows: list[list[object]], message: str) -> None:
    with pytest.raises(LayoutError, match=message.replace("(", r"\(")):
        _fuels(rows)


def test_skipped_names_are_skipped() -> None:
    assert _fuels(_table((3, "Processed fuel oils - distillate oil"))) == []
    assert _fuels(_table((3, "Natural gas"), (6, "cubic metres"))) == []
    assert _fuels(_table((1, "Business travel- air"))) == []
    assert _fuels(_table(factors=("", "", "", ""))) == [], "an empty cell is 'not available'"


def test_layout_errors_of_condensed_sets() -> None:
    from facility_emissions.importers.desnz_properties import property_lines
    from facility_emissions.importers.desnz_workbooks import condensed_lines

    head = ["Activity", "Country", "Unit", "Year", "kg CO2e"]
    row = ["Electricity generated", "Electricity: UK", "kWh", 2024.0, 0.2]
    (line,) = condensed_lines([head, row], "UK electricity", 2024, "doctored.xlsx")
    assert (line.group, line.name, line.unit, line.values) == (*row[:3], {"co2e": 0.2})
    for rows, message in (
        ([[*head[:4], "Total kg CO2e"], row], "heading 'Total kg CO2e' is unknown"),
        ([head, [*row[:3], 2023.0, 0.2]], "of 2023.0, not of 2024"),
        ([row], "no table"),
    ):
        with pytest.raises(LayoutError, match=message):
            condensed_lines(rows, "UK electricity", 2024, "doctored.xlsx")
    top = ["", "", "Year", "Net CV", "Gross CV", "Density"]
    with pytest.raises(LayoutError, match="expected the units"):
        property_lines([top, ["", "", "", "GJ/tonne", "GJ/tonne", "kg/l"]], 2024, "doctored.xlsx")


def test_a_renamed_line_stops_the_import() -> None:
    from facility_emissions.importers import desnz_rows
    from facility_emissions.importers.desnz_workbooks import FactorSet, Line

    name = ("UK electricity", "Electricity generated", "Electricity: GB", "kWh")
    line = Line(*name, where="row 1", locator="", values={"co2e": 0.2})
    renamed = FactorSet(2024, "Condensed set", "1", None, (line,))
    with pytest.raises(LayoutError, match="is unknown: take it or list it as skipped"):
        desnz_rows.check_metered(renamed)
    with pytest.raises(LayoutError, match="is there 0 times, expected once"):
        list(desnz_rows.metered_rows(renamed, "electricity"))
    table = ("WTT- UK & overseas elec", "WTT- overseas electricity (generation)")
    abroad = Line(*table, "Electricity: Atlantis", "kWh", where="row 2", locator="", values={"co2e": 0.1})
    with pytest.raises(LayoutError, match="has 0 lines"):
        list(desnz_rows.overseas_rows(FactorSet(2018, "Flat file", "1", None, ())))
    with pytest.raises(LayoutError, match="the country 'Atlantis' is unknown"):
        list(desnz_rows.overseas_rows(FactorSet(2018, "Flat file", "1", None, (abroad,))))
