"""Finding a factor: what a text means, which factors are shown, which would be taken, and why."""

from __future__ import annotations

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.errors import NotFoundError, VocabularyError
from facility_emissions.factors import find, why_nothing
from facility_emissions.factors.book import FactorBook, Query
from facility_emissions.factors.matching import match_publisher, match_supplier, match_text
from facility_emissions.factors.schema import FACTOR_COLUMNS
from facility_emissions.vocabulary.activities import parse_activity

ENDESA_2024 = "miteco/V31/ES/electricity/grid_electricity/supplier/ENDESA_ENERGÍA_S.A.U./kWh/2024"
LOCATION = "electricity_location_based"


# --- what a text means -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["natural_gas", "Natural gas", "GAS NATURAL", "gas natural", "Natural-Gas"])
def test_an_activity_by_any_of_its_names(text: str) -> None:
    found = find(text, country="ES", year=2023)
    assert set(found["activity"]) == {"natural_gas"}
    assert set(found["match"]) == {""}
    assert "miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023" in set(found["factor_id"])


def test_a_word_of_several_activities_finds_them_all() -> None:
    with pytest.raises(VocabularyError, match="does not say which"):
        parse_activity("gasóleo")  # a calculation refuses it, a search shows its choices
    found = find("gasóleo", country="ES", year=2023)
    assert {"gas_oil_heating", "gas_oil_b", "diesel"} <= set(found["activity"])


@pytest.mark.parametrize(
    "text",
    ["Endesa Energía, S.A.U.", "ENDESA ENERGIA SA", "endesa energía s.l.", "Endesa Energia", "ENDESA  ENERGÍA, S. A."],
)
def test_a_supplier_without_accents_case_and_legal_form(text: str) -> None:
    for found in (find(text, country="ES", year=2024), find(supplier=text, country="ES", year=2024)):
        assert found["factor_id"].tolist() == [ENDESA_2024]
        assert found["match"].tolist() == [""]
        assert found["rank"].tolist() == [1]


def test_words_of_a_supplier_find_all_that_contain_them_and_say_so() -> None:
    found = find("endesa")
    names = {m.id for m in match_text("endesa")}
    assert names == {"endesa energia", "endesa energia renovable", "endesa generacion"}
    assert set(found["match"]) == {
        "supplier 'ENDESA ENERGIA, S.A.' contains 'endesa'",
        "supplier 'ENDESA ENERGÍA RENOVABLE, S.L.' contains 'endesa'",
        "supplier 'ENDESA GENERACIÓN, S.A.' contains 'endesa'",
    }
    # each word has to begin a word of the name
    assert {m.id for m in match_supplier("renov endesa")} == {"endesa energia renovable"}
    with pytest.raises(NotFoundError):
        match_supplier("ndesa")


def test_a_name_is_not_widened_by_what_contains_it() -> None:
    assert [m.id for m in match_text("Endesa Energía")] == ["endesa energia"]


def test_a_network_is_found_as_a_supplier_is(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = {"cpcu paris": frozenset({"CPCU (Paris)"}), "cristalia paris": frozenset({"Cristalia, Paris"})}
    monkeypatch.setattr("facility_emissions.factors.matching.suppliers", lambda: networks)
    assert [m.id for m in match_supplier("CPCU - Paris")] == ["cpcu paris"]
    assert [m.how for m in match_supplier("paris")] == [
        "supplier 'CPCU (Paris)' contains 'paris'",
        "supplier 'Cristalia, Paris' contains 'paris'",
    ]
    with pytest.raises(NotFoundError, match=r"Did you mean 'CPCU \(Paris\)'"):
        match_supplier("CPCU Pariss x")


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("MITECO", {"miteco"}),
        ("uba", {"uba"}),
        ("Umweltbundesamt", {"uba"}),
        ("European Environment Agency", {"eea"}),
        ("Base Carbone", None),  # a title
        ("ministerio transicion", {"miteco"}),  # words of a publisher, accents left out
    ],
)
def test_a_publisher_by_id_name_or_title(text: str, sources: set[str] | None) -> None:
    found = find(source=text, year=2023)
    assert len(found)
    assert sources in (None, set(found["source_id"]))
    assert set(find(text, year=2023)["factor_id"]) == set(found["factor_id"])


