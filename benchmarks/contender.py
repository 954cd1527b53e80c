"""``python -m benchmarks.contender FOLDER NAME ENCODING``: one contender, held ready; see `processes.Held`.

`run` runs it once and says its times; `peak` says its peak memory; `save FILE` keeps the answer of the
last run. Everything is loaded before the first question is answered.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.contenders import CONTENDERS
from benchmarks.processes import forget_peak, status, timed


def main() -> None:
    folder, name, encoding = sys.argv[1:]
    work = CONTENDERS[name](Path(folder), encoding)
    answer = None
    for line in sys.stdin:
        what, *rest = line.split(maxsplit=1)
        told: dict[str, float] = {}
        if what == "run":
            answer = None
            told, answer = timed(work)
        elif what == "peak":
            answer = None
            before = forget_peak()
            answer = work()
            told = {"above_input_mb": status("VmHWM") - before, "peak_mb": status("VmHWM")}
        elif what == "save" and answer is not None:
            np.save(rest[0].strip(), np.stack(answer))
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
