"""What is true of the published numbers of the simulated exchange and its neighbours, on the bytes served.

Business days are counted on the national calendar as known on the session; a contract of month m expires on its first business
day (DAP on the 15th, or the next). Rates are percent. Three seeds; sessions around holidays, expiries, year ends, crises.
"""

import json
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from models_py.kernel.clock import instant
from models_py.quant.daycount import calendar
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.service import Service
from pipelines.sandbox.view import as_datetime
from pipelines.sandbox.world import World
from tests.sandbox.conftest import AGENT, fred, sgs, sprd, treasury
from tests.sandbox.test_b3_wire import CONTRACT, figures, reports

SEEDS = (20100104, 1, 2)
SESSIONS = ("180102", "180509", "190306", "191119", "200318", "210531", "211230", "221101", "230228", "231121", "231226", "240229",
            "240830", "250203")
MONTHS = "FGHJKMNQUVXZ"
BR = calendar("br")


@cache
def service(seed):
    return Service(ServedClock(instant("2025-06-30T15:00:00Z")), Plan("calm"), lambda until: World(seed, until=until))


@cache
def body(seed, target):
    for _ in range(5):
        with service(seed).respond("GET", target, AGENT) as answer:
            if b"is not registered" not in answer.body:
                return answer
    raise AssertionError("five unlucky calls")


@cache
def session(seed, yymmdd):
    """Figures of the final snapshot as numbers, by ticker."""
    found = figures(reports(body(seed, sprd(yymmdd)))[-1][1])
    numbers = ("AdjstdQt", "AdjstdQtTax", "PrvsAdjstdQt", "PrvsAdjstdQtTax")
    settled = {symbol: tags for symbol, tags in found.items() if CONTRACT.fullmatch(symbol)}
    return {symbol: {tag: float(tags[tag]) for tag in numbers if tag in tags} for symbol, tags in settled.items()}


def date_of(yymmdd):
    return np.datetime64(f"20{yymmdd[:2]}-{yymmdd[2:4]}-{yymmdd[4:]}")


def expiry(symbol, day):
    first = np.datetime64(f"20{symbol[4:]}-{MONTHS.index(symbol[3]) + 1:02d}-01")
    return BR.following(first + (14 if symbol.startswith("DAP") else 0), as_of=day)


def terms(symbol, yymmdd):
    """Business days and calendar days to expiry."""
    day = date_of(yymmdd)
    end = expiry(symbol, day)
    return int(BR.business_days(day, end)), int((end - day).astype(int))


def family(found, name):
    return {symbol: tags for symbol, tags in found.items() if symbol.startswith(name)}


def ordered(found, name, yymmdd):
    return sorted(family(found, name), key=lambda symbol: terms(symbol, yymmdd)[1])


def forward(found, low, high, yymmdd):
    """Rate between two DDI maturities, percent, linear ACT/360."""
    near, far = (found[symbol]["AdjstdQtTax"] / 100 for symbol in (low, high))
    low_dc, high_dc = (terms(symbol, yymmdd)[1] for symbol in (low, high))
    return 100 * ((1 + far * high_dc / 360) / (1 + near * low_dc / 360) - 1) * 360 / (high_dc - low_dc)


def unit_price(rate, symbol, yymmdd):
    return 1e5 / (1 + rate / 100) ** (terms(symbol, yymmdd)[0] / 252)


every = pytest.mark.parametrize(("seed", "yymmdd"), [(seed, day) for seed in SEEDS for day in SESSIONS])


@every
def test_a_report_holds_the_families_in_the_numbers_of_the_real_one(seed, yymmdd):
    found = session(seed, yymmdd)
    counts = {name: len(family(found, name)) for name in ("DI1", "DAP", "DDI", "FRC", "DOL", "WDO")}
    assert all(low <= counts[name] <= high for name, (low, high) in {
        "DI1": (30, 45), "DAP": (14, 35), "DDI": (30, 45), "FRC": (28, 44), "DOL": (12, 40), "WDO": (8, 40)}.items()), counts
    assert 150 <= sum(counts.values()) <= 220


