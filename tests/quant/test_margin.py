"""Daily settlement of rate futures."""

import pytest

from models_py.quant import cupom, di1, margin


def test_a_long_di_future_at_an_unmoved_cdi_rate_is_paid_nothing():
    cdi = 0.1315
    growth = di1.accretion(cdi)
    assert float(margin.di1(di1.price(cdi, 478), di1.price(cdi, 479), growth)) == pytest.approx(0.0, abs=1e-9)


def test_a_receiver_of_the_di_rate_loses_when_rates_rise():
    growth = di1.accretion(0.1315)
    before = di1.price(0.14875, 479)
    flat = float(margin.di1(di1.price(0.14875, 478), before, growth))
    paid = float(margin.di1(di1.price(0.14885, 478), before, growth, 10))
    assert paid == pytest.approx(10 * (flat - 12.71), abs=0.5)              # 1 bp costs a DV01 of BRL 12.71 a contract
    assert paid < 0


def test_a_trade_of_the_day_is_compared_with_its_own_price():
    assert float(margin.di1(76_828.74, 76_800.00, contracts=3)) == pytest.approx(86.22)


def test_a_dap_is_paid_for_its_index_and_its_real_rate():
    # an unmoved real price while the index grows 0.5 % and money 0.05 %: 0.45 % of the contract's worth
    paid = float(margin.dap(90_000.0, 90_000.0, 7_035.0, 1.0005, 7_000.0))
    assert paid == pytest.approx(90_000 * 0.00025 * (7_035.0 - 7_000.0 * 1.0005))


def test_a_ddi_loses_what_the_dollar_of_the_eve_fell_and_is_paid_in_reais():
    assert float(margin.ddi(98_915.74, 98_900.00, 5.8301)) == pytest.approx(15.74 * 0.5 * 5.8301)
    # a dollar that rose by 1 % into the eve: yesterday's points are worth less of today's dollars
    moved = float(margin.ddi(98_915.74, 98_900.00, 5.05, 1.0005, 5.00))
    assert moved == pytest.approx((98_915.74 - 98_900.00 * 1.0005 * 5.00 / 5.05) * 0.5 * 5.05)


def test_component_dv01_of_a_forward_cupom_adds_up_to_that_of_its_two_legs():
    near, far = cupom.frc_legs(100.0, 0.0541, 30, 57)
    parallel = near * float(cupom.ddi_dv01(0.08252, 30)) + far * float(cupom.ddi_dv01(0.06923, 57))
    # 100 contracts of USD 50,000, growth 1.006877 to the near maturity and 1.010961 to the far one, far leg 1.0040575 as many
    assert parallel == pytest.approx(5e6 * 1e-4 * (1.0040575 * 57 / 360 / 1.010961**2 - 30 / 360 / 1.006877**2), abs=1e-3)
