"""A user's own factors: a table with the row contract of the bundled ones, checked as a whole.

Every broken row is told at once, and nothing of a broken table is used unless the caller says so.
"""

from __future__ import annotations

import hashlib
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from functools import cache, cached_property
from os import PathLike
from typing import Any, Literal

import pandas as pd

from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.factors.own_fit import OwnFactors, ambiguous
from facility_emissions.factors.own_rows import (
    BY_FIT,
    OWN_COLUMNS,
    REQUIRED,
    Fault,
    OwnFactor,
    cell_text,
    check_row,
)
from facility_emissions.factors.own_tables import RawTable, raw_table
from facility_emissions.factors.schema import FOUND_COLUMNS

PROBLEM_COLUMNS = ("row", "factor_id", "column", "value", "reason", "remedy")
_SHOWN = 10

Rows = str | PathLike[str] | pd.DataFrame | Iterable[Any]


class FactorTableError(ContractError):
    """A user's factor table is broken: every row of it that is, with column, value, reason and remedy."""

    def __init__(self, message: str, problems: pd.DataFrame) -> None:
        """Keep the problems beside the message that tells the first ten of them."""
        super().__init__(message)
        self.problems = problems


class FactorTableWarning(UserWarning):
    """Broken rows of a factor table were left out, as the caller asked."""


class FactorTable:
    """Factors of your own, for `calculate(custom_factors=...)`.

    A row takes the place of the published factor in every record that it fits: by figure, activity,
    place, year of consumption and unit, and by facility, supplier, contract and sector where it names
    them. The most specific row wins. A row with `applies` `by_name` is used only where a record names
    it in `custom_factor_id`.

    Compulsory are `activity_category`, `unit`, and `co2_fossil_kg` (with the other gases) or
    `co2e_fixed_kg` with `gwp_of_co2e_fixed` [kg / unit]; `activity` where a figure has several.
    The other columns are those of the bundled rows (docs/data.md), empty for any.
    """

    def __init__(self, rows: Rows, *, on_error: Literal["raise", "skip"] = "raise") -> None:
        """Read and check a table.

        Args:
            rows: path of a CSV or Parquet file, a frame, or a list of mappings, dataclasses or
                `CustomFactor`.
            on_error: `raise`, or `skip` to leave broken rows out; they are then in `problems`.

        Raises:
            FactorTableError: rows are broken; `problems` of the error holds all of them.
            ContractError: the table cannot be read: no such file, an unknown or repeated column.
        """
        if on_error not in ("raise", "skip"):
            raise ContractError(f"on_error {on_error!r} is neither 'raise' nor 'skip'.")
        raw = raw_table(rows)
        columns = _check_columns(raw)
        found, faults = _check_rows(raw)
        self._told = [*columns, *faults]
        self.rows: tuple[OwnFactor, ...] = tuple(found)
        skip = on_error == "skip" and not columns
        if self._told and not skip:
            raise FactorTableError(_message(raw, self._told, used=False), self.problems)
        if self._told:
            warnings.warn(_message(raw, self._told, used=True), FactorTableWarning, stacklevel=2)

    @classmethod
    def of(cls, given: FactorTable | Rows | None) -> FactorTable:
        """Return a table as it is, or the table of rows; None is a table without rows."""
        if given is None:
            return _nothing()
        return given if isinstance(given, FactorTable) else cls(given)

    def __len__(self) -> int:
        """Return the number of rows that can be used."""
        return len(self.rows)

    def __repr__(self) -> str:
        """Show how many rows there are, and how many were left out."""
        out = len(self.left_out)
        return f"<FactorTable: {_count(len(self))}{f', {out} left out' if out else ''}>"

    @property
    def problems(self) -> pd.DataFrame:
        """The broken rows that were left out: `row`, `factor_id`, `column`, `value`, `reason`, `remedy`."""
        rows = [(t.row, t.factor_id, t.fault.column, t.fault.value, t.fault.reason, t.fault.remedy) for t in self._told]
        columns = zip(*rows, strict=True) if rows else [()] * len(PROBLEM_COLUMNS)
        return pd.DataFrame({n: pd.Series(c, dtype=object) for n, c in zip(PROBLEM_COLUMNS, columns, strict=True)})

    @property
    def frame(self) -> pd.DataFrame:
        """The rows that can be used, with all columns of the contract filled in, labelled by their place."""
        rows = [
            {
                **asdict(own.factor),
                "activity": own.activity or own.factor.activity,
                "facility_id": own.facility_id,
                "applies": own.applies,
                "valid_from": own.validity.first_text(),
                "valid_to": own.validity.last_text(),
            }
            for own in self.rows
        ]
        columns = [name for name in OWN_COLUMNS if name != "uncertainty"]  # it became bounds
        return pd.DataFrame(rows, columns=columns, index=pd.Index([own.row for own in self.rows], name="row"))

    @cached_property
    def by_id(self) -> Mapping[str, OwnFactor]:
        """The rows by `factor_id`."""
        return {own.factor.factor_id: own for own in self.rows}

    @cached_property
    def by_fit(self) -> OwnFactors:
        """The rows that apply without being named."""
        return OwnFactors(own for own in self.rows if own.applies == BY_FIT)

    @cached_property
    def facilities(self) -> frozenset[str]:
        """The facilities that have rows of their own."""
        return frozenset(own.facility_id for own in self.rows if own.facility_id)

    @cached_property
    def dated(self) -> tuple[OwnFactor, ...]:
        """The rows that begin or end within a year."""
        return tuple(o for o in self.rows if any(len(t) > 4 for t in (o.validity.first_text(), o.validity.last_text())))

    @cached_property
    def left_out(self) -> tuple[tuple[object, str, str], ...]:
        """The rows that were left out: place, `factor_id`, and all that is wrong."""
        found: dict[tuple[int, str], tuple[object, str, str]] = {}
        for t in self._told:
            _, _, before = found.get((t.at, str(t.row)), (None, "", ""))
            found[t.at, str(t.row)] = (t.row, t.factor_id, f"{before} {t.fault.reason}".strip())
        return tuple(found.values())

    @cached_property
    def _fingerprint(self) -> str:
        rows = sorted(
            repr((*astuple(own.factor), own.validity, own.facility_id, own.activity, own.applies)) for own in self.rows
        )
        out = sorted(map(repr, self.left_out))
        return hashlib.sha256("\n".join([*rows, *out]).encode()).hexdigest()[:12]

    def fingerprint(self) -> str:
        """Return twelve hexadecimal digits that name the rows in use, whatever their order, and those left out."""
        return self._fingerprint


