"""Tables in and out of files: CSV, Parquet and the API's JSON, told apart by their suffix."""

from __future__ import annotations

import csv
import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from facility_emissions.errors import ContractError
from facility_emissions.portfolio import Portfolio

# Read as text: an id 007 keeps its zeros, and a quantity "12,5" is told of as it was written.
_NUMBERS = ("quantity", "base_quantity", "percentage", "year")
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
    return read_table(path, also=_JSON)


def read_table(path: Path, also: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read a CSV or Parquet table.

    Args:
        path: the file; `.csv` is UTF-8 with commas, or with the semicolons that Excel writes
            where the comma is the decimal sign.
        also: other suffixes that the caller reads, for the message.

    Raises:
        ContractError: no such file, an unknown suffix, an unreadable file, a missing extra.
    """
    _check_is_file(path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _read_csv(path)
    if suffix in _PARQUET:
        need_pyarrow()
        try:
            return pd.read_parquet(path)
        except (ValueError, OSError) as error:  # pyarrow's ArrowInvalid is a ValueError
            raise ContractError(f"{path.name} is no readable Parquet file: {_one_line(error)}") from None
    known = ", ".join((".csv", *_PARQUET, *also))
    raise ContractError(f"{path.name}: unknown kind of file {suffix!r}; known: {known}.")


def _check_is_file(path: Path) -> None:
    if not path.is_file():
        raise ContractError(f"No file {str(path)!r}.")


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8-sig") as handle:
            header = handle.readline()
        separator = ";" if ";" in header and "," not in header else ","
        with warnings.catch_warnings():
            # A row that is longer than the header is an error; pandas would cut or shift it.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # Only an empty cell is null: "NA" is Namibia, "None" a name.
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig",
                                sep=separator, index_col=False)  # fmt: skip
    except pd.errors.EmptyDataError:
        raise ContractError(f"{path.name} is empty; its first line has to name the columns.") from None
    except pd.errors.ParserWarning:
        raise ContractError(f"{path.name}: its rows have more cells than its header has columns.") from None
    except (ValueError, OSError) as error:  # ParserError and UnicodeDecodeError are ValueErrors
        raise ContractError(f"{path.name} is no readable UTF-8 CSV file: {_one_line(error)}") from None
    _check_header(header, separator, path)
    for name in _NUMBERS:
        if name in frame and separator == ";":
            frame[name] = _without_commas(frame[name], path)
        if name in frame:
            parsed = pd.to_numeric(frame[name], errors="coerce")
            if parsed.notna().equals(frame[name].notna()):
                exact = frame[name].to_numpy(dtype=object, na_value=np.nan)  # to_numeric may miss the last digit
                frame[name] = exact.astype(np.float64) if parsed.dtype.kind == "f" else parsed
    return frame


def _check_header(header: str, separator: str, path: Path) -> None:
    """Refuse a column that is there twice; pandas would rename the second and read the first."""
    names = [name.strip().strip('"') for name in header.rstrip("\r\n").split(separator)]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise ContractError(f"{path.name}: column {twice!r} appears {names.count(twice)} times.")


def _without_commas(column: pd.Series, path: Path) -> pd.Series:
    """Return the numbers of a semicolon file with decimal points: 1.234,5 becomes 1234.5.

    Raises:
        ContractError: all dots may be thousands or decimals (1.234 and no comma anywhere).
    """
    given = column.dropna()
    if given.str.contains(",", regex=False).any():
        plain = given.str.fullmatch(r"\s*[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?\s*")
        changed = given.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        return column.where(~plain.reindex(column.index, fill_value=False), changed.reindex(column.index))
    dotted = given[given.str.contains(".", regex=False)]
    unclear = dotted[dotted.str.fullmatch(r"\s*[+-]?\d{1,3}(\.\d{3})+\s*")]
    if len(unclear) and len(unclear) == len(dotted):
        raise ContractError(
            f"{path.name}: {column.name} {unclear.iloc[0]!r} may be thousands or a decimal in a file with semicolons. "
            "Write it without a thousands separator, or the decimals with a comma (1234,0)."
        )
    return column


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


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
    starts: list[int] = []  # some cell holds a line feed, or some line is blank
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle)
        before = 0
        for cells in reader:
            if cells:
                starts.append(before + 1)
            before = reader.line_num
    if len(starts) != rows + 1:
        return pd.RangeIndex(rows)
    return pd.Index(starts[1:], name="line")


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
