"""Reconcile: the join, the tolerances, the classes, the sentences; explanations: test_reconcile_search."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.reconciliation import compare

FACILITIES = pd.DataFrame(
    {"id": ["a", "b", "c", "d", "e"], "country": ["ES", "ES", "GB", "GB", "PT"], "type": ["office"] * 5}
)
# One year of power each; kg by hand from the factors of docs/method.md: 0.14 in Spain (EEA 2023).
COLUMNS = ["record_id", "facility_id", "category", "activity", "quantity", "unit", "year"]
ROWS = [
    ("inv-1", "a", "electricity", None, 10_000, "kWh", 2023),  # 1,400 kg
    ("inv-2", "b", "electricity", None, 5_003, "kWh", 2023),  # 700.42 kg
    ("inv-3", "c", "heat", "wood_pellets", 1, "t", 2023),
    ("inv-4", "d", "electricity", None, 1_000, "kWh", 2023),
    ("inv-5", "e", "electricity", None, 1_000, "parsecs", 2023),  # no figure
]
CONSUMPTION = pd.DataFrame(ROWS, columns=COLUMNS)
RESULT = fe.calculate(CONSUMPTION, FACILITIES)


def api(**co2e: Any) -> pd.DataFrame:
    """Return the API's answer: co2e by facility, and its other fields where a mapping is given."""
    rows = [{"id": k, **(v if isinstance(v, dict) else {"co2e": v})} for k, v in co2e.items()]
    return pd.DataFrame(rows)


def reconcile(given: Any, result: fe.Result = RESULT, **more: Any) -> fe.Reconciliation:
    return fe.reconcile(given, result, most_options=0, **more)


def classes(outcome: fe.Reconciliation, column: str = "class") -> dict[str, str]:
    return dict(zip(outcome.facilities["facility_id"], outcome.facilities[column], strict=True))


def test_every_class_by_hand() -> None:
    figure = RESULT.by("facility")["co2e"]["d"]
    outcome = reconcile(api(a=1400.0, b=700.4, c=None, d=figure + 5, e=12.5, x=3.5))
    assert classes(outcome) == {
        "a": "agrees",
        "b": "agrees within rounding",  # 700.42
        "c": "not calculated",
        "d": "differs",
        "e": "only in API",  # its record has no figure here
        "x": "only in API",
    }
    assert not outcome.agrees
    table = outcome.facilities.set_index("facility_id")
    assert table.loc["d", "difference"] == pytest.approx(5)
    assert table.loc["d", "relative"] == pytest.approx(5 / figure)
    assert table.loc["e", ["records", "problems"]].tolist() == [0, 1]
    assert table.loc["a", "country"] == "ES"  # of the result, where the API does not say


def test_only_here_comes_last_and_agrees_is_for_all() -> None:
    outcome = reconcile(api(a=1400.0))
    assert classes(outcome) == {"a": "agrees", "b": "only here", "c": "only here", "d": "only here", "e": "only here"}
    assert not outcome.agrees
    only = fe.calculate(CONSUMPTION[:1], FACILITIES)
    assert reconcile(api(a=1400.0), only).agrees
    assert not reconcile(api(a={"co2e": 1400.0, "co2e_biomass": 3.0}), only).agrees


def test_counts_and_kg_by_class() -> None:
    outcome = reconcile(api(a=1400.0, b=700.4, x=3.5))
    table = outcome.summary.set_index(["measure", "class"])
    figures = ["facilities", "api_kg", "our_kg", "difference_kg"]
    assert table.loc[("co2e", "agrees"), figures].tolist() == pytest.approx([1, 1400, 1400, 0])
    assert table.loc[("co2e", "agrees within rounding"), "difference_kg"] == pytest.approx(-0.02)
    assert table.loc[("co2e", "only in API"), "api_kg"] == 3.5
    assert np.isnan(table.loc[("co2e", "only in API"), "difference_kg"])
    assert table.loc["co2e", "facilities"].sum() == len(outcome.facilities) == 6
    assert list(outcome.summary["class"].unique()) == list(compare.CLASSES)


def test_null_is_not_zero() -> None:
    assert classes(reconcile(api(a=None, b=0.0)))["a"] == "not calculated"
    assert classes(reconcile(api(a=None, b=0.0)))["b"] == "differs"


