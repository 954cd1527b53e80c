"""Golden values typed from ADEME's Base Carbone V23.6, sheet "Base_Carbone_V23.6": fuels, water, the posts.

The networks are in test_networks.py.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import facility_emissions as fe
from facility_emissions import bundle
from facility_emissions.factors.schema import Factor, parse_factor
from facility_emissions.importers import ademe_fuel_names as names
from facility_emissions.importers import ademe_fuels, ademe_networks, ademe_water, ademe_workbook
from facility_emissions.importers.ademe_workbook import Element, Line, elements
from facility_emissions.importers.tidy import LayoutError, Row, write_table

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_workbook = pytest.mark.skipif(
    not (SOURCES / ademe_workbook.FILE).is_file(), reason="the publisher's workbook is not here"
)
HEAT, WATER, PROPERTIES = "heat/ademe.csv", "water/ademe.csv", "heat/properties_ademe.csv"
BURNT, UPSTREAM = "stationary", "stationary_generation"

# Row of the post: figure, fuel, place, unit, first year; printed kgCO2e of CO2f, CH4f, N2O; CO2b of the post.
PRINTED = {
    9054: (BURNT, "natural_gas", "FR", "kWh_ncv", 2022, 0.201, 0, 0, None),  # Gaz naturel - 2022, kWh PCI
    9055: (UPSTREAM, "natural_gas", "FR", "kWh_ncv", 2022, 0.027, 0.0112, 0, None),
    9057: (BURNT, "natural_gas", "FR", "kWh_gcv", 2022, 0.181, 0, 0, None),  # kWh PCS
    9058: (UPSTREAM, "natural_gas", "FR", "kWh_gcv", 2022, 0.0243, 0.0101, 0, None),
    9060: (BURNT, "natural_gas", "FR", "GJ_ncv", 2022, 55.8, 0, 0, None),
    9033: (BURNT, "natural_gas", "FR", "kWh_ncv", 2015, 0.187, 0, 0.000491, None),  # Gaz naturel - 2015
    8963: (UPSTREAM, "natural_gas", "EUROPE", "kWh_ncv", 2014, 0.0253, 0.0127, 0, None),
    9025: (BURNT, "natural_gas", "FR", "m3_0C", 2014, 2.09, 0.00523, 0.0256, None),  # m3 (n), type H
    8226: (BURNT, "gas_oil_heating", "FR", "kWh_ncv", 2014, 0.27, 0.000201, 0.00147, None),  # Fioul domestique
    8227: (UPSTREAM, "gas_oil_heating", "FR", "kWh_ncv", 2014, 0.0527, 0, 0, None),
    8215: (UPSTREAM, "gas_oil_heating", "FR", "GJ_ncv", 2014, 14.6, 1.4, 0, None),
    8232: (BURNT, "gas_oil_heating", "FR", "l", 2014, 2.66, 0.00198, 0.0145, None),
    8233: (UPSTREAM, "gas_oil_heating", "FR", "l", 2014, 0.519, 0.048, 0, None),
    8224: (UPSTREAM, "gas_oil_heating", "EUROPE", "kWh_ncv", 2014, 0.0527, 0.00488, 0, None),
    13170: (BURNT, "propane", "FR", "kWh_ncv", 2014, 0.23, 0.000307, 0.00246, None),
    13169: (UPSTREAM, "propane", "FR", "kWh_ncv", 2014, 0.027, 0.0112, 0, None),
    13163: (BURNT, "propane", "FR", "kg", 2014, 2.94, 0.00391, 0.0314, None),
    13166: (UPSTREAM, "propane", "EUROPE", "kWh_ncv", 2014, 0.027, 0.0112, 0, None),
    8339: (BURNT, "fuel_oil", "FR", "kWh_ncv", 2014, 0.281, 0.000201, 0.00172, None),  # Fioul Lourd
    8316: (UPSTREAM, "fuel_oil", "EUROPE", "kWh_ncv", 2014, 0.0413, 0.0037, 0, None),
    3518: (BURNT, "coal_bituminous", "FR", "kWh_ncv", 2014, 0.342, 0.0001, 0.00295, None),  # Charbon à vapeur
    3519: (UPSTREAM, "coal_bituminous", "FR", "kWh_ncv", 2014, 0.0119, 0.0186, 0, None),
    9462: (BURNT, "wood_pellets", "FR", "kWh_ncv", 2022, 0, 0, 0, 0.4031),  # Granulés
    9463: (UPSTREAM, "wood_pellets", "FR", "kWh_ncv", 2022, 0.0113, 0, 0, None),
    9465: (BURNT, "wood_pellets", "FR", "kg", 2022, 0, 0, 0, 1.672614108),
    12321: (BURNT, "wood_chips", "FR", "kWh_ncv", 2022, 0, 0, 0, 0.4427),  # Plaquettes sèches
    12322: (UPSTREAM, "wood_chips", "FR", "kWh_ncv", 2022, 0.0164, 0, 0, None),
    9245: (BURNT, "diesel_b7", "FR", "kWh_ncv", 2016, 0.252, 8.37e-5, 0.00218, 0.017052),  # Gazole routier B7
    12413: (BURNT, "tyres", "FR", "GJ_ncv", 2020, 59, 0, 0, 27),
}
# Posts kept as CO2e: none of their gases is printed, or some are not named.
PRINTED_CO2E = {
    8254: (UPSTREAM, "gas_oil_heating", "RE", "l", 2018, 0.382),  # Fioul domestique, Réunion
    8265: (BURNT, "gas_oil_heating", "MQ", "l", 2018, 2.66),  # Guadeloupe, Martinique, Guyane, Corse
    9034: (UPSTREAM, "natural_gas", "FR", "kWh_ncv", 2015, 0.0395),  # 0.0123 in "Autres GES"
    2122: (UPSTREAM, "biomethane", "FR", "kWh_ncv", 2025, 0.04),  # 0.0002 in "Autres GES"
}


@cache
def factors(table: str) -> dict[tuple[str, str, str, str, int], Factor]:
    with (bundle.root() / table).open(encoding="utf-8", newline="") as handle:
        rows = [parse_factor(row, f"{table} line {i}") for i, row in enumerate(csv.DictReader(handle), 2)]
    found = {(f.activity_category, f.activity, f.country, f.unit_id, f.valid_from): f for f in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize(("row", "printed"), PRINTED.items(), ids=[str(row) for row in PRINTED])
def test_gases_are_those_of_the_post(row: int, printed: tuple[object, ...]) -> None:
    *key, co2, ch4, n2o, biogenic = printed
    f = factors(HEAT)[tuple(key)]  # type: ignore[index]
    assert f" row {row} " in f.locator
    assert (f.co2_fossil_kg, f.co2_biogenic_kg, f.co2e_fixed_kg) == (co2, biogenic, None)
    assert f.ch4_kg is not None
    assert f.ch4_kg * 27.9 == pytest.approx(ch4, rel=1e-9)
    assert f.n2o_kg is not None
    assert f.n2o_kg * 273 == pytest.approx(n2o, rel=1e-9)
    assert f.boundary == ("direct" if key[0] == BURNT else "upstream")


@pytest.mark.parametrize(("row", "printed"), PRINTED_CO2E.items(), ids=[str(row) for row in PRINTED_CO2E])
def test_co2e_where_gases_are_not_printed_or_not_named(row: int, printed: tuple[object, ...]) -> None:
    *key, co2e = printed
    f = factors(HEAT)[tuple(key)]  # type: ignore[index]
    assert f" row {row} " in f.locator
    assert (f.co2e_fixed_kg, f.gwp_of_co2e_fixed, f.co2_fossil_kg, f.ch4_kg) == (co2e, "unstated", None, None)


def test_upstream_of_natural_gas_adds_up_to_the_printed_totals() -> None:
    """0.0382 = 0.0270 + 0.0112 in France (row 9055), 0.0380 = 0.0253 + 0.0127 in Europe (row 8963)."""
    for country, year, printed in (("FR", 2022, 0.0382), ("EUROPE", 2014, 0.0380)):
        f = factors(HEAT)[UPSTREAM, "natural_gas", country, "kWh_ncv", year]
        assert (f.co2_fossil_kg or 0) + (f.ch4_kg or 0) * 27.9 == pytest.approx(printed, abs=1e-9)


def test_europe_has_no_gross_upstream_of_gas_but_a_ratio() -> None:
    assert (UPSTREAM, "natural_gas", "EUROPE", "kWh_gcv", 2014) not in factors(HEAT)
    ratio = [r for r in bundle.rows(PROPERTIES) if r["property"] == "ncv_gcv_ratio"]
    assert [(r["country"], r["activity"], r["value"]) for r in ratio] == [("EUROPE", "natural_gas", "0.901")]
    assert pytest.approx(0.901, abs=5e-4) == 2123 / 2356  # CO2f per tep PCS (row 9016) and PCI (row 8974)


@pytest.mark.parametrize(
    ("activity", "country", "name", "value"),
    [
        ("gas_oil_heating", "FR", "ncv", 42.0),  # row 8280
        ("gas_oil_heating", "WORLD", "density", 0.845),  # row 8279: 845 kg/m3
        ("propane", "FR", "ncv", 46.0),  # row 13185
        ("propane", "EUROPE", "ncv", 47.3),  # row 13184
        ("lignite", "FR", "ncv", 17.0),  # row 10718
    ],
)
def test_properties(activity: str, country: str, name: str, value: float) -> None:
    found = {(r["activity"], r["country"], r["property"]): float(r["value"]) for r in bundle.rows(PROPERTIES)}
    assert found[activity, country, name] == value


def test_properties_of_a_place_are_not_taken_elsewhere() -> None:
    """A kg of propane in France is 46.0 MJ, not the 47.3 of Europe: 64.8 kg/GJ x 46.0 = 2.98 kg/kg."""
    from facility_emissions.factors.properties import properties_of

    french = factors(HEAT)[BURNT, "propane", "FR", "GJ_ncv", 2014]
    assert properties_of(french)["ncv"].value == 46.0
    assert properties_of(factors(HEAT)[UPSTREAM, "propane", "EUROPE", "GJ_ncv", 2014])["ncv"].value == 47.3
    assert "ncv" not in properties_of(factors(HEAT)[BURNT, "lpg", "RE", "l", 2018])


@pytest.mark.parametrize(
    ("activity", "printed", "bounds"),
    [("water_supply", 0.132, 0.11), ("water_treatment", 0.262, 0.20)],  # rows 4957 and 17591: 11 and 20 %
)
def test_water(activity: str, printed: float, bounds: float) -> None:
    f = factors(WATER)[activity, activity, "FR", "m3", 2014]
    assert (f.co2e_fixed_kg, f.gwp_of_co2e_fixed, f.valid_to) == (printed, "unstated", None)
    assert (f.lower, f.upper) == (pytest.approx(printed * (1 - bounds)), pytest.approx(printed * (1 + bounds)))
    assert "without infrastructure" in f.note


SITES = [{"id": "lyon", "country": "FR"}, {"id": "reunion", "country": "RE"}, {"id": "tokyo", "country": "JP"}]


def calculated(facility: str, category: str, activity: str, quantity: float, unit: str, year: int = 2023) -> Row:
    record = {"facility_id": facility, "category": category, "activity": activity, "quantity": quantity, "unit": unit}
    record |= {"start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}
    result = fe.calculate([record], SITES, method=fe.Method(gwp="AR6"))
    assert result.problems.empty, result.problems.to_dict("records")
    return result.records.iloc[0].to_dict()  # type: ignore[no-any-return]


def test_fuels_and_water_from_end_to_end() -> None:
    gas = calculated("lyon", "heat", "gaz naturel", 1000, "kWh PCS")
    assert gas[BURNT] == pytest.approx(181.0)  # row 9057
    assert gas[UPSTREAM] == pytest.approx(34.4)  # row 9058: printed total 0.0344
    oil = calculated("lyon", "heat", "fioul domestique", 100, "litre", 2020)
    assert oil[BURNT] == pytest.approx(268, rel=2e-3)  # row 8232: printed total 2.68
    pellets = calculated("lyon", "heat", "wood_pellets", 1000, "kWh")
    assert (pellets["co2e"], pellets["co2e_biomass"]) == (0.0, pytest.approx(403.1))  # row 9462
    assert calculated("lyon", "water", "water_treatment", 100, "m3")["co2e"] == pytest.approx(26.2)  # row 17591
    assert calculated("reunion", "heat", "fuel_oil", 1, "t")["co2e"] == pytest.approx(3120.0)  # row 8360
    assert "world" in str(calculated("tokyo", "heat", "natural_gas", 1000, "kWh_gcv")["flags"])


# -- against the workbook ----------------------------------------------------------------------


def used() -> Iterator[Element]:
    """Every element that a factor of fuels or water is read from."""
    yield from ademe_fuels.taken(elements(SOURCES, names.PREFIX))
    for prefix in ("Achats de biens > Eau,", "Traitement des déchets > Eaux usées"):
        yield from (e for e in elements(SOURCES, prefix) if e.valid)


def half_step(value: float) -> float:
    """Half a step of a figure of three significant digits, or of a whole number of four."""
    return 0.5 * 10.0 ** min(math.floor(math.log10(value)) - 2, 0) if value else 0.0


@needs_workbook
def test_posts_add_up_to_their_element() -> None:
    """Each total is the sum of its posts within their rounding; the worst is 0.42 % (coal, 105 for 104.56)."""
    worst = 0.0
    count = 0
    for e in used():
        total, posts = e.whole.total, sum(p.total for p in e.posts)
        assert abs(posts - total) <= half_step(total) + sum(half_step(p.total) for p in e.posts) + 1e-9, e.where
        worst = max(worst, abs(posts - total) / total)
        count += 1
    assert count == 199
    assert 0.004 < worst < 0.0043


@needs_workbook
def test_gases_add_up_to_their_post() -> None:
    worst = 0.0
    for e in used():
        for p in e.posts:
            if p.co2f is not None and p.total:
                gases = p.co2f + (p.ch4f or 0) + (p.ch4b or 0) + (p.n2o or 0) + (p.other or 0)
                worst = max(worst, abs(gases - p.total) / p.total)
    assert 0 < worst < 0.004


def _posts_per_gj() -> list[Line]:
    """Combustion per GJ of heating fuels, as ADEME made them in 2014."""
    sections = ("Gaz industriels", "Propane et butane", "Usage source fixe", "Usages spéciaux", "Charbons", "Cokes")
    return [
        p
        for e in elements(SOURCES, "Combustibles > Fossiles > ")
        for p in e.posts
        if e.valid and e.created == 2014 and e.unit == "kgCO2e/GJ PCI" and p.kind == "Combustion"
        and e.category.endswith(sections)
    ]  # fmt: skip


def _round_grams(printed: float, gwp: float) -> bool:
    """Whether a printed kgCO2e/GJ can come from a round number of g/GJ: twentieths below 2, halves above."""
    low, high = ((printed + sign * half_step(printed)) / gwp * 1000 for sign in (-1, 1))
    step = 0.05 if high < 2 else 0.5
    return math.floor(high / step + 1e-9) * step >= low - 1e-9


@needs_workbook
def test_gwp_of_the_gas_columns_is_ar6() -> None:
    posts = _posts_per_gj()
    assert len(posts) == 31
    ch4 = {g: sum(_round_grams(p.ch4f or 0, g) for p in posts) for g in (21, 25, 27, 27.9, 28, 29.8, 30)}
    n2o = {g: sum(_round_grams(p.n2o or 0, g) for p in posts) for g in (265, 273, 298, 310)}
    assert ch4.pop(27.9) == 30
    assert max(ch4.values()) <= 3
    assert n2o.pop(273) == 31
    assert max(n2o.values()) <= 3


@needs_workbook
def test_rows_per_kg_and_gj_agree_with_the_calorific_value() -> None:
    """CO2 per kg is that per GJ times ADEME's own calorific value; the densities agree with litres."""
    known = {(r["activity"], r["country"], r["property"]): float(r["value"]) for r in bundle.rows(PROPERTIES)}
    seen = 0
    for (category, fuel, country, unit, year), f in factors(HEAT).items():
        per_gj = factors(HEAT).get((category, fuel, country, "GJ_ncv", year))
        ncv = known.get((fuel, country, "ncv"))
        if category == BURNT and unit == "kg" and per_gj and ncv and f.co2_fossil_kg:
            assert f.co2_fossil_kg == pytest.approx((per_gj.co2_fossil_kg or 0) * ncv / 1000, rel=0.015), f.factor_id
            seen += 1
    assert seen >= 14


