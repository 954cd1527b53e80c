"""What a record states beside its activity, the slow way: recovered gas, water's terms, blends, factors of one's own.

Part of the independent calculation of `oracle.py`; nothing here is taken from the package.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from oracle_tables import ONE, UNITS, ZERO, D, Row, fuels, published, read

if TYPE_CHECKING:
    from oracle import Asked, Chosen, Figures, Oracle

Own = Mapping[str, object]  # a row of a user's table: figure, activity, unit, co2_fossil_kg, days, place
_OF_LOAD = {"wastewater_bod": "methane_capacity_bod", "wastewater_cod": "methane_capacity_cod"}
_NITROGEN = "wastewater_nitrogen"
_BLENDED = {"diesel_b": ("diesel", "biodiesel_fame"), "petrol_e": ("petrol", "bioethanol")}
ON_SITE = (*_OF_LOAD, _NITROGEN)


def net(record: Mapping[str, object]) -> Decimal | None:
    """Return the quantity less what was recovered; None where nothing can be, or more than there is."""
    quantity, recovered = D(record["quantity"]), record.get("recovered")  # type: ignore[arg-type]
    if recovered is None:
        return quantity
    left = quantity - D(recovered)  # type: ignore[arg-type]
    return left if record["category"] == "recharge" and left >= 0 else None


# -- water ----------------------------------------------------------------------------------------


def allowed(record: Row) -> bool:
    """Whether the terms that a record of water states say something of its activity."""
    taken = {"water_supply": {"return_share", "kwh_per_m3"}, "water_treatment": {"kwh_per_m3"}}
    taken |= {load: {"treatment_system"} for load in ON_SITE}
    given = {t for t in ("return_share", "kwh_per_m3", "treatment_system") if record.get(t)}
    return given <= taken.get(record["activity"], set())


def mains(oracle: Oracle, out: Figures, asked: Asked, grid: Asked, record: Row) -> None:
    """Fill in supply or treatment; of supply also the treatment of what returns to the sewer."""
    found, kwh = oracle.choose(asked), record.get("kwh_per_m3")
    if found is None and kwh:
        power = oracle.choose(grid)
        if power is None:
            out.missing.add(asked.activity_category)
        else:
            times = D(kwh) * UNITS[asked.unit][1] / UNITS["m3"][1]
            _put(oracle, out, asked.activity_category, power, times, fallback=True)
    else:
        _put(oracle, out, asked.activity_category, found, ONE)
    if record.get("return_share"):
        name = "water_treatment"
        treated = oracle.choose(replace(asked, activity_category=name, activity=name))
        _put(oracle, out, name, treated, D(record["return_share"]))


def _put(
    oracle: Oracle, out: Figures, name: str, found: Chosen | None, times: Decimal, *, fallback: bool = False
) -> None:
    if found is None:
        out.missing.add(name)
        return
    gases = {gas: kg * times for gas, kg in found.gases.items()}
    oracle._put(out, name, gases, found.co2e_fixed * times, fallback=fallback or found.fallback)


@cache
def _parameters() -> list[dict[str, str]]:
    return read("water/wastewater_ipcc.csv")


def _parameter(name: str, system: str, pinned: str, as_of: dt.date | None) -> Decimal | None:
    """Return the IPCC's value in the last edition that counts; the Refinement stands beside the Guidelines."""
    found = [
        (row["edition"], row["value"])
        for row in _parameters()
        if (row["parameter"], row["system"]) == (name, system)
        and row["edition"] <= pinned
        and (as_of is None or published()["ipcc_wastewater", row["edition"]] <= as_of.isoformat())
    ]
    return D(max(found)[1]) if found else None


def on_site(oracle: Oracle, out: Figures, record: Row) -> None:
    """Fill in wastewater treated on the site: CH4 = load x B0 x MCF; N2O = N x EF x 44/28."""
    admitted = (oracle.editions.get("ipcc_wastewater", "9999"), oracle.as_of)
    kg, system = UNITS[record["unit"]][1], record.get("treatment_system", "")
    if record["activity"] == _NITROGEN:
        gas, used = "N2O", [_parameter("n2o_emission_factor", system, *admitted), D(44) / 28]
    else:
        most = _parameter(_OF_LOAD[record["activity"]], "", *admitted)
        gas, used = "CH4-nonfossil", [most, _parameter("methane_correction_factor", system, *admitted)]
    for value in used:
        if value is None:
            out.missing.add("wastewater_on_site")
            return
        kg *= value
    oracle._put(out, "wastewater_on_site", {gas: kg}, ZERO)


