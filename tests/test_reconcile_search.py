"""Reconcile: what explains a difference. Answers with known deviations come from `api_simulator`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import api_simulator as sim
import facility_emissions as fe
import hit_rates
from facility_emissions.reconciliation import surprise
from facility_emissions.reconciliation.compare import EXACT
from facility_emissions.reconciliation.explain import Explainer
from facility_emissions.reconciliation.outcome import set_beside
from facility_emissions.reconciliation.panels import panel_of, place_of_rows
from facility_emissions.reconciliation.quantities import Calculator
from facility_emissions.reconciliation.scenario import Option, Scenario, combine
from facility_emissions.reconciliation.search import Search

pytestmark = pytest.mark.xdist_group("reconcile")  # one process works the alternatives out, once
SIZE = 12


@cache
def world(seed: int = 1) -> sim.World:
    return sim.world(seed, SIZE)


@cache
def plain(seed: int = 1) -> pd.DataFrame:
    return sim.figures((), world(seed))


@cache
def explainer(seed: int = 1) -> Explainer:
    return Explainer(world(seed).result._calculation)


def explain(api: pd.DataFrame, seed: int = 1) -> fe.Reconciliation:
    return set_beside(api, world(seed).result, explainer(seed))


def everywhere(*causes: str, seed: int = 1, until: int | None = None) -> pd.DataFrame:
    kg = sim.figures([sim.CAUSES[c] for c in causes], world(seed), until)
    return sim.answer(world(seed), kg)


def only(kg: pd.DataFrame, ids: Sequence[str], seed: int = 1) -> pd.DataFrame:
    """Return the API's answer where some facilities have other figures."""
    there = pd.Series(plain(seed).index.isin(ids), plain(seed).index)
    return sim.answer(world(seed), plain(seed).where(~there, kg))


def named(outcome: fe.Reconciliation) -> dict[str, str]:
    table = outcome.facilities
    return dict(zip(table["facility_id"], table["hypothesis"], strict=True))


# --- scenarios calculate right ---------------------------------------------------------------


@cache
def calculator(measure: str) -> Calculator:
    return calculator_of(set_beside(sim.answer(world(), plain()), world().result, None), measure)


def calculator_of(outcome: fe.Reconciliation, measure: str = "co2e") -> Calculator:
    place = place_of_rows(outcome.facilities, world().result)
    panel = panel_of("facility", measure, outcome.facilities, place, world().result, EXACT)
    return Calculator(panel, explainer()._quantities, explainer()._ratings)


def option(name: str) -> Option | None:
    for hypothesis in explainer().hypotheses:
        if name in (hypothesis.options[0].id, *hypothesis.also):
            return hypothesis.options[0]
    return None


def check(causes: Sequence[str], until: int | None = None) -> None:
    """Compare what the search calculates with a calculation anew, for both measures."""
    expected = sim.figures([sim.CAUSES[c] for c in causes], world(), until)
    options = [option(c) for c in causes] + ([option(f"until_{until}")] if until else [])
    if any(o is None for o in options):  # left out because it changes nothing
        pd.testing.assert_frame_equal(expected, plain())
        return
    base = Scenario(world().result.method)
    scenario = combine(base, [o for o in options if o is not None])
    assert scenario is not None
    for measure in ("co2e", "co2e_biomass"):
        found = pd.Series(calculator(measure).figures(scenario), calculator(measure).panel.ids)
        np.testing.assert_allclose(found, expected[measure].reindex(found.index), rtol=1e-9, atol=1e-6, err_msg=measure)


@pytest.mark.parametrize("cause", sim.CAUSES)
def test_an_option_is_what_a_calculation_with_it_gives(cause: str) -> None:
    check([cause])


@pytest.mark.parametrize("pair", sim.PAIRS, ids=" + ".join)
def test_a_pair_is_what_a_calculation_with_both_gives(pair: tuple[str, str]) -> None:
    check(pair)


