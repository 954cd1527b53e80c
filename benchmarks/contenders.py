"""The contenders: the same two columns, co2e and co2e_biomass, for every row.

The peers get the answer to every question beforehand, as a table of rates by country, sector,
category, activity, unit and year; they join and multiply. We are given only the facilities:
checking, unit rules, factor choice, fallbacks and GWP are inside our time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SECTOR = {"office": "commercial", "warehouse": "commercial", "factory": "manufacturing"}
WORDS = ["facility_id", "category", "activity", "unit"]
KEYS = ["country", "sector", "category", "activity", "unit", "year"]


def load_pandas(folder: Path, encoding: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = pd.read_parquet(folder / f"{encoding}.parquet")
    return frame, pd.read_parquet(folder / "facilities.parquet")


def ours(frame: pd.DataFrame, sites: pd.DataFrame, _: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    import facility_emissions as fe

    result = fe.calculate(frame, sites)
    return result.co2e.to_numpy(), result.co2e_biomass.to_numpy()


def rates(folder: Path) -> pd.DataFrame:
    """Return the table of rates that the peers join: one unit of everything, calculated by us."""
    import facility_emissions as fe
    from benchmarks.data import COUNTRIES, MIX, YEARS

    kinds = {"commercial": "office", "manufacturing": "factory"}
    sites = pd.DataFrame(
        [{"facility_id": f"{c}-{s}", "country": c, "type": t} for c in COUNTRIES for s, t in kinds.items()]
    )
    rows = [
        {"facility_id": f"{c}-{s}", "country": c, "sector": s, "category": m[0], "activity": m[1], "quantity": 1.0,
         "unit": m[2], "year": int(y), "start_date": None, "end_date": None}
        for c in COUNTRIES for s in kinds for m in MIX for y in YEARS
    ]  # fmt: skip
    unit = pd.DataFrame(rows)
    result = fe.calculate(unit.drop(columns=["country", "sector"]), sites)
    assert result.problems.empty, result.problems.head()
    out = unit[KEYS].assign(co2e_rate=result.co2e.to_numpy(), biomass_rate=result.co2e_biomass.to_numpy())
    out["year"] = out["year"].astype(np.int32)
    out.to_parquet(folder / "rates.parquet", index=False)
    return out


def pandas_merge(frame: pd.DataFrame, sites: pd.DataFrame, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Two left merges on shared categories, which keep the rows' order, and two products."""
    sites = sites.assign(sector=sites["type"].map(SECTOR))[["facility_id", "country", "sector"]]
    if isinstance(frame["facility_id"].dtype, pd.CategoricalDtype):
        # Same categories on both sides, or pandas falls back to objects.
        sites = sites.assign(facility_id=pd.Categorical(sites["facility_id"], frame["facility_id"].cat.categories))
        table = table.assign(
            **{n: pd.Categorical(table[n], frame[n].cat.categories) for n in ("category", "activity", "unit")}
        )
        for name in ("country", "sector"):
            names = sorted(set(sites[name]))
            sites[name] = pd.Categorical(sites[name], names)
            table[name] = pd.Categorical(table[name], names)
    keyed = frame[["facility_id", "category", "activity", "unit", "quantity"]].assign(
        year=frame["start_date"].dt.year.astype(np.int32)
    )
    joined = keyed.merge(sites, on="facility_id", how="left").merge(table, on=KEYS, how="left")
    quantity = joined["quantity"]
    return (quantity * joined["co2e_rate"]).to_numpy(), (quantity * joined["biomass_rate"]).to_numpy()


def load_polars(folder: Path, encoding: str):
    import polars as pl

    frame = pl.read_parquet(folder / f"{encoding}.parquet")
    sites = pl.read_parquet(folder / "facilities.parquet")
    if encoding == "dictionary":
        frame = frame.with_columns(pl.col("facility_id", "category", "activity", "unit").cast(pl.Categorical))
    return frame, sites


