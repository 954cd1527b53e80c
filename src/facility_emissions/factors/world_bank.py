"""Grid losses from a user's own World Bank file: a factor table for transmission and distribution.

The World Bank's "Electric power transmission and distribution losses (% of output)" (EG.ELC.LOSS.ZS)
are not bundled: their terms are those of the IEA. Who has the file makes a table of custom factors:

    python -m facility_emissions.factors.world_bank API_EG.ELC.LOSS.ZS_DS2_en_csv_v2.csv --out my_losses.csv

Each factor is the bundled location-based factor of the country and year x loss / (1 - loss), the
formula of DESNZ's methodology. The percentage is of domestic output, so that it is far too high where
much electricity is imported; such rows are left out by name, never written silently.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from facility_emissions.errors import ContractError, VocabularyError
from facility_emissions.factors.book import Choice, FactorBook, Query
from facility_emissions.factors.own_rows import CUSTOM_SOURCE
from facility_emissions.factors.schema import FACTOR_COLUMNS
from facility_emissions.method import Method
from facility_emissions.vocabulary.countries import parse_country

INDICATOR = "EG.ELC.LOSS.ZS"
HEADS = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]
LOSSES = "electricity_transmission_and_distribution"
MAX_LOSS_PCT = 20.0
# Importers whose percentage of domestic output says nothing of their grid, and from which year on.
NET_IMPORTERS = {"LT": 0, "EE": 2021}
_BLOCK = 10  # lines within which the heads have to come


@dataclass(frozen=True, slots=True)
class Loss:
    """Losses of one country and year [% of domestic output]."""

    country: str
    year: int
    percent: float


@dataclass(slots=True)
class Losses:
    """A file as read: the losses, the day it was last updated, and codes that are no country."""

    rows: list[Loss]
    updated: str = ""
    no_country: list[str] = field(default_factory=list)


def read_losses(path: Path | str) -> Losses:
    """Read the World Bank's CSV: a few lines on the file, then one row a country and one column a year.

    Raises:
        ContractError: no such heads, another indicator only, or a cell that is no percentage.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as handle:
        lines = list(csv.reader(handle))
    top = next((i for i, cells in enumerate(lines[:_BLOCK]) if cells[:4] == HEADS), None)
    if top is None:
        raise ContractError(f"{path}: no line begins with {', '.join(HEADS)}: not the World Bank's CSV download.")
    updated = next((cells[1] for cells in lines[:top] if cells and cells[0] == "Last Updated Date"), "")
    years = {c: int(head) for c, head in enumerate(lines[top]) if re.fullmatch(r"(19|20)\d\d", head)}
    found = Losses([], updated)
    series = [(n, cells) for n, cells in enumerate(lines, start=1) if n > top + 1 and cells[3:4] == [INDICATOR]]
    if not series:
        raise ContractError(f"{path}: no row of the indicator {INDICATOR}.")
    for number, cells in series:
        try:
            country = parse_country(cells[1])
        except VocabularyError:
            found.no_country.append(cells[1])  # aggregates: the world, regions, groups of income
            continue
        for c, year in years.items():
            if c < len(cells) and cells[c].strip():
                found.rows.append(Loss(country, year, _percent(cells[c], f"{path} line {number}, {year}")))
    return found