@pytest.mark.parametrize("cause", ["gwp_AR4_100", "scope2_market", "year_before"])
def test_an_option_that_holds_for_older_records(cause: str) -> None:
    check([cause], until=2022)


def test_the_plain_reading_is_the_result() -> None:
    check([])


# --- single causes ---------------------------------------------------------------------------

# One of each dimension; all of them, on more portfolios: `python tests/api_simulator.py`.
SOME = ("scope2_market", "gwp_AR6_100", "year_before", "with_category3", "basis_gcv", "year_end", "share_twice",
        "refrigerants_miteco_refrigerants_V31", "without_heat", "without_2022", "scale_tonnes", "logistic_scope2",
        "biomass_inside", "fuels_of_GB", "edition_eea_2024-10")  # fmt: skip


@pytest.mark.parametrize("cause", SOME)
def test_one_cause_everywhere_is_named_first_and_for_all(cause: str) -> None:
    outcome = explain(everywhere(cause))
    differs = outcome.facilities[outcome.facilities["class"] == "differs"]
    assert len(differs) > 1
    assert set(differs["hypothesis"]) == {cause}
    first = outcome.explanations.iloc[0]
    assert (first["scope"], first["where"], first["explained"], first["could_explain"]) == (
        "all", "", len(differs), len(differs)
    )  # fmt: skip
    assert (differs["residual"].abs() <= 0.0501).all()


def test_one_cause_in_one_country_is_said_of_the_country() -> None:
    spain = world().facilities["id"][world().facilities["country"] == "ES"].tolist()
    outcome = explain(only(sim.figures([sim.CAUSES["scope2_market"]], world()), spain))
    first = outcome.explanations.iloc[0]
    assert first[["hypothesis", "scope", "where", "certainty"]].tolist() == [
        "scope2_market",
        "country",
        "ES",
        "certain",
    ]
    assert first["explained"] == len(spain)
    assert {named(outcome)[i] for i in spain} == {"scope2_market"}
    assert "The API counts electricity market-based (certain)." in outcome.sentences()[spain[0]]


def test_one_cause_at_one_facility() -> None:
    one = world().facilities["id"][world().facilities["country"] == "ES"].tolist()[:1]
    outcome = explain(only(sim.figures([sim.CAUSES["scope2_market"]], world()), one))
    assert named(outcome)[one[0]] == "scope2_market"
    assert outcome.explanations.iloc[0][["scope", "where"]].tolist() == ["facility", one[0]]


def test_what_cannot_be_told_apart_is_told() -> None:
    """A refrigerant's figures may be the same with two agencies."""
    outcome = explain(everywhere("refrigerants_ademe_refrigerants"))
    differs = outcome.facilities[outcome.facilities["class"] == "differs"]
    tied = differs["hypothesis"].eq("refrigerants_ademe_refrigerants") | differs["also"].str.contains(
        "ademe_refrigerants"
    )
    assert tied.all()


def test_days_between_two_editions_are_one_reading() -> None:
    """The day that is named stands for all since the edition before it; a day earlier is another reading."""
    days = explainer()._ratings.days(12)
    assert days == sorted(days, reverse=True)
    for later, earlier in list(pairwise(days))[2:6:3]:
        named, last, other = (
            sim.figures([sim.Cause(str(day), {"as_of": day})], world())
            for day in (later, earlier + dt.timedelta(days=1), earlier)
        )
        pd.testing.assert_frame_equal(named, last)
        assert not np.allclose(named, other, rtol=1e-9, atol=0, equal_nan=True)


