"""What would answer, by country, figure and year, in a terminal."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from facility_emissions.availability import ANSWERS, runs
from facility_emissions.report.terminal import say, show_frame


def years_text(first: int, last: int) -> str:
    """Return a span of years as text: `2021`, `2007-2024`."""
    return str(first) if first == last else f"{first}-{last}"


def show_answers(console: Console, frame: pd.DataFrame) -> None:
    """Print coverage by year, consecutive years of one answer in a line, then what is missing and why.

    Args:
        console: where to print.
        frame: as `coverage_by_year` returns it.
    """
    told = runs(frame)
    other_year = [f" ({y})" if pd.notna(y) else "" for y in told["factor_year"]]
    one = len(set(told["country"])) == 1
    shown = pd.DataFrame(
        {
            "country": told["country"],
            "figure": told["activity_category"],
            "activity": told["activity"],
            "in": told["unit"],
            "years": [years_text(a, b) for a, b in zip(told["first_year"], told["last_year"], strict=True)],
            "answer": told["answer"] + pd.Series(other_year, index=told.index),
            "from": (told["source_id"] + " " + told["edition"]).str.strip(),
        }
    )
    title = f"What answers: {told['name'].iloc[0]} ({told['country'].iloc[0]})" if one else "What answers"
    columns = [c for c in shown.columns if not (one and c == "country")]
    show_frame(console, shown[columns], title, whole=("country", "figure", "years"))
    for answer, words in ANSWERS.items():
        if answer in set(told["answer"]):
            say(console, f"{answer}: {words}", indent=2, style="dim")
    _show_missing(console, told)


def _show_missing(console: Console, told: pd.DataFrame) -> None:
    """Print why something else answers, or nothing, where it is known: each reason once."""
    known = told[told["reason"] != ""]
    if known.empty:
        return
    say(console, "\nKnown to be missing", style="bold")
    for (reason, remedy), rows in known.groupby(["reason", "remedy"], sort=False):
        countries = list(dict.fromkeys(rows["country"]))
        where = ", ".join(countries[:8]) + (f" and {len(countries) - 8} more" if len(countries) > 8 else "")
        spans = years_text(int(rows["first_year"].min()), int(rows["last_year"].max()))
        figures = ", ".join(dict.fromkeys(rows["activity_category"]))
        say(console, f"{where}: {figures}, {spans}", indent=2)
        say(console, str(reason), indent=4)
        say(console, f"Remedy: {remedy}", indent=4, style="dim")
