"""``python -m benchmarks [--rows N]``: ours, the machine's limit and the peers in turns; memory; few rows; loading.

Each contender has a process of its own, which holds its input ready. They run one after the other, round
by round, so that whatever else the machine does meets all of them; ratios are medians over the rounds, of
two times of the same round. The first round, in which each does what it does once, is told by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import contenders, data, few, loading, memory
from benchmarks.contenders import CONTENDERS, ENCODING, PEERS, USUAL
from benchmarks.processes import Held
from benchmarks.ratios import ONE_THREAD

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("pandas", "numpy", "pyarrow", "polars", "duckdb", "facility-emissions")


def kernel(rows: int, rounds: int) -> dict[str, Any]:
    """Return the times of all contenders, dictionary-encoded and as strings."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data.write(folder, rows)
        contenders.rates(folder)
        return {encoding: _compete(folder, encoding, rounds) for encoding in ("dictionary", "strings")}


def _compete(folder: Path, encoding: str, rounds: int) -> dict[str, dict[str, Any]]:
    names = [name for name in CONTENDERS if name != ENCODING or encoding == "strings"]
    found: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        held: dict[str, Held] = {}
        for name in names:
            threads = (None,) if name in PEERS or name == USUAL else (None, 1)
            for count in threads:
                label = name if count is None else f"{name}{ONE_THREAD}"
                process = Held("benchmarks.contender", str(folder), name, encoding, threads=count)
                held[label] = stack.enter_context(process)
                found[label] = {"first": held[label].ask("run"), "seconds": [], "cpu": []}  # loaded one at a time
        _check_equal(folder, {label: p for label, p in held.items() if not label.startswith(ENCODING)})
        order = list(held)
        for turn in range(rounds):
            for label in order[turn % len(order) :] + order[: turn % len(order)]:
                told = held[label].ask("run")
                for figure in ("seconds", "cpu"):
                    found[label][figure].append(told[figure])
        for label, process in held.items():
            found[label] |= process.ask("peak")
    return found


def _check_equal(folder: Path, held: dict[str, Held]) -> None:
    """Stop unless all have the same answers, row by row."""
    own = None
    for label, process in held.items():
        path = folder / "answer.npy"
        process.ask(f"save {path}")
        answer = np.load(path)
        own = answer if own is None else own
        np.testing.assert_allclose(answer, own, rtol=1e-9, err_msg=label)


def run(rows: int, rounds: int, memory_rows: int) -> dict[str, Any]:
    """Run everything and return the report."""
    return {
        "rows": rows,
        "rounds": rounds,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[2],
        "versions": {name: version(name) for name in LIBRARIES},
        "kernel": kernel(rows, rounds),
        "memory": memory.measure(memory_rows),
        "few": few.measure(),
        "loading": loading.measure(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--memory-rows", type=int, default=5_000_000)
    args = parser.parse_args()
    report = run(args.rows, args.rounds, args.memory_rows)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(report, indent=1) + "\n")

    from benchmarks import report as pages

    print(pages.latest())


if __name__ == "__main__":
    main()
