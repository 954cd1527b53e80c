"""Official grid factors of single countries, transcribed from their publishers' documents.

One table in, one file a publisher out. Each row of the table names its document, which
`national_editions` has to know; an unknown one stops the import.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from facility_emissions.errors import VocabularyError
from facility_emissions.importers.grid_rows import (
    AR5_CH4,
    AR5_N2O,
    LOCATION,
    LOSSES,
    MARKET,
    grid_row,
    number,
    per_kwh,
    read_table,
)
from facility_emissions.importers.national_editions import (
    CHILE,
    CHINA_2023,
    DATED_BY,
    EDITIONS,
    LEFT_OUT,
    PUBLISHERS,
    Edition,
)
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.countries import parse_country, parse_subdivision

FILE = "electricity/national/national_official_factors_transcribed.csv"
PROVINCES = "electricity/national/china_provincial_emissions.json"
COLUMNS = ("geo", "year", "value", "unit", "basis", "source", "confidence")
PLACES = {"CL-Aysen": "CL-AI", "CL-Magallanes": "CL-MA", "CL-LosLagos": "CL-LL"}
RESIDUAL = ("national RESIDUAL MIX (market-based)", "excl. market-traded non-fossil (residual-like)")
NOTES = {
    "FY2023-24 weighted average incl. RES": "fiscal year 2023-24, weighted average with renewables",
    "FY2024-25, rounded": "fiscal year 2024-25, rounded",
    "excl. market-traded non-fossil (residual-like)": "national mix without market-traded non-fossil",
    "SIN average factor (inventories), CO2 only": "mean factor of the interconnected system, for inventories",
    "medium system average": "medium-sized system of the region",
}
CHILE_LOSS = "T&D loss fraction of factor"
GASES = re.compile(r"kg CO2e/kWh \(AR5; gases CO2 ([\d.]+) CH4 ([\d.]+) N2O ([\d.]+) t/MWh\)")
GASES_AS_CO2E = re.compile(
    r"reporting year 2026 generation factor \(CO2 ([\d.]+) CH4 ([\d.]+) N2O ([\d.]+)\); method change"
)
NZ_2020 = re.compile(r"generation \(T&D ([\d.]+)\)")


def read(sources: Path) -> Import:
    """Read the transcribed table and China's provinces."""
    imported = Import()
    by_publisher: dict[str, list[Row]] = {source_id: [] for source_id in PUBLISHERS}
    for row in (*_rows(sources / FILE), *_provinces(sources / PROVINCES)):
        by_publisher[str(row["source_id"])].append(row)
    editions = {(e.source_id, e.edition): e for e in (*EDITIONS.values(), CHINA_2023)}
    imported.sources = [_source(edition) for edition in editions.values()]
    imported.gaps = [_canadian_losses()]
    for source_id, rows in by_publisher.items():
        name = "desnz_2026" if source_id == "desnz" else source_id
        imported.add_factors(f"electricity/{name}.csv", rows)
    return imported


def _rows(path: Path) -> Iterator[Row]:
    table = read_table(path, COLUMNS)
    chile: dict[int, float] = {}
    for row in table:
        where = f"{path.name}, {row['geo']} {row['year']}, {row['source'][:40]}"
        document = row["source"].partition(";")[0]
        if document in LEFT_OUT:
            continue
        if row["confidence"] not in ("high", "medium") or document not in EDITIONS:
            raise LayoutError(f"{where}: unknown document or confidence; add it to EDITIONS or LEFT_OUT.")
        of, place = EDITIONS[document], _place(row["geo"], where)
        if row["unit"] == CHILE_LOSS:
            yield from _chilean_losses(of, chile, number(row["value"], where))
            continue
        if of is CHILE and place == "CL":
            chile[int(row["year"])] = number(row["value"], where)
        yield from _factors(row, of, place, where)


