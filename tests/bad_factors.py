"""Rows of a user's factor table that are wrong, and what loading has to say of each: one line a case."""
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

BOILER = {"factor_id": "boiler", "activity_category": "stationary", "activity": "natural_gas", "country": "ES",
          "valid_from": 2023, "valid_to": 2023, "unit": "kWh_gcv", "co2_fossil_kg": 0.19}  # fmt: skip
POWER = {"factor_id": "power", "activity_category": "electricity", "unit": "kWh", "co2_fossil_kg": 0.1}
NUMBER = "A number with a decimal point, as 0.182; leave it empty where the document gives none."
YEAR = "A calendar year of 1900 to 2100, as 2023; both ends are inside."
EDGE = "A year of 1900 to 2100, as 2023, or a day, as 2023-03-15; both ends are inside."
UNIT = "A unit of the vocabulary; energy of a fuel with its basis, as kWh_gcv."
FIGURES = (
    "One of: stationary, purchased_heat, stationary_generation, electricity_location_based, electricity, "
    "electricity_generation, electricity_transmission_and_distribution, recharge, water_supply, water_treatment, wastewater_on_site."
)
GWPS = "One of: SAR, TAR, AR4, AR5, AR5CCF, AR6, with ' GWP20' for 20 years; unstated where the document is silent."
PLACE = "An ISO 3166-1 code or name, EUROPE, or any."
NEEDED = "Every row needs it."
FUEL = "A fuel, supply or refrigerant of the vocabulary, or any."
WHOSE = "Name the fuel, supply or refrigerant; any for all of them; or give a factor_id that records name in custom_factor_id."


def gas(**changes: object) -> dict[str, object]:
    """Return a sound row for natural gas in Spain, with changes."""
    return {**BOILER, **changes}


def power(**changes: object) -> dict[str, object]:
    """Return a sound row for market-based electricity, with changes."""
    return {**POWER, **changes}


