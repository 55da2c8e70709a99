"""A signal's own paper result: what following its score at risk units earned, its stops, and how often it was right.

Results are shares of the signal's risk capital, after its declared cost. They are booked once, when a return is first known.
This is the model's book, a pure function of the release; the desk's real book is the journal's.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from math import isnan, sqrt

from models_py.desk.policy import Stops

WEEK = 5                 # decisions a position is judged over


@dataclass
class Record:
    """One signal, advanced a decision at a time."""

    unit_volatility: float
    rules: Stops
    side: int = 0
    trade: float = 0.0            # result since entry
    stop_a: float = 1.0
    cooling: int = 0
    nav: float = 1.0
    peak: float = 1.0             # high since the last suspension, which drawdowns are counted from
    stop_b: float = 1.0
    fell_from: float = 1.0        # high and low of the drawdown that halved the risk
    low: float = 1.0
    suspended: date | None = None
    hits: int = 0
    trials: int = 0
    week: float = 0.0
    days: int = 0
    navs: deque[float] = field(default_factory=deque)

    def advance(self, earned: float, score: float, session: date) -> None:
        """Book what was earned since the last decision, then judge the score now wanted (NaN = no view)."""
        self._judge(earned)
        self.nav += earned
        self.trade += earned
        self._stop_trade(0 if isnan(score) or score == 0.0 else (1 if score > 0 else -1))
        self._stop_strategy(session)

    @property
    def size(self) -> float:
        """Share of the score that the stops leave."""
        return self.stop_a * self.stop_b

    @property
    def drawdown(self) -> float:
        """Lost since the high, as a share of risk capital, which does not grow with gains."""
        return self.peak - self.nav

    def _judge(self, earned: float) -> None:
        if self.side == 0:
            return
        self.week += earned
        self.days += 1
        if self.days == WEEK:
            self.trials += 1
            self.hits += self.week > 0
            self.week, self.days = 0.0, 0

    def _stop_trade(self, side: int) -> None:
        """Stop A: half after a loss of 2 σ* √(10/252) from entry, flat after 3, then ten sessions of rest."""
        unit = self.unit_volatility * sqrt(10 / 252)
        if self.cooling:
            self.cooling -= 1
            if not self.cooling:
                self.stop_a, self.trade = 1.0, 0.0
        elif self.trade <= -self.rules.flat * unit:
            self.stop_a, self.cooling = 0.0, self.rules.cool_down
        elif self.trade <= -self.rules.halve * unit:
            self.stop_a = 0.5
        if side != self.side:
            self.side, self.trade = side, 0.0
            self.week, self.days = 0.0, 0
            if not self.cooling:
                self.stop_a = 1.0

    def _stop_strategy(self, session: date) -> None:
        """Stop B: half risk in a 12 % drawdown until a new 60-day high has recovered half of it; suspended at 20 %.

        A suspension leaves the risk halved; what is lost from then on counts towards the next one.
        """
        self.peak = max(self.peak, self.nav)
        if self.stop_b == 1.0 and self.drawdown >= self.rules.drawdown:
            self.stop_b, self.fell_from, self.low = 0.5, self.peak, self.nav
        elif self.stop_b < 1.0:
            self.low = min(self.low, self.nav)
            half_way = self.low + self.rules.recovered * (self.fell_from - self.low)
            if self.nav > max(self.navs) and self.nav >= half_way:
                self.stop_b = 1.0
        if self.drawdown >= self.rules.suspend:
            self.suspended, self.peak = session, self.nav
        self.navs.append(self.nav)
        if len(self.navs) > self.rules.high_days:
            self.navs.popleft()
