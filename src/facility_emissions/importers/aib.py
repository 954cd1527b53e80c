"""Association of Issuing Bodies: residual mixes and production mixes of European countries.

No open licence: the figures are cited facts in a file of their own (`market_residual_aib.csv`) that
can be removed. Where a country has full disclosure there is no residual mix, and there is a gap
row, never a zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.factors.schema import CORRECTED, LEFT_OUT
from facility_emissions.importers.grid_rows import (
    LOCATION,
    MARKET,
    grid_row,
    number,
    per_kwh,
    read_table,
    residual_gap,
)
from facility_emissions.importers.tidy import Import, LayoutError, Row

RESIDUAL = "electricity/aib/aib_residual_mix_2018_2025.csv"
PRODUCTION = "electricity/aib/aib_production_mix_2016_2022.csv"

_LTD = "transcribed by Carbon Footprint Ltd (July 2023)"
_TABLE_2 = "Table 2, Residual Mixes"
# The document of a figure as the file names it, up to " via ": where in it the figure stands.
SOURCES = {
    "transcribed by Carbon Footprint Ltd (Jul 2023) from AIB": _LTD,
    "AIB": _LTD,
    "AIB European Residual Mixes 2023 v1.0 (2024-05-30), Table 2": _TABLE_2,
    "AIB European Residual Mixes 2024 (workbook 2025-05-30; NL per v1.1 2025-08-11)": (
        "sheet Residual Mixes, column CO2"
    ),
    "AIB European Residual Mixes 2025 v1.0 (2026-05-26), Table 2": _TABLE_2,
}
CONFIDENCE = ("high", "medium")
CO2, CO2E, NONE = "CO2 (direct)", "CO2e (direct) per Climatiq page", "full disclosure - no residual mix"

# Edition (calendar year of the mix): day of publication, version. 2018, 2019, 2021 and 2022 are dated
# by the transcription they are read from; the other days are printed on the documents.
EDITIONS = {
    2018: ("2023-07-31", ""),
    2019: ("2023-07-31", ""),
    2020: ("2021-05-31", "1.0"),
    2021: ("2023-07-31", ""),
    2022: ("2023-07-31", ""),
    2023: ("2024-05-30", "1.0"),
    2024: ("2025-08-11", "1.1"),
    2025: ("2026-05-26", "1.0"),
}
NO_ZERO = (
    "The figure at hand is 0, which the AIB's sheets also hold where no residual mix exists; "
    "it cannot be told from a missing one."
)
# Residual mixes of exactly 0, left out as gaps.
ZERO_RESIDUALS = {("LU", 2020), ("CH", 2022)}
# Production mixes printed as 0 and kept: whole grams to 2018, so less than 0.5 g; 0.10-0.15 g after.
ZERO_PRODUCTION = {("IS", 2016), ("IS", 2017), ("IS", 2018)}
FULL_DISCLOSURE = {"AT": (None, "Austria"), "NL": (2024, "the Netherlands")}
# In the tables to 2022, but the tables of 2023-2025 are at hand for the EU27 only.
NOT_HELD = {
    **{"GB": "the United Kingdom", "NO": "Norway", "CH": "Switzerland", "IS": "Iceland", "RS": "Serbia"},
    **{"BA": "Bosnia and Herzegovina", "ME": "Montenegro"},
}
# Figures of a sheet that the document's own Table 2 overrides: country, year, sheet, Table 2 (None: NA).
OVERRIDDEN = {("NL", 2024): (382.47, None), ("IT", 2025): (427.78, 420.20)}
TERMS = "cited-facts-no-licence"


def read(sources: Path) -> Import:
    """Read the residual and the production mixes."""
    imported = Import()
    residual = list(_residual(sources / RESIDUAL))
    imported.sources = [*map(_residual_source, EDITIONS), _production_source()]
    imported.gaps = [*_gaps()]
    imported.errata = [*_errata(residual)]
    imported.add_factors("electricity/market_residual_aib.csv", residual)
    imported.add_factors("electricity/aib_production.csv", _production(sources / PRODUCTION))
    return imported


def _residual(path: Path) -> Iterator[Row]:
    none = set()
    for row in read_table(path, ("iso2", "data_year", "g_per_kwh", "gas_basis", "source", "confidence")):
        country, year, basis = row["iso2"], int(row["data_year"]), row["gas_basis"]
        where = f"{path.name}, {country} {year}"
        document = row["source"].partition(" via ")[0]
        if year not in EDITIONS or document not in SOURCES or row["confidence"] not in CONFIDENCE:
            raise LayoutError(f"{where}: unknown year, source or confidence ({row['source']!r}).")
        if basis == NONE and row["g_per_kwh"] == "":
            none.add((country, year))
            continue
        kg = per_kwh(number(row["g_per_kwh"], where))
        if kg <= 0:
            if (country, year) not in ZERO_RESIDUALS:
                raise LayoutError(f"{where}: a residual mix of 0 that is not listed.")
            continue
        if basis not in (CO2, CO2E):
            raise LayoutError(f"{where}: unknown gas basis {basis!r}.")
        yield grid_row(
            *("aib", str(year), country, year),
            category=MARKET,
            instrument="residual_mix",
            co2=kg if basis == CO2 else None,
            co2e=kg if basis == CO2E else None,
            data_year=year,
            locator=f"European Residual Mixes {year}: {country}; {SOURCES[document]}",
            note="" if basis == CO2 else "CO2e in this edition, GWP set not stated",
        )
    expected = {("AT", y) for y in EDITIONS} | {("NL", y) for y in (2024, 2025)}
    if none != expected:
        raise LayoutError(f"{path.name}: full disclosure differs from what is known: {sorted(none ^ expected)}.")


def _production(path: Path) -> Iterator[Row]:
    for row in read_table(path, ("iso2", "data_year", "g_co2_per_kwh_direct")):
        country, year = row["iso2"], int(row["data_year"])
        where = f"{path.name}, {country} {year}"
        kg = per_kwh(number(row["g_co2_per_kwh_direct"], where))
        zero = (country, year) in ZERO_PRODUCTION
        if kg < 0 or (kg == 0) != zero:
            raise LayoutError(f"{where}: {kg} kg/kWh; zeros are those of ZERO_PRODUCTION.")
        yield grid_row(
            *("aib_production", "2016-2022", country, year),
            category=LOCATION,
            co2=kg,
            data_year=year,
            locator=f"production mix {year}: {country}; {_LTD}",
            note="printed in whole grams: 0 is less than 0.5 g/kWh" if zero else "",
        )


def _gaps() -> Iterator[Row]:
    for country, (first, name) in FULL_DISCLOSURE.items():
        since = f" since {first}" if first else ""
        reason = f"No residual mix exists in {name}{since}: full disclosure, every kWh has a declared origin."
        yield residual_gap(country, first, None, reason, "aib")
    for country, year in sorted(ZERO_RESIDUALS):
        yield residual_gap(country, year, year, NO_ZERO, f"aib {year}")
    for country, name in NOT_HELD.items():
        reason = f"No residual mix of {name} after 2022 is held: those of 2023-2025 here are of the EU27."
        yield residual_gap(country, 2023, None, reason, "aib 2023")


def _errata(residual: list[Row]) -> Iterator[Row]:
    """Yield the figures of the AIB's sheets that its Table 2 does not confirm; ours are those of Table 2."""
    for (country, year), (printed, right) in OVERRIDDEN.items():
        held = next((r for r in residual if (r["country"], r["valid_from"]) == (country, year)), None)
        if (None if held is None else held["co2_fossil_kg"]) != (None if right is None else per_kwh(right)):
            raise LayoutError(f"{RESIDUAL}, {country} {year}: not the figure of Table 2, {right} g/kWh.")
        why = "Table 2 of the document prints another figure than its sheet of CO2; Table 2 is the publication"
        none = "Table 2 of the document prints NA: full disclosure, no residual mix exists"
        yield {
            "source_id": "aib",
            "edition": str(year),
            "subject": f"aib/{year}/{country}/electricity/grid_electricity/residual_mix/kWh/{year}",
            "figure": "co2_fossil_kg",
            "unit": "kg/kWh",
            "printed": per_kwh(printed),
            "right": None if right is None else per_kwh(right),
            "action": LEFT_OUT if right is None else CORRECTED,
            "why": none if right is None else why,
            "evidence": f"European Residual Mixes {year}, v{EDITIONS[year][1]}: Table 2 against the sheet of CO2",
        }


def _residual_source(year: int) -> Row:
    published, version = EDITIONS[year]
    return {
        "source_id": "aib",
        "edition": str(year),
        "title": f"European Residual Mixes {year}" + (f", version {version}" if version else ""),
        "publisher": "Association of Issuing Bodies (AIB)",
        "published": published,
        "licence": TERMS,
        "attribution": f"Association of Issuing Bodies, European Residual Mixes {year}",
        "url": "https://www.aib-net.org/facts/european-residual-mix",
        "gwp_set": "unstated" if year == 2019 else "",
        "note": "read at second hand" + ("" if version else "; day not known: dated by the transcription"),
    }


def _production_source() -> Row:
    return {
        "source_id": "aib_production",
        "edition": "2016-2022",
        "title": "European Residual Mixes 2016-2022: production mixes",
        "publisher": "Association of Issuing Bodies (AIB)",
        "published": "2023-07-31",
        "licence": TERMS,
        "attribution": "Association of Issuing Bodies, European Residual Mixes 2016-2022 (production mix)",
        "url": "https://www.aib-net.org/facts/european-residual-mix",
        "note": f"CO2 only; {_LTD}, dated by it",
    }
