"""Intervals by simulation: IPCC 2006 Guidelines, Volume 1, chapter 3, Approach 2 (Monte Carlo).

Every number is drawn from the lognormal distribution that has its bounds as 2.5 and 97.5 %
quantiles: one draw for each source, whatever figures it is in, and one for each record's quantity.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from facility_emissions.uncertainty.case import Case

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_Z = NormalDist().inv_cdf(0.975)
_AT_ONCE = 1 << 21  # draws; they fit the cache of a processor
_KEPT = 1 << 24  # draws of groups that are kept for their quantiles: 128 MB


def lognormal(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the logarithm, for bounds that are the 2.5 and 97.5 % quantiles.

    Where the lower bound is not above zero no lognormal has it; then the number itself is the
    median, and the upper bound decides.
    """
    low = np.where(lower > 0, np.log(np.maximum(lower, np.finfo(float).tiny)), -np.log(upper))
    high = np.log(upper)
    return (low + high) / 2, (high - low) / (2 * _Z)


def interval(case: Case, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Return by group the 2.5 and 97.5 % quantiles of what is known [kg CO2e].

    The records have to be numbered and sorted in an order that does not depend on that of the
    rows; so the same rows in another order give the same draws.
    """
    g = case.groups
    known = np.flatnonzero(g.quantities.known)
    order = known[np.argsort(g.group[known], kind="stable")]
    group = g.group[order]
    lower, upper = np.zeros(g.count), np.zeros(g.count)
    generator = np.random.default_rng(seed)
    step = max(1, _KEPT // draws)
    for first in range(0, g.count, step):
        last = min(first + step, g.count)
        begin, end = np.searchsorted(group, [first, last])
        chunk = _Chunk(case, order[begin:end], group[begin:end] - first, last - first)
        kept = chunk.simulate(draws, generator)
        lower[first:last], upper[first:last] = np.quantile(kept, [0.025, 0.975], axis=1)
    return lower, upper


class _Chunk:
    """Some groups of a case, with their rows sorted by group, and what of the parts and sources these need."""

    def __init__(self, case: Case, rows: Ints, group: Ints, groups: int) -> None:
        q = case.groups.quantities.take(rows)
        self._group, self._groups, self._quantity = group, groups, q.rows.quantity
        self._mean, self._deviation = lognormal(1 - q.half_width, 1 + q.half_width)
        # Shares of a record in one group lie together, and have one draw.
        new = np.append(True, (q.record[1:] != q.record[:-1]) | (group[1:] != group[:-1]))[: len(rows)]
        self._first, self._record = np.flatnonzero(new), np.cumsum(new) - 1
        keys, self._key = np.unique(q.rows.key, return_inverse=True)
        used = np.flatnonzero(case.parts.known & np.isin(case.parts.key, keys))
        self._keys, self._part_key = len(keys), np.searchsorted(keys, case.parts.key[used])
        self._part_rate = case.parts.rate[used]
        of = [case.parts.parts[i].sources for i in used.tolist()]
        rank = case.sources.rank
        sources = sorted({s for places in of for s in places}, key=lambda s: rank[s])  # by name
        self._ratios = case.sources.ratios[sources]
        place = {s: i for i, s in enumerate(sources)}
        most, none = max(map(len, of), default=0), len(sources)  # the last source is always 1
        padded = [[*(place[s] for s in places), *[none] * (most - len(places))] for places in of]
        self._sources = np.array(padded, dtype=np.int64).reshape(len(of), most)

    def simulate(self, draws: int, generator: np.random.Generator) -> Floats:
        """Return the CO2e of each group in each draw [kg]."""
        kept = np.zeros((self._groups, draws))
        at_once = max(1, _AT_ONCE // max(len(self._ratios), len(self._part_key), self._keys, 1))
        for begin in range(0, draws, at_once):
            end = min(begin + at_once, draws)
            rates = self._rates(end - begin, generator)
            for first, last in self._blocks(end - begin):
                self._add(kept[:, begin:end], rates, first, last, generator)
        return kept

    def _rates(self, draws: int, generator: np.random.Generator) -> Floats:
        """Draw the sources, and return each key's rate in each draw [kg CO2e / unit]."""
        mean, deviation = lognormal(self._ratios[:, :1], self._ratios[:, 1:])
        drawn = np.exp(mean + deviation * generator.standard_normal((len(self._ratios), draws)))
        drawn = np.vstack([drawn, np.ones(draws)])
        rate = np.repeat(self._part_rate[:, None], draws, axis=1)
        for source in self._sources.T:
            rate *= drawn[source]
        out = np.zeros((self._keys, draws))
        if len(rate):
            begin = np.flatnonzero(np.append(True, self._part_key[1:] != self._part_key[:-1]))
            out[self._part_key[begin]] = np.add.reduceat(rate, begin, axis=0)
        return out

    def _blocks(self, draws: int) -> list[tuple[int, int]]:
        """Return blocks of rows, cut between records."""
        step = max(1, _AT_ONCE // draws)
        cuts, at = [0], 0
        while at < len(self._record):
            following = np.searchsorted(self._first, at + step)
            at = int(self._first[following]) if following < len(self._first) else len(self._record)
            cuts.append(at)
        return list(pairwise(cuts))

    def _add(self, kept: Floats, rates: Floats, first: int, last: int, generator: np.random.Generator) -> None:
        """Draw the quantities of a block of rows, and add its CO2e to that of the groups."""
        rows = slice(first, last)
        record = self._record[rows] - self._record[first]
        drawn = generator.standard_normal((int(record[-1]) + 1, kept.shape[1]))[record]
        drawn *= self._deviation[rows, None]
        drawn += self._mean[rows, None]
        np.exp(drawn, out=drawn)
        drawn *= self._quantity[rows, None]
        drawn *= rates[self._key[rows]]
        group = self._group[rows]
        begin = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
        kept[group[begin]] += np.add.reduceat(drawn, begin, axis=0)
