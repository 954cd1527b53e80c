"""Golden values of the national CO2 factors of fuels, typed from the documents named beside them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions import bundle
from facility_emissions.factors import sources as registry
from facility_emissions.factors.schema import Factor, parse_factor
from facility_emissions.importers import desnz_2026, fr_arrete_2012, national_fuels, uk_ggi
from facility_emissions.importers.tidy import LayoutError, write_table

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_files = pytest.mark.skipif(not (SOURCES / national_fuels.FILE).is_file(), reason="the tables are not here")

# Miljødirektoratet, Nasjonale standardfaktorer, 13 October 2023, section 1: t CO2/TJ, GJ/t.
NORWAY = {
    "natural_gas": (56.1, 48.0),
    "lng": (55.9, 49.3),
    "propane": (64.7, 46.4),
    "petrol": (71.3, 43.9),
    "kerosene": (73.1, 43.1),
    "gas_oil_heating": (73.5, 43.1),
    "diesel": (73.5, 43.1),
    "fuel_oil": (78.8, 40.6),
}
NORWAY_BIOGENIC = {"biodiesel_fame": 70.8, "vegetable_oil": 79.6, "wood_pellets": 97.1, "wood_logs": 99.2}
# source, edition, country, activity, unit, kg fossil CO2 for one
CO2 = [
    *(("miljodirektoratet", "2023-10-13", "NO", fuel, "TJ_ncv", t * 1000) for fuel, (t, _) in NORWAY.items()),
    # The same, columns GJ/Nm3 (0,0386) and GJ/Sm3 (0,0366; 0,0365 from LNG).
    ("miljodirektoratet", "2023-10-13", "NO", "natural_gas", "m3_0C", 56.1 * 0.0386),
    ("miljodirektoratet", "2023-10-13", "NO", "natural_gas", "m3_15C", 56.1 * 0.0366),
    ("miljodirektoratet", "2023-10-13", "NO", "lng", "m3_15C", 55.9 * 0.0365),
    # seai.ie, Conversion factors and Emission Factors: t CO2/TJ (NCV).
    ("seai", "2016", "IE", "petrol", "TJ_ncv", 70_000),
    ("seai", "2016", "IE", "kerosene", "TJ_ncv", 71_400),
    ("seai", "2016", "IE", "gas_oil_heating", "TJ_ncv", 73_300),
    ("seai", "2016", "IE", "fuel_oil", "TJ_ncv", 76_000),
    ("seai", "2016", "IE", "petroleum_coke", "TJ_ncv", 92_900),
    ("seai", "2016", "IE", "coal_bituminous", "TJ_ncv", 94_600),
    ("seai", "2016", "IE", "natural_gas", "TJ_ncv", 56_900),
    # kataclima.com on the Italian tables for emissions of 2018, 2014 and 2013: tCO2/TJ, GJ/1000 Sm3.
    ("ispra", "2018", "IT", "natural_gas", "TJ_ncv", 55_934),
    ("ispra", "2018", "IT", "natural_gas", "m3_15C", 55.934 * 0.035253),
    ("ispra", "2018", "IT", "gas_oil_heating", "TJ_ncv", 73_578),
    ("ispra", "2018", "IT", "anthracite", "TJ_ncv", 102_211),
    ("ispra", "2014", "IT", "natural_gas", "TJ_ncv", 55_820),
    ("ispra", "2013", "IT", "gas_oil_heating", "TJ_ncv", 74_438),
    # lfu.brandenburg.de, CO2-Emissionsfaktoren nach Energieträgern: kg CO2/kWh.
    ("lfu_brandenburg", "2016", "DE", "natural_gas", "kWh_ncv", 0.202),
    ("lfu_brandenburg", "2016", "DE", "gas_oil_heating", "kWh_ncv", 0.266),
    ("lfu_brandenburg", "2016", "DE", "lpg", "kWh_ncv", 0.234),
    ("lfu_brandenburg", "2016", "DE", "lignite_briquettes", "kWh_ncv", 0.364),
    ("lfu_brandenburg", "2016", "DE", "anthracite", "kWh_ncv", 0.353),
    # UBA, Climate Change 28/2016, as quoted: kg CO2/kWh.
    ("uba_fuels", "CC-28-2016", "DE", "natural_gas", "kWh_ncv", 0.201),
    ("uba_fuels", "CC-28-2016", "DE", "lignite", "kWh_ncv", 0.399),
    # Arrêté of 2012, codes 204, 301H, 203, 110, 121A: t CO2/TJ; t CO2/m3; kgCO2/MWh PCS; TJ/Nm3.
    ("fr_arrete_2012", "2012", "FR", "gas_oil_heating", "TJ_ncv", 75_000),
    ("fr_arrete_2012", "2012", "FR", "gas_oil_heating", "l", 2.66),
    ("fr_arrete_2012", "2012", "FR", "fuel_oil", "l", 3.06),
    ("fr_arrete_2012", "2012", "FR", "natural_gas", "TJ_ncv", 57_000),
    ("fr_arrete_2012", "2012", "FR", "natural_gas", "kWh_gcv", 0.185),
    ("fr_arrete_2012", "2012", "FR", "natural_gas", "m3_0C", 57 * 0.0375),
    ("fr_arrete_2012", "2012", "FR", "petroleum_coke", "TJ_ncv", 96_000),
    ("fr_arrete_2012", "2012", "FR", "tyres", "TJ_ncv", 85_000),
    # Conversion factors 2026: column kg CO2.
    ("desnz", "2026", "GB", "natural_gas", "kWh_gcv", 0.18194),
    ("desnz", "2026", "GB", "gas_oil_b", "l", 2.72417),
    ("desnz", "2026", "GB", "steam", "kWh", 0.17355),
]
# The same with CO2e as published: NZ, Measuring Emissions 2025, Table 3.2; conversion factors 2026;
# Norsk Energi 2020, Tabell 1, "Produksjon og transport" [g/kWh].
FIXED = [
    ("mfe_nz", "NZ", "natural_gas", "commercial", "kWh_gcv", 0.1951479317, "AR5"),
    ("mfe_nz", "NZ", "diesel", "commercial", "l", 2.679858468, "AR5"),
    ("mfe_nz", "NZ", "fuel_oil", "commercial", "l", 3.053591727, "AR5"),
    ("mfe_nz", "NZ", "lpg", "commercial", "kg", 2.971635097, "AR5"),
    ("desnz", "GB", "propane", "", "l", 1.54358, "AR5"),
    ("desnz", "GB", "district_heat", "", "kWh", 0.00945, "AR5"),
    ("norsk_energi", "NO", "natural_gas", "", "kWh_ncv", 0.040, "unstated"),
    ("norsk_energi", "NO", "propane", "", "kWh_ncv", 0.039, "unstated"),
    ("norsk_energi", "NO", "gas_oil_heating", "", "kWh_ncv", 0.021, "unstated"),
    ("norsk_energi", "NO", "wood_pellets", "", "kWh_ncv", 0.013, "unstated"),
    ("norsk_energi", "NO", "wood_chips", "", "kWh_ncv", 0.009, "unstated"),
]
NCV = [  # source, activity, year, MJ/kg: the same documents
    *(("miljodirektoratet", fuel, 2023, ncv) for fuel, (_, ncv) in NORWAY.items()),
    ("seai", "kerosene", 2016, 44.196),
    ("seai", "coal_bituminous", 2016, 27.842),
    ("ispra", "gas_oil_heating", 2014, 42.817),
    ("ispra", "anthracite", 2018, 28.885),
    ("fr_arrete_2012", "gas_oil_heating", 2013, 42.0),
    ("fr_arrete_2012", "lpg", 2013, 46.0),
]
MODULES = (national_fuels, desnz_2026, fr_arrete_2012, uk_ggi)


@pytest.fixture(scope="module")
def factors() -> list[Factor]:
    of = ("miljodirektoratet", "norsk_energi", "seai", "ispra", "uba_fuels", "lfu_brandenburg", "mfe_nz")
    names = [f"heat/{name}.csv" for name in (*of, "desnz_2026", "fr_arrete_2012")]
    return [parse_factor(row, name) for name in names for row in bundle.rows(name)]


def properties(source: str) -> dict[tuple[str, str, int], float]:
    rows = bundle.rows(f"heat/properties_{source}.csv")
    return {(r["property"], r["activity"], int(r["valid_from"])): float(r["value"]) for r in rows}


@pytest.mark.parametrize(("source", "edition", "country", "activity", "unit", "kg"), CO2)
def test_co2(
    factors: list[Factor], source: str, edition: str, country: str, activity: str, unit: str, kg: float
) -> None:
    (f,) = [
        x for x in factors
        if (x.source_id, x.edition, x.activity, x.unit_id) == (source, edition, activity, unit)
        and x.boundary == "direct"
    ]  # fmt: skip
    assert f.country == country
    assert f.co2_fossil_kg == pytest.approx(kg, rel=1e-11)
    assert f.lower is f.upper is None
    derived = unit.startswith("m3")  # from two printed figures, and flagged so
    assert f.note.startswith("derived") == derived
    assert (f.ch4_kg is None) == (f.n2o_kg is None) == (source != "desnz")


@pytest.mark.parametrize(("fuel", "t_per_tj"), NORWAY_BIOGENIC.items())
def test_biogenic_co2_of_norway(factors: list[Factor], fuel: str, t_per_tj: float) -> None:
    (f,) = [x for x in factors if (x.source_id, x.activity) == ("miljodirektoratet", fuel)]
    assert (f.co2_fossil_kg, f.co2_biogenic_kg, f.unit_id) == (0, pytest.approx(t_per_tj * 1000), "TJ_ncv")


@pytest.mark.parametrize(("source", "country", "activity", "sector", "unit", "kg", "gwp"), FIXED)
def test_co2e_as_published(
    factors: list[Factor], source: str, country: str, activity: str, sector: str, unit: str, kg: float, gwp: str
) -> None:
    found = [
        x for x in factors
        if (x.source_id, x.country, x.activity, x.sector, x.unit_id) == (source, country, activity, sector, unit)
        and x.co2e_fixed_kg is not None and (activity != "district_heat" or x.boundary == "losses")
        and (activity != "propane" or source != "desnz" or x.boundary == "direct")
    ]  # fmt: skip
    assert [(x.co2e_fixed_kg, x.gwp_of_co2e_fixed) for x in found] == [(pytest.approx(kg), gwp)]


def test_gases_of_the_british_set_of_2026(factors: list[Factor]) -> None:
    """Natural gas, kWh (Gross CV): kg CO2e 0.18194 of CO2, 0.00028 of CH4 (28), 0.00009 of N2O (265)."""
    (f,) = [x for x in factors if x.factor_id == "desnz/2026/GB/stationary/natural_gas/kWh_gcv/2026"]
    assert (f.ch4_kg, f.n2o_kg) == (pytest.approx(0.00028 / 28), pytest.approx(0.00009 / 265))


@pytest.mark.parametrize(("source", "activity", "year", "mj"), NCV)
def test_calorific_values(source: str, activity: str, year: int, mj: float) -> None:
    assert properties(source)["ncv", activity, year] == mj


def test_density_of_norwegian_oil() -> None:
    assert properties("miljodirektoratet")["density", "gas_oil_heating", 2023] == 0.855  # section 2


def test_what_has_no_calorific_value_of_its_own() -> None:
    """Norway's of wood are of dry matter; the French naphtha's is at odds with the row it stands in."""
    assert not {"wood_pellets", "wood_chips", "wood_logs"} & {a for _, a, _ in properties("miljodirektoratet")}
    assert "naphtha" not in {a for _, a, _ in properties("fr_arrete_2012")}


def test_figures_at_second_hand_say_so(factors: list[Factor]) -> None:
    for f in factors:
        told = "second hand" in f.note and "second hand" in registry.source(f.source_id, f.edition).note
        assert told == (f.source_id in ("ispra", "uba_fuels")), f.factor_id


def test_canada_is_not_bundled(factors: list[Factor]) -> None:
    assert "CA" not in {f.country for f in factors}
    gaps = fe.factors.known_gaps("CA")
    assert gaps["reason"].str.contains("redistributed").any()


# -- end to end --------------------------------------------------------------------------------


def burnt(country: str, activity: str, unit: str, year: int, kind: str = "office") -> pd.Series:
    row = {"facility_id": "f", "category": "heat", "activity": activity, "quantity": 100.0, "unit": unit}
    row |= {"start_date": f"{year}-01-01", "end_date": f"{year}-01-31"}
    result = fe.calculate([row], [{"id": "f", "country": country, "type": kind}])
    assert result.problems.empty, result.problems["reason"].tolist()
    ledger = result.ledger()
    return ledger[ledger["activity_category"] == "stationary"].iloc[0]


CH4, N2O = 28, 265  # AR5


@pytest.mark.parametrize(
    ("country", "activity", "unit", "year", "kind", "gj", "co2", "ch4", "n2o"),
    [
        # GJ in 100 units; kg CO2 per GJ there; g CH4 and N2O per GJ of IPCC 2006, Tables 2.4 (office) and 2.3.
        ("NO", "natural_gas", "kWh_ncv", 2024, "office", 0.36, 56.1, 5, 0.1),
        ("NO", "natural_gas", "kWh_ncv", 2024, "factory", 0.36, 56.1, 1, 0.1),
        ("NO", "gas_oil_heating", "l", 2024, "office", 85.5 * 0.0431, 73.5, 10, 0.6),
        ("NO", "natural_gas", "Sm3", 2024, "office", 3.66, 56.1, 5, 0.1),
        ("IE", "kerosene", "kg", 2024, "office", 4.4196, 71.4, 10, 0.6),
        ("IT", "natural_gas", "Smc", 2018, "factory", 3.5253, 55.934, 1, 0.1),
        ("DE", "lignite", "kWh_ncv", 2016, "factory", 0.36, 0.399 / 0.0036, 10, 1.5),
        ("GB", "coke_oven_coke", "t", 2025, "factory", 2980.0, 3281.485486 / 29.8, 10, 1.5),
    ],
)
def test_co2_is_completed_in_the_sector(
    country: str, activity: str, unit: str, year: int, kind: str,
    gj: float, co2: float, ch4: float, n2o: float,
) -> None:  # fmt: skip
    line = burnt(country, activity, unit, year, kind)
    assert line["co2e"] == pytest.approx(gj * (co2 + (ch4 * CH4 + n2o * N2O) / 1000), rel=2e-5)
    assert "completed: CH4 and N2O from ipcc 2006" in line["flags"]
    assert "co2_only" not in line["flags"]
    assert " + ipcc/2006/WORLD/" in line["factor_id"]


def test_a_litre_is_completed_by_its_energy() -> None:
    """France: 2.66 kg/l and 75 kg/GJ are 35.47 MJ; IPCC has no density and no factor per litre."""
    line = burnt("FR", "gas_oil_heating", "l", 2015)
    if line["source"].startswith("fr_arrete_2012"):
        gj = 100 * 2.66 / 75
        assert line["co2e"] == pytest.approx(266 + gj * (10 * CH4 + 0.6 * N2O) / 1000)


def test_a_source_without_factors_per_energy_is_completed_by_mass() -> None:
    """MITECO V31: propane 2.966 kg CO2/kg; IPCC 2006: 47.3 MJ/kg (Table 1.2), 5 and 0.1 g/GJ (Table 2.4)."""
    line = burnt("ES", "propane", "kg", 2024)
    assert line["co2e"] == pytest.approx(296.6 + 4.73 * (5 * CH4 + 0.1 * N2O) / 1000)


def test_an_assumed_sector_is_told_where_only_the_completion_depends_on_it() -> None:
    assert "sector_assumed" in burnt("NO", "natural_gas", "kWh_ncv", 2024, kind="")["flags"]
    assert "sector_assumed" not in burnt("NO", "natural_gas", "kWh_ncv", 2024)["flags"]


def test_biogenic_co2_beside_the_scopes() -> None:
    line = burnt("NO", "wood_pellets", "kWh_ncv", 2024)
    assert line["co2e_biomass"] == pytest.approx(0.36 * 97.1)
    assert line["co2e"] == pytest.approx(0.36 * (300 * CH4 + 4 * N2O) / 1000)  # IPCC 2006, Table 2.4


def test_what_desnz_prints_comes_before_the_inventory() -> None:
    assert burnt("GB", "fuel_oil", "t", 2025)["source"] == "desnz"
    assert burnt("GB", "patent_fuel", "t", 2025, "factory")["source"].startswith("uk_ggi")
    assert burnt("GB", "natural_gas", "kWh_gcv", 2026)["edition"] == "2026"


# -- the importers -----------------------------------------------------------------------------


@needs_files
@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_rebuild_equals_bundled(module, tmp_path: Path) -> None:
    for name, (columns, rows) in module.read(SOURCES).tables.items():
        write_table(tmp_path / name, columns, rows)
        assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes(), name


@needs_files
@pytest.mark.parametrize(
    ("module", "old", "new", "message"),
    [
        (national_fuels, "country,publisher", "land,publisher", "expected the columns"),
        (national_fuels, "2023-10-13,Petrol", "2024-10-13,Petrol", "unknown document"),
        (national_fuels, ",SEAI,", ",EPA Ireland,", "unknown document"),
        (national_fuels, ",Kerosene (paraffin),", ",Jet fuel,", "unknown fuel"),
        (national_fuels, "70.0,t CO2/TJ", "70.0,kg CO2/GJ", "unit or basis not known"),
        (national_fuels, "0.201,kg CO2/kWh,NCV", "0.201,kg CO2/kWh,GCV", "unit or basis not known"),
        (national_fuels, "70.8,t CO2/TJ,NCV,CO2 biogenic", "70.8,t CO2/TJ,NCV,CO2e", "expected CO2 or CO2 biogenic"),
        (national_fuels, "0.76,kg/Sm3", "0.80,kg/Sm3", "does not follow from density"),
        (national_fuels, "44.196,GJ/t", "44.196,GJ/kl", "unknown units of properties"),
        (national_fuels, "Diesel - commercial", "Diesel - agriculture", "expected CO2e of a sector"),
        (national_fuels, "202 + 40", "242", "combustion [+] upstream"),
        (national_fuels, "71.4,t CO2/TJ", "n/a,t CO2/TJ", "is no number"),
        (desnz_2026, "CO2 0.18194", "CO2 0.19194", "do not add up"),
        (desnz_2026, "2026,Propane", "2026,Butane", "unknown name"),
        (desnz_2026, "2026 v1.2", "2027", "unknown name or edition"),
        (desnz_2026, "1.54358,kg CO2e/litre", "1.54358,kg CO2e/gallon", "unknown unit"),
        (desnz_2026, "0.20199,kg CO2e/kWh,NCV,CO2e", "0.20199,kg CO2e/kWh,NCV,CO2", "expected CO2e, or"),
        (fr_arrete_2012, "ncv_GJ_t", "pci_GJ_t", "expected the columns"),
        (fr_arrete_2012, "113,Tourbe", "113,Bois", "at odds with FUELS"),
        (fr_arrete_2012, "303,GPL,46,64,,", "", "at odds with FUELS"),
        (fr_arrete_2012, "42,75,3.15", "42,76,3.15", "is not 42 GJ/t x 76 t/TJ"),
        (fr_arrete_2012, "185 kgCO2/MWh PCS", "184 kgCO2/MWh PCS", "expected '185"),
        (fr_arrete_2012, "37.5e-6 TJ/Nm3", "37.6e-6 TJ/Nm3", "expected '37.5e-6"),
    ],
)
def test_stops_at_what_is_unknown(module, old: str, new: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "national").mkdir()
    shutil.copyfile(SOURCES / module.FILE, tmp_path / module.FILE)
    text = (tmp_path / module.FILE).read_text(encoding="utf-8")
    assert old in text
    changed = "\n".join(line for line in text.replace(old, new).splitlines() if line)
    (tmp_path / module.FILE).write_text(f"{changed}\n", encoding="utf-8")
    with pytest.raises(LayoutError, match=message):
        module.read(tmp_path)