@every
def test_di1_prices_follow_from_their_rates_and_discount_factors_fall(seed, yymmdd):
    found = session(seed, yymmdd)
    symbols = ordered(found, "DI1", yymmdd)
    for symbol in symbols:
        assert found[symbol]["AdjstdQt"] == pytest.approx(unit_price(found[symbol]["AdjstdQtTax"], symbol, yymmdd), abs=0.0051)
    for near, far in pairwise(symbols):
        (days, price), (later, further) = ((terms(symbol, yymmdd)[0], found[symbol]["AdjstdQt"]) for symbol in (near, far))
        assert further < price
        assert (price / further) ** (252 / (later - days)) - 1 > -0.05


@every
def test_dap_prices_follow_from_their_rates(seed, yymmdd):
    found = session(seed, yymmdd)
    for symbol in ordered(found, "DAP", yymmdd):
        assert found[symbol]["AdjstdQt"] == pytest.approx(unit_price(found[symbol]["AdjstdQtTax"], symbol, yymmdd), abs=0.0051)


@every
def test_ddi_prices_follow_from_their_rates(seed, yymmdd):
    found = session(seed, yymmdd)
    for symbol in ordered(found, "DDI", yymmdd):
        _, days = terms(symbol, yymmdd)
        assert found[symbol]["AdjstdQt"] == pytest.approx(1e5 / (1 + found[symbol]["AdjstdQtTax"] / 100 * days / 360), abs=0.0051)


@every
def test_dol_beyond_the_first_implies_one_ptax_and_it_is_the_eve_s(seed, yymmdd):
    found = session(seed, yymmdd)
    implied = []
    for symbol in ordered(found, "DOL", yymmdd)[1:]:
        business_days, days = terms(symbol, yymmdd)
        rate, cupom = (found[name + symbol[3:]]["AdjstdQtTax"] / 100 for name in ("DI1", "DDI"))
        implied.append(found[symbol]["AdjstdQt"] * (1 + cupom * days / 360) / (1 + rate) ** (business_days / 252))
    assert max(implied) - min(implied) < 0.002
    eve = date_of(yymmdd) - 1
    rows = json.loads(body(seed, sgs(1, f"{(eve - 14).item():%d/%m/%Y}", f"{eve.item():%d/%m/%Y}")).body)
    ptax = [row["valor"] for row in rows if row["valor"]][-1]
    assert np.mean(implied) / 1000 == pytest.approx(float(ptax), rel=2e-6)


@every
def test_the_mini_contract_settles_like_the_full_one(seed, yymmdd):
    found = session(seed, yymmdd)
    common = [symbol for symbol in ordered(found, "DOL", yymmdd) if f"WDO{symbol[3:]}" in found]
    assert len(common) >= 8
    assert all(found[symbol]["AdjstdQt"] == found[f"WDO{symbol[3:]}"]["AdjstdQt"] for symbol in common)


@every
def test_the_first_dol_is_spot_carried_at_the_clean_cupom(seed, yymmdd):
    found, day = session(seed, yymmdd), date_of(yymmdd)
    first = ordered(found, "DOL", yymmdd)[0]
    exchange = service(seed).view().exchange
    business_days, days = terms(first, yymmdd)
    rate = found[f"DI1{first[3:]}"]["AdjstdQtTax"] / 100
    fair = float(exchange.spot(day)) * (1 + rate) ** (business_days / 252) / (1 + float(exchange.cupom(day, days)) * days / 360)
    assert found[first]["AdjstdQt"] / 1000 == pytest.approx(fair, rel=2e-6)


@every
def test_a_fra_of_cupom_is_the_forward_of_two_ddi(seed, yymmdd):
    found = session(seed, yymmdd)
    short = next(symbol for symbol in ordered(found, "DDI", yymmdd) if terms(symbol, yymmdd)[0] >= 3)
    rates = {symbol: tags["AdjstdQtTax"] for symbol, tags in family(found, "FRC").items() if "AdjstdQtTax" in tags}
    assert len(rates) >= 27
    for symbol, rate in rates.items():
        assert rate == pytest.approx(forward(found, short, f"DDI{symbol[3:]}", yymmdd), abs=0.00501), symbol
        assert "AdjstdQt" not in found[symbol]


