"""What the Facilities API sends, as it sends it: facilities, and invoices as consumption."""

from __future__ import annotations

from facility_emissions.payloads.facilities import ApiFacilities, FacilityTotal, read_facilities
from facility_emissions.payloads.invoices import ApiInvoices, read_invoices

__all__ = ["ApiFacilities", "ApiInvoices", "FacilityTotal", "read_facilities", "read_invoices"]
