"""IPCC 2006 Guidelines, Volume 2: default factors of stationary combustion, and calorific values.

In: the default factors by fuel and sector (`ipcc/ipcc2006_stationary.csv`), the calorific values
and carbon contents with their bounds (`ipcc/par_*.csv`), and the vocabulary of fuels, whose column
`ipcc2006_fuel` says which row of the Guidelines a fuel of ours takes
(`tidy/fuel_vocabulary.csv`). Out: `heat/ipcc.csv` and `heat/properties_ipcc.csv`.
"""

from __future__ import annotations

import math
from pathlib import Path

from facility_emissions.bundle import read_rows
from facility_emissions.factors.schema import CORRECTED, LEFT_OUT, WORLD
from facility_emissions.importers.tidy import Import, LayoutError, Row

SOURCE_ID, EDITION, VALID_FROM = "ipcc", "2006", 1990
FACTORS = "ipcc/ipcc2006_stationary.csv"
CALORIFIC = "ipcc/par_energy_content_per_mass.csv"
CARBON = "ipcc/par_carbon_content_per_energy.csv"
VOCABULARY = "tidy/fuel_vocabulary.csv"

# Sector of the file: our sector, and the table of chapter 2 with its pages.
SECTORS = {
    "energy_industries": ("energy_industries", "V2 2.2", "Table 2.2, pp. 2.16-2.17"),
    "manufacturing_construction": ("manufacturing", "V2 2.3", "Table 2.3, pp. 2.18-2.19"),
    "commercial_institutional": ("commercial", "V2 2.4", "Table 2.4, pp. 2.20-2.21"),
    "residential_agriculture": ("residential", "V2 2.5", "Table 2.5, pp. 2.22-2.23"),
}

# Fuels of the Guidelines that our vocabulary uses: their name in the files of bounds, and the ratio of
# net to gross calorific value. Section 1.4.1.2 states about 5 % between them for coal and oil, about 10 %
# for most forms of natural and manufactured gas; families as in Table 1.1. None where that sentence does
# not clearly speak of the fuel: gases among the oil products, a gas and a coke almost without hydrogen
# (net and gross hardly differ), peat, wastes, biomass.
FUELS: dict[str, tuple[str, float | None]] = {
    "Anthracite": ("anthracite", 0.95),
    "Biodiesels": ("biodiesels", None),
    "Biogasoline": ("biogasoline", None),
    "Blast Furnace Gas": ("blast_furnace_gas", None),
    "Brown Coal Briquettes": ("brown_coal_briquettes", 0.95),
    "Charcoal": ("charcoal", None),
    "Coke Oven Coke and Lignite Coke": ("coke_oven_lignite_coke", None),
    "Coke Oven Gas": ("coke_oven_gas", 0.90),
    "Coking Coal": ("coking_coal", 0.95),
    "Diesel Oil": ("gas_diesel_oil", 0.95),
    "Ethane": ("ethane", None),
    "Gas Oil": ("gas_diesel_oil", 0.95),
    "Gas Works Gas": ("gas_works_gas", 0.90),
    "Industrial Wastes": ("isw", None),
    "Landfill Gas": ("landfill_gas", None),
    "Lignite": ("lignite", 0.95),
    "Liquefied Petroleum Gases": ("liquefied_petroleum_gases", 0.95),
    "Lubricants": ("lubricants", 0.95),
    "Motor Gasoline": ("motor_gasoline", 0.95),
    "Municipal Wastes (biomass fraction)": ("msw_biomass", None),
    "Municipal Wastes (non-biomass fraction)": ("msw", None),
    "Naphtha": ("naphtha", 0.95),
    "Natural Gas": ("natural_gas", 0.90),
    "Other Biogas": ("other_biogas", None),
    "Other Bituminous Coal": ("other_bituminous_coal", 0.95),
    "Other Kerosene": ("other_kerosene", 0.95),
    "Other Liquid Biofuels": ("other_liquid_biofuels", None),
    "Other Primary Solid Biomass": ("other_prim_solid_biomass", None),
    "Patent Fuel": ("patent_fuel", 0.95),
    "Peat": ("peat", None),
    "Petroleum Coke": ("petroleum_coke", 0.95),
    "Refinery Gas": ("refinery_gas", None),
    "Residual Fuel Oil": ("residual_fuel_oil", 0.95),
    "Sludge Gas": ("sludge_gas", None),
    "Sub-Bituminous Coal": ("sub_bituminous_coal", 0.95),
    "Sulphite Lyes (Black Liquor)": ("black_liquor", None),
    "Waste Oils": ("ow_hazard", None),
    "Wood/Wood Waste": ("msw_wood", None),
}
# Fuels of the Guidelines left out: no fuel of our vocabulary takes them.
NOT_IN_VOCABULARY = (
    *("Aviation Gasoline", "Bitumen", "Coal Tar", "Crude Oil", "Gas Coke", "Jet Gasoline"),
    *("Jet Kerosene", "Natural Gas Liquids (NGLs)", "Oil Shale and Tar Sands", "Orimulsion"),
    *("Other Petroleum Products", "Oxygen Steel Furnace Gas", "Refinery Feedstocks", "Shale Oil"),
    *("Waxes", "White Spirit & SBP"),
)
# The Guidelines print gas oil and diesel oil as one row.
PRINTED = {"Gas Oil": "Gas/Diesel Oil", "Diesel Oil": "Gas/Diesel Oil"}

