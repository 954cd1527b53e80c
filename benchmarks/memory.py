"""``python -m benchmarks.memory``: what a calculation needs beyond its input and its output.

Twice: the process's peak (VmHWM less what it held before), which sees every allocator, and
tracemalloc's, which sees numpy, pandas and Python. Each case in its own process, where a small
calculation has loaded the tables before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable

import pandas as pd

from benchmarks import data
from benchmarks.processes import ROOT, forget_peak, status

INPUTS = ("dictionary", "strings", "objects")
OUTPUTS = ("co2e", "records")
WANTED = 1.2  # times the output
_WARM = 100_000  # rows


def one(kind: str, output: str, rows: int) -> dict[str, object]:
    """Return the figures of one case, in bytes a row."""
    frame, sites = data.consumption(rows), data.facilities()
    if kind != "dictionary":
        frame = data.as_strings(frame, {"strings": "str", "objects": "object"}[kind])
    work = calculation(frame, sites, output)
    calculation(frame.iloc[:_WARM].copy(), sites, output)()
    before = forget_peak()
    answer = work()
    peak = (status("VmHWM") - before) * 2**20
    size = answer.memory_usage(index=False).sum()
    del answer
    tracemalloc.start()
    work()
    traced = tracemalloc.get_traced_memory()[1]
    beyond = {"process": peak - size, "tracemalloc": traced - size}
    return {
        "input": kind,
        "output": output,
        "rows": rows,
        "output_bytes_a_row": size / rows,
        **{f"{name}_bytes_a_row": more / rows for name, more in beyond.items()},
        **{f"{name}_times_output": more / size for name, more in beyond.items()},
    }


def calculation(frame: pd.DataFrame, sites: pd.DataFrame, output: str) -> Callable[[], pd.DataFrame]:
    """Return the calculation whose output is the two headline columns, or all of `records`."""
    import facility_emissions as fe

    def headline() -> pd.DataFrame:
        result = fe.calculate(frame, sites)
        return pd.DataFrame({"co2e": result.co2e, "co2e_biomass": result.co2e_biomass}, copy=False)

    return headline if output == "co2e" else lambda: fe.calculate(frame, sites).records


def measure(rows: int) -> list[dict[str, object]]:
    """Return every case."""
    found = []
    for kind in INPUTS:
        for output in OUTPUTS:
            command = [sys.executable, "-m", "benchmarks.memory", "--one", kind, output, "--rows", str(rows)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
            found.append(json.loads(done.stdout.splitlines()[-1]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--one", nargs=2, metavar=("INPUT", "OUTPUT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    print(json.dumps(one(*args.one, args.rows) if args.one else measure(args.rows)))


if __name__ == "__main__":
    main()
