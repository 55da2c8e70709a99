"""Returns of long BRL: the roll, the spot route, the index."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_py.quant.excess_index import excess_indices
from models_py.quant.fx_returns import long_brl, rolled, spot
from models_py.quant.realtime import frame
from tests.quant.vintages import evening, readings, table

COLUMNS = {"instrument_id": pl.String, "price": pl.Float64, "business_days": pl.Int32}
EMPTY = table([])


def futures(*rows):
    """(day, contract, price, business days to expiry[, known at])."""
    return table(
        (
            {"reference_date": date.fromisoformat(day), "available_at": at[0] if at else evening(day), "instrument_id": contract,
             "price": price, "business_days": days}
            for day, contract, price, days, *at in rows
        ),
        **COLUMNS,
    )


def test_a_falling_future_pays_long_reais():
    found = frame(rolled(futures(("2025-02-03", "dolh25", 5.90, 18), ("2025-02-04", "dolh25", 5.85, 17))))
    row = found.to_dicts()[0]
    assert row["instrument_id"] == "usdbrl"
    assert row["excess_return"] == pytest.approx(np.log(5.90 / 5.85))
    assert row["pnl_per_unit"] == pytest.approx(0.05)


def test_the_contract_is_rolled_six_business_days_before_it_expires_and_prices_are_never_spliced():
    rows = [
        ("2025-02-20", "dolh25", 5.70, 7), ("2025-02-20", "dolj25", 5.75, 26),
        ("2025-02-21", "dolh25", 5.72, 6), ("2025-02-21", "dolj25", 5.78, 25),
        ("2025-02-24", "dolh25", 5.60, 5), ("2025-02-24", "dolj25", 5.70, 24),
    ]
    found = frame(rolled(futures(*rows))).sort("reference_date")
    assert found["excess_return"].to_list() == pytest.approx([np.log(5.70 / 5.72), np.log(5.78 / 5.70)])


def test_carry_is_the_slope_of_the_two_nearest_contracts_a_day():
    rows = [("2025-02-03", "dolh25", 5.80, 20), ("2025-02-03", "dolj25", 5.80 * np.exp(0.01), 40), ("2025-02-04", "dolh25", 5.80, 19)]
    assert frame(rolled(futures(*rows)))["carry"][0] == pytest.approx(0.01 / 20)


def test_a_contract_without_a_price_on_the_next_session_has_no_return():
    rows = [("2025-02-03", "dolh25", 5.80, 20), ("2025-02-04", "dolj25", 5.85, 39)]
    assert frame(rolled(futures(*rows))).is_empty()


def test_a_corrected_settlement_is_a_new_vintage_of_the_return():
    fixed = evening("2025-02-04") + timedelta(hours=14)
    rows = [("2025-02-03", "dolh25", 5.90, 18), ("2025-02-04", "dolh25", 5.85, 17), ("2025-02-04", "dolh25", 5.86, 17, fixed)]
    found = frame(rolled(futures(*rows))).sort("available_at")
    assert found["excess_return"].to_list() == pytest.approx([np.log(5.90 / 5.85), np.log(5.90 / 5.86)])
    assert found["available_at"][1] == fixed


PTAX = [("2025-02-28", 5.85), ("2025-03-05", 5.80), ("2025-03-06", 5.75)]


def afternoon(values):
    return table(
        {"reference_date": date.fromisoformat(day), "available_at": evening(day) - timedelta(hours=6, minutes=30), "value": value}
        for day, value in values
    )


def test_spot_earns_the_cdi_and_pays_the_dollar_rate_over_the_days_between():
    cdi = readings([("2025-02-28", 0.1315), ("2025-03-05", 0.1315)])
    dollars = readings([("2025-02-27", 0.0433), ("2025-03-04", 0.0500)])
    found = frame(spot(afternoon(PTAX), cdi, dollars)).sort("reference_date")
    over_carnival = np.log(5.85 / 5.80) + np.log(1.1315) / 252 - np.log1p(0.0433 * 5 / 360)
    assert found["excess_return"][0] == pytest.approx(over_carnival, abs=1e-15)
    next_day = np.log(5.80 / 5.75) + np.log(1.1315) / 252 - np.log1p(0.05 / 360)
    assert found["excess_return"][1] == pytest.approx(next_day, abs=1e-15)
    assert found["available_at"].to_list() == [evening(day) - timedelta(hours=6, minutes=30) for day in ("2025-03-05", "2025-03-06")]


def test_a_dollar_rate_that_is_not_yet_known_is_not_used():
    cdi = readings([("2025-02-28", 0.1315)])
    unknown = readings([("2025-02-27", 0.0433)], hour=24 * 30)
    assert frame(spot(afternoon(PTAX[:2]), cdi, unknown)).is_empty()


def test_the_future_is_taken_where_there_is_one():
    quoted = futures(("2025-02-03", "dolh25", 5.90, 18), ("2025-02-04", "dolh25", 5.85, 17))
    cdi, dollars = readings([("2025-02-28", 0.1315)]), readings([("2025-02-27", 0.0433)])
    assert frame(long_brl(quoted, afternoon(PTAX), cdi, dollars))["reference_date"].to_list() == [date(2025, 2, 4)]
    nothing = quoted.slice(0, 0)
    assert frame(long_brl(nothing, afternoon(PTAX), cdi, dollars))["reference_date"].to_list() == [date(2025, 3, 5), date(2025, 3, 6)]


def test_the_index_cumulates_from_100():
    rows = [("2025-02-03", "dolh25", 5.90, 18), ("2025-02-04", "dolh25", 5.85, 17), ("2025-02-05", "dolh25", 5.80, 16)]
    found = frame(excess_indices(rolled(futures(*rows)))).sort("reference_date")
    assert found["value"].to_list() == pytest.approx([100 * 5.90 / 5.85, 100 * 5.90 / 5.80])


def test_nothing_quoted_is_an_empty_table():
    assert rolled(futures()).num_rows == 0
    assert spot(EMPTY, EMPTY, EMPTY).num_rows == 0
