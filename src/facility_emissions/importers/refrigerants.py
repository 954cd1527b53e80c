"""Refrigerants: compositions of blends, trade names, and with them the agencies' printed figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.gas_identity import number, table
from facility_emissions.importers.published_gases import GAS_PUBLISHED_COLUMNS, flag_gases, read_gases
from facility_emissions.importers.published_refrigerants import (
    DESNZ_CONDENSED_YEARS,
    DESNZ_FLAT_YEARS,
    MITECO_NAMES,
    PUBLISHED_COLUMNS,
    RAW,
    desnz_set,
    flag_blends,
    read_published,
)
from facility_emissions.importers.refrigerant_errata import read_errata
from facility_emissions.importers.refrigerant_practices import PRACTICE_COLUMNS, read_corrections, read_practices
from facility_emissions.importers.tidy import Import, LayoutError, Row

BLEND_COLUMNS = (
    *("blend", "component", "mass_fraction", "tolerance_plus_pct", "tolerance_minus_pct"),
    *("n_independent", "source", "note"),
)
ALIAS_COLUMNS = ("alias", "r_number", "source")
SKIPPED_BLENDS = {
    "R-427B": "composition from memory, not read",
    "R-477A": "composition from memory, not read",
    "R-400": "no single composition: R-400(50/50) and R-400(60/40) say which",
}
SKIPPED_ALIASES = {
    "XP10": "the UN Ozone Secretariat lists R-513A, a supplier's page sells R-450A under the name",
    "RS-24": "R-426A today, but an older formulation carried the name",
}
UNIDENTIFIED_CHEMICALS = frozenset(("Isoflurano", "Desflurano", "Sevoflurano"))  # anaesthetics, no refrigerants
COOLPROP_EDITION = "2026-07-23"
DESNZ_PUBLISHED = {"2025": "2025-06-10"}  # the dates that were read
BLEND_SOURCES = {
    "coolprop_ashrae_2026": "ashrae_blends",
    "coolprop_predefined_json": "coolprop",
    "openscm_units_0.6.3": "openscm_units",
    "unep_ors_2019": "unep_ozone",
    "unep_ozone_ors": "unep_ozone",
    "miteco_v31": "miteco_refrigerants",
    "epa_hub_2021": "epa_hub",
    "epa_hub_2025": "epa_hub",
    "hvacptcharts_page": "hvacptcharts",
}


def read(sources: Path) -> Import:
    """Read blends, trade names, printed figures, the agencies' practices and errata."""
    result = Import(sources=list(_source_rows()), gaps=list(_gap_rows()))
    result.add_table("gwp/blends.csv", BLEND_COLUMNS, _blends(sources / "refrigerants/blends.csv"))
    result.add_table("gwp/aliases.csv", ALIAS_COLUMNS, _aliases(sources))
    published = read_published(sources)
    errata = read_errata(sources, published)
    result.errata = [*errata, *read_corrections(sources)]
    result.add_table("recharge/published_blends.csv", PUBLISHED_COLUMNS, flag_blends(published, errata))
    gases = flag_gases(read_gases(sources), errata)
    result.add_table("recharge/published_gases.csv", GAS_PUBLISHED_COLUMNS, gases)
    result.add_table("recharge/practices.csv", PRACTICE_COLUMNS, read_practices(sources))
    return result


def _blends(path: Path) -> list[Row]:
    rows: list[Row] = []
    totals: dict[str, float] = {}
    shares = ("mass_fraction", "tol_plus_pct", "tol_minus_pct", "n_independent")
    columns = ("blend", "component", *shares, "source", "note")
    for where, row in table(path, columns):
        if row["blend"] in SKIPPED_BLENDS:
            continue
        if "recalled" in row["source"]:
            raise LayoutError(f"{where}: {row['blend']} is recalled, not read: list it as skipped.")
        fraction = number(row["mass_fraction"], where)
        totals[row["blend"]] = totals.get(row["blend"], 0.0) + fraction
        cells = {**row, "mass_fraction": fraction, "source": _blend_sources(row["source"], where)}
        rows.append({ours: cells[theirs] for ours, theirs in zip(BLEND_COLUMNS, columns, strict=True)})
    for blend, total in totals.items():
        if abs(total - 1) > 1e-9:
            raise LayoutError(f"{path.name}: the components of {blend} add up to {total}.")
    return rows


def _blend_sources(text: str, where: str) -> str:
    unknown = [name for name in text.split(";") if name not in BLEND_SOURCES]
    if unknown:
        raise LayoutError(f"{where}: unknown source {unknown[0]!r}.")
    return ";".join(dict.fromkeys(BLEND_SOURCES[name] for name in text.split(";")))


