"""What a curve says a committee will do: the rate after each meeting, and probabilities of its moves.

A decision of COPOM takes effect on the business day after the meeting, one of the FOMC likewise. The rate between two decisions is
constant (`step_curve`). A move that lies between two multiples of a quarter point is an even bet on both, weighted so that its mean
is the move; the level after several meetings adds up independent moves. No term premium is taken off: probabilities are the
market's price, not a forecast. Rates are decimals, overnight, on 252 business days.

Source: INSTRUMENTS §2; CME, "Understanding the CME Group FedWatch Tool methodology".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_rate
from models_py.quant.daycount import calendar
from models_py.quant.errors import BadTerm
from models_py.quant.step_curve import StepCurve, fit

STEP = 0.0025
MARKETS = {"copom": "br", "fomc": "us_sifma"}


@dataclass(frozen=True)
class Meeting:
    """One meeting as priced: the rate after it, its move, and the probability of each move and of each level, by quarter points."""

    day: date
    effective: date
    rate: float
    change: float
    moves: dict[float, float]
    levels: dict[float, float]


def effective_days(committee: str, meetings: Sequence[date], known: date) -> Floats:
    """Business days from a session to the first day of each decision's rate.

    Raises:
        BadTerm: no such committee.
    """
    if committee not in MARKETS:
        raise BadTerm("policy path", committee, f"is one of {', '.join(MARKETS)}")
    market = calendar(MARKETS[committee])
    held = market.shift(np.array(meetings, dtype="datetime64[D]"), 1, known)
    return floats(market.business_days(np.datetime64(known), held, known))


def moves(change: ArrayLike, step: float = STEP) -> dict[float, float]:
    """Probabilities of the two multiples of a step around a move, whose mean is the move."""
    whole = float(floats(change)) / step
    low = int(np.floor(whole + 1e-9))
    share = min(max(whole - low, 0.0), 1.0)
    found = {round(low * step, 10): 1.0 - share, round((low + 1) * step, 10): share}
    return {size: chance for size, chance in found.items() if chance > 1e-9}


def path(committee: str, tenor_bd: ArrayLike, rate: ArrayLike, meetings: Sequence[date], known: date, overnight: float) -> list[Meeting]:
    """The path that a curve implies over the meetings inside it.

    Args:
        tenor_bd, rate: nodes of the zero curve. meetings: dates after `known`, rising. overnight: today's rate.
    Returns:
        One entry a meeting whose decision takes effect before the last node.
    Raises:
        BadCurve: nodes or meetings that do not rise. BadRate: a rate that is none.
    """
    starts = effective_days(committee, meetings, known)
    curve = fit(tenor_bd, rate, starts, overnight)
    return _told(committee, curve, meetings, starts, known, float(require_rate("overnight", overnight)), float(np.max(floats(tenor_bd))))


def _told(
    committee: str, curve: StepCurve, meetings: Sequence[date], starts: Floats, known: date, overnight: float, last: float
) -> list[Meeting]:
    market = calendar(MARKETS[committee])
    before, levels = overnight, {0.0: 1.0}
    found = []
    for k, (day, start) in enumerate(zip(meetings, starts.tolist(), strict=True)):
        if start >= last:
            break
        # a period that a node cuts has more than one rate: its mean, by business days
        end = min(starts[k + 1] if k + 1 < len(starts) else last, last)
        rate = float(np.expm1((curve.growth(end) - curve.growth(start)) / (end - start)))
        chances = moves(rate - before)
        following: dict[float, float] = {}
        for level, weight in levels.items():
            for size, chance in chances.items():
                key = round(level + size, 10)
                following[key] = following.get(key, 0.0) + weight * chance
        levels = dict(sorted(following.items()))
        held = date.fromisoformat(str(market.shift(np.datetime64(day), 1, known)))
        found.append(Meeting(day, held, rate, rate - before, chances, {overnight + level: chance for level, chance in levels.items()}))
        before = rate
    return found
