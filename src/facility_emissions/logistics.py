"""The logistics report's share of a facility's scope 2, by its logistic_factor.

Our reading of "logistic factor for scope 2 calculation in logistics reports": scope 2 of the
building (electricity, purchased heat) x factor. Scope 1, scope 3 and `co2e` are never scaled.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.errors import ContractError
from facility_emissions.facility import DEFAULT_LOGISTIC_FACTOR

T = TypeVar("T", float, npt.NDArray[np.float64], pd.Series)


def logistics_scope2(scope2: T, logistic_factor: T | float) -> T:
    """Return the part of scope 2 that a logistics report takes.

    Args:
        scope2: scope 2 of a facility [kg CO2e]; scalar, array or Series.
        logistic_factor: share, 0 to 1; 0 stays 0.

    Returns:
        `scope2 * logistic_factor` [kg CO2e], of the kind that was given.

    Raises:
        ContractError: a factor outside 0..1.
    """
    factor = np.asarray(logistic_factor, dtype=np.float64)
    if not ((factor >= 0) & (factor <= 1)).all():
        raise ContractError(f"logistic_factor {logistic_factor!r} is outside 0..1.")
    return scope2 * logistic_factor


def logistics_table(scope2: pd.Series, stated: dict[str, float | None]) -> pd.DataFrame:
    """Return the logistics share by facility.

    Args:
        scope2: scope 2 by facility id [kg CO2e].
        stated: facility id to its logistic_factor; None takes 0.8, and says so.

    Returns:
        A frame by facility: `scope2`, `logistic_factor`, `assumed`, `logistics_scope2`.
    """
    given = [stated.get(str(f)) for f in scope2.index]
    factor = np.array([DEFAULT_LOGISTIC_FACTOR if g is None else g for g in given], dtype=np.float64)
    return pd.DataFrame(
        {
            "scope2": scope2,
            "logistic_factor": factor,
            "assumed": ["logistic_factor not given: 0.8" if g is None else "" for g in given],
            "logistics_scope2": logistics_scope2(scope2.to_numpy(dtype=np.float64), factor),
        },
        index=scope2.index,
    )
