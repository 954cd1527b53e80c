"""The portfolio: what the API offers for facilities, and every way in and out without loss."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import pickle
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.es import cups as stdnum_cups

from facility_emissions.errors import FacilityEmissionsError, NotFoundError
from facility_emissions.facility import (
    CupsWarning,
    Facility,
    FacilityCreate,
    FacilityUpdate,
    FacilityValidationError,
    FacilityWarning,
)
from facility_emissions.portfolio import Page, Portfolio
from facility_emissions.portfolio_io.records import FIELDS

IDS = [f"550e8400-e29b-41d4-a716-44665544000{i}" for i in range(10)]
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def new_portfolio() -> Portfolio:
    """A portfolio whose clock ticks an hour a call and whose ids are known."""
    ticks = itertools.count()
    ids = iter(IDS)
    return Portfolio(clock=lambda: START + dt.timedelta(hours=next(ticks)), new_id=lambda: next(ids))


@pytest.fixture
def portfolio() -> Portfolio:
    found = new_portfolio()
    found.create(name="Madrid Office", type="office", country="ES", categories=["electricity"])
    found.create(name="Lyon Warehouse", type="warehouse", country="FR", logistic_factor=0)
    found.create(FacilityCreate(name="Madrid Factory", type="Factory", country="Spain"), address="Calle 1")
    return found


# --- as the API does -----------------------------------------------------------------------------


def test_create_stamps_what_the_api_stamps(portfolio: Portfolio) -> None:
    made = portfolio.get(IDS[0])
    assert json.loads(made.model_dump_json(include=set(FIELDS[:14]))) == {
        "id": IDS[0],
        "name": "Madrid Office",
        "address": None,
        "country": "ES",
        "type": "office",
        "status": "active",
        "co2e": None,
        "co2e_biomass": None,
        "logistic_factor": 0.8,
        "categories": ["electricity"],
        "cups_list": None,
        "facility_purpose_type": "facilities",
        "created_at": "2025-01-01T00:00:00Z",
        "updated_at": None,
    }
    assert portfolio.get(IDS[1]).logistic_factor == 0
    assert (portfolio.get(IDS[2]).country, portfolio.get(IDS[2]).address) == ("ES", "Calle 1")


def test_ids_are_random_uuids_and_times_are_utc_by_default() -> None:
    made = Portfolio().create(name="A", type="b", country="ES")
    assert uuid.UUID(made.id).version == 4
    assert made.created_at is not None
    assert abs(made.created_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_an_id_that_is_there_already_is_refused() -> None:
    twice = Portfolio(new_id=lambda: "same")
    twice.create(name="A", type="b", country="ES")
    with pytest.raises(FacilityValidationError, match="id: there is a facility with this id already: 'A'"):
        twice.create(name="B", type="b", country="ES")
    assert [f.name for f in twice] == ["A"]


def test_update_changes_only_what_is_given(portfolio: Portfolio) -> None:
    before = portfolio.get(IDS[0])
    after = portfolio.update(IDS[0], logistic_factor=0, categories=[])
    assert after == portfolio.get(IDS[0])
    changed = {k for k, v in after.model_dump().items() if v != before.model_dump()[k]}
    assert changed == {"logistic_factor", "categories", "updated_at"}
    assert (after.logistic_factor, after.categories) == (0, [])
    assert after.updated_at == START + dt.timedelta(hours=3)
    assert [f.id for f in portfolio] == IDS[:3]


def test_update_by_model_by_mapping_and_without_anything(portfolio: Portfolio) -> None:
    assert portfolio.update(IDS[0], FacilityUpdate(name="X")).name == "X"
    assert portfolio.update(IDS[0], {"name": "Y"}).name == "Y"
    assert portfolio.update(IDS[0], FacilityUpdate(name="X", city="Z"), name="W").model_dump(
        include={"name", "city"}
    ) == {"name": "W", "city": "Z"}
    before = portfolio.get(IDS[1])
    assert portfolio.update(IDS[1]) is before


def test_update_clears_with_null_and_keeps_unknown_fields() -> None:
    portfolio = Portfolio.from_payload(
        [{"id": "a", "name": "A", "country": "ES", "type": "b", "address": "x", "new": 1}]
    )
    after = portfolio.update("a", address=None)
    assert after.address is None
    assert after.model_extra == {"new": 1}


def test_update_of_the_country_checks_the_subdivision(portfolio: Portfolio) -> None:
    portfolio.update(IDS[0], subdivision="Canarias")
    assert portfolio.get(IDS[0]).subdivision == "ES-CN"
    with pytest.raises(FacilityValidationError, match=r"update: subdivision: ES-CN .* but the country is France"):
        portfolio.update(IDS[0], country="FR")
    assert portfolio.get(IDS[0]).country == "ES"
    assert portfolio.update(IDS[0], country="FR", subdivision=None).country == "FR"


def test_a_cups_is_warned_of_once_when_it_is_given(portfolio: Portfolio) -> None:
    with pytest.warns(CupsWarning) as caught:
        portfolio.update(IDS[0], cups_list=["ES0021000000000001AA"])
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        portfolio.update(IDS[0], name="Other")
    assert portfolio.warnings == ("Other: CUPS 'ES0021000000000001AA': its check letters are AA, its digits give RK.",)


def test_archive_and_delete(portfolio: Portfolio) -> None:
    assert portfolio.archive(IDS[1]).status == "archived"
    assert repr(portfolio) == "<Portfolio: 2 active, 1 archived>"
    portfolio.delete(uuid.UUID(IDS[1]))
    assert IDS[1] not in portfolio
    assert len(portfolio) == 2
    with pytest.raises(NotFoundError):
        portfolio.delete(IDS[1])


def test_get_and_contains_take_text_uuid_and_facility(portfolio: Portfolio) -> None:
    first = portfolio.get(IDS[0].upper())
    assert portfolio.get(uuid.UUID(IDS[0])) is first
    assert first in portfolio
    assert uuid.UUID(IDS[0]) in portfolio
    assert "x" not in portfolio
    assert None not in portfolio


NOT_FOUND = [
    (
        "550e8400-e29b-41d4-a716-446655440009",
        f"Facility with id=UUID('{IDS[9]}') not found. Did you mean '{IDS[0]}'",
    ),
    (
        "11111111-2222-3333-4444-555555555555",
        "Facility with id=UUID('11111111-2222-3333-4444-555555555555') not found.",
    ),
    ("Madrid office", f"Facility with id='Madrid office' not found. That is a name: its id is '{IDS[0]}'."),
    ("Madrid Ofice", "Facility with id='Madrid Ofice' not found. Did you mean 'Madrid Office'"),
]


@pytest.mark.parametrize(("key", "message"), NOT_FOUND)
def test_not_found_speaks_as_the_api_and_suggests(portfolio: Portfolio, key: str, message: str) -> None:
    with pytest.raises(NotFoundError) as raised:
        portfolio.get(key)
    if key.startswith("1111"):
        assert str(raised.value) == message
    else:
        assert str(raised.value).startswith(message)


def test_an_unrelated_uuid_is_no_suggestion() -> None:
    known = "cd613e30-d8f1-4adf-91b7-584a2265b1f5"
    asked = "cfa6cf3e-53e6-4093-9b87-872d336b1a45"  # the nearest of 5,000 random ones
    portfolio = Portfolio([Facility(id=known, name="A", country="ES", type="office")])
    with pytest.raises(NotFoundError) as raised:
        portfolio.get(asked)
    assert str(raised.value) == f"Facility with id=UUID('{asked}') not found."


def test_list_filters(portfolio: Portfolio) -> None:
    def names(**filters: Any) -> list[str]:
        return [f.name for f in portfolio.list(**filters).items]

    portfolio.archive(IDS[1])
    assert names() == ["Madrid Office", "Lyon Warehouse", "Madrid Factory"]
    assert names(name="MADRID") == ["Madrid Office", "Madrid Factory"]
    assert names(name="drid fac") == ["Madrid Factory"]
    assert names(country="España") == ["Madrid Office", "Madrid Factory"]
    assert names(type="factory") == ["Madrid Factory"]
    assert names(type="fact") == []
    assert names(status="active") == ["Madrid Office", "Madrid Factory"]
    assert names(status=["archived"]) == ["Lyon Warehouse"]
    assert names(status=["archived", "active"]) == names()
    assert names(name="madrid", type="office", country="ES", status="active") == ["Madrid Office"]


def test_list_pages() -> None:
    portfolio = Portfolio(Facility(id=str(i), name=f"F{i}", country="ES", type="office") for i in range(25))
    pages = [portfolio.list(page=p) for p in (1, 2, 3, 4)]
    assert [len(p.items) for p in pages] == [10, 10, 5, 0]
    assert {(p.total, p.size, p.pages) for p in pages} == {(25, 10, 3)}
    assert [f for p in pages for f in p.items] == list(portfolio)
    assert list(json.loads(pages[0].model_dump_json())) == ["items", "total", "page", "size", "pages"]
    empty = Portfolio().list()
    assert empty == Page(items=[], total=0, page=1, size=10, pages=0)


BAD_FILTERS: list[tuple[dict[str, Any], str]] = [
    ({"page": 0}, "list: page: a whole number from 1 is asked for; given 0"),
    ({"size": 0}, "list: size: a whole number from 1 up to 100 is asked for; given 0"),
    ({"size": 101}, "list: size: a whole number from 1 up to 100 is asked for; given 101"),
    ({"size": 10.0}, "list: size: a whole number from 1 up to 100 is asked for; given 10.0"),
    ({"status": "activ"}, "list: status: 'activ' is no status of a facility. Did you mean 'active'"),
    ({"country": "Spian"}, "list: country: 'Spian' is no country known here."),
]


@pytest.mark.parametrize(("filters", "message"), BAD_FILTERS)
def test_bad_filters(portfolio: Portfolio, filters: dict[str, Any], message: str) -> None:
    with pytest.raises(FacilityValidationError) as raised:
        portfolio.list(**filters)
    assert str(raised.value).startswith(message)


def test_a_portfolio_can_be_pickled(portfolio: Portfolio) -> None:
    plain = Portfolio(portfolio)
    assert list(pickle.loads(pickle.dumps(plain))) == list(plain)


# --- round trips ---------------------------------------------------------------------------------

text = st.text(max_size=12)
filled = text.filter(lambda s: bool(s.strip()))
number = st.floats(allow_nan=False, allow_infinity=False)
share = st.sampled_from([0.0, -0.0, 0.8, 1.0, 5e-324, 0.1 + 0.2])
times = st.datetimes(min_value=dt.datetime(1900, 1, 1), max_value=dt.datetime(2200, 1, 1)).map(
    lambda t: t.replace(tzinfo=dt.UTC)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | number | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def cups(draw: st.DrawFn) -> str:
    digits = draw(st.text("0123456789", min_size=16, max_size=16))
    letters = draw(st.just(stdnum_cups.calc_check_digits(f"ES{digits}")) | st.just("AA"))
    return f"ES{digits}{letters}{draw(st.sampled_from(['', '1F', '0P']))}"


extras = st.dictionaries(
    st.sampled_from(["new", "extra|key", "json:key", "", "warnings", "Año\n", "a,b"]), json_values, max_size=3
)


@st.composite
def facilities(draw: st.DrawFn) -> list[Facility]:
    found = []
    for id_ in draw(st.lists(filled, unique=True, max_size=5)):
        country, subdivision, region = draw(
            st.sampled_from(
                [("ES", "ES-CN", None), ("US", "US-CA", "eGRID:CAMX"), ("NA", None, None), ("XK", None, None)]
            )
        )
        optional: dict[str, st.SearchStrategy[Any]] = {
            "address": text,
            "co2e": number,
            "co2e_biomass": number,
            "logistic_factor": share,
            "categories": st.lists(st.sampled_from(["heat", "electricity", "water", "recharge"]), unique=True),
            "cups_list": st.lists(cups(), unique=True, max_size=3),
            "facility_purpose_type": text,
            "created_at": times,
            "updated_at": times,
            "surface_m2": st.floats(0, 1e9),
            "employees": st.integers(0, 10**6),
            "tonnes": st.floats(0, 1e12),
            "consolidation_share": share,
            "postal_code": st.sampled_from(["08001", "1e5", "NA", "null", "json:1", ""]),
            "city": text,
        }
        data = {k: draw(st.none() | strategy) for k, strategy in optional.items()}
        data |= {"id": id_, "name": draw(filled), "type": draw(filled), "country": country}
        data |= {"subdivision": draw(st.sampled_from([subdivision, None])), "grid_region": region}
        data |= {"status": draw(st.sampled_from(["active", "archived"]))}
        found.append(Facility.model_validate({**data, **draw(extras)}, context={"notes": []}))
    return found


def exact(found: Iterator[Facility] | list[Facility] | Portfolio) -> list[str]:
    """Every field with its type: 1, 1.0 and True differ, and so do 0.0 and -0.0."""
    return [repr(sorted(f.model_dump().items())) for f in found]


lossless = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
quiet = pytest.mark.filterwarnings("ignore::facility_emissions.facility.FacilityWarning")


@quiet
@pytest.mark.parametrize("name", ["f.json", "f.jsonl", "f.csv", "f.parquet"])
@given(found=facilities())
@lossless
def test_files_are_lossless(name: str, found: list[Facility]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        Portfolio(found).write(path)
        assert exact(Portfolio.read(path)) == exact(found)


@quiet
@given(found=facilities(), envelope=st.booleans())
@lossless
def test_json_text_is_lossless(found: list[Facility], envelope: bool) -> None:
    assert exact(Portfolio.from_json(Portfolio(found).to_json(envelope=envelope))) == exact(found)


@quiet
@given(found=facilities())
@lossless
def test_frames_are_lossless(found: list[Facility]) -> None:
    assert exact(Portfolio.from_frame(Portfolio(found).to_frame())) == exact(found)


@quiet
@given(found=facilities(), page=st.integers(1, 3), size=st.integers(1, 100))
@lossless
def test_pages_partition_what_is_found(found: list[Facility], page: int, size: int) -> None:
    portfolio = Portfolio(found)
    answer = portfolio.list(page=page, size=size, status=["active", "archived"])
    assert answer.items == found[(page - 1) * size : page * size]
    assert sum(len(portfolio.list(page=p + 1, size=size).items) for p in range(answer.pages)) == len(found)


# --- what the files look like --------------------------------------------------------------------

MINIMAL = {"id": "a", "name": "A", "country": "ES", "type": "office"}


def test_json_has_the_fields_of_the_api_and_of_ours_only_what_is_known() -> None:
    item = json.loads(Portfolio([Facility(**MINIMAL, employees=0)]).to_json())[0]
    assert list(item) == [*FIELDS[:14], "employees"]
    assert item["co2e"] is None
    assert item["employees"] == 0


def test_csv_looks_as_documented(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    data = [
        {**MINIMAL, "co2e": 0, "categories": ["heat", "water"], "cups_list": [], "new": "5", "n": 5},
        {**MINIMAL, "id": "b", "address": "", "categories": None, "new": None, "created_at": START},
    ]
    Portfolio.from_payload(data).write(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join([*FIELDS, "new", "n"])
    assert lines[1] == "a,A,,ES,office,active,0.0,,,heat|water,json:[],,,,,,,,,,,,5,json:5"
    assert lines[2] == 'b,A,"json:""""",ES,office,active,,,,,,,2025-01-01T00:00:00Z,,,,,,,,,,json:null,'


