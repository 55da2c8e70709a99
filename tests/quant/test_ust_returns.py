"""Returns of par bonds and the rows of the Treasury curve."""

from datetime import date, timedelta

import polars as pl
import pytest

from models_py.quant.realtime import frame
from models_py.quant.ust_nodes import nodes
from models_py.quant.ust_par import par_convexity, par_duration
from models_py.quant.ust_returns import par_returns
from tests.quant.vintages import evening, readings, table


def yields(*rows):
    return table(
        (
            {"series_id": name, "reference_date": date.fromisoformat(day), "available_at": at[0] if at else evening(day), "value": value}
            for name, day, value, *at in rows
        ),
        series_id=pl.String, value=pl.Float64,
    )


TEN = {"us_ust_10y": 10.0}


def test_a_bond_at_par_earns_its_yield_less_money_and_loses_duration_times_the_move():
    market = yields(("us_ust_10y", "2025-02-03", 0.0450), ("us_ust_10y", "2025-02-04", 0.0460))
    (row,) = frame(par_returns(market, readings([("2025-01-31", 0.0432)]), TEN)).to_dicts()
    duration, bend = float(par_duration(0.045, 10)), float(par_convexity(0.045, 10))
    assert row["instrument_id"] == "ust_10y"
    assert row["excess_return"] == pytest.approx(0.045 / 252 - duration * 0.001 + bend * 0.5e-6 - 0.0432 / 252, abs=1e-12)
    assert row["carry"] == pytest.approx((0.045 - 0.0432) / 252, abs=1e-12)
    assert row["dv01"] == pytest.approx(float(par_duration(0.046, 10)) * 1e-4)
    assert row["rolldown"] is None


def test_a_long_weekend_is_one_business_day_of_interest():
    market = yields(("us_ust_10y", "2025-02-14", 0.0450), ("us_ust_10y", "2025-02-18", 0.0450))          # Presidents' Day between
    (row,) = frame(par_returns(market, readings([("2025-02-13", 0.0)]), TEN)).to_dicts()
    assert row["excess_return"] == pytest.approx(0.045 / 252)


def test_a_hole_of_years_is_no_daily_return():
    market = yields(("us_ust_30y", "2002-02-15", 0.0545), ("us_ust_30y", "2006-02-09", 0.0454))
    assert par_returns(market, readings([("2002-02-14", 0.02)]), {"us_ust_30y": 30.0}).num_rows == 0


def test_a_curve_of_one_level_discounts_at_it_and_a_correction_is_a_new_whole_curve():
    names = ("us_ust_6m", "us_ust_1y", "us_ust_2y", "us_ust_3m")
    fixed = evening("2025-02-04")
    market = [(name, "2025-02-03", 0.04) for name in names] + [(name, "2025-02-03", 0.04, fixed) for name in names]
    found = frame(nodes(yields(*market)))
    assert found.height == 8
    rates = dict(found.filter(pl.col("available_at") == fixed).select("tenor_bd", "zero_rate").rows())
    assert rates[504] == pytest.approx(1.02**2 - 1, abs=1e-12)
    assert rates[63] == pytest.approx(1.01**4 - 1, abs=1e-12)


def test_rows_before_the_first_holiday_list_and_days_with_one_maturity_are_left_out():
    old = yields(("us_ust_10y", "1981-09-01", 0.15), ("us_ust_10y", "1981-09-02", 0.15))
    assert par_returns(old, readings([("1981-08-31", 0.15)]), TEN).num_rows == 0
    assert nodes(yields(("us_ust_10y", "2025-02-03", 0.045))).num_rows == 0
    assert nodes(yields()).num_rows == 0


def test_money_known_only_later_gives_no_return_yet():
    market = yields(("us_ust_10y", "2025-02-03", 0.0450), ("us_ust_10y", "2025-02-04", 0.0460))
    late = table([{"reference_date": date(2025, 1, 31), "available_at": evening("2025-02-04") + timedelta(days=1), "value": 0.04}])
    assert par_returns(market, late, TEN).num_rows == 0
