"""Defra/DECC conversion factors 2010, Annex 10: electricity of 56 countries, 1990-2008, from IEA data.

Generation and losses, CO2 only. The printed column of losses of 26 countries of the EU stands one
country out of step (Austria has Belgium's losses, Spain has Sweden's); there the losses are
what is consumed less what is generated, both of them printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from facility_emissions.errors import VocabularyError
from facility_emissions.importers.grid_rows import (
    LOCATION,
    LOSSES,
    OGL_3,
    OGL_ATTRIBUTION,
    grid_row,
    number,
    read_table,
)
from facility_emissions.importers.tidy import Import, LayoutError, Row
from facility_emissions.vocabulary.countries import parse_country

FILE = "electricity/historic/defra_annex10_international_1990_2008.csv"
YEARS = range(1990, 2009)
GENERATED, LOST, CONSUMED = "generation", "distribution and transmission", "consumption"
REGIONS = ("Africa", "European Union 27", "Latin America", "Middle-East", "Non-OECD Europe")
NAMES = {"Chinese Taipei": "TW", "Hong Kong (China)": "HK"}  # the others are names that we know
# Series to 2006 from the edition before: a second run of the same key, or a key with a space behind.
OLDER = ("Peoples Republic of China", "Peoples Republic of China ", "European Union 27", "Republic of Korea")
# In the order of the annex: each carries the losses of the country behind it.
OUT_OF_STEP = (
    *(
        "Austria",
        "Belgium",
        "Bulgaria",
        "Cyprus",
        "Czech Republic",
        "Denmark",
        "Estonia",
        "Finland",
        "France",
    ),
    *("Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg", "Malta"),
    *("Netherlands", "Poland", "Portugal", "Romania", "Slovak Republic", "Slovenia", "Spain", "Sweden"),
)
# Losses of exactly 0 in the annex: none reported to the IEA, which is not the same as none.
NO_LOSSES = ("Gibraltar",)
ROUNDING = 2.5e-5  # three figures of five decimals [kgCO2/kWh]

Series = dict[tuple[str, int], float]  # (figure, year): [kgCO2/kWh]


def read(sources: Path) -> Import:
    """Read the annex."""
    imported = Import()
    imported.sources = [
        {
            "source_id": "defra_annex10",
            "edition": "2010",
            "title": "Guidelines to Defra/DECC's GHG Conversion Factors for Company Reporting 2010, Annex 10",
            "publisher": "Department for Environment, Food and Rural Affairs (UK)",
            "published": "2010-12-31",
            "licence": OGL_3,
            "attribution": OGL_ATTRIBUTION,
            "note": "Crown copyright, IEA-based, CO2 only; read in a copy of the tables; "
            "published in 2010, day not known: dated by the year's end",
        }
    ]
    series = _series(sources / FILE)
    _check_step(series)
    rows = [row for name, of in series.items() for row in _rows(name, of)]
    imported.add_factors("electricity/defra_annex10.csv", rows)
    return imported


def _series(path: Path) -> dict[str, Series]:
    found: dict[str, Series] = {}
    seen: set[tuple[str, int]] = set()
    for row in read_table(path, ("key", "variable", "year", "value_kgco2_per_kwh")):
        key, year = row["key"], int(row["year"])
        where = f"{path.name}, {key} {year}"
        name, _, figure = key.removeprefix("country=").partition("&type=electricity ")
        if row["variable"] != "annualMassDirectCO2PerEnergy" or figure not in (GENERATED, LOST, CONSUMED):
            raise LayoutError(f"{where}: unknown figure.")
        if year not in YEARS:
            raise LayoutError(f"{where}: year outside {YEARS}.")
        if (key, year) in seen or name.endswith(" "):
            if name not in OLDER:
                raise LayoutError(f"{where}: a second series that is not listed in OLDER.")
            continue
        seen.add((key, year))
        if row["value_kgco2_per_kwh"] != "null":
            found.setdefault(name, {})[figure, year] = number(row["value_kgco2_per_kwh"], where)
    return found


def _check_step(series: dict[str, Series]) -> None:
    """Stop unless the losses are out of step for just the countries listed, and by just one of them."""
    for name, of in series.items():
        years = [y for y in YEARS if all((f, y) in of for f in (GENERATED, LOST, CONSUMED))]
        fits = all(abs(of[CONSUMED, y] - of[GENERATED, y] - of[LOST, y]) <= ROUNDING for y in years)
        if fits == (name in OUT_OF_STEP):
            raise LayoutError(f"{FILE}: losses of {name} {'fit' if fits else 'do not fit'}, unlike listed.")
    for name, behind in pairwise(OUT_OF_STEP):
        of, other = series[name], series[behind]
        for y in YEARS:
            if (LOST, y) in of and all((f, y) in other for f in (GENERATED, CONSUMED)):
                moved = other[CONSUMED, y] - other[GENERATED, y]
                if abs(of[LOST, y] - moved) > ROUNDING:
                    raise LayoutError(f"{FILE}: losses of {name} {y} are not those of {behind}.")


def _rows(name: str, of: Series) -> Iterator[Row]:
    if name in REGIONS:
        return
    try:
        country = NAMES.get(name) or parse_country(name)
    except VocabularyError as error:
        raise LayoutError(f"{FILE}: {error}") from None
    for figure, year in of:
        if figure == GENERATED:
            yield grid_row(
                *("defra_annex10", "2010", country, year),
                category=LOCATION,
                co2=of[GENERATED, year],
                data_year=year,
                locator=f"Annex 10, electricity generated, {name}, {year}",
            )
    if name in NO_LOSSES:
        return
    for year in YEARS:
        printed, both = of.get((LOST, year)), (CONSUMED, year) in of and (GENERATED, year) in of
        if name in OUT_OF_STEP:
            printed = round(of[CONSUMED, year] - of[GENERATED, year], 5) if both else None
        if printed is not None and both:
            yield grid_row(
                *("defra_annex10", "2010", country, year),
                category=LOSSES,
                co2=printed,
                data_year=year,
                locator=f"Annex 10, electricity losses, {name}, {year}",
                note=_DERIVED if name in OUT_OF_STEP else "",
            )


_DERIVED = "derived: consumed less generated; the printed losses are those of the next country"
