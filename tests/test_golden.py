"""Published totals, end to end: one unit of each through `calculate`, against the printed figure.

The figures are typed from the publishers' documents in the importers' tests, each with its
document, sheet and row; here they have to come out of the public face of the package.
"""

from __future__ import annotations

import pandas as pd
import pytest

import facility_emissions as fe
import test_gwp
import test_importer_desnz as desnz
import test_importer_electricity as electricity
import test_importer_miteco as miteco

CATEGORY = {
    "stationary": "heat",
    "purchased_heat": "heat",
    "stationary_generation": "heat",
    "electricity_location_based": "electricity",
    "electricity_generation": "electricity",
    "electricity_transmission_and_distribution": "electricity",
    "water_supply": "water",
    "water_treatment": "water",
}
DESNZ_SET = {**dict.fromkeys(range(2002, 2015), "SAR"), **dict.fromkeys(range(2015, 2023), "AR4")}


def unit_of(line: pd.Series) -> str:
    """Return the unit of a ledger line without its energy basis."""
    return str(line["unit"]).split("_")[0]


def one_unit(rows: list[dict[str, object]], country: str, method: fe.Method) -> pd.DataFrame:
    """Return the ledger of one unit of each row, with the row's number."""
    frame = pd.DataFrame(rows).assign(facility_id="f", quantity=1.0)
    frame["start_date"] = pd.to_datetime(frame["year"].astype(str) + "-03-01")
    frame["end_date"] = pd.to_datetime(frame["year"].astype(str) + "-03-31")
    result = fe.calculate(frame.drop(columns="year"), [{"id": "f", "country": country, "type": "office"}], method)
    assert result.problems.empty, result.problems
    return result.ledger()


def test_miteco_fuel_totals():
    """Calculator V31, sheet 10, kgCO2e of fuels; the ministry uses AR6 (27.9, 273)."""
    method = fe.Method(gwp="AR6")
    rows, printed = [], []
    for activity, year, total in miteco.PRINTED_TOTALS:
        if activity in ("propane", "butane"):  # printed without CH4 and N2O, which we complete from IPCC
            continue
        found = fe.factors.find(activity, country="ES", year=year, source="miteco")
        unit = found["unit"].iloc[0] + (f"_{found['basis'].iloc[0]}" if found["basis"].iloc[0] else "")
        rows.append({"category": "heat", "activity": activity, "unit": unit, "year": year})
        printed.append(total)
    ledger = one_unit(rows, "ES", method)
    burnt = ledger[ledger["activity_category"] == "stationary"]
    assert len(printed) >= 40
    assert set(burnt["source"]) == {"miteco"}
    worst = abs(burnt["co2e"].to_numpy() - printed).max()
    assert worst <= 0.0005, worst


@pytest.mark.parametrize("gwp_set", ["SAR", "AR4", "AR5"])
def test_desnz_totals(gwp_set):
    """Conversion factors 2002 to 2025, printed kgCO2e, in the GWP set of each year."""
    rows, printed = [], []
    for year, _, category, activity, unit, total in desnz.GOLDEN:
        if DESNZ_SET.get(year, "AR5") != gwp_set or activity.endswith("_losses"):
            continue
        what = "heat" if activity in ("district_heat", "steam") else CATEGORY[category]
        rows.append({"category": what, "activity": activity, "unit": unit, "year": year})
        printed.append((category, total))
    ledger = one_unit(rows, "GB", fe.Method(gwp=gwp_set))
    for position, (category, total) in enumerate(printed):
        lines = ledger[(ledger["position"] == position) & (ledger["activity_category"] == category)]
        line = lines[~lines["factor_id"].astype(str).str.contains("_losses/")].iloc[0]
        assert line["source"] == "desnz"
        assert line["fallback"] == "", line
        # Where gases stand as printed, they miss the printed total by its publisher's own rounding.
        allowed = max(2e-5 * total, {"kWh": 1.6e-5}.get(unit_of(line), 0.0))
        assert line["co2e"] == pytest.approx(total, abs=allowed), (rows[position], line["factor_id"])


def test_desnz_has_enough():
    fuels = [g for g in desnz.GOLDEN if g[2] == "stationary"]
    assert len(fuels) >= 40


