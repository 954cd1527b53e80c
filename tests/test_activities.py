"""Activities and categories: every word parses, words of several activities are refused."""

from __future__ import annotations

import csv
import os
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility_emissions import bundle
from facility_emissions.errors import VocabularyError
from facility_emissions.vocabulary import activities as module
from facility_emissions.vocabulary.activities import (
    ACTIVITY_CATEGORIES,
    CATEGORIES,
    activities,
    fold,
    parse_activity,
    parse_category,
)

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
HAS_REFRIGERANTS = find_spec("facility_emissions.vocabulary.refrigerants") is not None
needs_refrigerants = pytest.mark.skipif(not HAS_REFRIGERANTS, reason="the refrigerants' vocabulary is not there")


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def rows() -> list[dict[str, str]]:
    return bundle.rows("vocabulary/fuels.csv")


def test_counts():
    """NOTES-fuels-heat 7: 69 ids, of which three are purchased; three supplies beside them."""
    assert len(activities("heat")) == 69
    assert [a.id for a in activities("heat") if a.state == "heat"] == [
        "district_heat",
        "steam",
        "district_cooling",
    ]
    power = ["grid_electricity", "self_generated_electricity", "exported_electricity"]
    assert [a.id for a in activities("electricity")] == power
    loads = ["wastewater_bod", "wastewater_cod", "wastewater_nitrogen"]
    assert [a.id for a in activities("water")] == ["water_supply", "water_treatment", *loads]
    assert len(activities()) == 77
    assert activities("recharge") == ()


@pytest.mark.parametrize("change", [str, str.upper, str.lower, str.title, without_accents])
def test_every_activity_parses_under_every_word_of_its_own(change):
    for activity in activities():
        for word in (activity.id, activity.name_en, activity.name_es, *activity.aliases):
            assert parse_activity(change(word)) is activity, word
            assert parse_activity(change(word), activity.category) is activity, word


@pytest.mark.parametrize("change", [("_", " "), ("_", "-"), ("_", "")])
def test_ids_parse_with_any_separator(change):
    for activity in activities():
        assert parse_activity(f"  {activity.id.replace(*change)} ") is activity


@pytest.mark.parametrize(
    ("word", "activity_id"),
    [
        # names that the Facilities API is known to send (API.md 3.1)
        ("Natural gas", "natural_gas"),
        ("Diesel", "diesel"),
        ("Propane", "propane"),
        ("Heating oil", "gas_oil_heating"),
        ("LPG", "lpg"),
        ("natural_gas", "natural_gas"),
        ("gas_oil_b", "gas_oil_b"),
        # what people write
        ("GAS NATURAL", "natural_gas"),
        ("gasoleo c", "gas_oil_heating"),
        ("Gasoil B", "gas_oil_b"),
        ("Gasóleo de calefacción", "gas_oil_heating"),
        ("Biodiésel", "biodiesel_fame"),
        ("B-7", "diesel_b7"),
        ("astillas", "wood_chips"),
        ("leña", "wood_logs"),
        ("fuel oil No. 2", "gas_oil_heating"),
        ("Fuelóleo n.º 5", "fuel_oil_no5"),
        ("H₂", "hydrogen"),
        ("calefacción urbana", "district_heat"),
        ("vapor", "steam"),
        ("chilled water", "district_cooling"),
        ("electricity", "grid_electricity"),
        ("Electricidad", "grid_electricity"),
        ("Autoconsumo solar", "self_generated_electricity"),
        ("self-consumed solar", "self_generated_electricity"),
        ("Excedentes de autoconsumo", "exported_electricity"),
        ("grid export", "exported_electricity"),
        ("water", "water_supply"),
        ("agua", "water_supply"),
        ("depuracion", "water_treatment"),
        ("waste water", "water_treatment"),
        ("sewage treatment", "water_treatment"),
        ("water treatment", "water_treatment"),
    ],
)
def test_words_that_people_write(word, activity_id):
    assert parse_activity(word).id == activity_id


@pytest.mark.parametrize(
    ("word", "choices"),
    [
        ("red diesel", {"gas_oil_heating", "gas_oil_b"}),
        ("gas ciudad", {"natural_gas", "gas_works_gas"}),
        ("gas oil", {"gas_oil_heating", "gas_oil_b", "diesel", "diesel_average_blend"}),
        ("gasoil", {"gas_oil_heating", "gas_oil_b", "diesel", "diesel_average_blend"}),
        ("Gasóleo", {"gas_oil_heating", "gas_oil_b", "diesel", "diesel_average_blend"}),
        ("Gasóleo A", {"diesel", "diesel_average_blend"}),
        ("gasolina", {"petrol", "petrol_average_blend"}),
        ("gasolina 95", {"petrol", "petrol_average_blend", "petrol_e5", "petrol_e10"}),
        ("coal", {"anthracite", "coal_bituminous", "coal_domestic", "coal_subbituminous", "lignite"}),
        ("wood", {"wood_logs", "wood_chips", "wood_pellets", "sawdust"}),
        ("MSW", {"municipal_waste_fossil", "municipal_waste_biogenic"}),
        ("GNR", {"gas_oil_b", "biomethane"}),
        ("bombona", {"butane", "propane"}),
        ("mazout", {"gas_oil_heating", "fuel_oil"}),
        ("fuel", {"fuel_oil", "gas_oil_heating"}),
        ("heat", {"natural_gas", "gas_oil_heating", "district_heat"}),
    ],
)
def test_words_of_several_activities_are_refused_with_their_choices(word, choices):
    for category in (None, "heat"):
        with pytest.raises(VocabularyError, match="does not say which") as caught:
            parse_activity(word, category)
        message = str(caught.value)
        assert {a.id for a in activities() if repr(a.id) in message} == choices


