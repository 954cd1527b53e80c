"""Australia, National Greenhouse Accounts Factors: fuels burnt by gas, their energy content, their upstream.

In: a transcription of the tables of solid, gaseous and liquid fuels (edition 2022). Out: `heat/nga.csv` and
`heat/properties_nga.csv`. The edition's row of `sources.csv` is that of the electricity factors. CH4 and N2O
are printed as CO2e of each gas and divided by the GWP behind them; all energy is gross.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from facility_emissions.importers.grid_rows import AR5_CH4, AR5_N2O, number, read_table
from facility_emissions.importers.national_editions import EDITIONS
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "nga/nga_2022_fuels.csv"
OF = EDITIONS["DCCEEW NGA Factors Feb 2023"]
YEAR = int(OF.edition)
GASES = ("co2_kgCO2e_GJ", "ch4_kgCO2e_GJ", "n2o_kgCO2e_GJ")
COLUMNS = ("table", "fuel", "energy_content", "energy_unit", *GASES, "combined_kgCO2e_GJ", "scope3_kgCO2e_GJ")
# Energy content by unit of each table: our property and its unit; None where a gas is measured at conditions
# that the tables do not state.
CONTENTS = {"GJ/t": ("gcv", "MJ/kg"), "GJ/kL": ("gcv_volume", "MJ/l"), "GJ/m3": None}

SOLID, GAS, LIQUID = "solid", "gaseous", "liquid"
_WOOD = "one factor by energy for dry, green and air dried wood; energy content of the row named"
_OTHER = "no row of its own: 'Other primary solid biomass fuels'"
_LPG = "one row for liquefied petroleum gas"
_DIESEL = "one row for diesel oil"

# Table and name: our fuels, each with its note. All of one row take its energy content, but for those of
# ANOTHER_CONTENT.
FUELS: dict[tuple[str, str], dict[str, str]] = {
    (SOLID, "Bituminous coal"): {"coal_bituminous": ""},
    (SOLID, "Sub-bituminous coal"): {"coal_subbituminous": ""},
    (SOLID, "Anthracite"): {"anthracite": ""},
    (SOLID, "Brown coal (lignite)"): {"lignite": ""},
    (SOLID, "Coking coal"): {"coking_coal": ""},
    (SOLID, "Coal coke"): {"coke_oven_coke": ""},
    (SOLID, "Non-biomass municipal materials"): {"municipal_waste_fossil": ""},
    (SOLID, "Dry wood"): {"wood_pellets": _WOOD},
    (SOLID, "Green and air dried wood"): dict.fromkeys(("wood_logs", "wood_chips", "sawdust"), _WOOD),
    (SOLID, "Sulphite lyes"): {"black_liquor": ""},
    (SOLID, "Biomass, municipal and industrial materials"): {
        "municipal_waste_biogenic": "one row for municipal and industrial biomass"
    },
    (SOLID, "Charcoal"): {"charcoal": ""},
    (SOLID, "Other primary solid biomass fuels"): dict.fromkeys(("olive_pits", "nut_shells", "straw"), _OTHER),
    (GAS, "Natural gas distributed in a pipeline"): {"natural_gas": ""},
    (GAS, "Compressed natural gas"): {"cng": ""},
    (GAS, "Ethane"): {"ethane": ""},
    (GAS, "Coke oven gas"): {"coke_oven_gas": ""},
    (GAS, "Blast furnace gas"): {"blast_furnace_gas": ""},
    (GAS, "Town gas"): {"gas_works_gas": ""},
    (GAS, "Liquefied natural gas"): {"lng": ""},
    (GAS, "Landfill biogas (methane only)"): {"landfill_gas": "by energy of its methane"},
    (GAS, "Sludge biogas (methane only)"): {"sludge_gas": "by energy of its methane"},
    (GAS, "Other biogas"): {"biogas": ""},
    (GAS, "Biomethane"): {"biomethane": ""},
    (LIQUID, "Automotive gasoline/petrol"): {"petrol": ""},
    (LIQUID, "Kerosene"): {"kerosene": ""},
    (LIQUID, "Heating oil"): {"gas_oil_heating": ""},
    (LIQUID, "Diesel oil"): {"diesel": "", "gas_oil_b": _DIESEL},
    (LIQUID, "Fuel oil"): {"fuel_oil": ""},
    (LIQUID, "Liquefied petroleum gas (LPG)"): {"lpg": "", "propane": _LPG, "butane": _LPG},
    (LIQUID, "Naphtha"): {"naphtha": ""},
    (LIQUID, "Biodiesel"): {"biodiesel_fame": "CO2 printed as 0: no fossil part of the methanol is counted"},
    (LIQUID, "Ethanol"): {"bioethanol": ""},
    (LIQUID, "Petroleum coke"): {"petroleum_coke": ""},
    (LIQUID, "Refinery gas and liquids"): {"refinery_gas": "one row for refinery gas and liquids"},
}
ANOTHER_CONTENT = frozenset(("propane", "butane"))  # a litre of either is not a litre of the mixture
BIOMASS = frozenset(
    (
        *("Dry wood", "Green and air dried wood", "Sulphite lyes", "Biomass, municipal and industrial materials"),
        *("Charcoal", "Other primary solid biomass fuels", "Landfill biogas (methane only)", "Other biogas"),
        *("Sludge biogas (methane only)", "Biomethane", "Biodiesel", "Ethanol"),
    )
)
_NO_FUEL = "no fuel of our vocabulary"
SKIPPED: dict[tuple[str, str], str] = {
    (SOLID, "Coal briquettes"): "of brown or of hard coal: not said",
    **dict.fromkeys(((SOLID, f"{kind} tyres") for kind in ("Passenger car", "Truck and off-road")), "a known gap"),
    (SOLID, "Industrial materials derived from fossil fuels"): "recycled materials only: not our industrial waste",
    **dict.fromkeys(((SOLID, n) for n in ("Coal tar", "Other solid fossil fuels", "Bagasse")), _NO_FUEL),
    **dict.fromkeys(((GAS, n) for n in ("Coal seam methane", "Coal mine waste gas")), "a gas burnt at the mine"),
    **dict.fromkeys(((LIQUID, n) for n in ("Aviation gasoline", "Aviation turbine fuel/kerosene")), "of aircraft"),
    (LIQUID, "Other biofuels"): "any other liquid biofuel: no single fuel",
    **dict.fromkeys(
        (
            *((LIQUID, n) for n in ("Liquefied aromatic hydrocarbons", "Crude oil", "Other natural gas liquids")),
            (LIQUID, "Solvents: mineral turpentine or white spirits"),
        ),
        _NO_FUEL,
    ),
}
NO_CONTENT = ("Blast furnace gas",)
CO2E_NOTE = "CH4 and N2O printed as CO2e, divided by AR5 (28, 265)"


def read(sources: Path) -> Import:
    """Read the fuels of the edition of 2022.

    Args:
        sources: folder that holds the publishers' files.

    Raises:
        LayoutError: a column, fuel, unit or figure that this module does not know.
    """
    rows = read_table(sources / FILE, COLUMNS)
    named = [(row["table"], row["fuel"]) for row in rows]
    if set(named) != {*FUELS, *SKIPPED} or len(set(named)) != len(named):
        raise LayoutError(f"{FILE}: fuels at odds: {sorted({*named} ^ {*FUELS, *SKIPPED}) or 'a fuel twice'}.")
    for row in rows:
        _check(row)
    kept = [row for row in rows if (row["table"], row["fuel"]) in FUELS]
    found = Import(gaps=_gaps())
    found.add_factors("heat/nga.csv", [r for row in kept for r in _factors(row)])
    found.add_properties("heat/properties_nga.csv", [r for row in kept for r in _contents(row)])
    return found


def _check(row: Mapping[str, str]) -> None:
    """Stop at an unknown unit, a missing energy content, or gases that miss the printed sum."""
    where = f"{FILE}, {row['fuel']}"
    if row["energy_unit"] not in CONTENTS or (row["energy_content"] == "") != (row["fuel"] in NO_CONTENT):
        raise LayoutError(f"{where}: {row['energy_content']!r} {row['energy_unit']!r}; expected {sorted(CONTENTS)}.")
    gases = [number(row[gas], where) for gas in GASES]
    if min(gases) < 0 or abs(sum(gases) - number(row["combined_kgCO2e_GJ"], where)) > 1e-6:
        raise LayoutError(f"{where}: {gases} do not add up to {row['combined_kgCO2e_GJ']}.")
    if (gases[0] == 0) != (row["fuel"] in BIOMASS or row["fuel"] in ("Bagasse", "Other biofuels")):
        raise LayoutError(f"{where}: CO2 of {gases[0]:g}; expected 0 for biomass, and only for it.")


def _factors(row: Mapping[str, str]) -> Iterator[Row]:
    where, biomass = f"{FILE}, {row['fuel']}", row["fuel"] in BIOMASS
    co2, ch4, n2o = (number(row[gas], where) for gas in GASES)
    for activity, note in FUELS[row["table"], row["fuel"]].items():
        common = {
            "activity": activity,
            "country": "AU",
            "valid_from": YEAR,
            "valid_to": YEAR,
            "unit": "GJ",
            "basis": "gcv",
            "source_id": OF.source_id,
            "edition": OF.edition,
            "locator": f"table of {row['table']} fuels, '{row['fuel']}'",
        }
        yield {
            **common,
            "activity_category": "stationary",
            "boundary": "direct",
            "co2_fossil_kg": co2,
            "ch4_kg": ch4 / AR5_CH4,
            "ch4_origin": "biogenic" if biomass else "fossil",
            "n2o_kg": n2o / AR5_N2O,
            "note": "; ".join(n for n in (note, CO2E_NOTE, OF.note) if n),
        }
        if row["scope3_kgCO2e_GJ"]:
            yield {
                **common,
                "activity_category": "stationary_generation",
                "boundary": "upstream",
                "co2e_fixed_kg": number(row["scope3_kgCO2e_GJ"], where),
                "gwp_of_co2e_fixed": OF.gwp,
                "note": "; ".join(n for n in (note, OF.note) if n),
            }


def _contents(row: Mapping[str, str]) -> Iterator[Row]:
    """Yield the gross calorific value of one row, by mass or volume of a liquid."""
    content = CONTENTS[row["energy_unit"]]
    if content is None:
        return
    for activity in FUELS[row["table"], row["fuel"]]:
        if activity in ANOTHER_CONTENT:
            continue
        yield {
            "activity": activity,
            "country": "AU",
            "valid_from": YEAR,
            "valid_to": YEAR,
            "property": content[0],
            "value": number(row["energy_content"], f"{FILE}, {row['fuel']}"),
            "unit": content[1],
            "source_id": OF.source_id,
            "edition": OF.edition,
            "locator": f"table of {row['table']} fuels, '{row['fuel']}', energy content [{row['energy_unit']}]",
        }


def _gaps() -> list[Row]:
    m3 = "The tables of NGA 2022 at hand do not say at which temperature and pressure the cubic metre is measured."
    tyres = "NGA prints tyres of cars and of trucks apart: 'tyres' does not say which."
    by_state = "NGA prints the upstream of natural gas by state; that table is not in the transcription at hand."
    gj, custom = "Give the energy of the bill, gross: GJ, MJ or kWh_gcv.", "Give a custom factor."
    measured = [
        activity
        for (table, name), named in FUELS.items()
        if table == GAS and name not in ("Liquefied natural gas",)
        for activity in named
    ]
    told = [
        *(("stationary", activity, m3, gj) for activity in measured),
        ("stationary", "tyres", tyres, custom),
        ("stationary_generation", "natural_gas", by_state, custom),
    ]
    keys = ("activity_category", "activity", "reason", "remedy")
    return [
        {"country": "AU", "source": f"{OF.source_id} {OF.edition}", **dict(zip(keys, t, strict=True))} for t in told
    ]
