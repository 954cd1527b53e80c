"""Spans: the rows of one file that become one part of the output, so that a run goes on inside a large file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from facility_emissions.batches.inputs import Chunk, InputFile
from facility_emissions.errors import ContractError

PART_ROWS = 1 << 23  # some seconds of work, some hundred megabytes of output
Name = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of a file.

    Attributes:
        file: the file.
        number: which of the file's spans it is, from 0.
        begin, end: the first row, and the one after the last.
        first: position of the first row in the dataset.
        path: name of its part of the output, inside `records/` and `problems/`.
    """

    file: InputFile
    number: int
    begin: int
    end: int
    first: int
    path: str

    @property
    def name(self) -> Name:
        """What names the span in a manifest."""
        return self.file.name, self.number

    def __len__(self) -> int:
        """Return how many rows it has."""
        return self.end - self.begin


def check_part_rows(part_rows: int) -> int:
    """Return how many rows a part may have.

    Raises:
        ContractError: no number, or none that is a number of rows.
    """
    if not isinstance(part_rows, int) or isinstance(part_rows, bool) or part_rows < 1:
        raise ContractError(f"part_rows {part_rows!r} is no number of rows; a whole number, as in {PART_ROWS}.")
    return part_rows


def count_spans(rows: int, part_rows: int) -> int:
    """Return into how many spans a file is cut; one without rows is one."""
    return max(1, -(-rows // part_rows))


def spans_of(files: Sequence[InputFile], rows: Sequence[int], part_rows: int) -> list[Span]:
    """Return all spans of a dataset, in order. A file of several, `a.parquet`, becomes a folder, `a.parts`.

    Args:
        files: in their order.
        rows: of each file.
        part_rows: of a span, at most; the spans of a file are of about one size.

    Raises:
        ContractError: two spans would have one name in the output.
    """
    spans: list[Span] = []
    taken: dict[str, InputFile] = {}
    first = 0
    for file, has in zip(files, rows, strict=True):
        count = count_spans(has, part_rows)
        bounds = [has * n // count for n in range(count + 1)]
        for number in range(count):
            path = file.output_name if count == 1 else f"{file.stem}.parts/{number:05d}.parquet"
            other = taken.setdefault(path, file)
            if other is not file:
                raise ContractError(f"{other.name} and {file.name} would have one name in the output, {path}.")
            spans.append(Span(file, number, bounds[number], bounds[number + 1], first + bounds[number], path))
        first += has
    return spans


def runs(spans: Sequence[Span], done: Collection[Name]) -> Iterator[list[Span]]:
    """Yield the spans that are not done, those of one file that follow each other together."""
    for (_, is_done), run in groupby(spans, key=lambda span: (span.file.name, span.name in done)):
        if not is_done:
            yield list(run)


def deal(chunks: Iterator[Chunk], run: Sequence[Span]) -> Iterator[tuple[Span, int, Chunk | None]]:
    """Yield the rows of a run of spans, cut at their borders, with the position of the first; None ends a span.

    Raises:
        ContractError: the file has fewer rows than it had.
    """
    row = run[0].begin
    ahead = list(reversed(run))
    for chunk in chunks:
        at = 0
        while at < len(chunk.table):
            span = ahead[-1]
            if row == span.end:
                yield ahead.pop(), row, None
                continue
            count = min(len(chunk.table) - at, span.end - row)
            yield span, span.first + row - span.begin, chunk.slice(at, count)
            at, row = at + count, row + count
    while ahead and row == ahead[-1].end:
        yield ahead.pop(), row, None
    if ahead:
        raise ContractError(f"{ahead[-1].file.name} has only {row:,} rows now. Leave it alone while it is read.")
