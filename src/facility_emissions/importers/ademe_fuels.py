"""ADEME, Base Carbone: fuels burnt (post "Combustion") and their upstream (post "Amont"), by gas.

For France, French territories that are countries of ISO 3166-1, and "Europe". Only elements that
ADEME holds valid. The CO2b of an element nets what grew against what is burnt: biogenic CO2 is that
of the combustion post alone. Where ADEME gives no gases, or counts some that it does not name, the
post is CO2e as printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.ademe_fuel_names import (
    AIR,
    CALORIFIC,
    CATEGORIES,
    DENSITY,
    EUROPE,
    FUELS,
    LEFT_OUT,
    LEFT_OUT_ELEMENTS,
    LEFT_OUT_KINDS,
    LEFT_OUT_PLACES,
    LEFT_OUT_PROPERTIES,
    LEFT_OUT_PROPERTY_KINDS,
    LEFT_OUT_UNITS,
    MAINLAND,
    PLACES,
    PREFIX,
    PROPERTIES,
    PROPERTY_FUELS,
    SEA,
    SPELT,
    UNITS,
    YEARS,
)
from facility_emissions.importers.ademe_workbook import (
    CH4_BIOGENIC,
    CH4_FOSSIL,
    EDITION,
    FILE,
    N2O,
    SOURCE_ID,
    Element,
    Line,
    elements,
    printed_step,
    sum_of_posts,
)
from facility_emissions.importers.tidy import Import, LayoutError, Row

# What other countries of Europe burn is the IPCC's to say, by sector; EU law repeats its values
# (Regulation (EU) 2018/2066, Annex VI). Upstream, for which there is no such default, is taken.
NOT_FOR_OTHERS = {("stationary", "EUROPE")}
POSTS = {"Combustion": ("stationary", "direct"), "Amont": ("stationary_generation", "upstream")}
NOISE = 1e-3  # a share of biogenic CO2 below it is a remnant of rounding (natural gas of 2015)

# Elements with a post that is at odds with the same fuel's in another unit: which, and how.
_NO_CH4 = "its CH4 is printed as 0, unlike that per GJ"
AT_ODDS = {
    14085: ("Amont", _NO_CH4),  # Fioul domestique, France, kWh PCI: 0.0527; 16.0 per GJ
    14099: ("Amont", _NO_CH4),  # Fioul lourd, France, kWh PCI: 0.0413; 12.6 per GJ
    12994: ("Amont", _NO_CH4),  # coke de pétrole, kWh PCI: 0.0413; 12.6 per GJ
    14129: ("Amont", _NO_CH4),  # Naphta, Europe, kWh PCI: 0.0372; 11.4 per GJ
    14130: ("Amont", _NO_CH4),  # Naphta, France, kWh PCI: the same
    14014: ("Amont", "its CH4 and N2O are printed as 0, unlike those per GJ"),  # Gazole non routier, kg
    34948: ("Combustion", "counted at 4.15 kWh/kg; its comment says 4.86"),  # Granulés, kg: 1.672614108
    43576: ("Combustion", "biogenic CO2 above the carbon of methane (0.201 in ADEME's BioGNL)"),  # Biométhane
}
_GAP_REMEDY = "Give the supplier's factor as a custom factor (activity_category {figure})."
GAPS = {
    ("stationary_generation", "wood_logs"): "ADEME prints logs only for the label E+/C-, not split into posts.",
    ("stationary_generation", "hvo"): "ADEME prints HVO by feedstock only, without a mean.",
    ("stationary_generation", "coke_oven_gas"): "ADEME prints no upstream of coke oven gas.",
    ("stationary_generation", "blast_furnace_gas"): "ADEME prints no upstream of blast furnace gas.",
    ("stationary_generation", "biogas"): "ADEME prints biomethane only, no biogas burnt where it is made.",
    ("stationary_generation", "charcoal"): "ADEME prints no charcoal.",
    ("stationary_generation", "hydrogen"): "ADEME V23.6 has no hydrogen among its fuels.",
}


def read(sources: Path) -> Import:
    """Read the fuels and their calorific values and densities.

    Args:
        sources: folder that holds the publishers' files.

    Raises:
        LayoutError: a category, fuel, unit, place or post that is neither known nor left out by
            name, posts that do not add up to their element, or a figure printed twice.
    """
    found = elements(sources, PREFIX)
    imported = Import(gaps=[_gap(*key, reason) for key, reason in GAPS.items()])
    rows = _once(row for e in taken(found) for row in _rows(e))
    imported.add_factors("heat/ademe.csv", rows)
    of_factors = {(row["activity"], row["country"]) for row in rows}
    of_factors |= {(activity, "WORLD") for activity, _ in of_factors}
    properties = [p for p in _properties(found) if (p["activity"], p["country"]) in of_factors]
    imported.add_properties("heat/properties_ademe.csv", [*properties, _gas_ratio(found)])
    return imported


def taken(found: list[Element]) -> Iterator[Element]:
    """Yield the elements that are read as factors; each of the others is left out by name."""
    for e in found:
        section = e.category.removeprefix(PREFIX)
        if not e.valid or section == SEA or section.startswith(PROPERTIES):
            continue
        if section not in CATEGORIES:
            raise LayoutError(f"{FILE}, {e.where}: unknown category {e.category!r}.")
        kind, unit, place = _kind(e), _unit(e), (e.place, e.part)
        if e.name in LEFT_OUT or kind in LEFT_OUT_KINDS or (section == AIR and kind not in FUELS):
            continue
        if kind not in FUELS:
            raise LayoutError(f"{FILE}, {e.where}: unknown fuel {e.name!r}, {e.attribute!r}.")
        if place not in PLACES and place not in LEFT_OUT_PLACES:
            raise LayoutError(f"{FILE}, {e.where}: unknown place {place}.")
        if unit in LEFT_OUT_UNITS or e.id in LEFT_OUT_ELEMENTS or place in LEFT_OUT_PLACES:
            continue
        if unit not in UNITS:
            raise LayoutError(f"{FILE}, {e.where}: unknown unit {e.unit!r}; known: {sorted(UNITS)}.")
        yield e


def _kind(e: Element) -> tuple[str, str]:
    return SPELT.get(e.name, e.name), e.attribute


def _unit(e: Element) -> str:
    return e.unit.casefold().replace(" ", "").replace("(pci)", "pci")


def _rows(e: Element) -> Iterator[Row]:
    """Yield one row a post, place and activity of an element."""
    kinds = [post.kind for post in e.posts]
    if not kinds or set(kinds) - set(POSTS) or len(set(kinds)) != len(kinds):
        raise LayoutError(f"{FILE}, {e.where}: posts {kinds}; expected one each of {sorted(POSTS)}.")
    if abs(sum_of_posts(e) - e.whole.total) > (len(kinds) + 1) * printed_step(e.whole.total):
        raise LayoutError(f"{FILE}, {e.where}: the posts add up to {sum_of_posts(e):g}, not {e.whole.total:g}.")
    activities, about = FUELS[_kind(e)]
    first, last, data_year = YEARS.get(e.name, (e.created, None, None))
    unit, basis = UNITS[_unit(e)]
    for post in e.posts:
        category, boundary = POSTS[post.kind]
        figures, more = _figures(post)
        notes = [about, "type H, France but the north" if "Type H" in e.part else "", more]
        kind, odd = AT_ODDS.get(e.id, ("", ""))
        notes.append(odd if kind == post.kind else "")
        for country in PLACES[e.place, e.part]:
            if (category, country) in NOT_FOR_OTHERS:
                continue
            for activity in activities:
                yield {
                    "activity_category": category,
                    "activity": activity,
                    "country": country,
                    "valid_from": first,
                    "valid_to": last,
                    "unit": unit,
                    "basis": basis,
                    "boundary": boundary,
                    "source_id": SOURCE_ID,
                    "edition": EDITION,
                    "data_year": data_year,
                    "locator": f"{e.where}, row {post.row} {post.kind}",
                    "note": "; ".join(n for n in notes if n),
                    **figures,
                }


def _figures(post: Line) -> tuple[dict[str, object], str]:
    """Return the masses of gas of a post [kg / unit], or its CO2e as printed; and what to note."""
    biogenic = post.co2b if post.kind == "Combustion" and post.co2b else None
    if biogenic is not None and biogenic < NOISE * post.total:
        biogenic = None
    if post.co2f is None or post.ch4f is None or post.ch4b is None or post.n2o is None or post.other:
        why = f"{post.other:g} of it of gases not named" if post.other else "no gases printed"
        fixed = {"co2e_fixed_kg": post.total, "gwp_of_co2e_fixed": "unstated", "co2_biogenic_kg": biogenic}
        return fixed, f"CO2e as printed, {why}"
    origin = {(True, False): "fossil", (False, True): "biogenic"}.get((post.ch4f > 0, post.ch4b > 0), "")
    gases = {
        "co2_fossil_kg": post.co2f,
        "ch4_kg": post.ch4f / CH4_FOSSIL + post.ch4b / CH4_BIOGENIC,
        "ch4_origin": origin,
        "n2o_kg": post.n2o / N2O,
        "co2_biogenic_kg": biogenic,
    }
    none = [name for name, value in (("CH4", gases["ch4_kg"]), ("N2O", gases["n2o_kg"])) if value == 0]
    printed = f"{' and '.join(none)} printed as 0" if none and post.kind == "Combustion" else ""
    return gases, printed


def _once(rows: Iterator[Row]) -> list[Row]:
    """Return the rows; two figures for one question stop the import."""
    seen: dict[tuple[object, ...], object] = {}
    keys = ("activity_category", "activity", "country", "valid_from", "unit", "basis")
    kept = list(rows)
    for row in kept:
        key = tuple(row[k] for k in keys)
        if key in seen:
            raise LayoutError(f"{FILE}: {key} is printed twice: {seen[key]}; {row['locator']}.")
        seen[key] = row["locator"]
    return kept


def _properties(found: list[Element]) -> Iterator[Row]:
    """Yield calorific values [MJ/kg] and densities [kg/l] of the fuels that have factors."""
    for e in found:
        section = e.category.removeprefix(PREFIX + PROPERTIES)
        if section == e.category or e.name in LEFT_OUT_PROPERTIES or (e.name, e.attribute) in LEFT_OUT_PROPERTY_KINDS:
            continue
        known = {
            (CALORIFIC, "GJ / tonne", MAINLAND): ("ncv", 1.0, "MJ/kg", "FR"),
            (CALORIFIC, "GJ / tonne", EUROPE): ("ncv", 1.0, "MJ/kg", "EUROPE"),
            (DENSITY, "kg / m³", "Monde"): ("density", 1e-3, "kg/l", "WORLD"),
        }.get((section, e.unit, e.place))
        if known is None or (e.name, e.attribute) not in PROPERTY_FUELS:
            raise LayoutError(
                f"{FILE}, {e.where}: unknown property {section!r} of {e.name!r}, {e.attribute!r}: {e.unit}, {e.place}."
            )
        name, times, unit, country = known
        for activity in PROPERTY_FUELS[e.name, e.attribute]:
            yield _property(activity, country, name, e.whole.total * times, unit, e.where)


def _gas_ratio(found: list[Element]) -> Row:
    """Return NCV/GCV of European natural gas, from its combustion per toe PCS and PCI (four digits each)."""
    co2 = {}
    for e in found:
        if (e.name, e.place) == ("Gaz naturel", EUROPE) and e.unit.startswith("kgCO2e/tep"):
            co2[e.unit[-3:]] = next((post for post in e.posts if post.kind == "Combustion"), None)
    gross, net = co2.get("PCS"), co2.get("PCI")
    if not (gross and net and gross.co2f and net.co2f):
        raise LayoutError(f"{FILE}: no combustion of 'Gaz naturel', Europe, per tep PCI and PCS.")
    where = f"rows {net.row} and {gross.row}"
    note = "derived: CO2 of combustion per toe PCS over that per toe PCI"
    return {**_property("natural_gas", "EUROPE", "ncv_gcv_ratio", round(gross.co2f / net.co2f, 3), "1", where),
            "note": note}  # fmt: skip


def _property(activity: str, country: str, name: str, value: float, unit: str, where: str) -> Row:
    return {
        "activity": activity,
        "country": country,
        "valid_from": 2014,  # the year of the oldest elements, and of these
        "property": name,
        "value": value,
        "unit": unit,
        "source_id": SOURCE_ID,
        "edition": EDITION,
        "locator": where,
    }


def _gap(figure: str, activity: str, reason: str) -> Row:
    return {
        "activity_category": figure,
        "activity": activity,
        "country": "FR",
        "reason": reason,
        "remedy": _GAP_REMEDY.format(figure=figure),
        "source": f"{SOURCE_ID} {EDITION}",
    }
