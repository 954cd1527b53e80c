"""A user's factor table in whatever form it comes: a file, a frame, mappings or models, as cells."""

from __future__ import annotations

import csv
import dataclasses
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from facility_emissions.errors import ContractError
from facility_emissions.factors.own_rows import Fault

_PARQUET = (".parquet", ".pq")


@dataclass(slots=True)
class RawTable:
    """Cells as they were given.

    Attributes:
        name: of the file, or ''.
        word: what the place of a row is called: `line` of a CSV file, `row` of a frame,
            `custom factor` of a list.
        columns: the names of all columns.
        rows: the place and the cells of each row.
        broken: place and fault of rows that cannot be read at all.
        decimal_comma: whether numbers may have decimal commas.
    """

    name: str
    word: str
    columns: list[str]
    rows: list[tuple[object, Mapping[str, object]]]
    broken: list[tuple[object, Fault]] = field(default_factory=list)
    decimal_comma: bool = False


def raw_table(given: object) -> RawTable:
    """Return a table as cells.

    Args:
        given: path of a CSV or Parquet file, a frame, or mappings, dataclasses and pydantic models.

    Raises:
        ContractError: no such file, an unknown suffix, an unreadable file, an item that is no row.
    """
    if isinstance(given, (str, os.PathLike)):
        return _file(Path(given))
    if isinstance(given, pd.DataFrame):
        return _frame(given)
    if isinstance(given, Iterable) and not isinstance(given, (Mapping, bytes)):
        rows: list[tuple[object, Mapping[str, object]]] = [(n, _cells(item, n)) for n, item in enumerate(given)]
        columns = list(dict.fromkeys(name for _, cells in rows for name in cells))
        return RawTable("", "custom factor", columns, rows)
    raise ContractError(
        f"Custom factors are a file, a frame or a list of rows, not a {type(given).__name__}: {repr(given)[:80]}."
    )


def _cells(item: Any, number: int) -> Mapping[str, object]:
    if isinstance(item, Mapping):
        return {str(k): v for k, v in item.items()}
    if hasattr(item, "model_dump"):
        return dict(item.model_dump())
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        return dataclasses.asdict(item)
    raise ContractError(
        f"custom factor {number} is a {type(item).__name__}; expected a mapping, a dataclass or a CustomFactor."
    )


def _frame(frame: pd.DataFrame, name: str = "") -> RawTable:
    columns = [str(c) for c in frame.columns]
    _check_names(columns, name)
    values = [frame.iloc[:, i].tolist() for i in range(len(columns))]
    rows = zip(*values, strict=True) if columns else iter(())
    cells = [dict(zip(columns, row, strict=True)) for row in rows]
    return RawTable(name, "row", columns, list(zip(frame.index.tolist(), cells, strict=False)))


def _file(path: Path) -> RawTable:
    if not path.is_file():
        raise ContractError(f"No file {str(path)!r}.")
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _csv(path)
    if suffix in _PARQUET:
        try:
            return _frame(pd.read_parquet(path), path.name)
        except ImportError:
            raise ContractError("Parquet needs pyarrow: pip install 'facility-emissions[parquet]'.") from None
        except (ValueError, OSError) as error:  # pyarrow's ArrowInvalid is a ValueError
            raise ContractError(f"{path.name} is no readable Parquet file: {' '.join(str(error).split())}") from None
    raise ContractError(f"{path.name}: unknown kind of file {suffix!r}; known: .csv, {', '.join(_PARQUET)}.")


def _csv(path: Path) -> RawTable:
    """Read CSV with commas, or with the semicolons that Excel writes where the comma is the decimal sign."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header = handle.readline()
            handle.seek(0)
            semicolons = ";" in header and "," not in header
            reader = csv.reader(handle, delimiter=";" if semicolons else ",", strict=True)
            records, line = [], 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    records.append((line, cells))
                line = reader.line_num + 1
    except csv.Error as error:
        raise ContractError(f"{path.name} line {line} is no CSV: {error}.") from None
    except (UnicodeDecodeError, OSError) as error:
        raise ContractError(f"{path.name} is no readable UTF-8 CSV file: {error}") from None
    if not records:
        raise ContractError(f"{path.name} is empty; its first line has to name the columns.")
    names = [name.strip() for name in records[0][1]]
    while names and not names[-1]:  # Excel leaves empty columns at the right
        names.pop()
    _check_names(names, path.name)
    table = RawTable(path.name, "line", names, [], decimal_comma=semicolons)
    for line, cells in records[1:]:
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if len(cells) == len(names):
            table.rows.append((line, dict(zip(names, cells, strict=True))))
            continue
        reason = f"the row has {len(cells)} cells, the header {len(names)}."
        table.broken.append((line, Fault("", None, reason, "Quote a cell that holds the separator.")))
    return table


def _check_names(names: list[str], where: str) -> None:
    """Refuse columns without a name or with the name of another."""
    head = f"{where}: " if where else ""
    for at, name in enumerate(names, start=1):
        if not name:
            raise ContractError(f"{head}column {at} of the custom factors has no name.")
        if names.count(name) > 1:
            raise ContractError(f"{head}column {name!r} appears {names.count(name)} times in the custom factors.")
