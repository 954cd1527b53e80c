"""Which of a user's own factors answers a record, where the published one does, and what the result says."""

from __future__ import annotations

import dataclasses
import itertools
import random
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from bad_factors import BOILER, POWER, gas, power
from facility_emissions.calculation import resolve
from facility_emissions.factors.book import all_factors
from facility_emissions.factors.custom import FactorTableWarning
from facility_emissions.factors.schema import Factor
from facility_emissions.vocabulary.suppliers import fold_supplier
from frames import FACILITIES, seeded_frame

SITES = [
    {"id": "madrid", "country": "ES", "type": "office"},
    {"id": "islands", "country": "ES", "subdivision": "ES-CN", "type": "warehouse"},
    {"id": "works", "country": "ES", "type": "factory"},
    {"id": "odd", "country": "ES"},
    {"id": "paris", "country": "FR", "type": "office"},
    {"id": "fresno", "country": "US", "subdivision": "US-CA", "grid_region": "eGRID:CAMX", "type": "office"},
    {"id": "tokyo", "country": "JP", "type": "office"},
]


def record(**changes: object) -> dict[str, object]:
    """Return a record of natural gas in Madrid in 2023, with changes."""
    return {
        "facility_id": "madrid",
        "category": "heat",
        "activity": "natural_gas",
        "quantity": 1000.0,
        "unit": "kWh_gcv",
        "year": 2023,
        **changes,
    }


def bill(**changes: object) -> dict[str, object]:
    """Return a record of electricity in Madrid in 2023, with changes."""
    return record(**{"category": "electricity", "activity": None, "unit": "kWh", **changes})


def calculate(own: object, *rows: dict[str, object], **method: object) -> fe.Result:
    return fe.calculate(pd.DataFrame(rows), SITES, fe.Method(**method), custom_factors=own)  # type: ignore[arg-type]


def factor_of(own: object, row: dict[str, object], figure: str = "stationary") -> str:
    """Return the id of the factor that a figure of a record has."""
    ledger = calculate(own, row).ledger().set_index("activity_category")
    return str(ledger.loc[figure, "factor_id"])


def cases(*rows: tuple[object, ...]) -> Sequence[tuple[object, ...]]:
    return rows


# -- what fits ---------------------------------------------------------------------------------

MINE, THEIRS = True, False


