"""Facilities as Parquet and as DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from facility_emissions.envelopes import Place, parse_json
from facility_emissions.errors import FacilityEmissionsError
from facility_emissions.facility import Facility, FacilityValidationError
from facility_emissions.portfolio_io.records import (
    FIELDS,
    LIST_FIELDS,
    NUMBER_FIELDS,
    TIME_FIELDS,
    Records,
    dump,
    extra_names,
    gather,
    json_text,
    split_list,
)

if TYPE_CHECKING:
    import pandas as pd

_IS_JSON = {b"encoding": b"json"}
_ABSENT: Any = object()


def _pyarrow() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise FacilityEmissionsError(
            "Parquet needs pyarrow, which is not installed: pip install 'facility-emissions[parquet]'."
        ) from None
    return pa, pq


def read_parquet(path: Path) -> Records:
    """Read a Parquet file; a record's place is its row, from 0."""
    pa, pq = _pyarrow()
    try:
        with pq.ParquetFile(path) as file:  # not read_table, which makes columns of folder names
            table = file.read()
    except pa.ArrowInvalid as error:
        raise FacilityValidationError.at(f"this is no Parquet file: {error}") from None
    coded = {f.name for f in table.schema if (f.metadata or {}).items() >= _IS_JSON.items()}
    rows: list[tuple[Place, Any]] = []
    for number, row in enumerate(table.to_pylist()):
        known = {k: v for k, v in row.items() if v is not None}
        rows.append(((f"row {number}",), {k: parse_json(v) if k in coded else v for k, v in known.items()}))
    return gather(rows)


def write_parquet(facilities: Sequence[Facility], path: Path) -> None:
    """Write a Parquet file; unknown fields follow the known ones."""
    pa, pq = _pyarrow()
    types = dict.fromkeys(FIELDS, pa.string())
    types |= dict.fromkeys(NUMBER_FIELDS, pa.float64())
    types |= dict.fromkeys(LIST_FIELDS, pa.list_(pa.string()))
    types |= dict.fromkeys(TIME_FIELDS, pa.timestamp("us", tz="UTC"))
    fields = [pa.field(name, type_) for name, type_ in types.items()]
    arrays = [pa.array([getattr(f, name) for f in facilities], type_) for name, type_ in types.items()]
    dumps = [dump(f) for f in facilities]
    for name in extra_names(facilities):
        type_ = _plain_type([d[name] for d in dumps if name in d], pa)
        if type_ is not None:
            fields.append(pa.field(name, type_))
            arrays.append(pa.array([d.get(name) for d in dumps], type_))
        else:
            fields.append(pa.field(name, pa.string(), metadata=_IS_JSON))
            texts = [json_text(d[name]) if name in d else None for d in dumps]
            arrays.append(pa.array(texts, pa.string()))
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), path)


def _plain_type(values: Sequence[object], pa: ModuleType) -> Any:
    """Return the Arrow type that holds all values as they are, or None."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return pa.int64() if all(-(2**63) <= v < 2**63 for v in values if isinstance(v, int)) else None
    plain = {str: pa.string(), bool: pa.bool_(), float: pa.float64()}
    return plain.get(kinds.pop()) if len(kinds) == 1 else None


def to_frame(facilities: Sequence[Facility]) -> pd.DataFrame:
    """Return facilities as a frame: text as `string`, times as UTC, lists as lists."""
    import pandas as pd

    dtypes = dict.fromkeys(FIELDS, "string")
    dtypes |= dict.fromkeys(NUMBER_FIELDS, "float64")
    dtypes |= dict.fromkeys(LIST_FIELDS, "object")
    dtypes |= dict.fromkeys(TIME_FIELDS, "datetime64[us, UTC]")
    columns = {name: pd.Series([getattr(f, name) for f in facilities], dtype=d) for name, d in dtypes.items()}
    for name in extra_names(facilities):
        values = [(f.model_extra or {}).get(name, pd.NA) for f in facilities]
        columns[name] = pd.Series(values, dtype="object")
    return pd.DataFrame(columns)


def from_frame(frame: pd.DataFrame) -> Records:
    """Take the rows of a frame; an index named `id` is the id if no column is.

    A record's place is its label in the index.
    """
    if "id" not in frame.columns and frame.index.name == "id":
        frame = frame.reset_index()
    names = frame.columns.tolist()
    for name in names:
        if not isinstance(name, str):
            raise FacilityValidationError.at(f"the name of a column is text; given {name!r}", where="frame")
        if names.count(name) > 1:
            raise FacilityValidationError.at(f"the column {name!r} is there twice", where="frame")
    columns = [_cells(name, frame[name]) for name in names]
    rows: list[tuple[Place, Any]] = []
    for number, label in enumerate(frame.index.tolist()):
        cells = {name: column[number] for name, column in zip(names, columns, strict=True)}
        rows.append(((f"row {label!r}",), {k: v for k, v in cells.items() if v is not _ABSENT}))
    return gather(rows)


def _cells(name: str, column: pd.Series[Any]) -> list[object]:
    """Return the cells as Python objects: null is absent, but None in an unknown field is a null."""
    is_known = name in FIELDS
    null = None if name == "country" else _ABSENT  # the message on a null country says what pandas does
    found: list[object] = []
    for value, is_null in zip(column.astype(object).tolist(), column.isna().tolist(), strict=True):
        if is_null:
            found.append(None if value is None and not is_known else null)
        elif isinstance(value, str):
            found.append(split_list(value) if name in LIST_FIELDS else value)
        elif isinstance(value, (np.ndarray, np.generic)):
            found.append(value.tolist())
        else:
            found.append(value)
    return found
