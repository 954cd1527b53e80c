"""Looking factors up by hand: which are published for an activity, and one of them in full."""

from __future__ import annotations

import dataclasses

import pandas as pd

from facility_emissions import gwp as gwp_tables
from facility_emissions.errors import GWPError, NotFoundError, did_you_mean
from facility_emissions.factors import sources as registry
from facility_emissions.factors.book import FOLDER, all_factors, places_published, published
from facility_emissions.factors.refrigerants import refrigerant_factor
from facility_emissions.factors.schema import FACTOR_COLUMNS, WORLD, Factor
from facility_emissions.vocabulary.activities import parse_activity
from facility_emissions.vocabulary.countries import parse_country


def find(
    activity: str,
    *,
    country: str | None = None,
    year: int | None = None,
    activity_category: str | None = None,
    source: str | None = None,
    unit: str | None = None,
) -> pd.DataFrame:
    """Return the published factors of an activity, to read and to choose from.

    Args:
        activity: fuel, supply or refrigerant, by any of its names.
        country: ISO code or name; its own factors and the world's are shown.
        year: only factors valid in that year.
        activity_category: only that figure (`stationary`, `electricity`, ...).
        source: only that source id (`miteco`, `desnz`, ...).
        unit: only factors per that unit (`kWh_gcv`, `kg`).

    Returns:
        One row a factor with the columns of the factor row, masses in [kg / unit]; for a
        refrigerant, its GWP in every set [kg CO2e / kg].

    Raises:
        VocabularyError: an unknown activity or country.
    """
    what = parse_activity(activity)
    if what.category == "recharge":
        return _refrigerant(what.id)
    place = parse_country(country) if country is not None else None
    rows: list[Factor] = []
    for category in FOLDER:
        if activity_category not in (None, category):
            continue
        for where in places_published(category, what.id):
            if place is None or where in (place, WORLD) or where.startswith(f"{place}-"):
                rows += published(category, what.id, where)
    if place == "US" and what.id == "grid_electricity":
        rows += [f for c in FOLDER for w in places_published(c, what.id) if w.startswith("eGRID:")
                 for f in published(c, what.id, w) if activity_category in (None, c)]  # fmt: skip
    kept = [
        f
        for f in rows
        if (year is None or f.valid_from <= year <= (f.valid_to or 9999))
        and source in (None, f.source_id)
        and unit in (None, f.unit_id)
    ]
    frame = pd.DataFrame([dataclasses.asdict(f) for f in kept], columns=list(FACTOR_COLUMNS))
    order = ["activity_category", "country", "subdivision", "valid_from", "source_id", "edition", "unit"]
    return frame.sort_values(order, ignore_index=True)


def _refrigerant(refrigerant: str) -> pd.DataFrame:
    rows = []
    for gwp_set in gwp_tables.GWP_SETS:
        for horizon in gwp_tables.HORIZONS:
            values: dict[str, float | None] = {}
            for gases in ("all", "kyoto"):
                try:
                    values[gases] = gwp_tables.refrigerant_gwp(refrigerant, gwp_set, horizon, gases)
                except GWPError:
                    values[gases] = None
            rows.append({"activity": refrigerant, "gwp_set": gwp_set, "horizon": horizon,
                         "gwp_all": values["all"], "gwp_kyoto": values["kyoto"]})  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["composition"] = ", ".join(f"{x:.4g} {g}" for g, x in gwp_tables.composition(refrigerant).items())
    return frame.dropna(subset=["gwp_all"]).reset_index(drop=True)


def show(factor_id: str) -> dict[str, object]:
    """Return one factor in full, with the source it was read in.

    Raises:
        NotFoundError: no factor of that id, with the nearest ones.
    """
    found = refrigerant_factor(factor_id) or next((f for f in all_factors() if f.factor_id == factor_id), None)
    if found is None:
        near = did_you_mean(factor_id, (f.factor_id for f in all_factors()))
        raise NotFoundError(f"No factor {factor_id!r}.{near}")
    origin = dataclasses.asdict(registry.source(found.source_id, found.edition))
    origin["licence"] = registry.licences()[str(origin["licence"])].name
    return {**dataclasses.asdict(found), "source": origin}
