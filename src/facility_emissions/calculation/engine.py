"""The calculation: normalise, find the distinct keys, resolve them, gather and multiply.

Knows no category by name. Rows are only ever touched by numpy, in blocks that fit the cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation import checks, periods, records, supply_points
from facility_emissions.calculation.blocks import over_columns
from facility_emissions.calculation.columns import Encoded, encode
from facility_emissions.calculation.eras import Edges, Eras, eras_of, split_eras
from facility_emissions.calculation.key_columns import Dimension, dimension
from facility_emissions.calculation.keys import Combined, Keyed, combine, number
from facility_emissions.calculation.problems import ProblemLog
from facility_emissions.calculation.questions import WORDS, Key, recovers
from facility_emissions.calculation.rates import RateTable
from facility_emissions.calculation.recent import Recent
from facility_emissions.calculation.resolve import Resolver, resolver_for
from facility_emissions.calculation.sites import Profile, Sites, id_text
from facility_emissions.calculation.supply_points import RowFlags
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.custom import FactorTable
from facility_emissions.likeness import Choices
from facility_emissions.method import Method

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[Any]
_NO_FACILITY = Profile(problem=("facility_id", "The facility_id is missing.", "The id of one of the facilities given."))
_MOST_STRANGERS = 1 << 13  # are kept


@dataclass(slots=True)
class Calculation:
    """What the engine found, in arrays; results are views of it.

    Attributes:
        frame: the caller's consumption, never written to.
        method: the Method of every figure.
        sites: the facilities by id.
        facility: the encoded facility column.
        quantity: [unit of the row], NaN where the row itself is wrong.
        keyed: the key of each row, and of each of the pieces.
        keys, rates: the distinct keys and their rates.
        pieces: parts of rows that cross a year.
        problems: rows without a result.
        own: the user's own factors.
        row_flags: flags of single rows, where some have any.
    """

    frame: pd.DataFrame
    method: Method
    sites: Sites
    facility: Encoded
    quantity: Floats
    keyed: Keyed
    keys: list[Key]
    rates: RateTable
    pieces: periods.Pieces
    problems: ProblemLog
    own: FactorTable
    row_flags: RowFlags | None = None

    @property
    def key(self) -> Codes:
        """The key of each row."""
        return self.keyed.key

    @property
    def piece_key(self) -> Codes:
        """The key of each of the pieces."""
        return self.keyed.more_key

    def gather(self, *rates: Floats) -> list[Floats]:
        """Return `quantity * rate[key]` of each row, for each array of rates by key.

        Rows across years are the sums of their pieces.
        """
        return self._gather(rates, [None] * len(rates))

    def figures(self) -> dict[str, Floats]:
        """Return the CO2e of each row by activity category, NaN where it has no such figure or lacks a factor for it.

        Of a row in pieces count those that the figure applies to: what is generated on the site loses nothing on
        the way, what is bought in the rest of the year does.
        """
        names = sorted(self.rates.by_category)
        idle = self.rates.not_asked if len(self.pieces.row) else {}
        found = self._gather([self.rates.by_category[name] for name in names], [idle.get(name) for name in names])
        return dict(zip(names, found, strict=True))

    def _gather(self, rates: Sequence[Floats], idle: Sequence[Mask | None]) -> list[Floats]:
        """Return the products; `idle` are keys of which a piece adds nothing, unless it is so in all of its row's."""
        out, pieces = self.keyed.gather(self.quantity, rates), self.pieces
        if len(pieces.row):
            first = pieces.first_of_row()
            for product, rate, none in zip(out, rates, idle, strict=True):
                counted = rate if none is None else np.where(none, 0.0, rate)
                sums = np.add.reduceat(pieces.quantity * counted[self.piece_key], first)
                if none is not None:
                    sums[np.logical_and.reduceat(none[self.piece_key], first)] = np.nan
                product[pieces.row[first]] = sums
        return out


