"""Makes the tables of docs/coverage.md, and its picture, from the bundled factors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from facility_emissions.availability import ANSWERS, REPRESENTATIVES, YEARS, coverage_by_year, known_countries, runs
from facility_emissions.factors.book import all_factors
from facility_emissions.factors.coverage import coverage, known_gaps
from facility_emissions.factors.schema import Factor
from facility_emissions.report.answers import years_text
from facility_emissions.report.heatmap import Picture, draw, picture
from facility_emissions.vocabulary.activities import ACTIVITY_CATEGORIES, ActivityCategory, parse_activity
from facility_emissions.vocabulary.countries import country_name
from facility_emissions.vocabulary.refrigerants import refrigerant_ids
from facility_emissions.vocabulary.suppliers import fold_supplier

PICTURE = Path(__file__).parents[1] / "docs" / "coverage.png"
SUMMED_UP = YEARS[-3]  # the last year that most publishers have reached
_MOST_NAMED = 6  # countries by name; more of them by their codes
_SHORT = {
    "own": "own",
    "everywhere": "the same everywhere",
    "earlier": "own",
    "later": "own",
    "named": "by name of the network or supplier",
    "inside": "inside another figure",
    "region": "region",
    "lifecycle": "lifecycle",
    "grid_average": "grid average",
    "world": "world",
    "stand_in": "stand-in",
    "none": "nothing",
}


@cache
def frame() -> pd.DataFrame:
    """Return coverage by year of every country."""
    return coverage_by_year()


@cache
def shown() -> Picture:
    """Return what the picture of the page shows."""
    return picture(frame())


def digest_of(path: Path) -> str:
    """Return the digest in the metadata of a PNG: of what it shows, not of its pixels."""
    data = path.read_bytes()
    at = data.index(b"tEXtDescription\0") + len(b"tEXtDescription\0")
    return data[at : at + 12].decode()


def draw_picture() -> bool:
    """Draw the picture of the page anew where what it shows has changed; return whether it was."""
    if PICTURE.exists() and digest_of(PICTURE) == shown().digest():
        return False
    draw(shown(), PICTURE)
    return True


def answers_table() -> str:
    """Return the kinds of answer and their words."""
    return _table(("answer", "what answers"), [(f"`{name}`", words) for name, words in ANSWERS.items()])


def summary() -> str:
    """Return, for each figure, how many countries have which kind of answer in a recent year."""
    of_year = frame()[frame()["year"] == SUMMED_UP]
    first = of_year[of_year["activity"] == of_year.groupby("activity_category")["activity"].transform("first")]
    counts = pd.crosstab(first["activity_category"], first["answer"])
    columns = [a for a in ANSWERS if a in counts]
    rows = [
        (f"[{f.title}](#{_anchor(f)})", *(str(counts.loc[f.id, a] or "") for a in columns))
        for f in ACTIVITY_CATEGORIES.values()
        if f.id in counts.index  # wastewater on site has no places: the IPCC's parameters are for all
    ]
    lead = f"Countries by kind of answer, for consumption of {SUMMED_UP}, {len(known_countries())} countries in all:"
    return f"{lead}\n\n{_table(('figure', *(f'`{a}`' for a in columns)), rows, numbers=len(columns))}"


def figures() -> str:
    """Return a section for each figure: who has what for which years, what is finer, what is missing and why."""
    told = runs(frame())
    by_figure = {f: told[told["activity_category"] == f.id] for f in ACTIVITY_CATEGORIES.values()}
    return "\n\n".join(_section(f, rows) for f, rows in by_figure.items() if len(rows))


def _section(figure: ActivityCategory, told: pd.DataFrame) -> str:
    activities = [a for a in REPRESENTATIVES if a in set(told["activity"])]
    asked = ", ".join(f"{_name(a)} ({', '.join(REPRESENTATIVES[a])})" for a in activities)
    parts = [f"### {figure.title}", f"`{figure.id}`, scope {figure.scope}. Asked for: {asked}."]
    columns = (
        ("where", "activity", "years and what answers") if len(activities) > 1 else ("where", "years and what answers")
    )
    parts.append(_table(columns, _rows(told, len(activities))))
    parts += [p for p in (_how_many(figure), _finer(figure), _missing(figure)) if p]
    return "\n\n".join(parts)


def _rows(told: pd.DataFrame, activities: int) -> list[tuple[str, ...]]:
    """Return the countries by what answers: those of one pattern in a row, the largest group last."""
    patterns: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (country, activity), rows in told.groupby(["country", "activity"], sort=False):
        patterns[str(country)][_pattern(rows)].append(_name(str(activity)))
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for country, by_pattern in patterns.items():
        for pattern, names in by_pattern.items():
            groups[", ".join(names) if len(names) < activities else "all", pattern].append(country)
    ordered = sorted(groups.items(), key=lambda g: (len(g[1]), country_name(g[1][0]), g[0]))
    return [
        (_where(countries), *((activity,) if activities > 1 else ()), pattern)
        for (activity, pattern), countries in ordered
    ]


def _pattern(told: pd.DataFrame) -> str:
    """Return the runs of one country and activity as text: `1990-2006 world (ipcc); 2007-2024 own (miteco)`."""
    spans: list[list[object]] = []
    for run in told.to_dict("records"):
        words = _words(run)
        if spans and spans[-1][2] == words:
            spans[-1][1] = run["last_year"]
        else:
            spans.append([run["first_year"], run["last_year"], words])
    return "; ".join(f"{years_text(int(str(a)), int(str(b)))} {words}" for a, b, words in spans)


def _words(run: dict[str, object]) -> str:
    words = _SHORT[str(run["answer"])]
    if run["answer"] in ("none", "inside", "grid_average"):  # the figure that it is in has the source
        return words
    other_year = f" of {run['factor_year']}" if pd.notna(run["factor_year"]) else ""  # type: ignore[arg-type]
    if not other_year and run["answer"] in ("earlier", "later"):  # of a range of years
        other_year = f" of {run['answer']} years"
    return f"{words}{other_year} ({run['source_id']})"


def _where(countries: list[str]) -> str:
    if len(countries) == len(known_countries()):
        return "every country"
    if len(countries) > len(known_countries()) / 2:
        return f"{len(countries)} countries: all others"
    if len(countries) <= _MOST_NAMED:
        return ", ".join(sorted(map(country_name, countries)))
    return f"{len(countries)} countries: {' '.join(sorted(countries))}"


def _name(activity: str) -> str:
    found = parse_activity(activity)
    return found.id if found.category == "recharge" else found.name_en.lower()


def _how_many(figure: ActivityCategory) -> str:
    """Say for how many activities, suppliers and networks the places have factors."""
    if figure.id == "recharge":
        return f"Gases and blends with a composition and a GWP: {len(refrigerant_ids())}."
    told = coverage()
    rows = told[(told["activity_category"] == figure.id) & (told["activities"] > 1)]
    names = [f"{r['name']} {r['activities']} ({r['years']})" for r in rows.to_dict("records")]
    said = [f"Activities with factors: {', '.join(names)}."] if names else []
    suppliers: dict[str, set[str]] = defaultdict(set)
    years: dict[str, set[int]] = defaultdict(set)
    for f in _factors(figure.id):
        if f.supplier:
            suppliers[f.country].add(fold_supplier(f.supplier))
            years[f.country].add(f.valid_from)
    named = [
        f"{country_name(c)} {len(n):,} ({years_text(min(years[c]), max(years[c]))})"
        for c, n in sorted(suppliers.items())
    ]
    said += [f"Suppliers and networks with factors of their own: {', '.join(named)}."] if named else []
    return " ".join(said)


def _finer(figure: ActivityCategory) -> str:
    """Say which countries have factors for their parts."""
    parts: dict[str, set[str]] = defaultdict(set)
    years: dict[str, set[int]] = defaultdict(set)
    for f in _factors(figure.id):
        if f.subdivision:
            parts[f.country].add(f.subdivision)
            years[f.country].add(f.valid_from)
    named = [
        f"{country_name(c)} {len(n)} ({years_text(min(years[c]), max(years[c]))})" for c, n in sorted(parts.items())
    ]
    return f"Finer than the country, parts and grid regions with factors: {', '.join(named)}." if named else ""


@cache
def _by_figure() -> dict[str, list[Factor]]:
    found: dict[str, list[Factor]] = defaultdict(list)
    for f in all_factors():
        found[f.activity_category].append(f)
    return dict(found)


def _factors(figure: str) -> Iterable[Factor]:
    return _by_figure().get(figure, ())


def _missing(figure: ActivityCategory) -> str:
    """Return the known gaps of a figure: where, what, why, and what would do."""
    gaps = known_gaps()
    gaps = gaps[gaps["activity_category"].isin([figure.id, ""])]
    rows = []
    for (reason, remedy, years), same in gaps.groupby(["reason", "remedy", "years"], sort=False):
        countries = [c for c in dict.fromkeys(same["country"]) if c != "any"]
        what = [a for a in dict.fromkeys(same["activity"]) if a != "any"]
        rows.append((_where(countries) if countries else "everywhere", ", ".join(f"`{w}`" for w in what) or "all",
                     str(years), str(reason), str(remedy)))  # fmt: skip
    if not rows:
        return ""
    return "Known to be missing:\n\n" + _table(("where", "activity", "years", "why", "what would do"), rows)


def _anchor(figure: ActivityCategory) -> str:
    return "".join(c for c in figure.title.lower().replace(" ", "-") if c.isalnum() or c == "-")


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]], numbers: int = 0) -> str:
    names = list(columns)
    rule = ["---"] * (len(names) - numbers) + ["--:"] * numbers
    cells = [names, rule, *rows]
    lines = [f"| {' | '.join(c.replace('|', '/') for c in row)} |" for row in cells]
    return "\n".join([lines[0], f"|{'|'.join(rule)}|", *lines[2:]])