def test_what_has_the_same_figure_as_something_else_is_not_certain() -> None:
    """The only recharge is R-22: leaving it out, counting no HCFCs, and lacking the record are one figure."""
    rows = [("a", "electricity", None, 52_310.0, "kWh"), ("a", "recharge", "R-22", 25.0, "kg"),
            ("b", "electricity", None, 40_000.0, "kWh"), ("b", "recharge", "R-410A", 2.5, "kg")]  # fmt: skip
    names = ["facility_id", "category", "activity", "quantity", "unit"]
    consumption = pd.DataFrame(rows, columns=names).assign(year=2023)
    sites = [{"id": i, "country": "ES", "type": "office"} for i in "ab"]
    result = fe.calculate(consumption, sites)
    kg = result.by("facility")["co2e"]
    figures = {"a": result.by("facility", "category")["co2e"]["a", "electricity"], "b": kg["b"]}
    api = pd.DataFrame({"id": list(figures), "co2e": [round(v, 1) for v in figures.values()]})
    outcome = fe.reconcile(api, result)
    row = outcome.facilities.set_index("facility_id").loc["a"]
    assert {row["hypothesis"], *row["also"].split("; ")} >= {"gases_kyoto", "without_recharge", "record_missing"}
    assert row["hypothesis"] == "gases_kyoto"
    assert row["chance"] <= surprise.CERTAIN
    assert row["certainty"] == "likely"
    assert outcome.explanations.iloc[0]["certainty"] == "likely"
    assert "record_missing" in outcome.explanations.iloc[0]["also"]


def test_two_alternatives_at_one_facility_are_not_certain() -> None:
    both = sim.figures([sim.CAUSES["scope2_market"], sim.CAUSES["gwp_AR6_100"]], world())
    for one in world().facilities["id"][world().facilities["country"] == "ES"]:
        row = explain(only(both, [one])).facilities.set_index("facility_id").loc[one]
        if " + " in row["hypothesis"] and row["chance"] <= surprise.CERTAIN:
            assert row["certainty"] == "likely"
            return
    raise AssertionError("no facility has a pair")


# --- several ---------------------------------------------------------------------------------


def test_two_causes_at_once() -> None:
    outcome = explain(everywhere("scope2_market", "gwp_AR6_100"))
    differs = outcome.facilities[outcome.facilities["class"] == "differs"]
    assert differs["hypothesis"].eq("scope2_market + gwp_AR6_100").mean() > 0.9
    assert outcome.explanations.iloc[0]["sentence"] == (
        "The API counts electricity market-based and uses the GWPs of AR6 over 100 years."
    )
    assert outcome.explanations.iloc[0]["options"] == 2


def test_one_option_is_sought_where_no_more_are_allowed() -> None:
    api = everywhere("scope2_market", "gwp_AR6_100")
    outcome = set_beside(api, world().result, explainer(), most_options=1)
    assert outcome.explanations["options"].max() <= 1


def test_two_countries_with_two_causes() -> None:
    country = world().facilities.set_index("id")["country"]
    kg = plain().copy()
    for place, cause in (("ES", "scope2_market"), ("GB", "gwp_AR6_100")):
        there = kg.index.isin(country.index[country == place])
        kg[there] = sim.figures([sim.CAUSES[cause]], world())[there]
    found = named(explain(sim.answer(world(), kg)))
    for place, cause in (("ES", "scope2_market"), ("GB", "gwp_AR6_100")):
        ids = [i for i in country.index[country == place] if found[i]]
        assert len(ids) > 1
        assert {found[i] for i in ids} == {cause}


def test_older_records_keep_their_gwp() -> None:
    outcome = explain(everywhere("gwp_AR4_100", until=2022))
    first = outcome.explanations.iloc[0]
    assert first["hypothesis"] == "gwp_AR4_100 + until_2022"
    assert first["sentence"] == "The API uses the GWPs of AR4 over 100 years, so up to 2022 only."


def test_records_rounded_before_they_are_added() -> None:
    rounded = world().result.co2e.round(1).groupby(world().consumption["facility_id"]).sum()
    outcome = explain(sim.answer(world(), plain().assign(co2e=rounded)))
    differs = outcome.facilities[outcome.facilities["class"] == "differs"]
    assert set(differs["hypothesis"]) == {"rounded_records"}


