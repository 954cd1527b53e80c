"""Properties of fuels: positive, in their unit, net not above gross, the ratio theirs."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator

from facility_emissions.factors.tables import fuels
from facility_emissions.factors.verify.package import Finding, Package, error, number

# Unit, and the least and greatest value of release 2026.1: blast furnace gas and IPCC's biogas; peat
# and natural gas; LNG and fuel oil; gases and coke; ethane and fuel oil.
EXPECTED = {
    "ncv": ("MJ/kg", 2.3, 50.4),
    "gcv": ("MJ/kg", 9.304, 55.01),
    "density": ("kg/l", 0.452, 0.988),
    "ncv_gcv_ratio": ("1", 0.9, 1.0),
    "gcv_volume": ("MJ/l", 18.95, 41.81),
}
WIDER = 1.25
# IPCC takes biogas for pure methane, 2.5 times what others print; a kWh is 3.6 MJ.
FUEL_LIMIT = 2.6
_PURE_METHANE = ("ipcc", "landfill_gas")  # the same, 4.1 times the 12.3 MJ/kg of DESNZ
_FEWEST = 3
_RATIO_TOLERANCE = 0.02  # of a printed ratio against printed calorific values, both rounded


def check(package: Package) -> Iterator[Finding]:
    """Yield what is wrong with the properties of fuels."""
    of_fuel: dict[tuple[str, ...], dict[str, tuple[str, float]]] = defaultdict(dict)
    for where, row in package.rows(fuels.PROPERTIES):
        name, value = row["property"], number(row["value"])
        if not package.knows_activity(row["activity"]):
            yield error(where, f"unknown activity {row['activity']!r}.")
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            yield error(where, f"ends in {row['valid_to']}, before it begins in {row['valid_from']}.")
        if value is None or name not in EXPECTED:
            continue
        unit, least, greatest = EXPECTED[name]
        greatest = greatest if name == "ncv_gcv_ratio" else greatest * WIDER
        if row["unit"] != unit:
            yield error(where, f"{name} is in {row['unit']!r}, not in {unit!r}.")
        if not least / WIDER <= value <= greatest:
            told = f"{value:g} is outside {least / WIDER:.3g} to {greatest:.3g} {unit}"
            yield error(where, f"{name} of {row['activity']}: {told}; a slip of a unit?")
        low, high = number(row["lower"]), number(row["upper"])
        if (low is not None and low > value) or (high is not None and high < value):
            yield error(where, f"{name} of {row['activity']} {value:g} is outside its bounds {low} to {high}.")
        keys = ("source_id", "edition", "country", "activity", "valid_from")
        of_fuel[tuple(row[k] for k in keys)][name] = (where, value)
    for of_one in of_fuel.values():
        yield from _check_together(of_one)
    yield from _far_from_others(package)


def _far_from_others(package: Package) -> Iterator[Finding]:
    printed: dict[tuple[str, str], list[tuple[str, str, float]]] = defaultdict(list)
    for where, row in package.rows(fuels.PROPERTIES):
        if value := number(row["value"]):
            printed[row["property"], row["activity"]].append((where, row["source_id"], value))
    for (name, activity), values in printed.items():
        median = statistics.median(value for _, _, value in values)
        for where, source, value in values if len(values) >= _FEWEST else ():
            far = not median / FUEL_LIMIT <= value <= median * FUEL_LIMIT
            if far and (source, activity) != _PURE_METHANE:
                told = f"{value:g} is {value / median:.3g} times the median of what is printed ({median:g})"
                yield error(where, f"{name} of {activity}: {told}; a slip of a unit?")


def _check_together(of_one: dict[str, tuple[str, float]]) -> Iterator[Finding]:
    if not {"ncv", "gcv"} <= of_one.keys() or of_one["gcv"][1] == 0:
        return
    (where, net), (_, gross) = of_one["ncv"], of_one["gcv"]
    if net > gross:
        yield error(where, f"the net calorific value {net:g} is above the gross one {gross:g}.")
    if "ncv_gcv_ratio" in of_one:
        there, ratio = of_one["ncv_gcv_ratio"]
        if abs(ratio - net / gross) > _RATIO_TOLERANCE:
            yield error(there, f"the ratio {ratio:g} is not that of its calorific values ({net / gross:.4f}).")
