"""Record ids over the parts of a table: the rule of `calculation.records`, with the engine adding up.

Each part says what it holds of every record and holder of a share (`groups`); the engine adds these up over
all parts, and keeps the few records that may break the rule (`suspect`). They are sent to the parts
as `Suspects`, which then judge their own rows by the rule itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.columns import Encoded, encode, numbers
from facility_emissions.calculation.records import HOLDER, NONE, OFF, ONE, Claims, Verdicts, units
from facility_emissions.calculation.sites import id_text
from facility_emissions.errors import ContractError

Ints = npt.NDArray[np.int64]
COLUMNS = ("record_id", *HOLDER, "percentage")  # what the rule looks at
PART = 1 << 40  # place of a row = number of its part x PART + its position there
SUMS = ("wholes", "shares", "units")  # of groups: what adds up; of `first`, the least counts
_WHOLE = ""  # the holder of rows that are no shares: one group, whoever consumed
_AND = "\x01"  # between a facility and an organisation
_NEVER = np.iinfo(np.int64).max


class Row(int):
    """A place, as a problem calls it."""

    def __repr__(self) -> str:
        """Show position and part."""
        return f"{self % PART} of partition {self // PART}"


def suspect(wholes: Any, shares: Any, units: Any, most: Any) -> Any:
    """Whether some row of a record breaks the rule; the arguments are Series or an engine's columns.

    Args:
        wholes: how many of its rows are no shares.
        shares: how many are; their sum is `units`.
        most: how many shares one holder (facility and organisation) has at most.
    """
    off = (units > ONE + OFF) | (units < ONE - OFF)
    return (wholes > 1) | (most > 1) | ((shares > 0) & ((wholes > 0) | off))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a part that have a record id: where, and texts and codes of what they claim."""

    row: Ints
    record: Ints
    records: list[str]
    share: npt.NDArray[np.float64]  # NaN: none
    holder: Ints  # 0, `_WHOLE`, where there is no share
    holders: list[str]


def _rows(part: pd.DataFrame) -> _Rows:
    ids = encode(part["record_id"])
    row = np.flatnonzero(ids.codes >= 0)
    share = numbers(part["percentage"])[0][row] if "percentage" in part else np.full(len(row), np.nan)
    holder, holders = np.zeros(len(row), dtype=np.int64), [_WHOLE]
    shared = np.flatnonzero(~np.isnan(share))
    if len(shared):
        named = [encode(part[name].iloc[row[shared]]) for name in HOLDER if name in part]
        code = np.zeros(len(shared), dtype=np.int64)
        for column in named:
            code = code * (len(column.values) + 1) + column.codes.astype(np.int64) + 1
        holder[shared], found = pd.factorize(code)
        holder[shared] += 1
        holders += [_AND.join(_texts(named, int(both))) for both in found]
    return _Rows(row, ids.codes[row].astype(np.int64), list(map(_text, ids.values)), share, holder, holders)


def _texts(columns: list[Encoded], both: int) -> list[str]:
    """Return the texts of a holder by its code: a digit for each column, 0 for null."""
    texts = []
    for column in reversed(columns):
        both, one = divmod(both, len(column.values) + 1)
        texts.append(_text(column.values[one - 1] if one else None))
    return texts[::-1]


def _text(value: Any) -> str:
    """Return an id as text; what is no text is kept apart from texts that look like it."""
    return value if isinstance(value, str) else f"\x00{'' if value is None else id_text(value)}"