def test_no_word_of_an_activity_is_the_name_of_another():
    """Collisions are open (several ids under one word): none hides behind an id or a name."""
    words = {}
    for activity in activities():
        for word in (activity.id, activity.name_en, activity.name_es):
            assert words.setdefault(fold(word), activity.id) == activity.id
    for row in rows():
        for alias in filter(None, row["aliases"].split("|")):
            assert words.get(fold(alias), row["id"]) == row["id"], alias


def test_ambiguous_words_are_no_aliases_of_an_activity():
    assert "red diesel" in next(r for r in rows() if r["id"] == "gas_oil_b")["aliases"]
    assert "red diesel" not in parse_activity("gas_oil_b").aliases


def test_aliases_carry_no_remarks():
    assert not [a for row in rows() for a in row["aliases"].split("|") if "(" in a]


@pytest.mark.parametrize("word", ["ME", "XTL", "orujillo", "methane"])
def test_words_left_out_of_the_vocabulary(word):
    words = {fold(a) for row in rows() for a in row["aliases"].split("|")}
    assert fold(word) not in words


@pytest.mark.parametrize(
    ("word", "category", "wanted"),
    [
        ("natural gas", "electricity", ["'natural_gas'", "category 'heat'", "not of 'electricity'"]),
        ("electricidad", "heat", ["'grid_electricity'", "category 'electricity'", "not of 'heat'"]),
        ("agua", "calor", ["'water_supply'", "category 'water'", "not of 'heat'"]),
        ("coal", "water", ["'coal_bituminous'", "category 'heat'"]),
    ],
)
def test_wrong_category_names_the_right_one(word, category, wanted):
    with pytest.raises(VocabularyError) as caught:
        parse_activity(word, category)
    assert all(part in str(caught.value) for part in wanted)


@needs_refrigerants
@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("natural gaz", "natural_gas"),
        ("gasoleo de calefacion", "Gasóleo de calefacción"),
        ("propan", "propane"),
    ],
)
def test_unknown_has_a_hint(word, hint):
    for category in (None, "heat"):
        with pytest.raises(VocabularyError, match=rf"Unknown activity '{word}'.*Did you mean .*'{hint}'"):
            parse_activity(word, category)


@needs_refrigerants
def test_unknown_in_a_small_category_lists_it():
    with pytest.raises(
        VocabularyError, match=r"category 'water'\. Known: water_supply, water_treatment, wastewater_bod, "
    ):
        parse_activity("zzz", "water")


@needs_refrigerants
def test_refrigerants_belong_to_recharge():
    found = parse_activity("R-410A", "recharge")
    assert (found.id, found.category, found.state) == ("R-410A", "recharge", "refrigerant")
    assert parse_activity("R-410A") == found
    with pytest.raises(VocabularyError, match=r"category 'recharge', not of 'heat'"):
        parse_activity("R-410A", "heat")
    with pytest.raises(VocabularyError, match=r"'natural_gas' of category 'heat'.* by mass"):
        parse_activity("natural gas", "recarga")
    with pytest.raises(VocabularyError):
        parse_activity("zzzzzz", "recharge")


@needs_refrigerants
@pytest.mark.parametrize("word", ["EV charging", "Charging points", "punto de recarga", "recarga de vehículos"])
def test_charging_of_vehicles_is_no_recharge(word):
    with pytest.raises(VocabularyError, match=r"refrigerant refilled .* 'electricity', activity 'grid_electricity'"):
        parse_activity(word, "recharge")


@pytest.mark.parametrize("category", [None, "electricity", "heat"])
def test_charging_of_vehicles_is_electricity(category):
    with pytest.raises(VocabularyError, match="'grid_electricity'"):
        parse_activity("ev_charging", category)


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("heat", "heat"),
        ("HEAT", "heat"),
        ("calor", "heat"),
        ("Calefaccion", "heat"),
        ("electricidad", "electricity"),
        ("Electricity ", "electricity"),
        ("agua", "water"),
        ("recharge", "recharge"),
        ("recarga", "recharge"),
        ("refrigerantes", "recharge"),
    ],
)
def test_categories(word, category):
    assert parse_category(word) == category
    assert category in CATEGORIES


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("electrcity", "Did you mean 'electricity'"),
        ("gas", "Known: heat, electricity, water, recharge"),
        ("process", "not calculated here"),
        ("waste_water_treatment", "not calculated here"),
        ("EV charging", "'grid_electricity'"),
    ],
)
def test_unknown_categories(word, wanted):
    with pytest.raises(VocabularyError, match=wanted):
        parse_category(word)


