"""Counting refrigerants as an agency does: which edition, which set, which printed figure, and what is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from facility_emissions import Method, bundle, gwp
from facility_emissions.errors import NotFoundError
from facility_emissions.factors import sources as registry
from facility_emissions.factors.practices import choose_practice, is_practice, practices

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_sources = pytest.mark.skipif(not (SOURCES / "refrigerants").is_dir(), reason="the publishers' files are not here")

MITECO, DESNZ, EPA, ADEME = "miteco_refrigerants", "desnz_refrigerants", "epa_hub", "ademe_refrigerants"


def line(refrigerant: str, year: int = 2023, quantity: float = 1.0, unit: str = "kg", **method: object) -> pd.Series:
    """The ledger's line of one recharge in Spain."""
    row = {"facility_id": "a", "category": "recharge", "activity": refrigerant, "quantity": quantity, "unit": unit,
           "year": year}  # fmt: skip
    result = fe.calculate([row], [{"id": "a", "country": "ES", "type": "office"}], Method(**method))  # type: ignore[arg-type]
    assert result.problems.empty, result.problems["reason"].tolist()
    return result.ledger().iloc[0]


def problem(refrigerant: str, year: int = 2023, **method: object) -> str:
    row = {
        "facility_id": "a",
        "category": "recharge",
        "activity": refrigerant,
        "quantity": 1,
        "unit": "kg",
        "year": year,
    }
    result = fe.calculate([row], [{"id": "a", "country": "ES", "type": "office"}], Method(**method))  # type: ignore[arg-type]
    return str(result.problems["reason"].iloc[0])


# Figures typed from the documents: agency, year of consumption, refrigerant, figure, edition taken.
PRINTED = [
    # MITECO V31, sheet 10, section 3: rows 472-495, "PCA 6AR"
    (MITECO, 2010, "R-410A", 2256, "V31"),
    (MITECO, 2023, "R-404A", 4728, "V31"),
    (MITECO, 2023, "HFC-134a", 1530, "V31"),
    (MITECO, 2023, "HCFC-22", 1960, "V31"),
    (MITECO, 2023, "SF6", 24300, "V31"),
    # DECC/Defra condensed sets 2013 and 2015, Refrigerant & other
    (DESNZ, 2013, "R-410A", 1725, "2013"),
    (DESNZ, 2015, "R-410A", 2087.5, "2015"),
    # flat files 2016, 2022, 2025; condensed set 2024
    (DESNZ, 2016, "R-410A", 2088, "2016"),
    (DESNZ, 2022, "R-407C", 1774, "2022"),
    (DESNZ, 2022, "HFC-134a", 1430, "2022"),
    (DESNZ, 2023, "HFC-134a", 1300, "2023"),
    (DESNZ, 2024, "R-410A", 1924, "2024"),
    (DESNZ, 2025, "R-404A", 3943, "2025"),
    (DESNZ, 2025, "HCFC-22", 1760, "2025"),
    # EPA Hub 2025, Tables 11 and 12
    (EPA, 2023, "R-410A", 1924, "2025"),
    (EPA, 2023, "HFC-32", 677, "2025"),
    (EPA, 2023, "R-401A", 18, "2025"),
    # Base Carbone V23.6, AR5: elements 22600 (R410a), 22586 (R134a)
    (ADEME, 2023, "R-410A", 1924, "V23.6"),
    (ADEME, 2023, "HFC-134a", 1300, "V23.6"),
]


@pytest.mark.parametrize(("agency", "year", "refrigerant", "figure", "edition"), PRINTED)
def test_the_printed_figure_is_taken(agency: str, year: int, refrigerant: str, figure: float, edition: str) -> None:
    found = line(refrigerant, year, 2.5, refrigerants=agency)
    assert found["co2e"] == pytest.approx(2.5 * figure, rel=1e-12)
    assert (found["source"], found["edition"]) == (agency, edition)
    assert found["factor_id"].startswith(f"{agency}/{edition}/AR") or edition == "2013"
    assert f"gwp_published: {figure:g} kg CO2e/kg as {agency} {edition} prints it" in found["flags"]
    assert found["fallback"] == ""
    shown = fe.factors.show(found["factor_id"])
    assert (shown["co2e_fixed_kg"], shown["source_id"], shown["edition"]) == (figure, agency, edition)


def test_the_default_is_computed_and_unrounded() -> None:
    found = line("R-410A")
    assert found["co2e"] == 1923.5
    assert found["factor_id"] == "ipcc_ar5/AR5/GWP100/R-410A"
    assert "gwp_published" not in found["flags"]


