"""Every figure that the UK Government workbooks print about facilities, against the bundled tables.

The publisher's files come first: they are read here in a small way of their own, every printed row
is followed to the bundled one, and its kgCO2e is made again of the gases that we store. Run with
`-s` to see the worst difference of each year.
"""

from __future__ import annotations

import csv
import math
import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from facility_emissions import bundle

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
pytestmark = pytest.mark.skipif(not (SOURCES / "desnz").is_dir(), reason="publishers' files are not here")

YEARS = range(2002, 2026)
TABLES = ("heat/desnz.csv", "electricity/desnz.csv", "electricity/desnz_overseas.csv", "water/desnz.csv")
GWP = {"SAR": (21.0, 310.0), "AR4": (25.0, 298.0), "AR5": (28.0, 265.0)}
GAS_OF = {
    "kg CO2e": "co2e", "kg CO2": "co2", "kg CO2e of CO2": "co2", "kg CH4": "ch4", "kg CO2e of CH4": "ch4",
    "kg N2O": "n2o", "kg CO2e of N2O": "n2o",
}  # fmt: skip
SUBJECTS = (
    "Fuels", "Bioenergy", "UK electricity", "Heat and steam", "Transmission and distribution", "Water supply",
    "Water treatment", "WTT- fuels", "WTT- bioenergy", "WTT- heat and steam", "WTT- UK electricity",
    "WTT- UK & overseas elec", "Outside of scopes",
)  # fmt: skip

# Printed, and left out of the bundle: name without case, to why.
SHIPS, PLANES, POWER = "burnt in ships", "burnt in aircraft", "burnt in power stations"
NOT_ALONE = "no alias of the fuel it is like: its upstream is half as high again"
FEEDSTOCK, ROAD, REGION = "one feedstock of FAME", "a road fuel", "an average of many countries"
ON_SITE = "printed with the figures of district heat"
LEFT_OUT = {
    "natural gas (100% mineral blend)": "no meter reads the mineral part of the grid's gas",
    "processed fuel oils - residual oil": NOT_ALONE,
    "processed fuel oils - distillate oil": NOT_ALONE,
    "refinery miscellaneous": "no refinery gas: a liquid fuel",
    "coal (electricity generation)": POWER,
    "coal (electricity generation - home produced coal only)": POWER,
    "aviation spirit": PLANES,
    "aviation turbine fuel": PLANES,
    "avtur (renewable)": PLANES,
    "marine gas oil": SHIPS,
    "marine fuel oil": SHIPS,
    "biodiesel (from used cooking oil)": FEEDSTOCK,
    "biodiesel (from tallow)": FEEDSTOCK,
    "biodiesel me (from used cooking oil)": FEEDSTOCK,
    "biodiesel me (from tallow)": FEEDSTOCK,
    "off road biodiesel": FEEDSTOCK,
    "biomethane (liquified)": ROAD,
    "bio petrol": ROAD,
    "renewable petrol": ROAD,
    "development petrol": ROAD,
    "development diesel": ROAD,
    "methanol (bio)": ROAD,
    "onsite heat and steam": ON_SITE,
    "electricity: africa (average)": REGION,
    "electricity: eu (average)": REGION,
    "electricity: latin america (average)": REGION,
    "electricity: middle east (average)": REGION,
    "electricity: non-oecd europe and eurasia (average)": REGION,
}
LEFT_OUT_UNITS = {
    "cubic metres": "of gas: temperature and pressure are not stated",
    "million litres": "the cubic metre of water again",
}
# Their gases do not add up to the printed total: stored by gas as printed.
SUM_APART = {
    (2013, "Waste oils", "kWh, Energy - Gross CV"): "0.26365 + 0.00023 + 0.00067 is 0.26455, printed 0.26450",
    (2013, "Waste oils", "kWh, Energy - Net CV"): "0.28049 + 0.00024 + 0.00071 is 0.28144, printed 0.28140",
}
# Their printed gases are split otherwise than those of the tonne of the same fuel: stored as printed.
_BLEND = "average blend: mixed by the share of biofuel in each unit (methodology paper 2025, table 3)"
_HELD = "CH4 and N2O per litre and kWh held since 2021, the tonne re-weighted (the same, 1.16)"
_DIESEL, _PETROL = "Diesel (average biofuel blend)", "Petrol (average biofuel blend)"
_MINERAL_DIESEL, _MINERAL_PETROL = "Diesel (100% mineral diesel)", "Petrol (100% mineral petrol)"
_L, _GROSS, _NET = "litres", "kWh (Gross CV)", "kWh (Net CV)"
SPLIT_APART = {
    **{(y, _DIESEL, _L): _BLEND for y in range(2016, 2020)},
    **{(y, _PETROL, unit): _BLEND for y in range(2016, 2020) for unit in (_L, _GROSS, _NET)},
    **{(y, name, _L): _HELD for y in range(2022, 2026) for name in (_DIESEL, _MINERAL_DIESEL)},
    **{(y, _PETROL, unit): _HELD for y in range(2023, 2026) for unit in (_L, _GROSS)},
    **{(y, _MINERAL_PETROL, _L): _HELD for y in (2023, 2024)},
    **{(y, _DIESEL, _NET): _HELD for y in range(2023, 2026)},
    **{(y, _DIESEL, _GROSS): _HELD for y in (2023, 2025)},
    (2023, _MINERAL_DIESEL, _NET): _HELD,
}

