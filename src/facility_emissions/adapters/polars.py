"""polars DataFrames and LazyFrames in, the same out.

Categorical and Enum columns go to the kernel as their codes. A LazyFrame stays lazy; where it has no
`record_id` column, polars may stream it through the kernel in pieces.
"""

from __future__ import annotations

from collections.abc import Callable

from facility_emissions.adapters import missing
from facility_emissions.adapters.kernel import (
    KG,
    PLACE,
    PROBLEM_COLUMNS,
    RESULT_COLUMNS,
    Answer,
    CustomFactors,
    Kernel,
    PartTotal,
    Table,
    checked,
)
from facility_emissions.calculation.sites import Facilities
from facility_emissions.consumption import COLUMNS
from facility_emissions.errors import ContractError
from facility_emissions.method import Method
from facility_emissions.results import Result

try:
    import polars as pl

    from facility_emissions.adapters import arrow
except ImportError as error:
    raise missing("polars", error) from error

RESULTS = pl.Schema({name: pl.Float64() if name in KG else pl.Categorical() for name in RESULT_COLUMNS})
PROBLEMS = pl.Schema({name: pl.Int64() if name in PLACE else pl.String() for name in PROBLEM_COLUMNS})


def calculate(
    consumption: Table,
    facilities: Facilities,
    method: Method | None = None,
    *,
    custom_factors: CustomFactors | None = None,
) -> Answer[Table]:
    """Calculate the emissions of a polars DataFrame or LazyFrame.

    Args:
        consumption: the frame, with the columns of the contract.
        facilities, method, custom_factors: as in `facility_emissions.calculate`; facilities may
            be a polars DataFrame too.

    Returns:
        The answer, of the kind of frame that was given. Of a LazyFrame nothing is read before its
        records, problems or total are asked for.

    Raises:
        ContractError: a required column is missing, a column has the name of a result.
    """
    if isinstance(facilities, pl.DataFrame):
        facilities = facilities.to_dicts()
    kernel = Kernel(facilities, method, custom_factors)
    if isinstance(consumption, pl.LazyFrame):
        return _lazy(consumption, kernel)
    if not isinstance(consumption, pl.DataFrame):
        raise ContractError(f"The consumption is a {type(consumption).__name__}, not a polars DataFrame or LazyFrame.")
    checked(consumption.columns)
    result = _result(consumption, kernel)
    return Answer(_records(consumption, result), _problems(result), lambda: result.total)


def _result(frame: pl.DataFrame, kernel: Kernel) -> Result:
    own = [name for name in frame.columns if name in COLUMNS]
    return kernel.whole(arrow.to_frame(frame.select(own).to_arrow()))


def _records(frame: pl.DataFrame, result: Result) -> pl.DataFrame:
    columns = arrow.result_columns(result)
    return frame.hstack([pl.Series(name, columns[name], kind) for name, kind in RESULTS.items()])


def _problems(result: Result) -> pl.DataFrame:
    return pl.DataFrame(arrow.problem_table(result), schema=PROBLEMS)


def _lazy(frame: pl.LazyFrame, kernel: Kernel) -> Answer[pl.LazyFrame]:
    schema = frame.collect_schema()
    rows_alone = "record_id" not in checked(schema.names())

    def mapped(work: Callable[[pl.DataFrame], pl.DataFrame], to: pl.Schema, *, streamable: bool) -> pl.LazyFrame:
        return frame.map_batches(
            work, schema=to, streamable=streamable, predicate_pushdown=False, projection_pushdown=False,
            slice_pushdown=False,
        )  # fmt: skip

    records = mapped(
        lambda part: _records(part, _result(part, kernel)), pl.Schema({**schema, **RESULTS}), streamable=rows_alone
    )
    problems = mapped(lambda part: _problems(_result(part, kernel)), PROBLEMS, streamable=False)

    def total() -> dict[str, float | int]:
        kg = records.select("co2e", "co2e_biomass").collect()
        return PartTotal.of(*(kg[name].to_numpy() for name in kg.columns)).rounded()

    return Answer(records, problems, total)