def _percent(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise ContractError(f"{where}: {cell!r} is no number.") from None
    if not 0 <= value < 100:
        raise ContractError(f"{where}: {value} % of output; expected 0 to 100.")
    return value


def why_left_out(loss: Loss, max_loss_pct: float = MAX_LOSS_PCT) -> str:
    """Return why a percentage does not stand for the losses of the country's grid, '' where it may."""
    if loss.country in NET_IMPORTERS and loss.year >= NET_IMPORTERS[loss.country]:
        return "much is imported, and the percentage is of domestic output"
    if loss.percent > max_loss_pct:
        return f"above {max_loss_pct:g} %: imports, theft or gaps of the data"
    return ""


def loss_factors(
    losses: Losses, method: Method | None = None, *, max_loss_pct: float = MAX_LOSS_PCT
) -> tuple[list[dict[str, object]], list[str]]:
    """Return the factors of losses for a user's own table, and what was left out, a sentence each.

    Args:
        losses: as `read_losses` returns them.
        method: whose location-based factors are taken; `Method()` by default.
        max_loss_pct: percentages above it are left out.

    Returns:
        Rows of the factor contract, gases in [kg / kWh consumed]; and the sentences. A year without a
        location-based factor of its own is left out too: losses of one year are not put on another's.
    """
    book, rows, left_out = FactorBook(method or Method()), [], []
    for loss in sorted(losses.rows, key=lambda x: (x.country, x.year)):
        what = f"{loss.country} {loss.year}: {loss.percent:g} %"
        reason = why_left_out(loss, max_loss_pct)
        query = Query("electricity_location_based", "grid_electricity", loss.country, loss.year, "kWh")
        choice = None if reason else book.choose(query)
        if not reason and (choice is None or choice.fallbacks):
            reason = "no location-based factor of that year"
        if reason or choice is None:
            left_out.append(f"{what}: {reason}.")
        else:
            rows.append(_row(loss, choice, losses.updated))
    return rows, left_out


def _row(loss: Loss, choice: Choice, updated: str) -> dict[str, object]:
    factor, share = choice.factor, loss.percent / 100
    scale = share / (1 - share) * choice.crossing.multiplier

    def scaled(kg: float | None) -> float | None:
        return None if kg is None else kg * scale

    lifecycle = "; of a lifecycle factor: upstream is inside" if factor.boundary == "lifecycle" else ""
    note = f"derived: {factor.factor_id} x {loss.percent:g} % / (100 % - {loss.percent:g} %){lifecycle}; "
    return {
        "factor_id": f"world_bank/{loss.country}/{LOSSES}/{loss.year}",
        "activity_category": LOSSES,
        "activity": "grid_electricity",
        "country": loss.country,
        "valid_from": loss.year,
        "valid_to": loss.year,
        "unit": "kWh",
        "boundary": "losses",
        "co2_fossil_kg": scaled(factor.co2_fossil_kg),
        "ch4_kg": scaled(factor.ch4_kg),
        "ch4_origin": factor.ch4_origin,
        "n2o_kg": scaled(factor.n2o_kg),
        "co2_biogenic_kg": scaled(factor.co2_biogenic_kg),
        "co2e_fixed_kg": scaled(factor.co2e_fixed_kg),
        "gwp_of_co2e_fixed": factor.gwp_of_co2e_fixed,
        "source_id": CUSTOM_SOURCE[0],
        "edition": CUSTOM_SOURCE[1],
        "data_year": loss.year,
        "locator": f"World Bank {INDICATOR}, {loss.country} {loss.year}{f', updated {updated}' if updated else ''}",
        "note": f"{note}losses are of domestic output: too high where much is imported",
    }


def write_factors(path: Path | str, rows: list[dict[str, object]]) -> None:
    """Write factor rows as a CSV of the factor contract."""
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, FACTOR_COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows)


def _cell(value: object) -> object:
    return "" if value is None else format(value, ".12g") if isinstance(value, float) else value


def _told(losses: Losses, rows: list[dict[str, object]], left_out: list[str]) -> Iterator[str]:
    countries = len({row["country"] for row in rows})
    yield f"{len(rows)} factors of {countries} countries; {len(left_out)} rows left out:"
    yield from (f"  {sentence}" for sentence in left_out)
    if losses.no_country:
        yield f"  No countries: {', '.join(losses.no_country)}."


def main(arguments: list[str] | None = None) -> int:
    """Command line: read the file, write the table, say on standard error what was left out."""
    parser = argparse.ArgumentParser(
        prog="python -m facility_emissions.factors.world_bank",
        description="Make a table of custom factors for grid losses from the World Bank's CSV (EG.ELC.LOSS.ZS).",
    )
    parser.add_argument("file", type=Path, help="the CSV of the download, with its lines on the file")
    parser.add_argument("--out", type=Path, required=True, help="the table to write")
    parser.add_argument(
        "--max-loss", type=float, default=MAX_LOSS_PCT, help="leave out more than this [%% of output] (%(default)s)"
    )
    asked = parser.parse_args(arguments)
    try:
        losses = read_losses(asked.file)
        rows, left_out = loss_factors(losses, max_loss_pct=asked.max_loss)
        write_factors(asked.out, rows)
    except (ContractError, OSError) as error:
        print(f"world_bank: {error}", file=sys.stderr)
        return 2
    print("\n".join(_told(losses, rows, left_out)), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
