"""Cheapest to deliver: eligibility, implied repo, and the fallback by duration."""

from dataclasses import replace
from datetime import date

import pytest

from models_py.quant import delivery, ust
from models_py.quant.contract import parse
from models_py.quant.errors import BadTerm

ZNH25 = parse("znh25")
NOTE = delivery.Bond(0.04, date(2032, 2, 15), date(2022, 2, 15), 0.0430)
LATER = delivery.Bond(0.0425, date(2034, 11, 15), date(2024, 11, 15), 0.0454)
SETTLED, DELIVERED = date(2025, 3, 3), date(2025, 3, 31)


def test_a_ten_year_future_takes_notes_of_six_and_a_half_to_ten_years():
    assert delivery.is_eligible(NOTE, ZNH25)
    assert delivery.is_eligible(LATER, ZNH25)
    assert not delivery.is_eligible(replace(NOTE, maturity=date(2031, 8, 15)), ZNH25)           # six years and five months
    assert not delivery.is_eligible(replace(NOTE, issue=date(2002, 2, 15)), ZNH25)              # an old bond is no note
    assert not delivery.is_eligible(replace(NOTE, maturity=date(2035, 8, 15)), ZNH25)


def test_the_implied_repo_of_a_fairly_priced_future_is_the_repo_it_was_priced_with():
    repo, factor = 0.0433, 0.8902
    bought = float(ust.dirty_price(0.04, 0.0430, SETTLED, NOTE.maturity))
    invoice = bought * (1 + repo * 28 / 360)
    future = (invoice - float(ust.accrued(0.04, DELIVERED, NOTE.maturity))) / factor
    assert delivery.implied_repo(NOTE, ZNH25, future, SETTLED, DELIVERED) == pytest.approx(repo, abs=1e-12)


def test_a_coupon_on_the_way_earns_the_repo_for_the_days_it_has_left():
    may = parse("znm25")
    bought, repo = float(ust.dirty_price(0.0425, 0.0454, date(2025, 5, 1), LATER.maturity)), 0.0433
    invoice = bought * (1 + repo * 60 / 360) - 2.125 * (1 + repo * 46 / 360)                    # paid on 15 May, delivered on 30 June
    future = (invoice - float(ust.accrued(0.0425, date(2025, 6, 30), LATER.maturity))) / delivery.factor(LATER, may)
    assert delivery.implied_repo(LATER, may, future, date(2025, 5, 1), date(2025, 6, 30)) == pytest.approx(repo, abs=1e-12)


def test_the_bond_of_the_highest_repo_is_the_cheapest():
    found = delivery.cheapest([NOTE, LATER], ZNH25, SETTLED, DELIVERED, 110.0)
    repos = [delivery.implied_repo(bond, ZNH25, 110.0, SETTLED, DELIVERED) for bond in (NOTE, LATER)]
    assert found.implied_repo == max(repos)
    assert found.bond == (NOTE if repos[0] > repos[1] else LATER)


def test_without_a_price_the_shortest_duration_is_taken_below_6_percent_and_the_longest_above():
    low = delivery.cheapest([LATER, NOTE], ZNH25, SETTLED, DELIVERED)
    assert (low.bond, low.factor, low.implied_repo) == (NOTE, 0.8902, None)
    assert low.dv01 == pytest.approx(66.2252, abs=0.01)
    high = delivery.cheapest([replace(bond, yield_=0.08) for bond in (NOTE, LATER)], ZNH25, SETTLED, DELIVERED)
    assert high.bond.maturity == LATER.maturity


def test_where_nothing_may_be_delivered_it_is_said():
    with pytest.raises(BadTerm, match="znh25"):
        delivery.cheapest([], ZNH25, SETTLED, DELIVERED)
    with pytest.raises(BadTerm, match="2025-03-03"):
        delivery.implied_repo(NOTE, ZNH25, 110.0, DELIVERED, SETTLED)
    with pytest.raises(BadTerm, match="di1f27"):
        delivery.is_eligible(NOTE, parse("di1f27"))