WORST = 3e-4  # of the total: losses, 0.0376 kgCO2e in five decimals, set it


@dataclass(frozen=True)
class Printed:
    """A row of a workbook: what is printed about one thing in one unit."""

    year: int
    subject: str
    name: str
    unit: str
    locator: str
    figures: dict[str, float]


@cache
def printed(year: int) -> tuple[Printed, ...]:
    """Read the workbook that a year is taken from: the flat file, else the condensed set."""
    import python_calamine

    folder = SOURCES / "desnz"
    flat = list((folder / "flat").glob(f"*_{year}.xls*"))
    (path,) = flat or (folder / "condensed").glob(f"*_{year}.xls*")
    book = python_calamine.CalamineWorkbook.from_path(path)
    found: dict[tuple[str, str, str, str], dict[str, float]] = defaultdict(dict)
    if flat:
        rows = book.get_sheet_by_name("Factors by Category").to_python()
        head = next(r for r in rows if "Level 1" in r)
        value = next(i for i, h in enumerate(head) if "Conversion Factor" in str(h))
        gas = head.index("GHG/Unit" if "GHG/Unit" in head else "GHG")
        at = [head.index(h) for h in ("Level 1", "Level 2", "Level 3", "UOM")]
        for row in rows:
            if isinstance(row[value], float) and row[at[0]] in SUBJECTS:
                labels = tuple(str(row[i]) for i in at)
                found[labels][GAS_OF[row[gas].removesuffix(" per unit")]] = row[value]
        start = "Flat file, Factors by Category: "
        return tuple(
            Printed(year, s, name, unit, f"{start}{s} / {group} / {name} / {unit}", figures)
            for (s, group, name, unit), figures in found.items()
        )
    for sheet in (s for s in book.sheet_names if s in SUBJECTS):
        above: list[object] = []
        head, over, labels = [], [], ["", ""]
        for row in book.get_sheet_by_name(sheet).to_python():
            if "Activity" in row and "Unit" in row:
                head, first, over = row, row.index("Activity"), []
                for heading, text in zip(row, above, strict=True):
                    over.append(str(text) if "kg " in str(heading) and text else over[-1] if over else "")
            elif head and row[first + 2]:
                labels = [cell or before for cell, before in zip(row[first : first + 2], labels, strict=True)]
                for heading, block, cell in zip(head, over, row, strict=True):
                    if "kg " in str(heading) and isinstance(cell, float):
                        unit = f"{row[first + 2]}, {block}" if block else str(row[first + 2])
                        found[sheet, *labels, unit][GAS_OF[heading.removesuffix(" per unit")]] = cell
            else:
                labels = ["", ""]
            above = row
    return tuple(
        Printed(year, s, name, unit, f"Condensed set, {s}: {group} / {name} / {unit}", figures)
        for (s, group, name, unit), figures in found.items()
    )


@cache
def bundled() -> dict[tuple[str, str], list[dict[str, str]]]:
    """Return the bundled rows by edition and locator; two activities may share one printed row."""
    found: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for table in TABLES:
        for row in bundle.rows(table):
            found[row["edition"], row["locator"]].append(row)
    return found


def why_left_out(row: Printed) -> str:
    """Return the named reason for which a printed row is not bundled, or ''."""
    gas_by_volume = row.subject in ("Fuels", "WTT- fuels")
    if row.unit.split(",")[0] in LEFT_OUT_UNITS and (gas_by_volume or row.unit == "million litres"):
        return LEFT_OUT_UNITS[row.unit.split(",")[0]]
    return LEFT_OUT.get(row.name.strip().casefold(), "")


