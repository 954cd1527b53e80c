"""Invoices as the API sends them, and the consumption that they are: figures by hand, and nothing lost."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from api_samples import (
    BILBAO,
    BOILER,
    CUSTOM_FACTOR,
    CUSTOM_GROUP,
    DISTRICT,
    EURO,
    FACILITIES,
    FACILITY,
    FUELS,
    GAS,
    IBERDROLA,
    INVOICE,
    KG,
    KWH,
    LITRE,
    LYON,
    M3,
    MADRID,
    OIL,
    PELLETS,
    R410A,
    SUPPLIERS,
    UNITS,
    invoice,
    pages_of,
)
from facility_emissions.errors import ContractError, PayloadError, VocabularyError

ES = [FACILITY, FACILITY | {"id": LYON, "country": "FR"}, FACILITY | {"id": BILBAO, "name": "Bilbao"}]
CATALOGUES: dict[str, Any] = {"fuels": FUELS, "units": UNITS, "suppliers": SUPPLIERS}


def read(*invoices: dict[str, Any], **more: Any) -> fe.ApiInvoices:
    return fe.read_invoices(list(invoices), **(CATALOGUES | more))


def calculate(api: fe.ApiInvoices) -> fe.Result:
    return fe.calculate(api.consumption(), ES, custom_factors=api.custom_factors)


def only(frame: pd.DataFrame) -> dict[str, Any]:
    (row,) = frame.to_dict("records")
    return row


# --- figures by hand: factors and arithmetic of docs/method.md ---------------------------------------

BY_HAND: list[tuple[dict[str, Any], dict[str, float]]] = [
    # MITECO V31, sheet 10, natural gas, kWh gross: 0.182 kg CO2, 0.000016 kg CH4; AR5
    ({"type": "heat", "facility_fuel_id": GAS}, {"co2e": 1824.48}),
    # the same, "Biomasa pellets (kg)"
    ({"type": "heat", "facility_fuel_id": PELLETS, "unit_id": KG, "quantity": 1000},
     {"co2e": 170.952, "co2e_biomass": 2025}),
    # EEA 2026-07 0.14; MITECO V31: mix without guarantees of origin 0.26, Iberdrola's label 0.241
    ({"type": "electricity"}, {"electricity_location_based": 1400, "electricity": 2600}),
    ({"type": "electricity", "supplier_id": IBERDROLA}, {"electricity_location_based": 1400, "electricity": 2410}),
    # half of 2.5 kg each of HFC-32 (677) and HFC-125 (3170); AR5
    ({"type": "recharge", "facility_fuel_id": R410A, "unit_id": KG, "quantity": 2.5}, {"co2e": 2.5 * (677 + 3170) / 2}),
    # the sample of custom factors: 2.15 + 0.008 x 28 + 0.002 x 265 = 2.904 kg CO2e per kg
    ({"type": "heat", "facility_fuel_id": PELLETS, "unit_id": KG, "quantity": 100, "custom_emission_factor_id": BOILER},
     {"co2e": 290.4}),
    # half of 20,000 kWh
    ({"type": "heat", "facility_fuel_id": GAS, "base_quantity": 20_000, "percentage": 0.5}, {"co2e": 1824.48}),
    ({"type": "heat", "facility_fuel_id": GAS, "base_quantity": 20_000, "percentage": 0.5, "quantity": None},
     {"co2e": 1824.48}),
    # zero is a value
    ({"type": "electricity", "quantity": 0}, {"co2e": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "figures"), BY_HAND)
def test_figures_by_hand(fields: dict[str, Any], figures: dict[str, float]) -> None:
    api = read(invoice("i", **fields), custom_factors=[CUSTOM_FACTOR], custom_groups=[CUSTOM_GROUP])
    assert api.problems.empty
    result = calculate(api)
    assert result.problems.empty
    row = result.records.loc["i"]
    for name, kg in figures.items():
        assert row[name] == pytest.approx(kg, rel=1e-9), name


def test_a_divided_invoice_by_hand() -> None:
    """0.6 of 10,000 kWh of gas in Madrid, 0.4 in Bilbao; together the figure of the whole."""
    shares = [{"organization_id": "o1", "facility_id": f, "percentage": p} for f, p in ((MADRID, 0.6), (BILBAO, 0.4))]
    fields = {"facility_fuel_id": GAS, "facility_id": None, "facility_percentages": shares}
    whole = {"quantity": None, "base_quantity": 10_000.0}
    api = read(invoice("i", type="heat", **fields, **whole))
    rows = api.consumption()
    assert rows["facility_id"].tolist() == [MADRID, BILBAO]
    assert rows["record_id"].tolist() == ["i", "i"]
    assert rows["percentage"].tolist() == [0.6, 0.4]
    assert rows["quantity"].tolist() == [6000, 4000]
    assert rows["organization_id"].tolist() == ["o1", "o1"]
    result = calculate(api)
    assert result.co2e.tolist() == pytest.approx([0.6 * 1824.48, 0.4 * 1824.48])
    assert result.problems.empty


def test_guarantees_of_origin_are_stated_by_invoice_cups_or_supplier() -> None:
    cups = "ES0021000000000001RK"
    invoices = [
        invoice("i1"),
        invoice("i2", cups=cups),
        invoice("i3", supplier_id=IBERDROLA),
        invoice("i4", supplier_id=IBERDROLA),
        invoice("i5"),
    ]
    said = {"i1": "guarantee_of_origin", cups: "GdO", IBERDROLA: "guarantee_of_origin", "i4": "none", "i9": "GO"}
    api = read(*invoices, contracts=said)
    records = calculate(api).records
    assert records["electricity"].tolist() == pytest.approx([0, 0, 0, 2410, 2600])
    assert records["electricity_location_based"].tolist() == pytest.approx([1400] * 5)
    assert api.messages == ("contracts= names nothing among the invoices that count: i9.",)
    with pytest.raises(VocabularyError, match="Unknown contract 'green'"):
        read(*invoices, contracts={"i1": "green"})


# --- the words ---------------------------------------------------------------------------------------

WORDS: list[tuple[dict[str, Any], tuple[str, str | None, str]]] = [
    ({"type": "electricity"}, ("electricity", "grid_electricity", "kWh")),
    ({"type": "water", "unit_id": M3}, ("water", "water_supply", "m3")),
    ({"type": "heat", "facility_fuel_id": GAS}, ("heat", "natural_gas", "kWh")),
    ({"type": "heat", "facility_fuel_id": GAS, "unit_id": M3}, ("heat", "natural_gas", "m3")),
    ({"type": "heat", "facility_fuel_id": OIL, "unit_id": LITRE}, ("heat", "gas_oil_b", "l")),
    ({"type": "heat", "facility_fuel_id": OIL.upper(), "unit_id": LITRE.upper()}, ("heat", "gas_oil_b", "l")),
    ({"type": "heat", "facility_fuel_id": PELLETS, "unit_id": KG}, ("heat", "wood_pellets", "kg")),
    ({"type": "heat", "facility_fuel_id": DISTRICT}, ("heat", "district_heat", "kWh")),
    ({"type": "recharge", "facility_fuel_id": R410A, "unit_id": KG}, ("recharge", "R-410A", "kg")),
    # the data requirements write units and fuels by name
    ({"type": "heat", "facility_fuel_id": "Heating oil", "unit_id": "litres"}, ("heat", "gas_oil_heating", "l")),
    ({"type": "Heat", "facility_fuel_id": "lpg", "unit_id": "kWh"}, ("heat", "lpg", "kWh")),
    # the MCP tools have types natural_gas and diesel
    ({"type": "natural_gas"}, ("heat", "natural_gas", "kWh")),
    ({"type": "diesel", "unit_id": LITRE}, ("heat", "diesel", "l")),
]


@pytest.mark.parametrize(("fields", "words"), WORDS)
def test_words(fields: dict[str, Any], words: tuple[str, str | None, str]) -> None:
    api = read(invoice("i", **fields))
    row = only(api.consumption())
    assert (row["category"], row["activity"], row["unit"]) == words
    assert api.problems.empty


def test_what_is_stated_of_gas_and_of_heat_without_fuel() -> None:
    gas = invoice("i", type="heat", facility_fuel_id=GAS, unit_id=M3)
    plain = read(gas)
    assert "do not say at which temperature" in only(plain.notes)["note"]
    (problem,) = calculate(plain).problems.to_dict("records")
    assert problem["reason"].startswith("m3 of natural_gas does not say at which conditions")
    for volume in ("m3_0C", "m3_15C"):
        api = read(gas, invoice("w", type="water", unit_id=M3), gas_volume=volume)
        assert api.consumption()["unit"].tolist() == [volume, "m3"]
        assert api.notes.empty
    with pytest.raises(ContractError, match="gas_volume 'm3_0' is none of: m3_0C, m3_15C"):
        read(gas, gas_volume="m3_0")
    bare = invoice("i", type="heat")
    (problem,) = read(bare).problems.to_dict("records")
    assert problem["path"] == "[0].facility_fuel_id"
    assert problem["reason"].endswith("or district heating (scope 2), which has no type of its own.")
    api = read(bare, heat_without_fuel="district heating")
    assert only(api.consumption())["activity"] == "district_heat"
    assert only(api.notes)["note"] == "Heat without a fuel, taken as district_heat, as stated."
    with pytest.raises(VocabularyError, match="Unknown activity 'distrct heat'"):
        read(bare, heat_without_fuel="distrct heat")


def test_catalogues_in_every_form(tmp_path: Path) -> None:
    one = invoice("i", type="heat", facility_fuel_id=GAS)
    path = tmp_path / "fuels.json"
    path.write_text(json.dumps(FUELS), encoding="utf-8")
    names = {f["id"]: f["name"] for f in FUELS}
    for fuels in (FUELS, names, path, str(path), {"items": FUELS, "total": len(FUELS)}):
        for units in (UNITS, {u["id"]: u["name"] for u in UNITS}):
            api = fe.read_invoices([one], fuels=fuels, units=units)
            assert only(api.consumption())["activity"] == "natural_gas"
    by_fuels_alone = fe.read_invoices([one], fuels=FUELS)  # which list their units
    assert only(by_fuels_alone.consumption())["unit"] == "kWh"


BAD_CATALOGUES = [
    ({"fuels": [{"id": GAS}]}, r"^fuels\[0\]\.name: every entry needs its name; given None"),
    ({"units": [{"name": "kWh"}]}, r"^units\[0\]\.id: every entry needs its id; given None"),
    ({"units": {KWH: ""}}, rf"^units\.{KWH}: a name is asked for; given ''"),
    ({"fuels": {"detail": "no"}}, "^fuels: this is an error that the API answered: 'no'"),
    ({"suppliers": [*SUPPLIERS, {"id": IBERDROLA, "name": "Endesa"}]},
     r"^suppliers\[1\]\.id: .* is the id of \[0\] too, and they differ in name"),
    ({"units": pages_of(UNITS, "v1", 2)[:1]}, "This is page 1 only: 2 of 5 units"),
]  # fmt: skip


@pytest.mark.parametrize(("catalogue", "message"), BAD_CATALOGUES)
def test_catalogues_that_are_refused(catalogue: dict[str, Any], message: str) -> None:
    with pytest.raises(PayloadError, match=message):
        read(INVOICE, **catalogue)


# --- what cannot be mapped: path, field, value, reason, remedy ---------------------------------------


def listed(*shares: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"facility_id": facility, "percentage": part} for facility, part in shares]


UNKNOWN = "00000000-0000-4000-8000-00000000dead"
PROBLEMS: list[tuple[dict[str, Any], dict[str, Any], str, str, str]] = [
    ({}, {"units": None, "fuels": None}, "unit_id", "is the id of an entry of a catalogue that was not given",
     "Give units= as the API's list of units sends it, or a mapping"),
    ({"unit_id": UNKNOWN}, {}, "unit_id", "is not among the 5 of units=", "Give units="),
    ({"unit_id": EURO}, {}, "unit_id", "'euro' is of type 'fiat_currency', which measures money", "A unit"),
    ({"unit_id": "furlong"}, {}, "unit_id", "Unknown unit 'furlong'", "A unit that measures it; or say which"),
    ({"unit_id": None}, {}, "unit_id", "It has no unit", "Give its unit_id"),
    ({"type": "heat", "facility_fuel_id": UNKNOWN}, {}, "facility_fuel_id", "is not among the 5 of fuels=",
     "Give fuels= as GET /api/v1/facility_fuels sends it"),
    ({"type": "heat", "facility_fuel_id": GAS}, {"fuels": {GAS: "Gas oil, some"}}, "facility_fuel_id",
     "Unknown activity 'Gas oil, some'", f"in a mapping as fuels=, such as {{'{GAS}': 'natural_gas'}}"),
    ({"type": "heat", "facility_fuel_id": GAS}, {"fuels": [{"id": GAS, "name": "Diesel", "ghg_type": 2}]},
     "facility_fuel_id", "'Diesel' has ghg_type 2 (biogenic), but 'diesel', which the name means here, is fossil", ""),
    ({"type": "heat", "facility_fuel_id": R410A}, {}, "facility_fuel_id", "is 'R-410A' of category 'recharge'", ""),
    ({"type": "recharge", "facility_fuel_id": GAS, "unit_id": KG}, {}, "facility_fuel_id", "'natural_gas'", "'R-410A'"),
    ({"type": "recharge", "unit_id": KG}, {}, "facility_fuel_id", "names no refrigerant", ""),
    # 8.2 of the notes on the API: recharge is refrigerant, not charging and not refuelling
    ({"type": "recharge", "facility_fuel_id": R410A}, {}, "unit_id",
     "kWh is energy, and a refrigerant is weighed: recharge is refrigerant refilled into", "type electricity"),
    ({"type": "recharge", "facility_fuel_id": R410A, "unit_id": LITRE}, {}, "unit_id", "l is volume, and", "Give kg"),
    ({"type": "office"}, {}, "type", "'office' is no type of invoice", "One of: electricity, water, heat"),
    ({"type": "electricidad"}, {}, "type", "'electricidad' is no type of invoice. Did you mean 'electricity'", ""),
    ({"type": 5}, {}, "type", "text is asked for", ""),
    ({"type": None}, {}, "type", "None is no type of invoice", ""),
    ({"quantity": None}, {}, "quantity", "Its quantity is not known", "The amount; 0 only if it was zero."),
    ({"quantity": "12,5"}, {}, "quantity", "the decimal mark is a point", "Correct the field"),
    ({"quantity": True}, {}, "quantity", "not true or false", ""),
    ({"quantity": 1400.0, "base_quantity": 3000.0, "percentage": 0.5}, {}, "quantity",
     "It is not base_quantity 3000 x percentage 0.5 = 1500", "Correct one of the three"),
    ({"percentage": 50.0}, {}, "percentage", "The share is outside 0 to 1 (50 % is 0.5)", "As in 0.25"),
    ({"percentage": "half"}, {}, "percentage", "a number is asked for", ""),
    ({"start_date": "01/02/2024"}, {}, "start_date", "an ISO 8601 date or time is asked for", ""),
    ({"start_date": 1704067200}, {}, "start_date", "an ISO 8601 date or time is asked for", ""),
    ({"end_date": None}, {}, "end_date", "It has no end_date", ""),
    ({"end_date": "2022-12-31"}, {}, "end_date", "It ends before it begins, on 2023-01-01", ""),
    ({"facility_id": None}, {}, "facility_id", "Nothing says whose it is", "Give its facility_id"),
    ({"enabled": "perhaps"}, {}, "enabled", "true or false is asked for; given 'perhaps'", ""),
    ({"custom_emission_factor_id": UNKNOWN}, {}, "custom_emission_factor_id", "a published one would answer", ""),
    ({"facility_percentages": [{"facility_id": MADRID}]}, {}, "percentage", "this field is required", ""),
    ({"facility_percentages": listed((LYON, 1.0))}, {}, "facility_id",
     f"The facility is none of facility_percentages: '{LYON}'", "Correct one of the two"),
    ({"percentage": 0.5, "facility_percentages": listed((MADRID, 0.6), (LYON, 0.4))}, {}, "percentage",
     "percentage is 0.5, but facility_percentages gives this facility 0.6", ""),
    ({"facility_percentages": listed((MADRID, 0.6), (LYON, 0.3))}, {}, "facility_percentages",
     "The shares sum to 0.9, not 1", "Give every facility's share once"),
    ({"facility_percentages": listed((MADRID, 0.5), (MADRID, 0.5))}, {}, "facility_percentages",
     f"The facility '{MADRID}' is there twice", ""),
    ({"facility_percentages": listed((MADRID, 1.5), (LYON, -0.5))}, {}, "facility_percentages",
     "A share is outside 0 to 1", ""),
    ({"facility_id": None, "percentage": 0.5, "facility_percentages": listed((MADRID, 0.5), (LYON, 0.5))}, {},
     "facility_id", "It is one share of several, and does not say whose", ""),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "catalogues", "field", "reason", "remedy"), PROBLEMS)
def test_problems(fields: dict[str, Any], catalogues: dict[str, Any], field: str, reason: str, remedy: str) -> None:
    page = {"items": [INVOICE | {"id": "sound", "unit_id": "kWh"}, invoice("i", **fields)], "total": 2}
    api = fe.read_invoices(page, **(CATALOGUES | catalogues))
    problem = only(api.problems)
    assert (problem["id"], problem["field"]) == ("i", field)
    assert problem["path"].startswith("items[1].")
    assert problem["path"].endswith(field)
    assert reason in problem["reason"]
    assert remedy in problem["remedy"]
    result = calculate(api)  # which counts it as a row without a figure
    assert result.records["status"].loc["sound"] == "ok"
    assert set(result.records["status"].loc[["i"]]) == {"problem"}
    assert set(result.problems["row"]) == {"i"}


def test_what_cannot_be_read_and_is_not_needed_is_noted() -> None:
    fields = {"co2e": "much", "cups": "ES1", "supplier_id": {"name": "x"}, "original_quantity": "1.000,5"}
    api = read(invoice("i", **fields))
    assert api.problems.empty
    told = dict(zip(api.notes["field"], api.notes["note"], strict=True))
    assert told["co2e"] == "Not read: a number is asked for; given 'much'."
    assert told["cups"].startswith("'ES1' is no CUPS")
    assert set(told) == {"co2e", "cups", "supplier_id", "original_quantity"}
    assert math.isnan(only(api.frame)["co2e"])
    assert calculate(api).records["co2e"].tolist() == pytest.approx([1400])


def test_an_invoice_without_an_id_is_an_error() -> None:
    with pytest.raises(PayloadError, match=r"\[1\]\.id: this field is required"):
        read(INVOICE, {k: v for k, v in INVOICE.items() if k != "id"})
    with pytest.raises(PayloadError, match=r"^\[0\]: this is a facility, not an invoice: read it with read_facilities"):
        fe.read_invoices(FACILITIES)
    with pytest.raises(PayloadError, match="This is page 1 only: 1 of 625 invoices"):
        read({"items": [INVOICE], "total": 625, "page": 1, "size": 50})


# --- which count -------------------------------------------------------------------------------------


def test_which_invoices_count() -> None:
    invoices = [
        invoice(s, status=s) for s in ("uploaded", "loading", "active", "inactive", "review", "error", "deleted")
    ]
    invoices += [invoice("off", enabled=False), invoice("unstated", status=None, enabled=None)]
    invoices += [invoice(t, type=t) for t in ("process", "wastes", "waste_water_treatment")]
    api = read(*invoices)
    assert api.consumption().index.tolist() == ["active", "unstated"]
    reasons = dict(zip(api.left_out["id"], api.left_out["reason"], strict=True))
    assert reasons["review"] == "Its status is review; counted is status active, enabled."
    assert reasons["off"] == "It is not enabled; counted is status active, enabled."
    assert reasons["process"].startswith("Invoices of type process are not calculated here")
    assert len(reasons) == 10
    assert api.messages == ("1 invoices state no status; they count.",)
    assert repr(api) == "<ApiInvoices: 12 read, 2 count (status active, enabled), 0 of them with problems>"
    more = read(*invoices, statuses=["active", "review", "deleted"], include_disabled=True)
    assert more.consumption().index.tolist() == ["active", "review", "deleted", "off", "unstated"]
    assert more.counted == "status active or review or deleted"
    with pytest.raises(ContractError, match=r"'actve' is no status of an invoice\. Did you mean 'active'"):
        read(*invoices, statuses="actve")


# --- shares ------------------------------------------------------------------------------------------


def share(id_: str, facility: str, part: float | None, of: str | None = "p", **more: Any) -> dict[str, Any]:
    quantity = {"quantity": 10_000 * (part or 0.25), "base_quantity": 10_000.0, "percentage": part}
    return invoice(id_, facility_id=facility, source_invoice_id=of) | quantity | more


PARENT = invoice("p", quantity=10_000.0, base_quantity=10_000.0)


def quantities(api: fe.ApiInvoices) -> dict[str, float]:
    return api.consumption()["quantity"].to_dict()


def test_shares_of_one_record_add_up() -> None:
    api = read(share("a", MADRID, 0.75), share("b", BILBAO, 0.25))
    assert api.consumption()["record_id"].tolist() == ["p", "p"]
    assert api.consumption()["percentage"].tolist() == [0.75, 0.25]
    assert calculate(api).records["electricity_location_based"].tolist() == pytest.approx([1050, 350])


def test_a_parent_beside_its_shares_is_not_counted_twice() -> None:
    for order in ((PARENT, share("a", MADRID, 0.75), share("b", BILBAO, 0.25)),
                  (share("a", MADRID, 0.75), PARENT, share("b", BILBAO, 0.25))):  # fmt: skip
        api = read(*order)
        assert quantities(api) == {"a": 7500, "b": 2500}
        assert only(api.left_out)["reason"].startswith("Its shares are here, as invoices that name it")
        assert calculate(api).total["co2e"] == pytest.approx(1400)


def test_a_parent_that_is_one_of_the_shares_itself() -> None:
    parent = share("p", LYON, 0.25, None)
    api = read(parent, share("a", MADRID, 0.5), share("b", BILBAO, 0.25))
    assert api.consumption()["record_id"].tolist() == ["p", "p", "p"]
    assert sum(quantities(api).values()) == 10_000
    assert api.left_out.empty
    assert calculate(api).problems.empty


def test_a_parent_that_is_neither_whole_nor_rest_is_a_problem() -> None:
    api = read(PARENT, share("a", MADRID, 0.5))
    problem = only(api.problems)
    assert problem["id"] == "p"
    assert problem["reason"].startswith(
        "1 invoices name it as their source and hold 0.5 of it: it is neither the whole"
    )
    assert calculate(api).records["status"].to_dict() == {"p": "problem", "a": "ok"}
    unknown = [share("a", MADRID, None), share("b", BILBAO, None)]
    assert "hold 0.5 of it" in only(read(PARENT, *unknown).problems)["reason"]  # by their quantities
    assert (
        "shares that are not known"
        in only(read(PARENT | {"quantity": 0, "base_quantity": None}, *unknown).problems)["reason"]
    )


def test_a_parent_whose_shares_do_not_all_count() -> None:
    """A share in error is no reason to count the whole again."""
    api = read(PARENT, share("a", MADRID, 0.75), share("b", BILBAO, 0.25, status="error"))
    assert quantities(api) == {"a": 7500}
    assert set(api.left_out["id"]) == {"p", "b"}
    note = only(api.notes)
    assert (
        note["note"]
        == "The shares of record p that count hold 0.75 of it; others are b. This one's quantity is its own."
    )
    assert calculate(api).problems.empty


def test_one_share_alone_stands_for_itself() -> None:
    """The sample of the documentation: 1,500 of 3,000 kWh, half; the other half is another facility's."""
    sample = {"quantity": 1500.0, "base_quantity": 3000.0, "percentage": 0.5, "cups": "ES0021000000000001XX"}
    api = read(invoice("i", **sample))
    row = only(api.consumption())
    assert (row["quantity"], row["record_id"]) == (1500, "i")
    assert math.isnan(row["percentage"])
    notes = dict(zip(api.notes["field"], api.notes["note"], strict=True))
    assert "hold 0.5 of it; the rest is in no invoice here" in notes["percentage"]
    assert "its check letters are XX, its digits give RK" in notes["cups"]  # doubtful, no error: the docs have it
    assert calculate(api).co2e.tolist() == pytest.approx([210])


