"""Each check of the data package: break a copy of the tables, and see the fault found and named."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from facility_emissions import bundle
from facility_emissions.errors import DataPackageError
from facility_emissions.factors import schema
from facility_emissions.factors.tables import TABLES, about, fuels
from facility_emissions.factors.verify import verify
from facility_emissions.importers.package import write_package

# Copied for each test: small enough to be checked in half a second.
LEFT_OUT = (
    "ember.csv eea.csv defra_annex10.csv desnz_overseas.csv aib_production.csv market_miteco.csv egrid.csv".split()
)
GAS = "miteco/V31/ES/stationary/natural_gas/kWh_gcv/2023"
GRID = "uba/2025/DE/electricity_location_based/grid_electricity/kWh/2020"
WATER = "desnz/2023/GB/water_supply/water_supply/m3/2023"

Edit = Callable[[Path], None]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data package without the largest tables."""
    root = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(bundle.root(), root, ignore=shutil.ignore_patterns(*LEFT_OUT))
    write_package(root)
    return root


@pytest.fixture(scope="module")
def before(small: Path) -> set[str]:
    """What is found in it as it is: that preference.csv ranks what is left out, and the notices."""
    return {str(f) for f in verify(small)}


@pytest.fixture
def root(small: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(small, tmp_path / "data"))


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def write(path: Path, table: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(table)


def change(name: str, key: str, column: str, value: str | Callable[[str], str], *, by: int = 0) -> Edit:
    """Return an edit: in the one row whose column ``by`` is ``key``, set a cell."""

    def edit(root: Path) -> None:
        header, *rows = read(root / name)
        chosen = [r for r in rows if r[by] == key]
        assert chosen, f"{name} has no {key}"
        at = header.index(column)
        chosen[0][at] = value(chosen[0][at]) if callable(value) else value
        write(root / name, [header, *rows])

    return edit


def add(name: str, key: str, /, by: int = 0, **cells: str) -> Edit:
    """Return an edit: a second row like the one of ``key``, with other cells."""

    def edit(root: Path) -> None:
        header, *rows = read(root / name)
        at = next(i for i, r in enumerate(rows) if r[by] == key)
        new = [cells.get(column, cell) for column, cell in zip(header, rows[at], strict=True)]
        write(root / name, [header, *rows[: at + 1], new, *rows[at + 1 :]])

    return edit


def drop(name: str, key: str, *, by: int = 0) -> Edit:
    def edit(root: Path) -> None:
        header, *rows = read(root / name)
        kept = [r for r in rows if r[by] != key]
        assert len(kept) < len(rows), f"{name} has no {key}"
        write(root / name, [header, *kept])

    return edit


def replace(name: str, old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        text = (root / name).read_bytes().decode()
        assert old in text, f"{name} does not hold {old!r}"
        (root / name).write_bytes(text.replace(old, new, 1).encode())

    return edit


def times(factor: float) -> Callable[[str], str]:
    return lambda cell: repr(float(cell) * factor)


def last_release(*rows: str) -> Edit:
    """Return an edit: an earlier release that held these editions."""

    def edit(root: Path) -> None:
        path = root / "releases.csv"
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *rows, *lines]) + "\n", encoding="utf-8")

    return edit


