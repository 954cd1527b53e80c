"""The bundled tables as the independent calculation reads them: text to decimals, and units.

Names are canonical ones only. Nothing here is taken from the package but the folder's place.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal, getcontext
from functools import cache

from facility_emissions import bundle

getcontext().prec = 40
D = Decimal
ONE, ZERO = D(1), D(0)
Row = Mapping[str, str]
Gases = dict[str, Decimal]

# Size of each unit in kWh, kg, litres, or m3 at its reference.
_BTU = D("1.05505585262") / 3600
_ENERGY = {
    **{"Wh": D("0.001"), "kWh": ONE, "MWh": D(10) ** 3, "GWh": D(10) ** 6, "TWh": D(10) ** 9},
    **{"MJ": 1 / D("3.6"), "GJ": 1000 / D("3.6"), "TJ": 1000000 / D("3.6")},
    **{"Btu": _BTU, "kBtu": 1000 * _BTU, "mmBtu": 1000000 * _BTU, "therm": 100000 * _BTU},
}
_MASS = {
    **{"kg": ONE, "g": D("0.001"), "t": D(1000)},
    **{"lb": D("0.45359237"), "short_ton": D("907.18474"), "long_ton": D("1016.0469088")},
}
_VOLUME = {
    **{"l": ONE, "hl": D(100), "kl": D(1000), "ML": D(10) ** 6, "m3": D(1000)},
    **{"ft3": D("28.316846592"), "ccf": D("2831.6846592")},
    **{"gallon_us": D("3.785411784"), "gallon_uk": D("4.54609")},
}
UNITS: dict[str, tuple[str, Decimal]] = {
    **{u: ("energy", size) for u, size in _ENERGY.items()},
    **{f"{u}_{b}": (b, size) for u, size in _ENERGY.items() for b in ("gcv", "ncv")},
    **{u: ("mass", size) for u, size in _MASS.items()},
    **{u: ("volume", size) for u, size in _VOLUME.items()},
    "m3_0C": ("m3_0C", ONE),
    "m3_15C": ("m3_15C", ONE),
}


def read(name: str) -> list[dict[str, str]]:
    """Return a bundled table as text."""
    with (bundle.root() / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def factors() -> dict[tuple[str, str, str, str], list[Row]]:
    """Return the factor rows by (activity category, activity, place, instrument)."""
    found: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for folder in ("heat", "electricity", "water"):
        for path in sorted((bundle.root() / folder).glob("*.csv")):
            for row in read(f"{folder}/{path.name}"):
                if "factor_id" in row:
                    place = row["subdivision"] or row["country"]
                    found[row["activity_category"], row["activity"], place, row["instrument"]].append(row)
    return found


@cache
def _properties() -> dict[tuple[str, str, str], list[Row]]:
    """Return the rows of fuel properties by (source, edition, fuel)."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for path in sorted((bundle.root() / "heat").glob("properties_*.csv")):
        for row in read(f"heat/{path.name}"):
            found[row["source_id"], row["edition"], row["activity"]].append(row)
    return found


@cache
def fuels() -> dict[str, Row]:
    return {row["id"]: row for row in read("vocabulary/fuels.csv")}


@cache
def gwp_values() -> dict[tuple[str, str, str], Decimal]:
    return {(r["gas"], r["gwp_set"], r["horizon"]): D(r["value"]) for r in read("gwp/gwp.csv")}


@cache
def kyoto_gases() -> set[str]:
    return {r["gas"] for r in read("gwp/gases.csv") if r["kyoto"] == "1"}


@cache
def blends() -> dict[str, Gases]:
    found: dict[str, Gases] = defaultdict(dict)
    for row in read("gwp/blends.csv"):
        found[row["blend"]][row["component"]] = D(row["mass_fraction"])
    return found


@cache
def ranks() -> dict[tuple[str, str, str], int]:
    """Return the place of a source in the order of a figure, by country ('' for all)."""
    rows = read("preference.csv")
    return {(r["activity_category"], r["country"], r["source_id"]): int(r["position"]) for r in rows}


