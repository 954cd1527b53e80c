"""The kernel as an engine's workers get it, and what they hand back: records, problems, totals.

A worker receives the Method, the facilities' profiles, the user's factors and the rate table so
far. It resolves only questions that are not in it, and keeps what it has for the next partition.
"""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd

from facility_emissions.adapters.record_ids import PART, Suspects
from facility_emissions.calculation.engine import Kept, run
from facility_emissions.calculation.exact import ExactSum
from facility_emissions.calculation.records import NONE, Verdicts
from facility_emissions.calculation.resolve import Resolver, resolver_for
from facility_emissions.calculation.sites import Facilities, Sites, id_text, read_sites
from facility_emissions.consumption import ConsumptionRecord, check_columns, to_frame
from facility_emissions.errors import ContractError
from facility_emissions.factors.book import FactorBook
from facility_emissions.factors.custom import FactorTable, Rows
from facility_emissions.method import Method
from facility_emissions.results import Result
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES

CustomFactors = FactorTable | Rows
Sample = pd.DataFrame | Iterable[ConsumptionRecord | Mapping[str, object]]
FIGURES = tuple(sorted(ACTIVITY_CATEGORIES))  # as in `Result.records`, but every one of them
KG = ("co2e", "co2e_biomass", *FIGURES)
TEXTS = ("status", "flags", "factor_ids")
RESULT_COLUMNS = ("status", *KG, "flags", "factor_ids")
PLACE = ("partition", "position")
PROBLEM_COLUMNS = (*PLACE, "record_id", "facility_id", "column", "value", "reason", "remedy")

Table = TypeVar("Table")
Total = dict[str, float | int]


class Answer(Generic[Table]):
    """What an adapter returns; `records` and `problems` are tables of the engine, lazy where it is.

    Attributes:
        records: the input's columns and rows, then `status` (ok, problem), `co2e`,
            `co2e_biomass` [kg], a column for each activity category [kg CO2e], `flags` and
            `factor_ids`; null where there is no figure.
        problems: rows without a result: `partition` and `position` in it, `record_id`,
            `facility_id`, `column`, `value`, `reason`, `remedy`.
    """

    def __init__(self, records: Table, problems: Table, total: Callable[[], Total]) -> None:
        """Take the two tables, and what adds the first one up."""
        self.records = records
        self.problems = problems
        self._total = total

    @property
    def total(self) -> Total:
        """Headline sums [kg], exact and rounded once, as in `Result.total`; a lazy engine runs for it."""
        return self._total()


class Kernel:
    """One calculation, for any number of tables or parts of one; it can be sent to other processes.

    Sent to a process that has it already, it brings nothing and finds what was resolved there.
    """

    def __init__(
        self,
        facilities: Facilities,
        method: Method | None = None,
        custom_factors: CustomFactors | None = None,
        sample: Sample | None = None,
    ) -> None:
        """Read the arguments of `calculate`.

        Args:
            facilities, method, custom_factors: as in `calculate`.
            sample: consumption like that to come: what it asks is resolved here, and sent along.
        """
        method = method or Method()
        own = FactorTable.of(custom_factors)
        sites = read_sites(facilities, include_archived=method.include_archived).set_apart(own.facilities)
        self._take(sites, own, resolver_for(method, own))
        if sample is not None:
            self.whole(to_frame(sample))

    def _take(self, sites: Sites, own: FactorTable, resolver: Resolver) -> None:
        self._sites = sites
        self._own = own
        self._resolver = resolver
        self._packed: tuple[str, bytes] | None = None

    @property
    def method(self) -> Method:
        """The Method of every figure."""
        return self._resolver.method

    def whole(self, frame: pd.DataFrame) -> Result:
        """Calculate a whole table."""
        return self._run(frame, None)

    def part(self, frame: pd.DataFrame, suspects: Suspects | None, start: int) -> Result:
        """Calculate a part of a table.

        Args:
            frame: the part.
            suspects: record ids of the whole table; None where it has none.
            start: the place of the part's first row (see `record_ids.PART`).
        """
        return self._run(frame, NONE if suspects is None else suspects.verdicts(frame, start))

    def _run(self, frame: pd.DataFrame, verdicts: Verdicts | None) -> Result:
        return Result(run(frame, self._sites, self.method, self._own, kept=Kept(self._resolver),
                          verdicts=verdicts))  # fmt: skip

    def __reduce__(self) -> tuple[Any, ...]:
        """Pack what the calculation needs, once; the rate table holds what was resolved by then."""
        if self._packed is None:
            profiles = set(self._sites.profiles.values())
            answered = {k: e for k, e in self._resolver.answered().items() if k.profile in profiles}
            packed = zlib.compress(pickle.dumps((self._sites.profiles, self._own, self.method, answered)), level=1)
            self._packed = hashlib.sha256(packed).hexdigest(), packed
        return _received, self._packed


