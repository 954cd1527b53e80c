"""``python -m benchmarks.report``: the figures of the last runs as passages of Markdown, and the pictures of growth.

The passages are functions of benchmarks/results/*.json alone, so that a page can be checked against them
(tests/pages.py); where nothing was measured yet they say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import few, loading, out_of_core
from benchmarks.contenders import LIMIT, OURS, PEERS, USUAL
from benchmarks.growth import RESULTS, slope
from benchmarks.ratios import ONE_THREAD, median, over_encoding, ratio

DOCS = Path(__file__).parents[1] / "docs"
WANTED = {"passes": 3.0, "dictionary": 5.0, "strings": 2.0, "memory": 1.2}
_FROM = {"rows": 1e6, "worst": 1e5}  # sizes from which slopes are taken: below, what each call does once is most


@cache
def _read(name: str) -> dict[str, Any]:
    path = RESULTS / name
    return json.loads(path.read_text()) if path.exists() else {}


def _measured(name: str, command: str) -> Callable[[Callable[[dict[str, Any]], str]], Callable[[], str]]:
    """Make a passage of what writes one from the results in a file."""

    def passage(write: Callable[[dict[str, Any]], str]) -> Callable[[], str]:
        return lambda: write(_read(name)) if _read(name) else f"Not measured yet: `{command}`."

    return passage


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(head), *(list(map(str, row)) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@_measured("latest.json", "make bench")
def machine(report: dict[str, Any]) -> str:
    """Return where and how the contenders were measured."""
    versions = ", ".join(f"{name} {found}" for name, found in report["versions"].items())
    return (
        f"{report['rows']:,} rows, {report['rounds']} rounds; Python {report['python']}, {report['machine']}, "
        f"load {report['load']:.1f} while it ran; {versions}."
    )


@_measured("latest.json", "make bench")
def targets(report: dict[str, Any]) -> str:
    """Return what was wanted of rows, and what was measured."""
    dictionary, strings = report["kernel"]["dictionary"], report["kernel"]["strings"]
    rows = []
    for suffix, words in (("", "all cores"), (ONE_THREAD, "one thread")):
        passes = ratio(dictionary, f"{OURS}{suffix}", to=f"{LIMIT}{suffix}")
        over = over_encoding(strings, suffix)
        rows += [
            (f"dictionary-encoded: passes of the limit, {words}", f"at most {WANTED['passes']:g}", f"{passes:.2f}"),
            (f"strings: passes beyond encoding them, {words}", f"at most {WANTED['passes']:g}", f"{over:.2f}"),
        ]
    usual = ratio(dictionary, f"{OURS}{ONE_THREAD}", to=USUAL)
    rows.append(
        ("dictionary-encoded: passes as usually written, one thread", f"at most {WANTED['passes']:g}", f"{usual:.2f}")
    )
    for encoding, found in report["kernel"].items():
        fastest = min(PEERS, key=lambda name: ratio(found, name))
        words = f"{encoding}: times faster than the fastest peer ({fastest})"
        rows.append((words, f"at least {WANTED[encoding]:g}", f"{ratio(found, fastest):.2f}"))
    return _table(("", "wanted", "measured"), rows)


@_measured("latest.json", "make bench")
def in_short(report: dict[str, Any]) -> str:
    """Return the contenders in a few words."""
    said = []
    for encoding, found in report["kernel"].items():
        times = ", ".join(f"{ratio(found, name):.1f} ({name})" for name in PEERS)
        said.append(f"{encoding}: {median(found[OURS]['seconds']):.2f} s; times as long: {times}.")
    return f"{report['rows']:,} bills of 5,000 facilities, {report['machine']}.\n\n" + "\n".join(f"- {s}" for s in said)


@_measured("latest.json", "make bench")
def contenders(report: dict[str, Any]) -> str:
    """Return the times of all contenders."""
    rows = []
    for encoding, found in report["kernel"].items():
        for name, m in found.items():
            seconds = median(m["seconds"])
            rows.append(
                (encoding, name, f"{seconds:.3f}", f"{median(m['cpu']):.3f}", f"{m['first']['seconds']:.3f}",
                 f"{report['rows'] / seconds / 1e6:.1f} M", f"{ratio(found, name):.2f}", f"{m['above_input_mb']:,.0f}")
            )  # fmt: skip
    head = ("input", "contender", "seconds", "CPU s", "first call", "rows/s", "times ours", "MB above input")
    return _table(head, rows)


@_measured("latest.json", "make bench")
def memory(report: dict[str, Any]) -> str:
    """Return what a calculation needs beyond input and output, by row."""
    rows = [
        (m["input"], m["output"], f"{m['rows']:,}", f"{m['output_bytes_a_row']:.1f}",
         *(f"{m[f'{by}_bytes_a_row']:.1f} ({m[f'{by}_times_output']:.2f})" for by in ("process", "tracemalloc")))
        for m in report["memory"]
    ]  # fmt: skip
    head = ("input", "output", "rows", "output, bytes a row", "beyond it: process (times output)",
            "tracemalloc (times output)")  # fmt: skip
    return _table(head, rows)


@_measured("latest.json", "make bench")
def few_rows(report: dict[str, Any]) -> str:
    """Return what one record and a fresh process cost."""
    rows = [
        (name, f"under {few.WANTED[name]:,}" if name in few.WANTED else "", f"{found:,.0f}" if found >= 100 else
         f"{found:.1f}")
        for name, found in report["few"].items()
    ]  # fmt: skip
    return _table(("", "wanted", "measured"), rows)


@_measured("latest.json", "make bench")
def loading_tables(report: dict[str, Any]) -> str:
    """Return how long the tables take to load."""
    return loading.show(report["loading"]).rstrip()


@_measured("growth.json", "make bench-report")
def rows_grow(report: dict[str, Any]) -> str:
    """Return nanoseconds a row by size, input and threads, and the slopes."""
    lines = _lines(report)
    sizes = sorted({n for found in lines.values() for n, _ in found})
    by_size = {name: dict(found) for name, found in lines.items()}
    rows = [
        (f"{n:,}", *(f"{by_size[name][n] / n * 1e9:,.1f}" if n in by_size[name] else "" for name in lines))
        for n in sizes
    ]
    slopes = [f"{slope(*map(list, zip(*found, strict=True)), _FROM['rows']):.2f}" for found in lines.values()]
    left_out = "".join(f"\nLeft out: {words}." for words in report["left_out"])
    table = _table(("rows", *lines), [*rows, (f"slope from {_FROM['rows']:,.0f} rows", *slopes)])
    return f"Nanoseconds a row, medians.\n\n{table}\n{left_out}".rstrip()


def _lines(report: dict[str, Any]) -> dict[str, list[tuple[int, float]]]:
    """Return (rows, seconds) of each line of the picture of rows."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for point in report["rows"]:
        for name, seconds in point["seconds"].items():
            if name.startswith("ours"):
                lines.setdefault(f"{point['input']}{name.removeprefix('ours')}", []).append((point["rows"], seconds))
            elif point["input"] == "dictionary":
                lines.setdefault(name, []).append((point["rows"], seconds))
    return lines


