"""The output folder: held by one run at a time, gone on with, or begun anew."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from facility_emissions.batches.manifest import NAME, PARTIAL, PROBLEMS, RECORDS, Manifest, Part
from facility_emissions.errors import ContractError

try:
    import fcntl
except ImportError:  # Windows: two runs on one output are not told from each other
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"
_OURS = frozenset((_LOCK, NAME, PARTIAL, RECORDS, PROBLEMS))


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
        earlier = self._earlier(overwrite=overwrite)
        sound: list[Part] = []
        if earlier is not None and not overwrite:
            earlier.check_same(made_from)
            sound = [p for p in earlier.in_order() if all(f.is_sound(self.folder) for f in p.files())]
        manifest = Manifest(self.folder, made_from, sound)
        manifest.write()
        self._remove_unknown({file.path for part in sound for file in part.files()})
        return manifest

    def _earlier(self, *, overwrite: bool) -> Manifest | None:
        """Return the manifest of an earlier run, None where there was none or what it left is to be overwritten."""
        names = {path.name for path in self.folder.iterdir()}
        try:
            earlier = Manifest.read(self.folder)
        except ContractError:
            if overwrite and names <= _OURS:
                return None
            raise
        strange = sorted(names - {_LOCK, PARTIAL})
        if earlier is None and strange:
            raise ContractError(
                f"{str(self.folder)!r} holds no batch's output but {strange[0]!r}. Choose an empty or new folder."
            )
        return earlier

    def _remove_unknown(self, known: set[str]) -> None:
        """Remove what a run that was stopped, or the one before, has left: nobody may read it as records."""
        for path in (self.folder / PARTIAL).glob("*.*"):
            path.unlink()
        for folder in (self.folder / RECORDS, self.folder / PROBLEMS):
            for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder comes before it
                if path.is_dir():
                    with contextlib.suppress(OSError):  # not empty
                        path.rmdir()
                elif path.suffix == ".parquet" and path.relative_to(self.folder).as_posix() not in known:
                    path.unlink()

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
