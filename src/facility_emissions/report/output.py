"""Standard output, for a person at a terminal and for a pipe."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from rich.console import Console

_PIPE_WIDTH = 160


def print_drawn(draw: Callable[[Console], None]) -> None:
    """Draw on a terminal; a pipe or file gets plain text, wide and without escapes or trailing spaces."""
    console = Console()
    if console.is_terminal:
        draw(console)
        return
    width = None if "COLUMNS" in os.environ else _PIPE_WIDTH
    plain = Console(file=io.StringIO(), width=width, no_color=True, force_terminal=False)
    draw(plain)
    assert isinstance(plain.file, io.StringIO)
    print_text("".join(f"{line.rstrip()}\n" for line in plain.file.getvalue().splitlines()))


def print_text(text: str) -> None:
    """Write to standard output; who reads it may stop early (`| head`) without a change of the exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
