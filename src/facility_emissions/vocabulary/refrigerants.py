"""Refrigerants under the names that people write: R-numbers, family names, formulas, trade names.

Read without case, spaces, hyphens and brackets: no two refrigerants differ only in these
(blends end in a capital, isomers in a small letter, and none carries the number of the other).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from facility_emissions import bundle
from facility_emissions.errors import VocabularyError, did_you_mean
from facility_emissions.likeness import Choices

# Known blends whose composition was not read in a publication: their id is understood, no more.
UNREAD_BLENDS = ("R-427B", "R-477A")

# Names that mean no one refrigerant, and what to say to who writes them.
REFUSED = {
    "XP10": "the UN Ozone Secretariat lists it as R-513A, a supplier sells R-450A under it",
    "Opteon XP10": "the UN Ozone Secretariat lists XP10 as R-513A, a supplier sells R-450A as Opteon XP10",
    "RS-24": "it is R-426A today, but an older formulation carried the name too",
    "R-400": "it has no one composition: write R-400(50/50) or R-400(60/40)",
}
BRANDS = (
    *("Freon", "Suva", "Opteon", "Solstice", "Genetron", "Forane", "Klea", "Isceon"),
    *("Arcton", "Solkane", "Greencool", "Novec"),
)
_WRITTEN_BEFORE = ("refrigerante", "refrigerant", "gas")
_SPELLED_ALIKE = {"HFO": ("HFC",), "HCFO": ("HCFC",), "PFC": ("FC",)}  # HFC-1234yf in AR5 and in EU law


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isalnum())


@cache
def refrigerant_ids() -> tuple[str, ...]:
    """Return the ids of all refrigerants: blends by R-number, pure gases by the id of the gas."""
    blends = {row["blend"] for row in bundle.rows("gwp/blends.csv")}
    return tuple(sorted({*blends, *UNREAD_BLENDS, *(row["gas"] for row in bundle.rows("gwp/gases.csv"))}))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Every spelling key, and the ids it may mean: numbers first, then trade names, names, formulas."""
    words: dict[str, tuple[str, ...]] = {}

    def add(spellings: dict[str, set[str]]) -> None:
        for key, ids in spellings.items():
            words.setdefault(key, tuple(sorted(ids)))

    gases = bundle.rows("gwp/gases.csv")
    numbers: dict[str, set[str]] = {}
    for blend, families in _families().items():
        bare = () if blend[2:].isdigit() else ("",)
        for prefix in (*bare, "R", *families):
            numbers.setdefault(_key(prefix + blend.removeprefix("R-")), set()).add(blend)
    for row in gases:
        for spelling in _numbers(row):
            numbers.setdefault(_key(spelling), set()).add(row["gas"])
    add(numbers)
    by_number = {row["r_number"]: row["gas"] for row in gases if row["r_number"]} | {"R-50": "CH4"}
    trade: dict[str, set[str]] = {}
    for row in bundle.rows("gwp/aliases.csv"):
        trade.setdefault(_key(row["alias"]), set()).add(by_number.get(row["r_number"], row["r_number"]))
    add(trade)
    for column in ("name", "formula"):
        chemical: dict[str, set[str]] = {}
        for row in gases:
            chemical.setdefault(_key(row[column]), set()).add(row["gas"])
        add(chemical)
    words.pop("", None)
    return words


def _families() -> dict[str, set[str]]:
    """Blend to the families of its components: HFC-410A is written, CFC-410A is a mistake."""
    group = {row["gas"]: row["group"] for row in bundle.rows("gwp/gases.csv")}
    found: dict[str, set[str]] = {blend: set() for blend in UNREAD_BLENDS}
    for row in bundle.rows("gwp/blends.csv"):
        found.setdefault(row["blend"], set()).add(group[row["component"]])
    return {blend: {f for f in families if f.isupper()} for blend, families in found.items()}


