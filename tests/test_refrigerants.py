"""The names of refrigerants: what is understood, what is refused, and what is said then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility_emissions import bundle, gwp
from facility_emissions.errors import VocabularyError
from facility_emissions.vocabulary import refrigerants as vocabulary
from facility_emissions.vocabulary.refrigerants import parse_refrigerant, refrigerant_ids

SPELLINGS = {
    "R-410A": "R410A|R-410a|R 410 A|r410a|HFC-410A|HFC 410a|410A|410a|r-410-A|Puron|AZ-20|Suva 9100",
    "R-404A": "R404a|R404A|404A|HFC-404A|HP-62|FX-70|refrigerant R-404A|refrigerante R404A|gas R404A",
    "HFC-134a": "R134a|R-134a|R134A|HFC134a|HFC-134a|134a|134A|Genetron 134a|CH2FCF3",
    "HFC-134": "R134|R-134|HFC-134|1,1,2,2-tetrafluoroethane",
    "HCFC-22": "R22|R-22|r 22|HCFC-22|Freon R22|freon r-22",
    "HFC-32": "R32|R-32|HFC32|difluoromethane",
    "CO2": "R744|R-744|CO2|carbon dioxide|Dióxido de carbono|dioxido de carbono",
    "NH3": "R717|R-717|NH3|Ammonia",
    "HC-290": "R290|R-290|HC-290|propane|C3H8",
    "HC-600a": "R600a|R-600A|isobutane",
    "N2O": "R-744A|N2O|nitrous oxide|Óxido nitroso",
    "CH4": "CH4|methane|R-50|Metano",
    "CH4-fossil": "CH4-fossil|CH4 fossil",
    "SF6": "SF6|sf6|Hexafluoruro de azufre|sulfur hexafluoride",
    "HFO-1234yf": "R1234yf|R-1234yf|HFO-1234yf|HFC-1234yf|1234yf|R1234YF",
    "HFO-1234ze(E)": "R-1234ze(E)|R1234ze(E)|R1234zeE|HFO-1234ze(E)|Solstice ze",
    "HCFO-1233zd(E)": "R-1233zd(E)|HCFC-1233zd(E)",
    "R-407C": "R407C|Klea 66|klea66|AC9000|Suva 407C",
    "R-449A": "R-449A|R449a|Opteon XP40|HFO-449A",
    "R-448A": "R448A|Solstice N40",
    "R-454B": "R454B|Opteon XL41|XL41",
    "R-422D": "R422D|ISCEON MO29|Isceon mo29",
    "R-507A": "R507A|R-507|R507|AZ-50",
    "R-513A": "R-513A|DR11",
    "R-400(60/40)": "R-400(60/40)|R400 60/40",
    "R-427B": "R427B|R-427B",
    "R-502": "R502|R-502",
    "R-509": "R-509|TP5R2",
    "R-509A": "R-509A|R509a",
    "PFC-c318": "R-C318|RC318|C318|PFC-c318|Perfluorociclobutano",
    "PFC-14": "R-14|CF4|FC-14|PFC-14",
    "HFC-43-10mee": "R-43-10mee|HFC-4310mee|HFC-43-10mee",
    "Halon-1301": "Halon 1301|R-13B1",
    "CFC-12": "R12|R-12|CFC-12",
}


@pytest.mark.parametrize(("text", "expected"), [(t, i) for i, ts in SPELLINGS.items() for t in ts.split("|")])
def test_spellings(text, expected):
    assert parse_refrigerant(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Freon", "Freon is a brand, under which many gases are sold. Give the R-number"),
        ("freón", "Freon is a brand"),
        ("Freon 12", "Give the R-number"),
        ("Suva 134a", "Suva is a brand"),  # recalled, never read: not guessed either
        ("XP10", "lists it as R-513A, a supplier sells R-450A"),
        ("Opteon XP10", "R-513A.*R-450A"),
        ("RS-24", "older formulation"),
        ("R-400", r"write R-400\(50/50\) or R-400\(60/40\)"),
        ("R-407", "Did you mean 'R-407A' or 'R-407B' or 'R-407C'"),
        ("R-410C", "Did you mean 'R-410A' or 'R-410B'"),
        ("R-4O4A", "Did you mean 'R-404A'"),
        ("HFC-22", "Did you mean 'HCFC-22'"),
        ("CFC-410A", "Did you mean 'R-410A'"),
        ("22", "Did you mean 'HCFC-22'"),
        ("502", "Did you mean 'R-502'"),
        ("R-1234ze", r"Did you mean 'HFO-1234ze\(E\)' or 'HFO-1234ze\(Z\)'"),
        ("R-1336mzz", r"Did you mean 'HFO-1336mzz\(E\)' or 'HFO-1336mzz\(Z\)'"),
        ("CF3CF2CF2CH2OH", "may be .* or .*: write which"),
        ("diesel", "^Unknown refrigerant 'diesel'.$"),
        ("", "No refrigerant is named"),
        ("  ", "No refrigerant is named"),
        (None, "No refrigerant is named"),
        (float("nan"), "No refrigerant is named"),
        (410, "No refrigerant is named"),
    ],
)
def test_refusals_say_what_to_write(text, words):
    with pytest.raises(VocabularyError, match=words):
        parse_refrigerant(text)


@pytest.mark.parametrize("refrigerant", refrigerant_ids())
def test_every_id_reads_as_itself(refrigerant):
    assert parse_refrigerant(refrigerant) == refrigerant
    assert parse_refrigerant(f" {refrigerant}\t") == refrigerant


def test_ids_that_differ_in_a_hyphen_only_are_told_apart():
    assert parse_refrigerant("HG'-01") != parse_refrigerant("HG01")
    with pytest.raises(VocabularyError, match=r"may be .*: write which"):
        parse_refrigerant("hg 01")


def test_every_r_number_reads_as_its_gas():
    numbers = {r["r_number"]: r["gas"] for r in bundle.rows("gwp/gases.csv") if r["r_number"]} | {"R-50": "CH4"}
    assert len(numbers) > 100
    for number, gas in numbers.items():
        assert parse_refrigerant(number) == gas


def test_no_number_of_a_refrigerant_is_ambiguous():
    numbered = [i for i in refrigerant_ids() if i.startswith("R-")]
    numbered += [r["gas"] for r in bundle.rows("gwp/gases.csv") if r["r_number"]]
    keys = {vocabulary._key(i): i for i in numbered}
    assert len(keys) == len(numbered)


def test_every_trade_name_reads_as_something_that_has_a_composition():
    rows = bundle.rows("gwp/aliases.csv")
    assert len(rows) >= 85
    for row in rows:
        refrigerant = parse_refrigerant(row["alias"])
        assert refrigerant == parse_refrigerant(row["r_number"])
        assert gwp.composition(refrigerant)
        assert row["source"] not in ("", "memory")
    assert {"XP10", "RS-24", "FM-200"}.isdisjoint(r["alias"] for r in rows)


def test_ids_are_what_gwp_knows():
    known = {*gwp.gases(), *gwp.blends(), *vocabulary.UNREAD_BLENDS}
    assert set(refrigerant_ids()) == known


REFRIGERANTS = sorted(
    {r["r_number"] for r in bundle.rows("gwp/gases.csv") if r["r_number"]} | {b for b in gwp.blends() if "(" not in b}
)


@given(st.sampled_from(REFRIGERANTS), st.data())
def test_case_spaces_and_hyphens_do_not_matter(number, data):
    expected = parse_refrigerant(number)
    text = "".join(
        data.draw(st.sampled_from(["", " ", "-", "_", " - "]))
        if c == "-"
        else data.draw(st.sampled_from([c.lower(), c.upper()]))
        for c in number
    )
    text = data.draw(st.sampled_from(["", " ", "\t"])) + text + data.draw(st.sampled_from(["", " "]))
    assert parse_refrigerant(text) == expected


@given(st.text(max_size=12))
def test_any_text_gives_a_known_id_or_a_vocabulary_error(text):
    try:
        found = parse_refrigerant(text)
    except VocabularyError:
        return
    assert found in refrigerant_ids()
