"""Tables of gases, their GWPs, blends of refrigerants and their names."""

from __future__ import annotations

from facility_emissions.factors.tables.contract import (
    EDITION,
    GWP_SETS,
    LOCATOR,
    NOTE,
    OF_AN_EDITION,
    SOURCE_ID,
    Column,
    Reference,
    Table,
    figure,
    flag,
    must,
    text,
    year,
)

_PRINTED = (
    must("printed_as", "Its name as printed."),
    must("gwp_set", "GWP set.", enum=GWP_SETS),
    must("gases", "Which gases are counted.", enum=("all", "kyoto", "nonkyoto")),
    figure("value", "GWP as printed [kg CO2e / kg].", required=True),
    flag("erratum", "1 if it is known to be wrong."),
    LOCATOR,
    NOTE,
)

GASES = Table(
    "Gases",
    (
        must("gas", "Name of the gas here."),
        must("name", "Its chemical or common name."),
        must("formula", "Its formula."),
        text("cas", "CAS number.", pattern=r"\d{2,7}-\d{2}-\d"),
        text("r_number", "ASHRAE designation."),
        must("group", "Chemical group."),
        flag("kyoto", "1 if the Kyoto Protocol lists it."),
        flag("montreal", "1 if the Montreal Protocol controls it as an ozone-depleting substance."),
    ),
    key=("gas",),
)

GWP = Table(
    "Global warming potentials",
    (
        must("gas", "The gas."),
        must("gwp_set", "IPCC assessment report.", enum=GWP_SETS),
        Column("horizon", "Time horizon [years].", "integer", required=True, enum=("20", "100")),
        figure("value", "GWP [kg CO2e / kg].", required=True),
        text("qualifier", "How the report limits it: <= where it prints '<1'.", enum=("<=", ">")),
        must("source", "Its source; several are joined by ';'."),
        text("locator", "Table or section."),
        must(
            "status",
            "In the report itself (ipcc), or supplied from elsewhere.",
            enum=("ipcc", "supplement", "secondary", "corrected", "corrected-derived", "convention", "derived"),
        ),
        NOTE,
    ),
    key=("gas", "gwp_set", "horizon"),
    references=(Reference(("gas",), "gwp/gases.csv", ("gas",)),),
)

BLENDS = Table(
    "Compositions of refrigerant blends",
    (
        must("blend", "The blend."),
        must("component", "One of its gases."),
        figure("mass_fraction", "Its share of the mass.", required=True, maximum=1),
        figure("tolerance_plus_pct", "Tolerance upwards [percentage points of mass]."),
        Column("tolerance_minus_pct", "Tolerance downwards [percentage points of mass].", "number", maximum=0),
        Column("n_independent", "How many independent sources give it.", "integer", required=True, minimum=1),
        must("source", "Its source; several are joined by ';'."),
        NOTE,
    ),
    key=("blend", "component"),
    references=(Reference(("component",), "gwp/gases.csv", ("gas",)),),
)

ALIASES = Table(
    "Trade names and Spanish names of refrigerants",
    (
        must("alias", "A name."),
        must("r_number", "The gas or blend that it means."),
        must("source", "Where it was read."),
    ),
    key=("alias",),
)

PRINTED_GASES = Table(
    "GWPs of single gases as agencies print them",
    (
        SOURCE_ID,
        EDITION,
        must("gas", "The gas."),
        *_PRINTED,
    ),
    key=("source_id", "edition", "gwp_set", "gases", "printed_as"),
    references=(OF_AN_EDITION, Reference(("gas",), "gwp/gases.csv", ("gas",))),
)
PRACTICES = Table(
    "Which GWP set an agency's refrigerants use, edition by edition",
    (
        SOURCE_ID,
        must("edition", "The edition."),
        Column("published", "Day of its publication.", "date"),
        year("valid_from", "First year of consumption that it is for; empty for any."),
        year("valid_to", "Last year of consumption that it is for; empty for any."),
        must("gwp_set", "GWP set.", enum=GWP_SETS),
        must("gases", "Which gases are counted; several are joined by a space."),
        flag("printed", "1 if the figures of the edition are in the tables."),
        must("evidence", "Where it is said."),
    ),
    key=("source_id", "edition", "gwp_set"),
)
PRINTED_BLENDS = Table(
    "GWPs of blends as agencies print them",
    (
        SOURCE_ID,
        EDITION,
        must("blend", "The blend."),
        *_PRINTED,
    ),
    key=("source_id", "edition", "gwp_set", "gases", "printed_as"),
    references=(OF_AN_EDITION, Reference(("blend",), "gwp/blends.csv", ("blend",))),
)
