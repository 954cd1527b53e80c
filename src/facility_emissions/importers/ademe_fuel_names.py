"""The words of ADEME's fuel categories: which element is which fuel, unit and place, and what is left out."""

from __future__ import annotations

PREFIX = "Combustibles > "
PROPERTIES = "Caractéristiques physiques > "
SEA = "Fossiles > Liquides > Usage sources mobiles > Usage maritime et fluvial"
AIR = "Fossiles > Liquides > Usage sources mobiles > Usage aérien"
CATEGORIES = (
    "Fossiles > Gazeux > Gaz industriels",
    "Fossiles > Gazeux > Gaz naturel",
    "Fossiles > Gazeux > Propane et butane",
    "Fossiles > Liquides > Pétrole brut",
    "Fossiles > Liquides > Usage source fixe",
    "Fossiles > Liquides > Usage sources mobiles > Autres usages",
    "Fossiles > Liquides > Usage sources mobiles > Usage routier",
    "Fossiles > Liquides > Usages spéciaux",
    "Fossiles > Solides > Charbons",
    "Fossiles > Solides > Cokes",
    "Fossiles > Solides > Déchets",
    "Organiques > Gazeux",
    "Organiques > Liquides",
    "Organiques > Solides",
    AIR,
)

# Other spellings of a name.
SPELT = {"Fioul Lourd": "Fioul lourd", "coke de pétrole": "Coke de pétrole"}
# (name, attribute) of ADEME: activities, what to note of the fuel.
FUELS: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("Gaz naturel", ""): (("natural_gas",), ""),
    ("Gaz naturel - 2015", "mix moyen"): (("natural_gas",), "mix of 2015"),
    ("Gaz naturel - 2022", "mix moyen"): (("natural_gas",), "mix of 2022"),
    ("Gaz de cokerie", ""): (("coke_oven_gas",), ""),
    ("Gaz de haut fourneau", ""): (("blast_furnace_gas",), ""),
    ("Butane", "inclus maritime"): (("butane",), ""),
    ("Propane", "inclus maritime"): (("propane",), ""),
    ("Fioul domestique", ""): (("gas_oil_heating",), ""),
    ("Fioul lourd", "commercial"): (("fuel_oil",), ""),
    ("Kérosène", "jet A1 ou A"): (("kerosene",), "printed for aircraft (jet A1)"),
    ("Gazole non routier", ""): (("gas_oil_b",), "with biofuel"),
    ("Gazole routier", ""): (("diesel",), ""),
    ("Gazole routier", "B7"): (("diesel_b7", "diesel_average_blend"), ""),
    ("Gazole routier", "B10"): (("diesel_b10",), ""),
    ("Gazole", "B30"): (("diesel_b30",), ""),
    ("Gazole routier", "B100"): (("biodiesel_fame",), "no fossil CO2 of its methanol counted"),
    ("Essence", "Supercarburant sans plomb (95, 95-E10, 98)"): (("petrol_average_blend",), ""),
    ("Essence", "E10"): (("petrol_e10",), ""),
    ("Essence", "E85"): (("petrol_e85",), ""),
    ("GNC, Gaz Naturel Comprimé pour véhicule routier", ""): (("cng",), ""),
    ("GNL, Gaz Naturel Liquéfié", "(inclus routier, maritime et fluvial)"): (("lng",), ""),
    ("GPL pour véhicule routier", ""): (("lpg",), ""),
    ("Naphta", ""): (("naphtha",), ""),
    ("Agglomérés de houille", ""): (("patent_fuel",), ""),
    ("Anthracite", ""): (("anthracite",), ""),
    ("Briquette de lignite", ""): (("lignite_briquettes",), ""),
    ("Charbon à coke", "PCS supérieur à 23865 kJ/kg"): (("coking_coal",), ""),
    ("Charbon à vapeur", "PCS supérieur à 23865 kJ/kg"): (("coal_bituminous",), "Charbon à vapeur"),
    ("Charbon sous-bitumineux", "PCS entre 17 435 et 23 865 kJ/kg"): (("coal_subbituminous",), ""),
    ("Houille", "PCS supérieur à 23865 kJ/kg"): (("coal_domestic",), "Houille"),
    ("Lignite", "PCS inférieur à 17435 kJ/kg"): (("lignite",), ""),
    ("Tourbe", ""): (("peat",), ""),
    ("Coke de houille", ""): (("coke_oven_coke",), ""),
    ("Coke de pétrole", ""): (("petroleum_coke",), ""),
    ("Pneumatiques usagés non réutilisables", "Mix combustible moyen"): (("tyres",), ""),
    ("Biométhane", "Injecté dans les réseaux"): (("biomethane",), "injected, mean mix"),
    ("Biopropane", "mix annuel 2020"): (("biopropane",), "mix of 2020"),
    ("Bioéthanol", "sans changement d'affectation des sols"): (("bioethanol",), "without change of land use"),
    ("Granulés", "Blancs français (issus de connexe de scierie)"): (("wood_pellets",), "white, of sawmill offcuts"),
    ("Plaquettes forestières", "Sèches (25% humidité)"): (("wood_chips",), "dry, 25 % moisture"),
}
_NO_ID = "no fuel of the vocabulary"
_USE = "by land use or feedstock: B100 is taken for biodiesel, the mean of 2020 for biopropane"
_LABEL = "of the label E+/C-: one figure of combustion and upstream, per kWh without its basis"
# Names left out with all their attributes, and why.
LEFT_OUT = {
    "Gaz d'aciérie": _NO_ID,
    "Pétrole Brut": _NO_ID,
    "Combustible haute viscosité (CHV)": _NO_ID,
    "Fioul à base de carbone recyclé": "one company's product",
    "Autres produits pétroliers": _NO_ID,
    "Bitumes": _NO_ID,
    "Huiles de schistes": _NO_ID,
    "Coke de lignite": _NO_ID,
    "BioGNC -Biométhane comprimé": "for vehicles; the injected biomethane is taken",
    "BioGNL": _NO_ID,
    "Biodiesel": _USE,
    "HVO 100": "by feedstock, without a mean",
    "Connexes transformation bois (écorces ou chutes issues de scierie ou papeterie)": _NO_ID,
    "Déchets bois": _NO_ID,
    "Bois bûches": _LABEL,
    "Bois granulé": _LABEL,
    "Bois granulés": _LABEL,
    "Bois plaquette": _LABEL,
    "Carbureacteur": "aviation fuel",
}
# (name, attribute) left out, and why.
LEFT_OUT_KINDS = {
    ("Gaz naturel", "Combustion en chaudière"): _LABEL,
    ("Propane", "Combustion en chaudière"): _LABEL,
    ("Fioul domestique", "Combustion en chaudière"): _LABEL,
    ("Pneumatiques usagés non réutilisables", "Poids Lourds"): "the mean mix is taken",
    ("Pneumatiques usagés non réutilisables", "Véhicules Légers"): "the mean mix is taken",
    ("Plaquettes forestières", "Humides (45% humidité)"): "the dry ones are taken: higher upstream, no mean",
    **dict.fromkeys(
        (
            *(("Bioéthanol", f"changement d'affectation des sols scénario {s}") for s in ("maximum", "optimiste")),
            *(("Biopropane", f"à base {of}") for of in (
                "d'huile de colza", "d'huile de palme (avec capture de méthane)",
                "d'huile de palme (sans capture de méthane)", "d'huile de tournesol", "d'huiles de cuisson",
                "de distillat d'acides gras d'huile de palme comme résidu", "de graisses animales")),
        ),
        _USE,
    ),
}  # fmt: skip

