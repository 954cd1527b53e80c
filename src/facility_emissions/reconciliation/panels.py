"""Both sides in one table, by facility or by invoice, and the panel of figures that the search works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.describe import describe
from facility_emissions.errors import ContractError
from facility_emissions.facility_fields import DEFAULT_LOGISTIC_FACTOR
from facility_emissions.reconciliation import compare
from facility_emissions.reconciliation.compare import CLASS_OF, Allowance
from facility_emissions.reconciliation.quantities import Panel
from facility_emissions.reconciliation.sides import codes_of_rows, fold_id
from facility_emissions.reconciliation.tried import Explanation
from facility_emissions.results import Result

Ints = npt.NDArray[np.int64]
_TEXTS = ("explanation", "hypothesis", "also", "certainty")
_TOLD = (*_TEXTS, "chance", "residual")


def suffix_of(measure: str) -> str:
    """Return what the columns of a measure end with."""
    return measure.removeprefix("co2e")


def stale(given: pd.DataFrame, invoices: pd.DataFrame | None, calculated_at: object) -> pd.Series:
    """Return by facility why its figure is older than the facility, '' where it is not.

    It is where `updated_at` is later than the figure (`calculated_at`: as given for all, else the
    API's column); or where one of its invoices was created or updated after the facility was, and its
    figure is not the sum of its invoices that count.
    """
    why = pd.Series("", index=given.index, dtype=object)
    when = given["calculated_at"]
    if calculated_at is not None:
        try:
            when = pd.Series(pd.to_datetime(calculated_at, utc=True), index=given.index)  # type: ignore[call-overload]
        except (ValueError, TypeError):
            raise ContractError(f"calculated_at {calculated_at!r} is no time; ISO 8601, as in 2026-01-31.") from None
    late = (given["updated_at"] > when).fillna(value=False)
    why[late] = "updated " + given["updated_at"][late].dt.strftime("%Y-%m-%d") + ", after its figure was calculated"
    if invoices is not None:
        touched = invoices[["created_at", "updated_at"]].max(axis=1).groupby(invoices["facility_id"]).max()
        newest = touched.reindex(given.index)
        sums = invoices.loc[invoices["counts"], "co2e"].groupby(invoices["facility_id"]).sum(min_count=1)
        off = ~compare.adds_up(given["co2e"].to_numpy(), sums.reindex(given.index).to_numpy())
        late = (newest > given["updated_at"]).fillna(value=False) & (why == "") & off
        day = newest[late].dt.strftime("%Y-%m-%d")
        why[late] = (
            "an invoice is of " + day + ", after the facility's last update, and its invoices sum to something else"
        )
    return why


def facilities_table(
    given: pd.DataFrame, ours: pd.DataFrame, result: Result, allowance: Allowance, why_stale: pd.Series
) -> pd.DataFrame:
    """Return one row a facility of either side; those that the API has come first, in its order."""
    ids = given.index.append(ours.index.difference(given.index, sort=False))
    out = pd.DataFrame({"facility_id": ids})
    sites = {fold_id(i): site for i, site in result._calculation.sites.items()}
    here = {
        "name": [sites[i].name if i in sites else None for i in ids],
        "country": [sites[i].profile.country or None if i in sites else None for i in ids],
        "type": [sites[i].type if i in sites else None for i in ids],
    }
    for name, known in here.items():
        column = given[name].reindex(ids).to_numpy(dtype=object)
        out[name] = [mine if pd.isna(theirs) else theirs for theirs, mine in zip(column, known, strict=True)]
    out["updated_at"] = given["updated_at"].reindex(ids).array
    out["stale"] = why_stale.reindex(ids, fill_value="").to_numpy()
    out["records"] = ours["records"].reindex(ids, fill_value=0).to_numpy(dtype=np.int64)
    out["problems"] = ours["problems"].reindex(ids, fill_value=0).to_numpy(dtype=np.int64)
    return _with_figures(out, given.reindex(ids), ours.reindex(ids), allowance, np.asarray(ids.isin(given.index)))


def invoices_table(given: pd.DataFrame, ours: pd.DataFrame, allowance: Allowance) -> tuple[pd.DataFrame, Ints]:
    """Return one row an invoice of either side; those that the API has come first, in its order.

    An invoice is joined by its id, else by that of its source, to our `record_id`. Where that record is
    shared by facilities here, an invoice that names one of them is that share, and one that names none
    is the whole.

    Returns:
        The table, and the row of it that each of `ours` is in.
    """
    records = set(ours["record"])
    shares = set(ours.loc[ours["shared"], ["record", "facility_id"]].itertuples(index=False, name=None))
    keys = []
    for invoice, facility, source in zip(given.index, given["facility_id"], given["source_invoice_id"], strict=True):
        record = source if invoice not in records and source in records else invoice
        keys.append((record, facility if (record, facility) in shares else ""))
    grouped = given.set_axis(pd.MultiIndex.from_tuples(keys, names=_KEY)).groupby(level=_KEY, sort=False)
    theirs = grouped[list(CLASS_OF)].sum(min_count=1)
    theirs["counts"] = grouped["counts"].any()
    theirs["updated_at"], theirs["facility_id"] = grouped["updated_at"].max(), grouped["facility_id"].first()
    at = theirs.index.get_indexer(pd.MultiIndex.from_frame(ours[["record", "facility_id"]], names=_KEY))
    whole = theirs.index.get_indexer(pd.MultiIndex.from_arrays([ours["record"], [""] * len(ours)], names=_KEY))
    at = np.where(at >= 0, at, whole).astype(np.int64)
    lone = np.flatnonzero(at < 0)
    of = ours["facility_id"].where(ours["shared"], "")
    codes, only_here = pd.factorize(pd.MultiIndex.from_arrays([ours["record"].iloc[lone], of.iloc[lone]], names=_KEY))
    at[lone] = len(theirs) + codes
    every = theirs.index.append(pd.MultiIndex.from_tuples(list(only_here), names=_KEY)) if len(lone) else theirs.index
    first = ours.assign(at=at).drop_duplicates("at").set_index("at")["facility_id"].reindex(range(len(every)))
    out = pd.DataFrame({"record_id": every.get_level_values(0)})
    stated = theirs["facility_id"].reindex(every).tolist()
    out["facility_id"] = [t if pd.isna(o) else o for o, t in zip(first.tolist(), stated, strict=True)]
    out["updated_at"] = theirs["updated_at"].reindex(every).array
    out["counts"] = theirs["counts"].reindex(every, fill_value=False).to_numpy(dtype=bool)
    out["stale"] = ""
    own = pd.DataFrame({m: np.full(len(every), np.nan) for m in CLASS_OF})
    held = np.unique(at)
    for measure in CLASS_OF:
        sums = np.bincount(at, weights=ours[measure].to_numpy(), minlength=len(every))
        own.loc[held, measure] = sums[held]
    in_api = np.arange(len(every)) < len(theirs)
    return _with_figures(out, theirs.reindex(every), own, allowance, in_api), at


_KEY = ["record", "of"]


def with_invoices(facilities: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities with what their invoices say: how many are where, and what the API's add up to.

    Columns: `invoices`, `invoices_differ`, `invoices_only_here`, `invoices_only_api`,
    `api_invoices_co2e` [kg]: of those that are active and enabled, which a roll-up should be.
    """
    of = invoices.groupby("facility_id")
    counts = of["class"].value_counts().unstack(fill_value=0).reindex(columns=list(compare.CLASSES), fill_value=0)
    found = pd.DataFrame(
        {
            "invoices": counts.sum(axis=1),
            "invoices_differ": counts[compare.DIFFERS],
            "invoices_only_here": counts[compare.ONLY_HERE],
            "invoices_only_api": counts[compare.ONLY_API],
        }
    )
    found = found.reindex(facilities["facility_id"], fill_value=0)
    out = facilities.copy()
    for name in found:
        out[name] = found[name].to_numpy(dtype=np.int64)
    rolled_up = invoices["api_co2e"].where(invoices["counts"]).groupby(invoices["facility_id"]).sum(min_count=1)
    out["api_invoices_co2e"] = rolled_up.reindex(facilities["facility_id"]).to_numpy()
    return out


def _with_figures(
    out: pd.DataFrame, given: pd.DataFrame, ours: pd.DataFrame, allowance: Allowance, in_api: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    for measure, name in CLASS_OF.items():
        api, own = (side[measure].to_numpy(dtype=np.float64) for side in (given, ours))
        suffix = suffix_of(measure)
        out[f"api_{measure}"], out[f"our_{measure}"] = api, own
        out[f"difference{suffix}"] = api - own
        with np.errstate(divide="ignore", invalid="ignore"):
            out[f"relative{suffix}"] = np.where(own != 0, (api - own) / own, np.nan)
        out[name] = compare.classify(api, own, *allowance.of(api), in_api, (out["stale"] != "").to_numpy())
        for told in _TEXTS:
            out[f"{told}{suffix}"] = pd.Series("", index=out.index, dtype=object)
        out[f"chance{suffix}"], out[f"residual{suffix}"] = np.nan, np.nan
    return out


def panel_of(level: str, measure: str, table: pd.DataFrame, place: Ints, result: Result, allowance: Allowance) -> Panel:
    """Return the rows of a table that have a figure on both sides, as the search takes them.

    Args:
        level: `facility` or `invoice`.
        measure: `co2e` or `co2e_biomass`.
        table: of facilities or invoices.
        place: row of the table that each row of consumption is in, -1 for none.
        result: what the consumption gave.
        allowance: what may differ.
    """
    both = np.flatnonzero((table[f"api_{measure}"].notna() & table[f"our_{measure}"].notna()).to_numpy())
    held = table.iloc[both]
    unit = np.full(len(table) + 1, -1, dtype=np.int64)
    unit[both] = np.arange(len(both))
    unit_of_row = unit[place]
    if level == "facility":
        groups = {"country": held["country"], "type": held["type"]}
    else:
        groups = {**_of_keys(result, unit_of_row, len(both)), "facility": held["facility_id"]}
    groups["updated in"] = held["updated_at"].dt.year
    api = held[f"api_{measure}"].to_numpy()
    sites = {fold_id(i): site.logistic_factor for i, site in result._calculation.sites.items()}
    stated = [sites.get(i) for i in held["facility_id"]]
    return Panel(
        level=level,
        measure=measure,
        ids=held["facility_id" if level == "facility" else "record_id"].tolist(),
        rows=both,
        api=api,
        tolerance=np.maximum(*allowance.of(api)),
        ours=held[f"our_{measure}"].to_numpy(),
        differs=held[CLASS_OF[measure]].isin((compare.DIFFERS, compare.STALE)).to_numpy(),
        groups=_sensible(groups, len(held)),
        unit_of_row=unit_of_row,
        logistic=np.array([DEFAULT_LOGISTIC_FACTOR if s is None else s for s in stated], dtype=np.float64),
    )


def place_of_rows(facilities: pd.DataFrame, result: Result) -> Ints:
    """Return the row of a table of facilities that each row of consumption is in, -1 for none."""
    codes, ids = codes_of_rows(result.consumption["facility_id"])
    at = pd.Index(facilities["facility_id"]).get_indexer(pd.Index(ids, dtype=object))
    return np.append(at, -1)[codes].astype(np.int64)


def _of_keys(result: Result, unit_of_row: Ints, units: int) -> dict[str, pd.Series]:
    """Return country, category, activity and year of units: of the first row of each, and its first piece."""
    c = result._calculation
    key = c.key.astype(np.int64)
    if len(c.pieces.row):
        first = c.pieces.first_of_row()
        key[c.pieces.row[first]] = c.piece_key[first]
    rows = np.flatnonzero(unit_of_row >= 0)[::-1]
    key_of_unit = np.zeros(units, dtype=np.int64)
    key_of_unit[unit_of_row[rows]] = key[rows]  # the first row is written last
    said = [describe(c, k) for k in range(len(c.keys))]
    return {
        name: pd.Series([said[k][name] for k in key_of_unit], dtype=object)
        for name in ("country", "category", "activity", "year")
    }


def _sensible(groups: dict[str, pd.Series], size: int) -> dict[str, npt.NDArray[np.object_]]:
    """Return everyone as one group, and the groupings that tell some apart."""
    found: dict[str, npt.NDArray[np.object_]] = {"all": np.full(size, "", dtype=object)}
    for name, column in groups.items():
        labels = np.array(["unknown" if pd.isna(v) else str(v) for v in column.tolist()], dtype=object)
        if len(set(labels.tolist())) > 1:
            found[name] = labels
    return found


def tell(table: pd.DataFrame, measure: str, panel: Panel, found: Sequence[Explanation]) -> None:
    """Write what was found into the columns of a table."""
    suffix = suffix_of(measure)
    columns = {name: table[f"{name}{suffix}"].to_numpy(copy=True) for name in _TOLD}
    for e in found:
        rows = panel.rows[e.units]
        columns["explanation"][rows] = e.hypothesis.sentence
        columns["hypothesis"][rows] = e.hypothesis.id
        columns["also"][rows] = ["; ".join(names) for names in e.alike]
        columns["certainty"][rows] = e.certainties
        columns["chance"][rows] = np.minimum(e.chance, e.own)
        columns["residual"][rows] = e.residual
    for name, values in columns.items():
        table[f"{name}{suffix}"] = values
