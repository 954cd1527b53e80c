"""The row contract of a factor table: its columns, what each may hold, and the checked row.

One row is one published factor: masses of gas [kg] per one `unit` of activity. GWP is not
part of it; it comes in at calculation. An empty cell means "not published", never zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from facility_emissions.errors import DataPackageError
from facility_emissions.vocabulary.instruments import INSTRUMENTS
from facility_emissions.vocabulary.sectors import SECTORS

WORLD = "WORLD"
OPEN_YEAR = 9999  # after every year of consumption
RUNGS = ("supplier", "residual_mix", *INSTRUMENTS)
# What a rule makes zero: any contract of generation that burns nothing, what is not bought, what is not consumed.
WITHOUT_COMBUSTION, OWN_GENERATION, EXPORTED = "without_combustion", "own_generation", "exported"
MARKET_RATES = (*RUNGS, WITHOUT_COMBUSTION, OWN_GENERATION, EXPORTED)
BOUNDARIES = ("direct", "lifecycle", "upstream", "losses")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # the same row is the same object
class Factor:
    """One published emission factor, as `data/emission_factors/<category>/*.csv` holds it.

    Attributes:
        factor_id: stable name, composed of the key columns by `make_factor_id`.
        activity_category: the figure that it gives (`stationary`, `electricity_location_based`, ...).
        activity: id from the vocabulary (`natural_gas`, `grid_electricity`, `water_supply`, ...).
        country: ISO 3166-1 alpha-2, a region (`EUROPE`), or `WORLD`.
        subdivision: ISO 3166-2 code, or a grid region (`eGRID:CAMX`), or ''.
        valid_from, valid_to: calendar years of consumption that it is meant for, inclusive;
            `valid_to` None means open.
        unit: canonical unit id without its basis (`kWh`, `kg`, `l`, `m3`, `TJ`).
        basis: `gcv` or `ncv` for the energy of a fuel, else ''.
        sector: IPCC sector the factor belongs to, or '' for all.
        instrument: for market-based electricity, the rung of the hierarchy or the rule; else ''.
        supplier: supplier or network that the factor belongs to, or ''.
        boundary: `direct`, `lifecycle` (upstream inside), `upstream` or `losses`.
        co2_fossil_kg, ch4_kg, n2o_kg, co2_biogenic_kg: [kg gas / unit]; None = not published.
        ch4_origin: `fossil`, `biogenic` or ''.
        co2e_fixed_kg: [kg CO2e / unit], only where the publisher gives no gases.
        gwp_of_co2e_fixed: the GWP set inside `co2e_fixed_kg`, `unstated` where not said.
        lower, upper: published bounds of the CO2 of this row [kg / unit], or None.
        source_id, edition: key into `sources.csv`.
        data_year: year of the underlying data, or None.
        locator: where in the publisher's document (sheet, table, row label).
        note: what a reader has to know.
    """

    factor_id: str
    activity_category: str
    activity: str
    country: str
    subdivision: str = ""
    valid_from: int
    valid_to: int | None = None
    unit: str
    basis: str = ""
    sector: str = ""
    instrument: str = ""
    supplier: str = ""
    boundary: str = "direct"
    co2_fossil_kg: float | None = None
    ch4_kg: float | None = None
    ch4_origin: str = ""
    n2o_kg: float | None = None
    co2_biogenic_kg: float | None = None
    co2e_fixed_kg: float | None = None
    gwp_of_co2e_fixed: str = ""
    lower: float | None = None
    upper: float | None = None
    source_id: str
    edition: str
    data_year: int | None = None
    locator: str = ""
    note: str = ""

    @property
    def unit_id(self) -> str:
        """The unit with its energy basis, as the vocabulary names it (`kWh_gcv`)."""
        return f"{self.unit}_{self.basis}" if self.basis else self.unit

    @property
    def last_year(self) -> int:
        """The last year of consumption that it is meant for; `OPEN_YEAR` where the end is open."""
        return OPEN_YEAR if self.valid_to is None else self.valid_to

    def covers(self, year: int) -> bool:
        """Whether it is meant for consumption of that year."""
        return self.valid_from <= year <= self.last_year


FACTOR_COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Factor))
NUMBERS = frozenset(
    "co2_fossil_kg ch4_kg n2o_kg co2_biogenic_kg co2e_fixed_kg lower upper".split(),
)
YEARS = frozenset(("valid_from", "valid_to", "data_year"))
REQUIRED = (
    "factor_id",
    "activity_category",
    "activity",
    "country",
    "valid_from",
    "unit",
    "source_id",
    "edition",
)

# What `find` says of a factor beside its row; a table of the user's own may keep them, they are not read.
FOUND_COLUMNS = tuple("gases publisher published publication_year licence match rank chosen why".split())

PROPERTY_COLUMNS = (
    "activity country valid_from valid_to property value unit lower upper source_id edition locator note".split()
)

SOURCE_COLUMNS = [
    *"source_id edition title publisher published publication_year".split(),
    *"licence licence_url attribution url gwp_set note".split(),
]
GAP_COLUMNS = (
    "activity_category activity country subdivision instrument valid_from valid_to reason remedy source".split()
)
ERRATA_COLUMNS = "source_id edition subject figure unit printed right action why evidence".split()
CORRECTED, KEPT, LEFT_OUT = "corrected", "kept as printed", "left out"


def make_factor_id(row: Mapping[str, object]) -> str:
    """Compose the stable id of a factor row from its key columns.

    The same figure keeps its id between releases of the data, for nothing in it is counted.
    """
    place = row.get("subdivision") or row["country"]
    unit = f"{row['unit']}_{row['basis']}" if row.get("basis") else row["unit"]
    parts = [row["source_id"], row["edition"], place, row["activity_category"], row["activity"]]
    parts += [row.get(k) for k in ("instrument", "supplier", "sector")]
    parts += [unit, row["valid_from"]]
    return "/".join(str(p).replace("/", "-").replace(" ", "_") for p in parts if p not in (None, ""))


def parse_factor(row: Mapping[str, str], where: str) -> Factor:
    """Check one row of text cells and return it as a `Factor`.

    Args:
        row: column name to cell text, '' for empty.
        where: file and line, for the message.

    Raises:
        DataPackageError: unknown or missing column, a cell that is no number, a year out of
            order, a factor that gives no figure at all.
    """
    unknown = set(row) - set(FACTOR_COLUMNS)
    if unknown:
        raise DataPackageError(f"{where}: unknown column {sorted(unknown)[0]!r}; known: {', '.join(FACTOR_COLUMNS)}.")
    values: dict[str, object] = {}
    for name in FACTOR_COLUMNS:
        cell = (row.get(name) or "").strip()
        if name in NUMBERS:
            values[name] = _number(cell, where, name)
        elif name in YEARS:
            values[name] = _year(cell, where, name)
        else:
            values[name] = cell
    for name in REQUIRED:
        if values[name] in ("", None):
            raise DataPackageError(f"{where}: column {name!r} is empty.")
    values["boundary"] = values["boundary"] or "direct"
    factor = Factor(**values)  # type: ignore[arg-type]
    _check(factor, where)
    return factor


def _check(f: Factor, where: str) -> None:
    if f.valid_to is not None and f.valid_to < f.valid_from:
        raise DataPackageError(f"{where}: valid_to {f.valid_to} is before valid_from {f.valid_from}.")
    if all(v is None for v in (f.co2_fossil_kg, f.ch4_kg, f.n2o_kg, f.co2_biogenic_kg, f.co2e_fixed_kg)):
        raise DataPackageError(f"{where}: {f.factor_id} gives no gas and no CO2e.")
    if (f.co2e_fixed_kg is not None) != bool(f.gwp_of_co2e_fixed):
        raise DataPackageError(f"{where}: co2e_fixed_kg and gwp_of_co2e_fixed go together ({f.factor_id}).")
    if f.co2e_fixed_kg is not None and any(v is not None for v in (f.co2_fossil_kg, f.ch4_kg, f.n2o_kg)):
        raise DataPackageError(f"{where}: {f.factor_id} gives both gases and a fixed CO2e.")
    for name, allowed in (
        ("basis", ("", "gcv", "ncv")),
        ("sector", ("", *SECTORS)),
        ("instrument", ("", *MARKET_RATES)),
        ("boundary", BOUNDARIES),
        ("ch4_origin", ("", "fossil", "biogenic")),
    ):
        if getattr(f, name) not in allowed:
            raise DataPackageError(f"{where}: {name} {getattr(f, name)!r} is none of {allowed}.")


def _number(cell: str, where: str, name: str) -> float | None:
    if cell == "":
        return None
    try:
        value = float(cell)
    except ValueError:
        raise DataPackageError(f"{where}: column {name!r} holds {cell!r}, which is no number.") from None
    if not math.isfinite(value):
        raise DataPackageError(f"{where}: column {name!r} holds {cell!r}; factors are finite.")
    return value


def _year(cell: str, where: str, name: str) -> int | None:
    if cell == "":
        return None
    if not (cell.isdigit() and 1900 <= int(cell) <= 2100):
        raise DataPackageError(f"{where}: column {name!r} holds {cell!r}, which is no year.")
    return int(cell)
