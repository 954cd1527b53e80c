"""Pages and facilities as the API sends them: every envelope, all pages, nulls, honest totals, and the words."""

from __future__ import annotations

import json
import math
import random
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from api_samples import BILBAO, FACILITIES, FACILITY, INVOICE, KINDS, LYON, MADRID, Kind, pages_of, write_pages
from facility_emissions.errors import PayloadError
from facility_emissions.facility import FacilityValidationError, FacilityWarning

HUB = {
    "id": "h1", "name": "Hub", "address": None, "country": "ES", "type": "owned", "category": "warehouse_ambient",
    "status": "active", "supercharger": False, "facility_id": MADRID, "co2e": 1250.5,
}  # fmt: skip


def read(*sources: Any) -> fe.ApiFacilities:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FacilityWarning)
        return fe.read_facilities(*sources)


def many(n: int) -> list[dict[str, Any]]:
    return [FACILITY | {"id": f"f{i}", "name": f"Site {i}", "co2e": float(i) if i % 3 else None} for i in range(n)]


# --- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 2, 10])
def test_every_envelope_and_every_size_of_page(kind: Kind, size: int, tmp_path: Path) -> None:
    pages = pages_of(FACILITIES, kind, size)
    paths = write_pages(pages, tmp_path)
    lines = tmp_path / "pages.jsonl"
    lines.write_text("".join(json.dumps(page) + "\n" for page in pages if kind != "bare"), encoding="utf-8")
    expected = fe.Portfolio.from_payload(FACILITIES).to_frame()
    for sources in ((pages,), tuple(pages), (paths,), tuple(map(str, paths)), *([(lines,)] if kind != "bare" else [])):
        pd.testing.assert_frame_equal(read(*sources).frame, expected)


def test_json_lines_of_objects_and_one_object(tmp_path: Path) -> None:
    path = tmp_path / "facilities.jsonl"
    path.write_text("\n".join(map(json.dumps, FACILITIES)) + "\n", encoding="utf-8")
    assert [f.id for f in read(path).portfolio] == [MADRID, LYON, BILBAO]
    assert [f.id for f in read(FACILITY).portfolio] == [MADRID]
    assert len(read([])) == 0


def test_nulls_stay_null_zeros_stay_zero_and_unknown_fields_stay() -> None:
    frame = read([f | {"new": {"a": [1, None]}} for f in FACILITIES]).frame.set_index("id")
    assert frame["co2e"].isna().tolist() == [False, True, False]
    assert frame.loc[BILBAO, "co2e"] == 0.0
    assert frame["co2e"].dtype == "float64"
    assert frame["updated_at"].isna().all()
    assert frame["created_at"].dt.tz is not None
    assert frame.loc[MADRID, "new"] == {"a": [1, None]}
    assert list(frame.columns[-1:]) == ["new"]


def test_legacy_fields() -> None:
    """The tutorial has facility_type, surface_m2, employees, postal_code and city."""
    legacy = {k: v for k, v in FACILITY.items() if k != "type"}
    legacy |= {"facility_type": "store", "surface_m2": 120, "employees": 7, "postal_code": "08001", "city": "Barcelona"}
    row = read({"page": 1, "size": 50, "total": 1, "total2": 0, "items": [legacy]}).frame.iloc[0]
    assert (row["type"], row["surface_m2"], row["employees"], row["postal_code"]) == ("store", 120, 7, "08001")


def test_the_portfolio_goes_into_calculate() -> None:
    row = {
        "facility_id": MADRID,
        "category": "electricity",
        "activity": None,
        "quantity": 10_000,
        "unit": "kWh",
        "year": 2023,
    }
    assert fe.calculate([row], read(FACILITIES).portfolio).total["co2e"] == pytest.approx(1400)  # docs/method.md


# --- all pages, and each object once ---------------------------------------------------------------


def test_the_documented_trap_page_one_only() -> None:
    """The API's own use case sums `co2e or 0` over the first page: 10 of 25 facilities."""
    pages = pages_of(many(25), "v1", 10)
    with pytest.raises(PayloadError, match=r"^This is page 1 only: 10 of 25 facilities\. Read all pages"):
        read(pages[0])
    assert read(pages).total().co2e == sum(i for i in range(25) if i % 3)


SHORT = [
    ([0, 2], "v1", r"^Pages 1, 3 hold 15 of 25 facilities\. Missing: page 2\. Read all"),
    ([1], "hubs", r"^This is page 2 only: 10 of 25 facilities\."),
    ([0, 0], "v1", r"^This is page 1 only: 10 of 25 facilities\."),
    ([0, 1], "legacy", r"^Pages 1, 2 hold 20 of 25 facilities\. Missing: page 3\."),
]


@pytest.mark.parametrize(("keep", "kind", "message"), SHORT)
def test_a_short_set_of_pages_names_what_is_there(keep: list[int], kind: Kind, message: str) -> None:
    pages = pages_of(many(25), kind, 10)
    with pytest.raises(PayloadError, match=message):
        read([pages[n] for n in keep])