@pytest.mark.parametrize(
    ("row", "asked", "mine"),
    cases(
        ({}, {}, MINE),
        ({}, {"facility_id": "paris"}, THEIRS),
        ({}, {"activity": "diesel"}, THEIRS),
        ({"activity": "any"}, {"activity": "diesel"}, MINE),
        ({"activity": "gas natural"}, {"activity": "Gas Natural"}, MINE),
        ({"country": "Spain"}, {}, MINE),
        ({"country": None}, {"facility_id": "paris"}, MINE),
        ({"country": "WORLD"}, {"facility_id": "paris"}, MINE),
        ({"country": "EUROPE"}, {"facility_id": "paris"}, MINE),
        ({"country": "europe"}, {"facility_id": "tokyo"}, THEIRS),
        ({"subdivision": "ES-CN"}, {}, THEIRS),
        ({"subdivision": "ES-CN"}, {"facility_id": "islands"}, MINE),
        ({"country": "US", "subdivision": "eGRID:CAMX"}, {"facility_id": "fresno"}, MINE),
        ({"country": "US", "subdivision": "US-CA"}, {"facility_id": "fresno"}, MINE),
        ({"country": "US", "subdivision": "US-TX"}, {"facility_id": "fresno"}, THEIRS),
        ({"facility_id": "madrid"}, {}, MINE),
        ({"facility_id": "madrid"}, {"facility_id": "works"}, THEIRS),
        ({"facility_id": "madrid", "country": "FR"}, {}, THEIRS),
        ({"supplier": "Endesa Energía, S.A.U."}, {"supplier": "ENDESA ENERGIA"}, MINE),
        ({"supplier": "Endesa"}, {"supplier": "Iberdrola"}, THEIRS),
        ({"supplier": "Endesa"}, {}, THEIRS),
        ({"sector": "manufacturing"}, {"facility_id": "works"}, MINE),
        ({"sector": "manufacturing"}, {}, THEIRS),
        ({"sector": "manufacturing"}, {"sector": "manufacturing"}, MINE),
        ({"sector": "commercial"}, {"facility_id": "odd"}, MINE),  # assumed, and flagged
        # validity: calendar years, both ends inside
        ({}, {"year": 2022}, THEIRS),
        ({}, {"year": 2024}, THEIRS),
        ({"valid_from": None}, {"year": 2010}, MINE),
        ({"valid_from": None}, {"year": 2024}, THEIRS),
        ({"valid_to": None}, {"year": 2024}, MINE),
        ({"valid_to": None}, {"year": 2022}, THEIRS),
        ({"valid_from": 2020, "valid_to": 2024}, {"year": 2020}, MINE),
        ({"valid_from": 2020, "valid_to": 2024}, {"year": 2024}, MINE),
        ({"valid_from": 2020, "valid_to": 2024}, {"year": 2019}, THEIRS),
        # units
        ({}, {"unit": "MWh_gcv"}, MINE),
        ({"unit": "GJ_gcv"}, {}, MINE),
        ({}, {"unit": "kWh"}, MINE),  # bills of gas are gross
        ({"unit": "kWh_ncv"}, {"unit": "kWh"}, THEIRS),
        ({"unit": "kWh_ncv"}, {"unit": "kWh", "heat_basis": "ncv"}, MINE),
        ({}, {"unit": "kWh_ncv"}, THEIRS),
        ({"unit": "kWh"}, {}, THEIRS),
        ({"unit": "kWh"}, {"unit": "kWh"}, MINE),
        ({"unit": "kg"}, {}, THEIRS),
        # by name
        ({"applies": "by_name"}, {}, THEIRS),
        ({"applies": "by_name"}, {"custom_factor_id": "boiler"}, MINE),
        ({"activity": None}, {}, THEIRS),
        ({"activity": None}, {"custom_factor_id": "boiler"}, MINE),
    ),
)
def test_a_row_wins_where_it_fits_and_nowhere_else(row: dict, asked: dict, mine: bool) -> None:
    result = calculate([gas(**row)], record(**asked))
    assert result.problems.empty, result.problems.T
    ledger = result.ledger().set_index("activity_category")
    assert (ledger.loc["stationary", "factor_id"] == "boiler") == mine
    flags = result.records["flags"].iloc[0].split("; ")
    assert ("custom: custom factor" in flags) == mine
    assert result.custom_factors["status"].tolist() == ["used" if mine else "unused"]
    published = calculate(None, record(**asked))
    if mine:
        per = {"MWh_gcv": 1000, "GJ_gcv": 1 / 277.77777777777777}
        times = per.get(str(asked.get("unit")), 1) * per.get(str(row.get("unit")), 1) ** (
            -1 if asked.get("unit") else 1
        )
        assert result.co2e.iloc[0] == pytest.approx(190 * times, rel=1e-12)
    else:
        assert result.co2e.iloc[0] == published.co2e.iloc[0]
        assert ledger.loc["stationary", "factor_id"] == factor_of(None, record(**asked))


