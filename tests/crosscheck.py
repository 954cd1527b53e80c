"""One fuel, several publishers: kg CO2e for one kWh, by `factors.find`, as tables of docs/crosscheck.md.

A column appears as soon as its publisher's factors are in the package. Two conversions are needed to lay the
publishers side by side, and both are read off published factors:

- gross to net: DESNZ prints each fossil fuel for a gross and for a net kWh; the ratio of the two is NCV/GCV.
- MITECO prints litres and kilograms without calorific values. Its CH4 is IPCC's default per GJ (10, 5, 200 or
  300 g), so the CH4 of a row tells the energy behind it. Propane and butane have no CH4: DESNZ's tonne does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

import facility_emissions as fe
from facility_emissions import gwp
from facility_emissions.vocabulary.units import parse_unit

SET = "AR5"
DESNZ_YEAR, MITECO_YEAR = 2025, 2024
FOSSIL = {
    "natural_gas": "natural gas",
    "gas_oil_heating": "heating gas oil",
    "kerosene": "kerosene",
    "lpg": "LPG, mixed",
    "propane": "propane",
    "butane": "butane",
    "fuel_oil": "residual fuel oil",
    "coal_bituminous": "hard coal",
    "petroleum_coke": "petroleum coke",
    "diesel": "diesel, mineral",
    "petrol": "petrol, mineral",
}
BIOMASS = {
    "wood_pellets": "wood pellets",
    "wood_chips": "wood chips",
    "charcoal": "charcoal",
    "biogas": "biogas",
    "biodiesel_fame": "biodiesel (FAME)",
    "bioethanol": "bioethanol",
}
# g CH4 per GJ of the row of IPCC 2006 that MITECO's boilers follow, where it is not the commercial one.
MITECO_CH4 = {"biogas": 1.0}


@dataclass(frozen=True)
class Figure:
    """kg for one kWh: CO2e of fossil CO2, CH4 and N2O, and biogenic CO2 beside it (None: not published)."""

    co2e: float
    biogenic: float | None

    def times(self, factor: float) -> Figure:
        """The same per another unit."""
        return Figure(self.co2e * factor, None if self.biogenic is None else self.biogenic * factor)


@cache
def rows(source: str, fuel: str, country: str, year: int | None) -> pd.DataFrame:
    """The factors of a fuel burnt on site, of one source."""
    place = None if country == "WORLD" else country
    found = fe.factors.find(fuel, country=place, year=year, activity_category="stationary", source=source)
    return found.assign(unit_id=found["unit"] + found["basis"].map(lambda b: f"_{b}" if b else ""))


def one(source: str, fuel: str, country: str, unit: str, year: int | None = None, sector: str = "") -> pd.Series | None:
    """The newest factor per a unit, or None where the source has none."""
    found = rows(source, fuel, country, year)
    found = found[(found["unit_id"] == unit) & (found["sector"] == sector) & found["country"].isin([country, "WORLD"])]
    return None if found.empty else found.sort_values(["valid_from", "edition"]).iloc[-1]


def weigh(row: pd.Series) -> Figure:
    """kg for one unit of a factor's own."""
    if pd.notna(row["co2e_fixed_kg"]):
        total = float(row["co2e_fixed_kg"])
    else:
        masses = (row["co2_fossil_kg"], row["ch4_kg"], row["n2o_kg"])
        kg = [0.0 if pd.isna(m) else float(m) for m in masses]
        total = kg[0] + kg[1] * gwp.gwp("CH4", SET) + kg[2] * gwp.gwp("N2O", SET)
    return Figure(total, None if pd.isna(row["co2_biogenic_kg"]) else float(row["co2_biogenic_kg"]))


def per_kwh(row: pd.Series) -> Figure:
    """kg for one kWh of a factor that is per a unit of energy, on the basis of the factor."""
    return weigh(row).times(1 / parse_unit(str(row["unit_id"])).to_base)


