"""``python -m benchmarks.reconcile [--facilities N]``: seconds to explain an API's answer, all alternatives tried.

Facilities of 20 countries with five years of monthly bills, calculated and then reconciled with answers that
deviate everywhere, in one country, by two causes at once, or by nothing that explains them.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

import facility_emissions as fe
from benchmarks import data

FIRST, LAST = 2019, 2023
KINDS = ("office", "warehouse", "factory")


def portfolio(size: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return facilities, and their bills: monthly power and gas, yearly refrigerants."""
    dice = np.random.default_rng(seed)
    sites = pd.DataFrame(
        {
            "id": [f"site-{i:05d}" for i in range(size)],
            "country": np.array(data.COUNTRIES)[dice.integers(0, len(data.COUNTRIES), size)],
            "type": np.array(KINDS)[dice.integers(0, 3, size)],
        }
    )
    months = pd.date_range(f"{FIRST}-01-01", f"{LAST}-12-01", freq="MS")
    parts = []
    for category, activity, unit, typical, dates, share in (
        ("electricity", "grid_electricity", "kWh", 8_000, months, 1.0),
        ("heat", "natural_gas", "kWh_gcv", 10_000, months, 0.6),
        ("heat", "gas_oil_heating", "kg", 4_000, months[::12], 0.2),
        ("recharge", "R-410A", "kg", 3, months[::12], 0.4),
        ("recharge", "HFC-134a", "kg", 2, months[::12], 0.2),
    ):
        who = np.flatnonzero(dice.random(size) < share)
        rows = pd.MultiIndex.from_product([sites["id"].to_numpy()[who], dates], names=["facility_id", "start_date"])
        part = rows.to_frame(index=False)
        last = pd.offsets.MonthEnd(12 if len(dates) < len(months) else 0)
        part["end_date"] = part["start_date"] + pd.offsets.MonthEnd(0) if last.n == 0 else part["start_date"] + last
        quantity = np.round(typical * dice.lognormal(0, 0.6, len(part)), 2)
        parts.append(part.assign(category=category, activity=activity, unit=unit, quantity=quantity))
    frame = pd.concat(parts, ignore_index=True)
    words = ["facility_id", "category", "activity", "unit"]
    return sites, frame.astype(dict.fromkeys(words, "category"))


def answers(sites: pd.DataFrame, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what an API might answer."""

    def by_facility(**method: object) -> pd.DataFrame:
        return fe.calculate(frame, sites, fe.Method(**method)).by("facility").reindex(sites["id"])

    plain, market, both = by_facility(), by_facility(scope2="market"), by_facility(scope2="market", gwp="AR6")
    spain = sites["country"].eq("ES").to_numpy()
    dice = np.random.default_rng(2)
    noise = plain["co2e"] * np.exp(dice.normal(0, 0.1, len(sites)))
    few = np.where(dice.random(len(sites)) < 0.02, noise, plain["co2e"])
    figures = {
        "one cause everywhere": market["co2e"],
        "two causes everywhere": both["co2e"],
        "one cause in Spain, errors in 2 %": np.where(spain, market["co2e"], few),
        "errors everywhere": noise,
    }
    biomass = plain["co2e_biomass"].round(1).to_numpy()
    return {name: sites.assign(co2e=np.round(np.asarray(kg), 1), co2e_biomass=biomass) for name, kg in figures.items()}


def main() -> None:
    """Print the seconds, and keep them in results/reconcile.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facilities", type=int, default=10_000)
    sites, frame = portfolio(parser.parse_args().facilities)
    result = fe.calculate(frame, sites)
    report: dict[str, object] = {"facilities": len(sites), "rows": len(frame), "keys": len(result._calculation.keys)}
    for name, api in answers(sites, frame).items():
        start, busy = time.perf_counter(), time.process_time()
        outcome = fe.reconcile(api, result)
        table = outcome.facilities
        report[name] = {
            "seconds": round(time.perf_counter() - start, 1),
            "processor_seconds": round(time.process_time() - busy, 1),
            "differs": int(table["class"].eq("differs").sum()),
            "certain": int(table["certainty"].eq("certain").sum()),
            "first": outcome.explanations["hypothesis"].head(1).tolist(),
        }
        print(name, report[name], flush=True)
    (Path(__file__).parent / "results" / "reconcile.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
