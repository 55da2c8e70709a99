"""The index future and sovereign spreads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import embi, equity
from models_py.quant.errors import BadPrice, BadTerm


def test_an_index_future_is_the_index_carried_at_the_di():
    assert float(equity.fair(120_000, 0.21, 126)) == pytest.approx(132_000.0)          # √1.21
    assert float(equity.implied_rate(132_000, 120_000, 126)) == pytest.approx(0.21)


def test_points_are_worth_a_real_or_a_fifth_of_one():
    assert float(equity.pnl_brl(120_005, 120_000, 5)) == 25.0
    assert float(equity.pnl_brl(120_005, 120_000, 5, "win")) == 5.0
    with pytest.raises(BadTerm, match="dol"):
        equity.pnl_brl(1.0, 1.0, 1, "dol")


def test_returns_over_cash_and_in_dollars():
    assert float(equity.excess_return(101, 100, 0.1365)) == pytest.approx(np.log(1.01) - np.log(1.1365) / 252)
    assert float(equity.dollar_return(101, 100, 5.05, 5.00)) == pytest.approx(0.0, abs=1e-15)


TIMES, FLOWS = np.arange(0.5, 8.5, 0.5), np.r_[np.full(15, 3.0), 103.0]


@given(spread=st.floats(-0.02, 0.30), slope=st.floats(-0.01, 0.03))
def test_the_spread_of_a_price_is_the_spread_it_was_made_with(spread, slope):
    zeros = 0.04 + slope * TIMES / 8
    price = embi.price_at_spread(spread, TIMES, FLOWS, zeros)
    assert embi.z_spread(price, TIMES, FLOWS, zeros) == pytest.approx(spread, abs=1e-11)


def test_a_bond_at_par_on_a_flat_curve_yields_its_coupon():
    assert embi.z_spread(100.0, TIMES, FLOWS, np.full(16, 0.04)) == pytest.approx(0.02, abs=1e-12)


def test_a_price_no_spread_gives_is_refused():
    with pytest.raises(BadPrice, match="embi"):
        embi.z_spread(1e6, TIMES, FLOWS, np.full(16, 0.04))


def test_a_wider_spread_costs_its_duration_and_pays_its_carry():
    assert float(embi.spread_return(0.0210, 0.0200, 1)) == pytest.approx(0.02 / 360 - 0.007)
    assert float(embi.cds_basis(0.0180, 0.0240, 0.7)) == pytest.approx(0.0012)
