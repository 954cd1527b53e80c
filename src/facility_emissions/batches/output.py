"""The output folder: held by one run at a time, gone on with, or begun anew."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from facility_emissions.batches.manifest import PARTIAL, PROBLEMS, RECORDS, Manifest
from facility_emissions.errors import ContractError

try:
    import fcntl
except ImportError:  # Windows: two runs on one output are not told from each other
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"


class HeldOutput:
    """An output folder that this run alone writes to."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; see `held_output`."""
        self.folder = folder

    def begin(self, made_from: dict[str, Any], *, overwrite: bool) -> Manifest:
        """Return the manifest to go on with: parts that are not as they were written are not in it.

        Raises:
            ContractError: the folder holds something else, or parts made from other things.
        """
        manifest = Manifest.read(self.folder)
        if manifest is None:
            strange = sorted(p.name for p in self.folder.iterdir() if p.name not in (_LOCK, PARTIAL))
            if strange:
                raise ContractError(
                    f"{str(self.folder)!r} holds no batch's output but {strange[0]!r}. Choose an empty or new folder."
                )
        elif overwrite:
            for name in (RECORDS, PROBLEMS, PARTIAL):
                shutil.rmtree(self.folder / name, ignore_errors=True)
        else:
            manifest.check_same(made_from)
            sound = [p for p in manifest.parts.values() if all(f.is_sound(self.folder) for f in p.files())]
            manifest = Manifest(self.folder, made_from, sound)
            for leftover in (self.folder / PARTIAL).glob("*.parquet"):
                leftover.unlink()
            manifest.write()
            return manifest
        manifest = Manifest(self.folder, made_from)
        manifest.write()
        return manifest

    def clean(self) -> None:
        """Remove what is temporary."""
        shutil.rmtree(self.folder / PARTIAL, ignore_errors=True)


@contextlib.contextmanager
def held_output(folder: Path, given: Path) -> Iterator[HeldOutput]:
    """Hold an output folder for the time of a run; it is made if it is not there.

    Raises:
        ContractError: it cannot be a folder, lies in the input or around it, another run holds it.
    """
    inside, outside = folder.resolve(), given.resolve()
    if given.is_dir() and (inside == outside or outside in inside.parents):
        raise ContractError(f"The output {str(folder)!r} lies in the input. Choose a folder beside it.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("w")
    except OSError as error:
        raise ContractError(f"The output folder {str(folder)!r} cannot be made: {error.strerror}.") from None
    with lock:
        _take(lock, folder)
        yield HeldOutput(folder)


def _take(lock: IO[str], folder: Path) -> None:
    """Take the lock, which ends with the process however that ends."""
    if fcntl is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise ContractError(f"Another run is writing to {str(folder)!r}. Wait for it, or end it.") from None
