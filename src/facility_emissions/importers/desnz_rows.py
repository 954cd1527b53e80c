"""The rows of the UK Government GHG conversion factors, made of the lines of their workbooks."""

from __future__ import annotations

from collections.abc import Iterator

from facility_emissions.importers import desnz_names as names
from facility_emissions.importers.desnz_workbooks import FactorSet, Line
from facility_emissions.importers.tidy import LayoutError, Row

# 100-year GWP of CH4 and N2O behind the printed kgCO2e: the SAR to 2014 and AR4 from 2015 (sheet
# "What's new", 2015), AR5 from 2023 (sheet "Introduction").
GWP = {"SAR": (21.0, 310.0), "AR4": (25.0, 298.0), "AR5": (28.0, 265.0)}
# Lines about heat that repeat those of an earlier set: (line, set) to that set. The heat of 2022 is
# that of 2021 (data year 2020 was 0.17574 kgCO2: methodology paper 2025, table 11); the loss of 2024
# and 2025 is 5/95 of the heat of 2023 [0.17791 kgCO2].
HELD_HEAT = {
    ("District heat and steam", 2022): 2021,
    ("5% loss", 2022): 2021,
    ("5% loss", 2024): 2023,
    ("5% loss", 2025): 2023,
}
HELD_LOSS = ": 5/95 of that year's heat, not of this one's"
# Gases of a unit are scaled from the tonne unless they then leave the printed ones by more than
# their rounding [kgCO2e / unit]: 0.000005 for each of three figures, and the re-weighting of 2023.
ROUNDING = 2e-5
# The gases of these do not add up to their total by more than rounding: kept as printed.
SUM_APART = {(2013, "Waste oils", "kWh (Gross CV)"), (2013, "Waste oils", "kWh (Net CV)")}
# A biogenic CO2 printed with a relative rounding above this is scaled from the tonne.
COARSE = 0.005
# The coarse ones that the tonne or litre contradicts (2023: 145.26 kg/t is 0.1086 kg/l; 2015: 0.0697
# kg/l is 0.0078 kg/kWh): kept as printed.
APART = {
    ("Petrol (average biofuel blend)", "litres", 0.12),
    ("Petrol (average biofuel blend)", "kWh (Net CV)", 0.0077),
}


def gwp_set(year: int) -> str:
    """Return the GWP set that the set of a year uses."""
    return "SAR" if year < 2015 else "AR4" if year < 2023 else "AR5"


def gwp_of_bioenergy(year: int) -> str:
    """Return the GWP set of the factors of bioenergy: those of 2023 and later stayed on AR4.

    Methodology paper 2025, table 1 and paragraph 9.8; "What's new" 2023. (Liquid biofuels are
    printed alike in 2022, 2023, 2024 and 2025.)
    """
    return "AR4" if year >= 2023 else gwp_set(year)


def data_year_of_fuel(name: str, year: int) -> int:
    """Return the year of the inventory behind the CO2 of a fuel: two years before the set's, or held.

    Methodology paper 2025, paragraphs 1.16 (held since the set of 2021) and 2.5; "What's new" 2015.
    """
    return min(year, 2021) - 2 if name.strip().casefold() in names.HELD_FUELS else year - 2


def fuel_rows(of: FactorSet) -> Iterator[Row]:
    """Yield the scope 1 factors: fuels by gas, bioenergy as CO2e, the biogenic CO2 beside both."""
    biogenic = _biogenic_lines(of)
    for subject, units in (("Fuels", names.UNITS), ("Bioenergy", names.UNITS_OF_BIOENERGY)):
        lines = of.of(subject)
        tonnes = {ln.name.casefold(): ln for ln in lines if ln.unit == "tonnes"}
        litres = {ln.name.casefold(): ln for ln in lines if ln.unit == "litres" and subject == "Fuels"}
        for line in lines:
            unit = names.unit_of(line.unit, units, line.where)
            tonne = tonnes.get(line.name.casefold())
            whole = tonne or litres.get(line.name.casefold())
            for activity in names.fuel_ids(line.name, line.where) if unit else ():
                key = unit or ("", "")
                if subject == "Fuels":
                    figures, notes = _by_gas(line, of.year, tonne)
                else:
                    figures, notes = _unsplit(line, gwp_of_bioenergy(of.year)), []
                if activity == "biodiesel_fame" and of.year >= 2020:
                    notes.append("kg CO2e holds the fossil CO2 of the methanol in it")
                printed, anchor = biogenic.get((activity, *key)), biogenic.get((activity, "t" if tonne else "l", ""))
                beside, note = _biogenic(line, whole, printed, anchor)
                yield (
                    _row(of, "stationary", activity, key, line, [*notes, note])
                    | figures
                    | {
                        "co2_biogenic_kg": beside,
                        "data_year": data_year_of_fuel(line.name, of.year) if subject == "Fuels" else None,
                    }
                )


