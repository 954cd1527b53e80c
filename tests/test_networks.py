"""Heating and cooling networks of France: figures typed from ADEME's Base Carbone V23.6, and how a record names one."""

from __future__ import annotations

import csv
import os
import statistics
from collections import defaultdict
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions import bundle
from facility_emissions.factors.book import networks
from facility_emissions.factors.schema import Factor, parse_factor
from facility_emissions.importers import ademe_networks, ademe_workbook
from facility_emissions.importers.tidy import LayoutError
from facility_emissions.vocabulary.suppliers import fold_supplier

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_workbook = pytest.mark.skipif(
    not (SOURCES / ademe_workbook.FILE).is_file(), reason="the publisher's workbook is not here"
)
HEAT, COLD, BOUGHT, UPSTREAM = "district_heat", "district_cooling", "purchased_heat", "stationary_generation"

# Row and element of the sheet: kind, name, life cycle, combustion ("sans ACV") [kg/kWh] of 2021.
PRINTED_2021 = {
    (13597, 36222): (HEAT, "1, BELLEY, Belena", 0.061, 0.036),
    (13594, 36330): (HEAT, '16, Soyaux, Réseau "Champ de manœuvre"', 0.228, 0.201),
    (14514, 36763): (HEAT, "67, Strasbourg, Elsau", 0.124, 0.104),
    (14571, 36808): (HEAT, "69, LYON, Réseau de Lyon", 0.131, 0.112),
    (14713, 36885): (HEAT, "75, PARIS, Paris et communes limitrophes", 0.18, 0.157),
    (15117, 36809): (COLD, "69, LYON, Réseau de Lyon", 0.021, 0.011),
    (15120, 36886): (COLD, "75, PARIS, Réseau Climespace", 0.016, 0.007),
    (15129, 37031): (COLD, "92, Levallois-Perret, Cristalia", 0.019, 0.009),
    (14401, 36258): (HEAT, "6, Roquebrune, BET CAP AZUR chaud", 0.023, 0.043),
    (15087, 37089): (HEAT, "Autres réseaux de chaleurs", 0.385, 0.385),
}
PRINTED_2018 = {
    (13596, 27100): (HEAT, "1, Belley, Belena", 0.025),
    (14714, 27597): (HEAT, "75, Paris, Paris et communes limitrophes-CPCU", 0.172),
    (14715, 27598): (HEAT, "75, Paris, Réseau Climespace", 0.202),
    (15119, 27599): (COLD, "75, Paris, Réseau Climespace", 0.007),
}
# Elements of 2021 whose combustion is not below their life cycle: no upstream can be derived.
NO_UPSTREAM = {
    *(36304, 36305, 36302, 36422, 36436, 36444, 36463, 36460, 36462, 36475, 36515, 36514, 36516, 36258, 36785),
    *(36766, 36767, 36786, 36816, 36873, 36905, 36967, 37013, 37016, 37052, 37089, 37090),
}