@cache
def _nothing() -> FactorTable:
    return FactorTable(())


@dataclass(frozen=True, slots=True)
class _Told:
    """A fault with its place: `at` is the position in the table, below 0 what is no row of it."""

    at: int
    row: object
    factor_id: str
    fault: Fault


def _check_columns(raw: RawTable) -> list[_Told]:
    """Tell columns that are not of the contract: a misspelt `country` would make a row fit everywhere."""
    line = 1 if raw.word == "line" else None
    told = []
    for name in raw.columns:
        if name not in OWN_COLUMNS and name not in FOUND_COLUMNS:
            reason = f"unknown column {name!r}.{did_you_mean(name, OWN_COLUMNS)}"
            told.append(_Told(-1, line, "", Fault(name, None, reason, "Rename or remove it.")))
    for name in _lacking(raw):
        told.append(_Told(-1, line, "", Fault(name, None, f"there is no column {name!r}.", "Every row needs it.")))
    return told


def _lacking(raw: RawTable) -> list[str]:
    return [name for name in REQUIRED if raw.rows and name not in raw.columns]


def _check_rows(raw: RawTable) -> tuple[list[OwnFactor], list[_Told]]:
    """Return the rows that can be used, and the faults of the others in the order of the table."""
    sound: dict[int, OwnFactor] = {}
    wrong: dict[int, list[Fault]] = defaultdict(list)
    ids: dict[str, list[int]] = defaultdict(list)
    lacking = _lacking(raw)
    for at, (row, cells) in enumerate(raw.rows):
        own, faults = check_row(cells, row, decimal_comma=raw.decimal_comma)
        wrong[at] += [f for f in faults if f.column not in lacking]
        if own is not None:
            sound[at] = own
        stated = cell_text(cells.get("factor_id"))
        if stated:
            ids[stated].append(at)
    for at, own in sound.items():  # an id that was composed may be one that another row states
        if own.factor.factor_id in ids and at not in ids[own.factor.factor_id]:
            ids[own.factor.factor_id].append(at)
    for name, rows in ids.items():
        for at in rows if len(rows) > 1 else ():
            others = ", ".join(_place(raw, raw.rows[o][0]) for o in rows if o != at)
            times = "twice" if len(rows) == 2 else f"{len(rows)} times"
            wrong[at].append(Fault("factor_id", name, f"factor_id {name!r} appears {times}: also in {others}.",
                                   "One id for each row; years of one factor have one each."))  # fmt: skip
    at_of = {id(own): at for at, own in sound.items()}
    told: set[int] = set()
    for pair in ambiguous(own for own in sound.values() if own.applies == BY_FIT):
        for own, other in (pair, pair[::-1]):
            at = at_of[id(own)]
            if at not in told:
                told.add(at)
                wrong[at].append(_overlap(own, other, _place(raw, other.row)))
    all_told = [_Told(-1, row, "", fault) for row, fault in raw.broken]
    for at, (row, cells) in enumerate(raw.rows):
        all_told += [_Told(at, row, cell_text(cells.get("factor_id")), fault) for fault in wrong[at]]
    if raw.broken:  # only a file has rows that cannot be read, and their places are lines
        all_told.sort(key=lambda t: int(str(t.row)))
    return [own for at, own in sound.items() if not wrong[at]], all_told


def _overlap(own: OwnFactor, other: OwnFactor, where: str) -> Fault:
    return Fault("valid_from", own.validity.first_text() or None,
                 f"the row and {where} fit the same records {own.validity.both(other.validity)}.",
                 "End one in valid_to, narrow one (country, facility_id, supplier, ...), or set applies to by_name "
                 "and name it in custom_factor_id.")  # fmt: skip


def _place(raw: RawTable, row: object) -> str:
    return "the header" if row is None else f"{raw.word} {row}"


def _message(raw: RawTable, faults: list[_Told], *, used: bool) -> str:
    """Tell the first faults, one a line; one alone stands in one line."""
    lines = []
    for told in faults[:_SHOWN]:
        shown = f" ({told.factor_id})" if told.factor_id else ""
        lines.append(f"{_place(raw, told.row)}{shown}: {told.fault.reason} {told.fault.remedy}")
    if len(faults) > _SHOWN:
        lines.append(f"... and {len(faults) - _SHOWN} more; `.problems` holds them all.")
    head = f"{raw.name}: " if raw.name else ""
    if len(faults) == 1 and not used:
        return f"{head}{lines[0]}"
    broken = len({(told.at, str(told.row)) for told in faults})
    end = "left out" if used else "broken; nothing of the table is used"
    return f"{head}{_count(broken)} of {len(raw.rows) + len(raw.broken)} {end}:\n  " + "\n  ".join(lines)


def _count(rows: int) -> str:
    return f"{rows} row{'' if rows == 1 else 's'}"
