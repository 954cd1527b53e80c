"""The contenders: the same two columns, co2e and co2e_biomass, for every row, in the rows' order.

The peers get the answer to every question beforehand, as a table of rates by country, sector,
category, activity, unit and year; they join and multiply, each written as well as we know how.
We are given only the facilities: checking, unit rules, factor choice, fallbacks and GWP are
inside our time. `limit` is what the machine allows, `usual_pass` what most would write of it,
`arrow_encoding` what dictionaries cost.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

SECTOR = {"office": "commercial", "warehouse": "commercial", "factory": "manufacturing"}
WORDS = ["facility_id", "category", "activity", "unit"]
KEYS = ["country", "sector", "category", "activity", "unit", "year"]
Answer = tuple[np.ndarray, ...]
Work = Callable[[], Answer | None]


def rates(folder: Path) -> None:
    """Write the table of rates that the peers join: one unit of everything, calculated by us."""
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


def facility_emissions(folder: Path, encoding: str) -> Work:
    """Return our whole calculation: `calculate`, and its two headline columns."""
    import facility_emissions as fe

    frame, sites = _frames(folder, encoding)

    def work() -> Answer:
        result = fe.calculate(frame, sites)
        return result.co2e.to_numpy(), result.co2e_biomass.to_numpy()

    return work


def limit(folder: Path, encoding: str) -> Work:
    """Return the least that any program does, with every check done and every question answered beforehand."""
    import facility_emissions as fe

    frame, sites = _frames(folder, encoding)
    found = fe.calculate(frame, sites)._calculation
    return over_one_pass(frame["quantity"].to_numpy(), found.key, found.rates.co2e, found.rates.co2e_biomass)


def usual_pass(folder: Path, encoding: str) -> Work:
    """Return the same as it is usually written: a lookup and a product of whole columns, one thread."""
    import facility_emissions as fe

    frame, sites = _frames(folder, encoding)
    found = fe.calculate(frame, sites)._calculation
    quantity, key, rates = frame["quantity"].to_numpy(), found.key, (found.rates.co2e, found.rates.co2e_biomass)
    return lambda: tuple(rate[key] * quantity for rate in rates)


def over_one_pass(quantity: np.ndarray, key: np.ndarray, *rates: np.ndarray) -> Callable[[], Answer]:
    """Return one pass that reads a quantity and a code of each row, and writes a product for each of the rates.

    Blocks that fit the cache, all cores, codes as narrow as they can be, no check of their bounds: the
    fastest pass in numpy that we know.
    """
    from facility_emissions.calculation.blocks import over_blocks

    code = key.astype(np.min_scalar_type(len(rates[0])))

    def work() -> Answer:
        out = [np.empty(len(quantity)) for _ in rates]

        def multiply(block: slice) -> None:
            at = code[block].astype(np.intp)
            for rate, product in zip(rates, out, strict=True):
                np.take(rate, at, mode="clip", out=product[block])
                np.multiply(product[block], quantity[block], out=product[block])

        over_blocks(len(quantity), multiply)
        return tuple(out)

    return work


def arrow_encoding(folder: Path, encoding: str) -> Work:
    """Return the dictionary-encoding of the four text columns by Arrow, all cores: no answer."""
    from facility_emissions.calculation.blocks import at_once

    frame, _ = _frames(folder, encoding)
    texts = [frame[name].array.__arrow_array__() for name in WORDS]

    def work() -> None:
        at_once(lambda text: text.dictionary_encode(), texts)

    return work


def pandas_merge(folder: Path, encoding: str) -> Work:
    """Return two left merges on shared categories, which keep the rows' order, and two products."""
    frame, facilities = _frames(folder, encoding)
    rates = pd.read_parquet(folder / "rates.parquet")

    def work() -> Answer:
        sites, table = facilities.assign(sector=facilities["type"].map(SECTOR)).drop(columns="type"), rates
        if encoding == "dictionary":  # the same categories on both sides, or pandas falls back to objects
            sites["facility_id"] = pd.Categorical(sites["facility_id"], frame["facility_id"].cat.categories)
            shared = {n: pd.Categorical(table[n], frame[n].cat.categories) for n in WORDS[1:]}
            for name in ("country", "sector"):
                names = sorted(set(sites[name]))
                sites[name], shared[name] = (pd.Categorical(side[name], names) for side in (sites, table))
            table = table.assign(**shared)
        keyed = frame[[*WORDS, "quantity"]].assign(year=frame["start_date"].dt.year.astype(np.int32))
        joined = keyed.merge(sites, on="facility_id", how="left").merge(table, on=KEYS, how="left")
        quantity = joined["quantity"]
        return (quantity * joined["co2e_rate"]).to_numpy(), (quantity * joined["biomass_rate"]).to_numpy()

    return work