def gwp_set(year: int) -> str:
    """SAR to 2014 and AR4 from 2015 ("What's new", 2015), AR5 from 2023 ("Introduction", 2023)."""
    return "SAR" if year <= 2014 else "AR4" if year <= 2022 else "AR5"


def made_again(row: dict[str, str], year: int) -> dict[str, float]:
    """Return kgCO2e of each gas and of all, of what is stored, at the GWP of the set."""
    if row["co2e_fixed_kg"]:
        return {"co2e": float(row["co2e_fixed_kg"])}
    if not row["ch4_kg"]:
        return {"co2": float(row["co2_fossil_kg"])}
    ch4, n2o = GWP[gwp_set(year)]
    gases = {
        "co2": float(row["co2_fossil_kg"]),
        "ch4": float(row["ch4_kg"]) * ch4,
        "n2o": float(row["n2o_kg"]) * n2o,
    }
    return {"co2e": sum(gases.values()), **gases}


def half_a_digit(figures: dict[str, float]) -> float:
    """Return half a unit of the last decimal that a row is printed with."""
    return 0.5 * 10.0 ** -max(len(repr(v).partition(".")[2]) for v in figures.values())


def slack(row: dict[str, str], figures: dict[str, float]) -> float:
    """Return by how much the total made again may miss the printed one.

    Stored without gases, or as the printed total split like the tonne: by nothing but our twelve
    digits. Stored as three printed gases: by their rounding and that of the total.
    """
    exact = 1e-9 * max(figures.values())
    whole = row["co2e_fixed_kg"] or "split as the printed tonne" in row["note"] or set(figures) == {"co2"}
    return exact if whole else exact + max(4.02 * half_a_digit(figures), 1.01e-5)


@pytest.mark.parametrize("year", YEARS)
def test_every_printed_row_is_bundled_or_left_out_by_name(year: int) -> None:
    lacking = [
        row.locator
        for row in printed(year)
        if row.subject != "Outside of scopes" and (str(year), row.locator) not in bundled() and not why_left_out(row)
    ]
    assert not lacking
    both = [r.locator for r in printed(year) if (str(year), r.locator) in bundled() and why_left_out(r)]
    assert not both, "left out by name and bundled all the same"


def test_nothing_is_left_out_by_name_that_is_not_printed() -> None:
    rows = [row for year in YEARS for row in printed(year)]
    assert set(LEFT_OUT) <= {row.name.strip().casefold() for row in rows}
    assert {why_left_out(row) for row in rows} - {""} == {*LEFT_OUT.values(), *LEFT_OUT_UNITS.values()}


def test_every_bundled_row_is_printed() -> None:
    there = {(str(year), row.locator) for year in YEARS for row in printed(year)}
    assert set(bundled()) - there == set()


def test_every_printed_total_is_made_again() -> None:
    worst: dict[int, tuple[float, float, str]] = {}
    compared: Counter[int] = Counter()
    apart = set()
    for year in YEARS:
        for row in printed(year):
            for ours in bundled().get((str(year), row.locator), ()):
                total = "co2e" if "co2e" in row.figures else "co2"
                off = abs(made_again(ours, year)[total] - row.figures[total])
                compared[year] += 1
                if off > slack(ours, row.figures):
                    apart.add((year, row.name, row.unit))
                    continue
                relative = off / row.figures[total] if row.figures[total] else 0.0
                worst[year] = max(worst.get(year, (0.0, 0.0, "")), (relative, off, ours["factor_id"]))
    for year, (relative, off, factor_id) in sorted(worst.items()):
        print(f"{year}: {compared[year]:4d} rows, worst {relative:.1e} of the total ({off:.1e} kgCO2e, {factor_id})")
    assert apart == set(SUM_APART)
    assert sum(compared.values()) == sum(len(rows) for rows in bundled().values())
    assert set(worst) == set(YEARS)
    assert {year for year, (relative, _, _) in worst.items() if relative > WORST} == {2025}, "heat losses, 0.00945"
    assert worst[2025][0] < 1.1e-3


def test_every_printed_gas_is_made_again() -> None:
    """Gases as printed to twelve digits; those split like the tonne within what is printed of them."""
    apart: set[tuple[int, str, str]] = set()
    compared = 0
    for year in YEARS:
        for row in printed(year):
            for ours in bundled().get((str(year), row.locator), ()):
                if not ours["ch4_kg"]:
                    continue
                made = made_again(ours, year)
                split = "split as the printed tonne" in ours["note"]
                for gas in ("co2", "ch4", "n2o"):
                    assert made[gas] == pytest.approx(row.figures[gas], rel=1e-9, abs=2e-5 if split else 1e-12), row
                compared += 1
                if "the tonne is split otherwise" in ours["note"]:
                    apart.add((year, row.name, row.unit))
    assert apart == set(SPLIT_APART)
    assert compared > 1000


