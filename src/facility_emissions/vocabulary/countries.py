"""Countries and their parts: ISO 3166-1 alpha-2, ISO 3166-2, and eGRID subregions.

Codes and English names come from pycountry, Spanish names from the ISO 3166 translations
that it ships. Case, accents and punctuation do not matter; anything else has to be exact.
What is merely near is suggested in the error, never taken.

pycountry is imported on first use, for it reads its databases then.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from facility_emissions.errors import VocabularyError, did_you_mean
from facility_emissions.likeness import Choices

if TYPE_CHECKING:
    from pycountry.db import Data

# In use, but not in ISO 3166: the European Commission's codes and Kosovo's user-assigned ones,
# and names that everyone writes and that ISO does not.
_ALSO: dict[str, tuple[str, ...]] = {
    "AE": ("UAE", "EAU"),
    "CI": ("Ivory Coast", "Costa de Marfil"),
    "CV": ("Cape Verde",),
    "CZ": ("República Checa",),
    "GB": ("UK", "U.K.", "Great Britain", "Gran Bretaña"),
    "GR": ("EL",),
    "KP": ("Corea del Norte",),
    "KR": ("Corea del Sur",),
    "LA": ("Laos",),
    "MO": ("Macau",),
    "NL": ("Holland", "Holanda"),
    "RU": ("Russia", "Rusia"),
    "SY": ("Syria", "Siria"),
    "TR": ("Turkey",),
    "US": ("U.S.", "U.S.A.", "EE. UU.", "EEUU"),
    "VA": ("Vatican", "Vatican City", "Vaticano"),
    "XK": ("XK", "XKX", "Kosovo"),
}
_KOSOVO = "Kosovo"  # the one country here that pycountry has no entry for

# The islands that have electricity factors of their own, in the languages pycountry lacks.
_SUBDIVISIONS_ALSO: dict[str, dict[str, tuple[str, ...]]] = {
    "ES": {
        "ES-CN": ("Canary Islands", "Islas Canarias"),
        "ES-IB": ("Balearic Islands", "Baleares", "Balears"),
    },
    "PT": {"PT-20": ("Azores", "Açores"), "PT-30": ("Madeira",)},
}

#: Subregions of the US EPA's eGRID, as in its subregion table (eGRID2019 and later: with PRMS).
EGRID_SUBREGIONS: tuple[str, ...] = (
    *("AKGD", "AKMS", "AZNM", "CAMX", "ERCT", "FRCC", "HIMS", "HIOA", "MROE", "MROW", "NEWE", "NWPP", "NYCW"),
    *("NYLI", "NYUP", "PRMS", "RFCE", "RFCM", "RFCW", "RMPA", "SPNO", "SPSO", "SRMV", "SRMW", "SRSO", "SRTV"),
    "SRVC",
)
_EGRID = "eGRID:"
_EGRID_COUNTRIES = ("US", "PR")


def parse_country(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a country, upper case.

    Takes alpha-2 and alpha-3 codes, English short, official and common names, and Spanish
    names, in any case, with or without accents; also UK, EL and XK (Kosovo).

    Raises:
        VocabularyError: unknown, withdrawn (`YU`), or no text at all.

    >>> parse_country("españa"), parse_country("DEU"), parse_country("uk")
    ('ES', 'DE', 'GB')
    """
    if not isinstance(text, str) or not text.strip():
        raise VocabularyError(f"A country is asked for: an ISO 3166-1 code ('ES') or a name; given {text!r}.")
    return _parse_country(text)


def country_name(alpha2: str) -> str:
    """Return the English name of a country, the common one where ISO's is a long form.

    >>> country_name("ES"), country_name("BO"), country_name("XK")
    ('Spain', 'Bolivia', 'Kosovo')
    """
    return _country_name(parse_country(alpha2))


def parse_subdivision(text: str, country: str) -> str:
    """Return the ISO 3166-2 code of a part of a country, or its eGRID subregion.

    Takes the code with or without the country (`US-CA`; `CA` in the US), a name in English,
    Spanish or the local language, and eGRID subregions (`eGRID:CAMX` or `CAMX`). Where a
    region and a part of it share a name (Asturias, La Rioja) the whole region is meant.

    Args:
        text: code or name.
        country: the country that it lies in, in any form that `parse_country` takes.

    Raises:
        VocabularyError: unknown, ambiguous, or in another country.

    >>> parse_subdivision("California", "US"), parse_subdivision("camx", "US"), parse_subdivision("CN", "ES")
    ('US-CA', 'eGRID:CAMX', 'ES-CN')
    """
    alpha2 = parse_country(country)
    if not isinstance(text, str) or not text.strip():
        raise VocabularyError(f"A subdivision is asked for: an ISO 3166-2 code ('US-CA') or name; given {text!r}.")
    return _parse_subdivision(text.strip(), alpha2)


