"""The replay is the desk itself over history."""

from dataclasses import fields, replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_py import desk
from models_py.backtest import costs
from models_py.backtest.inputs import worst_grade
from models_py.backtest.replay import Replay, replay
from models_py.kernel.errors import UnknownSeries
from models_py.ledger.journal import MemoryJournal
from models_py.ledger.positions import following
from tests.desk.world import publish, tables

FIRST, LAST = date(2021, 3, 1), date(2021, 9, 30)


@pytest.fixture(scope="module")
def played(release) -> Replay:
    return replay(release, FIRST, LAST)


def same(one: Replay, other: Replay, apart: tuple[str, ...] = ()) -> None:
    for item in fields(Replay):
        if item.name in apart:
            continue
        mine, theirs = getattr(one, item.name), getattr(other, item.name)
        if isinstance(mine, np.ndarray):
            np.testing.assert_array_equal(mine, theirs, err_msg=item.name)
        elif item.name == "scores":
            assert mine.keys() == theirs.keys()
            for name in mine:
                np.testing.assert_array_equal(mine[name], theirs[name])
        else:
            assert mine == theirs, item.name


def test_every_session_is_decided_and_settled_once(release, played):
    sessions = [release.session(at) for at in release.decisions(FIRST, LAST)]
    assert played.sessions.tolist() == sessions
    assert played.decided.tolist() == sessions


def test_nav_is_capital_and_results_and_interest(release, played):
    capital = release.settings.nav_brl
    before = np.r_[capital, played.nav[:-1]]
    np.testing.assert_allclose(played.nav - before, played.excess * before + played.interest, atol=1e-6)
    np.testing.assert_allclose(played.by_signal.sum(axis=1), played.excess, atol=1e-12)
    assert (played.interest[1:] > 0).all()
    assert played.cost.sum() > 0


def test_the_replay_and_the_daily_run_write_the_same_book(release, played):
    journal = MemoryJournal(release.world_id)
    days = release.decisions(FIRST, LAST)[:4]
    for decision_at in days:
        desk.step(release, journal, decision_at, now=desk.end_of_session(LAST))
    desk.close(release, journal, desk.end_of_session(days[-1]) + timedelta(hours=8))
    assert [nav for _, nav in following(journal).book().navs] == played.nav[:4].tolist()


def test_a_replay_before_risk_can_be_measured_holds_nothing_and_says_so(release):
    short = replay(release, date(2019, 6, 3), date(2019, 6, 28))
    assert short.unmeasured == len(short.decided)
    assert short.fills == 0


def test_two_replays_are_the_same(release, played):
    same(replay(release, FIRST, LAST), played)


def test_a_replay_does_not_see_what_came_after(made, played, tmp_path):
    later = pl.col("available_at") > desk.end_of_session(LAST) + timedelta(hours=8)
    bad = {
        name: frame.with_columns(
            [pl.when(later).then(pl.col(c) * 1e9).otherwise(pl.col(c)).alias(c) for c in frame.columns if frame[c].dtype == pl.Float64]
        )
        for name, frame in tables(made).items()
    }
    same(replay(publish(tmp_path, bad), FIRST, LAST), played, apart=("release_id", "inputs"))


def test_a_shorter_replay_is_the_beginning_of_a_longer_one(release, played):
    short = replay(release, FIRST, date(2021, 4, 30))
    np.testing.assert_array_equal(short.nav, played.nav[: len(short.nav)])


def test_inputs_tell_their_grade_and_who_uses_them(played):
    by_name = {entry.series_id: entry for entry in played.inputs}
    assert by_name["usdbrl_excess_index"].used_by == ("fx_usdbrl_momentum",)
    assert by_name["br_di1_252bd"].grade == "derived"
    assert all(entry.assumed == 0.0 for entry in played.inputs)
    assert worst_grade(played.inputs, "fx_usdbrl_momentum") == "derived"
    proxied = tuple(replace(entry, grade="proxy") for entry in played.inputs)
    assert worst_grade(proxied, "fx_usdbrl_momentum") == "proxy"


def test_a_window_without_sessions_is_refused(release):
    with pytest.raises(UnknownSeries, match="no B3 session"):
        replay(release, date(2021, 4, 3), date(2021, 4, 4))


def test_progress_is_told_session_by_session(release):
    told = []
    replay(release, date(2021, 9, 27), date(2021, 9, 30), progress=lambda what, number, total: told.append((number, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_impact_at_a_hundredth_of_the_volume_is_a_hundredth_of_the_volatility():
    assert costs.impact(0.01, 100, 10_000) == pytest.approx(0.1 * 0.01 * 0.1)
    with pytest.raises(ValueError, match="volume"):
        costs.impact(0.01, 1, 0)


def test_at_capacity_impact_takes_half_of_the_alpha():
    nav = costs.capacity(0.04, 0.01, 10.0, 2e9)
    daily = nav * 10.0 / 252
    assert 10.0 * costs.impact(0.01, daily, 2e9) == pytest.approx(0.5 * 0.04)
    assert costs.capacity(-0.01, 0.01, 10, 2e9) == 0.0


def test_cost_drag_is_a_year_of_costs():
    assert costs.drag([0.0001] * 10) == pytest.approx(0.0252)
    assert costs.share_of_gross([0.01, 0.01], [0.001, 0.004]) == pytest.approx(0.25)