def test_ch4_and_n2o_of_road_fuels_were_held_since_2021() -> None:
    """The cause behind `_HELD`: the litre's N2O of 2021, at the new GWP, is that of 2023 to 2025."""
    litres = {
        (row.year, row.name): row.figures["n2o"]
        for year in (2021, 2022, 2023, 2024, 2025)
        for row in printed(year)
        if row.subject == "Fuels" and row.unit == _L and row.name in (_MINERAL_DIESEL, _MINERAL_PETROL)
    }
    for name in (_MINERAL_DIESEL, _MINERAL_PETROL):
        for year in (2023, 2024, 2025):
            assert litres[year, name] == pytest.approx(litres[2022, name] * 265 / 298, abs=1e-5)


def test_biogenic_co2_beside_every_fuel() -> None:
    """Sheet "Outside of scopes": what is printed is stored, or within its rounding where it is coarse."""
    beside = {}
    for (edition, locator), rows in bundled().items():
        if rows[0]["activity_category"] == "stationary":
            name, unit = locator.split(" / ")[-2:]
            beside[int(edition), name.casefold(), _net(unit)] = rows[0]["co2_biogenic_kg"]
    compared, lacking, coarse = 0, [], 0
    for year in range(2012, 2026):
        for row in printed(year):
            if row.subject != "Outside of scopes" or why_left_out(row) or row.name == "Electricity: UK":
                continue
            (kilos,) = row.figures.values()
            ours = beside.get((year, row.name.casefold(), _net(row.unit)))
            if not ours:
                lacking.append((year, row.name, row.unit))
                continue
            rounding = 0.5 * 10.0 ** -len(repr(kilos).partition(".")[2])
            assert float(ours) == pytest.approx(kilos, rel=1e-9, abs=1.1 * rounding), row
            coarse += abs(float(ours) - kilos) > 1e-9 * kilos
            compared += 1
    assert lacking == [(y, name, "tonnes") for y in (2013, 2014, 2015) for name in (_DIESEL, _PETROL)], (
        "those sets print scope 1 of the blends in litres and kWh only: no row of a tonne to stand beside"
    )
    print(f"{compared} biogenic figures, {coarse} of them refined within their rounding")
    assert compared > 300


def _net(unit: str) -> str:
    """The unit of a row, where a plain kWh or GJ of bioenergy is net."""
    folded = unit.casefold().replace(", volume", "").replace("kwh, energy - net cv", "kwh")
    return folded.removesuffix(" (net cv)")


# --- the tidy tables of the sources folder, made of the same files by another hand ----------------

TIDY_UNITS = {"kwh, energy - gross cv": "kwh (gross cv)", "kwh, energy - net cv": "kwh (net cv)"}
NO_FILE_2011 = "a third party's copy: the publisher's own file of 2011 holds no fuels"
GRID = "UK electricity: in tables of its own"
NO_TONNE = "biogenic CO2 of a tonne: no scope 1 row of a tonne to stand beside"
GAS_DENSITY, HEAP = "density of a gas: temperature and pressure are not stated", "density of a heap"
PROPERTIES_LEFT_OUT = {
    **LEFT_OUT,
    "coal (electricity generation)1": POWER,
    "coal (electricity generation - home imports only)": POWER,
    "coal (electricity generation - home imports only)2": POWER,
    "bioetbe": ROAD,
    "methane (ch4)": "a pure gas",
    "carbon dioxide (co2)": "a pure gas",
}
DENSITIES_LEFT_OUT = {
    **dict.fromkeys(("biogas", "biomethane", "cng", "landfill gas", "natural gas", "other petroleum gas"), GAS_DENSITY),
    **dict.fromkeys(("coal (domestic)", "grasses/straw", "wood chips", "wood logs", "wood pellets"), HEAP),
}


def _tidy(name: str) -> list[dict[str, str]]:
    with (SOURCES / "tidy" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _same(ours: float | str, theirs: str, slack: float = 0.0) -> bool:
    return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=slack)