@pytest.mark.parametrize("text", ["IPCC", "Intergovernmental Panel on Climate Change"])
def test_reports_of_gwps_are_no_publishers_of_factors(text: str) -> None:
    assert {m.id for m in match_publisher(text)} == {"ipcc"}


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("naturalgaz", "Did you mean 'natural_gas'?"),
        ("endessa energia", "As a supplier or publisher: 'ENDESA ENERG"),
        ("Umweltbundesammt", "'Umweltbundesamt'"),
    ],
)
def test_what_is_merely_near_is_suggested_and_never_taken(text: str, suggestion: str) -> None:
    with pytest.raises(VocabularyError) as told:
        find(text)
    assert suggestion in str(told.value)


def test_unknown_arguments_are_named() -> None:
    with pytest.raises(NotFoundError, match=r"No source 'mitecco', .* Did you mean 'miteco'"):
        find("natural_gas", source="mitecco")
    with pytest.raises(NotFoundError, match="No supplier or network called 'Acme'"):
        find(supplier="Acme")
    with pytest.raises(VocabularyError, match="Did you mean 'stationary'"):
        find("natural_gas", activity_category="stationery")
    with pytest.raises(VocabularyError, match="no country known here"):
        find("natural_gas", country="Narnia")
    with pytest.raises(VocabularyError):
        find("natural_gas", unit="furlong")


# --- which factors are shown ---------------------------------------------------------------------


def test_all_arguments_have_to_fit() -> None:
    found = find("electricidad", supplier="endesa", source="miteco", country="ES", year=2024)
    assert found["factor_id"].tolist() == [ENDESA_2024]
    assert find("natural_gas", supplier="endesa").empty


def test_unit_edition_licence_and_years_are_shown() -> None:
    row = find("electricity", country="ES", year=2023, activity_category=LOCATION, source="eea").iloc[0]
    assert (row["unit"], row["gases"], row["edition"], row["data_year"]) == ("kWh", "CO2e", "2026-07", 2023)
    assert (row["published"], row["publication_year"]) == ("2026-07-10", 2026)  # sources.csv
    assert row["publisher"] == "European Environment Agency"
    assert row["licence"].startswith("Re-use policy of the European Environment Agency")
    gas = find("natural_gas", country="ES", year=2023, source="miteco").iloc[0]
    assert gas["gases"] == "CO2, CH4, N2O"


def test_the_columns_are_those_of_a_factor_and_then_some() -> None:
    for found in (find("natural_gas"), find("natural_gas", country="ES", year=2023), find("steam", country="NA")):
        assert tuple(found.columns[: len(FACTOR_COLUMNS)]) == FACTOR_COLUMNS
        assert [*found.columns[len(FACTOR_COLUMNS) :]] == [
            "gases", "publisher", "published", "publication_year", "licence", "match", "rank", "chosen", "why",
        ]  # fmt: skip


def test_a_year_alone_shows_what_is_valid_in_it_unranked() -> None:
    found = find("natural_gas", year=2023)
    assert ((found["valid_from"] <= 2023) & ~(found["valid_to"] < 2023)).all()
    assert {"miteco", "desnz", "ipcc"} <= set(found["source_id"])
    assert found["rank"].isna().all()
    assert set(found["why"]) == {""}


def test_of_a_country_its_parts_and_what_stands_in_for_it_are_shown() -> None:
    places = {c or p for p, c in find("electricity", country="US")[["country", "subdivision"]].itertuples(index=False)}
    assert {"US", "US-CA", "eGRID:CAMX"} <= places
    assert not {"ES", "CA-ON"} & places
    stand_in = find("natural_gas", country="NA", activity_category="stationary_generation")
    assert "GB" in set(stand_in["country"])
    assert set(find("natural_gas", country="WORLD", year=2023)["source_id"]) == {"ipcc"}
    assert set(find("natural_gas", country="NA", activity_category="stationary")["country"]) == {"WORLD"}


