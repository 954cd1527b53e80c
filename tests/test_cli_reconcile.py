"""`facility-emissions reconcile`: its files, its exit codes, its page in a real browser."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

from browser import needs_browser, opened
from facility_emissions import cli
from facility_emissions.report.page import bars
from facility_emissions.report.reconciliation_page import reconciliation_page

EXAMPLES = Path(__file__).parents[1] / "examples"
API = EXAMPLES / "api_facilities.json"
ARGUMENTS = ["reconcile", str(API), str(EXAMPLES / "consumption.csv"), "--facilities", str(EXAMPLES / "facilities.csv")]


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        patch.setattr(sys, "argv", ["facility-emissions", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
    return int(stop.value.code or 0), out.getvalue()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    code, output = run(*ARGUMENTS, "--output", str(folder))
    assert code == 1, output
    assert "The API counts electricity market-based" in output
    return folder


def test_it_writes_what_it_says(written: Path) -> None:
    assert sorted(p.name for p in written.iterdir()) == [
        "explanations.csv", "facilities.csv", "reconciliation.json", "report.html", "summary.csv"]  # fmt: skip
    facilities = pd.read_csv(written / "facilities.csv").set_index("facility_id")
    spain = facilities.loc[["es-mad-hq", "es-bcn-dc", "es-zaz-fac"]]
    assert set(spain["hypothesis"]) == {"scope2_market"}
    assert set(facilities.loc[["gb-lon-off", "gb-man-dc"], "hypothesis"]) == {"gwp_AR6_100"}
    assert facilities.loc["de-ham-dc", "class"] == "differs"
    assert pd.isna(facilities.loc["de-ham-dc", "hypothesis"])
    assert facilities.loc["pt-lis-off", "class"] == "not calculated"
    assert facilities["sentence"].notna().all()
    told = json.loads((written / "reconciliation.json").read_text(encoding="utf-8"))
    assert told["agrees"] is False


def test_agreement_is_exit_code_0(tmp_path: Path) -> None:
    items = [i for i in json.loads(API.read_text(encoding="utf-8"))["items"] if i["id"] in ("fr-lyo-dc", "it-mil-off")]
    api, consumption = tmp_path / "api.json", tmp_path / "consumption.csv"
    api.write_text(json.dumps(items), encoding="utf-8")
    rows = pd.read_csv(EXAMPLES / "consumption.csv", dtype=str)
    rows = rows[rows["facility_id"].isin(["fr-lyo-dc", "it-mil-off"]) & (rows["record_id"] != "inv-01415")]
    rows.to_csv(consumption, index=False)
    code, output = run("reconcile", str(api), str(consumption))
    assert code == 0, output
    items[0]["co2e"] += 1000
    api.write_text(json.dumps(items), encoding="utf-8")
    assert run("reconcile", str(api), str(consumption))[0] == 1


def test_a_file_that_is_not_there_is_bad_usage() -> None:
    code, output = run("reconcile", "nothing.json", str(EXAMPLES / "consumption.csv"))
    assert code == 2, output


def test_the_example_is_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    for name in ("consumption.csv", "facilities.csv", "make_api_example.py"):
        (tmp_path / name).write_bytes((EXAMPLES / name).read_bytes())
    runpy.run_path(str(tmp_path / "make_api_example.py"), run_name="__main__")
    assert (tmp_path / API.name).read_bytes() == API.read_bytes()


def test_the_waterfall_adds_up_from_our_total_to_the_apis() -> None:
    from facility_emissions.files import read_consumption, read_facilities
    from facility_emissions.payloads import read_facilities as read_api
    from facility_emissions.reconciliation import reconcile
    from facility_emissions.results import calculate

    result = calculate(read_consumption(EXAMPLES / "consumption.csv"), read_facilities(EXAMPLES / "facilities.csv"))
    found = reconcile(read_api(API), result)
    page = reconciliation_page(found)
    steps = page.steps
    assert steps[0].end == pytest.approx(found.facilities["our_co2e"].sum())
    assert steps[-1].end == pytest.approx(found.facilities["api_co2e"].sum())
    for before, after in itertools.pairwise(steps[:-1]):
        assert after.start == pytest.approx(before.end)
    assert steps[-2].end == pytest.approx(steps[-1].end)
    assert len(bars(steps)[0]) == len(steps)


@needs_browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_page_in_a_browser(width: int, dark: bool, written: Path) -> None:
    with opened(written / "report.html", width, dark=dark) as driver:
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        assert driver.get_log("browser") == []
        text = driver.find_element("tag name", "main").text
        assert "The API counts electricity market-based." in text
        assert "nan" not in text.split()