def polars_join(folder: Path, encoding: str) -> Work:
    """Return one lazy query: two joins, and the rows sorted back, which is faster than to keep their order.

    Dictionary-encoded input comes as enums, polars' fastest keys.
    """
    import polars as pl

    frame, facilities, rates = _polars(folder, encoding)

    def work() -> Answer:
        kinds = {name: frame.schema[name] for name in WORDS}
        sector = pl.col("type").replace_strict(SECTOR, return_dtype=pl.String)
        sites = facilities.select(pl.col("facility_id").cast(kinds["facility_id"]), "country", sector.alias("sector"))
        table = rates.with_columns(pl.col(name).cast(kinds[name]) for name in WORDS[1:])
        if encoding == "dictionary":
            for name in ("country", "sector"):
                enum = pl.Enum(sorted(set(sites[name])))
                sites, table = (side.with_columns(pl.col(name).cast(enum)) for side in (sites, table))
        out = (
            frame.lazy()
            .with_row_index("row")
            .select("row", *WORDS, "quantity", year=pl.col("start_date").dt.year())
            .join(sites.lazy(), on="facility_id", how="left")
            .join(table.lazy(), on=KEYS, how="left")
            .select("row", co2e=pl.col("quantity") * pl.col("co2e_rate"),
                    biomass=pl.col("quantity") * pl.col("biomass_rate"))
            .sort("row")
            .collect()
        )  # fmt: skip
        return out["co2e"].to_numpy(), out["biomass"].to_numpy()

    return work


def polars_codes(folder: Path, encoding: str) -> Work:
    """Return polars with one integer to join on, made of the codes of categoricals or enums."""
    import polars as pl

    frame, facilities, rates = _polars(folder, encoding)
    words = WORDS[1:]

    def work() -> Answer:
        rows = frame.lazy().with_row_index("row")
        if encoding == "strings":
            rows = rows.with_columns(pl.col(words).cast(pl.Categorical))
        kinds = rows.collect_schema()
        sector = pl.col("type").replace_strict(SECTOR, return_dtype=pl.String)
        place = pl.concat_str("country", sector, separator="|")
        sites = facilities.select(pl.col("facility_id").cast(kinds["facility_id"]), place=place)
        table = rates.with_columns(place=pl.concat_str("country", "sector", separator="|"))
        enum = pl.Enum(sorted({*sites["place"], *table["place"]}))
        sites, table = (side.with_columns(pl.col("place").cast(enum)) for side in (sites, table))
        table = table.with_columns(pl.col(name).cast(kinds[name]) for name in words)
        key = pl.lit(0, pl.UInt64)
        for name in ("place", *words):
            key = key * 1024 + pl.col(name).to_physical().cast(pl.UInt64)
        key = key * 4096 + pl.col("year").cast(pl.UInt64)
        out = (
            rows.select("row", *WORDS, "quantity", year=pl.col("start_date").dt.year())
            .join(sites.lazy(), on="facility_id", how="left")
            .select("row", "quantity", key=key)
            .join(table.lazy().select("co2e_rate", "biomass_rate", key=key), on="key", how="left")
            .select("row", co2e=pl.col("quantity") * pl.col("co2e_rate"),
                    biomass=pl.col("quantity") * pl.col("biomass_rate"))
            .sort("row")
            .collect()
        )  # fmt: skip
        return out["co2e"].to_numpy(), out["biomass"].to_numpy()

    return work


def duckdb_join(folder: Path, encoding: str) -> Work:
    """Return one query: two left joins, the rows in their order again; everything in DuckDB's own tables.

    Dictionary-encoded input comes as enums.
    """
    import duckdb

    con = duckdb.connect()
    con.execute(f"create table raw as select *, row_number() over () as i from '{folder}/{encoding}.parquet'")
    kinds = "case type when 'factory' then 'manufacturing' else 'commercial' end"
    con.execute(
        f"create table places as select facility_id, country, {kinds} as sector from '{folder}/facilities.parquet'"
    )
    con.execute(f"create table rates as from '{folder}/rates.parquet'")
    if encoding == "dictionary":
        for name in WORDS:
            con.execute(f"create type {name}_enum as enum (select distinct {name} from raw order by 1)")
            for table in ("raw", "places", "rates"):
                if name in {c[0] for c in con.execute(f"describe {table}").fetchall()}:
                    con.execute(f"alter table {table} alter {name} type {name}_enum")

    def work() -> Answer:
        out = con.sql(
            "select quantity * co2e_rate as co2e, quantity * biomass_rate as biomass "
            "from raw f left join places s using (facility_id) "
            "left join rates r on r.country = s.country and r.sector = s.sector and r.category = f.category "
            "and r.activity = f.activity and r.unit = f.unit and r.year = year(f.start_date) order by i"
        ).fetchnumpy()
        return np.ma.filled(out["co2e"], np.nan), np.ma.filled(out["biomass"], np.nan)

    return work


def _frames(folder: Path, encoding: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.read_parquet(folder / f"{encoding}.parquet"), pd.read_parquet(folder / "facilities.parquet")


def _polars(folder: Path, encoding: str):
    import polars as pl

    frame = pl.read_parquet(folder / f"{encoding}.parquet")
    if encoding == "dictionary":
        frame = frame.with_columns(
            pl.col(n).cast(pl.String).cast(pl.Enum(frame[n].cast(pl.String).unique().sort())) for n in WORDS
        )
    return frame, pl.read_parquet(folder / "facilities.parquet"), pl.read_parquet(folder / "rates.parquet")


OURS, LIMIT, ENCODING = "facility_emissions", "limit: one numpy pass", "dictionary-encoding alone"
USUAL = "a numpy pass as usually written"
PEERS: dict[str, Callable[[Path, str], Work]] = {
    "pandas merge": pandas_merge,
    "polars join": polars_join,
    "polars join, one integer key": polars_codes,
    "DuckDB join": duckdb_join,
}
CONTENDERS: dict[str, Callable[[Path, str], Work]] = {
    OURS: facility_emissions,
    LIMIT: limit,
    USUAL: usual_pass,
    ENCODING: arrow_encoding,
    **PEERS,
}
