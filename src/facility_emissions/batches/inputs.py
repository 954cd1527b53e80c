"""The input: which files it has, in which order, and what the names of its folders say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from facility_emissions.consumption import COLUMNS
from facility_emissions.errors import ContractError

KINDS = {".parquet": "Parquet", ".pq": "Parquet", ".csv": "CSV", ".arrow": "Arrow IPC", ".arrows": "Arrow IPC",
         ".feather": "Arrow IPC", ".ipc": "Arrow IPC"}  # fmt: skip
_NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_SAMPLE = 1 << 16  # bytes at both ends of a file


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of the input; `name` is its path inside the input folder, with slashes."""

    path: Path
    name: str
    size: int
    modified_ns: int

    @property
    def kind(self) -> str:
        """Parquet, CSV or Arrow IPC."""
        return KINDS[Path(self.name).suffix.lower()]

    @property
    def output_name(self) -> str:
        """The name of its part of the output."""
        return self.name if self.kind == "Parquet" else f"{self.stem}.parquet"

    @property
    def stem(self) -> str:
        """Its name without the suffix."""
        return self.name.removesuffix(Path(self.name).suffix)

    def check_unchanged(self) -> None:
        """Raise a ContractError if the file was written to since it was found."""
        now = self.path.stat() if self.path.is_file() else None
        if now is None or (now.st_size, now.st_mtime_ns) != (self.size, self.modified_ns):
            raise ContractError(f"{self.name} was changed while it was read. Run again when nothing writes to it.")

    def fingerprint(self) -> dict[str, object]:
        """Return what tells this file from a changed one.

        Both ends of a file are hashed: the footer of Parquet and Arrow files, which holds the
        place and size of all that is in them, is at the end.
        """
        with self.path.open("rb") as raw:
            ends = hashlib.sha256(raw.read(_SAMPLE))
            raw.seek(max(0, self.size - _SAMPLE))
            ends.update(raw.read(_SAMPLE))
        return {"name": self.name, "bytes": self.size, "modified_ns": self.modified_ns, "ends": ends.hexdigest()[:32]}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of one file; `lines` are their labels where these are not their positions."""

    table: pa.Table
    lines: npt.NDArray[np.int64] | None = None

    def slice(self, at: int, count: int) -> Chunk:
        """Return so many of its rows."""
        return Chunk(self.table.slice(at, count), None if self.lines is None else self.lines[at : at + count])


class Source(Protocol):
    """A kind of files, opened and found to fit each other."""

    schema: pa.Schema  # that all files share

    def rows(self, file: InputFile) -> int:
        """Return how many rows a file has."""
        ...

    def read(self, file: InputFile, columns: Sequence[str], rows: int, begin: int) -> tuple[int, Iterator[Chunk]]:
        """Return the row from which a file is read, `begin` or one before it, and some columns from there on.

        Chunks are of so many rows at most. One that is read raises a ContractError if the file is damaged.
        """
        ...


def find_files(given: Path) -> list[InputFile]:
    """Return the input's files by name; what begins with `.` or `_` is none of them.

    Raises:
        ContractError: no such file or folder, no readable file in it, files of several kinds.
    """
    if given.is_file():
        root, paths = given.parent, [given]
        if given.suffix.lower() not in KINDS:
            raise ContractError(f"{given.name}: unknown kind of file {given.suffix!r}; known: {', '.join(KINDS)}.")
    elif given.is_dir():
        root, paths = given, [p for p in given.rglob("*") if p.suffix.lower() in KINDS and p.is_file()]
        paths = [p for p in paths if not any(n.startswith((".", "_")) for n in p.relative_to(given).parts)]
        if not paths:
            raise ContractError(f"No readable file in {str(given)!r}; known: {', '.join(KINDS)}.")
    else:
        raise ContractError(f"No file or folder {str(given)!r}.")
    files = []
    for path in sorted(paths, key=lambda p: p.relative_to(root).as_posix()):
        found = path.stat()
        files.append(InputFile(path, path.relative_to(root).as_posix(), found.st_size, found.st_mtime_ns))
    _check_names(files)
    return files


def trimmed(chunks: Iterator[Chunk], skip: int, count: int) -> Iterator[Chunk]:
    """Yield so many rows of some chunks, without the first ones."""
    for chunk in chunks:
        here = len(chunk.table)
        if skip < here:
            kept = chunk.slice(skip, min(here - skip, count))
            count -= len(kept.table)
            yield kept
        skip = max(0, skip - here)
        if not count:
            return


def _check_names(files: list[InputFile]) -> None:
    first: dict[str, InputFile] = {}
    for file in files:
        if file.kind != files[0].kind:
            raise ContractError(
                f"The input has files of two kinds: {files[0].name} ({files[0].kind}) and {file.name} ({file.kind}). "
                "Give one kind at a time."
            )
        other = first.setdefault(file.output_name, file)
        if other is not file:
            raise ContractError(f"{other.name} and {file.name} would have one name in the output, {file.output_name}.")


def partitions(files: Sequence[InputFile]) -> dict[str, pa.Array]:
    """Return the partition columns that folders named `column=value` give, one value a file.

    Values are whole numbers where all of them are, else text.

    Raises:
        ContractError: files lie at different depths of the partitioning.
    """
    found = [dict(_parts_of(file)) for file in files]
    names = list(found[0])
    for file, values in zip(files, found, strict=True):
        if list(values) != names:
            shown = [", ".join(n) or "no partitions" for n in (names, list(values))]
            raise ContractError(f"{files[0].name} lies in {shown[0]}, but {file.name} in {shown[1]}.")
    return {name: _typed([values[name] for values in found]) for name in names}


def _parts_of(file: InputFile) -> Iterator[tuple[str, str | None]]:
    for folder in file.name.split("/")[:-1]:
        name, equals, value = folder.partition("=")
        if equals:
            yield unquote(name), None if value == _NULL_PARTITION else unquote(value)


def _typed(values: list[str | None]) -> pa.Array:
    given = [v for v in values if v is not None]
    if given and all(re.fullmatch(r"0|-?[1-9]\d{0,8}", v) for v in given):  # 007 keeps its zeros
        return pa.array([None if v is None else int(v) for v in values], pa.int32())
    return pa.array(values, pa.string())


def common_schema(schemas: Sequence[tuple[InputFile, pa.Schema]]) -> pa.Schema:
    """Return the schema that all files share; a column without any value takes the type of the others.

    Raises:
        ContractError: a column is missing in a file, or of another type; both are named.
    """
    first, common = schemas[0]
    fields = {f.name: _usable(f.type) for f in common}
    if len(fields) < len(common):
        twice = next(n for n in common.names if common.names.count(n) > 1)
        raise ContractError(f"{first.name}: column {twice!r} appears {common.names.count(twice)} times.")
    where = dict.fromkeys(fields, first)
    for file, schema in schemas[1:]:
        names = set(schema.names)
        for name in [*fields, *schema.names]:
            if name not in names or name not in fields:
                has, lacks = (first, file) if name not in names else (file, first)
                raise ContractError(f"{lacks.name} has no column {name!r}; {has.name} has.")
        for name, kind in fields.items():
            own = _usable(schema.field(name).type)
            if pa.types.is_null(kind):
                fields[name], where[name] = own, file
            elif not pa.types.is_null(own) and plain(own) != plain(kind):
                raise ContractError(
                    f"Column {name!r} is {plain(own)} in {file.name}, but {plain(kind)} in {where[name].name}."
                )
    return pa.schema(list(fields.items()))


def _usable(kind: pa.DataType) -> pa.DataType:
    """Return the type that a column is read as: pandas knows no unsigned codes, and hardly views of text."""
    if pa.types.is_dictionary(kind):
        index = kind.index_type
        signed = {"uint8": pa.int16(), "uint16": pa.int32()}.get(str(index), pa.int64())
        return pa.dictionary(
            signed if pa.types.is_unsigned_integer(index) else index, _usable(kind.value_type), kind.ordered
        )
    return pa.large_string() if "string_view" in str(kind) else kind


def plain(kind: pa.DataType) -> pa.DataType:
    """Return what a type holds, however it is encoded."""
    if pa.types.is_dictionary(kind):
        return plain(kind.value_type)
    return pa.string() if pa.types.is_large_string(kind) else kind


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is text that is not dictionary-encoded."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def wanted(schema: pa.Schema) -> list[str]:
    """Return the columns that the calculation reads."""
    return [name for name in schema.names if name in COLUMNS]
