"""A second calculation, slow and independent: one row at a time, in decimals.

It follows the rules of the package's design (resolution order, units, periods, market-based
hierarchy, upstream) and reads the bundled tables as text, so that it shares with the engine
neither code nor floating point.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pycountry

import oracle_scope2 as scope2
import oracle_terms as terms
from oracle_tables import (
    ONE,
    UNITS,
    ZERO,
    D,
    Gases,
    Row,
    blends,
    company,
    crossing,
    factors,
    fuels,
    gwp_values,
    has_gap,
    kyoto_gases,
    networks,
    published,
    publishes_parts,
    ranks,
    read,
)

LOCATION, MARKET = "electricity_location_based", "electricity"
UPSTREAM, LOSSES = "electricity_generation", "electricity_transmission_and_distribution"
HEADLINE = {"stationary", "purchased_heat", "recharge", "water_supply", "water_treatment", "wastewater_on_site"}
PURCHASED = ("district_heat", "steam", "district_cooling")
LOSSES_INSIDE = ("eccc",)  # intensities of consumption
_SECTOR_OF_TYPE = {"office": "commercial", "warehouse": "commercial", "factory": "manufacturing"}
EUROPE = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
_LIQUEFIED = ("lpg", "propane", "butane", "biopropane")  # no gases by the vocabulary's word
_GROSS = ("GB", "US", "AU", "CA")  # liquid and solid fuels in gross energy


class NoFigureError(Exception):
    """A figure cannot be given."""


@dataclass(frozen=True)
class Chosen:
    """A factor row, what it is to be multiplied with, and whether something gave way for it."""

    row: Row
    times: Decimal
    fallback: bool

    @property
    def gases(self) -> Gases:
        """Kg of gas for one unit of the user's."""
        methane = {"fossil": "CH4-fossil", "biogenic": "CH4-nonfossil", "": "CH4"}[self.row["ch4_origin"]]
        columns = {"co2_fossil_kg": "CO2", "ch4_kg": methane, "n2o_kg": "N2O", "co2_biogenic_kg": "biogenic"}
        return {gas: D(self.row[c]) * self.times for c, gas in columns.items() if self.row[c] != ""}

    @property
    def co2e_fixed(self) -> Decimal:
        """Kg CO2e for one unit of the user's that the publisher gives without gases."""
        return D(self.row["co2e_fixed_kg"] or 0) * self.times

    @property
    def co2_only(self) -> bool:
        """Whether the publisher gives CO2 and no other gas."""
        return self.row["co2_fossil_kg"] != "" and self.row["ch4_kg"] == "" and self.row["n2o_kg"] == ""


@dataclass(frozen=True)
class Asked:
    """One question for a factor."""

    activity_category: str
    activity: str
    year: int
    unit: str
    country: str
    subdivision: str = ""
    grid_region: str = ""
    sector: str = ""
    instrument: str = ""
    supplier: str = ""


@dataclass
class Figures:
    """What one row, or one piece of it, gives: [kg CO2e] by activity category, and the rest."""

    by: dict[str, Decimal] = field(default_factory=dict)
    biogenic: dict[str, Decimal | None] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    fell_back: set[str] = field(default_factory=set)
    headline: set[str] = field(default_factory=set)

    @property
    def is_problem(self) -> bool:
        """Whether the headline cannot be given."""
        return bool(self.missing & self.headline) or not self.by

    @property
    def co2e(self) -> Decimal | None:
        """The headline; None where it cannot be given."""
        return None if self.is_problem else sum((v for k, v in self.by.items() if k in self.headline), ZERO)

    @property
    def co2e_biomass(self) -> Decimal | None:
        """Biogenic CO2 of the headline; None where it cannot be given or is not published."""
        parts = [v for k, v in self.biogenic.items() if k in self.headline]
        return None if self.is_problem or None in parts else sum((p for p in parts if p), ZERO)


