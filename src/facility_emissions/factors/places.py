"""Where to look for a factor, place by place: the finest first, what stands in for it last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from facility_emissions import bundle
from facility_emissions.factors.schema import WORLD
from facility_emissions.vocabulary.countries import country_name, parents_of
from facility_emissions.vocabulary.regions import region_name, regions_of


@dataclass(frozen=True, slots=True)
class Place:
    """One place to look in.

    Attributes:
        id: country, subdivision, grid region, region or `WORLD`, as factor rows name it.
        kind: `part` (grid region or subdivision), `country`, `region`, `world`, or `stand_in`:
            another country, whose figure is known to be used where none is published.
        why: for a stand-in, on whose advice.
    """

    id: str
    kind: str
    why: str = ""


@cache
def _stand_ins() -> tuple[dict[str, str], ...]:
    return tuple(sorted(bundle.rows("stand_ins.csv"), key=lambda r: int(r["position"])))


@lru_cache(maxsize=1 << 16)
def places_for(
    activity_category: str, activity: str, country: str, subdivision: str = "", grid_region: str = ""
) -> tuple[Place, ...]:
    """Return the places to look in, in order: parts, country, regions, world, stand-ins (`stand_ins.csv`)."""
    parts = [p for p in (grid_region, subdivision, *parents_of(subdivision)) if p]
    found = [Place(p, "part") for p in parts]
    if country != WORLD:
        found.append(Place(country, "country"))
        found += [Place(region, "region") for region in regions_of(country)]
    found.append(Place(WORLD, "world"))
    found += [
        Place(row["place"], "stand_in", row["why"])
        for row in _stand_ins()
        if row["activity_category"] == activity_category
        and row["place"] != country
        and activity.removesuffix("_losses") not in row["except"].split()
    ]
    return tuple(found)


def told(place: Place, country: str, year: int) -> tuple[str, str]:
    """Return the fallback (code, words) of taking a factor of a place beyond the country."""
    none = f"no national factor for {country} in {year} or near it"
    if place.kind == "region":
        return "region", f"{none}: that of {region_name(place.id)}"
    if place.kind == "stand_in":
        return "stand_in", f"{none}: that of {country_name(place.id)} stands in ({place.why})"
    return "world", f"{none}: world default"
