"""A table that is calculated again asks the same questions: nothing is resolved twice, and nothing is mixed up."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.calculation import recent, resolve
from facility_emissions.calculation.key_columns import Dimension
from facility_emissions.calculation.questions import Key
from facility_emissions.calculation.rates import RateTable
from facility_emissions.calculation.recent import Recent
from facility_emissions.calculation.sites import Profile
from facility_emissions.categories import electricity
from facility_emissions.factors.book import FactorBook
from frames import FACILITIES, draw_scope2, record, seeded_frame

METHODS = (fe.Method(), fe.Method(gwp="AR6"), fe.Method(scope2="market", year_rule="start"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Key]:
    """Return the keys that are looked up, as they are."""
    monkeypatch.setattr(resolve, "_RESOLVERS", {})
    found: list[Key] = []
    answer = resolve.Resolver._answer
    monkeypatch.setattr(resolve.Resolver, "_answer", lambda self, keys: (found.extend(keys), answer(self, keys))[1])
    return found


def test_the_same_questions_are_looked_up_once(asked: list[Key]) -> None:
    frame = seeded_frame(3, 200)
    first = fe.calculate(frame, FACILITIES)
    assert asked
    asked.clear()
    more = frame.assign(quantity=frame["quantity"] * 2)
    again = fe.calculate(more, FACILITIES)
    assert not asked
    assert again._calculation.keys is first._calculation.keys
    pd.testing.assert_series_equal(again.co2e, first.co2e * 2)


def test_one_question_more_is_a_table_of_its_own(asked: list[Key]) -> None:
    rows = [{"facility_id": "f0", "category": "electricity", "activity": "grid_electricity", "quantity": 1.0,
             "unit": "kWh", "year": y} for y in (2018, 2019, 2020)]  # fmt: skip
    sites = [{"facility_id": "f0", "country": "GB"}]
    first = fe.calculate(rows[::2], sites)
    asked.clear()
    assert len(fe.calculate(rows, sites)._calculation.keys) == 3
    assert [key.year for key in asked] == [2018, 2019, 2020]
    assert first.co2e.tolist() == fe.calculate(rows[::2], sites).co2e.tolist()


def test_methods_have_rates_of_their_own(asked: list[Key]) -> None:
    frame = seeded_frame(5, 100)
    of = [fe.calculate(frame, FACILITIES, m)._calculation.rates for m in METHODS * 2]
    assert [of[i] is of[i + 3] for i in range(3)] == [True] * 3
    assert len({id(rates) for rates in of}) == 3


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(range(3)), st.booleans()), min_size=2, max_size=12))
def test_whatever_was_asked_before_the_results_are_the_same(calls: list[tuple[int, int, bool]]) -> None:
    for seed, nth, contracts in calls:
        frame = seeded_frame(seed, 40)
        if contracts:
            terms = pd.DataFrame([draw_scope2(random.Random(seed).choice) for _ in range(20)])
            frame = pd.concat([frame, terms], ignore_index=True)
        found = fe.calculate(frame, FACILITIES, METHODS[nth])
        kept, resolve._RESOLVERS = resolve._RESOLVERS, {}
        alone = fe.calculate(frame, FACILITIES, METHODS[nth])
        resolve._RESOLVERS = kept
        pd.testing.assert_frame_equal(found.records, alone.records)
        pd.testing.assert_frame_equal(found.problems, alone.problems)


def test_a_resolver_that_is_in_use_stays_and_all_of_a_method_share_a_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "_RESOLVERS", {})
    method, nothing = fe.Method(), fe.FactorTable([])
    own = {"factor_id": "boiler", "activity_category": "stationary", "activity": "natural_gas", "valid_from": 2015,
           "unit": "kWh_gcv", "co2_fossil_kg": 0.18, "ch4_kg": 0, "n2o_kg": 0}  # fmt: skip
    first, theirs = (resolve.resolver_for(method, table) for table in (nothing, fe.FactorTable([own])))
    for back in range(2 * resolve._MOST_RESOLVERS):
        resolve.resolver_for(fe.Method(max_years_back=20 + back), nothing)
        assert resolve.resolver_for(method, fe.FactorTable([own])) is theirs
    assert len(resolve._RESOLVERS) == resolve._MOST_RESOLVERS
    again = resolve.resolver_for(method, nothing)
    assert again is not first  # it was not in use
    assert again.book is first.book is theirs.book


# -- what is kept ----------------------------------------------------------------------------------


def column(*values: object) -> Dimension:
    return Dimension("unit", np.zeros(1, dtype=np.int8), np.arange(len(values) + 1), values)


def ask(known: Recent, dims: list[Dimension], *indices: int, years: range = range(2020, 2022)) -> list[object]:
    """Return the keys of indices; a list of its own whenever they are made."""
    parts = [np.array(indices), np.zeros(len(indices), dtype=np.int64)]
    return known.questions(dims, years, parts, lambda: ([dims[0].values[i] for i in indices], {}))[0]


def test_words_that_are_equal_and_not_written_alike_are_told_apart() -> None:
    known = Recent(100)
    found = [ask(known, [column(None, value)], 1) for value in (1, 1.0, True, "1", 1)]
    assert [type(keys[0]) for keys in found] == [int, float, bool, str, int]
    assert found[4] is found[0]


def test_other_years_and_other_rows_are_other_questions() -> None:
    known, unit = Recent(100), [column(None, "kWh", "MWh")]
    first = ask(known, unit, 1, 2)
    assert ask(known, unit, 1, 2) is first
    assert ask(known, unit, 1, 2, years=range(2021, 2023)) is not first
    assert ask(known, unit, 1, 2) is first
    assert ask(known, unit, 1) == ["kWh"]
    assert ask(known, unit, 1, 2) is not first  # of the same words the last rows are kept


def test_no_more_is_kept_than_few_tables_of_few_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Recent(2)
    assert ask(known, [column("a", "b", "c")], 0, 1, 2) is not ask(known, [column("a", "b", "c")], 0, 1, 2)
    first = ask(known, [column(0)], 0)
    for i in range(1, recent._TABLES):
        ask(known, [column(i)], 0)
    assert ask(known, [column(0)], 0) is first
    ask(known, [column("one more")], 0)
    assert ask(known, [column(0)], 0) is not first
    monkeypatch.setattr(recent, "_WORDS", 2)
    assert ask(known, [column("x", "y", "z")], 0) is not ask(known, [column("x", "y", "z")], 0)


def test_rates_are_looked_up_once_for_keys_that_are_kept() -> None:
    known, made = Recent(100), []

    def look_up() -> RateTable:
        made.append(1)
        return RateTable([])

    keys = ask(known, [column("a")], 0)
    assert known.rates(keys, look_up) is known.rates(keys, look_up)
    assert len(made) == 1
    assert known.rates(["a"], look_up) is not known.rates(keys, look_up)
    assert len(made) == 2


# -- more keys than fit ----------------------------------------------------------------------------


def keys_of(*units: str) -> list[Key]:
    return [Key(Profile(country="ES"), 2020, "heat", "natural_gas", unit) for unit in units]


def resolved(resolver: resolve.Resolver, keys: list[Key], monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the units of the keys that a table of these makes the resolver resolve."""
    found: list[object] = []
    alone = type(resolver)._resolve
    with monkeypatch.context() as patch:
        patch.setattr(type(resolver), "_resolve", lambda self, key: (found.append(key.unit), alone(self, key))[1])
        rates = resolver.rates(keys)
    assert rates.co2e.tolist() == [alone(resolver, key).co2e for key in keys]
    return found


