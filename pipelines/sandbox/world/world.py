"""The world: states of the truth, and prints as functions of truth and releases.

`World(seed, until)` is a pure function of its arguments: no clock, no network. It simulates every weekday from 2006 (burn-in; what
sources publish starts in 2010, price indices in 2009) to the end of the year of `until`, and a longer horizon changes no earlier
number. SIMULATED data, never evidence about markets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.b3 import B3, SETTLEMENTS, SessionTimes
from pipelines.sandbox.world.prints import Prints, assemble

DEFAULT_SEED = 20100104
DEFAULT_UNTIL = date(2026, 12, 31)
SOURCES = ("bcb_sgs", "fred", "us_treasury", "bcb_focus")


@dataclass(frozen=True)
class Truth:
    """States of the economy. Daily columns have one row a weekday of `days`, monthly ones a row a month of `months`."""

    days: NDArray[np.datetime64]
    months: NDArray[np.datetime64]
    daily: Mapping[str, NDArray[np.float64]]
    monthly: Mapping[str, NDArray[np.float64]]


class World:
    """One seeded world.

    Args:
        seed: any integer; two seeds differ in every series.
        until: the world is simulated to the end of this year at least, and holds every print published by then.
        cache: folder for the Parquet copy of truth and prints, keyed by (seed, until, code hash); None = no copy.
    """

    def __init__(self, seed: int = DEFAULT_SEED, until: date | None = None, cache: Path | None = None) -> None:
        self.seed = seed
        self.until = date((until or DEFAULT_UNTIL).year, 12, 31)
        days = np.arange("2006-01-01", np.datetime64(self.until) + 1, dtype="datetime64[D]")
        days = days[np.is_busday(days)]
        months = np.arange("2006-01", np.datetime64(self.until, "M") + 1, dtype="datetime64[M]")
        log_spot = np.log(1.75) + np.cumsum(rng.daily(seed, "shock.factor", days, law="t6")) * 0.158 / np.sqrt(261)
        ipca = 0.45 + 0.35 * rng.monthly(seed, "ipca.trend", months)
        self.truth = Truth(days, months, {"usdbrl": np.exp(log_spot)}, {"ipca": ipca / 100})
        self.b3 = self._exchange()

    def keys(self, source: str) -> tuple[str, ...]:
        """Codes the source publishes in this world, sorted."""
        return tuple(sorted(key for name, key in self._builders() if name == source))

    def prints(self, source: str, key: str) -> Prints:
        """Every print of a series.

        Raises:
            KeyError: the source does not publish the key in this world.
        """
        return self._builders()[source, key]()

    def _builders(self) -> Mapping[tuple[str, str], object]:
        return {("bcb_sgs", "1"): self._ptax, ("bcb_sgs", "432"): self._selic_target, ("bcb_sgs", "433"): self._ipca}

    def _ptax(self) -> Prints:
        days = self.b3.sessions
        at = days.astype("datetime64[us]") + np.timedelta64(16 * 60 + 15, "m")
        return assemble("bcb_sgs", "1", days, at, self.b3.spot(days), decimals=4, meta={"frequency": "D"})

    def _selic_target(self) -> Prints:
        days = np.arange("2010-01-01", np.datetime64(self.until), dtype="datetime64[D]")
        at = days.astype("datetime64[us]") - np.timedelta64(3, "h")
        return assemble("bcb_sgs", "432", days, at, np.full(days.size, 8.75), decimals=2, meta={"frequency": "D"})

    def _ipca(self) -> Prints:
        months = self.truth.months[self.truth.months >= np.datetime64("2009-01")]
        at = (months + 1).astype("datetime64[D]").astype("datetime64[us]") + np.timedelta64(9 * 24 + 12, "h")
        chosen = at < np.datetime64(self.until) + 1
        value = self.truth.monthly["ipca"][-months.size :] * 100
        return assemble("bcb_sgs", "433", months[chosen].astype("datetime64[D]"), at[chosen], value[chosen], decimals=2,
                        meta={"frequency": "M"})

    def _exchange(self) -> B3:
        days = self.truth.days
        sessions = days[days >= np.datetime64("2010-01-04")]

        def spot(day: NDArray[np.datetime64]) -> NDArray[np.float64]:
            return self.truth.daily["usdbrl"][np.searchsorted(days, day)]

        return B3(
            sessions=sessions,
            _di_discount=lambda day, du: np.broadcast_arrays(1.0875 ** (-du / 252.0), day)[0].copy(),
            _real_discount=lambda day, du: np.broadcast_arrays(1.055 ** (-du / 252.0), day)[0].copy(),
            _cupom=lambda day, dc: np.broadcast_arrays(np.full(dc.shape, 0.02), day)[0].copy(),
            _spot=spot,
            _ptax_previous=lambda day: np.round(self.truth.daily["usdbrl"][np.searchsorted(days, day) - 1], 4),
            _casado=lambda day: spot(day) * 0.005,
            _settlements=lambda day, corrected: pl.DataFrame(schema=SETTLEMENTS),
            _times=lambda day: SessionTimes(
                day.astype("datetime64[us]") + np.timedelta64(22 * 60 + 30, "m"),
                day.astype("datetime64[us]") + np.timedelta64(25 * 60 + 35, "m"), None,
            ),
        )