FIGURES = {
    "electricity_location_based": bill(),
    "electricity": bill(),
    "electricity_generation": bill(),
    "electricity_transmission_and_distribution": bill(),
    "stationary": record(),
    "stationary_generation": record(),
    "purchased_heat": record(activity="district_heat", unit="kWh"),
    "recharge": record(category="recharge", activity="R-427B", unit="kg"),
    "water_supply": record(category="water", activity="water_supply", unit="m3"),
    "water_treatment": record(category="water", activity="water_treatment", unit="m3"),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_each_figure_can_be_a_user_s_own(figure: str) -> None:
    """Nothing is published for water, district heat and R-427B in Spain; a factor of one's own answers."""
    asked = FIGURES[figure]
    unit = {"kWh_gcv": "MWh_gcv", "kWh": "MWh", "kg": "t", "m3": "l"}[str(asked["unit"])]
    size = {"t": 0.001, "l": 1000}.get(unit, 0.001)
    own = {"activity_category": figure, "activity": asked["activity"], "unit": unit, "co2e_fixed_kg": 7.0,
           "gwp_of_co2e_fixed": "AR5", "factor_id": "own"}  # fmt: skip
    result = calculate([own], asked, include=(figure,))
    assert result.problems.empty, result.problems.T
    assert result.co2e.iloc[0] == pytest.approx(1000 * size * 7)
    line = result.ledger().set_index("activity_category").loc[figure]
    assert (line["factor_id"], line["source"], line["edition"]) == ("own", "custom", "user")
    before, after = (calculate(table, asked).ledger().set_index("activity_category") for table in (None, [own]))
    others = [f for f in after.index if f != figure and f != "electricity"]
    if figure != "electricity_location_based":
        pd.testing.assert_frame_equal(after.loc[others], before.loc[others], check_categorical=False, check_dtype=False)


def test_losses_of_the_grid_are_not_those_of_a_heat_network() -> None:
    losses = power(activity_category="electricity_transmission_and_distribution", factor_id="lost")
    heat = {"activity_category": "purchased_heat", "activity": "district_heat", "unit": "kWh", "co2_fossil_kg": 0.2}
    district = record(activity="district_heat", unit="kWh")
    ledger = calculate([losses, heat], bill(), district).ledger()
    assert ledger[ledger["factor_id"] == "lost"]["row"].tolist() == [0]
    everything = [{**losses, "activity": "any"}, heat]
    ledger = calculate(everything, bill(), district).ledger()
    assert ledger[ledger["factor_id"] == "lost"]["row"].tolist() == [0, 1]


def test_a_period_across_years_takes_each_year_s_own_factor() -> None:
    own = [gas(), gas(factor_id="next", valid_from=2024, valid_to=2024, co2_fossil_kg=0.5)]
    days = {"start_date": "2022-12-31", "end_date": "2025-01-01", "year": None}  # 1 + 365 + 366 + 1 days
    ledger = calculate(own, record(quantity=733.0, **days)).ledger()
    lines = ledger[ledger["activity_category"] == "stationary"].set_index("year")
    assert lines["factor_id"].tolist()[1:3] == ["boiler", "next"]
    assert all(lines.loc[[2022, 2025], "factor_id"].str.startswith("miteco"))
    np.testing.assert_allclose(lines.loc[[2023, 2024], "co2e"], [365 * 0.19, 366 * 0.5], rtol=1e-12)
    assert calculate(own, record(quantity=733.0, **days)).custom_factors["records"].tolist() == [1, 1]


# -- precedence --------------------------------------------------------------------------------

# The most specific first: each row beats all below it.
LADDER = [
    {"facility_id": "islands", "supplier": "Endesa", "country": "ES", "sector": "commercial"},
    {"facility_id": "islands", "supplier": "Endesa"},
    {"facility_id": "islands", "country": "ES", "subdivision": "ES-CN"},
    {"facility_id": "islands", "country": "ES"},
    {"facility_id": "islands", "country": "EUROPE"},
    {"facility_id": "islands"},
    {"facility_id": "islands", "activity": "any"},
    {"supplier": "Endesa", "country": "ES", "subdivision": "ES-CN"},
    {"supplier": "Endesa", "country": "ES"},
    {"supplier": "Endesa", "sector": "commercial"},
    {"supplier": "Endesa"},
    {"supplier": "Endesa", "activity": "any"},
    {"country": "ES", "subdivision": "ES-CN", "activity": "any", "sector": "commercial"},
    {"country": "ES", "subdivision": "ES-CN", "activity": "any"},
    {"country": "ES", "sector": "commercial"},
    {"country": "ES"},
    {"country": "ES", "activity": "any"},
    {"country": "EUROPE"},
    {"country": "EUROPE", "activity": "any"},
    {"sector": "commercial"},
    {},
    {"activity": "any", "sector": "commercial"},
    {"activity": "any"},
]
ASKED = record(facility_id="islands", supplier="ENDESA S.A.")


def rung(at: int) -> dict[str, object]:
    narrow = {"activity": "natural_gas", **LADDER[at]}
    return {
        "factor_id": str(at),
        "activity_category": "stationary",
        "unit": "kWh_gcv",
        "co2_fossil_kg": at + 1.0,
        **narrow,
    }


@pytest.mark.parametrize("top", range(len(LADDER)))
def test_the_most_specific_row_wins(top: int) -> None:
    rows = [rung(at) for at in range(top, len(LADDER))]
    random.Random(top).shuffle(rows)
    assert factor_of(rows, ASKED) == str(top)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(range(len(LADDER)), 2)))
def test_of_two_rows_the_more_specific_wins(one: int, other: int) -> None:
    assert factor_of([rung(other), rung(one)], ASKED) == str(one)


