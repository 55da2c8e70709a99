"""Identities of published data, on what the sources print, seeds 1 to 5. Tolerances are those of rounding unless said."""

import numpy as np
import pytest

from pipelines.sandbox.world.prints import Prints
from tests.sandbox.world.worlds import SEEDS, world

pytestmark = pytest.mark.parametrize("seed", SEEDS)

A_DAY_LATER = np.timedelta64(20, "h")            # from 17:55 New York, corrected by 19:55, to 16:15 of the next business day


def latest(seed: int, key: str, source: str = "bcb_sgs") -> Prints:
    found = world(seed).prints(source, key).latest()
    return found.take(np.isfinite(found.value))


def common(seed: int, *keys: str, source: str = "bcb_sgs") -> list[np.ndarray]:
    """Latest values of several series on the dates that all have."""
    found = [latest(seed, key, source) for key in keys]
    dates = found[0].source_date
    for prints in found[1:]:
        dates = np.intersect1d(dates, prints.source_date)
    assert dates.size > 20
    return [prints.value[np.searchsorted(prints.source_date, dates)] for prints in found]


def on_same_instants(seed: int, *keys: str, source: str = "fred") -> list[np.ndarray]:
    """Values of several series at every print of the first, each as known then."""
    first = world(seed).prints(source, keys[0])
    out = [first.value]
    for key in keys[1:]:
        other = world(seed).prints(source, key)
        order = np.lexsort((other.vintage, other.source_date))
        number = other.source_date[order].astype(np.int64) * 10**12 + other.published_at[order].astype(np.int64) // 10**6
        wanted = first.source_date.astype(np.int64) * 10**12 + first.published_at.astype(np.int64) // 10**6
        place = np.searchsorted(number, wanted, side="right") - 1
        assert (other.source_date[order][place] == first.source_date).all()
        out.append(other.value[order][place])
    return out


def test_twelve_month_inflation_compounds_the_printed_months(seed):
    month, year = latest(seed, "433"), latest(seed, "13522")
    product = np.array([np.prod(1 + month.value[i : i + 12] / 100) - 1 for i in range(month.value.size - 11)]) * 100
    dates = month.source_date[11:]
    twelve = year.value[np.searchsorted(year.source_date, dates[dates >= year.source_date[0]])]
    assert np.abs(product[-twelve.size :] - twelve).max() < 0.07         # twelve roundings of .005


def test_free_and_administered_prices_make_the_ipca_at_a_plausible_weight(seed):
    ipca, free, administered = common(seed, "433", "11428", "4449")
    apart = np.abs(administered - free) > 0.5
    weight = (ipca - free)[apart] / (administered - free)[apart]
    assert ((weight > 0.15) & (weight < 0.40)).all()


@pytest.mark.parametrize(
    ("whole", "parts"), [("11428", ("4447", "4448")), ("4447", ("10841", "10842", "10843")), ("11428", ("27864", "27863", "10844"))]
)
def test_a_classification_lies_between_its_parts(seed, whole, parts):
    value, *members = common(seed, whole, *parts)
    assert (value <= np.max(members, axis=0) + 0.011).all()
    assert (value >= np.min(members, axis=0) - 0.011).all()


def test_overnight_rates_agree_daily_and_annual(seed):
    for daily, annual in (("11", "1178"), ("12", "4389")):
        day, year = common(seed, daily, annual)
        assert np.abs(day - np.round(((1 + year / 100) ** (1 / 252) - 1) * 100, 6)).max() < 1e-9


def test_a_month_of_cdi_and_of_selic_is_the_product_of_its_days(seed):
    for daily, month, annualised in (("12", "4391", "4392"), ("11", "4390", "4189")):
        days, total, rate = (latest(seed, code) for code in (daily, month, annualised))
        months, start = np.unique(days.source_date.astype("datetime64[M]"), return_index=True)
        growth = np.multiply.reduceat(1 + days.value / 100, start)[: total.value.size]
        count = np.diff(np.append(start, days.value.size))[: total.value.size]
        assert np.array_equal(months[: total.value.size], total.source_date.astype("datetime64[M]"))
        assert np.abs((growth - 1) * 100 - total.value).max() <= 0.005 + 1e-9
        assert np.abs((growth ** (252 / count) - 1) * 100 - rate.value).max() <= 0.005 + 1e-9


