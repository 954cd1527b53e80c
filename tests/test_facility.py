"""The facility and the bodies that create and change one: values kept, values refused, and the words."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import uuid
import warnings
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from facility_emissions.errors import VocabularyError, place_of
from facility_emissions.facility import (
    CupsWarning,
    Facility,
    FacilityCreate,
    FacilityUpdate,
    FacilityValidationError,
    explain,
)
from facility_emissions.vocabulary.cups import parse_cups

# The sample of the API's documentation (facilities: overview, get, list).
SAMPLE = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "name": "Madrid Office",
    "address": "Calle Gran Vía 1, Madrid",
    "country": "ES",
    "type": "office",
    "status": "active",
    "co2e": 1250.5,
    "co2e_biomass": 0.0,
    "logistic_factor": 0.8,
    "categories": ["heat", "electricity", "water"],
    "cups_list": ["ES0021000000000001AA"],
    "facility_purpose_type": "facilities",
    "created_at": "2024-11-24T10:30:00Z",
    "updated_at": None,
}
GOOD_CUPS = "ES0022000006089269MY1P"  # the sample of the API's documentation of invoices
MINIMAL = {"id": "a", "name": "A", "country": "ES", "type": "office"}


def facility(**changes: Any) -> Facility:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CupsWarning)
        return Facility.model_validate({**SAMPLE, **changes})


def faults(model: type[BaseModel], data: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(data, context={"notes": []})
    return str(FacilityValidationError(explain(raised.value, model)))


def test_the_documented_sample_comes_back_as_it_was_sent() -> None:
    dumped = json.loads(facility().model_dump_json())
    assert {k: dumped[k] for k in SAMPLE} == SAMPLE
    assert all(v is None for k, v in dumped.items() if k not in SAMPLE)


NULLABLE = [k for k in SAMPLE if k not in {"id", "name", "country", "type", "status", "created_at"}]


@pytest.mark.parametrize("name", NULLABLE)
def test_null_stays_null(name: str) -> None:
    assert getattr(facility(**{name: None}), name) is None


def test_null_and_zero_and_empty_are_three_things() -> None:
    assert facility(co2e=None).co2e is None
    assert facility(co2e=0).co2e == 0.0
    assert facility(logistic_factor=None).logistic_factor is None
    assert facility(logistic_factor=0).logistic_factor == 0.0
    assert facility(categories=None).categories is None
    assert facility(categories=[]).categories == []
    assert facility(address="").address == ""


def test_unknown_fields_are_kept() -> None:
    kept = facility(new_field={"a": [1, None]}, other=False)
    assert kept.model_extra == {"new_field": {"a": [1, None]}, "other": False}
    assert json.loads(kept.model_dump_json())["new_field"] == {"a": [1, None]}


def test_values_are_normalised() -> None:
    f = facility(
        id=uuid.UUID(SAMPLE["id"]),
        country="Reino Unido",
        status=" Archived ",
        categories=["Heat", "heat", " WATER "],
        cups_list=["es 0022 0000 0608 9269 my 1p"],
        created_at="2024-11-24T12:30:00+02:00",
        updated_at="2024-11-24T10:30:00",
    )
    assert f.id == SAMPLE["id"]
    assert f.country == "GB"
    assert f.status == "archived"
    assert f.categories == ["heat", "water"]
    assert f.cups_list == [GOOD_CUPS]
    assert f.created_at == f.updated_at == dt.datetime(2024, 11, 24, 10, 30, tzinfo=dt.UTC)
    assert f.created_at is not None
    assert f.created_at.tzinfo is dt.UTC


def test_whole_number_ids_become_text() -> None:
    assert facility(id=17).id == "17"


def test_place_is_checked_against_the_country() -> None:
    f = facility(country="US", subdivision="California", grid_region="camx")
    assert (f.subdivision, f.grid_region) == ("US-CA", "eGRID:CAMX")
    assert facility(subdivision="Canarias").subdivision == "ES-CN"
    assert facility(subdivision="").subdivision is None


def test_a_facility_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        facility().name = "other"  # type: ignore[misc]


BAD_FACILITIES: list[tuple[dict[str, Any], str]] = [
    ({"country": "Germny"}, "country: 'Germny' is no country known here. Did you mean 'DE' (Germany)?"),
    ({"country": None}, "country: the country is empty; a code such as 'ES' is asked for (if it is Namibia"),
    ({"country": 34}, "country: a country is asked for, as a code or a name; given 34"),
    ({"name": None}, "name: Input should be a valid string; given None"),
    ({"name": " "}, "name: this may not be blank; given ' '"),
    ({"name": 7}, "name: text is asked for (a number loses its leading zeros); given 7"),
    ({"id": ""}, "id: this may not be blank; given ''"),
    ({"id": 1.0}, "id: text is asked for (a number loses its leading zeros); given 1.0"),
    ({"id": True}, "id: text is asked for"),
    ({"status": "activ"}, "status: 'activ' is no status of a facility. Did you mean 'active'"),
    ({"status": None}, "status: None is no status of a facility. Known: active, archived."),
    ({"co2e": "1250,5"}, "co2e: a number is asked for (the decimal mark is a point); given '1250,5'"),
    ({"co2e": float("nan")}, "co2e: a finite number is asked for, or null where it is unknown; given nan"),
    ({"co2e": "inf"}, "co2e: a finite number is asked for"),
    ({"co2e": True}, "co2e: a number is asked for, not true or false; given True"),
    (
        {"logistic_factor": 1.01},
        "logistic_factor: a share between 0 and 1 is asked for (1.01 % is 0.0101); given",
    ),
    (
        {"logistic_factor": 80},
        "logistic_factor: a share between 0 and 1 is asked for (80 % is 0.8); given 80.0",
    ),
    ({"logistic_factor": -0.1}, "logistic_factor: a share between 0 and 1 is asked for; given -0.1"),
    ({"logistic_factor": float("nan")}, "logistic_factor: a finite number is asked for"),
    ({"logistic_factor": False}, "logistic_factor: a number is asked for, not true or false; given False"),
    ({"categories": ["heats"]}, "categories[0]: 'heats' is no category of a facility. Did you mean 'heat'?"),
    (
        {"categories": ["heat", "gas"]},
        "categories[1]: 'gas' is no category of a facility. Known: heat, electr",
    ),
    ({"categories": ["process"]}, "categories[0]: 'process' is no category of a facility."),
    ({"categories": "heat"}, "categories: a list is asked for, such as ['heat']; given 'heat'"),
    ({"cups_list": [GOOD_CUPS, "ES002"]}, "cups_list[1]: 'ES002' is no CUPS: ES, 16 digits, 2 check letters"),
    ({"cups_list": ["FR0022000006089269MY"]}, "cups_list[0]: 'FR0022000006089269MY' is no CUPS"),
    ({"cups_list": ["ES002200000608926912"]}, "cups_list[0]: 'ES002200000608926912' is no CUPS"),
    ({"cups_list": ["ES0022000006089269MY1Q"]}, "cups_list[0]: 'ES0022000006089269MY1Q' is no CUPS"),
    ({"cups_list": GOOD_CUPS}, "cups_list: a list is asked for"),
    ({"cups_list": [21]}, "cups_list[0]: text is asked for"),
    (
        {"created_at": "24/11/2024"},
        "created_at: an ISO 8601 time is asked for, such as '2024-11-24T10:30:00Z'",
    ),
    ({"created_at": 1732444200}, "created_at: an ISO 8601 time is asked for"),
    ({"created_at": "0001-01-01T00:00:00+01:00"}, "created_at: the time in UTC is out of range"),
    (
        {"subdivision": "US-CA"},
        "subdivision: US-CA (California) lies in United States, but the country is Spain.",
    ),
    ({"grid_region": "CAMX"}, "grid_region: eGRID:CAMX lies in the US, but the country is Spain."),
    ({"postal_code": 8001}, "postal_code: text is asked for (a number loses its leading zeros); given 8001"),
    ({"employees": -1}, "employees: Input should be greater than or equal to 0; given -1"),
    ({"tonnes": -1}, "tonnes: Input should be greater than or equal to 0; given -1"),
    (
        {"consolidation_share": 60},
        "consolidation_share: a share between 0 and 1 is asked for (60 % is 0.6); given 60",
    ),
]


@pytest.mark.parametrize(("change", "message"), BAD_FACILITIES)
def test_bad_values_are_refused_with_field_value_and_remedy(change: dict[str, Any], message: str) -> None:
    assert faults(Facility, {**SAMPLE, **change}).startswith(message)


def test_a_misspelt_required_field_is_recognised() -> None:
    data = {k: v for k, v in SAMPLE.items() if k != "country"} | {"contry": "ES"}
    assert faults(Facility, data) == "country: this field is required. Is it 'contry'?"


def test_all_faults_are_told_at_once() -> None:
    text = faults(Facility, {"id": "a", "name": "", "country": "ZZ", "type": "x", "co2e": "much"})
    assert text.splitlines()[0] == "3 values do not fit:"
    assert [line.split(":")[0].strip() for line in text.splitlines()[1:]] == ["name", "country", "co2e"]


# --- CUPS ----------------------------------------------------------------------------------------


def test_wrong_check_letters_are_a_warning_for_the_documented_samples_have_them() -> None:
    with pytest.warns(CupsWarning, match="its check letters are AA, its digits give RK") as caught:
        f = Facility(**SAMPLE)  # type: ignore[arg-type]
    assert f.cups_list == ["ES0021000000000001AA"]
    assert f.warnings == ("CUPS 'ES0021000000000001AA': its check letters are AA, its digits give RK.",)
    assert caught[0].filename == __file__
    assert parse_cups("ES0021000000000001XX")[1].endswith("its check letters are XX, its digits give RK.")


def test_a_right_cups_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f = Facility(**MINIMAL, cups_list=[GOOD_CUPS, "ES0021000000000001RK"])
    assert f.warnings == ()


def test_a_cups_given_twice_is_kept_once_with_a_warning() -> None:
    with pytest.warns(CupsWarning, match=f"CUPS '{GOOD_CUPS}' is given 2 times; kept once."):
        f = Facility(**MINIMAL, cups_list=[GOOD_CUPS, "ES0021000000000001RK", "es0022000006089269my1p"])
    assert f.cups_list == [GOOD_CUPS, "ES0021000000000001RK"]


def test_a_cups_of_the_wrong_shape_is_an_error() -> None:
    with pytest.raises(VocabularyError, match="is no CUPS"):
        parse_cups("ES00210000000000010")


# --- create and update ---------------------------------------------------------------------------


def test_create_defaults() -> None:
    body = FacilityCreate(name="A", type="office", country="es")
    assert body.model_dump(exclude_none=True) == {
        "name": "A", "type": "office", "country": "ES", "logistic_factor": 0.8
    }  # fmt: skip
    assert FacilityCreate(name="A", type="office", country="ES", logistic_factor=0).logistic_factor == 0
    assert FacilityCreate(name="A", type="office", country="ES", logistic_factor=None).logistic_factor is None


BAD_BODIES: list[tuple[type[BaseModel], dict[str, Any], str]] = [
    (
        FacilityCreate,
        {"name": "A", "type": "b", "address": "Calle Mayor 1, Madrid"},
        "country: only an address is given. The API takes the country from the address by geocoding, "
        "which needs the internet; nothing here goes online: give the country too, such as country='ES'",
    ),
    (FacilityCreate, {"name": "A", "type": "b"}, "country: the country is empty"),
    (FacilityCreate, {"country": "ES", "type": "b"}, "name: this field is required."),
    (FacilityCreate, {"name": "A", "country": "ES"}, "type: this field is required."),
    (
        FacilityCreate,
        {"name": "A", "type": "b", "country": "ES", "logistics_factor": 1},
        "logistics_factor: there is no such field to give. Did you mean 'logistic_factor'?",
    ),
    (
        FacilityCreate,
        {"name": "A", "type": "b", "country": "ES", "co2e": 1},
        "co2e: there is no such field to give. The API sets it, you cannot.",
    ),
    (FacilityUpdate, {"id": "b"}, "id: there is no such field to give. The API sets it, you cannot."),
    (FacilityUpdate, {"name": None}, "name: Input should be a valid string; given None"),
    (FacilityUpdate, {"country": None}, "country: the country is empty"),
    (FacilityUpdate, {"status": "deleted"}, "status: 'deleted' is no status of a facility."),
    (FacilityUpdate, {"logistic_factor": 2}, "logistic_factor: a share between 0 and 1 is asked for"),
    (
        FacilityUpdate,
        {"country": "FR", "subdivision": "US-CA"},
        "subdivision: US-CA (California) lies in United",
    ),
]


@pytest.mark.parametrize(("model", "data", "message"), BAD_BODIES)
def test_bad_bodies(model: type[BaseModel], data: dict[str, Any], message: str) -> None:
    assert faults(model, data).startswith(message)


def test_update_knows_what_was_given() -> None:
    assert FacilityUpdate().changes == {}
    assert FacilityUpdate(address=None, logistic_factor=0).changes == {
        "address": None,
        "logistic_factor": 0.0,
    }


# --- the error -----------------------------------------------------------------------------------


def test_the_error_carries_a_422_detail_and_survives_pickling() -> None:
    with pytest.raises(ValidationError) as raised:
        Facility.model_validate({**MINIMAL, "categories": ["heat", "x"]})
    error = FacilityValidationError(explain(raised.value, Facility, ("items", 3)), "facilities.json")
    assert error.detail == [
        {
            "loc": ("items", 3, "categories", 1),
            "msg": "'x' is no category of a facility. Known: heat, electricity, water, recharge.",
            "type": "value_error",
            "input": "x",
        }
    ]
    assert str(error).startswith("facilities.json: items[3].categories[1]: 'x' is no category")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.detail, copy.where) == (str(error), error.detail, error.where)


def test_the_error_shows_ten_faults_and_counts_the_others() -> None:
    detail = FacilityValidationError.at("bad", "row 1", "co2e").detail * 12
    lines = str(FacilityValidationError(detail)).splitlines()
    assert lines[0] == "12 values do not fit:"
    assert lines[1] == "  row 1, column co2e: bad"
    assert lines[-1] == "  ... and 2 more; `.detail` holds them all."
    assert len(lines) == 12


def test_places() -> None:
    assert place_of((3, "country")) == "[3].country"
    assert place_of(("items", 3, "cups_list", 0)) == "items[3].cups_list[0]"
    assert place_of(("line 4", "cups_list", 1)) == "line 4, column cups_list[1]"
    assert place_of(("line 4",)) == "line 4"
