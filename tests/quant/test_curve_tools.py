"""Smooth curves, key rates, and the pieces of a return."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import attribution, bonds, cds_curve, di1, key_rates, ois, smooth_curve, step_curve, ust_curve
from models_py.quant.curve import flat_forward
from models_py.quant.errors import BadCurve, BadRate, Matured

TENORS = np.array([1, 21, 63, 126, 252, 504, 1260, 2520])
RATES = st.lists(st.floats(0.01, 0.25), min_size=8, max_size=8)


@given(RATES)
def test_a_smooth_curve_reprices_its_nodes_and_discounts_more_where_forwards_are_positive(rates):
    curve = smooth_curve.fit(TENORS, rates)
    assert curve.rates(TENORS) == pytest.approx(rates, abs=1e-10)
    growth = TENORS * np.log1p(rates)
    every = np.arange(1, 3000)
    if (np.diff(np.r_[0.0, growth]) > 0).all():
        assert (np.diff(curve.growth(every)) >= 0).all()
        assert (np.diff(curve.growth(every[::50])) > 0).all()


def test_a_flat_curve_stays_flat_between_and_beyond_its_nodes():
    curve = smooth_curve.fit(TENORS, [0.13] * 8)
    assert curve.rates([10, 700, 5000]) == pytest.approx([0.13] * 3, abs=1e-12)
    assert curve.forwards([10, 700, 5000]) == pytest.approx([0.13] * 3, abs=1e-12)


@pytest.mark.parametrize("nodes", [[], [252]])
def test_a_curve_of_no_node_or_one_is_refused(nodes):
    rates = [0.13] * len(nodes)
    for made in (smooth_curve.fit, ois.bootstrap, step_curve_of, flat_at_a_year, ust_of):
        with pytest.raises(BadCurve, match="two"):
            made(nodes, rates)
    with pytest.raises(BadCurve, match="two"):
        cds_curve.bootstrap(nodes, rates, 0.04)


def step_curve_of(nodes, rates):
    return step_curve.fit(nodes, rates, [10])


def flat_at_a_year(nodes, rates):
    return flat_forward(nodes, rates, [252])


def ust_of(nodes, rates):
    return ust_curve.bootstrap(rates)


def test_a_curve_with_a_rate_that_is_no_number_is_refused_alone_and_told_in_a_stack():
    with pytest.raises(BadRate, match="nan"):
        flat_forward([21, 252], [0.13, np.nan], [63])
    found = flat_forward([[21.0, 252.0]] * 3, [[0.13, 0.14], [0.13, np.nan], [0.12, 0.12]], [63])
    assert np.isfinite(found[:, 0]).tolist() == [True, False, True]
    assert found[2, 0] == pytest.approx(0.12)


@given(
    flows=st.lists(st.tuples(st.integers(1, 4000), st.floats(-1e6, 1e6)), min_size=1, max_size=20),
    level=st.floats(0.01, 0.25),
)
def test_key_rates_of_a_book_add_up_to_its_parallel_shift(flows, level):
    tenor, amount = (np.array(side, dtype=float) for side in zip(*flows, strict=True))
    rate = np.full(len(tenor), level)
    buckets = key_rates.bucketed(tenor, amount, rate, [63, 252, 504, 1260, 2520])
    assert buckets.sum() == pytest.approx(key_rates.flow_dv01(tenor, amount, rate).sum(), rel=1e-9, abs=1e-9 * np.abs(amount).sum())


def test_a_di_future_on_a_node_loads_on_that_bucket_alone():
    buckets = key_rates.bucketed([479], [100_000.0], [0.14875], [252, 479, 1260])
    assert buckets.tolist() == pytest.approx([0.0, 12.712564, 0.0], abs=1e-6)           # oracle DI03


def test_a_coupon_bond_s_buckets_add_up_to_its_own_dv01():
    flows = bonds.ntnf_flows("2026-02-06", "2031-01-01")
    paid = np.isfinite(flows.business_days[0])
    tenor, amount = flows.business_days[0][paid], flows.amount[0][paid]
    buckets = key_rates.bucketed(tenor, amount, np.full(len(tenor), 0.133778), [126, 252, 504, 1008, 1260])
    assert buckets.sum() == pytest.approx(0.307333, abs=1e-6)                            # oracle NTNF02
    assert buckets.argmax() == 4 or buckets[3:].sum() > 0.7 * buckets.sum()


@given(tenor=st.integers(63, 2520), start=st.floats(0.03, 0.2), roll=st.floats(-0.002, 0.002), move=st.floats(-0.0005, 0.0005))
def test_the_pieces_of_a_return_add_up_with_less_than_a_tenth_of_a_basis_point_left(tenor, start, roll, move):
    pieces = attribution.zero_coupon(tenor, 1, start, start + roll, start + roll + move, 1.0005)
    assert float(pieces.total) == pytest.approx(sum(float(part) for part in pieces[1:]), abs=1e-14)
    assert abs(float(pieces.residual)) < 1e-5
    assert float(pieces.total) == pytest.approx(
        float(di1.price(start + roll + move, tenor - 1)) / float(di1.price(start, tenor)) / 1.0005 - 1.0, abs=1e-12
    )


def test_the_receiver_of_a_rate_loses_when_it_rises_and_earns_the_roll_of_a_rising_curve():
    still = attribution.zero_coupon(504, 21, 0.14, 0.139, 0.139, 1.0109)
    assert float(still.rolldown) > 0
    assert float(still.curve) == float(still.convexity) == 0.0
    risen = attribution.zero_coupon(504, 21, 0.14, 0.139, 0.140, 1.0109)
    assert float(risen.total) < float(still.total)
    assert float(risen.curve) == pytest.approx(-0.001 * 483 / 252 / 1.139, rel=0.01)
    assert float(risen.convexity) > 0
    # what the first two orders leave of ten basis points is the third: 1/6 · T(T+1)(T+2)/(1+z)³ · 1e-9
    assert abs(float(risen.residual)) < 1e-8


def test_forwards_of_the_published_example():
    assert attribution.forward_rates([479, 730], [0.14875, 0.14625])[1] == pytest.approx(0.141494172, abs=1e-9)     # oracle DI05
    with pytest.raises(Matured):
        attribution.forward_rates([479, 479], [0.14875, 0.14625])
