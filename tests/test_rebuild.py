"""The bundled tables are what the importers make of the publishers' files, byte for byte."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from facility_emissions import bundle
from facility_emissions.errors import DataPackageError
from facility_emissions.factors.digest import content_digest, editions_held
from facility_emissions.importers import PUBLISHERS
from facility_emissions.importers import __main__ as command
from facility_emissions.importers.__main__ import read_all, rebuild, summary
from facility_emissions.importers.difference import compare
from facility_emissions.importers.package import NOT_IMPORTED, RELEASE, write_package
from facility_emissions.importers.tidy import Import, LayoutError, write_all

SOURCES = Path(os.environ.get("FACILITY_EMISSIONS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the publishers' files are not here")
def test_every_table_is_rebuilt(tmp_path):
    write_all(read_all(SOURCES), tmp_path)
    bundled = {p.relative_to(bundle.root()).as_posix(): p for p in bundle.root().rglob("*.csv")}
    made = {p.relative_to(tmp_path).as_posix(): p for p in tmp_path.rglob("*.csv")}
    assert set(bundled) - set(NOT_IMPORTED) == set(made)
    changed = [name for name, path in made.items() if path.read_bytes() != bundled[name].read_bytes()]
    assert not changed, f"run `make data SOURCES={SOURCES}` and review the diff of {changed}"


def copy(to: Path) -> Path:
    return Path(shutil.copytree(bundle.root(), to / "data"))


def contents(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_descriptor_releases_and_version_are_of_these_tables(tmp_path):
    root = copy(tmp_path)
    for made in write_package(root):
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


def test_every_importer_is_in_the_maintainers_page():
    page = (Path(__file__).parents[1] / "docs" / "maintain.md").read_text(encoding="utf-8")
    first_cells = " ".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    missing = [name for name in PUBLISHERS if f"`{name}`" not in first_cells]
    assert not missing, f"docs/maintain.md does not say which files {missing} read, from where, and what to check"


# What a rebuild writes, and what it tells.


def tables(root: Path) -> list[Import]:
    """Return what the importers would have handed over, read back from the tables."""
    imported = Import()
    for path in sorted(root.rglob("*.csv")):
        name, rows = path.relative_to(root).as_posix(), bundle.read_rows(path)
        if name == "sources.csv":
            imported.sources = rows
        elif name == "gaps.csv":
            imported.gaps = rows
        elif name == "errata.csv":
            imported.errata = rows
        elif name not in NOT_IMPORTED:
            header = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
            imported.tables[name] = (header, rows)
    return [imported]


@pytest.fixture
def importers(monkeypatch: pytest.MonkeyPatch) -> list[Import]:
    made = tables(bundle.root())
    monkeypatch.setattr(command, "read_all", lambda sources: made)
    return made


def test_a_rebuild_of_the_same_changes_nothing(tmp_path, importers):
    root = copy(tmp_path)
    before = contents(root)
    told = summary(rebuild(tmp_path, root))
    assert contents(root) == before
    assert [p.name for p in tmp_path.iterdir()] == ["data"], "nothing is left beside it"
    paths = list(root.rglob("*.csv"))
    rows = sum(len(bundle.read_rows(p)) for p in paths)
    assert told == f"{rows:,} rows in {len(paths)} tables, none changed."


GAS = "miteco/V31/ES/stationary/natural_gas/kWh_gcv"


def test_a_rebuild_tells_what_came_what_went_and_what_changed(tmp_path, importers):
    root = copy(tmp_path)
    columns, rows = importers[0].tables["heat/miteco.csv"]
    rows = [dict(r) for r in rows if r["factor_id"] != f"{GAS}/2007"]
    next(r for r in rows if r["factor_id"] == f"{GAS}/2023")["co2_fossil_kg"] = "0.183"
    for year in range(2010, 2015):
        next(r for r in rows if r["factor_id"] == f"{GAS}/{year}")["note"] = "another note"
    rows.append({**rows[0], "factor_id": "miteco/V31/ES/stationary/zzz/kg/2024"})
    importers[0].tables["heat/miteco.csv"] = (columns, rows)
    importers[0].gaps = importers[0].gaps[1:]
    told = summary(rebuild(tmp_path, root))
    # the release's row of the edition changed too
    assert "added 1, changed 6, removed 1 in heat/miteco.csv (474 rows)" in told.splitlines()
    assert f"  changed {GAS}/2010\n  changed {GAS}/2011\n  changed {GAS}/2012\n  changed 3 more\n" in told
    assert f"  removed {GAS}/2007\n" in told
    assert "added 0, changed 0, removed 1 in gaps.csv" in told
    assert "added 1, changed 0, removed 1 in releases.csv" in told
    assert told.endswith(" tables, 3 changed.")
    assert "0.183" in (root / "heat/miteco.csv").read_text(encoding="utf-8")


def test_a_table_that_no_importer_makes_any_more_goes(tmp_path, importers):
    root = copy(tmp_path)
    columns, rows = importers[0].tables["water/desnz.csv"]
    del importers[0].tables["water/desnz.csv"]
    importers[0].tables["water/gb.csv"] = (columns, rows)
    told = summary(rebuild(tmp_path, root))
    assert f"removed {len(rows)} in water/desnz.csv (0 rows)" in told
    assert not (root / "water/desnz.csv").exists()
    assert (root / "water/gb.csv").is_file()
    assert (root / "preference.csv").read_bytes() == (bundle.root() / "preference.csv").read_bytes()


@pytest.mark.parametrize("stop", [LayoutError("x.xlsx, sheet 3: expected 'PCI'."), KeyError("a bug")])
def test_an_importer_that_stops_leaves_every_table_as_it_was(tmp_path, monkeypatch, capsys, stop):
    root = copy(tmp_path)
    before = contents(root)

    def stops(sources):
        yield from tables(bundle.root())
        raise stop

    monkeypatch.setattr(command, "read_all", stops)
    monkeypatch.setattr("sys.argv", ["importers", str(tmp_path), "--out", str(root)])
    if isinstance(stop, LayoutError):
        assert command.main() == 1
        assert capsys.readouterr().err == "x.xlsx, sheet 3: expected 'PCI'.\nNothing was written.\n"
    else:
        with pytest.raises(KeyError):
            command.main()
    assert contents(root) == before
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_a_first_build_needs_no_tables(tmp_path, importers):
    differences = rebuild(tmp_path, tmp_path / "new" / "data")
    assert sum(len(d.added) for d in differences) == sum(d.rows for d in differences) > 20_000
    assert (tmp_path / "new" / "data" / "VERSION").read_text(encoding="utf-8").startswith(f"{RELEASE}+")


def test_rows_that_stand_twice_are_counted_twice(tmp_path):
    for name, text in (("before", "x\n1\n1\n"), ("after", "x\n1\n2\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(text)
    (found,) = compare(tmp_path / "before", tmp_path / "after")
    assert (found.added, found.removed, found.rows) == (("2",), ("1",), 2)


def test_a_licence_has_to_be_an_id_of_the_list(tmp_path):
    source = {"source_id": "x", "edition": "1", "title": "t", "publisher": "p", "attribution": "a"}
    with pytest.raises(DataPackageError, match=r"x 1: the licence 'OGL-UK-3' is no id of licences.csv. Did you mean"):
        write_all([Import(sources=[{**source, "licence": "OGL-UK-3"}])], tmp_path)
    write_all([Import(sources=[{**source, "licence": "OGL-UK-3.0", "published": "2025-06-10"}])], tmp_path)
    (row,) = bundle.read_rows(tmp_path / "sources.csv")
    assert row["licence_url"] == "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    assert row["publication_year"] == "2025"


def test_a_table_of_an_unknown_kind_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n")
    with pytest.raises(DataPackageError, match=r"a\.csv: no table with these columns is known"):
        write_package(tmp_path)


def test_rows_of_earlier_releases_are_never_rewritten(tmp_path):
    root = copy(tmp_path)
    path = root / "releases.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    earlier = "2025.1,miteco,V30,10,0123456789ab,0123456789ab"
    path.write_text("\n".join([header, earlier, rows[0]]) + "\n", encoding="utf-8")
    write_package(root)
    assert path.read_text(encoding="utf-8").splitlines() == [header, earlier, *rows]


def test_digests_of_an_edition_tell_ids_from_figures():
    columns = "valid_to boundary co2_fossil_kg ch4_kg ch4_origin n2o_kg co2_biogenic_kg co2e_fixed_kg gwp_of_co2e_fixed"
    row = {**dict.fromkeys(columns.split(), ""), "source_id": "x", "edition": "1", "factor_id": "x/1/a", "note": ""}
    second = {**row, "factor_id": "x/1/b", "co2_fossil_kg": "0.2"}

    def digests(*rows):
        (held,) = editions_held(rows, "2026.1")
        return held["factors"], held["ids"], held["figures"]

    count, ids, figures = digests(row, second)
    assert count == "2"
    assert digests(second, row) == (count, ids, figures), "the order of rows does not matter"
    assert digests(row, {**second, "note": "late"}) == (count, ids, figures), "a note changes no result"
    for column in columns.split():
        changed = digests(row, {**second, column: "0.3"})
        assert changed[:2] == (count, ids)
        assert changed[2] != figures, column
    renamed = digests(row, {**second, "factor_id": "x/1/c"})
    assert renamed[1] != ids
    assert renamed[2] != figures
