"""Factors of one's own that begin or end within a year: bills across such a day are split at it, by days."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.calculation.resolve import Resolver
from facility_emissions.factors.validity import Validity, parse_edge

SITES = [{"id": "madrid", "country": "ES", "type": "office"}, {"id": "soria", "country": "ES", "type": "office"}]
PUBLISHED = 0.182448  # MITECO V31, natural gas 2023: 0.182 + 0.000016 x 28, AR5


def bill(**changes: object) -> dict[str, object]:
    return {"facility_id": "madrid", "category": "heat", "activity": "natural_gas", "quantity": 3100.0,
            "unit": "kWh_gcv", "start_date": "2023-03-01", "end_date": "2023-03-31", **changes}  # fmt: skip


def gas(**changes: object) -> dict[str, object]:
    return {"activity_category": "stationary", "activity": "natural_gas", "unit": "kWh_gcv", "co2_fossil_kg": 1.0,
            **changes}  # fmt: skip


def calculate(own: object, *rows: dict[str, object], **method: object) -> fe.Result:
    return fe.calculate(pd.DataFrame(rows), SITES, fe.Method(**method), custom_factors=own)  # type: ignore[arg-type]


def test_a_bill_across_the_first_day_is_split_at_it() -> None:
    """31 days, the factor from the 11th on: 10 days published, 21 days of one's own."""
    result = calculate([gas(valid_from="2023-03-11")], bill())
    assert result.co2e.iloc[0] == pytest.approx(1000 * PUBLISHED + 2100 * 1.0, rel=1e-12)
    pieces = result.ledger().query("activity_category == 'stationary'")
    assert pieces[["quantity", "source", "year"]].values.tolist() == [[1000, "miteco", 2023], [2100, "custom", 2023]]
    assert len(result.by("facility", "year")) == 1
    assert result.by("facility", "year")["records"].iloc[0] == 1


def test_a_bill_across_the_last_day_is_split_after_it() -> None:
    result = calculate([gas(valid_to="2023-03-10")], bill())
    assert result.co2e.iloc[0] == pytest.approx(1000 * 1.0 + 2100 * PUBLISHED, rel=1e-12)


def test_bills_of_other_facilities_and_of_one_side_are_left_whole() -> None:
    own = [gas(valid_from="2023-03-11", facility_id="madrid")]
    rows = [bill(facility_id="soria"), bill(end_date="2023-03-10"), bill(start_date="2023-03-11")]
    result = calculate(own, *rows)
    assert result.co2e.tolist() == [3100 * PUBLISHED, 3100 * PUBLISHED, 3100.0]
    assert len(result.ledger().query("activity_category == 'stationary'")) == 3


def test_a_record_that_names_a_factor_outside_its_days_is_told() -> None:
    problem = calculate([gas(factor_id="c", valid_from="2023-03-11")], bill(custom_factor_id="c")).problems
    assert problem["reason"].tolist() == [
        "The custom factor 'c' is valid from 2023-03-11; the consumption, or part of it, is outside of that."
    ]
    inside = calculate(
        [gas(factor_id="c", valid_from="2023-03-11")], bill(custom_factor_id="c", start_date="2023-03-11")
    )
    assert inside.co2e.tolist() == [3100.0]


@pytest.mark.parametrize(("rule", "kg"), [("start", 3100 * PUBLISHED), ("end", 3100.0)])
def test_the_year_rule_decides_the_day_too(rule: str, kg: float) -> None:
    assert calculate([gas(valid_from="2023-03-11")], bill(), year_rule=rule).co2e.tolist() == [kg]


def test_a_row_with_a_year_alone_is_all_its_days() -> None:
    row = {**bill(quantity=365.0), "start_date": None, "end_date": None, "year": 2023}
    result = calculate([gas(valid_from="2023-12-31")], row)
    assert result.co2e.iloc[0] == pytest.approx(364 * PUBLISHED + 1, rel=1e-12)


def test_a_calculator_gives_the_same_bits() -> None:
    own = fe.FactorTable([gas(valid_from="2023-03-11")])
    for row in (bill(), bill(end_date="2023-03-05"), bill(start_date="2023-03-20"), bill(end_date="2024-02-01")):
        figure = fe.Calculator(SITES, custom_factors=own)(row)
        assert figure.co2e == calculate(own, row).co2e.iloc[0]


