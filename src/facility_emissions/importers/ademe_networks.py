"""ADEME, Base Carbone: heating and cooling networks of France, one figure a network and year.

An element of 2021 prints the life-cycle figure (ACV, kgCO2e/kWh) and, in its comment, that of
combustion alone ("sans ACV", kgCO2/kWh). Combustion is what a buyer counts as scope 2; upstream is
derived as the rest, where there is one. An element of 2018 prints one figure and no comment. It is
combustion as well, though the file does not say so: 102 of the 675 are 0, as are 131 of the 872 of
combustion in 2021 and none of the life cycle, and over the 420 networks of both years its median
difference is 0 from combustion and 0.025 from the life cycle.

The only identifier is ADEME's own of the element, another one each year. A network is named as
"département, commune, network", so rows carry no subdivision of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.ademe_workbook import EDITION, FILE, SOURCE_ID, Element, elements
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.suppliers import fold_supplier

PREFIX = "Réseaux de chaleur / froid > "
TABLE = "heat/networks_ademe.csv"
ACTIVITIES = {"Réseau de chaleur": "district_heat", "Réseau de froid": "district_cooling"}
# Year of the decree that lists the networks: last year that ADEME prints them for, their status.
YEARS = {2018: (2020, "Archivé"), 2021: (2023, "Valide générique")}
COMMENT = re.compile(
    r"Valeur DPE de combustion sans ACV = (\d(?:,\d+)?) kgCO2/kWh\."
    r"(?:Taux EnR : \d(?:,\d+)?\. ?(2020|Moyenne 2018 à 2020)\.)?"
)
NAME = re.compile(r"(\d{1,2}), [^,]+, .+")
OTHERS = ("Autres réseaux de chaleurs", "Autres réseaux de froid")  # for a network that is not listed
HIGHEST = 0.5  # [kg/kWh]; beyond it a figure is a slip

# Elements at odds with themselves: what to note.
AT_ODDS = {36789: "doubtful: combustion printed 0 with 0 % renewable heat"}  # Strasbourg, Réseau de Chaleur SPL
_DERIVED = "derived: life cycle less combustion"
_ONE_FIGURE = "CO2e as printed; the file does not say that it is without upstream"
_ABOVE = "combustion is not below the life cycle ({acv:g}): no upstream can be derived"
_NAMED = "ADEME prints the networks of France one by one: the figure depends on whose it is."
_REMEDY = (
    "Name the network in the column supplier as ADEME does ('69, LYON, Réseau de Lyon'); to search: "
    "`facility-emissions factors find {activity} --country FR` or fe.factors.find({activity!r}, country='FR'). "
    "For one that is not listed: {other!r}, or a custom factor (custom_factors, column custom_factor_id)."
)


def read(sources: Path) -> Import:
    """Read every network of both years.

    Raises:
        LayoutError: a name, kind, unit, year, status or comment that this module does not know, a
            figure beyond reason, or two networks whose names cannot be told apart.
    """
    imported = Import(gaps=_gaps())
    imported.add_factors(TABLE, _rows(elements(sources, PREFIX)))
    return imported


def _rows(found: list[Element]) -> Iterator[Row]:
    seen: dict[tuple[str, str, str], str] = {}
    for e in found:
        where = f"{FILE}, {e.where}"
        year = _year(e, where)
        activity = ACTIVITIES.get(e.name)
        if activity is None or e.unit != "kgCO2e/kWh" or e.place != "France continentale" or e.posts:
            raise LayoutError(
                f"{where}: {e.name!r} in {e.unit}, {e.place}; expected {sorted(ACTIVITIES)} in kgCO2e/kWh."
            )
        if not (NAME.fullmatch(e.attribute) or e.attribute in OTHERS):
            raise LayoutError(f"{where}: {e.attribute!r} is not 'département, commune, network'.")
        key = (e.boundary, activity, fold_supplier(e.attribute))
        if key in seen:
            raise LayoutError(f"{where}: {e.attribute!r} cannot be told from {seen[key]!r}.")
        seen[key] = e.attribute
        if not 0 <= e.whole.total <= HIGHEST:
            raise LayoutError(f"{where}: {e.whole.total:g} kgCO2e/kWh is beyond any network.")
        for figure in _figures(e, year, where):
            yield {
                "activity": activity,
                "country": "FR",
                "valid_from": year,
                "valid_to": YEARS[year][0],
                "unit": "kWh",
                "supplier": e.attribute,
                "source_id": SOURCE_ID,
                "edition": EDITION,
                "locator": e.where,
                **figure,
            }


def _year(e: Element, where: str) -> int:
    year = int(e.boundary) if e.boundary.isdigit() else 0
    if year not in YEARS or (int(e.until) if e.until.isdigit() else 0, e.status) != YEARS[year]:
        raise LayoutError(f"{where}: year {e.boundary!r}, until {e.until!r}, {e.status!r}; expected {YEARS}.")
    return year


def _figures(e: Element, year: int, where: str) -> Iterator[dict[str, object]]:
    """Yield what an element gives: combustion, and upstream where it can be derived."""
    acv = e.whole.total
    if year == 2018:
        if e.comment:
            raise LayoutError(f"{where}: the comment {e.comment!r}; the networks of 2018 had none.")
        fixed = {"co2e_fixed_kg": acv, "gwp_of_co2e_fixed": "unstated"}
        yield {"activity_category": "purchased_heat", **fixed, "note": _ONE_FIGURE}
        return
    told = COMMENT.fullmatch(e.comment)
    if told is None or (told[2] is None) != (e.attribute in OTHERS):
        raise LayoutError(f"{where}: the comment {e.comment!r} does not print the figure 'sans ACV' and its years.")
    direct = float(told[1].replace(",", "."))
    if direct > HIGHEST:
        raise LayoutError(f"{where}: {direct:g} kgCO2/kWh is beyond any network.")
    data_year = None if told[2] is None else 2020
    notes = ["mean of 2018 to 2020" if told[2] and told[2] != "2020" else ""]
    notes += [_ABOVE.format(acv=acv) if direct >= acv else "", AT_ODDS.get(e.id, "")]
    note = "; ".join(n for n in notes if n)
    yield {"activity_category": "purchased_heat", "co2_fossil_kg": direct, "data_year": data_year, "note": note}
    if direct < acv:
        yield {
            "activity_category": "stationary_generation",
            "boundary": "upstream",
            "co2e_fixed_kg": round(acv - direct, 3),  # both are printed to three decimals
            "gwp_of_co2e_fixed": "unstated",
            "data_year": data_year,
            "note": _DERIVED,
        }


def _gaps() -> list[Row]:
    """Return what is asked of a record without a network, and what ADEME has not."""
    told = []
    for activity, other in zip(ACTIVITIES.values(), OTHERS, strict=True):
        remedy = _REMEDY.format(activity=activity, other=other)
        told.append(("purchased_heat", activity, _NAMED, remedy))
        upstream = "ADEME prints no figure of the life cycle from which the upstream of this network could be derived."
        told.append(("stationary_generation", activity, upstream, "Give the network's own as a custom factor."))
    steam = "ADEME prints no steam bought but from heating networks."
    for figure in ("purchased_heat", "stationary_generation"):
        told.append(
            (figure, "steam", steam, "Give the supplier's as a custom factor; if it is a network's, district_heat.")
        )
    keys = ("activity_category", "activity", "reason", "remedy")
    return [{"country": "FR", "source": f"{SOURCE_ID} {EDITION}", **dict(zip(keys, row, strict=True))} for row in told]