def test_a_unit_shows_what_it_reaches() -> None:
    # IPCC prints energy (NCV) and calorific values by mass, no density: kilograms reach it, litres do not
    assert "ipcc" in set(find("gas_oil_heating", country="NA", year=2023, unit="kg")["source_id"])
    assert "ipcc" not in set(find("gas_oil_heating", country="NA", year=2023, unit="l")["source_id"])
    assert set(find("gas_oil_heating", unit="l", source="miteco")["unit"]) == {"l"}
    assert find("gas_oil_heating", unit="l", source="ipcc").empty


# --- which would be taken, and why ---------------------------------------------------------------


def test_the_reasons_are_told_in_the_order_of_the_book() -> None:
    found = find("electricity", country="ES", year=2023, activity_category=LOCATION)
    assert [*zip(found["rank"], found["source_id"], found["edition"], found["chosen"], strict=True)] == [
        (1, "eea", "2026-07", True),
        (2, "eea", "2024-10", False),
        (3, "ember", "2026-04", False),
        (4, "ember", "2025-12", False),
        (5, "aib_production", "2016-2022", False),
    ]
    assert found["why"].tolist() == [
        "of Spain itself; valid in 2023; eea comes before ember (EU and neighbours: CO2e, direct); "
        "newest of 2 editions",
        "edition 2026-07 is newer than 2024-10",
        "eea comes before ember",
        "eea comes before ember",
        "of 2022: only where there is not one of 2023 itself",
    ]


def test_each_sector_is_a_question_of_its_own() -> None:
    found = find("natural_gas", country="ES", year=2023, activity_category="stationary", source="ipcc")
    assert dict(zip(found["sector"], found["rank"], strict=True)) == dict.fromkeys(
        ("commercial", "energy_industries", "manufacturing", "residential"), 2
    )


def whys(*words: str, **given: object) -> dict[str, str]:
    """Return why by source, of the best factor of each."""
    found = find(*words, **given).sort_values("rank", kind="stable").drop_duplicates("source_id")  # type: ignore[arg-type]
    return dict(zip(found["source_id"], found["why"], strict=True))


def test_fallbacks_of_year_and_place_are_the_why() -> None:
    gas = {"country": "ES", "activity_category": "stationary", "unit": "kWh_gcv"}
    assert whys("natural_gas", **gas, year=2026) == {
        "miteco": "of Spain itself; no factor for 2026: latest earlier year, 2024",
        "ipcc": "world default: only where the country has none",
    }
    assert whys("natural_gas", **gas, year=2001)["ipcc"].startswith(
        "no national factor for ES in 2001 or near it: world"
    )
    gas["country"] = "NA"
    assert whys("natural_gas", **{**gas, "activity_category": "stationary_generation"}, year=2023)["desnz"].startswith(
        "no national factor for NA in 2023 or near it: that of United Kingdom stands in ("
    )


def test_units_decide_last() -> None:
    found = find("natural_gas", country="GB", year=2025, activity_category="stationary", source="desnz", unit="kWh_gcv")
    assert found["unit"].add(found["basis"]).tolist() == ["kWhgcv", "t", "kWhncv"]
    first, second, third = found["why"]
    assert first == "of United Kingdom itself; valid in 2025"
    assert second.startswith("kWh_gcv crosses by GCV ")
    assert second.endswith("; the one taken needs less")
    assert " NCV " in third


def test_a_part_of_a_country_is_a_question_of_its_own() -> None:
    found = find("electricity", country="US", year=2023, activity_category=LOCATION).set_index("factor_id")
    california = found.loc["egrid/2023/US-CA/electricity_location_based/grid_electricity/kWh/2023"]
    assert (california["rank"], california["why"]) == (1, "of US-CA itself; valid in 2023")
    national = found.loc["egrid/2023/US/electricity_location_based/grid_electricity/kWh/2023"]
    assert national["rank"] == 1
    assert national["why"].startswith("of United States itself; valid in 2023; egrid comes before ember (")