def _aliases(sources: Path) -> list[Row]:
    """Trade names that were read, and the Spanish names of MITECO's lists."""
    found = {("R-507", "R-507A"): "epa_hub"}  # the Hub of 2021 prints R-507, ADEME R507, for the same azeotrope
    for where, row in table(sources / "refrigerants/aliases.csv", (*ALIAS_COLUMNS, "status")):
        if row["status"] not in ("read", "recalled"):
            raise LayoutError(f"{where}: unknown status {row['status']!r}.")
        if row["status"] == "read" and row["alias"] not in SKIPPED_ALIASES:
            found.setdefault((row["alias"], row["r_number"]), BLEND_SOURCES.get(row["source"], row["source"]))
    lists = (("miteco_v31_pca_ar6.csv", "formula_or_composition"), ("miteco_guia_anexo2_ar4.csv", "formula"))
    for name, formula in lists:
        for _, row in table(sources / RAW / "miteco" / name, ("gas", formula)):
            for alias, gas in ((row[formula], row["gas"]), (row["gas"], row[formula])):
                if alias in UNIDENTIFIED_CHEMICALS or not re.fullmatch(r"[^\W\d]+( [^\W\d]+)*", alias):
                    continue  # a formula or a composition: no name
                gas = MITECO_NAMES.get(gas, gas)
                found.setdefault((alias, gas), "miteco_refrigerants")
    return [{"alias": a, "r_number": r, "source": found[a, r]} for a, r in sorted(found)]


def _source(source_id: str, edition: str, title: str, publisher: str, licence: str, **more: str) -> Row:
    common = {"source_id": source_id, "edition": edition, "title": title, "publisher": publisher}
    return {**common, "licence": licence, **more}


def _source_rows() -> Iterator[Row]:
    """Yield the editions read here; those of EPA's Hub are listed by its own importer."""
    ogl = "Contains public sector information licensed under the Open Government Licence v3.0."
    desnz = "Department for Energy Security and Net Zero (earlier Defra, DECC, BEIS)"
    for year in sorted((*DESNZ_FLAT_YEARS, *DESNZ_CONDENSED_YEARS)):
        title = f"UK Government GHG conversion factors {year}, Refrigerant & other"
        more = {"attribution": ogl, "gwp_set": desnz_set(year), "published": DESNZ_PUBLISHED.get(year, "")}
        more |= {"publication_year": year}
        yield _source("desnz_refrigerants", year, title, desnz, "OGL-UK-3.0", **more)
    yield _source(
        "miteco_refrigerants",
        "V31",
        "Calculadora de huella de carbono V31, sheet 10. Factores de emisión",
        "Ministerio para la Transición Ecológica y el Reto Demográfico",
        "MITECO-reuse",
        published="2025-05-19",
        attribution="Fuente: MITECO, calculadora V31, 19/05/2025",
        gwp_set="AR6",
    )
    yield _source(
        "ademe_refrigerants",
        "V23.6",
        "Base Carbone V23.6, process and fugitive emissions",
        "ADEME",
        "licence-ouverte",
        published="2025-04-24",
        attribution="ADEME, Base Carbone V23.6",
        note="AR4 rows archived, AR5 and AR6 valid; each row states its set; dated by the latest change in the file",
    )
    yield _source(
        "ashrae_blends",
        COOLPROP_EDITION,
        "ASHRAE refrigerant designations, as copied by CoolProp",
        "ASHRAE",
        "MIT",
        published=COOLPROP_EDITION,
        attribution="ASHRAE refrigerant designations through CoolProp (MIT)",
    )
    yield _source(
        "coolprop",
        COOLPROP_EDITION,
        "CoolProp, fluids and predefined mixtures",
        "CoolProp",
        "MIT",
        published=COOLPROP_EDITION,
        attribution="CoolProp (MIT)",
    )
    yield _source(
        "openscm_units",
        "0.6.3",
        "openscm-units, gas mixtures",
        "openSCM",
        "BSD-3-Clause",
        attribution="openscm-units 0.6.3, Z. Nicholls, S. Willner, J. Lewis, R. Gieseke (BSD-3-Clause)",
        note="its HFC-152 in R-405A and R-500 is an error and not used",
    )
    yield _source(
        "unep_ozone",
        "2019",
        "Refrigerant blends and trade names",
        "UN Environment Programme, Ozone Secretariat",
        "cited-facts",
        publication_year="2019",
        attribution="UN Environment Programme, Ozone Secretariat, 2019",
        gwp_set="AR4",
        note="referee; sole source of R-406B, R-411C, R-509, the two R-400 and of most trade names",
    )
    yield _source(
        "hvacptcharts",
        "2026",
        "Product page of R-515B",
        "hvacptcharts.com",
        "cited-facts",
        attribution="hvacptcharts.com",
        note="sole source of the composition of R-515B; its GWPs are wrong and not used",
    )


def _gap_rows() -> Iterator[Row]:
    for blend in ("R-427B", "R-477A"):
        yield {
            "activity_category": "recharge",
            "activity": blend,
            "reason": "No composition and no GWP of this blend was read in a publication.",
            "remedy": "Give a custom factor [kg CO2e/kg], or record its components by mass.",
        }
