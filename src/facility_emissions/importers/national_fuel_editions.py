"""The documents behind the national CO2 factors of fuels: publisher, terms, edition, names of fuels.

A new release is one line in `EDITIONS`; a name of a fuel that is neither in `FUELS` nor in
`LEFT_OUT` stops the import.
"""

from __future__ import annotations

from dataclasses import dataclass

from facility_emissions.importers.grid_rows import CC_BY_4
from facility_emissions.importers.tidy import Row

CITED = "cited-facts-no-licence"
SECOND_HAND = "read at second hand"


@dataclass(frozen=True, slots=True)
class Edition:
    """One document, and the years of consumption that its factors are meant for.

    `last` None is open. `note` is put on every factor, `remark` on the row of `sources.csv`.
    """

    source_id: str
    edition: str
    title: str
    first: int
    last: int | None
    published: str = ""
    publication_year: int | None = None
    url: str = ""
    gwp: str = ""
    note: str = ""
    remark: str = ""


# source_id: publisher, licence, attribution.
PUBLISHERS: dict[str, tuple[str, str, str]] = {
    "miljodirektoratet": (
        "Miljødirektoratet (Norwegian Environment Agency)",
        CITED,
        "Miljødirektoratet, Nasjonale standardfaktorer",
    ),
    "norsk_energi": (
        "Norsk Energi, for Norsk Fjernvarme (Norway)",
        CITED,
        "Norsk Energi, Klimaregnskap for fjernvarme",
    ),
    "seai": (
        "Sustainable Energy Authority of Ireland (SEAI)",
        CITED,
        "SEAI, conversion and emission factors",
    ),
    "ispra": (
        "Ministero dell'Ambiente (Italy), from the national inventory of ISPRA",
        CITED,
        "Ministero dell'Ambiente and ISPRA, Tabella dei parametri standard nazionali",
    ),
    "uba_fuels": (
        "Umweltbundesamt (Germany)",
        CITED,
        "Umweltbundesamt, CO2-Emissionsfaktoren für fossile Brennstoffe",
    ),
    "lfu_brandenburg": (
        "Landesamt für Umwelt Brandenburg (Germany)",
        CITED,
        "Landesamt für Umwelt Brandenburg, CO2-Emissionsfaktoren nach Energieträgern",
    ),
    "mfe_nz": (
        "Ministry for the Environment (New Zealand)",
        CC_BY_4,
        "Ministry for the Environment, Measuring Emissions, CC BY 4.0",
    ),
}

_NO = Edition(
    *("miljodirektoratet", "2023-10-13", "Nasjonale standardfaktorer, versjon 13. oktober 2023", 2023, None),
    published="2023-10-13",
    remark="CO2 only; factors and calorific values of method step 2a of emissions trading",
)
_NORSK_ENERGI = Edition(
    *("norsk_energi", "2020", "Klimaregnskap for fjernvarme 2020", 2020, 2020),
    publication_year=2020,
    gwp="unstated",
    remark="Table 1, production and transport of fuels",
)
_SEAI_NOW = Edition(
    *("seai", "2016", "Conversion factors; Emission factors (web pages)", 2016, None),
    publication_year=2016,
    url="https://www.seai.ie/resources/seai-statistics/conversion-factors/",
    remark="CO2 only; a page of 2016 and an undated later one, which print the same factors of oil products; "
    "calorific values from the later one",
)
_SEAI_2016 = Edition(
    *("seai", "2016", _SEAI_NOW.title, 2016, 2016),
    note="on the page of 2016, not read in a later one",
)


def _ispra(year: int, published: str, mean: str, page: str) -> Edition:
    return Edition(
        *("ispra", str(year), f"Tabella dei parametri standard nazionali, emissioni {year}", year, year),
        published=published,
        note=f"mean of {mean}; {SECOND_HAND}",
        remark=f"CO2 only; {SECOND_HAND}: {page}",
    )


