"""The COPOM's rule and its step: partial adjustment in quarters of a point, slow to reverse, bounded below by 2 %.

    Q = r* + πF + 1.1 (πF − π*) + .35 (π12 − πF) + .55 gap          w = .30 (Q + .65 n − Selic)
"""

FLOOR = 2.0
BANDS = ((0.17, 0.0), (0.36, 0.25), (0.72, 0.50), (1.00, 0.75))
REVERSAL_MEETINGS, REVERSAL_SIZE = 3, 0.45


def target(year: int) -> float:
    """Inflation target of a year, %: 4.5 to 2018, then a quarter less each year down to 3."""
    return max(3.0, 4.5 - 0.25 * max(year - 2018, 0))


def rule(rstar: float, expected: float, goal: float, ipca_12m: float, gap: float) -> float:
    """The rate the rule asks for, %."""
    return rstar + expected + 1.1 * (expected - goal) + 0.35 * (ipca_12m - expected) + 0.55 * gap


def pressure(asked: float, noise: float, selic: float) -> float:
    """How far the committee wants to move, in points."""
    return 0.30 * (asked + 0.65 * noise - selic)


def step(wanted: float, last_sign: int, since_move: int, selic: float) -> float:
    """The move of a meeting, in points; `since_move` = meetings since the last one that moved."""
    size = next((move for edge, move in BANDS if abs(wanted) < edge), 1.0)
    sign = 1 if wanted > 0 else -1
    if last_sign and sign != last_sign and (since_move < REVERSAL_MEETINGS or abs(wanted) < REVERSAL_SIZE):
        size = 0.0
    return max(sign * size, FLOOR - selic)
