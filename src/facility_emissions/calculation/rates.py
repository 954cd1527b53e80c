"""The rate table: for every distinct key, kg per unit of the user's, by figure and by gas.

This is all that the rows need: a result is `quantity * rate[code]`. The table is tiny
(one entry a distinct question) and is what a worker elsewhere would receive.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facility_emissions import gwp as gwp_tables
from facility_emissions.categories.answer import BIOGENIC_CO2, Answer, Line, Missing, OwnWords
from facility_emissions.errors import GWPError
from facility_emissions.method import Method

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

GAS_GROUPS = ("CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "NF3", "other", "unsplit")

# Flags that say something was assumed or stands in: with `strict`, problems like any fallback.
ASSUMPTIONS = frozenset(
    {"basis_assumed", "sector_assumed", "lifecycle", "market_from_location", "custom_unit", "estimated"}
)


class Weighed(NamedTuple):
    """A line with its GWP applied, all for one unit of the user's.

    Attributes:
        line: the figure and its sources.
        co2e: [kg CO2e / unit], without biogenic CO2.
        co2e_biomass: [kg biogenic CO2 / unit], NaN where the publisher leaves it out.
        gas_kg: gas group to [kg gas / unit] (`unsplit` has none).
        gas_co2e: gas group to [kg CO2e / unit].
        flags: the line's flags and those of the weighing.
    """

    line: Line
    co2e: float
    co2e_biomass: float
    gas_kg: Mapping[str, float]
    gas_co2e: Mapping[str, float]
    flags: tuple[tuple[str, str], ...]


def gas_group(gas: str) -> str:
    """Return the group that a report shows a gas in (GHG Protocol's seven, and `other`)."""
    if gas.startswith("CH4"):
        return "CH4"
    if gas in GAS_GROUPS:
        return gas
    group = gwp_tables.group(gas)
    return {"HFC": "HFCs", "PFC": "PFCs"}.get(group, "other")


def weigh(line: Line, method: Method) -> Weighed:
    """Apply the Method's GWP set to the masses of a line.

    Raises:
        GWPError: a gas has no value in the set and horizon asked for.
    """
    gas_kg: dict[str, float] = {}
    gas_co2e: dict[str, float] = {}
    biogenic = math.nan if line.biogenic_unknown else 0.0
    for gas, kg in line.gases.items():
        if gas == BIOGENIC_CO2:
            biogenic += kg
            continue
        name = gas_group(gas)
        gas_kg[name] = gas_kg.get(name, 0.0) + kg
        if not line.whole:
            of = (line.gwp_set, 100) if line.gwp_set else (method.gwp, method.horizon)
            weight = _gwp(gas, *of, method.methane, method.gases) if kg else 0.0  # nothing is nothing in any set
            gas_co2e[name] = gas_co2e.get(name, 0.0) + kg * weight
    flags = line.flags
    if line.whole:
        gas_co2e[next(iter(gas_kg)) if len(gas_kg) == 1 else "unsplit"] = line.co2e_fixed
    elif line.co2e_fixed or line.gwp_of_co2e_fixed:
        gas_co2e["unsplit"] = line.co2e_fixed
        asked = method.gwp if method.horizon == 100 else method.gwp_name
        if line.gwp_of_co2e_fixed != asked:
            words = f"published as CO2e ({line.gwp_of_co2e_fixed}), without gases: not re-basable to {method.gwp_name}"
            flags = (*flags, ("not_rebasable", words))
    return Weighed(line, sum(gas_co2e.values()), biogenic, gas_kg, gas_co2e, flags)


@lru_cache(maxsize=4096)
def _gwp(gas: str, gwp_set: str, horizon: int, methane: str, gases: str) -> float:
    if gases == "kyoto" and not gwp_tables.is_kyoto(gas):
        return 0.0
    if gas.startswith("CH4") and methane == "plain":
        gas = "CH4"
    return gwp_tables.gwp(gas, gwp_set, horizon)


@dataclass(slots=True)
class Entry:
    """Everything about one distinct key: its weighed lines, what is missing, why it fails.

    `co2e`, `co2e_biomass` are the headline [kg / unit], NaN where it cannot be given; `figures`
    is the CO2e of each activity category; `factor_text` the ids of the factors in the headline,
    joined by ` + `; `own_words` finds what some of the flags, by code, mean for this key alone.
    """

    weighed: list[Weighed] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    problems: list[Missing] = field(default_factory=list)  # the headline cannot be given
    flags: tuple[tuple[str, str], ...] = ()
    co2e: float = math.nan
    co2e_biomass: float = math.nan
    figures: Mapping[str, float] = field(default_factory=dict)
    factor_text: str = ""
    own_words: OwnWords | None = None
    _told: Entry | None = field(default=None, init=False, repr=False, compare=False)
    _flag_text: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def flag_text(self) -> str:
        """The flags of the headline as one text, `code: words` joined by `; `."""
        if self._flag_text is None:
            self._flag_text = "; ".join(f"{code}: {words}" for code, words in self.flags)
        return self._flag_text

    def told(self) -> Entry:
        """Return the entry in the key's own words: found when first asked for, for it takes a search."""
        if self.own_words is None:
            return self
        if self._told is None:
            self._told = _in_own_words(self, self.own_words())
        return self._told


def entry_from(answer: Answer, method: Method) -> Entry:
    """Weigh an answer and decide whether its headline can be given.

    Args:
        answer: the lines and the missing figures of one key.
        method: names the activity categories of the headline.
    """
    entry = Entry()
    missing = list(answer.missing)
    for line in answer.lines:
        try:
            entry.weighed.append(weigh(line, method))
        except GWPError as error:
            remedy = "Choose a set that has it (Method(gwp=...)), or a custom factor."
            missing.append(Missing(line.activity_category, str(error), remedy))
    headline = set(method.headline)
    for lack in missing:
        (entry.problems if lack.activity_category in headline else entry.missing).append(lack)
    if not entry.weighed and not entry.problems:  # not one figure: a problem, whatever the headline holds
        entry.problems, entry.missing = entry.missing, []
    if method.strict:
        for w in entry.weighed:
            taken = [words for _, words in w.line.fallbacks]
            taken += [words for code, words in w.flags if code in ASSUMPTIONS]
            if taken and w.line.activity_category in headline:
                reason = f"strict: {'; '.join(taken).rstrip('.')}."
                entry.problems.append(Missing(w.line.activity_category, reason, "Use Method(strict=False)."))
    seen: dict[tuple[str, str], None] = {}
    for w in entry.weighed:
        if w.line.activity_category in headline:
            seen.update(dict.fromkeys((*w.line.fallbacks, *w.flags)))
    entry.flags = tuple(seen)
    ids = [i for w in entry.weighed if w.line.activity_category in headline for i in w.line.factor_ids]
    entry.factor_text = " + ".join(dict.fromkeys(ids))
    _add_up(entry, headline)
    return entry


def _in_own_words(entry: Entry, words: Mapping[str, str]) -> Entry:
    """Return an entry that says in a record's own words what the flags of these codes mean."""

    def told(flags: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((code, words.get(code, shared)) for code, shared in flags)

    weighed = [
        w._replace(flags=told(w.flags), line=w.line._replace(flags=told(w.line.flags)))
        if any(code in words for code, _ in w.flags)
        else w
        for w in entry.weighed
    ]
    return replace(entry, weighed=weighed, flags=told(entry.flags), own_words=None)


def _add_up(entry: Entry, headline: set[str]) -> None:
    """Add the lines up to figures, and those of the headline to the entry's CO2e and biogenic CO2."""
    figures: dict[str, float] = {}
    for w in entry.weighed:
        name = w.line.activity_category
        figures[name] = figures.get(name, 0.0) + w.co2e
    entry.figures = figures
    if entry.weighed and not entry.problems:
        counted = [w for w in entry.weighed if w.line.activity_category in headline]
        entry.co2e = sum(w.co2e for w in counted)
        entry.co2e_biomass = sum(w.co2e_biomass for w in counted)


class RateTable:
    """Rates by key, as arrays: `co2e[k]`, `co2e_biomass[k]`, `by_category[name][k]`.

    A key whose headline cannot be given has NaN; so a row of it can never look like a zero.
    """

    def __init__(self, entries: list[Entry]) -> None:
        """Lay the entries of all keys out as arrays."""
        self._entries = entries
        self.co2e: Floats = np.array([e.co2e for e in entries], dtype=np.float64)
        self.co2e_biomass: Floats = np.array([e.co2e_biomass for e in entries], dtype=np.float64)

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries, in their keys' own words."""
        return [e.told() for e in self._entries]

    def problems(self, k: int) -> list[Missing]:
        """Return the problems of a key."""
        return self._entries[k].problems

    @cached_property
    def by_category(self) -> dict[str, Floats]:
        """CO2e of each activity category; NaN where a key has no such figure."""
        found: dict[str, Floats] = {}
        for k, entry in enumerate(self._entries):
            for name, rate in entry.figures.items():
                if name not in found:
                    found[name] = np.full(len(self._entries), math.nan)
                found[name][k] = rate
        return found

    @cached_property
    def not_asked(self) -> dict[str, Mask]:
        """Keys that an activity category does not apply to: they have no such figure, and lack none."""
        found = {name: np.isnan(rate) for name, rate in self.by_category.items()}
        for k, entry in enumerate(self._entries):
            for lack in (*entry.missing, *entry.problems):
                if lack.activity_category in found:
                    found[lack.activity_category][k] = False
        return found
