"""Parameters of wastewater from the IPCC Guidelines: methane capacity, correction factors, N2O.

In: `refrigerants/wastewater_ipcc.csv`, a copy of two packages. Its column `edition` says 2006
throughout; `PARAMETERS` and `SYSTEMS` say which edition and table print each value. Rows that no
table prints stay out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from facility_emissions.importers.grid_rows import number, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "refrigerants/wastewater_ipcc.csv"
TABLE = "water/wastewater_ipcc.csv"
SOURCE_ID = "ipcc_wastewater"
READ_COLUMNS = ("parameter", "key", "edition", "default", "minimum", "maximum", "unit", "source")
COLUMNS = (
    *("parameter", "system", "printed_as", "value", "lower", "upper", "unit"),
    *("source_id", "edition", "locator", "note"),
)
_PLANT = ("centralised_aerobic", "Centralised, aerobic treatment plant")
_BY_STEPS = (  # the copy tells the steps of a plant apart, the tables do not
    *("primary", "primary-and-digest", "primary-and-digest_secondary", "primary-and-digest_secondary-tertiary"),
    *("primary_secondary", "primary_secondary-tertiary", "wo-primary"),
)
_AEROBIC, _ANAEROBIC = "coll_treat_aerob_centralised_", "coll_treat_anaerob_"
_SHALLOW = ("anaerobic_lagoon_shallow", "Anaerobic shallow lagoon and facultative lagoons")
_LAGOONS = ("anaerobic_lagoon", "Anaerobic lagoons")
_REACTOR = ("anaerobic_reactor", "Anaerobic reactor")
_SEPTIC = ("septic_tank", "Septic tank")
_FIELD = ("septic_tank_and_land_dispersal", "Septic tank + land dispersal field")
_SEWER = ("flowing_sewer", "Flowing sewer (open or closed)")
_DISCHARGE = ("discharge", "Discharge to aquatic environments (Tier 1)")
_T63, _T68A = "Volume 5, chapter 6, Table 6.3 (updated)", "Volume 5, chapter 6, Table 6.8A (new)"
_MCF, _N2O = "methane_correction_factor", "n2o_emission_factor"
_N2O_UNIT = "kg N2O-N/kg N"

# Parameter and key of the copy: (parameter, system, as printed, unit, edition, table).
Known = tuple[str, str, str, str, str, str]
SYSTEMS: dict[tuple[str, str], Known] = {
    **{("MCF treatment", f"{_AEROBIC}{step}"): (_MCF, *_PLANT, "1", "2019", _T63) for step in _BY_STEPS},
    ("MCF treatment", f"{_AEROBIC}industry"): (
        *(_MCF, "industrial_aerobic", "Centralised, aerobic treatment plant (industrial wastewater)"),
        *("1", "2019", "Volume 5, chapter 6, Table 6.8 (updated)"),
    ),
    **{
        ("MCF treatment", key): (_MCF, *system, "1", "2019", _T63)
        for key, system in {
            f"{_ANAEROBIC}a-lagoons": _SHALLOW,
            f"{_ANAEROBIC}f-lagoons": _SHALLOW,
            f"{_ANAEROBIC}a-reactors": _REACTOR,
            "coll_untreat_sewer-stagnant": ("stagnant_sewer", "Stagnant sewer"),
            "coll_untreat_sewers-flowing_closed": _SEWER,
            "coll_untreat_sewers-flowing_open": _SEWER,
            "uncoll_latrines_small": ("latrine_dry_family", "Latrine, dry climate, small family"),
            "uncoll_latrines_communal": ("latrine_dry_communal", "Latrine, dry climate, communal"),
            "uncoll_latrines_wet": ("latrine_wet", "Latrine, wet climate/flush water use"),
            "uncoll_septic-tanks": _SEPTIC,
            "uncoll_septic-system": _FIELD,
        }.items()
    },
    **{("EF N2O treatment", f"{_AEROBIC}{step}"): (_N2O, *_PLANT, _N2O_UNIT, "2019", _T68A)
       for step in (*_BY_STEPS, "industry")},
    **{
        ("EF N2O treatment", key): (_N2O, *system, _N2O_UNIT, "2019", _T68A)
        for key, system in {
            f"{_ANAEROBIC}a-lagoons": _LAGOONS,
            f"{_ANAEROBIC}f-lagoons": _LAGOONS,
            f"{_ANAEROBIC}a-reactors": _REACTOR,
            "uncoll_latrines_small": ("latrine", "Latrine"),
            "uncoll_latrines_communal": ("latrine", "Latrine"),
            "uncoll_latrines_wet": ("latrine", "Latrine"),
            "uncoll_septic-tanks": _SEPTIC,
            "uncoll_septic-system": _FIELD,
        }.items()
    },
    ("MCF discharge", "freshwater_aquatic_tier1"): (_MCF, *_DISCHARGE, "1", "2019", _T63),
    ("MCF discharge", "freshwater_aquatic_lakes_tier2"): (
        *(_MCF, "discharge_lakes", "Discharge to reservoirs, lakes, and estuaries (Tier 2)", "1", "2019", _T63),
    ),
    ("MCF discharge", "freshwater_aquatic_other_tier2"): (
        *(_MCF, "discharge_other", "Discharge to aquatic environments other than reservoirs, lakes, and estuaries "
          "(Tier 2)", "1", "2019", _T63),
    ),
    ("EF N2O discharge", "freshwater_aquatic_tier1"): (
        *(_N2O, "discharge", "Freshwater, estuarine, and marine discharge (Tier 1)", _N2O_UNIT, "2019", _T68A),
    ),
    ("B0 per BOD", "World"): (
        *("methane_capacity_bod", "", "Maximum CH4 producing capacity (Bo)", "kg CH4/kg BOD", "2006"),
        "Volume 5, chapter 6, Tables 6.2 and 6.7",
    ),
    ("B0 per COD", "World"): (
        *("methane_capacity_cod", "", "Maximum CH4 producing capacity (Bo)", "kg CH4/kg COD", "2006"),
        "Volume 5, chapter 6, Table 6.2",
    ),
    ("F NPR (N in protein)", "World"): (
        *("nitrogen_in_protein", "", "Fraction of nitrogen in protein", "kg N/kg protein", "2019"),
        "Volume 5, chapter 6, Table 6.11 (updated)",
    ),
    **{
        ("MCF (2006 GL, AMEE copy)", key): (_MCF, *system, "1", "2006", "Volume 5, chapter 6, Table 6.3")
        for key, system in {
            "untreated / sea": ("discharge", "Sea, river and lake discharge"),
            "untreated / river": ("discharge", "Sea, river and lake discharge"),
            "untreated / lake": ("discharge", "Sea, river and lake discharge"),
            "untreated / stagnant sewer": ("stagnant_sewer", "Stagnant sewer"),
            "untreated / open flowing sewer": _SEWER,
            "untreated / closed flowing sewer": _SEWER,
            "treated / centralised aerobic treatment plant well managed": (
                *("centralised_aerobic_well_managed", "Centralized, aerobic treatment plant, well managed"),
            ),
            "treated / centralised aerobic treatment plant overloaded": (
                *("centralised_aerobic_overloaded", "Centralized, aerobic treatment plant, overloaded"),
            ),
            "treated / anaerobic sludge digester": ("sludge_digester", "Anaerobic digester for sludge"),
            "treated / anaerobic reactor": _REACTOR,
            "treated / anaerobic shallow lagoon": ("anaerobic_lagoon_shallow", "Anaerobic shallow lagoon"),
            "treated / anaerobic deep lagoon": ("anaerobic_lagoon_deep", "Anaerobic deep lagoon"),
            "treated / septic system": ("septic_system", "Septic system"),
            "treated / latrine (dry climate) low water table": (
                *("latrine_dry_family", "Latrine, dry climate, small family"),
            ),
            "treated / latrine (dry climate) high water table": (
                *("latrine_dry_communal", "Latrine, dry climate, communal"),
            ),
            "treated / latrine (wet climate)": ("latrine_wet", "Latrine, wet climate/flush water use"),
            "treated / latrine (regular sediment removal)": (
                *("latrine_sediment_removed", "Latrine, regular sediment removal for fertilizer"),
            ),
        }.items()
    },
}  # fmt: skip
INDUSTRIAL = "industrial COD and wastewater volume"
INDUSTRIES = frozenset((
    "alcohol refining", "beer and malt", "coffee", "dairy products", "fish processing", "meat and poultry",
    "organic chemicals", "petroleum refineries", "plastics and resins", "pulp and paper", "starch production",
    "sugar refining", "vegetable oils", "vegetables/fruits/juices", "wine and vinegar",
))  # fmt: skip
_NO_ROW = "no row of its own in the tables"
LEFT_OUT = {
    ("MCF treatment", "uncoll_untreated"): _NO_ROW,
    ("EF N2O treatment", "uncoll_untreated"): _NO_ROW,
    ("EF N2O treatment", f"{_ANAEROBIC}c-wetlands"): "the table refers to the Wetlands Supplement of 2013",
}
NOTES = {
    ("n2o_emission_factor", "septic_tank_and_land_dispersal"): (
        "printed with the range 0 - 0.001, which it is outside of: bounds left out"
    ),
    ("methane_capacity_bod", ""): "bounds: +-30 %",
    ("methane_capacity_cod", ""): "the bounds of the copy are in no table: left out; Table 6.7 gives +-30 %",
}
NO_BOUNDS = frozenset((("n2o_emission_factor", "septic_tank_and_land_dispersal"), ("methane_capacity_cod", "")))


def read(folder: Path) -> Import:
    """Read the parameters.

    Raises:
        LayoutError: a parameter or key that is not known, two values for one system, or bounds in disorder.
    """
    imported = Import(sources=[_source("2006"), _source("2019")])
    found: dict[tuple[object, ...], Row] = {}
    for line in read_table(folder / FILE, READ_COLUMNS):
        for row in _rows(line):
            key = (row["parameter"], row["system"], row["edition"])
            if found.setdefault(key, row) != row:
                raise LayoutError(f"{FILE}, {line['key']}: another value than that of {key} before it.")
    imported.add_table(TABLE, COLUMNS, [found[key] for key in sorted(found, key=str)])
    return imported


def _rows(line: Mapping[str, str]) -> Iterator[Row]:
    key, where = (line["parameter"], line["key"]), f"{FILE}, {line['parameter']}, {line['key']}"
    if key in LEFT_OUT:
        return
    if line["parameter"] == INDUSTRIAL and line["key"] in INDUSTRIES:
        yield from _industrial(line, where)
    elif key in SYSTEMS:
        parameter, system, printed, unit, edition, table = SYSTEMS[key]
        value, lower, upper = (number(line[c], where) if line[c] else None for c in ("default", "minimum", "maximum"))
        if (parameter, system) in NO_BOUNDS:
            lower = upper = None
        if lower is not None and upper is not None and not lower <= (value or 0.0) <= upper:
            raise LayoutError(f"{where}: {value} is outside its bounds {lower} to {upper}.")
        row = {"parameter": parameter, "system": system, "printed_as": printed, "unit": unit, "locator": table}
        yield {
            **row,
            "value": value,
            "lower": lower,
            "upper": upper,
            "source_id": SOURCE_ID,
            "edition": edition,
            "note": NOTES.get((parameter, system), ""),
        }
    else:
        raise LayoutError(f"{where}: unknown; add it to SYSTEMS or LEFT_OUT.")


def _industrial(line: Mapping[str, str], where: str) -> Iterator[Row]:
    """Yield the two figures that the copy holds in the columns of default and minimum."""
    for parameter, column, unit in (
        ("industrial_cod", "default", "kg COD/m3"),
        ("industrial_wastewater", "minimum", "m3/t product"),
    ):
        if line[column]:
            yield {
                "parameter": parameter,
                "system": line["key"].replace(" and ", " ").replace("/", " ").replace(" ", "_"),
                "printed_as": line["key"],
                "value": number(line[column], where),
                "unit": unit,
                "source_id": SOURCE_ID,
                "edition": "2006",
                "locator": "Volume 5, chapter 6, Table 6.9",
            }


def _source(edition: str) -> Row:
    refined = edition == "2019"
    title = "2006 IPCC Guidelines for National Greenhouse Gas Inventories"
    return {
        "source_id": SOURCE_ID,
        "edition": edition,
        "title": f"{'2019 Refinement to the ' if refined else ''}{title}, Volume 5, chapter 6",
        "publisher": "Intergovernmental Panel on Climate Change (IPCC)",
        "publication_year": int(edition),
        "licence": "cited-facts",
        "attribution": f"IPCC, {'2019 Refinement to the ' if refined else ''}{title}, Volume 5: Waste",
        "url": "https://www.ipcc-nggip.iges.or.jp/public/2019rf/vol5.html"
        if refined
        else "https://www.ipcc-nggip.iges.or.jp/public/2006gl/vol5.html",
        "note": "copied from the packages bonsai-ipcc (MIT) and AMEE's data sets (MIT), checked against the tables",
    }
