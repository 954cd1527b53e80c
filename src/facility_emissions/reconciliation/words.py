"""What a reconciliation says: rows of the explanations frame, sentences by facility, notes on the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from facility_emissions.reconciliation import compare, surprise
from facility_emissions.reconciliation.quantities import Panel
from facility_emissions.reconciliation.tried import Explanation

EXPLANATION_COLUMNS = (
    "level measure hypothesis options sentence scope where explained could_explain kg_explained residual chance "
    "surprise certainty also"
).split()
_MOST_NAMED = 3  # alternatives in a sentence
_PAGES = (10, 50, 100)  # default and greatest sizes of the API's pages


def explanation_rows(panel: Panel, found: Sequence[Explanation]) -> list[dict[str, object]]:
    """Return a row of the frame for each explanation: what holds for groups first, and of these what explains most."""
    rows = []
    for e in sorted(found, key=lambda e: (e.grouping not in panel.groups, -len(e.units))):
        rows.append(
            {
                "level": panel.level,
                "measure": panel.measure,
                "hypothesis": e.hypothesis.id,
                "options": len(e.hypothesis.options),
                "sentence": e.hypothesis.sentence,
                "scope": e.grouping,
                "where": e.group,
                "explained": len(e.units),
                "could_explain": e.could,
                "kg_explained": float(np.abs(panel.api - panel.ours)[e.units].sum()),
                "residual": float(np.abs(e.residual).max()),
                "chance": e.chance,
                "surprise": surprise.in_words(e.chance),
                "certainty": e.certainty,
                "also": "; ".join(e.hypothesis.also),
            }
        )
    return rows


def sentence_of(row: Mapping[str, Any]) -> str:
    """Return the plain sentence of one facility."""
    text = _of_measure(row, "co2e", "CO2e")
    if row["class_biomass"] not in (*compare.FINE, compare.NOT_CALCULATED, compare.ONLY_HERE):
        text += " " + _of_measure(row, "co2e_biomass", "biogenic CO2")
    if row.get("invoices"):
        text += _of_invoices(row)
    if row["problems"]:
        text += f" Here {row['problems']:,} of its records have no figure."
    return text


def _of_invoices(row: Mapping[str, Any]) -> str:
    """Say how its invoices compare, where not all agree, and whether they add up to the facility's figure."""
    counts = (
        ("invoices_differ", "differ"),
        ("invoices_only_here", "only here"),
        ("invoices_only_api", "only in the API"),
    )
    said = [f"{row[name]:,} {words}" for name, words in counts if row[name]]
    text = f" Of its {row['invoices']:,} invoices {', '.join(said)}." if said else ""
    api, rolled_up = row["api_co2e"], row["api_invoices_co2e"]
    if not np.isnan(api - rolled_up) and not compare.adds_up(np.array([api]), np.array([rolled_up]))[0]:
        text += f" In the API itself they add up to {rolled_up:,.1f} kg CO2e."
    return text


def _of_measure(row: Mapping[str, Any], measure: str, what: str) -> str:
    suffix = measure.removeprefix("co2e")
    name, api, ours = row[compare.CLASS_OF[measure]], row[f"api_{measure}"], row[f"our_{measure}"]
    match name:
        case compare.AGREES:
            return f"Agrees: {api:,.1f} kg {what}."
        case compare.ROUNDING:
            return f"Agrees within rounding: {api:,.{_shown(api)}f} kg {what}."
        case compare.NOT_CALCULATED:
            here = "nor is it here" if np.isnan(ours) else f"here it is {ours:,.1f} kg {what}"
            return f"Not calculated in the API (null); {here}."
        case compare.ONLY_API:
            return f"Only in the API: {api:,.1f} kg {what}; here it has no figure."
        case compare.ONLY_HERE:
            return (
                f"Only here{'' if np.isnan(ours) else f': {ours:,.1f} kg {what}'}; the API's answer does not hold it."
            )
    relative = row[f"relative{suffix}"]
    by = f"{api - ours:+,.1f} kg" if np.isnan(relative) else f"{relative:+.2%}"
    text = f"Differs by {by} ({api:,.1f} kg {what} in the API, {ours:,.1f} here)"
    if row["stale"]:
        text += f"; stale: {row['stale']}"
    if not row[f"explanation{suffix}"]:
        return f"{text}: no documented alternative gives the API's figure."
    also = row[f"also{suffix}"].split("; ") if row[f"also{suffix}"] else []
    same = (
        f"; the same with {', '.join(also[:_MOST_NAMED])}{', ...' if len(also) > _MOST_NAMED else ''}" if also else ""
    )
    return f"{text}. {row[f'explanation{suffix}'].removesuffix('.')} ({row[f'certainty{suffix}']}{same})."


def _shown(value: float) -> int:
    return min(int(compare.decimals_of(np.array([value]))[0]), 6)


def notes(given: pd.DataFrame, facilities: pd.DataFrame) -> tuple[str, ...]:
    """Return what is to be said of the whole: pages that were not fetched, figures that are null."""
    out = []
    missing = int((facilities["class"] == compare.ONLY_HERE).sum())
    if missing and len(given) in (*_PAGES, *(n * 100 for n in range(2, 1000))):
        out.append(
            f"The API's answer holds exactly {len(given)} facilities and lacks {missing} that are here: "
            "it is likely that not all of its pages were fetched (a page has 10 by default, 100 at most)."
        )
    null = int((facilities["class"] == compare.NOT_CALCULATED).sum())
    if null:
        out.append(f"{null} facilities have no co2e in the API (null): not calculated, which is not 0.")
    return tuple(out)
