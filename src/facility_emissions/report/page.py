"""A page for a browser: one file that opens from disk, without network and without scripts.

A page is said in words and figures here and drawn by `templates/page.html` (jinja2, extra `report`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from facility_emissions.errors import ContractError

_SHOWN_FROM_ZERO = 0.5  # of the highest bar: with a smaller range the axis does not begin at 0


@dataclass(frozen=True, slots=True)
class Card:
    """A figure that is seen first."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A bar of a waterfall, from `start` to `end`; a total stands on the axis."""

    label: str
    start: float
    end: float
    note: str = ""
    total: bool = False

    @property
    def change(self) -> float:
        """How much it adds; of a total, where it stands."""
        return self.end if self.total else self.end - self.start


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a heading; columns in `numbers` are set to the right."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """All that a page shows.

    Attributes:
        title, verdict: what it is about, and the answer in a sentence.
        good: whether the answer is that nothing is wrong.
        cards: figures that are seen first.
        steps, steps_title, unit: the waterfall.
        tables: in their order.
        notes: what is to be said of the whole; at the foot.
    """

    title: str
    verdict: str
    good: bool
    cards: Sequence[Card]
    steps: Sequence[Step]
    steps_title: str
    unit: str
    tables: Sequence[Table]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A step as it is drawn: where it begins and how long it is, in percent of the width."""

    step: Step
    left: float
    width: float
    sign: str


def bars(steps: Sequence[Step]) -> tuple[list[Bar], float]:
    """Return the bars of a waterfall and the value that its axis begins at."""
    ends = [v for s in steps for v in ((s.end,) if s.total else (s.start, s.end))]
    low, high = (min(ends), max(ends)) if ends else (0.0, 0.0)
    begin = min(low, 0.0)
    if low > 0 and high - low < _SHOWN_FROM_ZERO * high:
        begin = low - 0.25 * (high - low)
    span = max(high, 0.0) - begin or 1.0
    drawn = []
    for s in steps:
        first, last = sorted((max(begin, 0.0) if s.total else s.start, s.end))
        sign = "total" if s.total else "up" if s.change > 0 else "down"
        drawn.append(Bar(s, 100 * (first - begin) / span, max(100 * (last - first) / span, 0.4), sign))
    return drawn, begin


def render(page: Page) -> str:
    """Return a page as HTML.

    Raises:
        ContractError: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise ContractError("A page needs jinja2: pip install 'facility-emissions[report]'.") from None
    loader = PackageLoader("facility_emissions.report", "templates")
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters["kg"] = kg
    drawn, begin = bars(page.steps)
    return env.get_template("page.html").render(page=page, bars=drawn, begin=begin)


def write(page: Page, path: Path) -> None:
    """Write a page as one HTML file."""
    path.write_text(render(page), encoding="utf-8")


def kg(value: float, *, sign: bool = False) -> str:
    """Return kg as text, with as many decimals as matter; '' for unknown."""
    if pd.isna(value):
        return ""
    decimals = 0 if abs(value) >= 1000 or not value else 1 if abs(value) >= 10 else 3
    return f"{value:{'+' if sign and value else ''},.{decimals}f}"


def percent(share: float, *, sign: bool = False) -> str:
    """Return a share as percent; '' for unknown."""
    return "" if pd.isna(share) else f"{100 * share:{'+' if sign else ''},.1f} %"