def test_shares_of_more_than_a_whole_are_problems() -> None:
    api = read(share("a", MADRID, 0.75), share("b", BILBAO, 0.5))
    assert set(api.problems["reason"]) == {"The shares of record p sum to 1.25, not 1."}
    twice = read(share("a", MADRID, 0.5), share("b", MADRID, 0.5))
    assert set(twice.problems["reason"]) == {f"The facility '{MADRID}' has two shares of record p."}
    for both in (api, twice):
        assert set(both.problems["id"]) == {"a", "b"}
        assert (calculate(both).records["status"] == "problem").all()


def test_a_share_that_does_not_say_how_much_keeps_its_quantity() -> None:
    api = read(share("a", MADRID, None, base_quantity=None), share("b", BILBAO, 0.25))
    assert quantities(api) == {"a": 2500, "b": 2500}
    assert set(api.consumption()["record_id"]) == {"a", "b"}
    assert "A share of p that does not say how much of it" in api.notes["note"].iloc[0]


def test_the_list_of_shares_completes_a_share() -> None:
    more = {"percentage": None, "facility_percentages": listed((MADRID, 0.75), (BILBAO, 0.25))}
    api = read(share("a", MADRID, 0.75) | more, share("b", BILBAO, 0.25) | more)
    assert api.consumption()["percentage"].tolist() == [0.75, 0.25]
    assert calculate(api).problems.empty
    alone = read(share("a", MADRID, 0.75, None) | more)  # its quantity is after the share: not divided again
    assert quantities(alone) == {"a": 7500}


