"""What the simulated exchange publishes beside its price report: reference rates, options on the dollar, and indicators.

All of it is out with the report; a session whose settlements are corrected has its reference rates corrected as well.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from pipelines.sandbox.world import dollar_options, reference_rates
from pipelines.sandbox.world.b3 import B3
from pipelines.sandbox.world.bulletins import SPREAD
from pipelines.sandbox.world.dollar_options import Premium, Smile
from pipelines.sandbox.world.market import Market
from pipelines.sandbox.world.reference_rates import ReferenceRates
from pipelines.sandbox.world.sgs_rates import Overnight


@dataclass(frozen=True)
class Indicator:
    """A figure of a day, under the group and code that the exchange gives it."""

    day: np.datetime64
    group: str
    code: str
    value: float
    decimals: int


@dataclass
class ExchangeFiles:
    """Files of one world."""

    market: Market
    b3: B3

    def rates(self, day: np.datetime64, settlements: pl.DataFrame) -> ReferenceRates:
        return reference_rates.of_session(self.b3, day, settlements, self._overnight(day))

    def surface(self, day: np.datetime64) -> list[Smile]:
        return dollar_options.surface(self.market, day)

    def premiums(self, day: np.datetime64) -> list[Premium]:
        return dollar_options.premiums(self.market, day)

    def indicators(self, day: np.datetime64) -> list[Indicator]:
        """Overnight rate, PTAX (sell, buy, mean) and closing dollar of the session before and of the session."""
        place = self.market.place(day)
        found: list[Indicator] = []
        for one in self.market.sessions[max(place - 1, 0) : place + 1]:
            sell, close = self._ptax(one), float(self.market.spot(np.array([one]))[0])
            sides = (("ME", "DOL-T1", sell), ("ME", "DOL-T2", sell - SPREAD), ("ME", "DOL-T3", sell - SPREAD / 2))
            found += [Indicator(one, group, code, round(value, 4), 4) for group, code, value in (*sides, ("RT", "DOL-CL", close))]
            found.append(Indicator(one, "RT", "DI1", self._overnight(one), 2))
        return found

    def _ptax(self, day: np.datetime64) -> float:
        return round(float(self.market.p.truth.daily["ptax"][self.market.row(np.array([day]))][0]), 4)

    def _overnight(self, day: np.datetime64) -> float:
        return float(self._rates.cdi[int(np.searchsorted(self._rates.days, day))])

    @cached_property
    def _rates(self) -> Overnight:
        return Overnight(self.market.p)
