"""Water supply and treatment: New Zealand by gas, and Catalonia in 2013.

In: `water/water.csv`, transcribed. Its rows of the United Kingdom and France are not read here: both
come from their publishers' own workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from facility_emissions.importers.grid_rows import AR5_CH4, AR5_N2O, number, read_table
from facility_emissions.importers.national_fuel_editions import CITED, PUBLISHERS
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "water/water.csv"
COLUMNS = (
    *("country", "region", "service", "year", "kgco2e_per_m3", "co2_kgco2e", "ch4_kgco2e", "n2o_kgco2e"),
    *("gwp_set", "publisher", "source", "licence", "status", "note"),
)
SERVICES = {"supply": "water_supply", "treatment": "water_treatment"}
LEFT_OUT = {
    ("GB", "", ""): "read from the conversion factors' own workbooks (desnz)",
    ("FR", "", ""): "read from Base Carbone's own export",
    ("ES", "Catalunya", "supply+treatment"): "the whole urban cycle: supply and treatment are two of its stages",
}
PLACES = {("NZ", ""): ("NZ", ""), ("ES", "Catalunya"): ("ES", "ES-CT")}
NZ_SOURCE = "measuringemissionsguide.environment.govt.nz/9_water.html (stored copy)"
PRESS = "press notes of February 2015"


def read(folder: Path) -> Import:
    """Read the rows of New Zealand and Catalonia.

    Raises:
        LayoutError: a place, service or GWP set that is not known, or gases that do not add up.
    """
    imported = Import(sources=[_new_zealand(2025), _new_zealand(2026), _catalonia()], gaps=[_no_treatment()])
    imported.add_factors("water/mfe_nz.csv", _rows(folder / FILE, "NZ"))
    imported.add_factors("water/occc.csv", _rows(folder / FILE, "ES"))
    return imported


def _rows(path: Path, country: str) -> Iterator[Row]:
    for row in read_table(path, COLUMNS):
        where = f"{FILE}, {row['country']} {row['region']} {row['service']} {row['year']}"
        if row["status"] != "read":
            raise LayoutError(f"{where}: status {row['status']!r}; only what was read is taken.")
        place = (row["country"], row["region"])
        if (*place, "") in LEFT_OUT or (*place, row["service"]) in LEFT_OUT:
            continue
        if place not in PLACES or row["service"] not in SERVICES:
            raise LayoutError(f"{where}: unknown place or service; add it to PLACES or LEFT_OUT.")
        if row["country"] == country:
            yield _factor(row, PLACES[place], where)


def _factor(row: Mapping[str, str], place: tuple[str, str], where: str) -> Row:
    of, year = SERVICES[row["service"]], int(row["year"])
    common = {
        "activity_category": of,
        "activity": of,
        "country": place[0],
        "subdivision": place[1],
        "valid_from": year,
        "valid_to": year,
        "unit": "m3",
        "boundary": "direct",
    }
    total = number(row["kgco2e_per_m3"], where)
    if place[0] == "ES":
        return {
            **common,
            "co2e_fixed_kg": total,
            "gwp_of_co2e_fixed": "unstated",
            "source_id": "occc",
            "edition": "2013",
            "data_year": year,
            "locator": f"{PRESS}, {row['service']}",
            "note": "for Catalonia alone; printed as grams of CO2",
        }
    if (row["source"], row["gwp_set"]) != (NZ_SOURCE, "AR5"):
        raise LayoutError(f"{where}: another page or GWP set than known ({row['gwp_set']!r}).")
    co2, ch4, n2o = (number(row[f"{gas}_kgco2e"], where) for gas in ("co2", "ch4", "n2o"))
    if abs(co2 + ch4 + n2o - total) > 1e-6 * total + 5e-8:
        raise LayoutError(f"{where}: the gases do not add up to {total}.")
    return {
        **common,
        "co2_fossil_kg": co2,
        "ch4_kg": ch4 / AR5_CH4,
        "n2o_kg": n2o / AR5_N2O,
        "source_id": "mfe_nz",
        "edition": row["year"],
        "locator": "Table 9.2, water supply emission factors (m3)",
    }


def _new_zealand(year: int) -> Row:
    publisher, licence, attribution = PUBLISHERS["mfe_nz"]
    return {
        "source_id": "mfe_nz",
        "edition": str(year),
        "title": f"Measuring Emissions Catalogue {year}",
        "publisher": publisher,
        "publication_year": year,
        "licence": licence,
        "attribution": attribution,
        "url": "https://measuringemissionsguide.environment.govt.nz/9_water.html",
        "gwp_set": "AR5",
        "note": "transcribed from the web page; day of publication not known; licence not stated on the page: "
        "that of the Ministry's guides",
    }


def _catalonia() -> Row:
    return {
        "source_id": "occc",
        "edition": "2013",
        "title": "Emissions associades al cicle integral de l'aigua de les xarxes urbanes, 2013",
        "publisher": "Oficina Catalana del Canvi Climàtic and Agència Catalana de l'Aigua",
        "published": "2015-02-18",
        "licence": CITED,
        "attribution": "Oficina Catalana del Canvi Climàtic (OCCC) and Agència Catalana de l'Aigua (ACA), 2013",
        "url": "https://govern.cat/gov/notes-premsa/280508/"
        "emissions-co2-associades-al-cicle-integral-aigua-xarxes-urbanes-redueixen-prop-un-60-percent-8-anys",
        "note": f"{PRESS}: the two stages in retema.es, the whole cycle (0.395) in the government's own",
    }


def _no_treatment() -> Row:
    return {
        "activity_category": "water_treatment",
        "activity": "water_treatment",
        "country": "NZ",
        "reason": "The Ministry's guide has factors of wastewater treatment; none per cubic metre was read.",
        "remedy": "Give the guide's figure as a custom factor.",
        "source": "mfe_nz",
    }
