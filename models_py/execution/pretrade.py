"""The fourteen pre-trade checks, in order. Each writes a line of audit; one that fails, or cannot be answered, stops the order.

To change a check, change its line in CHECKS. Orders that reduce what is held pass the checks that guard new risk.
Source: RISK §9.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models_py.execution import book_checks as book
from models_py.execution import order_checks as own
from models_py.execution.context import Answer, Batch, Context
from models_py.execution.order import Order
from models_py.kernel.errors import MacroError

CHECKS: tuple[tuple[str, Callable[[Order, Context, Batch], Answer]], ...] = (
    ("ENABLED", book.enabled),
    ("RUNNING", book.running),
    ("TRADABLE", own.tradable),
    ("PRICE_BAND", own.price_band),
    ("SIDE", own.side),
    ("QUANTITY", own.quantity),
    ("DUPLICATE", own.duplicate),
    ("FRESH", book.fresh),
    ("LIMITS", book.within_limits),
    ("MARGIN", book.margin),
    ("SELF_TRADE", book.self_trade),
    ("RESTRICTED", own.restricted),
    ("RATE", book.pace),
    ("LINEAGE", own.lineage),
)


@dataclass(frozen=True)
class Check:
    """One line of audit."""

    number: int
    code: str
    passed: bool
    detail: str

    def payload(self) -> dict[str, Any]:
        return {"number": self.number, "code": self.code, "passed": self.passed, "detail": self.detail}


def check(order: Order, context: Context, batch: Batch) -> tuple[Check, ...]:
    """All fourteen lines for one order; it may leave only when every one passed."""
    lines = []
    for number, (code, test) in enumerate(CHECKS, start=1):
        try:
            passed, detail = test(order, context, batch)
        except (MacroError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            passed, detail = False, f"cannot be answered: {type(error).__name__}: {error}"
        lines.append(Check(number, code, bool(passed), detail))
    return tuple(lines)