def test_biomass_stands_apart() -> None:
    ours = RESULT.by("facility").loc["c"]
    given = api(c={"co2e": ours["co2e"], "co2e_biomass": 2000.0}, a={"co2e": 1400.0, "co2e_biomass": 0.0})
    outcome = reconcile(given)
    assert classes(outcome)["c"] == "agrees"
    assert classes(outcome, "class_biomass") | {"b": "", "d": "", "e": ""} == {
        "c": "differs", "a": "agrees", "b": "", "d": "", "e": ""
    }  # fmt: skip
    table = outcome.facilities.set_index("facility_id")
    assert table.loc["c", "difference_biomass"] == pytest.approx(2000 - ours["co2e_biomass"])
    assert table.loc["c", "difference"] == 0


def test_unknown_biomass_is_no_figure() -> None:
    factor = {"factor_id": "mine", "activity_category": "stationary", "activity": "wood_pellets", "unit": "kg",
              "co2_fossil_kg": 0.0, "ch4_kg": 0.0, "n2o_kg": 0.0}  # fmt: skip
    row = {
        "facility_id": "a",
        "category": "heat",
        "activity": "wood_pellets",
        "quantity": 1,
        "unit": "kg",
        "year": 2023,
    }
    result = fe.calculate([row], FACILITIES, custom_factors=[factor])
    assert result.co2e_biomass.isna().all()
    outcome = reconcile(api(a={"co2e": 0.0, "co2e_biomass": 1.0}), result)
    assert classes(outcome, "class_biomass")["a"] == "only in API"


# --- tolerances ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "more", "expected"),
    [
        (1400.04, {}, "differs"),
        (1400.04, {"absolute": 0.05}, "agrees"),
        (1400.04, {"relative": 1e-4}, "agrees"),
        (1400.04, {"relative": 1e-5}, "differs"),
        (1414.0, {"relative": 0.01}, "agrees"),
        (1400.04, {"decimals": 1}, "agrees within rounding"),
        (1400.05, {"decimals": 1}, "agrees within rounding"),  # the half itself
        (1400.06, {"decimals": 1}, "differs"),
        (1400.4, {"decimals": 0}, "agrees within rounding"),
    ],
)
def test_tolerances(theirs: float, more: dict[str, Any], expected: str) -> None:
    given = api(a=theirs, x=1.123456789)  # x is not rounded: no other value is taken to be
    assert classes(reconcile(given, **more))["a"] == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1250.5, 1250.0, 245.5], 1),
        ([1250.5, 1250.0, 245.5, 3.0, 7.7, 8.1, 9.2, 1.1, 5.43], 1),  # one stands for itself
        ([1250.0, 3.0], 0),
        ([0.0, np.nan], None),
        ([1.0 / 3, 2.0 / 7], None),
        ([0.285, 1.005, 4.35, 2.675], 3),  # what a binary fraction cannot hold
        ([1.0 / 3, 1250.5, 7.5], 1),  # of before and after 2026
        ([], None),
    ],
)
def test_decimals_are_found(values: list[float], expected: int | None) -> None:
    assert compare.decimals_used(np.array(values, dtype=float), None) == expected


def test_half_a_unit_is_that_of_each_value() -> None:
    half = compare.rounding(np.array([1250.5, 7.0, 1 / 3, 5.43, 1.1, 2.2, 3.3, 4.4]))
    assert half.tolist() == pytest.approx([0.05, 0.05, 0, 0.005, 0.05, 0.05, 0.05, 0.05])


@settings(deadline=None)
@given(st.lists(st.floats(1, 1e7), min_size=1), st.integers(0, 5))
def test_a_rounded_figure_agrees_with_itself(values: list[float], decimals: int) -> None:
    exact = np.array(values)
    api_kg = np.round(exact, decimals)
    allowed, half = compare.Allowance(0.0, 0.0, decimals).of(api_kg)
    yes = np.ones(len(exact), dtype=bool)
    assert set(compare.classify(api_kg, exact, allowed, half, yes, ~yes)) <= {compare.AGREES, compare.ROUNDING}


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**9), min_size=5), st.integers(0, 5))
def test_decimals_are_never_found_too_many(numbers: list[int], decimals: int) -> None:
    values = np.array([n / 10**decimals for n in numbers])
    used = compare.decimals_used(values, None)
    assert used is not None
    assert used <= decimals


