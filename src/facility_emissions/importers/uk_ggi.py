"""UK greenhouse gas inventory: CO2 factors of fuels by sector, published for the UK ETS.

In: `desnz/uk-ggi-carbon-emission-factors-{year}.xlsx`, sheet "Emission_Factors_&_CVs". Out:
factors per net energy and, where printed, per tonne, and the ratio of net to gross. Calorific values
differ between sectors for one fuel, so none is taken as a property of the fuel: a tonne has its
printed factor.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from facility_emissions.importers.grid_rows import OGL_3, OGL_ATTRIBUTION
from facility_emissions.importers.tidy import Import, LayoutError, Row

SOURCE_ID = "uk_ggi"
EDITIONS = {2024: dt.date(2024, 5, 30), 2025: dt.date(2025, 8, 19)}
SHEET = "Emission_Factors_&_CVs"
HEADS = (
    *("Industry", "UK GHG fuel", "CEF (Gross) [note 1]", "CO2 EF (Gross)", "CEF Units", "CO2 tCO2/TJ (net)", "GCV"),
    *("GCV Units", "Conversion factors for gross to net energy consumption", "NCV", "NCV Units"),
    "Oxidation factor used in the UK GHGI [note 2]",
)
FIRST_ROW, ROWS = 5, 72  # below the heads; rows of the sheet
PER_TONNE, PER_THERM = "kt C per Mt fuel consumed", "kt C per Mtherm fuel consumed"
GJ_PER_THERM = 0.105505585262  # of the EC and the UK: 100 000 international Btu
CARBON_TO_CO2 = 44 / 12

# Industries that stand for a sector, and what is taken of each: fuel to activity.
_OTHER = "All Other Manufacturing Industry & Construction"
_OIL = {"Fuel Oil": "fuel_oil", "Gas Oil": "gas_oil_heating"}
TAKEN: dict[tuple[str, str], tuple[str, str]] = {
    **{("Power stations", fuel): ("energy_industries", activity) for fuel, activity in {
        **_OIL, "Coal": "coal_bituminous", "Coke": "coke_oven_coke", "Petroleum Coke": "petroleum_coke",
        "Waste oils": "waste_oil", "Municipal solid waste: non-biomass fraction": "municipal_waste_fossil",
    }.items()},
    **{(_OTHER, fuel): ("manufacturing", activity) for fuel, activity in {
        **_OIL, "Burning Oil": "kerosene", "Coke": "coke_oven_coke", "LPG": "lpg", "Lubricants": "lubricants",
        "OPG": "other_petroleum_gas", "SSF": "patent_fuel",
    }.items()},
    ("All but cement", "Coal"): ("manufacturing", "coal_bituminous"),
    ("Cement Industry", "Petroleum coke"): ("manufacturing", "petroleum_coke"),
    ("Cement Industry", "Waste oils"): ("manufacturing", "waste_oil"),
    ("Cement Industry", "Scrap tyres"): ("manufacturing", "tyres"),
    **{("All Commerical and Institutional", fuel): ("commercial", activity) for fuel, activity in {
        **_OIL, "Burning Oil": "kerosene", "Coal": "coal_bituminous",
    }.items()},
}  # fmt: skip
NOT_PRINTED = {2024: {("Power stations", "Municipal solid waste: non-biomass fraction")}}  # mixed waste in that issue
ALSO = {"gas_oil_heating": ("gas_oil_heating", "gas_oil_b")}
NOTES = {
    ("Power stations", "Coal"): "the carbon left in the ash is taken off already",
    ("Cement Industry", "Scrap tyres"): "cement industry; without the biogenic part of the rubber",
    ("Cement Industry", "Petroleum coke"): "cement industry",
    ("Cement Industry", "Waste oils"): "cement industry",
}
# Whole industries, and fuels of the others, left out: who burns them is in none of our sectors, or twice.
_AGAIN = "the same fuel of another industry of its sector is taken"
INDUSTRIES_LEFT_OUT = {
    "All Petroleum Refining": "refineries: " + _AGAIN,
    "All Manufacture of Solid Fuels - Coke": "coke ovens: " + _AGAIN,
    "Upstream oil production": "gas at the well, not of the grid",
    "Upstream gas production": "gas at the well, not of the grid",
    "All Other Energy Industries": _AGAIN,
    "Iron and steel - combustion plant": _AGAIN,
    "Sinter Production": _AGAIN,
    "Iron and steel - flaring": "flares",
    "All off-road machinery": "engines, not boilers",
    "Agriculture - stationary combustion": "agriculture is no sector of ours",
    "All": "agriculture is no sector of ours",
    "Miscellaneous industrial/commercial combustion": _AGAIN,
}
_BALANCE = "from the carbon balance of steelworks, and perhaps not the best default (note 10)"
FUELS_LEFT_OUT = {
    "Blast furnace gas": _BALANCE,  # 274 t/TJ in one issue, 353 in the next
    "Coke Oven Gas": _BALANCE,
    "Natural Gas": "by distribution zone, on a sheet of its own; a zone is no place of ours",
    "Biomass": "a factor of 0 by rule, not a measurement",
    "MSW": "mixed waste",
    "Non-municipal solid waste - non-biomass fraction": "waste of trade and industry, without that of households",
    "Sour gas": "no activity of ours",
    "Colliery methane": "no activity of ours",
    "Waste solvent": "no activity of ours",
    "waste": "no activity of ours",
    "Waste": "no activity of ours",
}
LEFT_OUT = {("Cement Industry", "Coal"): _AGAIN}


def read(folder: Path) -> Import:
    """Read both issues.

    Raises:
        LayoutError: another day of release, a fuel, head or unit that is not known, or columns at odds.
    """
    imported = Import(sources=[_source(year) for year in EDITIONS])
    lines = [line for year in EDITIONS for line in _lines(folder, year)]
    imported.add_factors("heat/uk_ggi.csv", (row for line in lines for row in _factors(*line)))
    imported.add_properties("heat/properties_uk_ggi.csv", _ratios(lines))
    return imported


Line = tuple[int, str, str, str, Sequence[object], str]  # year, sector, activity, note, cells, where


def _lines(folder: Path, year: int) -> Iterator[Line]:
    """Yield the rows of the sheet that are taken, one for each activity."""
    from python_calamine import CalamineWorkbook  # only the importers need it

    file = f"uk-ggi-carbon-emission-factors-{year}.xlsx"
    book = CalamineWorkbook.from_path(folder / "desnz" / file)
    released = [row[0] for row in book.get_sheet_by_name("Cover").to_python(skip_empty_area=False)[3:5]]
    if released != ["Date released", EDITIONS[year]]:
        raise LayoutError(f"{file}, Cover: {released}; expected the issue released on {EDITIONS[year]}.")
    grid = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    heads = tuple(re.sub(r"\s+", " ", str(head)) for head in grid[FIRST_ROW - 1][1:])
    if heads != HEADS or len(grid) != ROWS:
        raise LayoutError(f"{file}, {SHEET}: heads {heads}, {len(grid)} rows; expected {HEADS}, {ROWS} rows.")
    seen = set()
    for r, cells in enumerate(grid[FIRST_ROW:], start=FIRST_ROW + 1):
        industry = str(cells[1]).strip()
        fuel = re.sub(r" ?\[note \d+\]", "", str(cells[2])).strip()
        where = f"{file}, {SHEET} row {r}, {industry}: {fuel}"
        if (industry, fuel) not in TAKEN:
            known = industry in INDUSTRIES_LEFT_OUT or fuel in FUELS_LEFT_OUT or (industry, fuel) in LEFT_OUT
            if not known:
                raise LayoutError(f"{where}: unknown; add it to TAKEN or leave it out by name.")
            continue
        seen.add((industry, fuel))
        sector, activity = TAKEN[industry, fuel]
        for one in ALSO.get(activity, (activity,)):
            yield year, sector, one, NOTES.get((industry, fuel), ""), cells[1:], where
    if missing := set(TAKEN) - NOT_PRINTED.get(year, set()) - seen:
        raise LayoutError(f"{file}, {SHEET}: no row of {sorted(missing)[0]}.")


def _factors(year: int, sector: str, activity: str, note: str, cells: Sequence[object], where: str) -> Iterator[Row]:
    carbon, co2, net, gross_cv, ratio, net_cv = (_number(cells[i], where) for i in (2, 3, 5, 6, 8, 9))
    per = cells[4]
    if per == PER_TONNE:
        units, expected = ("GJ/tonne", "GJ/tonne"), co2 / net_cv
    elif per == PER_THERM:
        units, expected = (str(cells[7]), str(cells[7])), co2 / GJ_PER_THERM / ratio
    else:
        raise LayoutError(f"{where}: {per!r}; expected {PER_TONNE!r} or {PER_THERM!r}.")
    if (cells[7], cells[10]) != units:
        raise LayoutError(f"{where}: calorific values in {cells[7]!r} and {cells[10]!r}.")
    at_odds = abs(carbon * CARBON_TO_CO2 - co2) > 1e-6 * co2 or abs(gross_cv * ratio - net_cv) > 1e-4 * net_cv
    if at_odds or abs(expected - net) > 1e-3 * net:
        raise LayoutError(f"{where}: carbon, CO2 and calorific values do not follow from each other.")
    row = {
        **_common(year, activity),
        "activity_category": "stationary",
        "sector": sector,
        "boundary": "direct",
        "data_year": year - 2,
        "locator": where.partition(", ")[2],
        "note": note,
    }
    yield {**row, "unit": "TJ", "basis": "ncv", "co2_fossil_kg": net * 1000}
    if per == PER_TONNE:
        yield {**row, "unit": "t", "co2_fossil_kg": co2}  # kt CO2 per Mt is kg per t


def _ratios(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield the ratio of net to gross of each fuel, which has to be one in all sectors."""
    found: dict[tuple[int, str], float] = {}
    for year, _, activity, _, cells, where in lines:
        ratio = _number(cells[8], where)
        if abs(found.setdefault((year, activity), ratio) - ratio) > 1e-9:
            raise LayoutError(f"{where}: net to gross {ratio:g}; {found[year, activity]:g} in another sector.")
    for (year, activity), ratio in found.items():
        locator = f"{SHEET}, conversion factors for gross to net energy consumption"
        row = {**_common(year, activity), "property": "ncv_gcv_ratio", "unit": "1", "locator": locator}
        yield {**row, "value": round(ratio, 9)}


def _common(year: int, activity: str) -> dict[str, object]:
    keys = {"activity": activity, "country": "GB", "valid_from": year, "valid_to": year}
    return {**keys, "source_id": SOURCE_ID, "edition": str(year)}


def _number(cell: object, where: str) -> float:
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or cell <= 0:
        raise LayoutError(f"{where}: {cell!r} is no figure.")
    return float(cell)


def _source(year: int) -> Row:
    title = "Carbon Emission Factors and Calorific Values from the UK Greenhouse Gas Inventory, for the UK ETS"
    return {
        "source_id": SOURCE_ID,
        "edition": str(year),
        "title": f"{title}, {year}, issue 1",
        "publisher": "Department for Energy Security and Net Zero (UK), by Ricardo",
        "published": EDITIONS[year].isoformat(),
        "licence": OGL_3,
        "attribution": OGL_ATTRIBUTION,
        "note": f"CO2 only, by sector; inventory data of {year - 2}",
    }
