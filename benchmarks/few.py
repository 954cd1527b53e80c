"""``python -m benchmarks.few``: one record, and a fresh process.

Warm: the least median of ten batches of calls in one process, for what else the machine does adds to a
time. Cold: medians over fresh processes whose modules are compiled, as they are after an installation.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.processes import fresh

RECORD = {
    "facility_id": "es", "category": "heat", "activity": "natural_gas", "quantity": 10.0, "unit": "kWh_gcv",
    "start_date": "2023-01-01", "end_date": "2023-01-31",
}  # fmt: skip
SITES = [{"id": "es", "country": "ES", "type": "office"}]
_BATCHES = 10
WANTED = {"calculate, one record [us]": 1000, "Calculator, one record [us]": 50, "import beside pandas' [ms]": 150}

_IMPORT = """
import time
t0 = time.perf_counter()
import pandas as pd
t1 = time.perf_counter()
import facility_emissions as fe
t2 = time.perf_counter()
import pydantic
class First(pydantic.BaseModel):
    number: int = 0
t_model = time.perf_counter()
fe.calculate, fe.Method
t3 = time.perf_counter()
frame = pd.DataFrame({{"facility_id": ["a"] * 10, "category": ["heat"] * 5 + ["electricity"] * 5,
    "activity": ["natural_gas"] * 5 + ["grid_electricity"] * 5, "quantity": range(10), "unit": ["kWh"] * 10,
    "start_date": ["2024-01-01"] * 10, "end_date": ["2024-01-31"] * 10}})
fe.calculate(frame, pd.DataFrame({{"facility_id": ["a"], "country": ["ES"]}})).records
t4 = time.perf_counter()
print(t1 - t0, t2 - t1, t3 - t1, t_model - t2, t4 - t3)
"""


def warm(calls: int) -> dict[str, float]:
    """Return microseconds of one record, by every way to ask for it."""
    import pandas as pd

    import facility_emissions as fe

    frame, sites, calculator = pd.DataFrame([RECORD]), pd.DataFrame(SITES), fe.Calculator(SITES)
    model = fe.ConsumptionRecord(**RECORD)
    ways: dict[str, Callable[[], object]] = {
        "calculate, one record [us]": lambda: fe.calculate([RECORD], SITES).co2e,
        "calculate, a frame of one row [us]": lambda: fe.calculate(frame, sites).co2e,
        "calculate, one record, and `records` [us]": lambda: fe.calculate([RECORD], SITES).records,
        "Calculator, one record [us]": lambda: calculator(RECORD),
        "Calculator, one ConsumptionRecord [us]": lambda: calculator(model),
    }
    found = {name: _median(work, calls) for name, work in ways.items()}
    with ThreadPoolExecutor(8) as pool:
        start = time.perf_counter()
        figures = list(pool.map(lambda _: [calculator(RECORD) for _ in range(calls)], range(8)))
        found["Calculator, shared by 8 threads, a record [us]"] = (time.perf_counter() - start) / calls / 8 * 1e6
    assert {repr(f) for same in figures for f in same} == {repr(calculator(RECORD))}
    return found


def _median(work: Callable[[], object], calls: int) -> float:
    for _ in range(20):
        work()
    medians = []
    for _ in range(_BATCHES):
        took = []
        for _ in range(max(1, calls // _BATCHES)):
            start = time.perf_counter()
            work()
            took.append(time.perf_counter() - start)
        medians.append(statistics.median(took))
    return min(medians) * 1e6


def cold(repeats: int) -> dict[str, float]:
    """Return milliseconds of a fresh process."""
    runs = fresh(_IMPORT.format(), repeats)
    names = ("import of pandas [ms]", "import of facility_emissions alone [ms]", "import beside pandas' [ms]",
             "of that, pydantic with a model [ms]", "first calculate of 10 rows [ms]")  # fmt: skip
    return {name: statistics.median(run[i] for run in runs) * 1e3 for i, name in enumerate(names)}


def measure(calls: int = 1000, repeats: int = 7) -> dict[str, float]:
    """Return all figures."""
    return {**warm(calls), **cold(repeats)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()
    print(json.dumps(measure(args.calls, args.repeats), indent=1))


if __name__ == "__main__":
    main()
