"""Growth of money between sessions, with rates that come late."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_py.quant.accretion import accretions
from models_py.quant.overnight import growth
from models_py.quant.realtime import Readings, frame
from tests.quant.vintages import evening, nodes, readings, table


def numbers(*days: str) -> np.ndarray:
    return np.array(days, dtype="datetime64[D]").astype(np.int64)


def micros(*instants) -> np.ndarray:
    return np.array([int(at.timestamp() * 1e6) for at in instants])


CDI = readings([("2025-02-27", 0.1315), ("2025-02-28", 0.1315), ("2025-03-05", 0.1415), ("2025-03-06", 0.1415)])


def test_money_earns_the_rate_of_each_business_day_up_to_but_not_on_the_last():
    # 28 February to 6 March 2025: the 28th and, after carnival, the 5th
    found = growth(Readings.of(CDI), numbers("2025-02-28"), numbers("2025-03-06"), micros(evening("2025-03-06")))
    assert found.business_days.tolist() == [2]
    assert found.factor[0] == pytest.approx(1.1315 ** (1 / 252) * 1.1415 ** (1 / 252), rel=1e-14)


def test_a_rate_not_yet_out_is_the_last_one_and_the_instant_of_the_next_is_told():
    at = micros(evening("2025-03-05") + timedelta(hours=1))            # the CDI of the 5th comes on the 6th
    found = growth(Readings.of(CDI), numbers("2025-02-28"), numbers("2025-03-06"), at)
    assert found.factor[0] == pytest.approx(1.1315 ** (2 / 252), rel=1e-14)
    assert found.late[0] == micros(evening("2025-03-05") + timedelta(hours=12))[0]


def test_nothing_known_is_no_growth():
    assert np.isnan(growth(Readings.of(CDI), numbers("2025-01-02"), numbers("2025-01-03"), micros(evening("2025-01-03"))).factor).all()


def test_the_factor_of_a_session_has_a_second_vintage_when_its_rate_comes_after_the_prices():
    late = table(
        [
            {"reference_date": date(2025, 2, 27), "available_at": evening("2025-02-27"), "value": 0.10},
            {"reference_date": date(2025, 2, 28), "available_at": evening("2025-03-07"), "value": 0.20},
        ]
    )
    curves = nodes("br_di1", {evening(day): {date.fromisoformat(day): {252: 0.14}} for day in ("2025-02-28", "2025-03-05")})
    found = frame(accretions(curves, late, "br_di1"))
    assert found["reference_date"].to_list() == [date(2025, 3, 5)] * 2
    assert found["available_at"].to_list() == [evening("2025-03-05"), evening("2025-03-07")]
    np.testing.assert_allclose(found["value"].to_numpy(), [1.10 ** (1 / 252), 1.20 ** (1 / 252)], rtol=1e-14)


def test_a_session_that_arrives_late_shortens_the_step_of_the_next():
    cdi = readings([("2025-03-05", 0.1415), ("2025-03-06", 0.1415), ("2025-03-07", 0.1415)])
    sessions = {evening("2025-03-05"): date(2025, 3, 5), evening("2025-03-07"): date(2025, 3, 7), evening("2025-03-10"): date(2025, 3, 6)}
    found = frame(accretions(nodes("br_di1", {at: {day: {252: 0.14}} for at, day in sessions.items()}), cdi, "br_di1"))
    steps = found.filter(pl.col("reference_date") == date(2025, 3, 7)).sort("available_at")
    np.testing.assert_allclose(steps["value"].to_numpy(), [1.1415 ** (2 / 252), 1.1415 ** (1 / 252)], rtol=1e-14)
    assert steps["available_at"].to_list() == [evening("2025-03-07"), evening("2025-03-10")]
