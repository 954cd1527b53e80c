"""Factors, their coverage and their gaps in a terminal."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from rich.console import Console

from facility_emissions.report.terminal import say, show_frame
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES
from facility_emissions.vocabulary.refrigerants import refrigerant_ids

_FIGURES = {
    "co2_fossil_kg": "kg CO2 fossil",
    "ch4_kg": "kg CH4",
    "n2o_kg": "kg N2O",
    "co2_biogenic_kg": "kg CO2 biogenic",
    "co2e_fixed_kg": "kg CO2e",
}
_MOST_FOUND = 200  # factors that a search prints
_WORDS = {"co2e_fixed_kg": "kg CO2e (published without gases)"}


def show_found(console: Console, found: pd.DataFrame) -> None:
    """Print what `factors.find` found: a table where ids fit in a line, else a paragraph each; then the sources."""
    if "factor_id" not in found:
        composition = found["composition"].iloc[0]
        shown = found.drop(columns=["activity", "composition", "errata"])
        shown = shown.rename(columns={"gwp_all": "all gases", "gwp_kyoto": "Kyoto gases"})
        show_frame(console, shown, f"{found['activity'].iloc[0]} ({composition}): kg CO2e per kg")
        known = dict.fromkeys(text for cell in found["errata"] for text in str(cell).splitlines())
        if known:
            say(console, "Errors known in printed figures", style="bold")
        for text in known:
            say(console, text, indent=2)
        return
    unit = found["unit"].where(found["basis"] == "", found["unit"] + "_" + found["basis"])
    figures = {name: found[name].astype(float) for name in _FIGURES if found[name].notna().any()}
    shown = pd.DataFrame({"factor_id": found["factor_id"], "years": _years(found), "per": unit})
    for name, values in figures.items():
        shown[_FIGURES[name]] = [f"{v:.6g}" if v == v else "" for v in values]
    shown["data of"] = ["" if v is None or v != v else str(int(v)) for v in found["data_year"]]
    ranked = found["rank"].notna().any()
    if ranked:
        shown["rank"] = [str(r) for r in found["rank"]]
    for how in dict.fromkeys(h for h in found["match"] if h):
        say(console, f"Matched: {how}", style="dim")
    cut, shown = len(shown) - _MOST_FOUND, shown.head(_MOST_FOUND)
    _show_rows(console, shown, f"{len(found):,} factor{'' if len(found) == 1 else 's'}")
    if cut > 0:
        say(console, f"... and {cut:,} more: narrow the search, or take --csv.\n")
    if ranked:
        _show_why(console, found)
    _show_sources(console, found)


def _show_rows(console: Console, shown: pd.DataFrame, title: str) -> None:
    needed = sum(max(shown[c].map(len).max(), len(c)) + 3 for c in shown.columns)
    if needed <= console.width:
        show_frame(console, shown, title, whole=list(shown.columns))
        return
    say(console, f"{title}\n", style="bold")
    for row in shown.to_dict("records"):
        masses = ", ".join(f"{row[label]} {label}" for label in _FIGURES.values() if row.get(label))
        say(console, str(row["factor_id"]), style="bold")
        say(console, f"{masses} per {row['per']} ({row['years']})", indent=4)
        if "rank" in row:
            say(console, f"rank {row['rank']}", indent=4)
    say(console, "")


def _show_why(console: Console, found: pd.DataFrame) -> None:
    """Print what decided each rank, once for all factors that it is the same for."""
    say(console, "Why: rank 1 is taken for a quantity in --unit, else in the factor's own unit", style="bold")
    several = [c for c in ("activity_category", "activity") if len(set(found[c])) > 1]
    told: dict[str, None] = {}
    for row in found.sort_values("rank", kind="stable").to_dict("records"):
        of = "".join(f", {row[c]}" for c in several)
        told[f"{row['rank']}: {row['source_id']} {row['edition']}{of}: {row['why']}"] = None
    for line in [*told][:_MOST_FOUND]:
        say(console, line, indent=2)
    say(console, "")


def _show_sources(console: Console, found: pd.DataFrame) -> None:
    """Print the editions behind the factors: a line for each source and licence."""
    say(console, "Sources", style="bold")
    editions = found.drop_duplicates(["source_id", "edition"])
    for (source_id, licence), rows in editions.groupby(["source_id", "licence"], sort=False):
        names = [f"{r['edition']} ({r['published'] or r['publication_year']})" for r in rows.to_dict("records")]
        which = ", ".join(names) if len(names) < 4 else f"{len(names)} editions, {names[0]} to {names[-1]}"
        say(console, f"{source_id} {which}: {rows['publisher'].iloc[0]}. Licence: {licence}.", indent=2)


def _years(found: pd.DataFrame) -> list[str]:
    pairs = zip(found["valid_from"], found["valid_to"], strict=True)
    return [f"{a}-" if b is None or b != b else f"{a}" if a == b else f"{a}-{int(b)}" for a, b in pairs]


def show_factor(console: Console, found: Mapping[str, object]) -> None:
    """Print one factor in full: what it is, its figures, and the document that it was read in."""
    source = found["source"]
    assert isinstance(source, Mapping)
    unit = f"{found['unit']}_{found['basis']}" if found["basis"] else str(found["unit"])
    valid = f"{found['valid_from']}-{found['valid_to'] or ''}"
    if found["valid_from"] == found["valid_to"]:
        valid = str(found["valid_from"])
    say(console, str(found["factor_id"]), style="bold")
    for name, label in _FIGURES.items():
        if found[name] is not None:
            words = label if found["activity_category"] == "recharge" else _WORDS.get(name, label)
            say(console, f"{found[name]!r} {words} per {unit}", indent=2)
    told = {**found, "valid": valid, "lower": found["lower"], "upper": found["upper"]}
    left_out = {"factor_id", "source", "errata", "unit", "basis", "valid_from", "valid_to", *_FIGURES}
    _list(console, {k: v for k, v in told.items() if k not in left_out})
    for erratum in _errata(found):
        say(console, f"Erratum ({erratum['action']})", style="bold")
        _list(console, {k: v for k, v in erratum.items() if k != "action"})
    say(console, "Source", style="bold")
    _list(console, source)


def _errata(found: Mapping[str, object]) -> list[Mapping[str, object]]:
    known = found["errata"]
    assert isinstance(known, list)
    return known


def _list(console: Console, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if value not in (None, ""):
            say(console, f"{name}: {value}", indent=2)


def show_overview(console: Console, frame: pd.DataFrame) -> None:
    """Print the coverage of all countries, figure by figure."""
    say(console, "Coverage of the bundled factors\n", style="bold")
    for figure in ACTIVITY_CATEGORIES.values():
        rows = frame[frame["activity_category"] == figure.id]
        everywhere = {
            "recharge": f"every country, {len(refrigerant_ids())} gases and blends by composition and GWP",
            "wastewater_on_site": "every country, by the parameters of IPCC 2006 and 2019",
        }
        if figure.id in everywhere:
            where = everywhere[figure.id]
        else:
            national = rows[rows["country"] != "WORLD"]
            where = _count(len(national), "country", "countries")
            if len(national):
                last = "" if national["last_year"].isna().any() else int(national["last_year"].max())
                where += f", {int(national['first_year'].min())}-{last}"
            where += "; elsewhere the world's default" if len(national) < len(rows) else ""
        say(console, f"{figure.id} (scope {figure.scope}): {where}", style="bold")
        if figure.id not in everywhere:
            say(console, " ".join(national["country"]), indent=4)
            say(console, f"from {', '.join(_sources(rows))}", indent=4, style="dim")
    say(console, "\nOne country: `facility-emissions coverage ES`. Known gaps: `facility-emissions coverage --gaps`.")


def _sources(rows: pd.DataFrame) -> list[str]:
    """Return the sources of some coverage rows, those of most countries first."""
    named = pd.Series([s for text in rows["sources"] for s in text.split(", ")])
    return [str(s) for s in named.value_counts(sort=True).index]


def show_coverage(console: Console, frame: pd.DataFrame) -> None:
    """Print coverage row by row; the country is in the title if there is only one."""
    shown = frame.drop(columns=["first_year", "last_year"]).rename(columns={"activity_category": "figure"})
    title = "Coverage of the bundled factors"
    if len(set(shown["country"])) == 1:
        title += f": {shown['name'].iloc[0]} ({shown['country'].iloc[0]})"
        shown = shown.drop(columns=["country"])
    show_frame(console, shown.drop(columns=["name"]), title, whole=("country", "figure"))


def show_gaps(console: Console, frame: pd.DataFrame) -> None:
    """Print the known gaps as paragraphs."""
    say(console, f"{_count(len(frame), 'known gap')}\n", style="bold")
    for gap in frame.to_dict("records"):
        what = ", ".join(str(gap[k]) for k in ("activity", "activity_category", "instrument") if gap[k])
        years = "all years" if gap["years"] == "all" else gap["years"]
        say(console, f"{gap['country']}: {what}, {years}", style="bold")
        say(console, str(gap["reason"]), indent=4)
        say(console, f"Remedy: {gap['remedy']}", indent=4, style="dim")


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def show_broken(console: Console, problems: pd.DataFrame, name: str) -> None:
    """Print every broken row of a user's factor table: where, what was given, why, what would be right."""
    word = "line" if name.endswith(".csv") else "row"
    shown = pd.DataFrame(
        {
            word: ["" if row is None else str(row) for row in problems["row"]],
            "factor_id": problems["factor_id"],
            "column": problems["column"],
            "value": ["" if value is None else str(value) for value in problems["value"]],
            "what is wrong": problems["reason"] + " " + problems["remedy"],
        }
    )
    shown = shown.loc[:, [c for c in shown if (shown[c] != "").any()]]
    rows = problems["row"].nunique(dropna=False)
    show_frame(console, shown, f"{name}: {rows} broken row{'' if rows == 1 else 's'}", whole=(word, "column"))


def show_own(console: Console, own: pd.DataFrame, name: str) -> None:
    """Print a sound factor table of a user: what each row is for, and its figures."""
    unit = own["unit"].where(own["basis"] == "", own["unit"] + "_" + own["basis"])
    place = own["subdivision"].where(own["subdivision"] != "", own["country"])
    pairs = zip(own["valid_from"], own["valid_to"], strict=True)
    years = [a if a == b else f"{a}-{b}" if len(a + b) <= 8 else f"{a} to {b}".strip() for a, b in pairs]
    shown = pd.DataFrame({"factor_id": own["factor_id"], "figure": own["activity_category"],
                          "activity": own["activity"], "place": place, "years": years, "per": unit})  # fmt: skip
    for column, label in _FIGURES.items():
        if own[column].notna().any():
            shown[label] = [f"{v:.6g}" if v == v else "" for v in own[column].astype(float)]
    shown["applies"] = own["applies"].str.replace("_", " ")
    number = f"{len(own)} factor{'' if len(own) == 1 else 's'}"
    show_frame(console, shown, f"{name}: {number}, all sound")