@needs_workbook
def test_rebuild_equals_bundled(tmp_path: Path) -> None:
    for module in (ademe_fuels, ademe_networks, ademe_water):
        for name, (columns, rows) in module.read(SOURCES).tables.items():
            write_table(tmp_path / name, columns, rows)
            assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes(), name


@needs_workbook
def test_all_that_is_named_is_in_the_file() -> None:
    found = [e for e in elements(SOURCES, names.PREFIX) if e.valid]
    kinds = {(names.SPELT.get(e.name, e.name), e.attribute) for e in found}
    assert set(names.FUELS) | set(names.LEFT_OUT_KINDS) | set(names.PROPERTY_FUELS) <= kinds
    assert set(names.LEFT_OUT) | names.LEFT_OUT_PROPERTIES <= {name for name, _ in kinds}
    assert set(names.LEFT_OUT_ELEMENTS) | set(ademe_fuels.AT_ODDS) <= {e.id for e in found}
    assert set(names.PLACES) | set(names.LEFT_OUT_PLACES) <= {(e.place, e.part) for e in found}


def changed(monkeypatch: pytest.MonkeyPatch, row: int, column: str, value: object) -> None:
    """Let the importers read a copy of the sheet in which one cell is another; row 1 is the header."""
    header, *body = ademe_workbook.grid(SOURCES / ademe_workbook.FILE)
    grid = [list(header), *body]
    grid[row - 1] = list(grid[row - 1])
    grid[row - 1][header.index(column)] = value
    monkeypatch.setattr(ademe_workbook, "grid", lambda _: tuple(grid))