@dataclass(slots=True)
class Strangers:
    """What unknown ids of facilities may have meant, and the known ids as choices."""

    found: dict[str, Profile] = field(default_factory=dict)
    ids: Choices | None = None


@dataclass(slots=True)
class Kept:
    """Answers for the next call: to questions, and what unknown ids of facilities may have meant."""

    resolver: Resolver
    strangers: Strangers = field(default_factory=Strangers)


@dataclass(slots=True)
class Asked:
    """A consumption frame and the distinct questions of its rows, none of them answered yet.

    Attributes as of `Calculation`; `problems` are those of the rows themselves.
    """

    frame: pd.DataFrame
    sites: Sites
    facility: Encoded
    quantity: Floats
    keyed: Keyed
    keys: list[Key]
    pieces: periods.Pieces
    problems: ProblemLog
    row_flags: RowFlags | None


def run(
    frame: pd.DataFrame,
    sites: Sites,
    method: Method,
    own: FactorTable,
    *,
    kept: Kept | None = None,
    verdicts: records.Verdicts | None = None,
) -> Calculation:
    """Calculate a consumption frame that has the contract's columns.

    Args:
        frame, sites, method, own: consumption, facilities by id, Method, the user's own factors.
        kept: what earlier calls with the same facilities, method and factors have found.
        verdicts: on the frame's record ids, where it is a part of something larger.
    """
    kept = Kept(resolver_for(method, own)) if kept is None else kept
    asked = ask(
        frame, sites, method.year_rule, kept.resolver.edges,
        strangers=kept.strangers, recent=kept.resolver.recent, verdicts=verdicts,
    )  # fmt: skip
    return answer(asked, method, own, kept.resolver)


def ask(
    frame: pd.DataFrame,
    sites: Sites,
    year_rule: str,
    edges: Edges,
    *,
    strangers: Strangers | None = None,
    recent: Recent | None = None,
    verdicts: records.Verdicts | None = None,
) -> Asked:
    """Check the rows of a frame and find their distinct questions.

    Args:
        frame, sites, year_rule: consumption, facilities by id, and `Method.year_rule`.
        edges: gives the days within the year on which the answer to a key changes.
        strangers: what is known of ids of no facility, added to.
        recent: the questions of earlier calls, added to; their edges are given by the same `edges`.
        verdicts: as of `run`.
    """
    strangers = Strangers() if strangers is None else strangers
    log = ProblemLog()
    quantity = checks.quantities(frame, log)
    checks.percentages(frame, log)
    checks.uncertainties(frame, log)
    quantity = checks.without_recovered(frame, quantity, log)
    records.tell(frame, records.judge(frame) if verdicts is None else verdicts, log)
    given = set(frame.columns)
    names = ["facility_id", *(name for name in WORDS if name in given)]
    facility, *words = over_columns(lambda name: encode(frame[name]), names, len(frame))
    row_flags = supply_points.judge(frame, facility, sites, log)
    dims = [dimension("profile", facility, _profiles(facility.values, sites, strangers))]
    dims += [dimension(name, column, _cells(column.values)) for name, column in zip(names[1:], words, strict=True)]
    calendar = periods.Calendar(frame)
    combined = combine(dims, calendar, len(frame))
    if len(combined.odd) and calendar.misses(combined.odd):
        calendar = periods.Calendar(frame, whole=True)
        combined = combine(dims, calendar, len(frame))
    pieces = _place_odd_rows(combined, calendar, quantity, year_rule, log)
    piece_combination = combined.combination[pieces.row] + calendar.code(pieces.year)
    keyed = number(combined.combination, combined.sizes, piece_combination, combined.seen)
    parts = combined.unpacked(keyed.parts)

    def questions() -> tuple[list[Key], Eras]:
        found = _keys(parts, dims, calendar)
        return found, eras_of(found, edges)

    years = range(calendar.first, calendar.last + 1)
    keys, eras = questions() if recent is None else recent.questions(dims, years, parts, questions)
    if eras:
        keyed, keys, pieces = split_eras(eras, keyed, keys, pieces, calendar, quantity, year_rule)
    _tell_recovered(frame, keyed, keys, log)
    wrong = log.rows()
    if len(wrong):
        quantity = quantity.copy()
        quantity[wrong] = np.nan
        pieces.quantity[np.isin(pieces.row, wrong)] = np.nan
    return Asked(frame, sites, facility, quantity, keyed, keys, pieces, log, row_flags)


