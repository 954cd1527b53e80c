"""Ratios of times that were taken in turns: medians over the rounds, of two times of the same round."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.contenders import ENCODING, LIMIT, OURS

ONE_THREAD = ", one thread"  # after the name of a contender
Found = dict[str, dict[str, Any]]  # by contender: among others its `seconds` of each round


def median(times: list[float]) -> float:
    """Return the median."""
    return statistics.median(times)


def ratio(found: Found, label: str, to: str = OURS) -> float:
    """Return how many times as long one contender takes as another."""
    return median([a / b for a, b in zip(found[label]["seconds"], found[to]["seconds"], strict=True)])


def over_encoding(found: Found, suffix: str = "") -> float:
    """Return what ours takes beyond dictionary-encoding the text columns, in passes of the limit."""
    times = (found[f"{name}{suffix}"]["seconds"] for name in (OURS, ENCODING, LIMIT))
    return median([(ours - encoding) / limit for ours, encoding, limit in zip(*times, strict=True)])
