"""Labels of electricity suppliers: a name spelt otherwise is found, a similar one is told and never taken."""

from __future__ import annotations

import pytest

import facility_emissions as fe
from facility_emissions.factors.book import published
from facility_emissions.vocabulary.suppliers import fold_supplier, spelt

MARKET = fe.Method(scope2="market")


def ask(name: str, year: int = 2023, method: fe.Method = MARKET) -> tuple[float, str]:
    """Return the market-based rate [kg CO2e/kWh] of a supplier in Spain, and the flags."""
    row = {"facility_id": "f", "category": "electricity", "activity": None, "quantity": 1, "unit": "kWh"}
    record = {**row, "year": year, "supplier": name}
    result = fe.calculate([record], [{"id": "f", "country": "ES"}], method)
    return float(result.co2e.iloc[0]), str(result.records["flags"].iloc[0])


# As bills write them; the label of 2023 as MITECO V31 prints the name.
BILLS = {
    "Endesa Energía SAU": "ENDESA ENERGÍA S.A.U.",
    "ENDESA ENERGIA, S.A. Unipersonal": "ENDESA ENERGÍA S.A.U.",
    "Endesa Energía, S.A. (Sociedad Unipersonal)": "ENDESA ENERGÍA S.A.U.",
    "Iberdrola Clientes, S.A.U.": "IBERDROLA CLIENTES, S.A.U.",
    "iberdrola  clientes s.a": "IBERDROLA CLIENTES, S.A.U.",
    "Naturgy Iberia SA": "NATURGY IBERIA, S.A.",
    "Naturgy Clientes, S.A.U.": "NATURGY CLIENTES, S.A.U.",
    "Repsol Comercializadora de Electricidad y Gas SLU": "REPSOL COMERCIALIZADORA DE ELECTRICIDAD Y GAS, S.L.U",
    "EDP Clientes S.A.U.": "EDP CLIENTES SAU",
    "EDP España S.A.U.": "EDP ESPAÑA, S.A",
    "TotalEnergies Clientes SAU": "TOTALENERGIES CLIENTES S.A.U.",
    "Holaluz-Clidom, S.A.": "HOLALUZ-CLIDOM, S.A",
    "HOLALUZ CLIDOM SA": "HOLALUZ-CLIDOM, S.A",
    "Som Energia, S.C.C.L.": "SOM ENERGIA SCCL",
    "Factor Energía, S.A.": "FACTOR ENERGÍA, S.A.",
    "Nexus Energía, S.A.": "NEXUS ENERGIA SA",
    "Acciona Green Energy Developments, S.L.": "ACCIONA GREEN ENERGY DEVELOPMENTS SL",
    "Axpo Iberia SLU": "AXPO IBERIA S.L.",
    "Feníe Energía S.A.": "FENIE ENERGIA, S.A.",
    "Audax Renovables SA": "AUDAX RENOVABLES, S.A",
    "Gesternova SA": "GESTERNOVA, S.A",
    "Octopus Energy España S.L.U.": "OCTOPUS ENERGY ESPAÑA, S.L.U.",
    "Eni Plenitude Iberia, S.L.U.": "ENI PLENITUDE IBERIA, S.L.",
    "GALP Energia España, S.A.U.": "GALP ENERGÍA ESPAÑA, S.A.U.",
    "Enérgya-VM Gestión de Energía SLU": "ENERGYA VM GESTION DE ENERGÍA, S.L",
    "CIDE HCEnergia, S.A.U.": "CIDE HCENERGÍA S.A.U",
}


@pytest.mark.parametrize(("bill", "printed"), BILLS.items())
def test_a_name_as_bills_write_it_is_found(bill: str, printed: str) -> None:
    rows = published("electricity", "grid_electricity", "ES")
    label = next(f for f in rows if f.supplier == printed and f.valid_from == 2023)
    rate, flags = ask(bill)
    assert rate == label.co2e_fixed_kg
    assert f"market_supplier: label of {printed}" in flags


