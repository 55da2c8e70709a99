"""Curves, marks, returns and factors of two small worlds, at instants that are hard: see `test_bronze_poison` for the whole of gold."""

from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.dbt import markets, priced, private
from tests.dbt.lake import at

# after a correction; between a late file's session and its arrival; between the settlements of a session and its correction
CUTS = tuple(at(text) for text in ("2024-03-14T15:00:00+00:00", "2024-03-09T12:00:00+00:00", "2024-03-14T12:00:00+00:00"))
WORLDS = {"sandbox": markets.disturbed_world, "files": markets.bonds_world}


@pytest.fixture(scope="module", params=WORLDS)
def world(request):
    observations, quotes = private.named(*WORLDS[request.param]())
    return request.param, observations, quotes, priced.build(observations, quotes, request.param, markets.FETCHED)


@pytest.mark.parametrize(("cut", "poison"), [(CUTS[0], "blank"), (CUTS[1], "nothing"), (CUTS[2], "nothing")])
def test_rows_known_by_an_instant_are_the_same_whatever_became_known_later(world, cut, poison):
    name, observations, quotes, whole = world
    instants = private.known(whole)
    bad = (private.poisoned(rows, instants, cut, poison) for rows in (observations, quotes))
    other = priced.build(*bad, name, markets.FETCHED)
    assert private.differences(whole, other, cut) == {}
    assert min(frame.filter(pl.col("available_at") <= cut).height for frame in whole.values()) > 100


def test_a_day_of_the_small_worlds_has_every_curve_mark_and_return(world):
    name, _, _, gold = world
    day = pl.col("reference_date") == datetime(2024, 4, 25, tzinfo=UTC).date()
    assert set(gold["curves"].filter(day)["curve_id"]) == {"br_di1", "br_real", "us_ust"} | ({"br_pre"} if name == "files" else set())
    families = {text[:3] for text in gold["marks"].filter(day)["instrument_id"]}
    assert families == {"di1", "dap", "dol"}
    returns = set(gold["returns"].filter(day)["instrument_id"])
    assert {"usdbrl", "di1_252bd", "di1_1260bd", "bei_252bd", "bei_756bd", "ust_2y", "ust_10y"} <= returns
    grades = dict(gold["marks"].filter(day).select(pl.col("instrument_id").str.slice(0, 3), "grade").unique(keep="any").rows())
    assert grades["di1"] == ("derived" if name == "files" else "market")


def test_no_row_is_known_before_its_day_or_held_before_it_was_fetched(world):
    for table in priced.GOLD:
        rows = world[3][table]
        assert (rows["available_at"].dt.convert_time_zone("America/Sao_Paulo").dt.date() >= rows["reference_date"]).all()
        assert (rows["held_at"] == at(markets.FETCHED)).all()


def test_the_recorded_sessions_of_the_files_world_change_nothing():
    observations, quotes = markets.bonds_world()
    recorded = [
        markets.quote(day, symbol, value)
        | {"source": "files", "source_key": f"br_{symbol[:3].lower()}", "symbol": symbol.lower(), "availability": "scheduled"}
        for day in markets.sessions()[:3]
        for symbol, value in (("DI1F25", 50_000.0), ("DOLH24", 9.0), ("DAPQ26", 50_000.0))
    ]
    with_them = priced.build(observations, quotes + recorded, "files", markets.FETCHED)
    without = priced.build(observations, quotes, "files", markets.FETCHED)
    for table in priced.GOLD:
        assert_frame_equal(with_them[table], without[table], check_exact=True)