# --- what was entered --------------------------------------------------------------------------------


def test_the_conversion_of_the_api_is_noted() -> None:
    """Its constants are documented nowhere; the two quantities give them away."""
    fields = {"base_quantity": 11_630.0, "quantity": 11_630.0, "original_quantity": 1000.0, "original_unit_id": M3}
    note = only(read(invoice("i", type="heat", facility_fuel_id=GAS, **fields)).notes)
    assert (note["path"], note["value"]) == ("[0].original_quantity", 1000)
    assert note["note"] == "As entered 1000 m3; the API made 11630 kWh of it, 11.63 kWh per m3."
    same = {"base_quantity": 5.0, "quantity": 5.0, "original_quantity": 5.0, "original_unit_id": KWH}
    assert read(invoice("i", **same)).notes.empty


# --- custom factors ----------------------------------------------------------------------------------


def factors(*changes: dict[str, Any], group: dict[str, Any] | None = None, **more: Any) -> fe.ApiInvoices:
    sent = [CUSTOM_FACTOR | {"id": f"c{i}"} | change for i, change in enumerate(changes)]
    fields = {"type": "heat", "facility_fuel_id": PELLETS, "unit_id": KG, "quantity": 100} | more
    invoices = [invoice(f"i{n}", custom_emission_factor_id=factor["id"], **fields) for n, factor in enumerate(sent)]
    return read(*invoices, custom_factors=sent, custom_groups=[CUSTOM_GROUP if group is None else group])


