"""National CO2 factors of fuels, transcribed from their publishers' documents.

One table in (`national/national_factors_misc.csv`), one file a publisher out: Norway, Ireland,
Italy, Germany, New Zealand. `national_fuel_editions` has to know each document and each name of a
fuel. Most publish CO2 alone; the calculation completes it with CH4 and N2O of IPCC 2006.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from facility_emissions.importers.grid_rows import number, read_table
from facility_emissions.importers.national_fuel_editions import (
    DRY_MATTER,
    EDITIONS,
    FUELS,
    LEFT_OUT,
    PUBLISHERS,
    PUBLISHERS_LEFT_OUT,
    Edition,
    sources,
)
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "national/national_factors_misc.csv"
COLUMNS = (
    *("country", "publisher", "edition", "fuel", "value", "unit", "basis", "gases", "ncv_or_hhv", "ncv_unit"),
    *("density", "density_unit", "source_address", "confidence"),
)
# Net calorific values by volume [GJ/Nm3, GJ/Sm3] that the Norwegian document prints beside those by mass.
NORWEGIAN_GAS: dict[str, tuple[float | None, float]] = {
    "Natural gas (dry gas land)": (0.0386, 0.0366),
    "Natural gas (from LNG)": (None, 0.0365),
}
SECTORS = {"commercial": "commercial", "industrial": "manufacturing"}
# New Zealand's kWh of gas is gross: its CH4 and N2O per GJ (4.5 g, 0.09 g in the guide) are 0.9 of IPCC's per net GJ.
NZ_UNITS = {"kg CO2e/kWh": ("kWh", "gcv"), "kg CO2e/litre": ("l", ""), "kg CO2e/kg": ("kg", "")}
CELL = re.compile(r"\((?:cell )?((?:data!)?[A-Z]+\d+)\)")


def read(folder: Path) -> Import:
    """Read the transcribed table.

    Raises:
        LayoutError: a document, fuel, unit or basis that is not known.
    """
    imported = Import(sources=sources(), gaps=_gaps())
    factors: dict[str, list[Row]] = {source_id: [] for source_id in PUBLISHERS}
    properties: dict[str, list[Row]] = {source_id: [] for source_id in PUBLISHERS}
    for row in read_table(folder / FILE, COLUMNS):
        if row["publisher"] in PUBLISHERS_LEFT_OUT:
            continue
        where = f"{FILE}, {row['country']} {row['publisher']}, {row['fuel']}"
        of = EDITIONS.get((row["publisher"], row["edition"]))
        if of is None:
            raise LayoutError(f"{where}: unknown document {row['edition']!r}; add it to EDITIONS.")
        fuel, _, sector = row["fuel"].partition(" - ")
        if (of.source_id, fuel) in LEFT_OUT:
            continue
        if (of.source_id, fuel) not in FUELS:
            raise LayoutError(f"{where}: unknown fuel; add it to FUELS or LEFT_OUT.")
        for activity in FUELS[of.source_id, fuel]:
            factors[of.source_id] += _factors(row, of, activity, sector, where)
            properties[of.source_id] += _properties(row, of, activity, where)
    for source_id in PUBLISHERS:
        imported.add_factors(f"heat/{source_id}.csv", factors[source_id])
        if properties[source_id]:
            imported.add_properties(f"heat/properties_{source_id}.csv", properties[source_id])
    return imported


def _common(row: Mapping[str, str], of: Edition, activity: str) -> dict[str, object]:
    cell = CELL.search(row["source_address"])
    return {
        "activity_category": "stationary",
        "activity": activity,
        "country": row["country"],
        "valid_from": of.first,
        "valid_to": of.last,
        "boundary": "direct",
        "source_id": of.source_id,
        "edition": of.edition,
        "locator": f"{row['fuel']}{f', cell {cell[1]}' if cell else ''}",
        "note": of.note,
    }


def _factors(row: Mapping[str, str], of: Edition, activity: str, sector: str, where: str) -> Iterator[Row]:
    common, unit = _common(row, of, activity), row["unit"]
    if of.source_id == "norsk_energi":
        yield _upstream(row, common, where)
    elif unit in NZ_UNITS:
        if sector not in SECTORS or row["gases"].partition(" ")[0] != "CO2e":
            raise LayoutError(f"{where}: expected CO2e of a sector, {', '.join(SECTORS)}.")
        name, basis = NZ_UNITS[unit]
        yield {
            **common,
            "unit": name,
            "basis": basis,
            "sector": SECTORS[sector],
            "co2e_fixed_kg": number(row["value"], where),
            "gwp_of_co2e_fixed": of.gwp,
            "note": "gross by its CH4 and N2O; the table does not say" if basis else "",
        }
    elif (unit, row["basis"]) == ("t CO2/TJ", "NCV"):
        per_gj = number(row["value"], where)  # t/TJ is kg/GJ
        yield {**common, "unit": "TJ", "basis": "ncv", **_co2(row, per_gj * 1000, where)}
        yield from _by_volume(row, common, per_gj, where)
    elif (unit, row["basis"], row["gases"]) == ("kg CO2/kWh", "NCV", "CO2"):
        yield {**common, "unit": "kWh", "basis": "ncv", **_co2(row, number(row["value"], where), where)}
    else:
        raise LayoutError(f"{where}: {row['value']} {unit!r} on {row['basis']!r}: unit or basis not known.")


def _co2(row: Mapping[str, str], kg: float, where: str) -> dict[str, object]:
    """Return the CO2 columns: biogenic CO2 is beside the scopes, its fossil part none."""
    if row["gases"] == "CO2":
        return {"co2_fossil_kg": kg}
    if row["gases"] == "CO2 biogenic":
        return {"co2_fossil_kg": 0.0, "co2_biogenic_kg": kg, "note": "all carbon counted as biogenic"}
    raise LayoutError(f"{where}: gases {row['gases']!r}; expected CO2 or CO2 biogenic.")


def _by_volume(row: Mapping[str, str], common: Mapping[str, object], per_gj: float, where: str) -> Iterator[Row]:
    """Yield the factor of a gas by volume, where the calorific value has its reference conditions."""
    volumes: list[tuple[str, float]] = []  # unit, GJ for one
    if row["ncv_unit"] == "GJ/1000Sm3":
        volumes = [("m3_15C", number(row["ncv_or_hhv"], where) / 1000)]
    elif row["density_unit"] == "kg/Sm3":
        normal, standard = NORWEGIAN_GAS.get(row["fuel"], (None, 0.0))
        by_mass = number(row["density"], where) * number(row["ncv_or_hhv"], where) / 1000
        if abs(by_mass - standard) > 0.005 * by_mass:
            raise LayoutError(f"{where}: {standard} GJ/Sm3 does not follow from density and calorific value.")
        volumes = [("m3_15C", standard), *([("m3_0C", normal)] if normal else [])]
    for unit, gj in volumes:
        derived = f"derived: {per_gj:g} t/TJ x {gj:g} GJ/{'Nm3' if unit == 'm3_0C' else 'Sm3'} (NCV)"
        note = "; ".join(n for n in (derived, str(common["note"])) if n)
        yield {**common, "unit": unit, "co2_fossil_kg": per_gj * gj, "note": note}


def _upstream(row: Mapping[str, str], common: Mapping[str, object], where: str) -> Row:
    """Return the upstream part of a carrier; its combustion is the Norwegian agency's."""
    combustion, _, upstream = row["value"].rpartition("+")
    if (row["unit"], row["basis"]) != ("g CO2e/kWh", "NCV") or bool(combustion) != ("direct" in row["fuel"]):
        raise LayoutError(f"{where}: expected g CO2e/kWh on NCV, combustion + upstream.")
    return {
        **common,
        "activity_category": "stationary_generation",
        "boundary": "upstream",
        "unit": "kWh",
        "basis": "ncv",
        "co2e_fixed_kg": number(upstream.strip(), where) / 1000,
        "gwp_of_co2e_fixed": "unstated",
        "locator": f"Table 1, production and transport: {row['fuel'].split(' direct')[0].removesuffix(' upstream')}",
    }


