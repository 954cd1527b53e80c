"""The command line. Exit codes: 0 all rows answered, 1 some rows are problems, 2 bad usage.

A fault of the program itself ends with its traceback and exit code 70, so that 1 always means
what it says.
"""

from __future__ import annotations

import json
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

try:
    import typer

    from facility_emissions.report.output import put as _print
    from facility_emissions.report.output import show as _show
    from facility_emissions.report.output import waiting as _waiting
except ImportError:  # the core install is light
    print("The command line needs typer and rich: pip install 'facility-emissions[cli]'.", file=sys.stderr)
    sys.exit(2)

from facility_emissions import __version__, cli_batch, cli_factors, cli_method, cli_output, cli_reconcile, cli_restate
from facility_emissions.errors import FacilityEmissionsError

if TYPE_CHECKING:
    import pandas as pd

    from facility_emissions.portfolio import Portfolio
    from facility_emissions.results import Result

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip
factors_app = typer.Typer(help="Read the bundled emission factors and check them.")
app.add_typer(factors_app, name="factors")
app.command()(cli_batch.batch)
app.command()(cli_restate.restate)
app.command()(cli_reconcile.reconcile)

# The base of typer's usage errors, which it does not export by name.
_USAGE_ERROR = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])
_FAULT = 70  # EX_SOFTWARE

ConsumptionFile = Annotated[Path, typer.Argument(help="Consumption records: .csv or .parquet.")]
FacilitiesFile = Annotated[
    Path, typer.Argument(help="Facilities: .csv, .parquet, or .json and .jsonl as the Facilities API sends them.")
]


@app.callback(invoke_without_command=True)
def facility_emissions(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the versions of program and factors.")] = False,
) -> None:
    """Greenhouse-gas emissions of facilities, offline, with the published factor behind every figure.

    Exit codes: 0 all records have a figure (or the table checked is sound), 1 some have none, 2 bad usage.
    """
    if version:
        from facility_emissions.factors.sources import data_version

        print(f"facility-emissions {__version__}, factors {data_version()}")
        raise typer.Exit(0)
    _help_if_bare(context)


@factors_app.callback(invoke_without_command=True)
def factors(context: typer.Context) -> None:
    """Read the bundled emission factors and check them."""
    _help_if_bare(context)


