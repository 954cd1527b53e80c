"""The nearest words: always the same, and no worse than what difflib finds among all."""

from __future__ import annotations

import difflib
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facility_emissions as fe
from facility_emissions.errors import did_you_mean
from facility_emissions.factors.book import supplier_labels
from facility_emissions.likeness import Choices
from facility_emissions.vocabulary.activities import activities
from facility_emissions.vocabulary.units import UNITS
from frames import FACILITIES, record

LISTS = {
    "activities": [a.id for a in activities()],
    "units": list(UNITS),
    "suppliers": list(supplier_labels("ES")),
    "columns": ["facility_id", "category", "activity", "quantity", "unit", "start_date", "end_date", "record_id"],
    "facilities": [f"site-{i * 7919 % 100_003:06d}" for i in range(4500)],
}


def slip(word: str, dice: random.Random) -> str:
    """One letter left out, put in, changed, or swapped with the next."""
    at = dice.randrange(len(word) - 1)
    letter = dice.choice("aeionrst0123")
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def in_common(a: str, b: str) -> int:
    """Return how many letters two words have in the same order: their longest common subsequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        above = row
        row = [0]
        for at, y in enumerate(b):
            row.append(above[at] + 1 if x == y else max(above[at + 1], row[at]))
    return row[-1]


@pytest.mark.parametrize("name", LISTS)
def test_a_slip_of_the_pen_finds_the_likest_of_all(name: str) -> None:
    dice = random.Random(f"slips in {name}")
    words = [w for w in LISTS[name] if len(w) > 4]
    choices = Choices(LISTS[name])
    for _ in range(30 if len(words) < 1000 else 2):
        wrong = slip(dice.choice(words), dice)
        (best,) = difflib.get_close_matches(wrong.casefold(), [w.casefold() for w in LISTS[name]], n=1)
        found = choices.near(wrong)[0].casefold()
        assert (
            difflib.SequenceMatcher(None, found, wrong.casefold()).ratio()
            == difflib.SequenceMatcher(None, best, wrong.casefold()).ratio()
        ), wrong


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=30))
def test_what_is_found_is_a_choice_that_is_like_the_word(word: str, words: list[str]) -> None:
    found = Choices(words).near(word)
    assert set(found) <= set(words)
    for near in found:
        assert 5 * 2 * in_common(near.casefold(), word.casefold()) >= 3 * len(near.casefold() + word.casefold())


@settings(deadline=None, max_examples=20)
@given(st.lists(st.text("abcde", min_size=3, max_size=6), min_size=1, max_size=8), st.randoms())
def test_the_same_whatever_was_asked_before(words: list[str], dice: random.Random) -> None:
    asked = [slip(w, dice) for w in words]
    alone = {w: Choices(words).near(w) for w in asked}
    together = Choices(words)
    dice.shuffle(asked)
    assert {w: together.near(w) for w in asked} == alone


def test_of_equally_near_words_the_first_and_no_more_than_asked() -> None:
    words = [f"kW{x}" for x in "abcdefgh"]
    assert Choices(words).near("kW") == ["kWa", "kWb", "kWc"]
    assert Choices(words[::-1]).near("kW", 2) == ["kWh", "kWg"]
    assert Choices(words).near("kWx", 9) == words
    assert Choices(words).near("kWx", alike=0.7) == []


@pytest.mark.parametrize("letters", [5, 10, 55, 200])
def test_three_letters_of_five_are_a_likeness_and_fewer_are_none(letters: int) -> None:
    same = letters * 3 // 5
    choices = Choices(["a" * same + "b" * (letters - same)])
    assert choices.near("a" * same + "c" * (letters - same))
    assert not choices.near("a" * (same - 1) + "c" * (letters - same + 1))


def test_case_does_not_count_and_the_choice_is_shown_as_it_is_written() -> None:
    assert did_you_mean("KWHH", ["kWh", "MWh"]) == " Did you mean 'kWh'?"
    assert did_you_mean("natural gass", ["Natural gas", "natural gas"]) == " Did you mean 'Natural gas'?"


@pytest.mark.parametrize("word", ["", "x", "nothing like it", "\ud800", "z" * 100_000])
def test_nothing_near_is_no_suggestion(word: str) -> None:
    assert did_you_mean(word, ["kWh", "kg"]) == did_you_mean(word, []) == ""


def test_a_wrong_word_is_told_alike_in_a_frame_of_many_and_alone() -> None:
    """Once the first hundred unknown words had suggestions, and the rest none."""
    wrong = [f"naturl gas{i}" for i in range(150)]
    many = fe.calculate(pd.DataFrame([record(activity=w) for w in wrong]), FACILITIES).problems
    assert many["reason"].str.contains("Did you mean").all()
    for at in (0, 120, 149):
        alone = fe.calculate([record(activity=wrong[at])], FACILITIES).problems
        assert alone["reason"].tolist() == [many["reason"][at]]
