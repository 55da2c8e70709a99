"""What B3 really published passes the gates on settlements; the one line that does not is told and not refused."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from tests.dbt import compiled, priced
from tests.dbt.silver import Silver
from tests.recorded.test_payloads_sources import read

pytestmark = pytest.mark.recorded

FAMILIES = ("DI1", "DDI", "DAP", "DOL")


def gated(quotes: pl.DataFrame, world: str) -> list[tuple[object, ...]]:
    """Gate, instrument, date, settlement, what it should be, refused or not."""
    of_family = pl.col("symbol").str.slice(0, 3).str.to_uppercase().is_in(FAMILIES)
    chosen = quotes.filter(of_family, pl.col("field").is_in(["settlement", "rate"]))
    rows = chosen.with_columns(fetched_at=pl.lit(datetime(2026, 11, 20, 12, tzinfo=UTC))).to_dicts()
    connection = Silver().build(quotes=rows, world=world)
    connection.register("int_calendar", priced.calendar())
    for name in ("int_instruments", "int_quotes_termed", "int_settlements_termed", "int_implied_ptax", "int_settlement_gates"):
        connection.execute(f"create table {name} as {compiled.model(name)}")
    assert connection.sql("select count(*) from int_settlements_termed where business_days > 0").fetchone()[0] > 100
    return connection.sql("select * exclude (excess) from int_settlement_gates order by all").fetchall()


@pytest.mark.parametrize("name", ["SPRD230202.zip", "SPRD250203.zip", "BVBG086_pricereport_20180102.xml.gz"])
def test_every_settlement_of_a_recorded_session_follows_from_the_others(recorded, name):
    quotes = pl.DataFrame(read(recorded, f"b3/{name}").quotes).with_columns(source=pl.lit("b3"))
    assert gated(quotes, "live") == []


def test_of_53_sessions_one_dollar_future_is_a_hundredth_of_a_percent_off_and_told(parsed_history):
    quotes = parsed_history.bronze["quotes"].filter(pl.col("source_key").is_in([f"br_{family.lower()}" for family in FAMILIES]))
    assert gated(quotes.with_columns(source=pl.lit("files")), "files") == [
        # the others imply a PTAX of 5.2281, this one 5.22753
        ("all dollar futures imply one ptax", "dolm22", date(2021, 5, 31), 5.470791, 5.471388, False)
    ]
