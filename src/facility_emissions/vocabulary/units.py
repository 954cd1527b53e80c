"""Units: a closed table of spellings, each with its dimension, energy basis and size.

Only what the table lists is a unit. `mWh` is not `MWh`, a `ton` and a `gallon` have to say
which, a kWh of fuel may say gross (GCV, HHV, PCS, Hs) or net (NCV, LHV, PCI, Hi). Crossing
from one dimension or basis to another needs a property of the fuel and does not happen here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeVar, cast

from facility_emissions.errors import VocabularyError, did_you_mean

Dimension = Literal["energy", "mass", "volume", "gas_volume_0C", "gas_volume_15C"]
Basis = Literal["", "gcv", "ncv"]

BASE_UNITS: dict[Dimension, str] = {
    "energy": "kWh",
    "mass": "kg",
    "volume": "l",
    "gas_volume_0C": "m3_0C",  # 0 degC, 101.325 kPa
    "gas_volume_15C": "m3_15C",  # 15 degC, 101.325 kPa
}
KJ_PER_BTU = 1.05505585262  # international table: 4.1868 J/(g K) x 453.59237 g x 5/9 K
LITRES_PER_FT3 = 28.316846592  # 0.3048 m cubed


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the table.

    Attributes:
        id: canonical name (`kWh_gcv`, `m3_0C`, `gallon_us`).
        dimension: what it measures; `volume` is of liquids, of water, and of gas whose reference
            conditions are not stated.
        basis: `gcv` or `ncv` for the energy of a fuel, '' where none applies or none is stated.
        to_base: size in the base unit of its dimension [kWh, kg, l, m3_0C, m3_15C].
        symbol: how a table or report shows it.
        spellings: every text that is read as it, apart from case.
    """

    id: str
    dimension: Dimension
    basis: Basis
    to_base: float
    symbol: str
    spellings: tuple[str, ...]


_BASIS_WORDS: dict[Basis, tuple[str, ...]] = {
    "gcv": ("GCV", "PCS", "HHV", "Hs", "Ho", "Gross CV", "gross"),
    "ncv": ("NCV", "PCI", "LHV", "Hi", "Hu", "Net CV", "net"),
}
_BASIS_OF = {word.casefold(): basis for basis, words in _BASIS_WORDS.items() for word in words}
_BASIS_AT_END = re.compile(
    rf"(?P<unit>.+?)(?: ?\((?P<bracketed>{'|'.join(_BASIS_OF)})\)| (?P<apart>{'|'.join(_BASIS_OF)})"
    "|(?P<joined>gcv|ncv|pcs|pci|hhv|lhv))",
    re.IGNORECASE,
)

_PREFIXES = (("", "", 1e-3), ("k", "kilo", 1.0), ("M", "mega", 1e3), ("G", "giga", 1e6), ("T", "tera", 1e9))
_WATT_HOUR = ("watt hour", "watt hours", "watthour", "watthours", "vatio hora", "vatios hora")
_JOULE = ("joule", "joules", "julio", "julios")

# id, [kWh], other spellings
_ENERGY: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    *((f"{p}Wh", size, (f"{p}W h", f"{p}W·h", *(name + w for w in _WATT_HOUR))) for p, name, size in _PREFIXES),
    ("MJ", 1 / 3.6, tuple(f"mega{w}" for w in _JOULE)),
    ("GJ", 1e3 / 3.6, tuple(f"giga{w}" for w in _JOULE)),
    ("TJ", 1e6 / 3.6, tuple(f"tera{w}" for w in _JOULE)),
    ("Btu", KJ_PER_BTU / 3600, ("Btus", "British thermal unit", "British thermal units")),
    ("kBtu", KJ_PER_BTU / 3.6, ("thousand Btu",)),
    # The double M is a thousand thousands in every case; a single one is not (see _REFUSED).
    ("mmBtu", KJ_PER_BTU / 3.6 * 1e3, ("million Btu", "Dth", "dekatherm", "dekatherms")),
    # The therm of the EC and the UK, 100 000 international Btu; the US therm is 0.024 % smaller.
    ("therm", KJ_PER_BTU / 3.6 * 100, ("therms", "thm")),
)

