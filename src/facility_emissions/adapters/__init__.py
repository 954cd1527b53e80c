"""The same calculation over the tables of other engines: an engine's own table in, its own table out.

    from facility_emissions.adapters import polars as fe_polars

    answer = fe_polars.calculate(consumption, facilities)
    answer.records, answer.problems, answer.total

One module an engine: `arrow`, `polars`, `duckdb`, `dask`, `spark`. Each turns its columns into what
the kernel takes, runs it, and hands the result back; none calculates by itself. A module needs its
library, from the extra of its name; it is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from facility_emissions.adapters import arrow as arrow
    from facility_emissions.adapters import dask as dask
    from facility_emissions.adapters import duckdb as duckdb
    from facility_emissions.adapters import polars as polars
    from facility_emissions.adapters import spark as spark

ENGINES = ("arrow", "dask", "duckdb", "polars", "spark")
__all__ = [*ENGINES]


def __getattr__(name: str) -> Any:
    """Load an engine's module on first use (PEP 562)."""
    if name in ENGINES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def missing(engine: str, error: ImportError) -> ImportError:
    """Return the error of an engine whose library is not installed: it names the extra."""
    return ImportError(
        f"{error.name or engine} is not installed: pip install 'facility-emissions[{engine}]'.", name=error.name
    )
