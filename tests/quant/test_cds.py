"""Sovereign CDS: closed form, exact hazard, and what a seller of protection earns."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models_py.quant import cds
from models_py.quant.errors import BadRate, Matured

SPREADS, RATES, YEARS = st.floats(0.0005, 0.08), st.floats(0.0, 0.08), st.floats(0.5, 10.0)


def test_at_the_coupon_nothing_is_paid_up_front():
    assert float(cds.upfront(0.01, 0.04, 5.25, 1e7)) == 0.0


@given(spread=SPREADS, rate=RATES, years=YEARS)
def test_cs01_is_what_one_basis_point_moves_the_upfront(spread, rate, years):
    assume(abs(spread - cds.TRIANGLE_LIMIT) > 1e-4)         # there the closed form hands over to the legs
    move = float(cds.upfront(spread + 5e-5, rate, years, 1e7) - cds.upfront(spread - 5e-5, rate, years, 1e7))
    assert float(cds.cs01(spread, rate, years, 1e7)) == pytest.approx(move, rel=1e-4)


@given(spread=SPREADS, rate=RATES, years=YEARS)
def test_an_annuity_is_worth_less_the_riskier_it_is_and_never_more_than_its_term(spread, rate, years):
    annuity = float(cds.risky_annuity(spread, rate, years))
    assert 0 < annuity < years
    assert float(cds.risky_annuity(spread + 0.01, rate, years)) < annuity


def test_without_rate_or_risk_an_annuity_is_its_term():
    assert float(cds.risky_annuity(0.0, 0.0, 5.0)) == 5.0
    assert float(cds.cs01(0.0, 0.0, 2.0, coupon=0.0)) == pytest.approx(2e-4)


@given(spread=st.floats(0.001, 0.03))
def test_the_triangle_is_near_the_exact_hazard_below_300_bp(spread):
    assert float(cds.triangle(spread)) == pytest.approx(cds.hazard(spread, 0.04, 5.0) / cds.ACT_360, rel=0.02)


def test_the_exact_hazard_agrees_with_the_isda_engine_at_1000_bp():
    quantlib = pytest.importorskip("QuantLib")
    today = quantlib.Date(20, 3, 2025)
    quantlib.Settings.instance().evaluationDate = today
    flat = quantlib.YieldTermStructureHandle(quantlib.FlatForward(today, 0.04, quantlib.Actual365Fixed()))
    helper = quantlib.SpreadCdsHelper(
        0.10, quantlib.Period(5, quantlib.Years), 0, quantlib.WeekendsOnly(), quantlib.Quarterly, quantlib.Following,
        quantlib.DateGeneration.CDS2015, quantlib.Actual360(), 0.25, flat,
    )
    curve = quantlib.PiecewiseFlatHazardRate(today, [helper], quantlib.Actual365Fixed())
    assert np.exp(-5 * cds.hazard(0.10, 0.04, 5.25)) == pytest.approx(curve.survivalProbability(5.0), abs=2e-3)


def test_a_seller_of_protection_earns_the_spread_and_loses_when_it_widens():
    assert float(cds.sold_protection_return(0.018, 0.018, 0.04, 1)) == pytest.approx(0.018 / 360)
    assert float(cds.sold_protection_return(0.019, 0.018, 0.04, 1)) < -0.004


def test_what_is_no_spread_or_term_is_refused():
    with pytest.raises(BadRate, match="positive spread"):
        cds.hazard(0.0, 0.04, 5.0)
    with pytest.raises(Matured, match="years"):
        cds.survival(0.01, 0.0)
