"""Printed GWPs of blends, as four agencies publish them, the wrong ones marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from facility_emissions.importers.gas_identity import number, table
from facility_emissions.importers.tidy import LayoutError, Row

PUBLISHED_COLUMNS = (
    *("source_id", "edition", "blend", "printed_as", "gwp_set", "gases", "value"),
    *("erratum", "locator", "note"),
)
RAW = "refrigerants/raw"

EPA_HUB = {
    "2021": ("epa_hub_2021_table12.csv", "gwp_ar4_100_kyoto_only", "AR4"),
    "2025": ("epa_hub_2025_table12.csv", "gwp_ar5_100_kyoto_only", "AR5"),
}
ADEME_SETS = {"PRG à 100 ans du 4": "AR4", "PRG à 100 ans du 5": "AR5", "PRG à 100 ans issus du 6": "AR6"}
ADEME_NO_BLENDS = frozenset(("R4112", "R4310mee", "R5114"))  # PFC-41-12, HFC-43-10mee, PFC-51-14
DESNZ_FLAT_YEARS = ("2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2025")
DESNZ_CONDENSED_YEARS = ("2012", "2013", "2014", "2015", "2024")  # no flat file for these years

MITECO_NAMES = {
    "CF4": "PFC-14",
    "C2F6": "PFC-116",
    "C2F6(PFC-116)": "PFC-116",
    "C3F8": "PFC-218",
    "C3F8 (PFC-218)": "PFC-218",
    "C-C4F9": "PFC-c318",  # MITECO's misprint of c-C4F8, "Perfluorociclobutano"
    "C5F12": "PFC-41-12",
    "C6F14": "PFC-51-14",
}
_ALL, _KYOTO, _NON = "all", "kyoto", "nonkyoto"
_D, _A = "desnz_refrigerants", "ademe_refrigerants"


def read_published(sources: Path) -> list[Row]:
    """Return the printed figures of DESNZ, MITECO, ADEME and the US EPA, none marked yet."""
    raw = sources / RAW
    return [*_desnz(raw), *_miteco(raw), *_ademe(raw), *_epa_hub(raw)]


def _printed(source_id: str, edition: str, name: str, gwp_set: str, gases: str, value: float, locator: str) -> Row:
    match = re.fullmatch(r"R-?([45]\d\d)([A-Za-z]?)", name)
    if not match:
        raise LayoutError(f"{locator}: {name!r} is not the number of a blend.")
    number = match[1] + match[2].upper()
    blend = "R-507A" if number == "507" else f"R-{number}"  # one azeotrope, printed with and without its letter
    row = (source_id, edition, blend, name, gwp_set, gases, value, 0, locator, "")
    return dict(zip(PUBLISHED_COLUMNS, row, strict=True))


def _desnz(raw: Path) -> Iterator[Row]:
    flat = raw / "defra/defra_refrigerants_flat_2016_2025.csv"
    columns = ("publication_year", "level2", "level3", "scope_of_gases", "uom", "ghg", "value")
    for where, row in table(flat, columns):
        year = row["publication_year"]
        if "lend" not in row["level2"] or not row["value"]:
            continue  # single gases; an empty cell: none of the blend's gases counts here
        if year not in DESNZ_FLAT_YEARS or row["uom"] != "kg" or row["ghg"] != "kg CO2e":
            raise LayoutError(f"{where}: expected kg CO2e per kg of a known year, found {year}, {row['uom']}.")
        if row["scope_of_gases"] not in (_ALL, _KYOTO, _NON):
            raise LayoutError(f"{where}: unknown group of gases {row['scope_of_gases']!r}.")
        value, locator = number(row["value"], where), f"flat file, {row['level2']}"
        yield _printed(_D, year, row["level3"], desnz_set(year), row["scope_of_gases"], value, locator)
    condensed = raw / "defra/defra_refrigerants_condensed_2012_2025.csv"
    for where, row in table(condensed, ("year", "gas", "total", "first_col", "ncols")):
        if row["year"] not in DESNZ_CONDENSED_YEARS or not re.match(r"R[45]\d\d", row["gas"]):
            continue
        year, locator = row["year"], "condensed set, Refrigerant & other"
        yield _printed(_D, year, row["gas"], desnz_set(year), _ALL, number(row["total"], where), locator)
        if row["ncols"] == "3":  # Kyoto, non-Kyoto, total; with two columns filled it is not said which
            kyoto = number(row["first_col"], where)
            yield _printed(_D, year, row["gas"], desnz_set(year), _KYOTO, kyoto, locator)


def desnz_set(year: str) -> str:
    """Return the GWP set behind the refrigerants of one year's factors (methodology, 4.3-4.6)."""
    return "SAR" if year <= "2014" else "AR4" if year <= "2022" else "AR5"