def test_custom_factors_are_rows_of_a_factor_table() -> None:
    api = factors({"id": BOILER})
    row = only(api.custom_factors.frame)
    assert (row["factor_id"], row["activity_category"], row["unit"], row["applies"]) == (
        BOILER,
        "stationary",
        "kg",
        "by_name",
    )
    assert (row["co2_fossil_kg"], row["ch4_kg"], row["n2o_kg"], row["ch4_origin"]) == (2.15, 0.008, 0.002, "fossil")
    assert (row["valid_from"], row["valid_to"]) == ("2023", "2023")
    assert row["note"] == "Boiler 3; tag advanced; uncertainty grade 15.5"
    assert only(api.consumption())["custom_factor_id"] == BOILER


def test_the_origin_of_custom_factors() -> None:
    """ghg_type 1 fossil, 2 biogenic, 3 mixed."""
    biogenic = factors({}, group=CUSTOM_GROUP | {"ghg_type": 2})
    row = only(biogenic.custom_factors.frame)
    assert (row["co2_fossil_kg"], row["co2_biogenic_kg"], row["ch4_origin"]) == (0, 2.15, "biogenic")
    result = calculate(biogenic)
    assert result.co2e.iloc[0] == pytest.approx(100 * (0.008 * 28 + 0.002 * 265))
    assert result.co2e_biomass.iloc[0] == pytest.approx(215)
    mixed = factors({}, group=CUSTOM_GROUP | {"ghg_type": 3})
    assert only(mixed.notes)["note"] == "All of its CO2 counts as fossil: its group is mixed, and nothing divides it."
    nothing = factors({"custom_emission_group_id": None})
    assert only(nothing.notes)["note"].endswith("nothing says whether it is fossil (ghg_type).")
    inside = factors({"custom_emission_group_id": None, "group": {"ghg_type": 2}})
    assert only(inside.custom_factors.frame)["co2_biogenic_kg"] == 2.15
    for api in (mixed, nothing):
        assert calculate(api).co2e.iloc[0] == pytest.approx(290.4)


