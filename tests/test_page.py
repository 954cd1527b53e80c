"""The page: what stands in it, what it asks of the network (nothing), how it looks in a real browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser import needs_browser, opened
from facility_emissions.report.page import Card, Page, Step, Table, bars, kg, percent, render, write

STEPS = [Step("Here", 0, 120_000, total=True), Step("A sentence on <market> & location", 120_000, 90_000),
         Step("Not explained", 90_000, 95_000, "3 facilities"), Step("API", 0, 95_000, total=True)]  # fmt: skip
PAGE = Page(
    title="A title with <tags> & signs",
    verdict="12 of 20 facilities agree.",
    good=False,
    cards=[Card("API", "95,000 kg", "20 facilities"), Card("Here", "120,000 kg")],
    steps=STEPS,
    steps_title="From here to there",
    unit="kg CO2e",
    tables=[Table("Facilities", "The largest.", ("facility", "kg", "in a sentence"),
                  [(f"facility-{n}-with-a-rather-long-identifier", f"{n:,}", "Differs by 12.4 %: " + "words " * 20)
                   for n in range(12)], frozenset((1,)))],
    notes=["A note."],
)  # fmt: skip


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.links += [str(value) for name, value in attrs if name in ("src", "href", "action", "data")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_a_page_is_whole_and_asks_nothing_of_the_network() -> None:
    html = render(PAGE)
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert reader.links == []
    assert not re.search(r"https?:|url\(|@import|<script|<link|<iframe|<img", html)
    text = "".join(reader.text)
    assert "A title with <tags> & signs" in text
    assert all(cell in text for row in PAGE.tables[0].rows for cell in row)
    assert "Not explained" in text
    assert "A note." in text


@given(st.lists(st.floats(-1e9, 1e9), min_size=0, max_size=12), st.floats(0, 1e9))
def test_bars_lie_inside_and_meet(changes: list[float], begin: float) -> None:
    at, steps = begin, [Step("from", 0, begin, total=True)]
    for change in changes:
        steps.append(Step("step", at, at + change))
        at += change
    steps.append(Step("to", 0, at, total=True))
    drawn, axis = bars(steps)
    assert axis <= min(begin, at, 0.0) or axis > 0
    for bar in drawn:
        assert -1e-6 <= bar.left <= 100 + 1e-6
        assert 0 < bar.width <= 100 + 1e-6
        assert bar.left + bar.width <= 100.4 + 1e-6


def test_a_small_change_of_a_large_total_is_seen() -> None:
    drawn, axis = bars([Step("a", 0, 1000, total=True), Step("b", 1000, 990), Step("c", 0, 990, total=True)])
    assert axis == pytest.approx(987.5)
    assert drawn[1].width > 50
    assert "the axis begins at" in render(PAGE) or bars(STEPS)[1] == 0


def test_no_steps_no_waterfall() -> None:
    assert bars([]) == ([], 0.0)


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234"), (12.34, "12.3"), (0.1234, "0.123"), (float("nan"), ""), (0, "0")]
)
def test_kg(value: float, text: str) -> None:
    assert kg(value) == text


def test_percent() -> None:
    assert (percent(0.1234, sign=True), percent(float("nan"))) == ("+12.3 %", "")


@needs_browser
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_it(width: int, dark: bool, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write(PAGE, path)
    with opened(path, width, dark=dark) as driver:
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        assert driver.title == PAGE.title
        assert driver.get_log("browser") == []
        paper = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper))) < 200) is dark
        sizes = driver.execute_script(
            "return [...document.querySelectorAll('.bar')].map(b => b.getBoundingClientRect().width)"
        )
        assert len(sizes) == len(STEPS)
        assert all(size > 0 for size in sizes)
        sizes = driver.execute_script(
            "return [...document.querySelectorAll('body *')].map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) >= 12
