"""CSV as people's spreadsheets write it: the rules of reading, for a whole file and for blocks of one.

Every cell is read as text, so that an id 007 keeps its zeros and a quantity "12,5" is told of as it
was written; columns of numbers become numbers where every cell of them is one.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.errors import ContractError

NUMBERS = (
    *("quantity", "base_quantity", "percentage", "year", "quantity_uncertainty", "recovered", "contract_share"),
    *("efficiency", "network_loss", "cop", "return_share", "kwh_per_m3"),
)
FACILITY_NUMBERS = ("logistic_factor", "consolidation_share", "surface_m2", "employees", "tonnes")
_BOM = b"\xef\xbb\xbf"
_LONGEST_ROW = 1 << 26  # bytes; more is a file whose quotes do not close
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of a CSV file begins: how many bytes are before it, and at which line."""

    byte: int
    line: int


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a CSV file: its bytes without a byte order mark, and the separator in it."""

    line: bytes
    separator: str
    begin: int  # bytes before it

    @property
    def end(self) -> Place:
        """Where the rows begin."""
        return Place(self.begin + len(self.line), 2)


def read_header(path: Path) -> Header:
    """Read the first line of a CSV file; semicolons separate where there is no comma.

    Raises:
        ContractError: the file is empty, a column appears twice, the file cannot be read.
    """
    try:
        with path.open("rb") as raw:
            line = raw.readline()
        begin = len(_BOM) if line.startswith(_BOM) else 0
        line = line[begin:]
        at = line.find(b"\r")  # which alone ends lines too
        line = line if at < 0 or line[at:] == b"\r\n" else line[: at + 1]
        text = line.decode()
    except (ValueError, OSError) as error:
        raise _unreadable(path, error) from None
    separator = ";" if ";" in text and "," not in text else ","
    names = [name.strip().strip('"') for name in text.rstrip("\r\n").split(separator)]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise ContractError(f"{path.name}: column {twice!r} appears {names.count(twice)} times.")
    return Header(line, separator, begin)


def parse(path: Path, header: Header, source: Path | BinaryIO) -> pd.DataFrame:
    """Return the cells of a CSV file, or of a header and some rows of one, as text; only an empty one is null.

    Args:
        path: the file, for messages.
        header: its header.
        source: what is read.

    Raises:
        ContractError: no readable CSV, rows longer than the header.
    """
    try:
        with warnings.catch_warnings():
            # A row that is longer than the header is an error; pandas would cut or shift it.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # Only an empty cell is null: "NA" is Namibia, "None" a name.
            return pd.read_csv(source, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig",
                               sep=header.separator, index_col=False)  # fmt: skip
    except pd.errors.EmptyDataError:
        raise ContractError(f"{path.name} is empty; its first line has to name the columns.") from None
    except pd.errors.ParserWarning:
        raise ContractError(f"{path.name}: its rows have more cells than its header has columns.") from None
    except (ValueError, OSError) as error:  # ParserError and UnicodeDecodeError are ValueErrors
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> ContractError:
    return ContractError(f"{path.name} is no readable UTF-8 CSV file: {' '.join(str(error).split())}")


# -- numbers -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """What the cells of a column are, read in one way."""

    numeric: bool = True
    whole: bool = True

    def see(self, cells: pd.Series) -> None:
        if self.numeric:
            parsed = pd.to_numeric(cells, errors="coerce")
            self.numeric = bool(parsed.notna().equals(cells.notna()))
            self.whole &= parsed.dtype.kind == "i"


@dataclass(slots=True)
class NumberColumn:
    """Decides, from all cells of a column, how its numbers are written and whether all are numbers."""

    name: str
    _commas: bool = False  # in some cell of a file with semicolons
    _unclear: tuple[str, str] | None = None  # file and cell
    _decided_dots: bool = False  # some cell has a dot that can be no thousands separator
    _plain: _Reading = field(default_factory=_Reading)
    _changed: _Reading = field(default_factory=_Reading)

    def see(self, cells: pd.Series, header: Header, path: Path) -> None:
        """Look at some of the column's cells."""
        if header.separator == ";":
            given = cells.dropna()
            self._commas |= bool(given.str.contains(",", regex=False).any())
            dotted = given[given.str.contains(".", regex=False)]
            unclear = dotted[dotted.str.fullmatch(r"\s*[+-]?[1-9]\d{0,2}(\.\d{3})+\s*")]
            self._decided_dots |= len(unclear) < len(dotted)
            if self._unclear is None and len(unclear):
                self._unclear = path.name, unclear.iloc[0]
            self._changed.see(_with_points(cells))
        else:
            self._changed.see(cells)
        self._plain.see(cells)

    @property
    def kind(self) -> str | None:
        """`int` or `float` where every cell is a number, else None: the column stays text."""
        reading = self._changed if self._commas else self._plain
        return ("int" if reading.whole else "float") if reading.numeric else None

    def settle(self, cells: pd.Series, header: Header) -> pd.Series:
        """Return some cells as what all of them together turned out to be.

        Raises:
            ContractError: all dots may be thousands or decimals (1.234 and no comma anywhere).
        """
        if self._unclear is not None and not self._commas and not self._decided_dots:
            file, cell = self._unclear
            raise ContractError(
                f"{file}: {self.name} {cell!r} may be thousands or a decimal in a file with semicolons. "
                "Write it without a thousands separator, or the decimals with a comma (1234,0)."
            )
        if header.separator == ";" and self._commas:
            cells = _with_points(cells)
        if self.kind is None:
            return cells
        if self.kind == "int":
            return pd.to_numeric(cells)
        exact: Any = cells.to_numpy(dtype=object, na_value=np.nan)  # to_numeric may miss the last digit
        return pd.Series(exact.astype(np.float64), cells.index, name=cells.name)