# -- blends ---------------------------------------------------------------------------------------


def blended(oracle: Oracle, out: Figures, asked: Asked) -> bool:
    """Put the parts of a blend by volume in place of a figure that nobody publishes; say whether they could be."""
    name = re.fullmatch(r"(diesel_b|petrol_e)(\d+)", asked.activity)
    if name is None or UNITS[asked.unit][0] != "volume":
        return False
    share = D(name[2]) / 100
    chosen = [oracle.choose(replace(asked, activity=part)) for part in _BLENDED[name[1]]]
    parts = [c for c in chosen if c is not None]
    sources = {(c.row["source_id"], c.row["edition"]) for c in parts}
    fixed = {c.row["gwp_of_co2e_fixed"] for c in parts} - {""}
    if len(parts) < 2 or len(sources) > 1 or len(fixed) > 1 or any(c.row["country"] == "WORLD" for c in parts):
        return False
    gases: dict[str, Decimal] = {}
    for part, times in zip(parts, (1 - share, share), strict=True):
        for gas, kg in part.gases.items():
            gases[gas] = gases.get(gas, ZERO) + kg * times
    unknown = asked.activity_category == "stationary" and "biogenic" not in parts[1].gases
    if unknown:
        gases.pop("biogenic", None)
    co2e = parts[0].co2e_fixed * (1 - share) + parts[1].co2e_fixed * share
    out.missing.discard(asked.activity_category)
    fallback = any(part.fallback for part in parts)
    oracle._put(out, asked.activity_category, gases, co2e, unknown=unknown, fallback=fallback)
    return True


# -- factors of one's own ---------------------------------------------------------------------------


def of_day(own: Sequence[Own], record: Mapping[str, object], country: str, day: dt.date) -> tuple[Own, ...]:
    """Return for each figure the factors of one's own that a record is for on a day: that of its facility first."""
    found = []
    for name in dict.fromkeys(str(row["activity_category"]) for row in own):
        fit = [row for row in own if row["activity_category"] == name and _is_for(row, record, country, day)]
        fit.sort(key=lambda row: (row.get("facility_id") is None, row.get("country") is None))
        found += fit
    return tuple(found)


def _is_for(own: Own, record: Mapping[str, object], country: str, day: dt.date) -> bool:
    wanted = (("facility_id", record["facility_id"]), ("country", country), ("activity", record["activity"]))
    if any(own.get(name) not in (None, value) for name, value in wanted):
        return False
    first, last = str(own.get("valid_from") or "1900"), str(own.get("valid_to") or "9999")
    return (
        (first if len(first) > 4 else f"{first}-01-01")
        <= day.isoformat()
        <= (last if len(last) > 4 else f"{last}-12-31")
    )


def days(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """Yield each day of a period."""
    for n in range((end - start).days + 1):
        yield start + dt.timedelta(days=n)


def replaced(out: Figures, own: Sequence[Own], unit: str, assumed: bool, activity: str) -> None:
    """Put factors of one's own in place of the published figures that their unit reaches, the best of each."""
    done: set[str] = set()
    blocked: set[str] = set()
    for row in own:
        name, per = str(row["activity_category"]), UNITS[str(row["unit"])]
        if name in done:
            continue
        if UNITS[unit][0] != per[0]:
            blocked.add(name)
            continue
        done.add(name)
        out.missing.discard(name)
        out.fell_back.discard(name)
        out.by[name] = D(str(row["co2_fossil_kg"])) * UNITS[unit][1] / per[1]
        grows = activity in fuels() and fuels()[activity]["origin"] in ("biogenic", "blend", "mixed")
        out.biogenic[name] = None if grows and name == "stationary" else ZERO
        if assumed:
            out.fell_back.add(name)
    out.fell_back |= (blocked - done) & out.by.keys()  # the published one answers: told, and refused if strict