def polars_join(frame, sites, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """One lazy query: two left joins that keep the rows' order, all cores."""
    import polars as pl

    kinds = {name: frame.schema[name] for name in WORDS}
    sector = pl.col("type").replace_strict(SECTOR, return_dtype=pl.String)
    sites = sites.select(pl.col("facility_id").cast(kinds["facility_id"]), "country", sector.alias("sector"))
    rates_ = pl.from_pandas(table)
    rates_ = rates_.with_columns(pl.col(name).cast(kinds[name]) for name in WORDS if name in rates_.columns)
    if kinds["facility_id"] != pl.String:
        for name in ("country", "sector"):
            enum = pl.Enum(sorted(set(sites[name])))
            sites, rates_ = sites.with_columns(pl.col(name).cast(enum)), rates_.with_columns(pl.col(name).cast(enum))
    out = (
        frame.lazy()
        .select(
            "facility_id",
            "category",
            "activity",
            "unit",
            "quantity",
            pl.col("start_date").dt.year().alias("year"),
        )
        .join(sites.lazy(), on="facility_id", how="left", maintain_order="left")
        .join(rates_.lazy(), on=KEYS, how="left", maintain_order="left")
        .select(
            co2e=pl.col("quantity") * pl.col("co2e_rate"),
            co2e_biomass=pl.col("quantity") * pl.col("biomass_rate"),
        )
        .collect()
    )
    return out["co2e"].to_numpy(), out["co2e_biomass"].to_numpy()


def load_enum(folder: Path, encoding: str):
    """Polars with enums where the input is dictionary-encoded: its fastest key type."""
    import polars as pl

    frame, sites = load_polars(folder, encoding)
    if encoding == "dictionary":
        frame = frame.with_columns(
            pl.col(n).cast(pl.String).cast(pl.Enum(frame[n].cast(pl.String).unique().sort())) for n in WORDS
        )
    return frame, sites


def load_duckdb(folder: Path, encoding: str):
    """DuckDB with everything in its own tables; enums where the input is dictionary-encoded."""
    import duckdb

    con = duckdb.connect()
    con.execute(f"create table raw as select *, row_number() over () as i from '{folder}/{encoding}.parquet'")
    con.execute(f"create table sites as from '{folder}/facilities.parquet'")
    kinds = "case type when 'factory' then 'manufacturing' else 'commercial' end"
    con.execute(f"create table places as select facility_id, country, {kinds} as sector from sites")
    con.execute(f"create table rates as from '{folder}/rates.parquet'")
    if encoding == "dictionary":
        for name in WORDS:
            con.execute(f"create type {name}_enum as enum (select distinct {name} from raw order by 1)")
            for table in ("raw", "places", "rates"):
                if name in {c[0] for c in con.execute(f"describe {table}").fetchall()}:
                    con.execute(f"alter table {table} alter {name} type {name}_enum")
    return con, None


def duckdb_join(con, _, __) -> tuple[np.ndarray, np.ndarray]:
    """One query: two left joins, the rows in their order again."""
    out = con.sql(
        "select quantity * co2e_rate as co2e, quantity * biomass_rate as co2e_biomass "
        "from raw f left join places s using (facility_id) "
        "left join rates r on r.country = s.country and r.sector = s.sector and r.category = f.category "
        "and r.activity = f.activity and r.unit = f.unit and r.year = year(f.start_date) order by i"
    ).fetchnumpy()
    return out["co2e"].filled(np.nan), out["co2e_biomass"].filled(np.nan)


def load_limit(folder: Path, encoding: str):
    """What the machine allows at best: the key of each row is known already, and its rates."""
    frame, sites = load_pandas(folder, encoding)
    import facility_emissions as fe

    result = fe.calculate(frame, sites)
    c = result._calculation
    return (frame["quantity"].to_numpy(), c.key, c.rates.co2e, c.rates.co2e_biomass), None


def limit(known, _, __) -> tuple[np.ndarray, np.ndarray]:
    """One pass of numpy on all cores: read a quantity and a code, write the two outputs."""
    from facility_emissions.calculation.blocks import over_blocks

    quantity, code, *rates = known
    out = [np.empty(len(quantity)) for _ in rates]

    def multiply(block: slice) -> None:
        for rate, product in zip(rates, out, strict=True):
            np.multiply(rate[code[block]], quantity[block], out=product[block])

    over_blocks(len(quantity), multiply)
    return out[0], out[1]


CONTENDERS = {
    "facility_emissions": (load_pandas, ours),
    "limit (numpy pass)": (load_limit, limit),
    "pandas merge": (load_pandas, pandas_merge),
    "polars join": (load_polars, polars_join),
    "polars join, enums": (load_enum, polars_join),
    "DuckDB join": (load_duckdb, duckdb_join),
}
