"""Tables in and out of files: CSV, Parquet and the API's JSON, told apart by their suffix."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd

from facility_emissions import csv_tables
from facility_emissions.errors import ContractError
from facility_emissions.portfolio import Portfolio

_JSON = (".json", ".jsonl", ".ndjson")
_PARQUET = (".parquet", ".pq")


def read_consumption(path: Path) -> pd.DataFrame:
    """Read a consumption table.

    Returns:
        The table. Rows of a CSV file are labelled by their line in it, the header being line
        1 (the index is named `line`); those of Parquet are numbered from 0.

    Raises:
        ContractError: no such file, an unknown suffix, an unreadable file, a missing extra.
    """
    frame = read_table(path)
    if path.suffix.lower() == ".csv":
        frame.index = _lines(path, len(frame))
    return frame


def read_facilities(path: Path) -> pd.DataFrame | Portfolio:
    """Read facilities: a CSV or Parquet table, or JSON (lines) as the Facilities API sends it.

    Raises:
        ContractError: no such file, an unknown suffix, an unreadable file, facilities in JSON
            that do not fit the API's model.
    """
    if path.suffix.lower() in _JSON:
        _check_is_file(path)
        return Portfolio.read(path)
    return read_table(path, also=_JSON, numbers=csv_tables.FACILITY_NUMBERS)


def read_table(path: Path, also: tuple[str, ...] = (), numbers: tuple[str, ...] = csv_tables.NUMBERS) -> pd.DataFrame:
    """Read a CSV or Parquet table.

    Args:
        path: the file; `.csv` is UTF-8 with commas, or with the semicolons that Excel writes
            where the comma is the decimal sign.
        also: other suffixes that the caller reads, for the message.
        numbers: the columns of a CSV file that are numbers.

    Raises:
        ContractError: no such file, an unknown suffix, an unreadable file, a missing extra.
    """
    _check_is_file(path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _read_csv(path, numbers)
    if suffix in _PARQUET:
        need_pyarrow()
        try:
            return pd.read_parquet(path)
        except (ValueError, OSError) as error:  # pyarrow's ArrowInvalid is a ValueError
            text = " ".join(str(error).split())
            raise ContractError(f"{path.name} is no readable Parquet file: {text}") from None
    known = ", ".join((".csv", *_PARQUET, *also))
    raise ContractError(f"{path.name}: unknown kind of file {suffix!r}; known: {known}.")


def read_ledger(path: Path) -> pd.DataFrame:
    """Read a ledger that `calculate --output` wrote, ids as text.

    Raises:
        ContractError: no such file, an unknown suffix, an unreadable file, a missing extra.
    """
    if path.suffix.lower() != ".csv":
        return read_table(path)
    _check_is_file(path)
    try:  # written by this program: its numbers are numbers, and only an empty cell is null
        return pd.read_csv(path, dtype={"record_id": str, "facility_id": str}, keep_default_na=False, na_values=[""])
    except ValueError as error:
        raise ContractError(f"{path.name} is no readable ledger: {' '.join(str(error).split())}") from None


def _check_is_file(path: Path) -> None:
    if not path.is_file():
        raise ContractError(f"No file {str(path)!r}.")


def _read_csv(path: Path, numbers: tuple[str, ...]) -> pd.DataFrame:
    header = csv_tables.read_header(path)
    frame = csv_tables.parse(path, header, path)
    for name in numbers:
        if name in frame:
            column = csv_tables.NumberColumn(name)
            column.see(frame[name], header, path)
            frame[name] = column.settle(frame[name], header)
    return frame


def _lines(path: Path, rows: int) -> pd.Index:
    """Return the line at which each row of a CSV file begins."""
    count = 0
    with path.open("rb") as raw:
        last = b""
        while block := raw.read(1 << 20):
            count += block.count(b"\n")
            last = block
    if count + (not last.endswith(b"\n")) == rows + 1:  # one line a row, and the header
        return pd.RangeIndex(2, rows + 2, name="line")
    # Some cell holds a line feed, or some line is blank.
    header = csv_tables.read_header(path)
    found = [block.lines for block in csv_tables.blocks(path, header, 1 << 24)]
    lines = pd.Index([line for block in found for line in block.tolist()], dtype="int64", name="line")
    return lines if len(lines) == rows else pd.RangeIndex(rows)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame, without its index, as CSV or Parquet by the suffix of the path."""
    if path.suffix in _PARQUET:
        need_pyarrow()
        named = frame.reset_index(drop=True)
        for name in named.columns:  # a column of mixed values is kept as text
            if pd.api.types.is_object_dtype(named[name].dtype):
                named[name] = named[name].map(lambda v: None if v is None or v != v else str(v))
        named.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, lineterminator="\n")


def need_pyarrow() -> None:
    """Raise a ContractError that names the extra unless pyarrow is installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise ContractError("Parquet needs pyarrow: pip install 'facility-emissions[parquet]'.")
