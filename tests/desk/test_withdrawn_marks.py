"""A mark that is withdrawn is not known: nothing is sized, ordered or settled at it, and the desk says at what it was instead."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from models_py import desk
from models_py.desk.inputs import mark_of
from models_py.desk.market import Market
from models_py.ledger.book import Book
from tests.desk.world import Made, publish, tables

FRIDAY, MONDAY, TUESDAY = date(2021, 6, 11), date(2021, 6, 14), datetime(2021, 6, 15, 11, 45, tzinfo=UTC)
BOOK = Book(nav=1e8, flows=1e8, navs=[(date(2021, 6, 1), 1e8)])
GONE = datetime(2021, 6, 15, 9, tzinfo=UTC)
NOTHING = [pl.lit(None, pl.Float64).alias(name) for name in ("price", "point_value", "accretion", "dv01")]


def withdrawn(made: Made, contract: str, first: date, last: date) -> dict[str, pl.DataFrame]:
    """Gold with a contract's marks of some sessions taken back before Tuesday's decision."""
    gold = tables(made)
    taken = gold["marks"].filter(pl.col("instrument_id") == contract, pl.col("reference_date").is_between(first, last))
    assert taken.height > 0
    gone = taken.with_columns(*NOTHING, available_at=pl.lit(GONE), vintage=pl.lit(2).cast(taken["vintage"].dtype))
    return gold | {"marks": pl.concat([gold["marks"], gone.select(taken.columns).cast(dict(taken.schema))])}


@pytest.fixture(scope="module")
def ordered(release):
    """A contract that the desk trades on Tuesday."""
    decision = desk.decide(release, TUESDAY)
    return max(desk.plan(decision, BOOK).orders, key=lambda order: abs(order.quantity)).contract


def test_the_last_standing_mark_is_taken_and_the_plan_says_so(made, release, ordered, tmp_path):
    before = desk.decide(release, TUESDAY)
    other = publish(tmp_path, withdrawn(made, ordered, MONDAY, MONDAY))
    decision = desk.decide(other, TUESDAY)
    assert (before.marks[ordered].session, decision.marks[ordered].session) == (MONDAY, FRIDAY)
    planned = desk.plan(decision, BOOK)
    assert f"{ordered} has no mark of {MONDAY}: taken at that of {FRIDAY}" in planned.notes
    assert {order.reference_price for order in planned.orders if order.contract == ordered} <= {decision.marks[ordered].price}
    assert not [note for note in desk.plan(before, BOOK).notes if "has no mark" in note]


def test_a_contract_without_a_mark_in_a_week_is_no_contract_to_trade(made, ordered, tmp_path):
    other = publish(tmp_path, withdrawn(made, ordered, MONDAY - timedelta(days=12), MONDAY))
    decision = desk.decide(other, TUESDAY)
    assert ordered not in decision.marks
    assert ordered not in {order.contract for order in desk.plan(decision, BOOK).orders}


def test_a_session_is_not_settled_at_a_mark_that_was_taken_back_by_then(made, release, ordered, tmp_path):
    other = publish(tmp_path, withdrawn(made, ordered, MONDAY, MONDAY))
    assert ordered in Market(other).marks(MONDAY, GONE - timedelta(minutes=1))
    assert ordered not in Market(other).marks(MONDAY, GONE)
    assert ordered in Market(release).marks(MONDAY, GONE)


@pytest.mark.parametrize("missing", ["price", "point_value", "accretion"])
def test_a_mark_of_which_a_part_is_not_known_is_none(missing):
    row = {"contract": "di1f27", "session": MONDAY, "price": 70_000.0, "point_value": 1.0, "accretion": 1.0004, "dv01": 20.0}
    whole = (*row.values(), GONE, "market")
    assert mark_of(whole) is not None
    assert mark_of((*(row | {missing: None}).values(), GONE, "market")) is None