NOWHERE = ("heat/miteco.csv", GAS)
BROKEN: dict[str, tuple[Edit, str]] = {
    # contract
    "unknown column": (replace("heat/miteco.csv", "ch4_kg", "methane"), "heat/miteco.csv: no table with the columns"),
    "cell too many": (replace("heat/miteco.csv", f"{GAS},", f"{GAS},x,"), r"heat/miteco.csv line \d+: has 28 cells"),
    "no number": (change(*NOWHERE, "ch4_kg", "0,16"), "column 'ch4_kg' holds '0,16': no number"),
    "not finite": (change(*NOWHERE, "ch4_kg", "nan"), "column 'ch4_kg' holds 'nan': no finite number"),
    "negative": (change(*NOWHERE, "n2o_kg", "-1e-6"), "column 'n2o_kg' holds '-1e-6': below 0"),
    "no whole year": (change(*NOWHERE, "data_year", "2023.0"), "'data_year' holds '2023.0': no whole number"),
    "year out of range": (change(*NOWHERE, "valid_to", "20233"), "'valid_to' holds '20233': above 2100"),
    "required": (change(*NOWHERE, "locator", ""), "column 'locator' is empty"),
    "enum": (change(*NOWHERE, "basis", "GCV"), "column 'basis' holds 'GCV': none of gcv, ncv"),
    "pattern": (change(*NOWHERE, "country", "Spain"), "column 'country' holds 'Spain': not of the form"),
    "spaces": (change(*NOWHERE, "note", " late "), "column 'note' holds ' late ': spaces around"),
    "no day": (change("sources.csv", "miteco", "published", "19/05/2025"), "'published' holds '19/05/2025': no ISO"),
    "CRLF": (replace("gaps.csv", "\n", "\r\n"), "gaps.csv: is not written with LF"),
    "not UTF-8": (lambda root: (root / "gaps.csv").write_bytes(b"\xff\xfe"), "gaps.csv: is no UTF-8 CSV table"),
    "empty file": (lambda root: (root / "gaps.csv").write_text(""), "gaps.csv: is no UTF-8 CSV table"),
    "order": (change("heat/miteco.csv", GAS, "factor_id", "zzz/a/b/c/d/e/f"), "the table is not sorted by factor_id"),
    "key twice": (add("gwp/gwp.csv", "SF6"), r"gwp/gwp.csv line \d+: SF6 \w+ \d+ is in gwp/gwp.csv line \d+ already"),
    "gap twice": (add("gaps.csv", "R-427B", by=1), "recharge R-427B is in gaps.csv line"),
    "source unknown": (change(*NOWHERE, "edition", "V32"), "miteco V32 is not in sources.csv"),
    "gas unknown": (change("gwp/blends.csv", "R-410A", "component", "HFC-999"), "HFC-999 is not in gwp/gases.csv"),
    "no table to refer to": (
        lambda root: (root / "licences.csv").unlink(),
        "sources.csv: refers to licences.csv, which is missing or has no id",
    ),
    "licence unknown": (change("sources.csv", "miteco", "licence", "OGL v3.0"), "OGL v3.0 is not in licences.csv"),
    "many of a kind": (replace("heat/ipcc.csv", "WORLD,,1990,,TJ,ncv", "World,,1990,,TJ,ncv"), "holds 'World'"),
    # factors
    "id": (change(*NOWHERE, "unit", "MWh"), f"{GAS}: the id is not composed of its keys"),
    "id twice": (add("heat/miteco.csv", GAS), f"factor_id {GAS} is already in heat/miteco.csv line"),
    "activity unknown": (change(*NOWHERE, "activity", "town_gas"), "unknown activity 'town_gas'"),
    "country unknown": (change(*NOWHERE, "country", "ZZ"), "'ZZ' is no country known here"),
    "country spelled otherwise": (change(*NOWHERE, "country", "UK"), "country 'UK' is no alpha-2 code"),
    "subdivision unknown": (change(*NOWHERE, "subdivision", "ES-ZZ"), "ES-ZZ"),
    "unit unknown": (change(*NOWHERE, "unit", "mWh"), "'mWh"),
    "unit spelled otherwise": (change(*NOWHERE, "unit", "kwh"), "is not written as the vocabulary does"),
    "gross or net": (change(*NOWHERE, "basis", ""), "kWh of a fuel does not say gross or net"),
    "boundary": (change(*NOWHERE, "boundary", "upstream"), "boundary 'upstream' is none of direct"),
    "instrument": (change(*NOWHERE, "instrument", "residual_mix"), "an instrument belongs to market-based electricity"),
    "supplier": (change(*NOWHERE, "supplier", "Gas SA"), "a supplier's name and the instrument 'supplier' go together"),
    "origin without CH4": (change(*NOWHERE, "ch4_kg", ""), "an origin of CH4 without CH4"),
    "data from the future": (change(*NOWHERE, "data_year", "2026"), "data of 2026 in an edition published in 2025"),
    "above its bounds": (change(*NOWHERE, "upper", "0.1"), "its CO2 0.182 is outside its bounds None to 0.1"),
    "below its bounds": (change(*NOWHERE, "lower", "0.3"), "its CO2 0.182 is outside its bounds 0.3 to None"),
    "gases and CO2e": (change(*NOWHERE, "co2e_fixed_kg", "0.2"), "co2e_fixed_kg and gwp_of_co2e_fixed go together"),
    "years reversed": (change(*NOWHERE, "valid_to", "2022"), "valid_to 2022 is before valid_from 2023"),
    # ranges
    "g for kg": (change("electricity/uba.csv", GRID, "co2_fossil_kg", times(1000)), "outside 5e-05 to 5.18; a slip"),
    "t for kg": (
        change(*NOWHERE, "co2_fossil_kg", times(0.001)),
        rf"{GAS} is 0.00099\d* times the median .* of its series",
    ),
    "MWh for kWh": (
        change("electricity/uba.csv", GRID, "co2_fossil_kg", times(0.001)),
        rf"{GRID} is 0.000\d+ times the median",
    ),
    "MJ for kWh": (change(*NOWHERE, "co2_fossil_kg", times(1 / 3.6)), rf"{GAS} is 0.27\d* times the median .* fuel"),
    "therm for kWh": (change(*NOWHERE, "co2_fossil_kg", times(3.6)), rf"{GAS} is 3.5\d* times the median .* fuel"),
    "litre for m3": (change("water/desnz.csv", WATER, "co2e_fixed_kg", times(1000)), "a slip of a unit"),
    "kg of CO2e for kg of CH4": (
        change(*NOWHERE, "ch4_kg", times(27.9)),
        "27.9 times the median .* of the ch4_kg of its series",
    ),
    "no span": (change(*NOWHERE, "co2e_fixed_kg", "0.1"), ""),  # replaced below
    # series
    "overlap": (
        add("heat/miteco.csv", GAS, factor_id=f"{GAS}b", co2_fossil_kg="0.18"),
        f"{GAS}b overlaps {GAS}: two factors for 2023",
    ),
    "repeated": (add("heat/miteco.csv", GAS, factor_id=f"{GAS}b"), f"{GAS}b repeats {GAS}"),
    "open end": (change("heat/miteco.csv", GAS, "valid_to", ""), f"repeats {GAS}: two factors for 2024"),
    "year left out": (drop("electricity/uba.csv", GRID), "notice: uba: no electricity_location_based for 2020"),
    # editions
    "share alike": (change("sources.csv", "miteco", "licence", "ODbL-1.0"), "miteco V31 is under ODbL-1.0, not to be"),
    "non-commercial": (change("sources.csv", "uba", "licence", "CC-BY-NC-SA"), "uba 2025 is under CC-BY-NC-SA"),
    "no redistribution": (
        change("licences.csv", "MIT", "redistribution", "no"),
        r"under MIT, not to be bundled \(redistribution: no\)",
    ),
    "unused edition": (add("sources.csv", "ademe", edition="V99"), "notice: sources.csv: no row .* ademe V99"),
    "no title": (change("sources.csv", "uba", "title", ""), "sources.csv line \\d+: column 'title' is empty"),
    "edition before its year": (
        change("sources.csv", "miteco", "publication_year", "2026"),
        "miteco V31 was published on 2025-05-19, before its publication year 2026",
    ),
    "edition undated": (
        lambda root: [change("sources.csv", "apa", c, "")(root) for c in ("published", "publication_year")] and None,
        "notice: sources.csv: no day or year of publication, .*apa 2022",
    ),
    "edition without address": (
        change("sources.csv", "aib", "url", ""),
        "notice: sources.csv: no address of the official document: ademe, ademe_refrigerants, aib",
    ),
    "not ranked": (drop("preference.csv", "uba", by=3), "does not rank uba for electricity_location_based"),
    "ranked without figures": (
        change("preference.csv", "green_e", "source_id", "eccc", by=3),
        "ranks eccc for electricity, which it does not give",
    ),
    "ranked, but no source": (change("preference.csv", "uba", "source_id", "ubo", by=3), "ubo is not in sources.csv"),
    "rank left out": (drop("preference.csv", "green_e", by=3), "positions of electricity  are not 1 to 5"),
    "gap of no activity": (change("gaps.csv", "hydrogen", "activity", "hydrogene", by=1), "activity 'hydrogene'"),
    "gap of no country": (change("gaps.csv", "AT", "country", "ZZ", by=2), "unknown country 'ZZ'"),
    "gap of no source": (change("gaps.csv", "AT", "source", "aib 1999", by=2), "source 'aib 1999' is not in"),
    "gap reversed": (change("gaps.csv", "LU", "valid_to", "2019", by=2), "ends in 2019, before it begins in 2020"),
    "name twice": (
        change("vocabulary/fuels.csv", "propane", "name_es", "Butano"),
        "name_es 'Butano' stands twice",
    ),
    "alias twice": (change("vocabulary/fuels.csv", "lng", "aliases", "GNL|GNL"), "an alias of lng is empty or stands"),
    # properties
    "property of nothing": (
        change("heat/properties_ipcc.csv", "anthracite", "activity", "anthracit"),
        "unknown activity 'anthracit'",
    ),
    "another ratio": (
        add("heat/properties_desnz.csv", "gcv", by=4, property="ncv_gcv_ratio", value="0.8", unit="1"),
        "the ratio 0.8 is not that of its calorific values",
    ),
    "property reversed": (
        change("heat/properties_miteco.csv", "natural_gas", "valid_to", "2006"),
        "ends in 2006, before it begins in 2007",
    ),
    "density in kg/m3": (change("heat/properties_desnz.csv", "density", "value", "890", by=4), "density of .* 890 is"),
    "in another unit": (change("heat/properties_desnz.csv", "gcv", "unit", "kg/l", by=4), "gcv is in 'kg/l', not in"),
    "net above gross": (
        change("heat/properties_desnz.csv", "ncv", "value", "54", by=4),
        "the net calorific value 54 is above the gross one",
    ),
    "zero": (change("heat/properties_desnz.csv", "density", "value", "0", by=4), "0 is outside 0.362 to"),
    "kWh for MJ": (
        change("heat/properties_desnz.csv", "gcv", "value", times(1 / 3.6), by=4),
        "is 0.2\\d* times the median of what is printed",
    ),
    "ratio above 1": (change("heat/properties_miteco.csv", "natural_gas", "value", "1.109"), "natural_gas: 1.109 is"),
    "property out of bounds": (
        change("heat/properties_ipcc.csv", "anthracite", "upper", "20"),
        "ncv of anthracite 26.7 is outside its bounds 21.6 to 20",
    ),
    "property without source": (
        change("heat/properties_miteco.csv", "natural_gas", "edition", "V9"),
        "miteco V9 is not in sources.csv",
    ),
    # refrigerants
    "blend of too much": (change("gwp/blends.csv", "R-410A", "mass_fraction", "0.6"), "R-410A add up to 1.1"),
    "blend without a value": (drop("gwp/gwp.csv", "HFC-125"), "notice: .*HFC-125 in R-.* has no GWP in any set"),
    "GWP without source": (change("gwp/gwp.csv", "SF6", "source", "ipcc_ar9"), "source 'ipcc_ar9' is not in"),
    "blend without source": (
        change("gwp/blends.csv", "R-410A", "source", "coolprop;nist"),
        "source 'nist' is not in sources.csv",
    ),
    "GWP too large": (change("gwp/gwp.csv", "SF6", "value", "235000"), "GWP of SF6 235000 is beyond any gas"),
    "GWP of CO2": (change("gwp/gwp.csv", "CO2", "value", "1.1"), "GWP of CO2 is 1 by definition, not 1.1"),
    "alias of nothing": (change("gwp/aliases.csv", "69L", "r_number", "R-403Z"), "69L stands for 'R-403Z'"),
    "gas named as a blend": (
        change("gwp/gases.csv", "HFC-134a", "r_number", "R-410A"),
        "R-410A of HFC-134a is a blend",
    ),
    "alias of another": (change("gwp/aliases.csv", "69L", "alias", "R-410A"), "R-410A is the name of another"),
    # release
    "figure changed": (change(*NOWHERE, "co2_fossil_kg", "0.1821"), "VERSION: .* is not the digest of these tables"),
    "version": (lambda root: (root / "VERSION").write_text("2026.1\n"), "VERSION: '2026.1' is not release.digest"),
    "descriptor is old": (change(*NOWHERE, "co2_fossil_kg", "0.1821"), "size and hash of heat/miteco.csv are"),
    "descriptor lacks a table": (
        lambda root: shutil.copy(root / "heat/miteco.csv", root / "heat/more.csv") and None,
        "heat/more.csv is missing there",
    ),
    "descriptor names no file": (lambda root: (root / "water/desnz.csv").unlink(), "water/desnz.csv is no file"),
    "descriptor broken": (replace("datapackage.json", "{", ""), "datapackage.json: is no descriptor"),
    "descriptor of another release": (
        replace("datapackage.json", '"version": "2026.1"', '"version": "2025.9"'),
        "is of release 2025.9, VERSION of 2026.1",
    ),
    "no entry": (replace("CHANGELOG.md", "## 2026.1", "## soon"), "CHANGELOG.md: has no entry '## 2026.1'"),
    "releases not of these": (drop("releases.csv", "miteco", by=1), "the rows of 2026.1 are not those of these tables"),
    "edition withdrawn in silence": (
        last_release("2025.1,miteco,V30,10,0123456789ab,0123456789ab"),
        "ids and figures of `miteco V30` are not those of 2025.1, and the entry of 2026.1 does not name it",
    ),
}  # fmt: skip
BROKEN["no span"] = (
    change("water/desnz.csv", WATER, "unit", "kWh"),
    "no span of co2e_fixed_kg of water_supply by energy is known",
)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_copy_is_found_out(name: str, before: set[str], root: Path) -> None:
    edit, told = BROKEN[name]
    edit(root)
    new = {str(f) for f in verify(root)} - before
    assert any(re.search(told, line) for line in new), "\n".join(sorted(new)) or "nothing was found"


