"""Printed GWPs of blends, as four agencies publish them, and the errors known in printed figures."""

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
ERRATA_COLUMNS = (
    *("source_id", "edition", "gwp_set", "gases", "refrigerant", "printed_as"),
    *("printed", "computed", "why"),
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

_HCFC_31 = "HCFC-31 has no GWP in the set; the publisher counts it as 0"
_C4F10 = "counted with C4F10 (PFC-31-10) in the place of c-C4F8 (PFC-c318)"
_DME = "counted with HFC-152a in the place of the 5 % dimethyl ether"
_R22 = "HCFC-22 of AR4 (1,810) mixed with HFCs of SAR"
_ZE = "HFO-1234ze(E) counted as 1; AR4 has no value for it"
_R134A = "counted with HFC-134a in the place of HFC-143a; the publisher's own row 'R507' is right"
_R125 = "counted with 85.0 % HFC-125; the composition has 85.1 %"
_R125_D = "counted with 65.0 % HFC-125; the composition has 65.1 %"
_FIRST = "first edition of AR6, corrected since"
_OLD = "an old value, archived"
_SITE = "error of the page"
_ALL, _KYOTO, _NON, _CHLORINE = "all", "kyoto", "nonkyoto", "cfc_hcfc_hfc"
_LATE = ("2023", "2024", "2025")
_D, _A, _U, _W = "desnz_refrigerants", "ademe_refrigerants", "unep_ozone", "hvacptcharts"

# source, editions, GWP set, gases, our id, as printed, printed, computed (None: cannot be), why
ERRATA: tuple[tuple[str, tuple[str, ...], str, str, str, str, float, float | None, str], ...] = (
    (_D, ("2022",), "AR4", _ALL, "R-405A", "R405A", 4716, 5327.725, _C4F10),
    (_D, ("2022",), "AR4", _KYOTO, "R-405A", "R405A", 3774, 4386.18, _C4F10),
    (_D, _LATE, "AR5", _ALL, "R-405A", "R405A", 4821, 4965.06, _C4F10),
    (_D, _LATE, "AR5", _KYOTO, "R-405A", "R405A", 3920, 4064.16, _C4F10),
    (_D, ("2022",), "AR4", _ALL, "R-511A", "R511A", 9, 3.185, _DME),
    (_D, ("2022",), "AR4", _KYOTO, "R-511A", "R511A", 6, 0.0, _DME),
    (_D, _LATE, "AR5", _ALL, "R-511A", "R511A", 7, 0.107, _DME),
    (_D, _LATE, "AR5", _KYOTO, "R-511A", "R511A", 6.9, 0.0, _DME),
    (_D, ("2012",), "SAR", _ALL, "R-408A", "R408A", 2794.7, 2649.0, _R22),
    (_D, ("2013", "2014"), "SAR", _ALL, "R-408A", "R408A", 2795, 2649.0, _R22),
    (_D, ("2022",), "AR4", _ALL, "R-444A", "R444A", 88, None, _ZE),
    (_D, ("2022",), "AR4", _NON, "R-444A", "R444A", 1, None, _ZE),
    (_D, ("2022",), "AR4", _ALL, "R-445A", "R445A", 130, None, _ZE),
    (_D, ("2022",), "AR4", _NON, "R-445A", "R445A", 1, None, _ZE),
    (_D, ("2022",), "AR4", _ALL, "R-505", "R505", 8502, None, _HCFC_31),
    (_D, ("2022",), "AR4", _NON, "R-505", "R505", 8502, None, _HCFC_31),
    (_D, _LATE, "AR5", _ALL, "R-505", "R505", 7956, None, _HCFC_31),
    (_D, ("2023", "2025"), "AR5", _NON, "R-505", "R505", 7956, None, _HCFC_31),
    (_D, ("2022",), "AR4", _ALL, "R-506", "R506", 4490, None, _HCFC_31),
    (_D, ("2022",), "AR4", _NON, "R-506", "R506", 4490, None, _HCFC_31),
    (_D, _LATE, "AR5", _ALL, "R-506", "R506", 3857, None, _HCFC_31),
    (_D, ("2023", "2025"), "AR5", _NON, "R-506", "R506", 3857, None, _HCFC_31),
    ("epa_hub", ("2025",), "AR5", _KYOTO, "R-424A", "R-424A", 3104, 2211.85, "its composition gives 2,212"),
    (_A, ("V23.6",), "AR4", _ALL, "R-507A", "R507a", 2465, 3985.0, _R134A),
    (_A, ("V23.6",), "AR5", _ALL, "R-507A", "R507a", 2235, 3985.0, _R134A),
    (_A, ("V23.6",), "AR6", _ALL, "R-507A", "R507a", 2635, 4775.0, _R134A),
    (_A, ("V23.6",), "AR4", _ALL, "R-422A", "R422a", 3140, 3143.052, _R125),
    (_A, ("V23.6",), "AR5", _ALL, "R-422A", "R422a", 2844, 2847.272, _R125),
    (_A, ("V23.6",), "AR6", _ALL, "R-422A", "R422a", 3355, 3358.69, _R125),
    (_A, ("V23.6",), "AR4", _ALL, "R-408A", "R408a", 1500, 3151.9, _OLD),
    (_A, ("V23.6",), "AR4", _ALL, "R-502", "R502", 4516, 4656.72, _OLD),
    ("ghg_protocol_brasil", ("",), "AR5", _KYOTO, "R-422D", "R-422D", 2470, 2473.17, _R125_D),
    (_U, ("2019",), "AR4", _CHLORINE, "R-407H", "R-407H", 1275.75, 1495.125, "its composition gives 1,495"),
    (_U, ("2019",), "AR4", _CHLORINE, "R-503", "R-503", 5934.8, 14560.4, "CFC-13 counted 0"),
    (_U, ("2019",), "AR4", _CHLORINE, "R-405A", "R-405A", 961.16, 950.225, "not explained"),
    (_U, ("2019",), "AR4", _CHLORINE, "R-506", "R-506", 4500, 4490.0, "45/55 in the place of 44.9/55.1"),
    (_W, ("",), "AR6", _ALL, "R-450A", "R-450A", 645, 643.3946, _SITE),
    (_W, ("",), "AR6", _ALL, "R-515A", "R-515A", 416, 433.2056, _SITE),
    (_W, ("",), "AR6", _ALL, "R-515B", "R-515B", 311, 321.64807, _SITE),
    ("miteco_guide", ("2019",), "AR4", _ALL, "HFC-152a", "HFC-152a", 38, 124.0, "the 500-year value"),
    (_A, ("V23.6",), "AR6", _ALL, "CFC-11", "CFC-11", 6320, 6230.0, "a typing error"),
    (_A, ("V23.6",), "AR6", _ALL, "CFC-11", "CFC-11, archived", 5560, 6230.0, _FIRST),
    (_A, ("V23.6",), "AR6", _ALL, "CFC-12", "CFC-12, archived", 11200, 12500.0, _FIRST),
    (_A, ("V23.6",), "AR6", _ALL, "SF6", "SF6, archived", 25200, 24300.0, "not the published value"),
    (_A, ("V23.6",), "AR5", _ALL, "HFC-227ea", "HFC-227ea", 2640, 3350.0, "the value of HFC-227ca"),
    ("ipcc_ar6_authors_file", ("",), "AR6", _ALL, "SF6", "SF6", 25200, 24300.0, "not the published value"),
    ("coolprop", ("2026-07-23",), "AR4", _ALL, "HFC-161", "R161", 10, 12.0, "not the AR4 value in use"),
    ("coolprop", ("2026-07-23",), "AR4", _ALL, "HFC-236ea", "R236ea", 1200, 1370.0, "the TAR value"),
)


def read_errata() -> list[dict[str, object]]:
    """Return the known errors, one row an edition, sorted."""
    rows = [
        dict(zip(ERRATA_COLUMNS, (source, edition, *rest), strict=True))
        for source, editions, *rest in ERRATA
        for edition in editions
    ]
    keys = ("source_id", "edition", "gwp_set", "refrigerant", "gases", "printed_as")
    return sorted(rows, key=lambda r: [str(r[k]) for k in keys])


def read_published(sources: Path, errata: list[dict[str, object]]) -> list[Row]:
    """Return the printed figures of DESNZ, MITECO, ADEME and the US EPA, the wrong ones marked."""
    raw = sources / RAW
    return _flag([*_desnz(raw), *_miteco(raw), *_ademe(raw), *_epa_hub(raw)], errata)


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


def _ademe(raw: Path) -> Iterator[Row]:
    name, category, value = "n", "Code de la catégorie", "Total poste non décomposé"
    columns = (name, category, value, "Identifiant de l'élément", "Statut de l'élément")
    for where, row in table(raw / "ademe/ademe_fugitives.csv", columns):
        printed = row[name].split(" | ")[0].strip()
        if not re.match(r"R ?[45]\d\d", printed) or printed in ADEME_NO_BLENDS:
            continue
        sets = [s for text, s in ADEME_SETS.items() if text in row[category]]
        if len(sets) != 1 or row["Statut de l'élément"] not in ("Archivé", "Valide générique"):
            raise LayoutError(f"{where}: no GWP set or no status for {printed!r}.")
        locator = f"element {row[columns[3]]}"
        note = "archived" if row["Statut de l'élément"] == "Archivé" else ""
        yield {
            **_printed(_A, "V23.6", printed, sets[0], _ALL, number(row[value], where), locator),
            "note": note,
        }


def _epa_hub(raw: Path) -> Iterator[Row]:
    for edition, (name, column, gwp_set) in EPA_HUB.items():
        for where, row in table(raw / "epa_hub" / name, ("ashrae", column)):
            yield _printed("epa_hub", edition, row["ashrae"], gwp_set, _KYOTO, number(row[column], where), "Table 12")


def _flag(published: Iterable[Row], errata: list[dict[str, object]]) -> list[Row]:
    """Mark the printed figures that are known to be wrong; each known error has to be found."""
    keys = ("source_id", "edition", "gwp_set", "gases", "refrigerant", "printed_as", "printed")
    wrong = {tuple(e[k] for k in keys) for e in errata if str(e["refrigerant"])[:3] in ("R-4", "R-5")}
    found: dict[tuple[object, ...], Row] = {}
    for row in published:
        own = (
            row["source_id"],
            row["edition"],
            row["gwp_set"],
            row["gases"],
            row["blend"],
            row["printed_as"],
        )
        if own in found:
            raise LayoutError(f"{' '.join(map(str, own))} is printed twice.")
        found[own] = {**row, "erratum": int((*own, row["value"]) in wrong)}
    publishers = {row["source_id"] for row in found.values()}
    for key in wrong:
        if key[0] in publishers and (key[:6] not in found or not found[key[:6]]["erratum"]):
            raise LayoutError(f"The known error {' '.join(map(str, key))} is not among the printed figures.")
    order = ("source_id", "edition", "gwp_set", "blend", "printed_as", "gases")
    return sorted(found.values(), key=lambda r: [str(r[k]) for k in order])
