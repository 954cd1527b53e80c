"""Leak rates of refrigeration and air conditioning: four published sets, kept apart by name.

In: `refrigerants/leak_rates.csv`, transcribed. Rates of one kind of equipment differ by factors of 3
to 5 between the sets; they are for screening where no recharge was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from facility_emissions.importers.grid_rows import OGL_3, OGL_ATTRIBUTION, number, read_table
from facility_emissions.importers.leak_equipment import EQUIPMENT
from facility_emissions.importers.national_fuel_editions import PUBLISHERS
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "refrigerants/leak_rates.csv"
TABLE = "recharge/leak_rates.csv"
READ_COLUMNS = (
    *("source", "equipment", "typical_charge", "charge_unit", "installation_loss", "annual_leak_rate"),
    *("charge_left_at_disposal", "recovered_at_disposal", "end_of_life_loss", "licence", "status", "note"),
)
COLUMNS = (
    *("set", "equipment", "printed_as", "charge", "charge_unit", "installation_loss", "annual_leak_rate"),
    *("charge_left", "recovered", "end_of_life_loss", "source_id", "edition", "locator", "note"),
)
# Source of the table: set, source id, edition, where it stands there.
SETS = {
    "EPA Simplified GHG Calculator / The Climate Registry 2021 table 4.1 (atomic6ghg 1.1.1)": (
        *("epa_tcr", "epa_tcr", "2021"),
        "table 4.1",
    ),
    "Defra annex 8, c.2011 (AMEE datasets)": ("defra_2011", "defra_annex8", "2011", "annex 8"),
    "ADEME Base Carbone V23.6": ("ademe", "ademe_refrigerants", "V23.6", "process and fugitive emissions"),
    "NZ Ministry for the Environment, Measuring Emissions Catalogue appendix B, table B.1": (
        *("mfe_nz", "mfe_nz", "appendix-B"),
        "appendix B, table B.1",
    ),
}
CHARGE_UNITS = {
    "": "",
    "kg": "kg",
    "kg de fluide": "kg",
    "kg per kW cooling": "kg/kW",
    "kg de fluide / kW frigo": "kg/kW",
    "kg de fluide / m²": "kg/m2",
}
RATES = {
    "installation_loss": "installation_loss",
    "annual_leak_rate": "annual_leak_rate",
    "charge_left": "charge_left_at_disposal",
    "recovered": "recovered_at_disposal",
    "end_of_life_loss": "end_of_life_loss",
}
NOTES = {
    "upper end of the IPCC 2006 ranges": "upper end of the IPCC 2006 ranges",
    "stored excerpt ends after the truck trailer row": "",
    "": "",
}
_ODD = {  # what a reader has to know beside the publisher's own note
    ("ademe", "transport_refrigeration_sea_container"): "charge as printed: 1,000 kg is far beyond one container",
}
_UNCERTAINTY = re.compile(r"(.+); uncertainty (\d+) %")
_FRENCH = {
    "Commerciale": "commerce",
    "Industrielle - agro-alimentaire": "food industry",
    "Industrielle - procédés": "industrial processes",
    "Résidentielle": "homes",
    "Tertiaire hors commerces": "services other than commerce",
    "Transport de marchandises": "goods transport",
    "Transport de personnes": "passenger transport",
}


def read(folder: Path) -> Import:
    """Read the table of leak rates.

    Raises:
        LayoutError: a set, kind of equipment or unit that is not known, or a rate outside 0 to 1.
    """
    imported = Import(sources=_sources())
    rows = [_row(row) for row in _taken(folder / FILE)]
    keys = [(row["set"], row["equipment"]) for row in rows]
    if len(set(keys)) != len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise LayoutError(f"{FILE}: {twice} is there twice.")
    imported.add_table(TABLE, COLUMNS, sorted(rows, key=lambda r: (str(r["set"]), str(r["equipment"]))))
    return imported


def _taken(path: Path) -> Iterator[dict[str, str]]:
    """Yield what was read in a document; anything else (`recalled`, `derived`) stays out."""
    for row in read_table(path, READ_COLUMNS):
        if row["status"] == "read":
            yield row
        elif row["status"] != "recalled":
            raise LayoutError(f"{FILE}, {row['equipment']}: unknown status {row['status']!r}.")


def _row(row: Mapping[str, str]) -> Row:
    where = f"{FILE}, {row['source'][:20]}, {row['equipment']}"
    if row["source"] not in SETS or row["charge_unit"] not in CHARGE_UNITS:
        raise LayoutError(f"{where}: unknown set or unit of charge {row['charge_unit']!r}.")
    name, source_id, edition, locator = SETS[row["source"]]
    if (name, row["equipment"]) not in EQUIPMENT:
        raise LayoutError(f"{where}: unknown equipment; give it an id in EQUIPMENT.")
    rates = {ours: number(row[theirs], where) if row[theirs] else None for ours, theirs in RATES.items()}
    if any(rate is not None and not 0 <= rate <= 1 for rate in rates.values()):
        raise LayoutError(f"{where}: a rate outside 0 to 1: {rates}.")
    equipment = EQUIPMENT[name, row["equipment"]]
    return {
        "set": name,
        "equipment": equipment,
        "printed_as": row["equipment"],
        "charge": number(row["typical_charge"], where) if row["typical_charge"] else None,
        "charge_unit": CHARGE_UNITS[row["charge_unit"]],
        **rates,
        "source_id": source_id,
        "edition": edition,
        "locator": locator,
        "note": "; ".join(n for n in (_note(row["note"], where), _ODD.get((name, equipment), "")) if n),
    }


def _note(printed: str, where: str) -> str:
    if (found := _UNCERTAINTY.fullmatch(printed)) and found[1] in _FRENCH:
        return f"{_FRENCH[found[1]]}; uncertainty {found[2]} %"
    if printed not in NOTES:
        raise LayoutError(f"{where}: unknown note {printed!r}.")
    return NOTES[printed]


def _sources() -> list[Row]:
    """Return the editions of three sets; that of ADEME is in `sources.csv` with its refrigerants."""
    nz, nz_licence, nz_line = PUBLISHERS["mfe_nz"]
    return [
        {
            "source_id": "epa_tcr",
            "edition": "2021",
            "title": "Simplified GHG Emissions Calculator; The Climate Registry, default emission factors 2021",
            "publisher": "US Environmental Protection Agency; The Climate Registry",
            "publication_year": 2021,
            "licence": "public-domain-US",
            "attribution": "US EPA, Simplified GHG Emissions Calculator; The Climate Registry, 2021, table 4.1",
            "note": "read in the package atomic6ghg 1.1.1 (BSD-3-Clause); upper ends of the ranges of IPCC 2006",
        },
        {
            "source_id": "defra_annex8",
            "edition": "2011",
            "title": "Guidelines to Defra's greenhouse gas conversion factors, annex 8",
            "publisher": "Department for Environment, Food and Rural Affairs (UK)",
            "publication_year": 2011,
            "licence": OGL_3,
            "attribution": OGL_ATTRIBUTION,
            "note": "read at second hand, in the data sets of AMEE (MIT); of about 2011",
        },
        {
            "source_id": "mfe_nz",
            "edition": "appendix-B",
            "title": "Measuring Emissions Catalogue, appendix B",
            "publisher": nz,
            "licence": nz_licence,
            "attribution": nz_line,
            "url": "https://measuringemissionsguide.environment.govt.nz/appendix-b.html",
            "note": "transcribed from the undated web page, the first 17 rows of the table",
        },
    ]
