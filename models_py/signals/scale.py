"""From a measure to a score: standard scores, volatility, bounds, dead-band, and when a score may move.

Columns grow by one row a decision, oldest first; row t depends on rows up to t alone, whatever follows. Windows count rows that
are not null. Null stays null.
"""

from datetime import timedelta
from math import ceil

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.quant.riskmetrics import LAMBDA

FULL_SHARE = 0.60          # of a window must be there before it speaks
Z_BOUND = 3.0
FLOOR_WINDOW = 252
DEAD_BAND = 0.10           # a smaller score is none, a smaller change of score is no trade
MONDAY, WEDNESDAY = 0, 2

_FLAT = 1e-9               # a spread this small beside the level is rounding, not movement


def clip1(x: pl.Series) -> pl.Series:
    """max(-1, min(1, x))."""
    return x.clip(-1.0, 1.0)


def z(x: pl.Series, window: int) -> pl.Series:
    """Standard score of each value within its own window, clipped to ±3.

        z = (x - mean_W) / std_W        expanding until W is full, null below 60 % of W, 0 where the window is flat

    Source: STRATEGIES §0.
    """
    needed = ceil(FULL_SHARE * window)
    mean, spread = x.rolling_mean(window, min_samples=needed), x.rolling_std(window, min_samples=needed)
    size = x.abs().rolling_max(window, min_samples=needed)
    scored = ((x - mean) / spread).clip(-Z_BOUND, Z_BOUND)
    return pl.select(pl.when(spread <= _FLAT * size).then(x - x).otherwise(scored)).to_series()


def volatility(change: pl.Series) -> pl.Series:
    """Daily volatility of a column of daily changes or returns, in its unit.

        σ = max(EWMA(λ = 0.94), 0.5 · σ_252d)       EWMA of squares; null below 60 % of 252 changes

    Source: STRATEGIES §0, risk units (there times √252).
    """
    # polars gives the newest of n squares the weight (1-λ)/(1-λⁿ): a proper mean from the first row
    fast = (change**2).ewm_mean(alpha=1.0 - LAMBDA, adjust=True, ignore_nulls=True).sqrt()
    slow = change.rolling_std(FLOOR_WINDOW, min_samples=ceil(FULL_SHARE * FLOOR_WINDOW))
    known = slow.is_not_null() & change.is_not_null()
    return pl.select(pl.when(known).then(pl.max_horizontal(fast, 0.5 * slow))).to_series()


def deviation(change: pl.Series, window: int) -> pl.Series:
    """Standard deviation of the last `window` changes; null below 60 % of them and where the change is null."""
    spread = change.rolling_std(window, min_samples=ceil(FULL_SHARE * window))
    return pl.select(pl.when(change.is_not_null()).then(spread)).to_series()


def gated(score: pl.Series, open_: pl.Series) -> pl.Series:
    """The score while the gate is open, 0 while it is shut; null where either is null."""
    return pl.select(pl.when(open_.is_not_null()).then(score * open_.cast(pl.Float64))).to_series()


def ratio(top: pl.Series, bottom: pl.Series) -> pl.Series:
    """top / bottom, and 0 where both are 0: nothing moved, nothing to say."""
    still = (top == 0.0) & (bottom == 0.0)
    return pl.select(pl.when(still).then(pl.lit(0.0)).otherwise(top / bottom)).to_series()


def weekly(x: pl.Series, decision_at: pl.Series, weekday: int) -> pl.Series:
    """The value of the first decision of each week that starts on `weekday` (0 = Monday), held to the next; null where x is null.

    A Wednesday holiday moves the reading to Thursday; a null reading is taken up by the first later value of its week.
    """
    return _held(x, (_day(decision_at) - timedelta(days=weekday)).dt.truncate("1w"))


def monthly(x: pl.Series, decision_at: pl.Series) -> pl.Series:
    """The value of the first decision of each month, held to the next; null where x is null."""
    return _held(x, _day(decision_at).dt.truncate("1mo"))


def _day(decision_at: pl.Series) -> pl.Series:
    return decision_at.dt.convert_time_zone("America/Sao_Paulo").dt.date()


def _held(x: pl.Series, period: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"x": x, "period": period}).with_row_index("row")
    first = frame.filter(pl.col("x").is_not_null()).group_by("period", maintain_order=True).first().select("row", held="x")
    joined = frame.join(first, on="row", how="left", maintain_order="left")
    return joined.select(pl.when(pl.col("x").is_not_null()).then(pl.col("held").forward_fill())).to_series().alias(x.name)


def traded(score: NDArray[np.float64], band: float = DEAD_BAND) -> NDArray[np.float64]:
    """Scores as the desk trades them: |s| < band is 0, and a score moves only by more than the band.

    Args:
        score: shape (n,), NaN = no view.
    Returns:
        shape (n,); NaN stays NaN, and the first score after it is taken as it comes.

    Source: STRATEGIES §0.
    """
    held, last = np.full(len(score), np.nan), np.nan
    for row, value in enumerate(score):
        if np.isnan(value):
            last = np.nan
            continue
        wanted = 0.0 if abs(value) < band else float(value)
        if np.isnan(last) or wanted == 0.0 or abs(wanted - last) > band:
            last = wanted
        held[row] = last
    return held