def _factors(row: Mapping[str, str], of: Edition, place: str, where: str) -> Iterator[Row]:
    year, value, unit, basis = int(row["year"]), number(row["value"], where), row["unit"], row["basis"]
    if value <= 0:
        raise LayoutError(f"{where}: a factor of {value}.")
    note = "; ".join(n for n in (NOTES.get(basis, ""), of.note) if n)
    locator = ", ".join(p for p in (of.locator, row["geo"], str(year)) if p)
    args = (of.source_id, of.edition, place, year)
    data_year = None if of.by_edition else year
    if gases := GASES.fullmatch(unit):  # t/MWh is kg/kWh
        co2, ch4, n2o = (float(g) for g in gases.groups())
        yield grid_row(*args, co2=co2, ch4=ch4, n2o=n2o, data_year=data_year, locator=locator, note=note)
    elif gases := GASES_AS_CO2E.fullmatch(basis):
        co2, ch4, n2o = (float(g) for g in gases.groups())
        if abs(co2 + ch4 + n2o - value) > 5e-6:
            raise LayoutError(f"{where}: the gases do not add up to {value}.")
        ch4, n2o = ch4 / AR5_CH4, n2o / AR5_N2O
        yield grid_row(*args, co2=co2, ch4=ch4, n2o=n2o, data_year=data_year, locator=locator, note=note)
    elif unit == "kg CO2e/kWh (T&D, scope 3)":
        yield grid_row(*args, category=LOSSES, co2e=value, gwp=of.gwp, data_year=data_year, locator=locator, note=note)
    elif unit in ("kg CO2e/kWh", "kg CO2/kWh"):
        residual = basis in RESIDUAL
        yield grid_row(
            *args,
            category=MARKET if residual else LOCATION,
            instrument="residual_mix" if residual else "",
            co2=value if unit == "kg CO2/kWh" else None,
            co2e=value if unit == "kg CO2e/kWh" else None,
            gwp=of.gwp or ("AR5" if basis.endswith("AR5, excl. T&D") else ""),
            data_year=data_year,
            locator=locator,
            note=note,
        )
        if lost := NZ_2020.fullmatch(basis):
            locator, kg = f"{locator}, T&D", float(lost[1])
            yield grid_row(*args, category=LOSSES, co2e=kg, data_year=data_year, locator=locator, note=note)
    else:
        raise LayoutError(f"{where}: unknown unit {unit!r}.")


def _chilean_losses(of: Edition, factors: Mapping[int, float], fraction: float) -> Iterator[Row]:
    """HuellaChile fixes the losses as a fraction of the year's factor."""
    if not factors or not 0 < fraction < 0.2:
        raise LayoutError(f"{FILE}: Chile's loss of {fraction} is no fraction, or precedes its factors.")
    for year, factor in factors.items():
        yield grid_row(
            *(of.source_id, of.edition, "CL", year),
            category=LOSSES,
            co2e=factor * fraction,
            gwp="AR5",
            data_year=year,
            locator=f"T&D loss fraction, SEN {year}",
            note=f"derived: {fraction:.1%} of the year's factor, fixed by HuellaChile (CEPAL/Enerdata 2018)",
        )


def _provinces(path: Path) -> Iterator[Row]:
    content = json.loads(path.read_text(encoding="utf-8"))
    meta = content["metadata"]
    if (meta["announcement"], meta["published"]) != ("2025 No. 47", CHINA_2023.published):
        raise LayoutError(f"{path.name}: another announcement than 2025 No. 47.")
    for place, of in content["data"].items():
        where = f"{path.name}, {place}"
        if (of["unit"], of["year"]) != ("gCO2/kWh", 2023):
            raise LayoutError(f"{where}: expected gCO2/kWh of 2023.")
        yield grid_row(
            *("mee_cn", "2023", _place(place, where), 2023),
            co2=per_kwh(number(str(of["emission_factor"]), where)),
            data_year=2023,
            locator=f"{CHINA_2023.locator}, {of['description']}",
            note="with transfers between provinces",
        )


def _place(geo: str, where: str) -> str:
    try:
        code = PLACES.get(geo, geo)
        return parse_subdivision(code, code.split("-")[0]) if "-" in code else parse_country(code)
    except VocabularyError as error:
        raise LayoutError(f"{where}: {error}") from None


def _canadian_losses() -> Row:
    return {
        "activity_category": LOSSES,
        "activity": "grid_electricity",
        "country": "CA",
        "valid_from": 2021,
        "reason": "The Canadian factors are intensities of consumption: the losses are inside them.",
        "remedy": "Add nothing for transmission and distribution to a location-based figure of ECCC.",
        "source": "eccc",
    }


def _source(of: Edition) -> Row:
    publisher, licence, attribution = PUBLISHERS[of.source_id]
    provinces = of is CHINA_2023
    url = "https://www.mee.gov.cn/xxgk2018/xxgk/xxgk01/202512/t20251231_1139517.html" if provinces else ""
    return {
        "source_id": of.source_id,
        "edition": of.edition,
        "title": of.title,
        "publisher": publisher,
        "published": of.published,
        "licence": licence,
        "attribution": attribution,
        "url": url,
        "gwp_set": of.gwp,
        "note": "; ".join(n for n in ("transcribed", DATED_BY.get((of.source_id, of.edition), "")) if n),
    }