def test_of_more_keys_than_fit_those_that_do_are_known_to_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolve.Resolver(FactorBook(fe.Method()), fe.FactorTable([]), most=4)
    six = keys_of("kWh", "MWh", "GJ", "kWh_ncv", "MWh_ncv", "GJ_ncv")
    assert len(resolved(resolver, six, monkeypatch)) == 6
    assert resolved(resolver, six, monkeypatch) == ["MWh_ncv", "GJ_ncv"]
    assert resolved(resolver, six[:3], monkeypatch) == []
    assert resolved(resolver, six[2:], monkeypatch) == ["MWh_ncv", "GJ_ncv"]  # which take the place of kWh and MWh
    assert resolved(resolver, six, monkeypatch) == ["kWh", "MWh"]
    other = keys_of("TJ", "MJ")
    assert resolved(resolver, other, monkeypatch) == ["TJ", "MJ"]
    assert resolved(resolver, other, monkeypatch) == []
    assert len(resolver.answered()) == 2
    assert resolver.entry(six[0]).co2e > 0
    assert resolved(resolver, six[:1], monkeypatch) == []


def test_names_that_nobody_knows_are_searched_for_when_their_flags_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "_RESOLVERS", {})
    asked: list[str] = []
    why = electricity.why_no_label
    monkeypatch.setattr(electricity, "why_no_label", lambda q: (asked.append(q.supplier), why(q))[1])
    row = record(category="electricity", activity="grid_electricity", unit="kWh")
    rows = [row | {"supplier": name} for name in ("Endessa", "Nobody", "Endessa")]
    result = fe.calculate(rows, [{"facility_id": "f0", "country": "ES"}], fe.Method(scope2="market"))
    assert result.co2e.notna().all()
    before = len(asked)  # the answer that all of them share names one
    flags = result.records["flags"].astype(str).tolist()
    assert "'Endessa' has no" in flags[0]
    assert "'Nobody' has no" in flags[1]
    assert flags[2] == flags[0]
    assert sorted(asked[before:]) == ["Endessa", "Nobody"]
    result.ledger()
    assert len(asked) == before + 2
