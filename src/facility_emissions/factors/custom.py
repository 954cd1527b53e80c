"""A user's own factors: the same row contract as the bundled tables, fewer columns asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from facility_emissions.errors import ContractError, DataPackageError, VocabularyError, did_you_mean
from facility_emissions.factors.schema import FACTOR_COLUMNS, Factor, parse_factor
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES
from facility_emissions.vocabulary.units import parse_unit

CUSTOM_SOURCE = ("custom", "user")
_ASKED = ("factor_id", "activity_category", "unit")


def parse_custom_factors(table: pd.DataFrame | Iterable[Mapping[str, object]]) -> dict[str, Factor]:
    """Return a user's factors by id.

    Args:
        table: columns `factor_id`, `activity_category` (the figure that it replaces), `unit`
            and gases [kg / unit] (`co2_fossil_kg` compulsory, `ch4_kg`, `n2o_kg`,
            `co2_biogenic_kg`), or `co2e_fixed_kg` with `gwp_of_co2e_fixed`; any other column of
            the factor row. `unit` may carry its basis (`kWh_gcv`).

    Raises:
        ContractError: names the row, the column, the value and what would be right.
    """
    items = table.to_dict("records") if isinstance(table, pd.DataFrame) else table
    rows: list[dict[str, object]] = [{str(k): v for k, v in r.items()} for r in items]
    found: dict[str, Factor] = {}
    for number, row in enumerate(rows):
        where = f"custom factor {number} ({row.get('factor_id')})"
        cells = {k: "" if _is_null(v) else str(v) for k, v in row.items()}
        for name in cells:
            if name not in FACTOR_COLUMNS:
                raise ContractError(f"{where}: unknown column {name!r}.{did_you_mean(name, FACTOR_COLUMNS)}")
        for name in _ASKED:
            if not cells.get(name):
                raise ContractError(f"{where}: column {name!r} is missing or empty.")
        category = cells["activity_category"]
        if category not in ACTIVITY_CATEGORIES:
            hint = did_you_mean(category, ACTIVITY_CATEGORIES)
            raise ContractError(f"{where}: unknown activity_category {category!r}.{hint}")
        try:
            unit = parse_unit(cells["unit"])
            cells["unit"], cells["basis"] = unit.id.removesuffix(f"_{unit.basis}"), unit.basis
            filled = {
                **dict.fromkeys(FACTOR_COLUMNS, ""),
                "activity": "any",
                "country": "any",
                "valid_from": "1900",
                "source_id": CUSTOM_SOURCE[0],
                "edition": CUSTOM_SOURCE[1],
                **{k: v for k, v in cells.items() if v},
            }
            factor = parse_factor(filled, where)
        except (VocabularyError, DataPackageError) as error:
            told = str(error)
            raise ContractError(told if told.startswith(where) else f"{where}: {told}") from None
        if factor.co2e_fixed_kg is None and factor.co2_fossil_kg is None:
            raise ContractError(f"{where}: give co2_fossil_kg (and the other gases), or co2e_fixed_kg.")
        if factor.factor_id in found:
            raise ContractError(f"{where}: factor_id {factor.factor_id!r} appears twice.")
        found[factor.factor_id] = factor
    return found


def _is_null(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value) or value is pd.NA
