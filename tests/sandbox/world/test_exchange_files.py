"""Reference rates, options and indicators of the simulated exchange follow from its settlements and its market."""

import itertools
import math

import numpy as np
import polars as pl
import pytest

from models_py.quant.daycount import calendar
from pipelines.sandbox.world.dollar_options import DELTAS
from tests.sandbox.world.worlds import SEEDS, world

DAYS = ("2010-01-04", "2014-02-28", "2019-11-14", "2021-06-30", "2024-12-23")
SESSIONS = [(seed, day) for seed in SEEDS[:3] for day in DAYS]


@pytest.fixture(params=SESSIONS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def session(request):
    seed, day = request.param
    found = world(seed)
    return found, np.datetime64(day), found.b3.settlements(np.datetime64(day))


def published(found, day, settlements):
    """Vertices of the session by days."""
    rates = found.exchange_files.rates(day, settlements)
    return rates, {name: dict(zip(rates.days.tolist(), values.tolist(), strict=True)) for name, values in rates.curves.items()}


def contracts(settlements: pl.DataFrame, family: str) -> list[dict]:
    return settlements.filter(pl.col("family") == family).sort("dc").to_dicts()


def test_at_the_expiry_of_a_contract_the_curve_is_its_settled_rate(session):
    found, day, settlements = session
    _, curves = published(found, day, settlements)
    for family, curve, decimals in (("DI1", "PRE", 3), ("DAP", "DIC", 2), ("DDI", "DOL", 2)):
        rows = [row for row in contracts(settlements, family) if row["du"] > 1]
        assert len(rows) > 10
        for row in rows:
            assert curves[curve][row["dc"]] == pytest.approx(row["rate"], abs=0.5 * 10**-decimals + 1e-9)


def test_between_two_contracts_one_forward_rate_holds(session):
    found, day, settlements = session
    rates, curves = published(found, day, settlements)
    rows = [row for row in contracts(settlements, "DI1") if row["du"] > 1]      # the first day is that of the overnight rate
    du = dict(zip(rates.days.tolist(), rates.business_days.tolist(), strict=True))
    checked = 0
    for left, right in itertools.pairwise(rows):
        growth = [(1 + row["rate"] / 100) ** (row["du"] / 252) for row in (left, right)]
        forward = (growth[1] / growth[0]) ** (1 / (right["du"] - left["du"]))
        for days in (one for one in du if left["dc"] < one < right["dc"]):
            expected = (growth[0] * forward ** (du[days] - left["du"])) ** (252 / du[days]) - 1
            assert curves["PRE"][days] == pytest.approx(100 * expected, abs=0.0005 + 1e-9)
            checked += 1
    assert checked > 20


def test_the_forward_dollar_and_the_dirty_coupon_give_back_the_ptax_of_the_eve(session):
    found, day, settlements = session
    rates, curves = published(found, day, settlements)
    ptax = []
    for days, du in zip(rates.days.tolist(), rates.business_days.tolist(), strict=True):
        growth = (1 + curves["PRE"][days] / 100) ** (du / 252)
        ptax.append(curves["PTX"][days] * (1 + curves["DOL"][days] / 100 * days / 360) / growth)
    assert np.abs(np.array(ptax) - float(found.b3.ptax_previous(day))).max() < 2e-6


def test_the_clean_coupon_is_the_dirty_one_on_spot_and_is_the_market_s_own(session):
    found, day, settlements = session
    _, curves = published(found, day, settlements)
    ratio = float(found.b3.spot(day)) / float(found.b3.ptax_previous(day))
    for days, clean in curves["DOC"].items():
        from_dirty = ((1 + curves["DOL"][days] / 100 * days / 360) * ratio - 1) * 36000 / days
        assert clean == pytest.approx(from_dirty, abs=0.011)
    for row in contracts(settlements, "DDI")[2:12]:
        assert curves["DOC"][row["dc"]] == pytest.approx(100 * float(found.b3.cupom(day, row["dc"])), abs=0.02)


def test_fixed_terms_end_on_business_days_and_every_name_of_a_curve_says_the_same(session):
    found, day, settlements = session
    rates, curves = published(found, day, settlements)
    ends = day + rates.days[rates.is_fixed]
    assert calendar("br").is_business_day(ends).all()
    late = rates.days[rates.is_fixed] - rates.term[rates.is_fixed]
    assert late.min() >= 0
    assert late.max() <= 5
    assert {1, 30, 360, 1080, 1440, 3600, 10800} <= set(rates.term[rates.is_fixed].tolist())
    assert curves["SLP"] == curves["APR"] == curves["PRE"]
    assert (curves["DCO"], curves["DCL"]) == (curves["DOL"], curves["DOC"])


def test_the_first_vertex_is_the_overnight_rate_that_the_bank_prints():
    found = world(1)
    prints = found.prints("bcb_sgs", "4389")
    cdi = dict(zip(prints.source_date.tolist(), prints.value.tolist(), strict=True))
    for day in found.b3.sessions[500:2500:190]:
        rates = found.exchange_files.rates(day, found.b3.settlements(day))
        assert rates.curves["PRE"][0] == rates.curves["DIC"][0] == cdi[day.item()]


def test_indicators_are_what_the_bank_prints_of_two_sessions():
    found = world(1)
    sell, buy, cdi = (found.prints("bcb_sgs", code).latest() for code in ("1", "10813", "4389"))
    known = [dict(zip(one.source_date.tolist(), one.value.tolist(), strict=True)) for one in (sell, buy, cdi)]
    for day in found.b3.sessions[700:2700:190]:
        eve = found.b3.sessions[int(np.searchsorted(found.b3.sessions, day)) - 1]
        told = {(one.day, one.group, one.code): one.value for one in found.exchange_files.indicators(day)}
        assert len(told) == 10
        for one in (eve, day):
            assert told[one, "ME", "DOL-T1"] == known[0][one.item()]
            assert told[one, "ME", "DOL-T2"] == pytest.approx(known[1][one.item()], abs=1e-9)
            assert told[one, "RT", "DI1"] == known[2][one.item()]


def normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def call_value(forward: float, strike: float, spread: float) -> float:
    first = math.log(forward / strike) / spread + spread / 2
    return forward * normal(first) - strike * normal(first - spread)


def test_a_premium_reprices_at_the_volatility_of_its_own_delta(session):
    found, day, _ = session
    smiles = {smile.expiry: smile for smile in found.exchange_files.surface(day)}
    checked = 0
    for one in found.exchange_files.premiums(day):
        smile = smiles[one.expiry]
        years, discount = smile.business_days / 252, float(found.b3.di_discount(day, smile.business_days))
        coupon = float(found.b3.cupom(day, smile.days))
        forward = 1000 * float(found.b3.spot(day)) / discount / (1 + coupon * smile.days / 360)
        call = one.premium / discount if one.is_call else one.premium / discount + forward - one.strike
        low, high = 1e-4, 4.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if call_value(forward, one.strike, middle * math.sqrt(years)) < call else (low, middle)
        spread = low * math.sqrt(years)
        first = math.log(forward / one.strike) / spread + spread / 2
        delta = normal(first)
        # the smile is a parabola in delta, so three of its points give it
        parabola = np.polyfit([0.25, 0.50, 0.75], [smile.vol[DELTAS.index(mark)] for mark in (25, 50, 75)], 2)
        vega = forward * math.exp(-(first**2) / 2) / math.sqrt(2 * math.pi) * math.sqrt(years)
        assert 100 * low == pytest.approx(np.polyval(parabola, delta), abs=0.06 + 100 * 0.0006 / vega)
        checked += 1
    assert checked >= 48


def test_surfaces_have_no_arbitrage_in_time_and_premiums_none_in_strike(session):
    found, day, _ = session
    smiles = found.exchange_files.surface(day)
    variance = [smile.vol[DELTAS.index(50)] ** 2 * smile.business_days for smile in smiles]
    assert variance == sorted(variance)
    options = found.exchange_files.premiums(day)
    for smile in smiles:
        calls = [(one.strike, one.premium) for one in options if one.is_call and one.expiry == smile.expiry]
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(calls)]
        assert all(-1 <= slope <= 0 for slope in slopes)
        assert all(later >= earlier - 3e-4 for earlier, later in itertools.pairwise(slopes))


def test_dollar_calls_are_dear_when_the_state_says_so(session):
    found, day, _ = session
    daily, row = found.truth.daily, int(np.searchsorted(found.truth.days, day))
    for months, smile in zip((1, 2, 3, 6, 12, 24), found.exchange_files.surface(day), strict=True):
        wings = [float(smile.vol[DELTAS.index(mark)]) for mark in (25, 75)]
        assert wings[0] - wings[1] == pytest.approx(float(daily[f"usdbrl_rr_{months}m"][row]), abs=0.011)


def test_files_of_2018_are_the_same_in_a_world_that_goes_on_to_2026():
    short, long = world(2, 2018), world(2)
    day = short.b3.sessions[-3]
    one, other = (found.exchange_files.rates(day, found.b3.settlements(day)) for found in (short, long))
    assert all(np.array_equal(one.curves[name], other.curves[name]) for name in one.curves)
    assert short.exchange_files.premiums(day) == long.exchange_files.premiums(day)
    assert short.exchange_files.indicators(day) == long.exchange_files.indicators(day)
    assert world(3).exchange_files.premiums(day) != long.exchange_files.premiums(day)
