"""A restatement as a page: the effects from the total before to the total after, the factors that moved."""

from __future__ import annotations

import pandas as pd

from facility_emissions.report.page import Card, Page, Step, Table, kg, percent
from facility_emissions.restatement import Restatement, Significance

MOST_FACTORS, MOST_REASONS = 40, 20


def restatement_page(
    found: Restatement, verdict: Significance | None = None, title: str = "Emissions restated"
) -> Page:
    """Return the page of a restatement, with the verdict on its base year where one was asked for."""
    total = found.total
    cards = [
        Card("Before, kg CO2e", kg(total["co2e_before"]), f"{total['problem_rows_before']:,} records without a figure"),
        Card("After, kg CO2e", kg(total["co2e_after"]), f"{total['problem_rows_after']:,} records without a figure"),
        Card("Difference, kg CO2e", kg(total["difference"], sign=True), percent(total["relative"], sign=True)),
        Card("Records", f"{len(found):,}"),
    ]
    steps = [Step("Before", 0.0, float(total["co2e_before"]), total=True)]
    steps += [
        Step(str(e["title"]), float(e["start"]), float(e["end"]), str(e["changed"]))
        for e in found.effects.to_dict("records")
    ]
    steps.append(Step("After", 0.0, float(total["co2e_after"]), total=True))
    return Page(
        title=title,
        verdict=str(verdict) if verdict is not None else found.sentence(),
        good=verdict is None or not verdict.significant,
        cards=cards,
        steps=steps,
        steps_title="What the difference is made of",
        unit="kg CO2e",
        tables=[t for t in (_years(found), _factors(found), _coverage(found)) if t is not None],
        notes=[*([found.sentence()] if verdict is not None else []), *found.citations()],
    )


def _years(found: Restatement) -> Table:
    years = found.by("year").reset_index()
    effects = [e for e in found.effects["effect"] if years[e].any()]
    rows = [
        ("no period" if pd.isna(year) else f"{year:.0f}", kg(row["co2e_before"]),
         *(kg(row[e], sign=True) for e in effects), kg(row["co2e_after"]), percent(row["relative"], sign=True))
        for year, row in zip(years["year"].tolist(), years.to_dict("records"), strict=True)
    ]  # fmt: skip
    columns = ("year", "before kg", *effects, "after kg", "difference")
    return Table("By year", "", columns, rows, frozenset(range(1, len(columns))))


def _factors(found: Restatement) -> Table | None:
    moved = found.factors[found.factors["change"] != 0]
    if moved.empty:
        return None
    rows = [
        (str(f["factor_before"]), "the same" if f["factor_after"] == f["factor_before"] else str(f["factor_after"]),
         f"{f['records']:,}", kg(f["change"], sign=True), percent(f["cumulative"]), str(f["effect"]))
        for f in moved.head(MOST_FACTORS).to_dict("records")
    ]  # fmt: skip
    note = f"The {len(rows):,} heaviest of {len(moved):,}." if len(moved) > len(rows) else ""
    columns = ("factor before", "factor after", "records", "kg", "cumulative", "by")
    return Table("Factors that moved", note, columns, rows, frozenset((2, 3, 4)))


def _coverage(found: Restatement) -> Table | None:
    if found.coverage.empty:
        return None
    rows = [
        (str(c["change"]), f"{c['records']:,}", kg(c["co2e"], sign=True), str(c["reason"]), str(c["remedy"]))
        for c in found.coverage.head(MOST_REASONS).to_dict("records")
    ]
    note = "Records without a figure before (gained), after (lost), or on neither side."
    return Table("Without a figure", note, ("change", "records", "kg", "why", "what would do"), rows, frozenset((1, 2)))