# Sheet "11. Revisiones calculadora" of V31: V1 2014-06-02, V2 2014-06-13 (AR4), V28 2023-06-14, V29 2024-05-09 (AR6).
@pytest.mark.parametrize(
    ("as_of", "version", "gwp_set", "figure"),
    [
        ("2014-06-12", "V1", "TAR", 0.5 * 550 + 0.5 * 3400),
        ("2014-06-13", "V2", "AR4", 0.5 * 675 + 0.5 * 3500),
        ("2023-06-30", "V28", "AR4", 2087.5),
        ("2024-05-08", "V28", "AR4", 2087.5),
        ("2024-05-09", "V29", "AR6", 0.5 * 771 + 0.5 * 3740),
        ("2025-05-18", "V30", "AR6", 2255.5),
    ],
)
def test_older_versions_of_miteco_are_computed_with_their_set(
    as_of: str, version: str, gwp_set: str, figure: float
) -> None:
    found = line("R-410A", refrigerants=MITECO, as_of=as_of)
    assert found["co2e"] == pytest.approx(figure, rel=1e-12)
    assert found["fallback_code"] == "gwp_computed"
    assert (
        found["fallback"] == f"the figures of {MITECO} {version} are not held: computed with {gwp_set}, which it used"
    )
    assert (found["factor_id"], found["gwp"]) == (
        f"ipcc_{gwp_set.lower()}/{gwp_set}/GWP100/R-410A",
        f"{gwp_set} GWP100",
    )
    assert MITECO in found["source"]
    pinned = line("R-410A", refrigerants=MITECO, editions={MITECO: version})
    assert (pinned["co2e"], pinned["fallback"]) == (found["co2e"], found["fallback"])


def test_without_as_of_miteco_is_ar6_as_printed() -> None:
    assert line("R-410A", refrigerants=MITECO)["co2e"] == 2256
    assert line("R-410A", refrigerants=MITECO, as_of="2025-05-19")["co2e"] == 2256
    assert line("R-410A", refrigerants=MITECO, gwp="AR4")["co2e"] == 2256, "the agency decides the set"


def test_the_rest_of_the_footprint_keeps_the_sets_own_gwp() -> None:
    row = {"facility_id": "a", "category": "heat", "activity": "natural_gas", "quantity": 1000, "unit": "kWh_gcv",
           "year": 2023}  # fmt: skip
    sites = [{"id": "a", "country": "ES", "type": "office"}]
    plain = fe.calculate([row], sites, Method()).co2e.iloc[0]
    assert fe.calculate([row], sites, Method(refrigerants=MITECO)).co2e.iloc[0] == plain


def test_desnz_goes_by_the_year_of_consumption() -> None:
    assert line("R-410A", 2010, refrigerants=DESNZ)["fallback"] == "no list for 2010: earliest later year, 2012"
    late = line("R-410A", 2027, refrigerants=DESNZ)
    assert (late["co2e"], late["fallback_code"]) == (1924, "year_earlier")
    assert problem("R-410A", 2005, refrigerants=DESNZ).endswith(
        "no list of refrigerants for 2005 or a year near enough."
    )
    assert "for 2040" in problem("R-410A", 2040, refrigerants=DESNZ)
    assert problem("R-410A", 2027, refrigerants=DESNZ, max_years_back=1, max_years_forward=0)
    # a bill across New Year: AR4 in 2022, AR5 in 2023
    row = {"facility_id": "a", "category": "recharge", "activity": "R-410A", "quantity": 2, "unit": "kg",
           "start_date": "2022-12-31", "end_date": "2023-01-01"}  # fmt: skip
    result = fe.calculate([row], [{"id": "a", "country": "GB", "type": "office"}], Method(refrigerants=DESNZ))
    assert result.ledger()["co2e"].tolist() == [2088, 1924]


def test_as_of_and_pinned_editions_narrow_the_yearly_sets() -> None:
    # the day of the set of 2023 is not held: it counts as out by the end of its year
    early = line("R-410A", 2023, refrigerants=DESNZ, as_of="2023-06-30")
    assert (early["co2e"], early["edition"], early["fallback_code"]) == (2088, "2022", "year_earlier")
    assert line("R-410A", 2025, refrigerants=DESNZ, as_of="2025-06-09")["edition"] == "2024"
    assert line("R-410A", 2025, refrigerants=DESNZ, as_of="2025-06-10")["edition"] == "2025"
    assert line("R-410A", 2025, refrigerants=DESNZ, editions={DESNZ: "2022"})["co2e"] == 2088