def test_selic_is_ten_points_under_its_target_and_cdi_at_or_one_below(seed):
    target, selic, cdi = common(seed, "432", "1178", "4389")
    assert np.abs(target - selic - 0.10).max() < 1e-9
    assert set(np.round(selic - cdi, 2)) <= {0.0, 0.01}


def test_the_target_moves_in_quarters_only_where_a_decision_binds_and_is_published_ahead(seed):
    found = world(seed).prints("bcb_sgs", "432")
    move = np.round(np.diff(found.latest().value), 4)
    assert np.abs(move % 0.25).max() < 1e-9
    changes = found.latest().source_date[1:][move != 0]
    decided = found.latest().published_at[1:][move != 0]
    wait = (changes - decided.astype("datetime64[D]")).astype(int)
    assert ((wait >= 1) & (wait <= 5)).all()
    ahead = found.source_date > found.published_at.astype("datetime64[D]")
    assert ahead.mean() > 0.9


def test_nominal_requirement_is_primary_plus_interest(seed):
    for nominal, primary, interest, step in (("4583", "4649", "4616", 1.0), ("5727", "5793", "5760", 0.01)):
        whole, *parts = common(seed, nominal, primary, interest)
        assert np.abs(whole - sum(parts)).max() <= step * 1.01


def test_a_deficit_is_positive_in_flows_and_in_twelve_months(seed):
    month, year = common(seed, "4649", "5793")
    total = np.convolve(month, np.ones(12), "valid")
    clear = np.abs(year[11:]) > 0.3
    assert (np.sign(total[clear]) == np.sign(year[11:][clear])).all()


def test_labour_force_is_employed_plus_unemployed(seed):
    force, employed, unemployed, rate = common(seed, "24378", "24379", "24380", "24369")
    assert np.array_equal(force, employed + unemployed)
    assert np.abs(100 * unemployed / force - rate).max() <= 0.05 + 1e-9


def test_the_balance_of_payments_adds_up_in_every_release(seed):
    names = ("22701", "22704", "22800", "22838")
    current, goods_services, primary, secondary = on_same_instants(seed, *names, source="bcb_sgs")
    assert np.abs(current - goods_services - primary - secondary).max() < 0.051
    balance, exports, imports = on_same_instants(seed, "22707", "22708", "22709", source="bcb_sgs")
    assert np.abs(balance - exports + imports).max() < 0.051
    assert np.abs(np.subtract(*common(seed, "22702", "22703")) - common(seed, "22701", "22702")[0]).max() < 0.11


def test_fx_flows_add_up(seed):
    total, commercial, financial = on_same_instants(seed, "13961", "13967", "13970", source="bcb_sgs")
    assert np.array_equal(total, commercial + financial)
    trade, exports, imports = on_same_instants(seed, "13967", "13962", "13966", source="bcb_sgs")
    assert np.array_equal(trade, exports - imports)
    sold, *parts = common(seed, "13962", "13963", "13964", "13965")
    assert np.array_equal(sold, sum(parts))


def test_ptax_buys_six_ten_thousandths_below_and_gives_month_ends_and_means(seed):
    sell, buy = latest(seed, "1"), latest(seed, "10813")
    assert np.abs(sell.value - buy.value - 0.0006).max() < 1e-9
    _, start = np.unique(sell.source_date.astype("datetime64[M]"), return_index=True)
    stop = np.append(start[1:], sell.value.size)
    end, mean = latest(seed, "3696"), latest(seed, "3698")
    size = end.value.size
    assert np.abs(sell.value[stop - 1][:size] - end.value).max() < 1e-9
    assert np.abs(np.add.reduceat(sell.value, start)[:size] / (stop - start)[:size] - mean.value).max() <= 0.00005 + 1e-9


