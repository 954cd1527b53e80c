"""How the name of an energy supplier is folded, so that a bill's spelling meets the publisher's."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LEGAL_FORM = re.compile(
    r"\b(s ?a ?u|s ?l ?u|s ?a|s ?l|s ?coop|s ?c ?c ?l|s ?c ?v|sociedad limitada|sociedad anonima|"
    r"sociedad unipersonal|unipersonal)\b"
)


@lru_cache(maxsize=1 << 14)
def fold_supplier(name: str) -> str:
    """Fold case, accents, punctuation and the legal form (S.A., S.L.U.) of a company's name.

    >>> fold_supplier("Endesa Energía, S.A.U.") == fold_supplier("ENDESA ENERGIA SA")
    True
    """
    return " ".join(_LEGAL_FORM.sub(" ", spelt(name)).split())


def spelt(name: str) -> str:
    """Fold case, accents and punctuation of a company's name; its legal form stays.

    >>> spelt("Endesa Energía, S.A.U.")
    'endesa energia s a u'
    """
    text = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", text).strip()
