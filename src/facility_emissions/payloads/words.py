"""An invoice's words in the vocabulary: category and activity, unit, supplier, contract, custom factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from facility_emissions.errors import ContractError, VocabularyError, did_you_mean
from facility_emissions.factors.book import PURCHASED_HEAT
from facility_emissions.payloads.catalogues import Names, activity_of, origin_said, unit_of
from facility_emissions.payloads.custom import ApiFactor, factor_held_by
from facility_emissions.payloads.invoice import Read
from facility_emissions.payloads.told import Told
from facility_emissions.vocabulary.activities import Activity, parse_activity, parse_category
from facility_emissions.vocabulary.instruments import parse_instrument
from facility_emissions.vocabulary.units import Unit, parse_unit

OUTSIDE = ("process", "wastes", "waste_water_treatment")  # types of the API that are not calculated here
_ONLY = {"electricity": "grid_electricity", "water": "water_supply"}
_BY_FUEL: tuple[Literal["heat"], Literal["recharge"]] = ("heat", "recharge")
_GAS_VOLUMES = ("m3_0C", "m3_15C")
_WHY_RECHARGE = (
    "recharge is refrigerant refilled into equipment, which is scope 1; charging of vehicles is electricity, and "
    "their refuelling is none of a facility's categories"
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A custom factor that an invoice names, the figure that it gives it, and the unit that m3 stand for."""

    factor: str
    figure: str
    m3: str


@dataclass(frozen=True, slots=True)
class Words:
    """What one invoice says; what could not be understood is a word that no calculation takes, or None."""

    category: str | None
    activity: str | None
    unit: str | None
    supplier: str | None
    contract: str | None
    custom: Ask | str | None  # a str is the id of a factor that is not there


@dataclass(frozen=True, slots=True)
class _Unknown:
    """An id or name that was not understood: why, what would do, and the word that stands for it."""

    reason: str
    remedy: str
    word: str | None