_IT = {
    2013: _ispra(2013, "2013-11-29", "2010-2012", "kataclima.com, 29 November 2013, whose day it carries"),
    2014: _ispra(2014, "2015-02-05", "2011-2013", "kataclima.com, 6 February 2015"),
    2018: _ispra(2018, "2019-02-12", "2015-2017", "kataclima.com"),
}
_UBA = Edition(
    *("uba_fuels", "CC-28-2016", "Climate Change 28/2016: CO2 Emission Factors for Fossil Fuels", 2016, 2016),
    publication_year=2016,
    note=f"{SECOND_HAND}, rounded to 1 g/kWh",
    remark=f"CO2 only; {SECOND_HAND}: figures quoted in a program that names the report",
)
_LFU = Edition(
    *("lfu_brandenburg", "2016", "CO2-Emissionsfaktoren nach Energieträgern (web page)", 2016, 2016),
    publication_year=2016,
    url="https://lfu.brandenburg.de/cms/detail.php/bb1.c.523833.de",
    note="printed as t CO2/GJ with three decimals",
    remark="CO2 only; undated: dated by the report Climate Change 27/2016 that it departs from where it says so",
)
MFE_2025 = Edition(
    *("mfe_nz", "2025-v3", "Measuring Emissions, emission factors 2025 v3", 2025, 2025),
    publication_year=2025,
    gwp="AR5",
    remark="transcribed with the cell of each figure; day of publication not known",
)

# (publisher, edition) of the table; the first row of a publisher is worded in full.
EDITIONS: dict[tuple[str, str], Edition] = {
    ("Miljodirektoratet", "Nasjonale standardfaktorer 2023-10-13"): _NO,
    ("Miljodirektoratet", "2023-10-13"): _NO,
    ("Norsk Energi/Norsk Fjernvarme", "2020 report"): _NORSK_ENERGI,
    ("Norsk Energi", "2020 report"): _NORSK_ENERGI,
    ("SEAI", "undated page (conversion factors)"): _SEAI_NOW,
    ("SEAI", "undated"): _SEAI_NOW,
    ("SEAI", "undated (page 2016)"): _SEAI_2016,
    ("ISPRA/MATTM", "2013 emissions (mean 2010-2012)"): _IT[2013],
    ("ISPRA/MATTM", "2013 emissions"): _IT[2013],
    ("ISPRA/MATTM", "2014 emissions (mean 2011-2013)"): _IT[2014],
    ("ISPRA/MATTM", "2014 emissions"): _IT[2014],
    ("ISPRA/MATTM", "2018 emissions (mean 2015-2017)"): _IT[2018],
    ("ISPRA/MATTM", "2018 emissions"): _IT[2018],
    ("UBA 2016 (via code quoting it)", "CC 28/2016"): _UBA,
    ("UBA 2016 (via code)", "CC 28/2016"): _UBA,
    ("LfU Brandenburg", "undated (cites DEHSt/UBA 27/2016)"): _LFU,
    ("LfU Brandenburg", "undated"): _LFU,
    ("MfE", "Measuring Emissions 2025 v3 (release 2025.3)"): MFE_2025,
    ("MfE", "2025 v3"): MFE_2025,
}
# Publishers of the table that are not read here, with the reason.
PUBLISHERS_LEFT_OUT = {
    "ECCC": "no commercial redistribution of the National Inventory Report without permission",
    "DESNZ": "read by desnz_2026",
    "ClimateView (Energiforetagen)": "CC BY-NC-SA",
    "ClimateView": "CC BY-NC-SA",
}

