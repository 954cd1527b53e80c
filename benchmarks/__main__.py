"""``python -m benchmarks [--rows N]``: each contender in a process of its own, ratios of medians."""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import contenders, data, loading

HERE = Path(__file__).parent


def one(folder: Path, name: str, encoding: str, repeats: int) -> None:
    """Run one contender and print its times and memory as JSON; its answer goes to a file."""
    load, work = contenders.CONTENDERS[name]
    table = pd.read_parquet(folder / "rates.parquet")
    frame, sites = load(folder, encoding)
    before = _forget_peak()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = work(frame, sites, table)
        seconds.append(time.perf_counter() - start)
    peak = _status("VmHWM")
    np.save(folder / f"{name}-{encoding}.npy", np.stack(answer))
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "above_input_mb": peak - before}))


def _forget_peak() -> float:
    """Set the process's peak memory back to what it holds now (Linux), and return that [MB]."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name: str) -> float:
    """Return a figure of /proc/self/status [MB]."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def first_use() -> dict[str, float]:
    """Return seconds of one fresh process: import and the first calculate of ten rows."""
    code = (
        "import time; t0 = time.perf_counter(); import pandas as pd; t1 = time.perf_counter();"
        "import facility_emissions as fe; t2 = time.perf_counter();"
        "c = pd.DataFrame({'facility_id': ['a'] * 10, 'category': ['heat'] * 5 + ['electricity'] * 5,"
        "'activity': ['natural_gas'] * 5 + ['grid_electricity'] * 5, 'quantity': range(10), 'unit': ['kWh'] * 10,"
        "'start_date': ['2024-01-01'] * 10, 'end_date': ['2024-01-31'] * 10});"
        "f = pd.DataFrame({'facility_id': ['a'], 'country': ['ES']});"
        "r = fe.calculate(c, f); r.records; t3 = time.perf_counter(); print(t1 - t0, t2 - t1, t3 - t2, t3 - t0)"
    )
    runs = []
    for _ in range(5):
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        runs.append([float(x) for x in out.split()])
    names = ("pandas_import", "our_import", "first_calculate", "whole")
    return {n: statistics.median(r[i] for r in runs) for i, n in enumerate(names)}


def run(rows: int, repeats: int) -> dict[str, object]:
    """Run everything and return the report."""
    report: dict[str, object] = {
        "rows": rows,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {__import__('os').cpu_count()} cores",
        "versions": {n: version(n) for n in ("pandas", "numpy", "polars", "pyarrow", "facility-emissions")},
    }
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data.write(folder, rows)
        contenders.rates(folder)
        for encoding in ("dictionary", "strings"):
            found = {n: _measure(folder, n, encoding, repeats) for n in contenders.CONTENDERS}
            _check_equal(folder, encoding)
            report[encoding] = _with_ratios(found, rows)
    report["first_use_seconds"] = first_use()
    report["loading"] = loading.measure()
    return report


def _measure(folder: Path, name: str, encoding: str, repeats: int) -> dict[str, object]:
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "--one",
        str(folder),
        name,
        encoding,
        "--repeats",
        str(repeats),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _check_equal(folder: Path, encoding: str) -> None:
    own = np.load(folder / f"facility_emissions-{encoding}.npy")
    for name in contenders.CONTENDERS:
        np.testing.assert_allclose(np.load(folder / f"{name}-{encoding}.npy"), own, rtol=1e-9, err_msg=name)


def _with_ratios(found: dict[str, dict], rows: int) -> dict[str, dict]:
    own = statistics.median(found["facility_emissions"]["seconds"])
    for one_ in found.values():
        one_["median_seconds"] = statistics.median(one_["seconds"])
        one_["rows_per_second"] = rows / one_["median_seconds"]
        one_["times_ours"] = one_["median_seconds"] / own
    return found


def show(report: dict) -> str:
    """Return the report as Markdown."""
    lines = [f"# {report['rows']:,} rows, Python {report['python']}, {report['machine']}", ""]
    lines += ["| input | contender | seconds (median) | first call | rows/s | peak MB | above input MB | times ours |",
              "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for encoding in ("dictionary", "strings"):
        for name, m in report[encoding].items():
            lines.append(
                f"| {encoding} | {name} | {m['median_seconds']:.3f} | {m['seconds'][0]:.3f} "
                f"| {m['rows_per_second'] / 1e6:.1f} M "
                f"| {m['peak_mb']:,.0f} | {m['above_input_mb']:,.0f} | {m['times_ours']:.2f} |"
            )
    f = report["first_use_seconds"]
    lines += ["", f"A fresh process: pandas {f['pandas_import']:.2f} s, our import {f['our_import']:.2f} s more, first "
              f"calculate of 10 rows {f['first_calculate']:.2f} s, whole {f['whole']:.2f} s."]  # fmt: skip
    lines += ["", loading.show(report["loading"]).rstrip()]
    lines += ["", ", ".join(f"{n} {v}" for n, v in report["versions"].items()) + ".",
              "All contenders agree to 1e-9 relative, row by row."]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--one", nargs=3, metavar=("FOLDER", "NAME", "ENCODING"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(Path(args.one[0]), args.one[1], args.one[2], args.repeats)
        return
    report = run(args.rows, args.repeats)
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "latest.json").write_text(json.dumps(report, indent=1) + "\n")
    text = show(report)
    (HERE / "results" / "latest.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