# Where the files of bounds depart from Table 1.2: product, property, value in the file, value printed.
CALORIFIC_TYPOS = {
    ("other_prim_solid_biomass", "def"): ("11.8", 11.6),
    ("lubricants", "max"): ("41.2", 42.3),
    ("natural_gas_liquids", "def"): ("44.3", 44.2),  # no fuel of ours takes that row
}
BOUNDS_SOURCE = ("bonsai_ipcc", "0.5.3")
# Calorific value with bounds that the file of bounds lacks (Table 1.2; NA for industrial wastes).
CALORIFIC_ADDED = {"msw": (10.0, 7.0, 18.0), "isw": None}
# Bounds of CO2 [kg/TJ] that Table 1.4 prints otherwise than as Table 1.3's carbon x 44/12.
CO2_BOUNDS_PRINTED = {
    "Coke Oven Gas": (37_300.0, 54_100.0),
    "Gas Works Gas": (37_300.0, 54_100.0),
    "Industrial Wastes": (110_000.0, 183_000.0),
    "Municipal Wastes (non-biomass fraction)": (73_300.0, 121_000.0),
    "Peat": (100_000.0, 108_000.0),
    "Refinery Gas": (48_200.0, 69_000.0),
}

FACTOR_NOTES = {
    "biodiesel_fame": "all carbon counted as biogenic; the fossil part of the methanol is not split off",
    "biopropane": "no row of its own: 'Other Liquid Biofuels', whose CO2 per TJ is above that of propane",
    "black_liquor": "CO2 includes that of the kraft mill's lime kiln (table footnote a)",
    "blast_furnace_gas": "CO2 includes that already in the gas (Table 1.4 footnote)",
    "butane": "one row for all liquefied petroleum gases",
    "hvo": "no row of its own: 'Biodiesels'",
    "peat": "a fossil fuel in the Guidelines (section 1.4.2.1)",
    "propane": "one row for all liquefied petroleum gases",
    "tyres": "no row of its own: 'Industrial Wastes', whose carbon counts as fossil throughout",
}
CALORIFIC_NOTES = {
    "Biodiesels": "theoretical value of ethanol (footnotes 13-14), far below that of esters",
    "Biogasoline": "theoretical value of ethanol (footnotes 13-14)",
    "Landfill Gas": "theoretical value of methane (footnotes 16-18), far above that of raw gas",
    "Other Biogas": "theoretical value of methane (footnotes 16-18), far above that of raw gas",
    "Sludge Gas": "theoretical value of methane (footnotes 16-18), far above that of raw gas",
    "Waste Oils": "the values of lubricants (footnote 8)",
}

