"""DuckDB relations in, relations of the same connection out.

The relation is run once and held in memory as Arrow; ENUM columns go to the kernel as their codes.
"""

from __future__ import annotations

from typing import Any

from facility_emissions.adapters import missing
from facility_emissions.adapters.kernel import Answer, CustomFactors, Kernel, checked
from facility_emissions.calculation.sites import Facilities
from facility_emissions.errors import ContractError
from facility_emissions.method import Method

try:
    import duckdb

    from facility_emissions.adapters import arrow
except ImportError as error:
    raise missing("duckdb", error) from error


def calculate(
    consumption: duckdb.DuckDBPyRelation,
    facilities: Facilities | duckdb.DuckDBPyRelation,
    method: Method | None = None,
    *,
    custom_factors: CustomFactors | None = None,
) -> Answer[duckdb.DuckDBPyRelation]:
    """Calculate the emissions of a DuckDB relation.

    Args:
        consumption: a relation with the columns of the contract, as from `con.sql(...)`.
        facilities, method, custom_factors: as in `facility_emissions.calculate`; facilities may
            be a relation too.

    Returns:
        The answer, of relations that can be joined with others of the same connection. Positions of
        problems count the relation's rows as it gave them.

    Raises:
        ContractError: a required column is missing, a column has the name of a result.
    """
    if not isinstance(consumption, duckdb.DuckDBPyRelation):
        raise ContractError(f"The consumption is a {type(consumption).__name__}, not a DuckDB relation.")
    checked(consumption.columns)
    if isinstance(facilities, duckdb.DuckDBPyRelation):
        facilities = facilities.to_arrow_table().to_pylist()
    answer = arrow.whole(consumption.to_arrow_table(), Kernel(facilities, method, custom_factors))
    records = _relation(consumption, answer.records)
    return Answer(records, _relation(consumption, answer.problems), lambda: answer.total)


def _relation(beside: duckdb.DuckDBPyRelation, answer: Any) -> duckdb.DuckDBPyRelation:
    """Return an Arrow table as a relation of the same connection as another."""
    return beside.query("consumption", "select * from answer")
