"""INF_BR_02: momentum of IPCA surprises."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.readings import by_reading, sessions_since
from models_py.signals.scale import clip1, z

HALF_LIFE = 20                                   # sessions in which the signal halves


@strategy(
    code="INF_BR_02",
    asset_class="inflation",
    needs=("br_ipca_surprise", "br_ipca_diffusion_sa_change"),
    legs={"bei_252bd": 1.0, "bei_504bd": 1.0},   # a positive score is long breakeven
    horizon="1M",
    rebalance="event",
    source="Coibion & Gorodnichenko (2015), AER 105(8); Vicente & Graminho (2015), RBE 69(2)",
    cost_bp=4.0,
    max_age={"br_ipca_surprise": 40, "br_ipca_diffusion_sa_change": 40},
)
def inflation_br_ipca_surprise(x: pl.DataFrame, *, prints: int = 120, months: int = 60) -> pl.Series:
    """Long breakeven after prints of IPCA and IPCA-15 above the survey, and while more prices rise.

        s = (0.7 clip1(z(ew(surprise; 60 days); 60 months) / 1.5) + 0.3 clip1(z(Δ diffusion; 60 months) / 2)) 2^(-age / 20)

    A surprise is a print less the last Focus median before it; sixty months hold 120 prints of both indices. Diffusion is
    seasonally adjusted inside one vintage. Age counts sessions since the last print.
    Why it pays: surveys under-react to surprises, and short breakevens follow the surveys.
    When it fails: administered prices, fuels and electricity surprise without carrying over.
    """
    surprise, new = x["br_ipca_surprise"], x["br_ipca_surprise__new"]
    at = x["decision_at"].filter(surprise.is_not_null() & new)
    late = by_reading(surprise, new, lambda e: z(_weighted(e, at), prints))
    change, seen = x["br_ipca_diffusion_sa_change"], x["br_ipca_diffusion_sa_change__new"]
    wider = by_reading(change, seen, lambda e: z(e, months))
    return (0.7 * clip1(late / 1.5) + 0.3 * clip1(wider / 2.0)) * 0.5 ** (sessions_since(new) / HALF_LIFE)


def _weighted(surprise: pl.Series, at: pl.Series) -> pl.Series:
    """Exponentially weighted mean of readings with a half-life of sixty days."""
    return pl.select(surprise.alias("e"), at.alias("at")).select(pl.col("e").ewm_mean_by("at", half_life="60d")).to_series()