def test_epa_is_the_newest_hub_that_was_out() -> None:
    assert line("R-410A", refrigerants=EPA, as_of="2022-01-01")["co2e"] == 2088
    assert line("R-410A", refrigerants=EPA, editions={EPA: "2021"})["co2e"] == 2088
    assert problem("R-410A", refrigerants=EPA, as_of="2021-09-14") == (
        "epa_hub has no list of refrigerants that was out by 2021-09-14."
    )


def test_ademe_prints_three_sets_and_the_method_chooses() -> None:
    assert [line("R-410A", refrigerants=ADEME, gwp=s)["co2e"] for s in ("AR4", "AR5", "AR6")] == [2088, 1924, 2256]
    assert problem("R-410A", refrigerants=ADEME, gwp="SAR") == (
        "ademe_refrigerants V23.6 prints AR4, AR5, AR6; the Method asks for SAR."
    )


def test_a_wrong_printed_figure_is_taken_and_told() -> None:
    for agency, year, blend, printed, right in (
        (DESNZ, 2025, "R-405A", 4821, "4965.06"),
        (EPA, 2023, "R-424A", 3104, "2211.85"),
        (ADEME, 2023, "HFC-227ea", 2640, "3350"),
    ):
        found = line(blend, year, refrigerants=agency)
        assert found["co2e"] == printed
        assert f"gwp_erratum: {blend}, GWP100 AR5" in found["flags"]
        assert f"right {right}" in found["flags"]
    assert "gwp_erratum" not in line("R-410A", 2025, refrigerants=DESNZ)["flags"]
    # ADEME prints R-507A twice, once rightly
    assert line("R-507A", refrigerants=ADEME)["co2e"] == 3985


def test_what_an_older_version_printed_wrongly_is_told() -> None:
    """Sheet 11 of V31: V16 corrected R-413A and HFC-152a, V11 R-407F."""
    for version, blend, told in (
        ("V15", "R-413A", True),
        ("V16", "R-413A", False),
        ("V2", "HFC-152a", True),
        ("V10", "R-407F", True),
        ("V11", "R-407F", False),
        ("V31", "R-407F", False),
    ):
        found = line(blend, refrigerants=MITECO, editions={MITECO: version})
        assert ("gwp_erratum" in found["flags"]) == told, (version, blend)


# gases="kyoto": the agency's own Kyoto figure, else the total where all gases are Kyoto's, else computed.
@pytest.mark.parametrize(
    ("agency", "year", "refrigerant", "gases", "figure", "printed"),
    [
        (DESNZ, 2023, "R-401A", "all", 1130, True),
        (DESNZ, 2023, "R-401A", "kyoto", 18, True),
        (DESNZ, 2023, "HFC-134a", "kyoto", 1300, True),
        (DESNZ, 2021, "R-410A", "kyoto", 2088, True),  # one column only, and all of it Kyoto gases
        (DESNZ, 2021, "R-408A", "kyoto", 0.07 * 3500 + 0.46 * 4470, False),
        (DESNZ, 2023, "HCFC-22", "kyoto", 0, False),
        (MITECO, 2023, "R-410A", "kyoto", 2256, True),
        (MITECO, 2023, "HCFC-22", "kyoto", 0, False),
        (MITECO, 2023, "R-422D", "kyoto", 0.651 * 3740 + 0.315 * 1530, False),
        (EPA, 2023, "R-401A", "all", 18, True),  # prints nothing else
        (EPA, 2023, "R-401A", "kyoto", 18, True),
        (EPA, 2023, "HCFC-22", "all", 1760, False),
        (EPA, 2023, "HCFC-22", "kyoto", 0, False),
    ],
)
def test_which_gases_count(agency: str, year: int, refrigerant: str, gases: str, figure: float, printed: bool) -> None:
    found = line(refrigerant, year, refrigerants=agency, gases=gases)
    assert found["co2e"] == pytest.approx(figure, rel=1e-9)
    assert ("gwp_published" in found["flags"]) == printed
    assert (found["fallback_code"] == "gwp_computed") == (not printed and figure > 0)


