"""Flat forward interpolation against closed forms, brute force and another library."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import curve
from models_py.quant.errors import BadCurve, BadRate, Matured

NODES = st.lists(st.tuples(st.integers(1, 4000), st.floats(-0.02, 0.40)), min_size=2, max_size=12, unique_by=lambda n: n[0]).map(sorted)


def brute(nodes, tenor):
    """INSTRUMENTS §2, word for word, one point at a time."""
    days, rates = zip(*nodes, strict=True)
    if tenor <= days[0]:
        return rates[0]
    if tenor >= days[-1] and len(days) == 1:
        return rates[0]
    right = min(next((k for k, d in enumerate(days) if d >= tenor), len(days) - 1), len(days) - 1)
    (d1, r1), (d2, r2) = nodes[right - 1], nodes[right]
    f = (1 + r2) ** (d2 / 252) / (1 + r1) ** (d1 / 252)
    return ((1 + r1) ** (d1 / 252) * f ** ((tenor - d1) / (d2 - d1))) ** (252 / tenor) - 1


@given(nodes=NODES, tenor=st.integers(1, 5000))
def test_every_point_is_what_the_formula_says(nodes, tenor):
    days, rates = zip(*nodes, strict=True)
    assert curve.flat_forward(days, rates, [tenor])[0] == pytest.approx(brute(nodes, tenor), rel=1e-9, abs=1e-11)


@given(stack=st.lists(NODES, min_size=1, max_size=8))
def test_a_stack_of_curves_reads_as_each_curve_alone(stack):
    width, at = max(map(len, stack)), [1, 21, 252, 1000, 4500]
    tenors, rates = (np.full((len(stack), width), np.nan) for _ in range(2))
    for row, nodes in enumerate(stack):
        tenors[row, : len(nodes)], rates[row, : len(nodes)] = zip(*nodes, strict=True)
    together = curve.flat_forward(tenors, rates, at)
    alone = [curve.flat_forward(*zip(*nodes, strict=True), at) for nodes in stack]
    np.testing.assert_array_equal(together, alone)


@given(nodes=NODES.filter(lambda n: all(r > 0 for _, r in n)), day=st.integers(1, 3999))
def test_nodes_are_met_and_the_forward_between_neighbours_is_constant(nodes, day):
    days, rates = zip(*nodes, strict=True)
    np.testing.assert_allclose(curve.flat_forward(days, rates, days), rates, atol=1e-13)
    inside = [d for d in (day, day + 1, day + 2) if days[0] <= d <= days[-1]]
    if len(inside) == 3 and not any(d in days for d in inside[1:2]):
        growth = np.array(inside) * np.log1p(curve.flat_forward(days, rates, inside))
        assert np.diff(growth, 2)[0] == pytest.approx(0, abs=1e-9)


def test_discount_factors_fall_where_forwards_are_positive():
    tenors = np.arange(1, 3000)
    rates = curve.flat_forward([21, 252, 504, 2520], [0.13, 0.14, 0.135, 0.12], tenors)
    assert (np.diff(curve.discount_factor(rates, tenors)) < 0).all()


def test_beyond_the_last_node_the_forward_is_held_or_there_is_no_value():
    held = curve.flat_forward([252, 504], [0.10, 0.12], [756])
    forward = curve.forward_rate(0.10, 252, 0.12, 504)
    assert held[0] == pytest.approx((1.12**2 * (1 + forward)) ** (1 / 3) - 1)
    assert np.isnan(curve.flat_forward([252, 504], [0.10, 0.12], [756], extrapolate=False))[0]


def test_four_thousand_curves_of_thirty_nodes_read_at_120_points_in_a_blink():
    rng = np.random.default_rng(1)
    tenors = np.sort(rng.choice(np.arange(1, 4000), (4000, 30)).cumsum(axis=1), axis=1).astype(float) / 30 + np.arange(30)
    rates, at = 0.10 + 0.02 * rng.random((4000, 30)), np.arange(21, 2541, 21)
    curve.flat_forward(tenors[:10], rates[:10], at)
    best = min(_seconds(lambda: curve.flat_forward(tenors, rates, at)) for _ in range(3))
    assert best < 0.5          # 0.02 on a free machine; the bound leaves room for a busy one


def _seconds(run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@pytest.mark.parametrize(
    ("tenors", "rates", "error"),
    [
        ([252, 252], [0.1, 0.1], BadCurve),
        ([504, 252], [0.1, 0.1], BadCurve),
        ([], [], BadCurve),
        ([0, 252], [0.1, 0.1], Matured),
        ([252, 504], [0.1, -0.7], BadRate),
    ],
)
def test_nodes_that_make_no_curve_are_refused(tenors, rates, error):
    with pytest.raises(error):
        curve.curves(np.zeros(len(tenors), int), tenors, rates)


def test_a_row_of_a_stack_without_nodes_has_no_value_and_the_others_do():
    found = curve.flat_forward([[252.0, 504.0], [np.nan, np.nan]], [[0.1, 0.1], [np.nan, np.nan]], [252])
    assert found[0, 0] == pytest.approx(0.1)
    assert np.isnan(found[1, 0])


def test_quantlib_reads_the_same_curve():
    quantlib = pytest.importorskip("QuantLib")
    today = quantlib.Date(3, 2, 2025)
    quantlib.Settings.instance().evaluationDate = today
    br = quantlib.Brazil()
    rng = np.random.default_rng(7)
    for _ in range(5):
        months = np.sort(rng.choice(np.arange(2, 120), 12, replace=False))
        dates = [br.adjust(today + quantlib.Period(int(m), quantlib.Months)) for m in months]
        days = [br.businessDaysBetween(today, d) for d in dates]
        rates = 0.12 + 0.03 * rng.random(12)
        factors = [1.0, *((1 + rates) ** (-np.array(days) / 252))]
        theirs = quantlib.DiscountCurve([today, *dates], factors, quantlib.Business252(br), br)
        at = [br.adjust(today + quantlib.Period(int(m), quantlib.Months)) for m in range(int(months[0]), int(months[-1]))]
        tenors = [br.businessDaysBetween(today, d) for d in at]
        ours = curve.discount_factor(curve.flat_forward(days, rates, tenors), tenors)
        np.testing.assert_allclose(ours, [theirs.discount(d) for d in at], rtol=0, atol=1e-12)
