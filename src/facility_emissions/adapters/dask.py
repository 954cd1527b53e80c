"""Dask DataFrames in, Dask DataFrames out: the same kernel in every partition, nothing run before it is asked for.

The kernel is one small object of the graph, sent once to each worker. With a `record_id` column a
first pass adds the ids up over all partitions, and only those that break the rule are sent.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from facility_emissions.adapters import missing, record_ids
from facility_emissions.adapters.kernel import (
    KG,
    PLACE,
    PROBLEM_COLUMNS,
    RESULT_COLUMNS,
    Answer,
    CustomFactors,
    Kernel,
    PartTotal,
    Sample,
    added,
    checked,
    problem_rows,
)
from facility_emissions.adapters.record_ids import PART, Suspects
from facility_emissions.calculation.sites import Facilities
from facility_emissions.errors import ContractError
from facility_emissions.method import Method

try:
    import dask
    import dask.dataframe as dd
    import pyarrow  # noqa: F401  the texts of the results are Arrow's
except ImportError as error:
    raise missing("dask", error) from error

TEXT = pd.StringDtype("pyarrow")
RESULTS: dict[str, Any] = {name: "float64" if name in KG else TEXT for name in RESULT_COLUMNS}
PROBLEMS: dict[str, Any] = {name: "int64" if name in PLACE else TEXT for name in PROBLEM_COLUMNS}
_SUMS = dict.fromkeys(record_ids.SUMS, "int64") | {"units": "float64"}
_GROUPS: dict[str, Any] = {"record": TEXT, "holder": TEXT, **_SUMS, "first": "int64"}

_PARTITIONS_OF_IDS = 16  # their ids fit one partition; of more, they are shuffled


def calculate(
    consumption: Any,
    facilities: Facilities,
    method: Method | None = None,
    *,
    custom_factors: CustomFactors | None = None,
    sample: Sample | None = None,
) -> Answer[Any]:
    """Calculate the emissions of a Dask DataFrame.

    Args:
        consumption: a Dask DataFrame with the columns of the contract.
        facilities, method, custom_factors: as in `facility_emissions.calculate`.
        sample: consumption like that to come, in pandas: what it asks is resolved here, once, and
            sent along; workers resolve only what it does not hold.

    Returns:
        The answer, of lazy Dask DataFrames with the partitions of the consumption; its index is kept.
        `total` computes. Ask for several at once, `dask.compute(answer.records, answer.problems)`,
        and the consumption is read once.

    Raises:
        ContractError: a required column is missing, a column has the name of a result. While
            computing: rows that come in another order when they are read a second time.
    """
    if not isinstance(consumption, dd.DataFrame):
        raise ContractError(f"The consumption is a {type(consumption).__name__}, not a Dask DataFrame.")
    names = checked(map(str, consumption.columns))
    kernel = dask.delayed(Kernel(facilities, method, custom_factors, sample), pure=True)
    suspects = _suspects(consumption, names) if "record_id" in names else None
    meta = pd.concat([consumption._meta, _empty(RESULTS, consumption._meta.index)], axis=1)
    records = consumption.map_partitions(_records, kernel, suspects, meta=meta)
    problems = consumption.map_partitions(_problems, kernel, suspects, meta=_empty(PROBLEMS)).clear_divisions()

    def total() -> dict[str, float | int]:
        parts = [dask.delayed(_total)(part) for part in records[["co2e", "co2e_biomass"]].to_delayed()]
        return added(PartTotal.from_text(*part) for part in dask.compute(*parts))

    return Answer(records, problems, total)


def _empty(columns: dict[str, Any], index: pd.Index | None = None) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()}, index=index)


def _place(partition_info: dict[str, Any] | None) -> int:
    return int(partition_info["number"]) * PART if partition_info else 0


def _records(
    part: pd.DataFrame, kernel: Kernel, suspects: Suspects | None, partition_info: dict[str, Any] | None = None
) -> pd.DataFrame:
    records = kernel.part(part, suspects, _place(partition_info)).records
    return pd.concat([part, records.reindex(columns=list(RESULTS)).astype(RESULTS)], axis=1)


def _problems(
    part: pd.DataFrame, kernel: Kernel, suspects: Suspects | None, partition_info: dict[str, Any] | None = None
) -> pd.DataFrame:
    place = _place(partition_info)
    return problem_rows(kernel.part(part, suspects, place), place).astype(PROBLEMS)


def _total(part: pd.DataFrame) -> tuple[str, str, int, int, int]:
    return PartTotal.of(part["co2e"], part["co2e_biomass"]).to_text()


# -- record ids ------------------------------------------------------------------------------------


def _groups(part: pd.DataFrame, partition_info: dict[str, Any] | None = None) -> pd.DataFrame:
    return record_ids.groups(part, _place(partition_info)).astype(_GROUPS)


def _suspects(consumption: Any, names: list[str]) -> Any:
    """Return, to be computed, the records of all partitions that break the rule."""
    asked = consumption[[name for name in record_ids.COLUMNS if name in names]]
    how = dict.fromkeys(record_ids.SUMS, "sum")
    out = max(1, consumption.npartitions // _PARTITIONS_OF_IDS)
    found = asked.map_partitions(_groups, meta=_empty(_GROUPS)).clear_divisions()
    found = found.groupby(["record", "holder"], sort=False).agg({**how, "first": "min"}, split_out=out)
    found = found.reset_index()
    records = found.assign(most=found["shares"]).groupby("record", sort=False)
    records = records.agg({**how, "most": "max"}, split_out=out).reset_index()
    wrong = records[record_ids.suspect(*(records[name] for name in (*how, "most")))]
    firsts = found.merge(wrong[["record"]], on="record")
    return dask.delayed(_judged)(wrong.to_delayed(), firsts.to_delayed())


def _judged(wrong: list[pd.DataFrame], firsts: list[pd.DataFrame]) -> Suspects:
    return Suspects.of(*([row for part in parts for row in part.to_dict("records")] for parts in (wrong, firsts)))
