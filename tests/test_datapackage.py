"""The tables are a Frictionless data package: the Frictionless tools themselves say so, and refuse broken ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from frictionless import Package, Report

from facility_emissions import bundle
from facility_emissions.importers.package import write_package

#: The tables that are broken here, and what they refer to: to check all of them takes seven seconds each time.
FEW = ("sources.csv", "licences.csv", "releases.csv", "gwp/gases.csv", "gwp/gwp.csv", "gwp/blends.csv",
       "heat/miteco.csv", "heat/ipcc.csv", "electricity/market_residual_aib.csv")  # fmt: skip
GAS = "miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023,stationary,natural_gas,ES,"


def validate(root: Path) -> Report:
    return Package(str(root / "datapackage.json")).validate()


def faults(report: Report) -> list[tuple[str, str]]:
    return sorted({(str(task.place), fault.type) for task in report.tasks for fault in task.errors})


def descriptor() -> dict[str, object]:
    return json.loads((bundle.root() / "datapackage.json").read_text(encoding="utf-8"))


def test_frictionless_finds_the_whole_package_valid() -> None:
    report = validate(bundle.root())
    assert report.valid, faults(report)
    tables = {p.relative_to(bundle.root()).as_posix(): p for p in bundle.root().rglob("*.csv")}
    assert {task.place for task in report.tasks} == set(tables)
    read = sum(task.stats["rows"] for task in report.tasks)
    assert read == sum(len(bundle.read_rows(p)) for p in tables.values()), "Frictionless read every row"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small") / "data"
    for path in bundle.root().rglob("*"):
        name = path.relative_to(bundle.root()).as_posix()
        if path.is_file() and (path.suffix != ".csv" or name in FEW):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, root / name)
    write_package(root)
    return root


def put(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        (root / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    return edit


BROKEN = {
    "type": (put("heat/miteco.csv", "direct,0.182,", "direct,none,"), "heat/miteco.csv", "type-error"),
    "minimum": (put("heat/miteco.csv", "direct,0.182,", "direct,-0.182,"), "heat/miteco.csv", "constraint-error"),
    "enum of basis": (put("heat/miteco.csv", ",kWh,gcv,", ",kWh,pcs,"), "heat/miteco.csv", "constraint-error"),
    "enum of boundary": (put("heat/miteco.csv", ",direct,", ",whole,"), "heat/miteco.csv", "constraint-error"),
    "enum of figure": (put("heat/miteco.csv", GAS, GAS.replace(",stationary,", ",burnt,")), "heat/miteco.csv",
                       "constraint-error"),
    "enum of sector": (put("heat/ipcc.csv", ",commercial,", ",shops,"), "heat/ipcc.csv", "constraint-error"),
    "enum of instrument": (put("electricity/market_residual_aib.csv", ",,residual_mix,", ",,residual,"),
                           "electricity/market_residual_aib.csv", "constraint-error"),
    "required": (put("heat/miteco.csv", GAS, GAS.replace(",ES,", ",,")), "heat/miteco.csv", "constraint-error"),
    "year": (put("heat/miteco.csv", f"{GAS},2023", f"{GAS},1023"), "heat/miteco.csv", "constraint-error"),
    "pattern of an id": (put("heat/miteco.csv", GAS, GAS.replace("miteco/V31/ES/", "")), "heat/miteco.csv",
                         "constraint-error"),
    "primary key": (put("gwp/gwp.csv", "SF6,AR5,100,", "SF6,AR4,100,"), "gwp/gwp.csv", "primary-key"),
    "foreign key to sources": (put("heat/miteco.csv", ",miteco,V31,", ",miteco,V30,"), "heat/miteco.csv",
                               "foreign-key"),
    "foreign key to licences": (put("sources.csv", ",dl-de/by-2-0,", ",dl-de,"), "sources.csv", "foreign-key"),
    "foreign key to gases": (put("gwp/blends.csv", "R-410A,HFC-32,", "R-410A,HFC-33,"), "gwp/blends.csv",
                             "foreign-key"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_frictionless_refuses_what_the_contract_forbids(name: str, small: Path, tmp_path: Path) -> None:
    edit, path, kind = BROKEN[name]
    root = Path(shutil.copytree(small, tmp_path / "data"))
    edit(root)
    write_package(root)  # hashes of the broken tables: only the contract is broken
    found = faults(validate(root))
    assert (path, kind) in found, found


def test_frictionless_refuses_a_table_that_is_not_the_described_one(small: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(small, tmp_path / "data"))
    put("heat/miteco.csv", "direct,0.182,", "direct,0.181,")(root)
    assert ("heat/miteco.csv", "hash-count") in faults(validate(root))


def test_the_copy_itself_is_valid(small: Path) -> None:
    assert validate(small).valid


def test_every_table_says_what_it_is_whose_and_on_what_terms() -> None:
    package = descriptor()
    assert {licence["name"] for licence in package["licenses"]} >= {"OGL-UK-3.0", "CC-BY-4.0", "MITECO-reuse"}  # type: ignore[index, attr-defined]
    for resource in package["resources"]:  # type: ignore[attr-defined]
        assert resource["title"]
        assert all(field["description"] for field in resource["schema"]["fields"])
        if "factor_id" in {field["name"] for field in resource["schema"]["fields"]}:
            assert resource["licenses"], resource["path"]
            assert resource["sources"], resource["path"]
            assert resource["schema"]["primaryKey"] == ["factor_id"]
