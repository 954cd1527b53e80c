"""A restatement, as a person reads it in a terminal."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from facility_emissions.report.terminal import MOST_PROBLEMS, say, show_frame
from facility_emissions.restatement import Restatement, Significance

MOST_FACTORS = 10


def show_restatement(console: Console, found: Restatement, verdict: Significance | None = None) -> None:
    """Print the totals, the effects, the verdict on the base year, the factors that moved, and what has no figure.

    Args:
        console: where to print.
        found: the restatement.
        verdict: on its base year, where one was asked for.
    """
    say(console, found.sentence())
    if verdict is not None:
        say(console, str(verdict), style="bold")
    console.print()
    _show_effects(console, found)
    _show_years(console, found)
    _show_factors(console, found)
    _show_coverage(console, found)
    say(console, "Sources", style="bold")
    for line in found.citations():
        say(console, line, indent=2)


def _show_effects(console: Console, found: Restatement) -> None:
    effects = found.effects
    shown = pd.DataFrame({
        "effect": effects["title"],
        "what differs": effects["changed"],
        "kg CO2e": effects["co2e"],
        "of before": [_percent(r) for r in effects["relative"]],
        "records": effects["records"],
    })  # fmt: skip
    total = found.total
    shown.loc[len(shown)] = ["Difference", "", total["difference"], _percent(total["relative"]), len(found)]
    show_frame(console, shown, "Effects", ("kg CO2e",))


def _percent(share: float) -> str:
    return "" if share != share else f"{100 * share:+.2f} %"


def _show_years(console: Console, found: Restatement) -> None:
    years = found.by("year")
    names = [e for e in found.effects["effect"] if years[e].any()]
    table = years[["co2e_before", *names, "co2e_after"]].reset_index()
    table["year"] = [f"{int(y)}" if y == y and y is not None else "no period" for y in table["year"]]
    kg = [c for c in table.columns if c != "year"]
    show_frame(console, table, "kg CO2e by year: before, effects, after", kg)


def _show_factors(console: Console, found: Restatement) -> None:
    moved = found.factors[found.factors["change"] != 0]
    if moved.empty:
        return
    shown = moved.head(MOST_FACTORS)
    table = pd.DataFrame({
        "before": shown["factor_before"],
        "after": shown["factor_after"].where(shown["factor_after"] != shown["factor_before"], "the same"),
        "kg CO2e": shown["change"],
        "cumulative": [f"{100 * share:.1f} %" for share in shown["cumulative"]],
        "by": shown["effect"],
    })  # fmt: skip
    title = "Factors that moved"
    title += f" (the {MOST_FACTORS} heaviest of {len(moved):,})" if len(moved) > MOST_FACTORS else ""
    show_frame(console, table, title, ("kg CO2e",))


def _show_coverage(console: Console, found: Restatement) -> None:
    """Show what has no figure on a side, and why."""
    coverage = found.coverage
    if coverage.empty:
        return
    say(console, "Records without a figure before (gained), after (lost), or on neither side", style="bold")
    for of in coverage.head(MOST_PROBLEMS).to_dict("records"):
        kg = f", {of['co2e']:+,.1f} kg CO2e" if of["co2e"] else ""
        say(console, f"{of['change']}, {of['records']:,} of them{kg}: {of['reason']}", indent=2)
    if len(coverage) > MOST_PROBLEMS:
        say(console, f"... and {len(coverage) - MOST_PROBLEMS:,} other kinds", indent=2)
    console.print()