def net_of_gross(fuel: str) -> float | None:
    """NCV/GCV of a fuel: DESNZ's CO2 for a gross kWh over that for a net one."""
    gross, net = (one("desnz", fuel, "GB", f"kWh_{basis}", DESNZ_YEAR) for basis in ("gcv", "ncv"))
    if gross is None or net is None:
        return None
    return float(gross["co2_fossil_kg"]) / float(net["co2_fossil_kg"])


Column = Callable[[str], "Figure | None"]


def of_energy(
    source: str, country: str, units: Iterable[str], year: int | None = None, sector: str = "", *, as_is: bool = False
) -> Column:
    """A column of a publisher that prints energy: the first unit that it has.

    A gross kWh is made a net one by DESNZ's ratio, unless it is to stand `as_is`.
    """

    def net(fuel: str) -> Figure | None:
        for unit in units:
            row = one(source, fuel, country, unit, year, sector)
            if row is None:
                continue
            ratio = net_of_gross(fuel) if unit.endswith("_gcv") and not as_is else 1.0
            if ratio is not None:
                return per_kwh(row).times(1 / ratio)
        return None

    return net


def miteco(fuel: str) -> Figure | None:
    """MITECO's litre, kilogram or gross kWh as a net kWh; for gas with the PCI/PCS of its own footnote."""
    if fuel == "natural_gas":
        row_of = {"facility_id": "es", "category": "heat", "activity": fuel, "quantity": 1.0, "unit": "kWh_ncv",
                  "year": MITECO_YEAR}  # fmt: skip
        result = fe.calculate([row_of], [{"id": "es", "country": "ES", "type": "office"}], fe.Method(gwp=SET))
        return Figure(float(result.records["stationary"].iloc[0]), None)
    for unit in ("l", "kg"):
        row = one("miteco", fuel, "ES", unit, MITECO_YEAR)
        if row is None:
            continue
        kwh = _kwh_behind_ch4(fuel, row) if pd.notna(row["ch4_kg"]) else _kwh_of_desnz_kg(fuel)
        return None if kwh is None else weigh(row).times(1 / kwh)
    return None


def _kwh_behind_ch4(fuel: str, row: pd.Series) -> float | None:
    boiler = one("ipcc", fuel, "WORLD", "TJ_ncv", sector="commercial")
    if boiler is None:
        return None
    grams = MITECO_CH4.get(fuel, float(boiler["ch4_kg"]))  # kg/TJ = g/GJ
    return float(row["ch4_kg"]) * 1000 / grams / 0.0036


def _kwh_of_desnz_kg(fuel: str) -> float | None:
    tonne, net = (one("desnz", fuel, "GB", unit, DESNZ_YEAR) for unit in ("t", "kWh_ncv"))
    if tonne is None or net is None:
        return None
    return float(tonne["co2_fossil_kg"]) / float(net["co2_fossil_kg"]) / 1000


NET: dict[str, Column] = {
    "IPCC 2006, commercial": of_energy("ipcc", "WORLD", ["TJ_ncv"], sector="commercial"),
    "IPCC 2006, industry": of_energy("ipcc", "WORLD", ["TJ_ncv"], sector="manufacturing"),
    "DESNZ 2025 (GB)": of_energy("desnz", "GB", ["kWh_ncv", "GJ_ncv"], DESNZ_YEAR),
    "MITECO V31, 2024 (ES)": miteco,
    "EPA Hub (US)": of_energy("epa_hub", "US", ["mmBtu_gcv"]),
    "ADEME V23.6 (FR)": of_energy("ademe", "FR", ["kWh_ncv", "GJ_ncv"]),
    "NGA (AU)": of_energy("nga", "AU", ["GJ_gcv", "kWh_gcv"]),
}
BASE = "IPCC 2006, commercial"
GROSS: dict[str, Column] = {
    "DESNZ 2025 (GB)": of_energy("desnz", "GB", ["kWh_gcv"], DESNZ_YEAR, as_is=True),
    "MITECO V31, 2024 (ES)": of_energy("miteco", "ES", ["kWh_gcv"], MITECO_YEAR, as_is=True),
    "EPA Hub (US)": of_energy("epa_hub", "US", ["mmBtu_gcv"], as_is=True),
    "ADEME V23.6 (FR)": of_energy("ademe", "FR", ["kWh_gcv"], as_is=True),
    "NGA (AU)": of_energy("nga", "AU", ["GJ_gcv", "kWh_gcv"], as_is=True),
}
# Of biomass DESNZ prints net kWh only, so there is no ratio: what is printed gross stands as it is.
OF_BIOMASS: dict[str, Column] = {
    **{name: column for name, column in NET.items() if not name.startswith(("EPA", "NGA"))},
    "EPA Hub (US), gross kWh": of_energy("epa_hub", "US", ["mmBtu_gcv"], as_is=True),
    "NGA (AU), gross kWh": of_energy("nga", "AU", ["GJ_gcv", "kWh_gcv"], as_is=True),
}


