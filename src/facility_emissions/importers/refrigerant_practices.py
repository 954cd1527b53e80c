"""Which GWPs each agency counts refrigerants with, edition by edition.

MITECO's own list of revisions (calculator V31, sheet "11. Revisiones calculadora") dates every version
and says where the GWP set changed; its older tables are not held, so those versions are computed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from facility_emissions.factors.schema import CORRECTED
from facility_emissions.importers.published_refrigerants import (
    DESNZ_CONDENSED_YEARS,
    DESNZ_FLAT_YEARS,
    EPA_HUB,
    desnz_set,
)
from facility_emissions.importers.tidy import LayoutError, Row

PRACTICE_COLUMNS = (
    *("source_id", "edition", "published", "valid_from", "valid_to"),
    *("gwp_set", "gases", "printed", "evidence"),
)
MITECO = "miteco_refrigerants"
WORKBOOK = "miteco/calculadora_hc_tcm30-485617_v31.xlsx"
SHEET = "11. Revisiones calculadora"
HELD = "V31"
# The version that changed the set, the set from then on, and the words that say so.
CHANGES = {
    "V2": ("AR4", "Tercer Informe de Evaluación del IPCC, por los que aparecen en el Cuarto Informe"),
    "V29": ("AR6", "Se modifican los valores de PCA en base a los datos disponibles en el Material Suplementario"),
}
FIRST_SET = "TAR"  # V2 replaced the values of the Third Assessment Report
# Versions that corrected single GWPs: the words, and what our composition gives for them in AR4.
CORRECTIONS = {
    "V3": ("corrección del valor del PCG del preparado R407 C", {"R-407C": 1773.85}),
    "V9": ("corrección del PCG del R-417A", {"R-417A": 2346.136}),
    "V11": (
        "Se corrigen los valores del PCG de los preparados R-407B, R-407F y R-442A",
        {"R-407B": 2803.5, "R-407F": 1824.5, "R-442A": 1887.97},
    ),
    "V16": ("corrección de los PCG de los preparados HFC-152a y R-413A", {"HFC-152a": 124.0, "R-413A": 2053.19}),
}
FIRST_KYOTO_YEAR = 2022  # DESNZ prints Kyoto gases, others and the total since then


def read_practices(sources: Path) -> list[Row]:
    """Return one row an edition and GWP set: what it counts with, and whether we hold its printed figures."""
    rows = [*_desnz(), *_miteco(_revisions(sources)), *_ademe(), *_epa_hub()]
    return sorted(rows, key=lambda r: (str(r["source_id"]), _number(str(r["edition"])), str(r["gwp_set"])))


def read_corrections(sources: Path) -> list[Row]:
    """Return the GWPs that older versions of MITECO's calculator printed wrongly, as its revisions tell."""
    revisions = _revisions(sources)
    rows: list[Row] = []
    for version, (words, right) in CORRECTIONS.items():
        line, day, text = revisions[version]
        if words not in text:
            raise LayoutError(f"{WORKBOOK}, {SHEET} row {line}: {version} no longer says {words!r}.")
        before = _number(version) - 1
        rows += [
            {
                "source_id": MITECO,
                "edition": f"V2-V{before}" if before > 2 else "V2",
                "subject": refrigerant,
                "figure": "GWP100 AR4 all",
                "unit": "kg CO2e/kg",
                "right": value,
                "action": CORRECTED,
                "why": f"corrected in {version} ({day})",
                "evidence": f"calculator {HELD}, {SHEET}, row {line}",
            }
            for refrigerant, value in right.items()
        ]
    return rows


def _number(edition: str) -> int:
    digits = re.search(r"\d+", edition)
    return int(digits[0]) if digits else 0


def _revisions(sources: Path) -> dict[str, tuple[int, dt.date, str]]:
    """Return the versions of MITECO's calculator: row of the sheet, day of publication, what changed."""
    from python_calamine import CalamineWorkbook  # only the importers need it

    grid = CalamineWorkbook.from_path(sources / WORKBOOK).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    found: dict[str, tuple[int, dt.date, str]] = {}
    for line, cells in enumerate(grid, 1):
        version = str(cells[1]).strip()
        if not re.fullmatch(r"V\d+", version):
            continue
        if version in found or not isinstance(cells[2], dt.date):
            raise LayoutError(f"{WORKBOOK}, {SHEET} row {line}: {version} twice, or {cells[2]!r} is no day.")
        found[version] = (line, cells[2], " ".join(str(cells[3]).split()))
    expected = {f"V{n}" for n in range(_number(HELD) + 1)}
    if set(found) != expected:
        raise LayoutError(f"{WORKBOOK}, {SHEET}: versions at odds: {sorted(set(found) ^ expected)}.")
    return found


def _miteco(revisions: dict[str, tuple[int, dt.date, str]]) -> Iterator[Row]:
    gwp_set, said = FIRST_SET, revisions["V2"][0]
    for version in sorted(revisions, key=_number):
        line, day, text = revisions[version]
        if version in CHANGES:
            gwp_set, words = CHANGES[version]
            said = line
            if words not in text:
                raise LayoutError(f"{WORKBOOK}, {SHEET} row {line}: {version} no longer says {words!r}.")
        where = f"calculator {HELD}, {SHEET}: dated in row {line}, GWP set in row {said}"
        row = _row(MITECO, version, gwp_set, "all", version == HELD, where)
        yield {**row, "published": day.isoformat()}


def _desnz() -> Iterator[Row]:
    for year in sorted((*DESNZ_FLAT_YEARS, *DESNZ_CONDENSED_YEARS)):
        gases = "all kyoto" if int(year) >= FIRST_KYOTO_YEAR else "all"
        row = _row("desnz_refrigerants", year, desnz_set(year), gases, True, f"set of {year}, Refrigerant & other")
        yield {**row, "valid_from": int(year), "valid_to": int(year)}


def _ademe() -> Iterator[Row]:
    for gwp_set, status in (("AR4", "archived"), ("AR5", "valid"), ("AR6", "valid")):
        yield _row(
            "ademe_refrigerants", "V23.6", gwp_set, "all", True, f"Base Carbone V23.6: rows of {gwp_set}, {status}"
        )


def _epa_hub() -> Iterator[Row]:
    for edition, (_, _, gwp_set) in EPA_HUB.items():
        yield _row("epa_hub", edition, gwp_set, "kyoto", True, f"Hub {edition}, Tables 11 and 12: Kyoto gases only")


def _row(source_id: str, edition: str, gwp_set: str, gases: str, printed: bool, evidence: str) -> dict[str, object]:
    cells = (source_id, edition, "", None, None, gwp_set, gases, int(printed), evidence)
    return dict(zip(PRACTICE_COLUMNS, cells, strict=True))
