"""Limits bind, and bind only what they should."""

from dataclasses import replace

import pytest

from models_py.risk.limits import LIMITS, evaluate, scale
from models_py.risk.report import engine

from .test_var import BOOK, MILD, shocks

NAV = 1e8


@pytest.fixture(scope="module")
def measured():
    ready = engine(BOOK, shocks(), [MILD])
    return lambda quantities: ready.measure(quantities, NAV)


def statuses(report) -> dict[str, str]:
    return {reading.id: reading.status for reading in evaluate(report)}


def test_a_book_within_all_limits_comes_back_as_it_was(measured):
    small = {"di1f25": 40.0, "dapq26": 5.0, "dolh23": -3.0}
    assert set(statuses(measured(small)).values()) == {"ok"}
    scaled, factors, _ = scale(small, measured)
    assert scaled == small
    assert set(factors.values()) == {1.0}


def test_too_many_dollars_are_cut_to_the_net_limit_and_rates_are_left_alone(measured):
    asked = {"di1f25": 40.0, "dapq26": 0.0, "dolh23": -300.0}      # 300 × 5.20 × 50,000 = 78 % of NAV
    scaled, factors, readings = scale(asked, measured)
    assert next(r for r in readings if r.id == "L5_NET").used == pytest.approx(0.78 / 0.35)
    assert abs(scaled["dolh23"]) * 5.20 * 50_000 / NAV <= 0.35 + 1e-9
    if factors["di1"] == 1.0:
        assert scaled["di1f25"] == 40.0


@pytest.mark.parametrize("size", [1.0, 20.0, 400.0])
def test_whatever_is_asked_for_what_comes_back_breaches_nothing(measured, size):
    asked = {"di1f25": 4_000.0 * size, "dapq26": 500.0 * size, "dolh23": -60.0 * size}
    scaled, _, _ = scale(asked, measured)
    assert "breach" not in statuses(measured(scaled)).values()


def test_four_fifths_of_a_limit_warn(measured):
    one = measured({"di1f25": 0.0, "dapq26": 0.0, "dolh23": -1.0})
    lots = 0.29 * NAV / abs(one.fx_net)
    assert statuses(measured({"di1f25": 0.0, "dapq26": 0.0, "dolh23": -lots}))["L5_NET"] == "warn"


def test_without_nav_every_limit_is_in_breach(measured):
    ready = engine(BOOK, shocks(), [MILD])
    assert set(statuses(ready.measure({"dolh23": -1.0}, 0.0)).values()) == {"breach"}


def test_a_measure_that_is_not_a_number_is_a_breach(measured):
    report = replace(measured({"di1f25": 1.0, "dapq26": 0.0, "dolh23": 0.0}), fx_net=float("nan"), stress={"X": float("nan")})
    assert statuses(report)["L5_NET"] == "breach"
    assert statuses(report)["L3"] == "breach"


def test_ids_are_unique():
    assert len({limit.id for limit in LIMITS}) == len(LIMITS)
