"""Who a trade is for: each signal's part of an order, in contracts.

Parts are whole multiples of 2^-20 of a contract. Sums of such numbers are exact in binary, so that the parts of every order add to its
quantity, and the holdings of all signals to the position, without a remainder that somebody would have to be given.
"""

from collections.abc import Mapping

import numpy as np

from models_py.kernel.errors import JournalError

GRAIN = 2.0**-20
NOTHING = 1e-9

Parts = Mapping[str, float]


def ideal(end: int, held: Parts, wanted: Parts) -> dict[str, float]:
    """Holdings by signal at a position's end: each goes the same share of its own way, from what it holds to what it wants.

        h_i + w (t_i - h_i),   w = (end - Σ h) / (Σ t - Σ h) within [0, 1]

    What is then missing to the end was moved by lots and not by signals, and is spread by size.
    Raises:
        JournalError: there are contracts and no signal that they belong to.
    """
    start, target = sum(held.values()), sum(wanted.values())
    distance = target - start
    way = float(np.clip((end - start) / distance, 0.0, 1.0)) if abs(distance) > NOTHING else 0.0
    moved = {who: held.get(who, 0.0) + way * (wanted.get(who, 0.0) - held.get(who, 0.0)) for who in sorted({*held, *wanted})}
    missing = end - sum(moved.values())
    if abs(missing) <= NOTHING:
        return moved
    for sizes in (moved, wanted, held):
        total = sum(abs(size) for size in sizes.values())
        if total > NOTHING:
            return {who: part + missing * abs(sizes.get(who, 0.0)) / total for who, part in moved.items()}
    raise JournalError(f"{end} contracts belong to no signal")


def allocate(quantity: int, before: Parts, after: Parts) -> dict[str, float]:
    """Parts of a trade that takes holdings from before to after, to the grain; they add to the quantity exactly.

    The grains lost in rounding are added to the largest part; a signal that trades nothing has no part.
    """
    moves = {who: after.get(who, 0.0) - before.get(who, 0.0) for who in sorted({*before, *after})}
    parts = {who: round(move / GRAIN) * GRAIN for who, move in moves.items()}
    largest = max(parts, key=lambda who: abs(parts[who]))
    parts[largest] += quantity - sum(parts.values())
    return {who: part for who, part in parts.items() if part}
