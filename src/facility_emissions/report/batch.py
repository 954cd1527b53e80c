"""The outcome of a batch, as a person reads it."""

from __future__ import annotations

from rich.console import Console

from facility_emissions.batches import BatchResult
from facility_emissions.report.terminal import show_total


def show_batch(console: Console, result: BatchResult) -> None:
    """Print the total, and where everything is."""
    show_total(console, result.total, result.method, result.data_version)
    parts = len(result.parts())
    lines = [f"Records of {parts:,} {'file' if parts == 1 else 'files'}: {result.records}"]
    if result.problems_count:
        told = f"{result.problems_count:,} problems of {result.total['problem_rows']:,} records"
        lines.append(f"{told}: {result.problems_folder}")
    lines.append(f"Manifest: {result.manifest}")
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
