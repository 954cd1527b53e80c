"""facility_emissions."""