def test_a_grid_region_is_finer_than_a_subdivision() -> None:
    rows = [power(factor_id=p, country="US", subdivision=p) for p in ("US-CA", "eGRID:CAMX")]
    assert factor_of(rows, bill(facility_id="fresno"), "electricity") == "eGRID:CAMX"


def test_a_factor_that_a_record_names_goes_before_all_that_fit() -> None:
    own = [gas(facility_id="madrid", factor_id="site", co2_fossil_kg=0.5), gas(factor_id="named", applies="by_name")]
    result = calculate(own, record(), record(custom_factor_id="named"))
    assert result.records["factor_ids"].tolist() == ["site", "named"]
    assert result.co2e.tolist() == [500.0, 190.0]


def test_a_named_factor_and_one_that_fits_another_figure_go_together() -> None:
    own = [power(factor_id="market"), power(factor_id="grid", activity_category="electricity_location_based")]
    own[0]["applies"] = "by_name"
    ledger = calculate(own, bill(custom_factor_id="market")).ledger().set_index("activity_category")["factor_id"]
    assert ledger["electricity"] == "market"
    assert ledger["electricity_location_based"] == "grid"


def test_a_plain_unit_is_taken_as_it_stands_before_its_basis_is_assumed() -> None:
    own = [gas(factor_id="gross"), gas(factor_id="plain", unit="kWh")]
    assert factor_of(own, record(unit="kWh")) == "plain"
    assert factor_of(own, record()) == "gross"


@dataclasses.dataclass(frozen=True)
class Wide:
    """How specific a row is, worked out in the plainest way: a check on the index."""

    row: dict[str, object]

    def fits(self, asked: dict[str, object], site: dict[str, object]) -> bool:
        r = self.row
        europe = ("EUROPE", "any", str(site["country"]))
        return (
            r["facility_id"] in ("", asked["facility_id"])
            and (not r["supplier"] or fold_supplier(str(r["supplier"])) == fold_supplier(str(asked["supplier"] or "")))
            and r["country"] in (europe if site["country"] in ("ES", "FR") else europe[1:])
            and r["subdivision"] in ("", site.get("subdivision"), site.get("grid_region"))
            and r["activity"] in ("any", asked["activity"])
            and int(str(r["valid_from"])) <= int(str(asked["year"])) <= int(str(r["valid_to"]))
        )

    @property
    def rank(self) -> tuple[bool, bool, int, bool]:
        r = self.row
        place = 4 if str(r["subdivision"]).startswith("eGRID") else 3 if r["subdivision"] else 2
        place = {"any": 0, "EUROPE": 1}.get(str(r["country"]), place)
        return (bool(r["facility_id"]), bool(r["supplier"]), place, r["activity"] != "any")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_the_index_finds_what_a_search_of_every_row_finds(seed: int) -> None:
    pick = random.Random(seed).choice
    rows = []
    for number in range(60):
        place = pick(
            [
                ("any", ""),
                ("EUROPE", ""),
                ("ES", ""),
                ("FR", ""),
                ("ES", "ES-CN"),
                ("US", "US-CA"),
                ("US", "eGRID:CAMX"),
            ]
        )
        first = pick([2019, 2021, 2023])
        span = {"valid_from": first, "valid_to": first + pick([0, 1])}
        rows.append(
            {
                **gas(factor_id=f"own{number}", co2_fossil_kg=number + 1, **span),
                "country": place[0],
                "subdivision": place[1],
                "facility_id": pick(["", "", "madrid", "islands", "fresno"]),
                "supplier": pick(["", "", "Endesa", "Naturgy"]),
                "activity": pick(["any", "natural_gas", "diesel"]),
            }
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FactorTableWarning)  # rows that fit the same records are left out, all of them
        table = fe.FactorTable(rows, on_error="skip")
    kept = [Wide(rows[own.row]) for own in table.rows]  # type: ignore[call-overload]
    sites = {str(s["id"]): s for s in SITES}
    asked = [
        record(facility_id=pick(list(sites)), activity=pick(["natural_gas", "diesel"]), year=pick(range(2018, 2026)),
               supplier=pick([None, "ENDESA, S.A.", "naturgy", "Other"]))
        for _ in range(40)
    ]  # fmt: skip
    ledger = calculate(table, *asked).ledger()
    found = ledger[ledger["activity_category"] == "stationary"].set_index("row")["factor_id"]
    for at, row in enumerate(asked):
        fitting = [w for w in kept if w.fits(row, sites[str(row["facility_id"])])]
        best = max(fitting, key=lambda w: w.rank, default=None)
        assert found[at] == best.row["factor_id"] if best else not found[at].startswith("own"), (row, best)