@dataclass
class Oracle:
    """The calculation under one Method, its fields in plain Python."""

    gwp: str = "AR5"
    horizon: int = 100
    gases: str = "all"
    methane: str = "plain"
    scope2: str = "location"
    include: tuple[str, ...] | None = None
    databases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: dt.date | None = None
    editions: Mapping[str, str] = field(default_factory=dict)
    year_rule: str = "prorate"
    max_years_back: int = 10
    max_years_forward: int = 5
    strict: bool = False
    own: Sequence[terms.Own] = ()

    def row(self, record: Mapping[str, object], facility: Mapping[str, str]) -> Figures | None:
        """Return the figures of a record, or None where it is a problem."""
        quantity = terms.net(record)
        if quantity is None:
            return None
        whole = Figures(headline=self._headline())
        words = {k: "" if v is None else str(v) for k, v in record.items()}
        for year, share, own, day in self._parts(record, facility, words):
            piece = Figures(headline=whole.headline)
            try:
                scope2.of_parts(self, piece, words, facility, year, day)
                if own:
                    unit, assumed = _stated_unit(words, facility)
                    terms.replaced(piece, own, unit, assumed, words["activity"])
            except NoFigureError:
                return None
            if piece.is_problem or (self.strict and piece.fell_back & piece.headline):
                return None
            _add(whole, piece, quantity * share)
        return whole

    def _parts(
        self, record: Mapping[str, object], facility: Mapping[str, str], words: Row
    ) -> Iterator[tuple[int, Decimal, tuple[terms.Own, ...], dt.date]]:
        """Yield each year, its share, and the factors of one's own: a day at a time where there are any."""
        start, end = record["start_date"], record["end_date"]
        if not self.own:
            yield from ((*part[:2], (), part[2]) for part in self._years(start, end, words))  # type: ignore[arg-type]
            return
        start, end = (start, start) if self.year_rule == "start" else (start, end)
        start = end if self.year_rule == "end" else start
        counted: dict[tuple[int, tuple[int, ...]], int] = {}
        seen: dict[tuple[int, ...], tuple[terms.Own, ...]] = {}
        for day in terms.days(start, end):  # type: ignore[arg-type]
            own = terms.of_day(self.own, record, facility["country"], day)
            names = tuple(map(id, own))
            seen[names] = own
            counted[day.year, names] = counted.get((day.year, names), 0) + 1
        for (year, names), n in counted.items():
            yield year, D(n) / sum(counted.values()), seen[names], dt.date(year, 1, 1)

    def _headline(self) -> set[str]:
        if self.include is not None:
            return set(self.include)
        return HEADLINE | {LOCATION if self.scope2 == "location" else MARKET}

    def _years(self, start: dt.date, end: dt.date, words: Row) -> Iterator[tuple[int, Decimal, dt.date]]:
        """Yield each part of a period with one answer: its year, its share of the days, its first day."""
        if self.year_rule != "prorate":
            day = end if self.year_rule == "end" else start
            yield day.year, ONE, day
            return
        edges = {dt.date(year, 1, 1) for year in range(start.year + 1, end.year + 1)} | scope2.edges(words)
        first = [start, *sorted(day for day in edges if start < day <= end)]
        for day, after in zip(first, [*first[1:], end + dt.timedelta(days=1)], strict=True):
            yield day.year, D((after - day).days) / D((end - start).days + 1), day

    def _piece(self, out: Figures, record: Row, facility: Row, year: int) -> None:
        """Fill in the figures of one unit of a record in one year."""
        if record["unit"] not in UNITS:
            raise NoFigureError
        fill = {"heat": self._heat, "electricity": self._electricity, "water": self._water}
        fill.get(record["category"], self._recharge)(out, record, facility, year)

    # -- categories ---------------------------------------------------------------------------

    def _recharge(self, out: Figures, record: Row, facility: Row, year: int) -> None:
        measure, kg = UNITS[record["unit"]]
        if measure != "mass":
            raise NoFigureError
        known = {gas for gas, _, _ in gwp_values()}
        gas = record["activity"]
        parts = blends().get(gas, {gas: ONE} if gas in known else None)
        if parts is None:
            raise NoFigureError
        self._put(out, "recharge", {g: share * kg for g, share in parts.items()}, ZERO)

    def _water(self, out: Figures, record: Row, facility: Row, year: int) -> None:
        on_site = record["activity"] in terms.ON_SITE
        if UNITS[record["unit"]][0] != ("mass" if on_site else "volume") or not terms.allowed(record):
            raise NoFigureError
        if on_site:
            terms.on_site(self, out, record)
            return
        grid = {"grid_region": facility.get("grid_region") or "", "unit": "kWh"}
        power = replace(_asked(LOCATION, record, facility, year, **grid), activity="grid_electricity")
        terms.mains(self, out, _asked(record["activity"], record, facility, year), power, record)

    def _heat(self, out: Figures, record: Row, facility: Row, year: int) -> None:
        if record["activity"] in PURCHASED:
            self._purchased(out, record, facility, year)
            return
        gas = fuels()[record["activity"]]["state"] == "gas" or record["activity"] in _LIQUEFIED
        if gas and record["unit"] in ("m3", "ft3", "ccf"):
            raise NoFigureError  # of the liquid or of the gas, and at no stated conditions
        stated = record.get("sector") or _SECTOR_OF_TYPE.get(facility.get("type", ""))
        unit, assumed = _fuel_unit(record, facility)
        asked = _asked("stationary", record, facility, year, sector=stated or "commercial", unit=unit)
        found = self.choose(asked)
        if found is None:
            if fuels()[record["activity"]]["state"] == "gas" and UNITS[unit][0] == "volume":
                raise NoFigureError  # cubic metres at no stated conditions; liquefied gas may come by the litre
            out.missing.add("stationary")
            terms.blended(self, out, asked)
        else:
            gases = found.gases
            sectors = False
            if found.co2_only:
                others, sectors = self._other_gases(asked, found)
                gases |= others
            unknown = fuels()[record["activity"]]["origin"] in ("biogenic", "blend", "mixed")
            gave_way = found.fallback or assumed or bool((found.row["sector"] or sectors) and not stated)
            self._put(out, "stationary", gases, found.co2e_fixed, unknown=unknown, fallback=gave_way)
        upstream = _asked("stationary_generation", record, facility, year, unit=unit)
        if self._ask(out, upstream) is None:
            terms.blended(self, out, upstream)
        elif assumed:
            out.fell_back.add("stationary_generation")

    def _other_gases(self, asked: Asked, found: Chosen) -> tuple[Gases, bool]:
        """Return the world's CH4 and N2O for what a nation publishes by CO2 alone; are they a sector's?

        For the energy that the nation's CO2 stands for; where it has no factor per energy, for its unit.
        """
        row, times = found.row, found.times
        unit = f"{row['unit']}_{row['basis']}" if row["basis"] else row["unit"]
        energy = self.choose(replace(asked, unit="TJ_ncv"))
        same = energy is not None and all(energy.row[c] == row[c] for c in ("source_id", "edition"))
        if energy is not None and same and D(energy.row["co2_fossil_kg"] or 0):
            unit, times = "TJ_ncv", D(row["co2_fossil_kg"]) * times / (D(energy.row["co2_fossil_kg"]) * energy.times)
        world = self.choose(replace(asked, country="WORLD", subdivision="", unit=unit))
        if world is None or "" in (world.row["ch4_kg"], world.row["n2o_kg"]):
            return {}, False
        others = {g: kg * times for g, kg in world.gases.items() if g not in ("CO2", "biogenic")}
        return others, bool(world.row["sector"])

    def _purchased(self, out: Figures, record: Row, facility: Row, year: int) -> None:
        if UNITS[record["unit"]][0] != "energy":
            raise NoFigureError
        named = networks(record["activity"], facility["country"])
        unknown = bool(named) and company(record.get("supplier", "")) not in named
        whose = {"supplier": record.get("supplier", "")} if named else {}
        bought = _asked("purchased_heat", record, facility, year, **whose)
        if scope2.stated(record) and (unknown or self.choose(bought) is None):
            scope2.estimate(self, out, record, facility, year)
            return
        if unknown:
            out.missing |= {"purchased_heat", "stationary_generation"}
            return
        self._ask(out, bought)
        upstream = _asked("stationary_generation", record, facility, year, **whose)
        if self._ask(out, upstream):
            self._extra(out, upstream, f"{record['activity']}_losses")
        self._ask(out, _asked(LOSSES, record, facility, year))

    def _electricity(self, out: Figures, record: Row, facility: Row, year: int) -> None:
        if UNITS[record["unit"]][0] != "energy":
            raise NoFigureError
        if record["activity"] != "grid_electricity":
            scope2.not_bought(self, out, record)
            return
        grid = {"grid_region": facility.get("grid_region") or ""}
        average = _asked(LOCATION, record, facility, year, **grid)
        location = self._ask(out, average)
        self._market(out, record, location, _asked(MARKET, record, facility, year, **grid))
        upstream = _asked(UPSTREAM, record, facility, year, **grid)
        if location is not None and location.row["boundary"] == "lifecycle":
            self._put(out, UPSTREAM, {}, ZERO)
        elif self._ask(out, upstream):
            self._extra(out, upstream, "grid_electricity_losses")
        if location is not None and location.row["source_id"] in LOSSES_INSIDE:
            self._put(out, LOSSES, {}, ZERO)
        else:
            self._ask(out, _asked(LOSSES, record, facility, year, **grid))

    def _market(self, out: Figures, record: Row, location: Chosen | None, asked: Asked) -> None:
        """Walk down the hierarchy: instrument, supplier, residual mix, grid average."""
        if record.get("contract"):
            scope2.conveyed(self, out, record, asked)
            return
        if record.get("supplier"):
            found = self.choose(replace(asked, instrument="supplier", supplier=record["supplier"]))
            if found is not None and not found.fallback:
                self._put(out, MARKET, found.gases, found.co2e_fixed)
                return
        found = None
        if not has_gap(MARKET, asked.activity, asked.country, asked.year, "residual_mix"):
            found = self.choose(replace(asked, instrument="residual_mix"))
        if found is not None:
            self._put(out, MARKET, found.gases, found.co2e_fixed, fallback=found.fallback)
        elif location is not None:
            self._put(out, MARKET, location.gases, location.co2e_fixed, fallback=True)
        else:
            out.missing.add(MARKET)

    # -- factors ------------------------------------------------------------------------------

    def _ask(self, out: Figures, asked: Asked) -> Chosen | None:
        found = self.choose(asked)
        if found is None:
            out.missing.add(asked.activity_category)
        else:
            self._put(out, asked.activity_category, found.gases, found.co2e_fixed, fallback=found.fallback)
        return found

    def _extra(self, out: Figures, asked: Asked, activity: str) -> None:
        """Add a further line of the same figure where one is published."""
        found = self.choose(replace(asked, activity=activity))
        if found is not None:
            self._put(out, asked.activity_category, found.gases, found.co2e_fixed, fallback=found.fallback)

    def _put(
        self,
        out: Figures,
        name: str,
        gases: Gases,
        fixed: Decimal,
        *,
        unknown: bool = False,
        fallback: bool = False,
    ) -> None:
        """Apply the GWP to gases and add the figure; a gas without a value is a missing figure."""
        kg = fixed
        for gas, mass in gases.items():
            if gas == "biogenic" or not mass:
                continue
            value = self._gwp_of(gas)
            if value is None:
                out.missing.add(name)
                return
            kg += mass * value
        out.by[name] = out.by.get(name, ZERO) + kg
        before = out.biogenic.get(name, ZERO)
        more = None if unknown and "biogenic" not in gases else gases.get("biogenic", ZERO)
        out.biogenic[name] = None if before is None or more is None else before + more
        if fallback:
            out.fell_back.add(name)

    def _gwp_of(self, gas: str) -> Decimal | None:
        if self.gases == "kyoto" and gas not in kyoto_gases():
            return ZERO
        name = "CH4" if gas.startswith("CH4") and self.methane == "plain" else gas
        return gwp_values().get((name, self.gwp, str(self.horizon)))

    def choose(self, asked: Asked) -> Chosen | None:
        """Return the best published factor: finest place, nearest year, preferred source, newest, unit."""
        for place in _places(asked):
            best: tuple[tuple[object, ...], Chosen] | None = None
            rows = factors().get((asked.activity_category, asked.activity, place, asked.instrument), [])
            for row in rows:
                way = crossing(asked.unit, row) if self._admits(row, asked) else None
                distance = None if way is None else self._distance(row, asked.year)
                if way is None or distance is None:
                    continue
                fallback = distance != (0, 0) or _coarser(asked, place) or row["boundary"] == "lifecycle"
                nearness = (way[1], _unit(row) != asked.unit, row["factor_id"])
                rank = (*distance, *self._rank(row, asked), *nearness)
                if best is None or rank < best[0]:
                    best = rank, Chosen(row, way[0], fallback)
            if best is not None:
                return best[1]
        return None

    def _admits(self, row: Row, asked: Asked) -> bool:
        if company(row["supplier"]) != company(asked.supplier):
            return False
        if row["sector"] and asked.sector and row["sector"] != asked.sector:
            return False
        if row["edition"] != self.editions.get(row["source_id"], row["edition"]):
            return False
        day = published()[row["source_id"], row["edition"]]
        return self.as_of is None or "" < day <= self.as_of.isoformat()

    def _distance(self, row: Row, year: int) -> tuple[int, int] | None:
        """Return how far the row's years are: exact before earlier before later."""
        first, last = int(row["valid_from"]), int(row["valid_to"] or 9999)
        if first <= year <= last:
            return 0, 0
        if last < year:
            return (1, year - last) if year - last <= self.max_years_back else None
        return (2, first - year) if first - year <= self.max_years_forward else None

    def _rank(self, row: Row, asked: Asked) -> tuple[int, int]:
        source, order = row["source_id"], ranks()
        rank = order.get((asked.activity_category, "", source), 999)
        rank = order.get((asked.activity_category, asked.country, source), rank + 1000)
        named = [*self.databases.get(asked.country, ()), *self.databases.get("*", ())]
        if source in named:
            rank = named.index(source) - len(named)
        day = published()[source, row["edition"]]
        return rank, -int(day.replace("-", "") or 0)


