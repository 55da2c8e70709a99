"""FX_BR_02: time-series momentum of USDBRL."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, weekly
from models_py.signals.trend import momentum


@strategy(
    code="FX_BR_02",
    asset_class="fx",
    needs=("usdbrl_excess_index",),
    legs={"usdbrl": 1.0},                        # a positive score is long BRL: short DOL
    horizon="1-12M",
    rebalance="weekly",
    source="Moskowitz, Ooi & Pedersen (2012), JFE 104(2); Menkhoff, Sarno, Schmeling & Schrimpf (2012), JFE 106(3)",
    cost_bp=1.0,
    max_age={"usdbrl_excess_index": 1},
)
def fx_usdbrl_momentum(x: pl.DataFrame, *, horizons: tuple[int, ...] = (21, 63, 252)) -> pl.Series:
    """Long BRL when the dollar has been falling after carry, over one, three and twelve months.

        m_h = R_h / (σ̂ √h), R_h = ln(I_t / I_{t-h}) of the long-BRL excess return index I;   s = clip1(mean_h tanh(m_h))

    Why it pays: central banks, hedgers and slow capital spread the adjustment of a currency over months, and Brazil's
    carry makes trends persist. The index is of excess returns, so that carry counts. Read on Wednesdays.
    When it fails: reversals around central bank intervention, and range markets that eat the costs.
    """
    return weekly(clip1(momentum(x["usdbrl_excess_index"], horizons)), x["decision_at"], WEDNESDAY)
