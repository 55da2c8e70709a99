"""Returns of received rates and breakevens: what they add up to, and how they follow corrections."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant import di1
from models_py.quant.curve import flat_forward
from models_py.quant.rate_returns import breakevens, received
from models_py.quant.realtime import frame
from tests.quant.vintages import evening, nodes, readings, table

DAYS = ("2025-02-27", "2025-02-28", "2025-03-05", "2025-03-06")
CURVES = st.lists(st.floats(0.05, 0.25), min_size=4, max_size=4)
TENORS = (63, 252, 504, 1008)


def market(*curves, curve_id="br_di1", grade="market"):
    sessions = zip(DAYS, curves, strict=False)
    known = {evening(day): {date.fromisoformat(day): dict(zip(TENORS, rates, strict=True))} for day, rates in sessions}
    return nodes(curve_id, known, grade)


def cdi(*rates):
    return readings(list(zip(DAYS, rates, strict=False)))


def one(found, instrument, day):
    return frame(found).filter(pl.col("instrument_id") == instrument, pl.col("reference_date") == date.fromisoformat(day)).to_dicts()


@given(before=CURVES, after=CURVES, money=st.floats(0.02, 0.20))
def test_carry_rolldown_and_the_move_of_the_curve_add_up_to_the_return(before, after, money):
    (row,) = one(received(market(before, after), cdi(money), "br_di1", (252,)), "di1_252bd", "2025-02-28")
    old, new = (flat_forward(TENORS, rates, [251])[0] for rates in (before, after))
    start = float(di1.price(before[1], 252))
    move = float(di1.price(new, 251) - di1.price(old, 251)) / start / (1 + money) ** (1 / 252)
    assert row["excess_return"] == pytest.approx(row["carry"] + row["rolldown"] + move, abs=1e-9)        # 0.00001 bp
    assert row["pnl_per_unit"] == pytest.approx(row["excess_return"] * start * (1 + money) ** (1 / 252), rel=1e-9, abs=1e-9)


@given(before=CURVES, shift=st.floats(-0.002, 0.002), money=st.floats(0.02, 0.20))
def test_the_move_is_dv01_and_convexity_to_a_tenth_of_a_basis_point(before, shift, money):
    after = [rate + shift for rate in before]
    (row,) = one(received(market(before, after), cdi(money), "br_di1", (504,)), "di1_504bd", "2025-02-28")
    old, new = (flat_forward(TENORS, rates, [503])[0] for rates in (before, after))
    dv01, bend = float(di1.dv01(old, 503)) * 1e4, float(di1.convexity(old, 503))
    start = float(di1.price(before[2], 504)) * (1 + money) ** (1 / 252)
    explained = row["carry"] + row["rolldown"] + (-dv01 * (new - old) + bend * (new - old) ** 2 / 2) / start
    assert (row["excess_return"] - explained) * start / dv01 == pytest.approx(0.0, abs=1e-5)             # 0.1 bp of rate


def test_holding_the_curve_at_the_cdi_earns_nothing():
    (row,) = one(received(market([0.12] * 4, [0.12] * 4), cdi(0.12), "br_di1", (252,)), "di1_252bd", "2025-02-28")
    assert row["excess_return"] == pytest.approx(0.0, abs=1e-14)
    assert row["carry"] == pytest.approx(0.0, abs=1e-14)


def test_who_receives_gains_when_rates_fall_by_dv01():
    (row,) = one(received(market([0.12] * 4, [0.1199] * 4), cdi(0.12), "br_di1", (252,)), "di1_252bd", "2025-02-28")
    assert row["pnl_per_unit"] == pytest.approx(float(di1.dv01(0.12, 251)), rel=1e-3)
    assert row["dv01"] == pytest.approx(float(di1.dv01(0.1199, 252)))


def test_carnival_is_one_business_day_of_money_and_of_tenor():
    found = received(market([0.12] * 4, [0.12] * 4, [0.12] * 4), cdi(0.12, 0.12), "br_di1", (252,))
    (row,) = one(found, "di1_252bd", "2025-03-05")
    assert row["excess_return"] == pytest.approx(0.0, abs=1e-14)


def test_a_settlement_corrected_the_next_morning_changes_its_return_and_the_next_one():
    first = market([0.12] * 4, [0.13] * 4, [0.14] * 4)
    fixed = nodes("br_di1", {evening("2025-02-28") + timedelta(hours=14): {date(2025, 2, 28): dict.fromkeys(TENORS, 0.125)}})
    both = pa.concat_tables([first, fixed])
    found = received(both, cdi(0.12, 0.12), "br_di1", (252,))
    eve = one(found, "di1_252bd", "2025-02-28")
    assert [row["available_at"] for row in eve] == [evening("2025-02-28"), evening("2025-02-28") + timedelta(hours=14)]
    assert eve[0]["excess_return"] == pytest.approx(-0.0088, abs=1e-4)
    assert eve[1]["excess_return"] == pytest.approx(-0.0044, abs=1e-4)
    (after,) = one(found, "di1_252bd", "2025-03-05")                    # the correction came before it: one vintage, on the right curve
    assert after["pnl_per_unit"] == pytest.approx(float(di1.price(0.14, 251) - di1.price(0.125, 252) * 1.12 ** (1 / 252)), abs=1e-6)


def test_a_correction_after_the_next_session_is_a_new_vintage_of_both():
    late = nodes("br_di1", {evening("2025-03-10"): {date(2025, 2, 28): dict.fromkeys(TENORS, 0.125)}})
    found = received(pa.concat_tables([market([0.12] * 4, [0.13] * 4, [0.14] * 4), late]), cdi(0.12, 0.12), "br_di1", (252,))
    for day in ("2025-02-28", "2025-03-05"):
        assert [row["available_at"] for row in one(found, "di1_252bd", day)] == [evening(day), evening("2025-03-10")]


def test_a_tenor_beyond_the_longest_contract_has_no_return():
    assert frame(received(market([0.12] * 4, [0.12] * 4), cdi(0.12), "br_di1", (1009,))).is_empty()


def test_a_hole_of_weeks_is_no_daily_return():
    far = {evening(day): {date.fromisoformat(day): dict.fromkeys(TENORS, 0.12)} for day in ("2025-02-03", "2025-02-28")}
    assert frame(received(nodes("br_di1", far), readings([("2025-02-03", 0.12)]), "br_di1", (252,))).is_empty()


def test_no_curve_is_an_empty_table():
    empty = market([0.12] * 4).slice(0, 0)
    assert received(empty, cdi(0.12), "br_di1", (252,)).num_rows == 0
    assert breakevens(empty, cdi(0.12), table([]), (252,)).num_rows == 0


def index(*values):
    days = zip(DAYS, values, strict=False)
    return table({"reference_date": date.fromisoformat(day), "available_at": evening(day), "value": value} for day, value in days)


def linkers(real, nominal, values, money=0.12, grade="market"):
    parts = [market(*nominal, grade=grade), market(*real, curve_id="br_real")]
    return breakevens(pa.concat_tables(parts), cdi(*[money] * 3), index(*values), (252,))


def test_a_breakeven_that_is_paid_exactly_as_inflation_earns_nothing():
    nominal, real = 0.15, 0.10
    inflation = (1.15 / 1.10) ** (1 / 252)
    found = linkers([[real] * 4] * 2, [[nominal] * 4] * 2, [4000.0, 4000.0 * inflation], money=nominal)
    (row,) = one(found, "bei_252bd", "2025-02-28")
    assert row["excess_return"] == pytest.approx(0.0, abs=1e-12)
    assert row["carry"] + row["rolldown"] == pytest.approx(row["excess_return"], abs=1e-12)


def test_a_move_of_both_rates_by_one_point_leaves_a_dv01_neutral_breakeven_alone():
    still = linkers([[0.07] * 4] * 2, [[0.13] * 4] * 2, [4000.0, 4001.0])
    up = linkers([[0.07] * 4, [0.0701] * 4], [[0.13] * 4, [0.1301] * 4], [4000.0, 4001.0])
    moved = one(up, "bei_252bd", "2025-02-28")[0]["excess_return"] - one(still, "bei_252bd", "2025-02-28")[0]["excess_return"]
    assert moved == pytest.approx(0.0, abs=1e-6)                                                          # of 1e-4 on each leg


def test_a_wider_breakeven_pays_its_dv01():
    still = linkers([[0.07] * 4] * 2, [[0.13] * 4] * 2, [4000.0, 4001.0])
    wide = linkers([[0.07] * 4, [0.0699] * 4], [[0.13] * 4] * 2, [4000.0, 4001.0])
    gain = one(wide, "bei_252bd", "2025-02-28")[0]["pnl_per_unit"] - one(still, "bei_252bd", "2025-02-28")[0]["pnl_per_unit"]
    assert gain == pytest.approx(float(di1.dv01(0.07, 251)), rel=2e-3)


def test_bonds_are_set_against_bonds_where_the_di_curve_is_derived_from_them():
    parts = [market([0.50] * 4, [0.50] * 4, grade="derived"), market([0.13] * 4, [0.13] * 4, curve_id="br_pre")]
    parts.append(market([0.07] * 4, [0.07] * 4, curve_id="br_real"))
    found = breakevens(pa.concat_tables(parts), cdi(0.12), index(4000.0, 4001.0), (252,))
    (row,) = one(found, "bei_252bd", "2025-02-28")
    (like,) = one(linkers([[0.07] * 4] * 2, [[0.13] * 4] * 2, [4000.0, 4001.0]), "bei_252bd", "2025-02-28")
    assert row["excess_return"] == like["excess_return"]


def test_a_return_of_many_years_of_sessions_has_one_row_each():
    days = np.arange(np.datetime64("2015-01-01"), np.datetime64("2017-01-01"))
    days = [str(day) for day in days[np.is_busday(days)]]
    known = {evening(day): {date.fromisoformat(day): dict.fromkeys(TENORS, 0.12)} for day in days}
    found = frame(received(nodes("br_di1", known), readings([(day, 0.12) for day in days]), "br_di1", (252,)))
    assert found.height == len(days) - 1
    assert found["reference_date"].is_unique().all()
