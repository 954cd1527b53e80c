"""The work of a batch: chunk after chunk through the kernel, while the next is read and the last is written."""

from __future__ import annotations

import gc
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from facility_emissions.batches import record_ids
from facility_emissions.batches.dataset import Dataset
from facility_emissions.batches.frames import problem_tables, problems_schema, records_schema, records_table, to_frame
from facility_emissions.batches.inputs import Chunk
from facility_emissions.batches.manifest import PARTIAL, Manifest, Sums
from facility_emissions.batches.memory import Budget, Portion
from facility_emissions.batches.parts import PartWriter
from facility_emissions.batches.pipeline import Behind, ahead
from facility_emissions.batches.spans import Span, deal, runs
from facility_emissions.calculation.engine import Kept, run
from facility_emissions.calculation.exact import ExactSum
from facility_emissions.calculation.records import NONE
from facility_emissions.calculation.resolve import Resolver, resolver_for
from facility_emissions.calculation.sites import Sites
from facility_emissions.factors.custom import FactorTable
from facility_emissions.method import Method
from facility_emissions.results import Result


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: `record ids` or `records`.
        rows: done, in this run and before it.
        of: rows of the whole input.
        new: rows done in this run, for the rate.
        seconds: since this stage began.
    """

    stage: str
    rows: int
    of: int
    new: int
    seconds: float


class Work:
    """All that the chunks of a run share."""

    def __init__(
        self,
        dataset: Dataset,
        manifest: Manifest,
        sites: Sites,
        method: Method,
        own: FactorTable,
        budget: Budget,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        """Take the input, the output so far, and what the figures depend on."""
        self._dataset = dataset
        self._spans = dataset.spans(manifest.made_from["part_rows"])
        self._manifest = manifest
        self._sites = sites
        self._method = method
        self._own = own
        self._budget = budget
        self._rows = chunk_rows(dataset, budget)
        self._portion = Portion(budget, self._rows)
        self._kept = Kept(Resolver(resolver_for(method, own).book, own, most=budget.keys))
        self._progress = progress or (lambda _: None)
        self._columns = pa.schema([dataset.schema.field(name) for name in dataset.kept])
        self._problems = problems_schema(dataset.schema)

    def do(self) -> None:
        """Calculate every part that the manifest lacks, in the order of the input.

        Raises:
            ContractError: a file is damaged; the parts before it are in the manifest.
        """
        judged = self._judge_record_ids()
        begun, before = time.monotonic(), self._manifest.sums().rows
        rows, of = before, self._dataset.rows()
        writer: PartWriter | None = None
        try:
            with _Collector() as collector, Behind() as closing, Behind() as behind:
                for span, first, chunk in ahead(self._chunks()):
                    if writer is None:
                        schema = records_schema(self._columns)
                        writer = PartWriter(self._manifest.output, span, schema, self._problems)
                    if chunk is None:
                        behind(closing, self._finish, writer)
                        writer = None
                        continue
                    for portion, at in self._portions(chunk, first, judged):
                        behind(writer.write, *self._calculate(portion, at, judged))
                        collector.freeze()
                    rows += len(chunk.table)
                    self._progress(Progress("records", rows, of, rows - before, time.monotonic() - begun))
        finally:
            if writer is not None:
                writer.abandon()
            self._manifest.write()

    def _chunks(self) -> Iterator[tuple[Span, int, Chunk | None]]:
        """Yield the chunks of all parts that are to be done, with the position of their first row; None ends a part."""
        for todo in list(runs(self._spans, self._manifest.parts)):
            chunks = self._dataset.read(todo, self._dataset.columns, self._rows)
            yield from deal(chunks, todo)

    def _portions(self, chunk: Chunk, first: int, judged: record_ids.Judged | None) -> Iterator[tuple[Chunk, int]]:
        """Cut a chunk to what may be calculated at a time; yield each portion with the position of its first row."""
        rows = len(chunk.table)
        told = len(judged.of(np.asarray(_labels(chunk, first))).row) / rows if judged and rows else 0.0
        at = 0
        while at < rows:
            count = self._portion.rows(told)
            yield chunk.slice(at, count), first + at
            at += count

    def _finish(self, writer: PartWriter) -> None:
        self._manifest.add(*writer.close())

    def _calculate(
        self, chunk: Chunk, first: int, judged: record_ids.Judged | None
    ) -> tuple[pa.Table, Iterable[pa.Table], Sums]:
        """Return the records, problems and sums of a chunk, by the kernel that `calculate` uses."""
        labels = _labels(chunk, first)
        frame = to_frame(chunk.table, labels)
        verdicts = judged.of(np.asarray(labels)) if judged else NONE
        calculation = run(frame, self._sites, self._method, self._own, kept=self._kept, verdicts=verdicts)
        count = len(calculation.problems.positions)
        self._portion.learn(len(calculation.keys), count)
        result = Result(calculation)
        records = records_table(result, chunk.table.select(self._columns.names))
        problems: Iterable[pa.Table] = ()
        if count:  # they keep the whole calculation in memory until they are written
            problems = problem_tables(calculation, chunk.table, first, self._problems, self._budget.problems // 4)
        return records, problems, _sums(result, count)

    def _judge_record_ids(self) -> record_ids.Judged | None:
        """Return the verdicts on the record ids of all rows, where there are any."""
        schema = self._dataset.schema
        if "record_id" not in schema.names:
            return None
        of = self._dataset.rows()
        begun = time.monotonic()

        def read(columns: list[str]) -> Iterator[tuple[pa.Table, npt.NDArray[np.int64]]]:
            first = 0
            for spans in runs(self._spans, ()):
                for chunk in self._dataset.read(spans, columns, self._rows):
                    yield chunk.table, np.asarray(_labels(chunk, first))
                    first += len(chunk.table)
                    self._progress(Progress("record ids", first, of, first, time.monotonic() - begun))

        identity = hashlib.sha256(json.dumps(self._manifest.made_from["input"]).encode()).hexdigest()
        folder = self._manifest.output / PARTIAL / "record_ids"
        return record_ids.judge(lambda columns: ahead(read(columns)), schema, of, self._budget.spare, folder, identity)


class _Collector:
    """Keeps Python's garbage collector from looking through the factors, many and lasting, at every chunk."""

    def __enter__(self) -> Self:
        self._was_on, self._frozen = gc.isenabled(), False
        gc.disable()
        return self

    def freeze(self) -> None:
        """Leave what there is now out of all collections; called when the factors are loaded."""
        if not self._frozen:
            self._frozen = True
            gc.freeze()
            if self._was_on:
                gc.enable()

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
        if self._was_on:
            gc.enable()


def chunk_rows(dataset: Dataset, budget: Budget) -> int:
    """Return how many rows of a dataset may be read at a time."""
    return budget.rows(dataset.row_bytes())


def _labels(chunk: Chunk, first: int) -> pd.Index:
    """Return what messages call the rows: their position in the dataset, or their line in the one CSV file."""
    if chunk.lines is None:
        return pd.RangeIndex(first, first + len(chunk.table))
    return pd.Index(chunk.lines, name="line")


def _sums(result: Result, problems: int) -> Sums:
    co2e, biomass = result.co2e.to_numpy(), result.co2e_biomass.to_numpy()
    bad, unknown = np.isnan(co2e), np.isnan(biomass)
    return Sums(
        rows=len(co2e),
        problem_rows=int(bad.sum()),
        problems=problems,
        biomass_unknown_rows=int((unknown & ~bad).sum()),
        co2e=ExactSum(co2e[~bad] if bad.any() else co2e),
        co2e_biomass=ExactSum(biomass[~unknown] if unknown.any() else biomass),
    )
