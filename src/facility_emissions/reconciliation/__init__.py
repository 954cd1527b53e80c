"""`reconcile`: the API's figures beside ours, and which documented alternative explains a difference.

    outcome = fe.reconcile(api_facilities, result)
    outcome.facilities, outcome.summary, outcome.explanations, outcome.sentences(), outcome.agrees

`sides` reads both sides, `compare` sets them beside each other, `options` lists the alternatives,
`rating` calculates them, `search` tries them, `surprise` says what a match is worth, `outcome` shows it.
"""

from __future__ import annotations

from facility_emissions.reconciliation.outcome import Reconciliation, reconcile

__all__ = ["Reconciliation", "reconcile"]
