"""ADEME, Base Carbone: the electricity mix of continental France by year, in three posts.

"Combustion à la centrale" is scope 2; "Amont" (fuels, plants) is upstream; "Transport et
distribution" are the losses. Each year's figure is a mean of four years, as its comment says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from python_calamine import CalamineWorkbook

from facility_emissions.importers.grid_rows import LOCATION, LOSSES, UPSTREAM, grid_row
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE, SHEET, EDITION = "ademe/Base_Carbone_V23.6-v2.xlsx", "Base_Carbone_V23.6", "V23.6"
_GRID = "Electricité > Mix réseau électrique"
MIX = f"{_GRID} > France continentale > Moyen"
POSTS = {
    ("Combustion à la centrale", ""): LOCATION,
    ("Amont", ""): UPSTREAM,
    ("Transport et distribution", "Pertes"): LOSSES,
}
FIELDS = {
    "line": "Type Ligne",
    "element": "Identifiant de l'élément",
    "status": "Statut de l'élément",
    "name": "Nom attribut français",
    "category": "Code de la catégorie",
    "unit": "Unité français",
    "place": "Localisation géographique",
    "modified": "Date de modification",
    "comment": "Commentaire français",
    "post": "Type poste",
    "post_name": "Nom poste français",
    "total": "Total poste non décomposé",
}
# Categories of electricity that are left out, and why.
LEFT_OUT = {
    f"{_GRID} > Autres pays du monde": "IEA data of about 2011, obsolete though marked valid",
    f"{_GRID} > France continentale > Archive (Valeurs obsolètes)": "obsolete",
    f"{_GRID} > France continentale > Découpage par usages > Méthode moyenne": "by use",
    f"{_GRID} > France continentale > Découpage par usages > Méthode saisonnalisée": "by use",
    f"{_GRID} > Outre mer": "no year of the data; the two of 2020 are of parts of French Polynesia that have no code",
    "Electricité > Moyen de production > Conventionnels": "means of production",
    "Electricité > Moyen de production > Renouvelables": "means of production",
}
ARCHIVED = {25845}  # "Impact évité", an avoided impact, in the category of the mix
YEARS = range(2008, 2025)
SMOOTHED = re.compile(r"Ce FE est basé sur le lissage des données des années (\d{4}), \d{4}, \d{4} et (\d{4})\.")
ROUNDING = 1.5e-4  # posts of a year against its total, three figures each


def read(sources: Path) -> Import:
    """Read the yearly mixes of continental France."""
    imported = Import()
    imported.sources = [
        {
            "source_id": "ademe",
            "edition": EDITION,
            "title": "Base Carbone V23.6",
            "publisher": "ADEME",
            "published": "2025-04-24",
            "licence": "licence-ouverte",
            "attribution": "ADEME, Base Carbone V23.6, Licence Ouverte",
            "gwp_set": "unstated",
            "note": "dated by the latest change in the file",
        }
    ]
    imported.add_factors("electricity/ademe.csv", _rows(sources / FILE))
    return imported


def _rows(path: Path) -> Iterator[Row]:
    years: dict[int, dict[str, tuple[float, str, str]]] = defaultdict(dict)
    totals: dict[int, float] = {}
    for row in _mix_rows(path):
        element = int(float(str(row["element"])))
        where = f"{path.name}, sheet {SHEET}, element {element}"
        if row["status"] != "Valide générique":
            if element not in ARCHIVED:
                raise LayoutError(f"{where}: status {row['status']!r} in the category of the mix.")
            continue
        match = re.fullmatch(r"(\d{4}) - mix moyen", str(row["name"]))
        if not match or row["unit"] != "kgCO2e/kWh" or row["place"] != "France continentale":
            raise LayoutError(f"{where}: expected '<year> - mix moyen' in kgCO2e/kWh, found {row['name']!r}.")
        year, total = int(match[1]), row["total"]
        if not isinstance(total, float) or total <= 0:
            raise LayoutError(f"{where}: {total!r} is no factor.")
        if row["line"] == "Elément":
            totals[year] = total
            continue
        category = POSTS.get((str(row["post"]), str(row["post_name"])))
        if category is None or category in years[year]:
            raise LayoutError(f"{where}: post {row['post']!r} / {row['post_name']!r} is unknown or twice.")
        years[year][category] = (total, f"element {element}, {row['name']}, {row['post']}", _note(row, where))
    if set(years) != set(YEARS):
        raise LayoutError(f"{path.name}: mixes of {sorted(years)}, expected {YEARS.start}-{YEARS.stop - 1}.")
    for year, posts in years.items():
        if len(posts) != len(POSTS) or abs(sum(p[0] for p in posts.values()) - totals[year]) > ROUNDING:
            raise LayoutError(f"{path.name}: the posts of {year} do not add up to {totals[year]}.")
        for category, (kg, locator, note) in posts.items():
            args = ("ademe", EDITION, "FR", year)
            yield grid_row(*args, category=category, co2e=kg, data_year=year, locator=locator, note=note)


def _note(row: Mapping[str, object], where: str) -> str:
    """Say which years the figure is the mean of, as the comment of the element does."""
    match = SMOOTHED.match(str(row["comment"]))
    if not match:
        raise LayoutError(f"{where}: the comment no longer says which years it smooths.")
    return f"mean of the years {match[2]}-{match[1]}; changed {row['modified']}"


def _mix_rows(path: Path) -> Iterator[dict[str, object]]:
    header, *body = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET).to_python()
    missing = [name for name in FIELDS.values() if header.count(name) != 1]
    if missing:
        raise LayoutError(f"{path.name}, sheet {SHEET}: column {missing[0]!r} is missing or twice.")
    at = {field: header.index(name) for field, name in FIELDS.items()}
    for cells in body:
        category = str(cells[at["category"]])
        if category == MIX:
            yield {field: cells[i] for field, i in at.items()}
        elif category.startswith("Electricité") and category not in LEFT_OUT:
            raise LayoutError(f"{path.name}, sheet {SHEET}: unknown category {category!r}.")
