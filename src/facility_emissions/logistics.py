"""The logistics report of a facility: the share of its scope 2 that serves logistics, and what a tonne takes.

Our reading of `logistic_factor`. What is public says one thing of it: it is the "logistic factor for
scope 2 calculation in logistics reports", 0 to 1, by default 0.8. No formula and no example is
published.

Cited, from the API's guides to GLEC reports: a hub that the company owns takes its emissions from
the linked facility; fuel burnt on site is in scope 1; electricity and district heating bought are in
scope 2; intensity is hub emissions [g CO2e] / tonnes handled. ISO 14083:2023 and the GLEC Framework
v3, which takes it over, state hub emissions per throughput too.

Inferred, and so ours: the factor multiplies scope 2 (electricity and purchased heat) and nothing
else; it does so on either basis, location or market; a factor that is not stated is 0.8, flagged.
Offices and other uses under the same roof are the likely reason for a factor below 1.

The intensity is of scope 1 (fuels and refrigerants, whole) and the logistics share of scope 2. It is
not the well-to-wheel intensity of ISO 14083: upstream of fuels and electricity and network losses
(scope 3, category 3) are not in it. Nor is it tank-to-wheel, where electricity would be 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.sites import Site, id_text
from facility_emissions.errors import ContractError
from facility_emissions.facility_fields import DEFAULT_LOGISTIC_FACTOR
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

T = TypeVar("T", float, npt.NDArray[np.float64], pd.Series)
Basis = Literal["location", "market"]
BASES: tuple[Basis, Basis] = ("location", "market")
_G_PER_KG = 1000.0


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


def hub_intensity(co2e: T, tonnes: T) -> T:
    """Return what a hub emits for each tonne that it handles.

    Args:
        co2e: emissions of the hub [kg CO2e]; scalar, array or Series.
        tonnes: throughput in the same period [t], above 0.

    Returns:
        `1000 * co2e / tonnes` [g CO2e / t], of the kind that was given.
    """
    return _G_PER_KG * co2e / tonnes


def logistics_table(
    sums: pd.DataFrame, problems: pd.Series, sites: Mapping[str, Site], bases: tuple[Basis, ...]
) -> pd.DataFrame:
    """Return the logistics report by facility.

    Args:
        sums: by facility and activity category: `co2e` [kg], `lacking` (rows).
        problems: by facility: rows without a figure.
        sites: the facilities by id.
        bases: of scope 2; several are told apart by an index level `basis`.

    Returns:
        See `Result.logistics`.
    """
    problems = problems.groupby(problems.index.map(id_text)).sum()
    known = [sites[s] for s in sites if s in problems.index]
    tables = [_of_basis(sums, problems, known, basis) for basis in bases]
    if len(tables) == 1:
        return tables[0]
    both = pd.concat(tables, keys=bases, names=["basis"]).swaplevel()
    in_turn = np.arange(len(both)).reshape(len(bases), -1).T.ravel()  # the bases of a facility below each other
    return both.iloc[in_turn]


def _of_basis(sums: pd.DataFrame, problems: pd.Series, known: list[Site], basis: Basis) -> pd.DataFrame:
    ids = pd.Index([site.facility_id for site in known], name="facility", dtype=object)
    scope1, lacking1 = _scope(sums, problems, ids, [f.id for f in ACTIVITY_CATEGORIES.values() if f.scope == 1])
    of_scope2 = [f.id for f in ACTIVITY_CATEGORIES.values() if f.scope == 2 and f.basis in ("", basis)]
    scope2, lacking2 = _scope(sums, problems, ids, of_scope2)
    stated = [site.logistic_factor for site in known]
    factor = np.array([DEFAULT_LOGISTIC_FACTOR if s is None else s for s in stated], dtype=np.float64)
    share = logistics_scope2(scope2.to_numpy(dtype=np.float64), factor)
    tonnes = np.array([site.tonnes for site in known], dtype=np.float64)
    hub = scope1.to_numpy(dtype=np.float64) + share
    return pd.DataFrame(
        {
            "scope1": scope1,
            "scope2": scope2,
            "logistic_factor": factor,
            "assumed": [f"logistic_factor not given: {DEFAULT_LOGISTIC_FACTOR}" if s is None else "" for s in stated],
            "logistics_scope2": share,
            "logistics_co2e": hub,
            "tonnes": tonnes,
            "g_per_tonne": hub_intensity(hub, np.where(tonnes > 0, tonnes, np.nan)),
            "note": ["tonnes is 0: no intensity" if t == 0 else "" for t in tonnes],
            "problems": problems.reindex(ids) + lacking1 + lacking2,
        },
        index=ids,
    )


def _scope(
    sums: pd.DataFrame, problems: pd.Series, ids: pd.Index, activity_categories: list[str]
) -> tuple[pd.Series, pd.Series]:
    """Return the sum of some figures by facility [kg CO2e], and how many rows lack one of them.

    Without a figure it is zero only where nothing is lacking.
    """
    of = sums[sums.index.get_level_values("activity_category").isin(activity_categories)]
    facility = of.index.get_level_values("facility").map(id_text)
    kg = of["co2e"].groupby(facility).sum(min_count=1).reindex(ids)
    lacking = of["lacking"].groupby(facility).sum().reindex(ids, fill_value=0)
    return kg.mask(kg.isna() & (lacking + problems.reindex(ids) == 0), 0.0), lacking
