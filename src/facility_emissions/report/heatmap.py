"""The coverage as a picture: for each figure a panel, countries down, years across, coloured by what answers.

The colours are those of Okabe and Ito (2008), which people with any common colour vision tell
apart. matplotlib (extra `plots`) is imported when a picture is drawn, not before.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from facility_emissions.availability import ANSWERS
from facility_emissions.errors import ContractError
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

#: Colour, words of the legend, and the answers that it stands for.
COLOURS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("#0072B2", "own factor, of the year", ("own", "everywhere")),
    ("#56B4E9", "own factor, of another year", ("earlier", "later")),
    ("#D55E00", "only for a network that is named", ("named",)),
    ("#009E73", "factor of its region", ("region",)),
    ("#E69F00", "lifecycle series (upstream inside)", ("lifecycle",)),
    ("#F7DCA6", "inside another figure already", ("inside",)),
    ("#F0E442", "grid average stands in", ("grid_average",)),
    ("#999999", "world's default", ("world",)),
    ("#CC79A7", "another country stands in", ("stand_in",)),
    ("#FFFFFF", "nothing", ("none",)),
)
_COLOUR_OF = {answer: n for n, (_, _, answers) in enumerate(COLOURS) for answer in answers}
if TYPE_CHECKING:
    from matplotlib.figure import Figure

_OF_ITS_OWN = ("own", "earlier", "later", "named")
_OTHERS = "others"
_GAP = 1.1  # between groups, in rows

assert set(_COLOUR_OF) == set(ANSWERS), "each kind of answer has its colour"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows.

    Attributes:
        groups: (title, countries) from top to bottom; the last is all others, as one row.
        panels: activity category to a frame of answers, countries by years.
        names: country to its name.
    """

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    panels: dict[str, pd.DataFrame]
    names: dict[str, str]

    @property
    def countries(self) -> list[str]:
        """The rows, from top to bottom."""
        return [c for _, countries in self.groups for c in countries]

    def digest(self) -> str:
        """Return twelve hexadecimal digits that name what is shown, whatever draws it."""
        text = repr(self.groups) + "".join(f"{name}\n{panel.to_csv()}" for name, panel in self.panels.items())
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def picture(frame: pd.DataFrame) -> Picture:
    """Arrange coverage by year for a picture.

    A panel for each figure that differs from country to country, for the first activity that
    stands for it (natural gas for fuels). Countries with nothing of their own but a lifecycle
    series are summed up in one row, which shows their commonest answer.

    Args:
        frame: as `coverage_by_year` returns it.

    Raises:
        ContractError: there is nothing to show.
    """
    first = frame.groupby("activity_category")["activity"].transform("first")
    shown = frame[(frame["activity"] == first) & (frame["answer"] != "everywhere")]
    if shown.empty:
        raise ContractError("The coverage asked for has no figure that differs from country to country.")
    answers = shown.pivot_table(
        index="country", columns=["activity_category", "year"], values="answer", aggfunc="first"
    )
    figures = [f for f in ACTIVITY_CATEGORIES if f in set(shown["activity_category"])]
    own = answers.isin(_OF_ITS_OWN)
    beyond = [f for f in figures if ACTIVITY_CATEGORIES[f].category != "electricity"]
    wide = {c for c in answers.index if own.loc[c, own.columns.get_level_values(0).isin(beyond)].any()}
    grid = {c for c in answers.index if own.loc[c].any()} - wide
    names = dict(zip(shown["country"], shown["name"], strict=True))
    rest = [c for c in answers.index if c not in wide | grid]
    groups = [
        ("with factors of their own for fuels, heat or water", wide),
        ("with factors of their own for electricity", grid),
    ]
    ordered = [(title, tuple(sorted(members, key=names.__getitem__))) for title, members in groups if members]
    if len(rest) == 1 or not ordered:
        ordered.append(("", tuple(sorted(rest, key=names.__getitem__))))
    elif rest:
        ordered.append(("with none of their own, or a lifecycle series of electricity only", (_OTHERS,)))
        answers.loc[_OTHERS] = answers.loc[rest].mode().iloc[0]
        names[_OTHERS] = f"{len(rest)} other countries, mostly"
    rows = [c for _, countries in ordered for c in countries]
    return Picture(tuple(ordered), {f: answers.loc[rows, f] for f in figures}, names)


