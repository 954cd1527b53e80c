"""Runs `fe.batch` in processes that may be killed, for tests: `python batch_server.py`, one run a line of stdin.

Everything is imported and every factor looked up once; each run is a fork of that. A run may kill
itself (SIGKILL) at the n-th time that it flushes or renames a file.
"""

from __future__ import annotations

import itertools
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Server:
    """The process that forks; used as a context."""

    def __init__(self, sites: Any, options: dict[str, Any]) -> None:
        """Start it with the facilities and more arguments of `fe.batch`."""
        environment = {**os.environ, "FACILITY_EMISSIONS_THREADS": "1"}  # no threads where a fork begins
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._send({"sites": pickle.dumps((sites, options)).hex()})

    def _send(self, told: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def run(self, source: Path, output: Path, *, kill_at: int = 0, kill_after: float | None = None) -> int:
        """Run once; return how many steps it took, or 0 if it was killed.

        Args:
            source, output: of `fe.batch`.
            kill_at: the step at which it kills itself; 0 for never.
            kill_after: seconds after which it is killed, None for never.
        """
        self._send({"source": str(source), "output": str(output), "kill_at": kill_at})
        pid = self._answer()
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)  # it is not waited for yet: the number is still its own
        self._send({})
        return self._answer()

    def __enter__(self) -> Self:
        """Return itself; at the end the process is ended."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def serve() -> None:
    import facility_emissions as fe
    from facility_emissions.batches import manifest, memory, work

    sites, options = pickle.loads(bytes.fromhex(json.loads(sys.stdin.readline())["sites"]))
    chunk = options.pop("chunk_rows")
    work.chunk_rows = lambda *_: chunk  # type: ignore[assignment]
    memory._FEW, memory._FEWEST = chunk, 1  # type: ignore[misc]
    manifest._SECONDS, manifest._SHARE = 0.0, float("inf")  # after each part, however long one takes
    warm = options.pop("warm")
    fe.calculate(warm, sites)
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.environ["FACILITY_EMISSIONS_THREADS"] = "2"
            steps = itertools.count(1)
            os.fsync = stepped(os.fsync, steps, asked["kill_at"])
            Path.replace = stepped(Path.replace, steps, asked["kill_at"])  # type: ignore[method-assign]
            fe.batch(asked["source"], asked["output"], sites, **options)
            os.write(writing, str(next(steps)).encode())
            os._exit(0)
        os.close(writing)
        print(pid, flush=True)
        sys.stdin.readline()
        _, status = os.waitpid(pid, 0)
        taken = os.read(reading, 100).decode() or "0"
        os.close(reading)
        print(taken if status in (0, signal.SIGKILL) else f"status {status}", flush=True)


def stepped(function: Callable[..., Any], steps: Any, kill_at: int) -> Callable[..., Any]:
    def step(*args: Any) -> Any:
        if next(steps) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args)

    return step


if __name__ == "__main__":
    serve()
