import pytest

from pipelines.sandbox.world import copom


@pytest.mark.parametrize(
    ("wanted", "move"), [(0.16, 0.0), (0.17, 0.25), (0.40, 0.50), (0.72, 0.75), (1.30, 1.00), (-0.40, -0.50)]
)
def test_the_committee_moves_in_quarters_and_at_most_one_point(wanted, move):
    assert copom.step(wanted, 0, 9, 10.0) == move


def test_a_reversal_waits_three_meetings_and_wants_conviction():
    assert copom.step(-0.50, 1, 2, 10.0) == 0.0
    assert copom.step(-0.44, 1, 5, 10.0) == 0.0
    assert copom.step(-0.50, 1, 3, 10.0) == -0.50


def test_the_target_never_falls_below_two_per_cent():
    assert copom.step(-1.30, -1, 1, 2.25) == -0.25


def test_the_inflation_target_steps_down_from_2019_to_three():
    assert [copom.target(year) for year in (2010, 2018, 2019, 2021, 2024, 2030)] == [4.5, 4.5, 4.25, 3.75, 3.0, 3.0]


def test_the_rule_asks_for_the_neutral_rate_at_target():
    assert copom.rule(4.8, 3.0, 3.0, 3.0, 0.0) == pytest.approx(7.8)
