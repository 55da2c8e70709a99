"""Expiries, last trades and rolls of listed contracts, as the exchanges published them."""

from datetime import date

import pytest

from models_py.quant.contract import Contract, dates, parse, third_wednesday
from models_py.quant.errors import BadTerm


@pytest.mark.parametrize(
    ("code", "known", "last_trade", "expiry"),
    [
        ("DI1F27", "2025-02-03", date(2026, 12, 30), date(2027, 1, 4)),       # B3 closes on the last weekday of a year
        ("dolh26", "2026-01-05", date(2026, 2, 27), date(2026, 3, 2)),
        ("wdoh26", "2026-01-05", date(2026, 2, 27), date(2026, 3, 2)),
        ("oc1f27", "2025-02-03", date(2026, 12, 30), date(2027, 1, 4)),
        ("dapq26", "2025-02-03", date(2026, 8, 14), date(2026, 8, 17)),       # 15 August 2026 is a Saturday
        ("indj26", "2026-01-05", date(2026, 4, 15), date(2026, 4, 15)),
        ("wing26", "2026-01-05", date(2026, 2, 18), date(2026, 2, 18)),       # Ash Wednesday: a session
        ("znh26", "2026-01-05", date(2026, 3, 20), date(2026, 3, 31)),
        ("zth26", "2026-01-05", date(2026, 3, 31), date(2026, 3, 31)),
        ("sr3m26", "2026-01-05", date(2026, 9, 15), date(2026, 9, 16)),
    ],
)
def test_a_contract_ends_when_its_exchange_says(code, known, last_trade, expiry):
    found = dates(parse(code), known)
    assert (found.last_trade, found.expiry) == (last_trade, expiry)


def test_a_di_future_is_rolled_five_business_days_before_its_last_trade():
    assert dates(parse("di1f27"), "2025-02-03").roll == date(2026, 12, 22)      # 25 December is a holiday, 24 December counts


def test_a_treasury_future_is_rolled_the_day_before_first_intention():
    # delivery month of March 2026 begins on Monday the 2nd, first intention is on 26 February
    assert dates(parse("znh26"), "2026-01-05").roll == date(2026, 2, 25)


def test_a_code_is_read_in_either_case_and_written_in_lower():
    assert parse("SR3M26") == Contract("sr3", date(2026, 6, 1))
    assert str(parse("6LZ30")) == "6lz30"


@pytest.mark.parametrize("code", ["di1a27", "xx1f27", "di1f2027", "", "indf26"])
def test_a_code_that_is_none_is_refused_by_name(code):
    with pytest.raises(BadTerm, match=code or "found"):
        parse(code)


def test_imm_dates_are_third_wednesdays():
    assert third_wednesday(["2026-03-01", "2026-06-30", "2026-09-01"]).astype(str).tolist() == ["2026-03-18", "2026-06-17", "2026-09-16"]
