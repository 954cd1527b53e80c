"""Activities: what is consumed, under the names that people write, and the figures it gives.

A word is read without case, accents, spaces and punctuation. A word that fits several
activities is refused with its choices, unless the category leaves only one of them.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal, cast, get_args

from facility_emissions import bundle
from facility_emissions.errors import VocabularyError, did_you_mean

Category = Literal["heat", "electricity", "water", "recharge"]
State = Literal["gas", "liquid", "solid", "heat", "electricity", "water", "refrigerant"]
Origin = Literal["fossil", "biogenic", "blend", "mixed", "carrier", "none"]

CATEGORIES: tuple[Category, ...] = get_args(Category)


@dataclass(frozen=True, slots=True)
class ActivityCategory:
    """One of the figures that a record fans out into.

    Attributes:
        id: its name, as the Facilities API has it.
        scope: 1, 2 or 3 of the GHG Protocol.
        category: the category whose records give it.
        title: how a report names it.
        basis: which of the two scope 2 totals it belongs to; '' for both, and outside scope 2.
    """

    id: str
    scope: Literal[1, 2, 3]
    category: Category
    title: str
    basis: Literal["", "location", "market"] = ""


ACTIVITY_CATEGORIES: dict[str, ActivityCategory] = {
    a.id: a
    for a in (
        ActivityCategory("stationary", 1, "heat", "Fuel burnt on site"),
        ActivityCategory("purchased_heat", 2, "heat", "Purchased heat, steam and cooling"),
        ActivityCategory("stationary_generation", 3, "heat", "Upstream of fuels and of purchased heat"),
        ActivityCategory("electricity_location_based", 2, "electricity", "Electricity, location-based", "location"),
        ActivityCategory("electricity", 2, "electricity", "Electricity, market-based", "market"),
        ActivityCategory("electricity_generation", 3, "electricity", "Upstream of electricity"),
        # Also holds the losses of heat networks, in rows of their own.
        ActivityCategory(
            "electricity_transmission_and_distribution",
            3,
            "electricity",
            "Transmission and distribution losses",
        ),
        ActivityCategory("recharge", 1, "recharge", "Refrigerants recharged"),
        ActivityCategory("water_supply", 3, "water", "Water supply"),
        ActivityCategory("water_treatment", 3, "water", "Wastewater treatment"),
        ActivityCategory("wastewater_on_site", 1, "water", "Wastewater treated on site"),
    )
}


@dataclass(frozen=True, slots=True)
class Activity:
    """What was consumed.

    Attributes:
        id: canonical name (`natural_gas`, `grid_electricity`, `R-410A`).
        category: the category that it belongs to.
        name_en, name_es: its name in English and Spanish.
        aliases: further words that mean it and nothing else.
        state: as it is delivered.
        origin: of its carbon; `carrier` for what has none of its own (hydrogen, heat,
            electricity), `none` where the question does not arise.
    """

    id: str
    category: Category
    name_en: str
    name_es: str
    aliases: tuple[str, ...]
    state: State
    origin: Origin


_SUPPLIES = (
    Activity(
        "grid_electricity",
        "electricity",
        "Grid electricity",
        "Electricidad de red",
        ("electricity", "electric power", "power", "mains electricity", "purchased electricity",
         "electricidad", "energía eléctrica", "luz", "red eléctrica", "électricité", "Strom"),
        "electricity",
        "carrier",
    ),
    Activity(
        "self_generated_electricity",
        "electricity",
        "Electricity generated and consumed on the site",
        "Autoconsumo eléctrico",
        ("own generation", "self generation", "self-generation", "on-site generation", "self-consumption",
         "self-consumed electricity", "self-consumed solar", "solar self-consumption", "on-site solar", "rooftop solar",
         "autoconsumo", "autoconsumo solar", "autoconsumo fotovoltaico", "autogeneración", "energía autoconsumida",
         "electricidad autoconsumida", "autoconsommation", "Eigenverbrauch"),
        "electricity",
        "carrier",
    ),
    Activity(
        "exported_electricity",
        "electricity",
        "Electricity exported to the grid",
        "Electricidad vertida a la red",
        ("export", "exported", "grid export", "electricity export", "exported solar", "surplus electricity",
         "feed-in", "excedentes", "excedentes de autoconsumo", "energía excedentaria", "energía vertida",
         "vertido a red", "vertido a la red", "electricidad exportada", "Einspeisung"),
        "electricity",
        "carrier",
    ),
    # Water without more is the supply: that is what a meter and a bill in m3 measure. What goes
    # back to the sewer is another quantity, and needs a row of its own.
    Activity(
        "water_supply",
        "water",
        "Water supply",
        "Suministro de agua",
        ("water", "tap water", "mains water", "drinking water", "potable water", "agua", "agua potable",
         "agua de red", "abastecimiento", "abastecimiento de agua", "eau potable", "Trinkwasser"),
        "water",
        "none",
    ),
    Activity(
        "water_treatment",
        "water",
        "Wastewater treatment",
        "Depuración de aguas residuales",
        ("wastewater", "sewage", "sewage treatment", "sewerage", "depuración", "depuración de agua",
         "agua residual", "aguas residuales", "tratamiento de agua", "tratamiento de aguas residuales",
         "saneamiento", "assainissement", "Abwasser"),
        "water",
        "none",
    ),
    # What is treated on the site emits there, by its load and the kind of treatment.
    Activity(
        "wastewater_bod",
        "water",
        "Organic load of wastewater treated on site, as BOD",
        "Carga orgánica de aguas residuales tratadas en el emplazamiento, en DBO",
        ("BOD", "BOD5", "DBO", "DBO5"),
        "water",
        "biogenic",
    ),
    Activity(
        "wastewater_cod",
        "water",
        "Organic load of wastewater treated on site, as COD",
        "Carga orgánica de aguas residuales tratadas en el emplazamiento, en DQO",
        ("COD", "DQO"),
        "water",
        "biogenic",
    ),
    Activity(
        "wastewater_nitrogen",
        "water",
        "Nitrogen of wastewater treated on site",
        "Nitrógeno de aguas residuales tratadas en el emplazamiento",
        ("nitrogen in wastewater", "total nitrogen", "nitrógeno total"),
        "water",
        "none",
    ),
)  # fmt: skip

_CATEGORY_WORDS: dict[str, Category] = {
    **dict.fromkeys(("heat", "heating", "calor", "calefacción", "combustibles"), "heat"),
    **dict.fromkeys(("electricity", "electricidad"), "electricity"),
    **dict.fromkeys(("water", "agua"), "water"),
    **dict.fromkeys(
        ("recharge", "recarga", "refrigerant", "refrigerants", "refrigerante", "refrigerantes"), "recharge"
    ),
}
_API_ONLY = frozenset(("process", "wastes", "waste_water_treatment"))

_RECHARGE = "Category 'recharge' is refrigerant refilled into equipment, by mass (R-410A, HFC-134a, ...)"
_CHARGING = "Charging of electric vehicles is electricity: category 'electricity', activity 'grid_electricity'."
_CHARGING_WORDS = (
    "evcharg", "chargingpoint", "chargingstation", "electricvehicle", "vehiclecharg", "wallbox",
    "vehiculoelectric", "vehiculoselectric", "cocheelectric", "puntoderecarga", "puntosderecarga",
    "recargadevehiculo", "recargavehiculo", "recargaelectrica",
)  # fmt: skip


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """Return the letters and digits of a text, without case and accents: how words are compared.

    Examples:
        >>> fold("Gasóleo-C"), fold("natural_gas")
        ('gasoleoc', 'naturalgas')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum()).casefold()


