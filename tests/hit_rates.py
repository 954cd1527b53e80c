"""How often `reconcile` names the right cause, and how often it is certain of a wrong one.

python tests/hit_rates.py        # measures on several portfolios; writes the table into docs/reconcile.md
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import api_simulator as sim
import facility_emissions as fe
from facility_emissions.reconciliation.explain import Explainer
from facility_emissions.reconciliation.outcome import set_beside

PAGE = Path(__file__).parents[1] / "docs" / "reconcile.md"
_NOTHING = frozenset[str]()


@dataclass
class Count:
    """What became of the facilities that one kind of deviation changes."""

    facilities: int = 0
    first: int = 0
    tied: int = 0
    certain: int = 0
    wrong: int = 0

    def add(self, outcome: fe.Reconciliation, true: dict[str, frozenset[str]]) -> None:
        """Count an outcome; `true` is the cause of each facility, as the set of its parts."""
        for row in outcome.facilities.to_dict("records"):
            if row["facility_id"] not in true or row["class"] not in ("differs", "stale"):
                continue
            parts = true[row["facility_id"]]
            first = parts == _parts(row["hypothesis"])
            tied = any(parts == _parts(other) for other in row["also"].split("; "))
            certain = row["certainty"] == "certain"
            self.facilities += 1
            self.first += first
            self.tied += tied and not first
            self.certain += certain
            self.wrong += certain and not (first or tied)

    def cells(self, explained: bool) -> list[str]:
        """Return the cells of the table; without an explanation to be found only the false ones count."""

        def share(n: int) -> str:
            return f"{n / self.facilities:.1%}" if self.facilities else ""

        named = [share(self.first), share(self.first + self.tied)] if explained else ["", ""]
        return [f"{self.facilities:,}", *named, share(self.certain) if explained else "", share(self.wrong)]


def _parts(hypothesis: str) -> frozenset[str]:
    return frozenset(hypothesis.split(" + ")) if hypothesis else _NOTHING


class Measurement:
    """Answers of one portfolio, and what is said of them."""

    def __init__(self, seed: int, size: int) -> None:
        self.seed = seed
        self.world = sim.world(seed, size)
        self.plain = sim.figures((), self.world)
        self.country = self.world.facilities.set_index("id")["country"]
        self._explainer = Explainer(self.world.result._calculation)
        self._figures: dict[tuple[str, ...], pd.DataFrame] = {}

    def figures(self, *causes: str) -> pd.DataFrame:
        if causes not in self._figures:
            self._figures[causes] = sim.figures([sim.CAUSES[c] for c in causes], self.world)
        return self._figures[causes]

    def explain(self, kg: pd.DataFrame, decimals: int | None = 1) -> fe.Reconciliation:
        return set_beside(sim.answer(self.world, kg, decimals), self.world.result, self._explainer)

    def mattering(self, causes: Sequence[str]) -> pd.Series:
        """Return where every one of the causes changes something (by more than is rounded away)."""
        whole = self.figures(*causes)["co2e"]
        rest = [self.figures(*(c for c in causes if c != left_out))["co2e"] for left_out in causes]
        return pd.concat([(whole - r).abs() > 0.1 for r in rest], axis=1).all(axis=1)

    def same(self, count: Count, causes: Sequence[str], where: pd.Series) -> None:
        """Count one deviation of many facilities."""
        other = self.figures(*causes)
        matters = self.mattering(causes) & where
        outcome = self.explain(self.plain.where(~where, other))
        count.add(outcome, dict.fromkeys(matters.index[matters], frozenset(causes)))

    def each_its_own(self, count: Count, causes: Sequence[str], decimals: int | None, turn: int = 0) -> None:
        """Count deviations of single facilities: every third has a cause of its own, the others agree."""
        dice = np.random.default_rng([self.seed, turn])
        kg, true = self.plain.copy(), {}
        for i in kg.index[turn % 3 :: 3]:
            open_ = [c for c in causes if abs(self.figures(c).loc[i, "co2e"] - kg.loc[i, "co2e"]) > 0.1]
            if open_:
                cause = str(dice.choice(open_))
                kg.loc[i], true[i] = self.figures(cause).loc[i], frozenset((cause,))
        count.add(self.explain(kg, decimals), true)

    def records(self, count: Count, turn: int) -> None:
        """Count single records that are left out, or counted twice, at every third facility."""
        dice = np.random.default_rng([self.seed, turn])
        kg, true, co2e = self.plain.copy(), {}, self.world.result.co2e.to_numpy()
        for i in kg.index[turn % 3 :: 3]:
            rows = np.flatnonzero((self.world.consumption["facility_id"] == i).to_numpy() & (co2e > 1))
            twice = bool(dice.integers(2))
            kg.loc[i, "co2e"] += (1 if twice else -1) * co2e[dice.choice(rows)]
            true[i] = frozenset(("record_twice" if twice else "record_missing",))
        count.add(self.explain(kg), true)

    def errors(self, count: Count, size: float, decimals: int | None) -> None:
        """Count errors that nothing explains."""
        dice = np.random.default_rng([self.seed, int(size * 1e6)])
        kg = self.plain.assign(co2e=self.plain["co2e"] * np.exp(dice.normal(0, size, len(self.plain))))
        count.add(self.explain(kg, decimals), dict.fromkeys(kg.index, _NOTHING))

    def unknown_factor(self, count: Count) -> None:
        """Count a factor of electricity in one country that is in no table."""
        dice = np.random.default_rng(self.seed)
        table = self.world.result.by("facility", "category").reset_index()
        power = table[table["category"] == "electricity"].set_index("facility")["co2e"].reindex(self.plain.index)
        for country in ("ES", "GB", "DE"):
            there = self.country.reindex(self.plain.index) == country
            kg = self.plain.assign(co2e=self.plain["co2e"] + power * there * dice.uniform(-0.3, 0.3))
            count.add(self.explain(kg), dict.fromkeys(there.index[there], _NOTHING))


SINGLE, PAIR = "one cause", "two causes"


def measure(
    seeds: Sequence[int],
    size: int,
    causes: Sequence[str] = tuple(sim.CAUSES),
    pairs: Sequence[tuple[str, str]] = sim.PAIRS,
    turns: int = 1,
) -> dict[str, Count]:
    """Return the counts of every kind of deviation over some portfolios."""
    counts: dict[str, Count] = defaultdict(Count)
    for seed in seeds:
        m = Measurement(seed, size)
        everyone, spain = m.country != "", m.country == "ES"
        for cause in causes:
            m.same(counts[f"{SINGLE}, everywhere"], [cause], everyone)
            m.same(counts[f"{SINGLE}, in Spain"], [cause], spain)
        for turn in range(turns):
            m.each_its_own(counts[f"{SINGLE} at each of some facilities"], causes, 1, turn)
            m.each_its_own(counts[f"{SINGLE} at each of some facilities, whole kg"], causes, 0, turn)
            m.each_its_own(counts[f"{SINGLE} at each of some facilities, all decimals"], causes, None, turn)
            m.records(counts["one record left out or counted twice"], turn)
        for pair in pairs:
            m.same(counts[f"{PAIR}, everywhere"], pair, everyone)
            m.same(counts[f"{PAIR}, in Spain"], pair, spain)
        for spread in (0.3, 0.1, 0.03, 0.01, 0.003):
            m.errors(counts["errors that nothing explains"], spread, 1)
        m.errors(counts["errors that nothing explains, whole kg"], 0.03, 0)
        m.unknown_factor(counts["a factor that is in no table"])
        print(f"portfolio {seed}: {dict(counts)}", flush=True)
    return dict(counts)


def table(counts: dict[str, Count]) -> str:
    """Return the counts as a Markdown table."""
    lines = [
        "| deviation | facilities | named first | or not told from it | called certain | wrong, and called certain |",
        "|---|---|---|---|---|---|",
    ]
    for name, count in counts.items():
        explained = name.startswith(("one", "two"))
        lines.append(f"| {name} | {' | '.join(count.cells(explained))} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and write the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portfolios", type=int, default=5)
    parser.add_argument("--facilities", type=int, default=40)
    asked = parser.parse_args()
    shown = table(measure(range(100, 100 + asked.portfolios), asked.facilities, turns=6))
    print(shown)
    made = re.compile(r"(<!-- measured by tests/hit_rates.py -->\n).*?(<!-- end measured -->)", re.DOTALL)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(made.sub(lambda m: f"{m[1]}{shown}\n{m[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
