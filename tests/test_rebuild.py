"""The bundled tables are what the importers make of the publishers' files, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from facility_emissions import bundle
from facility_emissions.importers import PUBLISHERS
from facility_emissions.importers.__main__ import read_all
from facility_emissions.importers.package import content_digest, write_package
from facility_emissions.importers.tidy import write_all

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))
OUR_OWN = {"preference.csv", "stand_ins.csv"}  # decisions of ours, not publishers' tables


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the publishers' files are not here")
def test_every_table_is_rebuilt(tmp_path):
    write_all(read_all(SOURCES), tmp_path)
    bundled = {p.relative_to(bundle.root()).as_posix(): p for p in bundle.root().rglob("*.csv")}
    made = {p.relative_to(tmp_path).as_posix(): p for p in tmp_path.rglob("*.csv")}
    assert set(bundled) - OUR_OWN == set(made)
    changed = [name for name, path in made.items() if path.read_bytes() != bundled[name].read_bytes()]
    assert not changed, f"run `make data SOURCES={SOURCES}` and review the diff of {changed}"


def test_descriptor_and_version_are_of_these_tables(tmp_path):
    for path in bundle.root().rglob("*.csv"):
        copy = tmp_path / path.relative_to(bundle.root())
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    for made in write_package(tmp_path):
        assert made.read_text(encoding="utf-8") == (bundle.root() / made.name).read_text(encoding="utf-8")


def test_version_names_the_content(tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n")
    before = content_digest(tmp_path)
    (tmp_path / "a.csv").write_text("x\n2\n")
    assert content_digest(tmp_path) != before


def test_every_publisher_module_is_listed():
    folder = Path(read_all.__code__.co_filename).parent
    with_reader = {p.stem for p in folder.glob("*.py") if "\ndef read(" in p.read_text(encoding="utf-8")}
    assert with_reader == set(PUBLISHERS)
