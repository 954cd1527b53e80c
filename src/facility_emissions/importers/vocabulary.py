"""The vocabulary of fuels and purchased heat: their names, aliases and each publisher's name.

An alias that stands in more than one row is ambiguous, and the vocabulary refuses it with its
choices. So a word that fits several fuels is written at each of them, never at one.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from facility_emissions.importers.tidy import Import, LayoutError
from facility_emissions.vocabulary.activities import fold

FILE = "tidy/fuel_vocabulary.csv"
TABLE = "vocabulary/fuels.csv"
PUBLISHERS = ("ipcc2006_fuel", "epa_hub", "defra", "miteco", "ademe")
# The SIEC codes of the source are recalled, not read: they stay out.
_EXPECTED = ("id", "state", "origin", "en", "es", "aliases", "siec_code_recalled", *PUBLISHERS)
COLUMNS = ("id", "state", "origin", "name_en", "name_es", "aliases", *PUBLISHERS)

_STATES = frozenset(("gas", "liquid", "solid", "heat"))
_ORIGINS = {
    "fossil": "fossil",
    "biogenic": "biogenic",
    "biogenic*": "biogenic",  # FAME: its fossil methanol part is in the factors, not in the word
    "blend": "blend",
    "mixed": "mixed",
    "carrier": "carrier",
    "scope2": "carrier",  # purchased heat
}

# (id, alias in the source): what stands in its place; '' leaves it out.
_MENDED = {
    ("natural_gas", "methane (grid)"): "grid methane",  # methane alone is a gas, not a supply
    ("natural_gas", "gas ciudad (natural)"): "gas ciudad",
    ("gas_oil_heating", "red diesel (static)"): "red diesel",
    ("olive_pits", "orujillo (rel.)"): "",  # dried pomace: related to the stones, another fuel
    ("biodiesel_fame", "ME"): "",  # methyl ester; two letters that stand for too much else
    ("hvo", "XTL"): "",  # paraffinic diesel of any feedstock, gas-to-liquid included
}

_FIREWOOD = ("wood_logs", "wood_chips", "wood_pellets", "sawdust")
_COALS = ("coal_bituminous", "coal_domestic", "coal_subbituminous", "anthracite", "lignite")
_HEATING = ("natural_gas", "gas_oil_heating", "district_heat")
# Words that fit several fuels, and which: they are refused with these choices.
_SHARED = {
    "gasoil": ("gas_oil_heating", "gas_oil_b", "diesel", "diesel_average_blend"),
    "gasóleo": ("gas_oil_heating", "gas_oil_b", "diesel", "diesel_average_blend"),
    "gasoil A": ("diesel", "diesel_average_blend"),
    "GNR": ("gas_oil_b", "biomethane"),  # gazole non routier; gas natural renovable
    "distillate": ("gas_oil_heating", "distillate_no1", "diesel"),
    "mazout": ("gas_oil_heating", "fuel_oil"),
    "fuel": ("fuel_oil", "gas_oil_heating"),
    "oil": ("gas_oil_heating", "fuel_oil", "kerosene"),
    "fuel gas": ("refinery_gas", "natural_gas"),
    "bombona": ("butane", "propane"),
    "gasolina 95": ("petrol", "petrol_average_blend", "petrol_e5", "petrol_e10"),
    "coal": _COALS,
    "carbón": _COALS,
    "houille": ("coal_bituminous", "coal_domestic"),
    "wood": _FIREWOOD,
    "madera": _FIREWOOD,
    "biomass": (*_FIREWOOD, "olive_pits", "nut_shells", "straw"),
    "biomasa": (*_FIREWOOD, "olive_pits", "nut_shells", "straw"),
    "MSW": ("municipal_waste_fossil", "municipal_waste_biogenic"),
    "heat": _HEATING,
    "heating": _HEATING,
    "calor": _HEATING,
    "calefacción": _HEATING,
}

# Parts of the names that are names of their own, and other common ones.
_ADDED = {
    "natural_gas": ("gas de red",),
    "gas_oil_heating": ("gasóleo calefacción", "gasoil C", "gasoil de calefacción", "gasoil calefacción"),
    "gas_oil_b": ("agricultural gas oil", "off-road gas oil", "gasóleo agrícola", "gasoil B"),
    "gas_works_gas": ("manufactured gas",),
    "waste_oil": ("used oils", "aceite usado"),
    "wood_logs": ("biomasa madera",),
    "wood_chips": ("biomasa astillas",),
    "wood_pellets": ("biomasa pellets", "pélets"),
    "black_liquor": ("lejías sulfíticas",),
    "hvo": ("diésel renovable",),
    "district_heat": ("purchased heat", "calefacción urbana"),
    "district_cooling": ("purchased cooling",),
}


def read(sources: Path) -> Import:
    """Read the list of fuels and return it with its aliases mended.

    Raises:
        LayoutError: the file's columns, a state, an origin or an alias are not as known here.
    """
    path = sources / FILE
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if tuple(reader.fieldnames or ()) != _EXPECTED:
            raise LayoutError(f"{FILE}: columns are {reader.fieldnames}, expected {list(_EXPECTED)}.")
        rows = list(reader)
    ids = [row["id"] for row in rows]
    _check(ids)
    imported = Import()
    imported.add_table(TABLE, COLUMNS, [_tidy(row, number, ids) for number, row in enumerate(rows, start=2)])
    return imported


def _check(ids: list[str]) -> None:
    named = {*_ADDED, *(i for i, _ in _MENDED), *(i for choices in _SHARED.values() for i in choices)}
    if len(set(ids)) != len(ids):
        raise LayoutError(f"{FILE}: an id stands twice.")
    if named - set(ids):
        raise LayoutError(f"{FILE}: no row has the id {sorted(named - set(ids))[0]!r}.")


def _tidy(row: dict[str, str], number: int, ids: list[str]) -> dict[str, object]:
    where = f"{FILE} row {number} ({row['id']})"
    if row["state"] not in _STATES:
        raise LayoutError(f"{where}: state {row['state']!r} is none of {sorted(_STATES)}.")
    if row["origin"] not in _ORIGINS:
        raise LayoutError(f"{where}: origin {row['origin']!r} is none of {sorted(_ORIGINS)}.")
    return {
        "id": row["id"],
        "state": row["state"],
        "origin": _ORIGINS[row["origin"]],
        "name_en": row["en"],
        "name_es": row["es"],
        "aliases": "|".join(_aliases(row, where, ids)),
        **{name: row[name] for name in PUBLISHERS},
    }


def _aliases(row: dict[str, str], where: str, ids: list[str]) -> list[str]:
    """Mend the aliases of a row, and keep one of those that are read alike."""
    given = [a for a in row["aliases"].split("|") if a]
    for id_, alias in _MENDED:
        if id_ == row["id"] and alias not in given:
            raise LayoutError(f"{where}: the alias {alias!r} is expected and missing.")
    mended = [_MENDED.get((row["id"], a), a) for a in given]
    # "Gasóleo A (mineral)" is also asked for as "Gasóleo A"; where that fits two fuels, it shows.
    plain = [re.sub(r" \([^)]*\)", "", row[name]) for name in ("en", "es")]
    shared = [word for word, choices in _SHARED.items() if row["id"] in choices]
    taken = {fold(i) for i in ids} | {fold(row["en"]), fold(row["es"])}
    kept: dict[str, str] = {}
    for alias in (*mended, *plain, *_ADDED.get(row["id"], ()), *shared):
        if alias and fold(alias) not in taken:
            kept.setdefault(fold(alias), alias)
    return _without_given_away(list(kept.values()), row["id"])


def _without_given_away(aliases: list[str], id_: str) -> list[str]:
    """Refuse an alias here that `_SHARED` gives to others but not to this row."""
    for word, choices in _SHARED.items():
        if id_ not in choices and fold(word) in {fold(a) for a in aliases}:
            raise LayoutError(f"{FILE}: {id_} has the alias {word!r}, which is shared among {choices}.")
    return aliases
