"""Coverage by year: what would answer is what a calculation takes; the picture and the page show it."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

import coverage_page
import facility_emissions as fe
from facility_emissions.availability import (
    ANSWERS,
    COLUMNS,
    REPRESENTATIVES,
    answer_of,
    coverage_by_year,
    known_countries,
    runs,
)
from facility_emissions.categories.answer import Line
from facility_emissions.errors import ContractError, VocabularyError
from facility_emissions.importers import not_held
from facility_emissions.report.heatmap import COLOURS, draw, picture

LOCATION, MARKET, UPSTREAM = "electricity_location_based", "electricity", "electricity_generation"
GAS, OIL, POWER = "natural_gas", "gas_oil_heating", "grid_electricity"


@pytest.fixture(scope="module")
def whole() -> pd.DataFrame:
    return coverage_page.frame()


@pytest.mark.parametrize(
    ("country", "figure", "activity", "year", "answer", "source"),
    [
        # MITECO V31 prints fuels of 2007-2024; a year may be 10 back and 5 forward
        ("ES", "stationary", GAS, 2007, "own", "miteco"),
        ("ES", "stationary", GAS, 2024, "own", "miteco"),
        ("ES", "stationary", GAS, 2026, "earlier", "miteco"),
        ("ES", "stationary", GAS, 2002, "later", "miteco"),
        ("ES", "stationary", GAS, 2001, "world", "ipcc"),
        ("ES", "stationary", OIL, 2010, "own", "miteco"),  # by the litre only
        ("KE", "stationary_generation", GAS, 2023, "stand_in", "desnz"),
        ("DE", "stationary_generation", GAS, 2023, "region", "ademe"),
        ("FR", "purchased_heat", "district_heat", 2022, "named", "ademe"),
        ("FR", "purchased_heat", "district_heat", 2005, "none", ""),
        ("GB", "stationary_generation", GAS, 2023, "own", "desnz"),
        ("ES", LOCATION, POWER, 2021, "own", "aib_production"),  # no edition of the EEA has 2021
        ("ES", LOCATION, POWER, 2022, "own", "eea"),
        ("KE", LOCATION, POWER, 2020, "lifecycle", "ember"),
        ("KE", UPSTREAM, POWER, 2020, "inside", "ember"),
        ("KE", MARKET, POWER, 2020, "grid_average", "ember"),
        ("ES", MARKET, POWER, 2023, "own", "miteco"),
        ("ES", "purchased_heat", "district_heat", 2023, "none", ""),
        ("ES", "water_supply", "water_supply", 2023, "none", ""),
        ("GB", "water_supply", "water_supply", 2023, "own", "desnz"),
        ("KE", "recharge", "R-410A", 2023, "everywhere", "ipcc_ar5"),
    ],
)
def test_what_answers(
    whole: pd.DataFrame, country: str, figure: str, activity: str, year: int, answer: str, source: str
) -> None:
    (row,) = whole[
        (whole["country"] == country)
        & (whole["activity_category"] == figure)
        & (whole["activity"] == activity)
        & (whole["year"] == year)
    ].to_dict("records")
    assert (row["answer"], row["source_id"]) == (answer, source)
    assert row["answer"] in ANSWERS


def test_every_country_figure_activity_and_year_is_there_once(whole: pd.DataFrame) -> None:
    assert tuple(whole.columns) == COLUMNS
    assert set(whole["answer"]) <= set(ANSWERS)
    key = ["country", "activity_category", "activity", "year"]
    assert not whole.duplicated(key).any()
    figures = whole.groupby("activity")["activity_category"].nunique()
    assert set(whole["activity"]) == set(REPRESENTATIVES)
    assert len(whole) == len(known_countries()) * 37 * figures.sum()  # 1990 to 2026
    assert len(known_countries()) > 210
    assert set(known_countries()) >= {"ES", "GB", "US", "XK"}
    assert not {"WORLD", "EUROPE"} & set(known_countries())
    assert whole["activity_category"].nunique() == 10


@pytest.mark.parametrize("country", ["ES", "GB", "AT", "FR", "CA", "NL", "KE", "AU"])
def test_it_is_what_a_calculation_takes(whole: pd.DataFrame, country: str) -> None:
    years = (2004, 2016, 2021, 2024, 2026)
    asked = whole[(whole["country"] == country) & whole["year"].isin(years)]
    key = ["category", "activity", "unit", "year"]
    questions = asked[key].drop_duplicates().reset_index(drop=True)
    at = {tuple(q): position for position, q in enumerate(questions.itertuples(index=False))}
    consumption = questions.assign(facility_id="a", quantity=1.0)
    ledger = fe.calculate(consumption, [{"id": "a", "country": country, "type": "office"}]).ledger()
    for row in asked.to_dict("records"):
        mine = ledger["position"] == at[tuple(row[k] for k in key)]
        lines = ledger[mine & (ledger["activity_category"] == row["activity_category"])]
        if row["answer"] in ("none", "named"):
            assert lines.empty
            continue
        for column, name in (("source", "source_id"), ("edition", "edition"), ("factor_id", "factor_id")):
            assert lines[column].iloc[0].split(" + ")[0] == row[name]
        codes = str(lines["fallback_code"].iloc[0]) + str(lines["flags"].iloc[0])
        told = {"earlier": "year_earlier", "later": "year_later", "world": "world", "stand_in": "stand_in",
                "lifecycle": "lifecycle", "grid_average": "market_from_location", "inside": "inside"}  # fmt: skip
        assert told.get(row["answer"], "") in codes
        if row["answer"] == "own":
            assert not any(
                code in codes for code in ("year_", "world", "stand_in", "region", "market_from", "lifecycle")
            )


def test_what_is_missing_says_why(whole: pd.DataFrame) -> None:
    def reason(country: str, figure: str, activity: str, year: int) -> tuple[str, str]:
        rows = whole[(whole["country"] == country) & (whole["activity_category"] == figure)]
        row = rows[(rows["activity"] == activity) & (rows["year"] == year)].iloc[0]
        return row["reason"], row["remedy"]

    why, remedy = reason("ES", "water_supply", "water_supply", 2023)
    assert why == "No official factor for water in Spain: MITECO V31 has none."
    assert remedy.startswith("Give the supplier's factor as a custom factor")
    assert reason("AT", MARKET, POWER, 2023)[0].startswith("No residual mix exists in Austria")
    assert reason("PT", "stationary", GAS, 2023)[0] == "A national list of fuel factors of Portugal (APA) is not held."
    assert reason("KE", "water_supply", "water_supply", 2023) == ("", "")  # nothing is known
    assert reason("ES", "stationary", GAS, 2023) == ("", "")
    # DESNZ printed other countries' upstream to 2021: that is why 2021 answers for Spain in 2022 ...
    assert "2016-2021 only" in reason("ES", UPSTREAM, POWER, 2022)[0]
    # ... and not why its own of 2025 answers for the United Kingdom in 2026.
    assert reason("GB", UPSTREAM, POWER, 2026) == ("", "")


@pytest.mark.parametrize(
    ("fallbacks", "flags", "answer"),
    [
        ((), (), "own"),
        (("year_earlier",), (), "earlier"),
        (("place", "year_later"), (), "later"),
        (("region", "year_earlier"), ("lifecycle",), "region"),
        (("world",), ("lifecycle",), "world"),
        (("stand_in",), (), "stand_in"),
        (("year_earlier",), ("lifecycle",), "lifecycle"),
        (("world",), ("lifecycle", "market_from_location"), "grid_average"),
        ((), ("losses_inside",), "inside"),
    ],
)
def test_the_kind_of_an_answer(fallbacks: tuple[str, ...], flags: tuple[str, ...], answer: str) -> None:
    line = Line(LOCATION, {}, ("id",), "ember", "2026", fallbacks=tuple((c, "why") for c in fallbacks),
                flags=tuple((c, "why") for c in flags))  # fmt: skip
    assert answer_of(line) == answer


def test_it_can_be_narrowed() -> None:
    one = coverage_by_year("España", 2023)
    assert set(one["country"]) == {"ES"}
    assert set(one["name"]) == {"Spain"}
    assert set(one["year"]) == {2023}
    heat = coverage_by_year(["ES", "PT", "es"], range(2020, 2022), category="heat")
    assert heat["country"].drop_duplicates().tolist() == ["ES", "PT"]
    assert set(heat["category"]) == {"heat"}
    assert set(heat["year"]) == {2020, 2021}
    assert set(coverage_by_year("ES", 2023, activity_category=MARKET)["activity_category"]) == {MARKET}
    older = coverage_by_year("ES", 2023, activity_category=LOCATION, method=fe.Method(as_of="2025-06-30"))
    assert older["edition"].tolist() == ["2024-10"]
    with pytest.raises(VocabularyError, match="Unknown 'heating'"):
        coverage_by_year("ES", category="heating")
    with pytest.raises(VocabularyError, match="Did you mean 'stationary'"):
        coverage_by_year("ES", activity_category="stationery")
    with pytest.raises(VocabularyError, match="no country known here"):
        coverage_by_year("Narnia")


def test_runs_put_years_of_one_answer_together(whole: pd.DataFrame) -> None:
    told = runs(whole)
    assert int((told["last_year"] - told["first_year"] + 1).sum()) == len(whole)
    gas = told[(told["country"] == "ES") & (told["activity_category"] == "stationary") & (told["activity"] == GAS)]
    columns = ["first_year", "last_year", "answer", "source_id"]
    assert [*gas[columns].itertuples(index=False, name=None)] == [
        (1990, 2001, "world", "ipcc"),
        (2002, 2006, "later", "miteco"),
        (2007, 2024, "own", "miteco"),
        (2025, 2026, "earlier", "miteco"),
    ]
    assert gas["factor_year"].tolist() == [pd.NA, 2007, pd.NA, 2024]
    power = told[(told["country"] == "KE") & (told["activity_category"] == LOCATION)].tail(2)
    assert power["answer"].tolist() == ["lifecycle", "lifecycle"]  # the second by the factor of a year before
    assert power["factor_year"].tolist() == [pd.NA, power["last_year"].iloc[0]]
    gap = runs(coverage_by_year("ES", [2019, 2021, 2023], activity_category="recharge"))
    assert [*gap[["first_year", "last_year"]].itertuples(index=False, name=None)] == [
        (y, y) for y in (2019, 2021, 2023)
    ]


def test_a_set_is_called_missing_only_as_long_as_it_is(whole: pd.DataFrame) -> None:
    rows = not_held.read(Path()).gaps
    assert rows
    for gap in rows:
        own = whole[(whole["country"] == gap["country"]) & (whole["activity_category"] == gap["activity_category"])]
        assert not (own["answer"] == "own").any(), f"importers/not_held.py: {gap['country']} has its own by now"


# --- the picture and the page --------------------------------------------------------------------


def test_the_picture_of_the_docs_shows_the_data() -> None:
    assert coverage_page.digest_of(coverage_page.PICTURE) == coverage_page.shown().digest(), "run tests/pages.py"
    assert coverage_page.PICTURE.stat().st_size < 300_000


def test_the_page_has_all_figures_and_countries() -> None:
    page = (coverage_page.PICTURE.parent / "coverage.md").read_text(encoding="utf-8")
    for text in (
        "(coverage.png)",
        "### Water supply",
        "No official factor for water in Spain",
        "### Refrigerants recharged",
    ):
        assert text in page


def test_the_page_does_not_call_another_year_the_year(whole: pd.DataFrame) -> None:
    # The French decree of 2012 is for 2013 to 2020: before it, it stands in.
    told = runs(whole)
    oil = told[(told["country"] == "FR") & (told["activity_category"] == "stationary") & (told["activity"] == OIL)]
    pattern = coverage_page._pattern(oil)
    assert "2008-2012 own of later years (fr_arrete_2012); 2013 own (fr_arrete_2012); 2014-2026 own (ademe)" in pattern
    gas = told[(told["country"] == "ES") & (told["activity_category"] == "stationary") & (told["activity"] == GAS)]
    assert coverage_page._pattern(gas).endswith("2007-2024 own (miteco); 2025-2026 own of 2024 (miteco)")


def test_a_picture_has_a_panel_for_each_figure_and_a_row_for_each_country_of_its_own(whole: pd.DataFrame) -> None:
    shown = picture(whole)
    assert len(shown.panels) == 9  # all but recharge, which is the same everywhere
    assert shown.countries[-1] == "others"
    assert shown.names["others"].startswith(f"{len(known_countries()) - len(shown.countries) + 1} other countries")
    assert {"ES", "GB"} <= set(shown.groups[0][1])
    assert "DE" in shown.countries
    assert "KE" not in shown.countries  # a lifecycle series only
    gas = shown.panels["stationary"]
    assert (gas.loc["ES", 2007], gas.loc["ES", 2026], gas.loc["others", 2020]) == ("own", "earlier", "world")
    assert [c for _, _, answers in COLOURS for c in answers] != []
    few = picture(coverage_by_year(["ES", "CF", "KE", "TZ"], 2024))  # of three others, one has nothing
    assert few.panels[LOCATION].loc["others", 2024] == "lifecycle"
    names = [shown.names[c] for c in shown.groups[1][1]]
    assert names == sorted(names)


def test_the_digest_names_what_is_shown(whole: pd.DataFrame) -> None:
    other = whole.copy()
    at = other.index[(other["country"] == "ES") & (other["activity"] == GAS) & (other["year"] == 2015)][0]
    assert picture(other).digest() == picture(whole).digest()
    other.loc[at, "answer"] = "none"
    assert picture(other).digest() != picture(whole).digest()


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_picture_is_drawn_and_carries_its_digest(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    shown = picture(coverage_by_year(["ES", "KE", "TZ"], range(2018, 2024)))
    file = tmp_path / f"coverage{suffix}"
    draw(shown, file)
    assert shown.digest().encode() in file.read_bytes()
    if suffix == ".png":
        assert coverage_page.digest_of(file) == shown.digest()
        assert file.read_bytes()[:4] == b"\x89PNG"


def test_a_picture_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = coverage_by_year("ES", 2023)
    with pytest.raises(ContractError, match=r"ends in \.png or \.svg"):
        draw(picture(frame), tmp_path / "coverage.pdf")
    with pytest.raises(ContractError, match="no figure that differs"):
        picture(frame[frame["activity_category"] == "recharge"])
    for name in [m for m in sys.modules if m.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ContractError, match=r"pip install 'facility-emissions\[plots\]'"):
        draw(picture(frame), tmp_path / "coverage.png")