def test_the_order_is_that_of_the_method() -> None:
    asked = {"country": "ES", "year": 2023, "activity_category": LOCATION}
    ember = find("electricity", **asked, method=fe.Method(databases={"ES": "ember"}))  # type: ignore[arg-type]
    assert ember["source_id"].iloc[0] == "ember"
    assert "ember comes before eea by the Method" in ember["why"].iloc[0]
    before = find("electricity", **asked, method=fe.Method(as_of="2025-06-30"))  # type: ignore[arg-type]
    assert before["edition"].iloc[0] == "2024-10"  # the edition of July 2026 was not out
    assert "2026-07" not in set(before["edition"])


def test_the_rungs_of_the_market_based_hierarchy_are_told() -> None:
    found = find("electricity", country="ES", year=2023, activity_category="electricity").set_index("instrument")
    residual = found.loc["residual_mix"]
    assert residual["source_id"].tolist() == ["miteco", "aib"]
    assert residual["why"].iloc[0].startswith("residual mix, for records without contract or known supplier; valid in")
    assert found.loc[["guarantee_of_origin"], "why"].iloc[0].startswith("for records with the contract guarantee_of_o")


def test_a_label_of_another_year_is_no_label() -> None:
    label = find(supplier="Endesa Energía", country="ES", year=2024)
    assert len(label) == 1
    assert find(supplier="Endesa Energía", country="ES", year=2025).empty


def test_a_residual_mix_known_not_to_exist_is_not_taken_from_another_year() -> None:
    asked = {"country": "GB", "activity_category": "electricity"}
    assert find("electricity", **asked, year=2022)["source_id"].tolist() == ["aib"]  # type: ignore[arg-type]
    assert find("electricity", **asked, year=2024).empty  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("country", "category", "activity", "unit", "year", "more"),
    [
        ("ES", "heat", "natural_gas", "kWh_gcv", 2023, {}),
        ("ES", "heat", "gas_oil_heating", "l", 2026, {}),
        ("ES", "heat", "wood_pellets", "kg", 2003, {}),
        ("PT", "heat", "gas_oil_heating", "kWh_ncv", 2023, {}),
        ("DE", "heat", "natural_gas", "kWh_gcv", 2024, {}),
        ("GB", "heat", "district_heat", "kWh", 2024, {}),
        ("ES", "electricity", "grid_electricity", "kWh", 2021, {}),
        ("ES", "electricity", "grid_electricity", "kWh", 2024, {"supplier": "Endesa Energía SA"}),
        ("ES", "electricity", "grid_electricity", "kWh", 2020, {"contract": "guarantee_of_origin"}),
        ("GB", "electricity", "grid_electricity", "kWh", 2024, {}),
        ("AT", "electricity", "grid_electricity", "kWh", 2023, {}),
        ("US", "electricity", "grid_electricity", "kWh", 2022, {"subdivision": "US-TX"}),
        ("AU", "electricity", "grid_electricity", "kWh", 2022, {}),
        ("GB", "water", "water_supply", "m3", 2030, {}),
    ],
)
def test_the_chosen_one_is_the_one_that_a_calculation_takes(
    country: str, category: str, activity: str, unit: str, year: int, more: dict[str, str]
) -> None:
    given = dict(more)
    site = {"id": "a", "country": country, "type": "office", "subdivision": given.pop("subdivision", None)}
    record = {"facility_id": "a", "category": category, "activity": activity, "quantity": 1.0, "unit": unit,
              "start_date": f"{year}-01-01", "end_date": f"{year}-12-31", **given}  # fmt: skip
    ledger = fe.calculate([record], [site]).ledger()
    told = "lifecycle|inside|market_from_location"  # of no factor of its own
    ledger = ledger[~ledger["flags"].str.contains(told) | (ledger["activity_category"] == LOCATION)]
    found = find(activity, country=country, year=year, unit=unit)
    chosen = set(found[found["chosen"].fillna(False)]["factor_id"])
    assert len(ledger)
    for factor_id in ledger["factor_id"].str.split(" + ", regex=False).str[0]:
        if "grid_electricity_losses" not in factor_id and "_losses/" not in factor_id:
            assert factor_id in chosen
    one = FactorBook(fe.Method())
    for row in found[found["rank"] == 1].to_dict("records"):  # and nothing else is called so
        region = row["subdivision"] if str(row["subdivision"]).startswith("eGRID:") else ""
        supplier = match_supplier(row["supplier"])[0].id if row["supplier"] else ""
        part = "" if region or row["country"] != country else row["subdivision"]
        asked = (row["activity_category"], row["activity"], country, year, unit, part, region)
        choice = one.choose(Query(*asked, row["sector"], row["instrument"], supplier))
        assert choice is not None
        assert choice.factor.factor_id == row["factor_id"]