_LPG = ("lpg", "propane")
_GAS_OIL = ("gas_oil_heating", "gas_oil_b", "diesel")
_OILS = ("fuel_oil", "waste_oil")
# (source, fuel as the table words it): our activities.
FUELS: dict[tuple[str, str], tuple[str, ...]] = {
    ("miljodirektoratet", "Natural gas (dry gas land)"): ("natural_gas",),
    ("miljodirektoratet", "Natural gas (from LNG)"): ("lng",),
    ("miljodirektoratet", "LPG (propane)"): _LPG,
    ("miljodirektoratet", "Petrol"): ("petrol",),
    ("miljodirektoratet", "Kerosene (paraffin)"): ("kerosene",),
    ("miljodirektoratet", "Light heating oil"): ("gas_oil_heating",),
    ("miljodirektoratet", "Diesel"): ("diesel", "gas_oil_b"),
    ("miljodirektoratet", "Heavy fuel oil/waste oil"): _OILS,
    ("miljodirektoratet", "Biodiesel (biogenic)"): ("biodiesel_fame",),
    ("miljodirektoratet", "Other liquid biofuels (biogenic)"): ("vegetable_oil",),
    ("miljodirektoratet", "Wood pellets (biogenic; 8% moisture)"): ("wood_pellets",),
    ("miljodirektoratet", "Clean wood (biogenic; 20% moisture)"): ("wood_chips", "wood_logs"),
    ("norsk_energi", "LPG direct / upstream"): _LPG,
    ("norsk_energi", "Light oil direct / upstream"): ("gas_oil_heating",),
    ("norsk_energi", "Natural gas dry direct / upstream"): ("natural_gas",),
    ("norsk_energi", "Wood chips upstream"): ("wood_chips",),
    ("norsk_energi", "Pellets upstream"): ("wood_pellets",),
    ("seai", "Gasoline"): ("petrol",),
    ("seai", "Kerosene"): ("kerosene",),
    ("seai", "Gas/Diesel oil"): _GAS_OIL,
    ("seai", "Residual fuel oil"): ("fuel_oil",),
    ("seai", "Petroleum coke"): ("petroleum_coke",),
    ("seai", "Coal"): ("coal_bituminous",),
    ("seai", "Natural gas"): ("natural_gas",),
    ("ispra", "Natural gas"): ("natural_gas",),
    ("ispra", "Heating gas oil"): ("gas_oil_heating",),
    ("ispra", "Anthracite"): ("anthracite",),
    ("uba_fuels", "Natural gas"): ("natural_gas",),
    ("uba_fuels", "Oil"): ("gas_oil_heating",),
    ("uba_fuels", "Hard coal"): ("coal_bituminous",),
    ("uba_fuels", "Lignite"): ("lignite",),
    ("lfu_brandenburg", "Light heating oil"): ("gas_oil_heating",),
    ("lfu_brandenburg", "LPG"): ("lpg",),
    ("lfu_brandenburg", "Natural gas"): ("natural_gas",),
    ("lfu_brandenburg", "Lignite briquettes"): ("lignite_briquettes",),
    ("lfu_brandenburg", "Anthracite"): ("anthracite",),
    ("mfe_nz", "Natural gas"): ("natural_gas",),
    ("mfe_nz", "Diesel"): ("diesel",),
    ("mfe_nz", "LPG"): ("lpg",),
    ("mfe_nz", "Heavy fuel oil"): ("fuel_oil",),
}
_PEATS = "three kinds of peat, and one in the vocabulary"
LEFT_OUT = {
    ("miljodirektoratet", "Waste"): "mixed waste: fossil CO2 for the energy of the whole",
    ("norsk_energi", "Briquettes upstream"): "no activity of ours",
    ("seai", "Milled peat"): _PEATS,
    ("seai", "Sod peat"): _PEATS,
    ("seai", "Peat briquettes"): _PEATS,
    ("mfe_nz", "Light fuel oil"): "a light residual oil of New Zealand: no activity of ours",
}
# Wood's calorific values are of a tonne of dry wood (footnote **): a bill's tonne is moist.
DRY_MATTER = ("wood_pellets", "wood_chips", "wood_logs")


def sources() -> list[Row]:
    """Return the rows of `sources.csv`, one for each edition."""
    kept = {(of.source_id, of.edition): of for of in reversed(EDITIONS.values())}
    return [_source(of) for of in kept.values()]


def _source(of: Edition) -> Row:
    publisher, licence, attribution = PUBLISHERS[of.source_id]
    return {
        "source_id": of.source_id,
        "edition": of.edition,
        "title": of.title,
        "publisher": publisher,
        "published": of.published,
        "publication_year": of.publication_year,
        "licence": licence,
        "attribution": attribution,
        "url": of.url,
        "gwp_set": of.gwp if of.gwp != "unstated" else "",
        "note": of.remark,
    }
