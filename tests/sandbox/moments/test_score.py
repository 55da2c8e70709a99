"""The simulated world against the moments of real history: three seeds here, twenty in `python -m pipelines.sandbox.score`."""

import polars as pl
import pytest

from pipelines.sandbox import score


@pytest.fixture(scope="module")
def scored() -> pl.DataFrame:
    return score.score(score.default_seeds(3))


@pytest.mark.slow
def test_each_seed_is_inside_nine_bands_of_ten(scored):
    shares = score.by_seed(scored).filter(pl.col("grade") == "published")
    assert shares.height == 3
    assert shares["inside"].min() >= 0.90
    assert shares["inside"].mean() >= 0.95


@pytest.mark.slow
def test_every_moment_is_measured_and_most_of_them_on_published_values(scored):
    one = scored.filter(pl.col("seed") == 1)
    assert one["value"].null_count() == 0
    assert (one["grade"] == "published").sum() >= 300


@pytest.mark.slow
def test_what_no_source_publishes_is_reported_apart(scored):
    truth = scored.filter(pl.col("grade") == "truth")["moment"].unique().to_list()
    assert {"cds_vol", "dxy_vol", "cot_gold_net_ac1"} <= set(truth)
    assert "usdbrl_vol" not in truth


def test_bands_hold_the_real_value():
    bands = score.bands()
    assert bands.height == 385
    assert bands.filter((pl.col("real") < pl.col("low")) | (pl.col("real") > pl.col("high"))).height == 0
