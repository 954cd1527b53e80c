"""How often `reconcile` names the right cause, and how often it is certain of a wrong one.

python tests/hit_rates.py        # measures on held-out portfolios (minutes); writes the table into docs/reconcile.md
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from functools import partial, reduce
from pathlib import Path

import numpy as np
import pandas as pd

import api_simulator as sim
import facility_emissions as fe
from facility_emissions.reconciliation.explain import Explainer
from facility_emissions.reconciliation.outcome import set_beside

PAGE = Path(__file__).parents[1] / "docs" / "reconcile.md"
Causes = tuple[str, ...]
HELD_OUT = range(1001, 1005)  # portfolios on which nothing of the method was chosen: others served for that
_NOTHING = frozenset[str]()


@dataclass
class Count:
    """What became of the facilities that one kind of deviation changes."""

    facilities: int = 0
    first: int = 0
    tied: int = 0
    certain: int = 0
    wrong: int = 0
    drawn: int = 0  # one cause of those that matter there
    best: float = 0.0  # of the drawn ones, how many the best method names first

    def __add__(self, other: Count) -> Count:
        """Return the counts of both."""
        return Count(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def add(self, outcome: fe.Reconciliation, true: dict[str, frozenset[str]]) -> None:
        """Count an outcome; `true` is the cause of each facility, as the set of its parts; empty: nothing is right."""
        for row in outcome.facilities.to_dict("records"):
            if row["facility_id"] not in true or row["class"] not in ("differs", "stale"):
                continue
            parts = true[row["facility_id"]]
            first = bool(parts) and parts == _parts(row["hypothesis"])
            tied = bool(parts) and any(parts == _parts(other) for other in row["also"].split("; "))
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

        best = f"{self.best / self.drawn:.1%}" if self.drawn else ""
        named = [share(self.first), best, share(self.first + self.tied)] if explained else ["", "", ""]
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
        self._figures: dict[Causes, pd.DataFrame] = {}
        self._mattering: dict[Causes, pd.Series] = {}

    def reading(self, cause: str) -> str:
        """Return what a cause is called here: any day is the same as the next one by which an edition changes."""
        if not cause.startswith("as_of_"):
            return cause
        names = {name for h in self._explainer.hypotheses for name in (h.id, *h.also)}
        day = min((n for n in names if n.startswith("as_of_") and n >= cause), default=cause)
        if day != cause:
            there = sim.Cause(day, {"as_of": dt.date.fromisoformat(day.removeprefix("as_of_"))})
            pd.testing.assert_frame_equal(sim.figures([there], self.world), self.figures(cause))
        return day

    def figures(self, *causes: str) -> pd.DataFrame:
        if causes not in self._figures:
            self._figures[causes] = sim.figures([(sim.CAUSES | sim.STRANGE)[c] for c in causes], self.world)
        return self._figures[causes]

    def explain(self, kg: pd.DataFrame, decimals: int | None = 1) -> fe.Reconciliation:
        return set_beside(sim.answer(self.world, kg, decimals), self.world.result, self._explainer)

    def mattering(self, causes: Causes) -> pd.Series:
        """Return where every one of the causes changes something (by more than is rounded away)."""
        if causes not in self._mattering:
            whole = self.figures(*causes)["co2e"]
            rest = [self.figures(*(c for c in causes if c != left_out))["co2e"] for left_out in causes]
            self._mattering[causes] = pd.concat([(whole - r).abs() > 0.1 for r in rest], axis=1).all(axis=1)
        return self._mattering[causes]

    def same(self, count: Count, causes: Causes, where: pd.Series) -> None:
        """Count one deviation of many facilities."""
        other = self.figures(*causes)
        matters = self.mattering(causes) & where
        outcome = self.explain(self.plain.where(~where, other))
        count.add(outcome, dict.fromkeys(matters.index[matters], frozenset(map(self.reading, causes))))

    def each_its_own(
        self, count: Count, causes: Sequence[Causes], decimals: int | None, turn: int = 0, known: bool = True
    ) -> None:
        """Count deviations of single facilities: every third has one of its own, the others agree.

        Args:
            count: what is added to.
            causes: one cause or several together each; drawn from those of which every part matters there.
            decimals: that the API shows.
            turn: which third, and which draw.
            known: whether they are among the alternatives; else no name is right.
        """
        dice = np.random.default_rng([self.seed, turn])
        kg, true = self.plain.copy(), {}
        for i in kg.index[turn % 3 :: 3]:
            open_ = [c for c in causes if self.mattering(c)[i]]
            if open_:
                cause = open_[dice.integers(len(open_))]
                kg.loc[i] = self.figures(*cause).loc[i]
                true[i] = frozenset(map(self.reading, cause)) if known else _NOTHING
                shown = [round(self.figures(*c).loc[i, "co2e"], 6 if decimals is None else decimals) for c in open_]
                count.drawn += 1
                count.best += len(set(shown)) / len(open_)  # of causes with one figure one can be named first
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
    turns: int = 1,
    causes: Sequence[str] = tuple(sim.CAUSES),
    pairs: Sequence[Causes] = sim.PAIRS,
    triples: Sequence[Causes] = sim.TRIPLES,
) -> dict[str, Count]:
    """Return the counts of every kind of deviation over some portfolios.

    Each cause of many facilities is measured on one of the portfolios; those of single ones on all.
    """
    n = len(seeds)
    parts = [
        partial(_one, seed, size, turns, causes, triples, (*((c,) for c in causes[k::n]), *pairs[k::n]))
        for k, seed in enumerate(seeds)
    ]
    if n == 1:
        return parts[0]()
    with ProcessPoolExecutor() as pool:
        found = [f.result() for f in [pool.submit(part) for part in parts]]
    return {name: reduce(Count.__add__, (f[name] for f in found)) for name in found[0]}


def _one(
    seed: int, size: int, turns: int, causes: Sequence[str], triples: Sequence[Causes], shared: Sequence[Causes]
) -> dict[str, Count]:
    """Return the counts of one portfolio; `shared` are the deviations of many facilities."""
    counts: dict[str, Count] = defaultdict(Count)
    m = Measurement(seed, size)
    everyone, spain = m.country != "", m.country == "ES"
    for several in sorted(shared, key=len):
        name = SINGLE if len(several) == 1 else PAIR
        m.same(counts[f"{name}, everywhere"], several, everyone)
        m.same(counts[f"{name}, in Spain"], several, spain)
    single, strange = [(c,) for c in causes], [(c,) for c in sim.STRANGE]
    for turn in range(turns):
        for decimals, shown in ((1, ""), (0, ", whole kg"), (None, ", all decimals")):
            m.each_its_own(counts[f"{SINGLE} at each of some facilities{shown}"], single, decimals, turn)
        m.records(counts["one record left out or counted twice"], turn)
        m.each_its_own(counts["three causes at each of some facilities"], triples, None, turn, known=False)
        m.each_its_own(counts["a cause that is not among the alternatives"], strange, None, turn, known=False)
    for spread in (0.3, 0.1, 0.03, 0.01, 0.003):
        m.errors(counts["errors that nothing explains"], spread, 1)
    m.errors(counts["errors that nothing explains, whole kg"], 0.03, 0)
    m.errors(counts["errors that nothing explains, all decimals"], 0.03, None)
    m.unknown_factor(counts["a factor that is in no table"])
    return dict(counts)


def table(counts: dict[str, Count]) -> str:
    """Return the counts as a Markdown table."""
    lines = [
        "| deviation | facilities | named first | at best | or not told from it | called certain "
        "| wrong, and called certain |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, count in counts.items():
        explained = name.startswith(("one", "two"))  # the others should have no explanation
        lines.append(f"| {name} | {' | '.join(count.cells(explained))} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and write the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facilities", type=int, default=40)
    shown = table(measure(HELD_OUT, parser.parse_args().facilities, turns=8))
    print(shown)
    made = re.compile(r"(<!-- measured by tests/hit_rates.py -->\n).*?(<!-- end measured -->)", re.DOTALL)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(made.sub(lambda m: f"{m[1]}{shown}\n{m[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
