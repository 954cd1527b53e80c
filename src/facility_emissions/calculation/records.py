"""Record ids: an id appears once, or its rows are shares that sum to 1, one for each facility and organisation.

What an id is asked depends on its own rows and on no others. `Claims` gathers what the rows of
some ids say, in their order, and then judges each row. So a frame is judged at once, and a
dataset that is larger than the memory in buckets of ids, by the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.blocks import over_blocks
from facility_emissions.calculation.columns import encode, numbers
from facility_emissions.calculation.hashing import hash_texts
from facility_emissions.calculation.problems import ProblemLog

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

SHARE_TOLERANCE = 1e-6
ONE = 2.0**40  # a whole in units of shares: their sums are exact, in any order, up to 8,192 wholes
OFF = (SHARE_TOLERANCE + 1e-9) * ONE  # 0.333333 three times is still within a millionth
HOLDER = ("facility_id", "organization_id")  # whose a share is: two tenants may share the bill of one facility
AGAIN, WHOLE, NOT_ONE = range(3)  # kinds of verdicts, in the order in which a row is told of them
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The rows that break the rule; a row may break it in two ways.

    Attributes:
        row: position in the frame.
        kind: AGAIN, WHOLE or NOT_ONE.
        first: for AGAIN, the label of the row that used the id before.
        total: for NOT_ONE, the sum of the record's shares.
    """

    row: Ints
    kind: Codes
    first: Sequence[object]
    total: Floats


NONE = Verdicts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int8), (), np.zeros(0))