@every
def test_dirty_cupom_differs_from_clean_by_ptax_over_spot(seed, yymmdd):
    found, day = session(seed, yymmdd), date_of(yymmdd)
    exchange = service(seed).view().exchange
    ratio = float(exchange.ptax_previous(day)) / float(exchange.spot(day))
    for symbol in ordered(found, "DDI", yymmdd)[1:12]:
        _, days = terms(symbol, yymmdd)
        clean = 100 * float(exchange.cupom(day, days))
        dirty = 100 * (ratio * (1 + clean / 100 * days / 360) - 1) * 360 / days
        assert found[symbol]["AdjstdQtTax"] == pytest.approx(dirty, abs=0.02)     # FRA rates have two decimals; stale ones move it further
        assert dirty - clean == pytest.approx(100 * (ratio - 1) * 360 / days, abs=0.35)


def first_published(seed):
    """A session whose file was corrected later, and its figures on the evening itself."""
    view = service(seed).view()
    for day in view.exchange.sessions[view.exchange.sessions >= np.datetime64("2022-01-01")]:
        if view.times(day).corrected_at is not None:
            yymmdd = f"{day.item():%y%m%d}"
            evening = Service(ServedClock(as_datetime(view.times(day).published_at)), Plan("calm"), lambda until: view.archive.world)
            with evening.respond("GET", sprd(yymmdd), AGENT) as answer:
                found = {symbol: tags for symbol, tags in figures(reports(answer)[-1][1]).items() if CONTRACT.fullmatch(symbol)}
            return yymmdd, {symbol: {tag: float(tags[tag]) for tag in ("AdjstdQt", "AdjstdQtTax") if tag in tags}
                            for symbol, tags in found.items()}
    raise AssertionError("no corrected file in three years")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_file_that_is_corrected_later_is_wrong_in_few_contracts_and_consistent_in_itself(seed):
    yymmdd, before = first_published(seed)
    after = session(seed, yymmdd)
    changed = {symbol for symbol in after if any(before[symbol].get(tag) != after[symbol].get(tag) for tag in ("AdjstdQt", "AdjstdQtTax"))}
    assert 1 <= len(changed) <= 10
    for symbol in ordered(before, "DI1", yymmdd) + ordered(before, "DAP", yymmdd):
        assert before[symbol]["AdjstdQt"] == pytest.approx(unit_price(before[symbol]["AdjstdQtTax"], symbol, yymmdd), abs=0.0051)


@pytest.mark.parametrize("seed", SEEDS)
def test_ptax_buy_is_sell_less_six_ten_thousandths(seed):
    sell, buy = (json.loads(body(seed, sgs(code, "01/01/2018", "31/12/2024")).body) for code in (1, 10813))
    assert [row["data"] for row in sell] == [row["data"] for row in buy]
    pairs = [(float(one["valor"]), float(other["valor"])) for one, other in zip(sell, buy, strict=True) if one["valor"] and other["valor"]]
    assert len(pairs) > 1700
    assert max(abs(one - other - 0.0006) for one, other in pairs) < 1e-9


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("column", "series"), [("1 Mo", "DGS1MO"), ("2 Yr", "DGS2"), ("10 Yr", "DGS10"), ("30 Yr", "DGS30")])
def test_fred_repeats_the_treasury_s_par_yields(seed, column, series):
    if not service(seed).view().has("fred", series):
        pytest.skip(f"this world publishes no {series}")
    lines = body(seed, treasury(2023)).body.decode().split("\n")
    place = [name.strip('"') for name in lines[0].split(",")].index(column)
    curve = {f"{day[6:]}-{day[:2]}-{day[3:5]}": cells[place - 1] for day, *cells in (line.split(",") for line in lines[1:])}
    said = json.loads(body(seed, fred("/series/observations", series_id=series, observation_start="2023-01-01",
                                      observation_end="2023-12-31")).body)
    copy = {row["date"]: row["value"] for row in said["observations"] if row["value"] != "."}
    assert len(copy) > 240
    assert all(curve[day] == value for day, value in copy.items() if curve.get(day))


def test_fred_s_copy_comes_a_day_after_the_treasury_s():
    prints = {source: service(SEEDS[0]).view().archive.prints(source, key).first() for source, key in
              (("fred", "DGS10"), ("us_treasury", "10 Yr"))}
    day = np.datetime64("2023-06-14")
    out = {source: found.published_at[found.source_date == day][0] for source, found in prints.items()}
    assert out["us_treasury"].astype("datetime64[D]") == np.datetime64("2023-06-14")      # 18:00 in New York is 22:00 UTC
    assert out["fred"].astype("datetime64[D]") == np.datetime64("2023-06-15")             # 16:15 there the next day
