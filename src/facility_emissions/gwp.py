"""Global warming potentials, compositions of refrigerant blends, and which gases count.

A GWP is [kg CO2e / kg gas] of one IPCC assessment report and one time horizon. SAR; TAR Table
6.7; AR4 Table 2.14; AR5 Table 8.A.1; AR5CCF (with climate-carbon feedbacks) Tables 8.7 and
8.SM.16; AR6 Tables 7.15 and 7.SM.7. `gwp_source` says for each value where it stands, and
whether it is from a report or was supplied from elsewhere. Nothing here falls back: a value
that a set does not have is an error, never a zero and never the value of another set.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from facility_emissions import bundle
from facility_emissions.errors import DataPackageError, GWPError, did_you_mean
from facility_emissions.vocabulary.refrigerants import UNREAD_BLENDS

Gases = Literal["all", "kyoto"]

GWP_SETS = ("SAR", "TAR", "AR4", "AR5", "AR5CCF", "AR6")
HORIZONS = (100, 20)
TRACE_LIMIT = 0.10  # mass fraction without a value that `missing="zero"` may leave out
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class GWPSource:
    """One GWP and where it stands.

    Attributes:
        gas, gwp_set, horizon: what it is the GWP of.
        value: [kg CO2e / kg].
        qualifier: `<=` where the report prints "<1" and 1 is stored, `>` likewise; else ''.
        source: id in `sources.csv`; several are joined by ';'.
        locator: table or section.
        status: `ipcc` (in the report), `supplement` (another publication gives it for the
            set), `secondary` (quoted), `derived`, `corrected`, `convention` (counted 0).
        note: what a reader has to know.
    """

    gas: str
    gwp_set: str
    horizon: int
    value: float
    qualifier: str
    source: str
    locator: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class PublishedGWP:
    """One printed GWP of a refrigerant: an agency's own figure, with its own rounding and errors.

    Attributes:
        source_id, edition: key into `sources.csv`.
        refrigerant: our id of the blend or gas; `printed_as` is the publisher's.
        gwp_set, gases: the set it was made with, and the gases counted (`all`, `kyoto`, `nonkyoto`).
        value: [kg CO2e / kg], as printed.
        erratum: whether the figure is known to be wrong (see `errata.csv`).
        locator, note: where it stands; what a reader has to know.
    """

    source_id: str
    edition: str
    refrigerant: str
    printed_as: str
    gwp_set: str
    gases: str
    value: float
    erratum: bool
    locator: str
    note: str


@cache
def _gases() -> dict[str, dict[str, str]]:
    return {row["gas"]: row for row in bundle.rows("gwp/gases.csv")}


@cache
def _values() -> dict[tuple[str, str, int], GWPSource]:
    found: dict[tuple[str, str, int], GWPSource] = {}
    for row in bundle.rows("gwp/gwp.csv"):
        key = (row["gas"], row["gwp_set"], int(row["horizon"]))
        if key in found:
            raise DataPackageError(f"gwp.csv gives {' '.join(map(str, key))} twice.")
        typed = {**row, "horizon": key[2], "value": float(row["value"])}
        found[key] = GWPSource(**typed)  # type: ignore[arg-type]
    return found


@cache
def _blends() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in bundle.rows("gwp/blends.csv"):
        found.setdefault(row["blend"], {})[row["component"]] = float(row["mass_fraction"])
    return found


@cache
def _published() -> dict[tuple[str, str, str, str, str], PublishedGWP]:
    """Printed figures by (source, edition, refrigerant, set, gases); a right one beside a wrong one wins."""
    found: dict[tuple[str, str, str, str, str], PublishedGWP] = {}
    rows = [(row.pop("blend"), row) for row in bundle.rows("recharge/published_blends.csv")]
    rows += [(row.pop("gas"), row) for row in bundle.rows("recharge/published_gases.csv")]
    for refrigerant, row in rows:
        typed = {**row, "value": float(row["value"]), "erratum": row["erratum"] == "1"}
        figure = PublishedGWP(refrigerant=refrigerant, **typed)  # type: ignore[arg-type]
        key = (figure.source_id, figure.edition, figure.refrigerant, figure.gwp_set, figure.gases)
        if key not in found or found[key].erratum:
            found[key] = figure
    return found


def gases() -> tuple[str, ...]:
    """Return the ids of all gases, sorted."""
    return tuple(sorted(_gases()))


def blends() -> tuple[str, ...]:
    """Return the ids of all blends with a composition, sorted."""
    return tuple(sorted(_blends()))


def group(gas: str) -> str:
    """Return the chemical group of a gas (`HFC`, `PFC`, `HCFC`, `CFC`, `HFO`, `HC`, `CO2`, ...)."""
    return _gas(gas)["group"]


def is_kyoto(gas: str) -> bool:
    """Whether the Kyoto Protocol lists the gas (CO2, CH4, N2O, HFC, PFC, SF6, NF3)."""
    return _gas(gas)["kyoto"] == "1"


def _gas(gas: str) -> dict[str, str]:
    try:
        return _gases()[gas]
    except KeyError:
        raise GWPError(f"Unknown gas {gas!r}.{did_you_mean(gas, _gases())}") from None


def gwp_source(gas: str, gwp_set: str = "AR5", horizon: int = 100) -> GWPSource:
    """Return the GWP of a gas with its source, status and qualifier.

    Args:
        gas: id of a gas (`CH4`, `HFC-134a`, `SF6`).
        gwp_set: one of `GWP_SETS`.
        horizon: 100 or 20 [years].

    Raises:
        GWPError: unknown gas, set or horizon, or the set has no value for the gas.
    """
    found = _values().get((gas, gwp_set, horizon))
    if found is None:
        _check(gwp_set, horizon)
        _gas(gas)
        raise GWPError(f"{gas} has no GWP in {gwp_set} over {horizon} years; {_others(gas)}.")
    return found


def gwp(gas: str, gwp_set: str = "AR5", horizon: int = 100) -> float:
    """Return the GWP of a gas [kg CO2e / kg].

    Args and Raises: as `gwp_source`.

    >>> gwp("CH4"), gwp("CH4", "AR6"), gwp("CH4-fossil", "AR6")
    (28.0, 27.9, 29.8)
    """
    return gwp_source(gas, gwp_set, horizon).value


def _check(gwp_set: str, horizon: int) -> None:
    if gwp_set not in GWP_SETS:
        raise GWPError(f"Unknown GWP set {gwp_set!r}: choose {', '.join(GWP_SETS)}.")
    if horizon not in HORIZONS:
        raise GWPError(f"No GWPs over {horizon} years: choose {' or '.join(map(str, HORIZONS))}.")


def _others(gas: str) -> str:
    having = {s: [str(h) for h in HORIZONS if (gas, s, h) in _values()] for s in GWP_SETS}
    listed = ", ".join(f"{s} ({' and '.join(h)} years)" for s, h in having.items() if h)
    return f"it has one in {listed}" if listed else "no set here has one"


def table(gwp_set: str = "AR5", horizon: int = 100) -> dict[str, float]:
    """Return all GWPs of one set and horizon, gas to [kg CO2e / kg]; gases without a value are absent."""
    _check(gwp_set, horizon)
    return {gas: v.value for (gas, s, h), v in _values().items() if s == gwp_set and h == horizon}


def composition(refrigerant: str) -> dict[str, float]:
    """Return the composition of a refrigerant by mass, gas to fraction; a pure gas is 1.0 of itself.

    Args:
        refrigerant: id of a blend or a gas, as `parse_refrigerant` returns it.

    Raises:
        GWPError: unknown, or a blend whose composition was not read in a publication.

    >>> composition("R-410A")
    {'HFC-32': 0.5, 'HFC-125': 0.5}
    """
    if refrigerant in _blends():
        return dict(_blends()[refrigerant])
    if refrigerant in _gases():
        return {refrigerant: 1.0}
    if refrigerant in UNREAD_BLENDS:
        raise GWPError(
            f"The composition of {refrigerant} was not read in a publication: give a custom factor "
            "[kg CO2e/kg], or record its components by mass."
        )
    raise GWPError(f"Unknown refrigerant {refrigerant!r}.{did_you_mean(refrigerant, [*_blends(), *_gases()])}")


def without_value(refrigerant: str, gwp_set: str, horizon: int = 100, gases: Gases = "all") -> dict[str, float]:
    """Return the counted components that the set has no GWP for, with their mass fraction."""
    _check(gwp_set, horizon)
    parts = composition(refrigerant)
    return {
        g: f for g, f in parts.items() if (gases == "all" or is_kyoto(g)) and (g, gwp_set, horizon) not in _values()
    }


def mixture_gwp(
    parts: Mapping[str, float],
    gwp_set: str = "AR5",
    horizon: int = 100,
    gases: Gases = "all",
    *,
    missing: Literal["raise", "zero"] = "raise",
) -> float:
    """Return the GWP of a mixture [kg CO2e / kg], unrounded: the sum of mass fraction x GWP.

    Args:
        parts: gas to mass fraction; the fractions add up to 1.
        gwp_set: one of `GWP_SETS`.
        horizon: 100 or 20 [years].
        gases: `all`, or `kyoto` to count only gases of the Kyoto Protocol (CFC, HCFC, HFO 0).
        missing: `raise` for a counted gas without a value; `zero` leaves such gases out as long
            as they are no more than 10 % of the mass (a few per cent of butane, say).

    Raises:
        GWPError: a counted gas has no value; the fractions do not add up.
    """
    if gases not in ("all", "kyoto") or missing not in ("raise", "zero"):
        raise GWPError(f"gases is 'all' or 'kyoto', missing is 'raise' or 'zero'; got {gases!r}, {missing!r}.")
    _check(gwp_set, horizon)
    for gas in parts:
        _gas(gas)
    total = math.fsum(parts.values())
    if not abs(total - 1) <= _TOLERANCE or any(f < 0 for f in parts.values()):
        raise GWPError(f"Mass fractions are not negative and add up to 1; these add up to {total:.9g}.")
    counted = {g: f for g, f in parts.items() if gases == "all" or is_kyoto(g)}
    absent = [g for g in counted if (g, gwp_set, horizon) not in _values()]
    if absent and (missing == "raise" or math.fsum(counted[g] for g in absent) > TRACE_LIMIT + _TOLERANCE):
        gwp(absent[0], gwp_set, horizon)  # raises, naming the gas and the sets that have it
    return math.fsum(f * gwp(g, gwp_set, horizon) for g, f in counted.items() if g not in absent)


def refrigerant_gwp(
    refrigerant: str,
    gwp_set: str = "AR5",
    horizon: int = 100,
    gases: Gases = "all",
    method: Literal["computed", "published"] = "computed",
    *,
    missing: Literal["raise", "zero"] = "raise",
    source_id: str = "",
    edition: str = "",
) -> float:
    """Return the GWP of a refrigerant [kg CO2e / kg].

    Args:
        refrigerant: id of a blend or a gas, as `parse_refrigerant` returns it.
        gwp_set, horizon, gases, missing: as `mixture_gwp`.
        method: `computed` from the composition, unrounded; `published` for the figure that an
            agency prints (`source_id` and `edition` say which), with its rounding and errors.
        source_id, edition: of the printed figure (`desnz_refrigerants`, `2025`).

    Raises:
        GWPError: a component has no value in the set, or nothing such is printed.

    >>> refrigerant_gwp("R-410A", "AR4")
    2087.5
    """
    if method == "published":
        return published_gwp(refrigerant, source_id, edition, gwp_set, gases, horizon).value
    if method != "computed":
        raise GWPError(f"method is 'computed' or 'published', not {method!r}.")
    try:
        return mixture_gwp(composition(refrigerant), gwp_set, horizon, gases, missing=missing)
    except GWPError as error:
        if refrigerant not in _blends():
            raise
        raise GWPError(f"{refrigerant} cannot be computed: {error}") from None


def published_gwp(
    refrigerant: str, source_id: str, edition: str, gwp_set: str, gases: Gases = "all", horizon: int = 100
) -> PublishedGWP:
    """Return the GWP that an agency prints for a refrigerant.

    Raises:
        GWPError: the edition prints no such figure; it says what is printed instead.
    """
    found = _published().get((source_id, edition, refrigerant, gwp_set, gases))
    if found is not None and horizon == 100:
        return found
    printed = [f for f in _published().values() if f.refrigerant == refrigerant]
    for closer in (
        [f for f in printed if f.source_id == source_id],
        [f for f in printed if f.edition == edition],
    ):
        printed = [f for f in printed if f in closer] or printed
    having = "; ".join(sorted({f"{f.source_id} {f.edition} ({f.gwp_set}, {f.gases})" for f in printed}))
    asked = f"{source_id!r} {edition!r} ({gwp_set} over {horizon} years, {gases})"
    having = f"printed, over 100 years: {having}" if having else "no agency here prints it"
    raise GWPError(f"{refrigerant}: no printed figure in {asked}; {having}.")
