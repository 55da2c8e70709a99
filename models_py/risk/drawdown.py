"""Circuit breakers on the fund's NAV: drawdown tiers with a ratchet, daily and weekly losses.

    drawdown from the high   6 % → risk × 0.75    8 % → × 0.50, no new strategies    10 % → × 0.25, cuts only    12 % → flat, halted
    one day                 −1.5 % → no new risk  −2.5 % → × 0.50
    five sessions           −4 % → × 0.50

Whatever was cut stays cut until half of the loss has been regained and five sessions have passed since the low; the last tier
is left only by a committee's word (two people lift the halt) and ten sessions.

Source: RISK §5.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

TIERS: tuple[tuple[float, float], ...] = ((0.06, 0.75), (0.08, 0.50), (0.10, 0.25), (0.12, 0.0))
DAY_HALT, DAY_HALVE, WEEK_HALVE = -0.015, -0.025, -0.04
WEEK = 5
RATCHET_SESSIONS, REENTRY_SESSIONS = 5, 10


@dataclass(frozen=True)
class Breaker:
    """What the NAV path allows. `multiplier` scales target risk; reasons are for people."""

    multiplier: float = 1.0
    blocks_increase: bool = False
    no_new_strategies: bool = False
    flatten: bool = False
    reason: str = ""
    high: float = 0.0
    drawdown: float = 0.0
    tier: int = 0
    deepest: float = 0.0
    since: int = 0
    approved: int = 0              # sessions since a committee spoke in the last tier; 0 while it has not
    cut_from: float = 0.0          # NAV before the sudden loss that halved the book; 0 when none did
    cut_low: float = 0.0
    cut_since: int = 0
    recent: tuple[float, ...] = ()
    session: date | None = None    # last one taken up


def advance(state: Breaker, nav: float, *, approved: bool = False) -> Breaker:
    """The state after one more session's NAV. `approved`: a committee spoke since the session before."""
    high = max(state.high, nav)
    drawdown = 1 - nav / high if high > 0 else 1.0
    reached = sum(drawdown >= level for level, _ in TIERS)
    tier, deepest, since = state.tier, max(state.deepest, drawdown), state.since + 1
    if drawdown == 0:
        tier, deepest, since = (tier if tier == len(TIERS) else 0), 0.0, 0
    elif drawdown > state.deepest:
        tier, since = max(tier, reached), 0
    elif reached < tier and drawdown <= deepest / 2 and since >= RATCHET_SESSIONS and tier < len(TIERS):
        tier, deepest, since = reached, drawdown, 0
    waited = state.approved + 1 if state.tier == len(TIERS) and (approved or state.approved) else 0
    if waited == REENTRY_SESSIONS:
        tier, deepest, since, waited, high, drawdown = 0, 0.0, 0, 0, nav, 0.0
    recent = (*state.recent, nav)[-(WEEK + 1) :]
    return _judge(replace(state, high=high, drawdown=drawdown, tier=tier, deepest=deepest, since=since, approved=waited, recent=recent))


def _judge(state: Breaker) -> Breaker:
    day = state.recent[-1] / state.recent[-2] - 1 if len(state.recent) > 1 else 0.0
    week = state.recent[-1] / state.recent[0] - 1 if len(state.recent) > WEEK else 0.0
    state = _cut(state, day, week)
    multiplier = TIERS[state.tier - 1][1] if state.tier else 1.0
    reasons = [f"drawdown tier {state.tier}, {state.drawdown:.1%} below the high"] if state.tier else []
    if state.cut_from:
        multiplier = min(multiplier, 0.5)
        reasons.append(f"half risk since a loss of {1 - state.cut_low / state.cut_from:.1%}")
    if day <= DAY_HALT:
        reasons.append(f"lost {-day:.1%} in a day")
    return replace(
        state,
        multiplier=multiplier,
        blocks_increase=day <= DAY_HALT or state.tier >= 3,
        no_new_strategies=state.tier >= 2,
        flatten=state.tier == len(TIERS),
        reason="; ".join(reasons),
    )


def _cut(state: Breaker, day: float, week: float) -> Breaker:
    """Half risk after a sudden loss, until half of it is regained and five sessions have passed since the low."""
    nav = state.recent[-1]
    if day <= DAY_HALVE or week <= WEEK_HALVE:
        before = max(state.cut_from, state.recent[-2] if day <= DAY_HALVE else state.recent[0])
        return replace(state, cut_from=before, cut_low=min(nav, state.cut_low or nav), cut_since=0)
    if not state.cut_from:
        return state
    if nav < state.cut_low:
        return replace(state, cut_low=nav, cut_since=0)
    since = state.cut_since + 1
    if nav >= (state.cut_from + state.cut_low) / 2 and since >= RATCHET_SESSIONS:
        return replace(state, cut_from=0.0, cut_low=0.0, cut_since=0)
    return replace(state, cut_since=since)


def breaker(navs: Iterable[tuple[date, float]], approvals: Collection[date] = (), state: Breaker | None = None) -> Breaker:
    """The state after a path of (session, NAV), oldest first, going on from `state`.

    Args:
        approvals: the last session marked before each word of a committee; it counts from the session after.
    """
    state = state or Breaker()
    for session, nav in navs:
        state = replace(advance(state, nav, approved=state.session in approvals), session=session)
    return state