# id, dimension, size in the base unit, symbol, other spellings (comma-separated)
_OTHERS: tuple[tuple[str, Dimension, float, str, str], ...] = (
    ("kg", "mass", 1.0, "kg",
     "kgs, kilogram, kilograms, kilogramme, kilogrammes, kilo, kilos, kilogramo, kilogramos"),
    ("g", "mass", 1e-3, "g", "gram, grams, gramme, grammes, gramo, gramos"),
    ("t", "mass", 1e3, "t",
     "Mg, Tm, tonne, tonnes, metric ton, metric tons, metric tonne, metric tonnes, tonelada, toneladas, "
     "tonelada métrica, toneladas métricas"),
    ("lb", "mass", 0.45359237, "lb", "lbs, pound, pounds, libra, libras"),
    ("short_ton", "mass", 907.18474, "short ton",
     "short tons, US ton, US tons, ton (US), tons (US), tonelada corta, toneladas cortas"),
    ("long_ton", "mass", 1016.0469088, "long ton",
     "long tons, UK ton, UK tons, ton (UK), tons (UK), imperial ton, imperial tons, "
     "tonelada larga, toneladas largas"),
    ("l", "volume", 1.0, "l", "lt, lts, ltr, ltrs, litre, litres, liter, liters, litro, litros"),
    ("hl", "volume", 100.0, "hl",
     "hectolitre, hectolitres, hectoliter, hectoliters, hectolitro, hectolitros"),
    ("kl", "volume", 1e3, "kl", "kilolitre, kilolitres, kiloliter, kiloliters, kilolitro, kilolitros"),
    ("ML", "volume", 1e6, "ML", "megalitre, megalitres, megaliter, megaliters, megalitro, megalitros"),
    ("m3", "volume", 1e3, "m³",
     "cubic metre, cubic metres, cubic meter, cubic meters, cu m, cbm, metro cúbico, metros cúbicos, "
     "mètre cube, mètres cubes"),
    ("ft3", "volume", LITRES_PER_FT3, "ft³", "cf, cu ft, cubic foot, cubic feet, pie cúbico, pies cúbicos"),
    ("ccf", "volume", LITRES_PER_FT3 * 100, "ccf", "hcf, hundred cubic feet"),
    ("gallon_us", "volume", 3.785411784, "US gal",
     "US gal, gal US, gal (US), US gallon, US gallons, gallons US, gallon (US), gallons (US), "
     "galón estadounidense, galones estadounidenses"),
    ("gallon_uk", "volume", 4.54609, "UK gal",
     "UK gal, gal UK, gal (UK), UK gallon, UK gallons, gallons UK, gallon (UK), gallons (UK), imp gal, "
     "imperial gallon, imperial gallons, galón imperial, galones imperiales"),
    ("m3_0C", "gas_volume_0C", 1.0, "Nm³",
     "Nm3, m3(n), m3 (n), m3N, m3 (0 °C), m3 (0C), normal cubic metre, normal cubic metres, "
     "normal cubic meter, normal cubic meters, metro cúbico normal, metros cúbicos normales"),
    ("m3_15C", "gas_volume_15C", 1.0, "Sm³",
     "Sm3, Smc, m3 (15 °C), m3 (15C), standard cubic metre, standard cubic metres, standard cubic meter, "
     "standard cubic meters"),
)  # fmt: skip