def test_the_bundled_tables_are_sound() -> None:
    assert [str(f) for f in verify() if f.severity == "error"] == []


def test_all_faults_are_told_at_once_errors_first(before: set[str], root: Path) -> None:
    for name in ("negative", "share alike", "ratio above 1", "blend of too much", "no entry", "year left out"):
        BROKEN[name][0](root)
    found = verify(root)
    new = [str(f) for f in found if str(f) not in before]
    for part in ("below 0", "ODbL-1.0", "1.109", "add up to 1.1", "no entry", "for 2020"):
        assert any(part in line for line in new), part
    severities = [f.severity for f in found]
    assert severities == sorted(severities, key=["error", "notice"].index)


def test_a_column_that_is_wrong_everywhere_is_told_in_a_few_lines(root: Path) -> None:
    header, *rows = read(root / "heat/miteco.csv")
    at = header.index("country")
    write(root / "heat/miteco.csv", [header, *[[*r[:at], "es", *r[at + 1 :]] for r in rows]])
    told = [str(f) for f in verify(root) if "'country'" in f.text]
    assert len(told) == 6
    assert told[-1] == f"heat/miteco.csv: column 'country': {len(rows) - 5} more rows like these."


def test_a_change_that_the_changelog_names_is_allowed(root: Path) -> None:
    last_release("2025.1,miteco,V30,10,0123456789ab,0123456789ab")(root)
    replace("CHANGELOG.md", "In preparation;", "`miteco V30` is withdrawn.")(root)
    assert not [f for f in verify(root) if "V30" in f.text]


