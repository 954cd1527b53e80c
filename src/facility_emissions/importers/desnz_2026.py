"""DESNZ conversion factors of 2026: fuels and heat, as far as they were transcribed.

The workbook of 2026 is not held; about fifteen of its figures were copied with their gases. Their
edition is in `sources.csv` with the electricity of the same year (`national_grids`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.grid_rows import AR5_CH4, AR5_N2O, number, read_table
from facility_emissions.importers.national_fuels import COLUMNS, FILE
from facility_emissions.importers.tidy import Import, LayoutError, Row

YEAR = 2026
GASES = re.compile(r"CO2 ([\d.]+) CH4 ([\d.]+) N2O ([\d.]+)(?: \(CO2e AR5\))?")
UNITS = {
    ("kg CO2e/kWh", "GCV"): ("kWh", "gcv"),
    ("kg CO2e/kWh", "NCV"): ("kWh", "ncv"),
    ("kg CO2e/kWh", "-"): ("kWh", ""),
    ("kg CO2e/kWh heat", "-"): ("kWh", ""),
    ("kg CO2e/litre", "-"): ("l", ""),
}
EDITIONS = ("2026 v1.2", "2026", "2024 and 2026")
_HEAT = ("district_heat", "steam")
_HEAT_LOSSES = ("district_heat_losses", "steam_losses")
_LOSSES = "electricity_transmission_and_distribution"
_UPSTREAM = "stationary_generation"
# Name: figure, activities, boundary.
NAMES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "Natural gas": ("stationary", ("natural_gas",), "direct"),
    "Propane": ("stationary", ("propane",), "direct"),
    "Diesel (average biofuel blend)": ("stationary", ("diesel_average_blend",), "direct"),
    "Petrol (average biofuel blend)": ("stationary", ("petrol_average_blend",), "direct"),
    "Gas oil / distillate oil": ("stationary", ("gas_oil_heating", "gas_oil_b"), "direct"),
    "Fuel oil / residual oil": ("stationary", ("fuel_oil",), "direct"),
    "District heat and steam": ("purchased_heat", _HEAT, "direct"),
    "WTT natural gas": (_UPSTREAM, ("natural_gas",), "upstream"),
    "WTT propane": (_UPSTREAM, ("propane",), "upstream"),
    "WTT district heat and steam": (_UPSTREAM, _HEAT, "upstream"),
    "T&D loss district heat 5%": (_LOSSES, _HEAT, "losses"),
    "WTT of T&D district heat": (_UPSTREAM, _HEAT_LOSSES, "upstream"),
}
LEFT_OUT = {
    "WTT processed fuel oils - distillate oil": "no alias of gas oil: its upstream is half as high again",
    ("WTT natural gas", "kg CO2e/m3"): "temperature and pressure of the gas are not stated",
}


def read(folder: Path) -> Import:
    """Read the rows of the United Kingdom.

    Raises:
        LayoutError: an edition, name or unit that is not known, or gases that do not add up.
    """
    imported = Import()
    table = read_table(folder / FILE, COLUMNS)
    imported.add_factors("heat/desnz_2026.csv", _rows([row for row in table if row["country"] == "UK"]))
    return imported


def _rows(table: list[dict[str, str]]) -> Iterator[Row]:
    for row in table:
        name, where = row["fuel"], f"{FILE}, UK, {row['fuel']}"
        if name in LEFT_OUT or (name, row["unit"]) in LEFT_OUT:
            continue
        if row["publisher"] != "DESNZ" or row["edition"] not in EDITIONS or name not in NAMES:
            raise LayoutError(f"{where}: unknown name or edition {row['edition']!r}; add it to NAMES or LEFT_OUT.")
        if (row["unit"], row["basis"]) not in UNITS:
            raise LayoutError(f"{where}: unknown unit {row['unit']!r} on {row['basis']!r}.")
        category, activities, boundary = NAMES[name]
        unit, basis = UNITS[row["unit"], row["basis"]]
        printed = row["value"].rpartition("/")[2].strip()  # '0.00946 / 0.00945': of 2024 and of 2026
        for activity in activities:
            yield {
                "activity_category": category,
                "activity": activity,
                "country": "GB",
                "valid_from": YEAR,
                "valid_to": YEAR,
                "unit": unit,
                "basis": basis,
                "boundary": boundary,
                **_masses(row["gases"], number(printed, where), where),
                "source_id": "desnz",
                "edition": str(YEAR),
                "locator": name,
                "note": "transcribed",
            }


def _masses(gases: str, total: float, where: str) -> dict[str, object]:
    """Return the masses of gas, of columns in kgCO2e; a CO2e in AR5 where the gases are not split."""
    split = GASES.fullmatch(gases)
    if split is None:
        if gases != "CO2e":
            raise LayoutError(f"{where}: gases {gases!r}; expected CO2e, or CO2, CH4 and N2O.")
        return {"co2e_fixed_kg": total, "gwp_of_co2e_fixed": "AR5"}
    co2, ch4, n2o = (number(part, where) for part in split.groups())
    if abs(co2 + ch4 + n2o - total) > 1.5e-5:
        raise LayoutError(f"{where}: the gases do not add up to {total}.")
    return {"co2_fossil_kg": co2, "ch4_kg": ch4 / AR5_CH4, "n2o_kg": n2o / AR5_N2O}