_TON = "Write 't' (tonne, 1000 kg), 'short_ton' (907.18474 kg) or 'long_ton' (1016.0469088 kg)."
_GALLON = "Write 'gallon_us' (3.785411784 l) or 'gallon_uk' (4.54609 l)."
_MBTU = "M is thousand to some and million to others. Write 'kBtu' (10^3 Btu) or 'mmBtu' (10^6 Btu)."
_CUBIC_FEET = (
    "Its size, or the temperature and pressure that it stands for, differ between users. Of gas, take the energy "
    "of the bill ('therm', 'mmBtu'), or write 'm3_0C' or 'm3_15C'; of water, 'ccf' (100 ft3) or 'm3'."
)
_POWER = "That is power, not energy. Write 'kWh' or 'MWh'."
_REFUSED: dict[str, str] = {
    **dict.fromkeys(("ton", "tons", "tn", "tns"), _TON),
    **dict.fromkeys(("gal", "gals", "gallon", "gallons", "galon", "galones"), _GALLON),
    **dict.fromkeys(("mbtu", "mbtus"), _MBTU),
    **dict.fromkeys(("mcf", "scf", "mscf", "mmscf", "standard cubic foot", "standard cubic feet"), _CUBIC_FEET),
    **dict.fromkeys(("w", "kw", "mw", "gw", "watt", "kilowatt", "megawatt", "kilovatio", "kilovatios"), _POWER),
}
# Spellings whose first letter is a size: in another case it would be another size.
_SIZED = re.compile(r"M(W[ ·]?h|J|L|g)|Nm3")
_PREFIX = {"M": "milli", "N": "nano"}  # what the small letter would mean
_EXACT = frozenset(("t", "g", "Mg"))  # too short to guess at: T is tesla, G is giga, MG may be mg


def _tidy(text: str) -> str:
    """Compose (m³ becomes m3) and read any run of spaces, hyphens and underscores as one space."""
    return re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", text)).strip()