def test_a_refrigerant_that_the_agency_leaves_out_is_computed_with_its_set() -> None:
    found = line("R-32", refrigerants=DESNZ, year=2013)
    assert found["co2e"] == 650
    blend = line("R-454B", refrigerants=MITECO)
    assert blend["co2e"] == pytest.approx(0.689 * 771 + 0.311 * 0.501, rel=1e-9)
    assert blend["fallback"] == f"{MITECO} V31 prints no figure of R-454B: computed with its AR6"
    # AR4 has no value for HFO-1234yf: said, not filled in
    told = problem("R-454B", refrigerants=MITECO, as_of="2023-06-30")
    assert "HFO-1234yf has no GWP in AR4" in told


def test_strict_wants_the_printed_figure() -> None:
    assert line("R-410A", refrigerants=MITECO, strict=True)["co2e"] == 2256
    assert "strict: the figures of miteco_refrigerants V28 are not held" in problem(
        "R-410A", refrigerants=MITECO, strict=True, as_of="2023-06-30"
    )


def test_masses_and_groups_of_gas_stay_in_the_ledger() -> None:
    found = line("R-410A", quantity=500, unit="g", refrigerants=MITECO)
    assert (found["co2e"], found["f_gases_kg"], found["co2e_of_hfcs_kg"]) == (1128, 0.5, 1128)
    assert found["gwp"] == "AR6 GWP100"
    assert "not_rebasable" not in found["flags"]
    mixed = line("R-401A", refrigerants=DESNZ)
    assert (mixed["co2e_of_unsplit_kg"], mixed["f_gases_kg"]) == (1130, 1.0)


def test_citations_name_what_was_used() -> None:
    def cited(**method: object) -> str:
        row = {
            "facility_id": "a",
            "category": "recharge",
            "activity": "R-410A",
            "quantity": 1,
            "unit": "kg",
            "year": 2023,
        }
        return " ".join(fe.calculate([row], [{"id": "a", "country": "ES"}], Method(**method)).citations())  # type: ignore[arg-type]

    printed = cited(refrigerants=MITECO)
    assert "MITECO" in printed
    assert "Fourth Assessment Report" not in printed
    computed = cited(refrigerants=MITECO, as_of="2023-06-30")
    assert "MITECO" in computed
    assert "Fourth Assessment Report" in computed


def test_unknown_practices_are_refused() -> None:
    with pytest.raises(NotFoundError, match=r"No practice 'miteco_refrigerant'.*Did you mean 'miteco_refrigerants'"):
        problem("R-410A", refrigerants="miteco_refrigerant")
    with pytest.raises(NotFoundError, match=r"No practice 'ember'.*Known: computed, ademe_refrigerants"):
        problem("R-410A", refrigerants="ember")
    with pytest.raises(NotFoundError, match="'miteco_refrigerants' in edition 'V99'"):
        problem("R-410A", refrigerants=MITECO, editions={MITECO: "V99"})
    with pytest.raises(ValueError, match="over 100 years: horizon=20 goes with"):
        Method(refrigerants=MITECO, horizon=20)
    assert Method(refrigerants="computed", horizon=20).horizon == 20


def test_the_table_of_practices() -> None:
    rows = bundle.rows("recharge/practices.csv")
    keys = [(r["source_id"], r["edition"], r["gwp_set"]) for r in rows]
    assert len(set(keys)) == len(rows) == 32 + 14 + 3 + 2
    by_key = {(p.source_id, p.edition): p for p in practices()}
    # sheet 11 of V31, rows 4, 6, 7, 40, 44
    for version, day, gwp_set in (
        ("V31", "2025-05-19", "AR6"),
        ("V29", "2024-05-09", "AR6"),
        ("V28", "2023-06-14", "AR4"),
        ("V2", "2014-06-13", "AR4"),
        ("V1", "2014-06-02", "TAR"),
    ):
        practice = by_key[MITECO, version]
        assert (str(practice.issued), practice.gwp_set, practice.printed) == (day, gwp_set, version == "V31")
    assert {p.gwp_set for p in practices() if p.source_id == DESNZ and p.edition <= "2014"} == {"SAR"}
    assert {p.gwp_set for p in practices() if p.source_id == DESNZ and "2015" <= p.edition <= "2022"} == {"AR4"}
    assert {p.gwp_set for p in practices() if p.source_id == DESNZ and p.edition >= "2023"} == {"AR5"}
    assert all(p.issued for p in practices()), "every practice can be asked for by a day"
    assert is_practice(MITECO, "V7")
    assert not is_practice(MITECO, "V32")
    assert choose_practice(Method(refrigerants=MITECO), 1990)[0].edition == "V31"


