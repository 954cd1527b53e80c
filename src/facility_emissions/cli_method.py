"""The options of the command line that make a Method, for every command that calculates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from facility_emissions.method import Method

Gwp = Annotated[str | None, typer.Option(help="GWP set: SAR, TAR, AR4, AR5 (default), AR5CCF, AR6.")]
Horizon = Annotated[int | None, typer.Option(help="GWP horizon in years: 100 (default) or 20.")]
Gases = Annotated[str | None, typer.Option(help="Gases in co2e: all (default) or kyoto.")]
Scope2 = Annotated[str | None, typer.Option(help="Scope 2 of the total: location (default) or market.")]
AsOf = Annotated[str | None, typer.Option(help="Only editions published by this day, as 2024-12-31.")]
YearRule = Annotated[
    str | None, typer.Option(help="Bills across New Year: prorate by days (default), or the year of start or end.")
]
IncludeArchived = Annotated[bool, typer.Option("--include-archived", help="Calculate archived facilities.")]
Strict = Annotated[bool, typer.Option("--strict", help="Turn fallbacks and assumptions into problems.")]
MethodFile = Annotated[
    Path | None, typer.Option("--method", help="A Method as JSON, as in method.json; options given here win over it.")
]


def read_method(file: Path | None, **options: Any) -> Method:
    """Return the Method of a file and of the options, which win over it; None and False are not given.

    Raises:
        typer.BadParameter: a file that cannot be read, a value that no Method has.
    """
    from pydantic import ValidationError

    from facility_emissions.method import Method

    given = {name: value for name, value in options.items() if value is not None and value is not False}
    told: dict[str, Any] = {}
    if file is not None:
        try:
            told = json.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{str(file)!r} cannot be read as JSON: {error}", param_hint="--method") from None
        if isinstance(told, dict) and isinstance(told.get("method"), dict):
            told = told["method"]  # a method.json that this command wrote
        if not isinstance(told, dict):
            raise typer.BadParameter(f"{str(file)!r} holds no JSON object.", param_hint="--method")
    try:
        return Method.model_validate({**told, **given})
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(part) for part in first["loc"]]
        if path and path[0] in given:
            hint, at = f"--{path[0].replace('_', '-')}", ""
        else:
            hint, at = "--method", ".".join(path) + ": " if path else ""
        shown = "" if isinstance(first["input"], dict) else f" (given: {first['input']!r})"
        raise typer.BadParameter(f"{at}{first['msg']}{shown}", param_hint=hint) from None
