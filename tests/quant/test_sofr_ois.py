"""SOFR futures and overnight index swaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import ois, sofr_future
from models_py.quant.contract import parse
from models_py.quant.errors import BadCurve, BadRate, BadTerm

DAYS = [30, 91, 182, 365, 730, 1096, 1826, 3652]


def test_a_sofr_future_of_june_covers_june_to_september():
    start, end = sofr_future.quarter(parse("sr3m26"))
    assert (str(start), str(end)) == ("2026-06-17", "2026-09-16")
    with pytest.raises(BadTerm, match="znm26"):
        sofr_future.quarter(parse("znm26"))


def test_a_sofr_future_is_100_less_the_rate_and_25_dollars_a_basis_point():
    assert float(sofr_future.price(0.0432)) == pytest.approx(95.68)
    assert float(sofr_future.rate(95.68)) == pytest.approx(0.0432)
    assert float(sofr_future.pnl_usd(95.69, 95.68, 4)) == pytest.approx(100.0)


def test_the_forward_of_a_quarter_is_what_its_two_discount_factors_grow_by():
    assert float(sofr_future.forward(0.99, 0.98, 91)) == pytest.approx((0.99 / 0.98 - 1) * 360 / 91, abs=1e-15)


def test_a_swap_of_a_year_pays_once_and_one_of_two_years_twice():
    curve = ois.bootstrap([365, 730.5], [0.04, 0.042])
    year = 1 / (1 + 0.04 * 365 / 360)
    assert float(curve.discount(365)) == pytest.approx(year, abs=1e-13)
    # the first payment of the longer swap is at 365.25 days, on the forward between the two nodes
    first = float(curve.discount(365.25))
    assert 0.042 * 365.25 / 360 * (first + float(curve.discount(730.5))) + float(curve.discount(730.5)) == pytest.approx(1.0, abs=1e-13)


@given(st.lists(st.floats(0.0005, 0.15), min_size=8, max_size=8))
def test_every_swap_reprices_and_factors_fall_where_forwards_are_positive(rates):
    level = np.sort(rates)          # rising par rates: positive forwards
    curve = ois.bootstrap(DAYS, level)
    assert [curve.par_rate(days) for days in DAYS] == pytest.approx(level.tolist(), abs=1e-10)
    assert (np.diff(curve.discount(np.arange(0, 4000, 7))) < 0).all()


def test_a_curve_of_nothing_or_of_rates_that_make_none_is_refused():
    with pytest.raises(BadCurve):
        ois.bootstrap([], [])
    with pytest.raises(BadCurve, match=r"\[365.0, 91.0\]"):
        ois.bootstrap([365, 91], [0.04, 0.04])
    with pytest.raises(BadRate):
        ois.bootstrap([91, 365], [0.04, np.nan])
