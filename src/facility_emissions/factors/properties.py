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
from facility_emissions.vocabulary.units import Unit

MJ_PER_KWH = 3.6


@dataclass(frozen=True, slots=True)
class Property:
    """One published property: MJ/kg (ncv, gcv), MJ/l of liquid (gcv_volume), kg/l (density), 1 (ncv_gcv_ratio)."""

    activity: str
    country: str
    valid_from: int
    valid_to: int | None
    name: str
    value: float
    source_id: str
    edition: str
    locator: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """How many base units of the factor one base unit of the user is, and by which properties."""

    multiplier: float
    words: str = ""
    steps: int = 0


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


def _edges(known: dict[str, Property]) -> list[tuple[str, str, float, str]]:
    """List the single steps between base units: (from, to, multiplier, words)."""
    edges: list[tuple[str, str, float, str]] = []

    def add(a: str, b: str, factor: float, words: str) -> None:
        edges.extend(((a, b, factor, words), (b, a, 1 / factor, words)))

    for name, measure in (("ncv", "energy_ncv"), ("gcv", "energy_gcv")):
        if name in known:
            p = known[name]
            add("mass", measure, p.value / MJ_PER_KWH, f"{name.upper()} {p.value:g} MJ/kg")
    if "gcv_volume" in known:
        p = known["gcv_volume"]
        add("volume", "energy_gcv", p.value / MJ_PER_KWH, f"GCV {p.value:g} MJ/l")
    if "density" in known:
        add("volume", "mass", known["density"].value, f"density {known['density'].value:g} kg/l")
    if "ncv_gcv_ratio" in known and not {"ncv", "gcv"} <= known.keys():
        p = known["ncv_gcv_ratio"]
        add("energy_gcv", "energy_ncv", p.value, f"NCV/GCV {p.value:g}")
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
    frontier: list[tuple[str, float, tuple[str, ...]]] = [(start, 1.0, ())]
    seen = {start}
    while frontier:
        following: list[tuple[str, float, tuple[str, ...]]] = []
        for here, factor, words in frontier:
            for a, b, step, text in edges:
                if a != here or b in seen:
                    continue
                if b == goal:
                    path = (*words, text)
                    source = next(iter(known.values()))
                    told = f"{', '.join(path)} ({source.source_id} {source.edition})"
                    return Crossing(scale * factor * step, told, len(path))
                seen.add(b)
                following.append((b, factor * step, (*words, text)))
        frontier = following
    return None
