"""Golden values typed from the workbooks "Carbon Emission Factors and Calorific Values from the UK GHG Inventory"."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facility_emissions import bundle
from facility_emissions.factors.schema import parse_factor
from facility_emissions.importers import uk_ggi
from facility_emissions.importers.tidy import LayoutError

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
FILE = SOURCES / "desnz" / "uk-ggi-carbon-emission-factors-2025.xlsx"
needs_files = pytest.mark.skipif(not FILE.is_file(), reason="the workbooks are not here")

# Sheet "Emission_Factors_&_CVs": year, sector, activity, row, t CO2/TJ (net), CO2 EF (Gross) per Mt or None.
GOLDEN = [
    (2024, "energy_industries", "coal_bituminous", 6, 92.10997517865249, 2250.222438039642),
    (2024, "energy_industries", "fuel_oil", 9, 78.93268602915964, 3198.172556367994),
    (2024, "manufacturing", "lpg", 46, 63.88301707079393, None),
    (2024, "manufacturing", "coke_oven_coke", 41, 96.47221284519597, 2874.87194278684),
    (2024, "manufacturing", "waste_oil", 55, 79.2258, 3228.6282),
    (2024, "commercial", "kerosene", 66, 71.7778, 3149.6667),
    (2025, "energy_industries", "municipal_waste_fossil", 11, 91.4945, 1347.99),
    (2025, "manufacturing", "coal_bituminous", 51, 94.0278, 2388.7468),
    (2025, "manufacturing", "petroleum_coke", 53, 93.089, 2908.532),
    (2025, "manufacturing", "tyres", 56, 58.0766, 1610.1872),
    (2025, "manufacturing", "other_petroleum_gas", 49, 55.58, None),
    (2025, "manufacturing", "patent_fuel", 50, 93.2698, 2896.6667),
    (2025, "commercial", "gas_oil_heating", 62, 74.9375, 3190.0),
    (2025, "commercial", "gas_oil_b", 62, 74.9375, 3190.0),
]


@pytest.mark.parametrize(("year", "sector", "activity", "row", "net", "mass"), GOLDEN)
def test_factors(year: int, sector: str, activity: str, row: int, net: float, mass: float | None) -> None:
    rows = [parse_factor(r, "heat/uk_ggi.csv") for r in bundle.rows("heat/uk_ggi.csv")]
    found = {
        f.unit_id: f for f in rows if (f.valid_from, f.valid_to, f.sector, f.activity) == (year, year, sector, activity)
    }
    assert set(found) == {"TJ_ncv"} | ({"t"} if mass else set())
    assert found["TJ_ncv"].co2_fossil_kg == pytest.approx(net * 1000, rel=1e-6)
    if mass:
        assert found["t"].co2_fossil_kg == pytest.approx(mass, rel=1e-6)
    assert f"row {row}," in found["TJ_ncv"].locator
    assert found["TJ_ncv"].data_year == year - 2


def test_ratio_of_net_to_gross() -> None:
    """Column "Conversion factors for gross to net energy consumption"."""
    rows = bundle.rows("heat/properties_uk_ggi.csv")
    assert {r["property"] for r in rows} == {"ncv_gcv_ratio"}
    found = {r["activity"]: float(r["value"]) for r in rows if r["edition"] == "2025"}
    assert (found["lpg"], found["fuel_oil"], found["coal_bituminous"]) == (0.9313, 0.94, 0.95)


def test_gases_of_steelworks_are_left_out() -> None:
    activities = {r["activity"] for r in bundle.rows("heat/uk_ggi.csv")}
    assert not {"blast_furnace_gas", "coke_oven_gas", "natural_gas"} & activities


class Book:
    """A workbook of which cells have been changed."""

    def __init__(self, book: Any, change: Callable[[str, list[list[object]]], None]) -> None:
        self.book, self.change = book, change

    def get_sheet_by_name(self, name: str) -> Any:
        grid = self.book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        self.change(name, grid)

        class Sheet:
            def to_python(self, **_: object) -> list[list[object]]:
                return grid

        return Sheet()


def put(sheet: str, row: int, column: int, value: object) -> Callable[[str, list[list[object]]], None]:
    def change(name: str, grid: list[list[object]]) -> None:
        if name == sheet:
            grid[row - 1][column] = value

    return change


S = uk_ggi.SHEET


@needs_files
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("Cover", 5, 0, dt.date(2026, 8, 1)), "expected the issue released on"),
        (put(S, 5, 6, "CO2 tCO2/TJ (gross)"), "heads"),
        (put(S, 41, 2, "Charcoal"), "Charcoal: unknown"),
        (put(S, 41, 1, "Ceramics"), "Ceramics: Coke: unknown"),
        (put(S, 45, 5, "t C per GJ"), "expected 'kt C per Mt"),
        (put(S, 45, 8, "MJ/kg"), "calorific values in 'MJ/kg'"),
        (put(S, 45, 4, 3200.0), "do not follow from each other"),
        (put(S, 45, 6, 76.0), "do not follow from each other"),
        (put(S, 45, 10, 43.5), "do not follow from each other"),
        (put(S, 45, 4, "n/a"), "is no figure"),
        (put(S, 50, 2, "Biomass"), "no row of"),
    ],
)
def test_stops_at_what_is_unknown(
    change: Callable[[str, list[list[object]]], None], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calamine = pytest.importorskip("python_calamine")
    real = calamine.CalamineWorkbook

    class Changed:
        @staticmethod
        def from_path(path: Path) -> Book:
            return Book(real.from_path(path), change)

    monkeypatch.setattr(calamine, "CalamineWorkbook", Changed)
    with pytest.raises(LayoutError, match=message):
        uk_ggi.read(SOURCES)


@needs_files
def test_one_ratio_for_all_sectors() -> None:
    lines = list(uk_ggi._lines(SOURCES, 2025))
    year, _, activity, note, cells, where = lines[0]
    other = [*cells[:8], 0.5, *cells[9:]]
    with pytest.raises(LayoutError, match="in another sector"):
        list(uk_ggi._ratios([*lines, (year, "commercial", activity, note, other, where)]))