# -- market-based electricity ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instrument", "asked", "mine"),
    cases(
        ("", {}, MINE),
        ("", {"contract": "gdo"}, MINE),
        ("residual_mix", {}, MINE),
        ("residual_mix", {"contract": "gdo"}, THEIRS),
        ("residual_mix", {"supplier": "IBERDROLA CLIENTES, S.A.U."}, THEIRS),  # its label is published
        ("residual_mix", {"supplier": "Nobody S.L."}, MINE),
        ("guarantee_of_origin", {"contract": "gdo"}, MINE),
        ("gdo", {"contract": "guarantee_of_origin"}, MINE),
        ("guarantee_of_origin", {"contract": "high_efficiency_chp"}, THEIRS),
        ("guarantee_of_origin", {}, THEIRS),
    ),
)
def test_the_rung_of_the_hierarchy_that_a_row_is_for(instrument: str, asked: dict, mine: bool) -> None:
    factor = factor_of([power(instrument=instrument, valid_to=2023)], bill(**asked), "electricity")
    assert (factor == "power") == mine


def test_a_supplier_s_own_rate_goes_before_its_label_and_after_its_contract() -> None:
    row = power(instrument="supplier", supplier="Iberdrola Clientes")
    named = {"supplier": "IBERDROLA CLIENTES, S.A.U."}
    assert factor_of([row], bill(**named), "electricity") == "power"
    assert factor_of([row], bill(**named, contract="gdo"), "electricity") != "power"
    assert factor_of([row], bill(), "electricity") != "power"


def test_the_rate_of_a_contract_goes_before_one_for_all() -> None:
    rows = [power(country="ES"), power(factor_id="green", instrument="gdo", co2_fossil_kg=0)]
    ledger = calculate(rows, bill(), bill(contract="gdo")).ledger()
    market = ledger[ledger["activity_category"] == "electricity"].set_index("row")["factor_id"]
    assert market.to_dict() == {0: "power", 1: "green"}


def test_a_lifecycle_grid_average_of_one_s_own_holds_its_upstream() -> None:
    own = power(activity_category="electricity_location_based", boundary="lifecycle")
    for site in ("tokyo", "madrid"):  # Ember, lifecycle; EEA, direct, with upstream published beside it
        result = calculate([own], bill(facility_id=site))
        upstream = result.ledger().set_index("activity_category").loc["electricity_generation"]
        assert upstream["co2e"] == 0.0
        assert upstream["flags"].startswith("custom: custom factor; upstream_inside: ")
        assert result.citations()
    more = power(activity_category="electricity_generation", factor_id="chain")
    assert factor_of([own, more], bill(), "electricity_generation") == "chain"


# -- what the result says ----------------------------------------------------------------------


def test_the_document_of_a_factor_is_in_the_ledger_and_the_citations() -> None:
    own = [
        gas(source_id="Boiler test", edition="2023-05", data_year=2022, note="derived from two runs"),
        power(source_id="Certificate of Example Energy"),
        power(factor_id="grid", activity_category="electricity_location_based"),
    ]
    result = calculate(own, record(), bill())
    ledger = result.ledger().set_index(["row", "activity_category"])
    line = ledger.loc[(0, "stationary")]
    assert (line["source"], line["edition"], line["factor_year"], line["data_year"]) == (
        "Boiler test",
        "2023-05",
        2023,
        2022,
    )
    assert line["flags"] == (
        "custom: custom factor; co2_only: Boiler test publishes CO2 only: CH4 and N2O are not in this figure; "
        "derived: derived from two runs"
    )
    assert ledger.loc[(1, "electricity"), "source"] == "Certificate of Example Energy"
    lines = [line for line in result.citations() if line.startswith("Custom factors")]
    assert lines == [
        "Custom factors supplied by the user: Boiler test, 2023-05.",
        "Custom factors supplied by the user: Certificate of Example Energy.",
        "Custom factors supplied by the user.",
    ]