def table(fuels: Iterable[str], columns: dict[str, Column]) -> pd.DataFrame:
    """Figures by fuel (rows) and publisher (columns); publishers without any are left out."""
    found = {name: {fuel: column(fuel) for fuel in fuels} for name, column in columns.items()}
    return pd.DataFrame({name: cells for name, cells in found.items() if any(cells.values())}, dtype=object)


def crosscheck_fossil() -> str:
    """Fossil fuels for one net kWh, with NCV/GCV and how far a publisher is from IPCC's commercial boiler."""
    found = table(FOSSIL, NET)
    lines = [_head(["fuel", "NCV/GCV", *found.columns, "furthest from IPCC"])]
    for fuel, name in FOSSIL.items():
        ratio = net_of_gross(fuel)
        base = found.loc[fuel, BASE].co2e
        cells = [f"{c.co2e:.4f}" if c else "" for c in found.loc[fuel]]
        off = {who: c.co2e / base - 1 for who, c in found.loc[fuel].items() if c and not str(who).startswith("IPCC")}
        who = max(off, key=lambda w: abs(off[w]))
        furthest = f"{off[who]:+.1%} {str(who).split(' ')[0]}".replace("%", " %").replace("-", "−")
        lines.append(_row([name, f"{ratio:.3f}" if ratio else "", *cells, furthest]))
    return "\n".join(lines)


def crosscheck_gross() -> str:
    """Fossil fuels for one gross kWh: as printed where a publisher does, else its net figure by DESNZ's NCV/GCV."""
    found = table(FOSSIL, NET)
    lines = [_head(["fuel", *found.columns])]
    for fuel, name in FOSSIL.items():
        cells = [gross_kwh(str(who), fuel, figure) for who, figure in found.loc[fuel].items()]
        lines.append(_row([name, *(f"{c:.4f}" if c else "" for c in cells)]))
    return "\n".join(lines)


def gross_kwh(publisher: str, fuel: str, net: Figure | None) -> float | None:
    """kg CO2e for one gross kWh of a publisher."""
    printed = GROSS[publisher](fuel) if publisher in GROSS else None
    ratio = net_of_gross(fuel)
    return printed.co2e if printed else net.co2e * ratio if net and ratio else None


def crosscheck_biomass() -> str:
    """Fuels of biomass for one net kWh: scope 1 (CH4, N2O, fossil CO2) / biogenic CO2."""
    found = table(BIOMASS, OF_BIOMASS)
    lines = [_head(["fuel", *found.columns])]
    for fuel, name in BIOMASS.items():
        lines.append(_row([name, *map(_both, found.loc[fuel])]))
    return "\n".join(lines)


def _both(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{figure.co2e:.4f} / {'not published' if figure.biogenic is None else format(figure.biogenic, '.3f')}"


def _head(cells: list[str]) -> str:
    return f"{_row(cells)}\n{'|---' * len(cells)}|"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
