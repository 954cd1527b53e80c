"""Record ids: each appears once, or its rows are shares that sum to 1.

The one rule that looks at more than one row. Rows are first added up by record and facility
(`groups`), which the parts of a table can do each for itself and any engine can add up further;
the records that break the rule (`breaks`) are few, and become the `Verdicts` that every part is
told. Shares are counted in whole units, so that their sum does not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.columns import Encoded, encode, numbers
from facility_emissions.calculation.problems import ProblemLog
from facility_emissions.calculation.sites import id_text
from facility_emissions.errors import ContractError

Ints = npt.NDArray[np.int64]
ONE = 2.0**40  # units of a whole; sums of them are exact in float64 up to 8,192 wholes
OFF = (1e-6 + 1e-9) * ONE  # three times 0.333333 is still within a millionth
PART = 1 << 40  # place of a row = its part of the table x PART + its position there
WHOLE = ""  # the facility of rows that are no shares: one group, whoever consumed


@dataclass(frozen=True, slots=True)
class Verdict:
    """One record that breaks the rule.

    Attributes:
        wholes, shares: how many of its rows are no shares, and how many are.
        units: sum of the shares.
        firsts: place of the first row by facility, where a second one repeats it; `WHOLE` for
            those that are no shares.
    """

    wholes: int
    shares: int
    units: float
    firsts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The records of a whole table that break the rule, by the text of their id."""

    by_record: Mapping[str, Verdict]
    places: Ints  # of all their firsts, ascending

    @classmethod
    def of(cls, records: Iterable[Mapping[Any, Any]], firsts: Iterable[Mapping[Any, Any]]) -> Verdicts:
        """Take the records (their groups added up), and the groups of theirs whose first row counts."""
        by_record: dict[str, dict[str, int]] = {}
        for row in firsts:
            by_record.setdefault(row["record"], {})[row["facility"]] = int(row["first"])
        return cls(
            {
                row["record"]: Verdict(
                    int(row["wholes"]), int(row["shares"]), float(row["units"]), by_record.get(row["record"], {})
                )
                for row in records
            },
            np.sort(np.array([p for places in by_record.values() for p in places.values()], dtype=np.int64)),
        )


def breaks(wholes: Any, shares: Any, units: Any, most: Any) -> Any:
    """Whether a record breaks the rule; the arguments are arrays, Series or an engine's columns.

    Args:
        wholes: how many of its rows are no shares.
        shares: how many are; their sum is `units`.
        most: how many shares one facility has at most.
    """
    off = (units > ONE + OFF) | (units < ONE - OFF)
    return (wholes > 1) | (most > 1) | ((shares > 0) & ((wholes > 0) | off))


def counts(wholes: Any, shares: Any) -> Any:
    """Whether the first row of a group has to be known: a second one repeats it."""
    return (wholes > 0) | (shares > 1)


@dataclass(slots=True)
class _Claims:
    """The rows that have a record id: where, which, their share (NaN: none) and its facility."""

    row: Ints
    record: Ints  # code into `records`
    share: npt.NDArray[np.float64]
    facility: Ints  # code into `facilities`; 0, `WHOLE`, where there is no share
    records: list[Any]
    facilities: list[str]

    def key(self, code: int) -> str:
        return _key(self.records[code])


def _claims(frame: pd.DataFrame) -> _Claims:
    ids = encode(frame["record_id"])
    row = np.flatnonzero(ids.codes >= 0)
    share = numbers(frame["percentage"])[0][row] if "percentage" in frame else np.full(len(row), np.nan)
    facility = np.zeros(len(row), dtype=np.int64)
    shared = np.flatnonzero(~np.isnan(share))
    named = Encoded(facility[:0], [])
    if len(shared):
        named = encode(frame["facility_id"].iloc[row[shared]])
        facility[shared] = named.codes.astype(np.int64) + 2
    facilities = [WHOLE, _key(None), *map(_key, named.values)]
    return _Claims(row, ids.codes[row].astype(np.int64), share, facility, ids.values, facilities)


def _group(claims: _Claims, start: int) -> pd.DataFrame:
    """Return the groups of `groups`, by codes."""
    group, pairs = pd.factorize(claims.record * len(claims.facilities) + claims.facility)
    size = len(pairs)
    first = np.empty(size, dtype=np.int64)
    first[group[::-1]] = claims.row[::-1] + start  # the last one written is the first row
    shared = ~np.isnan(claims.share)
    rows, units = np.bincount(group, minlength=size), np.zeros(size)
    if shared.any():
        with np.errstate(over="ignore", invalid="ignore"):  # a percentage of 1e300 is told of by itself
            units += np.bincount(group[shared], weights=np.rint(claims.share[shared] * ONE), minlength=size)
    facility = pairs % len(claims.facilities)
    return pd.DataFrame(
        {
            "record": pairs // len(claims.facilities),
            "facility": facility,
            "wholes": np.where(facility == 0, rows, 0),
            "shares": np.where(facility == 0, 0, rows),
            "units": units,
            "first": first,
        }
    )


def groups(frame: pd.DataFrame, start: int = 0) -> pd.DataFrame:
    """Return what a part of a table says of record ids: one row for each record and facility.

    Args:
        frame: has `record_id`, `facility_id` and maybe `percentage`.
        start: the place of its first row.

    Returns:
        `record`, `facility` (texts), `wholes`, `shares` (numbers of rows), `units` (sum of the
        shares) and `first` (place of the first row). To add groups up further, `first` takes the
        least, the numbers the sum.
    """
    claims = _claims(frame)
    return _in_words(claims, _group(claims, start))


