"""MITECO carbon footprint calculator: fuels by gas, and electricity by supplier, Spain.

In: the ministry's workbook, sheet "10. Factores de emisión". Out: `heat/miteco.csv` (section 1,
"Instalaciones fijas", factors by gas) and `electricity/market_miteco.csv` (section 4, the labels
of the suppliers, the mix without guarantees of origin, and the guarantees).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from facility_emissions.importers.miteco_errata import read_errata
from facility_emissions.importers.tidy import Import, LayoutError, Row

SOURCE_ID, EDITION, PUBLISHED = "miteco", "V31", dt.date(2025, 5, 19)
WORKBOOK = "miteco/calculadora_hc_tcm30-485617_v31.xlsx"
SHEET, REVISIONS = "10. Factores de emisión", "11. Revisiones calculadora"
YEARS = tuple(range(2007, 2025))
LABELS = 4  # column E, counted from 0: the labels of both sections

Grid = Sequence[Sequence[object]]


class Fuel(NamedTuple):
    """How one row of the table of fuels is read."""

    activities: tuple[str, ...]
    unit: str
    basis: str = ""
    ch4_origin: str = "fossil"
    footnote: str = ""  # name of the fuel in the footnote on biogenic CO2
    note: str = ""


BLEND = "biogenic CO2 not published, nor derivable from the sheet; CO2 is the fossil part, in diesel with FAME's"
BIOFUEL = "biogenic CO2 is not published"
CO2_ONLY = "no CH4 and N2O are published"
COALS = "one row of the publisher for both hard coals"
ODD_BIOGENIC = "biogenic CO2 as published; high for the calorific value that the CH4 of this row implies"

# Label without its asterisks: how the row is read. Every label must be here, and be in the sheet.
FUELS = {
    "Gasóleo C (l)": Fuel(("gas_oil_heating",), "l"),
    "Gasóleo B (l)": Fuel(("gas_oil_b",), "l"),
    "Gas natural (kWhPCS)": Fuel(("natural_gas",), "kWh", "gcv", note="N2O below the three decimals printed"),
    "Fuelóleo (l)": Fuel(("fuel_oil",), "l"),
    "LPG (l)": Fuel(("lpg",), "l"),
    "Queroseno (l)": Fuel(("kerosene",), "l"),
    "Gas propano (kg)": Fuel(("propane",), "kg", ch4_origin="", note=CO2_ONLY),
    "Gas butano (kg)": Fuel(("butane",), "kg", ch4_origin="", note=CO2_ONLY),
    "Gas manufacturado (kg)": Fuel(("gas_works_gas",), "kg"),
    "Biogás (kg)": Fuel(("biogas",), "kg", "", "biogenic", "biogás"),
    "Biomasa madera (kg)": Fuel(("wood_logs",), "kg", "", "biogenic", "madera"),
    "Biomasa pellets (kg)": Fuel(("wood_pellets",), "kg", "", "biogenic", "pellets"),
    "Biomasa astillas (kg)": Fuel(("wood_chips",), "kg", "", "biogenic", "astillas"),
    "Biomasa serrines virutas (kg)": Fuel(("sawdust",), "kg", "", "biogenic", "serrines", ODD_BIOGENIC),
    "Biomasa cáscara f. secos (kg)": Fuel(
        ("nut_shells",), "kg", "", "biogenic", "cáscara de fruto secos", ODD_BIOGENIC
    ),
    "Biomasa hueso aceituna (kg)": Fuel(("olive_pits",), "kg", "", "biogenic", "hueso de aceituna", ODD_BIOGENIC),
    "Carbón vegetal (kg)": Fuel(("charcoal",), "kg", "", "biogenic", "carbón vegetal"),
    "Coque de petróleo (kg)": Fuel(("petroleum_coke",), "kg"),
    "Coque de carbón (kg)": Fuel(("coke_oven_coke",), "kg"),
    "Hulla y antracita (kg)": Fuel(("anthracite", "coal_bituminous"), "kg", note=COALS),
    "Hullas subituminosas (kg)": Fuel(("coal_subbituminous",), "kg"),
    "Gasóleo A (l)": Fuel(("diesel",), "l"),
    "B7 (l)": Fuel(("diesel_b7",), "l", ch4_origin="", note=BLEND),
    "B10 (l)": Fuel(("diesel_b10",), "l", ch4_origin="", note=BLEND),
    "B20 (l)": Fuel(("diesel_b20",), "l", ch4_origin="", note=BLEND),
    "B30 (l)": Fuel(("diesel_b30",), "l", ch4_origin="", note=BLEND),
    "B100 (l)": Fuel(("biodiesel_fame",), "l", ch4_origin="biogenic", note=f"{BIOFUEL}; CO2 is FAME's fossil part"),
    "Gasolina (l)": Fuel(("petrol",), "l"),
    "E5 (l)": Fuel(("petrol_e5",), "l", ch4_origin="", note=BLEND),
    "E10 (l)": Fuel(("petrol_e10",), "l", ch4_origin="", note=BLEND),
    "E85 (l)": Fuel(("petrol_e85",), "l", ch4_origin="", note=BLEND),
    "E100 (l)": Fuel(("bioethanol",), "l", ch4_origin="biogenic", note=BIOFUEL),
}
# Rows that are mineral fuel to 2010 and hold the legal minimum of biofuel from 2011 (sheet, notes to
# section 2); from 2019 the fuels are listed by label instead.
AVERAGE_BLENDS = {"Gasóleo A (l)": "diesel_average_blend", "Gasolina (l)": "petrol_average_blend"}
FIRST_BLENDED_YEAR = 2011

GASES = ("CO2 (kg/ud)", "CH4 (g/ud)", "N2O (g/ud)")
FOOTNOTE = "** La utilización de la biomasa"
GAS_FOOTNOTE = "* Factor de emisión del gas natural"

# Rows of section 4: instrument and what to note.
INSTRUMENTS = {
    "Mix sin GdO": ("residual_mix", "for an unknown supplier, or several"),
    "Factor GdO renovable": ("guarantee_of_origin", "guarantees of origin of renewable generation"),
    "Factor GdO cog. alta eficiencia": ("high_efficiency_chp", "guarantees of origin of high-efficiency CHP"),
}
LISTS = {
    "Etiquetado de comercializadoras": "label",
    "Etiquetado restante de comercializadoras que han efectuado redenciones de GdO": (
        "remaining label, after the guarantees redeemed for named customers"
    ),
    "Etiquetado de comercializadoras que no han efectuado redenciones de GdO": (
        "label of a supplier that redeemed no guarantees"
    ),
}
CO2, CO2E = "kg CO2/kWh", "kg CO2e/kWh"
STRAY = {"BB543": 0.36}  # repeats the mix of 2016 two rows below it, without a label
DAMAGED = "¿"  # stands in some names for a letter that the publisher lost
NAMED_TWICE = {  # names that differ in their legal form only, with different labels
    (2007, "HIDROCANTABRICO ENERGÍA S.A."),
    (2007, "HIDROCANTABRICO ENERGIA, S.A. UNIPERSONAL"),
}

SOURCE: Row = {
    "source_id": SOURCE_ID,
    "edition": EDITION,
    "title": "Calculadora de huella de carbono para organizaciones 2007-2024",
    "publisher": "Ministerio para la Transición Ecológica y el Reto Demográfico (MITECO), Spain",
    "published": PUBLISHED.isoformat(),
    "licence": "MITECO-reuse",
    "attribution": (
        "Fuente: MITECO, Calculadora de huella de carbono para organizaciones, V31, 19/05/2025; "
        "electricity labels: CNMC."
    ),
    "gwp_set": "AR6",
    "note": (
        "The printed kgCO2e of fuels is AR6 (CH4 27.9, N2O 273); the factors by gas carry no GWP. "
        "Electricity is CO2 to 2020 and CO2e from 2021, its GWP set not stated."
    ),
}
_HEAT_REASON = "MITECO V31 gives no factor for purchased heat, steam, cooling or compressed air in Spain."
_HEAT_REMEDY = (
    "Ask the supplying company for its factor of that year and give it as a custom factor, "
    "as the workbook says (sheet 8, part C)."
)
_WATER_REASON = "No official factor for water in Spain: MITECO V31 has none."
_WATER_REMEDY = (
    "Give the supplier's factor as a custom factor, or choose the figure published for Catalonia in 2013 "
    "by name; it is no national default."
)


def read(sources: Path) -> Import:
    """Read fuels and electricity labels of the calculator's sheet of emission factors.

    Args:
        sources: folder that holds the publishers' files.

    Raises:
        LayoutError: another edition, or a label, unit, year or value that this module does not know.
    """
    from python_calamine import CalamineWorkbook  # only the importers need it

    book = CalamineWorkbook.from_path(sources / WORKBOOK)
    _check_edition(book.get_sheet_by_name(REVISIONS).to_python(skip_empty_area=False))
    grid: Grid = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    found = Import(sources=[SOURCE], gaps=_gaps())
    found.add_factors("heat/miteco.csv", _fuels(grid))
    found.add_properties("heat/properties_miteco.csv", [_gas_ratio(grid)])
    found.add_factors("electricity/market_miteco.csv", _electricity(grid))
    tables = (found.tables["heat/miteco.csv"][1], found.tables["electricity/market_miteco.csv"][1])
    found.errata = read_errata(*tables, STRAY, SHEET)
    return found


def _check_edition(revisions: Grid) -> None:
    newest = next((list(r[1:3]) for r in revisions if re.fullmatch(r"V\d+", str(r[1]))), None)
    if newest != [EDITION, PUBLISHED]:
        raise LayoutError(f"{WORKBOOK}, {REVISIONS}: newest edition is {newest}; expected {EDITION}, {PUBLISHED}.")


def _fuels(grid: Grid) -> Iterator[Row]:
    """Yield one row per fuel and year of section 1, factors by gas."""
    start = _find(grid, LABELS, "Factores de emisión por gases", _find(grid, 3, "1. INSTALACIONES FIJAS", 0))
    years = _find(grid, 6, str(YEARS[0]), start)
    columns = {year: 6 + 3 * i for i, year in enumerate(YEARS)}
    for year, c in columns.items():
        heads = [_text(grid[years][c]), *(_text(v) for v in grid[years + 1][c : c + 3])]
        if heads != [str(year), *GASES]:
            raise LayoutError(f"{_where(years, c)}: heads {heads}; expected {[str(year), *GASES]}.")
    end = _find(grid, LABELS, "* Factor de emisión", years)
    biogenic = _footnote(_text(grid[_find(grid, LABELS, FOOTNOTE, end)][LABELS]))
    labels = {_text(grid[r][LABELS]).rstrip("*"): r for r in range(years + 2, end)}
    if set(labels) != set(FUELS) or len(labels) != end - years - 2:
        raise LayoutError(f"{_where(years, LABELS)}: fuels at odds: {sorted(set(labels) ^ set(FUELS)) or 'twice'}.")
    for label, r in labels.items():
        for year, c in columns.items():
            values = [_value(grid, r, c + i) for i in range(3)]
            if values[0] is not None:
                yield from _fuel(label, year, f"{_where(r, c)}:{_column(c + 2)}{r + 1}", values, biogenic)
            elif values != [None, None, None]:
                raise LayoutError(f"{_where(r, c)}: {label} has CH4 or N2O without CO2.")


def _gas_ratio(grid: Grid) -> Row:
    """Return the NCV/GCV of natural gas, from the footnote on its kWh (PCS)."""
    r = _find(grid, LABELS, GAS_FOOTNOTE, 0)
    figure = re.search(
        r"Para el paso de PCS a PCI se utiliza el factor de conversión de (\d,\d+)", _text(grid[r][LABELS])
    )
    if figure is None:
        raise LayoutError(f"{_where(r, LABELS)}: the footnote gives no factor from PCS to PCI.")
    return {
        "activity": "natural_gas",
        "country": "ES",
        "valid_from": YEARS[0],
        "valid_to": YEARS[-1],
        "property": "ncv_gcv_ratio",
        "value": float(figure[1].replace(",", ".")),
        "unit": "1",
        "source_id": SOURCE_ID,
        "edition": EDITION,
        "locator": f"{_where(r, LABELS)}, footnote on natural gas",
    }


def _fuel(label: str, year: int, where: str, values: list[float | None], biogenic: dict[str, float]) -> Iterator[Row]:
    fuel = FUELS[label]
    activities, ch4_origin, note = fuel.activities, fuel.ch4_origin, fuel.note
    if label in AVERAGE_BLENDS and year >= FIRST_BLENDED_YEAR:
        activities, ch4_origin, note = (AVERAGE_BLENDS[label],), "", BLEND
    co2, ch4, n2o = values
    if (ch4 is None) != (n2o is None) or (ch4 is None) != (fuel.note == CO2_ONLY):
        raise LayoutError(f"{where}: {label}, {year}: CH4 {ch4}, N2O {n2o}: not as this row was known.")
    for activity in activities:
        yield {
            **_common(year),
            "activity_category": "stationary",
            "activity": activity,
            "unit": fuel.unit,
            "basis": fuel.basis,
            "co2_fossil_kg": co2,
            "ch4_kg": None if ch4 is None else ch4 / 1000,
            "ch4_origin": ch4_origin,
            "n2o_kg": None if n2o is None else n2o / 1000,
            "co2_biogenic_kg": biogenic[fuel.footnote] if fuel.footnote else None,
            "locator": f"{where}, '{label}'",
            "note": note,
        }


def _footnote(text: str) -> dict[str, float]:
    """Return the biogenic CO2 [kg/kg] that the footnote lists by fuel."""
    pairs = re.findall(r"(?:serían: |, | y )([^\d,:]+) (\d+,\d+) kgCO2/kg", text)
    found = {name: float(figure.replace(",", ".")) for name, figure in pairs}
    expected = {fuel.footnote for fuel in FUELS.values() if fuel.footnote}
    if set(found) != expected or len(pairs) != text.count("kgCO2/kg"):
        raise LayoutError(f"{WORKBOOK}, {SHEET}: the footnote lists {sorted(found)}; expected {sorted(expected)}.")
    return found


def _electricity(grid: Grid) -> Iterator[Row]:
    """Yield the rows of section 4, one block of columns for each year."""
    title = _find(grid, 3, "4. FACTORES DE MIX ELÉCTRICO", 0)
    top = _find(grid, LABELS, str(YEARS[-1]), title)
    blocks = {int(v): c for c, v in enumerate(grid[top]) if isinstance(v, (int, float))}
    if sorted(blocks) != list(YEARS):
        raise LayoutError(f"{_where(top, LABELS)}: years {sorted(blocks)}; expected {YEARS[0]} to {YEARS[-1]}.")
    first = _find(grid, LABELS, "Etiquetado", top)
    for year, c in blocks.items():
        seen: set[str] = set()
        for r in range(top + 1, first):
            cells = [_text(v) for v in grid[r][c : c + 5]]
            if not any(cells) or grid[r][c] == STRAY.get(f"{_column(c)}{r + 1}"):
                continue
            label = cells[2]
            if label not in INSTRUMENTS or label in seen or cells[0] or cells[1]:
                raise LayoutError(f"{_where(r, c)}: {cells}; expected one of {sorted(INSTRUMENTS)}.")
            seen.add(label)
            instrument, note = INSTRUMENTS[label]
            yield _rate(grid, year, r, c + 3, cells[4], f"'{label}'", {"instrument": instrument, "note": note})
        if seen != set(INSTRUMENTS):
            raise LayoutError(f"{_where(top, c)}: {year} lacks {sorted(set(INSTRUMENTS) - seen)}.")
        yield from _suppliers(grid, year, first, c)


def _suppliers(grid: Grid, year: int, first: int, c: int) -> Iterator[Row]:
    """Yield the labels of one year, from the lists below each other in its block of columns."""
    seen: dict[str, Row] = {}
    kind = unit = ""
    for r in range(first, len(grid)):
        name, *between, figure = (_text(v) for v in grid[r][c : c + 5])
        if any(between):
            raise LayoutError(f"{_where(r, c)}: {between} between a supplier's name and its label.")
        if name in LISTS and not figure:
            kind, unit = LISTS[name], ""
        elif name == "Comercializadora":
            unit = figure
        elif name.startswith("https://") and not figure:
            kind = unit = ""  # the address of the register ends a list
        elif name and figure and kind and unit:
            notes = [kind]
            if DAMAGED in name:
                notes.append("name printed with damaged letters")
            if (year, name) in NAMED_TWICE:
                notes.append("printed twice under nearly the same name, with different labels")
            row = _rate(
                grid,
                year,
                r,
                c + 4,
                unit,
                name,
                {"instrument": "supplier", "supplier": name, "note": "; ".join(notes)},
            )
            if name not in seen:
                seen[name] = row
            elif any(row.get(k) != seen[name].get(k) for k in ("co2_fossil_kg", "co2e_fixed_kg", "note")):
                raise LayoutError(f"{_where(r, c)}: {name} has two different labels in {year}.")
        elif name or figure:
            raise LayoutError(f"{_where(r, c)}: {name!r}, {figure!r} is no label of a supplier.")
    yield from seen.values()


def _rate(grid: Grid, year: int, r: int, c: int, unit: str, label: str, rest: dict[str, object]) -> Row:
    """Return a row of electricity: CO2 where the unit says CO2, else a fixed CO2e."""
    value = _value(grid, r, c)
    if value is None or unit not in (CO2, CO2E):
        raise LayoutError(f"{_where(r, c)}: {label}, {year}: {value} {unit!r}; expected {CO2} or {CO2E}.")
    gas: dict[str, object] = {"co2_fossil_kg": value}
    if unit == CO2E:
        gas = {"co2e_fixed_kg": value, "gwp_of_co2e_fixed": "unstated"}
    return {
        **_common(year),
        "activity_category": "electricity",
        "activity": "grid_electricity",
        "unit": "kWh",
        "data_year": year,
        "locator": f"{_where(r, c)}, {label}",
        **gas,
        **rest,
    }


def _common(year: int) -> dict[str, object]:
    place = {"country": "ES", "valid_from": year, "valid_to": year, "boundary": "direct"}
    return {**place, "source_id": SOURCE_ID, "edition": EDITION}


def _gaps() -> list[Row]:
    heat = [("purchased_heat", a) for a in ("district_cooling", "district_heat", "steam")]
    water = [(a, a) for a in ("water_supply", "water_treatment")]
    told = [(*key, _HEAT_REASON, _HEAT_REMEDY) for key in heat] + [
        (*key, _WATER_REASON, _WATER_REMEDY) for key in water
    ]
    keys = ("activity_category", "activity", "reason", "remedy")
    return [{"country": "ES", "source": f"{SOURCE_ID} {EDITION}", **dict(zip(keys, t, strict=True))} for t in told]


def _find(grid: Grid, c: int, text: str, start: int) -> int:
    """Return the first row from ``start`` whose cell in column ``c`` begins with the text."""
    for r in range(start, len(grid)):
        if _text(grid[r][c]).startswith(text):
            return r
    raise LayoutError(f"{WORKBOOK}, {SHEET}: no {text!r} in column {_column(c)} below row {start}.")


def _value(grid: Grid, r: int, c: int) -> float | None:
    """Return a figure to its three printed decimals, None for '-'; some cells hold single precision."""
    value = grid[r][c]
    if value == "-":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise LayoutError(f"{_where(r, c)}: {value!r} is no figure.")
    rounded = round(float(value), 3)
    if abs(rounded - value) > 1e-6:
        raise LayoutError(f"{_where(r, c)}: {value!r} has more than three decimals.")
    return rounded


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _column(c: int) -> str:
    letters = ""
    c += 1
    while c:
        c, rest = divmod(c - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _where(r: int, c: int) -> str:
    return f"{SHEET}!{_column(c)}{r + 1}"