@cache
def _folded_categories() -> dict[str, Category]:
    return {fold(word): category for word, category in _CATEGORY_WORDS.items()}


def parse_category(text: str) -> Category:
    """Return the category that a word names, in English or Spanish.

    Raises:
        VocabularyError: not a category, or one that the Facilities API has and this package
            does not calculate.
    """
    _check_text(text, "category", "'heat'")
    found = _folded_categories().get(fold(text))
    if found is not None:
        return found
    known = f"Known: {', '.join(CATEGORIES)}."
    if fold(text) in {fold(word) for word in _API_ONLY}:
        raise VocabularyError(f"Category {text!r} of the Facilities API is not calculated here. {known}")
    if any(word in fold(text) for word in _CHARGING_WORDS):
        raise VocabularyError(f"{text!r} is no category. {_CHARGING} {known}")
    hint = did_you_mean(text, _CATEGORY_WORDS)
    raise VocabularyError(f"Unknown category {text!r}.{hint} {known}")


@cache
def _read() -> tuple[dict[str, Activity], dict[str, tuple[str, ...]]]:
    """Return the activities by id, and every folded word with the ids that it fits."""
    raw = [
        Activity(
            id=row["id"],
            category="heat",
            name_en=row["name_en"],
            name_es=row["name_es"],
            aliases=tuple(a for a in row["aliases"].split("|") if a),
            state=cast(State, row["state"]),
            origin=cast(Origin, row["origin"]),
        )
        for row in bundle.rows("vocabulary/fuels.csv")
    ]
    raw += _SUPPLIES
    fits: dict[str, list[str]] = defaultdict(list)
    for a in raw:
        for word in dict.fromkeys(map(fold, (a.name_en, a.name_es, *a.aliases))):
            fits[word].append(a.id)
    # An id always means itself, whatever else it may be the name of.
    index = {word: tuple(ids) for word, ids in fits.items()} | {fold(a.id): (a.id,) for a in raw}
    own = {a.id: replace(a, aliases=tuple(w for w in a.aliases if index[fold(w)] == (a.id,))) for a in raw}
    return own, index


