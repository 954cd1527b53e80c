"""What a match is worth: how many would be there by chance, and what an explanation costs to say.

The rules, with an example by hand, are in docs/reconcile.md.

- A difference d, known to within ±t, could as well lie anywhere from d/2 to 2d. Of that, a figure that
  matches takes 2t: `window` = 2t / 1.5|d|.
- A unit for which n figures of that size were tried is matched by chance `n * window` times.
- m units that share an explanation leave a window m times narrower; and m of n, each matched by
  chance with its own window, are as rare as the Chernoff bound of a Poisson count says.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CERTAIN, LIKELY = 1e-3, 0.05  # chance of a match by accident, below which an explanation is called so
WORDS = ("certain", "likely", "possible")
_LEAST = 1e-300


def window(api: Floats, difference: Floats, tolerance: Floats) -> Floats:
    """Return the chance that one figure of the difference's size lies within the tolerance of it.

    Args:
        api: the API's figure [kg]; a 0 is evidence of nothing, for many things give it.
        difference: API's figure less ours [kg].
        tolerance: by how much a figure may miss [kg].
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 2 * tolerance / (1.5 * np.abs(difference))
    share = np.where(np.abs(api) <= tolerance, 1.0, share)
    return np.clip(np.nan_to_num(share, nan=1.0, posinf=1.0), _LEAST, 1.0)


def of_size(change: Floats, difference: Floats) -> Mask:
    """Return where a hypothesis changes a figure by half to twice the difference, in its direction."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = change / difference
    return np.asarray((ratio >= 0.5) & (ratio <= 2))


def tail(matched: Floats, expected: Floats) -> Floats:
    """Return a bound of the chance of so many matches or more, where so many are expected (Chernoff, Poisson)."""
    more = matched > expected
    m, e = np.where(more, matched, 1.0), np.maximum(np.where(more, expected, 1.0), _LEAST)
    log = m - e + m * np.log(e / m)
    return np.where(more, np.exp(np.maximum(log, np.log(_LEAST))), 1.0)


def log2_choose(n: Ints, m: Ints) -> Floats:
    """Return the bits that say which m of n are meant."""
    table = _log2_factorials(int(np.max(n, initial=0)))
    return np.asarray(table[n] - table[m] - table[n - m])


_FACTORIALS: list[Floats] = [np.zeros(1)]


def _log2_factorials(n: int) -> Floats:
    if len(_FACTORIALS[0]) <= n:
        _FACTORIALS[0] = np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, 2 * n + 1)))])
    return _FACTORIALS[0]


def certainty(chance: float, *, doubtful: bool = False) -> str:
    """Return `certain`, `likely` or `possible` for a chance of accident; never `certain` where doubtful."""
    if chance <= CERTAIN and not doubtful:
        return WORDS[0]
    return WORDS[1 if chance <= LIKELY else 2]


def in_words(chance: float) -> str:
    """Return how surprising a match would be, if it were an accident."""
    if chance >= 0.5:
        return "no surprise: such a match is to be expected"
    if chance < 1e-9:
        return "an accident is out of the question"
    times = 1 / chance
    digits = 10 ** max(int(np.floor(np.log10(times))) - 1, 0)
    return f"an accident happens once in {round(times / digits) * digits:,.0f} cases"
