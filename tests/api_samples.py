"""JSON as the Facilities API sends it, after the samples of its documentation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

MADRID = "550e8400-e29b-41d4-a716-446655440000"
LYON = "550e8400-e29b-41d4-a716-446655440001"
BILBAO = "550e8400-e29b-41d4-a716-446655440002"

# The sample of facilities (overview, get and list pages), two more of the same shape.
FACILITY: dict[str, Any] = {
    "id": MADRID,
    "name": "Madrid Office",
    "address": "Calle Gran Vía 1, Madrid",
    "country": "ES",
    "type": "office",
    "status": "active",
    "co2e": 1250.5,
    "co2e_biomass": 0.0,
    "logistic_factor": 0.8,
    "categories": ["heat", "electricity", "water"],
    "cups_list": ["ES0022000006089269MY1P"],
    "facility_purpose_type": "facilities",
    "created_at": "2024-11-24T10:30:00Z",
    "updated_at": None,
}
FACILITIES = [
    FACILITY,
    FACILITY | {"id": LYON, "name": "Lyon Office", "country": "FR", "co2e": None, "co2e_biomass": None},
    FACILITY | {"id": BILBAO, "name": "Bilbao Warehouse", "type": "warehouse", "co2e": 0.0, "status": "archived"},
]

KWH = "ba80e6cb-86a4-4bb1-a0c5-8104365d523c"  # the unit of the sample of invoices (update)
M3 = "ba80e6cb-86a4-4bb1-a0c5-8104365d5200"
LITRE = "ba80e6cb-86a4-4bb1-a0c5-8104365d5201"
KG = "ba80e6cb-86a4-4bb1-a0c5-8104365d5202"
EURO = "ba80e6cb-86a4-4bb1-a0c5-8104365d5203"
UNITS = [
    {"id": KWH, "name": "kilowatt_hour_(kwh)", "type": "energy"},
    {"id": M3, "name": "cubic_meter_(m³)", "type": "gas"},
    {"id": LITRE, "name": "liter_(l)", "type": "liquid"},
    {"id": KG, "name": "kilogram_(kg)", "type": "solid"},
    {"id": EURO, "name": "euro", "type": "fiat_currency"},
]

GAS = "7c9e6679-7425-40de-944b-e07fc1f90a01"
PELLETS = "7c9e6679-7425-40de-944b-e07fc1f90a02"
OIL = "7c9e6679-7425-40de-944b-e07fc1f90a03"
R410A = "7c9e6679-7425-40de-944b-e07fc1f90a04"
DISTRICT = "7c9e6679-7425-40de-944b-e07fc1f90a05"
FUELS = [
    {"id": GAS, "name": "Natural gas", "country": "ES", "type": "gas", "ghg_type": 1, "units": UNITS[:2]},
    {
        "id": PELLETS,
        "name": "Biomasa pellets (kg)",
        "country": "ES",
        "type": "solid",
        "ghg_type": 2,
        "units": UNITS[3:4],
    },
    {"id": OIL, "name": "gas_oil_b", "country": "ES", "type": "liquid", "ghg_type": 1, "units": UNITS[2:3]},
    {"id": R410A, "name": "R-410A", "country": "ES", "type": "gas", "ghg_type": 1, "units": UNITS[3:4]},
    {"id": DISTRICT, "name": "District heating", "country": "ES", "type": "gas", "ghg_type": None, "units": UNITS[:1]},
]

IBERDROLA = "9b2b6a1c-0f7e-4d38-9d0f-3a9c6f1b7e01"
SUPPLIERS = [{"id": IBERDROLA, "name": "Iberdrola Clientes, S.A.U."}]

# The samples of custom emission factors (list and get) and of their groups (create).
BOILER = "1f0f5b1e-3c0e-4a31-8a77-6f5c1d2e3b01"
GROUP = "1f0f5b1e-3c0e-4a31-8a77-6f5c1d2e3b99"
CUSTOM_FACTOR: dict[str, Any] = {
    "id": BOILER,
    "ef_name": "Boiler 3",
    "unit_id": KG,
    "tag": "advanced",
    "uncertainty_grade": 15.5,
    "emission_factor_values": [
        {"gas_type": "CO2", "value": 2.15},
        {"gas_type": "CH4", "value": 0.008},
        {"gas_type": "N2O", "value": 0.002},
    ],
    "factor_start_date": "2023-01-01",
    "factor_end_date": "2023-12-31",
    "custom_emission_group_id": GROUP,
}
CUSTOM_GROUP = {"id": GROUP, "name": "Boilers", "category": "energy", "ghg_type": 1}

# The sample of invoices (update), as an invoice of one facility and one year with factors.
INVOICE: dict[str, Any] = {
    "id": "3f2b7c1e-0000-4000-8000-000000000001",
    "type": "electricity",
    "quantity": 10_000.0,
    "base_quantity": None,
    "percentage": None,
    "original_quantity": None,
    "original_unit_id": None,
    "unit_id": KWH,
    "status": "active",
    "co2e": 245.5,
    "co2e_biomass": 0,
    "start_date": "2023-01-01T00:00:00",
    "end_date": "2023-01-31T23:59:59",
    "facility_id": MADRID,
    "facility_percentages": None,
    "facility_fuel_id": None,
    "supplier_id": None,
    "custom_emission_factor_id": None,
    "cups": "ES0022000006089269MY1P",
    "invoice_id": "F-2023-001",
    "source_invoice_id": None,
    "enabled": True,
    "file_id": None,
    "file_url": None,
    "uploaded_by": "somebody",
    "created_at": "2023-02-03T09:00:00Z",
    "updated_at": None,
}


def invoice(id_: str, **fields: Any) -> dict[str, Any]:
    return INVOICE | {"id": id_} | fields


Kind = Literal["v1", "hubs", "legacy", "bare"]
KINDS: tuple[Kind, ...] = ("v1", "hubs", "legacy", "bare")


def pages_of(items: Sequence[Any], kind: Kind, size: int) -> list[Any]:
    """Return objects in the pages that an endpoint sends; a bare list is never paged."""
    if kind == "bare":
        return [list(items)]
    archived = sum(i.get("status") == "archived" for i in items)
    last = max(-(-len(items) // size), 1)
    pages: list[Any] = []
    for n in range(1, last + 1):
        page: dict[str, Any] = {"items": list(items[(n - 1) * size : n * size]), "page": n, "size": size}
        if kind == "legacy":
            page |= {"total": len(items) - archived, "total2": archived}
        else:
            page |= {"total": len(items)}
        pages.append(page | ({"pages": last} if kind == "v1" else {}))
    return pages


def write_pages(pages: Sequence[Any], folder: Path) -> list[Path]:
    paths = [folder / f"page{n}.json" for n in range(1, len(pages) + 1)]
    for path, page in zip(paths, pages, strict=True):
        path.write_text(json.dumps(page), encoding="utf-8")
    return paths
