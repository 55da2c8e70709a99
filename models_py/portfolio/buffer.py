"""When to trade and how much: no-trade band, partial steps, lots. Quantities are signed contracts."""

from math import floor

BAND = 0.25                       # of the target: a smaller distance is not traded
STEP = 1.0 / 3.0                  # of the distance a session (Gârleanu & Pedersen 2013: aim in front of the target)
COST_MULTIPLE = 2.0


def utility_gain(distance: float, variance: float, aversion: float) -> float:
    """What moving to the target is worth a year, per BRL of NAV: ½ γ σ² Δ², σ² the annual variance of one unit of Δ."""
    return 0.5 * aversion * variance * distance**2


def outside_band(current: float, target: float, band: float = BAND) -> bool:
    """True where the distance to the target is more than ±25 % of it. A target of 0 has no band.

    Source: RISK §6.
    """
    return abs(target - current) > band * abs(target)


def worth_trading(current: float, target: float, *, gain: float = 0.0, cost: float = 0.0) -> bool:
    """Outside the band, or a gain of more than twice the cost.

    Source: RISK §6.
    """
    return outside_band(current, target) or (cost > 0 and gain > COST_MULTIPLE * cost)


def step(current: float, target: float, lot: int = 1, share: float = STEP) -> float:
    """Where to be after this session: a third of the way, at least one lot of it, never past the target.

    Source: RISK §6. The lot is ours: thirds of a small distance would otherwise round to nothing for ever.
    """
    distance = target - current
    length = min(abs(distance), max(share * abs(distance), float(lot)))
    return current + (length if distance > 0 else -length)


def to_lots(current: float, wanted: float, lot: int = 1) -> int:
    """Whole lots: toward zero where risk grows, nearest where it shrinks; a change of side is closed and opened toward zero.

    Raises:
        ValueError: a lot below 1.

    Source: RISK §6, integer lots.
    """
    if lot < 1:
        raise ValueError(f"a lot is at least one contract, found {lot}")
    size = abs(wanted) / lot
    shrinks = current * wanted >= 0 and abs(wanted) < abs(current)
    # a float a hair below a whole lot is that lot
    lots = floor(size + 0.5) if shrinks else floor(size + 1e-9)
    if shrinks:
        lots = min(lots, int(abs(current) // lot))
    return int(lots * lot if wanted >= 0 else -lots * lot)
