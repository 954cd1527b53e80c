"""The options of the command line that make a Method, for every command that calculates."""

from __future__ import annotations

import json
from collections.abc import Sequence
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


_LISTS = ("include",)
_MAPPINGS = ("editions", "databases")


def read_method(file: Path | None, **options: Any) -> Method:
    """Return the Method of a file and of the options, which win over it; None and False are not given.

    Raises:
        typer.BadParameter: a file that cannot be read, a value that no Method has.
    """
    given = {name: value for name, value in options.items() if value is not None and value is not False}
    return _method({} if file is None else _told(file, "--method"), given, "--method", "--")


def method_of_words(words: Sequence[str], hint: str) -> Method:
    """Return the Method that words such as `gwp=AR4` and `editions.desnz=2023` make, `Method()` of none.

    A word without an equals sign is a file, as of `--method`; the others win over it.

    Args:
        words: what was given.
        hint: the option that they were given to.

    Raises:
        typer.BadParameter: a file that cannot be read, a field or a value that no Method has.
    """
    from facility_emissions.errors import did_you_mean
    from facility_emissions.method import Method

    told: dict[str, Any] = {}
    given: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        field, _, key = name.partition(".")
        if not equals:
            told |= _told(Path(word), hint)
        elif field not in Method.model_fields:
            known = ", ".join(Method.model_fields)
            raise typer.BadParameter(f"no field {field!r}; known: {known}.{did_you_mean(field, Method.model_fields)}",
                                     param_hint=hint)  # fmt: skip
        elif (field in _MAPPINGS) != bool(key):
            example = (
                f"{field}.{'desnz=2023' if field == 'editions' else 'GB=desnz,ember'}" if not key else f"{field}=..."
            )
            raise typer.BadParameter(f"{word!r} is written {example}", param_hint=hint)
        elif key:
            given.setdefault(field, {})[key] = tuple(value.split(",")) if field == "databases" else value
        else:
            number = int(value) if value.isdigit() and field != "as_of" else value
            given[field] = tuple(value.split(",")) if field in _LISTS else number
    return _method(told, given, hint, f"{hint} ")


def _told(file: Path, hint: str) -> dict[str, Any]:
    """Return the fields that a file holds."""
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{str(file)!r} cannot be read as JSON: {error}", param_hint=hint) from None
    if isinstance(told, dict) and isinstance(told.get("method"), dict):
        told = told["method"]  # a method.json that this command wrote
    if not isinstance(told, dict):
        raise typer.BadParameter(f"{str(file)!r} holds no JSON object.", param_hint=hint)
    return told


def _method(told: dict[str, Any], given: dict[str, Any], hint: str, option: str) -> Method:
    """Return the Method; a value that it does not have is told with the option that gave it."""
    from pydantic import ValidationError

    from facility_emissions.method import Method

    try:
        return Method.model_validate({**told, **given})
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(part) for part in first["loc"]]
        at = ""
        if path and path[0] in given:
            hint = f"{option}{path[0].replace('_', '-') if option == '--' else path[0]}"
        elif path:
            at = ".".join(path) + ": "
        shown = "" if isinstance(first["input"], dict) else f" (given: {first['input']!r})"
        raise typer.BadParameter(f"{at}{first['msg']}{shown}", param_hint=hint) from None
