"""Processes that are measured: contenders held ready and run in turns, and code that needs a fresh start."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[1]


class Held:
    """A process that runs `python -m benchmarks...` and answers each line it is sent with one line of JSON."""

    def __init__(self, *arguments: str, threads: int | None = None) -> None:
        """Start it; it is asked for the first time when it is ready."""
        env = dict(os.environ)
        if threads is not None:
            env["FACILITY_EMISSIONS_THREADS"] = str(threads)
        command = [sys.executable, "-m", *arguments]
        self._name = " ".join(arguments)
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env
        )

    def ask(self, what: str) -> dict[str, Any]:
        """Return what it says to a line."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self._name} failed; see above.")
        return json.loads(answer)

    def __enter__(self) -> Held:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def timed(work: Any) -> tuple[dict[str, float], Any]:
    """Return wall and CPU seconds of one call, and what it returned."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    return {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}, answer


def forget_peak() -> float:
    """Give back what is free, set the process's peak memory to what it holds now (Linux), and return that [MB]."""
    import ctypes

    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def status(name: str) -> float:
    """Return a figure of /proc/self/status [MB]."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def available_memory() -> float:
    """Return what the machine has to spare [bytes]."""
    line = next(x for x in Path("/proc/meminfo").read_text().splitlines() if x.startswith("MemAvailable:"))
    return int(line.split()[1]) * 1024


@cache
def _bytecode() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def fresh(code: str, repeats: int) -> list[Sequence[float]]:
    """Return what code prints (numbers) in each of so many fresh processes.

    The compiled modules are kept in a folder of our own, as an installation keeps them: one more
    process, before the others, writes them.
    """
    env = {**os.environ, "PYTHONPYCACHEPREFIX": _bytecode().name}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    runs = []
    for _ in range(repeats + 1):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=env)
        if done.returncode:
            raise SystemExit(f"failed in a fresh process:\n{done.stderr}")
        runs.append([float(number) for number in done.stdout.split()])
    return runs[1:]
