"""Rows that are wrong, and what the calculation has to say of each: one line a case."""
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pandas as pd

from frames import record

SITES = pd.DataFrame(
    [
        {"facility_id": "office", "country": "GB", "type": "office"},
        {"facility_id": "madrid", "country": "ES", "type": "office"},
        {"facility_id": "pole", "country": "AQ", "type": "office"},
        {"facility_id": "lost", "country": "Atlantis"},
        {"facility_id": "blank", "country": None},
        {"facility_id": "closed", "country": "ES", "status": "archived"},
        {"facility_id": "asleep", "country": "ES", "status": "sleeping"},
        {"facility_id": "abroad", "country": "US", "subdivision": "GB-SCT"},
        {"facility_id": "boiler", "country": "GB", "categories": "heat"},
        {"facility_id": "nothing", "country": "GB", "categories": []},
    ]
)
POWER = {"category": "electricity", "activity": "grid_electricity", "unit": "kWh"}
WATER = {"category": "water", "activity": "water_supply", "unit": "m3"}
GAS = {"category": "recharge", "activity": "R-410A", "unit": "kg"}
NO_NUMBER = ("is no number.", "A number with a decimal point and no thousands separator, as in 1234.5.")
NO_DATE = ("is no date.", "An ISO 8601 date, as in 2024-01-31.")
NO_PERIOD = "The first and last day of the period, or a column `year`."
NO_YEAR = ("The year is none.", "A calendar year, as in 2024.")
BAD_PLACE = "Correct the country of the facility: an ISO 3166-1 code (ES, ESP) or name."
CREDIT = "A credit note belongs to the bill that it corrects: net the two, or leave both out."
ACTIVITY = "A fuel, refrigerant or supply of the vocabulary; see `facility-emissions factors find`."
FUEL_UNITS = "Give an energy, mass or volume: kWh_gcv, kWh_ncv, kg, t, l, m3_0C, m3_15C."
AMOUNT = "The amount consumed; 0 only if it was zero."
COVERAGE = "See `facility-emissions coverage"
NULL = "null"  # stands for a value that pandas may show as None, nan, NaT or <NA>


def bad(**changes: object) -> dict[str, object]:
    """Return the sound record of an office in Great Britain, with changes."""
    return record(facility_id="office", **changes) if "facility_id" not in changes else record(**changes)


