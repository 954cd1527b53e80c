"""The package as others get it: a wheel, an sdist, an editable install, each with its data and offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

import facility_emissions
from facility_emissions import bundle

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data" / "emission_factors"
CORE = {"numpy", "pandas", "pycountry", "pydantic", "python-stdnum", "rapidfuzz"}
LARGEST_WHEEL = 8_000_000  # bytes
EXTRAS = "typer click rich pyarrow polars duckdb dask pyspark matplotlib python_calamine xlsxwriter openpyxl".split()

PLUG = """
import socket

class Unplugged(socket.socket):
    def __init__(self, *args, **kwargs):
        raise OSError("the network is unplugged")

def unplugged(*args, **kwargs):
    raise OSError("the network is unplugged")

socket.socket = Unplugged
socket.create_connection = socket.getaddrinfo = unplugged
"""

CALCULATE = """
import json, socket, sys
for name in {blocked!r}:
    sys.modules[name] = None
try:
    socket.socket()
    sys.exit("the network is not unplugged")
except OSError:
    pass
import pandas as pd
import facility_emissions as fe
from facility_emissions import bundle
rows = [
    (site, category, activity, 1000.0, unit, "2023-01-01", "2023-12-31")
    for site in ("ES", "GB", "DE")
    for category, activity, unit in (
        ("electricity", None, "kWh"), ("heat", "natural_gas", "kWh_gcv"), ("recharge", "R-410A", "kg"))
]
columns = ["facility_id", "category", "activity", "quantity", "unit", "start_date", "end_date"]
facilities = pd.DataFrame({{"facility_id": ["ES", "GB", "DE"], "country": ["ES", "GB", "DE"], "type": "office"}})
result = fe.calculate(pd.DataFrame(rows, columns=columns), facilities)
found = fe.factors.find("natural_gas", country="ES", year=2023, source="miteco")
print(json.dumps({{
    "package": fe.__file__, "data": str(bundle.root()), "problems": len(result.problems),
    "co2e": result.co2e.tolist(), "fossil": found["co2_fossil_kg"].tolist(), "version": fe.__version__,
    "citations": len(result.citations()),
}}))
"""


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False, env=inherited | environment
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done


def build(kind: str, source: Path, out: Path) -> Path:
    run(sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", out, source, cwd=out.parent)
    (built,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


def empty_environment(folder: Path) -> Path:
    """Make an environment that sees this one's libraries, but not its own install of the package.

    A path in a .pth file is only added: the .pth files in it, such as an editable install's, are not read.
    """
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    (site,) = folder.glob("Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts / "python"


def install(python: Path, *what: object) -> None:
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", *what, cwd=python.parents[1])


def calculate(python: Path, outside: Path, blocked: tuple[str, ...] = ()) -> dict[str, object]:
    plug = outside / "plug"
    plug.mkdir(exist_ok=True)
    (plug / "sitecustomize.py").write_text(PLUG, encoding="utf-8")
    done = run(python, "-c", CALCULATE.format(blocked=blocked), cwd=outside, PYTHONPATH=str(plug))
    return json.loads(done.stdout)


def data_files() -> set[str]:
    return {p.relative_to(DATA).as_posix() for p in DATA.rglob("*") if p.is_file()}


def test_the_wheel_calculates_in_an_empty_environment_without_a_network(tmp_path: Path) -> None:
    wheel = build("wheel", ROOT, tmp_path / "dist")
    assert wheel.stat().st_size < LARGEST_WHEEL
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = [n for n in names if n.endswith(".dist-info/METADATA")]
        about = message_from_string(archive.read(metadata).decode())
    inside = "facility_emissions/data/emission_factors/"
    assert {n.removeprefix(inside) for n in names if n.startswith(inside)} == data_files()
    assert "facility_emissions/py.typed" in names
    tops = {n.partition("/")[0] for n in names}
    assert tops == {"facility_emissions", metadata.partition("/")[0]}, "nothing but the package is in the wheel"
    asked = {str(r) for r in about.get_all("Requires-Dist") or () if "extra ==" not in str(r)}
    assert {r.partition(">")[0].strip() for r in asked} == CORE, "the core install is light"

    home = tmp_path / "environment"
    python = empty_environment(home)
    install(python, wheel)
    found = calculate(python, tmp_path)
    for key in ("package", "data"):
        assert Path(str(found[key])).resolve().is_relative_to(home.resolve()), f"{key}: {found[key]}"
    assert found["problems"] == 0
    assert found["fossil"] == [0.182]  # MITECO V31, sheet 10, natural gas 2023 [kg CO2 / kWh PCS]
    assert found["version"] == about["Version"]
    assert all(kg > 0 for kg in found["co2e"])  # type: ignore[attr-defined]
    assert calculate(python, tmp_path, blocked=tuple(EXTRAS)) == found, "the core needs no extra"

    # The command line, from the same wheel.
    script = python.parent / "facility-emissions"
    header = "facility_id,category,activity,quantity,unit,start_date,end_date"
    (tmp_path / "c.csv").write_text(f"{header}\na,heat,natural_gas,1,kWh_gcv,2023-01-01,2023-12-31\n", encoding="utf-8")
    (tmp_path / "f.csv").write_text("facility_id,country,type\na,ES,office\n", encoding="utf-8")
    plugged = {"PYTHONPATH": str(tmp_path / "plug")}
    done = run(script, "calculate", "c.csv", "f.csv", "--output", "out", cwd=tmp_path, **plugged)
    assert "Every record has its figure." in done.stdout
    assert (tmp_path / "out" / "ledger.csv").is_file()
    assert "sound" in run(script, "factors", "verify", cwd=tmp_path, **plugged).stdout


def test_a_wheel_can_be_built_from_the_sdist(tmp_path: Path) -> None:
    sdist = build("sdist", ROOT, tmp_path / "dist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (folder,) = (tmp_path / "unpacked").iterdir()
    for name in ("README.md", "LICENSE", "Makefile", "pyproject.toml", "tests/test_packaging.py", "docs/method.md"):
        assert (folder / name).is_file(), f"{name} is not in the sdist"
    assert not (folder / "demo-output").exists()
    assert not [p for p in folder.rglob("*") if p.name in ("__pycache__", ".venv", ".git")]
    wheel = build("wheel", folder, tmp_path / "second")
    with zipfile.ZipFile(wheel) as archive:
        inside = "facility_emissions/data/emission_factors/"
        found = {n.removeprefix(inside): archive.read(n) for n in archive.namelist() if n.startswith(inside)}
    assert set(found) == data_files()
    assert all((DATA / name).read_bytes() == content for name, content in found.items())


def test_an_editable_install_finds_the_repositorys_data(tmp_path: Path) -> None:
    home = tmp_path / "environment"
    python = empty_environment(home)
    install(python, "--editable", ROOT)
    found = calculate(python, tmp_path)
    assert Path(str(found["package"])).is_relative_to(ROOT)
    assert Path(str(found["data"])) == DATA
    assert found["problems"] == 0


def test_the_running_package_uses_the_data_beside_it() -> None:
    if not Path(facility_emissions.__file__).is_relative_to(ROOT):
        pytest.skip("the running package is not an editable install of this repository")
    assert bundle.root() == DATA
