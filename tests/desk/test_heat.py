"""Scores of a theme's series as they were known; expectations by hand."""

import numpy as np
import pytest

from models_py.quant.periods import month_end
from models_py.quant.vintaged import Vintaged
from models_py.signals.heat import heat

DAY = 86_400_000_000
MONTHS = month_end(np.arange("2018-01", "2023-01", dtype="datetime64[M]").astype("datetime64[D]"))       # 60
KNOWN = (MONTHS.astype(np.int64) + 10) * DAY
SIZE = (59 / 60) ** 0.5                                                                                 # ±1 about 0, n − 1


def alternating(last: float) -> np.ndarray:
    return np.r_[np.where(np.arange(59) % 2, 1.0, -1.0), last]


def test_a_score_is_in_deviations_of_its_own_five_years():
    series = Vintaged.of(KNOWN, MONTHS.astype(np.int64), alternating(1.0))
    assert heat(series, "level", "monthly", KNOWN[-1:]) == pytest.approx([SIZE])


def test_a_score_is_kept_within_three():
    series = Vintaged.of(KNOWN, MONTHS.astype(np.int64), alternating(50.0))
    assert heat(series, "level", "monthly", KNOWN[-1:]).tolist() == [3.0]


def test_a_revision_moves_the_score_from_its_own_day_on():
    first, later = Vintaged.of(KNOWN, MONTHS.astype(np.int64), alternating(1.0)), KNOWN[-1] + 20 * DAY
    revised = Vintaged.of(np.r_[first.at, later], np.r_[first.reference, first.reference[-1]], np.r_[first.value, -1.0])
    score = heat(revised, "level", "monthly", np.array([KNOWN[-1], later]))
    assert score[0] == pytest.approx(SIZE)
    assert score[1] < -0.9


def test_what_is_too_short_or_too_old_has_no_score():
    series = Vintaged.of(KNOWN, MONTHS.astype(np.int64), alternating(1.0))
    assert np.isnan(heat(series, "level", "monthly", KNOWN[30:31]))[0]                # 31 of 60 months; 36 are needed
    assert not np.isnan(heat(series, "level", "monthly", KNOWN[40:41]))[0]
    assert np.isnan(heat(series, "level", "monthly", KNOWN[-1:] + 200 * DAY))[0]      # December 2022, looked at in July


def test_a_daily_series_is_read_at_month_ends():
    days = np.arange("2018-01-01", "2023-01-01", dtype="datetime64[D]").astype(np.int64)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - 48 * 12
    monthly, last_days = np.where(np.arange(60) % 2, 1.0, -1.0), np.r_[months[1:] != months[:-1], True]
    series = Vintaged.of(days * DAY, days, np.where(last_days, monthly[months], 99.0))     # only the last day of a month counts
    assert heat(series, "level", "daily", days[-1:] * DAY) == pytest.approx([SIZE])