def _fold(tidy: str) -> str:
    """Drop case and accents."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", tidy) if not unicodedata.combining(c))
    return bare.casefold()


def _energy_units() -> Iterator[Unit]:
    for symbol, size, more in _ENERGY:
        yield Unit(symbol, "energy", "", size, symbol, (symbol, *more))
        for basis, words in _BASIS_WORDS.items():
            shown = f"{symbol} ({basis.upper()})"
            yield Unit(f"{symbol}_{basis}", "energy", basis, size, shown, tuple(f"{symbol} {w}" for w in words))


UNITS: dict[str, Unit] = {unit.id: unit for unit in _energy_units()} | {
    id_: Unit(id_, dimension, "", size, symbol, (id_, *more.split(", ")))
    for id_, dimension, size, symbol, more in _OTHERS
}


@cache
def _exact() -> dict[str, Unit]:
    return {_tidy(s): unit for unit in UNITS.values() for s in unit.spellings}


@cache
def _folded() -> dict[str, tuple[str, Unit]]:
    """Folded spelling to (the spelling as the table has it, its unit)."""
    return {_fold(s): (s, unit) for s, unit in _exact().items()}


def parse_unit(text: str) -> Unit:
    """Return the unit that a text spells.

    Spellings are matched as they stand, then without case and accents, but never where the
    case of a letter is the size of the unit. An energy may be followed by its basis.

    Args:
        text: a unit's id or one of its spellings, in English or Spanish, or as the Facilities
            API names it (`kilowatt_hour_(kwh)`).

    Raises:
        VocabularyError: not in the table, or a word for units of several sizes.

    Examples:
        >>> parse_unit("kWh PCS").id, parse_unit("metros cubicos").id, parse_unit("Nm³").id
        ('kWh_gcv', 'm3', 'm3_0C')
    """
    if not isinstance(text, str):
        raise VocabularyError(f"A unit is a text such as 'kWh', 'm3' or 'kg', not {text!r}.")
    tidy = _tidy(text)
    unit = _read(tidy, text) or _read_with_basis(tidy, text) or _read_with_symbol(tidy, text)
    if unit is not None:
        return unit
    known = ", ".join(u.id for u in UNITS.values() if not u.basis)
    hint = did_you_mean(tidy, _suggestions())
    raise VocabularyError(f"Unknown unit {text!r}.{hint} Known: {known}; energy of a fuel also with _gcv or _ncv.")


def _read(tidy: str, text: str) -> Unit | None:
    """Look a text up as it stands, then folded; refuse what has several sizes."""
    unit = _exact().get(tidy)
    if unit is not None:
        return unit
    folded = _fold(tidy)
    if folded in _REFUSED:
        raise VocabularyError(f"Unit {text!r} is not clear. {_REFUSED[folded]}")
    spelling, unit = _folded().get(folded, ("", None))
    if unit is not None and _SIZED.match(spelling) and tidy[0] != spelling[0]:
        ratio = f" (10^9 × m{spelling[1:]})" if spelling[0] == "M" else ""
        raise VocabularyError(
            f"Unit {text!r}: a leading {tidy[0]} reads as {_PREFIX[spelling[0]]}. "
            f"Did you mean {spelling!r}{ratio}? The case of that letter is the size of the unit."
        )
    return None if spelling in _EXACT else unit


def _read_with_basis(tidy: str, text: str) -> Unit | None:
    """Read `kWh (Gross CV)`, `MWh PCS`, `kWhPCS`: an energy, then a word for its basis."""
    found = _BASIS_AT_END.fullmatch(tidy)
    plain = _read(found["unit"], text) if found else None
    if found is None or plain is None or plain.dimension != "energy" or plain.basis:
        return None
    return UNITS[f"{plain.id}_{_BASIS_OF[(found['bracketed'] or found['apart'] or found['joined']).casefold()]}"]


def _read_with_symbol(tidy: str, text: str) -> Unit | None:
    """Read `cubic meter (m3)`: a unit and, in brackets, another spelling of the same unit."""
    found = re.fullmatch(r"(.+) \((.+)\)", tidy)
    unit = _read(found[1], text) if found else None
    again = _folded().get(_fold(found[2])) if found else None
    return unit if unit is not None and again is not None and again[1] is unit else None


@cache
def _suggestions() -> tuple[str, ...]:
    """Ids first, then the other spellings: what a message may propose."""
    return (*UNITS, *(s for unit in UNITS.values() for s in unit.spellings))


class _Scalable(Protocol):
    def __mul__(self, other: float, /) -> Any: ...


Q = TypeVar("Q", bound=_Scalable)


def convert(quantity: Q, from_unit: Unit | str, to_unit: Unit | str) -> Q:
    """Convert a quantity between two units of one dimension and basis.

    Args:
        quantity: scalar, array or Series [from_unit].
        from_unit: the unit that it is in.
        to_unit: the unit wanted.

    Returns:
        The same kind as `quantity` [to_unit]: ``quantity * from_unit.to_base / to_unit.to_base``.

    Raises:
        VocabularyError: an unknown unit, or units that no constant alone connects.

    Examples:
        >>> convert(2.5, "MWh", "kWh")
        2500.0
    """
    a = parse_unit(from_unit) if isinstance(from_unit, str) else from_unit
    b = parse_unit(to_unit) if isinstance(to_unit, str) else to_unit
    if (a.dimension, a.basis) != (b.dimension, b.basis):
        raise VocabularyError(f"{a.id} cannot become {b.id}: {_why_not(a, b)}")
    return cast(Q, quantity * (a.to_base / b.to_base))


def _why_not(a: Unit, b: Unit) -> str:
    dimensions = {a.dimension, b.dimension}
    if dimensions == {"energy"}:
        if a.basis and b.basis:
            return "gross and net energy of a fuel differ by its NCV/GCV ratio, which depends on the fuel."
        bare = b.id if a.basis else a.id
        return f"{bare} does not say whether it is gross (gcv) or net (ncv)."
    if len(dimensions) > 1 and all("volume" in d for d in dimensions):
        return "the volume of a gas depends on its reference (0 or 15 degC: 5.5 %), which has to be the same."
    names = " and ".join(sorted(d.split("_")[0] if d.startswith("gas") else d for d in dimensions))
    return f"{names} are connected by a property of the fuel (NCV, GCV, density), not by a constant."
