"""Quotes of Treasury bills and notes, against the Treasury's own examples and tables."""

import csv
from datetime import date

import pytest

from models_py.quant import ust_quotes as quotes
from models_py.quant.errors import BadPrice, BadTerm, Matured


def test_a_price_is_told_in_32nds_and_eighths_of_them():
    assert [quotes.in_thirty_seconds(price) for price in (98.5, 98.515625, 98.5078125, 101.0)] == ["98-16", "98-16+", "98-162", "101-00"]


def test_a_91_day_bill_at_8_46_percent_costs_97_8615():
    assert float(quotes.bill_price(0.0846, 91)) == pytest.approx(97.8615, abs=1e-10)      # 8.46 · 91 / 360 = 2.1385
    assert float(quotes.bill_discount(97.8615, 91)) == pytest.approx(0.0846, abs=1e-12)


@pytest.mark.recorded
def test_every_published_investment_yield_of_2023_follows_from_its_discount(recorded):
    with (recorded / "us_treasury/bill_rates_2023.csv").open() as file:
        rows = list(csv.DictReader(file))
    terms = {"4 WEEKS": 28, "8 WEEKS": 56, "13 WEEKS": 91, "17 WEEKS": 119, "26 WEEKS": 182, "52 WEEKS": 364}
    compared = 0
    for row in rows:
        month, of_month, year = map(int, row["Date"].split("/"))
        day = date(year, month, of_month)
        for term, days in terms.items():
            if not (discount := row.get(f"{term} BANK DISCOUNT")):
                continue
            # the term is nominal here and counted from the issue there: a day apart moves the yield by less than 2 bp
            found = float(quotes.bill_yield(quotes.bill_price(float(discount) / 100, days), days, 366 if leap(day, days) else 365))
            assert found * 100 == pytest.approx(float(row[f"{term} COUPON EQUIVALENT"]), abs=0.03)
            compared += 1
    assert compared > 800


def leap(day: date, days: int) -> bool:
    return day.toordinal() <= date(2024, 2, 29).toordinal() < day.toordinal() + 366 and days > 0


def test_a_bill_of_more_than_half_a_year_pays_a_coupon_in_between():
    price, i = 95.0, float(quotes.bill_yield(95.0, 364))
    assert price * (1 + i / 2) * (1 + i * (364 / 365 - 0.5)) == pytest.approx(100.0, abs=1e-10)
    assert i < (100 / price - 1) * 365 / 364


def test_what_is_no_bill_is_refused():
    with pytest.raises(Matured, match="0"):
        quotes.bill_price(0.05, 0)
    with pytest.raises(BadTerm, match="400"):
        quotes.bill_price(0.05, 400)
    with pytest.raises(BadPrice):
        quotes.bill_price(5.0, 360)
