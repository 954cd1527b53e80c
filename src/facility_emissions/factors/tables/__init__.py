"""The tables of the data package: what every column is called, holds and means, and how tables refer to each other.

This is the one place. `datapackage.json` (Frictionless) is written from it, and
`facility-emissions factors verify` checks by it. A table is recognised by its columns; a new kind
of table is one `Table` more here.
"""

from __future__ import annotations

from collections.abc import Sequence

from facility_emissions.factors.tables import about, fuels, parameters, refrigerants
from facility_emissions.factors.tables.contract import Column, Reference, Table

__all__ = ["TABLES", "Column", "Reference", "Table", "table_of"]

TABLES = tuple(
    table
    for module in (fuels, about, refrigerants, parameters)
    for table in vars(module).values()
    if isinstance(table, Table)
)
_BY_COLUMNS = {table.names: table for table in TABLES}


def table_of(columns: Sequence[str]) -> Table | None:
    """Return the kind of table that has exactly these columns, or None."""
    return _BY_COLUMNS.get(tuple(columns))
