"""Files that are there whole or not at all, whatever ends the run: written, flushed to the disk, then named."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_ONCE = 8  # files are flushed together in the time of one


def temporary(name: str) -> str:
    """Return a name for a file while it is written, that no other run and no other file has."""
    return f"{uuid.uuid4().hex}.{name}"


def put_in_place(files: Iterable[tuple[Path, Path]]) -> None:
    """Give finished files their names, over what has them; after a crash either is there whole.

    Args:
        files: each as it was written, closed, and its name in the same file system.
    """
    todo = list(files)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(_flush_file, [path for path, _ in todo]))
    folders: dict[Path, None] = {}
    for path, final in todo:
        made = [folder for folder in final.parents if not folder.exists()]
        final.parent.mkdir(parents=True, exist_ok=True)
        path.replace(final)
        folders.update(dict.fromkeys((final.parent, *(folder.parent for folder in made))))
    for folder in folders:
        _flush_names(folder)


def _flush_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_names(folder: Path) -> None:
    """Let a folder's names outlive a crash, where the system can say so."""
    if os.name == "posix":
        at = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(at)
        finally:
            os.close(at)
