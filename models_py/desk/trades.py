"""From what is held and what is wanted to trades in whole lots: roll, no-trade band, a third of the way, lots, shares of signals.

Quantities are signed contracts in position sign; parts are quantities by signal. A roll keeps the exposure and is traded whole; a
cut that is forced (stop, event, breaker, limit) is traded whole; everything else is approached by thirds.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class Move:
    """One contract in one session: held, wanted, where it ends, why there if that is not what is wanted, and the trade if there is one."""

    contract: str
    held: int
    target: float
    end: int
    why: str
    trade: Trade | None


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


def moves(
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
) -> tuple[Move, ...]:
    """Where a session takes each contract that is held or wanted, by contract.

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
        if contract in into:
            end, why = 0, f"rolled into {into[contract][0]}"
        else:
            end, why = _end(contract, start, target, lots[contract], contract in forced, no_increase, worth)
        moved = contract in into or abs(start - actual) > NOTHING
        shrinks = abs(end) < abs(actual) and end * actual >= 0
        cap = None if moved or shrinks else largest(contract)
        if cap is not None and abs(end - actual) > cap:
            end, why = actual + (cap if end > actual else -cap), f"no order of more than {cap:,d}"
        if end == actual:
            made.append(Move(contract, actual, target, end, why, None))
            continue
        purpose: Purpose = "roll" if moved else "reduce" if contract in forced and shrinks else "rebalance"
        before, kept, wished = (parts.get(contract, {}) for parts in (held, rolled, wanted))
        allocation = allocate(end - actual, before, ideal(end, kept, wished))
        made.append(Move(contract, actual, target, end, why, Trade(contract, end - actual, allocation, purpose)))
    return tuple(made)


def traded(made: Iterable[Move]) -> list[Trade]:
    """The trades of some moves; what shrinks goes first, so that limits see the room it makes."""
    found = [(abs(move.end) >= abs(move.held), move.trade) for move in made if move.trade is not None]
    return [trade for _, trade in sorted(found, key=lambda pair: (pair[0], pair[1].contract))]


def _end(contract: str, start: float, target: float, lot: int, forced: bool, no_increase: bool, worth: WorthIt) -> tuple[int, str]:
    """Where the position ends, in whole lots, and why there if that is not the target."""
    shrinks = start * target < 0 or abs(target) < abs(start)
    if forced and shrinks:
        # the part beyond zero is new risk, which waits for the next session
        aim = 0.0 if start * target < 0 else target
        why = "closed first, the other side waits a session" if start * target < 0 else "cut at once"
    elif worth(contract, start, target):
        aim = buffer.step(start, target, lot)
        why = "" if abs(aim - target) <= NOTHING else "a third of the way a session"
    else:
        aim, why = start, "" if abs(target - start) <= NOTHING else "inside the no-trade band"
    if no_increase and (abs(aim) > abs(start) or start * aim < 0):
        aim, why = 0.0 if start * aim < 0 else start, "no new risk"
    # what is merely kept or rolled goes to the nearest lot, so that a roll does not shed exposure
    end = round(start / lot) * lot if aim == start else buffer.to_lots(start, aim, lot)
    rests = aim != start and end == round(start)
    return end, f"less than a lot of {lot}" if rests else why or (f"whole lots of {lot}" if abs(end - target) >= 1 else "")