# --- records ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("times", "hypothesis"), [(-1, "record_missing"), (1, "record_twice")])
def test_a_record_is_missing_or_counted_twice(times: int, hypothesis: str) -> None:
    consumption, kg = world().consumption, plain().copy()
    row = int(np.flatnonzero(consumption["facility_id"] == kg.index[0])[5])
    kg.loc[kg.index[0], "co2e"] += times * world().result.co2e.iloc[row]
    outcome = explain(sim.answer(world(), kg))
    assert named(outcome)[kg.index[0]] == hypothesis
    assert str(consumption["record_id"].iloc[row]) in outcome.sentences()[kg.index[0]]
    assert outcome.facilities["certainty"][0] in ("likely", "certain", "possible")


def test_a_record_is_missing_beside_what_holds_for_all() -> None:
    consumption, kg = world().consumption, sim.figures([sim.CAUSES["gwp_AR6_100"]], world())
    anew = fe.calculate(consumption, world().facilities, fe.Method(gwp="AR6")).co2e
    one = kg.index[3]
    row = int(np.flatnonzero((consumption["facility_id"] == one) & (anew > 0))[7])
    kg.loc[one, "co2e"] -= anew.iloc[row]
    outcome = explain(sim.answer(world(), kg))
    assert named(outcome)[one] == "gwp_AR6_100 + record_missing"
    assert (
        str(consumption["record_id"].iloc[row]) in outcome.facilities.set_index("facility_id").loc[one, "explanation"]
    )


# --- what must not be believed ---------------------------------------------------------------


@pytest.mark.parametrize("size", [0.3, 0.03, 0.003])
def test_errors_are_not_explained(size: float) -> None:
    outcome = explain(sim.noise(world(), 7, size))
    differs = outcome.facilities[outcome.facilities["class"] == "differs"]
    assert len(differs) == SIZE
    assert not differs["certainty"].eq("certain").any()
    assert differs["hypothesis"].eq("").mean() > 0.8


def test_an_unknown_factor_is_not_explained() -> None:
    """The same error at all sites of a country is one accident, however many sites it has."""
    power = world().result.by("facility", "category").reset_index()
    power = power[power["category"] == "electricity"].set_index("facility")["co2e"]
    spain = (world().facilities["country"] == "ES").to_numpy()
    kg = plain().assign(co2e=plain()["co2e"] + np.where(spain, 0.0731 * power.reindex(plain().index), 0.0))
    assert not explain(sim.answer(world(), kg)).facilities["certainty"].eq("certain").any()


def test_many_sites_are_one_accident() -> None:
    """Ten sites with power only say the same thing ten times: the chance is that of one, divided by ten."""
    sites = [{"id": f"s{i}", "country": "ES", "type": "office"} for i in range(10)]
    rows = [
        {"facility_id": site["id"], "category": "electricity", "activity": None, "quantity": 100 + 7 * i, "unit": "kWh",
         "year": 2023} for i, site in enumerate(sites)
    ]  # fmt: skip
    kg = fe.calculate(rows, sites, fe.Method(scope2="market")).by("facility")["co2e"]
    api = pd.DataFrame({"id": list(kg.index), "co2e": kg.round(0).to_numpy()})
    row = fe.reconcile(api, fe.calculate(rows, sites), most_options=1).explanations.iloc[0]
    assert row[["hypothesis", "explained", "could_explain"]].tolist() == ["scope2_market", 10, 10]
    window = 1 / (1.5 * 19)  # whole kg; the largest difference is 163 kWh x 0.12 kg, of which the API shows 19
    assert window / 10 <= row["chance"] <= 20 * window / 10
    assert row["certainty"] != "certain"


def test_a_pair_explains_only_where_both_matter() -> None:
    outcome = explain(everywhere("scope2_market", "share_twice"))
    shared = set(world().consumption.loc[world().consumption["percentage"].notna(), "facility_id"])
    search = Search(calculator_of(outcome), Scenario(world().result.method))
    hypotheses = [h for h in explainer().hypotheses if h.id in ("scope2_market", "share_twice")]
    search.singles(hypotheses)
    search.pairs(hypotheses)
    (pair,) = [t for t in search.trials.all if t.size == 2]
    assert pair.changes is not None
    changed = {search.panel.ids[u] for u in np.flatnonzero(pair.changes)}
    assert changed
    assert changed <= shared


