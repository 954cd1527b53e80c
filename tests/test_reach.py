"""How much the bundled tables hold: the figures that the data set out to reach, counted."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from facility_emissions import gwp
from facility_emissions.factors.book import all_factors
from facility_emissions.factors.schema import WORLD, Factor
from facility_emissions.vocabulary.regions import REGIONS


@pytest.fixture(scope="module")
def factors() -> list[Factor]:
    return list(all_factors())


@pytest.fixture(scope="module")
def grid_years(factors: list[Factor]) -> dict[str, set[int]]:
    """Country to the years of consumption with a national location-based factor."""
    years: dict[str, set[int]] = defaultdict(set)
    for f in factors:
        national = not f.subdivision and f.country not in (WORLD, *REGIONS)
        if f.activity_category == "electricity_location_based" and national:
            assert f.valid_to is not None, f.factor_id
            years[f.country] |= set(range(f.valid_from, f.valid_to + 1))
    return years


def test_electricity_of_190_countries_and_territories_for_their_latest_years(grid_years: dict[str, set[int]]) -> None:
    assert sum(max(years) >= 2023 for years in grid_years.values()) >= 190


def test_series_of_15_years_or_more_for_most_countries(grid_years: dict[str, set[int]]) -> None:
    long = [country for country, years in grid_years.items() if len(years) >= 15]
    assert len(long) > len(grid_years) / 2
    assert len(long) >= 190


def test_60_fuels_with_gases(factors: list[Factor]) -> None:
    by_gas = {
        f.activity
        for f in factors
        if f.activity_category == "stationary" and None not in (f.co2_fossil_kg, f.ch4_kg, f.n2o_kg)
    }
    assert len(by_gas) >= 60


def test_150_blends_and_300_gases_with_a_gwp() -> None:
    with_value = {gas for gas in gwp.gases() for s in gwp.GWP_SETS for h in gwp.HORIZONS if gas in gwp.table(s, h)}
    assert len(with_value) >= 300
    assert len(gwp.blends()) >= 150


# MITECO V31, sheet 10, labels printed for each year: NOTES 3 says 11-243 suppliers a year, 2007-2024.
def test_labels_of_spanish_suppliers_for_every_year(factors: list[Factor]) -> None:
    labels = Counter(f.valid_from for f in factors if f.source_id == "miteco" and f.instrument == "supplier")
    assert sorted(labels) == list(range(2007, 2025))
    assert (min(labels.values()), max(labels.values())) == (11, 243)
    for instrument in ("residual_mix", "guarantee_of_origin", "high_efficiency_chp"):
        national = {f.valid_from for f in factors if f.source_id == "miteco" and f.instrument == instrument}
        assert national == set(range(2007, 2025)), instrument


# AIB: 34 countries to 2022 and the EU27 after, in each of them Austria without a residual mix, the
# Netherlands without from 2024. The publisher's tables of 2018-2020 lack BA, ME, and RS (2018) or LU
# (2020, printed 0); CH is printed 0 in 2022.
RESIDUAL = {
    2018: 34 - 1 - 3,
    2019: 34 - 1 - 2,
    2020: 34 - 1 - 3,
    2021: 34 - 1,
    2022: 34 - 1 - 1,
    2023: 27 - 1,
    2024: 27 - 2,
    2025: 27 - 2,
}
NEVER = {"AT": range(2018, 2026), "NL": range(2024, 2026), "GB": range(2023, 2026)}

# NOTES on electricity, section 3, key values of the AIB [g/kWh], 2018 to 2025; None: no residual mix.
KEY_VALUES = {
    "ES": (451, 343, 287, 296, 275, 282, 292, 238),
    "FR": (53, 43, 59, 49, 125, 41, 24, 17),
    "DE": (729, 609, 589, 618, 684, 720, 725, 701),
    "IT": (487, 466, 459, 457, 457, 501, 441, 420),
    "PT": (316, 256, 375, 281, 446, 539, 502, 393),
    "NL": (533, 555, 452, 451, 439, 380, None, None),
    "PL": (905, 811, 799, 850, 858, 788, 808, 727),
    "GB": (381, 348, 316, 351, 365, None, None, None),
}


def residual(factors: list[Factor]) -> list[Factor]:
    return [f for f in factors if f.instrument == "residual_mix"]


def test_residual_mixes_of_europe_by_year(factors: list[Factor]) -> None:
    aib = [f for f in residual(factors) if f.source_id == "aib"]
    assert Counter(f.valid_from for f in aib) == RESIDUAL
    for country, years in NEVER.items():
        assert not [f.factor_id for f in aib if f.country == country and f.valid_from in years]


@pytest.mark.parametrize("country", KEY_VALUES)
def test_key_values_of_the_residual_mix(country: str, factors: list[Factor]) -> None:
    held = {f.valid_from: f for f in residual(factors) if f.source_id == "aib" and f.country == country}
    for year, grams in zip(range(2018, 2026), KEY_VALUES[country], strict=True):
        if grams is None:
            assert year not in held
            continue
        figures = (held[year].co2_fossil_kg, held[year].co2e_fixed_kg)
        (kg,) = [figure for figure in figures if figure is not None]
        assert kg * 1000 == pytest.approx(grams, abs=0.5), year


def test_residual_mixes_elsewhere(factors: list[Factor]) -> None:
    """Green-e 2025: the 27 subregions of eGRID, data of 2023; NGA 2025 and 2026: Australia; China 2022."""
    places: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for f in residual(factors):
        places[f.source_id].add((f.country, f.valid_from))
    assert sum(f.source_id == "green_e" for f in residual(factors)) == 27
    assert {year for _, year in places["green_e"]} == {2023}
    assert places["nga"] >= {("AU", 2025), ("AU", 2026)}
    assert places["mee_cn"] >= {("CN", 2022)}
    assert {f.source_id for f in residual(factors)} == {"miteco", "aib", "green_e", "nga", "mee_cn"}
