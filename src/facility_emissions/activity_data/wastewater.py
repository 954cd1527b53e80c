"""Wastewater treated on site: the loads of the IPCC's method as records.

Source of the method: IPCC 2006 Guidelines and 2019 Refinement, Volume 5, chapter 6.2 and 6.3: treatment goes
by the load that comes in, less the organic part that is removed as sludge; the discharge by the load of the effluent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from facility_emissions.activity_data.derived import Derived, Floats, Mask, Observations, Rows

_ACTIVITIES = {"bod": "wastewater_bod", "cod": "wastewater_cod", "nitrogen": "wastewater_nitrogen"}
_OPTIONAL = (*(f"{load}_{way}" for load in _ACTIVITIES for way in ("in", "out")), "sludge", "discharge_system")


def wastewater(plants: Rows) -> Derived:
    """Return the records of plants that treat wastewater on the site.

    Args:
        plants: one row a plant and period: `facility_id`, `treatment_system`, `unit` (of mass), a period, and
            `bod_in` or `cod_in` (organic load that comes in) and/or `nitrogen_in` [unit]. Optional: `sludge`,
            the organic load removed as sludge, measured as the load is (0); `bod_out`, `cod_out`,
            `nitrogen_out`, the load of the effluent, and `discharge_system`, the water that it is discharged to:
            then the discharge is a record of its own, and every load that comes in needs its load out. Without
            it the effluent goes to a sewer, and is another's.

    Returns:
        Records of `wastewater_bod`, `wastewater_cod`, `wastewater_nitrogen`, up to four a plant. A plant with a
        fault has none. CH4 that is recovered is not subtracted.

    Raises:
        ContractError: a column is missing or unknown.
    """
    table = Observations.of(plants, ("facility_id", "treatment_system", "unit"), _OPTIONAL)
    loads = {load: (table.optional(f"{load}_in"), table.optional(f"{load}_out")) for load in _ACTIVITIES}
    sludge = np.nan_to_num(table.optional("sludge"))
    given = {load: ~np.isnan(came_in) for load, (came_in, _) in loads.items()}
    both = given["bod"] & given["cod"]
    table.tell(both, "cod_in", "The organic load is given as BOD and as COD.", "Leave one of them empty.")
    alone = table.given("sludge") & (sludge != 0) & ~given["bod"] & ~given["cod"]
    table.tell(alone, "sludge", "sludge stands without an organic load.", "Fill in bod_in or cod_in.")
    discharged = table.given("discharge_system")
    for load, (came_in, went_out) in loads.items():
        unknown = discharged & given[load] & ~table.given(f"{load}_out")
        reason = f"The effluent is discharged, and its load of {load} is not given."
        table.tell(unknown, f"{load}_out", reason, f"Fill in {load}_out; 0 only if it was zero.")
        alone = ~given[load] & (went_out > 0)
        table.tell(alone, f"{load}_out", f"{load}_out stands without {load}_in.", f"Fill in {load}_in.")
        removed = sludge if load != "nitrogen" else 0.0
        more = given[load] & (np.nan_to_num(went_out) + removed > came_in * (1 + 1e-9)) & ~table.told()
        table.tell(more, f"{load}_in", "More leaves than comes in.", "Correct the load in, the load out or the sludge.")
    nothing = ~np.any(list(given.values()), axis=0) & ~table.told()
    table.tell(nothing, "bod_in", "No load is given.", "Fill in bod_in, cod_in or nitrogen_in.")

    made, at = [], []
    for load, (came_in, went_out) in loads.items():
        amount = np.maximum(came_in - (sludge if load != "nitrogen" else 0.0), 0.0)
        words = [f"{i:g} - {s:g} (sludge)" if s and load != "nitrogen" else f"{i:g}"
                 for i, s in zip(came_in, sludge, strict=True)]  # fmt: skip
        made.append(_records(table, load, given[load], amount, "treatment_system", words))
        out = given[load] & discharged & (went_out > 0)
        made.append(_records(table, load, out, went_out, "discharge_system", ["effluent"] * len(words)))
        at += [np.flatnonzero(rows & ~table.told()) for rows in (given[load], out)]
    order = np.argsort(np.concatenate(at), kind="stable")  # by plant
    return Derived(pd.concat([d.records for d in made]).iloc[order], made[0].problems)


def _records(table: Observations, load: str, rows: Mask, amount: Floats, system: str, words: list[str]) -> Derived:
    """Return the records of one load, of the plants that have it."""
    whole = table.derived(
        amount,
        words,
        category="water",
        activity=_ACTIVITIES[load],
        quantity_basis="calculated",
        treatment_system=table.frame.get(system),
    )
    return Derived(whole.records[rows[~table.told()]], whole.problems)
