"""A reconciliation, as a person reads it in a terminal."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from facility_emissions.reconciliation import Reconciliation
from facility_emissions.report.terminal import say, show_frame

MOST_EXPLANATIONS, MOST_FACILITIES = 8, 12
_FINE = ("agrees", "agrees within rounding")


def show_reconciliation(console: Console, found: Reconciliation) -> None:
    """Print counts and kg by class, the explanations, and the facilities that do not agree, in a sentence each."""
    counts = found.summary[found.summary["facilities"] > 0]
    shown = counts.rename(columns={"api_kg": "API kg", "our_kg": "here kg", "difference_kg": "difference kg"})
    show_frame(console, shown, "The API's figures beside ours", ("API kg", "here kg", "difference kg"))
    told = found.explanations.head(MOST_EXPLANATIONS)
    if len(told):
        say(console, "Explanations", style="bold")
    for e in told.to_dict("records"):
        where = f"{e['scope']} {e['where']}" if e["where"] else "all"
        say(console, f"{e['certainty']}: {e['sentence']}", indent=2)
        say(console, f"{where}: {e['explained']:,} of {e['could_explain']:,}; {e['surprise']}", indent=4, style="dim")
    _more(console, len(found.explanations), MOST_EXPLANATIONS)
    off = found.facilities[~found.facilities["class"].isin(_FINE)]
    if len(off):
        say(console, "Facilities that do not agree", style="bold")
    sentences = found.sentences()
    largest = off["difference"].abs().sort_values(ascending=False, na_position="last", kind="stable").index
    for facility in off.loc[largest[:MOST_FACILITIES], "facility_id"]:
        say(console, f"{facility}: {sentences.loc[facility]}", indent=2)
    _more(console, len(off), MOST_FACILITIES)
    for note in found.notes:
        say(console, note)


def _more(console: Console, number: int, shown: int) -> None:
    if number > shown:
        say(console, f"... and {number - shown:,} more", indent=2)


def totals(found: Reconciliation) -> dict[str, object]:
    """Return what a reconciliation says in figures, for JSON."""
    rows = found.summary[found.summary["facilities"] > 0]
    plain = rows.astype({"class": str}).replace({float("nan"): None})
    return {"agrees": found.agrees, "summary": plain.to_dict("records"), "notes": list(found.notes)}


def sentences_frame(found: Reconciliation) -> pd.DataFrame:
    """Return the facilities with their sentence."""
    return found.facilities.assign(sentence=found.sentences().to_numpy())
