"""From target to order in words: what became of each contract's target on its way, and why the order is not all of it.

    target → stops and events, volatility target, regime, breaker → limits → what this session trades of it

Quantities are signed contracts in position sign.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from models_py.desk.decision import Stop
from models_py.desk.trades import Move, Parts

SEEN = 5e-3                   # a factor nearer to one is not told


@dataclass(frozen=True, slots=True)
class Line:
    """One contract: held before, target as blended, target as sized, target within limits, held after the order, and why."""

    contract: str
    held: int
    target: float
    sized: float
    limited: float
    end: int
    why: str

    def payload(self) -> dict[str, Any]:
        """The line as journalled with its decision; targets to a hundredth of a contract."""
        return asdict(self) | {name: round(getattr(self, name), 2) for name in ("target", "sized", "limited")}


def lines(
    moves: tuple[Move, ...],
    target: Parts,
    sized: Parts,
    *,
    sizes: Mapping[str, float],
    stops: Mapping[str, Stop],
    factors: Mapping[str, float],
    halted: bool,
) -> tuple[Line, ...]:
    """One line a contract that is held or wanted.

    Args:
        target, sized: by contract and signal, before and after stops and scale.
        sizes: what stops leave of each signal.  stops: what they are made of.
        factors: what all targets were multiplied by, by name.
    """
    made = []
    for move in moves:
        asked, scaled = target.get(move.contract, {}), sized.get(move.contract, {})
        before, after = sum(scaled.values()), move.target
        why = [_stop(who, sizes[who], stops[who]) for who, part in sorted(asked.items()) if part and sizes[who] < 1]
        why += [f"{name} × {factor:.2f}" for name, factor in factors.items() if before and abs(factor - 1) > SEEN]
        if abs(before) > 0 and after / before < 1 - SEEN:
            why.append(f"limits × {after / before:.2f}")
        why += [move.why] if move.why and not halted else []
        end = move.held if halted else move.end
        if halted and abs(after - end) >= 1:
            why.append("the desk is stopped")
        made.append(Line(move.contract, move.held, sum(asked.values()), before, after, end, "; ".join(why)))
    return tuple(made)


def _stop(who: str, size: float, stop: Stop) -> str:
    parts = {"trade stop": stop.trade, "strategy stop": stop.strategy, "event": stop.event}
    made_of = [name for name, part in parts.items() if part < 1] or ["no new strategies in a drawdown"]
    if size == 0 and stop.size > 0:
        made_of = ["suspended"] if stop.suspended else ["no new strategies in a drawdown"]
    return f"{who} at {100 * size:.0f} % ({', '.join(made_of)})"