def test_legacy_totals_count_active_and_archived_apart() -> None:
    """total = active, total2 = archived (legacy list page)."""
    facilities = [*many(3), *(f | {"id": f"a{i}", "status": "archived"} for i, f in enumerate(many(4)))]
    (page,) = pages_of(facilities, "legacy", 50)
    assert (page["total"], page["total2"]) == (3, 4)
    assert read(page).messages == ()
    with pytest.raises(PayloadError, match="2 of 3 active facilities"):
        read(page | {"items": facilities[1:]})
    with pytest.raises(PayloadError, match="3 of 4 archived facilities"):
        read(page | {"items": facilities[:-1]})
    (note,) = read(page | {"items": facilities[:3]}).messages
    assert note == "total2 says that 4 facilities are archived; none of them is here."


def test_several_whole_lists_are_read_together() -> None:
    first, second = many(5), [f | {"id": f"other{i}"} for i, f in enumerate(many(5))]
    assert len(read([*pages_of(first, "v1", 3), *pages_of(second, "v1", 3)])) == 10
    with pytest.raises(PayloadError, match=r"hold 8 of 10 facilities \(2 lists of 5, for a page"):
        read([*pages_of(first, "v1", 3), *pages_of(second, "v1", 3)[:1]])
    with pytest.raises(PayloadError, match="3 of 4 facilities"):
        read([*pages_of(first, "v1", 3), *pages_of(second[:4], "v1", 3)[:1]])


def test_equal_copies_count_once_and_differing_ones_are_an_error() -> None:
    pages = pages_of(many(4), "v1", 2)
    api = read([*pages, pages[0]])
    assert len(api) == 4
    assert api.messages == (
        "2 of the facilities are there more than once, the same each time, and counted once: f0, f1.",
    )
    changed = json.loads(json.dumps(pages[0]))
    changed["items"][1] |= {"co2e": 7.0, "updated_at": "2025-01-01T00:00:00Z"}
    message = (
        r"^\[2\]\.items\[1\]\.id: 'f1' is the id of \[0\]\.items\[1\] too, and they differ in co2e, updated_at: "
        "it changed while the pages were fetched"
    )
    with pytest.raises(PayloadError, match=message):
        read([*pages, changed])


def test_a_bare_list_of_the_size_of_a_page_is_doubtful() -> None:
    with pytest.warns(FacilityWarning, match="a bare list of exactly 10 facilities, the size of a page"):
        api = fe.read_facilities(many(10))
    assert "does not say whether there are more" in api.messages[0]
    assert read(many(11)).messages == ()


# --- the honest total ------------------------------------------------------------------------------


def test_the_honest_total() -> None:
    api = read(FACILITIES)
    total = api.total(status="active", type="office")
    assert (total.co2e, total.facilities, [f.id for f in total.without]) == (1250.5, 2, [LYON])
    assert not total.complete
    assert str(total) == f"1,250.5 kg CO2e from 1 of 2 facilities; not calculated: Lyon Office ({LYON})"
    assert [f.id for f in total.biomass_without] == [LYON]
    zero = api.total(type="warehouse")
    assert (zero.co2e, zero.complete, str(zero)) == (0.0, True, "0.0 kg CO2e from 1 of 1 facilities")


def test_a_total_of_nothing_known_is_not_zero() -> None:
    api = read(FACILITIES)
    unknown = api.total(country="FR")
    assert math.isnan(unknown.co2e)
    assert str(unknown).startswith("no figure from 0 of 1 facilities")
    assert api.total(country="DE").co2e == 0.0
    with pytest.warns(FacilityWarning, match="No facility is of type 'ofice'. Did you mean 'office'"):
        assert api.total(type="ofice").facilities == 0
    with pytest.raises(FacilityValidationError, match="'actve' is no status of a facility"):
        api.total(status="actve")  # type: ignore[arg-type]


# --- what is refused -------------------------------------------------------------------------------

BAD: list[tuple[Any, str]] = [
    ({"items": [FACILITY, FACILITY | {"id": "b", "co2e": "12,5"}]},
     r"^items\[1\]\.co2e: a number is asked for \(the decimal mark is a point\); given '12,5'"),
    ({"items": [{"id": "a"}]}, r"items\[0\]\.name: this field is required"),
    ([FACILITY, 3], r"^\[1\]: an object is asked for; given 3"),
    ([{"items": []}, {"items": [FACILITY | {"country": "ZZ"}]}], r"^\[1\]\.items\[0\]\.country: 'ZZ' is no country"),
    ({"facilities": [FACILITY], "count": 1},
     "^a list of facilities, or an object with a list 'items', is asked for; given an object with 'facilities', 'co"),
    ({"items": None, "total": 0}, "given an object with 'items', 'total'"),
    ({"items": [], "total": "25"}, "^total: a whole number is asked for; given '25'"),
    ({"code": "NOT_FOUND", "detail": "Facility with id=UUID('...') not found"},
     "an error that the API answered: .Facil"),
    ([{"detail": [{"loc": ["query", "size"], "msg": "too large"}]}], r"^\[0\]: this is an error that the API answered"),
    (3, "is asked for; given 3"),
    ('[{"id": "a"}]', "this is JSON text, not the path of a file: give json.loads"),
    ("nowhere.json", "there is no file 'nowhere.json'"),
    ({"items": [HUB]}, r"items\[0\]: this is a logistics hub, not a facility\. The co2e of an owned hub is that of"),
    ({"items": [INVOICE]}, r"items\[0\]: this is an invoice, not a facility: read it with read_invoices"),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "message"), BAD)