def answer(asked: Asked, method: Method, own: FactorTable, resolver: Resolver) -> Calculation:
    """Answer the questions of a frame; the same ones may be answered again by another Method.

    Args:
        asked: the questions, asked by the `year_rule` and the `include_archived` of the Method.
        method, own: the Method, the user's own factors.
        resolver: answers by them.
    """
    pieces = periods.Pieces(asked.pieces.row, asked.pieces.year, asked.pieces.quantity.copy())
    rates = resolver.rates(asked.keys)
    calculation = Calculation(
        asked.frame, method, asked.sites, asked.facility, asked.quantity, asked.keyed, asked.keys, rates, pieces,
        asked.problems.copy(), own, asked.row_flags,
    )  # fmt: skip
    _tell_key_problems(calculation)
    _lose_nothing(calculation)
    return calculation


def _place_odd_rows(
    combined: Combined, calendar: periods.Calendar, quantity: Floats, year_rule: str, log: ProblemLog
) -> periods.Pieces:
    """Log the rows without a sound period, and give the others their year or their pieces."""
    if not len(combined.odd):
        return periods.NO_PIECES
    rows, start, end = calendar.sound(combined.odd, log)
    if year_rule == "start":
        end = start
    elif year_rule == "end":
        start = end
    first, last = periods.years_of(start), periods.years_of(end)
    one = first == last
    combined.combination[rows[one]] += calendar.code(first[one]).astype(combined.combination.dtype)
    if combined.seen is not None:
        combined.seen[combined.combination[combined.odd]] = True
    rows, start, end = rows[~one], start[~one], end[~one]
    return periods.split(rows, start, end, quantity[rows])


def _profiles(ids: list[Any], sites: Sites, strangers: Strangers) -> list[Profile]:
    """Return the profile of each facility; most ids are as they were given, and there may be many."""
    found = zip(ids, map(sites.profiles.get, ids), strict=True)
    return [_profile(name, sites, strangers) if profile is None else profile for name, profile in found]


def _profile(facility_id: object, sites: Sites, strangers: Strangers) -> Profile:
    name = id_text(facility_id)
    profile = sites.profiles.get(name)
    if profile is not None:
        return profile
    found = strangers.found.get(name)
    if found is None:
        strangers.ids = strangers.ids or Choices(sorted(sites))
        reason = f"No facility with this id was given.{did_you_mean(name, strangers.ids)}"
        found = Profile(problem=("facility_id", reason, "Add it to the facilities, or correct the id."))
        if len(strangers.found) < _MOST_STRANGERS:
            strangers.found[name] = found
    return found


def _cells(values: list[Any]) -> list[Any]:
    """Return the distinct cells of a column; true and false are words, lest they are taken for 1 and 0."""
    return [str(v) if isinstance(v, (bool, np.bool_)) else v for v in values]


def _keys(parts: Sequence[Codes], dims: list[Dimension], calendar: periods.Calendar) -> list[Key]:
    """Return the keys that indices of values stand for: an array for each of `dims`, and one of year codes."""
    *words, years = parts
    meant = {d.name: _picked(d.values, indices) for d, indices in zip(dims, words, strict=True)}
    profiles = [_NO_FACILITY if p is None else p for p in meant["profile"]]
    dated = _picked([calendar.year(code) for code in range(calendar.size)], years)
    none = [None] * len(years)
    columns = [meant.get(name, none) for name in WORDS]
    return list(map(Key._make, zip(profiles, dated, *columns, none, strict=True)))


