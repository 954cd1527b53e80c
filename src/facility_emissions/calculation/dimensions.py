"""What sums can be by, beside the questions themselves: facts of the row and of its facility."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facility_emissions.calculation.columns import encode
from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.parts import NO_YEAR, Parts
from facility_emissions.calculation.sites import Site, id_text
from facility_emissions.errors import ContractError

Ints = npt.NDArray[np.int64]
ROW_DIMENSIONS = ("facility", "facility_type", "organization", "fiscal_year")
SHARE = "consolidation_share"  # not one to name: what is consolidated is summed by it


@dataclass(frozen=True, slots=True)
class RowDimension:
    """One fact of the rows: the code of each row and of each part, and what the codes stand for.

    `values[0]` is None: not stated.
    """

    name: str
    codes: Ints
    part_codes: Ints
    values: list[Any]


def row_dimension(c: Calculation, name: str, parts: Parts) -> RowDimension:
    """Return one of `ROW_DIMENSIONS`, or the share that a row is consolidated with.

    Raises:
        ContractError: by organization, and the consumption does not name any.
    """
    if name == "fiscal_year":
        return _fiscal_year(name, parts)
    if name == "organization":
        if "organization_id" not in c.frame:
            raise ContractError("The consumption has no column 'organization_id' to sum by organization.")
        column = encode(c.frame["organization_id"])
        codes, values = _meaning(column.codes, [id_text(v) or None for v in column.values])
    elif name == "facility":
        codes, values = c.facility.codes.astype(np.int64) + 1, [None, *c.facility.values]
    else:
        fact: Callable[[Site], object] = _FACTS[name]
        found = (c.sites.get(id_text(v)) for v in c.facility.values)
        codes, values = _meaning(c.facility.codes, [None if site is None else fact(site) for site in found])
    return RowDimension(name, codes, codes[parts.row], values)


_FACTS: dict[str, Callable[[Site], object]] = {
    "facility_type": lambda site: site.type,
    SHARE: lambda site: site.consolidation_share,
}


def _meaning(codes: npt.NDArray[Any], meanings: list[Any]) -> tuple[Ints, list[Any]]:
    """Return codes of what the codes of a column mean; 0 is null."""
    distinct: dict[Any, int] = {None: 0}
    index = [distinct.setdefault(m, len(distinct)) for m in meanings]
    return np.array([*index, 0], dtype=np.int64)[codes], list(distinct)


def _fiscal_year(name: str, parts: Parts) -> RowDimension:
    assert parts.year is not None
    assert parts.part_year is not None
    years = np.concatenate([parts.year, parts.part_year])
    first = int(years[years != NO_YEAR].min(initial=9999))
    codes = np.where(years == NO_YEAR, 0, years - first + 1)
    values = [None, *range(first, int(years.max(initial=0)) + 1)]
    return RowDimension(name, codes[: len(parts.year)], codes[len(parts.year) :], values)
