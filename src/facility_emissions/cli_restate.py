"""`facility-emissions restate`: the same consumption under two methods, and what the difference is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facility_emissions import cli_factors, cli_method, cli_output
from facility_emissions.report.output import show, waiting

if TYPE_CHECKING:
    from facility_emissions.restatement import Restatement, Significance


def restate(
    consumption: Annotated[Path, typer.Argument(help="Consumption records: .csv or .parquet.")],
    facilities: Annotated[Path, typer.Argument(help="Facilities: .csv, .parquet, .json or .jsonl.")],
    before: Annotated[
        list[str] | None,
        typer.Option(help="A field of the Method before, as as_of=2024-01-01 or editions.desnz=2023; "
                          "or a method.json. May be repeated."),
    ] = None,
    after: Annotated[
        list[str] | None, typer.Option(help="The same of the Method after; the default Method if not given.")
    ] = None,
    consumption_before: Annotated[
        Path | None, typer.Option(help="The consumption before, where it was another.")
    ] = None,
    facilities_before: Annotated[
        Path | None, typer.Option(help="The facilities before, where they were others.")
    ] = None,
    custom_factors: cli_factors.CustomFactors = None,
    custom_factors_before: Annotated[
        Path | None, typer.Option(help="Factors of your own before; the same ones if not given.")
    ] = None,
    ledger_before: Annotated[
        Path | None,
        typer.Option(help="The ledger that `calculate --output` wrote under an earlier release of the factors, "
                          "by the Method before."),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(help="Change the groups one after the other, as gwp,editions,activity; all orders if not given."),
    ] = None,
    base_year: Annotated[int | None, typer.Option(help="Say whether this year is to be recalculated.")] = None,
    threshold: Annotated[float, typer.Option(help="Share of the base year that is significant.")] = 0.05,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the result files.")] = None,
    file_format: Annotated[str, typer.Option("--format", help="Result files: csv or parquet.")] = "csv",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:  # fmt: skip
    """Calculate consumption under two methods and split the difference into effects that add up to it.

    Prints the effects and the factors that moved. With --output it also writes effects, factors,
    coverage, records, sums, both methods and citations into a folder.

    Exit code 1 says that some records have no figure, before or after.
    """
    from facility_emissions.factors.custom import FactorTable
    from facility_emissions.files import read_consumption, read_facilities, read_ledger
    from facility_emissions.report.restatement import show_restatement
    from facility_emissions.restatement import restate as run

    if file_format not in ("csv", "parquet"):
        raise typer.BadParameter(f"{file_format!r} is neither csv nor parquet.", param_hint="--format")
    methods = [cli_method.method_of_words(w or (), hint) for w, hint in ((before, "--before"), (after, "--after"))]
    if output is not None:
        cli_output.make_folder(output)  # before the work, not after it
    with waiting("Reading", quiet=quiet):
        own: list[FactorTable | None] = [
            cli_factors.own_factors(path, skip=False) if path else None
            for path in (custom_factors, custom_factors_before)
        ]
        records, sites = read_consumption(consumption), read_facilities(facilities)
        records_before = read_consumption(consumption_before) if consumption_before else None
        sites_before = read_facilities(facilities_before) if facilities_before else None
        ledger = read_ledger(ledger_before) if ledger_before else None
    with waiting(f"Calculating {len(records):,} records twice", quiet=quiet):
        found = run(records, sites, *methods, consumption_before=records_before, facilities_before=sites_before,
                    custom_factors=own[0], custom_factors_before=own[1], ledger_before=ledger,
                    order=None if order is None else [name.strip() for name in order.split(",")])  # fmt: skip
        verdict = None if base_year is None else found.significant(base_year, threshold)
    if output is not None:
        with waiting(f"Writing to {output}", quiet=quiet):
            _write(found, verdict, output, file_format)
    if not quiet:
        show(lambda console: show_restatement(console, found, verdict))
        if output is not None:
            show(lambda console: console.print(f"\nWritten to {output}", highlight=False, markup=False))
    total = found.total
    raise typer.Exit(1 if total["problem_rows_before"] or total["problem_rows_after"] else 0)


def _write(found: Restatement, verdict: Significance | None, folder: Path, suffix: str) -> None:
    from facility_emissions.files import write_table
    from facility_emissions.report import page
    from facility_emissions.report.restatement_page import restatement_page

    records = found.records
    by = ("facility", "scope", "category", "year")
    tables = {
        "effects": found.effects,
        "factors": found.factors,
        "coverage": found.coverage,
        "records": records.assign(row=records.index)[["row", *records.columns]],
        f"by_{'_'.join(by)}": found.by(*by).reset_index(),
    }
    for name, table in tables.items():
        write_table(table, folder / f"{name}.{suffix}")
    methods = {
        side: {"method": of.method.model_dump(mode="json"), "fingerprint": of.method.fingerprint()}
        for side, of in (("before", found.before), ("after", found.after))
    }
    significance = None
    if verdict is not None:
        significance = {**_known(asdict(verdict)), "significant": verdict.significant, "words": str(verdict)}
    told = {
        **methods,
        "data_version": found.after.data_version,
        "total": _known(found.total),
        "sentence": found.sentence(),
        "significance": significance,
    }
    text = json.dumps(told, indent=2, ensure_ascii=False)
    (folder / "restatement.json").write_text(text + "\n", encoding="utf-8")
    page.write(restatement_page(found, verdict), folder / "report.html")
    (folder / "citations.txt").write_text("\n".join(found.citations()) + "\n", encoding="utf-8")


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON has them: there is no NaN in it."""
    return {name: None if value != value else value for name, value in values.items()}
