"""Breakevens and accumulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import dap, inflation

RATES = st.floats(-0.05, 0.30)


@given(nominal=RATES, real=RATES)
def test_breakeven_times_real_growth_is_nominal_growth(nominal, real):
    assert (1 + float(inflation.breakeven(nominal, real))) * (1 + real) == pytest.approx(1 + nominal)


@given(near=RATES, far=RATES, real=st.floats(0.0, 0.1))
def test_a_forward_breakeven_takes_the_near_one_to_the_far_one(near, far, real):
    nominal_near, nominal_far = (1 + near) * (1 + real) - 1, (1 + far) * (1 + real) - 1
    forward = float(inflation.forward_breakeven(nominal_near, real, 252, nominal_far, real, 504))
    assert (1 + near) * (1 + forward) == pytest.approx((1 + far) ** 2)


def test_ten_prints_of_one_percent_accumulate_and_twelve_equivalents_give_the_year_back():
    assert inflation.accumulated([0.01] * 10) == pytest.approx(0.1046221254)
    assert inflation.accumulated([float(inflation.monthly_equivalent(0.06))] * 12) == pytest.approx(0.06)


def test_the_index_of_a_tips_moves_by_days_from_one_month_to_the_next():
    assert float(inflation.tips_reference_index(300.0, 303.0, 1, 30)) == 300.0
    assert float(inflation.tips_reference_index(300.0, 303.0, 16, 30)) == 301.5


@given(month=st.floats(-0.01, 0.02), real=st.floats(0.0, 0.10))
def test_the_print_between_two_expiries_is_the_print_the_market_was_given(month, real):
    forward = (1 + real) * (1 + month) ** (252 / 22) - 1
    assert float(dap.implied_inflation(forward, real, 22)) == pytest.approx(month, abs=1e-12)


def test_a_point_is_worth_a_quarter_of_a_thousandth_of_the_index():
    assert float(dap.point_value(7403.29)) == pytest.approx(1.8508, abs=5e-5)
    assert float(dap.dv01(0.0727, 239, 7403.29)) == pytest.approx(93560.82 * 239 / 252 / 1.0727 * 1e-4 * 1.8508225, rel=1e-6)


def test_a_batch_of_dap_keeps_negative_rates_and_masks_nonsense():
    value, valid = dap.price_batch([-0.03179, 0.07, 0.07], [28, 0, np.nan])
    assert valid.tolist() == [True, False, False]
    assert round(float(value[0]), 2) == 100359.60
    rates, known = dap.rate_batch([100359.60, -1.0], [28, 28])
    assert known.tolist() == [True, False]
    assert rates[0] == pytest.approx(-0.03179, abs=1e-6)
