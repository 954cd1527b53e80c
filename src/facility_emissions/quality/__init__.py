"""Data quality: the GHG Protocol's five indicators for every record, from what resolution did.

Scores go from 1 (very good) to 4 (poor); `rules` says which, and by which document. Those of a
question are found once and gathered by its rows; only completeness looks at the rows' periods.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.answered import answered, grouped
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.questions import parse_words
from facility_emissions.calculation.rates import Entry
from facility_emissions.calculation.sums import DIMENSIONS, LINE_DIMENSIONS, check_dimensions
from facility_emissions.factors.sources import publication_year
from facility_emissions.quality import rules
from facility_emissions.quality.covered import covered

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
COLUMNS = (*rules.INDICATORS, "overall")
_DIMENSIONS = tuple(d for d in DIMENSIONS if d not in (*LINE_DIMENSIONS, "fiscal_year"))


class Quality:
    """The scores of a result; made by `Result.quality`. 1 is very good, 2 good, 3 fair, 4 poor.

    `technology`, `time`, `geography`, `completeness` and `reliability` are the five indicators,
    empty where one does not apply; `overall` is their mean.
    """

    def __init__(self, c: Calculation, *, verified: bool) -> None:
        """Take a calculation; see `Result.quality`."""
        self.verified = verified
        self._c = c
        self._rows = answered(c)
        self._kg = self._rows.quantity * c.rates.co2e[self._rows.key]
        asked = np.zeros(len(c.keys), dtype=bool)
        asked[self._rows.key] = True
        self._age = np.full(len(c.keys), np.nan)
        scores = np.full((len(c.keys), len(rules.INDICATORS)), np.nan)
        for k in np.flatnonzero(asked).tolist():
            self._age[k] = self._years(k)
            scores[k] = self._scores(k)
        self._scores_of_key = scores
        self._basis = [parse_words(key).quantity_basis for key in c.keys]

    def __repr__(self) -> str:
        """Show the mean score and what rests on fallbacks."""
        t, share = self.total, float(self.fallback_share["share"][rules.ANY])
        return (f"<Quality: overall {t['overall']:.1f} (1 very good to 4 poor) of {t['co2e']:,.1f} kg CO2e; "
                f"{share:.1%} rest on fallbacks, estimates or old data>")  # fmt: skip

    @cached_property
    def total(self) -> dict[str, float]:
        """The scores of all rows, weighted by their CO2e, and that CO2e [kg]."""
        row = self._means(np.zeros(len(self._kg), dtype=np.int64), 1).iloc[0]
        return {str(name): float(value) for name, value in row.items()}

    @cached_property
    def records(self) -> pd.DataFrame:
        """The scores of each input row, with its index; empty where the row has no figure.

        Beside them `age`, the years between the consumption and the factor's data, and `covered`,
        the part of the year that the facility's records of the category cover. A row across years
        has the worst of its pieces.
        """
        c, rows = self._c, self._rows
        columns = {name: self._by_row(self._pieces[:, i]) for i, name in enumerate(rules.INDICATORS)}
        table = pd.DataFrame(columns, index=c.frame.index)
        table["overall"] = table.mean(axis=1)
        table["age"] = self._by_row(self._age[rows.key])
        table["covered"] = -self._by_row(-self._covered)
        return table

    def by(self, *dimensions: str) -> pd.DataFrame:
        """Return the scores weighted by CO2e, and that `co2e` [kg].

        Args:
            dimensions: those of `Result.by` that are of records, and not of figures or gases; years
                are calendar years.

        Raises:
            ContractError: an unknown dimension, or none; by organization without a column `organization_id`.
        """
        check_dimensions(dimensions, _DIMENSIONS, None)
        group, labels = grouped(self._c, self._rows, dimensions)
        return pd.concat([labels, self._means(group, len(labels))], axis=1).set_index(list(dimensions))

    @cached_property
    def fallback_share(self) -> pd.DataFrame:
        """How much of the headline rests on less than a published factor of its own place and year.

        One row for each reason (docs/quality.md): `co2e` [kg], `share` of the total, `records`. One
        kg may rest on several; the row `any` counts each once. Beside them, and not in `any`,
        `basis_unknown`: the records do not say how their quantity is known.
        """
        reasons = (*rules.FALLBACKS, rules.OLD, rules.AGE_UNKNOWN, rules.ANY, rules.BASIS_UNKNOWN)
        rests = np.zeros((len(self._c.keys), len(reasons)), dtype=bool)
        for k, entry in enumerate(self._c.rates.entries):
            found = self._reasons(k, entry)
            rests[k] = [reason in found for reason in reasons]
        total, out = self._kg.sum(), []
        for column in rests.T:
            chosen = column[self._rows.key]
            kg = float(self._kg[chosen].sum())
            records = len(np.unique(self._rows.row[chosen]))
            out.append((kg, kg / total if total else math.nan, records))
        index = pd.Index(reasons, name="reason")
        return pd.DataFrame(out, columns=["co2e", "share", "records"], index=index)

    def _reasons(self, k: int, entry: Entry) -> set[str]:
        """Return why the figures of a key rest on less than a published factor of their own place and year."""
        codes = {code for code, _ in entry.flags}
        found = {reason for reason, any_of in rules.FALLBACKS.items() if codes & any_of}
        if not self._applies(entry, "time"):
            pass
        elif math.isnan(self._age[k]):
            found.add(rules.AGE_UNKNOWN)
        elif rules.of_age(self._age[k]) == rules.of_age(math.inf):
            found.add(rules.OLD)
        unknown = set() if self._basis[k] else {rules.BASIS_UNKNOWN}
        return found | unknown | ({rules.ANY} if found else set())

    def _headline(self, entry: Entry) -> list[str]:
        return [name for name in entry.figures if name in self._c.method.headline]

    def _applies(self, entry: Entry, indicator: str) -> bool:
        figures = self._headline(entry)
        return not figures or any(indicator not in rules.DOES_NOT_APPLY.get(name, ()) for name in figures)

    def _years(self, k: int) -> float:
        """Return the years between a key's consumption and the data of its factors, the most of them; NaN: unknown.

        Where the year of the data is not known, it is the year that the factor is for, and where
        that is a range, the year of publication: the data are no younger.
        """
        ages = []
        for w in self._c.rates.entries[k].weighed:
            line = w.line
            if line.activity_category in self._c.method.headline:
                of = line.data_year or line.factor_year or publication_year(line.source_id, line.edition)
                ages.append(math.nan if of is None else abs((self._c.keys[k].year or of) - of))
        return math.nan if not ages or any(map(math.isnan, ages)) else float(max(ages))

    def _scores(self, k: int) -> list[float]:
        """Return the scores of a key, but for the period that its rows cover."""
        entry = self._c.rates.entries[k]
        scores = dict.fromkeys(rules.INDICATORS, 1)
        scores["time"] = rules.of_age(self._age[k])
        scores["reliability"] = rules.OF_BASIS[parse_words(self._c.keys[k]).quantity_basis][self.verified]
        for code, _ in entry.flags:
            lowered = rules.OF_CODE.get(code)
            if lowered:
                scores[lowered[0]] = max(scores[lowered[0]], lowered[1])
        return [float(v) if self._applies(entry, name) else math.nan for name, v in scores.items()]

    @cached_property
    def _covered(self) -> Floats:
        return covered(self._c, self._rows)

    @cached_property
    def _pieces(self) -> Floats:
        """The scores of each answered row and piece."""
        out = self._scores_of_key[self._rows.key]
        column = rules.INDICATORS.index("completeness")
        share = np.round(self._covered, 9)
        period = 1.0 + (share < rules.WHOLE_YEAR) + (share < rules.NEARLY) + (share < rules.HALF)
        out[:, column] = np.where(np.isnan(out[:, column]), np.nan, np.maximum(out[:, column], period))
        return out

    def _by_row(self, of_piece: Floats) -> Floats:
        """Return the greatest of each row's pieces; NaN for rows without a figure."""
        out = np.full(len(self._c.frame), np.nan)
        row = self._rows.row
        if len(row):
            first = self._rows.first_of_row()
            out[row[first]] = np.fmax.reduceat(of_piece, first)
        return out

    def _means(self, group: Ints, groups: int) -> pd.DataFrame:
        """Return means by group, weighted by CO2e; of groups that emit nothing, of their rows."""
        table = {}
        for name, scores in zip(COLUMNS, (*self._pieces.T, _mean(self._pieces)), strict=True):
            known = np.isfinite(scores)
            weights = np.bincount(group[known], self._kg[known], groups)
            weighed = np.bincount(group[known], self._kg[known] * scores[known], groups)
            count = np.bincount(group[known], minlength=groups)
            plain = np.bincount(group[known], scores[known], groups)
            with np.errstate(invalid="ignore", divide="ignore"):
                table[name] = np.where(weights > 0, weighed / weights, plain / count)
        table["co2e"] = np.bincount(group, self._kg, groups).astype(np.float64)
        return pd.DataFrame(table)


def _mean(scores: Floats) -> Floats:
    """Return the mean of each row of scores, of those that apply."""
    known = np.isfinite(scores)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, scores, 0.0).sum(axis=1) / known.sum(axis=1))