def test_a_simple_factor_is_kg_co2e() -> None:
    """The product's form asks for kg CO2e per unit: nothing is filled in beside it, no other GWP applied."""
    api = factors({"tag": "simple", "emission_factor_values": [{"gas_type": "CO2", "value": 2.5}]})
    row = only(api.custom_factors.frame)
    assert (row["co2e_fixed_kg"], row["gwp_of_co2e_fixed"]) == (2.5, "unstated")
    assert calculate(api).co2e.tolist() == [250]


def test_custom_factors_of_electricity_are_market_based() -> None:
    gases = [{"gas_type": "CO2", "value": 0.05}]
    green = {"tag": "simple", "unit_id": KWH, "renewable_percentage": 80, "emission_factor_values": gases}
    api = factors(green, type="electricity", facility_fuel_id=None, unit_id=KWH, quantity=10_000)
    records = calculate(api).records.iloc[0]
    assert (records["electricity"], records["electricity_location_based"]) == pytest.approx((500, 1400))
    assert only(api.custom_factors.frame)["note"].endswith("renewable percentage 80")


def test_one_custom_factor_for_two_figures_is_two_rows() -> None:
    sent = CUSTOM_FACTOR | {"unit_id": KWH}
    api = read(
        invoice("e", custom_emission_factor_id=BOILER),
        invoice("h", type="heat", facility_fuel_id=GAS, custom_emission_factor_id=BOILER),
        custom_factors=[sent], custom_groups=[CUSTOM_GROUP],
    )  # fmt: skip
    assert api.custom_factors.frame["activity_category"].tolist() == ["electricity", "stationary"]
    result = calculate(api)
    assert result.problems.empty
    assert result.records["electricity"].loc["e"] == pytest.approx(29_040)
    assert result.records["stationary"].loc["h"] == pytest.approx(29_040)


