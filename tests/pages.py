"""Runs the examples of a Markdown page, and compares what they print with what the page shows.

`python` blocks run one after the other in one namespace; the `text` block that follows one holds
its output. In `console` blocks a line `$ command` is run and the lines below it are its output. A
line `...` stands for any lines. What stands between `<!-- name -->` and `<!-- end name -->` is
made from the data, as is the picture of the coverage.

    python tests/pages.py            # after a change of data or output: write it into the pages
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

sys.path.append(str(Path(__file__).parents[1]))  # the benchmarks are beside the tests

from benchmarks import report

import coverage_page
import crosscheck
from facility_emissions import bundle
from facility_emissions.bundle import rows

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/method.md",
    "docs/scope2.md",
    "docs/purchased_heat.md",
    "docs/data.md",
    "docs/words.md",
    "docs/crosscheck.md",
    "docs/coverage.md",
    "docs/maintain.md",
    "docs/engines.md",
    "docs/batch.md",
    "docs/uncertainty.md",
    "docs/quality.md",
    "docs/refrigerants.md",
    "docs/water.md",
    "docs/fuels.md",
    "docs/api.md",
    "docs/rollups.md",
    "docs/restate.md",
    "docs/reconcile.md",
    "docs/benchmarks.md",
)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and where the text stands in the page."""

    language: str
    text: str
    start: int
    line: int


@dataclass(frozen=True)
class Shown:
    """Output as the page shows it and as it is; `start` and `end` are its place in the page."""

    line: int
    shown: str
    real: str
    start: int
    end: int

    @property
    def agrees(self) -> bool:
        """Whether the two are equal, a line `...` standing for any lines."""
        parts = [re.escape(p.strip("\n")) for p in re.split(r"^\.\.\.$", self.shown, flags=re.MULTILINE)]
        return re.fullmatch(r"(?s:.*)".join(parts), self.real.strip("\n")) is not None


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page that name a language."""
    return [Block(m[1], m[2], m.start(2), page.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(page)]


def run(page: str, folder: Path) -> Iterator[Shown]:
    """Run all examples of a page in a folder."""
    (folder / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    namespace: dict[str, object] = {"__name__": "page"}
    printed: str | None = None
    with contextlib.chdir(folder):
        for block in blocks(page):
            if block.language == "python":
                out = io.StringIO()
                with contextlib.redirect_stdout(out), pd.option_context("display.width", 100):
                    exec(compile(block.text, f"page line {block.line}", "exec"), namespace)
                printed = out.getvalue()
                continue
            if block.language == "text" and printed is not None:
                yield Shown(block.line, block.text, _tidy(printed), block.start, block.start + len(block.text))
            elif block.language == "console":
                yield from _console(block, folder)
            printed = None


def _console(block: Block, folder: Path) -> Iterator[Shown]:
    for m in re.finditer(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.text, flags=re.MULTILINE):
        name, *words = shlex.split(m[1], comments=True)
        assert name == "facility-emissions", f"line {block.line}: {name} is no command that a page runs"
        command = [str(Path(sys.executable).parent / name), *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                              env={**os.environ, "COLUMNS": "100"})  # fmt: skip
        assert done.returncode in (0, 1), f"line {block.line}: {done.stderr}"
        start = block.start + m.start(2)
        yield Shown(block.line, m[2], _tidy(done.stdout), start, start + len(m[2]))


def _tidy(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n").splitlines())


def sources_table() -> str:
    """Return the sources of the data as a Markdown table: whose, which editions, on what terms."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows("sources.csv"):
        if row["source_id"] not in ("definition", "convention"):
            found.setdefault((row["source_id"], row["licence"]), []).append(row)
    lines = ["| source | publisher | editions | licence |", "|---|---|---|---|"]
    for (source_id, licence), editions in sorted(found.items()):
        names = [r["edition"] for r in editions]
        which = ", ".join(names) if len(names) < 4 else f"{len(names)}: {names[0]} to {names[-1]}"
        publisher = max((r["publisher"] for r in editions), key=len)
        lines.append(f"| `{source_id}` | {publisher} | {which} | {licence} |")
    return "\n".join(lines)