def test_printed_sets_are_those_of_the_practice() -> None:
    """A printed figure belongs to a practice that is held, in its set and its gases."""
    held = {(p.source_id, p.edition, p.gwp_set): p.gases for p in practices() if p.printed}
    for name in ("recharge/published_blends.csv", "recharge/published_gases.csv"):
        for row in bundle.rows(name):
            gases = held[row["source_id"], row["edition"], row["gwp_set"]]
            assert row["gases"] in (*gases, "nonkyoto"), row


# Years as the reports' citations have them; the editions of DESNZ are named by theirs.
@pytest.mark.parametrize(
    ("source_id", "edition", "year"),
    [
        ("ipcc_sar", "SAR", 1995),
        ("ipcc_tar", "TAR", 2001),
        ("ipcc_ar4", "AR4", 2007),
        ("ipcc_ar5", "AR5", 2013),
        ("ipcc_ar5ccf", "AR5CCF", 2013),
        ("ipcc_ar6", "AR6", 2021),
        ("desnz_refrigerants", "2012", 2012),
        ("epa_hub", "2025", 2025),
        ("unep_ozone", "2019", 2019),
    ],
)
def test_sources_without_a_day_have_their_year(source_id: str, edition: str, year: int) -> None:
    source = registry.source(source_id, edition)
    assert source.publication_year == year
    assert str(source.issued) == f"{year}-12-31"


def test_published_gwps_of_gases_can_be_asked_for() -> None:
    figure = gwp.published_gwp("HFC-134a", DESNZ, "2022", "AR4")
    assert (figure.value, figure.printed_as, figure.refrigerant) == (1430, "HFC-134a", "HFC-134a")
    assert gwp.refrigerant_gwp("SF6", "AR6", method="published", source_id=MITECO, edition="V31") == 24300


def test_an_id_with_a_stroke_in_it_is_shown() -> None:
    """R-400 of 60 % CFC-12 and 40 % CFC-114: 0.6 x 10,200 + 0.4 x 8,590 in AR5."""
    shown = fe.factors.show("ipcc_ar5/AR5/GWP100/R-400(60/40)")
    assert shown["co2e_fixed_kg"] == pytest.approx(0.6 * 10200 + 0.4 * 8590)


@needs_sources
@pytest.mark.parametrize(
    ("version", "before", "after", "words"),
    [
        ("V29", "Se modifican los valores de PCA", "Se revisan los valores de PCA", "V29 no longer says"),
        ("V2", "Cuarto Informe", "Quinto Informe", "V2 no longer says"),
        ("V16", "HFC-152a y R-413A", "HFC-152a", "V16 no longer says"),
    ],
)
def test_a_list_of_revisions_that_says_otherwise_stops_the_import(
    monkeypatch: pytest.MonkeyPatch, version: str, before: str, after: str, words: str
) -> None:
    from facility_emissions.importers import refrigerant_practices as importer
    from facility_emissions.importers.tidy import LayoutError

    pytest.importorskip("python_calamine")
    revisions = importer._revisions(SOURCES)
    row, day, text = revisions[version]
    assert before in text
    changed = {**revisions, version: (row, day, text.replace(before, after))}
    monkeypatch.setattr(importer, "_revisions", lambda _: changed)
    read = importer.read_corrections if version == "V16" else importer.read_practices
    with pytest.raises(LayoutError, match=words):
        read(SOURCES)


@needs_sources
def test_an_unknown_gas_or_figure_of_an_agency_stops_the_import(tmp_path: Path) -> None:
    from facility_emissions.importers.published_gases import read_gases
    from facility_emissions.importers.tidy import LayoutError

    for before, after, words in (
        ("Halon-1301", "Halon-9999", "no gas of ours is 'Halon-9999'"),
        ("CFC-113,all,kg,kg CO2e", "CFC-113,all,t,kg CO2e", "expected kg CO2e per kg"),
        (
            "CFC-114,all,kg,kg CO2e,10000.0",
            "CFC-114,all,kg,kg CO2e,about 9000",
            "'about9000' is no number|is no number",
        ),
    ):
        shutil.rmtree(tmp_path / "refrigerants", ignore_errors=True)
        shutil.copytree(SOURCES / "refrigerants", tmp_path / "refrigerants")
        path = tmp_path / "refrigerants/raw/defra/defra_refrigerants_flat_2016_2025.csv"
        text = path.read_text(encoding="utf-8-sig")
        assert before in text, before
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(LayoutError, match=words):
            read_gases(tmp_path)
