"""The rules of the scores: what each flag, fallback, age, period and basis is worth, from 1 to 4.

GHG Protocol, Corporate Value Chain (Scope 3) Standard, chapter 7: the five indicators of table 7.6,
and the criteria of box 7.2 ("Example of criteria to evaluate the data quality indicators"), which
rate each of them very good (1), good (2), fair (3) or poor (4). The box leaves open what meets its
words in a calculation like this one; the tables below are our reading of it, line by line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

INDICATORS = ("technology", "time", "geography", "completeness", "reliability")
RATINGS = ("very good", "good", "fair", "poor")

# What resolution said of a figure: the indicator that it lowers, and to what; None: none.
# Technology: same 1, similar 2, different 3. Geography: same area 1, similar 2, different 3, unknown 4.
OF_CODE: Mapping[str, tuple[str, int] | None] = {
    "sector_assumed": ("technology", 2),
    "completed": ("technology", 2),
    "market_residual_mix": ("technology", 2),
    "blend_by_volume": ("technology", 2),
    "sold_as_blend": ("technology", 2),
    "appliance_dependent": ("technology", 2),
    "lifecycle": ("technology", 3),
    "market_from_location": ("technology", 3),
    "supplier_unknown": ("technology", 3),
    "place": ("geography", 2),
    "region": ("geography", 3),
    "stand_in": ("geography", 3),
    "world": ("geography", 4),
    "co2_only": ("completeness", 2),
    "custom": ("reliability", 2),
    "derived": ("reliability", 2),
    "not_rebasable": ("reliability", 2),
    "gwp_computed": ("reliability", 2),
    "gwp_supplement": ("reliability", 2),
    "basis_assumed": ("reliability", 3),
    "gwp_erratum": ("reliability", 3),
    "estimated": ("reliability", 3),
    "return_share": ("reliability", 3),
    "cups_letters": ("reliability", 3),
    "cups_elsewhere": ("reliability", 3),
    "quantity_estimated": None,  # by its basis
    "year_earlier": None,  # by its age
    "year_later": None,
    "biogenic_unknown": None,  # outside the scopes
    "gwp_published": None,
    "upstream_inside": None,
    "losses_inside": None,
    "market_guarantee_of_origin": None,
    "market_high_efficiency_chp": None,
    "market_energy_attribute_certificate": None,
    "market_power_purchase_agreement": None,
    "market_green_tariff": None,
    "market_supplier": None,
    "contract_not_valid": None,
    "contract_not_used": None,
    "own_generation": None,
    "certificates_sold": None,
    "exported": None,
    "network": None,
    "custom_unit": None,
    "estimate_not_needed": None,
    "category_not_enabled": None,
}

# By quantity_basis, as nobody has verified it, and as verified. Not stated is as poor as unknown is elsewhere.
OF_BASIS: Mapping[str, tuple[int, int]] = {
    "metered": (2, 1),
    "invoiced": (2, 1),
    "calculated": (3, 2),
    "estimated": (4, 3),
    "": (4, 4),
}

# A refill is an event, and its GWP has neither place nor age.
DOES_NOT_APPLY: Mapping[str, tuple[str, ...]] = {"recharge": ("time", "geography", "completeness")}

# Why emissions are said to rest on less than a published factor of their own place and year.
FALLBACKS: Mapping[str, frozenset[str]] = {
    "other_year": frozenset({"year_earlier", "year_later"}),
    "other_place": frozenset({"place", "region", "stand_in"}),
    "world": frozenset({"world"}),
    "lifecycle": frozenset({"lifecycle"}),
    "market_from_location": frozenset({"market_from_location"}),
    "assumed": frozenset({"basis_assumed", "sector_assumed"}),
    "estimated": frozenset({"estimated", "quantity_estimated"}),
}
OLD, AGE_UNKNOWN, BASIS_UNKNOWN, ANY = "old_data", "age_unknown", "basis_unknown", "any"
_GOOD, _FAIR, _POOR = 3, 6, 10  # years, from which data are no longer very good, good, fair


def of_age(years: float) -> int:
    """Return the score of data so many years from the consumption; NaN is unknown."""
    if math.isnan(years):
        return 4
    return 1 + (years >= _GOOD) + (years >= _FAIR) + (years >= _POOR)


WHOLE_YEAR, NEARLY, HALF = 1.0, 11 / 12, 0.5  # parts of a year
