"""Every example of the README and the docs runs, and prints what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import pages

ROOT = Path(__file__).parents[1]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", pages.PAGES)
def test_examples_print_what_the_page_shows(name: str, tmp_path: Path) -> None:
    if name == "docs/engines.md" and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java")
    wrong = [s for s in (*pages.run(text(name), tmp_path), *pages.made(text(name))) if not s.agrees]
    told = "\n".join(f"{name} line {s.line} shows\n{s.shown}\nbut it is\n{s.real}" for s in wrong)
    assert not wrong, f"{told}\n`python tests/pages.py` writes the real output into the pages."


def test_the_first_example_is_short() -> None:
    first = next(b for b in pages.blocks(text("README.md")) if b.language == "python")
    assert len(first.text.splitlines()) <= 16


def test_commands_for_the_shell_exist() -> None:
    """Commands that a test cannot run (they install, or run the tests): their targets and extras exist."""
    makefile, project = text("Makefile"), text("pyproject.toml")
    found = 0
    for name in pages.PAGES:
        for block in pages.blocks(text(name)):
            if block.language != "sh":
                continue
            for target in re.findall(r"^make (\w+)", block.text, flags=re.MULTILINE):
                assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), f"{name}: no make target {target}"
                found += 1
            for extras in re.findall(r"facility-emissions\[([\w,]+)\]", block.text):
                for extra in extras.split(","):
                    assert re.search(rf"^{extra} = \[", project, flags=re.MULTILINE), f"{name}: no extra {extra}"
    assert found >= 2


def test_make_demo_runs_what_the_readme_shows() -> None:
    shown = re.findall(r"^\$ (facility-emissions calculate .*)$", text("README.md"), flags=re.MULTILINE)
    done = subprocess.run(["make", "-n", "demo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert shown[0] in done.stdout.replace("\t", " ")


@pytest.mark.parametrize("name", pages.PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text(name)):
        if not target.startswith("http"):
            assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}"
