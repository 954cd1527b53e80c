"""What may differ between two calculations, in groups that each have one effect.

A state is a set of groups that are as they are after; it is written as an integer with one bit a group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facility_emissions.errors import ContractError, did_you_mean
from facility_emissions.method import Method

#: Fields of the Method by the effect that a change of them has.
FIELDS: dict[str, tuple[str, ...]] = {
    "editions": ("as_of", "editions", "databases"),
    "gwp": ("gwp", "horizon", "gases", "methane", "refrigerants"),
    "scope2": ("scope2", "include"),
    "method": ("year_rule", "max_years_back", "max_years_forward", "include_archived", "strict"),
}
#: Every group, in the order in which effects are shown.
GROUPS = ("release", "activity", "editions", "gwp", "scope2", "method", "custom_factors")
#: Every effect: `fallback` is a part of that of `editions`, the last two are no group's.
EFFECTS: dict[str, str] = {
    "release": "Release of the data",
    "activity": "Activity data",
    "editions": "Edition of the factors",
    "fallback": "Factors of another year or place",
    "gwp": "Global warming potentials",
    "scope2": "Scope 2 basis, figures in the total",
    "method": "Rules of the method",
    "custom_factors": "Factors of your own",
    "coverage": "Records with a figure on one side only",
    "joint": "Groups that cannot be told apart",
}


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups that differ between two calculations.

    Attributes:
        before, after: the two Methods.
        names: the groups that differ, in the order of `GROUPS`.
        order: numbers of the groups in the order in which they are changed; None for all orders.
    """

    before: Method
    after: Method
    names: tuple[str, ...]
    order: tuple[int, ...] | None = None

    @property
    def last(self) -> int:
        """The state in which every group is as it is after."""
        return (1 << len(self.names)) - 1

    def bit(self, name: str) -> int:
        """Return the bit of a group in a state; 0 for one that does not differ."""
        return 1 << self.names.index(name) if name in self.names else 0

    def states(self) -> list[int]:
        """Return the states that can be calculated: with a release before, nothing comes before that."""
        release = self.bit("release")
        return [s for s in range(self.last + 1) if not s or not release or s & release]

    def method(self, state: int) -> Method:
        """Return the Method of a state."""
        changed = {f: getattr(self.after, f) for g, of in FIELDS.items() if state & self.bit(g) for f in of}
        return Method(**{**{f: getattr(self.before, f) for f in Method.model_fields}, **changed})

    @property
    def effects(self) -> tuple[str, ...]:
        """The effects that there are, in the order in which they are shown; `joint` last."""
        parts = {*self.names, "coverage", "joint", *(["fallback"] if "editions" in self.names else [])}
        return tuple(e for e in EFFECTS if e in parts)

    def told(self, name: str) -> str:
        """Say which fields of a group of the Method differ, and how."""
        pairs = ((f, getattr(self.before, f), getattr(self.after, f)) for f in FIELDS.get(name, ()))
        return "; ".join(f"{f}: {_shown(old)} to {_shown(new)}" for f, old, new in pairs if old != new)


def groups_of(before: Method, after: Method, others: Mapping[str, bool], order: Sequence[str] | None) -> Groups:
    """Return the groups that differ.

    Args:
        before, after: the Methods.
        others: whether each group that is none of the Method's differs.
        order: names of groups in the order in which they are to be changed; None for all orders.

    Raises:
        ContractError: the order names no such group, one twice, or lacks one that differs.
    """
    differ = {g: any(getattr(before, f) != getattr(after, f) for f in of) for g, of in FIELDS.items()} | dict(others)
    names = tuple(g for g in GROUPS if differ.get(g))
    if order is None:
        return Groups(before, after, names)
    for name in order:
        if name not in GROUPS:
            raise ContractError(f"order names {name!r}; known: {', '.join(GROUPS)}.{did_you_mean(name, GROUPS)}")
    if len(set(order)) != len(order):
        raise ContractError(f"order names a group twice: {', '.join(order)}.")
    lacking = [name for name in names if name not in order]
    if lacking:
        raise ContractError(f"order lacks what differs too: {', '.join(lacking)}.")
    if "release" in names and next(n for n in order if n in names) != "release":
        raise ContractError("order: the release comes first; an older one cannot be asked again.")
    return Groups(before, after, names, tuple(names.index(name) for name in order if name in names))


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_shown(v)}" for k, v in value.items()) or "none"
    return " ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)