def test_gas_volume_holds_for_custom_factors_too() -> None:
    sent = CUSTOM_FACTOR | {"unit_id": M3}
    gas = invoice("h", type="heat", facility_fuel_id=GAS, unit_id=M3, quantity=100, custom_emission_factor_id=BOILER)
    for volume in (None, "m3_0C"):
        api = read(gas, custom_factors=[sent], custom_groups=[CUSTOM_GROUP], gas_volume=volume)
        assert calculate(api).co2e.tolist() == pytest.approx([290.4])


def test_a_custom_factor_inside_an_invoice() -> None:
    fields = {"type": "heat", "facility_fuel_id": PELLETS, "unit_id": KG, "quantity": 100}
    held = CUSTOM_FACTOR | {"ghg_type": 1}
    nameless = {k: v for k, v in held.items() if k != "id"}
    api = read(
        invoice("a", custom_emission_factor=held, **fields),
        invoice("b", custom_emission_factor=nameless, **fields),
        invoice("c", custom_emission_factor=BOILER, **fields),
    )
    assert api.consumption()["custom_factor_id"].tolist() == [BOILER, "b/custom_emission_factor", BOILER]
    assert calculate(api).co2e.tolist() == pytest.approx([290.4] * 3)
    with pytest.raises(PayloadError, match=r"^custom_factors\[0\]\.id: every custom factor needs its id"):
        read(INVOICE, custom_factors=[nameless])
    own = read(invoice("i", custom_emission_factor=BOILER, **fields))  # and one's own table may have it
    table = [{"factor_id": BOILER, "activity_category": "stationary", "unit": "kg", "co2_fossil_kg": 1}]
    result = fe.calculate(own.consumption(), ES, custom_factors=table)
    assert (own.problems["field"].tolist(), result.co2e.tolist()) == (["custom_emission_factor_id"], [100])