def test_credit_totals_are_sums_of_their_parts(seed):
    total, corporates, households = on_same_instants(seed, "20539", "20540", "20541", source="bcb_sgs")
    assert np.array_equal(total, corporates + households)
    whole, free, directed = common(seed, "20539", "20542", "20593")
    assert np.array_equal(whole, free + directed)


def test_payrolls_are_private_plus_government_in_every_vintage(seed):
    total, private, government = on_same_instants(seed, "PAYEMS", "USPRIV", "USGOVT")
    assert np.array_equal(total, private + government)


def test_employment_ratio_is_participation_times_one_less_unemployment(seed):
    ratio, participation, unemployment = common(seed, "EMRATIO", "CIVPART", "UNRATE", source="fred")
    assert np.abs(ratio - participation * (1 - unemployment / 100)).max() < 0.05 + 0.05 + 0.04


def test_nominal_spending_is_real_times_price(seed):
    nominal, real, price = common(seed, "PCE", "PCEC96", "PCEPI", source="fred")
    assert np.abs(nominal - real * price / 100).max() < 0.2
    nominal, real, price = common(seed, "GDP", "GDPC1", "GDPDEF", source="fred")
    assert np.abs(nominal - real * price / 100).max() < 0.2


def test_fred_copies_the_treasury_a_day_later(seed):
    for code, column in (("DGS2", "2 Yr"), ("DGS10", "10 Yr"), ("DGS3MO", "3 Mo")):
        copy, own = latest(seed, code, "fred"), latest(seed, column, "us_treasury")
        assert np.array_equal(copy.source_date, own.source_date[: copy.source_date.size])
        assert np.array_equal(copy.value, own.value[: copy.value.size])
        assert (copy.published_at - own.published_at[: copy.value.size] >= A_DAY_LATER).all()


def test_slopes_and_breakevens_are_differences_of_printed_yields(seed):
    differences = (("T10Y2Y", "DGS10", "DGS2"), ("T10Y3M", "DGS10", "DGS3MO"), ("T10YIE", "DGS10", "DFII10"), ("T5YIE", "DGS5", "DFII5"))
    for code, long, short in differences:
        spread, a, b = common(seed, code, long, short, source="fred")
        assert np.abs(spread - (a - b)).max() < 1e-6
    forward, ten, five = common(seed, "T5YIFR", "T10YIE", "T5YIE", source="fred")
    implied = (((1 + ten / 100) ** 10 / (1 + five / 100) ** 5) ** 0.2 - 1) * 100
    assert np.abs(forward - implied).max() <= 0.005 + 1e-9


def test_sofr_averages_compound_its_rates(seed):
    rate, index, average = latest(seed, "SOFR", "fred"), latest(seed, "SOFRINDEX", "fred"), latest(seed, "SOFR30DAYAVG", "fred")
    days = np.diff(rate.source_date).astype(int)
    size = min(index.value.size, rate.value.size)
    grown = np.concatenate([[1.0], np.cumprod(1 + rate.value[:-1] / 100 * days / 360)])[:size]
    assert np.abs(grown - index.value[:size]).max() < 1e-7
    place = {str(day): value for day, value in zip(index.source_date, index.value, strict=True)}
    checked = 0
    for day, value in zip(average.source_date, average.value, strict=True):
        start = place.get(str(day - 30))
        if start is not None:
            assert abs((place[str(day)] / start - 1) * 360 / 30 * 100 - value) < 2e-4
            checked += 1
    assert checked > 500


def test_survey_statistics_are_in_order(seed):
    for key in world(seed).keys("bcb_focus"):
        found = world(seed).prints("bcb_focus", key)
        low, high = found.extra["min"], found.extra["max"]
        assert (low <= found.value + 1e-4).all()
        assert (found.value <= high + 1e-4).all()
        assert ((low <= found.extra["mean"] + 1e-4) & (found.extra["mean"] <= high + 1e-4)).all()
        alone = found.extra["respondents"] == 1
        assert (found.extra["sd"][alone] == 0).all()
        assert np.isnan(found.extra["respondents"][found.source_date < np.datetime64("2014-01-01")]).all()
