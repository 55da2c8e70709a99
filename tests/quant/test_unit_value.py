"""Every published price of an inflation-linked or floating bond since 2020, to the last digit."""

import numpy as np
import polars as pl
import pytest

from models_py.quant import lft, ntnb, unit_value
from models_py.quant.daycount import calendar

WRONG_PROJECTION = np.datetime64("2021-09-27")      # the file carries a projection that the market had left
ROUNDED_UP = np.datetime64("2023-11-16")            # the file is a millionth below the prices and the rule


@pytest.fixture(scope="module")
def market(history):
    rows = pl.read_parquet(history / "br_rates/anbima_tpf_2007_2023.parquet")
    rows = rows.with_columns(pl.col("ReferenceDate", "MaturityDate").dt.date())
    return rows.filter(pl.col("Price").is_not_null(), pl.col("MaturityDate") > pl.col("ReferenceDate"))


def lines(market, kind):
    rows = market.filter(pl.col("BondType") == kind)
    return (rows[name].to_numpy() for name in ("ReferenceDate", "MaturityDate", "IndicativeRate", "Price"))


def spread(day, unit):
    return pl.DataFrame({"day": day, "unit": unit}).group_by("day").agg(pl.col("unit").max() - pl.col("unit").min())["unit"].max()


@pytest.mark.recorded
def test_every_ntnb_since_2020_has_its_price_to_the_last_digit_from_one_unit_value_a_day(market):
    day, maturity, rate, price = lines(market, "NTN-B")
    quoted, valid = ntnb.quotation_batch(rate, day, maturity)
    days, which = np.unique(day, return_inverse=True)
    unit = unit_value.implied(price, quoted, which)
    assert (len(day), len(days)) == (14_438, 994)
    assert valid.all()
    assert unit.valid.all()
    np.testing.assert_array_equal(ntnb.price(unit.value[which], quoted), price)
    assert spread(day, ntnb.implied_vna(price, quoted).value) <= 2e-6       # a hundredth of what is allowed


@pytest.mark.recorded
def test_every_lft_since_2020_has_its_price_to_the_last_digit_from_one_unit_value_a_day(market):
    day, maturity, rate, price = lines(market, "LFT")
    left = calendar("br").business_days(day, maturity)
    quoted = lft.quotation(rate, left)
    days, which = np.unique(day, return_inverse=True)
    unit = unit_value.implied(price, quoted, which)
    assert (len(day), len(days)) == (12_431, 994)
    assert unit.valid.all()
    np.testing.assert_array_equal(lft.price(rate, left, unit.value[which]), price)
    assert spread(day, lft.implied_vna(price, quoted).value) <= 2e-6
    # and from day to day it grows by Selic, whose daily factor has eight decimals
    assert unit.value[0] == pytest.approx(10_471.890902, abs=2e-6)
    grown = unit.value[1:] / unit.value[:-1]
    assert (grown > 1.0).all()
    assert grown.max() < 1.0016          # three business days at 13.65 %


@pytest.mark.recorded
def test_unit_values_between_the_15ths_follow_both_rules_on_every_day_since_2005(history, market):
    rows = pl.read_parquet(history / "br_rates/vna_ntnb_2004_2023.parquet").with_columns(pl.col("reference_date").dt.date())
    base = pl.read_csv(history / "br_rates/vna_ntnb_base_month.csv.gz", try_parse_dates=True).unique("reference_date")
    day, inflation = rows["reference_date"].to_numpy(), rows["inflation"].to_numpy() / 100
    starts = pl.DataFrame({"reference_date": ntnb.last_15th(day)}).join(base, on="reference_date", how="left", maintain_order="left")
    start = starts["vna"].to_numpy()
    business, custody = ntnb.vna(day, start, inflation), ntnb.vna(day, start, inflation, "stn")
    assert len(day) == 4_749
    assert np.abs(business - rows["vna_du"].to_numpy()).max() < 1.5e-6
    assert np.abs(custody - rows["vna_dc"].to_numpy()).max() < 1.5e-6

    priced, maturity, rate, price = lines(market, "NTN-B")
    days, which = np.unique(priced, return_inverse=True)
    implied = unit_value.implied(price, ntnb.quotation_batch(rate, priced, maturity).value, which).value
    place = np.searchsorted(day, days)
    off_rule = np.abs(implied - business[place]) > 5e-7
    off_file = np.abs(implied - rows["vna_du"].to_numpy()[place]) > 5e-7
    assert days[off_rule].tolist() == [WRONG_PROJECTION.item()]
    assert days[off_file].tolist() == [WRONG_PROJECTION.item(), ROUNDED_UP.item()]
    assert (implied - business[place])[off_rule][0] == pytest.approx(3.30468, abs=1e-6)


def test_lines_that_no_one_unit_value_prices_have_none():
    price, quoted = ntnb.price([4_596.158793] * 3, [99.0158, 101.5, 87.1234]), [99.0158, 101.5, 87.1234]
    day = np.array([0, 0, 1])
    assert unit_value.implied(price, quoted, day).value[0] == 4_596.158793
    moved = price + np.array([0.0, 0.001, 0.0])
    assert unit_value.implied(moved, quoted, day).valid.tolist() == [False, True]
    # at a quotation of 100 the price is the unit value: a millionth apart is two of them
    assert unit_value.implied([4_596.158793, 4_596.158794], [100.0, 100.0], np.array([0, 0])).valid.tolist() == [False]
    assert unit_value.implied([np.nan], [99.0], np.array([0])).valid.tolist() == [False]
