"""How much each step from one state to the next counts in the effect of its group.

An order of changing the groups leads from before to after through states. The effect of a group is
what its change did, averaged over all orders: the Shapley value. Its parts add up to the whole in
every order, and so do their averages.

References:
    Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II, Princeton.
    Albrecht, J., François, D., Schoors, K. (2002), A Shapley decomposition of carbon emissions without
    residuals, Energy Policy 30, 727-736.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=1 << 12)
def steps(known: tuple[bool, ...], groups: int, order: tuple[int, ...] | None) -> Mapping[tuple[int, int], float]:
    """Return the weight of each step: of (group, state before it), those that count.

    Args:
        known: for each state whether there is a figure; orders that meet one without are left out.
        groups: how many there are; state `s` has bit `g` where group `g` is as it is after.
        order: the one order to take; None for all.

    Returns:
        Weights whose sum is 1 for each group; none at all where no order has a figure in every state.
    """
    last = (1 << groups) - 1
    if order is not None:
        path = [0]
        for g in order:
            path.append(path[-1] | 1 << g)
        return dict.fromkeys(zip(order, path, strict=False), 1.0) if all(known[s] for s in path) else {}
    there = [0] * (last + 1)  # orders from before to each state
    there[0] = int(known[0])
    for s in range(1, last + 1):
        if known[s]:
            there[s] = sum(there[s ^ 1 << g] for g in range(groups) if s >> g & 1)
    on = [0] * (last + 1)  # orders from each state to after
    on[last] = int(known[last])
    for s in range(last - 1, -1, -1):
        if known[s]:
            on[s] = sum(on[s | 1 << g] for g in range(groups) if not s >> g & 1)
    return {
        (g, s): there[s] * on[s | 1 << g] / there[last]
        for s in range(last + 1)
        for g in range(groups)
        if not s >> g & 1 and there[s] and on[s | 1 << g]
    }
