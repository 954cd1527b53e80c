"""What keys and lines say of themselves in words: dimensions, flags, factors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from facility_emissions.calculation.engine import Calculation
from facility_emissions.calculation.questions import Key, parse_words
from facility_emissions.calculation.rates import Entry

_NONE = np.zeros(0, dtype=np.int64)


def describe(c: Calculation, k: int) -> dict[str, object]:
    """Return country, category, activity and year of the calculation's key `k`."""
    return describe_key(c.keys[k])


def describe_key(key: Key) -> dict[str, object]:
    """Return country, category, activity and year of a key: the vocabulary's ids where it is readable."""
    parsed = parse_words(key)
    return {
        "country": key.profile.country or None,
        "category": parsed.category or key.category,
        "activity": parsed.activity.id if parsed.activity else key.activity,
        "year": key.year,
    }


def records_by_key(c: Calculation) -> npt.NDArray[np.int64]:
    """Return how many rows, or pieces of rows, with a figure have each key."""
    has_rate = np.isfinite(c.rates.co2e)
    ok = np.isfinite(c.quantity) & has_rate[c.key]
    count = np.bincount(c.key[ok], minlength=len(c.keys))
    ok = np.isfinite(c.pieces.quantity) & has_rate[c.piece_key]
    return count + np.bincount(c.piece_key[ok], minlength=len(c.keys))


def problems_frame(c: Calculation, order: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return some problems of the log: `row` (index label), `position`, ids, column, value, reason, remedy."""
    log = c.problems
    at = np.array([log.positions[i] for i in order], dtype=np.int64)
    out = pd.DataFrame({"row": c.frame.index[at] if c.frame.index.nlevels == 1 else list(c.frame.index[at])})
    out["position"] = at
    for name in ("record_id", "facility_id"):
        if name in c.frame:
            out[name] = c.frame[name].iloc[at].to_numpy(dtype=object)
    out["column"] = [log.columns[i] for i in order]
    out["value"] = pd.Series([log.values[i] for i in order], dtype=object)
    out["reason"] = [log.reasons[i] for i in order]
    out["remedy"] = [log.remedies[i] for i in order]
    return out


def row_texts(c: Calculation, text_of: Callable[[Entry], str]) -> pd.Categorical:
    """Return one text a row, as a categorical: a key's own, or those of a row's pieces joined; '' for a problem."""
    texts = ["" if e.problems else text_of(e) for e in c.rates.entries]
    rows, (run, joined) = _of_pieces(c, texts) if len(c.pieces.row) else (_NONE, (_NONE, []))
    wrong = c.problems.rows()  # of itself a row may be wrong, whatever its key says
    names = pd.Index(dict.fromkeys([*texts, *joined, *([""] if len(wrong) else [])]))
    number = names.get_indexer(pd.Index([*texts, *joined])).astype(np.int16 if len(names) < 1 << 15 else np.int32)
    code = np.take(number, c.key, mode="clip")  # clip: the keys are right, and need no check
    code[rows] = number[len(texts) + run]
    code[wrong] = names.get_loc("") if len(wrong) else 0
    return pd.Categorical.from_codes(code, names)


def with_row_flags(c: Calculation, texts: pd.Categorical, has_figure: npt.NDArray[np.bool_]) -> pd.Categorical:
    """Return the rows' flags with those of single rows added, where the row has a figure."""
    flags = c.row_flags
    if flags is None:
        return texts
    more = np.where(has_figure, flags.code, 0)
    pair = np.asarray(texts.codes, dtype=np.int64) * len(flags.texts) + more
    found, code = np.unique(pair, return_inverse=True)
    both = [divmod(p, len(flags.texts)) for p in found.tolist()]
    joined = ["; ".join(t for t in (str(texts.categories[of_key]), flags.texts[own]) if t) for of_key, own in both]
    names = pd.Index(dict.fromkeys(joined))
    return pd.Categorical.from_codes(names.get_indexer(pd.Index(joined))[code], names)


def _of_pieces(
    c: Calculation, texts: list[str]
) -> tuple[npt.NDArray[np.int64], tuple[npt.NDArray[np.int64], list[str]]]:
    """Join the texts of each split row's pieces, once for each distinct run of keys."""
    begin = c.pieces.first_of_row()
    rows, count = c.pieces.row[begin], np.diff(np.append(begin, len(c.pieces.row)))
    run = np.zeros(len(rows), dtype=np.int64)
    told = [""]
    for nth in range(int(count.max())):
        has = np.flatnonzero(count > nth)
        pair = run[has] * len(texts) + c.piece_key[begin[has] + nth]
        found, number = np.unique(pair, return_inverse=True)
        before = [(told[p // len(texts)], texts[p % len(texts)]) for p in found.tolist()]
        run[has] = len(told) + number
        told += [b if not t or t in b else f"{b} | {t}" if b else t for b, t in before]
    return rows, (run, told)