def _in_words(claims: _Claims, found: pd.DataFrame) -> pd.DataFrame:
    names = {
        "record": [claims.key(c) for c in found["record"].tolist()],
        "facility": [claims.facilities[c] for c in found["facility"].tolist()],
    }
    return found.assign(**{name: pd.Series(texts, dtype=object) for name, texts in names.items()})


def judge(found: pd.DataFrame) -> Verdicts:
    """Return the verdicts on groups that are complete: added up over the whole table."""
    records = _by_record(found)
    wrong = records[_broken(records)]
    firsts = found[found["record"].isin(wrong["record"]) & counts(found["wholes"], found["shares"])]
    return Verdicts.of(wrong.to_dict("records"), firsts.to_dict("records"))


def _by_record(found: pd.DataFrame) -> pd.DataFrame:
    sums = {"wholes": "sum", "shares": "sum", "units": "sum", "most": "max"}
    return found.assign(most=found["shares"]).groupby("record", sort=False, as_index=False).agg(sums)


def _broken(records: pd.DataFrame) -> Any:
    return breaks(*(records[name] for name in ("wholes", "shares", "units", "most")))


def check(frame: pd.DataFrame, log: ProblemLog) -> None:
    """Check the record ids of a whole table; its rows are called by their labels."""
    claims = _claims(frame)
    if np.isnan(claims.share).all() and np.bincount(claims.record, minlength=1).max() <= 1:
        return
    found = _group(claims, 0)
    records = _by_record(found)
    accused = np.zeros(len(claims.records), dtype=bool)
    accused[records.loc[_broken(records), "record"].to_numpy()] = True
    suspects = found[accused[found["record"].to_numpy()]].reset_index(drop=True)
    verdicts = judge(_in_words(claims, suspects))
    _tell(frame, claims, accused, verdicts, 0, lambda place: repr(_plain(frame.index[place])), log)


def tell(frame: pd.DataFrame, verdicts: Verdicts, start: int, name: Callable[[int], str], log: ProblemLog) -> None:
    """Tell the rows of one part of a table what is wrong with their record ids.

    Args:
        frame: the part.
        verdicts: on the whole table.
        start: the place of the part's first row.
        name: what a row is called, by its place.
        log: takes the problems.

    Raises:
        ContractError: the rows are not where they were when the verdicts were found.
    """
    if verdicts.by_record:
        claims = _claims(frame)
        accused = np.array([_key(v) in verdicts.by_record for v in claims.records], dtype=bool)
        _tell(frame, claims, accused, verdicts, start, name, log)


def _tell(
    frame: pd.DataFrame,
    claims: _Claims,
    accused: npt.NDArray[np.bool_],
    verdicts: Verdicts,
    start: int,
    name: Callable[[int], str],
    log: ProblemLog,
) -> None:
    at = np.flatnonzero(accused[claims.record]) if len(accused) else np.zeros(0, dtype=np.int64)
    row, place, shared = claims.row[at], claims.row[at] + start, ~np.isnan(claims.share[at])
    of = [verdicts.by_record[claims.key(code)] for code in claims.record[at].tolist()]
    facility = [claims.facilities[code] for code in claims.facility[at].tolist()]
    first = np.array([v.firsts.get(f, -1) for v, f in zip(of, facility, strict=True)], dtype=np.int64)
    _same_rows(first, place, verdicts, start, len(frame))
    for kind in (~shared, shared):
        again = np.flatnonzero(kind & (first >= 0) & (first != place))
        log.add(
            row[again],
            "record_id",
            frame["record_id"].iloc[row[again]].tolist(),
            [f"The record_id was already used by row {name(p)}." for p in first[again].tolist()],
            "Remove the copy; or, for shares of one record, give each row its percentage.",
        )
    log.add(
        row[~shared & np.array([v.shares > 0 for v in of], dtype=bool)],
        "percentage",
        None,
        "Other rows of this record are shares of it; this one has none, and would count the whole again.",
        "Give the row its percentage, or a record_id of its own.",
    )
    off = np.flatnonzero(shared & np.array([abs(v.units - ONE) > OFF for v in of], dtype=bool))
    ids = [_plain(claims.records[code]) for code in claims.record[at[off]].tolist()]
    sums = [of[i].units / ONE for i in off.tolist()]
    if len(off):
        log.add(
            row[off],
            "percentage",
            frame["percentage"].iloc[row[off]].tolist(),
            [f"The shares of record {r!r} in this frame sum to {s:g}, not 1." for r, s in zip(ids, sums, strict=True)],
            "Give all shares of the record; or, where the others belong elsewhere, its quantity without percentage.",
        )


def _same_rows(first: Ints, place: Ints, verdicts: Verdicts, start: int, rows: int) -> None:
    """Stop unless the first rows of records are where they were found: one would be lost, or counted twice."""
    low, high = np.searchsorted(verdicts.places, [start, start + rows])
    if (first == place).sum() != high - low or (first > place).any():
        raise ContractError(
            "The rows came in another order than when their record ids were counted. "
            "Persist the table, or write it to files, before it is calculated."
        )


def _key(value: Any) -> str:
    """Return an id as text; what is no text is kept apart from texts that look like it."""
    return value if isinstance(value, str) else f"\x00{'' if value is None else id_text(value)}"


def _plain(value: Any) -> Any:
    """Return a value as Python shows it, not as numpy does."""
    return value.item() if isinstance(value, np.generic) else value