def groups(part: pd.DataFrame, start: int = 0) -> pd.DataFrame:
    """Return what a part says of record ids: one row for each record and holder of a share.

    Args:
        part: has `record_id`, `facility_id` and maybe `organization_id` and `percentage`.
        start: the place of its first row.

    Returns:
        `record`, `holder` (texts), `wholes`, `shares` (numbers of rows), `units` (sum of the
        shares) and `first` (place of the first row).
    """
    rows = _rows(part)
    group, pairs = pd.factorize(rows.record * len(rows.holders) + rows.holder)
    first = np.empty(len(pairs), dtype=np.int64)
    first[group[::-1]] = rows.row[::-1] + start  # the last one written is the first row
    shared = ~np.isnan(rows.share)
    number, sums = np.bincount(group, minlength=len(pairs)), np.zeros(len(pairs))
    np.add.at(sums, group[shared], units(rows.share[shared]))
    holder = pairs % len(rows.holders)
    return pd.DataFrame(
        {
            "record": pd.Series([rows.records[c] for c in (pairs // len(rows.holders)).tolist()], dtype=object),
            "holder": pd.Series([rows.holders[c] for c in holder.tolist()], dtype=object),
            "wholes": np.where(holder == 0, number, 0),
            "shares": np.where(holder == 0, 0, number),
            "units": sums,
            "first": first,
        }
    )


@dataclass(frozen=True, slots=True)
class Suspects:
    """The records of all parts that break the rule, and what all their rows claim together."""

    records: dict[str, int]
    pairs: dict[tuple[int, str], int]
    first_of_record: Ints  # its first row that is no share
    first_of_pair: Ints  # pair 0 stands for none
    claims: Claims

    @classmethod
    def of(cls, records: Iterable[Mapping[Any, Any]], found: Iterable[Mapping[Any, Any]]) -> Suspects:
        """Take the suspect records (`record`, `shares`, `units`) and their groups (`record`, `holder`, `first`)."""
        rows = list(records)
        codes = {row["record"]: code for code, row in enumerate(rows)}
        pairs: dict[tuple[int, str], int] = {}
        first_of_id, first_of_pair = np.full(len(rows), _NEVER), [_NEVER]  # pair 0 is of rows that are no shares
        for group in found:
            code, first = codes[group["record"]], int(group["first"])
            if group["holder"] == _WHOLE:
                first_of_id[code] = first
            else:
                pairs[code, group["holder"]] = len(first_of_pair)
                first_of_pair.append(first)
        shared = np.array([row["shares"] > 0 for row in rows], dtype=bool)
        sums = np.array([row["units"] for row in rows], dtype=np.float64)
        firsts = first_of_id, np.array(first_of_pair, dtype=np.int64)
        return cls(codes, pairs, *firsts, Claims.complete(*firsts, shared, sums))

    def verdicts(self, part: pd.DataFrame, start: int) -> Verdicts:
        """Judge the rows of a part, the first of which is at the place `start`.

        Raises:
            ContractError: the rows are not where they were when they were counted.
        """
        if not self.records:
            return NONE
        rows = _rows(part)
        code = np.array([self.records.get(text, -1) for text in rows.records], dtype=np.int64)[rows.record]
        at = np.flatnonzero(code >= 0)
        record, share, place = code[at], rows.share[at], rows.row[at] + start
        named = [rows.holders[h] for h in rows.holder[at].tolist()]
        pair = np.array([self.pairs.get(p, 0) for p in zip(record.tolist(), named, strict=True)], dtype=np.int64)
        self._check_order(place, record, pair, start, len(part))
        broken, kind, first, total = self.claims.judge(place, record, pair, share)
        return Verdicts(rows.row[at[broken]], kind, [Row(p) for p in first.tolist()], total)

    def _check_order(self, place: Ints, record: Ints, pair: Ints, start: int, rows: int) -> None:
        """Stop unless first rows are where they were found: one would be lost, or counted twice."""
        first = np.where(pair > 0, self.first_of_pair[pair], self.first_of_record[record])
        here = sum(((f >= start) & (f < start + rows)).sum() for f in (self.first_of_record, self.first_of_pair))
        if (first == place).sum() != here or (first > place).any():
            raise ContractError(
                "The rows came in another order than when their record ids were counted. "
                "Persist the table, or write it to files, before it is calculated."
            )
