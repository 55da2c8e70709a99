"""DI1: published prices, algebra, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import di1
from models_py.quant.errors import BadPrice, BadRate, BadTerm, Matured, PricingError

RATES, DAYS = st.floats(-0.02, 0.60), st.integers(1, 3780)


def test_price_is_face_discounted_one_year_at_the_quoted_rate():
    assert di1.price(0.25, 252) == pytest.approx(80_000.00)          # 100,000 / 1.25


def test_settlement_is_rounded_to_the_cent():
    assert di1.settlement_price([0.14875, 0.13642], [479, 226]).tolist() == [76828.74, 89164.37]


@given(rate=RATES, days=DAYS)
def test_price_falls_as_the_rate_rises(rate, days):
    assert di1.price(rate + 1e-4, days) < di1.price(rate, days)


@given(rate=RATES, days=DAYS)
def test_the_rate_of_a_price_is_the_rate_it_was_made_with(rate, days):
    assert di1.rate(di1.price(rate, days), days) == pytest.approx(rate, abs=1e-9)


@given(rate=st.floats(0.0, 0.40), days=DAYS)
def test_dv01_and_convexity_are_the_first_two_derivatives(rate, days):
    up, mid, down = (float(di1.price(rate + shift, days)) for shift in (1e-4, 0.0, -1e-4))
    assert float(di1.dv01(rate, days)) == pytest.approx((down - up) / 2, rel=1e-4)
    assert float(di1.convexity(rate, days)) == pytest.approx((up - 2 * mid + down) / 1e-8, rel=5e-3, abs=200)


def test_carry_is_nothing_on_a_flat_curve_at_the_cdi():
    assert float(di1.carry(0.12, 504, 0.12, 0.12)) == pytest.approx(0.0, abs=1e-8)


@given(slope=st.floats(1e-5, 1e-3))
def test_a_steeper_curve_carries_more(slope):
    flat = di1.carry_per_dv01(0.14, 252, 0.14, 0.13)
    assert di1.carry_per_dv01(0.14, 252, 0.14 - slope, 0.13) > flat


def test_a_copom_path_reprices_every_contract():
    steps, starts, expiries = np.array([0.1325, 0.1375, 0.1400]), np.array([30, 75]), np.array([21, 63, 126])
    growth = [21 * np.log1p(steps[0]), 30 * np.log1p(steps[0]) + 33 * np.log1p(steps[1])]
    growth.append(30 * np.log1p(steps[0]) + 45 * np.log1p(steps[1]) + 51 * np.log1p(steps[2]))
    prices = 100_000 * np.exp(-np.array(growth) / 252)
    np.testing.assert_allclose(di1.copom_path(prices, expiries, starts), steps, atol=1e-12)


def test_two_decisions_between_two_expiries_cannot_be_told_apart():
    with pytest.raises(BadTerm, match="one decision after each"):
        di1.copom_path([99_000, 97_000], [21, 126], [30, 75])


@pytest.mark.parametrize(
    ("call", "error", "found"),
    [
        (lambda: di1.price(0.13, 0), Matured, "0.0"),
        (lambda: di1.price(0.13, [252, -3]), Matured, "-3.0"),
        (lambda: di1.price(-0.5, 252), BadRate, "-0.5"),
        (lambda: di1.price(float("nan"), 252), BadRate, "nan"),
        (lambda: di1.rate(-1.0, 252), BadPrice, "-1.0"),
        (lambda: di1.rate(float("inf"), 252), BadPrice, "inf"),
    ],
)
def test_what_is_no_price_rate_or_term_is_refused_by_name_and_value(call, error, found):
    with pytest.raises(error, match=rf"^di1: .*{found}") as refused:
        call()
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, PricingError)
    assert refused.value.instrument == "di1"


def test_a_batch_marks_its_bad_lines_and_prices_the_rest():
    value, valid = di1.price_batch([0.25, 0.25, np.nan, -0.9], [252, 0, 252, 252])
    assert valid.tolist() == [True, False, False, False]
    assert value[0] == pytest.approx(80_000)
    assert np.isnan(value[1:]).all()
    rates, known = di1.rate_batch([80_000, 100_000, -5.0], [252, 0, 252])
    assert known.tolist() == [True, False, False]
    assert rates[0] == pytest.approx(0.25)


def test_the_first_three_contract_months_have_the_finer_tick():
    assert di1.tick([0, 1, 3, 4, 24]).tolist() == [1e-5, 1e-5, 1e-5, 5e-5, 5e-5]
    with pytest.raises(BadTerm, match="-1"):
        di1.tick(-1)
