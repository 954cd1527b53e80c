"""``python -m benchmarks.growth [--most 1e8]``: how cost grows with rows, with distinct keys, and at worst.

Each point is measured in a process of its own. Rows: the benchmark's table, dictionary-encoded and as
strings, with all threads and with one, and in the same rounds the machine's limit (one numpy pass).
Keys: a million rows with 10 to a million distinct keys, the first call and the next. Worst: as many
keys as rows, of every kind in `worst.py`. Sizes that do not fit the memory to spare are left out, told.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import data, worst
from benchmarks.contenders import over_one_pass
from benchmarks.processes import ROOT, available_memory, status, timed

RESULTS = Path(__file__).parent / "results"
INPUTS = ("dictionary", "strings")
BYTES_A_ROW = {"dictionary": 90, "strings": 190}  # input, output, the limit's output, and what makes the input
ROWS_OF_KEYS = 1_000_000
MOST_QUESTIONS = 100_000  # known words make few more
_WARM = 10_000  # rows


def rows_point(rows: int, kind: str) -> dict[str, Any]:
    """Return seconds of ours and of the limit, with all threads and with one."""
    import facility_emissions as fe

    frame, sites = data.consumption(rows), data.facilities()
    if kind == "strings":
        frame = data.as_strings(frame)
    found = fe.calculate(frame, sites)._calculation
    limit = over_one_pass(frame["quantity"].to_numpy(), found.key, found.rates.co2e, found.rates.co2e_biomass)
    del found

    def ours() -> object:
        result = fe.calculate(frame, sites)
        return result.co2e, result.co2e_biomass

    contenders = {"ours": ours, "limit": limit}
    took: dict[str, list[float]] = {f"{name}{threads}": [] for name in contenders for threads in ("", ", one thread")}
    for _ in range(15 if rows <= 1e6 else 7 if rows <= 1e7 else 3):
        for name, work in contenders.items():
            for threads, label in (("", name), ("1", f"{name}, one thread")):
                os.environ["FACILITY_EMISSIONS_THREADS"] = threads
                told, _ = timed(work)
                took[label].append(told["seconds"])
    return {"rows": rows, "input": kind, "seconds": {name: statistics.median(t) for name, t in took.items()},
            "peak_mb": status("VmHWM")}  # fmt: skip


def keys_point(rows: int, keys: int, kind: str) -> dict[str, Any]:
    """Return seconds of the first call and of the next, and how many keys they found."""
    import facility_emissions as fe

    frame, sites = worst.KINDS[kind](rows, keys)
    fe.calculate(data.consumption(_WARM), data.facilities())  # the tables are read, and their first questions answered
    before = status("VmRSS")

    def work() -> object:
        result = fe.calculate(frame, sites)
        return result, result.co2e, len(result.problems)

    first, (result, _, problems) = timed(work)
    found = len(result._calculation.keys)
    del result
    again = min(timed(work)[0]["seconds"] for _ in range(3 if first["seconds"] < 60 else 1))
    return {"rows": rows, "keys": keys, "found": found, "kind": kind, "first": first["seconds"], "again": again,
            "problems": problems, "memory_mb": status("VmHWM") - before}  # fmt: skip


def steps(least: float, most: float, factor: float = 10) -> list[int]:
    """Return sizes from the least to the most, each so many times the one before."""
    found = [least]
    while found[-1] * factor <= most * 1.01:
        found.append(found[-1] * factor)
    return [int(round(n, -2)) if n > 1000 else round(n) for n in found]


def measure(most: int, most_keys: int) -> dict[str, Any]:
    """Return all points."""
    rows_points, left_out = [], []
    for rows in steps(1000, most, 10**0.5):
        for kind in INPUTS:
            need = rows * BYTES_A_ROW[kind]
            if need > available_memory():
                left_out.append(f"{rows:,} rows, {kind}: {need / 1e9:.0f} GB needed, "
                                f"{available_memory() / 1e9:.0f} GB to spare")  # fmt: skip
                continue
            rows_points.append(_in_process(rows_point, rows, kind))
    top = {kind: min(most_keys, MOST_QUESTIONS) if kind == "questions" else most_keys for kind in worst.KINDS}
    keys_points = [
        _in_process(keys_point, min(ROWS_OF_KEYS, max(most_keys, 1000)), keys, kind)
        for kind in ("questions", "suppliers")
        for keys in steps(10, top[kind])
    ]
    worst_points = [
        _in_process(keys_point, rows, rows, kind) for kind in worst.KINDS for rows in steps(1000, top[kind], 10**0.5)
    ]
    return {"rows": rows_points, "keys": keys_points, "worst": worst_points, "left_out": left_out}


def _in_process(point: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.growth", "--point", point.__name__, *map(str, arguments)]
    with tempfile.TemporaryFile("w+") as out:
        done = subprocess.run(command, stdout=out, text=True, cwd=ROOT)
        if done.returncode:
            raise SystemExit(f"{point.__name__} {arguments} failed; see above.")
        out.seek(0)
        found = json.loads(out.read().splitlines()[-1])
    print(f"{point.__name__} {arguments}", {k: v for k, v in found.items() if k not in ("kind", "input")}, flush=True)
    return found


def slope(sizes: list[float], seconds: list[float], least: float) -> float:
    """Return the slope in the logarithms over the sizes from `least` on: 1 is linear."""
    pairs = [(np.log10(n), np.log10(t)) for n, t in zip(sizes, seconds, strict=True) if n >= least]
    return float(np.polyfit(*zip(*pairs, strict=True), 1)[0]) if len(pairs) > 1 else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=float, default=1e7, help="rows, at most (default 1e7)")
    parser.add_argument("--most-keys", type=float, default=1e6, help="distinct keys, at most (default 1e6)")
    parser.add_argument("--point", nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.point:
        name, *arguments = args.point
        point = {"rows_point": rows_point, "keys_point": keys_point}[name]
        print(json.dumps(point(*(int(a) if a.isdigit() else a for a in arguments))))
        return
    found = measure(int(args.most), int(args.most_keys))
    found |= {
        "python": platform.python_version(), "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[2], "versions": {"pandas": pd.__version__, "numpy": np.__version__},
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "growth.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