def parse_grid_region(text: str, country: str) -> str:
    """Return a grid region as `eGRID:CAMX`; takes it with or without the prefix, in any case.

    Raises:
        VocabularyError: no eGRID subregion, or the country is not the US (or Puerto Rico).
    """
    alpha2 = parse_country(country)
    if not isinstance(text, str) or not text.strip():
        raise VocabularyError(f"A grid region is asked for: 'eGRID:CAMX'; given {text!r}.")
    code = text.strip().upper().removeprefix(_EGRID.upper()).strip()
    if code not in EGRID_SUBREGIONS:
        raise VocabularyError(
            f"{text!r} is no eGRID subregion.{did_you_mean(code, EGRID_SUBREGIONS)} "
            f"Known: {', '.join(EGRID_SUBREGIONS)}."
        )
    if alpha2 not in _EGRID_COUNTRIES:
        raise VocabularyError(f"{_EGRID}{code} lies in the US, but the country is {_country_name(alpha2)}.")
    return _EGRID + code


def parents_of(subdivision: str) -> tuple[str, ...]:
    """Return the parts of the country that a subdivision lies in, the nearest first.

    >>> parents_of("ES-B"), parents_of("US-CA"), parents_of("")
    (('ES-CT',), (), ())
    """
    known = _subdivisions(subdivision.partition("-")[0]) if "-" in subdivision else {}
    return tuple(_ancestors(subdivision, known)) if subdivision in known else ()


@lru_cache(maxsize=4096)
def _parse_country(text: str) -> str:
    found = _country_index().get(_fold(text))
    if found is not None:
        return found
    withdrawn = _withdrawn(text.strip())
    if withdrawn:
        raise VocabularyError(withdrawn)
    near = [f"{code!r} ({_country_name(code)})" for code in _near_countries(text)]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise VocabularyError(
        f"{text!r} is no country known here.{hint} "
        "Give an ISO 3166-1 code ('ES', 'ESP') or a name in English or Spanish."
    )


@cache
def _country_name(alpha2: str) -> str:
    import pycountry

    country = pycountry.countries.get(alpha_2=alpha2)
    return _KOSOVO if country is None else str(getattr(country, "common_name", country.name))


