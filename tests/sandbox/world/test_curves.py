"""Curves: steps at meetings, Fisher exactly, the projected index below a year, par and zero yields that agree."""

import numpy as np
import pytest

from models_py.quant.ust_curve import discount_factors
from pipelines.sandbox.world import di_curve, meetings, us_curve
from pipelines.sandbox.world.real_curve import breakeven
from tests.sandbox.world.worlds import SEEDS, world

DAY = np.datetime64("2021-05-10")


def test_the_overnight_forward_steps_only_where_a_meeting_binds():
    days = np.array([DAY])
    curve = di_curve.build(days, np.array([0.05]), np.array([0.09]), np.array([0.08]), np.array([0.0]))
    du = np.arange(0, 130)
    discount = curve.discount(np.zeros(du.size, np.int64), du)
    overnight = np.round((discount[:-1] / discount[1:]) ** 252 - 1, 10)
    changes = np.flatnonzero(np.diff(overnight)) + 1
    assert overnight[0] == pytest.approx(0.05 - di_curve.CDI_SPREAD)
    assert len(changes) == 4                                  # 17 June, 5 August, 23 September and 4 November 2021
    # the first decision after 10 May is on 16 June, binding on the 17th: 27 business days away (Corpus Christi is the 3rd)
    assert meetings.copom_effective()[np.searchsorted(meetings.copom(), DAY)] == np.datetime64("2021-06-17")
    assert changes[0] == 27


def test_a_flat_belief_gives_a_flat_curve():
    curve = di_curve.build(np.array([DAY]), np.array([0.10]), np.array([0.10]), np.array([0.10]), np.array([0.0]))
    zero = curve.zero(np.zeros(3, np.int64), np.array([21, 252, 2520]))
    assert zero.tolist() == pytest.approx([0.099] * 3)


def test_the_term_premium_multiplies_the_discount():
    bare = di_curve.build(np.array([DAY]), np.array([0.10]), np.array([0.10]), np.array([0.10]), np.array([0.0]))
    paid = di_curve.build(np.array([DAY]), np.array([0.10]), np.array([0.10]), np.array([0.10]), np.array([0.02]))
    premium = 0.02 * (1 - np.exp(-5 / 2.5))
    row, du = np.zeros(1, np.int64), np.array([1260])
    assert 1 + paid.zero(row, du)[0] == pytest.approx((1 + bare.zero(row, du)[0]) * (1 + premium))


def test_beyond_the_first_year_nominal_real_and_breakeven_obey_fisher():
    exchange, daily = world().b3, world().truth.daily
    row = world().truth.grid.at(np.array([DAY]))[0]
    for du in (252, 504, 1260, 2520):
        nominal = exchange.di_discount(DAY, du) ** (-252 / du) - 1
        real = exchange.real_discount(DAY, du) ** (-252 / du) - 1
        bei = breakeven(daily["expected"][row], daily["target"][row], daily["irp"][row], np.array(du / 252))
        assert (1 + nominal) == pytest.approx((1 + real) * (1 + bei))


def test_the_projected_index_meets_the_breakeven_at_one_year():
    exchange = world().b3
    days = exchange.sessions[1000:1400]
    inside, at = exchange.real_discount(days, 251), exchange.real_discount(days, 252)
    assert np.abs(np.log(inside / at)).max() < 0.002


def test_the_front_real_rate_carries_the_known_print():
    """Accrual from one 15th to the next is the IPCA of the month before it: once printed, the index to the 15th is known."""
    w = world()
    ipca = w.prints("bcb_sgs", "433").latest()
    checked = 0
    for month in np.arange("2015-01", "2016-01", dtype="datetime64[M]"):
        print_ = ipca.take(ipca.source_date == month.astype("datetime64[D]"))
        day = w.b3.sessions[np.searchsorted(w.b3.sessions, print_.published_at[0].astype("datetime64[D]"))]
        fifteenth = (month + 1).astype("datetime64[D]") + 14
        quotes = w.b3.quotes("DAP", day)
        near = quotes.maturity_date[0]
        if day >= fifteenth or near - fifteenth > 3:
            continue
        du = int(quotes.du[0])
        inflation = float(w.b3.real_discount(day, du) / w.b3.di_discount(day, du)) - 1
        whole = np.busday_count(month.astype("datetime64[D]") + 14, fifteenth)
        assert inflation == pytest.approx(print_.value[0] / 100 * du / whole, abs=0.0011)
        checked += 1
    assert checked >= 3


def test_par_yields_price_their_bond_at_one_hundred():
    path = us_curve.policy_path(np.array([0.02]), np.array([0.03]), np.array([0.025]))
    tp = np.array([0.01])
    par = us_curve.par_yields(path, tp)[0]
    for years, coupon in zip(us_curve.PAR_YEARS, par, strict=True):
        halves = np.arange(1, 2 * years + 1) / 2
        discount = (1 + us_curve.zero_yields(path, tp, halves)[0] / 2) ** (-2 * halves)
        assert coupon / 2 * discount.sum() + discount[-1] == pytest.approx(1.0)


def test_breakevens_equal_the_state_at_ten_years():
    assert us_curve.breakevens(np.array([0.021]), np.array([0.035]), np.array([10.0]))[0, 0] == pytest.approx(0.021)


def test_cupom_is_simple_interest_that_discounts_like_compound():
    exchange = world().b3
    dc = np.array([30, 360, 3600])
    growth = 1 + exchange.cupom(DAY, dc) * dc / 360
    assert (np.diff(growth) > 0).all()
    assert exchange.cupom(DAY, 3600) > exchange.cupom(DAY, 360)              # the same money as a linear rate over ten years


@pytest.mark.parametrize("seed", SEEDS)
def test_published_par_yields_discount_more_at_a_longer_term_from_half_a_year_on(seed):
    years = {"6 Mo": 0.5} | {f"{int(year)} Yr": year for year in us_curve.PAR_YEARS}
    prints = [world(seed).prints("us_treasury", column) for column in years]
    days = np.unique(prints[0].source_date)
    yields = np.full((days.size, len(years)), np.nan)
    for column, found in enumerate(prints):
        yields[np.searchsorted(days, found.source_date), column] = found.value / 100        # the last vintage of a day stands
    factors, _ = discount_factors(np.array(list(years.values())), yields)
    assert np.diff(factors, axis=1).max() < 0


def test_a_term_premium_that_would_pay_less_than_nothing_leaves_notes_at_the_floor():
    path = np.full((1, us_curve.STEPS + 1), us_curve.FLOOR)
    par = us_curve.par_yields(path, np.array([-0.03]))
    assert par == pytest.approx(np.full((1, 8), us_curve.FLOOR))
