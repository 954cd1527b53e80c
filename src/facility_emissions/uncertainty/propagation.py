"""Intervals by error propagation: IPCC 2006 Guidelines, Volume 1, chapter 3, Approach 1.

Relative errors of what is multiplied are added in quadrature (Equation 3.1), and so are the errors
of what is summed (Equation 3.2), where they are independent. An error that several summands share
is one error: their parts of it are added first (JCGM 100:2008, 5.2.2). Both sides of the interval
are carried apart, so that bounds that are not symmetric stay so.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.uncertainty.case import Case

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def half_widths(case: Case) -> tuple[Floats, Floats]:
    """Return by group how far the interval of what is known reaches below and above it [kg CO2e]."""
    g, ratios = case.groups, case.sources.ratios
    quantities = g.squares(case.known_rate)
    single = np.bincount(g.cell_group, minlength=g.count)[g.cell_group] == 1  # nothing to add before squaring
    group, source, kg = by_source(case, ~single)
    key, key_source, rate = _by_key(case)
    out = []
    for reach in (1 - ratios[:, 0], ratios[:, 1] - 1):
        of_key = np.bincount(key, (rate * reach[key_source]) ** 2, g.keys)
        squares = quantities + np.bincount(group, (kg * reach[source]) ** 2, g.count)
        squares += g.total(np.where(single, g.known_quantity**2 * of_key[g.cell_key], 0.0))
        out.append(np.sqrt(squares))
    return out[0], out[1]


def by_source(case: Case, cells: Mask) -> tuple[Ints, Ints, Floats]:
    """Return group, source and the CO2e [kg] of the group that is made with that source's number, of some cells."""
    key, source, rate = _by_key(case)
    chosen = np.flatnonzero(cells)
    cell_key = case.groups.cell_key[chosen]
    first = np.searchsorted(key, np.arange(case.groups.keys + 1))
    count = (first[1:] - first[:-1])[cell_key]
    of = np.repeat(np.arange(len(chosen)), count)
    line = first[cell_key[of]] + np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    kg = case.groups.known_quantity[chosen][of] * rate[line]
    size = max(len(case.sources.names), 1)
    both, found = pd.factorize(case.groups.cell_group[chosen][of] * size + source[line])
    return found // size, found % size, np.bincount(both, kg, len(found)).astype(np.float64)


def _by_key(case: Case) -> tuple[Ints, Ints, Floats]:
    """Return key, source and the rate [kg CO2e / unit] of the key's figure that is made with it, by key."""
    found: dict[tuple[int, int], float] = {}
    for key, part in zip(case.parts.key.tolist(), case.parts.parts, strict=True):
        for source in part.sources:
            found[key, source] = found.get((key, source), 0.0) + part.rate
    pairs = np.array(list(found), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array(list(found.values()), dtype=np.float64)