# name: the row, the column, the whole reason (or its beginning, up to ...), the whole remedy
TABLE: dict[str, tuple[dict[str, object], str, str, str]] = {
    # numbers
    "text for a number": (gas(co2_fossil_kg="much"), "co2_fossil_kg", "column 'co2_fossil_kg' holds 'much', which is no number.", NUMBER),
    "text nan": (gas(co2_fossil_kg="nan"), "co2_fossil_kg", "column 'co2_fossil_kg' holds 'nan', which is no number.", NUMBER),
    "text NA": (gas(ch4_kg="NA"), "ch4_kg", "column 'ch4_kg' holds 'NA', which is no number.", NUMBER),
    "text inf": (gas(co2_fossil_kg="inf"), "co2_fossil_kg", "column 'co2_fossil_kg' holds 'inf', which is no number.", NUMBER),
    "infinite": (gas(co2_fossil_kg=math.inf), "co2_fossil_kg", "column 'co2_fossil_kg' holds inf; factors are finite.", NUMBER),
    "beyond a float": (gas(n2o_kg=10**400), "n2o_kg", "column 'n2o_kg' holds 1000000...", NUMBER),
    "too large text": (gas(n2o_kg="1e999"), "n2o_kg", "column 'n2o_kg' holds '1e999'; factors are finite.", NUMBER),
    "negative": (gas(co2_fossil_kg=-0.19), "co2_fossil_kg", "column 'co2_fossil_kg' holds -0.19; a mass is not negative.", "Zero or more; removals are no emission factor."),
    "negative Decimal": (gas(ch4_kg=Decimal("-1")), "ch4_kg", "column 'ch4_kg' holds Decimal('-1'); a mass is not negative.", "Zero or more; removals are no emission factor."),
    "negative bound": (gas(lower=-1.0), "lower", "column 'lower' holds -1.0; a mass is not negative.", "Zero or more; removals are no emission factor."),
    "decimal comma": (gas(co2_fossil_kg="0,19"), "co2_fossil_kg", "column 'co2_fossil_kg' holds '0,19', which is no number.", NUMBER),
    "unit in the number": (gas(co2_fossil_kg="0.19 kg"), "co2_fossil_kg", "column 'co2_fossil_kg' holds '0.19 kg', which is no number.", NUMBER),
    "underscore": (gas(co2_fossil_kg="1_0"), "co2_fossil_kg", "column 'co2_fossil_kg' holds '1_0', which is no number.", NUMBER),
    "true": (gas(co2_fossil_kg=True), "co2_fossil_kg", "column 'co2_fossil_kg' holds True, which is no number.", NUMBER),
    "a list": (gas(co2_fossil_kg=[0.19]), "co2_fossil_kg", "column 'co2_fossil_kg' holds [0.19], which is no number.", NUMBER),
    "other digits": (gas(co2_fossil_kg="٠.١٩"), "co2_fossil_kg", "column 'co2_fossil_kg' holds '٠.١٩', which is no number.", NUMBER),
    "bounds turned round": (gas(lower=2, upper=1), "lower", "lower 2 is above upper 1.", "Swap the two."),
    # gases
    "no figure": (gas(co2_fossil_kg=None), "co2_fossil_kg", "no CO2 is given: give co2_fossil_kg (and the other gases), or co2e_fixed_kg.", "Zero where there is none, as for a biogenic fuel."),
    "methane alone": (gas(co2_fossil_kg=math.nan, ch4_kg=1.0), "co2_fossil_kg", "no CO2 is given: give co2_fossil_kg (and the other gases), or co2e_fixed_kg.", "Zero where there is none, as for a biogenic fuel."),
    "CO2e without its set": (gas(co2_fossil_kg=None, co2e_fixed_kg=0.2), "gwp_of_co2e_fixed", "co2e_fixed_kg and gwp_of_co2e_fixed go together.", GWPS),
    "a set without CO2e": (gas(gwp_of_co2e_fixed="AR5"), "co2e_fixed_kg", "co2e_fixed_kg and gwp_of_co2e_fixed go together.", GWPS),
    "unknown set": (gas(co2_fossil_kg=None, co2e_fixed_kg=0.2, gwp_of_co2e_fixed="AR7"), "gwp_of_co2e_fixed", "unknown GWP set 'AR7'.", GWPS),
    "gases and CO2e": (gas(co2e_fixed_kg=0.2, gwp_of_co2e_fixed="AR5"), "co2e_fixed_kg", "the row gives gases and co2e_fixed_kg.", "Give one of them; gases are better."),
    "origin of methane": (gas(ch4_origin="fosil"), "ch4_origin", "unknown ch4_origin 'fosil'. Did you mean 'fossil'?", "One of: fossil, biogenic."),
    "boundary": (gas(boundary="lifecyle"), "boundary", "unknown boundary 'lifecyle'. Did you mean 'lifecycle'?", "One of: direct, lifecycle, upstream, losses."),
    # what it is for
    "figure misspelt": (gas(activity_category="stationery"), "activity_category", "unknown activity_category 'stationery'. Did you mean 'stationary'?", FIGURES),
    "figure empty": (gas(activity_category=""), "activity_category", "column 'activity_category' is missing or empty.", NEEDED),
    "unit empty": (gas(unit=None), "unit", "column 'unit' is missing or empty.", NEEDED),
    "unit misspelt": (gas(unit="kgg"), "unit", "Unknown unit 'kgg'. Did you mean 'kg' or 'kgs'?...", UNIT),
    "unit of two sizes": (gas(unit="ton"), "unit", "Unit 'ton' is not clear. Write 't' (tonne, 1000 kg)...", UNIT),
    "milliwatt hours": (power(unit="mWh"), "unit", "Unit 'mWh': a leading m reads as milli. Did you mean 'MWh'...", UNIT),
    "electricity in gross energy": (power(unit="kWh_gcv"), "unit", "'kWh_gcv' (energy (gcv)) does not measure electricity.", "Per kWh, MWh or GJ, without a heating-value basis."),
    "water by energy": (power(activity_category="water_supply"), "unit", "'kWh' (energy) does not measure water_supply.", "Per m3 or l."),
    "refrigerant by volume": (power(activity_category="recharge", activity="R-410A", unit="l"), "unit", "'l' (volume) does not measure recharge.", "Per kg or t."),
    "basis and unit": (gas(basis="ncv"), "basis", "basis 'ncv' does not go with the unit 'kWh_gcv'.", "Leave the basis empty."),
    "basis of a mass": (gas(unit="kg", basis="ncv"), "basis", "basis 'ncv' does not go with the unit 'kg'.", "Leave the basis empty."),
    "basis unknown": (gas(unit="kWh", basis="gros"), "basis", "unknown basis 'gros'.", "One of: gcv, ncv."),
    "activity misspelt": (gas(activity="naturel gas"), "activity", "Unknown activity 'naturel gas' of category 'heat'. Did you mean 'natural_gas'...", FUEL),
    "activity of another category": (gas(activity="grid_electricity"), "activity", "Activity 'grid_electricity' is 'grid_electricity' of category 'electricity', not of 'heat'.", FUEL),
    "figure that the activity has not": (gas(activity="district_heat"), "activity", "a record of district_heat has no figure stationary.", "One of its own: electricity_transmission_and_distribution, purchased_heat, stationary_generation."),
    "nobody's fuel": (gas(activity=None, factor_id=None), "activity", "column 'activity' is empty: nothing says what the stationary row is for.", WHOSE),
    "fuel asked for by fit": (gas(activity=None, applies="by_fit"), "activity", "column 'activity' is empty: nothing says what the stationary row is for.", WHOSE),
    "by name without a name": (gas(factor_id=" ", applies="by_name"), "factor_id", "column 'factor_id' is empty, so no record can name the row.", "Give it an id."),
    "applies misspelt": (gas(applies="by_nmae"), "applies", "unknown applies 'by_nmae'. Did you mean 'by_name'?", "One of: by_fit, by_name."),
    "country misspelt": (gas(country="Spian"), "country", "'Spian' is no country known here. Did you mean 'ES' (Spain)...", PLACE),
    "subdivision abroad": (gas(subdivision="US-CA"), "subdivision", "US-CA (California) lies in United States, but the country is Spain...", "An ISO 3166-2 code or name of ES, or empty."),
    "subdivision without country": (gas(country=None, subdivision="ES-CN"), "subdivision", "subdivision 'ES-CN' stands without its country.", "Fill in the country."),
    "subdivision of a region": (gas(country="EUROPE", subdivision="ES-CN"), "subdivision", "subdivision 'ES-CN' stands without its country.", "Fill in the country."),
    "sector unknown": (gas(sector="manufacture"), "sector", "Unknown sector 'manufacture'; known: commercial, manufacturing, energy_industries, residential. Did you mean 'manufacturing'?", "An IPCC sector, or empty for all."),
    "instrument unknown": (power(instrument="pap"), "instrument", "Unknown contract 'pap'; known: guarantee_of_origin, high_efficiency_chp, energy_attribute_certificate, power_purchase_agreement, green_tariff, none. Did you mean 'ppa'?", "One of: supplier, residual_mix, guarantee_of_origin, high_efficiency_chp, energy_attribute_certificate, power_purchase_agreement, green_tariff; or empty."),
    "instrument of a fuel": (gas(instrument="residual_mix"), "instrument", "instrument 'residual_mix' is of market-based electricity, the row gives stationary.", "Leave it empty, or give activity_category electricity."),
    "supplier's rate of nobody": (power(instrument="supplier"), "supplier", "instrument 'supplier' stands without a supplier.", "Fill in the supplier."),
    "supplier without a name": (power(supplier="S.A."), "supplier", "supplier 'S.A.' names nobody.", "The name of the company."),
    # years
    "years turned round": (gas(valid_from=2024, valid_to=2023), "valid_to", "valid_to 2023 is before valid_from 2024.", "Swap the two."),
    "days turned round": (gas(valid_from="2023-05-02", valid_to="2023-05-01"), "valid_to", "valid_to 2023-05-01 is before valid_from 2023-05-02.", "Swap the two."),
    "a day that does not exist": (gas(valid_from="2023-02-30"), "valid_from", "column 'valid_from' holds '2023-02-30', which is no year and no day.", EDGE),
    "a day in another order": (gas(valid_to="31/12/2023"), "valid_to", "column 'valid_to' holds '31/12/2023', which is no year and no day.", EDGE),
    "a day for a data year": (gas(data_year=dt.date(2023, 12, 31)), "data_year", "column 'data_year' holds '2023-12-31', which is no year.", YEAR),
    "an hour": (gas(valid_from="2023-01-01T10:00:00"), "valid_from", "column 'valid_from' holds '2023-01-01T10:00:00', which is no year and no day.", EDGE),
    "uncertainty of no CO2": (gas(co2_fossil_kg=0, ch4_kg=0.001, uncertainty=5), "uncertainty", "the uncertainty is of the CO2, which is 0 here: it would say nothing of CH4 and N2O.", "Leave it empty and state it in uncertainty(assumed=...), or give the factor as co2e_fixed_kg."),
    "bounds twice": (gas(lower=0.1, uncertainty=5), "uncertainty", "the row gives bounds (lower, upper) and an uncertainty.", "Give one of them."),
    "half a year": (gas(valid_from=2022.5), "valid_from", "column 'valid_from' holds '2022.5', which is no year and no day.", EDGE),
    "year in words": (gas(data_year="last"), "data_year", "column 'data_year' holds 'last', which is no year.", YEAR),
    "year 20224": (gas(valid_to=20224), "valid_to", "column 'valid_to' holds '20224', which is no year and no day.", EDGE),
    "year 1066": (gas(valid_from=1066), "valid_from", "column 'valid_from' holds '1066', which is no year and no day.", EDGE),
}  # fmt: skip
