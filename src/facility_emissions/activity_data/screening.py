"""Refrigerant leaks estimated by the charge of equipment and a published set of leak rates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from facility_emissions.activity_data.derived import Derived, Floats, Observations, Rows
from facility_emissions.activity_data.refrigerants import screening_kg
from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.factors.parameters import leak_rates

_OWN_SET = "own rates"
_YEAR = (365, 366)  # days
_SHARES = ("annual_leak_rate", "installation_loss", "charge_left", "recovered", "end_of_life_loss")


def refrigerant_screening(equipment: Rows, rates: str | pd.DataFrame) -> Derived:
    """Return estimated records of refrigerant that leaked out of equipment: for where no refill is recorded.

    Args:
        equipment: one row a kind of equipment at a facility: `facility_id`, `activity` (refrigerant), `unit`,
            `equipment` (id of the set), `charge` in operation [unit], and a period; optional
            `years` (1, and asked for where the period has dates and is no year), `installed` and `disposed`
            charge (0) [unit].
        rates: `epa_tcr`, `defra_2011`, `ademe` or `mfe_nz`, which differ by factors of 3 to 5; or a table
            of your own with the columns of `factors.leak_rates()`.

    Returns:
        Records of category recharge, `quantity_basis` estimated, each with its set in `derivation`.

    Raises:
        ContractError: a column is missing or unknown; the rates name an equipment twice, or are no shares.
        NotFoundError: no such set.
    """
    table = Observations.of(
        equipment, ("facility_id", "activity", "unit", "equipment", "charge"), ("years", "installed", "disposed")
    )
    name = rates if isinstance(rates, str) else _OWN_SET
    known = _checked(leak_rates(rates) if isinstance(rates, str) else rates)
    kinds = table.frame["equipment"].astype(object)
    kinds = kinds.where(kinds.notna(), None)
    at = known.index.get_indexer(pd.Index(kinds))
    unknown = at < 0
    words = {
        k: f"The set {name} has no equipment {k!r}.{did_you_mean(str(k), known.index)}" for k in kinds[unknown].unique()
    }
    told = [words[k] for k in kinds[unknown]]
    table.tell(unknown, "equipment", told, f"One of: {', '.join(map(str, known.index))}.")

    charge, years = table.amount("charge"), table.amount("years", default=1.0)
    days = table.days()
    part = ~table.given("years") & ~np.isnan(days) & ((days < _YEAR[0]) | (days > _YEAR[1]))
    reason = [f"The leak rate is of a year, the period of {n:g} days; years is not stated." for n in days[part]]
    table.tell(part, "years", reason, "State years, the time in operation: 0.5 for half a year.")
    installed, disposed = table.amount("installed", default=0.0), table.amount("disposed", default=0.0)
    lost = _end_of_life(known)
    parts = {
        "charge": (charge, _share(known, "annual_leak_rate"), "annual leak rate"),
        "installed": (installed, _share(known, "installation_loss"), "loss at installation"),
        "disposed": (disposed, lost, "loss at the end of life"),
    }
    shares: dict[str, Floats] = {}
    for column, (amount, share, what) in parts.items():
        of_row = np.where(unknown, np.nan, share[at]) if len(known) else np.full(len(at), np.nan)
        lacking = ~unknown & np.isnan(of_row) & (amount != 0)
        reason = [f"The set {name} gives no {what} for {k!r}." for k in kinds[lacking]]
        table.tell(lacking, column, reason, "Take another set, or give rates of your own.")
        shares[column] = np.where(amount == 0, 0.0, of_row)
    emitted = screening_kg(
        charge, shares["charge"], years, installed, shares["installed"], disposed, shares["disposed"]
    )
    said = [
        f"screening, {name}, {kind}: {c:g} x {r:g} x {y:g} + {i:g} x {k:g} + {d:g} x {z:g}"
        for kind, c, r, y, i, k, d, z in zip(
            kinds, charge, shares["charge"], years, installed, shares["installed"], disposed, shares["disposed"],
            strict=True,
        )
    ]  # fmt: skip
    return table.derived(emitted, said, category="recharge", quantity_basis="estimated")


def _checked(rates: pd.DataFrame) -> pd.DataFrame:
    """Return a set of rates by equipment.

    Raises:
        ContractError: it has no equipment, names one twice (several sets in one table), or has a rate that is no share.
    """
    for name in ("equipment", "annual_leak_rate"):
        if name not in rates:
            raise ContractError(f"The rates have no column {name!r}.{did_you_mean(name, map(str, rates.columns))}")
    twice = rates["equipment"][rates["equipment"].duplicated()]
    if len(twice):
        raise ContractError(f"The rates name equipment {twice.iloc[0]!r} twice: take one set (leak_rates(set)).")
    for name in _SHARES:
        if name in rates:
            values = pd.to_numeric(rates[name], errors="coerce")
            wrong = rates[name].notna() & ~values.between(0, 1)
            if wrong.any():
                shown = rates[name][wrong].tolist()[0]
                raise ContractError(f"The rates' {name} {shown!r} is no share: 0 to 1, as in 0.15 for 15 %.")
    return rates.set_index("equipment")


def _share(known: pd.DataFrame, column: str) -> Floats:
    values = known.get(column, np.nan)
    return pd.to_numeric(pd.Series(values, known.index)).to_numpy(dtype=np.float64, na_value=np.nan)


def _end_of_life(known: pd.DataFrame) -> Floats:
    """Return the share of the charge that escapes at the end of life: stated, or of what was left and recovered."""
    stated = _share(known, "end_of_life_loss")
    derived = _share(known, "charge_left") * (1 - _share(known, "recovered"))
    return np.where(np.isnan(stated), derived, stated)
