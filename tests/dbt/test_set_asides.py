"""A settlement that is wrong and stays wrong at its source: signed for, it is withdrawn from then on, and nothing else is."""

from datetime import UTC, datetime

import pytest

from tests.dbt import compiled, priced
from tests.dbt.silver import Silver

WRONG, RIGHT = 90_000.0, 80_000.0                     # 25 percent over 252 business days are 80,000
PUBLISHED, SIGNED, LATER = "2025-01-03T01:36:00+00:00", "2025-01-03T11:30:00+00:00", "2025-01-03T23:30:00+00:00"
NOW = "2025-01-06T11:45:00+00:00"
ASIDE = ("sandbox live", "di1f26", "2025-01-02", "settlement", WRONG, SIGNED, "ana@desk", "PU of another maturity; B3 told by telephone")


def said(value, field="settlement", at=PUBLISHED, symbol="DI1F26"):
    return {"source": "b3", "source_key": "SPRD", "source_date": "2025-01-02", "symbol": symbol, "field": field, "value": value,
            "published_at": at, "fetched_at": at, "poll_id": at, "raw_sha256": at}  # fmt: skip


def built(rows, *asides, now=NOW, world="sandbox"):
    silver = Silver()
    for aside in asides:
        silver.connection.execute("insert into seeds_set_asides values (?, ?, ?, ?, ?, ?, ?, ?)", list(aside))
    return silver.build(quotes=rows, world=world, now=now)


def told(connection, field="settlement"):
    query = "select available_at, value, vintage from int_quote_vintages where field = ? order by available_at"
    return connection.execute(query, [field]).fetchall()


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def test_it_was_public_until_it_was_known_to_be_wrong_and_is_withdrawn_from_then_on():
    connection = built([said(WRONG), said(25.0, "rate")], ASIDE)
    assert told(connection) == [(at(PUBLISHED), WRONG, 1), (at(SIGNED), None, 2)]
    assert told(connection, "rate") == [(at(PUBLISHED), 0.25, 1)]
    assert connection.sql("select signed_by, rows_found from int_set_asides").fetchall() == [("ana@desk", 1)]


def test_said_once_more_it_is_as_wrong_as_it_was_and_a_correction_stands():
    again = built([said(WRONG), said(WRONG, at=LATER)], ASIDE)
    assert told(again) == [(at(PUBLISHED), WRONG, 1), (at(SIGNED), None, 2)]
    corrected = built([said(WRONG), said(RIGHT, at=LATER)], ASIDE)
    assert told(corrected) == [(at(PUBLISHED), WRONG, 1), (at(SIGNED), None, 2), (at(LATER), RIGHT, 3)]


def test_what_was_known_to_be_wrong_before_it_came_is_never_held():
    assert told(built([said(WRONG, at=LATER)], ASIDE)) == []


@pytest.mark.parametrize(
    ("aside", "now"),
    [
        (ASIDE, "2025-01-03T11:00:00+00:00"),                                    # not signed yet
        (("files", *ASIDE[1:]), NOW),                                            # of another world
        ((*ASIDE[:4], WRONG + 1, *ASIDE[5:]), NOW),                              # of another figure
        ((*ASIDE[:2], "2025-01-03", *ASIDE[3:]), NOW),                           # of another day
    ],
)  # fmt: skip
def test_a_signature_reaches_no_other_figure_day_world_or_time(aside, now):
    assert told(built([said(WRONG)], aside, now=now)) == [(at(PUBLISHED), WRONG, 1)]


@pytest.mark.parametrize(("asides", "gates"), [((), ["a settlement is the price of its rate to the cent"]), ((ASIDE,), [])])
def test_the_gates_refuse_a_wrong_settlement_until_it_is_signed_for(asides, gates):
    connection = built([said(WRONG), said(25.0, "rate")], *asides)
    connection.register("int_calendar", priced.calendar())
    for name in ("int_instruments", "int_quotes_termed", "int_settlements_termed", "int_implied_ptax", "int_settlement_gates"):
        connection.execute(f"create table {name} as {compiled.model(name)}")
    assert [row[0] for row in connection.sql("select gate from int_settlement_gates where is_refused").fetchall()] == gates
