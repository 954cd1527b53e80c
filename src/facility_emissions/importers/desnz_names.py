"""Names in the UK Government GHG conversion factors, and what each is here.

Names change their capitals and wording between editions, so each is looked up without case. A
name that is in no table of this module stops the import.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from facility_emissions.importers.tidy import LayoutError

FUELS: Mapping[str, tuple[str, ...]] = {
    "natural gas": ("natural_gas",),
    "cng": ("cng",),
    "lng": ("lng",),
    "lpg": ("lpg",),
    "propane": ("propane",),
    "butane": ("butane",),
    "other petroleum gas": ("other_petroleum_gas",),
    "gas oil": ("gas_oil_heating", "gas_oil_b"),
    "diesel (100% mineral diesel)": ("diesel",),
    "diesel (average biofuel blend)": ("diesel_average_blend",),
    "petrol (100% mineral petrol)": ("petrol",),
    "petrol (average biofuel blend)": ("petrol_average_blend",),
    "burning oil": ("kerosene",),
    "fuel oil": ("fuel_oil",),
    "lubricants": ("lubricants",),
    "naphtha": ("naphtha",),
    "waste oils": ("waste_oil",),
    "coal (industrial)": ("coal_bituminous",),
    "coal (domestic)": ("coal_domestic",),
    "coking coal": ("coking_coal",),
    "petroleum coke": ("petroleum_coke",),
    "bioethanol": ("bioethanol",),
    "biodiesel": ("biodiesel_fame",),  # 2016-2020; renamed in 2021
    "biodiesel me": ("biodiesel_fame",),
    "biodiesel hvo": ("hvo",),
    "biomethane": ("biomethane",),  # 2016-2021; split in 2022
    "biomethane (compressed)": ("biomethane",),
    "biopropane": ("biopropane",),
    "wood logs": ("wood_logs",),
    "wood chips": ("wood_chips",),
    "wood pellets": ("wood_pellets",),
    "grass/straw": ("straw",),
    "biogas": ("biogas",),
    "landfill gas": ("landfill_gas",),
}

# Their CO2 is that of the set of 2021 ever since (methodology paper 2025, paragraph 1.16; those
# burnt in ships and aircraft are left out here).
HELD_FUELS = frozenset(
    {
        "butane", "lpg", "other petroleum gas", "propane", "burning oil", "gas oil", "fuel oil", "lubricants",
        "naphtha", "waste oils", "coking coal", "petroleum coke",
    }
)  # fmt: skip

_NO_ID = "no activity of ours"
_FEEDSTOCK = "one feedstock of FAME; the average is imported"
SKIPPED_FUELS: Mapping[str, str] = {
    "natural gas (100% mineral blend)": "the grid mix is imported: no meter reads the mineral part alone",
    "processed fuel oils - residual oil": "no alias of fuel oil: its upstream is half as high again",
    "processed fuel oils - distillate oil": "no alias of gas oil: its upstream is half as high again",
    "refinery miscellaneous": "no refinery gas (57.6 kgCO2/GJ in IPCC 2006): a liquid fuel of 72 kgCO2/GJ",
    "coal (electricity generation)": "burnt in power stations only",
    "coal (electricity generation - home produced coal only)": "burnt in power stations only",
    "aviation spirit": "burnt in aircraft",
    "aviation turbine fuel": "burnt in aircraft",
    "marine gas oil": "burnt in ships",
    "marine fuel oil": "burnt in ships",
    "biodiesel (from used cooking oil)": _FEEDSTOCK,
    "biodiesel (from tallow)": _FEEDSTOCK,
    "biodiesel me (from used cooking oil)": _FEEDSTOCK,
    "biodiesel me (from tallow)": _FEEDSTOCK,
    "off road biodiesel": "FAME in machines; the average is imported",
    "biomethane (liquified)": "road fuel; the compressed one is imported",
    "bio petrol": _NO_ID,
    "renewable petrol": _NO_ID,
    "development petrol": _NO_ID,
    "development diesel": _NO_ID,
    "methanol (bio)": _NO_ID,
    "avtur (renewable)": "burnt in aircraft",
}

# Sheets on fuel properties, where they word a fuel otherwise than the factors do.
PROPERTY_NAMES: Mapping[str, str] = {
    # 2012-2015: a litre over a gross kWh of the mineral ones is their density by their CV
    "diesel": "diesel (100% mineral diesel)",
    "petrol": "petrol (100% mineral petrol)",
    "biodiesel (me)": "biodiesel me",
    "biodiesel (btl or hvo)": "biodiesel hvo",
    "grasses/straw": "grass/straw",
}
SKIPPED_PROPERTIES: Mapping[str, str] = {
    **SKIPPED_FUELS,
    # 2013-2015, with the marks of their footnotes
    "coal (electricity generation)1": "burnt in power stations only",
    "coal (electricity generation - home imports only)": "burnt in power stations only",
    "coal (electricity generation - home imports only)2": "burnt in power stations only",
    "bioetbe": _NO_ID,
    "methane (ch4)": "a pure gas",
    "carbon dioxide (co2)": "a pure gas",
}
# Densities [kg/l] are taken of liquids. Those of gases carry no temperature and pressure (natural
# gas: 0.745 kg/m3 in 2018, 0.799 in 2019), those of solids are of heaps.
LIQUIDS = frozenset(
    {
        "lng", "lpg", "propane", "butane", "gas_oil_heating", "gas_oil_b", "diesel", "diesel_average_blend",
        "petrol", "petrol_average_blend", "kerosene", "fuel_oil", "lubricants", "naphtha", "waste_oil",
        "bioethanol", "biodiesel_fame", "hvo",
    }
)  # fmt: skip

# Units of the workbooks: (unit, basis) here.
UNITS: Mapping[str, tuple[str, str]] = {
    "tonnes": ("t", ""),
    "kg": ("kg", ""),
    "litres": ("l", ""),
    "kwh (gross cv)": ("kWh", "gcv"),
    "kwh (net cv)": ("kWh", "ncv"),
}
# Energy of bioenergy, its upstream and the sheet "Outside of scopes" is net: the last says so, and
# kgCO2e per tonne over kgCO2e per kWh or GJ of the others gives the net CV of "Fuel properties".
UNITS_OF_BIOENERGY: Mapping[str, tuple[str, str]] = {
    "tonnes": ("t", ""),
    "kg": ("kg", ""),
    "litres": ("l", ""),
    "gj": ("GJ", "ncv"),
    "kwh": ("kWh", "ncv"),
}
SKIPPED_UNITS: Mapping[str, str] = {"cubic metres": "temperature and pressure of the gas are not stated"}

COUNTRIES: Mapping[str, str] = {
    "Australia": "AU", "Austria": "AT", "Belgium": "BE", "Brazil": "BR", "Bulgaria": "BG", "Canada": "CA",
    "Chinese Taipei": "TW", "Croatia": "HR", "Cyprus": "CY", "Czech Republic": "CZ", "Denmark": "DK",
    "Egypt": "EG", "Estonia": "EE", "Finland": "FI", "France": "FR", "Germany": "DE", "Gibraltar": "GI",
    "Greece": "GR", "Hong Kong, China": "HK", "Hungary": "HU", "Iceland": "IS", "India": "IN",
    "Indonesia": "ID", "Ireland": "IE", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Latvia": "LV",
    "Lithuania": "LT", "Luxembourg": "LU", "Malaysia": "MY", "Malta": "MT", "Mexico": "MX",
    "Netherlands": "NL", "New Zealand": "NZ", "Norway": "NO", "Pakistan": "PK",
    "People's Rep. of China": "CN", "Philippines": "PH", "Poland": "PL", "Portugal": "PT", "Romania": "RO",
    "Russian Federation": "RU", "Saudi Arabia": "SA", "Singapore": "SG", "Slovak Republic": "SK",
    "Slovenia": "SI", "South Africa": "ZA", "South Korea": "KR", "Spain": "ES", "Sweden": "SE",
    "Switzerland": "CH", "Thailand": "TH", "Turkey": "TR", "Ukraine": "UA", "United States": "US",
}  # fmt: skip
SKIPPED_REGIONS: Mapping[str, str] = dict.fromkeys(
    (
        "Africa (average)",
        "EU (average)",
        "Latin America (average)",
        "Middle East (average)",
        "Non-OECD Europe and Eurasia (average)",
    ),
    "an average of many countries; a factor here belongs to one",
)


@dataclass(frozen=True, slots=True)
class Metered:
    """One line of the sheets on electricity, heat and water, and what it is here."""

    subject: str
    group: str
    name: str
    unit: str
    years: Collection[int]  # sets that print it: there it has to be
    folder: str
    activity_category: str
    activities: tuple[str, ...]
    boundary: str = "direct"

    @property
    def unit_here(self) -> str:
        """The unit as our tables name it."""
        return "m3" if self.unit == "cubic metres" else self.unit


_GRID = ("grid_electricity",)
_GRID_LOSSES = ("grid_electricity_losses",)
_HEAT = ("district_heat", "steam")
_HEAT_LOSSES = ("district_heat_losses", "steam_losses")
_LOSSES = "electricity_transmission_and_distribution"
_UK = "Electricity: UK"
_ALL = range(2002, 2026)
_FULL = (*range(2016, 2024), 2025)  # the condensed set of 2024 has neither heat nor upstream
_WTT, _WTT_LATER = "WTT- UK & overseas elec", "WTT- UK electricity"
_EARLY, _LATE = range(2016, 2023), (2023, 2025)
METERED = tuple(
    Metered(*cells)
    for cells in (
        ("UK electricity", "Electricity generated", _UK, "kWh", _ALL,
         "electricity", "electricity_location_based", _GRID, "direct"),
        ("Transmission and distribution", "T&D- UK electricity", _UK, "kWh", _ALL,
         "electricity", _LOSSES, _GRID, "losses"),
        *((subject, f"WTT- UK electricity ({what})", _UK, "kWh", years,
           "electricity", "electricity_generation", activities, "upstream")
          for subject, years in ((_WTT, _EARLY), (_WTT_LATER, _LATE))
          for what, activities in (("generation", _GRID), ("T&D", _GRID_LOSSES))),
        ("Heat and steam", "Heat and steam", "District heat and steam", "kWh", _FULL,
         "heat", "purchased_heat", _HEAT, "direct"),
        ("Transmission and distribution", "Distribution - district heat & steam", "5% loss", "kWh",
         range(2016, 2026), "heat", _LOSSES, _HEAT, "losses"),
        ("WTT- heat and steam", "WTT- heat and steam", "District heat and steam", "kWh", _FULL,
         "heat", "stationary_generation", _HEAT, "upstream"),
        ("WTT- heat and steam", "WTT- district heat & steam distribution", "5% loss", "kWh", _FULL,
         "heat", "stationary_generation", _HEAT_LOSSES, "upstream"),
        ("Water supply", "Water supply", "Water supply", "cubic metres", range(2012, 2026),
         "water", "water_supply", ("water_supply",), "direct"),
        ("Water treatment", "Water treatment", "Water treatment", "cubic metres", range(2012, 2026),
         "water", "water_treatment", ("water_treatment",), "direct"),
    )
)  # fmt: skip
BIOGENIC_ELECTRICITY = Metered(
    "Outside of scopes", "Electricity generated", _UK, "kWh", range(2021, 2026),
    "electricity", "electricity_location_based", _GRID,
)  # fmt: skip
_ONSITE = "a plant on the site, without a network: printed with the figures of district heat"
_MILLION = "the cubic metre again"
SKIPPED_LINES: Mapping[tuple[str, str, str, str], str] = {
    ("Heat and steam", "Heat and steam", "Onsite heat and steam", "kWh"): _ONSITE,
    ("WTT- heat and steam", "WTT- heat and steam", "Onsite heat and steam", "kWh"): _ONSITE,
    ("Water supply", "Water supply", "Water supply", "million litres"): _MILLION,
    ("Water treatment", "Water treatment", "Water treatment", "million litres"): _MILLION,
}
# Other countries' electricity: (sheet, table) to the sets that print it and what it is here.
OVERSEAS: Mapping[tuple[str, str], tuple[Collection[int], str, str, str]] = {
    ("Transmission and distribution", "T&D- overseas electricity"): (
        range(2016, 2018), _LOSSES, "grid_electricity", "losses",
    ),
    (_WTT, "WTT- overseas electricity (generation)"): (
        range(2016, 2022), "electricity_generation", "grid_electricity", "upstream",
    ),
    (_WTT, "WTT- overseas electricity (T&D)"): (
        range(2016, 2022), "electricity_generation", "grid_electricity_losses", "upstream",
    ),
}  # fmt: skip


def fuel_ids(name: str, where: str) -> tuple[str, ...]:
    """Return our activities for a fuel of the factor sheets; none if it is skipped on purpose."""
    return _ids(name.strip().casefold(), SKIPPED_FUELS, where)


def property_ids(name: str, where: str) -> tuple[str, ...]:
    """Return our activities for a fuel of the sheet "Fuel properties"; none if it is skipped."""
    folded = name.strip().casefold()
    return _ids(PROPERTY_NAMES.get(folded, folded), SKIPPED_PROPERTIES, where)


def _ids(folded: str, skipped: Mapping[str, str], where: str) -> tuple[str, ...]:
    if folded in skipped:
        return ()
    if folded not in FUELS:
        raise LayoutError(f"{where}: the fuel {folded!r} is unknown: give it an id or list it as skipped.")
    return FUELS[folded]


def unit_of(printed: str, units: Mapping[str, tuple[str, str]], where: str) -> tuple[str, str] | None:
    """Return (unit, basis) of a printed unit; None if it is skipped on purpose.

    Raises:
        LayoutError: a unit that the sheet is not known to have.
    """
    folded = printed.strip().casefold()
    if folded in units:
        return units[folded]
    if folded in SKIPPED_UNITS:
        return None
    known = ", ".join((*units, *SKIPPED_UNITS))
    raise LayoutError(f"{where}: the unit {printed!r} is unknown; known: {known}.")


def country_of(name: str, where: str) -> str | None:
    """Return the alpha-2 code of a country as the sheets on overseas electricity name it.

    Raises:
        LayoutError: neither a known country nor a region that is skipped on purpose.
    """
    place = name.removeprefix("Electricity: ")
    if place in SKIPPED_REGIONS:
        return None
    if place not in COUNTRIES:
        raise LayoutError(f"{where}: the country {place!r} is unknown: give it a code or skip it.")
    return COUNTRIES[place]