def test_a_zero_is_no_evidence() -> None:
    kg = plain().copy()
    kg.loc[kg.index[:1], "co2e"] = 0.0
    outcome = explain(sim.answer(world(), kg))
    assert outcome.facilities["class"][0] == "differs"
    assert outcome.facilities["certainty"][0] != "certain"


def test_those_that_agree_speak_against_a_hypothesis() -> None:
    spain = world().facilities["id"][world().facilities["country"] == "ES"].tolist()[:2]
    outcome = explain(only(sim.figures([sim.CAUSES["scope2_market"]], world()), spain))
    first = outcome.explanations.iloc[0]
    assert first["explained"] == 2
    assert first["could_explain"] > 2 or first["scope"] == "facility"


def test_the_order_of_rows_changes_nothing() -> None:
    api = everywhere("scope2_market", "year_before")
    other = explain(api.sample(frac=1, random_state=3))
    assert named(other) == named(explain(api))
    shuffled = world().consumption.sample(frac=1, random_state=4)
    again = fe.reconcile(api, fe.calculate(shuffled, world().facilities))
    assert named(again) == named(other)


# --- other readings than the default ---------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "api", "expected"),
    [
        ({"scope2": "market"}, {}, "scope2_location"),
        ({"gwp": "AR6"}, {}, "gwp_AR5_100"),
        ({"as_of": "2025-06-30"}, {}, "newest"),
        ({"year_rule": "start"}, {}, "year_prorate"),
        ({"include": ("stationary", "recharge", "electricity_generation")},
         {"include": ("stationary", "recharge")}, "without_upstream"),
        ({"refrigerants": "miteco_refrigerants"}, {}, "refrigerants_computed"),
    ],
)  # fmt: skip
def test_any_method_may_be_the_plain_reading(base: dict[str, object], api: dict[str, object], expected: str) -> None:
    c, f = world().consumption, world().facilities
    kg = fe.calculate(c, f, fe.Method(**api)).by("facility").reindex(f["id"])
    outcome = fe.reconcile(sim.answer(world(), kg), fe.calculate(c, f, fe.Method(**base)), most_options=1)
    differs = outcome.facilities[outcome.facilities["class"] == "differs"]
    assert set(differs["hypothesis"]) == {expected}


def test_custom_factors_that_the_api_does_not_apply() -> None:
    c, f = world().consumption, world().facilities
    own = [{"factor_id": "mine", "activity_category": "stationary", "activity": "natural_gas", "country": "ES",
            "unit": "kWh_gcv", "co2e_fixed_kg": 0.25, "gwp_of_co2e_fixed": "unstated", "valid_from": 2021}]  # fmt: skip
    outcome = fe.reconcile(sim.answer(world(), plain()), fe.calculate(c, f, custom_factors=own), most_options=1)
    differs = outcome.facilities[outcome.facilities["class"] == "differs"]
    assert len(differs)
    assert set(differs["hypothesis"]) == {"no_custom"}


def test_biomass_takes_the_explanation_of_co2e() -> None:
    outcome = explain(everywhere("year_before"))
    table = outcome.facilities
    differs = table[table["class_biomass"] == "differs"]
    assert len(differs)
    assert set(differs["hypothesis_biomass"]) == {"year_before"}


def test_biomass_is_explained_by_itself() -> None:
    kg = plain().assign(co2e_biomass=plain()["co2e_biomass"] / 1000)
    table = explain(sim.answer(world(), kg, decimals=4)).facilities
    differs = table[table["class_biomass"] == "differs"]
    assert set(table["hypothesis"]) == {""}
    assert set(differs["hypothesis_biomass"]) == {"scale_tonnes"}