@_measured("growth.json", "make bench-report")
def keys_grow(report: dict[str, Any]) -> str:
    """Return seconds by the number of distinct keys in as many rows."""
    rows = [
        (p["kind"], f"{p['found']:,}", f"{p['first']:.3f}", f"{p['again']:.3f}", f"{p['again'] / p['rows'] * 1e9:,.0f}",
         f"{p['memory_mb']:,.0f}")
        for p in report["keys"]
    ]  # fmt: skip
    count = report["keys"][0]["rows"]
    head = ("kind", "distinct keys", "first call, s", "next call, s", "next, ns a row", "MB above input")
    return f"{count:,} rows.\n\n{_table(head, rows)}"


@_measured("growth.json", "make bench-report")
def worst_grows(report: dict[str, Any]) -> str:
    """Return microseconds a row where every row is a case of its own, and the slopes."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for point in report["worst"]:
        kinds.setdefault(point["kind"], []).append(point)
    rows = []
    for kind, points in kinds.items():
        last = points[-1]
        sizes = [p["rows"] for p in points]
        slopes = (slope(sizes, [p[call] for p in points], _FROM["worst"] / 10) for call in ("first", "again"))
        rows.append(
            (kind, f"{last['rows']:,}", f"{last['found']:,}", f"{last['first'] / last['rows'] * 1e6:.2f}",
             f"{last['again'] / last['rows'] * 1e6:.2f}", *(f"{s:.2f}" for s in slopes),
             f"{last['memory_mb'] / last['rows'] * 2**20:,.0f}")
        )  # fmt: skip
    head = ("each row its own", "rows", "distinct keys", "first call, µs a row", "next call, µs a row",
            "slope, first", "slope, next", "bytes a row")  # fmt: skip
    return _table(head, rows)


@_measured("out_of_core.json", "python -m benchmarks.out_of_core")
def out_of_core_runs(report: dict[str, Any]) -> str:
    """Return each size and kind of batch beside the plain rewrite."""
    return "\n".join(map(out_of_core.show, report.values())).rstrip()


@_measured("reconcile.json", "python -m benchmarks.reconcile")
def reconciled(report: dict[str, Any]) -> str:
    """Return how long explaining an API's answer takes, by what it deviates in."""
    rows = [
        (name, f"{found['seconds']:.1f}", f"{found['differs']:,}", f"{found['certain']:,}",
         ", ".join(f"`{first}`" for first in found["first"]))
        for name, found in report.items() if isinstance(found, dict)
    ]  # fmt: skip
    table = _table(("the API's answer", "seconds", "facilities that differ", "explained for certain", "first"), rows)
    return f"{report['facilities']:,} facilities, {report['rows']:,} bills, {report['keys']:,} keys.\n\n{table}"


