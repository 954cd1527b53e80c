"""Greenhouse-gas emissions of facilities from their consumption, offline.

    import facility_emissions as fe

    result = fe.calculate(consumption, facilities)
    result.records, result.problems, result.ledger(), result.by("facility"), result.citations()

Names are loaded when they are first used, so that importing the package costs little.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from facility_emissions import activity_data as activity_data
    from facility_emissions import adapters as adapters
    from facility_emissions import factors as factors
    from facility_emissions.availability import coverage_by_year as coverage_by_year
    from facility_emissions.batches import BatchResult as BatchResult
    from facility_emissions.batches import batch as batch
    from facility_emissions.calculator import Calculator as Calculator
    from facility_emissions.calculator import Figure as Figure
    from facility_emissions.consumption import ConsumptionRecord as ConsumptionRecord
    from facility_emissions.custom_factor import CustomFactor as CustomFactor
    from facility_emissions.errors import ContractError as ContractError
    from facility_emissions.errors import FacilityEmissionsError as FacilityEmissionsError
    from facility_emissions.errors import GWPError as GWPError
    from facility_emissions.errors import NotFoundError as NotFoundError
    from facility_emissions.errors import PayloadError as PayloadError
    from facility_emissions.errors import VocabularyError as VocabularyError
    from facility_emissions.facility import Facility as Facility
    from facility_emissions.facility import FacilityCreate as FacilityCreate
    from facility_emissions.facility import FacilityUpdate as FacilityUpdate
    from facility_emissions.factors.custom import FactorTable as FactorTable
    from facility_emissions.factors.custom import FactorTableError as FactorTableError
    from facility_emissions.method import Method as Method
    from facility_emissions.payloads import ApiFacilities as ApiFacilities
    from facility_emissions.payloads import ApiInvoices as ApiInvoices
    from facility_emissions.payloads import read_facilities as read_facilities
    from facility_emissions.payloads import read_invoices as read_invoices
    from facility_emissions.portfolio import Portfolio as Portfolio
    from facility_emissions.reconciliation import Reconciliation as Reconciliation
    from facility_emissions.reconciliation import reconcile as reconcile
    from facility_emissions.restatement import Restatement as Restatement
    from facility_emissions.restatement import Significance as Significance
    from facility_emissions.restatement import restate as restate
    from facility_emissions.results import Result as Result
    from facility_emissions.results import calculate as calculate
    from facility_emissions.rounding import rounded as rounded

    __version__: str

_HOME = {
    "ApiFacilities": "payloads",
    "ApiInvoices": "payloads",
    "Calculator": "calculator",
    "BatchResult": "batches",
    "ConsumptionRecord": "consumption",
    "ContractError": "errors",
    "CustomFactor": "custom_factor",
    "Facility": "facility",
    "FacilityCreate": "facility",
    "FacilityEmissionsError": "errors",
    "FacilityUpdate": "facility",
    "FactorTable": "factors.custom",
    "FactorTableError": "factors.custom",
    "Figure": "calculator",
    "GWPError": "errors",
    "Method": "method",
    "NotFoundError": "errors",
    "PayloadError": "errors",
    "Portfolio": "portfolio",
    "Reconciliation": "reconciliation",
    "Restatement": "restatement",
    "Result": "results",
    "Significance": "restatement",
    "VocabularyError": "errors",
    "batch": "batches",
    "calculate": "results",
    "coverage_by_year": "availability",
    "read_facilities": "payloads",
    "read_invoices": "payloads",
    "reconcile": "reconciliation",
    "rounded": "rounding",
    "restate": "restatement",
}
_ROOMS = ("activity_data", "adapters", "factors")
__all__ = [*_HOME, *_ROOMS, "__version__"]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name in _HOME:
        value = getattr(import_module(f"facility_emissions.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    if name == "__version__":
        return _version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("facility-emissions")
    except PackageNotFoundError:  # a checkout that was not installed
        return "0+unknown"


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