RATIO_NOTE = "IPCC's stated approximation"
NOT_IN_TABLES = ("hydrogen",)  # burnt fuels of the vocabulary without a row in the Guidelines
PURCHASED = ("district_cooling", "district_heat", "steam")  # no fuels: nothing to look up here

ATTRIBUTION = (
    "IPCC 2006, 2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2: Energy. Published: IGES, Japan."
)
SOURCE: Row = {
    "source_id": SOURCE_ID,
    "edition": EDITION,
    "title": "2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 2: Energy",
    "publisher": "Intergovernmental Panel on Climate Change (IPCC), published by IGES",
    "published": "2006-12-31",
    "licence": "cited-facts",
    "attribution": ATTRIBUTION,
    "url": "https://www.ipcc-nggip.iges.or.jp/public/2006gl/pdf/2_Volume2/V2_2_Ch2_Stationary_Combustion.pdf",
    "gwp_set": "none",
    "note": "Dated by its year only; the last day stands for it. Tables 1.2 to 1.4 are in chapter 1.",
}


def read(sources: Path) -> Import:
    """Read the default factors and calorific values of the 2006 Guidelines.

    Args:
        sources: folder that holds the publishers' files.

    Raises:
        LayoutError: a fuel, sector, unit or figure that this module does not know.
    """
    vocabulary = _rows(sources / VOCABULARY, "id origin ipcc2006_fuel")
    fuels = _fuels(vocabulary)
    calorific = _bounds(sources / CALORIFIC, "GJ/t", absent=set(CALORIFIC_ADDED))
    carbon = _bounds(sources / CARBON, "kg/GJ", absent=set())
    rows = _rows(sources / FACTORS, "fuel sector table co2_kg_TJ ch4_kg_TJ n2o_kg_TJ ncv_TJ_Gg biogenic")
    known = {(r["fuel"], r["sector"]) for r in rows}
    expected = {(f, s) for f in {*FUELS, *NOT_IN_VOCABULARY} for s in SECTORS}
    if known != expected or len(rows) != len(expected):
        odd = sorted(known ^ expected)
        raise LayoutError(f"{FACTORS}: expected each fuel once a sector; at odds: {odd[:3] or 'a row twice'}.")
    factors: list[Row] = []
    properties: dict[str, list[Row]] = {}
    for row in rows:
        if row["fuel"] in NOT_IN_VOCABULARY:
            continue
        base = _factor(row, carbon)
        for activity in fuels[row["fuel"]]:
            factors.append({**base, "activity": activity, "note": FACTOR_NOTES.get(activity, "")})
            properties[activity] = [*_calorific(row, activity, calorific), *_ratio(row["fuel"], activity)]
    found = Import(sources=[SOURCE], gaps=_gaps(vocabulary), errata=_errata(calorific))
    found.add_factors("heat/ipcc.csv", factors)
    values = [p for some in properties.values() for p in some]
    found.add_properties("heat/properties_ipcc.csv", values)
    return found


def _rows(path: Path, columns: str) -> list[dict[str, str]]:
    rows = read_rows(path)
    if not rows or (missing := set(columns.split()) - set(rows[0])):
        raise LayoutError(f"{path.name}: no rows, or no column {sorted(missing) if rows else columns}.")
    return rows


