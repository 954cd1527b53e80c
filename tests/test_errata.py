"""The one table of publishers' errors: what it says is true of our figures, and it is shown where it matters."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import facility_emissions as fe
from facility_emissions import bundle, gwp
from facility_emissions.cli import app
from facility_emissions.errors import GWPError
from facility_emissions.factors import book
from facility_emissions.factors.errata import (
    errata,
    errata_of_factor,
    errata_of_refrigerant,
    erratum_of_printed_gwp,
)
from facility_emissions.factors.schema import CORRECTED, ERRATA_COLUMNS, KEPT, LEFT_OUT, Factor

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
needs_sources = pytest.mark.skipif(not (SOURCES / "refrigerants").is_dir(), reason="the publishers' files are not here")

# Typed from the documents: source, edition, subject, figure, printed, right.
GOLDEN = [
    # DESNZ flat file 2025, Refrigerant & other, Blends, R405A, total; Kyoto products
    ("desnz_refrigerants", "2025", "R-405A", "GWP100 AR5 all", "4821", "4965.06"),
    ("desnz_refrigerants", "2025", "R-405A", "GWP100 AR5 kyoto", "3920", "4064.16"),
    # DECC/Defra condensed set 2013, Refrigerant & other, R408A
    ("desnz_refrigerants", "2013", "R-408A", "GWP100 SAR all", "2795", "2649"),
    # Base Carbone V23.6, elements 22606 (R507a), 43579 (CFC-11), 22589 (R227ea)
    ("ademe_refrigerants", "V23.6", "R-507A", "GWP100 AR5 all", "2235", "3985"),
    ("ademe_refrigerants", "V23.6", "CFC-11", "GWP100 AR6 all", "6320", "6230"),
    ("ademe_refrigerants", "V23.6", "HFC-227ea", "GWP100 AR5 all", "2640", "3350"),
    # EPA Hub 2025, Table 12, R-424A; Hub 2021, Table 12, R-402A ("6% HFC-125")
    ("epa_hub", "2025", "R-424A", "GWP100 AR5 kyoto", "3104", "2211.85"),
    ("epa_hub", "2021", "R-402A", "composition", "2 HC-290, 38 HCFC-22, 6 HFC-125", "2 HC-290, 38 HCFC-22, 60 HFC-125"),
    # MITECO guide, Annex II, HFC-152a; calculator V31, sheet 11, V16
    ("miteco_guide", "2019", "HFC-152a", "GWP100 AR4 all", "38", "124"),
    ("miteco_refrigerants", "V2-V15", "HFC-152a", "GWP100 AR4 all", "", "124"),
    # file of the AR6 authors against MITECO V31 (24,300)
    ("ipcc_ar6_authors_file", "2023-10-18", "SF6", "GWP100 AR6 all", "25200", "24300"),
    # bonsai-ipcc 0.5.3 against IPCC 2006, Volume 2, Table 1.2
    ("bonsai_ipcc", "0.5.3", "natural_gas_liquids", "ncv", "44.3", "44.2"),
    ("bonsai_ipcc", "0.5.3", "other_prim_solid_biomass", "ncv", "11.8", "11.6"),
    # openscm-units 0.6.3, gas mixtures; CoolProp's list of ASHRAE, 412A: R-22/218/143b (70.0/5.0/25.0)
    ("openscm_units", "0.6.3", "R-500", "composition", "73.8 CFC-12, 26.2 HFC-152", "73.8 CFC-12, 26.2 HFC-152a"),
    (
        *("ashrae_blends", "2026-07-23", "R-412A", "composition"),
        *("25 143b, 70 HCFC-22, 5 PFC-218", "25 HCFC-142b, 70 HCFC-22, 5 PFC-218"),
    ),
    # LCIAformatter, IPCC_GWP_values.csv row 146
    ("epa_lciaformatter", "2025-04-23", "HFE-245cb2", "formula", "CH3OCF2CHF2", "CF3CF2OCH3"),
    # Base Carbone V23.6, element 43576, CO2b of the whole element and of the post "Combustion"
    ("ademe", "V23.6", "biomethane", "co2b, whole element", "-0.0693", "0.302"),
]


def keyed() -> dict[tuple[str, ...], dict[str, str]]:
    names = ("source_id", "edition", "subject", "figure", "printed", "right")
    return {tuple(r[n] for n in names): r for r in bundle.rows("errata.csv")}


@pytest.mark.parametrize("row", GOLDEN, ids=lambda r: f"{r[0]} {r[2]}")
def test_golden(row: tuple[str, ...]) -> None:
    assert row in keyed()


def test_rows_are_whole_and_none_comes_twice() -> None:
    rows = bundle.rows("errata.csv")
    assert tuple(rows[0]) == tuple(ERRATA_COLUMNS)
    assert len(keyed()) == len(rows) == len(errata()) >= 100
    for row in rows:
        assert row["action"] in (CORRECTED, KEPT, LEFT_OUT), row
        assert row["why"], row
        assert row["evidence"], row
        assert row["printed"] or row["right"], row
        assert row["printed"] != row["right"], row
        assert "recalled" not in " ".join(row.values())
        assert row["right"] or row["action"] != CORRECTED, "what is corrected is known"


def test_what_is_corrected_is_what_we_compute() -> None:
    compared = 0
    for e in errata():
        if e.action != CORRECTED or not e.figure.startswith("GWP"):
            continue
        horizon, gwp_set, gases = e.figure.removeprefix("GWP").split(" ")
        if gases not in ("all", "kyoto"):
            continue  # the UN Ozone Secretariat's own choice of gases: test_proof_blends.py
        ours = gwp.refrigerant_gwp(e.subject, gwp_set, int(horizon), gases, missing="zero")  # type: ignore[arg-type]
        assert ours == pytest.approx(float(e.right), abs=0.005), e
        if e.printed:
            assert abs(ours - float(e.printed)) > 0.99, e
        compared += 1
    assert compared >= 50


def test_compositions_that_are_corrected_are_ours() -> None:
    compared = 0
    for e in errata():
        if e.figure == "composition":
            shares = dict(reversed(part.split(" ")) for part in e.right.split(", "))
            ours = {gas: f"{100 * fraction:.6g}" for gas, fraction in gwp.composition(e.subject).items()}
            assert ours == shares, e
            compared += 1
    assert compared == 12


def test_formulas_that_are_corrected_are_ours() -> None:
    formulas = {r["gas"]: r["formula"] for r in bundle.rows("gwp/gases.csv")}
    known = [e for e in errata() if e.figure == "formula"]
    assert len(known) == 4
    for e in known:
        assert formulas[e.subject] != e.printed, e


def test_what_cannot_be_computed_says_so() -> None:
    unknown = [e for e in errata() if e.figure.startswith("GWP") and not e.right]
    assert {e.subject for e in unknown} == {"R-444A", "R-445A", "R-505", "R-506"}
    for e in unknown:
        _, gwp_set, _ = e.figure.split(" ")
        with pytest.raises(GWPError, match=r"HCFC-31|HFO-1234ze"):
            gwp.refrigerant_gwp(e.subject, gwp_set, missing="zero")


def factors_of(subject: str) -> list[Factor]:
    return [f for f in book.all_factors() if f.factor_id == subject or f.factor_id.rpartition("/")[0] == subject]


def test_figures_of_factors_are_as_the_action_says() -> None:
    """Kept as printed: the factor has the printed figure. Corrected: the right one. Left out: no factor."""
    seen = dict.fromkeys((CORRECTED, KEPT, LEFT_OUT), 0)
    for e in errata():
        if e.subject.count("/") < 4:
            continue
        held = factors_of(e.subject)
        assert bool(held) == (e.action != LEFT_OUT), e
        for factor in held:
            expected = float(e.printed if e.action == KEPT else e.right)
            assert getattr(factor, e.figure) == pytest.approx(expected, rel=1e-9), e
        seen[e.action] += 1
    assert seen == {CORRECTED: 1, KEPT: 11, LEFT_OUT: 1}


def test_the_loss_of_heat_networks_is_five_of_ninety_five() -> None:
    """DESNZ 2025: 0.00936 printed; heat 0.17355 x 5 / 95 = 0.009134."""
    loss = "desnz/2025/GB/electricity_transmission_and_distribution/district_heat/kWh/2025"
    (told,) = errata_of_factor(loss)
    assert (told.printed, told.action) == ("0.00936", KEPT)
    assert float(told.right) == pytest.approx(0.17355 * 5 / 95, abs=1e-7)


def test_biogenic_co2_that_does_not_fit_is_told_for_every_year() -> None:
    """MITECO V31, footnote: sawdust 2.123, nut shells and olive stones 2.022 kg CO2/kg."""
    for fuel, printed in (("sawdust", "2.123"), ("nut_shells", "2.022"), ("olive_pits", "2.022")):
        for year in (2007, 2024):
            (told,) = errata_of_factor(f"miteco/V31/ES/stationary/{fuel}/kg/{year}")
            assert (told.figure, told.printed, told.right) == ("co2_biogenic_kg", printed, "")
    assert errata_of_factor("miteco/V31/ES/stationary/wood_pellets/kg/2024") == ()


def test_lookup_of_refrigerants() -> None:
    assert {e.edition for e in errata_of_refrigerant("R-405A", "AR5", source_id="desnz_refrigerants")} == {
        *("2023", "2024", "2025"),
    }
    assert {e.source_id for e in errata_of_refrigerant("R-405A", "AR4")} == {
        *("desnz_refrigerants", "unep_ozone", "openscm_units"),
    }
    assert errata_of_refrigerant("R-410A") == ()
    found = erratum_of_printed_gwp("ademe_refrigerants", "V23.6", "R-507A", "AR5", "all", 2235)
    assert found is not None
    assert found.words == (
        "R-507A, GWP100 AR5 all: printed 2235, right 3985 (counted with HFC-134a in the place of HFC-143a; "
        "the publisher's own row 'R507' is right)"
    )
    assert erratum_of_printed_gwp("ademe_refrigerants", "V23.6", "R-507A", "AR5", "all", 3985) is None
    assert erratum_of_printed_gwp("ademe_refrigerants", "V23.6", "R-507A", "AR5", "kyoto", 2235) is None


def test_show_and_find_tell_them() -> None:
    assert fe.factors.show("miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023")["errata"] == []
    shown = fe.factors.show("aib/2025/IT/electricity/grid_electricity/residual_mix/kWh/2025")
    assert shown["co2_fossil_kg"] == 0.4202
    assert [(e["printed"], e["right"], e["action"]) for e in shown["errata"]] == [("0.42778", "0.4202", CORRECTED)]
    for source_id in ("epa_hub", "ghg_protocol"):  # the first lists refrigerants too
        factor = next(f for f in book.all_factors() if f.source_id == source_id)
        assert fe.factors.show(factor.factor_id)["source"]["source_id"] == source_id
    computed = fe.factors.show("ipcc_ar6/AR6/GWP100/SF6")
    assert computed["co2e_fixed_kg"] == 24300
    assert {(e["source_id"], e["printed"]) for e in computed["errata"]} >= {("ipcc_ar6_authors_file", "25200")}
    printed = fe.factors.show("desnz_refrigerants/2025/AR5/all/R-405A")
    assert (printed["co2e_fixed_kg"], printed["locator"]) == (4821.0, "flat file, Blends")
    assert [e["right"] for e in printed["errata"]] == ["4965.06"]
    assert fe.factors.show("desnz_refrigerants/2025/AR5/all/R-410A")["errata"] == []
    found = fe.factors.find("R-405A").set_index(["gwp_set", "horizon"])["errata"]
    assert "desnz_refrigerants 2025: R-405A, GWP100 AR5 all: printed 4821, right 4965.06" in found["AR5", 100]
    assert "GWP100 AR4" not in found["AR5", 100]
    assert "GWP100 AR4" in found["AR4", 100]


def test_the_command_line_shows_them() -> None:
    run = CliRunner().invoke(app, ["factors", "show", "ademe_refrigerants/V23.6/AR5/all/HFC-227ea"])
    assert run.exit_code == 0
    text = " ".join(run.output.split())
    assert "Erratum (corrected)" in text
    assert "why: the value of HFC-227ca" in text
    assert "Erratum" not in CliRunner().invoke(app, ["factors", "show", "ipcc_ar5/AR5/GWP100/R-410A"]).output
    found = CliRunner().invoke(app, ["factors", "find", "R-424A"])
    assert "Errors known in printed figures" in found.output
    assert "printed 3104, right 2211.85" in " ".join(found.output.split())


@needs_sources
@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("raw/epa_hub/epa_hub_2025_table12.csv", "R-424A,3104.0", "R-424A,2212.0", "R-424A AR5 3104 is not printed"),
        ("raw/ademe/ademe_fugitives.csv", "Monde,6320.0", "Monde,6230.0", "known error '6320'"),
        ("raw/miteco/miteco_guia_anexo2_ar4.csv", "C2H4F2,38", "C2H4F2,124", "known error '38'"),
        (
            "blends_disagreements.csv",
            "R-500,openscm",
            "R-501,openscm",
            "R-501 of openscm_units_0.6.3 differs from ours",
        ),
        ("published_blends.csv", "R-407H,AR4,montreal_protocol,1275.75", "R-407H,AR4,all,1275.75", "R-407H .* is not"),
    ],
)
def test_an_error_that_a_publisher_mended_stops_the_import(
    tmp_path: Path, name: str, before: str, after: str, words: str
) -> None:
    from facility_emissions.importers import refrigerants
    from facility_emissions.importers.tidy import LayoutError

    for folder in ("refrigerants", "miteco"):
        shutil.copytree(SOURCES / folder, tmp_path / folder)
    path = tmp_path / "refrigerants" / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(LayoutError, match=words):
        refrigerants.read(tmp_path)


@needs_sources
def test_other_errata_are_checked_against_their_files(tmp_path: Path) -> None:
    from facility_emissions.importers import ipcc, other_errata
    from facility_emissions.importers.tidy import LayoutError

    (tmp_path / "tidy").mkdir()
    for name in (other_errata.ADEME_FUELS, "tidy/fuel_vocabulary.csv"):
        shutil.copy(SOURCES / name, tmp_path / name)
    path = tmp_path / other_errata.ADEME_FUELS
    path.write_text(path.read_text(encoding="utf-8").replace("-0.0693", "0.302"), encoding="utf-8")
    with pytest.raises(LayoutError, match=r"element 43576 .*no longer has co2b -0\.0693"):
        other_errata.read(tmp_path)
    shutil.copytree(SOURCES / "ipcc", tmp_path / "ipcc")
    bounds = tmp_path / ipcc.CALORIFIC
    with bounds.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    for row in rows:
        if row[2:4] == ["natural_gas_liquids", "def"]:
            row[4] = "44.2"
    with bounds.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    with pytest.raises(LayoutError, match=r"natural_gas_liquids def is 44\.2; known typo 44\.3"):
        ipcc.read(tmp_path)
