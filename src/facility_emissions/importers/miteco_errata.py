"""What is odd in MITECO's calculator V31, and what we did with it."""

from __future__ import annotations

from collections.abc import Iterable

from facility_emissions.factors.schema import KEPT, LEFT_OUT
from facility_emissions.importers.tidy import LayoutError, Row

CH4_OF_WOOD = 0.3  # [kg CH4/GJ] behind the rows of solid biomass (IPCC 2006, Volume 2, Table 2.4)
COHERENT = ("wood_logs", "wood_pellets", "wood_chips")
ODD = ("sawdust", "nut_shells", "olive_pits")
EVEN = 112.0  # [kg CO2/GJ] of the coherent rows, as IPCC 2006 has it for wood
TWICE = "printed twice under nearly the same name"


def read_errata(fuels: Iterable[Row], labels: Iterable[Row], stray: dict[str, float], sheet: str) -> list[Row]:
    """Return the figures that contradict others of the workbook.

    Args:
        fuels, labels: rows of section 1 and of section 4, with their ids.
        stray: figures without a label, by cell.
        sheet: name of the sheet.

    Raises:
        LayoutError: a fuel that used to fit the others no longer does, or the other way round.
    """
    of_fuel = {str(r["activity"]): r for r in fuels}
    rows = [_biogenic(of_fuel[name]) for name in (*COHERENT, *ODD)]
    found = [row for row in rows if row]
    if [r["figure"] for r in found] != ["co2_biogenic_kg"] * len(ODD):
        raise LayoutError(f"{sheet}: of the biogenic CO2 {[r['subject'] for r in found]} do not fit; known: {ODD}.")
    for row in labels:
        if TWICE in str(row.get("note")):
            figure = "co2_fossil_kg" if row.get("co2_fossil_kg") is not None else "co2e_fixed_kg"
            why = f"{TWICE}, with different labels; which is right is not said"
            found.append(_erratum(str(row["factor_id"]), figure, "kg/kWh", row[figure], KEPT, why, str(row["locator"])))
    for place, value in stray.items():
        why = "repeats the mix of 2016 two rows below it, without a label"
        subject = f"{sheet}!{place}"
        found.append(_erratum(subject, "a figure without a label", "kg CO2/kWh", value, LEFT_OUT, why, subject))
    return found


def _biogenic(row: Row) -> Row | None:
    """Return the erratum of a fuel whose biogenic CO2 does not fit the calorific value that its CH4 implies."""
    printed = float(str(row["co2_biogenic_kg"]))
    per_gj = printed / (float(str(row["ch4_kg"])) / CH4_OF_WOOD)
    if abs(per_gj - EVEN) < 1:
        return None
    why = (
        f"{per_gj:.0f} kg CO2/GJ at the calorific value that the CH4 of the same fuel implies; the footnote's wood, "
        f"pellets and chips give {EVEN:.0f}. Which of the two figures is wrong is not known"
    )
    subject = str(row["factor_id"]).rpartition("/")[0]
    return _erratum(subject, "co2_biogenic_kg", "kg/kg", printed, KEPT, why, f"{row['locator']}, and the footnote")


def _erratum(subject: str, figure: str, unit: str, printed: object, action: str, why: str, evidence: str) -> Row:
    return {
        "source_id": "miteco",
        "edition": "V31",
        "subject": subject,
        "figure": figure,
        "unit": unit,
        "printed": printed,
        "action": action,
        "why": why,
        "evidence": evidence,
    }
