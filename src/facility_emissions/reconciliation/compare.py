"""Two figures beside each other: the tolerance, the class, the sums by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

AGREES = "agrees"
ROUNDING = "agrees within rounding"
DIFFERS = "differs"
STALE = "stale"
ONLY_API = "only in API"
ONLY_HERE = "only here"
NOT_CALCULATED = "not calculated"
FINE = (AGREES, ROUNDING)
CLASSES = (AGREES, ROUNDING, DIFFERS, STALE, ONLY_API, ONLY_HERE, NOT_CALCULATED)
#: Measure to the column of its class.
CLASS_OF = {"co2e": "class", "co2e_biomass": "class_biomass"}

_MOST_DECIMALS = 6  # more than these are not rounded for show
_MOST = 0.8  # of the values of a column
_SUMS = 1e-12  # what the order of a sum changes, relative
_NOISE = 4 * np.finfo(np.float64).eps  # of a decimal fraction in binary, relative


@dataclass(frozen=True)
class Allowance:
    """What may differ: `absolute` [kg], `relative` to the API's figure, `decimals` that it is rounded to."""

    absolute: float
    relative: float
    decimals: int | None

    def of(self, api: Floats) -> tuple[Floats, Floats]:
        """Return the tolerance of each figure [kg], and half a unit of its last decimal."""
        half = rounding(api, self.decimals) + _SUMS * np.abs(api)  # 0.05 itself is a half of 0.1
        return np.maximum(self.absolute, self.relative * np.abs(api)), half


#: Nothing but what floating point and the API's own rounding leave.
EXACT = Allowance(0.0, 1e-9, None)


def decimals_of(values: Floats) -> npt.NDArray[np.int64]:
    """Return with how many decimals each value is written, 7 for more than 6; 0 for NaN."""
    known = np.nan_to_num(values)
    found = np.full(len(values), _MOST_DECIMALS + 1, dtype=np.int64)
    for d in range(_MOST_DECIMALS, -1, -1):
        found[np.abs(known - np.round(known, d)) <= _NOISE * np.abs(known)] = d
    return found


def rounding(values: Floats, decimals: int | None = None) -> Floats:
    """Return half a unit of the last decimal of each value [kg]; 0 where it is not rounded.

    Args:
        values: figures of one column, NaN for null.
        decimals: to how many they are rounded, where that is known.
    """
    if decimals is not None:
        return np.full(len(values), 0.5 * 10.0**-decimals)
    used, own = decimals_used(values, None), decimals_of(values)
    if used is None:
        return np.zeros(len(values))
    return np.where(own <= _MOST_DECIMALS, 0.5 * 10.0 ** -np.maximum(own, used).astype(np.float64), 0.0)


def decimals_used(values: Floats, stated: int | None) -> int | None:
    """Return to how many decimals a column is rounded: as stated, else as most of its values show; None: not at all.

    1250.0 beside 1250.5 has one decimal. A single value with more of them stands for itself.
    """
    if stated is not None:
        return stated
    found = decimals_of(values)[np.nan_to_num(values) != 0]  # zeros say nothing
    rounded = found[found <= _MOST_DECIMALS]
    return int(np.quantile(rounded, _MOST, method="higher")) if len(rounded) else None


def classify(
    api: Floats, ours: Floats, allowed: Floats, half: Floats, in_api: Mask, stale: Mask
) -> pd.Categorical[str]:
    """Return the class of each facility.

    Args:
        api, ours: figures [kg], NaN for none.
        allowed: absolute and relative tolerance together [kg].
        half: tolerance of rounding [kg].
        in_api: whether the API has the facility at all.
        stale: whether it was updated after its figure; counts only where the figures differ.
    """
    off = np.abs(api - ours)
    code = np.full(len(api), CLASSES.index(DIFFERS), dtype=np.int8)
    code[stale] = CLASSES.index(STALE)
    code[off <= half] = CLASSES.index(ROUNDING)
    code[off <= allowed] = CLASSES.index(AGREES)
    code[np.isnan(ours)] = CLASSES.index(ONLY_API)
    code[np.isnan(api)] = CLASSES.index(NOT_CALCULATED)
    code[~in_api] = CLASSES.index(ONLY_HERE)
    return pd.Categorical.from_codes(code, pd.Index(CLASSES))


def adds_up(total: Floats, of_parts: Floats) -> Mask:
    """Return where a roll-up is the sum of its invoices, each of which may be rounded: to 1 kg, or a thousandth."""
    return np.asarray(np.abs(total - of_parts) <= np.maximum(1.0, 1e-3 * np.abs(total)))


def summary(facilities: pd.DataFrame) -> pd.DataFrame:
    """Return counts and kg by measure and class; the difference where both sides have a figure."""
    parts = []
    for measure, name in CLASS_OF.items():
        grouped = facilities.groupby(name, observed=False)
        parts.append(
            pd.DataFrame(
                {
                    "measure": measure,
                    "class": list(CLASSES),
                    "facilities": grouped.size().to_numpy(),
                    "api_kg": grouped[f"api_{measure}"].sum().to_numpy(),
                    "our_kg": grouped[f"our_{measure}"].sum().to_numpy(),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    both = table["class"].isin((*FINE, DIFFERS, STALE))
    table["difference_kg"] = (table["api_kg"] - table["our_kg"]).where(both)
    return table
