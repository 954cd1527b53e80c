"""The DESNZ sets of 2012-2015 and the methodology paper's heat, against figures typed from them.

C = condensed set of the year, sheet and row; P = its sheet on fuel properties; T11 = table 11 of the
methodology paper of 2025. The workbooks print kgCO2e.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import facility_emissions as fe
import test_importer_desnz as later
from facility_emissions import bundle

GROSS, NET = "kWh_gcv", "kWh_ncv"

# year, sheet "Fuels" row, activity, unit, printed kgCO2e, of CO2, of CH4, of N2O
GOLDEN = (
    (2012, "row 40, gross", "natural_gas", GROSS, 0.18521, 0.18483, 0.00027, 0.00011),
    (2012, "row 40, net", "natural_gas", NET, 0.2055, 0.20508, 0.0003, 0.00012),
    (2012, "row 26", "cng", "l", 0.476774265, 0.475796056, 0.000695044, 0.000283166),
    (2012, "row 34", "lpg", "l", 1.5326, 1.5301, 0.0007, 0.0018),
    (2012, "row 44, gross", "other_petroleum_gas", GROSS, 0.18939, 0.18919, 9e-05, 0.00011),
    (2012, "row 50", "kerosene", "l", 2.5443, 2.5319, 0.0055, 0.0069),
    (2012, "row 54", "diesel_average_blend", "l", 2.5835, 2.5636, 0.0009, 0.019),
    (2012, "row 62", "gas_oil_heating", "l", 3.0213, 2.7595, 0.003, 0.2587),
    (2012, "row 64, gross", "gas_oil_b", GROSS, 0.27778, 0.25372, 0.00028, 0.02379),
    (2012, "row 74", "petrol", "l", 2.3144, 2.3051, 0.0033, 0.0059),
    (2013, "row 40, gross", "natural_gas", GROSS, 0.18404, 0.18366, 0.00027, 0.00011),
    (2013, "row 30", "lng", "l", 1.224983604, 1.222454297, 0.00179714, 0.000732168),
    (2013, "row 34", "lpg", "l", 1.4929, 1.4906, 0.0007, 0.0016),
    (2013, "row 52, net", "kerosene", NET, 0.25836, 0.25712, 0.00054, 0.0007),
    (2013, "row 60, gross", "fuel_oil", GROSS, 0.26876, 0.26774, 0.00026, 0.00076),
    (2013, "row 68, net", "lubricants", NET, 0.28141, 0.28049, 0.00017, 0.00075),
    (2013, "row 70", "petrol_average_blend", "l", 2.2144, 2.2059, 0.0032, 0.0053),
    (2014, "row 40, gross", "natural_gas", GROSS, 0.184973003, 0.184557427, 0.000303976, 0.0001116),
    (2014, "row 50", "kerosene", "l", 2.537971282, 2.525795242, 0.005284941, 0.006891099),
    (2014, "row 62", "gas_oil_heating", "l", 2.925770375, 2.726495726, 0.00252951, 0.196745139),
    (2014, "row 60, net", "fuel_oil", NET, 0.286701494, 0.285576466, 0.000283711, 0.000841317),
    (2014, "row 88, gross", "waste_oil", GROSS, 0.264445674, 0.263548917, 0.00022689, 0.000669867),
    (2015, "row 40, net", "natural_gas", NET, 0.20494, 0.20452, 0.00031, 0.00011),
    (2015, "row 36, gross", "lpg", GROSS, 0.21468, 0.21419, 0.00024, 0.00025),
    (2015, "row 62", "gas_oil_heating", "l", 2.90884, 2.72184, 0.00288, 0.18412),
    (2015, "row 54", "diesel_average_blend", "l", 2.5839, 2.5624, 0.0007, 0.0208),
    (2015, "row 76, net", "petrol", NET, 0.25289, 0.25201, 0.00038, 0.0005),
    (2015, "row 88, gross", "waste_oil", GROSS, 0.26797, 0.26366, 0.00027, 0.00404),
)
SET_OF = {2012: "SAR", 2013: "SAR", 2014: "SAR", 2015: "AR4"}

# year, sheet "Outside of scopes" row, activity, unit, kgCO2, tolerance
BIOGENIC = (
    (2013, "row 25", "diesel_average_blend", "l", 0.06556418, 0),
    (2013, "row 26", "diesel_average_blend", NET, 0.006583029, 0),
    (2013, "row 25 by Fuels 54, 56", "diesel_average_blend", GROSS, 0.06556418 / 2.6008 * 0.24512, 1e-11),
    (2014, "row 28", "petrol_average_blend", "l", 0.072075324, 0),
    (2015, "row 28", "petrol_average_blend", "l", 0.0697, 0),
    (2015, "row 26, printed 0.0087", "diesel_average_blend", NET, 0.0865 / 2.5839 * 0.25995, 1e-11),
    (2015, "row 29: row 28 would give 0.00779", "petrol_average_blend", NET, 0.0077, 0),
)  # fmt: skip

# year, P row, activity, property, value [MJ/kg] or [kg/l]
PROPERTIES = (
    (2012, "row 120", "natural_gas", "gcv", 52.95571374232462),
    (2012, "row 117", "gas_oil_heating", "density", 0.8650519031141869),
    (2012, "row 113", "coal_bituminous", "ncv", 25.65),
    (2013, "row 63", "kerosene", "ncv", 44.1),
    (2013, "row 68: 'Diesel'", "diesel", "gcv", 45.7),
    (2014, "row 27", "lpg", "density", 0.51090788330863944),
    (2014, "row 45", "wood_pellets", "ncv", 17.0),
    (2015, "row 29", "biodiesel_fame", "gcv", 38.7),
    (2015, "row 25: 'Petrol'", "petrol", "density", 0.7309941520467836),
)

# T11: data year, kgCO2/kWh supplied heat or steam
TABLE_11 = {
    2001: 0.23770, 2002: 0.22970, 2003: 0.23393, 2004: 0.22750, 2005: 0.22105, 2006: 0.23072, 2007: 0.23118,
    2008: 0.22441, 2009: 0.22196, 2010: 0.21859, 2011: 0.21518, 2012: 0.20539, 2013: 0.20763, 2014: 0.20245,
    2015: 0.19564, 2016: 0.18618, 2017: 0.17447, 2018: 0.17102, 2019: 0.17150, 2020: 0.17574, 2021: 0.17791,
    2022: 0.17619, 2023: 0.17355,
}  # fmt: skip


def _row(year: int, activity: str, unit: str) -> dict[str, str]:
    return later._find(year, "stationary", activity, unit)


def _lines(rows: list[tuple[int, str, str]], method: fe.Method) -> pd.DataFrame:
    """Return the ledger of one unit each of (year, activity, unit) in a British office."""
    frame = pd.DataFrame(rows, columns=["year", "activity", "unit"]).assign(facility_id="f", quantity=1.0)
    frame["category"] = "heat"
    result = fe.calculate(frame, [{"id": "f", "country": "GB", "type": "office"}], method)
    assert result.problems.empty, result.problems
    return result.ledger()


@pytest.mark.parametrize(
    ("year", "where", "activity", "unit", "total", "co2", "ch4", "n2o"),
    GOLDEN,
    ids=[f"{g[0]} {g[1]} {g[2]}" for g in GOLDEN],
)
def test_printed_figures(
    year: int, where: str, activity: str, unit: str, total: float, co2: float, ch4: float, n2o: float
) -> None:
    row = _row(year, activity, unit)
    of_ch4, of_n2o = later.GWP[SET_OF[year]]
    assert float(row["co2_fossil_kg"]) == pytest.approx(co2, rel=1e-11)
    assert float(row["ch4_kg"]) * of_ch4 == pytest.approx(ch4, rel=1e-11)
    assert float(row["n2o_kg"]) * of_n2o == pytest.approx(n2o, rel=1e-11)
    assert co2 + ch4 + n2o == pytest.approx(total, abs=1.01e-4 if unit == "l" else 1.01e-5)
    assert (row["edition"], row["data_year"]) == (str(year), str(year - 2))
    assert row["locator"].startswith("Condensed set, Fuels: ")


@pytest.mark.parametrize("gwp_set", ["SAR", "AR4"])
def test_printed_totals_end_to_end(gwp_set: str) -> None:
    golden = [g for g in GOLDEN if SET_OF[g[0]] == gwp_set]
    ledger = _lines([(g[0], g[2], g[3]) for g in golden], fe.Method(gwp=gwp_set))
    burnt = ledger[ledger["activity_category"] == "stationary"].sort_values("position")
    assert len(burnt) == len(golden)
    assert set(burnt["fallback"]) == {""}
    for line, (_, _, _, unit, total, *_) in zip(burnt.to_dict("records"), golden, strict=True):
        assert line["co2e"] == pytest.approx(total, abs=1.01e-4 if unit == "l" else 1.01e-5), line


@pytest.mark.parametrize(("year", "where", "activity", "unit", "kg", "tolerance"), BIOGENIC)
def test_biogenic_co2(year: int, where: str, activity: str, unit: str, kg: float, tolerance: float) -> None:
    assert float(_row(year, activity, unit)["co2_biogenic_kg"]) == pytest.approx(kg, rel=1e-11, abs=tolerance)


def test_biogenic_co2_of_2012_is_not_printed() -> None:
    """C 2012, Outside of scopes, rows 24-29: the cells are empty."""
    assert _row(2012, "diesel_average_blend", "l")["co2_biogenic_kg"] == ""
    line = _lines([(2012, "diesel_average_blend", "l")], fe.Method()).iloc[0]
    assert "biogenic_unknown" in line["flags"]


@pytest.mark.parametrize(("year", "where", "activity", "name", "value"), PROPERTIES)
def test_properties(year: int, where: str, activity: str, name: str, value: float) -> None:
    rows = [
        r
        for r in bundle.rows("heat/properties_desnz.csv")
        if (r["edition"], r["activity"], r["property"]) == (str(year), activity, name)
    ]
    assert [float(r["value"]) for r in rows] == [pytest.approx(value, rel=1e-11)]
    assert ("2015" if year == 2015 else "Historic") in rows[0]["locator"]


def test_litres_over_kwh_are_density_by_cv() -> None:
    """Nothing of 2012-2015 is printed by the tonne: the basis and the litre are proven by the properties."""
    known = {(r["edition"], r["activity"], r["property"]): float(r["value"]) for r in later._rows(
        "heat/properties_desnz.csv"
    )}  # fmt: skip
    factors = {
        (r["edition"], r["activity"], later._unit(r)): later._co2e(r)
        for r in later._rows("heat/desnz.csv")
        if r["activity_category"] == "stationary" and r["edition"] < "2016"
    }
    compared = 0
    for (edition, activity, unit), per_kwh in factors.items():
        cv = known.get((edition, activity, unit.removeprefix("kWh_")))
        litre = factors.get((edition, activity, "l"))
        density = known.get((edition, activity, "density"))
        if cv and litre and density:
            assert litre / per_kwh == pytest.approx(density * cv / 3.6, rel=0.012), (edition, activity, unit)
            compared += 1
    assert compared == 4 * 2 * 6  # kerosene, two gas oils, LNG, LPG, petrol


def test_fuels_held_since_2021_keep_the_year_of_their_data() -> None:
    """Methodology paper 2025, 1.16: held constant since the 2021 release; natural gas is not (2.6)."""
    held = {"lpg", "propane", "butane", "gas_oil_heating", "kerosene", "fuel_oil", "coking_coal", "petroleum_coke"}
    for year in range(2021, 2026):
        for activity in held:
            row, first = _row(year, activity, "t"), _row(2021, activity, "t")
            assert row["data_year"] == "2019"
            assert float(row["co2_fossil_kg"]) == pytest.approx(float(first["co2_fossil_kg"]), abs=0.006)
        for activity in ("natural_gas", "coal_bituminous", "diesel", "petrol"):
            assert _row(year, activity, "t")["data_year"] == str(year - 2)
    assert _row(2020, "lpg", "t")["data_year"] == "2018"


# --- the questions of a facility -----------------------------------------------------------------


def test_natural_gas_of_2013() -> None:
    """C 2013 row 40: 0.18366 CO2, 0.00027 of CH4 (21), 0.00011 of N2O (310), here in AR5 (28, 265)."""
    line = _lines([(2013, "natural_gas", GROSS)], fe.Method()).iloc[0]
    assert line["factor_id"] == "desnz/2013/GB/stationary/natural_gas/kWh_gcv/2013"
    assert line["co2e"] == pytest.approx(0.18366 + 0.00027 / 21 * 28 + 0.00011 / 310 * 265, rel=1e-9)
    assert (line["factor_year"], line["data_year"], line["fallback"]) == (2013, 2011, "")


def test_gas_oil_by_the_litre_of_2014() -> None:
    line = _lines([(2014, "gas_oil_heating", "l")], fe.Method()).iloc[0]
    assert line["co2e"] == pytest.approx(2.726495726 + 0.00252951 / 21 * 28 + 0.196745139 / 310 * 265, rel=1e-9)
    assert line["conversion"] == line["fallback"] == ""


def test_gas_oil_by_the_kilogram_of_2014_crosses_by_the_properties_of_2014() -> None:
    """No tonne is printed: by the litre and 854.70 kg/m3 (P 2014, row 26)."""
    line = _lines([(2014, "gas_oil_heating", "kg")], fe.Method(gwp="SAR")).iloc[0]
    assert line["co2e"] == pytest.approx(2.925770375 / 0.8547008547008547, rel=1e-8)
    assert "desnz 2014" in line["conversion"]


def test_coal_of_2012_falls_forward_to_2016() -> None:
    """The set of 2012 prints no solid fuel; flat file 2016, Fuels / Coal (industrial) / tonnes."""
    line = _lines([(2012, "coal_bituminous", "t")], fe.Method(gwp="AR4")).iloc[0]
    assert line["co2e"] == pytest.approx(2417.4640819, abs=1e-6)
    assert (line["source"], line["edition"], line["fallback_code"]) == ("desnz", "2016", "year_later")
    strict = fe.calculate(
        pd.DataFrame([{"facility_id": "f", "category": "heat", "activity": "coal_bituminous", "quantity": 1.0,
                       "unit": "t", "year": 2012}]),
        [{"id": "f", "country": "GB", "type": "office"}],
        fe.Method(max_years_forward=3, databases={}),
    )  # fmt: skip
    assert strict.ledger().iloc[0]["source"] == "ipcc", "further than the limit: the world's default"


@pytest.mark.parametrize(("year", "kilos"), [(2010, 0.22441), (2003, 0.23770), (2015, 0.20763), (2024, 0.17619)])
@pytest.mark.parametrize("activity", ["district_heat", "steam"])
def test_heat_of_the_years_without_a_set(year: int, kilos: float, activity: str) -> None:
    """T11, data year two years before: 2008, 2001, 2013, 2022."""
    line = _lines([(year, activity, "kWh")], fe.Method()).iloc[0]
    assert line["co2e"] == pytest.approx(kilos, rel=1e-12)
    assert (line["source"], line["factor_year"], line["data_year"]) == ("desnz_methodology", year, year - 2)
    assert "co2_only" in line["flags"]
    assert line["fallback"] == ""


def test_a_published_set_goes_before_the_methodology_paper() -> None:
    for year in (*range(2016, 2024), 2025):
        line = _lines([(year, "district_heat", "kWh")], fe.Method()).iloc[0]
        assert (line["source"], line["edition"]) == ("desnz", str(year))


def test_the_methodology_paper_is_not_known_before_it_is_out() -> None:
    before = _lines([(2024, "district_heat", "kWh")], fe.Method(as_of=dt.date(2025, 6, 9))).iloc[0]
    assert (before["source"], before["edition"], before["fallback_code"]) == ("desnz", "2023", "year_earlier")
    after = _lines([(2024, "district_heat", "kWh")], fe.Method(as_of=dt.date(2025, 6, 10))).iloc[0]
    assert after["source"] == "desnz_methodology"


def test_table_11() -> None:
    rows = bundle.rows("heat/desnz_methodology.csv")
    assert len(rows) == 2 * 23
    for row in rows:
        assert float(row["co2_fossil_kg"]) == TABLE_11[int(row["data_year"])]
        assert int(row["valid_from"]) == int(row["valid_to"]) == int(row["data_year"]) + 2
        assert row["ch4_kg"] == row["n2o_kg"] == row["co2e_fixed_kg"] == "", "not printed is not zero"
        assert f"data year {row['data_year']}" in row["locator"]


def test_table_11_is_the_series_behind_the_sets() -> None:
    """The CO2 of the sets, 2025's 0.17355 among them; 2021 and 2022 printed 0.16906 instead."""
    apart = {}
    for year in (*range(2016, 2024), 2025):
        co2 = float(later._find(year, "purchased_heat", "district_heat", "kWh")["co2_fossil_kg"])
        if abs(co2 - TABLE_11[year - 2]) > 5e-6:
            apart[year] = co2
    assert apart == {2021: 0.16906, 2022: 0.16906}
    notes = {int(r["valid_from"]) for r in bundle.rows("heat/desnz_methodology.csv") if "0.16906" in r["note"]}
    assert notes == set(apart)
    assert later._find(2022, "purchased_heat", "district_heat", "kWh")["data_year"] == "2019", "that of 2021 again"


def test_gaps_say_what_is_not_there() -> None:
    gaps = {(r["activity_category"], r["activity"], r["valid_from"], r["valid_to"]): r for r in bundle.rows("gaps.csv")
            if r["source"] == "desnz" and r["country"] == "GB"}  # fmt: skip
    assert "no solid fuels" in gaps["stationary", "", "2012", "2015"]["reason"]
    assert "electricity only" in gaps["stationary", "", "2002", "2011"]["reason"]
    assert "table 11" in gaps["purchased_heat", "", "2024", "2024"]["reason"]
    frame = pd.DataFrame([{"facility_id": "f", "category": "heat", "activity": "district_heat", "quantity": 1.0,
                           "unit": "kWh", "year": 2002}])  # fmt: skip
    result = fe.calculate(frame, [{"id": "f", "country": "GB", "type": "office"}], fe.Method(max_years_forward=0))
    assert "begins in 2001" in result.problems.iloc[0]["reason"]
    assert "max_years_forward" in result.problems.iloc[0]["remedy"]
