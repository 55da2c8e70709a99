"""Step curves through policy decisions, and what they say of each meeting."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import policy_path, step_curve
from models_py.quant.errors import BadCurve, BadRate, BadTerm

TENORS = [21, 63, 126, 189, 252, 378, 504]
STEPS = [10, 40, 72, 105, 137, 170, 200, 233, 265, 300, 330]


@given(st.lists(st.floats(0.02, 0.25), min_size=7, max_size=7))
def test_every_node_reprices_exactly(rates):
    curve = step_curve.fit(TENORS, rates, STEPS, 0.1315)
    assert curve.rates(TENORS) == pytest.approx(rates, abs=1e-9)         # 0.00001 bp


def test_two_nodes_between_two_decisions_cut_their_period():
    curve = step_curve.fit([5, 8, 40], [0.13, 0.131, 0.135], [20])
    assert curve.start.tolist() == [0.0, 5.0, 20.0]
    assert curve.rates([5, 8, 40]) == pytest.approx([0.13, 0.131, 0.135], abs=1e-12)


def test_a_flat_curve_has_no_steps():
    curve = step_curve.fit(TENORS, [0.1315] * 7, STEPS, 0.1315)
    assert curve.overnight == pytest.approx([0.1315] * len(curve.overnight), abs=1e-12)
    assert float(curve.at(1_000)) == pytest.approx(0.1315)


def test_one_decision_before_one_node_moves_by_what_the_node_says():
    # 10 days at 10 %, then 11 days at x: 1.10^(10/252) · (1 + x)^(11/252) = 1.105^(21/252)
    expected = (1.105 ** (21 / 252) / 1.10 ** (10 / 252)) ** (252 / 11) - 1
    curve = step_curve.fit([21], [0.105], [10], 0.10)
    assert curve.overnight == pytest.approx([0.10, expected], abs=1e-12)


def test_what_is_no_curve_is_refused():
    with pytest.raises(BadCurve, match=r"\[\]"):
        step_curve.fit([], [], STEPS)
    with pytest.raises(BadCurve, match="63"):
        step_curve.fit([63, 21], [0.1, 0.1], STEPS)
    with pytest.raises(BadRate, match="nan"):
        step_curve.fit([21, 63], [0.1, np.nan], STEPS)
    with pytest.raises(BadCurve, match="40"):
        step_curve.fit([21, 63], [0.1, 0.1], [40, 10])


COPOM = [date(2025, 3, 19), date(2025, 5, 7), date(2025, 6, 18), date(2025, 7, 30)]


def test_a_decision_counts_from_the_business_day_after_the_meeting():
    # from Monday 3 February: 28 business days to Thursday 20 March less carnival's two... [3 Feb, 20 Mar) has 31
    assert policy_path.effective_days("copom", COPOM[:1], date(2025, 2, 3)).tolist() == [31.0]
    with pytest.raises(BadTerm, match="ecb"):
        policy_path.effective_days("ecb", COPOM, date(2025, 2, 3))


def test_a_curve_made_of_two_rises_of_a_point_gives_them_back_with_certainty():
    known, starts = date(2025, 2, 3), policy_path.effective_days("copom", COPOM, date(2025, 2, 3))
    made = step_curve.StepCurve(np.r_[0.0, starts], np.array([0.1315, 0.1415, 0.1515, 0.1515, 0.1515]))
    nodes = np.array([20.0, starts[1], starts[2], starts[3], 150.0])
    found = policy_path.path("copom", nodes, made.rates(nodes), COPOM, known, 0.1315)
    assert [meeting.rate for meeting in found] == pytest.approx([0.1415, 0.1515, 0.1515, 0.1515], abs=1e-10)
    assert [meeting.effective for meeting in found] == [date(2025, 3, 20), date(2025, 5, 8), date(2025, 6, 20), date(2025, 7, 31)]
    assert found[0].moves == pytest.approx({0.01: 1.0}, abs=1e-6)
    assert found[3].levels == pytest.approx({0.1515: 1.0}, abs=1e-6)


def test_a_rise_of_40_bp_is_a_quarter_point_four_times_in_ten_and_a_half_six_times():
    assert policy_path.moves(0.0040) == pytest.approx({0.0025: 0.4, 0.0050: 0.6})
    assert policy_path.moves(-0.0010) == pytest.approx({-0.0025: 0.4, 0.0: 0.6})
    assert policy_path.moves(0.0) == {0.0: 1.0}


@given(st.lists(st.floats(-0.01, 0.01), min_size=4, max_size=4))
def test_probabilities_add_up_to_one_and_average_to_the_path(changes):
    known, starts = date(2025, 2, 3), policy_path.effective_days("copom", COPOM, date(2025, 2, 3))
    made = step_curve.StepCurve(np.r_[0.0, starts], 0.13 + np.r_[0.0, np.cumsum(changes)])
    nodes = np.r_[starts, 150.0]
    for meeting in policy_path.path("copom", nodes, made.rates(nodes), COPOM, known, 0.13):
        assert sum(meeting.moves.values()) == pytest.approx(1.0)
        assert sum(meeting.levels.values()) == pytest.approx(1.0)
        assert sum(level * chance for level, chance in meeting.levels.items()) == pytest.approx(meeting.rate, abs=1e-7)
