"""The documented alternatives to the plain reading, as data: what the API may do otherwise.

The order is that of plausibility: of two that give the same figures the earlier one is named first.
Where each is documented: docs/reconcile.md.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from facility_emissions.calculation.questions import Key, parse_words
from facility_emissions.calculation.rates import Entry
from facility_emissions.factors import sources as registry
from facility_emissions.factors.book import PURCHASED_HEAT
from facility_emissions.factors.practices import COMPUTED, practices
from facility_emissions.factors.schema import WORLD
from facility_emissions.reconciliation.rating import sources_near
from facility_emissions.reconciliation.scenario import Option, Scenario

LOCATION, MARKET = "electricity_location_based", "electricity"
_SCOPE2 = {"location": frozenset({LOCATION}), "market": frozenset({MARKET}), "both": frozenset({LOCATION, MARKET})}
_UPSTREAM = frozenset({"stationary_generation", "electricity_generation"})
_LOSSES = frozenset({"electricity_transmission_and_distribution"})
_WATER = frozenset({"water_supply", "water_treatment"})
_GWP = (("AR6", 100), ("AR4", 100), ("AR5", 100), ("AR5CCF", 100), ("SAR", 100), ("TAR", 100),
        ("AR5", 20), ("AR6", 20), ("AR4", 20))  # fmt: skip
_SETS = {  # whose set of fuels: country, as a reader knows it; in the order in which the API names them
    "ES": "MITECO (Spain)",
    WORLD: "the IPCC 2006 defaults, as the GHG Protocol's tools do,",
    "GB": "DESNZ (DEFRA, United Kingdom)",
    "US": "the EPA (United States)",
    "FR": "ADEME (France)",
}
_MOST_EDITIONS = 3  # of one source

# Conventions that the standards know first, then omissions and slips: options of one dimension exclude each other.
DIMENSIONS = (
    "scope2 category3 gwp methane gases factors refrigerants biomass basis contracts year_rule shares water part years "
    "scale logistic rounding until"
).split()
# Agencies in the order in which the API names its databases.
_AGENCIES = ("miteco_refrigerants", "desnz_refrigerants", "epa_hub", "ademe_refrigerants")
_BY_YEAR = ("desnz_refrigerants", "ademe_refrigerants")


@dataclass(frozen=True)
class Situation:
    """What a result holds, as far as alternatives depend on it.

    Attributes:
        base: the plain reading.
        keys, entries: the distinct questions, and their answers.
        days: by which the editions in use change, newest first.
        rules: the year rules that make a difference.
        shared: whether records are shared by facilities.
        custom: whether there are factors of the user's own.
    """

    base: Scenario
    keys: list[Key]
    entries: list[Entry]
    days: Sequence[dt.date]
    rules: tuple[str, ...]
    shared: bool
    custom: bool

    @property
    def years(self) -> list[int]:
        """The years of consumption."""
        return sorted({k.year for k in self.keys if k.year is not None})

    @property
    def categories(self) -> list[str]:
        """The categories of the records."""
        return sorted({parse_words(k).category or "" for k in self.keys} - {""})


def options(s: Situation) -> list[Option]:
    """Return every option that the situation leaves open, in the order of plausibility."""
    found = [*_figures(s), *_potentials(s), *_factors(s), *_readings(s), *_records(s), *_until(s)]
    return sorted(found, key=lambda o: DIMENSIONS.index(o.dimension))  # stable: each dimension keeps its order


def _figures(s: Situation) -> Iterator[Option]:
    """Yield which figures are added up."""
    headline = s.base.figures
    held = headline & _SCOPE2["both"]
    words = {"location": "counts electricity location-based", "market": "counts electricity market-based",
             "both": "adds both scope 2 figures of electricity"}  # fmt: skip
    for name, figures in _SCOPE2.items():
        if figures != held and "electricity" in s.categories:
            yield Option(f"scope2_{name}", "scope2", words[name], toggled=held ^ figures)
    for name, figures, what in (
        ("upstream", _UPSTREAM, "the upstream emissions of fuels and electricity"),
        ("losses", _LOSSES, "the losses of transmission and distribution"),
        ("category3", _UPSTREAM | _LOSSES, "upstream emissions and losses (scope 3, category 3)"),
    ):
        if figures - headline:
            yield Option(f"with_{name}", "category3", f"adds {what}", toggled=figures - headline)
        if figures & headline:
            yield Option(f"without_{name}", "category3", f"leaves out {what}", toggled=figures & headline)
    if "water" in s.categories:
        verb, prefix = ("leaves out", "without") if headline & _WATER else ("adds", "with")
        toggled = headline & _WATER or _WATER
        yield Option(f"{prefix}_water", "water", f"{verb} water", toggled=toggled)
    if s.base.biomass == "beside":
        yield Option("biomass_inside", "biomass", "counts biogenic CO2 inside co2e", fields={"biomass": "inside"})
        yield Option("biomass_whole", "biomass", "counts CH4 and N2O of biofuels in co2e_biomass, not in co2e",
                     fields={"biomass": "whole"})  # fmt: skip


def _potentials(s: Situation) -> Iterator[Option]:
    """Yield which GWP weighs the gases."""
    m = s.base.method
    for gwp, horizon in _GWP:
        if (gwp, horizon) != (m.gwp, m.horizon):
            words = f"uses the GWPs of {gwp} over {horizon} years"
            yield Option(f"gwp_{gwp}_{horizon}", "gwp", words, method={"gwp": gwp, "horizon": horizon})
    other = "plain" if m.methane == "by_origin" else "by_origin"
    words = "takes the GWP of fossil and biogenic methane apart" if other == "by_origin" else "takes one GWP of methane"
    yield Option(f"methane_{other}", "methane", words, method={"methane": other})
    if "recharge" not in s.categories:
        return
    other = "all" if m.gases == "kyoto" else "kyoto"
    words = "counts CFCs and HCFCs too" if other == "all" else "counts no CFCs and HCFCs"
    yield Option(f"gases_{other}", "gases", words, method={"gases": other})
    for source_id, edition, words in _practices(s):
        if source_id != m.refrigerants:
            pinned = {**m.editions, source_id: edition} if edition else dict(m.editions)
            yield Option(f"refrigerants_{source_id}{edition and '_'}{edition}", "refrigerants", words,
                         method={"refrigerants": source_id, "editions": pinned})  # fmt: skip
    if m.refrigerants != COMPUTED:
        yield Option("refrigerants_computed", "refrigerants", "computes refrigerants from their composition",
                     method={"refrigerants": COMPUTED})  # fmt: skip


def _practices(s: Situation) -> Iterator[tuple[str, str, str]]:
    """Yield agencies, an edition for each GWP set that they used ('': as the year or the Method says), and words."""
    newest: dict[tuple[str, str], str] = {}
    for p in practices():
        if p.valid_from is None:
            newest[p.source_id, p.gwp_set] = p.edition  # listed by age
    for agency in _AGENCIES:
        if agency in _BY_YEAR:
            yield agency, "", f"counts refrigerants as {agency} does"
            continue
        for (source_id, gwp_set), edition in reversed(newest.items()):
            if source_id == agency:
                yield source_id, edition, f"counts refrigerants as {source_id} {edition} does ({gwp_set})"


def _factors(s: Situation) -> Iterator[Option]:
    """Yield which factors answer: other databases, earlier editions, those of the year before."""
    m = s.base.method
    yield Option("year_before", "factors", "takes the factors of the year before", fields={"year_shift": -1})
    if s.custom:
        yield Option("no_custom", "factors", "does not apply the custom factors", fields={"own": False})
    fuels = {k.profile.country for k in s.keys if _is_fuel(k)}
    for country, words in _SETS.items():
        if fuels - {country}:
            yield Option(f"fuels_of_{country}", "factors", f"uses {words} for fuels", fields={"fuels_of": country})
    for source_id in _databases(s):
        order = {"*": (source_id, *m.databases.get("*", ()))}
        order |= {c: (source_id, *o) for c, o in m.databases.items() if c != "*"}
        yield Option(f"database_{source_id}", "factors", f"uses {source_id} where it has a factor",
                     method={"databases": order})  # fmt: skip
    for source_id, edition in _editions(s):
        yield Option(f"edition_{source_id}_{edition}", "factors", f"uses {source_id} in its edition {edition}",
                     method={"editions": {**m.editions, source_id: edition}})  # fmt: skip
    for day in s.days:
        yield Option(f"as_of_{day}", "factors", f"uses the editions published by {day}", method={"as_of": day})
    if m.as_of is not None:
        yield Option("newest", "factors", "uses the newest editions", method={"as_of": None})


def _is_fuel(key: Key) -> bool:
    parsed = parse_words(key)
    return parsed.category == "heat" and parsed.activity is not None and parsed.activity.id not in PURCHASED_HEAT


def _used(s: Situation) -> set[tuple[str, str]]:
    pairs = {(w.line.source_id, w.line.edition) for e in s.entries for w in e.weighed}
    return {p for p in pairs if p in registry.sources() and p[0] in registry.ids_in_order()}


def _databases(s: Situation) -> list[str]:
    """Return the sources that could answer where another one does."""
    counts: dict[str, int] = defaultdict(int)
    for near in {(k.profile.country, sources_near(k)) for k in s.keys}:
        if len(near[1]) > 1:
            for source_id in near[1]:
                counts[source_id] += 1
    return sorted(counts, key=lambda name: (-counts[name], name))


def _editions(s: Situation) -> Iterator[tuple[str, str]]:
    """Yield the editions of the sources used that came out before the newest of them, newest first."""
    used: dict[str, list[dt.date]] = defaultdict(list)
    for source_id, edition in sorted(_used(s)):
        used[source_id].append(_issued(source_id, edition))
    for source_id, days in used.items():
        held = [e for name, e in registry.sources() if name == source_id]
        earlier = [e for e in held if _issued(source_id, e) < max(days)]
        earlier.sort(key=lambda e: _issued(source_id, e), reverse=True)
        yield from ((source_id, e) for e in earlier[:_MOST_EDITIONS])


def _issued(source_id: str, edition: str) -> dt.date:
    return registry.source(source_id, edition).issued or dt.date.min


def _readings(s: Situation) -> Iterator[Option]:
    """Yield how the words of a record are read."""
    stated = {parsed.unit.basis or parsed.heat_basis or "plain"
              for parsed in (parse_words(k) for k in s.keys if _is_fuel(k))
              if parsed.unit is not None and parsed.unit.dimension == "energy"}  # fmt: skip
    for basis, words in (
        ("plain", "reads a plain kWh of fuel on the other heating-value basis (gross for net, or net for gross)"),
        ("gcv", "reads gross energy of fuels (GCV) as net (NCV)"),
        ("ncv", "reads net energy of fuels (NCV) as gross (GCV)"),
    ):
        if basis in stated:
            yield Option(f"basis_{basis}", "basis", words, fields={"basis": basis})
    power = [k for k in s.keys if parse_words(k).category == "electricity"]
    if any(k.contract is not None for k in power):
        yield Option("no_contracts", "contracts", "does not apply guarantees of origin", fields={"contracts": False})
    if any(k.supplier is not None for k in power):
        yield Option("no_suppliers", "contracts", "does not use suppliers' labels", fields={"suppliers": False})
    for rule in s.rules:
        if rule != s.base.method.year_rule:
            words = {"start": "takes the factors of the year in which a bill begins",
                     "end": "takes the factors of the year in which a bill ends",
                     "prorate": "splits bills across New Year by days"}[rule]  # fmt: skip
            yield Option(f"year_{rule}", "year_rule", words, method={"year_rule": rule})


def _records(s: Situation) -> Iterator[Option]:
    """Yield which records count, with what share, and in what unit the sum is given."""
    if s.shared:
        yield Option("share_never", "shares", "does not apply the facility's share (counts base_quantity)",
                     fields={"shares": 0})  # fmt: skip
        yield Option("share_twice", "shares", "applies the facility's share twice", fields={"shares": 2})
    if len(s.categories) > 1:
        for name in s.categories:
            if name != "water":  # left out as a figure
                yield Option(f"without_{name}", "part", f"leaves out {name}", counted=(("category", name, 0, 1),))
        for name in s.categories:
            yield Option(f"only_{name}", "part", f"counts {name} only", counted=(("category", name, 1, 0),))
    if len(s.years) > 1:
        for year in reversed(s.years):
            yield Option(f"only_{year}", "years", f"counts the consumption of {year} only",
                         counted=(("year", year, 1, 0),))  # fmt: skip
        for year in reversed(s.years):
            yield Option(f"without_{year}", "years", f"leaves out the consumption of {year}",
                         counted=(("year", year, 0, 1),))  # fmt: skip
    for name, scale, words in (
        ("tonnes", 0.001, "gives tonnes (or reads MWh as kWh), a thousandth"),
        ("thousandfold", 1000.0, "gives grams (or reads kWh as MWh), a thousandfold"),
        ("twice", 2.0, "counts everything twice"),
    ):
        yield Option(f"scale_{name}", "scale", words, fields={"scale": scale})
    if len(s.categories) > 1:
        for name in s.categories:
            yield Option(f"twice_{name}", "scale", f"counts {name} twice", counted=(("category", name, 2, 1),))
    yield Option("logistic_scope2", "logistic", "scales scope 2 with the logistic_factor",
                 fields={"logistic": "scope2"})  # fmt: skip
    yield Option("logistic_all", "logistic", "scales everything with the logistic_factor", fields={"logistic": "all"})


def rounded_records(decimals: int) -> Option:
    """Return the option that every record is rounded before they are added up."""
    words = f"rounds each record to {decimals} decimal{'' if decimals == 1 else 's'} before it adds them up"
    return Option("rounded_records", "rounding", words, fields={"rounded": decimals})


def _until(s: Situation) -> Iterator[Option]:
    """Yield up to which year of consumption another option holds: old records keep their factors."""
    for year in s.years[:-1]:
        yield Option(f"until_{year}", "until", f"so up to {year} only", fields={"until": year})


def sentence(parts: Iterable[Option]) -> str:
    """Return what the API does by some options, in one sentence."""
    what = [o.words for o in parts if o.dimension != "until"]
    when = [f", {o.words}" for o in parts if o.dimension == "until"]
    return f"The API {' and '.join(what)}{''.join(when)}."
