"""`reconcile` and the `Reconciliation` that it returns: frames first, then sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from facility_emissions.errors import ContractError
from facility_emissions.reconciliation import compare, panels
from facility_emissions.reconciliation.compare import CLASS_OF, FINE
from facility_emissions.reconciliation.explain import Explainer
from facility_emissions.reconciliation.sides import ApiSide, our_facilities, our_invoices, read_api
from facility_emissions.reconciliation.words import EXPLANATION_COLUMNS, explanation_rows, notes, sentence_of
from facility_emissions.results import Result


@dataclass(frozen=True)
class Reconciliation:
    """The API's figures beside ours; columns in docs/words.md.

    Attributes:
        facilities: one row a facility: figures, difference, class, explanation; those only here last.
        summary: counts and kg by measure and class.
        explanations: one row a hypothesis and scope: what it explains, and how surprising that is.
        invoices: one row an invoice where invoices were given, else None.
        notes: what is to be said of the whole.
    """

    facilities: pd.DataFrame
    summary: pd.DataFrame
    explanations: pd.DataFrame
    invoices: pd.DataFrame | None
    notes: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether every figure that the API gives agrees, and none is lacking on either side."""
        given = [m for m in CLASS_OF if m == "co2e" or self.facilities[f"api_{m}"].notna().any()]
        return all(bool(self.facilities[CLASS_OF[m]].isin(FINE).all()) for m in given)

    def sentences(self) -> pd.Series:
        """Return one plain sentence for each facility, by its id."""
        told = [sentence_of({str(k): v for k, v in row.items()}) for row in self.facilities.to_dict("records")]
        return pd.Series(told, index=pd.Index(self.facilities["facility_id"]), dtype=object, name="sentence")

    def __repr__(self) -> str:
        """Show how many facilities are in which class."""
        count = self.facilities["class"].value_counts(sort=False)
        return f"<Reconciliation: {', '.join(f'{n:,} {name}' for name, n in count.items() if n)}>"


def reconcile(
    api: ApiSide,
    result: Result,
    *,
    invoices: ApiSide | None = None,
    absolute: float = 0.0,
    relative: float = 1e-9,
    decimals: int | None = None,
    calculated_at: dt.datetime | dt.date | str | None = None,
    most_options: int = 2,
) -> Reconciliation:
    """Set the API's figures beside a result, and say which documented alternative explains a difference.

    Args:
        api: facilities as the API gives them: a frame with its names (`id`, `co2e`, optional
            `co2e_biomass`, `country`, `type`, `updated_at`, `calculated_at`), a `Portfolio`, an
            object whose `frame` is one, or mappings.
        result: what `calculate` returned.
        invoices: the API's invoices in the same forms; joined to the result by `record_id`, and by
            `facility_id` where a record is shared.
        absolute, relative: what may differ [kg; share of the API's figure]; the larger counts.
        decimals: to how many decimals the API rounds; found from its figures by default.
        calculated_at: when the API's figures were calculated; a facility updated later is `stale`.
        most_options: how many alternatives together may explain a difference: 0 (none is sought), 1 or 2.

    Returns:
        The `Reconciliation`.

    Raises:
        ContractError: columns are missing, an id appears twice, a figure is no number, invoices
            without a `record_id` here, a negative tolerance.
    """
    if not (absolute >= 0 and relative >= 0):
        raise ContractError(f"absolute={absolute!r} and relative={relative!r} are tolerances: 0 or more.")
    if most_options not in (0, 1, 2):
        raise ContractError(f"most_options={most_options!r}: 0, 1 or 2.")
    allowance = compare.Allowance(absolute, relative, decimals)
    explainer = Explainer(result._calculation) if most_options else None
    return set_beside(api, result, explainer, invoices, allowance, calculated_at, most_options)


def set_beside(
    api: ApiSide,
    result: Result,
    explainer: Explainer | None,
    invoices: ApiSide | None = None,
    allowance: compare.Allowance = compare.EXACT,
    calculated_at: dt.datetime | dt.date | str | None = None,
    most_options: int = 2,
) -> Reconciliation:
    """Reconcile with an explainer of the result that may serve several answers of the API; None seeks nothing."""
    given, ours = read_api(api, "facilities"), our_facilities(result)
    bills = None if invoices is None else read_api(invoices, "invoices")
    stale = panels.stale(given, bills, calculated_at)
    facilities = panels.facilities_table(given, ours, result, allowance, stale)
    told: list[dict[str, object]] = []
    levels = [("facility", facilities, panels.place_of_rows(facilities, result))]
    if bills is not None:
        records = our_invoices(result)
        table, at = panels.invoices_table(bills, records, allowance)
        place = np.full(len(result), -1, dtype=np.int64)
        place[records["row"].to_numpy()] = at
        facilities = panels.with_invoices(facilities, table)
        levels = [("facility", facilities, levels[0][2]), ("invoice", table, place)]
    for level, table, place in levels:
        known = None
        for measure in CLASS_OF:
            panel = panels.panel_of(level, measure, table, place, result, allowance)
            decimals = compare.decimals_used(panel.api, allowance.decimals)
            found = explainer.explain(panel, most_options, decimals, known) if explainer else []
            known = (panel, found)
            panels.tell(table, measure, panel, found)
            told += explanation_rows(panel, found)
    return Reconciliation(
        facilities,
        compare.summary(facilities),
        pd.DataFrame(told, columns=EXPLANATION_COLUMNS),
        None if bills is None else levels[1][1],
        notes(given, facilities),
    )
