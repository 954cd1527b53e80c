"""Every table is as `factors.tables` says: columns, cells, keys, references, and one way of writing."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from facility_emissions.factors.tables import Column, Reference, fuels
from facility_emissions.factors.verify.package import File, Finding, Package, error

_SHOWN = 5


def check(package: Package) -> Iterator[Finding]:
    """Yield what breaks the contract of the tables."""
    yield from package.unreadable
    for file in package.files.values():
        yield from _check_writing(package, file)
        if file.table is None:
            yield error(file.path, f"no table with the columns {', '.join(file.header)} is known to factors.tables.")
            continue
        yield from _check_cells(file, file.table.columns)
        if file.table.key:
            yield from _check_unique(file, file.table.key)
        for columns in file.table.unique:
            yield from _check_unique(file, columns)
        for reference in file.table.references:
            yield from _check_reference(package, file, reference)


def _check_writing(package: Package, file: File) -> Iterator[Finding]:
    content = (package.root / file.path).read_bytes()
    if b"\r" in content or content.startswith(b"\xef\xbb\xbf") or not content.endswith(b"\n"):
        yield error(file.path, "is not written with LF line ends, without a byte order mark.")
    for i, cells in enumerate(file.cells):
        if len(cells) != len(file.header):
            yield error(file.line(i), f"has {len(cells)} cells, the header {len(file.header)}.")
    if file.table is fuels.FACTORS:
        ids = [cells[0] for cells in file.cells if cells]
        for i, (before, here) in enumerate(pairwise(ids), start=1):
            if here < before:
                yield error(file.line(i), f"{here} stands after {before}: the table is not sorted by factor_id.")
                break


def _check_cells(file: File, columns: Sequence[Column]) -> Iterator[Finding]:
    for at, column in enumerate(columns):
        test = _test(column)
        held = Counter(cells[at] for cells in file.cells if len(cells) == len(file.header))
        faults = {cell: fault for cell in held if (fault := test(cell))}
        if not faults:
            continue
        lines = [i for i, cells in enumerate(file.cells) if len(cells) > at and cells[at] in faults]
        for i in lines[:_SHOWN]:
            cell = file.cells[i][at]
            yield error(file.line(i), f"column {column.name!r} {_holding(cell)}{faults[cell]}")
        if len(lines) > _SHOWN:
            yield error(file.path, f"column {column.name!r}: {len(lines) - _SHOWN} more rows like these.")


def _holding(cell: str) -> str:
    return f"holds {cell!r}: " if cell else ""


def _test(column: Column) -> Callable[[str], str]:
    """Return what says why a cell is wrong, '' for a right one."""

    def test(cell: str) -> str:
        if cell == "":
            return "is empty." if column.required else ""
        if cell != cell.strip() or not cell.isprintable():
            return "spaces around the text, or characters that do not print."
        return _type_fault(column, cell) or _constraint_fault(column, cell)

    return test


def _type_fault(column: Column, cell: str) -> str:
    try:
        if column.type == "number":
            return "" if math.isfinite(float(cell)) else "no finite number."
        if column.type == "integer":
            return "" if re.fullmatch(r"-?\d+", cell) else "no whole number."
        if column.type == "date":
            return "" if dt.date.fromisoformat(cell).isoformat() == cell else "no ISO day."
    except ValueError:
        return "no ISO day." if column.type == "date" else "no number."
    return ""


def _constraint_fault(column: Column, cell: str) -> str:
    if column.enum and cell not in column.enum:
        return f"none of {', '.join(column.enum)}."
    if column.pattern and not re.fullmatch(column.pattern, cell):
        return f"not of the form {column.pattern}."
    if column.minimum is not None and float(cell) < column.minimum:
        return f"below {column.minimum:g}."
    if column.maximum is not None and float(cell) > column.maximum:
        return f"above {column.maximum:g}."
    return ""


def _check_unique(file: File, columns: Sequence[str]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], str] = {}
    for where, row in file.rows():
        key = tuple(row[c] for c in columns)
        if key in seen:
            yield error(where, f"{' '.join(k for k in key if k)} is in {seen[key]} already ({', '.join(columns)}).")
        seen.setdefault(key, where)


def _check_reference(package: Package, file: File, to: Reference) -> Iterator[Finding]:
    there = package.files.get(to.path)
    if there is None or not set(to.there) <= set(there.header):
        yield error(file.path, f"refers to {to.path}, which is missing or has no {', '.join(to.there)}.")
        return
    known = {tuple(row[c] for c in to.there) for _, row in there.rows()}
    reported: set[tuple[str, ...]] = set()
    for where, row in file.rows():
        key = tuple(row[c] for c in to.columns)
        if any(key) and key not in known and key not in reported:
            reported.add(key)
            yield error(where, f"{' '.join(key)} is not in {to.path}.")
