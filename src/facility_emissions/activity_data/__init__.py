"""Consumption records out of other observations: balances, equipment, wastewater.

Each function takes a table of what was observed and returns `Derived`: rows of the contract for
`calculate`, and the rows that cannot be used, with what is wrong. Nothing is filled in from memory:
a default comes from a published set that the caller names.
"""

from facility_emissions.activity_data.derived import Derived
from facility_emissions.activity_data.refrigerants import balance_kg, refrigerant_balance, screening_kg
from facility_emissions.activity_data.screening import refrigerant_screening
from facility_emissions.activity_data.wastewater import wastewater

__all__ = ["Derived", "balance_kg", "refrigerant_balance", "refrigerant_screening", "screening_kg", "wastewater"]