def adapters() -> str:
    """Return what the other engines take beside pandas."""
    path = RESULTS / "engines.md"
    if not path.exists():
        return "Not measured yet: `python -m benchmarks.engines`."
    return re.sub(r"^# (.*)$", r"**\1**", path.read_text().strip(), flags=re.MULTILINE)


PASSAGES: dict[str, Callable[[], str]] = {
    "bench_machine": machine,
    "bench_in_short": in_short,
    "bench_targets": targets,
    "bench_contenders": contenders,
    "bench_memory": memory,
    "bench_few": few_rows,
    "bench_loading": loading_tables,
    "bench_rows": rows_grow,
    "bench_keys": keys_grow,
    "bench_worst": worst_grows,
    "bench_engines": adapters,
    "bench_out_of_core": out_of_core_runs,
    "bench_reconcile": reconciled,
}


def latest() -> str:
    """Return what `make bench` measures as a page of its own."""
    titles = {"Wanted and measured": targets, "Contenders": contenders, "Memory": memory, "Few rows": few_rows,
              "Loading": loading_tables}  # fmt: skip
    parts = [f"## {title}\n\n{write()}\n" for title, write in titles.items()]
    return "\n".join([f"# Benchmarks\n\n{machine()}\n", *parts])


def draw() -> None:
    """Draw the pictures of growth into docs/."""
    from benchmarks import pictures

    report = _read("growth.json")
    if report:
        pictures.rows(_lines(report), DOCS / "benchmarks-rows.png")
        pictures.keys(report["keys"], DOCS / "benchmarks-keys.png")
        pictures.worst(report["worst"], DOCS / "benchmarks-worst.png")


def write_page() -> None:
    """Write the passages into docs/benchmarks.md."""
    path = DOCS / "benchmarks.md"
    page = path.read_text(encoding="utf-8")
    for name, passage in PASSAGES.items():
        marks = rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)"
        text = f"{passage()}\n"
        page = re.sub(marks, lambda m, text=text: f"{m[1]}{text}{m[2]}", page, flags=re.DOTALL)
    path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    draw()
    write_page()
