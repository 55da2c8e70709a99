"""Options on the dollar: premiums, implied volatility, deltas under each convention."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import black76, fx_delta
from models_py.quant.errors import BadPrice, BadTerm, Matured

VOLS, DAYS, MONEYNESS = st.floats(0.05, 0.60), st.integers(5, 1260), st.floats(-1.5, 1.5)


def test_a_straddle_at_the_forward_costs_four_tenths_of_its_deviation():
    # F = K = 100, σ√T = 0.10 · √(252/252): 2 · 100 · (2Φ(0.05) - 1) = 7.9756 for the straddle
    call, put = (float(black76.price(100, 100, 252, 0.10, is_call=side)) for side in (True, False))
    assert call == pytest.approx(3.98776, abs=1e-5)
    assert put == pytest.approx(call, abs=1e-12)


@given(vol=VOLS, days=DAYS, x=MONEYNESS, discount=st.floats(0.5, 1.0))
def test_calls_less_puts_are_the_discounted_forward(vol, days, x, discount):
    strike = 5.5 * np.exp(x * vol * np.sqrt(days / 252))
    call, put = (float(black76.price(5.5, strike, days, vol, is_call=side, discount=discount)) for side in (True, False))
    assert call - put == pytest.approx(discount * (5.5 - strike), abs=1e-12)


@given(vol=VOLS, days=DAYS, x=MONEYNESS, is_call=st.booleans())
def test_the_volatility_of_a_premium_is_the_one_it_was_made_with(vol, days, x, is_call):
    strike = 5.5 * np.exp(x * vol * np.sqrt(days / 252))
    premium = black76.price(5.5, strike, days, vol, is_call=is_call, discount=0.95)
    found = black76.implied_vol(premium, 5.5, strike, days, is_call=is_call, discount=0.95)
    assert found.valid.all()
    assert float(found.value) == pytest.approx(vol, abs=1e-8)


def test_a_premium_no_volatility_gives_is_told_in_its_row():
    found = black76.implied_vol([0.1, 0.6, -1.0, np.nan, 0.1], 5.5, 5.0, [63, 63, 63, 63, 0])
    assert found.valid.tolist() == [False, True, False, False, False]


def test_vega_is_what_a_hundredth_of_volatility_moves():
    move = float(black76.price(5.5, 5.7, 126, 0.155) - black76.price(5.5, 5.7, 126, 0.145))
    assert float(black76.vega(5.5, 5.7, 126, 0.15)) * 0.01 == pytest.approx(move, rel=1e-3)


def test_what_makes_no_option_is_refused():
    with pytest.raises(BadPrice, match="volatility"):
        black76.price(5.5, 5.5, 63, 0.0)
    with pytest.raises(Matured):
        black76.price(5.5, 5.5, 0, 0.15)


@given(vol=VOLS, days=DAYS, delta=st.floats(0.02, 0.6), is_call=st.booleans(), adjusted=st.booleans(), dollars=st.floats(0.9, 1.0))
def test_the_delta_of_a_delta_s_strike_is_that_delta(vol, days, delta, is_call, adjusted, dollars):
    signed = delta * dollars * (1 if is_call else -1) * 0.9
    terms = {"is_call": is_call, "premium_adjusted": adjusted, "dollar_discount": dollars}
    try:
        strike = fx_delta.strike_of(signed, 5.5, days, vol, **terms)
    except BadTerm:
        assert adjusted
        assert is_call
        assert delta > 0.3          # the greatest adjusted call delta of a long or volatile option lies below the one asked for
        return
    assert float(fx_delta.delta(5.5, strike, days, vol, **terms)) == pytest.approx(signed, abs=1e-9)


@pytest.mark.parametrize("adjusted", [False, True])
@pytest.mark.parametrize("is_call", [False, True])
@pytest.mark.parametrize("vol", [0.12, 0.25])
def test_strikes_by_delta_are_those_of_another_library(adjusted, is_call, vol):
    quantlib = pytest.importorskip("QuantLib")
    kind = quantlib.DeltaVolQuote.PaFwd if adjusted else quantlib.DeltaVolQuote.Fwd
    side = quantlib.Option.Call if is_call else quantlib.Option.Put
    # spot 5.4 and growth factors that make the forward 5.5
    calculator = quantlib.BlackDeltaCalculator(side, kind, 5.4, 0.95, 0.95 * 5.5 / 5.4, vol * np.sqrt(126 / 252))
    signed = 0.25 if is_call else -0.25
    ours = fx_delta.strike_of(signed, 5.5, 126, vol, is_call=is_call, premium_adjusted=adjusted)
    assert ours == pytest.approx(calculator.strikeFromDelta(signed), rel=1e-7)
    atm = calculator.atmStrike(quantlib.DeltaVolQuote.AtmDeltaNeutral)
    assert float(fx_delta.atm_strike(5.5, 126, vol, premium_adjusted=adjusted)) == pytest.approx(atm, rel=1e-12)


def test_the_straddle_without_delta_has_none():
    for adjusted in (False, True):
        strike = fx_delta.atm_strike(5.5, 126, 0.15, premium_adjusted=adjusted)
        call, put = (float(fx_delta.delta(5.5, strike, 126, 0.15, is_call=side, premium_adjusted=adjusted)) for side in (True, False))
        assert call + put == pytest.approx(0.0, abs=1e-12)


def test_a_delta_that_no_option_has_is_refused():
    with pytest.raises(BadTerm, match=r"1\.2"):
        fx_delta.strike_of(1.2, 5.5, 126, 0.15, is_call=True)
    with pytest.raises(BadTerm, match="adjusted"):
        fx_delta.strike_of(0.9, 5.5, 1260, 0.40, is_call=True, premium_adjusted=True)