_RECEIVED: dict[str, Kernel] = {}
_MOST_RECEIVED = 8


def _received(name: str, packed: bytes) -> Kernel:
    """Return the kernel that this process has by that name, else unpack it."""
    kernel = _RECEIVED.get(name)
    if kernel is None:
        profiles, own, method, answered = pickle.loads(zlib.decompress(packed))
        kernel = Kernel.__new__(Kernel)
        kernel._take(Sites(profiles), own, Resolver(FactorBook(method), own, answered))
        kernel._packed = name, packed
        while len(_RECEIVED) >= _MOST_RECEIVED:
            _RECEIVED.pop(next(iter(_RECEIVED)), None)
        _RECEIVED[name] = kernel
    return kernel


def checked(columns: Iterable[str]) -> list[str]:
    """Check the column names of a consumption table, and that those of the results are free; return them.

    Raises:
        ContractError: a required column is missing, or a column has the name of a result.
    """
    names = list(columns)
    check_columns(names, stacklevel=4)
    taken = [name for name in RESULT_COLUMNS if name in names]
    if taken:
        raise ContractError(
            f"The consumption has a column {taken[0]!r}, and so has the result. Rename it, or leave it out."
        )
    return names


def problem_rows(result: Result, place: int = 0) -> pd.DataFrame:
    """Return the problems of a part as `PROBLEM_COLUMNS`: whole numbers and texts.

    Args:
        result: of the part.
        place: of its first row.
    """
    found = result.problems
    at = found["position"].to_numpy(dtype=np.int64) + place
    columns: dict[str, Any] = {"partition": at // PART, "position": at % PART}
    for name in PROBLEM_COLUMNS[2:]:
        values = found[name].tolist() if name in found else [None] * len(found)
        shown = id_text if name.endswith("_id") else _shown
        columns[name] = pd.Series([None if _null(v) else shown(v) for v in values], dtype=object)
    return pd.DataFrame(columns)


def _null(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def _shown(value: Any) -> str:
    """Return a value as text; a day is shown as one, whatever type held it."""
    if isinstance(value, pd.Timestamp) and value.tzinfo is None and value == value.normalize():
        return str(value.date())
    return str(value)


@dataclass(slots=True)
class PartTotal:
    """The exact total of a part; parts are added with `+=`."""

    co2e: ExactSum
    biomass: ExactSum
    rows: int
    problem_rows: int
    unknown: int

    @classmethod
    def of(cls, co2e: Any, biomass: Any) -> PartTotal:
        """Add up the two headline columns of a part, NaN where a row has no figure."""
        co2e, biomass = np.asarray(co2e, dtype=np.float64), np.asarray(biomass, dtype=np.float64)
        bad, unknown = np.isnan(co2e), np.isnan(biomass)
        return cls(ExactSum(co2e[~bad]), ExactSum(biomass[~unknown]), len(co2e), int(bad.sum()),
                   int((unknown & ~bad).sum()))  # fmt: skip

    def __iadd__(self, other: PartTotal) -> PartTotal:
        """Add another part."""
        self.co2e += other.co2e
        self.biomass += other.biomass
        self.rows += other.rows
        self.problem_rows += other.problem_rows
        self.unknown += other.unknown
        return self

    def to_text(self) -> tuple[str, str, int, int, int]:
        """Return the total as plain values that `from_text` reads, for engines that know no objects."""
        return self.co2e.hex(), self.biomass.hex(), self.rows, self.problem_rows, self.unknown

    @classmethod
    def from_text(cls, co2e: str, biomass: str, rows: int, problem_rows: int, unknown: int) -> PartTotal:
        """Return the total that `to_text` wrote."""
        return cls(ExactSum.from_hex(co2e), ExactSum.from_hex(biomass), rows, problem_rows, unknown)

    def rounded(self) -> Total:
        """Return the total as `Result.total` has it."""
        return {
            "co2e": float(self.co2e),
            "co2e_biomass": float(self.biomass),
            "rows": self.rows,
            "problem_rows": self.problem_rows,
            "biomass_unknown_rows": self.unknown,
        }


def added(parts: Iterable[PartTotal]) -> Total:
    """Return the total of all parts."""
    whole = PartTotal.of((), ())
    for one in parts:
        whole += one
    return whole.rounded()