@cache
def factors() -> dict[tuple[str, str, str, int], Factor]:
    with (bundle.root() / ademe_networks.TABLE).open(encoding="utf-8", newline="") as handle:
        rows = [parse_factor(row, f"line {i}") for i, row in enumerate(csv.DictReader(handle), 2)]
    found = {(f.activity_category, f.activity, f.supplier, f.valid_from): f for f in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize(("place", "printed"), PRINTED_2021.items(), ids=[str(e) for _, e in PRINTED_2021])
def test_2021_combustion_as_printed_and_upstream_the_rest(place: tuple[int, int], printed: tuple[object, ...]) -> None:
    activity, name, acv, direct = printed
    f = factors()[BOUGHT, activity, name, 2021]  # type: ignore[index]
    assert f.locator == f"Base_Carbone_V23.6!{place[0]}, element {place[1]}"
    assert (f.co2_fossil_kg, f.co2e_fixed_kg, f.country, f.subdivision, f.unit_id) == (direct, None, "FR", "", "kWh")
    assert (f.valid_from, f.valid_to) == (2021, 2023)
    rest = factors().get((UPSTREAM, activity, name, 2021))  # type: ignore[arg-type]
    if place[1] in NO_UPSTREAM:
        assert rest is None
        assert "no upstream" in f.note
    else:
        assert rest is not None
        assert rest.co2e_fixed_kg == pytest.approx(acv - direct, abs=1e-9)
        assert (rest.note[:7], rest.boundary, rest.gwp_of_co2e_fixed) == ("derived", "upstream", "unstated")


@pytest.mark.parametrize(("place", "printed"), PRINTED_2018.items(), ids=[str(e) for _, e in PRINTED_2018])
def test_2018_one_figure_and_no_upstream(place: tuple[int, int], printed: tuple[object, ...]) -> None:
    activity, name, value = printed
    f = factors()[BOUGHT, activity, name, 2018]  # type: ignore[index]
    assert f.locator == f"Base_Carbone_V23.6!{place[0]}, element {place[1]}"
    assert (f.co2e_fixed_kg, f.gwp_of_co2e_fixed, f.co2_fossil_kg, f.valid_to) == (value, "unstated", None, 2020)
    assert (UPSTREAM, activity, name, 2018) not in factors()


def test_counts() -> None:
    """872 networks of 2021 (839 of heat, 33 of cold) and 675 of 2018 (655, 20)."""
    found: dict[tuple[str, str, int], int] = defaultdict(int)
    for category, activity, _, year in factors():
        found[category, activity, year] += 1
    assert (found[BOUGHT, HEAT, 2021], found[BOUGHT, COLD, 2021]) == (839, 33)
    assert (found[BOUGHT, HEAT, 2018], found[BOUGHT, COLD, 2018]) == (655, 20)
    assert found[UPSTREAM, HEAT, 2021] + found[UPSTREAM, COLD, 2021] == 872 - len(NO_UPSTREAM)
    assert sum(found.values()) == 1547 + 845


def test_networks_without_upstream_are_those_listed() -> None:
    lacking = {
        int(f.locator.rsplit(" ", 1)[1])
        for (category, activity, name, year), f in factors().items()
        if category == BOUGHT and year == 2021 and (UPSTREAM, activity, name, year) not in factors()
    }
    assert lacking == NO_UPSTREAM


def test_figures_of_2018_are_of_combustion() -> None:
    """What the importer's docstring says: the file does not state it, the figures do."""
    of_2018 = {(a, fold_supplier(s)): f.co2e_fixed_kg for (c, a, s, y), f in factors().items() if y == 2018}
    direct, acv = {}, {}
    for (category, activity, name, year), f in factors().items():
        if (category, year) == (BOUGHT, 2021):
            key = (activity, fold_supplier(name))
            direct[key] = f.co2_fossil_kg or 0.0
            rest = factors().get((UPSTREAM, activity, name, 2021))
            acv[key] = direct[key] + ((rest.co2e_fixed_kg or 0.0) if rest else 0.0)
    both = of_2018.keys() & direct.keys()
    assert sum(v == 0 for v in of_2018.values()) == 102
    assert (sum(v == 0 for v in direct.values()), sum(v == 0 for v in acv.values())) == (131, 0)
    assert abs(statistics.median((of_2018[k] or 0) - direct[k] for k in both)) < 0.001
    assert statistics.median((of_2018[k] or 0) - acv[k] for k in both) < -0.02


# -- how a record names one --------------------------------------------------------------------

SITES = pd.DataFrame({"id": ["lyon", "madrid", "london"], "country": ["FR", "ES", "GB"]})


def calculate(supplier: object, *, year: int = 2022, activity: str = HEAT, site: str = "lyon", **options: object):  # type: ignore[no-untyped-def]
    record = {
        "facility_id": site,
        "category": "heat",
        "activity": activity,
        "quantity": 1000.0,
        "unit": "kWh",
        "start_date": f"{year}-01-01",
        "end_date": f"{year}-12-31",
        "supplier": supplier,
    }
    return fe.calculate(pd.DataFrame([{**record, **options.pop("more", {})}]), SITES, **options)  # type: ignore[dict-item,arg-type]


@pytest.mark.parametrize(
    "written",
    [
        "69, LYON, Réseau de Lyon",
        "69 lyon reseau de lyon",
        "Lyon - Réseau de Lyon",  # without the département
        "LYON RESEAU DE LYON",
        "36808",  # ADEME's element
    ],
)
def test_a_network_is_met_in_any_spelling(written: str) -> None:
    result = calculate(written)
    row = result.records.iloc[0]
    assert row["co2e"] == row[BOUGHT] == pytest.approx(112.0)
    assert row[UPSTREAM] == pytest.approx(19.0)
    assert "network: network 69, LYON, Réseau de Lyon" in row["flags"]
    ledger = result.ledger().set_index("activity_category")
    assert (
        ledger.loc[BOUGHT, "factor_id"]
        == "ademe/V23.6/FR/purchased_heat/district_heat/69,_LYON,_Réseau_de_Lyon/kWh/2021"
    )
    assert "derived" in ledger.loc[UPSTREAM, "flags"]


def test_oe_is_written_in_two_ways() -> None:
    assert calculate("Soyaux, Réseau Champ de manoeuvre").co2e.iloc[0] == pytest.approx(201.0)


def test_heat_and_cold_of_one_name_are_two_networks() -> None:
    assert calculate("69, Lyon, Réseau de Lyon", activity=COLD).co2e.iloc[0] == pytest.approx(11.0)


def test_the_year_decides_which_list() -> None:
    assert calculate("1, Belley, Belena", year=2019).co2e.iloc[0] == pytest.approx(25.0)
    assert calculate("1, Belley, Belena", year=2023).co2e.iloc[0] == pytest.approx(36.0)
    late = calculate("1, Belley, Belena", year=2025)
    assert late.co2e.iloc[0] == pytest.approx(36.0)
    assert "no factor for 2025: latest earlier year, 2023" in late.records["flags"].iloc[0]
    assert not calculate("1, Belley, Belena", year=2025, method=fe.Method(strict=True)).problems.empty


def only_problem(result) -> dict[str, object]:  # type: ignore[no-untyped-def]
    assert result.records["status"].tolist() == ["problem"]
    (problem,) = result.problems.to_dict("records")
    assert problem["column"] == "supplier"
    return problem  # type: ignore[no-any-return]


@pytest.mark.parametrize("written", ["Reseau de Lyonn", "69, LYON, Réseau de Lyonn"])
def test_a_similar_name_is_told_and_not_taken(written: str) -> None:
    problem = only_problem(calculate(written))
    assert f"No network {written!r} is published for district_heat in FR. Did you mean '" in str(problem["reason"])
    assert "lyon reseau de lyon'" in str(problem["reason"])


def test_the_networks_own_name_alone_is_not_enough() -> None:
    """Another town may have a 'Belena' of its own that is not listed."""
    assert "'belley belena'" in str(only_problem(calculate("Belena"))["reason"])


def test_a_network_of_heat_is_none_of_cold() -> None:
    assert "for district_cooling in FR" in str(only_problem(calculate("1, Belley, Belena", activity=COLD))["reason"])


@pytest.mark.parametrize("nothing", [None, "", "  "])
@pytest.mark.parametrize("activity", [HEAT, COLD])
def test_without_a_network_the_problem_says_how_to_find_one(nothing: object, activity: str) -> None:
    problem = only_problem(calculate(nothing, activity=activity))
    assert "one by one" in str(problem["reason"])
    remedy = str(problem["remedy"])
    assert f"facility-emissions factors find {activity} --country FR" in remedy
    assert f"fe.factors.find('{activity}', country='FR')" in remedy
    assert "custom_factor_id" in remedy
    assert ("'Autres réseaux de chaleurs'" if activity == HEAT else "'Autres réseaux de froid'") in remedy


def test_what_the_remedy_says_works() -> None:
    listed = fe.factors.find(HEAT, country="FR", year=2022, activity_category=BOUGHT)
    assert "69, LYON, Réseau de Lyon" in set(listed["supplier"])
    assert calculate("Autres réseaux de chaleurs").co2e.iloc[0] == pytest.approx(385.0)
    own = [{"factor_id": "mine", "activity_category": BOUGHT, "unit": "kWh", "co2_fossil_kg": 0.05}]
    custom = calculate("Nobody's", more={"custom_factor_id": "mine"}, custom_factors=own)
    assert custom.co2e.iloc[0] == pytest.approx(50.0)


def test_a_network_without_upstream_is_a_gap_not_a_zero() -> None:
    result = calculate("6, Roquebrune, BET CAP AZUR chaud")
    assert result.co2e.iloc[0] == pytest.approx(43.0)
    assert UPSTREAM not in result.records or pd.isna(result.records[UPSTREAM].iloc[0])
    gap = result.gaps.set_index("activity_category").loc[UPSTREAM]
    assert "no figure of the life cycle" in gap["reason"]


def test_a_year_out_of_reach_is_said() -> None:
    far = calculate("69, LYON, Réseau de Lyon", year=2030, method=fe.Method(max_years_back=2))
    assert only_problem(far)["reason"] == (
        "69, LYON, Réseau de Lyon has no published figure for 2030, or for a year near enough."
    )


def test_elsewhere_a_supplier_of_heat_does_not_matter() -> None:
    with_name, without = calculate("Anyone", site="london"), calculate(None, site="london")
    assert with_name.co2e.iloc[0] == without.co2e.iloc[0] == pytest.approx(170.73, rel=1e-3)  # DESNZ 2022, 0.17073
    assert "MITECO V31 gives no factor" in calculate("Anyone", site="madrid").problems["reason"].iloc[0]
    assert networks(HEAT, "GB") == {}


def test_a_supplier_of_a_fuel_does_not_matter() -> None:
    gas = calculate("69, LYON, Réseau de Lyon", activity="natural_gas", more={"unit": "kWh_gcv"})
    assert gas.co2e.iloc[0] == pytest.approx(181.0)
    assert "network" not in gas.records["flags"].iloc[0]


# -- layout ------------------------------------------------------------------------------------


@needs_workbook
@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        (13597, "Commentaire français", "", "does not print the figure 'sans ACV'"),
        (
            13597,
            "Commentaire français",
            "Valeur DPE de combustion sans ACV = 36 gCO2/kWh.",
            "does not print the figure",
        ),
        (13597, "Commentaire français", "Valeur DPE de combustion sans ACV = 0,036 kgCO2/kWh.", "and its years"),
        (
            13597,
            "Commentaire français",
            "Valeur DPE de combustion sans ACV = 3,6 kgCO2/kWh.Taux EnR : 0. 2020.",
            "beyond",
        ),
        (13596, "Commentaire français", "Valeur DPE de combustion sans ACV = 0,036 kgCO2/kWh.", "2018 had none"),
        (13597, "Nom base français", "Réseau de vapeur", "expected"),
        (13597, "Nom frontière français", 2022.0, "year '2022'"),
        (13597, "Période de validité", 2024.0, "until '2024'"),
        (13597, "Statut de l'élément", "Archivé", "expected"),
        (13597, "Unité français", "kgCO2e/MWh", "in kgCO2e/MWh"),
        (13597, "Nom attribut français", "BELLEY Belena", "is not 'département, commune, network'"),
        (13597, "Nom attribut français", "69, Lyon, réseau de LYON", "cannot be told from"),
        (13597, "Total poste non décomposé", 61.0, "beyond any network"),
    ],
)
def test_stops_at_what_is_unknown(
    monkeypatch: pytest.MonkeyPatch, row: int, column: str, value: object, message: str
) -> None:
    header, *body = ademe_workbook.grid(SOURCES / ademe_workbook.FILE)
    grid = [header, *body]
    grid[row - 1] = list(grid[row - 1])
    grid[row - 1][header.index(column)] = value
    monkeypatch.setattr(ademe_workbook, "grid", lambda _: tuple(grid))
    with pytest.raises(LayoutError, match=message):
        ademe_networks.read(SOURCES)
