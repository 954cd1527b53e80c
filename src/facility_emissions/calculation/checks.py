"""Checks of single rows: quantities and percentages. Found in arrays, told by row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.blocks import over_blocks
from facility_emissions.calculation.columns import numbers
from facility_emissions.calculation.problems import ProblemLog
from facility_emissions.calculation.records import SHARE_TOLERANCE

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_CALLED = {"recovered": "recovered amount", "quantity_uncertainty": "uncertainty of the quantity"}
_INFINITE = np.array(np.inf).view(np.uint64)[()]
_ROUNDED = 0.005  # quantities come rounded to the cent


def quantities(frame: pd.DataFrame, log: ProblemLog) -> Floats:
    """Return each row's quantity, NaN where it has none; the caller's memory is not written to."""
    quantity, told = _numbers(frame, "quantity", log)
    if "base_quantity" in frame:
        quantity, told = _from_base(frame, quantity, _mask(told, len(frame)), log)
    if not _all_sound(quantity):
        told = _mask(told, len(frame))
        shown = "quantity" if "quantity" in frame else "base_quantity"
        missing = np.isnan(quantity) & ~told
        _tell(frame, missing, shown, "The quantity is missing.", "The amount consumed; 0 only if it was zero.", log)
        _tell_unsound(frame, shown, quantity, ~told, log)
        quantity = np.where(np.isfinite(quantity) & (quantity >= 0) & ~told, quantity, np.nan)
    return quantity


def _all_sound(quantity: Floats) -> bool:
    """Whether every quantity is finite and not negative; NaN fails this too, and -0.0 (it is sound all the same)."""

    def sound(block: slice) -> bool:
        bits = np.ascontiguousarray(quantity[block]).view(np.uint64)  # in their order: 0, inf, NaN, what has a sign
        return bool(bits.max() < _INFINITE)

    return all(over_blocks(len(quantity), sound))


def _numbers(frame: pd.DataFrame, column: str, log: ProblemLog) -> tuple[Floats, Mask]:
    """Return a column as numbers, and the mask (empty: none) of its cells that are no number, told."""
    if column not in frame:
        return np.full(len(frame), np.nan), np.zeros(0, dtype=bool)
    values, no_number = numbers(frame[column])
    remedy = "A number with a decimal point and no thousands separator, as in 1234.5."
    _tell(frame, no_number, column, f"The {_CALLED.get(column, column)} is no number.", remedy, log)
    return values, no_number


def _mask(mask: Mask, n: int) -> Mask:
    return mask if len(mask) else np.zeros(n, dtype=bool)


def _values(frame: pd.DataFrame, column: str, mask: Mask) -> list[object]:
    return frame[column].iloc[np.flatnonzero(mask)].tolist()


def _tell(frame: pd.DataFrame, mask: Mask, column: str, reason: str, remedy: str, log: ProblemLog) -> None:
    if mask.any():
        log.add(np.flatnonzero(mask), column, _values(frame, column, mask), reason, remedy)


def _tell_unsound(frame: pd.DataFrame, column: str, values: Floats, among: Mask, log: ProblemLog) -> Mask:
    """Tell of infinite and negative values; return which they are."""
    infinite, negative = np.isinf(values) & among, (values < 0) & (values > -np.inf) & among
    _tell(frame, infinite, column, f"The {_CALLED.get(column, column)} is infinite.", "A finite number.", log)
    remedy = "A credit note belongs to the bill that it corrects: net the two, or leave both out."
    remedy = remedy if column.endswith("quantity") else "Zero or more."
    _tell(frame, negative, column, f"The {_CALLED.get(column, column)} is negative.", remedy, log)
    return infinite | negative


def _from_base(frame: pd.DataFrame, quantity: Floats, told: Mask, log: ProblemLog) -> tuple[Floats, Mask]:
    """Fill quantities from base_quantity x percentage, and check those that give all three.

    Returns:
        The quantities, and the mask of the rows that were told of.
    """
    base, no_number = _numbers(frame, "base_quantity", log)
    told = told | _mask(no_number, len(frame))
    share = numbers(frame["percentage"])[0] if "percentage" in frame else np.ones(len(frame))
    lacking = np.isnan(quantity) & ~told
    told = told | _tell_unsound(frame, "base_quantity", base, lacking, log)
    product = base * share
    off = disagree(quantity, product) & ~told
    if off.any():
        at = np.flatnonzero(off)
        reasons = [
            f"quantity {quantity[i]:g} is not base_quantity {base[i]:g} x percentage {share[i]:g} = {product[i]:g}."
            for i in at
        ]
        log.add(at, "quantity", _values(frame, "quantity", off), reasons, "Correct one of the three.")
    told = told | off
    return np.where(told, np.nan, np.where(lacking, product, quantity)), told


def without_recovered(frame: pd.DataFrame, quantity: Floats, log: ProblemLog) -> Floats:
    """Return the quantities less what was recovered, NaN where that is no sound amount."""
    if "recovered" not in frame:
        return quantity
    recovered, told = _numbers(frame, "recovered", log)
    told = _mask(told, len(frame))
    told = told | _tell_unsound(frame, "recovered", recovered, ~told, log)
    more = (recovered > quantity) & ~told
    _tell(
        frame, more, "recovered", "More was recovered than the quantity.", "Both in the row's unit; net the two.", log
    )
    return np.where(told | more, np.nan, quantity - np.where(np.isnan(recovered), 0.0, recovered))


def uncertainties(frame: pd.DataFrame, log: ProblemLog) -> None:
    """Tell of uncertainties of the quantity that are none."""
    if "quantity_uncertainty" in frame:
        percent, told = _numbers(frame, "quantity_uncertainty", log)
        _tell_unsound(frame, "quantity_uncertainty", percent, ~_mask(told, len(frame)), log)


def disagree(quantity: Floats | float, product: Floats | float) -> Mask:
    """Return which quantities are not base_quantity x percentage: by a millionth, and by more than rounding."""
    return np.asarray(np.abs(quantity - product) > np.maximum(SHARE_TOLERANCE * np.abs(quantity), _ROUNDED))


def percentages(frame: pd.DataFrame, log: ProblemLog) -> None:
    """Tell of percentages that are no share of anything."""
    if "percentage" in frame:
        share, no_number = numbers(frame["percentage"])
        wrong = _mask(no_number, len(frame)) | (share < 0) | (share > 1)
        _tell(frame, wrong, "percentage", "The percentage is no share.", "0 to 1, as in 0.25.", log)
