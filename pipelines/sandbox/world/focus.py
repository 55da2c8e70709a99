"""Focus: 140 respondents, their twelve-month forecasts, and the published statistics of the panel.

A respondent updates with probability .06 a day, .5 in weeks of an IPCA print or a COPOM meeting; a forecast is the sticky consensus
of that day plus the respondent's bias (sd .20) and noise, in hundredths. `baseCalculo` 0 takes updates of the last 30 days, 1 those of
the last 5 business days. Smoothed (S) is the rolling twelve months; unsmoothed (N) jumps when a month is printed and the window moves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import meetings, rng
from pipelines.sandbox.world.grid import Grid, is_session
from pipelines.sandbox.world.surprises import ipca_release

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

RESPONDENTS = 140
HAZARD, BUSY_HAZARD = 0.06, 0.50
BIAS, NOISE = 0.20, 0.05 * 12**0.5           # noise grows with the root of the horizon in months
WINDOW_DAYS = {0: 30, 1: 7}                 # calendar days an update counts in, by baseCalculo
#             share of respondents, centre a + b·(consensus), sd of bias as a multiple
INDICATORS: dict[str, tuple[float, float, float, float]] = {
    "IPCA": (1.0, 0.0, 1.0, 1.0),
    "INPC": (0.45, 0.05, 1.0, 1.1),
    "IGP-M": (0.62, 0.30, 0.95, 1.8),
    "IPCA Administrados": (0.40, 0.40, 1.0, 1.5),
    "IPCA Livres": (0.35, -0.10, 1.0, 1.2),
    "IPCA Serviços": (0.30, 0.25, 1.0, 1.2),
    "IPCA Bens industrializados": (0.28, -1.00, 1.0, 1.4),
    "IPCA Alimentação no domicílio": (0.30, 0.50, 1.0, 2.2),
    "IPC-Fipe": (0.25, 0.00, 0.97, 1.1),
    "IGP-DI": (0.40, 0.30, 0.95, 1.8),
}
STARTS = {"IPCA Livres": "2021-07-01", "IPCA Serviços": "2021-07-01", "IPCA Bens industrializados": "2021-07-01",
          "IPCA Alimentação no domicílio": "2021-07-01"}


@dataclass(frozen=True)
class Statistics:
    """One published row a survey day: median, mean, sd (zero for one respondent), min, max and number of respondents."""

    days: Dates
    median: Floats
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    respondents: Floats


def summarize(days: Dates, values: Floats, counts: NDArray[np.bool_]) -> Statistics:
    """Statistics of the answers that count, one at least on each day; `values` and `counts` are (days, respondents)."""
    number = counts.sum(axis=1)
    mean = np.where(counts, values, 0.0).sum(axis=1) / number
    square = np.where(counts, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    ordered = np.sort(np.where(counts, values, np.inf), axis=1)
    row = np.arange(number.size)
    median = (ordered[row, (number - 1) // 2] + ordered[row, number // 2]) / 2
    sd = np.sqrt(square / np.maximum(number - 1, 1))
    return Statistics(days, median, mean, np.where(number > 1, sd, 0.0), ordered[:, 0], ordered[row, number - 1],
                      number.astype(np.float64))


@dataclass(frozen=True)
class Panel:
    """Survey days (business days since 2010, positions in the grid) and who updated last when: `updated` (days, 140), positions."""

    seed: int
    grid: Grid
    rows: Ints
    updated: Ints
    consensus: Floats
    window_jump: Floats

    def statistics(self, indicator: str, smoothed: bool, base: int) -> Statistics:
        """Published statistics of a twelve-month indicator; survey days on which nobody of the sample counts are left out."""
        share, shift, slope, spread = INDICATORS[indicator]
        values = self._forecasts(indicator, shift, slope, spread, smoothed)
        days = self.grid.days[self.rows]
        age = (days[:, None] - self.grid.days[self.updated]).astype(np.int64)
        takes_part = rng.generator(self.seed, f"focus.sample.{indicator}", 0).random(RESPONDENTS) < share
        counts = (age < WINDOW_DAYS[base]) & takes_part
        number = counts.sum(axis=1)
        first = np.datetime64(STARTS.get(indicator, "2010-01-01"))
        kept = (number > 0) & (days >= first)
        return summarize(days[kept], values[kept], counts[kept])

    def _forecasts(self, indicator: str, shift: float, slope: float, spread: float, smoothed: bool) -> Floats:
        bias = BIAS * spread * rng.generator(self.seed, f"focus.bias.{indicator}", 0).standard_normal(RESPONDENTS)
        noise = rng.daily(self.seed, f"focus.noise.{indicator}", self.grid.days, RESPONDENTS)
        centre = shift + slope * self.consensus * 100
        opinion = np.round(centre[:, None] + bias + NOISE * spread * noise, 2)
        seen = opinion[self.updated, np.arange(RESPONDENTS)]
        # an unsmoothed answer is about another window of twelve months
        return seen if smoothed else np.round(seen + self.window_jump[self.rows][:, None], 4)


def build(seed: int, grid: Grid, consensus: Floats, window_jump: Floats) -> Panel:
    """Run the panel. `consensus` is πF by day (decimal), `window_jump` what moving the window adds by day (pp)."""
    draw = rng.daily(seed, "focus.panel", grid.days, RESPONDENTS, "uniform")
    week = (grid.days - ((grid.days.astype(np.int64) + 3) % 7).astype("timedelta64[D]")).astype("datetime64[D]")
    prints = ipca_release(grid.months)
    of_week = lambda dates: dates - ((dates.astype(np.int64) + 3) % 7).astype("timedelta64[D]")  # noqa: E731
    busy = np.isin(week, of_week(prints)) | np.isin(week, of_week(meetings.copom()))
    survey = is_session("br", grid.days)
    hazard = np.where(busy, BUSY_HAZARD, HAZARD)
    moves = (draw < hazard[:, None]) & survey[:, None]
    moves[0] = True
    updated = np.maximum.accumulate(np.where(moves, np.arange(grid.days.size)[:, None], 0), axis=0)
    rows = np.flatnonzero(survey & (np.arange(grid.days.size) >= grid.start))
    return Panel(seed, grid, rows, updated[rows], consensus, window_jump)
