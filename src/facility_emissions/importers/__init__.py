"""One module a publisher: its official file in, our tidy rows out. Never used at run time.

Each module named here has ``read(sources: Path) -> Import``. A new publisher is one module
and one line; its place in the order of preference is `data/emission_factors/preference.csv`.
"""

PUBLISHERS = (
    "vocabulary",
    "gwp",
    "refrigerants",
    "miteco",
    "ipcc",
    "desnz",
    "desnz_methodology",
    "ademe_electricity",
    "ademe_fuels",
    "ademe_networks",
    "ademe_water",
    "aib",
    "apa",
    "defra_annex10",
    "eea",
    "egrid",
    "ember",
    "epa_hub",
    "ghg_protocol",
    "green_e",
    "national_grids",
    "nga_fuels",
    "national_fuels",
    "desnz_2026",
    "fr_arrete_2012",
    "uk_ggi",
    "water",
    "leak_rates",
    "wastewater",
    "other_errata",
    "not_held",
    "uba",
)