def activities(category: Category | None = None) -> tuple[Activity, ...]:
    """Return the activities of a category, or all; refrigerants are in a vocabulary of their own."""
    return tuple(a for a in _read()[0].values() if category in (None, a.category))


def activities_named(text: str) -> tuple[Activity, ...]:
    """Return every fuel and supply that a word is a name of: none, one, or several for a loose word.

    >>> [a.id for a in activities_named("Gasóleo C")]
    ['gas_oil_heating']
    """
    by_id, index = _read()
    return tuple(by_id[i] for i in index.get(fold(text), ()))


def parse_activity(text: str, category: str | None = None) -> Activity:
    """Return the activity that a word names.

    Args:
        text: id, English or Spanish name, or alias; for `recharge` a refrigerant.
        category: narrows the choice; a word of another category is refused with its own.

    Raises:
        VocabularyError: unknown word, several activities under it, or the wrong category.

    Examples:
        >>> parse_activity("Gasóleo C").id, parse_activity("agua").id
        ('gas_oil_heating', 'water_supply')
    """
    _check_text(text, "activity", "'natural_gas'")
    wanted = None if category is None else parse_category(category)
    if wanted == "recharge":
        return _parse_refrigerant(text)
    by_id, index = _read()
    fitting = [by_id[i] for i in index.get(fold(text), ())]
    inside = [a for a in fitting if wanted in (None, a.category)]
    if len(inside) == 1:
        return inside[0]
    if len(inside) > 1:
        choices = ", ".join(f"{a.id!r} ({a.name_en})" for a in inside)
        raise VocabularyError(f"Activity {text!r} does not say which. It may be {choices}.")
    if fitting:
        raise VocabularyError(_elsewhere(text, fitting, wanted))
    return _parse_unknown(text, wanted)


def _elsewhere(text: str, fitting: list[Activity], wanted: Category | None) -> str:
    own = fitting[0]
    several = " or ".join(repr(a.id) for a in fitting)
    return f"Activity {text!r} is {several} of category {own.category!r}, not of {wanted!r}."


def _parse_unknown(text: str, wanted: Category | None) -> Activity:
    """Say what an unknown word may be; without a category it may still be a refrigerant."""
    if any(word in fold(text) for word in _CHARGING_WORDS):
        raise VocabularyError(f"Activity {text!r} is not in the vocabulary. {_CHARGING}")
    from facility_emissions.vocabulary.refrigerants import parse_refrigerant

    try:
        refrigerant = _refrigerant(parse_refrigerant(text))
    except VocabularyError:
        pass
    else:
        if wanted is None:
            return refrigerant
        raise VocabularyError(_elsewhere(text, [refrigerant], wanted))
    known = activities(wanted)
    hint = did_you_mean(text, [a.id for a in known]) or did_you_mean(
        text, [w for a in known for w in (a.name_en, a.name_es, *a.aliases)]
    )
    where = f" of category {wanted!r}" if wanted else ""
    listed = f" Known: {', '.join(a.id for a in known)}." if len(known) < 7 else ""
    raise VocabularyError(f"Unknown activity {text!r}{where}.{hint}{listed}")


def _parse_refrigerant(text: str) -> Activity:
    from facility_emissions.vocabulary.refrigerants import parse_refrigerant

    try:
        return _refrigerant(parse_refrigerant(text))
    except VocabularyError:
        if any(word in fold(text) for word in _CHARGING_WORDS):
            raise VocabularyError(f"Activity {text!r} is no refrigerant. {_RECHARGE}. {_CHARGING}") from None
        by_id, index = _read()
        fitting = [by_id[i] for i in index.get(fold(text), ())]
        if fitting:
            raise VocabularyError(f"{_elsewhere(text, fitting, 'recharge')} {_RECHARGE}.") from None
        raise


def _refrigerant(id_: str) -> Activity:
    return Activity(id_, "recharge", id_, id_, (), "refrigerant", "none")


def _check_text(text: object, what: str, example: str) -> None:
    if not isinstance(text, str) or not fold(text):
        raise VocabularyError(f"The {what} is missing: give a word such as {example}, not {text!r}.")
