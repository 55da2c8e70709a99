"""What is withdrawn is null from that instant on, in each table that was computed from it, and what rested on it is told again."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from models_py.quant.accretion import accretions
from models_py.quant.bond_curves import bond_curves
from models_py.quant.carry import carries
from models_py.quant.excess_index import excess_indices
from models_py.quant.fx_returns import rolled, spot
from models_py.quant.listed import listed_marks
from models_py.quant.rate_returns import breakevens, received
from models_py.quant.realtime import frame
from models_py.quant.rstar import ex_ante_real
from models_py.quant.sheets import withdrawn
from models_py.quant.snapshots import points
from models_py.quant.ust_nodes import nodes as treasury_nodes
from models_py.quant.ust_returns import par_returns
from tests.quant.vintages import evening, nodes, readings, table

MONDAY, TUESDAY, WEDNESDAY = "2025-02-03", "2025-02-04", "2025-02-05"
DAYS = (MONDAY, TUESDAY, WEDNESDAY)
GONE = evening("2025-02-06")
CURVE = {63: 0.13, 252: 0.14, 504: 0.145}
MONEY = readings([(day, 0.1315) for day in ("2025-01-31", *DAYS)])
DOLLARS = readings([(day, 0.0433) for day in ("2025-01-31", *DAYS)])


def curve(curve_id="br_di1", lost=(), day=TUESDAY):
    """Three sessions of one curve; of one of them the lost tenors (all three if none is named) are withdrawn on Thursday."""
    known = {evening(each): {date.fromisoformat(each): dict(CURVE)} for each in DAYS}
    left = {tenor: (None if not lost or tenor in lost else rate) for tenor, rate in CURVE.items()}
    return nodes(curve_id, known | {GONE: {date.fromisoformat(day): left}})


def told(rows, day, column, **key):
    """(instant, value) of one date."""
    found = frame(rows).filter(pl.col("reference_date") == date.fromisoformat(day), *(pl.col(k) == v for k, v in key.items()))
    return list(found.sort("available_at").select("available_at", column).rows())


def test_points_of_a_curve_that_is_withdrawn_are_null_and_of_one_that_lost_its_end_the_far_ones():
    tenors = {"br_di1": (252, 504)}
    for lost, near in (((), None), ((504,), 0.14)):
        found = points(curve(lost=lost), tenors)
        assert told(found, TUESDAY, "zero_rate", tenor_bd=504) == [(evening(TUESDAY), pytest.approx(0.145)), (GONE, None)]
        assert told(found, TUESDAY, "zero_rate", tenor_bd=252)[1] == (GONE, near)
        assert len(told(found, WEDNESDAY, "zero_rate", tenor_bd=504)) == 1


def test_a_received_rate_has_no_return_on_a_withdrawn_session_and_a_longer_step_after_it():
    found = received(curve(), MONEY, "br_di1", (252,))
    assert [value for _, value in told(found, TUESDAY, "excess_return")] == [pytest.approx(0.0, abs=1e-2), None]
    (first, short), (second, long) = told(found, WEDNESDAY, "excess_return")
    assert (first, second) == (evening(WEDNESDAY), GONE)
    never = received(frame(curve()).filter(pl.col("reference_date") != date.fromisoformat(TUESDAY)).to_arrow(), MONEY, "br_di1", (252,))
    assert long == told(never, WEDNESDAY, "excess_return")[0][1]
    assert long != short
    assert {name: told(found, TUESDAY, name)[1][1] for name in ("pnl_per_unit", "carry", "rolldown", "dv01")} == dict.fromkeys(
        ("pnl_per_unit", "carry", "rolldown", "dv01")
    )


@pytest.mark.parametrize("lost", ["real", "nominal", "index"])
def test_a_breakeven_has_no_return_where_a_leg_or_the_index_is_withdrawn(lost):
    whole = {name: curve(name).slice(0, 9) for name in ("br_di1", "br_real")}
    index = table({"reference_date": date.fromisoformat(day), "available_at": evening(day), "value": 4000.0} for day in DAYS)
    if lost == "index":
        index = pa.concat_tables([index, table([{"reference_date": date.fromisoformat(TUESDAY), "available_at": GONE, "value": None}])])
    else:
        name = "br_real" if lost == "real" else "br_di1"
        whole[name] = curve(name)
    found = breakevens(pa.concat_tables(list(whole.values())), MONEY, index, (252,))
    assert [(at, value is None) for at, value in told(found, TUESDAY, "excess_return")] == [(evening(TUESDAY), False), (GONE, True)]


def test_growth_over_a_withdrawn_session_is_none_and_the_next_step_is_of_two_days():
    found = accretions(curve(), MONEY, "br_di1")
    assert told(found, TUESDAY, "value") == [(evening(TUESDAY), pytest.approx(1.1315 ** (1 / 252))), (GONE, None)]
    assert [value for _, value in told(found, WEDNESDAY, "value")] == pytest.approx([1.1315 ** (1 / 252), 1.1315 ** (2 / 252)])


def test_a_withdrawn_rate_of_money_is_read_as_the_one_before():
    paid = readings([("2025-01-31", 0.10), (MONDAY, 0.20)])
    gone = table([{"reference_date": date.fromisoformat(MONDAY), "available_at": GONE, "value": None}])
    both = pa.concat_tables([paid, gone])
    early = readings([(MONDAY, 0.20)], hour=-10)
    found = accretions(curve().slice(0, 6), pa.concat_tables([both.slice(0, 1), early, gone]), "br_di1")
    assert [value for _, value in told(found, TUESDAY, "value")] == pytest.approx([1.20 ** (1 / 252), 1.10 ** (1 / 252)])


def test_carry_is_null_with_its_curve_and_is_paid_for_at_the_rate_before_when_its_own_is_withdrawn():
    assert [value for _, value in told(carries(curve(), MONEY, "br_di1", (252,)), TUESDAY, "value")][1:] == [None]
    gone = table([{"reference_date": date.fromisoformat(MONDAY), "available_at": GONE, "value": None}])
    dear = readings([("2025-01-31", 0.1315), (MONDAY, 0.20)])
    found = carries(curve().slice(0, 6), pa.concat_tables([dear, gone]), "br_di1", (252,))
    cheap = carries(curve().slice(0, 6), dear.slice(0, 1), "br_di1", (252,))
    assert told(found, TUESDAY, "value")[1] == (GONE, told(cheap, TUESDAY, "value")[0][1])
    assert told(found, TUESDAY, "value")[0][1] < told(found, TUESDAY, "value")[1][1]


def futures(*rows):
    """(day, contract, price, business days to expiry, known at)."""
    columns = {"instrument_id": pl.String, "price": pl.Float64, "business_days": pl.Int32}
    return table(
        (
            {"reference_date": date.fromisoformat(day), "available_at": at, "instrument_id": contract, "price": price,
             "business_days": left}
            for day, contract, price, left, at in rows
        ),
        **columns,
    )


def test_a_withdrawn_future_takes_its_return_and_the_index_with_it():
    prices = [(day, "dolh25", price, left, evening(day)) for day, price, left in zip(DAYS, (5.90, 5.85, 5.80), (18, 17, 16), strict=True)]
    found = rolled(futures(*prices, (TUESDAY, "dolh25", None, 17, GONE)))
    assert told(found, TUESDAY, "excess_return") == [(evening(TUESDAY), pytest.approx(np.log(5.90 / 5.85))), (GONE, None)]
    assert told(found, WEDNESDAY, "excess_return")[1] == (GONE, pytest.approx(np.log(5.90 / 5.80)))
    index = excess_indices(found)
    assert told(index, TUESDAY, "value")[-1] == (GONE, None)
    assert told(index, WEDNESDAY, "value")[-1] == (GONE, pytest.approx(100 * 5.90 / 5.80))


def test_a_withdrawn_ptax_takes_its_spot_return_and_its_dollar_marks_with_it():
    ptax = readings([(day, 5.8) for day in DAYS], hour=-7)
    gone = pa.concat_tables([ptax, table([{"reference_date": date.fromisoformat(TUESDAY), "available_at": GONE, "value": None}])])
    found = spot(gone, MONEY, DOLLARS)
    assert [value is None for _, value in told(found, TUESDAY, "excess_return")] == [False, True]
    assert len(told(found, WEDNESDAY, "excess_return")) == 2
    marks = listed_marks(curve().slice(0, 9), gone, DOLLARS)
    assert [value is None for _, value in told(marks, TUESDAY, "price", instrument_id="dolj25")] == [False, True]
    assert len(told(marks, TUESDAY, "price", instrument_id="di1n25")) == 1


def test_a_contract_listed_on_a_curve_that_is_withdrawn_or_cut_short_has_no_mark():
    ptax = readings([(day, 5.8) for day in DAYS], hour=-7)
    for lost, near in (((), [False, True]), ((504,), [False, False])):
        marks = listed_marks(curve(lost=lost), ptax, DOLLARS)
        assert [value is None for _, value in told(marks, TUESDAY, "price", instrument_id="di1f27")] == [False, True]
        assert [value is None for _, value in told(marks, TUESDAY, "price", instrument_id="di1n25")] == near


def yields(*rows):
    columns = {"series_id": pl.String, "value": pl.Float64}
    return table(
        (
            {"series_id": name, "reference_date": date.fromisoformat(day), "available_at": at, "value": value}
            for name, day, value, at in rows
        ),
        **columns,
    )


def test_a_withdrawn_par_yield_takes_its_return_and_its_node_with_it():
    market = [("us_ust_10y", day, 0.045, evening(day)) for day in DAYS]
    found = par_returns(yields(*market, ("us_ust_10y", TUESDAY, None, GONE)), DOLLARS, {"us_ust_10y": 10.0})
    assert [value is None for _, value in told(found, TUESDAY, "excess_return")] == [False, True]
    assert [at for at, _ in told(found, WEDNESDAY, "excess_return")] == [evening(WEDNESDAY), GONE]
    names = ("us_ust_6m", "us_ust_1y", "us_ust_2y")
    day = [(name, MONDAY, 0.04, evening(MONDAY)) for name in names]
    one = treasury_nodes(yields(*day, *[(name, MONDAY, None if name == "us_ust_2y" else 0.04, GONE) for name in names]))
    assert [(tenor, told(one, MONDAY, "zero_rate", tenor_bd=tenor)[1][1] is None) for tenor in (126, 252, 504)] == [
        (126, False), (252, False), (504, True),
    ]  # fmt: skip
    every = treasury_nodes(yields(*day, *[(name, MONDAY, None, GONE) for name in names]))
    assert [told(every, MONDAY, "zero_rate", tenor_bd=tenor)[1] for tenor in (126, 252, 504)] == [(GONE, None)] * 3


def test_a_corrected_or_withdrawn_dollar_rate_tells_the_return_it_paid_for_again():
    market = yields(*[("us_ust_10y", day, 0.045, evening(day)) for day in DAYS])
    changed = table([{"reference_date": date.fromisoformat(MONDAY), "available_at": GONE, "value": 0.0533}])
    first, second = told(par_returns(market, pa.concat_tables([DOLLARS, changed]), {"us_ust_10y": 10.0}), TUESDAY, "excess_return")
    assert second[1] - first[1] == pytest.approx(-0.01 / 252)


def test_a_withdrawn_bond_is_gone_from_the_curve_and_a_day_without_one_is_null():
    columns = {"family": pl.String, "maturity_date": pl.Date, "rate": pl.Float64}
    listed = {"2025-07-01": 0.14, "2026-01-01": 0.15}

    def market(*withdrawn_):
        rows = [(m, rate, evening(MONDAY)) for m, rate in listed.items()]
        rows += [(m, None if m in withdrawn_ else rate, GONE) for m, rate in listed.items()]
        return table(
            (
                {"family": "ltn", "maturity_date": date.fromisoformat(m), "reference_date": date.fromisoformat(MONDAY),
                 "available_at": at, "rate": rate}
                for m, rate, at in rows
            ),
            **columns,
        )

    premium = pl.DataFrame({"tenor_bd": [1], "premium": [0.0]}).to_arrow()
    money = readings([(MONDAY, 0.1315)], hour=-10)
    short = frame(bond_curves(market("2026-01-01"), money, premium)).filter(pl.col("curve_id") == "br_pre", pl.col("available_at") == GONE)
    assert short.sort("tenor_bd")["zero_rate"].is_null().to_list() == [False, False, True]
    none = frame(bond_curves(market(*listed), money, premium)).filter(pl.col("available_at") == GONE)
    assert none["zero_rate"].null_count() == none.height > 4
    assert set(none["curve_id"]) == {"br_pre", "br_di1"}


def test_a_withdrawn_overnight_rate_anchors_no_curve_any_more():
    columns = {"family": pl.String, "maturity_date": pl.Date, "rate": pl.Float64}
    bond = {"family": "ltn", "maturity_date": date(2026, 1, 1), "reference_date": date.fromisoformat(MONDAY),
            "available_at": evening(MONDAY), "rate": 0.15}  # fmt: skip
    money = table([{"reference_date": date.fromisoformat(MONDAY), "available_at": evening(MONDAY) - timedelta(hours=1), "value": 0.1315}])
    gone = table([{"reference_date": date.fromisoformat(MONDAY), "available_at": GONE, "value": None}])
    premium = pl.DataFrame({"tenor_bd": [1], "premium": [0.0]}).to_arrow()
    found = bond_curves(table([bond], **columns), pa.concat_tables([money, gone]), premium)
    assert [value for _, value in told(found, MONDAY, "zero_rate", curve_id="br_pre", tenor_bd=1)] == [pytest.approx(0.1315), None]


def test_a_real_rate_follows_the_survey_it_took_up_and_falls_back_to_the_one_before():
    rates = table([{"reference_date": date.fromisoformat(TUESDAY), "available_at": evening(TUESDAY), "value": 0.12}])
    survey = readings([("2025-01-24", 0.05), ("2025-01-31", 0.04)])
    gone = table([{"reference_date": date(2025, 1, 31), "available_at": GONE, "value": None}])
    found = ex_ante_real(rates, pa.concat_tables([survey, gone]))
    assert found.value.tolist() == pytest.approx([1.12 / 1.04 - 1, 1.12 / 1.05 - 1])


def test_a_sheet_withdraws_what_the_one_before_had_and_says_it_once():
    reference = np.array([1, 1, 1, 2])
    sheet, entry = np.array([0, 0, 1, 3]), np.array([21, 252, 21, 252])
    assert [column.tolist() for column in withdrawn(sheet, entry, reference)] == [[1, 2], [252, 21]]
