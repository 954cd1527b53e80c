"""US EPA, GHG Emission Factors Hub: fuels burnt on site by gas, and purchased steam and heat.

In: EPA's workbook, one sheet. Out: `heat/epa_hub.csv` (Table 1 by energy, and by the short ton or gallon
that it prints beside; Table 7) and `heat/properties_epa_hub.csv` (heat contents of Table 1). Table 6 is read
with eGRID, Tables 11 and 12 with the refrigerants; the other tables are of transport, travel and waste.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from facility_emissions.importers.epa_hub_names import FUELS, GROUPS, PEAT, PER_SCF, SKIPPED
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.units import KJ_PER_BTU, UNITS

SOURCE_ID, EDITION = "epa_hub", "2021"
WORKBOOK = "epa/ghg-emission-factors-hub-2021.xlsx"
SHEET = "Emission Factors Hub"
MODIFIED = "Last Modified: 15 September 2021"
# Table 1 was compared with the editions to 2025, see the note of the source; Table 7 was not.
FUELS_VALID, HEAT_VALID = (2021, 2025), (2021, 2021)

TITLE, LABEL, FIRST = 1, 2, 3  # columns B, C, D, counted from 0
HEADS = ["Fuel Type", "Heat Content (HHV)", *(("CO2 Factor", "CH4 Factor", "N2O Factor") * 2)]
HEAT_HEADS = ["", "CO2 Factor (kg / mmBtu)", "CH4 Factor (g / mmBtu)", "N2O Factor (g / mmBtu)"]
HEAT_LABEL, HEAT_NOTE = "Steam and Heat", "natural gas fuel is used to generate steam or heat at 80 percent"
# Unit of a block of Table 1, as its row of units prints it: our unit of mass or volume, '' where it states no
# temperature and pressure (standard cubic foot).
BLOCKS = {"short ton": "short_ton", "scf": "", "gallon": "gallon_us"}
MMBTU_MJ = KJ_PER_BTU * 1e3

Grid = Sequence[Sequence[object]]

COMMON: Row = {"publisher": "US Environmental Protection Agency", "licence": "public-domain-US"}
SOURCES: list[Row] = [
    {
        **COMMON,
        "source_id": SOURCE_ID,
        "edition": EDITION,
        "title": "Emission Factors for Greenhouse Gas Inventories (GHG Emission Factors Hub), September 2021",
        "published": "2021-09-15",
        "attribution": "US EPA, GHG Emission Factors Hub 2021",
        "url": "https://www.epa.gov/climateleadership/ghg-emission-factors-hub",
        "gwp_set": "AR4",
        "note": (
            "Table 1 is that of 40 CFR 98, Tables C-1 and C-2, as amended in December 2016, and is used to 2025: "
            "its rows in the editions of 2023, 2024 and 2025, transcribed by a third party, are the same; "
            "that of 2022 was not seen. Factors are by gas; blends of refrigerants count Kyoto gases only."
        ),
    },
    {
        **COMMON,
        "source_id": SOURCE_ID,
        "edition": "2025",
        "title": "GHG Emission Factors Hub 2025, Tables 11 and 12",
        "publication_year": 2025,
        "attribution": "US EPA, GHG Emission Factors Hub 2025",
        "gwp_set": "AR5",
        "note": "blends: counts Kyoto gases only",
    },
]


class Line(NamedTuple):
    """One row of Table 1, as printed: kg CO2, g CH4 and g N2O by mmBtu, and by unit."""

    at: int
    group: str
    label: str
    unit: str
    heat: float | None  # [mmBtu/unit]
    by_energy: tuple[float, ...]
    by_unit: tuple[float, ...]


def read(sources: Path) -> Import:
    """Read Tables 1 and 7 of the Hub of 2021.

    Args:
        sources: folder that holds the publishers' files.

    Raises:
        LayoutError: another edition, or a table, group, fuel, unit or figure that this module does not know.
    """
    from python_calamine import CalamineWorkbook  # only the importers need it

    book = CalamineWorkbook.from_path(sources / WORKBOOK)
    if book.sheet_names != [SHEET]:
        raise LayoutError(f"{WORKBOOK}: sheets {book.sheet_names}; expected [{SHEET!r}].")
    grid: Grid = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    if MODIFIED not in [_text(v) for v in grid[2]]:
        raise LayoutError(f"{WORKBOOK}, {SHEET}, row 3: expected {MODIFIED!r}.")
    lines = [line for line in stationary(grid) if (line.group, line.label) in FUELS]
    found = Import(sources=SOURCES, gaps=_gaps())
    found.add_factors("heat/epa_hub.csv", [*(r for line in lines for r in _fuel(line)), *_steam(grid)])
    found.add_properties("heat/properties_epa_hub.csv", [r for line in lines for r in _heat_content(line)])
    return found


def stationary(grid: Grid) -> list[Line]:
    """Return every row of Table 1, those that are left out too.

    Raises:
        LayoutError: a group or fuel that is not known or not there, another unit, a figure by unit that does
            not follow from the heat content.
    """
    top = _table(grid, "Table 1", "Stationary Combustion") + 2
    if (heads := [_text(v) for v in grid[top][LABEL : LABEL + 8]]) != HEADS:
        raise LayoutError(f"{_where(top)}: heads {heads}; expected {HEADS}.")
    found: list[Line] = []
    group, unit = "", ""
    for r in range(top + 1, len(grid)):
        label, cells = _text(grid[r][LABEL]), grid[r][FIRST : FIRST + 7]
        if label == "Source:":
            break
        if not label:
            unit, group = _block(r, [_text(v) for v in cells]), ""
        elif not any(_text(v) for v in cells):
            group = label
            if GROUPS.get(group) != unit:
                raise LayoutError(f"{_where(r)}: group {group!r} by {unit!r}; expected {GROUPS}.")
        else:
            found.append(_line(r, group, label, unit, cells))
    named = [(line.group, line.label) for line in found]
    if set(named) != {*FUELS, *SKIPPED} or len(set(named)) != len(named):
        raise LayoutError(f"{_where(top)}: fuels at odds: {sorted({*named} ^ {*FUELS, *SKIPPED}) or 'twice'}.")
    return found


def _block(r: int, cells: list[str]) -> str:
    """Return the unit that a row of units puts the rows below it in."""
    gases = ("kg CO2", "g CH4", "g N2O")
    for unit in BLOCKS:
        if cells == [f"mmBtu per {unit}", *(f"{g} per {per}" for per in ("mmBtu", unit) for g in gases)]:
            return unit
    raise LayoutError(f"{_where(r)}: units {cells}; expected those of one of {sorted(BLOCKS)}.")


def _line(r: int, group: str, label: str, unit: str, cells: Sequence[object]) -> Line:
    heat, *rest = (None if v == "" else v for v in cells)
    figures = [v for v in (heat, *rest) if v is not None]
    if any(isinstance(v, bool) or not isinstance(v, (int, float)) or v <= 0 for v in figures):
        raise LayoutError(f"{_where(r)}: {label}: {list(cells)} are no figures above 0.")
    values = [float(v) for v in figures]  # type: ignore[arg-type]
    if heat is None and len(values) == 3 and rest[3:] == [None] * 3:
        return Line(r, group, label, "", None, tuple(values), ())
    if len(values) != 7:
        raise LayoutError(f"{_where(r)}: {label}: {list(cells)}; expected seven figures, or three by mmBtu.")
    line = Line(r, group, label, unit, values[0], tuple(values[1:4]), tuple(values[4:]))
    for by_energy, by_unit in zip(line.by_energy, line.by_unit, strict=True):
        if abs(values[0] * by_energy - by_unit) > 0.5001 * _last_digit(by_unit):
            raise LayoutError(f"{_where(r)}: {label}: {by_unit:g} per {unit} is not {values[0]:g} x {by_energy:g}.")
    return line


def _last_digit(value: float) -> float:
    """Return the size of the last decimal that a figure is printed with; 1 for a whole number."""
    return 10.0 ** int(Decimal(f"{value:.12g}").as_tuple().exponent)


def _fuel(line: Line) -> Iterator[Row]:
    """Yield the factors of one row: by energy, and by mass or volume where its unit says all."""
    named = FUELS[line.group, line.label]
    biogenic = line.group.startswith("Biomass") and line.label != PEAT
    measures = [("mmBtu", "gcv", "E", "G", line.by_energy)]
    if BLOCKS.get(line.unit):
        measures.append((BLOCKS[line.unit], "", "H", "J", line.by_unit))
    for unit, basis, first, last, (co2, ch4, n2o) in measures:
        for activity, note in named.items():
            yield {
                **_common(*FUELS_VALID),
                "activity_category": "stationary",
                "activity": activity,
                "unit": unit,
                "basis": basis,
                "co2_fossil_kg": 0.0 if biogenic else co2,
                "co2_biogenic_kg": co2 if biogenic else None,
                "ch4_kg": ch4 / 1000,
                "ch4_origin": "biogenic" if biogenic else "fossil",
                "n2o_kg": n2o / 1000,
                "locator": f"{SHEET}!{first}{line.at + 1}:{last}{line.at + 1}, Table 1, '{line.label}'",
                "note": note,
            }


def _heat_content(line: Line) -> Iterator[Row]:
    """Yield the gross calorific value of one row by mass or volume; none by the standard cubic foot."""
    unit = BLOCKS.get(line.unit)
    if line.heat is None or not unit:
        return
    base = UNITS[unit].to_base  # [kg] or [l]
    name, ours = ("gcv", "MJ/kg") if unit == "short_ton" else ("gcv_volume", "MJ/l")
    for activity in FUELS[line.group, line.label]:
        yield {
            "activity": activity,
            "country": "US",
            "valid_from": FUELS_VALID[0],
            "valid_to": FUELS_VALID[1],
            "property": name,
            "value": line.heat * MMBTU_MJ / base,
            "unit": ours,
            "source_id": SOURCE_ID,
            "edition": EDITION,
            "locator": f"{SHEET}!D{line.at + 1}, Table 1, '{line.label}'",
            "note": f"printed as {line.heat:g} mmBtu per {line.unit}",
        }


def _steam(grid: Grid) -> Iterator[Row]:
    """Yield Table 7, one row of EPA for steam and heat."""
    title = _table(grid, "Table 7", HEAT_LABEL)
    heads, r, told = title + 2, title + 3, title + 4
    if (printed := [_text(v) for v in grid[heads][LABEL : LABEL + 4]]) != HEAT_HEADS:
        raise LayoutError(f"{_where(heads)}: heads {printed}; expected {HEAT_HEADS}.")
    label, *cells = grid[r][LABEL : LABEL + 4]
    if _text(label) != HEAT_LABEL or not all(isinstance(v, float) and v > 0 for v in cells):
        raise LayoutError(f"{_where(r)}: {label!r}, {cells}; expected {HEAT_LABEL!r} and three figures.")
    if HEAT_NOTE not in _text(grid[told][LABEL]):
        raise LayoutError(f"{_where(told)}: the note does not say that {HEAT_NOTE}.")
    co2, ch4, n2o = (float(v) for v in cells)  # type: ignore[arg-type]
    for activity in ("district_heat", "steam"):
        yield {
            **_common(*HEAT_VALID),
            "activity_category": "purchased_heat",
            "activity": activity,
            "unit": "mmBtu",
            "co2_fossil_kg": co2,
            "ch4_kg": ch4 / 1000,
            "ch4_origin": "fossil",
            "n2o_kg": n2o / 1000,
            "locator": f"{SHEET}!D{r + 1}:F{r + 1}, Table 7, '{HEAT_LABEL}'",
            "note": "EPA's convention: natural gas burnt at 80 % thermal efficiency, per mmBtu of heat purchased",
        }


def _common(first: int, last: int) -> dict[str, object]:
    place = {"country": "US", "valid_from": first, "valid_to": last, "boundary": "direct"}
    return {**place, "source_id": SOURCE_ID, "edition": EDITION}


def _gaps() -> list[Row]:
    scf = "EPA's Hub does not say at which temperature and pressure its standard cubic foot is measured."
    energy = "Give the energy of the bill, gross: therm, mmBtu or kWh_gcv."
    waste = "EPA's Hub prints one CO2 for the whole of municipal waste (90.7 kg/mmBtu), not split by origin."
    split = "Let the world's default of the fraction stand in, or give a custom factor."
    cold = "EPA's Hub has no factor for purchased cooling."
    upstream = "EPA's Hub has no upstream factors of fuels or heat."
    supplier, custom = "Ask the supplier for its factor and give it as a custom factor.", "Give a custom factor."
    told = [
        *(("stationary", activity, scf, energy) for activity in PER_SCF),
        *(("stationary", f"municipal_waste_{part}", waste, split) for part in ("biogenic", "fossil")),
        ("purchased_heat", "district_cooling", cold, supplier),
        ("stationary_generation", "", upstream, custom),
    ]
    keys = ("activity_category", "activity", "reason", "remedy")
    return [{"country": "US", "source": f"{SOURCE_ID} {EDITION}", **dict(zip(keys, t, strict=True))} for t in told]


def _table(grid: Grid, name: str, title: str) -> int:
    """Return the row of a table's title."""
    for r, cells in enumerate(grid):
        if _text(cells[TITLE]) == name:
            if _text(cells[LABEL]) != title:
                raise LayoutError(f"{_where(r)}: {name} is {_text(cells[LABEL])!r}; expected {title!r}.")
            return r
    raise LayoutError(f"{WORKBOOK}, {SHEET}: no {name!r} in column B.")


def _text(value: object) -> str:
    return " ".join(str(value).split())


def _where(r: int) -> str:
    return f"{SHEET}, row {r + 1}"
