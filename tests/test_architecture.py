"""Which room of the package may import which, what an import pulls in, and what nobody may import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import facility_emissions
from facility_emissions.vocabulary.activities import CATEGORIES

PACKAGE = Path(facility_emissions.__file__).parent
NAME = "facility_emissions"

# Data flows one way: a room imports from itself and from the rooms above it.
ROOMS = (
    ("likeness",),
    ("errors",),
    ("rounding",),
    ("bundle",),
    ("vocabulary",),
    ("gwp",),
    ("method",),
    ("factors",),
    ("custom_factor",),
    ("facility_fields",),
    ("facility",),
    ("envelopes",),
    ("portfolio_io",),
    ("portfolio", "consumption"),
    ("activity_data",),
    ("categories",),
    ("availability",),
    ("calculation",),
    ("intensity", "logistics", "outside_kyoto", "quality", "uncertainty"),
    ("results",),
    ("calculator",),
    ("reconciliation", "restatement", "payloads"),
    ("csv_tables",),
    ("files",),
    ("batches", "adapters"),
    ("report",),
    ("cli_factors",),
    ("cli_method", "cli_output"),
    ("cli_batch", "cli_reconcile", "cli_restate"),
    ("cli",),
)
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}
# Importers write the tables that the rest reads: of the package they need its words and its row contract.
IMPORTERS_MAY = ("errors", "bundle", "vocabulary", "gwp", "factors.schema", "factors.tables", "factors.digest")

# Libraries beside the standard library, and the only rooms that may import them.
ANYWHERE = frozenset({"numpy", "pandas"})
LIBRARIES = {
    "pydantic": {
        "method",
        "custom_factor",
        "facility",
        "facility_fields",
        "portfolio",
        "portfolio_io",
        "payloads",
        "consumption",
        "cli_method",
        "reconciliation",
    },
    "pycountry": {"vocabulary"},
    "stdnum": {"vocabulary"},
    "rapidfuzz": {"likeness"},
    "pyarrow": {"portfolio_io", "adapters", "batches", "calculation"},  # calculation: columns that are of Arrow
    "polars": {"adapters"},
    "duckdb": {"adapters"},
    "dask": {"adapters"},
    "pyspark": {"adapters"},
    "python_calamine": {"importers"},
    "typer": {"cli", "cli_batch", "cli_factors", "cli_method", "cli_output", "cli_reconcile", "cli_restate"},
    "rich": {"cli", "cli_batch", "report"},
    "matplotlib": {"report"},
    "jinja2": {"report"},
}
WITHOUT_PANDAS = ("likeness", "errors", "bundle", "vocabulary", "gwp", "method")
NETWORK = ("socket", "ssl", "http", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "asyncio")
MOST_LINES = 400


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def room_of(module: str) -> str:
    return module.partition(".")[0]


def imports(path: Path) -> list[tuple[int, str]]:
    """Every import statement of a file, those inside functions too: (line, dotted name)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} line {node.lineno}: a relative import; write the whole name"
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def own_imports(path: Path) -> list[tuple[int, str]]:
    """The imports of this package's own modules: (line, module without the package's name)."""
    found = []
    for line, name in imports(path):
        if name == NAME or name.startswith(f"{NAME}."):
            inside = name.removeprefix(NAME).removeprefix(".")
            while inside and inside not in MODULES:  # cut the function or class off
                inside = inside.rpartition(".")[0]
            if inside:
                found.append((line, inside))
    return found


def test_every_room_is_on_the_list() -> None:
    rooms = {room_of(m) for m in MODULES} - {"", "importers"}
    unknown = rooms - set(RANK)
    assert not unknown, f"say in ROOMS which rooms {sorted(unknown)} may import"


@pytest.mark.parametrize("module", [m for m in MODULES if m and room_of(m) != "importers"])
def test_a_room_imports_only_from_rooms_above_it(module: str) -> None:
    own = room_of(module)
    wrong = [
        f"{module} line {line} imports {other}: {own} may import from "
        f"{', '.join(r for rooms in ROOMS[: RANK[own]] for r in rooms if r in {room_of(m) for m in MODULES})}"
        for line, other in own_imports(MODULES[module])
        if room_of(other) != own and RANK.get(room_of(other), 99) >= RANK[own]
    ]
    assert not wrong, "\n".join(wrong)


