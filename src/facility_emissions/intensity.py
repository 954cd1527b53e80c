"""Intensities: kg CO2e for each square metre, employee or tonne of the facilities that say how many.

A ratio is of the same facilities above and below the line: those with a figure in the group that
state the denominator. The others are told beside it, with their kg. Nothing is annualised: a sum
over three years is divided as it is; by year, each year is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from facility_emissions.calculation.sites import Site, id_text
from facility_emissions.calculation.sums import DIMENSIONS
from facility_emissions.errors import ContractError, did_you_mean

Denominator = Literal["surface_m2", "employees", "tonnes"]
DENOMINATORS: tuple[Denominator, ...] = ("surface_m2", "employees", "tonnes")
# Groups of facilities; the other dimensions divide the kg of a facility and leave its denominator whole.
_OF_FACILITIES = ("facility", "facility_type", "country", "year", "fiscal_year")
BY = tuple(d for d in DIMENSIONS if d != "organization")  # whose square metres of a shared facility are not known
_MOST_NAMES = 5


def check_intensity(per: str, by: Sequence[str]) -> None:
    """Check what an intensity is asked for.

    Raises:
        ContractError: an unknown denominator; tonnes by year, for they are of one period only.
    """
    if per not in DENOMINATORS:
        known = ", ".join(DENOMINATORS)
        raise ContractError(f"Unknown denominator {per!r}; known: {known}.{did_you_mean(per, DENOMINATORS)}")
    if per == "tonnes" and {"year", "fiscal_year"} & set(by):
        raise ContractError(
            "A facility's tonnes are of the period of its consumption, not of each year in it: "
            "calculate one year's consumption with that year's tonnes."
        )


def intensity_table(
    sums: pd.DataFrame,
    by_facility: pd.DataFrame,
    sites: Mapping[str, Site],
    per: Denominator,
    *,
    consolidated: bool = False,
) -> pd.DataFrame:
    """Return intensities by the groups of `sums`.

    Args:
        sums: as `Result.by` gives them.
        by_facility: the same, with `facility` as one more level if it was none.
        sites: the facilities by id.
        per: the denominator.
        consolidated: count each facility by its share, above and below the line.

    Returns:
        See `Result.intensity`.
    """
    by = list(sums.index.names)
    parts = by_facility["consolidated_co2e" if consolidated else "co2e"].dropna().rename("co2e").reset_index()
    ids = parts["facility"].map(id_text)
    stated = ids.map({name: getattr(site, per) for name, site in sites.items()}).astype(np.float64)
    if consolidated:
        shares = ids.map({name: site.consolidation_share for name, site in sites.items()}).astype(np.float64)
        stated *= shares.fillna(1.0)
    kg = {"co2e": parts["co2e"].where(stated.notna()), "left_out_co2e": parts["co2e"].where(stated.isna())}
    parts = parts.assign(**{"id": ids, per: stated, **kg})
    groups = [name for name in by if name in _OF_FACILITIES]
    below = _denominators(parts, groups, per, f"{per} x consolidation_share" if consolidated else per)
    above = parts.groupby(by, dropna=False)[list(kg)].sum(min_count=1).reset_index()
    counts = [name for name in ("problems", "lacking", "share_assumed") if name in sums]
    # Object columns: beside null, years are floats in one frame and integers in the other.
    out = sums[counts].reset_index().astype(dict.fromkeys(by, object))
    out = out.merge(above.astype(dict.fromkeys(by, object)), "left", on=by)
    out = out.merge(below, "left", on=groups) if groups else out.merge(below, "cross")
    out["intensity"] = out["co2e"] / out[per].where(out[per] > 0)
    for name in ("facilities", "left_out"):
        out[name] = out[name].fillna(0).astype(np.int64)
    out["left_out_co2e"] = out["left_out_co2e"].fillna(0.0)
    out["note"] = out["note"].fillna("")
    columns = ["co2e", per, "intensity", "facilities", "left_out", "left_out_co2e", *counts, "note"]
    return out[columns].set_axis(sums.index)


def _denominators(parts: pd.DataFrame, groups: list[str], per: str, product: str) -> pd.DataFrame:
    """Return the denominator of each group of facilities, how many state it, and in words what is amiss.

    `product` is what is added up, in words.
    """
    members = parts[["id", *groups, per]].drop_duplicates()
    rows = []
    for labels, group in members.groupby(groups, dropna=False) if groups else [((), members)]:
        known, without = group[per].dropna(), group["id"][group[per].isna()].tolist()
        notes = []
        if without:
            more = f" and {len(without) - _MOST_NAMES} more" if len(without) > _MOST_NAMES else ""
            notes.append(f"{per} is not given: {', '.join(without[:_MOST_NAMES])}{more}")
        if len(known) and not known.sum():
            notes.append(f"{product} is 0: no intensity")
        total = known.sum() if len(known) else np.nan
        rows.append((*labels, total, len(known), len(without), "; ".join(notes)))
    found = pd.DataFrame(rows, columns=[*groups, per, "facilities", "left_out", "note"])
    return found.astype(dict.fromkeys(groups, object))
