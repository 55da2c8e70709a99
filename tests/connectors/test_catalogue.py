"""The catalogue and the connectors: every key of the seed is one that its source can be asked for."""

from datetime import date

import pytest

from models_py.kernel import seeds
from models_py.kernel.settings import Settings
from pipelines.connectors import Endpoint, connectors
from pipelines.ingest import catalogue

SINCE, UNTIL = date(2025, 1, 1), date(2026, 11, 20)
SOURCES = sorted(set(seeds.read("series")["source"]) - {"files"})
BY_SERIES = ("cftc", "yahoo", "copom", "fomc")             # what they are asked depends on the catalogue alone


def planned(source: str, world: str) -> list:
    rows = [row for row in catalogue(Settings(world=world)) if row.source == source]
    return list(connectors()[source].plan(rows, SINCE, UNTIL, Endpoint("http://127.0.0.1:9/x", "0" * 32)))


@pytest.mark.parametrize("source", SOURCES)
def test_every_key_of_a_source_can_be_asked_for_in_the_live_world(source):
    requests = planned(source, "live")
    assert requests
    assert len({request.key for request in requests}) == len(requests)


@pytest.mark.parametrize("source", BY_SERIES)
def test_a_source_of_which_a_world_names_nothing_is_asked_nothing_there(source):
    assert list(connectors()[source].plan([], SINCE, UNTIL, Endpoint("http://127.0.0.1:9/x", "0" * 32))) == []


def test_positions_need_two_requests_a_report_and_year_whatever_the_contracts():
    assert len(planned("cftc", "live")) == 3 * 2
