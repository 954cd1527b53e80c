"""Leak rates, wastewater parameters and water factors: golden values typed from the documents named beside them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import facility_emissions as fe
from facility_emissions import bundle
from facility_emissions.errors import NotFoundError
from facility_emissions.factors import sources as registry
from facility_emissions.importers import leak_rates, wastewater, water
from facility_emissions.importers.tidy import LayoutError, write_table

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_files = pytest.mark.skipif(not (SOURCES / leak_rates.FILE).is_file(), reason="the tables are not here")
NONE = None

LEAKS = [  # set, equipment, charge, unit, installation loss, annual rate, charge left, recovered, end of life
    # The Climate Registry 2021, table 4.1 (EPA's simplified calculator).
    ("epa_tcr", "chiller", NONE, "", 0.01, 0.15, 1.0, 0.95, NONE),
    ("epa_tcr", "commercial_refrigeration", NONE, "", 0.03, 0.35, 1.0, 0.7, NONE),
    ("epa_tcr", "transport_refrigeration", NONE, "", 0.01, 0.5, 0.5, 0.7, NONE),
    ("epa_tcr", "domestic_refrigeration", NONE, "", 0.01, 0.005, 0.8, 0.7, NONE),
    # Defra, annex 8 of about 2011.
    ("defra_2011", "chiller", NONE, "", 0.01, 0.03, 1.0, 0.95, NONE),
    ("defra_2011", "air_conditioning", NONE, "", 0.01, 0.085, 0.8, 0.95, NONE),
    ("defra_2011", "heat_pumps", NONE, "", 0.01, 0.003, 0.8, 0.99, NONE),
    # measuringemissionsguide.environment.govt.nz, appendix B, table B.1: kg, ALR, AEF.
    ("mfe_nz", "domestic_refrigeration_small", 0.07, "kg", NONE, 0.03, NONE, NONE, NONE),
    ("mfe_nz", "air_conditioning_split", 0.25, "kg/kW", 0.005, 0.03, NONE, NONE, NONE),
    ("mfe_nz", "air_conditioning_window", 0.2, "kg/kW", 0.005, 0.01, NONE, NONE, NONE),
    ("mfe_nz", "transport_refrigeration_trailer", 10, "kg", 0.005, 0.25, NONE, NONE, NONE),
    # Base Carbone V23.6, elements 14709-14711: 1000 kg, 15 %, 80 %.
    ("ademe", "transport_refrigeration_sea_container", 1000, "kg", NONE, 0.15, NONE, NONE, 0.8),
    ("ademe", "air_conditioning_split", 1, "kg", NONE, 0.05, NONE, NONE, 0.85),
    ("ademe", "air_conditioning_vrf", 9, "kg", NONE, 0.1, NONE, NONE, 0.85),
    ("ademe", "hypermarket_2500_to_15000_m2", 0.19, "kg/m2", NONE, 0.27, NONE, NONE, 0.2),
]
# IPCC, Volume 5, chapter 6: parameter, system, edition, value, lower, upper, table.
WASTEWATER = [
    ("methane_capacity_bod", "", "2006", 0.6, 0.42, 0.78, "6.2"),  # Table 6.7: +-30 %
    ("methane_capacity_cod", "", "2006", 0.25, NONE, NONE, "6.2"),
    ("methane_correction_factor", "centralised_aerobic", "2019", 0.03, 0.003, 0.09, "6.3"),
    ("methane_correction_factor", "industrial_aerobic", "2019", 0, 0, 0.1, "6.8"),
    ("methane_correction_factor", "anaerobic_reactor", "2019", 0.8, 0.8, 1.0, "6.3"),
    ("methane_correction_factor", "anaerobic_lagoon_shallow", "2019", 0.2, 0, 0.3, "6.3"),
    ("methane_correction_factor", "septic_tank", "2019", 0.5, 0.4, 0.72, "6.3"),
    ("methane_correction_factor", "latrine_wet", "2019", 0.7, 0.7, 1.0, "6.3"),
    ("methane_correction_factor", "latrine_dry_family", "2019", 0.1, 0.05, 0.15, "6.3"),
    ("methane_correction_factor", "stagnant_sewer", "2019", 0.5, 0.4, 0.8, "6.3"),
    ("methane_correction_factor", "discharge", "2019", 0.11, 0.004, 0.27, "6.3"),
    ("methane_correction_factor", "discharge_other", "2019", 0.035, 0.004, 0.06, "6.3"),
    ("methane_correction_factor", "discharge_lakes", "2019", 0.19, 0.08, 0.27, "6.3"),
    ("methane_correction_factor", "discharge", "2006", 0.1, NONE, NONE, "6.3"),
    ("methane_correction_factor", "centralised_aerobic_well_managed", "2006", 0, NONE, NONE, "6.3"),
    ("methane_correction_factor", "centralised_aerobic_overloaded", "2006", 0.3, NONE, NONE, "6.3"),
    ("methane_correction_factor", "anaerobic_lagoon_deep", "2006", 0.8, NONE, NONE, "6.3"),
    ("methane_correction_factor", "latrine_dry_communal", "2006", 0.5, NONE, NONE, "6.3"),
    ("n2o_emission_factor", "centralised_aerobic", "2019", 0.016, 0.00016, 0.045, "6.8A"),
    ("n2o_emission_factor", "discharge", "2019", 0.005, 0.0005, 0.075, "6.8A"),
    ("n2o_emission_factor", "septic_tank", "2019", 0, 0, 0.001, "6.8A"),
    ("n2o_emission_factor", "septic_tank_and_land_dispersal", "2019", 0.0045, NONE, NONE, "6.8A"),
    ("nitrogen_in_protein", "", "2019", 0.16, 0.15, 0.17, "6.11"),
    ("industrial_cod", "beer_malt", "2006", 2.9, NONE, NONE, "6.9"),
    ("industrial_wastewater", "beer_malt", "2006", 6.3, NONE, NONE, "6.9"),
    ("industrial_wastewater", "pulp_paper", "2006", 162, NONE, NONE, "6.9"),
    ("industrial_cod", "petroleum_refineries", "2006", 1.0, NONE, NONE, "6.9"),
]


def same(found: float, expected: float | None) -> bool:
    return bool(np.isnan(found)) if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "equipment", "charge", "unit", "installed", "annual", "left", "recovered", "end"), LEAKS
)
def test_leak_rates(
    name: str, equipment: str, charge: float | None, unit: str, installed: float | None, annual: float | None,
    left: float | None, recovered: float | None, end: float | None,
) -> None:  # fmt: skip
    frame = fe.factors.leak_rates(name)
    (row,) = frame[frame["equipment"] == equipment].to_dict("records")
    assert row["charge_unit"] == unit
    columns = ("charge", "installation_loss", "annual_leak_rate", "charge_left", "recovered", "end_of_life_loss")
    for column, value in zip(columns, (charge, installed, annual, left, recovered, end), strict=True):
        assert same(row[column], value), column


def test_every_set_has_its_terms() -> None:
    frame = fe.factors.leak_rates()
    assert frame["set"].value_counts().to_dict() == {"ademe": 39, "mfe_nz": 17, "defra_2011": 10, "epa_tcr": 9}
    assert not frame.duplicated(["set", "equipment"]).any()
    for source, edition in set(zip(frame["source_id"], frame["edition"], strict=True)):
        assert registry.source(source, edition).licence
    assert len(fe.factors.leak_rates("ademe")) == 39


def test_an_implausible_charge_is_noted() -> None:
    frame = fe.factors.leak_rates("ademe").set_index("equipment")
    assert "beyond" in frame.loc["transport_refrigeration_sea_container", "note"]


def test_an_unknown_set() -> None:
    with pytest.raises(NotFoundError, match="known: ademe, defra_2011, epa_tcr, mfe_nz"):
        fe.factors.leak_rates("epa")


@pytest.mark.parametrize(("parameter", "system", "edition", "value", "lower", "upper", "table"), WASTEWATER)
def test_wastewater(
    parameter: str, system: str, edition: str, value: float, lower: float | None, upper: float | None, table: str
) -> None:
    frame = fe.factors.wastewater_parameters()
    found = frame[(frame["parameter"] == parameter) & (frame["system"] == system) & (frame["edition"] == edition)]
    (row,) = found.to_dict("records")
    assert same(row["value"], value)
    assert same(row["lower"], lower)
    assert same(row["upper"], upper)
    assert table in row["locator"]
    assert registry.source(row["source_id"], row["edition"]).publication_year == int(edition)


def test_what_no_table_prints_is_left_out() -> None:
    """Constructed wetlands refer to the supplement of 2013; `untreated` is no row of the tables."""
    systems = set(fe.factors.wastewater_parameters()["system"])
    assert not {s for s in systems if "wetland" in s or s == "untreated"}


# -- water -------------------------------------------------------------------------------------


def billed(activity: str, country: str, year: int, **facility: str) -> object:
    row = {"facility_id": "f", "category": "water", "activity": activity, "quantity": 1000.0, "unit": "m3"}
    row |= {"start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}
    return fe.calculate([row], [{"id": "f", "country": country, "type": "office", **facility}])


@pytest.mark.parametrize(("year", "total"), [(2025, 0.048549206), (2026, 0.0377557)])
def test_water_of_new_zealand(year: int, total: float) -> None:
    """Measuring Emissions Catalogue, Table 9.2: kg CO2-e per m3, AR5."""
    (line,) = billed("water_supply", "NZ", year).ledger().to_dict("records")
    assert line["co2e"] == pytest.approx(1000 * total, rel=1e-6)
    co2, ch4, n2o = {
        2025: (0.0471473099, 0.0013108989, 0.0000909972),
        2026: (0.0365414, 0.00115538, 0.0000589379),
    }[year]
    assert line["co2e_of_co2_kg"] == pytest.approx(1000 * co2)
    assert line["co2e_of_ch4_kg"] == pytest.approx(1000 * ch4)
    assert line["co2e_of_n2o_kg"] == pytest.approx(1000 * n2o)


@pytest.mark.parametrize(("activity", "grams"), [("water_supply", 159), ("water_treatment", 134)])
def test_water_of_catalonia(activity: str, grams: float) -> None:
    """retema.es, February 2015: 159 g per m3 of supply, 134 g of treatment, in 2013."""
    result = billed(activity, "ES", 2013, subdivision="ES-CT")
    assert result.records["co2e"].tolist() == [pytest.approx(grams)]
    later = billed(activity, "ES", 2020, subdivision="ES-CT")
    assert "year_earlier" in later.records["flags"].iloc[0]


@pytest.mark.parametrize("place", [{}, {"subdivision": "ES-MD"}])
def test_catalonia_is_no_default_of_spain(place: dict[str, str]) -> None:
    result = billed("water_supply", "ES", 2013, **place)
    (problem,) = result.problems.to_dict("records")
    assert "No official factor for water in Spain" in problem["reason"]
    assert "Catalonia" in problem["remedy"]


def test_treatment_in_new_zealand_is_a_known_gap() -> None:
    (problem,) = billed("water_treatment", "NZ", 2025).problems.to_dict("records")
    assert "wastewater treatment" in problem["reason"]


# -- the importers -----------------------------------------------------------------------------


@needs_files
@pytest.mark.parametrize("module", [water, leak_rates, wastewater], ids=["water", "leak_rates", "wastewater"])
def test_rebuild_equals_bundled(module, tmp_path: Path) -> None:
    for name, (columns, rows) in module.read(SOURCES).tables.items():
        write_table(tmp_path / name, columns, rows)
        assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes(), name


@needs_files
def test_what_was_recalled_stays_out(tmp_path: Path) -> None:
    file = tmp_path / leak_rates.FILE
    file.parent.mkdir(parents=True)
    text = (SOURCES / leak_rates.FILE).read_text(encoding="utf-8")
    file.write_text(text.replace("US public domain,read,", "US public domain,recalled,", 1), encoding="utf-8")
    assert len(leak_rates.read(tmp_path).tables[leak_rates.TABLE][1]) == 74


@needs_files
@pytest.mark.parametrize(
    ("module", "old", "new", "message"),
    [
        (water, "kgco2e_per_m3", "kgco2e_per_l", "expected the columns"),
        (water, "NZ,,supply,2026", "AU,,supply,2026", "unknown place"),
        (water, "ES,Catalunya,supply,2013", "ES,Catalunya,reuse,2013", "unknown place or service"),
        (water, "0.0365414,", "0.0375414,", "do not add up"),
        (water, "5.89379e-05,AR5", "5.89379e-05,AR6", "another page or GWP set"),
        (water, ",Licence Ouverte 2.0,read,", ",Licence Ouverte 2.0,recalled,", "only what was read"),
        (leak_rates, "annual_leak_rate", "leak_rate", "expected the columns"),
        (leak_rates, ",Chillers,", ",Cold rooms,", "unknown equipment"),
        (leak_rates, "Defra annex 8, c.2011", "Defra annex 8, 2012", "unknown set"),
        (leak_rates, "kg per kW cooling", "g per kW cooling", "unknown set or unit of charge"),
        (leak_rates, ",0.01,0.15,1.0,0.95,", ",0.01,15,1.0,0.95,", "outside 0 to 1"),
        (leak_rates, "US public domain,read,", "US public domain,guessed,", "unknown status"),
        (leak_rates, ",read,upper end", ",read,middle", "unknown note"),
        (leak_rates, ",Chillers,", ",Domestic refrigeration,", "is there twice"),
        (wastewater, "default,minimum", "value,minimum", "expected the columns"),
        (wastewater, "uncoll_septic-tanks,2006,0.5,", "uncoll_cesspits,2006,0.5,", "unknown; add it"),
        (wastewater, "centralised_primary,2006,0.03", "centralised_primary,2006,0.04", "another value than"),
        (wastewater, "B0 per BOD,World,2006,0.6", "B0 per BOD,World,2006,0.9", "outside its bounds"),
        (wastewater, "beer and malt", "cider", "unknown; add it"),
    ],
)
def test_stops_at_what_is_unknown(module, old: str, new: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / module.FILE
    file.parent.mkdir(parents=True)
    shutil.copyfile(SOURCES / module.FILE, file)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(LayoutError, match=message):
        module.read(tmp_path)
