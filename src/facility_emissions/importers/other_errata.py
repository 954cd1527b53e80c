"""Errors in documents that we hold, about figures that no importer takes: told, so that nobody takes them."""

from __future__ import annotations

from pathlib import Path

from facility_emissions.factors.schema import LEFT_OUT
from facility_emissions.importers.gas_identity import table
from facility_emissions.importers.tidy import Import, LayoutError

ADEME_FUELS = "tidy/ademe_v23_6_fuels_heat_valid.csv"
# element, post ('' for the whole element), column, subject, printed, right, why
ADEME = (
    (
        *("43576", "", "co2b", "biomethane", "kg CO2/kWh PCI", -0.0693, 0.302),
        "the whole element nets what the plants took up against what burns; the post 'Combustion' prints what burns",
    ),
    (
        *("15312", "Amont", "total_kgco2e", "natural_gas", "kgCO2e/kWh PCS", 0.0283, None),
        "contradicts element 13515 of the same gas: 0.038 kgCO2e/kWh PCI upstream is 0.0342 at 0.9 kWh PCI/kWh PCS",
    ),
)


def read(sources: Path) -> Import:
    """Check each error against its file, and return the errata.

    Raises:
        LayoutError: a figure is no longer what is listed here.
    """
    columns = ("id", "poste_type", "co2b", "total_kgco2e", "name_fr", "geo")
    posts = {(r["id"].partition(".")[0], r["poste_type"]): r for _, r in table(sources / ADEME_FUELS, columns)}
    found = Import()
    for element, post, column, subject, unit, printed, right, why in ADEME:
        row = posts.get((element, post))
        if row is None or float(row[column] or "nan") != printed:
            raise LayoutError(f"{ADEME_FUELS}: element {element} {post} no longer has {column} {printed}.")
        found.errata.append(
            {
                "source_id": "ademe",
                "edition": "V23.6",
                "subject": subject,
                "figure": f"{column}{f', {post}' if post else ', whole element'}",
                "unit": unit,
                "printed": printed,
                "right": right,
                "action": LEFT_OUT,
                "why": why,
                "evidence": f"Base Carbone V23.6, element {element}: {row['name_fr']}, {row['geo']}",
            }
        )
    return found