@pytest.mark.parametrize("wrong", [{"absolute": -1.0}, {"relative": float("nan")}, {"most_options": 3}])
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(fe.ContractError, match=next(iter(wrong))):
        fe.reconcile(api(a=1.0), RESULT, **wrong)


# --- stale -----------------------------------------------------------------------------------

LATE = {"co2e": 1500.0, "updated_at": "2026-02-01T10:00:00Z"}


def test_stale_by_the_time_of_the_figure() -> None:
    assert classes(reconcile(api(a=LATE)))["a"] == "differs"
    assert classes(reconcile(api(a=LATE), calculated_at="2026-01-31"))["a"] == "stale"
    assert classes(reconcile(api(a=LATE), calculated_at=dt.date(2026, 3, 1)))["a"] == "differs"
    assert classes(reconcile(api(a={**LATE, "calculated_at": "2026-01-31T00:00:00Z"})))["a"] == "stale"
    told = reconcile(api(a=LATE), calculated_at="2026-01-31").sentences()["a"]
    assert "stale: updated 2026-02-01, after its figure was calculated" in told


def test_stale_by_its_invoices() -> None:
    bills = pd.DataFrame({"id": ["inv-1"], "facility_id": ["a"], "co2e": [1.0], "updated_at": ["2026-03-01T00:00:00Z"]})
    outcome = reconcile(api(a=LATE), invoices=bills)
    assert classes(outcome)["a"] == "stale"
    assert "an invoice is of 2026-03-01" in outcome.facilities["stale"][0]
    assert classes(reconcile(api(a=LATE), invoices=bills.assign(updated_at="2026-01-01T00:00:00Z")))["a"] == "differs"
    assert classes(reconcile(api(a=LATE), invoices=bills.assign(co2e=1500.3)))["a"] == "differs"  # it is their sum
    off = bills.assign(co2e=1500.3, status="error")
    assert classes(reconcile(api(a=LATE), invoices=off))["a"] == "stale"  # which does not count


def test_a_figure_that_agrees_is_not_stale() -> None:
    assert classes(reconcile(api(a={**LATE, "co2e": 1400.0}), calculated_at="2026-01-31"))["a"] == "agrees"


# --- what is given ---------------------------------------------------------------------------


def test_the_forms_that_the_api_side_may_have() -> None:
    rows = [{"id": "a", "name": "A", "country": "ES", "type": "office", "co2e": 1400.0}]
    portfolio = fe.Portfolio.from_payload(rows)
    for given_as in (rows, pd.DataFrame(rows), portfolio, SimpleNamespace(frame=pd.DataFrame(rows)),
                     fe.read_facilities({"items": rows, "total": 1, "page": 1, "size": 50})):  # fmt: skip
        assert classes(reconcile(given_as))["a"] == "agrees"


def test_ids_meet_as_text() -> None:
    uuid = "6F9619FF-8B86-D011-B42D-00C04FC964FF"
    rows = [{**dict(zip(COLUMNS, ROWS[0], strict=True)), "facility_id": i} for i in ("7", uuid)]
    rows = [{**row, "record_id": f"r{n}"} for n, row in enumerate(rows)]
    result = fe.calculate(rows, [{"id": "7", "country": "ES"}, {"id": uuid, "country": "ES"}])
    given = pd.DataFrame({"id": [7, uuid.lower()], "co2e": [1400.0, 1400.0]}, dtype=object)
    assert set(classes(reconcile(given, result)).values()) == {"agrees"}


@pytest.mark.parametrize(
    ("given_as", "message"),
    [
        (pd.DataFrame({"idd": ["a"], "co2e": [1.0]}), r"no column 'id'. Did you mean 'idd'\?"),
        (pd.DataFrame({"id": ["a"], "co2": [1.0]}), r"no column 'co2e'. Did you mean 'co2'\?"),
        (pd.DataFrame({"id": ["a", "a"], "co2e": [1.0, 2.0]}), "the id 'a' twice"),
        (pd.DataFrame({"id": ["a", None], "co2e": [1.0, 2.0]}), "row 1: no id"),
        (pd.DataFrame({"id": ["a"], "co2e": ["many"]}), "row 0: co2e 'many' is no number"),
        (pd.DataFrame({"id": ["a"], "co2e": [float("inf")]}), "co2e inf is no number"),
        (pd.DataFrame({"id": ["a"], "co2e": [1.0], "updated_at": ["yesterday"]}), "column updated_at"),
        ("facilities.json", "is a str; expected a DataFrame"),
        ([1], "is a list; expected a DataFrame"),
    ],
)
def test_bad_input(given_as: Any, message: str) -> None:
    with pytest.raises(fe.ContractError, match=message):
        reconcile(given_as)