def _properties(row: Mapping[str, str], of: Edition, activity: str, where: str) -> Iterator[Row]:
    """Yield the calorific value by mass, and the density of liquids."""
    if row["ncv_unit"] not in ("", "GJ/t", "GJ/1000Sm3") or row["density_unit"] not in ("", "kg/Sm3", "t/m3"):
        raise LayoutError(f"{where}: {row['ncv_unit']!r}, {row['density_unit']!r}: unknown units of properties.")
    found: list[tuple[str, str, str]] = []
    if row["ncv_unit"] == "GJ/t" and activity not in DRY_MATTER:
        found.append(("ncv", row["ncv_or_hhv"], "MJ/kg"))
    if row["density_unit"] == "t/m3":
        found.append(("density", row["density"], "kg/l"))
    keys = ("activity", "country", "valid_from", "valid_to", "source_id", "edition", "locator")
    common = _common(row, of, activity)
    for name, value, unit in found:
        yield {k: common[k] for k in keys} | {"property": name, "value": number(value, where), "unit": unit}


def _gaps() -> list[Row]:
    return [
        {
            "activity_category": "stationary",
            "country": "CA",
            "reason": "Canada's fuel factors may not be redistributed commercially without permission.",
            "remedy": "IPCC 2006 answers, flagged `world`; or give national factors as custom factors.",
            "source": "eccc",
        }
    ]
