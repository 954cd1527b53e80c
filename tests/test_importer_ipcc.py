"""Golden values typed from the 2006 IPCC Guidelines, Volume 2, chapters 1 and 2."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from facility_emissions import bundle
from facility_emissions.factors.schema import Factor, parse_factor
from facility_emissions.importers import ipcc
from facility_emissions.importers.tidy import LayoutError, write_table

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
FACTORS, PROPERTIES = "heat/ipcc.csv", "heat/properties_ipcc.csv"
FILES = (ipcc.FACTORS, ipcc.CALORIFIC, ipcc.CARBON, ipcc.VOCABULARY)
needs_files = pytest.mark.skipif(
    not all((SOURCES / f).is_file() for f in FILES), reason="the files of the Guidelines' tables are not here"
)

# kg/TJ (NCV): CO2, lower, upper, CH4, N2O.
ENERGY_INDUSTRIES = {  # chapter 2, Table 2.2, pp. 2.16-2.17
    "natural_gas": (56_100, 54_300, 58_300, 1, 0.1),
    "gas_oil_heating": (74_100, 72_600, 74_800, 3, 0.6),
    "fuel_oil": (77_400, 75_500, 78_800, 3, 0.6),
    "coal_bituminous": (94_600, 89_500, 99_700, 1, 1.5),
    "lignite": (101_000, 90_900, 115_000, 1, 1.5),
    "refinery_gas": (57_600, 48_200, 69_000, 1, 0.1),
    "blast_furnace_gas": (260_000, 219_000, 308_000, 1, 0.1),
    "peat": (106_000, 100_000, 108_000, 1, 1.5),
    "municipal_waste_fossil": (91_700, 73_300, 121_000, 30, 4),
    "wood_chips": (112_000, 95_000, 132_000, 30, 4),
    "charcoal": (112_000, 95_000, 132_000, 200, 4),
}
MANUFACTURING = {  # chapter 2, Table 2.3, pp. 2.18-2.19
    "natural_gas": (56_100, 54_300, 58_300, 1, 0.1),
    "lpg": (63_100, 61_600, 65_600, 1, 0.1),
    "petroleum_coke": (97_500, 82_900, 115_000, 3, 0.6),
    "anthracite": (98_300, 94_600, 101_000, 10, 1.5),
    "coke_oven_coke": (107_000, 95_700, 119_000, 10, 1.5),
    "coke_oven_gas": (44_400, 37_300, 54_100, 1, 0.1),
    "industrial_waste": (143_000, 110_000, 183_000, 30, 4),
    "tyres": (143_000, 110_000, 183_000, 30, 4),
    "peat": (106_000, 100_000, 108_000, 2, 1.5),
    "black_liquor": (95_300, 80_700, 110_000, 3, 2),
    "biogas": (54_600, 46_200, 66_000, 1, 0.1),
}
COMMERCIAL = {  # chapter 2, Table 2.4, pp. 2.20-2.21
    "natural_gas": (56_100, 54_300, 58_300, 5, 0.1),
    "propane": (63_100, 61_600, 65_600, 5, 0.1),
    "gas_oil_heating": (74_100, 72_600, 74_800, 10, 0.6),
    "diesel": (74_100, 72_600, 74_800, 10, 0.6),
    "petrol": (69_300, 67_500, 73_000, 10, 0.6),
    "kerosene": (71_900, 70_800, 73_700, 10, 0.6),
    "lubricants": (73_300, 71_900, 75_200, 10, 0.6),
    "waste_oil": (73_300, 72_200, 74_400, 300, 4),
    "coal_subbituminous": (96_100, 92_800, 100_000, 10, 1.5),
    "gas_works_gas": (44_400, 37_300, 54_100, 5, 0.1),
    "peat": (106_000, 100_000, 108_000, 10, 1.4),
    "wood_pellets": (112_000, 95_000, 132_000, 300, 4),
    "olive_pits": (100_000, 84_700, 117_000, 300, 4),
    "charcoal": (112_000, 95_000, 132_000, 200, 1),
    "biodiesel_fame": (70_800, 59_800, 84_300, 10, 0.6),
    "vegetable_oil": (79_600, 67_100, 95_300, 10, 0.6),
    "landfill_gas": (54_600, 46_200, 66_000, 5, 0.1),
    "municipal_waste_biogenic": (100_000, 84_700, 117_000, 300, 4),
}
RESIDENTIAL = {  # chapter 2, Table 2.5, pp. 2.22-2.23
    "natural_gas": (56_100, 54_300, 58_300, 5, 0.1),
    "coal_domestic": (94_600, 89_500, 99_700, 300, 1.5),
    "lignite_briquettes": (97_500, 87_300, 109_000, 300, 1.5),
    "patent_fuel": (97_500, 87_300, 109_000, 300, 1.5),
    "ethane": (61_600, 56_500, 68_600, 5, 0.1),
    "naphtha": (73_300, 69_300, 76_300, 10, 0.6),
    "peat": (106_000, 100_000, 108_000, 300, 1.4),
    "wood_logs": (112_000, 95_000, 132_000, 300, 4),
    "straw": (100_000, 84_700, 117_000, 300, 4),
    "bioethanol": (70_800, 59_800, 84_300, 10, 0.6),
}
TABLES = {
    "energy_industries": ENERGY_INDUSTRIES,
    "manufacturing": MANUFACTURING,
    "commercial": COMMERCIAL,
    "residential": RESIDENTIAL,
}
CASES = [(sector, fuel, *row) for sector, table in TABLES.items() for fuel, row in table.items()]
NCV = {  # chapter 1, Table 1.2, pp. 1.18-1.19: TJ/Gg = MJ/kg, lower, upper
    "natural_gas": (48.0, 46.5, 50.4),
    "lng": (48.0, 46.5, 50.4),
    "lpg": (47.3, 44.8, 52.2),
    "gas_oil_heating": (43.0, 41.4, 43.3),
    "fuel_oil": (40.4, 39.8, 41.7),
    "petrol": (44.3, 42.5, 44.8),
    "kerosene": (43.8, 42.4, 45.2),
    "lubricants": (40.2, 33.5, 42.3),
    "petroleum_coke": (32.5, 29.7, 41.9),
    "anthracite": (26.7, 21.6, 32.2),
    "coal_bituminous": (25.8, 19.9, 30.5),
    "lignite": (11.9, 5.5, 21.6),
    "blast_furnace_gas": (2.47, 1.2, 5.0),
    "coke_oven_gas": (38.7, 19.6, 77.0),
    "municipal_waste_fossil": (10.0, 7.0, 18.0),
    "waste_oil": (40.2, 20.3, 80.0),
    "peat": (9.76, 7.8, 12.5),
    "wood_pellets": (15.6, 7.9, 31.0),
    "olive_pits": (11.6, 5.9, 23.0),
    "black_liquor": (11.8, 5.9, 23.0),
    "charcoal": (29.5, 14.9, 58.0),
    "biodiesel_fame": (27.0, 13.6, 54.0),
    "vegetable_oil": (27.4, 13.8, 54.0),
    "biogas": (50.4, 25.4, 100.0),
    "municipal_waste_biogenic": (11.6, 6.8, 18.0),
}
BIOGENIC = frozenset(
    (
        *(
            "wood_logs",
            "wood_chips",
            "wood_pellets",
            "sawdust",
            "olive_pits",
            "nut_shells",
            "straw",
            "charcoal",
        ),
        *("black_liquor", "municipal_waste_biogenic", "biogas", "landfill_gas", "sludge_gas", "biomethane"),
        *("biodiesel_fame", "hvo", "bioethanol", "biopropane", "vegetable_oil"),
    )
)


@pytest.fixture(scope="module")
def factors() -> dict[tuple[str, str], Factor]:
    rows = [parse_factor(row, f"{FACTORS} line {i}") for i, row in enumerate(bundle.rows(FACTORS), start=2)]
    found = {(f.sector, f.activity): f for f in rows}
    assert len(found) == len(rows) == 224  # 56 fuels in 4 sectors
    return found


@pytest.fixture(scope="module")
def properties() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["property"], row["activity"]): row for row in bundle.rows(PROPERTIES)}


@pytest.mark.parametrize(("sector", "fuel", "co2", "lower", "upper", "ch4", "n2o"), CASES)
def test_factors_are_those_of_the_tables(
    factors: dict[tuple[str, str], Factor],
    sector: str,
    fuel: str,
    co2: float,
    lower: float,
    upper: float,
    ch4: float,
    n2o: float,
) -> None:
    f = factors[sector, fuel]
    biogenic = fuel in BIOGENIC
    assert (f.co2_fossil_kg, f.co2_biogenic_kg) == ((0, co2) if biogenic else (co2, None))
    assert (f.lower, f.upper, f.ch4_kg, f.n2o_kg) == (lower, upper, ch4, n2o)
    assert f.ch4_origin == ("biogenic" if biogenic else "fossil")
    assert (f.unit_id, f.country, f.valid_from, f.valid_to) == ("TJ_ncv", "WORLD", 1990, None)


def test_only_biomass_has_biogenic_co2(factors: dict[tuple[str, str], Factor]) -> None:
    assert {f.activity for f in factors.values() if f.co2_biogenic_kg is not None} == BIOGENIC
    assert {f.activity for f in factors.values() if f.co2_fossil_kg == 0} == BIOGENIC


@pytest.mark.parametrize("fuel", sorted(NCV))
def test_calorific_values(properties: dict[tuple[str, str], dict[str, str]], fuel: str) -> None:
    row = properties["ncv", fuel]
    assert (float(row["value"]), float(row["lower"]), float(row["upper"])) == NCV[fuel]
    assert (row["unit"], row["valid_from"], row["valid_to"]) == ("MJ/kg", "1990", "")


def test_industrial_wastes_have_no_calorific_value(properties: dict[tuple[str, str], dict[str, str]]) -> None:
    assert not {("ncv", "industrial_waste"), ("ncv", "tyres")} & set(properties)  # Table 1.2 prints NA


def test_ratio_of_net_to_gross(properties: dict[tuple[str, str], dict[str, str]]) -> None:
    """Section 1.4.1.2, p. 1.16: about 5 % for coal and oil, about 10 % for most forms of gas."""
    found = {fuel: float(row["value"]) for (name, fuel), row in properties.items() if name == "ncv_gcv_ratio"}
    assert {f for f, ratio in found.items() if ratio == 0.9} == {
        *("natural_gas", "lng", "cng", "gas_works_gas", "coke_oven_gas"),
    }
    assert {found[f] for f in ("coal_bituminous", "gas_oil_heating", "fuel_oil", "lpg", "petrol")} == {0.95}
    assert set(found.values()) == {0.9, 0.95}
    assert not set(found) & (BIOGENIC | {"blast_furnace_gas", "coke_oven_coke", "peat", "tyres", "refinery_gas"})


def test_blends_are_left_out(factors: dict[tuple[str, str], Factor]) -> None:
    blends = {"diesel_average_blend", "diesel_b7", "diesel_b10", "diesel_b20", "diesel_b30"}
    blends |= {"petrol_average_blend", "petrol_e5", "petrol_e10", "petrol_e85"}
    assert not blends & {f.activity for f in factors.values()}


@needs_files
def test_gaps_name_what_is_left_out() -> None:
    gaps = {g["activity"] for g in ipcc.read(SOURCES).gaps}
    assert {"hydrogen", "diesel_b7", "petrol_average_blend"} <= gaps
    assert len(gaps) == 10


@needs_files
def test_rebuild_equals_bundled(tmp_path: Path) -> None:
    for name, (columns, rows) in ipcc.read(SOURCES).tables.items():
        write_table(tmp_path / name, columns, rows)
        assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes(), name


@needs_files
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (ipcc.FACTORS, "Natural Gas,energy_industries", "Town Gas,energy_industries", "once a sector"),
        (ipcc.FACTORS, "V2 2.4,56100.0", "V2 2.4,56200.0", "does not follow from"),
        (ipcc.FACTORS, "V2 2.4,56100.0", "V2 2.5,56100.0", "table"),
        (ipcc.FACTORS, "n2o_kg_TJ", "n2o_g_GJ", "no column"),
        (ipcc.CALORIFIC, "natural_gas,def,48.0", "natural_gas,def,48.1", "NCV of Natural Gas"),
        (ipcc.CALORIFIC, "biomass,def,11.8", "biomass,def,11.7", "known typo"),
        (ipcc.CALORIFIC, "peat,def,9.76,GJ/t", "peat,def,9.76,MJ/t", "expected GJ/t"),
        (ipcc.CARBON, "World,natural_gas,min", "World,natural_gaz,min", "lacks one of"),
        (ipcc.CARBON, "World,isw,", "World,other,", "missing"),
        (ipcc.VOCABULARY, ",Motor Gasoline,", ",Petrol,", "at odds"),
    ],
)
def test_stops_at_what_is_unknown(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(SOURCES / name, tmp_path / name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(LayoutError, match=message):
        ipcc.read(tmp_path)
