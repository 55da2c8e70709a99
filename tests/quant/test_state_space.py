"""One-sided filters, and the output gap and neutral rate made with them."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant.errors import BadTerm
from models_py.quant.gap import FEWEST, output_gap
from models_py.quant.realtime import frame
from models_py.quant.rstar import FEWEST as FEWEST_SESSIONS
from models_py.quant.rstar import neutral_rate
from models_py.quant.state_space import UNKNOWN, gain_ratio, local_level, trend
from tests.quant.vintages import evening, instant, readings, table


def test_the_one_sided_trend_is_the_end_point_of_the_two_sided_filter_on_data_so_far():
    from statsmodels.tsa.filters.hp_filter import hpfilter

    rng = np.random.default_rng(3)
    series = np.cumsum(rng.normal(0.002, 0.01, 90))
    ends = [hpfilter(series[: k + 1], 129_600.0)[1][-1] for k in range(2, 90)]
    np.testing.assert_allclose(trend(series, 129_600.0)[2:], ends, atol=1e-7)


@given(level=st.floats(-5, 5), slope=st.floats(-0.1, 0.1))
def test_a_straight_line_is_its_own_trend(level, slope):
    line = level + slope * np.arange(40.0)
    np.testing.assert_allclose(trend(line, 1600.0)[1:], line[1:], atol=1e-5)


@given(cut=st.integers(10, 39))
def test_what_comes_later_does_not_move_what_was_filtered(cut):
    series = np.sin(np.arange(40.0))
    np.testing.assert_array_equal(trend(series[:cut], 1600.0), trend(series, 1600.0)[:cut])


def test_a_missing_month_is_predicted_over_and_rows_are_filtered_apart():
    series = np.arange(30.0)
    holed = series.copy()
    holed[10] = np.nan
    both = trend(np.vstack([series, holed]), 1600.0)
    assert np.isnan(both[1, 10])
    np.testing.assert_allclose(both[1, 11:], series[11:], atol=1e-4)
    np.testing.assert_allclose(both[0], trend(series, 1600.0), atol=0)


def test_the_steady_gain_forgets_half_in_the_half_life():
    state, ratio = UNKNOWN, gain_ratio(100)
    for _ in range(3000):
        state, _ = local_level(state, 0.0, ratio)
    for _ in range(100):
        state, mean = local_level(state, 1.0, ratio)
    assert mean == pytest.approx(0.5, abs=1e-6)
    with pytest.raises(BadTerm, match="half-life"):
        gain_ratio(0)


def test_the_first_readings_of_a_level_are_their_plain_mean():
    state, ratio = UNKNOWN, gain_ratio(1e6)
    for value in (1.0, 2.0, 6.0):
        state, mean = local_level(state, value, ratio)
    assert mean == pytest.approx(3.0, rel=1e-4)


def months(count):
    return [date(2020 + (k + 1) // 12, (k + 1) % 12 + 1, 1) - timedelta(1) for k in range(count)]


def vintage(values, at):
    ends = months(len(values))
    return [{"reference_date": day, "available_at": at, "value": value} for day, value in zip(ends, values, strict=True)]


def test_the_gap_of_an_index_on_its_trend_is_nothing_and_of_a_jump_most_of_it():
    level = 100 * np.exp(0.002 * np.arange(36))
    assert frame(output_gap(table(vintage(level, instant(50_000)))))["value"].abs().max() < 1e-5
    level[-1] *= 1.02
    last = frame(output_gap(table(vintage(level, instant(50_000))))).sort("reference_date")["value"][-1]
    assert 0.010 < last < 0.02


def test_each_vintage_is_filtered_with_nothing_of_another():
    rng = np.random.default_rng(5)
    first = 100 * np.exp(np.cumsum(rng.normal(0.002, 0.01, 40)))
    second = first * (1 + rng.normal(0, 0.003, 40))
    together = frame(output_gap(table(vintage(first, instant(50_000)) + vintage(second, instant(60_000)))))
    alone = frame(output_gap(table(vintage(second, instant(60_000)))))
    later = together.filter(pl.col("available_at") == instant(60_000)).sort("reference_date")
    assert later.height == 40 - FEWEST + 1
    np.testing.assert_allclose(later["value"], alone.sort("reference_date")["value"], atol=1e-12)


def test_a_revised_month_is_told_again_with_the_newest_and_the_months_between_stay_as_told():
    level = list(100 * np.exp(0.002 * np.arange(36)))
    fixed = {"reference_date": months(36)[30], "available_at": instant(60_000), "value": level[30] * 1.01}
    found = frame(output_gap(table([*vintage(level, instant(50_000)), fixed])))
    assert found.filter(pl.col("available_at") == instant(60_000))["reference_date"].sort().to_list() == [months(36)[30], months(36)[35]]


def test_a_withdrawn_month_withdraws_its_gap():
    level = list(100 * np.exp(0.002 * np.arange(36)))
    gone = {"reference_date": months(36)[35], "available_at": instant(60_000), "value": None}
    found = frame(output_gap(table([*vintage(level, instant(50_000)), gone]))).filter(pl.col("available_at") == instant(60_000))
    values = dict(found.select("reference_date", "value").rows())
    assert values[months(36)[35]] is None
    assert values[months(36)[34]] == pytest.approx(0.0, abs=1e-5)


def sessions(count, rate):
    days = [date(2022, 1, 3) + timedelta(k) for k in range(count)]
    return table({"reference_date": day, "available_at": evening(day), "value": rate(k)} for k, day in enumerate(days))


def test_the_neutral_rate_is_the_slow_level_of_the_real_rate():
    survey = readings([((date(2022, 1, 1) + timedelta(7 * k)).isoformat(), 0.05) for k in range(60)])
    found = frame(neutral_rate(sessions(300, lambda k: 1.05 * 1.06 - 1), survey)).sort("reference_date")
    assert found.height == 300 - FEWEST_SESSIONS + 1
    assert found["value"].to_list() == pytest.approx([0.06] * found.height)
    moved = frame(neutral_rate(sessions(300, lambda k: 1.05 * (1.06 if k < 299 else 1.08) - 1), survey)).sort("reference_date")
    assert 0.06 < moved["value"][-1] < 0.0602


def test_a_survey_that_is_not_yet_out_or_long_out_of_date_is_not_used():
    old = readings([("2021-06-01", 0.05)])
    assert neutral_rate(sessions(200, lambda k: 0.12), old).num_rows == 0
    late = readings([("2022-01-03", 0.05)], hour=24 * 365)
    assert neutral_rate(sessions(200, lambda k: 0.12), late).num_rows == 0
