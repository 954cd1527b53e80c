"""`facility-emissions restate`: what it prints, what it writes, its exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions import cli
from facility_emissions.files import read_consumption

HEADER = "record_id,facility_id,category,activity,quantity,unit,start_date,end_date"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process, as a pipe; return its exit code, output and errors."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def go(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["facility-emissions", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return go


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """R-410A and electricity of one facility in Spain."""
    consumption = write(
        tmp_path / "consumption.csv",
        HEADER,
        "01,f1,recharge,R-410A,2.5,kg,2023-01-01,2023-01-31",
        "02,f1,electricity,,10000,kWh,2023-01-01,2023-12-31",
    )
    return consumption, write(tmp_path / "facilities.csv", "facility_id,country,type", "f1,ES,office")


def test_prints_the_effects_the_factors_and_both_methods(run: Run, files: tuple[Path, Path]) -> None:
    code, out, err = run("restate", *files, "--before", "as_of=2025-01-01", "--before", "gwp=AR4")
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    assert "6.80 t CO2e before, 6.21 t after: -0.59 t (-8.7 %). Of this: gwp -0.41 t, editions -0.18 t." in flat
    assert "Edition of the factors as_of: 2025-01-01 to None -180.0 -2.65 % 1" in flat
    assert "Global warming potentials gwp: AR4 to AR5 -410.0 -6.03 % 1" in flat
    assert "Difference -590.0 -8.68 % 2" in flat
    assert "eea/2024-10/ES/" in flat and "eea/2026-07/ES/" in flat  # noqa: PT018
    assert "2023 6,798.8 -180.0 -410.0 6,208.8" in flat
    assert f"Before: Method {fe.Method(as_of='2025-01-01', gwp='AR4').fingerprint()}" in flat


def test_writes_tables_that_add_up(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["restate", *files, "--before", "gwp=AR4", "--after", "scope2=market", "--quiet", "-o", out]
    code, printed, err = run(*words, "--base-year", 2023)
    assert (code, printed, err) == (0, "", "")
    names = {p.name for p in out.iterdir()}
    assert names == {"effects.csv", "factors.csv", "coverage.csv", "records.csv", "restatement.json", "citations.txt",
                     "by_facility_scope_category_year.csv", "report.html"}  # fmt: skip
    effects, told = pd.read_csv(out / "effects.csv"), json.loads((out / "restatement.json").read_text("utf-8"))
    total = told["total"]
    assert effects["co2e"].sum() == pytest.approx(total["difference"]) == pytest.approx(-410 + 1200)
    assert told["before"]["fingerprint"] == fe.Method(gwp="AR4").fingerprint()
    assert told["significance"]["significant"] is True
    assert told["significance"]["words"].startswith("Base year 2023: 6.62 t CO2e before, 7.41 t after (+11.94 %)")
    cells = pd.read_csv(out / "by_facility_scope_category_year.csv")
    assert cells[["gwp", "scope2"]].sum().tolist() == pytest.approx([-410, 1200])
    records = pd.read_csv(out / "records.csv", dtype={"record_id": str})
    assert records["row"].tolist() == [2, 3]  # lines of the file
    assert records["record_id"].tolist() == ["01", "02"]
    assert records["difference"].tolist() == pytest.approx([-410, 1200])
    run(*words, "--format", "parquet")
    assert pd.read_parquet(out / "effects.parquet")["co2e"].tolist() == pytest.approx(effects["co2e"].tolist())


def test_a_record_without_a_figure_is_exit_code_1(run: Run, files: tuple[Path, Path]) -> None:
    write(files[0], HEADER, "01,f1,recharge,R-1234yf,2.5,kg,2023-01-01,2023-01-31")
    code, out, _ = run("restate", *files, "--before", "gwp=AR4")
    assert code == 1
    assert "gained, 1 of them, +2.5 kg CO2e: HFO-1234yf has no GWP in AR4" in " ".join(out.split())


def test_other_activity_data_and_factors_before(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    old = write(tmp_path / "old.csv", HEADER, "02,f1,electricity,,9000,kWh,2023-01-01,2023-12-31",
                "01,f1,recharge,R-410A,2.5,kg,2023-01-01,2023-01-31")  # fmt: skip
    own = write(tmp_path / "own.csv", "activity_category,unit,co2_fossil_kg", "electricity_location_based,kWh,0.5")
    code, out, _ = run("restate", *files, "--consumption-before", old, "--custom-factors", own,
                       "--order", "activity,custom_factors")  # fmt: skip
    flat = " ".join(out.split())
    assert code == 0
    assert "Activity data 0 changed, 0 added, 0 removed" not in flat
    assert "Of this: activity +0.50 t" in flat  # the factor is the same on both sides
    code, out, _ = run("restate", *files, "--custom-factors", own, "--custom-factors-before",
                       write(tmp_path / "none.csv", "activity_category,unit,co2_fossil_kg"))  # fmt: skip
    assert (code, "Of this: custom_factors +3.60 t" in " ".join(out.split())) == (0, True)
    sites = write(tmp_path / "sites.csv", "facility_id,country,type", "f1,FR,office")
    assert "activity +1.01 t" in " ".join(run("restate", *files, "--facilities-before", sites)[1].split())


def test_a_ledger_of_an_earlier_release(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "release"
    assert run("calculate", *files, "--gwp", "AR4", "-o", out, "-q")[0] == 0
    ledger = pd.read_csv(out / "ledger.csv", dtype=str, keep_default_na=False)
    ledger.loc[ledger["activity_category"] == "electricity_location_based", "co2e"] = "1580.0"
    ledger.to_csv(out / "ledger.csv", index=False)
    code, printed, err = run("restate", *files, "--ledger-before", out / "ledger.csv", "--before", out / "method.json")
    assert (code, err) == (0, "")
    assert "Of this: gwp -0.41 t, release -0.18 t." in " ".join(printed.split())
    code, _, err = run("restate", *files, "--ledger-before", out / "ledger.csv")
    assert code == 2
    assert "The ledger is of AR4 GWP100, the Method before of AR5 GWP100" in err


@pytest.mark.parametrize(
    ("words", "method"),
    [
        (["gwp=AR6", "horizon=20"], {"gwp": "AR6", "horizon": 20}),
        (["databases.UK=ember,desnz", "databases.*=ember"], {"databases": {"GB": ("ember", "desnz"), "*": ("ember",)}}),
        (["editions.desnz=2023", "editions.eea=2026-07"], {"editions": {"desnz": "2023", "eea": "2026-07"}}),
        (
            ["include=stationary,recharge", "max_years_back=3"],
            {"include": ("stationary", "recharge"), "max_years_back": 3},
        ),
        (["strict=true", "include_archived=yes"], {"strict": True, "include_archived": True}),
        (["METHOD", "scope2=market"], {"gwp": "AR4", "scope2": "market"}),
        ([], {}),
    ],
)
def test_words_that_make_a_method(words: list[str], method: dict, tmp_path: Path) -> None:
    from facility_emissions.cli_method import method_of_words

    file = write(tmp_path / "method.json", json.dumps({"method": {"gwp": "AR4"}, "total": 1}))
    made = method_of_words([str(file) if w == "METHOD" else w for w in words], "--before")
    assert made == fe.Method(**method)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--before", "gpw=AR4"], "Invalid value for --before: no field 'gpw'; known: gwp, horizon"),
        (["--before", "gpw=AR4"], "Did you mean 'gwp'?"),
        (["--after", "gwp=AR9"], "Invalid value for --after gwp: Input should be 'SAR'"),
        (["--after", "gwp=AR9"], "(given: 'AR9')"),
        (["--before", "editions=2023"], "'editions=2023' is written editions.desnz=2023"),
        (["--before", "databases=ember"], "'databases=ember' is written databases.GB=desnz,ember"),
        (["--before", "gwp.ES=AR4"], "'gwp.ES=AR4' is written gwp=..."),
        (["--before", "nothing.json"], "Invalid value for --before: 'nothing.json' cannot be read as JSON"),
        (["--before", "editions.eea=1999"], "No source 'eea' in edition '1999'"),
        (["--before", "gwp=AR4", "--order", "activity"], "order lacks what differs too: gwp"),
        (["--base-year", "2019"], "No consumption in the base year 2019; there is some in 2023."),
        (["--base-year", "2023", "--threshold", "5"], "threshold 5.0 is no share"),
        (["--format", "xml"], "'xml' is neither csv nor parquet"),
        (["--consumption-before", "nothing.csv"], "No file 'nothing.csv'"),
        (["--ledger-before", "nothing.csv"], "No file 'nothing.csv'"),
    ],
)
def test_bad_usage_is_exit_code_2(run: Run, files: tuple[Path, Path], options: list[str], words: str) -> None:
    code, out, err = run("restate", *files, *options)
    assert (code, out) == (2, "")
    assert words in err


def test_an_output_that_is_a_file(run: Run, files: tuple[Path, Path]) -> None:
    code, _, err = run("restate", *files, "-o", files[0])
    assert code == 2
    assert "is a file; a folder is asked for" in err
    assert len(read_consumption(files[0])) == 2