BAD_FACTORS: list[tuple[dict[str, Any], str, str]] = [
    ({"unit_id": None}, "unit_id", "It has no unit"),
    ({"unit_id": UNKNOWN}, "unit_id", "is not among the 5 of units="),
    ({"unit_id": EURO}, "unit_id", "which measures money"),
    ({"emission_factor_values": []}, "emission_factor_values", "it gives no CO2"),
    ({"emission_factor_values": None}, "emission_factor_values", "it gives no CO2"),
    ({"emission_factor_values": [{"gas_type": "CO2", "value": "2"}]}, "value", "the value of CO2 is no number"),
    ({"emission_factor_values": [{"gas_type": "CO2", "value": -2}]}, "emission_factor_values", "is not negative"),
    ({"emission_factor_values": [{"gas_type": "C02", "value": 2}]}, "gas_type", "unknown gas 'C02'. Did you"),
    ({"emission_factor_values": [{"gas_type": "CO2", "value": 2}] * 2}, "gas_type", "CO2 is there twice"),
    ({"emission_factor_values": [{"gas_type": "CO2", "value": 2}, {"gas_type": "HFC", "value": 0.1}]}, "gas_type",
     "0.1 kg of HFC: HFC names many gases, each with a GWP of its own"),
    ({"factor_start_date": "last year"}, "factor_start_date", "an ISO 8601 date or time is asked for"),
    ({"factor_start_date": "2024-01-01"}, "factor_end_date", "2023 is before"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "reason"), BAD_FACTORS)
def test_custom_factors_that_cannot_be_used(change: dict[str, Any], field: str, reason: str) -> None:
    api = factors(change, {})
    told = api.problems.to_dict("records")
    assert [t["id"] for t in told] == ["c0", "i0"]
    assert told[0]["field"] == field
    assert told[0]["path"].startswith("custom_factors[0].")
    assert reason in told[0]["reason"]
    assert told[1]["reason"].startswith("Its custom factor 'c0' cannot be used")
    assert calculate(api).records["status"].to_dict() == {"i0": "problem", "i1": "ok"}


def test_a_broken_factor_of_two_figures_is_told_once() -> None:
    broken = CUSTOM_FACTOR | {"unit_id": None}
    api = read(
        invoice("e", custom_emission_factor_id=BOILER),
        invoice("h", type="heat", facility_fuel_id=GAS, custom_emission_factor_id=BOILER),
        custom_factors=[broken],
    )
    assert api.problems["id"].tolist() == [BOILER, "e", "h"]
    assert len(api.custom_factors) == 0
    assert (calculate(api).records["status"] == "problem").all()


def test_zeros_of_gases_without_a_column_are_nothing() -> None:
    values = [
        *CUSTOM_FACTOR["emission_factor_values"],
        {"gas_type": "SF6", "value": 0},
        {"gas_type": "HFC", "value": 0.0},
    ]
    assert calculate(factors({"emission_factor_values": values})).co2e.iloc[0] == pytest.approx(290.4)


def test_outside_its_validity_a_custom_factor_does_not_answer() -> None:
    late = factors({}, start_date="2024-02-01", end_date="2024-02-29")
    assert "is valid in 2023; the consumption is of 2024" in only(calculate(late).problems)["reason"]


def test_custom_factors_are_valid_by_the_day() -> None:
    dates = {"factor_start_date": "2023-01-16T00:00:00", "factor_end_date": "2023-06-30T23:59:59"}
    api = factors(dates, start_date="2023-02-01", end_date="2023-02-28")
    assert api.problems.empty
    assert calculate(api).co2e.tolist() == pytest.approx([290.4])
    api = factors(dates, start_date="2023-01-01", end_date="2023-01-31")
    reason = only(calculate(api).problems)["reason"]
    assert reason.startswith("The custom factor 'c0' is valid from 2023-01-16 to 2023-06-30")


# --- the frame ---------------------------------------------------------------------------------------