def test_a_source_that_is_named_like_a_published_one_is_not_cited_as_that() -> None:
    citations = calculate([gas(source_id="desnz", edition="2023")], record()).citations()
    assert "Custom factors supplied by the user: desnz, 2023." in citations
    assert not any("DESNZ" in line for line in citations)


def test_which_rows_were_used_is_told() -> None:
    own = [gas(), gas(factor_id="old", valid_from=2001, valid_to=2002), gas(factor_id="lost", facility_id="madird")]
    told = calculate(own, record(), record(), record(quantity=-1.0)).custom_factors
    assert told.to_dict("records") == [
        {"row": 0, "factor_id": "boiler", "status": "used", "records": 2, "reason": ""},
        {"row": 1, "factor_id": "old", "status": "unused", "records": 0, "reason": ""},
        {"row": 2, "factor_id": "lost", "status": "unused", "records": 0,
         "reason": "No facility 'madird' was given. Did you mean 'madrid'?"},
    ]  # fmt: skip
    assert list(calculate(None, record()).custom_factors) == ["row", "factor_id", "status", "records", "reason"]


def test_a_named_row_that_was_left_out_is_told_with_what_is_wrong() -> None:
    with pytest.warns(FactorTableWarning):
        table = fe.FactorTable([gas(unit="kgg")], on_error="skip")
    problem = calculate(table, record(custom_factor_id="boiler")).problems.iloc[0]
    assert problem["reason"].startswith(
        "The custom factor 'boiler' (row 0) is broken and was left out: Unknown unit 'kgg'."
    )
    assert problem["remedy"] == "Correct that row of the table."


def test_a_unit_out_of_reach_leaves_the_published_factor_and_says_so() -> None:
    result = calculate([gas()], record(unit="kWh_ncv"))
    words = "The custom factor 'boiler' is per kWh_gcv; the record is in kWh_ncv: the published one answers"
    assert f"custom_unit: {words}" in result.records["flags"].iloc[0]
    assert calculate([gas()], record(unit="kWh_ncv", year=2022)).records["flags"].str.contains("custom").sum() == 0
    strict = calculate([gas()], record(unit="kWh_ncv", facility_id="works"), strict=True)
    assert words in strict.problems["reason"].iloc[0]


def test_a_unit_out_of_reach_where_nothing_is_published_names_the_one_that_works() -> None:
    own = {
        "factor_id": "kg",
        "activity_category": "stationary",
        "activity": "natural_gas",
        "unit": "kg",
        "co2_fossil_kg": 2.7,
    }
    problem = calculate([own], record(unit="m3")).problems.iloc[0]
    assert problem["column"] == "unit"
    assert problem["reason"].startswith("m3 of natural_gas does not say at which conditions")
    assert problem["reason"].endswith("The custom factor 'kg' is per kg; the record is in m3.")
    assert problem["remedy"] == "Give the quantity in kg."


def test_gas_by_the_cubic_metre_of_one_s_own_supplier() -> None:
    own = gas(unit="m3", co2_fossil_kg=2.1)
    result = calculate([own], record(unit="m3"))
    assert result.co2e.tolist() == [2100.0]


def test_unknown_biogenic_co2_is_not_zero() -> None:
    wood = {"activity_category": "stationary", "activity": "wood_pellets", "unit": "kg", "co2_fossil_kg": 0.0}
    asked = record(activity="wood_pellets", unit="kg")
    assert np.isnan(calculate([wood], asked).co2e_biomass.iloc[0])
    assert "biogenic_unknown" in calculate([wood], asked).records["flags"].iloc[0]
    assert calculate([{**wood, "co2_biogenic_kg": 1.7}], asked).co2e_biomass.iloc[0] == 1700.0


def test_co2e_without_gases_is_not_rebased() -> None:
    own = gas(co2_fossil_kg=None, co2e_fixed_kg=0.2, gwp_of_co2e_fixed="AR6")
    for gwp, told in (("AR5", True), ("AR6", False)):
        result = calculate([own], record(), gwp=gwp)
        assert result.co2e.iloc[0] == pytest.approx(200.0)
        assert ("not_rebasable" in result.records["flags"].iloc[0]) == told


