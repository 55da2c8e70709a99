"""What Home says of risk: with its session, and plainly where nothing is measured."""

from datetime import date

from app.dashboard import home_data
from models_py.ledger.book import Book

READING = {"id": "L1", "title": "VaR", "value": None, "hard": 0.0125, "used": None, "status": "unmeasured"}
REPORT = {"var": {"filtered": {"var": 4e5, "es": 5e5}}, "headline": "filtered", "stress": {"COVID20": -2e6}}


def test_old_risk_carries_the_session_it_is_of():
    book = Book(measured={"risk": REPORT, "session": "2024-05-02"}, risk={"risk": None, "reason": "no history", "limits": [READING]})
    told = home_data.risk_line(book)
    assert told.startswith("After session 2024-05-02: VaR 99 %")
    assert "filtered 0.40" in told
    assert home_data.limits(book)["status"].to_list() == ["unmeasured"]


def test_a_book_that_was_never_measured_says_so():
    assert home_data.risk_line(Book(session=date(2024, 5, 2))) == "Value at risk and stress have never been measured."