def _unit(row: Row) -> str:
    return f"{row['unit']}_{row['basis']}" if row["basis"] else row["unit"]


def _places(asked: Asked) -> list[str]:
    """Return where to look: from the finest place to the world, then other countries that stand in."""
    found = [asked.grid_region]
    part = asked.subdivision
    while part:
        found.append(part)
        known = pycountry.subdivisions.get(code=part)
        part = (known.parent_code or "") if known else ""
    found += [asked.country, "EUROPE" if asked.country in EUROPE else "", "WORLD"]
    for row in read("stand_ins.csv"):
        if (
            row["activity_category"] == asked.activity_category
            and asked.activity.removesuffix("_losses") not in row["except"].split()
        ):
            found.append(row["place"])
    return [p for p in dict.fromkeys(found) if p]


def _coarser(asked: Asked, place: str) -> bool:
    """Whether the place is coarser than could be expected."""
    if asked.country == place == "WORLD":
        return False
    if place != asked.country:
        return not (place.startswith(("eGRID:", f"{asked.country}-")))
    parts = asked.subdivision and publishes_parts(asked.activity_category, asked.activity, asked.country)
    return bool(asked.grid_region or parts)


def _asked(name: str, record: Row, facility: Row, year: int, **more: str) -> Asked:
    place = {"country": facility["country"], "subdivision": facility.get("subdivision") or ""}
    unit = more.pop("unit", record["unit"])
    return Asked(name, record["activity"], year, unit, **place, **more)