# Unit of ADEME, without case and spaces: unit and basis.
UNITS = {
    "kgco2e/kwhpci": ("kWh", "ncv"),
    "kgco2e/kwhpcs": ("kWh", "gcv"),
    "kgco2e/gjpci": ("GJ", "ncv"),
    "kgco2e/gjpcs": ("GJ", "gcv"),
    "kgco2e/kg": ("kg", ""),
    "kgco2e/tonne": ("t", ""),
    "kgco2e/litre": ("l", ""),
    "kgco2e/m3(n)": ("m3_0C", ""),
}
LEFT_OUT_UNITS = {
    "kgco2e/teppci": "repeats the kWh",
    "kgco2e/teppcs": "repeats the kWh",
    "kgco2e/mjpci": "repeats the kWh",
    "kgco2e/m3": "does not say at which conditions the gas is measured",
}

MAINLAND, EUROPE, OVERSEAS = "France continentale", "Europe", "Outre-mer"
_ANTILLES = ("GP", "MQ", "GF")
# (place, part of it): countries.
PLACES = {
    (MAINLAND, ""): ("FR",),
    (MAINLAND, "France"): ("FR",),
    (MAINLAND, "Type H, France continentale sauf nord"): ("FR",),
    (EUROPE, ""): ("EUROPE",),
    (OVERSEAS, "Réunion"): ("RE",),
    (OVERSEAS, "Polynésie Française"): ("PF",),
    (OVERSEAS, "Nouvelle Calédonie"): ("NC",),
    (OVERSEAS, "Guadeloupe, Martinique, Guyane, Corse"): _ANTILLES,
    (OVERSEAS, "Guadeloupe, Martinique, Guyane"): _ANTILLES,
}
LEFT_OUT_PLACES = {
    (MAINLAND, "Type B, nord"): "gas of the north only; per kWh it is the same as type H",
    (OVERSEAS, "Corse"): "no country: mainland's factors answer for Corsica",
}

