"""Which records changed, came or went, and which have a figure on one side only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.questions import Key
from facility_emissions.restatement.groups import Groups
from facility_emissions.restatement.matching import Ints, Matched
from facility_emissions.restatement.saved import SavedLedger
from facility_emissions.restatement.sheets import Sheet
from facility_emissions.results import Result

Floats = npt.NDArray[np.float64]
CHANGES = ("same", "changed", "added", "removed")
COLUMNS = ("change", "column", "reason", "remedy", "records", "co2e")


def kinds_of_change(groups: Groups, matched: Matched, sheets: Sequence[Sheet]) -> pd.Categorical:
    """Return of each record what became of its activity data.

    It changed where its facility, its quantity in a year or anything that its factors depend on did.
    """
    code = np.zeros(matched.records, dtype=np.int8)
    if "activity" in groups.names:
        first = groups.bit("release")
        on = {state: sheet for sheet in sheets for state in sheet.states}
        code[_changed(on[first], on[first | groups.bit("activity")])] = 1
        there = np.zeros(matched.records, dtype=bool)
        there[matched.before] = True
        code[~there] = 2
        code[len(matched.after) :] = 3
    return pd.Categorical.from_codes(code, pd.Index(CHANGES, dtype=object))


def _changed(before: Sheet, after: Sheet) -> Ints:
    """Return the records whose pieces are not the same in both sheets."""
    numbers: dict[Key | None, int] = {}
    tables = []
    for sheet in (before, after):
        same = np.array([numbers.setdefault(k, len(numbers)) for k in sheet.keys], dtype=np.int64)
        tables.append(pd.DataFrame({
            "record": sheet.record, "key": same[sheet.key] if len(same) else sheet.key,
            "facility": sheet.facility, "quantity": sheet.quantity,
        }))  # fmt: skip
    # A piece that is twice there, once on each side, did not change.
    both = pd.concat(tables, ignore_index=True)
    return both.loc[~both.duplicated(keep=False), "record"].to_numpy(dtype=np.int64)


def coverage_table(
    before: Result | SavedLedger, after: Result, matched: Matched, old: Floats, new: Floats
) -> pd.DataFrame:
    """Return the records without a figure on a side; see `Restatement.coverage`."""
    unknown, unknown_after = np.isnan(old), np.isnan(new)
    parts = []
    sides: tuple[tuple[str, npt.NDArray[np.bool_], Result | SavedLedger, Ints], ...] = (
        ("gained", unknown & ~unknown_after, before, matched.before),
        ("lost", ~unknown & unknown_after, after, matched.after),
        ("neither", unknown & unknown_after, after, matched.after),
    )
    for change, which, result, record in sides:
        wanted = which[record]
        first = result.problems.drop_duplicates("position")
        first = first[wanted[first["position"].to_numpy(dtype=np.int64)]]
        at = record[first["position"].to_numpy(dtype=np.int64)]
        table = first[["column", "reason", "remedy"]].assign(change=change, records=1)
        parts.append(table.assign(co2e=np.nan_to_num(new[at]) - np.nan_to_num(old[at])))
    found: pd.DataFrame = pd.concat(parts, ignore_index=True)
    found = found.groupby(["change", "column", "reason", "remedy"], as_index=False)[["records", "co2e"]].sum()
    order = found["co2e"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True).reindex(columns=list(COLUMNS))