def _fuels(vocabulary: list[dict[str, str]]) -> dict[str, list[str]]:
    """Return the fuels of the vocabulary by their row in the Guidelines, blends left out."""
    fuels: dict[str, list[str]] = {}
    for row in vocabulary:
        name = row["ipcc2006_fuel"]
        if not name and row["id"] not in (*NOT_IN_TABLES, *PURCHASED):
            raise LayoutError(f"{VOCABULARY}: {row['id']!r} names no fuel of the Guidelines.")
        if name and row["origin"] != "blend":
            fuels.setdefault(name, []).append(row["id"])
    if odd := set(fuels) ^ set(FUELS):
        raise LayoutError(f"{VOCABULARY}: fuels of the Guidelines at odds: {sorted(odd)}.")
    return fuels


def _bounds(path: Path, unit: str, absent: set[str]) -> dict[str, dict[str, str]]:
    """Return value, lower and upper bound (def, min, max) of each product, as text."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(path, "region product property value unit"):
        if row["unit"] != unit or row["region"] != "World":
            given = f"{row['product']} is in {row['unit']}, {row['region']}"
            raise LayoutError(f"{path.name}: {given}; expected {unit}, World.")
        found.setdefault(row["product"], {})[row["property"]] = row["value"]
    for product in {product for product, _ in FUELS.values()}:
        if (product in found) == (product in absent):
            raise LayoutError(f"{path.name}: {product!r} is {'there' if product in absent else 'missing'}.")
        if product in found and not {"def", "min", "max"} <= set(found[product]):
            raise LayoutError(f"{path.name}: {product!r} lacks one of def, min, max.")
    return found


def _factor(row: dict[str, str], carbon: dict[str, dict[str, str]]) -> dict[str, object]:
    """Return the factor of one fuel in one sector, without its activity."""
    fuel, where = row["fuel"], f"{FACTORS}: {row['fuel']}, {row['sector']}"
    sector, table, pages = SECTORS[row["sector"]]
    if row["table"] != table or row["biogenic"] not in ("True", "False"):
        raise LayoutError(f"{where}: table {row['table']!r}, biogenic {row['biogenic']!r}; expected {table}.")
    content = carbon[FUELS[fuel][0]]
    co2 = float(row["co2_kg_TJ"])
    if _as_printed(content["def"]) != co2:
        raise LayoutError(f"{where}: CO2 {co2:g} kg/TJ does not follow from {content['def']} kg C/GJ.")
    lower, upper = CO2_BOUNDS_PRINTED.get(fuel) or (_as_printed(content["min"]), _as_printed(content["max"]))
    if not lower <= co2 <= upper:
        raise LayoutError(f"{where}: CO2 {co2:g} is outside its bounds {lower:g} to {upper:g}.")
    biogenic = row["biogenic"] == "True"
    return {
        "activity_category": "stationary",
        "country": WORLD,
        "valid_from": VALID_FROM,
        "unit": "TJ",
        "basis": "ncv",
        "sector": sector,
        "boundary": "direct",
        "co2_fossil_kg": 0.0 if biogenic else co2,
        "co2_biogenic_kg": co2 if biogenic else None,
        "ch4_kg": float(row["ch4_kg_TJ"]),
        "ch4_origin": "biogenic" if biogenic else "fossil",
        "n2o_kg": float(row["n2o_kg_TJ"]),
        "lower": lower,
        "upper": upper,
        "source_id": SOURCE_ID,
        "edition": EDITION,
        "locator": f"Vol. 2 ch. 2 {pages}, row '{PRINTED.get(fuel, fuel)}'",
    }


def _as_printed(carbon: str) -> float:
    """Return kg CO2/TJ of a carbon content [kg/GJ], to three figures as Table 1.4 prints it."""
    co2 = float(carbon) * 44 / 12 * 1000
    return round(co2, 2 - math.floor(math.log10(co2)))


def _calorific(row: dict[str, str], activity: str, calorific: dict[str, dict[str, str]]) -> list[Row]:
    """Return the net calorific value of a fuel as a row, or none where Table 1.2 says NA."""
    fuel = row["fuel"]
    product = FUELS[fuel][0]
    if product in CALORIFIC_ADDED:
        figures = CALORIFIC_ADDED[product]
        if figures is None:
            return []
    else:
        figures = (
            _calorific_figure(calorific, product, "def"),
            _calorific_figure(calorific, product, "min"),
            _calorific_figure(calorific, product, "max"),
        )
    value, lower, upper = figures
    if float(row["ncv_TJ_Gg"]) != value or not lower <= value <= upper:
        told = f"{value:g} ({lower:g} to {upper:g})"
        raise LayoutError(f"{FACTORS}: NCV of {fuel} is {row['ncv_TJ_Gg']}, in {CALORIFIC} {told}.")
    locator = f"Vol. 2 ch. 1 Table 1.2, pp. 1.18-1.19, row '{PRINTED.get(fuel, fuel)}'"
    row_of = {**_property(activity, "ncv", value, "MJ/kg", locator), "lower": lower, "upper": upper}
    return [{**row_of, "note": CALORIFIC_NOTES.get(fuel, "")}]


def _ratio(fuel: str, activity: str) -> list[Row]:
    """Return the ratio of net to gross calorific value of a fuel as a row, or none where not stated."""
    ratio = FUELS[fuel][1]
    if ratio is None:
        return []
    locator = "Vol. 2 ch. 1 section 1.4.1.2, p. 1.16"
    return [{**_property(activity, "ncv_gcv_ratio", ratio, "1", locator), "note": RATIO_NOTE}]


def _calorific_figure(calorific: dict[str, dict[str, str]], product: str, name: str) -> float:
    text = calorific[product][name]
    if (product, name) not in CALORIFIC_TYPOS:
        return float(text)
    typo, printed = CALORIFIC_TYPOS[product, name]
    if text != typo:
        raise LayoutError(f"{CALORIFIC}: {product} {name} is {text}; known typo {typo} for {printed:g}.")
    return printed


def _errata(calorific: dict[str, dict[str, str]]) -> list[Row]:
    """Return the typing errors of the file of bounds, each checked to be there."""
    names = {"def": "ncv", "min": "ncv, lower bound", "max": "ncv, upper bound"}
    taken = {product for product, _ in FUELS.values()}
    return [
        {
            "source_id": BOUNDS_SOURCE[0],
            "edition": BOUNDS_SOURCE[1],
            "subject": product,
            "figure": names[name],
            "unit": "MJ/kg",
            "printed": float(calorific[product][name]),
            "right": _calorific_figure(calorific, product, name),
            "action": CORRECTED if product in taken else LEFT_OUT,
            "why": "a typing error in the copy: IPCC 2006, Volume 2, Table 1.2 prints the other",
            "evidence": f"{CALORIFIC}: {product}, {name}",
        }
        for product, name in CALORIFIC_TYPOS
    ]


def _property(activity: str, name: str, value: float, unit: str, locator: str) -> dict[str, object]:
    return {
        "activity": activity,
        "country": WORLD,
        "valid_from": VALID_FROM,
        "property": name,
        "value": value,
        "unit": unit,
        "source_id": SOURCE_ID,
        "edition": EDITION,
        "locator": locator,
    }


def _gaps(vocabulary: list[dict[str, str]]) -> list[Row]:
    """Return the burnt fuels of the vocabulary that the Guidelines have no factor for."""
    why = "IPCC 2006 has no factor for blends: the mineral fuel's would count the biofuel as fossil."
    apart = "Give mineral fuel and biofuel as records of their own, or a custom factor of the blend."
    none = "IPCC 2006 (Volume 2, Tables 2.2-2.5) has no row for it."
    gaps: list[Row] = []
    for row in vocabulary:
        if row["origin"] == "blend":
            gaps.append({"activity": row["id"], "reason": why, "remedy": apart})
        elif row["id"] in NOT_IN_TABLES:
            gaps.append({"activity": row["id"], "reason": none, "remedy": "Give a custom factor."})
    return [{"activity_category": "stationary", "source": f"{SOURCE_ID} {EDITION}", **gap} for gap in gaps]
