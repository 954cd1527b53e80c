"""Countries, subdivisions and grid regions: what is taken, and what the errors say."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from facility_emissions.errors import VocabularyError
from facility_emissions.vocabulary.countries import (
    EGRID_SUBREGIONS,
    country_name,
    parse_country,
    parse_grid_region,
    parse_subdivision,
)

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ES", "ES"),
        ("es", "ES"),
        ("ESP", "ES"),
        (" Spain ", "ES"),
        ("Kingdom of Spain", "ES"),
        ("España", "ES"),
        ("ESPANA", "ES"),
        ("Alemania", "DE"),
        ("Reino Unido", "GB"),
        ("México", "MX"),
        ("mexico", "MX"),
        ("Países Bajos", "NL"),
        ("The Netherlands", "NL"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Côte d’Ivoire", "CI"),
        ("Trinidad & Tobago", "TT"),
        ("South Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("Corea, República de", "KR"),
        ("Bolivia", "BO"),
        ("Irán", "IR"),
        ("Democratic Republic of the Congo", "CD"),
        ("Czech Republic", "CZ"),
        ("República Checa", "CZ"),
        ("U.S.A.", "US"),
        ("EE. UU.", "US"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("EL", "GR"),
        ("XK", "XK"),
        ("XKX", "XK"),
        ("kosovo", "XK"),
        ("NA", "NA"),  # Namibia, not null
        ("NO", "NO"),  # Norway, not false
    ],
)
def test_country_forms(text: str, code: str) -> None:
    assert parse_country(text) == code


def test_every_country_of_iso_3166_parses_from_its_codes_and_names_in_both_languages() -> None:
    import gettext

    import pycountry

    spanish = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["es"])
    assert spanish.gettext("Spain") == "España"  # else the test would check English twice
    assert len(pycountry.countries) == 249
    for country in pycountry.countries:
        names = [country.name, getattr(country, "official_name", ""), getattr(country, "common_name", "")]
        names += [spanish.gettext(n) for n in names if n]
        for text in filter(None, (country.alpha_2, country.alpha_3, *names)):
            for form in (text, text.upper(), text.lower()):
                assert parse_country(form) == country.alpha_2, form


BAD_COUNTRIES = [
    ("Germny", "'Germny' is no country known here. Did you mean 'DE' (Germany)?"),
    ("Alemana", "Did you mean 'DE' (Germany)"),
    ("England", "Did you mean 'GB' (United Kingdom)?"),
    ("Corea", "Did you mean 'KP' (North Korea) or 'KR' (South Korea)?"),
    ("Virgin Islands", "'VG' (Virgin Islands, British) or 'VI' (Virgin Islands, U.S.)"),
    ("ZZ", "'ZZ' is no country known here. Give an ISO 3166-1 code ('ES', 'ESP') or a name"),
    ("EU", "'EU' is no country known here."),
    ("724", "'724' is no country known here."),
    ("AN", "'AN' stands for Netherlands Antilles, withdrawn from ISO 3166-1 (2010-12-15)."),
    ("YU", "withdrawn from ISO 3166-1 (2003-07-23). Give the country in which the place lies today."),
    ("CS", "'CS' stands for Serbia and Montenegro"),
    ("Zaire", "Today that is 'CD' (Congo, The Democratic Republic of the)."),
    ("", "A country is asked for: an ISO 3166-1 code ('ES') or a name; given ''."),
    ("  ", "given '  '"),
    (None, "given None"),
    (float("nan"), "given nan"),
    (34, "given 34"),
]


@pytest.mark.parametrize(("text", "message"), BAD_COUNTRIES)
def test_bad_countries_say_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(VocabularyError) as raised:
        parse_country(text)
    assert message in str(raised.value)


def test_country_name_is_the_common_one() -> None:
    assert [country_name(c) for c in ("ES", "BO", "XK", "uk")] == [
        "Spain",
        "Bolivia",
        "Kosovo",
        "United Kingdom",
    ]


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("US-CA", "US", "US-CA"),
        ("us-ca", "USA", "US-CA"),
        ("CA", "US", "US-CA"),
        ("California", "United States", "US-CA"),
        ("NSW", "AU", "AU-NSW"),
        ("Nueva Gales del Sur", "AU", "AU-NSW"),
        ("ON", "CA", "CA-ON"),
        ("Canarias", "ES", "ES-CN"),
        ("Islas Canarias", "España", "ES-CN"),
        ("Balearic Islands", "ES", "ES-IB"),
        ("Illes Balears", "ES", "ES-IB"),
        ("Cataluña", "ES", "ES-CT"),
        ("catalunya", "ES", "ES-CT"),
        ("Asturias", "ES", "ES-AS"),  # region and province: the region
        ("La Rioja", "ES", "ES-RI"),
        ("Melilla", "ES", "ES-ML"),
        ("Azores", "PT", "PT-20"),
        ("Região Autónoma da Madeira", "PT", "PT-30"),
        ("Madeira", "PT", "PT-30"),
        ("CAMX", "US", "eGRID:CAMX"),
        ("egrid:camx", "US", "eGRID:CAMX"),
        ("PRMS", "PR", "eGRID:PRMS"),
    ],
)
def test_subdivision_forms(text: str, country: str, code: str) -> None:
    assert parse_subdivision(text, country) == code


BAD_SUBDIVISIONS = [
    ("US-CA", "FR", "US-CA (California) lies in United States, but the country is France."),
    ("Califronia", "US", "Did you mean 'US-CA' (California)?"),
    ("US-ZZ", "US", "'US-ZZ' is no subdivision of United States."),
    ("Pristina", "XK", "ISO 3166-2 lists no subdivisions of Kosovo; leave it empty."),
    ("eGRID:CAMY", "US", "'eGRID:CAMY' is no eGRID subregion. Did you mean 'CAMX'?"),
    ("eGRID:CAMX", "FR", "eGRID:CAMX lies in the US, but the country is France."),
    ("CAMX", "FR", "'CAMX' is no subdivision of France."),
    ("", "ES", "given ''"),
    (None, "ES", "given None"),
    ("Madrid", "Spian", "'Spian' is no country known here."),
]


@pytest.mark.parametrize(("text", "country", "message"), BAD_SUBDIVISIONS)
def test_bad_subdivisions_say_what_would_be_right(text: str, country: str, message: str) -> None:
    with pytest.raises(VocabularyError) as raised:
        parse_subdivision(text, country)
    assert message in str(raised.value)


def test_an_ambiguous_name_asks_which() -> None:
    with pytest.raises(VocabularyError, match=r"name of several parts of Azerbaijan: give one of AZ-LA .*, AZ-LAN"):
        parse_subdivision("Lənkəran", "AZ")


def test_every_code_of_iso_3166_2_parses_with_and_without_its_country() -> None:
    import pycountry

    assert len(pycountry.subdivisions) > 5000
    for s in pycountry.subdivisions:
        assert parse_subdivision(s.code, s.country_code) == s.code
        assert parse_subdivision(s.code.partition("-")[2], s.country_code) == s.code


def test_grid_region() -> None:
    assert parse_grid_region("nyup", "US") == "eGRID:NYUP"
    with pytest.raises(VocabularyError, match="'US-NY' is no eGRID subregion"):
        parse_grid_region("US-NY", "US")


@pytest.mark.skipif(not (SOURCES / "electricity").is_dir(), reason="publishers' files are not here")
def test_grid_regions_are_those_of_egrid() -> None:
    path = SOURCES / "electricity" / "us_egrid" / "egrid2019_subregion_gases.csv"
    with path.open(encoding="utf-8") as handle:
        published = {row["subregion"] for row in csv.DictReader(handle)} - {"US"}
    assert set(EGRID_SUBREGIONS) == published
    assert len(EGRID_SUBREGIONS) == len(published) == 27


def test_pycountry_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, facility_emissions.portfolio as p; "
        "assert not {'pycountry', 'stdnum.es', 'rapidfuzz', 'pyarrow', 'pandas'} & set(sys.modules); "
        "p.Portfolio().create(name='a', type='b', country='ES'); assert 'pycountry' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
