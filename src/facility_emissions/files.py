"""Tables in and out of files: CSV and Parquet, told apart by their suffix."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd

from facility_emissions.errors import ContractError
from facility_emissions.portfolio import Portfolio

# Read as text: an id 007 keeps its zeros, and a quantity "12,5" is told of as it was written.
_NUMBERS = ("quantity", "base_quantity", "percentage", "year")


def read_consumption(path: Path) -> pd.DataFrame:
    """Read a consumption table.

    Raises:
        ContractError: an unknown suffix, an unreadable file, a missing extra.
    """
    return _read(path)


def read_facilities(path: Path) -> pd.DataFrame | Portfolio:
    """Read facilities: a CSV or Parquet table, or JSON as the Facilities API sends it."""
    if path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        return Portfolio.read(path) if hasattr(Portfolio, "read") else Portfolio.from_json(path)
    return _read(path)


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ContractError(f"No file {str(path)!r}.")
    suffix = path.suffix.lower()
    if suffix == ".csv":
        try:
            # Only an empty cell is null: "NA" is Namibia, "None" a name.
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
        except (ValueError, UnicodeDecodeError) as error:
            raise ContractError(f"{path.name} is no readable UTF-8 CSV file: {error}") from None
        for name in _NUMBERS:
            if name in frame:
                parsed = pd.to_numeric(frame[name], errors="coerce")
                if parsed.notna().equals(frame[name].notna()):
                    frame[name] = parsed
        return frame
    if suffix in (".parquet", ".pq"):
        need_pyarrow()
        return pd.read_parquet(path)
    raise ContractError(f"{path.name}: unknown kind of file {suffix!r}; known: .csv, .parquet.")


def write_table(frame: pd.DataFrame, path: Path, *, index: bool = False) -> None:
    """Write a frame as CSV or Parquet, by the suffix of the path."""
    if path.suffix == ".parquet":
        need_pyarrow()
        named = frame.reset_index() if index else frame.reset_index(drop=True)
        for name in named.columns[named.dtypes == object]:  # a column of mixed values is shown as text
            named[name] = named[name].map(lambda v: None if v is None or v != v else str(v))
        named.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=index, lineterminator="\n")


def need_pyarrow() -> None:
    """Raise a ContractError that names the extra unless pyarrow is installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise ContractError("Parquet needs pyarrow: pip install 'facility-emissions[parquet]'.")