@cache
def published() -> dict[tuple[str, str], str]:
    """The day by which an edition was out."""
    rows = read("sources.csv")
    last_day = {(r["source_id"], r["edition"]): f"{r['publication_year']}-12-31" for r in rows if r["publication_year"]}
    return {(k := (r["source_id"], r["edition"])): r["published"] or last_day.get(k, "") for r in rows}


@cache
def publishes_parts(activity_category: str, activity: str, country: str) -> bool:
    """Whether a country publishes the activity by parts of itself."""
    return any(k[:2] == (activity_category, activity) and k[2].startswith(f"{country}-") for k in factors())


@cache
def has_gap(activity_category: str, activity: str, country: str, year: int, instrument: str) -> bool:
    """Whether a factor is known not to exist."""
    for row in read("gaps.csv"):
        asked = (activity_category, activity, country, "", instrument)
        given = tuple(row[c] for c in ("activity_category", "activity", "country", "subdivision", "instrument"))
        fits = all(have in ("", want) for have, want in zip(given[:4], asked[:4], strict=True))
        if not fits or given[4] != asked[4]:
            continue
        if int(row["valid_from"] or 0) <= year <= int(row["valid_to"] or 9999):
            return True
    return False


@cache
def company(name: str) -> tuple[str, ...]:
    """Return the words of a company's name without accents, punctuation and legal form."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    words = re.findall("[a-z0-9]+", plain.replace(".", ""))
    return tuple(w for w in words if w not in ("sa", "sau", "sl", "slu", "sccl", "scv"))


@cache
def networks(activity: str, country: str) -> set[tuple[str, ...]]:
    """Return the heat networks that a country publishes by name."""
    rows = factors().get(("purchased_heat", activity, country, ""), [])
    return {company(row["supplier"]) for row in rows if row["supplier"]}


def _ways(row: Row) -> dict[str, tuple[str, Decimal, tuple[str, ...]]]:
    """Return for each measure of a fuel: what it hangs on, how much of it that is, and the way there."""
    known: dict[str, Decimal] = {}
    for p in _properties().get((row["source_id"], row["edition"], row["activity"]), []):
        here = p["country"] in (row["country"], "WORLD")
        if here and int(p["valid_from"]) <= int(row["valid_from"]) <= int(p["valid_to"] or 9999):
            known[p["property"]] = D(p["value"])
    ways = {"mass": ("kg", ONE, ())}
    for name in ("ncv", "gcv"):
        if name in known:
            ways[name] = ("kg", known[name] / D("3.6"), (name,))
    if "density" in known:
        ways["volume"] = ("kg", 1 / known["density"], ("density",))
    if "gcv_volume" in known:  # no source here has it beside a GCV by mass or a density of one fuel
        assert not {"gcv", "density"} & known.keys()
        ways["gcv"], ways["volume"] = ("energy", ONE, ()), ("energy", D("3.6") / known["gcv_volume"], ("gcv_volume",))
    ratio = known.get("ncv_gcv_ratio")
    if ratio is not None and not {"ncv", "gcv"} <= known.keys():
        if "ncv" in ways:
            ways["gcv"] = ("kg", ways["ncv"][1] / ratio, ("ncv", "ratio"))
        elif "gcv" in ways:
            ways["ncv"] = ("kg", ways["gcv"][1] * ratio, ("gcv", "ratio"))
        else:
            ways["gcv"], ways["ncv"] = ("energy", ONE, ()), ("energy", ratio, ("ratio",))
    return ways


def crossing(unit: str, row: Row) -> tuple[Decimal, int] | None:
    """Return how many units of the factor one unit of the user's is, and over how many properties."""
    factor_unit = f"{row['unit']}_{row['basis']}" if row["basis"] else row["unit"]
    (mine, size), (its, its_size) = UNITS[unit], UNITS[factor_unit]
    if mine == its:
        return size / its_size, 0
    ways = _ways(row)
    if mine not in ways or its not in ways or ways[mine][0] != ways[its][0]:
        return None
    return size / its_size * ways[its][1] / ways[mine][1], len(set(ways[mine][2]) ^ set(ways[its][2]))