@pytest.mark.parametrize("value", [None, float("nan"), 7, "", " - "])
def test_what_is_no_word_is_refused(value):
    with pytest.raises(VocabularyError, match="activity is missing"):
        parse_activity(value)
    with pytest.raises(VocabularyError, match="category is missing"):
        parse_category(value)


@needs_refrigerants
@given(st.text(max_size=20), st.sampled_from([None, *CATEGORIES]))
def test_any_text_is_an_activity_or_a_vocabulary_error(text, category):
    try:
        found = parse_activity(text, category)
    except VocabularyError:
        return
    assert category in (None, found.category)


def test_activity_categories_are_the_table_of_the_design():
    assert {a.id: (a.scope, a.category, a.basis) for a in ACTIVITY_CATEGORIES.values()} == {
        "stationary": (1, "heat", ""),
        "purchased_heat": (2, "heat", ""),
        "stationary_generation": (3, "heat", ""),
        "electricity_location_based": (2, "electricity", "location"),
        "electricity": (2, "electricity", "market"),
        "electricity_generation": (3, "electricity", ""),
        "electricity_transmission_and_distribution": (3, "electricity", ""),
        "recharge": (1, "recharge", ""),
        "water_supply": (3, "water", ""),
        "water_treatment": (3, "water", ""),
        "wastewater_on_site": (1, "water", ""),
    }
    assert all(key == value.id for key, value in ACTIVITY_CATEGORIES.items())


@pytest.mark.parametrize(
    ("activity_id", "state", "origin"),
    [
        ("natural_gas", "gas", "fossil"),
        ("peat", "solid", "fossil"),  # EPA lists it under biomass; IPCC: fossil (NOTES-fuels-heat 4)
        ("tyres", "solid", "mixed"),
        ("wood_pellets", "solid", "biogenic"),
        ("biodiesel_fame", "liquid", "biogenic"),
        ("diesel_b7", "liquid", "blend"),
        ("hydrogen", "gas", "carrier"),
        ("district_heat", "heat", "carrier"),
        ("grid_electricity", "electricity", "carrier"),
        ("water_supply", "water", "none"),
    ],
)
def test_state_and_origin(activity_id, state, origin):
    found = parse_activity(activity_id)
    assert (found.state, found.origin) == (state, origin)


def test_table_has_no_recalled_codes_and_keeps_the_publishers_names():
    columns = "id state origin name_en name_es aliases ipcc2006_fuel epa_hub defra miteco ademe"
    assert " ".join(rows()[0]) == columns
    gas = next(r for r in rows() if r["id"] == "natural_gas")
    assert (gas["miteco"], gas["ipcc2006_fuel"]) == ("Gas natural (kWhPCS)", "Natural Gas")


def test_module_needs_no_pandas():
    assert "pandas" not in Path(module.__file__).read_text(encoding="utf-8")


class TestImporter:
    def copy(self, tmp_path: Path, change) -> Path:
        path = SOURCES / "tidy" / "fuel_vocabulary.csv"
        if not path.is_file():
            pytest.skip("the source files are not here")
        with path.open(encoding="utf-8", newline="") as handle:
            table = list(csv.reader(handle))
        change(table)
        (tmp_path / "tidy").mkdir()
        with (tmp_path / "tidy" / "fuel_vocabulary.csv").open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(table)
        return tmp_path

    def test_rebuilds_the_bundled_table(self, tmp_path):
        from facility_emissions.importers.tidy import write_table
        from facility_emissions.importers.vocabulary import TABLE, read

        made = read(self.copy(tmp_path, lambda table: None))
        assert list(made.tables) == [TABLE]
        write_table(tmp_path / "fuels.csv", *made.tables[TABLE])
        assert (tmp_path / "fuels.csv").read_bytes() == (bundle.root() / TABLE).read_bytes()

    @pytest.mark.parametrize(
        ("row", "column", "value", "message"),
        [
            (0, 0, "fuel", "columns are"),
            (1, 1, "plasma", r"row 2 \(natural_gas\): state 'plasma'"),
            (1, 2, "unknown", r"row 2 \(natural_gas\): origin 'unknown'"),
            (1, 5, "gas", r"alias 'methane \(grid\)' is expected"),
            (2, 0, "natural_gas", "an id stands twice"),
            (1, 0, "natural_gaz", "no row has the id 'natural_gas'"),
            (2, 5, "LNG|coal", "lng has the alias 'coal', which is shared"),
        ],
    )
    def test_stops_at_what_it_does_not_know(self, tmp_path, row, column, value, message):
        from facility_emissions.importers.tidy import LayoutError
        from facility_emissions.importers.vocabulary import read

        def change(table):
            table[row][column] = value

        with pytest.raises(LayoutError, match=message):
            read(self.copy(tmp_path, change))