def _tidy_reason(row: dict[str, str]) -> str:
    if row["year"] == "2011":
        return NO_FILE_2011
    if row["group"] in ("T&D- UK electricity", "Electricity generated"):
        return GRID
    tonne = row["table"] == "Outside of scopes" and row["unit"] == "tonnes" and int(row["year"]) < 2016
    if tonne and row["fuel"] in (_DIESEL.casefold(), _PETROL.casefold()):
        return NO_TONNE
    if row["unit"].startswith("cubic metres"):
        return LEFT_OUT_UNITS["cubic metres"]
    return LEFT_OUT.get(row["fuel"], "")


def test_every_tidy_figure_is_bundled_or_left_out_by_name() -> None:
    ours: dict[tuple[str, ...], dict[str, str]] = {}
    for (edition, locator), rows in bundled().items():
        subject = locator.replace("Factors by Category: ", "").partition(", ")[2].split(" / ")[0].split(": ")[0]
        name, unit = locator.split(" / ")[-2:]
        unit = TIDY_UNITS.get(unit.casefold(), unit.casefold().removesuffix(", volume"))
        ours[edition, subject, name.strip().casefold(), unit] = rows[0]
    reasons: Counter[str] = Counter()
    wrong = []
    rows = _tidy("defra_fuels_2011_2025.csv")
    for row in rows:
        row["fuel"] = row["fuel"].strip().casefold()
        if reason := _tidy_reason(row):
            reasons[reason] += 1
            continue
        subjects = ("Fuels", "Bioenergy") if row["table"] == "Outside of scopes" else (row["table"],)
        units = {row["unit"].casefold(), f"{row['unit']} (net cv)".casefold()}
        found = [f for s in subjects for u in units if (f := ours.get((row["year"], s, row["fuel"], u)))]
        if len(found) != 1 or not _figures_agree(found[0], row):
            wrong.append((len(found), *row.values()))
    assert wrong == []
    assert len(rows) == 3565
    for reason, count in reasons.most_common():
        print(f"{count:4d} tidy rows left out: {reason}")
    assert reasons[NO_FILE_2011] == 150
    assert sum(reasons.values()) == 1268


def _figures_agree(found: dict[str, str], row: dict[str, str]) -> bool:
    printed_figure = next(row[c] for c in ("co2e", "co2") if row[c])
    if row["table"] == "Outside of scopes":
        coarse = 0.55 * 10.0 ** -len(repr(float(printed_figure)).partition(".")[2])
        return bool(found["co2_biogenic_kg"]) and _same(found["co2_biogenic_kg"], printed_figure, coarse)
    made = made_again(found, int(row["year"]))
    gases = [c for c in ("co2", "ch4_co2e", "n2o_co2e") if row[c] and "co2" in made]
    slack = max(1.01e-5, 4.02 * half_a_digit({c: float(row[c]) for c in ("co2e", "co2") if row[c]}))
    slack = max(slack, 5.1e-5 if (int(row["year"]), row["fuel"]) == (2013, "waste oils") else 0.0)
    return _same(made["co2e"], row["co2e"], slack) and all(_same(made[c[:3]], row[c], 2e-5) for c in gases)


def test_every_tidy_property_is_bundled_or_left_out_by_name() -> None:
    ours: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in bundle.rows("heat/properties_desnz.csv"):
        fuel = row["locator"].split(": ", 1)[1].rsplit(", ", 2)[0]
        ours[row["edition"], fuel.casefold()][row["property"]] = row["value"]
    columns = (("ncv", "ncv_GJ_t", 1.0), ("gcv", "gcv_GJ_t", 1.0), ("density", "density_kg_m3", 1e-3))
    reasons: Counter[str] = Counter()
    wrong = []
    rows = _tidy("defra_fuel_properties_2012_2025.csv")
    for row in rows:
        name = row["fuel"].strip().casefold()
        if name in PROPERTIES_LEFT_OUT:
            reasons[PROPERTIES_LEFT_OUT[name]] += 1
            continue
        for kind, column, scale in columns:
            if kind == "density" and name in DENSITIES_LEFT_OUT:
                reasons[DENSITIES_LEFT_OUT[name]] += bool(row[column])
            elif row[column] and not _same(ours[row["year"], name].get(kind, "nan"), str(float(row[column]) * scale)):
                wrong.append((row["year"], name, kind))
    assert wrong == []
    assert len(rows) == 482
    for reason, count in reasons.most_common():
        print(f"{count:4d} tidy properties left out: {reason}")
    assert {GAS_DENSITY, HEAP, PLANES, POWER, ROAD} <= set(reasons)
