"""`facility-emissions batch`: files of any size in, files out, with the progress on a terminal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from facility_emissions import cli_factors, cli_method
from facility_emissions.report.output import show

if TYPE_CHECKING:
    from facility_emissions.batches import Progress


def batch(
    consumption: Annotated[
        Path,
        typer.Argument(metavar="IN", help="A file or a folder: Parquet (partitioned or not), CSV or Arrow IPC."),
    ],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for records/, problems/ and manifest.json.")],
    facilities: Annotated[
        Path,
        typer.Option(
            "--facilities",
            "-f",
            help="Facilities: .csv, .parquet, or .json and .jsonl as the Facilities API sends them.",
        ),
    ],
    custom_factors: cli_factors.CustomFactors = None,
    skip_broken_factors: cli_factors.SkipBrokenFactors = False,
    memory: Annotated[str, typer.Option(help="Memory that the process may take in all, as 512MiB or 4GiB.")] = "1GiB",
    keep: Annotated[str, typer.Option(help="Input columns beside the results: ids or all.")] = "ids",
    part_rows: Annotated[int, typer.Option(help="Rows of one file of the output, at most.", min=1)] = 1 << 23,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin anew, whatever OUT holds of an earlier run.")
    ] = False,
    gwp: cli_method.Gwp = None,
    horizon: cli_method.Horizon = None,
    gases: cli_method.Gases = None,
    scope2: cli_method.Scope2 = None,
    as_of: cli_method.AsOf = None,
    year_rule: cli_method.YearRule = None,
    include_archived: cli_method.IncludeArchived = False,
    strict: cli_method.Strict = False,
    method_file: cli_method.MethodFile = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Calculate files that need not fit the memory, part by part; a run that was stopped goes on.

    Exit code 1 says that some records have no figure: OUT/problems says why.
    """
    from facility_emissions import batches
    from facility_emissions.files import read_facilities
    from facility_emissions.report.batch import show_batch

    method = cli_method.read_method(method_file, gwp=gwp, horizon=horizon, gases=gases, scope2=scope2, as_of=as_of,
                                    year_rule=year_rule, include_archived=include_archived, strict=strict)  # fmt: skip
    own = cli_factors.own_factors(custom_factors, skip=skip_broken_factors) if custom_factors else None
    with _shown_progress(quiet=quiet) as progress:
        result = batches.batch(consumption, output, read_facilities(facilities), method, custom_factors=own,
                               memory=memory, keep=keep, part_rows=part_rows, overwrite=overwrite,
                               progress=progress)  # fmt: skip
    if not quiet:
        show(lambda console: show_batch(console, result))
    raise typer.Exit(1 if result.total["problem_rows"] else 0)


@contextlib.contextmanager
def _shown_progress(*, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Show rows, rows a second and the time left on a terminal; nothing in a pipe."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(now: Progress) -> None:
            if now.stage not in tasks:
                tasks[now.stage] = bar.add_task(now.stage.capitalize(), total=now.of, told="")
            bar.update(tasks[now.stage], completed=now.rows, told=words(now))

        yield tell


def words(now: Progress) -> str:
    """Return a run's progress in words: rows, rows a second, time left."""
    rate = now.new / now.seconds if now.seconds > 0 else 0.0
    told = f"{now.rows:,} rows, {rate / 1e6:.2f} M rows/s"
    if not rate:
        return told
    left = round((now.of - now.rows) / rate)
    return f"{now.rows:,} of {now.of:,} rows, {rate / 1e6:.2f} M rows/s, {left // 60}:{left % 60:02d} left"
