"""Dask: two real worker processes, one of them killed in the middle, and the result that of pandas."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import dask
import dask.dataframe as dd
import pandas as pd
import pytest
from distributed import Client, LocalCluster

import facility_emissions as fe
from engines import CUSTOM, METHOD, assert_same_records, in_pandas, problems_in_pandas, problems_of, table
from facility_emissions.adapters.kernel import PROBLEM_COLUMNS
from frames import FACILITIES

pytestmark = pytest.mark.xdist_group("dask")
FRAME = table().to_pandas()
PANDAS = in_pandas(table())
SIZES = (100, 0, 250, 1, 149, 100)
STARTS = [sum(SIZES[:k]) for k in range(len(SIZES))]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client


def in_parts(frame: pd.DataFrame = FRAME) -> dd.DataFrame:
    """Return a frame in partitions of uneven sizes, one of them empty."""
    parts = [frame.iloc[at : at + size] for at, size in zip(STARTS, SIZES, strict=True)]
    return dd.from_map(lambda k: parts[k], range(len(parts)), meta=frame.iloc[:0])


def calculate(frame: dd.DataFrame, **more: object) -> fe.adapters.kernel.Answer[dd.DataFrame]:
    return fe.adapters.dask.calculate(frame, FACILITIES, METHOD, custom_factors=CUSTOM, **more)


def test_two_workers_give_what_pandas_gives(client: Client) -> None:
    answer = calculate(in_parts(), sample=FRAME.head(50))
    records, problems = dask.compute(answer.records, answer.problems)
    assert_same_records(records, PANDAS)
    assert records["note"].tolist() == FRAME["note"].tolist()
    assert problems_of(problems, STARTS) == problems_in_pandas(PANDAS)
    assert answer.total == PANDAS.total
    assert set(problems["partition"]) == {0, 2, 3, 4, 5}


def test_a_worker_killed_in_the_middle_costs_nothing(client: Client, tmp_path: Path) -> None:
    killed = tmp_path / "killed"

    def kill_once(part: pd.DataFrame, partition_info: dict[str, int] | None = None) -> pd.DataFrame:
        if partition_info and partition_info["number"] == 2 and not killed.exists():
            killed.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return part

    before = {worker["pid"] for worker in pids(client)}
    answer = calculate(in_parts().map_partitions(kill_once, meta=FRAME.iloc[:0]))
    records, problems = dask.compute(answer.records, answer.problems)
    assert int(killed.read_text()) in before
    assert_same_records(records, PANDAS)
    assert problems_of(problems, STARTS) == problems_in_pandas(PANDAS)
    assert answer.total == PANDAS.total


def pids(client: Client) -> list[dict[str, int]]:
    return [{"pid": pid} for pid in client.run(os.getpid).values()]


@pytest.mark.parametrize("kind", ["text", "category", "no record ids"])
def test_the_meta_is_exactly_what_the_partitions_have(client: Client, kind: str) -> None:
    frame = FRAME.astype({"unit": "category", "facility_id": "category"}) if kind == "category" else FRAME
    frame = frame.drop(columns="record_id") if kind == "no record ids" else frame
    answer = calculate(in_parts(frame.set_index(pd.Index(range(1000, 1600), name="line"))))
    for lazy, names in ((answer.records, None), (answer.problems, list(PROBLEM_COLUMNS))):
        for part in dask.compute(*lazy.to_delayed()):
            assert list(part.columns) == list(lazy.columns) == (names or list(part.columns))
            assert part.dtypes.to_dict() == lazy._meta.dtypes.to_dict()
            assert part.index.dtype == lazy._meta.index.dtype
            assert part.index.name == lazy._meta.index.name
    assert answer.records.index.compute().tolist() == list(range(1000, 1600))


def test_nothing_is_read_before_it_is_asked_for() -> None:
    def burst(part: pd.DataFrame) -> pd.DataFrame:
        raise AssertionError("read before it was asked for")

    calculate(in_parts().map_partitions(burst, meta=FRAME.iloc[:0]))


def test_rows_in_another_order_the_second_time_are_noticed(client: Client, tmp_path: Path) -> None:
    seen = tmp_path / "seen"

    def turn(part: pd.DataFrame, *, read: object) -> pd.DataFrame:
        turned = part.iloc[:: -1 if seen.exists() else 1]
        seen.touch()
        return turned

    consumption = dd.from_pandas(FRAME, npartitions=1)
    with dask.config.set({"optimization.fuse.active": False}):
        answer = calculate(consumption.map_partitions(turn, read=1, meta=consumption._meta))
        with pytest.raises(fe.ContractError, match="Persist the table"):
            answer.records.compute()
