"""Made-up but realistic consumption: 20 countries, 15 years, 5,000 facilities, monthly bills."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

COUNTRIES = ["ES", "GB", "FR", "DE", "IT", "PT", "PL", "NL", "BE", "SE", "FI", "DK", "IE", "AT", "CZ", "RO", "GR", "HU",
             "US", "MX"]  # fmt: skip
FACILITIES = 5_000
YEARS = np.arange(2010, 2025)
# category, activity, unit, share of the rows; water and district heat are bought in GB only
MIX = [
    ("electricity", "grid_electricity", "kWh", 0.40),
    ("electricity", "grid_electricity", "MWh", 0.10),
    ("heat", "natural_gas", "kWh_gcv", 0.22),
    ("heat", "natural_gas", "MWh_gcv", 0.05),
    ("heat", "gas_oil_heating", "kg", 0.05),
    ("heat", "lpg", "kg", 0.04),
    ("heat", "wood_pellets", "t", 0.04),
    ("recharge", "R-410A", "kg", 0.05),
    ("recharge", "HFC-134a", "kg", 0.03),
    ("recharge", "R-404A", "kg", 0.02),
]
WORDS = ["facility_id", "category", "activity", "unit"]


def facilities() -> pd.DataFrame:
    """Return the facilities, with the sector that their type stands for."""
    dice = np.random.default_rng(7)
    kinds = np.array(["office", "warehouse", "factory"])[dice.integers(0, 3, FACILITIES)]
    return pd.DataFrame(
        {
            "facility_id": [f"facility-{i:05d}" for i in range(FACILITIES)],
            "country": np.array(COUNTRIES)[dice.integers(0, len(COUNTRIES), FACILITIES)],
            "type": kinds,
        }
    )


def consumption(rows: int, seed: int = 42) -> pd.DataFrame:
    """Return consumption with categorical key columns; `as_strings` makes plain text of them."""
    dice = np.random.default_rng(seed)
    sites = facilities()
    kind = dice.choice(len(MIX), rows, p=[m[3] for m in MIX]).astype(np.int8)
    months = pd.date_range(f"{YEARS[0]}-01-01", periods=12 * len(YEARS), freq="MS")
    month = dice.integers(0, len(months), rows)

    def words(position: int) -> pd.Categorical:
        values = [m[position] for m in MIX]
        names = sorted(set(values))
        lookup = np.array([names.index(v) for v in values], dtype=np.int8)
        return pd.Categorical.from_codes(lookup[kind], names)

    ids = sites["facility_id"].tolist()
    return pd.DataFrame(
        {
            "facility_id": pd.Categorical.from_codes(dice.integers(0, FACILITIES, rows).astype(np.int16), ids),
            "category": words(0),
            "activity": words(1),
            "quantity": dice.lognormal(6, 1.5, rows),
            "unit": words(2),
            "start_date": months.to_numpy().astype("datetime64[us]")[month],
            "end_date": (months + pd.offsets.MonthEnd(0)).to_numpy().astype("datetime64[us]")[month],
        }
    )


def write(folder: Path, rows: int) -> None:
    """Write the inputs of a run: dictionary-encoded and plain strings."""
    frame = consumption(rows)
    frame.to_parquet(folder / "dictionary.parquet", index=False)
    frame.astype(dict.fromkeys(WORDS, "str")).to_parquet(folder / "strings.parquet", index=False)
    facilities().to_parquet(folder / "facilities.parquet", index=False)
