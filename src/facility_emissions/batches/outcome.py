"""What a batch leaves behind: totals from the manifest, records and problems from the disk when asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from facility_emissions.batches.manifest import NAME, PROBLEMS, RECORDS, Manifest
from facility_emissions.errors import ContractError
from facility_emissions.method import Method


class BatchResult:
    """The result of `batch`, or of an earlier one: `BatchResult(folder)`."""

    def __init__(self, folder: str | Path) -> None:
        """Read the manifest of an output folder.

        Raises:
            ContractError: the folder has none.
        """
        self.folder = Path(folder)
        found = Manifest.read(self.folder)
        if found is None:
            raise ContractError(f"{str(folder)!r} holds no output of a batch: there is no {NAME} in it.")
        self._manifest = found
        self._sums = found.sums()

    @property
    def manifest(self) -> Path:
        """The manifest, JSON."""
        return self.folder / NAME

    @property
    def records(self) -> Path:
        """The folder of the records: a Parquet dataset, partitioned as the input."""
        return self.folder / RECORDS

    @property
    def is_complete(self) -> bool:
        """Whether every row of the input is calculated."""
        return self._manifest.is_complete()

    @property
    def total(self) -> dict[str, float | int]:
        """Sums [kg] and counts, with the keys of `Result.total` and the same figures to the last bit."""
        return self._sums.total()

    @property
    def problems_count(self) -> int:
        """How many problems there are; a row may have several."""
        return self._sums.problems

    @property
    def problems_folder(self) -> Path:
        """The folder of the problems: Parquet, a file for each part that has some."""
        return self.folder / PROBLEMS

    @property
    def method(self) -> Method:
        """The Method of every figure."""
        return Method.model_validate(self._manifest.made_from["method"])

    @property
    def data_version(self) -> str:
        """The version of the bundled factors."""
        return str(self._manifest.made_from["data_version"])

    def parts(self) -> pd.DataFrame:
        """Return one row for each finished part: file and part of it, first row, counts, sums [kg]."""
        rows: list[dict[str, Any]] = []
        for part in self._manifest.in_order():
            place = {"file": part.file, "part": part.number, "first_row": part.first}
            rows.append({**place, "problems": part.sums.problems, **part.sums.total()})
        return pd.DataFrame(rows)

    def problems(self) -> pd.DataFrame:
        """Return all problems, in the order of the rows: `Result.problems`, values as text."""
        paths = [self.folder / p.problems.path for p in self._manifest.in_order() if p.problems]
        if not paths:
            ids = [n for n in ("record_id", "facility_id") if n in self._manifest.made_from["input"]["columns"]]
            return pd.DataFrame(columns=["row", "position", *ids, "column", "value", "reason", "remedy"])
        tables = [pq.ParquetFile(path).read() for path in paths]
        out: pd.DataFrame = pa.concat_tables(tables).to_pandas()
        return out

    def __repr__(self) -> str:
        """Show the rows, the problems and the total."""
        t = self.total
        kg = f"{t['co2e']:,.1f} kg CO2e, {t['co2e_biomass']:,.1f} kg biogenic CO2"
        state = "" if self.is_complete else " so far"
        return f"<BatchResult: {t['rows']:,} rows{state}, {t['problem_rows']:,} without a figure; {kg}>"