def _fuel_unit(record: Row, facility: Row) -> tuple[str, bool]:
    """Return the unit with its heating-value basis, and whether the country's custom had to give it."""
    unit, state = record["unit"], fuels()[record["activity"]]["state"]
    measure = UNITS[unit][0]
    if measure in ("gcv", "ncv") and record.get("heat_basis") not in (None, "", measure):
        raise NoFigureError
    if measure != "energy":
        return unit, False
    gross = state == "gas" or facility["country"] in _GROSS
    stated = record.get("heat_basis")
    return f"{unit}_{stated or ('gcv' if gross else 'ncv')}", not stated


def _stated_unit(record: Row, facility: Row) -> tuple[str, bool]:
    """Return the unit as a bill means it, and whether that had to be assumed."""
    if record["category"] != "heat" or record["activity"] in PURCHASED:
        return record["unit"], False
    return _fuel_unit(record, facility)


def _add(whole: Figures, piece: Figures, quantity: Decimal) -> None:
    """Add a piece's figures, times its quantity.

    A figure that one piece lacks is unknown of the whole; one that does not apply to a piece gets nothing from it.
    """
    for name, kg in piece.by.items():
        whole.by[name] = whole.by.get(name, ZERO) + kg * quantity
    whole.missing |= piece.missing
    for name in whole.missing & whole.by.keys():
        del whole.by[name]
    for name, kg in piece.biogenic.items():
        before = whole.biogenic.get(name, ZERO)
        whole.biogenic[name] = None if before is None or kg is None else before + kg * quantity
