"""What every registered strategy and agent promises, with no list to keep."""

import re

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models_py.kernel.registry import Strategy, agents, strategies, strategy
from tests.desk.synthetic import panel

STRATEGIES, AGENTS = strategies(), agents()
SPEAKERS = {**STRATEGIES, **AGENTS}
ROWS = 1700                                                # two windows of 1,260, each 60 % full, one after the other
PRICE = re.compile(r"^usdbrl_ptax|_index$|^commodity_basket|^us_dxy$|^wti_")                # needed columns that are price levels

every_strategy = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=str)
every_agent = pytest.mark.parametrize("agent", AGENTS.values(), ids=str)
everyone = pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=str)


def spoken(speaker, x: pl.DataFrame) -> pl.DataFrame:
    """What a strategy or agent says, as a frame."""
    return speaker.scores(x) if isinstance(speaker, Strategy) else speaker(x)


def assert_past_stays(speaker, x: pl.DataFrame, rows: int) -> None:
    assert_frame_equal(spoken(speaker, x.head(rows)), spoken(speaker, x).head(rows), check_exact=True)


@everyone
@pytest.mark.parametrize("rows", [0, 1, 60, 500, 1000, 1699])
def test_past_scores_stay_put_when_the_future_arrives(speaker, rows):
    assert_past_stays(speaker, panel(speaker.needs, ROWS), rows)


@everyone
@pytest.mark.parametrize("poison", [float("nan"), 1e9, None], ids=["nan", "times 1e9", "nothing"])
def test_past_scores_stay_put_when_the_future_is_poisoned(speaker, poison):
    x = panel(speaker.needs, ROWS)
    future = pl.int_range(pl.len()) >= 1600
    bad = [pl.when(future).then(pl.col(n) * poison if poison == 1e9 else pl.lit(poison, pl.Float64)).otherwise(pl.col(n)).alias(n)
           for n in speaker.needs]  # fmt: skip
    assert_frame_equal(spoken(speaker, x.with_columns(bad)).head(1600), spoken(speaker, x).head(1600), check_exact=True)


@everyone
def test_past_scores_stay_put_when_the_future_is_shuffled(speaker):
    x = panel(speaker.needs, ROWS)
    order = np.r_[np.arange(1600), 1600 + np.random.default_rng(1).permutation(100)]
    shuffled = x.select("decision_at").hstack(x.drop("decision_at")[order])
    assert_frame_equal(spoken(speaker, shuffled).head(1600), spoken(speaker, x).head(1600), check_exact=True)


@everyone
def test_two_runs_say_the_same(speaker):
    x = panel(speaker.needs, ROWS)
    assert_frame_equal(spoken(speaker, x), spoken(speaker, x.clone()), check_exact=True)


@every_strategy
def test_scores_lie_between_minus_one_and_one_and_some_are_there(strategy):
    for scores in strategy.scores(panel(strategy.needs, ROWS)):
        assert scores.dtype == pl.Float64
        assert scores.drop_nulls().is_between(-1, 1).all()
        assert scores[-1] is not None


@every_agent
def test_views_and_confidences_stay_in_their_bounds(agent):
    said = agent(panel(agent.needs, ROWS))
    for asset_class in agent.asset_classes:
        assert said[f"score_{asset_class}"].drop_nulls().is_between(-1, 1).all()
        assert said[f"confidence_{asset_class}"].is_between(0, 1).all()
        assert said[f"score_{asset_class}"][-1] is not None


@everyone
def test_an_input_that_is_not_there_gives_no_view_and_no_exception(speaker):
    x = panel(speaker.needs, ROWS)
    for need in speaker.needs:
        missing = x.with_columns(pl.lit(None, pl.Float64).alias(need), pl.lit(None, pl.Int32).alias(f"{need}__age"))
        said = spoken(speaker, missing)
        columns = said.columns if isinstance(speaker, Strategy) else [f"score_{c}" for c in speaker.asset_classes]
        assert all(said[column].null_count() == ROWS for column in columns), need


@every_strategy
def test_no_view_on_a_day_whose_input_is_missing(strategy):
    x = panel(strategy.needs, ROWS)
    for need in strategy.needs:
        holed = pl.when(pl.int_range(pl.len()) == ROWS - 1).then(None).otherwise(pl.col(need)).alias(need)
        assert strategy.scores(x.with_columns(holed)).row(-1) == (None,) * len(strategy.scores(x).columns), need


@every_strategy
def test_a_price_quoted_in_tenths_gives_the_same_scores(strategy):
    x = panel(strategy.needs, ROWS)
    prices = [name for name in strategy.needs if PRICE.search(name)]
    scaled = strategy.scores(x.with_columns([(10 * pl.col(name)).alias(name) for name in prices]))
    assert_frame_equal(scaled, strategy.scores(x), abs_tol=1e-9)


@everyone
def test_declarations_are_complete(speaker):
    assert set(speaker.max_age) == set(speaker.needs), "every input has an age at which it is stale"
    assert len(speaker.case) > 200
    assert "fails" in speaker.case, "the investment case says when it fails"
    assert speaker.source


@every_strategy
def test_legs_are_signed_units(strategy):
    assert strategy.legs
    assert set(strategy.legs.values()) <= {1.0, -1.0}
    assert strategy.cost_bp > 0


def test_codes_are_unique():
    codes = [speaker.code for speaker in SPEAKERS.values()]
    assert len(codes) == len(set(codes))


@strategy(
    code="LEAK", asset_class="fx", needs=("usdbrl_excess_index",), legs={"usdbrl": 1.0}, horizon="1D", source="planted", cost_bp=1.0,
    max_age={"usdbrl_excess_index": 2},
)  # fmt: skip
def leaking(x: pl.DataFrame) -> pl.Series:
    """Reads tomorrow's price today: planted to show that the contract test sees it."""
    return x["usdbrl_excess_index"].log().diff().shift(-1).fill_null(0.0).sign()


def test_a_strategy_that_reads_one_day_ahead_is_caught():
    with pytest.raises(AssertionError, match='column "leaking"'):
        assert_past_stays(leaking, panel(leaking.needs, 300), 250)


@every_strategy
def test_every_strategy_would_be_caught_if_its_inputs_were_read_one_day_ahead(strategy):
    def ahead(x: pl.DataFrame) -> pl.DataFrame:
        return strategy.scores(x.with_columns(pl.col(strategy.needs).shift(-1)))

    with pytest.raises(AssertionError, match="value mismatch for column"):
        assert_past_stays(ahead, panel(strategy.needs, ROWS), 1650)
