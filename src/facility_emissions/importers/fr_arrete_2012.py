"""French arrêté of 2012: net calorific values and CO2 factors of fuels for emissions trading.

In: `national/fr_arrete_2012_national_factors.csv`, its table of 28 fuels. The third column that it
prints, tonnes of CO2 per tonne, checks the other two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from facility_emissions.importers.grid_rows import number, read_table
from facility_emissions.importers.national_fuel_editions import CITED
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "national/fr_arrete_2012_national_factors.csv"
COLUMNS = ("code", "fuel", "ncv_GJ_t", "co2_t_TJ", "co2_t_t", "note")
SOURCE_ID, EDITION = "fr_arrete_2012", "2012"
# The period of trading that it was written for: that of Regulation (EU) 601/2012, to the end of 2020.
FIRST, LAST = 2013, 2020

FUELS: dict[str, tuple[str, str]] = {  # code: name as the table has it, our activity
    "101": ("Charbon a coke", "coking_coal"),
    "102": ("Charbon a vapeur", "coal_bituminous"),
    "103": ("Charbon sous-bitumineux", "coal_subbituminous"),
    "104": ("Agglomeres de houille", "patent_fuel"),
    "105": ("Lignite", "lignite"),
    "106": ("Briquettes de lignite", "lignite_briquettes"),
    "107": ("Coke de houille", "coke_oven_coke"),
    "110": ("Coke de petrole", "petroleum_coke"),
    "113": ("Tourbe", "peat"),
    "121A": ("Pneumatiques", "tyres"),
    "203": ("Fioul lourd commercial", "fuel_oil"),
    "204": ("Fioul domestique", "gas_oil_heating"),
    "210": ("Naphta", "naphtha"),
    "219": ("Lubrifiants", "lubricants"),
    "301H": ("Gaz naturel type H", "natural_gas"),
    "302": ("GNL", "lng"),
    "303": ("GPL", "lpg"),
    "304": ("Gaz de cokerie", "coke_oven_gas"),
    "305": ("Gaz de haut-fourneau", "blast_furnace_gas"),
}
LEFT_OUT = {
    "108": "coke of lignite: no activity of ours",
    "114": "mixed household waste: its biogenic part is not split off",
    "121B": "plastics: no activity of ours",
    "201": "crude oil: no activity of ours",
    "222": "bitumen: no activity of ours",
    "224A": "high-viscosity fuel: no activity of ours",
    "2240": "other petroleum products: no activity of ours",
    "301B": "gas of type B (low calorific value); one natural gas in the vocabulary, and type H is the common one",
    "312": "steelworks gas: no activity of ours",
}
NOTES = {
    "121A": "all carbon counted as fossil: the rubber's biogenic part is not split off",
    "210": "the printed 3.07 t/t is not 45 x 73: the calorific value is left out",
}
# Factors that the table prints for a fuel's other units, as its column of notes words them.
PRINTED: dict[str, tuple[str, str, str, float]] = {  # code: words, unit, basis, kg for one
    "203": ("3.06 t CO2/m3", "l", "", 3.06),
    "204": ("2.66 t CO2/m3", "l", "", 2.66),
    "301H": ("185 kgCO2/MWh PCS", "kWh", "gcv", 0.185),
}
GAS_BY_VOLUME = ("301H", "37.5e-6 TJ/Nm3", 37.5e-3)  # code, words, GJ/Nm3

SOURCE: Row = {
    "source_id": SOURCE_ID,
    "edition": EDITION,
    "title": "Arrêté de 2012: valeurs nationales de PCI et de facteurs d'émission des combustibles (quotas d'émission)",
    "publisher": "Ministère chargé de l'écologie (France)",
    "publication_year": 2012,
    "licence": CITED,
    "attribution": "Arrêté de 2012 (France), facteurs d'émission de CO2 des combustibles",
    "note": "CO2 only; the table as it was read names the year: the arrêté of 31 October 2012 (JO of 30 November) "
    "replaced that of the period 2008-2012; net calorific values",
}


def read(folder: Path) -> Import:
    """Read the table.

    Raises:
        LayoutError: a fuel that is not known, or figures that do not agree with each other.
    """
    imported = Import(sources=[SOURCE])
    table = [row for row in read_table(folder / FILE, COLUMNS) if row["code"] not in LEFT_OUT]
    if {row["code"]: row["fuel"] for row in table} != {code: name for code, (name, _) in FUELS.items()}:
        raise LayoutError(f"{FILE}: fuels at odds with FUELS: {[row['code'] for row in table]}.")
    imported.add_factors("heat/fr_arrete_2012.csv", (row for line in table for row in _factors(line)))
    imported.add_properties("heat/properties_fr_arrete_2012.csv", (row for line in table for row in _calorific(line)))
    return imported


def _common(line: Mapping[str, str]) -> dict[str, object]:
    return {
        "activity": FUELS[line["code"]][1],
        "country": "FR",
        "valid_from": FIRST,
        "valid_to": LAST,
        "source_id": SOURCE_ID,
        "edition": EDITION,
        "locator": f"code {line['code']}, {line['fuel']}",
    }


def _factors(line: Mapping[str, str]) -> Iterator[Row]:
    code, where = line["code"], f"{FILE}, code {line['code']}"
    ncv, per_tj = number(line["ncv_GJ_t"], where), number(line["co2_t_TJ"], where)
    if line["co2_t_t"] and code != "210" and abs(ncv * per_tj / 1000 - number(line["co2_t_t"], where)) > 0.0051:
        raise LayoutError(f"{where}: {line['co2_t_t']} t CO2/t is not {ncv:g} GJ/t x {per_tj:g} t/TJ.")
    common = {**_common(line), "activity_category": "stationary", "boundary": "direct", "note": NOTES.get(code, "")}
    yield {**common, "unit": "TJ", "basis": "ncv", "co2_fossil_kg": per_tj * 1000}
    if code in PRINTED:
        words, unit, basis, kg = PRINTED[code]
        _check(words, line["note"], where)
        yield {**common, "unit": unit, "basis": basis, "co2_fossil_kg": kg}
    gas, words, gj = GAS_BY_VOLUME
    if code == gas:
        _check(words, line["note"], where)
        note = f"derived: {per_tj:g} t/TJ x {gj:g} GJ/Nm3 (NCV)"
        yield {**common, "unit": "m3_0C", "co2_fossil_kg": per_tj * gj, "note": note}


def _check(words: str, note: str, where: str) -> None:
    if words not in note:
        raise LayoutError(f"{where}: expected {words!r} in its note, found {note!r}.")


def _calorific(line: Mapping[str, str]) -> Iterator[Row]:
    if line["code"] != "210":
        value = number(line["ncv_GJ_t"], f"{FILE}, code {line['code']}")
        yield {**_common(line), "property": "ncv", "value": value, "unit": "MJ/kg"}
