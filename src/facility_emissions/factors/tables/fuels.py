"""Tables of factors, of the properties of fuels, and of their names."""

from __future__ import annotations

from facility_emissions.factors.schema import BOUNDARIES, MARKET_RATES
from facility_emissions.factors.tables.contract import (
    EDITION,
    FIGURES,
    GWP_SETS,
    LOCATOR,
    NOTE,
    OF_AN_EDITION,
    PLACE,
    SOURCE_ID,
    SUBDIVISION,
    Table,
    figure,
    must,
    text,
    year,
)
from facility_emissions.vocabulary.sectors import SECTORS

FACTORS = Table(
    "Emission factors",
    (
        must("factor_id", "Name of the factor, composed of its key columns.", pattern=r"[^\s/]+(/[^\s/]+){6,9}"),
        must("activity_category", "The figure that it gives.", enum=FIGURES),
        must("activity", "Fuel or supply, as the vocabulary names it."),
        must("country", "ISO 3166-1 alpha-2 code, a region, or WORLD.", pattern=PLACE),
        text("subdivision", "ISO 3166-2 code or grid region.", pattern=SUBDIVISION),
        year("valid_from", "First calendar year of consumption that it is meant for.", required=True),
        year("valid_to", "Last calendar year of consumption that it is meant for; empty is open."),
        must("unit", "Unit of the activity that the figures are for."),
        text("basis", "Gross or net calorific value, for energy of a fuel.", enum=("gcv", "ncv")),
        text("sector", "IPCC sector; empty for all.", enum=SECTORS),
        text("instrument", "Of market-based electricity: the rung of the hierarchy.", enum=MARKET_RATES),
        text("supplier", "Supplier or network that it belongs to."),
        must("boundary", "Which emissions it counts.", enum=BOUNDARIES),
        figure("co2_fossil_kg", "Fossil CO2 [kg / unit]."),
        figure("ch4_kg", "CH4 [kg / unit]."),
        text("ch4_origin", "Origin of the carbon of the CH4.", enum=("fossil", "biogenic")),
        figure("n2o_kg", "N2O [kg / unit]."),
        figure("co2_biogenic_kg", "Biogenic CO2 [kg / unit], outside the scopes."),
        figure("co2e_fixed_kg", "CO2e [kg CO2e / unit], only where no gases are published."),
        text("gwp_of_co2e_fixed", "GWP set inside that CO2e.", enum=(*GWP_SETS, "unstated")),
        figure("lower", "Published lower bound of the CO2 [kg / unit]."),
        figure("upper", "Published upper bound of the CO2 [kg / unit]."),
        SOURCE_ID,
        EDITION,
        year("data_year", "Year of the underlying data."),
        LOCATOR,
        NOTE,
    ),
    key=("factor_id",),
    references=(OF_AN_EDITION,),
)

PROPERTIES = Table(
    "Properties of fuels: calorific values and densities",
    (
        must("activity", "Fuel, as the vocabulary names it."),
        must("country", "ISO 3166-1 alpha-2 code, a region, or WORLD.", pattern=PLACE),
        year("valid_from", "First calendar year that it is meant for.", required=True),
        year("valid_to", "Last calendar year that it is meant for; empty is open."),
        must("property", "What is given.", enum=("ncv", "gcv", "gcv_volume", "density", "ncv_gcv_ratio")),
        figure("value", "Its value.", required=True),
        must("unit", "Unit of the value; 1 for a ratio.", enum=("MJ/kg", "MJ/l", "kg/l", "1")),
        figure("lower", "Published lower bound."),
        figure("upper", "Published upper bound."),
        SOURCE_ID,
        EDITION,
        LOCATOR,
        NOTE,
    ),
    key=("source_id", "edition", "country", "activity", "property", "valid_from"),
    references=(OF_AN_EDITION,),
)

FUELS = Table(
    "Vocabulary of fuels and purchased heat",
    (
        must("id", "Name of the fuel here.", pattern=r"[a-z0-9_]+"),
        must("state", "As it is delivered.", enum=("gas", "liquid", "solid", "heat")),
        must("origin", "Origin of its carbon.", enum=("fossil", "biogenic", "blend", "mixed", "carrier")),
        must("name_en", "English name."),
        must("name_es", "Spanish name."),
        text("aliases", "Further names, joined by '|'."),
        text("ipcc2006_fuel", "Its row in IPCC 2006."),
        text("epa_hub", "Its name in the US EPA's Hub."),
        text("defra", "Its name in the UK Government's factors."),
        text("miteco", "Its name in MITECO's calculator."),
        text("ademe", "Its name in the Base Carbone."),
    ),
    key=("id",),
)
