"""From what is held and what is wanted to trades in whole lots: roll, no-trade band, a third of the way, lots, shares of signals.

Quantities are signed contracts in position sign; parts are quantities by signal. A roll keeps the exposure and is traded whole; a
cut that is forced (stop, event, breaker, limit) is traded whole; everything else is approached by thirds.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from models_py.desk.allocation import allocate, ideal
from models_py.portfolio import buffer

Quantities = dict[str, float]
Parts = Mapping[str, Mapping[str, float]]             # by contract, then by signal
Purpose = Literal["rebalance", "roll", "reduce"]
WorthIt = Callable[[str, float, float], bool]

NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Trade:
    """One contract's trade of a session; the allocation adds up to the quantity."""

    contract: str
    quantity: int
    allocation: Mapping[str, float]
    purpose: Purpose


def roll(held: Parts, into: Mapping[str, tuple[str, float]], wanted: Parts) -> dict[str, Quantities]:
    """Holdings after the roll; what a signal no longer wants is closed with the old contract instead of rolled.

    Args:
        into: by contract that is left, the contract it becomes and how many of it carry the exposure of one.
    """
    rolled: dict[str, Quantities] = {}
    for contract, by_signal in held.items():
        successor, ratio = into.get(contract, (contract, 1.0))
        place = rolled.setdefault(successor, {})
        for signal, quantity in by_signal.items():
            if contract not in into or wanted.get(successor, {}).get(signal):
                place[signal] = place.get(signal, 0.0) + quantity * ratio
    return rolled


def trades(
    positions: Mapping[str, int],
    held: Parts,
    wanted: Parts,
    into: Mapping[str, tuple[str, float]],
    *,
    lots: Mapping[str, int],
    forced: Collection[str],
    no_increase: bool,
    worth: WorthIt,
    largest: Callable[[str], int | None] = lambda _: None,
) -> list[Trade]:
    """Trades that take the book one session towards what is wanted: first those that shrink a position, then by contract.

    Args:
        positions: contracts held, whole.  held: the same by signal.  wanted: target by signal; a contract that is absent is closed.
        into: rolls, see `roll`.  lots: round lot of every contract.
        forced: contracts whose risk must shrink to the target at once.  no_increase: a breaker forbids more risk in any contract.
        worth: whether a move (contract, from, to) is worth its cost.  largest: biggest order allowed in a contract, None for any.
    """
    rolled = roll(held, into, wanted)
    made = []
    for contract in sorted({*positions, *wanted, *rolled}):
        actual = positions.get(contract, 0)
        start = sum(rolled.get(contract, {}).values())
        target = sum(wanted.get(contract, {}).values())
        end = 0 if contract in into else _end(contract, start, target, lots[contract], contract in forced, no_increase, worth)
        moved = contract in into or abs(start - actual) > NOTHING
        shrinks = abs(end) < abs(actual) and end * actual >= 0
        cap = None if moved or shrinks else largest(contract)
        if cap is not None and abs(end - actual) > cap:
            end = actual + (cap if end > actual else -cap)
        if end == actual:
            continue
        purpose: Purpose = "roll" if moved else "reduce" if contract in forced and shrinks else "rebalance"
        before, kept, wished = (parts.get(contract, {}) for parts in (held, rolled, wanted))
        allocation = allocate(end - actual, before, ideal(end, kept, wished))
        made.append((abs(end) >= abs(actual), Trade(contract, end - actual, allocation, purpose)))
    # what shrinks goes first, so that limits see the room it makes
    return [trade for _, trade in sorted(made, key=lambda pair: (pair[0], pair[1].contract))]


def _end(contract: str, start: float, target: float, lot: int, forced: bool, no_increase: bool, worth: WorthIt) -> int:
    """Where the position ends: whole lots."""
    shrinks = start * target < 0 or abs(target) < abs(start)
    if forced and shrinks:
        # the part beyond zero is new risk, which waits for the next session
        aim = 0.0 if start * target < 0 else target
    elif worth(contract, start, target):
        aim = buffer.step(start, target, lot)
    else:
        aim = start
    if no_increase and (abs(aim) > abs(start) or start * aim < 0):
        aim = 0.0 if start * aim < 0 else start
    # what is merely kept or rolled goes to the nearest lot, so that a roll does not shed exposure
    return round(start / lot) * lot if aim == start else buffer.to_lots(start, aim, lot)
