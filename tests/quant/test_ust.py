"""US Treasuries against another library, identities and quotes."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from models_py.quant import ust, ust_curve, ust_futures, ust_par, ust_quotes
from models_py.quant.errors import BadCurve, BadPrice, BadRate, BadTerm, Matured

YIELDS = st.floats(0.001, 0.12)


@settings(max_examples=40)
@given(rate=YIELDS, coupon=st.floats(0.0, 0.10), day=st.dates(date(2024, 11, 18), date(2034, 10, 1)))
def test_a_note_is_worth_what_another_library_says(rate, coupon, day):
    quantlib = pytest.importorskip("QuantLib")
    settlement, issue, maturity = quantlib.Date(day.day, day.month, day.year), quantlib.Date(15, 11, 2024), quantlib.Date(15, 11, 2034)
    schedule = quantlib.Schedule(
        issue, maturity, quantlib.Period(quantlib.Semiannual), quantlib.NullCalendar(),
        quantlib.Unadjusted, quantlib.Unadjusted, quantlib.DateGeneration.Backward, False,
    )
    counter = quantlib.ActualActual(quantlib.ActualActual.ISMA, schedule)
    bond = quantlib.FixedRateBond(0, 100.0, schedule, [coupon], counter)
    theirs = quantlib.BondFunctions.cleanPrice(bond, rate, counter, quantlib.Compounded, quantlib.Semiannual, settlement)
    assert ust.clean_price(coupon, rate, day, "2034-11-15") == pytest.approx(theirs, abs=1e-8)
    assert ust.accrued(coupon, day, "2034-11-15") == pytest.approx(quantlib.BondFunctions.accruedAmount(bond, settlement), abs=1e-10)


@given(rate=YIELDS, coupon=st.floats(0.0, 0.10))
def test_the_yield_of_a_price_is_the_yield_it_was_made_with(rate, coupon):
    clean = ust.clean_price(coupon, rate, "2025-02-03", "2034-11-15")
    assert ust.yield_of(coupon, clean, "2025-02-03", "2034-11-15") == pytest.approx(rate, abs=1e-12)


@given(rate=YIELDS)
def test_duration_and_convexity_of_a_par_bond_are_those_of_its_price(rate):
    price = [ust.dirty_price(rate, rate + shift, "2025-02-15", "2035-02-15") / 100 for shift in (1e-4, 0.0, -1e-4)]
    assert price[1] == pytest.approx(1.0, abs=1e-12)
    assert float(ust_par.par_duration(rate, 10)) == pytest.approx((price[2] - price[0]) / 2e-4, rel=1e-5)
    assert float(ust_par.par_convexity(rate, 10)) == pytest.approx((price[2] - 2 * price[1] + price[0]) / 1e-8, rel=1e-3)


def test_a_par_bond_returns_its_yield_where_nothing_moves_and_loses_its_duration_where_it_rises():
    assert float(ust_par.par_return(0.0504, 0.0504, 10)) == pytest.approx(0.0002)
    exact = ust.dirty_price(0.04, 0.0410, "2025-02-15", "2035-02-15") / 100 - 1 + 0.04 / 252
    assert float(ust_par.par_return(0.0410, 0.0400, 10)) == pytest.approx(exact, abs=2e-7)          # the third order is left out


@pytest.mark.parametrize(("quote", "price"), [("98-16", 98.5), ("98-16+", 98.515625), ("98-162", 98.5078125), ("101-00", 101.0)])
def test_quotes_are_in_32nds_and_eighths(quote, price):
    assert ust_quotes.thirty_seconds(quote) == price


@pytest.mark.parametrize("quote", ["98-32", "98", "98-1", "98-16x", "98-168", "a-16"])
def test_other_quotes_are_refused(quote):
    with pytest.raises(BadPrice, match="32nds"):
        ust_quotes.thirty_seconds(quote)


def test_month_end_coupons_stay_on_month_ends():
    assert ust.schedule("2025-02-28", "2027-08-31").ahead == 1.0                  # the coupon of 28 February has just been paid
    assert ust.schedule("2025-02-27", "2027-08-31").coupons == 6


@given(flat=st.floats(0.001, 0.15))
def test_a_flat_par_curve_discounts_at_its_own_yield(flat):
    factors = ust_curve.bootstrap(np.full(60, flat))
    np.testing.assert_allclose(factors, (1 + flat / 2) ** -np.arange(1, 61.0), rtol=1e-11)


@given(level=st.floats(0.01, 0.08), slope=st.floats(-0.02, 0.02), bend=st.floats(-0.01, 0.01))
def test_a_bond_at_each_published_par_yield_is_worth_par_on_the_curve(level, slope, bend):
    years = np.array([0.5, 1, 2, 3, 5, 7, 10, 20, 30])
    pars = level + slope * years / 30 + bend * np.sin(years / 5)
    halves = np.arange(1, 61) * 0.5
    filled = PchipInterpolator(years, pars)(halves)
    if (filled < 0.0005).any():
        return
    dense = ust_curve.bootstrap(filled)
    factors, good = ust_curve.discount_factors(years, pars)
    assert good.all()
    for place, year in enumerate(years):
        k = round(year * 2)
        assert pars[place] / 2 * dense[:k].sum() + dense[k - 1] == pytest.approx(1.0, abs=1e-12)
        assert factors[0, place] == pytest.approx(dense[k - 1], abs=1e-14)


def test_days_with_other_maturities_are_bootstrapped_in_one_batch_as_alone():
    years = np.array([1 / 12, 0.25, 0.5, 1, 2, 5, 10, 20, 30])
    pars = np.full((4, 9), 0.04) + np.linspace(0, 0.01, 9)
    pars[1, [0, 7]] = np.nan                              # no one-month bill, no 20-year bond
    pars[2, 8] = np.nan                                   # no 30-year bond
    pars[3, 2:] = np.nan                                  # bills alone make no curve
    together, good = ust_curve.discount_factors(years, pars)
    assert good.tolist() == [True, True, True, False]
    assert np.isnan(together[3]).all()
    for row in range(3):
        np.testing.assert_array_equal(together[row], ust_curve.discount_factors(years, pars[row : row + 1])[0][0])
    assert together[0, 1] == pytest.approx(1 / (1 + pars[0, 1] * 0.25))
    np.testing.assert_array_equal(np.isnan(together), np.isnan(np.where(good[:, None], pars, np.nan)))


def test_what_is_no_bond_or_curve_is_refused():
    with pytest.raises(Matured, match="2025-02-03"):
        ust.clean_price(0.04, 0.04, "2025-02-03", "2025-02-03")
    with pytest.raises(BadRate):
        ust.clean_price(0.04, -0.9, "2025-02-03", "2035-02-15")
    with pytest.raises(BadCurve):
        ust_curve.bootstrap([0.01, 0.01, 0.01, 0.9])
    factors, good = ust_curve.discount_factors([0.5, 1.0, 1.5, 2.0], [[0.01, 0.01, 0.01, 0.9], [0.04] * 4])
    assert good.tolist() == [False, True]
    assert np.isnan(factors[0]).all()
    with pytest.raises(BadTerm, match="matures before delivery"):
        ust_futures.conversion_factor(0.04, date(2025, 3, 1), date(2025, 3, 1), "month")
    with pytest.raises(BadTerm, match="zz"):
        ust_futures.dv01(0.06, 0.9, "zz")


def test_a_six_percent_bond_has_a_factor_of_one():
    factor = ust_futures.conversion_factor(0.06, date(2035, 3, 15), date(2025, 3, 1), "quarter")
    assert factor == 1.0
