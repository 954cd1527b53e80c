"""Text columns of Arrow as codes: what comes out decodes to what went in, whatever comes first or late."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facility_emissions.calculation import columns, texts


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of 2, 4, 8 ... 16 rows, and at most 20 words, so that short columns take every way."""
    monkeypatch.setattr(texts, "_FIRST", 2)
    monkeypatch.setattr(texts, "_FASTER", 2)
    monkeypatch.setattr(texts, "_SLICE", 16)
    monkeypatch.setattr(texts, "_MOST_WORDS", 20)


def decoded(codes: np.ndarray, words: list[str]) -> list[str | None]:
    return [words[code] if code >= 0 else None for code in codes.tolist()]


def check(cells: list[str | None], chunks: list[list[str | None]], kind: pa.DataType) -> None:
    codes, words = texts.encode_texts(pa.chunked_array([pa.array(c, kind) for c in chunks], kind))
    assert decoded(codes, words) == cells
    assert len(set(words)) == len(words)
    assert set(words) == {c for c in cells if c is not None}
    assert codes.dtype == texts.narrowest(len(words))


WORDS = st.sampled_from([None, "", "a", "b", "kWh", "MWh", "grid_electricity", "ñ", "a\0b", *map(str, range(30))])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chunks=st.lists(st.lists(WORDS, max_size=40), max_size=6),
    in_order=st.booleans(),
    kind=st.sampled_from([pa.string(), pa.large_string()]),
)
def test_codes_stand_for_the_texts(
    small: None, chunks: list[list[str | None]], in_order: bool, kind: pa.DataType
) -> None:
    if in_order:
        chunks = [sorted(chunk, key=str) for chunk in chunks]
    check([cell for chunk in chunks for cell in chunk], chunks, kind)


def test_slices_of_a_chunk_are_read_where_they_begin(small: None) -> None:
    whole = pa.array([f"w{i % 7}" for i in range(100)])
    codes, words = texts.encode_texts(pa.chunked_array([whole.slice(13, 50), whole.slice(3, 1), whole.slice(0, 0)]))
    assert decoded(codes, words) == [f"w{i % 7}" for i in [*range(13, 63), 3]]


def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the ways that a column takes, as it takes them."""
    taken: list[str] = []
    for name in ("_looked_up", "_encoded", "_encoded_at_once"):

        def told(*given: object, name: str = name, way: object = getattr(texts, name)) -> object:
            taken.append(name)
            return way(*given)  # type: ignore[operator]

        monkeypatch.setattr(texts, name, told)
    return taken


def test_few_words_are_looked_up_and_new_ones_encoded(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = ways(monkeypatch)
    cells: list[str | None] = ["a", "b", None] * 20
    cells[20] = "late"  # one of the 16 rows of the fourth slice: so few change nothing for the fifth
    check(cells, [cells], pa.string())
    assert taken == ["_encoded", "_encoded", "_looked_up", "_looked_up", "_encoded", "_looked_up", "_looked_up"]


def test_rows_in_the_order_of_their_words_are_encoded_slice_by_slice(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = ways(monkeypatch)
    cells = [f"w{i // 4}" for i in range(62)]
    check(cells, [cells], pa.string())
    assert set(taken) == {"_encoded"}


def test_many_words_are_encoded_by_one_call(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = ways(monkeypatch)
    cells = [None, *(str(i) for i in range(60)), None, "3"]
    check(cells, [cells[:30], cells[30:]], pa.large_string())
    assert taken[-1] == "_encoded_at_once"


@pytest.mark.parametrize("count", [1, 128, 129, 32_768, 32_769])
def test_codes_are_as_narrow_as_they_can_be(count: int) -> None:
    cells = [str(i) for i in range(count)] * 2
    check(cells, [cells], pa.string())


@pytest.mark.parametrize(
    "dtype",
    ["str", "string[pyarrow]", pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.large_string())],
    ids=["str", "string[pyarrow]", "arrow string", "arrow large_string"],
)
def test_every_text_column_of_arrow_comes_this_way(dtype: object, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = ["a", None, "b", "a"] * 50
    taken = ways(monkeypatch)
    coded = columns.encode(pd.Series(cells, dtype=dtype))
    assert decoded(coded.codes, coded.values) == cells
    assert taken == ["_encoded"]
