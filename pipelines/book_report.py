"""The book as text: scores, targets, orders, fills, positions, P&L, value at risk, stress, limits."""

from collections.abc import Mapping
from typing import Any


def book_text(book: Mapping[str, Any]) -> str:
    """The desk's summary for a person."""
    return str(book)
