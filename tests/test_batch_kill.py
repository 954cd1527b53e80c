"""A batch that is killed at any moment goes on where it was: no row is lost, none is there twice."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import facility_emissions as fe
from batch_server import Server
from batches import SITES, assert_same, dataset, messy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork")

FRAME = messy(5, 300)
WHOLE = fe.calculate(FRAME, SITES)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(SITES, {"part_rows": 70, "chunk_rows": 90, "warm": FRAME}) as running:
        yield running


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files, of two parts, one part and two."""
    return dataset(tmp_path_factory.mktemp("killed") / "in", FRAME, [130, 180], row_group=64)


def assert_sound_so_far(output: Path) -> int:
    """Assert that what the manifest says is there; return how many parts it has."""
    if not (output / "manifest.json").exists():
        return 0
    so_far = fe.BatchResult(output)
    at = 0
    for part in so_far.parts().itertuples():
        name = output / "records" / part.file
        path = name if name.exists() else name.with_suffix(".parts") / f"{part.part:05d}.parquet"
        rows = pd.read_parquet(path, columns=["co2e"])["co2e"]
        expected = WHOLE.co2e.iloc[part.first_row : part.first_row + part.rows]
        assert rows.tolist() == pytest.approx(expected.tolist(), rel=0, abs=0, nan_ok=True)
        at += 1
    return at


def test_killed_at_every_step_on_the_disk(server: Server, source: Path, tmp_path: Path) -> None:
    steps = server.run(source, tmp_path / "whole")
    assert steps > 30
    killed = 0
    for at in range(1, steps, 7):
        output = tmp_path / f"at-{at}"
        assert server.run(source, output, kill_at=at) == 0, "it was not killed"
        before = assert_sound_so_far(output)
        killed += before > 0
        assert server.run(source, output) > 0
        assert_same(fe.BatchResult(output), WHOLE)
    assert killed > 3  # some had finished parts, which stayed


def test_killed_at_random_again_and_again(server: Server, source: Path, tmp_path: Path) -> None:
    begun = time.monotonic()
    server.run(source, tmp_path / "whole")
    seconds = time.monotonic() - begun
    dice = random.Random()
    output = tmp_path / "out"
    done = [0]
    for _ in range(8):
        server.run(source, output, kill_after=seconds * dice.uniform(0.1, 0.9))
        done.append(assert_sound_so_far(output))
    assert done == sorted(done)  # a part that is finished stays finished
    server.run(source, output)
    assert_same(fe.BatchResult(output), WHOLE)
    files = {p.relative_to(output / "records") for p in (output / "records").rglob("*.parquet")}
    assert len(files) == len(fe.BatchResult(output).parts()) == 5
    assert not (output / ".partial").exists()
