"""Results as tables in a terminal, for a person to read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from facility_emissions.results import Result


def kilograms(value: float) -> str:
    """Return kg as text a person reads at a glance: one decimal, thousands apart."""
    return "" if value != value else f"{value:,.1f}"


def show_frame(console: Console, frame: pd.DataFrame, title: str, numbers: Sequence[str] = ()) -> None:
    """Print a frame as a table; the columns in `numbers` are kg."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in frame.columns:
        table.add_column(str(name), justify="right" if _right(frame[name]) else "left", overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(v, name in numbers) for v, name in zip(row, frame.columns, strict=True)))
    console.print(table)


def _right(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column.dtype))


def _cell(value: object, is_kg: bool) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if is_kg and isinstance(value, (int, float)):
        return kilograms(float(value))
    return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)


def show_summary(console: Console, result: Result) -> None:
    """Print what a person wants to know first: totals, scopes, facilities, problems, sources."""
    total = result.total
    answered = total["rows"] - total["problem_rows"]
    console.print(f"[bold]{total['co2e'] / 1000:,.2f} t CO2e[/bold] from {answered:,} of {total['rows']:,} records"
                  f" (and {total['co2e_biomass'] / 1000:,.2f} t biogenic CO2, outside the scopes)")  # fmt: skip
    basis = "location-based" if result.method.scope2 == "location" else "market-based"
    console.print(f"Headline with {basis} scope 2, {result.method.gwp_name}; factors {result.data_version}\n")
    scopes = result.by_scope().reset_index()[["scope", "co2e", "co2e_biomass", "records"]]
    scopes.columns = pd.Index(["scope", "kg CO2e", "kg biogenic CO2", "records"])
    kg = ("kg CO2e", "kg biogenic CO2")
    show_frame(console, scopes, "By scope (both scope 2 figures: do not add them up)", kg)
    _show_years(console, result)
    _show_facilities(console, result)
    _show_problems(console, result)
    if len(result.gaps):
        gaps = result.gaps.groupby(["country", "activity_category"], as_index=False)["records"].sum()
        show_frame(console, gaps, "Figures outside the headline that have no published factor (result.gaps)")
    console.print("[bold]Sources[/bold]")
    for line in result.citations():
        console.print(f"  {line}", highlight=False)


def _show_years(console: Console, result: Result) -> None:
    years = result.by("year", "category")["co2e"].unstack("category").reset_index()
    years["year"] = [f"{int(y)}" if y is not None and y == y else "no period" for y in years["year"]]
    years = years[years.drop(columns="year").notna().any(axis=1)]
    show_frame(console, years, "kg CO2e by year and category", [c for c in years.columns if c != "year"])


def _show_facilities(console: Console, result: Result) -> None:
    by = result.by("facility", "country")[["co2e", "co2e_biomass", "records", "problems"]].reset_index()
    by = by.sort_values("co2e", ascending=False)
    by.columns = pd.Index(["facility", "country", "kg CO2e", "kg biogenic CO2", "records", "problems"])
    shown = by.head(25)
    title = "By facility" if len(by) <= 25 else f"By facility (the 25 largest of {len(by)})"
    show_frame(console, shown, title, ("kg CO2e", "kg biogenic CO2"))


def _show_problems(console: Console, result: Result) -> None:
    problems = result.problems
    if problems.empty:
        console.print("[green]Every record has its figure.[/green]\n")
        return
    rows = problems["position"].nunique()
    console.print(f"[bold yellow]{rows:,} record{'s' if rows > 1 else ''} without a figure[/bold yellow]")
    for p in problems.head(10).to_dict("records"):
        at = p.get("record_id")
        name = f"row {p['row']}" + (f" ({at})" if at is not None and at == at else "")
        console.print(f"  {name}, {p['column']} = {p['value']!r}: {p['reason']} [dim]{p['remedy']}[/dim]", highlight=False)
    if len(problems) > 10:
        console.print(f"  ... and {len(problems) - 10:,} more in the problems table")
    console.print()
