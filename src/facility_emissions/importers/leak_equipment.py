"""Kinds of refrigeration equipment: what four publishers print, and our id of each.

An id means the same in all sets that have it; what only one set tells apart has an id of its own.
"""

from __future__ import annotations

_EPA_TCR = {
    "Mobile air conditioning, car": "mobile_ac_car",
    "Mobile air conditioning, light truck": "mobile_ac_truck",
    "Chillers": "chiller",
    "Domestic refrigeration": "domestic_refrigeration",
    "Industrial refrigeration incl. food processing and cold storage": "industrial_refrigeration",
    "Medium and large commercial refrigeration": "commercial_refrigeration",
    "Residential and commercial A/C incl. heat pumps": "air_conditioning_and_heat_pumps",
    "Stand-alone commercial applications": "stand_alone_commercial",
    "Transport refrigeration": "transport_refrigeration",
}
_DEFRA = {
    "domestic refrigeration": "domestic_refrigeration",
    "stand-alone commercial applications": "stand_alone_commercial",
    "medium and large commercial applications": "commercial_refrigeration",
    "transport refrigeration": "transport_refrigeration",
    "industrial refrigeration (inc. food processing and cold storage)": "industrial_refrigeration",
    "chillers": "chiller",
    "residential and commercial a/c including heat pumps": "air_conditioning_and_heat_pumps",
    "residential and commercial a/c": "air_conditioning",
    "residential and commercial heat pumps": "heat_pumps",
    "mobile air conditioning": "mobile_ac",
}
_NZ = {
    "Small refrigerator or freezer (<150 litres)": "domestic_refrigeration_small",
    "Medium refrigerator or freezer (150-300 litres)": "domestic_refrigeration_medium",
    "Large refrigerator or freezer (>300 litres)": "domestic_refrigeration_large",
    "Small commercial stand-alone chiller (<300 litres)": "stand_alone_chiller_small",
    "Medium commercial stand-alone chiller (300-500 litres)": "stand_alone_chiller_medium",
    "Large commercial stand-alone chiller (>500 litres)": "stand_alone_chiller_large",
    "Small commercial stand-alone freezer (<300 litres)": "stand_alone_freezer_small",
    "Medium commercial stand-alone freezer (300-500 litres)": "stand_alone_freezer_medium",
    "Large commercial stand-alone freezer (>500 litres)": "stand_alone_freezer_large",
    "Water coolers": "water_cooler",
    "Dehumidifiers": "dehumidifier",
    "Small self-contained air conditioners (window or through-the-wall)": "air_conditioning_window",
    "Non-ducted and ducted split commercial air conditioners (<20 kW)": "air_conditioning_split",
    "Cars/vans": "mobile_ac_car",
    "Trucks": "mobile_ac_truck",
    "Buses": "mobile_ac_bus",
    "Refrigerated truck trailer units": "transport_refrigeration_trailer",
}
_AIR, _WATER = "Climatisation à air, ", "Climatisation à eau glacée, chillers à compresseur "
_SHOP, _FREIGHT = "Réfrigération commerciale ", "Réfrigération fret "
_INDUSTRY = "Réfrigération industrielle "
_ADEME = {
    "Climatisation automobile gaz R134a": "mobile_ac_car",
    f"{_AIR}moyenne tous équipements confondus": "air_conditioning",
    f"{_AIR}type 'DRV'": "air_conditioning_vrf",
    f"{_AIR}type 'mobile'": "air_conditioning_portable",
    f"{_AIR}type 'rooftop'": "air_conditioning_rooftop",
    f"{_AIR}type 'split'": "air_conditioning_split",
    f"{_AIR}type 'splits et multisplits'": "air_conditioning_split_and_multi_split",
    f"{_AIR}type 'window'": "air_conditioning_window",
    f"{_AIR}type armoire'": "air_conditioning_cabinet",
    f"{_AIR}type multisplits'": "air_conditioning_multi_split",
    f"{_WATER}centrifuge moyenne": "chiller_centrifugal",
    f"{_WATER}volumétrique neuf de 50 et 350kW": "chiller_50_to_350_kw",
    f"{_WATER}volumétrique neuf de moins de 50kW": "chiller_below_50_kw",
    f"{_WATER}volumétrique neuf de plus de 350kW": "chiller_above_350_kw",
    f"{_SHOP}meuble autonome": "stand_alone_commercial",
    f"{_SHOP}surface de vente (120 à 400 m²), alimentation générale, système direct": "grocery_120_to_400_m2",
    f"{_SHOP}surface de vente (120 à 400 m²), supérette, système direct": "minimarket_120_to_400_m2",
    f"{_SHOP}surface de vente (2500 à 15000 m²), système direct": "hypermarket_2500_to_15000_m2",
    f"{_SHOP}surface de vente (400 à 2500 m²), système direct": "supermarket_400_to_2500_m2",
    f"{_SHOP}toute surface de vente, système indirect": "shop_indirect_system",
    f"{_FREIGHT}maritime conteneur frigorifique 1 evp": "transport_refrigeration_sea_container",
    f"{_FREIGHT}routier camion, système poulie-courroie": "transport_refrigeration_truck_belt",
    f"{_FREIGHT}routier conteneur autonomes": "transport_refrigeration_container",
    f"{_FREIGHT}routier semi-remorque, système 'moteur thermique'": "transport_refrigeration_trailer",
    f"{_INDUSTRY}Industrie viande (abattoirs)": "industrial_refrigeration_meat",
    f"{_INDUSTRY}bière": "industrial_refrigeration_beer",
    f"{_INDUSTRY}boissons gazeuses": "industrial_refrigeration_soft_drinks",
    f"{_INDUSTRY}caoutchouc": "industrial_refrigeration_rubber",
    f"{_INDUSTRY}chimique": "industrial_refrigeration_chemicals",
    f"{_INDUSTRY}chocolaterie industrielle": "industrial_refrigeration_chocolate",
    f"{_INDUSTRY}entrepôts frigorifiques": "industrial_refrigeration_cold_store",
    f"{_INDUSTRY}glace hydrique poissons": "industrial_refrigeration_fish_ice",
    f"{_INDUSTRY}patinoire": "ice_rink",
    f"{_INDUSTRY}patinoire fixe": "ice_rink_fixed",
    f"{_INDUSTRY}patinoire mobile": "ice_rink_mobile",
    f"{_INDUSTRY}produits laitiers": "industrial_refrigeration_dairy",
    f"{_INDUSTRY}surgelés": "industrial_refrigeration_frozen_food",
    f"{_INDUSTRY}tank à lait": "milk_tank",
    f"{_INDUSTRY}vin": "industrial_refrigeration_wine",
}

#: (set, what it prints): our id.
EQUIPMENT: dict[tuple[str, str], str] = {
    (name, printed): id_
    for name, printed_ids in (("epa_tcr", _EPA_TCR), ("defra_2011", _DEFRA), ("mfe_nz", _NZ), ("ademe", _ADEME))
    for printed, id_ in printed_ids.items()
}