def test_the_last_release_is_the_one_that_counts(root: Path) -> None:
    """2025.10 comes after 2025.9, and what 2025.9 alone held was told of in 2025.10."""
    held = (root / "releases.csv").read_text(encoding="utf-8").splitlines()[1:]
    last_release(
        "2025.9,miteco,V30,10,0123456789ab,0123456789ab", *(line.replace("2026.1", "2025.10", 1) for line in held)
    )(root)
    assert not [f for f in verify(root) if "V30" in f.text]


def test_a_rebuilt_copy_is_of_its_own_version(root: Path) -> None:
    change(*NOWHERE, "co2_fossil_kg", "0.1821")(root)
    write_package(root)
    assert not [str(f) for f in verify(root) if f.where in ("VERSION", "datapackage.json", "releases.csv")]


def test_the_tables_are_those_of_the_row_contract() -> None:
    assert fuels.FACTORS.names == tuple(schema.FACTOR_COLUMNS)
    assert fuels.PROPERTIES.names == tuple(schema.PROPERTY_COLUMNS)
    assert about.SOURCES.names == tuple(schema.SOURCE_COLUMNS)
    assert about.GAPS.names == tuple(schema.GAP_COLUMNS)
    required = {c.name for c in fuels.FACTORS.columns if c.required}
    assert required == {*schema.REQUIRED, "boundary", "locator"}
    numbers = {c.name for c in fuels.FACTORS.columns if c.type == "number"}
    assert numbers == schema.NUMBERS


def test_two_labels_that_a_bill_does_not_tell_apart_are_a_notice() -> None:
    """MITECO V31, sheet 10, DH554 and DH555: 0.40 and 0.35 for 2007 under nearly the same name."""
    (found,) = (f for f in verify() if f.where.startswith("electricity/market_miteco.csv"))
    assert found.severity == "notice"
    assert re.search("HIDROCANTABRICO.* overlaps .*HIDROCANTABRICO.*names read alike", found.text)


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataPackageError, match=r"holds no data package: there is no sources\.csv"):
        verify(tmp_path)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_every_column_is_described(table: object) -> None:
    assert isinstance(table, type(fuels.FACTORS))
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        assert column.description.endswith("."), column.name
    named = {name for columns in (table.key, *table.unique) for name in columns}
    named |= {name for reference in table.references for name in reference.columns}
    assert named <= set(table.names)
    assert all(column.required for column in table.columns if column.name in table.key), "a key is never empty"
