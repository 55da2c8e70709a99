"""Full revaluation of listed contracts, and its signs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.kernel.errors import RiskError
from models_py.risk.exposure import Holding, dv01, family_of, holdings, unit_pnl

DI1 = Holding("di1f27", "di1", 1.0, 76_828.74, 1.0, 479)          # 14.875 % at 479 business days, B3 2025-02-03
DOL = Holding("dolh25", "dol", 1.0, 5.88, 50_000.0, 39)
NONE = np.zeros(1)


def test_a_basis_point_of_di1_is_worth_its_published_sensitivity():
    assert dv01(DI1) == pytest.approx(12.7126, abs=0.003)          # the closed form at the unshocked rate is 12.7126


def test_a_receiver_loses_when_rates_rise_and_gains_more_when_they_fall_as_much():
    up, down = unit_pnl(DI1, np.array([0.01, -0.01]), np.zeros(2))
    assert up == pytest.approx(-1255.4, abs=0.1)                   # 100,000 / 1.15875 ** 1.900794 = 75,573.35
    assert down > -up > 0


def test_a_dollar_long_gains_the_move_times_the_contract():
    assert unit_pnl(DOL, NONE, np.log([1.10]))[0] == pytest.approx(5.88 * 0.10 * 50_000)


def test_on_its_last_day_a_rate_contract_does_not_move():
    assert unit_pnl(Holding("di1f25", "di1", 1.0, 100_000.0, 1.0, 0), np.array([0.05]), NONE)[0] == 0.0


def test_a_contract_that_is_held_without_a_mark_is_refused():
    with pytest.raises(RiskError, match="di1f27 is held without a mark"):
        holdings({"di1f27": 3.0}, {}, {"di1f27": 479})


def test_a_contract_risk_cannot_revalue_is_refused():
    with pytest.raises(RiskError, match="indj26"):
        family_of("indj26")


@given(st.floats(-0.02, 0.5), st.integers(1, 2520), st.floats(1e-4, 0.05))
def test_the_price_falls_as_the_rate_rises(rate, tenor, shift):
    price = 100_000 / (1 + rate) ** (tenor / 252)
    assert unit_pnl(Holding("di1f27", "di1", 1.0, price, 1.0, tenor), np.array([shift]), NONE)[0] < 0
