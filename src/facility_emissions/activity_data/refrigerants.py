"""Refrigerant that leaked, by the mass balance of a year, or by the charge of the equipment.

Source of the methods: US EPA Center for Corporate Climate Leadership, Direct Fugitive Emissions from
Refrigeration, Air Conditioning, Fire Suppression, and Industrial Gases (2014), sections 2.1 (screening)
and 2.3 (material balance); IPCC 2006, Volume 3, chapter 7.5.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.activity_data.derived import Derived, Observations, Rows

T = TypeVar("T", float, npt.NDArray[np.float64], pd.Series)
_BALANCE = ("opening_stock", "purchases", "recovered_off_site", "closing_stock", "capacity_change")


def balance_kg(opening_stock: T, purchases: T, recovered_off_site: T, closing_stock: T, capacity_change: T) -> T:
    """Return the refrigerant emitted in a year by its mass balance.

    Args:
        opening_stock, closing_stock: in storage (not in equipment) at the beginning and the end [kg].
        purchases: all that came in: bought, inside new equipment, returned from users [kg].
        recovered_off_site: all that left: sold, sent to recycling or destruction, inside equipment sold [kg].
        capacity_change: full charge of all equipment at the end less that at the beginning [kg]; negative
            where equipment was taken out of service.

    Returns:
        `opening - closing + purchases - recovered - capacity_change` [kg], of the kind that was given.
    """
    return opening_stock - closing_stock + purchases - recovered_off_site - capacity_change


def screening_kg(
    charge: T,
    annual_leak_rate: T,
    years: T,
    installed: T,
    installation_loss: T,
    disposed: T,
    end_of_life_loss: T,
) -> T:
    """Return the refrigerant emitted by equipment, estimated by its charge.

    Args:
        charge: full charge in operation [kg]; `annual_leak_rate`: share of it that leaks in a year;
            `years`: time in operation [years].
        installed: charge that was filled in at installation [kg]; `installation_loss`: share lost then.
        disposed: full charge of equipment taken out of service [kg]; `end_of_life_loss`: share of it
            that escaped then (what was left x (1 - what was recovered of it)).

    Returns:
        `charge x rate x years + installed x loss + disposed x loss` [kg], of the kind that was given.
    """
    return charge * annual_leak_rate * years + installed * installation_loss + disposed * end_of_life_loss


def refrigerant_balance(observed: Rows) -> Derived:
    """Return the records of refrigerant that leaked by the mass balances of years.

    Args:
        observed: one row a facility, refrigerant and year: `facility_id`, `activity`, `unit`,
            `opening_stock`, `purchases`, `recovered_off_site`, `closing_stock`, `capacity_change` [unit],
            and a period. All five amounts are asked for: unknown is not zero.

    Returns:
        Records of category recharge; a balance below zero is a problem.

    Raises:
        ContractError: a column is missing or unknown.
    """
    table = Observations.of(observed, ("facility_id", "activity", "unit", *_BALANCE), ())
    amounts = {name: table.amount(name, negative=name == "capacity_change") for name in _BALANCE}
    emitted = balance_kg(**amounts)
    # What differs by rounding of the weights is nothing.
    emitted = np.where(np.abs(emitted) <= 1e-9 * sum(np.abs(a) for a in amounts.values()), 0.0, emitted)
    words = [
        f"{opening:g} - {closing:g} + {bought:g} - {out:g} - {change:g}".replace("- -", "+ ")
        for opening, bought, out, closing, change in zip(*amounts.values(), strict=True)
    ]
    below = (emitted < 0) & ~table.told()
    reasons = [f"The balance is below zero: {words[i]} = {emitted[i]:g}." for i in np.flatnonzero(below)]
    table.tell(below, "closing_stock", reasons, "Look for a purchase or a change of capacity that is not in it.")
    said = [f"mass balance: {w}" for w in words]
    return table.derived(emitted, said, category="recharge", quantity_basis="calculated")
