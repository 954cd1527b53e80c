"""Known errors in the DESNZ sets, all kept as printed: what stands there, and what would be right."""

from __future__ import annotations

from facility_emissions.factors.schema import KEPT
from facility_emissions.importers.desnz_rows import HELD_HEAT
from facility_emissions.importers.tidy import LayoutError, Row

LOSSES = "electricity_transmission_and_distribution"
# Biogenic CO2 of petrol that contradicts the same fuel in another unit: printed, right, why, where.
PETROL = {
    "desnz/2015/GB/stationary/petrol_average_blend/kWh_ncv/2015": (
        *(0.0077, 0.00779, "contradicts the figure per litre"),
        "Condensed set, Outside of scopes rows 28-29, Fuels rows 70 and 72",
    ),
    "desnz/2023/GB/stationary/petrol_average_blend/l/2023": (
        *(0.12, 0.1086, "contradicts the figure per tonne, 145.26 kg"),
        "Flat file, Outside of scopes: Petrol (average biofuel blend)",
    ),
}


def errata_rows(rows: list[Row]) -> list[Row]:
    """Return the known errors among factor rows.

    Raises:
        LayoutError: a row of petrol does not hold what is listed; the publisher may have mended it.
    """
    held = {str(r["factor_id"]): r for r in rows}
    return [*_heat_losses(held), *_petrol(held)]


def _heat_losses(held: dict[str, Row]) -> list[Row]:
    """Return the losses of heat networks that were printed again in later years, with what 5 % now is.

    A loss of 5 % of what enters is 5/95 of what is delivered: 0.00936 of 0.17791 kg CO2 in 2023. Where the
    heat itself was printed again, its loss is right.
    """
    found: list[Row] = []
    lines = {year for line, year in HELD_HEAT if line == "5% loss"}
    for year in sorted(lines - {year for line, year in HELD_HEAT if line != "5% loss"}):
        for heat in ("district_heat", "steam"):
            subject = f"desnz/{year}/GB/{LOSSES}/{heat}/kWh/{year}"
            delivered = held.get(f"desnz/{year}/GB/purchased_heat/{heat}/kWh/{year}")
            right = None if delivered is None else round(float(str(delivered["co2_fossil_kg"])) * 5 / 95, 7)
            why = "left at the figure of 2023, which is 5/95 of that year's heat"
            found.append(_row(held[subject], "co2_fossil_kg", "kg/kWh", right, why, str(held[subject]["locator"])))
    return found


def _petrol(held: dict[str, Row]) -> list[Row]:
    found: list[Row] = []
    for subject, (printed, right, why, evidence) in PETROL.items():
        row = held[subject]
        if round(float(str(row["co2_biogenic_kg"])), 6) != printed:
            raise LayoutError(f"{subject}: biogenic CO2 {row['co2_biogenic_kg']}; {printed} is listed as an error.")
        found.append(_row(row, "co2_biogenic_kg", f"kg/{row['unit']}", right, why, evidence))
    return found


def _row(row: Row, figure: str, unit: str, right: float | None, why: str, evidence: str) -> Row:
    return {
        "source_id": row["source_id"],
        "edition": row["edition"],
        "subject": row["factor_id"],
        "figure": figure,
        "unit": unit,
        "printed": row[figure],
        "right": right,
        "action": KEPT,
        "why": why,
        "evidence": evidence,
    }
