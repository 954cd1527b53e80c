"""Going on with a batch: what is damaged is made anew, what was made from other things is refused."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import facility_emissions as fe
from batches import SITES, assert_same, dataset, messy
from facility_emissions.batches import disk, work
from facility_emissions.batches.manifest import Manifest
from facility_emissions.errors import ContractError
from facility_emissions.factors.custom import FactorTable, FactorTableWarning
from frames import record

FRAME = messy(8, 160)
WHOLE = fe.calculate(FRAME, SITES)
CUTS = [60, 60, 100]  # four files, the second without rows
OWN = [
    {"factor_id": "mine", "activity_category": "stationary", "activity": "natural_gas", "country": "any",
     "unit": "kWh_gcv", "co2_fossil_kg": 0.5, "facility_id": "f0"},
    {"factor_id": "broken", "activity_category": "stationary", "unit": "kWh_gcv", "co2_fossil_kg": "much"},
]  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return dataset(tmp_path / "in", FRAME, CUTS)


@pytest.fixture
def finished(source: Path, tmp_path: Path) -> Path:
    """The folder of a finished output, of parts of 40 rows at most."""
    return fe.batch(source, tmp_path / "out", SITES, part_rows=40).folder


def again(source: Path, output: Path, **options: Any) -> fe.BatchResult:
    return fe.batch(source, output, options.pop("facilities", SITES), **{"part_rows": 40, **options})


def made(output: Path) -> dict[str, int]:
    """When each file of records and problems was made."""
    files = [p for name in ("records", "problems") for p in (output / name).rglob("*.parquet")]
    return {p.relative_to(output).as_posix(): p.stat().st_mtime_ns for p in files}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def test_a_finished_output_is_left_as_it_is(source: Path, finished: Path) -> None:
    before = made(finished)
    assert_same(again(source, finished), WHOLE)
    assert made(finished) == before
    assert sorted(p for p in before if p.startswith("records")) == [
        "records/part-000.parts/00000.parquet",
        "records/part-000.parts/00001.parquet",
        "records/part-001.parquet",
        "records/part-002.parquet",
        "records/part-003.parts/00000.parquet",
        "records/part-003.parts/00001.parquet",
    ]


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "cut short": lambda p: p.write_bytes(p.read_bytes()[:-10]),
    "a bit changed": lambda p: flip(p, p.stat().st_size // 2),
    "another file": lambda p: p.write_bytes(b"\0" * p.stat().st_size),
}


@pytest.mark.parametrize("folder", ["records", "problems"])
@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_part_alone_is_made_anew(how: str, folder: str, source: Path, finished: Path) -> None:
    before = made(finished)
    DAMAGE[how](finished / folder / "part-000.parts" / "00001.parquet")
    result = again(source, finished)
    assert_same(result, WHOLE)
    changed = {name for name, at in made(result.folder).items() if before[name] != at}
    assert changed == {f"{name}/part-000.parts/00001.parquet" for name in ("records", "problems")}


def test_what_no_part_owns_is_removed_from_the_records(source: Path, finished: Path) -> None:
    """A part that was put in place, and the run ended before its manifest: its rows may not be read twice."""
    records = finished / "records"
    (records / "old.parts").mkdir()
    for name in ("old.parquet", "old.parts/00000.parquet"):
        (records / name).write_bytes((records / "part-002.parquet").read_bytes())
    (finished / ".partial").mkdir()
    (finished / ".partial" / "0123.records.parquet").write_bytes(b"half")
    assert_same(again(source, finished), WHOLE)
    assert not (records / "old.parquet").exists()
    assert not (records / "old.parts").exists()
    assert not (finished / ".partial").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t[: len(t) // 2], "is no manifest of a batch: "),
        (lambda t: "", "is no manifest of a batch: "),
        (lambda t: "[]", "is no manifest of a batch: "),
        (lambda t: '{"name": "a web page"}', "is no manifest of a batch: 'format'"),
        (lambda t: t.replace('"rows": 160', '"rows": 161', 1), "is damaged: its checksum is not that of what it says"),
        (lambda t: re.sub(r'"exact": "0x.', '"exact": "0x7', t, count=1), "is damaged: its checksum"),
        (lambda t: t.replace('"format": 2', '"format": 99'), "is of format 99, which this version does not read"),
    ],
    ids=range(7),
)
def test_a_damaged_manifest_is_told_and_may_be_overwritten(
    change: Callable[[str], str], message: str, source: Path, finished: Path
) -> None:
    path = finished / "manifest.json"
    path.write_text(change(path.read_text()))
    for use in (lambda: again(source, finished), lambda: fe.BatchResult(finished)):
        with pytest.raises(ContractError, match=re.escape(message)) as caught:
            use()
        assert "overwrite=True, --overwrite" in str(caught.value)
    assert_same(again(source, finished, overwrite=True), WHOLE)


def touched(source: Path) -> None:
    os.utime(source / "part-002.parquet", (1, 1))


def other_values(source: Path) -> None:
    """A change in the middle of a file that keeps its size."""
    path = source / "part-000.parquet"
    flip(path, path.read_bytes().index(b"f1"))


def more_files(source: Path) -> None:
    FRAME.iloc[:5].to_parquet(source / "part-009.parquet", index=False)


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "touched": (touched, "the input changed (part-002.parquet has changed)"),
    "other values": (other_values, "the input changed (part-000.parquet has changed)"),
    "a file more": (more_files, "the input changed (part-009.parquet is new)"),
    "a file less": (lambda s: (s / "part-003.parquet").unlink(), "the input changed (part-003.parquet is gone)"),
}


@pytest.mark.parametrize("how", CHANGES)
def test_another_input_is_refused(how: str, source: Path, finished: Path) -> None:
    change, message = CHANGES[how]
    before = made(finished)
    change(source)
    with pytest.raises(ContractError) as caught:
        again(source, finished)
    assert f"was begun with other things: {message}. Choose another folder" in str(caught.value)
    assert made(finished) == before


OTHERS: dict[str, tuple[dict[str, Any], str]] = {
    "GWP": ({"method": fe.Method(gwp="AR6")}, "the Method changed (gwp was 'AR5', now 'AR6')"),
    "strict": ({"method": fe.Method(strict=True)}, "the Method changed (strict was False, now True)"),
    "facilities": ({"facilities": SITES.assign(country="ES")}, "the facilities changed ()"),
    "facilities less": ({"facilities": SITES.iloc[1:]}, "the facilities changed ()"),
    "factors": ({"custom_factors": OWN[:1]}, "the custom factors changed ()"),
    "columns": ({"keep": "all"}, "the columns kept changed (keep was 'ids', now 'all')"),
    "parts": ({"part_rows": 41}, "the rows of a part changed (part_rows was 40, now 41)"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_results_of_two_makes_are_never_mixed(what: str, source: Path, finished: Path) -> None:
    options, message = OTHERS[what]
    before = made(finished)
    with pytest.raises(ContractError) as caught:
        again(source, finished, **options)
    assert f"was begun with other things: {message.replace(' ()', '')}. Choose another folder" in str(caught.value)
    assert made(finished) == before
    assert_same(again(source, finished), WHOLE)  # it was left sound
    fresh = again(source, finished, overwrite=True, **options)
    options = {name: value for name, value in options.items() if name not in ("keep", "part_rows")}
    assert fresh.total == fe.calculate(FRAME, options.pop("facilities", SITES), **options).total


@pytest.mark.parametrize("name", ["data_version", "__version__"])
def test_another_version_is_refused(name: str, source: Path, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "data_version":
        monkeypatch.setattr("facility_emissions.batches.run.data_version", lambda: "2031.1")
        message = "the version of the factors changed (data_version was '"
    else:
        monkeypatch.setattr(fe, "__version__", "9.9.9")
        message = "the version of facility-emissions changed (package_version was '"
    with pytest.raises(ContractError, match=re.escape(message)):
        again(source, finished)


def test_facilities_in_another_order_are_the_same(source: Path, finished: Path) -> None:
    assert_same(again(source, finished, facilities=SITES.iloc[::-1]), WHOLE)


def test_a_table_with_other_broken_rows_is_another(source: Path, tmp_path: Path) -> None:
    """What is told of a record that names a broken row is what was wrong with it."""
    frame = FRAME.assign(custom_factor_id=np.where(np.arange(len(FRAME)) % 3, None, "broken"))
    source = dataset(tmp_path / "named", frame, CUTS)
    with pytest.warns(FactorTableWarning):
        much, many = (
            FactorTable([OWN[0], {**OWN[1], "co2_fossil_kg": how}], on_error="skip") for how in ("much", "many")
        )
    result = again(source, tmp_path / "out", custom_factors=much)
    assert_same(result, fe.calculate(frame, SITES, custom_factors=much))
    assert "'much'" in "".join(result.problems()["reason"])
    with pytest.raises(ContractError, match="the custom factors changed"):
        again(source, tmp_path / "out", custom_factors=many)


def test_a_factor_of_one_facility(tmp_path: Path) -> None:
    """Its facility shares no rates with others of its profile, in every chunk."""
    frame = FRAME.copy()
    for name, value in record().items():  # natural gas of f0, and of f38 in the same country
        frame.loc[::3, name] = pd.Timestamp(value) if name.endswith("date") else value
    frame.loc[::6, "facility_id"] = "f38"
    result = again(dataset(tmp_path / "named", frame, CUTS), tmp_path / "out", custom_factors=OWN[:1])
    whole = fe.calculate(frame, SITES, custom_factors=OWN[:1])
    assert_same(result, whole)
    of_own = whole.records["factor_ids"].astype(str).str.contains("mine")
    gas = (frame["activity"] == "natural_gas") & (frame["unit"] == "kWh_gcv") & (whole.records["status"] == "ok")
    assert of_own.sum() > 10
    assert set(frame["facility_id"][of_own]) == {"f0"}
    assert (gas & (frame["facility_id"] == "f38") & ~of_own).sum() > 5


def test_two_runs_on_one_output(source: Path, tmp_path: Path) -> None:
    told: list[str] = []

    def second(_: work.Progress) -> None:
        with pytest.raises(ContractError) as caught:
            fe.batch(source, tmp_path / "out", SITES)
        told.append(str(caught.value))

    assert_same(fe.batch(source, tmp_path / "out", SITES, progress=second), WHOLE)
    assert told
    assert f"Another run is writing to {str(tmp_path / 'out')!r}. Wait for it, or end it." in told


def test_temporary_names_are_of_one_file_and_one_run() -> None:
    assert len({disk.temporary("records.parquet") for _ in range(100)}) == 100


class StoppedError(Exception):
    """Raised in the middle of a run."""


def stop_after(rows: int) -> Callable[[work.Progress], None]:
    def stop(now: work.Progress) -> None:
        if now.stage == "records" and now.rows >= rows:
            raise StoppedError

    return stop


def test_a_run_that_was_stopped_goes_on(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    with pytest.raises(StoppedError):
        again(source, output, progress=stop_after(90))
    so_far = fe.BatchResult(output)
    assert not so_far.is_complete
    assert 0 < so_far.total["rows"] < len(FRAME)
    assert "rows so far" in repr(so_far)
    rows = so_far.parts()["rows"].sum()
    np.testing.assert_array_equal(so_far.parts()["first_row"], np.append(0, so_far.parts()["rows"].cumsum()[:-1]))
    before = made(output)
    told: list[work.Progress] = []
    result = again(source, output, progress=told.append)
    assert_same(result, WHOLE)
    assert told[-1].new == len(FRAME) - rows
    assert {name: made(output)[name] for name in before} == before


def test_a_file_that_is_damaged_inside_is_named(source: Path, tmp_path: Path) -> None:
    """Its footer is sound: that something is wrong is only seen when its rows are read."""
    path = source / "part-003.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff" * (len(data) // 2) + data[4 + len(data) // 2 :])
    with pytest.raises(ContractError, match=r"part-003\.parquet is no readable Parquet file"):
        fe.batch(source, tmp_path / "out", SITES)


def test_an_input_that_changes_meanwhile(source: Path, tmp_path: Path) -> None:
    def change(now: work.Progress) -> None:
        os.utime(source / "part-000.parquet", (1, 1))

    with pytest.raises(ContractError, match=r"part-000\.parquet was changed while it was read"):
        fe.batch(source, tmp_path / "out", SITES, progress=change)
    assert fe.BatchResult(tmp_path / "out").total["rows"] == 0


@pytest.mark.parametrize("kind", ["parquet", "csv", "arrow", "arrows"])
def test_a_single_file_goes_on_inside(kind: str, tmp_path: Path) -> None:
    frame = FRAME.drop(columns=["percentage"])
    path = tmp_path / f"in.{kind}"
    if kind == "parquet":
        frame.to_parquet(path, index=False, row_group_size=23)
    elif kind == "csv":
        frame.to_csv(path, index=False)
    else:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        make = pa.ipc.new_stream if kind == "arrows" else pa.ipc.new_file
        with pa.OSFile(str(path), "wb") as raw, make(raw, table.schema) as writer:
            writer.write_table(table, max_chunksize=23)
    output = tmp_path / "out"
    at_once = fe.batch(path, tmp_path / "at once", SITES)
    assert [p.name for p in at_once.records.iterdir()] == ["in.parquet"]
    with pytest.raises(StoppedError):
        again(path, output, progress=stop_after(80))
    assert 0 < len(fe.BatchResult(output).parts()) < 4
    result = again(path, output)
    assert result.total == at_once.total
    assert sorted(p.name for p in result.records.rglob("*.parquet")) == [f"0000{n}.parquet" for n in range(4)]
    tables = [pq.read_table(p) for p in (*sorted(result.records.rglob("*.parquet")), at_once.records / "in.parquet")]
    frames = [t.to_pandas() for t in tables]
    pd.testing.assert_frame_equal(
        pd.concat(frames[:-1], ignore_index=True).astype(object), frames[-1].astype(object), check_exact=True
    )
    pd.testing.assert_frame_equal(result.problems(), at_once.problems())


@pytest.mark.parametrize("rows", [0, 1.5, True, "many"])
def test_part_rows_that_are_none(rows: Any, source: Path, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="is no number of rows"):
        fe.batch(source, tmp_path / "out", SITES, part_rows=rows)


def test_names_that_would_clash_are_refused(tmp_path: Path) -> None:
    dataset(tmp_path / "in", FRAME, [])
    dataset(tmp_path / "in" / "part-000.parts", FRAME.iloc[:10], [])
    (tmp_path / "in" / "part-000.parts" / "part-000.parquet").rename(
        tmp_path / "in" / "part-000.parts" / "00001.parquet"
    )
    with pytest.raises(ContractError, match=r"would have one name in the output, part-000\.parts/00001\.parquet"):
        fe.batch(tmp_path / "in", tmp_path / "out", SITES, part_rows=80)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_that_is_not_ours_is_left_alone(overwrite: bool, source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (output / "records").mkdir(parents=True)
    (output / "records" / "of mine.parquet").write_bytes(b"precious")
    for more in (None, "manifest.json"):
        if more:
            (output / more).write_text('{"name": "a web page"}')
            (output / "index.html").write_text("")
        with pytest.raises(ContractError):
            fe.batch(source, output, SITES, overwrite=overwrite)
        assert (output / "records" / "of mine.parquet").read_bytes() == b"precious"


def test_the_manifest_says_what_is_in_the_files(finished: Path) -> None:
    told = json.loads((finished / "manifest.json").read_text())
    for part in told["parts"]:
        assert pq.ParquetFile(finished / part["records"]["path"]).metadata.num_rows == part["rows"]
        problems = part["problem_file"]
        assert part["problems"] == (pq.read_metadata(finished / problems["path"]).num_rows if problems else 0)
    assert Manifest.read(finished).sums().rows == told["total"]["rows"] == len(FRAME)  # type: ignore[union-attr]
    assert [f["rows"] for f in told["input"]["files"]] == [60, 0, 40, 60]
