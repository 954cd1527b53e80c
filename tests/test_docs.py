"""The docs say what the code does: arithmetic by hand, every column, every code, every table."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pytest

import facility_emissions as fe
import pages
from facility_emissions import bundle, consumption
from facility_emissions.calculation import sites
from facility_emissions.calculation.sums import DIMENSIONS
from facility_emissions.factors import own_rows, schema
from facility_emissions.method import Method
from facility_emissions.reconciliation.compare import CLASSES
from facility_emissions.reconciliation.options import DIMENSIONS as DIMENSIONS_TRIED
from facility_emissions.restatement.groups import EFFECTS
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, CATEGORIES
from facility_emissions.vocabulary.instruments import INSTRUMENTS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "facility_emissions"


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


BY_HAND = {p.name: [b for b in pages.blocks(text(p.name)) if b.language == "pencil"] for p in DOCS.glob("*.md")}
PENCIL = [line for found in BY_HAND.values() for block in found for line in block.text.splitlines()]


@pytest.mark.parametrize("line", [p for p in PENCIL if " = " in p])
def test_arithmetic_by_hand_is_right(line: str) -> None:
    left, right = line.replace(",", "").split(" = ")
    assert re.fullmatch(r"[\d.+−×÷√()² ]+", left), f"numbers, + − × ÷ √ ² only: {left}"
    signs = str.maketrans({"×": "*", "÷": "/", "−": "-", "²": "**2", "√": "sqrt"})
    value = eval(left.translate(signs), {"sqrt": math.sqrt})
    printed = right.split()[0].replace("−", "-")
    digits = len(printed.partition(".")[2])
    assert f"{value:.{digits}f}" == printed, line


@pytest.mark.parametrize("line", [p for p in PENCIL if " = " not in p])
def test_factors_in_the_arithmetic_are_the_bundled_ones(line: str) -> None:
    factor_id, figures = line.split(": ")
    factor = fe.factors.show(factor_id)
    for figure in figures.split(", "):
        name, value = figure.split(" ")
        assert factor[name] == pytest.approx(float(value), rel=1e-11), figure


@pytest.mark.parametrize("name", sorted(name for name, found in BY_HAND.items() if found))
def test_results_by_hand_are_those_of_the_program(name: str) -> None:
    """Each CO2e calculated by hand in a page stands in the output of the example that follows it."""
    assert f"docs/{name}" in pages.PAGES
    page = text(name)
    for block in BY_HAND[name]:
        output = next(b for b in pages.blocks(page) if b.language == "text" and b.start > block.start).text
        shown = [float(n) for n in re.findall(r"-?\d+\.\d+", output)]
        for value, unit in re.findall(r"= (−?[\d.,]+) (kg CO2e|kWh|kg biogenic CO2)\b(?! per)", block.text):
            number = float(value.replace(",", "").replace("−", "-"))
            assert any(abs(number - n) <= 1e-4 for n in shown), f"{value} {unit} is not in\n{output}"


def codes() -> set[str]:
    """Collect the codes of flags and fallbacks from the source: pairs of a code and its words."""
    found: set[str] = set()
    rooms = ("categories", "calculation", "factors", "vocabulary/sectors.py")
    files = [f for room in rooms for f in ([SOURCE / room] if room.endswith(".py") else (SOURCE / room).glob("*.py"))]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Tuple) and len(node.elts) == 2):
                continue
            code, words = node.elts
            prose = (
                isinstance(words, (ast.JoinedStr, ast.Call))
                or (isinstance(words, ast.Constant) and isinstance(words.value, str) and " " in words.value)
                or (isinstance(words, ast.Name) and words.id == "words")
                or (isinstance(words, ast.Attribute) and words.attr == "note")
            )
            if isinstance(code, ast.JoinedStr) and prose:  # f"market_{instrument}"
                prefix = code.values[0]
                assert isinstance(prefix, ast.Constant)
                found |= {f"{prefix.value}{instrument}" for instrument in INSTRUMENTS}
            elif isinstance(code, ast.Constant) and re.fullmatch(r"[a-z]\w+", str(code.value)) and prose:
                found.add(str(code.value))
    return found - {"facility_id", "column"}


def documented(section: str) -> set[str]:
    """Return the first cell of each row of the tables of a section of words.md."""
    body = text("words.md").split(f"## {section}\n")[1].split("\n## ")[0]
    return {m for cell in re.findall(r"^\| (.+?) \|", body, flags=re.MULTILINE) for m in re.findall(r"`(\w+)`", cell)}


def test_every_flag_and_fallback_is_documented() -> None:
    found = codes()
    assert {"world", "year_earlier", "lifecycle", "not_rebasable", "market_residual_mix", "completed"} <= found
    assert found - documented("Flags and fallbacks") == set(), "not in docs/words.md"
    assert documented("Flags and fallbacks") - found == set(), "in docs/words.md, but no longer in the code"


def test_categories_and_figures_are_documented() -> None:
    assert documented("Categories") == set(CATEGORIES)
    page = text("words.md")
    for figure in ACTIVITY_CATEGORIES.values():
        row = rf"^\| `{figure.id}` \| {figure.scope}\b[^|]*\| `{figure.category}` \| {re.escape(figure.title)}"
        assert re.search(row, page, flags=re.MULTILINE), f"words.md: {figure.id}, {figure.scope}, {figure.title}"


def test_columns_of_consumption_are_documented() -> None:
    assert documented("Consumption") == set(consumption.COLUMNS)


def test_columns_of_facilities_are_documented() -> None:
    read = {"facility_id", "id", *sites._PROFILE, *sites._NUMBERS, "name", "categories", "cups_list"}
    assert documented("Facilities") == read


def test_dimensions_of_sums_are_documented() -> None:
    body = text("rollups.md").split("## What sums can be by\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (.+?) \|", body, flags=re.MULTILINE)
    assert {m for cell in cells for m in re.findall(r"`(\w+)`", cell)} == set(DIMENSIONS)


def test_columns_of_results_are_documented() -> None:
    result = fe.calculate(
        [
            {"facility_id": "a", "category": "heat", "activity": "natural_gas", "quantity": q, "unit": "kWh_gcv",
             "start_date": "2023-01-01", "end_date": "2023-12-31", "record_id": str(q)}
            for q in (1.0, -1.0)
        ],
        [{"id": "a", "country": "ES", "type": "office"}],
    )  # fmt: skip
    figures = set(ACTIVITY_CATEGORIES)
    assert documented("result.records") == set(result.records) - figures
    assert documented("result.problems") == set(result.problems)
    assert documented("result.gaps") == set(result.gaps)
    assert documented("result.ledger()") == set(result.ledger())
    assert documented("result.logistics()") == set(result.logistics())
    sums = (result.by("scope"), result.by("gas"), result.by("year", consolidated=True))
    assert documented("result.by()") == {column for frame in sums for column in frame}
    assert documented("result.intensity()") == set(result.intensity("surface_m2", by="scope", consolidated=True))
    assert documented("result.uncertainty()") - {"total", "records"} == set(result.uncertainty().records)
    assert documented("result.quality()") - {"records", "total"} == set(result.quality().records)
    assert documented("result.custom_factors") - {"used", "unused"} == set(result.custom_factors)


def test_columns_and_effects_of_a_restatement_are_documented() -> None:
    row = {"facility_id": "a", "category": "recharge", "activity": "R410A", "quantity": 1.0, "unit": "kg", "year": 2023,
           "record_id": "r"}  # fmt: skip
    found = fe.restate([row], [{"id": "a", "country": "ES"}], Method(gwp="AR4"), consumption_before=[row])
    named = set(EFFECTS)
    page = text("words.md").split("## Restatement\n")[1]
    assert named <= set(re.findall(r"`(\w+)`", page.split("###")[0]))
    for name, table in (("effects", found.effects), ("by()", found.by("year")), ("records", found.records),
                        ("factors", found.factors), ("coverage", found.coverage)):  # fmt: skip
        body = page.split(f"### Restatement.{name}\n")[1].split("\n#")[0]
        cells = re.findall(r"^\| (.+?) \|", body, flags=re.MULTILINE)
        assert {m for cell in cells for m in re.findall(r"`(\w+)`", cell)} == set(table) - named, name
    effects = re.findall(r"^\| `(\w+)` \|", text("restate.md"), flags=re.MULTILINE)
    assert effects == list(EFFECTS)


def test_columns_of_a_reconciliation_are_documented() -> None:
    row = {"facility_id": "a", "record_id": "r", "category": "heat", "activity": "natural_gas", "quantity": 1.0,
           "unit": "kWh_gcv", "year": 2023}  # fmt: skip
    result = fe.calculate([row], [{"id": "a", "country": "ES", "type": "office"}])
    api = [{"id": "a", "co2e": 1.0}]
    outcome = fe.reconcile(api, result, invoices=[{"id": "r", "co2e": 1.0}], most_options=0)
    assert documented("outcome.facilities") - {"co2e_biomass", "certain", "likely", "possible"} == set(
        outcome.facilities
    )
    assert outcome.invoices is not None
    only = documented("outcome.invoices") - {"outcome", "facilities", "updated_at"}
    assert set(outcome.invoices) - set(outcome.facilities) | {"facility_id"} == only
    assert documented("outcome.summary") == set(outcome.summary)
    assert documented("outcome.explanations") == set(outcome.explanations)


def test_every_kind_of_alternative_is_documented() -> None:
    table = text("reconcile.md").split("## What is tried\n")[1].split("\n## ")[0]
    kinds = [m for cell in re.findall(r"^\| (.+?) \|", table, flags=re.MULTILINE) for m in re.findall(r"`(\w+)`", cell)]
    assert kinds == [*DIMENSIONS_TRIED, "record"]  # in the order in which of equals the first is named


def test_every_class_is_documented() -> None:
    table = text("reconcile.md").split("## Who meets whom\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(.+?)` \|", table, flags=re.MULTILINE) == list(CLASSES)


def test_the_measured_rates_hold_what_was_asked() -> None:
    """Of single causes 95 % are named first, at single facilities about as many as can be told apart.

    Of no kind of deviation 1 % are explained wrongly and called certain.
    """
    page = text("reconcile.md").split("<!-- measured by tests/hit_rates.py -->\n")[1].split("<!-- end")[0]
    rows = [[c.strip().rstrip("%").replace(",", "") for c in line.split("|")[1:-1]] for line in page.splitlines()[2:]]
    assert len(rows) >= 12
    single = {"facilities": 0.0, "first": 0.0}
    for what, facilities, first, best, tied, _, wrong in rows:
        assert float(wrong) < 1, what
        if what.startswith("one cause"):
            single["facilities"] += int(facilities)
            single["first"] += int(facilities) * float(first)
            assert float(tied) >= 99, what
            assert float(first) >= float(best or 98) - 3, what  # a draw of some 400 strays by 1 or 2
        if what.startswith(("one cause at each", "three causes", "a cause")):
            assert int(facilities) >= 300, what
    assert single["first"] / single["facilities"] >= 95


def test_every_field_of_the_method_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").split("## Method")[1].split("\n## ")[0]
    named = {
        m for cell in re.findall(r"^\| (.+?) \|", readme, flags=re.MULTILINE) for m in re.findall(r"`(\w+)`", cell)
    }
    assert named == set(Method.model_fields)
    for row in re.findall(r"^\| (`.+?) \| (.+?) \|", readme, flags=re.MULTILINE):
        fields = re.findall(r"`(\w+)`", row[0])
        for field, default in zip(fields, row[1].replace("`", "").split(", "), strict=True):
            assert str(Method.model_fields[field].get_default(call_default_factory=True)) == default, field


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("Factors", schema.FACTOR_COLUMNS),
        ("Factors of your own", own_rows.OWN_COLUMNS),
        ("Properties", schema.PROPERTY_COLUMNS),
        ("Sources", schema.SOURCE_COLUMNS),
        ("Gaps", schema.GAP_COLUMNS),
        ("Leak rates", tuple(bundle.rows("recharge/leak_rates.csv")[0])),
        ("Wastewater", tuple(bundle.rows("water/wastewater_ipcc.csv")[0])),
        ("Errata", schema.ERRATA_COLUMNS),
    ],
)
def test_columns_of_the_data_are_documented(heading: str, columns: tuple[str, ...]) -> None:
    body = text("data.md").split(f"### {heading}\n")[1].split("\n#")[0]
    cells = re.findall(r"^\| (.+?) \|", body, flags=re.MULTILINE)
    assert {m for cell in cells for m in re.findall(r"`(\w+)`", cell)} == set(columns)


def test_files_of_the_data_package_are_documented() -> None:
    page = text("data.md")
    for path in sorted(bundle.root().iterdir()):
        assert f"`{path.name}{'/' if path.is_dir() else ''}`" in page, f"data.md does not say what {path.name} is"
