"""What Home says of the book: money, risk with its session, positions in words."""

from datetime import date

import pytest

from app.dashboard import home_book
from models_py.ledger.book import Book, Day, Entry
from models_py.ledger.marks import Mark

READING = {"id": "L1", "title": "VaR", "value": None, "hard": 0.0125, "used": None, "status": "unmeasured"}
REPORT = {"var": {"filtered": {"var": 4e5, "es": 5e5}}, "headline": "filtered", "stress": {"COVID20": -2e6}}
SESSION = date(2024, 5, 3)


def book() -> Book:
    return Book(
        session=SESSION,
        nav=99_787_000.0,
        positions={"dolm24": -60, "di1f26": 10},
        marks={
            "dolm24": Mark("dolm24", SESSION, 5.1, 50_000.0, 1.0, 0.0, grade="market"),
            "di1f26": Mark("di1f26", date(2024, 5, 2), 84_000.5, 1.0, 1.0, 13.0, grade="derived"),
        },
        entries=[Entry(SESSION, "momentum", "dolm24", -216_000.0, 0.0), Entry(SESSION, "carry", "di1f26", 1_000.0, 100.0)],
        days=[Day(SESSION, 99_787_000.0, 28_296.0, 0.0)],
    )


def test_old_risk_carries_the_session_it_is_of():
    told = home_book.risk_line(
        old := Book(measured={"risk": REPORT, "session": "2024-05-02"}, risk={"risk": None, "reason": "no history", "limits": [READING]})
    )
    assert told.startswith("After session 2024-05-02: VaR 99 %")
    assert "filtered 0.40" in told
    assert "COVID20 −2.00" in told
    assert home_book.limits(old)["status"].to_list() == ["unmeasured"]


def test_a_book_that_was_never_measured_says_so():
    assert home_book.risk_line(Book(session=date(2024, 5, 2))) == "Value at risk and stress have never been measured."


def test_what_strategies_made_leaves_interest_out_and_the_best_comes_first():
    frame, made, interest = home_book.attribution(book())
    assert (made, interest) == (-215_100.0, 28_296.0)
    assert frame["strategy"].to_list() == ["carry", "momentum", "interest on capital"]
    assert frame["pnl"].to_list() == [900.0, -216_000.0, 28_296.0]


def test_money_carries_units_and_signs():
    figures = {label: (value, change) for label, value, change, _ in home_book.money(book())}
    assert figures["NAV, BRL mn"] == ("99.79", None)
    assert figures["Day P&L, BRL"] == ("−186,804", "−0.19 % of NAV")
    assert figures["Orders waiting"] == ("0", None)


def test_positions_say_what_they_gain_from_and_how_old_their_mark_is():
    held = home_book.positions(book())
    assert held["value_brl"].to_list() == pytest.approx([840_005.0, -15_300_000.0])
    rate, dollar = home_book.positions_shown(held, SESSION).to_dicts()
    assert (dollar["we are"], dollar["contracts"], dollar["value, BRL mn"]) == ("long BRL, short USD", "−60", "−15.30")
    assert (dollar["for +1 bp, BRL"], dollar["grade"]) == ("", "market")
    assert (rate["we are"], rate["for +1 bp, BRL"], rate["grade"]) == ("receive fixed", "−130", "derived of 2024-05-02")
