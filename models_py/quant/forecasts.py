"""Forecasts against what came: outcomes matched to their targets, bias and size of the errors. Dates are datetime64[D]."""

from typing import NamedTuple

import numpy as np

from models_py.quant.checks import Floats
from models_py.quant.periods import Days, days_later

WEEK = 7


class Accuracy(NamedTuple):
    """Of the forecasts whose outcome is known: how many pairs, mean and root mean square of outcome − forecast."""

    pairs: int
    bias: float
    rmse: float


def outcomes(target: Days, dates: Days, values: Floats) -> Floats:
    """What came of each target: the reading of that date, or the last of the seven days up to it; NaN where none is known.

    A target not yet reached has no outcome, however near the last reading.

    Args:
        target: shape (n,).
        dates, values: the history known, dates increasing, shape (m,).
    """
    out = np.full(len(target), np.nan)
    if not len(dates):
        return out
    place = np.searchsorted(dates, target, side="right") - 1
    found = dates[np.maximum(place, 0)]
    reached = (target <= dates[-1]) & (place >= 0) & (found > days_later(target, -WEEK))
    out[reached] = values[place[reached]]
    return out


def accuracy(forecast: Floats, outcome: Floats) -> Accuracy:
    """Bias and root mean square error over the pairs that are both there; NaN where there is none.

    Args:
        forecast, outcome: shape (n,).
    """
    error = outcome - forecast
    error = error[~np.isnan(error)]
    if not len(error):
        return Accuracy(0, float("nan"), float("nan"))
    return Accuracy(len(error), float(error.mean()), float(np.sqrt(np.mean(error**2))))