def test_bad_time_of_the_figure() -> None:
    with pytest.raises(fe.ContractError, match="calculated_at 'soon' is no time"):
        reconcile(api(a=1.0), calculated_at="soon")


def test_nothing_on_either_side() -> None:
    assert len(reconcile([], RESULT).facilities) == 5
    none = fe.calculate(CONSUMPTION[:0], FACILITIES)
    outcome = fe.reconcile(api(a=1.0), none)
    assert classes(outcome) == {"a": "only in API"}
    assert outcome.explanations.empty


# --- invoices --------------------------------------------------------------------------------


def invoices(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "facility_id", "source_invoice_id", "co2e"])


def by_record(outcome: fe.Reconciliation) -> dict[tuple[str, str], tuple[str, float]]:
    assert outcome.invoices is not None
    t = outcome.invoices
    return {
        (r, f): (c, o) for r, f, c, o in zip(t["record_id"], t["facility_id"], t["class"], t["our_co2e"], strict=True)
    }


def test_invoices_meet_records() -> None:
    bills = invoices(("inv-1", "a", None, 1400.0), ("inv-2", "b", None, 650.0), ("inv-9", "b", None, 50.4))
    outcome = reconcile(api(a=1400.0, b=700.4), invoices=bills)
    found = by_record(outcome)
    assert found["inv-1", "a"][0] == "agrees"
    assert found["inv-2", "b"][0] == "differs"
    assert found["inv-9", "b"][0] == "only in API"
    assert found["inv-3", "c"][0] == "only here"
    assert found["inv-5", "e"][0] == "only here"
    table = outcome.facilities.set_index("facility_id")
    counts = ["invoices", "invoices_differ", "invoices_only_here", "invoices_only_api", "api_invoices_co2e"]
    assert table.loc["b", counts].tolist() == [2, 1, 0, 1, 700.4]
    assert "Of its 2 invoices 1 differ, 1 only in the API." in outcome.sentences()["b"]


def test_a_roll_up_that_is_not_the_sum_of_its_invoices_is_told() -> None:
    outcome = reconcile(api(a=2000.0), invoices=invoices(("inv-1", "a", None, 1400.0)))
    assert "In the API itself they add up to 1,400.0 kg CO2e." in outcome.sentences()["a"]


def test_shares_meet_by_facility_and_by_source() -> None:
    rows = [
        {"record_id": "whole", "facility_id": f, "category": "electricity", "activity": None, "quantity": q,
         "percentage": q / 10_000, "unit": "kWh", "year": 2023}
        for f, q in (("a", 4_000), ("b", 6_000))
    ]  # fmt: skip
    result = fe.calculate(rows, FACILITIES)
    of = {"a": 560.0, "b": 840.0}
    split = invoices(("x1", "a", "whole", of["a"]), ("x2", "b", "whole", of["b"]))
    found = by_record(reconcile(api(a=560.0, b=840.0), result, invoices=split))
    assert {k: v[0] for k, v in found.items()} == {("whole", "a"): "agrees", ("whole", "b"): "agrees"}
    same_id = invoices(("whole", "a", None, of["a"]), ("whole", "b", None, of["b"]))
    assert by_record(reconcile(api(a=560.0, b=840.0), result, invoices=same_id)) == found
    undivided = by_record(reconcile(api(a=560.0, b=840.0), result, invoices=invoices(("whole", None, None, 1400.0))))
    assert [v[0] for v in undivided.values()] == ["agrees"]
    assert next(iter(undivided.values()))[1] == pytest.approx(1400)


def test_invoices_ask_for_record_ids() -> None:
    result = fe.calculate(CONSUMPTION.drop(columns="record_id"), FACILITIES)
    with pytest.raises(fe.ContractError, match="joined by record_id"):
        reconcile(api(a=1.0), result, invoices=invoices(("inv-1", "a", None, 1.0)))


