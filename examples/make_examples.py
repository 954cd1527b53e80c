"""Write the example inputs: made-up consumption of made-up facilities, the same on every run.

Only the quantities are invented; nothing here is a factor. Two rows are wrong on purpose.
"""

from __future__ import annotations

import calendar
import csv
import math
import random
from pathlib import Path

HERE = Path(__file__).parent
YEARS = (2021, 2022, 2023, 2024)

# id, name, country, subdivision, type, categories, cups, logistic_factor, m2,
# kWh electricity a year, (fuel, unit, amount a year), m3 water a year, (refrigerant, kg in a year)
SITES = [
    ("es-mad-hq", "Madrid headquarters", "ES", "", "office", "ES0031405000000001AA", "0.0", 8200,
     912_000, ("natural_gas", "kWh_gcv", 388_000), 4_100, ("R-410A", 3.2)),
    ("es-bcn-dc", "Barcelona distribution centre", "ES", "ES-CT", "warehouse", "ES0031406000000002BB", "0.9", 24500,
     1_740_000, ("gas_oil_heating", "l", 21_500), 2_300, ("R-449A", 11.5)),
    ("es-zaz-fac", "Zaragoza factory", "España", "", "factory", "ES0031407000000003CC", "", 18300,
     4_260_000, ("natural_gas", "kWh_gcv", 6_150_000), 15_800, ("HFC-134a", 6.0)),
    ("pt-lis-off", "Lisbon office", "PT", "", "office", "", "0.8", 2100,
     214_000, ("propane", "kg", 3_900), 900, ("R-32", 1.1)),
    ("fr-lyo-dc", "Lyon warehouse", "FRA", "", "warehouse", "", "0.8", 16200,
     1_015_000, ("natural_gas", "kWh_gcv", 710_000), 1_600, ("R-448A", 8.4)),
    ("de-ham-dc", "Hamburg cold store", "DE", "", "warehouse", "", "1.0", 12900,
     3_380_000, ("natural_gas", "kWh_gcv", 260_000), 3_900, ("R-507A", 14.0)),
    ("it-mil-off", "Milan office", "IT", "", "office", "", "0.8", 3300,
     342_000, ("natural_gas", "kWh_ncv", 198_000), 1_500, ("R-410A", 1.9)),
    ("gb-man-dc", "Manchester warehouse", "UK", "", "warehouse", "", "0.85", 15400,
     1_230_000, ("natural_gas", "kWh_gcv", 640_000), 2_700, ("R-404A", 9.7)),
    ("gb-lon-off", "London office", "GB", "", "office", "", "0.8", 2900,
     398_000, ("district_heat", "kWh", 176_000), 1_200, ("R-410A", 1.4)),
    ("pl-ktw-fac", "Katowice factory", "PL", "", "factory", "", "0.5", 21000,
     5_100_000, ("coal_bituminous", "t", 410), 9_400, ("R-407C", 5.2)),
    ("nl-rtm-dc", "Rotterdam terminal", "Netherlands", "", "warehouse", "", "1.0", 30200,
     2_650_000, ("biodiesel_fame", "kWh_ncv", 95_000), 4_400, ("R-452A", 7.7)),
    ("us-dal-dc", "Dallas distribution centre", "US", "US-TX", "warehouse", "", "0.8", 41000,
     3_900_000, ("natural_gas", "therm", 18_200), 6_100, ("R-410A", 10.3)),
    ("mx-mty-fac", "Monterrey plant", "MX", "", "factory", "", "0.6", 16700,
     3_120_000, ("lpg", "kg", 88_000), 8_800, ("R-22", 4.5)),
    ("at-vie-off", "Vienna office", "AT", "", "office", "", "0.8", 2600,
     251_000, ("wood_pellets", "t", 46), 1_000, ("R-32", 0.9)),
]  # fmt: skip
SUPPLIERS = {"es-mad-hq": "IBERDROLA CLIENTES, S.A.U.", "es-bcn-dc": ""}
COLUMNS = ["record_id", "facility_id", "category", "activity", "quantity", "unit", "start_date", "end_date",
           "supplier", "contract"]  # fmt: skip


def season(month: int, winter: float) -> float:
    """Return the share of a month in a year, with its weight on the winter."""
    weights = [1 + winter * math.cos((m - 1) * math.tau / 12) for m in range(1, 13)]
    return weights[month - 1] / sum(weights)


def rows() -> list[dict[str, object]]:
    """Return all consumption rows, two of them wrong on purpose."""
    dice = random.Random(20241231)
    out: list[dict[str, object]] = []

    def add(site: str, what: str, quantity: float, unit: str, start: str, end: str, **more: str) -> None:
        category, activity = what.split("/")
        words = {"record_id": f"inv-{len(out) + 1:05d}", "facility_id": site, "category": category}
        period = {"start_date": start, "end_date": end}
        out.append({**words, "activity": activity, "quantity": round(quantity, 2), "unit": unit, **period, **more})

    for site, _, country, _, _, _, _, _, kwh, (fuel, fuel_unit, amount), water, (gas, kg) in SITES:
        for year in YEARS:
            trend = 1 - 0.02 * (year - YEARS[0])
            for month in range(1, 13):
                days = f"{year}-{month:02d}-01", f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"
                noise = dice.uniform(0.94, 1.06) * trend
                contract = "guarantee_of_origin" if site == "es-zaz-fac" and year >= 2023 else ""
                supply = {"supplier": SUPPLIERS.get(site, ""), "contract": contract}
                add(site, "electricity/grid_electricity", kwh * season(month, 0.1) * noise, "kWh", *days, **supply)
                add(site, f"heat/{fuel}", amount * season(month, 0.85) * noise, fuel_unit, *days)
            if country in ("GB", "UK"):  # no water factor is published for the other countries
                # water is billed half-yearly; the winter bill runs over New Year
                add(site, "water/water_supply", water * 0.5 * trend, "m3", f"{year}-05-16", f"{year}-11-15")
                add(site, "water/water_supply", water * 0.5 * trend, "m3", f"{year}-11-16", f"{year + 1}-05-15")
                add(site, "water/water_treatment", water * 0.95 * trend, "m3", f"{year}-01-01", f"{year}-12-31")
            if dice.random() < 0.8:
                add(site, f"recharge/{gas}", kg * dice.uniform(0.3, 1.2), "kg", f"{year}-07-01", f"{year}-07-31")
    # Wrong on purpose: gas in m3 that does not say at which conditions; a facility that is not there.
    add("fr-lyo-dc", "heat/natural_gas", 1250, "m3", "2024-03-01", "2024-03-31")
    add("es-mad-h1", "electricity/grid_electricity", 71_400, "kWh", "2024-04-01", "2024-04-30")
    return out


def main() -> None:
    """Write facilities.csv and consumption.csv beside this file."""
    names = ["facility_id", "name", "country", "subdivision", "type", "status", "categories", "cups_list",
             "logistic_factor", "surface_m2"]  # fmt: skip
    with (HERE / "facilities.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(names)
        for site, name, country, subdivision, kind, cups, factor, area, *_ in SITES:
            writer.writerow(
                [
                    site,
                    name,
                    country,
                    subdivision,
                    kind,
                    "active",
                    "heat|electricity|water|recharge",
                    cups,
                    factor,
                    area,
                ]
            )
    with (HERE / "consumption.csv").open("w", newline="", encoding="utf-8") as handle:
        table = csv.DictWriter(handle, COLUMNS, lineterminator="\n", restval="")
        table.writeheader()
        table.writerows(rows())


if __name__ == "__main__":
    main()
