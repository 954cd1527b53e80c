"""Spanish supply points (CUPS) of records: one that has no such shape is a problem, a doubtful one is flagged.

They may be as many as the rows, so they are no key column: each distinct pair of facility and CUPS is
looked at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.columns import Encoded, encode
from facility_emissions.calculation.problems import ProblemLog
from facility_emissions.calculation.sites import Site, id_text
from facility_emissions.errors import VocabularyError
from facility_emissions.vocabulary.cups import parse_cups

_POINT = 20  # letters and digits that name the point; two more may follow, of its place at a border
_REMEDY = "The CUPS of the bill: ES, 16 digits and 2 letters; or leave it empty."


@dataclass(frozen=True, slots=True)
class RowFlags:
    """Flags of single rows, beside those of their keys: `texts[code]` of each row, '' for code 0."""

    code: npt.NDArray[np.int64]
    texts: list[str]


class SupplyPoints:
    """The supply points of facilities, against which those of records are held."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        """Take the facilities by id."""
        self._sites = sites
        self._owners: dict[str, list[str]] = defaultdict(list)
        for site in sites.values():
            for number in site.cups or ():
                self._owners[number[:_POINT]].append(site.facility_id)

    def flags(self, cups: str, facility_id: str) -> str:
        """Return the flags of a record's CUPS as text, '' where nothing is doubtful.

        Raises:
            VocabularyError: it has not the shape of one.
        """
        number, letters = _read(cups)
        return "; ".join(filter(None, (letters, self.elsewhere(number, facility_id))))

    def may_be_elsewhere(self, facility_id: str) -> bool:
        """Whether a facility's records can have a supply point that is not its own, as far as anybody says."""
        site = self._sites.get(facility_id)
        return site is not None and (bool(self._owners) or site.profile.country not in ("ES", ""))

    def elsewhere(self, number: str, facility_id: str) -> str:
        """Return the flag of a supply point that is none of the facility's, '' where it may be."""
        site = self._sites.get(facility_id)
        if site is None:
            return ""
        country, owners = site.profile.country, self._owners.get(number[:_POINT], [])
        if country not in ("ES", ""):
            words = f"{number} is a supply point of Spain; the facility is in {country}"
        elif facility_id in owners or not (owners or site.cups):
            return ""
        else:
            others = f"but in that of {' and '.join(owners)}" if owners else "and in no other"
            words = f"{number} is not in the cups_list of {facility_id}, {others}"
        return ": ".join(("cups_elsewhere", words))


def judge(frame: pd.DataFrame, facility: Encoded, sites: Mapping[str, Site], log: ProblemLog) -> RowFlags | None:
    """Log the rows whose CUPS is none, and return the flags of those that are doubtful; None if none is."""
    if "cups" not in frame:
        return None
    cups = encode(frame["cups"])
    numbers, letters = [""] * len(cups.values), [""] * len(cups.values)
    for nth, text in enumerate(map(str, cups.values)):
        try:
            numbers[nth], letters[nth] = _read(text) if text.strip() else ("", "")
        except VocabularyError as error:
            rows = np.flatnonzero(cups.codes == nth)
            log.add(rows, "cups", frame["cups"].iloc[rows].tolist(), str(error), _REMEDY)
    points, names = SupplyPoints(sites), [id_text(v) for v in facility.values]
    sound = np.array([bool(number) for number in [*numbers, ""]])
    looked_at = np.array([points.may_be_elsewhere(name) for name in names] + [False])
    of_letters, letter_texts = _numbered(letters)
    at = np.flatnonzero(sound[cups.codes] & looked_at[facility.codes])
    width = len(names)
    of_pair, pairs = pd.factorize(cups.codes[at].astype(np.int64) * width + facility.codes[at])
    found, texts = _numbered([points.elsewhere(numbers[p // width], names[p % width]) for p in pairs.tolist()])
    if not any(of_letters) and not any(found):
        return None
    both = np.array([*of_letters, 0])[cups.codes] * len(texts)
    both[at] += np.array([*found, 0])[of_pair]
    code, distinct = pd.factorize(both)
    pair_of_texts = [divmod(int(one), len(texts)) for one in distinct]
    joined = ["; ".join(filter(None, (letter_texts[a], texts[b]))) for a, b in pair_of_texts]
    return RowFlags(code + 1, ["", *joined])


def _read(text: str) -> tuple[str, str]:
    """Return a CUPS and the flag of its check letters, '' if they are right."""
    number, words = parse_cups(text)
    return number, ": ".join(("cups_letters", words.rstrip("."))) if words else ""


def _numbered(texts: list[str]) -> tuple[list[int], list[str]]:
    """Return the place of each text among the distinct ones, '' first, and those."""
    places = {"": 0}
    return [places.setdefault(text, len(places)) for text in texts], list(places)