def test_csv_as_people_have_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(
        "\ufeffid; name;country;type;categories;cost_centre\r\n"
        "1;Nave Cádiz;España;warehouse;heat, electricity;12E4\r\n"
        "2;Windhoek;NA;office;;007\r\n".encode()
    )
    first, second = Portfolio.read(path)
    assert (first.id, first.name, first.country) == ("1", "Nave Cádiz", "ES")
    assert first.categories == ["heat", "electricity"]
    assert first.model_extra == {"cost_centre": "12E4"}  # not 120000
    assert (second.country, second.categories, second.model_extra) == ("NA", None, {"cost_centre": "007"})
    assert (second.status, second.logistic_factor, second.created_at) == ("active", None, None)


def test_frame_dtypes_do_not_depend_on_the_content() -> None:
    full = Portfolio([Facility(**MINIMAL, co2e=1, created_at=START, categories=["heat"])]).to_frame()
    empty = Portfolio().to_frame()
    assert list(full.dtypes) == list(empty.dtypes)
    assert list(full.columns) == list(FIELDS)
    assert full["co2e"].dtype == np.float64
    assert str(full["created_at"].dtype) == "datetime64[us, UTC]"
    assert full["categories"].iloc[0] == ["heat"]


def test_frame_as_people_have_it() -> None:
    frame = pd.DataFrame(
        {
            "name": pd.Categorical(["A", "B"]),
            "country": ["Spain", "DEU"],
            "type": "office",
            "categories": ["heat|water", None],
            "cups_list": [np.array([], dtype=object), None],
            "co2e": pd.array([1, None], dtype="Int64"),
            "created_at": pd.to_datetime(["2024-11-24 10:30", None]),
            "floor": [np.int64(3), 4],
        },
        index=pd.Index([7, 8], name="id"),
    )
    first, second = Portfolio.from_frame(frame)
    assert first == Facility(
        id="7",
        name="A",
        country="ES",
        type="office",
        categories=["heat", "water"],
        cups_list=[],
        co2e=1.0,
        created_at=dt.datetime(2024, 11, 24, 10, 30, tzinfo=dt.UTC),
        floor=3,  # type: ignore[call-arg]
    )
    assert type(first.model_extra["floor"]) is int  # type: ignore[index]
    assert type(first.created_at) is dt.datetime
    assert (second.id, second.country, second.categories, second.co2e) == ("8", "DE", None, None)


