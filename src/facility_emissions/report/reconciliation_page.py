"""A reconciliation as a page: where the two totals part, what explains it, the worst facilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from facility_emissions.reconciliation import Reconciliation
from facility_emissions.report.page import Card, Page, Step, Table, kg, percent

MOST_EXPLANATIONS, MOST_FACILITIES = 20, 50
_ALONE = {
    "only in API": "Only in the API",
    "only here": "Only here",
    "not calculated": "Not calculated in the API (null)",
}
_FINE = ("agrees", "agrees within rounding")


def reconciliation_page(found: Reconciliation, title: str = "The API's emissions beside ours") -> Page:
    """Return the page of a reconciliation."""
    table, sentences = found.facilities, found.sentences()
    return Page(
        title=title,
        verdict=_verdict(found),
        good=found.agrees,
        cards=_cards(table),
        steps=_steps(found),
        steps_title="From our total to the API's",
        unit="kg CO2e",
        tables=[t for t in (_explanations(found), _facilities(table, sentences), _summary(found)) if t is not None],
        notes=found.notes,
    )


def _verdict(found: Reconciliation) -> str:
    classes = found.facilities["class"]
    fine, total = int(classes.isin(_FINE).sum()), len(classes)
    if found.agrees:
        return f"All {total:,} facilities agree."
    off = found.facilities[classes.isin(("differs", "stale"))]
    explained = int((off["explanation"] != "").sum())
    words = f"{fine:,} of {total:,} facilities agree; {len(off):,} differ"
    words += f", {explained:,} of them explained" if len(off) else ""
    alone = total - fine - len(off)
    return f"{words}; {alone:,} have no figure on one side." if alone else f"{words}."


def _cards(table: pd.DataFrame) -> list[Card]:
    both = table["api_co2e"].notna() & table["our_co2e"].notna()
    ours, api = table.loc[both, "our_co2e"].sum(), table.loc[both, "api_co2e"].sum()
    relative = (api - ours) / ours if ours else float("nan")
    count = table["class"].value_counts()
    return [
        Card("API, kg CO2e", kg(api), f"{int(both.sum()):,} facilities with both figures"),
        Card("Here, kg CO2e", kg(ours), "the same facilities"),
        Card("Difference, kg CO2e", kg(api - ours, sign=True), percent(relative, sign=True)),
        *(Card(str(name).capitalize(), f"{n:,}", "facilities") for name, n in count.items() if n),
    ]


def _steps(found: Reconciliation) -> list[Step]:
    """Return the bars from our total to the API's: what is on one side only, each explanation, the rest."""
    table = found.facilities
    ours, api = table["our_co2e"].sum(), table["api_co2e"].sum()
    at, steps = ours, [Step("Here", 0.0, ours, "all facilities", total=True)]

    def step(label: str, change: float, note: str) -> None:
        nonlocal at
        if change:
            steps.append(Step(label, at, at + change, note))
            at += change

    classes = table["class"].astype(str)
    for name, label in _ALONE.items():
        rows = table[classes == name]
        step(label, rows["api_co2e"].sum() - rows["our_co2e"].sum(), _facilities_count(len(rows)))
    differs = table[classes.isin(("differs", "stale"))]
    explained = differs[differs["explanation"] != ""].groupby("explanation", sort=False)["difference"]
    by_size = explained.agg(["sum", "size"]).sort_values("sum", key=abs, ascending=False)
    for sentence, row in by_size.head(MOST_EXPLANATIONS).iterrows():
        step(str(sentence), float(row["sum"]), _facilities_count(int(row["size"])))
    others = by_size.iloc[MOST_EXPLANATIONS:]
    step(
        f"{len(others)} further explanations", float(others["sum"].sum()), _facilities_count(int(others["size"].sum()))
    )
    rest = differs[differs["explanation"] == ""]
    step("Not explained", rest["difference"].sum(), _facilities_count(len(rest)))
    rounded = table[classes.isin(_FINE)]
    step("Within tolerance and rounding", rounded["difference"].sum(), _facilities_count(len(rounded)))
    return [*steps, Step("API", 0.0, api, "as it was returned", total=True)]


def _facilities_count(number: int) -> str:
    return f"{number:,} facilit{'y' if number == 1 else 'ies'}"


def _explanations(found: Reconciliation) -> Table | None:
    told = found.explanations
    if told.empty:
        return None
    rows = [
        (
            _what(e),
            str(e["sentence"]),
            str(e["certainty"]),
            str(e["surprise"]),
            f"{e['explained']:,} of {e['could_explain']:,}",
            kg(float(e["kg_explained"])),
        )
        for e in told.head(MOST_EXPLANATIONS).to_dict("records")
    ]
    note = "The widest first. An explanation is a hypothesis: a documented alternative that gives the API's figures."
    columns = ("for", "what explains it", "certainty", "a match by chance", "explains", "kg")
    return Table("Explanations", note, columns, rows, frozenset((4, 5)))


def _what(e: Mapping[Any, Any]) -> str:
    what = "biogenic CO2, " if e["measure"] == "co2e_biomass" else ""
    where = f"{e['scope']} {e['where']}" if e["where"] else "all"
    level = "" if e["level"] == "facility" else f"{e['level']}s, "
    return f"{what}{level}{where}"


def _facilities(table: pd.DataFrame, sentences: pd.Series) -> Table | None:
    off = table[~table["class"].isin(_FINE)].copy()
    if off.empty:
        return None
    off["size"] = off["difference"].abs().fillna(off["api_co2e"].abs()).fillna(off["our_co2e"].abs())
    off = off.sort_values("size", ascending=False, kind="stable")
    rows = [
        (
            f"{f['facility_id']}" + ("" if pd.isna(f["name"]) else f" ({f['name']})"),
            "" if pd.isna(f["country"]) else str(f["country"]),
            kg(f["api_co2e"]),
            kg(f["our_co2e"]),
            percent(f["relative"], sign=True),
            str(sentences.loc[f["facility_id"]]),
        )
        for f in off.head(MOST_FACILITIES).to_dict("records")
    ]
    note = (
        f"The {len(rows):,} largest of {len(off):,}; all of them are in facilities.csv." if len(off) > len(rows) else ""
    )
    columns = ("facility", "country", "API kg", "here kg", "difference", "in a sentence")
    return Table("Facilities that do not agree", note, columns, rows, frozenset((2, 3, 4)))


def _summary(found: Reconciliation) -> Table:
    shown = found.summary[found.summary["facilities"] > 0]
    rows = [
        (
            {"co2e": "CO2e", "co2e_biomass": "biogenic CO2"}[s["measure"]],
            str(s["class"]),
            f"{s['facilities']:,}",
            kg(s["api_kg"]),
            kg(s["our_kg"]),
            kg(s["difference_kg"], sign=True),
        )
        for s in shown.to_dict("records")
    ]
    columns = ("measure", "class", "facilities", "API kg", "here kg", "difference kg")
    return Table("Counts and kg", "", columns, rows, frozenset((2, 3, 4, 5)))