# Trade names, regulated companies of another name, typing errors: told with what they may mean.
TOLD = {
    "Endesa": "Did you mean 'ENDESA ENERGÍA S.A.U.'",
    "Repsol": "Did you mean 'REPSOL COMERCIALIZADORA DE ELECTRICIDAD Y GAS, S.L.U'",
    "Naturgy": "Did you mean 'NATURGY IBERIA, S.A.' or 'NATURGY CLIENTES, S.A.U.'",
    "Holaluz": "Did you mean 'HOLALUZ-CLIDOM, S.A'",
    "Iberdrola": "has no published label for 2023, only for 2007 to 2008. Did you mean 'IBERDROLA CLIENTES, S.A.U.'",
    "Iberdrola Cliente SAU": "Did you mean 'iberdrola clientes'",
    "Gas Natural Servicios SDG, S.A.": "has no published label for 2023, only for",
    "Nobody at all S.L.": "'Nobody at all S.L.' has no published label in ES, 2023.",
    "": "market_residual_mix",
}


@pytest.mark.parametrize(("bill", "words"), TOLD.items())
def test_a_similar_name_is_told_and_the_next_rung_taken(bill: str, words: str) -> None:
    rate, flags = ask(bill)
    assert rate == 0.26  # MITECO V31, sheet 10, 2023: the mix without guarantees of origin
    assert words in flags
    assert ("supplier_unknown: " in flags) == bool(bill)


def test_two_companies_of_one_name_are_told_apart_by_their_legal_form() -> None:
    """MITECO V31, sheet 10, 2007: Hidrocantábrico Energía S.A. 0.40, and S.A. Unipersonal 0.35."""
    assert ask("Hidrocantábrico Energía S.A.", 2007)[0] == 0.40
    assert ask("HIDROCANTABRICO ENERGIA, S.A. UNIPERSONAL", 2007)[0] == 0.35
    rate, flags = ask("Hidrocantábrico Energía", 2007)
    assert rate not in (0.35, 0.40)
    assert "whose labels of 2007 differ: write it as printed" in flags


def test_no_other_name_of_a_year_has_two_labels() -> None:
    found: dict[tuple[str, int], set[object]] = {}
    for f in published("electricity", "grid_electricity", "ES"):
        if f.instrument == "supplier":
            key = fold_supplier(f.supplier), f.valid_from
            found.setdefault(key, set()).add((f.co2_fossil_kg, f.co2e_fixed_kg))
    assert [key for key, figures in found.items() if len(figures) > 1] == [("hidrocantabrico energia", 2007)]


def test_a_letter_lost_in_the_publishers_file_does_not_lose_the_label() -> None:
    """The workbook prints SHELL ESPA¿A, S.A. and ENGIE ESPA¿A, S.L. in 2018."""
    damaged = [f for f in published("electricity", "grid_electricity", "ES") if "¿" in f.supplier]
    assert damaged
    for f in damaged:
        printed = f.supplier.replace("ESPA¿A", "España").replace("ENERG¿A", "Energía").replace("COMPA¿¿A", "Compañía")
        name = printed.replace("SELECCI¿", "Selecció")
        assert "¿" not in name, name
        rate, flags = ask(name, f.valid_from)
        assert "market_supplier: " in flags, (name, flags)
        assert rate in (f.co2_fossil_kg, f.co2e_fixed_kg)


def test_a_label_that_the_method_does_not_admit_is_told() -> None:
    row = {"facility_id": "f", "category": "electricity", "activity": None, "quantity": 1, "unit": "kWh", "year": 2023}
    method = fe.Method(as_of="2024-01-01")  # before V31
    result = fe.calculate([{**row, "supplier": "Endesa Energía"}], [{"id": "f", "country": "ES"}], method)
    told = "".join(result.ledger()["flags"].astype(str))
    assert "in no edition that the Method admits" in told


def test_folding_keeps_what_is_no_legal_form() -> None:
    assert fold_supplier("Som Energia SCCL") == fold_supplier("SOM ENERGIA, S.C.C.L.") == "som energia"
    assert fold_supplier("Eléctrica de Chera, S.C.V.") == "electrica de chera"
    assert fold_supplier("Scalar Energía") == "scalar energia"
    assert spelt("Endesa Energía, S.A.") != spelt("Endesa Energía, S.L.")


def test_a_lost_letter_stands_for_one_letter() -> None:
    assert "market_supplier: label of ENGIE ESPA¿A" in ask("Engie España SL", 2018)[1]
    for other in ("Engie Espanna SL", "Engie Espa SL"):
        assert "supplier_unknown: " in ask(other, 2018)[1]


def test_a_blank_cell_names_nobody() -> None:
    assert ask("   ") == ask("")
    assert ask(" Iberdrola Clientes SAU ") == ask("Iberdrola Clientes SAU")
