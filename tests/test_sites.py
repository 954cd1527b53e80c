"""What the calculation reads of facilities: numbers that are told by row, column and value where they are none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.calculation.sites import read_sites

MADRID = {"facility_id": "a", "country": "ES"}


def read(*rows: dict[str, object]) -> list[object]:
    return list(read_sites(pd.DataFrame(rows), include_archived=False).values())


@pytest.mark.parametrize("name", ["surface_m2", "employees", "tonnes"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-5.0, "-5.0 is negative; leave it empty where it is unknown."),
        (math.inf, "inf is not finite; leave it empty where it is unknown."),
        ("8.200,5", "'8.200,5' is no number; a decimal point and no thousands separator."),
        ("many", "'many' is no number"),
        ("nan", "'nan' is no number"),
        (True, "True is no number"),
    ],
)
def test_a_quantity_that_is_none_is_told_by_row(name: str, value: object, words: str) -> None:
    rows = pd.DataFrame([MADRID, {"facility_id": "b", "country": "ES", name: value}], index=["x", "y"])
    rows[name] = rows[name].astype(object)
    with pytest.raises(fe.ContractError) as told:
        read_sites(rows, include_archived=False)
    assert str(told.value).startswith(f"facilities row y (facility 'b'): {name} {words}")


@pytest.mark.parametrize("name", ["logistic_factor", "consolidation_share"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.5, "1.5 is outside 0..1. 1.5 % is 0.015."),
        (60, "60 is outside 0..1. 60 % is 0.6."),
        (-0.1, "-0.1 is outside 0..1."),
        ("0,8", "'0,8' is no number; 0 to 1 with a decimal point."),
        (math.inf, "inf is outside 0..1."),
    ],
)
def test_a_share_that_is_none_is_told_by_row(name: str, value: object, words: str) -> None:
    with pytest.raises(fe.ContractError) as told:
        read_sites([{**MADRID, name: value}], include_archived=False)
    assert str(told.value) == f"facilities row 0 (facility 'a'): {name} {words}"


@pytest.mark.parametrize("null", [None, math.nan, pd.NA, "", "  "])
def test_null_is_unknown_and_zero_is_a_value(null: object) -> None:
    names = ("logistic_factor", "consolidation_share", "surface_m2", "employees", "tonnes")
    unknown, zero = read_sites(
        [{**MADRID, **dict.fromkeys(names, null)}, {**MADRID, "facility_id": "b", **dict.fromkeys(names, 0)}],
        include_archived=False,
    ).values()
    assert [getattr(unknown, name) for name in names] == [None] * 5
    assert [getattr(zero, name) for name in names] == [0.0] * 5


@pytest.mark.parametrize("value", [8200, 8200.0, "8200", " 8200.0 ", np.int64(8200), np.float32(8200)])
def test_numbers_may_come_as_text(value: object) -> None:
    assert [site.surface_m2 for site in read({**MADRID, "surface_m2": value})] == [8200.0]


def test_models_bring_their_fields() -> None:
    facility = fe.Facility(
        id="a", name="A", country="ES", type="Warehouse", tonnes=5, consolidation_share=0, employees=3
    )
    site = read_sites([facility], include_archived=False)["a"]
    assert (site.tonnes, site.consolidation_share, site.employees, site.surface_m2) == (5, 0, 3, None)
    assert (site.type, site.name) == ("warehouse", "A")


def test_facilities_are_laid_out_when_somebody_looks_at_them() -> None:
    row = {
        "facility_id": "a",
        "category": "electricity",
        "activity": "grid_electricity",
        "quantity": 1.0,
        "unit": "kWh",
    }
    result = fe.calculate([{**row, "year": 2022}], [{**MADRID, "type": "office"}])
    sites = result._calculation.sites
    assert result.co2e.notna().all()
    assert "_sites" not in vars(sites)  # of five thousand facilities that would be a good part of a call
    assert result.by("facility_type").index.tolist() == ["office"]
    assert vars(sites)["_sites"] == dict(sites)


def test_facilities_set_apart_keep_what_is_said_of_them() -> None:
    rows = [{**MADRID, "surface_m2": 50, "name": "Centre"}, {"facility_id": "b", "country": "FR", "type": "Office"}]
    sites = read_sites(rows, include_archived=False)
    apart = sites.set_apart(frozenset({"a", "of nobody"}))
    assert (apart["a"].profile.own, sites["a"].profile.own) == ("a", "")
    assert apart["a"] == sites["a"]._replace(profile=apart["a"].profile)
    assert apart["b"] == sites["b"]
    assert (apart["a"].surface_m2, apart["a"].name, apart["b"].type) == (50.0, "Centre", "office")
    assert sites.set_apart(frozenset({"of nobody"})) is sites
