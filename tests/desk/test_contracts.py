"""Expiries, rolls and the contract that stands for a leg."""

from datetime import date

import pytest

from models_py.execution.contracts import NoContract, expiry, last_trade, roll_date, screen_side, spec, tenor_bd
from models_py.execution.legs import resolve
from models_py.kernel.errors import ConfigError
from models_py.ledger.marks import Mark

SESSION = date(2025, 2, 3)


@pytest.mark.parametrize(
    ("contract", "day"),
    [
        ("di1f27", date(2027, 1, 4)),          # 1 January is a holiday, the 2nd a Saturday
        ("di1n25", date(2025, 7, 1)),
        ("dolh25", date(2025, 3, 5)),          # Carnival Monday and Tuesday
        ("dapk25", date(2025, 5, 15)),
        ("dapq26", date(2026, 8, 17)),         # the 15th is a Saturday
    ],
)
def test_contracts_expire_by_the_exchange_s_rule(contract, day):
    assert expiry(contract) == day


def test_a_family_with_another_rule_of_expiry_is_refused_and_not_guessed():
    with pytest.raises(ConfigError, match="'ind'"):
        expiry("indj26")


def test_a_di1_of_january_2027_has_479_business_days_on_3_february_2025():
    assert tenor_bd("di1f27", SESSION) == 479


def test_20_november_counts_as_a_business_day_for_a_session_of_early_2023():
    assert tenor_bd("di1f38", date(2023, 2, 2)) == 3745


def test_the_last_trade_is_the_business_day_before_and_the_roll_five_before_that():
    assert last_trade("dolh25") == date(2025, 2, 28)
    assert last_trade("di1f27") == date(2026, 12, 30)               # B3 is closed on the last business day of the year
    assert roll_date("dolh25") == date(2025, 2, 21)


def mark(contract: str, price: float, dv01: float = 10.0, point: float = 1.0) -> Mark:
    return Mark(contract, SESSION, price, point, dv01=dv01)


MARKS = {
    m.contract: m
    for m in [
        mark("di1f26", 89_000, 7.0), mark("di1f27", 76_828.74, 12.7), mark("di1n26", 82_000, 9.0), mark("di1f30", 55_000, 21.0),
        mark("dolh25", 5.88, 0.0, 50_000.0), mark("dolj25", 5.91, 0.0, 50_000.0),
        mark("dapq26", 85_000, 20.0, 1.85), mark("dapk26", 87_000, 18.0, 1.85),
    ]
}  # fmt: skip


def test_long_real_is_short_the_first_dollar_future():
    assert resolve("usdbrl", SESSION, MARKS) == {"dolh25": pytest.approx(-1 / (5.88 * 50_000))}


def test_near_expiry_the_next_dollar_future_takes_over():
    assert list(resolve("usdbrl", date(2025, 2, 21), MARKS)) == ["dolj25"]


def test_beyond_a_year_a_di1_leg_is_the_nearest_january():
    assert resolve("di1_504bd", SESSION, MARKS) == {"di1f27": pytest.approx(1 / 12.7)}


def test_a_breakeven_is_long_dap_and_short_as_much_dv01_of_di1():
    found = resolve("bei_252bd", SESSION, MARKS)
    assert found == {"dapq26": pytest.approx(1 / 20.0), "di1f27": pytest.approx(-1 / 12.7)}      # August of an even year is the liquid one
    assert sum(found[c] * MARKS[c].dv01 for c in found) == pytest.approx(0)


def test_a_leg_without_a_marked_contract_is_refused_by_name():
    with pytest.raises(NoContract, match="bei_252bd"):
        resolve("bei_252bd", SESSION, {"di1f27": MARKS["di1f27"]})
    with pytest.raises(NoContract, match="gold_1y"):
        resolve("gold_1y", SESSION, MARKS)


def test_to_receive_is_to_sell_the_rate_on_the_screen():
    assert screen_side("di1f27", +10) == "sell"
    assert screen_side("dapq26", -10) == "buy"
    assert screen_side("dolh25", +5) == "buy"


@pytest.mark.parametrize("code", ["di1", "xyzf27", "di1a27", "di1f2x"])
def test_what_is_not_a_contract_is_refused(code):
    with pytest.raises(NoContract, match=code):
        spec(code)
