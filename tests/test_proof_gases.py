"""Proof: every GWP of a single gas that an agency prints, read anew from its list, against ours.

The reader here is not the importers': it matches a printed name to a gas by id, R-number, name or formula,
and compares whatever it can match.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from facility_emissions import bundle, gwp

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
RAW = SOURCES / "refrigerants" / "raw"
needs_sources = pytest.mark.skipif(not RAW.is_dir(), reason="the publishers' files are not here")


def key(text: str) -> str:
    return re.sub(r"[\s\-–,']", "", text).casefold()


def index() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in bundle.rows("gwp/gases.csv"):
        for text in (row["gas"], row["name"], row["r_number"], row["formula"]):
            if text:
                found.setdefault(key(text), set()).add(row["gas"])
    return found


INDEX = index()
ALSO = {  # spellings of the lists that none of the four columns has
    "hfc43i0mee": "HFC-43-10mee",
    "pfc3110": "PFC-31-10",
    "pfc4112": "PFC-41-12",
    "pfc5114": "PFC-51-14",
    "pfc9118": "PFC-91-18",
    "pfc318": "PFC-c318",
    "pfcc318": "PFC-c318",
    "r318": "PFC-c318",
    "r1211": "Halon-1211",
    "r1301": "Halon-1301",
    "r2402": "Halon-2402",
    "r3110": "PFC-31-10",
    "r4112": "PFC-41-12",
    "r5114": "PFC-51-14",
    "perfluorociclobutano": "PFC-c318",
    "cc4f8": "PFC-c318",
    "sulphurhexafluoride": "SF6",
    "protoxyded'azote": "N2O",
    "co2f": "CO2",
    "ch4f": "CH4-fossil",
    "ch4b": "CH4",
    "ch4": "CH4",
    "carbontetrachloride": "CCl4",
    "methylbromide": "CH3Br",
    "methylchloroform": "CH3CCl3",
    "methylchloride": "CH3Cl",
    "methylenechloride": "CH2Cl2",
    "perfluorocyclopropane": "PFC-c216",
    "trifluoromethylsulphurpentafluoride": "SF5CF3",
    "hfe254cb2": "HFE-254cb1",
    "hfe449sl": "HFE-449s1",
    "dioxydedecarbone": "CO2",
    "chloroform": "CHCl3",
}
ISOMERS = "1,1,2,2,3,3,4,4,4a,5,5,6,6,7,7,8,8"  # two of them under one name, with two figures


def gas_of(*texts: str) -> str | None:
    """The one gas that a name, or what stands beside it, can mean; None where it is not certain."""
    for text in texts:
        if text.startswith(ISOMERS):
            return None
        before = (text.partition(sign)[0] for sign in (" = ", "/", " ("))
        for part in (text, *before, *re.findall(r"\(([^()]*)\)", text)):
            k = key(part.rstrip("*"))
            if k in ALSO:
                return ALSO[k]
            if len(INDEX.get(k, ())) == 1:
                return next(iter(INDEX[k]))
    return None


def rows(name: str) -> list[dict[str, str]]:
    with (RAW / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


Printed = tuple[str, str, str | None, str, float]


def printed() -> Iterator[Printed]:
    """List, GWP set and horizon, our gas, name as printed, figure."""
    for row in rows("miteco/miteco_v31_pca_ar6.csv"):
        if not row["gas"].startswith("R-"):
            yield (
                "MITECO V31",
                "AR6",
                gas_of(row["gas"], row["formula_or_composition"]),
                row["gas"],
                float(row["pca_ar6_100"]),
            )
    for row in rows("miteco/miteco_guia_anexo2_ar4.csv"):
        yield "MITECO guide", "AR4", gas_of(row["gas"], row["formula"]), row["gas"], float(row["pcg_ar4_100"])
    for year, column, gwp_set in (("2021", "gwp_ar4_100", "AR4"), ("2025", "gwp_ar5_100", "AR5")):
        for row in rows(f"epa_hub/epa_hub_{year}_table11.csv"):
            value = float(row[column].replace(",", "").lstrip(">"))
            yield f"EPA Hub {year}", gwp_set, gas_of(row["gas"], row.get("formula") or ""), row["gas"], value
    for row in rows("defra/defra_refrigerants_flat_2016_2025.csv"):
        year = row["publication_year"]
        if (
            year in ("2016", "2022", "2023", "2025")
            and row["scope_of_gases"] == "all"
            and row["level3"][:2] not in ("R4", "R5")
        ):
            value = float(row["value"].lstrip("< "))
            yield f"DESNZ {year}", "AR4" if year <= "2022" else "AR5", gas_of(row["level3"]), row["level3"], value
    for row in rows("ademe/ademe_fugitives.csv"):
        sets = re.search(r"PRG à 100 ans (?:du|issus du) (\d)", row["Code de la catégorie"])
        name = row["n"].split(" | ")[0].strip()
        if sets and not re.match(r"R ?[45]\d\d[a-z]?$", name):
            state = "archived" if row["Statut de l'élément"] == "Archivé" else "valid"
            value = float(row["Total poste non décomposé"])
            yield f"ADEME V23.6, {state}", f"AR{sets[1]}", gas_of(name), name, value
    for row in rows("coolprop/fluids_info.csv"):
        for horizon in ("20", "100"):
            if float(row[f"gwp{horizon}"] or -1) > 0:
                yield (
                    f"CoolProp, {horizon} years",
                    "AR4",
                    gas_of(row["name"], row["refpropname"]),
                    row["name"],
                    float(row[f"gwp{horizon}"]),
                )


# The differences that errata.csv tells, and the only ones: list, gas, printed, ours.
DIFFERENT = {
    ("MITECO guide", "HFC-152a", 38.0, 124.0),
    ("ADEME V23.6, archived", "CFC-11", 5560.0, 6230.0),
    ("ADEME V23.6, valid", "CFC-11", 6320.0, 6230.0),
    ("ADEME V23.6, archived", "CFC-12", 11200.0, 12500.0),
    ("ADEME V23.6, valid", "HFC-227ea", 2640.0, 3350.0),
    ("ADEME V23.6, archived", "SF6", 25200.0, 24300.0),
    ("CoolProp, 100 years", "HFC-161", 10.0, 12.0),
    ("CoolProp, 100 years", "HFC-236ea", 1200.0, 1370.0),
    ("CoolProp, 100 years", "N2O", 320.0, 298.0),
    ("CoolProp, 20 years", "N2O", 290.0, 289.0),
}
# Hydrocarbons that AR4 has no value for: ours are those that DESNZ prints, CoolProp's are of other origin.
NO_IPCC_VALUE = {
    ("CoolProp, 100 years", "HC-1270", 3.1, 2.0),
    ("CoolProp, 100 years", "HC-170", 2.9, 6.0),
    ("CoolProp, 100 years", "HC-600", 3.0, 4.0),
}
# Gases that the set has no value for: nothing is compared, and nothing is filled in.
WITHOUT = {
    ("DESNZ 2016", "HFO-1234yf"),
    ("DESNZ 2022", "HFO-1234yf"),
    ("ADEME V23.6, archived", "CH4-fossil"),
    *(("CoolProp, 20 years", gas) for gas in ("HCFC-21", "HFC-41")),
    *(
        ("CoolProp, 100 years", gas)
        for gas in (
            *("HC-1150", "HFO-1234yf", "HFO-1234ze(E)", "HFO-1243zf"),
            *("HFO-1336mzz(E)", "HFO-1336mzz(Z)"),
        )
    ),
}
COMPARED = 866


def near(value: float, ours: float) -> bool:
    """Whether a printed figure is ours to its last digit; several lists round (3.3 to 3, 8.7 to 9)."""
    digits = len(f"{value:.10g}".partition(".")[2])
    return abs(ours - value) <= 0.5 * 10.0**-digits + 1e-9


@needs_sources
def test_every_printed_gwp_of_a_gas_is_ours_or_a_known_error() -> None:
    compared = 0
    different: set[tuple[str, str, float, float]] = set()
    without: set[tuple[str, str]] = set()
    for name, gwp_set, gas, _, value in printed():
        if gas is None:
            continue
        ours = gwp.table(gwp_set, 20 if name.endswith("20 years") else 100).get(gas)
        if ours is None:
            without.add((name, gas))
            continue
        compared += 1
        if not near(value, ours):
            different.add((name, gas, value, ours))
    assert different == DIFFERENT | NO_IPCC_VALUE
    assert without == WITHOUT
    assert compared == COMPARED


def test_known_differences_are_in_the_errata() -> None:
    """Each difference above is told in errata.csv, with the figure printed and the right one."""
    told = {(r["subject"], r["printed"], r["right"]) for r in bundle.rows("errata.csv")}
    for _, gas, value, ours in DIFFERENT:
        assert (gas, f"{value:g}", f"{ours:g}") in told, gas


def test_bundled_printed_figures_of_gases_are_ours_or_marked() -> None:
    """The table of printed figures that a Method may ask for: 1,392 figures, exact but for those named."""
    marked: set[tuple[str, str, str]] = set()
    rounded: set[tuple[str, str, str]] = set()
    without: set[tuple[str, str]] = set()
    rows_ = bundle.rows("recharge/published_gases.csv")
    for row in rows_:
        value, ours = float(row["value"]), gwp.table(row["gwp_set"]).get(row["gas"])
        assert row["gases"] in ("all", "kyoto" if gwp.is_kyoto(row["gas"]) else "nonkyoto"), row
        if ours is None:
            without.add((row["gas"], row["gwp_set"]))
        elif row["erratum"] == "1":
            assert not near(value, ours), row
            marked.add((row["source_id"], row["gas"], row["gwp_set"]))
        elif value != ours:
            assert near(value, ours), row
            rounded.add((row["source_id"], row["gas"], row["gwp_set"]))
    assert len(rows_) == 1392
    assert marked == {("ademe_refrigerants", "CFC-11", "AR6"), ("ademe_refrigerants", "HFC-227ea", "AR5")}
    assert rounded == {
        ("ademe_refrigerants", "HC-290", "AR4"),
        ("ademe_refrigerants", "CFC-1112", "AR6"),
        ("ademe_refrigerants", "CFC-1112a", "AR6"),
        ("desnz_refrigerants", "HC-290", "AR4"),
        ("desnz_refrigerants", "CH2Cl2", "AR4"),
    }
    assert without == {("HFC-245fa", "SAR"), ("HFO-1234yf", "AR4")}
