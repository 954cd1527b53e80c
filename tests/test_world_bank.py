"""Factors of grid losses from a user's own World Bank file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions.errors import ContractError
from facility_emissions.factors.custom import FactorTable
from facility_emissions.factors.schema import FACTOR_COLUMNS, parse_factor
from facility_emissions.factors.world_bank import Loss, Losses, loss_factors, main, read_losses, why_left_out

# As the download has it: byte order mark, four lines on the file, quotes, an empty last column.
WDI = """\
"Data Source","World Development Indicators",

"Last Updated Date","2025-07-01",

"Country Name","Country Code","Indicator Name","Indicator Code","1960","2021","2022","2023","2024",
"Africa Eastern and Southern","AFE","Electric power losses (% of output)","EG.ELC.LOSS.ZS","","10.5","","","",
"Spain","ESP","Electric power losses (% of output)","EG.ELC.LOSS.ZS","","","9.1","8.56","",
"Lithuania","LTU","Electric power losses (% of output)","EG.ELC.LOSS.ZS","","","","14.03","",
"Estonia","EST","Electric power losses (% of output)","EG.ELC.LOSS.ZS","","13.74","","21.03","",
"United Kingdom","GBR","Electric power losses (% of output)","EG.ELC.LOSS.ZS","","","9.87","","",
"Benin","BEN","Electric power losses (% of output)","EG.ELC.LOSS.ZS","","","38.46","","",
"Spain","ESP","Population","SP.POP.TOTL","1","2","3","4","5",
"""
LOSSES = "electricity_transmission_and_distribution"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "API_EG.ELC.LOSS.ZS.csv"
    path.write_text(f"\ufeff{WDI}", encoding="utf-8")
    return path


def test_the_download_is_read(file: Path) -> None:
    losses = read_losses(file)
    assert losses.updated == "2025-07-01"
    assert losses.no_country == ["AFE"]
    assert [x for x in losses.rows if x.country == "ES"] == [Loss("ES", 2022, 9.1), Loss("ES", 2023, 8.56)]
    assert len(losses.rows) == 7


def test_the_factor_is_that_of_the_grid(file: Path) -> None:
    """Losses of 8.56 % of output: 0.0856 / 0.9144 kWh are lost for one that arrives."""
    rows, _ = loss_factors(read_losses(file))
    (row,) = [r for r in rows if (r["country"], r["valid_from"]) == ("ES", 2023)]
    grid = fe.calculate(
        [{"facility_id": "f", "category": "electricity", "activity": None, "quantity": 1.0, "unit": "kWh",
          "start_date": "2023-01-01", "end_date": "2023-12-31"}],
        [{"id": "f", "country": "ES", "type": "office"}],
    ).ledger().set_index("activity_category")["co2e"]["electricity_location_based"]  # fmt: skip
    assert row["co2e_fixed_kg"] == pytest.approx(grid * 0.0856 / 0.9144)
    assert "ES 2023, updated 2025-07-01" in str(row["locator"])
    assert str(row["note"]).startswith("derived: ")
    assert "domestic output" in str(row["note"])


def test_gases_stay_gases(file: Path) -> None:
    rows, _ = loss_factors(read_losses(file))
    (row,) = [r for r in rows if r["country"] == "GB"]
    (grid,) = fe.factors.find(
        "grid_electricity", country="GB", year=2022, source="desnz", activity_category="electricity_location_based"
    ).to_dict("records")
    for column in ("co2_fossil_kg", "ch4_kg", "n2o_kg"):
        assert row[column] == pytest.approx(grid[column] * 0.0987 / 0.9013)
    assert row["co2e_fixed_kg"] is None


@pytest.mark.parametrize(
    ("country", "year", "percent", "out"),
    [
        ("LT", 2014, 18.5, True),  # an importer: below the ceiling, and still no losses of its grid
        ("EE", 2021, 13.74, True),
        ("EE", 2020, 6.17, False),
        ("IN", 2023, 14.16, False),
        ("BJ", 2022, 38.46, True),
        ("ES", 2023, 20.0, False),
        ("ES", 2023, 20.1, True),
    ],
)
def test_the_trap(country: str, year: int, percent: float, out: bool) -> None:
    assert bool(why_left_out(Loss(country, year, percent))) == out


def test_what_is_left_out_is_named(file: Path) -> None:
    rows, left_out = loss_factors(read_losses(file))
    assert {r["country"] for r in rows} == {"ES", "GB"}
    assert [x.split(":")[0] for x in left_out] == ["BJ 2022", "EE 2021", "EE 2023", "LT 2023"]
    higher, _ = loss_factors(read_losses(file), max_loss_pct=50)
    assert {r["country"] for r in higher} == {"ES", "GB", "BJ"}


def test_no_other_year_is_borrowed() -> None:
    _, left_out = loss_factors(Losses([Loss("ES", 1989, 9.0)]))
    assert left_out == ["ES 1989: 9 %: no location-based factor of that year."]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"Country Name","Country Code"', '"Country","Code"', "not the World Bank's CSV"),
        ("EG.ELC.LOSS.ZS", "EG.ELC.ACCS.ZS", "no row of the indicator"),
        ('"8.56"', '"n/a"', "line 7, 2023: 'n/a' is no number"),
        ('"8.56"', '"108.56"', "expected 0 to 100"),
        ('"8.56"', '"-1"', "expected 0 to 100"),
        ('"8.56"', '"nan"', "expected 0 to 100"),
    ],
)
def test_bad_files(file: Path, old: str, new: str, message: str) -> None:
    file.write_text(WDI.replace(old, new), encoding="utf-8")
    with pytest.raises(ContractError, match=message):
        read_losses(file)


def test_the_table_is_one_of_custom_factors(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "my_losses.csv"
    assert main([str(file), "--out", str(out)]) == 0
    told = capsys.readouterr().err
    assert "3 factors of 2 countries; 4 rows left out" in told
    assert "LT 2023: 14.03 %: much is imported" in told
    assert "No countries: AFE." in told
    table = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert tuple(table.columns) == FACTOR_COLUMNS
    for row in table.to_dict("records"):
        parse_factor({str(k): v for k, v in row.items()}, "my_losses.csv")
    assert len(FactorTable(table).rows) == 3
    consumption = {
        "facility_id": "f", "category": "electricity", "activity": None, "quantity": 1000.0, "unit": "kWh",
        "start_date": "2023-01-01", "end_date": "2023-01-31", "custom_factor_id": f"world_bank/ES/{LOSSES}/2023",
    }  # fmt: skip
    result = fe.calculate([consumption], [{"id": "f", "country": "ES", "type": "office"}], custom_factors=table)
    lost = result.ledger().set_index("activity_category").loc[LOSSES]
    assert lost["co2e"] == pytest.approx(1000 * float(table["co2e_fixed_kg"].iloc[1]))
    assert "custom" in lost["flags"]


def test_the_command(file: Path, tmp_path: Path) -> None:
    module = [sys.executable, "-m", "facility_emissions.factors.world_bank"]
    out = tmp_path / "losses.csv"
    done = subprocess.run([*module, str(file), "--out", str(out)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Warning" not in done.stderr
    assert out.read_text(encoding="utf-8").startswith("factor_id,")
    done = subprocess.run([*module, "nowhere.csv", "--out", str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