# Single elements left out, and why.
_PER_KG = "the figure per kg is printed per litre"
_EUROPE_PCS = "upstream per kWh and GJ PCS is a quarter below that per PCI of the same gas; PCI is taken"
LEFT_OUT_ELEMENTS = {
    26664: _PER_KG,  # Fioul lourd, litre, Réunion: 3.12 as per kg; at 0.9 kg/l it would be 2.81
    26688: _PER_KG,  # the same, Guadeloupe, Martinique, Guyane, Corse
    26712: _PER_KG,  # the same, Nouvelle Calédonie
    34427: "counts LNG at 0.654 kg/l; 0.452 in the sets of DESNZ",  # GNL, litre
    15308: _EUROPE_PCS,  # Gaz naturel, Europe, GJ PCS: 7.87 against 10.5 per GJ PCI
    15312: _EUROPE_PCS,  # the same, kWh PCS: 0.0283 against 0.038
}
# Years that an element's name gives: valid from, valid to, year of the data.
YEARS = {
    "Gaz naturel - 2015": (2015, 2021, 2015),
    "Gaz naturel - 2022": (2022, None, 2022),
    "Biopropane": (2020, None, 2020),
}

# Physical properties: name and attribute to activities; the others have no factor here.
CALORIFIC = "PCI - Pouvoir Calorifique Inférieur"
DENSITY = "Masses volumiques"
PROPERTY_FUELS = {
    ("Anthracite", ""): ("anthracite",),
    ("Butane", "inclus maritime"): ("butane",),
    ("Charbon à coke", "PCS supérieur à 23865 kJ/kg"): ("coking_coal",),
    ("Coke de houille", ""): ("coke_oven_coke",),
    ("Fioul domestique", ""): ("gas_oil_heating",),
    ("Fioul lourd", ""): ("fuel_oil",),
    ("Gaz de cokerie", ""): ("coke_oven_gas",),
    ("Gaz de haut fourneau", ""): ("blast_furnace_gas",),
    ("Gaz naturel", ""): ("natural_gas",),
    ("Gazole", ""): ("diesel_b7", "diesel_average_blend", "gas_oil_b"),
    ("GNL, Gaz Naturel Liquéfié", "(inclus routier, maritime et fluvial)"): ("lng",),
    ("GPL pour véhicule routier", ""): ("lpg",),
    ("Houille", "PCS supérieur à 23865 kJ/kg"): ("coal_domestic",),
    ("Kérosène", "jet A1 ou A"): ("kerosene",),
    ("Lignite", "PCS inférieur à 17435 kJ/kg"): ("lignite",),
    ("Naphta", ""): ("naphtha",),
    ("Propane", "inclus maritime"): ("propane",),
    ("Tourbe", ""): ("peat",),
}
LEFT_OUT_PROPERTIES = frozenset(
    "Bitumes|Bois bûche|Broyats de cagettes et de pallettes|Carbureacteur|Coke de lignite|Huiles de schistes|"
    "Pétrole Brut|Pétrole brut|Sciures et chutes de scieries".split("|")
)
LEFT_OUT_PROPERTY_KINDS = {
    ("Essence", "SP 95 - SP 98"): "not those of the blends: their rows per GJ and per tonne are at 42 GJ/t, not 44",
    ("Granulés bois", "8% d'humidité"): "at odds with the rows per kg and kWh",
    ("Plaquettes forestières", "25% d'humidité"): "at odds with the rows per kg and kWh",
    ("Gaz naturel", "état liquide"): "the density of LNG, 0.654 kg/l, see the litre of LNG",
    ("GNL, Gaz Naturel Liquéfié", "inclus maritime"): "Europe: no factor of it",
}
