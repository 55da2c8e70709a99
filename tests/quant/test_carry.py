"""Carry factors and constant tenors of curves with vintages."""

from datetime import date, timedelta

import polars as pl
import pyarrow as pa
import pytest

from models_py.quant.carry import carries
from models_py.quant.realtime import frame
from models_py.quant.snapshots import points
from tests.quant.vintages import evening, nodes, readings

DAY = "2025-02-03"


def curve(rates, at=None, day=DAY):
    return nodes("br_di1", {at or evening(day): {date.fromisoformat(day): rates}})


def test_carry_is_the_example_of_the_specification_at_its_own_tenors():
    # 14.950 % at 417 and 14.875 % at 479 business days, CDI 13.15 %: 5.47 bp over 21 days
    found = frame(carries(curve({417: 0.14950, 479: 0.14875}), readings([("2025-01-31", 0.1315)]), "br_di1", (479,)))
    assert found["value"][0] * 1e4 == pytest.approx(5.47, abs=0.005)
    assert found["tenor_bd"].to_list() == [479]


def test_a_correction_is_a_new_vintage_and_a_late_cdi_is_not_used():
    fixed = evening(DAY) + timedelta(hours=14)
    both = pa.concat_tables([curve({21: 0.13, 252: 0.14}), curve({21: 0.13, 252: 0.145}, fixed)])
    found = frame(carries(both, readings([("2025-01-31", 0.1315)]), "br_di1", (252,))).sort("available_at")
    assert found["available_at"].to_list() == [evening(DAY), fixed]
    assert found["value"][1] > found["value"][0]
    assert carries(both, readings([("2025-01-31", 0.1315)], hour=240), "br_di1", (252,)).num_rows == 0


def test_a_tenor_beyond_the_curve_has_no_carry_and_an_absurd_cdi_is_masked():
    assert carries(curve({21: 0.13, 252: 0.14}), readings([("2025-01-31", 0.1315)]), "br_di1", (504,)).num_rows == 0
    assert carries(curve({21: 0.13, 252: 0.14}), readings([("2025-01-31", -0.9)]), "br_di1", (252,)).num_rows == 0


def test_points_are_read_between_nodes_held_to_the_left_and_absent_to_the_right():
    found = frame(points(curve({63: 0.13, 504: 0.15}), {"br_di1": (21, 63, 252, 504, 756), "br_real": (252,)}))
    rates = dict(found.select("tenor_bd", "zero_rate").rows())
    assert rates[21] == pytest.approx(0.13)
    assert rates[63] == pytest.approx(0.13)
    assert rates[504] == pytest.approx(0.15)
    assert 756 not in rates
    forward = (1.15**2 / 1.13**0.25) ** (189 / 441)
    assert rates[252] == pytest.approx(1.13**0.25 * forward - 1)
    assert set(found["curve_id"]) == {"br_di1"}


def test_the_weakest_and_latest_held_of_its_nodes_is_what_a_point_is():
    rows = frame(curve({63: 0.13, 504: 0.15})).with_columns(
        availability=pl.Series(["published", "assumed"]), held_at=pl.Series([evening(DAY), evening(DAY) + timedelta(days=9)])
    )
    found = frame(points(rows.to_arrow(), {"br_di1": (252,)})).to_dicts()[0]
    assert found["availability"] == "assumed"
    assert found["held_at"] == evening(DAY) + timedelta(days=9)
