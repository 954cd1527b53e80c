"""How sure the quantities of a calculation's rows are, and which rows are one record."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.answered import Answered
from facility_emissions.calculation.columns import encode, numbers
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.questions import parse_words
from facility_emissions.uncertainty.case import Quantities
from facility_emissions.uncertainty.stated import Stated

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
COLUMN = "quantity_uncertainty"


def quantities_of(c: Calculation, a: Answered, stated: Stated) -> Quantities:
    """Return the answered rows with their records and half-widths.

    A half-width is the row's own, else what the user states for its quantity_basis, else for all.
    """
    own = numbers(c.frame[COLUMN])[0][a.row] if COLUMN in c.frame else np.full(len(a.row), np.nan)
    default = np.array([stated.quantity(parse_words(key).quantity_basis) for key in c.keys], dtype=np.float64)
    percent = np.where(np.isnan(own), default[a.key] if len(default) else np.nan, own)
    return Quantities(a, _records(c.frame, a.row), percent / 100, np.isnan(own) & ~np.isnan(percent))


def _records(frame: pd.DataFrame, row: Ints) -> Ints:
    """Return the record of rows as a number: that of its id, or of the row itself where it has none."""
    if "record_id" not in frame:
        return row
    ids = encode(frame["record_id"])
    code = ids.codes[row].astype(np.int64)
    return np.where(code >= 0, code, len(ids.values) + row)


def in_canonical_order(c: Calculation, q: Quantities) -> Quantities:
    """Return rows and records sorted by what they say, whatever order the frame has them in.

    Records that cannot be told apart by their id, question, quantity and half-width may change
    places: the sums stay the same.
    """
    key_rank = np.empty(len(c.keys), dtype=np.int64)
    key_rank[sorted(range(len(c.keys)), key=lambda k: repr(c.keys[k]))] = np.arange(len(c.keys))
    names = np.zeros(len(q.record), dtype=np.int64)
    if "record_id" in c.frame:
        ids = encode(c.frame["record_id"])
        rank = np.empty(len(ids.values) + 1, dtype=np.int64)
        rank[sorted(range(len(ids.values)), key=lambda i: str(ids.values[i]))] = np.arange(len(ids.values))
        rank[-1] = -1  # rows without an id
        names = rank[ids.codes[q.rows.row]]
    width = np.nan_to_num(q.half_width, nan=-1.0)
    whole = np.bincount(q.rows.row, q.rows.quantity, minlength=len(c.frame))[q.rows.row]  # of a row in pieces
    first = q.rows.first_of_row()
    question = np.zeros(len(c.frame), dtype=np.int64)
    question[q.rows.row[first]] = key_rank[q.rows.key[first]]
    row_order = np.lexsort((width[first], whole[first], question[q.rows.row[first]], names[first]))
    place = np.empty(len(c.frame), dtype=np.int64)
    place[q.rows.row[first][row_order]] = np.arange(len(first))
    sorted_rows = q.take(np.argsort(place[q.rows.row], kind="stable"))
    record = sorted_rows.record
    return Quantities(
        sorted_rows.rows,
        np.cumsum(np.append(True, record[1:] != record[:-1])[: len(record)]),
        sorted_rows.half_width,
        sorted_rows.assumed,
    )
