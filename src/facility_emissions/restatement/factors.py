"""The factors that moved: which took the place of which, and how much of the change each carries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from facility_emissions.restatement.groups import Groups
from facility_emissions.restatement.sheets import Kinds, Sheet
from facility_emissions.restatement.splits import Split

_NAMES = ["activity_category", "factor_before", "factor_after", "fallback_before", "fallback_after"]
COLUMNS = (*_NAMES, "records", "co2e_before", "co2e_after", "change", "share", "cumulative", "effect")


def factors_table(sheets: Sequence[tuple[Sheet, Split]], groups: Groups, kinds: Kinds) -> pd.DataFrame:
    """Return the factors that moved, those that carry most first; see `Restatement.factors`."""
    tables = []
    for sheet, of in sheets:
        pieces = np.bincount(of.pair, minlength=len(of.key)) if groups.last in sheet.states else np.zeros(len(of.key))
        quantity = np.bincount(of.pair, weights=np.nan_to_num(sheet.quantity), minlength=len(of.key))[of.line_pair]
        origins = [
            (o.figure, o.before.factor_ids, o.after.factor_ids, o.before.fallbacks, o.after.fallbacks)
            for o in of.origin
        ]
        table = pd.DataFrame(origins, columns=_NAMES)
        # A slot of two lines, one a scope 2 basis, is still one record.
        repeated = table.assign(pair=of.line_pair).duplicated(["pair", *_NAMES]).to_numpy()
        table["records"] = np.where(repeated, 0, pieces[of.line_pair]).astype(np.int64)
        table["co2e_before"], table["co2e_after"] = quantity * of.before, quantity * of.after
        for effect, rate in zip(groups.effects, of.moved, strict=True):
            table[effect] = quantity * rate
        both = np.array([kind[0] and kind[-1] for kind in kinds])[of.kind[of.line_pair]]
        moved = (of.moved != 0).any(axis=0) | (table["factor_before"] != table["factor_after"]).to_numpy()
        tables.append(table[both & moved])
    found: pd.DataFrame = pd.concat(tables).groupby(_NAMES, as_index=False, sort=True).sum()
    effects = found[list(groups.effects)].to_numpy(dtype=np.float64)
    found["change"] = effects.sum(axis=1)
    size = found["change"].abs()
    found["share"] = size / size.sum() if size.sum() else 0.0
    names = np.array(groups.effects, dtype=object)
    largest = names[np.abs(effects).argmax(axis=1)] if len(found) else []
    found["effect"] = np.where(np.abs(effects).any(axis=1), largest, "") if len(found) else largest
    found = found.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    return found.assign(cumulative=found["share"].cumsum()).reindex(columns=list(COLUMNS))
