"""The documents behind the transcribed national factors of electricity: publisher, terms, edition, day.

A new release is one line in `EDITIONS`; a new publisher is one more in `PUBLISHERS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from facility_emissions.importers.grid_rows import CC_BY_4, OGL_3, OGL_ATTRIBUTION, READ_NOTE, READ_ON

ECCC_TERMS = "cited-facts-reserved"
CITED = "cited-facts-terms-not-read"

# source_id: publisher, licence, attribution.
PUBLISHERS: dict[str, tuple[str, str, str]] = {
    "nga": (
        *("Department of Climate Change, Energy, the Environment and Water (Australia)", CC_BY_4),
        "DCCEEW, National Greenhouse Accounts Factors, CC BY 4.0",
    ),
    "eccc": (
        *("Environment and Climate Change Canada", ECCC_TERMS),
        "Environment and Climate Change Canada, Emission factors and reference values",
    ),
    "mfe_nz": (
        *("Ministry for the Environment (New Zealand)", CC_BY_4),
        "Ministry for the Environment, Measuring Emissions, CC BY 4.0",
    ),
    "huella_chile": (
        *("HuellaChile, Ministerio del Medio Ambiente (Chile)", CITED),
        "HuellaChile, Base de datos de factores de emisión",
    ),
    "cre_mx": (
        *("CRE / SEMARNAT (Mexico)", CITED),
        "CRE and SEMARNAT, Factor de Emisión del Sistema Eléctrico Nacional",
    ),
    "minam_pe": ("Ministerio del Ambiente (Peru)", CITED, "MINAM, factor de emisión del SEIN"),
    "mcti_br": (
        *("Ministério da Ciência, Tecnologia e Inovação (Brazil)", CITED),
        "MCTI/SIRENE, fator médio do SIN",
    ),
    "cea_in": (
        *("Central Electricity Authority (India)", CITED),
        "CEA, CO2 Baseline Database for the Indian Power Sector",
    ),
    "mee_cn": (
        *("Ministry of Ecology and Environment (China)", CITED),
        "MEE and NBS of China, electricity CO2 emission factors",
    ),
    "desnz": (
        *("Department for Energy Security and Net Zero (UK)", OGL_3),
        OGL_ATTRIBUTION,
    ),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """One document, as the column `source` of the table names it.

    `by_edition` marks a year that is the edition's, not that of the data.
    """

    source_id: str
    edition: str
    title: str
    published: str
    gwp: str = ""
    locator: str = ""
    note: str = ""
    by_edition: bool = False


_NGA = "for use from the edition's year on; the year of the data is not stated"
_ECCC = "intensity of consumption: losses of the grid are inside"
CHILE = Edition("huella_chile", "2025-v2", "Base de datos de factores de emisión 2025 v2", "2026-05-04")
_ECCC_TITLE = "Emission factors and reference values"
_MONTH = "month of publication known, dated by its last day"


def _nga(year: int, table: int) -> Edition:
    title = f"National Greenhouse Accounts Factors {year}"
    return Edition("nga", str(year), title, f"{year}-08-31", "AR5", f"Table {table}", _NGA, True)


def _eccc(version: str, table: str, day: str) -> Edition:
    title = f"{_ECCC_TITLE}, version {version}"
    return Edition("eccc", version, title, day, locator=f"Table {table}", note=_ECCC)


# The text of the column `source` up to its first semicolon: what follows says where it was read.
EDITIONS: dict[str, Edition] = {
    "DCCEEW NGA Factors Feb 2023": Edition(
        *("nga", "2022", "National Greenhouse Accounts Factors 2022 (February 2023)", "2023-02-28", "AR5"),
        *("Table 1", _NGA, True),
    ),
    "DCCEEW NGA Factors 2025 Table 1": _nga(2025, 1),
    "DCCEEW NGA Factors 2025 Table 2": _nga(2025, 2),
    "DCCEEW NGA Factors 2026 Table 1": _nga(2026, 1),
    "DCCEEW NGA Factors 2026 Table 2": _nga(2026, 2),
    f"ECCC {_ECCC_TITLE} v3.0/v4.0 Table 5.1": _eccc("1.1", "5.1", "2023-06-13"),
    f"ECCC {_ECCC_TITLE} v3.0/v4.0 Table 5.2": _eccc("2.0", "5.2", "2024-05-06"),
    f"ECCC {_ECCC_TITLE} v3.0/v4.0 Table 5.3": _eccc("3.0", "5.3", "2025-10-24"),
    f"ECCC {_ECCC_TITLE} v3.0/v4.0 Table 5.4": _eccc("4.0", "5.4", "2026-09-09"),
    "MfE Measuring Emissions factors 2026 v2": Edition(
        *("mfe_nz", "2026-v2", "Measuring Emissions, emission factors 2026 v2", "2026-05-29"),
        locator="Purchased Electricity, Annual Averages",
    ),
    "MfE 2022 guide": Edition(
        *("mfe_nz", "2022", "Measuring Emissions: a guide for organisations, 2022", "2023-07-31"),
        note="read at second hand",
    ),
    "HuellaChile Base de datos FE 2025 v2 (2026-05-04), origin Ministerio de Energia/Energia Abierta": CHILE,
    "HuellaChile 2025 v2": CHILE,
    "HuellaChile Factores de emision nivel basico v3 (Nov 2024)": Edition(
        *("huella_chile", "2024-v3", "Factores de emisión nivel básico v3", "2024-11-30"),
        note="earlier vintage, restated in 2025 v2",
    ),
    "CRE/SEMARNAT avisos": Edition(
        *("cre_mx", "2022-2024", "Factor de Emisión del Sistema Eléctrico Nacional, 2022-2024", READ_ON)
    ),
    "MINAM via ISA CTM ISO 14064 reports": Edition(
        *("minam_pe", "2022-2024", "Factor de emisión del SEIN 2022-2024", READ_ON)
    ),
    "MCTI/SIRENE": Edition(
        *("mcti_br", "2011-2023", "Fator médio do Sistema Interligado Nacional, inventários", READ_ON)
    ),
    "CEA CO2 Baseline Database v20.0 (Dec 2024)": Edition(
        *("cea_in", "v20.0", "CO2 Baseline Database for the Indian Power Sector, version 20.0", "2024-12-31")
    ),
    "CEA v21.0 (Nov 2025)": Edition(
        *("cea_in", "v21.0", "CO2 Baseline Database for the Indian Power Sector, version 21.0", "2025-11-30")
    ),
    "MEE": Edition(
        *("mee_cn", "2021-2022", "Electricity CO2 emission factors of 2021 and 2022", "2025-02-28"),
    ),
    "DESNZ 2026 workbook (11 Jun 2026)": Edition(
        *("desnz", "2026", "UK Government GHG Conversion Factors for Company Reporting 2026"),
        *("2026-06-11", "AR5"),
        note="method change: 26 % below 2025, older years are not restated",
        by_edition=True,
    ),
}
# Why an edition's day of publication is what it is, where it is no printed day.
DATED_BY = {
    ("mfe_nz", "2022"): "day of publication not known: dated by a transcription of July 2023",
    ("mee_cn", "2021-2022"): "day of publication not known: dated by an article that cites it",
    **dict.fromkeys((("nga", "2022"), ("nga", "2025"), ("nga", "2026")), _MONTH),
    **dict.fromkeys((("cea_in", "v20.0"), ("cea_in", "v21.0"), ("huella_chile", "2024-v3")), _MONTH),
    **dict.fromkeys((("cre_mx", "2022-2024"), ("minam_pe", "2022-2024"), ("mcti_br", "2011-2023")), READ_NOTE),
}
# Rows left out, with the reason.
LEFT_OUT = {
    "REE": "two values rounded by a news site",
    "ISPRA R413/2025": "confidence low",
    "EPA eGRID2021": "read with eGRID, from the table of states",
    "EPA eGRID2023 rev2": "read with eGRID",
}
CHINA_2023 = Edition(
    *("mee_cn", "2023", "Announcement 2025 No. 47, electricity CO2 emission factors of 2023", "2025-12-31"),
    locator="Table 3",
)
