"""A signal's own result and its stops."""

from datetime import date, timedelta

import pytest

from models_py.desk.policy import Stops
from models_py.desk.record import Record

UNIT = 0.10 * (10 / 252) ** 0.5            # σ* √(10/252) = 1.992 % of risk capital
DAY = date(2024, 1, 1)


def after(moves: list[float], score: float = 1.0, record: Record | None = None) -> Record:
    record = record or Record(0.10, Stops())
    if record.side == 0:
        record.advance(0.0, score, DAY)    # entry
    for n, move in enumerate(moves):
        record.advance(move, score, DAY + timedelta(days=n))
    return record


def test_two_units_lost_from_entry_halve_the_trade():
    assert after([-1.9 * UNIT]).stop_a == 1.0
    assert after([-1.0 * UNIT, -1.0 * UNIT]).stop_a == 0.5


def test_three_units_lost_close_the_trade_for_ten_sessions():
    record = after([-3.0 * UNIT])
    assert record.stop_a == 0.0
    sizes = []
    for _ in range(10):
        record.advance(0.0, 1.0, DAY)
        sizes.append(record.stop_a)
    assert sizes == [0.0] * 9 + [1.0]


def test_a_new_side_is_a_new_trade():
    record = after([-2.0 * UNIT])
    record.advance(0.0, -0.5, DAY)
    assert record.stop_a == 1.0
    assert record.trade == 0.0


def test_a_flip_during_the_rest_still_rests():
    record = after([-3.0 * UNIT])
    record.advance(0.0, -1.0, DAY)
    assert record.stop_a == 0.0


def test_twelve_percent_below_its_high_a_strategy_runs_at_half():
    assert after([-0.119]).stop_b == 1.0
    assert after([-0.121]).stop_b == 0.5


def test_half_risk_ends_with_a_new_sixty_day_high_that_has_recovered_half():
    record = after([-0.14])
    record.advance(0.08, 1.0, DAY)         # 57 % of the loss, but the high of 60 days is the one it fell from
    assert record.stop_b == 0.5
    for _ in range(60):
        record.advance(0.0, 1.0, DAY)      # standing still is no new high
    assert record.stop_b == 0.5
    record.advance(0.001, 1.0, DAY)
    assert record.stop_b == 1.0


def test_a_sixty_day_high_that_has_not_recovered_half_leaves_risk_halved():
    record = after([-0.14, *[0.0] * 60])
    record.advance(0.06, 1.0, DAY)         # 43 %
    assert record.stop_b == 0.5
    record.advance(0.011, 1.0, DAY)        # 51 %
    assert record.stop_b == 1.0


def test_drawdown_is_counted_in_risk_capital_which_gains_do_not_enlarge():
    assert after([0.50, -0.13]).stop_b == 0.5                 # 8.7 % of 1.50, but 13 % of the capital
    assert after([0.50, -0.13]).drawdown == pytest.approx(0.13)


def test_twenty_percent_suspends_and_the_next_suspension_needs_another_twenty():
    record = after([-0.21])
    assert record.suspended == DAY
    record.advance(-0.10, 1.0, DAY + timedelta(days=5))
    assert record.suspended == DAY
    record.advance(-0.11, 1.0, DAY + timedelta(days=9))       # 0.79 -> 0.58
    assert record.suspended == DAY + timedelta(days=9)


def test_after_a_suspension_half_of_the_whole_fall_must_come_back_before_risk_is_whole():
    record = after([-0.13, -0.08, *[0.0] * 60])
    record.advance(0.05, 1.0, DAY)         # 0.79 -> 0.84, a new high of 60 days; half of the way to 1.00 is 0.895
    assert (record.suspended, record.stop_b) == (DAY + timedelta(days=1), 0.5)
    record.advance(0.06, 1.0, DAY)
    assert record.stop_b == 1.0


def test_weeks_with_a_position_are_judged_and_idle_ones_are_not():
    record = after([0.001] * 5 + [-0.001] * 5)
    assert (record.hits, record.trials) == (1, 2)
    idle = after([0.0] * 10, score=0.0)
    assert idle.trials == 0


@pytest.mark.parametrize("score", [float("nan"), 0.0])
def test_no_view_closes_the_trade(score):
    record = after([-2.5 * UNIT])
    record.advance(0.0, score, DAY)
    assert record.side == 0
    assert record.stop_a == 1.0
