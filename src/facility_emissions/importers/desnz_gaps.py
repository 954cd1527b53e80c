"""What is known not to be in the UK Government GHG conversion factors."""

from __future__ import annotations

from facility_emissions.importers.tidy import Row

_GAS = "DESNZ does not say at which temperature and pressure its cubic metre of gas is measured."
_KWH = "Give kWh from the bill, gross (kWh_gcv)."
_ABSENT_2024 = "The condensed set of 2024 has no sheet on {}, and the full set is not held."
_EARLIER = "Let the year fall back to 2023, or give a custom factor."
_IEA = "DESNZ printed the {} of other countries' electricity for {} only; since then they are the IEA's."
_LAST = "Give a custom factor, or let the year fall back to {} where that is good enough."
_LATER = "Let the year fall forward to {} (Method, max_years_forward), or give a custom factor."
_FUELS_FROM_2012 = "Of the publisher's own files held, those from 2012 on print fuels; those before, electricity only."
_FEW_FUELS = (
    "The condensed sets of 2012-2015 print CNG, LNG, LPG, natural gas, other petroleum gas, burning oil, average "
    "diesel and petrol, mineral petrol, fuel oil, gas oil, lubricants and (from 2013) waste oils: no solid fuels, "
    "no bioenergy."
)
_NO_SHEET = "The condensed sets of 2012-2015 have no sheet on {}; those before hold electricity only."
_CO2_ONLY = "Of the sets of {} no sheet on heat is held: the CO2 is from table 11 of the methodology paper of 2025."
_WITHOUT = "The CO2 is used; CH4 and N2O are about 1 % more. Give a custom factor where that matters."


def gap_rows() -> list[Row]:
    """Return the gaps: of fuels, their upstream, heat, and other countries' electricity."""
    grid, generation = "grid_electricity", "electricity_generation"
    losses = "electricity_transmission_and_distribution"
    wtt = _ABSENT_2024.format("upstream (WTT)")
    early_wtt, early_loss = _NO_SHEET.format("upstream (WTT)"), _NO_SHEET.format("heat")
    later = _LATER.format(2016)
    rows = (
        ("stationary", "natural_gas", "GB", 2012, 2025, _GAS, _KWH),
        ("stationary_generation", "natural_gas", "GB", 2016, 2025, _GAS, _KWH),
        ("stationary", "", "GB", 2002, 2011, _FUELS_FROM_2012, _LATER.format(2012)),
        ("stationary", "", "GB", 2012, 2015, _FEW_FUELS, later),
        ("stationary_generation", "", "GB", 2002, 2015, early_wtt, later),
        ("stationary_generation", "", "GB", 2024, 2024, wtt, _EARLIER),
        (
            "purchased_heat",
            "",
            "GB",
            2002,
            2002,
            "Table 11 of the methodology paper begins in 2001.",
            _LATER.format(2003),
        ),
        ("purchased_heat", "", "GB", 2003, 2015, _CO2_ONLY.format("2003-2015"), _WITHOUT),
        ("purchased_heat", "", "GB", 2024, 2024, _CO2_ONLY.format("2024"), _WITHOUT),
        (losses, "district_heat", "GB", 2002, 2015, early_loss, later),
        (losses, "steam", "GB", 2002, 2015, early_loss, later),
        (generation, grid, "GB", 2002, 2015, early_wtt, later),
        (generation, grid, "GB", 2024, 2024, wtt, _EARLIER),
        (losses, grid, "", 2018, None, _IEA.format("losses", "2016 and 2017"), _LAST.format(2017)),
        (generation, grid, "", 2022, None, _IEA.format("upstream factors", "2016-2021"), _LAST.format(2021)),
    )
    columns = ("activity_category", "activity", "country", "valid_from", "valid_to", "reason", "remedy")
    return [dict(zip(columns, row, strict=True)) | {"source": "desnz"} for row in rows]
