"""Proof: every kgCO2e that MITECO's calculator V31 prints, recomputed from the gases that we store.

Fuels: sheet "10. Factores de emisión", rows 8-39 print kgCO2e by year, rows 72-103 the gases; AR6 with CH4 27.9
and N2O 273, as the calculator counts. Refrigerants: the two tables of section 3, "PCA 6AR".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import facility_emissions as fe
from facility_emissions import bundle, gwp

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
WORKBOOK = SOURCES / "miteco" / "calculadora_hc_tcm30-485617_v31.xlsx"
needs_workbook = pytest.mark.skipif(not WORKBOOK.is_file(), reason="the publisher's workbook is not here")

HALF_A_GRAM = 0.0005  # three decimals are printed, of the total and of each gas


def sheet() -> list[list[object]]:
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(WORKBOOK)
    return book.get_sheet_by_name("10. Factores de emisión").to_python(skip_empty_area=False)  # type: ignore[no-any-return]


def label(cell: object) -> str:
    return " ".join(str(cell).rstrip("*").split())


def printed_totals() -> Iterator[tuple[str, int, float]]:
    """Label, year and kgCO2e per unit of the first table of the sheet."""
    grid = sheet()
    top = next(i for i, row in enumerate(grid) if "Factores de emisión (kgCO2e/ud)" in row)
    years = next(i for i in range(top, len(grid)) if grid[i][6] == 2007)
    for row in grid[years + 1 :]:
        if str(row[4]).startswith("* Factor"):
            return
        for column in range(6, 24):
            if isinstance(row[column], float):
                yield label(row[4]), int(grid[years][column]), row[column]  # type: ignore[call-overload]


def stored() -> dict[tuple[str, int], tuple[str, float]]:
    """Our kgCO2e by the publisher's label and year, from the masses of the bundled table."""
    found = {}
    for row in bundle.rows("heat/miteco.csv"):
        name = re.search(r"'(.+)'$", row["locator"])
        assert name, row["locator"]
        kg = {gas: float(row[f"{gas}_kg"] or 0) for gas in ("co2_fossil", "ch4", "n2o")}
        total = kg["co2_fossil"] + kg["ch4"] * gwp.gwp("CH4", "AR6") + kg["n2o"] * gwp.gwp("N2O", "AR6")
        found[label(name[1]), int(row["valid_from"])] = (row["factor_id"], total)
    return found


@needs_workbook
def test_every_total_of_the_stationary_fuels() -> None:
    assert (gwp.gwp("CH4", "AR6"), gwp.gwp("N2O", "AR6")) == (27.9, 273)
    ours, worst, compared = stored(), (0.0, ""), 0
    for name, year, printed in printed_totals():
        factor_id, total = ours[name, year]
        worst = max(worst, (abs(total - printed), factor_id))
        compared += 1
    print(f"{compared} totals, worst difference {worst[0]:.6f} kgCO2e/unit at {worst[1]}")
    assert compared == 456 == len(ours)
    assert worst[0] <= HALF_A_GRAM, worst
    assert worst[0] > 1e-5, "rounding must show: these would be one table compared with itself"


@needs_workbook
def test_every_total_through_the_public_calculation() -> None:
    """The same through `calculate`: one record of each fuel and year, Spain, AR6."""
    ids = {key: factor_id.split("/") for key, (factor_id, _) in stored().items()}
    printed = {(name, year): total for name, year, total in printed_totals()}
    rows = [
        {"facility_id": "es", "category": "heat", "activity": ids[key][4], "quantity": 1000.0, "unit": ids[key][5],
         "year": key[1], "record_id": f"{key[0]}|{key[1]}"}
        for key in printed
    ]  # fmt: skip
    result = fe.calculate(rows, [{"id": "es", "country": "ES", "type": "office"}], fe.Method(gwp="AR6"))
    assert result.problems.empty
    ledger = result.ledger()
    ledger = ledger[ledger["activity_category"] == "stationary"].set_index("record_id")
    for (name, year), total in printed.items():
        line = ledger.loc[f"{name}|{year}"]
        completed = 0.05 if "completed" in line["flags"] else 0.0  # propane, butane: CH4 and N2O of the IPCC added
        assert line["co2e"] / 1000 == pytest.approx(total, abs=HALF_A_GRAM + completed), (name, year)


def printed_refrigerants() -> Iterator[tuple[str, float]]:
    """Name and PCA of the tables of section 3."""
    grid = sheet()
    for head in (i for i, row in enumerate(grid) if "PCA 6AR" in row):
        for row in grid[head + 1 :]:
            cells = [c for c in row[4:] if c != ""]
            if len(cells) < 3 or not isinstance(cells[2], float):
                break
            yield (str(cells[0]).strip(), cells[2])


NAMES = {  # as the workbook names them; 1 and 2 are the columns of formula and name of the second table
    "C2F6(PFC-116)": "PFC-116",
    "C3F8 (PFC-218)": "PFC-218",
    "HCFE-235da2": "HCFE-235da2",
    "HFE-236ea2": "HFE-236ea2",
    "HFE-347mmz1": "HFE-347mmz1",
}


@needs_workbook
def test_every_gwp_of_the_refrigerants() -> None:
    worst, blends, singles = (0.0, ""), 0, 0
    for name, printed in printed_refrigerants():
        refrigerant = NAMES.get(name, name)
        # MITECO leaves isobutane and pentanes out, which AR6 has no value for: up to 3.4 % of the mass.
        ours = gwp.refrigerant_gwp(refrigerant, "AR6", missing="zero")
        worst = max(worst, (abs(ours - printed), name))
        if refrigerant in gwp.blends():
            blends += 1
        else:
            singles += 1
            assert ours == printed, name
    print(f"{blends} blends and {singles} gases, worst difference {worst[0]:.3f} at {worst[1]}")
    assert (blends, singles) == (24, 30)
    assert worst[0] <= 0.5, worst
    assert worst[0] > 0.3, "MITECO prints whole numbers: rounding must show"


@needs_workbook
def test_miteco_practice_takes_exactly_the_printed_figures() -> None:
    figures = dict(printed_refrigerants())
    rows = [
        {"facility_id": "es", "category": "recharge", "activity": NAMES.get(name, name), "quantity": 1.0,
         "unit": "kg", "year": 2023}
        for name in figures
    ]  # fmt: skip
    method = fe.Method(refrigerants="miteco_refrigerants")
    records = fe.calculate(rows, [{"id": "es", "country": "ES", "type": "office"}], method).records
    assert dict(zip(figures, records["recharge"], strict=True)) == figures