def test_invoices_are_explained_too() -> None:
    c, result = world().consumption, world().result
    market = fe.calculate(c, world().facilities, fe.Method(scope2="market")).co2e
    spain = c["facility_id"].isin(world().facilities["id"][world().facilities["country"] == "ES"])
    bills = pd.DataFrame({"id": c["record_id"], "facility_id": c["facility_id"],
                          "co2e": result.co2e.where(~spain, market).round(1)})  # fmt: skip
    outcome = set_beside(sim.answer(world(), plain()), result, explainer(), invoices=bills)
    assert outcome.invoices is not None
    differs = outcome.invoices[outcome.invoices["class"] == "differs"]
    assert len(differs)
    assert set(differs["hypothesis"]) == {"scope2_market"}
    row = outcome.explanations[outcome.explanations["level"] == "invoice"].iloc[0]
    assert row[["scope", "where"]].tolist() == ["country", "ES"]
    assert set(outcome.facilities["class"]) == {"agrees within rounding"}


def test_the_rates_of_a_small_measurement() -> None:
    """As `hit_rates.py` measures them, on one small portfolio; docs/reconcile.md has those of more."""
    counts = hit_rates.measure(
        [5], 10, 1, ("scope2_market", "year_before", "only_2023", "with_losses"), sim.PAIRS[:1], sim.TRIPLES[2:3]
    )
    for kind, count in counts.items():
        assert count.facilities, kind
        assert count.wrong == 0, kind
        if kind.startswith(hit_rates.SINGLE):
            assert count.first + count.tied >= 0.95 * count.facilities, kind


# --- what a match is worth -------------------------------------------------------------------


def test_the_window_by_hand() -> None:
    """docs/reconcile.md: 5,640.0 against 4,808.75, to 0.05: 0.1 of 1.5 x 831.25 kg."""
    share = surprise.window(np.array([5640.0]), np.array([831.25]), np.array([0.05]))
    assert share[0] == pytest.approx(0.1 / 1246.875)
    assert surprise.window(np.array([0.0]), np.array([-831.25]), np.array([0.05]))[0] == 1
    assert surprise.window(np.array([5.0]), np.array([0.01]), np.array([0.05]))[0] == 1


def test_figures_of_the_differences_size() -> None:
    change = np.array([400.0, 415.7, 1662.0, 1663.0, -800.0, np.nan])
    assert surprise.of_size(change, np.full(6, 831.25)).tolist() == [False, True, True, False, False, False]


def test_the_tail_bounds_the_poisson_count() -> None:
    """3 or more where 0.1 are expected: 1 - e^-0.1 (1 + 0.1 + 0.005) = 0.000155; never below it."""
    exact = 1 - np.exp(-0.1) * (1 + 0.1 + 0.005)
    bound = float(surprise.tail(np.array([3.0]), np.array([0.1]))[0])
    assert exact <= bound <= 10 * exact
    assert surprise.tail(np.array([1.0]), np.array([2.0]))[0] == 1


def test_bits_of_a_choice() -> None:
    assert surprise.log2_choose(np.array([10, 5, 4]), np.array([5, 5, 0])).tolist() == pytest.approx(
        [np.log2(252), 0, 0]
    )


@pytest.mark.parametrize(
    ("chance", "word", "words"),
    [
        (1e-3, "certain", "once in 1,000 cases"),
        (0.00123, "likely", "once in 810 cases"),
        (0.05, "likely", "once in 20 cases"),
        (0.06, "possible", "once in 17 cases"),
        (0.7, "possible", "to be expected"),
        (1e-12, "certain", "out of the question"),
    ],
)
def test_certainty_in_words(chance: float, word: str, words: str) -> None:
    assert surprise.certainty(chance) == word
    assert words in surprise.in_words(chance)


def test_what_is_doubtful_is_never_certain() -> None:
    assert [surprise.certainty(c, doubtful=True) for c in (1e-12, 0.05, 0.06)] == ["likely", "likely", "possible"]
