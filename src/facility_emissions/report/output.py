"""Standard output as a person and as a script want it: drawn on a terminal, plain in a pipe."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable

from rich.console import Console

_PIPE_WIDTH = 160


def show(draw: Callable[[Console], None], *, error: bool = False) -> None:
    """Draw on a terminal; a pipe or file gets plain text, wide and without escapes or trailing spaces."""
    console = Console(stderr=error)
    if console.is_terminal:
        draw(console)
        return
    width = None if "COLUMNS" in os.environ else _PIPE_WIDTH
    plain = Console(file=io.StringIO(), width=width, no_color=True, force_terminal=False)
    draw(plain)
    assert isinstance(plain.file, io.StringIO)
    put("".join(f"{line.rstrip()}\n" for line in plain.file.getvalue().splitlines()), error=error)


def put(text: str, *, error: bool = False) -> None:
    """Write to standard output or error; who reads it may stop early (`| head`) without a change of the exit code."""
    stream = sys.stderr if error else sys.stdout
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def waiting(text: str, *, quiet: bool) -> contextlib.AbstractContextManager[object]:
    """Show on a terminal what is being waited for; nothing in a pipe."""
    console = Console(stderr=True)
    return contextlib.nullcontext() if quiet or not console.is_terminal else console.status(f"{text} ...")
