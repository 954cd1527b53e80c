"""The commands that find the factors and what they cover; options for factors of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facility_emissions.report.output import put, show, waiting

if TYPE_CHECKING:
    from facility_emissions.factors.custom import FactorTable


CustomFactors = Annotated[
    Path | None, typer.Option(help="Factors of your own, .csv or .parquet; they win where they fit.")
]
SkipBrokenFactors = Annotated[
    bool, typer.Option("--skip-broken-factors", help="Use the sound rows of a factor table that has broken ones.")
]


def factors_find(
    text: Annotated[
        str | None,
        typer.Argument(help="Activity in English or Spanish, publisher, supplier or network: a name, or words of it."),
    ] = None,
    country: Annotated[str | None, typer.Option(help="ISO code or name; what stands in for it is shown too.")] = None,
    year: Annotated[
        int | None, typer.Option(help="Year of consumption; with --country, factors are ranked, with the why.")
    ] = None,
    activity_category: Annotated[str | None, typer.Option("--figure", help="Only this activity category.")] = None,
    source: Annotated[str | None, typer.Option(help="Only this source: its id (miteco), publisher or title.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Only this supplier or network, by name or part of it.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only factors that this unit reaches, as kWh_gcv.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with every column.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with every column.")] = False,
) -> None:
    """Find published factors, and with --country and --year which one is taken and why; or the GWPs of a refrigerant.

    A name finds that name; other words find whatever contains them, and it says how. What is
    merely similar is suggested, never taken.
    """
    from facility_emissions.factors import find, why_nothing
    from facility_emissions.report.factors import show_found

    asked: dict[str, Any] = {"country": country, "year": year, "activity_category": activity_category,
                             "source": source, "supplier": supplier, "unit": unit}  # fmt: skip
    if text is None and all(value is None for value in asked.values()):
        raise typer.BadParameter("Say what to find: a text, or an option such as --source.", param_hint="TEXT")
    found = find(text, **asked)
    if as_json:
        put(found.to_json(orient="records", force_ascii=False, indent=1) + "\n")
    elif as_csv:
        put(found.to_csv(index=False))
    elif found.empty:
        said = why_nothing(text, **asked)
        end = "`facility-emissions coverage` shows what there is."
        put("".join(f"{sentence}\n" for sentence in ["No published factor.", *said, end]))
    else:
        show(lambda console: show_found(console, found))


def coverage(
    country: Annotated[str | None, typer.Argument(help="ISO code or name, or WORLD for the world's defaults.")] = None,
    by_activity: Annotated[bool, typer.Option("--by-activity", help="A row for each activity.")] = False,
    by_year: Annotated[
        bool, typer.Option("--by-year", help="What would answer, year by year, and what falls back to what.")
    ] = False,
    category: Annotated[str | None, typer.Option(help="By year: only heat, electricity, water or recharge.")] = None,
    figure: Annotated[str | None, typer.Option(help="By year: only this activity category.")] = None,
    years: Annotated[str | None, typer.Option(help="By year: one year (2024), or several (2015-2024).")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw what answers by year into this .png or .svg (needs matplotlib).")
    ] = None,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Show what is known to be missing, why, and what would do.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with every column.")] = False,
) -> None:
    """Show which countries, figures and years the bundled factors cover, and by what.

    Without a country: for each figure, all countries that have it. --category, --figure and
    --years narrow what is shown by year or drawn.
    """
    from facility_emissions.factors import coverage as covered
    from facility_emissions.factors import known_gaps
    from facility_emissions.report.factors import show_coverage, show_gaps, show_overview

    if by_year or plot is not None:
        _by_year(country, category, figure, years, plot, as_csv=as_csv)
        return
    if category or figure or years:
        raise typer.BadParameter(
            "--category, --figure and --years go with --by-year or --plot.", param_hint="--by-year"
        )
    frame = known_gaps(country) if gaps else covered(country, by_activity=by_activity)
    if as_csv:
        put(frame.to_csv(index=False))
    elif frame.empty:
        put("No known gap.\n" if gaps else "No bundled factor; the world's defaults are in `coverage WORLD`.\n")
    elif gaps:
        show(lambda console: show_gaps(console, frame))
    elif country is None and not by_activity:
        show(lambda console: show_overview(console, frame))
    else:
        show(lambda console: show_coverage(console, frame))


def _by_year(
    country: str | None, category: str | None, figure: str | None, years: str | None, plot: Path | None, *, as_csv: bool
) -> None:
    """Print or draw what would answer, year by year."""
    from facility_emissions.availability import coverage_by_year

    first, _, last = (years or "").partition("-")
    if years and not all(y.isdigit() and len(y) == 4 for y in (first, last or first)):
        raise typer.BadParameter(f"{years!r} is neither a year nor two, as 2024 or 2015-2024.", param_hint="--years")
    span = range(int(first), int(last or first) + 1) if years else None
    with waiting("Asking for every country and year", quiet=False):
        frame = coverage_by_year(country, span, category=category, activity_category=figure)
    if frame.empty:
        raise typer.BadParameter("That leaves nothing to show.", param_hint="--years")
    if plot is not None:
        from facility_emissions.report.heatmap import draw, picture

        try:
            draw(picture(frame), plot)
        except OSError as error:
            told = f"{str(plot)!r} cannot be written: {error.strerror}."
            raise typer.BadParameter(told, param_hint="--plot") from None
        put(f"Drawn: {plot}\n")
    elif as_csv:
        put(frame.to_csv(index=False))
    else:
        from facility_emissions.report.answers import show_answers

        show(lambda console: show_answers(console, frame))


def own_factors(file: Path, *, skip: bool) -> FactorTable:
    """Return a table of the user's own factors; one that is broken is shown, and ends the program."""
    from facility_emissions.factors.custom import FactorTable, FactorTableError
    from facility_emissions.report.factors import show_broken

    try:
        return FactorTable(file, on_error="skip" if skip else "raise")
    except FactorTableError as error:
        broken = error.problems
    show(lambda console: show_broken(console, broken, file.name), error=True)
    put("Nothing was calculated: correct these rows, or leave them out with --skip-broken-factors.\n", error=True)
    raise typer.Exit(2)
