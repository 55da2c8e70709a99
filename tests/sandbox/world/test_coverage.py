"""The sandbox serves what the catalogue of the desk asks of its sources: every row, as its connector asks for it and reads it."""

from collections import deque
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256

import pyarrow as pa
import pytest

from models_py.kernel import seeds
from models_py.kernel.errors import SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Payload, connectors
from pipelines.connectors._answers import check_status
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.service import Service
from tests.sandbox.conftest import AGENT
from tests.sandbox.world.worlds import world

NOW, FROM, TO = datetime(2026, 5, 12, 12, tzinfo=UTC), date(2025, 6, 1), date(2026, 5, 11)
PRINTED = ("bcb_sgs", "fred", "us_treasury", "bcb_focus")
HOST = "http://127.0.0.1"


@cache
def asked() -> dict[str, list[CatalogueRow]]:
    """Rows of the catalogue by source."""
    found: dict[str, list[CatalogueRow]] = {}
    for row in seeds.read("series").iter_rows(named=True):
        if "sandbox" in row["worlds"].split():
            one = CatalogueRow(row["series_id"], row["source"], row["source_key"], row["frequency"], row["revisable"] == "true")
            found.setdefault(row["source"], []).append(one)
    return found


def answered(service, source, request):
    """The answer to a request, asked again where the source pretends to be down; None where it gives none."""
    connector = connectors()[source]
    for _ in range(8):
        with service.respond(request.method, request.url.removeprefix(HOST), {**AGENT, **request.headers}, request.body or b"") as told:
            payload = Payload(source, request.key, request.url, told.body, told.status, told.content_type, NOW, "0" * 16,
                              sha256(told.body).hexdigest())
        try:
            getattr(connector, "validate", check_status)(payload)
        except (SourceDown, SourceRefused):
            continue
        return payload
    return None


def read(source):
    """Keys with a value that a source gives for the catalogue's rows."""
    connector = connectors()[source]
    service = Service(ServedClock(NOW), Plan("calm"), lambda until: world(1))
    queue, found = deque(connector.plan(asked()[source], FROM, TO, Endpoint(f"{HOST}/{source}", "0" * 31 + "1"))), set()
    while queue:
        request = queue.popleft()
        payload = answered(service, source, request)
        if payload is None or getattr(connector, "is_empty", lambda _: False)(payload):
            continue
        queue.extend(getattr(connector, "follow", lambda *_: ())(request, payload))
        rows = connector.parse(payload).observations
        rows = rows.to_pylist() if isinstance(rows, pa.Table) else [{"source_key": one.source_key, "value": one.value} for one in rows]
        found |= {row["source_key"] for row in rows if row["value"] is not None}
    return found


def test_eleven_sources_give_more_than_three_hundred_series():
    assert len(asked()) >= 11
    assert sum(map(len, asked().values())) >= 300


@pytest.mark.parametrize("source", sorted(asked()))
def test_every_row_of_the_catalogue_is_served_with_values(source):
    found = read(source)
    assert [row.series_id for row in asked()[source] if row.source_key not in found] == []


@pytest.mark.parametrize(("source", "least"), [("bcb_sgs", 150), ("fred", 90), ("us_treasury", 14), ("bcb_focus", 30)])
def test_there_are_enough_series(source, least):
    assert len(world().keys(source)) >= least


def test_every_series_has_title_units_frequency_and_values():
    for source in PRINTED:
        for key in world().keys(source):
            found = world().prints(source, key)
            assert {"title", "units", "frequency", "season"} <= set(found.meta), (source, key)
            assert len(found) > 5, (source, key)
