"""Results as tables in a terminal, for a person to read.

What comes from a user's file is shown as plain text (`Text`): a bracket in it is no markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from facility_emissions.method import Method
from facility_emissions.results import Result
from facility_emissions.rounding import rounded
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

MOST_PROBLEMS = 10  # kinds of problem that a summary tells of
MOST_FACILITIES = 25
_FINE_BELOW = 100_000  # [kg]: a column of larger figures is shown without decimals
_FLAG = re.compile(r"(?:^|; | \| )([a-z][a-z0-9_]*): ")


def say(console: Console, text: str, indent: int = 0, style: str = "") -> None:
    """Print a paragraph, wrapped to the console with its indent kept."""
    console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))


def show_frame(
    console: Console, frame: pd.DataFrame, title: str, kg: Sequence[str] = (), whole: Sequence[str] = ()
) -> None:
    """Print a frame as a table; the columns in `kg` are kilograms, those in `whole` are never folded."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    cells = {str(name): _cells(frame[name], is_kg=name in kg) for name in frame.columns}
    for name, column in zip(cells, frame.columns, strict=True):
        right = pd.api.types.is_numeric_dtype(frame[column].dtype)
        table.add_column(
            Text(name), justify="right" if right else "left", overflow="fold", no_wrap=right or name in whole
        )
    for row in zip(*cells.values(), strict=True):
        table.add_row(*map(Text, row))
    say(console, title, style="bold")
    console.print(table)
    console.print()


def _cells(column: pd.Series, *, is_kg: bool) -> list[str]:
    """Return a column as text, empty where it is null."""
    if is_kg:
        digits = _digits(column)
        return ["" if v != v else f"{v:,.{digits}f}" for v in column.astype(float)]
    return ["" if _null(v) else f"{v:,}" if isinstance(v, int) and v > 9999 else str(v) for v in column.tolist()]


def _digits(kg: pd.Series) -> int:
    return 1 if not (kg.abs() >= _FINE_BELOW).any() else 0


