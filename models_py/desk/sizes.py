"""Sizes of past fills, which the fat-finger check compares with, and the largest order that it lets pass."""

from collections.abc import Callable
from statistics import median

from models_py.execution import contracts
from models_py.execution.order_checks import FAT_FINGER, MEDIAN_ORDERS
from models_py.ledger.book import Book

LOOKBACK = 200                   # fills that surely hold the last twenty of every family that trades


def largest_order(book: Book) -> Callable[[str], int | None]:
    """Largest order of a contract's family that the fat-finger check lets pass, once it has a record; what is larger takes sessions."""
    sizes = past_sizes(book)

    def largest(contract: str) -> int | None:
        past = sizes.get(contracts.family(contract), ())
        if len(past) < MEDIAN_ORDERS:
            return None
        lot = contracts.spec(contract).lot
        return max(lot, int(FAT_FINGER * median(past) // lot) * lot)

    return largest


def past_sizes(book: Book) -> dict[str, list[int]]:
    """Sizes of the last twenty fills of each family, oldest first; by contract within a session, whatever order they came in."""
    recent = book.fills[-LOOKBACK:]
    if len(book.fills) > len(recent):
        # a session cut in two would depend on the order of its fills
        recent = [fill for fill in recent if fill["session"] > recent[0]["session"]]
    found: dict[str, list[int]] = {}
    for fill in sorted(recent, key=lambda fill: (fill["session"], fill["contract"])):
        found.setdefault(contracts.family(fill["contract"]), []).append(abs(int(fill["quantity"])))
    return {family: sizes[-MEDIAN_ORDERS :] for family, sizes in found.items()}
