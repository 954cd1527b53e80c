"""The pictures of growth: log-log, so that what is linear is a straight line of slope 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

mpl.use("Agg")

_SIZE = (9, 5.5)  # inches
_COLOURS = {"dictionary": "#1b6ca8", "strings": "#c8553d", "limit": "#6b6b6b"}
Line = list[tuple[int, float]]


def rows(lines: dict[str, Line], path: Path) -> None:
    """Draw seconds by rows: by input, threads full, one thread dashed."""
    figure, axes = plt.subplots(figsize=_SIZE)
    for name, line in lines.items():
        colour = _COLOURS[name.partition(",")[0]]
        style = "--" if "one thread" in name else "-"
        words = name.replace("limit", "the machine's limit")
        axes.plot(*zip(*line, strict=True), style, marker="o", markersize=4, color=colour, label=words)
    _linear(axes, lines["dictionary"][-1], [x for x, _ in lines["dictionary"]])
    _finish(axes, "rows", "seconds", "Rows: a fixed part, then linear")
    _save(figure, path)


def keys(points: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds by distinct keys in the same number of rows: the first call and the next."""
    figure, axes = plt.subplots(figsize=_SIZE)
    colours = {"questions": "#1b6ca8", "suppliers": "#c8553d"}
    for kind, colour in colours.items():
        of_kind = [p for p in points if p["kind"] == kind]
        for call, style in (("first", "-"), ("again", "--")):
            label = f"{kind}, {'first call' if call == 'first' else 'next call'}"
            axes.plot([p["found"] for p in of_kind], [p[call] for p in of_kind], style, marker="o", markersize=4,
                      color=colour, label=label)  # fmt: skip
    _finish(axes, "distinct keys", "seconds", f"Distinct keys in {points[0]['rows']:,} rows")
    _save(figure, path)


def worst(points: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds by rows where every row is a case of its own, first call."""
    figure, axes = plt.subplots(figsize=_SIZE)
    kinds = list(dict.fromkeys(p["kind"] for p in points))
    for kind in kinds:
        of_kind = [p for p in points if p["kind"] == kind]
        axes.plot([p["rows"] for p in of_kind], [p["first"] for p in of_kind], marker="o", markersize=4, label=kind)
    longest = max((p for p in points), key=lambda p: p["rows"])
    _linear(axes, (longest["rows"], longest["first"]), sorted({p["rows"] for p in points}))
    _finish(axes, "rows, each of them its own case", "seconds, first call", "As many distinct cases as rows")
    _save(figure, path)


def _linear(axes: Axes, through: tuple[float, float], xs: list[int]) -> None:
    """Draw a line of slope 1 through a point."""
    x, y = through
    axes.plot(xs, [y * at / x for at in xs], ":", color="black", linewidth=1, label="slope 1", zorder=0)


def _finish(axes: Axes, x: str, y: str, title: str) -> None:
    axes.set(xscale="log", yscale="log", xlabel=x, ylabel=y, title=title)
    axes.grid(which="major", color="#dddddd")
    axes.legend(frameon=False, fontsize="small", labelspacing=0.3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
