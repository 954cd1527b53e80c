"""`reconcile` and the `Reconciliation` that it returns: frames first, then sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from facility_emissions.reconciliation import compare
from facility_emissions.reconciliation.sides import ApiSide, our_facilities, read_api
from facility_emissions.results import Result

Measure = Literal["co2e", "co2e_biomass"]
CLASS_OF: dict[str, str] = {"co2e": "class", "co2e_biomass": "class_biomass"}
EXPLANATION_COLUMNS = (
    "level measure hypothesis parts sentence scope where explained could_explain kg_explained residual "
    "chance surprise certainty also"
).split()


@dataclass(frozen=True)
class Reconciliation:
    """The API's figures beside ours.

    Attributes:
        facilities: one row a facility: figures, difference, class, explanation.
        summary: counts and kg by measure and class.
        explanations: one row a hypothesis and scope: what it explains, and how surprising that is.
        invoices: one row an invoice where invoices were given, else None.
    """

    facilities: pd.DataFrame
    summary: pd.DataFrame
    explanations: pd.DataFrame
    invoices: pd.DataFrame | None

    @property
    def agrees(self) -> bool:
        """Whether every figure that the API gives agrees, and none is lacking on either side."""
        fine = (compare.AGREES, compare.ROUNDING)
        return bool(self.facilities["class"].isin(fine).all() and self.facilities["class_biomass"].isin(fine).all())


def reconcile(
    api: ApiSide,
    result: Result,
    *,
    invoices: ApiSide | None = None,
    absolute: float = 0.0,
    relative: float = 1e-9,
    decimals: int | None = None,
    calculated_at: dt.datetime | dt.date | str | None = None,
) -> Reconciliation:
    """Set the API's figures beside a result, facility by facility.

    Args:
        api: facilities as the API gives them: a frame with its names (`id`, `co2e`), a `Portfolio`, ...
        result: what `calculate` returned.
        invoices: invoices as the API gives them; joined to the result by `record_id`.
        absolute, relative: what may differ [kg; share of the API's figure]; the larger counts.
        decimals: to how many decimals the API rounds; found from its figures by default.
        calculated_at: when its figures were calculated.

    Returns:
        The `Reconciliation`.

    Raises:
        ContractError: columns are missing, an id appears twice, a figure is no number.
    """
    given, ours = read_api(api), our_facilities(result)
    ids = given.index.append(ours.index.difference(given.index, sort=False))
    out = pd.DataFrame({"facility_id": ids})
    for name in ("name", "country", "type"):
        out[name] = given[name].reindex(ids).to_numpy()
    for measure in CLASS_OF:
        theirs, own = (side[measure].reindex(ids).to_numpy(dtype=np.float64) for side in (given, ours))
        half = compare.rounding(theirs, decimals)
        allowed = np.maximum(absolute, relative * np.abs(theirs))
        suffix = measure.removeprefix("co2e")
        out[f"api_{measure}"], out[f"our_{measure}"] = theirs, own
        out[f"difference{suffix}"] = theirs - own
        with np.errstate(divide="ignore", invalid="ignore"):
            out[f"relative{suffix}"] = np.where(own != 0, (theirs - own) / own, np.nan)
        never = np.zeros(len(ids), dtype=bool)
        out[CLASS_OF[measure]] = compare.classify(theirs, own, allowed, half, ids.isin(given.index), never)
        out[f"explanation{suffix}"], out[f"certainty{suffix}"] = "", ""
        out[f"residual{suffix}"], out[f"chance{suffix}"] = np.nan, np.nan
    out["records"] = ours["records"].reindex(ids, fill_value=0).to_numpy(dtype=np.int64)
    out["problems"] = ours["problems"].reindex(ids, fill_value=0).to_numpy(dtype=np.int64)
    return Reconciliation(out, compare.summary(out, CLASS_OF), pd.DataFrame(columns=EXPLANATION_COLUMNS), None)
