"""Custom emission factors of the API as rows of a `FactorTable`.

A factor of the API says a unit and masses of gas, but not what it is for: that is said by the
invoices that name it. So it becomes one row for each figure that they ask of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from facility_emissions.envelopes import Place
from facility_emissions.errors import PayloadError, VocabularyError, did_you_mean
from facility_emissions.factors.own_rows import check_row
from facility_emissions.payloads.catalogues import ORIGIN_OF_GHG_TYPE, Names, read_objects, unit_of
from facility_emissions.payloads.invoice import Invoice, Moment
from facility_emissions.payloads.pages import Source
from facility_emissions.payloads.told import Told

_COLUMN_OF = {"CO2": "co2_fossil_kg", "CH4": "ch4_kg", "N2O": "n2o_kg"}
_NO_COLUMN = {
    "HFC": "names many gases, each with a GWP of its own",
    "PFC": "names many gases, each with a GWP of its own",
    "SF6": "has no column in a factor table",
    "NF3": "has no column in a factor table",
}
_GASES = (*_COLUMN_OF, *_NO_COLUMN)
_FIELD_OF = {"unit": "unit_id", "basis": "unit_id", "valid_from": "factor_start_date", "valid_to": "factor_end_date"}
_KEPT = ("uncertainty_grade", "renewable_percentage", "additional_docs", "hazardous", "recycled", "low_code", "rd_code")
_MOMENT: TypeAdapter[dt.datetime] = TypeAdapter(Moment)


@dataclass(frozen=True, slots=True)
class ApiFactor:
    """A custom emission factor as it was sent, with its group where one is known."""

    id: str
    at: Place
    item: Mapping[str, Any]
    group: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.item.get("ef_name") or self.item.get("name") or self.id)

    @property
    def origin(self) -> str:
        """`fossil`, `biogenic` or `mixed`, by the ghg_type of the factor or its group; '' where none says."""
        said = self.item.get("ghg_type") or self.group.get("ghg_type")
        return ORIGIN_OF_GHG_TYPE.get(str(said), "")


def read_factors(given: Source | None, groups: Source | None) -> dict[str, ApiFactor]:
    """Read custom factors by id, each with the group that it names or holds.

    Raises:
        PayloadError: they are no objects, or lack their id.
    """
    by_group = {str(item.get("id")): item for _, item in read_objects(groups, "custom_groups")} if groups else {}
    rows = read_objects(given, "custom_factors") if given else []
    for at, item in rows:
        if item.get("id") is None:
            raise PayloadError.at("every custom factor needs its id", *at, "id")
    return {str(item["id"]): factor_of(str(item["id"]), item, at, by_group) for at, item in rows}


def factor_held_by(invoice: Invoice) -> tuple[str | None, Mapping[str, Any] | None]:
    """Return the id of the custom factor that an invoice names or holds, and the factor where it holds it."""
    named, held = invoice.custom_emission_factor_id, invoice.custom_emission_factor
    if isinstance(held, Mapping):
        return str(named or held.get("id") or f"{invoice.id}/custom_emission_factor"), held
    return (named if held is None or named else str(held)), None


def factor_of(id_: str, item: Mapping[str, Any], at: Place, groups: Mapping[str, Mapping[str, Any]]) -> ApiFactor:
    """Take one custom factor; the field that names its group is not documented, so any that does is taken."""
    inside = [v for v in item.values() if isinstance(v, Mapping) and "ghg_type" in v]
    named = [groups[str(v)] for k, v in item.items() if k != "id" and isinstance(v, str) and str(v) in groups]
    return ApiFactor(id_, at, item, next(iter([*inside, *named]), {}))


def factor_row(
    factor: ApiFactor, factor_id: str, figure: str, units: Names, gas_m3: str, told: Told
) -> dict[str, Any] | None:
    """Return a factor as a row of a `FactorTable`, or None where it cannot be one (told).

    Args:
        factor: the factor.
        factor_id: the row's name.
        figure: the activity category that it is asked for.
        units: the catalogue of units.
        gas_m3: the unit that m3 stands for.
        told: gets problems and notes.
    """
    said = Told()
    row = _row(factor, factor_id, figure, units, gas_m3, said)
    for fault in check_row(row)[1] if row else ():
        name = _FIELD_OF.get(fault.column, "emission_factor_values")
        said.problem(factor.id, factor.at, name, fault.value, fault.reason, fault.remedy)
    told.add(said)
    return None if said.problems else row


def _row(
    factor: ApiFactor, factor_id: str, figure: str, units: Names, gas_m3: str, told: Told
) -> dict[str, Any] | None:
    unit = _unit(factor, units, told)
    values = _values(factor, told)
    first = _day(factor, "factor_start_date", told)
    last = _day(factor, "factor_end_date", told)
    if told.problems:
        return None
    return {
        "factor_id": factor_id,
        "activity_category": figure,
        "applies": "by_name",
        "unit": gas_m3 if unit == "m3" else unit,
        "valid_from": _cell(first, (1, 1)),
        "valid_to": _cell(last, (12, 31)),
        **_masses(factor, values, told),
        "note": "; ".join([factor.name, *_kept(factor)]),
    }


def _unit(factor: ApiFactor, units: Names, told: Told) -> str:
    given = factor.item.get("unit_id")
    if given is None:
        told.problem(factor.id, factor.at, "unit_id", None, "It has no unit.", "Give its unit_id.")
        return ""
    entry = units.find(str(given))
    if entry is None:
        told.problem(factor.id, factor.at, "unit_id", given, *units.unknown(str(given)))
        return ""
    try:
        return unit_of(entry).id
    except VocabularyError as error:
        told.problem(factor.id, factor.at, "unit_id", given, str(error), "A unit that is known here.")
        return ""


def _values(factor: ApiFactor, told: Told) -> dict[str, float]:
    """Return [kg gas / unit] by gas; gases that have no column are told, zeros of them are nothing."""
    given = factor.item.get("emission_factor_values")
    before = len(told.problems)
    found: dict[str, float] = {}
    for i, entry in enumerate(given if isinstance(given, list) else ()):
        at = (*factor.at, "emission_factor_values", i)
        gas = str(entry.get("gas_type")).upper() if isinstance(entry, Mapping) else ""
        value = entry.get("value") if isinstance(entry, Mapping) else None
        if gas not in _GASES:
            reason = f"unknown gas {gas!r}.{did_you_mean(gas, _GASES)}"
            told.problem(factor.id, at, "gas_type", entry, reason, f"One of: {', '.join(_GASES)}.")
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            told.problem(factor.id, at, "value", value, f"the value of {gas} is no number.", "kg of gas per unit.")
        elif gas in found:
            told.problem(factor.id, at, "gas_type", gas, f"{gas} is there twice.", "Each gas once.")
        elif gas in _NO_COLUMN and value:
            reason = f"{value:g} kg of {gas}: {gas} {_NO_COLUMN[gas]}."
            told.problem(factor.id, at, "gas_type", gas, reason, "Give a factor table of your own, in kg CO2e.")
        else:
            found[gas] = float(value)
    if "CO2" not in found and len(told.problems) == before:
        reason = "it gives no CO2, which every custom factor does."
        told.problem(factor.id, factor.at, "emission_factor_values", given, reason, "0 where there is none.")
    return found


def _masses(factor: ApiFactor, values: Mapping[str, float], told: Told) -> dict[str, Any]:
    """Return the columns of the gases."""
    co2, origin = values["CO2"], factor.origin
    tag = str(factor.item.get("tag")).lower()
    others = {_COLUMN_OF[g]: v for g, v in values.items() if g in ("CH4", "N2O")}
    simple = tag == "simple" and not others
    of_methane = {"ch4_origin": origin} if "ch4_kg" in others and origin in ("fossil", "biogenic") else {}
    if not origin or origin == "mixed":
        why = "its group is mixed, and nothing divides it" if origin else "nothing says whether it is fossil (ghg_type)"
        told.note(factor.id, factor.at, "ghg_type", origin or None, f"All of its CO2 counts as fossil: {why}.")
    if origin == "biogenic":
        return {"co2_fossil_kg": 0.0, "co2_biogenic_kg": co2, **others, **of_methane}
    if simple:  # the product's form asks for kg CO2e, so CH4 and N2O may be inside
        return {"co2e_fixed_kg": co2, "gwp_of_co2e_fixed": "unstated"}
    return {"co2_fossil_kg": co2, **others, **of_methane}


def _day(factor: ApiFactor, name: str, told: Told) -> dt.date | None:
    given = factor.item.get(name)
    if given is None:
        return None
    try:
        return _MOMENT.validate_python(given).date()
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        told.problem(factor.id, factor.at, name, given, f"{reason}.", "The day, or null where it is open.")
        return None


def _cell(day: dt.date | None, whole: tuple[int, int]) -> int | str | None:
    """Return a day as the year that it begins or ends, else as ISO 8601 text."""
    if day is None:
        return None
    return day.year if (day.month, day.day) == whole else day.isoformat()


def _kept(factor: ApiFactor) -> Iterator[str]:
    """Say the other fields of a factor in words, for its note."""
    for name in ("tag", *_KEPT):
        value = factor.item.get(name)
        if value is not None and value != "":
            yield f"{name.replace('_', ' ')} {value}"
