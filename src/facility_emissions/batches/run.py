"""`batch`: a dataset of any size through the same kernel as `calculate`, part by part."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import Any

import facility_emissions
from facility_emissions.batches.dataset import Dataset
from facility_emissions.batches.memory import DEFAULT, Budget, given_back, parse_memory
from facility_emissions.batches.outcome import BatchResult
from facility_emissions.batches.output import held_output
from facility_emissions.batches.spans import PART_ROWS, check_part_rows
from facility_emissions.batches.work import Progress, Work
from facility_emissions.calculation.sites import Facilities, Profile, read_sites
from facility_emissions.errors import ContractError
from facility_emissions.factors.custom import FactorTable, Rows
from facility_emissions.factors.sources import data_version
from facility_emissions.method import Method

KEEP = ("ids", "all")


def batch(
    input: str | PathLike[str],
    output: str | PathLike[str],
    facilities: Facilities,
    method: Method | None = None,
    *,
    custom_factors: FactorTable | Rows | None = None,
    memory: int | str = DEFAULT,
    keep: str = "ids",
    part_rows: int = PART_ROWS,
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> BatchResult:
    """Calculate a dataset that need not fit the memory, from files to files.

    Figures, problems and totals are those of `calculate` on the whole, to the last bit. A run that
    was stopped goes on where it was: call it again with the same arguments.

    Args:
        input: a file, or a folder of files of one kind, with or without folders named
            `column=value`: Parquet, CSV or Arrow IPC (.arrow, .feather).
        output: a folder. `records/` and `problems/` in it have the input's folders and file
            names; `manifest.json` says what they were made from and how many rows and kg they hold.
        facilities: as for `calculate`.
        method: as for `calculate`.
        custom_factors: as for `calculate`.
        memory: how much a process that does nothing else may take in all, Python and its libraries
            included [bytes], or "512MiB".
        keep: input columns beside the results: `ids` (record_id, facility_id) or `all`.
        part_rows: how many rows a file of the output has at most: what a run that is stopped may
            have to do again. A larger file, `a.parquet`, becomes a folder of files, `a.parts`.
        overwrite: begin anew, whatever the output holds of an earlier run.
        progress: called after every chunk of rows.

    Returns:
        Totals, and where the results are.

    Raises:
        ContractError: nothing to read, files that do not fit each other or the row contract, a
            damaged file (named; the parts before it are finished), an output that was begun with
            other input, Method, factors or facilities.
    """
    if keep not in KEEP:
        raise ContractError(f"keep {keep!r} is neither {' nor '.join(map(repr, KEEP))}.")
    method = method or Method()
    budget = Budget.of(parse_memory(memory))
    sites = read_sites(facilities, include_archived=method.include_archived)
    own = FactorTable.of(custom_factors)
    dataset = Dataset(Path(input), budget, keep_all=keep == "all")
    made_from: dict[str, Any] = {
        "input": dataset.fingerprint(),
        "method": method.model_dump(mode="json"),
        "method_fingerprint": method.fingerprint(),
        "data_version": data_version(),
        "package_version": facility_emissions.__version__,
        "facilities": _fingerprint(sites.profiles.items()),
        "custom_factors": own.fingerprint() if len(own) or own.left_out else None,
        "keep": keep,
        "part_rows": check_part_rows(part_rows),
    }
    folder = Path(output)
    with given_back(), held_output(folder, Path(input)) as held:
        manifest = held.begin(made_from, overwrite=overwrite)
        if not manifest.is_complete():
            Work(dataset, manifest, sites.set_apart(own.facilities), method, own, budget, progress).do()
        held.clean()
    return BatchResult(folder)


def _fingerprint(things: Iterable[tuple[str, Profile]]) -> str:
    """Return what names some facilities, in whatever order they came."""
    told = sorted((name, _told(thing)) for name, thing in things)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _told(thing: Profile) -> str:
    """Return the fields of a profile as text that is the same in every process: sets are sorted."""
    return repr({n: sorted(v) if isinstance(v, frozenset) else v for n, v in thing._asdict().items()})
