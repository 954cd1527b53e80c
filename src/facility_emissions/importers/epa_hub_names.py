"""The rows of Table 1 of EPA's Hub: which fuels of our vocabulary each one is, and which are left out.

A row is named with its group: 'Straw' is a pulping liquor there, 'Propane Gas' is not 'Propane'.
"""

from __future__ import annotations

# Group and the unit of its block of rows.
COAL, SOLID, BIOMASS = "Coal and Coke", "Other Fuels - Solid", "Biomass Fuels - Solid"
GAS, GASES, BIOGAS = "Natural Gas", "Other Fuels - Gaseous", "Biomass Fuels - Gaseous"
OIL, BIOFUEL = "Petroleum Products", "Biomass Fuels - Liquid"
LIQUOR = "Biomass Fuels - Kraft Pulping Liquor, by Wood Furnish"
GROUPS = {
    **dict.fromkeys((COAL, SOLID, BIOMASS), "short ton"),
    **dict.fromkeys((GAS, GASES, BIOGAS), "scf"),
    **dict.fromkeys((OIL, BIOFUEL, LIQUOR), "gallon"),
}
PEAT = "Peat"

_WOOD = "one row for all wood; by mass it is for a heat content of 20.3 MJ/kg gross, above that of moist wood"
_BYPRODUCTS = "no row of its own: 'Agricultural Byproducts'"
_GASES = "no row of its own: 'Other Biomass Gases'"
_FAME = "all carbon counted as biogenic; the fossil part of the methanol is not split off"
_PEAT = "listed by EPA under biomass; fossil here, as in the IPCC's Guidelines"
_TYRES = "CO2 of the whole tyre: that of its natural rubber is not split off"
_LIQUOR = "the row of North American softwood; EPA prints 93.7 to 95.5 kg CO2/mmBtu by wood furnish"
_NO_2 = "one row for distillate fuel oil No. 2, heating oil and diesel"


def _one(*activities: str, note: str = "") -> dict[str, str]:
    return dict.fromkeys(activities, note)


# Group and label: our fuels, each with its note.
FUELS: dict[tuple[str, str], dict[str, str]] = {
    (COAL, "Anthracite Coal"): _one("anthracite"),
    (COAL, "Bituminous Coal"): _one("coal_bituminous"),
    (COAL, "Sub-bituminous Coal"): _one("coal_subbituminous"),
    (COAL, "Lignite Coal"): _one("lignite"),
    (COAL, "Coal Coke"): _one("coke_oven_coke"),
    (SOLID, "Petroleum Coke (Solid)"): _one("petroleum_coke"),
    (SOLID, "Tires"): _one("tyres", note=_TYRES),
    (BIOMASS, "Agricultural Byproducts"): _one("olive_pits", "nut_shells", "straw", note=_BYPRODUCTS),
    (BIOMASS, PEAT): _one("peat", note=_PEAT),
    (BIOMASS, "Wood and Wood Residuals"): _one("wood_logs", "wood_chips", "wood_pellets", "sawdust", note=_WOOD),
    (GAS, "Natural Gas"): _one("natural_gas"),
    (GASES, "Blast Furnace Gas"): _one("blast_furnace_gas"),
    (GASES, "Coke Oven Gas"): _one("coke_oven_gas"),
    (GASES, "Fuel Gas"): _one("refinery_gas"),
    (BIOGAS, "Landfill Gas"): _one("landfill_gas"),
    (BIOGAS, "Other Biomass Gases"): _one("biogas", "sludge_gas", note=_GASES),
    (OIL, "Butane"): _one("butane"),
    (OIL, "Distillate Fuel Oil No. 1"): _one("distillate_no1"),
    (OIL, "Distillate Fuel Oil No. 2"): _one("gas_oil_heating", "gas_oil_b", "diesel", note=_NO_2),
    (OIL, "Ethane"): _one("ethane"),
    (OIL, "Kerosene"): _one("kerosene"),
    (OIL, "Liquefied Petroleum Gases (LPG)"): _one("lpg"),
    (OIL, "Lubricants"): _one("lubricants"),
    (OIL, "Motor Gasoline"): _one("petrol"),
    (OIL, "Naphtha (<401 deg F)"): _one("naphtha"),
    (OIL, "Propane"): _one("propane"),
    (OIL, "Residual Fuel Oil No. 5"): _one("fuel_oil_no5"),
    (OIL, "Residual Fuel Oil No. 6"): _one("fuel_oil"),
    (OIL, "Used Oil"): _one("waste_oil"),
    (BIOFUEL, "Biodiesel (100%)"): _one("biodiesel_fame", note=_FAME),
    (BIOFUEL, "Ethanol (100%)"): _one("bioethanol"),
    (BIOFUEL, "Vegetable Oil"): _one("vegetable_oil"),
    (LIQUOR, "North American Softwood"): _one("black_liquor", note=_LIQUOR),
}
PER_SCF = tuple(a for (group, _), named in FUELS.items() if GROUPS[group] == "scf" for a in named)

_MIX = "a mix of coals for one sector of the US: no single fuel"
_NO_FUEL = "no fuel of our vocabulary"
_FURNISH = "one black liquor in our vocabulary: that of softwood is taken"
SKIPPED: dict[tuple[str, str], str] = {
    **dict.fromkeys(((COAL, f"Mixed ({s} Sector)") for s in ("Commercial", "Electric Power", "Industrial")), _MIX),
    (COAL, "Mixed (Industrial Coking)"): _MIX,
    (SOLID, "Municipal Solid Waste"): "CO2 of the whole, not split into fossil and biogenic: a known gap",
    (SOLID, "Plastics"): _NO_FUEL,
    (BIOMASS, "Solid Byproducts"): _NO_FUEL,
    (GASES, "Propane Gas"): "by the standard cubic foot; propane is taken from its row by the gallon",
    **dict.fromkeys(
        (
            *((OIL, name) for name in ("Asphalt and Road Oil", "Butylene", "Crude Oil", "Distillate Fuel Oil No. 4")),
            *((OIL, name) for name in ("Ethylene", "Heavy Gas Oils", "Isobutane", "Isobutylene", "Natural Gasoline")),
            *((OIL, name) for name in ("Other Oil (>401 deg F)", "Pentanes Plus", "Petrochemical Feedstocks")),
            *((OIL, name) for name in ("Propylene", "Special Naphtha", "Unfinished Oils")),
            (BIOFUEL, "Rendered Animal Fat"),
        ),
        _NO_FUEL,
    ),
    **dict.fromkeys(((OIL, "Aviation Gasoline"), (OIL, "Kerosene-Type Jet Fuel")), "a fuel of aircraft"),
    **dict.fromkeys(((LIQUOR, n) for n in ("North American Hardwood", "Bagasse", "Bamboo", "Straw")), _FURNISH),
}
