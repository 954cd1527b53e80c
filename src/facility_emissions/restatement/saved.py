"""A ledger that was saved under an earlier release of the data, as the side before.

The old release is not there to be asked again: all that is known of it is what the ledger says. Its
lines are laid beside the pieces that the same consumption has now, and their figures become one more
state of the keys.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from facility_emissions.calculation.columns import encode
from facility_emissions.calculation.exact import exact_sum
from facility_emissions.errors import ContractError
from facility_emissions.factors import sources as registry
from facility_emissions.method import Method
from facility_emissions.restatement.matching import match
from facility_emissions.restatement.sheets import YEARS, Figure, Floats, Ints, Mask, Rated, Sheet

COLUMNS = ("row", "position", "year", "quantity", "unit", "country", "category", "activity", "activity_category",
           "factor_id", "source", "edition", "fallback_code", "gwp", "co2e")  # fmt: skip
_TEXTS = ("unit", "activity_category", "factor_id", "source", "edition", "fallback_code", "gwp")
_OTHER = "Give the consumption that the ledger was made of (consumption_before), and the Method (before)."


class SavedLedger:
    """`result.ledger()` of an earlier release of the data, with the words of a `Result` that a restatement asks.

    Attributes:
        consumption: the frame that it was made of.
        method: the Method that it was made with.
    """

    def __init__(self, ledger: pd.DataFrame, consumption: pd.DataFrame, method: Method) -> None:
        """Check the columns, and find the row of each line.

        Raises:
            ContractError: a column is missing, a line is of no row, the GWP set is another.
        """
        lacking = [name for name in COLUMNS if name not in ledger]
        if lacking:
            raise ContractError(f"The ledger has no column {lacking[0]!r}; it is the table of result.ledger().")
        self.consumption, self.method = consumption, method
        lines = ledger[list(COLUMNS)].reset_index(drop=True)
        self._lines = lines.assign(**{n: _texts(lines[n]) for n in _TEXTS})
        self._check_gwp()
        self._row = self._rows(ledger)
        code = self._row * YEARS + lines["year"].to_numpy(dtype=np.int64)
        # The row and year of each part of the ledger, and the part of each line.
        self._code, first, self._part = np.unique(code, return_index=True, return_inverse=True)
        self._first = self._lines.iloc[first].reset_index(drop=True)
        inside = self._lines["activity_category"].isin(method.headline).to_numpy()
        self._headline = self._lines[inside].assign(part=self._part[inside], at=self._row[inside])

    def _check_gwp(self) -> None:
        if self.method.refrigerants != "computed":
            return
        for name in self._lines["gwp"].cat.categories:
            if " GWP" in name and name != self.method.gwp_name:
                raise ContractError(f"The ledger is of {name}, the Method before of {self.method.gwp_name}. {_OTHER}")

    def _rows(self, ledger: pd.DataFrame) -> Ints:
        """Return the row of the consumption that each line is of."""
        number = pd.factorize(ledger["position"])[0]
        records = ledger.iloc[np.unique(number, return_index=True)[1]]
        records = records.set_axis(pd.Index(records["row"].array), axis=0)
        if "record_id" in records and records["record_id"].isna().any():
            records = records.drop(columns="record_id")
        row = match(records, self.consumption).before
        strange = np.flatnonzero(row >= len(self.consumption))
        if len(strange):
            raise ContractError(f"The ledger has {_name(records, strange[0])}, the consumption has not. {_OTHER}")
        return row[number]

    @cached_property
    def co2e(self) -> pd.Series:
        """Headline CO2e of each row of the consumption [kg]; NaN where the ledger has none."""
        kg = np.bincount(self._headline["at"], weights=self._headline["co2e"], minlength=len(self.consumption))
        there = np.zeros(len(kg), dtype=bool)
        there[self._row] = True
        return pd.Series(np.where(there, kg, np.nan), self.consumption.index, name="co2e")

    @property
    def total(self) -> dict[str, float | int]:
        """Sum of the headline [kg], rows, and rows without a figure."""
        known = self.co2e.notna()
        kg = exact_sum(self._headline["co2e"].to_numpy(dtype=np.float64))
        return {"co2e": kg, "rows": len(known), "problem_rows": int((~known).sum())}

    @property
    def problems(self) -> pd.DataFrame:
        """The rows that the ledger has no figure of, as `Result.problems`."""
        at = np.flatnonzero(self.co2e.isna())
        reason, remedy = "The ledger has no figure of this record.", "See the problems of that time."
        return pd.DataFrame({"position": at, "column": "ledger", "reason": reason, "remedy": remedy})

    @property
    def factor_ids(self) -> pd.Categorical:
        """The factors of the headline of each row, as `Result.records` has them."""
        text = pd.Series("", index=np.arange(len(self.consumption)), dtype=object)
        lines = self._headline[["at", "part", "factor_id"]]
        once = ~lines["at"].duplicated(keep=False)
        text[lines["at"][once]] = lines["factor_id"][once].to_numpy()
        years = lines[~once].groupby(["at", "part"])["factor_id"].agg(_joined)
        joined = years.groupby("at").agg(lambda texts: " | ".join(dict.fromkeys(texts)))
        text[joined.index] = joined.to_numpy()
        return pd.Categorical(text, categories=pd.Index(text.unique(), dtype=object))

    def citations(self) -> list[str]:
        """Return the sources of the ledger, and the Method."""
        used: set[tuple[str, str]] = set()
        for source, edition in self._lines[["source", "edition"]].drop_duplicates().itertuples(index=False):
            used.update(zip(source.split(" + "), edition.split(" + "), strict=False))
        lines = [
            registry.citation(*key) if key in registry.sources() else f"{' '.join(key)}, as the ledger names it."
            for key in sorted(used)
        ]
        lines.append(registry.gwp_citation(self.method.gwp, self.method.horizon))
        return [*lines, f"Method {self.method.fingerprint()}, factors of an earlier release, from its ledger."]

    # -- as a state of a sheet -----------------------------------------------------------------

    def join(self, sheet: Sheet) -> None:
        """Make the ledger the state 0 of the sheet of its consumption; keys that it tells apart become several.

        Raises:
            ContractError: the ledger is of other quantities, units or years.
        """
        wrong_now = np.zeros(len(self.consumption), dtype=bool)
        wrong_now[sheet.row[np.isnan(sheet.quantity)]] = True
        alone = wrong_now[self._code // YEARS]  # all that is left of a row that is wrong now is the ledger
        code = sheet.row * YEARS + sheet.year
        part = np.minimum(np.searchsorted(self._code, code), max(len(self._code) - 1, 0))
        there = self._code[part] == code if len(self._code) else np.zeros(len(code), dtype=bool)
        there &= ~wrong_now[sheet.row]
        quantity = np.zeros(len(self._code))  # bincount of nothing would be integer
        quantity += np.bincount(part[there], weights=sheet.quantity[there], minlength=len(quantity))
        self._check(sheet, part, there, quantity, alone)
        stated = self._first["quantity"].to_numpy(dtype=np.float64)
        kind, kinds = self._kinds(np.where(alone, stated, quantity))
        of_piece = np.zeros(len(code), dtype=np.int64)
        of_piece[there] = kind[part[there]] + 1

        in_ledger = np.zeros(len(wrong_now), dtype=bool)
        in_ledger[self._code[alone] // YEARS] = True
        kept = ~in_ledger[sheet.row]
        record, facility = np.zeros(len(wrong_now), dtype=np.int64), np.zeros(len(wrong_now), dtype=np.int64)
        record[sheet.row], facility[sheet.row] = sheet.record, sheet.facility
        own = -1 - np.arange(int(alone.sum()))  # such a row's key is none, and numbered below 0
        pair = np.concatenate([sheet.key[kept].astype(np.int64), own]) * (len(kinds) + 1)
        pair += np.concatenate([of_piece[kept], kind[alone] + 1])
        sheet.row = np.concatenate([sheet.row[kept], self._code[alone] // YEARS])
        sheet.record, sheet.facility = record[sheet.row], facility[sheet.row]
        sheet.quantity = np.concatenate([sheet.quantity[kept], stated[alone]])
        sheet.key, distinct = pd.factorize(pair)
        of_key, of_ledger = np.divmod(distinct, len(kinds) + 1)
        told = self._first[["country", "category", "activity", "year"]][alone].astype(object)
        said = told.where(told.notna(), None).to_dict("records")
        sheet.keys, sheet.said = (
            [sheet.keys[k] if k >= 0 else None for k in of_key.tolist()],
            [sheet.said[k] if k >= 0 else said[-1 - k] for k in of_key.tolist()],
        )
        figures = {
            (k, name): figure for k, n in enumerate(of_ledger.tolist()) if n for name, figure in kinds[n - 1].items()
        }
        sheet.states[0] = Rated(of_ledger > 0, figures)

    @staticmethod
    def settle(sheet: Sheet, state: int) -> None:
        """Take for the ledger's the rates of a state that differ from them by the rounding of a division only."""
        now, then = sheet.states[state].figures, sheet.states[0].figures
        for at, figure in then.items():
            rate = now[at].rate if at in now else figure.rate
            if rate != figure.rate and math.isclose(rate, figure.rate, rel_tol=1e-12):
                then[at] = replace(figure, rate=rate)

    def _check(self, sheet: Sheet, part: Ints, there: Mask, quantity: Floats, alone: Mask) -> None:
        """Refuse a ledger of something else: every part of it is there, in its quantity and unit."""
        found = np.zeros(len(self._code), dtype=bool)
        found[part[there]] = True
        units = np.full(len(self._code), "", dtype=object)
        units[part[there]] = np.array([str(k.unit) if k else "" for k in sheet.keys], dtype=object)[sheet.key[there]]
        # A figure may have several lines; one that has them once adds up to the quantity.
        figure = self._lines["activity_category"].cat
        stated = self._lines["quantity"].to_numpy(dtype=np.float64)
        size = (len(self._code), len(figure.categories))
        sums = np.bincount(self._part * size[1] + figure.codes, weights=stated, minlength=size[0] * size[1])
        near = np.isclose(sums.reshape(size), quantity[:, None], rtol=1e-9, atol=0)
        same = near.any(axis=1) & (units == self._first["unit"].to_numpy(dtype=object))
        at = np.flatnonzero(~(found & same) & ~alone)
        if len(at):
            line = self._first.iloc[at[0]]
            now = f"{quantity[at[0]]:g} {units[at[0]]}" if found[at[0]] else "nothing in that year"
            raise ContractError(f"The ledger has {line['quantity']:g} {line['unit']} in {line['year']} for row "
                                f"{line['row']!r}, the consumption {now}. {_OTHER}")  # fmt: skip

    def _kinds(self, quantity: Floats) -> tuple[Ints, list[dict[str, Figure]]]:
        """Return each part's kind, and what the kinds are: the figures of the headline, for one unit."""
        lines = self._headline[["part", "activity_category", "factor_id", "fallback_code", "co2e"]]
        twice = lines.duplicated(["part", "activity_category"], keep=False)
        if twice.any():
            by = lines[twice].groupby(["part", "activity_category"], as_index=False, observed=True)
            added = by.agg(
                factor_id=("factor_id", _joined), fallback_code=("fallback_code", _joined), co2e=("co2e", "sum")
            )
            lines = pd.concat([lines[~twice], added]).sort_values("part", kind="stable")
        of = quantity[lines["part"].to_numpy()]
        rate = np.divide(lines["co2e"].to_numpy(dtype=np.float64), of, out=np.zeros(len(lines)), where=of != 0)
        # Rates of one factor differ in their last digits, for they come of a division.
        digits = 10.0 ** (11 - np.floor(np.log10(np.where(rate == 0, 1.0, np.abs(rate)))))
        lines = lines.assign(rate=rate, near=np.round(rate * digits) / digits)
        alike = ["activity_category", "factor_id", "fallback_code", "near"]
        number = lines.groupby(alike, sort=False, observed=True).ngroup().to_numpy()
        firsts = lines.iloc[np.unique(number, return_index=True)[1]]
        columns = ("activity_category", "rate", "factor_id", "fallback_code")
        told = [(n, Figure(r, i, f)) for n, r, i, f in zip(*(firsts[c] for c in columns), strict=True)]

        kind, kinds = np.zeros(len(self._code), dtype=np.int64), [dict[str, Figure]()]
        nth = lines.groupby("part").cumcount().to_numpy()
        for turn in range(int(nth.max(initial=-1)) + 1):
            step = np.zeros(len(kind), dtype=np.int64)
            step[lines["part"].to_numpy()[nth == turn]] = number[nth == turn] + 1
            kind, distinct = pd.factorize(kind * (len(told) + 1) + step)
            pairs = (divmod(d, len(told) + 1) for d in distinct.tolist())
            kinds = [kinds[k] | (dict([told[n - 1]]) if n else {}) for k, n in pairs]
        return kind, kinds


def _texts(column: pd.Series) -> pd.Categorical:
    """Return a column as text, null as the empty one; few are distinct."""
    coded = encode(column)
    texts = [*map(str, coded.values), ""]
    names = pd.Index(dict.fromkeys(texts), dtype=object)
    return pd.Categorical.from_codes(names.get_indexer(pd.Index(texts, dtype=object))[coded.codes], names)


def _joined(texts: pd.Series) -> str:
    return " + ".join(dict.fromkeys(t for t in texts if t))


def _name(records: pd.DataFrame, at: int) -> str:
    record = records.iloc[at]
    return f"the record {record['record_id']!r}" if "record_id" in records else f"the row {record['row']!r}"
