"""Golden values typed from MITECO's calculator V31 (19 May 2025), sheet "10. Factores de emisión"."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from facility_emissions import bundle
from facility_emissions.factors.schema import Factor, parse_factor
from facility_emissions.importers import miteco
from facility_emissions.importers.tidy import LayoutError, write_table
from facility_emissions.vocabulary.suppliers import fold_supplier

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
HEAT, MARKET = "heat/miteco.csv", "electricity/market_miteco.csv"
needs_workbook = pytest.mark.skipif(
    not (SOURCES / miteco.WORKBOOK).is_file(), reason="the publisher's workbook is not here"
)

# kgCO2e per unit as printed in rows 8-39 of the sheet (section 1), columns G (2007) to X (2024).
PRINTED_TOTALS = [
    ("gas_oil_heating", 2007, 2.898),  # G8 Gasóleo C (l)
    ("gas_oil_heating", 2024, 2.898),  # X8
    ("gas_oil_b", 2015, 2.737),  # O9 Gasóleo B (l)
    ("natural_gas", 2007, 0.182),  # G10 Gas natural (kWhPCS)
    ("natural_gas", 2009, 0.184),  # I10
    ("natural_gas", 2012, 0.183),  # L10
    ("natural_gas", 2013, 0.182),  # M10
    ("natural_gas", 2015, 0.184),  # O10
    ("natural_gas", 2024, 0.182),  # X10
    ("fuel_oil", 2010, 3.031),  # J11 Fuelóleo (l)
    ("lpg", 2011, 1.545),  # K12 LPG (l)
    ("kerosene", 2016, 2.500),  # P13 Queroseno (l)
    ("propane", 2007, 2.966),  # G14 Gas propano (kg)
    ("propane", 2023, 2.966),  # W14
    ("butane", 2020, 2.996),  # T15 Gas butano (kg)
    ("gas_works_gas", 2014, 0.881),  # N16 Gas manufacturado (kg)
    ("biogas", 2018, 0.002),  # R17 Biogás (kg)
    ("wood_logs", 2019, 0.137),  # S18 Biomasa madera (kg)
    ("wood_pellets", 2022, 0.171),  # V19 Biomasa pellets (kg)
    ("wood_chips", 2008, 0.143),  # H20 Biomasa astillas (kg)
    ("sawdust", 2021, 0.150),  # U21 Biomasa serrines virutas (kg)
    ("nut_shells", 2017, 0.147),  # Q22 Biomasa cáscara f. secos (kg)
    ("olive_pits", 2024, 0.153),  # X23 Biomasa hueso aceituna (kg)
    ("charcoal", 2012, 0.184),  # L24 Carbón vegetal (kg)
    ("petroleum_coke", 2013, 3.184),  # M25 Coque de petróleo (kg)
    ("coke_oven_coke", 2016, 3.036),  # P26 Coque de carbón (kg)
    ("anthracite", 2009, 3.138),  # I27 Hulla y antracita (kg)
    ("coal_bituminous", 2024, 3.138),  # X27
    ("coal_subbituminous", 2007, 1.340),  # G28 Hullas subituminosas (kg)
    ("diesel", 2007, 2.695),  # G29 Gasóleo A (l)
    ("diesel", 2010, 2.695),  # J29
    ("diesel_average_blend", 2011, 2.543),  # K29
    ("diesel_average_blend", 2012, 2.517),  # L29
    ("diesel_average_blend", 2013, 2.591),  # M29
    ("diesel_average_blend", 2016, 2.586),  # P29
    ("diesel_average_blend", 2017, 2.568),  # Q29
    ("diesel_average_blend", 2018, 2.543),  # R29
    ("diesel_b7", 2019, 2.517),  # S30 B7 (l)
    ("diesel_b7", 2021, 2.516),  # U30
    ("diesel_b10", 2022, 2.439),  # V31 B10 (l)
    ("diesel_b20", 2023, 2.187),  # W32 B20 (l)
    ("diesel_b30", 2019, 1.933),  # S33 B30 (l)
    ("diesel_b30", 2022, 1.927),  # V33
    ("biodiesel_fame", 2021, 0.136),  # U34 B100 (l)
    ("biodiesel_fame", 2022, 0.133),  # V34
    ("biodiesel_fame", 2024, 0.152),  # X34
    ("petrol", 2008, 2.188),  # H35 Gasolina (l)
    ("petrol_average_blend", 2012, 2.099),  # L35
    ("petrol_average_blend", 2015, 2.103),  # O35
    ("petrol_average_blend", 2018, 2.058),  # R35
    ("petrol_e5", 2020, 2.079),  # T36 E5 (l)
    ("petrol_e10", 2024, 1.971),  # X37 E10 (l)
    ("petrol_e85", 2019, 0.340),  # S38 E85 (l)
    ("bioethanol", 2023, 0.014),  # W39 E100 (l)
]
# CO2 [kg], CH4 [g], N2O [g] per unit, rows 72-103, three columns a year from G (2007) to BF-BH (2024).
PRINTED_GASES = [
    ("gas_oil_heating", 2024, "l", 2.881, 0.389, 0.023),  # BF72:BH72
    ("gas_oil_b", 2007, "l", 2.721, 0.367, 0.022),  # G73:I73
    ("natural_gas", 2009, "kWh_gcv", 0.184, 0.016, 0.0),  # M74:O74
    ("propane", 2007, "kg", 2.966, None, None),  # G78:I78, '-' for CH4 and N2O
    ("butane", 2007, "kg", 2.996, None, None),  # G79:I79
    ("gas_works_gas", 2012, "kg", 0.878, 0.099, 0.002),  # V80:X80
    ("biogas", 2009, "kg", 0.0, 0.025, 0.003),  # M81:O81
    ("wood_logs", 2008, "kg", 0.0, 4.332, 0.058),  # J82:L82
    ("olive_pits", 2023, "kg", 0.0, 4.848, 0.065),  # BC87:BE87
    ("charcoal", 2007, "kg", 0.0, 6.278, 0.031),  # G88:I88
    ("petroleum_coke", 2024, "kg", 3.169, 0.325, 0.020),  # BF89:BH89
    ("coal_bituminous", 2010, "kg", 3.117, 0.303, 0.046),  # P91:R91
    ("diesel", 2010, "l", 2.679, 0.362, 0.022),  # P93:R93
    ("diesel_average_blend", 2017, "l", 2.552, 0.362, 0.022),  # AK93:AM93
    ("diesel_b30", 2019, "l", 1.917, 0.362, 0.022),  # AQ97:AS97
    ("biodiesel_fame", 2022, "l", 0.117, 0.362, 0.022),  # AZ98:BB98
    ("petrol_e85", 2024, "l", 0.326, 0.314, 0.019),  # BF102:BH102
    ("bioethanol", 2019, "l", 0.0, 0.314, 0.019),  # AQ103:AS103
]
# The footnote of row 105 [kg CO2 / kg].
BIOGENIC_CO2 = {
    "biogas": 1.369,
    "wood_logs": 1.617,
    "wood_pellets": 2.025,
    "wood_chips": 1.680,
    "sawdust": 2.123,
    "nut_shells": 2.022,
    "olive_pits": 2.022,
    "charcoal": 3.516,
}
# "Mix sin GdO", row 538: kg CO2/kWh to 2020, kg CO2e/kWh from 2021.
MIX = {
    2007: 0.45,
    2008: 0.42,
    2009: 0.33,
    2010: 0.31,
    2011: 0.36,
    2012: 0.40,
    2013: 0.36,
    2014: 0.37,
    2015: 0.40,
}
MIX |= {
    2016: 0.36,
    2017: 0.43,
    2018: 0.41,
    2019: 0.31,
    2020: 0.25,
    2021: 0.259,
    2022: 0.273,
    2023: 0.260,
    2024: 0.283,
}
# Labels by supplier, with the cell of the figure.
SUPPLIERS = [
    (2024, "AB ENERGÍA 1903, S.L.", 0.283),  # I547
    (2024, "ACCIONA GREEN ENERGY DEVELOPMENTS SL", 0.0),  # I548
    (2024, "ENDESA ENERGÍA S.A.U.", 0.275),  # I593
    (2024, "ENERGIA NORDICA GAS Y ELECTRICIDAD", 0.248),  # I741, second list
    (2024, "STIN S.A", 0.283),  # I779, second list
    (2023, "AVANZALIA ENERGIA COMERCIALIZADORA SA", 0.14),  # O563
    (2023, "AUDAX RENOVABLES, S.A", 0.0),  # O560 and O561, printed twice
    (2023, "GNERA ENERGIA Y TECNOLOGIA, S.L.", 0.208),  # O732, second list
    (2022, "AGRI-ENERGIA, S.A.", 0.215),  # U552
    (2021, "AXPO IBERIA S.L.", 0.168),  # AA558
    (2021, "RESPIRA ENERGÍA S.A", 0.092),  # AA768, second list
    (2020, "AGENTE DEL MERCADO ELÉCTRICO, S.A.", 0.18),  # AG555
    (2020, "NATURGY IBERIA, S.A.", 0.25),  # AG732
    (2019, "ADEINNOVA ENERGÍA, S.L.U.", 0.12),  # AN550, held as 0.11999999731779099
    (2018, "ENDESA ENERGIA, S.A.", 0.38),  # AT620
    (2017, "ENDESA ENERGÍA, S.A.", 0.39),  # AZ603
    (2016, "ENDESA ENERGÍA, S.A.", 0.34),  # BF596
    (2015, "IBERDROLA CLIENTES, S.A.U.", 0.21),  # BL590
    (2012, "EGL ENERGÍA IBERIA, S.L.", 0.0),  # CD552
    (2010, "FACTOR ENERGIA, S.A", 0.21),  # CP553
    (2007, "GAS NATURAL COMERCIALIZADORA, S.A.", 0.22),  # DH552
    (2007, "HIDROCANTABRICO ENERGÍA S.A.", 0.4),  # DH554
    (2007, "HIDROCANTABRICO ENERGIA, S.A. UNIPERSONAL", 0.35),  # DH555
]


def factors(name: str) -> list[Factor]:
    return [parse_factor(row, f"{name} line {i}") for i, row in enumerate(bundle.rows(name), start=2)]


@pytest.fixture(scope="module")
def fuels() -> dict[tuple[str, int], Factor]:
    rows = factors(HEAT)
    found = {(f.activity, f.valid_from): f for f in rows}
    assert len(found) == len(rows) == 474
    return found


@pytest.fixture(scope="module")
def market() -> list[Factor]:
    return factors(MARKET)


@pytest.fixture(scope="module")
def grid() -> list[list[object]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(SOURCES / miteco.WORKBOOK)
    return [list(r) for r in book.get_sheet_by_name(miteco.SHEET).to_python(skip_empty_area=False)]


def co2e_ar6(f: Factor) -> float:
    assert f.co2_fossil_kg is not None
    return f.co2_fossil_kg + 27.9 * (f.ch4_kg or 0.0) + 273 * (f.n2o_kg or 0.0)


@pytest.mark.parametrize(("activity", "year", "printed"), PRINTED_TOTALS)
def test_gases_with_ar6_give_the_printed_total(
    fuels: dict[tuple[str, int], Factor], activity: str, year: int, printed: float
) -> None:
    assert co2e_ar6(fuels[activity, year]) == pytest.approx(printed, abs=0.0005)


@pytest.mark.parametrize(("activity", "year", "unit", "co2", "ch4_g", "n2o_g"), PRINTED_GASES)
def test_gases_are_those_printed(
    fuels: dict[tuple[str, int], Factor],
    activity: str,
    year: int,
    unit: str,
    co2: float,
    ch4_g: float | None,
    n2o_g: float | None,
) -> None:
    f = fuels[activity, year]
    assert (f.unit_id, f.valid_to, f.co2_fossil_kg) == (unit, year, co2)
    for kg, grams in ((f.ch4_kg, ch4_g), (f.n2o_kg, n2o_g)):
        assert kg is None if grams is None else kg == pytest.approx(grams / 1000, rel=1e-12)


def test_biogenic_co2_is_the_footnotes_and_nowhere_else(fuels: dict[tuple[str, int], Factor]) -> None:
    for (activity, _), f in fuels.items():
        assert f.co2_biogenic_kg == BIOGENIC_CO2.get(activity), activity
        if activity in BIOGENIC_CO2:
            assert (f.co2_fossil_kg, f.ch4_origin) == (0.0, "biogenic")


def test_origin_of_methane_is_left_open_in_blends(fuels: dict[tuple[str, int], Factor]) -> None:
    origins: dict[str, set[str]] = {"fossil": set(), "biogenic": set(), "": set()}
    for (activity, _), f in fuels.items():
        origins[f.ch4_origin].add(activity)
    assert origins["biogenic"] == {*BIOGENIC_CO2, "biodiesel_fame", "bioethanol"}
    mixed = {a for a in origins[""] if a.startswith(("diesel_", "petrol_"))}
    assert origins[""] - mixed == {"propane", "butane"}  # no CH4 published at all
    assert len(mixed) == 9
    fossil = "anthracite coal_bituminous coal_subbituminous coke_oven_coke diesel fuel_oil gas_oil_b"
    fossil += " gas_oil_heating gas_works_gas kerosene lpg natural_gas petrol petroleum_coke"
    assert origins["fossil"] == set(fossil.split())


def test_years_of_mineral_fuels_blends_and_labels(fuels: dict[tuple[str, int], Factor]) -> None:
    years: dict[str, set[int]] = {}
    for activity, year in fuels:
        years.setdefault(activity, set()).add(year)
    for fuel in ("diesel", "petrol"):
        assert years[fuel] == set(range(2007, 2011))
        assert years[f"{fuel}_average_blend"] == set(range(2011, 2019))
    by_label = "diesel_b7 diesel_b10 diesel_b20 diesel_b30 biodiesel_fame petrol_e5 petrol_e10 petrol_e85 bioethanol"
    for fuel in by_label.split():
        assert years[fuel] == set(range(2019, 2025))
    rest = set(years) - {
        *by_label.split(),
        "diesel",
        "petrol",
        "diesel_average_blend",
        "petrol_average_blend",
    }
    assert len(rest) == 22
    assert all(years[fuel] == set(range(2007, 2025)) for fuel in rest)


@pytest.mark.parametrize("year", sorted(MIX))
def test_mix_and_guarantees(market: list[Factor], year: int) -> None:
    found = {f.instrument: f for f in market if f.valid_from == year and f.instrument != "supplier"}
    mix = found["residual_mix"]
    if year >= 2021:
        assert (mix.co2e_fixed_kg, mix.gwp_of_co2e_fixed, mix.co2_fossil_kg) == (MIX[year], "unstated", None)
    else:
        assert (mix.co2_fossil_kg, mix.co2e_fixed_kg) == (MIX[year], None)
    assert found["guarantee_of_origin"].co2_fossil_kg == 0.0  # row 540, kg CO2/kWh in every year
    assert found["high_efficiency_chp"].co2_fossil_kg == 0.302  # row 542, kg CO2/kWh in every year


@pytest.mark.parametrize(("year", "supplier", "printed"), SUPPLIERS)
def test_supplier_labels(market: list[Factor], year: int, supplier: str, printed: float) -> None:
    found = [f for f in market if (f.valid_from, f.valid_to, f.supplier) == (year, year, supplier)]
    (f,) = found
    assert (f.instrument, f.unit_id, f.country, f.activity) == ("supplier", "kWh", "ES", "grid_electricity")
    assert (f.co2e_fixed_kg if year >= 2021 else f.co2_fossil_kg) == printed


def test_number_of_suppliers_and_unique_ids(market: list[Factor]) -> None:
    suppliers = [f for f in market if f.instrument == "supplier"]
    assert len(suppliers) == 1965  # 1,966 printed, one of them twice
    assert len({f.factor_id for f in market}) == len(market) == 1965 + 3 * 18
    assert all(f.valid_from == f.data_year for f in market)


def test_names_that_fold_to_one_are_known(market: list[Factor]) -> None:
    seen: dict[tuple[int, str], list[str]] = {}
    for f in market:
        if f.supplier:
            seen.setdefault((f.valid_from, fold_supplier(f.supplier)), []).append(f.supplier)
    twice = {(year, name) for (year, _), names in seen.items() if len(names) > 1 for name in names}
    assert twice == miteco.NAMED_TWICE


def test_gaps_name_heat_and_water_of_spain() -> None:
    gaps = {(g["activity_category"], g["activity"]) for g in miteco._gaps() if g["country"] == "ES"}
    heat = {("purchased_heat", a) for a in ("district_heat", "steam", "district_cooling")}
    assert gaps == heat | {("water_supply", "water_supply"), ("water_treatment", "water_treatment")}


@needs_workbook
def test_every_printed_total_is_reproduced(fuels: dict[tuple[str, int], Factor], grid: list[list[object]]) -> None:
    checked = 0
    for r in range(7, 39):  # rows 8-39
        label = " ".join(str(grid[r][4]).split()).rstrip("*")
        for i, year in enumerate(range(2007, 2025)):
            printed = grid[r][6 + i]
            of_year = [f for f in fuels.values() if f.valid_from == year and f"'{label}'" in f.locator]
            if printed == "-":
                assert of_year == []
                continue
            assert of_year, (label, year)
            for f in of_year:
                assert co2e_ar6(f) == pytest.approx(printed, abs=0.0005), (label, year)
                checked += 1
    assert checked == len(fuels)


@needs_workbook
def test_rebuild_equals_bundled(tmp_path: Path) -> None:
    for name, (columns, rows) in miteco.read(SOURCES).tables.items():
        write_table(tmp_path / name, columns, rows)
        assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes(), name


@needs_workbook
@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        (72, 4, "Gasóleo D (l)", "Gasóleo D"),  # a label that is not known
        (72, 7, 0.3894, "three decimals"),
        (72, 7, "n.d.", "is no figure"),
        (71, 7, "CH4 (kg/ud)", "heads"),  # a gas in another unit
        (70, 9, 2006.0, "heads"),
        (78, 7, 0.1, "not as this row was known"),  # CH4 of propane without N2O
        (105, 4, "** La utilización de la biomasa: pellets 2,025 kgCO2/kg", "footnote"),
    ],
)
def test_fuels_stop_at_what_is_unknown(
    grid: list[list[object]], row: int, column: int, value: object, message: str
) -> None:
    broken = [list(r) for r in grid]
    broken[row - 1][column] = value
    with pytest.raises(LayoutError, match=message):
        list(miteco._fuels(broken))


@needs_workbook
@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        (537, 4, 2025.0, "no '2024'"),
        (538, 6, "Mix nacional", "expected one of"),
        (538, 8, "g CO2e/kWh", "expected kg CO2/kWh"),
        (546, 8, "g CO2e/kWh", "expected kg CO2/kWh"),
        (545, 4, "Etiquetado de otros", "is no label"),
        (550, 8, "", "is no label"),
        (550, 5, "x", "between"),
        (561, 14, 0.1, "two different labels"),  # the supplier printed twice in 2023
        (543, 53, 0.37, "expected one of"),  # the stray figure of 2016, changed
    ],
)
def test_electricity_stops_at_what_is_unknown(
    grid: list[list[object]], row: int, column: int, value: object, message: str
) -> None:
    broken = [list(r) for r in grid]
    broken[row - 1][column] = value
    with pytest.raises(LayoutError, match=message):
        list(miteco._electricity(broken))


def test_another_edition_stops() -> None:
    with pytest.raises(LayoutError, match="newest edition"):
        miteco._check_edition([["", "Versión", "Fecha", ""], ["", "V32", miteco.PUBLISHED, ""]])


def test_natural_gas_net_over_gross_is_the_footnotes() -> None:
    """MITECO V31, sheet 10, footnote below the fuels: from PCS to PCI by 0,901."""
    rows = bundle.rows("heat/properties_miteco.csv")
    assert [(r["activity"], r["property"], r["value"]) for r in rows] == [("natural_gas", "ncv_gcv_ratio", "0.901")]
