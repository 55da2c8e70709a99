"""Cupom and dollar forwards: parity identities, and what the exchange's own files imply."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import cupom, fx
from models_py.quant.errors import BadPrice, BadTerm, Matured, PricingError

SPOT, DI, CUPOM, DAYS = st.floats(1.5, 7.0), st.floats(0.02, 0.30), st.floats(-0.02, 0.15), st.integers(5, 720)


@given(spot=SPOT, di=DI, dollar=CUPOM, days=DAYS)
def test_the_cupom_of_a_parity_forward_is_the_cupom_it_was_made_with(spot, di, dollar, days):
    business = max(days * 252 // 365, 1)
    forward = fx.forward(spot, di, business, dollar, days)
    assert float(cupom.clean(spot, forward, di, business, days)) == pytest.approx(dollar, abs=1e-9)
    assert float(fx.implied_spot(forward, di, business, dollar, days)) == pytest.approx(spot, rel=1e-12)


@given(near=st.integers(5, 90), span=st.integers(1, 400), short=CUPOM, long=CUPOM)
def test_a_forward_cupom_joins_its_two_legs(near, span, short, long):
    forward = float(cupom.frc(short, near, long, near + span))
    whole = (1 + short * near / 360) * (1 + forward * span / 360)
    assert whole == pytest.approx(1 + long * (near + span) / 360, rel=1e-12)


@given(rate=CUPOM, days=DAYS)
def test_ddi_prices_and_rates_invert_and_dv01_is_the_slope(rate, days):
    assert float(cupom.ddi_rate(cupom.ddi_price(rate, days), days)) == pytest.approx(rate, abs=1e-10)
    move = float(cupom.ddi_price(rate - 5e-5, days) - cupom.ddi_price(rate + 5e-5, days)) * 0.5
    assert float(cupom.ddi_dv01(rate, days)) == pytest.approx(move, rel=1e-6)


def test_a_received_forward_cupom_is_short_the_near_ddi_and_long_more_of_the_far_one():
    assert cupom.frc_legs(100, 0.06, 30, 390) == (-100, pytest.approx(106.0))
    with pytest.raises(BadTerm):
        cupom.frc_legs(100, 0.06, 390, 30)


def test_dirty_differs_from_clean_by_the_move_of_spot_since_the_ptax():
    spot, ptax = 5.8150, 5.8301
    forward = fx.forward(ptax, 0.1337, 39, 0.06923, 57)
    gap = cupom.clean(ptax, forward, 0.1337, 39, 57) - cupom.clean(spot, forward, 0.1337, 39, 57)
    assert float(gap) == pytest.approx((ptax / spot - 1) * 360 / 57, rel=0.02)


def test_a_forward_that_falls_pays_who_is_long_reais():
    assert float(fx.long_brl_return(5.0, 5.1)) == pytest.approx(np.log(5.1 / 5.0))
    assert float(fx.pnl_brl(5.0, 5.1, -5)) == pytest.approx(0.1 * 50_000 * 5)


def test_an_ndf_pays_the_difference_in_dollars():
    assert float(fx.ndf_settlement(1e6, 6.0, 5.4)) == pytest.approx(100_000)
    assert float(fx.casado(5.8310, 5.8150)) == pytest.approx(16.0)
    assert float(fx.carry(5.0, 5.0 * np.exp(0.01), 36.5)) == pytest.approx(0.10)


def test_what_is_no_forward_is_refused():
    with pytest.raises(Matured, match="days between its legs"):
        cupom.frc(0.06, 60, 0.06, 60)
    with pytest.raises(BadPrice, match="dol"):
        fx.long_brl_return(-5.0, 5.0)
    with pytest.raises(PricingError, match="accrual factor"):
        cupom.ddi_price(-0.45, 900)
    assert cupom.ddi_price_batch([0.06, -0.45, 0.06], [57, 900, 0]).valid.tolist() == [True, False, False]
    assert cupom.ddi_rate_batch([98915.74, -1.0], [57, 57]).valid.tolist() == [True, False]


def test_a_mini_dollar_is_a_fifth_of_a_dollar_future_and_no_other_contract_has_a_size():
    assert float(fx.pnl_brl(5.0, 5.1, -5, "wdo")) == pytest.approx(0.1 * 10_000 * 5)
    with pytest.raises(BadTerm, match="win"):
        fx.pnl_brl(5.0, 5.1, 1, "win")


def test_the_fair_casado_is_what_parity_adds_to_the_spot():
    # S 5.8150, i 13.37 % over 39 days, clean cupom 5.2693 % over 57: the future of 5879.977 in points over the spot
    assert float(fx.casado_fair(5.8150, 0.13370, 39, 0.052693, 57)) == pytest.approx(5879.977 - 5815.0, abs=0.002)


def test_the_offshore_real_pays_17_bp_over_the_di_of_the_example():
    assert float(fx.on_off_spread(5.8150, 5.8900, 0.0433, 57, 39, 0.13370)) == pytest.approx(0.001665, abs=1e-6)


def test_a_tick_of_the_real_in_chicago_is_five_dollars():
    assert float(fx.cme_pnl_usd(0.17205, 0.17200, 1)) == pytest.approx(5.0)
    assert float(fx.cme_price(5.0)) == 0.2


def test_a_batch_of_forwards_marks_the_rows_that_have_none():
    found = fx.forward_batch([5.8301, 5.8301, np.nan, 5.8301], [0.1337, 0.1337, 0.1337, -0.6], [39, 0, 39, 39], 0.06923, [57, 57, 57, 57])
    assert found.valid.tolist() == [True, False, False, False]
    assert found.value[0] * 1000 == pytest.approx(5879.977, abs=0.002)          # oracle DOL01
    assert np.isnan(found.value[1:]).all()


def test_a_batch_of_forward_cupom_marks_the_rows_that_have_none():
    short, long = float(cupom.ddi_price(0.08252, 30)), float(cupom.ddi_price(0.06923, 57))
    found = cupom.frc_batch([short, short, -1.0], [30, 57, 30], [long, long, long], [57, 57, 57])
    assert found.valid.tolist() == [True, False, False]
    assert found.value[0] == pytest.approx(0.0541, abs=5e-5)                    # oracle FRC01
    assert float(cupom.frc_of_prices(short, 30, long, 57)) == found.value[0]