def _help_if_bare(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _print(context.get_help())  # empty where rich has printed it itself
        raise typer.Exit(2)


@app.command()
def calculate(
    consumption: ConsumptionFile,
    facilities: FacilitiesFile,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the result files.")] = None,
    file_format: Annotated[str, typer.Option("--format", help="Result files: csv or parquet.")] = "csv",
    custom_factors: cli_factors.CustomFactors = None,
    skip_broken_factors: cli_factors.SkipBrokenFactors = False,
    gwp: cli_method.Gwp = None,
    horizon: cli_method.Horizon = None,
    gases: cli_method.Gases = None,
    scope2: cli_method.Scope2 = None,
    as_of: cli_method.AsOf = None,
    year_rule: cli_method.YearRule = None,
    include_archived: cli_method.IncludeArchived = False,
    strict: cli_method.Strict = False,
    method_file: cli_method.MethodFile = None,
    fiscal_year_start: Annotated[
        int | None, typer.Option(min=1, max=12, help="Month with which a fiscal year begins: adds sums by fiscal year.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Calculate the emissions of consumption records.

    Prints a summary. With --output it also writes records, ledger, problems, gaps, sums, method and
    citations into a folder.

    Exit code 1 says that some records have no figure: the summary and the problems table say why.
    """
    from facility_emissions.files import read_consumption, read_facilities
    from facility_emissions.report.terminal import show_summary
    from facility_emissions.results import calculate as run

    if file_format not in ("csv", "parquet"):
        raise typer.BadParameter(f"{file_format!r} is neither csv nor parquet.", param_hint="--format")
    method = cli_method.read_method(method_file, gwp=gwp, horizon=horizon, gases=gases, scope2=scope2, as_of=as_of,
                                    year_rule=year_rule, include_archived=include_archived, strict=strict)  # fmt: skip
    if output is not None:
        cli_output.make_folder(output)  # before the work, not after it
    with _waiting("Reading", quiet=quiet):
        own = cli_factors.own_factors(custom_factors, skip=skip_broken_factors) if custom_factors else None
        records, sites = read_consumption(consumption), read_facilities(facilities)
    with _waiting(f"Calculating {len(records):,} records", quiet=quiet):
        result = run(records, sites, method, custom_factors=own)
    if output is not None:
        with _waiting(f"Writing to {output}", quiet=quiet):
            _write(result, output, file_format, fiscal_year_start)
    if not quiet:
        _show(lambda console: show_summary(console, result, _names(sites)))
        if output is not None:
            _show(lambda console: console.print(f"\nWritten to {output}", highlight=False, markup=False))
    raise typer.Exit(1 if result.total["problem_rows"] else 0)


def _names(sites: pd.DataFrame | Portfolio) -> dict[str, str]:
    """Return the names of facilities by their id, where they are given."""
    from facility_emissions.portfolio import Portfolio

    if isinstance(sites, Portfolio):
        return {f.id: f.name for f in sites}
    ids = "facility_id" if "facility_id" in sites else "id"
    if "name" not in sites:
        return {}
    return {str(i): str(n) for i, n in zip(sites[ids], sites["name"], strict=True) if n == n and n is not None}


def _write(result: Result, folder: Path, suffix: str, fiscal_year_start: int | None) -> None:
    from facility_emissions.files import write_table

    records = result.records
    ids = {c: result.consumption[c].to_numpy() for c in ("record_id", "facility_id") if c in result.consumption}
    tables: dict[str, pd.DataFrame] = {
        "records": records.assign(row=records.index, **ids)[["row", *ids, *records.columns]],
        "ledger": result.ledger(),
        "problems": result.problems,
        "gaps": result.gaps,
        "by_facility_year": result.by("facility", "country", "year").reset_index(),
        "by_scope": result.by_scope().reset_index(),
        "by_gas": result.by_gas().reset_index(),
        "logistics": result.logistics("both").reset_index(),
        **_if_stated(result),
    }
    if fiscal_year_start is not None:
        sums = result.by("facility", "country", "fiscal_year", fiscal_year_start=fiscal_year_start)
        tables["by_facility_fiscal_year"] = sums.reset_index()
    if not result.custom_factors.empty:
        tables["custom_factors"] = result.custom_factors
    for name, table in tables.items():
        write_table(table, folder / f"{name}.{suffix}")
    method = {"method": result.method.model_dump(mode="json"), "fingerprint": result.method.fingerprint(),
              "data_version": result.data_version, "total": result.total}  # fmt: skip
    (folder / "method.json").write_text(json.dumps(method, indent=2) + "\n", encoding="utf-8")
    (folder / "citations.txt").write_text("\n".join(result.citations()) + "\n", encoding="utf-8")


def _if_stated(result: Result) -> dict[str, pd.DataFrame]:
    """Return the tables that need facts of the facilities which some of them state."""
    found = {}
    consolidated = result.by("facility", "year", consolidated=True)
    if (consolidated["share_assumed"] < consolidated["records"]).any():
        found["consolidated"] = consolidated.reset_index()
    for per in ("surface_m2", "employees"):
        table = result.intensity(per, ("facility", "year"))
        if table[per].notna().any():
            found[f"intensity_{per}"] = table.reset_index()
    return found


factors_app.command("find")(cli_factors.factors_find)


@factors_app.command("show")
def factors_show(
    factor_id: Annotated[str, typer.Argument(help="Id of a factor, as results and `find` give it.")],
) -> None:
    """Show one factor in full: figures, validity, document, row, licence."""
    from facility_emissions.factors import show
    from facility_emissions.report.factors import show_factor

    found = show(factor_id)
    _show(lambda console: show_factor(console, found))


@factors_app.command("verify")
def factors_verify(
    folder: Annotated[Path | None, typer.Argument(help="A data folder; the bundled one by default.")] = None,
) -> None:
    """Check the whole data package; exit code 1 when something is wrong.

    Faults come first. A notice is something that a maintainer should know, and is no fault.
    """
    from facility_emissions.factors.verify import verify

    found = verify(folder)
    faults = sum(finding.severity == "error" for finding in found)
    end = f"{faults} faults in the data package" if faults else "The data package is sound"
    end += f"; {len(found) - faults} notices." if len(found) > faults else "."
    _print("".join(f"{line}\n" for line in [*map(str, found), end]))
    raise typer.Exit(1 if faults else 0)


@factors_app.command("check")
def factors_check(
    file: Annotated[Path, typer.Argument(help="Table of your own factors, .csv or .parquet.")],
) -> None:
    """Check a table of your own factors; exit code 1 when rows of it are broken."""
    from facility_emissions.factors.custom import FactorTable, FactorTableError
    from facility_emissions.report.factors import show_broken, show_own

    try:
        table = FactorTable(file)
    except FactorTableError as error:
        broken = error.problems
        _show(lambda console: show_broken(console, broken, file.name))
        raise typer.Exit(1) from None
    _show(lambda console: show_own(console, table.frame, file.name))


app.command()(cli_factors.coverage)


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    print(f"facility-emissions: warning: {message}", file=sys.stderr)


def main() -> None:
    """Run the command line; a user's error is one line on standard error and exit code 2."""
    with warnings.catch_warnings():
        warnings.showwarning = _warn
        sys.exit(_run())


def _run() -> int:
    try:
        return int(app(prog_name="facility-emissions", standalone_mode=False) or 0)
    except FacilityEmissionsError as error:
        message = str(error)
    except _USAGE_ERROR as error:
        message = error.format_message()
    except Exception:
        traceback.print_exc()
        return _FAULT
    print(f"facility-emissions: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