def slow(own: list[tuple[dt.date, dt.date, int]], start: dt.date, end: dt.date, quantity: int) -> Fraction:
    """Return kg CO2e, a day at a time."""
    total, days = Fraction(0), (end - start).days + 1
    for n in range(days):
        day = start + dt.timedelta(days=n)
        rate = next((Fraction(kg) for first, last, kg in own if first <= day <= last), None)
        if rate is None:
            rate = Fraction("0.182") + Fraction("0.000016") * 28
            if day.year < 2018:
                raise AssertionError("the published factor was another")
        total += Fraction(quantity, days) * rate
    return total


DAYS = st.dates(dt.date(2021, 1, 1), dt.date(2023, 12, 31))


@settings(max_examples=60, deadline=None)
@given(st.lists(DAYS, min_size=2, max_size=6, unique=True), st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=4))
def test_any_bill_is_the_sum_of_its_days(edges: list[dt.date], periods: list[tuple[dt.date, dt.date]]) -> None:
    edges.sort()
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    own = [(first, last, 3 + n) for n, (first, last) in enumerate(spans)]
    table = [gas(factor_id=str(n), valid_from=a, valid_to=b, co2_fossil_kg=kg) for n, (a, b, kg) in enumerate(own)]
    rows = [bill(start_date=min(p), end_date=max(p), quantity=1000.0 * (n + 1)) for n, p in enumerate(periods)]
    result = calculate(table, *rows)
    for n, period in enumerate(periods):
        expected = slow(own, min(period), max(period), 1000 * (n + 1))
        assert result.co2e.iloc[n] == pytest.approx(float(expected), rel=1e-12)
    parts = result.ledger().query("activity_category == 'stationary'").groupby("position")["quantity"].sum()
    assert parts.tolist() == pytest.approx([1000.0 * (n + 1) for n in range(len(rows))], rel=1e-15)
    assert result.by("facility")["co2e"].iloc[0] == pytest.approx(result.total["co2e"], rel=1e-12)
    alone = [calculate(table, row).co2e.iloc[0] for row in rows]
    assert alone == result.co2e.tolist()


def test_an_uncertainty_becomes_bounds() -> None:
    one, two = fe.FactorTable([gas(factor_id="a", uncertainty=10, co2_fossil_kg=2.0),
                               gas(factor_id="b", uncertainty=150, activity="diesel")]).rows  # fmt: skip
    assert (one.factor.lower, one.factor.upper) == (1.8, 2.2)
    assert (two.factor.lower, two.factor.upper) == (0.0, 2.5)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31)), ("2024-02-29", dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
     ("2023-02-29", None, None), ("24", None, None), ("1800", None, None), ("2024-2-9", None, None)],
)  # fmt: skip
def test_edges_are_years_or_days(text: str, first: dt.date | None, last: dt.date | None) -> None:
    assert (parse_edge(text, last=False), parse_edge(text, last=True)) == (first, last)


def test_a_validity_says_itself() -> None:
    day = dt.date(2023, 3, 15)
    end = dt.date(2024, 12, 31)
    said = [str(v) for v in (Validity(), Validity(day), Validity(last=end), Validity(day, end), Validity(day, day),
                             Validity(dt.date(2024, 1, 1), end))]  # fmt: skip
    assert said == [
        "in every year",
        "from 2023-03-15",
        "up to 2024",
        "from 2023-03-15 to 2024",
        "on 2023-03-15",
        "in 2024",
    ]
    assert list(Validity(day, end).edges(2023)) == [day]
    assert list(Validity(day, end).edges(2025)) == []  # it ends with the year


def test_only_the_days_of_factors_that_may_fit_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table with a dated row for each of many facilities: a key of one is asked about its own day, not all."""
    sites = [{"id": f"f{n}", "country": "ES"} for n in range(40)]
    days = [dt.date(2023, 1, 2) + dt.timedelta(days=n) for n in range(40)]
    own = [gas(factor_id=f"c{n}", facility_id=f"f{n}", valid_from=day) for n, day in enumerate(days)]
    asked = []
    told_apart = Resolver._told_apart
    monkeypatch.setattr(Resolver, "_told_apart", lambda self, key: asked.append(key) or told_apart(self, key))
    rows = [bill(facility_id=f"f{n}", quantity=31.0, start_date="2023-03-01") for n in range(40)]
    result = fe.calculate(pd.DataFrame(rows), sites, custom_factors=own)
    assert result.co2e.tolist() == [31.0] * 40
    assert len(asked) == 2 * 40
