"""`facility-emissions reconcile`: the API's figures beside ours, and what explains a difference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facility_emissions import cli_factors, cli_method, cli_output
from facility_emissions.report.output import show, waiting

if TYPE_CHECKING:
    from facility_emissions.reconciliation import Reconciliation


def reconcile(
    api: Annotated[
        Path, typer.Argument(metavar="API.json", help="Facilities as the API returned them: JSON or JSON Lines.")
    ],
    consumption: Annotated[Path, typer.Argument(help="Consumption records: .csv or .parquet.")],
    more: Annotated[
        list[Path] | None, typer.Option("--page", help="A further page of the API's facilities. May be repeated.")
    ] = None,
    facilities: Annotated[
        Path | None, typer.Option("--facilities", "-f", help="Facilities of your own, where they are not the API's.")
    ] = None,
    invoices: Annotated[
        list[Path] | None, typer.Option(help="Invoices as the API returned them; joined by record_id. May be repeated.")
    ] = None,
    custom_factors: cli_factors.CustomFactors = None,
    absolute: Annotated[float, typer.Option(help="What may differ [kg].")] = 0.0,
    relative: Annotated[float, typer.Option(help="What may differ, as a share of the API's figure.")] = 1e-9,
    calculated_at: Annotated[
        str | None, typer.Option(help="When the API's figures were calculated: facilities updated later are stale.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for CSV, JSON and the page report.html.")
    ] = None,
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
) -> None:  # fmt: skip
    """Compare what the Facilities API returned with a calculation of your own, and explain the differences.

    With --output it writes facilities, explanations and summary as CSV, reconciliation.json, and
    report.html, which opens from disk.

    Exit code 1 says that some facilities do not agree, so that it can guard a nightly job.
    """
    from facility_emissions.factors.custom import FactorTable
    from facility_emissions.files import read_consumption, read_facilities
    from facility_emissions.payloads import read_facilities as read_api
    from facility_emissions.payloads import read_invoices
    from facility_emissions.reconciliation import reconcile as run
    from facility_emissions.report.reconciliation import show_reconciliation
    from facility_emissions.results import calculate

    method = cli_method.read_method(method_file, gwp=gwp, horizon=horizon, gases=gases, scope2=scope2, as_of=as_of,
                                    year_rule=year_rule, include_archived=include_archived, strict=strict)  # fmt: skip
    if output is not None:
        cli_output.make_folder(output)  # before the work, not after it
    with waiting("Reading", quiet=quiet):
        given = read_api([api, *(more or ())])
        bills = read_invoices(list(invoices)).frame if invoices else None
        own = cli_factors.own_factors(custom_factors, skip=False) if custom_factors else FactorTable.of(None)
        sites = read_facilities(facilities) if facilities else given.portfolio
        records = read_consumption(consumption)
    with waiting(f"Calculating {len(records):,} records", quiet=quiet):
        result = calculate(records, sites, method, custom_factors=own)
        found = run(given, result, invoices=bills, absolute=absolute, relative=relative, calculated_at=calculated_at)
    if output is not None:
        with waiting(f"Writing to {output}", quiet=quiet):
            _write(found, output)
    if not quiet:
        show(lambda console: show_reconciliation(console, found))
        if output is not None:
            show(lambda console: console.print(f"\nWritten to {output}", highlight=False, markup=False))
    raise typer.Exit(0 if found.agrees else 1)


def _write(found: Reconciliation, folder: Path) -> None:
    from facility_emissions.files import write_table
    from facility_emissions.report import page
    from facility_emissions.report.reconciliation import sentences_frame, totals
    from facility_emissions.report.reconciliation_page import reconciliation_page

    tables = {"facilities": sentences_frame(found), "explanations": found.explanations, "summary": found.summary}
    if found.invoices is not None:
        tables["invoices"] = found.invoices
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv")
    text = json.dumps(totals(found), indent=2, ensure_ascii=False)
    (folder / "reconciliation.json").write_text(text + "\n", encoding="utf-8")
    page.write(reconciliation_page(found), folder / "report.html")