def test_options_are_ordered_by_place_then_year() -> None:
    book = FactorBook(fe.Method(max_years_back=2, max_years_forward=1))
    options = [*book.options(Query("stationary", "natural_gas", "ES", 2024, "kWh_gcv"))]
    years = [o.factor.valid_from for o in options if o.factor.source_id == "miteco"]
    assert years == [2024, 2023, 2022]
    assert [o.factor.country for o in options][3:] == ["WORLD"] * 4
    earlier = [*book.options(Query("stationary", "natural_gas", "ES", 2006, "kWh_gcv"))]
    assert next(o.factor.valid_from for o in earlier) == 2007
    later = FactorBook(fe.Method()).options(Query("stationary", "natural_gas", "ES", 2004, "kWh_gcv"))
    assert [o.factor.valid_from for o in later if o.factor.country == "ES"] == [2007, 2008, 2009]


# --- where there is nothing ----------------------------------------------------------------------


def test_nothing_says_what_is_missing_and_what_would_match() -> None:
    said = why_nothing("district_heat", country="ES", year=2023)
    assert said[0].startswith(
        "MITECO V31 gives no factor for purchased heat, steam, cooling or compressed air in Spain."
    )
    assert said[0].endswith("as the workbook says (sheet 8, part C).")
    assert any(s.startswith("Without country 'ES': ") and "GB" in s for s in said)
    assert not any(s.startswith("Without year") for s in said)  # there is none in any year
    assert not any("water" in s for s in said)  # a gap of something else
    label = why_nothing(supplier="Endesa Energía", country="ES", year=2025)
    assert any(s.startswith("Without year 2025: ") and s.endswith(", for 2007 to 2024.") for s in label)


def test_a_refrigerant_is_shown_by_its_gwps() -> None:
    found = find("R410A", country="ES", year=2023)
    assert set(found["activity"]) == {"R-410A"}
    assert isinstance(found, pd.DataFrame)
    assert "gwp_all" in found


def test_a_company_without_a_label_of_the_year_gives_way_to_those_that_bear_its_name() -> None:
    found = fe.factors.find("Iberdrola", country="ES", year=2024)
    assert {"IBERDROLA CLIENTES, S.A.U."} <= set(found["supplier"])
    assert found["match"].str.contains("contains 'Iberdrola'").all()
    assert set(fe.factors.find("Iberdrola", country="ES", year=2008)["match"]) == {""}
    assert fe.factors.why_nothing("Iberdrola", country="FR") == ["Without country 'FR': 2 factors, of ES."]


@pytest.mark.parametrize("unit", ["kWh", "MWh", "kWh_gcv"])
def test_plain_energy_reaches_a_fuel_on_either_basis(unit: str) -> None:
    best = fe.factors.find("natural gas", country="ES", year=2023, unit=unit).query("chosen").iloc[0]
    assert best["factor_id"] == "miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023"
