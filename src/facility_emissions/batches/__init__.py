"""Datasets of any size: read in chunks, calculated by the kernel of `calculate`, written part by part."""

from __future__ import annotations

import importlib.util

from facility_emissions.errors import ContractError

if importlib.util.find_spec("pyarrow") is None:
    raise ContractError("A batch needs pyarrow: pip install 'facility-emissions[parquet]'.")

from facility_emissions.batches.outcome import BatchResult
from facility_emissions.batches.run import batch
from facility_emissions.batches.work import Progress

__all__ = ["BatchResult", "Progress", "batch"]