def test_parquet_has_real_lists_and_times(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "country=XX" / "f.parquet"
    path.parent.mkdir()
    Portfolio.from_payload([{**MINIMAL, "n": 5, "mixed": 1}, {**MINIMAL, "id": "b", "mixed": "1"}]).write(path)
    schema = pq.ParquetFile(path).schema_arrow
    assert schema.field("cups_list").type == pa.list_(pa.string())
    assert schema.field("created_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("n").type == pa.int64()
    assert schema.field("mixed").metadata == {b"encoding": b"json"}
    assert [f.country for f in Portfolio.read(path)] == ["ES", "ES"]  # not the folder's XX


def test_whole_numbers_beyond_64_bits_survive_parquet(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    Portfolio.from_payload([{**MINIMAL, "n": 2**63}]).write(path)
    assert [f.model_extra for f in Portfolio.read(path)] == [{"n": 2**63}]


@pytest.mark.parametrize(
    "payload",
    [
        [MINIMAL],
        {"items": [MINIMAL], "total": 1, "page": 1, "size": 10, "pages": 1},
        {"items": [MINIMAL], "total": 1, "page": 1, "size": 10},
        {"page": 1, "size": 50, "total": 1, "total2": 0, "items": [MINIMAL]},
        {"items": [MINIMAL]},
        MINIMAL,
    ],
)
def test_every_envelope_of_the_api_is_read(payload: object) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [f.id for f in Portfolio.from_payload(payload)] == ["a"]
        assert [f.id for f in Portfolio.from_json(json.dumps(payload).encode())] == ["a"]


def test_the_envelope_is_written_as_one_page() -> None:
    written = json.loads(Portfolio([Facility(**MINIMAL)]).to_json(envelope=True))
    assert {k: v for k, v in written.items() if k != "items"} == {
        "total": 1,
        "page": 1,
        "size": 1,
        "pages": 1,
    }


# --- doubts --------------------------------------------------------------------------------------


def test_one_page_of_several_is_warned_of() -> None:
    with pytest.warns(FacilityWarning, match="This is page 1 only: 1 of 25 facilities."):
        Portfolio.from_payload({"items": [MINIMAL], "total": 25, "page": 1, "size": 1, "pages": 25})


def test_a_misspelt_optional_field_is_warned_of() -> None:
    with pytest.warns(FacilityWarning, match="'logistics_factor' is unknown.*is 'logistic_factor' meant") as caught:
        Portfolio.from_payload([{**MINIMAL, "logistics_factor": 0.5}])
    assert caught[0].filename == __file__


def test_cups_doubts_of_a_file_are_one_warning(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    rows = "".join(f"{i},A,ES,office,ES00210000000000{i:02}AA\n" for i in range(6))
    path.write_text("id,name,country,type,cups_list\n" + rows)
    with pytest.warns(CupsWarning, match=r"^f.csv: CUPS 'ES0021000000000000AA'.*\(and 3 more\)$") as caught:
        portfolio = Portfolio.read(path)
    assert len(caught) == 1
    assert len(portfolio.warnings) == 6


# --- what is wrong is told with its place --------------------------------------------------------

HEAD = "id,name,country,type,logistic_factor,categories\n"
BAD_FILES: list[tuple[str, str | bytes, str]] = [
    (
        "f.csv",
        HEAD + "a,A,ES,b,,\nb,B,Spian,b,,\n",
        "f.csv: line 3, column country: 'Spian' is no country known here.",
    ),
    (
        "f.csv",
        HEAD + 'a,"A\n2",ES,b,,\nb,B,ES,b,80,\n',
        "f.csv: line 4, column logistic_factor: a share between 0",
    ),
    ("f.csv", HEAD + "a,A,ES,b,,heat|gas\n", "f.csv: line 2, column categories[1]: 'gas' is no category"),
    ("f.csv", HEAD + "a,A,ES,b,,\na,B,ES,b,,\n", "f.csv: line 3, column id: 'a' is the id of line 2 too"),
    ("f.csv", HEAD + ",A,ES,b,,\n", "f.csv: line 2, column id: this field is required."),
    ("f.csv", HEAD + "a,A,ES,b,\n", "f.csv: line 2: there are 5 cells, but 6 columns"),
    ("f.csv", HEAD + 'a,"A"x,ES,b,,\n', "f.csv: line 2: this is no CSV: ',' expected after '\"'"),
    (
        "f.csv",
        HEAD + "a,A,ES,b,,json:[\n",
        "f.csv: line 2, column categories: this is no JSON: Expecting value",
    ),
    ("f.csv", "id,name,country,id\n", "f.csv: line 1: the column 'id' is there twice"),
    ("f.csv", ",id,name\n0,a,A\n", "f.csv: line 1: column 1 has no name"),
    ("f.csv", "", "f.csv: the file is empty; a header with id, name, country, type is asked for"),
    (
        "f.csv",
        "id,name,Country,type\na,A,ES,b\n",
        "f.csv: line 2, column country: this field is required. Is it 'Country'?",
    ),
    ("f.csv", "id,name\na,Cádiz\n".encode("latin-1"), "f.csv: byte 11 is no UTF-8; save the file as UTF-8"),
    ("f.json", "[{]", "f.json: this is no JSON: Expecting property name"),
    (
        "f.json",
        '[{"id": NaN}]',
        "f.json: this is no JSON: NaN is no JSON value; null stands for what is unknown",
    ),
    ("f.json", "3", "f.json: a list of facilities, or an object with a list 'items', is asked for; given 3"),
    (
        "f.json",
        '{"facilities": []}',
        "f.json: a list of facilities, or an object with a list 'items', is asked for; "
        "given an object with 'facilities'",
    ),
    (
        "f.json",
        '{"detail": "Facility doesn\'t belong to organization"}',
        "f.json: this is an error that the API answered:",
    ),
    (
        "f.json",
        '{"items": [{"id": "a"}]}',
        "f.json: 3 values do not fit:\n  items[0].name: this field is required.",
    ),
    ("f.json", "[1]", "f.json: [0]: Input should be a valid dictionary"),
    ("f.jsonl", '\n{"id": "a"', "f.jsonl: line 2: this is no JSON: Expecting ',' delimiter"),
    (
        "f.jsonl",
        '{"id": "a", "name": "A", "type": "b", "country": "ZZ"}',
        "f.jsonl: line 1, column country: 'ZZ' is no",
    ),
    ("f.parquet", HEAD, "f.parquet: this is no Parquet file: Parquet magic bytes not found"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD_FILES)
def test_bad_files_are_told_with_file_line_column_and_value(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FacilityValidationError) as raised:
        Portfolio.read(path)
    assert str(raised.value).startswith(message)


FRAME = pd.DataFrame({"id": ["a", "b"], "name": "A", "country": "ES", "type": "office"})
BAD_FRAMES: list[tuple[pd.DataFrame, str]] = [
    (FRAME.assign(co2e=["1", "x"]), "frame: row 1, column co2e: a number is asked for; given 'x'"),
    (
        FRAME.assign(country=["ES", np.nan]),
        "frame: row 1, column country: the country is empty; a code such as 'ES' is asked for "
        "(if it is Namibia: pandas reads 'NA' as null unless keep_default_na=False)",
    ),
    (FRAME.assign(country=["Spian", "ES"]).set_index("id"), "frame: row 0, column country: 'Spian'"),
    (
        FRAME.assign(postal_code=[8001, 8002]),
        "frame: 2 values do not fit:\n  row 0, column postal_code: text is asked",
    ),
    (FRAME.assign(id="a"), "frame: row 1, column id: 'a' is the id of row 0 too"),
    (
        FRAME.drop(columns="type"),
        "frame: 2 values do not fit:\n  row 0, column type: this field is required.",
    ),
    (FRAME.rename(columns={"name": 0}), "frame: the name of a column is text; given 0"),
    (pd.concat([FRAME, FRAME["id"]], axis=1), "frame: the column 'id' is there twice"),
]


@pytest.mark.parametrize(("frame", "message"), BAD_FRAMES)
def test_bad_frames_are_told_with_row_column_and_value(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(FacilityValidationError) as raised:
        Portfolio.from_frame(frame)
    assert str(raised.value).startswith(message)


def test_unknown_formats_and_misplaced_envelopes(tmp_path: Path) -> None:
    with pytest.raises(FacilityEmissionsError, match=r"f.jsn: facilities are not kept in .jsn. Did you mean '.json'"):
        Portfolio.read(tmp_path / "f.jsn")
    with pytest.raises(FacilityEmissionsError, match=r"f.csv: an envelope is JSON's; csv has none."):
        Portfolio().write(tmp_path / "f.csv", envelope=True)
    Portfolio([Facility(**MINIMAL)]).write(tmp_path / "data.txt", format="csv")
    assert len(Portfolio.read(tmp_path / "data.txt", format="csv")) == 1


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(FacilityEmissionsError, match=r"pip install 'facility-emissions\[parquet\]'"):
        Portfolio().write(tmp_path / "f.parquet")


def test_a_value_that_json_cannot_say_is_refused_in_words() -> None:
    with pytest.raises(FacilityEmissionsError, match="Facility 'a' cannot be written"):
        Portfolio([Facility(**MINIMAL, new=object())]).to_json()  # type: ignore[call-arg]


def test_5000_facilities_survive_every_format(tmp_path: Path) -> None:
    digits = [f"{i:016}" for i in range(5000)]
    made = Portfolio(
        Facility(
            id=str(uuid.UUID(int=i)),
            name=f"Facility {i}",
            country=("ES", "FR", "US")[i % 3],
            type="office",
            categories=["heat", "electricity"],
            cups_list=[f"ES{d}{stdnum_cups.calc_check_digits('ES' + d)}"],
            co2e=float(i),
            created_at=START,
            cost_centre=str(i),  # type: ignore[call-arg]
        )
        for i, d in enumerate(digits)
    )
    for name in ("f.json", "f.jsonl", "f.csv", "f.parquet"):
        made.write(tmp_path / name)
        assert Portfolio.read(tmp_path / name).to_json() == made.to_json(), name
    assert Portfolio.from_frame(made.to_frame()).to_json() == made.to_json()
