"""One module a publisher: its official file in, our tidy rows out. Never used at run time.

Each module has ``read(sources: Path) -> Import``.
"""

PUBLISHERS = (
    "vocabulary",
    "gwp",
    "refrigerants",
    "miteco",
    "ipcc",
    "desnz",
    "ember",
    "eea",
    "aib",
    "national_grids",
    "ademe_electricity",
    "egrid",
)
