"""The command line. Exit codes: 0 all rows answered, 1 some rows are problems, 2 bad usage."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

try:
    import typer
    from rich.console import Console
except ImportError:  # the core install is light
    sys.exit("The command line needs typer and rich: pip install 'facility-emissions[cli]'.")

from facility_emissions.errors import FacilityEmissionsError

if TYPE_CHECKING:
    import pandas as pd

    from facility_emissions.method import Method
    from facility_emissions.results import Result

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich",
                  help="Greenhouse-gas emissions of facilities, offline, with the published factor behind every figure.")  # fmt: skip
factors_app = typer.Typer(no_args_is_help=True, help="Read the bundled emission factors and their sources.")
app.add_typer(factors_app, name="factors")

ConsumptionFile = Annotated[Path, typer.Argument(help="Consumption records, .csv or .parquet.")]
FacilitiesFile = Annotated[Path, typer.Argument(help="Facilities, .csv, .parquet, or .json as the API sends it.")]


@app.command()
def calculate(
    consumption: ConsumptionFile,
    facilities: FacilitiesFile,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the result files.")] = None,
    file_format: Annotated[str, typer.Option("--format", help="Result files as csv or parquet.")] = "csv",
    custom_factors: Annotated[Path | None, typer.Option(help="Table of your own factors.")] = None,
    gwp: Annotated[str, typer.Option(help="GWP set: SAR, TAR, AR4, AR5, AR5CCF, AR6.")] = "AR5",
    horizon: Annotated[int, typer.Option(help="GWP horizon in years: 100 or 20.")] = 100,
    gases: Annotated[str, typer.Option(help="Gases in co2e: all, or kyoto.")] = "all",
    scope2: Annotated[str, typer.Option(help="Scope 2 of the headline: location or market.")] = "location",
    as_of: Annotated[str | None, typer.Option(help="Only editions published by this day (ISO date).")] = None,
    year_rule: Annotated[str, typer.Option(help="Bills across a year: prorate, start or end.")] = "prorate",
    include_archived: Annotated[bool, typer.Option("--include-archived", help="Calculate archived facilities.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Turn every fallback into a problem.")] = False,
    method_file: Annotated[Path | None, typer.Option("--method", help="A Method as JSON; options above are ignored.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Calculate the emissions of consumption records.

    Writes records, ledger, problems, gaps, sums, method and citations to the output folder, and
    prints a summary. Exit code 1 says that some records have no figure; problems says why.
    """
    from facility_emissions.files import read_consumption, read_facilities
    from facility_emissions.report.terminal import show_summary
    from facility_emissions.results import calculate as run

    if file_format not in ("csv", "parquet"):
        raise typer.BadParameter(f"{file_format!r} is neither csv nor parquet.", param_hint="--format")
    given = {"gwp": gwp, "horizon": horizon, "gases": gases, "scope2": scope2, "as_of": as_of, "year_rule": year_rule,
             "include_archived": include_archived, "strict": strict}  # fmt: skip
    method = _method(json.loads(method_file.read_text(encoding="utf-8")) if method_file else given)
    own = read_consumption(custom_factors) if custom_factors else None
    result = run(read_consumption(consumption), read_facilities(facilities), method, custom_factors=own)
    if not quiet:
        show_summary(_console(), result)
    if output is not None:
        _write(result, output, file_format)
        if not quiet:
            _console().print(f"\nWritten to {output}{'/' if not str(output).endswith('/') else ''}", highlight=False)
    raise typer.Exit(1 if result.total["problem_rows"] else 0)


def _method(given: dict[str, Any]) -> Method:
    from pydantic import ValidationError

    from facility_emissions.method import Method

    try:
        return Method.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "--" + "-".join(str(part) for part in first["loc"]).replace("_", "-")
        raise typer.BadParameter(f"{first['input']!r}: {first['msg']}", param_hint=name) from None


def _write(result: Result, folder: Path, suffix: str) -> None:
    from facility_emissions.files import write_table

    folder.mkdir(parents=True, exist_ok=True)
    records = result.records
    ids = [c for c in ("record_id", "facility_id") if c in result.consumption]
    tables: dict[str, pd.DataFrame] = {
        "records": records.assign(**{c: result.consumption[c].to_numpy() for c in ids})[[*ids, *records.columns]],
        "ledger": result.ledger(),
        "problems": result.problems,
        "gaps": result.gaps,
        "by_facility_year": result.by("facility", "country", "year").reset_index(),
        "by_scope": result.by_scope().reset_index(),
        "by_gas": result.by_gas().reset_index(),
        "logistics": result.logistics().rename_axis("facility").reset_index(),
    }
    for name, table in tables.items():
        write_table(table, folder / f"{name}.{suffix}")
    method = {"method": result.method.model_dump(mode="json"), "fingerprint": result.method.fingerprint(),
              "data_version": result.data_version, "total": result.total}  # fmt: skip
    (folder / "method.json").write_text(json.dumps(method, indent=2) + "\n", encoding="utf-8")
    (folder / "citations.txt").write_text("\n".join(result.citations()) + "\n", encoding="utf-8")


