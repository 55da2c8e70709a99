"""The Taylor rule, its way from meeting to meeting, and what the market prices beyond it.

Rates are annual decimals. Columns hold one row a decision.
"""

import polars as pl

ALPHA, BETA = 0.5, 0.5                    # Taylor (1993)
RHO = 0.85**0.5                           # 0.85 a quarter, two meetings a quarter
MEETINGS = 8                              # a year of COPOM


def rule(rstar: pl.Series, expected: pl.Series, target: pl.Series, gap: pl.Series) -> pl.Series:
    """Policy rate the rule asks for.

        i* = r* + π^e + α (π^e - π^T) + β gap

    Source: AGENTS §2, M1: r* 5, π^e 4, target 3, gap 0.5 % give 9.75 %.
    """
    return rstar + expected + ALPHA * (expected - target) + BETA * gap


def path(policy: pl.Series, asked: pl.Series, meeting: int) -> pl.Series:
    """Policy rate after so many meetings of smoothing.

        i_k = ρ i_{k-1} + (1 - ρ) i*  =  i* + ρ^k (i_0 - i*)
    """
    return asked + RHO**meeting * (policy - asked)


def mean_path(policy: pl.Series, asked: pl.Series) -> pl.Series:
    """Mean of i_1 … i_8, the year that a 252-day DI covers."""
    return asked + sum(RHO**k for k in range(1, MEETINGS + 1)) / MEETINGS * (policy - asked)