@dataclass(slots=True)
class Reader:
    """Reads the words of invoices against the catalogues; what is found of an id is found once.

    Attributes:
        fuels, units, suppliers: the catalogues.
        factors: the custom factors by id.
        contracts: the instrument of an invoice's id, CUPS or supplier's id.
        gas_volume: what m3 of a gas are, '' where that is not stated.
        heat_without_fuel: what heat is that names no fuel, '' where that is not stated.
        matched: the keys of `contracts` that some invoice has.
    """

    fuels: Names
    units: Names
    suppliers: Names
    factors: Mapping[str, ApiFactor]
    contracts: Mapping[str, str] = field(default_factory=dict)
    gas_volume: str = ""
    heat_without_fuel: str = ""
    matched: set[str] = field(default_factory=set)
    _activities: dict[tuple[str, str], Activity | _Unknown] = field(default_factory=dict)
    _units: dict[str, Unit | _Unknown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what the user states.

        Raises:
            ContractError: a statement that names nothing known.
        """
        if self.gas_volume not in ("", *_GAS_VOLUMES):
            hint = did_you_mean(self.gas_volume, _GAS_VOLUMES)
            raise ContractError(f"gas_volume {self.gas_volume!r} is none of: {', '.join(_GAS_VOLUMES)}.{hint}")
        if self.heat_without_fuel:
            self.heat_without_fuel = parse_activity(self.heat_without_fuel, "heat").id
        self.contracts = {key: parse_instrument(word) for key, word in self.contracts.items()}

    def read(self, read: Read, told: Told) -> Words:
        """Return the words of an invoice, with problems and notes for those that are not plain."""
        category, activity = self._what(read, told)
        unit = self._unit(read, category, told)
        gas = isinstance(activity, Activity) and activity.state == "gas"
        m3 = self.gas_volume if gas and self.gas_volume else "m3"
        if gas and m3 == "m3" and isinstance(unit, Unit) and unit.id == "m3":
            words = "m3 of gas that do not say at which temperature: gas_volume= states it, where the supplier does."
            told.note(read.invoice.id, read.at, "unit_id", read.invoice.unit_id, words)
        return Words(
            category=category,
            activity=activity.id if isinstance(activity, Activity) else activity,
            unit=unit if not isinstance(unit, Unit) else m3 if unit.id == "m3" else unit.id,
            supplier=self._supplier(read, category, told),
            contract=self._contract(read, category),
            custom=self._custom(read, activity, m3, told),
        )

    def _what(self, read: Read, told: Told) -> tuple[str | None, Activity | str | None]:
        """Return category and activity by the invoice's type and fuel."""
        invoice = read.invoice
        type_ = (invoice.type or "").strip().lower()
        if type_ in _ONLY:
            return type_, parse_activity(_ONLY[type_])
        for category in _BY_FUEL:
            if type_ == category:
                return category, self._by_fuel(read, category, told)
        if "type" in read.unread:
            return None, None
        try:
            fuel = parse_activity(type_, "heat")  # the MCP tools have types natural_gas and diesel
        except VocabularyError:
            known = (*_ONLY, *_BY_FUEL, *OUTSIDE)
            reason = f"{invoice.type!r} is no type of invoice.{did_you_mean(type_, known) if type_ else ''}"
            told.problem(invoice.id, read.at, "type", invoice.type, reason, f"One of: {', '.join(known)}.")
            return _refused(type_, parse_category), None
        told.note(invoice.id, read.at, "type", invoice.type, f"The type names a fuel: heat, {fuel.id}.")
        return "heat", fuel

    def _by_fuel(self, read: Read, category: Literal["heat", "recharge"], told: Told) -> Activity | str | None:
        """Return the fuel or refrigerant of an invoice, or the word that stands for it."""
        invoice = read.invoice
        given = invoice.facility_fuel_id
        if given is None:
            return None if "facility_fuel_id" in read.unread else self._without_fuel(read, category, told)
        found = self._activities.get((category, given))
        if found is None:
            found = self._activities[category, given] = self._fuel(given, category)
        if isinstance(found, Activity):
            entry = self.fuels.find(given)
            if entry and origin_said(entry) == "mixed" and found.origin == "fossil":
                words = f"Its ghg_type is 3 (mixed), but {found.id} is all fossil here: no biogenic part is counted."
                told.note(invoice.id, read.at, "facility_fuel_id", given, words)
            return found
        told.problem(invoice.id, read.at, "facility_fuel_id", given, found.reason, found.remedy)
        return found.word

    def _fuel(self, given: str, category: Literal["heat", "recharge"]) -> Activity | _Unknown:
        entry = self.fuels.find(given)
        if entry is None:
            return _Unknown(*self.fuels.unknown(given), given)
        try:
            return activity_of(entry, category)
        except VocabularyError as error:
            example = "natural_gas" if category == "heat" else "R-410A"
            remedy = f"Say what it is in a mapping as fuels=, such as {{{given!r}: {example!r}}}."
            return _Unknown(str(error), remedy, _refused(entry.name, lambda name: parse_activity(name, category)))

    def _without_fuel(self, read: Read, category: Literal["heat", "recharge"], told: Told) -> Activity | None:
        if category == "heat" and self.heat_without_fuel:
            words = f"Heat without a fuel, taken as {self.heat_without_fuel}, as stated."
            told.note(read.invoice.id, read.at, "facility_fuel_id", None, words)
            return parse_activity(self.heat_without_fuel, "heat")
        reason = "A recharge that names no refrigerant: the catalogue of fuels has them."
        remedy = "Give its facility_fuel_id."
        if category == "heat":
            reason = (
                "Heat that names no fuel: a fuel burnt on site (scope 1), or district heating (scope 2), which has no "
                "type of its own."
            )
            remedy = "Give its facility_fuel_id, or say what such heat is: heat_without_fuel='district_heat'."
        told.problem(read.invoice.id, read.at, "facility_fuel_id", None, reason, remedy)
        return None

    def _unit(self, read: Read, category: str | None, told: Told) -> Unit | str | None:
        """Return the unit of an invoice, or the word that stands for it."""
        invoice = read.invoice
        given = invoice.unit_id
        if given is None:
            if "unit_id" not in read.unread:
                told.problem(invoice.id, read.at, "unit_id", None, "It has no unit.", "Give its unit_id.")
            return None
        found = self._units.get(given)
        if found is None:
            found = self._units[given] = self._unit_named(given)
        if isinstance(found, _Unknown):
            told.problem(invoice.id, read.at, "unit_id", given, found.reason, found.remedy)
            return found.word
        if category == "recharge" and found.dimension != "mass":
            reason = f"{found.id} is {found.dimension.split('_')[0]}, and a refrigerant is weighed: {_WHY_RECHARGE}."
            remedy = "Give kg of refrigerant; or, for vehicles, an invoice of type electricity."
            told.problem(invoice.id, read.at, "unit_id", given, reason, remedy)
        return found

    def unit_word(self, given: str) -> str:
        """Return the unit that an id stands for, else the id itself."""
        found = self._units.get(given)
        if found is None:
            found = self._units[given] = self._unit_named(given)
        return found.id if isinstance(found, Unit) else found.word or given

    def _unit_named(self, given: str) -> Unit | _Unknown:
        entry = self.units.find(given)
        if entry is None:
            return _Unknown(*self.units.unknown(given), given)
        try:
            return unit_of(entry)
        except VocabularyError as error:
            remedy = f"A unit that measures it; or say which in a mapping as units=, such as {{{given!r}: 'kWh'}}."
            return _Unknown(str(error), remedy, _refused(entry.name, parse_unit))

    def _supplier(self, read: Read, category: str | None, told: Told) -> str | None:
        invoice = read.invoice
        given = invoice.supplier_id
        entry = self.suppliers.find(given) if given else None
        if given and entry is None and category == "electricity":
            words = " ".join(self.suppliers.unknown(given))
            told.note(
                invoice.id, read.at, "supplier_id", given, f"{words} Its label is not in the market-based figure."
            )
        return entry.name if entry else given

    def _contract(self, read: Read, category: str | None) -> str | None:
        """Return the instrument that the user states for the invoice, its CUPS, or its supplier, in this order."""
        invoice = read.invoice
        keys = [k for k in (invoice.id, invoice.cups, invoice.supplier_id) if k in self.contracts]
        if category != "electricity" or not keys:
            return None
        self.matched.update(k for k in keys if k)
        return self.contracts[keys[0] or ""] or None

    def _custom(self, read: Read, activity: Activity | str | None, m3: str, told: Told) -> Ask | str | None:
        """Return what an invoice asks of its custom factor."""
        invoice = read.invoice
        given, _ = factor_held_by(invoice)
        if given is not None and given not in self.factors:
            reason = f"Its custom factor {given!r} was not given, and without it a published one would answer."
            remedy = "Give custom_factors= as the API sends them; or calculate with a FactorTable of yours that has it."
            told.problem(invoice.id, read.at, "custom_emission_factor_id", given, reason, remedy)
            return given
        return Ask(given, figure_of(activity), m3) if given is not None and isinstance(activity, Activity) else given


def _refused(name: str, parse: Callable[[str], object]) -> str | None:
    """Return a name that no calculation takes either, else None: an empty cell is a problem too."""
    try:
        parse(name)
    except VocabularyError:
        return name
    return None


def figure_of(activity: Activity) -> str:
    """Return the figure that a custom factor of an invoice gives: for electricity, the market-based one."""
    if activity.category == "heat":
        return "purchased_heat" if activity.id in PURCHASED_HEAT else "stationary"
    return activity.id if activity.category == "water" else activity.category
