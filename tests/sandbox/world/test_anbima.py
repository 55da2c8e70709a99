"""Federal bonds of the simulated market: prices, unit values, curve and indices follow from what is printed beside them."""

import itertools
import math
from datetime import date

import numpy as np
import pytest

from models_py.quant import svensson
from tests.sandbox.world import bond_formulas as formulas
from tests.sandbox.world.worlds import SEEDS, world

DAYS = ("2010-01-04", "2014-11-19", "2019-02-18", "2023-05-16", "2023-12-22", "2024-05-15", "2026-06-30")
SESSIONS = [(seed, day) for seed in SEEDS[:3] for day in DAYS]


@pytest.fixture(params=SESSIONS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def session(request):
    seed, day = request.param
    return world(seed).anbima, np.datetime64(day)


def months_index(seed: int) -> dict[date, float]:
    """The IPCA index by month, as the statistics office prints it."""
    prints = world(seed).prints("ibge_sidra", "t1737/v2266").latest()
    return dict(zip(prints.source_date.tolist(), prints.value.tolist(), strict=True))


def fifteenths(day: date) -> tuple[date, date]:
    """The 15th on or before a day, and the next one."""
    last = date(day.year, day.month, 15) if day.day >= 15 else date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 15)
    return last, date(last.year + last.month // 12, last.month % 12 + 1, 15)


def test_the_formulas_of_this_test_give_published_prices():
    assert formulas.price("LTN", 13.0636, date(2026, 2, 6), date(2027, 4, 1), 0) == 870.775176
    assert formulas.price("NTN-F", 13.3778, date(2026, 2, 6), date(2031, 1, 1), 0) == 900.328662
    assert formulas.price("NTN-B", 7.8168, date(2026, 2, 6), date(2028, 8, 15), 4596.158793) == 4550.923398
    # the published figure is a millionth off the rule
    assert formulas.price("LFT", 0.0419, date(2026, 2, 6), date(2028, 3, 1), 18346.789004) == pytest.approx(18331.084153, abs=1.1e-6)
    assert formulas.unit_value(7403.29, 0.33, date(2026, 1, 15), date(2026, 2, 15), date(2026, 2, 6)) == 4596.158793


def test_every_price_follows_from_its_printed_yield_and_the_unit_value_of_the_day(session):
    anbima, day = session
    unit = {one.code: one.value for one in anbima.unit_values(day)}
    lines = anbima.bonds(day)
    wanted = [formulas.price(one.kind, one.rate, day.item(), one.maturity.item(), unit.get(one.code, 0)) for one in lines]
    assert [one.price for one in lines] == wanted
    assert [round(one.rate, 4) for one in lines] == [one.rate for one in lines]
    assert {one.kind for one in lines} == {"LTN", "LFT", "NTN-B", "NTN-F"}


def test_prices_of_all_real_bonds_give_one_unit_value(session):
    anbima, day = session
    found = []
    for one in anbima.bonds(day):
        if one.kind == "NTN-B":
            quotation = formulas.price("NTN-B", one.rate, day.item(), one.maturity.item(), 100)
            found.append(100 * one.price / quotation)
    assert np.ptp(found) <= 1e-4
    assert found[0] == pytest.approx(anbima.unit_values(day)[0].value, abs=1e-4)


@pytest.mark.parametrize(("seed", "day"), SESSIONS)
def test_the_unit_value_of_real_bonds_follows_from_the_printed_index_and_the_inflation_beside_it(seed, day):
    known = months_index(seed)
    told = world(seed).anbima.unit_values(np.datetime64(day))[0]
    last, following = fifteenths(date.fromisoformat(day))
    before = date(last.year - (last.month == 1), (last.month - 2) % 12 + 1, 1)
    if before in known:
        assert told.value == formulas.unit_value(known[before], told.rate, last, following, date.fromisoformat(day))
    assert told.since.item() <= date.fromisoformat(day)


def test_inflation_is_projected_until_it_is_printed_and_is_then_the_print():
    anbima, prints = world().anbima, world().prints("bcb_sgs", "433")
    march = np.flatnonzero(prints.source_date == np.datetime64("2023-03-01"))[0]
    out = prints.published_at[march].astype("datetime64[D]")
    assert np.datetime64("2023-04-03") < out < np.datetime64("2023-04-14")
    before, after = (anbima.unit_values(day)[0] for day in (out - 1, out))
    assert (before.is_projected, after.is_projected) == (True, False)
    assert after.rate == prints.value[march]
    assert abs(before.rate - after.rate) < 0.6


def test_the_unit_value_of_floating_bonds_compounds_the_overnight_rate_of_the_eve():
    anbima = world().anbima
    sessions = anbima.sessions[3000:3020]
    told = {day: anbima.unit_values(day)[1] for day in sessions}
    for eve, day in itertools.pairwise(sessions):
        if formulas.business_days(eve.item(), day.item()) == 1:
            factor = round((1 + told[day].rate / 100) ** (1 / 252), 8)
            assert told[day].value == pytest.approx(math.floor(told[eve].value * factor * 1e6) / 1e6, abs=1e-6)
    rate = dict(zip(*(getattr(world().prints("bcb_sgs", "1178"), name).tolist() for name in ("source_date", "value")), strict=True))
    assert [told[day].rate for day in sessions[1:] if day.item() in rate] == [
        rate[max(one for one in rate if one < day.item())] for day in sessions[1:] if day.item() in rate
    ]


def test_the_curve_fits_its_own_bonds_and_prints_what_its_parameters_give(session):
    anbima, day = session
    curve = anbima.curve(day)
    assert max(abs(one.error) for one in curve.missed) <= 0.12
    for parameters, printed in ((curve.real, curve.real_rate), (curve.nominal, curve.nominal_rate)):
        shown = ~np.isnan(printed)
        exact = 100 * svensson.rate(parameters, curve.vertices[shown])
        lost = (exact - printed[shown]) * np.sign(exact)             # cut toward zero
        assert ((lost >= -1e-9) & (lost < 1e-4 + 1e-9)).all()
    real, nominal, breakeven = (rates[:8] / 100 for rates in (curve.real_rate, curve.nominal_rate, curve.breakeven))
    assert np.abs((1 + nominal) / (1 + real) - 1 - breakeven).max() < 2e-6
    assert (np.diff(curve.vertices) == 126).all()
    # half a year is a vertex while the next real bond matures within a year: after 15 May 2023 the next was 15 August 2024
    assert curve.vertices[0] == (252 if day == np.datetime64("2023-05-16") else 126)


def test_errors_of_the_curve_are_the_yield_less_the_curve_s(session):
    anbima, day = session
    curve, marks = anbima.curve(day), {(one.kind, one.maturity): one.rate for one in anbima.bonds(day)}
    zeros = [one for one in curve.missed if one.kind == "LTN"]
    for one in zeros:
        term = formulas.business_days(day.item(), one.maturity.item())
        assert one.error == pytest.approx(marks["LTN", one.maturity] - 100 * float(svensson.rate(curve.nominal, term)), abs=6e-5)
    assert len(zeros) > 3


def test_an_index_earns_what_its_bonds_earn_weighted_by_value():
    anbima = world(1).anbima
    pairs = (("2011-01-03", "2011-01-04"), ("2018-06-29", "2018-07-02"), ("2021-05-14", "2021-05-17"), ("2023-08-14", "2023-08-15"))
    for eve, day in pairs:
        figures, first, last = anbima.figures, np.datetime64(eve), np.datetime64(day)
        now = {(one.kind, one.maturity): one.price for one in anbima.bonds(last)}
        unit = anbima.unit_values(last)[0].value
        for name in ("IRF-M 1", "IRF-M", "IMA-B 5+", "IMA-B", "IMA-S", "IMA-GERAL"):
            held = figures.holdings(first, name)
            before = sum(one.quantity * one.price for one in held)
            after = 0.0
            for one in held:
                due = formulas.payments(first.item(), one.maturity.item())[0]
                is_paid = due <= last.item() and one.kind in ("NTN-F", "NTN-B")
                coupon = (48.80885 if one.kind == "NTN-F" else unit * 0.02956301) if is_paid else 0.0
                after += one.quantity * (now[one.kind, one.maturity] + coupon)
            assert figures.level(last, name) == pytest.approx(figures.level(first, name) * after / before, rel=2e-8), (name, day)


def test_weights_and_values_of_a_portfolio_are_its_quantities_at_its_prices(session):
    anbima, day = session
    lines = {one.name: one for one in anbima.figures.lines(day)}
    for name in ("IRF-M 1+", "IMA-B 5", "IMA-GERAL"):
        held = anbima.figures.holdings(day, name)
        assert [one.value for one in held] == [float(round(one.quantity * one.price)) for one in held]
        assert sum(one.weight for one in held) == pytest.approx(100, abs=0.005 * len(held))
        assert lines[name].value == pytest.approx(sum(one.value for one in held), abs=len(held))
    assert lines["IMA-GERAL"].weight == 100
    assert lines["IRF-M 1"].weight + lines["IRF-M 1+"].weight == pytest.approx(lines["IRF-M"].weight, abs=0.02)
    assert {name for name, one in lines.items() if one.simple_yield is None} == {"IMA-S", "IMA-GERAL ex-C", "IMA-GERAL"}


def test_changes_of_an_index_compare_it_with_the_last_session_of_each_period():
    anbima = world(1).anbima
    day = np.datetime64("2023-05-10")
    line = next(one for one in anbima.figures.lines(day) if one.name == "IMA-B")
    since = ("2023-05-09", "2023-04-28", "2022-12-29", "2022-05-10", "2021-05-10")
    for change, start in zip(line.changes, since, strict=True):
        assert change == round((line.level / anbima.figures.level(np.datetime64(start), "IMA-B") - 1) * 100, 4)


def test_a_session_is_told_by_twenty_past_eight_and_the_whole_file_again_in_the_morning():
    anbima = world().anbima
    for day in anbima.sessions[2000:2300]:
        times = anbima.times(day)
        local = times.published_at.astype("datetime64[m]") - day.astype("datetime64[m]")
        # São Paulo is three hours behind UTC, two in summer until February 2019
        assert 19 * 60 + 50 <= local.astype(int) - 120 - (60 if local.astype(int) >= 22 * 60 + 50 else 0) <= 20 * 60 + 20
        assert times.morning_at > times.published_at
        assert times.morning_at.astype("datetime64[D]") in anbima.sessions


def test_bonds_of_2018_are_the_same_in_a_world_that_goes_on_to_2026_and_differ_between_seeds():
    short, long, other = world(2, 2018).anbima, world(2).anbima, world(3).anbima
    for day in short.sessions[-2:]:
        assert short.bonds(day) == long.bonds(day)
        assert short.unit_values(day) == long.unit_values(day)
        assert short.figures.lines(day) == long.figures.lines(day)
        assert short.curve(day).nominal == long.curve(day).nominal
        assert not {one.rate for one in short.bonds(day)[-20:]} & {one.rate for one in other.bonds(day)[-20:]}


def test_what_was_asked_before_does_not_move_an_answer():
    fresh, used = world(4, 2012), world(5, 2012)
    for day in used.anbima.sessions[::97]:
        used.anbima.figures.lines(day)
    again = type(used)(5, used.until)
    day = used.anbima.sessions[400]
    assert again.anbima.figures.lines(day) == used.anbima.figures.lines(day)
    assert again.anbima.bonds(day) == used.anbima.bonds(day) != fresh.anbima.bonds(day)
