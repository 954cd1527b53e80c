"""The command line as a person and as a script use it: what it prints, what it writes, its exit codes."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions import cli
from facility_emissions.factors.sources import data_version
from facility_emissions.factors.verify import Finding

ROOT = Path(__file__).parents[1]
CONSUMPTION = ROOT / "examples" / "consumption.csv"
FACILITIES = ROOT / "examples" / "facilities.csv"

GAS_PROBLEM = (
    "m3 of natural_gas does not say at which conditions the gas is measured: 0 °C or 15 °C alone is 5.5 %.",
    "Give kWh from the bill; or m3_0C (normal, Nm3) or m3_15C (standard, Sm3) with a custom factor.",
)
FACILITY_PROBLEM = (
    "No facility with this id was given. Did you mean 'es-mad-hq'?",
    "Add it to the facilities, or correct the id.",
)


@dataclass
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, as a pipe 160 columns wide."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def go(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["facility-emissions", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return Ran(int(stop.value.code or 0), captured.out, captured.err)

    return go


def script(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed script in a process of its own."""
    command = [str(Path(sys.executable).parent / "facility-emissions"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


HEADER = "record_id,facility_id,category,activity,quantity,unit,start_date,end_date"


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    """Two sound records of one facility in Spain."""
    consumption = write(
        tmp_path / "consumption.csv",
        HEADER,
        "a,f1,heat,natural_gas,1000,kWh_gcv,2023-01-01,2023-01-31",
        "b,f1,electricity,,1000,kWh,2023-01-01,2023-01-31",
    )
    return consumption, write(tmp_path / "facilities.csv", "facility_id,name,country,type", "f1,Madrid,ES,office")


# --- calculate -------------------------------------------------------------------------------


def test_the_examples_have_exactly_two_explained_problems(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("calculate", CONSUMPTION, FACILITIES, "--output", out)
    assert ran.code == 1
    assert ran.err == ""
    problems = pd.read_csv(out / "problems.csv")
    lines = CONSUMPTION.read_text(encoding="utf-8").splitlines()
    gas, facility = problems.to_dict("records")
    assert (gas["reason"], gas["remedy"]) == GAS_PROBLEM
    assert (gas["column"], gas["value"], gas["record_id"]) == ("unit", "m3", "inv-01415")
    assert (facility["reason"], facility["remedy"]) == FACILITY_PROBLEM
    assert (facility["column"], facility["value"]) == ("facility_id", "es-mad-h1")
    for problem in (gas, facility):  # `row` is the line of the file, where an editor finds the record
        assert lines[problem["row"] - 1].startswith(problem["record_id"])
        for text in (problem["reason"], problem["remedy"], f"line {problem['row']} ({problem['record_id']})"):
            assert text in ran.out
    assert "2 records without a figure" in ran.out


def test_the_summary_says_what_a_person_asks_first(run: Run) -> None:
    out = run("calculate", CONSUMPTION, FACILITIES).out
    result = fe.calculate(pd.read_csv(CONSUMPTION), pd.read_csv(FACILITIES))
    total = result.total
    first, second, *_ = out.splitlines()
    assert first.startswith(f"{total['co2e'] / 1000:,.2f} t CO2e from 1,414 of 1,416 records;")
    assert second == f"Scope 2 location-based, AR5 GWP100, factors {data_version()}"
    for title in ("By figure", "kg CO2e by year and category", "By facility", "Sources"):
        assert title in out.splitlines()
    by_figure = out.split("By figure\n")[1].split("\n\n")[0].splitlines()
    counted = [line for line in by_figure if line.endswith("yes")]
    kilograms = sum(float(re.split(r"\s{2,}", line.strip())[2].replace(",", "")) for line in counted)
    assert abs(kilograms - total["co2e"]) <= 0.5 * len(counted)  # what is marked adds up to the total
    assert len(counted) == len([c for c in result.method.headline if c in result.by("activity_category").index])
    assert "Madrid headquarters" in out
    for line in result.citations():
        assert " ".join(line.split())[:100] in " ".join(out.split())


def test_a_facility_without_a_figure_is_empty_and_not_zero(run: Run) -> None:
    out = run("calculate", CONSUMPTION, FACILITIES).out
    (row,) = [line for line in out.splitlines() if line.startswith("es-mad-h1")]
    assert row.split() == ["es-mad-h1", "0", "1"]  # records, problems


def test_all_answered_is_exit_code_0(run: Run, small: tuple[Path, Path]) -> None:
    ran = run("calculate", *small)
    assert ran.code == 0
    assert "Every record has its figure." in ran.out


def test_piped_output_is_plain(run: Run) -> None:
    out = run("calculate", CONSUMPTION, FACILITIES).out
    assert "\x1b" not in out
    assert not [line for line in out.splitlines() if line != line.rstrip()]
    assert max(map(len, out.splitlines())) <= 160


def test_quiet_prints_nothing(run: Run, tmp_path: Path) -> None:
    ran = run("calculate", CONSUMPTION, FACILITIES, "--quiet", "--output", tmp_path)
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    assert (tmp_path / "records.csv").is_file()


def test_brackets_in_a_file_are_text_and_no_markup(run: Run, tmp_path: Path) -> None:
    consumption = write(
        tmp_path / "c.csv",
        HEADER,
        "[/bold][red],f1,heat,natural_gas,1,[b]kWh[/],2023-01-01,2023-01-31",
        "b,f1,heat,natural_gas,1,kWh_gcv,2023-01-01,2023-01-31",
    )
    facilities = write(tmp_path / "f.csv", "facility_id,name,country,type", "f1,[/] Site,ES,office")
    ran = run("calculate", consumption, facilities)
    assert ran.code == 1
    assert "line 2 ([/bold][red]): unit = '[b]kWh[/]'" in ran.out
    assert any(line.split()[:3] == ["f1", "[/]", "Site"] for line in ran.out.splitlines())


def test_many_rows_of_one_problem_are_told_once(run: Run, tmp_path: Path) -> None:
    rows = [f"r{n},f1,heat,natural_gas,1,m3,2023-01-01,2023-01-31" for n in range(50)]
    consumption = write(tmp_path / "c.csv", HEADER, *rows)
    facilities = write(tmp_path / "f.csv", "facility_id,country,type", "f1,ES,office")
    out = run("calculate", consumption, facilities).out
    assert "line 2 (r0) and 49 more: unit = 'm3'" in out
    assert out.count(GAS_PROBLEM[0]) == 1


def frames(folder: Path, suffix: str) -> dict[str, pd.DataFrame]:
    read = pd.read_csv if suffix == "csv" else pd.read_parquet
    return {path.stem: read(path) for path in sorted(folder.glob(f"*.{suffix}"))}


def comparable(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A result table without what the file format decides: row labels, and how a null is written."""
    out = table.drop(columns=["row"], errors="ignore")
    if name == "gaps":  # stand in the order in which the questions were first met
        out = out.sort_values(["country", "activity", "year"], ignore_index=True)
    for column in out:
        if pd.api.types.is_numeric_dtype(out[column]) and out[column].notna().any():  # an empty CSV column is no type
            out[column] = out[column].astype(float)
        else:
            out[column] = ["" if v is None or v is pd.NA or v != v else str(v) for v in out[column].astype(object)]
    return out


def test_csv_and_parquet_are_equal_in_and_out(run: Run, tmp_path: Path) -> None:
    typed = pd.read_csv(CONSUMPTION, keep_default_na=False, na_values=[""], parse_dates=["start_date", "end_date"])
    typed.to_parquet(tmp_path / "consumption.parquet")
    typed.astype(dict.fromkeys(["facility_id", "category", "activity", "unit"], "category")).to_parquet(
        tmp_path / "coded.parquet"
    )
    pd.read_csv(FACILITIES).to_parquet(tmp_path / "facilities.parquet")
    inputs = {
        "csv": (CONSUMPTION, FACILITIES),
        "parquet": (tmp_path / "consumption.parquet", tmp_path / "facilities.parquet"),
        "coded": (tmp_path / "coded.parquet", FACILITIES),
    }
    got = {}
    for name, files in inputs.items():
        for suffix in ("csv", "parquet"):
            folder = tmp_path / f"{name}-{suffix}"
            assert run("calculate", *files, "-q", "--output", folder, "--format", suffix).code == 1
            got[name, suffix] = frames(folder, suffix)
    expected = got["csv", "csv"]
    assert set(expected) == {
        "by_facility_year", "by_gas", "by_scope", "gaps", "intensity_surface_m2", "ledger", "logistics", "problems",
        "records",
    }  # fmt: skip
    assert len(expected["records"]) == 1416
    assert expected["records"]["row"].tolist() == list(range(2, 1418))  # lines of the CSV file
    assert got["parquet", "csv"]["records"]["row"].tolist() == list(range(1416))
    for key, tables in got.items():
        for name, table in tables.items():
            left, right = comparable(name, table), comparable(name, expected[name])
            pd.testing.assert_frame_equal(left, right, obj=f"{name} of {key}", rtol=1e-12)


def test_result_files_hold_what_the_library_gives(run: Run, tmp_path: Path) -> None:
    run("calculate", CONSUMPTION, FACILITIES, "-q", "-o", tmp_path, "--format", "parquet")
    result = fe.calculate(pd.read_csv(CONSUMPTION), pd.read_csv(FACILITIES))
    written = pd.read_parquet(tmp_path / "records.parquet")
    assert written["co2e"].tolist()[:1414] == result.co2e.tolist()[:1414]
    assert len(pd.read_parquet(tmp_path / "ledger.parquet")) == len(result.ledger())
    assert (tmp_path / "citations.txt").read_text(encoding="utf-8").splitlines() == result.citations()
    method = json.loads((tmp_path / "method.json").read_text(encoding="utf-8"))
    assert method["fingerprint"] == fe.Method().fingerprint()
    assert method["total"] == result.total


def test_sums_that_need_facts_of_facilities_are_written_where_those_are_stated(run: Run, tmp_path: Path) -> None:
    facilities = pd.read_csv(FACILITIES).drop(columns="surface_m2").assign(employees=10, consolidation_share=0.5)
    facilities.to_csv(tmp_path / "f.csv", index=False)
    run("calculate", CONSUMPTION, tmp_path / "f.csv", "-q", "-o", tmp_path / "out", "--fiscal-year-start", "4")
    tables = frames(tmp_path / "out", "csv")
    assert not {"intensity_surface_m2"} & set(tables)
    result = fe.calculate(pd.read_csv(CONSUMPTION), facilities)
    total = result.total["co2e"]
    assert tables["consolidated"]["consolidated_co2e"].sum() == pytest.approx(total / 2)
    assert tables["intensity_employees"]["intensity"].sum() == pytest.approx(total / 10)
    fiscal = tables["by_facility_fiscal_year"]
    assert sorted(fiscal["fiscal_year"].unique()) == [2021, 2022, 2023, 2024, 2025, 2026]
    assert fiscal["co2e"].sum() == pytest.approx(total)
    logistics = tables["logistics"].set_index(["facility", "basis"])["logistics_scope2"]
    for basis in ("location", "market"):
        expected = result.logistics(basis)["logistics_scope2"]
        assert logistics.xs(basis, level="basis").to_dict() == pytest.approx(expected.to_dict())


def test_a_month_that_is_none_is_bad_usage(run: Run, small: tuple[Path, Path]) -> None:
    ran = run("calculate", *small, "--fiscal-year-start", "13")
    assert ran.code == 2
    assert "--fiscal-year-start" in ran.err


def test_the_printed_kg_of_facilities_add_up_to_the_total_below(run: Run, tmp_path: Path) -> None:
    """Thirty facilities: the largest 25, the others in one row, and the total of what is printed."""
    rows = [f"r{i},f{i},heat,natural_gas,{10_000.7 * (i + 1)},kWh_gcv,2023-01-01,2023-01-31" for i in range(30)]
    consumption = write(tmp_path / "c.csv", HEADER, *rows)
    facilities = write(tmp_path / "f.csv", "facility_id,country,type", *(f"f{i},GB,office" for i in range(30)))
    lines = run("calculate", consumption, facilities).out.split("By facility (the 25 largest of 30)")[1].splitlines()
    table = [line.split() for line in lines[3 : lines.index("", 3)]]
    assert [row[0] for row in table[-2:]] == ["5", "total"]
    assert len(table) == 27
    kg = [float(row[2].replace(",", "")) for row in table[:-1]]
    total = fe.calculate(pd.read_csv(consumption), pd.read_csv(facilities)).total["co2e"]
    assert sum(kg) == float(table[-1][1].replace(",", "")) == round(total)
    assert [row[-2] for row in table[-2:]] == ["5", "30"]


def test_options_reach_the_method(run: Run, small: tuple[Path, Path], tmp_path: Path) -> None:
    words = ["--gwp", "AR6", "--horizon", "20", "--gases", "kyoto", "--scope2", "market", "--as-of", "2026-06-30",
             "--year-rule", "start", "--include-archived"]  # fmt: skip
    assert run("calculate", *small, "-q", "-o", tmp_path, *words).code == 0
    method = json.loads((tmp_path / "method.json").read_text(encoding="utf-8"))["method"]
    expected = fe.Method(gwp="AR6", horizon=20, gases="kyoto", scope2="market", as_of="2026-06-30", year_rule="start",
                         include_archived=True)  # fmt: skip
    assert fe.Method.model_validate(method) == expected


def co2e(run: Run, files: tuple[Path, Path], folder: Path, *words: str) -> float:
    run("calculate", *files, "-q", "-o", folder, *words)
    return float(json.loads((folder / "method.json").read_text(encoding="utf-8"))["total"]["co2e"])


def test_gwp_and_scope2_change_the_total(run: Run, small: tuple[Path, Path], tmp_path: Path) -> None:
    default = co2e(run, small, tmp_path)
    assert co2e(run, small, tmp_path, "--gwp", "SAR") != default
    assert co2e(run, small, tmp_path, "--scope2", "market") != default
    assert co2e(run, small, tmp_path, "--gwp", "AR5") == default


def test_strict_turns_a_fallback_into_a_problem(run: Run, tmp_path: Path) -> None:
    # Portugal publishes no fuel factors here: the world's default answers.
    consumption = write(tmp_path / "c.csv", HEADER, "a,f1,heat,natural_gas,1000,kWh_gcv,2023-01-01,2023-01-31")
    facilities = write(tmp_path / "f.csv", "facility_id,country,type", "f1,PT,office")
    loose = run("calculate", consumption, facilities)
    assert loose.code == 0
    assert "world, 1 record: no national factor for PT" in loose.out
    strict = run("calculate", consumption, facilities, "--strict")
    assert strict.code == 1
    assert "strict: no national factor for PT in" in strict.out


def test_a_method_file_is_read_and_options_win_over_it(run: Run, small: tuple[Path, Path], tmp_path: Path) -> None:
    file = tmp_path / "my.json"
    file.write_text('{"gwp": "AR6", "scope2": "market"}', encoding="utf-8")
    run("calculate", *small, "-q", "-o", tmp_path / "one", "--method", file)
    one = json.loads((tmp_path / "one" / "method.json").read_text(encoding="utf-8"))
    assert one["fingerprint"] == fe.Method(gwp="AR6", scope2="market").fingerprint()
    # A method.json of an earlier run is such a file too.
    run("calculate", *small, "-q", "-o", tmp_path / "two", "--method", tmp_path / "one" / "method.json")
    two = json.loads((tmp_path / "two" / "method.json").read_text(encoding="utf-8"))
    assert two == one
    run("calculate", *small, "-q", "-o", tmp_path / "three", "--method", file, "--gwp", "AR4")
    three = json.loads((tmp_path / "three" / "method.json").read_text(encoding="utf-8"))
    assert three["fingerprint"] == fe.Method(gwp="AR4", scope2="market").fingerprint()


API_FACILITY = {
    "id": "550e8400-e29b-41d4-a716-446655440000", "name": "Madrid Office", "address": None, "country": "ES",
    "type": "office", "status": "active", "co2e": 1250.5, "co2e_biomass": 0.0, "logistic_factor": 0.8,
    "categories": ["heat", "electricity", "water"], "cups_list": None, "facility_purpose_type": "facilities",
    "created_at": "2024-11-24T10:30:00Z", "updated_at": None,
}  # fmt: skip


@pytest.mark.parametrize("form", ["envelope", "list", "lines"])
def test_facilities_come_as_the_api_sends_them(run: Run, tmp_path: Path, form: str) -> None:
    text = {
        "envelope": json.dumps({"items": [API_FACILITY], "total": 1, "page": 1, "size": 10, "pages": 1}),
        "list": json.dumps([API_FACILITY]),
        "lines": json.dumps(API_FACILITY) + "\n",
    }[form]
    facilities = tmp_path / ("facilities.jsonl" if form == "lines" else "facilities.json")
    facilities.write_text(text, encoding="utf-8")
    consumption = write(
        tmp_path / "c.csv", HEADER, f"a,{API_FACILITY['id']},heat,natural_gas,1000,kWh_gcv,2023-01-01,2023-01-31"
    )
    ran = run("calculate", consumption, facilities)
    assert ran.code == 0
    assert ran.err == ""
    assert "Madrid Office" in ran.out


def test_doubts_about_facilities_are_told_on_standard_error(run: Run, tmp_path: Path) -> None:
    page = {"items": [API_FACILITY], "total": 7, "page": 1, "size": 1, "pages": 7}
    (tmp_path / "f.json").write_text(json.dumps(page), encoding="utf-8")
    consumption = write(
        tmp_path / "c.csv", HEADER, f"a,{API_FACILITY['id']},heat,natural_gas,1,kWh_gcv,2023-01-01,2023-01-31"
    )
    ran = run("calculate", consumption, tmp_path / "f.json")
    assert ran.code == 0
    assert ran.err == "facility-emissions: warning: f.json: This is page 1 only: 1 of 7 facilities.\n"


def test_na_is_namibia(run: Run, tmp_path: Path) -> None:
    consumption = write(tmp_path / "c.csv", HEADER, "NA,NA,electricity,,1000,kWh,2022-01-01,2022-12-31")
    facilities = write(tmp_path / "f.csv", "facility_id,name,country,type", "NA,None,NA,office")
    ran = run("calculate", consumption, facilities, "-o", tmp_path)
    assert ran.code == 0
    ledger = pd.read_csv(tmp_path / "ledger.csv", keep_default_na=False)
    assert set(ledger["country"]) == {"NA"}
    assert set(ledger["record_id"]) == {"NA"}
    row = next(line for line in ran.out.split("By facility\n")[1].splitlines() if line.startswith("NA"))
    assert row.split()[:3] == ["NA", "None", "NA"]


def test_custom_factors_are_read_from_a_file(run: Run, tmp_path: Path) -> None:
    own = write(tmp_path / "own.csv", "factor_id,activity_category,unit,co2_fossil_kg", "boiler,stationary,kWh_gcv,0.5")
    consumption = write(
        tmp_path / "c.csv",
        f"{HEADER},custom_factor_id",
        "a,f1,heat,natural_gas,1000,kWh_gcv,2023-01-01,2023-01-31,boiler",
    )
    facilities = write(tmp_path / "f.csv", "facility_id,country,type", "f1,ES,office")
    ran = run("calculate", consumption, facilities, "--custom-factors", own)
    assert ran.code == 0
    assert ran.out.startswith("0.50 t CO2e from 1 of 1 records")
    assert "Custom factors supplied by the user." in ran.out


OWN_HEADER = "factor_id,activity_category,activity,country,valid_from,unit,co2_fossil_kg,source_id"
OWN_SOUND = "boiler,stationary,natural gas,Spain,2023,kWh_gcv,0.5,Boiler test"
OWN_BROKEN = ("slip,stationary,natural gas,Spian,2023,kgg,nan,", "short,stationary")


def one_gas_bill(folder: Path) -> tuple[Path, Path]:
    bill = "a,f1,heat,natural_gas,1000,kWh_gcv,2023-01-01,2023-01-31"
    return write(folder / "c.csv", HEADER, bill), write(folder / "f.csv", "facility_id,country,type", "f1,ES,office")


def test_a_broken_factor_table_is_shown_whole_and_nothing_is_calculated(run: Run, tmp_path: Path) -> None:
    own = write(tmp_path / "own.csv", OWN_HEADER, OWN_SOUND, *OWN_BROKEN)
    ran = run("calculate", *one_gas_bill(tmp_path), "--custom-factors", own, "--output", tmp_path / "out")
    assert ran.code == 2
    assert ran.out == ""
    lines = ran.err.splitlines()
    assert lines[0] == "own.csv: 2 broken rows"
    assert lines[1].split() == ["line", "factor_id", "column", "value", "what", "is", "wrong"]
    told = [line.split()[:4] for line in lines if re.match(r"\d", line)]
    assert told == [
        ["3", "slip", "unit", "kgg"],
        ["3", "slip", "country", "Spian"],
        ["3", "slip", "co2_fossil_kg", "nan"],
        ["4", "the", "row", "has"],
    ]
    assert lines[-1] == "Nothing was calculated: correct these rows, or leave them out with --skip-broken-factors."
    assert list((tmp_path / "out").iterdir()) == []


def test_broken_factors_are_left_out_only_when_asked_for(run: Run, tmp_path: Path) -> None:
    own = write(tmp_path / "own.csv", OWN_HEADER, OWN_SOUND, *OWN_BROKEN)
    words = ("--custom-factors", own, "--skip-broken-factors", "--output", tmp_path / "out")
    ran = run("calculate", *one_gas_bill(tmp_path), *words)
    assert ran.code == 0
    assert ran.out.startswith("0.50 t CO2e from 1 of 1 records")
    assert "facility-emissions: warning: own.csv: 2 rows of 3 left out:" in ran.err
    assert "Factors of your own without a record (result.custom_factors)" in ran.out
    assert "slip: left out. Unknown unit 'kgg'" in ran.out
    assert "row 4: left out. the row has 2 cells, the header 8." in ran.out
    assert "Custom factors supplied by the user: Boiler test." in ran.out
    table = pd.read_csv(tmp_path / "out" / "custom_factors.csv")
    assert table[["row", "status", "records"]].to_numpy().tolist() == [
        [2, "used", 1],
        [3, "left out", 0],
        [4, "left out", 0],
    ]


def test_factors_check_tells_a_sound_table_from_a_broken_one(run: Run, tmp_path: Path) -> None:
    ran = run("factors", "check", write(tmp_path / "own.csv", OWN_HEADER, OWN_SOUND))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "own.csv: 1 factor, all sound"
    row = "boiler stationary natural_gas ES 2023- kWh_gcv 0.5 by fit"
    assert ran.out.splitlines()[3].split() == row.split()
    ran = run("factors", "check", write(tmp_path / "own.csv", OWN_HEADER, *OWN_BROKEN))
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[0] == "own.csv: 2 broken rows"
    assert "'Spian' is no country known here. Did you mean 'ES' (Spain)" in ran.out
    ran = run("factors", "check", "nowhere.csv")
    assert (ran.code, ran.out, ran.err) == (2, "", "facility-emissions: No file 'nowhere.csv'.\n")


def test_an_unknown_column_of_factors_names_the_right_one(run: Run, tmp_path: Path) -> None:
    ran = run("factors", "check", write(tmp_path / "own.csv", OWN_HEADER.replace("country", "contry"), OWN_SOUND))
    assert ran.code == 1
    assert ran.out.splitlines()[3].split()[:2] == ["1", "contry"]
    assert "unknown column 'contry'. Did you mean 'country'?" in ran.out


# --- bad usage: exit code 2, one line on standard error ----------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--gwp", "AR7"], "Invalid value for --gwp: Input should be 'SAR', 'TAR', 'AR4', 'AR5', 'AR5CCF' or 'AR6' "
                           "(given: 'AR7')"),
        (["--horizon", "50"], "Invalid value for --horizon: Input should be 20 or 100 (given: 50)"),
        (["--scope2", "both"], "Invalid value for --scope2: Input should be 'location' or 'market' (given: 'both')"),
        (["--as-of", "soon"], "Invalid value for --as-of: Input should be a valid date"),
        (["--format", "xls"], "Invalid value for --format: 'xls' is neither csv nor parquet."),
        (["--output", CONSUMPTION], "is a file; a folder is asked for."),
        (["--method", "nowhere.json"], "Invalid value for --method: 'nowhere.json' cannot be read as JSON"),
        (["--method", CONSUMPTION], "cannot be read as JSON"),
        (["--custom-factors", "nowhere.csv"], "No file 'nowhere.csv'."),
        (["--gpw", "AR5"], "No such option"),
    ],
)  # fmt: skip
def test_a_bad_option_is_exit_code_2(run: Run, words: list[object], message: str) -> None:
    ran = run("calculate", CONSUMPTION, FACILITIES, *words)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("facility-emissions: ")
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_a_wrong_field_in_a_method_file_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"scope_2": "market"}', encoding="utf-8")
    ran = run("calculate", CONSUMPTION, FACILITIES, "--method", tmp_path / "m.json")
    assert ran.code == 2
    assert "Invalid value for --method: scope_2: Extra inputs are not permitted" in ran.err


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("consumption.tsv", "a\tb\n", "consumption.tsv: unknown kind of file '.tsv'; known: .csv, .parquet, .pq."),
        ("consumption.csv", "", "consumption.csv is empty; its first line has to name the columns."),
        ("consumption.csv", HEADER.replace("quantity", "quantitty") + "\n",
         "has no column 'quantity'. Did you mean 'quantitty'?"),
        ("consumption.csv", f"{HEADER}\n1,2,3,4,5,6,7,8,9\n", "its rows have more cells than its header has columns."),
        ("consumption.parquet", "no parquet", "consumption.parquet is no readable Parquet file"),
        ("missing", None, "No file '"),
    ],
)  # fmt: skip
def test_a_bad_consumption_file_is_exit_code_2(
    run: Run, tmp_path: Path, name: str, text: str | None, message: str
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text, encoding="utf-8")
    ran = run("calculate", file, FACILITIES)
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("f.xlsx", "", "unknown kind of file '.xlsx'; known: .csv, .parquet, .pq, .json, .jsonl, .ndjson."),
        ("f.csv", "facility_id,land\na,ES\n", "has no column 'country'"),
        ("f.csv", "facility_id,country\na,ES\na,PT\n", "'a' appears twice"),
        ("f.json", "{", "f.json: this is no JSON"),
        ("f.json", '[{"id": "a", "name": "A", "type": "office", "country": "Narnia"}]', "Narnia"),
        ("f.json", '{"detail": "Not authenticated"}', "an error that the API answered: 'Not authenticated'"),
    ],
)
def test_a_bad_facilities_file_is_exit_code_2(run: Run, tmp_path: Path, name: str, text: str, message: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    ran = run("calculate", CONSUMPTION, file)
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_a_fault_of_the_program_is_not_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("facility_emissions.results.calculate", broken)
    ran = run("calculate", CONSUMPTION, FACILITIES)
    assert ran.code == 70
    assert "RuntimeError: a bug" in ran.err


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['typer'] = None; import facility_emissions.cli"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "The command line needs typer and rich: pip install 'facility-emissions[cli]'.\n"


# --- factors, coverage, help -----------------------------------------------------------------


def test_find_lists_factors_in_a_table_and_in_csv(run: Run) -> None:
    ran = run("factors", "find", "gas natural", "--country", "Spain", "--year", 2023)
    assert ran.code == 0
    factor_id = "miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023"
    (row,) = [line for line in ran.out.splitlines() if line.startswith(factor_id)]
    # MITECO V31, sheet 10, natural gas 2023: 0.182 kg CO2/kWh PCS, as docs/method.md calculates it
    assert row.split()[1:4] == ["2023", "kWh_gcv", "0.182"]
    table = run("factors", "find", "natural_gas", "--country", "ES", "--year", 2023, "--csv").out.splitlines()
    assert table[0].startswith("factor_id,activity_category,activity,country")
    assert sum(line.startswith(factor_id) for line in table) == 1


def test_find_keeps_ids_whole_on_a_narrow_screen(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = run("factors", "find", "natural_gas", "--country", "ES", "--year", 2023)
    lines = ran.out.splitlines()
    at = lines.index("miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023")
    assert lines[at + 1].startswith("    0.182 kg CO2 fossil, ")
    assert lines[at + 1].endswith(" per kWh_gcv (2023)")
    assert max(map(len, lines)) <= 80


def test_find_shows_the_gwps_of_a_refrigerant(run: Run) -> None:
    ran = run("factors", "find", "R410A")
    assert ran.code == 0
    # AR5 Table 8.A.1: HFC-32 677, HFC-125 3170; half of each by mass: 1923.5
    assert ["AR5", "100", "1923.5", "1923.5"] in [line.split() for line in ran.out.splitlines()]


def test_find_says_when_there_is_nothing(run: Run) -> None:
    ran = run("factors", "find", "district_heat", "--country", "ES", "--year", 2023)
    assert ran.code == 0
    first, gap, other, *_, last = ran.out.splitlines()
    assert first == "No published factor."
    assert gap.startswith("MITECO V31 gives no factor for purchased heat, steam, cooling or compressed air in Spain.")
    assert other.startswith("Without country 'ES': ")
    assert last == "`facility-emissions coverage` shows what there is."


def test_find_ranks_for_a_country_and_year_and_says_why(run: Run) -> None:
    words = [
        "factors",
        "find",
        "electricity",
        "--country",
        "ES",
        "--year",
        2023,
        "--figure",
        "electricity_location_based",
    ]
    out = run(*words).out
    (row,) = [line for line in out.splitlines() if line.startswith("eea/2026-07/ES/")]
    assert row.split()[-1] == "1"
    assert "  1: eea 2026-07: of Spain itself; valid in 2023; eea comes before ember (" in out
    assert "  2: eea 2024-10: edition 2026-07 is newer than 2024-10" in out
    assert "  eea 2026-07 (2026-07-10), 2024-10 (2024-10-25): European Environment Agency. Licence: Re-use" in out
    rows = json.loads(run(*words, "--json").out)
    assert [(r["rank"], r["chosen"], r["source_id"]) for r in rows[:2]] == [(1, True, "eea"), (2, False, "eea")]
    assert rows[0]["co2_fossil_kg"] is None  # not published, never 0
    table = pd.read_csv(io.StringIO(run(*words, "--csv").out))
    assert table["why"].tolist() == [r["why"] for r in rows]


def test_find_by_supplier_or_publisher_says_how_it_matched(run: Run) -> None:
    out = run("factors", "find", "endesa", "--country", "ES", "--year", 2024).out
    assert out.startswith("Matched: supplier 'ENDESA ENERGIA, S.A.' contains 'endesa'\n1 factor\n")
    assert "1: miteco V31: label of ENDESA ENERGÍA S.A.U., for records that name it; valid in 2024" in out
    assert run("factors", "find", "--supplier", "Endesa Energia SL", "--year", 2024).out.startswith("1 factor\n")
    assert "uba 2025" in run("factors", "find", "--source", "Umweltbundesamt", "--year", 2023).out


def test_find_shows_no_more_than_can_be_read(run: Run) -> None:
    lines = run("factors", "find", "--source", "miteco").out.splitlines()
    many = len(fe.factors.find(source="miteco"))
    assert lines[0] == f"{many:,} factors"
    assert sum(line.startswith("miteco/V31/") for line in lines) == 200
    assert any(line.startswith(f"... and {many - 200:,} more: narrow the search") for line in lines)


def test_show_names_document_row_and_licence(run: Run) -> None:
    ran = run("factors", "show", "miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023")
    assert ran.code == 0
    for text in ("0.182 kg CO2 fossil per kWh_gcv", "10. Factores de emisión!", "published: 2025-05-19", "licence: "):
        assert text in ran.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["factors", "show", "miteco/V31/ES/stationary/natural_gas/kWh_gcv/2032"], "Did you mean 'miteco/V31/ES/"),
        (["factors", "find", "naturalgaz"], "Did you mean 'natural_gas'?"),
        (["factors", "find", "endessa energia"], "As a supplier or publisher: 'ENDESA ENERGÍA, S.A.'"),
        (["factors", "find"], "Say what to find: a text, or an option such as --source."),
        (["factors", "find", "--supplier", "Acme"], "No supplier or network called 'Acme'"),
        (["coverage", "--years", "2024"], "go with --by-year or --plot"),
        (["coverage", "ES", "--by-year", "--years", "24"], "'24' is neither a year nor two"),
        (["coverage", "ES", "--by-year", "--years", "2024-2020"], "That leaves nothing to show."),
        (["coverage", "ES", "--by-year", "--category", "wood"], "Unknown 'wood'. Known: heat, electricity,"),
        (["coverage", "ES", "--plot", "x.pdf"], "a picture ends in .png or .svg"),
        (["factors", "find", "natural_gas", "--country", "Espagna"], "is no country known here"),
        (["coverage", "Narnia"], "is no country known here"),
        (["calculate", "only.csv"], "Missing argument"),
        (["frobnicate"], "No such command 'frobnicate'."),
    ],
)
def test_unknown_words_are_exit_code_2(run: Run, words: list[str], message: str) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_verify_finds_the_bundled_data_sound(run: Run) -> None:
    ran = run("factors", "verify")
    assert ran.code == 0
    *notices, end = ran.out.splitlines()
    assert all(line.startswith("notice: ") for line in notices)
    assert end == f"The data package is sound; {len(notices)} notices."


def test_verify_tells_of_faults_with_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding("error", "heat/x.csv line 3", "a fault."), Finding("notice", "heat/x.csv", "a word.")]
    monkeypatch.setattr("facility_emissions.factors.verify.verify", lambda folder: found)
    ran = run("factors", "verify")
    told = "heat/x.csv line 3: a fault.\nnotice: heat/x.csv: a word.\n1 faults in the data package; 1 notices.\n"
    assert (ran.code, ran.out) == (1, told)


def test_verify_takes_another_folder(run: Run, tmp_path: Path) -> None:
    ran = run("factors", "verify", str(tmp_path))
    assert ran.code == 2
    assert "holds no data package: there is no sources.csv" in ran.err


def test_coverage_of_everything_names_each_figure_once(run: Run) -> None:
    ran = run("coverage")
    assert ran.code == 0
    heads = [line.partition(" (scope ")[0] for line in ran.out.splitlines() if " (scope " in line]
    assert heads == [
        "stationary", "purchased_heat", "stationary_generation", "electricity_location_based", "electricity",
        "electricity_generation", "electricity_transmission_and_distribution", "recharge", "water_supply",
        "water_treatment", "wastewater_on_site",
    ]  # fmt: skip


def test_coverage_of_a_country(run: Run) -> None:
    ran = run("coverage", "España")
    assert ran.code == 0
    assert ran.out.startswith("Coverage of the bundled factors: Spain (ES)\n")
    (row,) = [line for line in ran.out.splitlines() if line.startswith("stationary ")]
    assert row.split()[1] == "2007-2024"
    assert row.split()[-1] == "miteco"


def test_coverage_by_activity_and_as_csv(run: Run) -> None:
    out = run("coverage", "ES", "--by-activity").out
    assert any(line.split()[:4:3] == ["stationary", "miteco"] and "natural_gas" in line for line in out.splitlines())
    table = run("coverage", "--csv").out.splitlines()
    assert table[0] == "country,name,activity_category,years,first_year,last_year,activities,sources"
    assert len(table) > 300


def test_coverage_of_gaps_says_why_and_what_would_do(run: Run) -> None:
    ran = run("coverage", "AT", "--gaps")
    assert ran.code == 0
    assert "AT: grid_electricity, electricity, residual_mix, all years" in ran.out
    assert "No residual mix exists in Austria" in ran.out
    assert "Remedy: " in ran.out


def test_coverage_by_year_says_what_answers_and_what_is_missing(run: Run) -> None:
    out = run("coverage", "ES", "--by-year").out
    assert out.startswith("What answers: Spain (ES)\n")
    lines = [line.split() for line in out.splitlines()]
    assert ["stationary", "natural_gas", "kWh_gcv", "2007-2024", "own", "miteco", "V31"] in lines
    assert ["stationary", "natural_gas", "kWh_gcv", "2025-2026", "earlier", "(2024)", "miteco", "V31"] in lines
    assert ["water_supply", "water_supply", "m3", "1990-2026", "none"] in lines
    assert "  earlier: its own factor, of an earlier year" in out.splitlines()
    assert "named: " not in out  # only what is met
    assert "    No official factor for water in Spain: MITECO V31 has none." in out.splitlines()
    narrow = run("coverage", "--by-year", "--category", "water", "--years", "2020-2021", "--csv").out
    table = pd.read_csv(io.StringIO(narrow), keep_default_na=False)
    assert set(table["category"]) == {"water"}
    assert set(table["year"]) == {2020, 2021}
    assert {"ES", "NA"} <= set(table["country"])
    one = run("coverage", "ES", "--by-year", "--figure", "purchased_heat", "--years", 2023).out.splitlines()
    assert [line.split()[0] for line in one if " district_heat " in line] == ["purchased_heat"]


def test_coverage_is_drawn(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    ran = run("coverage", "ES", "--plot", tmp_path / "es.png", "--years", "2015-2024")
    assert (ran.code, ran.out) == (0, f"Drawn: {tmp_path / 'es.png'}\n")
    assert (tmp_path / "es.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (["--help"], ["calculate", "coverage", "factors", "Exit codes: 0 all records have a figure", "2 bad usage"]),
        (["calculate", "--help"], ["--output", "--gwp", "SAR, TAR, AR4, AR5 (default)", "--strict", "--method",
                                   "Exit code 1 says that some records have no figure"]),
        (["factors", "--help"], ["find", "show", "verify"]),
        (["coverage", "-h"], ["--by-activity", "--by-year", "--plot", "--gaps", "--csv", "WORLD"]),
    ],
)  # fmt: skip
def test_help(run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], texts: list[str]) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    ran = run(*words)
    assert ran.code == 0
    for text in texts:
        assert text in " ".join(ran.out.replace("│", " ").split())


def test_a_bare_command_shows_its_help_and_is_bad_usage(run: Run) -> None:
    for words in ([], ["factors"]):
        ran = run(*words)
        assert ran.code == 2
        assert "Usage: facility-emissions" in ran.out


def test_version_names_program_and_factors(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out) == (0, f"facility-emissions {fe.__version__}, factors {data_version()}\n")


# --- as a script -----------------------------------------------------------------------------


def test_the_installed_script(small: tuple[Path, Path]) -> None:
    done = script("calculate", *small)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Every record has its figure." in done.stdout
    assert "\x1b" not in done.stdout


def test_a_reader_that_stops_early_does_not_change_the_exit_code() -> None:
    command = [str(Path(sys.executable).parent / "facility-emissions"), "coverage"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == b""


def test_a_picture_that_cannot_be_written_is_a_usage_error(run, tmp_path):
    done = run("coverage", "ES", "--years", "2024", "--plot", str(tmp_path / "no folder" / "x.png"))
    assert done.code == 2
    assert "cannot be written: No such file or directory." in " ".join(done.err.split())