def _null(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def show_summary(console: Console, result: Result, names: Mapping[str, str] | None = None) -> None:
    """Print what a person wants to know first: total, figures, facilities, problems, sources.

    Args:
        console: where to print.
        result: what was calculated.
        names: names of the facilities by their id.
    """
    answered = show_total(console, result.total, result.method, result.data_version)
    interval = result.interval_words("t")
    if interval:
        say(console, f"{interval[0].upper()}{interval[1:]}\n")
    if answered:
        _show_figures(console, result)
        _show_years(console, result)
        _show_facilities(console, result, names or {})
    _show_problems(console, result)
    _show_own(console, result)
    _show_flags(console, result)
    _show_gaps(console, result)
    say(console, "Sources", style="bold")
    for line in result.citations():
        say(console, line, indent=2)


def show_total(console: Console, total: Mapping[str, float], method: Method, data_version: str) -> int:
    """Print the headline of a result and what it depends on; return how many records have a figure."""
    answered = int(total["rows"] - total["problem_rows"])
    console.print(f"[bold]{total['co2e'] / 1000:,.2f} t CO2e[/bold] from {answered:,} of {total['rows']:,} records;"
                  f" {total['co2e_biomass'] / 1000:,.2f} t biogenic CO2 outside the scopes",
                  highlight=False)  # fmt: skip
    if total["biomass_unknown_rows"]:
        say(console, f"Biogenic CO2 is not published for {total['biomass_unknown_rows']:,} of these records.")
    basis = "location-based" if method.scope2 == "location" else "market-based"
    say(console, f"Scope 2 {basis}, {method.gwp_name}, factors {data_version}\n")
    return answered


def _show_figures(console: Console, result: Result) -> None:
    """Show each activity category, and which of them the total is made of."""
    sums = result.by("activity_category")
    figures = [f for f in ACTIVITY_CATEGORIES.values() if f.id in sums.index]
    figures.sort(key=lambda f: f.scope)
    ids = [f.id for f in figures]
    frame = pd.DataFrame(
        {
            "scope": [f.scope for f in figures],
            "figure": [f.title for f in figures],
            "kg CO2e": sums["co2e"].reindex(ids).to_numpy(),
            "kg biogenic CO2": sums["co2e_biomass"].reindex(ids).to_numpy(),
            "records": sums["records"].reindex(ids).to_numpy(),
            "in the total": ["yes" if name in result.method.headline else "" for name in ids],
        }
    )
    show_frame(console, frame, "By figure", ("kg CO2e", "kg biogenic CO2"))


def _show_years(console: Console, result: Result) -> None:
    years = result.by("year", "category")["co2e"].unstack("category").reset_index()
    years["year"] = [f"{int(y)}" if y is not None and y == y else "no period" for y in years["year"]]
    years = years[years.drop(columns="year").notna().any(axis=1)]
    kg = [c for c in years.columns if c != "year" and years[c].notna().any()]
    show_frame(console, years[["year", *kg]], "kg CO2e by year and category", kg)


def _show_facilities(console: Console, result: Result, names: Mapping[str, str]) -> None:
    """Show the largest facilities, the others together, and the total that their printed kg add up to."""
    by = result.by("facility", "country")[["co2e", "co2e_biomass", "records", "problems"]].reset_index()
    for name in ("co2e", "co2e_biomass"):
        by[name] = by[name].where(by["records"] > 0)  # no figure is not a zero
    by = by.sort_values("co2e", ascending=False, na_position="last")
    title = "By facility" if len(by) <= MOST_FACILITIES else f"By facility (the {MOST_FACILITIES} largest of {len(by)})"
    shown = _with_total(by) if len(by) > 1 else by
    shown.columns = pd.Index(["facility", "country", "kg CO2e", "kg biogenic CO2", "records", "problems"])
    if names:
        shown.insert(1, "name", [names.get(str(f), "") for f in shown["facility"]])
    show_frame(console, shown, title, ("kg CO2e", "kg biogenic CO2"), whole=("country",))


def _with_total(by: pd.DataFrame) -> pd.DataFrame:
    """Return the largest facilities, a row for the others and one for all; the kg as they are printed."""
    figures = ["co2e", "co2e_biomass", "records", "problems"]
    shown, rest = by.iloc[:MOST_FACILITIES], by.iloc[MOST_FACILITIES:]
    if len(rest):
        shown = _with_row(shown, {"facility": f"{len(rest):,} more", **rest[figures].sum(min_count=1)})
    total = shown[figures].sum(min_count=1)
    kg = {name: rounded(shown[name], _digits(pd.Series([*shown[name], total[name]]))) for name in figures[:2]}
    shown = shown.assign(**kg)
    return _with_row(shown, {"facility": "total", **shown[figures].sum(min_count=1)})


def _with_row(frame: pd.DataFrame, row: Mapping[str, object]) -> pd.DataFrame:
    """Return a frame with one more row; what the row does not name is empty in it."""
    columns = {name: [*frame[name], row.get(str(name))] for name in frame.columns}
    return pd.DataFrame(columns).astype({"records": np.int64, "problems": np.int64})


def _show_problems(console: Console, result: Result) -> None:
    """Show the problems by kind: where first, what was given, why, and what would be right."""
    problems = result.problems
    if problems.empty:
        console.print("[green]Every record has its figure.[/green]\n")
        return
    rows = problems["position"].nunique()
    console.print(f"[bold yellow]{_count(rows, 'record')} without a figure[/bold yellow]")
    label = "line" if result.consumption.index.name == "line" else "row"
    kinds = problems.groupby(["column", "reason", "remedy"], sort=False)
    for number, ((column, reason, remedy), kind) in enumerate(kinds):
        if number == MOST_PROBLEMS:
            more = _count(kinds.ngroups - MOST_PROBLEMS, "other kind")
            say(console, f"... and {more} in the problems table", indent=2)
            break
        first = kind.iloc[0]
        at = f"{label} {first['row']}"
        if "record_id" in kind and not _null(first["record_id"]):
            at += f" ({first['record_id']})"
        if len(kind) > 1:
            at += f" and {len(kind) - 1:,} more"
        shown = "is empty" if _null(first["value"]) else f"= {first['value']!r}"
        if len({repr(v) for v in kind["value"]}) > 1:
            shown += ", ..."
        say(console, f"{at}: {column} {shown}", indent=2)
        say(console, str(reason), indent=4)
        say(console, f"Remedy: {remedy}", indent=4, style="dim")
    console.print()


def _show_own(console: Console, result: Result) -> None:
    """Show which of the user's own factors gave no figure, and why."""
    table = result.custom_factors
    idle = table[table["status"] != "used"]
    if idle.empty:
        return
    say(console, "Factors of your own without a record (result.custom_factors)", style="bold")
    for own in idle.head(MOST_PROBLEMS).to_dict("records"):
        name = own["factor_id"] or f"row {own['row']}"
        say(console, f"{name}: {own['status']}{'. ' if own['reason'] else ''}{own['reason']}", indent=2)
    if len(idle) > MOST_PROBLEMS:
        say(console, f"... and {len(idle) - MOST_PROBLEMS:,} more", indent=2)
    console.print()


def _show_flags(console: Console, result: Result) -> None:
    """Show how many records rest on a fallback or an assumption, by the code of the flag."""
    counts: dict[str, int] = {}
    words: dict[str, dict[str, None]] = {}
    for text, records in result.records["flags"].value_counts().items():
        parts = _FLAG.split(str(text))[1:]
        told = dict(zip(parts[::2], parts[1::2], strict=True))
        for code, said in told.items():
            counts[code] = counts.get(code, 0) + int(records)
            words.setdefault(code, {})[said] = None
    counts = {code: n for code, n in counts.items() if n}
    if not counts:
        return
    say(console, "Fallbacks and assumptions in the total (flags of result.records)", style="bold")
    for code, records in sorted(counts.items(), key=lambda c: -c[1]):
        said = list(words[code])
        more = f" (and {len(said) - 1} more of this kind)" if len(said) > 1 else ""
        say(console, f"{code}, {_count(records, 'record')}: {said[0]}{more}", indent=2)
    console.print()


def _show_gaps(console: Console, result: Result) -> None:
    if result.gaps.empty:
        return
    say(console, "Not published, and so not in the figures outside the total (result.gaps)", style="bold")
    for name, gaps in result.gaps.groupby("activity_category", sort=True):
        countries = ", ".join(sorted(str(c) for c in gaps["country"].dropna().unique()))
        say(console, f"{name}, {_count(int(gaps['records'].sum()), 'record')}: {countries}", indent=2)
    console.print()


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
