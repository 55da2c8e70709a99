"""Limits bind, and bind only what they should."""

from dataclasses import replace

import pytest

from models_py.kernel.errors import RiskError
from models_py.risk.limits import LIMITS, evaluate, scale, unmeasured
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
    assert factors["di1"] == 1.0
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


def test_without_nav_no_limit_is_measured(measured):
    ready = engine(BOOK, shocks(), [MILD])
    assert set(statuses(ready.measure({"dolh23": -1.0}, 0.0)).values()) == {"unmeasured"}


def test_a_measure_that_is_not_a_number_is_unmeasured_and_blocks(measured):
    report = replace(measured({"di1f25": 1.0, "dapq26": 0.0, "dolh23": 0.0}), fx_net=float("nan"), stress={"X": float("nan")})
    readings = {reading.id: reading for reading in evaluate(report)}
    assert {name for name, reading in readings.items() if reading.status == "unmeasured"} == {"L3", "L5_NET"}
    assert (readings["L3"].value, readings["L3"].used, readings["L3"].blocks) == (None, None, True)


def test_what_nobody_can_measure_is_scaled_to_nothing(measured):
    blind = lambda quantities: replace(measured(quantities), fx_net=float("nan"))  # noqa: E731
    scaled, factors, _ = scale({"di1f25": 40.0, "dapq26": 5.0, "dolh23": -3.0}, blind)
    assert (scaled["dolh23"], factors["dol"]) == (0.0, 0.0)
    assert scaled["di1f25"] == 40.0


def test_every_limit_is_listed_when_nothing_is_measured():
    assert [(r.id, r.status, r.value) for r in unmeasured()] == [
        (name, "unmeasured", None) for name in ("L1", "L3", "L5_GROSS", "L5_NET")
    ]  # fmt: skip


def test_a_price_that_cannot_be_revalued_is_refused_with_its_contract():
    broken = [replace(BOOK[0], price=float("nan")), *BOOK[1:]]
    with pytest.raises(RiskError, match=BOOK[0].contract):
        engine(broken, shocks(), [MILD])


def test_ids_are_unique():
    assert len({limit.id for limit in LIMITS}) == len(LIMITS)
