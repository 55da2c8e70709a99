"""The monetary-policy agent: a Taylor rule against what the DI1 curve prices (model M1).

Rates are annual decimals. Columns hold one row a decision, oldest first; row t depends on rows up to t alone.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel.registry import agent
from models_py.quant.taylor import mean_path, path, rule
from models_py.signals.scale import clip1, z

MONTH, HALF_YEAR = 21, 126                # decisions between forecasts of the track record, and their horizon (4 meetings)
RECORD, LEAST_RECORD = 36, 12             # forecasts the record covers at most, and at least
EXPECTED, TARGET, RSTAR, GAP = "br_focus_ipca_12m_smoothed", "br_inflation_target", "br_rstar", "br_output_gap"
POLICY, MARKET = "br_selic_target", "br_di1_252bd"

MAX_AGE = {EXPECTED: 5, TARGET: 260, RSTAR: 5, GAP: 52, POLICY: 3, MARKET: 1}


@agent(
    code="MONETARY",
    asset_classes=("rates_br",),
    needs=(EXPECTED, TARGET, RSTAR, GAP, POLICY, MARKET),
    horizon_days=60,
    source="Taylor (1993); Clarida, Galí & Gertler (2000), QJE 115(1); Minella et al. (2003), JIMF 22(7)",
    max_age=MAX_AGE,
)
def monetary(x: pl.DataFrame, *, window: int = 1260) -> pl.DataFrame:
    """Receives DI1 when the market prices a higher policy path than the central bank's own reaction function asks for.

        gap_mp = DI 252bd - mean of i_1 … i_8;    score = clip1(z(gap_mp; 1260) / 2)

    The mean in z removes the term premium and the 0.10 pp between CDI and Selic. Focus 12 months ahead stands for the horizon
    relevant to policy. Confidence is q_data · q_model · q_stab: q_data the share of inputs within their age; q_model =
    clip(0.5 + 2 R², 0.2, 1) with R² of the rule's last 36 half-year forecasts of the policy rate against no change; q_stab is
    1, for the coefficients are given and never re-estimated. An input beyond its age halves the confidence (DEGRADED), beyond
    twice its age it silences the agent (STALE: score 0, confidence 0). r* is uncertain by about ±1 pp in real time.
    When it fails: fiscal regimes, in which the market prices a premium that the rule does not know.
    """
    asked = rule(x[RSTAR], x[EXPECTED], x[TARGET], x[GAP]).alias("i_star")
    expected_path = mean_path(x[POLICY], asked).alias("path_mean")
    gap_mp = (x[MARKET] - expected_path).alias("gap_mp")
    skill = out_of_sample_r2(x[POLICY].to_numpy(), path(x[POLICY], asked, 4).to_numpy())
    age = pl.DataFrame([x[f"{name}__age"] / limit for name, limit in MAX_AGE.items()])
    fresh = pl.Series("q_data", (age.to_numpy() <= 1.0).mean(axis=1) if len(x) else [], pl.Float64)
    oldest = age.max_horizontal() if len(x) else pl.Series([], dtype=pl.Float64)
    q_model = pl.Series("q_model", np.clip(0.5 + 2.0 * skill, 0.2, 1.0))
    frame = pl.DataFrame(
        [clip1(z(gap_mp, window) / 2.0).alias("score"), fresh, q_model, oldest.alias("oldest"), asked, expected_path, gap_mp,
         pl.Series("oos_r2", skill)]
    )  # fmt: skip
    stale, degraded = pl.col("oldest") > 2.0, pl.col("oldest") > 1.0
    spoken = pl.when(pl.col("score").is_not_null())
    confidence = pl.col("q_data") * pl.col("q_model") * pl.when(stale).then(0.0).when(degraded).then(0.5).otherwise(1.0)
    return frame.select(
        spoken.then(pl.when(stale).then(0.0).otherwise(pl.col("score"))).alias("score_rates_br"),
        spoken.then(confidence).otherwise(0.0).alias("confidence_rates_br"),
        "i_star", "path_mean", "gap_mp", "q_data", "q_model", "oos_r2",
        pl.lit(1.0).alias("q_stab"),
    )  # fmt: skip


def out_of_sample_r2(policy: NDArray[np.float64], forecast: NDArray[np.float64]) -> NDArray[np.float64]:
    """Skill of half-year forecasts, one a month, against no change, over the last 36 that have come due.

        R² = 1 - Σ (i_{t+126} - î_t)² / Σ (i_{t+126} - i_t)²        0 with fewer than 12 due, or where the rate never moved

    Args:
        policy, forecast: (n,), one row a decision, NaN where unknown.
    Returns:
        (n,): what was known at each decision.

    Source: AGENTS §0, q_model.
    """
    made = np.arange(0, max(0, len(policy) - HALF_YEAR), MONTH)
    due = made + HALF_YEAR
    wrong = np.column_stack([(policy[due] - forecast[made]) ** 2, (policy[due] - policy[made]) ** 2])
    valid = ~np.isnan(wrong).any(axis=1)
    due, sums = due[valid], np.vstack([np.zeros((1, 2)), wrong[valid].cumsum(axis=0)])
    known = np.searchsorted(due, np.arange(len(policy)), side="right")
    total = sums[known] - sums[np.maximum(known - RECORD, 0)]
    moved = (known >= LEAST_RECORD) & (total[:, 1] > 1e-12)
    result: NDArray[np.float64] = np.where(moved, 1.0 - total[:, 0] / np.where(moved, total[:, 1], 1.0), 0.0)
    return result
