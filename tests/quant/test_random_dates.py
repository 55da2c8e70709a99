"""Ten thousand random dates against another library: counts of business days, nominal bonds, notes."""

import numpy as np
import pytest

from models_py.quant import bonds, ust
from models_py.quant.daycount import calendar

N = 10_000
quantlib = pytest.importorskip("QuantLib")


@pytest.fixture(scope="module")
def random():
    return np.random.default_rng(20250203)


def serials(days):
    """QuantLib counts days from 1899-12-30."""
    return (days - np.datetime64("1899-12-30")).astype(int).tolist()


def business_days_before(first, last):
    br = quantlib.Brazil()
    return first, np.r_[0, np.cumsum([br.isBusinessDay(quantlib.Date(day)) for day in serials(np.arange(first, last))])]


def test_business_days_between_ten_thousand_random_dates(random):
    start = np.datetime64("2002-01-01") + random.integers(0, 12_000, N)
    end = start + random.integers(0, 12_000, N)
    first, before = business_days_before(np.datetime64("2002-01-01"), np.datetime64("2068-01-01"))
    theirs = before[(end - first).astype(int)] - before[(start - first).astype(int)]
    # the other library knows the holiday of 20 November from 2024 on, as the list of today does
    np.testing.assert_array_equal(calendar("br").business_days(start, end, as_of=np.datetime64("2024-01-02")), theirs)


def test_ten_thousand_random_notes(random):
    settled = np.datetime64("2000-01-03") + random.integers(0, 10_000, N)
    maturity = settled + random.integers(1, 10_900, N)
    coupon, rate = random.integers(0, 64, N) / 800, random.uniform(0.0005, 0.12, N)
    ours = ust.clean_price_batch(coupon, rate, settled, maturity)
    assert ours.valid.all()
    counter = quantlib.ActualActual(quantlib.ActualActual.ISMA)
    theirs = []
    for day, end, c, y in zip(serials(settled), serials(maturity), coupon.tolist(), rate.tolist(), strict=True):
        last = quantlib.Date(end)
        issue = last - quantlib.Period(31, quantlib.Years)
        month_end = quantlib.Date.isEndOfMonth(last)
        plan = quantlib.Schedule(
            issue, last, quantlib.Period(quantlib.Semiannual), quantlib.NullCalendar(), quantlib.Unadjusted, quantlib.Unadjusted,
            quantlib.DateGeneration.Backward, month_end,
        )  # fmt: skip
        bond = quantlib.FixedRateBond(0, 100.0, plan, [c], counter)
        theirs.append(quantlib.BondFunctions.cleanPrice(bond, y, counter, quantlib.Compounded, quantlib.Semiannual, quantlib.Date(day)))
    np.testing.assert_allclose(ours.value, theirs, rtol=0, atol=1e-8)


def test_ten_thousand_random_ntnf_are_the_sum_of_their_flows(random):
    settled = np.datetime64("2024-01-02") + random.integers(0, 1500, N)
    maturity = (random.integers(2029, 2041, N) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    rate = random.uniform(0.02, 0.30, N)
    ours = bonds.ntnf_price_batch(rate, settled, maturity)
    assert ours.valid.all()
    first, before = business_days_before(np.datetime64("2024-01-01"), np.datetime64("2041-01-02"))
    total = np.zeros(N)
    for half in range(34):
        paid = (np.datetime64("2024-01", "M") + 6 * half).astype("datetime64[D]")
        flow = np.where((paid > settled) & (paid <= maturity), 48.80885, 0.0) + np.where(paid == maturity, 1000.0, 0.0)
        left = before[(paid - first).astype(int)] - before[(settled - first).astype(int)]
        total += np.where(flow > 0, flow * (1 + rate) ** (-left / 252), 0.0)
    np.testing.assert_allclose(ours.value, total, rtol=0, atol=2e-6)
