"""GWP of the IPCC assessment reports: three transcriptions of its tables and a few further values.

AR4 and AR5 come from the US EPA's transcription (LCIAformatter), AR6 from the file of the
authors of chapter 7, SAR, TAR and AR5 with climate-carbon feedbacks from the list of
openclimatedata. The identity of a gas (id, CAS, R-number, group) and the values that none of
the three holds come from the tidy tables `gwp.csv` and `gwp_long.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.factors.schema import CORRECTED
from facility_emissions.importers.gas_identity import GAS_COLUMNS, Finder, identities, number, table
from facility_emissions.importers.tidy import Import, LayoutError, Row

GWP_COLUMNS = ("gas", "gwp_set", "horizon", "value", "qualifier", "source", "locator", "status", "note")
SETS = ("SAR", "TAR", "AR4", "AR5", "AR5CCF", "AR6")
HORIZONS = (100, 20)

EPA_FILE = "refrigerants/raw/epa_lciaformatter/IPCC_GWP_values.csv"
AUTHORS_EDITION = "2023-10-18"
AR6_FILE = "refrigerants/raw/ipcc_ar6_github/metrics_supplement_cleaned.csv"
OPENCLIMATEDATA_FILE = "refrigerants/raw/openclimatedata/globalwarmingpotentials.csv"
MITECO_FILE = "refrigerants/raw/miteco/miteco_v31_pca_ar6.csv"
IDENTITY_FILE = "refrigerants/gwp.csv"
TIDY_FILE = "refrigerants/gwp_long.csv"

EPA_HEADINGS = frozenset(
    (
        "Bromocarbons, Hydrobromocarbons and Halons",
        "Chlorocarbons and Hydrochlorocarbons",
        "Chlorofluorocarbons",
        "Fully Fluorinated Species",
        "Halogenated Alcohols and Ethers",
        "Hydrochlorofluorocarbons",
        "Hydrofluorocarbons",
    )
)  # headings of AR5 Table 8.A.1 that the transcription carries as rows

SKIPPED_VALUES = {
    ("HFO-1132(E)", "AR6", 100): "the one source stores 0, which may mean 'below 1' or 'not known'",
}
RAW_SOURCES = frozenset(("epa_lciaformatter", "ipcc_ar6_7sm7_github", "openclimatedata"))
STATUSES = frozenset(
    ("ipcc", "supplement", "secondary", "corrected", "corrected-derived", "convention", "derived", "recalled")
)

# tidy source -> (source_id, where); a tidy source of several names is joined by ';'.
TIDY_SOURCES = {
    "definition": ("definition", "GWP of CO2 is 1 by definition"),
    "convention": ("convention", ""),
    "ipcc_ar6_table7.15": ("ipcc_ar6", "Table 7.15"),
    "ipcc_ar6_7sm7_published": ("ipcc_ar6", "Table 7.SM.7 as published"),
    "derived_lifetime_1000yr": ("ipcc_ar6", "Table 7.SM.7, recomputed with a lifetime of 1,000 years"),
    "lciaformatter_issue106": ("ipcc_ar5ccf", "quoted in USEPA/LCIAformatter, issue 106"),
    "epa_hub_2021_table11": ("epa_hub", "2021, Table 11"),
    "coolprop": ("coolprop", "fluid files"),
    "40CFR84.64": ("us_40_cfr_84", "section 84.64"),
    "defra_2016": ("desnz_refrigerants", "2016 flat file"),
    "defra_2016_2022": ("desnz_refrigerants", "2016 and 2022 flat files"),
    "defra_2025": ("desnz_refrigerants", "2025 flat file"),
}
CONVENTION = "in no IPCC table of GWPs and no Kyoto gas: counted 0 by convention"
MIT_EPA = "Transcription: US EPA, LCIAformatter (MIT)."
CC0_LIST = "Transcription: openclimatedata/globalwarmingpotentials (CC0)."


def read(sources: Path) -> Import:
    """Read the gases and their GWPs."""
    gases = identities(sources / IDENTITY_FILE)
    finder = Finder(gases)
    values: dict[tuple[str, str, int], Row] = {}
    rows = [
        *_epa(sources / EPA_FILE, finder),
        *_ar6(sources / AR6_FILE, finder),
        *_openclimatedata(sources / OPENCLIMATEDATA_FILE, finder),
        *_further(sources / TIDY_FILE, gases),
    ]
    for row in rows:
        key = (str(row["gas"]), str(row["gwp_set"]), int(str(row["horizon"])))
        if key in values:
            raise LayoutError(f"GWP of {key[0]}, {key[1]}, {key[2]} years is given twice.")
        values[key] = row
    errata = _correct_sf6(values, sources / TIDY_FILE, sources / MITECO_FILE)
    _complete(values)
    result = Import(sources=list(_source_rows()), errata=errata)
    result.add_table("gwp/gases.csv", GAS_COLUMNS, [gases[g] for g in sorted(gases)])
    order = sorted(values, key=lambda k: (k[0], SETS.index(k[1]), HORIZONS.index(k[2])))
    result.add_table("gwp/gwp.csv", GWP_COLUMNS, [values[k] for k in order])
    return result


def _row(
    gas: str,
    gwp_set: str,
    horizon: int,
    value: float,
    source: str,
    locator: str,
    *,
    qualifier: str = "",
    status: str = "ipcc",
    note: str = "",
) -> Row:
    cells = (gas, gwp_set, horizon, value, qualifier, source, locator, status, note)
    return dict(zip(GWP_COLUMNS, cells, strict=True))


def _epa(path: Path, finder: Finder) -> Iterator[Row]:
    """AR4 Table 2.14 and AR5 Table 8.A.1, as the US EPA transcribes them."""
    tables = {"AR4": ("ipcc_ar4", "Table 2.14"), "AR5": ("ipcc_ar5", "Table 8.A.1")}
    for where, row in table(path, ("AR", "Name", "CAS", "Acronym", "Formula", "Parameter", "Value")):
        if row["AR"] == "AR6" or row["Parameter"] == "GWP500" or row["Name"] in EPA_HEADINGS:
            continue
        if row["AR"] not in tables or row["Parameter"] not in ("GWP20", "GWP100"):
            raise LayoutError(f"{where}: unknown report {row['AR']!r} or parameter {row['Parameter']!r}.")
        texts = [row[c].replace("(no data)", "") for c in ("Acronym", "Name", "CAS", "Formula")]
        gas = finder.find(where, *texts)
        text = row["Value"]
        value = number(text.lstrip("<>"), where)
        qualifier = text[0] if text[0] in "<>" else ""
        if row["AR"] == "AR5" and value == 1 and gas != "CO2":
            qualifier = "<="  # AR5 prints "<1", the transcription stores 1
        if row["AR"] == "AR4" and gas == "PFC-91-18":
            qualifier = ">"  # AR4 prints ">7,500", the transcription stores 7500
        source, locator = tables[row["AR"]]
        yield _row(gas, row["AR"], int(row["Parameter"][3:]), value, source, locator, qualifier=qualifier)


def _ar6(path: Path, finder: Finder) -> Iterator[Row]:
    """AR6 Table 7.SM.7, from the file of its authors."""
    for where, row in table(path, ("Name", "CAS", "Acronym", "Formula", "GWP20", "GWP100")):
        cas = row["CAS"].strip('="')
        gas = finder.find(where, cas, row["Acronym"], row["Name"], row["Formula"])
        identity = finder.gases[gas]
        identity["cas"] = identity["cas"] or cas
        for horizon in HORIZONS:
            value = number(row[f"GWP{horizon}"], where)
            yield _row(gas, "AR6", horizon, value, "ipcc_ar6", "Table 7.SM.7")


def _openclimatedata(path: Path, finder: Finder) -> Iterator[Row]:
    """SAR, TAR Table 6.7, AR5 Tables 8.7 and 8.SM.16 (with climate-carbon feedbacks)."""
    columns = {
        "SARGWP100": ("SAR", 100, "ipcc_sar", ""),
        "TARGWP100": ("TAR", 100, "ipcc_tar", "Table 6.7"),
        "TARGWP20": ("TAR", 20, "ipcc_tar", "Table 6.7"),
        "AR5CCFGWP100": ("AR5CCF", 100, "ipcc_ar5ccf", "Tables 8.7 and 8.SM.16"),
    }
    for where, row in table(path, ("Species", *columns), comment="#"):
        gas = finder.find(where, row["Species"])
        for column, (gwp_set, horizon, source, locator) in columns.items():
            if row[column]:
                yield _row(gas, gwp_set, horizon, number(row[column], where), source, locator)


def _further(path: Path, gases: dict[str, dict[str, str]]) -> Iterator[Row]:
    """The tidy rows that no transcription holds; `recalled` ones stay out."""
    for where, row in table(path, tuple(c for c in GWP_COLUMNS if c != "locator")):
        if row["status"] not in STATUSES:
            raise LayoutError(f"{where}: unknown status {row['status']!r}.")
        key = (row["gas"], row["gwp_set"], int(row["horizon"]))
        outside = key[2] not in HORIZONS or row["source"] in RAW_SOURCES or row["status"] == "recalled"
        if outside or key in SKIPPED_VALUES or row["status"].startswith("corrected"):
            continue
        if key[0] not in gases or key[1] not in SETS:
            raise LayoutError(f"{where}: unknown gas {key[0]!r} or GWP set {key[1]!r}.")
        source, locator = _tidy_source(row["source"], where)
        note = CONVENTION if row["status"] == "convention" else row["note"].replace("[recalled]", "").strip()
        value, status = number(row["value"], where), row["status"]
        yield _row(*key, value, source, locator, qualifier=row["qualifier"], status=status, note=note)


def _tidy_source(text: str, where: str) -> tuple[str, str]:
    try:
        parts = [TIDY_SOURCES[name] for name in text.split(";")]
    except KeyError as unknown:
        raise LayoutError(f"{where}: unknown source {unknown.args[0]!r}.") from None
    return ";".join(p[0] for p in parts), "; ".join(p[1] for p in parts if p[1])


def _correct_sf6(values: dict[tuple[str, str, int], Row], tidy: Path, miteco: Path) -> list[Row]:
    """Put the published AR6 value of SF6 in the place of the one that the authors' file holds.

    MITECO, which cites the published table, is read as the witness. Returns the errata.
    """
    errata: list[Row] = []
    witness = {row["gas"]: row["pca_ar6_100"] for _, row in table(miteco, ("gas", "pca_ar6_100"))}
    for where, row in table(tidy, tuple(c for c in GWP_COLUMNS if c != "locator")):
        key = (row["gas"], row["gwp_set"], int(row["horizon"]))
        if not row["status"].startswith("corrected") or key[2] not in HORIZONS:
            continue
        if key[:2] != ("SF6", "AR6") or key not in values:
            raise LayoutError(f"{where}: a correction of {key[0]} {key[1]} is not known here.")
        value = number(row["value"], where)
        if key[2] == 100 and (value != number(witness["SF6"], MITECO_FILE) or values[key]["value"] == value):
            raise LayoutError(f"{where}: the correction of SF6 is not what MITECO prints, or no longer needed.")
        source, locator = _tidy_source(row["source"], where)
        held = values[key]["value"]
        note = f"the authors' file holds {held:g}; MITECO V31 and ADEME print the published 24,300 for 100 years"
        values[key] = _row(*key, value, source, locator, status=row["status"], note=note)
        errata.append(
            {
                "source_id": "ipcc_ar6_authors_file",
                "edition": AUTHORS_EDITION,
                "subject": key[0],
                "figure": f"GWP{key[2]} {key[1]} all",
                "unit": "kg CO2e/kg",
                "printed": held,
                "right": value,
                "action": CORRECTED,
                "why": f"not the published value: {note.partition('; ')[2]}",
                "evidence": f"{AR6_FILE}, row of SF6; {MITECO_FILE}, row of SF6",
            }
        )
    return errata


def _complete(values: dict[tuple[str, str, int], Row]) -> None:
    """Add CO2 = 1 where a list leaves it out, and the non-fossil twin of a printed pair.

    AR5 prints "methane" beside "fossil methane": the first is the methane that adds no fossil
    CO2 when it oxidises.
    """
    for gwp_set in SETS:
        for horizon in HORIZONS:
            if ("CO2", gwp_set, horizon) not in values:
                row = _row("CO2", gwp_set, horizon, 1.0, *TIDY_SOURCES["definition"])
                values["CO2", gwp_set, horizon] = row
            plain, fossil = (
                values.get(("CH4", gwp_set, horizon)),
                values.get(("CH4-fossil", gwp_set, horizon)),
            )
            twin = ("CH4-nonfossil", gwp_set, horizon)
            if gwp_set != "AR6" and plain and fossil and twin not in values:
                note = "the plain methane of a set that gives fossil methane apart"
                values[twin] = {**plain, "gas": twin[0], "status": "derived", "note": note}


def _source_rows() -> Iterator[Row]:
    pages = "https://www.ipcc.ch/"
    reports = (
        ("SAR", 1995, "Second", "", CC0_LIST, ""),
        ("TAR", 2001, "Third", "Table 6.7", CC0_LIST, "site/assets/uploads/2018/03/WGI_TAR_full_report.pdf"),
        ("AR4", 2007, "Fourth", "Table 2.14", MIT_EPA, ""),
        ("AR5", 2013, "Fifth", "Table 8.A.1", MIT_EPA, ""),
        (
            *("AR5CCF", 2013, "Fifth", "Tables 8.7 and 8.SM.16 (with climate-carbon feedbacks)", CC0_LIST),
            "site/assets/uploads/2018/07/WGI_AR5.Chap_.8_SM.pdf",
        ),
        (
            *("AR6", 2021, "Sixth", "Tables 7.15 and 7.SM.7", "Transcription: chrisroadmap/ar6 (MIT)."),
            "report/ar6/wg1/downloads/report/IPCC_AR6_WGI_Chapter_07_Supplementary_Material.pdf",
        ),
    )
    for gwp_set, year, ordinal, tables, transcription, url in reports:
        report = f"IPCC, {ordinal} Assessment Report, Working Group I"
        cited = f"{report}, {tables}" if tables else report
        yield {
            "source_id": f"ipcc_{gwp_set.lower()}",
            "edition": gwp_set,
            "title": cited,
            "publisher": "Intergovernmental Panel on Climate Change",
            "publication_year": year,
            "licence": "cited-facts",
            "attribution": f"{cited}. {transcription}",
            "url": f"{pages}{url}" if url else "",
            "gwp_set": gwp_set,
        }
    yield {
        "source_id": "us_40_cfr_84",
        "edition": "84.64",
        "title": "40 CFR Part 84, Phasedown of Hydrofluorocarbons, section 84.64",
        "publisher": "US Environmental Protection Agency",
        "licence": "public-domain-US",
        "attribution": "40 CFR 84.64",
    }
    for source_id, note in (("definition", "GWP of CO2 is 1 by definition"), ("convention", CONVENTION)):
        yield {
            "source_id": source_id,
            "edition": "GWP",
            "title": "No publication",
            "publisher": "none",
            "licence": "no-publication",
            "attribution": note,
            "note": note,
        }