def _picked(values: Sequence[Any], indices: Codes) -> list[Any]:
    """Return the values at indices."""
    picked: list[Any] = np.fromiter(values, dtype=object, count=len(values))[indices].tolist()
    return picked


def _lose_nothing(c: Calculation) -> None:
    """Stop if a row has neither a figure nor a problem: that would be a bug of ours, told to nobody."""
    silent = [k for k in np.flatnonzero(np.isnan(c.rates.co2e)).tolist() if not c.rates.problems(k)]
    if len(silent):
        unanswered = np.zeros(len(c.keys), dtype=bool)
        unanswered[silent] = True
        without = unanswered[c.key]
        without[c.problems.rows()] = False
        without[c.pieces.row] = False
        lost = np.flatnonzero(without)
        if len(lost):
            raise RuntimeError(
                f"Row {c.frame.index[lost[0]]!r} got neither a figure nor a problem: please report this."
            )


def _tell_recovered(frame: pd.DataFrame, keyed: Keyed, keys: list[Key], log: ProblemLog) -> None:
    """Log the rows that state something recovered of what nothing is recovered of."""
    if "recovered" not in frame:
        return
    stated = np.flatnonzero(frame["recovered"].notna().to_numpy(dtype=bool))
    takes = np.array([recovers(key) for key in keys], dtype=bool)
    rows = stated[~takes[keyed.key[stated]]]
    if len(rows):
        remedy = "Leave it empty, or subtract it from the quantity."
        log.add(rows, "recovered", frame["recovered"].iloc[rows].tolist(), "Only refrigerants are recovered.", remedy)


def _tell_key_problems(c: Calculation) -> None:
    """Log the problems of keys for each of their rows.

    A row is told of its pieces in their order, and of a key's problems in theirs: so the rows
    around it change nothing of what it is told.
    """
    failing = [k for k in np.flatnonzero(np.isnan(c.rates.co2e)).tolist() if c.rates.problems(k)]
    if not failing:
        return
    fails = np.zeros(len(c.keys), dtype=bool)
    fails[failing] = True
    told: set[tuple[int, str]] | None = set() if len(c.pieces.row) else None
    rows = np.flatnonzero(fails[c.key])
    _tell_rows(c, rows, c.key[rows], told)
    rows, keys, nth = (of[fails[c.piece_key]] for of in (c.pieces.row, c.piece_key, c.pieces.nth_of_row()))
    for turn in range(int(nth.max(initial=-1)) + 1):
        _tell_rows(c, rows[nth == turn], keys[nth == turn], told)
    lost = np.unique(rows)
    if len(lost):  # one piece without a figure leaves the whole row without one
        c.pieces.quantity[np.isin(c.pieces.row, lost)] = np.nan


def _tell_rows(c: Calculation, rows: Codes, keys: Codes, told: set[tuple[int, str]] | None) -> None:
    """Log the problems of each row's key; `told` are those that rows were told of already."""
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    begin = np.flatnonzero(np.diff(keys, prepend=-1))
    end = np.append(begin[1:], len(keys))[: len(begin)]
    found: dict[tuple[int, str], tuple[list[int], list[str], list[str]]] = {}
    for low, high in zip(begin, end, strict=True):
        of_key = rows[low:high].tolist()
        for nth, problem in enumerate(c.rates.problems(keys[low])):
            once = of_key
            if told is not None:
                once = [r for r in of_key if (r, problem.reason) not in told]
                told.update((r, problem.reason) for r in once)
            at, reasons, remedies = found.setdefault((nth, problem.column), ([], [], []))
            at += once
            reasons += [problem.reason] * len(once)
            remedies += [problem.remedy] * len(once)
    for nth, column in sorted(found, key=lambda nth_column: nth_column[0]):
        at, reasons, remedies = found[nth, column]
        if at:
            shown = c.frame[column].iloc[at].tolist() if column in c.frame else None
            c.problems.add(at, column, shown, reasons, remedies)