@pytest.mark.parametrize(
    ("row", "asked", "words"),
    cases(
        ({"country": "FR"}, {}, "is for FR; the facility is in ES."),
        ({"country": "EUROPE"}, {"facility_id": "tokyo"}, "is for EUROPE; the facility is in JP."),
        ({"subdivision": "ES-CN"}, {}, "is for ES-CN; the facility does not say that it is there."),
        ({"facility_id": "works"}, {}, "is for the facility 'works'; the record is of another."),
        ({"supplier": "Endesa"}, {"supplier": "Naturgy"}, "is of Endesa; the record's supplier is Naturgy."),
        ({"sector": "manufacturing"}, {}, "is for the sector manufacturing; the record's is commercial."),
        ({}, {"year": 2022}, "is valid in 2023; the consumption is of 2022."),
        ({"valid_from": None, "valid_to": 2020}, {}, "is valid up to 2020; the consumption is of 2023."),
        ({"activity": "diesel"}, {}, "is for diesel; the record is of natural_gas."),
        ({"activity_category": "purchased_heat", "activity": "any", "unit": "kWh"}, {"unit": "kWh"},
         "gives purchased_heat; a record of natural_gas has no such figure."),
    ),
)  # fmt: skip
def test_a_named_factor_that_does_not_fit_is_a_problem(row: dict, asked: dict, words: str) -> None:
    problems = calculate([gas(**row)], record(custom_factor_id="boiler", **asked)).problems
    assert problems["reason"].tolist() == [f"The custom factor 'boiler' {words}"]
    assert problems["column"].tolist() == ["custom_factor_id"]


def test_a_named_factor_may_be_for_a_region_and_for_a_supplier_that_the_record_does_not_say() -> None:
    own = gas(country="EUROPE", supplier="Endesa", facility_id="madrid")
    assert calculate([own], record(custom_factor_id="boiler")).co2e.iloc[0] == 190.0


def test_what_was_assumed_for_a_factor_to_fit_is_told() -> None:
    assert "basis_assumed: kWh taken as gross" in calculate([gas()], record(unit="kWh")).records["flags"].iloc[0]
    assert "basis_assumed" not in calculate([gas(unit="kWh")], record(unit="kWh")).records["flags"].iloc[0]
    assert "basis_assumed" not in calculate([gas()], record(unit="kWh", heat_basis="gcv")).records["flags"].iloc[0]
    own = power(activity_category="electricity_location_based", sector="commercial")
    flags = calculate([own], bill(facility_id="odd"), bill()).records["flags"]
    assert "sector_assumed: facility type not given: taken as commercial" in flags.iloc[0]
    assert "sector_assumed" not in flags.iloc[1]


def test_what_a_published_answer_does_not_depend_on_a_named_factor_may() -> None:
    rows = [record(custom_factor_id="boiler", supplier=s) for s in ("Endesa", "Naturgy", None)]
    for order in (rows, rows[::-1]):
        resolve._RESOLVERS.clear()
        result = calculate([gas(supplier="Endesa")], *order)
        assert [r["supplier"] for r, kg in zip(order, result.co2e, strict=True) if kg != kg] == ["Naturgy"]


def test_a_facility_that_cannot_be_read_is_the_only_problem() -> None:
    sites = [{"id": "madrid", "country": "Atlantis"}]
    own = [gas(facility_id="madrid")]
    problems = fe.calculate([record(custom_factor_id="boiler")], sites, custom_factors=own).problems
    assert problems["column"].tolist() == ["facility_id"]


# -- the same figures --------------------------------------------------------------------------

SIMPLE = ("stationary", "purchased_heat", "electricity_location_based", "water_supply", "water_treatment")


@pytest.fixture(scope="module")
def bundled() -> dict[str, Factor]:
    return {f.factor_id: f for f in all_factors() if f.activity_category in SIMPLE}


def handed_back(ledger: pd.DataFrame, bundled: dict[str, Factor]) -> list[dict[str, object]]:
    """Return the factors of a ledger as rows of a user's, each for the one facility and year that it answered."""
    own: dict[tuple[object, ...], dict[str, object]] = {}
    for line in ledger[(ledger["conversion"] == "") & ledger["factor_id"].isin(bundled)].itertuples():
        if "losses_inside" in line.flags or line.source == "eccc":  # a custom grid average says nothing of its losses
            continue
        factor = bundled[line.factor_id]
        key = (line.facility_id, factor.activity_category, factor.activity, line.year, factor.sector)
        alone = {"facility_id": line.facility_id, "country": "any", "subdivision": "", "factor_id": f"own{len(own)}",
                 "valid_from": line.year, "valid_to": line.year}  # fmt: skip
        own.setdefault(key, {**dataclasses.asdict(factor), **alone})
    return list(own.values())