def _fold(text: str) -> str:
    """Fold case, accents, punctuation and a leading "the"; dots and apostrophes vanish."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c) and c not in ".'’‘`")
    folded = re.sub(r"[\W_]+", " ", folded.replace("&", " and ")).strip()
    return folded.removeprefix("the ")


def _spanish(domain: str) -> Callable[[str], str]:
    import gettext

    import pycountry

    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=["es"], fallback=True).gettext


@cache
def _country_index() -> dict[str, str]:
    """Every accepted spelling, folded, to its alpha-2: codes first, then names, then parts of names."""
    import pycountry

    index: dict[str, str] = {}
    for country in pycountry.countries:
        index[_fold(country.alpha_2)] = index[_fold(country.alpha_3)] = country.alpha_2
    for names in _names():
        for alpha2, name in names:
            index.setdefault(_fold(name), alpha2)
    for form, codes in _turned_names().items():
        if len(codes) == 1:  # 'Korea' alone would be two
            index.setdefault(form, *codes)
    return index


@cache
def _names() -> tuple[list[tuple[str, str]], ...]:
    """(alpha-2, name) in the order of precedence: English, Spanish, and what neither has."""
    import pycountry

    spanish = _spanish("iso3166-1")
    english = [(str(c.alpha_2), name) for c in pycountry.countries for name in _names_of(c)]
    translated = [(alpha2, spanish(name)) for alpha2, name in english]
    return english, translated, [(alpha2, name) for alpha2, names in _ALSO.items() for name in names]


@cache
def _turned_names() -> dict[str, set[str]]:
    """Plain forms of the names that ISO turns round, folded, to all countries they may mean."""
    turned: defaultdict[str, set[str]] = defaultdict(set)
    english, translated, _ = _names()
    for alpha2, name in (*english, *translated):
        for form in _turned(name):
            turned[_fold(form)].add(alpha2)
    return dict(turned)


def _names_of(country: Data) -> Iterator[str]:
    for attribute in ("name", "official_name", "common_name"):
        name = getattr(country, attribute, None)
        if name:
            yield name


def _turned(name: str) -> Iterator[str]:
    """Yield the plain forms of 'Korea, Republic of': 'Republic of Korea' and 'Korea'."""
    head, comma, tail = name.partition(", ")
    if comma:
        yield f"{tail} {head}"
        yield head
    before, bracket, inside = name.partition(" [")  # 'Catalunya [Cataluña]'
    before = before.partition(" (")[0]
    if bracket:
        yield inside.rstrip("]")
    if before != name:
        yield before


def _withdrawn(text: str) -> str:
    """Return what to say of a code or name that ISO 3166-3 lists as withdrawn, or ''."""
    import pycountry

    folded = _fold(text)
    matches = [
        old
        for old in pycountry.historic_countries
        if folded in map(_fold, (old.alpha_2, old.alpha_3, old.alpha_4, old.name, *_turned(old.name)))
    ]
    if not matches:
        return ""
    old = max(matches, key=lambda m: str(m.withdrawal_date))  # CS was given twice
    heir = old.alpha_4[2:]  # ISO 3166-3: the last two letters name the heir, HH or XX if none
    has_heir = pycountry.countries.get(alpha_2=heir) is not None
    hint = f" Today that is {heir!r} ({_country_name(heir)})." if has_heir else ""
    return (
        f"{text!r} stands for {old.name}, withdrawn from ISO 3166-1 ({old.withdrawal_date}).{hint} "
        "Give the country in which the place lies today."
    )


@lru_cache(maxsize=1024)
def _near_countries(text: str) -> list[str]:
    """Return up to three alpha-2 codes that the text may have meant; none for short codes."""
    import pycountry

    folded = _fold(text)
    if len(folded) < 4:
        return []
    if folded in _turned_names():  # 'Korea', 'Corea'
        return sorted(_turned_names()[folded])
    try:  # knows parts of names, and parts of countries: 'England'
        return [str(c.alpha_2) for c in pycountry.countries.search_fuzzy(text)][:3]
    except LookupError:
        index = _country_index()
        return list(dict.fromkeys(index[n] for n in Choices.of(index).near(folded, alike=0.75)))


@lru_cache(maxsize=4096)
def _parse_subdivision(text: str, country: str) -> str:
    import pycountry

    code = text.upper()
    if code.startswith(_EGRID.upper()) or (country in _EGRID_COUNTRIES and code in EGRID_SUBREGIONS):
        return parse_grid_region(text, country)
    name = _country_name(country)
    exact = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]
    if exact is not None and exact.country_code != country:
        raise VocabularyError(
            f"{code} ({exact.name}) lies in {_country_name(exact.country_code)}, but the country is {name}."
        )
    known = _subdivisions(country)
    for candidate in (code, f"{country}-{code}"):
        if candidate in known:
            return candidate
    if not known:
        raise VocabularyError(f"{text!r}: ISO 3166-2 lists no subdivisions of {name}; leave it empty.")
    found = _subdivision_names(country).get(_fold(text), set())
    widest = {c for c in found if not any(a in found for a in _ancestors(c, known))}
    if len(widest) == 1:
        return widest.pop()
    if widest:
        several = ", ".join(f"{c} ({known[c].type})" for c in sorted(widest))
        raise VocabularyError(f"{text!r} is the name of several parts of {name}: give one of {several}.")
    hint = _near_subdivisions(text, known.values())
    raise VocabularyError(
        f"{text!r} is no subdivision of {name}.{hint} Give an ISO 3166-2 code ({min(known)!r}) or a name."
    )


@cache
def _subdivisions(country: str) -> dict[str, Data]:
    """The subdivisions of a country by code, in the order of the codes."""
    import pycountry

    found: Iterable[Data] = pycountry.subdivisions.get(country_code=country) or ()  # type: ignore[no-untyped-call]
    return {s.code: s for s in sorted(found, key=lambda s: str(s.code))}


@cache
def _subdivision_names(country: str) -> dict[str, set[str]]:
    """Every accepted name of a part of the country, folded, to the codes that it may mean."""
    spanish = _spanish("iso3166-2")
    index: defaultdict[str, set[str]] = defaultdict(set)
    for code, subdivision in _subdivisions(country).items():
        for name in (subdivision.name, spanish(subdivision.name)):
            for form in (name, *_turned(name)):
                index[_fold(form)].add(code)
    for code, names in _SUBDIVISIONS_ALSO.get(country, {}).items():
        for name in names:
            index[_fold(name)] = {code}
    return dict(index)


def _ancestors(code: str, known: dict[str, Data]) -> Iterator[str]:
    parent = known[code].parent_code
    while parent in known:
        yield parent
        parent = known[parent].parent_code


def _near_subdivisions(text: str, known: Iterable[Data]) -> str:
    """Return " Did you mean 'US-CA' (California)?" or ''."""
    by_fold = {_fold(s.name): s for s in known}
    near = [by_fold[n] for n in Choices(by_fold).near(_fold(text), alike=0.7)]
    return f" Did you mean {' or '.join(f'{s.code!r} ({s.name})' for s in near)}?" if near else ""
