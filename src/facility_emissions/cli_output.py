"""Where the commands write to."""

from __future__ import annotations

from pathlib import Path

import typer


def make_folder(output: Path) -> None:
    """Make the folder for the result files.

    Raises:
        typer.BadParameter: it is a file, or cannot be made.
    """
    if output.exists() and not output.is_dir():
        raise typer.BadParameter(f"{str(output)!r} is a file; a folder is asked for.", param_hint="--output")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{str(output)!r} cannot be made: {error.strerror}.", param_hint="--output") from None