def by_figure(result: fe.Result) -> pd.DataFrame:
    """Return every mass and CO2e of a ledger, in an order that does not depend on the factors."""
    ledger = result.ledger()
    figures = [c for c in ledger if c.endswith("_kg") or c.startswith("co2e")]
    return (
        ledger.astype({"activity_category": str})
        .groupby(["row", "year", "activity_category"])[figures]
        .sum(min_count=1)
    )


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_custom_row_equal_to_the_published_one_gives_the_same_figures(seed: int, bundled: dict[str, Factor]) -> None:
    rows = seeded_frame(seed, 150)
    before = fe.calculate(rows, FACILITIES)
    own = handed_back(before.ledger(), bundled)
    after = fe.calculate(rows, FACILITIES, custom_factors=own)
    assert after.ledger()["factor_id"].astype(str).str.startswith("own").sum() >= len(own) > 10
    pd.testing.assert_frame_equal(by_figure(after), by_figure(before), rtol=1e-12)
    pd.testing.assert_series_equal(after.co2e, before.co2e, rtol=1e-12)
    pd.testing.assert_series_equal(after.co2e_biomass, before.co2e_biomass, rtol=1e-12)
    # A record in a unit that the row of one's own does not reach is told of that too.
    told = after.problems["reason"].str.contains("The custom factor")
    pd.testing.assert_frame_equal(after.problems[~told], before.problems[~told])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    rows = seeded_frame(seed, 60)
    own = [rung(at) for at in range(len(LADDER))]
    own += [{**rung(at), "factor_id": f"kg{at}", "unit": "kg"} for at in range(0, len(LADDER), 3)]
    own = [{**row, "facility_id": row.get("facility_id") and "f1"} for row in own]
    there = fe.calculate(rows, FACILITIES, custom_factors=own)
    random.Random(seed).shuffle(own)
    # A resolver that was filled with the first order would hide a difference.
    resolve._RESOLVERS.clear()
    back = fe.calculate(rows, FACILITIES, custom_factors=own)
    pd.testing.assert_frame_equal(back.records, there.records, check_exact=True)
    pd.testing.assert_frame_equal(back.ledger(), there.ledger(), check_exact=True)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_rows_that_fit_nothing_change_nothing(seed: int) -> None:
    rows = seeded_frame(seed, 80)
    own = [gas(country=None, facility_id="nowhere"), power(valid_to=1901), power(factor_id="x", supplier="Acme"),
           gas(factor_id="y", applies="by_name")]  # fmt: skip
    there, back = fe.calculate(rows, FACILITIES), fe.calculate(rows, FACILITIES, custom_factors=own)
    pd.testing.assert_frame_equal(back.records, there.records, check_exact=True)
    pd.testing.assert_frame_equal(back.ledger(), there.ledger(), check_exact=True)
    pd.testing.assert_frame_equal(back.problems, there.problems)


# -- speed -------------------------------------------------------------------------------------


def test_only_facilities_with_rows_of_their_own_ask_questions_of_their_own() -> None:
    sites = [{"id": f"s{i}", "country": "ES", "type": "office"} for i in range(500)]
    rows = [record(facility_id=f"s{i}") for i in range(500)]

    def keys(own: list[dict[str, object]]) -> int:
        return len(fe.calculate(rows, sites, custom_factors=own)._calculation.keys)

    assert keys([]) == 1
    assert keys([gas()]) == 1
    assert keys([gas(facility_id="s7"), gas(factor_id="b", facility_id="s9")]) == 3
    assert keys([gas(facility_id="elsewhere")]) == 1


def test_a_table_is_resolved_once_however_often_it_is_used() -> None:
    own = [gas()]
    calculate(own, record())
    first = resolve.resolver_for(fe.Method(), fe.FactorTable(own))
    assert resolve.resolver_for(fe.Method(), fe.FactorTable([dict(BOILER)])) is first
    assert resolve.resolver_for(fe.Method(), fe.FactorTable([POWER])) is not first
    assert resolve.resolver_for(fe.Method(), fe.FactorTable([])) is not first
    assert resolve.resolver_for(fe.Method(gwp="AR6"), fe.FactorTable(own)) is not first
    assert first.book is resolve.resolver_for(fe.Method(), fe.FactorTable([])).book
