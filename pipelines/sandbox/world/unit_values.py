"""Unit values (VNA) of the simulated indexed bonds, as ANBIMA makes them, with the projection of the running month's inflation.

    VNA of the 15th    trunc6(1000 · NI / 1614.62), NI the published IPCA index of the month before
    between two 15ths  trunc6(VNA_15 · (1 + p)^trunc14(du elapsed / du of the month)), p the projection (2 dp) until IBGE prints
    of LFT             trunc6(VNA · round8((1 + Selic)^(1/252))) a business day, with the rate of the day before

The projection is looked at again on the 15th and on the day of the IPCA-15; it is the market's nowcast of that day.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models_py.quant import lft, ntnb
from pipelines.sandbox.world import schedule
from pipelines.sandbox.world.grid import BRT, shift, utc
from pipelines.sandbox.world.publisher import Publisher
from pipelines.sandbox.world.sgs_rates import Overnight

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

LFT_START = 4100.0                         # at the close of 2009, a rounded choice
OUT = 20.0                                 # hour in São Paulo by which what IBGE has printed counts


@dataclass(frozen=True)
class UnitValues:
    """VNA of one world. Arguments are business days since 2010, shape (n,)."""

    p: Publisher

    def running_month(self, days: Dates) -> Ints:
        """Position in `months` of the month whose inflation runs: that of the last 15th."""
        return (ntnb.last_15th(days).astype("datetime64[M]") - self.p.truth.months[0]).astype(np.int64)

    def is_print(self, days: Dates) -> NDArray[np.bool_]:
        """Whether IBGE has printed the running month by the evening of the day."""
        out = schedule.published(self.p.seed, "ipca", self.p.truth.months)[self.running_month(days)]
        printed: NDArray[np.bool_] = out <= utc(days, OUT, BRT)
        return printed

    def inflation(self, days: Dates) -> Floats:
        """IPCA of the running month in %, 2 dp: the projection, or the print once it is out."""
        month = self.running_month(days)
        printed = self.p.truth.monthly["printed_ipca"][month]
        path = self.p.curves.projection.path
        projected = np.round(path[self.p.grid.at(self.looked_at(days)), 0], 2)
        return np.where(self.is_print(days), printed, projected)

    def looked_at(self, days: Dates) -> Dates:
        """The day on which the projection was last made: the first business day from the 15th, or that of the IPCA-15."""
        opened = shift("br", ntnb.last_15th(days), 0)
        months = self.p.truth.months[self.running_month(days)]
        preview = schedule.published(self.p.seed, "ipca15", months).astype("datetime64[D]")
        after = shift("br", preview, 0)
        latest = np.where((after <= days) & (after > opened), after, opened)
        return np.minimum(latest, days)

    def ntnb(self, days: Dates) -> Floats:
        """VNA of NTN-B, BRL, six decimals."""
        before = self.p.truth.monthly["index_ipca"][self.running_month(days) - 1]
        return ntnb.vna(days, ntnb.vna_on_15th(before), self.inflation(days) / 100)

    def lft(self, days: Dates) -> Floats:
        """VNA of LFT, BRL, six decimals."""
        known, value = self._lft
        return value[np.searchsorted(known, days)]

    def selic_before(self, days: Dates) -> Floats:
        """The Selic rate of the business day before, % a year, 2 dp."""
        known, rates = self._selic
        return rates[np.searchsorted(known, days) - 1]

    @cached_property
    def _selic(self) -> tuple[Dates, Floats]:
        overnight = Overnight(self.p)
        return overnight.days, overnight.selic

    @cached_property
    def _lft(self) -> tuple[Dates, Floats]:
        days, rates = self._selic
        path = lft.vna_path(LFT_START, rates[:-1] / 100)
        return days, np.concatenate([[LFT_START], path])