def _miteco(raw: Path) -> Iterator[Row]:
    for where, row in table(raw / "miteco/miteco_v31_pca_ar6.csv", ("gas", "pca_ar6_100")):
        if row["gas"].startswith("R-"):
            value = number(row["pca_ar6_100"], where)
            yield _printed("miteco_refrigerants", "V31", row["gas"], "AR6", _ALL, value, "10. Factores de emisión")


def ademe_set(category: str) -> str:
    """Return the GWP set that a category of the Base Carbone names, or ''."""
    sets = [s for text, s in ADEME_SETS.items() if text in category]
    return sets[0] if len(sets) == 1 else ""


def _ademe(raw: Path) -> Iterator[Row]:
    name, category, value = "n", "Code de la catégorie", "Total poste non décomposé"
    columns = (name, category, value, "Identifiant de l'élément", "Statut de l'élément")
    for where, row in table(raw / "ademe/ademe_fugitives.csv", columns):
        printed = row[name].split(" | ")[0].strip()
        if not re.match(r"R ?[45]\d\d", printed) or printed in ADEME_NO_BLENDS:
            continue
        gwp_set = ademe_set(row[category])
        if not gwp_set or row["Statut de l'élément"] not in ("Archivé", "Valide générique"):
            raise LayoutError(f"{where}: no GWP set or no status for {printed!r}.")
        locator = f"element {row[columns[3]]}"
        note = "archived" if row["Statut de l'élément"] == "Archivé" else ""
        yield {
            **_printed(_A, "V23.6", printed, gwp_set, _ALL, number(row[value], where), locator),
            "note": note,
        }


def _epa_hub(raw: Path) -> Iterator[Row]:
    for edition, (name, column, gwp_set) in EPA_HUB.items():
        for where, row in table(raw / "epa_hub" / name, ("ashrae", column)):
            yield _printed("epa_hub", edition, row["ashrae"], gwp_set, _KYOTO, number(row[column], where), "Table 12")


def flag_blends(published: Iterable[Row], errata: Iterable[Row]) -> list[Row]:
    """Mark the printed figures that are known to be wrong; each known error has to be found.

    Raises:
        LayoutError: a figure is printed twice, or a known error is not among the printed figures.
    """
    keys = ("source_id", "edition", "blend", "gwp_set", "gases")
    wrong = {
        (e["source_id"], e["edition"], e["subject"], e["figure"], e["printed"])
        for e in errata
        if str(e["subject"])[:3] in ("R-4", "R-5") and str(e["figure"]).startswith("GWP")
    }
    found: dict[tuple[object, ...], Row] = {}
    marked = set()
    for row in published:
        own = (*(row[k] for k in keys), row["printed_as"])
        if own in found:
            raise LayoutError(f"{' '.join(map(str, own))} is printed twice.")
        figure = (*own[:3], f"GWP100 {row['gwp_set']} {row['gases']}", row["value"])
        found[own] = {**row, "erratum": int(figure in wrong)}
        marked |= {figure} & wrong
    publishers = {row["source_id"] for row in found.values()}
    lost = sorted(key for key in wrong - marked if key[0] in publishers)
    if lost:
        raise LayoutError(f"The known error {' '.join(map(str, lost[0]))} is not among the printed figures.")
    order = ("source_id", "edition", "gwp_set", "blend", "printed_as", "gases")
    return sorted(found.values(), key=lambda r: [str(r[k]) for k in order])