@factors_app.command("find")
def factors_find(
    activity: Annotated[str, typer.Argument(help="Fuel, supply or refrigerant, by any of its names.")],
    country: Annotated[str | None, typer.Option(help="ISO code or name.")] = None,
    year: Annotated[int | None, typer.Option(help="Only factors valid in this year.")] = None,
    activity_category: Annotated[str | None, typer.Option("--figure", help="Only this activity category.")] = None,
    source: Annotated[str | None, typer.Option(help="Only this source id.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only factors per this unit (kWh_gcv).")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with every column.")] = False,
) -> None:
    """List the published factors of an activity."""
    from facility_emissions.factors import find

    found = find(activity, country=country, year=year, activity_category=activity_category, source=source, unit=unit)
    if as_csv:
        print(found.to_csv(index=False), end="")
    elif found.empty:
        _console().print("No published factor. `facility-emissions coverage` shows what is there.")
    else:
        _show_factors(found)


def _show_factors(found: pd.DataFrame) -> None:
    from facility_emissions.report.terminal import show_frame

    if "factor_id" not in found:
        show_frame(_console(), found, "kg CO2e per kg")
        return
    unit = found["unit"].where(found["basis"] == "", found["unit"] + "_" + found["basis"])
    figures = ["co2_fossil_kg", "ch4_kg", "n2o_kg", "co2_biogenic_kg", "co2e_fixed_kg"]
    shown = found[["factor_id", *figures]].assign(**{n: [f"{v:.6g}" if v == v else "" for v in found[n].astype(float)] for n in figures})
    shown.columns = pd_index(["factor_id", "CO2 fossil", "CH4", "N2O", "CO2 biogenic", "CO2e fixed"])
    shown.insert(1, "per", unit)
    show_frame(_console(), shown, f"{len(found)} factors [kg per unit]")


def pd_index(names: list[str]) -> pd.Index:
    """Return column names as an index; pandas is imported only by the commands that need it."""
    import pandas as pd

    return pd.Index(names)


@factors_app.command("show")
def factors_show(factor_id: Annotated[str, typer.Argument(help="Id of a factor, as results and `find` give it.")]) -> None:
    """Show one factor in full: figures, validity, document, row, licence."""
    from facility_emissions.factors import show

    found = show(factor_id)
    source = found.pop("source")
    console = _console()
    for name, value in found.items():
        if value not in (None, ""):
            console.print(f"[bold]{name}[/bold]: {value}", highlight=False)
    console.print("[bold]source[/bold]")
    for name, value in source.items():  # type: ignore[attr-defined]
        if value not in (None, ""):
            console.print(f"  {name}: {value}", highlight=False)


@factors_app.command("verify")
def factors_verify() -> None:
    """Check the whole data package; exit code 1 when something is wrong."""
    from facility_emissions.factors.verify import verify

    wrong = verify()
    for sentence in wrong:
        print(sentence)
    print(f"{len(wrong)} faults in the data package." if wrong else "The data package is sound.")
    raise typer.Exit(1 if wrong else 0)


@app.command()
def coverage(
    country: Annotated[str | None, typer.Argument(help="ISO code or name; all countries by default.")] = None,
    by_activity: Annotated[bool, typer.Option("--by-activity", help="A row for each activity.")] = False,
    gaps: Annotated[bool, typer.Option("--gaps", help="Show what is known to be missing, and why.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Show which countries, figures and years the bundled factors cover, and by what."""
    from facility_emissions.factors import coverage as covered
    from facility_emissions.factors import known_gaps
    from facility_emissions.report.terminal import show_frame

    frame = known_gaps(country) if gaps else covered(country, by_activity=by_activity)
    if as_csv:
        print(frame.to_csv(index=False), end="")
        return
    shown = frame.drop(columns=["first_year", "last_year"], errors="ignore")
    show_frame(_console(), shown, "Known gaps" if gaps else "Coverage of the bundled factors")


def _console() -> Console:
    """Return a console; a pipe or file gets wide plain text that is not cut to a screen."""
    console = Console()
    return console if console.is_terminal else Console(width=200, no_color=True)


def main() -> None:
    """Run the command line; a user's error is one line on standard error and exit code 2."""
    try:
        app()
    except FacilityEmissionsError as error:
        print(f"facility-emissions: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
