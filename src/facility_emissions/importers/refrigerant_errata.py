"""Errors known in what agencies print about refrigerants: GWPs of blends and gases, compositions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from facility_emissions.factors.schema import CORRECTED, KEPT
from facility_emissions.importers.gas_identity import number, table
from facility_emissions.importers.tidy import LayoutError, Row

_HCFC_31 = "HCFC-31 has no GWP in the set; the publisher counts it as 0"
_C4F10 = "counted with C4F10 (PFC-31-10) in the place of c-C4F8 (PFC-c318)"
_DME = "counted with HFC-152a in the place of the 5 % dimethyl ether"
_R22 = "HCFC-22 of AR4 (1,810) mixed with HFCs of SAR"
_ZE = "HFO-1234ze(E) counted as 1; AR4 has no value for it"
_R134A = "counted with HFC-134a in the place of HFC-143a; the publisher's own row 'R507' is right"
_R125 = "counted with 85.0 % HFC-125; the composition has 85.1 %"
_R125_D = "counted with 65.0 % HFC-125; the composition has 65.1 %"
_OLD = "an old value, archived"
_SITE = "error of the page: not what its composition gives"
_ALL, _KYOTO, _NON, _CHLORINE = "all", "kyoto", "nonkyoto", "cfc_hcfc_hfc"
_LATE = ("2023", "2024", "2025")
_D, _A, _U, _W = "desnz_refrigerants", "ademe_refrigerants", "unep_ozone", "hvacptcharts"

# Blends: source, editions, GWP set, gases counted, blend, printed, right (None: cannot be computed), why.
BLENDS: tuple[tuple[str, tuple[str, ...], str, str, str, float, float | None, str], ...] = (
    (_D, ("2022",), "AR4", _ALL, "R-405A", 4716, 5327.725, _C4F10),
    (_D, ("2022",), "AR4", _KYOTO, "R-405A", 3774, 4386.18, _C4F10),
    (_D, _LATE, "AR5", _ALL, "R-405A", 4821, 4965.06, _C4F10),
    (_D, _LATE, "AR5", _KYOTO, "R-405A", 3920, 4064.16, _C4F10),
    (_D, ("2022",), "AR4", _ALL, "R-511A", 9, 3.185, _DME),
    (_D, ("2022",), "AR4", _KYOTO, "R-511A", 6, 0.0, _DME),
    (_D, _LATE, "AR5", _ALL, "R-511A", 7, 0.107, _DME),
    (_D, _LATE, "AR5", _KYOTO, "R-511A", 6.9, 0.0, _DME),
    (_D, ("2012",), "SAR", _ALL, "R-408A", 2794.7, 2649.0, _R22),
    (_D, ("2013", "2014"), "SAR", _ALL, "R-408A", 2795, 2649.0, _R22),
    (_D, ("2022",), "AR4", _ALL, "R-444A", 88, None, _ZE),
    (_D, ("2022",), "AR4", _NON, "R-444A", 1, None, _ZE),
    (_D, ("2022",), "AR4", _ALL, "R-445A", 130, None, _ZE),
    (_D, ("2022",), "AR4", _NON, "R-445A", 1, None, _ZE),
    (_D, ("2022",), "AR4", _ALL, "R-505", 8502, None, _HCFC_31),
    (_D, ("2022",), "AR4", _NON, "R-505", 8502, None, _HCFC_31),
    (_D, _LATE, "AR5", _ALL, "R-505", 7956, None, _HCFC_31),
    (_D, ("2023", "2025"), "AR5", _NON, "R-505", 7956, None, _HCFC_31),
    (_D, ("2022",), "AR4", _ALL, "R-506", 4490, None, _HCFC_31),
    (_D, ("2022",), "AR4", _NON, "R-506", 4490, None, _HCFC_31),
    (_D, _LATE, "AR5", _ALL, "R-506", 3857, None, _HCFC_31),
    (_D, ("2023", "2025"), "AR5", _NON, "R-506", 3857, None, _HCFC_31),
    ("epa_hub", ("2025",), "AR5", _KYOTO, "R-424A", 3104, 2211.85, "its composition, in the same row, gives 2,212"),
    (_A, ("V23.6",), "AR4", _ALL, "R-507A", 2465, 3985.0, _R134A),
    (_A, ("V23.6",), "AR5", _ALL, "R-507A", 2235, 3985.0, _R134A),
    (_A, ("V23.6",), "AR6", _ALL, "R-507A", 2635, 4775.0, _R134A),
    (_A, ("V23.6",), "AR4", _ALL, "R-422A", 3140, 3143.052, _R125),
    (_A, ("V23.6",), "AR5", _ALL, "R-422A", 2844, 2847.272, _R125),
    (_A, ("V23.6",), "AR6", _ALL, "R-422A", 3355, 3358.69, _R125),
    (_A, ("V23.6",), "AR4", _ALL, "R-408A", 1500, 3151.9, _OLD),
    (_A, ("V23.6",), "AR4", _ALL, "R-502", 4516, 4656.72, _OLD),
    ("ghg_protocol_brasil", ("",), "AR5", _KYOTO, "R-422D", 2470, 2473.17, _R125_D),
    (_U, ("2019",), "AR4", _CHLORINE, "R-407H", 1275.75, 1495.125, "its composition, in the same row, gives 1,495"),
    (_U, ("2019",), "AR4", _CHLORINE, "R-503", 5934.8, 14560.4, "CFC-13 counted 0"),
    (_U, ("2019",), "AR4", _CHLORINE, "R-405A", 961.16, 950.225, "not explained"),
    (_U, ("2019",), "AR4", _CHLORINE, "R-506", 4500, 4490.0, "45/55 in the place of 44.9/55.1; HCFC-31 counted 0"),
    (_W, ("",), "AR6", _ALL, "R-450A", 645, 643.3946, _SITE),
    (_W, ("",), "AR6", _ALL, "R-515A", 416, 433.2056, _SITE),
    (_W, ("",), "AR6", _ALL, "R-515B", 311, 321.64807, _SITE),
)
TIDY_BLENDS = "refrigerants/published_blends.csv"
# Publishers whose lists of blends we hold in that tidy table only.
TIDY_NAMES = {"ghg_protocol_brasil": "GHG Protocol Brasil (ZNIT copy)", _U: "UNEP ORS 2019", _W: "hvacptcharts page"}
TIDY_GASES = {_CHLORINE: "montreal_protocol"}

_ADEME = ("refrigerants/raw/ademe/ademe_fugitives.csv", "Identifiant de l'élément", "Total poste non décomposé")
_GUIDE = ("refrigerants/raw/miteco/miteco_guia_anexo2_ar4.csv", "gas")
_V31 = ("refrigerants/raw/miteco/miteco_v31_pca_ar6.csv", "gas", "formula_or_composition")
_FLUIDS = {h: ("refrigerants/raw/coolprop/fluids_info.csv", "name", f"gwp{h}") for h in (20, 100)}
_FIRST = "first edition of AR6, corrected since; archived"
_CHF3 = "the formula of HFC-23 is CHF3; the figure beside it is right"
# Gases: source, edition, gas, figure, unit, printed, right, why, (file, column of the key, column printed), key.
_KG = "kg CO2e/kg"
GASES: tuple[tuple[str, str, str, str, str, str, str, str, tuple[str, str, str], str], ...] = (
    (_A, "V23.6", "CFC-11", "GWP100 AR6 all", _KG, "6320", "6230", "a typing error", _ADEME, "43579"),
    (_A, "V23.6", "CFC-11", "GWP100 AR6 all", _KG, "5560", "6230", _FIRST, _ADEME, "43075"),
    (_A, "V23.6", "CFC-12", "GWP100 AR6 all", _KG, "11200", "12500", _FIRST, _ADEME, "43083"),
    (_A, "V23.6", "SF6", "GWP100 AR6 all", _KG, "25200", "24300", "not the published value; archived", _ADEME, "43017"),
    (_A, "V23.6", "HFC-227ea", "GWP100 AR5 all", _KG, "2640", "3350", "the value of HFC-227ca", _ADEME, "22589"),
    *(
        ("coolprop", "2026-07-23", gas, f"GWP{years} AR4 all", _KG, printed, right, why, _FLUIDS[years], key)
        for gas, years, printed, right, why, key in (
            ("HFC-161", 100, "10", "12", "not the AR4 value in use", "R161"),
            ("HFC-236ea", 100, "1200", "1370", "the TAR value", "R236EA"),
            ("N2O", 100, "320", "298", "an old value beside others of AR4", "NitrousOxide"),
            ("N2O", 20, "290", "289", "an old value beside others of AR4", "NitrousOxide"),
        )
    ),
    (
        *("miteco_guide", "2019", "HFC-152a", "GWP100 AR4 all", _KG, "38", "124"),
        "the 500-year value; calculator V16 (2019-12-27) corrected it",
        (*_GUIDE, "pcg_ar4_100"),
        "HFC-152a",
    ),
    ("miteco_guide", "2019", "HFC-23", "formula", "", "CH2F3", "CHF3", _CHF3, (*_GUIDE, "formula"), "HFC-23"),
    ("miteco_refrigerants", "V31", "HFC-23", "formula", "", "CH2F3", "CHF3", _CHF3, _V31, "HFC-23"),
    (
        *("miteco_guide", "2019", "PFC-c318", "formula", "", "C-C4F9", "c-C4F8", "perfluorocyclobutane is c-C4F8"),
        (*_GUIDE, "formula"),
        "Perfluorociclobutano",
    ),
    (
        *("epa_lciaformatter", "2025-04-23", "HFE-245cb2", "formula", "", "CH3OCF2CHF2", "CF3CF2OCH3"),
        "the AR4 rows carry the formula of HFE-254cb1; those of AR5 and AR6 are right",
        ("refrigerants/raw/epa_lciaformatter/IPCC_GWP_values.csv", "Name", "Formula"),
        "HFE-245cb2",
    ),
)

DISAGREEMENTS = "refrigerants/blends_disagreements.csv"
_ZEROS = "zeros dropped"
SOURCES = {  # source, edition, where in it a composition stands
    "openscm_units_0.6.3": ("openscm_units", "0.6.3", "list of gas mixtures"),
    "coolprop_ashrae_2026": ("ashrae_blends", "2026-07-23", "ASHRAE_predefined_2026.tsv"),
    "epa_hub_2021": ("epa_hub", "2021", "Table 12"),
    "epa_hub_2025": ("epa_hub", "2025", "Table 12"),
}
_152 = "HFC-152 in the place of HFC-152a"
# Why a source's composition is not the one that we keep.
COMPOSITIONS = {
    ("R-402A", "epa_hub_2021"): _ZEROS,
    ("R-402B", "epa_hub_2021"): _ZEROS,
    ("R-405A", "openscm_units_0.6.3"): _152,
    ("R-412A", "coolprop_ashrae_2026"): "R-143b in the place of R-142b; there is no such gas in a refrigerant",
    ("R-414A", "epa_hub_2021"): "the 4 % isobutane is lacking",
    ("R-414B", "epa_hub_2021"): f"{_ZEROS}; the 1.5 % isobutane is lacking",
    ("R-417A", "epa_hub_2021"): _ZEROS,
    ("R-426A", "epa_hub_2025"): "isobutane in the place of isopentane",
    ("R-428A", "epa_hub_2021"): f"{_ZEROS}; the 0.6 % propane is lacking",
    ("R-500", "epa_hub_2021"): "48.8 % HCFC-22 is of R-502, printed below it",
    ("R-500", "openscm_units_0.6.3"): _152,
    ("R-507A", "epa_hub_2021"): _ZEROS,
}
SKIPPED_COMPOSITIONS = {
    ("R-400", "openscm_units_0.6.3"): "no single composition: both are held, under names of their own",
    ("R-424A", "epa_hub_2021"): "no error: butane and pentane are given as one",
    ("R-426A", "epa_hub_2021"): "no error: butane and pentane are given as one",
    ("R-506", "unep_ors_2019"): "rounded to 45/55: told with its GWP",
}


def read_errata(sources: Path, published: Iterable[Row]) -> list[Row]:
    """Return the known errors, each with the place where it was read.

    Args:
        sources: folder of the publishers' files.
        published: the printed figures of blends, as `read_published` gives them.

    Raises:
        LayoutError: an error of the lists above is not in the file, or no longer one.
    """
    return [*_blends(sources, list(published)), *_gases(sources), *_compositions(sources)]


def _blends(sources: Path, published: list[Row]) -> Iterator[Row]:
    keys = ("source_id", "edition", "gwp_set", "gases", "blend", "value")
    held = {tuple(row[k] for k in keys): f"{row['locator']}, {row['printed_as']}" for row in published}
    tidy = {
        (row["source"], row["gwp_set"], row["gases"], row["blend"], number(row["value"], where)): where
        for where, row in table(sources / TIDY_BLENDS, ("blend", "gwp_set", "gases", "value", "source"))
    }
    for source, editions, gwp_set, gases, blend, printed, right, why in BLENDS:
        for edition in editions:
            if source in TIDY_NAMES:
                key = (TIDY_NAMES[source], gwp_set, TIDY_GASES.get(gases, gases), blend, printed)
                evidence = tidy.get(key, "")
            else:
                evidence = held.get((source, edition, gwp_set, gases, blend, printed), "")
            if not evidence:
                raise LayoutError(f"The known error {source} {edition} {blend} {gwp_set} {printed} is not printed.")
            yield {
                "source_id": source,
                "edition": edition,
                "subject": blend,
                "figure": f"GWP100 {gwp_set} {gases}",
                "unit": _KG,
                "printed": printed,
                "right": right,
                "action": KEPT if right is None else CORRECTED,
                "why": why,
                "evidence": evidence,
            }


def _gases(sources: Path) -> Iterator[Row]:
    for source, edition, gas, figure, unit, printed, right, why, (name, key, column), value in GASES:
        rows = [(where, row[column]) for where, row in table(sources / name, (key, column)) if row[key] == value]
        places = [where for where, text in rows if _same(text, printed)]
        if not places:
            raise LayoutError(f"{name}: {value!r} has {sorted({t for _, t in rows})}; known error {printed!r}.")
        number_ = figure.startswith("GWP")
        yield {
            "source_id": source,
            "edition": edition,
            "subject": gas,
            "figure": figure,
            "unit": unit,
            "printed": float(printed) if number_ else printed,
            "right": float(right) if number_ else right,
            "action": CORRECTED,
            "why": why,
            "evidence": f"{places[0]}, {key} {value}",
        }


def _same(text: str, printed: str) -> bool:
    try:
        return float(text) == float(printed)
    except ValueError:
        return text == printed


def _compositions(sources: Path) -> Iterator[Row]:
    columns = ("blend", "source", "its_composition", "kept_composition")
    seen = set()
    for where, row in table(sources / DISAGREEMENTS, columns):
        key = (row["blend"], row["source"])
        seen.add(key)
        if key in SKIPPED_COMPOSITIONS:
            continue
        if key not in COMPOSITIONS:
            raise LayoutError(f"{where}: {' of '.join(key)} differs from ours, and it is not said why.")
        source_id, edition, place = SOURCES[row["source"]]
        yield {
            "source_id": source_id,
            "edition": edition,
            "subject": row["blend"],
            "figure": "composition",
            "unit": "% by mass",
            "printed": _shares(row["its_composition"]),
            "right": _shares(row["kept_composition"]),
            "action": CORRECTED,
            "why": COMPOSITIONS[key],
            "evidence": f"{place}, {row['blend']}",
        }
    if lost := ({*COMPOSITIONS, *SKIPPED_COMPOSITIONS} - seen):
        raise LayoutError(f"{DISAGREEMENTS}: {sorted(lost)[0]} is no longer there.")


def _shares(text: str) -> str:
    """Return a composition as text, the names of unknown gases without their mark."""
    return ", ".join(f"{share:g} {gas.lstrip('?')}" for gas, share in sorted(json.loads(text).items()))
