"""Greenhouse-gas emissions of facilities from their consumption, offline.

    import facility_emissions as fe

    result = fe.calculate(consumption, facilities)
    result.records, result.problems, result.ledger(), result.by("facility"), result.citations()

Names are loaded when they are first used, so that importing the package costs little.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from facility_emissions import factors as factors
    from facility_emissions.batches import BatchResult as BatchResult
    from facility_emissions.batches import batch as batch
    from facility_emissions.consumption import ConsumptionRecord as ConsumptionRecord
    from facility_emissions.errors import ContractError as ContractError
    from facility_emissions.errors import FacilityEmissionsError as FacilityEmissionsError
    from facility_emissions.errors import GWPError as GWPError
    from facility_emissions.errors import NotFoundError as NotFoundError
    from facility_emissions.errors import VocabularyError as VocabularyError
    from facility_emissions.facility import Facility as Facility
    from facility_emissions.facility import FacilityCreate as FacilityCreate
    from facility_emissions.facility import FacilityUpdate as FacilityUpdate
    from facility_emissions.method import Method as Method
    from facility_emissions.portfolio import Portfolio as Portfolio
    from facility_emissions.results import Result as Result
    from facility_emissions.results import calculate as calculate

try:
    __version__ = version("facility-emissions")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "0+unknown"

_HOME = {
    "BatchResult": "batches",
    "ConsumptionRecord": "consumption",
    "ContractError": "errors",
    "Facility": "facility",
    "FacilityCreate": "facility",
    "FacilityEmissionsError": "errors",
    "FacilityUpdate": "facility",
    "GWPError": "errors",
    "Method": "method",
    "NotFoundError": "errors",
    "Portfolio": "portfolio",
    "Result": "results",
    "VocabularyError": "errors",
    "batch": "batches",
    "calculate": "results",
}
__all__ = [*_HOME, "__version__", "factors"]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name == "factors":
        return import_module("facility_emissions.factors")
    if name in _HOME:
        value = getattr(import_module(f"facility_emissions.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
