"""How a factor of grid electricity, its edition and its known absence are written as rows.

The importers of electricity share it: figures come in as their publisher prints them, in
[g/kWh] or [lb/MWh], and leave in [kg/kWh].
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from facility_emissions.importers.tidy import LayoutError, Row

LOCATION = "electricity_location_based"
MARKET = "electricity"
UPSTREAM = "electricity_generation"
LOSSES = "electricity_transmission_and_distribution"
GRID = "grid_electricity"
BOUNDARY = {LOCATION: "direct", MARKET: "direct", UPSTREAM: "upstream", LOSSES: "losses"}

AR5_CH4, AR5_N2O = 28.0, 265.0  # behind a "kgCO2e of CH4" or "of N2O" that is AR5
KG_PER_LB = 0.45359237  # international avoirdupois pound, exact
CC_BY_4 = "CC-BY-4.0"  # ids of licences.csv
OGL_3 = "OGL-UK-3.0"
OGL_ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
# A figure that is held without its day of publication is dated by the day it was read, so that no
# `as_of` takes it before it was public.
READ_ON = "2026-11-23"
READ_NOTE = "day of publication not known: dated by the day it was read"


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file whose header has to be exactly ``columns``.

    Raises:
        LayoutError: another header, or a row with more or fewer cells.
    """
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        if header != list(columns):
            raise LayoutError(f"{path.name}: expected the columns {list(columns)}, found {header}.")
        rows = []
        for cells in reader:
            if len(cells) != len(header):
                raise LayoutError(
                    f"{path.name} line {reader.line_num}: expected {len(header)} cells, found {len(cells)}."
                )
            rows.append(dict(zip(header, cells, strict=True)))
    return rows


def number(text: str, where: str) -> float:
    """Return a printed figure; anything but a finite number stops the import."""
    try:
        value = float(text)
    except ValueError:
        raise LayoutError(f"{where}: {text!r} is no number.") from None
    if not -1e6 < value < 1e6:  # also false for nan
        raise LayoutError(f"{where}: {text!r} is out of any range of a grid factor.")
    return value


def per_kwh(grams: float) -> float:
    """Return [kg/kWh] of a figure in [g/kWh]."""
    return grams / 1000


def pounds_per_mwh(pounds: float) -> float:
    """Return [kg/kWh] of a figure in [lb/MWh]."""
    return pounds * KG_PER_LB / 1000


def grid_row(
    source_id: str,
    edition: str,
    place: str,
    year: int,
    *,
    category: str = LOCATION,
    country: str = "",
    instrument: str = "",
    boundary: str = "",
    co2: float | None = None,
    ch4: float | None = None,
    n2o: float | None = None,
    co2e: float | None = None,
    gwp: str = "",
    data_year: int | None = None,
    locator: str = "",
    note: str = "",
) -> Row:
    """Return one factor of grid electricity, meant for consumption of one year.

    Args:
        source_id, edition: the edition that prints it.
        place: alpha-2 code, ISO 3166-2 code or `eGRID:` subregion.
        year: calendar year of consumption.
        category: activity category; its boundary follows from it unless given.
        country: of a subregion, which does not name its own.
        instrument: rung of the market-based hierarchy.
        boundary: where it is not the category's own (`lifecycle`).
        co2, ch4, n2o: [kg gas / kWh], None = not published.
        co2e, gwp: [kg CO2e / kWh] where no gases are published, and the GWP set inside.
        data_year: year of the underlying data; None = the year itself is not one of data.
        locator, note: where it stands, and what a reader has to know.
    """
    alpha2 = country or place.split("-")[0]
    return {
        "activity_category": category,
        "activity": GRID,
        "country": alpha2,
        "subdivision": "" if place == alpha2 else place,
        "valid_from": year,
        "valid_to": year,
        "unit": "kWh",
        "instrument": instrument,
        "boundary": boundary or BOUNDARY[category],
        "co2_fossil_kg": co2,
        "ch4_kg": ch4,
        "n2o_kg": n2o,
        "co2e_fixed_kg": co2e,
        "gwp_of_co2e_fixed": (gwp or "unstated") if co2e is not None else "",
        "source_id": source_id,
        "edition": edition,
        "data_year": data_year,
        "locator": locator,
        "note": note,
    }


def residual_gap(country: str, first: int | None, last: int | None, reason: str, source: str) -> Row:
    """Return the known absence of a residual mix; it is never written as a factor of zero."""
    return {
        "activity_category": MARKET,
        "activity": GRID,
        "country": country,
        "instrument": "residual_mix",
        "valid_from": first,
        "valid_to": last,
        "reason": reason,
        "remedy": "Give the supplier's disclosed factor as a custom factor; else the grid average stands in.",
        "source": source,
    }
