"""``python -m benchmarks.loading``: how long the tables take to load on first use, and how large the wheel is.

Each figure is the median of fresh processes. `loading` is the first factor of a category, all modules
imported: the tables are read, indexed and asked. `first calculate` is a user's whole way to one record,
our import included, after that of pandas. Beside them what no reader in Python can beat: one pass of
`csv.reader` over the same files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import fresh

HERE = Path(__file__).parent
CATEGORIES = ("heat", "electricity", "water", "recharge")
WANTED = {**dict.fromkeys(CATEGORIES, 0.150), "all four": 0.600}  # loading [s]
WHEEL_WANTED = 8.0  # [MB]
FOLDERS = {**dict(zip(CATEGORIES, CATEGORIES, strict=True)), "recharge": "gwp"}

_LOADING = """
import time
from facility_emissions.gwp import refrigerant_gwp
from facility_emissions.factors.book import FactorBook, Query
from facility_emissions.method import Method
first = {{
    "heat": lambda: book.choose(Query("stationary", "natural_gas", "GB", 2024, "kWh_gcv")),
    "electricity": lambda: book.choose(Query("electricity_location_based", "grid_electricity", "GB", 2024, "kWh")),
    "water": lambda: book.choose(Query("water_supply", "water_supply", "GB", 2024, "m3")),
    "recharge": lambda: refrigerant_gwp("R-410A", "AR5"),
}}
start = time.perf_counter()
book = FactorBook(Method())
assert all(first[name]() for name in {names!r})
print(time.perf_counter() - start)
"""
_CALCULATE = """
import time
import pandas as pd
rows = {{
    "heat": ("natural_gas", "kWh_gcv"), "electricity": ("grid_electricity", "kWh"),
    "water": ("water_supply", "m3"), "recharge": ("R-410A", "kg"),
}}
names = {names!r}
frame = pd.DataFrame({{
    "facility_id": "a", "category": names, "activity": [rows[n][0] for n in names], "quantity": 1.0,
    "unit": [rows[n][1] for n in names], "start_date": "2024-01-01", "end_date": "2024-01-31",
}})
sites = pd.DataFrame({{"facility_id": ["a"], "country": ["GB"], "type": ["office"]}})
start = time.perf_counter()
import facility_emissions as fe
assert fe.calculate(frame, sites).records["status"].eq("ok").all()
print(time.perf_counter() - start)
"""
_EVERY = """
import time
from facility_emissions.factors.book import all_factors
start = time.perf_counter()
count = sum(1 for _ in all_factors())
print(time.perf_counter() - start)
"""
_PLAIN = """
import csv, time
from pathlib import Path
start = time.perf_counter()
for path in Path({root!r}).rglob("*.csv"):
    if {folder!r} in ("", path.parent.name):
        with path.open(encoding="utf-8", newline="") as handle:
            for cells in csv.reader(handle):
                pass
print(time.perf_counter() - start)
"""


def seconds(code: str, repeats: int) -> float:
    """Return the median over fresh processes of what the code prints."""
    return statistics.median(run[0] for run in fresh(code, repeats))


def wheel_megabytes() -> float:
    """Build the wheel and return its size."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, str(HERE.parent)]
        subprocess.run(command, capture_output=True, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        return wheel.stat().st_size / 1e6


def measure(repeats: int = 5) -> dict[str, object]:
    """Return all figures of loading: seconds by what is used first, plain reading, size of the wheel."""
    from facility_emissions import bundle

    uses = {**{name: [name] for name in CATEGORIES}, "all four": list(CATEGORIES)}
    loading = {use: seconds(_LOADING.format(names=names), repeats) for use, names in uses.items()}
    loading["every factor"] = seconds(_EVERY, repeats)
    root = str(bundle.root())
    plain = {use: seconds(_PLAIN.format(root=root, folder=FOLDERS.get(use, "")), repeats) for use in loading}
    files = sorted(bundle.root().rglob("*.csv"))
    return {
        "loading_seconds": loading,
        "plain_csv_seconds": plain,
        "first_calculate_seconds": {use: seconds(_CALCULATE.format(names=n), repeats) for use, n in uses.items()},
        "tables_mb": sum(f.stat().st_size for f in files) / 1e6,
        "rows": sum(len(bundle.read_rows(f)) for f in files),
        "wheel_mb": wheel_megabytes(),
    }


def show(report: dict) -> str:
    """Return the figures as Markdown."""
    lines = [
        f"Tables: {report['rows']:,} rows, {report['tables_mb']:.1f} MB of CSV, in a wheel of "
        f"{report['wheel_mb']:.2f} MB (wanted: under {WHEEL_WANTED:g}).",
        "",
        "| first use, in a fresh process | loading, ms | wanted, under | csv.reader over the same files, ms "
        "| times csv.reader | first calculate, ms |",
        "|---|---|---|---|---|---|",
    ]
    for use, took in report["loading_seconds"].items():
        plain, whole = report["plain_csv_seconds"][use], report["first_calculate_seconds"].get(use)
        cells = (
            *(use, f"{took * 1000:.0f}", f"{WANTED[use] * 1000:.0f}" if use in WANTED else ""),
            *(f"{plain * 1000:.1f}", f"{took / plain:.1f}", f"{whole * 1000:.0f}" if whole else ""),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    args = parser.parse_args()
    report = measure(args.repeats)
    print(json.dumps(report, indent=1) if args.json else show(report))


if __name__ == "__main__":
    main()
