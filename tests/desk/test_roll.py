"""The roll of strategies over a release: who speaks, since when, and what the others lack."""

from datetime import date

import pytest

from models_py.desk.roll import roll


@pytest.fixture(scope="module")
def entries(release):
    return {entry.name: entry for entry in roll(release, date(2021, 12, 30))}


def test_every_strategy_is_on_the_roll_in_order_of_code(entries):
    codes = [entry.code for entry in entries.values()]
    assert len(codes) == 34
    assert codes == sorted(codes)
    assert sum(entry.enabled for entry in entries.values()) == 25


def test_one_that_speaks_says_since_when_and_how_often_it_holds_something(entries):
    momentum = entries["fx_usdbrl_momentum"]
    assert (momentum.status, momentum.missing, momentum.legs_missing, momentum.grade) == ("OK", (), (), "derived")
    # 60 % of 252 returns of volatility on top of the 252 of the longest horizon
    assert date(2018, 12, 1) < momentum.first < date(2019, 3, 31)
    assert 0.5 < momentum.active <= 1.0


def test_one_that_lacks_something_names_inputs_and_legs_apart(entries):
    credit = entries["sovereign_cds_momentum"]
    assert (credit.status, credit.grade, credit.first, credit.active) == ("NOT BUILT", None, None, None)
    assert credit.missing == ("cds_br_5y_excess_index", "br_cds_5y")
    assert credit.legs_missing == ("cds_br_5y",)