@pytest.mark.parametrize("document", test_gwp.PRINTED)
def test_refrigerant_blends(document):
    """Printed GWPs of blends (agency and edition in the name) as kg CO2e of 1 kg recharged."""
    gwp_set, gases, figures = test_gwp.PRINTED[document]
    if gwp_set == "AR6":
        pytest.skip("MITECO's AR6 figures leave out traces that AR6 has no GWP for; see test_gwp")
    rows = [{"category": "recharge", "activity": b, "unit": "kg", "year": 2024} for b in figures]
    ledger = one_unit(rows, "ES", fe.Method(gwp=gwp_set, gases=gases))
    for (blend, printed), co2e in zip(figures.items(), ledger["co2e"], strict=True):
        digits = len(f"{printed:.6g}".partition(".")[2])
        assert co2e == pytest.approx(printed, abs=0.5 * 10.0**-digits + 1e-9), blend


# Country, year, kg CO2e per kWh, location-based: NOTES of each publisher's document.
GRID = [
    ("ES", 2024, "0.125"),  # EEA, GHG intensity of electricity generation, 2024 (modified 2026-07-10)
    ("ES", 2023, "0.140"),  # EEA, final 2023
    ("IT", 2023, "0.248"),  # EEA, final 2023
    ("IT", 2024, "0.206"),  # EEA, 2024
    ("PT", 2024, "0.082"),  # EEA, 2024
    ("FR", 2022, "0.034"),  # ADEME Base Carbone V23.6, combustion à la centrale
    ("FR", 2023, "0.039"),
    ("FR", 2024, "0.035"),
    ("DE", 2022, "0.433"),  # UBA, Climate Change 13/2025, table 2
    ("DE", 2023, "0.379"),  # UBA, 2026 update
    ("DE", 2024, "0.353"),
    ("GB", 2025, "0.177"),  # DESNZ 2025, UK electricity
    ("GB", 2024, "0.20705"),  # DESNZ 2024
    ("GB", 2022, "0.19338"),  # DESNZ 2022 (AR4)
    ("GB", 2026, "0.13096"),  # DESNZ 2026
    ("MX", 2023, "0.438"),  # SEMARNAT, factor de emisión del SEN
    ("MX", 2024, "0.444"),
    ("CL", 2018, "0.4187"),  # HuellaChile
    ("CL", 2020, "0.3834"),
    ("BR", 2023, "0.0385"),  # MCTI, inventory average, CO2
    ("US", 2023, "0.350"),  # EPA eGRID2023
    ("US", 2021, "0.389"),  # EPA eGRID2021
    ("ES", 2021, "0.1533"),  # AIB production mix 2021, CO2
]


def test_grid_electricity():
    for country, year, printed in GRID:
        row = [{"category": "electricity", "activity": "electricity", "unit": "kWh", "year": year}]
        gwp_set = "AR4" if (country, year) == ("GB", 2022) else "AR5"
        ledger = one_unit(row, country, fe.Method(gwp=gwp_set)).set_index("activity_category")
        line = ledger.loc["electricity_location_based"]
        assert line["fallback"] == ""
        half_a_digit = 0.5 * 10.0 ** -len(printed.partition(".")[2])
        by_gas = 1.6e-5 if line["source"] == "desnz" else 1e-12  # three printed gases against a printed total
        assert line["co2e"] == pytest.approx(float(printed), abs=half_a_digit + by_gas), (country, year)
    assert len(GRID) >= 20


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022, 2023, 2024])
def test_spanish_mix_without_guarantees(year):
    """MITECO V31, sheet 10, "Mix sin GdO": the market-based figure of an unknown supplier."""
    row = [{"category": "electricity", "activity": "electricity", "unit": "kWh", "year": year}]
    ledger = one_unit(row, "ES", fe.Method()).set_index("activity_category")
    assert ledger.loc["electricity", "co2e"] == pytest.approx(miteco.MIX[year], abs=1e-12)


@pytest.mark.parametrize(("country", "year"), [("FR", 2024), ("DE", 2024), ("IT", 2024), ("PT", 2024), ("PL", 2024)])
def test_residual_mix(country, year):
    """AIB European Residual Mixes 2024, table 2 [g/kWh], as NOTES of the source list them."""
    printed = {"FR": 24, "DE": 725, "IT": 441, "PT": 502, "PL": 808}[country]
    row = [{"category": "electricity", "activity": "electricity", "unit": "kWh", "year": year}]
    ledger = one_unit(row, country, fe.Method()).set_index("activity_category")
    assert ledger.loc["electricity", "co2e"] * 1000 == pytest.approx(printed, abs=0.5)
    assert "market_residual_mix" in ledger.loc["electricity", "flags"]
    assert electricity.RESIDUAL  # the same figures, unrounded, are checked there
