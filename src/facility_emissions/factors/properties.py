"""Properties of fuels (NCV, GCV, density) and the crossings between units that they allow.

A crossing (kg to kWh, litre to kg) uses properties of one source only: mixing sources is
where the large errors are (a heating oil's density differs by 8 % between publishers).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from facility_emissions import bundle
from facility_emissions.factors.schema import WORLD, Factor
from facility_emissions.factors.spread import Spread, spread_of
from facility_emissions.vocabulary.units import Unit

MJ_PER_KWH = 3.6


@dataclass(frozen=True, slots=True)
class Property:
    """One published property: MJ/kg (ncv, gcv), MJ/l of liquid (gcv_volume), kg/l (density), 1 (ncv_gcv_ratio).

    `lower` and `upper` are its published bounds, None where there are none.
    """

    activity: str
    country: str
    valid_from: int
    valid_to: int | None
    name: str
    value: float
    source_id: str
    edition: str
    locator: str
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """How many base units of the factor one base unit of the user is, by which properties, and how sure these are."""

    multiplier: float
    words: str = ""
    steps: int = 0
    spreads: tuple[Spread, ...] = ()


@cache
def _index() -> dict[tuple[str, str], list[Property]]:
    found: dict[tuple[str, str], list[Property]] = defaultdict(list)
    for path in bundle.tables("heat"):
        if not path.name.startswith("properties_"):
            continue
        for row in bundle.read_rows(path):
            found[row["source_id"], row["activity"]].append(
                Property(
                    activity=row["activity"],
                    country=row["country"],
                    valid_from=int(row["valid_from"]),
                    valid_to=int(row["valid_to"]) if row["valid_to"] else None,
                    name=row["property"],
                    value=float(row["value"]),
                    source_id=row["source_id"],
                    edition=row["edition"],
                    locator=row["locator"],
                    lower=float(row["lower"]) if row["lower"] else None,
                    upper=float(row["upper"]) if row["upper"] else None,
                )
            )
    return found


def properties_of(factor: Factor) -> dict[str, Property]:
    """Return the properties that the factor's own edition publishes for its fuel and place, by name."""
    year, places = factor.valid_from, (factor.country, WORLD)
    return {
        p.name: p
        for p in _index().get((factor.source_id, factor.activity), ())
        if p.edition == factor.edition
        and p.country in places
        and p.valid_from <= year
        and (p.valid_to is None or year <= p.valid_to)
    }


_Edge = tuple[str, str, float, str, Spread]


def _edges(known: dict[str, Property]) -> list[_Edge]:
    """List the single steps between base units: (from, to, multiplier, words, spread of the multiplier)."""
    edges: list[_Edge] = []

    def add(a: str, b: str, factor: float, words: str, p: Property) -> None:
        spread = spread_of(f"{p.source_id} {p.edition} {p.activity} {p.name}", p.value, p.lower, p.upper)
        edges.extend(((a, b, factor, words, spread), (b, a, 1 / factor, words, spread.inverse())))

    for name, measure in (("ncv", "energy_ncv"), ("gcv", "energy_gcv")):
        if name in known:
            p = known[name]
            add("mass", measure, p.value / MJ_PER_KWH, f"{name.upper()} {p.value:g} MJ/kg", p)
    if "gcv_volume" in known:
        p = known["gcv_volume"]
        add("volume", "energy_gcv", p.value / MJ_PER_KWH, f"GCV {p.value:g} MJ/l", p)
    if "density" in known:
        p = known["density"]
        add("volume", "mass", p.value, f"density {p.value:g} kg/l", p)
    if "ncv_gcv_ratio" in known and not {"ncv", "gcv"} <= known.keys():
        p = known["ncv_gcv_ratio"]
        add("energy_gcv", "energy_ncv", p.value, f"NCV/GCV {p.value:g}", p)
    return edges


def measure(unit: Unit) -> str:
    """Return what has to agree for two units to be directly comparable (`energy_gcv`, `mass`)."""
    return f"{unit.dimension}_{unit.basis}" if unit.basis else unit.dimension


def cross(user: Unit, factor_unit: Unit, known: dict[str, Property]) -> Crossing | None:
    """Return how a quantity in the user's unit becomes one in the factor's unit, or None.

    Args:
        user: the unit of the quantity.
        factor_unit: the unit of the factor.
        known: properties of the factor's own source, by name.

    Returns:
        The crossing with the fewest steps; its `multiplier` is [factor unit / user unit].
    """
    start, goal = measure(user), measure(factor_unit)
    scale = user.to_base / factor_unit.to_base
    if start == goal:
        return Crossing(scale)
    edges = _edges(known)
    frontier: list[tuple[str, float, tuple[str, ...], tuple[Spread, ...]]] = [(start, 1.0, (), ())]
    seen = {start}
    while frontier:
        following: list[tuple[str, float, tuple[str, ...], tuple[Spread, ...]]] = []
        for here, factor, words, spreads in frontier:
            for a, b, step, text, spread in edges:
                if a != here or b in seen:
                    continue
                path, sure = (*words, text), (*spreads, spread)
                if b == goal:
                    source = next(iter(known.values()))
                    told = f"{', '.join(path)} ({source.source_id} {source.edition})"
                    return Crossing(scale * factor * step, told, len(path), sure)
                seen.add(b)
                following.append((b, factor * step, path, sure))
        frontier = following
    return None
