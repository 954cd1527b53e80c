"""The tables of the data package: what every column is called, holds and means, and how tables refer to each other.

This is the one place. `datapackage.json` (Frictionless) is written from it, and
`facility-emissions factors verify` checks by it. A table is recognised by its columns; a new kind
of table is one `Table` more here.
"""

from __future__ import annotations

from collections.abc import Sequence

from facility_emissions.factors.tables.about import ERRATA, GAPS, LICENCES, PREFERENCE, RELEASES, SOURCES
from facility_emissions.factors.tables.contract import Column, Reference, Table
from facility_emissions.factors.tables.fuels import FACTORS, FUELS, PROPERTIES
from facility_emissions.factors.tables.refrigerants import ALIASES, BLENDS, GASES, GWP, PRINTED_BLENDS, PRINTED_ERRATA

__all__ = ["TABLES", "Column", "Reference", "Table", "table_of"]

TABLES = (
    *(FACTORS, PROPERTIES, FUELS, SOURCES, LICENCES, GAPS, PREFERENCE, RELEASES, ERRATA),
    *(GASES, GWP, BLENDS, ALIASES, PRINTED_BLENDS, PRINTED_ERRATA),
)
_BY_COLUMNS = {table.names: table for table in TABLES}


def table_of(columns: Sequence[str]) -> Table | None:
    """Return the kind of table that has exactly these columns, or None."""
    return _BY_COLUMNS.get(tuple(columns))
