"""What the priced tables must agree on among themselves, on two small worlds."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_py.quant.curve import flat_forward
from models_py.quant.daycount import calendar
from models_py.quant.listed import expiry
from tests.dbt import markets, priced

WORLDS = {"sandbox": markets.futures_world, "files": markets.bonds_world}


@pytest.fixture(scope="module", params=WORLDS)
def world(request):
    observations, quotes = WORLDS[request.param]()
    return request.param, priced.build(observations, quotes, request.param, markets.FETCHED)


def curve(gold, curve_id, day):
    rows = gold["curves"].filter(pl.col("curve_id") == curve_id, pl.col("reference_date") == day).sort("tenor_bd")
    return rows["tenor_bd"].to_numpy(), rows["zero_rate"].to_numpy()


def factor(gold, series_id):
    rows = gold["factors"].filter(pl.col("series_id") == series_id)
    return dict(rows.select("reference_date", "value").rows())


def test_discount_factors_are_those_of_the_rates_and_fall_with_the_tenor(world):
    rows = world[1]["curves"]
    expected = (1 + rows["zero_rate"].to_numpy()) ** (-rows["tenor_bd"].to_numpy() / 252)
    np.testing.assert_allclose(rows["discount_factor"].to_numpy(), expected, rtol=1e-14)
    steps = rows.with_columns(step=pl.col("discount_factor").diff().over("curve_id", "reference_date", "available_at"))
    assert (steps["step"].drop_nulls() < 0).all()


@pytest.mark.parametrize("tenor", [21, 252, 504, 1260])
def test_a_factor_is_the_curve_at_its_tenor(world, tenor):
    values = factor(world[1], f"br_di1_{tenor}bd")
    for day in list(values)[::13]:
        assert values[day] == pytest.approx(flat_forward(*curve(world[1], "br_di1", day), [tenor])[0], abs=1e-15)


def test_slope_and_breakeven_follow_from_their_factors(world):
    name, gold = world
    short, long, slope = (factor(gold, series) for series in ("br_di1_252bd", "br_di1_1260bd", "br_di1_slope_252_1260bd"))
    assert all(slope[day] == pytest.approx(long[day] - short[day], abs=1e-15) for day in slope)
    real, breakeven = factor(gold, "br_real_504bd"), factor(gold, "br_bei_504bd")
    nominal = {day: flat_forward(*curve(gold, "br_pre" if name == "files" else "br_di1", day), [504])[0] for day in list(real)[::9]}
    assert all(breakeven[day] == pytest.approx((1 + rate) / (1 + real[day]) - 1, abs=1e-14) for day, rate in nominal.items())


def test_a_di1_is_marked_at_its_own_place_on_the_curve(world):
    marks = world[1]["marks"].filter(pl.col("instrument_id") == "di1f26")
    for row in marks.to_dicts()[::11]:
        day = np.datetime64(row["reference_date"], "D")
        left = int(calendar("br").business_days(day, expiry("di1", np.array([(2026 - 1970) * 12]), np.array([day]))[0]))
        rate = flat_forward(*curve(world[1], "br_di1", row["reference_date"]), [left])[0]
        assert row["price"] == pytest.approx(100_000 * (1 + rate) ** (-left / 252), abs=1e-6)
        assert row["dv01"] == pytest.approx(row["price"] * left / 252 / (1 + rate) * 1e-4, rel=1e-9)
        assert (row["point_value"], row["accretion"] > 1) == (1.0, True)


def test_the_profit_of_a_marked_contract_is_the_return_of_its_tenor(world):
    """A contract with exactly n business days left on the eve earns what the generic instrument of n days says."""
    _, gold = world
    marks = gold["marks"].filter(pl.col("instrument_id").str.starts_with("di1")).sort("instrument_id", "reference_date")
    profit = marks.with_columns(
        previous=pl.col("price").shift().over("instrument_id"), before=pl.col("reference_date").shift().over("instrument_id")
    ).drop_nulls("previous")
    matched = 0
    for row in profit.to_dicts():
        year, month = 2000 + int(row["instrument_id"][4:]), "fghjkmnquvxz".index(row["instrument_id"][3])
        ends = expiry("di1", np.array([(year - 1970) * 12 + month]), np.array([row["before"]], dtype="datetime64[D]"))[0]
        left = int(calendar("br").business_days(row["before"], ends))
        generic = gold["returns"].filter(pl.col("instrument_id") == f"di1_{left}bd", pl.col("reference_date") == row["reference_date"])
        if generic.height:
            earned = row["price"] - row["previous"] * row["accretion"]
            assert generic["pnl_per_unit"][0] == pytest.approx(earned, abs=0.02)          # settlements have two decimals
            matched += 1
    assert matched > 2


def test_carry_rolldown_and_curve_move_make_the_return_to_a_tenth_of_a_basis_point(world):
    _, gold = world
    returns = gold["returns"].filter(pl.col("instrument_id") == "di1_504bd").sort("reference_date")
    days = returns["reference_date"].to_list()
    for before, row in zip(days[:-1:7], returns.to_dicts()[1::7], strict=False):
        passed = int(calendar("br").business_days(before, row["reference_date"]))
        old, new = (flat_forward(*curve(gold, "br_di1", day), [504 - passed])[0] for day in (before, row["reference_date"]))
        start = 100_000 * (1 + flat_forward(*curve(gold, "br_di1", before), [504])[0]) ** -2
        years = (504 - passed) / 252
        price = 100_000 * (1 + old) ** -years
        move = -price * years / (1 + old) * (new - old) + price * years * (years + 1) / (1 + old) ** 2 * (new - old) ** 2 / 2
        explained = (row["carry"] + row["rolldown"]) + move / start
        residual_bp = (row["excess_return"] - explained) * start / row["dv01"]
        assert abs(residual_bp) < 0.1


def test_dollar_marks_converge_to_ptax_and_cost_nothing_to_carry_in_accretion(world):
    dollars = world[1]["marks"].filter(pl.col("instrument_id").str.starts_with("dol"))
    assert set(dollars["point_value"]) == {50_000.0}
    assert set(dollars["accretion"]) == {1.0}
    assert dollars["dv01"].null_count() == dollars.height


def test_the_index_is_the_compounded_return(world):
    _, gold = world
    returns = gold["returns"].filter(pl.col("instrument_id") == "usdbrl").sort("reference_date")
    index = gold["factors"].filter(pl.col("series_id") == "usdbrl_excess_index").sort("reference_date")
    np.testing.assert_allclose(index["value"].to_numpy(), 100 * np.exp(returns["excess_return"].to_numpy().cumsum()), rtol=1e-12)


def test_in_the_files_world_the_di_curve_is_the_bond_curve_less_the_premium():
    gold = priced.build(*markets.bonds_world(), "files", markets.FETCHED)
    day = date(2024, 3, 14)
    tenors, rates = curve(gold, "br_di1", day)
    taken = dict(zip(tenors.tolist(), rates, strict=True))
    for tenor, premium in ((126, 0.0002), (252, 0.0005), (504, 0.0010), (1008, 0.0015), (1260, 0.0015)):
        assert taken[tenor] == pytest.approx(flat_forward(*curve(gold, "br_pre", day), [tenor])[0] - premium, abs=1e-14)


def test_a_linked_contract_is_worth_its_points_times_a_share_of_the_index():
    gold = priced.build(*markets.bonds_world(), "files", markets.FETCHED)
    row = gold["marks"].filter(pl.col("instrument_id") == "dapq26", pl.col("reference_date") == date(2024, 3, 14)).to_dicts()[0]
    days = calendar("br").days(markets.FIRST, date(2024, 3, 14))
    unit = 4180.0 * 1.00017 ** len(days)
    assert row["point_value"] == pytest.approx(0.00025 * unit * 1.61462, rel=1e-9)