def draw(what: Picture, path: Path) -> None:
    """Draw a picture as PNG or SVG, by the suffix of the path; its metadata hold the digest.

    Raises:
        ContractError: matplotlib is not installed, or the suffix is neither.
    """
    if path.suffix.lower() not in (".png", ".svg"):
        raise ContractError(f"{str(path)!r}: a picture ends in .png or .svg.")
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.colors import ListedColormap
        from matplotlib.figure import Figure
    except ImportError:
        raise ContractError("A picture needs matplotlib: pip install 'facility-emissions[plots]'.") from None
    rows, panels = what.countries, what.panels
    height = 0.145 * (len(rows) + _GAP * len(what.groups))
    figure = Figure(figsize=(1.9 + 0.98 * len(panels), height + 1.62), dpi=150)
    FigureCanvasAgg(figure)
    total = figure.get_figheight()
    grey = "#EFEFEF"  # nothing is white; what is no row is grey
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    figure.subplots_adjust(left=1.65 / figure.get_figwidth(), right=0.985, wspace=0.07,
                           bottom=0.28 / total, top=1 - 1.34 / total)  # fmt: skip
    colours = ListedColormap([colour for colour, _, _ in COLOURS])
    at, ticks, breaks = _rows(what)
    for axis, (name, panel) in zip(axes, panels.items(), strict=True):
        years = [int(y) for y in panel.columns]
        for start, members in breaks:
            codes = panel.loc[list(members)].replace(_COLOUR_OF).astype(int).to_numpy()
            axis.pcolormesh([y - 0.5 for y in [*years, years[-1] + 1]], [start + n for n in range(len(members) + 1)],
                            codes, cmap=colours, vmin=-0.5, vmax=len(COLOURS) - 0.5, edgecolors="face",
                            linewidth=0, rasterized=True)  # fmt: skip
            for line in range(1, len(members)):
                axis.axhline(start + line, color="white", linewidth=0.5)
        scope = ACTIVITY_CATEGORIES[name].scope
        title = textwrap.wrap(ACTIVITY_CATEGORIES[name].title, 17)
        axis.set_title("\n".join([*title, f"(scope {scope})"]), fontsize=7, pad=4)
        decades = [y for y in years if y % 10 == 0]
        axis.set_xticks(decades, [str(y) if y % 20 == 10 or len(decades) < 3 else "" for y in decades], fontsize=6.5)
        axis.tick_params(axis="x", length=2, pad=1.5)
        for y in decades:
            axis.axvline(y - 0.5, color="white", linewidth=0.4)
        for side in axis.spines.values():
            side.set(linewidth=0.4, color="#BBBBBB")
        axis.set_facecolor(grey)
        axis.tick_params(axis="y", length=0)
    axes[0].set_ylim(at[-1] + 1.0, breaks[0][0] - _GAP)
    axes[0].set_yticks([a + 0.5 for a in at], ticks, fontsize=6.5)
    axes[0].set_zorder(2)  # the titles of the groups run over the panels beside it
    for (start, _), (group, _) in zip(breaks, what.groups, strict=True):
        axes[0].text(years[0] + 0.5, start - _GAP / 2, group, fontsize=6.5, style="italic", va="center_baseline")
    _legend(figure, panels.values(), total)
    figure.savefig(path, metadata={"Description": what.digest(), "Software": None} if path.suffix.lower() == ".png"
                   else {"Description": what.digest(), "Date": None})  # fmt: skip


def _rows(what: Picture) -> tuple[list[float], list[str], list[tuple[float, tuple[str, ...]]]]:
    """Return the top of each row, its label, and the top and members of each group; a gap parts the groups."""
    at: list[float] = []
    ticks: list[str] = []
    blocks: list[tuple[float, tuple[str, ...]]] = []
    top = 0.0
    for _, members in what.groups:
        blocks.append((top, members))
        at += [top + n for n in range(len(members))]
        ticks += [what.names[c] for c in members]
        top += len(members) + _GAP
    return at, ticks, blocks


def _legend(figure: Figure, panels: Iterable[pd.DataFrame], height: float) -> None:
    """Write the title and, of the colours, those that are used."""
    from matplotlib.patches import Patch

    used = {_COLOUR_OF[answer] for panel in panels for answer in pd.unique(panel.to_numpy().ravel())}
    handles = [
        Patch(facecolor=colour, edgecolor="#666666", linewidth=0.4, label=words)
        for n, (colour, words, _) in enumerate(COLOURS)
        if n in used
    ]
    years = next(iter(panels)).columns
    left = 0.12 / figure.get_figwidth()
    title = "Where the emission factor comes from, by figure, country and year of consumption"
    about = (
        f"{years[0]} to {years[-1]}. Fuel: natural gas. Electricity: no supplier or contract named, whole countries."
    )
    figure.text(left, 1 - 0.1 / height, title, fontsize=10, weight="bold", va="top")
    figure.text(left, 1 - 0.29 / height, about, fontsize=7, va="top")
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(left, 1 - 0.47 / height),
        ncols=(len(handles) + 1) // 2,
        fontsize=7,
        frameon=False,
        borderaxespad=0,
        borderpad=0,
        columnspacing=1.4,
        handlelength=1.3,
    )