def _numbers(row: dict[str, str]) -> list[str]:
    """Spellings of the number of a pure gas: R-134a, HFC-134a, 134a; not a bare 22 or 717."""
    gas, number = row["gas"], row["r_number"].removeprefix("R-")
    if not number or gas in ("CH4-fossil", "CH4-nonfossil"):
        return [gas]
    spellings = [gas, f"R-{number}"]
    if not number.isdigit():
        spellings.append(number)
    family, _, code = gas.partition("-")
    return spellings + [f"{other}-{code}" for other in _SPELLED_ALIKE.get(family, ()) if code]


def parse_refrigerant(text: str) -> str:
    """Return the id of a refrigerant: `R-410A` for a blend, the id of the gas for a pure one.

    Args:
        text: R-number (`R410A`, `R-134a`, `134a`), family name (`HFC-134a`), formula, chemical
            name or trade name, in any case, with or without spaces and hyphens.

    Raises:
        VocabularyError: not known, or a name that means several; the message says what to write.

    >>> parse_refrigerant("r 410 a"), parse_refrigerant("R134A"), parse_refrigerant("R-744")
    ('R-410A', 'HFC-134a', 'CO2')
    """
    if not isinstance(text, str) or not text.strip():
        raise VocabularyError(f"No refrigerant is named ({text!r}): give its R-number, such as R-410A.")
    return _parse(text)


@cache
def _parse(text: str) -> str:
    if text.strip() in refrigerant_ids():  # some solvents' ids differ in an apostrophe only
        return text.strip()
    key = _key(text)
    for refused, why in REFUSED.items():
        if key == _key(refused):
            raise VocabularyError(f"{text!r} does not name one refrigerant: {why}. Give the R-number.")
    found = _words().get(key) or _without_words(key)
    if len(found) == 1:
        return found[0]
    if found:
        raise VocabularyError(f"{text!r} may be {' or '.join(map(repr, found))}: write which.")
    for brand in BRANDS:
        if key.startswith(_key(brand)):
            why = f"{brand} is a brand, under which many gases are sold"
            raise VocabularyError(f"{text!r} names no gas that is known here: {why}. Give the R-number.")
    raise VocabularyError(f"Unknown refrigerant {text!r}.{_nearest(text, key)}")


def _without_words(key: str) -> tuple[str, ...]:
    """Read "refrigerant R-410A" and "Freon R-22" by the R-number that they spell out."""
    for word in (*_WRITTEN_BEFORE, *BRANDS):
        rest = key.removeprefix(_key(word))
        if rest != key and re.fullmatch(r"r\d.*" if word in BRANDS else r"[a-z]*\d.*", rest):
            return _words().get(rest, ())
    return ()


def _nearest(text: str, key: str) -> str:
    """Return " Did you mean ...?": the isomers, the same number, the same series, or the nearest spelling."""
    ids, words = _keys(), _words()
    bare = re.sub(r"^[a-z]+", "", key)
    series = re.fullmatch(r"(\d{3})[a-z]?", bare)
    isomer = _bare_isomer(key)
    near = [i for i, own in ids.items() if isomer and own in (f"{isomer}e", f"{isomer}z")]
    near = near or [w for k in (key.replace("o", "0"), f"r{bare}", bare) if bare for w in words.get(k, ())][:1]
    near = near or [i for i in ids if series and re.fullmatch(rf"R-{series[1]}[A-Z]", i)][:6]
    if near:
        return f" Did you mean {' or '.join(map(repr, near))}?"
    return did_you_mean(text.strip(), _suggestions())


@cache
def _keys() -> dict[str, str]:
    return {i: _key(i) for i in refrigerant_ids()}


@cache
def _suggestions() -> Choices:
    """Every spelling that a message may propose."""
    spellings = [*refrigerant_ids(), *(row["alias"] for row in bundle.rows("gwp/aliases.csv"))]
    gases = bundle.rows("gwp/gases.csv")
    return Choices([*spellings, *(row[c] for row in gases for c in ("r_number", "name", "formula") if row[c])])


def _bare_isomer(key: str) -> str:
    match = re.fullmatch(r"(?:r|hfc|hfo|hcfc|hcfo)?(\d{4}[a-z]+)", key)
    if not match:
        return ""
    number = match[1]
    return f"{'hcfo' if number.startswith(('1233', '1224')) else 'hfo'}{number}"