def units(share: Floats) -> Floats:
    """Return shares in whole units; a percentage of 1e300, which is told of by itself, may be infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.rint(share * ONE)


class Claims:
    """What all rows of some record ids say: first every row is added, then rows are judged.

    Ids, and pairs of an id and whose share it is, are codes from 0; `place` says where a row stands, ascending.
    The pair of a row that is no share is not looked at.
    """

    def __init__(self, ids: int, pairs: int) -> None:
        """Take how many ids and how many pairs (`HOLDER`) there are."""
        self._first_of_id = np.full(ids, _NEVER)
        self._first_of_pair = np.full(max(pairs, 1), _NEVER)
        self._shared = np.zeros(ids, dtype=bool)
        self._sum = np.zeros(ids)

    @classmethod
    def complete(cls, first_of_id: Ints, first_of_pair: Ints, shared: npt.NDArray[np.bool_], sums: Floats) -> Claims:
        """Return claims that were added up elsewhere: by id, by pair, by id, and sums of `units` by id."""
        claims = cls(0, 0)
        claims._first_of_id, claims._first_of_pair, claims._shared, claims._sum = (
            first_of_id,
            first_of_pair,
            shared,
            sums,
        )
        return claims

    def add(self, place: Ints, record: Codes, pair: Codes, share: Floats) -> None:
        """Add rows, which come after those added before; `share` is NaN for none."""
        is_share = ~np.isnan(share)
        np.minimum.at(self._first_of_id, record[~is_share], place[~is_share])
        np.minimum.at(self._first_of_pair, pair[is_share], place[is_share])
        self._shared[record[is_share]] = True
        np.add.at(self._sum, record[is_share], units(share[is_share]))

    def judge(
        self, place: Ints, record: Codes, pair: Codes, share: Floats
    ) -> tuple[Ints, npt.NDArray[np.int8], Ints, Floats]:
        """Return which of these rows break the rule, how, the place of the first, the sum of the shares."""
        is_share = ~np.isnan(share)
        first = np.where(is_share, self._first_of_pair[pair], self._first_of_id[record])
        total = self._sum[record]
        broken = (place != first, ~is_share & self._shared[record], is_share & (np.abs(total - ONE) > OFF))
        at = np.concatenate([np.flatnonzero(b) for b in broken])
        kind = np.repeat(np.arange(3, dtype=np.int8), [int(b.sum()) for b in broken])
        return at, kind, first[at], total[at] / ONE


def judge(frame: pd.DataFrame) -> Verdicts:
    """Judge the record ids of a whole frame."""
    if "record_id" not in frame:
        return NONE
    share = numbers(frame["percentage"])[0] if "percentage" in frame else np.full(len(frame), np.nan)
    has_shares = not np.isnan(share).all()
    rows = np.arange(len(frame)) if has_shares else _may_repeat(frame["record_id"])
    if not len(rows):
        return NONE
    ids = encode(frame["record_id"].iloc[rows].astype(object))
    if len(ids.values) == len(rows) and not has_shares:
        return NONE
    named = np.flatnonzero(ids.codes >= 0)
    place = rows[named]
    record, share = ids.codes[named].astype(np.int64), share[place]
    pair = np.zeros(len(place), dtype=np.int64)
    if has_shares:
        pair = record
        for holder in (encode(frame[name]) for name in HOLDER if name in frame):
            pair = pair * (len(holder.values) + 1) + holder.codes[place].astype(np.int64) + 1
            pair = pd.factorize(pair)[0].astype(np.int64)
    claims = Claims(len(ids.values), int(pair.max(initial=-1)) + 1)
    claims.add(place, record, pair, share)
    at, kind, first, total = claims.judge(place, record, pair, share)
    labels = frame.index[np.where(kind == AGAIN, first, 0)].tolist() if len(at) else ()
    return Verdicts(place[at], kind, labels, total)


def _may_repeat(column: pd.Series) -> Ints:
    """Return the rows of ids that may be there twice, by their hashes: ids are many, and mostly distinct.

    To number them would take a copy of every text.
    """
    hashed = np.empty(len(column), dtype=np.int64)
    try:
        over_blocks(len(column), lambda block: hashed.__setitem__(block, _hashes(column.array[block])))
    except TypeError:  # a list in a cell
        return np.arange(len(column))
    ordered = np.sort(hashed)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    if not len(again):
        return np.zeros(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(again, hashed), len(again) - 1)
    return np.flatnonzero((again[at] == hashed) & column.notna().to_numpy())


def _hashes(cells: Any) -> Ints:
    """Return a hash of each cell of an array of pandas; equal ones have equal hashes."""
    if isinstance(cells, pd.Categorical):
        return cells.codes.astype(np.int64)
    if isinstance(cells.dtype, pd.StringDtype) and cells.dtype.storage == "pyarrow":
        return hash_texts(cells.__arrow_array__().combine_chunks()).view(np.int64)
    return np.fromiter(map(hash, cells.tolist()), np.int64, len(cells))


def tell(frame: pd.DataFrame, found: Verdicts, log: ProblemLog) -> None:
    """Log the verdicts on a frame's rows."""
    for kind in (AGAIN, WHOLE, NOT_ONE):
        of = np.flatnonzero(found.kind == kind)
        if not len(of):
            continue
        rows = found.row[of]
        ids = frame["record_id"].iloc[rows].tolist()
        if kind == AGAIN:
            reasons = [f"The record_id was already used by row {found.first[i]!r}." for i in of.tolist()]
            remedy = "Remove the copy; or, for shares of one record, give each row its percentage."
            log.add(rows, "record_id", ids, reasons, remedy)
        elif kind == WHOLE:
            reason = "Other rows of this record are shares of it; this one has none, and would count the whole again."
            log.add(rows, "percentage", None, reason, "Give the row its percentage, or a record_id of its own.")
        else:
            reasons = [
                f"The shares of record {record!r} in this frame sum to {total:g}, not 1."
                for record, total in zip(ids, found.total[of].tolist(), strict=True)
            ]
            remedy = (
                "Give all shares of the record; or, where the others belong elsewhere, its quantity without percentage."
            )
            log.add(rows, "percentage", frame["percentage"].iloc[rows].tolist(), reasons, remedy)