def test_importers_need_only_the_words_and_the_row_contract() -> None:
    wrong = [
        f"{module} line {line} imports {other}; importers may import {', '.join(IMPORTERS_MAY)}"
        for module in MODULES
        if room_of(module) == "importers"
        for line, other in own_imports(MODULES[module])
        if room_of(other) != "importers" and not any(other == m or other.startswith(f"{m}.") for m in IMPORTERS_MAY)
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_at_run_time_imports_an_importer() -> None:
    wrong = [
        f"{module} line {line} imports {other}"
        for module, path in MODULES.items()
        if room_of(module) != "importers"
        for line, other in own_imports(path)
        if room_of(other) == "importers"
    ]
    assert not wrong, "\n".join(wrong)


def test_libraries_stay_in_their_rooms() -> None:
    wrong = []
    for module, path in MODULES.items():
        for line, name in imports(path):
            top = name.partition(".")[0]
            if top in sys.stdlib_module_names or top == NAME:
                continue
            if top == "pandas" and room_of(module) in WITHOUT_PANDAS:
                wrong.append(f"{module} line {line} imports pandas; words and numbers need none")
            elif top not in ANYWHERE and room_of(module) not in LIBRARIES.get(top, ()):
                rooms = ", ".join(sorted(LIBRARIES.get(top, ()))) or "no room"
                wrong.append(f"{module} line {line} imports {top}, which is for {rooms}")
    assert not wrong, "\n".join(wrong)


def test_no_module_opens_a_connection() -> None:
    wrong = [
        f"{module} line {line} imports {name}: everything is offline"
        for module, path in MODULES.items()
        for line, name in imports(path)
        if any(name == n or name.startswith(f"{n}.") for n in NETWORK)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) == "calculation"])
def test_the_calculation_knows_no_category_by_name(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            assert node.value not in CATEGORIES, f"{module} line {node.lineno} names {node.value!r}"


def test_files_stay_short_enough_to_read() -> None:
    lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    long = {module: n for module, n in lines.items() if n > MOST_LINES}
    assert not long, f"split these, they have more than {MOST_LINES} lines: {long}"


# What must not be loaded by us. pandas may load pyarrow by itself, so only what is new counts.
_HEAVY = (
    "typer click rich pyarrow polars duckdb dask pyspark matplotlib python_calamine xlsxwriter openpyxl requests "
    "urllib3 httpx http.client scipy pint"
).split()
_LIGHT = """
import sys
import pandas as pd
frame = pd.DataFrame({
    "facility_id": ["a", "a"], "category": ["heat", "electricity"], "activity": ["natural_gas", None],
    "quantity": [1.0, 2.0], "unit": ["kWh_gcv", "kWh"],
    "start_date": ["2023-01-01"] * 2, "end_date": ["2023-12-31"] * 2,
})
pd.factorize(frame["unit"]), frame.groupby("unit").sum(), repr(frame)
before = set(sys.modules)
import facility_emissions as fe
{more}
new = set(sys.modules) - before
heavy = {heavy!r}
print(sorted(m for m in new if m in heavy or m.partition(".")[0] in heavy))
print(len(new))
"""


@pytest.mark.parametrize(
    "more",
    [
        "",
        'fe.calculate(frame, [{"id": "a", "country": "ES", "type": "office"}]).records',
        'fe.factors.find("natural_gas", country="ES")',
        'fe.reconcile([{"id": "a", "co2e": 1.0}], fe.calculate(frame, [{"id": "a", "country": "ES"}])).sentences()',
        "fe.adapters.ENGINES",
    ],
    ids=["import", "calculate", "find", "reconcile", "adapters"],
)
def test_no_extra_is_loaded(more: str) -> None:
    code = _LIGHT.replace("{more}", more).replace("{heavy!r}", repr(_HEAVY))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    heavy, count = done.stdout.splitlines()
    assert heavy == "[]", f"loaded without being asked for: {heavy}"
    if not more:
        assert int(count) < 60, "importing the package loads its rooms; names are to be loaded when first used"


def test_the_public_names_are_there() -> None:
    for name in facility_emissions.__all__:
        assert getattr(facility_emissions, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'calculat'"):
        _ = facility_emissions.calculat  # type: ignore[attr-defined]
