"""The calculation: normalise, find the distinct keys, resolve them, gather and multiply.

Knows no category by name. Rows are only ever touched by numpy, in blocks that fit the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation import checks, periods
from facility_emissions.calculation.columns import BLOCK, Encoded, encode
from facility_emissions.calculation.keys import Dimension, combine, dimension, distinct, strides
from facility_emissions.calculation.problems import ProblemLog
from facility_emissions.calculation.rates import RateTable, build
from facility_emissions.calculation.resolve import Key, key_of, resolve_key
from facility_emissions.calculation.sites import Profile, Site
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.schema import Factor
from facility_emissions.method import Method

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
_NO_FACILITY = Profile(
    problem=("facility_id", "The facility_id is missing.", "The id of one of the facilities given.")
)
_WORDS = ("category", "activity", "unit", "supplier", "contract", "heat_basis", "sector", "custom_factor_id")


@dataclass(slots=True)
class Calculation:
    """What the engine found, in arrays; results are views of it.

    Attributes:
        frame: the caller's consumption, never written to.
        method: the Method of every figure.
        sites: the facilities by id.
        facility: the encoded facility column.
        quantity: [unit of the row], NaN where the row itself is wrong.
        key: for each row the index of its key.
        keys, rates: the distinct keys and their rates.
        pieces: parts of rows that cross a year, with `piece_key`.
        problems: rows without a result.
    """

    frame: pd.DataFrame
    method: Method
    sites: Mapping[str, Site]
    facility: Encoded
    quantity: Floats
    key: Codes
    keys: list[Key]
    rates: RateTable
    pieces: periods.Pieces
    piece_key: Codes
    problems: ProblemLog

    def gather(self, rate: Floats) -> Floats:
        """Return `quantity * rate[key]` for each row; rows across years are the sum of their pieces."""
        out = np.empty(len(self.key))
        for at in range(0, len(out), BLOCK):
            part = out[at : at + BLOCK]
            np.take(rate, self.key[at : at + BLOCK], out=part)
            part *= self.quantity[at : at + BLOCK]
        if len(self.pieces.row):
            kg = self.pieces.quantity * rate[self.piece_key]
            rows, where = np.unique(self.pieces.row, return_inverse=True)
            out[rows] = np.bincount(where, weights=kg)
        return out


def run(
    frame: pd.DataFrame, sites: Mapping[str, Site], method: Method, custom: Mapping[str, Factor]
) -> Calculation:
    """Calculate a consumption frame that has the contract's columns."""
    log = ProblemLog()
    quantity = checks.quantities(frame, log)
    start, end = checks.periods(frame, log)
    checks.records(frame, log)
    facility = encode(frame["facility_id"])
    words = [_word(frame, name) for name in _WORDS if name in frame]
    profiles = dimension("profile", facility, [_profile(v, sites) for v in facility.values])
    dims = [profiles[0], *(d for d, _ in words)]
    values = [profiles[1], *(v for _, v in words)]

    years = periods.place(start, end, method.year_rule)
    dims.append(Dimension("year", years.code, np.arange(years.count + 1), years.count + 1))
    values.append([None, *range(years.first, years.first + years.count)])
    across = years.crossing
    pieces = periods.split(across, start[across].astype(np.int64), end[across].astype(np.int64), quantity[across])
    sizes = [d.size for d in dims]
    combined = combine(dims, len(frame))
    piece_combined = combined[pieces.row] + (pieces.year - years.first + 1) * strides(sizes)[-1]
    keyed, piece_key = distinct(combined, piece_combined, sizes)

    names = [d.name for d in dims[1:]]
    keys = [_key(t, names, values) for t in keyed.tuples]
    book = FactorBook(method)
    entries = [resolve_key(k, book, custom) for k in keys]
    wrong = log.rows()
    if len(wrong):
        quantity = quantity.copy()
        quantity[wrong] = np.nan
        pieces.quantity[np.isin(pieces.row, wrong)] = np.nan
    calculation = Calculation(
        frame, method, sites, facility, quantity, keyed.key, keys, build(entries, method), pieces, piece_key, log
    )
    _tell_key_problems(calculation)
    return calculation


def _word(frame: pd.DataFrame, name: str) -> tuple[Dimension, list[object]]:
    return dimension(name, encode(frame[name]))


def _profile(facility_id: object, sites: Mapping[str, Site]) -> Profile:
    site = sites.get(str(facility_id))
    if site is not None:
        return site.profile
    reason = f"No facility with this id was given.{did_you_mean(str(facility_id), sites)}"
    return Profile(problem=("facility_id", reason, "Add it to the facilities, or correct the id."))


def _key(indices: tuple[int, ...], names: list[str], values: list[list[object]]) -> Key:
    meant = [v[i] for v, i in zip(values, indices, strict=True)]
    profile = meant[0] if isinstance(meant[0], Profile) else _NO_FACILITY
    return key_of(profile, dict(zip([*names], meant[1:], strict=True)))


def _tell_key_problems(c: Calculation) -> None:
    """Log the problems of keys for each of their rows."""
    failing = [k for k, entry in enumerate(c.rates.entries) if entry.problems]
    if not failing:
        return
    fails = np.zeros(len(c.keys), dtype=bool)
    fails[failing] = True
    rows = np.concatenate([np.flatnonzero(fails[c.key]), c.pieces.row[fails[c.piece_key]]])
    keys = np.concatenate([c.key[fails[c.key]], c.piece_key[fails[c.piece_key]]])
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    bounds = np.searchsorted(keys, [*failing, failing[-1] + 1])
    told: set[tuple[int, str]] = set()
    for k, low, high in zip(failing, bounds[:-1], bounds[1:], strict=True):
        for problem in c.rates.entries[k].problems:
            once = [r for r in rows[low:high].tolist() if (r, problem.reason) not in told]
            told.update((r, problem.reason) for r in once if len(c.pieces.row))
            shown = c.frame[problem.column].iloc[once].tolist() if problem.column in c.frame else None
            c.problems.add(once, problem.column, shown, problem.reason, problem.remedy)
    lost = np.unique(c.pieces.row[fails[c.piece_key]])
    if len(lost):  # one piece without a figure leaves the whole row without one
        c.pieces.quantity[np.isin(c.pieces.row, lost)] = np.nan