def _with_points(cells: pd.Series) -> pd.Series:
    """Return numbers of a spreadsheet with decimal commas with decimal points: 1.234,5 becomes 1234.5."""
    given = cells.dropna()
    plain = given.str.fullmatch(r"\s*[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d+)?\s*")
    changed = given.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return cells.where(~plain.reindex(cells.index, fill_value=False), changed.reindex(cells.index))


# -- blocks of rows ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows of a CSV file: their bytes, the line at which each begins, and where the first does."""

    data: bytes
    lines: Ints
    place: Place

    def with_header(self, header: Header) -> BytesIO:
        """Return the rows below the header, to be parsed."""
        return BytesIO(header.line.rstrip(b"\r\n") + b"\n" + self.data)


def blocks(path: Path, header: Header, size: int, place: Place | None = None) -> Iterator[Block]:
    """Cut the rows of a CSV file, from a place on or all, into blocks of about `size` bytes, at the ends of rows.

    Raises:
        ContractError: a row is too long to be one.
    """
    place = place or header.end
    rest = b""
    with path.open("rb") as raw:
        raw.seek(place.byte)
        while True:
            read = raw.read(size)
            data = rest + read
            if not read:
                if data:
                    yield Block(data, _lines(data, place.line, _row_ends(data, header.separator)), place)
                return
            ends = _row_ends(data, header.separator, whole=False)
            cut = int(ends[-1]) if len(ends) else 0
            if cut:
                block = data[:cut]
                yield Block(block, _lines(block, place.line, ends), place)
                place = Place(place.byte + cut, place.line + block.count(b"\n"))
            rest = data[cut:]
            if len(rest) > max(_LONGEST_ROW, size):
                where = f"{path.name}, line {place.line}"
                raise ContractError(f"{where}: this row does not end; a quote may not be closed.")


def _row_ends(data: bytes, separator: str, *, whole: bool = True) -> Ints:
    """Return the position after each row: after a line feed that no quotes enclose.

    With `whole` the data end with a row; else their last row may go on.
    """
    cells = np.frombuffer(data, dtype=np.uint8)
    feeds = np.flatnonzero(cells == ord("\n"))
    quotes = np.flatnonzero(cells == ord('"'))
    if len(quotes):
        opening = quotes[::2]
        before = np.where(opening > 0, cells[opening - 1], ord("\n"))
        doubled = np.append(False, quotes[2::2] == quotes[1:-1:2] + 1)[: len(opening)]
        if (doubled | np.isin(before, [ord(c) for c in f"\r\n{separator}"])).all():
            ends = feeds[np.searchsorted(quotes, feeds) % 2 == 0] + 1
        else:  # quotes that enclose nothing, as in 5" pipe
            ends = _walked_ends(data, feeds, separator)
    else:
        ends = feeds + 1
    if whole and len(data) and (not len(ends) or ends[-1] < len(data)):
        ends = np.append(ends, len(data))
    return np.asarray(ends, dtype=np.int64)


def _walked_ends(data: bytes, feeds: Ints, separator: str) -> Ints:
    """Return the row ends as the standard library's reader finds them; the last may be cut short and is left out."""
    reader = csv.reader(data.decode(errors="replace").split("\n"), delimiter=separator)
    last_lines = [reader.line_num for _ in reader][:-1]
    return feeds[np.array(last_lines, dtype=np.int64) - 1] + 1 if last_lines else np.zeros(0, dtype=np.int64)


def _lines(data: bytes, first_line: int, ends: Ints) -> Ints:
    """Return the line at which each row begins; blank lines are none."""
    begins = np.append(0, ends[:-1])
    cells = np.frombuffer(data, dtype=np.uint8)
    feeds = np.flatnonzero(cells == ord("\n"))
    short = np.flatnonzero(ends - begins < 80)
    blank = np.zeros(len(ends), dtype=bool)
    # Only rows that begin with white space are looked at; a row of it alone is skipped by pandas too.
    first = cells[begins[short]]
    maybe = short[np.isin(first, [ord(c) for c in " \t\r\n"])]
    blank[maybe] = [not data[begins[i] : ends[i]].strip() for i in maybe]
    return np.asarray(first_line + np.searchsorted(feeds, begins[~blank]), dtype=np.int64)