@needs_workbook
def test_biogenic_co2_is_of_combustion_only(monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, 9463, "CO2b", 0.5)  # Amont of pellets, -0.4031 in the file
    rows = ademe_fuels.read(SOURCES).tables[HEAT][1]
    pellets = {r["activity_category"]: r for r in rows if r["activity"] == "wood_pellets" and r["unit"] == "kWh"}
    assert pellets[UPSTREAM]["co2_biogenic_kg"] is None
    assert pellets[BURNT]["co2_biogenic_kg"] == 0.4031


@needs_workbook
@pytest.mark.parametrize(
    ("module", "row", "column", "value", "message"),
    [
        (ademe_fuels, 1, "CH4f", "CH4", "column 'CH4f' is missing"),
        (ademe_fuels, 9053, "Nom base français", "Gaz naturel - 2023", "unknown fuel 'Gaz naturel - 2023'"),
        (ademe_fuels, 9053, "Unité français", "kgCO2e/th", "unknown unit 'kgCO2e/th'"),
        (ademe_fuels, 9053, "Code de la catégorie", "Combustibles > Nouveaux", "unknown category"),
        (ademe_fuels, 9053, "Localisation géographique", "Monde", "unknown place"),
        (ademe_fuels, 9053, "Statut de l'élément", "Valide", "status 'Valide'"),
        (ademe_fuels, 9053, "Type Ligne", "Poste", "expected an 'Elément'"),
        (ademe_fuels, 9054, "Type poste", "Fabrication", "expected one each of"),
        (ademe_fuels, 9055, "Type poste", "Combustion", "expected one each of"),
        (ademe_fuels, 9054, "Total poste non décomposé", 0.211, "the posts add up to 0.2492, not 0.239"),
        (ademe_fuels, 9054, "CO2f", "0,201", "is no figure"),
        (ademe_fuels, 9056, "Unité français", "kgCO2e/kWh PCI", "is printed twice"),
        (ademe_fuels, 8280, "Unité français", "MJ / tonne", "unknown property"),
        (ademe_fuels, 9015, "Unité français", "kgCO2e/tep", "unknown unit"),
        (ademe_water, 4957, "Nom frontière français", "Avec infrastructure", "expected 'Eau de reseau'"),
        (ademe_water, 4958, "Total poste non décomposé", 0.04, "the posts add up to 0.168"),
        (ademe_water, 17591, "Unité français", "kgCO2e/kg", "in kgCO2e/m3"),
        (ademe_water, 17591, "Incertitude", "", "expected a percentage"),
        (ademe_water, 4957, "Statut de l'élément", "Archivé", "expected one element in each"),
    ],
)
def test_stops_at_what_is_unknown(
    monkeypatch: pytest.MonkeyPatch, module: object, row: int, column: str, value: object, message: str
) -> None:
    changed(monkeypatch, row, column, value)
    with pytest.raises(LayoutError, match=message):
        module.read(SOURCES)  # type: ignore[attr-defined]
