"""Contracts listed by rule, and their marks on curves."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_py.quant.di1 import price
from models_py.quant.listed import codes, contracts, expiry, listed_marks
from models_py.quant.realtime import frame
from tests.quant.vintages import evening, nodes, readings, table

DAY = np.array(["2021-03-05"], dtype="datetime64[D]")


def listing(family, day="2021-03-05"):
    _, month, _ = contracts(family, np.array([day], dtype="datetime64[D]"))
    return codes(family, month).to_list()


def test_di1_lists_four_months_the_quarters_of_five_years_and_the_januaries_of_fifteen():
    found = listing("di1")
    assert found[:6] == ["di1j21", "di1k21", "di1m21", "di1n21", "di1v21", "di1f22"]
    assert "di1f36" in found
    assert "di1n27" not in found
    assert "di1q21" not in found


def test_dap_mirrors_the_maturities_of_linkers():
    assert listing("dap")[:5] == ["dapk21", "dapq22", "dapk23", "dapq24", "dapk25"]


def test_dol_lists_the_next_twelve_months_and_the_one_that_expires_today():
    assert listing("dol")[0] == "dolj21"
    assert listing("dol", "2021-03-01")[0] == "dolh21"
    assert len(listing("dol")) == 12


@pytest.mark.parametrize(
    ("family", "month", "expected"),
    [
        ("di1", "2027-01", "2027-01-04"),
        ("di1", "2025-03", "2025-03-05"),
        ("dap", "2025-05", "2025-05-15"),
        ("dap", "2026-08", "2026-08-17"),
    ],
)
def test_contracts_expire_on_the_first_business_day_or_the_15th(family, month, expected):
    number = np.array([month], dtype="datetime64[M]").astype(np.int64)
    assert expiry(family, number, DAY).astype(str).tolist() == [expected]


CURVES = pl.concat(
    [
        frame(nodes("br_di1", {evening("2021-03-05"): {date(2021, 3, 5): {1: 0.02, 252: 0.04, 1260: 0.07}}}, "derived")),
        frame(nodes("br_real", {evening("2021-03-05"): {date(2021, 3, 5): {252: 0.01, 1260: 0.03}}})),
    ]
).to_arrow()
PTAX = table([{"reference_date": date(2021, 3, 5), "available_at": evening("2021-03-05") - timedelta(hours=6), "value": 5.7037}])
DOLLARS = readings([("2021-03-03", 0.0007)])


def marks(curves=CURVES, ptax=PTAX, dollars=DOLLARS):
    return frame(listed_marks(curves, ptax, dollars))


def row(found, contract):
    return found.filter(pl.col("instrument_id") == contract).to_dicts()[0]


def test_a_di1_is_priced_on_the_curve_at_its_own_expiry_and_not_beyond_the_last_node():
    found = marks()
    f22 = row(found, "di1f22")
    assert f22["maturity_date"] == date(2022, 1, 3)
    du = 209
    rate = ((1.04 ** (252 / 252) / 1.02 ** (1 / 252)) ** ((du - 1) / 251) * 1.02 ** (1 / 252)) ** (252 / du) - 1
    assert f22["price"] == pytest.approx(float(price(rate, du)), abs=1e-6)
    assert f22["dv01"] == pytest.approx(f22["price"] * du / 252 / (1 + rate) * 1e-4)
    assert "di1f27" not in found["instrument_id"].to_list()
    assert "di1f26" in found["instrument_id"].to_list()


def test_a_dollar_future_is_ptax_carried_to_the_eve_of_its_expiry():
    j21 = row(marks(), "dolj21")                         # expires on 1 April: the PTAX of 31 March settles it
    du, dc = 18, 26
    rate = ((1.04 / 1.02 ** (1 / 252)) ** ((du - 1) / 251) * 1.02 ** (1 / 252)) ** (252 / du) - 1
    assert j21["price"] == pytest.approx(5.7037 * (1 + rate) ** (du / 252) / (1 + 0.0007 * dc / 360), rel=1e-12)
    assert j21["dv01"] is None


def test_on_the_eve_the_mark_is_the_ptax_and_on_the_day_of_expiry_still_that_of_the_eve():
    days = ("2021-03-31", "2021-04-01")
    curves = nodes("br_di1", {evening(day): {date.fromisoformat(day): {1: 0.02, 252: 0.04}} for day in days}, "derived")
    values = zip(days, (5.6973, 5.7100), strict=True)
    ptax = table({"reference_date": date.fromisoformat(d), "available_at": evening(d) - timedelta(hours=6), "value": v} for d, v in values)
    found = marks(curves, ptax).filter(pl.col("instrument_id") == "dolj21").sort("reference_date")
    assert found["price"].to_list() == [5.6973, 5.6973]


def test_without_ptax_or_money_there_are_no_dollar_marks_and_without_curves_none_at_all():
    assert set(marks(ptax=table([]))["family"]) == {"di1", "dap"}
    assert set(marks(dollars=table([]))["family"]) == {"di1", "dap"}
    assert marks(CURVES.slice(0, 0)).is_empty()


def test_on_its_expiry_a_contract_is_worth_its_face():
    curves = nodes("br_di1", {evening("2021-04-01"): {date(2021, 4, 1): {1: 0.02, 252: 0.04}}}, "derived")
    found = row(marks(curves, table([])), "di1j21")
    assert (found["price"], found["dv01"]) == (100_000.0, 0.0)
