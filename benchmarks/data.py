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
ORDER = ["facility_id", "category", "activity", "quantity", "unit", "start_date", "end_date"]
CHUNK = 10_000_000  # rows that are made at a time


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
    codes = {"facility_id": np.empty(rows, dtype=np.int16), **{n: np.empty(rows, dtype=np.int8) for n in WORDS[1:]}}
    quantity = np.empty(rows)
    start, end = (np.empty(rows, dtype="datetime64[us]") for _ in range(2))
    months = pd.date_range(f"{YEARS[0]}-01-01", periods=12 * len(YEARS), freq="MS")
    first, last = (d.to_numpy().astype("datetime64[us]") for d in (months, months + pd.offsets.MonthEnd(0)))
    names = {name: sorted({m[i] for m in MIX}) for i, name in enumerate(WORDS[1:])}
    for at in range(0, rows, CHUNK):
        dice = np.random.default_rng(seed + at // CHUNK)
        part = slice(at, min(at + CHUNK, rows))
        count = part.stop - at
        kind = dice.choice(len(MIX), count, p=[m[3] for m in MIX]).astype(np.int8)
        month = dice.integers(0, len(months), count)
        for i, name in enumerate(WORDS[1:]):
            codes[name][part] = np.array([names[name].index(m[i]) for m in MIX], dtype=np.int8)[kind]
        codes["facility_id"][part] = dice.integers(0, FACILITIES, count)
        quantity[part] = dice.lognormal(6, 1.5, count)
        start[part], end[part] = first[month], last[month]
    names["facility_id"] = facilities()["facility_id"].tolist()
    columns = {name: pd.Categorical.from_codes(codes[name], names[name]) for name in WORDS}
    columns |= {"quantity": quantity, "start_date": start, "end_date": end}
    return pd.DataFrame({name: columns[name] for name in ORDER}, copy=False)


def as_strings(frame: pd.DataFrame, dtype: str = "str") -> pd.DataFrame:
    """Return the frame with plain text in its key columns, one column at a time: the old one is let go."""
    frame = frame.copy(deep=False)
    for name in WORDS:
        frame[name] = frame[name].astype(dtype)
    return frame


def write(folder: Path, rows: int) -> None:
    """Write the inputs of a run: dictionary-encoded and plain strings."""
    frame = consumption(rows)
    frame.to_parquet(folder / "dictionary.parquet", index=False)
    as_strings(frame).to_parquet(folder / "strings.parquet", index=False)
    facilities().to_parquet(folder / "facilities.parquet", index=False)
