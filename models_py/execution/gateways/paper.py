"""Paper gateway: an order of a session is filled whole at that session's settlement, and pays the one-way cost apart.

The price comes strictly after the decision. A session without a price for the contract lets the order lapse, and says so.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models_py.execution import costs
from models_py.execution.contracts import family, tenor_bd
from models_py.execution.order import Fill, Lapse
from models_py.ledger.marks import Mark

VENUE = "paper"


def execute(order: Mapping[str, Any], mark: Mark | None, *, vix: float | None) -> Fill | Lapse:
    """What became of a working order in its session.

    Args:
        order: as journalled.
        mark: the contract's mark of that session; None where it has none.
        vix: last known; costs double above 30.
    """
    session = date.fromisoformat(order["session"])
    contract = order["contract"]
    if mark is None or mark.session != session:
        return Lapse(order["order_id"], contract, session, f"{contract} has no price in session {session}")
    cost = costs.in_brl(family(contract), tenor_bd(contract, session), order["quantity"], mark, vix=vix)
    return Fill(order["order_id"], contract, order["quantity"], mark.price, cost, session, order["allocation"])