def test_the_frame_has_the_fields_of_the_api() -> None:
    (frame,) = [read(INVOICE | {"match": {"a": 1}}, invoice("b", co2e=None, enabled=None)).frame]
    assert list(frame.columns)[:4] == ["id", "type", "quantity", "base_quantity"]
    assert {"facility_id", "co2e", "co2e_biomass", "start_date", "enabled", "file_id", "uploaded_by"} <= set(frame)
    assert frame["co2e"].tolist()[0] == 245.5
    assert frame["co2e"].isna().tolist() == [False, True]
    assert frame["enabled"].isna().tolist() == [False, True]
    assert frame["end_date"].iloc[0] == pd.Timestamp("2023-01-31 23:59:59")
    assert frame["created_at"].iloc[0] == pd.Timestamp("2023-02-03 09:00", tz="UTC")
    assert frame["match"].tolist()[0] == {"a": 1}
    assert frame["match"].isna().tolist() == [False, True]


def test_nothing_read_is_nothing_consumed() -> None:
    api = read()
    assert len(api) == len(api.consumption()) == len(api.frame) == 0
    assert calculate(api).total["rows"] == 0


def test_periods_end_with_their_last_second() -> None:
    """23:59:59 of 31 December is the old year's; a period across New Year is split by days."""
    one = read(invoice("i", start_date="2023-12-01T00:00:00", end_date="2023-12-31T23:59:59"))
    assert calculate(one).ledger()["year"].unique().tolist() == [2023]
    two = read(invoice("i", start_date="2022-12-31", end_date="2023-01-01"))
    assert sorted(calculate(two).ledger()["year"].unique()) == [2022, 2023]


def test_what_is_told_is_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
    api = read(INVOICE)
    for name in ("problems", "notes", "left_out"):
        (row,) = re.findall(rf"^\| `invoices.{name}` \| (.+?)(?:: .+)? \|$", page, flags=re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == list(getattr(api, name)), name
    for field in set(api.consumption()) - {"contract", "organization_id", "base_quantity"}:
        assert f"`{field}`" in page, field


# --- properties --------------------------------------------------------------------------------------

_FIELDS: list[dict[str, Any]] = [*(fields for fields, more, *_ in PROBLEMS if not more), *(f for f, _ in WORDS)]
_FIELDS += [{"status": "error"}, {"enabled": False}, {"type": "process"}, {"source_invoice_id": 7}, {}]
_UNPUBLISHED = (  # in Spain
    {"type": "water", "unit_id": M3},
    {"type": "heat", "facility_fuel_id": DISTRICT},
)
_FIELDS = [fields for fields in _FIELDS if fields not in _UNPUBLISHED]


@st.composite
def _mixtures(draw: st.DrawFn) -> list[dict[str, Any]]:
    count = draw(st.integers(1, 8))
    invoices = [invoice(f"i{n}", **draw(st.sampled_from(_FIELDS))) for n in range(count)]
    for item in invoices:
        if draw(st.booleans()):
            item |= {"source_invoice_id": draw(st.sampled_from([f"i{n}" for n in range(count)] + ["elsewhere"]))}
            item |= {"percentage": draw(st.sampled_from([0.25, 0.5, 0.75, 1.0, None, 3.0]))}
            item |= {"facility_id": draw(st.sampled_from([MADRID, BILBAO, LYON, None]))}
    return invoices


@settings(max_examples=150, deadline=None)
@given(invoices=_mixtures())
def test_every_invoice_ends_somewhere_and_no_problem_has_a_figure(invoices: list[dict[str, Any]]) -> None:
    api = read(*invoices)
    counted, out = set(api.consumption().index), set(api.left_out["id"])
    assert counted | out == {i["id"] for i in invoices}
    assert not counted & out
    wrong = set(api.problems["id"])
    assert wrong <= counted
    result = calculate(api)
    assert set(result.records.index[result.records["status"] == "ok"]).isdisjoint(wrong)
    unexplained = set(result.problems["row"]) - wrong - set(api.notes["id"])
    assert not unexplained, result.problems


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.integers(1, 100), min_size=1, max_size=6), data=st.data())
def test_a_record_is_counted_once_however_it_is_sent(parts: list[int], data: st.DataObject) -> None:
    """Whole, divided by its list, as shares, as shares beside their parent: the same quantity, never twice."""
    total = 10_000.0
    percentages = [p / sum(parts) for p in parts]
    facilities = [f"f{n}" for n in range(len(parts))]
    shares = listed(*zip(facilities, percentages, strict=True))
    children = [
        invoice(f"c{n}", facility_id=f, source_invoice_id="p", base_quantity=total, quantity=total * p, percentage=p)
        for n, (f, p) in enumerate(zip(facilities, percentages, strict=True))
    ]
    parent = invoice(
        "p", quantity=total, base_quantity=total, facility_percentages=data.draw(st.sampled_from([None, shares]))
    )
    sent = data.draw(st.sampled_from([[parent], children, [parent, *children], [*children, parent]]))
    api = read(*sent)
    if parent["facility_percentages"] and len(shares) == 1 and sent == [parent]:
        assert set(api.problems["field"]) == {"facility_id"}  # the sample's facility is another
        return
    assert api.problems.empty
    rows = api.consumption()
    assert rows["quantity"].sum() == pytest.approx(total)
    sites = [{"id": f, "country": "ES", "type": "office"} for f in (*facilities, MADRID)]
    assert fe.calculate(rows, sites).total["co2e"] == pytest.approx(1400)
