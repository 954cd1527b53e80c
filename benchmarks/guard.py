"""``python -m benchmarks.guard``: has the calculation become slower? Ratios within one run, no seconds.

What is guarded is divided by something that the same process does in the same rounds and that a change of
ours does not touch: the machine's limit (one numpy pass over a quantity and a code), Arrow's
dictionary-encoding, a frame made by pandas. CPU time of one thread, the least of many rounds: what else
the machine does adds to a time, never takes from it.

`USUAL` is what the ratios are, on an idle machine and on a busy one; a ratio more than two fifths above it fails.
A change that makes ours faster is told, so that `USUAL` follows it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import pandas as pd

from benchmarks import data
from benchmarks.contenders import WORDS, over_one_pass
from benchmarks.few import RECORD, SITES

ROWS = 2_000_000
FACILITIES = 50  # few, so that the rows are what takes the time
MOST = 1.4  # times the usual ratio: runs differ by a tenth, a slowdown by half is caught
USUAL = {
    "rows, dictionary-encoded / one numpy pass": 2.7,
    "rows, plain strings / (Arrow's encoding + one numpy pass)": 1.1,
    "5,000 facilities and 6,000 other keys / as many tuples in dictionaries": 2.3,
    "5,000 facilities and the same 6,000 keys / as many tuples in dictionaries": 1.0,
    "one record by calculate / a frame of it": 1.8,
    "one record by Calculator / a sorted copy of it": 5.75,
}
ROUNDS = 20
Work = Callable[[], object]


def ratios(rounds: int = ROUNDS) -> dict[str, float]:
    """Return the guarded ratios."""
    import facility_emissions as fe

    os.environ["FACILITY_EMISSIONS_THREADS"] = "1"
    many, others = (data.consumption(20_000, seed) for seed in (42, 43))
    sites = data.facilities()
    few = sites.head(FACILITIES)
    frame = data.consumption(ROWS)
    codes = frame["facility_id"].cat.codes.to_numpy() % FACILITIES
    frame["facility_id"] = pd.Categorical.from_codes(codes, few["facility_id"])
    strings = data.as_strings(frame)
    texts = [strings[name].array.__arrow_array__() for name in WORDS]
    found = fe.calculate(frame, few)._calculation
    one_pass = over_one_pass(frame["quantity"].to_numpy(), found.key, found.rates.co2e, found.rates.co2e_biomass)
    calculator = fe.Calculator(SITES)
    least = _least(
        rounds,
        {
            "pass": one_pass,
            "dictionary": lambda: _headline(fe.calculate(frame, few)),
            "encoding": lambda: [text.dictionary_encode() for text in texts],
            "strings": lambda: _headline(fe.calculate(strings, few)),
            "tuples": lambda: {(str(i), i, None, None): {i: (i, i)} for i in range(11_000)},
            "keys": lambda: [_headline(fe.calculate(frame, sites)) for frame in (many, others)],
            "same keys": lambda: [_headline(fe.calculate(others, sites)) for _ in range(2)],
            "frame of one": lambda: [pd.DataFrame([RECORD]) for _ in range(20)],
            "one record": lambda: [_headline(fe.calculate([RECORD], SITES)) for _ in range(20)],
            "copy": lambda: [dict(sorted(RECORD.items())) for _ in range(1000)],
            "calculator": lambda: [calculator(RECORD) for _ in range(1000)],
        },
    )
    found = (
        least["dictionary"] / least["pass"],
        least["strings"] / (least["encoding"] + least["pass"]),
        least["keys"] / 2 / least["tuples"],
        least["same keys"] / 2 / least["tuples"],
        least["one record"] / least["frame of one"],
        least["calculator"] / least["copy"],
    )
    return dict(zip(USUAL, found, strict=True))


def _headline(result: object) -> tuple[object, object]:
    return result.co2e, result.co2e_biomass  # type: ignore[attr-defined]


def _least(rounds: int, work: dict[str, Work]) -> dict[str, float]:
    """Return the least CPU time of each [s], run in turns."""
    least = dict.fromkeys(work, float("inf"))
    for _ in range(rounds):
        for name, run in work.items():
            start = time.thread_time()
            run()
            least[name] = min(least[name], time.thread_time() - start)
    return least


def main() -> int:
    found, failed = ratios(), False
    for name, ratio in found.items():
        usual = USUAL[name]
        verdict = "SLOWER" if ratio > usual * MOST else "faster: lower USUAL" if ratio < usual / MOST else "as usual"
        failed = failed or verdict == "SLOWER"
        print(f"{ratio:6.2f}  (usually {usual:.2f}, at most {usual * MOST:.2f})  {name}: {verdict}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
