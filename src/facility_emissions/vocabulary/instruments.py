"""Contracts of electricity: instruments of the market-based figure, what they are generated from, spellings."""

from __future__ import annotations

from facility_emissions.errors import VocabularyError, did_you_mean

COGENERATION = "high_efficiency_chp"
INSTRUMENTS = (
    "guarantee_of_origin",
    COGENERATION,
    "energy_attribute_certificate",
    "power_purchase_agreement",
    "green_tariff",
)
SOLD = "certificates_sold"  # no instrument: of own generation, whose attributes somebody else has
CONTRACTS = (*INSTRUMENTS, SOLD)
_SPELLINGS = {
    **{name: name for name in CONTRACTS},
    **dict.fromkeys(
        ("go", "goo", "gdo", "rego", "garantia_de_origen", "garantía_de_origen", "garantías_de_origen"),
        "guarantee_of_origin",
    ),
    **dict.fromkeys(("eac", "rec", "i_rec", "irec", "lgc", "t_rec"), "energy_attribute_certificate"),
    **dict.fromkeys(
        ("ppa", "vppa", "physical_ppa", "virtual_ppa", "contrato_bilateral", "contrato_de_compraventa_de_energía"),
        "power_purchase_agreement",
    ),
    **dict.fromkeys(("green_power", "green_product", "tarifa_verde", "tarifa_verde_100"), "green_tariff"),
    **dict.fromkeys(("recs_sold", "certificados_vendidos", "garantías_vendidas", "gdo_vendidas"), SOLD),
    **dict.fromkeys(("none", "no", "_", "sin_gdo", ""), ""),  # _ is a dash
}

# Nothing is burnt, so the direct emission rate that a contract conveys is zero.
BURNS_NOTHING = ("wind", "solar", "hydro", "nuclear")
RENEWABLE = ("wind", "solar", "hydro", "biomass", "biogas", "geothermal")
GENERATION = (*BURNS_NOTHING, "biomass", "biogas", "geothermal", "waste", "natural_gas", "coal", "oil")
BURNT = ("biomass", "biogas", "waste", "natural_gas", "coal", "oil")
_GENERATION_SPELLINGS = {
    **{name: name for name in GENERATION},
    **dict.fromkeys(("eolica", "eólica", "wind_power", "onshore_wind", "offshore_wind"), "wind"),
    **dict.fromkeys(("pv", "photovoltaic", "solar_pv", "fotovoltaica", "solar_fotovoltaica", "termosolar"), "solar"),
    **dict.fromkeys(("hydropower", "hidraulica", "hidráulica", "hidroelectrica", "hidroeléctrica"), "hydro"),
    **dict.fromkeys(("biomasa",), "biomass"),
    **dict.fromkeys(("biogás",), "biogas"),
    **dict.fromkeys(("geotermica", "geotérmica"), "geothermal"),
    **dict.fromkeys(("residuos",), "waste"),
    **dict.fromkeys(("gas", "gas_natural"), "natural_gas"),
    **dict.fromkeys(("carbon", "carbón"), "coal"),
    **dict.fromkeys(("petroleo", "petróleo"), "oil"),
}


def parse_instrument(text: str) -> str:
    """Return the instrument that a factor is for, '' for none.

    Raises:
        VocabularyError: an instrument that is not known, with the known ones.
    """
    found = _SPELLINGS.get(_key(text), SOLD)
    return found if found != SOLD else _unknown("contract", text, _SPELLINGS, (*INSTRUMENTS, "none"))


def parse_contract(text: str) -> str:
    """Return what a contract column names: an instrument, `certificates_sold`, or '' for none.

    Raises:
        VocabularyError: a contract that is not known, with the known ones.
    """
    found = _SPELLINGS.get(_key(text))
    return _unknown("contract", text, _SPELLINGS, (*CONTRACTS, "none")) if found is None else found


def parse_generation(text: str) -> str:
    """Return the source of energy that electricity under a contract is generated from.

    Raises:
        VocabularyError: a source that is not known, or that does not say which ("renewable").
    """
    found = _GENERATION_SPELLINGS.get(_key(text))
    return _unknown("contract_source", text, _GENERATION_SPELLINGS, GENERATION) if found is None else found


def _key(text: str) -> str:
    return text.strip().casefold().replace("-", "_").replace(" ", "_")


def _unknown(what: str, text: str, spellings: dict[str, str], known: tuple[str, ...]) -> str:
    near = did_you_mean(_key(text), spellings)
    raise VocabularyError(f"Unknown {what} {text!r}; known: {', '.join(known)}.{near}")