# name: the record, the column, the value, a part of the reason, a part of the remedy
TABLE: dict[str, tuple[dict[str, object], str, object, str, str]] = {
    # facilities
    "facility unknown": (bad(facility_id="offce"), "facility_id", "offce", "No facility with this id was given. Did you mean 'office'?", "Add it to the facilities, or correct the id."),
    "facility missing": (bad(facility_id=None), "facility_id", NULL, "The facility_id is missing.", "The id of one of the facilities given."),
    "facility blank": (bad(facility_id="  "), "facility_id", "  ", "No facility with this id was given.", "Add it"),
    "facility is a list": (bad(facility_id=["office"]), "facility_id", ["office"], "No facility with this id", "Add it"),
    "facility archived": (bad(facility_id="closed"), "facility_id", "closed", "The facility is archived.", "Set it to active, or use Method(include_archived=True)."),
    "facility status": (bad(facility_id="asleep"), "facility_id", "asleep", "The facility's status is 'sleeping'; known: active, archived.", "Correct the status"),
    "country unknown": (bad(facility_id="lost"), "facility_id", "lost", "'Atlantis' is no country known here.", BAD_PLACE),
    "country missing": (bad(facility_id="blank"), "facility_id", "blank", "The facility has no country.", BAD_PLACE),
    "subdivision abroad": (bad(facility_id="abroad"), "facility_id", "abroad", "GB-SCT (Scotland) lies in United Kingdom, but the country is United States.", "Correct"),
    # words
    "category misspelt": (bad(category="heet"), "category", "heet", "Unknown category 'heet'. Did you mean 'heat'?", "One of: heat, electricity, water, recharge."),
    "category null": (bad(category=None), "category", NULL, "The column 'category' is empty.", "One of: heat, electricity"),
    "category blank": (bad(category=" "), "category", " ", "The column 'category' is empty.", "One of: heat"),
    "category of the API only": (bad(category="process"), "category", "process", "is not calculated here", "One of: heat"),
    "activity misspelt": (bad(activity="natural gass"), "activity", "natural gass", "Unknown activity 'natural gass' of category 'heat'. Did you mean 'natural_gas'?", ACTIVITY),
    "activity unknown": (bad(activity="unobtainium"), "activity", "unobtainium", "Unknown activity 'unobtainium'", ACTIVITY),
    "activity null": (bad(activity=None), "activity", NULL, "The column 'activity' is empty.", ACTIVITY),
    "activity bytes": (bad(activity=b"natural_gas"), "activity", b"natural_gas", "Unknown activity", ACTIVITY),
    "activity a number": (bad(activity=5), "activity", 5, "Unknown activity '5'", ACTIVITY),
    "activity elsewhere": (bad(activity="water"), "activity", "water", "'water_supply' of category 'water', not of 'heat'", ACTIVITY),
    "brand, not gas": (bad(**{**GAS, "activity": "Freon"}), "activity", "Freon", "Freon is a brand", ACTIVITY),
    "contract unknown": (bad(**POWER, contract="gold"), "contract", "gold", "Unknown contract 'gold'; known: guarantee_of_origin, high_efficiency_chp,", "One of: guarantee_of_origin"),
    "sector unknown": (bad(sector="farming"), "sector", "farming", "Unknown sector 'farming'; known: commercial, manufacturing", "An IPCC sector."),
    "heat basis unknown": (bad(unit="kWh", heat_basis="ncc"), "heat_basis", "ncc", "Unknown heat_basis 'ncc'; known: gcv (PCS, HHV), ncv", "gcv or ncv."),
    "heat basis against the unit": (bad(unit="kWh_gcv", heat_basis="PCI"), "heat_basis", "PCI", "heat_basis 'ncv' contradicts the unit 'kWh_gcv'.", "Leave the heat_basis empty, or correct one of the two."),
    "custom factor unknown": (bad(custom_factor_id="mine"), "custom_factor_id", "mine", "No custom factor 'mine' was given.", "Pass it in calculate(custom_factors=...)."),
    # units
    "unit misspelt": (bad(unit="kWhh"), "unit", "kWhh", "Unknown unit 'kWhh'. Did you mean 'kWh'", FUEL_UNITS),
    "unit null": (bad(unit=None), "unit", NULL, "The column 'unit' is empty.", FUEL_UNITS),
    "unit blank": (bad(unit="\t"), "unit", "\t", "The column 'unit' is empty.", FUEL_UNITS),
    "milli or mega": (bad(unit="mWh"), "unit", "mWh", "Did you mean 'MWh' (10^9 × mWh)?", FUEL_UNITS),
    "which ton": (bad(unit="ton"), "unit", "ton", "Write 't' (tonne, 1000 kg), 'short_ton' (907.18474 kg)", FUEL_UNITS),
    "which gallon": (bad(activity="diesel", unit="gallon"), "unit", "gallon", "Write 'gallon_us' (3.785411784 l) or 'gallon_uk'", FUEL_UNITS),
    "power": (bad(unit="kW"), "unit", "kW", "That is power, not energy. Write 'kWh' or 'MWh'.", FUEL_UNITS),
    "litres of beer": (bad(unit="litres of beer"), "unit", "litres of beer", "Unknown unit 'litres of beer'.", FUEL_UNITS),
    "kWh of refrigerant": (bad(**{**GAS, "unit": "kWh"}), "unit", "kWh", "'kWh' (energy) does not measure R-410A.", "Give a mass: kg, g, t or lb."),
    "litres of refrigerant": (bad(**{**GAS, "unit": "l"}), "unit", "l", "'l' (volume) does not measure R-410A.", "Give a mass"),
    "m3 of electricity": (bad(**{**POWER, "unit": "m3"}), "unit", "m3", "'m3' (volume) does not measure grid_electricity.", "Give an energy without heating-value basis: kWh, MWh, GJ."),
    "gross kWh of electricity": (bad(**{**POWER, "unit": "kWh_gcv"}), "unit", "kWh_gcv", "'kWh_gcv' (energy (gcv)) does not measure grid_electricity.", "Give an energy without"),
    "kWh of water": (bad(**{**WATER, "unit": "kWh"}), "unit", "kWh", "'kWh' (energy) does not measure water_supply.", "Give a volume: m3 or l"),
    "m3 of gas": (bad(unit="m3"), "unit", "m3", "m3 of natural_gas does not say at which conditions the gas is measured", "Give kWh from the bill; or m3_0C (normal, Nm3) or m3_15C (standard, Sm3) with a custom factor."),
    "m3 of heat": (bad(activity="district_heat", unit="m3"), "unit", "m3", "district_heat is metered as energy; m3 is volume.", "Give kWh, MWh or GJ of heat"),
    "m3 out of reach": (bad(unit="m3_0C"), "unit", "m3_0C", "that m3_0C can reach", "in one of: kWh_gcv, kWh_ncv, kg (or a multiple); or a custom factor per m3_0C."),
    "litres of biogas": (bad(activity="biogas", unit="l"), "unit", "l", "l of biogas does not say at which conditions the gas is measured", "Give the energy of the bill (therm, mmBtu, kWh);"),
    # quantities
    "negative": (bad(quantity=-5.0), "quantity", -5.0, "The quantity is negative.", CREDIT),
    "NaN": (bad(quantity=math.nan), "quantity", NULL, "The quantity is missing.", AMOUNT),
    "None": (bad(quantity=None), "quantity", NULL, "The quantity is missing.", AMOUNT),
    "NA": (bad(quantity=pd.NA), "quantity", NULL, "The quantity is missing.", AMOUNT),
    "infinite": (bad(quantity=math.inf), "quantity", math.inf, "The quantity is infinite.", "A finite number."),
    "minus infinite": (bad(quantity=-math.inf), "quantity", -math.inf, "The quantity is infinite.", "A finite number."),
    "text": (bad(quantity="lots"), "quantity", "lots", "The quantity is no number.", NO_NUMBER[1]),
    "decimal comma": (bad(quantity="1.234,5"), "quantity", "1.234,5", *NO_NUMBER),
    "thousands comma": (bad(quantity="1,234"), "quantity", "1,234", *NO_NUMBER),
    "underscore": (bad(quantity="1_000"), "quantity", "1_000", *NO_NUMBER),
    "unit in the number": (bad(quantity="12 kWh"), "quantity", "12 kWh", *NO_NUMBER),
    "text nan": (bad(quantity="nan"), "quantity", "nan", *NO_NUMBER),
    "text inf": (bad(quantity="inf"), "quantity", "inf", *NO_NUMBER),
    "empty text": (bad(quantity=""), "quantity", "", *NO_NUMBER),
    "true": (bad(quantity=True), "quantity", True, *NO_NUMBER),
    "bytes": (bad(quantity=b"12"), "quantity", b"12", *NO_NUMBER),
    "a list": (bad(quantity=[12]), "quantity", [12], *NO_NUMBER),
    "a date for a number": (bad(quantity=dt.date(2024, 1, 1)), "quantity", dt.date(2024, 1, 1), *NO_NUMBER),
    "beyond a float": (bad(quantity=10**400), "quantity", 10**400, *NO_NUMBER),
    "Decimal infinity": (bad(quantity=Decimal("Infinity")), "quantity", Decimal("Infinity"), "The quantity is infinite.", "A finite"),
    "base negative": (bad(quantity=None, base_quantity=-5.0, percentage=1.0), "base_quantity", -5.0, "The base_quantity is negative.", CREDIT),
    "base text": (bad(quantity=None, base_quantity="x", percentage=1.0), "base_quantity", "x", "The base_quantity is no number.", NO_NUMBER[1]),
    "base times share is another": (bad(quantity=60.0, base_quantity=100.0, percentage=0.5), "quantity", 60.0, "quantity 60 is not base_quantity 100 x percentage 0.5 = 50.", "Correct one of the three."),
    "nothing given": (bad(quantity=None, base_quantity=None), "quantity", NULL, "The quantity is missing.", AMOUNT),
    # shares
    "share above 1": (bad(percentage=1.5), "percentage", 1.5, "The percentage is no share.", "0 to 1, as in 0.25."),
    "share below 0": (bad(percentage=-0.1), "percentage", -0.1, "The percentage is no share.", "0 to 1"),
    "share as text": (bad(percentage="half"), "percentage", "half", "The percentage is no share.", "0 to 1"),
    "share alone": (bad(percentage=0.5, record_id="bill"), "percentage", 0.5, "The shares of record 'bill' in this frame sum to 0.5, not 1.", "Give all shares of the record"),
    # dates
    "start missing": (bad(start_date=None), "start_date", NULL, "The start_date is missing.", NO_PERIOD),
    "end missing": (bad(end_date=None), "end_date", NULL, "The end_date is missing.", NO_PERIOD),
    "end NaT": (bad(start_date=pd.Timestamp("2023-01-01"), end_date=pd.NaT), "end_date", NULL, "The end_date is missing.", NO_PERIOD),
    "end NaT beside text": (bad(end_date=pd.NaT), "end_date", NULL, "The end_date is missing.", NO_PERIOD),
    "reversed": (bad(start_date="2023-02-01"), "end_date", "2023-01-31", "The end_date is before the start_date.", "Swap the two dates."),
    "reversed across years": (bad(start_date="2024-02-01", end_date="2022-02-01"), "end_date", "2022-02-01", "The end_date is before", "Swap"),
    "day first": (bad(start_date="01/02/2023"), "start_date", "01/02/2023", *NO_DATE),
    "no such day": (bad(start_date="2023-02-30"), "start_date", "2023-02-30", *NO_DATE),
    "month only": (bad(start_date="2023-01"), "start_date", "2023-01", *NO_DATE),
    "a number for a date": (bad(start_date=20230101), "start_date", 20230101, *NO_DATE),
    "word for a date": (bad(start_date="yesterday"), "start_date", "yesterday", *NO_DATE),
    "empty date": (bad(end_date=""), "end_date", "", *NO_DATE),
    "bytes for a date": (bad(end_date=b"2023-01-31"), "end_date", b"2023-01-31", *NO_DATE),
    "a list for a date": (bad(end_date=["2023-01-31"]), "end_date", ["2023-01-31"], *NO_DATE),
    "year 20224": (bad(end_date="20224-01-31"), "end_date", "20224-01-31", *NO_DATE),
    "year 2204": (bad(end_date="2204-01-31"), "end_date", "2204-01-31", "The end_date is outside the years 1900 to 2100.", "Correct the year."),
    "year 1066": (bad(start_date="1066-10-14"), "start_date", "1066-10-14", "The start_date is outside the years 1900 to 2100.", "Correct the year."),
    "year 1066 as a date": (bad(start_date=dt.date(1066, 10, 14)), "start_date", dt.date(1066, 10, 14), "The start_date is outside", "Correct the year."),
    "year and a half": (bad(start_date=None, end_date=None, year=2023.5), "year", 2023.5, *NO_YEAR),
    "year in words": (bad(start_date=None, end_date=None, year="soon"), "year", "soon", *NO_YEAR),
    "year too long": (bad(start_date=None, end_date=None, year=20224.0), "year", 20224.0, *NO_YEAR),
    "before the data": (bad(start_date="1950-01-01", end_date="1950-12-31"), "activity", "natural_gas", "No published stationary factor for natural_gas in GB, 1950, or in a year near enough.", f"{COVERAGE} GB`"),
    "after the data": (bad(**POWER, start_date="2050-01-01", end_date="2050-12-31"), "activity", "grid_electricity", "No published electricity_location_based factor for grid_electricity in GB, 2050", f"{COVERAGE} GB`"),
    # nothing published
    "no country's data": (bad(facility_id="pole", **POWER), "activity", "grid_electricity", "No published electricity_location_based factor for grid_electricity in AQ, 2023", f"{COVERAGE} AQ`"),
    "water in Spain": (bad(facility_id="madrid", **WATER), "activity", "water_supply", "No official factor for water in Spain: MITECO V31 has none.", "Give the supplier's factor as a custom factor"),
    "district heat in Spain": (bad(facility_id="madrid", activity="district_heat", unit="kWh"), "activity", "district_heat", "MITECO V31 gives no factor for purchased heat", "Ask the supplying company"),
    "blend not read": (bad(**{**GAS, "activity": "R-427B"}), "activity", "R-427B", "No composition and no GWP of this blend was read", "Give a custom factor [kg CO2e/kg]"),
    "no GWP in the set": (bad(**{**GAS, "activity": "HFO-1336mzz(E)"}), "activity", "HFO-1336mzz(E)", "HFO-1336mzz(E) has no GWP in AR5 over 100 years; it has one in AR6 (100 and 20 years).", "Choose a set that has it (Method(gwp=...)), or a custom factor."),
    # terms, recovered gas, uncertainty
    "term of another activity": (bad(cop=3.0), "cop", 3.0, "cop says nothing of natural_gas.", "Leave it empty; for natural_gas there is no such column."),
    "share of a contract": (bad(**POWER, contract_share=1.2), "contract_share", 1.2, "The contract_share cannot be read: 1.2 is not at least 0 and at most 1.", "0 to 1, as in 0.25."),
    "share in percent": (bad(**POWER, contract_share=60.0), "contract_share", 60.0, "The contract_share cannot be read: 60 is not at least 0 and at most 1 (60 % is 0.6).", "0 to 1, as in 0.25."),
    "share in words": (bad(**WATER, return_share="most"), "return_share", "most", "The return_share cannot be read: 'most' is no number.", "0 to 1, as in 0.25."),
    "share of true": (bad(**WATER, return_share=True), "return_share", True, "The return_share cannot be read: 'True' is no number.", "0 to 1"),
    "efficiency of zero": (bad(efficiency=0.0), "efficiency", 0.0, "The efficiency cannot be read: 0 is not above 0.", "A number above 0, as in 0.9."),
    "everything lost": (bad(network_loss=1.0), "network_loss", 1.0, "The network_loss cannot be read: 1 is not at least 0 and below 1.", "0 to below 1"),
    "infinite cop": (bad(cop=math.inf), "cop", math.inf, "The cop cannot be read: inf is not finite.", "A number above 0"),
    "fuel of an estimate": (bad(estimate_fuel="R-410A"), "estimate_fuel", "R-410A", "'R-410A' is no fuel.", "A fuel of the vocabulary"),
    "fuel unknown": (bad(estimate_fuel="natural gaz"), "estimate_fuel", "natural gaz", "Did you mean 'natural_gas'", "A fuel of the vocabulary"),
    "share with an underscore": (bad(**WATER, return_share="0_1"), "return_share", "0_1", "The return_share cannot be read: '0_1' is no number.", "0 to 1"),
    "more than a day of a contract": (bad(**POWER, contract_end="2023-06-30, or so"), "contract_end", "2023-06-30, or so", "'2023-06-30, or so' is no date.", "An ISO 8601 date"),
    "week of a contract": (bad(**POWER, contract_end="2023-W20-1"), "contract_end", "2023-W20-1", "'2023-W20-1' is no date.", "An ISO 8601 date"),
    "day of a contract": (bad(**POWER, contract_start="01/02/2023"), "contract_start", "01/02/2023", "'01/02/2023' is no date.", "An ISO 8601 date, as in 2024-01-31."),
    "basis of a quantity": (bad(quantity_basis="guesed"), "quantity_basis", "guesed", "Unknown quantity_basis 'guesed'; known: metered, invoiced, calculated, estimated.", "How the quantity is known."),
    "more recovered": (bad(**GAS, quantity=2.0, recovered=3.0), "recovered", 3.0, "More was recovered than the quantity.", "Both in the row's unit"),
    "recovered below zero": (bad(**GAS, recovered=-1.0), "recovered", -1.0, "The recovered amount is negative.", "Zero or more."),
    "recovered in words": (bad(**GAS, recovered="all"), "recovered", "all", "The recovered amount is no number.", "A number with a decimal point"),
    "recovered fuel": (bad(recovered=1.0), "recovered", 1.0, "Only refrigerants are recovered.", "Leave it empty, or subtract it from the quantity."),
    "uncertainty below zero": (bad(quantity_uncertainty=-5.0), "quantity_uncertainty", -5.0, "The uncertainty of the quantity is negative.", "Zero or more."),
    "uncertainty in words": (bad(quantity_uncertainty="5 %"), "quantity_uncertainty", "5 %", "The uncertainty of the quantity is no number.", "A number with a decimal point"),
}  # fmt: skip
