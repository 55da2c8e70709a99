"""Trend of an excess return index: how far it has moved for its volatility, over one or more horizons."""

import polars as pl

from models_py.signals.scale import ratio, volatility


def momentum(index: pl.Series, horizons: tuple[int, ...]) -> pl.Series:
    """Mean of bounded moves, in (-1, 1).

        m_h = R_h / (σ̂ √h), R_h = ln(I_t / I_{t-h});   mean_h tanh(m_h)

    Args:
        index: level of an excess return index, above 0.  horizons: in decisions.

    Source: Moskowitz, Ooi & Pedersen (2012), JFE 104(2); STRATEGIES FX_BR_02.
    """
    level = index.log()
    daily = volatility(level.diff())
    moves = [(ratio(level.diff(h), daily) / h**0.5).tanh() for h in horizons]
    together: pl.Series = sum(moves[1:], moves[0]) / len(moves)
    return together
