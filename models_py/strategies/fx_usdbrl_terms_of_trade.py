"""FX_BR_04: the real against the commodities Brazil sells."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import coefficients, matrix
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z

STEP, QUARTER = 10, 63                           # decisions over which betas are measured, and the gap is summed


@strategy(
    code="FX_BR_04",
    asset_class="fx",
    needs=("usdbrl_ptax", "commodity_basket_usd", "us_dxy", "us_vix"),
    legs={"usdbrl": 1.0},                        # a positive score is long BRL: short DOL
    horizon="3M",
    rebalance="weekly",
    source="Chen & Rogoff (2003), JIE 60(1); Fernández, Schmitt-Grohé & Uribe (2017), JIE 109",
    cost_bp=1.0,
    max_age={"usdbrl_ptax": 1, "commodity_basket_usd": 2, "us_dxy": 2, "us_vix": 2},
)
def fx_usdbrl_terms_of_trade(x: pl.DataFrame, *, beta_window: int = 504, trend_window: int = 756) -> pl.Series:
    """Long BRL when it lags its commodities, and when they have been rising.

        Δ₁₀ ln BRL = a + b₁ Δ₁₀ ln basket + b₂ Δ₁₀ ln DXY + b₃ Δ₁₀ VIX + ε      over 504 decisions
        g = Δ₆₃ ln BRL - 6.3 a - b' Δ₆₃ (ln basket, ln DXY, VIX)
        s = 0.6 clip1(-z(g; 504) / 2) + 0.4 clip1(z(Δ₆₃ ln basket; 756) / 2)

    ln BRL is -ln USDBRL; g is the move of a quarter that today's betas do not explain. Read on Wednesdays.
    Why it pays: export prices feed the trade balance, fiscal revenue and growth with a lag that the currency anticipates unevenly.
    When it fails: fiscal decoupling, as in 2021-22 and 2024, where the gap is news and stays.
    """
    real, basket = -x["usdbrl_ptax"].log(), x["commodity_basket_usd"].log()
    drivers = (basket, x["us_dxy"].log(), x["us_vix"])
    fitted = coefficients(real.diff(STEP), matrix(*(d.diff(STEP) for d in drivers)), beta_window)
    moved = matrix(*(d.diff(QUARTER) for d in drivers))
    explained = pl.Series(QUARTER / STEP * fitted[:, 0] + (fitted[:, 1:] * moved).sum(axis=1)).fill_nan(None)
    lag = clip1(-z(real.diff(QUARTER) - explained, beta_window) / 2.0)
    trend = clip1(z(basket.diff(QUARTER), trend_window) / 2.0)
    return weekly(0.6 * lag + 0.4 * trend, x["decision_at"], WEDNESDAY)