def test_what_is_refused(payload: Any, message: str) -> None:
    with pytest.raises(PayloadError, match=message):
        read(payload)


FILES = [
    ("f.json", '{"items": [{"id": "a"}]}', r"f\.json: items\[0\]\.name: this field is required"),
    ("f.json", json.dumps(FACILITY) + "\n" + json.dumps(FACILITY), "f.json: .*JSON Lines: name it .jsonl"),
    ("f.jsonl", '\n{"id": "a"', "^f.jsonl: line 2: this is no JSON"),
    ("f.jsonl", json.dumps(FACILITY | {"co2e": True}), "^f.jsonl: line 1, column co2e: a number is asked for"),
    ("f.jsonl", json.dumps({"items": [FACILITY | {"co2e": True}]}), r"^f.jsonl: line 1: items\[0\]\.co2e: a number"),
    ("f.jsonl", '{"detail": "no"}', "^f.jsonl: line 1: this is an error that the API answered: 'no'"),
    ("f.csv", "id\n", "^f.csv: the API sends JSON; .csv is none of .json"),
]


@pytest.mark.parametrize(("name", "text", "message"), FILES)
def test_files_that_are_refused(name: str, text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PayloadError, match=message):
        read(path)


def test_text_that_is_no_utf_8(tmp_path: Path) -> None:
    for name in ("f.json", "f.jsonl"):
        (tmp_path / name).write_bytes('{"name": "Málaga"}'.encode("latin-1"))
        with pytest.raises(PayloadError, match=f"^{name}: byte 11 is no UTF-8"):
            read(tmp_path / name)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PayloadError, match=r"It is a folder: give its files, as sorted\("):
        read(tmp_path)
    with pytest.raises(PayloadError, match="no facilities are given"):
        read()


# --- properties ------------------------------------------------------------------------------------

_NUMBERS = st.none() | st.just(0.0) | st.floats(0, 1e9)
_FACILITIES = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "name": st.text(min_size=1).filter(str.strip),
            "country": st.sampled_from(["ES", "FR", "DE", "US"]),
            "type": st.sampled_from(["office", "warehouse"]),
            "status": st.sampled_from(["active", "archived"]),
            "co2e": _NUMBERS,
            "co2e_biomass": _NUMBERS,
            "logistic_factor": st.none() | st.floats(0, 1),
            "categories": st.none() | st.lists(st.sampled_from(["heat", "water"]), unique=True),
        },
        optional={"something_new": st.none() | st.integers() | st.text()},
    ),
    max_size=12,
    unique_by=lambda f: f["id"],
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facilities=_FACILITIES,
    kind=st.sampled_from(KINDS),
    size=st.integers(1, 5),
    as_files=st.booleans(),
    seed=st.integers(),
)
def test_facilities_come_back_from_every_envelope_and_paging(
    facilities: list[dict[str, Any]], kind: Kind, size: int, as_files: bool, seed: int, tmp_path: Path
) -> None:
    pages = pages_of(facilities, kind, size)
    order = list(range(len(pages)))
    random.Random(seed).shuffle(order)
    sources = [write_pages(pages, tmp_path)[n] for n in order] if as_files else [pages[n] for n in order]
    api = read(sources)
    by_id = {f["id"]: f for f in facilities}
    assert sorted(f.id for f in api.portfolio) == sorted(by_id)
    for facility in api.portfolio:
        sent, got = by_id[facility.id], facility.model_dump()
        assert {k: got[k] for k in sent} == sent
    known = [f["co2e"] for f in facilities if f["co2e"] is not None]
    total = api.total()
    assert (total.facilities, len(total.without)) == (len(facilities), len(facilities) - len(known))
    assert math.isnan(total.co2e) if facilities and not known else total.co2e == math.fsum(known)


@settings(max_examples=30, deadline=None)
@given(facilities=_FACILITIES, size=st.integers(1, 5), data=st.data())
def test_no_page_can_be_missing_unseen(facilities: list[dict[str, Any]], size: int, data: st.DataObject) -> None:
    pages = pages_of(facilities, data.draw(st.sampled_from(["v1", "hubs"])), size)
    if len(pages) > 1:
        del pages[data.draw(st.integers(0, len(pages) - 1))]
        with pytest.raises(PayloadError, match=f"of {len(facilities)} facilities"):
            read(pages)
