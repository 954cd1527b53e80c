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
    "ademe_electricity",
    "aib",
    "apa",
    "defra_annex10",
    "eea",
    "egrid",
    "ember",
    "green_e",
    "national_grids",
    "other_errata",
    "uba",
)
