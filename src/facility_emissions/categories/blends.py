"""Fuel blends by volume: the parts of each, and the line that they add up to.

A published factor of the blend goes first. Else the blend is the sum of its parts (B7 = 0.93 diesel
+ 0.07 biodiesel), where one edition of one publisher has all of them by volume; densities of
several sources are never mixed.
"""

from __future__ import annotations

from collections import defaultdict

from facility_emissions.categories.answer import BIOGENIC_CO2, Line, line_from, scaled
from facility_emissions.factors.book import Choice, FactorBook, Query, places_published
from facility_emissions.vocabulary.units import parse_unit

Parts = tuple[tuple[str, float], ...]


def _of(fossil: str, biofuel: str, share: float) -> Parts:
    return ((fossil, round(1 - share, 10)), (biofuel, share))


# By volume, as the names say: B7 holds up to 7 % of biodiesel (EN 590), E10 up to 10 % of ethanol (EN 228).
BLENDS: dict[str, Parts] = {
    "diesel_b7": _of("diesel", "biodiesel_fame", 0.07),
    "diesel_b10": _of("diesel", "biodiesel_fame", 0.10),
    "diesel_b20": _of("diesel", "biodiesel_fame", 0.20),
    "diesel_b30": _of("diesel", "biodiesel_fame", 0.30),
    "petrol_e5": _of("petrol", "bioethanol", 0.05),
    "petrol_e10": _of("petrol", "bioethanol", 0.10),
    "petrol_e85": _of("petrol", "bioethanol", 0.85),
}
_SOLD_AS = {"diesel": "diesel_average_blend", "petrol": "petrol_average_blend"}


def by_volume(query: Query, book: FactorBook) -> Line | None:
    """Return the line of a blend as the sum of its parts, or None where that cannot be told."""
    parts = BLENDS.get(query.activity)
    if parts is None or parse_unit(query.unit).dimension != "volume":
        return None
    lines = []
    for activity, share in parts:
        choice = book.choose(query._replace(activity=activity))
        if choice is None or not _measured_by_volume(choice):
            return None
        lines.append(scaled(line_from(choice), share))
    first = lines[0]
    alike = {(line.source_id, line.edition) for line in lines}
    fixed = {line.gwp_of_co2e_fixed for line in lines} - {""}
    if len(alike) > 1 or len(fixed) > 1 or any(code == "world" for line in lines for code, _ in line.fallbacks):
        return None
    gases: dict[str, float] = defaultdict(float)
    for line in lines:
        for gas, kg in line.gases.items():
            gases[gas] += kg
    words = " + ".join(f"{share:g} {activity}" for activity, share in parts)
    # The biofuel's; upstream of it there is none to be given.
    lacking = query.activity_category == "stationary" and BIOGENIC_CO2 not in lines[1].gases
    unknown = ("biogenic_unknown", f"{first.source_id} {first.edition} publishes no biogenic CO2 for {parts[1][0]}")
    return first._replace(
        gases=dict(gases),
        co2e_fixed=sum(line.co2e_fixed for line in lines),
        gwp_of_co2e_fixed=next(iter(fixed), ""),
        factor_ids=tuple(i for line in lines for i in line.factor_ids),
        conversion="; ".join(dict.fromkeys(line.conversion for line in lines if line.conversion)),
        fallbacks=tuple(dict.fromkeys(f for line in lines for f in line.fallbacks)),
        flags=(("blend_by_volume", f"{words}, both of {first.source_id} {first.edition}"),
               *dict.fromkeys(f for line in lines for f in line.flags), *((unknown,) if lacking else ())),
        biogenic_unknown=lacking,
        spreads=(),
    )  # fmt: skip


def _measured_by_volume(choice: Choice) -> bool:
    return parse_unit(choice.factor.unit_id).dimension == "volume" or bool(choice.crossing.words)


def sold_as(query: Query, book: FactorBook) -> str:
    """Return the blend that a mineral fuel was sold as in the place and year, by a factor of that year; '' for none."""
    blend = _SOLD_AS.get(query.activity, "")
    choice = book.choose(query._replace(activity=blend)) if blend else None
    return blend if choice is not None and not choice.fallbacks else ""


def sold_blends(query: Query, book: FactorBook) -> list[str]:
    """Return the blends of a mineral fuel that the place publishes for the year and unit."""
    found = []
    for blend, parts in (*BLENDS.items(), *((b, ((fuel, 1.0),)) for fuel, b in _SOLD_AS.items())):
        if parts[0][0] == query.activity and query.country in places_published("stationary", blend):
            choice = book.choose(query._replace(activity=blend))
            if choice is not None and not choice.fallbacks:
                found.append(blend)
    return found
