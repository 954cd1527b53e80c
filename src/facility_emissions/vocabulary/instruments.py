"""Contractual instruments of market-based electricity, and the spellings of a bill."""

from __future__ import annotations

from facility_emissions.errors import VocabularyError, did_you_mean

INSTRUMENTS = ("guarantee_of_origin", "high_efficiency_chp")
_SPELLINGS = {
    "guarantee_of_origin": "guarantee_of_origin",
    "go": "guarantee_of_origin",
    "goo": "guarantee_of_origin",
    "gdo": "guarantee_of_origin",
    "rego": "guarantee_of_origin",
    "garantia_de_origen": "guarantee_of_origin",
    "garantía_de_origen": "guarantee_of_origin",
    "high_efficiency_chp": "high_efficiency_chp",
    "none": "",
    "no": "",
    "_": "",  # a dash
    "sin_gdo": "",
    "": "",
}


def parse_instrument(text: str) -> str:
    """Return the instrument that a contract column names, '' for none.

    Raises:
        VocabularyError: an instrument that is not known, with the known ones.
    """
    key = text.strip().casefold().replace("-", "_").replace(" ", "_")
    if key not in _SPELLINGS:
        near = did_you_mean(key, _SPELLINGS)
        raise VocabularyError(f"Unknown contract {text!r}; known: {', '.join(INSTRUMENTS)}, none.{near}")
    return _SPELLINGS[key]