def _biogenic_lines(of: FactorSet) -> dict[tuple[str, str, str], Line]:
    """Return the lines of the sheet "Outside of scopes" by activity, unit and basis."""
    found: dict[tuple[str, str, str], Line] = {}
    for line in of.of("Outside of scopes"):
        if line.group == names.BIOGENIC_ELECTRICITY.group:
            continue
        unit = names.unit_of(line.unit, names.UNITS_OF_BIOENERGY, line.where)
        for activity in names.fuel_ids(line.name, line.where) if unit else ():
            found[(activity, *(unit or ("", "")))] = line
    return found


def upstream_rows(of: FactorSet) -> Iterator[Row]:
    """Yield the well-to-tank factors of fuels and bioenergy."""
    for subject, units, gwp in (
        ("WTT- fuels", names.UNITS, gwp_set(of.year)),
        ("WTT- bioenergy", names.UNITS_OF_BIOENERGY, gwp_of_bioenergy(of.year)),
    ):
        for line in of.of(subject):
            unit = names.unit_of(line.unit, units, line.where)
            for activity in names.fuel_ids(line.name, line.where) if unit else ():
                row = _row(of, "stationary_generation", activity, unit or ("", ""), line, [])
                yield row | _unsplit(line, gwp) | {"boundary": "upstream"}


def metered_rows(of: FactorSet, folder: str) -> Iterator[Row]:
    """Yield UK electricity, purchased heat or water, their losses and upstream.

    Args:
        of: the set of a year.
        folder: `electricity`, `heat` or `water`.

    Raises:
        LayoutError: a line that the set of this year prints is not there.
    """
    for one in names.METERED:
        if one.folder != folder or of.year not in one.years:
            continue
        line = _only(of, one)
        by_gas = "co2" in line.values
        held = HELD_HEAT.get((line.name, of.year)) if by_gas else None
        notes = [f"printed as in {held}{HELD_LOSS if line.name == '5% loss' else ''}"] if held else []
        if one.folder == "water" and of.year <= 2020:
            notes.append("held since 2012, whatever the GWP of the set")
        figures = _by_gas(line, of.year)[0] if by_gas else _unsplit(line, gwp_set(of.year))
        biogenic = names.BIOGENIC_ELECTRICITY
        if one.activity_category == biogenic.activity_category and of.year in biogenic.years:
            figures["co2_biogenic_kg"] = _only(of, biogenic).values["co2"]
        for activity in one.activities:
            yield (
                _row(of, one.activity_category, activity, (one.unit_here, ""), line, notes)
                | figures
                | {
                    "boundary": one.boundary,
                    "data_year": (held or of.year) - 2 if by_gas else None,
                }
            )


def check_metered(of: FactorSet) -> None:
    """Stop at a line about electricity, heat or water that this set is not known to print.

    Raises:
        LayoutError: such a line.
    """
    taken = {(m.subject, m.group, m.name, m.unit) for m in names.METERED if of.year in m.years}
    subjects = {m.subject for m in names.METERED}
    for line in of.lines:
        key = (line.subject, line.group, line.name, line.unit)
        overseas = (line.subject, line.group) in names.OVERSEAS
        if line.subject in subjects and not overseas and key not in taken and key not in names.SKIPPED_LINES:
            raise LayoutError(f"{line.where}: {' / '.join(key)} is unknown: take it or list it as skipped.")


def overseas_rows(of: FactorSet) -> Iterator[Row]:
    """Yield losses (2016, 2017; CO2 only) and upstream (2016-2021) of other countries' electricity."""
    for (subject, group), (years, category, activity, boundary) in names.OVERSEAS.items():
        lines = of.of(subject, group)
        if bool(lines) != (of.year in years):
            raise LayoutError(f"Set of {of.year}: {subject} / {group} has {len(lines)} lines.")
        for line in lines:
            country = names.country_of(line.name, line.where)
            if country is None:
                continue
            by_gas = "co2" in line.values
            figures = {"co2_fossil_kg": line.values["co2"]} if by_gas else _unsplit(line, gwp_set(of.year))
            row = _row(of, category, activity, ("kWh", ""), line, ["CO2 only"] if by_gas else [])
            yield row | figures | {"boundary": boundary, "country": country, "source_id": "desnz_overseas"}


