"""Printed GWPs of single gases, as the four agencies publish them beside those of blends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from facility_emissions.importers.gas_identity import Finder, identities, number, table
from facility_emissions.importers.published_refrigerants import (
    ADEME_NO_BLENDS,
    DESNZ_CONDENSED_YEARS,
    DESNZ_FLAT_YEARS,
    MITECO_NAMES,
    PUBLISHED_COLUMNS,
    RAW,
    ademe_set,
    desnz_set,
)
from facility_emissions.importers.tidy import LayoutError, Row

GAS_PUBLISHED_COLUMNS = tuple("gas" if c == "blend" else c for c in PUBLISHED_COLUMNS)
IDENTITY_FILE = "refrigerants/gwp.csv"

# What an agency calls a gas, where name, formula and R-number do not lead to our id.
NAMES = {
    "HFC-43-I0mee": "HFC-43-10mee",
    "HFE-236ca12 (HG-10)": "HFE-236ca12",
    "HFE-254cb2": "HFE-254cb1",
    "HFE-338pcc13 (HG-01)": "HFE-338pcc13",
    "HFE-43-10pccc124 (H-Galden1040x)": "HFE-43-10pccc124",
    "HFE-449sl (HFE-7100)": "HFE-449s1",
    "HFE-569sf2 (HFE-7200)": "HFE-569sf2",
    "Carbon tetrachloride": "CCl4",
    "Methyl bromide": "CH3Br",
    "Methyl chloride": "CH3Cl",
    "Methyl chloroform": "CH3CCl3",
    "Methylene chloride": "CH2Cl2",
    "Perfluorocyclopropane": "PFC-c216",
    "Perfluorobutane (PFC-3-1-10)": "PFC-31-10",
    "Perfluoropentane (PFC-4-1-12)": "PFC-41-12",
    "Perfluorohexane (PFC-5-1-14)": "PFC-51-14",
    "Perfluorocyclobutane (PFC-318)": "PFC-c318",
    "Sulphur hexafluoride": "SF6",
    "Sulphur hexafluoride (SF6)": "SF6",
    "Trifluoromethyl sulphur pentafluoride": "SF5CF3",
    "c-C4F8": "PFC-c318",
    "Dioxyde de Carbone": "CO2",
    "CO2f": "CO2",
    "Protoxyde d'Azote": "N2O",
    "R1211": "Halon-1211",
    "R1301": "Halon-1301",
    "R2402": "Halon-2402",
    "R318": "PFC-c318",
    "PFC-C-318": "PFC-c318",
    "R3110": "PFC-31-10",
    "R4112": "PFC-41-12",
    "R5114": "PFC-51-14",
    "R9118": "PFC-91-18",
    "R4310mee": "HFC-43-10mee",
    **MITECO_NAMES,
}
SKIPPED = {
    "R1234ze": "no isomer is said",
    "R1234ze*": "no isomer is said",
}
# ADEME lists 250 chemicals; those under a refrigerant's designation or one of these names are taken.
ADEME_DESIGNATION = re.compile(r"(R|HFC|HCFC|CFC|PFC|HFO|HCFO|Halon)[- ]?(C-)?\d[-\dA-Za-z()]*")
ADEME_OTHERS = frozenset(
    (
        *("SF6", "Sulfur hexafluoride", "NF3", "Nitrogen trifluoride", "N2O", "Protoxyde d'Azote"),
        *("CO2f", "Dioxyde de Carbone", "Propane", "Butane", "Ethane"),
    )
)


def read_gases(sources: Path) -> list[Row]:
    """Return the printed figures of single gases, each under our id of the gas.

    Raises:
        LayoutError: a gas, unit, year or GWP set that this module does not know.
    """
    finder = Finder(identities(sources / IDENTITY_FILE))
    for gas, identity in finder.gases.items():
        if identity["r_number"]:
            finder.by_name.setdefault(identity["r_number"].replace("-", "").casefold(), set()).add(gas)
    raw = sources / RAW
    found: dict[tuple[object, ...], Row] = {}
    for row in (*_desnz(raw, finder), *_miteco(raw, finder), *_ademe(raw, finder), *_epa_hub(raw, finder)):
        key = tuple(row[c] for c in ("source_id", "edition", "gwp_set", "gas", "gases"))
        if key in found and found[key]["value"] != row["value"]:
            raise LayoutError(f"{' '.join(map(str, key))} is printed twice: {found[key]['value']} and {row['value']}.")
        found.setdefault(key, row)
    return [found[key] for key in sorted(found, key=str)]


def _row(key: tuple[str, str, str], name: str, gases: str, printed: str, where: str, locator: str) -> dict[str, object]:
    """Return a row; a bound ("< 1", ">7,500") is held as its number, and told."""
    (source, edition, gwp_set), text = key, printed.replace(",", "")
    value = number(text.lstrip("<> "), where)
    note = f"printed as {printed}" if text[:1] in "<>" else ""
    cells = (source, edition, "", name, gwp_set, gases, value, 0, locator, note)
    return dict(zip(GAS_PUBLISHED_COLUMNS, cells, strict=True))


def gas_of(finder: Finder, name: str, where: str) -> str:
    """Return our id of the gas that an agency names."""
    if name in NAMES:
        return NAMES[name]
    plain = name.rstrip("*").strip()
    plain = plain.partition("/")[0].strip() if " = " in plain and "/" in plain else plain.partition(" = ")[0].strip()
    inner = re.search(r"\((PFC-[\d-]+)\)", plain)
    return finder.find(where, inner[1] if inner else plain)


def _desnz(raw: Path, finder: Finder) -> Iterator[Row]:
    columns = ("publication_year", "level2", "level3", "scope_of_gases", "uom", "ghg", "value")
    for where, row in table(raw / "defra/defra_refrigerants_flat_2016_2025.csv", columns):
        year, name = row["publication_year"], row["level3"].strip()
        if "lend" in row["level2"] or not row["value"] or name in SKIPPED:
            continue  # blends; an empty cell: the gas does not count here
        if year not in DESNZ_FLAT_YEARS or row["uom"] != "kg" or row["ghg"] != "kg CO2e":
            raise LayoutError(f"{where}: expected kg CO2e per kg of a known year, found {year}, {row['uom']}.")
        key, locator = ("desnz_refrigerants", year, desnz_set(year)), f"flat file, {row['level2']}"
        found = _row(key, name, row["scope_of_gases"], row["value"], where, locator)
        yield {**found, "gas": gas_of(finder, name, where)}
    for where, row in table(raw / "defra/defra_refrigerants_condensed_2012_2025.csv", ("year", "gas", "total")):
        year, name = row["year"], row["gas"].strip()
        if year not in DESNZ_CONDENSED_YEARS or re.match(r"R[45]\d\d", name) or name in SKIPPED:
            continue
        key, locator = ("desnz_refrigerants", year, desnz_set(year)), "condensed set, Refrigerant & other"
        yield {**_row(key, name, "all", row["total"], where, locator), "gas": gas_of(finder, name, where)}


def _miteco(raw: Path, finder: Finder) -> Iterator[Row]:
    for where, row in table(raw / "miteco/miteco_v31_pca_ar6.csv", ("gas", "pca_ar6_100")):
        if row["gas"].startswith("R-"):
            continue  # blends
        found = _row(
            ("miteco_refrigerants", "V31", "AR6"),
            row["gas"],
            "all",
            row["pca_ar6_100"],
            where,
            "10. Factores de emisión",
        )
        yield {**found, "gas": gas_of(finder, row["gas"], where)}


def _ademe(raw: Path, finder: Finder) -> Iterator[Row]:
    category, value, status = "Code de la catégorie", "Total poste non décomposé", "Statut de l'élément"
    columns = ("n", category, value, "Identifiant de l'élément", status)
    for where, row in table(raw / "ademe/ademe_fugitives.csv", columns):
        name, gwp_set = row["n"].split(" | ")[0].strip(), ademe_set(row[category])
        blend = re.match(r"R ?[45]\d\d", name) and name not in ADEME_NO_BLENDS
        taken = name in ADEME_OTHERS or ADEME_DESIGNATION.fullmatch(name)
        if not gwp_set or blend or not taken or name in SKIPPED:
            continue
        archived = row[status] == "Archivé"
        if archived and gwp_set != "AR4":
            continue  # replaced by a later row of the same set
        key, locator = ("ademe_refrigerants", "V23.6", gwp_set), f"element {row[columns[3]]}"
        found = _row(key, name, "all", row[value], where, locator)
        yield {**found, "gas": gas_of(finder, name, where), "note": "archived" if archived else ""}


def _epa_hub(raw: Path, finder: Finder) -> Iterator[Row]:
    for edition, column, gwp_set in (("2021", "gwp_ar4_100", "AR4"), ("2025", "gwp_ar5_100", "AR5")):
        for where, row in table(raw / f"epa_hub/epa_hub_{edition}_table11.csv", ("gas", column)):
            found = _row(("epa_hub", edition, gwp_set), row["gas"], "kyoto", row[column], where, "Table 11")
            yield {**found, "gas": gas_of(finder, row["gas"], where)}


def flag_gases(published: Iterable[Row], errata: Iterable[Row]) -> list[Row]:
    """Mark the printed figures that are known to be wrong."""
    wrong = {(e["source_id"], e["edition"], e["subject"], e["figure"], e["printed"]) for e in errata}
    return [
        {
            **row,
            "erratum": int(
                (row["source_id"], row["edition"], row["gas"], f"GWP100 {row['gwp_set']} {row['gases']}", row["value"])
                in wrong
            ),
        }
        for row in published
    ]