def counts_line() -> str:
    """Return how much data there is, in one sentence."""
    tables = [p for p in bundle.root().rglob("*.csv") if p.read_text(encoding="utf-8").startswith("factor_id,")]
    factors = sum(len(bundle.read_rows(p)) for p in tables)
    editions = len({(r["source_id"], r["edition"]) for r in rows("sources.csv")})
    return f"{factors:,} published factors in {len(tables)} tables, read from {editions} editions."


def licences_table() -> str:
    """Return the licences that sources are under as a Markdown table."""
    used = Counter(row["licence"] for row in rows("sources.csv"))
    lines = ["| licence | | editions | may be passed on | source to be named |", "|---|---|---|---|---|"]
    for row in rows("licences.csv"):
        if used[row["id"]]:
            name = f"[{row['name']}]({row['url']})" if row["url"] else row["name"]
            cells = (f"`{row['id']}`", name, used[row["id"]], row["redistribution"], row["attribution"])
            lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def tables_table() -> str:
    """Return the tables of the package with their rows, editions and years."""
    lines = ["| table | rows | editions | years of consumption |", "|---|---|---|---|"]
    for path in sorted(bundle.root().rglob("*/*.csv")):
        held = bundle.read_rows(path)
        editions = {(r["source_id"], r["edition"]) for r in held if "edition" in r}
        years = [int(r[c]) for r in held for c in ("valid_from", "valid_to") if r.get(c)]
        last = "" if any(r.get("valid_to") == "" for r in held) else max(years, default="")
        span = f"{min(years)}-{last}" if years else ""
        lines.append(f"| `{path.parent.name}/{path.name}` | {len(held):,} | {len(editions) or ''} | {span} |")
    return "\n".join(lines)


MADE = {
    "sources": sources_table,
    "counts": counts_line,
    "crosscheck_fossil": crosscheck.crosscheck_fossil,
    "crosscheck_gross": crosscheck.crosscheck_gross,
    "crosscheck_biomass": crosscheck.crosscheck_biomass,
    "coverage_answers": coverage_page.answers_table,
    "coverage_summary": coverage_page.summary,
    "coverage_figures": coverage_page.figures,
    "licences": licences_table,
    "tables": tables_table,
    **report.PASSAGES,
}


def made(page: str) -> Iterator[Shown]:
    """Yield the passages of a page that are made from the data."""
    for m in re.finditer(r"<!-- (\w+) -->\n(.*?)<!-- end \1 -->", page, flags=re.DOTALL):
        real = f"{MADE[m[1]]()}\n"
        yield Shown(page.count("\n", 0, m.start()) + 1, m[2], real, m.start(2), m.end(2))


def cut(shown: str, real: str) -> str:
    """Return the output with as many lines before and after its `...` as the page shows."""
    lines = shown.splitlines()
    if "..." not in lines:
        return real
    before, after = lines.index("..."), len(lines) - lines.index("...") - 1
    kept = real.splitlines()
    return "\n".join([*kept[:before], "...", *kept[len(kept) - after :]]) + "\n"


def main() -> None:
    """Write the real output into the pages."""
    import tempfile

    for name in PAGES:
        path = ROOT / name
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            wrong = [s for s in (*run(page, Path(folder)), *made(page)) if not s.agrees]
        for shown in sorted(wrong, key=lambda s: -s.start):
            page = page[: shown.start] + cut(shown.shown, shown.real) + page[shown.end :]
            print(f"{name} line {shown.line}: written")
        path.write_text(page, encoding="utf-8")
    if coverage_page.draw_picture():
        print("docs/coverage.png: drawn")


if __name__ == "__main__":
    main()