def _by_gas(line: Line, year: int, tonne: Line | None = None) -> tuple[dict[str, object], list[str]]:
    """Return the masses of gas of a line [kg / unit], and what to note.

    A kWh or litre is printed with one to three digits of CH4 and N2O. Its gases are therefore its
    printed total, split as the fuel's tonne is, wherever that agrees with what is printed.
    """
    printed = {gas: line.values[gas] for gas in ("co2", "ch4", "n2o")}
    off = sum(printed.values()) - line.values["co2e"]
    digits = 4 * min(map(rounding, line.values.values()))  # of three gases and their total
    notes: list[str] = []
    if abs(off) > max(1.5e-5, 1.01 * digits):
        if (year, line.name, line.unit) not in SUM_APART:
            raise LayoutError(f"{line.where}: the gases of {line.name!r} do not add up to its kg CO2e.")
        notes.append(f"gases as printed: they add up to {line.values['co2e'] + off:.5f}, not to the printed kg CO2e")
    if tonne is not None and line.unit != "tonnes":
        whole = sum(tonne.values[gas] for gas in printed)
        scaled = {gas: line.values["co2e"] * tonne.values[gas] / whole for gas in printed}
        if all(abs(scaled[gas] - printed[gas]) <= ROUNDING for gas in printed):
            printed = scaled
            notes.append("gases: printed kg CO2e of this unit, split as the printed tonne")
        else:
            notes.append("gases as printed for this unit: the tonne is split otherwise")
    ch4, n2o = GWP[gwp_set(year)]
    return {
        "co2_fossil_kg": printed["co2"],
        "ch4_kg": printed["ch4"] / ch4,
        "n2o_kg": printed["n2o"] / n2o,
    }, notes


def _unsplit(line: Line, gwp: str) -> dict[str, object]:
    return {"co2e_fixed_kg": line.values["co2e"], "gwp_of_co2e_fixed": gwp}


def _biogenic(line: Line, whole: Line | None, printed: Line | None, anchor: Line | None) -> tuple[float | None, str]:
    """Return the biogenic CO2 [kg / unit] beside a line, and what to note.

    Args:
        line: the scope 1 figure of the unit.
        whole: the scope 1 figure of a tonne of the fuel; where none is printed, of a litre.
        printed: the sheet "Outside of scopes" for the unit.
        anchor: the sheet "Outside of scopes" for that tonne or litre.
    """
    own = _biogenic_kg(printed) if printed else None
    if anchor is None or whole is None or line.unit == whole.unit:
        return own, ""
    if own is not None and rounding(own) / own <= COARSE:
        return own, ""
    scaled = _biogenic_kg(anchor) * line.values["co2e"] / whole.values["co2e"]
    of = whole.unit.removesuffix("s")
    if own is not None and abs(scaled - own) > 1.1 * rounding(own):
        if (line.name, line.unit, own) in APART:
            return own, f"biogenic CO2 as printed; that of the {of} would be {scaled:.4f}"
        raise LayoutError(f"{line.where}: biogenic CO2 of {line.name!r} is {own}, {scaled:.4g} by the {of}.")
    return scaled, f"biogenic CO2: that of the {of} by the ratio of the kg CO2e"


def _biogenic_kg(line: Line) -> float:
    """Return the figure of the sheet "Outside of scopes", all CO2; to 2015 its heading is "kg CO2e"."""
    return line.values["co2"] if "co2" in line.values else line.values["co2e"]


def rounding(value: float) -> float:
    """Return half a unit of the last printed decimal."""
    decimals = len(repr(value).partition(".")[2])
    return float(0.5 * 10**-decimals)


def _only(of: FactorSet, one: names.Metered) -> Line:
    lines = [ln for ln in of.of(one.subject, one.group) if (ln.name, ln.unit) == (one.name, one.unit)]
    if len(lines) != 1:
        label = " / ".join((one.subject, one.group, one.name, one.unit))
        raise LayoutError(f"Set of {of.year}: {label} is there {len(lines)} times, expected once.")
    return lines[0]


def _row(
    of: FactorSet, category: str, activity: str, unit: tuple[str, str], line: Line, notes: list[str]
) -> dict[str, object]:
    zero = ["printed as 0"] if line.values.get("co2e") == 0 else []
    return {
        "activity_category": category,
        "activity": activity,
        "country": "GB",
        "valid_from": of.year,
        "valid_to": of.year,
        "unit": unit[0],
        "basis": unit[1],
        "boundary": "direct",
        "source_id": "desnz",
        "edition": str(of.year),
        "locator": f"{of.kind}, {line.locator}",
        "note": "; ".join(n for n in (*notes, *zero) if n),
    }