def test_the_same_invoice_twice_is_refused() -> None:
    with pytest.raises(fe.ContractError, match="the id 'inv-1' twice"):
        reconcile(api(a=1.0), invoices=invoices(("inv-1", "a", None, 1.0), ("inv-1", "a", None, 1.0)))


# --- words -----------------------------------------------------------------------------------


def test_one_sentence_a_facility() -> None:
    figure = RESULT.by("facility")["co2e"]["d"]
    told = reconcile(api(a=1400.0, b=700.4, c=None, d=figure * 1.124, e=12.5)).sentences()
    assert told["a"] == "Agrees: 1,400.0 kg CO2e."
    assert told["b"] == "Agrees within rounding: 700.4 kg CO2e."
    assert told["c"] == "Not calculated in the API (null); here it is 51.6 kg CO2e."
    assert told["d"].startswith("Differs by +12.40% (232.8 kg CO2e in the API, 207.1 here)")
    assert told["d"].endswith("no documented alternative gives the API's figure.")
    assert told["e"] == "Only in the API: 12.5 kg CO2e; here it has no figure. Here 1 of its records have no figure."


def test_a_page_of_the_default_size_is_suspected() -> None:
    ids = [f"s{i}" for i in range(12)]
    rows = [{**dict(zip(COLUMNS, ROWS[0], strict=True)), "facility_id": i, "record_id": i} for i in ids]
    result = fe.calculate(rows, [{"id": i, "country": "ES"} for i in ids])
    page = reconcile(pd.DataFrame({"id": ids[:10], "co2e": 1400.0}), result)
    assert "exactly 10 facilities and lacks 2" in page.notes[0]
    assert reconcile(pd.DataFrame({"id": ids[:9], "co2e": 1400.0}), result).notes == ()


def test_repr_counts() -> None:
    assert repr(reconcile(api(a=1400.0))) == "<Reconciliation: 1 agrees, 4 only here>"


# --- from the API's JSON to the answer -------------------------------------------------------


def test_from_json_to_the_answer() -> None:
    """Facilities and invoices as the API sends them: one whole, one shared, one divided here."""
    kwh = "ba80e6cb-86a4-4bb1-a0c5-8104365d523c"
    sites = [{"id": i, "name": i, "country": "ES", "type": "office", "status": "active", "co2e": c, "co2e_biomass": 0.0}
             for i, c in (("a", 1400.0), ("b", 1120.0), ("c", None))]  # fmt: skip

    def bill(
        id_: str, facility: str | None, base: float, share: float | None, co2e: float, **more: Any
    ) -> dict[str, Any]:
        quantity = base if share is None else base * share
        return {"id": id_, "type": "electricity", "status": "active", "enabled": True, "unit_id": kwh,
                "quantity": quantity, "base_quantity": base, "percentage": share, "facility_id": facility,
                "start_date": "2023-01-01T00:00:00", "end_date": "2023-12-31T23:59:59", "co2e": co2e,
                "co2e_biomass": 0.0, **more}  # fmt: skip

    bills = [
        bill("whole", "a", 6_000, None, 840.0),
        bill("s1", "a", 10_000, 0.4, 560.0, source_invoice_id="parent"),
        bill("s2", "b", 10_000, 0.6, 840.0, source_invoice_id="parent"),
        bill("draft", "b", 5_000, None, 700.0, status="review"),
        bill("lone", "b", 2_000, None, 280.0),
    ]
    read = fe.read_invoices(bills, units={kwh: "kWh"})
    facilities = fe.read_facilities({"items": sites, "total": 3, "page": 1, "size": 50})
    result = fe.calculate(read.consumption(), facilities.portfolio)
    outcome = reconcile(facilities, result, invoices=read)
    assert classes(outcome) == {"a": "agrees", "b": "agrees", "c": "not calculated"}
    found = {k: v[0] for k, v in by_record(outcome).items()}
    assert found == {
        ("whole", "a"): "agrees", ("parent", "a"): "agrees", ("parent", "b"): "agrees", ("lone", "b"): "agrees",
        ("draft", "b"): "only in API",
    }  # fmt: skip
    table = outcome.facilities.set_index("facility_id")
    assert table.loc["b", "api_invoices_co2e"] == 1120.0
