"""Tables about the factors: editions, licences, gaps, preference, releases, errata."""

from __future__ import annotations

from facility_emissions.factors.schema import RUNGS
from facility_emissions.factors.tables.contract import (
    ADDRESS,
    FIGURES,
    GWP_SETS,
    NOTE,
    PLACE,
    SUBDIVISION,
    Column,
    Reference,
    Table,
    must,
    text,
    year,
)

SOURCES = Table(
    "Editions of the publishers",
    (
        must("source_id", "The source.", pattern=r"[a-z0-9_]+"),
        must("edition", "Its edition."),
        must("title", "Title of the document."),
        must("publisher", "Who publishes it."),
        Column("published", "Day of publication.", "date"),
        year("publication_year", "Year of publication, also where the day is not known."),
        must("licence", "Terms of use: a key into licences.csv."),
        text("licence_url", "Address of the terms.", pattern=ADDRESS),
        must("attribution", "The line to print."),
        text("url", "Address of the official document.", pattern=ADDRESS),
        text("gwp_set", "GWP set of the CO2e that it prints.", enum=(*GWP_SETS, "unstated", "none")),
        NOTE,
    ),
    key=("source_id", "edition"),
    references=(Reference(("licence",), "licences.csv", ("id",)),),
)

LICENCES = Table(
    "Terms of use",
    (
        must("id", "SPDX id, or a name of ours where there is none."),
        must("name", "Name of the licence, or the terms in words."),
        text("url", "Address of its text.", pattern=ADDRESS),
        must(
            "redistribution",
            "Whether the data may be passed on, also commercially: yes; figures: single figures cited as facts; "
            "non-commercial; no.",
            enum=("yes", "figures", "non-commercial", "no"),
        ),
        must("attribution", "Whether the source has to be named.", enum=("yes", "no")),
        must("share_alike", "Whether what is made of it has to carry the same licence.", enum=("yes", "no")),
        NOTE,
    ),
    key=("id",),
)

GAPS = Table(
    "Known gaps: what is not published, why, and what would do",
    (
        must("activity_category", "The figure that is lacking.", enum=FIGURES),
        text("activity", "Of which activity; empty for any."),
        text("country", "In which country; empty for any.", pattern=PLACE),
        text("subdivision", "In which subdivision; empty for any.", pattern=SUBDIVISION),
        text("instrument", "Of market-based electricity: the rung of the hierarchy.", enum=RUNGS),
        year("valid_from", "First year of consumption; empty for any."),
        year("valid_to", "Last year of consumption; empty for any."),
        must("reason", "Why there is none."),
        must("remedy", "What would do."),
        text("source", "Who would publish it."),
    ),
    unique=(("activity_category", "activity", "country", "subdivision", "instrument", "valid_from", "valid_to"),),
)

PREFERENCE = Table(
    "For each figure, the order in which sources are taken",
    (
        must("activity_category", "The figure.", enum=FIGURES),
        text("country", "Country whose order comes first; empty for all.", pattern=PLACE),
        Column("position", "Place in the order, from 1.", "integer", required=True, minimum=1),
        must("source_id", "The source."),
        must("why", "Why it is there."),
    ),
    unique=(("activity_category", "country", "position"), ("activity_category", "country", "source_id")),
    references=(Reference(("source_id",), "sources.csv", ("source_id",)),),
)

STAND_INS = Table(
    "Places whose factors stand in where a country has none",
    (
        must("activity_category", "The figure.", enum=FIGURES),
        Column("position", "Place in the order, from 1.", "integer", required=True, minimum=1),
        must("place", "The place that stands in.", pattern=PLACE),
        text("except", "Activities for which it does not, joined by spaces."),
        must("why", "Why it may."),
    ),
    key=("activity_category", "position"),
)
RELEASES = Table(
    "What each release holds of each edition",
    (
        must("release", "The release of the data.", pattern=r"\d{4}\.\d+"),
        must("source_id", "The source.", pattern=r"[a-z0-9_]+"),
        must("edition", "Its edition."),
        Column("factors", "How many factors.", "integer", required=True, minimum=1),
        must("ids", "Digest of their ids.", pattern=r"[0-9a-f]{12}"),
        must("figures", "Digest of their ids and figures.", pattern=r"[0-9a-f]{12}"),
    ),
    key=("release", "source_id", "edition"),
)

ERRATA = Table(
    "Errors in what publishers print, and what is done about them",
    (
        must("source_id", "The source that prints it."),
        text("edition", "Its edition."),
        must("subject", "What the figure is about."),
        must("figure", "Which figure."),
        text("unit", "Its unit."),
        text("printed", "What is printed; empty where only its correction is told."),
        text("right", "What is right, where it is known."),
        must("action", "What is done about it.", enum=("corrected", "kept as printed", "left out")),
        must("why", "What went wrong."),
        text("evidence", "How it is known."),
    ),
)
